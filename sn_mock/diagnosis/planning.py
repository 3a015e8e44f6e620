"""Plans: every call an instance's records describe, resolved as far as it can be without placing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from guarded.values import dataclass
from sn_mock.exchange import Attempt, Decision, Exchange, Route
from sn_mock.failure import Failure, Stage
from sn_mock.instance import Instance
from sn_mock.java.exceptions import failures
from sn_mock.java.httpclient import retries
from sn_mock.java.httpclient.clients import known
from sn_mock.java.jsse.handshake import answer, as_shown
from sn_mock.java.lang.jdk import Jdk
from sn_mock.negotiated import KeyChoice
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.calls.message_security import planned_failure
from sn_mock.outbound.calls.probe import Probe
from sn_mock.outbound.connections.resolving import way_of
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.material import Material, NoMaterial, open_keystores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.messages import rest_message, soap_message
from sn_mock.outbound.messages.variable_values import with_test_values
from sn_mock.outbound.routing.outbound_call import OutboundCall
from sn_mock.outbound.routing.route import settle
from sn_mock.outbound.steps.step import call_of
from tls_transcript import CertificateRequest

_UNDEMANDING = CertificateRequest(
    certificate_types=(1, 2, 64),
    signature_algorithms=(0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601),
    authorities=(),
    authorities_present=True,
)
"""What OpenSSL asks for by default, naming no CA: the question where no provider was looked at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One call that could be placed: an Exchange without a connection."""

    call: OutboundCall
    exchange: Exchange
    unseen: tuple[str, ...] = ()
    """Keystores of the route that the folder does not have: what they hold is not judged."""
    depends_on: tuple[str, ...] = ()
    """Variables of the endpoint that only a script sets: what is judged of the way there depends on them."""

    @property
    def mutual_auth(self) -> bool:
        """True where the records ask for mutual authentication, or the route brings keys."""
        route = self.exchange.route
        asked = self.call.on_message.enabled or self.call.on_function.enabled
        asked = asked or bool(self.call.step and self.call.step.mutual_auth)
        return asked or bool(route and (route.mutual_auth or route.scheme not in ("http", "https")))


def calls(instance: Instance) -> Iterator[OutboundCall]:
    """One call for every function of a SOAP message, every method of a REST message (with its test values), and every
    alias that steps can call through."""
    for function in instance.soap_functions:
        message = instance.soap_message(function.soap_message)
        if message is not None:
            yield with_test_values(instance, soap_message.blueprint(instance, message, function))
    for method in instance.rest_functions:
        parent = instance.rest_message(method.rest_message)
        if parent is not None:
            yield with_test_values(instance, rest_message.blueprint(instance, parent, method))
    for alias in instance.aliases:
        if alias.type == "connection" and alias.connection_type in ("http_connection", ""):
            asked = call_of(way_of(instance, alias), "rest")
            yield replace(asked, function=asked.step.connection if asked.step else "", soap=False)


def plan(shelf: KeystoreShelf, call: OutboundCall, when: datetime, probe: Probe | None = None) -> Plan:
    """The call as far as it goes without a connection: route, keystores, and the key that would be sent.

    With a `probe`, the question is the one that endpoint asks; without, what a provider that names no CA would ask.
    The instance is the `shelf`'s, which opens each of its keystores once for all plans.
    """
    if call.mid_server is not None:
        shelf = KeystoreShelf(shelf.instance.seen_by_mid_server())
    instance = shelf.instance
    depends_on = _way_variables(call.endpoint)
    variable = bool(envelope.variables(call.endpoint))
    resolution = settle(instance, replace(call, endpoint=_stand_in(call.endpoint)) if variable else call)
    unseen = {
        row.sys_id: row.name
        for row in instance.certificates
        if row.sys_id in resolution.route.keystore_ids and stores.is_unseen(instance, row)
    }
    exchange = Exchange(
        message=call.message,
        function=call.function,
        function_id=call.function_id,
        release=instance.release.name,
        started=when,
        route=_as_typed(resolution.route, call.endpoint, depends_on) if variable else resolution.route,
        failure=resolution.failure,
        facts=resolution.facts,
        step=call.step,
    )
    if resolution.failure is None:
        seen = tuple(key for key in resolution.route.keystore_ids if key not in unseen)
        opened = open_keystores(shelf, replace(resolution.route, keystore_ids=seen))
        unsigned = planned_failure(shelf, call.security)
        if unsigned is not None:
            exchange = replace(exchange, failure=unsigned)
        elif isinstance(opened, NoMaterial):
            exchange = replace(exchange, failure=opened.failure)
        else:
            exchange = _asked(exchange, opened, when, probe, shelf)
            if unseen:
                exchange = replace(exchange, key_choice=None)
            exchange = _surfaced(exchange, str(instance.fact("http_client").value), shelf.java)
    return Plan(call, exchange, tuple(unseen.values()), depends_on)


def _way_variables(endpoint: str) -> tuple[str, ...]:
    """The variables in scheme, host and port: where the call leads depends on them, and not on those of the path."""
    scheme, separator, rest = endpoint.partition("://")
    return envelope.variables(f"{scheme}{separator}{rest.partition('/')[0]}" if separator else scheme.partition("/")[0])


def _stand_in(endpoint: str) -> str:
    """The endpoint with something in the place of its variables that a URL may have there."""
    whole = endpoint if not endpoint.startswith("${") else f"https://{endpoint}"
    scheme, separator, rest = whole.partition("://")
    host, slash, path = rest.partition("/")
    name, colon, port = host.rpartition(":")
    if colon and envelope.variables(port):
        host = name
    return envelope.VARIABLE.sub("variable.invalid", f"{scheme}{separator}{host}{slash}{path}")


def _as_typed(route: Route, endpoint: str, variables: tuple[str, ...]) -> Route:
    if not variables:
        return replace(route, url=route.scheme + endpoint[endpoint.index("://") :])
    named = ", ".join(f"${{{name}}}" for name in variables)
    note = f"the endpoint depends on {named}: scheme, host and port are what the script sets there"
    return replace(route, url=endpoint, decisions=(*route.decisions, Decision("endpoint", variables, note)))


def _surfaced(exchange: Exchange, http_client: str, java: Jdk) -> Exchange:
    """The failure as the instance's HTTP client tells it, with the handshake's own behind it, as a call shows it."""
    failure = exchange.failure
    if failure is None or failure.stage is not Stage.HANDSHAKE:
        return exchange
    told = retries.surfaced(failure.java, swallowed=known(http_client).swallows_handshake, java=java)
    return replace(exchange, failure=replace(failure, java=told.chain, hidden=told.hidden))


def _asked(
    exchange: Exchange, material: Material, when: datetime, probe: Probe | None, shelf: KeystoreShelf
) -> Exchange:
    request = probe.request if probe else _UNDEMANDING
    tls = probe.tls.version if probe and probe.tls else "TLSv1.2"
    choice: KeyChoice | None = None
    failure = _on_the_way(probe) if probe else None
    if request is not None and exchange.route and exchange.route.mutual_auth:
        found = answer(material.candidates, request, tls, java=shelf.java, algorithm=shelf.algorithm, when=when)
        choice = as_shown(found)
        if failure is None and found.refusal:
            failure = failures.of_chain("key-cannot-sign", found.refusal)
    if probe is None:
        return replace(exchange, key_choice=choice, failure=failure)
    return replace(
        exchange,
        route=_led_to(exchange.route, probe) if exchange.route else None,
        key_choice=choice,
        failure=failure,
        tls=probe.tls,
        presented_chain=probe.presented,
        attempts=(Attempt(probe.transcript),),
    )


def _on_the_way(probe: Probe) -> Failure | None:
    """What ends the handshake before a key is chosen."""
    if probe.failure is None and probe.untrusted is not None:
        return failures.of_chain(probe.untrusted.cause, probe.untrusted.java)
    return probe.failure


def _led_to(route: Route, probe: Probe) -> Route:
    """The route as if it led to the endpoint that was looked at; what is found there is true of no other."""
    if (route.host, route.port) == (probe.host, probe.port):
        return route
    note = f"judged as if it led to {probe.host}:{probe.port}, the provider that was looked at"
    led = Decision("against", (probe.host, probe.port), note)
    return replace(route, host=probe.host, port=probe.port, decisions=(*route.decisions, led))
