"""Keys and certificates in every form that people have: PEM, DER, PKCS#7, PKCS#12, JKS, encrypted PKCS#8, in any order.

What cannot be used as it is says what it is and which command converts it. cryptography is imported only where a form
other than plain PEM and DER certificates turns up.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

from provider_stub.policy import sources as pem
from tls_transcript import DecodeError, der, names, x509

_JKS, _JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_MOST_ENTRIES = 10_000
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_TO_PKCS12 = "keytool -importkeystore -srckeystore FILE -destkeystore provider.p12 -deststoretype PKCS12"


class FormError(ValueError):
    """What the data is, and the command that turns it into something that can be used."""


def certificates(data: bytes) -> tuple[bytes, ...]:
    """Every certificate (DER) in a file of trusted certificates. Raises ValueError where there is none to be had."""
    if data[:4] in (_JKS, _JCEKS):
        return _from_jks(data)
    if _is_pkcs12(data):
        raise FormError(
            "is a PKCS#12 keystore; take its certificates out: openssl pkcs12 -in FILE -nokeys -out certificates.pem"
        )
    if b"-----BEGIN PKCS7-----" in data or (data[:1] == b"\x30" and _SIGNED_DATA in data[:32]):
        return _from_pkcs7(data)
    return pem.certificates(data)


def identity(certificate: bytes, key: bytes, password: str | None) -> tuple[tuple[bytes, ...], bytes]:
    """The server's chain (DER, leaf first) and its key (one PEM block, unencrypted), from the files' bytes.

    One PKCS#12 file may be both. Raises FormError.
    """
    if _is_pkcs12(certificate):
        return _from_pkcs12(certificate, password)
    if certificate[:4] in (_JKS, _JCEKS) or key[:4] in (_JKS, _JCEKS):
        raise FormError(f"is a Java keystore; convert it: {_TO_PKCS12}, and name provider.p12 with server_key_password")
    chain = certificates(certificate)
    clear = _clear_key(key, password)
    return _leaf_first(chain, clear), clear


def resolved_password(text: str | None) -> str | None:
    """The password itself, of `env:NAME` or as it stands. Raises FormError where the variable is missing."""
    if text is None or not text.startswith("env:"):
        return text
    name = text.removeprefix("env:")
    if name not in os.environ:
        raise FormError(f"environment variable {name} is not set; export {name}=<the password>")
    return os.environ[name]


def ordered(chain: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A chain with its leaf first: the certificate that issued none of the others; as it is where that is not clear."""
    try:
        subjects = {one: names.subject_of(one) for one in chain}
        issuers = {one: names.issuer_of(one) for one in chain}
    except DecodeError:
        return chain
    leaves = [one for one in chain if not any(issuers[other] == subjects[one] for other in chain if other is not one)]
    if len(leaves) != 1 or leaves[0] == chain[0]:
        return chain
    found = [leaves[0]]
    left = [one for one in chain if one is not leaves[0]]
    while parent := next((one for one in left if subjects[one] == issuers[found[-1]]), None):
        found.append(parent)
        left.remove(parent)
    return (*found, *left)


def notes(trust: Sequence[bytes], leaves: Sequence[bytes] = ()) -> tuple[str, ...]:
    """What is odd about whom a policy trusts: a leaf among the CAs, a web server's certificate among the clients'."""
    told = [_note(one, among_authorities=True) for one in trust] + [
        _note(one, among_authorities=False) for one in leaves
    ]
    return tuple(note for note in told if note)


def _note(certificate: bytes, *, among_authorities: bool) -> str | None:
    try:
        read = x509.summary(certificate)
    except DecodeError:
        return None
    if not read.is_ca and read.eku and set(read.eku) <= {"serverAuth"}:  # RFC 5280 section 4.2.1.12
        return (
            f"{'trust' if among_authorities else 'trusted_leaves'}: {read.subject} is a web server's certificate "
            "(serverAuth only), such as a browser exports from the client's web site: no client calls with it; "
            "the one to import is that of the keystore the client calls with"
        )
    if read.is_ca is not False or not among_authorities:
        return None
    if read.subject != read.issuer:
        return (
            f"trust: {read.subject} is no CA but a client's own certificate: nobody is accepted for it, and its "
            "name goes out as a CA name, so that a Java client sends nothing; trusted_leaves is meant for it"
        )
    return (
        f"trust: {read.subject} signed itself and is no CA: only the client with that very certificate is "
        "accepted, and its name goes out as a CA name; trusted_leaves says the same without the name"
    )


def _is_pkcs12(data: bytes) -> bool:
    """PFX ::= SEQUENCE { version INTEGER (3), … } (RFC 7292 section 4)."""
    if data[:1] != b"\x30":
        return False
    try:
        first = der.first(der.first(data).content)
    except (DecodeError, IndexError):
        return False
    return first.tag == 0x02 and first.content == b"\x03"


