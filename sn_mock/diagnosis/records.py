"""SOAP and REST records and connections seen alike: flag, profile, endpoint and MID Server, whatever the fields are
called."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.exchange import StepOrigin
from sn_mock.instance import HttpConnection, Instance
from sn_mock.masking import without_password
from sn_mock.outbound.connections.urls import connection_url

SOAP_MODULE = "System Web Services > Outbound > SOAP Message"
REST_MODULE = "System Web Services > Outbound > REST Message"

CONNECTION_MODULE = "Connections & Credentials > Connections"
FUNCTION_ENDPOINT = "{module} > the function > Endpoint"


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message or one of its functions, with the names its fields have in its table."""

    table: str
    name: str
    flag_field: str
    enabled: bool
    profile_field: str
    profile: str
    """sys_id of the `sys_protocol_profile`; empty without one."""
    endpoint_field: str
    endpoint: str
    mid_server: str = ""
    """sys_id (or name) of the `ecc_agent`."""

    @property
    def flag_line(self) -> str:
        """The mutual authentication flag as evidence."""
        return f"{self.table} {self.name}: {self.flag_field} = {str(self.enabled).lower()}"

    @property
    def endpoint_line(self) -> str:
        """The endpoint as evidence."""
        return f"{self.table} {self.name}: {self.endpoint_field} = {without_password(self.endpoint)}"

    def profile_line(self, shown: str) -> str:
        """The protocol profile as evidence."""
        return f"{self.table} {self.name}: {self.profile_field} = {shown}"


@dataclass(frozen=True, slots=True)
class MessageRecords:
    """The two records behind a call."""

    message: MessageRecord
    function: MessageRecord
    module: str
    endpoint_place: str = FUNCTION_ENDPOINT
    """Where the endpoint is changed."""


def connection_records(instance: Instance, step: StepOrigin) -> MessageRecords | None:
    """The connection behind a step, which is message and function in one; None where its alias led to none."""
    row = instance.get(HttpConnection.table, step.connection_id) if step.connection_id else None
    if not isinstance(row, HttpConnection):
        return None
    built = row.url_builder
    record = MessageRecord(
        table=row.table,
        name=row.name,
        flag_field="mutual_auth",
        enabled=row.mutual_auth and built,
        profile_field="protocol_profile",
        profile=row.protocol_profile if row.mutual_auth and built else "",
        endpoint_field="connection_url",
        endpoint=connection_url(instance, row),
        mid_server=row.mid_server if row.use_mid else "",
    )
    place = (
        f"{CONNECTION_MODULE} > {row.name} > {'Host, Override default port, Base path' if built else 'Connection URL'}"
    )
    return MessageRecords(record, record, CONNECTION_MODULE, place)


def message_records(instance: Instance, message: str, function: str, function_id: str = "") -> MessageRecords | None:
    """The records of that SOAP or REST message and its function; None where the call came from neither.

    A SOAP and a REST message may have one name: `function_id`, the function's sys_id, tells which is meant.
    """
    return _soap(instance, message, function, function_id) or _rest(instance, message, function)


def _soap(instance: Instance, name: str, function_name: str, function_id: str) -> MessageRecords | None:
    message = instance.soap_message(name) if name else None
    function = instance.soap_function(message, function_name) if message else None
    if message is None or function is None or function_id not in ("", function.sys_id):
        return None
    fields = {
        "flag_field": "enable_mutual_auth",
        "profile_field": "protocol_profile",
        "endpoint_field": "soap_endpoint",
    }
    return MessageRecords(
        MessageRecord(
            table=message.table,
            name=message.name,
            enabled=message.enable_mutual_auth,
            profile=message.protocol_profile,
            endpoint="",
            **fields,
        ),
        MessageRecord(
            table=function.table,
            name=function.function_name,
            enabled=function.enable_mutual_auth,
            profile=function.protocol_profile,
            endpoint=function.soap_endpoint,
            mid_server=function.use_mid_server,
            **fields,
        ),
        SOAP_MODULE,
    )


def _rest(instance: Instance, name: str, method_name: str) -> MessageRecords | None:
    message = instance.rest_message(name) if name else None
    method = instance.rest_function(message, method_name) if message else None
    if message is None or method is None:
        return None
    fields = {"flag_field": "use_mutual_auth", "profile_field": "protocol_name", "endpoint_field": "rest_endpoint"}
    return MessageRecords(
        MessageRecord(
            table=message.table,
            name=message.name,
            enabled=message.use_mutual_auth,
            profile=message.protocol_name,
            endpoint=message.rest_endpoint,
            **fields,
        ),
        MessageRecord(
            table=method.table,
            name=method.function_name,
            enabled=method.use_mutual_auth,
            profile=method.protocol_name,
            endpoint=method.rest_endpoint or message.rest_endpoint,
            mid_server=method.use_mid_server,
            **fields,
        ),
        REST_MODULE,
    )
