"""The rows that tokens of OAuth 2.0 come from: providers, their profiles and scopes, and what signs a JWT.

Field lists: the forms of docs connect-3rd-party-oauth-provider and JWT-Bearer-token-support; column names as public
typings of these tables, and public code that writes their rows, have them (REPORTED).
"""

from __future__ import annotations

from typing import ClassVar

from guarded.values import dataclass
from sn_mock.instance.schema import (
    Record,
    boolean,
    choice,
    glide_date_time,
    integer,
    optional_integer,
    password2,
    reference,
    string,
)
from sn_mock.secret import Secret

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_GRANTS = ("authorization_code", "password", "client_credentials", "refresh_token", JWT_BEARER)
_SAML_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer"
_GRANT_LABELS = {
    "authorization_code": "Authorization Code",
    "password": "Resource Owner Password Credentials",
    "client_credentials": "Client Credentials",
    JWT_BEARER: "JWT Bearer",
    _SAML_BEARER: "SAML2 Bearer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtKeystoreAlias(Record):
    """`jwt_keystore_aliases`, "JWT Key": the keystore and the algorithm that sign a JSON Web Token."""

    table: ClassVar[str] = "jwt_keystore_aliases"
    attribute: ClassVar[str] = "jwt_keys"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    active: bool = boolean(True)
    signing_keystore: str = reference("sys_certificate")
    signing_algorithm: str = string("RS256")
    """`RS256` …; the form's label is "RSA 256" (stored value ASSUMED)."""
    signing_key_password: Secret | None = password2()
    kid: str = string()
    certificate_thumbprint: str = string()
    expiry: str = glide_date_time()


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtProvider(Record):
    """`jwt_provider`, "JWT Provider": makes the assertion of the JWT bearer grant."""

    table: ClassVar[str] = "jwt_provider"
    attribute: ClassVar[str] = "jwt_providers"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    jwt_keystore_alias: str = reference("jwt_keystore_aliases")
    """Label "Signing Configuration"."""
    jwt_api_script: str = reference("sys_script_include")
    expiry_interval: int = integer(60)
    """Seconds until the token made by it expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtClaim(Record):
    """`jwt_claim_validation`, "Standard Claims" of a JWT provider: a claim and its value."""

    table: ClassVar[str] = "jwt_claim_validation"
    attribute: ClassVar[str] = "jwt_claims"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("jwt_provider", "name")

    jwt_provider: str = reference("jwt_provider", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEntity(Record):
    """`oauth_entity`, "Application Registry": an OAuth provider, where and how it is asked for tokens.

    `use_mutual_auth` and `protocol_name` are for token request and revocation only.
    """

    table: ClassVar[str] = "oauth_entity"
    attribute: ClassVar[str] = "oauth_entities"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    type: str = string("oauth_provider")
    """`oauth_provider` is asked for tokens; `client` is a client of this instance."""
    active: bool = boolean(True)
    access: str = string()
    client_id: str = string()
    client_secret: Secret | None = password2()
    client_type: str = string()
    public_client: bool = boolean()
    code_challenge_method: str = string()
    default_grant_type: str = choice("authorization_code", *_GRANTS, _SAML_BEARER, "", labels=_GRANT_LABELS)
    auth_url: str = string()
    token_url: str = string()
    refresh_token_url: str = string()
    revoke_token_url: str = string()
    redirect_url: str = string()
    send_client_credentials_as: str = choice(
        *("request_body_parameter", "request_body_parameter", "basic_authorization_header", "private_key_jwt", ""),
        labels={
            "request_body_parameter": "In Request Body (Form URL-Encoded)",
            "basic_authorization_header": "As Basic Authorization Header",
            "private_key_jwt": "As Private Key JWT",
        },
    )
    access_token_lifespan: int = integer(1800)
    """Seconds a token is used where the provider names no `expires_in`."""
    refresh_token_lifespan: int = integer(8640000)
    auth_code_lifespan: int | None = optional_integer()
    id_token_lifespan: int | None = optional_integer()
    message_signature_lifespan: int | None = optional_integer()
    use_mutual_auth: bool = boolean()
    protocol_name: str = reference("sys_protocol_profile")
    oauth_api_script: str = reference("sys_script_include")
    certificate_url: str = string()
    logo_url: str = string()
    comments: str = string()
    client_uuid: str = string()
    salt: Secret | None = password2()
    skip_authorize: bool = boolean()
    user: str = reference("sys_user")


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEntityScope(Record):
    """`oauth_entity_scope`: a scope that an OAuth provider knows."""

    table: ClassVar[str] = "oauth_entity_scope"
    attribute: ClassVar[str] = "oauth_scopes"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("oauth_entity", "name")

    oauth_entity: str = reference("oauth_entity", mandatory=True)
    name: str = string(mandatory=True)
    oauth_entity_scope: str = string()
    """The word that the provider wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEntityProfile(Record):
    """`oauth_entity_profile`, "OAuth Entity Profile": a grant type of one provider, and what is asked for by it."""

    table: ClassVar[str] = "oauth_entity_profile"
    attribute: ClassVar[str] = "oauth_profiles"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("oauth_entity", "name")

    oauth_entity: str = reference("oauth_entity", mandatory=True)
    name: str = string(mandatory=True)
    grant_type: str = choice("", *_GRANTS, _SAML_BEARER, "", labels=_GRANT_LABELS)
    """Empty: the provider's default grant type."""
    default: bool = boolean()
    jwt_provider: str = reference("jwt_provider")
    saml2_assertion_producer: str = reference("saml2_assertion_producer")
    oauth_resources: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEntityProfileScope(Record):
    """`oauth_entity_profile_scope`: a scope that a profile asks for."""

    table: ClassVar[str] = "oauth_entity_profile_scope"
    attribute: ClassVar[str] = "oauth_profile_scopes"
    display: ClassVar[str] = "oauth_entity_scope"
    key: ClassVar[tuple[str, ...]] = ("oauth_entity_profile", "oauth_entity_scope")

    oauth_entity_profile: str = reference("oauth_entity_profile", mandatory=True)
    oauth_entity_scope: str = reference("oauth_entity_scope", mandatory=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthCredential(Record):
    """`oauth_credential`, "Manage Tokens": a token that is on file; a refresh token is asked with before anything else.

    sn-mock keeps no access tokens here: those of a run live in its session.
    """

    table: ClassVar[str] = "oauth_credential"
    attribute: ClassVar[str] = "oauth_tokens"
    display: ClassVar[str] = "type"
    key: ClassVar[tuple[str, ...]] = ("peer", "type")

    peer: str = reference("oauth_entity", mandatory=True)
    type: str = choice(
        *("refresh_token", "refresh_token", "access_token"),
        labels={"refresh_token": "Refresh Token", "access_token": "Access Token"},
    )
    token_received: Secret | None = password2()
    grant_type: str = string()
    expires: str = glide_date_time()
    user: str = reference("sys_user")
