"""One connection's story, as far as it has come."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from guarded import clock
from provider_stub.journal.story import Story
from provider_stub.journal.visit import Verdict, Visit
from provider_stub.server.conversation import Conversation, Noted, visit_requests
from provider_stub.tls import said
from provider_stub.tls.phase import Refusal
from provider_stub.tls.session import TlsSession
from tls_transcript import Transcript


def story(
    name: tuple[str, int],
    peer: tuple[str, int],
    begun: tuple[datetime, float],
    judged: tuple[Verdict, str | None, str | None],
    tls: TlsSession | None,
    talk: Conversation,
    *,
    is_open: bool,
) -> Story:
    """What is known now; `begun` by the clock and in monotonic seconds, `judged` is verdict, reason and detail."""
    duration = clock.monotonic() - begun[1]
    heard, refusal, resumed = ((), None, False) if tls is None else tls.told()
    facts = (name, peer, begun[0], duration, judged, heard, refusal, resumed, talk.noted(), talk.count, is_open)
    return Story(partial(_visit, *facts), judged[0], talk.count, talk.noted_bytes)


def _visit(
    name: tuple[str, int],
    peer: tuple[str, int],
    started: datetime,
    duration: float,
    judged: tuple[Verdict, str | None, str | None],
    heard: tuple[said.One, ...],
    refusal: Refusal | None,
    resumed: bool,
    noted: tuple[Noted, ...],
    count: int,
    is_open: bool,
) -> Visit:
    verdict, reason, detail = judged
    entries = said.entries(heard)
    return Visit(
        id=f"{name[0]}-{name[1]}",
        started=started,
        peer=peer,
        transcript=Transcript(tuple(entries)),
        verdict=verdict,
        reason=reason,
        detail=detail,
        verify_code=None if refusal is None else refusal.verify_code,
        alert_sent=said.alert_sent(entries),
        requests=visit_requests(noted),
        request_count=count,
        duration_ms=duration * 1000,
        resumed=resumed,
        open=is_open,
    )
