"""`Story`: an Exchange (and the provider's visit) cut into what every report shows; the rest is layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from guarded.values import dataclass
from sn_mock.evidence import Evidence, overrides
from sn_mock.exchange import Exchange, Execution, Finding, Route
from sn_mock.failure import Stage
from sn_mock.instance import RELEASES
from sn_mock.java.exceptions.causes import CAUSES
from sn_mock.java.httpclient.http1 import without_credentials
from sn_mock.java.x509.summaries import summaries
from sn_mock.masking import without_password, without_secrets
from sn_mock.report.dialogue import Line, dialogue
from sn_mock.report.same_with import same_with
from tls_transcript import Alert, Direction

VisitJson = Mapping[str, Any]
"""A provider's visit as its `to_json()` gives it."""


class Visited(Protocol):
    """A provider's visit; `provider_stub.Visit` is one."""

    def to_json(self) -> dict[str, Any]:
        """Its JSON object."""


VisitRecord = VisitJson | Visited


def as_json(visit: VisitRecord | None) -> VisitJson | None:
    """The visit's JSON object."""
    return visit if visit is None or isinstance(visit, Mapping) else visit.to_json()


@dataclass(frozen=True, slots=True)
class StageLine:
    """One of the six stages and how far the call got."""

    name: str
    state: str
    """`done`, `failed`, or `not reached`."""
    detail: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key that was chosen or passed over."""

    keystore: str
    alias: str
    verdict: str
    """`sent`, `chosen, not sent`, or `passed over`."""
    why: str


@dataclass(frozen=True, slots=True)
class Validity:
    """One certificate on the time line."""

    owner: str
    """`instance` or `provider`."""
    subject: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a report says, in order."""

    title: str
    ok: bool
    when: datetime
    sentences: tuple[str, str, str]
    stages: tuple[StageLine, ...]
    because: tuple[str, ...]
    """The route's decisions, as a path."""
    keys: tuple[KeyLine, ...]
    lines: tuple[Line, ...]
    """Both ends' messages, as a dialogue."""
    java: tuple[str, ...]
    java_mark: str
    """Why these words are not certain; empty where they were measured."""
    tries: tuple[str, ...]
    """Every try of a step that its retry policy repeated."""
    statuses: tuple[tuple[str, str], ...]
    """What script, test page and log show: (where, what)."""
    findings: tuple[Finding, ...]
    validity: tuple[Validity, ...]
    log: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    visit: tuple[tuple[str, str], ...]
    """What the provider wrote down: (what, value)."""
    request: str
    """The request as it went out, line by line; secrets are masked. Empty where none was made."""
    response: str
    same_with: tuple[str, ...]
    """Command lines that do the same with other tools."""


def stories(exchange: Exchange, visit: VisitRecord | None = None, *, title: str | None = None) -> tuple[Story, ...]:
    """Both legs of a call with OAuth 2.0, the token request first; one story of every other call.

    `visit` is that of the last connection: of the token request, where the call itself was not made.
    """
    token = exchange.token
    if token is None:
        return (story(exchange, visit, title=title),)
    if token.ok:
        return story(token), story(exchange, visit, title=title)
    return story(replace(token, findings=exchange.findings), visit), story(exchange, title=title)


def story(exchange: Exchange, visit: VisitRecord | None = None, *, title: str | None = None) -> Story:
    """The story of one call; `visit` is the provider's record of its last connection."""
    seen = as_json(visit)
    return Story(
        title=title or " / ".join(filter(None, (exchange.message, exchange.function))) or "A call without a record",
        ok=exchange.ok and not exchange.findings,
        when=exchange.when,
        sentences=(_where(exchange), _happened(exchange, seen), _why(exchange)),
        stages=_stages(exchange),
        because=exchange.route.because if exchange.route else (),
        keys=_keys(exchange),
        lines=dialogue(exchange, seen),
        java=tuple(str(throwable) for throwable in exchange.failure.java) if exchange.failure else (),
        java_mark=_java_mark(exchange),
        tries=tuple(_try(number, one) for number, one in enumerate(exchange.executions, start=1)),
        statuses=_statuses(exchange),
        findings=exchange.findings,
        validity=_validity(exchange),
        log=exchange.log,
        facts=tuple(sorted(exchange.facts.items())),
        visit=_visit(seen),
        request=_request(exchange),
        response=_response(exchange),
        same_with=same_with(exchange),
    )


_PLAIN = {"https": "as plain https, without a client certificate to offer", "http": "as plain http, without TLS"}


