"""Listening to OpenSSL: `SSLContext._msg_callback` behind one door.

CPython calls it for every record and message, decrypted, on both sides (Modules/_ssl/debughelpers.c). The attribute is
not public, so it is looked for, not taken for granted. The C-level setter is used: the Python one wraps every number
into an enum, which costs more than all the rest of the recording.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from types import GetSetDescriptorType
from typing import Any

from .faults import FaultSlot
from .transcript import HANDSHAKE, Entry, Octets

_NO_TX_CERTIFICATE_COMPRESSION, _NO_RX_CERTIFICATE_COMPRESSION = 1 << 32, 1 << 33

Connection = ssl.SSLObject | ssl.SSLSocket


class RecordingUnavailableError(RuntimeError):
    """This Python does not tell what its TLS says."""


def recording_unavailable() -> str | None:
    """None where handshakes can be recorded, else the reason why not."""
    if hasattr(ssl.SSLContext, "_msg_callback"):
        return None
    return "this Python's SSLContext has no _msg_callback"


def record(context: ssl.SSLContext, on_message: Callable[[Connection, Entry], None], faults: FaultSlot) -> None:
    """Call `on_message(connection, entry)` for every handshake message, alert and ChangeCipherSpec.

    Applies to connections made from `context` afterwards, in the thread that drives the connection. Inside, on a
    CertificateRequest and never later, `connection.context = other` changes the client certificate. Whatever
    `on_message` raises is kept in `faults`, where the driver of the connection must look after each step. Certificate
    compression (RFC 8879) is switched off for `context`. Raises RecordingUnavailableError, see `recording_unavailable`.
    """

    def forward(
        connection: Any, direction: str, version: int, content_type: int, message_type: int, data: bytes
    ) -> None:
        if content_type > HANDSHAKE:  # two of three calls: headers of records, inner content types
            return
        try:
            on_message(connection, Entry.of((direction, version, content_type, data)))
        except BaseException as error:  # CPython would lose it under SSLWantReadError
            faults.keep("a listener to TLS messages", error)

    _install(context, forward)


class Notebook:
    """Where the messages of one connection after the other are put down; `Entry.of` reads them."""

    __slots__ = ("page",)

    def __init__(self) -> None:
        self.page: list[Octets | Entry] | None = None
        """That of the connection that is driven now; None: what is said is not listened to."""


def note(context: ssl.SSLContext, notebook: Notebook) -> None:
    """As `record`, for who drives many connections and is rarely asked: the messages are put down as they come.

    Raises RecordingUnavailableError, see `recording_unavailable`.
    """

    def forward(
        _connection: Any, direction: str, version: int, content_type: int, _message_type: int, data: bytes
    ) -> None:
        if content_type <= HANDSHAKE and notebook.page is not None:
            notebook.page.append((direction, version, content_type, data))

    _install(context, forward)


def listener_of(context: ssl.SSLContext) -> Callable[..., None] | None:
    """What `record` has installed: (connection, direction, version, content type, message type, octets)."""
    found = _at_c_level(context)
    listener: Callable[..., None] | None = found.__get__(context) if found else None
    return listener


def _install(context: ssl.SSLContext, forward: Callable[..., None]) -> None:
    reason = recording_unavailable()
    if reason is not None:
        raise RecordingUnavailableError(reason)
    context.options |= ssl.Options(_NO_TX_CERTIFICATE_COMPRESSION | _NO_RX_CERTIFICATE_COMPRESSION)
    setter = _at_c_level(context)
    if setter is not None:
        setter.__set__(context, forward)
    else:
        context._msg_callback = forward  # type: ignore[attr-defined]


def _at_c_level(context: ssl.SSLContext) -> GetSetDescriptorType | None:
    """The attribute at C level, wherever that is among the bases: gevent puts a subclass in the place of
    `ssl.SSLContext`, and the Python setters in between, which look it up by that name, call themselves without end."""
    for base in type(context).__mro__:
        found = vars(base).get("_msg_callback")
        if isinstance(found, GetSetDescriptorType):
            return found
    return None
