"""The token request that an OAuth Entity Profile asks for, as a call like any other; or why there is none."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote_plus

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import Failure, Stage
from sn_mock.instance import Instance, OAuthEntity, OAuthEntityProfile, OAuthEntityScope, Secret
from sn_mock.instance.oauth_records import JWT_BEARER
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.routing.ledger import RECORD, Ledger
from sn_mock.outbound.routing.outbound_call import BasicAuth, MutualAuth, OAuthWish, OutboundCall
from sn_mock.outbound.tokens.assertions import signed

NO_PROFILE = "oauth-profile-missing"
NOT_ACTIVE = "oauth-provider-not-active"
NO_URL = "token-url-missing"
NEEDS_A_PERSON = "token-needs-a-person"
NOT_SIMULATED = "grant-not-simulated"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_DOCS = Fact("", Evidence.DOCUMENTED, "docs, connect-3rd-party-oauth-provider")
_REFRESH = Fact("", Evidence.ASSUMED, "a refresh token that is on file is used before anything else")
_OWNER = Fact("", Evidence.ASSUMED, "the credential's user name and password; the form asks for them by hand")


@dataclass(frozen=True, slots=True)
class Asked:
    """A token request."""

    call: OutboundCall
    entity: OAuthEntity
    grant: str


def request_for(shelf: KeystoreShelf, wish: OAuthWish, now: datetime) -> Asked | Failure:
    """The request, ready to be placed; a failure where records or keystore do not give one."""
    instance = shelf.instance
    profile = instance.get(OAuthEntityProfile.table, wish.profile)
    entity = instance.get(OAuthEntity.table, profile.oauth_entity) if isinstance(profile, OAuthEntityProfile) else None
    if not isinstance(profile, OAuthEntityProfile) or not isinstance(entity, OAuthEntity):
        return Failure(Stage.ROUTE, NO_PROFILE)
    if not entity.active:
        return Failure(Stage.ROUTE, NOT_ACTIVE)
    if not entity.token_url:
        return Failure(Stage.ROUTE, NO_URL)
    ledger = Ledger(instance)
    grant = profile.grant_type or entity.default_grant_type
    refresh = _refresh_token(instance, entity) if grant != "client_credentials" else None
    if refresh is not None:
        grant = "refresh_token"
        ledger.note("grant", grant, f"a refresh token of {entity.name} is on file: it is asked with that", _REFRESH)
    fields = _fields(shelf, profile, entity, wish, grant, refresh, now)
    if isinstance(fields, Failure):
        return fields
    ledger.note("token", grant, f"{entity.name} is asked for a token, grant type {grant}", _DOCS)
    if grant == "password":
        ledger.note("resource_owner", wish.user, "the resource owner is the credential's user", _OWNER)
    mutual = MutualAuth(entity.use_mutual_auth, entity.protocol_name)
    if entity.use_mutual_auth:
        ledger.note("use_mutual_auth", True, f"{entity.name} uses mutual authentication for token requests", _DOCS)
    else:
        ledger.note("use_mutual_auth", False, f"{entity.name} uses no mutual authentication for token requests", RECORD)
    basic, own = _client(shelf, profile, entity, now)
    if isinstance(own, Failure):
        return own
    url = entity.refresh_token_url if grant == "refresh_token" and entity.refresh_token_url else entity.token_url
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in (*fields, *own))
    call = OutboundCall(
        endpoint=url,
        message=entity.name,
        function=f"token request ({grant.rpartition(':')[2]})",
        headers=(("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"), ("Accept", "application/json")),
        body=body,
        on_message=mutual,
        on_function=mutual,
        basic_auth=basic,
        source_table=entity.table,
        source_record=entity.sys_id,
        soap=False,
        oauth_entity=entity.sys_id,
        decided=tuple(ledger.decisions),
    )
    return Asked(call, entity, grant)


Fields = tuple[tuple[str, str], ...]


def _fields(
    shelf: KeystoreShelf,
    profile: OAuthEntityProfile,
    entity: OAuthEntity,
    wish: OAuthWish,
    grant: str,
    refresh: Secret | None,
    now: datetime,
) -> Fields | Failure:
    """What the grant type adds to the form (RFC 6749 sections 4.3.2, 4.4.2 and 6; RFC 7523 section 2.1)."""
    scopes = _scopes(shelf.instance, profile)
    scope: Fields = (("scope", scopes),) if scopes else ()
    match grant:
        case "refresh_token" if refresh is not None:
            return (("grant_type", grant), ("refresh_token", refresh.reveal()), *scope)
        case "client_credentials":
            return (("grant_type", grant), *scope)
        case "password":
            password = wish.password.reveal() if wish.password else ""
            return (("grant_type", grant), ("username", wish.user), ("password", password), *scope)
        case _ if grant == JWT_BEARER:
            assertion = signed(shelf, profile.jwt_provider, entity, now)
            if isinstance(assertion, Failure):
                return assertion
            return (("grant_type", grant), ("assertion", assertion), *scope)
        case "authorization_code" | "refresh_token":
            return Failure(Stage.ROUTE, NEEDS_A_PERSON)
    return Failure(Stage.ROUTE, NOT_SIMULATED)


def _client(
    shelf: KeystoreShelf, profile: OAuthEntityProfile, entity: OAuthEntity, now: datetime
) -> tuple[BasicAuth | None, Fields | Failure]:
    """How the client says who it is: Send Credentials of the form."""
    secret = entity.client_secret.reveal() if entity.client_secret else ""
    if entity.send_client_credentials_as == "basic_authorization_header":
        return BasicAuth(entity.client_id, Secret(secret)), ()
    if entity.send_client_credentials_as == "private_key_jwt":
        assertion = signed(shelf, profile.jwt_provider, entity, now)
        if isinstance(assertion, Failure):
            return None, assertion
        return None, (
            ("client_id", entity.client_id),
            ("client_assertion_type", _ASSERTION_TYPE),
            ("client_assertion", assertion),
        )
    return None, (("client_id", entity.client_id), *((("client_secret", secret),) if secret else ()))


def _scopes(instance: Instance, profile: OAuthEntityProfile) -> str:
    """The scopes that the profile asks for, as one parameter (RFC 6749 section 3.3)."""
    named = [
        row.oauth_entity_scope for row in instance.oauth_profile_scopes if row.oauth_entity_profile == profile.sys_id
    ]
    rows = (instance.get(OAuthEntityScope.table, ref) for ref in named)
    return " ".join(row.oauth_entity_scope or row.name for row in rows if isinstance(row, OAuthEntityScope))


def _refresh_token(instance: Instance, entity: OAuthEntity) -> Secret | None:
    rows = (row for row in instance.oauth_tokens if row.peer == entity.sys_id and row.type == "refresh_token")
    return next((row.token_received for row in rows if row.token_received), None)
