"""A healthy instance and provider as separate pieces, for tests that bring the other one themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from provider_stub import Provider, ProviderPolicy
from sn_mock.failure import MockUsageError
from sn_mock.instance import NEWEST, Instance
from sn_mock.instance.releases import release as release_named
from sn_mock.lab.build import instance_of, policy_of
from sn_mock.lab.lab import tls_name, tls_of
from sn_mock.lab.network import Address
from sn_mock.lab.pki import shared_pki
from sn_mock.lab.setup import LabSetup, ProviderSetup

_NEWEST_TLS = "1.3"


def lab_policy(tls: str | None = None, changes: Mapping[str, Any] | None = None) -> ProviderPolicy:
    """What a healthy lab provider demands, with some policy fields changed; `tls` pins one version (default: both).

    Raises MockUsageError for an unknown field or version.
    """
    policy = policy_of(ProviderSetup(), tls_name(tls or _NEWEST_TLS), shared_pki())
    if tls is None:
        policy = replace(policy, tls_min="1.2", tls_max="1.3")
    unknown = [name for name in changes or {} if name not in ProviderPolicy.__dataclass_fields__]
    if unknown:
        known = ", ".join(ProviderPolicy.__dataclass_fields__)
        raise MockUsageError(f"a provider policy has no field {unknown[0]!r}; it has {known}")
    return replace(policy, **changes or {})


def lab_provider(tls: str | None = None, changes: Mapping[str, Any] | None = None) -> Provider:
    """A provider with that policy on a free port, not yet started."""
    return Provider(lab_policy(tls, changes))


def lab_instance(port: int, release: str | None = None, tls: str | None = None) -> Instance:
    """An instance set up correctly for a lab provider on that port of this machine."""
    name = release_named(release).name if release else NEWEST.name
    address = Address("localhost", port)
    return instance_of(LabSetup(), name, tls_of(name, tls), address, shared_pki())
