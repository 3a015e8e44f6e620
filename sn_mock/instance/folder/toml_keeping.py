"""Saving into a folder that somebody wrote by hand: only what changed is changed; comments and references stay.

The rows of the file are paired with the instance's by sys_id. A field whose value is what it was keeps its text,
whatever its spelling; a text that stood in a file (`file:…`) goes back into that file. The outcome is parsed again and
compared with what was to be written, so that nothing rests on how the editing library puts tables together.

tomlkit does the editing: the only maintained TOML library that keeps comments and layout; it is imported only here.
"""

from __future__ import annotations

import operator
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from guarded.values import dataclass

FILE_PREFIX = "file:"
Row = Mapping[str, Any]
_FILE_KEYS = ("attachment", "file")


@dataclass(frozen=True, slots=True)
class Written:
    """One state of an instance as the plain writer writes it."""

    document: Mapping[str, Any]
    """Its `instance.toml`, parsed."""
    sys_ids: Mapping[str, Sequence[str]]
    """Table → the sys_ids of its rows, in order."""
    files: Mapping[str, bytes]

    def rows(self, table: str) -> tuple[tuple[str, Row], ...]:
        """The rows of a table: sys_id, and the keys as they are written."""
        return tuple(zip(self.sys_ids.get(table, ()), self.document.get(table, ()), strict=True))


@dataclass(frozen=True, slots=True)
class Kept:
    """The edited text, and the files that go with it."""

    text: str
    files: Mapping[str, bytes]


class NotKeptError(Exception):
    """Why this file cannot be edited in place; it has to be written anew."""


