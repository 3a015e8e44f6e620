"""Calls, compared: Java's HTTP clients and sn-mock's emulation of them, over real sockets to the same provider."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from provider_stub import Visit
from sn_mock.lab.build import keystore_bytes
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.pki import CLIENTS, LAB_PASSWORD, PROVIDERS, KeySpec, KeystoreSpec, shared_pki
from sn_mock.lab.setup import LabSetup, Message, ProviderSetup, Store, TrustedCertificate
from sn_mock.outbound.exchange import Exchange
from tls_transcript import Certificate, ClientHello, Direction

from .differences import Difference, compare
from .jvm import Answer, Ask, Jvm

JAVA_GENERATIONS = (17, 21)
"""Those which an instance may run on and whose words were measured."""

_SHORT_MS, _LONG_MS = 1_000, 15_000
"""Time limits of calls that are meant to run into them, and of those that are not."""
_QUIET_SECONDS = 0.06
_FAULTS = (
    *("client-hello:close", "client-hello:reset", "client-hello:stall"),
    *("handshake:stall", "handshake:close", "request:close", "request:reset", "request:stall"),
    *("response:close", "response:reset", "response:stall"),
)
_PERSONALITIES = (
    "openssl",
    "openssl",
    "openssl",
    "nginx",
    "jsse",
    "netty",
    "iis",
    "jsse-25",
    "haproxy",
    "node",
    "close",
)
"""Those whose refusals always arrive; `abrupt`, `reset` and their like race with what the client still sends."""

_MORE_DEMANDS: tuple[dict[str, Any], ...] = (
    {"require_ca_signed": True},
    {"partial_chain": True},
    {"check_eku": False},
    {"send_chain": False},
    {"sni_required": True},
    {"tls_min": "1.1", "tls_max": "1.1"},
    {"ciphers": "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"ciphers": "AES256-SHA256:AES128-SHA"},
    {"ciphers": "NULL-SHA256:ADH-AES128-SHA256:@SECLEVEL=0"},
    {"allow_subjects": ("CN=acme-client,O=Example Instance",)},
    {"max_body_bytes": 100},
    {"validate_requests": False},
)


@dataclass(frozen=True, slots=True)
class CallCase:
    """One call: which client makes it, and the lab it is made in."""

    client: str
    tls: str
    algorithm: str
    timeout_ms: int
    setup: LabSetup
    what: str

    def __str__(self) -> str:
        return f"{self.client}, TLS {self.tls}, {self.algorithm}: {self.what}"


def compare_calls(jvm: Jvm, chance: random.Random, cases: int) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), call by call, until `cases` have been made."""
    clients = list(jvm.clients)
    clients += ["commons-httpclient-3.1+telemetry"] if "commons-httpclient-3.1" in clients else []
    providers = Providers()
    try:
        for _ in range(cases):
            case = random_case(chance, clients, jvm.generation)
            differing = list(_differences(jvm, case, providers))
            # a busy machine may let a connection end otherwise once; a wrong word is wrong again
            yield 1, list(_differences(jvm, case, providers)) if differing else []
    finally:
        providers.close()


def random_case(chance: random.Random, clients: Sequence[str], java: int) -> CallCase:
    """A lab with up to two deviations from the healthy one."""
    client, algorithm = chance.choice(clients), chance.choice(["SunX509", "SunX509", "SunX509", "NewSunX509"])
    store, kept = _random_store(chance)
    provider, asked = _random_provider(chance)
    trusted, known = _random_trust(chance)
    network = chance.choice(["provider"] * 20 + ["no-such-host", "black-hole", "closed"])
    fault = provider.policy.get("fault", "")
    if client.endswith("+telemetry") and fault == "client-hello:stall":  # the look-up has no time limit and hangs
        provider, fault, asked = ProviderSetup(), "", "provider"
    timeout_ms = _SHORT_MS if network == "black-hole" or fault.endswith(":stall") else _LONG_MS
    setup = LabSetup(
        stores=(store,),
        trusted=trusted,
        message=Message(endpoint="https://{host}:{closed_port}/tickets") if network == "closed" else Message(),
        network="provider" if network == "closed" else network,
        provider=provider,
        properties={
            "glide.http.connection_timeout": str(timeout_ms),
            "glide.http.timeout": str(timeout_ms),
        },
        quirks={
            "http_client": client,
            "java": java,
            "key_manager": algorithm,
            "trust_all": False,
            "verify_hostname": False,
            "tls_versions": ("TLSv1.2", "TLSv1.3"),
        },
    )
    what = "; ".join(part for part in (kept, asked, known, "" if network == "provider" else network) if part)
    return CallCase(client, chance.choice(["1.2", "1.3"]), algorithm, timeout_ms, setup, what)


