"""The house rules that a reader cannot be expected to check by eye: who imports whom, sizes, docstrings, no secrets."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.house.imports import ROOT, House, circles, house, room_of
from tests.house.printing import PAGE, with_plan
from tests.house.table import ACQUAINTED, KNOWS_BOTH_SIDES, LEAVES, MOST_IN_ONE_FOLDER, SIDES, STRANGERS

FLOORS = {
    room: (side, number) for side, floors in SIDES.items() for number, floor in enumerate(floors) for room in floor
}

PURE_TABLES = frozenset(
    {
        "sn_mock/java/exceptions/event_texts.py",
        "sn_mock/java/lang/features.py",
        "sn_mock/lab/scenarios/choosing.py",
        "sn_mock/lab/scenarios/client_certificates.py",
        "sn_mock/lab/scenarios/keystores.py",
        "sn_mock/lab/scenarios/message_security.py",
        "sn_mock/lab/scenarios/provider_certificates.py",
        "sn_mock/lab/scenarios/transport.py",
        "tests/parity/answer_parts.py",
        "tls_transcript/cipher_suites.py",
    }
)
"""Modules that only hold data may be long."""

MODULES = sorted(house().files.values())


def arrow_fault(module: str, target: str) -> str | None:
    """Why `module` must not import `target`; None where the arrow points down."""
    here, there = room_of(module, FLOORS), room_of(target, FLOORS)
    if here is None or there is None:
        return "a room without a row in tests/house/table.py"
    (side, floor), (other, below) = FLOORS[here], FLOORS[there]
    acquainted = any(_within(module, room) and _within(target, known) for room, known, _ in ACQUAINTED)
    for room, stranger, why in () if acquainted else STRANGERS:
        if _within(module, room) and _within(target, stranger):
            return why
    if here == there:
        return None
    if side == other:
        return None if below < floor else f"{here} does not stand above {there}"
    if other in LEAVES or any(_within(module, room) for room in KNOWS_BOTH_SIDES):
        return None
    return f"{side} and {other} do not know each other"


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def faults(built: House) -> list[str]:
    """Every arrow of a house that does not point down. What a package hands on in its `__init__` is no arrow of it."""
    return [
        f"{module} -> {target}: {fault}"
        for module, targets in built.arrows.items()
        if not _only_a_face(built, module)
        for target in sorted(targets)
        if (fault := arrow_fault(module, target))
    ]


def _only_a_face(built: House, module: str) -> bool:
    return built.files[module].name == "__init__.py" and not any(
        isinstance(node, ast.ClassDef) for node in built.trees[module].body
    )


def test_imports_point_down() -> None:
    """A module imports only what stands on lower floors of its own side, and the leaves."""
    assert faults(house()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """No loop of imports, however long; imports in functions and for typing count."""
    assert house().circles() == []


def test_no_folder_has_a_circle_among_what_stands_in_it() -> None:
    """Inside every folder its modules and its sub-folders, each taken as a whole, import each other one way only."""
    assert {folder: found for folder in house().faces if (found := circles(inside(house(), folder)))} == {}


def inside(built: House, folder: str) -> dict[str, frozenset[str]]:
    """The arrows between what stands directly in a folder."""
    depth = folder.count(".") + 2
    arrows: dict[str, set[str]] = {}
    for module, targets in built.arrows.items():
        if module != folder and _within(module, folder) and not _only_a_face(built, module):
            here = ".".join(module.split(".")[:depth])
            there = {".".join(name.split(".")[:depth]) for name in targets if name != folder and _within(name, folder)}
            arrows.setdefault(here, set()).update(there - {here})
    return {name: frozenset(targets) for name, targets in arrows.items()}


def test_no_folder_is_crowded() -> None:
    """Where more than two dozen modules stand side by side, nobody finds one."""
    crowded = {name: len(modules) for name, modules in house().folders().items() if len(modules) > MOST_IN_ONE_FOLDER}
    assert crowded == {}


def test_the_judge_sees_what_it_must(tmp_path: Path) -> None:
    """The judge itself: arrows up, sideways and to the other side, and circles, are found in any spelling."""
    # given a house with one fault of each kind, and beside each a twin without
    for name, text in {
        "sn_mock/java/x509/names.py": "from sn_mock.java.asn1 import der\ndef f():\n    import sn_mock.java.jsse.tls\n",
        "sn_mock/java/asn1/der.py": "import os\n",
        "sn_mock/java/jsse/tls.py": "from ..x509 import names\nfrom sn_mock.java import httpclient\n",
        "sn_mock/java/httpclient/__init__.py": "",
        "sn_mock/instance/schema.py": "from sn_mock.java.asn1.der import x\nimport provider_stub.policy\n",
        "sn_mock/lab/lab.py": "import provider_stub.policy\nfrom sn_mock.java.asn1 import der\n",
        "sn_mock/attic/box.py": "from tls_transcript import der\nfrom sn_mock.instance import schema\n",
        "provider_stub/policy/__init__.py": "import tls_transcript.der\n",
        "tls_transcript/der.py": "import sn_mock.instance.schema\n",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    built = House(tmp_path)
    # when, then
    assert [fault.partition(":")[0] for fault in faults(built)] == [
        "tls_transcript.der -> sn_mock.instance.schema",
        "sn_mock.instance.schema -> provider_stub.policy",
        "sn_mock.instance.schema -> sn_mock.java.asn1.der",
        "sn_mock.java.jsse.tls -> sn_mock.java.httpclient",
        "sn_mock.java.x509.names -> sn_mock.java.jsse.tls",
    ]
    assert built.circles() == [
        ["provider_stub.policy", "sn_mock.instance.schema", "tls_transcript.der"],
        ["sn_mock.java.jsse.tls", "sn_mock.java.x509.names"],
    ]
    assert circles(inside(built, "sn_mock.java")) == [["sn_mock.java.jsse", "sn_mock.java.x509"]]
    # and a room that the plan does not know stands nowhere below another
    assert arrow_fault("sn_mock.instance.schema", "sn_mock.attic.box") is not None


def test_what_a_package_hands_on_counts_as_its_homes() -> None:
    """The judge itself: an import through a package's face is an arrow to where the name is made."""
    arrows = house().arrows["sn_mock.lab.rigs"]
    assert {"sn_mock.instance", "sn_mock.instance.instance", "provider_stub.provider"} <= arrows


