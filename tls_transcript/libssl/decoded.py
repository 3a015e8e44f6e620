"""Certificates and keys that OpenSSL has decoded, kept for the next handshake: decoding costs as much as signing.

OpenSSL counts references: what a context uses stays alive when it is forgotten here. Private keys are found by a
digest, so that their octets are not kept for the sake of the search.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from .binding import decode, library

KEPT_CERTIFICATES = 256
KEPT_KEYS = 64


class Decoded:
    """One object of OpenSSL's and our reference to it, given back when nobody needs it any more."""

    __slots__ = ("_free", "pointer")

    def __init__(self, pointer: int, free: str) -> None:
        self.pointer = pointer
        self._free = getattr(library(), free)

    def __del__(self) -> None:
        self._free(self.pointer)


@lru_cache(maxsize=KEPT_CERTIFICATES)
def decoded_certificate(encoded: bytes) -> Decoded:
    """An `X509 *` of exactly these octets; raises LibsslError on garbage."""
    return Decoded(decode("d2i_X509", encoded), "X509_free")


class _Keys:
    """The private keys of late."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Decoded] = OrderedDict()
        self._lock = Lock()

    def get(self, octets: tuple[bytes, ...], make: Callable[[], int]) -> Decoded:
        name = hashlib.sha256(b"".join(len(one).to_bytes(8, "big") + one for one in octets)).digest()
        with self._lock:
            found = self._kept.get(name)
            if found is None:
                found = self._kept[name] = Decoded(make(), "EVP_PKEY_free")
                if len(self._kept) > KEPT_KEYS:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(name)
            return found


_keys = _Keys()


def decoded_key(*octets: bytes, make: Callable[[], int]) -> Decoded:
    """The `EVP_PKEY *` that `make` decodes of `octets`; whatever `make` raises."""
    return _keys.get(octets, make)