def _from_pkcs7(data: bytes) -> tuple[bytes, ...]:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    load = pkcs7.load_der_pkcs7_certificates if data[:1] == b"\x30" else pkcs7.load_pem_pkcs7_certificates
    try:
        return tuple(one.public_bytes(Encoding.DER) for one in load(data))
    except ValueError as error:
        raise FormError(f"is PKCS#7 that cannot be read: {error}") from None


def _from_pkcs12(data: bytes, password: str | None) -> tuple[tuple[bytes, ...], bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, (password or "").encode())
    except ValueError:
        what = "does not open with server_key_password" if password else "needs its password: set server_key_password"
        raise FormError(f"is a PKCS#12 keystore and {what}") from None
    if key is None or certificate is None:
        raise FormError("is a PKCS#12 keystore without a private key; export it with its key")
    chain = [certificate, *others]
    clear = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ordered(tuple(one.public_bytes(Encoding.DER) for one in chain)), clear


def _from_jks(data: bytes) -> tuple[bytes, ...]:
    """The certificates of a JKS or JCEKS file: trusted ones, and the top of each key's chain. Needs no password."""
    reader = _Reader(data, 8)
    found: list[bytes] = []
    entries = reader.number()
    if entries > _MOST_ENTRIES:
        raise FormError(f"is a Java keystore of {entries} entries; at most {_MOST_ENTRIES} are read")
    version = int.from_bytes(data[4:8], "big")
    for _ in range(entries):
        kind = reader.number()
        reader.text()
        reader.skip(8)
        if kind == 1:
            reader.skip(reader.number())
            chain = [reader.certificate(version) for _ in range(min(reader.number(), _MOST_ENTRIES))]
            found += chain[-1:]
        elif kind == 2:
            found.append(reader.certificate(version))
        else:
            raise FormError("is a Java keystore with a secret key; export its certificates: keytool -exportcert")
    if not found:
        raise FormError("is a Java keystore that holds no certificate")
    return tuple(dict.fromkeys(found))


class _Reader:
    """Java's DataInputStream over bytes; ends in FormError where they do."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self._position = data, position

    def skip(self, octets: int) -> bytes:
        taken = self._data[self._position : self._position + octets]
        if octets < 0 or len(taken) < octets:
            raise FormError("is a Java keystore that ends too early; get the file again, as binary")
        self._position += octets
        return taken

    def number(self) -> int:
        return int.from_bytes(self.skip(4), "big")

    def text(self) -> bytes:
        return self.skip(int.from_bytes(self.skip(2), "big"))

    def certificate(self, version: int) -> bytes:
        if version == 2:
            self.text()
        return self.skip(self.number())


def _clear_key(data: bytes, password: str | None) -> bytes:
    """The first private key as an unencrypted PEM block; b"" where there is none."""
    if data[:1] == b"\x30":
        return _decrypted(data, password) if _is_encrypted_der(data) else pem.to_pem("PRIVATE KEY", data)
    keys = pem.private_keys(data)
    if not keys:
        return b""
    key = keys[0]
    if b"ENCRYPTED" in key:
        return _decrypted(key, password)
    return key if key.endswith(b"\n") else key + b"\n"


def _is_encrypted_der(data: bytes) -> bool:
    """EncryptedPrivateKeyInfo begins with an AlgorithmIdentifier, the other forms with a version (RFC 5958)."""
    try:
        return der.first(der.first(data).content).tag == 0x30
    except (DecodeError, IndexError):
        return False


def _decrypted(data: bytes, password: str | None) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_der_private_key,
        load_pem_private_key,
    )

    if password is None:
        raise FormError(
            "the key is encrypted: set server_key_password (or env:NAME), or: openssl pkey -in FILE -out clear.key"
        )
    load = load_der_private_key if data[:1] == b"\x30" else load_pem_private_key
    try:
        key = load(data, password.encode())
    except (ValueError, TypeError):
        raise FormError("server_key_password does not open the key") from None
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _leaf_first(chain: tuple[bytes, ...], key: bytes) -> tuple[bytes, ...]:
    """The chain as it is where its first certificate fits the key; else with the one that does in front."""
    if len(chain) < 2 or not key:
        return chain
    matching = _matching(chain, key)
    return chain if matching in (None, chain[0]) else _climbed(chain, matching)


def _climbed(chain: Sequence[bytes], leaf: bytes | None) -> tuple[bytes, ...]:
    assert leaf is not None
    others = tuple(one for one in chain if one != leaf)
    rest = ordered(others) if len(others) > 1 else others
    return (leaf, *rest)


def _matching(chain: Sequence[bytes], key: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        own = load_pem_private_key(key, None).public_key().public_bytes(*form)
        if der.subject_public_key_info(chain[0]).encoded == own:  # as always, and nothing dear is loaded
            return chain[0]
        from cryptography import x509 as parsed

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd serial number is no matter here
            return next(
                (one for one in chain if parsed.load_der_x509_certificate(one).public_key().public_bytes(*form) == own),
                None,
            )
    except (ValueError, TypeError):  # whatever is odd about it is OpenSSL's to say
        return None
