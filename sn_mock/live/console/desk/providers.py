"""`Providers`: the other end, made of the folder as `sn-mock try` makes it, running while the console does.

Calls of the instance are led to it under the partners' own host names, whoever places them. What the instance trusts is
left to its records: a call to a provider whose CA nobody imported fails, as it does on a real instance.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from guarded.values import dataclass
from provider_stub import PolicyError, Provider, ProviderPolicy, Visit
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.lab.partner import Partner, visit_of
from sn_mock.lab.pki import Identity, shared_pki
from sn_mock.lab.pki.signing import authority_of
from sn_mock.live.live_instance import LiveInstance
from sn_mock.outbound.credentials.stores import certificates_in_text, trusted_certificates

SWITCHES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("client_auth", "Client certificate", ("required", "optional", "none")),
    ("advertise", "CA names in the request", ("trusted", "none")),
    ("tls_min", "Oldest TLS version", ("1.2", "1.3")),
    ("tls_max", "Newest TLS version", ("1.2", "1.3")),
)
"""Keys of the policy that can be switched while it runs: key, label, values. The personality is another."""


@dataclass(frozen=True, slots=True)
class Running:
    """One provider that is up."""

    host: str
    port: int
    policy: ProviderPolicy
    notes: tuple[str, ...]
    visits: tuple[Visit, ...]
    """The newest first."""


class Providers:
    """At most one partner for the whole folder; it has a provider for each host that the folder calls."""

    def __init__(self, live: LiveInstance) -> None:
        self._live = live
        self._lock = threading.RLock()
        self._partner: Partner | None = None
        self._elsewhere: Mapping[str, str] = {}
        """Names that calls reach elsewhere anyway; they get no provider."""

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self._partner is not None

    def start(self) -> tuple[str, ...]:
        """Start it, or begin anew from the folder as it is now; what was assumed, in lines.

        Raises `MockUsageError` where the folder describes no call, or its policy cannot be used.
        """
        with self._lock:
            self.stop()
            self._elsewhere = self._live.outbound.where.get("hosts") or {}
            partner = Partner(
                self._live.folder.instance, hosts=self._elsewhere, trusted=False, authority=lab_authority(self._live)
            )
            try:
                hosts = _opened(partner)
                if not partner.providers:
                    raise MockUsageError("no function of this folder has an endpoint with a host to answer for")
            except MockUsageError:
                partner.close()
                raise
            self._partner = partner
            self._live.outbound.where["hosts"] = hosts
            return tuple(dict.fromkeys(partner.notes))

    def stop(self) -> None:
        """Stop it; calls go where their endpoints say again."""
        with self._lock:
            if self._partner is not None:
                self._live.outbound.where["hosts"] = self._elsewhere
                partner, self._partner = self._partner, None
                partner.close()

    def follow(self) -> None:
        """Have a provider for every host that the folder calls by now. Raises `MockUsageError` as `start` does."""
        with self._lock:
            if self._partner is not None:
                self._partner.instance = self._live.folder.instance
                self._live.outbound.where["hosts"] = _opened(self._partner)

    def running(self) -> tuple[Running, ...]:
        """Those that are up."""
        with self._lock:
            named = self._partner.by_host if self._partner else {}
        return tuple(
            Running(host, one.port, _policy(one), one.notes, tuple(reversed(one.visits))) for host, one in named.items()
        )

    def authority_pem(self) -> str:
        """The CA of its certificates, as PEM. Raises `MockUsageError` where it does not run."""
        with self._lock:
            if self._partner is None:
                raise MockUsageError("the provider is not up; next step: start it")
            return self._partner.authority_pem()

    def is_trusted(self) -> bool:
        """Whether an active Trust Store Cert of the folder is that CA."""
        with self._lock:
            if self._partner is None:
                return False
            wanted = certificates_in_text(self._partner.authority_pem().encode())
        instance = self._live.folder.instance
        rows = [row for row in instance.certificates if row.active and not row.is_keystore]
        return any(held.der in wanted for row in rows for held in trusted_certificates(instance, row))

    def visit(self, exchange: Exchange, seconds: float) -> Visit | None:
        """The record of a call's last connection, waited for that long; None where it did not come here."""
        with self._lock:
            named: Mapping[str, Provider] = self._partner.by_host if self._partner else {}
        host = exchange.route.host if exchange.route else ""
        return visit_of(named[host], exchange, seconds) if host in named else None

    def switch(self, host: str, changes: Mapping[str, Any]) -> None:
        """Change the policy of one provider; the next connection meets it. Raises `MockUsageError`."""
        with self._lock:
            named = self._partner.by_host if self._partner else {}
            if host not in named:
                raise MockUsageError(f"there is no provider for {host} now")
            provider = named[host]
            try:
                provider.policy = replace(_policy(provider), **changes)
            except PolicyError as errors:
                raise MockUsageError("; ".join(map(str, errors.problems))) from None


def _opened(partner: Partner) -> Mapping[str, str]:
    try:
        return partner.open()
    except PolicyError as errors:
        raise MockUsageError("; ".join(map(str, errors.problems))) from None


def lab_authority(live: LiveInstance) -> Identity:
    """The lab's CA on disk, where the door's certificate is of it; else the one of this process."""
    place = live.ca_path.parent
    return authority_of(place) if (place / "issuing-ca.key").is_file() else shared_pki()["intermediate"]


def _policy(provider: Provider) -> ProviderPolicy:
    policy = provider.policy
    assert isinstance(policy, ProviderPolicy)
    return policy
