"""Certificate policies of a path (RFC 5280 section 6.1), processed as Java's certification path validator does.

Java starts with any policy, rejects qualifiers in critical extensions, and requires a policy only where a certificate
of the path says so. Of the tree only its deepest level decides, so that is what is kept: nodes that are alike are one.
Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterable

from guarded.values import dataclass
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.extension_values import NOT_GIVEN, Policy

ANY_POLICY = oid_named("CE_CERT_POLICIES_ANY")


@dataclass(frozen=True, slots=True)
class _Node:
    valid: str
    expected: frozenset[str]


_Level = frozenset[_Node]
_ROOT = frozenset({_Node(ANY_POLICY, frozenset({ANY_POLICY}))})


@dataclass(frozen=True, slots=True)
class State:
    """What is left of the policies on the way down; the counters count certificates still to come."""

    level: _Level
    """The deepest nodes of the tree; empty where there is no tree any more."""
    require_explicit: int
    mapping: int
    any_policy: int


def start(length: int) -> State:
    """Before the first certificate of a path of that many."""
    return State(_ROOT, length + 1, length + 1, length + 1)


def checked(state: State, certificate: Certificate, *, last: bool) -> State | PathFault:
    """The state after this certificate (`last`: the leaf), or the rule it breaks."""
    level = _processed(state, certificate, last=last)
    if isinstance(level, PathFault):
        return level
    explicit = _explicit(state.require_explicit, certificate, last=last) if last else state.require_explicit
    if explicit == 0 and not level:
        return PathFault(trust_texts.NO_POLICY)
    if last:
        return State(level, explicit, state.mapping, state.any_policy)
    return State(
        level,
        _explicit(explicit, certificate, last=False),
        _mapping(state.mapping, certificate),
        _any_policy(state.any_policy, certificate),
    )


def _processed(state: State, certificate: Certificate, *, last: bool) -> _Level | PathFault:
    policies = certificate.extensions.policies
    if policies is None or not state.level:
        return frozenset()
    critical = _POLICIES in certificate.extensions.critical
    if critical and any(policy.qualified and policy.oid != ANY_POLICY for policy in policies):
        return PathFault(trust_texts.POLICY_QUALIFIERS)
    inhibited = state.any_policy <= 0 and (last or not certificate.is_self_issued)
    level = _children(state.level, policies, inhibited=inhibited)
    return level if last or not level else _mapped(level, certificate.extensions.policy_mappings, state.mapping)


_POLICIES = oid_named("CertificatePolicies")


def _children(parents: _Level, policies: Iterable[Policy], *, inhibited: bool) -> _Level:
    named = [policy.oid for policy in policies]
    children: dict[_Node, set[str]] = {parent: set() for parent in parents}
    for oid in named:
        if oid == ANY_POLICY:
            continue
        fitting = [parent for parent in parents if oid in parent.expected]
        for parent in fitting or [parent for parent in parents if ANY_POLICY in parent.expected]:
            children[parent].add(oid)
    if ANY_POLICY in named and not inhibited:
        for parent, below in children.items():
            below.update(parent.expected)
    return frozenset(_Node(oid, frozenset({oid})) for below in children.values() for oid in below)


def _mapped(level: _Level, mappings: Iterable[tuple[str, str]], remaining: int) -> _Level | PathFault:
    """The nodes with the expectations that mappings give them; without mappings allowed, mapped nodes fall away."""
    expectations = {node.valid: set(node.expected) for node in level}  # one node a policy: each expects itself
    untouched = set(expectations)
    for issuers, subjects in mappings:
        if issuers == ANY_POLICY:
            return PathFault(trust_texts.MAPS_FROM_ANY)
        if subjects == ANY_POLICY:
            return PathFault(trust_texts.MAPS_TO_ANY)
        allowed = remaining > 0 or remaining == NOT_GIVEN
        if issuers in expectations:
            if allowed and issuers in untouched:
                expectations[issuers] = {subjects}
                untouched.discard(issuers)
            elif allowed:
                expectations[issuers].add(subjects)
            elif remaining == 0:
                del expectations[issuers]
                untouched.discard(issuers)
        elif allowed and ANY_POLICY in expectations:
            expectations[issuers] = {subjects}
    return frozenset(_Node(valid, frozenset(expected)) for valid, expected in expectations.items())


def _counted(remaining: int, certificate: Certificate) -> int:
    return remaining - 1 if remaining > 0 and not certificate.is_self_issued else remaining


def _explicit(remaining: int, certificate: Certificate, *, last: bool) -> int:
    remaining = _counted(remaining, certificate)
    constraints = certificate.extensions.policy_constraints
    required = constraints.require_explicit if constraints else NOT_GIVEN
    if last:
        return 0 if required == 0 else remaining
    if required != NOT_GIVEN and (remaining == NOT_GIVEN or required < remaining):
        return required
    return remaining


def _mapping(remaining: int, certificate: Certificate) -> int:
    remaining = _counted(remaining, certificate)
    constraints = certificate.extensions.policy_constraints
    inhibited = constraints.inhibit_mapping if constraints else NOT_GIVEN
    if inhibited != NOT_GIVEN and (remaining == NOT_GIVEN or inhibited < remaining):
        return inhibited
    return remaining


def _any_policy(remaining: int, certificate: Certificate) -> int:
    remaining = _counted(remaining, certificate)
    skipped = certificate.extensions.inhibit_any_policy
    return remaining if skipped is None else min(remaining, skipped)
