"""The `provider-stub` command: parse, call, print.

Exit codes: 0 as expected, 1 nothing runs where something should, or not what was asked for, 2 usage or bad input.
"""

from __future__ import annotations

import argparse
import difflib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from guarded.text import OutputError, inert_output, json_text, print_raw, silence
from provider_stub.process.background import ControlError, RunDirectory, StartError, shown, start, stop

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8443


class _Parser(argparse.ArgumentParser):
    """argparse that suggests the command that was meant."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2; a word that is nearly a command's is named."""
        word, known = _unknown_word(message)
        near = difflib.get_close_matches(word, known, n=1)
        super().error(f"{message}; did you mean {near[0]}?" if near else message)


def _unknown_word(message: str) -> tuple[str, list[str]]:
    """The word and the choices of argparse's `invalid choice: 'x' (choose from 'a', 'b')`."""
    _, found, rest = message.partition("invalid choice: ")
    word, _, choices = rest.partition(" (choose from ")
    return (word.strip("'"), [choice.strip(" '") for choice in choices.rstrip(")").split(",")]) if found else ("", [])


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="provider-stub", description="An mTLS SOAP provider that says why it refused you.")
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    parser.set_defaults(handler=lambda arguments: _about(parser, arguments))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    common.add_argument(
        "--run-dir",
        type=Path,
        default=Path(os.environ.get("PROVIDER_STUB_RUN_DIR", ".run")),
        help="where the background provider keeps its state (default: .run, or $PROVIDER_STUB_RUN_DIR)",
    )
    serving = _Parser(add_help=False)
    serving.add_argument("--policy", type=Path, metavar="FILE.toml", help="what to demand and how to answer")
    serving.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serving.add_argument("--port", type=_port, help=f"default: {DEFAULT_PORT}; 0: any free one")
    serving.add_argument("--control-port", type=_port, help="plain HTTP on loopback (default: any free one)")
    serving.add_argument(
        "--pcap", type=Path, metavar="FILE.pcapng", help="record every connection, with its keys, for Wireshark (0600)"
    )
    serving.add_argument("--workers", type=_workers, help="processes that share the port (default: 1)")

    command = commands.add_parser("serve", parents=[serving], help="run in the foreground until SIGTERM or Ctrl-C")
    command.add_argument("--ready-file", type=Path, metavar="F", help="written (JSON) when clients can connect")
    command.add_argument("--journal", type=Path, metavar="F", help="append every visit as a JSON line")
    command.set_defaults(handler=_serve)
    command = commands.add_parser("up", parents=[serving, common], help="run in the background; returns when ready")
    command.set_defaults(handler=_up)
    command = commands.add_parser("down", parents=[common], help="stop the background provider")
    command.set_defaults(handler=_down)
    command = commands.add_parser("status", parents=[common], help="what runs, and its counters")
    command.set_defaults(handler=_status)
    command = commands.add_parser("judge", help="would this certificate pass, and if not, for which key of the policy")
    command.add_argument("certificates", nargs="+", type=Path, metavar="CERT.pem", help="the client's, and those above")
    command.add_argument("--policy", type=Path, required=True, metavar="P.toml", help="the provider's policy")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.set_defaults(handler=_judge)
    command = commands.add_parser("visits", parents=[common], help="who came, and what became of it")
    command.add_argument("--follow", action="store_true", help="wait for more, until Ctrl-C")
    command.add_argument("--refused", action="store_true", help="only those who were turned away")
    command.add_argument("--last", type=int, default=0, metavar="N", help="only the last N")
    command.set_defaults(handler=_visits)
    command = commands.add_parser("control", parents=[common], help="change the policy of the running provider")
    command.add_argument("action", choices=("show", "set", "load", "clear"))
    command.add_argument("arguments", nargs="*", metavar="KEY=VALUE | FILE.toml")
    command.set_defaults(handler=_control)
    return parser


