"""Several processes on one port: each accepts by itself (SO_REUSEPORT), one supervisor speaks for all.

The supervisor forks before any thread exists, and talks to each worker over a socket pair: one pickled
(number, name of a provider's method, arguments) there, one pickled (number, ok, result) back; a late answer is known by
its number. A closed pair means "finish and go". All workers append to the same journal file.

A worker that died or stands still is named in `status`; the others go on. A change of the policy is made ready in every
worker before the first one uses it.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing.connection
import os
import secrets
import signal
import socket
import threading
import time
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn

from guarded import clock
from guarded.values import dataclass
from provider_stub.faults import Faults
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyError
from provider_stub.process.options import ServeOptions
from provider_stub.provider import Control, Provider, listen
from provider_stub.server.recording import recorder

_log = logging.getLogger(__name__)

_METHODS = ("status", "open_visits", "forget", "prepare_policy", "commit_policy")
_START_SECONDS = 10.0
_ANSWER_SECONDS = 2.0
_CHANGE_SECONDS = 40.0
"""To read every file that a policy names."""
_END_SECONDS = 2.0
"""How long after the answers under way a worker may take to end; then it is ended."""


@dataclass(slots=True)
class _Worker:
    pid: int
    channel: Connection
    asked: int = 0
    answered: int = 0
    """The number of the last question, and of the last answer."""


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
        self._talking = threading.Lock()
        self.control_token = secrets.token_urlsafe(32)
        """What the control port wants to be told."""

    def start(self) -> None:
        """Take the port, fork, wait until every worker listens.

        Raises:
            PortTakenError, PolicyError: nothing runs afterwards.
        """
        options = self._options
        listen(options.host, options.port).close()  # somebody who shares nothing must not be there
        self._held = _hold(options.host, options.port)
        port = self._held.getsockname()[1]
        if (begun := recorder(options.pcap)) is not None:
            begun.close()  # each worker goes on with it
        for number in range(1, options.workers + 1):
            self._workers.append(self._fork(number, port))
        try:
            for worker in self._workers:
                self._answer(worker, _START_SECONDS)
            self._control = Control(self, options.control_port, self.control_token)
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
            pcap=self._options.pcap,
            pcap_begun=True,
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
            os.kill(worker.pid, signal.SIGCONT)  # a stopped one would not see it; nobody has waited for it yet
        deadline = clock.monotonic() + self._drain + _END_SECONDS
        for worker in self._workers:
            status = _wait_for(worker.pid, deadline)
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
        """As of one provider, the counters added up; `problems` names the workers that do not answer.

        Raises:
            WorkerError: none of them does.
        """
        answers, problems = self._ask_all("status", _ANSWER_SECONDS)
        if not answers:
            raise WorkerError("; ".join(problems))
        names = answers[0]["counters"]
        control = None if self._control is None else self._control.port
        told = [problem for answer in answers for problem in answer["problems"]]
        return {
            **answers[0],
            "control": None if control is None else f"http://127.0.0.1:{control}",
            "control_port": control,
            "workers": len(self._workers),
            "workers_answering": len(answers),
            "problems": [*problems, *told],
            "internal_error": next(filter(None, (answer["internal_error"] for answer in answers)), self._faults.last),
            "counters": {name: sum(answer["counters"][name] for answer in answers) for name in names},
        }

    def current_policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def change_policy(self, policy: Policy) -> None:
        """Put another policy in force in every worker that lives, or in none.

        Raises:
            PolicyError: it cannot be used; none has changed.
            WorkerError: a worker stands still and might go on with the old one; none has changed.
        """
        with self._talking:
            living = []
            for worker in self._workers:
                try:
                    self._ask(worker, "prepare_policy", _CHANGE_SECONDS, policy)
                except WorkerError:
                    if not worker.channel.closed:
                        raise
                else:
                    living.append(worker)
            for worker in living:  # what is prepared cannot be refused: who stands still now finds it when it goes on
                self._tell(worker, "commit_policy")
            self._policy = policy
            for worker in living:
                self._answer(worker, _ANSWER_SECONDS)

    def open_visits(self) -> list[dict[str, Any]]:
        """Visits of connections that are still open, of all workers that answer."""
        answers, _ = self._ask_all("open_visits", _ANSWER_SECONDS)
        return sorted((visit for visits in answers for visit in visits), key=lambda visit: str(visit["started"]))

    def forget(self) -> None:
        """Forget the visits in memory."""
        self._ask_all("forget", _ANSWER_SECONDS)

    def _ask_all(self, method: str, seconds: float) -> tuple[list[Any], list[str]]:
        """The answers of those that answer in time, and a line about each of the others."""
        answers, problems = [], []
        with self._talking:
            deadline = clock.monotonic() + seconds
            asked = []
            for worker in self._workers:
                try:
                    self._tell(worker, method)
                    asked.append(worker)
                except WorkerError as error:
                    problems.append(str(error))
            for worker in asked:
                try:
                    answers.append(self._answer(worker, max(0.05, deadline - clock.monotonic())))
                except WorkerError as error:
                    problems.append(str(error))
        return answers, problems

    def _ask(self, worker: _Worker, method: str, seconds: float, *arguments: Any) -> Any:
        self._tell(worker, method, *arguments)
        return self._answer(worker, seconds)

    def _tell(self, worker: _Worker, method: str, *arguments: Any) -> None:
        """Ask; a worker that owes an answer is not asked again: its pipe would fill, and we would wait."""
        if worker.channel.closed:
            raise WorkerError(f"worker process {worker.pid} is gone")
        if worker.answered < worker.asked:
            self._catch_up(worker)
        try:
            worker.asked += 1
            worker.channel.send((worker.asked, method, arguments))
        except OSError:
            self._gone(worker)

    def _catch_up(self, worker: _Worker) -> None:
        """Read answers that came too late; raises WorkerError while there are none."""
        try:
            while worker.answered < worker.asked and worker.channel.poll():
                worker.answered = worker.channel.recv()[0]
        except (EOFError, OSError):
            self._gone(worker)
        if worker.answered < worker.asked:
            raise WorkerError(f"worker process {worker.pid} does not answer")

    def _answer(self, worker: _Worker, seconds: float) -> Any:
        deadline = clock.monotonic() + seconds
        while True:
            left = deadline - clock.monotonic()
            if left <= 0 or not multiprocessing.connection.wait([worker.channel], left):
                raise WorkerError(f"worker process {worker.pid} does not answer")
            try:
                worker.answered, ok, result = worker.channel.recv()
            except (EOFError, OSError):
                self._gone(worker)
            if worker.answered == worker.asked:
                break
        if not ok:
            raise result
        return result

    @staticmethod
    def _gone(worker: _Worker) -> NoReturn:
        worker.channel.close()
        raise WorkerError(f"worker process {worker.pid} is gone")


def _wait_for(pid: int, deadline: float) -> int:
    """The exit status of our own child; after the deadline it is ended (a stopped process never ends by itself)."""
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        if clock.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)  # not waited for yet: the number is still its own
            return os.waitpid(pid, 0)[1]
        time.sleep(0.01)


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
        channel.send((0, False, _plain(error)))
        return
    gc.freeze()
    channel.send((0, True, None))
    try:
        while True:
            number, method, arguments = channel.recv()
            try:
                channel.send((number, True, getattr(provider, method)(*arguments) if method in _METHODS else None))
            except Exception as error:
                channel.send((number, False, _plain(error)))
    except (EOFError, OSError):
        provider.stop()


def _plain(error: Exception) -> Exception:
    """The error in a form that can be pickled; what is neither the policy's nor the system's is a fault of ours."""
    if isinstance(error, PolicyError | OSError):
        return error
    _log.error("internal error in a worker process: %s: %s", type(error).__name__, error, exc_info=error)
    return RuntimeError(f"{type(error).__name__}: {error}")
