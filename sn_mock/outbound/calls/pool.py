"""`ConnectionPool`: connections kept between calls, as the instance does (`glide.http.use_connection_mgr`).

A pooled connection keeps the client certificate it was opened with, whatever has been changed since. Before one is used
again it is looked at (commons-httpclient's stale check): one the provider has closed or reset is thrown away. What
happens only when the next request arrives is seen too late (measured with commons-httpclient 3.1 on JDK 17): a closed
connection is replaced without a word (NoHttpResponseException is retried), a reset one surfaces as
`java.net.SocketException: Connection reset`, because the request was sent and is not sent again.

HttpClient 4.5 does not look at a connection that was in use just before (`HttpClient.trusts_for_ms`): a request into
one that was closed gets no answer, and a POST is not sent again. One that was reset takes no request, and another is
opened.
"""

from __future__ import annotations

import time
from collections import defaultdict
from types import TracebackType

from sn_mock.exchange import Route
from sn_mock.outbound.calls.transport import Connection
from sn_mock.outbound.credentials.keystore_cache import KeystoreCache

PER_HOST = 4
"""Default of `glide.http.connection_mgr.max_connections_per_host`."""

_Key = tuple[str, str, int, tuple[str, int] | None]


class ConnectionPool:
    """Idle connections by protocol, host, port and proxy. Close it, or use it in a `with` statement."""

    def __init__(self) -> None:
        self.keystores = KeystoreCache()
        """The keystores that the pool's socket factories have opened."""
        self._idle: dict[_Key, list[tuple[Connection, float]]] = defaultdict(list)
        """Each with the moment of its last use, in seconds of the monotonic clock."""

    def take(self, route: Route, trusted_ms: int = 0) -> Connection | None:
        """An idle connection for this route, or None. `trusted_ms`: one used so long ago at most is not looked at."""
        idle = self._idle[_key(route)]
        while idle:
            connection, used = idle.pop()
            wire = connection.stream.wire
            trusted = (time.monotonic() - used) * 1000 < trusted_ms
            if not (wire.reset() if trusted else wire.readable()):
                return connection
            connection.stream.close()  # closed or reset while it was idle
        return None

    def keep(self, route: Route, connection: Connection) -> None:
        """Take a connection back for later calls."""
        idle = self._idle[_key(route)]
        if len(idle) < PER_HOST:
            idle.append((connection, time.monotonic()))
        else:
            connection.stream.close()

    def close(self) -> None:
        """Close every idle connection."""
        for idle in self._idle.values():
            while idle:
                idle.pop()[0].stream.close()

    def __enter__(self) -> ConnectionPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _key(route: Route) -> _Key:
    return route.scheme, route.host.lower(), route.port, route.proxy
