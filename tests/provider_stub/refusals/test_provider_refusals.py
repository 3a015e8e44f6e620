"""What the provider refuses, for which cause, and which alert reaches the client."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from provider_stub import Provider, ProviderPolicy, Verdict
from provider_stub.policies import load
from provider_stub.refusals.causes import from_ssl_error
from provider_stub.refusals.personality import PERSONALITIES
from provider_stub.tls.phase import Phase
from provider_stub.tls.said import entries
from provider_stub.tls.session import TlsServer
from tls_transcript import Alert, CertificateRequest, Direction, FaultSlot, Transcript, disagreements, names, record
from tls_transcript.libssl import binding
from tls_transcript.transcript import TranscriptBuilder

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
BOTH = pytest.mark.parametrize("version", ["1.2", "1.3"])

# who, cause, alert by version (as Python's ssl names it), X509 code
NATURAL = [
    (
        None,
        "no-certificate",
        {"1.2": "SSLV3_ALERT_HANDSHAKE_FAILURE", "1.3": "TLSV13_ALERT_CERTIFICATE_REQUIRED"},
        None,
    ),
    ("stranger", "unknown-ca", "TLSV1_ALERT_UNKNOWN_CA", 20),
    ("self", "self-signed", "TLSV1_ALERT_UNKNOWN_CA", 18),
    ("expired", "expired", "SSLV3_ALERT_CERTIFICATE_EXPIRED", 10),
    ("young", "not-yet-valid", "SSLV3_ALERT_BAD_CERTIFICATE", 9),
    ("wrong-use", "wrong-purpose", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", 26),
]


@pytest.fixture(scope="module")
def provider(pki):
    """One provider whose policy the tests change."""
    with Provider(pki.policy()) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(request, pki):
    if "provider" in request.fixturenames:
        running = request.getfixturevalue("provider")
        running.policy = pki.policy()
        running.clear()


@BOTH
@pytest.mark.parametrize(("who", "cause", "alert", "code"), NATURAL, ids=[row[1] for row in NATURAL])
def test_openssl_refusals(provider, pki, place, version, who, cause, alert, code):
    """Each cause gets OpenSSL's alert, the client sees it, and the journal has cause, code and chain."""
    outcome = place(provider, pki.client_context(who, version))

    expected = alert if isinstance(alert, str) else alert[version]
    assert outcome.error == expected
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason, visit.verify_code) == (Verdict.REFUSED, cause, code)
    assert expected.lower().endswith(f"alert_{visit.alert_sent}")
    assert visit.certificate_message
    assert visit.presented_chain[:1] == (() if who is None else (pki.people[who].der,))  # OpenSSL adds issuers it has
    assert visit.to_json()["reason"] == cause


@BOTH
@pytest.mark.parametrize("who", ["client", "right-use", "via"])
def test_good_certificates_pass(provider, pki, place, version, who):
    """A certificate of the trusted CA is accepted, with an intermediate and with the right usage, too."""
    outcome = place(provider, pki.client_context(who, version))

    assert outcome.status == 200
    (visit,) = provider.wait_for_visits(1)
    assert visit.verdict is Verdict.ACCEPTED
    assert visit.tls_version == f"TLSv{version}"
    assert visit.presented[0].subject == f"CN={who}"
    assert [(r.method, r.status, r.operation) for r in visit.requests] == [("POST", 200, "CreateTicket")]


@BOTH
@pytest.mark.parametrize("who", ["client", None, "stranger"])
def test_both_sides_tell_the_same_story(provider, pki, place, version, who):
    """The client's transcript and the visit's do not contradict each other, accepted or refused."""
    context = pki.client_context(who, version)
    said = TranscriptBuilder()
    record(context, lambda _connection, entry: said.append(entry), FaultSlot())

    place(provider, context)

    (visit,) = provider.wait_for_visits(1)
    assert disagreements(said.build(), visit.transcript) == ()


# policy, who is refused, cause, alert in both versions; and who passes
RULES = [
    (
        {"require_ca_signed": True, "trust": ("root", "self")},
        "self",
        "not-ca-signed",
        "TLSV1_ALERT_UNKNOWN_CA",
        "client",
    ),
    ({"allow_subjects": ("CN=client",)}, "second", "subject-not-allowed", "SSLV3_ALERT_HANDSHAKE_FAILURE", "client"),
    ({"pin": "client"}, "second", "not-pinned", "SSLV3_ALERT_HANDSHAKE_FAILURE", "client"),
    ({"pin": "self", "trust": ()}, "stranger", "not-pinned", "SSLV3_ALERT_HANDSHAKE_FAILURE", "self"),
    ({"pin": "expired", "trust": ()}, "expired", "expired", "SSLV3_ALERT_CERTIFICATE_EXPIRED", None),
    ({"trusted_leaves": ("stranger",), "trust": ()}, "client", "unknown-ca", "TLSV1_ALERT_UNKNOWN_CA", "stranger"),
    ({"trust": ("inter",)}, "via", "unknown-ca", "TLSV1_ALERT_UNKNOWN_CA", None),
    ({"trust": ("inter",), "partial_chain": True}, "client", "unknown-ca", "TLSV1_ALERT_UNKNOWN_CA", "via"),
]


