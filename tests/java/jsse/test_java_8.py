"""What the TLS code of Java 8 before 8u261 does otherwise than JDK 11's: measured on 8u252, with twins on 8u261."""

from __future__ import annotations

from typing import Any

import pytest

from sn_mock.failure import JavaException
from sn_mock.java.exceptions.alerts import CERTIFICATE_UNKNOWN, FATAL, WARNING, own_exception
from sn_mock.java.exceptions.event_texts import Event
from sn_mock.java.exceptions.http_clients import COMMONS, TELEMETRY
from sn_mock.java.exceptions.java_texts import for_alert, for_event
from sn_mock.java.httpclient import retries
from sn_mock.java.httpclient.clients import known
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.jsse import foreign_key
from sn_mock.java.jsse.key_manager import Candidate, choose
from sn_mock.java.jsse.key_types import key_types, unusable_request
from sn_mock.java.lang.jdk import named
from tls_transcript import CertificateRequest

JAVA_8, JAVA_8U261 = named(8), named("8u261")
SSL = "javax.net.ssl."


@pytest.mark.parametrize(
    ("level", "number", "expected"),
    [
        (FATAL, 40, "SSLHandshakeException: Received fatal alert: handshake_failure"),
        (FATAL, 48, "SSLHandshakeException: Received fatal alert: unknown_ca"),
        (FATAL, 0, "SSLException: Received fatal alert: close_notify"),
        (FATAL, 10, "SSLException: Received fatal alert: unexpected_message"),
        (FATAL, 47, "SSLException: Received fatal alert: illegal_parameter"),
        (FATAL, 50, "SSLException: Received fatal alert: decode_error"),
        (FATAL, 70, "SSLException: Received fatal alert: protocol_version"),
        (FATAL, 90, "SSLException: Received fatal alert: user_canceled"),
        (FATAL, 100, "SSLException: Received fatal alert: no_renegotiation"),
        (FATAL, 86, "SSLException: Received fatal alert: <UNKNOWN ALERT: 86>"),
        (FATAL, 116, "SSLException: Received fatal alert: <UNKNOWN ALERT: 116>"),
        (FATAL, 200, "SSLException: Received fatal alert: <UNKNOWN ALERT: 200>"),
        (WARNING, 0, "SSLException: Received close_notify during handshake"),
        (WARNING, 41, "SSLProtocolException: handshake alert:  no_certificate"),
        (WARNING, 90, "SSLProtocolException: handshake alert:  user_canceled"),
    ],
)
def test_alerts(level: int, number: int, expected: str) -> None:
    """Classes and names of received alerts; every warning ends a handshake, with two blanks before its name."""
    assert [str(one) for one in for_alert(level, number, java=JAVA_8)] == [SSL + expected]


def test_alerts_since_8u261() -> None:
    """The twin: with JDK 11's code, protocol_version is of the handshake, and a warning is worded anew."""
    assert str(for_alert(FATAL, 70, java=JAVA_8U261)[0]).startswith(f"{SSL}SSLHandshakeException: Received")
    assert "received handshake warning" in str(for_alert(WARNING, 41, java=JAVA_8U261)[0])
    assert for_alert(WARNING, 41, java=JAVA_8, handshake=False) == ()


def test_its_own_refusals_quote_the_cause() -> None:
    """The message is the cause's class and text; since 8u261 it is the text alone."""
    below = JavaException("sun.security.validator.ValidatorException", "PKIX path building failed: x")
    old = own_exception(CERTIFICATE_UNKNOWN, "PKIX path building failed: x", below, java=JAVA_8)
    new = own_exception(CERTIFICATE_UNKNOWN, "PKIX path building failed: x", below, java=JAVA_8U261)
    assert old[0].message == "sun.security.validator.ValidatorException: PKIX path building failed: x"
    assert new[0].message == "PKIX path building failed: x"
    assert old[1:] == new[1:] == (below,)


@pytest.mark.parametrize(
    ("event", "old", "new"),
    [
        (Event.EOF_IN_HANDSHAKE, "Remote host closed connection during", "Remote host terminated the handshake"),
        (Event.NOT_TLS, "Unrecognized SSL message, plaintext connection?", "Unsupported or unrecognized SSL message"),
        (Event.UNSUPPORTED_PROTOCOL_NAME, "TLSv9", "Unsupported protocolTLSv9"),
        (Event.SERVER_VERSION_REFUSED, "Server chose TLSv9, but that protocol version", "The server selected protocol"),
    ],
)
def test_events(event: Event, old: str, new: str) -> None:
    """Texts that came with JDK 11's code."""

    def text(java: Any) -> str:
        return str(for_event(event, http_client=COMMONS, java=java, host="h", port=1, detail="TLSv9")[0].message)

    assert text(JAVA_8).startswith(old)
    assert text(JAVA_8U261).startswith(new)


