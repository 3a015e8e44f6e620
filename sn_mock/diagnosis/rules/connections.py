"""Causes in the records behind an alias: connections, their URL builder, their credentials."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.records import CONNECTION_MODULE
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import DiscoveryCredential, HttpConnection
from sn_mock.outbound.connections import resolving

_ROUTE = frozenset({Symptom.ROUTE})
_ELSEWHERE = NONE_SENT | SENT | {Symptom.CONNECT, Symptom.HTTP}


def _nowhere(*causes: str) -> Callable[[Case], Observation | None]:
    """The alias leads nowhere; the decisions on the way say why."""

    def check(case: Case) -> Observation | None:
        alias = case.alias
        if alias is None or case.route is None or not case.cause_is(*causes):
            return None
        return saw(f"sys_alias {alias.name}: type = {alias.type}", *case.route.because, **_words(case))

    return check


def _words(case: Case) -> dict[str, str]:
    alias, connection = case.alias, case.connection
    credential = _credential(case)
    return {
        "name": alias.name if alias else "",
        "connection": connection.name if connection else "",
        "credential": credential.name if credential else connection.credential if connection else "",
    }


def _credential(case: Case) -> DiscoveryCredential | None:
    connection = case.connection
    row = case.instance.get(DiscoveryCredential.table, connection.credential) if connection else None
    return row if isinstance(row, DiscoveryCredential) else None


def _plain(case: Case) -> HttpConnection | None:
    """The connection of a step that went out without a keystore, where it was its own URL that was called."""
    route, connection = case.route, case.connection
    if route is None or connection is None or route.socket_factory != "default" or route.decision("base_url"):
        return None
    return connection


def _line(connection: HttpConnection, *fields: str) -> tuple[str, ...]:
    shown = ", ".join(f"{name} = {_shown(getattr(connection, name))}" for name in fields)
    return (f"http_connection {connection.name}: {shown}",)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or "(empty)"


def _url_line(case: Case) -> tuple[str, ...]:
    asked = ("transcript: the provider sent a CertificateRequest",) if case.request and not case.planned else ()
    return (f"route: {case.route.url if case.route else ''} (no keystore offered)", *asked)


def _builder_off(case: Case) -> Observation | None:
    connection = _plain(case)
    if connection is None or connection.url_builder or connection.use_mid:
        return None
    profile = case.instance.shown("sys_protocol_profile", connection.protocol_profile) or "the profile's name"
    return saw(
        *_line(connection, "url_builder", "connection_url", "mutual_auth"),
        *_url_line(case),
        **_words(case),
        profile=profile,
    )


def _flag_off(case: Case) -> Observation | None:
    connection = _plain(case)
    if connection is None or not connection.url_builder or connection.mutual_auth:
        return None
    return saw(*_line(connection, "url_builder", "mutual_auth"), *_url_line(case), **_words(case))


def _no_profile(case: Case) -> Observation | None:
    connection = _plain(case)
    if connection is None or not (connection.url_builder and connection.mutual_auth) or connection.use_mid:
        return None
    if case.instance.protocol_profile(connection.protocol_profile):
        return None
    return saw(*_line(connection, "mutual_auth", "protocol_profile"), *_url_line(case), **_words(case))


def _own_base_url(case: Case) -> Observation | None:
    route, connection = case.route, case.connection
    typed = route.decision("base_url") if route else None
    if route is None or connection is None or typed is None or route.socket_factory != "default":
        return None
    return saw(f"step: {typed.sentence}", f"route: {route.url} (no keystore offered)", **_words(case))


def _through_mid(case: Case) -> Observation | None:
    connection = case.connection
    if connection is None or not (connection.use_mid and connection.mutual_auth):
        return None
    if case.route is not None and case.route.mutual_auth:
        return None  # a MID Protocol Profile brings a certificate
    fact = case.instance.fact("mid_mutual_auth")
    return saw(
        *_line(connection, "use_mid", "url_builder", "mutual_auth", "mid_protocol_profile"),
        f"release fact mid_mutual_auth = {fact.told}",
        *_url_line(case),
        **_words(case),
    )


def _another_counts(case: Case) -> Observation | None:
    """Several connections are active, and one that is passed over does what this one does not."""
    alias, connection = case.alias, case.connection
    if alias is None or connection is None:
        return None
    rows = [row for row in case.instance.connections_of(alias) if row.active]
    passed_over = [row for row in rows if row.sys_id != connection.sys_id]
    if not passed_over or (connection.mutual_auth and connection.url_builder):
        return None
    other = next((row for row in passed_over if row.mutual_auth and row.url_builder), None)
    if other is None:
        return None
    listed = ", ".join(f"{row.name} (order {row.order})" for row in rows)
    return saw(
        f"http_connection: {len(rows)} connections of {alias.name} are active: {listed}",
        f"sys_alias {alias.name}: multiple_connections = {_shown(alias.multiple_connections)}",
        *_url_line(case),
        **_words(case),
        other=other.name,
    )


def _inactive_credential(case: Case) -> Observation | None:
    row = _credential(case)
    if row is None or row.active or case.exchange.response.status_code not in (401, 403):
        return None
    return saw(
        f"{row.table} {row.name}: active = false",
        f"http: the provider answered {case.exchange.response.status_code}",
        **_words(case),
    )


_ALIASES = "IntegrationHub > Connection & Credential Aliases > {name}"
_CONNECTION = CONNECTION_MODULE + " > {connection}"
_CREDENTIALS = "Connections & Credentials > Credentials"
_BUILDER_DOCS = "ServiceNow docs, create-https-connection, configure-jamf-integration; community blog ba-p/3534148"

RULES: tuple[Rule, ...] = (
    Rule(
        "alias-without-connection",
        "The alias has no active connection",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.NO_CONNECTION),
        _ALIASES + " > Connections: create the HTTP(s) connection, or tick Active on it. Connections do not travel in "
        "update sets with their alias.",
        "ServiceNow docs, dashboard-configure-connection, connection-alias",
        before_call=True,
        confirm="the alias's related list Connections is empty, or Active is cleared on every row",
    ),
    Rule(
        "credential-only-alias",
        "The alias is a credential alias: it leads to no connection",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.CREDENTIAL_ONLY),
        _ALIASES + " > Type: Connection and Credential, with a connection; or define the step's connection inline and "
        "choose this alias as its Credential Alias (mutual authentication is then not to be had).",
        "ServiceNow docs, rest-request-action-designer; @servicenow/sdk-core, sys_alias",
        confirm="the alias's Type is Credential",
    ),
    Rule(
        "connection-type-not-http",
        "The alias is for another type of connection",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.OTHER_TYPE),
        _ALIASES + " > Connection type: HTTP, with an HTTP(s) connection.",
        "@servicenow/sdk-core, sys_alias",
        confirm="the alias's Connection type is not HTTP",
    ),
    Rule(
        "connection-without-url",
        "The connection has no URL to call",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.NO_URL),
        _CONNECTION + " > Host (with URL builder), or Connection URL (without): fill it in.",
        "ServiceNow docs, create-https-connection",
        before_call=True,
        confirm="Connection URL is empty on the connection's form",
    ),
    Rule(
        "credential-type-unknown",
        "An HTTP step can do nothing with this type of credential",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.UNKNOWN_CREDENTIAL),
        _CONNECTION + " > Credential: choose Basic Auth, API Key or OAuth 2.0 credentials instead of {credential}.",
        "ServiceNow docs, rest-request-action-designer",
        Evidence.ASSUMED,
        before_call=True,
        confirm="the credential's Type is neither Basic Auth nor API Key nor OAuth 2.0",
    ),
    Rule(
        "credential-missing",
        "The connection's credential does not exist on this instance",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.CREDENTIAL_GONE),
        _CONNECTION + " > Credential: choose a credential of this instance; {credential} names none.",
        "ServiceNow docs, create-https-connection",
        Evidence.ASSUMED,
        before_call=True,
        confirm="Credential is empty or shows a sys_id on the connection's form",
    ),
    Rule(
        "external-credential-store",
        "The credential lies in an external store, which sn-mock does not have",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.EXTERNAL_STORE),
        _CREDENTIALS + " > {credential}: clear External credential store and type the values, for a run of sn-mock.",
        "ServiceNow docs, c_CyberArkIntegrationConfiguration",
        before_call=True,
        confirm="the credential's form has External credential store ticked",
    ),
    Rule(
        "credential-without-oauth-profile",
        "The OAuth 2.0 credential names no OAuth Entity Profile",
        Stage.ROUTE,
        _ROUTE,
        _nowhere(resolving.NO_TOKEN_PROFILE),
        _CREDENTIALS + " > {credential} > OAuth Entity Profile: choose the profile of the OAuth provider.",
        "ServiceNow docs, configure-oauth-2-0-authentication",
        before_call=True,
        confirm="OAuth Entity Profile is empty on the credential's form",
    ),
    Rule(
        "another-connection-counts",
        "Several connections of the alias are active, and another one counts",
        Stage.ROUTE,
        _ELSEWHERE,
        _another_counts,
        CONNECTION_MODULE + " > {connection}: clear Active, or give {other} the lower Order.",
        "@servicenow/sdk-core, sys_alias (Support Multiple Active Connections)",
        Evidence.ASSUMED,
        before_call=True,
        confirm="the alias's related list Connections shows more than one active row",
    ),
    Rule(
        "base-url-overridden",
        "The step types its own Base URL: the connection's protocol profile is not in it",
        Stage.ROUTE,
        NONE_SENT,
        _own_base_url,
        "The REST step > Base URL: close the lock, so that the URL of the connection {connection} is called.",
        "ServiceNow docs, rest-request-action-designer",
        confirm="the lock beside Base URL is open, and the URL begins with https://",
    ),
    Rule(
        "connection-through-mid-server",
        "The connection goes through a MID Server, which does not know the protocol profile",
        Stage.ROUTE,
        NONE_SENT | {Symptom.ROUTE},
        _through_mid,
        _CONNECTION
        + " > Use MID server: clear it; or, from Xanadu on, choose a MID protocol profile whose keystore lies "
        "on the MID Server's host.",
        "ServiceNow docs, configure-jamf-integration (not compatible), integration-hub/mtls-mid-server (Xanadu)",
        before_call=True,
        confirm="Use MID server and Mutual authentication are both ticked, and MID protocol profile is empty",
    ),
    Rule(
        "connection-url-builder-off",
        "The connection's URL builder is off: the URL is called as typed, without a protocol profile",
        Stage.ROUTE,
        NONE_SENT,
        _builder_off,
        _CONNECTION + " > URL builder: tick it, tick Mutual authentication and choose the protocol profile; or type "
        "{profile}:// in Connection URL.",
        _BUILDER_DOCS,
        before_call=True,
        confirm="URL builder is cleared on the connection, and Connection URL begins with https://",
    ),
    Rule(
        "connection-mutual-auth-off",
        "Mutual authentication is not ticked on the connection: the call is plain https",
        Stage.ROUTE,
        NONE_SENT,
        _flag_off,
        _CONNECTION + " > Mutual authentication: tick it and choose the protocol profile.",
        _BUILDER_DOCS,
        confirm="Connection URL, which the URL builder makes, begins with https:// instead of the profile's name",
    ),
    Rule(
        "connection-profile-not-chosen",
        "Mutual authentication is ticked on the connection, but no protocol profile is chosen",
        Stage.ROUTE,
        NONE_SENT,
        _no_profile,
        _CONNECTION + " > Protocol profile: choose the profile that has the keystore.",
        _BUILDER_DOCS,
        before_call=True,
        confirm="Protocol profile is empty on the connection",
    ),
    Rule(
        "credential-not-active",
        "The connection's credential is not active, and the request went out without it",
        Stage.HTTP,
        frozenset({Symptom.HTTP}),
        _inactive_credential,
        _CREDENTIALS + " > {credential} > Active: tick it.",
        "public build guides (an inactive credential is not selected)",
        Evidence.REPORTED,
        confirm="Active is cleared on the credential",
    ),
)
