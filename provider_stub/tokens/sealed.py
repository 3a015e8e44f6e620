"""The tokens themselves: what they grant, sealed with a key that only providers of this policy know.

Nothing is stored, so every worker of a provider knows the others' tokens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from guarded.values import dataclass
from provider_stub.policy.material import Material

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says."""

    client: str
    scope: str
    expires: int
    """Seconds since 1970."""
    thumbprint: str
    """`x5t#S256` of the client's certificate (RFC 8705 section 3.1); empty where the token is bound to none."""
    kind: str = "access"


def sealing_key(material: Material) -> bytes:
    """The same in every worker, and known to nobody who has not the provider's key."""
    own = material.server or material.policy.certificate_header.encode()
    clients = json.dumps(sorted(material.policy.token_clients.items())).encode()
    return hashlib.sha256(b"provider-stub tokens\0" + own + b"\0" + clients).digest()


def sealed(grant: Grant, key: bytes) -> str:
    """The token: opaque to clients."""
    said = [grant.client, grant.scope, grant.expires, grant.thumbprint, grant.kind, secrets.token_hex(8)]
    payload = _encoded(json.dumps(said).encode())
    return f"{payload}.{_encoded(hmac.digest(key, payload.encode(), 'sha256'))}"


def opened(token: str, key: bytes) -> Grant | None:
    """What it says; None where it is not one of ours."""
    payload, _, seal = token.partition(".")
    if len(token) > _LONGEST or not token.isascii():
        return None
    if not hmac.compare_digest(_encoded(hmac.digest(key, payload.encode(), "sha256")), seal):
        return None
    client, scope, expires, thumbprint, kind, _ = json.loads(_decoded(payload))
    return Grant(client, scope, expires, thumbprint, kind)


def thumbprint(der: bytes) -> str:
    """`x5t#S256` (RFC 8705 section 3.1); empty without a certificate."""
    return _encoded(hashlib.sha256(der).digest()) if der else ""


def claims_of(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes, bytes] | None:
    """Header, claims, what was signed and the signature of a compact JWT (RFC 7515 section 7.1); None for no JWT."""
    parts = assertion.split(".")
    if len(parts) != 3 or len(assertion) > _LONGEST * 4:
        return None
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
        signature = _decoded(parts[2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return None
    return header, claims, f"{parts[0]}.{parts[1]}".encode("ascii", "replace"), signature


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
