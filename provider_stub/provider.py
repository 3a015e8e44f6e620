"""`Provider`: a provider in this process, its event loop in one background thread."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from provider_stub.faults import Faults, InternalError
from provider_stub.http.service import Service
from provider_stub.journal.lines import JsonLines
from provider_stub.journal.store import MEMORY_BYTES, Counters, Journal
from provider_stub.journal.visit import Visit
from provider_stub.policies import ProviderPolicy, load, problems_in, service_for
from provider_stub.policy import forms
from provider_stub.policy.material import Material
from provider_stub.policy.model import Policy
from provider_stub.server.hub import Hub
from provider_stub.server.readiness import new_loop
from provider_stub.server.recording import recorder
from provider_stub.tls import context
from provider_stub.tls.session import TlsServer

if TYPE_CHECKING:
    from captures.recorder import Recorder
    from provider_stub.server.control import Controlled

KEPT_VISITS = 10_000
BACKLOG = 1024
DRAIN_SECONDS = 0.25


class PortTakenError(OSError):
    """The address is in use; the message names it and how to choose another."""


def listen(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """A listening TCP socket.

    Raises:
        PortTakenError: somebody else listens there.
        OSError: the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(error.errno, f"port {port} on {host} is taken; choose another with --port") from None
        why = f"cannot listen on port {port} of {host}: {error.strerror}; choose others with --host and --port"
        raise OSError(error.errno, why) from None
    return sock


class Engine:
    """Everything a policy turns into; made in the loop's thread, changed as a whole."""

    def __init__(self, policy: Policy, service: Service | None, *, recorded: bool = False) -> None:
        self.material: Material = load(policy)
        self.tls = None if policy.plain_http else TlsServer(self.material, recorded=recorded)
        self.service: Service = service or service_for(self.material)
        about_tls = [] if policy.plain_http else context.notes(self.material)
        about_trust = forms.notes(self.material.trust, self.material.leaves)
        self.notes = [*about_trust, *about_tls, *getattr(self.service, "notes", ())]


