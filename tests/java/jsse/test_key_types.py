"""From a CertificateRequest to the key types a key manager is asked for (measured on JDK 11, 17 and 25)."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse import key_manager
from sn_mock.java.jsse.key_types import key_types, unusable_request
from sn_mock.java.lang.jdk import named
from tls_transcript import CertificateRequest

OPENSSL = (
    *(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806),
    *(0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602),
)
"""What an OpenSSL 3 server announces."""
JSSE = (0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0402)


def types(algorithms: tuple[int, ...], *, tls: str, java: int = 17, kinds: tuple[int, ...] = (64, 1, 2)) -> list[str]:
    """The key types, in order."""
    return list(key_types(CertificateRequest(kinds, algorithms, (), True), tls=tls, java=named(java)))


@pytest.mark.parametrize(
    ("algorithms", "tls", "java", "expected"),
    [
        (OPENSSL, "TLSv1.2", 17, ["EC", "EdDSA", "RSASSA-PSS", "RSA", "DSA"]),
        (OPENSSL, "TLSv1.3", 17, ["EC", "EdDSA", "RSASSA-PSS", "RSA"]),
        (JSSE, "TLSv1.2", 17, ["EC", "EdDSA", "RSA", "RSASSA-PSS", "DSA"]),
        (JSSE, "TLSv1.3", 17, ["EC", "EdDSA", "RSA", "RSASSA-PSS"]),
        (OPENSSL, "TLSv1.2", 11, ["EC", "RSA", "DSA"]),
        (OPENSSL, "TLSv1.3", 11, ["EC", "RSASSA-PSS", "RSA"]),
        ((0x0201,), "TLSv1.2", 17, ["RSA"]),
        ((0x0201,), "TLSv1.2", 25, []),
        ((0x0401,), "TLSv1.3", 17, []),
        ((0x0401, 0x0403, 0x0804), "TLSv1.3", 17, ["RSA", "EC"]),
    ],
    ids=[
        "OpenSSL 1.2",
        "OpenSSL 1.3",
        "JSSE 1.2",
        "JSSE 1.3",
        "JDK 11 has no EdDSA and asks for no PSS keys",
        "JDK 11 in 1.3",
        "SHA-1 is still signed",
        "SHA-1 is no longer signed",
        "PKCS#1 signs nothing in 1.3",
        "PKCS#1 counts for the order all the same",
    ],
)
def test_order_and_selection(algorithms: tuple[int, ...], tls: str, java: int, expected: list[str]) -> None:
    """The server's order, reduced to what this Java can sign with in this version."""
    assert types(algorithms, tls=tls, java=java) == expected


def test_certificate_types_filter_in_tls12_only() -> None:
    """ecdsa_sign alone leaves EC and EdDSA; TLS 1.3 has no such field."""
    assert types(OPENSSL, tls="TLSv1.2", kinds=(64,)) == ["EC", "EdDSA"]
    assert types(OPENSSL, tls="TLSv1.2", kinds=(1,)) == ["RSASSA-PSS", "RSA"]
    assert types(OPENSSL, tls="TLSv1.3", kinds=()) == ["EC", "EdDSA", "RSASSA-PSS", "RSA"]


@pytest.mark.parametrize(
    ("tls", "java", "ends"), [("TLSv1.2", 17, True), ("TLSv1.3", 17, False), ("TLSv1.3", 25, True)]
)
def test_algorithms_good_for_certificates_only(tls: str, java: int, ends: bool) -> None:
    """Nothing to sign with: TLS 1.2 and JDK 25 end the handshake, JDK 17 in TLS 1.3 sends an empty Certificate."""
    algorithms = (0x0401,) if tls == "TLSv1.3" else (0x0B01,)
    refusal = unusable_request(CertificateRequest((1,), algorithms, (), True), tls=tls, java=named(java))
    assert (refusal is not None) is ends


_STRANGE_TYPES, _NOTHING_USABLE = (1, 0xE0), (0x0904,)
"""rsa_sign and a number that JSSE has no name for; an algorithm that it has none for."""


@pytest.mark.parametrize(
    ("java", "expected"), [(11, ["javax.net.ssl.SSLException", "java.lang.NullPointerException"]), (17, [])]
)
def test_jdk_11_fails_on_a_certificate_type_without_a_name(java: int, expected: list[str]) -> None:
    """GOST's, for one. Measured on 11.0.13; JDK 17 passes over it."""
    asked = CertificateRequest(_STRANGE_TYPES, (0x0401,), (), True)

    choice = key_manager.choose((), asked, tls="TLSv1.2", java=named(java))

    assert [str(one) for one in choice.refusal] == expected


@pytest.mark.parametrize(
    ("java", "expected"),
    [
        (8, "No supported signature and hash algorithm in common"),
        (11, None),
        (17, "No supported signature algorithm"),
    ],
)
def test_jdk_11_answers_a_request_that_it_cannot_use(java: int, expected: str | None) -> None:
    """With an empty Certificate; 8 and 17 end the handshake. Measured on 8u252, 11.0.13 and 17."""
    asked = CertificateRequest((1,), _NOTHING_USABLE, (), True)

    choice = key_manager.choose((), asked, tls="TLSv1.2", java=named(java))

    assert (choice.refusal[0].message if choice.refusal else None) == expected
    assert not choice.sent
