"""Rows packed by column behave as a dict of dicts does."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from sn_mock.instance.folder.packed_rows import MOST_COLUMNS, PackedRow, PackedRows, Row

_TEXTS = ("", "true", "ünïcödé 漢字 \U0001f600", "\ud800", "ÿ", "a" * 5000, "\n\0")


def _row(dice: random.Random, sys_id: str) -> dict[str, str]:
    row = {"sys_id": sys_id}
    for name in dice.sample(["number", "state", "text", "active", "late"], dice.randint(0, 5)):
        row[name] = dice.choice([*_TEXTS, str(dice.random()), str(dice.randint(1, 3))])
    return row


@pytest.mark.parametrize("seed", range(6))
def test_it_is_a_dict(seed: int) -> None:
    """Whatever is added, replaced, removed and added again: same rows, same order, same lookups."""
    # given
    dice = random.Random(seed)
    packed, plain = PackedRows(), dict[str, Row]()
    keys = [f"{dice.getrandbits(128):032x}" for _ in range(900)] + ["ü", "", "\ud800"]
    # when
    for _ in range(3000):
        key = dice.choice(keys)
        if dice.random() < 0.15:
            assert packed.pop(key, None) == plain.pop(key, None)
        else:
            row = _row(dice, key)
            packed[key], plain[key] = row, row
    # then
    assert list(packed) == list(plain)
    assert list(packed.values()) == list(plain.values())
    assert list(packed.items()) == list(plain.items())
    assert len(packed) == len(plain)
    assert [packed.get(key) for key in keys] == [plain.get(key) for key in keys]
    assert [key in packed for key in keys] == [key in plain for key in keys]
    with pytest.raises(KeyError):
        del packed["nobody"]


def test_a_copy_goes_its_own_way() -> None:
    """What is added to one is not in the other."""
    packed = PackedRows()
    for number in range(2000):
        packed[str(number)] = {"sys_id": str(number), "state": "1", "number": f"INC{number}"}
    copied = packed.copy()
    copied["x"] = {"sys_id": "x", "number": "one"}
    packed["y"] = {"sys_id": "y", "number": "other"}
    del copied["7"]
    assert ("x" in packed, "y" in copied, "7" in packed, "7" in copied) == (False, False, True, False)
    assert copied["x"]["number"] == "one"
    assert packed["y"]["number"] == "other"
    assert copied["1999"] == {"sys_id": "1999", "state": "1", "number": "INC1999"}


def test_a_row_is_a_mapping() -> None:
    """Fields that it has, and no others: an empty text is a value, a field left out is none."""
    packed = PackedRows()
    packed["1"] = {"sys_id": "1", "empty": ""}
    packed["2"] = {"sys_id": "2", "late": "x"}
    first = packed["1"]
    assert dict(first) == {**first} == {"sys_id": "1", "empty": ""}
    assert (first.get("late"), first.get("late", "?"), first.get("empty", "?")) == (None, "?", "")
    assert ("late" in first, "empty" in first, len(first)) == (False, True, 2)
    assert sorted(first.keys()) == ["empty", "sys_id"]
    assert repr(first) == "{'sys_id': '1', 'empty': ''}"
    with pytest.raises(KeyError):
        first["late"]


def test_a_column_takes_any_number_of_values() -> None:
    """From one byte a cell to two, and to texts of their own: nothing is mixed up on the way."""
    packed = PackedRows()
    for number in range(4000):
        row = {"sys_id": str(number), "some": f"v{number % 300}", "own": f"x{number}"}
        packed[str(number)] = row if number % 7 else {"sys_id": str(number)}
    for number in (0, 1, 255, 256, 257, 299, 300, 2048, 3999):
        wanted = {"some": f"v{number % 300}", "own": f"x{number}"} if number % 7 else {}
        assert packed[str(number)] == {"sys_id": str(number), **wanted}


def test_rows_without_common_fields_share_no_columns() -> None:
    """Ten thousand rows, each with fields of its own, cost what they hold, not rows times columns."""
    packed = PackedRows()
    for number in range(3 * MOST_COLUMNS):
        packed[str(number)] = {"sys_id": str(number), f"u_{number}": "x"}
    assert len(packed._columns) == MOST_COLUMNS
    assert packed[str(3 * MOST_COLUMNS - 1)][f"u_{3 * MOST_COLUMNS - 1}"] == "x"
    assert sum(1 for row in packed.values() if len(row) == 2) == 3 * MOST_COLUMNS


@pytest.mark.parametrize("word", ["printer", "9x1", "ü", "true", "x1", "nobody", "kelvin", "2"])
def test_words_are_found_in_whole_columns(word: str) -> None:
    """The same rows as one by one: over coded columns and texts, not across two texts, with missing fields and with
    letters beyond ASCII."""
    for letters in ("", "Ü"):
        packed = PackedRows()
        for number in range(2000):
            row = {"sys_id": f"{number}x", "text": f"{letters}Printer {number}", "some": ("true", "Two2")[number % 2]}
            packed[row["sys_id"]] = row if number % 5 else {"sys_id": row["sys_id"], "late": "\u212aelvin"}
        rows = list(packed.values())
        row = packed["7x"]
        assert isinstance(row, PackedRow)
        wanted = [any(word in text.lower() for text in one.values()) for one in rows]
        assert [bool(found) for found in row.places_with(word)] == wanted


def test_a_packed_row_is_small() -> None:
    """A row of ten fields, two of them its own, is kept in less than 120 bytes; a dict of it takes over 400."""
    tracemalloc.start()
    try:
        packed, count = PackedRows(), 20_000
        for number in range(count):
            fields = {f"field_{one}": f"value {number % 9}" for one in range(8)}
            packed[f"{number:032x}"] = {"sys_id": f"{number:032x}", "number": f"INC{number:07}", **fields}
        del fields
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held / count < 120
