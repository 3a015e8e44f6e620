"""What keytool does in the mutual-authentication guide, one function for each verb of `sn-mock keystore`.

new → csr → (the CA signs) → import_reply → export_cert, and import_cert for whom to trust. Files are written whole and
readable by their owner only; passwords are never printed. Every mistake of the user is a MockUsageError
that names the file and the next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path

from guarded import files
from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.jsse.signing import private_key_type
from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore, LoadFailure
from sn_mock.java.keystore.items import KeyItem, StoreItem, TrustedItem
from sn_mock.java.keystore.loading import load
from sn_mock.java.keystore.unlocking import unlock
from sn_mock.java.keytool import issuing, rewriting
from sn_mock.java.keytool.distinguished_names import name_der
from sn_mock.java.keytool.remedies import SHORTEST_PASSWORD, conversion
from sn_mock.java.keytool.replies import order_chain, read_certificates
from sn_mock.java.lang.jdk import REFERENCE, JavaName, Jdk, named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import Certificate, parse_certificate
from sn_mock.java.x509.key_fit import Fit, fit, position

_DAYS = 90
_MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Access:
    """A keystore file and how to open it."""

    file: Path
    password: str = field(repr=False)
    declared_type: str = "JKS"
    key_password: str | None = field(default=None, repr=False)
    """None takes the store's password."""

    @property
    def key_secret(self) -> str:
        """The password that opens the keys."""
        return self.password if self.key_password is None else self.key_password


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What was done: the entry as it now is, and remarks for the user."""

    file: Path
    alias: str
    chain: tuple[str, ...]
    """Subjects, leaf first."""
    notes: tuple[str, ...] = ()


def new(
    access: Access,
    alias: str,
    subject: str,
    *,
    key_algorithm: str = "RSA",
    key_size: int | None = None,
    days: int = _DAYS,
    now: datetime | None = None,
    java: JavaName = REFERENCE,
) -> ToolOutcome:
    """Make a key and a self-signed certificate under `alias`, as `keytool -genkeypair` does; the file may exist.

    `subject` is a written name such as `CN=acme client, O=Example, C=NL`; `days` the validity. The file is one that
    `java` can read; where it is there already, and is not, nothing is written.
    """
    _check_alias(alias)
    if not 1 <= days <= _MOST_DAYS:
        raise MockUsageError(f"a certificate cannot be valid for {days} days; take 1 to {_MOST_DAYS}")
    items, content, before = _present(access, alias)
    _check_password(access)
    pkcs8 = issuing.generate_key(key_algorithm, key_size)
    moment = datetime.now(UTC) if now is None else now
    certificate = issuing.self_signed_certificate(pkcs8, name_der(subject), days=days, now=moment)
    items.append(KeyItem(alias, pkcs8, (certificate,), access.key_password, moment))
    data = rewriting.write_store(content, items, access.password, like=before, java=named(java))
    _check_readable(access, data, named(java))
    _write(access.file, data)
    notes = ["the certificate is self-signed; ask a CA to sign it (csr) or send it to the provider (export-cert)"]
    if access.key_password not in (None, access.password):
        notes.append("the key has a password of its own; ServiceNow opens keys with the store's password only")
    return _outcome(access, alias, (certificate,), notes)


def csr(access: Access, alias: str, out: Path | None = None, *, subject: str | None = None) -> str:
    """A PKCS#10 request (PEM) for the key under `alias`, as `keytool -certreq` makes it; written to `out` if given."""
    entry = _key_entry(_opened(access), access, alias)
    leaf = parse_certificate(entry.chain[0])
    if entry.key_type == "RSASSA-PSS":
        raise MockUsageError(f"{access.file}: requests for RSASSA-PSS keys are not made here; use keytool -certreq")
    name = leaf.subject.encoded() if subject is None else name_der(subject)
    request = issuing.certificate_request(_unlocked(entry, access), name)
    text = issuing.pem("NEW CERTIFICATE REQUEST", request)
    if out is not None:
        _write(out, text.encode("ascii"))
    return text