def edited(text: str, before: Written, after: Written, taken: Collection[str]) -> Kept:
    """`text`, the file of the state `before`, changed into the state `after`.

    `taken` are the paths of files that are in the folder already. Raises NotKeptError.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        plain = tomllib.loads(text)
    except (TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise NotKeptError(f"it cannot be edited in place ({error})") from None
    editor = _Editor(before, after, taken, _references(plain))
    expected: dict[str, Any] = dict(plain)
    try:
        editor.header(document, expected)
        for table in {**before.sys_ids, **after.sys_ids}:
            editor.table(table, document, expected)
        outcome = tomlkit.dumps(document)
        same = tomllib.loads(outcome) == expected
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise NotKeptError(f"its layout cannot be edited in place ({type(error).__name__})") from None
    if not same:
        raise NotKeptError("its layout cannot be edited in place")
    return Kept(outcome, editor.files)


class _Editor:
    def __init__(self, before: Written, after: Written, taken: Collection[str], references: Counter[str]) -> None:
        self.before, self.after = before, after
        self.files: dict[str, bytes] = {}
        self._taken = set(taken)
        self._references = references

    def header(self, document: Any, expected: dict[str, Any]) -> None:
        import tomlkit

        for name in ("instance", "quirks"):
            old, new = self.before.document.get(name, {}), self.after.document.get(name, {})
            if old == new:
                continue
            if name not in document:
                document[name] = tomlkit.table()
                expected[name] = {}
            merged = dict(expected[name])
            for key in {**old, **new}:
                if old.get(key) != new.get(key):
                    _set(document[name], key, new.get(key))
                    _set(merged, key, new.get(key))
            expected[name] = merged

    def table(self, table: str, document: Any, expected: dict[str, Any]) -> None:
        old, new = self.before.rows(table), self.after.rows(table)
        rows = document.get(table)
        written = expected.get(table, [])
        old_ids = [sys_id for sys_id, _ in old]
        if len(old) != len(written):
            raise NotKeptError(f"the rows of {table} cannot be told apart")
        new_ids = [sys_id for sys_id, _ in new]
        staying = [sys_id for sys_id in old_ids if sys_id in set(new_ids)]
        if new_ids[: len(staying)] != staying:
            raise NotKeptError(f"the rows of {table} have another order")
        by_id = dict(new)
        kept: list[dict[str, Any]] = []
        for number in reversed(range(len(old))):
            sys_id, was = old[number]
            if sys_id not in by_id:
                del rows[number]
                continue
            merged = dict(written[number])
            self._row(rows[number], merged, was, by_id[sys_id])
            kept.insert(0, merged)
        added = [dict(self._fresh(row)) for sys_id, row in new if sys_id not in set(old_ids)]
        if added:
            self._append(table, document, added)
        if kept or added or table in expected:
            expected[table] = [*kept, *added]
            if not expected[table]:
                del expected[table]
                document.remove(table)

    @staticmethod
    def _append(table: str, document: Any, added: list[dict[str, Any]]) -> None:
        import tomlkit
        from tomlkit.items import AoT

        if table not in document:
            document.add(tomlkit.nl())
            document.append(table, tomlkit.aot())
        if not isinstance(document[table], AoT):
            raise NotKeptError(f"{table} is not written as [[{table}]]")
        for row in added:
            item = tomlkit.table()
            for key, value in row.items():
                _set(item, key, value)
            item.add(tomlkit.nl())
            document[table].append(item)

    def _row(self, item: Any, merged: dict[str, Any], was: Row, now: Row) -> None:
        for key in {**was, **now}:
            same = self._same_file if key in _FILE_KEYS else operator.eq
            if same(was.get(key), now.get(key)):
                continue
            raw = merged.get(key)
            new = now.get(key)
            if isinstance(raw, str) and raw.startswith(FILE_PREFIX) and isinstance(new, str) and self._is_own(raw, key):
                self.files[raw.removeprefix(FILE_PREFIX)] = new.encode()
                continue
            if key in _FILE_KEYS and isinstance(new, str):
                new = self._place(raw, new)
            _set(item, key, new)
            _set(merged, key, new)
            if key == "wsdl" and isinstance(new, str):
                self._take(new)

        wsdl = now.get("wsdl")
        if isinstance(wsdl, str) and was.get("wsdl") == wsdl and self._changed(wsdl.removeprefix(FILE_PREFIX)):
            self._take(wsdl)

    def _is_own(self, raw: str, key: str) -> bool:
        """True for a text in a file that no other place refers to: it can be changed there."""
        return key != "wsdl" and self._references[raw.removeprefix(FILE_PREFIX)] == 1

    def _changed(self, path: str) -> bool:
        return self.before.files.get(path) != self.after.files.get(path)

    def _same_file(self, was: Any, now: Any) -> bool:
        if was is None or now is None:
            return was is now
        return self.before.files.get(was) == self.after.files.get(now)

    def _place(self, raw: Any, path: str) -> str:
        """Where a changed attachment goes: where the old one was, else the writer's path unless that is taken."""
        target = raw if isinstance(raw, str) and self._references[raw] == 1 else self._free(path)
        self.files[target] = self.after.files[path]
        return target

    def _free(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        target, number = path, 1
        while target in self._taken:
            number += 1
            target = f"{folder}{slash}{number}-{name}"
        self._taken.add(target)
        return target

    def _take(self, reference: str) -> None:
        """Bring the file that a `file:` reference of the writer names."""
        path = reference.removeprefix(FILE_PREFIX)
        if reference.startswith(FILE_PREFIX) and path in self.after.files:
            self.files[path] = self.after.files[path]

    def _fresh(self, row: Row) -> Row:
        fresh = dict(row)
        for key in _FILE_KEYS:
            if isinstance(row.get(key), str) and row[key] in self.after.files:
                fresh[key] = self._place(None, row[key])
        for value in row.values():
            if isinstance(value, str):
                self._take(value)
            for entry in value if isinstance(value, list) else ():
                self._take(str(entry.get("certificate", "")) if isinstance(entry, dict) else "")
        return fresh


def _references(plain: Any) -> Counter[str]:
    """How often each text of the file stands in it, `file:` taken off."""
    found: Counter[str] = Counter()
    left = [plain]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found[value.removeprefix(FILE_PREFIX)] += 1
        elif isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
    return found


def _set(table: Any, key: str, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    elif isinstance(value, str) and "\n" in value and type(table) is not dict:
        table[key] = _multiline(value)
    else:
        table[key] = value


def _multiline(value: str) -> Any:
    import tomlkit

    return tomlkit.string(value, multiline=True)
