"""A folder's own provider: every function called over mutual TLS under the partner's name, on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sn_mock.cli import main
from sn_mock.commands.options import resolution
from sn_mock.instance import Instance
from sn_mock.lab.partner import Partner
from sn_mock.lab.pki import KeystoreSpec, shared_pki, write_keystore
from sn_mock.lab.pki.keystores import KeySpec

ORDERS = """<?xml version="1.0"?>
<definitions name="Orders" targetNamespace="urn:o" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:o"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:o" elementFormDefault="qualified">
    <xs:element name="Place"><xs:complexType><xs:sequence>
      <xs:element name="quantity" type="xs:int"/><xs:element name="due" type="xs:date"/>
      <xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string">
        <xs:enumeration value="express"/><xs:enumeration value="slow"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="PlaceResponse"><xs:complexType><xs:sequence>
      <xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="In"><part name="p" element="t:Place"/></message>
  <message name="Out"><part name="p" element="t:PlaceResponse"/></message>
  <portType name="P"><operation name="Place"><input message="t:In"/><output message="t:Out"/></operation></portType>
  <binding name="B" type="t:P"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Place"><soap:operation soapAction="urn:o:Place"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation></binding>
  <service name="Orders"><port name="P" binding="t:B">
    <soap:address location="https://api.partner.example/v1/orders"/></port></service>
</definitions>"""
RECORDS = """
[instance]
name = "acme"
release = "{release}"

[[sys_certificate]]
name = "Client"
type = "key_store"
key_store_password = "s3cret-of-ours"
attachment = "client.jks"

[[sys_protocol_profile]]
protocol = "partner"
default_port = 443
keystore = "Client"
"""

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """`folder(release, identity, chain)`: records, a keystore of one's own, and an imported WSDL."""

    def make(release: str = "zurich", identity: str = "acme-client", chain: str = "full") -> Path:
        made = tmp_path / "own"
        made.mkdir()
        (made / "instance.toml").write_text(RECORDS.format(release=release))
        spec = KeystoreSpec((KeySpec("acme", identity, chain),), password="s3cret-of-ours")
        (made / "client.jks").write_bytes(write_keystore(shared_pki(), spec))
        (tmp_path / "orders.wsdl").write_text(ORDERS)
        assert main(["import-wsdl", str(tmp_path / "orders.wsdl"), "--into", str(made), "--profile", "partner"]) == 0
        return made

    return make


