"""Stand-ins: keystores that nobody has, forged from a screenshot or a public certificate, to the end of a call."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from provider_stub import Provider, ProviderPolicy
from sn_mock.cli import main
from sn_mock.diagnosis import diagnosed
from sn_mock.diagnosis.checking import check
from sn_mock.instance import Instance, InstanceErrors
from sn_mock.instance.stand_ins import StandIn
from sn_mock.java import keystore
from sn_mock.lab.pki import Pki, shared_pki
from sn_mock.outbound.credentials import forgery
from sn_mock.outbound.messages.soap_message import SOAPMessageV2

TICKET = """
[instance]
name = "contoso"
release = "{release}"
{properties}
[[sys_certificate]]
name = "Contoso client"
type = "{type}"
key_store_password = "env:NOBODY_HAS_IT"
{stand_in}

[[sys_certificate]]
name = "Partner CA"
type = "trust_store"
pem_certificate = "file:root.pem"

[[sys_protocol_profile]]
protocol = "contoso"
default_port = 8443
keystore = "Contoso client"

[[sys_soap_message]]
name = "Orders"
enable_mutual_auth = true
protocol_profile = "contoso"

[[sys_soap_message_function]]
soap_message = "Orders"
function_name = "Place"
soap_endpoint = "https://localhost:8443/tickets"
envelope = '''<e xmlns="urn:x"/>'''
"""
LEGACY = """
[[sys_properties]]
name = "glide.httpclient.protocol.contoso.class"
value = "com.glide.certificates.DBKeyStoreSocketFactory"

[[sys_certificate]]
name = "SAML"
type = "key_store"
"""
TYPED = 'stand_in = [{alias = "Contoso", subject = "CN=client,O=Contoso", issuer = "CN=Partner CA"}]'

Write = Callable[..., Path]


@pytest.fixture
def ticket(tmp_path: Path) -> Write:
    """`ticket(stand_in, …)`: an instance folder as it is typed from a ticket."""

    def write(stand_in: str = "", *, release: str = "geneva", properties: str = "", kind: str = "key_store") -> Path:
        folder = tmp_path / "ticket"
        folder.mkdir(exist_ok=True)
        (folder / "root.pem").write_text(shared_pki()["root"].pem())
        text = TICKET.format(stand_in=stand_in, release=release, properties=properties, type=kind)
        (folder / "instance.toml").write_text(text)
        return folder

    return write


def leaf(entry: StandIn) -> x509.Certificate:
    """The forged leaf of an entry, as its keystore file has it."""
    data = forgery.keystore_file((entry,), "JKS", datetime.now(UTC))
    store = keystore.load(data, "JKS", forgery.PASSWORD)
    assert isinstance(store, keystore.KeyStore)
    return x509.load_der_x509_certificate(store.entries[0].chain[0])


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("CN=client, O=Contoso, C=US", "CN=client,O=Contoso,C=US"),
        ("C = US, O = Contoso, CN = client", "CN=client,O=Contoso,C=US"),
        ("/C=US/O=Contoso, Inc./CN=client", "CN=client,O=Contoso\\, Inc.,C=US"),
        ('CN=client, O="Contoso, Inc."', "CN=client,O=Contoso\\, Inc."),
        ("client.contoso.example", "CN=client.contoso.example"),
        ("O=Contoso,CN=a,CN=b", "CN=b,CN=a,O=Contoso"),
    ],
)
def test_a_name_is_taken_in_every_notation_people_copy(typed: str, shown: str) -> None:
    """Java's, OpenSSL's two, and a bare common name, all become the same Distinguished Name."""
    certificate = leaf(StandIn(subject=typed, issuer=(typed.replace("client", "CA"),)))

    assert certificate.subject.rfc4514_string() == shown


@pytest.mark.parametrize("kind", ["key_store", "pkcs12_key_store"])
@pytest.mark.parametrize("key", ["RSA", "EC 384"])
def test_a_call_goes_to_the_end_with_a_typed_keystore(ticket: Write, kind: str, key: str) -> None:
    """Forged CAs follow from their names, so a provider that trusts them accepts the stand-in; each place says so."""
    # given
    folder = ticket(TYPED.replace('"}', f'", key = "{key}"}}'), kind=kind, release="zurich")
    instance = Instance.load(folder)
    [row] = [row for row in instance.certificates if row.is_keystore]
    pki = shared_pki()
    policy = ProviderPolicy(
        trust=forgery.authorities(row.stand_in),
        server_certificate=pki["provider"].pem(2).encode(),
        server_key=pki["provider"].key_pem.encode(),
    )
    # when
    with Provider(policy) as provider:
        message = SOAPMessageV2("Orders", "Place", instance=instance)
        message.setEndpoint(f"https://localhost:{provider.port}/tickets")
        exchange = message.execute().exchange
        [visit] = provider.wait_for_visits(1)
    # then
    assert exchange is not None
    assert exchange.key_choice is not None
    assert (exchange.key_choice.sent, exchange.key_choice.alias) == (True, "contoso")
    assert str(visit.verdict) == "accepted"
    assert visit.presented[0].subject == "CN=client,O=Contoso"
    assert exchange.to_json()["route"]["stand_ins"] == ["Contoso client"]
    assert any("stand-in" in note for note in diagnosed(exchange, instance).route.because)  # type: ignore[union-attr]


def test_a_provider_that_trusts_the_real_ca_only_refuses_the_forged_key(ticket: Write) -> None:
    """The twin: a stand-in passes for nothing but itself."""
    instance = Instance.load(ticket(TYPED, release="zurich"))
    pki = shared_pki()
    policy = ProviderPolicy(
        trust=(pki["root"].pem().encode(),),
        advertise="none",
        server_certificate=pki["provider"].pem(2).encode(),
        server_key=pki["provider"].key_pem.encode(),
    )
    with Provider(policy) as provider:
        message = SOAPMessageV2("Orders", "Place", instance=instance)
        message.setEndpoint(f"https://localhost:{provider.port}/tickets")
        exchange = message.execute().exchange
        [visit] = provider.wait_for_visits(1)
    assert str(visit.verdict) == "refused"
    assert exchange is not None
    finding = diagnosed(exchange, instance, visit).findings[0]
    assert any("stand-in" in line for line in finding.evidence)


@pytest.mark.parametrize("form", ["pem", "der", "chain"])
def test_a_public_certificate_stands_in_with_its_names_dates_and_uses(ticket: Write, form: str) -> None:
    """Everything but the key is the real certificate's; issuer and dates decide as they would."""
    real = Pki()["acme-client"]
    folder = ticket('stand_in = "file:public.pem"')
    data = {"pem": real.pem().encode(), "der": real.der, "chain": real.pem(3).encode()}[form]
    (folder / "public.pem").write_bytes(data)
    instance = Instance.load(folder)
    report = check(instance, datetime.now(UTC))
    [call] = report.calls
    assert call.key_choice is None  # plain https on Geneva: no key is offered
    [row] = [row for row in instance.certificates if row.is_keystore]
    forged = leaf(row.stand_in[0])
    assert forged.subject == real.certificate.subject
    assert forged.issuer == real.certificate.issuer
    assert forged.not_valid_after_utc == real.certificate.not_valid_after_utc
    assert forged.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value == (
        real.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    )
    assert forged.public_key() != real.certificate.public_key()


