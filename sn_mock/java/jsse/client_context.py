"""An `ssl.SSLContext` that greets like JSSE: versions, cipher suites, signature algorithms and groups of a JDK.

Lists and orders are those of a default SSLContext's ClientHello, measured on the Javas themselves. OpenSSL's security
level is 0, because what is too weak is Java's to decide (`trust`, `algorithm_constraints`), not OpenSSL's. Where
OpenSSL cannot be reached through ctypes, `unfaithful()` says what is then missing.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from guarded.values import dataclass
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.pkix.signature_schemes import SCHEMES
from tls_transcript import FaultSlot, libssl

CIPHERS_OF_TLS12 = (
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-CHACHA20-POLY1305",
    "DHE-DSS-AES256-GCM-SHA384",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-DSS-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "DHE-RSA-AES256-SHA256",
    "DHE-DSS-AES256-SHA256",
    "DHE-RSA-AES128-SHA256",
    "DHE-DSS-AES128-SHA256",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "DHE-RSA-AES256-SHA",
    "DHE-DSS-AES256-SHA",
    "DHE-RSA-AES128-SHA",
    "DHE-DSS-AES128-SHA",
    "AES256-GCM-SHA384",
    "AES128-GCM-SHA256",
    "AES256-SHA256",
    "AES128-SHA256",
    "AES256-SHA",
    "AES128-SHA",
)
"""OpenSSL's names, in the order of JDK 17's default list."""
CIPHERS_OF_TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256")
_OPENSSL_NAMES: Mapping[str, str] = {
    "dsa_sha256": "DSA+SHA256",
    "ecdsa_sha224": "ECDSA+SHA224",
    "rsa_sha224": "RSA+SHA224",
    "dsa_sha224": "DSA+SHA224",
    "ecdsa_sha1": "ECDSA+SHA1",
    "dsa_sha1": "DSA+SHA1",
}
"""Signature schemes that OpenSSL names otherwise than JSSE."""
_SIGNATURE_ALGORITHMS_CERT = 50  # RFC 8446 section 4.2.3
GROUPS = ("X25519", "P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")

CIPHERS_OF_JAVA_8 = (
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "AES256-SHA256",
    "DHE-RSA-AES256-SHA256",
    "DHE-DSS-AES256-SHA256",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES256-SHA",
    "DHE-RSA-AES256-SHA",
    "DHE-DSS-AES256-SHA",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "AES128-SHA256",
    "DHE-RSA-AES128-SHA256",
    "DHE-DSS-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "AES128-SHA",
    "DHE-RSA-AES128-SHA",
    "DHE-DSS-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "AES256-GCM-SHA384",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-DSS-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-DSS-AES128-GCM-SHA256",
)
"""The default list of 8u252, which prefers CBC with SHA-384 to GCM; ECDH without E is not in OpenSSL."""
_SIGNATURE_ALGORITHMS_OF_JAVA_8 = (
    "ECDSA+SHA512",
    "RSA+SHA512",
    "ECDSA+SHA384",
    "RSA+SHA384",
    "ECDSA+SHA256",
    "RSA+SHA256",
    "DSA+SHA256",
    "ECDSA+SHA224",
    "RSA+SHA224",
    "DSA+SHA224",
    "ECDSA+SHA1",
    "RSA+SHA1",
    "DSA+SHA1",
)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a Java puts into its ClientHello, in OpenSSL's names and Java's order."""

    ciphers: tuple[str, ...]
    """Of TLS 1.2 and before."""
    ciphers_of_tls13: tuple[str, ...]
    signature_algorithms: tuple[str, ...]
    groups: tuple[str, ...]
    tells_certificate_algorithms: bool = True
    """Whether it sends signature_algorithms_cert."""
    asks_for_status: bool = False
    """Whether it sends status_request."""


