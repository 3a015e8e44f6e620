"""One-way passwords (column type `password`): what is stored of them, and whether a text is one."""

from __future__ import annotations

import hashlib
import hmac
import os

from sn_mock.secret import Secret

_MARK = "{pbkdf2}"
_ROUNDS = 60_000


def stored(password: str) -> str:
    """What is kept of a password that a client has set."""
    return _hashed(password, os.urandom(16).hex())


def is_that(password: str, kept: str) -> bool:
    """Whether this is the password; `kept` may also be the password itself, or `env:NAME`, as people write files."""
    if not kept.startswith(_MARK):
        known = Secret.parse(kept)
        return known.is_set and hmac.compare_digest(known.reveal().encode(), password.encode())
    salt = kept.removeprefix(_MARK).partition("$")[0]
    return hmac.compare_digest(_hashed(password, salt), kept)


def _hashed(password: str, salt: str) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS)
    return f"{_MARK}{salt}${digest.hex()}"
