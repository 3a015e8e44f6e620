"""Two exchanges side by side: where their documents differ, without what differs between any two runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.handover.shapes import ANYTHING, TEXT, Shape, misfit
from sn_mock.instance.release_facts import FACTS

NOISE: Mapping[str, str] = {
    r"started": "when it was",
    r"connections\.\d+\.duration_ms|.*duration_ms": "how long it took",
    r"log(\[\d+\])?": "its lines have times and thread names; the failure is told above",
    r"outbound_http_log\..*(time|date|created|sys_id|duration).*": "when it was",
    r"transcript\[\d+\]\.(random|session_id|signature|verify_data|length|bytes)": "new in every handshake",
    r"response\.headers\.(Date|date)": "when it was",
    r".*sys_id": "an identity, no behaviour",
}
"""Path (a whole match) → why it is left out."""
_NOISY_TEXT: tuple[tuple[re.Pattern[str], str], ...] = (
    (regex(r"(?<=[\w\]]):\d{2,5}(?=[/\]\s?#]|$)"), ":port"),
    (regex(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "time"),
    (regex(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "id"),
)
"""What differs inside texts between any two runs: ports, times, random ids."""
_PORTS = frozenset({"route.port"})
_NO_VALUE = None
MAX_DIFFERENCES = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where they differ; None where one side has nothing there."""

    path: str
    a: Any
    b: Any

    def to_json(self) -> dict[str, Any]:
        """One element of `diff --json`."""
        return {"path": self.path, "a": self.a, "b": self.b}

    @property
    def of_the_call(self) -> bool:
        """True for what a call did; False for which release it was placed on, and the facts it rests on."""
        return self.path != "call.release" and not self.path.startswith("facts.")


def differences(a: Any, b: Any) -> tuple[Difference, ...]:
    """Where two Exchange documents differ, in the order of the document; noise is left out."""
    found = []
    for difference in _walk("", a, b):
        if not _is_noise(difference):
            found.append(difference)
            if len(found) >= MAX_DIFFERENCES:
                break
    return tuple(found)


def _walk(path: str, a: Any, b: Any) -> Iterator[Difference]:
    if a == b:
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            yield from _walk(f"{path}.{key}" if path else str(key), a.get(key, _NO_VALUE), b.get(key, _NO_VALUE))
    elif isinstance(a, list) and isinstance(b, list) and all(isinstance(one, dict) for one in (*a, *b)):
        for number in range(max(len(a), len(b))):
            pair = (side[number] if number < len(side) else _NO_VALUE for side in (a, b))
            yield from _walk(f"{path}[{number}]", *pair)
    else:
        yield Difference(path, a, b)


def _is_noise(difference: Difference) -> bool:
    if any(re.fullmatch(pattern, difference.path) for pattern in NOISE):
        return True
    if difference.path in _PORTS:
        return True
    return _same(difference.a, difference.b)


def _same(a: Any, b: Any) -> bool:
    return bool(_quiet(a) == _quiet(b))


