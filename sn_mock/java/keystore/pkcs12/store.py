"""Reading a PKCS#12 file as `sun.security.pkcs12.PKCS12KeyStore` does: safes, MAC, then the chains.

Source: RFC 7292; order, workarounds and refusals measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from guarded.regex import regex
from sn_mock.java.asn1 import der
from sn_mock.java.keystore.entries import Entry, EntryKind, Protection
from sn_mock.java.keystore.pbe import schemes as pbe
from sn_mock.java.keystore.pkcs12 import chains as pkcs12_chains
from sn_mock.java.keystore.pkcs12 import contents as pkcs12_contents
from sn_mock.java.keystore.pkcs12.bags import CertificateBag, Contents, KeyBag, read_safe
from sn_mock.java.lang.jdk import Feature, Jdk
from sn_mock.java.lang.thrown import UNRECOVERABLE, JavaThrow, io
from sn_mock.java.x509.certificates import moment


def read(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    """The entries in Java's order; raises the JDK's exceptions.

    With a null password encrypted safes are skipped without a word and the MAC is not checked.
    """
    cursor = der.Value.from_stream(data, any_tag=not java.has(Feature.JAVA_17_DER)).input()
    if cursor.integer() != 3:
        raise io("PKCS12 keystore not in version 3 format")
    outer = pkcs12_contents.content_info(cursor)
    if outer.oid != pkcs12_contents.DATA:
        raise io("public key protected PKCS12 not supported")
    safes = _octets(outer.data())
    contents = Contents()
    for safe in der.Input(safes).sequence():
        _read_content(pkcs12_contents.content_info(der.Input(safe.encoded())), password, contents, java)
    if cursor.available > 0 and password is not None:
        pkcs12_contents.check_mac(cursor, safes, password, java)
    pkcs12_chains.complete(contents)
    return tuple(_entries(contents))


def _octets(data: bytes | None) -> bytes:
    if data is None:
        raise JavaThrow("java.lang.NullPointerException", 'Cannot read the array length because "data" is null')
    return data


def _read_content(info: pkcs12_contents.ContentInfo, password: str | None, contents: Contents, java: Jdk) -> None:
    if info.oid == pkcs12_contents.DATA:
        read_safe(der.Input(_octets(info.data())), contents)
    elif info.oid == pkcs12_contents.ENCRYPTED_DATA:
        if password is None:
            return
        encryption, octets = pkcs12_contents.encrypted_content(info, java)

        def attempt(secret: str) -> None:
            read_safe(der.Input(encryption.decrypt(secret, octets), old=not java.has(Feature.JAVA_17_DER)), contents)

        try:
            pbe.with_empty_password_retry(attempt, password)
        except JavaThrow as refused:
            if refused.is_error:
                raise
            cause = JavaThrow(UNRECOVERABLE, f"failed to decrypt safe contents entry: {refused}")
            raise io("keystore password was incorrect", cause) from None
    else:
        raise io("public key protected PKCS12 not supported")


def _entries(contents: Contents) -> Iterable[Entry]:
    for alias, item in contents.entries.items():
        if isinstance(item, CertificateBag):
            trusted = (item.certificate.encoded,)
            yield Entry(alias, EntryKind.TRUSTED_CERTIFICATE, trusted, None, None, Protection.PKCS12, item.alias)
        else:
            chain = tuple(certificate.encoded for certificate in item.chain)
            created = _created(item.key_id)
            yield Entry(alias, _key_kind(item), chain, item.protected_key, created, Protection.PKCS12, item.alias)


def _key_kind(item: KeyBag) -> EntryKind:
    if not item.is_private:
        return EntryKind.SECRET_KEY
    return EntryKind.PRIVATE_KEY if item.chain else EntryKind.KEY_WITHOUT_CHAIN


_TIME_ID = regex(rb"Time ([0-9]{1,18})")


def _created(key_id: bytes) -> datetime | None:
    """keytool writes the creation time as localKeyID `Time <milliseconds>`."""
    found = _TIME_ID.fullmatch(key_id)
    return None if found is None else moment(int(found[1]))