def _where(exchange: Exchange) -> str:
    route = exchange.route
    if route is None or not route.host:
        why = _meaning(exchange) if exchange.step else "its endpoint names no host to call"
        return _sentence(f"On {_release(exchange)}, {_called(exchange)} went nowhere: {why}")
    if not route.mutual_auth:
        offer = _PLAIN.get(route.scheme, "without a client certificate to offer")
    elif not route.keystores:
        offer = "with mutual authentication, but with no keystore to take a key from"
    else:
        brought = {
            "profile": f"the protocol profile {route.protocol_profile}",
            "legacy-property": "the legacy properties",
        }
        by = brought.get(route.socket_factory, "the default factory")
        offer = f"with the keys of {_listed(_marked(route))}, brought by {by}"
    called = "called" if exchange.attempts else "set out to call"
    return f"On {_release(exchange)}, {_called(exchange)} {called} {route.url} {offer}."


def _meaning(exchange: Exchange) -> str:
    """The cause of a failure without an exception, in words."""
    failure = exchange.failure
    return CAUSES[failure.cause][1] if failure and failure.cause in CAUSES else "it is not known why"


def _try(number: int, one: Execution) -> str:
    """One execution of a step."""
    ended = one.response.error_message or f"status {one.response.status_code}"
    connections = f"{one.connections} connection{'' if one.connections == 1 else 's'}"
    waited = f"after {one.after_seconds:g} s" if number > 1 else "at once"
    return f"try {number}, {waited}: {ended} ({connections})"


def _marked(route: Route) -> tuple[str, ...]:
    """The route's keystores; a stand-in is called one wherever it is shown."""
    return tuple(f"{name} (stand-in)" if name in route.stand_ins else name for name in route.keystores)


def _store(exchange: Exchange, name: str | None) -> str:
    stands_in = exchange.route is not None and name in exchange.route.stand_ins
    return f"{name} (stand-in)" if stands_in else name or ""


def _called(exchange: Exchange) -> str:
    """`Message.Function`; a call without records has no names."""
    return f"{exchange.message}.{exchange.function}" if exchange.message else "a call without a record"


def _release(exchange: Exchange) -> str:
    """The release, with what this instance does otherwise: a result that rests on it is no statement on the release."""
    known = RELEASES.get(exchange.release)
    label = known.label if known else exchange.release
    own = [f"{name} = {value}" for name, value in sorted(overrides(exchange.facts).items())]
    return f"{label} with {', '.join(own)}" if own else label


def _happened(exchange: Exchange, visit: VisitJson | None) -> str:
    failure = exchange.failure
    if failure is not None and failure.stage in (Stage.ROUTE, Stage.KEYSTORE, Stage.CONNECT):
        return _sentence(f"No handshake took place: {failure.java[0] if failure.java else _meaning(exchange)}")
    return _sentence(f"{_key(exchange)}; {_outcome(exchange, visit)}")


def _sentence(text: str) -> str:
    """With one full stop: some of Java's texts bring their own."""
    return text if text.endswith(".") else f"{text}."


def _key(exchange: Exchange) -> str:
    choice = exchange.key_choice
    if choice is not None and choice.sent:
        return f"The instance sent {choice.subject} ({_store(exchange, choice.keystore)}, alias {choice.alias})"
    if exchange.unheard:
        return "The connection broke before the instance's certificate was sent"
    if choice is not None:
        return "The provider asked for a client certificate and the instance sent none"
    if any(alert.level_name == "fatal" for alert in exchange.transcript.of(Alert, Direction.SENT)):
        shown = summaries(exchange.presented_chain)
        return f"The instance refused the provider's certificate{f' {shown[0].subject}' if shown else ''}"
    if exchange.failure is not None and exchange.failure.stage is Stage.HANDSHAKE:
        return "The handshake ended before a client certificate was asked for"
    if exchange.route is not None and exchange.route.scheme == "http":
        return "No TLS was spoken"
    return "The provider asked for no client certificate"


def _outcome(exchange: Exchange, visit: VisitJson | None) -> str:
    failure = exchange.failure
    if failure is None or not failure.java:
        return f"the provider answered HTTP {exchange.response.status_code}"
    reason = f" (the provider's journal says {visit['reason']})" if visit and visit.get("reason") else ""
    times = f", {len(exchange.attempts)} connections" if len(exchange.attempts) > 1 else ""
    behind = f"; behind it, which the HTTP client hides: {failure.hidden[0]}" if failure.hidden else ""
    return f"the call ended with {failure.java[0]}{times}{reason}{behind}"


def _why(exchange: Exchange) -> str:
    if exchange.findings:
        first = exchange.findings[0]
        return f"{first.title}. To mend it: {first.fix}"
    if exchange.ok:
        return "Nothing is wrong."
    return "No rule of sn-mock explains this; the messages and the log below are all that is known."


