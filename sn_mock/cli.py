"""`sn-mock`: find the command, run it, turn what went wrong into one line and an exit code.

A command is a module of `sn_mock.commands` with `add_arguments(parser)` and `run(args) -> int`. It is imported only
when it is the one asked for, so `sn-mock --help` loads no TLS, XML or terminal library.

Exit codes: 0 as expected, 1 the call failed (or findings, or not reproduced), 2 usage or bad input, or a fault of
sn-mock itself: one line on stderr, the traceback in the log (loggers `sn_mock`, `provider_stub`, `tls_transcript`),
which SN_MOCK_TRACEBACK=1 prints.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any, NoReturn, Protocol, cast

from guarded.text import OutputError, inert_output, json_text, print_raw, silence
from guarded.values import dataclass
from sn_mock import __version__
from sn_mock.failure import InternalError, MockUsageError

USAGE_ERROR = 2
INTERRUPTED = 130
_PATIENCE = 100_000
"""So many more objects before the collector looks for garbage: a scenario ends with 80,000, nearly all of them code."""
_LOGGERS = ("sn_mock", "provider_stub", "tls_transcript")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the command table."""

    module: str
    """Module name inside `sn_mock.commands`."""
    summary: str
    """What it does, in a few words, for the overview."""
    example: str
    """One command line that somebody could mean, for its help."""


class CommandModule(Protocol):
    """What a module of `sn_mock.commands` offers."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code says the outcome."""


class Problem(Protocol):
    """One of several things that were wrong at once."""

    def to_json(self) -> dict[str, str]:
        """File, key and message."""


