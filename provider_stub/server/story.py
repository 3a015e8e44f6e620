"""One connection's visit, as far as it has come."""

from __future__ import annotations

from datetime import datetime

from guarded import clock
from provider_stub.journal.visit import Verdict, Visit
from provider_stub.server.conversation import Conversation
from provider_stub.tls.session import TlsSession
from tls_transcript import Transcript


def story(
    name: str,
    peer: tuple[str, int],
    begun: tuple[datetime, float],
    judged: tuple[Verdict, str | None, str | None],
    tls: TlsSession | None,
    talk: Conversation,
    *,
    is_open: bool,
) -> Visit:
    """The visit; `begun` by the clock and in monotonic seconds, `judged` is verdict, reason and detail."""
    refusal = None if tls is None else tls.refusal or tls.http_refusal
    verdict, reason, detail = judged
    return Visit(
        id=name,
        started=begun[0],
        peer=peer,
        transcript=Transcript() if tls is None else tls.transcript,
        verdict=verdict,
        reason=reason,
        detail=detail,
        verify_code=None if refusal is None else refusal.verify_code,
        alert_sent=None if tls is None else tls.alert_sent,
        requests=talk.requests(),
        request_count=talk.count,
        duration_ms=(clock.monotonic() - begun[1]) * 1000,
        resumed=tls is not None and tls.resumed,
        open=is_open,
    )