def test_without_any_keystore_the_cause_that_the_records_show_comes_first(ticket: Write) -> None:
    """Left-over legacy properties, and not java.io.EOFException; what was not judged is said."""
    folder = ticket(properties=LEGACY).joinpath("instance.toml")
    folder.write_text(folder.read_text().replace("https://localhost", "contoso://localhost").replace("env:", "x"))
    report = check(Instance.load(folder.parent), datetime.now(UTC))
    assert [finding.rule for finding in report.findings] == ["legacy-properties-beat-profile", "no-attachment"]
    assert report.calls[0].failure is None
    assert report.calls[0].not_judged == ("SAML", "Contoso client")
    assert report.hints[0].rule == "keystore-not-here"
    assert "EOFException" not in json.dumps(report.to_json())


def test_without_legacy_properties_the_missing_file_is_all_there_is_to_say(ticket: Write) -> None:
    """The twin: nothing else is found where nothing else is wrong."""
    folder = ticket(release="zurich")
    (folder / "instance.toml").write_text((folder / "instance.toml").read_text().replace("env:", "x"))
    report = check(Instance.load(folder), datetime.now(UTC))
    assert [finding.rule for finding in report.findings] == ["no-attachment"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("Java Key Store", "key_store"), ("PKCS12 Key Store", "pkcs12_key_store")]
)
def test_a_type_by_its_forms_label_is_told_the_value(ticket: Write, typed: str, meant: str) -> None:
    """The label of the form beside a stand-in names the one value that is meant."""
    with pytest.raises(InstanceErrors, match=f'set type = "{meant}"'):
        Instance.load(ticket(TYPED, kind=typed))


def test_every_command_marks_a_stand_in(ticket: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """check, validate, expiry and call name it where they show the keystore; no password is asked for."""
    folder = ticket(TYPED.replace("}]", ", not_after = 2040-01-01}]"), release="zurich")
    for command in (
        ["check", str(folder)],
        ["validate", str(folder)],
        ["expiry", str(folder)],
        ["call", str(folder), "Orders", "Place", "--endpoint", "https://localhost:1/x"],
    ):
        main(command)
        printed = capsys.readouterr().out
        assert "stand-in" in printed, command
        assert "2040-01-01" in printed or command[0] != "expiry"


def test_stand_ins_survive_saving(ticket: Write, tmp_path: Path) -> None:
    """A folder written anew tells the same, entries and files."""
    folder = ticket('stand_in = [{alias = "a", certificate = "file:public.pem"}, {alias = "b", subject = "x"}]')
    (folder / "public.pem").write_text(shared_pki()["acme-client"].pem())
    instance = Instance.load(folder)
    instance.save(tmp_path / "again")
    again = Instance.load(tmp_path / "again")
    assert again.certificates[0].stand_in == instance.certificates[0].stand_in


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("stand_in = 7", "must be a list of entries"),
        ('stand_in = "public.pem"', "must be file:public.pem"),
        ('stand_in = "file:nowhere.pem"', "no file 'nowhere.pem'"),
        ('stand_in = "file:instance.toml"', "holds no certificate"),
        ('stand_in = [{alias = "a"}]', "needs a subject"),
        ('stand_in = [{subject = "CN=a", isuer = "CN=b"}]', "did you mean issuer"),
        ('stand_in = [{subject = "CN=a", key = "DSA"}]', "no kind of key"),
        ('stand_in = [{subject = "CN=a", key = "RSA 12"}]', "no kind of key"),
        ('stand_in = [{subject = "CN=a", not_after = "soon"}]', "is no date"),
        ('stand_in = [{subject = "CN=a"}, {subject = "CN=b"}]', "two entries have the alias"),
        ('stand_in = "file:root.pem"\nattachment = "root.pem"', "leave one of the two out"),
    ],
)
def test_what_cannot_stand_in_is_one_line(ticket: Write, wrong: str, told: str) -> None:
    """Each says where it stands and what to write."""
    with pytest.raises(InstanceErrors) as refused:
        Instance.load(ticket(wrong))
    assert len(refused.value.problems) == 1
    assert 'sys_certificate[1] "Contoso client".stand_in' in str(refused.value)
    assert told in str(refused.value)
