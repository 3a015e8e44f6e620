"""The sealed messages of TLS 1.3's server, opened, as JSSE's client consumes them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import field

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.jsse.reading import certificate_request
from sn_mock.java.jsse.reading.cursor import Cursor, UnderflowError
from sn_mock.java.jsse.reading.fault import (
    DECODE_ERROR,
    DECRYPT_ERROR,
    HANDSHAKE_FAILURE,
    ILLEGAL_PARAMETER,
    UNEXPECTED_MESSAGE,
    FaultError,
    fatal,
    record_fault,
)
from sn_mock.java.jsse.reading.handshake12 import ParseFault, check_certificates, check_chain_length
from sn_mock.java.jsse.reading.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    KNOWN_MESSAGES,
    Messages,
    broken_message,
)
from sn_mock.java.jsse.reading.server_hello import read_extensions, undecoded
from sn_mock.java.jsse.reading.stapling import check_status
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, Where, check_scheme, check_signature
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.signature_schemes import TLS13

_ENCRYPTED_EXTENSIONS, _CERTIFICATE, _REQUEST, _VERIFY, _FINISHED = 8, 11, 13, 15, 20
_TICKET, _KEY_UPDATE = 4, 24
_SMALLEST_TICKET, _AFTER_NONCE = 14, 5
_LATER = frozenset({_TICKET, _KEY_UPDATE})
READ_IN_ENCRYPTED_EXTENSIONS = frozenset({0, 1, 10, 16})
_SERVER_NAME, _SUPPORTED_GROUPS = 0, 10
_UNASKED = {
    _SERVER_NAME: "Unexpected EncryptedExtensions server_name extension",
    1: "Unexpected max_fragment_length extension in ServerHello",
    16: "Unexpected application_layer_protocol_negotiation extension",
}
_STATUS_REQUEST = 5
_OF_A_CERTIFICATE = frozenset({_STATUS_REQUEST})
_BEFORE = {_REQUEST: _ENCRYPTED_EXTENSIONS, _CERTIFICATE: _ENCRYPTED_EXTENSIONS, _VERIFY: _CERTIFICATE}
_TITLES = {_REQUEST: "CertificateRequest", _CERTIFICATE: "Certificate", _VERIFY: "Certificate Verify"}
"""What is to have come before a message (a CertificateRequest: in every Java), and how one is called that is early."""
_IN_VERIFY = Where(
    "CertificateVerify handshake message", "CertificateVerify signature", "Invalid CertificateVerify signature"
)
_CONTEXT = b" " * 64 + b"TLS 1.3, server CertificateVerify\0"


@dataclass(slots=True)
class Handshake13:
    """Consumes records that were opened. `said` is what was said before them: ClientHello to ServerHello."""

    said: bytes
    hash_name: str
    finished_key: bytes
    certificate_fault: ParseFault
    java: Jdk
    expected: set[int] = field(
        default_factory=lambda: {_ENCRYPTED_EXTENSIONS, _REQUEST, _CERTIFICATE, _VERIFY, _FINISHED}
    )
    named: bool = False
    """The ClientHello had a server_name."""
    changed: bool = False
    """The one ChangeCipherSpec has come."""
    _messages: Messages = field(default_factory=Messages)
    _leaf: bytes = b""

    def record(self, plain: bytes) -> bool:
        """One record's inner plaintext; True where the next one has another key. Raises FaultError."""
        inner = plain.rstrip(b"\0")
        if len(inner) < 2:  # JSSE looks for the content type from the end, and not at the first octet
            text = "Incorrect inner plaintext: no content type"
            raise fatal(HANDSHAKE_FAILURE, text, JavaException("javax.crypto.BadPaddingException", text))
        content_type, body = inner[-1], inner[:-1]
        if content_type != HANDSHAKE and self._messages.incomplete:
            raise broken_message(content_type)
        if content_type == HANDSHAKE:
            self.messages(body)
        elif content_type == APPLICATION_DATA:
            if self.expected:
                raise fatal(UNEXPECTED_MESSAGE, "Receiving application data before handshake complete")
        elif content_type == ALERT:
            if len(body) != 2:
                raise fatal(ILLEGAL_PARAMETER, "Invalid Alert message: no sufficient data")
        elif content_type == CHANGE_CIPHER_SPEC:
            self.change(body)
        else:
            raise unexpected_content(content_type)
        return content_type == HANDSHAKE and not self.expected and body[:1] == bytes((_KEY_UPDATE,))

    def messages(self, octets: bytes) -> None:
        """Handshake messages, or pieces of them; JSSE asks none whether it was sealed. Raises FaultError."""
        for message in self._messages.feed(octets, self.java):
            self._message(message)
            if self.expected:
                self.said += message

    def begin(self, octets: bytes) -> bool:
        """What stands behind the ServerHello in its own record. Raises FaultError.

        JSSE hashes whole messages there together with the ServerHello. True where there are any: its keys are not the
        server's then.
        """
        whole = self._messages.feed(octets, self.java)
        self.said += b"".join(whole)
        for message in whole:
            self._message(message)
        return bool(whole)

    def change(self, body: bytes) -> None:
        """A ChangeCipherSpec, sealed or as it should be. Raises FaultError."""
        if self._messages.incomplete:
            raise broken_message(CHANGE_CIPHER_SPEC)
        if not self.expected or self.changed:
            raise unexpected_content(CHANGE_CIPHER_SPEC)
        if body != b"\1":
            raise fatal(UNEXPECTED_MESSAGE, "Malformed or unexpected ChangeCipherSpec message")
        self.changed = True

    def _message(self, message: bytes) -> None:
        kind, body = message[0], message[4:]
        name = KNOWN_MESSAGES[kind]
        if not self.expected and kind in _LATER:
            _check_update(body) if kind == _KEY_UPDATE else check_ticket(body, self.java)
            return
        if kind == 0:
            unsupported = "Unsupported handshake consumer: hello_request"
            cause = JavaException("java.lang.UnsupportedOperationException", unsupported)
            raise fatal(UNEXPECTED_MESSAGE, "Unsupported handshake message: hello_request", cause)
        if kind not in self.expected:
            raise fatal(UNEXPECTED_MESSAGE, f"Unexpected handshake message: {name}")
        if kind != _FINISHED:
            self.expected.discard(kind)
        missing = _BEFORE.get(kind)
        if missing in self.expected and (kind == _REQUEST or self.java.has(Feature.ORDER_OF_TLS13)):
            raise fatal(UNEXPECTED_MESSAGE, f"Unexpected {_TITLES[kind]} handshake message")
        try:
            _CONSUMERS[kind](self, Cursor(body))
        except UnderflowError:
            underflow = JavaException("java.nio.BufferUnderflowException")
            raise fatal(DECODE_ERROR, f"Illegal handshake message: {name}", underflow) from None

    def _extensions(self, cursor: Cursor) -> None:
        check_encrypted_extensions(cursor, self.java, named=self.named)

    def _request(self, cursor: Cursor) -> None:
        request = certificate_request.read_13(cursor, self.java)
        certificate_request.check_usable(request, self.java, tls=TLS13)

    def _certificate(self, cursor: Cursor) -> None:
        chain = read_chain(cursor, self.java)
        check_certificates(chain, self.certificate_fault)
        self._leaf = chain[0]

    def _verify(self, cursor: Cursor) -> None:
        if cursor.left < 4:
            raise fatal(ILLEGAL_PARAMETER, "Invalid CertificateVerify message: no sufficient data")
        scheme = cursor.number(2)
        check_scheme(scheme, _IN_VERIFY, self.java, tls=TLS13)
        if not self._leaf:
            raise fatal(ILLEGAL_PARAMETER, "No X509 credentials negotiated for CertificateVerify")
        signature = cursor.vector(2)
        digest = hashlib.new(self.hash_name, self.said).digest()
        try:
            check_signature(self._leaf, scheme, signature, _CONTEXT + digest, _IN_VERIFY, self.java)
        except UnfitKeyError as unfit:
            raise fatal(HANDSHAKE_FAILURE, f"Cannot verify {_IN_VERIFY.signature}", *unfit.causes) from None

    def _finished(self, cursor: Cursor) -> None:
        if self.expected & {_CERTIFICATE, _VERIFY}:
            raise fatal(UNEXPECTED_MESSAGE, "Unexpected Finished handshake message")
        digest = hashlib.new(self.hash_name, self.said).digest()
        if cursor.left != len(digest):
            text = f"Inappropriate finished message: need {len(digest)} but remaining {cursor.left} bytes verify_data"
            raise fatal(DECODE_ERROR, text)
        if cursor.take(cursor.left) != hmac.new(self.finished_key, digest, self.hash_name).digest():
            raise fatal(DECRYPT_ERROR, "The Finished message cannot be verified.")
        self.expected.clear()


