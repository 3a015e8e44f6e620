"""A stapled answer of OCSP, as far as JSSE reads it while no revocation is checked.

In TLS 1.3 an extension (CertStatusExtension); in TLS 1.2 a message (CertificateStatus), whose answers are not read.
"""

from __future__ import annotations

from sn_mock.failure import JavaException
from sn_mock.java.asn1 import der, reading
from sn_mock.java.asn1.oids import oid_named, oid_text
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import (
    HANDSHAKE_FAILURE,
    INTERNAL_ERROR,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
    fatal,
    record_fault,
)
from sn_mock.java.jsse.reading.groups import unread
from sn_mock.java.jsse.reading.server_hello import undecoded
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import EOF, JavaThrow, io, null_pointer

_OCSP, _OCSP_MULTI = 1, 2
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


def read_message(cursor: Cursor) -> None:
    """A CertificateStatus message; raises FaultError. Measured on 11.0.13, 17.0.15 and 21.0.8."""
    kind = cursor.number(1)
    if kind == _OCSP:
        if not cursor.vector(3):
            raise fatal(HANDSHAKE_FAILURE, "Zero-length OCSP Response")
    elif kind == _OCSP_MULTI:
        left = cursor.number(3)
        while left > 0:
            left -= 3 + len(cursor.vector(3))
        if left:
            raise fatal(INTERNAL_ERROR, "Bad OCSP response list length")
    else:
        raise fatal(HANDSHAKE_FAILURE, "Unsupported StatusResponseType: null")


def no_chain(java: Jdk) -> FaultError:
    """What comes of checking the certificates, which waits for a status that was announced, before there are any."""
    name = "<parameter2>" if java.has(Feature.NAMELESS_PARAMETERS) else "certs"
    helpful = f'Cannot invoke "[Ljava.security.cert.X509Certificate;.clone()" because "{name}" is null'
    (thrown,) = null_pointer(helpful, java).chain
    if thrown.message is None:
        return FaultError(Fault(INTERNAL_ERROR, None, (thrown,), SSL_EXCEPTION))
    return fatal(INTERNAL_ERROR, thrown.message, thrown)


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
