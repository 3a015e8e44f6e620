"""Content-Encoding as HttpClient 4.5 unpacks it, with the exceptions of java.util.zip."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import partial

from guarded.values import dataclass
from sn_mock.java.httpclient.reading.bodies import LARGEST_BODY, PIECE
from sn_mock.java.httpclient.reading.elements import elements_of_client4
from sn_mock.java.httpclient.reading.values import Head, ThrownError, bad_answer, cut_answer
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_ZIP, _EOF = "java.util.zip.ZipException", "java.io.EOFException"
_UNEXPECTED_END = "Unexpected end of ZLIB input stream"
_DICTIONARY, _WITH_DICTIONARY = 0x20, 6
"""A bit of zlib's header (RFC 1950), and the octets of a header that names a dictionary."""
_FIRST_PIECE = 512
"""Octets given to the inflater first, so that many small members are not copied over and over."""
_HEADER_CHECKSUM, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_TRAILER, _LOOKS_FURTHER = 8, 18
"""GZIPInputStream looks for another member where more octets follow a trailer: more than a header and a trailer."""


@dataclass(frozen=True, slots=True)
class Octets:
    """What can be read, and what happens to whoever reads on after it; None: that is the end."""

    octets: bytes
    then: ThrownError | None = None
    chunk_ends: tuple[int, ...] = ()
    """Where each chunk ends; none: all is one piece."""
    passed_over: bool = False
    """Of unpacked ones: the unpacker met what happens after the packed ones, and took it for the end."""


Unpack = Callable[[Octets], Octets]


def codings(head: Head, java: Jdk) -> tuple[Unpack, ...]:
    """What unpacks the body, in the order in which it is done; unknown codings are left alone."""
    value = head.first("content-encoding")
    if value is None:
        return ()
    names = (element.name.lower() for element in elements_of_client4(value))
    unpacked = _UNPACKED_READING_ON if java.has(Feature.GZIP_READS_ON) else _UNPACKED
    return tuple(unpacked[name] for name in names if name in unpacked)


class _Packed:
    """Octets to unpack, with a position; whoever wants more than there are learns how they end."""

    def __init__(self, source: Octets) -> None:
        self._octets = source.octets
        self._then = source.then
        self._ends = source.chunk_ends or (len(source.octets),)
        self.at = 0
        self.unpacked: list[bytes] = []
        self.passed_over = False
        self._room = LARGEST_BODY

    @property
    def left(self) -> int:
        return len(self._octets) - self.at

    def looks_further(self, begin: int) -> bool:
        """Whether GZIPInputStream looks for another member behind the trailer that began there and was just read.

        It does where its buffer, which never holds more than one chunk, had more than 18 octets behind the trailer, or
        where more of the chunk in which the trailer ends can be read.
        """
        buffered = self._chunk_end(begin) - begin
        if buffered >= _TRAILER:
            return buffered - _TRAILER > _LOOKS_FURTHER
        return self._chunk_end(self.at) > self.at

    def _chunk_end(self, after: int) -> int:
        """The end of the chunk that the octet before that place stands in."""
        return self._ends[bisect_left(self._ends, after)]

    def ended(self, text: str | None, java_class: str = _EOF) -> ThrownError:
        return self._then or cut_answer((java_class, text))

    def is_end(self, trouble: ThrownError) -> bool:
        """Is that how the packed octets end?"""
        return trouble is self._then

    def checksum(self, begin: int) -> int:
        return zlib.crc32(self._octets[begin : self.at])

    def take(self, count: int) -> bytes:
        piece = self._octets[self.at : self.at + count]
        if len(piece) < count:
            raise self.ended(None)
        self.at += count
        return piece

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def skip_text(self) -> None:
        end = self._octets.find(b"\0", self.at)
        if end < 0:
            raise self.ended(None)
        self.at = end + 1

    def inflate(self, bits: int) -> bytes | None:
        """One deflated run; None where there is no room for more."""
        inflater = zlib.decompressobj(bits)
        begin, size, most = len(self.unpacked), 0, _FIRST_PIECE
        while not inflater.eof:
            piece = self._octets[self.at : self.at + most]
            most = min(2 * most, PIECE)
            if not piece:
                raise self.ended(_UNEXPECTED_END)
            try:
                self.unpacked.append(inflater.decompress(piece, self._room - size))
            except zlib.error as error:
                raise bad_answer((_ZIP, str(error).partition(": ")[2])) from None
            size += len(self.unpacked[-1])
            self.at += len(piece) - len(inflater.unused_data)
            if inflater.unconsumed_tail or size >= self._room:
                return None
        self._room -= size
        return b"".join(self.unpacked[begin:])


