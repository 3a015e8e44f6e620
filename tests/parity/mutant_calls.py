"""Mutants, compared: Java's client and sn-mock's instance in real handshakes with a server that presents the mutant.

A provider's certificate is presented by Python's `ssl`, so that no limit of provider_stub's matters, and once more by
provider_stub. A client's certificate is asked for by a provider_stub that accepts every one. An anchor that Java cannot
read is left out of the trust store on both sides.

A run has places; each place has a few numbers, of which the first is taken whose outcome is the wanted one, accepted or
refused in turn: so the two are in balance, and a number alone names a mutant.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from provider_stub import PolicyError, Provider, ProviderPolicy, Visit
from sn_mock.java.lang.features import Feature

from .differences import Difference, compare
from .jvm import Answer, Ask, Jvm
from .mutants import TRIES, Mutant, draw, server_context
from .placing import BODY, PASSWORD, instance_call

JAVA_GENERATIONS = (8, 11, 17, 21)
"""Whose words are claimed for certificates that are not well-formed."""

_LIMIT_MS = 15_000
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<y/>"
_ACCEPTED_ANYWAY = (
    *("unknown-ca", "self-signed", "expired", "not-yet-valid", "wrong-purpose", "weak-certificate"),
    "certificate-invalid",
)
_VISIT_SECONDS = 5.0
_ENDED_BY_PEER = ("Received fatal alert", "Remote host terminated", "The server localhost failed", "Connection reset")


class PlainServer:
    """A TLS server on loopback that presents one mutant's chain at a time and answers every POST; a context manager."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._context: ssl.SSLContext | None = None
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

    def present(self, mutant: Mutant) -> int:
        """From now on, this chain; returns the port."""
        self._context = server_context(mutant)
        return int(self._listener.getsockname()[1])

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            connection.settimeout(5)
            with connection, contextlib.suppress(OSError):  # a refusal is the client's to tell
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        assert self._context is not None
        with self._context.wrap_socket(connection, server_side=True) as stream:
            heard = b""
            while not heard.endswith(BODY.encode()):
                part = stream.recv(65536)
                if not part:
                    return
                heard += part
            stream.sendall(_ANSWER)


class Servers:
    """Both kinds of servers, running, and the Java of the instances that call them; a context manager."""

    def __init__(self, java: int | str = 17) -> None:
        self.java = java

    def __enter__(self) -> Self:
        self._base = ProviderPolicy(client_auth="none", http_status=200)
        self.plain = PlainServer().__enter__()
        self.stub = Provider(self._base, keep_visits=8)
        self.stub.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stub.stop()
        self.plain.__exit__(kind, error, trace)

    def stub_presents(self, mutant: Mutant) -> int:
        """The provider takes the chain, and asks for a certificate where the mutant is a client's.

        Raises:
            PolicyError: where it does not take what OpenSSL does.
        """
        policy = replace(
            self._base,
            server_certificate=mutant.chain_pem(),
            server_key=mutant.key,
            tls_min=mutant.tls,
            tls_max=mutant.tls,
        )
        if mutant.store is not None:
            policy = replace(
                policy,
                client_auth="optional",
                trust=mutant.trust,
                refusals=dict.fromkeys(_ACCEPTED_ANYWAY, "accept"),
                advertise=mutant.advertise or "none",
            )
        self.stub.policy = policy
        return self.stub.port

    def visits(self) -> tuple[Visit, ...]:
        """The stub's visits since the last time, once they have a verdict; none if there was none."""
        end = time.monotonic() + _VISIT_SECONDS
        visits = tuple(self.stub.visits)
        while any(visit.verdict == "open" for visit in visits) and time.monotonic() < end:
            time.sleep(0.002)
            visits = tuple(self.stub.visits)
        self.stub.clear()
        return visits


