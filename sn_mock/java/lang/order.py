"""The orders in which Java's collections hand out strings.

A key manager takes the *first* alias that fits, and what is first is decided by `HashMap` or `Hashtable`, neither
by the file nor by the alphabet. Source: the collections' documented algorithms, compared with the JVM (1,500 random
sets of names; see tests/keystore).
"""

from __future__ import annotations

from collections.abc import Iterable


def string_hash(text: str) -> int:
    """`String.hashCode()`: `h = 31 * h + unit` over the UTF-16 code units, as a signed 32-bit number."""
    value = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value - 0x100000000 if value & 0x80000000 else value


def hash_map_order(keys: Iterable[str]) -> list[str]:
    """The order in which a `java.util.HashMap` enumerates these keys when they were put in the given order.

    Table of 16, load factor 0.75; a full bucket of a table smaller than 64 makes it grow. Buckets of larger tables
    that turn into trees keep their chain order, which is what enumeration follows.
    """
    table: list[list[str]] = [[] for _ in range(16)]
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            continue
        seen.add(key)
        bucket = table[_spread(key) & (len(table) - 1)]
        bucket.append(key)
        if len(bucket) > 8 and len(table) < 64:
            table = _doubled(table)
        if len(seen) > len(table) * 3 // 4:
            table = _doubled(table)
    return [key for bucket in table for key in bucket]


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


def _spread(key: str) -> int:
    value = string_hash(key) & 0xFFFFFFFF
    return value ^ value >> 16


def _doubled(table: list[list[str]]) -> list[list[str]]:
    larger: list[list[str]] = [[] for _ in range(2 * len(table))]
    for bucket in table:
        for key in bucket:
            larger[_spread(key) & (len(larger) - 1)].append(key)
    return larger


def _table_index(key: str, size: int) -> int:
    return (string_hash(key) & 0x7FFFFFFF) % size


def _rehashed(table: list[list[str]]) -> list[list[str]]:
    larger: list[list[str]] = [[] for _ in range(2 * len(table) + 1)]
    for bucket in reversed(table):
        for key in bucket:
            larger[_table_index(key, len(larger))].insert(0, key)
    return larger
