"""ROUTE: from the record and the endpoint to the URL, the socket factory and the keystores of a call.

The rules, in the order in which they are applied (each one leaves a sentence in `Route.because`), after what a step's
connection has decided:

1. Through a MID Server the endpoint is sent as it is typed, and of mutual authentication only a MID Protocol Profile
   of that scheme applies, where the release has them.
2. `setMutualAuth()` beats the records; which record counts is the release's `profile_source`.
3. With flag and profile the scheme of the endpoint becomes the profile's name, where the release rewrites schemes.
4. commons-httpclient takes the URL apart (`uri`) and looks the scheme up in its registry of protocols. A scheme is
   registered by a legacy property, which beats a profile of that name, or by a profile, or built in (http, https).
5. The factory so found brings the keystores: a profile its own, a legacy property all active ones in row order.

Nothing here opens a socket or a keystore.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, TypeVar

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Route
from sn_mock.failure import Failure
from sn_mock.instance import Instance
from sn_mock.instance.records import SysCertificate, SysProtocolProfile
from sn_mock.java.exceptions import failures
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.httpclient import uri
from sn_mock.java.httpclient.clients import known
from sn_mock.masking import without_password
from sn_mock.outbound.routing.keystore_selection import all_active, of_profile
from sn_mock.outbound.routing.ledger import RECORD, Ledger
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall
from sn_mock.outbound.routing.protocols import BUILT_IN, Factory, lookup
from sn_mock.outbound.routing.protocols import Protocol as Registered
from sn_mock.outbound.routing.proxy import proxy_for

_REWRITE = Fact("", Evidence.DOCUMENTED, "base-system script include SOAPMessage, _getModifiedURL")
_MID = Fact(
    "",
    Evidence.DOCUMENTED,
    "docs, c_OutboundWebServicesMutualAuth: not supported through a MID Server; SOAPMessage script",
)
_TRUST_OF_MID = "the MID Server trusts its own Java's cacerts; sn-mock takes them to hold what the instance trusts"
_CACERTS = Fact("", Evidence.ASSUMED, "docs, add-ssl-certificates: the trust store of the MID Server's JRE")
_OVERRIDE = Fact("", Evidence.DOCUMENTED, "docs, c_SOAPMessageV2API: setMutualAuth overrides the record")
_REGISTRY = Fact("", Evidence.MEASURED, "commons-httpclient 3.1, Protocol.getProtocol")


SET_MUTUAL_AUTH = "set_mutual_auth"
"""The decision that the script took: its outcome is the profile that `setMutualAuth()` names."""


class Wish(Protocol):
    """What a record says of mutual authentication."""

    @property
    def enabled(self) -> bool:
        """Its flag."""

    @property
    def profile(self) -> str:
        """Its protocol profile."""


W = TypeVar("W", bound=Wish)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outcome of routing: the route as far as it was found, the failure that ended it, the facts behind both."""

    route: Route
    failure: Failure | None
    facts: Mapping[str, str]
    default_port: int = BUILT_IN["https"]
    """Of the protocol that the route goes by."""