def import_reply(
    access: Access,
    alias: str,
    reply: Path,
    *,
    ca_files: Sequence[Path] = (),
    incomplete: bool = False,
    now: datetime | None = None,
) -> ToolOutcome:
    """Put the CA's reply (PEM, DER, P7B) under the key it answers, as `keytool -importcert` does.

    The chain is ordered, and completed from the reply, the keystore's trusted entries and `ca_files`; `incomplete`
    accepts a chain that does not reach a root.
    """
    store = _opened(access)
    entry = _key_entry(store, access, alias)
    certificates = read_certificates(_read(reply), str(reply))
    known = [certificate for file in ca_files for certificate in read_certificates(_read(file), str(file))]
    known += [parse_certificate(one.chain[0]) for one in store.entries if one.kind is EntryKind.TRUSTED_CERTIFICATE]
    pkcs8 = _unlocked(entry, access)
    try:
        chain = order_chain(
            _certificate_of(pkcs8, entry, certificates), certificates, known, alias=entry.alias, incomplete=incomplete
        )
    except MockUsageError as problem:
        raise MockUsageError(f"{reply}: {problem}{_better_alias(store, certificates, entry.alias)}") from None
    certified = chain.certificates[0].public_key.java_algorithm
    own = private_key_type(pkcs8)
    if certified != own:
        raise MockUsageError(
            f"{reply}: certifies the {own} key under {entry.alias!r} as {certified}, and Java refuses such "
            f"a pair; ask the CA for a certificate of the key as the request has it"
        )
    encoded = tuple(certificate.encoded for certificate in chain.certificates)
    items = rewriting.with_chain(rewriting.items_of(store), entry.alias, encoded)
    _write(access.file, rewriting.write_store(store.content, items, access.password, like=_read(access.file)))
    notes = [*chain.notes, *_validity_notes(chain.certificates[0], datetime.now(UTC) if now is None else now)]
    if entry.chain == encoded:
        notes.append("the keystore already held exactly this chain")
    return _outcome(access, entry.alias, encoded, notes)


def import_cert(access: Access, alias: str, file: Path) -> ToolOutcome:
    """Trust one certificate (PEM, DER) under a new alias, as `keytool -importcert -trustcacerts`; the store may be new.

    KB0696599 asks for the provider's certificates in the keystore that the profile uses.
    """
    _check_alias(alias)
    certificates = read_certificates(_read(file), str(file))
    if len(certificates) > 1:
        raise MockUsageError(f"{file}: holds {len(certificates)} certificates; import each under an alias of its own")
    items, content, before = _present(access, alias)
    _check_password(access)
    hint = _better_alias(_opened(access), certificates, "") if before else ""
    if hint:
        raise MockUsageError(
            f"{file}: is the certificate of a key of this keystore; as a trusted entry it would never be sent "
            f"(KB1648222), so import it as the CA's reply{hint}"
        )
    encoded = certificates[0].encoded
    items.append(TrustedItem(alias, encoded))
    _write(access.file, rewriting.write_store(content, items, access.password, like=before))
    return _outcome(access, alias, (encoded,), _validity_notes(certificates[0], datetime.now(UTC)))


def export_cert(
    access: Access, alias: str, out: Path | None = None, *, as_pem: bool = True, whole_chain: bool = False
) -> bytes:
    """The certificate under `alias` (PEM, else DER), to send to the provider; written to `out` if given.

    `whole_chain` exports every certificate of the chain and needs PEM.
    """
    entry = _entry(_opened(access), access, alias)
    if not entry.chain:
        raise MockUsageError(f"{access.file}: {entry.alias!r} has no certificate")
    if whole_chain and not as_pem:
        raise MockUsageError("DER holds one certificate; export the whole chain as PEM")
    chain = entry.chain if whole_chain else entry.chain[:1]
    data = "".join(issuing.pem("CERTIFICATE", one) for one in chain).encode("ascii") if as_pem else chain[0]
    if out is not None:
        _write(out, data)
    return data


def _present(access: Access, alias: str) -> tuple[list[StoreItem], str, bytes]:
    """What the file holds (nothing, where it is new), its content type and its bytes; `alias` must be free."""
    if not access.file.exists():
        return [], access.declared_type.upper(), b""
    store = _opened(access)
    if store.entry(alias) is not None:
        raise MockUsageError(f"{access.file}: the alias {alias.lower()!r} is taken; choose another one")
    return rewriting.items_of(store), store.content, _read(access.file)


def _check_alias(alias: str) -> None:
    if not alias.strip():
        raise MockUsageError("an alias is needed, for example: acme")


