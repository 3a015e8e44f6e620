"""`explain FILE.pcapng`: reading a capture, and its connections as text."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from captures.frames import CaptureError
from captures.key_log import KeyLog
from captures.story import CLIENT, SERVER, Connection, summaries
from captures.survey import survey
from guarded import files
from sn_mock.commands.catalogue.explained import causes, listed
from sn_mock.commands.output import print_json
from sn_mock.diagnosis.captured.judging import CaptureExplanation, Judged, explain_capture
from sn_mock.failure import MockUsageError
from tls_transcript import names

__all__ = ["CaptureExplanation", "read_capture", "show_capture"]

_SHOWN_CONNECTIONS, _SHOWN_KINDS, _SHOWN_NAMES = 20, 3, 5


def read_capture(stream: BinaryIO, name: str, start: bytes, key_log: Path | None) -> CaptureExplanation:
    """Read a capture to its end and judge it. Raises MockUsageError where it, or the key log, cannot be read."""
    keys = KeyLog()
    wanted = key_log or Path(os.environ.get("SSLKEYLOGFILE") or "")
    if wanted != Path():
        try:
            keys.read(io.BytesIO(files.read(wanted)))
        except OSError as error:
            if key_log is not None:
                raise MockUsageError(f"{key_log}: {error.strerror}") from None
    if key_log is not None and not len(keys):
        raise MockUsageError(f"{key_log}: there is no line of a TLS key log in it (CLIENT_RANDOM …, …_SECRET …)")
    try:
        return explain_capture(survey(stream, keys, start))
    except CaptureError as error:
        raise MockUsageError(f"{name}: {error}") from None


def show_capture(told: CaptureExplanation, *, as_json: bool) -> int:
    """Print it; 1 where the file shows no connection."""
    if as_json:
        print_json(told.to_json())
    else:
        print("\n".join(_as_text(told)))
    return 0 if told.known else 1


def _as_text(told: CaptureExplanation) -> Iterator[str]:
    yield f"{told.survey.frames:,} frames, {told.survey.total:,} TCP connections"
    yield from (f"left out: {sentence}" for sentence in told.explanation.left_out)
    shown = sorted(told.connections, key=lambda one: one.trouble is None)[:_SHOWN_CONNECTIONS]
    for one in sorted(shown, key=lambda one: one.connection.began):
        yield from _connection(one)
    if hidden := len(told.connections) - len(shown):
        yield f"\n{hidden} more connections; --json has them"
    for judged, count in told.kinds[:_SHOWN_KINDS]:
        yield f"\n== {judged.trouble.says if judged.trouble else ''}" + (f" ({count} connections)" if count > 1 else "")
        yield from (f"   {proof.says}" for proof in judged.proofs)
        if judged.explanation is None or not judged.explanation.causes:
            yield "   which of the causes it is cannot be told from the wire"
        else:
            yield from causes(judged.explanation)
    if not told.kinds and told.connections:
        yield "\nnothing in it points to a cause"
    yield from listed("what to look for next", told.explanation.collect)


def _connection(one: Judged) -> Iterator[str]:
    connection = one.connection
    began = "" if connection.when is None else f"{connection.when:%Y-%m-%d %H:%M:%S} "
    yield f"\n{began}{_place(connection.client)} -> {_place(connection.server)}  {_what(connection)}"
    if connection.proxy:
        yield f"   through a proxy: CONNECT {connection.proxy}"
    elif connection.prelude:
        yield f"   before TLS: {connection.prelude}"
    if connection.request is not None:
        wanted = [names.readable(name) for name in connection.request.authorities]
        more = f" and {len(wanted) - _SHOWN_NAMES} more" if len(wanted) > _SHOWN_NAMES else ""
        yield f"   asked for a client certificate of {'; '.join(wanted[:_SHOWN_NAMES]) or 'any CA'}{more}"
    elif connection.protocol == "tls":
        yield f"   client certificate: {connection.asked}"
    for by in (SERVER, CLIENT):
        chain = connection.chain(by)
        if chain is not None:
            told = [f"{cert.subject} (until {cert.not_after_text})" for cert in summaries(chain)]
            yield f"   {by}'s certificates: {', '.join(told) or 'none was sent'}"
    if connection.http.request or connection.http.answer:
        yield f"   http: {connection.http.request or '?'} -> {connection.http.answer or 'no answer'}"
    for end in connection.endings:
        yield f"   {(end.time - connection.began) / 1e6:,.1f} ms: {end.kind.upper()} of the {end.by}"
    yield from (f"   missing: {sentence}" for sentence in connection.missing)
    yield f"   {one.trouble.says if one.trouble else 'no trouble to be seen'}"


def _what(connection: Connection) -> str:
    hello = connection.hello
    parts = [connection.version or connection.protocol]
    if hello is not None and hello.server_name:
        parts.append(f"server name {hello.server_name}")
    if connection.decrypted:
        parts.append("opened with keys")
    return ", ".join(parts)


def _place(place: tuple[str, int]) -> str:
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