class Provider:
    """An mTLS SOAP provider on loopback. Use it as a context manager:

        with Provider(ProviderPolicy(trust=("ca.pem",))) as provider:
            ...  # call provider.url
            visit, = provider.wait_for_visits(1)

    `pcap` records every connection, with its keys, as a file for Wireshark (`pcap_begun`: another process has made it);
    the environment's SSLKEYLOGFILE gets the keys alone.

    Raises (on entering):
        PolicyError: the policy cannot be used.
        PortTakenError: somebody else listens on `port`.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str = "visit",
        journal_path: Path | None = None,
        keep_visits: int = KEPT_VISITS,
        keep_bytes: int = MEMORY_BYTES,
        drain_seconds: float = DRAIN_SECONDS,
        control_port: int | None = None,
        reuse_port: bool = False,
        service: Service | None = None,
        pcap: Path | None = None,
        pcap_begun: bool = False,
    ) -> None:
        self._pcap, self._pcap_begun = pcap, pcap_begun
        self._recorder: Recorder | None = None
        self._service = service
        self._policy = policy or ProviderPolicy()
        self._host, self._port, self._wanted_port, self._name = host, port, port, name
        self._drain_seconds = drain_seconds
        self._reuse_port = reuse_port
        self._wanted_control_port = control_port
        self._control: Control | None = None
        self.control_token = secrets.token_urlsafe(32)
        """What the control port wants to be told; in no log, report or `status`."""
        self._changing = threading.Lock()
        self.notes: tuple[str, ...] = ()
        """What of the policy cannot be had here, and what happens instead; each in a line."""
        self._prepared: tuple[Policy, Engine] | None = None
        self._journal_path, self._keep, self._keep_bytes = journal_path, keep_visits, keep_bytes
        self._journal = Journal(keep=keep_visits, memory_bytes=keep_bytes)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hub: Hub | None = None
        self._faults = Faults()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self._end()
        if kind is None:  # else the exception under way is the one to see; ours is in the log
            self.check()

    def start(self) -> None:
        """Listen; returns when the first client can connect."""
        self._recorder = recorder(self._pcap, join=self._pcap_begun)
        with contextlib.ExitStack() as failing:
            failing.callback(self._stop_recording)
            self._start()
            failing.pop_all()

    def _start(self) -> None:
        engine = Engine(self._policy, self._service, recorded=self._recorder is not None)
        self.notes = tuple(engine.notes)
        listener = listen(self._host, self._wanted_port, reuse_port=self._reuse_port)
        self._port = listener.getsockname()[1]
        try:
            lines = None if self._journal_path is None else JsonLines(self._journal_path)
        except OSError:
            listener.close()
            raise
        self._journal = Journal(keep=self._keep, lines=lines, memory_bytes=self._keep_bytes)
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(listener, engine, ready), name=f"provider-{self._port}", daemon=True
        )
        self._thread.start()
        try:
            ready.result()
        except BaseException:
            self._thread.join()
            listener.close()
            raise
        if self._wanted_control_port is not None:
            try:
                self._control = Control(self, self._wanted_control_port, self.control_token)
            except OSError:
                self.stop()
                raise

    def _run(self, listener: socket.socket, engine: Engine, ready: Future[None]) -> None:
        loop = new_loop()

        async def begin() -> None:
            self._hub = Hub(
                listener,
                engine.material,
                engine.tls,
                engine.service,
                self._journal,
                self._faults,
                base_url=self.base_url,
                name=self._name,
                recorder=self._recorder,
            )

        def stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            """What no connection's own guard has caught; asyncio would only log it."""
            error = context.get("exception") or RuntimeError(context["message"])
            self._journal.counters.internal_errors += 1
            self._faults.note("the provider's event loop", error)

        loop.set_exception_handler(stray)
        try:
            loop.run_until_complete(begin())
        except BaseException as error:
            ready.set_exception(error)  # raised by start()
            loop.close()
            return
        try:
            self._loop = loop
            loop.call_soon(ready.set_result, None)
            loop.run_forever()
        finally:
            loop.close()

    def stop(self) -> None:
        """Close the port and all connections; every visit is in the journal afterwards. Twice is harmless.

        Raises InternalError afterwards, as `check` does.
        """
        self._end()
        self.check()

    def check(self) -> None:
        """Raise InternalError where something of provider_stub's own went wrong since the last look; else nothing.

        Each fault is raised once; `counters.internal_errors` and the log (with traceback) keep them all. Leaving the
        `with` block and `stop()` look by themselves.
        """
        self._faults.check()

    def _end(self) -> None:
        thread, loop, hub = self._thread, self._loop, self._hub
        if thread is None or loop is None or hub is None:
            return
        if self._control is not None:
            control, self._control = self._control, None
            control.stop(self._faults)
        asyncio.run_coroutine_threadsafe(hub.close(grace=self._drain_seconds), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        self._journal.close()
        self._stop_recording()
        self._thread, self._loop, self._hub = None, None, None

    def _stop_recording(self) -> None:
        if self._recorder is not None:
            self._recorder.close()

    def _in_loop(self, action: Callable[[Hub], Any]) -> Any:
        """Run `action` in the loop's thread and return what it returns."""
        loop, hub = self._loop, self._hub
        if loop is None or hub is None:
            raise RuntimeError("the provider is not running: use it as a context manager, or call start()")
        done: Future[Any] = Future()

        def run() -> None:
            with contextlib.suppress(asyncio.InvalidStateError):
                try:
                    done.set_result(action(hub))
                except Exception as error:
                    done.set_exception(error)

        loop.call_soon_threadsafe(run)
        return done.result()

    # What users ask

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The port it listens on (the real one, where 0 was asked for)."""
        return self._port

    @property
    def base_url(self) -> str:
        """`https://localhost:PORT`; the default certificate is made for `localhost`."""
        scheme = "http" if self._policy.plain_http else "https"
        host = "localhost" if self._host in ("127.0.0.1", "::1", "0.0.0.0", "::") else self._host
        return f"{scheme}://{host}:{self._port}"

    @property
    def url(self) -> str:
        """The service's endpoint, e.g. `https://localhost:8443/tickets`."""
        hub = self._hub
        path = "/tickets" if hub is None else getattr(hub.service, "path", "/tickets")
        return f"{self.base_url}{path}"

    @property
    def policy(self) -> Policy:
        """The policy in force; assign another one and the next connection meets it."""
        return self._policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        with self._changing:
            self.prepare_policy(policy)
            self.commit_policy()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Every connection so far whose verdict is known, in the order they came."""
        return self._journal.visits()

    @property
    def counters(self) -> Counters:
        """Totals since the start."""
        return self._journal.counters

    def wait_for_visits(self, count: int, timeout: float = 10.0) -> tuple[Visit, ...]:
        """The visits as soon as there are `count`; after `timeout` seconds those that there are."""
        return self._journal.wait_for(count, timeout)

    def clear(self) -> None:
        """Forget the visits so far."""
        self._journal.clear()

    # What the control port asks

    def status(self) -> dict[str, Any]:
        """Where it listens and what it has counted, as JSON."""
        control = None if self._control is None else self._control.port
        return {
            "url": self.url,
            "host": self._host,
            "port": self._port,
            "control": None if control is None else f"http://127.0.0.1:{control}",
            "control_port": control,
            "workers": 1,
            "internal_error": self._faults.last,
            "problems": self.problems(),
            "notes": list(self.notes),
            "counters": dataclasses.asdict(self._journal.counters),
        }

    def problems(self) -> list[str]:
        """What does not work as it should, each in a line; [] while all is well."""
        found = [] if self._faults.last is None else [f"internal error: {self._faults.last}"]
        unrecorded = self._recorder.trouble if self._recorder is not None else None
        return [*found, *self._journal.problems(), *([unrecorded] if unrecorded else [])]

    def current_policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def change_policy(self, policy: Policy) -> None:
        """The same as assigning `policy`."""
        self.policy = policy

    def prepare_policy(self, policy: Policy) -> None:
        """Read and build all that the policy needs, and change nothing yet. Raises PolicyError."""
        if policy.plain_http != self._policy.plain_http:
            raise ValueError("plain_http cannot be changed while the provider runs")
        self._prepared = (policy, Engine(policy, self._service, recorded=self._recorder is not None))

    def commit_policy(self) -> None:
        """Put in force what was prepared; no part of this can be refused any more."""
        if self._prepared is not None:
            policy, engine = self._prepared
            self._in_loop(lambda hub: hub.change(engine.material, engine.tls, engine.service))
            self._policy, self._prepared, self.notes = policy, None, tuple(engine.notes)

    def open_visits(self) -> list[dict[str, Any]]:
        """Visits of connections that are still open."""
        found = [visit.to_json() for visit in self._journal.visits() if visit.open]
        self._journal.flush()  # who asks reads the file next: whoever is open no more is in there
        return found

    def forget(self) -> None:
        """The same as `clear()`."""
        self.clear()


class Control:
    """A control port for `target`: a plain HTTP provider of its own, on loopback, in its own thread."""

    def __init__(self, target: Controlled, port: int, token: str) -> None:
        from provider_stub.server.control import ControlService

        service = ControlService(target, ProviderPolicy(), problems_in, token)
        policy = ProviderPolicy(plain_http=True, idle_timeout=5.0)
        self._provider = Provider(policy, port=port, keep_visits=1, service=service)
        try:
            self._provider.start()
        except PortTakenError as error:
            raise PortTakenError(error.errno, f"port {port} is taken; choose another with --control-port") from None
        self.port = self._provider.port

    def stop(self, faults: Faults) -> None:
        """Close the port; what went wrong behind it is added to `faults`."""
        try:
            self._provider.stop()
        except InternalError as error:
            faults.note("the control port", error.original)
