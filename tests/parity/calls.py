"""Calls, compared: Java's HTTP clients and sn-mock's emulation of them, over real sockets to the same provider."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Self

from provider_stub import Visit
from sn_mock.exchange import Exchange
from sn_mock.java.lang import jdk
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.lab.build import keystore_bytes
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.pki import CLIENTS, LAB_PASSWORD, PROVIDERS, KeySpec, KeystoreSpec, shared_pki
from sn_mock.lab.setup import LabSetup, Message, ProviderSetup, Store, TrustedCertificate
from tls_transcript import Certificate, ClientHello, Direction

from .differences import Difference
from .jvm import Ask, Jvm
from .repeating import settled

JAVA_GENERATIONS = (8, 11, 17, 21)
"""Those which an instance may run on and whose words were measured."""
_OFFERS = (17, 21)
"""Whose ClientHello is told octet by octet; older ones also offer what OpenSSL lacks."""

_SHORT_MS, LONG_MS = 1_000, 15_000
"""Time limits of calls that are meant to run into them, and of those that are not."""
_PATIENCE_MS = 4 * _SHORT_MS
"""A call to a silent provider that lasts longer has no time limit: it hangs."""
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
    """One call: which client makes it, and the lab it is made in. Plain values only, so that a case can be kept."""

    client: str
    java: int | str
    tls: str
    algorithm: str
    keys: tuple[tuple[str, str, str], ...]
    """(alias, identity, chain) of each entry, see `KeySpec`."""
    content: str
    """`JKS` or `PKCS12`."""
    declared: str
    password: str = field(repr=False)
    key_password: str | None = field(repr=False)
    server: str
    trust: tuple[str, ...]
    advertise: str | tuple[str, ...]
    policy: Mapping[str, Any]
    anchor: str
    """The identity in the instance's trust store; empty: there is none."""
    network: str
    timeout_ms: int

    def __str__(self) -> str:
        kept = ", ".join(f"{alias}={identity} ({chain})" for alias, identity, chain in self.keys)
        secret = "" if self.password == LAB_PASSWORD and self.key_password is None else ", wrong password"
        asked = f"{self.server} trusts {'+'.join(self.trust)}, advertises {self.advertise}, {dict(self.policy)}"
        known = f"trusts {self.anchor}" if self.anchor else "trusts nobody"
        network = "" if self.network == "provider" else f"; {self.network}"
        what = f"{self.content} {kept}{secret}; {asked}; {known}{network}"
        return f"{self.client}, TLS {self.tls}, {self.algorithm}: {what}"

    @property
    def setup(self) -> LabSetup:
        """The lab."""
        keys = tuple(KeySpec(alias, identity, chain) for alias, identity, chain in self.keys)
        spec = KeystoreSpec(keys, format=self.content, key_password=self.key_password)
        closed = self.network == "closed"
        return LabSetup(
            stores=(Store(content=spec, type=self.declared, password=self.password),),
            trusted=(TrustedCertificate(identity=self.anchor),) if self.anchor else (),
            message=Message(endpoint="https://{host}:{closed_port}/tickets") if closed else Message(),
            network="provider" if closed else self.network,
            provider=ProviderSetup(
                server=self.server, trust=self.trust, advertise=self.advertise, policy=MappingProxyType({**self.policy})
            ),
            properties={
                "glide.http.connection_timeout": str(self.timeout_ms),
                "glide.http.timeout": str(self.timeout_ms),
            },
            quirks={
                "http_client": self.client,
                "java": self.java,
                "key_manager": self.algorithm,
                "trust_all": False,
                "verify_hostname": False,
                "tls_versions": _versions(self.java),
            },
        )

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The case of which `asdict` was written as JSON."""
        values = {name: _untupled(value) for name, value in kept.items()}
        return cls(**values | {"policy": {name: _untupled(value) for name, value in kept["policy"].items()}})


def _versions(java: int | str) -> tuple[str, ...]:
    return ("TLSv1.2", "TLSv1.3") if jdk.named(java).has(Feature.TLS13) else ("TLSv1", "TLSv1.1", "TLSv1.2")


def _untupled(value: Any) -> Any:
    return tuple(_untupled(one) for one in value) if isinstance(value, list) else value


def compare_calls(jvm: Jvm, chance: random.Random, cases: int) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), call by call, until `cases` have been made."""
    clients = list(jvm.clients)
    clients += ["commons-httpclient-3.1+telemetry"] if "commons-httpclient-3.1" in clients else []
    providers = Providers()
    try:
        for _ in range(cases):
            case = random_case(chance, clients, jvm.java)
            yield 1, _differences(jvm, case, providers)
    finally:
        providers.close()


def random_case(chance: random.Random, clients: Sequence[str], java: Jdk) -> CallCase:
    """A lab with up to two deviations from the healthy one."""
    client, algorithm = chance.choice(clients), chance.choice(["SunX509", "SunX509", "SunX509", "NewSunX509"])
    provider: Mapping[str, Any]
    store, provider = _random_store(chance), _random_provider(chance)
    anchor = chance.choice(["root"] * 20 + ["intermediate", "unrelated-root", ""])
    network = chance.choice(["provider"] * 20 + ["no-such-host", "black-hole", "closed"])
    fault = provider["policy"].get("fault", "")
    return CallCase(
        client=client,
        java=java.name,
        tls=chance.choice(["1.2", "1.3"]) if java.has(Feature.TLS13) else "1.2",
        algorithm=algorithm,
        anchor=anchor,
        network=network,
        timeout_ms=_SHORT_MS if network == "black-hole" or fault.endswith(":stall") else LONG_MS,
        **store,
        **provider,
    )


