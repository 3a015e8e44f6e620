"""The order in which Java's path builder tries the issuers of one name, as `ForwardBuilder` sorts them.

Trusted certificates and those of the chain come out of a HashSet each, one after the other, into a TreeSet whose
comparator prefers, in this order: the key identifier that the certificate below names; an issuer that is trusted; an
issuer near to a trusted name. Of two that are equally good the one that came later is tried first. Source: OpenJDK's
ForwardBuilder.PKIXCertComparator; measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from sn_mock.java.asn1 import der
from sn_mock.java.lang.order import bytes_hash, hash_set_order, string_hash, table_size
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.extension_values import SUBJECT_KEY_ID
from sn_mock.java.x509.names import Name

_INCOMPARABLE = 1 << 31


class CandidateOrder:
    """The order of one search; it depends on the trust anchors."""

    def __init__(self, anchors: Sequence[Certificate]) -> None:
        self._anchors = anchors

    @cached_property
    def _names(self) -> list[Name]:
        """The trusted names, each once, as a HashSet hands them out."""
        names = {anchor.subject.canonical: anchor.subject for anchor in self._anchors}
        return hash_set_order(names.values(), lambda name: string_hash(name.canonical), capacity=len(self._anchors))

    @cached_property
    def _trusted(self) -> frozenset[str]:
        return frozenset(anchor.subject.canonical for anchor in self._anchors)

    def sort(
        self, below: Certificate, anchors: Iterable[Certificate], others: Iterable[Certificate]
    ) -> list[Certificate]:
        """The possible issuers of `below`, the first to be tried first; anchors among the others are not repeated."""
        trusted = {anchor.encoded: anchor for anchor in anchors}
        more = {other.encoded: other for other in others if other.encoded not in trusted}
        if len(trusted) + len(more) == 1:
            return [*trusted.values(), *more.values()]
        found: list[Certificate] = []
        wanted = _key_identifier(below)
        table = table_size(len(self._anchors), capacity=len(self._anchors))
        for one in (*_by_hash(trusted.values(), table), *_by_hash(more.values())):
            place = next((at for at, other in enumerate(found) if self._prefers(one, other, wanted)), len(found))
            found.insert(place, one)
        return found

    def _prefers(self, one: Certificate, other: Certificate, wanted: bytes | None) -> bool:
        """Whether `one` goes before `other`; the newcomer does where nothing tells them apart."""
        if wanted is not None:
            for certificate, verdict in ((one, True), (other, False)):
                if certificate.extensions.values.get(SUBJECT_KEY_ID) == wanted:
                    return verdict
        for certificate, verdict in ((one, True), (other, False)):
            if certificate.issuer.canonical in self._trusted:
                return verdict
        for nearer in (_nearer_descendant, _nearer_ancestor, _nearer_relative):
            for name in self._names:
                said = nearer(name, one.issuer, other.issuer)
                if said is not None:
                    return said
        return _distance(one.subject, one.issuer, _INCOMPARABLE) <= _distance(
            other.subject, other.issuer, _INCOMPARABLE
        )


def _by_hash(certificates: Iterable[Certificate], capacity: int = 16) -> list[Certificate]:
    return hash_set_order(certificates, lambda one: bytes_hash(one.encoded), capacity=capacity)


def _key_identifier(below: Certificate) -> bytes | None:
    wanted = below.extensions.authority_key_id
    return None if wanted is None or wanted.key_id is None else der.encode(der.OCTET_STRING, wanted.key_id)


def _nearer_descendant(trusted: Name, one: Name, other: Name) -> bool | None:
    first, second = (_distance(trusted, name, -1) for name in (one, other))
    if first <= 0 and second <= 0:
        return None
    return first > 0 if first <= 0 or second <= 0 else first <= second


def _nearer_ancestor(trusted: Name, one: Name, other: Name) -> bool | None:
    first, second = (_distance(trusted, name, _INCOMPARABLE) for name in (one, other))
    if first >= 0 and second >= 0:
        return None
    return first < 0 if first >= 0 or second >= 0 else first >= second


def _nearer_relative(trusted: Name, one: Name, other: Name) -> bool | None:
    first, second = (_common(trusted, name) for name in (one, other))
    if not first and not second:
        return None
    if not first or not second:
        return bool(first)
    hops = [_depth(trusted) + _depth(name) - 2 * common for name, common in ((one, first), (other, second))]
    return None if hops[0] == hops[1] else hops[0] < hops[1]


def _distance(base: Name, name: Name, incomparable: int) -> int:
    """How many relative names `name` is below `base` (negative: above); `incomparable` for unrelated names."""
    if name.is_within(base) or base.is_within(name):
        return _depth(name) - _depth(base)
    return incomparable


def _depth(name: Name) -> int:
    return len(name.rdns)


def _common(one: Name, other: Name) -> int:
    """How many relative names both begin with."""
    count = 0
    for mine, theirs in zip(one.canonical_parts, other.canonical_parts, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
