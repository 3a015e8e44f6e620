"""Which client key a Java key manager offers when the provider sends a CertificateRequest.

`SunX509` is what ServiceNow uses (`KeyManagerFactoryImpl$SunX509` in the stack trace of KB0655967): the provider's
order of key types decides first, then Java's own order of the aliases; validity, usage and key size never matter.
`NewSunX509` (also `PKIX`) is there for comparison. Both measured on JDK 11, 17, 21 and 25.

Several keystores are asked one after the other, each as its own key manager, in the order of their rows (ASSUMED: the
real merge is not documented; PRB1923704 tells that the order of the rows decides).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from guarded.values import dataclass
from sn_mock.failure import JavaChain, MockUsageError
from sn_mock.java.jsse import signing
from sn_mock.java.jsse.grading import REASONS, Grade, grade
from sn_mock.java.jsse.key_types import key_types, request_refusal
from sn_mock.java.keystore.entries import UsableKey
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix import algorithm_constraints
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.certificates import Certificate, parse_certificate
from sn_mock.java.x509.names import Name
from sn_mock.negotiated import PassedOver, PassedOverCause
from tls_transcript import CertificateRequest

SUN_X509, NEW_SUN_X509 = "SunX509", "NewSunX509"
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
ALGORITHMS = {"sunx509": SUN_X509, "newsunx509": NEW_SUN_X509, "pkix": NEW_SUN_X509}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One usable key and the keystore it came from."""

    keystore: str
    key: UsableKey
    keystore_id: str = ""
    """What tells stores of one name apart (names need not be unique); empty where nothing does."""

    @property
    def store(self) -> tuple[str, str]:
        """What tells its keystore from others."""
        return self.keystore_id, self.keystore


@dataclass(frozen=True, slots=True)
class Choice:
    """The key manager's answer, and why it is not another one."""

    chosen: Candidate | None
    """The key whose alias the key manager returned."""
    sent: bool
    """True where its chain goes out; False where the Certificate message is empty."""
    rejected: tuple[PassedOver, ...]
    key_types: tuple[str, ...]
    """What the key manager was asked for, in order."""
    issuers: tuple[str, ...] | None
    """RFC 2253 names of the advertised CAs; None where TLS 1.3 left the extension out (Java passes null)."""
    withheld: str | None = None
    """Why an alias was chosen and its certificate is not sent all the same."""
    told_scheme: int | None = None
    """Where key and certificate are of different algorithms: the signature algorithm that is named all the same."""
    refusal: JavaChain = ()
    """Set where Java itself ends the handshake instead of answering; `refusal_alert` is the alert it sends."""
    refusal_alert: int | None = None


def choose(
    candidates: Sequence[Candidate],
    request: CertificateRequest,
    *,
    tls: str,
    java: Jdk,
    algorithm: str = SUN_X509,
    when: datetime | None = None,
) -> Choice:
    """The choice among `candidates`, given in row order of their keystores and in Java's order inside each.

    `tls` is `TLSv1.2` or `TLSv1.3`; `when` (default: now) matters to NewSunX509 only. Raises MockUsageError for an
    algorithm Java does not have.
    """
    manager = ALGORITHMS.get(algorithm.lower())
    if manager is None:
        raise MockUsageError(f"key_manager {algorithm!r} is not known: use {SUN_X509} or {NEW_SUN_X509}")
    if manager == SUN_X509:
        return _chosen_by_sun_x509(tuple(candidates), request, tls, java)
    return _choice(tuple(candidates), request, tls, java, manager, when or datetime.now(UTC))


KEPT_CHOICES = 64
"""Choices that are remembered, with the keys they were made among."""


@remembered(KEPT_CHOICES)
def _chosen_by_sun_x509(candidates: tuple[Candidate, ...], request: CertificateRequest, tls: str, java: Jdk) -> Choice:
    """Validity does not matter to it, and so no clock."""
    return _choice(candidates, request, tls, java, SUN_X509, _NO_MOMENT)


def _choice(
    candidates: tuple[Candidate, ...], request: CertificateRequest, tls: str, java: Jdk, manager: str, when: datetime
) -> Choice:
    wanted = key_types(request, tls=tls, java=java)
    unusable = request_refusal(request, tls=tls, java=java)
    authorities: tuple[Name, ...] = ()
    with contextlib.suppress(JavaThrow):
        authorities = tuple(x500_names.from_der(name, java) for name in request.authorities)
    issuers = tuple(name.rfc2253() for name in authorities) if request.authorities_present else None
    if unusable:
        return Choice(None, False, (), wanted, issuers, refusal=unusable.java, refusal_alert=unusable.alert)
    question = _Question(wanted, authorities, request, tls, java, when)
    chosen, tried = _asked(candidates, question, manager)
    withheld = tried.get(chosen) if chosen else None
    rejected = tuple(
        PassedOver(
            candidate.keystore,
            candidate.key.alias,
            tried.get(candidate) or _why(candidate, chosen, question, manager),
            _cause(candidate, question, manager),
            candidate.keystore_id,
        )
        for candidate in candidates
        if candidate is not chosen
    )
    if chosen is None:
        return Choice(None, False, rejected, wanted, issuers)
    if withheld:
        return Choice(chosen, False, rejected, wanted, issuers, withheld=withheld)
    refused = signing.cannot_sign(chosen.key, request, tls=tls, java=java)
    if refused:
        return Choice(chosen, False, rejected, wanted, issuers, refusal=refused.java, refusal_alert=refused.alert)
    told = signing.contradicting_scheme(chosen.key, request, java)
    return Choice(chosen, True, rejected, wanted, issuers, told_scheme=told)


