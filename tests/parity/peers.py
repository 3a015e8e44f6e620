"""TLS peers, compared: what Java's clients and sn-mock say of the same tampered flights, or of an odd server that is
honest, and over how many connections."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sn_mock.instance import Instance, SysCertificate
from sn_mock.java.lang import jdk
from sn_mock.java.lang.features import Feature
from sn_mock.lab.pki import shared_pki
from sn_mock.outbound.calls.call import OutboundCall, place
from sn_mock.outbound.calls.session import Session

from .answers import from_exchange, from_java, instance_with
from .broken_peers import PeerCase, random_peer
from .differences import Difference
from .honest_server import honest_conversation
from .jvm import Ask, Jvm
from .keyed_servers import random_keyed
from .leaf_keys import lab_leaf, leaf
from .odd_servers import OddCase, random_odd
from .raw_hellos import HelloCase, random_hello
from .repeating import settled
from .scripted_peer import Conversation, Peer
from .tls_peer import tls_conversation

JAVA_GENERATIONS = (8, 11, 17, 21)
"""Those whose JSSE is modelled."""
_LIMIT_MS = 2500
_IDENTITY = re.compile("@[0-9a-f]{1,8}$")
"""Of an object, at the end of a text."""
_BODY = "<question/>"
_PROVIDER = "provider-rsa"
"""An RSA key: its signatures have one length, so that the octets' places stay the same."""


def compare_peers(jvm: Jvm, chance: random.Random, count: int) -> Iterator[tuple[int, list[Difference]]]:
    """Random tampers, met by each client of the judge in turn; batches of one."""
    for number in range(count):
        case = random_peer(chance)
        if not jvm.java.has(Feature.TLS13):
            case = replace(case, tls="1.2")
        yield 1, differences(jvm, case, jvm.clients[number % len(jvm.clients)])


def compare_odd(jvm: Jvm, chance: random.Random, count: int) -> Iterator[tuple[int, list[Difference]]]:
    """Random servers that are odd and honest, met by each client in turn; batches of one."""
    versions = ("1.2", "1.3") if jvm.java.has(Feature.TLS13) else ("1.2",)
    for number in range(count):
        case = random_odd(chance, versions)
        if not jvm.java.has(Feature.EXTENSIONS_MEASURED):  # asked twice, it hashes what nobody else does
            case = replace(case, manner=replace(case.manner, retries=1))
        yield 1, differences(jvm, case, jvm.clients[number % len(jvm.clients)])


def compare_keyed(jvm: Jvm, chance: random.Random, count: int) -> Iterator[tuple[int, list[Difference]]]:
    """Random servers with keys of every kind, met by each client in turn; batches of one."""
    for number in range(count):
        yield 1, differences(jvm, random_keyed(chance, jvm.java), jvm.clients[number % len(jvm.clients)])


def compare_hellos(jvm: Jvm, chance: random.Random, count: int) -> Iterator[tuple[int, list[Difference]]]:
    """Random hellos of TLS 1.3 by nobody who has keys, met by each client in turn; batches of one."""
    for number in range(count if jvm.java.has(Feature.TLS13) else 0):
        yield 1, differences(jvm, random_hello(chance, jvm.java), jvm.clients[number % len(jvm.clients)])


def differences(jvm: Jvm, case: PeerCase | OddCase | HelloCase, client: str) -> list[Difference]:
    """One peer, one client; headers and body of an answer are compared elsewhere."""
    return settled(
        f"{client}: {case}", lambda: (asked_ours(case, client, str(jvm.java)), asked_java(jvm, case, client))
    )


def asked_java(jvm: Jvm, case: PeerCase | OddCase | HelloCase, client: str) -> dict[str, Any]:
    """Java's words, status and connections."""
    with Peer(_conversation(case)) as peer:
        values: dict[str, str | int | bytes] = {
            "client": client,
            "url": f"https://localhost:{peer.port}/answer",
            "body": _BODY,
            "limit": _LIMIT_MS,
            "anchor0": shared_pki()["root"].der,
        }
        return _told(from_java(jvm.one(Ask("answer", values)), peer))


def asked_ours(case: PeerCase | OddCase | HelloCase, client: str, java: int | str) -> dict[str, Any]:
    """sn-mock's."""
    with Peer(_conversation(case)) as peer:
        call = OutboundCall(endpoint=f"https://localhost:{peer.port}/answer", body=_BODY)
        return _told(from_exchange(place(Session(trusting(client, java)), call), peer))


def _conversation(case: PeerCase | OddCase | HelloCase) -> Conversation:
    if isinstance(case, HelloCase):
        return case.converse
    if isinstance(case, OddCase):
        return honest_conversation(leaf(case.leaf) if case.leaf else lab_leaf(), case.manner)
    identity = shared_pki()[_PROVIDER]
    return tls_conversation(identity.pem(None), identity.key_pem, case.tls, case.tamper)


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    told = {name: answer[name] for name in ("status", "exception", "connections")}
    if told["exception"]:
        told["exception"] = [[name, text and _IDENTITY.sub("@", text)] for name, text in told["exception"]]
    return told


@cache
def trusting(client: str, java: int | str) -> Instance:
    """An instance with that HTTP client and Java, which trusts the lab's certificates alone."""
    pem = shared_pki()["root"].pem()
    anchor = SysCertificate(name="ca", type="trust_store", format="pem", pem_certificate=pem)
    instance = instance_with(client, java, _LIMIT_MS).with_record(anchor)
    versions = ("TLSv1.2", "TLSv1.3") if jdk.named(java).has(Feature.TLS13) else ("TLSv1", "TLSv1.1", "TLSv1.2")
    for name, value in {"tls_versions": versions, "trust_all": False, "verify_hostname": False}.items():
        instance = instance.with_quirk(name, value)
    return instance
