"""Replay: a recorded call is placed again, on this machine, against a provider that says what the recorded one said.

The keystores are made again with keys of our own, the provider's chain and the trusted certificates too, so that what
signed what is as it was. The call itself is real: the release's rules, Java's, a handshake. What differs from the
recorded outcome is told, and is no success.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub import Provider, ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.refusals.causes import CERTIFICATE_CAUSES
from provider_stub.refusals.outcomes import AlertCode
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError, Stage
from sn_mock.handover import chance
from sn_mock.handover import keystores as stores
from sn_mock.handover.recording import Recording, outcome
from sn_mock.handover.records import secrets_filled
from sn_mock.handover.reforging import Forged, reforge
from sn_mock.instance import Instance
from sn_mock.instance.records import SysAttachment
from sn_mock.java.keytool import issuing
from sn_mock.lab.listening import raise_kept
from sn_mock.lab.network import network
from sn_mock.lab.pki import shared_pki
from sn_mock.outbound.credentials.stores import certificates_in_text
from sn_mock.outbound.messages.message import OutboundMessage
from sn_mock.outbound.messages.named import named_message
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.routing.route import settle
from tls_transcript import FaultSlot

_NETWORKS: Mapping[str, str] = {
    "unknown-host": "no-such-host",
    "connection-refused": "closed",
    "connect-timeout": "black-hole",
    "proxy-refused": "provider-behind-proxy",
}
"""Causes that lie on the way to the provider, and what the way is made of."""
_FAULTS: Mapping[str, tuple[str, str]] = {
    "handshake-closed": ("client-hello:close", "certificate:close"),
    "connection-reset": ("client-hello:reset", "certificate:reset"),
    "handshake-timeout": ("client-hello:stall", "certificate:stall"),
    "no-response": ("request:close", "request:close"),
    "read-timeout": ("request:stall", "request:stall"),
    "truncated-response": ("response:close", "response:close"),
}
"""Causes without an alert: the provider's fault before its certificate was seen, and after."""
_NOT_AGAIN: Mapping[str, str] = {
    "no-route-to-host": "a network without a way cannot be made on one machine",
    "bad-http-response": "the bytes of an answer that is not HTTP are not recorded",
    "malformed-tls": "the bytes of messages that are not TLS are not recorded",
    "too-many-redirects": "only the last answer is recorded",
    "server-certificate-revoked": "the CA's answer about revocation is not recorded",
    "revocation-unknown": "the CA's answer about revocation is not recorded",
    "handshake-hangs": "a call that waits without a limit is not placed again",
}
_ALERTS = frozenset({"close_notify", *(code.name.lower() for code in AlertCode)})
_INVALID = ".invalid"
_MORE_TRIES = 3
"""How often a call is placed again that may end with other words of the same reset."""
_NO_SHARED_CIPHER = "ECDHE-RSA-AES128-GCM-SHA256"
"""Of no use with a P-256 certificate, so that no cipher suite is shared."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded call that was placed again."""

    exchange: Exchange
    expected: Mapping[str, Any]
    notes: tuple[str, ...]
    """What could not be made as it was."""
    differences: tuple[str, ...]
    """() when stage, cause and Java text are those of the recording, the text up to chance."""
    by_chance: str = ""
    """Where Java's words are others of the same reset: both sides'. Which they are is a race (`handover.chance`)."""

    @property
    def same(self) -> bool:
        """True only where it ended as the recorded call did, or with other words of the same reset."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """The document of `sn-mock replay --json`."""
        return {
            "same": self.same,
            "differences": list(self.differences),
            "by_chance": self.by_chance,
            "notes": list(self.notes),
            "expected": dict(self.expected),
            "exchange": self.exchange.to_json(),
        }


def why_not(cause: str | None) -> str | None:
    """Why a call that ended so cannot be placed again; None where it can."""
    return _NOT_AGAIN.get(cause or "")


def replay(recording: Recording, instance: Instance) -> Replayed:
    """Place the call again on `instance`, the bundle's records. Raises MockUsageError where it cannot be placed."""
    cause = recording.outcome["cause"]
    if reason := why_not(cause):
        raise MockUsageError(f"a call that ended with {cause} cannot be placed again: {reason}")
    alert = recording.provider["alert"]
    if alert and alert not in _ALERTS:
        raise MockUsageError(
            f"a call that was ended by the alert {alert} cannot be placed again: no provider here says it"
        )
    done = _placed(recording, instance)
    by_chance = cause == chance.CAUSE or any(stores.OF_ANOTHER_PASSWORD in one.recipe for one in recording.keystores)
    for _ in range(_MORE_TRIES if by_chance else 0):
        if done.same and not done.by_chance:
            break
        again = _placed(recording, instance)
        done = again if again.same else done
    return done


