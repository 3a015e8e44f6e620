"""What will hurt later about a keystore that Java may well accept today: one small rule for each trap.

The rules restate how Java chooses and sends certificates (measured on JDK 17) and what providers check (OpenSSL, RFC
5280); ServiceNow's advice on equal passwords is KB0824494 and KB0655967.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from datetime import datetime
from itertools import pairwise

from guarded.values import dataclass
from sn_mock.java.jsse import signing
from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore, LoadFailure, UsableKey
from sn_mock.java.keystore.key_managers import key_managers
from sn_mock.java.keytool.file_kinds import described, file_kind
from sn_mock.java.keytool.newer_tool import FirstReader, first_reader
from sn_mock.java.keytool.obstacles import Obstacle, advice, obstacle
from sn_mock.java.keytool.remedies import for_older_java
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.x509.certificates import Certificate, parse_certificate
from sn_mock.java.x509.key_fit import Fit, fit, position
from sn_mock.java.x509.signatures import is_self_signed, is_signed_by, names_match


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything the rules look at."""

    file_name: str
    data: bytes = field(repr=False)
    declared_type: str
    password: str | None = field(repr=False)
    key_password: str | None = field(repr=False)
    store: KeyStore | LoadFailure
    keys: tuple[UsableKey, ...] | LoadFailure
    when: datetime
    java: Jdk

    @property
    def content(self) -> str:
        """What the bytes are."""
        return self.store.content if isinstance(self.store, KeyStore) else file_kind(self.data)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The loaded entries; none where Java refused the file."""
        return self.store.entries if isinstance(self.store, KeyStore) else ()

    def private_keys(self) -> Iterator[tuple[Entry, tuple[Certificate, ...]]]:
        """Entries that can authenticate the instance, with their parsed chains."""
        for entry in self.entries:
            if entry.kind is EntryKind.PRIVATE_KEY:
                yield entry, tuple(parse_certificate(certificate) for certificate in entry.chain)


Rule = Callable[[Observation], Iterable[str]]


def warnings_for(observation: Observation) -> tuple[str, ...]:
    """All warnings, in the order of the rules."""
    return tuple(text for rule in RULES for text in rule(observation))


_KEYSTORES = frozenset({"JKS", "JCEKS", "PKCS12"})


def not_a_keystore(observation: Observation) -> Iterable[str]:
    """The file is something else altogether."""
    if observation.content not in _KEYSTORES:
        yield f"the file is no keystore but {described(observation.data)}"


def other_content(observation: Observation) -> Iterable[str]:
    """Declared type and content differ; Java copes with JKS and PKCS12 only, and newer releases may not."""
    declared = observation.declared_type.upper()
    if observation.content in _KEYSTORES and declared in _KEYSTORES and declared != observation.content:
        read = "" if isinstance(observation.store, LoadFailure) else f"; Java {observation.java} reads it all the same"
        yield f"declared as {declared}, but the file is {observation.content}{read}"


def wrong_key_password(observation: Observation) -> Iterable[str]:
    """A key whose password is not the store's stops SunX509 for the whole store, whichever Java knows such keys."""
    if observation.password is None:
        return
    if isinstance(observation.store, KeyStore):
        found = isinstance(key_managers(observation.store, observation.password, java=REFERENCE), LoadFailure)
    else:
        later = _first_reader(observation)
        found = later is not None and later.misses_key_password
    if found:
        yield (
            "a key has another password than the store; ServiceNow opens keys with the store's password, "
            "so KeyManagerFactory.init fails for every key of this store"
        )


def unread_by_any_java(observation: Observation) -> Iterable[str]:
    """A file that is whole, and no password and no keytool opens it."""
    found = _obstacle(observation)
    if found is not None:
        yield advice(found, observation.file_name)


def _obstacle(observation: Observation) -> Obstacle | None:
    if not isinstance(observation.store, LoadFailure) and not isinstance(observation.keys, LoadFailure):
        return None
    return obstacle(observation.data, observation.declared_type, observation.password, observation.java)


