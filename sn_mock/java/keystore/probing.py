"""What a file looks like by its first octets, as Java's keystore types probe it.

Measured on JDK 17 with `KeyStore.getInstance(File, char[])`.
"""

from __future__ import annotations

_PKCS12_HEADERS = (
    "3080020103308006092a864886f70d010701a080248004..",
    "3082....0201033082....06092a864886f70d010701a08.",
    "30..02010330..06092a864886f70d010701a0..04......",
    "3081..0201033081..06092a864886f70d010701a081..04",
    "3082....0201033081..06092a864886f70d010701a081..",
    "3083......0201033082....06092a864886f70d010701a0",
    "3083......0201033083......06092a864886f70d010701",
    "3084........0201033083......06092a864886f70d0107",
    "3084........0201033084........06092a864886f70d01",
)
"""The first 24 octets in hexadecimal, a dot for any half octet: version 3, a ContentInfo and the data OID behind the
forms that BER lengths can take."""


def probe(data: bytes) -> str | None:
    """The keystore type Java would pick for the file, None where it recognises nothing."""
    if data[:4] == b"\xfe\xed\xfe\xed":
        return "JKS"
    if data[:4] == b"\xce\xce\xce\xce":
        return "JCEKS"
    return "PKCS12" if _looks_like_pkcs12(data[:24]) else None


def _looks_like_pkcs12(head: bytes) -> bool:
    text = head.hex()
    return len(head) == 24 and any(
        all(wanted in (".", half) for wanted, half in zip(header, text, strict=True)) for header in _PKCS12_HEADERS
    )
