"""What happened, as a `Failure`: the one place where an event, or a chain of Java's, gets its stage and its cause."""

from __future__ import annotations

from collections.abc import Sequence

from sn_mock.failure import Failure, JavaChain, Stage
from sn_mock.java.exceptions import causes, java_texts
from sn_mock.java.exceptions.event_texts import Event
from sn_mock.java.lang.jdk import Jdk

_RESET = "connection-reset"
"""It may come at any stage; every other cause belongs to one."""


def of_event(
    event: Event,
    *,
    http_client: str,
    java: Jdk,
    host: str,
    port: int,
    addresses: Sequence[str] = (),
    timeout_ms: int | None = None,
    scheme: str = "https",
    url: str | None = None,
    detail: str = "",
    at: Stage | None = None,
) -> Failure:
    """The failure that an event makes; `at` is the stage it came in, the rest as for `java_texts.for_event`."""
    row = java_texts.row_for(event, http_client=http_client, java=java)
    chain = java_texts.for_event(
        event,
        http_client=http_client,
        java=java,
        host=host,
        port=port,
        addresses=addresses,
        timeout_ms=timeout_ms,
        scheme=scheme,
        url=url,
        detail=detail,
    )
    return of_chain(row.cause, chain, at=at)


def of_chain(cause: str, java: JavaChain, *, at: Stage | None = None) -> Failure:
    """The failure of that cause word, in Java's words."""
    return Failure(at if at is not None and cause == _RESET else causes.stage_of(cause), cause, java)
