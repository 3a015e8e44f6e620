"""An explanation as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from sn_mock.diagnosis.explanation import Explanation, LikelyCause
from sn_mock.diagnosis.reading.sides import Side

_SHOWN = 5
"""Causes that are shown in full; the JSON has them all."""
_PARTS = 8
"""Known parts of the text that are shown."""

_WHOSE = {
    Side.INSTANCE: "the instance's side (or a Java client in its place)",
    Side.PROVIDER: "the provider's side",
    Side.TOOL: "a tool's output",
}


def as_text(explanation: Explanation) -> Iterator[str]:
    """Everything, line by line."""
    yield from (f"left out: {sentence}" for sentence in explanation.left_out)
    if explanation.did_you_mean:
        yield f"did you mean: {explanation.did_you_mean}"
    if not explanation.known:
        yield (
            "nothing of this text is known here, so there is nothing to say about it; `sn-mock scenarios` lists what is"
        )
        yield from listed("what would help", explanation.collect)
        return
    yield from _whose(explanation)
    quoted = ""
    for part in explanation.understood[:_PARTS]:
        if part.quote != quoted:
            yield part.quote
        quoted = part.quote
        yield f"  {part.means} [{part.evidence}: {part.source}]"
        if part.advice:
            yield f"  {part.advice}"
    if not explanation.causes:
        yield "nothing in it points to a cause"
    yield from causes(explanation)
    if explanation.causes:
        yield from listed("what to look for next", explanation.collect)
    if explanation.wordings:
        yield "\nwho words it so"
        stacks: dict[str, list[str]] = {}
        for one in explanation.wordings:
            stacks.setdefault(f"{one.stack} [{one.evidence}]", []).append(one.cause)
        yield from (f"  {stack}: {', '.join(dict.fromkeys(told))}" for stack, told in stacks.items())


def causes(explanation: Explanation) -> Iterator[str]:
    """The causes, the likeliest in full; and what is ruled out."""
    for number, cause in enumerate(explanation.causes[:_SHOWN], start=1):
        yield from _cause(number, cause)
    hidden = explanation.causes[_SHOWN:]
    if hidden:
        yield f"\n{len(hidden)} less likely: {', '.join(cause.rule for cause in hidden)}"
    for rule, fact in explanation.ruled_out.items():
        yield f"not {rule}: {fact}"


def _whose(explanation: Explanation) -> Iterator[str]:
    if explanation.side is not Side.UNKNOWN:
        by = f": {explanation.written_by[0]}" if explanation.written_by else ""
        yield f"whose log: {_WHOSE[explanation.side]}{by}"
    elif explanation.readings:
        yield "whose log: it cannot be told from this text"
        for side, rules in explanation.readings.items():
            yield f"  if {_WHOSE[side]}: {', '.join(rules[:3]) or 'no cause'}"


def _cause(number: int, cause: LikelyCause) -> Iterator[str]:
    yield f"\n{number}. {cause.title}  ({cause.rule})"
    yield f"   look at    {cause.confirm}"
    yield f"   change     {cause.fix}"
    for name, meaning in cause.placeholders.items():
        yield f"              <{name}>: {meaning}"
    if cause.reproduce:
        yield f"   reproduce  {cause.reproduce[0].command}"
    elif cause.similar:
        yield f"   similar    sn-mock reproduce {cause.similar[0]}  (the same cause; it prints another text)"


def listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    """A titled list; nothing where it is empty."""
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)
