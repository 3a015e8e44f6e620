"""Leaving this machine: who consented, which names are ours, and the TCP connection itself.

Nothing but loopback is called without consent, and consent is asked for before the name is looked up. Names below
`.localhost` are this machine and names below `.invalid` do not exist (RFC 6761); neither is asked of a name server.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import select
import socket
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.net.wire import Cancellation, Deadline, TimedOutError, Wire, WireError
from sn_mock.masking import without_password

if TYPE_CHECKING:
    from captures.recorder import Recorder, Tap

_LOOKUP_EVENTS = {
    socket.EAI_AGAIN: Event.UNKNOWN_HOST_TEMPORARY,
    socket.EAI_NODATA: Event.UNKNOWN_HOST_NO_ADDRESS,
}
_CONNECT_EVENTS = {
    errno.ECONNREFUSED: Event.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Event.NO_ROUTE_TO_HOST,
    errno.ENETUNREACH: Event.NETWORK_UNREACHABLE,
    errno.ETIMEDOUT: Event.CONNECT_TIMEOUT,
    # Accepted and reset before we looked. JDK 17 says "Connection reset by peer" or, a moment later, "Connection reset"
    # (measured: a race); here it is the same text whichever way the race ends.
    errno.ECONNRESET: Event.RESET_IN_CLEAR,
}


LOOK_UP_MS = 50
"""How often a wait for a connection looks whether the call was cancelled."""


class ConsentNeededError(MockUsageError):
    """The call would leave this machine and nobody allowed it."""

    def __init__(self, host: str, remark: str = "") -> None:
        super().__init__(
            f"{remark}{without_password(host)} is not this machine: a call there would present the instance's client "
            "certificate to it and send it the request. To call a provider on this machine under that name: "
            f"`sn-mock try DIR`, or --resolve {without_password(host)}=127.0.0.1:PORT (Python: hosts="
            f"{{'{without_password(host)}': '127.0.0.1:PORT'}}). If the real host is meant: --allow-remote (Python: "
            "allow_remote=True)"
        )
        self.host = host


class ProxyRefusedError(Exception):
    """The proxy did not open a tunnel. commons-httpclient hands its answer to the caller as the provider's."""

    def __init__(self, status_line: str, status_code: int) -> None:
        super().__init__(status_line)
        self.status_line = status_line
        self.status_code = status_code


@dataclass(frozen=True, slots=True)
class Network:
    """What a call may reach."""

    allow_remote: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Names resolved to numeric addresses without a name server, as in /etc/hosts; with a port behind the address
    (`127.0.0.1:9443`, `[::1]:9443`) the connection goes to that port, whatever the URL says."""
    cancellation: Cancellation | None = None
    """Ends the call from another thread."""
    recorder: Recorder | None = field(default=None, compare=False)
    """Gets every connection, those that fail included."""
    _ports: Mapping[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        places = {name.lower(): _place(address) for name, address in self.hosts.items()}
        object.__setattr__(self, "hosts", {name: address for name, (address, _) in places.items()})
        object.__setattr__(self, "_ports", {name: port for name, (_, port) in places.items() if port})

    @property
    def cancelled(self) -> bool:
        """The call was ended from outside."""
        return self.cancellation is not None and self.cancellation.cancelled

    def check_consent(self, host: str, remark: str = "") -> None:
        """Raise ConsentNeededError where `host` is not on this machine and remote calls are not allowed.

        `remark` stands before its message: how the call came to lead there, where that is not what was typed.
        """
        if not self.allow_remote and not self._is_local(host.lower().rstrip(".")):
            raise ConsentNeededError(host, remark)

    def _is_local(self, name: str) -> bool:
        mapped = self.hosts.get(name, name)
        if mapped in ("localhost", "") or mapped.endswith((".localhost", ".invalid")):
            return True
        try:
            return ipaddress.ip_address(mapped).is_loopback
        except ValueError:
            return False

    def port(self, host: str, port: int) -> int:
        """The port that is connected to for `host` and the URL's `port`."""
        return self._ports.get(host.lower().rstrip("."), port)

    def resolve(self, host: str) -> str:
        """The numeric address that is tried: the first IPv4 one, as Java prefers. Raises WireError if there is none."""
        written = host.lower().rstrip(".")
        name = self.hosts.get(written, written)
        if name == "localhost" or name.endswith(".localhost"):
            return "127.0.0.1"
        if name.endswith(".invalid"):
            raise WireError(Event.UNKNOWN_HOST)
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise WireError(_LOOKUP_EVENTS.get(error.errno or 0, Event.UNKNOWN_HOST)) from None
        except UnicodeError:
            raise WireError(Event.UNKNOWN_HOST) from None
        by_family = sorted(found, key=lambda entry: entry[0] is not socket.AF_INET)
        return str(by_family[0][4][0])


