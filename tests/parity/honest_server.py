"""A TLS server that hashes and seals what it really says, and may say it in an unusual manner.

Unlike `tls_peer`, whose tampers come after OpenSSL has hashed a flight, what is odd here is part of the transcript on
both sides, so a client that goes along with it gets an answer. TLS 1.2 with ECDHE, DHE or RSA, and TLS 1.3.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sn_mock.java.jsse.reading.finite_field import prime_of

from .leaf_keys import Leaf
from .octets import extension, message, vector
from .scripted_peer import Conversation, end_connection, request_read
from .tls_keys import GROUPS, SUITES, Numbers, Protection, Schedule13, Sealing13, Share, expanded, prf, sealings12

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
_FINISHED = 20
RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
_GROUPS, _MASTER_SECRET, _SHARE, _RENEGOTIATION, _VERSIONS = 10, 23, 51, 0xFF01, 43
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

Extensions = tuple[tuple[int, bytes], ...]
Spoken = tuple[tuple[int, bytes], ...]
"""(content type, body) of records."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an honest server speaks; the defaults are the usual manner."""

    tls: str
    suite: int
    group: int = 0x1D
    hello: Extensions = ()
    """More extensions of the ServerHello."""
    in_front: bool = False
    """These come before the usual ones."""
    left_out: frozenset[int] = frozenset()
    """Usual extensions that are not said."""
    session: bytes | None = None
    """The session ID; None: the client's, echoed (TLS 1.3), or a new one."""
    encrypted: Extensions = ()
    """EncryptedExtensions."""
    certificate: Extensions = ()
    """Extensions of the leaf's entry (TLS 1.3)."""
    request: bytes | None = None
    """The body of a CertificateRequest."""
    status: bytes | None = None
    """The body of a CertificateStatus (TLS 1.2)."""
    retry: int | None = None
    """The group that a HelloRetryRequest names."""
    retries: int = 1
    retry_extensions: Extensions = ()
    tickets: tuple[bytes, ...] = ()
    """Bodies of NewSessionTickets: TLS 1.2 before the Finished, TLS 1.3 after the client's."""
    fragment: int = 0
    """The most octets of a handshake record; 0: a message in each."""
    joined: bool = False
    """Neighbouring messages share records."""
    version: int = 0x0303
    """That of plain records."""
    padding: int = 0
    after_hello: Spoken = ()
    """Plain records behind the ServerHello."""
    before_finished: Spoken = ()
    """Sealed (TLS 1.3) or plain (TLS 1.2: before the ChangeCipherSpec) records before the server's Finished."""
    after_handshake: Spoken = ()
    """Sealed records once both Finished are said."""
    before_answer: Spoken = ()
    """Sealed records when the request has come."""
    in_clear: bytes = b""
    """Octets that are said instead of an answer, and nothing behind them."""
    pieces: int = 0
    """The most octets of an answer's record; 0: all in one."""
    after_answer: Spoken = ()
    changes_cipher: bool = True
    """TLS 1.3 says the ChangeCipherSpec that means nothing."""
    scheme: int | None = None
    """The signature algorithm that is named, and as far as the key goes used; None: the usual one."""
    signature: bytes | None = None
    """What is said in place of the signature."""
    parameters: bytes | None = None
    """What is said, and signed, in place of those of a ServerKeyExchange."""
    prime: int = prime_of(0x100)
    """Of DHE."""


class _RefusedError(Exception):
    """The client does not go along: it has ended, or its Finished does not fit."""


