"""A TLS provider whose flights are tampered with: OpenSSL says them, a tamper changes messages, records and endings.

In TLS 1.2 the first flight is plain. In TLS 1.3 it is opened with the secrets that OpenSSL logs, changed, and sealed
again, with a Finished that fits what is said (RFC 8446 sections 4.4 and 5.2, RFC 5869).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .scripted_peer import end_connection, request_read

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
FINISHED = 20
_HASHES = {0x1301: "sha256", 0x1302: "sha384"}
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it goes out; `sealed`: encrypted in TLS 1.3, with its content type inside."""

    content_type: int
    body: bytes
    version: int = 0x0303
    sealed: bool = False
    length: int | None = None
    """What the header says of the body's length; None: the truth."""

    def raw(self) -> bytes:
        """Header and body."""
        length = len(self.body) if self.length is None else self.length
        return bytes((self.content_type,)) + self.version.to_bytes(2, "big") + length.to_bytes(2, "big") + self.body


@dataclass(frozen=True, slots=True)
class Said:
    """What goes out in place of a flight, and how the connection ends after it."""

    records: tuple[Record, ...]
    end: str = ""
    """"" (the handshake goes on), `fin`, `rst` or `stall`."""
    cut: int | None = None
    """So many octets of it are sent."""
    after_reply: bool = False
    """It ends once all that the client says next has come: its flight, and in TLS 1.3 the request behind it.

    A client that is still writing when a reset comes has other words than one that waits for an answer.
    """


Tamper = Callable[[str, int, tuple[bytes, ...]], Said]
"""(TLS version, number of the flight from 0, its handshake messages) to what is said."""


