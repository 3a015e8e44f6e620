"""What `/<table>.do?WSDL` says: the functions of a table's direct web service (docs, c_DirectWebServices).

Target namespace, service name, document/literal and the functions are documented; names of messages, port type and
binding, and the types of the fields, are ASSUMED.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from xml.sax.saxutils import quoteattr

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.instance import Instance
from sn_mock.query import InstanceTables

NAMESPACE = "http://www.service-now.com"
UNIQUE = "glide.wsdl.definition.use_unique_namespace"
"""Each table has a namespace of its own; true in the base system (docs, c_DirectWebServices)."""
UNQUALIFIED = "glide.wsdl.schema.UnqualifiedElementFormDefault"
"""False qualifies the fields' elements (docs, c_DirectWebServices)."""
EXTRAS = (
    *("__use_view", "__encoded_query", "__limit", "__first_row", "__last_row"),
    *("__order_by", "__order_by_desc", "__exclude_columns"),
)
"""Extended query parameters (docs, c_DirectWebServices)."""
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_LOOKED_AT = 1000
"""Rows of a table without a dictionary that are looked at for the names of its fields."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes and what it gives (docs, r_DirectWebServiceAPIFunctions)."""

    fields: bool = False
    """It takes any field of the table."""
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    """Besides the fields."""
    row: bool = False
    """It gives the fields of a row."""
    rows: bool = False
    """It gives rows, each in a `getRecordsResult`."""


FUNCTIONS: Mapping[str, Function] = {
    "insert": Function(fields=True, gives=("sys_id", "")),
    "update": Function(fields=True, takes=("sys_id",), gives=("sys_id",)),
    "deleteRecord": Function(takes=("sys_id",), gives=("count",)),
    "deleteMultiple": Function(fields=True, takes=EXTRAS, gives=("count",)),
    "get": Function(takes=("sys_id", *EXTRAS), row=True),
    "getKeys": Function(fields=True, takes=EXTRAS, gives=("sys_id", "count")),
    "getRecords": Function(fields=True, takes=EXTRAS, rows=True),
}
"""An empty name stands for the table's display column. `insertMultiple` and `aggregate` need plugins."""


@dataclass(frozen=True, slots=True)
class Service:
    """A table's direct web service."""

    table: str
    namespace: str
    qualified: bool
    fields: Mapping[str, bool]
    """Names; whether it is a boolean."""
    display: str


def service_of(tables: InstanceTables, instance: Instance, table: str) -> Service:
    """The service of a table, as the properties want it."""
    columns = tables.columns(table)
    seen = dict.fromkeys(columns)
    if tables.is_open(table):
        seen |= dict.fromkeys(name for row in islice(tables.rows(table), _LOOKED_AT) for name in row)
    return Service(
        table,
        NAMESPACE if (instance.property(UNIQUE) or "").lower() == "false" else f"{NAMESPACE}/{table}",
        (instance.property(UNQUALIFIED) or "").lower() == "false",
        {name: name in columns and columns[name].is_boolean for name in seen if _NAME.fullmatch(name)},
        tables.display_column(table),
    )


def described(service: Service, address: str) -> bytes:
    """The WSDL."""
    form = "qualified" if service.qualified else "unqualified"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="{service.namespace}" '
        f'targetNamespace="{service.namespace}"><wsdl:types>'
        f'<xsd:schema elementFormDefault="{form}" targetNamespace="{service.namespace}">'
        f"{''.join(_elements(service))}</xsd:schema></wsdl:types>{''.join(_messages(service))}"
        f'<wsdl:portType name="ServiceNowSoap">{"".join(map(_offered, FUNCTIONS))}</wsdl:portType>'
        '<wsdl:binding name="ServiceNowSoap" type="tns:ServiceNowSoap">'
        '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>'
        f"{''.join(_bound(service, name) for name in FUNCTIONS)}</wsdl:binding>"
        f'<wsdl:service name="ServiceNow_{service.table}"><wsdl:port binding="tns:ServiceNowSoap" '
        f'name="ServiceNowSoap"><soap:address location={quoteattr(address)}/></wsdl:port></wsdl:service>'
        "</wsdl:definitions>"
    ).encode()


def _elements(service: Service) -> Iterable[str]:
    row = [_field(name, boolean=boolean) for name, boolean in service.fields.items()]
    for name, function in FUNCTIONS.items():
        own = [part for part in row if function.fields]
        taken = [_field(one) for one in function.takes if not (function.fields and one in service.fields)]
        yield _element(name, [*own, *taken])
        given = [_field(one) for one in dict.fromkeys(one or service.display for one in function.gives) if one]
        if function.rows:
            inner = _element(f"{name}Result", row, 'minOccurs="0" maxOccurs="unbounded" ')
            yield _element(f"{name}Response", [inner])
        else:
            yield _element(f"{name}Response", [*given, *(row if function.row else ())])


def _element(name: str, parts: Iterable[str], occurs: str = "") -> str:
    content = f"<xsd:complexType><xsd:sequence>{''.join(parts)}</xsd:sequence></xsd:complexType>"
    return f'<xsd:element {occurs}name="{name}">{content}</xsd:element>'


def _field(name: str, *, boolean: bool = False) -> str:
    return f'<xsd:element minOccurs="0" name="{name}" type="xsd:{"boolean" if boolean else "string"}"/>'


def _messages(service: Service) -> Iterable[str]:
    for name in FUNCTIONS:
        for way, element in (("In", name), ("Out", f"{name}Response")):
            part = f'<wsdl:part element="tns:{element}" name="{service.table}"/>'
            yield f'<wsdl:message name="{name}Soap{way}">{part}</wsdl:message>'


def _offered(name: str) -> str:
    ways = f'<wsdl:input message="tns:{name}SoapIn"/><wsdl:output message="tns:{name}SoapOut"/>'
    return f'<wsdl:operation name="{name}">{ways}</wsdl:operation>'


def _bound(service: Service, name: str) -> str:
    body = '<soap:body use="literal"/>'
    action = f'<soap:operation soapAction="{service.namespace}/{name}" style="document"/>'
    ways = f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output>"
    return f'<wsdl:operation name="{name}">{action}{ways}</wsdl:operation>'
