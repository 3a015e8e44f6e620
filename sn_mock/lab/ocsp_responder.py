"""The OCSP responder of the lab's issuing CA (RFC 6960), on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sn_mock.failure import MockUsageError
from sn_mock.lab.listening import listening
from sn_mock.lab.network import closed_port
from sn_mock.lab.pki import Pki
from tls_transcript import FaultSlot

REVOKED_AT = datetime(2021, 3, 1, tzinfo=UTC)
"""When everything that this responder calls revoked was revoked: a fixed date, so that Java's text is the same."""
_SECONDS = 5.0
_LARGEST_REQUEST = 65536

RESPONDERS: Mapping[str, str] = {
    "good": "answers that the certificate is good",
    "revoked": "answers that it is revoked",
    "unknown": "answers that it knows no such certificate",
    "try-later": "answers that it is too busy",
    "forbidden": "a web proxy answers 403 in its place",
    "blocked": "nobody listens at its address",
}
"""What a lab's responder does, by the name used in `LabSetup.responder`."""

_STATUS = {
    "good": ocsp.OCSPCertStatus.GOOD,
    "revoked": ocsp.OCSPCertStatus.REVOKED,
    "unknown": ocsp.OCSPCertStatus.UNKNOWN,
}


@contextmanager
def responder(name: str, pki: Pki, faults: FaultSlot) -> Iterator[str]:
    """The URL of that responder as long as the block runs; MockUsageError for an unknown name.

    What goes wrong in it is kept in `faults`.
    """
    if name not in RESPONDERS:
        raise MockUsageError(f"unknown OCSP responder {name!r}; known: {', '.join(RESPONDERS)}")
    if name == "blocked":
        with closed_port() as port:
            yield f"http://localhost:{port}/ocsp"
        return
    with listening("the OCSP responder", lambda client: _serve(client, name, pki), faults) as port:
        yield f"http://localhost:{port}/ocsp"


class NoRequestError(ValueError):
    """What came is no OCSP request."""


def _serve(client: socket.socket, name: str, pki: Pki) -> None:
    client.settimeout(_SECONDS)
    try:
        reply = _reply(_question(client), name, pki)
    except NoRequestError:
        return  # the connection is closed without an answer
    client.sendall(reply)


def _question(client: socket.socket) -> bytes:
    """The body of one POST."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _LARGEST_REQUEST:
        data += client.recv(_LARGEST_REQUEST) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    told = (line[15:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    length = next(told, b"0")
    if not (length.isascii() and length.isdigit() and len(length) < 19) or int(length) > _LARGEST_REQUEST:
        raise NoRequestError("no usable Content-Length")
    wanted = int(length)
    while len(body) < wanted and (more := client.recv(_LARGEST_REQUEST)):
        body += more
    return body


def _reply(question: bytes, name: str, pki: Pki) -> bytes:
    if name == "forbidden":
        return b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    body = answer(question, name, pki)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def answer(question: bytes, name: str, pki: Pki) -> bytes:
    """The OCSP response to that request (DER), signed by the issuing CA. Raises NoRequestError for what is none."""
    if name == "try-later":
        refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
        return refusal.public_bytes(Encoding.DER)
    try:
        asked = ocsp.load_der_ocsp_request(question)
    except ValueError as error:
        raise NoRequestError(str(error)) from None
    issuer = pki["intermediate"]
    status = _STATUS[name]
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=status,
            this_update=pki.now - timedelta(hours=1),
            next_update=pki.now + timedelta(days=7),
            revocation_time=REVOKED_AT if status is ocsp.OCSPCertStatus.REVOKED else None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, issuer.certificate)
        .sign(issuer.key, hashes.SHA256())
    )
    return response.public_bytes(Encoding.DER)
