"""Logs of `javax.net.debug`: whose they are, and which way an alert went; as Javas wrote them, cut to what counts."""

from __future__ import annotations

import pytest

from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading.sides import Side

HELLO = """*** ClientHello, TLSv1.2
RandomCookie:  GMT: 1779271123 bytes = { 177, 29, 190, 43, 119, 20, 131, 220, 3, 178, 195, 17, 70, 62, 72, 35 }
Session ID:  {}
Cipher Suites: [TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384]
Compression Methods:  { 0 }
Extension extended_master_secret
***
"""
WRITTEN = HELLO + "main, WRITE: TLSv1.2 Handshake, length = 185\nmain, READ: TLSv1.2 Handshake, length = 61\n"
WRITTEN_IN_FULL = HELLO + "[write] MD5 and SHA1 hashes:  len = 185\n0000: 01 00 00 B5 03 03\n"
READ = HELLO + (
    "%% Initialized:  [Session-2, SSL_NULL_WITH_NULL_NULL]\n"
    "%% Negotiating:  [Session-2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n*** ServerHello, TLSv1.2\n"
    "main, WRITE: TLSv1.2 Handshake, length = 1742\n"
)
READ_IN_FULL = HELLO + "[read] MD5 and SHA1 hashes:  len = 278\n*** ServerHello, TLSv1.2\n"
RECEIVED = "main, READ: TLSv1.2 Alert, length = 2\nmain, RECV TLSv1.2 ALERT:  fatal, {}\nmain, called closeSocket()\n"
SENT = "main, SEND TLSv1.2 ALERT:  fatal, description = {}\nmain, WRITE: TLSv1.2 Alert, length = 2\n"


@pytest.mark.parametrize(
    ("log", "side", "cause"),
    [
        (WRITTEN + RECEIVED.format("decrypt_error"), Side.INSTANCE, "key-does-not-fit-certificate"),
        (WRITTEN_IN_FULL + RECEIVED.format("certificate_expired"), Side.INSTANCE, "client-certificate-expired"),
        (WRITTEN + SENT.format("certificate_expired"), Side.INSTANCE, "provider-certificate-expired"),
        ("%% No cached client session\n" + RECEIVED.format("unknown_ca"), Side.INSTANCE, "client-ca-unknown"),
        (READ + SENT.format("certificate_expired"), Side.PROVIDER, "client-certificate-expired"),
        (READ_IN_FULL + RECEIVED.format("unknown_ca"), Side.PROVIDER, "provider-not-trusted"),
    ],
)
def test_java_8_tells_its_part_by_what_follows_the_client_hello(log: str, side: Side, cause: str) -> None:
    """8u252 prints the same messages on both sides: who writes on has sent the ClientHello, who reads it, got it."""
    explanation = explain(log)

    assert (explanation.side, explanation.causes[0].rule) == (side, cause)


def test_a_hello_alone_does_not_tell_who_wrote_it() -> None:
    """Without what follows it, the side stays unknown."""
    assert explain(HELLO + RECEIVED.format("unknown_ca")).side is Side.UNKNOWN


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3", "TLS12", "TLS13"])
def test_an_alert_in_a_written_record_was_sent(version: str) -> None:
    """`javax.net.debug=all` of 8u504, 11 and 17 shows what is written; it was not received."""
    log = (
        "javax.net.ssl|DEBUG|10|main|2026-11-30 14:16:37.400 UTC|ClientHello.java:641|Produced ClientHello handshake\n"
        "javax.net.ssl|DEBUG|10|main|2026-11-30 14:16:37.419 UTC|SSLSocketOutputRecord.java:71|"
        f"WRITE: {version} alert(certificate_unknown), length = 2\n"
    )

    assert explain(log.replace("handshake\n", "handshake message\n")).causes[0].rule == "provider-not-trusted"


def test_the_alert_behind_a_closed_connection_blames_no_cipher_suite() -> None:
    """Java writes handshake_failure when the provider has closed: the closing is what happened."""
    closed = "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake\n"
    alert = "WRITE: TLSv1.2 alert(handshake_failure), length = 2\n"
    start = "Produced ClientHello handshake message\n"

    assert explain(start + closed + alert).causes[0].rule == "closed-in-handshake"
    assert explain(start + alert).causes[0].rule == "no-common-cipher-suite"
