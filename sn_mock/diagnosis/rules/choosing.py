"""Causes in the records, properties and releases that decide which keystore is offered."""

from __future__ import annotations

from sn_mock.diagnosis.case import LEGACY_CLASS, LEGACY_PORT, Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.outbound.routing.route import SET_MUTUAL_AUTH

_CERTIFICATE = NONE_SENT | {Symptom.CERTIFICATE_REFUSED}
_LOWER_CASE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def _legacy_beats_profile(case: Case) -> Observation | None:
    route, profile, store = case.route, case.wanted_profile, case.profile_store
    if route is None or route.socket_factory != "legacy-property" or profile is None:
        return None
    choice = case.exchange.key_choice
    sent_from = choice.keystore_id if choice is not None and choice.sent else None
    if not case.planned and store is not None and sent_from == store.sys_id:
        return None
    if store is not None and route.keystore_ids == (store.sys_id,):
        return None
    lines = [case.property_line(LEGACY_CLASS.format(case.scheme))]
    if case.instance.property(LEGACY_PORT.format(case.scheme)):
        lines.append(case.property_line(LEGACY_PORT.format(case.scheme)))
    offered = ", ".join(route.keystores) or "none"
    return saw(
        *lines,
        f"sys_protocol_profile {profile.protocol}: keystore = {store.name if store else '(empty)'}",
        f"route: socket factory {route.socket_factory}, keystores offered in row order: {offered}",
        *case.sent_line,
        scheme=case.scheme,
    )


def _all_active_offered(case: Case) -> Observation | None:
    route = case.route
    if route is None or route.socket_factory != "legacy-property" or case.wanted_profile is not None:
        return None
    if len(route.keystores) < 2:
        return None
    return saw(
        case.property_line(LEGACY_CLASS.format(case.scheme)),
        f"sys_certificate: {len(route.keystores)} keystores are active, in row order: {', '.join(route.keystores)}",
        *case.sent_line,
        scheme=case.scheme,
    )


def _mid_server(case: Case) -> Observation | None:
    function = case.function
    if case.exchange.step or function is None or not function.mid_server or not case.mutual_auth_wanted:
        return None
    if case.route is not None and case.route.mutual_auth:
        return None  # a MID Protocol Profile brings a certificate
    name = case.instance.shown("ecc_agent", function.mid_server)
    return saw(
        f"{function.table} {function.name}: use_mid_server = {name}",
        "the record asks for mutual authentication, which a MID Server does not do for SOAP messages",
        f"route: {case.route.url if case.route else ''}",
    )


def _script_override(case: Case) -> Observation | None:
    route = case.route
    override = route.decision(SET_MUTUAL_AUTH) if route else None
    if route is None or override is None:
        return None
    recorded = next(
        (
            profile.protocol
            for row in (case.message, case.function)
            if row is not None and (profile := case.instance.protocol_profile(row.profile))
        ),
        None,
    )
    if recorded is None or recorded == route.protocol_profile:
        return None
    return saw(
        f"script: {override.sentence}",
        case.message.profile_line(recorded) if case.message else "",
        f"route: protocol profile {route.protocol_profile}",
        *case.sent_line,
        named=route.protocol_profile or "",
        recorded=recorded,
    )


def _first_profile_serves_all(case: Case) -> Observation | None:
    route = case.route
    if route is None or route.socket_factory != "profile" or not route.protocol_profile:
        return None
    if route.protocol_profile == case.scheme:
        return None
    fact = case.instance.fact("several_profiles")
    if fact.value != "first_wins":
        return None
    names = ", ".join(row.protocol for row in case.instance.protocol_profiles)
    return saw(
        f"sys_protocol_profile, in row order: {names}",
        f"route: scheme {case.scheme} was served by the profile {route.protocol_profile}",
        f"release fact several_profiles = first_wins ({fact.evidence}: {fact.source})",
        *case.sent_line,
        first=route.protocol_profile,
    )


def _plain_https(case: Case) -> bool:
    """A message went out as plain https; connections and token requests have rules of their own."""
    others = case.exchange.step is not None or case.exchange.oauth_entity
    return case.route is not None and case.route.socket_factory == "default" and not others


def _wrong_record(case: Case) -> Observation | None:
    if not _plain_https(case) or case.message is None or case.function is None:
        return None
    if case.instance.fact("profile_source").value != "message":
        return None
    if case.message.enabled or not case.function.enabled:
        return None
    fact = case.instance.fact("profile_source")
    return saw(
        case.function.flag_line,
        case.message.flag_line,
        f"release fact profile_source = message ({fact.evidence}: {fact.source})",
    )


