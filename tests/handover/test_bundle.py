"""A bundle holds all that a ticket needs and nothing that must not leave, and replays anywhere."""

from __future__ import annotations

import base64
import io
import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from sn_mock.cli import main
from sn_mock.handover import archive, bundle
from sn_mock.handover.bundle import LeakError, bundle_call, checked, replay_call
from sn_mock.handover.recording import Asked
from sn_mock.handover.redaction import Redactor
from sn_mock.handover.search import Needle, leaks
from sn_mock.instance import Instance
from sn_mock.lab.partner import Partner
from tests.handover.conftest import Customer
from tests.handover.customer import HOST, NAMES, PASSWORD, SECRETS


def everything(path: Path) -> bytes:
    """All members, and what their base64 holds, in lower case."""
    members = archive.read(path)
    found = b"\n".join((*members.values(), *(name.encode() for name in members)))
    for line in json.loads(members["recording.json"])["certificates"]:
        found += base64.b64decode(line)
    for block in members["instance/instance.toml"].split(b"-----BEGIN CERTIFICATE-----")[1:]:
        found += base64.b64decode(b"".join(block.partition(b"-----END")[0].split()))
    return found.lower()


@pytest.fixture
def written(customer: Customer, tmp_path: Path) -> dict[bool, Path]:
    """The refused call's bundles: as it is, and redacted."""
    paths = {}
    for redact in (False, True):
        paths[redact] = tmp_path / f"{redact}.zip"
        done = bundle_call(
            paths[redact],
            customer.asked,
            customer.instance,
            customer.refused,
            redact=redact,
            about=[("instance", "kuckuck4711")],
        )
        assert done.notes == ()
    return paths


def test_no_secret_is_in_a_bundle(customer: Customer, written: dict[bool, Path]) -> None:
    """Passwords, tokens and keys are nowhere, redacted or not, in whatever encoding."""
    for path in written.values():
        data = everything(path)
        for secret in SECRETS.values():
            for form in (
                secret,
                quote(secret, safe=""),
                secret.encode().hex(),
                base64.b64encode(secret.encode()).decode(),
            ):
                assert form.lower().encode() not in data
        assert b"private key" not in data.replace(b"no private key", b"")
        for name, member in archive.read(path).items():
            assert list(leaks(name, member, ())) == []  # no key, no keystore
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_redacted_bundle_names_nobody(customer: Customer, written: dict[bool, Path]) -> None:
    """Hosts, companies, people, addresses and numbers are gone; the twin without --redact has them."""
    data = everything(written[True])
    plain = everything(written[False])
    serials = [one.serial_number for one in _certificates(written[False])]

    assert [name for name in NAMES if name.lower().encode() in data] == []
    assert not any(f"{number:x}".encode() in data for number in serials)
    assert all(name in plain for name in (b"vogelhaus", HOST.encode(), b"zeisig"))


def test_a_name_has_one_pseudonym(customer: Customer, written: dict[bool, Path]) -> None:
    """The same word is the same pseudonym in records, certificates, alias and report."""
    members = archive.read(written[True])
    recording = json.loads(members["recording.json"])
    report = json.loads(members["report.json"])["exchange"]
    message = recording["call"]["message"]

    word = message.removesuffix("Bestand").lower()
    assert word.startswith("name")
    assert report["call"]["message"] == message
    assert f'name = "{message}"' in members["instance/instance.toml"].decode()
    assert f"O={word.capitalize()} " in report["key_choice"]["subject"]
    assert word in report["route"]["host"]
    assert report["route"]["host"].count(".") == HOST.count(".")


def test_a_bundle_replays_without_its_files(customer: Customer, written: dict[bool, Path], tmp_path: Path) -> None:
    """Stage, cause and Java text are those of the call, from the zip file alone."""
    for path in written.values():
        moved = tmp_path / "elsewhere.zip"
        moved.write_bytes(path.read_bytes())
        again = replay_call(archive.read(moved), str(moved))

        assert again.differences == ()
        assert customer.refused.failure is not None
        assert again.exchange.failure is not None
        assert again.exchange.failure == replace(customer.refused.failure)


def test_a_replay_that_differs_says_so(written: dict[bool, Path]) -> None:
    """The twin: a recording that claims another outcome is not replayed as the same."""
    members = archive.read(written[False])
    recording = json.loads(members["recording.json"])
    recording["outcome"]["java"][0]["message"] = "Received fatal alert: something_else"

    again = replay_call({**members, "recording.json": json.dumps(recording).encode()}, "x")

    assert not again.same
    assert "something_else" in again.differences[0]


