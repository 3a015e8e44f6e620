"""`ConnectionPool`: connections kept between calls, as the instance does (`glide.http.use_connection_mgr`).

A pooled connection keeps the client certificate it was opened with, whatever has been changed since. Before one is used
again it is looked at (commons-httpclient's stale check): one the provider has closed or reset is thrown away. What
happens only when the next request arrives is seen too late (measured with commons-httpclient 3.1 on JDK 17): a closed
connection is replaced without a word (NoHttpResponseException is retried), a reset one surfaces as
`java.net.SocketException: Connection reset`, because the request was sent and is not sent again.
"""

from __future__ import annotations

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
        self._idle: dict[_Key, list[Connection]] = defaultdict(list)

    def take(self, route: Route) -> Connection | None:
        """An idle connection for this route, or None."""
        idle = self._idle[_key(route)]
        while idle:
            connection = idle.pop()
            if not connection.stream.wire.readable():
                return connection
            connection.stream.close()  # closed or reset while it was idle
        return None

    def keep(self, route: Route, connection: Connection) -> None:
        """Take a connection back for later calls."""
        idle = self._idle[_key(route)]
        if len(idle) < PER_HOST:
            idle.append(connection)
        else:
            connection.stream.close()

    def close(self) -> None:
        """Close every idle connection."""
        for idle in self._idle.values():
            while idle:
                idle.pop().stream.close()

    def __enter__(self) -> ConnectionPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _key(route: Route) -> _Key:
    return route.scheme, route.host.lower(), route.port, route.proxy
