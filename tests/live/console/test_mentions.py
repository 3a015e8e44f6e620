"""From a finding to the record that has to be changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sn_mock.diagnosis import RULES
from sn_mock.exchange import Finding
from sn_mock.instance import Instance, SysProperty
from sn_mock.live.console.desk.mentions import told
from tests.live.console.conftest import example_folder

WORDS = {"name": "ACME client", "profile": "myhttps", "scheme": "myhttps", "first": "myhttps", "module": "{module}"}
PLACES = ("System Definition > Certificates", "System Security > Protocol Profiles", "sys_properties.list", "{module}")


class Filled(dict[str, str]):
    """Words for a remedy's placeholders."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, lab_certificates: Path) -> Instance:
    """The example's records, with the legacy properties."""
    folder = example_folder(tmp_path_factory.mktemp("mentions") / "instance", lab_certificates)
    loaded = Instance.load(folder)
    return loaded.with_record(SysProperty(name="glide.httpclient.protocol.myhttps.class", value="x")).with_record(
        SysProperty(name="glide.httpclient.protocol.myhttps.port", value="443")
    )


def finding(fix: str, *evidence: str) -> Finding:
    """A finding with that remedy."""
    return Finding("rule", "title", evidence, fix, "source")


@pytest.mark.parametrize("module", ["System Web Services > Outbound > SOAP Message"])
def test_every_remedy_that_names_a_place_leads_there(instance: Instance, module: str) -> None:
    """Of all rules: where the remedy names a record's place, there is a record (or list, or new record) to go to."""
    lost = []
    for rule in RULES:
        if any(place in rule.remedy for place in PLACES):
            fix = rule.remedy.format_map(Filled(WORDS | {"module": module}))
            if not told(finding(fix), instance, "AcmeTickets", "CreateTicket").change:
                lost.append(rule.id)
    assert lost == []


@pytest.mark.parametrize(
    ("fix", "evidence", "table", "name"),
    [
        ("System Definition > Certificates > ACME client > Active: tick it.", (), "sys_certificate", "ACME client"),
        ("System Security > Protocol Profiles > myhttps > Default port: 443", (), "sys_protocol_profile", "myhttps"),
        (
            "System Web Services > Outbound > SOAP Message > the function > Endpoint: correct it",
            (),
            "sys_soap_message_function",
            "CreateTicket",
        ),
        (
            "System Web Services > Outbound > SOAP Message > the message > Protocol profile: choose",
            (),
            "sys_soap_message",
            "AcmeTickets",
        ),
        (
            "sys_properties.list > glide.httpclient.protocol.myhttps.class and .port: empty both",
            ("sys_properties: glide.httpclient.protocol.myhttps.class = x",),
            "sys_properties",
            "glide.httpclient.protocol.myhttps.class",
        ),
    ],
)
def test_the_record_of_a_remedy(instance: Instance, fix: str, evidence: tuple[str, ...], table: str, name: str) -> None:
    """The navigator's path leads to the record itself."""
    row = instance.get(table, name)
    assert row is not None
    first = told(finding(fix, *evidence), instance, "AcmeTickets", "CreateTicket").change[0]
    assert (first.table, first.sys_id) == (table, row.sys_id)


def test_the_longest_name_is_meant(instance: Instance) -> None:
    """Of two records of which one's name begins with the other's, the one that is written; no part of a word."""
    client = instance.certificate("ACME client")
    assert client is not None
    both = instance.with_record(replace(client, name="ACME client 2", sys_id="f" * 32))
    found = told(finding("-", "sys_certificate 'ACME client 2': active = false"), both).seen
    assert [one.sys_id for one in found] == ["f" * 32]
    assert told(finding("-", "sys_certificate 'ACME clients': active"), both).seen == ()


def test_a_remedy_that_names_a_keystore_leads_to_its_record(instance: Instance) -> None:
    """As the expired client certificate's does; evidence about a keystore is where it was seen, no more."""
    client = instance.certificate("ACME client")
    assert client is not None
    renewed = told(finding("Renew the certificate and attach it (keystore 'ACME client', alias acme)."), instance)
    assert [one.sys_id for one in renewed.change] == [client.sys_id]
    seen = told(finding("Have the provider import CN=x.", "keystore 'ACME client', alias acme: CN=y"), instance)
    assert (seen.change, [one.sys_id for one in seen.seen]) == ((), [client.sys_id])


def test_a_trusted_certificate_to_be_made_leads_to_a_new_record(instance: Instance) -> None:
    """'New, type Trust Store Cert' opens the form of a new record with that type."""
    fix = "System Definition > Certificates > New, type Trust Store Cert, active: paste CN=x."
    (first,) = told(finding(fix), instance).change
    assert first.href == "/sys_certificate.do?sys_id=-1&sysparm_query=type%3Dtrust_store"
