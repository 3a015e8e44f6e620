"""The small pieces of the command line: dates, pairs, files for pipelines."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sn_mock.commands.options import assignments, host_and_port, moment
from sn_mock.commands.output import write_text
from sn_mock.commands.pipelines import Case, github_annotations, junit
from sn_mock.failure import MockUsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-01", datetime(2027, 3, 1, tzinfo=UTC)),
        ("2027-03-01T12:30", datetime(2027, 3, 1, 12, 30, tzinfo=UTC)),
        ("2027-03-01T12:30Z", datetime(2027, 3, 1, 12, 30, tzinfo=UTC)),
        ("2027-03-01T12:30:00+02:00", datetime(2027, 3, 1, 10, 30, tzinfo=UTC)),
    ],
)
def test_dates(text: str, expected: datetime) -> None:
    """--on takes a date (its midnight) or a time; without a zone it is UTC."""
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2027-02-30", "01.03.2027", ""])
def test_bad_dates_say_how_to_write_one(text: str) -> None:
    """A date that cannot be read is refused with an example."""
    with pytest.raises(argparse.ArgumentTypeError, match="write it as 2027-03-01"):
        moment(text)


def test_pairs_keep_what_follows_the_first_equals_sign() -> None:
    """-p name=value splits once; a value may hold `=` and may be empty."""
    assert assignments(["a=b=c", "empty="]) == (("a", "b=c"), ("empty", ""))


@pytest.mark.parametrize("pair", ["novalue", "=x"])
def test_bad_pairs_are_named(pair: str) -> None:
    """A pair without name or `=` is refused with the way to write it."""
    with pytest.raises(MockUsageError, match="write it as name=value"):
        assignments([pair])


@pytest.mark.parametrize(
    ("text", "expected"), [("localhost:8443", ("localhost", 8443)), ("[::1]:443", ("::1", 443)), ("a.b:1", ("a.b", 1))]
)
def test_host_and_port(text: str, expected: tuple[str, int]) -> None:
    """HOST:PORT, IPv6 in brackets."""
    assert host_and_port(text) == expected


@pytest.mark.parametrize("text", ["localhost:", ":8443", "localhost:0", "localhost:65536", "h:https"])
def test_bad_host_and_port(text: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(argparse.ArgumentTypeError, match=r"e\.g\. localhost:8443"):
        host_and_port(text)


CASES = (
    Case("dev12345", "keystore-password", "wrong password", "evidence: a\nfix: 100 % b", "x/instance.toml"),
    Case("dev12345", "profile-name"),
)


def test_junit_counts_and_carries_failures() -> None:
    """JUnit XML has one testcase for each case and a failure element for each failed one."""
    suite = ElementTree.fromstring(junit("check", CASES)).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite.iter("testcase")] == ["keystore-password", "profile-name"]
    assert [failure.get("message") for failure in suite.iter("failure")] == ["wrong password"]


def test_junit_survives_characters_that_xml_forbids() -> None:
    """A Java message may quote raw bytes; the file stays well-formed."""
    text = junit("check", [Case("a", "b", "tag \x00\x1b mismatch \ud800", "<&>")])
    failure = next(ElementTree.fromstring(text).iter("failure"))
    assert failure.get("message") == "tag \ufffd\ufffd mismatch \ufffd"
    assert failure.text == "<&>"


def test_github_annotations_are_escaped() -> None:
    """Workflow commands are one line each: %, newline, comma and colon are encoded as GitHub documents."""
    assert github_annotations(CASES) == [
        "::error file=x/instance.toml,title=keystore-password::wrong password%0Aevidence: a%0Afix: 100 %25 b"
    ]


def test_reports_are_written_whole(tmp_path: Path) -> None:
    """A report replaces the old file in one step and leaves no draft behind."""
    target = tmp_path / "report.html"
    target.write_text("old")
    write_text(target, "new €")
    assert target.read_text(encoding="utf-8") == "new €"
    assert list(tmp_path.iterdir()) == [target]
