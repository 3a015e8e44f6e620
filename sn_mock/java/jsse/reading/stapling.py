"""A stapled answer of OCSP, as far as JSSE reads it while no revocation is checked (CertStatusExtension)."""

from __future__ import annotations

from sn_mock.failure import JavaException
from sn_mock.java.asn1 import der, reading
from sn_mock.java.asn1.oids import oid_named, oid_text
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import (
    HANDSHAKE_FAILURE,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
    record_fault,
)
from sn_mock.java.jsse.reading.groups import unread
from sn_mock.java.jsse.reading.server_hello import undecoded
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import EOF, JavaThrow, io

_OCSP = 1
_LAST_STATUS = 6
_BASIC = oid_named("OCSPBasicResponse")


def check_status(body: bytes, java: Jdk) -> None:
    """A status_request extension of a Certificate message; raises FaultError."""
    if len(body) < 2:
        raise undecoded("Invalid status_request extension: insufficient data", java)
    cursor = Cursor(body)
    kind, answer = cursor.number(1), cursor.vector(3)
    if kind != _OCSP:
        return
    if not answer:
        raise record_fault("Invalid OCSP status response: insufficient data")
    try:
        _read(answer, java)
    except JavaThrow as thrown:
        raise _unread(thrown.chain[0], java) from None


def _unread(cause: JavaException, java: Jdk) -> FaultError:
    """Until 16 the reader of the extension wraps it itself; an end of the octets is taken for the connection's."""
    if not java.has(Feature.JAVA_17_DER):
        return FaultError(Fault(UNEXPECTED_MESSAGE, cause.message, (cause,), SSL_EXCEPTION))
    if cause.class_name == EOF:
        text = "Remote host terminated the handshake"
        return FaultError(Fault(HANDSHAKE_FAILURE, text, (cause,), HANDSHAKE_EXCEPTION))
    return unread(cause, java)


def _read(answer: bytes, java: Jdk) -> None:
    """`OCSPResponse`, as far as to the type of what is answered (RFC 6960 section 4.2.1)."""
    response = reading.value(answer, java)
    if response.tag != der.SEQUENCE:
        raise io("Bad encoding in OCSP response: expected ASN.1 SEQUENCE tag.")
    members = response.data
    status = members.enumerated()
    if not 0 <= status <= _LAST_STATUS:
        raise io(f"Unknown OCSPResponse status: {status}")
    if status:
        return
    where = "Bad encoding in responseBytes element of OCSP response: expected ASN.1"
    answered = members.value()
    if not answered.is_context(0):
        raise io(f"{where} context specific tag 0.")
    answered = answered.data.value()
    if answered.tag != der.SEQUENCE:
        raise io(f"{where} SEQUENCE tag.")
    kind = oid_text(answered.data.oid())
    if kind != _BASIC:
        raise io(f"Unsupported OCSP response type: {kind}")
