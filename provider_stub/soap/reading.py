"""The contract behind a policy's `wsdl`, read once while its files stay as they are.

A policy is checked before it is used, and may be put in force again and again; a large WSDL takes seconds.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from guarded import files
from provider_stub.policy import sources
from provider_stub.policy.sources import Source
from soap_contract import contract
from soap_contract.contract import Checking, Contract
from soap_contract.documents import load_bytes, load_file

_KEPT = 4
_Read = tuple[Contract, Checking]
_recent: dict[tuple[str, str], tuple[tuple[tuple[Path, str], ...], _Read]] = {}


def read_contract(source: Source, within: Source | None = None) -> _Read:
    """The contract, and what its requests are checked with.

    Raises:
        WsdlError: the WSDL cannot be used, with the reason and its place.
    """
    in_memory = isinstance(source, bytes) or "\n" in str(source)
    if in_memory:
        documents = load_bytes(sources.content(source))
        found = contract.read(documents)
        return found, contract.checking(found)
    key = (str(source), str(within))
    known = _recent.get(key)
    if known is not None and all(_digest(path) == digest for path, digest in known[0]):
        return known[1]
    documents = load_file(Path(str(source)), within=None if within is None else Path(str(within)))
    found = contract.read(documents)
    read = found, contract.checking(found)
    files = [(each.path, hashlib.sha256(each.data).hexdigest()) for each in documents.found.values() if each.path]
    while len(_recent) >= _KEPT:
        _recent.pop(next(iter(_recent)))
    _recent[key] = tuple(files), read
    return read


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(files.read(path)).hexdigest()
    except OSError:
        return ""
