"""Keystore files that were opened lately: what Java makes of a file is the same each time, and costs most of a call.

Only a digest of file and password is kept to find it by; the keys themselves stay in memory as long as they are among
the last `KEPT`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from sn_mock.java import keystore
from sn_mock.java.keystore import KeyStore, LoadFailure, UsableKey
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import forgotten_by

KEPT = 64
"""Files that are remembered."""

OpenedFile = tuple[KeyStore | LoadFailure, tuple[UsableKey, ...] | LoadFailure]
"""What loads, and the keys that its key manager has."""

_kept: OrderedDict[bytes, OpenedFile] = OrderedDict()
forgotten_by(_kept.clear)
_lock = Lock()


def open_file(data: bytes, declared: str, password: str | None, *, algorithm: str, java: Jdk) -> OpenedFile:
    """`KeyStore.load` and `KeyManagerFactory.init` of one file, by that Java."""
    name = _name(data, declared, password, algorithm, f"{java.generation} {java.update} {java}")
    with _lock:
        found = _kept.get(name)
        if found is not None:
            _kept.move_to_end(name)
            return found
    opened = _open(data, declared, password, algorithm, java)
    with _lock:
        _kept[name] = opened
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return opened


def _open(data: bytes, declared: str, password: str | None, algorithm: str, java: Jdk) -> OpenedFile:
    read = keystore.load(data, declared, password, java=java)
    if isinstance(read, LoadFailure):
        return read, read
    return read, keystore.key_managers(read, password, algorithm=algorithm, java=java)


def _name(data: bytes, *rest: str | None) -> bytes:
    digest = hashlib.sha256(data)
    for one in rest:
        digest.update(hashlib.sha256(repr(one).encode("utf-8", "surrogatepass")).digest())
    return digest.digest()
