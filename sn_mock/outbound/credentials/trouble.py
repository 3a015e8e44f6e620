"""What is wrong with a keystore that Java cannot use: decided once, for the rules and for Validate Stores/Certificates.

The exception alone does not tell: a file of another type than the record says is complained about in the words of a
damaged one, and so is one that a newer Java reads. So the file is looked at, and opened as what it is.
"""

from __future__ import annotations

from enum import Enum

from sn_mock.instance.records import SysCertificate
from sn_mock.java import keystore
from sn_mock.java.keystore import LoadFailure
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.keytool.obstacles import Hindrance
from sn_mock.java.keytool.remedies import ATTACHED_AS, conversion
from sn_mock.java.lang.features import Feature
from sn_mock.outbound.credentials.shelf import KeystoreShelf, StoreView, java_type

KEYSTORES = frozenset({"JKS", "JCEKS", "PKCS12"})
"""Kinds of files that are keystores of Java."""

_TYPE_LABELS = {"JKS": "Java Key Store", "PKCS12": "PKCS12 Key Store"}
_ABOUT_PASSWORD = ("password", "Integrity check failed")
_NOT_A_KEYSTORE = (
    "Invalid keystore format",
    "toDerInputStream rejects",
    "DerInputStream.getLength",
    "DerValue.getBigInteger",
    "Tag number over 30",
)


class Trouble(Enum):
    """Why Java cannot use a keystore that is attached."""

    PROTECTION = "encrypted or sealed with an algorithm that Java does not read"
    NOT_ASCII = "opened by a password that is none that Java takes"
    CERTIFICATE = "opened, and a certificate in it is none that Java parses"
    TOO_NEW = "made by a newer tool than this Java can read"
    UNKNOWN_ALGORITHM = "a key of an algorithm that this Java does not know"
    PASSWORD = "the password on the record does not open it"
    KEY_PASSWORD = "the password on the record opens it, and not the key inside"
    OTHER_TYPE = "a keystore of another type than the record says"
    NO_KEYSTORE = "no keystore"
    DAMAGED = "damaged"


_HINDRANCES = {
    Hindrance.PROTECTION: Trouble.PROTECTION,
    Hindrance.PASSWORD_NOT_ASCII: Trouble.NOT_ASCII,
    Hindrance.CERTIFICATE: Trouble.CERTIFICATE,
}


def trouble(shelf: KeystoreShelf, row: SysCertificate) -> Trouble | None:
    """Why Java cannot use that row's file; None where it can, or where there is none."""
    view = shelf.view(row)
    failure = view.failure
    if view.attachment is None or failure is None:
        return None
    if obstacle := shelf.obstacle(row):
        return _HINDRANCES[obstacle.kind]
    if later := shelf.first_reader(row):
        return Trouble.UNKNOWN_ALGORITHM if later.java.has(Feature.EDDSA) else Trouble.TOO_NEW
    text = str(failure.java[0].message)
    opened = not isinstance(view.loaded, LoadFailure)
    if row.key_store_password is None and (opened or "assword" in text):
        return Trouble.PASSWORD
    if opened:
        return Trouble.KEY_PASSWORD
    if any(known in text for known in _ABOUT_PASSWORD):
        return Trouble.PASSWORD
    kind = file_kind(view.attachment.data)
    if _opens_as_what_it_is(shelf, view, kind):
        return Trouble.OTHER_TYPE
    if kind not in KEYSTORES and any(known in text for known in _NOT_A_KEYSTORE):
        return Trouble.NO_KEYSTORE if view.attachment.data else Trouble.DAMAGED
    return Trouble.DAMAGED


def _opens_as_what_it_is(shelf: KeystoreShelf, view: StoreView, kind: str) -> bool:
    """Whether this Java opens it under its own type, or asks for its password there."""
    if view.attachment is None or kind not in KEYSTORES or kind == java_type(view.row):
        return False
    secret = view.row.key_store_password
    read = keystore.load(view.attachment.data, kind, secret.reveal() if secret else None, java=shelf.java)
    return not isinstance(read, LoadFailure) or "password" in str(read.java[0].message)


def fitting_type(kind: str, file_name: str, password: str | None = None) -> str:
    """What to do about a keystore of that kind under a record of another type."""
    label = _TYPE_LABELS.get(kind)
    if label:
        return f"choose the Type {label}: the file is one"
    return f"convert the file with {conversion(file_name, kind, password)} and attach the result {ATTACHED_AS}"
