"""Bundles: a call and all that a ticket needs, as one zip file that holds no secret, searched before it is written.

Members: `manifest.json` (format, versions, command, what was left out), `report.html` and `report.json`, and for a call
`instance/instance.toml` and `recording.json`, which `sn-mock replay` places again; `provider-policy.json` where
the folder has a policy.
"""

from __future__ import annotations

import json
import platform
import ssl
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from guarded import files
from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.handover import archive
from sn_mock.handover.naming import is_secret, learn, secrets_of
from sn_mock.handover.recording import Asked, Recording, material, recorded
from sn_mock.handover.records import handed_over, with_trusted_files
from sn_mock.handover.redaction import Redactor
from sn_mock.handover.replay import Replayed, replay, why_not
from sn_mock.handover.search import Needle, leaks
from sn_mock.instance import Instance
from sn_mock.instance.folder.toml_writer import instance_toml
from sn_mock.lab import Reproduction
from sn_mock.report import Chapter, page

REPLAY = "sn-mock replay"
_POLICY = "provider.toml"
_TOLD = 5
_TRIED_MS = 1500.0
"""A call that took longer is not placed again for the check: its timeouts would be waited for twice."""
_README = """This is a bundle of sn-mock: what was called, and what came of it. It holds no private key, no password.

report.html     read this first
report.json     the same for programs
{replay}
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what its reader should know."""

    path: Path
    notes: tuple[str, ...]


class LeakError(MockUsageError):
    """Something that must not leave was still in the bundle, so nothing was written. Tells kinds, never values."""


def bundle_call(
    path: Path,
    asked: Asked,
    instance: Instance,
    exchange: Exchange,
    *,
    redact: bool = False,
    about: Sequence[tuple[str, str]] = (),
    command: str = "",
    made_by: str = "sn-mock",
) -> Written:
    """Write the bundle of a call that was placed, 0600. Raises LeakError, with nothing written; OSError."""
    redactor = redactor_for(instance, exchange, asked, names=redact)
    certificates = material(instance, exchange, redactor)
    recording = recorded(asked, instance, exchange, redactor, certificates)
    message = instance.soap_message(asked.message) or instance.rest_message(asked.message)
    handed = handed_over(instance, message.sys_id if message else asked.message, redactor, certificates.forged)
    handed = with_trusted_files(handed, instance, redactor, certificates.forged)
    document = redactor.document({"exchange": exchange.to_json(), "visit": None})
    if redact:
        about, command = (
            [(name, _short(value) if name == "command" else value) for name, value in about],
            _short(command),
        )
    told = [(name, redactor.text(value)) for name, value in about]
    members = {
        "report.html": redactor.page(page(_title(exchange), [Chapter(exchange)], about=about)).encode(),
        "report.json": _json(document),
        "recording.json": _json(recording.to_json()),
        "instance/instance.toml": instance_toml(handed).encode(),
        **_policy(instance, redactor),
    }
    notes = _tried(recording, handed, exchange)
    members["manifest.json"] = _json(
        {
            **_versions(made_by, redact),
            "kind": "call",
            "release": exchange.release,
            "command": redactor.text(command),
            "replay": f"{REPLAY} {path.name if not redact else 'FILE.zip'}",
            "about": dict(told),
            "notes": notes,
        }
    )
    members["README.txt"] = _README.format(replay="replay it with:  sn-mock replay FILE.zip").encode()
    _write(path, members, redactor.needles)
    return Written(path, tuple(notes))


def bundle_reproductions(
    path: Path,
    results: Sequence[Reproduction],
    *,
    redact: bool = False,
    about: Sequence[tuple[str, str]] = (),
    command: str = "",
    made_by: str = "sn-mock",
) -> Written:
    """Write the bundle of scenarios that were run. Their names are sn-mock's own; only this machine's are redacted."""
    redactor = Redactor(names=redact)
    learn(redactor, Instance(name="the lab's"))
    if redact:
        about, command = (
            [(name, _short(value) if name == "command" else value) for name, value in about],
            _short(command),
        )
    members: dict[str, bytes] = {}
    for result in results:
        name = f"{result.scenario.id}-{result.release}-{result.tls.lower()}"
        chapters = [
            Chapter(side.exchange, side.visit.to_json() if side.visit else None, title)
            for side, title in ((result.broken, "broken"), (result.fixed, "fixed"))
        ]
        members[f"report/{name}.html"] = redactor.page(page(result.scenario.title, chapters, about=about)).encode()
    members["report.json"] = _json(redactor.document([result.to_json() for result in results]))
    runs = [{"id": one.scenario.id, "release": one.release, "tls": one.tls} for one in results]
    members["manifest.json"] = _json(
        {
            **_versions(made_by, redact),
            "kind": "reproduce",
            "command": redactor.text(command),
            "replay": f"{REPLAY} FILE.zip",
            "runs": runs,
            "notes": [],
        }
    )
    members["README.txt"] = _README.format(replay="replay it with:  sn-mock replay FILE.zip").encode()
    _write(path, members, redactor.needles)
    return Written(path, ())


