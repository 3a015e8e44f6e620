"""`Partner`: the other end of an instance folder, made of the folder itself: its WSDLs, its trust, its host names.

Each host is answered by a provider of its own, on this machine, under the name that the endpoint has. It demands a
client certificate and accepts the keystores of the protocol profiles, and nothing else: by the CA at the top of their
chain, or where the folder has none by the certificate itself. What the partner's own certificate is nobody here knows,
so a lab CA is added to what the instance trusts, in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic
from types import MappingProxyType, TracebackType
from typing import Any, Self

from guarded.values import dataclass
from provider_stub import PolicyError, Provider, ProviderPolicy, Visit
from provider_stub.http.service import Service
from provider_stub.policies import load as load_policy
from provider_stub.policies import service_for
from provider_stub.policy import toml_file
from sn_mock.diagnosis import diagnosed
from sn_mock.diagnosis.planning import calls
from sn_mock.exchange import Exchange, Route
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, SysCertificate, SysSoapMessage
from sn_mock.java.keystore import UsableKey
from sn_mock.java.keytool.issuing import pem
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.key_fit import Fit, fit, position
from sn_mock.java.x509.summaries import summary
from sn_mock.lab.answering import Switchboard, Yes
from sn_mock.lab.pki import shared_pki
from sn_mock.lab.pki.authority import LONG_AGO, NOT_YET, SERVER_AUTH, Identity, IdentitySpec, issue, new_key
from sn_mock.lab.sample_values import sample_values
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.messages.message import OutboundMessage
from sn_mock.outbound.messages.named import kind_of
from sn_mock.outbound.messages.session import use
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.routing.outbound_call import OutboundCall
from sn_mock.outbound.routing.route import settle

POLICY_FILE = "provider.toml"
_LAB_CA = "sn-mock: CA of the provider made for this folder"
_PROXIES = ("glide.http.proxy_host", "glide.glidesoap.proxy_host")
_WHOM = frozenset({"trust", "trusted_leaves"})
"""Keys that say whose clients are accepted: one word about it, also `[]`, and the folder has none."""
_VISIT_SECONDS = 5.0
_NO_VALUES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tried:
    """One function that was called."""

    message: str
    function: str
    exchange: Exchange
    visit: Visit | None

    @property
    def ok(self) -> bool:
        """It succeeded, and the provider saw a client certificate that it accepted."""
        return self.exchange.ok

    def to_json(self) -> dict[str, Any]:
        """One element of `try --json`."""
        return {
            "message": self.message,
            "function": self.function,
            "ok": self.ok,
            "exchange": self.exchange.to_json(),
            "visit": self.visit.to_json() if self.visit else None,
        }


class Partner:
    """Use it as a context manager; `call` places one call and returns both sides' records.

    `hosts` are names that lead elsewhere (they get no provider); `policy` is a policy file, by default the folder's
    `provider.toml` where it has one. With `trusted=False` the instance stays as it is: whether it trusts the provider
    is up to its records. The CA that issues the provider's certificate is `authority`, the lab's by default. Raises
    MockUsageError, PolicyError for a policy that cannot be used.
    """

    def __init__(
        self,
        instance: Instance,
        *,
        hosts: Mapping[str, str] | None = None,
        policy: Path | None = None,
        changes: Mapping[str, Any] | None = None,
        when: datetime | None = None,
        trusted: bool = True,
        authority: Identity | None = None,
    ) -> None:
        self.notes: list[str] = []
        """What was assumed to make this provider, for people to read."""
        self._hosts = dict(hosts or {})
        self._when = when
        self._changes = dict(changes or {})
        own = (instance.folder or Path()) / POLICY_FILE
        self._policy_file = policy or (own if instance.folder and own.is_file() else None)
        self._said = frozenset(self._changes) | (
            toml_file.said(self._policy_file) if self._policy_file else frozenset()
        )
        self._authority = authority or shared_pki()["intermediate"]
        self.instance = self._prepared(instance) if trusted else instance
        self._running = ExitStack()
        self._providers: dict[str, Provider] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop every provider."""
        self._running.close()

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Those that are up: one for each host that was called (all of them after `open`)."""
        return tuple(self._providers.values())

    @property
    def by_host(self) -> Mapping[str, Provider]:
        """Those that are up, by the host name that they answer for."""
        return dict(self._providers)

    @property
    def provider(self) -> Provider:
        """The provider of the folder's first endpoint."""
        self.open()
        if not self._providers:
            raise MockUsageError("no function of this folder has an endpoint with a host, so there is no provider")
        return self.providers[0]

    def open(self) -> Mapping[str, str]:
        """Start a provider for every host of the folder; host → where it is, for `hosts=`."""
        for call in self.functions():
            route = settle(self.instance, call).route
            if route.host and route.host.lower() not in self._hosts:
                self._provider(route)
        return {**self._hosts, **{host: f"127.0.0.1:{one.port}" for host, one in self._providers.items()}}

    def functions(self) -> Iterator[OutboundCall]:
        """Every function of a SOAP message and every method of a REST message."""
        return calls(self.instance)

    def call(self, message: str, function: str, /, **parameters: str) -> tuple[Exchange, Visit | None]:
        """Place a call as a script does. Parameters not given have the record's test values, or a sample of their type.

        The visit is None where the call did not reach the provider.
        """
        placed = kind_of(message, self.instance)
        with use(self.instance, when=self._when):
            outgoing = placed(message, function)
            self._fill(outgoing, message, function)
            known = outgoing.getVariables() if isinstance(outgoing, SOAPMessageV2) else parameters
            for name, value in parameters.items():
                outgoing.setStringParameter(name, value)
                if name not in known:
                    self.notes.append(f"{message}.{function} has no ${{{name}}}; it has: {', '.join(known) or 'none'}")
        return self.place(outgoing)

    def place(self, outgoing: OutboundMessage) -> tuple[Exchange, Visit | None]:
        """Send a message that is ready; both sides' records, the exchange with its findings."""
        call = outgoing.outbound_call()
        route = settle(self.instance, call).route
        provider = None if route.host.lower() in self._hosts or not route.host else self._provider(route)
        hosts = {**self._hosts, **({route.host: f"127.0.0.1:{provider.port}"} if provider else {})}
        outgoing.session.hosts = hosts
        exchange = outgoing.execute().exchange
        assert exchange is not None  # only a call in the background has none yet
        visit = visit_of(provider, exchange) if provider else None
        return diagnosed(exchange, self.instance, visit), visit

    def try_all(
        self, message: str | None = None, function: str | None = None, values: Mapping[str, str] = _NO_VALUES
    ) -> Iterator[Tried]:
        """Call every function once, or those of one message, or one; `values` are parameters for each of them."""
        asked = [
            call for call in self.functions() if message in (None, call.message) and function in (None, call.function)
        ]
        if message and not asked:
            known = ", ".join(f"{call.message} {call.function}" for call in self.functions()) or "none"
            raise MockUsageError(f"there is no {message} {function or ''}".rstrip() + f" to call; there is: {known}")
        for call in asked:
            yield Tried(call.message, call.function, *self.call(call.message, call.function, **values))

    # The instance

    def _prepared(self, instance: Instance) -> Instance:
        """The same instance, trusting the lab's CA and calling without a proxy."""
        for name in _PROXIES:
            if (instance.property(name) or "").strip():
                self.notes.append(f"the proxy ({name}) is left out: calls go to this machine")
                instance = instance.with_property(name, None)
        if "server_certificate" not in self._said - self._changes.keys():  # a test's own may well be the lab's
            root = SysCertificate(name=_LAB_CA, type="trust_store", pem_certificate=self.authority_pem())
            instance = instance.with_record(root)
            self.notes.append(
                "whether the instance trusts the partner's real certificate is not judged: nobody here has it "
                "(`sn-mock check DIR --against HOST:PORT` asks the partner)"
            )
        return instance

    def authority_pem(self) -> str:
        """The certificate at the top of the authority, as PEM."""
        return pem("CERTIFICATE", self._authority.der_chain[-1])

    def _fill(self, outgoing: OutboundMessage, message: str, function: str) -> None:
        if not isinstance(outgoing, SOAPMessageV2):
            return
        outgoing.apply_test_values()
        row = self.instance.soap_message(message)
        asked = self.instance.soap_function(row, function) if row else None
        if row is None or asked is None or not wsdl_of(self.instance, row):
            return
        typed = {parameter.name for parameter in self.instance.parameters(asked) if parameter.value}
        for name, value in sample_values(wsdl_of(self.instance, row), asked.envelope).items():
            if name not in typed:
                outgoing.setStringParameter(name, value)

    # The provider

    def _provider(self, route: Route) -> Provider:
        if route.host not in self._providers:
            policy = self._policy(route)
            service = None if _answers_itself(policy) else self._switchboard(policy, route.host)
            self._providers[route.host] = self._running.enter_context(
                Provider(policy, service=service, drain_seconds=0.0)
            )
        return self._providers[route.host]

    def _switchboard(self, policy: ProviderPolicy, host: str) -> Switchboard:
        """The services of every message that leads to this host, by the path of its functions."""
        inner: dict[str, Service] = {}
        by_message: dict[tuple[str, bool], Service] = {}
        for call in self.functions():
            route = settle(self.instance, call).route
            if route.host == host:
                key = (call.message, call.soap)
                by_message[key] = by_message.get(key) or self._service(policy, call)
                inner.setdefault(route.path.partition("?")[0], by_message[key])
        return Switchboard(inner, Yes(soap=True))

    def _service(self, policy: ProviderPolicy, call: OutboundCall) -> Service:
        row = self.instance.soap_message(call.message) if call.soap else None
        wsdl = wsdl_of(self.instance, row) if row else None
        if policy.wsdl is None and wsdl is None:
            return Yes(soap=call.soap)
        try:
            return service_for(load_policy(replace(policy, wsdl=policy.wsdl or wsdl)))
        except PolicyError as errors:
            broken = next((one.message for one in errors.problems if one.key == "wsdl"), None)
            if policy.wsdl is not None or broken is None or row is None:
                raise
            where = f"{wsdl}: " if isinstance(wsdl, Path) else ""
            field = "wsdl" if isinstance(wsdl, Path) else "wsdl_xml"
            raise MockUsageError(
                f"{where}sys_soap_message '{row.name}', {field}: {broken}; next step: import the partner's WSDL again: "
                f"sn-mock import-wsdl FILE --into {self.instance.folder} --message '{row.name}'"
            ) from None

    def _policy(self, route: Route) -> ProviderPolicy:
        policy = ProviderPolicy.from_toml(self._policy_file) if self._policy_file else ProviderPolicy()
        made: dict[str, Any] = {"now": self._when, "plain_http": route.scheme == "http"}
        if not self._said & _WHOM:
            made |= self._trust()
        if "server_certificate" not in self._said:
            made |= _server_identity(route.host, self._authority)
        unknown = [name for name in self._changes if name not in ProviderPolicy.__dataclass_fields__]
        if unknown:
            raise MockUsageError(f"a provider policy has no field {unknown[0]!r}")
        left_open = {key: value for key, value in made.items() if key not in self._said}
        return replace(policy, **left_open, **self._changes)

    def _trust(self) -> dict[str, Any]:
        """Whose clients are accepted: those of the keystores that profiles name."""
        instance = self.instance
        named = {profile.keystore for profile in instance.protocol_profiles}
        rows = [row for row in instance.certificates if row.is_keystore and row.sys_id in named]
        trust: list[bytes] = []
        leaves: list[bytes] = []
        for row in rows or [row for row in instance.certificates if row.is_keystore and row.active]:
            for chain in _client_chains(instance, row):
                top, leaf = chain[-1], chain[0]
                if len(chain) > 1 or _self_signed(top):
                    trust.append(top)
                else:
                    leaves.append(leaf)
                    read = summary(leaf)
                    self.notes.append(
                        f"the keystore {row.name} has no CA above {read.subject if read else 'its certificate'}: the "
                        "provider accepts that certificate itself"
                    )
        return {
            "trust": tuple(dict.fromkeys(trust)),
            "trusted_leaves": tuple(dict.fromkeys(leaves)),
            "partial_chain": not all(map(_self_signed, trust)),
        }


