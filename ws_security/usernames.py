"""The password digest of the UsernameToken Profile 1.1, section 3.1."""

from __future__ import annotations

import base64
import hashlib


def digest(nonce: bytes, created: str, password: str) -> str:
    """Base64 of SHA-1 over nonce, creation time and password."""
    octets = nonce + created.encode("utf-8") + password.encode("utf-8")
    return base64.b64encode(hashlib.sha1(octets, usedforsecurity=False).digest()).decode()
