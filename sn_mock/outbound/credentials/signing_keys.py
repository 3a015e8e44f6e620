"""The key and certificate that sign a SOAP message: from the keystore record, by alias and password.

What Java and WSS4J 1.5 throw is theirs; that an instance wraps them as `Error signing SOAP envelope` is reported
(KB0759344), which of its records leads to which of their texts is ASSUMED.
"""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.failure import Failure, JavaChain, JavaException, Stage
from sn_mock.instance import SysCertificate
from sn_mock.java.keystore import KeyStore, LoadFailure, UsableKey
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.lower_case import lower
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.routing.message_security import X509Wish

WSS4J = "org.apache.ws.security.WSSecurityException"
NO_KEY_STORE = "ws-security-key-store-missing"
NO_LOAD = "ws-security-key-store-unreadable"
NO_ALIAS = "ws-security-alias-missing"
NO_KEY = "ws-security-key-not-recovered"
NO_RSA = "ws-security-key-not-rsa"
NO_CERTIFICATE = "ws-security-certificate-unreadable"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a message is signed with."""

    pkcs8: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    """DER; what goes out, whether or not it is the key's own."""
    keystore: str
    alias: str


@dataclass(frozen=True, slots=True)
class NoSigningKey:
    """Why there is none: the failure, and the record to change."""

    failure: Failure
    record: str


def signing_key(shelf: KeystoreShelf, wish: X509Wish) -> SigningKey | NoSigningKey:
    """Open the keystore with the profile's password (or the record's own where it has none) and take the alias."""
    row = shelf.instance.certificate(wish.key_store) if wish.key_store else None
    if row is None:
        named = wish.key_store or "(empty)"
        message = "Unable to extract Key from KeyStore"
        return _none(NO_KEY_STORE, (JavaException(WSS4J, message),), f"{wish.origin}: key_store = {named}")
    read, managed = shelf.opened_with(row, wish.password)
    at_fault = f"{wish.origin}: key_store_password" if wish.password else f"sys_certificate '{row.name}'"
    if isinstance(read, LoadFailure):
        return _none(NO_LOAD, _failed(read.java[0], read.java), at_fault)
    key = _named(managed, wish.alias, shelf.java)
    if key is None and not _has_key(read, wish.alias, shelf.java):
        cause = JavaException("java.lang.Exception", f"Cannot find key for alias: [{wish.alias}]")
        return _none(NO_ALIAS, _failed(cause), f"{wish.origin}: key_store_alias = {wish.alias or '(empty)'}")
    if isinstance(managed, LoadFailure):
        return _none(NO_KEY, _failed(managed.java[0], managed.java), at_fault)
    if key is None or key.pkcs8 is None:
        return _none(NO_KEY, _failed(JavaException("java.security.UnrecoverableKeyException")), at_fault)
    if key.key_type != "RSA":
        cause = JavaException("java.security.InvalidKeyException", f"Not an RSA key: {key.key_type}")
        return _none(NO_RSA, _failed(cause), f"{wish.origin}: key_store_alias = {wish.alias}")
    return _with_certificate(shelf, wish, row, key)


def _with_certificate(
    shelf: KeystoreShelf, wish: X509Wish, row: SysCertificate, key: UsableKey
) -> SigningKey | NoSigningKey:
    assert key.pkcs8 is not None
    if not wish.certificate:
        return SigningKey(key.pkcs8, key.chain[0], row.name, key.alias)
    named = shelf.instance.certificate(wish.certificate)
    held = () if named is None else stores.trusted_certificates(shelf.instance, named)
    readable = [one.der for one in held if not one.refused]
    if not readable:
        message = "Unable to extract Key from KeyStore"
        name = wish.certificate if named is None else named.name
        return _none(NO_CERTIFICATE, (JavaException(WSS4J, message),), f"{wish.origin}: certificate = {name}")
    return SigningKey(key.pkcs8, readable[0], row.name, key.alias)


def _named(managed: tuple[UsableKey, ...] | LoadFailure, alias: str, java: Jdk) -> UsableKey | None:
    """A keystore's aliases are told apart without their case (measured on JDK 17: JKS and PKCS12 lower them)."""
    if isinstance(managed, LoadFailure):
        return None
    return next((key for key in managed if lower(key.alias, java) == lower(alias, java)), None)


def _has_key(read: KeyStore, alias: str, java: Jdk) -> bool:
    wanted = lower(alias, java)
    return any(lower(entry.alias, java) == wanted and entry.protected_key is not None for entry in read.entries)


def _failed(cause: JavaException, behind: JavaChain = ()) -> JavaChain:
    """WSS4J 1.5's exception is a RemoteException, which appends its cause to the message."""
    message = f"Signature creation failed; nested exception is: \n\t{cause}"
    return (JavaException(WSS4J, message), *(behind or (cause,)))


def _none(cause: str, java: JavaChain, record: str) -> NoSigningKey:
    return NoSigningKey(Failure(Stage.KEYSTORE, cause, java), record)
