"""Certificates handed to OpenSSL: it alone decides what it can read and present, however odd that is."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import lru_cache

from provider_stub.policy import sources as pem
from tls_transcript import DecodeError, der, libssl

_WEAK = 'OpenSSL\'s security level finds it too weak ({}); ciphers = "DEFAULT:@SECLEVEL=0" lets it pass'
_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "KEY_VALUES_MISMATCH": ("server_key", "does not fit the certificate"),
    "EE_KEY_TOO_SMALL": ("server_certificate", _WEAK.format("its key is too short, or of a kind unknown to it")),
    "CA_KEY_TOO_SMALL": ("server_certificate", _WEAK.format("a key of its chain is too short")),
    "CA_MD_TOO_WEAK": ("server_certificate", _WEAK.format("a signature of its chain uses a broken digest")),
}
_NO_USABLE_EXTENSIONS = "INVALID_CERTIFICATE"


class UnusableError(Exception):
    """OpenSSL cannot present a certificate with its key; `key` is the policy's key to blame, the message says why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@lru_cache(16)
def unreadable(certificates: tuple[bytes, ...]) -> str | None:
    """Which of these (DER) OpenSSL does not take for a certificate, and what to do; None where it takes all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for number, certificate in enumerate(certificates, 1):
        try:
            context.load_verify_locations(cadata=pem.to_pem("CERTIFICATE", certificate).decode())
        except ssl.SSLError:
            which = f"certificate {number} of {len(certificates)}" if len(certificates) > 1 else "the certificate"
            return f"OpenSSL cannot read {which}{_why(certificate)}; ask its CA for it again, or export it anew"
    return None


def _why(certificate: bytes) -> str:
    try:
        der.tbs_fields(certificate)
    except DecodeError as error:
        return f" ({error})"
    return ""


def anchors(certificates: tuple[bytes, ...]) -> str:
    """Certificates (DER) for `load_verify_locations(cadata=…)`: as PEM, where OpenSSL knows where each one ends."""
    return b"".join(pem.to_pem("CERTIFICATE", one) for one in certificates).decode()


def present(context: ssl.SSLContext, identity: bytes) -> None:
    """Make `context` present the certificates in `identity` (PEM, leaf first, then one unencrypted key).

    Raises:
        UnusableError: OpenSSL does not take the certificate or the key.
    """
    try:
        with pem.as_file(identity) as path:
            context.load_cert_chain(path, password=lambda: b"")
    except ssl.SSLError as error:
        if error.reason != _NO_USABLE_EXTENSIONS or libssl.available() is not None:
            raise _problem(error.reason, identity) from None
        _present_as_it_is(context, identity)
    except ValueError:
        raise _problem(None, identity) from None


def _present_as_it_is(context: ssl.SSLContext, identity: bytes) -> None:
    """OpenSSL's loader of files balks at extensions it cannot read; what it is built on does not."""
    *chain, key = (content for _, content in pem.blocks(identity))
    try:
        libssl.use_own_certificate(context, chain, key)
    except libssl.LibsslError as error:
        mismatch = "mismatch" in str(error)
        raise (
            UnusableError(*_PROBLEMS["KEY_VALUES_MISMATCH"])
            if mismatch
            else UnusableError("server_certificate", f"OpenSSL refuses it: {error}")
        ) from None


def _problem(reason: str | None, identity: bytes) -> UnusableError:
    if reason is not None and reason in _PROBLEMS:
        return UnusableError(*_PROBLEMS[reason])
    leaf = pem.certificates(identity)[0]
    behind = len(leaf) - len(der.first(leaf).encoded)
    if behind and reason is None:
        return UnusableError("server_certificate", f"OpenSSL refuses it: {behind} octets follow the first certificate")
    if reason == _NO_USABLE_EXTENSIONS:
        return UnusableError("server_certificate", "OpenSSL refuses it: it cannot read its extensions")
    return UnusableError("server_key", f"OpenSSL refuses it: {reason or 'it is encrypted, or of an unknown kind'}")
