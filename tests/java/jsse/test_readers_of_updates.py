"""What later updates read otherwise in a server's messages; each row as the Java named said it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sn_mock.java.jsse import key_types
from sn_mock.java.jsse.reading.fault import FaultError
from sn_mock.java.jsse.reading.records import Messages
from sn_mock.java.jsse.reading.server_hello import Offer, read
from sn_mock.java.lang.jdk import named

_SUITE = 0xC02F


def _hello(*numbers: int, legacy: bytes = b"\x03\x03") -> bytes:
    extensions = b"".join(number.to_bytes(2, "big") + b"\0\0" for number in numbers)
    body = legacy + bytes(32) + b"\0" + _SUITE.to_bytes(2, "big") + b"\0"
    return body + len(extensions).to_bytes(2, "big") + extensions


def _refusal(body: bytes, java: str) -> str | None:
    try:
        read(body, Offer(("TLS13", "TLS12"), frozenset({_SUITE}), False, named(java)))
    except FaultError as refused:
        return refused.fault.text
    return None


@pytest.mark.parametrize(
    ("java", "refused"),
    [("8u504", False), ("11.0.32", False), ("17.0.20", False), ("17.0.21", True), ("21.0.8", False), ("21.0.13", True)],
)
def test_an_extension_that_comes_twice(java: str, refused: bool) -> None:
    """It is refused in late updates, be it known or not; once is taken by all."""
    for number in (23, 9999):
        assert _refusal(_hello(number, number), java) == (f"Duplicate extension with ID: {number}" if refused else None)
        assert _refusal(_hello(number), java) is None


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("8u504", "Unsupported protocol version: TLS--2.-3"),
        ("11.0.13", "The server selected protocol version DTLS12 is not accepted by client preferences [TLS13, TLS12]"),
        ("17", "The server selected protocol version DTLS12 is not accepted by client preferences [TLS13, TLS12]"),
    ],
)
def test_a_version_of_datagrams(java: str, text: str) -> None:
    """Java 8 has no name for it."""
    assert _refusal(_hello(legacy=b"\xfe\xfd"), java) == text
    assert _refusal(_hello(), java) is None


def test_a_message_of_datagrams() -> None:
    """Java 8 does not know a HelloVerifyRequest; others do, and have no use for it."""
    message = b"\x03\0\0\0"
    with pytest.raises(FaultError) as refused:
        list(Messages().feed(message, named("8u504")))

    assert refused.value.fault.text == "Unknown handshake type size, Handshake.msg_type = 3"
    assert list(Messages().feed(message, named("11.0.13"))) == [message]


@dataclass(frozen=True)
class _Request:
    certificate_types: tuple[int, ...]
    signature_algorithms: tuple[int, ...]
    certificate_signature_algorithms: tuple[int, ...] | None = None
    authorities: tuple[bytes, ...] = ()


@pytest.mark.parametrize(
    ("java", "asked"),
    [("8u504", ("RSA", "EC")), ("11.0.13", ("EC",)), ("11.0.32", ("EC",)), ("17", ("EC",))],
)
def test_rsa_md5(java: str, asked: tuple[str, ...]) -> None:
    """Java 8 signs with it where the provider asks for it, though it never offers it; others ask for no RSA key."""
    request = _Request((1, 64), (0x0101, 0x0403))

    assert key_types.key_types(request, tls="TLSv1.2", java=named(java)) == asked
    with_sha = _Request((1, 64), (0x0401, 0x0403))
    assert key_types.key_types(with_sha, tls="TLSv1.2", java=named(java)) == ("RSA", "EC")
