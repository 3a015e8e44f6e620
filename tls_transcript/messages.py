"""TLS handshake messages, alerts and ChangeCipherSpec as values (RFC 5246, RFC 8446).

Each class has `name`, the snake_case name of the RFC, and `to_json()`, what reports and `--json` show of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, ClassVar

from guarded.values import dataclass

from . import names, registries
from .errors import DecodeError
from .remembering import by_octets


class Message:
    """One message of the handshake, alert or ChangeCipherSpec protocol."""

    __slots__ = ()

    name: ClassVar[str] = "message"

    def to_json(self) -> dict[str, Any]:
        """What is worth showing, under stable keys; never key material."""
        return {"message": self.name}


@dataclass(frozen=True, slots=True)
class ClientHello(Message):
    """RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2."""

    name: ClassVar[str] = "client_hello"
    legacy_version: int
    random: bytes = field(repr=False)
    session_id: bytes = field(repr=False)
    cipher_suites: tuple[int, ...]
    extensions: Mapping[int, bytes] = field(repr=False, hash=False)
    """Extension type -> extension_data, in the order of the wire."""
    server_name: str | None
    supported_versions: tuple[int, ...]
    signature_algorithms: tuple[int, ...]
    groups: tuple[int, ...]
    alpn: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Names from the IANA registries, in the order of the wire."""
        return {
            "message": self.name,
            "server_name": self.server_name,
            "versions": _named(registries.version_name, self.supported_versions or (self.legacy_version,)),
            "cipher_suites": _named(registries.cipher_suite_name, self.cipher_suites),
            "signature_algorithms": _named(registries.signature_scheme_name, self.signature_algorithms),
            "groups": _named(registries.group_name, self.groups),
            "alpn": list(self.alpn),
        }


@dataclass(frozen=True, slots=True)
class ServerHello(Message):
    """RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3."""

    name: ClassVar[str] = "server_hello"
    legacy_version: int
    random: bytes = field(repr=False)
    session_id: bytes = field(repr=False)
    cipher_suite: int
    extensions: Mapping[int, bytes] = field(repr=False, hash=False)
    version: int
    """The negotiated version: `supported_versions` in TLS 1.3, else `legacy_version`."""

    def to_json(self) -> dict[str, Any]:
        """Version and cipher suite."""
        return {
            "message": self.name,
            "version": registries.version_name(self.version),
            "cipher_suite": registries.cipher_suite_name(self.cipher_suite),
        }


@dataclass(frozen=True, slots=True)
class HelloRetryRequest(ServerHello):
    """RFC 8446 section 4.1.4: a ServerHello with a reserved random; the client greets again."""

    name: ClassVar[str] = "hello_retry_request"


@dataclass(frozen=True, slots=True)
class EncryptedExtensions(Message):
    """RFC 8446 section 4.3.1."""

    name: ClassVar[str] = "encrypted_extensions"
    extensions: Mapping[int, bytes] = field(repr=False, hash=False)
    alpn: str | None

    def to_json(self) -> dict[str, Any]:
        """The chosen application protocol, if any."""
        return {"message": self.name, "alpn": self.alpn}


@dataclass(frozen=True, slots=True)
class CertificateRequest(Message):
    """RFC 5246 section 7.4.4, RFC 8446 section 4.3.2."""

    name: ClassVar[str] = "certificate_request"
    certificate_types: tuple[int, ...]
    """TLS 1.2 only; () in TLS 1.3."""
    signature_algorithms: tuple[int, ...]
    authorities: tuple[bytes, ...]
    """DER Names of the acceptable CAs, in the server's order."""
    authorities_present: bool
    """False only in TLS 1.3 without the certificate_authorities extension: Java's issuers are then null, not empty."""
    context: bytes = b""
    certificate_signature_algorithms: tuple[int, ...] | None = None
    """TLS 1.3 only: the signature_algorithms_cert extension; None without it, `signature_algorithms` then counts."""

    def to_json(self) -> dict[str, Any]:
        """Types, schemes, and CA names as `names.readable` writes them."""
        separate = self.certificate_signature_algorithms
        return {
            "message": self.name,
            "certificate_types": _named(registries.certificate_type_name, self.certificate_types),
            "signature_algorithms": _named(registries.signature_scheme_name, self.signature_algorithms),
            "certificate_signature_algorithms": (
                None if separate is None else _named(registries.signature_scheme_name, separate)
            ),
            "authorities": [names.readable(der) for der in self.authorities],
            "authorities_present": self.authorities_present,
        }


@dataclass(frozen=True, slots=True)
class Certificate(Message):
    """RFC 5246 section 7.4.2, RFC 8446 section 4.4.2, and compressed RFC 8879."""

    name: ClassVar[str] = "certificate"
    chain: tuple[bytes, ...] = field(repr=False)
    """DER certificates, leaf first, as sent; () when none was sent."""
    compressed: bool = False
    context: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """Subject and SHA-256 fingerprint of each certificate."""
        return {
            "message": self.name,
            "chain": [
                {"subject": subject, "sha256": sha256} for subject, sha256 in map(_subject_and_fingerprint, self.chain)
            ],
            "compressed": self.compressed,
        }


