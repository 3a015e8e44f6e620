"""A CertificateRequest as JSSE's client reads it, and what it refuses of one that it could read."""

from __future__ import annotations

from sn_mock.java.jsse.key_types import ClientAbort, request_refusal, unreadable_authorities
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import (
    DECODE_ERROR,
    ILLEGAL_PARAMETER,
    MISSING_EXTENSION,
    Fault,
    FaultError,
    fatal,
)
from sn_mock.java.jsse.reading.server_hello import read_extensions, undecoded
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import CertificateRequest

_SIGNATURES, _AUTHORITIES, _SIGNATURES_CERT = 13, 47, 50
_OF_13 = frozenset({_SIGNATURES, _AUTHORITIES, _SIGNATURES_CERT})
_INVALID = "Invalid CertificateRequest handshake message: "
_NO_DATA = f"{_INVALID}no sufficient data"


def read_12(cursor: Cursor, *, with_schemes: bool = True) -> CertificateRequest:
    """Of TLS 1.2, and without schemes of what came before it; what stands behind it is left. Raises FaultError."""
    if not with_schemes:
        return CertificateRequest(tuple(cursor.vector(1)), (), _names(cursor, cursor.number(2)), True)
    if cursor.left < 8:
        raise fatal(ILLEGAL_PARAMETER, _NO_DATA)
    types = tuple(cursor.vector(1))
    if cursor.left < 6:
        raise fatal(ILLEGAL_PARAMETER, _NO_DATA)
    algorithms = cursor.vector(2)
    if not algorithms or len(algorithms) % 2:
        raise fatal(ILLEGAL_PARAMETER, f"{_INVALID}incomplete signature algorithms")
    if cursor.left < 2:
        raise fatal(ILLEGAL_PARAMETER, _NO_DATA)
    length = cursor.number(2)
    if length > cursor.left:
        raise fatal(ILLEGAL_PARAMETER, "Invalid CertificateRequest message: no sufficient data")
    return CertificateRequest(types, _numbers(algorithms), _names(cursor, length), True)


def read_13(cursor: Cursor, java: Jdk) -> CertificateRequest:
    """Of TLS 1.3. Raises FaultError, UnderflowError."""
    if cursor.left < 5:
        raise fatal(ILLEGAL_PARAMETER, _NO_DATA)
    context = cursor.vector(1)
    if cursor.left < 4:
        raise fatal(ILLEGAL_PARAMETER, f"{_INVALID}no sufficient extensions data")
    found = read_extensions(cursor, _OF_13, "certificate_request", java)
    if _SIGNATURES not in found:
        missing = "No mandatory signature_algorithms extension in the received CertificateRequest handshake message"
        raise fatal(MISSING_EXTENSION, missing)
    schemes = _schemes(found[_SIGNATURES], java)
    names: tuple[bytes, ...] = ()
    separate: tuple[int, ...] | None = None
    if _AUTHORITIES in found and java.has(Feature.AUTHORITIES_FIRST):
        names = _authorities(found[_AUTHORITIES], java)
    if _SIGNATURES_CERT in found:
        try:
            separate = _schemes(found[_SIGNATURES_CERT], java)
        except FaultError:
            end_on(unreadable_authorities(names, java))
            raise
    if _AUTHORITIES in found and not java.has(Feature.AUTHORITIES_FIRST):
        names = _authorities(found[_AUTHORITIES], java)
    return CertificateRequest((), schemes, names, _AUTHORITIES in found, context, separate)


def check_usable(request: CertificateRequest, java: Jdk, *, tls: str) -> None:
    """Raises FaultError where JSSE refuses what stands in a request that it could read."""
    end_on(request_refusal(request, tls=tls, java=java))


def end_on(abort: ClientAbort | None) -> None:
    """Raises FaultError where there is one."""
    if abort is not None:
        thrown, *causes = abort.java
        raise FaultError(Fault(abort.alert, thrown.message, tuple(causes), thrown.class_name))


def _schemes(body: bytes, java: Jdk) -> tuple[int, ...]:
    cursor, invalid = Cursor(body), "Invalid signature_algorithms: "
    if cursor.left < 2:
        raise undecoded(f"{invalid}insufficient data", java)
    listed = cursor.vector(2)
    if cursor.left:
        raise undecoded(f"{invalid}unknown extra data", java)
    if not listed or len(listed) % 2:
        raise undecoded(f"{invalid}incomplete data", java)
    return _numbers(listed)


def _authorities(body: bytes, java: Jdk) -> tuple[bytes, ...]:
    cursor, invalid = Cursor(body), "Invalid certificate_authorities extension: "
    if cursor.left < 3:
        raise undecoded(f"{invalid}insufficient data", java)
    length = cursor.number(2)
    if not 0 < length <= cursor.left:
        text = invalid + ("insufficient data" if length else "no certificate authorities")
        raise fatal(DECODE_ERROR, text) if java.has(Feature.AUTHORITIES_FIRST) else undecoded(text, java)
    return _names(cursor, length)


def _names(cursor: Cursor, length: int) -> tuple[bytes, ...]:
    """As many as it takes to fill so many octets, though the last may reach beyond."""
    names = []
    while length > 0:
        names.append(cursor.vector(2))
        length -= 2 + len(names[-1])
    return tuple(names)


def _numbers(listed: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(listed[at : at + 2], "big") for at in range(0, len(listed), 2))
