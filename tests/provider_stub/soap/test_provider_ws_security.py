"""The policy key `ws_security`: who is refused, with which fault, and what the journal keeps of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guarded import secrets
from provider_stub import PolicyError, ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.policies import load, service_for
from provider_stub.policy.json_schema import policy_schema
from provider_stub.policy.ws_security import WsSecurity
from provider_stub.server.control import shown
from tests.ws_security.messages import USER, message, signer

SIGNERS = (signer("own").der, signer("ca").der)
DEMANDS = WsSecurity(trust=SIGNERS)
PLAIN = Caller("https://localhost:8443")


def answered(text: str, demands: WsSecurity = DEMANDS, content_type: str = "text/xml") -> Response:
    """What a provider with that policy says to a request with that body."""
    service = service_for(load(ProviderPolicy(ws_security=demands, validate_requests=False)))
    return asked(service, text, content_type)


def asked(service: Any, text: str, content_type: str = "text/xml") -> Response:
    """One request to a service."""
    headers = (("Content-Type", content_type), ("SOAPAction", '"urn:acme:tickets:CreateTicket"'))
    found = service.answer(Request("POST", "/tickets", headers, text.encode()), PLAIN)
    assert isinstance(found, Response)
    return found


def test_a_good_message_is_answered_and_told() -> None:
    """The service sees it, and the journal knows who signed what."""
    from tests.ws_security import messages

    body = messages.ENVELOPE.replace('"urn:t"', '"urn:acme:tickets"').replace("t:Create>", "t:CreateTicket>")
    text = body.replace("<short>Hi-there</short>", "<t:shortDescription>x</t:shortDescription>")
    made = messages.secure(text, now=messages.datetime.now(messages.UTC), signing=signer("own").signing(), user=USER)
    response = answered(made.envelope, replace(DEMANDS, users={USER.name: USER.password}))
    assert response.status == 200
    assert response.ws_security is not None
    assert response.ws_security["accepted"] is True
    assert response.ws_security["signer"] == "CN=own"
    assert response.ws_security["user"] == "ann"
    assert response.ws_security["signed"] == ["Envelope/Header/Security/Timestamp", "Envelope/Body"]


@pytest.mark.parametrize(
    ("text", "code", "cause"),
    [
        (message(user=None).replace("Hi-", "Ho-"), "wsse:FailedCheck", "digest-differs"),
        (message("stranger", user=None), "wsse:FailedAuthentication", "signing-certificate-not-trusted"),
        (message(user=None, after=timedelta(hours=-1)), "wsse:MessageExpired", "timestamp-expired"),
        ("<a/>", "wsse:InvalidSecurity", "ws-security-not-readable"),
    ],
    ids=["altered", "stranger", "old", "no envelope"],
)
def test_a_refusal_is_a_fault_with_its_code(text: str, code: str, cause: str) -> None:
    """In SOAP 1.1 the faultcode itself, in SOAP 1.2 the Subcode of Sender; the journal has the cause."""
    response = answered(text)
    assert response.status == 500
    assert f"<faultcode>{code}</faultcode>" in response.body.decode()
    assert 'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/' in response.body.decode()
    assert response.ws_security is not None
    assert (response.ws_security["code"], response.ws_security["cause"]) == (code, cause)
    newer = answered(text, content_type="application/soap+xml").body.decode()
    assert f"<soapenv:Value>soapenv:Sender</soapenv:Value><soapenv:Subcode><soapenv:Value>{code}" in newer


def test_other_methods_and_other_policies_are_left_alone() -> None:
    """`?wsdl` needs no header; without the key nobody looks at one."""
    service = service_for(load(ProviderPolicy(ws_security=DEMANDS)))
    found = service.answer(Request("GET", "/tickets?wsdl", ()), PLAIN)
    assert isinstance(found, Response)
    assert found.status == 200
    plain = service_for(load(ProviderPolicy()))
    assert asked(plain, message("stranger")).ws_security is None


def test_the_middleware_of_a_policy_meddles() -> None:
    """Each kind is noticed for what it did; `none` changes nothing."""
    causes = {}
    for word in ("none", "strips-header", "reformats", "alters-one-octet"):
        found = answered(message(user=None), replace(DEMANDS, middleware=word)).ws_security
        assert found is not None
        causes[word] = found["cause"]
    assert causes["none"] is None
    assert causes["strips-header"] == "ws-security-header-missing"
    assert causes["reformats"] in ("digest-differs", "signature-value-wrong")
    assert causes["alters-one-octet"] == "digest-differs"


def test_a_clock_that_is_off() -> None:
    """Ten minutes either way; the twin is half a minute."""
    for offset, fine in ((600, False), (-600, False), (30, True), (-30, True)):
        found = answered(message(user=None), replace(DEMANDS, clock_offset=offset)).ws_security
        assert found is not None
        assert found["accepted"] is fine


def test_a_nonce_passes_once() -> None:
    """In one provider; with a window of 0 as often as one likes."""
    demands = WsSecurity(require=("username_token",), users={"ann": "s3cret"})
    text = message(user=replace(USER, hashed=True))
    text = text[: text.index("<wsse:BinarySecurityToken")] + text[text.index("<wsu:Timestamp") :]
    for window, second in ((300, False), (0, True)):
        service = service_for(load(ProviderPolicy(ws_security=replace(demands, replay_window=window))))
        verdicts = [asked(service, text).ws_security for _ in range(2)]
        assert [found["accepted"] for found in verdicts if found] == [True, second]


def test_the_journal_masks_the_password() -> None:
    """What is kept of the request, and what is told of the header, have no password."""
    demands = replace(DEMANDS, users={"ann": "s3cret"})
    found = answered(message(), demands).ws_security
    assert "s3cret" not in json.dumps(found)
    assert "s3cret" not in secrets.decoded(message().encode())
    assert "s3cret" not in json.dumps(shown(ProviderPolicy(ws_security=demands)))
    assert "s3cret" not in repr(demands)


FILE = """
[ws_security]
require = ["signature", "timestamp", "username_token"]
trust = ["signer.pem"]
users = {ann = "env:WSS_TEST_PASSWORD"}
signature_algorithms = ["RSA-SHA-256"]
digest_algorithms = ["SHA-256"]
clock_skew = 5
"""


def test_the_table_of_a_policy_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files from its folder, passwords from the environment; the schema knows every key."""
    from cryptography.hazmat.primitives.serialization import Encoding

    monkeypatch.setenv("WSS_TEST_PASSWORD", "s3cret")
    (tmp_path / "signer.pem").write_bytes(signer("own").certificate.public_bytes(Encoding.PEM))
    (tmp_path / "policy.toml").write_text(FILE)
    policy = ProviderPolicy.from_toml(tmp_path / "policy.toml")
    material = load(policy)
    assert material.ws_security is not None
    assert material.ws_security.trust == (signer("own").der,)
    assert dict(material.ws_security.users) == {"ann": "s3cret"}
    known = policy_schema()["properties"]["ws_security"]["properties"]
    assert set(known) == set(WsSecurity.__dataclass_fields__)


