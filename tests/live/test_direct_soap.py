"""Direct web services, `/<table>.do?WSDL` and `?SOAP` (docs, c_DirectWebServices, r_DirectWebServiceAPIFunctions)."""

from __future__ import annotations

from typing import Any

import pytest
import zeep
from lxml import etree

from sn_mock.query.instance_tables import ADMIN

from .conftest import Answer, Rig

ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'


class Passing(zeep.Transport):  # type: ignore[misc]
    """Hands zeep's requests to the front door, without a socket."""

    def __init__(self, rig: Rig) -> None:
        super().__init__()
        self.rig = rig

    def load(self, url: str) -> bytes:
        """See zeep."""
        return self.rig.ask("GET", url).body

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        """See zeep."""
        sent = self.rig.ask("POST", address, message, headers=headers)
        return type("Reply", (), {"status_code": sent.status, "content": sent.body, "headers": {}, "encoding": "utf-8"})


def call(rig: Rig, content: str, table: str = "incident") -> Answer:
    """One call, by hand."""
    return rig.ask("POST", f"/{table}.do?SOAP", ENVELOPE.format(content).encode(), headers={"Content-Type": "text/xml"})


def fault(answer: Answer) -> str:
    """The fault's text."""
    assert answer.status == 500
    return str(etree.fromstring(answer.body).findtext(".//faultstring"))


@pytest.mark.parametrize("qualified", [False, True])
def test_zeep_works_with_the_tables_own_wsdl(rig: Rig, qualified: bool) -> None:
    """Insert, query by example and by encoded query, read, update, delete: as any SOAP client does."""
    # given
    if qualified:
        name = "glide.wsdl.schema.UnqualifiedElementFormDefault"
        rig.folder.insert("sys_properties", {"name": name, "value": "false"})
    client = zeep.Client("https://dev:8443/incident.do?WSDL", transport=Passing(rig))
    service = client.service
    # when
    made = service.insert(short_description="fire <&>", caller_id=ADMIN, active=True)
    service.insert(short_description="water", active=False)
    # then
    assert made.number == "INC0010001"
    keys = service.getKeys(active=True)
    assert (keys.sys_id, keys.count) == (made.sys_id, "1")
    found = service.getRecords(__encoded_query="short_descriptionSTARTSWITHfire", __order_by="number")
    assert (found[0].short_description, found[0].active, found[0].caller_id) == ("fire <&>", True, ADMIN)
    assert [row.short_description for row in service.getRecords(__order_by_desc="number", __limit="1")] == ["water"]
    assert service.getRecords(__first_row="1", __last_row="2", __exclude_columns="number")[0].number is None
    assert service.update(sys_id=made.sys_id, urgency="1") == made.sys_id
    assert service.get(sys_id=made.sys_id).urgency == "1"
    assert service.deleteRecord(sys_id=made.sys_id) == "1"
    assert service.deleteMultiple(short_description="water") == "1"
    assert service.getKeys().count == "0"


def test_the_documented_names_stand_in_the_wsdl(rig: Rig) -> None:
    """Target namespace and service are the table's; one namespace for all where the property says so."""
    wsdl = rig.ask("GET", "/sys_user.do?WSDL").body.decode()
    assert 'targetNamespace="http://www.service-now.com/sys_user"' in wsdl
    assert '<wsdl:service name="ServiceNow_sys_user">' in wsdl
    assert 'elementFormDefault="unqualified"' in wsdl
    rig.folder.insert("sys_properties", {"name": "glide.wsdl.definition.use_unique_namespace", "value": "false"})
    assert 'targetNamespace="http://www.service-now.com"' in rig.ask("GET", "/sys_user.do?WSDL").body.decode()


@pytest.mark.parametrize(
    ("content", "table", "said"),
    [
        ("<insert/>", "nope", "Invalid table nope"),
        ("<aggregate/>", "incident", "aggregate is no function of incident"),
        ("<insert><hostname>x</hostname></insert>", "sys_outbound_http_log", "User Not Authorized"),
        ("<update><sys_id>1</sys_id></update>", "incident", "No Record found"),
        ("<insert/>", "sys_certificate", "Operation Failed"),
        ("", "incident", "Exception while reading request"),
        ("<insert><x>&e;</x></insert>", "incident", "Exception while reading request"),
    ],
)
def test_what_is_refused_is_a_fault(rig: Rig, content: str, table: str, said: str) -> None:
    """As instances write it (KB0758043); nothing is kept."""
    assert fault(call(rig, content, table)).startswith(f"com.glide.processors.soap.SOAPProcessingException: {said}")


def test_strangers_and_passwords(rig: Rig) -> None:
    """Who does not log in gets a 401; a password neither comes back nor can be found by its value."""
    assert rig.ask("GET", "/incident.do?WSDL", user=None).status == 401
    assert rig.ask("POST", "/incident.do?SOAP", b"<x/>", user=None).status == 401
    assert b"changeit" not in call(rig, "<getRecords/>", "sys_certificate").body
    guessed = call(rig, "<getKeys><key_store_password>changeit</key_store_password></getKeys>", "sys_certificate")
    assert b"<count>0</count>" in guessed.body


def test_a_query_without_a_limit_has_the_documented_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """250 rows (lowered here); one that names a limit has its own."""
    monkeypatch.setattr("sn_mock.live.front.direct_soap.DEFAULT_LIMIT", 2)
    for number in range(3):
        rig.folder.insert("incident", {"short_description": str(number)})
    assert b"<count>2</count>" in call(rig, "<getKeys/>").body
    assert b"<count>3</count>" in call(rig, "<getKeys><__limit>3</__limit></getKeys>").body
