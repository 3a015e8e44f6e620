"""Commands start soon because nothing is made before it is used: held by what is imported and compiled, not by time."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from guarded.regex import regex
from tests.house.imports import house

EXAMPLE = Path(__file__).parent.parent / "examples" / "instance"
NEVER = (
    "uuid",
    "platform",
    "shutil",
    "tempfile",
    "zipfile",
    "difflib",
    "html",
    "xml.etree",
    "multiprocessing",
    "encodings.idna",
)
"""Of Python's library: dear, and needed by none of the everyday commands."""
FOREIGN = ("zeep", "rich", "signxml", "tomlkit", "requests", "starlette", "uvicorn", "jinja2")
PAGES = ("sn_mock.handover", "sn_mock.live", "sn_mock.report.html", "sn_mock.diagnosis.texts")
OTHERS = (*NEVER, *FOREIGN, *PAGES)
SPARED = {
    "call": (
        *OTHERS,
        "asyncio",
        "cryptography.x509",
        "provider_stub",
        "sn_mock.lab",
        "sn_mock.scripting",
        "sn_mock.query",
    ),
    "script": (*OTHERS, "lxml", "provider_stub", "sn_mock.lab", "sn_mock.diagnosis"),
    "check": (*OTHERS, "provider_stub", "sn_mock.lab", "sn_mock.scripting"),
    "reproduce": (
        *OTHERS,
        "cryptography.x509",
        "email",
        "tomllib",
        *(
            f"sn_mock.lab.scenarios.{one}"
            for one in ("choosing", "stacks", "transport", "connections", "tokens", "neighbours")
        ),
        "sn_mock.outbound.steps",
        "sn_mock.scripting",
        "sn_mock.query",
    ),
}
"""Command → what it does its ordinary work without, with everything below."""
CHEAP = ("guarded.values", "guarded.regex")
"""What stands for `dataclasses.dataclass` and `re.compile`, and may name them."""


def test_nothing_is_compiled_where_it_is_imported() -> None:
    """Dataclasses are those of `guarded.values`: the standard library compiles 0.6 ms for each. Regular expressions are
    those of `guarded.regex`, which wait until they are used."""
    dear = [
        f"{module}:{node.lineno}"
        for module, tree in house().trees.items()
        if module not in CHEAP
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


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's, with keystores and a script."""
    folder = tmp_path_factory.mktemp("start")
    shutil.copytree(EXAMPLE, folder / "instance", ignore=shutil.ignore_patterns("*.jks", "*.pem"))
    made = [sys.executable, "-m", "sn_mock", "certs", str(folder / "certs"), "--for", str(folder / "instance")]
    subprocess.run(made, check=True, capture_output=True, cwd=EXAMPLE.parent.parent)
    (folder / "started.js").write_text("gs.info('started')")
    return folder


@pytest.mark.parametrize("command", SPARED)
def test_a_command_loads_what_it_works_with(command: str, instance: Path) -> None:
    """Given its ordinary work, done in a fresh process: nothing is loaded that other work, or other commands, need."""
    home = str(instance / "instance")
    arguments = {
        "call": [home, "AcmeTickets", "CreateTicket", "--endpoint", "https://localhost:1/"],
        "script": [home, str(instance / "started.js")],
        "check": [home],
        "reproduce": ["client-certificate-expired"],
    }[command]
    if command == "script":
        pytest.importorskip("quickjs")
    code = (
        "import sys; from sn_mock.cli import main; "
        f"main({[command, *arguments]!r}); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=EXAMPLE.parent.parent
    )

    loaded = done.stderr.splitlines()[-1].split()
    assert "sn_mock.instance.instance" in loaded, done.stderr
    needless = [one for one in loaded for name in SPARED[command] if one == name or one.startswith(f"{name}.")]
    assert needless == []
