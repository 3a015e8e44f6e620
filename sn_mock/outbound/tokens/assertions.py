"""The assertion of the JWT bearer grant and of private key JWT (RFC 7523): signed with a key of `sys_certificate`.

Which key of the keystore signs is not documented: the first private key is taken (ASSUMED). Claims are the provider's
standard claims; left out, they are the client id (`iss`, `sub`) and the token URL (`aud`): RFC 7523 section 3.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sn_mock.failure import Failure, Stage
from sn_mock.instance import JwtKeystoreAlias, JwtProvider, OAuthEntity
from sn_mock.java.keystore import LoadFailure
from sn_mock.outbound.credentials.shelf import KeystoreShelf

NO_KEY = "assertion-key-missing"
_HASHES = {"256": "SHA256", "384": "SHA384", "512": "SHA512"}


def signed(shelf: KeystoreShelf, provider: str, entity: OAuthEntity, now: datetime) -> str | Failure:
    """The compact JWT, or why there is none. `provider` is the `jwt_provider` row."""
    instance = shelf.instance
    row = instance.get(JwtProvider.table, provider) if provider else None
    alias = instance.get(JwtKeystoreAlias.table, row.jwt_keystore_alias) if isinstance(row, JwtProvider) else None
    if not isinstance(row, JwtProvider) or not isinstance(alias, JwtKeystoreAlias):
        return Failure(Stage.KEYSTORE, NO_KEY)
    store = instance.certificate(alias.signing_keystore)
    if store is None or not store.active or not store.is_keystore:
        return Failure(Stage.KEYSTORE, NO_KEY)
    keys = shelf.view(store).managed
    if isinstance(keys, LoadFailure):
        return Failure(Stage.KEYSTORE, "keystore-not-loaded", keys.java)
    pkcs8 = keys[0].pkcs8 if keys else None
    if pkcs8 is None:
        return Failure(Stage.KEYSTORE, NO_KEY)
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": entity.client_id,
        "sub": entity.client_id,
        "aud": entity.token_url,
        "iat": issued,
        "exp": issued + max(1, row.expiry_interval),
        "jti": os.urandom(16).hex(),
    }
    claims |= {claim.name: claim.value for claim in instance.jwt_claims if claim.jwt_provider == row.sys_id}
    return _compact(alias, pkcs8, claims)


def _compact(alias: JwtKeystoreAlias, pkcs8: bytes, claims: Mapping[str, Any]) -> str | Failure:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    digits = re.search(r"256|384|512", alias.signing_algorithm)
    size = digits[0] if digits else "256"
    digest = getattr(hashes, _HASHES[size])()
    try:
        private = load_der_private_key(pkcs8, None)
    except (ValueError, UnsupportedAlgorithm):
        return Failure(Stage.KEYSTORE, NO_KEY)
    family = "ES" if isinstance(private, ec.EllipticCurvePrivateKey) else "RS"
    header = {"alg": f"{family}{size}", "typ": "JWT", **({"kid": alias.kid} if alias.kid else {})}
    told = f"{_encoded(header)}.{_encoded(claims)}"
    if isinstance(private, ec.EllipticCurvePrivateKey):
        octets = (private.curve.key_size + 7) // 8
        r, s = decode_dss_signature(private.sign(told.encode(), ec.ECDSA(digest)))
        signature = r.to_bytes(octets, "big") + s.to_bytes(octets, "big")
    elif isinstance(private, rsa.RSAPrivateKey):
        signature = private.sign(told.encode(), padding.PKCS1v15(), digest)
    else:
        return Failure(Stage.KEYSTORE, NO_KEY)
    return f"{told}.{_base64(signature)}"


def _encoded(part: Mapping[str, Any]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