@dataclass(frozen=True, slots=True)
class _Question:
    key_types: tuple[str, ...]
    authorities: tuple[Name, ...]
    request: CertificateRequest
    tls: str
    java: Jdk
    when: datetime


def _chain(candidate: Candidate) -> tuple[Certificate, ...]:
    return tuple(map(parse_certificate, candidate.key.chain))


def _issued_by_accepted(candidate: Candidate, question: _Question) -> bool:
    accepted = {name.canonical for name in question.authorities}
    return not accepted or any(one.issuer.canonical in accepted for one in _chain(candidate))


def _asked(
    candidates: Sequence[Candidate], question: _Question, manager: str
) -> tuple[Candidate | None, dict[Candidate, str]]:
    """The key that is named last, and those that were named and are not sent all the same, with the reason.

    JSSE of JDK 11 to 16 asks once for each key type, and goes on to the next where it cannot use the key of one.
    """
    each = question.java.has(Feature.JSSE_11) and not question.java.has(Feature.ASKS_KEY_MANAGER_ONCE)
    named: Candidate | None = None
    withheld: dict[Candidate, str] = {}
    for kinds in ((one,) for one in question.key_types) if each else (question.key_types,):
        found = _named(candidates, kinds, question, manager)
        if found is not None:
            named, why = found, signing.withheld(found.key, question.key_types, question.java)
            if why is None:
                break
            withheld[found] = why
    return named, withheld


def _named(
    candidates: Sequence[Candidate], key_types: tuple[str, ...], question: _Question, manager: str
) -> Candidate | None:
    name = _sun_x509 if manager == SUN_X509 else _best_graded
    stores = (tuple(store) for _, store in groupby(candidates, key=lambda candidate: candidate.store))
    return next(filter(None, (name(keys, key_types, question) for keys in stores)), None)


def _sun_x509(keys: Sequence[Candidate], wanted: tuple[str, ...], question: _Question) -> Candidate | None:
    for key_type in wanted:
        for candidate in keys:
            if candidate.key.key_type == key_type and _issued_by_accepted(candidate, question):
                return candidate
    return None


def _best_graded(keys: Sequence[Candidate], wanted: tuple[str, ...], question: _Question) -> Candidate | None:
    graded = [
        (grade(_chain(candidate)[0], question.when, question.java), wanted.index(candidate.key.key_type), candidate)
        for candidate in keys
        if candidate.key.key_type in wanted
        and _issued_by_accepted(candidate, question)
        and not _weak(candidate, question)
    ]
    for mark, index, candidate in graded:
        if mark is Grade.OK and index == 0:
            return candidate
    ok = [candidate for mark, _, candidate in graded if mark is Grade.OK]
    if ok and (question.java.has(Feature.FIRST_FIT_KEY) or graded[0][0] is Grade.OK):
        return ok[0]
    return min(graded, key=lambda found: found[:2])[2] if graded else None


def _weak(candidate: Candidate, question: _Question) -> str | None:
    return algorithm_constraints.client_chain_fault(_chain(candidate), question.request, question.tls, question.java)


def _why(candidate: Candidate, chosen: Candidate | None, question: _Question, manager: str) -> str:
    key_type = candidate.key.key_type
    if key_type not in question.key_types:
        asked = ", ".join(question.key_types) or "no key type Java can use"
        return f"key type {key_type} not asked for: the provider accepts {asked}"
    if not _issued_by_accepted(candidate, question):
        return (
            "its certificate chain names no CA that the provider advertised: the chain's issuers are "
            f"{_readable(one.issuer for one in _chain(candidate))}; "
            f"the provider advertised {_readable(question.authorities)}"
        )
    weak = _weak(candidate, question) if manager == NEW_SUN_X509 else None
    if weak:
        return weak
    if chosen is None:
        return "not chosen"
    if manager == NEW_SUN_X509 and chosen.store == candidate.store:
        mark = grade(_chain(candidate)[0], question.when, question.java)
        if mark is not Grade.OK:
            return f"{REASONS[mark]}; {chosen.key.alias} suits better"
    if chosen.store != candidate.store:
        return f"never reached: {chosen.key.alias} of {chosen.keystore} was chosen first"
    preferred = question.key_types.index(chosen.key.key_type) < question.key_types.index(key_type)
    because = f" because the provider prefers {chosen.key.key_type} to {key_type}" if preferred else ""
    return f"never reached: {chosen.key.alias} was chosen first{because}"


def _cause(candidate: Candidate, question: _Question, manager: str) -> PassedOverCause:
    if candidate.key.key_type not in question.key_types:
        return PassedOverCause.KEY_TYPE
    if not _issued_by_accepted(candidate, question):
        return PassedOverCause.CA_NAMES
    if manager == NEW_SUN_X509 and _weak(candidate, question):
        return PassedOverCause.CONSTRAINTS
    return PassedOverCause.ANOTHER


def _readable(names: Iterable[Name]) -> str:
    return "; ".join(dict.fromkeys(name.rfc2253() for name in names))
