"""HTTP answers, compared: what Java's clients and sn-mock make of the same octets, and over how many connections."""

from __future__ import annotations

import random
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance, SysProperty
from sn_mock.instance.releases import release
from sn_mock.outbound.calls.call import OutboundCall, place
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.session import Session

from .differences import Difference
from .http_answers import AnswerCase, random_answer
from .jvm import Answer, Ask, Jvm
from .repeating import settled
from .scripted_peer import PORT, Peer, http_conversation

JAVA_GENERATIONS = (8, 11, 17, 21)
"""Those whose readers were measured."""
_BODY = "<question/>"


def compare_answers(jvm: Jvm, chance: random.Random, count: int) -> Iterator[tuple[int, list[Difference]]]:
    """Random answers, read by each client of the judge in turn; batches of one."""
    for number in range(count):
        case = random_answer(chance)
        client = jvm.clients[number % len(jvm.clients)]
        yield 1, differences(jvm, case, client)


def differences(jvm: Jvm, case: AnswerCase, client: str) -> list[Difference]:
    """One answer, one client."""

    def both() -> tuple[dict[str, Any], dict[str, Any]]:
        with Peer(http_conversation(case.scripts)) as peer:
            java = from_java(jvm.one(java_ask(case, client, peer.port)), peer)
        with Peer(http_conversation(case.scripts)) as peer:
            return from_exchange(asked(case, client, str(jvm.java), peer.port), peer), java

    return settled(f"{client}: {case}", both)


def java_ask(case: AnswerCase, client: str, port: int) -> Ask:
    """The question to the judge."""
    url = f"http://127.0.0.1:{port}/answer"
    values: dict[str, str | int] = {
        "client": client,
        "url": url,
        "body": _BODY,
        "limit": case.limit_ms,
        "times": case.times,
    }
    return Ask("answer", values)


def asked(case: AnswerCase, client: str, java: int | str, port: int) -> Exchange:
    """sn-mock's last exchange: the first that throws ends it."""
    instance = instance_with(client, java, case.limit_ms)
    call = OutboundCall(endpoint=f"http://127.0.0.1:{port}/answer", body=_BODY)
    with ConnectionPool() as pool:
        for _ in range(case.times):
            exchange = place(Session(instance, pool=pool), call)
            if exchange.failure is not None and exchange.failure.java:
                break  # as the judge does
    return exchange


def instance_with(client: str, java: int | str, limit_ms: int) -> Instance:
    """An instance with that client, that Java and those time limits."""
    quirks = {"http_client": client, "java": java}
    limits = {"glide.http.connection_timeout": str(limit_ms), "glide.http.timeout": str(limit_ms)}
    rows = tuple(SysProperty(name=name, value=value) for name, value in limits.items())
    return Instance(release=release("xanadu"), quirks=quirks, properties=rows)


def from_java(answer: Answer, peer: Peer) -> dict[str, Any]:
    """The judge's answer, and what the peer saw."""
    headers = [[name or "", value] for name, value in answer["headers"]]
    return _told(peer, answer["status"], headers, answer["body"], answer["exception"])


def from_exchange(exchange: Exchange, peer: Peer) -> dict[str, Any]:
    """sn-mock's, in the same form."""
    failure, response = exchange.failure, exchange.response
    if failure is not None and failure.java:
        return _told(peer, None, [], "", [[one.class_name, one.message] for one in failure.java])
    headers = [list(header) for header in response.headers]
    return _told(peer, response.status_code, headers, b64encode(response.content).decode(), [])


def _told(peer: Peer, status: int | None, headers: list[Any], body: str, exception: list[Any]) -> dict[str, Any]:
    port = re.compile(rf"(?<![0-9]){peer.port}(?![0-9])")
    named = [[name, text and port.sub(PORT.decode(), text)] for name, text in exception]
    shown = [[name, port.sub(PORT.decode(), value)] for name, value in headers]
    return {"status": status, "headers": shown, "body": body, "exception": named, "connections": peer.settled()}
