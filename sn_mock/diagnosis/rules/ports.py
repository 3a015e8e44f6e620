"""Causes in the port: the endpoint's beats the profile's, and a legacy property's beats that too."""

from __future__ import annotations

from sn_mock.diagnosis.case import LEGACY_CLASS, LEGACY_PORT, Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import SysProtocolProfile

_NOBODY_CHOSE = SysProtocolProfile().default_port
"""What a profile's form holds from the start: that the endpoint names another port is then no contradiction."""
_WRONG_PORT = ("connection-refused", "connect-timeout")
"""What a wrong port looks like on the network."""


def _wrong_default_port(case: Case) -> Observation | None:
    profile, route = case.wanted_profile, case.route
    if route is None or profile is None or profile.default_port != route.port or not case.cause_is(*_WRONG_PORT):
        return None
    endpoint = case.function.endpoint if case.function else ""
    host = endpoint.partition("://")[2].partition("/")[0].rpartition("@")[2]
    if not host or ":" in host:
        return None
    return saw(
        f"{case.endpoint_line} (no port)",
        f"sys_protocol_profile {profile.protocol}: default_port = {profile.default_port}",
        *case.alert_line(),
        port=profile.default_port,
        profile=profile.protocol,
    )


def _port_in_endpoint(case: Case) -> Observation | None:
    profile, line = case.wanted_profile, other_port_line(case)
    if profile is None or not line or profile.default_port == _NOBODY_CHOSE:
        return None
    return saw(case.endpoint_line, *line, *case.alert_line(), port=case.route.port if case.route else "")


def other_port_line(case: Case) -> tuple[str, ...]:
    """The profile's default port as evidence, where the endpoint names another one and nobody answered there."""
    profile, route = case.wanted_profile, case.route
    if route is None or profile is None or route.port == profile.default_port or not case.cause_is(*_WRONG_PORT):
        return ()
    if f":{route.port}" not in (case.function.endpoint if case.function else ""):
        return ()
    return (
        f"sys_protocol_profile {profile.protocol}: default_port = {profile.default_port}, which counts only where the "
        "endpoint names no port",
    )


def _legacy_port(case: Case) -> Observation | None:
    profile, route = case.wanted_profile, case.route
    if route is None or profile is None or route.socket_factory != "legacy-property":
        return None
    name = LEGACY_PORT.format(case.scheme)
    if route.port == profile.default_port or str(route.port) != (case.instance.property(name) or "443"):
        return None
    return saw(
        case.property_line(LEGACY_CLASS.format(case.scheme)),
        case.property_line(name),
        f"sys_protocol_profile {profile.protocol}: default_port = {profile.default_port}",
        *case.alert_line(),
        scheme=case.scheme,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "legacy-port-beats-profile",
        "The legacy port property beats the profile's default port",
        Stage.CONNECT,
        frozenset({Symptom.CONNECT, Symptom.HANDSHAKE}),
        _legacy_port,
        "sys_properties.list > glide.httpclient.protocol.{scheme}.class and .port: empty or delete both; then the "
        "protocol "
        "profile's default port counts.",
        "KB0683345, PRB1923704",
        before_call=True,
        confirm=(
            "glide.httpclient.protocol.<name>.port differs from the profile's default port, and the endpoint names no"
            " port"
        ),
    ),
    Rule(
        "port-in-endpoint",
        "The endpoint names another port than the protocol profile",
        Stage.CONNECT,
        frozenset({Symptom.CONNECT}),
        _port_in_endpoint,
        "{endpoint}: remove or correct the port {port}; a port in the endpoint beats the profile's default port.",
        "KB0696599; commons-httpclient 3.1 source",
        Evidence.MEASURED,
        confirm="the port in the endpoint differs from the provider's; the profile's default port is not used then",
    ),
    Rule(
        "wrong-default-port",
        "The endpoint names no port and the profile's default port does not answer",
        Stage.CONNECT,
        frozenset({Symptom.CONNECT}),
        _wrong_default_port,
        "System Security > Protocol Profiles > {profile} > Default port: set the provider's port instead of {port}.",
        "KB0696599",
        confirm="the endpoint has no port; the profile's default port differs from the provider's",
    ),
)