@BOTH
@pytest.mark.parametrize(("changes", "who", "cause", "alert", "passes"), RULES, ids=[row[2] for row in RULES])
def test_rules_beyond_the_chain(provider, pki, place, version, changes, who, cause, alert, passes):
    """Pins, subjects, CA-signed only, leaf-only import: the wrong client is refused, the right one is not."""
    provider.policy = _policy(pki, changes)

    refused = place(provider, pki.client_context(who, version))

    assert refused.error == alert
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason) == (Verdict.REFUSED, cause)
    if passes is not None:
        assert place(provider, pki.client_context(passes, version)).status == 200


def _policy(pki, changes):
    changes = dict(changes)
    if "pin" in changes:
        leaf = pki.people[changes.pop("pin")].certificate
        from cryptography.hazmat.primitives import hashes

        changes["pin_sha256"] = (leaf.fingerprint(hashes.SHA256()).hex(":").upper(),)
    for key in ("trust", "trusted_leaves"):
        if key in changes:
            changes[key] = tuple(pki.path(name) for name in changes[key])
    return pki.policy(**changes)


@BOTH
def test_revocation(provider, pki, place, version):
    """A revoked certificate is refused, another passes; a missing or outdated list refuses everybody."""
    context = pki.client_context("client", version)
    cases = [
        ((pki.crl("client"),), "revoked", "SSLV3_ALERT_CERTIFICATE_REVOKED"),
        ((pki.crl(issuer=pki.other_root),), "crl-missing", "TLSV1_ALERT_UNKNOWN_CA"),
        ((pki.crl(next_update=-1),), "crl-expired", "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
    ]
    for lists, cause, alert in cases:
        provider.clear()
        provider.policy = pki.policy(crl=lists)
        assert place(provider, context).error == alert
        assert provider.wait_for_visits(1)[0].reason == cause

    provider.policy = pki.policy(crl=(pki.crl("second"),))
    assert place(provider, context).status == 200


@BOTH
def test_moved_clock_and_purpose(provider, pki, place, version):
    """`now` moves the judge's clock; `check_eku = false` overlooks the usage."""
    later = datetime.now(UTC) + timedelta(days=10)
    provider.policy = pki.policy(now=later)
    assert place(provider, pki.client_context("young", version)).status == 200
    provider.policy = pki.policy(now=datetime.now(UTC) + timedelta(days=700))
    assert place(provider, pki.client_context("client", version)).error == "SSLV3_ALERT_CERTIFICATE_EXPIRED"
    provider.policy = pki.policy(check_eku=False)
    assert place(provider, pki.client_context("wrong-use", version)).status == 200


@BOTH
def test_optional_and_none(provider, pki, place, version):
    """`optional` forgives a missing certificate and no bad one; `none` does not even ask."""
    provider.policy = pki.policy(client_auth="optional")
    assert place(provider, pki.client_context(None, version)).status == 200
    assert place(provider, pki.client_context("stranger", version)).error == "TLSV1_ALERT_UNKNOWN_CA"

    provider.policy = pki.policy(client_auth="none")
    provider.clear()
    assert place(provider, pki.client_context("stranger", version)).status == 200
    (visit,) = provider.wait_for_visits(1)
    assert not visit.certificate_message


@BOTH
def test_advertised_names_are_independent_of_trust(provider, pki, place, version):
    """`advertise` decides the CertificateRequest alone: the trusted CAs, a given list, or an empty one."""

    def advertised(policy: ProviderPolicy) -> list[str]:
        provider.policy = policy
        provider.clear()
        assert place(provider, pki.client_context("client", version)).status == 200
        request = provider.wait_for_visits(1)[0].transcript.first(CertificateRequest)
        return [names.rfc2253(name) for name in request.authorities]

    assert advertised(pki.policy()) == ["CN=Root"]
    assert advertised(pki.policy(advertise="none")) == []
    assert advertised(pki.policy(advertise=(pki.path("other-root"), pki.path("inter")))) == [
        "CN=Other root",
        "CN=Intermediate",
    ]


@BOTH
def test_sni_required(provider, pki, place, version):
    """Without a server name the client gets unrecognized_name; with one it passes."""
    provider.policy = pki.policy(sni_required=True)
    context = pki.client_context("client", version)
    assert place(provider, context).status == 200
    context.check_hostname = False
    import socket
    import ssl

    with socket.create_connection(("127.0.0.1", provider.port)) as raw:
        with pytest.raises(ssl.SSLError) as refused:
            context.wrap_socket(raw)
        assert refused.value.reason in ("TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_UNRECOGNIZED_NAME")
    assert provider.wait_for_visits(2)[1].reason == "sni-missing"


def test_version_and_cipher(provider, pki, place):
    """Outside the range the client gets protocol_version; without a common cipher handshake_failure."""
    provider.policy = pki.policy(tls_min="1.3")
    assert place(provider, pki.client_context("client", "1.2")).error == "TLSV1_ALERT_PROTOCOL_VERSION"
    provider.policy = pki.policy(tls_max="1.2", ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
    context = pki.client_context("client")
    assert place(provider, context).status == 200
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")
    assert place(provider, context).error == "SSLV3_ALERT_HANDSHAKE_FAILURE"
    reasons = [visit.reason for visit in provider.wait_for_visits(3)]
    assert reasons == ["protocol-version", None, "no-shared-cipher"]


def test_client_refuses_us(provider, pki, place):
    """A client that does not trust the provider is a visit, with the alert it sent."""
    context = pki.client_context("client")
    import ssl

    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert place(provider, untrusting).error == "CERTIFICATE_VERIFY_FAILED"
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.alert_received) == (Verdict.CLIENT_REFUSED, "unknown_ca")
    assert place(provider, context).status == 200


@BOTH
@pytest.mark.parametrize("name", sorted(PERSONALITIES))
def test_every_personality_answers_every_certificate_cause(provider, pki, place, version, name):
    """What the table says is what the client sees and what the journal has; and a good client always passes.

    The clients can be asked after the handshake, too (RFC 8446 section 4.6.2), which Java's cannot.
    """
    from provider_stub.refusals.causes import Cause
    from provider_stub.refusals.outcomes import Ending, HttpAnswer, SendAlert

    def client(who):
        context = pki.client_context(who, version)
        context.post_handshake_auth = True  # a server that asks for the location only can ask in TLS 1.3, too
        return context

    provider.policy = pki.policy(personality=name)
    assert place(provider, client("client")).status == 200
    for who, cause, _, _ in NATURAL:
        provider.clear()
        outcome = place(provider, client(who))
        expected = PERSONALITIES[name].outcome(Cause(cause))
        (visit,) = provider.wait_for_visits(1)
        if expected is Ending.ACCEPT:
            assert (outcome.status, visit.reason) == (200, None)
            continue
        assert visit.reason == cause
        if isinstance(expected, SendAlert):
            alert = expected.code(tls13=version == "1.3").name
            assert outcome.error.endswith(f"ALERT_{alert}")
            assert visit.alert_sent == alert.lower()
        elif isinstance(expected, HttpAnswer):
            assert (outcome.status, outcome.body) == (expected.status, expected.body())
        else:
            assert expected in (Ending.CLOSE, Ending.ABRUPT, Ending.RESET)
            assert outcome.status is None
            assert "ALERT" not in outcome.error
            assert visit.alert_sent is None


def _willing(pki, who, version):
    context = pki.client_context(who, version)
    context.post_handshake_auth = True
    return context


@BOTH
def test_single_refusals_can_be_overridden(provider, pki, place, version):
    """`refusals` changes one cause and leaves the others; even an alert no stack sends."""
    provider.policy = dataclasses.replace(
        pki.policy(), refusals={"expired": "access_denied", "unknown-ca": "accept", "no-certificate": "reset"}
    )
    assert place(provider, pki.client_context("expired", version)).error == "TLSV1_ALERT_ACCESS_DENIED"
    assert place(provider, pki.client_context("stranger", version)).status == 200
    assert place(provider, pki.client_context(None, version)).status is None
    assert place(provider, pki.client_context("young", version)).error == "SSLV3_ALERT_BAD_CERTIFICATE"


def test_tickets_are_off_unless_wanted(provider, pki):
    """By default no session is resumed, so that every visit shows a certificate; `tickets` allows it."""
    import socket

    def second_time_resumed(version: str) -> bool:
        context = pki.client_context("client", version)
        session = None
        for _ in range(2):
            with (
                socket.create_connection(("127.0.0.1", provider.port)) as raw,
                context.wrap_socket(raw, server_hostname="localhost", session=session) as tls,
            ):
                tls.sendall(b"GET /tickets HTTP/1.1\r\nHost: localhost\r\n\r\n")
                tls.recv(4096)
                session = tls.session
                resumed = tls.session_reused
        return bool(resumed)

    assert [second_time_resumed(version) for version in ("1.2", "1.3")] == [False, False]
    provider.policy = pki.policy(tickets=True)
    assert [second_time_resumed(version) for version in ("1.2", "1.3")] == [True, True]


def test_a_fallback_that_was_not_needed_is_a_version_refusal(provider, pki, place):
    """A client that says it fell back to TLS 1.2 (RFC 7507) though the provider has 1.3: cause and alert say so."""
    context = pki.client_context("client", "1.2")
    binding.library().SSL_CTX_ctrl(binding.ssl_ctx(context), 33, 0x80, None)  # SSL_MODE_SEND_FALLBACK_SCSV
    assert place(provider, context).error == "TLSV1_ALERT_INAPPROPRIATE_FALLBACK"
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason) == (Verdict.REFUSED, "protocol-version")
    assert visit.alert_sent == "inappropriate_fallback"


