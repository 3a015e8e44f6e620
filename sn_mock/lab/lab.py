"""`Lab`: an instance and a provider that fit together, both real, on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from time import sleep
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from guarded import clock
from provider_stub import PolicyError, Provider, ProviderPolicy, Visit
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError, Stage
from sn_mock.instance import NEWEST, RELEASES, Instance
from sn_mock.instance.releases import release as release_named
from sn_mock.lab.build import instance_of, policy_of
from sn_mock.lab.listening import LOCALHOST, raise_kept
from sn_mock.lab.network import Address, network
from sn_mock.lab.other_instance import OtherInstance, with_mappings
from sn_mock.lab.pki import Pki, shared_pki
from sn_mock.lab.scenarios import TLS_VERSIONS, Scenario, find
from sn_mock.lab.setup import FUNCTION, MESSAGE, LabSetup
from sn_mock.lab.steps import placed
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.messages.session import use
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tls_transcript import FaultSlot, libssl

if TYPE_CHECKING:
    from captures.recorder import Recorder

_VISIT_SECONDS = 10.0
"""How long a visit may take to reach the journal; it is there at once unless the machine is very busy."""
_POLL_SECONDS = 0.002


@contextmanager
def _what_this_python_lacks() -> Iterator[None]:
    """A policy that is refused because libssl cannot be reached is the Python's fault: a line that says so."""
    try:
        yield
    except PolicyError as error:
        if libssl.available() is None:
            raise
        raise MockUsageError("; ".join(f"the provider's {problem}" for problem in error.problems)) from None


class Providers:
    """The providers that labs share (TLS, plain HTTP, back end, another instance), each started when first needed."""

    def __init__(self) -> None:
        self._running: dict[str, Provider] = {}
        self._policies: dict[str, ProviderPolicy] = {}
        self._other: OtherInstance | None = None

    def obey(
        self, policy: ProviderPolicy, *, back_end: bool = False, forget: bool = True, other: Instance | None = None
    ) -> Provider:
        """A running provider with that policy; `forget` empties its journal. `other`: it is that instance."""
        kind = "back-end" if back_end else "plain" if policy.plain_http else "tls" if other is None else "instance"
        service = None
        if other is not None:
            service = self._other = self._other or OtherInstance(other)
            service.instance = other
        with _what_this_python_lacks():
            provider = self._running.get(kind)
            if provider is None:
                provider = Provider(policy, drain_seconds=0.0, service=service)
                provider.start()
                self._running[kind] = provider
            elif self._policies[kind] != policy:
                provider.policy = policy
        self._policies[kind] = policy
        if forget:
            provider.clear()
        return provider

    def check(self) -> None:
        """Raise InternalError where one of them met a fault of its own."""
        for provider in self._running.values():
            provider.check()

    def close(self) -> None:
        """Stop them. Raises InternalError afterwards, as `check` does."""
        with ExitStack() as ending:
            while self._running:
                ending.callback(self._running.popitem()[1].stop)