def _random_store(chance: random.Random) -> dict[str, Any]:
    names = chance.choices(list(CLIENTS), k=chance.choice([1, 1, 1, 2, 3]))
    aliases = chance.sample(["acme", "Client", "zz", "42", "Ключ"], len(names))
    keys = tuple(
        (alias, name, chance.choice(["full", "full", "full", "leaf", "no-root", "reversed"]))
        for alias, name in zip(aliases, names, strict=True)
    )
    content_format = chance.choice(["JKS", "JKS", "PKCS12"])
    declared = chance.choice(["key_store", "key_store", "pkcs12_key_store"])
    password = "wrong" if chance.random() < 0.05 else LAB_PASSWORD
    key_password = "another" if chance.random() < 0.04 else None
    return {
        "keys": keys,
        "content": content_format,
        "declared": declared,
        "password": password,
        "key_password": key_password,
    }


def _random_provider(chance: random.Random) -> dict[str, Any]:
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
    return {"server": server, "trust": trust, "advertise": advertise, "policy": policy}


def _differences(jvm: Jvm, case: CallCase, providers: Providers) -> list[Difference]:
    untold = {} if jvm.generation in _OFFERS else {"client hello": None, "cipher": None}

    def both() -> tuple[dict[str, Any], dict[str, Any]]:
        ours, java = both_answers(jvm, case, providers)
        return ours | untold, java | untold

    return settled(str(case), both)


def both_answers(jvm: Jvm, case: CallCase, providers: Providers) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ours and Java's, in the same lab."""
    with Lab(tls=case.tls, setup=case.setup, providers=providers) as lab:
        exchange, _ = lab.call()
        ours = _our_answer(case, exchange, _visits(lab))
        lab.provider.clear()
        route = exchange.route
        assert route is not None
        answer = jvm.one(_ask(case, f"https://{route.host}:{route.port}/tickets", exchange.request_body))
        java = {"status": answer.get("status"), "exception": answer.get("exception"), "alias": answer.get("alias")}
        java |= {"hangs": True} if answer.get("hangs") else {}
        java = answer if "judge_failed" in answer else java | _witnessed(case, _visits(lab))
    return ours, _without_port(java, route.port)


def our_answer(case: CallCase, providers: Providers) -> dict[str, Any]:
    """What the instance does in that lab."""
    with Lab(tls=case.tls, setup=case.setup, providers=providers) as lab:
        exchange, _ = lab.call()
        return _our_answer(case, exchange, _visits(lab))


def _without_port(answer: dict[str, Any], port: int | None) -> dict[str, Any]:
    """An exception's text may name the port, which is another one in every lab."""
    chain = [[kind, text and text.replace(f":{port}", ":{port}")] for kind, text in answer.get("exception", ())]
    return answer | {"exception": chain}


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
            "data": keystore_bytes(pki, store, jdk.named(case.java)),
            "store": store.password,
            "key": store.password,
            "algorithm": case.algorithm,
            "body": body,
            "connect_timeout": case.timeout_ms,
            "read_timeout": case.timeout_ms,
            **({"patience": _PATIENCE_MS} if case.policy.get("fault", "").endswith(":stall") else {}),
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


def _our_answer(case: CallCase, exchange: Exchange, visits: tuple[Visit, ...]) -> dict[str, Any]:
    failure = exchange.failure
    chosen = exchange.key_choice
    hangs = failure is not None and failure.cause == "handshake-hangs"
    http_status = exchange.response.status_code if failure is None or not (hangs or failure.java) else None
    answer = {
        "status": http_status,
        **({"hangs": True} if hangs else {}),
        "exception": [[one.class_name, one.message] for one in failure.java] if failure else [],
        "alias": chosen.alias if chosen else None,
        **_witnessed(case, visits),
    }
    return _without_port(answer, exchange.route.port if exchange.route else None)


def _witnessed(case: CallCase, visits: tuple[Visit, ...]) -> dict[str, Any]:
    """What the provider saw, which must not depend on who called."""
    hello = visits[-1].transcript.first(ClientHello) if visits else None
    sent = [message for visit in visits[-1:] for message in visit.transcript.of(Certificate, Direction.RECEIVED)]
    return {
        "connections": len(visits),
        "verdict": [str(visit.verdict) for visit in visits],
        "reason": visits[-1].reason if visits else None,
        "certificate sent": [[_named(one, case.keys) for one in message.chain] for message in sent],
        "alert sent": visits[-1].alert_sent if visits else None,
        "tls": visits[-1].tls_version if visits else None,
        "cipher": visits[-1].cipher if visits else None,
        "client hello": hello and hello.to_json(),
    }


def _named(certificate: bytes, keys: Sequence[tuple[str, str, str]]) -> str:
    """By the identity whose chain it stands in, and its place there: keys are fresh in every process."""
    for _, identity, _ in keys:
        chain = shared_pki()[identity].der_chain
        if certificate in chain:
            return f"{identity} {chain.index(certificate)}"
    return sha256(certificate).hexdigest()
