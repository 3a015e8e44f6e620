"""WS-Security of outbound SOAP calls: what records, scripts and properties ask for, and what goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from provider_stub.policy.ws_security import WsSecurity
from sn_mock import report, scripting
from sn_mock.diagnosis import diagnosed
from sn_mock.diagnosis.checking import check
from sn_mock.exchange import Exchange
from sn_mock.instance import (
    Instance,
    Secret,
    SysCertificate,
    SysSoapMessage,
    SysSoapMessageFunction,
    WsSecurityUsernameProfile,
    WsSecurityX509Profile,
)
from sn_mock.instance.xml import export, import_files
from sn_mock.lab import Lab
from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec
from sn_mock.lab.pki.keystores import KeySpec
from sn_mock.lab.setup import LabSetup, Message, ProviderSetup, Script, Store, X509Profile
from sn_mock.outbound.messages.message_security import of
from ws_security import names

RSA = Store(content=KeystoreSpec((KeySpec("acme", "rsa-client"),)))
DEMANDS = WsSecurity(trust=("root", "intermediate"), canonicalizations=tuple(names.CANONICALIZATIONS))
X509 = WsSecurityX509Profile(name="signer", key_store="s", key_store_alias="acme", key_store_password=Secret("pw"))
USER = WsSecurityUsernameProfile(name="user", username="ann", password=Secret("s3cret"))


def setup(demands: WsSecurity | None = DEMANDS, **changes: Any) -> LabSetup:
    """A lab whose provider demands a signature."""
    message = Message(x509_profile=X509Profile())
    policy = {} if demands is None else {"ws_security": demands}
    return replace(LabSetup(stores=(RSA,), message=message, provider=ProviderSetup(policy=policy)), **changes)


def called(laid: LabSetup) -> Exchange:
    """The call of that lab."""
    with Lab(setup=laid) as lab:
        exchange, _ = lab.call()
        return exchange


def header(exchange: Exchange) -> etree._Element:
    """The Security header that went out."""
    found = etree.fromstring(exchange.request_body).find(f".//{names.SECURITY}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, (False, False, False)),
        ({"ws_security_type": "x509", "ws_security_x509_profile": "signer"}, (True, False, False)),
        ({"ws_security_type": "username", "ws_security_username_profile": "user"}, (False, True, False)),
        (
            {
                "ws_security_type": "both",
                "ws_security_x509_profile": "signer",
                "ws_security_username_profile": "user",
            },
            (True, True, False),
        ),
        ({"ws_security_type": "x509"}, (False, False, True)),
        ({"ws_security_type": "username", "ws_security_username_profile": "absent"}, (False, False, True)),
        ({"use_ws_security": True, "key_store": "s", "key_store_alias": "acme"}, (True, False, False)),
        ({"key_store": "s", "key_store_alias": "acme"}, (False, False, False)),
    ],
)
def test_what_a_record_asks_for(fields: dict[str, Any], asked: tuple[bool, bool, bool]) -> None:
    """The type decides; the older fields count where no type does; a profile that is not there is named."""
    message = SysSoapMessage(name="m")
    function = SysSoapMessageFunction(soap_message=message.sys_id, function_name="f", **fields)
    instance = Instance(
        ws_security_x509_profiles=(X509,),
        ws_security_username_profiles=(USER,),
        soap_messages=(message,),
        soap_functions=(function,),
    )
    found = of(instance, instance.soap_functions[0])
    assert (found.x509 is not None, found.user is not None, bool(found.dangling)) == asked
    assert found.wanted == any(asked)
    assert "s3cret" not in repr(found)


def test_the_defaults_are_sha1_and_what_is_inferred_is_listed() -> None:
    """The header goes out; the Exchange says how it was made and what of it is ASSUMED."""
    exchange = called(setup())
    assert exchange.ok
    assert header(exchange).find(f".//{{{names.DS}}}SignatureMethod").get("Algorithm") == f"{names.DS}rsa-sha1"  # type: ignore[union-attr]
    document = exchange.to_json()["ws_security"]
    assert document["algorithms"] == {
        "signature": "RSA-SHA-1",
        "digest": "SHA-1",
        "canonicalization": "Exclusive Canonical xml 1.0",
    }
    assert document["signed_with"]["certificate"] == "CN=rsa-client,O=Example Instance"
    assert document["assumed"]
    assert exchange.route is not None
    assert any("glide.soap.signature.algorithm = RSA-SHA-1 [DOCUMENTED" in line for line in exchange.route.because)


@pytest.mark.parametrize(
    ("value", "used"),
    [("rsa-sha-512", "RSA-SHA-512"), ("RSA-SHA-256", "RSA-SHA-256"), ("RSA-MD5", "RSA-SHA-1"), ("", "RSA-SHA-1")],
)
def test_the_properties_choose_the_algorithm(value: str, used: str) -> None:
    """What is no documented value counts as the default, and the route says that this is ASSUMED."""
    exchange = called(setup(properties={"glide.soap.signature.algorithm": value}))
    assert exchange.ok
    assert exchange.to_json()["ws_security"]["algorithms"]["signature"] == used
    assert exchange.route is not None
    known = value.upper() == used
    assert any("is no documented value" in line and "ASSUMED" in line for line in exchange.route.because) != known


@pytest.mark.parametrize("method", ["setWSSecurity", "setWSSecurityX509Token"])
def test_a_script_signs(method: str) -> None:
    """By the keystore's record, alias and password, whatever the function's record says."""
    calls = ((method, ("ACME client", "ACME", LAB_PASSWORD, "")),)
    exchange = called(setup(message=Message(), script=Script(calls)))
    assert exchange.ok
    assert exchange.to_json()["ws_security"]["signed_with"]["from"] == "script, setWSSecurity"


def test_a_script_names_a_user() -> None:
    """In plain text on the wire, masked everywhere else."""
    demands = WsSecurity(require=("username_token",), users={"ann": "s3cret"})
    exchange = called(
        setup(demands, message=Message(), script=Script((("setWSSecurityUsernameToken", ("ann", "s3cret")),)))
    )
    assert exchange.ok
    assert "s3cret" in exchange.request_body
    assert "s3cret" not in str(exchange.to_json())


@pytest.mark.parametrize(
    ("profile", "cause", "record"),
    [
        (X509Profile(alias="other"), "ws-security-alias-missing", "key_store_alias = other"),
        (X509Profile(alias=""), "ws-security-alias-missing", "key_store_alias = (empty)"),
        (X509Profile(key_store="absent"), "ws-security-key-store-missing", "key_store = absent"),
        (X509Profile(password="wrong"), "ws-security-key-store-unreadable", "key_store_password"),
        (X509Profile(certificate="absent"), "ws-security-certificate-unreadable", "certificate = absent"),
    ],
)
def test_what_cannot_be_signed_names_the_record(profile: X509Profile, cause: str, record: str) -> None:
    """Nothing is sent; the failure names the profile's field, and `check` finds it before any call."""
    laid = setup(message=Message(x509_profile=profile))
    with Lab(setup=laid) as lab:
        exchange, visit = lab.call()
        checked = check(lab.instance, datetime.now(UTC))
    assert visit is None
    assert exchange.failure is not None
    assert exchange.failure.cause == cause
    assert exchange.findings[0].rule == cause
    assert record in exchange.findings[0].fix
    assert exchange.log[0].startswith("Error signing SOAP envelope: org.apache.ws.security.WSSecurityException")
    assert [finding.rule for finding in checked.findings][:1] == [cause]
    assert record in checked.findings[0].fix


