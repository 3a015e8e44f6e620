"""The key algorithms by their object identifiers (RFC 8017, RFC 4055, RFC 5480, RFC 3279, RFC 8410)."""

from __future__ import annotations

RSA, RSASSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
EC, DSA = "1.2.840.10045.2.1", "1.2.840.10040.4.1"
ED25519, ED448 = "1.3.101.112", "1.3.101.113"
