"""How long a public TLS certificate may live, by the day it is issued (CA/Browser Forum ballot SC-081v3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from guarded.values import dataclass
from sn_mock.evidence import Evidence

EVIDENCE = Evidence.REPORTED

_LIMITS = (("2020-09-01", 398), ("2026-03-15", 200), ("2027-03-15", 100), ("2029-03-15", 47))


@dataclass(frozen=True, slots=True)
class LifetimeLimit:
    """The longest validity of a public certificate issued from a day on."""

    since: str
    days: int


LIMITS = tuple(LifetimeLimit(since, days) for since, days in _LIMITS)
"""Oldest first; before the first one 825 days were allowed."""


def limit_on(issued: datetime) -> LifetimeLimit | None:
    """The limit for a public certificate issued at that time; None before the first one."""
    day = f"{issued:%Y-%m-%d}"
    reached = [limit for limit in LIMITS if limit.since <= day]
    return reached[-1] if reached else None


def strain(lead_days: int, warn_days: int, limit: LifetimeLimit) -> str:
    """What such a lifetime means for a process that needs `lead_days` and a warning at `warn_days`."""
    share = round(100 * (lead_days + warn_days) / limit.days) if limit.days else 0
    renewals = round(timedelta(days=365) / timedelta(days=limit.days), 1)
    return (
        f"if its CA is a public one, the next certificate lives {limit.days} days at most (about {renewals:g} renewals "
        f"a year); {lead_days} days for the provider's import plus {warn_days} days of warning are {share} % of that"
    )
