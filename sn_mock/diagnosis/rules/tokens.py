"""Causes in the token request of OAuth 2.0, and in what becomes of the token."""

from __future__ import annotations

import json
from collections.abc import Callable

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import OAuthEntity
from sn_mock.outbound.tokens import answers, assertions, requests

_ROUTE = frozenset({Symptom.ROUTE})
_KEYSTORE = frozenset({Symptom.KEYSTORE, Symptom.ROUTE})
_HTTP = frozenset({Symptom.HTTP})


def _entity(case: Case) -> OAuthEntity | None:
    row = case.instance.get(OAuthEntity.table, case.exchange.oauth_entity) if case.exchange.oauth_entity else None
    return row if isinstance(row, OAuthEntity) else None


def _ended(cause: str) -> Callable[[Case], Observation | None]:
    """The records give no token request."""

    def check(case: Case) -> Observation | None:
        if not case.cause_is(cause):
            return None
        told = case.route.because if case.route else ()
        return saw(f"call: {case.exchange.message} {case.exchange.function}", *told)

    return check


def _lines(entity: OAuthEntity, case: Case) -> tuple[str, ...]:
    profile = case.instance.shown("sys_protocol_profile", entity.protocol_name) or "(empty)"
    return (
        f"oauth_entity {entity.name}: use_mutual_auth = {str(entity.use_mutual_auth).lower()}, "
        f"protocol_name = {profile}",
        f"route of the token request: {case.route.url if case.route else ''}",
    )


def _without_certificate(case: Case) -> Observation | None:
    entity = _entity(case)
    if entity is None or entity.use_mutual_auth or case.route is None or case.route.mutual_auth:
        return None
    return saw(*_lines(entity, case), *case.visit_line(), name=entity.name)


def _no_profile(case: Case) -> Observation | None:
    entity = _entity(case)
    if entity is None or not entity.use_mutual_auth or case.instance.protocol_profile(entity.protocol_name):
        return None
    return saw(*_lines(entity, case), name=entity.name)


