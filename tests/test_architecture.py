"""The house rules that a reader cannot be expected to check by eye: who imports whom, sizes, docstrings, no secrets."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("tls_transcript", "provider_stub", "sn_mock")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

OURS = frozenset(PACKAGES)
LEAF = frozenset({"tls_transcript"})
SHARED = LEAF | {"sn_mock", "sn_mock.evidence", "sn_mock.failure"}
FOUNDATION = SHARED | {"sn_mock.instance", "sn_mock.keystore"}
CORE = FOUNDATION | {"sn_mock.outbound"}
READERS = CORE | {"sn_mock.diagnosis", "sn_mock.report"}
COMPOSITION = READERS | {"sn_mock.lab", "sn_mock.scripting", "provider_stub"}
SURFACES = COMPOSITION | {"sn_mock.cli", "sn_mock.commands", "sn_mock.pytest_plugin", "sn_mock.__main__"}

MAY_IMPORT = {
    "tls_transcript": LEAF,
    "provider_stub": LEAF | {"provider_stub"},
    "sn_mock.evidence": frozenset({"sn_mock.evidence"}),
    "sn_mock.failure": frozenset({"sn_mock.failure"}),
    "sn_mock.instance": FOUNDATION,
    "sn_mock.keystore": SHARED | {"sn_mock.keystore"},
    "sn_mock.outbound": CORE,
    "sn_mock.scripting": CORE | {"sn_mock.scripting"},
    "sn_mock.diagnosis": READERS,
    "sn_mock.report": READERS,
    "sn_mock.lab": COMPOSITION,
    "docs.printing": SURFACES | {"docs.printing"},
    "sn_mock.cli": SURFACES,
    "sn_mock.commands": SURFACES,
    "sn_mock.pytest_plugin": SURFACES,
    "sn_mock.__main__": SURFACES,
    "sn_mock": SURFACES,  # the lazy exports
}
"""Part → the parts it may import. Arrows point down; nothing below `sn_mock.lab` knows both sides."""

PURE_TABLES = frozenset(
    {
        "sn_mock/diagnosis/known_texts.py",
        "sn_mock/lab/scenarios/choosing.py",
        "sn_mock/lab/scenarios/client_certificates.py",
        "sn_mock/lab/scenarios/keystores.py",
        "sn_mock/lab/scenarios/provider_certificates.py",
        "sn_mock/lab/scenarios/transport.py",
        "sn_mock/java/exceptions/event_texts.py",
        "tls_transcript/cipher_suites.py",
    }
)
"""Modules that only hold data may be long."""


def module_name(path: Path) -> str:
    """The dotted name under which this file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """The row of the table that a module belongs to: the longest prefix that is a row."""
    pieces = module.split(".")
    for length in range(len(pieces), 0, -1):
        if (prefix := ".".join(pieces[:length])) in MAY_IMPORT:
            return prefix
    raise AssertionError(f"{module} belongs to no row of MAY_IMPORT")


def imported_modules(path: Path) -> set[str]:
    """Every module of ours that this file imports, wherever the import statement stands."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = package.split(".")
                base = ".".join(anchor[: len(anchor) - node.level + 1] + ([base] if base else []))
            found.update(_targets(base, [alias.name for alias in node.names]))
    return {name for name in found if name.split(".")[0] in OURS}


def _targets(base: str, names: list[str]) -> set[str]:
    """`from a.b import c` names the module a.b.c where there is one, else a.b."""
    folder = ROOT.joinpath(*base.split("."))
    return {
        f"{base}.{name}" if (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists() else base
        for name in names
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    """A module imports only what stands below it."""
    part = part_of(module_name(path))
    wrong = {name for name in imported_modules(path) if part_of(name) not in MAY_IMPORT[part] | {part}}
    assert wrong == set(), f"{module_name(path)} ({part}) must not import these"


def test_only_the_composition_knows_both_sides() -> None:
    """Below sn_mock.lab, no module of the project imports both the instance's side and the provider."""
    both = []
    for path in MODULES:
        parts = {part_of(name) for name in imported_modules(path)}
        if "provider_stub" in parts and any(part.startswith("sn_mock.") for part in parts - {"sn_mock.failure"}):
            both.append(module_name(path))
    above = ("sn_mock.lab", "sn_mock.pytest_plugin", "docs.printing")
    assert [name for name in both if not name.startswith(above)] == []


