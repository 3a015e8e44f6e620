"""Findings and hints about records by themselves, whether or not a message uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from sn_mock.exchange import Finding
from sn_mock.outbound.credentials.expiry import ExpiryStatus, expiry
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.credentials.validation import validate_stores

_LEGACY = re.compile(r"glide\.httpclient\.protocol\.(.+)\.class", re.IGNORECASE)
_URGENT = {ExpiryStatus.WARNS, ExpiryStatus.RENEW_NOW, ExpiryStatus.EXPIRED, ExpiryStatus.NOT_YET_VALID}
_CERTIFICATES = "System Definition > Certificates"

Look = Callable[[KeystoreShelf, datetime], Iterator[Finding]]


def record_findings(shelf: KeystoreShelf, when: datetime) -> tuple[Finding, ...]:
    """What is wrong: active certificates that do not validate, profiles that cannot work."""
    return tuple(finding for look in _WRONG for finding in look(shelf, when))


def record_hints(shelf: KeystoreShelf, when: datetime) -> tuple[Finding, ...]:
    """What is worth knowing: certificates running out, legacy properties, several active keystores."""
    return tuple(hint for look in _WORTH_KNOWING for hint in look(shelf, when))


def _invalid(shelf: KeystoreShelf, when: datetime) -> Iterator[Finding]:
    for answer in validate_stores(shelf.instance, when, shelf=shelf):
        if answer.active and not answer.valid:
            yield Finding(
                rule="certificate-record-invalid",
                title=f"Validate Stores/Certificates fails for '{answer.name}'",
                evidence=(
                    f"sys_certificate '{answer.name}' ({answer.type}): {answer.reason}",
                    *(f"Java: {thrown}" for thrown in answer.java[:1]),
                    *answer.not_caught,
                ),
                fix=f"{_CERTIFICATES} > {answer.name}: {answer.fix}; or clear Active.",
                source=f"KB1217702, KB0655967 [{answer.evidence}]",
            )


def _profile_names(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    for profile in shelf.instance.protocol_profiles:
        if profile.protocol != profile.protocol.lower():
            yield Finding(
                rule="profile-name-not-usable",
                title="The protocol profile's name cannot be used as a URL scheme",
                evidence=(f"sys_protocol_profile: protocol = {profile.protocol} has capital letters",),
                fix=f"System Security > Protocol Profiles > {profile.protocol} > Protocol: lower-case letters only.",
                source="ServiceNow docs, t_CreateAProtocolProfile [DOCUMENTED]",
            )


def _dangling_stores(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    for profile in shelf.instance.protocol_profiles:
        if shelf.instance.certificate(profile.keystore) is None:
            yield Finding(
                rule="profile-without-keystore",
                title="The protocol profile has no keystore",
                evidence=(f"sys_protocol_profile {profile.protocol}: keystore is empty or names no record",),
                fix=f"System Security > Protocol Profiles > {profile.protocol} > Keystore: choose the client keystore.",
                source="KB0696599 [DOCUMENTED]",
            )


def _expiring(shelf: KeystoreShelf, when: datetime) -> Iterator[Finding]:
    for row in expiry(shelf.instance, when, shelf):
        if not row.active:
            continue
        for certificate in row.certificates:
            if certificate.status in _URGENT:
                yield Finding(
                    rule="certificate-expiry",
                    title=f"A certificate of '{row.name}' needs attention: {certificate.status}",
                    evidence=(
                        f"sys_certificate '{row.name}', {certificate.place}: {certificate.subject}, "
                        f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d} "
                        f"({certificate.days_left} days left)",
                    ),
                    fix=f"Start the renewal by {certificate.renew_by:%Y-%m-%d}: the provider has to import the new "
                    "certificate before it is used.",
                    source="ServiceNow docs, t_InstallTheIdentityProviderCert [DOCUMENTED]",
                )


def _legacy(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    for row in shelf.instance.properties:
        match = _LEGACY.fullmatch(row.name)
        if match and row.value.strip():
            yield Finding(
                rule="legacy-properties-present",
                title=f"The legacy properties register {match[1]} with all active keystores",
                evidence=(f"sys_properties: {row.name} = {row.value}",),
                fix="sys_properties.list: empty or delete both properties once a protocol profile serves this scheme.",
                source="KB0683345, PRB1923704 [DOCUMENTED]",
            )


def _unnoticed(shelf: KeystoreShelf, when: datetime) -> Iterator[Finding]:
    for answer in validate_stores(shelf.instance, when, shelf=shelf):
        if answer.active and answer.valid and answer.not_caught:
            yield Finding(
                rule="validation-blind-spot",
                title=f"'{answer.name}' validates, and has what validation does not see",
                evidence=answer.not_caught,
                fix=f"{_CERTIFICATES} > {answer.name}: see the evidence; attach a corrected keystore.",
                source=f"{answer.source} [ASSUMED]",
            )


_WRONG: tuple[Look, ...] = (_invalid, _profile_names, _dangling_stores)
_WORTH_KNOWING: tuple[Look, ...] = (_expiring, _legacy, _unnoticed)