def test_names_in_an_answer_leave_no_trace(customer: Customer, tmp_path: Path) -> None:
    """An answer that echoes names and secrets, also as base64, is redacted, and the call still replays."""
    path = tmp_path / "b.zip"
    done = bundle_call(path, customer.asked, customer.instance, customer.answered, redact=True)

    data = everything(path)
    assert done.notes == ()
    assert [name for name in (*NAMES, *SECRETS.values()) if name.lower().encode() in data] == []
    assert base64.b64encode(PASSWORD.encode()).lower() not in data


def test_the_same_call_has_the_same_bytes(customer: Customer, tmp_path: Path) -> None:
    """Nothing of the time of writing is in a bundle."""
    paths = [tmp_path / "a.zip", tmp_path / "b" / "a.zip"]
    paths[1].parent.mkdir()
    for path in paths:
        bundle_call(path, customer.asked, customer.instance, customer.refused)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_leak_is_not_written(customer: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the redaction misses something, nothing is written; the kind is told, not the name."""
    monkeypatch.setattr(Redactor, "page", lambda self, page: page)
    path = tmp_path / "b.zip"

    with pytest.raises(LeakError) as raised:
        bundle_call(path, customer.asked, customer.instance, customer.refused, redact=True)

    assert not path.exists()
    assert "report.html: a host name" in str(raised.value)
    assert "vogelhaus" not in str(raised.value).lower()


WORD = "Rotkehlchen"
HIDDEN = {
    "as it is": WORD.encode(),
    "in another case": WORD.upper().encode(),
    "UTF-16": WORD.encode("utf-16-le"),
    "URL-encoded": b"x=%52otkehlchen",
    "HTML": b"Rot&#107;ehlchen",
    "JSON": b'"Rot\\u006behlchen"',
    "hexadecimal": WORD.encode().hex().encode(),
    "base64": base64.b64encode(b"xx " + WORD.encode()),
    "base64 in a long run": base64.b64encode(bytes(range(1, 90)) + WORD.encode() + bytes(range(90))),
    "base64 of base64": base64.b64encode(base64.b64encode(b"...." + WORD.encode())),
    "base64 in lines": base64.encodebytes(bytes(range(1, 80)) + WORD.encode()),
    "base64 of UTF-16": base64.b64encode(WORD.encode("utf-16-be")),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_the_search_finds_what_is_encoded(how: str) -> None:
    """A name is found in every encoding that people and formats use; a text without it is clean."""
    needles = (Needle(WORD, "name"),)
    with pytest.raises(LeakError):
        checked({"f": b"<p>" + HIDDEN[how] + b"</p>"}, needles)
    checked({"f": HIDDEN[how].replace(WORD.encode(), b"x")[:5]}, needles)


def test_keys_and_keystores_are_leaks_by_themselves(customer: Customer) -> None:
    """A private key and a keystore are found without knowing them, in base64, too."""
    store = (customer.folder / "vogelhaus.jks").read_bytes()
    pem = b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
    for data, kind in ((store, "keystore"), (base64.b64encode(store), "keystore"), (pem, "private key")):
        with pytest.raises(LeakError, match=kind):
            checked({"f": data}, ())


def _zip(members: dict[str, bytes], **changes: object) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in changes.items():
                setattr(info, field, value)
            made.writestr(info, data)
    return buffer.getvalue()


GOOD = {"manifest.json": json.dumps({"format": archive.FORMAT, "version": 1, "kind": "call"}).encode()}
BAD = {
    "no zip": (b"hello", "no zip file"),
    "truncated": (_zip({"manifest.json": b"{}" * 500})[:60], "truncated"),
    "climbs": (_zip({"../evil": b"x"}), "path '../evil'"),
    "absolute": (_zip({"/etc/passwd": b"x"}), "path '/etc/passwd'"),
    "drive": (_zip({"C:x": b"x"}), "path 'C:x'"),
    "link": (_zip({"x": b"/etc/passwd"}, external_attr=0o120777 << 16), "is a link"),
    "no manifest": (_zip({"x": b"x"}), "no bundle of sn-mock"),
    "other format": (_zip({"manifest.json": b'{"format": "other"}'}), "no bundle of sn-mock"),
    "later version": (_zip({"manifest.json": b'{"format": "sn-mock bundle", "version": 9}'}), "version 9"),
    "no recording": (_zip(GOOD), "has no recording.json"),
    "broken recording": (_zip({**GOOD, "recording.json": b"{"}), "is no JSON"),
    "strange recording": (_zip({**GOOD, "recording.json": b"[1]"}), "none of sn-mock's"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_zip_is_named(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line, and what is wrong with the file."""
    path = tmp_path / "bad.zip"
    path.write_bytes(BAD[kind][0])

    code = main(["replay", str(path)])

    error = capsys.readouterr().err
    assert code == 2
    assert BAD[kind][1] in error
    assert len(error.splitlines()) == 1


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members are bounded in size and number, whatever the file says of them."""
    monkeypatch.setattr(archive, "MAX_PART_BYTES", 1000)
    with pytest.raises(archive.BundleError, match="more than 1000 bytes"):
        archive.unpacked(_zip({"x": b"\0" * 1_000_000}))
    with pytest.raises(archive.BundleError, match="1001 members"):
        archive.unpacked(_zip({str(number): b"" for number in range(1001)}))


def test_the_commands_write_and_replay(customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`call --bundle`, `reproduce --bundle` and `replay` work together; --redact needs --bundle."""
    called, ran = str(tmp_path / "call.zip"), str(tmp_path / "run.zip")
    call = ["call", str(customer.folder), "VogelhausBestand", "Melden", "--resolve", f"{HOST}=127.0.0.1:1"]

    assert main([*call, "--bundle", called, "--redact"]) == 1
    assert f"wrote {called}" in capsys.readouterr().out
    assert main(["replay", called]) == 0
    assert "those of the bundle" in capsys.readouterr().out
    assert main(["reproduce", "unknown-client-ca", "--tls", "1.2", "--bundle", ran]) == 0
    capsys.readouterr()
    assert main(["replay", ran, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["reproduced"]
    assert main([*call, "--redact"]) == 2


def test_a_keystore_that_stands_in_replays(tmp_path: Path) -> None:
    """A folder of `init` has a keystore without file and password; its calls replay, answered ones and refused ones."""
    folder = tmp_path / "new"
    assert main(["init", str(folder), "--yes"]) == 0
    instance = Instance.load(folder)
    calls = {}
    for name, changes in (("answered", {}), ("refused", {"allow_subjects": ("CN=somebody else",)})):
        with Partner(instance, changes=changes) as partner:
            calls[name] = partner.instance, partner.call("Tickets", "CreateTicket")[0]

    assert calls["answered"][1].failure is None
    assert calls["refused"][1].failure is not None
    for name, (placed, exchange) in calls.items():
        path = tmp_path / f"{name}.zip"
        done = bundle_call(path, Asked("Tickets", "CreateTicket"), placed, exchange)
        assert done.notes == ()
        assert replay_call(archive.read(path), str(path)).same


def test_each_cause_of_the_way_is_made_again() -> None:
    """What cannot be placed again says why, and is a cause that exists."""
    from sn_mock.handover.replay import _FAULTS, _NETWORKS, _NOT_AGAIN
    from sn_mock.java.exceptions.causes import CAUSES

    for cause in (*_FAULTS, *_NETWORKS, *_NOT_AGAIN):
        assert cause in CAUSES
    assert bundle.why_not("read-timeout") is None


def _certificates(path: Path) -> list[object]:
    from cryptography import x509

    recording = json.loads(archive.read(path)["recording.json"])
    return [x509.load_der_x509_certificate(base64.b64decode(one)) for one in recording["certificates"]]


def test_a_short_name_is_no_part_of_another_word() -> None:
    """`Hans` is replaced where a word begins, in camel case, too; `orphans` and `channel` stay, and are no leak."""
    redactor = Redactor()
    for name in ("Hans", "Anne"):
        redactor.name(name, "user name", "CN")
    text = "orphans channel hans-key OrderHans Hanson Anne"
    shown = redactor.text(text)

    assert shown.split()[:2] == ["orphans", "channel"]
    assert not any(name in " ".join(shown.split()[2:]).lower() for name in ("hans", "anne"))
    checked({"f": shown.encode()}, redactor.needles)
    for left in ("hans-key", "OrderHans", "HANSON"):
        with pytest.raises(LeakError):
            checked({"f": left.encode()}, redactor.needles)
