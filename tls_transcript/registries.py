"""Numbers of the TLS protocol and their registered names (IANA "Transport Layer Security (TLS) Parameters")."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import cipher_suites

VERSIONS: Mapping[int, str] = MappingProxyType(
    {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
)
"""Protocol version -> the name that Java and OpenSSL print."""

ALERT_LEVELS: Mapping[int, str] = MappingProxyType({1: "warning", 2: "fatal"})

ALERTS: Mapping[int, str] = MappingProxyType(
    {
        0: "close_notify",
        10: "unexpected_message",
        20: "bad_record_mac",
        21: "decryption_failed",
        22: "record_overflow",
        30: "decompression_failure",
        40: "handshake_failure",
        41: "no_certificate",
        42: "bad_certificate",
        43: "unsupported_certificate",
        44: "certificate_revoked",
        45: "certificate_expired",
        46: "certificate_unknown",
        47: "illegal_parameter",
        48: "unknown_ca",
        49: "access_denied",
        50: "decode_error",
        51: "decrypt_error",
        52: "too_many_cids_requested",
        60: "export_restriction",
        70: "protocol_version",
        71: "insufficient_security",
        80: "internal_error",
        86: "inappropriate_fallback",
        90: "user_canceled",
        100: "no_renegotiation",
        109: "missing_extension",
        110: "unsupported_extension",
        111: "certificate_unobtainable",
        112: "unrecognized_name",
        113: "bad_certificate_status_response",
        114: "bad_certificate_hash_value",
        115: "unknown_psk_identity",
        116: "certificate_required",
        120: "no_application_protocol",
        121: "ech_required",
    }
)
"""Alert description -> name (RFC 5246 section 7.2, RFC 8446 section 6 and the registry)."""

SIGNATURE_SCHEMES: Mapping[int, str] = MappingProxyType(
    {
        0x0101: "rsa_pkcs1_md5",
        0x0201: "rsa_pkcs1_sha1",
        0x0202: "dsa_sha1",
        0x0203: "ecdsa_sha1",
        0x0301: "rsa_pkcs1_sha224",
        0x0302: "dsa_sha224",
        0x0303: "ecdsa_sha224",
        0x0401: "rsa_pkcs1_sha256",
        0x0402: "dsa_sha256",
        0x0403: "ecdsa_secp256r1_sha256",
        0x0501: "rsa_pkcs1_sha384",
        0x0502: "dsa_sha384",
        0x0503: "ecdsa_secp384r1_sha384",
        0x0601: "rsa_pkcs1_sha512",
        0x0602: "dsa_sha512",
        0x0603: "ecdsa_secp521r1_sha512",
        0x0708: "sm2sig_sm3",
        0x0804: "rsa_pss_rsae_sha256",
        0x0805: "rsa_pss_rsae_sha384",
        0x0806: "rsa_pss_rsae_sha512",
        0x0807: "ed25519",
        0x0808: "ed448",
        0x0809: "rsa_pss_pss_sha256",
        0x080A: "rsa_pss_pss_sha384",
        0x080B: "rsa_pss_pss_sha512",
        0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
        0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
        0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
        0x0904: "mldsa44",
        0x0905: "mldsa65",
        0x0906: "mldsa87",
    }
)
"""SignatureScheme -> name (RFC 8446 section 4.2.3); TLS 1.2 hash/signature pairs bear JSSE's names for them."""

