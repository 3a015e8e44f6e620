"""Fatal alerts as OpenSSL would not send them, written onto the wire by us.

Up to TLS 1.2 the server's alert during the handshake travels in clear: seven bytes. In TLS 1.3 everything after the
server's Finished is protected with keys derived from `server_application_traffic_secret_0`, which OpenSSL hands out
through its key log; our alert is the first record under that key, so its sequence number is 0 (RFC 8446 sections 5.2,
5.3, 7.3). That holds because a provider never lets OpenSSL's own output after the refusal leave.
"""

from __future__ import annotations

import hashlib
import hmac

FATAL = 2
_ALERT, _APPLICATION_DATA = 21, 23

# cipher suite: (digest, key length in bytes, AEAD); RFC 8446 appendix B.4
_SUITES = {
    0x1301: ("sha256", 16, "AESGCM"),
    0x1302: ("sha384", 32, "AESGCM"),
    0x1303: ("sha256", 32, "ChaCha20Poly1305"),
}


def plain_alert(description: int) -> bytes:
    """A TLS 1.2 alert record before any key is in use."""
    return bytes((_ALERT, 3, 3, 0, 2, FATAL, description))


def _expand_label(secret: bytes, label: bytes, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label with an empty context, for lengths up to one hash block (RFC 8446 section 7.1)."""
    full = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(full),)) + full + b"\0"
    return hmac.new(secret, info + b"\x01", getattr(hashlib, digest)).digest()[:length]


def protected_alert(description: int, *, suite: int, secret: bytes) -> bytes:
    """A TLS 1.3 alert record, the first one under the server's application traffic secret.

    Raises:
        KeyError: for a cipher suite that is none of TLS 1.3's three common ones.
    """
    from cryptography.hazmat.primitives.ciphers import aead

    digest, key_bytes, name = _SUITES[suite]
    key = _expand_label(secret, b"key", key_bytes, digest)
    nonce = _expand_label(secret, b"iv", 12, digest)
    inner = bytes((FATAL, description, _ALERT))
    header = bytes((_APPLICATION_DATA, 3, 3)) + (len(inner) + 16).to_bytes(2, "big")
    return header + bytes(getattr(aead, name)(key).encrypt(nonce, inner, header))