def made_by_newer_tool(observation: Observation) -> Iterable[str]:
    """A file of today's keytool or openssl is none to an old Java, which does not say why."""
    if not isinstance(observation.store, LoadFailure) and not isinstance(observation.keys, LoadFailure):
        return
    if _obstacle(observation) is not None:
        return
    later, java = _first_reader(observation), observation.java
    if later is not None and not later.java.has(Feature.EDDSA):
        mend = for_older_java(observation.file_name, observation.password)
        yield f"the file was made by a newer tool than Java {java} can read ({later.java} can). {mend}"
    elif later is not None:
        yield f"a key is of an algorithm that Java {java} does not know; {later.java} is the first that does"


def _first_reader(observation: Observation) -> FirstReader | None:
    return first_reader(observation.data, observation.declared_type, observation.password, observation.java)


def foreign_key(observation: Observation) -> Iterable[str]:
    """A key that does not belong to its entry's first certificate is sent all the same, and refused; or not sent."""
    if isinstance(observation.keys, LoadFailure):
        return
    for key in observation.keys:
        kept_back = signing.kept_back(key, observation.java)
        match fit(key.pkcs8, key.chain):
            case Fit.NONE:
                sent = "Java sends it all the same, and the provider refuses the signature"
                yield f"{key.alias}: the private key does not belong to the certificate; {kept_back or sent}"
            case Fit.ISSUER:
                owner = parse_certificate(key.chain[(position(key.pkcs8, key.chain) or 1) - 1])
                sent = "Java sends the client's certificate all the same, and the provider refuses the signature"
                yield (
                    f"{key.alias}: the private key is the CA's ({_name(owner)}), not the client's; "
                    f"{kept_back or sent}; put the client's own key in and take the CA's off the instance"
                )
            case Fit.LATER:
                sent = "Java sends the first as its own"
                yield (
                    f"{key.alias}: the chain is stored in the wrong order: the key belongs to certificate "
                    f"{position(key.pkcs8, key.chain)} of it, and {kept_back or sent}"
                )
            case Fit.FIRST | Fit.UNKNOWN:
                pass


def nothing_to_send(observation: Observation) -> Iterable[str]:
    """No private key with a chain: the handshake sends an empty Certificate message."""
    if isinstance(observation.store, KeyStore) and not any(observation.private_keys()):
        yield "there is no private key with a certificate chain; mutual authentication sends an empty certificate"


def key_without_chain(observation: Observation) -> Iterable[str]:
    """A key without certificates is silently unusable."""
    for entry in observation.entries:
        if entry.kind is not EntryKind.KEY_WITHOUT_CHAIN:
            continue
        if entry.protected_key is None:
            yield f"{entry.alias}: Java lists this alias but cannot find it; it was stored with upper-case letters"
        else:
            yield f"{entry.alias}: the key has no certificate chain and is never used"


def letter_case(observation: Observation) -> Iterable[str]:
    """Java folds aliases; scripts and people who compare them exactly do not find them."""
    for entry in observation.entries:
        if entry.stored_alias not in (None, entry.alias):
            yield f"{entry.alias}: the file calls it {entry.stored_alias!r}; Java knows aliases in lower case only"


def several_keys(observation: Observation) -> Iterable[str]:
    """Which of several keys goes out is decided by the server's wishes and Java's hash order."""
    aliases = [entry.alias for entry, _ in observation.private_keys()]
    if len(aliases) > 1:
        yield (
            f"{len(aliases)} private keys ({', '.join(aliases)}): which one is sent depends on what the provider asks "
            "for and on Java's internal order, not on the order in the file"
        )


def expiry(observation: Observation) -> Iterable[str]:
    """Java sends expired certificates; the provider refuses them."""
    for entry, chain in observation.private_keys():
        for certificate in chain:
            if observation.when > certificate.not_after:
                yield f"{entry.alias}: {_name(certificate)} expired on {certificate.not_after:%Y-%m-%d}"
            elif observation.when < certificate.not_before:
                yield f"{entry.alias}: {_name(certificate)} is not valid before {certificate.not_before:%Y-%m-%d}"