OPENSSL_REASONS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "no-certificate",
    "BAD_SIGNATURE": "bad-signature",
    "UNSUPPORTED_PROTOCOL": "protocol-version",
    "VERSION_TOO_LOW": "protocol-version",
    "INAPPROPRIATE_FALLBACK": "protocol-version",
    "UNSUPPORTED_PROTOCOL_VERSION": "protocol-version",
    "NO_SHARED_CIPHER": "no-shared-cipher",
    "NO_SUITABLE_KEY_SHARE": "no-shared-cipher",
    "NO_SUITABLE_SIGNATURE_ALGORITHM": "no-shared-cipher",
    "NO_SHARED_SIGNATURE_ALGORITHMS": "no-shared-cipher",
    "NO_SUITABLE_GROUPS": "no-shared-cipher",
    "HTTP_REQUEST": "plain-http",
    "HTTPS_PROXY_REQUEST": "plain-http",
    "WRONG_VERSION_NUMBER": "not-tls",
}
"""Reasons of OpenSSL (ssl/ssl_err.c), by what they mean to somebody who reads the journal."""


@pytest.mark.parametrize("reason", [*OPENSSL_REASONS, "SOMETHING_NEW", None])
def test_every_reason_of_openssl_has_its_word(reason):
    """Each known reason has its cause, and an unknown one is no worse than a TLS error."""
    assert from_ssl_error(reason, None) == OPENSSL_REASONS.get(reason, "tls-error")


