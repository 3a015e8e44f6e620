"""A stapled answer of OCSP, as far as JSSE reads it while no revocation is checked (CertStatusExtension)."""

from __future__ import annotations

from sn_mock.java.asn1 import der, reading
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import record_fault
from sn_mock.java.jsse.reading.groups import unread
from sn_mock.java.jsse.reading.server_hello import undecoded
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow

_OCSP = 1


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
        if reading.value(answer, java).tag != der.SEQUENCE:
            raise record_fault("Bad encoding in OCSP response: expected ASN.1 SEQUENCE tag.")
    except JavaThrow as thrown:
        raise unread(thrown.chain[0], java) from None
