"""What JSSE says of a sealed record that has no room for a nonce and a tag, or whose tag is wrong."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.failure import JavaException
from sn_mock.java.exceptions.alerts import old_class
from sn_mock.java.jsse.reading.fault import BAD_RECORD_MAC, CHACHA_MISMATCH, HANDSHAKE_FAILURE, MISMATCH, Fault
from sn_mock.java.jsse.reading.records import HANDSHAKE

TAG = 16
_EXPLICIT_NONCE = 8
_CHACHA = "_CHACHA20_"


def is_aead(suite_name: str) -> bool:
    """A record of that suite has a tag; of others Java's words about one that is damaged are not known."""
    return "_GCM_" in suite_name or _CHACHA in suite_name


def mismatch(suite_name: str) -> Fault:
    """A record that the keys do not open."""
    return CHACHA_MISMATCH if _CHACHA in suite_name else MISMATCH


def too_short(size: int, alert: int) -> Fault:
    """A record that holds a tag, or not even that, where JSSE wants content."""
    return _insufficient(size, f"more than tag size ({TAG})", alert)


def too_short_of_12(size: int, suite_name: str, alert: int) -> Fault | None:
    """The same in TLS 1.2, where the nonce of GCM is in the record; nothing is said of suites without a tag."""
    if _CHACHA in suite_name and size <= TAG:
        return too_short(size, alert)
    if "_GCM_" in suite_name and size < TAG + _EXPLICIT_NONCE:
        return _insufficient(size, f"more than or equal to IV size ({_EXPLICIT_NONCE}) + tag size ({TAG})", alert)
    return None


def as_java_8(fault: Fault, content_type: int) -> Fault:
    """The same before 8u261, where the record's type decides the alert, and the alert the class."""
    alert = HANDSHAKE_FAILURE if content_type == HANDSHAKE else BAD_RECORD_MAC
    return replace(fault, alert=alert, java_class=old_class(alert))


def _insufficient(size: int, needed: str, alert: int) -> Fault:
    text = f"Insufficient buffer remaining for AEAD cipher fragment ({size}). Needs to be {needed}"
    return Fault(alert, text, (JavaException("javax.crypto.BadPaddingException", text),))
