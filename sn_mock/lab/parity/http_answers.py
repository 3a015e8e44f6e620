"""HTTP answers, compared: what each of Java's clients, and the instance, makes of the same bytes.

The server sends them and closes, or, in between, closes without a word: then it counts how often it is asked again.
"""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import tempfile
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives import serialization

from sn_mock.outbound.exchange import Exchange

from .differences import Difference, compare
from .jvm import Ask, Jvm
from .mutant_parts import private
from .mutants import healthy_leaf, plain_root
from .placing import BODY, instance_call

JAVA_GENERATIONS = (17,)
"""Whose clients were measured; HttpsURLConnection's reader is part of the JDK."""

_LIMIT_MS = 15_000
_QUIET_SECONDS = 0.05

_STATUS_LINES = (
    *("HTTP/1.1 200 OK",) * 12,
    *(
        "HTTP/1.0 200 OK",
        "HTTP/1.1 200",
        "HTTP/1.1 200 ",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 201 Created",
        "HTTP/1.1 204 No Content",
    ),
    *(
        "HTTP/1.1 500 Internal Server Error",
        "HTTP/1.1 503 Busy",
        "HTTP/1.1 404 Not Found",
        "HTTP/1.1 400 Bad",
        "HTTP/1.1 304 Same",
    ),
    *(
        "HTTP/1.1 abc OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 1000 OK",
        "HTTP/1.1 -200 OK",
        "HTTP/1.1",
        "HTTP/1.1 OK",
        "HTTP/ 200 OK",
    ),
    *(
        "http/1.1 200 OK",
        "HTTP/2 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/11 200 OK",
        "ICY 200 OK",
        "HTTX/1.1 200 OK",
        "<html>",
    ),
    *(
        " HTTP/1.1 200 OK",
        "\r\nHTTP/1.1 200 OK",
        "noise\r\nHTTP/1.1 200 OK",
        "HTTP/1.1\t200\tOK",
        "HTTP/1.1 200 Größe",
        "SSH-2.0-x",
    ),
    *("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 200 OK", ""),
)
_LENGTHS = ("{n}",) * 6 + (
    "{more}",
    "{less}",
    "0",
    "-1",
    "abc",
    "",
    "{n}, {n}",
    "+{n}",
    " {n} ",
    "99999999999999999999",
    "0x4",
    "{n};",
)
_MORE_HEADERS = (
    *(
        "Content-Type: text/xml;charset=UTF-8",
        "Content-Type: text/xml",
        "Connection: close",
        "Connection: keep-alive",
        "X: y",
    ),
    *(
        "X:y",
        "X : y",
        "no colon here",
        ": empty name",
        "X-Folded: a\r\n b",
        " starts with a blank",
        "X: " + "a" * 9000,
        "X-Ä: ö",
    ),
    *(
        "Content-Encoding: identity",
        "Set-Cookie: a=b; path=/",
        "Set-Cookie: ;;=",
        "Date: never",
        "X: a\rb",
        "X",
        "Keep-Alive: timeout=1",
    ),
)
_CHUNK_FORMS = (
    *("{size}\r\n{body}\r\n0\r\n\r\n",) * 5,
    *(
        "{size};x=y\r\n{body}\r\n0\r\n\r\n",
        "{size}\r\n{body}\r\n0\r\nTrailer: t\r\n\r\n",
        "0{size}\r\n{body}\r\n0\r\n\r\n",
    ),
    *(
        "{size}\r\n{body}\r\n",
        "{size}\r\n{body}\r\n0\r\n",
        "{size}\r\n{body}0\r\n\r\n",
        "{size}\n{body}\n0\n\n",
        "xyz\r\n{body}\r\n0\r\n\r\n",
    ),
    *(
        "-{size}\r\n{body}\r\n0\r\n\r\n",
        "fffffffff\r\n{body}",
        " {size} \r\n{body}\r\n0\r\n\r\n",
        "\r\n{body}\r\n",
        "{body}",
        "",
    ),
    *("{size}\r\n{body}\r\n0\r\nno colon\r\n\r\n", "{size}\r\n{body}\r\n0\r\n\r\ntrailing"),
)


@dataclass(frozen=True, slots=True)
class HttpCase:
    """The bytes that answer every request, and who asks."""

    client: str
    answer: bytes = field(repr=False)
    asked_for: int = 0
    """How many requests are left without an answer first; the connection is closed."""

    def __str__(self) -> str:
        first = f" after {self.asked_for} closed connections" if self.asked_for else ""
        return f"{self.client}{first}: {self.answer[:200]!r}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"client": self.client, "answer": b64encode(self.answer).decode(), "asked_for": self.asked_for}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The case again."""
        return cls(kept["client"], b64decode(kept["answer"]), kept["asked_for"])


