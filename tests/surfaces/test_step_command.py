"""`sn-mock step`: a REST or SOAP step of an instance folder, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sn_mock.cli import main

FOLDER = """
[instance]
release = "xanadu"

[[sys_alias]]
name = "Partner"

[[sys_alias]]
name = "Users"
type = "credential"

[[http_connection]]
name = "partner"
connection_alias = "Partner"
connection_url = "http://localhost:1/api"
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """An instance folder whose partner does not listen."""
    (tmp_path / "instance.toml").write_text(FOLDER)
    return str(tmp_path)


def test_a_step_that_fails_tells_why(folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Exit code 1; the JSON has the contract's keys and those of steps; a page is written."""
    report = tmp_path / "step.html"
    assert main(["step", folder, "rest", "Partner", "GET", "orders", "-p", "a=1", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["call"] == {"message": "Partner", "function": "GET orders", "release": "xanadu"}
    assert document["route"]["url"] == "http://localhost:1/api/orders?a=1"
    assert document["step"] == {"kind": "rest", "alias": "Partner", "connection": "partner"}
    assert (document["token"], document["executions"]) == (None, [])
    assert document["findings"][0]["rule"] == "connection-refused"
    assert "partner > Connection URL" in document["findings"][0]["fix"]

    assert main(["step", folder, "rest", "Users", "GET", "--report", str(report)]) == 1
    shown = capsys.readouterr().out
    assert "the alias of the step is for credentials only" in shown
    assert "credential-only-alias" in report.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rest", "Partnr", "GET"], "no Connection & Credential alias 'Partnr'"),
        (["rest", "Partner", "HEAD"], "a REST step knows GET, POST, PUT, PATCH, DELETE"),
        (["soap", "Partner", "Create"], "no SOAP message function 'Create'"),
        (["rest", "Partner", "GET", "--retry-policy", "x"], "no retry policy 'x'"),
        (["rest", "Partner", "GET", "-H", "x"], "write it as name=value"),
        (["ftp", "Partner", "GET"], "invalid choice"),
    ],
)
def test_misuse_is_one_line(folder: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    """Exit code 2, and what there is instead."""
    assert main(["step", folder, *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
