"""How `NewSunX509` (also called PKIX) grades the keys that fit: OK < EXPIRED < EXTENSION_MISMATCH.

`SunX509` grades nothing at all. Measured on JDK 11, 17, 21 and 25.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.x509.certificates import Certificate

CLIENT_AUTH, ANY_USAGE = oid_named("clientAuth"), oid_named("anyExtendedKeyUsage")
_SIGNING_REQUIRED = frozenset({"RSA", "DSA", "EC"})


class Grade(IntEnum):
    """Better grades sort first."""

    OK = 0
    EXPIRED = 1
    """Expired, or not yet valid."""
    EXTENSION_MISMATCH = 2
    """Its key usage or extended key usage does not allow TLS client authentication."""


def grade(leaf: Certificate, when: datetime, java: Jdk) -> Grade:
    """The grade of a client certificate at that moment; extensions are looked at before dates."""
    if leaf.extensions.unreadable_usage(java) is not None:
        return Grade.EXTENSION_MISMATCH
    usages = leaf.extensions.extended_key_usage
    if usages is not None and not {CLIENT_AUTH, ANY_USAGE} & set(usages):
        return Grade.EXTENSION_MISMATCH
    key_usage = leaf.extensions.key_usage
    if (
        key_usage is not None
        and leaf.public_key.java_algorithm in _SIGNING_REQUIRED
        and "digital_signature" not in key_usage
    ):
        return Grade.EXTENSION_MISMATCH
    return Grade.OK if leaf.valid_at(when) else Grade.EXPIRED


REASONS = {
    Grade.OK: "nothing speaks against it",
    Grade.EXPIRED: "its certificate is not valid at this moment",
    Grade.EXTENSION_MISMATCH: "its certificate's usage extensions do not allow TLS client authentication",
}
"""Plain words for a grade."""
