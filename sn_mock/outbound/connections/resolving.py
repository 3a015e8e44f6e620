"""From an alias to the call it stands for: which connection, which URL, which credential; or why there is none.

1. A credential-only alias, one of another connection type and one without an active connection lead nowhere.
2. Of several active connections the one with the lowest order counts (ASSUMED), unless the step names one.
3. The connection's URL is typed or built (`urls`); its credential is a user name and password, a key that a step puts
   into its request by hand, or an OAuth profile.
4. With Use MID server the call goes through the MID Server.

Nothing here opens a socket or a keystore.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Decision
from sn_mock.failure import Failure, Stage
from sn_mock.instance import (
    DiscoveryCredential,
    HttpConnection,
    Instance,
    OAuth2Credential,
    Secret,
    SysAlias,
)
from sn_mock.outbound.connections.urls import url_of
from sn_mock.outbound.routing.ledger import RECORD, Ledger
from sn_mock.outbound.routing.outbound_call import BasicAuth, OAuthWish

NO_CONNECTION = "alias-without-connection"
CREDENTIAL_ONLY = "credential-only-alias"
OTHER_TYPE = "connection-type-not-http"
NO_URL = "connection-without-url"
UNKNOWN_CREDENTIAL = "credential-type-unknown"
CREDENTIAL_GONE = "credential-missing"
EXTERNAL_STORE = "external-credential-store"
NO_TOKEN_PROFILE = "credential-without-oauth-profile"

_ALIAS = Fact("", Evidence.DOCUMENTED, "docs, connection-alias; @servicenow/sdk-core, sys_alias")
_ORDER = Fact("", Evidence.ASSUMED, "the column Order of sys_connection; no page says which connection counts")
_CREDENTIAL = Fact(
    "", Evidence.DOCUMENTED, "docs, create-https-connection: the record used to authorize the connection"
)
_INACTIVE = Fact("", Evidence.REPORTED, "public build guides: an inactive credential is not selected")
_KEY = Fact("", Evidence.ASSUMED, "no page says that a step sends the key by itself")
_VAULT = Fact("", Evidence.DOCUMENTED, "docs, c_CyberArkIntegrationConfiguration: the value is in the vault only")
_MID = Fact("", Evidence.DOCUMENTED, "docs, create-https-connection: Use MID Server")
AUTO_SELECTED = "(auto-selected)"
"""What stands for a MID Server that the instance would choose by itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where an alias leads."""

    alias: SysAlias
    connection: HttpConnection | None = None
    url: str = ""
    basic_auth: BasicAuth | None = None
    oauth: OAuthWish | None = None
    """The token that is to be had first."""
    mid_server: str | None = None
    mutual_auth: bool = False
    """An active connection of the alias asks for it."""
    decisions: tuple[Decision, ...] = ()
    failure: Failure | None = None


def way_of(instance: Instance, alias: SysAlias, wanted: str = "") -> Way:
    """Where the alias leads, or the failure that ends the step. `wanted` is a connection's name or sys_id. Pure."""
    ledger = Ledger(instance)
    connection, cause = _connection(ledger, alias, wanted)
    if connection is None:
        return Way(alias, decisions=tuple(ledger.decisions), failure=_nowhere(cause))
    url = url_of(ledger, connection)
    mid_server = _mid_server(ledger, connection) if connection.use_mid else None
    held = _credential(ledger, connection) if url else NO_URL
    way = Way(alias, connection, url, mid_server=mid_server, decisions=tuple(ledger.decisions))
    asked = any(row.active and row.mutual_auth for row in instance.connections_of(alias))
    way = replace(way, mutual_auth=asked)
    if isinstance(held, str):
        return replace(way, failure=_nowhere(held))
    return replace(way, basic_auth=held) if isinstance(held, BasicAuth) else replace(way, oauth=held)


def _nowhere(cause: str) -> Failure:
    """A step that ends before a request is made; what text the platform shows is not published."""
    return Failure(Stage.ROUTE, cause)