def _answers_itself(policy: ProviderPolicy) -> bool:
    return policy.http_status is not None or policy.forward_to is not None or policy.responses is not None


def _client_chains(instance: Instance, row: SysCertificate) -> Iterator[tuple[bytes, ...]]:
    """Of the keys it can send; where it cannot be opened, the call will say so in Java's words."""
    yield from (_in_order(key) for key in KeystoreShelf(instance).view(row).usable if key.chain)


def _in_order(key: UsableKey) -> tuple[bytes, ...]:
    """The key's own certificate, the CA that issued it, and so on: a chain may be stored in another order."""
    astray = fit(key.pkcs8, key.chain) is Fit.LATER
    own = key.chain[(position(key.pkcs8, key.chain) or 1) - 1 if astray else 0]
    rest = {parse_certificate(der).subject.canonical: der for der in key.chain if der != own}
    chain = [own]
    while (issuer := rest.pop(parse_certificate(chain[-1]).issuer.canonical, None)) is not None:
        chain.append(issuer)
    return tuple(chain)


def _self_signed(certificate: bytes) -> bool:
    read = summary(certificate)
    return read is not None and read.subject == read.issuer


@lru_cache(maxsize=64)
def _server_identity(host: str, authority: Identity) -> Mapping[str, Any]:
    """A certificate for that host name, issued by `authority`; the same one for every call of this process."""
    subject = f"CN={host},O=sn-mock" if len(host) <= 64 and "," not in host else "O=sn-mock"
    spec = IdentitySpec(subject, eku=(SERVER_AUTH,), san=(host,))
    spec = replace(spec, not_before=LONG_AGO, not_after=NOT_YET)  # whatever a test does to the clock
    identity = issue(spec, name=host, issuer=authority, key=new_key("EC"), now=datetime.now(UTC))
    return {"server_certificate": identity.pem(2).encode(), "server_key": identity.key_pem.encode()}


def wsdl_of(instance: Instance, row: SysSoapMessage) -> Path | bytes | None:
    """The message's WSDL: the folder's file (with what it imports), else its text."""
    if row.wsdl.startswith("file:") and instance.folder is not None:
        path = instance.folder / row.wsdl.removeprefix("file:")
        if path.is_file():
            return path
    return row.wsdl_xml.encode() or None


def visit_of(provider: Provider, exchange: Exchange, seconds: float = _VISIT_SECONDS) -> Visit | None:
    """The provider's record of the exchange's last connection; None where it was not made to this provider.

    A connection that is just over is waited for that long.
    """
    ports = [attempt.local_port for attempt in exchange.attempts if attempt.local_port is not None]
    if not ports:
        return None
    given_up = monotonic() + seconds
    wanted = len(provider.visits)
    while True:
        mine = next((visit for visit in reversed(provider.visits) if visit.peer[1] == ports[-1]), None)
        left = given_up - monotonic()
        if (mine is not None and not mine.open) or left <= 0:
            return mine
        provider.wait_for_visits(wanted + 1, timeout=min(left, 0.05))
