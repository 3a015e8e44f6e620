"""`OutboundCall`: everything a script or a record asks of one call, before any rule of the release is applied."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from guarded.values import dataclass
from sn_mock.exchange import Decision, StepOrigin
from sn_mock.failure import Failure
from sn_mock.outbound.routing.message_security import NOTHING, MessageSecurity
from sn_mock.secret import Secret


class LogLevel(StrEnum):
    """How much of a call the outbound HTTP log keeps (docs, outbound-logging-properties)."""

    BASIC = "basic"
    ELEVATED = "elevated"
    """Basic and headers."""
    ALL = "all"
    """Elevated and bodies."""


@dataclass(frozen=True, slots=True)
class MutualAuth:
    """Flag and profile of one record (REST calls the fields `use_mutual_auth` and `protocol_name`)."""

    enabled: bool = False
    profile: str = ""
    """The referenced `sys_protocol_profile` row, by sys_id."""


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """User name and password of the `Authorization` header."""

    user: str
    password: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class OAuthWish:
    """That a token is to be had before the call, and for whom."""

    profile: str
    """The `oauth_entity_profile`, by sys_id or name."""
    user: str = ""
    password: Secret | None = field(default=None, repr=False)
    """Of the resource owner, for the password grant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundCall:
    """One call as it was asked for: a SOAP or REST message's, or a bare request's."""

    endpoint: str = field(repr=False)
    message: str = ""
    function: str = ""
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = field(default="", repr=False)
    charset: str = "UTF-8"
    on_message: MutualAuth = MutualAuth()
    on_function: MutualAuth = MutualAuth()
    function_id: str = ""
    """sys_id of the function's record."""
    override_profile: str | None = None
    """The protocol name given to `setMutualAuth()`; it beats both records."""
    mid_server: str | None = None
    basic_auth: BasicAuth | None = None
    security: MessageSecurity = NOTHING
    """What the Security header of a SOAP call is made with."""
    socket_timeout_ms: int | None = None
    """`setHttpTimeout()`; None: the instance's `glide.http.timeout`."""
    connect_timeout_ms: int | None = None
    """The connection's own; None: the instance's `glide.http.connection_timeout`."""
    follow_redirects: bool = False
    allowed_redirects: tuple[str, ...] = ()
    """Where redirects may lead (`setAllowedRedirectURIs()`); empty: anywhere."""
    log_level: LogLevel = LogLevel.BASIC
    source_table: str = ""
    source_record: str = ""
    soap: bool = True
    """A SOAP call: the answer is read as an envelope. False for REST and direct requests."""
    oauth: OAuthWish | None = None
    bearer: Secret | None = field(default=None, repr=False)
    """The access token of the Authorization header (RFC 6750 section 2.1)."""
    oauth_entity: str = ""
    """sys_id of the registry whose token the call itself asks for: its bodies are secrets."""
    step: StepOrigin | None = None
    """The step it comes from."""
    decided: tuple[Decision, ...] = ()
    """What was decided before the route: which connection, which URL."""
    refusal: Failure | None = None
    """Why no request is made at all."""
