"""Before a call leaves this machine, the user must have said so.

The instances that people import name their real providers. Running a test against one by accident would present a
production key to a production system, so every host that is not this machine needs `--allow-remote`.
"""

from __future__ import annotations

import ipaddress
import socket

from sn_mock.failure import MockUsageError


def require_consent(host: str, *, allowed: bool) -> None:
    """MockUsageError where `host` is another machine and the user has not consented.

    A name that does not resolve passes: no connection can come of it, and the call shows Java's UnknownHostException.
    """
    if allowed or is_this_machine(host):
        return
    raise MockUsageError(
        f"{host} is not this machine, and the call would present a key of this instance to it; "
        "add --allow-remote if you mean it, or send it elsewhere with --endpoint https://localhost:8443/…"
    )


def is_this_machine(host: str) -> bool:
    """True for loopback addresses, for names that resolve to nothing else, and for names that do not resolve."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)