def compare_mutants(jvm: Jvm, seed: int, cases: int, only: int | None = None) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), mutant by mutant; with `only`, the mutant of that number alone."""
    with Servers(jvm.version) as servers:
        if only is not None:
            mutant = draw(seed, only)
            java = java_answer(jvm, servers, mutant)
            yield 1, list(differences(servers, mutant, java))
            return
        for place in range(cases):
            mutant, answer = wanted(jvm, servers, seed, place)
            yield 1, list(differences(servers, mutant, answer))


def wanted(jvm: Jvm, servers: Servers, seed: int, place: int) -> tuple[Mutant, Answer | None]:
    """The first mutant of this place that ends as wanted, else the last that Java answered; None: it answered none."""
    accepted = place % 2 == 0
    found = None
    for number in range(place * TRIES, (place + 1) * TRIES):
        mutant = draw(seed, number)
        if mutant.tls == "1.3" and not jvm.java.has(Feature.TLS13):
            mutant = replace(mutant, tls="1.2")
        answer = java_answer(jvm, servers, mutant)
        if answer is None:
            continue
        found = mutant, answer
        if bool(answer["sent"] if mutant.store else not answer["exception"]) == accepted:
            break
    return found or (mutant, None)


def java_answer(jvm: Jvm, servers: Servers, mutant: Mutant) -> Answer | None:
    """What Java's client does; None if OpenSSL would not present the chain after all, or nobody can ask Java."""
    try:
        port = servers.stub_presents(mutant) if mutant.store else servers.plain.present(mutant)
    except PolicyError:
        return None
    client = "commons-httpclient-3.1" if "commons-httpclient-3.1" in jvm.clients else "urlconnection"
    values: dict[str, bytes | str | int | None] = {
        "client": client,
        "url": f"https://localhost:{port}/tickets",
        "body": BODY,
        "connect_timeout": _LIMIT_MS,
        "read_timeout": _LIMIT_MS,
        "algorithm": mutant.key_manager,
        **{f"anchor{place}": one for place, one in enumerate(mutant.trust)},
    }
    if mutant.store is not None:
        values |= {"type": mutant.store_type, "data": mutant.store, "store": PASSWORD, "key": PASSWORD}
    answer = jvm.one(Ask("call", values))
    if "judge_failed" in answer:
        raise RuntimeError(f"{mutant}: {answer}")
    if mutant.store is None and any(str(text).startswith("Received fatal alert") for _, text in answer["exception"]):
        return None
    found = {"status": answer["status"], "exception": answer["exception"]}
    return _anonymous(found | (_key_sent(answer["alias"], servers.visits()) if mutant.store else {}))


def _key_sent(alias: str | None, visits: tuple[Visit, ...]) -> dict[str, Any]:
    return {"alias": alias, "sent": any(visit.presented_chain for visit in visits)}


def _anonymous(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the identity of Java objects, which differs on every run."""
    chain = [[kind, text and re.sub(r"@[0-9a-f]{5,8}\b", "@…", text)] for kind, text in answer["exception"]]
    return answer | {"exception": chain}


def differences(servers: Servers, mutant: Mutant, java: Answer | None) -> Iterator[Difference]:
    """Every field in which the instance differs from Java, from either server; and what provider_stub cannot do.

    Without Java's answer only the latter: OpenSSL loaded the chain, and may still not present it.
    """
    plain = None
    if mutant.store is None and java is not None:
        plain = our_answer(mutant, servers.plain.present(mutant), servers.java)
        yield from compare(str(mutant), plain, java, attachments=(mutant,))
    try:
        port = servers.stub_presents(mutant)
    except PolicyError as refused:
        yield Difference(str(mutant), "provider_stub presents it", f"no: {refused}", "yes, as OpenSSL", (mutant,))
        return
    except Exception as trouble:
        yield Difference(str(mutant), "provider_stub presents it", _raised(trouble), "yes, as OpenSSL", (mutant,))
        return
    if java is None:
        return
    if provider_ended(mutant, java):
        yield Difference(str(mutant), "provider_stub takes it", f"no: {java['exception'][-1]}", "sent it", (mutant,))
        return
    answer = _from_stub(servers, mutant, port)
    if plain is None:
        yield from compare(str(mutant), answer, java, attachments=(mutant,))
    elif answer != plain:  # what differs from Java behind either server is said once
        yield from compare(f"{mutant}, presented by provider_stub", answer, java, attachments=(mutant,))


def provider_ended(mutant: Mutant, java: Answer) -> bool:
    """Whether the provider ended what it should have accepted; OpenSSL reads the certificate, or it were no mutant."""
    return (
        mutant.store is not None
        and bool(java["sent"])
        and any(str(text).startswith(_ENDED_BY_PEER) for _, text in java["exception"])
    )


def through_stub(servers: Servers, mutant: Mutant) -> dict[str, Any]:
    """What the instance makes of a provider_stub that presents the mutant; raises PolicyError where that cannot."""
    return _from_stub(servers, mutant, servers.stub_presents(mutant))


def _from_stub(servers: Servers, mutant: Mutant, port: int) -> dict[str, Any]:
    answer = our_answer(mutant, port, servers.java)
    visits = servers.visits()
    if mutant.store is None or "raised" in answer:
        return answer
    return answer | {"sent": any(visit.presented_chain for visit in visits)}


def our_answer(mutant: Mutant, port: int, java: int | str = 17) -> dict[str, Any]:
    """What an instance makes of the server at `port`; an exception out of the API is an answer, too: a wrong one."""
    try:
        exchange = instance_call(
            port,
            mutant.trust,
            store=mutant.store,
            store_type=mutant.store_type,
            key_manager=mutant.key_manager,
            java=java,
        )
    except Exception as trouble:
        return {"raised": _raised(trouble)}
    failure, choice = exchange.failure, exchange.key_choice
    chain = [[one.class_name, one.message] for one in failure.java] if failure else []
    answer: dict[str, Any] = {"status": None if chain else exchange.response.status_code, "exception": chain}
    if mutant.store is not None:
        answer["alias"] = choice.alias if choice else None
    return _anonymous(answer)


def _raised(trouble: Exception) -> str:
    return f"{type(trouble).__name__}: {trouble}"