def _quiet(value: Any) -> object:
    if isinstance(value, str):
        for pattern, word in _NOISY_TEXT:
            value = pattern.sub(word, value)
        return value
    if isinstance(value, list):
        return [_quiet(item) for item in value]
    if isinstance(value, dict):
        return {key: _quiet(item) for key, item in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the text: what it is about, and both sides."""

    what: str
    a: str
    b: str

    @property
    def same(self) -> bool:
        """Both sides say the same."""
        return _same(self.a, self.b)


def lines(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Line, ...]:
    """What support looks at first, both sides of each: route, key, CA names, alert, Java text."""
    return tuple(Line(what, read(a), read(b)) for what, read in _ROWS)


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that one call rested on and the other did not, or had with another value."""

    name: str
    a: str
    """`value (EVIDENCE: source)`; empty where that call did not rest on it."""
    b: str

    @property
    def of_the_release(self) -> bool:
        """True for what a release does; False for a result of the call, told with how it is known."""
        return self.name in FACTS


def fact_changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[FactChange, ...]:
    """The facts that differ, with their evidence marks: those of the releases, and how results are known."""
    first, second = a.get("facts") or {}, b.get("facts") or {}
    return tuple(
        FactChange(name, str(first.get(name, "")), str(second.get(name, "")))
        for name in dict.fromkeys((*first, *second))
        if first.get(name) != second.get(name)
    )


def _route(document: Mapping[str, Any]) -> str:
    route = document.get("route") or {}
    return f"{route.get('url', 'nowhere')}, {route.get('socket_factory', '')}"


def _keystores(document: Mapping[str, Any]) -> str:
    return ", ".join((document.get("route") or {}).get("keystores") or ()) or "none"


def _key(document: Mapping[str, Any]) -> str:
    choice = document.get("key_choice")
    if not choice:
        return "none was asked for"
    if not choice.get("alias"):
        return "none"
    return f"{choice['alias']} of {choice['keystore']}: {choice['subject']}{'' if choice['sent'] else ' (not sent)'}"


def _messages(document: Mapping[str, Any], name: str, direction: str) -> list[Mapping[str, Any]]:
    return [
        one
        for one in document.get("transcript") or ()
        if one.get("message") == name and one.get("direction") == direction
    ]


def _ca_names(document: Mapping[str, Any]) -> str:
    asked = _messages(document, "certificate_request", "received")
    if not asked:
        return "no CertificateRequest"
    return "; ".join(asked[0].get("authorities") or ()) or "none named"


def _offered(document: Mapping[str, Any]) -> str:
    hello = _messages(document, "client_hello", "sent")
    return ", ".join(hello[0].get("versions") or ()) if hello else "no handshake"


def _negotiated(document: Mapping[str, Any]) -> str:
    tls = document.get("tls")
    return f"{tls['version']}, {tls['cipher']}" if tls else "none"


def _alert(document: Mapping[str, Any]) -> str:
    said = []
    for direction, who in (("received", "provider"), ("sent", "instance")):
        for alert in _messages(document, "alert", direction):
            name = alert.get("description") or alert.get("name")
            if name != "close_notify":
                said.append(f"{name}, by the {who}")
    return "; ".join(said) or "none"


def _java(document: Mapping[str, Any]) -> str:
    failure = document.get("failure")
    if not failure:
        return "no failure"
    texts = [f"{one['class']}: {one['message']}" for one in failure.get("java") or ()]
    return " / caused by ".join(texts) or str(failure.get("cause"))


def _stage(document: Mapping[str, Any]) -> str:
    failure = document.get("failure")
    return f"failed at {failure['stage']}: {failure['cause']}" if failure else "succeeded"


def _status(document: Mapping[str, Any]) -> str:
    return str((document.get("response") or {}).get("status_code", ""))


def _release(document: Mapping[str, Any]) -> str:
    return str((document.get("call") or {}).get("release", ""))


_ROWS = (
    ("release", _release),
    ("outcome", _stage),
    ("route", _route),
    ("keystores", _keystores),
    ("key", _key),
    ("CA names", _ca_names),
    ("TLS offered", _offered),
    ("TLS", _negotiated),
    ("alert", _alert),
    ("Java", _java),
    ("status code", _status),
)


_SHAPE: Shape = {
    "call?": {},
    "route?": {"keystores?": (TEXT,)},
    "key_choice?": {"alias?": ANYTHING, "keystore": ANYTHING, "subject": ANYTHING, "sent": ANYTHING},
    "transcript?": ({"authorities?": (TEXT,), "versions?": (TEXT,)},),
    "tls?": {"version": ANYTHING, "cipher": ANYTHING},
    "failure?": {"stage": ANYTHING, "cause": ANYTHING, "java?": ({"class": ANYTHING, "message": ANYTHING},)},
    "response?": {},
    "facts?": {},
}
"""What the rows above read of a document."""


def misshapen(document: Mapping[str, Any]) -> str | None:
    """The first place where a document is no Exchange's; None where it is one."""
    return misfit(document, _SHAPE)


def told(rows: Sequence[Line], names: tuple[str, str]) -> Iterator[str]:
    """The rows as plain text, one column each; what differs is marked."""
    width = max(len(row.what) for row in rows)
    yield f"  {'':<{width}}  {names[0]}  |  {names[1]}"
    for row in rows:
        if row.same:
            yield f"  {row.what:<{width}}  {row.a}"
        else:
            yield f"* {row.what:<{width}}  {row.a}"
            yield f"  {'':<{width}}  {row.b}"
