"""The rows behind a Connection & Credential alias: aliases, connections, credentials, retry policies.

Field lists: `@servicenow/sdk-core` 4.9.0 for sys_alias and sys_retry_policy; the form of docs create-https-connection;
column names of the other tables as public code that reads and writes these records has them (REPORTED).
"""

from __future__ import annotations

from typing import ClassVar

from guarded.values import dataclass
from sn_mock.instance.schema import (
    Record,
    boolean,
    choice,
    glide_list,
    integer,
    optional_integer,
    password2,
    reference,
    string,
)
from sn_mock.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRetryPolicy(Record):
    """`sys_retry_policy`, "Retry Policy": when a step that failed is tried again, how often and after how long."""

    table: ClassVar[str] = "sys_retry_policy"
    attribute: ClassVar[str] = "retry_policies"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    connection_type: str = choice(
        *("http_retry_conditions", "http_retry_conditions", "jdbc_retry_conditions", "basic_retry_conditions"),
        labels={
            "http_retry_conditions": "HTTP",
            "jdbc_retry_conditions": "JDBC",
            "basic_retry_conditions": "Basic(SFTP)",
        },
    )
    condition: str = string()
    """An encoded query over http_method, status_code, error, response_body and response_headers."""
    retry_strategy: str = choice(
        *("fixed_time_interval", "fixed_time_interval", "exponential_backoff", "retry_after"),
        labels={
            "fixed_time_interval": "Fixed Interval",
            "exponential_backoff": "Exponential Backoff",
            "retry_after": 'Honor "Retry-After" Header',
        },
    )
    interval: int | None = optional_integer()
    """Seconds before the next try; with exponential backoff doubled every time."""
    count: int | None = optional_integer()
    """Tries after the first; empty: the property glide.fdih.retry.max_count."""
    max_elapsed_time: int | None = optional_integer()
    """Seconds, of the strategy that honours Retry-After."""
    restrict_to: str = string("http_method,status_code,error,response_body,response_headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysAlias(Record):
    """`sys_alias`, "Connection & Credential Alias": what steps name instead of a connection; its connections and
    credentials refer to it."""

    table: ClassVar[str] = "sys_alias"
    attribute: ClassVar[str] = "aliases"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    id: str = string()
    """`scope.name`, read only on the form; scripts name an alias by it."""
    sys_scope: str = string("global")
    type: str = choice(
        *("connection", "connection", "credential"),
        labels={"connection": "Connection and Credential", "credential": "Credential"},
    )
    connection_type: str = choice(
        *("http_connection", "http_connection", "jdbc_connection", "sys_connection", "orch_jms_ds", ""),
        labels={
            "http_connection": "HTTP",
            "jdbc_connection": "JDBC",
            "sys_connection": "Basic",
            "orch_jms_ds": "JMS",
        },
    )
    description: str = string()
    parent: str = reference("sys_alias")
    configuration_template: str = reference("sys_alias_templates")
    retry_policy: str = reference("sys_retry_policy")
    multiple_connections: bool = boolean()
    is_internal: bool = boolean()

    @property
    def full_id(self) -> str:
        """The ID that the form shows."""
        return self.id or (self.name if self.sys_scope == "global" else f"{self.sys_scope}.{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryCredential(Record):
    """`discovery_credentials`, "Credentials": a credential of a kind that has no table of its own here.

    Calls know the kinds that extend it: basic_auth_credentials, api_key_credentials and oauth_2_0_credentials.
    """

    table: ClassVar[str] = "discovery_credentials"
    attribute: ClassVar[str] = "credentials"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    type: str = string()
    active: bool = boolean(True)
    order: int = integer(100)
    user_name: str = string()
    password: Secret | None = password2()
    authentication_key: Secret | None = password2()
    tag: tuple[str, ...] = glide_list("sys_alias")
    """Label "Credential alias"."""
    applies_to: str = string("all")
    mid_list: tuple[str, ...] = glide_list("ecc_agent")
    application: str = string()
    use_high_security: bool = boolean()
    """The value lies in an external credential store."""
    credential_id: str = string()
    """What the external store calls it."""
    use_context: bool = boolean()
    context_name: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicAuthCredential(DiscoveryCredential):
    """`basic_auth_credentials`, "Basic Auth Credentials": user name and password of the Authorization header."""

    table: ClassVar[str] = "basic_auth_credentials"
    attribute: ClassVar[str] = "basic_auth_credentials"
    extends: ClassVar[str] = "discovery_credentials"

    type: str = string("basic_auth")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCredential(DiscoveryCredential):
    """`api_key_credentials`, "API Key Credentials": a key that a step puts into a header by hand."""

    table: ClassVar[str] = "api_key_credentials"
    attribute: ClassVar[str] = "api_key_credentials"
    extends: ClassVar[str] = "discovery_credentials"

    type: str = string("api_key")
    api_key: Secret | None = password2()


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Credential(DiscoveryCredential):
    """`oauth_2_0_credentials`, "OAuth 2.0 Credentials": which OAuth Entity Profile brings the token."""

    table: ClassVar[str] = "oauth_2_0_credentials"
    attribute: ClassVar[str] = "oauth2_credentials"
    extends: ClassVar[str] = "discovery_credentials"

    type: str = string("oauth_2_0")
    oauth_entity_profile: str = reference("oauth_entity_profile")
    integration_type: str = choice(
        "system", "system", "personal", "", labels={"system": "System", "personal": "Personal"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConnection(Record):
    """`http_connection`, "HTTP(s) Connection": where an alias leads, and with which credential and certificate.

    Here mutual authentication is `mutual_auth` plus `protocol_profile`, and both count only with `url_builder`.
    """

    table: ClassVar[str] = "http_connection"
    attribute: ClassVar[str] = "http_connections"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)
    extends: ClassVar[str] = "sys_connection"

    name: str = string(mandatory=True)
    connection_alias: str = reference("sys_alias")
    credential: str = reference("discovery_credentials")
    active: bool = boolean(True)
    order: int = integer(100)
    url_builder: bool = boolean()
    connection_url: str = string()
    """Typed by hand; with `url_builder` it is calculated from the fields below."""
    mutual_auth: bool = boolean()
    protocol: str = string("https")
    protocol_profile: str = reference("sys_protocol_profile")
    mid_protocol_profile: str = reference("mid_protocol_profile")
    host: str = string()
    port: int | None = optional_integer(port=True)
    """Label "Override default port"."""
    base_path: str = string()
    use_mid: bool = boolean()
    mid_selection: str = string("auto_select")
    mid_server: str = reference("ecc_agent")
    mid_cluster: str = reference("ecc_agent_cluster")
    application: str = reference("ecc_agent_application")
    """Label "MID Application"."""
    capabilities: tuple[str, ...] = glide_list("ecc_agent_capability")
    connection_timeout: int | None = optional_integer()
    """Milliseconds; empty: the instance's default."""
    connection_retries: int = integer()
    extended_attributes: str = string()
    """The Attributes tab, as JSON."""
    app_scope: str = reference("sys_scope")
    is_internal: bool = boolean()