class Lab:
    """Instance and provider, ready to call. Use it as a context manager:

        with Lab(release="helsinki", tls="1.3") as lab:
            exchange, visit = lab.call()

    `release` is any release name (default: the newest, or the scenario's own), `tls` is `1.2` or `1.3`; `scenario`
    breaks the lab as that scenario does, until `fix()`; `policy` overrides fields of the provider's policy; `setup` is
    a whole lab of one's own; `recorder` gets every connection of the calls. Raises MockUsageError for names that do not
    exist.
    """

    def __init__(
        self,
        *,
        release: str | None = None,
        tls: str | None = None,
        scenario: str | Scenario | None = None,
        policy: Mapping[str, Any] | None = None,
        setup: LabSetup | None = None,
        pki: Pki | None = None,
        providers: Providers | None = None,
        when: datetime | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._recorder = recorder
        self.scenario = find(scenario)[0] if isinstance(scenario, str) else scenario
        default = self.scenario.release if self.scenario else NEWEST.name
        if self.scenario and tls and release is None:
            default = self.scenario.twin(default, tls_name(tls)) or default
        self.release = release_named(release).name if release else default
        self.tls = tls_of(self.release, tls, self.scenario.tls if self.scenario else TLS_VERSIONS)
        self._setup = setup or (self.scenario.broken if self.scenario else LabSetup())
        self._overrides = dict(policy or {})
        self._pki = pki or shared_pki()
        self._shared = providers
        self._providers = providers or Providers()
        self._when = when
        self._pool = ConnectionPool()
        self._places = ExitStack()
        self._faults = FaultSlot()
        self.address: Address
        self.instance: Instance
        self.provider: Provider

    def __enter__(self) -> Self:
        try:
            self.change(self._setup)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of ports and connections."""
        with ExitStack() as ending:
            if self._shared is None:
                ending.callback(self._providers.close)
            ending.callback(self._places.close)
            ending.callback(self._pool.close)

    @property
    def setup(self) -> LabSetup:
        """What the lab consists of now."""
        return self._setup

    def change(self, setup: LabSetup) -> None:
        """Become another lab with the same TLS version, on the same release unless it names its own; pooled connections
        stay."""
        self._places.close()
        policy = self._policy(setup, self._responder(setup.responder))
        if setup.back_end is not None:
            inner = replace(policy_of(setup.back_end, self.tls, self._pki, now=self._when), plain_http=True)
            back_end = self._providers.obey(inner, back_end=True)
            policy = replace(policy, forward_to=f"http://{LOCALHOST}:{back_end.port}")
        mapped = setup.provider.mapped
        other = None if mapped is None else with_mappings(mapped, self._pki)
        self.provider = self._providers.obey(policy, forget=not setup.keep_alive, other=other)
        self.address = self._places.enter_context(network(setup.network, self.provider.port, self._faults))
        self.instance = instance_of(setup, setup.release or self.release, self.tls, self.address, self._pki)
        self._setup = setup

    def _responder(self, name: str | None) -> str | None:
        if name is None:
            return None
        from sn_mock.lab.ocsp_responder import responder

        return self._places.enter_context(responder(name, self._pki, self._faults))

    def _policy(self, setup: LabSetup, ocsp: str | None) -> ProviderPolicy:
        policy = policy_of(setup.provider, self.tls, self._pki, now=self._when, ocsp=ocsp)
        for name in self._overrides:
            if name not in ProviderPolicy.__dataclass_fields__:
                known = ", ".join(ProviderPolicy.__dataclass_fields__)
                raise MockUsageError(f"a provider policy has no field {name!r}; it has {known}")
        return replace(policy, **self._overrides)

    def fix(self) -> None:
        """Do what the scenario's fix says."""
        if self.scenario is None:
            raise MockUsageError("this lab has no scenario: there is nothing to fix")
        self.change(self.scenario.fixed)

    def call(
        self, message: str = MESSAGE, function: str = FUNCTION, **parameters: str
    ) -> tuple[Exchange, Visit | None]:
        """Place a call as a script does, and return both sides' records; the exchange has its findings.

        Parameters that are not given have the values of the record's test parameters. The visit is that of the call's
        last connection (of its token request, where that brought no token); None where no connection reached the
        provider. Raises InternalError where sn-mock, the provider or another part of the lab met a fault of its own:
        nothing that was recorded is to be believed then.
        """
        pool = self._pool if self._setup.keep_alive else None
        with use(self.instance, when=self._when, pool=pool, recorder=self._recorder):
            if self._setup.step is not None:
                exchange: Exchange | None = placed(self._setup.step, self.address, parameters)
            else:
                exchange = self._message(message, function, parameters).execute().exchange
        assert exchange is not None  # only a call in the background has none yet
        self._check()
        lost = exchange.token is not None and not exchange.token.ok
        visit = self.visit_of(exchange.token if lost and exchange.token else exchange)
        self._check()
        return diagnosed(exchange, self.instance, visit), visit

    def _message(self, message: str, function: str, parameters: Mapping[str, str]) -> SOAPMessageV2:
        soap = SOAPMessageV2(message, function)
        soap.apply_test_values()
        for name, arguments in self._setup.script.calls:
            getattr(soap, name)(*arguments)
        for name, value in parameters.items():
            soap.setStringParameter(name, value)
        return soap

    def _check(self) -> None:
        self._providers.check()
        raise_kept(self._faults)

    def visit_of(self, exchange: Exchange) -> Visit | None:
        """The provider's record of the exchange's last connection, complete where that is over."""
        ports = [attempt.local_port for attempt in exchange.attempts if attempt.local_port is not None]
        elsewhere = "provider" not in self._setup.network or _at(exchange, Stage.CONNECT)
        if not ports or elsewhere:
            return None
        may_stay_open = self._setup.keep_alive and exchange.response.status_code > 0  # the pool may have kept it
        mine: Visit | None = None
        wanted, deadline = len(set(ports)), clock.monotonic() + _VISIT_SECONDS
        while (left := deadline - clock.monotonic()) > 0:
            visits = self.provider.wait_for_visits(wanted, timeout=left)
            mine = next((visit for visit in reversed(visits) if visit.peer[1] == ports[-1]), None)
            if mine is None:
                wanted = len(visits) + 1  # a straggler of an earlier call was counted
            elif mine.open and not may_stay_open:
                sleep(_POLL_SECONDS)  # a visit is listed with its verdict; its last alert may be still to come
            else:
                break
        return mine


def _at(exchange: Exchange, stage: Stage) -> bool:
    return exchange.failure is not None and exchange.failure.stage is stage


def tls_of(release: str, tls: str | None, choices: Sequence[str] = TLS_VERSIONS) -> str:
    """The TLS version of a lab on that release: the one asked for, or the newest of `choices` that its Java knows.

    Raises MockUsageError where the release's Java does not know the version, and says which release does.
    """
    java = RELEASES[release].java
    if tls is None:
        return next((one for one in reversed(choices) if RELEASES[release].knows(one)), choices[-1])
    version = tls_name(tls)
    if not RELEASES[release].knows(version):
        first = next(name for name, one in RELEASES.items() if one.knows(version))
        raise MockUsageError(
            f"{RELEASES[release].label} runs Java {java}, which knows no {version}: ask for TLS 1.2, or for {first} or "
            "later"
        )
    return version


def tls_name(text: str) -> str:
    """`TLSv1.2` or `TLSv1.3` from `1.2`, `TLSv1.2`, `tls1.2`; MockUsageError for anything else."""
    name = f"TLSv{text.lower().removeprefix('tls').removeprefix('v')}"
    if name not in TLS_VERSIONS:
        raise MockUsageError(f"unknown TLS version {text!r}; the lab speaks 1.2 and 1.3")
    return name
