"""What each measured update puts into its ClientHello (captured from default SSLContexts of those Javas)."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.client_context import greeting
from sn_mock.java.lang.jdk import named


@pytest.mark.parametrize(
    ("java", "of_tls12", "of_tls13", "schemes", "alone", "groups"),
    [
        ("8u504", 30, 2, 19, 19, 8),
        ("11.0.13", 33, 3, 19, 19, 10),
        ("11.0.24", 33, 3, 19, 19, 10),
        ("11.0.32", 27, 3, 16, 9, 10),
        ("17.0.12", 33, 3, 21, 21, 10),
        ("17.0.15", 33, 3, 21, 21, 10),
        ("17.0.19", 27, 3, 18, 11, 10),
        ("17.0.21", 27, 3, 18, 11, 10),
        ("21.0.8", 33, 3, 21, 21, 10),
        ("21.0.13", 27, 3, 18, 11, 10),
    ],
)
def test_how_many_it_lists(java: str, of_tls12: int, of_tls13: int, schemes: int, alone: int, groups: int) -> None:
    """Cipher suites, groups and signature algorithms; for TLS 1.3 alone OpenSSL leaves some of the last out."""
    greets = greeting(named(java))
    assert (len(greets.ciphers), len(greets.ciphers_of_tls13)) == (of_tls12, of_tls13)
    assert len(greets.signature_algorithms) == schemes
    assert len(greeting(named(java), tls13_alone=True).signature_algorithms) == alone
    assert len(greets.groups) == groups


def test_what_late_updates_leave_out() -> None:
    """Static RSA and SHA-1, and in TLS 1.3 alone what signs certificates only; Java 8 has no curve of Montgomery."""
    before, after = greeting(named("17.0.15")), greeting(named("17.0.19"))
    gone = [one for one in before.ciphers if one not in after.ciphers]
    assert gone == [
        "AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-SHA256",
        "AES128-SHA256",
        "AES256-SHA",
        "AES128-SHA",
    ]
    schemes = [one for one in before.signature_algorithms if one not in after.signature_algorithms]
    assert schemes == ["ECDSA+SHA1", "rsa_pkcs1_sha1", "DSA+SHA1"]
    assert "rsa_pkcs1_sha256" in after.signature_algorithms
    assert "rsa_pkcs1_sha256" not in greeting(named("17.0.19"), tls13_alone=True).signature_algorithms
    eight = greeting(named("8u504"))
    assert eight.groups[:2] == ("P-256", "P-384")
    assert not [one for one in (*eight.ciphers, *eight.ciphers_of_tls13) if "CHACHA20" in one]
