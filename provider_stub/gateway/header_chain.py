"""Judging a certificate that came without a handshake, in a middleware's header: the leaf alone, nothing to build on.

Where the policy trusts anybody, OpenSSL judges it as in a handshake. An intermediate's client is known only where the
intermediate itself is in `trust`.
"""

from __future__ import annotations

from provider_stub.policy.material import Material
from provider_stub.refusals import causes
from provider_stub.refusals.causes import Cause
from provider_stub.tls.context import for_headers
from tls_transcript import DecodeError, libssl, x509

_CLIENT_USAGES = frozenset(("clientAuth", "anyExtendedKeyUsage"))


class HeaderChain:
    """A policy's `trust`, `trusted_leaves`, `check_eku`, `now` and `crl`, for certificates in headers."""

    def __init__(self, material: Material) -> None:
        """Raises PolicyError where certificates are to be judged and OpenSSL cannot be reached."""
        self._check_eku = material.policy.check_eku
        self._context = for_headers(material) if material.trust or material.leaves else None

    def cause(self, leaf: bytes) -> Cause | None:
        """Why they refuse `leaf` (DER); None where they do not."""
        try:
            if self._context is None:
                return self._purpose_cause(leaf)
            code = libssl.verify_client(self._context, leaf)
        except (libssl.LibsslError, DecodeError):
            return Cause.CERTIFICATE_INVALID
        return None if code == libssl.OK else causes.from_verify_code(code)

    def _purpose_cause(self, leaf: bytes) -> Cause | None:
        usages = x509.summary(leaf).eku
        if usages is None or not self._check_eku:
            return None
        return None if _CLIENT_USAGES & set(usages) else Cause.WRONG_PURPOSE