@dataclass(frozen=True, slots=True)
class Store:
    """A keystore by what it is called and by its record: `sys_certificate`, or a MID Protocol Profile."""

    name: str
    sys_id: str
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything of a call that decides where it goes."""

    endpoint: str
    mid_server: str | None
    override_profile: str | None
    on_message: MutualAuth
    on_function: MutualAuth
    soap: bool


LASTING_URL = 1024
"""Characters of a URL whose route is remembered."""
_OF_ONE_CALL = frozenset("?@")
"""A URL with a query or with user information is seldom asked for again, and not to be kept."""


def resolve(instance: Instance, call: OutboundCall) -> Route | Failure:
    """Where the call goes and with which keystores, or why it goes nowhere. Pure."""
    resolution = settle(instance, call)
    return resolution.failure or resolution.route


def settle(instance: Instance, call: OutboundCall) -> Resolution:
    """As `resolve`, keeping what is known of the route of a call that fails, and the facts it rested on."""
    if call.refusal:
        shown = without_password(call.endpoint)
        return Resolution(Route(shown, "", "", 0, decisions=call.decided), call.refusal, {})
    asked = _Asked(call.endpoint, call.mid_server, call.override_profile, call.on_message, call.on_function, call.soap)
    lasting = len(call.endpoint) <= LASTING_URL and _OF_ONE_CALL.isdisjoint(call.endpoint)
    resolution = instance.once(_settled, asked) if lasting else _settled(instance, asked)
    if not call.decided:
        return resolution
    route = resolution.route
    return replace(resolution, route=replace(route, decisions=(*call.decided, *route.decisions)))


def _settled(instance: Instance, call: _Asked) -> Resolution:
    ledger = Ledger(instance)
    profile = _wanted_profile(ledger, call)
    url = _rewritten(ledger, call.endpoint, profile) if profile else call.endpoint
    client = known(ledger.instance.fact("http_client").value)
    parsed = client.read_endpoint(url, ledger.instance.java)
    url = without_password(url)  # it is only shown from here on: no client sends the user information anywhere
    if isinstance(parsed, uri.BadUri):
        nowhere = Route(url=url, scheme="", host="", port=0, decisions=tuple(ledger.decisions))
        if parsed.java:
            for name in ("http_client", "java"):
                ledger.fact(name)
            return Resolution(nowhere, failures.of_chain("bad-uri", parsed.java), MappingProxyType(ledger.facts))
        event = Event.BAD_URI if parsed.reason is not None else Event.NO_HOST
        complaint = _failed(ledger, event, url, detail=parsed.reason or "")
        return Resolution(nowhere, complaint, MappingProxyType(ledger.facts))
    protocol = lookup(ledger, parsed.scheme, call.mid_server)
    route, failure = _route(ledger, url, parsed, protocol, soap=call.soap)
    default_port = protocol.default_port if protocol else BUILT_IN["https"]
    facts = MappingProxyType(ledger.facts)
    return Resolution(replace(route, decisions=tuple(ledger.decisions)), failure, facts, default_port)


def _wanted_profile(ledger: Ledger, call: _Asked) -> SysProtocolProfile | str | None:
    """The profile that flag and records (or the script) name; None where there is no mutual authentication to do."""
    if call.mid_server is not None:
        ledger.note(
            "mid_server",
            call.mid_server,
            f"the call goes through MID Server {call.mid_server}: endpoint as typed, protocol profiles of the "
            "instance do not count",
            _MID,
        )
        ledger.decided("mid_java", f"the MID Server runs Java {ledger.instance.fact('mid_java').value} of its own")
        ledger.note("mid_trust_store", None, _TRUST_OF_MID, _CACERTS)
        return None
    if call.override_profile is not None:
        told = f"setMutualAuth('{call.override_profile}') in the script overrides the records"
        ledger.note(SET_MUTUAL_AUTH, call.override_profile, told, _OVERRIDE)
        return ledger.instance.protocol_profile(call.override_profile) or call.override_profile
    wish = _wish(ledger, call)
    if not wish.enabled:
        return None
    if not wish.profile:
        told = "mutual authentication is on but no protocol profile is chosen: nothing to rewrite"
        ledger.note("protocol_profile", None, told, RECORD)
        return None
    return ledger.instance.protocol_profile(wish.profile) or wish.profile


def _wish(ledger: Ledger, call: _Asked) -> MutualAuth:
    """The flag and profile that count, by the release's `profile_source`."""
    if not (call.on_message.enabled or call.on_function.enabled):
        ledger.note("mutual_auth", False, "mutual authentication is not enabled on the record", RECORD)
        return MutualAuth()
    if not ledger.fact("protocol_profiles"):
        ledger.decided("protocol_profiles", "this release knows no protocol profiles: the flag has no effect")
        return MutualAuth()
    counts, other = who_counts(ledger.fact("profile_source"), call.on_message, call.on_function)
    if not counts.enabled:
        ledger.decided(
            "profile_source", "mutual authentication is set on the function only; the message's setting counts"
        )
    elif counts is call.on_function and other.enabled and counts.profile != other.profile:
        ledger.decided("profile_source", "the function's protocol profile counts, not the message's")
    return counts


