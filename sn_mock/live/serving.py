"""Starting and stopping a live instance: the folder, its front door, its console, and the file that says where."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import field
from pathlib import Path
from typing import Any

from guarded import files
from guarded.locks import LockedError, lock
from guarded.values import dataclass
from provider_stub.policy.problems import PolicyError
from provider_stub.provider import PortTakenError, listen
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.instance.folder.toml_folder import INSTANCE_FILE
from sn_mock.lab.pki import write_lab_pki
from sn_mock.live.access import Access
from sn_mock.live.base import base_rows
from sn_mock.live.door import Door
from sn_mock.live.front.application import FrontDoor
from sn_mock.live.front.attachment_api import AttachmentApi
from sn_mock.live.front.direct_soap import DirectSoap
from sn_mock.live.front.import_sets import ImportSets
from sn_mock.live.front.scripted import ScriptedRest
from sn_mock.live.front.table_api import TableApi
from sn_mock.live.front.ui_pages import UiPages
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.sessions import Sessions
from sn_mock.live.state import LiveFolder
from sn_mock.live.triggers import Triggers
from sn_mock.outbound.calls.session import Where

CERTIFICATES = Path("certs") / "generated"
PASSWORD_VARIABLE = "SN_MOCK_PASSWORD"
_LOCK = ".serve.lock"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `sn-mock serve` is asked for."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    console_port: int | None = 0
    """None: no console."""
    ready_file: Path | None = None
    allow_remote: bool = False
    """Listen on other addresses than loopback, and call other hosts."""
    inbound_mtls: bool = False
    certificates: Path = CERTIFICATES
    """The lab's PKI, made where it is not there; its certificate for localhost is the door's."""
    certificate: Path | None = None
    key: Path | None = None
    """The door's own certificate and key instead."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Names that calls reach elsewhere, as /etc/hosts has them."""


@contextmanager
def serving(wanted: Wanted) -> Iterator[LiveInstance]:
    """A live instance, up when the block begins and down when it ends.

    Raises MockUsageError for a folder that cannot be read or is served already, a port that is taken, an address other
    than loopback without consent, a certificate that cannot be used.
    """
    if wanted.host not in _LOOPBACK and not wanted.allow_remote:
        raise MockUsageError(
            f"{wanted.host} can be reached from other machines; next step: add --allow-remote if that is meant"
        )
    with ExitStack() as ending:
        ending.enter_context(_only_one(wanted.folder))
        live = _made(wanted)
        _open(live)
        ending.callback(live.door.stop)
        ending.callback(live.triggers.close)
        live.triggers.begin()
        if wanted.console_port is not None:
            ending.enter_context(_console(live, wanted.console_port))
        if wanted.ready_file is not None:
            _write_ready(wanted.ready_file, ready(live))
            ending.callback(_forget, wanted.ready_file)
        warming = threading.Thread(target=live.folder.warm, name="warming", daemon=True)
        warming.start()  # last: it would hold up whoever waits for the console
        ending.callback(warming.join)
        yield live


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two processes that serve one folder would not see each other's rows in time."""
    if not folder.is_dir():
        raise MockUsageError(
            f"there is no folder {folder}; next step: give an instance folder, or make one: sn-mock init"
        )
    if not (folder / INSTANCE_FILE).is_file():
        Instance.load(folder)  # which says what is missing
    with ExitStack() as held:
        try:
            held.enter_context(lock(folder / _LOCK, seconds=0))
        except LockedError:
            raise MockUsageError(f"{folder} is served already; next step: use that one, or stop it") from None
        except OSError as error:
            raise MockUsageError(f"{folder} cannot be written: {error.strerror}; next step: serve a copy") from None
        yield


def _made(wanted: Wanted) -> LiveInstance:
    folder = LiveFolder(wanted.folder, base=base_rows())
    where: Where = {"allow_remote": wanted.allow_remote, "hosts": wanted.hosts}
    outbound = OutboundLog(folder, where)
    access = Access(folder, os.environ.get(PASSWORD_VARIABLE) or secrets.token_urlsafe(12))
    triggers = Triggers(folder, outbound)
    tables, scripts = TableApi(folder, triggers.inserted), ScriptedRest(folder, outbound)
    sessions = Sessions()
    pages = UiPages(folder, outbound, access, sessions)
    files, soap = AttachmentApi(folder), DirectSoap(folder, tables)
    application = FrontDoor(access, tables, files, scripts, soap, ImportSets(folder, tables), pages, sessions)
    certificate, key, ca = _identity(wanted)
    door = Door(
        application,
        host=wanted.host,
        port=wanted.port,
        certificate=certificate,
        key=key,
        inbound_mtls=wanted.inbound_mtls,
    )
    folder.on_change(door.changed)
    return LiveInstance(folder, outbound, access, door, triggers, ca, wanted.allow_remote)


def _identity(wanted: Wanted) -> tuple[Path, Path, Path]:
    """The door's certificate and key, and the CA that vouches for it."""
    if (wanted.certificate is None) != (wanted.key is None):
        raise MockUsageError("--certificate and --key belong together; next step: give both")
    if wanted.certificate is not None and wanted.key is not None:
        return wanted.certificate, wanted.key, wanted.certificate
    made = write_lab_pki(wanted.certificates).resolve()
    return made / "provider.pem", made / "provider.key", made / "root-ca.pem"


def _open(live: LiveInstance) -> None:
    try:
        live.door.start(live.folder.instance)
    except PortTakenError as error:
        raise MockUsageError(error.strerror or str(error)) from None
    except PolicyError as error:
        raise MockUsageError("; ".join(f"the door's {problem}" for problem in error.problems)) from None
    except OSError as error:
        raise MockUsageError(str(error.strerror or error)) from None


@contextmanager
def _console(live: LiveInstance, port: int) -> Iterator[None]:
    """The console's web server, in a thread of its own, on loopback."""
    import uvicorn

    from sn_mock.live.console import make_console

    try:
        listener = listen("127.0.0.1", port)
    except PortTakenError:
        raise MockUsageError(f"port {port} on 127.0.0.1 is taken; choose another with --console-port") from None
    # asyncio sets this only where a socket names its protocol; without it an answer waits 40 ms for an acknowledgement
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    live.console_port = listener.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            make_console(live),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=_run, args=(server, listener), name="console", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _run(server: Any, listener: socket.socket) -> None:
    server.run(sockets=[listener])


def ready(live: LiveInstance) -> dict[str, str]:
    """What a client has to know; the contract's ready file."""
    return {
        "url": live.door.url,
        "console": live.console_address,
        "ca": str(live.ca_path),
        "user": "admin",
        "password": live.access.password,
        "client_id": live.access.client_id,
        "client_secret": live.access.client_secret,
    }


def _write_ready(path: Path, told: Mapping[str, str]) -> None:
    try:
        files.write(path, json.dumps(told, indent=1).encode() + b"\n", private=True, waits=False)
    except OSError as error:
        raise MockUsageError(f"{path} cannot be written: {error.strerror}; choose another with --ready-file") from None


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        if not files.written_through(path):  # a device stays
            path.unlink()