def _place(text: str) -> tuple[str, int | None]:
    """Address and port of `127.0.0.1`, `127.0.0.1:9443`, `[::1]:9443` or `::1`."""
    address, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or (":" in address and not address.endswith("]")):
        return text.strip("[]"), None
    return address.strip("[]"), int(port)


def connect(address: str, port: int, timeout_ms: int, network: Network) -> Wire:
    """A TCP connection to a numeric address. Raises WireError with the event of what went wrong."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connecting = socket.socket(family, socket.SOCK_STREAM)
    tap: Tap | None = None
    try:
        connecting.setblocking(False)
        code = connecting.connect_ex((address, port))
        if network.recorder:
            tap = network.recorder.tap(_own_end(connecting, address), (address, port))
            tap.connecting()
        _complete(connecting, code, Deadline(timeout_ms), network)
        if tap:
            tap.connected()
        wire = Wire(connecting, tap)
        if network.cancellation:
            network.cancellation.watch(wire)
        return wire
    except TimedOutError:
        connecting.close()
        if tap:
            tap.flush()
        raise WireError(Event.CONNECT_TIMEOUT) from None
    except OSError as error:
        connecting.close()
        if tap:
            tap.failed(refused=error.errno in (errno.ECONNREFUSED, errno.ECONNRESET))
        raise WireError(_CONNECT_EVENTS.get(error.errno or 0, Event.CONNECTION_REFUSED), error.strerror or "") from None


def _own_end(connecting: socket.socket, address: str) -> tuple[str, int]:
    """Our address and port; the system forgets them at once where the connection is refused at once."""
    host, port = connecting.getsockname()[:2]
    nowhere = ipaddress.ip_address(host).is_unspecified
    return (address if nowhere and ipaddress.ip_address(address).is_loopback else host), port


def _complete(connecting: socket.socket, code: int, deadline: Deadline, network: Network) -> None:
    """Wait for the three-way handshake, looking up now and then whether the call was cancelled."""
    ready = select.poll()
    ready.register(connecting, select.POLLOUT)
    while code == errno.EINPROGRESS:
        if network.cancelled or not deadline.left_ms():
            raise TimedOutError
        if ready.poll(min(deadline.left_ms(), LOOK_UP_MS)):
            code = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def open_tunnel(wire: Wire, host: str, port: int, timeout_ms: int, headers: tuple[tuple[str, str], ...] = ()) -> None:
    """Have the proxy at the other end connect us to `host:port` (CONNECT, RFC 9110 section 9.3.6).

    Raises ProxyRefusedError where the proxy declines.
    """
    lines = [
        f"CONNECT {host}:{port} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers),
        f"Host: {host}:{port}",
    ]
    deadline = Deadline(timeout_ms)
    answer = b""
    try:
        wire.send_all("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"), deadline)
        while b"\r\n\r\n" not in answer and len(answer) < 65536:
            wire.wait(deadline)
            received = wire.receive()
            if received == b"":
                raise WireError(Event.EOF_BEFORE_RESPONSE)
            answer += received or b""
    except TimedOutError:
        raise WireError(Event.READ_TIMEOUT) from None
    status_line = answer.partition(b"\r\n")[0].decode("latin-1")
    _, _, status = status_line.partition(" ")
    if not status.startswith("2"):
        code = status[:3]
        raise ProxyRefusedError(status_line, int(code) if code.isascii() and code.isdigit() else 0)
