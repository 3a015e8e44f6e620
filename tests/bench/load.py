"""The load: new connections with a full mTLS handshake and one POST each, or many POSTs per connection."""

from __future__ import annotations

import multiprocessing
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

BODY = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:acme:tickets"><s:Body>'
    b"<t:CreateTicket>"
    b"<t:shortDescription>"
    + b"Printer on fire. " * 12
    + b"</t:shortDescription></t:CreateTicket></s:Body></s:Envelope>"
)


@dataclass(frozen=True)
class Run:
    """One measurement."""

    calls: int
    seconds: float
    cpu_ms_per_call: float

    @property
    def rate(self) -> float:
        """Calls per second."""
        return self.calls / self.seconds


def request(port: int) -> bytes:
    """A SOAP POST as ServiceNow writes it."""
    head = (
        f'POST /tickets HTTP/1.1\r\nContent-Type: text/xml; charset=UTF-8\r\nSoapAction: "urn:acme:CreateTicket"\r\n'
        f"User-Agent: ServiceNow/1.0\r\nHost: localhost:{port}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


def client_context(certificates: Path, tls: str) -> ssl.SSLContext:
    """A client with its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificates / "ca.pem")
    context.load_cert_chain(certificates / "client.pem")
    context.maximum_version = ssl.TLSVersion[f"TLSv{tls.replace('.', '_')}"]
    return context


def connect(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A TLS connection without Nagle's delay."""
    raw = socket.create_connection(("127.0.0.1", port), 30)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(raw, server_hostname="localhost")


def post(connection: ssl.SSLSocket, data: bytes) -> None:
    """One POST; the whole answer is read."""
    connection.sendall(data)
    answer = b""
    while b"\r\n\r\n" not in answer:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("closed without an answer")
        answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(head[:100].decode())
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)


def new_connections(port: int, context: ssl.SSLContext, calls: int, threads: int) -> float:
    """`calls` connections with one POST each; seconds."""
    data = request(port)

    def one() -> None:
        with connect(port, context) as connection:
            post(connection, data)

    return _spread(one, calls, threads)


class Kept:
    """Connections that are open, and have served one POST each, before any clock starts."""

    def __init__(self, port: int, context: ssl.SSLContext, connections: int) -> None:
        self._data = request(port)
        self._connections = [connect(port, context) for _ in range(connections)]
        for connection in self._connections:
            post(connection, self._data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()

    def calls(self, calls: int) -> float:
        """`calls` POSTs, spread over the connections, one thread each; seconds."""
        turns = iter(self._connections)
        own = threading.local()

        def one() -> None:
            if not hasattr(own, "connection"):
                own.connection = next(turns)
            post(own.connection, self._data)

        return _spread(one, calls, len(self._connections))


def kept_alive(port: int, context: ssl.SSLContext, calls: int, connections: int) -> float:
    """`calls` POSTs over connections that are opened before; seconds."""
    with Kept(port, context, connections) as kept:
        return kept.calls(calls)


def _spread(one: Callable[[], None], calls: int, threads: int) -> float:
    failures: list[Exception] = []

    def work(count: int) -> None:
        try:
            for _ in range(count):
                one()
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(calls // threads,)) for _ in range(threads)]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begun


def in_processes(port: int, certificates: Path, calls: int, processes: int) -> float:
    """`calls` new connections from several load processes; seconds from the first to the last call."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        pool.starmap(_one_process, [(port, certificates, 4)] * processes)
        begun = time.perf_counter()
        pool.starmap(_one_process, [(port, certificates, calls // processes)] * processes, chunksize=1)
        return time.perf_counter() - begun


def _one_process(port: int, certificates: Path, calls: int) -> float:
    return new_connections(port, client_context(certificates, "1.3"), calls, 4)