@BOTH
@pytest.mark.parametrize("who", [None, "stranger"])
@pytest.mark.parametrize("name", ["nginx", "iis"])
def test_a_page_of_refusal_ends_the_connection(provider, pki, version, who, name):
    """nginx's and IIS' pages come with `Connection: close`, and the provider closes though the client would stay."""
    provider.policy = pki.policy(personality=name)
    raw = socket.create_connection(("127.0.0.1", provider.port), 10)
    with pki.client_context(who, version).wrap_socket(raw, server_hostname="localhost") as tls:
        tls.sendall(b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        answer = b""
        while piece := tls.recv(65536):
            answer += piece
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nconnection: close" in head
    assert answer.count(b"HTTP/1.1 ") == 1, "the second request is not answered"
    assert len(provider.wait_for_visits(1)[0].requests) == 1


@BOTH
def test_a_farewell_is_answered(provider, pki, version):
    """A client that says close_notify and waits for the provider's gets it, and need not close its socket first."""
    raw = socket.create_connection(("127.0.0.1", provider.port), 10)
    tls = pki.client_context("client", version).wrap_socket(raw, server_hostname="localhost")
    with tls.unwrap() as plain:
        assert plain.recv(1) == b""
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.alert_received) == (Verdict.ACCEPTED, None)


@BOTH
def test_a_farewell_is_not_an_alert_that_was_received(pki, version):
    """close_notify ends a connection and is nobody's refusal; the twin's unknown_ca is."""
    for trusting, expected in ((True, None), (False, "unknown_ca")):
        context = pki.client_context("client", version)
        if not trusting:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = context.maximum_version = VERSIONS[version]
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        session = TlsServer(load(pki.policy())).session()
        for step in [client.do_handshake] * 3 + [client.unwrap]:
            with contextlib.suppress(ssl.SSLError):
                step()
            session.feed(outgoing.read())
            if session.phase is Phase.HANDSHAKE:
                session.advance()
            if session.phase is Phase.OPEN:
                session.read()
            incoming.write(session.take())
        assert (session.alert_received, session.peer_closed) == (expected, trusting)
        heard = Transcript(tuple(entries(session.told()[0])))
        names_of_alerts = [alert.description_name for alert in heard.of(Alert, Direction.RECEIVED)]
        assert names_of_alerts == [expected or "close_notify"]
