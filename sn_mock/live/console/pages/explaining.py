"""`/explain`: what a pasted line, or a dropped log, means."""

from __future__ import annotations

import io

from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading import sifting
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.failure import MockUsageError
from sn_mock.live.console.asked import Answer, Asked, Page

_SHOWN = 6
_GZIP = b"\x1f\x8b"
WHOSE = {
    Side.INSTANCE: "the instance's side (or a Java client in its place)",
    Side.PROVIDER: "the provider's side",
    Side.TOOL: "a tool's output",
}


def explain_page(asked: Asked) -> Answer:
    """The form; with `?text=` its answer, so that an explanation has an address."""
    return _answer(asked.query["text"], None) if asked.query.get("text", "").strip() else _page("", None)


def explained(asked: Asked) -> Answer:
    """What was posted: a text, or a file."""
    file = asked.files.get("file")
    return _answer(asked.form.get("text", ""), file.data if file and file.name else None)


def _answer(text: str, data: bytes | None) -> Page:
    if data is not None and data.startswith(_GZIP):
        raise MockUsageError("the file is compressed; next step: gunzip it, and drop what comes out")
    sifted = sifting.of_text(text) if data is None else sifting.of_stream(io.BytesIO(data))
    if not any(line.strip() for line in sifted.lines):
        raise MockUsageError("there is no text to explain; paste the line, or drop the file that holds it")
    return _page(text if data is None else "", explain(sifted))


def _page(text: str, explanation: object) -> Page:
    return Page("explain.html", {"text": text, "told": explanation, "whose": WHOSE, "shown": _SHOWN})
