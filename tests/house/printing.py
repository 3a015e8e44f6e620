"""The plan and the house as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.house.imports import House, house, room_of
from tests.house.table import SIDES

PAGE = Path("docs", "architecture.md")
"""The page that shows the plan, from the project's root."""

BEGIN, END = "<!-- the plan: printed by `make docs` -->\n", "<!-- end of the plan -->\n"
ROOMS = tuple(room for floors in SIDES.values() for floor in floors for room in floor)


def plan() -> str:
    """Every floor on a line, the top one first; a room that is still empty stands in brackets."""
    lines = []
    for side, floors in reversed(list(SIDES.items())):
        lines.append(side)
        lines += [f"    {' · '.join(map(_shown, floor))}" for floor in reversed(floors) if floor != (side,)]
    return "\n".join(lines) + "\n"


def _shown(room: str) -> str:
    name = room.partition(".")[2] or room
    return name if room in house().files else f"({name})"


def with_plan(page: str) -> str:
    """The page with the plan of today."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}```\n{plan()}```\n{END}{after}"


def drawn(built: House) -> Iterator[str]:
    """The house as it is: each room on its floor with its size, what it is for, and the rooms it imports."""
    members: dict[str, list[str]] = {}
    for module in built.files:
        members.setdefault(room_of(module, ROOMS) or module, []).append(module)
    for side, floors in reversed(list(SIDES.items())):
        modules = [module for module in built.files if module.split(".")[0] == side]
        yield f"{side}: {len(modules)} modules, {sum(map(built.lines, modules))} lines"
        for number, floor in reversed(list(enumerate(floors, start=1))):
            for room in floor:
                if room in members:
                    yield from _room(built, room, number, members[room])
        yield ""


def _room(built: House, room: str, floor: int, modules: list[str]) -> Iterator[str]:
    size = f"{len(modules)} modules, {sum(map(built.lines, modules))} lines" if len(modules) > 1 else "1 module"
    yield f"  {floor:2}  {room}  ({size})"
    if room in built.files:
        yield f"      {built.says(room)}"
    lower = {room_of(target, ROOMS) or target for module in modules for target in built.arrows[module]} - {room}
    yield f"      -> {', '.join(sorted(lower)) or 'nothing of ours'}"