GROUPS: Mapping[int, str] = MappingProxyType(
    {
        0x0016: "secp256k1",
        0x0017: "secp256r1",
        0x0018: "secp384r1",
        0x0019: "secp521r1",
        0x001A: "brainpoolP256r1",
        0x001B: "brainpoolP384r1",
        0x001C: "brainpoolP512r1",
        0x001D: "x25519",
        0x001E: "x448",
        0x001F: "brainpoolP256r1tls13",
        0x0020: "brainpoolP384r1tls13",
        0x0021: "brainpoolP512r1tls13",
        0x0100: "ffdhe2048",
        0x0101: "ffdhe3072",
        0x0102: "ffdhe4096",
        0x0103: "ffdhe6144",
        0x0104: "ffdhe8192",
        0x0200: "MLKEM512",
        0x0201: "MLKEM768",
        0x0202: "MLKEM1024",
        0x11EB: "SecP256r1MLKEM768",
        0x11EC: "X25519MLKEM768",
        0x11ED: "SecP384r1MLKEM1024",
    }
)
"""NamedGroup -> name (RFC 8446 section 4.2.7 and the registry)."""

CERTIFICATE_TYPES: Mapping[int, str] = MappingProxyType(
    {
        1: "rsa_sign",
        2: "dss_sign",
        3: "rsa_fixed_dh",
        4: "dss_fixed_dh",
        20: "fortezza_dms",
        64: "ecdsa_sign",
        65: "rsa_fixed_ecdh",
        66: "ecdsa_fixed_ecdh",
        67: "gost_sign256",
        68: "gost_sign512",
    }
)
"""ClientCertificateType of a TLS 1.2 CertificateRequest -> name (RFC 5246 section 7.4.4, RFC 8422 section 5.5)."""

EXTENSIONS: Mapping[int, str] = MappingProxyType(
    {
        0: "server_name",
        1: "max_fragment_length",
        5: "status_request",
        10: "supported_groups",
        11: "ec_point_formats",
        13: "signature_algorithms",
        16: "application_layer_protocol_negotiation",
        17: "status_request_v2",
        18: "signed_certificate_timestamp",
        21: "padding",
        22: "encrypt_then_mac",
        23: "extended_master_secret",
        27: "compress_certificate",
        35: "session_ticket",
        41: "pre_shared_key",
        42: "early_data",
        43: "supported_versions",
        44: "cookie",
        45: "psk_key_exchange_modes",
        47: "certificate_authorities",
        49: "post_handshake_auth",
        50: "signature_algorithms_cert",
        51: "key_share",
        0xFF01: "renegotiation_info",
    }
)
"""ExtensionType -> name."""

CIPHER_SUITES: Mapping[int, str] = MappingProxyType({number: name for number, name, _ in cipher_suites.ROWS})
"""Cipher suite -> IANA name, as `SSLSession.getCipherSuite()` prints it."""

_IANA_BY_OPENSSL: Mapping[str, str] = MappingProxyType({theirs: name for _, name, theirs in cipher_suites.ROWS})


def _named(number: int, registry: Mapping[int, str]) -> str:
    return registry.get(number) or f"unknown_0x{number:04X}"


def alert_name(number: int) -> str:
    """The RFC's name of an alert description; `unknown_alert_N` for numbers nobody has registered."""
    return ALERTS.get(number) or f"unknown_alert_{number}"


def version_name(number: int) -> str:
    """E.g. `TLSv1.3`."""
    return _named(number, VERSIONS)


def signature_scheme_name(number: int) -> str:
    """E.g. `ecdsa_secp256r1_sha256`."""
    return _named(number, SIGNATURE_SCHEMES)


def group_name(number: int) -> str:
    """E.g. `x25519`."""
    return _named(number, GROUPS)


def certificate_type_name(number: int) -> str:
    """E.g. `ecdsa_sign`."""
    return _named(number, CERTIFICATE_TYPES)


def extension_name(number: int) -> str:
    """E.g. `certificate_authorities`."""
    return _named(number, EXTENSIONS)


def cipher_suite_name(number: int) -> str:
    """E.g. `TLS_AES_128_GCM_SHA256`."""
    return _named(number, CIPHER_SUITES)


def iana_cipher(openssl_name: str) -> str:
    """`ECDHE-RSA-AES128-GCM-SHA256` -> `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; unknown names stay as they are."""
    return _IANA_BY_OPENSSL.get(openssl_name, openssl_name)