def tls_conversation(chain: str, key: str, tls: str, tamper: Tamper) -> Callable[[socket.socket, int], None]:
    """A server of that version (`1.2`, `1.3`), PEM chain and key."""

    def converse(connection: socket.socket, _number: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _Server(connection, Path(folder), chain, key, tls, tamper).run()

    return converse


class _Server:
    """One connection."""

    def __init__(self, connection: socket.socket, folder: Path, chain: str, key: str, tls: str, tamper: Tamper) -> None:
        self._connection, self._tls, self._tamper = connection, tls, tamper
        self._secrets = folder / "secrets"
        (folder / "chain.pem").write_text(chain)
        (folder / "key.pem").touch(0o600)
        (folder / "key.pem").write_text(key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
        context.minimum_version = context.maximum_version = (
            ssl.TLSVersion.TLSv1_2 if tls == "1.2" else ssl.TLSVersion.TLSv1_3
        )
        context.options |= ssl.OP_NO_TICKET
        if hasattr(context, "num_tickets"):
            context.num_tickets = 0
        context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
        context.keylog_filename = str(self._secrets)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._openssl = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._hello = b""
        self._flight = 0

    def run(self) -> None:
        done = False
        while not done:
            received = self._connection.recv(65536)
            if not received:
                return
            self._hello = self._hello or received[5:]
            self._incoming.write(received)
            try:
                self._openssl.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                self._connection.sendall(self._outgoing.read())
                end_connection(self._connection, "fin")
                return
            flight = self._outgoing.read()
            if flight and not self._say(flight):
                return
        if self._tls == "1.3" and not self._say(b""):
            return
        self._answer()

    def _say(self, flight: bytes) -> bool:
        """Send what the tamper makes of a flight; False where that was the end."""
        number, self._flight = self._flight, self._flight + 1
        records = list(_records(flight))
        sealing = _Sealing(self._secrets, flight) if self._tls == "1.3" and number == 0 else None
        if sealing:
            plain = [messages for record in records if record[0] == HANDSHAKE for messages in _messages(record[5:])]
            opened = b"".join(sealing.opened(record) for record in records if record[0] == APPLICATION_DATA)
            messages = (*plain, *_messages(opened))
        elif number == 0:
            messages = tuple(_messages(b"".join(record[5:] for record in records if record[0] == HANDSHAKE)))
        else:
            messages = ()
        said = self._tamper(self._tls, number, messages)
        if not said.records and not said.end and number:
            self._connection.sendall(flight)
            return True
        octets = b"".join(
            sealing.sealed(record) if sealing and record.sealed else record.raw()
            for record in (sealing.finished(self._hello, said.records) if sealing else said.records)
        )
        self._connection.sendall(octets[: said.cut])
        if not said.end:
            return True
        if said.after_reply:
            self._hear_out()
        end_connection(self._connection, said.end)
        return False

    def _hear_out(self) -> None:
        """Take in the client's flight without an answer to it; of TLS 1.3 also the request."""
        while received := self._connection.recv(65536):
            self._incoming.write(received)
            with contextlib.suppress(ssl.SSLWantReadError):
                self._openssl.do_handshake()
                break
        if self._tls == "1.3":
            request_read(self._plain)

    def _answer(self) -> None:
        if request_read(self._plain):
            self._openssl.write(_ANSWER)
            with contextlib.suppress(ssl.SSLError):
                self._openssl.unwrap()
            self._connection.sendall(self._outgoing.read())
        end_connection(self._connection, "fin")

    def _plain(self, most: int) -> bytes:
        while True:
            with contextlib.suppress(ssl.SSLWantReadError):
                try:
                    return self._openssl.read(most)
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""
            received = self._connection.recv(65536)
            if not received:
                return b""
            self._incoming.write(received)


class _Sealing:
    """The server's handshake keys of one TLS 1.3 connection."""

    def __init__(self, secrets: Path, flight: bytes) -> None:
        self._hash = _HASHES[_suite(flight)]
        (line,) = [one for one in secrets.read_text().splitlines() if one.startswith("SERVER_HANDSHAKE_TRAFFIC_SECRET")]
        self._secret = bytes.fromhex(line.split()[2])
        size = 16 if self._hash == "sha256" else 32
        self._cipher, self._iv = AESGCM(self._expand("key", size)), self._expand("iv", 12)
        self._read = self._written = 0

    def _expand(self, label: str, size: int) -> bytes:
        name = f"tls13 {label}".encode()
        info = size.to_bytes(2, "big") + bytes((len(name),)) + name + b"\0"
        return hmac.new(self._secret, info + b"\1", self._hash).digest()[:size]

    def _nonce(self, number: int) -> bytes:
        return (int.from_bytes(self._iv, "big") ^ number).to_bytes(12, "big")

    def opened(self, record: bytes) -> bytes:
        plain = self._cipher.decrypt(self._nonce(self._read), record[5:], record[:5])
        self._read += 1
        return plain.rstrip(b"\0")[:-1]

    def sealed(self, record: Record) -> bytes:
        inner = record.body + (bytes((record.content_type,)) if record.content_type else b"")
        header = bytes((APPLICATION_DATA,)) + record.version.to_bytes(2, "big") + (len(inner) + 16).to_bytes(2, "big")
        sealed = self._cipher.encrypt(self._nonce(self._written), inner, header)
        self._written += 1
        return header + sealed

    def finished(self, hello: bytes, records: tuple[Record, ...]) -> Iterator[Record]:
        """The records, with a Finished that fits what was said before it; for one Finished in a record of its own."""
        said = hello
        for record in records:
            body = record.body
            size = hashlib.new(self._hash).digest_size
            if record.content_type == HANDSHAKE and body[:4] == bytes((FINISHED, 0, 0, size)) and len(body) == 4 + size:
                digest = hashlib.new(self._hash, said).digest()
                body = body[:4] + hmac.new(self._expand("finished", size), digest, self._hash).digest()
            said += body if record.content_type == HANDSHAKE else b""
            yield Record(record.content_type, body, record.version, record.sealed, record.length)


def _suite(flight: bytes) -> int:
    at = 5 + 4 + 2 + 32
    at += 1 + flight[at]
    return int.from_bytes(flight[at : at + 2], "big")


def _records(flight: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(flight):
        end = at + 5 + int.from_bytes(flight[at + 3 : at + 5], "big")
        yield flight[at:end]
        at = end


def _messages(octets: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(octets):
        end = at + 4 + int.from_bytes(octets[at + 1 : at + 4], "big")
        yield octets[at:end]
        at = end
