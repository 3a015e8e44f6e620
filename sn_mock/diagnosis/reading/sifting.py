"""Sifting: an input of any size becomes the few hundred kilobytes that are judged.

Small inputs are judged whole. Of a large one: its beginning, its end, and in between the lines that hold a word of
trouble, each wording once; lines of everyday trouble do not push out those that speak of TLS and connections. One pass
in blocks; the memory does not grow with the input.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from guarded.values import dataclass

_BLOCK = 1 << 20
_WHOLE = 600_000
"""Bytes up to which an input is judged whole."""
_HEAD, _TAIL = 60_000, 400_000
_MIDDLE = 1_500
"""Different wordings that are kept of the middle, the latest."""
_LONGEST = 2_000
"""Bytes that are kept of a line of the middle; of a longer one, what stands around each word of trouble."""
_MOST_SEEN = 400_000
_NUMBERS = bytes.maketrans(b"123456789abcdef", b"0" * 15)
"""Lines that differ in numbers alone, as requests' ids in hexadecimal, have one wording."""
_FEW_ZEROS = 8

_TRACE, _FRAMES_KEPT = 4_000, 3
_TELLING_FRAMES = (
    b"checkClient", b"checkServer", b"com.glide", b"org.apache.tomcat", b"org.apache.coyote", b"org.eclipse.jetty",
    b"www.protocol.http", b"ClientHello$", b"ServerHello$", b"io.undertow", b"weblogic", b"ClientHandshaker",
    b"ServerHandshaker", b"apache.http",
)  # fmt: skip

_EVERYDAY: tuple[bytes, ...] = (
    b"error", b"exception", b"fail", b"invalid", b"unknown", b"timed out", b"unable", b"cannot", b"does not",
    b"did not", b"didn't", b"doesn't",
)  # fmt: skip
"""Words of trouble that any program's log has by the thousand."""
_SPECIAL: tuple[bytes, ...] = (
    b"alert", b"refus", b"reject", b"denied", b"untrust", b"not trusted", b"expire", b"revoke", b"reset",
    b"no suitable", b"no required", b"no x.509", b"no available", b"no shared", b"unsupported", b"plain http",
    b"faultstring", b"negotiat", b"too long", b"too weak", b"too small", b"closed conn",
)  # fmt: skip
_SUBJECTS: tuple[bytes, ...] = (
    b"certificate", b"ssl", b"tls", b"handshake", b"keystore", b"pkix", b"x509", b"com.glide", b"java.net", b"connect",
    b"host",
)  # fmt: skip
"""With one of these, everyday trouble is ours."""

TROUBLE: tuple[bytes, ...] = (*_SPECIAL, *_EVERYDAY)
"""Lower-case words of which a line of trouble has one."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is judged, and what was left out."""

    lines: tuple[str, ...]
    left_out: tuple[str, ...]
    """A sentence for everything that was not judged; () where all was."""
    size: int
    """Bytes that were read."""


def of_text(text: str) -> Sifted:
    """A text that is already in memory."""
    return of_blocks(_encoded(text))


def of_stream(stream: BinaryIO, start: bytes = b"") -> Sifted:
    """A file or pipe, to its end; `start` was read from it already. Raises OSError as the stream does."""
    return of_blocks(chain(filter(None, (start + stream.read(_BLOCK),)), iter(lambda: stream.read(_BLOCK), b"")))


def _encoded(text: str) -> Iterator[bytes]:
    for at in range(0, len(text), _BLOCK):
        yield text[at : at + _BLOCK].encode("utf-8", "surrogatepass")


def of_blocks(blocks: Iterable[bytes]) -> Sifted:
    """The same from blocks of bytes."""
    head, tail, middle, size = b"", bytearray(), _Middle(), 0
    for block in _as_utf8(blocks):
        size += len(block)
        tail += block
        if size <= _WHOLE:
            continue
        if not head:
            cut = _line_end(tail, _HEAD)
            head, tail = bytes(tail[:cut]), tail[cut:]
        if len(tail) > _TAIL + _BLOCK:
            _hand_over(tail, middle)
    if not head:
        return Sifted(tuple(_lines(tail)), (), size)
    _hand_over(tail, middle)
    kept = (line for record in middle.records for line in _lines(record))
    return Sifted((*_lines(head), *kept, *_lines(tail)), middle.sentences(len(head), len(tail)), size)


