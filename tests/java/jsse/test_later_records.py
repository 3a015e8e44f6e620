"""What JSSE makes of records behind a finished handshake; measured on 8u252, 11.0.13, 17.0.15 and 21.0.8."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.reading.later import (
    CHANGED_AGAIN,
    CHANGED_AGAIN_OF_8,
    CHANGED_TOO_EARLY_OF_8,
    EMPTY_CONTENT,
    LaterRecords,
)
from sn_mock.java.jsse.reading.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    LARGEST_RECORD,
)
from sn_mock.java.lang.jdk import named

_GCM, _CHACHA, _CBC = (
    f"TLS_ECDHE_RSA_WITH_{name}" for name in ("AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA")
)
_HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
_BOTH = pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])


def _later(java: int = 17, tls: str = "TLSv1.2", suite: str = _GCM) -> LaterRecords:
    return LaterRecords(tls, suite, named(java))


def _record(content_type: int, size: int, version: int = 0x0303) -> bytes:
    return bytes((content_type,)) + version.to_bytes(2, "big") + size.to_bytes(2, "big") + bytes(size)


def _opened(later: LaterRecords, *pieces: bytes) -> list[bytes]:
    """What is handed on to be opened of what arrives in these pieces."""
    handed = []
    for piece in pieces:
        later.feed(piece)
        while record := later.next_record():
            handed.append(record)
    return handed


def _told(later: LaterRecords, *pieces: bytes) -> str | None:
    _opened(later, *pieces)
    return later.fault and later.fault.text


@pytest.mark.parametrize("cuts", [(), (1,), (3, 20), (5, 6, 7)])
def test_records_are_walked_however_they_come(cuts: tuple[int, ...]) -> None:
    """Each whole and alone; the one that may be empty is handed on to be opened, and nothing behind it."""
    good, empty = _record(APPLICATION_DATA, 32), _record(APPLICATION_DATA, 17)
    octets, later = good + empty + good, _later(tls="TLSv1.3")
    pieces = [octets[begin:end] for begin, end in zip((0, *cuts), (*cuts, len(octets)), strict=True)]

    assert _opened(later, *pieces) == [good, empty]
    assert later.fault is EMPTY_CONTENT


@_BOTH
@pytest.mark.parametrize("said", [_HTTP, b"<html><body>502</body></html>", b"SSH-2.0-x\r\n", b"\x80\x10" + b"z" * 16])
def test_text_in_clear_is_the_beginning_of_a_record(said: bytes, tls: str) -> None:
    """It has not all come, so nobody reads it: what ends the connection is its end."""
    later = _later(tls=tls)

    assert _opened(later, _record(APPLICATION_DATA, 32) + said) == [_record(APPLICATION_DATA, 32)]
    assert later.fault is None


@pytest.mark.parametrize(("said", "version"), [(_HTTP, "Unknown-84.84"), (b"SSH-2.0-x\r\n", "Unknown-83.72")])
def test_java_8_looks_at_the_version_first(said: bytes, version: str) -> None:
    """At the head of a record, of which nothing more need come."""
    assert _told(_later(8), said[:4]) is None
    assert _told(_later(8), said[:5]) == f"Unsupported record version {version}"


@pytest.mark.parametrize(
    ("version", "told", "told_by_8"),
    [
        (0x0000, "(D)TLS-0.0", "Unknown-0.0"),
        (0x0002, "SSLv2Hello", "SSLv2Hello"),
        (0x0100, "(D)TLS-1.0", "Unknown-1.0"),
        (0x02FF, "(D)TLS-2.-1", "Unknown-2.255"),
        (0x0301, None, None),
        (0x0400, None, "Unknown-4.0"),
        (0xFF00, None, "Unknown-255.0"),
    ],
)
@_BOTH
def test_the_version_of_a_record(version: int, told: str | None, told_by_8: str | None, tls: str) -> None:
    """One older than SSL 3 is none; Java 8 knows no later one either."""
    record = _record(APPLICATION_DATA, 40, version)

    assert _told(_later(tls=tls), record) == (told and f"Unrecognized record version {told} , plaintext connection?")
    assert _told(_later(8), record) == (told_by_8 and f"Unsupported record version {told_by_8}")


def test_8u504_has_no_datagrams() -> None:
    """Its versions are those of TLS alone."""
    later = LaterRecords("TLSv1.2", _GCM, named("8u504"))

    assert _told(later, bytes(5)) == "Unrecognized record version TLS-0.0 , plaintext connection?"


@pytest.mark.parametrize(("tls", "head"), [("TLSv1", b"\3\1"), ("TLSv1.2", b"\3\3"), ("TLSv1.3", b"\3\3")])
def test_the_keys_judge_what_has_another_version(tls: str, head: bytes) -> None:
    """OpenSSL would refuse its head."""
    record = _record(APPLICATION_DATA, 40, 0x0400)

    assert _opened(_later(tls=tls), record) == [record[:1] + head + record[3:]]


@_BOTH
def test_a_record_that_is_too_large_is_refused_by_its_head(tls: str) -> None:
    """Java looks for the end of a smaller one."""
    large, larger = _record(APPLICATION_DATA, LARGEST_RECORD), _record(APPLICATION_DATA, LARGEST_RECORD + 1)

    assert _opened(later := _later(tls=tls), large + larger[:5]) == [large]
    assert later.fault is not None
    assert later.fault.text == "Illegal packet size: 33094"


def test_java_8_reads_larger_ones() -> None:
    """Up to twice its buffer's data."""
    large, larger = _record(APPLICATION_DATA, 33300), _record(APPLICATION_DATA, 33301)

    assert _opened(later := _later(8), large + larger[:5]) == [large]
    assert later.fault is not None
    assert later.fault.text == "Bad InputRecord size, count = 33301, buf.length = 16921"