def usage(observation: Observation) -> Iterable[str]:
    """A client certificate needs clientAuth and digitalSignature where it restricts its use."""
    for entry, chain in observation.private_keys():
        usages = chain[0].extended_key_usage
        if usages is not None and "clientAuth" not in usages:
            allowed = ", ".join(usages) or "nothing"
            yield f"{entry.alias}: the extended key usage allows {allowed}, not clientAuth; many providers refuse it"
        if chain[0].digital_signature is False:
            yield f"{entry.alias}: the key usage lacks digitalSignature; many providers refuse it"


def self_signed(observation: Observation) -> Iterable[str]:
    """A self-signed client certificate must be pinned by the provider; often it is a reply that was never imported."""
    replies = {
        certificate.public_key.key: entry.alias
        for entry in observation.entries
        if entry.kind is EntryKind.TRUSTED_CERTIFICATE
        for certificate in [parse_certificate(entry.chain[0])]
    }
    for entry, chain in observation.private_keys():
        if not is_self_signed(chain[0]):
            continue
        reply = replies.get(chain[0].public_key.key)
        if reply is None:
            yield f"{entry.alias}: the certificate is self-signed; the provider must trust exactly this certificate"
        else:
            yield (
                f"{entry.alias}: the key still has its self-signed certificate; the CA's reply was imported as the "
                f"trusted entry {reply!r} instead of under the alias {entry.alias!r}"
            )


def incomplete_chain(observation: Observation) -> Iterable[str]:
    """Java matches the advertised CAs against the chain it holds and sends only that."""
    for entry, chain in observation.private_keys():
        if len(chain) == 1 and not names_match(chain[0], chain[0]):
            issuer = chain[0].issuer.rfc2253()
            yield (
                f"{entry.alias}: the chain is the certificate alone, without its issuer {issuer}; a provider that "
                "advertises only a CA above that one gets no certificate, others may not find a path to it"
            )


def broken_chain(observation: Observation) -> Iterable[str]:
    """Each certificate of a chain must be signed by the next."""
    for entry, chain in observation.private_keys():
        for number, (certificate, issuer) in enumerate(pairwise(chain), start=1):
            if not is_signed_by(certificate, issuer):
                yield (
                    f"{entry.alias}: the chain is out of order or broken at certificate {number}: "
                    f"{_name(certificate)} was not issued by the next one, {_name(issuer)}"
                )


_WEAK_SIGNATURES = ("MD2", "MD5", "SHA1")
_MINIMUM_BITS = {"RSA": 2048, "RSASSA-PSS": 2048, "DSA": 2048, "EC": 224}


def weakness(observation: Observation) -> Iterable[str]:
    """Keys and signatures that providers with today's defaults refuse."""
    for entry, chain in observation.private_keys():
        for certificate in chain:
            key = certificate.public_key
            if key.bits is not None and key.bits < _MINIMUM_BITS.get(key.java_algorithm, 0):
                yield f"{entry.alias}: {_name(certificate)} has a weak key ({key.java_algorithm}, {key.bits} bits)"
            signature = certificate.signature_algorithm.name
            if signature.upper().startswith(_WEAK_SIGNATURES) and not certificate.is_self_issued:
                yield f"{entry.alias}: {_name(certificate)} has a weak signature ({signature})"


def _name(certificate: Certificate) -> str:
    return certificate.subject.rfc2253() or "a certificate without subject"


RULES: tuple[Rule, ...] = (
    not_a_keystore,
    other_content,
    unread_by_any_java,
    made_by_newer_tool,
    foreign_key,
    nothing_to_send,
    key_without_chain,
    letter_case,
    wrong_key_password,
    several_keys,
    expiry,
    usage,
    self_signed,
    incomplete_chain,
    broken_chain,
    weakness,
)
"""Every rule; each looks at one trap."""

HARMLESS: frozenset[Rule] = frozenset({other_content, letter_case, several_keys})
"""Traps of which a keystore that Java reads has nothing to correct, as long as its calls succeed."""


def harmless_of(observation: Observation) -> tuple[str, ...]:
    """Those of the warnings that ask for no correction."""
    return tuple(text for rule in RULES if rule in HARMLESS for text in rule(observation))