def _unpacked(unpack: Callable[[_Packed], None], source: Octets) -> Octets:
    packed = _Packed(source)
    try:
        unpack(packed)
    except ThrownError as trouble:
        return Octets(b"".join(packed.unpacked), trouble)
    return Octets(b"".join(packed.unpacked), passed_over=packed.passed_over)


def _gunzip(packed: _Packed, *, reads_on: bool = False) -> None:
    """GZIPInputStream (RFC 1952): members one after another; what follows the last is ignored."""
    _gzip_header(packed)
    while True:
        member = packed.inflate(-zlib.MAX_WBITS)
        if member is None:
            return
        trailer = packed.at
        if packed.number(4) != zlib.crc32(member) or packed.number(4) != len(member) & 0xFFFFFFFF:
            raise bad_answer((_ZIP, "Corrupt GZIP trailer"))
        if not reads_on and not packed.looks_further(trailer):
            return
        try:
            _gzip_header(packed)
        except ThrownError as trouble:
            packed.passed_over = packed.is_end(trouble)
            return


def _gzip_header(packed: _Packed) -> None:
    begin = packed.at
    if packed.number(2) != 0x8B1F:
        raise bad_answer((_ZIP, "Not in GZIP format"))
    if packed.number(1) != zlib.DEFLATED:
        raise bad_answer((_ZIP, "Unsupported compression method"))
    flags = packed.number(1)
    packed.take(6)
    if flags & _EXTRA:
        packed.take(packed.number(2))
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            packed.skip_text()
    if flags & _HEADER_CHECKSUM:
        checksum = packed.checksum(begin)
        if packed.number(2) != checksum & 0xFFFF:
            raise bad_answer((_ZIP, "Corrupt GZIP header"))


def _inflate(packed: _Packed) -> None:
    """DeflateInputStream: zlib's format where the first two octets look like it, else bare deflate."""
    if packed.left < 2:
        raise packed.ended("Unexpected end of stream", _ZIP)
    first = int.from_bytes(packed.take(2), "big")
    packed.at -= 2
    wrapped = first >> 8 & 0x0F == zlib.DEFLATED and first >> 12 <= 7 and first % 31 == 0
    if wrapped and first & _DICTIONARY:
        if packed.left < _WITH_DICTIONARY:
            raise packed.ended(_UNEXPECTED_END)
        return  # InflaterInputStream takes a dictionary that it has not for the end
    packed.inflate(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def gunzipped(source: Octets) -> Octets:
    """GZIPInputStream."""
    return _unpacked(_gunzip, source)


def gunzipped_reading_on(source: Octets) -> Octets:
    """GZIPInputStream of later Javas, which looks for another member until there is none."""
    return _unpacked(partial(_gunzip, reads_on=True), source)


def inflated(source: Octets) -> Octets:
    """DeflateInputStream."""
    return _unpacked(_inflate, source)


_UNPACKED: Mapping[str, Unpack] = {"gzip": gunzipped, "x-gzip": gunzipped, "deflate": inflated}
_UNPACKED_READING_ON: Mapping[str, Unpack] = {
    **_UNPACKED,
    "gzip": gunzipped_reading_on,
    "x-gzip": gunzipped_reading_on,
}
