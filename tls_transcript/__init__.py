"""What two TLS peers said to each other, as values. Standard library only, and `guarded`'s values and regex.

message       one handshake message, alert or ChangeCipherSpec (`messages`), read from bytes by `reader`
entry         a message and its direction, seen from the one who recorded it
transcript    the entries of one connection, oldest first
recorder      `record(context, on_message, faults)`: OpenSSL's own report of what it sends and receives;
              `note(context, notebook)`: the same, put down as it comes, for who is rarely asked
faults        where a callback leaves what it must not raise
registries    numbers of the protocol and their registered names
names, x509   distinguished names as Java prints them; the facts of a certificate
key lines     `KeyLines`: the secrets of connections, in memory, for whoever may open what they said
libssl        settings of OpenSSL which Python's ssl has no name for, through ctypes

    SSLContext -> record -> Entry … -> TranscriptBuilder -> Transcript -> disagreements(client's, server's)
"""

from . import libssl, names, registries, x509
from .errors import DecodeError
from .faults import FaultSlot
from .key_lines import KeyLines
from .messages import (
    Alert,
    Certificate,
    CertificateRequest,
    CertificateStatus,
    CertificateVerify,
    ChangeCipherSpec,
    ClientHello,
    ClientKeyExchange,
    EncryptedExtensions,
    EndOfEarlyData,
    Finished,
    HelloRequest,
    HelloRetryRequest,
    KeyUpdate,
    Message,
    NewSessionTicket,
    OpaqueMessage,
    ServerHello,
    ServerHelloDone,
    ServerKeyExchange,
)
from .reader import parse_alert, parse_change_cipher_spec, parse_handshake
from .recorder import Connection, Notebook, RecordingUnavailableError, note, record, recording_unavailable
from .registries import ALERTS, CIPHER_SUITES, GROUPS, SIGNATURE_SCHEMES, VERSIONS, alert_name, iana_cipher
from .transcript import Direction, Entry, Octets, Transcript, TranscriptBuilder, disagreements
from .x509 import CertificateSummary

__all__ = [
    "ALERTS",
    "CIPHER_SUITES",
    "GROUPS",
    "SIGNATURE_SCHEMES",
    "VERSIONS",
    "Alert",
    "Certificate",
    "CertificateRequest",
    "CertificateStatus",
    "CertificateSummary",
    "CertificateVerify",
    "ChangeCipherSpec",
    "ClientHello",
    "ClientKeyExchange",
    "Connection",
    "DecodeError",
    "Direction",
    "EncryptedExtensions",
    "EndOfEarlyData",
    "Entry",
    "FaultSlot",
    "Finished",
    "HelloRequest",
    "HelloRetryRequest",
    "KeyLines",
    "KeyUpdate",
    "Message",
    "NewSessionTicket",
    "Notebook",
    "Octets",
    "OpaqueMessage",
    "RecordingUnavailableError",
    "ServerHello",
    "ServerHelloDone",
    "ServerKeyExchange",
    "Transcript",
    "TranscriptBuilder",
    "alert_name",
    "disagreements",
    "iana_cipher",
    "libssl",
    "names",
    "note",
    "parse_alert",
    "parse_change_cipher_spec",
    "parse_handshake",
    "record",
    "recording_unavailable",
    "registries",
    "x509",
]
