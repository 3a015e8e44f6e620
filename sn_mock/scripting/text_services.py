"""What a script asks of texts: encodings, digests, MACs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from sn_mock.failure import MockUsageError

Request = Mapping[str, Any]
_MACS = {"hmacsha256": "sha256", "hmacsha1": "sha1", "hmacmd5": "md5", "hmacsha384": "sha384", "hmacsha512": "sha512"}


def _encode(kind: str, text: str) -> str:
    if kind == "url":
        return quote_plus(text)  # java.net.URLEncoder: a blank is +
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _decode(kind: str, text: str) -> str:
    if kind == "url":
        return unquote_plus(text)
    try:
        return base64.b64decode("".join(text.split()) + "=" * (-len("".join(text.split())) % 4)).decode(
            "utf-8", "replace"
        )
    except (binascii.Error, ValueError):
        return ""


def _digest(request: Request) -> str:
    digest = hashlib.new(request["digest"], request["text"].encode("utf-8", "replace"), usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode() if request.get("base64") else digest.hexdigest()


def _mac(request: Request) -> str:
    """CertificateEncryption.generateMac: the key is base64, and so is the answer."""
    name = _MACS.get(re.sub("[^a-z0-9]", "", request["mac"].lower()))
    if name is None:
        raise MockUsageError(f"generateMac: the algorithm {request['mac']} is not simulated")
    try:
        key = base64.b64decode(request["key"], validate=True)
    except (binascii.Error, ValueError):
        raise MockUsageError("generateMac: the key is not base64") from None
    return base64.b64encode(hmac.digest(key, request["text"].encode("utf-8", "replace"), name)).decode()


SERVICES: Mapping[str, Callable[[Request], Any]] = {
    "encode": lambda request: _encode(request["encode"], request["text"]),
    "decode": lambda request: _decode(request["decode"], request["text"]),
    "digest": _digest,
    "mac": _mac,
}
"""Request's first key → answer."""
