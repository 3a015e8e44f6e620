"""A capture file from its first frame to its last, as a Survey: in one pass, in a memory that does not grow with it."""

from __future__ import annotations

import re
from collections import deque
from typing import BinaryIO

from guarded.regex import regex

from . import reading
from .dialogue import Dialogue
from .flows import Flow, Flows
from .frames import Shortfalls
from .key_log import KeyLog
from .links import Places, endpoints
from .story import CLIENT, SERVER, Connection, Ended, Http, Survey, troubled

KEPT_CONNECTIONS = 1_000
"""Connections that are told one by one; the rest is counted. Troubled ones come first."""
_REQUEST = regex(rb"^([A-Z]{3,10}) (\S{1,2000}) HTTP/1\.[01]\r?\n")
_STATUS = regex(rb"^HTTP/1\.[01] (\d{3})")
_REQUESTS = regex(rb"([A-Z]{3,10}) (\S{1,2000}) HTTP/1\.[01]\r?\n(?=[!-~]+:)")
_ANSWERS = regex(rb"HTTP/1\.[01] (\d{3})[^\r\n]{0,100}(?=\r?\n(?:[!-~]+:|\r?\n))")
_CONNECT = regex(rb"^CONNECT (\S{1,300}) HTTP/1\.[01]\r?\n")
_STARTTLS = regex(rb"(?im)^(?:\S+ )?STARTTLS\b|^AUTH TLS\b")
_SSLV2 = regex(rb"^[\x80-\xff].\x01\x03[\x00-\x04]", re.DOTALL)
_PAGE = 4_000


def survey(stream: BinaryIO, keys: KeyLog | None = None, start: bytes = b"") -> Survey:
    """Read a capture to its end. `keys` are those known beforehand; what stands in the file is added to them.

    `start` was read from the stream already. Raises CaptureError where it is no capture, OSError as the stream does.
    """
    notes = Shortfalls()
    keys = KeyLog() if keys is None else keys
    kept = _Kept(notes)
    flows = Flows(keys, notes, kept.add)
    places = Places(notes)
    frames, take, find = 0, flows.take, places.segment
    for frame in reading.frames(stream, keys, notes, start):
        frames += 1
        segment = find(frame)
        if segment is not None:
            take(segment)
    flows.finish()
    if keys.full:
        notes.add("there are more TLS secrets than are kept: connections may stay sealed whose keys are there")
    if not frames:
        notes.add("there is no frame in the file")
    return Survey(kept.connections(), kept.total, frames, notes.sentences())


class _Kept:
    """The connections that are told: all, up to a limit; then the troubled ones."""

    def __init__(self, notes: Shortfalls) -> None:
        self._notes = notes
        self._troubled: list[Connection] = []
        self._smooth: deque[Connection] = deque()
        self.total = 0

    def add(self, flow: Flow) -> None:
        """A connection has ended."""
        self.total += 1
        one = connection(flow)
        if not troubled(one):
            self._smooth.append(one)
        elif len(self._troubled) < KEPT_CONNECTIONS:
            self._troubled.append(one)
        else:
            self._notes.add("{n} more connections with a trouble were counted, and are not told one by one")
        if len(self._smooth) + len(self._troubled) > KEPT_CONNECTIONS and self._smooth:
            self._smooth.pop()
            self._notes.add("{n} connections without a trouble were counted, and are not told one by one")

    def connections(self) -> tuple[Connection, ...]:
        """In the order in which they began."""
        return tuple(sorted((*self._troubled, *self._smooth), key=lambda one: one.began))


def connection(flow: Flow) -> Connection:
    """The story of one connection that has ended."""
    dialogue = flow.dialogue
    side, known_by = _caller(flow)
    order = (side, 1 - side)
    sides = tuple(dialogue.sides[one] for one in order)
    places = endpoints(flow.key)
    names = {order[0]: CLIENT, order[1]: SERVER}
    preludes = tuple(bytes(one.reader.prelude) for one in sides)
    proxy = _CONNECT.match(preludes[0])
    return Connection(
        client=places[side],
        server=places[1 - side],
        known_by=known_by,
        began=flow.began,
        ended=flow.last,
        protocol=_protocol(dialogue, preludes, flow),
        said=tuple(dialogue.said),
        syns=flow.syns,
        accepted=flow.accepted,
        endings=tuple(Ended(end.time, names[end.side], end.kind) for end in flow.endings),
        octets=(flow.streams[order[0]].octets, flow.streams[order[1]].octets),
        application=(sides[0].application_records, sides[1].application_records),
        changed_cipher=(sides[0].sealed, sides[1].sealed),
        sealed_alerts=(sides[0].sealed_alerts, sides[1].sealed_alerts),
        last_sealed_alert=(sides[0].last_sealed_alert, sides[1].last_sealed_alert),
        decrypted=any(one.opened_any for one in sides),
        answered=dialogue.answered,
        proxy=proxy[1].decode("latin-1") if proxy else "",
        prelude=_prelude(dialogue, preludes),
        http=_http(dialogue, sides, preludes),
        missing=_missing(flow, order),
    )