COMMANDS: Mapping[str, Command] = {
    "init": Command(
        "folders.init",
        "begin: an instance folder, a provider's policy and a first test",
        "sn-mock init my-instance --wsdl orders.wsdl --keystore client.jks --password env:STORE_PASSWORD",
    ),
    "call": Command(
        "calls.call",
        "place one outbound call of an instance and show everything about it",
        "sn-mock call my-instance Orders Place -p quantity=3 -v --report call.html",
    ),
    "step": Command(
        "calls.step",
        "place a REST or SOAP step through a Connection & Credential alias",
        "sn-mock step my-instance rest Partner GET /orders -v",
    ),
    "replay": Command(
        "handover.replay",
        "place the call of a bundle again, on this machine",
        "sn-mock replay ticket.zip",
    ),
    "diff": Command(
        "handover.diff",
        "two calls side by side, or one instance on two releases",
        "sn-mock diff my-instance Orders Place --release washingtondc --release xanadu",
    ),
    "evidence": Command(
        "handover.evidence",
        "what sn-mock predicts beside what your instance said, as one file to send in",
        "sn-mock evidence my-instance Orders Place --said node-log.txt --out evidence.json",
    ),
    "try": Command(
        "calls.try_",
        "call every function against a provider made of the folder itself",
        "sn-mock try my-instance --report reports",
    ),
    "check": Command(
        "calls.check",
        "judge an instance before any call: everything wrong or risky, with the remedy",
        "sn-mock check my-instance --against api.partner.example:443 --allow-remote",
    ),
    "validate": Command(
        "folders.validate",
        'the "Validate Stores/Certificates" related link',
        "sn-mock validate my-instance",
    ),
    "keystore": Command(
        "keystores.keystore",
        "show a keystore as Java sees it; make keys, CSRs, import replies, export",
        "sn-mock keystore show client.jks --password env:STORE_PASSWORD",
    ),
    "scenarios": Command(
        "catalogue.scenarios",
        "the catalogue of ways outbound mutual authentication fails",
        "sn-mock scenarios expired",
    ),
    "reproduce": Command(
        "catalogue.reproduce",
        "run scenarios (or KB numbers): broken, then fixed, both sides shown",
        "sn-mock reproduce wrong-default-keystore --tls 1.2 --report reports",
    ),
    "explain": Command(
        "catalogue.explain",
        "a line of Java, nginx or OpenSSL text: the likely causes, ranked",
        'sn-mock explain "Received fatal alert: bad_certificate"',
    ),
    "expiry": Command(
        "folders.expiry",
        "which certificate warns whom, and when",
        "sn-mock expiry my-instance --on 2027-06-01",
    ),
    "serve": Command(
        "live.serve",
        "serve an instance folder as a live instance: REST over HTTPS, and a console",
        "sn-mock serve my-instance --port 8444 --ready-file ready.json",
    ),
    "certs": Command(
        "keystores.certs",
        "write the lab's certificates and keystores",
        "sn-mock certs certs/generated",
    ),
    "import": Command(
        "folders.import_xml",
        "read ServiceNow XML exports into an instance folder",
        "sn-mock import update-set.xml --into my-instance",
    ),
    "export": Command(
        "folders.export_xml",
        "write an instance folder as ServiceNow XML",
        "sn-mock export my-instance --out my-instance.xml",
    ),
    "import-wsdl": Command(
        "folders.import_wsdl",
        "make a SOAP message with its functions from a WSDL",
        "sn-mock import-wsdl orders.wsdl --into my-instance --profile myhttps",
    ),
    "script": Command(
        "calls.script",
        "run a ServiceNow server-side script against an instance",
        "sn-mock script my-instance create-order.js",
    ),
    "schema": Command(
        "folders.schema",
        "the JSON Schema of instance.toml or of a provider's policy",
        "sn-mock schema instance > instance.schema.json",
    ),
    "completion": Command(
        "completion",
        "what a shell needs to complete commands, options and names",
        'eval "$(sn-mock completion bash)"',
    ),
    "up": Command(
        "provider.up",
        "make the lab, start its provider, place the first call",
        "sn-mock up --port 8443",
    ),
    "down": Command(
        "provider.down",
        "stop the provider that `up` started",
        "sn-mock down",
    ),
}
"""Every command, in the order of the overview."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `sn-mock` with these arguments (default: the process's own) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    with inert_output(), _log_shown_on_demand():
        code = _run(arguments, as_json=as_json, alone=argv is None)
    if argv is None:
        gc.freeze()  # the process ends: Python's last look for garbage would find code, at 5 % of a short command
    return code


def _run(arguments: list[str], *, as_json: bool, alone: bool) -> int:
    try:
        code = _dispatch(arguments, alone=alone)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader went away (`| head`)
        silence(sys.stdout)
        return 1
    except OutputError as error:
        silence(sys.stdout)
        return _refuse(str(error.strerror), as_json=False)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except (MockUsageError, OSError) as error:
        return _refuse(_describe(error), as_json=as_json, problems=getattr(error, "problems", ()))
    except Exception as error:
        told = str(error) if isinstance(error, InternalError) else f"{type(error).__name__}: {error}"
        _log.error("internal error: %s", told, exc_info=error)
        told = " ".join(told.split())
        return _refuse(
            f"internal error: {told}; this is a fault of sn-mock: run it again with SN_MOCK_TRACEBACK=1 and report "
            "what it prints",
            as_json=as_json,
        )


@contextmanager
def _log_shown_on_demand() -> Iterator[None]:
    """The log goes where the caller's `logging` says; to the terminal only where SN_MOCK_TRACEBACK is set."""
    handler = logging.StreamHandler() if os.environ.get("SN_MOCK_TRACEBACK") else logging.NullHandler()
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeHandler(handler)