_CONSUMERS: dict[int, Callable[[Handshake13, Cursor], None]] = {
    _ENCRYPTED_EXTENSIONS: Handshake13._extensions,
    _REQUEST: Handshake13._request,
    _CERTIFICATE: Handshake13._certificate,
    _VERIFY: Handshake13._verify,
    _FINISHED: Handshake13._finished,
}


def _check_update(body: bytes) -> None:
    if len(body) != 1:
        raise fatal(ILLEGAL_PARAMETER, f"KeyUpdate has an unexpected length of {len(body)}")
    if body[0] > 1:
        text = f"Invalid KeyUpdate message value: <UNKNOWN KeyUpdateRequest TYPE: {body[0]}>"
        raise fatal(ILLEGAL_PARAMETER, text)


def check_ticket(body: bytes, java: Jdk) -> None:
    """A NewSessionTicket, which JSSE keeps or forgets; raises FaultError."""
    cursor, text = Cursor(body), "Invalid NewSessionTicket message: "
    measured = java.has(Feature.EXTENSIONS_MEASURED)
    short = "insufficient data" if measured else "no sufficient data"
    if cursor.left < _SMALLEST_TICKET:
        raise fatal(ILLEGAL_PARAMETER, text + short)
    cursor.take(8)
    cursor.vector(1)
    if cursor.left < _AFTER_NONCE:
        raise fatal(ILLEGAL_PARAMETER, text + ("insufficient ticket data" if measured else short))
    if not cursor.vector(2) and not measured:
        raise fatal(ILLEGAL_PARAMETER, "No ticket in the NewSessionTicket handshake message")
    if cursor.left < 2:
        raise fatal(ILLEGAL_PARAMETER, text + short)
    read_extensions(cursor, frozenset(), "new_session_ticket", java)