class HonestServer:
    """One connection. `alerts` are what the client sent, (level, description), where they could be read."""

    def __init__(self, connection: socket.socket, leaf: Leaf, manner: Manner) -> None:
        self._connection, self._leaf, self._manner = connection, leaf, manner
        self._suite = SUITES[manner.suite]
        self._said = self._buffer = self._pending = b""
        self._reading: Protection | None = None
        self._writing: Protection | None = None
        self.alerts: list[tuple[int, int]] = []

    def run(self) -> None:
        """Speak until the end."""
        try:
            if self._manner.tls == "1.2":
                self._shake_hands_12(self._client_hello())
            else:
                self._shake_hands_13(self._client_hello())
            self._speak(self._manner.after_handshake)
            if not request_read(self._plain):
                return
            self._speak(self._manner.before_answer)
            if self._manner.in_clear:
                self._connection.sendall(self._manner.in_clear)
                end_connection(self._connection, "fin")
                return
            size = self._manner.pieces or len(_ANSWER)
            for at in range(0, len(_ANSWER), size):
                self._record(APPLICATION_DATA, _ANSWER[at : at + size])
            self._speak(self._manner.after_answer)
            self._record(ALERT, b"\1\0")
            end_connection(self._connection, "fin")
        except (_RefusedError, InvalidTag, ValueError, IndexError, OverflowError):
            end_connection(self._connection, "fin")

    # ---- what the client says

    def _next_record(self) -> tuple[int, bytes]:
        while True:
            size = 5 + int.from_bytes(self._buffer[3:5], "big")
            if len(self._buffer) >= 5 and len(self._buffer) >= size:
                record, self._buffer = self._buffer[:size], self._buffer[size:]
                break
            received = self._connection.recv(65536)
            if not received:
                raise _RefusedError
            self._buffer += received
        kind, body = record[0], record[5:]
        sealed = self._reading and (kind == APPLICATION_DATA or self._manner.tls == "1.2")
        if sealed and self._reading:
            kind, body = self._reading.open(record)
        if kind == ALERT:
            self.alerts.append((body[0], body[1]))
            raise _RefusedError
        return kind, body

    def _message(self) -> bytes:
        """The next handshake message, whole."""
        while len(self._pending) < 4 or len(self._pending) < 4 + int.from_bytes(self._pending[1:4], "big"):
            kind, body = self._next_record()
            if kind == HANDSHAKE:
                self._pending += body
            elif kind != CHANGE_CIPHER_SPEC:
                raise _RefusedError
        end = 4 + int.from_bytes(self._pending[1:4], "big")
        message, self._pending = self._pending[:end], self._pending[end:]
        return message

    def _plain(self, _most: int) -> bytes:
        while True:
            try:
                kind, body = self._next_record()
            except _RefusedError:
                return b""
            if kind == HANDSHAKE and body[:1] == b"\x18" and isinstance(self._reading, Sealing13):
                self._reading.update()
            if kind == APPLICATION_DATA and body:
                return body

    def _client_hello(self) -> _Hello:
        message = self._message()
        self._said += message
        return _Hello(message)

    # ---- what the server says

    def _record(self, kind: int, body: bytes) -> None:
        if self._writing:
            octets = self._writing.seal(kind, body, self._manner.padding)
        else:
            octets = bytes((kind,)) + self._manner.version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
        self._connection.sendall(octets)

    def _speak(self, spoken: Spoken) -> None:
        for kind, body in spoken:
            self._record(kind, body)
            if kind == HANDSHAKE and body[:1] == b"\x18" and isinstance(self._writing, Sealing13):
                self._writing.update()

    def _messages(self, messages: Iterable[bytes]) -> None:
        """Hash them, and say them in the manner's records."""
        said = list(messages)
        self._said += b"".join(said)
        for part in [b"".join(said)] if self._manner.joined and said else said:
            size = self._manner.fragment or 16384
            for at in range(0, len(part), size):
                self._record(HANDSHAKE, part[at : at + size])

    def _hello(self, usual: Extensions, session: bytes, random: bytes) -> bytes:
        manner = self._manner
        kept = tuple(one for one in usual if one[0] not in manner.left_out)
        more = manner.retry_extensions if random == RETRY else manner.hello
        extensions = more + kept if manner.in_front else kept + more
        body = b"\3\3" + random + vector(1, session) + manner.suite.to_bytes(2, "big") + b"\0"
        return message(2, body + (extension_block(extensions) if extensions else b""))

    # ---- TLS 1.2

    def _shake_hands_12(self, hello: _Hello) -> None:
        manner, random = self._manner, os.urandom(32)
        extended = _MASTER_SECRET in hello.extensions and _MASTER_SECRET not in manner.left_out
        usual = ((_RENEGOTIATION, b"\0"), *(((_MASTER_SECRET, b""),) if extended else ()))
        session = os.urandom(32) if manner.session is None else manner.session
        group = manner.group if manner.group in hello.groups else next(one for one in hello.groups if one in GROUPS)
        said = [self._hello(usual, session, random)]
        said.append(message(11, vector(3, b"".join(vector(3, one) for one in self._leaf.chain))))
        if manner.status is not None:
            said.append(message(22, manner.status))
        share: Share | Numbers | None = None
        if self._suite.exchange != "RSA":
            share = Numbers(manner.prime) if self._suite.exchange == "DHE" else Share(group)
            parameters = share.said if manner.parameters is None else manner.parameters
            said.append(message(12, parameters + self._signed(hello.random + random + parameters, 0)))
        if manner.request is not None:
            said.append(message(13, manner.request))
        said.append(message(14, b""))
        self._messages(said[:1])
        self._speak(manner.after_hello)
        self._messages(said[1:])
        exchange = self._message()
        if exchange[0] == 11:
            self._said += exchange
            exchange = self._message()
        self._said += exchange
        premaster = share.agreed(exchange[share.length :]) if share else self._decrypted(exchange[6:])
        digest = hashlib.new(self._suite.hash_name, self._said).digest()
        label, seed = (b"extended master secret", digest) if extended else (b"master secret", hello.random + random)
        master = prf(self._suite, premaster, label, seed, 48)
        client, server = sealings12(self._suite, master, random + hello.random)
        kind, _ = self._next_record()
        if kind != CHANGE_CIPHER_SPEC:
            raise _RefusedError
        self._reading = client
        finished = self._message()
        if finished[4:] != self._verify_data(master, b"client finished"):
            raise _RefusedError
        self._said += finished
        self._messages([message(4, ticket) for ticket in manner.tickets])
        self._speak(manner.before_finished)
        self._record(CHANGE_CIPHER_SPEC, b"\1")
        self._writing = server
        self._messages([message(_FINISHED, self._verify_data(master, b"server finished"))])

    def _signed(self, content: bytes, place: int) -> bytes:
        """A scheme and a signature; `place`: which of the leaf's schemes is the usual one of RSA."""
        manner, schemes = self._manner, self._leaf.schemes
        usual = schemes[place] if isinstance(self._leaf.key, rsa.RSAPrivateKey) else schemes[0]
        scheme = usual if manner.scheme is None else manner.scheme
        signature = self._leaf.signed(content, scheme) if manner.signature is None else manner.signature
        return scheme.to_bytes(2, "big") + vector(2, signature)

    def _decrypted(self, premaster: bytes) -> bytes:
        if not isinstance(self._leaf.key, rsa.RSAPrivateKey):
            raise _RefusedError
        return self._leaf.key.decrypt(premaster, padding.PKCS1v15())

    def _verify_data(self, master: bytes, label: bytes) -> bytes:
        return prf(self._suite, master, label, hashlib.new(self._suite.hash_name, self._said).digest(), 12)

    # ---- TLS 1.3

    def _shake_hands_13(self, hello: _Hello) -> None:
        manner = self._manner
        retry = manner.retry
        if retry is None and manner.group not in hello.shares:
            retry = manner.group
        for number in range(manner.retries if retry is not None else 0):
            hello = self._asked_again(hello, retry or 0, first=not number)
        group = manner.group if manner.group in hello.shares else next(iter(hello.shares))
        share = Share(group)
        usual = ((_VERSIONS, b"\3\4"), (_SHARE, group.to_bytes(2, "big") + vector(2, share.public)))
        session = hello.session if manner.session is None else manner.session
        self._messages([self._hello(usual, session, os.urandom(32))])
        if manner.changes_cipher:
            self._record(CHANGE_CIPHER_SPEC, b"\1")
        self._speak(manner.after_hello)
        schedule = Schedule13(self._suite)
        client, server = schedule.traffic(share.agreed(hello.shares[group]), self._said, "hs")
        self._reading, self._writing = Sealing13(self._suite, client), Sealing13(self._suite, server)
        flight = [message(8, extension_block(manner.encrypted))]
        if manner.request is not None:
            flight.append(message(13, manner.request))
        entries = [
            vector(3, one) + extension_block(manner.certificate if not at else ())
            for at, one in enumerate(self._leaf.chain)
        ]
        flight.append(message(11, b"\0" + vector(3, b"".join(entries))))
        digest = hashlib.new(self._suite.hash_name, self._said + b"".join(flight)).digest()
        content = b" " * 64 + b"TLS 1.3, server CertificateVerify\0" + digest
        flight.append(message(15, self._signed(content, 1)))
        if manner.before_finished:
            self._messages(flight)
            self._speak(manner.before_finished)
            flight = []
        self._messages([*flight, self._finished(server, self._said + b"".join(flight))])
        applied = schedule.traffic(b"", self._said, "ap")
        self._client_flight(client)
        self._reading, self._writing = Sealing13(self._suite, applied[0]), Sealing13(self._suite, applied[1])
        for ticket in manner.tickets:
            self._record(HANDSHAKE, message(4, ticket))

    def _asked_again(self, hello: _Hello, group: int, *, first: bool) -> _Hello:
        """A HelloRetryRequest, and the ClientHello that answers it (RFC 8446 sections 4.1.4 and 4.4.1)."""
        if first:
            self._said = message(254, hashlib.new(self._suite.hash_name, self._said).digest())
        usual = ((_VERSIONS, b"\3\4"), (_SHARE, group.to_bytes(2, "big")))
        self._messages([self._hello(usual, hello.session, RETRY)])
        if first and self._manner.changes_cipher:
            self._record(CHANGE_CIPHER_SPEC, b"\1")
        return self._client_hello()

    def _finished(self, secret: bytes, said: bytes) -> bytes:
        size = hashlib.new(self._suite.hash_name).digest_size
        key = expanded(self._suite, secret, "finished", b"", size)
        digest = hashlib.new(self._suite.hash_name, said).digest()
        return message(_FINISHED, hmac.new(key, digest, self._suite.hash_name).digest())

    def _client_flight(self, secret: bytes) -> None:
        """Everything up to the client's Finished, which has to fit."""
        while (said := self._message())[0] != _FINISHED:
            self._said += said
        if said != self._finished(secret, self._said):
            raise _RefusedError
        self._said += said


