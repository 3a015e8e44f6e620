"""`Witness`: hears of every call and every visit of one test, and tells both sides' story of them."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from provider_stub import Provider, Visit
from sn_mock import report
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.outbound.calls.watching import watch

_TOLD = 5
"""More calls than this are counted, not told."""


class Witness:
    """Use it as a context manager around the calls; `attend` the providers they may reach."""

    def __init__(self) -> None:
        self._calls: list[tuple[Instance, Exchange]] = []
        self._providers: list[Provider] = []
        self._watching = ExitStack()

    def __enter__(self) -> Self:
        self._watching.enter_context(watch(lambda instance, exchange: self._calls.append((instance, exchange))))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._watching.close()

    def attend(self, provider: Provider) -> None:
        """Pair calls with that provider's visits."""
        self._providers.append(provider)

    def story(self) -> str:
        """The last calls from both ends, then the visits that none of them made; empty when nothing happened."""
        visits = [visit for provider in self._providers for visit in provider.visits]
        parts = [f"({len(self._calls) - _TOLD} earlier calls are not shown)"] if len(self._calls) > _TOLD else []
        paired: set[str] = set()
        for instance, exchange in self._calls[-_TOLD:]:
            ports = {attempt.local_port for attempt in exchange.attempts}
            own = [visit for visit in visits if visit.peer[1] in ports]
            paired.update(visit.id for visit in own)
            visit = own[-1] if own else None
            parts.append(report.text(diagnosed(exchange, instance, visit), visit))
        parts += [_line(visit) for visit in visits if visit.id not in paired]
        return "\n\n".join(parts)

    def page(self, title: str) -> str:
        """The same as an HTML page."""
        visits = [visit for provider in self._providers for visit in provider.visits]
        chapters = []
        for instance, exchange in self._calls[-_TOLD:]:
            ports = {attempt.local_port for attempt in exchange.attempts}
            own = [visit for visit in visits if visit.peer[1] in ports]
            visit = own[-1] if own else None
            chapters.append(report.Chapter(diagnosed(exchange, instance, visit), visit))
        others = tuple(_line(visit) for visit in visits) if not chapters else ()
        return report.page(title, chapters, introduction=others)


def _line(visit: Visit) -> str:
    who = visit.presented[0].subject if visit.presented else "no certificate"
    why = f": {visit.reason}" if visit.reason else ""
    return f"the provider had another visit: {visit.verdict}{why} ({who})"
