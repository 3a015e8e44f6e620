"""The named elliptic curves whose OIDs JDK 17 knows, and the size of their fields in bits.

The curves are those of SECG SEC 2, X9.62 and RFC 5639; that JDK 17 still parses all of them, though it can compute on
three only, was measured.
"""

from __future__ import annotations

from sn_mock.java.asn1.oids import oid_named

_CURVES = (
    ("X9.62 c2tnb191v1", 191, ""),
    ("X9.62 c2tnb191v2", 191, ""),
    ("X9.62 c2tnb191v3", 191, ""),
    ("X9.62 c2tnb239v1", 239, ""),
    ("X9.62 c2tnb239v2", 239, ""),
    ("X9.62 c2tnb239v3", 239, ""),
    ("X9.62 c2tnb359v1", 359, ""),
    ("X9.62 c2tnb431r1", 431, ""),
    ("secp192r1", 192, "NIST P-192,X9.62 prime192v1"),
    ("X9.62 prime192v2", 192, ""),
    ("X9.62 prime192v3", 192, ""),
    ("X9.62 prime239v1", 239, ""),
    ("X9.62 prime239v2", 239, ""),
    ("X9.62 prime239v3", 239, ""),
    ("secp256r1", 256, "NIST P-256,X9.62 prime256v1"),
    ("brainpoolP160r1", 160, ""),
    ("brainpoolP192r1", 192, ""),
    ("brainpoolP224r1", 224, ""),
    ("brainpoolP256r1", 256, ""),
    ("brainpoolP320r1", 320, ""),
    ("brainpoolP384r1", 384, ""),
    ("brainpoolP512r1", 512, ""),
    ("sect163k1", 163, "NIST K-163"),
    ("sect163r1", 163, ""),
    ("sect239k1", 239, ""),
    ("sect113r1", 113, ""),
    ("sect113r2", 113, ""),
    ("secp112r1", 112, ""),
    ("secp112r2", 112, ""),
    ("secp160r1", 160, ""),
    ("secp160k1", 160, ""),
    ("secp256k1", 256, ""),
    ("sect163r2", 163, "NIST B-163"),
    ("sect283k1", 283, "NIST K-283"),
    ("sect283r1", 283, "NIST B-283"),
    ("sect131r1", 131, ""),
    ("sect131r2", 131, ""),
    ("sect193r1", 193, ""),
    ("sect193r2", 193, ""),
    ("sect233k1", 233, "NIST K-233"),
    ("sect233r1", 233, "NIST B-233"),
    ("secp128r1", 128, ""),
    ("secp128r2", 128, ""),
    ("secp160r2", 160, ""),
    ("secp192k1", 192, ""),
    ("secp224k1", 224, ""),
    ("secp224r1", 224, "NIST P-224"),
    ("secp384r1", 384, "NIST P-384"),
    ("secp521r1", 521, "NIST P-521"),
    ("sect409k1", 409, "NIST K-409"),
    ("sect409r1", 409, "NIST B-409"),
    ("sect571k1", 571, "NIST K-571"),
    ("sect571r1", 571, "NIST B-571"),
)
"""Name, size of the field in bits, and the further names that Java puts in brackets."""

_ORDER_BITS = {
    "X9.62 c2tnb191v2": 190,
    "X9.62 c2tnb191v3": 189,
    "X9.62 c2tnb239v1": 238,
    "X9.62 c2tnb239v2": 237,
    "X9.62 c2tnb239v3": 236,
    "X9.62 c2tnb359v1": 353,
    "X9.62 c2tnb431r1": 418,
    "sect163r1": 162,
    "sect239k1": 238,
    "secp112r2": 110,
    "secp160r1": 161,
    "secp160k1": 161,
    "sect283k1": 281,
    "sect283r1": 282,
    "sect233k1": 232,
    "secp128r2": 126,
    "secp160r2": 161,
    "secp224k1": 225,
    "sect409k1": 407,
    "sect571k1": 570,
    "sect571r1": 570,
}
"""Where the order of the generator is of another size than the field, in bits: the size of a key to Java."""

FIELD_BITS: dict[str, int] = {oid_named(name): bits for name, bits, _ in _CURVES}

KEY_BITS: dict[str, int] = {oid_named(name): _ORDER_BITS.get(name, bits) for name, bits, _ in _CURVES}
"""By OID, the size of a key on that curve as Java tells it."""

_NEVER_DISABLED = frozenset(
    {"secp256r1", "secp384r1", "secp521r1", "brainpoolP160r1", "brainpoolP192r1", "brainpoolP224r1"}
)
DISABLED: dict[str, str] = {oid_named(name): name for name, _, _ in _CURVES if name not in _NEVER_DISABLED}
"""`jdk.disabled.namedCurves` of the Javas that have it, by OID."""

BINARY = frozenset(oid_named(name) for name, _, _ in _CURVES if name.startswith(("sect", "X9.62 c2")))
"""Curves over fields of characteristic 2."""
UNKNOWN_TO_OLD_PROVIDER = frozenset(oid_named(name) for name, _, _ in _CURVES if name.startswith("brainpool"))
"""On which the native code of Java 8 and 11 does not compute (measured on 8u252 and 11.0.13)."""

JAVA_NAMES: dict[str, str] = {oid_named(name): f"{name} [{more}]" if more else name for name, _, more in _CURVES}
"""Java's names of them, as they stand before the OID in its messages (measured on JDK 17)."""

SUPPORTED = frozenset(map(oid_named, ("secp256r1", "secp384r1", "secp521r1")))
"""The curves on which Java computes since JDK 16."""

TLS_NAMES: dict[str, str] = {
    oid_named(name): name for name in ("secp192r1", "secp224r1", "secp256r1", "secp256k1", "secp384r1", "secp521r1")
}
"""Named curves to their names in TLS (RFC 8422 section 5.1.1, SEC 2)."""
