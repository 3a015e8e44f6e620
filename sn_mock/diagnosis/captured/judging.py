"""A surveyed capture, connection by connection, to the causes: each kind of trouble is judged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from captures.story import Connection, Survey
from guarded.values import dataclass
from sn_mock.diagnosis.captured.happening import Happening, happening
from sn_mock.diagnosis.captured.proofs import Proof, proofs
from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.explanation import Explanation
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.texts.model import Fact, Witness

_KEYS_WANTED = (
    "a key log of either end: start the provider (or its proxy) with SSLKEYLOGFILE=FILE where its TLS library knows "
    "it, capture again, and give the file with --keylog",
    "the log of whatever ends TLS for the provider, for the same second (nginx and Apache: level info)",
)
_NOTHING_WRONG = (
    "the log of the side that complains, for the moment of one of these connections",
    "a capture that begins before the call and holds both directions whole (no snapshot length)",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One connection and what is made of it."""

    connection: Connection
    trouble: Happening | None
    proofs: tuple[Proof, ...]
    explanation: Explanation | None
    """None where there is no trouble, or no text for it."""

    def to_json(self) -> dict[str, Any]:
        """The connection's own keys, and the verdict."""
        told = self.explanation
        return {
            **self.connection.to_json(),
            "trouble": None if self.trouble is None else self.trouble.says,
            "refused_by": (self.trouble.refused_by or None) if self.trouble is not None else None,
            "proofs": [proof.says for proof in self.proofs],
            "causes": [] if told is None else [cause.rule for cause in told.causes],
            "ruled_out": {} if told is None else dict(told.ruled_out),
        }


@dataclass(frozen=True, slots=True)
class CaptureExplanation:
    """What is known of a capture."""

    survey: Survey
    connections: tuple[Judged, ...]
    explanation: Explanation
    """Of the trouble that most connections have, the later one where two have as many; empty where none has any."""

    @property
    def kinds(self) -> tuple[tuple[Judged, int], ...]:
        """One connection of each kind of trouble, and how many there are of it; the most frequent first."""
        counted: dict[tuple[object, ...], list[Judged]] = {}
        for one in self.connections:
            if one.trouble is not None:
                counted.setdefault(_kind(one), []).append(one)
        ranked = sorted(counted.values(), key=lambda same: (-len(same), -same[-1].connection.began))
        return tuple((same[-1], len(same)) for same in ranked)

    @property
    def known(self) -> bool:
        """False where the file shows no connection at all."""
        return bool(self.connections)

    def to_json(self) -> dict[str, Any]:
        """As for a text, and the connections."""
        return {
            **self.explanation.to_json(),
            "known": self.known,
            "connections": [one.to_json() for one in self.connections],
            "total_connections": self.survey.total,
            "frames": self.survey.frames,
        }


def explain_capture(survey: Survey) -> CaptureExplanation:
    """What a capture means. Pure."""
    tls_ports = {one.server for one in survey.connections if one.chosen is not None}
    known: dict[tuple[object, ...], Explanation | None] = {}
    judged = []
    for connection in survey.connections:
        trouble = happening(connection, speaks_tls=connection.server in tls_ports)
        proved = () if trouble is None else proofs(connection, trouble)
        one = Judged(connection, trouble, proved, None)
        if trouble is not None:
            key = _kind(one)
            if key not in known:
                known[key] = _explained(trouble, proved)
            one = replace(one, explanation=known[key])
        judged.append(one)
    whole = CaptureExplanation(survey, tuple(judged), _nothing(survey, ()))
    return replace(whole, explanation=_overall(whole, survey))


def _kind(one: Judged) -> tuple[object, ...]:
    assert one.trouble is not None
    verdicts = tuple((proof.blames, proof.disproves) for proof in one.proofs)
    return one.trouble.line or one.trouble.says.partition(",")[0], one.trouble.refused_by, verdicts


def _explained(trouble: Happening, proved: Sequence[Proof]) -> Explanation | None:
    if not trouble.line:
        return None
    facts = tuple(Fact(proof.says, (), frozenset(Side), proof.disproves, proof.disproves) for proof in proved)
    blamed = tuple(dict.fromkeys(rule for proof in proved for rule in proof.blames))
    explanation = explain(trouble.line, Witness(Side.INSTANCE, facts, blamed))
    return replace(explanation, text=trouble.line.partition("\n")[0], written_by=())


def _overall(whole: CaptureExplanation, survey: Survey) -> Explanation:
    kinds = whole.kinds
    told = [one.explanation for one, _ in kinds if one.explanation is not None]
    if not told:
        return _nothing(survey, _KEYS_WANTED if kinds else _NOTHING_WRONG)
    first = told[0]
    causes = {cause.rule: cause for explanation in told for cause in explanation.causes}
    return replace(
        first,
        certain=first.certain and len(kinds) == 1,
        causes=tuple(causes.values()),
        understood=tuple(dict.fromkeys(part for explanation in told for part in explanation.understood)),
        collect=first.collect or (_KEYS_WANTED if len(kinds) > len(told) else ()),
        left_out=_left_out(survey, whole.connections),
    )


def _nothing(survey: Survey, collect: tuple[str, ...]) -> Explanation:
    left_out = _left_out(survey, ())
    return Explanation("", Side.UNKNOWN, (), False, (), (), {}, {}, (), collect, left_out)


def _left_out(survey: Survey, connections: Sequence[Judged]) -> tuple[str, ...]:
    missing: dict[str, int] = {}
    for one in connections:
        if one.trouble is not None:
            for sentence in one.connection.missing:
                missing[sentence] = missing.get(sentence, 0) + 1
    said = (f"{sentence} ({count} connections)" if count > 1 else sentence for sentence, count in missing.items())
    return (*survey.left_out, *said)