RECORD_WORDS = re.compile(r"(^|[^a-z])(sys_[a-z]|(glide|gliderecord|servicenow|mid_server)([^a-z]|$))", re.IGNORECASE)


@pytest.mark.parametrize("name", [name for name in house().files if _within(name, "sn_mock.java")])
def test_java_knows_no_record_of_servicenow(name: str) -> None:
    """Below sn_mock.java no identifier names a table, a property or a product of ServiceNow (docstrings may tell)."""
    found: set[str] = set()
    for node in ast.walk(house().trees[name]):
        words = (getattr(node, kind, None) for kind in ("id", "attr", "arg", "name"))
        found |= {word for word in words if isinstance(word, str) and RECORD_WORDS.search(word)}
    assert found == set()


def test_record_words_are_recognised() -> None:
    """The judge itself."""
    assert all(map(RECORD_WORDS.search, ("sys_certificate", "by_sys_id", "glide", "mid_server", "_servicenow_")))
    assert not any(map(RECORD_WORDS.search, ("sysconfig", "system", "sys", "middle", "glided")))


def test_leaf_needs_only_the_standard_library() -> None:
    """tls_transcript and guarded import nothing outside Python's own library; one has the other's dataclasses."""
    outside = {
        name
        for module, tree in house().trees.items()
        if module.split(".")[0] in ("guarded", "tls_transcript")
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        if name.split(".")[0] not in sys.stdlib_module_names | {module.split(".")[0]}
        and (module.split(".")[0], name)
        not in (("tls_transcript", "guarded.values"), ("tls_transcript", "guarded.regex"))
    }
    assert outside == set()


def test_modules_stay_small() -> None:
    """Median below 150 lines and none above 400, except pure tables."""
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > 400 and name not in PURE_TABLES} == {}
    assert median(size for size in sizes.values() if size) < 150


@pytest.mark.parametrize("name", house().files)
def test_public_names_are_explained(name: str) -> None:
    """Every module, public class and public function has a docstring."""
    tree = house().trees[name]
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
    assert [str(path) for path in MODULES if path.stem in vague or path.parent.name in vague] == []


PLACES = re.compile(
    r"(?:`|-m )((?:sn_mock|provider_stub|tls_transcript|soap_contract|ws_security|captures|tests|docs|examples|certs)"
    r"(?:[./][\w.-]+)+/?)"
)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "Makefile", "docs/architecture.md", "docs/parity.md"])
def test_places_on_the_page_are_there(page: str) -> None:
    """Every file, folder and module that the pages for developers name exists."""
    named = PLACES.findall((ROOT / page).read_text("utf-8"))
    missing = [name for name in named if not (ROOT / name).exists() and not _is_module(name)]
    assert named != []
    assert missing == []


def _is_module(name: str) -> bool:
    """True for the dotted name of a module or package, and for a public name of one."""
    parent = name.rpartition(".")[0]
    return any(
        (ROOT / path).with_suffix(".py").exists() or (ROOT / path / "__init__.py").exists()
        for path in (Path(*name.split(".")), Path(*parent.split(".")))
    )


def test_the_floors_on_the_page_are_the_plans() -> None:
    """The plan in docs/architecture.md is the one that is checked here."""
    text = (ROOT / PAGE).read_text("utf-8")
    assert with_plan(text) == text, "run `make docs` and commit the page"


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
