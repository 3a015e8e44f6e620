"""The server's plain messages of TLS 1.2 after the ServerHello: JSSE's client takes each once, in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.jsse.reading import certificate_request, finite_field, groups, stapling, suites
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import (
    BAD_CERTIFICATE,
    HANDSHAKE_FAILURE,
    ILLEGAL_PARAMETER,
    INSUFFICIENT_SECURITY,
    INTERNAL_ERROR,
    UNEXPECTED_MESSAGE,
    fatal,
    record_fault,
)
from sn_mock.java.jsse.reading.finite_field import Numbers
from sn_mock.java.jsse.reading.server_hello import STATUS_REQUEST, STATUS_REQUEST_V2, ServerHello
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, Where, check_scheme, check_signature, key_type
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.signature_schemes import TLS12

NEW_SESSION_TICKET, CERTIFICATE, KEY_EXCHANGE, CERTIFICATE_REQUEST, DONE, FINISHED, STATUS = 4, 11, 12, 13, 14, 20, 22
_ORDER = (CERTIFICATE, STATUS, KEY_EXCHANGE, CERTIFICATE_REQUEST, DONE)
_NAMED_CURVE = 3
_MOST_CERTIFICATES = 10
_SMALLEST_TICKET, _LIFETIME = 6, 4
_WHERE = {
    "ECDHE": Where(
        "ECDH ServerKeyExchange handshake message",
        "ECDH ServerKeyExchange signature",
        "Invalid ECDH ServerKeyExchange signature",
    ),
    "DHE": Where(
        "DH ServerKeyExchange handshake message",
        "DH ServerKeyExchange signature",
        "Invalid signature on DH ServerKeyExchange message",
    ),
}

ParseFault = Callable[[bytes], tuple[JavaException, ...]]
"""Why a certificate cannot be parsed, as an exception chain; () where it can."""


@dataclass(slots=True)
class Handshake12:
    """What was consumed, and what may still come."""

    hello: ServerHello
    certificate_fault: ParseFault
    java: Jdk
    randoms: bytes = b""
    """The client's and the server's; empty where nobody told: the TLS library verifies signatures then."""
    expected: set[int] = field(default_factory=set)
    certified: bool = False
    exchanged: bool = False
    requested: bool = False
    done: bool = False
    altered: bool = False
    """What was handed on is not what JSSE hashes: the two sides will not agree."""
    _leaf: bytes = b""
    _unfit: bool = False
    """The key is not one of RSA, and the suite encrypts with it: a stricter reader is not to get that certificate."""
    _share: tuple[int, bytes] | None = None
    """The group of the server's key, and the key."""
    _numbers: Numbers | None = None
    """Of DHE."""
    _held: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.expected = {CERTIFICATE, CERTIFICATE_REQUEST, DONE}
        if self.exchange != "RSA":
            self.expected.add(KEY_EXCHANGE)
        if STATUS_REQUEST in self.hello.extensions or STATUS_REQUEST_V2 in self.hello.extensions:
            self.expected.add(STATUS)

    @property
    def exchange(self) -> str:
        """`RSA`, `DHE` or `ECDHE`, by the suite's name."""
        return suites.name_of(self.hello.suite, self.java).removeprefix("TLS_").removeprefix("SSL_").partition("_")[0]

    @property
    def _names_schemes(self) -> bool:
        """Signature algorithms are named in messages since TLS 1.2."""
        return self.hello.version == "TLS12"

    def consume(self, kind: int, body: bytes) -> bytes:
        """Take one message; returns what of the flight a stricter reader can be given now, in its usual order."""
        self.expected.discard(kind)
        cursor = Cursor(body)
        said = body
        if kind == CERTIFICATE:
            said = self._certificate(cursor)
        elif kind in (KEY_EXCHANGE, DONE) and CERTIFICATE in self.expected and self.java.has(Feature.ORDER_OF_TLS12):
            title = "ServerKeyExchange" if kind == KEY_EXCHANGE else "ServerHelloDone"
            raise fatal(
                UNEXPECTED_MESSAGE, f"Unexpected {title} handshake message."
            )  # with a full stop, as Java has it
        elif kind == STATUS:
            stapling.read_message(cursor)
            self._check_chain()
        elif kind == KEY_EXCHANGE and self.requested:
            raise fatal(UNEXPECTED_MESSAGE, "Unexpected ServerKeyExchange handshake message")
        elif kind == KEY_EXCHANGE:
            self._no_more_status()
            self._key_exchange(cursor)
            said = body[: cursor.at]
        elif kind == CERTIFICATE_REQUEST:
            if CERTIFICATE in self.expected:
                raise fatal(UNEXPECTED_MESSAGE, "Unexpected CertificateRequest handshake message")
            self._no_more_status()
            self._request(cursor)
        elif kind == DONE:
            self._no_more_status()
            self._hello_done(body)
        elif kind == NEW_SESSION_TICKET:
            if cursor.left < _SMALLEST_TICKET:
                raise fatal(ILLEGAL_PARAMETER, "Invalid NewSessionTicket message: insufficient data")
            cursor.take(_LIFETIME)
            cursor.vector(2)
        elif kind == FINISHED:
            raise fatal(UNEXPECTED_MESSAGE, "Missing ChangeCipherSpec message")
        self.altered |= said != body
        return self._in_order(kind, said)

    def _no_more_status(self) -> None:
        """One that was announced has not come."""
        if STATUS in self.expected:
            self.expected.discard(STATUS)
            self._check_chain()

    def _check_chain(self) -> None:
        if not self.certified:
            raise stapling.no_chain(self.java)

    def _in_order(self, kind: int, body: bytes) -> bytes:
        message = bytes((kind,)) + len(body).to_bytes(3, "big") + body
        if kind not in _ORDER:
            return message
        self._held[kind] = message
        if self._unfit or (
            not self.done and self.expected & set(_ORDER[: _ORDER.index(kind)]) - {STATUS, CERTIFICATE_REQUEST}
        ):
            return b""
        if list(self._held) != [one for one in _ORDER if one in self._held]:
            self.altered = True
        ready = b"".join(self._held[one] for one in _ORDER if one in self._held)
        self._held.clear()
        return ready

    def _certificate(self, cursor: Cursor) -> bytes:
        """The message with the length that its certificates have: JSSE reads the last one whole."""
        length = cursor.number(3)
        if length > cursor.left:
            raise fatal(ILLEGAL_PARAMETER, "Error parsing certificate message:no sufficient data")
        chain = []
        while length > 0:
            chain.append(cursor.vector(3))
            length -= 3 + len(chain[-1])
            check_chain_length(len(chain))
        if not chain:
            raise fatal(BAD_CERTIFICATE, "Empty server certificate chain")
        check_certificates(chain, self.certificate_fault)
        self.certified, self._leaf = True, chain[0]
        self._unfit = self.exchange == "RSA" and key_type(chain[0]) not in ("RSA", None)
        listed = b"".join(len(one).to_bytes(3, "big") + one for one in chain)
        return len(listed).to_bytes(3, "big") + listed

    def _key_exchange(self, cursor: Cursor) -> None:
        self.exchanged = True
        params = self._curve(cursor) if self.exchange == "ECDHE" else self._finite_field(cursor)
        if not self.certified:
            if cursor.left:
                raise fatal(HANDSHAKE_FAILURE, "Invalid DH ServerKeyExchange: unknown extra data")
        else:
            self._signature(cursor, params, _WHERE[self.exchange])
        if self._numbers is not None and self._numbers.is_weak:
            text = "DH ServerKeyExchange does not comply to algorithm constraints"
            raise fatal(INSUFFICIENT_SECURITY, text)

    def _signature(self, cursor: Cursor, params: bytes, where: Where) -> None:
        scheme = cursor.number(2) if self._names_schemes else None
        if scheme is not None:
            check_scheme(scheme, where, self.java, tls=TLS12)
        signature = cursor.vector(2)
        if scheme is not None and self.randoms:
            self._verify(scheme, signature, params, where)

    def _finite_field(self, cursor: Cursor) -> bytes:
        """What is signed of them."""
        signed, self._numbers = finite_field.read(cursor.vector)
        if objection := self._numbers.objection():
            raise fatal(HANDSHAKE_FAILURE, "Invalid DH ServerKeyExchange: invalid parameters", objection)
        return signed

    def _request(self, cursor: Cursor) -> None:
        self.requested = True
        request = certificate_request.read_12(cursor, with_schemes=self._names_schemes)
        if KEY_EXCHANGE in self.expected:  # nobody else gets to read it
            certificate_request.check_usable(request, self.java, tls=TLS12)

    def _verify(self, scheme: int, signature: bytes, params: bytes, where: Where) -> None:
        try:
            check_signature(self._leaf, scheme, signature, self.randoms + params, where, self.java)
        except UnfitKeyError as unfit:
            raise fatal(INTERNAL_ERROR, f"Unsupported signature algorithm: {unfit.scheme}", *unfit.causes) from None

    def _curve(self, cursor: Cursor) -> bytes:
        """What is signed of it."""
        kind = cursor.number(1)
        if kind != _NAMED_CURVE:
            signed = kind - 256 if kind > 127 else kind
            raise fatal(ILLEGAL_PARAMETER, f"Unsupported ECCurveType: {signed}")
        group = cursor.number(2)
        constant = groups.constant_of(group)
        if not constant:
            raise fatal(ILLEGAL_PARAMETER, f"Unknown named group ID: {group}")
        if not groups.is_enabled(group, self.java):
            raise fatal(ILLEGAL_PARAMETER, f"Unsupported named group: {constant}")
        if not groups.is_curve(group) and not self.java.has(Feature.WHOLE_JSSE_11):
            raise fatal(ILLEGAL_PARAMETER, f"Unknown named EC curve: {constant}")
        point = cursor.vector(1)
        if not point:
            kind_of_point = "Point" if self.java.has(Feature.WHOLE_JSSE_11) else "ECPoint"
            raise fatal(ILLEGAL_PARAMETER, f"Insufficient {kind_of_point} data: {constant}")
        text = f"Invalid ECPoint: {constant}"
        groups.read_key(group, point, self.java, lambda cause: fatal(INTERNAL_ERROR, text, cause))
        self._share = group, point
        return bytes((kind,)) + group.to_bytes(2, "big") + bytes((len(point),)) + point

    def _hello_done(self, body: bytes) -> None:
        self.expected = {FINISHED}
        if self.java.has(Feature.SESSION_TICKETS):
            self.expected.add(NEW_SESSION_TICKET)
        if body:
            raise fatal(ILLEGAL_PARAMETER, "Error parsing ServerHelloDone message: not empty")
        if self.exchange == "RSA":
            if not self.certified:
                raise fatal(ILLEGAL_PARAMETER, "No RSA credentials negotiated for client key exchange")
            if self._unfit:
                raise fatal(ILLEGAL_PARAMETER, "Not RSA public key for client key exchange")
        elif not self.exchanged:
            alert = INTERNAL_ERROR if self.exchange == "ECDHE" else HANDSHAKE_FAILURE
            raise fatal(alert, f"No {self.exchange} credentials negotiated for client key exchange")
        elif self._share is not None:
            groups.check_sendable(self._share[0])
            groups.check_secret(*self._share, self.java)
        elif self._numbers is not None and (causes := self._numbers.no_key_pair()):
            raise fatal(INTERNAL_ERROR, causes[0].message or "", *causes)
        self.done = True


def check_chain_length(count: int) -> None:
    """`jdk.tls.maxCertificateChainLength`."""
    if count > _MOST_CERTIFICATES:
        text = f"The certificate chain length ({count}) exceeds the maximum allowed length ({_MOST_CERTIFICATES})"
        raise record_fault(text)


def check_certificates(chain: list[bytes], certificate_fault: ParseFault) -> None:
    """All certificates are parsed before any is looked at."""
    for encoded in chain:
        if causes := certificate_fault(encoded):
            raise fatal(BAD_CERTIFICATE, "Failed to parse server certificates", *causes)
