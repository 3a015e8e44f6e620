"""One thing stands in one place: an object identifier in its side's table, a private name where somebody reads it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping

from tests.house.imports import SIDES, house

OID = re.compile(r"(0\.9\.2342|1\.2\.840|1\.3\.(6|14|36|101|132)|2\.(5|16|23))(\.\d+)+")
FOR_ITS_EFFECT = {"_end_orphans"}
"""Functions that are called by what decorates them."""


def several_homes(trees: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Object identifiers that are written down in more than one of these modules."""
    homes: dict[str, set[str]] = {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and OID.fullmatch(node.value):
                homes.setdefault(node.value, set()).add(module)
    return {oid: sorted(modules) for oid, modules in homes.items() if len(modules) > 1}


def unread(trees: Mapping[str, ast.Module]) -> list[str]:
    """Private functions, classes and values at the top of a module that nothing reads but they themselves."""
    elsewhere = {
        name
        for tree in trees.values()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else [node.attr]
            if isinstance(node, ast.Attribute)
            else []
        )
    }
    return [
        f"{module}.{name}"
        for module, tree in trees.items()
        for reads in [[_read_by(top) for top in tree.body]]
        for readers in [Counter(name for one in reads for name in one)]
        for top, own in zip(tree.body, reads, strict=True)
        for name in _made_by(top)
        if name.startswith("_") and not name.startswith("__")
        if name not in elsewhere and name not in FOR_ITS_EFFECT and readers[name] == (name in own)  # by itself alone
    ]


def _made_by(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def _read_by(top: ast.stmt) -> set[str]:
    """Names that are read; a text counts, because annotations and type variables are texts."""
    inside = list(ast.walk(top))
    names = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names | {str(node.value) for node in inside if isinstance(node, ast.Constant)}


def test_an_object_identifier_is_written_down_once() -> None:
    """Each side has one table of OIDs (`sn_mock.java.asn1.oids`, and the leaf's); everybody else names them."""
    sides = {side: {name: tree for name, tree in house().trees.items() if name.startswith(side)} for side in SIDES}
    assert {side: found for side, trees in sides.items() if (found := several_homes(trees))} == {}
    # and the judge itself
    twice = {"a": ast.parse('X = "2.5.4.3"'), "b": ast.parse('Y = {"2.5.4.3": 1, "1.3.101.112": 2, "127.0.0.1": 3}')}
    assert several_homes(twice | {"c": ast.parse('Z = "127.0.0.1"')}) == {"2.5.4.3": ["a", "b"]}


def test_no_private_name_is_left_over() -> None:
    """What nobody outside can use and nobody inside reads is dead, however often it calls itself."""
    assert unread(house().trees) == []
    # and the judge itself
    source = "_A, _B = 1, 2\ndef _f():\n    return _f() + _A\nclass _C: pass\ndef g(x: '_C') -> None: ...\n"
    assert unread({"m": ast.parse(source)}) == ["m._B", "m._f"]