def random_case(chance: random.Random, clients: Sequence[str]) -> HttpCase:
    """An answer in which one thing is odd, or two, or none."""
    client = chance.choice(clients)
    body = chance.choice(["<y/>", "<y/>", "", "<y>" + "z" * 3000 + "</y>"])
    oddity = [chance.random() < 0.45 for _ in range(4)]
    status = chance.choice(_STATUS_LINES) if oddity[0] else "HTTP/1.1 200 OK"
    headers = ["Content-Type: text/xml", *(chance.sample(_MORE_HEADERS, chance.choice([1, 1, 2])) if oddity[1] else [])]
    framing = chance.choice(["length", "length", "chunked", "close", "both"])
    text = body
    if framing in ("length", "both"):
        length = chance.choice(_LENGTHS) if oddity[2] else "{n}"
        headers.append("Content-Length: " + length.format(n=len(body), more=len(body) + 3, less=max(0, len(body) - 2)))
    if framing in ("chunked", "both"):
        headers.append(
            "Transfer-Encoding: "
            + (chance.choice(["chunked", "Chunked", "gzip, chunked", "identity", "x"]) if oddity[3] else "chunked")
        )
        form = chance.choice(_CHUNK_FORMS) if oddity[3] else _CHUNK_FORMS[0]
        text = form.format(size=f"{len(body):x}", body=body)
    chance.shuffle(headers)
    ending = "\n" if chance.random() < 0.08 else "\r\n"
    answer = ending.join([status, *headers, "", ""]).encode("latin-1") + text.encode()
    if chance.random() < 0.08:
        answer = answer[: chance.randrange(len(answer) + 1)]
    return HttpCase(client, answer, chance.choice([0] * 14 + [1, 2, 4]))


class AnsweringServer:
    """Sends what it is given to whoever asks, and counts connections; a context manager."""

    def __enter__(self) -> Self:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(private("leaf", serialization.Encoding.PEM) + ssl.DER_cert_to_PEM_cert(healthy_leaf()).encode())
            file.flush()
            self._context.load_cert_chain(file.name)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._case = HttpCase("", b"")
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def answers(self, case: HttpCase) -> int:
        """From now on, this; returns the port."""
        self._case, self.connections = case, 0
        return self.port

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            connection.settimeout(5)
            with connection, contextlib.suppress(OSError):  # whatever the client does is the client's to tell
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as stream:
            heard = b""
            while not heard.endswith(BODY.encode()):
                part = stream.recv(65536)
                if not part:
                    return
                heard += part
            self.connections += 1
            if self.connections > self._case.asked_for:
                stream.sendall(self._case.answer)
            stream.settimeout(0)  # say that it is over, and do not wait for the client to say so, too
            with contextlib.suppress(OSError):
                stream.unwrap()


def compare_answers(jvm: Jvm, chance: random.Random, cases: int) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), answer by answer."""
    with AnsweringServer() as server:
        for _ in range(cases):
            case = random_case(chance, jvm.clients)
            ours, java = our_answer(server, case), java_answer(jvm, server, case)
            yield 1, list(compare(str(case), ours, java))


def java_answer(jvm: Jvm, server: AnsweringServer, case: HttpCase) -> dict[str, Any]:
    """Status and body, or exception chain; and how often it asked."""
    port = server.answers(case)
    values: dict[str, bytes | str | int | None] = {
        "client": case.client,
        "url": f"https://localhost:{port}/tickets",
        "body": BODY,
        "connect_timeout": _LIMIT_MS,
        "read_timeout": _LIMIT_MS,
        "anchor0": plain_root(),
    }
    answer = jvm.one(Ask("call", values))
    time.sleep(_QUIET_SECONDS)
    if "judge_failed" in answer:
        return answer
    body = None if answer["body"] is None else b64decode(answer["body"]).decode("latin-1")
    return {"status": answer["status"], "exception": answer["exception"], "body": body, "requests": server.connections}


def our_answer(server: AnsweringServer, case: HttpCase) -> dict[str, Any]:
    """The instance's."""
    port = server.answers(case)
    try:
        exchange = instance_call(port, (plain_root(),), http_client=case.client)
    except Exception as trouble:
        return {"raised": f"{type(trouble).__name__}: {trouble}"}
    return _told(exchange) | {"requests": server.connections}


def _told(exchange: Exchange) -> dict[str, Any]:
    failure = exchange.failure
    chain = [[one.class_name, one.message] for one in failure.java] if failure else []
    if chain:
        return {"status": None, "exception": chain, "body": None}
    return {
        "status": exchange.response.status_code,
        "exception": [],
        "body": exchange.response.content.decode("latin-1"),
    }
