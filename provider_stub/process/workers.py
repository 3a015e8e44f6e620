"""Several processes on one port: each accepts by itself (SO_REUSEPORT), one supervisor speaks for all.

The supervisor forks before any thread exists, and talks to each worker over a socket pair: one pickled
(name of a provider's method, arguments) there, one pickled (ok, result) back. A closed pair means "finish and go".
All workers append to the same journal file.
"""

from __future__ import annotations

import logging
import multiprocessing.connection
import os
import signal
import socket
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any

from provider_stub.faults import Faults
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyError
from provider_stub.process.options import ServeOptions
from provider_stub.provider import Control, Provider, listen

_log = logging.getLogger(__name__)

_METHODS = ("status", "open_visits", "forget", "change_policy")
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Worker:
    pid: int
    channel: Connection


class WorkerError(OSError):
    """A worker process did not start or does not answer."""


class Supervisor:
    """Starts the workers, holds the port, and answers the control port for all of them."""

    def __init__(self, options: ServeOptions, *, drain_seconds: float, keep_visits: int, name: str) -> None:
        self._options, self._drain, self._keep, self._name = options, drain_seconds, keep_visits, name
        self._policy = options.policy
        self._workers: list[_Worker] = []
        self._held: socket.socket | None = None
        self._control: Control | None = None
        self._faults = Faults()

    def start(self) -> None:
        """Take the port, fork, wait until every worker listens.

        Raises:
            PortTakenError, PolicyError: nothing runs afterwards.
        """
        options = self._options
        listen(options.host, options.port).close()  # somebody who shares nothing must not be there
        self._held = _hold(options.host, options.port)
        port = self._held.getsockname()[1]
        for number in range(1, options.workers + 1):
            self._workers.append(self._fork(number, port))
        try:
            for worker in self._workers:
                self._answer(worker)
            self._control = Control(self, options.control_port)
        except Exception:
            self.stop()
            raise

    def _fork(self, number: int, port: int) -> _Worker:
        ours, theirs = Pipe()
        pid = os.fork()
        if pid:
            theirs.close()
            return _Worker(pid, ours)
        code = 1
        try:
            ours.close()
            for earlier in self._workers:
                earlier.channel.close()
            _work(self._provider(number, port), theirs)
            code = 0
        except BaseException as error:  # _exit prints no traceback
            _log.critical("internal error of worker %s: %s: %s", number, type(error).__name__, error, exc_info=error)
        finally:
            os._exit(code)

    def _provider(self, number: int, port: int) -> Provider:
        return Provider(
            self._policy,
            host=self._options.host,
            port=port,
            name=f"{self._name}-w{number}",
            journal_path=self._options.journal,
            keep_visits=self._keep,
            drain_seconds=self._drain,
            reuse_port=True,
        )

    def stop(self) -> None:
        """End the workers (they finish what they are answering) and wait for them. Twice is harmless.

        Raises InternalError afterwards, where one of them ended in a fault of its own.
        """
        if self._control is not None:
            control, self._control = self._control, None
            control.stop(self._faults)
        for worker in self._workers:
            worker.channel.close()
        for worker in self._workers:
            _, status = os.waitpid(worker.pid, 0)
            if status:
                ended = WorkerError(f"worker process {worker.pid} ended with an error; its log has the traceback")
                self._faults.note("a worker process", ended)
        self._workers.clear()
        if self._held is not None:
            self._held.close()
            self._held = None
        self._faults.check()

    # What the control port asks

    def status(self) -> dict[str, Any]:
        """As of one provider, the counters added up."""
        answers = [self._ask(worker, "status") for worker in self._workers]
        names = answers[0]["counters"]
        control = None if self._control is None else self._control.port
        return {
            **answers[0],
            "control": None if control is None else f"http://127.0.0.1:{control}",
            "control_port": control,
            "workers": len(answers),
            "internal_error": next(filter(None, (answer["internal_error"] for answer in answers)), self._faults.last),
            "counters": {name: sum(answer["counters"][name] for answer in answers) for name in names},
        }

    def current_policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def change_policy(self, policy: Policy) -> None:
        """Put another policy in force in every worker; raises PolicyError, and then none has changed."""
        for worker in self._workers:
            self._ask(worker, "change_policy", policy)
        self._policy = policy

    def open_visits(self) -> list[dict[str, Any]]:
        """Visits of connections that are still open, of all workers."""
        found = [visit for worker in self._workers for visit in self._ask(worker, "open_visits")]
        return sorted(found, key=lambda visit: str(visit["started"]))

    def forget(self) -> None:
        """Forget the visits in memory."""
        for worker in self._workers:
            self._ask(worker, "forget")

    def _ask(self, worker: _Worker, method: str, *arguments: Any) -> Any:
        try:
            worker.channel.send((method, arguments))
        except OSError:
            raise WorkerError(f"worker process {worker.pid} is gone") from None
        return self._answer(worker)

    def _answer(self, worker: _Worker) -> Any:
        if not multiprocessing.connection.wait([worker.channel], _ANSWER_SECONDS):
            raise WorkerError(f"worker process {worker.pid} does not answer")
        try:
            ok, result = worker.channel.recv()
        except EOFError:
            raise WorkerError(f"worker process {worker.pid} ended") from None
        if not ok:
            raise result
        return result


def _hold(host: str, port: int) -> socket.socket:
    """A bound socket that never listens: it keeps the port ours while workers come and go."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((host, port))
    return sock


def _work(provider: Provider, channel: Connection) -> None:
    """A worker's life: run the provider, do what the supervisor says, end when it hangs up."""
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
    try:
        provider.start()
    except Exception as error:
        channel.send((False, _plain(error)))
        return
    channel.send((True, None))
    try:
        while True:
            method, arguments = channel.recv()
            try:
                channel.send((True, getattr(provider, method)(*arguments) if method in _METHODS else None))
            except Exception as error:
                channel.send((False, _plain(error)))
    except (EOFError, OSError):
        provider.stop()


def _plain(error: Exception) -> Exception:
    """The error in a form that can be pickled; what is neither the policy's nor the system's is a fault of ours."""
    if isinstance(error, PolicyError | OSError):
        return error
    _log.error("internal error in a worker process: %s: %s", type(error).__name__, error, exc_info=error)
    return RuntimeError(f"{type(error).__name__}: {error}")
