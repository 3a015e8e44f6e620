"""`Pki`: one set of lab certificates, each issued when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from threading import RLock

from sn_mock.failure import MockUsageError
from sn_mock.lab.pki.authority import Identity, IdentitySpec, PrivateKey, issue, new_key
from sn_mock.lab.pki.identities import IDENTITIES


class Pki:
    """A lab PKI: `pki["acme-client"]` issues that row of `IDENTITIES` on first use and remembers it.

    `now` (an aware datetime, default: the clock) is what lifetimes count from. Safe to share between threads.
    """

    def __init__(self, now: datetime | None = None, specs: Mapping[str, IdentitySpec] = IDENTITIES) -> None:
        self.now = now or datetime.now(UTC)
        self._specs = specs
        self._issued: dict[str, Identity] = {}
        self._keys: dict[str, PrivateKey] = {}
        self._lock = RLock()

    def __getitem__(self, name: str) -> Identity:
        """The named identity; MockUsageError when the table has no such row."""
        with self._lock:
            if name not in self._issued:
                spec = self._specs.get(name)
                if spec is None:
                    raise MockUsageError(
                        f"no lab certificate is called {name!r}; known: {', '.join(sorted(self._specs))}"
                    )
                issuer = self[spec.issuer] if spec.issuer else None
                key = self._key(spec.same_key_as or name)
                self._issued[name] = issue(spec, name=name, issuer=issuer, key=key, now=self.now)
            return self._issued[name]

    def naming_responder(self, name: str, url: str) -> Identity:
        """That identity with the OCSP responder at `url` in its certificate; key and everything else are the same."""
        with self._lock:
            usual = self[name]
            spec = self._specs[name]
            issuer = self[spec.issuer] if spec.issuer else None
            return issue(replace(spec, ocsp=url), name=name, issuer=issuer, key=usual.key, now=self.now)

    def _key(self, name: str) -> PrivateKey:
        if name not in self._keys:
            self._keys[name] = new_key(self._specs[name].key)
        return self._keys[name]

    def crl(self, issuer: str, revoked: tuple[str, ...]) -> str:
        """A CRL of that authority naming those identities, as PEM text."""
        from sn_mock.lab.pki.revocation import revocation_list

        return revocation_list(self[issuer], tuple(self[name] for name in revoked), self.now)


@cache
def shared_pki() -> Pki:
    """The PKI of this process: labs share it, so that keys are made once."""
    return Pki()
