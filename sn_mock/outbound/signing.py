"""After the key manager has chosen: can JSSE use that key, or does something else happen? (measured on JDK 17)"""

from __future__ import annotations

from sn_mock.keystore.entries import UsableKey
from sn_mock.outbound.alerts import INTERNAL_ERROR, own_exception
from sn_mock.outbound.certificate import KEY_TYPES, parse
from sn_mock.outbound.key_types import ENABLED_CURVES, ClientAbort, Request, signing_schemes
from tls_transcript import der

_DIGEST_BITS = {"sha1": 160, "sha224": 224, "sha256": 256}


def withheld(key: UsableKey, key_types: tuple[str, ...]) -> str | None:
    """Why JSSE sends an empty Certificate although the key manager named this alias; None where it sends the chain."""
    if key.pkcs8 is None:
        return "the key password does not open its private key, so Java sends no certificate"
    private = private_key_type(key.pkcs8)
    if private != key.key_type:
        return (
            f"its private key is of type {private} and its certificate of type {key.key_type}, "
            "so Java sends no certificate"
        )
    return None if private in key_types else f"its private key type {private} was not asked for"


def cannot_sign(key: UsableKey, request: Request, *, tls: str, java: int) -> ClientAbort | None:
    """Java's own failure when no requested scheme fits the key's curve or size; None where one fits."""
    leaf = parse(key.chain[0])
    for scheme in signing_schemes(request, tls=tls, java=java):
        if scheme.key_type != key.key_type or leaf.key_bits < scheme.min_bits:
            continue
        if scheme.key_type == "EC" and not (leaf.curve == scheme.curve or (not scheme.curve and _enabled(leaf.curve))):
            continue
        if scheme.key_type == "EdDSA" and scheme.name != {255: "ed25519", 448: "ed448"}.get(leaf.key_bits):
            continue
        if scheme.key_type == "DSA" and _DIGEST_BITS[scheme.name.rpartition("_")[2]] < _dsa_order_bits(key):
            continue
        return None
    text = f"No supported CertificateVerify signature algorithm for {key.key_type}  key"  # two blanks, as Java has it
    return ClientAbort(own_exception(INTERNAL_ERROR, text, java=java), INTERNAL_ERROR)


def _dsa_order_bits(key: UsableKey) -> int:
    """The size of q: Java's DSA refuses a digest shorter than that (FIPS 186-4 section 4.2)."""
    if key.pkcs8 is None:
        return 0
    parameters = der.read(key.pkcs8).children()[1].children()[1].children()
    return der.integer(parameters[1]).bit_length()


def _enabled(curve: str | None) -> bool:
    return curve in ENABLED_CURVES


def private_key_type(pkcs8: bytes) -> str:
    """Java's algorithm name of a PKCS#8 private key (RFC 5208), or its dotted OID."""
    oid = der.oid(der.read(pkcs8).children()[1].children()[0])
    return KEY_TYPES.get(oid, oid)