def test_an_envelope_that_is_no_xml() -> None:
    """A value that was set without escaping breaks it: named, and nothing is sent."""
    calls = (("setStringParameterNoEscape", ("short_description", "a < b")),)
    exchange = called(setup(script=Script(calls)))
    assert exchange.failure is not None
    assert exchange.failure.cause == "ws-security-envelope-unreadable"
    assert exchange.findings[0].rule == "ws-security-envelope-unreadable"


def test_a_certificate_of_another_key_is_found_before_the_call() -> None:
    """`check` compares the profile's certificate with the key; its twin is silent."""
    from sn_mock.lab.scenarios import SCENARIOS

    scenario = SCENARIOS["ws-security-certificate-not-of-key"]
    for laid, expected in ((scenario.broken, ["ws-security-certificate-not-of-key"]), (scenario.fixed, [])):
        with Lab(setup=laid) as lab:
            checked = check(lab.instance, datetime.now(UTC))
        assert [finding.rule for finding in checked.findings] == expected


def test_the_records_travel_in_xml(tmp_path: Path) -> None:
    """Both profiles and the function's fields, out and in again; passwords stay behind, as on a real instance."""
    message = SysSoapMessage(name="m")
    function = SysSoapMessageFunction(
        soap_message=message.sys_id,
        function_name="f",
        ws_security_type="both",
        ws_security_x509_profile="signer",
        ws_security_username_profile="user",
    )
    store = SysCertificate(name="s", type="key_store")
    instance = Instance(
        certificates=(store,),
        ws_security_x509_profiles=(replace(X509, key_store=store.sys_id),),
        ws_security_username_profiles=(USER,),
        soap_messages=(message,),
        soap_functions=(function,),
    )
    export(instance, tmp_path / "out.xml")
    back = import_files([tmp_path / "out.xml"], tmp_path / "folder").instance
    assert back.soap_functions == instance.soap_functions
    (signs,), (says,) = back.ws_security_x509_profiles, back.ws_security_username_profiles
    assert replace(signs, key_store_password=None) == replace(
        instance.ws_security_x509_profiles[0], key_store_password=None
    )
    assert replace(says, password=None) == replace(USER, password=None)
    assert signs.key_store_password is not None
    assert signs.key_store_password.environment == "SN_MOCK_SIGNER_KEY_STORE_PASSWORD"
    back.save(tmp_path / "saved")
    assert Instance.load(tmp_path / "saved", require_secrets=False).soap_functions == instance.soap_functions