def _stages(exchange: Exchange) -> tuple[StageLine, ...]:
    failed = exchange.failure.stage if exchange.failure else None
    if failed is None and not exchange.ok:
        failed = Stage.HTTP
    lines = []
    reached = True
    for stage in Stage:
        if stage is failed:
            cause = exchange.failure.cause if exchange.failure else f"status {exchange.response.status_code}"
            lines.append(StageLine(str(stage), "failed", cause))
            reached = False
        else:
            lines.append(
                StageLine(str(stage), "done" if reached else "not reached", _detail(exchange, stage) if reached else "")
            )
    return tuple(lines)


def _detail(exchange: Exchange, stage: Stage) -> str:
    route = exchange.route
    details = {
        Stage.ROUTE: route.url if route else "",
        Stage.KEYSTORE: _listed(_marked(route)) if route and route.keystores else "none",
        Stage.CONNECT: f"{route.host}:{route.port}" if route else "",
        Stage.HANDSHAKE: f"{exchange.tls.version}, {exchange.tls.cipher}" if exchange.tls else "",
        Stage.HTTP: f"status {exchange.response.status_code}",
    }
    return details.get(stage, "")


def _keys(exchange: Exchange) -> tuple[KeyLine, ...]:
    choice = exchange.key_choice
    if choice is None:
        return ()
    lines = []
    if choice.alias is not None:
        verdict = "sent" if choice.sent else "chosen, not sent"
        said = ": ".join(filter(None, (choice.subject, choice.withheld)))
        lines.append(KeyLine(_store(exchange, choice.keystore), choice.alias, verdict, said))
    lines += [KeyLine(_store(exchange, key.keystore), key.alias, "passed over", key.why) for key in choice.rejected]
    return tuple(lines)


def _java_mark(exchange: Exchange) -> str:
    mark = exchange.facts.get("java_texts", "")
    return mark if str(Evidence.ASSUMED) in mark else ""


def _statuses(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    response = exchange.response
    shown = [
        ("getStatusCode()", str(response.status_code)),
        ("haveError()", str(response.have_error).lower()),
        ("getErrorMessage()", response.error_message),
        ("outbound HTTP log, response_status", str(exchange.outbound_http_log.get("response_status", ""))),
        ("connections", str(len(exchange.attempts))),
    ]
    return tuple((where, what) for where, what in shown if what)


def _validity(exchange: Exchange) -> tuple[Validity, ...]:
    choice = exchange.key_choice
    chains: Sequence[tuple[str, tuple[bytes, ...]]] = (
        ("instance", choice.chain if choice else ()),
        ("provider", exchange.presented_chain),
    )
    return tuple(
        Validity(owner, one.subject, one.not_before, one.not_after)
        for owner, chain in chains
        for one in summaries(chain)
        if one.not_before and one.not_after
    )


def _request(exchange: Exchange) -> str:
    route = exchange.route
    if route is None or not exchange.request_headers:
        return ""
    head = [f"{exchange.method} {without_password(route.path)} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in exchange.request_headers]
    return "\n".join([*head, "", without_secrets(exchange.request_body)]).rstrip()


def _response(exchange: Exchange) -> str:
    response = exchange.response
    if not response.status_code:
        return ""
    head = [
        f"HTTP {response.status_code}",
        *(f"{name}: {value}" for name, value in without_credentials(response.headers)),
    ]
    return "\n".join([*head, "", without_secrets(response.body)]).rstrip()


def _visit(visit: VisitJson | None) -> tuple[tuple[str, str], ...]:
    if visit is None:
        return ()
    presented = visit.get("presented") or []
    rows = [
        ("verdict", str(visit.get("verdict") or "")),
        ("reason", str(visit.get("reason") or "")),
        ("detail", str(visit.get("detail") or "")),
        ("certificate presented", str(presented[0]["subject"]) if presented else "none"),
        ("alert sent", str(visit.get("alert_sent") or "")),
        ("alert received", str(visit.get("alert_received") or "")),
        ("server name (SNI)", str(visit.get("sni") or "")),
        ("requests", str(visit.get("request_count") or len(visit.get("requests") or []) or "")),
        ("WS-Security", _header_verdict(visit)),
    ]
    return tuple((what, value) for what, value in rows if value)


def _listed(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _header_verdict(visit: Mapping[str, Any]) -> str:
    """What became of the Security header of the last request; empty where nobody looked at one."""
    looked_at = [found for request in visit.get("requests") or [] if (found := request.get("ws_security"))]
    if not looked_at:
        return ""
    found = looked_at[-1]
    who = ", ".join(filter(None, (found["signer"], f"user {found['user']}" if found["user"] else "")))
    if found["accepted"]:
        return f"accepted: {who or 'nothing was demanded'}"
    return f"refused: {found['cause']} ({found['detail']})" + (f"; {who}" if who else "")
