"""`PackedRows`: the rows of one table by sys_id, packed by column; a row is looked at, not kept.

A hundred thousand rows of a dozen fields take some 8 MB so, and fifty as a dict each: nearly all of a table's cells are
one of few values (a byte each), and the others stand in one text. A row that is changed is kept beside the columns as
it was given; one that is added goes into them.
"""

from __future__ import annotations

from array import array
from collections.abc import ItemsView, Iterator, KeysView, Mapping, MutableMapping, ValuesView
from itertools import repeat
from typing import TypeAlias

Row = Mapping[str, str]

MOST_COLUMNS = 1000
"""A row that would bring another column is kept as it is: rows of which each has fields of its own share no columns."""
_FEW_VALUES = 256
_OWN_SHARE = 4
"""A column of which more than one in four rows brings a value that is new is a text."""
_CODES = "BHIQ"
_MISSING = b"\xff"
"""In UTF-8 no text is this."""
_AS_IT_STANDS = range(1 << 31)


class _Texts:
    """Texts of which most are different, one behind the other."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = array("I", (0,))

    def __getitem__(self, at: int) -> str | None:
        """The text of a row; None where it has none. Raises IndexError where no text is so far."""
        ends = self._ends
        data = self._data[ends[at] : ends[at + 1]]
        try:
            return data.decode()
        except UnicodeDecodeError:
            return None if data == _MISSING else data.decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def put(self, at: int, text: str | None) -> None:
        for _ in range(at + 1 - len(self._ends)):
            self._end(_MISSING)
        self._end(_MISSING if text is None else text.encode("utf-8", "surrogatepass"))

    def mark(self, word: str, found: bytearray) -> None:
        """Mark the rows whose text has the word, which is in small letters."""
        data, ends = self._data, self._ends
        if not data.isascii():
            for at in range(len(ends) - 1):
                if word in (self[at] or "").lower():
                    found[at] = 1
            return
        small, wanted, at = data.lower(), word.encode("utf-8", "surrogatepass"), 0
        start = small.find(wanted)
        while start >= 0:
            while ends[at + 1] <= start:
                at += 1
            if start + len(wanted) <= ends[at + 1]:  # not across two texts
                found[at] = 1
                start = small.find(wanted, ends[at + 1])
            else:
                start = small.find(wanted, start + 1)

    def copy(self) -> _Texts:
        made = _Texts()
        made._data, made._ends = self._data[:], self._ends[:]
        return made

    def _end(self, data: bytes) -> None:
        self._data += data
        try:
            self._ends.append(len(self._data))
        except OverflowError:
            self._ends = array("Q", (*self._ends, len(self._data)))


_Cells: TypeAlias = "tuple[array[int] | range, list[str | None] | _Texts]"
"""`values[codes[row]]` is the text of one field, or None where the row has no such field."""


class _Column:
    """One field of all rows, written; `cells` is what is read, and another value when it has to be."""

    __slots__ = ("_codes", "_known", "_texts", "_values")

    def __init__(self, texts: _Texts | None = None) -> None:
        self._known: dict[str, int] = {}
        self._codes, self._values = array("B"), list[str | None]((None,))
        self._texts = texts

    @property
    def cells(self) -> _Cells:
        return (self._codes, self._values) if self._texts is None else (_AS_IT_STANDS, self._texts)

    def put(self, at: int, text: str) -> bool:
        """The text of the next row, `at`; those before it that were left out have none. True where `cells` changed."""
        if self._texts is not None:
            self._texts.put(at, text)
            return False
        code = self._known.get(text)
        wider = False
        if code is None:
            code = len(self._values)
            if code > _FEW_VALUES and code * _OWN_SHARE > at:
                self._own(at, text)
                return True
            if code >= 1 << 8 * self._codes.itemsize:
                self._codes, wider = array(_CODES[_CODES.index(self._codes.typecode) + 1], self._codes), True
            self._values.append(text)
            self._known[text] = code
        if len(self._codes) < at:
            self._codes.frombytes(bytes((at - len(self._codes)) * self._codes.itemsize))
        self._codes.append(code)
        return wider

    def _own(self, at: int, text: str) -> None:
        """From here on a text of its own for each row."""
        self._texts = _Texts()
        for row, code in enumerate(self._codes):
            self._texts.put(row, self._values[code])
        self._texts.put(at, text)
        self._codes, self._values, self._known = array("B"), [], {}

    def copy(self) -> _Column:
        """The same, to be written to."""
        made = _Column(None if self._texts is None else self._texts.copy())
        made._known, made._codes, made._values = dict(self._known), self._codes[:], list(self._values)
        return made


class PackedRow(Mapping[str, str]):
    """One row, looked at in the columns of its table."""

    __slots__ = ("_at", "_cells")

    def __init__(self, cells: Mapping[str, _Cells], at: int) -> None:
        self._cells, self._at = cells, at

    def __getitem__(self, name: str) -> str:
        text = self.get(name)
        if text is None:
            raise KeyError(name)
        return text

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The text of a field."""
        try:
            codes, values = self._cells[name]
            text = values[codes[self._at]]
        except (KeyError, IndexError):  # the column of later rows, or of none
            return default
        return default if text is None else text

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def keys(self) -> KeysView[str]:
        """See `Mapping`."""
        return self._whole().keys()

    def values(self) -> ValuesView[str]:
        """See `Mapping`."""
        return self._whole().values()

    def items(self) -> ItemsView[str, str]:
        """See `Mapping`."""
        return self._whole().items()

    def __repr__(self) -> str:
        return repr(self._whole())

    @property
    def table(self) -> int:
        """The same for the rows of one table, another one for every other table that is there."""
        return id(self._cells)

    @property
    def place(self) -> int:
        """Which row of its table it is."""
        return self._at

    def places_with(self, word: str) -> bytearray:
        """For each place of its table 1 where some field has the word, which is in small letters.

        Whole columns are looked through at once, which costs far less than row by row.
        """
        _, keys = self._cells["sys_id"]
        assert isinstance(keys, _Texts)
        found = bytearray(len(keys))
        for codes, values in tuple(self._cells.values()):
            if isinstance(values, _Texts):
                values.mark(word, found)
                continue
            hits = {code for code, text in enumerate(values) if text is not None and word in text.lower()}
            for at, code in enumerate(codes) if hits else ():
                if code in hits:
                    found[at] = 1
        return found

    def _whole(self) -> dict[str, str]:
        at, cells = self._at, tuple(self._cells.items())
        try:
            return {name: text for name, (codes, values) in cells if (text := values[codes[at]]) is not None}
        except IndexError:  # some are the columns of later rows
            return {name: text for name, _ in cells if (text := self.get(name)) is not None}


