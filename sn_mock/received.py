"""Reports from real instances: what `sn-mock evidence` wrote, people sent in, and maintainers have read.

A report stands behind a row of the release facts or of the Java texts; the printed tables say how many do. One that
agrees with an ASSUMED row makes it REPORTED; one that does not is a reason to change it (docs/how-to/send-evidence.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """One report about one row."""

    id: str
    """A name of its own: month of receipt and a letter, e.g. `2027-03-a`."""
    release: str
    """The release the instance ran, as in `[instance] release`."""
    patch: str
    """Patch and hot fix, as the instance's stats page names them; empty where they were not told."""
    about: str
    """`fact NAME` (a release fact), `alert NAME` or `event NAME` (a row of the Java texts)."""
    agrees: bool
    """The instance did what the row says."""
    said: str
    """The instance's own words, or the value it showed; redacted."""

    def __post_init__(self) -> None:
        kind, _, name = self.about.partition(" ")
        if kind not in KINDS or not name:
            raise ValueError(f"report {self.id}: about is {self.about!r}; write one of {', '.join(KINDS)} and a name")


KINDS = ("fact", "alert", "event")
"""What a report can be about."""

RECEIVED: tuple[Report, ...] = ()
"""Every report, in order of receipt. None yet."""


def behind(about: str, releases: Sequence[str] | None = None, reports: Sequence[Report] | None = None) -> str:
    """How many reports stand behind a row, as its table shows it: `2`, `1 (1 against)`, or nothing.

    `releases` are those for which the row holds; None: all.
    """
    found = [
        one
        for one in (RECEIVED if reports is None else reports)
        if one.about == about and (releases is None or one.release in releases)
    ]
    against = sum(not one.agrees for one in found)
    if not found:
        return ""
    return f"{len(found) - against} ({against} against)" if against else str(len(found))