def _check_password(access: Access) -> None:
    for what, secret in (("keystore", access.password), ("key", access.key_secret)):
        if len(secret) < SHORTEST_PASSWORD:
            raise MockUsageError(f"the {what}'s password must have at least {SHORTEST_PASSWORD} characters")
        if access.declared_type.upper() != "JKS" and not (secret.isascii() and secret.isprintable()):
            raise MockUsageError(f"the {what}'s password must be printable ASCII, or Java cannot open the file")


def _check_readable(access: Access, data: bytes, java: Jdk) -> None:
    """What was there stays as its tool encrypted it, so a new entry does not make it one for an older Java."""
    read = load(data, access.declared_type, access.password, java=java)
    if isinstance(read, LoadFailure):
        raise MockUsageError(
            f"{access.file}: Java {java} cannot read this file ({read.java[0]}), nor with another key in it; "
            f"next step: {conversion(access.file.name, password=access.password)}, or name a new file"
        )


def _opened(access: Access) -> KeyStore:
    store = load(_read(access.file), access.declared_type, access.password)
    if isinstance(store, LoadFailure):
        raise MockUsageError(f"{access.file}: Java does not open this keystore: {' ← '.join(map(str, store.java))}")
    return store


def _entry(store: KeyStore, access: Access, alias: str) -> Entry:
    entry = store.entry(alias)
    if entry is None:
        present = ", ".join(repr(one.alias) for one in store.entries) or "none"
        raise MockUsageError(f"{access.file}: has no alias {alias.lower()!r}; its aliases: {present}")
    return entry


def _key_entry(store: KeyStore, access: Access, alias: str) -> Entry:
    entry = _entry(store, access, alias)
    if entry.kind is EntryKind.TRUSTED_CERTIFICATE:
        keys = ", ".join(repr(one.alias) for one in store.entries if one.kind is EntryKind.PRIVATE_KEY) or "none"
        raise MockUsageError(
            f"{access.file}: {entry.alias!r} is a trusted certificate without a private key; a reply imported there "
            f"would never be sent. Keys of this keystore: {keys}"
        )
    if entry.kind is EntryKind.SECRET_KEY or entry.protected_key is None:
        raise MockUsageError(f"{access.file}: {entry.alias!r} is no private key")
    return entry


def _unlocked(entry: Entry, access: Access) -> bytes:
    try:
        return unlock(entry, access.key_secret, REFERENCE)
    except JavaThrow as refused:
        raise MockUsageError(
            f"{access.file}: the key {entry.alias!r} does not open: {refused}; give its password"
        ) from None


def _certificate_of(pkcs8: bytes, entry: Entry, reply: Sequence[Certificate]) -> Certificate | None:
    """The reply's certificate of the private key, which need not be that of the first one stored beside it.

    A key that cannot be compared is taken to be that of its stored certificate.
    """
    if entry.chain and fit(pkcs8, entry.chain) is Fit.UNKNOWN:
        stored = parse_certificate(entry.chain[0]).public_key.key
        return next((one for one in reply if one.public_key.key == stored), None)
    place = position(pkcs8, [one.encoded for one in reply])
    return reply[place - 1] if place else None


def _better_alias(store: KeyStore, certificates: Sequence[Certificate], alias: str) -> str:
    """The alias whose key the reply does answer, as a hint."""
    keys = {certificate.public_key.key for certificate in certificates}
    for entry in store.entries:
        fits = entry.kind is EntryKind.PRIVATE_KEY and parse_certificate(entry.chain[0]).public_key.key in keys
        if fits and entry.alias != alias:
            return f". It fits the key under {entry.alias!r}"
    return ""


def _validity_notes(leaf: Certificate, now: datetime) -> list[str]:
    if now > leaf.not_after:
        return [f"the certificate expired on {leaf.not_after:%Y-%m-%d}"]
    if now < leaf.not_before:
        return [f"the certificate is not valid before {leaf.not_before:%Y-%m-%d}"]
    return []


def _outcome(access: Access, alias: str, chain: Sequence[bytes], notes: Sequence[str]) -> ToolOutcome:
    subjects = tuple(parse_certificate(certificate).subject.rfc2253() for certificate in chain)
    return ToolOutcome(access.file, alias.lower(), subjects, tuple(notes))


def _read(file: Path) -> bytes:
    try:
        return files.read(file)
    except OSError as error:
        raise MockUsageError(f"{file}: cannot be read ({error.strerror})") from None


def _write(file: Path, data: bytes) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    try:
        files.write(file, data, private=True)
    except OSError as error:
        raise MockUsageError(f"{file}: cannot be written ({error.strerror})") from None
