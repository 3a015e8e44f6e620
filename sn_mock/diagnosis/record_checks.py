"""Findings and hints about records by themselves, whether or not a message uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from guarded.regex import regex
from sn_mock.exchange import Finding
from sn_mock.instance.stand_ins import EXAMPLE
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.expiry import ExpiryStatus, expiry
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.credentials.validation import STAND_IN_NOT_JUDGED, validate_stores

_LEGACY = regex(r"glide\.httpclient\.protocol\.(.+)\.class", re.IGNORECASE)
_URGENT = {ExpiryStatus.WARNS, ExpiryStatus.RENEW_NOW, ExpiryStatus.EXPIRED, ExpiryStatus.NOT_YET_VALID}
NO_ATTACHMENT = "no-attachment"
_INVALID = "certificate-record-invalid"
_CERTIFICATES = "System Definition > Certificates"

Look = Callable[[KeystoreShelf, datetime], Iterator[Finding]]


def record_findings(shelf: KeystoreShelf, when: datetime, unseen: Collection[str] = ()) -> tuple[Finding, ...]:
    """What is wrong: active certificates that do not validate, profiles that cannot work.

    `unseen` are keystores that a call was judged without already: that they do not validate here says nothing more.
    """
    found = (finding for look in _WRONG for finding in look(shelf, when))
    return tuple(one for one in found if one.rule != _INVALID or not any(f"'{name}'" in one.title for name in unseen))


def record_hints(shelf: KeystoreShelf, when: datetime) -> tuple[Finding, ...]:
    """What is worth knowing: certificates running out, legacy properties, several active keystores."""
    return tuple(hint for look in _WORTH_KNOWING for hint in look(shelf, when))


def _invalid(shelf: KeystoreShelf, when: datetime) -> Iterator[Finding]:
    for answer in validate_stores(shelf.instance, when, shelf=shelf):
        if answer.active and not answer.valid:
            yield Finding(
                rule=_INVALID,
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


def _token_profiles(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    for entity in shelf.instance.oauth_entities:
        if entity.use_mutual_auth and shelf.instance.protocol_profile(entity.protocol_name) is None:
            yield Finding(
                rule="token-request-profile-not-chosen",
                title="The registry uses mutual authentication for tokens, and names no profile",
                evidence=(
                    f"oauth_entity {entity.name}: use_mutual_auth = true, protocol_name is empty or names no row",
                ),
                fix=f"System OAuth > Application Registry > {entity.name} > Mutual authentication profile: choose the "
                "protocol profile that has the keystore.",
                source="ServiceNow docs, connect-3rd-party-oauth-provider [DOCUMENTED]",
            )


def _tokens_without_certificate(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    """The call has mutual authentication, its token request has not: right for some providers, a slip with others."""
    instance = shelf.instance
    entities = {row.sys_id: row for row in instance.oauth_entities}
    profiles = {row.sys_id: row.oauth_entity for row in instance.oauth_profiles}
    credentials = {row.sys_id: profiles.get(row.oauth_entity_profile, "") for row in instance.oauth2_credentials}
    for connection in instance.http_connections:
        entity = entities.get(credentials.get(connection.credential, ""))
        asks = connection.active and connection.mutual_auth and connection.url_builder
        if entity is not None and asks and not entity.use_mutual_auth:
            yield Finding(
                rule="token-request-without-certificate",
                title=f"'{connection.name}' has mutual authentication, the token request before it has not",
                evidence=(
                    f"http_connection {connection.name}: mutual_auth = true",
                    f"oauth_entity {entity.name}: use_mutual_auth = false",
                ),
                fix=f"System OAuth > Application Registry > {entity.name} > Use mutual authentication: tick it where "
                "the token endpoint wants the certificate, too.",
                source="ServiceNow docs, connect-3rd-party-oauth-provider [DOCUMENTED]",
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
                        f"({certificate.left})",
                    ),
                    fix=f"Start the renewal {certificate.renewal}: the provider has to import the new certificate "
                    "before it is used.",
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


def _missing_files(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    names = [row.name for row in shelf.instance.certificates if row.active and stores.is_unseen(shelf.instance, row)]
    if names:
        yield Finding(
            rule="keystore-not-here",
            title=f"The folder has no file for {_quoted(names)}: what is in there was not judged",
            evidence=(
                *(f"sys_certificate '{name}': neither attachment nor stand_in" for name in names),
                "not judged: which alias would be sent, to whom it would be acceptable, its dates, its password",
            ),
            fix="Nobody sends a private key. Describe it in instance.toml, by its public certificate "
            '(stand_in = "file:public.pem") or as a screenshot shows it '
            f"({EXAMPLE}); then everything but the file itself is judged.",
            source="docs/how-to/support.md",
        )


def _stand_ins(shelf: KeystoreShelf, _when: datetime) -> Iterator[Finding]:
    rows = [row for row in shelf.instance.certificates if row.active and stores.is_stand_in(shelf.instance, row)]
    if rows:
        yield Finding(
            rule="stand-in-keystore",
            title=f"Forged from what is known of the keystore: {_quoted([row.name for row in rows])}",
            evidence=(
                *(
                    f"sys_certificate '{row.name}': stand_in = {', '.join(entry.alias for entry in row.stand_in)}"
                    for row in rows
                ),
                STAND_IN_NOT_JUDGED,
            ),
            fix="Have its owner run `keytool -list -v` and `sn-mock keystore show` on the real file.",
            source="instance.toml",
        )


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _unnoticed(shelf: KeystoreShelf, when: datetime) -> Iterator[Finding]:
    for answer in validate_stores(shelf.instance, when, shelf=shelf):
        if answer.active and answer.valid and set(answer.not_caught) - {STAND_IN_NOT_JUDGED}:
            yield Finding(
                rule="validation-blind-spot",
                title=f"'{answer.name}' validates, and has what validation does not see",
                evidence=answer.not_caught,
                fix=f"{_CERTIFICATES} > {answer.name}: "
                + (
                    "see the evidence; attach a corrected keystore."
                    if set(answer.not_caught) - {STAND_IN_NOT_JUDGED, *answer.harmless}
                    else "nothing has to be corrected while its calls succeed; know it, should they fail."
                ),
                source=f"{answer.source} [ASSUMED]",
            )


_WRONG: tuple[Look, ...] = (_invalid, _profile_names, _dangling_stores, _token_profiles)
_WORTH_KNOWING: tuple[Look, ...] = (
    *(_missing_files, _stand_ins, _expiring, _legacy, _unnoticed),
    _tokens_without_certificate,
)
