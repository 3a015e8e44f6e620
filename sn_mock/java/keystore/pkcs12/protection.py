"""How a PKCS#12 file is encrypted and sealed, without its password: what a Java has no algorithm for it never reads.

The exception does not always tell: with a wrong password the encryption fails before the MAC is asked for, and a Java 8
stumbles over the parameters of every newer encryption alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sn_mock.java.asn1 import reading
from sn_mock.java.asn1.der import Input
from sn_mock.java.keystore.pbe import schemes as pbe
from sn_mock.java.keystore.pbe.budget import one_reading
from sn_mock.java.keystore.pkcs12 import contents as pkcs12_contents
from sn_mock.java.keystore.pkcs12.bags import Contents, read_safe
from sn_mock.java.keystore.pkcs12.contents import Encryption
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow

_OF_ALGORITHMS = ("expecting the object identifier for", "iteration count too large", "not available")
"""What a sound file is told; other words are about a damaged one."""


def unread_protection(data: bytes, java: Jdk) -> str | None:
    """The first encryption or MAC of the file that this Java has not, or has not with so many rounds.

    None where it has them all, and where the file cannot be parsed that far.
    """
    try:
        cursor, safes = _opened(data, java)
        for method in _encryptions(safes, java):
            method.check_iterations("")
            if not pbe.is_known(method.scheme):
                return f"no cipher of Java opens {method.scheme}"
        if cursor.available > 0:
            pkcs12_contents.check_mac_algorithm(cursor, java)
    except JavaThrow as refused:
        said = str(refused.message)
        return said.strip() if any(known in said for known in _OF_ALGORITHMS) else None
    return None


@one_reading
def is_whole(data: bytes, password: str | None, java: Jdk) -> bool:
    """True where the MAC is right, so that the file is as it was made and the password is its own; or there is none."""
    try:
        cursor, safes = _opened(data, java)
        if cursor.available > 0:
            pkcs12_contents.check_mac(cursor, safes, password or "", java)
    except JavaThrow:
        return False
    return True


def _opened(data: bytes, java: Jdk) -> tuple[Input, bytes]:
    """The cursor behind the safes, where the MAC is, and the safes."""
    cursor = reading.streamed(data, java).input()
    cursor.integer()
    return cursor, pkcs12_contents.content_info(cursor).data() or b""


def _encryptions(safes: bytes, java: Jdk) -> Iterator[Encryption]:
    """Of the safes, and of the keys in plain ones."""
    for safe in reading.cursor(safes, java).sequence():
        info = pkcs12_contents.content_info(safe.reopened())
        if info.oid == pkcs12_contents.ENCRYPTED_DATA:
            yield pkcs12_contents.encrypted_content(info, java)[0]
            continue
        for protected in _keys(info.data() or b"", java):
            yield pkcs12_contents.encryption(reading.value(protected, java).data.value())


def _keys(safe: bytes, java: Jdk) -> tuple[bytes, ...]:
    contents = Contents()
    with suppress(JavaThrow):  # of a certificate that Java does not parse: the keys in front of it are known
        read_safe(reading.cursor(safe, java), contents)
    return tuple(key.protected_key for key in contents.keys)
