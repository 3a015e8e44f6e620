"""WS-Security in front of a service: a message is verified first, and refused with WSS4J's fault.

Fault codes are in the namespace of `wsse`; a refusal that has none is a `Client` fault, as Apache CXF writes it. With
SOAP 1.2 the code is the Subcode of `Sender` (SOAP Message Security 1.1 section 12).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller, Service
from provider_stub.policy.material import Material
from provider_stub.soap.envelope import security_fault
from provider_stub.soap.meddling import MEDDLING
from tls_transcript import DecodeError
from tls_transcript import names as subjects
from ws_security import names
from ws_security.expectations import Expectations, Verdict
from ws_security.replay import Nonces
from ws_security.verifying import verify


class SecurityCheck:
    """A service that demands a Security header. It remembers nonces, each worker process its own."""

    def __init__(self, inner: Service, material: Material, expected: Expectations) -> None:
        self._inner, self._material, self._expected = inner, material, expected
        self.path = getattr(inner, "path", "/tickets")
        wanted = material.policy.ws_security
        assert wanted is not None
        self._nonces = Nonces(timedelta(seconds=wanted.replay_window)) if wanted.replay_window else None
        self._offset = timedelta(seconds=wanted.clock_offset)
        self._meddle = MEDDLING[wanted.middleware]

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The inner service's response to a message that was accepted; else the fault. Both tell what was found."""
        if request.method != "POST":
            return self._inner.answer(request, caller)
        body = self._meddle(request.body)
        verdict = verify(body, self._expected, self._now, self._nonces)
        found = told(verdict)
        if verdict.refusal is not None:
            version = "1.2" if "soap+xml" in (request.header("Content-Type") or "") else "1.1"
            fault = security_fault(verdict.refusal.code, verdict.refusal.text, names.WSSE, version=version)
            return dataclasses.replace(fault, ws_security=found)
        answer = self._inner.answer(dataclasses.replace(request, body=body), caller)
        if isinstance(answer, Response):
            return dataclasses.replace(answer, ws_security=found)
        return _later(answer, found)

    @property
    def _now(self) -> datetime:
        return self._material.now + self._offset


async def _later(answer: Awaitable[Response], found: Mapping[str, Any]) -> Response:
    return dataclasses.replace(await answer, ws_security=found)


def told(verdict: Verdict) -> dict[str, Any]:
    """For the journal: who signed, who called himself what, and why it was refused; no secrets."""
    refusal = verdict.refusal
    return {
        "accepted": refusal is None,
        "cause": None if refusal is None else str(refusal.cause),
        "code": None if refusal is None or not refusal.code else f"wsse:{refusal.code}",
        "detail": None if refusal is None else refusal.detail,
        "signer": None if verdict.signer is None else _subject(verdict.signer),
        "user": verdict.user,
        "signed": list(verdict.signed),
        "algorithms": list(verdict.algorithms),
    }


def _subject(certificate: bytes) -> str:
    try:
        return subjects.readable(subjects.subject_of(certificate))
    except DecodeError:
        return "?"
