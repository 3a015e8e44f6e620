"""What a run of a scenario prints, and whether it prints what `explain` offers it for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sn_mock.diagnosis.texts.index import Story
from sn_mock.lab.runner import Reproduction


def missing(story: Story, release: str, runs: Iterable[Reproduction]) -> list[str]:
    """The texts that the story is offered for on that release ("": its own) and that no broken call of `runs` shows."""
    shown = "\n".join(_shown(run) for run in runs)
    return [
        told.text
        for told in story.texts
        if told.release == release and not re.search(re.sub(r"\\\{[a-z]+\\\}", ".+", re.escape(told.text)), shown)
    ]


def _shown(run: Reproduction) -> str:
    """What of the broken call a log or an answer shows."""
    failure, response = run.broken.exchange.failure, run.broken.exchange.response
    java = [str(failure.java[0])] if failure and failure.java else []
    return "\n".join((*java, response.body))