def _placed(recording: Recording, instance: Instance) -> Replayed:
    """Once."""
    notes: list[str] = []
    forged = reforge(recording.certificates)
    furnished = _furnished(instance, recording, forged, notes)
    faults = FaultSlot()
    with ExitStack() as running:
        furnished, hosts, endpoint = _surroundings(running, furnished, recording, forged, faults)
        message = _message(furnished, recording, endpoint, hosts)
        exchange = message.execute().exchange
        assert exchange is not None  # it was not placed in the background
    raise_kept(faults)
    exchange = diagnosed(exchange, furnished)
    seen = outcome(exchange.to_json())
    differences = tuple(_differences(recording.outcome, seen))
    if differences and chance.same_but_for_chance(recording.outcome, seen):
        return Replayed(exchange, recording.outcome, tuple(notes), (), "; ".join(differences))
    return Replayed(exchange, recording.outcome, tuple(notes), differences)


def _furnished(instance: Instance, recording: Recording, forged: Forged, notes: list[str]) -> Instance:
    """The instance with passwords, keystores and trusted certificates of our own."""
    instance = secrets_filled(instance, stores.PASSWORD)
    for row in instance.certificates:
        text = row.pem_certificate
        trusted = forged.chain(certificates_in_text(text.encode()))
        if trusted:
            pem = "".join(issuing.pem("CERTIFICATE", one) for one in trusted)
            instance = instance.replace(row, pem_certificate=pem)
    for store in recording.keystores:
        items = stores.items_of(store.entries, recording.certificates, forged)
        data = stores.made_file(store.recipe, items, store.first)
        if data is None:
            notes.append(f"the keystore {store.file_name} cannot be made again: Java judged it as no file made here")
            continue
        file = SysAttachment(file_name=store.file_name, table_name=store.table, table_sys_id=store.row, data=data)
        instance = instance.with_record(file)
    return instance


def _message(
    instance: Instance, recording: Recording, endpoint: str, hosts: Mapping[str, str]
) -> SOAPMessageV2 | RESTMessageV2:
    asked = recording.asked
    message = named_message(asked.message, asked.function, instance=instance, when=asked.when, hosts=dict(hosts))
    for name, value in asked.parameters:
        message.setStringParameter(name, value)
    if endpoint:
        message.setEndpoint(endpoint)
    return message


def _surroundings(
    running: ExitStack, instance: Instance, recording: Recording, forged: Forged, faults: FaultSlot
) -> tuple[Instance, dict[str, str], str]:
    """Instance, hosts and endpoint of the call, with whoever has to listen started."""
    way = _NETWORKS.get(recording.outcome["cause"] or "", "provider")
    for name in ("glide.http.proxy_host", "glide.glidesoap.proxy_host"):
        if instance.property(name) and way != "provider-behind-proxy":
            instance = instance.with_property(name, None)
    outgoing: OutboundMessage = _message(instance, recording, recording.asked.endpoint, {})
    route = settle(instance, outgoing.outbound_call()).route
    endpoint = recording.asked.endpoint
    if not recording.provider["network"] and way == "provider":
        return instance, {}, endpoint
    if way == "provider":
        provider = running.enter_context(
            Provider(
                _policy(recording, forged, plain=route.scheme == "http" or recording.outcome["cause"] == "not-tls"),
                service=_Answer(recording),
                drain_seconds=0.0,
            )
        )
        return instance, {route.host: f"127.0.0.1:{provider.port}"}, endpoint
    address = running.enter_context(network("provider" if way == "closed" else way, 0, faults))
    if way == "no-such-host":
        shown = outgoing.getEndpoint()
        host = route.host if route.host.endswith(_INVALID) else f"{route.host}{_INVALID}"
        return instance, {}, shown.replace(route.host, host, 1)
    if way == "provider-behind-proxy":
        for name, value in (("proxy_host", "127.0.0.1"), ("proxy_port", str(address.proxy_port))):
            for prefix in ("glide.http.", "glide.glidesoap."):
                if instance.property(f"{prefix}proxy_host"):
                    instance = instance.with_property(f"{prefix}{name}", value)
        return instance, {route.host: "127.0.0.1"}, endpoint
    port = address.closed_port if way == "closed" else address.port
    return instance, {route.host: f"127.0.0.1:{port}"}, endpoint