def _connection(ledger: Ledger, alias: SysAlias, wanted: str) -> tuple[HttpConnection | None, str]:
    if alias.type == "credential":
        told = f"the alias {alias.name} is of type Credential: it has no connection, and so no URL"
        ledger.note("alias", alias.type, told, _ALIAS)
        return None, CREDENTIAL_ONLY
    if alias.connection_type not in ("http_connection", ""):
        told = f"the alias {alias.name} is for connections of type {alias.connection_type}, not HTTP"
        ledger.note("alias", alias.connection_type, told, _ALIAS)
        return None, OTHER_TYPE
    rows = ledger.instance.connections_of(alias)
    active = [row for row in rows if row.active]
    for row in rows:
        if not row.active:
            ledger.note("connection", None, f"the connection {row.name} is not active and is passed over", RECORD)
    if wanted:
        active = [row for row in active if wanted in (row.name, row.sys_id)]
    if not active:
        named = f" called {wanted}" if wanted else ""
        told = f"the alias {alias.name} has no active HTTP(s) connection{named}"
        ledger.note("connection", None, told, _ALIAS)
        return None, NO_CONNECTION
    first = active[0]
    if len(active) > 1:
        names = ", ".join(f"{row.name} ({row.order})" for row in active)
        told = f"{len(active)} connections of the alias are active: {names}; the lowest order counts: {first.name}"
        ledger.note("connections", len(active), told, _ORDER)
    ledger.note("connection", first.sys_id, f"the alias {alias.name} leads to the connection {first.name}", RECORD)
    return first, ""


def _mid_server(ledger: Ledger, connection: HttpConnection) -> str:
    named = ledger.instance.shown("ecc_agent", connection.mid_server) if connection.mid_server else ""
    how = named or f"whichever is selected ({connection.mid_selection or 'auto_select'})"
    ledger.note("use_mid", how, f"the connection {connection.name} goes through a MID Server: {how}", _MID)
    return named or AUTO_SELECTED


Held = BasicAuth | OAuthWish | None
"""User name and password, or the profile that brings a token; None where nothing is sent."""


def _credential(ledger: Ledger, connection: HttpConnection) -> Held | str:
    """What the credential brings; the cause word where it can bring nothing."""
    if not connection.credential:
        return None
    row = ledger.instance.get(DiscoveryCredential.table, connection.credential)
    if not isinstance(row, DiscoveryCredential):
        told = f"the credential {connection.credential} of the connection {connection.name} names no record"
        ledger.note("credential", None, told, _CREDENTIAL)
        return CREDENTIAL_GONE
    if not row.active:
        told = f"the credential {row.name} is not active: the request goes out without it"
        ledger.note("credential", None, told, _INACTIVE)
        return None
    if row.use_high_security:
        told = f"the credential {row.name} lies in an external credential store, which sn-mock does not have"
        ledger.note("credential", None, told, _VAULT)
        return EXTERNAL_STORE
    kind = _KINDS.get(row.type)
    if kind is None:
        known = ", ".join(sorted(_KINDS))
        told = f"the credential {row.name} is of type '{row.type}'; an HTTP step knows {known}"
        ledger.note("credential", row.type, told, _CREDENTIAL)
        return UNKNOWN_CREDENTIAL
    return kind(ledger, row)


def _basic(ledger: Ledger, row: DiscoveryCredential) -> Held | str:
    ledger.note("credential", row.sys_id, f"the credential {row.name} brings user name and password", _CREDENTIAL)
    return BasicAuth(row.user_name, row.password or Secret(""))


def _api_key(ledger: Ledger, row: DiscoveryCredential) -> Held | str:
    told = f"the credential {row.name} is an API key: the step's author puts it into a header, it is not sent by itself"
    ledger.note("credential", row.sys_id, told, _KEY)
    return None


def _oauth(ledger: Ledger, row: DiscoveryCredential) -> Held | str:
    profile = row.oauth_entity_profile if isinstance(row, OAuth2Credential) else ""
    if not profile:
        told = f"the credential {row.name} is of type OAuth 2.0 and names no OAuth Entity Profile"
        ledger.note("credential", row.sys_id, told, _CREDENTIAL)
        return NO_TOKEN_PROFILE
    ledger.note("credential", row.sys_id, f"the credential {row.name} brings an OAuth 2.0 token", _CREDENTIAL)
    return OAuthWish(profile, row.user_name, row.password)


_KINDS: Mapping[str, Callable[[Ledger, DiscoveryCredential], Held | str]] = {
    "basic_auth": _basic,
    "api_key": _api_key,
    "oauth_2_0": _oauth,
}
"""The credential's type → what it brings."""
