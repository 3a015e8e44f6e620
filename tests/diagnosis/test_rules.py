"""Rules that no lab can provoke, and what all rules have in common: evidence that quotes, remedies that say where."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sn_mock.diagnosis import RULES, diagnose
from sn_mock.diagnosis.rules.outbound_policies import ENABLED
from sn_mock.diagnosis.symptom import Symptom, symptom_of
from sn_mock.exchange import Attempt, Exchange, Response, Route
from sn_mock.failure import Failure, JavaException, Stage
from sn_mock.instance import RELEASES, Instance, SysSoapMessage, SysSoapMessageFunction
from sn_mock.lab.lab import Lab
from sn_mock.lab.setup import LabSetup
from sn_mock.negotiated import KeyChoice, PassedOver, PassedOverCause
from tls_transcript import Alert, CertificateRequest, Direction, Entry, ServerHello, Transcript

WHEN = datetime(2026, 6, 1, tzinfo=UTC)
MESSAGE = SysSoapMessage(name="Tickets", enable_mutual_auth=True, protocol_profile="myhttps")
FUNCTION = SysSoapMessageFunction(
    soap_message=MESSAGE.sys_id, function_name="Create", soap_endpoint="https://provider.example:8443/x"
)
INSTANCE = Instance(name="dev", release=RELEASES["jakarta"], soap_messages=(MESSAGE,), soap_functions=(FUNCTION,))
ROUTE = Route("myhttps://provider.example:8443/x", "myhttps", "provider.example", 8443, mutual_auth=True)
REQUEST = CertificateRequest((64,), (0x0403,), (), False)
ASKED = Transcript((Entry(Direction.RECEIVED, REQUEST),))


def failed(stage: Stage, cause: str, *java: str, transcript: Transcript | None = None, **more: object) -> Exchange:
    """An exchange that ended so."""
    chain = tuple(JavaException(*line.partition(": ")[::2]) for line in java)
    exchange = Exchange("Tickets", "Create", "jakarta", WHEN, route=ROUTE, failure=Failure(stage, cause, chain))
    return replace(exchange, attempts=(Attempt(transcript or Transcript()),), **more)  # type: ignore[arg-type]


GREETED = Transcript((Entry(Direction.RECEIVED, ServerHello(0x0303, b"", b"", 0xC02F, {}, 0x0303)),))
ALERTED = Transcript((Entry(Direction.RECEIVED, Alert(2, 47)),))


def faulted(code: str, text: str) -> Exchange:
    """An exchange that a provider answered with a fault of WS-Security."""
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        f"<faultcode>wsse:{code}</faultcode><faultstring>{text}</faultstring></s:Fault></s:Body></s:Envelope>"
    )
    return failed(Stage.SOAP, "soap-fault", response=Response(500, have_error=True, body=body))


CASES = {
    "key-type-not-accepted": failed(
        Stage.HANDSHAKE,
        "certificate-required",
        transcript=ASKED,
        key_choice=KeyChoice(
            None, None, None, False, rejected=(PassedOver("ACME", "acme", "its type is DSA", PassedOverCause.KEY_TYPE),)
        ),
    ),
    "provider-requires-certificate": failed(
        Stage.HANDSHAKE,
        "certificate-required",
        transcript=ASKED,
        route=replace(ROUTE, socket_factory="profile"),
        key_choice=KeyChoice(None, None, None, False),
    ),
    "key-cannot-sign": failed(
        Stage.HANDSHAKE,
        "key-cannot-sign",
        transcript=ASKED,
        key_choice=KeyChoice("ACME", "acme", "CN=a", False),
    ),
    "provider-certificate-weak": failed(Stage.HANDSHAKE, "server-certificate-weak", "x.Y: too small"),
    "provider-certificate-revoked": failed(Stage.HANDSHAKE, "server-certificate-revoked", "x.Y: revoked"),
    "provider-chain-invalid": failed(Stage.HANDSHAKE, "server-chain-invalid", "x.Y: not a CA"),
    "provider-certificate-unreadable": failed(
        Stage.HANDSHAKE, "server-certificate-unreadable", "x.Y: Failed to parse server certificates", "x.Z: no scheme"
    ),
    "provider-breaks-tls": failed(
        Stage.HANDSHAKE, "malformed-tls", "x.Y: Unexpected handshake message: finished", transcript=GREETED
    ),
    "port-is-not-tls": failed(Stage.HANDSHAKE, "malformed-tls", "x.Y: Bad input record size"),
    "no-route-to-host": failed(Stage.CONNECT, "no-route-to-host", "java.net.NoRouteToHostException: No route to host"),
    "bad-http-response": failed(Stage.HTTP, "bad-http-response", "x.Y: not HTTP"),
    "ws-security-profile-missing": failed(
        Stage.ROUTE,
        "ws-security-profile-missing",
        log=("sn-mock: change sys_soap_message_function 'Create': ws_security_x509_profile = (empty)",),
    ),
    "ws-security-nonce-replayed": faulted(
        "InvalidSecurity",
        "An error was discovered processing the &lt;wsse:Security&gt; header (An error happened processing a Username "
        'Token "A replay attack has been detected")',
    ),
    "ws-security-refused": faulted(
        "InvalidSecurityToken", 'An invalid security token was provided (Bad TokenType "urn:x")'
    ),
    "provider-ends-handshake": failed(Stage.HANDSHAKE, "illegal-parameter", "x.Y: z", transcript=ALERTED),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_that_no_scenario_shows_still_finds_its_cause(rule: str) -> None:
    """Given an exchange that ended so, the rule is the first to fire."""
    findings = diagnose(CASES[rule], _with_profile())

    assert [finding.rule for finding in findings][:1] == [rule]


@pytest.mark.parametrize(("value", "mutual", "told"), [("true", True, True), ("true", False, False), ("", True, False)])
def test_outbound_certificate_policies_do_not_concern_mutual_tls(value: str, mutual: bool, told: bool) -> None:
    """A refused provider's certificate gets a second finding where policies are on and the call has mutual TLS."""
    route = replace(ROUTE, mutual_auth=mutual)
    exchange = failed(Stage.HANDSHAKE, "server-certificate-revoked", "x.Y: revoked", route=route)
    instance = _with_profile().with_property(ENABLED, value)

    found = [finding.rule for finding in diagnose(exchange, instance)]

    assert found[0] == "provider-certificate-revoked"
    assert ("outbound-policy-does-not-apply" in found) is told


