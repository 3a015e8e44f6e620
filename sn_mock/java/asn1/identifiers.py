"""The content octets of an OBJECT IDENTIFIER, and what Java refuses of them (measured on JDK 17 and 8u252)."""

from __future__ import annotations

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import io

_MAX_OID_OCTETS = 4096


def check_size(length: int) -> None:
    """Refuse an OBJECT IDENTIFIER of so many octets where they are too many."""
    if length > _MAX_OID_OCTETS:
        raise io(
            "ObjectIdentifier encoded length exceeds the restriction in JDK "
            f"(OId length(>=): {length}, Restriction: {_MAX_OID_OCTETS})"
        )


def checked(content: bytes, java: Jdk = REFERENCE) -> bytes:
    """The content octets of an OBJECT IDENTIFIER, refused as Java refuses them."""
    if java.has(Feature.STRICT_2020):
        check_size(len(content))
    if not content or content[-1] & 0x80:
        raise io("ObjectIdentifier() -- Invalid DER encoding, not ended")
    for index, octet in enumerate(content):
        if octet == 0x80 and (index == 0 or not content[index - 1] & 0x80):
            raise io("ObjectIdentifier() -- Invalid DER encoding, useless extra octet detected")
    return content