def _profile_not_chosen(case: Case) -> Observation | None:
    rows = [row for row in (case.message, case.function) if row is not None]
    if not _plain_https(case) or not any(row.enabled for row in rows):
        return None
    if any(row.profile for row in rows):
        return None
    return saw(
        *(row.flag_line for row in rows),
        *(row.profile_line("(empty)") for row in rows),
        f"route: {case.route.url if case.route else ''}",
    )


def _not_rewritten(case: Case) -> Observation | None:
    if not _plain_https(case) or case.wanted_profile is None or not case.mutual_auth_wanted:
        return None
    fact = case.instance.fact("scheme_rewrite")
    if fact.value or not case.instance.fact("protocol_profiles").value:
        return None
    return saw(
        case.endpoint_line,
        f"sys_protocol_profile {case.wanted_profile.protocol} is chosen on the record",
        f"release fact scheme_rewrite = False ({fact.evidence}: {fact.source})",
        profile=case.wanted_profile.protocol,
    )


def _mutual_auth_off(case: Case) -> Observation | None:
    if not _plain_https(case) or case.mutual_auth_wanted:
        return None
    return saw(
        *((case.message.flag_line,) if case.message else ()),
        f"route: {case.route.url if case.route else ''} (plain https, no keystore offered)",
        *(("transcript: the provider sent a CertificateRequest",) if case.request else ()),
    )


def _not_registered(case: Case) -> Observation | None:
    if not case.cause_is("unsupported-scheme") or case.route is None:
        return None
    if any(row.protocol.lower() == case.scheme for row in case.instance.protocol_profiles):
        return None
    profiles = ", ".join(row.protocol for row in case.instance.protocol_profiles) or "none"
    return saw(
        f"route: scheme {case.scheme} in {case.route.url}",
        f"sys_protocol_profile: {profiles}",
        case.property_line(LEGACY_CLASS.format(case.scheme)),
        scheme=case.scheme,
    )


def _name_not_usable(case: Case) -> Observation | None:
    profile = case.wanted_profile or next(
        (row for row in case.instance.protocol_profiles if row.protocol.lower() == case.scheme), None
    )
    if profile is None:
        return None
    fact = case.instance.fact("https_profile_name")
    if profile.protocol in ("http", "https"):
        if fact.value != "forbidden":
            return None
        why = f"{profile.protocol} is the name of a built-in protocol ({fact.evidence}: {fact.source})"
    elif profile.protocol != profile.protocol.lower():
        why = "it has capital letters, and the scheme of every URL is looked up in lower case"
    elif not set(profile.protocol) <= _LOWER_CASE_LETTERS:
        why = "it has characters other than a to z"
        if case.exchange.failure is None:
            return None
    else:
        return None
    return saw(
        f"sys_protocol_profile: protocol = {profile.protocol}", f"the name cannot work: {why}", name=profile.protocol
    )