def _policy(recording: Recording, forged: Forged, *, plain: bool) -> ProviderPolicy:
    said = recording.provider
    policy = ProviderPolicy(plain_http=plain, check_eku=False, now=recording.asked.when)
    if plain:
        return policy if recording.outcome["cause"] not in _FAULTS else replace(policy, **_refusal(recording))
    if said["tls"] in ("TLSv1.2", "TLSv1.3"):
        version = said["tls"].removeprefix("TLSv")
        policy = replace(policy, tls_min=version, tls_max=version)
    chain = forged.chain(recording.certificates[number] for number in said["chain"])
    if chain:
        policy = replace(
            policy,
            server_certificate="".join(issuing.pem("CERTIFICATE", one) for one in chain).encode(),
            server_key=issuing.pem("PRIVATE KEY", forged.keys[chain[0]]).encode(),
        )
    stranger = shared_pki()["root"].pem().encode()
    policy = replace(
        policy,
        client_auth="required" if said["asked"] else "none",
        trust=(stranger,) if said["asked"] else (),
        advertise=tuple(map(_authority, said["authorities"])) or "none",
    )
    return replace(policy, **_refusal(recording))


def _authority(encoded: str) -> bytes:
    """A certificate with that subject, for the names in the CertificateRequest."""
    key = issuing.generate_key("EC")
    return issuing.pem("CERTIFICATE", issuing.self_signed_certificate(key, base64.b64decode(encoded), days=30)).encode()


def _refusal(recording: Recording) -> dict[str, Any]:
    """How the provider's verdict is brought about."""
    said, cause = recording.provider, recording.outcome["cause"]
    alert = said["alert"]
    if (
        said["client_certificate"]
        and recording.outcome["stage"] == Stage.HANDSHAKE
        and chance.closed(recording.outcome)
    ):
        return _verdict("abrupt")
    if cause in _FAULTS:
        before, after = _FAULTS[cause]
        fault = after if said["client_certificate"] else before
        if recording.outcome["stage"] == Stage.HTTP:
            fault = f"request:{fault.partition(':')[2]}" if not fault.startswith("response") else fault
        return {**_verdict("accept"), "fault": fault}
    if not alert or alert == "close_notify":
        return _verdict("accept")
    if said["asked"]:
        return _verdict(alert)
    if "TLSv1.3" in said["client_versions"] or alert != "protocol_version":
        return {"refusals": {"no-shared-cipher": alert}, "tls_min": "1.2", "tls_max": "1.2", **_unshared()}
    return {"refusals": {"protocol-version": alert}, "tls_min": "1.3", "tls_max": "1.3"}


def _unshared() -> dict[str, Any]:
    """A provider that shares no cipher suite: the suite wants RSA, the certificate is EC."""
    return {"ciphers": _NO_SHARED_CIPHER, "server_certificate": None, "server_key": None}


def _verdict(outcome: str) -> dict[str, Any]:
    return {"refusals": {str(cause): outcome for cause in CERTIFICATE_CAUSES}}


class _Answer:
    """The answer that was recorded, to every request."""

    def __init__(self, recording: Recording) -> None:
        self._response = recording.provider["response"] or {"status": 200, "headers": [], "body": ""}

    def answer(self, request: Request, caller: Caller) -> Response:
        """Status, headers and body as they were."""
        del request, caller
        headers = tuple((str(name), str(value)) for name, value in self._response["headers"])
        kind = next((value for name, value in headers if name.lower() == "content-type"), None)
        others = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        return Response(int(self._response["status"]), self._response["body"].encode(), kind, others)


_NOISE = regex(r"(?:\d{1,3}\.){3}\d{1,3}|::1|:\d{2,5}\b|\.invalid\b|localhost/")
"""Addresses, ports, and the ending that a name gets which is not to be found."""


def _differences(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[str]:
    for key in ("ok", "stage", "cause", "status_code"):
        if expected[key] != seen[key]:
            yield f"{key}: recorded {expected[key]!r}, replayed {seen[key]!r}"
    recorded, replayed = (_plain(one["java"]) for one in (expected, seen))
    if recorded != replayed:
        yield f"Java: recorded {recorded}, replayed {replayed}"


def _plain(java: list[dict[str, Any]]) -> list[str]:
    return [_NOISE.sub("", f"{one['class']}: {one['message']}") for one in java]
