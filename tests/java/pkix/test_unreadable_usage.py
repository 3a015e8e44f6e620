"""A provider whose extended key usage cannot be read, by Java; each row as the Java named said it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from sn_mock.java.lang.jdk import named
from sn_mock.java.pkix.trust import TrustPolicy, TrustRefusal, check_server

_SERVER_AUTH = bytes.fromhex("300a06082b06010505070301")
_BEHIND, _NO_OID, _NO_SEQUENCE = _SERVER_AUTH + b"\x05\x00", bytes.fromhex("30020500"), bytes.fromhex("0500")


def _judged(forge: Any, root: Any, now: datetime, java: str, value: bytes, **made: Any) -> TrustRefusal | None:
    usage = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.37"), value)
    leaf = forge.issue("localhost", root, extensions=[(usage, False)], **made)
    policy = TrustPolicy(java=named(java))
    return check_server([leaf.der], anchors=[root.der], host="localhost", when=now, tls="TLSv1.2", policy=policy)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (_BEHIND, "extra data at the end"),
        (_NO_OID, "DerValue.getOID, not an OID 5"),
        (_NO_SEQUENCE, "Invalid encoding for ExtendedKeyUsageExtension."),
    ],
)
def test_java_21_asks_for_the_usage(forge: Any, root: Any, now: datetime, value: bytes, text: str) -> None:
    """It is refused there, also where the extension is not critical; older Javas go on, and 21 with one it can read."""
    refusal = _judged(forge, root, now, "21.0.8", value)

    assert refusal is not None
    assert [(one.class_name, one.message) for one in refusal.java] == [
        ("javax.net.ssl.SSLHandshakeException", text),
        ("java.security.cert.CertificateParsingException", text),
    ]
    assert (refusal.cause, refusal.alert) == ("server-certificate-unreadable", 46)
    for java in ("8u252", "11.0.13", "17", "17.0.21"):
        assert _judged(forge, root, now, java, value) is None
    assert _judged(forge, root, now, "21.0.8", _SERVER_AUTH) is None


def test_key_usage_comes_first(forge: Any, root: Any, now: datetime) -> None:
    """What is wrong with the key usage is said before the extended one is read; 21.0.13 names the alert in front."""
    first = _judged(forge, root, now, "21.0.8", _BEHIND, key_usage=("key_encipherment",))
    newer = _judged(forge, root, now, "21.0.13", _BEHIND)

    assert first is not None
    assert newer is not None
    assert first.java[0].message == "KeyUsage does not allow digital signatures"
    assert newer.java[0].message == "(certificate_unknown) extra data at the end"