@pytest.mark.parametrize("content_type", [CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, 99])
@pytest.mark.parametrize(("suite", "size"), [(_GCM, 23), (_CHACHA, 16)])
def test_no_record_is_too_short_to_be_sealed(content_type: int, suite: str, size: int) -> None:
    """Whatever its type: one in clear is not looked into (TLS 1.2)."""
    told = f"Insufficient buffer remaining for AEAD cipher fragment ({size}). Needs to be more than"
    short, longer = _record(content_type, size), _record(content_type, size + 1)

    assert (_told(_later(suite=suite), short) or "").startswith(told)
    assert (_told(_later(8, suite=_GCM), short) or "").startswith(told)
    assert _opened(_later(suite=suite), longer) == [longer]
    assert _opened(_later(suite=_CBC), short) == [short]


def test_to_java_8_a_type_decides_the_class() -> None:
    """Of what cannot be opened, too."""
    of_handshake, of_others = _later(8), _later(8)
    _opened(of_handshake, _record(HANDSHAKE, 4))
    _opened(of_others, _record(ALERT, 40))

    assert of_handshake.fault is not None
    assert of_handshake.fault.java_class == "javax.net.ssl.SSLHandshakeException"
    assert of_handshake.mismatch.java_class == "javax.net.ssl.SSLHandshakeException"
    assert of_others.mismatch.java_class == "javax.net.ssl.SSLException"


@pytest.mark.parametrize(
    ("content_type", "size", "told"),
    [
        (CHANGE_CIPHER_SPEC, 1, "Unexpected content: 20"),
        (ALERT, 2, "Insufficient buffer remaining for AEAD cipher fragment (2). Needs to be more than tag size (16)"),
        (HANDSHAKE, 40, "Tag mismatch!"),
        (APPLICATION_DATA, 40, None),
    ],
)
def test_tls_1_3_seals_application_data_only(content_type: int, size: int, told: str | None) -> None:
    """All else is not opened; a ChangeCipherSpec never was sealed."""
    assert _told(_later(tls="TLSv1.3"), _record(content_type, size)) == told


def test_a_sealed_record_of_no_known_type() -> None:
    """Opened first (TLS 1.2); those of known ones are read, and Java 8 passes over it."""
    record = _record(24, 40)

    assert _opened(later := _later(), record) == [record]
    assert later.fault is not None
    assert later.fault.text == "Unknown content type: 24"
    assert _told(_later(), _record(ALERT, 40)) is None
    assert _told(_later(8), record) is None


def test_a_change_cipher_spec_has_no_place_later() -> None:
    """In TLS 1.2, where it is opened; application data has."""
    later, changes = _later(), _record(CHANGE_CIPHER_SPEC, 25)

    assert _opened(later, _record(APPLICATION_DATA, 40)) == [_record(APPLICATION_DATA, 40)]
    assert later.fault is None
    assert _opened(later, changes) == [changes]
    assert later.fault is CHANGED_AGAIN


def test_to_java_8_a_handshake_record_begins_another_handshake() -> None:
    """Even an empty one: a ChangeCipherSpec behind it comes too early, another one not at all (measured on 8u252)."""
    later, behind = _later(8), _later(8)
    _opened(later, _record(APPLICATION_DATA, 32) + _record(CHANGE_CIPHER_SPEC, 25))
    _opened(behind, _record(HANDSHAKE, 32) + _record(CHANGE_CIPHER_SPEC, 25))

    assert later.fault is CHANGED_AGAIN_OF_8
    assert behind.fault is CHANGED_TOO_EARLY_OF_8


def test_another_handshake_has_a_change_cipher_spec_of_its_own() -> None:
    """Where the provider has asked for one, and has said more of it. Other keys may have other sizes."""
    asks, says, changes = _record(HANDSHAKE, 32), _record(HANDSHAKE, 64), _record(CHANGE_CIPHER_SPEC, 25)
    later, hasty, short = _later(), _later(), _record(ALERT, 18)
    later.asked_again = hasty.asked_again = True

    assert _opened(later, asks + says + changes + short) == [asks, says, changes, short]
    assert later.fault is None
    assert _opened(hasty, asks + changes) == [asks, changes]
    assert hasty.fault is CHANGED_AGAIN


def test_an_end_within_a_record() -> None:
    """Java 8 tells it from one between them, and from one within a head."""
    later = _later(8)

    _opened(later, _record(APPLICATION_DATA, 40) + _record(APPLICATION_DATA, 40)[:4])
    assert not later.inside_record
    _opened(later, _record(APPLICATION_DATA, 40)[4:9])
    assert later.inside_record
