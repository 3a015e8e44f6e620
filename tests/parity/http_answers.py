"""Random HTTP answers, well-formed and broken in every way that a reader can notice."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import answer_parts
from .scripted_peer import Script

BODY = b"<answer>0123456789 abcdefghijklmnopqrstuvwxyz</answer>"
_LIMIT_MS = 4000
_SHORT_LIMIT_MS = 700
_GZIP = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """What a peer says on its connections; `times`: how often one client asks."""

    what: str
    scripts: tuple[Script, ...]
    limit_ms: int = _LIMIT_MS
    times: int = 1

    def __str__(self) -> str:
        said = " / ".join(f"{script.answers!r} {script.end}" for script in self.scripts)
        return f"{self.what}: {said}" + (f" {self.times} times" if self.times > 1 else "")


def random_answer(chance: random.Random) -> AnswerCase:
    """One case of a family drawn at random."""
    what = chance.choice(tuple(FAMILIES))
    return FAMILIES[what](chance, what)


def _one(what: str, chance: random.Random, answer: bytes, ends: tuple[str, ...] = ("fin",)) -> AnswerCase:
    end = chance.choice(ends)
    return AnswerCase(
        what, (Script((_pieces(chance, answer),), end),), _SHORT_LIMIT_MS if end == "stall" else _LIMIT_MS
    )


def _pieces(chance: random.Random, answer: bytes) -> tuple[bytes, ...]:
    if len(answer) < 2 or chance.random() < 0.7:
        return (answer,)
    at = chance.randrange(1, len(answer))
    return answer[:at], answer[at:]


def _head(status_line: bytes, *headers: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in (status_line, *headers, b""))


def _whole(chance: random.Random, status_line: bytes, *headers: bytes) -> bytes:
    """A complete answer with a body of announced length."""
    length = b"Content-Length: %d" % len(BODY)
    return _head(status_line, b"Content-Type: text/xml", length, *headers) + BODY


def _status(chance: random.Random, what: str) -> AnswerCase:
    line = chance.choice(answer_parts.STATUS_LINES)
    if chance.random() < 0.15:
        return _one(
            what, chance, line + chance.choice((b"", b"\r", b"\n", b"\r\n", b"\r\n\r\n")), ("fin", "fin", "rst")
        )
    answer = _whole(chance, line, b"Connection: close")
    return _one(what, chance, answer.replace(b"\r\n", b"\n") if chance.random() < 0.1 else answer)


def _garbage(chance: random.Random, what: str) -> AnswerCase:
    lines = [chance.choice(answer_parts.GARBAGE_LINES) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    before = b"".join(line + chance.choice((b"\r\n", b"\r\n", b"\n")) for line in lines)
    after = _whole(chance, chance.choice(answer_parts.USUAL_STATUS_LINES)) if chance.random() < 0.7 else b""
    return _one(what, chance, before + after)


def _headers(chance: random.Random, what: str) -> AnswerCase:
    lines = [chance.choice(answer_parts.HEADER_LINES) for _ in range(chance.choice((1, 1, 2, 3)))]
    if chance.random() < 0.7:
        lines.insert(chance.randrange(len(lines) + 1), b"Content-Length: %d" % len(BODY))
    if chance.random() < 0.3:
        lines.append(b"Content-Type: " + chance.choice(answer_parts.CONTENT_TYPES))
    ends = [chance.choice(answer_parts.LINE_ENDS) if chance.random() < 0.15 else b"\r\n" for _ in range(len(lines) + 2)]
    head = b"".join(
        line + end
        for line, end in zip((chance.choice(answer_parts.USUAL_STATUS_LINES), *lines, b""), ends, strict=True)
    )
    return _one(what, chance, head + BODY)


def _content_type(chance: random.Random, what: str) -> AnswerCase:
    given = b"Content-Type: " + chance.choice(answer_parts.CONTENT_TYPES)
    return _one(what, chance, _head(b"HTTP/1.1 200 OK", given, b"Content-Length: %d" % len(BODY)) + BODY)


def _length(chance: random.Random, what: str) -> AnswerCase:
    said = chance.choice((len(BODY), len(BODY), len(BODY) - 10, len(BODY) + 10, 4997))
    lines = [
        b"Content-Length:"
        + chance.choice((b" ", b"", b"  "))
        + chance.choice(answer_parts.LENGTHS).format(n=said).encode("latin-1")
        for _ in range(chance.choice((1, 1, 1, 2, 3)))
    ]
    if chance.random() < 0.2:
        lines.insert(chance.randrange(len(lines) + 1), b"Content-Length: %d" % said)
    if chance.random() < 0.2:
        lines.insert(0, b"Connection: " + chance.choice((b"close", b"keep-alive")))
    status = chance.choice(answer_parts.USUAL_STATUS_LINES)
    return _one(what, chance, _head(status, *lines) + BODY, ("fin", "fin", "fin", "rst"))


def _transfer_encoding(chance: random.Random, what: str) -> AnswerCase:
    lines = [
        b"Transfer-Encoding: " + chance.choice(answer_parts.TRANSFER_ENCODINGS)
        for _ in range(chance.choice((1, 1, 1, 2)))
    ]
    if chance.random() < 0.3:
        lines.insert(chance.randrange(len(lines) + 1), b"Content-Length: %d" % chance.choice((len(BODY), 5, 0)))
    body = _chunks(chance, odd=0.0) if chance.random() < 0.8 else BODY
    return _one(what, chance, _head(chance.choice(answer_parts.USUAL_STATUS_LINES), *lines) + body)


def _chunks(chance: random.Random, odd: float = 0.12, text: bytes = BODY) -> bytes:
    """A chunked body; each size line, line end and trailer is odd with that probability."""
    said = b""
    while text:
        size = chance.randrange(1, len(text) + 1)
        written = chance.choice(answer_parts.CHUNK_SIZES).format(n=size) if chance.random() < odd else f"{size:x}"
        said += written.encode("latin-1") + _line_end(chance, odd) + text[:size] + _line_end(chance, odd)
        text = text[size:]
    last = chance.choice(("0", "0", "00", "0;x", " 0", "0 ", "-0", "+0", "")) if chance.random() < odd else "0"
    trailer = chance.choice(answer_parts.TRAILERS) if chance.random() < 2 * odd else b""
    return said + last.encode() + _line_end(chance, odd) + trailer + _line_end(chance, odd)


def _line_end(chance: random.Random, odd: float) -> bytes:
    return chance.choice(answer_parts.LINE_ENDS) if chance.random() < odd else b"\r\n"


def _chunked(chance: random.Random, what: str) -> AnswerCase:
    head = _head(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", *_perhaps(chance, b"Connection: close"))
    return _one(what, chance, head + _chunks(chance), ("fin", "fin", "fin", "rst"))


def _perhaps(chance: random.Random, line: bytes) -> tuple[bytes, ...]:
    return (line,) if chance.random() < 0.3 else ()


def _early_end(chance: random.Random, what: str) -> AnswerCase:
    """An answer of any framing that breaks off at any octet."""
    status = chance.choice(answer_parts.USUAL_STATUS_LINES)
    framing = chance.choice(("length", "chunked", "close"))
    body = BODY * chance.choice((1, 1, 1, 100))
    if framing == "chunked":
        answer = _head(status, b"Content-Type: text/xml", b"Transfer-Encoding: chunked") + _chunks(chance, 0.0, body)
    elif framing == "length":
        answer = _head(status, b"Content-Type: text/xml", b"Content-Length: %d" % len(body)) + body
    else:
        answer = _head(status, b"Content-Type: text/xml") + body
    near_head = min(len(answer), 90)
    at = chance.choice(
        (chance.randrange(near_head), chance.randrange(len(answer)), len(answer) - chance.randrange(1, 8))
    )
    return _one(what, chance, answer[:at], ("fin", "fin", "fin", "rst", "rst", "rst", "stall"))


def _coding(chance: random.Random, what: str) -> AnswerCase:
    """Content-Encoding, right and wrong, whole and cut or changed."""
    name = chance.choice(
        (
            b"gzip",
            b"gzip",
            b"x-gzip",
            b"deflate",
            b"deflate",
            b"GZIP",
            b"br",
            b"gzip, deflate",
            b"gzip;q=1",
            b"deflate, x",
        )
    )
    raw = zlib.compressobj(wbits=-15)
    coded = chance.choice(
        (
            gzip.compress(BODY, mtime=0),
            gzip.compress(BODY, mtime=0),
            zlib.compress(BODY),
            raw.compress(BODY) + raw.flush(),
            BODY,
            gzip.compress(BODY, mtime=0) + gzip.compress(b"more", mtime=0),
            gzip.compress(BODY, mtime=0) + b"trailing",
            zlib.compress(BODY) + b"trailing",
            gzip.compress(b"", mtime=0),
            b"",
            b"\x1f\x8b\x08\x1e"
            + bytes(6)
            + b"\x03\x00abcname\x00comment\x00\x00\x00"
            + gzip.compress(BODY, mtime=0)[10:],
        )
    )
    if coded and chance.random() < 0.35:
        at = chance.randrange(len(coded))
        coded = (
            coded[:at]
            if chance.random() < 0.5
            else coded[:at] + bytes((coded[at] ^ 1 << chance.randrange(8),)) + coded[at + 1 :]
        )
    lines = [b"Content-Encoding: " + name]
    kind = chance.random()
    if kind < 0.6:
        lines.append(b"Content-Length: %d" % (len(coded) + (10 if chance.random() < 0.15 else 0)))
    elif kind < 0.8:
        lines.append(b"Transfer-Encoding: chunked")
        coded = _chunks(chance, 0.02, coded)
    answer = _head(chance.choice(answer_parts.USUAL_STATUS_LINES), *lines) + coded
    case = _one(what, chance, answer, ("fin", "fin", "fin", "rst"))
    if coded.count(_GZIP) > 1:  # Java looks for another member in what has arrived by then
        return replace(case, scripts=tuple(Script(((answer,),), script.end) for script in case.scripts))
    return case


def _informational(chance: random.Random, what: str) -> AnswerCase:
    before = b"".join(chance.choice(answer_parts.INFORMATIONAL) for _ in range(chance.choice((1, 1, 2))))
    after = _whole(chance, chance.choice(answer_parts.USUAL_STATUS_LINES)) if chance.random() < 0.8 else b""
    return _one(what, chance, before + after)


def _redirect(chance: random.Random, what: str) -> AnswerCase:
    """A redirect, then an answer (or the redirect for ever)."""
    lines = [b"Location: " + chance.choice(answer_parts.LOCATIONS)] if chance.random() < 0.95 else []
    if chance.random() < 0.1:
        lines.append(b"Location: /second")
    lines += [b"Content-Length: 0", b"Connection: close"]
    status = b"HTTP/1.1 %d Redirect" % chance.choice(answer_parts.REDIRECTS)
    first = Script(((_head(status, *lines),),))
    if chance.random() < 0.2:
        return AnswerCase(what, (first,))
    return AnswerCase(
        what,
        (first, Script(((_whole(chance, chance.choice(answer_parts.USUAL_STATUS_LINES), b"Connection: close"),),))),
    )


def _kept(chance: random.Random, what: str) -> AnswerCase:
    """Two requests by one client: is the connection used again, and what if it is gone by then?"""
    status = chance.choice(
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 204 No", b"HTTP/1.1 500 x")
    )
    lines = [chance.choice(answer_parts.HEADER_LINES[32:40]) for _ in range(chance.choice((0, 1, 1, 2)))]
    if chance.random() < 0.3:
        lines += [b"Connection: keep-alive", b"Keep-Alive: " + chance.choice(answer_parts.KEEP_ALIVES)]
    kind = chance.random()
    if b" 204" in status:
        answer = _head(status, *lines)
    elif kind < 0.5:
        answer = _head(status, b"Content-Length: %d" % len(BODY), *lines) + BODY
    elif kind < 0.8:
        answer = _head(status, b"Transfer-Encoding: chunked", *lines) + _chunks(chance, 0.0)
    else:
        answer = _head(status, b"Content-Length: 0", *lines)
    first = answer + chance.choice(answer_parts.BEHIND_ANSWERS) if chance.random() < 0.3 else answer
    return AnswerCase(what, (Script(((first,), (answer,))), Script(((answer,),))), times=2)


def _plain(chance: random.Random, what: str) -> AnswerCase:
    """Ordinary answers must stay ordinary."""
    status = chance.choice(answer_parts.USUAL_STATUS_LINES)
    body = BODY * chance.choice((0, 1, 1, 3, 400))
    if chance.random() < 0.5:
        return _one(what, chance, _head(status, b"Content-Type: text/xml", b"Content-Length: %d" % len(body)) + body)
    return _one(
        what,
        chance,
        _head(status, b"Content-Type: text/xml", b"Transfer-Encoding: chunked") + _chunks(chance, 0.0, body),
    )


FAMILIES: Mapping[str, Callable[[random.Random, str], AnswerCase]] = {
    "plain": _plain,
    "status line": _status,
    "garbage in front": _garbage,
    "headers": _headers,
    "content type": _content_type,
    "length": _length,
    "transfer encoding": _transfer_encoding,
    "chunks": _chunked,
    "early end": _early_end,
    "content coding": _coding,
    "informational": _informational,
    "redirect": _redirect,
    "kept": _kept,
}