def _hand_over(tail: bytearray, middle: _Middle) -> None:
    """What lies before the end that is judged whole goes to the middle."""
    if len(tail) > _TAIL:
        cut = _line_end(tail, len(tail) - _TAIL)
        middle.take(bytes(tail[:cut]))
        del tail[:cut]


def _line_end(data: bytearray, near: int) -> int:
    """The end of the last line before that place, or the place itself within a line of enormous length."""
    return data.rfind(b"\n", 0, near) + 1 or near


def _lines(data: bytes | bytearray) -> list[str]:
    return data.decode("utf-8", "replace").replace("\x00", "").splitlines()


class _Middle:
    """The lines of trouble between beginning and end."""

    def __init__(self) -> None:
        self._telling: dict[int, bytes] = {}
        self._everyday: dict[int, bytes] = {}
        self.bytes = self.dropped = 0
        self._seen: set[int] = set()

    def take(self, part: bytes) -> None:
        """Look through whole lines; those without a word of trouble are not even split off."""
        self.bytes += len(part)
        lowered = part.lower()
        ends: dict[int, int] = {}
        for word in TROUBLE:
            at = lowered.find(word)
            while at >= 0:
                begin, end = _around(lowered, at)
                ends[begin] = end
                at = lowered.find(word, end)
        for begin in sorted(ends):
            end = ends[begin]
            line = lowered[begin:end]
            kept = self._telling if _is_telling(line) else self._everyday
            mark = hash(line.translate(_NUMBERS))
            if mark in kept:
                kept[mark] = kept.pop(mark)  # the wording's last place counts
            elif mark not in self._seen:
                if len(self._seen) >= _MOST_SEEN:
                    self._seen.clear()
                self._seen.add(mark)
                self._keep(kept, mark, part[begin:end] + _frames(part[end : end + _TRACE]))

    def _keep(self, kept: dict[int, bytes], mark: int, record: bytes) -> None:
        kept[mark] = record
        if len(kept) > _MIDDLE:
            del kept[next(iter(kept))]
            self.dropped += 1

    @property
    def records(self) -> tuple[bytes, ...]:
        """What was kept; the telling lines last, since a log's end counts most."""
        return (*self._everyday.values(), *self._telling.values())

    def sentences(self, head: int, tail: int) -> tuple[str, ...]:
        """What of the input was not judged."""
        said: tuple[str, ...] = (
            f"of the {self.bytes:,} bytes between the first {head:,} and the last {tail:,}, only lines with a"
            f" word of "
            f"trouble were judged, each wording once ({len(self.records):,} lines)",
        )
        if self.dropped:
            said += (f"{self.dropped:,} wordings of the middle were too many: the later ones were kept",)
        return said


def _around(lowered: bytes, at: int) -> tuple[int, int]:
    """Begin and end of the line that holds this place; of a line of enormous length, of its neighbourhood."""
    begin = lowered.rfind(b"\n", max(at - _LONGEST, 0), at) + 1
    if not begin and at > _LONGEST:
        begin = at - _LONGEST // 4
    end = lowered.find(b"\n", at, at + _LONGEST)
    return begin, end if end >= 0 else min(at + _LONGEST, len(lowered))


def _is_telling(line: bytes) -> bool:
    return any(word in line for word in _SPECIAL) or any(word in line for word in _SUBJECTS)


def _frames(after: bytes) -> bytes:
    """Of the stack trace that follows a line, the frames that tell whose it is."""
    if not after[1:60].lstrip().startswith((b"at ", b"Caused by")):
        return b""
    kept = []
    for line in after.split(b"\n")[1:]:
        if not line.lstrip().startswith((b"at ", b"...", b"Caused by")):
            break
        if any(name in line for name in _TELLING_FRAMES):
            kept.append(line)
    return b"".join(b"\n" + line for line in kept[:_FRAMES_KEPT])


def _as_utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as they are, or turned from UTF-16, which Windows tools write (known by its mark or its zeros)."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, block in enumerate(blocks):
        if number == 0 and (name := _wide(block)):
            decoder = codecs.getincrementaldecoder(name)("replace")
        yield decoder.decode(block).encode("utf-8", "replace") if decoder else block


def _wide(block: bytes) -> str:
    start = block[:400]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in start:
        return "utf-16"
    return "utf-16-le" if start[1::2].count(0) * 3 > len(start) and start[0::2].count(0) < _FEW_ZEROS else ""