def _with_profile() -> Instance:
    """The instance with a profile and a keystore, so that the simpler explanations are out of question."""
    from sn_mock.instance import SysAttachment, SysCertificate, SysProtocolProfile
    from sn_mock.lab.pki import KeystoreSpec, shared_pki, write_keystore
    from sn_mock.secret import Secret

    store = SysCertificate(name="ACME", type="key_store", key_store_password=Secret("changeit"))
    data = write_keystore(shared_pki(), KeystoreSpec())
    file = SysAttachment(file_name="a.jks", table_name="sys_certificate", table_sys_id=store.sys_id, data=data)
    profile = SysProtocolProfile(protocol="myhttps", keystore=store.sys_id)
    return replace(INSTANCE, certificates=(store,), attachments=(file,), protocol_profiles=(profile,))


def test_a_call_that_succeeded_has_no_findings() -> None:
    """Nothing failed, so there is nothing to explain."""
    exchange = Exchange("Tickets", "Create", "jakarta", WHEN, route=ROUTE, response=Response(200))

    assert diagnose(exchange, INSTANCE) == ()


@pytest.mark.parametrize(("default", "rule"), [(443, "connection-refused"), (9443, "port-in-endpoint")])
def test_a_default_port_that_nobody_chose_is_no_contradiction(default: int, rule: str) -> None:
    """The endpoint's port is refused: the profile's is told in evidence; it leads where somebody chose another one."""
    instance = _with_profile()
    (profile,) = instance.protocol_profiles
    instance = replace(instance, protocol_profiles=(replace(profile, default_port=default),))
    exchange = failed(Stage.CONNECT, "connection-refused", "java.net.ConnectException: Connection refused")

    found = diagnose(exchange, instance)

    assert found[0].rule == rule
    assert found[-1].rule == "connection-refused"
    assert all(any(f"default_port = {default}" in line for line in one.evidence) for one in found)


def test_commands_of_remedies_make_files_that_every_release_uses() -> None:
    """New files have lower-case names (Fuji to Helsinki), and no command is one that keytool has for JKS alone."""
    commands = [command for rule in RULES for command in re.findall(r"`((?:keytool|openssl) [^`]+)`", rule.change)]

    written = [name for command in commands for name in re.findall(r"-(?:destkeystore|out) (\S+)", command)]
    assert written
    assert all(name == name.lower() for name in written)
    assert not [command for command in commands if "-keypasswd" in command]


def test_rules_have_distinct_ids_and_say_where_to_change_something() -> None:
    """Ids are unique; title, remedy and source are sentences of their own."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.symptoms, rule.id
        assert len(rule.remedy) > 20, rule.id
        assert rule.source, rule.id
        assert not rule.title.endswith("."), rule.id


@pytest.mark.parametrize(
    ("status", "body", "symptom"),
    [
        (400, "<title>400 No required SSL certificate was sent</title>", Symptom.NO_CERTIFICATE),
        (400, "<title>400 The SSL certificate error</title>", Symptom.CERTIFICATE_REFUSED),
        (403, "403.7 - Forbidden: Client certificate required", Symptom.NO_CERTIFICATE),
        (403, "no", Symptom.HTTP),
        (302, "", Symptom.HTTP),
        (500, "<Envelope><Body><Fault/></Body></Envelope>", Symptom.SOAP),
        (200, "<Envelope/>", None),
    ],
)
def test_an_answer_can_be_a_verdict_on_the_certificate(status: int, body: str, symptom: Symptom | None) -> None:
    """nginx and IIS refuse clients in HTTP; other statuses are what they say."""
    exchange = Exchange(
        "Tickets", "Create", "jakarta", WHEN, response=Response(status, have_error=status >= 400, body=body)
    )

    assert symptom_of(exchange) is symptom


def test_a_finding_quotes_its_evidence() -> None:
    """The evidence of every finding names a record with its value, a message, a certificate, or the failure itself."""
    for rule, exchange in CASES.items():
        for finding in diagnose(exchange, _with_profile()):
            assert finding.evidence, rule
            assert all(line.strip() for line in finding.evidence), rule
            assert "{" not in finding.fix, rule


def test_an_empty_trust_store_is_told_apart_from_a_real_instance() -> None:
    """No row trusts anybody: the finding says that a real instance has cacerts and words it as a path that failed."""
    with Lab(setup=replace(LabSetup(), trusted=()), release="vancouver") as lab:
        exchange, _ = lab.call()
    finding = exchange.findings[0]
    assert finding.rule == "provider-not-trusted"
    assert any("cacerts" in line and "PKIX path building failed" in line for line in finding.evidence)
    with Lab(scenario="provider-not-trusted") as lab:
        exchange, _ = lab.call()
    assert not any("cacerts" in line for line in exchange.findings[0].evidence)