def _random_store(chance: random.Random) -> tuple[Store, str]:
    names = chance.choices(list(CLIENTS), k=chance.choice([1, 1, 1, 2, 3]))
    aliases = chance.sample(["acme", "Client", "zz", "42", "Ключ"], len(names))
    keys = tuple(
        KeySpec(alias, name, chance.choice(["full", "full", "full", "leaf", "no-root", "reversed"]))
        for alias, name in zip(aliases, names, strict=True)
    )
    content_format = chance.choice(["JKS", "JKS", "PKCS12"])
    declared = chance.choice(["key_store", "key_store", "pkcs12_key_store"])
    password = "wrong" if chance.random() < 0.05 else LAB_PASSWORD
    key_password = "another" if chance.random() < 0.04 else None
    spec = KeystoreSpec(keys, format=content_format, key_password=key_password)
    described = ", ".join(f"{key.alias}={key.identity} ({key.chain})" for key in keys)
    secret = "" if password == LAB_PASSWORD and key_password is None else ", wrong password"
    return Store(content=spec, type=declared, password=password), f"{content_format} {described}{secret}"


def _random_provider(chance: random.Random) -> tuple[ProviderSetup, str]:
    policy: dict[str, Any] = {"client_auth": chance.choice(["required", "required", "required", "optional", "none"])}
    policy["personality"] = chance.choice(_PERSONALITIES)
    if chance.random() < 0.12:
        policy["http_status"] = chance.choice([400, 403, 404, 500, 503])
    elif chance.random() < 0.15:
        policy["fault"] = chance.choice(_FAULTS)
    elif chance.random() < 0.03:
        policy["plain_http"] = True
    policy |= chance.choice(_MORE_DEMANDS) if chance.random() < 0.2 else {}
    server = chance.choice(["provider"] * 40 + list(PROVIDERS))
    trust = chance.choice([("root", "intermediate"), ("root",), ("unrelated-root",), ("intermediate",)])
    advertise: Any = chance.choice(["trusted", "trusted", "none", ("root",), ("intermediate",), ("unrelated-root",)])
    setup = ProviderSetup(server=server, trust=trust, advertise=advertise, policy=policy)
    return setup, f"{server} trusts {'+'.join(trust)}, advertises {advertise}, {policy}"


def _random_trust(chance: random.Random) -> tuple[tuple[TrustedCertificate, ...], str]:
    anchor = chance.choice(["root"] * 20 + ["intermediate", "unrelated-root", ""])
    return ((TrustedCertificate(identity=anchor),), f"trusts {anchor}") if anchor else ((), "trusts nobody")


def _differences(jvm: Jvm, case: CallCase, providers: Providers) -> Iterator[Difference]:
    with Lab(tls=case.tls, setup=case.setup, providers=providers) as lab:
        exchange, _ = lab.call()
        ours = _our_answer(exchange, _visits(lab))
        lab.provider.clear()
        route = exchange.route
        assert route is not None
        answer = jvm.one(_ask(case, f"https://{route.host}:{route.port}/tickets", exchange.request_body))
        java = _java_answer(answer, _visits(lab))
    yield from compare(str(case), ours, java)


def _ask(case: CallCase, url: str, body: str) -> Ask:
    pki = shared_pki()
    store, *_ = case.setup.stores
    anchors = {f"anchor{i}": pki[one.identity].der for i, one in enumerate(case.setup.trusted)}
    return Ask(
        "call",
        {
            "client": case.client,
            "url": url,
            "type": "PKCS12" if store.type == "pkcs12_key_store" else "JKS",
            "data": keystore_bytes(pki, store),
            "store": store.password,
            "key": store.password,
            "algorithm": case.algorithm,
            "body": body,
            "connect_timeout": case.timeout_ms,
            "read_timeout": case.timeout_ms,
            **anchors,
        },
    )


def _visits(lab: Lab) -> tuple[Visit, ...]:
    """The provider's journal once nothing more is added to it."""
    seen: object = None
    while True:
        visits = tuple(lab.provider.visits)
        state = [(visit.id, visit.verdict, visit.alert_sent, visit.request_count) for visit in visits]
        if state == seen and all(visit.verdict != "open" for visit in visits):
            return visits
        seen = state
        time.sleep(_QUIET_SECONDS)


def _our_answer(exchange: Exchange, visits: tuple[Visit, ...]) -> dict[str, Any]:
    failure = exchange.failure
    chosen = exchange.key_choice
    http_status = exchange.response.status_code if failure is None or not failure.java else None
    return {
        "status": http_status,
        "exception": [[one.class_name, one.message] for one in failure.java] if failure else [],
        "alias": chosen.alias if chosen else None,
        **_witnessed(visits),
    }


def _java_answer(answer: Answer, visits: tuple[Visit, ...]) -> dict[str, Any]:
    return {**answer, **_witnessed(visits)}


def _witnessed(visits: tuple[Visit, ...]) -> dict[str, Any]:
    """What the provider saw, which must not depend on who called."""
    hello = visits[-1].transcript.first(ClientHello) if visits else None
    sent = [message for visit in visits[-1:] for message in visit.transcript.of(Certificate, Direction.RECEIVED)]
    return {
        "connections": len(visits),
        "verdict": [str(visit.verdict) for visit in visits],
        "reason": visits[-1].reason if visits else None,
        "certificate sent": [[sha256(one).hexdigest() for one in message.chain] for message in sent],
        "alert sent": visits[-1].alert_sent if visits else None,
        "tls": visits[-1].tls_version if visits else None,
        "cipher": visits[-1].cipher if visits else None,
        "client hello": hello and hello.to_json(),
    }