def _caller(flow: Flow) -> tuple[int, str]:
    if flow.client is not None:
        return flow.client, "syn"
    if flow.dialogue.client is not None:
        return flow.dialogue.client, "client_hello"
    (_, mine), (_, theirs) = endpoints(flow.key)
    return (0 if mine >= theirs else 1), "port"


def _protocol(dialogue: Dialogue, preludes: tuple[bytes, ...], flow: Flow) -> str:
    if _SSLV2.match(preludes[0]):
        return "sslv2-hello"
    if _REQUEST.match(preludes[0]) and not _CONNECT.match(preludes[0]):
        return "http"
    if any(side.reader.began for side in dialogue.sides):
        return "tls"
    if _CONNECT.match(preludes[0]):
        return "proxy"
    if not any(stream.octets for stream in flow.streams):
        return "none"
    return "http" if _REQUEST.match(preludes[0]) or _STATUS.match(preludes[1]) else "other"


def _prelude(dialogue: Dialogue, preludes: tuple[bytes, ...]) -> str:
    if not any(preludes) or not any(side.reader.began for side in dialogue.sides):
        return ""
    if _CONNECT.match(preludes[0]):
        return "proxy"
    return "starttls" if _STARTTLS.search(preludes[0]) else "other"


def _http(dialogue: Dialogue, sides: tuple[object, ...], preludes: tuple[bytes, ...]) -> Http:
    plain = [bytes(side.plain or b"") for side in dialogue.sides]
    if dialogue.client == 1:
        plain.reverse()
    asked, answered = plain[0] or preludes[0], plain[1] or preludes[1]
    requests = list(_REQUESTS.finditer(asked)) if _REQUEST.match(asked) else []
    answers = list(_ANSWERS.finditer(answered)) if _STATUS.match(answered) else []
    if not answers:
        return Http(_first_line(requests[-1])) if requests else Http()
    number = max((place for place, one in enumerate(answers) if int(one[1]) >= 300), default=len(answers) - 1)
    answer = answers[number]
    page = answered[answer.start() :][:_PAGE].decode("utf-8", "replace") if int(answer[1]) >= 300 else ""
    request = _first_line(requests[min(number, len(requests) - 1)]) if requests else ""
    return Http(request, int(answer[1]), answer[0].decode("latin-1").strip(), page)


def _first_line(request: re.Match[bytes]) -> str:
    return f"{request[1].decode()} {request[2].decode('latin-1').partition('?')[0]}"


def _missing(flow: Flow, order: tuple[int, int]) -> tuple[str, ...]:
    dialogue = flow.dialogue
    told: list[str] = []
    if any(stream.began_late for stream in flow.streams) and not flow.syns and not flow.accepted:
        told.append("the capture begins in mid-connection: what was said before is not in it")
    for side, name in zip(order, (CLIENT, SERVER), strict=True):
        stream, state = flow.streams[side], dialogue.sides[side]
        if stream.next is None and flow.streams[1 - side].octets:
            told.append(f"nothing of what the {name} sent was captured")
        if stream.lost:
            told.append(f"{stream.lost:,} octets of the {name} were not captured")
        if state.damaged:
            told.append(f"{state.damaged} records of the {name} are cut (snapshot length, or octets that are missing)")
        if state.lost:
            told.append(f"records of the {name} could not be told apart from some place on")
    if dialogue.dropped:
        told.append(f"{dialogue.dropped:,} later messages are not told")
    if dialogue.unreadable:
        told.append(f"{dialogue.unreadable} handshake messages could not be read")
    opened = any(state.opened_any for state in dialogue.sides)
    if dialogue.unfit_keys:
        told.append("the key log knows this session, and its secrets do not open (all of) it")
    elif dialogue.tls13 and not opened and any(state.sealed_records for state in dialogue.sides):
        told.append(
            "TLS 1.3 seals everything behind the hellos: without a key log (SSLKEYLOGFILE of either end, --keylog) "
            "certificates, the CertificateRequest and alerts cannot be read"
        )
    elif not opened and any(state.sealed_alerts for state in dialogue.sides):
        told.append("an alert is sealed: without a key log it can be told that it was sent, not what it says")
    return tuple(told)