def test_the_import_reader_sees_what_it_must(tmp_path: Path) -> None:
    """The judge itself: a forbidden import is found in any spelling."""
    assert part_of("sn_mock.outbound.calls.call") == "sn_mock.outbound"
    assert "sn_mock.failure" in imported_modules(ROOT / "sn_mock" / "cli.py")
    assert _targets("sn_mock", ["failure", "Instance"]) == {"sn_mock.failure", "sn_mock"}


def test_leaf_needs_only_the_standard_library() -> None:
    """tls_transcript imports nothing outside Python's own library."""
    import sys

    outside = {
        name
        for path in (ROOT / "tls_transcript").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        if name.split(".")[0] not in sys.stdlib_module_names | {"tls_transcript"}
    }
    assert outside == set()


def test_modules_stay_small() -> None:
    """Median below 150 lines and none above 400, except pure tables."""
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > 400 and name not in PURE_TABLES} == {}
    assert median(size for size in sizes.values() if size) < 150


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_explained(path: Path) -> None:
    """Every module, public class and public function has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                missing.append(node.name)
            if isinstance(node, ast.ClassDef):
                missing += [
                    f"{node.name}.{method.name}"
                    for method in node.body
                    if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not method.name.startswith("_")
                    and not ast.get_docstring(method)
                    and not _overrides(method)
                ]
    assert missing == []


def _overrides(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Overloads and property setters are explained by their first definition."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in method.decorator_list}
    return bool(names & {"overload", "setter", "override"})


def project_files() -> list[Path]:
    """The files that git would carry (tracked, or new and not ignored); skips where this is no git checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


KEY_BLOCK = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]{100,}")
KEYSTORE_MAGIC = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")


def test_no_keys_are_committed() -> None:
    """No private key and no keystore is part of the project: they are made at run time."""
    found = [
        str(path.relative_to(ROOT))
        for path in project_files()
        if path.suffix.lower() in {".jks", ".p12", ".pfx", ".jceks", ".key"}
        or (data := path.read_bytes()).startswith(KEYSTORE_MAGIC)
        or KEY_BLOCK.search(data)
    ]
    assert found == []


def test_key_block_pattern_finds_a_key() -> None:
    """The judge itself: a PEM key is seen, the mere words are not."""
    words = b"-----BEGIN PRIVATE " + b"KEY-----\n"
    assert KEY_BLOCK.search(words + b"A" * 200)
    assert not KEY_BLOCK.search(words + b"...")


def test_no_module_is_called_utils() -> None:
    """Modules are named for what they hold."""
    vague = {"utils", "util", "helpers", "misc", "common"}
    assert [str(path) for path in MODULES if path.stem in vague] == []


def dead_strings(tree: ast.AST) -> list[int]:
    """Lines of texts that nobody reads: neither a docstring nor the explanation below an assignment."""
    found = []
    for node in ast.walk(tree):
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            for index, statement in enumerate(block if isinstance(block, list) else ()):
                if not isinstance(statement, ast.Expr) or not _is_text(statement.value):
                    continue
                definition = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                explains = index == 0 or isinstance(block[index - 1], ast.Assign | ast.AnnAssign)
                if not (definition and explains and isinstance(statement.value, ast.Constant)):
                    found.append(statement.lineno)
    return found


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def test_no_sentence_is_cut() -> None:
    """The second line of a text that lost its parentheses is a statement of its own, and the sentence ends early."""
    cut = 'def f():\n    """Say it."""\n    return f"it has no "\n    "way to go."\n'
    assert dead_strings(ast.parse(cut)) == [4]
    assert dead_strings(ast.parse('class A:\n    """A."""\n    x: int = 1\n    """One."""\n')) == []
    assert {str(path): lines for path in MODULES if (lines := dead_strings(ast.parse(path.read_text("utf-8"))))} == {}