@pytest.mark.parametrize(
    ("table", "message_"),
    [
        ("ws_security = 1", "must be a table"),
        ("[ws_security]\nrequired = []", "unknown key 'required'"),
        ('[ws_security]\nrequire = "signature"', "require must be a list"),
        ('[ws_security]\nrequire = ["seal"]', "unknown word 'seal'"),
        ('[ws_security]\nrequire = ["signature"]', "name the certificates that may sign"),
        ('[ws_security]\nrequire = ["username_token"]', "name the users"),
        ('[ws_security]\nrequire = []\nusers = {a = "env:NO_SUCH_VARIABLE_HERE"}', "is not set"),
        ('[ws_security]\nrequire = []\nmiddleware = "magic"', "unknown word 'magic'"),
        ("[ws_security]\nrequire = []\nclock_offset = 99999999999", "must be a whole number"),
        ('[ws_security]\ntrust = ["absent.pem"]', "cannot read"),
        ('[ws_security]\nrequire = []\nsignature_algorithms = ["RSA-MD5"]', "known: RSA-SHA-1"),
    ],
)
def test_what_is_wrong_with_the_table_is_said(table: str, message_: str, tmp_path: Path) -> None:
    """With its key, before anything starts."""
    (tmp_path / "policy.toml").write_text(table)
    with pytest.raises(PolicyError) as raised:
        ProviderPolicy.from_toml(tmp_path / "policy.toml")
    assert any(problem.key.startswith("ws_security") and message_ in str(problem) for problem in raised.value.problems)
