"""Every reader of foreign bytes: any bytes are a value or the error its row allows, at a cost that is linear."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.readers import READERS, check

FOUND = Path(__file__).parent / "found"
"""Inputs that once broke a reader, one file each, below the reader's name."""
SCRAPS = [
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x30\x80",
    b"\x00\x00",
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b"[",
    b"{",
    b"\r\n",
    b":",
    b"=",
]
TOKENS: dict[str, list[bytes]] = {
    "pem": [b"-----BEGIN A-----\n", b"-----END A-----\n", b"-----"],
    "toml": [b"[a]\n", b"a.", b"[", b'"', b"a=1\n"],
    "http-request": [b"a: b\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\n", b" "],
    "keystore-pkcs12": [b"\x30\x80", b"\x30\x80\x00\x00", b"\x24\x80", b"\x04\x01a"],
    "certificate": [b"\x30\x80", b"\x30\x80\x00\x00", b"\x31\x00"],
    "certificate-reply": [b"-----BEGIN CERTIFICATE-----\n", b"-----BEGIN PKCS7-----", b"A"],
    "export": [b"<a>", b"<a/>", b"</a>", b"<sys_certificate/>"],
    "soap-request": [b"<a>", b"<a b='c'/>", b"&amp;"],
    "secrets": [b"<password>", b"password=", b'"password":"', b"<a"],
    "inert-text": [b"::", b"##[", b"\x1b", b"\n"],
    "capture": [b"\x06\0\0\0\x20\0\0\0" + bytes(20) + b"\x20\0\0\0", b"\x03\0\0\0\x10\0\0\0\0\0\0\0\x10\0\0\0"],
    "journal": [b"{}\n", b"[", b'{"a":'],
}
GENERAL = [b"a", b"\x00", b"(", b"at a.b(C.java:1)\n"]


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """One of the reader's seeds with pieces cut out, doubled, changed, or from elsewhere; or any bytes at all."""
    seeds = READERS[name].seeds()
    if not seeds or draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([*SCRAPS, b"", data[start:end] * 2]) | st.binary(max_size=6))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", READERS)
def test_no_bytes_break_a_reader(name: str) -> None:
    """A small budget of damaged files for each."""

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(damaged(name))
    def attack(data: bytes) -> None:
        check(name, data)

    attack()


@pytest.mark.parametrize("name", READERS)
def test_healthy_files_are_read(name: str) -> None:
    """The twin: seeds are there, and nothing that a reader is made for raises anything."""
    seeds = READERS[name].seeds()
    assert seeds
    for seed in seeds[:2]:
        check(name, seed)


def test_what_was_found_once_is_borne() -> None:
    """Inputs that broke a reader stay tests."""
    for path in sorted(FOUND.glob("*/*")):
        check(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("name", READERS)
def test_every_reader_is_linear(linear: Callable[[Callable[[int], object], int], None], name: str) -> None:
    """Any token of its language, repeated: eight times the bytes are not sixty-four times the work."""
    reader = READERS[name]
    seeds = reader.seeds()
    tokens = [*TOKENS.get(name, []), *GENERAL]

    def read(data: bytes) -> None:
        with contextlib.suppress(*reader.raises):
            reader.read(data)

    for token in tokens:
        linear(lambda size, token=token: read(seeds[0][: len(seeds[0]) // 2] + token * size), 100)