def who_counts(profile_source: str, message: W, function: W) -> tuple[W, W]:
    """Of a message's record and its function's: the one whose flag and profile count, then the other.

    `profile_source` is the release fact. Where both could say it, a function that asks for mutual authentication goes
    before its message.
    """
    functions = profile_source == "function" and (function.enabled or not message.enabled)
    return (function, message) if functions else (message, function)


def _rewritten(ledger: Ledger, endpoint: str, profile: SysProtocolProfile | str) -> str:
    name = profile if isinstance(profile, str) else profile.protocol
    if not ledger.fact("scheme_rewrite"):
        ledger.decided(
            "scheme_rewrite",
            f"this release leaves the endpoint's scheme as typed: only {name}://… would use the profile",
        )
        return endpoint
    scheme, separator, rest = endpoint.partition("://")
    if not separator:
        ledger.note("scheme", name, f"the endpoint has no scheme: {name}:// is put in front", _REWRITE)
        return f"{name}://{endpoint}"
    if scheme != name:
        ledger.decided("scheme_rewrite", f"the scheme {scheme} is replaced by the profile's name {name}")
    return f"{name}://{rest}"


def _route(
    ledger: Ledger, url: str, parsed: uri.CommonsUri, protocol: Registered | None, *, soap: bool
) -> tuple[Route, Failure | None]:
    port = parsed.port if parsed.port is not None else protocol.default_port if protocol else 0
    host = parsed.host or ""
    route = Route(url=url, scheme=parsed.scheme, host=host, port=port, path=parsed.path)
    if protocol is None:
        ledger.note("protocol", None, f"no protocol is registered for the scheme {parsed.scheme}", _REGISTRY)
        return route, _failed(ledger, Event.UNSUPPORTED_SCHEME, url, parsed.scheme)
    if parsed.port is None:
        ledger.note("port", port, f"the URL names no port: {port} is the default of {protocol.described}", RECORD)
    stores = _keystores(ledger, protocol)
    route = replace(
        route,
        mutual_auth=protocol.factory is not Factory.DEFAULT or bool(stores),
        proxy=proxy_for(ledger, host, soap=soap),
        protocol_profile=protocol.profile_name,
        socket_factory=str(protocol.factory),
        keystores=tuple(store.name for store in stores),
        keystore_ids=tuple(store.sys_id for store in stores),
        stand_ins=tuple(store.name for store in stores if store.stand_in),
    )
    if not route.host:
        return route, _failed(ledger, Event.NO_HOST, url, parsed.scheme)
    if port > uri.HIGHEST_PORT:
        return route, _failed(ledger, Event.PORT_OUT_OF_RANGE, url, parsed.scheme, port)
    return route, None


def _keystores(ledger: Ledger, protocol: Registered) -> tuple[Store, ...]:
    if protocol.mid_profile:
        return (Store(protocol.mid_profile.keystore_path, protocol.mid_profile.sys_id),)
    rows = _rows(ledger, protocol)
    return tuple(Store(row.name, row.sys_id, _stands_in(ledger, row)) for row in rows)


def _stands_in(ledger: Ledger, row: SysCertificate) -> bool:
    """True where nobody has the keystore, and one is forged from what is known of it; the route says so."""
    if not row.stand_in or ledger.instance.attachments_of(row):
        return False
    ledger.note(
        "keystore", row.sys_id, f"the keystore {row.name} is a stand-in, forged from what is known of it", RECORD
    )
    return True


def _rows(ledger: Ledger, protocol: Registered) -> tuple[SysCertificate, ...]:
    if protocol.factory is Factory.PROFILE:
        return of_profile(ledger, protocol.profile)
    if protocol.factory is Factory.LEGACY_PROPERTY:
        return all_active(ledger)
    if protocol.scheme != "https":
        return ()
    if ledger.fact("plain_https_keystores") == "all_active":
        ledger.decided("plain_https_keystores", "plain https offers all active keystores")
        return all_active(ledger)
    ledger.decided("plain_https_keystores", "plain https without a profile presents no client certificate")
    return ()


def _failed(ledger: Ledger, event: Event, url: str, scheme: str = "", port: int = 0, detail: str = "") -> Failure:
    http_client, java = ledger.fact("http_client"), ledger.java()
    return failures.of_event(
        event, http_client=http_client, java=java, host="", port=port, scheme=scheme, url=url, detail=detail
    )