@pytest.mark.parametrize("identity", ["acme-client", "rsa-client"])
@pytest.mark.parametrize("release", ["helsinki", "quebec", "zurich"])
def test_a_chain_in_another_order_has_the_same_ca(
    folder: Folder, identity: str, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The provider trusts the root, wherever it is stored, not the client's certificate; the order is the cause."""
    where = folder(release, identity, "reversed")
    capsys.readouterr()
    assert main(["try", str(where), "--json"]) == 1
    [tried] = json.loads(capsys.readouterr().out)

    assert tried["exchange"]["findings"][0]["rule"] == "key-does-not-fit-certificate"
    asked = [one for one in tried["exchange"]["transcript"] if "authorities" in one]
    assert [name for one in asked for name in one["authorities"]] == ["CN=Lab Root CA,O=ACME Lab"]


@pytest.mark.parametrize("chain", ["full", "leaf", "no-root"])
@pytest.mark.parametrize("release", ["helsinki", "zurich"])
def test_every_function_is_called_under_the_partners_name(
    folder: Folder, chain: str, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typed values are made up, the host is kept, the provider demands the profile's key; no secret is shown."""
    where = folder(release, chain=chain)
    capsys.readouterr()
    assert main(["try", str(where), "--json"]) == 0
    printed = capsys.readouterr().out
    [tried] = json.loads(printed)
    assert (tried["message"], tried["function"], tried["ok"]) == ("Orders", "Place", True)
    assert tried["exchange"]["route"]["host"] == "api.partner.example"
    assert dict(tried["exchange"]["request"]["headers"])["Host"] == "api.partner.example"
    assert tried["exchange"]["request"]["method"] == "POST"
    assert "<ns1:kind>express</ns1:kind>" in tried["exchange"]["request"]["body"]
    assert tried["visit"]["verdict"] == "accepted"
    assert tried["visit"]["presented"][0]["subject"] == "CN=acme-client,O=Example Instance"
    assert "s3cret-of-ours" not in printed


def test_a_release_that_types_the_scheme_fails_with_its_cause(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """The twin: the same records on Geneva send no certificate, and the table says why."""
    where = folder("geneva")
    capsys.readouterr()
    assert main(["try", str(where)]) == 1
    printed = capsys.readouterr().out
    assert "FAILED  Orders.Place" in printed
    assert "0 of 1 functions succeeded" in printed
    assert "why: " in printed


def test_the_folders_own_policy_counts(folder: Folder) -> None:
    """provider.toml decides what is demanded; a field of it that refuses this client does so."""
    where = folder()
    (where / "provider.toml").write_text('allow_subjects = ["CN=somebody else"]\n')
    with Partner(Instance.load(where)) as partner:
        exchange, visit = partner.call("Orders", "Place")
    assert not exchange.ok
    assert visit is not None
    assert visit.verdict == "refused"


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("trust = []\n", False),
        ("trusted_leaves = []\n", False),
        ("trust = []\ntrusted_leaves = []\n", False),
        ("partial_chain = false\n", True),
        ("# trust = []\n# server_certificate = 'partner.pem'\n", True),
    ],
)
def test_what_a_folders_policy_says_counts_also_when_it_is_empty(folder: Folder, said: str, accepted: bool) -> None:
    """An empty list trusts nobody; only what has no word, or stands in a comment, comes from the folder."""
    where = folder()
    (where / "provider.toml").write_text(said)
    with Partner(Instance.load(where)) as partner:
        exchange, visit = partner.call("Orders", "Place")
    assert exchange.ok is accepted
    assert visit is not None
    assert visit.verdict == ("accepted" if accepted else "refused")


@pytest.mark.parametrize(("changes", "accepted"), [({"trust": ()}, False), ({"trusted_leaves": ()}, False), ({}, True)])
def test_what_a_test_says_of_the_policy_counts_also_when_it_is_empty(
    folder: Folder, changes: dict[str, Any], accepted: bool
) -> None:
    """As in a file: `policy={"trust": []}` trusts nobody; without a word the folder's own keystores are trusted."""
    with Partner(Instance.load(folder()), changes=changes) as partner:
        exchange, _ = partner.call("Orders", "Place")
    assert exchange.ok is accepted


def test_a_partial_chain_that_is_ruled_out_stays_so(folder: Folder) -> None:
    """A keystore without its root makes the provider trust an intermediate, unless the policy forbids it."""
    where = folder(chain="no-root")
    with Partner(Instance.load(where)) as partner:
        assert partner.call("Orders", "Place")[0].ok
    (where / "provider.toml").write_text("partial_chain = false\n")
    with Partner(Instance.load(where)) as partner:
        assert not partner.call("Orders", "Place")[0].ok


def test_a_broken_wsdl_is_named_with_its_file_and_its_record(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says where the WSDL is attached; the sound one passes."""
    where = folder()
    wsdl = where / "attachments" / "Orders.wsdl"
    kept = wsdl.read_text()
    wsdl.write_text("<definitions")
    assert main(["try", str(where)]) == 2
    told = capsys.readouterr().err
    assert f"{wsdl}: sys_soap_message 'Orders', wsdl: " in told
    assert "is not XML" in told
    assert "sn-mock import-wsdl" in told
    wsdl.write_text(kept)
    assert main(["try", str(where)]) == 0


def test_a_scheme_that_gives_way_is_said_before_consent(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """`ftp://` becomes the profile's scheme on this release, so the refused host is not all that surprises."""
    where = str(folder())
    values = ["-p", "quantity=1", "-p", "due=2027-01-01", "-p", "kind=slow"]
    assert main(["call", where, "Orders", "Place", *values, "--endpoint", "ftp://x.example/"]) == 2
    told = capsys.readouterr().err
    assert "the endpoint's scheme ftp:// gives way to partner://" in told
    assert "--allow-remote" in told
    assert main(["call", where, "Orders", "Place", *values, "--endpoint", "https://x.example/"]) == 2
    assert "gives way" not in capsys.readouterr().err


def test_values_given_beat_made_up_ones_and_a_fault_says_what_is_wrong(folder: Folder) -> None:
    """faultcode and faultstring are the evidence, whatever stands before them in the body."""
    with Partner(Instance.load(folder())) as partner:
        exchange, _ = partner.call("Orders", "Place", quantity="three")
    assert exchange.failure is not None
    assert exchange.failure.cause == "soap-fault"
    evidence = exchange.findings[0].evidence
    assert any(line.startswith("faultcode: ") for line in evidence)
    assert any(line.startswith("faultstring: ") and "three" in line and "int" in line for line in evidence)


def test_the_report_holds_every_call(folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One page, named in the output; -v shows request and response."""
    assert main(["try", str(folder()), "--report", str(tmp_path / "r"), "-v"]) == 0
    printed = capsys.readouterr().out
    assert f"wrote {tmp_path / 'r' / 'try.html'}" in printed
    assert "POST /v1/orders HTTP/1.1" in printed
    assert "curl -v -X POST --cert client.pem" in printed
    page = (tmp_path / "r" / "try.html").read_text("utf-8")
    assert "Orders.Place" in page
    assert "POST /v1/orders" in page


def test_resolve_leads_a_call_and_a_check_to_a_provider_here(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """As curl's option: name and Host header stay, the connection goes elsewhere; without it the refusal names it."""
    where = folder()
    with Partner(Instance.load(where)) as partner:
        partner.call("Orders", "Place")
        [provider] = partner.providers
        own = f"api.partner.example=127.0.0.1:{provider.port}"
        partner.instance.save(where)  # with the CA of the provider
        capsys.readouterr()
        values = ["-p", "quantity=1", "-p", "due=2027-01-01", "-p", "kind=slow"]
        assert main(["call", str(where), "Orders", "Place", *values, "--resolve", own, "-v"]) == 0
        printed = capsys.readouterr().out
        assert "Host: api.partner.example" in printed
        assert "<ns1:kind>slow</ns1:kind>" in printed
        assert main(["check", str(where), "--against", "api.partner.example:443", "--resolve", own]) == 0
    assert main(["call", str(where), "Orders", "Place", *values]) == 2
    told = capsys.readouterr().err
    assert "--resolve api.partner.example=127.0.0.1:PORT" in told
    assert told.index("sn-mock try") < told.index("--allow-remote")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a.example=127.0.0.1:9443", ("a.example", "127.0.0.1:9443")),
        ("a.example=localhost:9443", ("a.example", "127.0.0.1:9443")),
        ("a.example=127.0.0.1", ("a.example", "127.0.0.1")),
        ("a.example=[::1]:9443", ("a.example", "[::1]:9443")),
        ("a.example=::1", ("a.example", "[::1]")),
        ("a.example:443:127.0.0.1", ("a.example", "127.0.0.1")),
    ],
)
def test_resolve_is_written_as_people_write_it(text: str, read: tuple[str, str]) -> None:
    """Ours, with and without port, IPv6, and curl's own order."""
    assert resolution(text) == read


@pytest.mark.parametrize("text", ["a.example", "=127.0.0.1:1", "a=b.example:1", "a=127.0.0.1:70000", "a=127.0.0.1:x"])
def test_a_resolve_that_means_nothing_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line with an example."""
    assert main(["try", str(tmp_path), "--resolve", text]) == 2
    assert "api.partner.example=127.0.0.1:8443" in capsys.readouterr().err


def test_try_takes_values_as_call_does(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad value is the service's fault, told; a good one is green; a name that nothing asks for is said."""
    where = str(folder())
    assert main(["try", where, "Orders", "Place", "-p", "quantity=three"]) == 1
    printed = capsys.readouterr().out
    assert "why: The service answered with a SOAP fault" in printed
    assert "seen    faultstring: " in printed
    assert main(["try", where, "Orders", "Place", "-p", "quantity=3", "-p", "message=none"]) == 0
    assert "note: Orders.Place has no ${message}; it has: " in capsys.readouterr().out
    assert main(["try", where, "-p", "quantity"]) == 2
    assert "write it as name=value" in capsys.readouterr().err
