"""`Story`: what is known of a connection that has ended, and its `Visit` as soon as somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable

from provider_stub.journal.visit import Verdict, Visit


class Story:
    """The few facts that a journal counts by, and the way to the visit.

    Most visits are looked at by nobody, or many together, by whoever writes them down. The first who asks makes it, in
    any thread; two who ask at the same moment make two that are alike.
    """

    __slots__ = ("_tell", "_visit", "request_count", "verdict", "weight")

    def __init__(self, tell: Callable[[], Visit], verdict: Verdict, request_count: int = 0, weight: int = 0) -> None:
        self._tell: Callable[[], Visit] | None = tell
        self._visit: Visit | None = None
        self.verdict, self.request_count = verdict, request_count
        self.weight = weight
        """Bytes of its requests and their answers that are kept."""

    @property
    def visit(self) -> Visit:
        """The whole story."""
        visit = self._visit = self.once()
        self._tell = None
        return visit

    def once(self) -> Visit:
        """The same for who needs it for a moment: it is not kept, what was put down takes less room."""
        tell = self._tell
        visit = self._visit  # looked at second: who lets go of `tell` has set it before
        if visit is None:
            assert tell is not None
            visit = tell()
        return visit