SCRIPT = """
var store = new GlideRecord("sys_certificate");
store.get("name", "ACME client");
var message = new sn_ws.SOAPMessageV2("AcmeTickets", "CreateTicket");
message.setWSSecurity(store.getUniqueValue(), "acme", "%s", "");
message.setWSSecurityUsernameToken("ann", "%s");
gs.info(message.execute().getStatusCode());
"""


@pytest.mark.parametrize(("password", "status"), [("s3cret", "200"), ("other", "500")])
def test_javascript_signs_and_names_a_user(password: str, status: str) -> None:
    """As on the platform, by the record's sys_id."""
    pytest.importorskip("quickjs", reason="scripts need the extra `script`")
    demands = replace(DEMANDS, require=("signature", "username_token"), users={"ann": "s3cret"})
    with Lab(setup=setup(demands, message=Message())) as lab:
        result = scripting.run(lab.instance, SCRIPT % (LAB_PASSWORD, password), name="x.js")
    assert result.error is None
    assert [line.text for line in result.log] == [status]


def test_reports_tell_what_is_assumed_and_what_the_provider_found() -> None:
    """In the text: the decisions with their marks, and the journal's verdict on the header."""
    with Lab(setup=setup(replace(DEMANDS, middleware="alters-one-octet"))) as lab:
        exchange, visit = lab.call()
        told = " ".join(report.text(diagnosed(exchange, lab.instance, visit), visit).split())
    assert "WS-Security: taken to be so: that the header an instance sends is like the one" in told
    assert "WS-Security: refused: digest-differs" in told
    assert "The message was changed after it was signed" in told