_JAVA_8 = Greeting(CIPHERS_OF_JAVA_8, (), _SIGNATURE_ALGORITHMS_OF_JAVA_8, ("P-256", "P-384", "P-521"), False)
_STATIC_RSA = "AES"
"""How OpenSSL's names of the suites TLS_RSA_* begin."""
_CHACHA20, _MONTGOMERY = "CHACHA20", ("X25519", "X448")


@remembered(64)
def greeting(java: Jdk, *, tls13_alone: bool = False) -> Greeting:
    """The lists of this Java (ClientHello of a default SSLContext), whole or of TLS 1.3 alone.

    Measured on 8u252, 8u504, 11.0.13, 11.0.24, 11.0.32, 17.0.15, 17.0.19, 21.0.8 and 21.0.13.
    """
    if not java.has(Feature.JSSE_11):
        return _JAVA_8
    of_tls12: tuple[str, ...] = CIPHERS_OF_TLS12
    of_tls13: tuple[str, ...] = CIPHERS_OF_TLS13
    groups: tuple[str, ...] = GROUPS
    if not java.has(Feature.WHOLE_JSSE_11):
        of_tls12 = tuple(one for one in of_tls12 if _CHACHA20 not in one)
        of_tls13 = tuple(one for one in of_tls13 if _CHACHA20 not in one)
        groups = tuple(one for one in groups if one not in _MONTGOMERY)
    if java.has(Feature.NO_STATIC_RSA):
        of_tls12 = tuple(one for one in of_tls12 if not one.startswith(_STATIC_RSA))
    schemes = _handshake_schemes(java, tls13_alone)
    return Greeting(of_tls12, of_tls13, schemes, groups, asks_for_status=java.has(Feature.WHOLE_JSSE_11))


def _handshake_schemes(java: Jdk, tls13_alone: bool) -> tuple[str, ...]:
    schemes = [one for one in SCHEMES.values() if one.known.covers(java) and one.signs_handshakes.covers(java)]
    if tls13_alone and java.has(Feature.SCHEMES_BY_SCOPE):
        schemes = [one for one in schemes if one.tls13 == "signs"]
    return tuple(_OPENSSL_NAMES.get(one.name, one.name) for one in schemes)


_LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT, which `ssl` names since Python 3.12: as JSSE, go on with a server of TLS 1.2 that does
not know RFC 5746 (`sun.security.ssl.allowLegacyHelloMessages`)."""
_NO_ENCRYPT_THEN_MAC = 0x80000
"""SSL_OP_NO_ENCRYPT_THEN_MAC, which `ssl` has no name for: JSSE does not know RFC 7366, so nobody may answer it."""
_VERSIONS = {
    "TLSv1": ssl.TLSVersion.MINIMUM_SUPPORTED,  # naming TLSv1 itself is deprecated in Python
    "TLSv1.1": ssl.TLSVersion.MINIMUM_SUPPORTED,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


class NothingOfferedError(Exception):
    """Every protocol version of the instance is one that its Java disables, or one is unknown to it."""


Judge = Callable[[tuple[bytes, ...]], int | None]
"""The verdict on the provider's chain (DER, leaf first): the alert to refuse it with, None to accept it."""


def unfaithful() -> str | None:
    """None where handshakes are as Java's; else what is missing on this Python, and why."""
    reason = libssl.available()
    if reason is None:
        return None
    return (
        f"OpenSSL cannot be reached through ctypes ({reason}): the provider's certificate is judged without telling "
        "the provider the alert, and signature algorithms and groups are OpenSSL's own"
    )


def unknown_version(versions: Sequence[str], java: Jdk) -> str | None:
    """The first protocol name that Java does not know: it throws while the socket is made (measured on 8u252, 17)."""
    known = _VERSIONS if java.has(Feature.TLS13) else _VERSIONS.keys() - {"TLSv1.3"}
    return next((version for version in versions if version not in known), None)


