"""`run`: start the engine, answer it, keep the clock."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Unpack

from guarded import clock
from guarded.values import dataclass
from sn_mock.failure import InternalError, MockUsageError
from sn_mock.instance import Instance
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.session import Session, use
from sn_mock.query import InstanceTables
from sn_mock.scripting.context import Context
from sn_mock.scripting.engine import INTERNAL
from sn_mock.scripting.hints import explained
from sn_mock.scripting.host import Host, may_wait
from sn_mock.scripting.result import ScriptError, ScriptResult
from sn_mock.scripting.rewriting import rewritten

_HERE = Path(__file__).parent
START_SECONDS = 30.0
"""For the engine to come up; not the script's time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a script may use."""

    seconds: float = 10.0
    """Of its own and for what it asks of the tables; the time of the calls it places is not counted."""
    memory_mb: int = 64
    sent_mb: int = 64
    """All that it logs, stores in rows and properties, and puts into requests: sn-mock keeps these for it."""
    log_lines: int = 10_000
    calls: int = 1_000


class EngineError(Exception):
    """The engine process failed in itself; the message is its traceback."""


class _LimitError(Exception):
    def __init__(self, error: ScriptError) -> None:
        super().__init__(error.message)
        self.error = error


def run(
    instance: Instance,
    source: str,
    *,
    name: str = "script.js",
    limits: Limits | None = None,
    context: Context | None = None,
    **where: Unpack[Where],
) -> ScriptResult:
    """Run a server-side script on an instance; `name` stands in its stack traces, `context` surrounds it.

    Raises MockUsageError where QuickJS is not installed, and where the context's record is not there.
    What the script does wrong is in the result.
    """
    with use(instance, **where) as session:
        return run_in(session, source, name=name, limits=limits, context=context)


def run_in(
    session: Session,
    source: str,
    *,
    name: str = "script.js",
    limits: Limits | None = None,
    context: Context | None = None,
    view: type[InstanceTables] = InstanceTables,
) -> ScriptResult:
    """Run a script in a session that has been entered; `view` is how it sees the tables. Raises as `run` does."""
    if find_spec("quickjs") is None:
        raise MockUsageError("scripts need the QuickJS engine: pip install quickjs-ng")
    limits = limits or Limits()
    host = Host(session, context or Context(), most_log_lines=limits.log_lines, most_calls=limits.calls, view=view)
    conversation = _Conversation(host, limits)
    error = conversation.hold(rewritten(source), name)
    host.settle()
    return ScriptResult(
        tuple(host.log),
        tuple(host.exchanges()),
        explained(error, source) if error else None,
        session.instance,
        conversation.script_seconds * 1000,
        conversation.left,
        tuple(host.records.notes),
    )


class _Conversation:
    """One engine from start to end."""

    def __init__(self, host: Host, limits: Limits) -> None:
        self._host, self._limits = host, limits
        self.script_seconds = 0.0
        self.left: Mapping[str, Any] = {}
        """What the script left behind besides rows."""
        self._received = 0

    def hold(self, source: str, name: str) -> ScriptError | None:
        """Run the script to its end, or to its limit; returns why it did not end well."""
        platform = self._host.opening()
        engine = subprocess.Popen(
            [sys.executable, "-I", str(_HERE / "engine.py"), str(self._limits.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},
            close_fds=True,
        )
        assert engine.stdin is not None
        assert engine.stdout is not None
        opening = {"source": source, "name": name, "platform": platform}
        with engine.stdin, engine.stdout, selectors.DefaultSelector() as selector:
            selector.register(engine.stdout, selectors.EVENT_READ)
            try:
                return self._talk(engine, selector, opening)
            except _LimitError as limit:
                return limit.error
            except BrokenPipeError:
                return ScriptError("engine", "the engine ended unexpectedly")
            finally:
                engine.kill()
                with contextlib.suppress(BrokenPipeError):
                    engine.stdin.close()
                engine.wait()

    def _talk(
        self, engine: subprocess.Popen[bytes], selector: selectors.BaseSelector, opening: dict[str, Any]
    ) -> ScriptError | None:
        pending = bytearray()
        self._say(engine, opening)
        while "ready" not in (begun := self._listen(engine, selector, pending, START_SECONDS) or {"ready": False}):
            self._say(engine, self._host.answer(begun))
        self.script_seconds = 0.0
        while True:
            request = self._listen(engine, selector, pending, self._limits.seconds)
            if request is None:
                return ScriptError("engine", "the engine ended unexpectedly (out of memory?)")
            if "done" in request:
                error = _error(request["done"])
                self.left = _left(request["done"]) if error is None else {}
                return error
            began = clock.monotonic()
            answer = self._host.answer(request)
            if not may_wait(request):
                self.script_seconds += clock.monotonic() - began
            if self._host.exhausted:
                raise _LimitError(self._host.exhausted)
            self._say(engine, answer)

    def _say(self, engine: subprocess.Popen[bytes], message: Mapping[str, Any]) -> None:
        assert engine.stdin is not None
        engine.stdin.write(json.dumps(message).encode() + b"\n")
        engine.stdin.flush()

    def _listen(
        self, engine: subprocess.Popen[bytes], selector: selectors.BaseSelector, pending: bytearray, limit: float
    ) -> dict[str, Any] | None:
        """The next line of the engine, None at its end; the clock runs only here."""
        assert engine.stdout is not None
        began = clock.monotonic()
        try:
            while b"\n" not in pending:
                left = limit - self.script_seconds - (clock.monotonic() - began)
                if left <= 0 or not selector.select(left):
                    raise _LimitError(ScriptError("time-limit", f"the script ran longer than {limit:g} seconds"))
                received = os.read(engine.stdout.fileno(), 1 << 16)
                if not received:
                    return None
                pending += received
                self._received += len(received)
                if self._received > self._limits.sent_mb << 20:
                    told = f"the script logged, stored and sent more than {self._limits.sent_mb} MB"
                    raise _LimitError(ScriptError("output-limit", told))
        finally:
            self.script_seconds += clock.monotonic() - began
        line, _, rest = bytes(pending).partition(b"\n")
        pending[:] = rest
        return _request(line)


def _request(line: bytes) -> dict[str, Any]:
    """What the engine asks; a script that tampers with JSON there can make it anything."""
    try:
        request = _without_surrogates(json.loads(line))
    except (ValueError, RecursionError):
        request = None
    if isinstance(request, dict):
        return request
    raise _LimitError(ScriptError("engine", "the script changed the engine's own JSON; sn-mock stopped it"))


def _without_surrogates(value: Any) -> Any:
    """JavaScript strings may hold half a surrogate pair, which no encoding can carry on."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    return value


def _left(done: Any) -> Mapping[str, Any]:
    """What the script left behind; a script that tampers with the engine may make it anything."""
    try:
        left = _without_surrogates(json.loads(done["left"]))
    except (ValueError, RecursionError, TypeError, KeyError):
        return {}
    return left if isinstance(left, dict) else {}


def _error(done: Any) -> ScriptError | None:
    told = done if isinstance(done, dict) else {}
    if told.get("ok") is True:
        return None
    if told.get("kind") == INTERNAL:
        raise InternalError("the script engine", EngineError(str(told.get("message"))))
    kind, message, where = (str(told.get(key, "")) for key in ("kind", "message", "where"))
    return ScriptError(kind or "engine", message or "the engine ended unexpectedly", where)