def _error(case: Case) -> tuple[str, str]:
    """`error` and `error_description` of the answer (RFC 6749 section 5.2)."""
    try:
        answer = json.loads(case.exchange.response.body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(answer, dict):
        return "", ""
    return str(answer.get("error") or ""), str(answer.get("error_description") or "")


def _refused(*errors: str) -> Callable[[Case], Observation | None]:
    def check(case: Case) -> Observation | None:
        entity = _entity(case)
        error, description = _error(case)
        if entity is None or error not in errors or not case.cause_is(answers.REFUSED):
            return None
        return saw(
            f"token endpoint: status {case.exchange.response.status_code}, error = {error}",
            *((f"error_description = {description}",) if description else ()),
            f"oauth_entity {entity.name}: client_id = {entity.client_id}, send_client_credentials_as = "
            f"{entity.send_client_credentials_as}",
            name=entity.name,
        )

    return check


def _broken(case: Case) -> Observation | None:
    entity = _entity(case)
    if entity is None or not case.cause_is(answers.BROKEN, answers.REFUSED):
        return None
    detail = case.exchange.facts.get("token.detail", "")
    return saw(
        f"token endpoint: status {case.exchange.response.status_code}",
        *((f"told: {detail}",) if detail else ()),
        f"oauth_entity {entity.name}: token_url = {entity.token_url}",
        name=entity.name,
    )


def _challenge(case: Case) -> str:
    """The WWW-Authenticate header of a resource that wants another token (RFC 6750 section 3)."""
    headers = case.exchange.response.headers
    return next((v for name, v in headers if name.lower() == "www-authenticate" and v.lower().startswith("bearer")), "")


def _asked_with_a_token(case: Case) -> bool:
    return case.route is not None and case.route.decision("authorization") is not None


def _bound(case: Case) -> Observation | None:
    said = _challenge(case)
    if not _asked_with_a_token(case) or "certificate" not in said:
        return None
    token = case.exchange.token
    asked = token.key_choice.subject if token and token.key_choice and token.key_choice.sent else "no certificate"
    return saw(
        f"http: 401, WWW-Authenticate: {said}",
        f"token request: {asked} was presented",
        *case.sent_line,
        f"route: {case.route.url if case.route else ''}",
    )


def _not_accepted(case: Case) -> Observation | None:
    said = _challenge(case)
    if not _asked_with_a_token(case) or "invalid_token" not in said:
        return None
    return saw(f"http: {case.exchange.response.status_code}, WWW-Authenticate: {said}", *_kept(case))


def _kept(case: Case) -> tuple[str, ...]:
    decided = case.route.decision("token") if case.route else None
    return (decided.sentence,) if decided else ()


_REGISTRY = "System OAuth > Application Registry > {name}"
_DOCS = "ServiceNow docs, connect-3rd-party-oauth-provider"

RULES: tuple[Rule, ...] = (
    Rule(
        "oauth-profile-missing",
        "The OAuth Entity Profile does not exist on this instance",
        Stage.ROUTE,
        _ROUTE,
        _ended(requests.NO_PROFILE),
        "Choose an OAuth Entity Profile of this instance on the credential, or on the REST message.",
        _DOCS,
        confirm="the field OAuth Entity Profile is empty, or shows a sys_id",
    ),
    Rule(
        "oauth-provider-not-active",
        "The OAuth provider's registry is not active",
        Stage.ROUTE,
        _ROUTE,
        _ended(requests.NOT_ACTIVE),
        "System OAuth > Application Registry > the provider > Active: tick it.",
        "public build guides (an inactive provider yields no token)",
        Evidence.REPORTED,
        confirm="Active is cleared on the OAuth provider's registry",
    ),
    Rule(
        "token-url-missing",
        "The OAuth provider's registry has no Token URL",
        Stage.ROUTE,
        _ROUTE,
        _ended(requests.NO_URL),
        "System OAuth > Application Registry > the provider > Token URL: type the provider's.",
        _DOCS,
        confirm="Token URL is empty on the OAuth provider's registry",
    ),
    Rule(
        "token-needs-a-person",
        "The grant type needs somebody to log in once: there is no refresh token on file",
        Stage.ROUTE,
        _ROUTE,
        _ended(requests.NEEDS_A_PERSON),
        "Get OAuth Token on the REST message or the credential; in an instance folder, put the refresh token into a "
        "[[oauth_credential]] row.",
        _DOCS,
        confirm="System OAuth > Manage Tokens has no Refresh Token of this provider",
    ),
    Rule(
        "grant-not-simulated",
        "sn-mock does not simulate this grant type",
        Stage.ROUTE,
        _ROUTE,
        _ended(requests.NOT_SIMULATED),
        "OAuth Entity Profile > Grant type: client credentials, password, refresh token or JWT bearer, for a run of "
        "sn-mock.",
        "docs/ways-out.md",
        Evidence.ASSUMED,
        confirm="the profile's Grant type is SAML2 Bearer",
    ),
    Rule(
        "assertion-key-missing",
        "There is no key to sign the JSON Web Token with",
        Stage.KEYSTORE,
        _KEYSTORE,
        _ended(assertions.NO_KEY),
        "System OAuth > JWT Keys > Signing Keystore: choose an active Java Key Store with a private key; the JWT "
        "provider's Signing Configuration names that JWT key.",
        "ServiceNow docs, JWT-Bearer-token-support",
        confirm="the JWT key's Signing Keystore is empty, inactive, or holds certificates only",
    ),
    Rule(
        "token-request-without-certificate",
        "The token request goes out without a client certificate: its registry does not use mutual authentication",
        Stage.ROUTE,
        NONE_SENT,
        _without_certificate,
        _REGISTRY + " > Use mutual authentication: tick it and choose the mutual authentication profile. The "
        "connection's own profile is not used for tokens.",
        _DOCS,
        confirm="Use mutual authentication is cleared on the registry, and the token endpoint wants a certificate",
    ),
    Rule(
        "token-request-profile-not-chosen",
        "The registry uses mutual authentication for tokens, and names no profile",
        Stage.ROUTE,
        NONE_SENT,
        _no_profile,
        _REGISTRY + " > Mutual authentication profile: choose the protocol profile that has the keystore.",
        _DOCS,
        confirm="Use mutual authentication is ticked on the registry, its profile is empty",
    ),
    Rule(
        "token-client-refused",
        "The token endpoint does not accept the client id, its secret, or the way they are sent",
        Stage.HTTP,
        _HTTP,
        _refused("invalid_client", "unauthorized_client"),
        _REGISTRY + " > Client ID, Client Secret, Send Credentials (in the body or as Basic header): as the provider "
        "has them.",
        "RFC 6749 section 5.2; " + _DOCS,
        confirm="the token endpoint's answer says invalid_client or unauthorized_client",
    ),
    Rule(
        "token-grant-refused",
        "The token endpoint does not grant a token for this grant",
        Stage.HTTP,
        _HTTP,
        _refused("invalid_grant", "unsupported_grant_type", "invalid_request"),
        _REGISTRY + " > OAuth Entity Profiles > Grant type: one that the provider offers; for a refresh token that was "
        "revoked, Get OAuth Token again; for an assertion, the claims and the key that the provider knows.",
        "RFC 6749 section 5.2",
        confirm="the token endpoint's answer says invalid_grant, unsupported_grant_type or invalid_request",
    ),
    Rule(
        "token-scope-refused",
        "The token endpoint does not know a scope that is asked for",
        Stage.HTTP,
        _HTTP,
        _refused("invalid_scope"),
        _REGISTRY + " > OAuth Entity Scopes: the words of the provider; OAuth Entity Profile Scopes: only those that "
        "are wanted.",
        "RFC 6749 section 5.2; https://www.servicenow.com/community/contentarchivals/contentarchivedpage/"
        "message-uid/2325489",
        Evidence.REPORTED,
        confirm="the token endpoint's answer says invalid_scope",
    ),
    Rule(
        "token-answer-broken",
        "The token endpoint's answer holds no token",
        Stage.HTTP,
        _HTTP,
        _broken,
        _REGISTRY + " > Token URL: the address that answers JSON with access_token; a page or an empty answer comes "
        "from another address of the provider.",
        "KB2829960; https://www.servicenow.com/community/servicenow-ai-platform-forum/td-p/3532967",
        confirm="curl at the Token URL prints HTML, or JSON without access_token",
    ),
    Rule(
        "token-bound-to-another-certificate",
        "The token was granted to one client certificate and is used with another, or with none",
        Stage.HTTP,
        _HTTP,
        _bound,
        "Use one protocol profile for both legs: on the OAuth registry and on the connection (or have the provider "
        "grant tokens that are bound to no certificate).",
        "RFC 8705 section 3",
        confirm="the provider's tokens have a cnf claim, and the two legs present different certificates",
    ),
    Rule(
        "token-not-accepted",
        "The resource does not accept the token",
        Stage.HTTP,
        _HTTP,
        _not_accepted,
        "Have the provider say why (expired, revoked, another audience); System OAuth > Manage Tokens: delete the "
        "token, so that another is asked for.",
        "RFC 6750 section 3.1",
        confirm="the resource's answer has WWW-Authenticate: Bearer with error invalid_token",
    ),
)
