"""The labels of connections, credentials, OAuth and WS-Security: `labels` has those of the other tables.

Labels: ServiceNow docs (create-https-connection, connect-3rd-party-oauth-provider, JWT-Bearer-token-support,
t_WebServiceSecurity), `@servicenow/sdk-core` 4.9.0 for aliases and retry policies. Where none is published, a field's
name with its abbreviations written as people write them (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.live.console.rows.called import Called

_CONNECTIONS = ("Connections & Credentials",)
_OAUTH = ("System OAuth",)
_WS_SECURITY = ("System Web Services", "WS-Security")
_WORDS = {
    "id": "ID",
    "sys_scope": "Application",
    "app_scope": "Application scope",
    "is_internal": "Internal",
    "kid": "Key ID",
    "redirect_url": "Redirect URL",
    "logo_url": "Logo URL",
    "client_uuid": "Client UUID",
}
_CREDENTIAL = {
    "user_name": "User name",
    "tag": "Credential alias",
    "mid_list": "MID servers",
    "credential_id": "Credential ID",
    "api_key": "API key",
    "oauth_entity_profile": "OAuth Entity Profile",
    "use_high_security": "Use high security",
}
_CREDENTIAL_LIST = ("name", "type", "active", "order", "tag")
_OAUTH_WORDS = {
    **_WORDS,
    "oauth_entity": "OAuth provider",
    "oauth_entity_profile": "OAuth Entity Profile",
    "oauth_entity_scope": "OAuth scope",
    "client_id": "Client ID",
    "client_secret": "Client Secret",
    "default_grant_type": "Default Grant type",
    "auth_url": "Authorization URL",
    "token_url": "Token URL",
    "refresh_token_url": "Refresh Token URL",
    "revoke_token_url": "Token Revocation URL",
    "certificate_url": "Certificate URL",
    "send_client_credentials_as": "Send Credentials",
    "access_token_lifespan": "Access Token Lifespan",
    "refresh_token_lifespan": "Refresh Token Lifespan",
    "id_token_lifespan": "ID Token Lifespan",
    "use_mutual_auth": "Use mutual authentication",
    "protocol_name": "Mutual authentication profile",
    "oauth_api_script": "OAuth API Script",
    "jwt_api_script": "JWT API Script",
    "jwt_provider": "JWT Provider",
    "jwt_keystore_alias": "Signing Configuration",
    "oauth_resources": "OAuth resources",
    "saml2_assertion_producer": "SAML2 assertion producer",
    "peer": "OAuth provider",
    "grant_type": "Grant type",
    "signing_keystore": "Signing Keystore",
    "signing_algorithm": "Signing Algorithm",
    "signing_key_password": "Signing Key Password",
}
_WS_WORDS = {
    "key_store": "Key store",
    "key_store_alias": "Key store alias",
    "key_store_password": "Key store password",
    "username": "Username",
}

CONNECTIONS: Mapping[str, Called] = {
    "sys_alias": Called(
        "Connection & Credential Aliases",
        "Connection & Credential Alias",
        _CONNECTIONS,
        ("name", "id", "type", "connection_type", "retry_policy"),
        ("description",),
        _WORDS,
    ),
    "http_connection": Called(
        "HTTP(s) Connections",
        "HTTP(s) Connection",
        _CONNECTIONS,
        ("name", "connection_alias", "active", "host", "connection_url", "mutual_auth", "protocol_profile"),
        ("connection_url",),
        {
            **_WORDS,
            "url_builder": "URL builder",
            "connection_url": "Connection URL",
            "mutual_auth": "Mutual authentication",
            "mid_protocol_profile": "MID protocol profile",
            "port": "Override default port",
            "use_mid": "Use MID server",
            "mid_selection": "MID selection",
            "mid_server": "MID server",
            "mid_cluster": "MID cluster",
            "application": "MID Application",
        },
    ),
    "discovery_credentials": Called(
        "Credentials", "Credential", _CONNECTIONS, _CREDENTIAL_LIST, labels={**_WORDS, **_CREDENTIAL}
    ),
    "basic_auth_credentials": Called(
        "Basic Auth Credentials",
        "Basic Auth Credential",
        _CONNECTIONS,
        ("name", "user_name", "active", "order", "tag"),
        labels={**_WORDS, **_CREDENTIAL},
    ),
    "api_key_credentials": Called(
        "API Key Credentials",
        "API Key Credential",
        _CONNECTIONS,
        _CREDENTIAL_LIST,
        labels={**_WORDS, **_CREDENTIAL},
    ),
    "oauth_2_0_credentials": Called(
        "OAuth 2.0 Credentials",
        "OAuth 2.0 Credential",
        _CONNECTIONS,
        ("name", "oauth_entity_profile", "active", "order", "tag"),
        labels={**_WORDS, **_CREDENTIAL},
    ),
    "sys_retry_policy": Called(
        "Retry Policies",
        "Retry Policy",
        _CONNECTIONS,
        ("name", "connection_type", "retry_strategy", "count", "interval"),
        ("condition",),
    ),
    "oauth_entity": Called(
        "Application Registries",
        "Application Registry",
        (*_OAUTH, "Application Registry"),
        ("name", "type", "active", "client_id", "token_url", "use_mutual_auth", "protocol_name"),
        ("auth_url", "token_url", "comments"),
        _OAUTH_WORDS,
    ),
    "oauth_entity_profile": Called(
        "OAuth Entity Profiles",
        "OAuth Entity Profile",
        _OAUTH,
        ("name", "oauth_entity", "grant_type", "default", "jwt_provider"),
        labels=_OAUTH_WORDS,
    ),
    "oauth_entity_scope": Called(
        "OAuth Entity Scopes",
        "OAuth Entity Scope",
        _OAUTH,
        ("name", "oauth_entity", "oauth_entity_scope"),
        labels=_OAUTH_WORDS,
    ),
    "oauth_entity_profile_scope": Called(
        "OAuth Entity Profile Scopes",
        "OAuth Entity Profile Scope",
        _OAUTH,
        ("oauth_entity_scope", "oauth_entity_profile"),
        labels=_OAUTH_WORDS,
    ),
    "oauth_credential": Called(
        "Manage Tokens",
        "OAuth Token",
        (*_OAUTH, "Manage Tokens"),
        ("type", "peer", "grant_type", "expires", "user"),
        labels=_OAUTH_WORDS,
    ),
    "jwt_provider": Called(
        "JWT Providers",
        "JWT Provider",
        (*_OAUTH, "JWT Providers"),
        ("name", "jwt_keystore_alias", "expiry_interval"),
        labels=_OAUTH_WORDS,
    ),
    "jwt_keystore_aliases": Called(
        "JWT Keys",
        "JWT Key",
        (*_OAUTH, "JWT Keys"),
        ("name", "active", "signing_keystore", "signing_algorithm", "kid"),
        labels=_OAUTH_WORDS,
    ),
    "jwt_claim_validation": Called(
        "Standard Claims", "Standard Claim", _OAUTH, ("name", "jwt_provider", "value"), labels=_OAUTH_WORDS
    ),
    "ws_security_x509_profile_outbound": Called(
        "WS-Security x.509 profiles",
        "WS-Security x.509 profile",
        _WS_SECURITY,
        ("name", "key_store", "key_store_alias", "certificate"),
        labels=_WS_WORDS,
    ),
    "ws_security_username_profile_outbound": Called(
        "WS-Security Username profiles",
        "WS-Security Username profile",
        _WS_SECURITY,
        ("name", "username"),
        labels=_WS_WORDS,
    ),
}