def _endpoint_not_usable(case: Case) -> Observation | None:
    if not case.cause_is("bad-uri", "no-host", "port-out-of-range") or case.route is None:
        return None
    return saw(
        case.endpoint_line,
        f"route: {case.route.url}",
        *case.alert_line(),
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "mid-server-without-mutual-auth",
        "A MID Server is selected; mutual authentication does not happen there",
        Stage.ROUTE,
        NONE_SENT,
        _mid_server,
        "{module} > the function > Use MID Server: clear it. From Xanadu on, an Integration Hub connection "
        "with a "
        "MID Protocol Profile can present a certificate through a MID Server.",
        "ServiceNow docs, c_OutboundWebServicesMutualAuth",
        before_call=True,
        confirm="the function has a MID Server selected; the test page shows https:// as typed",
    ),
    Rule(
        "script-overrides-profile",
        "The script's setMutualAuth() overrides the record's protocol profile",
        Stage.ROUTE,
        _CERTIFICATE,
        _script_override,
        "In the calling script, remove setMutualAuth('{named}') or name the profile of the record ('{recorded}').",
        "ServiceNow docs, c_SOAPMessageV2API",
        confirm="the calling script contains setMutualAuth(); the record's own test works",
    ),
    Rule(
        "legacy-properties-beat-profile",
        "Legacy system properties beat the protocol profile: all active keystores are offered",
        Stage.ROUTE,
        NONE_SENT | SENT,
        _legacy_beats_profile,
        "sys_properties.list > glide.httpclient.protocol.{scheme}.class and .port: note their values, then empty or "
        "delete "
        "both, so that the protocol profile's keystore alone is used.",
        "KB0683345, KB0824494, PRB1923704",
        before_call=True,
        confirm=(
            "glide.httpclient.protocol.<name>.class exists in sys_properties, and more than one Java Key Store is "
            "active; the provider's log shows another subject than yours"
        ),
    ),
    Rule(
        "all-active-keystores-offered",
        "The legacy method offers every active keystore, in row order",
        Stage.ROUTE,
        _CERTIFICATE,
        _all_active_offered,
        "System Definition > Certificates: clear Active on every Java Key Store this call does not need; from Fuji "
        "on, use a "
        "protocol profile for {scheme} instead of the properties.",
        "KB0683345, KB0546238",
        before_call=True,
        confirm="no protocol profile is used, and more than one Java Key Store is active",
    ),
    Rule(
        "first-profile-serves-all",
        "Several protocol profiles: the one registered first serves them all",
        Stage.ROUTE,
        _CERTIFICATE,
        _first_profile_serves_all,
        "System Security > Protocol Profiles: keep one profile (delete {first} or the other) and change its keystore "
        "when "
        "the environment changes.",
        "https://www.fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind/",
        Evidence.REPORTED,
        before_call=True,
        confirm="Fuji to Helsinki with more than one protocol profile; it works with one",
    ),
    Rule(
        "mutual-auth-on-wrong-record",
        "Mutual authentication is set on the function; the message's setting counts",
        Stage.ROUTE,
        NONE_SENT,
        _wrong_record,
        "{module} > the message > Enable mutual authentication: tick it and choose the protocol profile there.",
        "KB0696599",
        before_call=True,
        confirm="Quebec or later; the flag is on the function only; the test page shows https://",
    ),
    Rule(
        "profile-not-chosen",
        "Mutual authentication is on, but no protocol profile is chosen",
        Stage.ROUTE,
        NONE_SENT,
        _profile_not_chosen,
        "{module} > the message > Protocol profile: choose the profile that has the keystore.",
        "KB0696599",
        before_call=True,
        confirm="the flag is on and Protocol profile is empty",
    ),
    Rule(
        "scheme-not-rewritten",
        "This release does not rewrite the endpoint's scheme: https bypasses the profile",
        Stage.ROUTE,
        NONE_SENT,
        _not_rewritten,
        "{endpoint}: type {profile}:// instead of https://.",
        "https://www.fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind/",
        Evidence.REPORTED,
        before_call=True,
        confirm="Fuji or Geneva; the endpoint begins with https://",
    ),
    Rule(
        "profile-name-not-usable",
        "The protocol profile's name cannot be used as a URL scheme",
        Stage.ROUTE,
        NONE_SENT | {Symptom.ROUTE},
        _name_not_usable,
        "System Security > Protocol Profiles > {name} > Protocol: rename it to lower-case letters only, fewer than "
        "eight, "
        "and not the name of an existing protocol (for example myhttps).",
        "ServiceNow docs, t_CreateAProtocolProfile; KB0696599",
        before_call=True,
        confirm="the profile's name has a capital, a digit, an underscore, or is https",
    ),
    Rule(
        "endpoint-not-usable",
        "The HTTP client cannot make a connection out of this endpoint",
        Stage.ROUTE,
        frozenset({Symptom.ROUTE}),
        _endpoint_not_usable,
        "{endpoint}: correct it (a host without underscore, a port up to 65535, an escaped path).",
        "commons-httpclient 3.1 source; measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
        confirm="the endpoint has an underscore in its host, a port above 65535, or characters that a URI may not have",
    ),
    Rule(
        "scheme-not-registered",
        "Nothing registers the endpoint's scheme",
        Stage.ROUTE,
        frozenset({Symptom.ROUTE}),
        _not_registered,
        "System Security > Protocol Profiles > New: protocol {scheme}, the provider's port, and the keystore. "
        "Profiles and "
        "keystores do not travel in update sets.",
        "KB0696002; commons-httpclient 3.1 source",
        before_call=True,
        confirm="System Security > Protocol Profiles has no row of the endpoint's scheme",
    ),
    Rule(
        "mutual-auth-off",
        "Mutual authentication is not enabled: the call is plain https",
        Stage.ROUTE,
        NONE_SENT,
        _mutual_auth_off,
        "{module} > the message > Enable mutual authentication: tick it and choose the protocol profile.",
        "KB0696599",
        confirm="the test page shows https:// instead of the custom protocol",
    ),
)
