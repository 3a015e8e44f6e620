"""How two names relate as subtrees, and how Java unites and cuts sets of subtrees (`GeneralSubtrees`).

Java's ways differ from RFC 5280 section 4.2.1.10 in places; all of it was measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow, null_pointer, out_of_bounds
from sn_mock.java.x509 import general_names
from sn_mock.java.x509.extension_values import Subtree
from sn_mock.java.x509.general_names import GeneralName, check_dns
from sn_mock.java.x509.names import Name


class Relation(Enum):
    """What a name is to a base."""

    OTHER_TYPE = "another type of name"
    MATCH = "the same"
    NARROWS = "inside"
    WIDENS = "around"
    SAME_TYPE = "beside"


def constrains(base: GeneralName, name: GeneralName) -> Relation:
    """What `name` is to `base`. Raises JavaThrow where Java cannot say."""
    if base.kind != name.kind:
        return Relation.OTHER_TYPE
    return _RELATIONS[base.kind](base, name)


def _dns(base: GeneralName, name: GeneralName) -> Relation:
    return _domains(base.text.lower(), name.text.lower(), base.java)


def _domains(base: str, name: str, java: Jdk) -> Relation:
    if name == base:
        return Relation.MATCH
    if base.endswith(name):
        return Relation.WIDENS if _cut_at_a_dot(base, name, java) else Relation.SAME_TYPE
    if name.endswith(base):
        return Relation.NARROWS if _cut_at_a_dot(name, base, java) else Relation.SAME_TYPE
    return Relation.SAME_TYPE


def _cut_at_a_dot(whole: str, end: str, java: Jdk) -> bool:
    """A dot stands before the shorter name; it may begin with the dot instead where Java has learned that."""
    dot = whole[len(whole) - len(end) - 1] == "."
    if not java.has(Feature.CONSTRAINTS_WITH_DOTS):
        return dot
    if not end:
        told = (
            "Index 0 out of bounds for length 0"
            if java.has(Feature.STRING_INDEX_TEXT)
            else "String index out of range: 0"
        )
        raise JavaThrow("java.lang.StringIndexOutOfBoundsException", told)
    return dot != (end[0] == ".")


def _mail(base: GeneralName, name: GeneralName) -> Relation:
    one, other = base.text.lower(), name.text.lower()
    if one == other:
        return Relation.MATCH
    if one.endswith(other):
        return Relation.WIDENS if _is_domain_of(one, other) else Relation.SAME_TYPE
    if other.endswith(one):
        return Relation.NARROWS if _is_domain_of(other, one) else Relation.SAME_TYPE
    return Relation.SAME_TYPE


def _is_domain_of(address: str, domain: str) -> bool:
    if "@" in domain:
        return False
    return domain.startswith(".") or address[len(address) - len(domain) - 1] == "@"


def _uri(base: GeneralName, name: GeneralName) -> Relation:
    if name.host is None:
        raise null_pointer('Cannot invoke "String.equalsIgnoreCase(String)" because "otherHost" is null', base.java)
    host = base.host or ""
    if name.host.lower() == host.lower():
        return Relation.MATCH
    if not _is_dns(base) or not _is_dns(name):
        return Relation.SAME_TYPE
    one_domain, other_domain = host.startswith("."), name.host.startswith(".")
    relation = _domains(host.removeprefix(".").lower(), name.host.removeprefix(".").lower(), base.java)
    if not one_domain and not other_domain and relation in (Relation.WIDENS, Relation.NARROWS):
        return Relation.SAME_TYPE
    if one_domain != other_domain and relation is Relation.MATCH:
        return Relation.WIDENS if one_domain else Relation.NARROWS
    return relation


def _is_dns(uri: GeneralName) -> bool:
    if uri.host is None:
        return False
    try:
        check_dns(uri.host.removeprefix("."), uri.java)
    except JavaThrow:
        return False
    return True


def _directory(base: GeneralName, name: GeneralName) -> Relation:
    one, other = base.directory or Name(()), name.directory or Name(())
    if other.is_within(one) and one.is_within(other):
        return Relation.MATCH
    if not other.rdns:
        return Relation.WIDENS
    if not one.rdns or other.is_within(one):
        return Relation.NARROWS
    return Relation.WIDENS if one.is_within(other) else Relation.SAME_TYPE


def _address(base: GeneralName, name: GeneralName) -> Relation:
    one, other = base.content, name.content
    if _same_network(one, other):
        return Relation.MATCH
    if len(one) == len(other):
        return _networks(one, other) if len(one) in (8, 32) else Relation.SAME_TYPE
    if len(other) in (8, 32):
        return Relation.WIDENS if _holds(other, one, base.java) else Relation.SAME_TYPE
    if len(one) in (8, 32):
        return Relation.NARROWS if _holds(one, other, base.java) else Relation.SAME_TYPE
    return Relation.SAME_TYPE


def _same_network(one: bytes, other: bytes) -> bool:
    if len(one) != len(other) or len(one) not in (8, 32):
        return one == other
    half = len(one) // 2
    return one[half:] == other[half:] and _masked(one[:half], one[half:]) == _masked(other[:half], other[half:])


def _masked(address: bytes, mask: bytes) -> bytes:
    return bytes(octet & bits for octet, bits in zip(address, mask, strict=True))


def _holds(network: bytes, address: bytes, java: Jdk) -> bool:
    """Java does not ask whether both are of one family, and may run over the end of the shorter one."""
    half = len(network) // 2
    for index in range(half):
        if index == len(address):
            raise out_of_bounds(index, index, java)
        if address[index] & network[half + index] != network[index]:
            return False
    return True


def _networks(one: bytes, other: bytes) -> Relation:
    half = len(one) // 2
    (one_base, one_mask), (other_base, other_mask) = (one[:half], one[half:]), (other[:half], other[half:])
    one_empty, other_empty = _masked(one_base, one_mask) != one_base, _masked(other_base, other_mask) != other_base
    if one_empty or other_empty:  # no address fits a base with bits outside its mask
        if one_empty and other_empty:
            return Relation.MATCH
        return Relation.WIDENS if one_empty else Relation.NARROWS
    if _masked(one_mask, other_mask) == one_mask and one_base == _masked(other_base, one_mask):
        return Relation.NARROWS
    if _masked(other_mask, one_mask) == other_mask and other_base == _masked(one_base, other_mask):
        return Relation.WIDENS
    return Relation.SAME_TYPE


def _never(text: str) -> Callable[[GeneralName, GeneralName], Relation]:
    def refuse(_base: GeneralName, _name: GeneralName) -> Relation:
        raise JavaThrow("java.lang.UnsupportedOperationException", text)

    return refuse


def _registered(base: GeneralName, name: GeneralName) -> Relation:
    if base.content == name.content:
        return Relation.MATCH
    raise JavaThrow("java.lang.UnsupportedOperationException", "Narrowing and widening are not supported for OIDNames")


_RELATIONS: Mapping[int, Callable[[GeneralName, GeneralName], Relation]] = {
    general_names.OTHER: _never("Narrowing, widening, and matching are not supported for OtherName."),
    general_names.RFC822: _mail,
    general_names.DNS: _dns,
    general_names.X400: _never("Narrowing, widening, and match are not supported for X400Address."),
    general_names.DIRECTORY: _directory,
    general_names.EDI_PARTY: _never("Narrowing, widening, and matching of names not supported for EDIPartyName"),
    general_names.URI: _uri,
    general_names.IP: _address,
    general_names.REGISTERED_ID: _registered,
}

Subtrees = tuple[Subtree, ...]


def union(one: Sequence[Subtree], other: Sequence[Subtree]) -> Subtrees:
    """All subtrees, without those that another one covers."""
    return _minimized([*one, *other])


def _minimized(trees: list[Subtree]) -> Subtrees:
    index = 0
    while index < len(trees) - 1:
        covered = False
        position = index + 1
        while position < len(trees):
            relation = constrains(trees[index].base, trees[position].base)
            if relation is Relation.NARROWS:
                del trees[position]
                continue
            if relation in (Relation.MATCH, Relation.WIDENS):
                covered = True
                break
            position += 1
        if covered:
            del trees[index]
        else:
            index += 1
    return tuple(trees)


def reduced(permitted: Sequence[Subtree], excluded: Sequence[Subtree]) -> Subtrees:
    """The permitted subtrees without those that lie in an excluded one."""
    covered = (Relation.MATCH, Relation.NARROWS)
    return tuple(one for one in permitted if not any(constrains(bar.base, one.base) in covered for bar in excluded))


def intersect(one: Sequence[Subtree], other: Sequence[Subtree]) -> tuple[Subtrees, Subtrees]:
    """What both sets permit, and what is excluded from now on because they have nothing of a type in common."""
    if not one:
        return union(one, other), ()
    mine, theirs = list(_minimized(list(one))), _minimized(list(other))
    narrower: list[Subtree] = []
    barred: list[Subtree] = []
    index = 0
    while index < len(mine):
        relation, found = _first_relation(mine[index], theirs)
        if relation is Relation.NARROWS and found is not None:
            narrower.append(found)
            del mine[index]
        elif relation is Relation.SAME_TYPE:
            kind = mine[index].base.kind
            if not _touch(kind, mine, theirs) and all(tree.base.kind != kind for tree in barred):
                barred.append(_everything_of(kind))
            del mine[index]
        else:
            index += 1
    kept = list(union(mine, narrower)) if narrower else mine
    for tree in theirs:
        relations = [constrains(have.base, tree.base) for have in kept]
        if relations and all(relation is Relation.OTHER_TYPE for relation in relations):
            kept.append(tree)
    return tuple(kept), tuple(barred)


def _first_relation(tree: Subtree, others: Sequence[Subtree]) -> tuple[Relation, Subtree | None]:
    """How the first other subtree that decides relates to it; SAME_TYPE where they only lie beside it."""
    beside = False
    for other in others:
        relation = constrains(tree.base, other.base)
        if relation in (Relation.NARROWS, Relation.MATCH, Relation.WIDENS):
            return relation, other
        beside = beside or relation is Relation.SAME_TYPE
    return (Relation.SAME_TYPE if beside else Relation.OTHER_TYPE), None


def _touch(kind: int, mine: Sequence[Subtree], theirs: Sequence[Subtree]) -> bool:
    related = (Relation.MATCH, Relation.WIDENS, Relation.NARROWS)
    return any(constrains(one.base, other.base) in related for one in mine if one.base.kind == kind for other in theirs)


def _everything_of(kind: int) -> Subtree:
    """The widest subtree of a type. Java cannot even make one for most types, and fails."""
    if kind == general_names.DIRECTORY:
        return Subtree(GeneralName(kind, b"", directory=Name(())))
    refused = _NO_WIDEST.get(kind)
    if refused is None:
        text = 'Cannot read the array length because "address" is null'
        raise JavaThrow("java.lang.NullPointerException", text)
    below = JavaThrow("java.io.IOException", refused)
    raise JavaThrow("java.lang.RuntimeException", f"Unexpected error: {below}", below)


_NO_WIDEST: Mapping[int, str] = {
    general_names.RFC822: "RFC822Name may not be null or empty",
    general_names.DNS: "DNSName must not be null or empty",
    general_names.URI: "URI name must include scheme:",
}
"""What Java says when it makes an empty name of that type."""
