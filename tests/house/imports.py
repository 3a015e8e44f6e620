"""Who imports whom, read from every import statement of the code: at the top of a file, in a function, for typing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SIDES = ("guarded", "tls_transcript", "soap_contract", "ws_security", "provider_stub", "sn_mock")


class House:
    """The modules below one folder; each file is parsed once."""

    def __init__(self, root: Path, sides: Iterable[str] = SIDES) -> None:
        self.root = root
        self.files: Mapping[str, Path] = {
            module_name(path.relative_to(root)): path for side in sides for path in sorted((root / side).rglob("*.py"))
        }
        self.trees = {name: ast.parse(path.read_text("utf-8")) for name, path in self.files.items()}
        self.faces = {name: self._face(name) for name, path in self.files.items() if path.name == "__init__.py"}
        self.arrows: Mapping[str, frozenset[str]] = {name: frozenset(self._imports(name)) for name in self.files}
        """Module → the modules it imports; a name that a package only hands on leads to its home, too."""

    def _imports(self, module: str) -> set[str]:
        found: set[str] = set()
        for base, name in self.statements(module):
            found |= self._targets(base, name)
        return found - {module}

    def statements(self, module: str) -> list[tuple[str, str | None]]:
        """(module, name) of everything this file imports; the name is None for `import module`."""
        found: list[tuple[str, str | None]] = []
        for node in ast.walk(self.trees[module]):
            if isinstance(node, ast.Import):
                found += [(alias.name, None) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(module, node)
                found += [(base, alias.name) for alias in node.names]
        return found

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        anchor = module.split(".") if module in self.files and self._is_package(module) else module.split(".")[:-1]
        return ".".join([*anchor[: len(anchor) - node.level + 1], *([node.module] if node.module else [])])

    def _is_package(self, module: str) -> bool:
        return self.files[module].name == "__init__.py"

    def _targets(self, base: str, name: str | None) -> set[str]:
        """`from a.b import c` is the module a.b.c where there is one; else a.b, and the module a.b has c from."""
        if name is not None and f"{base}.{name}" in self.files:
            return {f"{base}.{name}"}
        if base not in self.files:
            return set()
        home = self.faces.get(base, {}).get(name or "")
        return {base} if home is None else {base} | self._targets(*home)

    def _face(self, package: str) -> dict[str, tuple[str, str]]:
        """The names that a package's `__init__` only hands on → (module, name) of where it has them from."""
        handed: dict[str, tuple[str, str]] = {}
        for node in ast.walk(self.trees[package]):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    handed[alias.asname or alias.name] = (self._absolute(package, node), alias.name)
        return handed

    def circles(self) -> list[list[str]]:
        """Groups of modules that import each other in a loop (Tarjan's strongly connected components)."""
        return circles(self.arrows)

    def folders(self) -> Mapping[str, list[str]]:
        """Package → the modules that stand side by side in it, its `__init__` not counted."""
        found: dict[str, list[str]] = {}
        for name, path in self.files.items():
            if path.name != "__init__.py":
                found.setdefault(name.rpartition(".")[0], []).append(name)
        return found

    def lines(self, module: str) -> int:
        """The length of a file."""
        return len(self.files[module].read_text("utf-8").splitlines())

    def says(self, module: str) -> str:
        """The first line of a module's docstring."""
        return (ast.get_docstring(self.trees[module]) or "").partition("\n")[0]


@cache
def house() -> House:
    """This project's."""
    return House(ROOT)


def module_name(path: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str, rooms: Iterable[str]) -> str | None:
    """The room a module stands in: the longest of these names that leads to it."""
    fitting = [room for room in rooms if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len, default=None)


def circles(arrows: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The loops in any graph, each as a sorted list; nothing where every arrow can be followed to an end."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []
    for start in arrows:
        if start in number:
            continue
        work = [(start, iter(sorted(arrows[start])))]
        number[start] = lowest[start] = len(number)
        stack.append(start)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in arrows:
                    continue
                if target not in number:
                    number[target] = lowest[target] = len(number)
                    stack.append(target)
                    work.append((target, iter(sorted(arrows[target]))))
                    break
                if target in stack:
                    lowest[node] = min(lowest[node], number[target])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    group = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    if len(group) > 1:
                        found.append(sorted(group))
    return found
