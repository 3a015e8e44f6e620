"""What keeps Java from a PKCS#12 file that is whole, whatever password is typed and whichever keytool converts it.

Java complains of each in the words of a wrong password or of a damaged file. Measured on 8u252, 11.0.13, 17.0.15 and
21.0.8 with files of OpenSSL 3 and GnuTLS: none of them, and no keytool, reads one.
"""

from __future__ import annotations

from enum import Enum

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.keystore.pkcs12.protection import is_whole, unread_protection
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.keytool.newer_tool import refusal
from sn_mock.java.keytool.remedies import ATTACHED_AS, remade
from sn_mock.java.lang.jdk import REFERENCE, Jdk

_NOT_ASCII = "Password is not ASCII"
_CERTIFICATE = regex(r"(?s).*java\.security\.cert\.Certificate(?:Parsing)?Exception: (.+)")


class Hindrance(Enum):
    """What it is."""

    PROTECTION = "the file is encrypted or sealed with an algorithm that Java does not read"
    PASSWORD_NOT_ASCII = "the password has a character outside ASCII, which Java does not take for PKCS#12"
    CERTIFICATE = "Java does not parse a certificate in the file"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no password and no keytool helps."""

    kind: Hindrance
    said: str
    """What Java says of it, where it comes that far."""


def obstacle(data: bytes, declared_type: str, password: str | None, java: Jdk) -> Obstacle | None:
    """What keeps `java` from the file, and the keytool of JDK 17 too; None where it is something else, or nothing."""
    if file_kind(data) != "PKCS12":
        return None
    ours = refusal(data, declared_type, password, java)
    if ours is None:
        return None
    readers = (REFERENCE,) if REFERENCE.is_at_least(java) else (REFERENCE, java)  # what is older reads no more than it
    unread = [unread_protection(data, one) for one in readers]
    if unread[0] and all(unread):
        return Obstacle(Hindrance.PROTECTION, unread[0].removeprefix("parseAlgParameters failed: "))
    theirs = refusal(data, "PKCS12", password, REFERENCE)
    return _told((*ours.java, *(theirs.java if theirs else ())), data, password)


def _told(said: tuple[JavaException, ...], data: bytes, password: str | None) -> Obstacle | None:
    if any(_NOT_ASCII in str(one) for one in said):
        return Obstacle(Hindrance.PASSWORD_NOT_ASCII, _NOT_ASCII)
    for one in said:
        found = _CERTIFICATE.fullmatch(str(one))
        if found and is_whole(data, password, REFERENCE):  # a damaged file has such certificates, too
            return Obstacle(Hindrance.CERTIFICATE, found[1])
    return None


NAMED_CURVE = (
    "ask for a new certificate in place of that one; where its key is of elliptic curves, for a key of a named curve "
    "(`openssl ecparam -name prime256v1 -genkey -noout -out key.pem`, without -param_enc explicit)"
)


def _mending(kind: Hindrance, file: str) -> str:
    """What to do, and what to attach then."""
    if kind is Hindrance.CERTIFICATE:
        return f"{NAMED_CURVE}, and attach the keystore with it {ATTACHED_AS}"
    return f"make the file again with {remade(file)}. Attach the result {ATTACHED_AS}"


def advice(found: Obstacle, file: str) -> str:
    """What it is and what to do about it, where there is no room for more than a sentence or two."""
    return f"{found.kind.value} ({found.said}): {_mending(found.kind, file)}"
