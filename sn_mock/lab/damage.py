"""Files that are no keystores, and ways to break one that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sn_mock.lab.pki import Pki

JCEKS_MAGIC = bytes.fromhex("cececece00000002")


def _pem(pki: Pki) -> bytes:
    return (pki["acme-client"].pem(None) + pki["acme-client"].key_pem).encode()


IMPOSTORS: Mapping[str, Callable[[Pki], bytes]] = {
    "pem": _pem,
    "der": lambda pki: pki["acme-client"].der,
    "html": lambda _pki: b"<html><body>You have been signed out.</body></html>",
    "empty": lambda _pki: b"",
    "jceks": lambda _pki: JCEKS_MAGIC + bytes(24),
}
"""What people attach instead of a keystore, by the name used in `Store.content`."""


def _flip(data: bytes) -> bytes:
    """One bit of the integrity check at the end of the file."""
    return data[:-1] + bytes([data[-1] ^ 1])


DAMAGES: Mapping[str, Callable[[bytes], bytes]] = {
    "flip": _flip,
    "cut": lambda data: data[: len(data) // 2],
}
"""What happens to a keystore on its way, by the name used in `Store.damage`."""
