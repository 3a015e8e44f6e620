"""Whether a step is tried again: its retry policy, or the alias's default one (docs, retry-policy).

Documented: the conditions, the three strategies, the count and its property. Not documented, and ASSUMED here: that the
conditions are asked after every try, that a try which failed without an answer has the status code 0 and its exception
as error, so that a policy on "status code is not 200" repeats a refused handshake, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Exchange
from sn_mock.failure import Failure, Stage
from sn_mock.instance import Instance, SysRetryPolicy
from sn_mock.outbound.routing.ledger import Ledger
from sn_mock.query import Condition, Query, parse
from sn_mock.query.operators import OPERATORS

POLICY = Fact("", Evidence.DOCUMENTED, "docs, retry-policy")
MOST_TRIES = 100
"""However much a policy asks for, sn-mock stops there."""
TIMEOUT = "Connection Timeout"
"""The one error value that the documentation prints."""
_USUAL_WAIT = 86_400
_LONGEST_WAIT = 604_800
_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Again:
    """Another try."""

    after_seconds: float
    because: str


def again(instance: Instance, policy: SysRetryPolicy, exchange: Exchange, made: int, waited: float) -> Again | None:
    """Whether there is another try after `made` of them and `waited` seconds between them; None where it is over."""
    if policy.connection_type != "http_retry_conditions" or _ended_before(exchange.failure) or made >= MOST_TRIES:
        return None
    met = _met(parse(policy.condition), _seen(exchange))
    if not met:
        return None
    pause = _pause(instance, policy, exchange, made, waited)
    if pause is None:
        return None
    error = f", {exchange.response.error_message}" if exchange.failure and exchange.failure.java else ""
    what = f"status code {exchange.response.status_code}{error}"
    evidence = POLICY.evidence if exchange.response.status_code or _timed_out(exchange.failure) else Evidence.ASSUMED
    because = (
        f"try {made} ended with {what}; the retry policy {policy.name} has it tried again after {pause:g} s "
        f"[{evidence}: {POLICY.source}]"
    )
    return Again(pause, because)


def _ended_before(failure: Failure | None) -> bool:
    """No request was made at all: there is nothing that could end otherwise."""
    return failure is not None and failure.stage is Stage.ROUTE


def _pause(instance: Instance, policy: SysRetryPolicy, exchange: Exchange, made: int, waited: float) -> float | None:
    """Seconds until the next try; None where there is none."""
    if policy.retry_strategy == "retry_after":
        return _told_by_the_provider(instance, policy, exchange, waited)
    most = policy.count if policy.count is not None else Ledger(instance).number("glide.fdih.retry.max_count", 0)
    if made > most:
        return None
    interval = float(max(0, policy.interval or 0))
    return interval * _FACTOR ** (made - 1) if policy.retry_strategy == "exponential_backoff" else interval


def _told_by_the_provider(
    instance: Instance, policy: SysRetryPolicy, exchange: Exchange, waited: float
) -> float | None:
    """What the answer's Retry-After says (RFC 7231 section 7.1.3: seconds, or a date), within the longest time."""
    header = next((value for name, value in exchange.response.headers if name.lower() == "retry-after"), None)
    if header is None:
        return None
    longest = float(policy.max_elapsed_time or _USUAL_WAIT)
    if instance.property("glide.fdih.retry.max_time_in_seconds"):
        longest = float(Ledger(instance).number("glide.fdih.retry.max_time_in_seconds", _USUAL_WAIT))
    seconds = _seconds(header.strip(), exchange.when)
    return seconds if seconds is not None and waited + seconds <= min(longest, _LONGEST_WAIT) else None


def _seconds(text: str, now: datetime) -> float | None:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())


# The conditions


def _seen(exchange: Exchange) -> Mapping[str, str]:
    """What a try looks like to a policy's conditions."""
    response = exchange.response
    failed = exchange.failure is not None and bool(exchange.failure.java)
    return {
        "http_method": exchange.method,
        "status_code": str(response.status_code),
        "error": TIMEOUT if _timed_out(exchange.failure) else response.error_message if failed else "",
        "response_body": response.body,
        "response_headers": "\n".join(f"{name}: {value}" for name, value in response.headers),
    }


def _timed_out(failure: Failure | None) -> bool:
    return failure is not None and failure.cause in ("connect-timeout", "read-timeout")


def _met(query: Query, row: Mapping[str, str]) -> bool:
    """An encoded query over those five; without a condition every failed try is meant (ASSUMED)."""
    if not query.groups:
        return not row["status_code"].startswith("2")
    return any(all(any(_holds(one, row) for one in some) for some in group) for group in query.groups)


def _holds(condition: Condition, row: Mapping[str, str]) -> bool:
    test = OPERATORS[condition.operator].test
    if condition.field not in row or test is None:
        return False
    have, want = row[condition.field].lower(), condition.value.lower()
    return test(have, want.replace("_", " ") if condition.field == "error" else want)
