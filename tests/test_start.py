"""Commands start soon because nothing is made before it is used: held by what is imported and compiled, not by time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

from guarded.regex import regex
from tests.house.imports import house

CHEAP = ("guarded.values", "guarded.regex")
"""What stands for `dataclasses.dataclass` and `re.compile`, and may name them."""


def test_nothing_is_compiled_where_it_is_imported() -> None:
    """Dataclasses are those of `guarded.values`: the standard library compiles 0.6 ms for each. Regular expressions are
    those of `guarded.regex`, which wait until they are used."""
    dear = [
        f"{module}:{node.lineno}"
        for module, tree in house().trees.items()
        if module not in CHEAP and module.split(".")[0] != "provider_stub"
        for node in at_import(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "dataclasses" and "dataclass" in names(node))
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("re.compile", "dataclasses.dataclass"))
    ]
    assert dear == []


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: everything but the bodies of functions."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from at_import(node)


def names(node: ast.ImportFrom) -> set[str]:
    """What it imports."""
    return {alias.name for alias in node.names}


def test_every_regular_expression_can_be_compiled() -> None:
    """What is compiled only when somebody meets it is known to be one."""
    waiting = [
        (module, value)
        for module, targets in house().arrows.items()
        if "guarded.regex" in targets
        for value in vars(import_module(module)).values()
        if type(value) is type(regex(""))
    ]
    assert len(waiting) > 100
    assert all(value.groups >= 0 for _, value in waiting)