def test_a_swallowed_failure() -> None:
    """`Socket Closed` on 8, `Socket is closed` after; both on four connections."""
    chain = (JavaException(f"{SSL}SSLHandshakeException", "x"),)
    for java, text in ((JAVA_8, "Socket Closed"), (JAVA_8U261, "Socket is closed")):
        seen = retries.surfaced(chain, swallowed=known(TELEMETRY).swallows_handshake, java=java)
        assert seen.chain[0].message == text
        assert retries.attempts(known(TELEMETRY).retry, seen.chain, False) == 4


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((1, 2, 64), ("RSA", "DSA", "EC")),  # OpenSSL and a Java 8 server
        ((64, 1, 2), ("EC", "RSA", "DSA")),  # a JDK 17 server
        ((64,), ("EC",)),
        ((3, 65), ()),
        ((), ()),
    ],
)
def test_certificate_types_decide(kinds: tuple[int, ...], expected: tuple[str, ...]) -> None:
    """The key manager is asked in the order of certificate_types; signature algorithms do not count, nor EdDSA."""
    request = CertificateRequest(kinds, (0x0807, 0x0403, 0x0401), (), True)
    assert key_types(request, tls="TLSv1.2", java=JAVA_8) == expected
    newer = key_types(request, tls="TLSv1.2", java=JAVA_8U261)
    assert newer == tuple(name for name in ("EC", "RSA") if name in expected)


def test_the_upgrade_changes_the_key(forge: Any, root: Any) -> None:
    """RSA and EC in one store, an OpenSSL provider: Java 8 sends the RSA key, 8u261 and 11 the EC key."""
    identities = (("rsa", "rsa"), ("ec", "p256"))
    keys = [Candidate("s", forge.usable(alias, forge.issue(alias, root, kind=kind))) for alias, kind in identities]
    request = CertificateRequest((1, 2, 64), (0x0403, 0x0401), (), True)
    for java, alias in ((JAVA_8, "rsa"), (JAVA_8U261, "ec"), (named(11), "ec")):
        chosen = choose(keys, request, tls="TLSv1.2", java=java).chosen
        assert chosen is not None
        assert chosen.key.alias == alias


def test_no_algorithm_in_common() -> None:
    """RSASSA-PSS alone is nothing to Java 8; 8u261 can use it."""
    request = CertificateRequest((1,), (0x0804,), (), True)
    refusal = unusable_request(request, tls="TLSv1.2", java=JAVA_8)
    assert refusal is not None
    assert refusal.java[0].message == "No supported signature and hash algorithm in common"
    assert unusable_request(request, tls="TLSv1.2", java=JAVA_8U261) is None


def test_what_it_greets_with() -> None:
    """CBC with SHA-384 first, no X25519, no signature_algorithms_cert, no TLS 1.3 (ClientHello of 8u252)."""
    old, eleven, seventeen = (java_tls.greeting(named(java)) for java in (8, 11, 17))
    assert old.ciphers[0] == "ECDHE-ECDSA-AES256-SHA384"
    assert old.groups == ("P-256", "P-384", "P-521")
    assert not old.tells_certificate_algorithms
    assert "ed25519" not in eleven.signature_algorithms
    assert "ed25519" in seventeen.signature_algorithms
    assert java_tls.unknown_version(("TLSv1.2", "TLSv1.3"), JAVA_8) == "TLSv1.3"
    assert java_tls.unknown_version(("TLSv1.2", "TLSv1.3"), JAVA_8U261) is None


def test_a_foreign_key_is_announced_under_its_own_algorithm() -> None:
    """The scheme of the CertificateVerify is exchanged; sealed records and other messages stay as they are."""
    verify = bytes((22, 3, 3, 0, 10, 15, 0, 0, 6)) + b"\x04\x01" + b"\0\x02zz"
    sealed = bytes((20, 3, 3, 0, 1, 1)) + verify
    other = bytes((22, 3, 3, 0, 6, 16, 0, 0, 2)) + b"\x04\x01"
    assert foreign_key.renamed(other + verify + sealed, 0x0403) == (
        other + verify.replace(b"\x04\x01", b"\x04\x03") + sealed
    )
