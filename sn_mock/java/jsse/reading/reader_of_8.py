"""`ReaderOf8`: what the client of Java 8 before 8u261 makes of a server's octets. Measured on 8u252.

That JSSE (InputRecord, Handshaker, HandshakeStateManager) reads its messages out of one stream: what a message leaves
over is taken for the next one, and a number may be read out of what follows. Records of a type that it does not know
are passed over, and a flight is checked for its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.jsse.key_types import unusable_request
from sn_mock.java.jsse.reading import key_exchange_of_8, suites
from sn_mock.java.jsse.reading.certificate_request import end_on
from sn_mock.java.jsse.reading.fault import (
    BAD_CERTIFICATE,
    HANDSHAKE_FAILURE,
    ILLEGAL_PARAMETER,
    PROTOCOL_EXCEPTION,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    UNSUPPORTED_EXTENSION,
    Fault,
    FaultError,
    fatal,
    record_fault,
)
from sn_mock.java.jsse.reading.handshake12 import ParseFault
from sn_mock.java.jsse.reading.hello_of_8 import (
    ALPN,
    CURVES,
    MASTER_SECRET,
    POINT_FORMATS,
    RENEGOTIATION,
    SERVER_NAME,
    ShortError,
    Stream,
    read_extensions,
)
from sn_mock.java.jsse.reading.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER,
    MESSAGE_HEADER,
    written,
)
from sn_mock.java.jsse.reading.skipping import Skipping
from sn_mock.java.jsse.reading.verifying import key_type
from sn_mock.java.lang.jdk import named
from sn_mock.java.pkix.signature_schemes import TLS12
from tls_transcript import CertificateRequest

_JAVA_8 = named(8)
_HELLO_REQUEST = 0
_CLIENT_HELLO = 1
_SERVER_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _REQUEST, _DONE = 2, 11, 12, 13, 14
_FINISHED = 20
_UNUSABLE, _WARNING, _FATAL = 255, 1, 2
_OLDEST, _NEWEST_MAJOR = 0x0300, 3
_HANDSHAKE_EXCEPTION = "javax.net.ssl.SSLHandshakeException"
_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2"}
_TAKEN_EXTENSIONS = frozenset({SERVER_NAME, CURVES, POINT_FORMATS, ALPN, MASTER_SECRET, RENEGOTIATION})
_ASKED_FOR = frozenset({CURVES, POINT_FORMATS, MASTER_SECRET, RENEGOTIATION})
"""Those of them that the TLS library takes from any server."""
_EXTENSION_NAMES: Mapping[int, str] = {
    1: "max_fragment_length",
    2: "client_certificate_url",
    3: "trusted_ca_keys",
    4: "truncated_hmac",
    5: "status_request",
    6: "user_mapping",
    9: "cert_type",
    12: "srp",
    13: "signature_algorithms",
}
_SSL2_SERVER_HELLO, _SSL2_NO_CIPHER = 4, bytes((0x80, 3, 0, 0, 1))
_LONGEST_SESSION = 32
_LARGEST_RECORD = 33300
"""Record.maxLargeRecordSize less the header."""
_FINISHED_HEADER, _VERIFY_DATA = b"\x14\0\0\x0c", 12
_CHANGE = 255
"""What the order of messages has for ChangeCipherSpec, which is none."""
_NO_SERVERS = (_CHANGE, _CLIENT_HELLO)
"""What may stand in the order, and is nothing that a client takes."""
_TLS12, _LATER_SUITES = 0x0303, (0x13, 0xCC)


_AFTER_DONE = [(_CHANGE, False), (_FINISHED, False)]


@dataclass(slots=True)
class ReaderOf8:
    """One connection; used as `ServerReader` is."""

    versions: tuple[str, ...]
    """Those that the ClientHello offered, by Java's names."""
    suites: frozenset[int]
    server_name: bool
    certificate_fault: ParseFault
    fault: Fault | None = None
    transparent: bool = False
    took_sealed: bool = False
    altered: bool = False
    inside_record: bool = False
    """The head of a record has come, and its body has not."""
    _buffer: bytearray = field(default_factory=bytearray)
    _verified: bool = False
    _stream: Stream = field(default_factory=Stream)
    _upcoming: list[tuple[int, bool]] = field(default_factory=lambda: [(_SERVER_HELLO, False)])
    """(message, whether it may be missing), in order."""
    _exchange: str = ""
    _version: int = 0
    _exchanged: bool = False
    _usable: bool = True
    """A CertificateRequest ends nothing by its signature algorithms."""
    _held: bytes = b""
    """Such a one: it is answered, and its names are read, when the ServerHelloDone has come."""
    _server_random: bytes = b""
    _leaf: bytes = b""
    _unfit: bool = False
    """As of `Handshake12`."""
    _curve: bytes = b""
    """The parameters of ECDHE."""
    _waits: bool = False
    """The handshake is over, and Java still waits: for what a HelloRequest has put into the order, or for the rest of
    a message that began behind the ServerHelloDone, for which it takes the Finished."""
    skipping: Skipping | None = None
    """As of `ServerReader`: an extension came twice, or one that the TLS library has not asked for."""
    session: bytes = b""
    random: bytes = b""
    """Of the ClientHello; empty where nobody told: the TLS library verifies signatures then."""

    @property
    def unfinished(self) -> bool:
        """The ServerHello has come, and the ServerHelloDone has not."""
        return bool(self._version) and (_DONE, False) in self._upcoming

    def feed(self, octets: bytes) -> bytes:
        """Look at what arrived; returns what can be handed on."""
        if self.transparent:
            return octets
        self._buffer += octets
        handed = b""
        try:
            while not self.transparent and self.fault is None and (record := self._record()) is not None:
                handed += self._taken(*record)
        except FaultError as error:
            self.fault = error.fault
        if self.transparent:
            handed += bytes(self._buffer)
            self._buffer.clear()
        return handed

    def _record(self) -> tuple[int, bytes] | None:
        if len(self._buffer) < HEADER:
            return None
        kind, version = self._buffer[0], int.from_bytes(self._buffer[1:3], "big")
        if not self._verified and kind not in (HANDSHAKE, ALERT):
            raise _not_tls(bytes(self._buffer[:HEADER]))
        self._verified = True
        if version < _OLDEST or version >> 8 > _NEWEST_MAJOR:
            raise record_fault(f"Unsupported record version {_version(version)}", SSL_EXCEPTION)
        length = int.from_bytes(self._buffer[3:HEADER], "big")
        if length > _LARGEST_RECORD:
            raise record_fault(f"Bad InputRecord size, count = {length}, buf.length = 16921")
        end = HEADER + length
        self.inside_record = len(self._buffer) < end
        if self.inside_record:
            return None
        body = bytes(self._buffer[HEADER:end])
        del self._buffer[:end]
        return kind, body

    def _taken(self, kind: int, body: bytes) -> bytes:
        if self._waits and kind in (HANDSHAKE, ALERT):  # sealed by now
            if kind == HANDSHAKE:
                self._finished_behind()
            return b""
        if kind == HANDSHAKE:
            self._stream.append(body)
            return self._whole_messages()
        if kind == ALERT:
            return _alert(body, self._version or _TLS12)
        if kind == CHANGE_CIPHER_SPEC:
            if body != b"\1":
                raise fatal(UNEXPECTED_MESSAGE, "Malformed change cipher spec msg")
            if self._waits or self._upcoming[: len(_AFTER_DONE)] != _AFTER_DONE:
                raise record_fault("ChangeCipherSpec message sequence violation")
            self._waits = self._upcoming != _AFTER_DONE or bool(self._stream.left)
            self.transparent = not self._waits
            return written(CHANGE_CIPHER_SPEC, body, self._version)
        if kind == APPLICATION_DATA:
            raise record_fault("Data received in non-data state: 1")
        return b""

    def _finished_behind(self) -> None:
        """A Finished stands behind the beginning of a message: another message it may make whole is out of order."""
        self._stream.append(_FINISHED_HEADER.ljust(MESSAGE_HEADER + _VERIFY_DATA, b"\0"))
        if (kind := self._next()) is None or self._upcoming != _AFTER_DONE:
            return
        if kind == _FINISHED:
            raise fatal(ILLEGAL_PARAMETER, "server 'finished' message doesn't verify")
        self._check_order(kind)

    def _whole_messages(self) -> bytes:
        """What is handed on of them; where one is refused, what came before it in the same record."""
        handed = b""
        try:
            while (message := self._message()) is not None:
                handed += message
        except FaultError as error:
            self.fault = error.fault
        except ShortError:
            self.fault = Fault(UNEXPECTED_MESSAGE, "Unexpected end of handshake data", java_class=SSL_EXCEPTION)
        return handed

    def _message(self) -> bytes | None:
        """What is handed on of the next message; None where it is not whole."""
        if (kind := self._next()) is None:
            return None
        stream = self._stream
        size = stream.size_ahead
        came = bytes(stream.octets[stream.at : stream.at + MESSAGE_HEADER + size])
        begin = stream.at
        stream.at += MESSAGE_HEADER
        self._consume(kind, size)
        whole = bytes(stream.octets[begin : stream.at])
        if kind in (_SERVER_HELLO, _REQUEST) and self.skipping is None:
            wanted = _ASKED_FOR | {SERVER_NAME} if self.server_name else _ASKED_FOR
            skipping = Skipping(wanted, sealed=False, java=_JAVA_8, last=False)
            self.skipping = skipping if skipping.read_by_openssl(whole) != whole else None
        if kind == _CERTIFICATE:  # the last one is read whole, whatever the length of all of them
            listed = whole[MESSAGE_HEADER + 3 :]
            whole = whole[:MESSAGE_HEADER] + len(listed).to_bytes(3, "big") + listed
        self.altered |= whole != came
        message = whole[:1] + (len(whole) - MESSAGE_HEADER).to_bytes(3, "big") + whole[MESSAGE_HEADER:]
        handed = b"" if self._unfit else self._held + written(HANDSHAKE, message, self._version)
        self._held = handed if self._usable and kind == _REQUEST else b""
        return b"" if self._held else handed

    def _next(self) -> int | None:
        """The kind of the next message, behind any HelloRequest, which may come at any time; None: it is not whole."""
        stream = self._stream
        while stream.left >= MESSAGE_HEADER + stream.size_ahead:
            kind = stream.octets[stream.at]
            if kind != _HELLO_REQUEST:
                return kind
            self._upcoming.append((_CLIENT_HELLO, False))
            stream.at += MESSAGE_HEADER + stream.size_ahead
        return None

    def _consume(self, kind: int, size: int) -> None:
        self._check_order(kind)
        if kind == _SERVER_HELLO:
            self._server_hello(size)
        elif kind == _CERTIFICATE:
            self._certificate()
        elif kind == _KEY_EXCHANGE:
            self._key_exchange()
        elif kind == _REQUEST:
            self._certificate_request()
        elif kind == _DONE and not self._exchanged and self._exchange != "RSA":
            kind_named = self._exchange.replace("ECDHE", "ECDH").replace("DHE", "DH")
            raise record_fault(f"Server did not send a {kind_named} Server Key Exchange message")
        elif kind == _DONE and self._unfit:
            raise record_fault("Server certificate does not include an RSA key")
        elif kind == _DONE and self._curve:
            key_exchange_of_8.check_secret(self._curve)
        while self._upcoming and self._upcoming.pop(0)[0] != kind:
            continue

    def _check_order(self, kind: int) -> None:
        for expected, optional in self._upcoming:
            if expected == kind and kind in _NO_SERVERS:
                raise record_fault(f"Illegal client handshake msg, {_signed(kind)}")
            if expected == kind:
                return
            if not optional:
                break
        raise record_fault(f"Handshake message sequence violation, {_signed(kind)}")

    def _server_hello(self, size: int) -> None:
        stream, end = self._stream, self._stream.at + size
        version = self._version = stream.number(2)
        self._server_random = stream.take(32)
        session = stream.vector(1)
        if len(session) > _LONGEST_SESSION:
            raise record_fault(f"Invalid session ID length ({len(session)} bytes)")
        suite, compression = stream.number(2), stream.number(1)
        extensions = read_extensions(stream) if stream.at != end else {}
        if _version(version) not in self.versions:
            text = f"Server chose {_version(version)}, but that protocol version is not enabled or not supported by "
            raise FaultError(Fault(HANDSHAKE_FAILURE, text + "the client.", java_class=_HANDSHAKE_EXCEPTION))
        if extensions.get(RENEGOTIATION, b"\0") != b"\0":
            raise fatal(HANDSHAKE_FAILURE, "The renegotiation_info field is not empty")
        if suite not in self.suites:
            raise fatal(ILLEGAL_PARAMETER, f"Server selected improper ciphersuite {_suite_name(suite)}")
        if compression:
            raise fatal(ILLEGAL_PARAMETER, f"compression type not supported, {_signed(compression)}")
        if ALPN in extensions:
            text = "Server sent application_layer_protocol_negotiation extension when not requested by client"
            raise FaultError(Fault(UNSUPPORTED_EXTENSION, text, java_class=_HANDSHAKE_EXCEPTION))
        for number in extensions:
            if number not in _TAKEN_EXTENSIONS:
                name = _EXTENSION_NAMES.get(number, f"type_{number}")
                raise fatal(UNSUPPORTED_EXTENSION, f"Server sent an unsupported extension: {name}")
        self._exchange = suites.NAMES.get(suite, "").removeprefix("TLS_").removeprefix("SSL_").partition("_")[0]
        exchange = [] if self._exchange == "RSA" else [(_KEY_EXCHANGE, True)]
        self._upcoming += [(_CERTIFICATE, False), *exchange, (_REQUEST, True), (_DONE, False), *_AFTER_DONE]

    def _certificate(self) -> None:
        left = self._stream.number(3)
        count = 0
        while left > 0:
            encoded = self._stream.vector(3)
            self._leaf = self._leaf or encoded
            left -= 3 + len(encoded)
            count += 1
            if causes := self.certificate_fault(encoded):
                raise FaultError(
                    Fault(UNEXPECTED_MESSAGE, causes[0].message, (causes[0], *causes[1:]), PROTOCOL_EXCEPTION)
                )
        if not count:
            raise fatal(BAD_CERTIFICATE, "empty certificate chain")
        self._unfit = self._exchange == "RSA" and key_type(self._leaf) not in ("RSA", None)

    def _certificate_request(self) -> None:
        stream = self._stream
        types, schemes = tuple(stream.vector(1)), self._schemes() if self._version >= _TLS12 else None
        left = stream.number(2)
        while left > 2:
            left -= 2 + len(stream.vector(2))
        if left:
            raise record_fault(f"Bad CertificateRequest DN length: {left}")
        if schemes is not None:
            abort = unusable_request(CertificateRequest(types, schemes, (), True), tls=TLS12, java=_JAVA_8)
            self._usable = abort is None
            if not self._exchanged and self._exchange != "RSA":  # nobody else gets to read it
                end_on(abort)

    def _schemes(self) -> tuple[int, ...]:
        size, field_name = self._stream.number(2), "Invalid supported_signature_algorithms field"
        if size < 2:
            raise record_fault(f"{field_name}: {size}")
        listed = tuple(self._stream.number(2) for _ in range(size // 2))
        if size % 2:
            raise record_fault(f"{field_name}. remains: 1")
        return listed

    def _key_exchange(self) -> None:
        self._exchanged = True
        stream, numbers = self._stream, None
        if self._exchange == "ECDHE":
            params = self._curve = key_exchange_of_8.read_curve(stream)
        else:
            params, numbers = key_exchange_of_8.read_numbers(stream)
        if self._version >= _TLS12:
            scheme = stream.number(2)
            key_exchange_of_8.check_scheme(scheme)
            signature, content = stream.vector(2), self.random + self._server_random + params
            if self.random:
                key_exchange_of_8.check_signature(self._leaf, scheme, signature, content, self._exchange)
        else:
            stream.vector(2)
        if numbers is not None:
            key_exchange_of_8.check_agreement(numbers)


def _signed(octet: int) -> int:
    """As Java prints a byte."""
    return octet - 256 if octet > 127 else octet


def _not_tls(head: bytes) -> FaultError:
    old = bool(head[0] & 0x80)
    if old and head[2] == 1:
        return FaultError(Fault(HANDSHAKE_FAILURE, "SSLv2Hello is disabled", java_class=_HANDSHAKE_EXCEPTION))
    if (old and head[2] == _SSL2_SERVER_HELLO) or head == _SSL2_NO_CIPHER:
        return record_fault("SSL V2.0 servers are not supported.", SSL_EXCEPTION)
    return record_fault("Unrecognized SSL message, plaintext connection?", SSL_EXCEPTION)


def _alert(body: bytes, version: int) -> bytes:
    if len(body) < 2 or body[1] == _UNUSABLE:
        raise fatal(ILLEGAL_PARAMETER, "Short alert message")
    level = body[0] if body[0] == _WARNING else _FATAL
    return written(ALERT, bytes((level, body[1])), version)


def _suite_name(number: int) -> str:
    known = suites.NAMES.get(number) if number >> 8 not in _LATER_SUITES else None
    return known or f"Unknown 0x{number >> 8:x}:0x{number & 0xFF:x}"


def _version(number: int) -> str:
    return _VERSIONS.get(number, f"Unknown-{number >> 8}.{number & 0xFF}")