def client_context(versions: Sequence[str], judge: Judge, faults: FaultSlot, java: Jdk) -> ssl.SSLContext:
    """A client context without a certificate; `judge` decides on the provider's chain, and with which alert.

    What `judge` raises, and what goes wrong in other callbacks, is kept in `faults`.
    """
    if not versions or unknown_version(versions, java):
        raise NothingOfferedError
    greets = greeting(java, tls13_alone=versions[0] == "TLSv1.3")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.options |= _LEGACY_SERVER_CONNECT | _NO_ENCRYPT_THEN_MAC
    context.minimum_version = _VERSIONS[versions[0]]
    context.maximum_version = _VERSIONS[versions[-1]]
    context.set_ciphers(":".join((*greets.ciphers, "@SECLEVEL=0")))
    if libssl.available() is not None:
        context.verify_mode = ssl.CERT_NONE
        return context
    context.verify_mode = ssl.CERT_REQUIRED
    libssl.set_no_auto_chain(context)
    libssl.set_tls13_cipher_suites(context, greets.ciphers_of_tls13)
    libssl.set_signature_algorithms(context, greets.signature_algorithms)
    libssl.set_groups(context, greets.groups)
    if greets.asks_for_status:
        libssl.ask_for_status(context)
    if greets.tells_certificate_algorithms:
        content = certificate_signature_algorithms(tuple(versions), java)
        libssl.send_extension(context, _SIGNATURE_ALGORITHMS_CERT, content, faults)
    libssl.set_verify_callback(context, lambda chain: _verify_code(judge(tuple(chain))), faults)
    return context


@remembered(64)
def certificate_signature_algorithms(versions: tuple[str, ...], java: Jdk) -> bytes:
    """Content of `signature_algorithms_cert`: what the provider's certificates may be signed with; MD5 is not among it.

    An OpenSSL provider whose certificate is signed otherwise answers with handshake_failure. Measured on JDK 17: all
    of JSSE's schemes, or those of TLS 1.3 where it is offered alone.
    """
    known = {number: scheme for number, scheme in SCHEMES.items() if scheme.known.covers(java)}
    numbers = [number for number, scheme in known.items() if scheme.tls13 != "absent" or versions[0] != "TLSv1.3"]
    return b"".join(number.to_bytes(2, "big") for number in (2 * len(numbers), *numbers))


def _verify_code(alert: int | None) -> int:
    return libssl.OK if alert is None else libssl.VERIFY_CODE_FOR_ALERT.get(alert, libssl.APPLICATION_VERIFICATION)


def use_certificate(context: ssl.SSLContext, chain: Sequence[bytes], pkcs8: bytes) -> None:
    """Let the context send this chain and sign with this key, without a file on disk.

    Raises `libssl.LibsslError` where OpenSSL refuses.
    """
    if libssl.available() is None:
        libssl.use_certificate(context, chain, pkcs8)
    else:
        _use_certificate_through_pipes(context, chain, pkcs8)


def _use_certificate_through_pipes(context: ssl.SSLContext, chain: Sequence[bytes], pkcs8: bytes) -> None:
    """The public API wants file names; /dev/fd/N of a pipe is one whose content exists in memory only."""
    from cryptography.x509 import load_der_x509_certificate

    pem = serialization.Encoding.PEM
    try:
        certificates = b"".join(load_der_x509_certificate(der).public_bytes(pem) for der in chain)
        key = serialization.load_der_private_key(pkcs8, None).private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    except (ValueError, UnsupportedAlgorithm) as error:
        raise libssl.LibsslError(f"private key or certificate not readable: {error}") from None
    ends = [_pipe_with(certificates), _pipe_with(key)]
    try:
        context.load_cert_chain(f"/dev/fd/{ends[0]}", f"/dev/fd/{ends[1]}")
    except ssl.SSLError as error:
        raise libssl.LibsslError(str(error)) from None
    finally:
        for end in ends:
            os.close(end)


def _pipe_with(content: bytes) -> int:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        os.write(writing, content)
    finally:
        os.close(writing)
    return reading