@dataclass(frozen=True, slots=True)
class CertificateVerify(Message):
    """RFC 5246 section 7.4.8, RFC 8446 section 4.4.3."""

    name: ClassVar[str] = "certificate_verify"
    algorithm: int
    signature: bytes = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """The signature scheme."""
        return {"message": self.name, "algorithm": registries.signature_scheme_name(self.algorithm)}


@dataclass(frozen=True, slots=True)
class _Body(Message):
    """A message that is kept but not taken apart."""

    body: bytes = field(default=b"", repr=False)


class CertificateStatus(_Body):
    """RFC 6066 section 8: a stapled OCSP response."""

    __slots__ = ()
    name: ClassVar[str] = "certificate_status"


class ServerKeyExchange(_Body):
    """RFC 5246 section 7.4.3; what it holds depends on the cipher suite."""

    __slots__ = ()
    name: ClassVar[str] = "server_key_exchange"


class ClientKeyExchange(_Body):
    """RFC 5246 section 7.4.7; what it holds depends on the cipher suite."""

    __slots__ = ()
    name: ClassVar[str] = "client_key_exchange"


class Finished(_Body):
    """RFC 5246 section 7.4.9, RFC 8446 section 4.4.4."""

    __slots__ = ()
    name: ClassVar[str] = "finished"


class ServerHelloDone(_Body):
    """RFC 5246 section 7.4.5; empty."""

    __slots__ = ()
    name: ClassVar[str] = "server_hello_done"


class HelloRequest(_Body):
    """RFC 5246 section 7.4.1.1: please renegotiate; empty."""

    __slots__ = ()
    name: ClassVar[str] = "hello_request"


class EndOfEarlyData(_Body):
    """RFC 8446 section 4.5; empty."""

    __slots__ = ()
    name: ClassVar[str] = "end_of_early_data"


@dataclass(frozen=True, slots=True)
class NewSessionTicket(Message):
    """RFC 5077 section 3.3, RFC 8446 section 4.6.1."""

    name: ClassVar[str] = "new_session_ticket"
    lifetime: int
    """Seconds."""
    ticket: bytes = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """The lifetime in seconds."""
        return {"message": self.name, "lifetime": self.lifetime}


@dataclass(frozen=True, slots=True)
class KeyUpdate(Message):
    """RFC 8446 section 4.6.3."""

    name: ClassVar[str] = "key_update"
    update_requested: bool

    def to_json(self) -> dict[str, Any]:
        """Whether the peer is asked to update, too."""
        return {"message": self.name, "update_requested": self.update_requested}


@dataclass(frozen=True, slots=True)
class OpaqueMessage(Message):
    """A handshake message of a type this package does not read."""

    name: ClassVar[str] = "unknown"
    type: int
    data: bytes = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Its number and length in bytes."""
        return {"message": self.name, "type": self.type, "length": len(self.data)}


@dataclass(frozen=True, slots=True)
class ChangeCipherSpec(Message):
    """RFC 5246 section 7.1; in TLS 1.3 only there for middleboxes."""

    name: ClassVar[str] = "change_cipher_spec"


@dataclass(frozen=True, slots=True)
class Alert(Message):
    """RFC 5246 section 7.2, RFC 8446 section 6."""

    name: ClassVar[str] = "alert"
    level: int
    description: int

    @property
    def level_name(self) -> str:
        """`warning`, `fatal`, or the number in words."""
        return registries.ALERT_LEVELS.get(self.level, f"unknown_level_{self.level}")

    @property
    def description_name(self) -> str:
        """The RFC's name, e.g. `unknown_ca`."""
        return registries.alert_name(self.description)

    def to_json(self) -> dict[str, Any]:
        """Level and description, as number and as name."""
        return {
            "message": self.name,
            "level": self.level_name,
            "description": self.description_name,
            "code": self.description,
        }


def _named(name_of: Callable[[int], str], numbers: tuple[int, ...]) -> list[str]:
    names_of = _names.__wrapped__ if len(numbers) > KEPT_NUMBERS else _names
    return list(names_of(name_of, numbers))


KEPT_LISTS = 256
"""Lists of numbers whose names are remembered: a client offers the same each time."""
KEPT_NUMBERS = 256
"""Of the longest such list."""


@lru_cache(maxsize=KEPT_LISTS)
def _names(name_of: Callable[[int], str], numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(map(name_of, numbers))


@by_octets
def _subject_and_fingerprint(der: bytes) -> tuple[str | None, str]:
    try:
        subject = names.readable(names.subject_of(der))
    except DecodeError:
        subject = None
    return subject, hashlib.sha256(der).hexdigest()
