"""`explain`: from any text of a ticket or log to the causes that produce it, ranked, with what would tell them apart.

A text is judged as a whole: whose log each line stands in, which known texts are on it, and what its lines prove. The
heaviest texts name the causes, the last of them first; what the lines rule out is left out. A text that nobody knows is
said to be unknown, and a healthy log has no cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise

from guarded.regex import regex
from sn_mock.diagnosis.explanation import Explanation, LikelyCause, Run, Understood
from sn_mock.diagnosis.listed_chain import chain_causes
from sn_mock.diagnosis.meeting import Meeting, meetings
from sn_mock.diagnosis.reading import sifting
from sn_mock.diagnosis.reading.page import Page
from sn_mock.diagnosis.reading.sides import SOURCES, Side, Sides, sides
from sn_mock.diagnosis.reading.spelling import Spelling
from sn_mock.diagnosis.reading.words import phrase, words
from sn_mock.diagnosis.retelling import retellings, touches
from sn_mock.diagnosis.texts import index, known_texts
from sn_mock.diagnosis.texts.collect import to_collect
from sn_mock.diagnosis.texts.facts import FACTS
from sn_mock.diagnosis.texts.index import Index, Story, Wording
from sn_mock.diagnosis.texts.model import Fact, Weight, Witness
from sn_mock.diagnosis.texts.own_causes import OWN_CAUSES
from sn_mock.diagnosis.texts.placeholders import PLACEHOLDERS

__all__ = ["Explanation", "LikelyCause", "Understood", "explain"]

_QUOTE = 160
_TEXT_SHOWN = 2_000
_MENDED = 4_000
"""Characters up to which slips of the keyboard are looked for: nobody types more by hand."""
_PLACEHOLDER = regex(r"<([a-z]+)>")


def explain(text: str | sifting.Sifted, witness: Witness | None = None) -> Explanation:
    """What a line (or a stack trace, a debug log, a log of any stack) means. Pure.

    A `witness` tells what the text does not: whose it is, and what is proved elsewhere; nothing is mended then.
    """
    sifted = sifting.of_text(text) if isinstance(text, str) else text
    page = Page(sifted.lines, _vocabulary())
    answer, weight = _judged(page, sifted, witness=witness)
    if witness is not None or len(page.text) > _MENDED:
        return answer
    mended = [_spelling().mended(words(line)) for line in page.lines]
    if mended:
        mended[-1] = _spelling().completed(mended[-1])
    if " ".join(mended) == page.text.strip():
        return answer
    guess, guessed = _judged(Page(mended, _vocabulary()), sifted, did_you_mean=" ".join(mended))
    if not answer.known:
        return guess if guess.known else answer
    more = (guessed, guess.side is not Side.UNKNOWN) > (weight, answer.side is not Side.UNKNOWN)
    return guess if answer.causes and more else answer


def _judged(
    page: Page, sifted: sifting.Sifted, *, did_you_mean: str = "", witness: Witness | None = None
) -> tuple[Explanation, int]:
    """The answer, and how much the text that leads says."""
    known = index.load()
    whose = sides(page) if witness is None else Sides(witness.side, (), {})
    found = meetings(page, whose, known_texts())
    facts = [*(witness.facts if witness else ()), *(fact for fact in FACTS if _proved(page, whose, fact))]
    disproved = frozenset(rule for fact in facts for rule in fact.disproves)
    leading = _leading(found, disproved)
    names, ruled_out = _without(_named(page, leading, disproved), facts)
    names = list(dict.fromkeys((*(witness.blamed if witness else ()), *names)))
    told = retellings(known.stories, page, found, leading)
    more = [one.rule for one in told if one.rule not in names and one.rule not in ruled_out and names]
    side = leading[0].side if leading else whose.overall
    struck = frozenset(rule for fact in (witness.facts if witness else ()) for rule in fact.disproves)
    left = [rule for rule in dict.fromkeys((*names, *more)) if rule not in struck]
    causes = tuple(_cause(rule, told, known) for rule in left)
    readings = _readings(leading, ruled_out) if side is Side.UNKNOWN else {}
    certain = side is not Side.UNKNOWN and len(causes) == 1 and not did_you_mean
    explanation = Explanation(
        text="\n".join(sifted.lines)[:_TEXT_SHOWN],
        side=side,
        written_by=tuple(source.title for source in whose.sources),
        certain=certain,
        understood=tuple(_understood(found, page)),
        causes=causes,
        readings=readings,
        ruled_out=ruled_out,
        wordings=_wordings(known.wordings, page, leading),
        collect=() if certain else to_collect(side, known=bool(causes)),
        left_out=sifted.left_out,
        did_you_mean=did_you_mean,
    )
    return explanation, leading[0].text.weight if leading else 0


# Which texts lead


def _leading(found: list[Meeting], disproved: frozenset[str]) -> list[Meeting]:
    """The texts that name the causes: the heaviest, the last of them first; an exact one follows a verdict."""
    blaming = [one for one in found if _left(one.causes, disproved)]
    if not blaming:
        return []
    heaviest = max(one.text.weight for one in blaming)
    least = min(heaviest, Weight.EXACT)
    kept = [one for one in blaming if one.text.weight >= least]
    return sorted(kept, key=lambda one: (-one.text.weight, -one.span.line, -one.span.end))


def _named(page: Page, leading: list[Meeting], disproved: frozenset[str]) -> list[str]:
    """The causes they name, in their order; what a transcript shows of a chain sorts those of one text."""
    named: dict[str, None] = {}
    for one in leading:
        named.update(dict.fromkeys(_left(chain_causes(page, one), disproved)))
    return list(named)


def _left(causes: tuple[str, ...], disproved: frozenset[str]) -> tuple[str, ...]:
    """A text whose first cause is disproved keeps what is not."""
    if not causes or causes[0] not in disproved:
        return causes
    return tuple(rule for rule in causes if rule not in disproved)


def _without(names: list[str], facts: list[Fact]) -> tuple[list[str], dict[str, str]]:
    """The names without what the facts rule out; the first stays, as a text that blames it is no guess."""
    ruled_out = {rule: fact.name for fact in facts for rule in fact.rules_out if rule in names[1:]}
    return [rule for rule in names if rule not in ruled_out], ruled_out


def _proved(page: Page, whose: Sides, fact: Fact) -> bool:
    return any(whose.of(span.line) in fact.sides for pieces in fact.phrases for span in page.find(pieces))


def _readings(leading: Iterable[Meeting], ruled_out: Mapping[str, str]) -> dict[Side, tuple[str, ...]]:
    """What the causes were on either side, where that makes a difference."""
    readings: dict[Side, tuple[str, ...]] = {}
    for side in (Side.INSTANCE, Side.PROVIDER, Side.TOOL):
        named = dict.fromkeys(rule for one in leading for rule in one.text.causes_at(side) if rule not in ruled_out)
        readings[side] = tuple(named)
    return readings if len(set(readings.values())) > 1 else {}


# What is said of them


def _understood(found: list[Meeting], page: Page) -> Iterator[Understood]:
    seen: set[str] = set()
    speaking = [one for one in found if one.causes or not any(one.text.causes.values())]
    for one in sorted(speaking or found, key=lambda one: (not one.causes, -one.text.weight, -one.span.line)):
        if one.text.means in seen:
            continue
        seen.add(one.text.means)
        line = " ".join(page.lines[one.span.line].split())
        quote = line if len(line) <= _QUOTE else page.text[one.span.begin : one.span.end].strip()[:_QUOTE]
        row = one.text
        yield Understood(quote, row.means, one.side, row.place, row.source, str(row.evidence), row.advice)


def _cause(rule_id: str, told: Mapping[Story, Run | None], known: Index) -> LikelyCause:
    said = known.rules.get(rule_id) or OWN_CAUSES[rule_id]
    wanted = _PLACEHOLDER.findall(said.fix)
    runs = [run for story, run in told.items() if run and story.rule == rule_id]
    others = dict.fromkeys(story.scenario for story in (*told, *known.stories) if story.rule == rule_id)
    return LikelyCause(
        rule=said.id,
        title=said.title,
        stage=said.stage,
        confirm=said.confirm,
        fix=said.fix,
        source=said.source,
        reproduce=tuple(sorted(runs, key=lambda run: run.release != "")),
        similar=tuple(name for name in others if name not in {run.scenario for run in runs}),
        placeholders={name: PLACEHOLDERS[name] for name in wanted if name in PLACEHOLDERS},
    )


def _wordings(wordings: Iterable[Wording], page: Page, leading: list[Meeting]) -> tuple[Wording, ...]:
    """The stacks that say what leads; a provider's own log needs no such list."""
    if not leading or leading[0].side is Side.PROVIDER:
        return ()
    return tuple(dict.fromkeys(one for one in wordings if any(touches(page, phrase(one.text), leading))))


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for run in _runs() for word in run)


@cache
def _runs() -> list[list[str]]:
    """The words of the tables as they follow each other."""
    phrases = [pieces for row in known_texts() for pieces in row.phrases]
    marks = [pieces for source in SOURCES for pieces in source.marks]
    return [piece.split() for pieces in (*phrases, *marks) for piece in pieces]


@cache
def _spelling() -> Spelling:
    runs = [run for run in _runs() if " ".join(run).isascii()]
    return Spelling((word for run in runs for word in run), (pair for run in runs for pair in pairwise(run)))