class PackedRows(MutableMapping[str, Row]):
    """Rows by sys_id, in the order in which they came; one that is replaced keeps its place, as in a dict."""

    def __init__(self) -> None:
        self._keys = _Texts()
        self._columns = {"sys_id": _Column(self._keys)}
        self._cells: dict[str, _Cells] = {"sys_id": self._columns["sys_id"].cells}
        self._slots = array("I", bytes(32))
        """An open hash table: 1 + the place of a key, 0 where there is none."""
        self._places = 0
        self._changed: dict[int, Row | None] = {}
        """Place -> the row that is there now; None where it was removed."""
        self._gone = 0

    def __getitem__(self, sys_id: str) -> Row:
        at = self._find(sys_id)
        row = self._at(at) if at is not None else None
        if row is None:
            raise KeyError(sys_id)
        return row

    def __setitem__(self, sys_id: str, row: Row) -> None:
        at = self._find(sys_id)
        if at is not None and self._changed.get(at, row) is not None:
            self._changed[at] = row
        else:
            self._add(sys_id, row)

    def __delitem__(self, sys_id: str) -> None:
        at = self._find(sys_id)
        if at is None or self._at(at) is None:
            raise KeyError(sys_id)
        self._changed[at] = None
        self._gone += 1

    def __contains__(self, sys_id: object) -> bool:
        at = self._find(sys_id) if isinstance(sys_id, str) else None
        return at is not None and self._at(at) is not None

    def __len__(self) -> int:
        return self._places - self._gone

    def __iter__(self) -> Iterator[str]:
        gone = self._changed
        return (str(self._keys[at]) for at in range(self._places) if gone.get(at, gone) is not None)

    def values(self) -> ValuesView[Row]:
        """See `Mapping`."""
        return _Rows(self)

    def items(self) -> ItemsView[str, Row]:
        """See `Mapping`."""
        return _Pairs(self)

    def copy(self) -> PackedRows:
        """The same rows, to be changed on their own."""
        made = PackedRows()
        made._columns = {name: column.copy() for name, column in self._columns.items()}
        made._cells = {name: column.cells for name, column in made._columns.items()}
        made._keys = self._keys.copy()
        made._columns["sys_id"] = _Column(made._keys)
        made._cells["sys_id"] = made._columns["sys_id"].cells
        made._slots, made._places = self._slots[:], self._places
        made._changed, made._gone = dict(self._changed), self._gone
        return made

    def all_rows(self) -> Iterator[Row]:
        """The rows."""
        if not self._changed:
            return map(PackedRow, repeat(self._cells), range(self._places))
        return (row for at in range(self._places) if (row := self._at(at)) is not None)

    # Inside

    def _at(self, at: int) -> Row | None:
        return self._changed[at] if at in self._changed else PackedRow(self._cells, at)

    def _find(self, sys_id: str) -> int | None:
        """The place of a key, of one that was removed, too; of two the later."""
        mask = len(self._slots) - 1
        slot = hash(sys_id) & mask
        while place := self._slots[slot]:
            if self._keys[place - 1] == sys_id:
                return place - 1
            slot = slot + 1 & mask
        return None

    def _enter(self, sys_id: str, at: int) -> None:
        """Note the place of a key; one that was removed before has a new place."""
        mask = len(self._slots) - 1
        slot = hash(sys_id) & mask
        while (place := self._slots[slot]) and self._keys[place - 1] != sys_id:
            slot = slot + 1 & mask
        self._slots[slot] = at + 1

    def _add(self, sys_id: str, row: Row) -> None:
        at = self._places
        if (at + 1) * 3 > len(self._slots) * 2:
            self._slots = array("I", bytes(8 * len(self._slots)))
            for place in range(at):
                self._enter(str(self._keys[place]), place)
        self._keys.put(at, sys_id)
        fits = len(self._columns) + len(row) <= MOST_COLUMNS or len(self._columns.keys() | row) <= MOST_COLUMNS
        if fits:
            for name, text in row.items():
                if name != "sys_id":
                    column = self._columns.get(name)
                    if column is None:
                        column = self._columns[name] = _Column()
                        self._cells[name] = column.cells
                    if column.put(at, text):
                        self._cells[name] = column.cells
        else:
            self._changed[at] = row
        self._places += 1
        self._enter(sys_id, at)


class _Rows(ValuesView[Row]):
    _mapping: PackedRows

    def __iter__(self) -> Iterator[Row]:
        return self._mapping.all_rows()


class _Pairs(ItemsView[str, Row]):
    _mapping: PackedRows

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        return zip(self._mapping, self._mapping.all_rows(), strict=True)
