"""The orders in which Java's collections hand out what was put into them.

A key manager takes the *first* alias that fits, and what is first is decided by `HashMap` or `Hashtable`, neither
by the file nor by the alphabet. Source: the collections' documented algorithms, compared with the JVM (1,500 random
sets of names; see tests/keystore).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_T = TypeVar("_T")


def string_hash(text: str) -> int:
    """`String.hashCode()`: `h = 31 * h + unit` over the UTF-16 code units, as a signed 32-bit number."""
    value = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value - 0x100000000 if value & 0x80000000 else value


def bytes_hash(data: bytes) -> int:
    """`Arrays.hashCode(byte[])`: `h = 31 * h + octet`, from 1, over signed octets, as an unsigned 32-bit number."""
    value = 1
    for octet in data:
        value = (31 * value + octet - (octet & 0x80) * 2) & 0xFFFFFFFF
    return value


def hash_map_order(keys: Iterable[str]) -> list[str]:
    """The order in which a `java.util.HashMap` enumerates these keys when they were put in the given order."""
    return hash_set_order(dict.fromkeys(keys), string_hash)


def hash_set_order(items: Iterable[_T], hash_of: Callable[[_T], int], *, capacity: int = 16) -> list[_T]:
    """The order in which a `java.util.HashSet` (or a HashMap, of its keys) of that capacity enumerates these items.

    They are different, and were put in the given order. The table has the next power of two, its load factor is 0.75;
    a full bucket of a table smaller than 64 makes it grow. Buckets of larger tables that turn into trees keep their
    chain order, which is what enumeration follows.
    """
    table: list[list[tuple[int, _T]]] = [[] for _ in range(table_size(0, capacity=capacity))]
    for count, item in enumerate(items, 1):
        spread = _spread(hash_of(item))
        bucket = table[spread & (len(table) - 1)]
        bucket.append((spread, item))
        if len(bucket) > 8 and len(table) < 64:
            table = _doubled(table)
        if count > len(table) * 3 // 4:
            table = _doubled(table)
    return [item for bucket in table for _, item in bucket]


def table_size(count: int, *, capacity: int = 16) -> int:
    """The table that so many items have grown to, where no bucket was full before."""
    size = 1 << max(capacity - 1, 0).bit_length()
    while count > size * 3 // 4:
        size *= 2
    return size


def hashtable_order(keys: Iterable[str]) -> list[str]:
    """The order in which a `java.util.Hashtable` enumerates these keys when they were put in the given order.

    Eleven buckets, load factor 0.75, growth to 2n+1 before the insert that would exceed it, insertion at the front of
    the bucket, enumeration from the last bucket to the first.
    """
    table: list[list[str]] = [[] for _ in range(11)]
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            continue
        if len(seen) >= len(table) * 3 // 4:
            table = _rehashed(table)
        seen.add(key)
        table[_table_index(key, len(table))].insert(0, key)
    return [key for bucket in reversed(table) for key in bucket]


def _spread(value: int) -> int:
    value &= 0xFFFFFFFF
    return value ^ value >> 16


def _doubled(table: list[list[tuple[int, _T]]]) -> list[list[tuple[int, _T]]]:
    larger: list[list[tuple[int, _T]]] = [[] for _ in range(2 * len(table))]
    for bucket in table:
        for spread, item in bucket:
            larger[spread & (len(larger) - 1)].append((spread, item))
    return larger


def _table_index(key: str, size: int) -> int:
    return (string_hash(key) & 0x7FFFFFFF) % size


def _rehashed(table: list[list[str]]) -> list[list[str]]:
    larger: list[list[str]] = [[] for _ in range(2 * len(table) + 1)]
    for bucket in reversed(table):
        for key in bucket:
            larger[_table_index(key, len(larger))].insert(0, key)
    return larger
