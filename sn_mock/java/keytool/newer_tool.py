"""Why a Java cannot read a keystore that a newer one can: it was made by a newer keytool or openssl.

Since JDK 16 and OpenSSL 3 a PKCS#12 file is encrypted with PBES2 and sealed with an HMAC of SHA-256, which Java reads
since 8u301 and 11.0.12 (CSR JDK-8267701; measured on 8u252, 11.0.7 and 11.0.13). Java says that the format is invalid,
that an algorithm is not available, or that the password was incorrect, which it is not.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.java.keystore.entries import KeyStore, LoadFailure
from sn_mock.java.keystore.key_managers import key_managers
from sn_mock.java.keystore.loading import load
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.lang.jdk import Jdk, named

_LATER = (named("8u301"), named("11.0.12"), named(17))
_ABOUT_PASSWORD = ("password was incorrect", "Failed PKCS12 integrity checking")
_KEYS = "kmf.init"


@dataclass(frozen=True, slots=True)
class FirstReader:
    """The first Java that reads a file."""

    java: Jdk
    left: LoadFailure | None
    """What it still says: of the password of the store, or of a key."""

    @property
    def misses_key_password(self) -> bool:
        """True where it opens the store, and the key inside has another password."""
        return self.left is not None and self.left.failed_at == _KEYS


def first_reader(data: bytes, declared_type: str, password: str | None, java: Jdk) -> FirstReader | None:
    """The first Java after `java` that reads this PKCS#12 file, where `java` itself cannot; None in any other case.

    A file whose password is wrong as well counts, the store's or a key's: the newer Java gets as far as to say so.
    """
    if file_kind(data) != "PKCS12":
        return None
    ours = refusal(data, declared_type, password, java)
    if ours is None:
        return None
    for later in _LATER:
        if java.is_at_least(later):
            continue
        theirs = refusal(data, declared_type, password, later)
        if theirs is None or _gets_further(theirs, ours):
            return FirstReader(later, theirs)
    return None


def _gets_further(theirs: LoadFailure, ours: LoadFailure) -> bool:
    """Their trouble is a password, and ours, though it may say the same, comes before that."""
    if not _is_about_password(theirs):
        return False
    return not _is_about_password(ours) or (theirs.failed_at == _KEYS != ours.failed_at)


def _is_about_password(refused: LoadFailure) -> bool:
    text = str(refused.java[0])
    if refused.failed_at == _KEYS:
        return "not available" not in text
    return any(known in text for known in _ABOUT_PASSWORD)


def refusal(data: bytes, declared_type: str, password: str | None, java: Jdk) -> LoadFailure | None:
    """What that Java says of the file or of its keys, all opened with one password; None where it takes them."""
    store = load(data, declared_type, password, java=java)
    keys = key_managers(store, password, java=java) if isinstance(store, KeyStore) else store
    return keys if isinstance(keys, LoadFailure) else None