def redactor_for(instance: Instance, exchange: Exchange | None, asked: Asked | None, *, names: bool) -> Redactor:
    """A redactor that knows the secrets of a call, and with `names` who is named in it."""
    redactor = Redactor(names=names)
    for value, kind in secrets_of(instance, asked.parameters if asked else ()).items():
        redactor.secret(value, kind)
    if exchange is not None:
        for name, value in (*exchange.request_headers, *exchange.response.headers):
            if is_secret(name):
                redactor.secret(value.rpartition(" ")[2], "header")
    if names:
        learn(redactor, instance, exchange)
        for text in (*(value for _, value in asked.parameters), asked.endpoint) if asked else ():
            redactor.learn(text)
    return redactor


def replay_call(members: Mapping[str, bytes], shown: str) -> Replayed:
    """Place the call of a bundle again. Raises BundleError, MockUsageError."""
    recording = Recording.from_json(archive.document(members, "recording.json", shown))
    return replay(recording, _instance(members, shown))


def checked(members: Mapping[str, bytes], needles: Iterable[Needle]) -> None:
    """Raise LeakError where one of `needles`, a private key or a keystore is in a file, however it is encoded."""
    wanted = tuple(needles)
    found = [
        leak
        for name, data in members.items()
        for leak in (*leaks(name, data, wanted), *leaks("a file's name", name.encode(), wanted))
    ]
    if found:
        told = "; ".join(dict.fromkeys(map(str, found[:_TOLD])))
        raise LeakError(
            f"nothing was written: what must not leave is still in it: {told}; this is a fault of sn-mock's redaction: "
            "report the kinds, not the values"
        )


def _write(path: Path, members: Mapping[str, bytes], needles: Iterable[Needle]) -> None:
    data = archive.packed(members)
    checked(archive.unpacked(data), needles)
    files.write(path, data, private=True)


def _instance(members: Mapping[str, bytes], shown: str) -> Instance:
    """The records of a bundle, read as a folder of one file."""
    import tempfile

    if "instance/instance.toml" not in members:
        raise archive.BundleError(f"{shown}: has no instance/instance.toml; next step: have the bundle made again")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "instance.toml").write_bytes(members["instance/instance.toml"])
        return Instance.load(folder, require_secrets=False)


def _tried(recording: Recording, handed: Instance, exchange: Exchange) -> list[str]:
    """Whether the bundle replays, found out by doing it."""
    reason = why_not(recording.outcome["cause"])
    if reason:
        return [f"does not replay: {reason}"]
    if sum(attempt.duration_ms for attempt in exchange.attempts) > _TRIED_MS:
        return ["whether it replays was not tried: the call took too long"]
    try:
        again = replay(recording, handed)
    except MockUsageError as error:
        return [f"does not replay: {error}"]
    by_chance = [f"replays with other words of the same reset, by chance: {again.by_chance}"] if again.by_chance else []
    return [*again.notes, *by_chance, *(f"replays differently: {line}" for line in again.differences)]


def _policy(instance: Instance, redactor: Redactor) -> dict[str, bytes]:
    """The folder's provider policy, without the places of files and without passwords."""
    path = (instance.folder or Path()) / _POLICY
    if instance.folder is None or not path.is_file():
        return {}
    text = files.read(path, 1 << 20).decode("utf-8", "replace")
    try:
        document = tomllib.loads(text)
    except ValueError:
        return {}
    kept = {name: value for name, value in document.items() if not is_secret(name)}
    return {"provider-policy.json": _json(redactor.document(_readable(kept)))}


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if isinstance(value, str) and "-----BEGIN" in value:
        return "[a certificate or key]"
    return value if isinstance(value, str | int | float | bool) else str(value)


def _versions(made_by: str, redact: bool) -> dict[str, Any]:
    return {
        "format": archive.FORMAT,
        "version": archive.VERSION,
        "redacted": redact,
        "made_by": made_by,
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION,
        "system": platform.system(),
    }


def _short(command: str) -> str:
    """The command line without its values: folders, files and parameters have names."""
    shown = [word.partition("=")[0] if word.startswith("-") else "…" for word in command.split()[2:]]
    return " ".join([*command.split()[:2], *shown])


def _title(exchange: Exchange) -> str:
    from sn_mock.report import headline

    return headline(exchange)


def _json(document: Any) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False, default=str) + "\n").encode()
