"""The entry of `sn-mock`: quick help, one-line errors, exit codes, one JSON document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

from sn_mock import __version__
from sn_mock.cli import COMMANDS, main

HEAVY = (
    "zeep",
    "lxml",
    "rich",
    "cryptography",
    "requests",
    "sn_mock.java.x509",
    "sn_mock.java.keystore",
    "sn_mock.java.jsse",
    "sn_mock.java.pkix",
    "sn_mock.java.httpclient",
    "sn_mock.outbound",
    "sn_mock.lab",
)
ENGINE = (*HEAVY, "provider_stub", "sn_mock.diagnosis", "sn_mock.instance", "sn_mock.report", "sn_mock.scripting")


def run_python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, as a user starts it."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, input=stdin, timeout=60)


def test_help_loads_no_heavy_library() -> None:
    """`sn-mock --help` imports none of the libraries that take long to load."""
    # given a fresh interpreter that asks for help and then looks at what was loaded
    code = (
        "import sys; from sn_mock.cli import main; main(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    # when
    result = run_python("-c", code)
    # then
    assert result.stderr.strip() == "[]"
    assert all(name in result.stdout for name in COMMANDS)


def test_the_help_of_a_call_loads_no_engine() -> None:
    """Who asks for the options of `sn-mock call` does not wait for what places calls."""
    code = (
        "import sys; from sn_mock.cli import main; main(['call', '--help']); "
        f"print([name for name in {ENGINE!r} if name in sys.modules], file=sys.stderr)"
    )
    result = run_python("-c", code)
    assert result.stderr.strip() == "[]"
    assert "--endpoint URL" in result.stdout


def test_plugin_loads_no_heavy_library() -> None:
    """pytest pays nothing for having sn-mock installed."""
    code = f"import sys, sn_mock.pytest_plugin; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert run_python("-c", code).stdout.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command explains itself and exits 0."""
    assert main([name, "--help"]) == 0
    assert f"sn-mock {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_an_unknown_option(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelled option is a usage error: exit 2, one line on stderr that says where to look."""
    assert main([name, "--no-such-option"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "--help` shows how" in captured.err


def test_no_arguments_print_the_overview_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    """Calling `sn-mock` alone shows what there is; it is not a success."""
    assert main([]) == 2
    assert "usage: sn-mock COMMAND" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` is one line."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sn-mock {__version__}\n"


def test_unknown_command_suggests_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A typo is answered with the command that was probably meant."""
    assert main(["reproduse"]) == 2
    assert capsys.readouterr().err == "sn-mock: there is no command 'reproduse'; did you mean `sn-mock reproduce`?\n"


def test_errors_stay_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json even an error is one JSON document on stdout; the sentence is on stderr too."""
    assert main(["no-such-command", "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"] in captured.err


def test_missing_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A path that does not exist is an error that names it, without traceback."""
    assert main(["check", "/nonexistent/instance"]) == 2
    error = capsys.readouterr().err
    assert "/nonexistent/instance" in error
    assert "Traceback" not in error


def test_internal_error_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Even a fault of sn-mock itself ends in two lines that say how to report it."""
    # given a command that breaks
    module = import_module("sn_mock.commands.catalogue.scenarios")
    monkeypatch.setattr(module, "run", lambda args: 1 / 0)
    monkeypatch.delenv("SN_MOCK_TRACEBACK", raising=False)
    # when, then
    assert main(["scenarios"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("sn-mock: internal error: ZeroDivisionError")
    assert "Traceback" not in error


def test_interrupt_exits_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is no crash."""

    def interrupted(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("sn_mock.commands.catalogue.scenarios"), "run", interrupted)
    assert main(["scenarios"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    """`sn-mock --help | head -1` prints no complaint about the pipe."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "sn_mock", "scenarios"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, error = process.communicate(timeout=60)
    assert b"Traceback" not in error
    assert b"BrokenPipe" not in error


def test_a_terminal_without_unicode_is_no_error() -> None:
    """What stdout cannot encode is escaped; nothing breaks, and JSON stays JSON."""
    code = "import sys; from sn_mock.cli import main; sys.exit(main(['scenarios', '--json']))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.decode("ascii"))


def test_any_bytes_can_be_explained() -> None:
    """A log in another encoding is read as far as it goes."""
    result = subprocess.run(
        [sys.executable, "-m", "sn_mock", "explain", "-"],
        input=b"\xff\xfe Received fatal alert: bad_certificate",
        capture_output=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr


def test_module_and_console_script_are_the_same() -> None:
    """`python -m sn_mock` answers like `sn-mock`."""
    assert run_python("-m", "sn_mock", "--version").stdout == f"sn-mock {__version__}\n"


def test_public_names_load_lazily_and_completely() -> None:
    """`import sn_mock` loads nothing heavy; every name it announces can be had."""
    code = (
        f"import sys, sn_mock; print([name for name in {HEAVY!r} if name in sys.modules]); "
        "[getattr(sn_mock, name) for name in sn_mock.__all__]"
    )
    result = run_python("-c", code)
    assert (result.returncode, result.stdout.strip()) == (0, "[]"), result.stderr


def test_unknown_public_name_is_an_attribute_error() -> None:
    """A misspelled name fails as Python's own modules do."""
    import sn_mock

    with pytest.raises(AttributeError, match="no attribute 'SOAPMessageV3'"):
        _ = sn_mock.SOAPMessageV3


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("call --hepl", "sn-mock: there is no option --hepl; did you mean --help?"),
        ("call a b c --reprot=x", "sn-mock: there is no option --reprot; did you mean --report?"),
        ("keystore show x --pasword y", "sn-mock: there is no option --pasword; did you mean --password?"),
        ("call a", "arguments are required: MESSAGE, FUNCTION; `sn-mock call --help` shows how"),
        ("check . --nothing-like-it", "unrecognized arguments: --nothing-like-it; `sn-mock check --help` shows how"),
    ],
)
def test_a_misspelt_option_is_named_first(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else is missing because of it; without a near one, argparse's own words."""
    assert main(line.split()) == 2
    assert told in capsys.readouterr().err
