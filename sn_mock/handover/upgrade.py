"""One instance on two releases: the same call, placed on each against the same kind of provider."""

from __future__ import annotations

from datetime import datetime

from provider_stub import PolicyError
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.lab.partner import Partner


def on_release(instance: Instance, message: str, function: str, when: datetime | None = None) -> Exchange:
    """The call of that instance, against a provider made of its folder. Raises MockUsageError."""
    try:
        with Partner(instance, when=when) as partner:
            exchange, _ = partner.call(message, function)
    except PolicyError as errors:
        raise MockUsageError("; ".join(map(str, errors.problems))) from None
    return exchange
