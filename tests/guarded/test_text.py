"""What strangers say reaches no terminal, log, report or pipeline as something to obey."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded.text import InertStream, OutputError, inert, inert_output, json_text, one_line, print_raw, visible

ROOT = Path(__file__).parent.parent.parent
EVIL = "evil \x1b[31m \x1b]0;T\x07\r\n::error::pwn \x9b2J \u202edrow \ud800"


def is_inert(text: str) -> bool:
    """No control, format or half character that a terminal or a reader's eye obeys, and no workflow command."""
    odd = [
        character
        for character in text
        if character not in "\n\t"
        and (
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
            or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        )
    ]
    commands = [line for line in text.split("\n") if line.strip().startswith("::") or "##[" in line or "##vso[" in line]
    return not odd and not commands


@given(st.text() | st.lists(st.sampled_from([EVIL, "::", ":", "\n", " ", "##[", "##vso[", "a"])).map("".join))
def test_whatever_it_was_it_is_inert(text: str) -> None:
    """Every string, and doing it twice changes nothing."""
    assert is_inert(inert(text))
    assert inert(inert(text)) == inert(text)
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    "text", ["", "Grüße, мир, 鍵", "a\tb\nc", "CN=a::b", "https://h/::x", "x ## [y]", "e\u0301 🙂"]
)
def test_ordinary_text_stays(text: str) -> None:
    """Letters of all scripts, tabs, line ends, and colons in the middle of a line."""
    assert inert(text) == visible(text) == text


def test_the_words_stay_readable() -> None:
    """Escapes show what was there."""
    assert inert("a\x1b[31mb") == "a\\x1b[31mb"
    assert inert("a\r\nb\rc") == "a\nb\\rc"
    assert inert("  ::set-output name=x::y") == "  \\::set-output name=x::y"
    assert inert("x ##[command]rm") == "x ##\\[command]rm"
    assert inert("\u202eabc\ud800") == "\\u202eabc\\ud800"


@given(st.lists(st.sampled_from([":", "::", "\n", " ", "error::x", "\x1b", "##[", "a"]), max_size=12))
def test_a_stream_is_inert_however_it_is_written(pieces: list[str]) -> None:
    """Commands that are put together from several writes are none either; nothing is lost."""
    raw = io.StringIO()
    stream = InertStream(raw)
    for piece in pieces:
        stream.write(piece)

    written = raw.getvalue()
    assert [line for line in written.split("\n") if line.strip().startswith("::")] == []
    assert "\x1b" not in written
    assert written.replace("\\", "").replace("x1b", "\x1b") == "".join(pieces)


def test_our_own_commands_are_obeyed() -> None:
    """What is printed raw passes, and the next line is inert again."""
    raw = io.StringIO()
    stream = InertStream(raw)
    print_raw("::error title=x::y", stream)
    stream.write("::error::stranger\n")

    assert raw.getvalue() == "::error title=x::y\n\\::error::stranger\n"


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_says_the_same_and_is_inert(document: object) -> None:
    """A JSON reader gets what was meant, a terminal nothing to obey."""
    for ascii_only in (True, False):
        text = json_text({"x": document, "evil": EVIL}, indent=1, ascii_only=ascii_only)
        assert json.loads(text) == {"x": document, "evil": EVIL}
        assert is_inert(text)


def test_json_has_no_nan() -> None:
    """NaN is no JSON."""
    with pytest.raises(ValueError, match="JSON"):
        json_text({"x": float("nan")})


def test_output_that_cannot_be_written_is_one_error() -> None:
    """A full device is told as a sentence, by every way to print."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None:
            self.write("")

    for step in (lambda s: s.write("x"), lambda s: s.print_raw("x"), lambda s: s.flush()):
        with pytest.raises(OutputError, match="the output cannot be written"):
            step(InertStream(Full()))


def test_a_stream_that_goes_leaves_the_one_behind_alone() -> None:
    """What was lost is told once; nothing is flushed when nobody holds the stream any more (3.13 would print that)."""
    flushed: list[str] = []

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None:
            flushed.append("flushed")

    behind = Full()
    stream = InertStream(behind)
    with pytest.raises(OutputError):
        stream.write("x")
    del stream
    gc.collect()
    assert flushed == []
    assert not behind.closed


def test_the_streams_are_put_back() -> None:
    """Also twice inside one another."""
    before = sys.stdout, sys.stderr
    with inert_output(), inert_output():
        assert isinstance(sys.stdout, InertStream)
        assert not isinstance(sys.stdout.raw, InertStream)
    assert (sys.stdout, sys.stderr) == before


COMMANDS = [
    ["-m", "sn_mock", "scenarios", "--json"],
    ["-m", "sn_mock", "scenarios"],
    ["-m", "sn_mock", "check", "missing", "--json"],
    ["-m", "sn_mock", "--help"],
    ["-m", "provider_stub", "--help"],
    ["-m", "provider_stub", "status", "--json", "--run-dir", "/nonexistent"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_line(command: list[str]) -> None:
    """`… > /dev/full`: exit code 2, one line on stderr, no traceback, nothing about exceptions that were ignored."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
        )

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


@pytest.mark.parametrize("command", COMMANDS[1:3], ids=" ".join)
def test_a_closed_output_is_borne(command: list[str]) -> None:
    """`… >&-`: what could not be printed is gone, the exit code is as ever."""
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", sys.executable, *command],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