def honest_conversation(leaf: Leaf, manner: Manner) -> Conversation:
    """A server for each connection, with that key and chain."""
    return lambda connection, _number: HonestServer(connection, leaf, manner).run()


class _Hello:
    """What a ClientHello says that matters here."""

    def __init__(self, octets: bytes) -> None:
        self.random = octets[6:38]
        at = 39 + octets[38]
        self.session = octets[39:at]
        at += 2 + int.from_bytes(octets[at : at + 2], "big")
        at += 1 + octets[at] + 2
        self.extensions: dict[int, bytes] = {}
        while at < len(octets):
            end = at + 4 + int.from_bytes(octets[at + 2 : at + 4], "big")
            self.extensions[int.from_bytes(octets[at : at + 2], "big")] = octets[at + 4 : end]
            at = end
        listed = self.extensions.get(_GROUPS, b"")[2:]
        self.groups = [int.from_bytes(listed[place : place + 2], "big") for place in range(0, len(listed), 2)]
        self.shares: dict[int, bytes] = {}
        rest = self.extensions.get(_SHARE, b"")[2:]
        while rest:
            end = 4 + int.from_bytes(rest[2:4], "big")
            self.shares[int.from_bytes(rest[:2], "big")] = rest[4:end]
            rest = rest[end:]


def extension_block(extensions: Extensions) -> bytes:
    """Extensions behind their common length."""
    return vector(2, b"".join(extension(number, body) for number, body in extensions))