def _about(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    """Without a command: the version, or what there is."""
    if arguments.version:
        from importlib.metadata import version

        print(f"provider-stub {version('sn-mock')}")
        return 0
    print(parser.format_help(), end="")
    return 2


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _port(text: str) -> int:
    if not _is_number(text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"not a port: {text!r} (0 to 65535)")
    return int(text)


def _workers(text: str) -> int:
    if not _is_number(text) or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"not a number of workers: {text!r} (1 to 64)")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    with inert_output():
        try:
            code = _dispatch(argv)
            sys.stdout.flush()
            return code
        except ControlError as error:
            return _complain(str(error))
        except KeyboardInterrupt:
            return 0
        except BrokenPipeError:
            silence(sys.stdout)
            return 0
        except OutputError as error:
            silence(sys.stdout)
            return _complain(str(error.strerror))
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            return _complain(f"{place}{error.strerror or error}")


def _dispatch(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed its help or its complaint
        return int(stop.code or 0)
    handler: Callable[[argparse.Namespace], int] = arguments.handler
    return handler(arguments)


def _complain(message: str) -> int:
    print(f"provider-stub: {message}", file=sys.stderr)
    return 2


def _print(arguments: argparse.Namespace, document: Any, text: str) -> None:
    if arguments.json:
        print_raw(json_text(document, indent=1))
    else:
        print(text)


def _serve(arguments: argparse.Namespace) -> int:
    from provider_stub.policies import ProviderPolicy
    from provider_stub.policy.problems import PolicyError
    from provider_stub.process.options import ServeOptions
    from provider_stub.process.serving import serve

    if not hasattr(signal, "pthread_sigmask"):
        return _complain("serve needs Linux or macOS; next step: run it there, or use `Provider` from Python")
    try:
        policy = ProviderPolicy.from_toml(arguments.policy) if arguments.policy else ProviderPolicy()
        options = ServeOptions(
            policy,
            arguments.policy,
            arguments.host or DEFAULT_HOST,
            DEFAULT_PORT if arguments.port is None else arguments.port,
            arguments.control_port or 0,
            arguments.journal,
            arguments.ready_file,
            arguments.workers or 1,
            arguments.pcap,
        )
        return serve(options)
    except PolicyError as errors:
        return _complain("\n".join(f"{problem}" for problem in errors.problems))


def _up(arguments: argparse.Namespace) -> int:
    asked = {name: getattr(arguments, name) for name in ("host", "port", "control_port", "workers", "pcap", "policy")}
    passed = []
    for name, value in asked.items():
        passed += [] if value is None else [f"--{name.replace('_', '-')}", str(value)]
    try:
        state, already = start(RunDirectory(arguments.run_dir), passed)
    except StartError as error:
        return _complain(str(error).removeprefix("provider-stub: "))
    if already:
        return _already_up(arguments, state, asked)
    notes = [f"note: {note}" for note in state.get("notes", ())]
    text = "\n".join([f"up: {state['url']}  (pid {state['pid']})", *notes])
    _print(arguments, {"already": False, **shown(state)}, text)
    return 0


def _already_up(arguments: argparse.Namespace, state: dict[str, Any], asked: dict[str, Any]) -> int:
    """Say what runs, and what of what was asked does not; 0 where it is all so."""
    from provider_stub.policy.problems import PolicyError
    from provider_stub.process.asked import obeyed, unmet_options, unmet_policy

    policy = asked.pop("policy")
    unmet = unmet_options(state, asked)
    lines = [f"already up: {state['url']}  (pid {state['pid']})", *(f"note: {note}" for note in state.get("notes", ()))]
    code = 1
    try:
        if policy is not None and (wrong := unmet_policy(state, policy)) is not None:
            unmet.append(wrong)
        problems = []
    except PolicyError as errors:
        problems, code = [str(problem) for problem in errors.problems], 2
    if not problems and not unmet:
        _print(arguments, {"already": True, **shown(state), "not_so": []}, "\n".join([*lines, obeyed(state, policy)]))
        return 0
    not_so = [*problems, *(one.text for one in unmet)]
    _print(arguments, {"already": True, **shown(state), "not_so": not_so}, "\n".join(lines))
    for problem in problems:
        print(f"provider-stub: {problem}", file=sys.stderr)
    if problems:
        print(f"provider-stub: nothing has changed: {obeyed(state)}", file=sys.stderr)
    for one in unmet:
        print(f"provider-stub: {one.text}; next step: {one.next_step}", file=sys.stderr)
    return code


def _down(arguments: argparse.Namespace) -> int:
    state = stop(RunDirectory(arguments.run_dir))
    _print(
        arguments,
        {"stopped": state and shown(state)},
        "nothing to stop" if state is None else f"stopped: {state['url']}",
    )
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from provider_stub.process import client

    state = RunDirectory(arguments.run_dir).running()
    if state is None:
        _print(arguments, {"running": False}, "not running; start it with: provider-stub up")
        return 1
    document = {"running": True, **shown(state), **client.ask(state, "GET", "/status")}
    lines = [f"up: {document['url']}  (pid {state['pid']})"]
    lines.append(", ".join(f"{name} {count}" for name, count in document["counters"].items()))
    lines += [f"problem: {problem}" for problem in document["problems"]]
    lines += [f"note: {note}" for note in document["notes"]]
    _print(arguments, document, "\n".join(lines))
    return 1 if document["problems"] else 0


def _visits(arguments: argparse.Namespace) -> int:
    from provider_stub.journal import lines
    from provider_stub.process import client, listing, probes

    run = RunDirectory(arguments.run_dir)
    if arguments.follow:
        _follow(arguments, run.journal)
    state = run.running()
    opened = [] if state is None else client.ask(state, "GET", "/visits/open")
    found = list(lines.read(run.journal))  # after the question: who has ended meanwhile is in here
    ended = {visit["id"] for visit in found}
    found += [visit for visit in opened if visit["id"] not in ended]
    if arguments.refused:
        found = [visit for visit in found if visit["verdict"] == "refused"]
    found = found[-arguments.last :] if arguments.last else found
    _print(arguments, found, "\n".join(listing.lines(found, probes.read(run.folder))) or "no visits yet")
    return 0


def _judge(arguments: argparse.Namespace) -> int:
    from provider_stub.policies import ProviderPolicy
    from provider_stub.policy.problems import PolicyError
    from provider_stub.process import judging

    try:
        verdict = judging.judge(arguments.certificates, ProviderPolicy.from_toml(arguments.policy))
    except PolicyError as errors:
        return _complain("\n".join(f"{problem}" for problem in errors.problems))
    _print(arguments, verdict.to_json(), "\n".join(judging.lines(verdict)))
    return 0 if verdict.accepted else 1


def _follow(arguments: argparse.Namespace, journal: Path) -> NoReturn:
    """Print what is there, then every visit when it has ended, until somebody stops us."""
    from provider_stub.journal import lines
    from provider_stub.process import client

    def show(visit: dict[str, Any]) -> None:
        if arguments.json:
            print_raw(json_text(visit))
        else:
            print(client.line(visit))
        sys.stdout.flush()

    with lines.Tail(journal) as tail:
        found = [*lines.read_older(journal), *tail.news()]
        found = found[-arguments.last :] if arguments.last else found
        while True:
            for visit in found:
                show(visit)
            time.sleep(0.2)
            found = list(tail.news())


def _control(arguments: argparse.Namespace) -> int:
    from provider_stub.process import client

    state = RunDirectory(arguments.run_dir).running()
    if state is None:
        _print(arguments, {"running": False}, "not running; start it with: provider-stub up")
        return 1
    document = client.control(state, arguments.action, arguments.arguments)
    _print(arguments, document, "\n".join(f"{key} = {json_text(value)}" for key, value in (document or {}).items()))
    return 0