def _dispatch(arguments: list[str], *, alone: bool) -> int:
    if not arguments or arguments[0] in ("-h", "--help") or arguments == ["help"]:
        print(_overview())
        return 0 if arguments else USAGE_ERROR
    if arguments[0] in ("-V", "--version"):
        print(f"sn-mock {__version__}")
        return 0
    if arguments[0] == "help":
        arguments = [*arguments[1:], "--help"]
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        raise MockUsageError(_unknown_command(name))
    with _collector_at_rest() if alone else nullcontext():
        module = command_module(name)
    try:
        args = parser_for(name, module).parse_args(rest)
    except SystemExit as stop:  # --help has printed
        return int(stop.code or 0)
    args.command_line, args.made_by = shown_command_line(arguments), f"sn-mock {__version__}"
    args.commands, args.parser_of = COMMANDS, lambda name: parser_for(name, command_module(name))
    return module.run(args)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Nothing that is loaded in here ever becomes garbage; looking for some costs a tenth of a short command."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_PATIENCE)
        gc.enable()


def shown_command_line(arguments: Sequence[str]) -> str:
    """The command line as it may stand in a report: passwords masked, words quoted as a shell needs it."""
    from shlex import quote

    from sn_mock.masking import without_password_arguments

    return " ".join(["sn-mock", *map(quote, without_password_arguments(arguments))])


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse makes one for every argument, and asks `shutil` for the width, which loads three compressors."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """The terminal's width, found as `shutil.get_terminal_size` finds it."""
    try:
        told = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        told = 0
    try:
        return told if told > 0 else os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


class Parser(argparse.ArgumentParser):
    """argparse, with its errors going the way of all other errors: one line that ends in the next step."""

    _given: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does; what was given is kept for `error`."""
        self._given = args or ()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print; a misspelt option comes first: argparse blames what follows from it."""
        raise MockUsageError(self._misspelt() or f"{message}; `{self.prog} --help` shows how")

    def _misspelt(self) -> str | None:
        from difflib import get_close_matches

        known = [option for option in self.options() if option.startswith("--")]
        for option in (word.partition("=")[0] for word in self._given if word.startswith("--")):
            close = [] if option in known else get_close_matches(option, known, n=1)
            if close:
                return f"there is no option {option}; did you mean {close[0]}?"
        return None

    def options(self) -> Iterator[str]:
        """Every option of this command, and of the commands below it."""
        yield from self._option_string_actions
        for action in self._actions:
            for below in (action.choices or {}).values() if isinstance(action, argparse._SubParsersAction) else ():
                yield from below.options()


def command_module(name: str) -> CommandModule:
    """The module behind a command's name."""
    return cast(CommandModule, import_module(f"sn_mock.commands.{COMMANDS[name].module}"))


def parser_for(name: str, module: CommandModule) -> argparse.ArgumentParser:
    """The parser of one command; its description is the module's docstring."""
    parser = Parser(
        prog=f"sn-mock {name}",
        description=module.__doc__,
        epilog=f"example\n  {COMMANDS[name].example}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    return parser


def _overview() -> str:
    width = max(len(name) for name in COMMANDS)
    rows = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    return (
        "sn-mock: ServiceNow's outbound mutual-TLS calls on this machine, and why they fail\n\n"
        "usage: sn-mock COMMAND … | sn-mock COMMAND --help | sn-mock --version\n\n"
        f"commands\n{rows}\n\n"
        "start here\n"
        "  sn-mock up                                  the lab and one call that works\n"
        "  sn-mock reproduce wrong-default-keystore    the ticket everybody has\n"
        '  sn-mock explain "Received fatal alert: bad_certificate"\n\n'
        "exit codes: 0 as expected, 1 the call failed or there are findings, 2 usage, bad input or a fault of sn-mock\n"
        "the provider has its own command: provider-stub --help"
    )


def _unknown_command(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean `sn-mock {close[0]}`?" if close else "`sn-mock --help` lists them"
    return f"there is no command {name!r}; {hint}"


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror or error}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _refuse(message: str, *, as_json: bool, problems: Iterable[Problem] = ()) -> int:
    if as_json:
        document = {"error": message, "problems": [problem.to_json() for problem in problems]}
        try:
            print_raw(json_text(document))
            sys.stdout.flush()
        except OSError:  # the line on stderr has to do
            silence(sys.stdout)
    print(f"sn-mock: {message}", file=sys.stderr)
    return USAGE_ERROR
