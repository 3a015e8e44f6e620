"""The same story for a terminal with colours; rich is loaded only here."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sn_mock.exchange import Exchange, Finding
from sn_mock.report.story import Story, VisitRecord, stories
from sn_mock.report.text import in_full

_STYLES = {"done": "green", "failed": "bold red", "not reached": "dim"}
_MARKS = {"done": "✓", "failed": "✗", "not reached": "·"}


def terminal(
    exchange: Exchange, visit: VisitRecord | None = None, *, title: str | None = None, verbose: bool = False
) -> RenderableType:
    """The story as something a `rich.console.Console` prints."""
    return Group(*(_group(leg, verbose=verbose) for leg in stories(exchange, visit, title=title)))


def _group(told: Story, *, verbose: bool) -> RenderableType:
    colour = "green" if told.ok else "red"
    outcome = f"{told.title}: {'succeeded' if told.ok else 'failed'}"
    parts: list[RenderableType] = [
        Panel(
            "\n".join(escape(line) for line in told.sentences),
            title=escape(outcome),
            border_style=colour,
        ),
        _stages(told),
    ]
    if told.because:
        parts.append(_list("how the route was decided", told.because))
    if told.keys:
        parts.append(_keys(told))
    if told.lines:
        parts.append(_dialogue(told))
    if told.java:
        parts.append(_list("what Java says", told.java, style="red"))
    if told.java_mark:
        parts.append(Text(f"  {told.java_mark}", "dim"))
    if told.tries:
        parts.append(_list("how often the retry policy had it tried", told.tries))
    parts.append(_pairs("what the script and the log show", told.statuses))
    if told.visit:
        parts.append(_pairs("what the provider wrote down", told.visit))
    parts += [_finding(number, finding) for number, finding in enumerate(told.findings)]
    if verbose:
        parts += [Text(line, overflow="fold") for line in in_full(told)]
    return Group(*parts)


def _stages(told: Story) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for _ in range(3):
        table.add_column(overflow="fold")
    for stage in told.stages:
        style = _STYLES[stage.state]
        failed = " <<< here" if stage.state == "failed" else ""
        table.add_row(Text(_MARKS[stage.state], style), Text(stage.name, style), Text(f"{stage.detail}{failed}"))
    return table


def _list(title: str, lines: tuple[str, ...], style: str = "default") -> RenderableType:
    return Group(Text(f"\n{title}", "bold"), *(Text(f"  {line}", style) for line in lines))


def _pairs(title: str, pairs: tuple[tuple[str, str], ...]) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(Text(f"  {name}", "dim"), Text(value))
    return Group(Text(f"\n{title}", "bold"), table)


def _keys(told: Story) -> RenderableType:
    table = Table(title="which key", title_justify="left", title_style="bold")
    for column in ("", "keystore", "alias", "why"):
        table.add_column(column, overflow="fold")
    for key in told.keys:
        style = "green" if key.verdict == "sent" else "dim"
        table.add_row(Text(key.verdict, style), Text(key.keystore), Text(key.alias), Text(key.why))
    return Group(Text(""), table)


def _dialogue(told: Story) -> RenderableType:
    table = Table(
        box=None, show_header=True, padding=(0, 1), title="both ends", title_justify="left", title_style="bold"
    )
    table.add_column("instance", overflow="fold", ratio=1)
    table.add_column("")
    table.add_column("provider", overflow="fold", ratio=1)
    for line in told.lines:
        style = "bold red" if line.failed else "default"
        lost = " (never seen by the instance)" if line.lost else ""
        said = Text(line.label + (" <<< here" if line.failed else ""), style)
        if line.note or lost:
            said.append(f"\n  {line.note}{lost}", "red" if line.failed else "dim")
        arrow = Text("──▶" if line.to_provider else "◀──", style)
        table.add_row(*((said, arrow, Text("")) if line.to_provider else (Text(""), arrow, said)))
    return Group(Text(""), table)


def _finding(number: int, finding: Finding) -> RenderableType:
    body = Text()
    for line in finding.evidence:
        body.append(f"• {line}\n")
    body.append("change  ", "bold")
    body.append(f"{finding.fix}\n", "green")
    body.append(f"source  {finding.source}", "dim")
    return Panel(body, title=escape(f"{'why' if number == 0 else 'also'}: {finding.title}"), title_align="left")