def check_encrypted_extensions(cursor: Cursor, java: Jdk, *, named: bool) -> None:
    """An EncryptedExtensions message; `named`: the ClientHello had a server_name. Raises FaultError, UnderflowError."""
    if cursor.left < 2:
        text = "Invalid EncryptedExtensions handshake message: no sufficient data"
        raise fatal(ILLEGAL_PARAMETER, text)
    found = read_extensions(cursor, READ_IN_ENCRYPTED_EXTENSIONS, "encrypted_extensions", java)
    if _SUPPORTED_GROUPS in found:
        _check_groups(found[_SUPPORTED_GROUPS], java)
    for number, text in _UNASKED.items():
        if number in found and not (number == _SERVER_NAME and named):
            raise fatal(UNEXPECTED_MESSAGE, text)


def _check_groups(body: bytes, java: Jdk) -> None:
    """A server's supported_groups, of which JSSE makes nothing more."""
    text = "Invalid supported_groups extension: "
    if len(body) < 2:
        raise undecoded(f"{text}insufficient data", java)
    cursor = Cursor(body)
    groups = cursor.vector(2)
    if cursor.left:
        raise undecoded(f"{text}unknown extra data", java)
    if not groups or len(groups) % 2:
        raise undecoded(f"{text}incomplete data", java)


def read_chain(cursor: Cursor, java: Jdk) -> list[bytes]:
    """The certificates of a Certificate message; what they are is not looked at. Raises FaultError, UnderflowError."""
    text = "Invalid Certificate message: "
    if cursor.left < 4:
        raise record_fault(f"{text}insufficient data (length={cursor.left})")
    cursor.vector(1)
    if cursor.left < 3:
        raise record_fault(f"{text}insufficient certificate entries data")
    length = cursor.number(3)
    if length != cursor.left:
        raise record_fault(f"{text}incorrect list length (length={length})")
    chain = []
    while cursor.left:
        chain.append(cursor.vector(3))
        if not chain[-1]:
            raise record_fault(f"{text}empty cert_data")
        found = read_extensions(cursor, _OF_A_CERTIFICATE, "certificate", java)
        if _STATUS_REQUEST in found:
            check_status(found[_STATUS_REQUEST], java)
        check_chain_length(len(chain))
    if not chain:
        raise fatal(DECODE_ERROR, "Empty server certificate chain")
    return chain


def is_refused(message: bytes, java: Jdk, *, named: bool) -> bool:
    """Whether JSSE refuses a sealed message in front of the CertificateVerify, header and all, for its contents."""
    body = Cursor(message[4:])
    try:
        if message[:1] == bytes((_ENCRYPTED_EXTENSIONS,)):
            check_encrypted_extensions(body, java, named=named)
        elif message[:1] == bytes((_REQUEST,)):
            certificate_request.read_13(body, java)
        elif message[:1] == bytes((_CERTIFICATE,)):
            read_chain(body, java)
    except (FaultError, UnderflowError):
        return True
    return False


def unexpected_content(content_type: int) -> Exception:
    """A record of a type that nobody waits for."""
    signed = content_type - 256 if content_type > 127 else content_type
    known = content_type in (0, 20, 21, 22, 23)
    text = f"Unexpected content: {content_type}" if known else f"Unknown content type: {signed}"
    return fatal(UNEXPECTED_MESSAGE, text)
