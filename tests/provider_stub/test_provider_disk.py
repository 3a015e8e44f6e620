"""Disks that are full, locks that are not given back, files that others wrote: the service goes on, and says so."""

from __future__ import annotations

import errno
import fcntl
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from provider_stub import PolicyError, Provider, ProviderPolicy
from provider_stub.journal import lines
from provider_stub.journal.visit import VisitRequest
from provider_stub.policy.toml_file import from_mapping
from provider_stub.process.client import line
from soap_contract import documents

ROOT = Path(__file__).parent.parent.parent


def call(provider: Provider, body: bytes = b"<a/>", **headers: str) -> int:
    """One plain request; its status."""
    connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=10)
    connection.request(
        "POST", "/tickets?access_token=s3cr3t", body, {k.replace("_", "-"): v for k, v in headers.items()}
    )
    status = connection.getresponse().status
    connection.close()
    return status


def eventually(condition, *arguments) -> None:
    """A visit is written when its connection has ended, a moment after the client has."""
    deadline = time.monotonic() + 20
    while not condition(*arguments):
        assert time.monotonic() < deadline
        time.sleep(0.005)


FULL = """
import http.client, json, resource, sys, time
from pathlib import Path
from provider_stub import Provider, ProviderPolicy
with Provider(ProviderPolicy(plain_http=True), journal_path=Path(sys.argv[1])) as provider:
    def call():
        connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=10)
        connection.request("POST", "/tickets", b"x" * 3000)
        status = connection.getresponse().status
        connection.close()
        return status
    def written(count):
        while provider.counters.unwritten + len(Path(sys.argv[1]).read_bytes().splitlines()) < count:
            time.sleep(0.005)
    statuses = [call() for _ in range(3)]
    written(3)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    statuses += [call() for _ in range(4)]
    written(7)
    full = provider.status()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    statuses += [call()]
    written(8)
    time.sleep(0.05)
    print(json.dumps([statuses, full["problems"], full["counters"], provider.status()["problems"]]))
"""


def test_a_full_disk_costs_lines_and_nothing_else(tmp_path):
    """Given no room in the middle of a line: every call is answered, no line is half there, `status` says so."""
    journal = tmp_path / "visits.jsonl"
    with Provider(ProviderPolicy(plain_http=True), journal_path=tmp_path / "probe") as probe:
        call(probe, b"x" * 3000)
    one = (tmp_path / "probe").stat().st_size
    limit = 3 * one + 1500
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(journal), str(limit)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    statuses, problems, counters, afterwards = json.loads(done.stdout)
    assert statuses == [500] * 8
    assert problems == ["the journal cannot be written: File too large; visits that are not in it: 4"]
    assert (counters["unwritten"], counters["internal_errors"]) == (4, 0)
    assert done.stderr.count("the journal cannot be written") == 1
    assert afterwards == []
    whole = [json.loads(text) for text in journal.read_text().splitlines()]
    assert len(whole) == 4


def test_a_full_device_is_borne(tmp_path):
    """`--journal` on a device without room: the same."""
    link = tmp_path / "visits.jsonl"
    link.symlink_to("/dev/full")
    with Provider(ProviderPolicy(plain_http=True), journal_path=link) as provider:
        assert [call(provider) for _ in range(2)] == [500, 500]
        eventually(lambda: provider.counters.unwritten == 2)
        assert provider.problems() == [
            f"the journal cannot be written: {os.strerror(errno.ENOSPC)}; visits that are not in it: 2"
        ]


def test_a_lock_that_is_never_given_back_costs_no_visit(tmp_path):
    """Given another process that holds the journal's lock and stands still: visits are written, deadlines go on."""
    journal = tmp_path / "visits.jsonl"
    with Provider(ProviderPolicy(plain_http=True), journal_path=journal) as provider:
        with journal.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            assert [call(provider) for _ in range(3)] == [500] * 3
            eventually(lambda: len(list(lines.read(journal))) == 3)
        assert provider.problems() == []


def test_a_journal_that_others_wrote_into_is_read(tmp_path):
    """Lines of every kind, files of every name beside it: the visits are there, nothing else, and no traceback."""
    journal = tmp_path / "visits.jsonl"
    with Provider(ProviderPolicy(plain_http=True), journal_path=journal) as provider:
        call(provider)
    good = journal.read_bytes()
    whole = json.loads(good)
    odd = [[1, 2], {"a": 1}, 5, "x", None, {**whole, "peer": {}}, {**whole, "requests": [1]}, {**whole, "tls": []}]
    odd += [{**whole, "presented": [{}]}, {**whole, "started": 5}, {**whole, "reason": {}}]
    noise = b"".join(json.dumps(one).encode() + b"\n" for one in odd) + b"\xff\n" + b"[" * 100_000 + b"\n\n"
    journal.write_bytes(noise + good + noise)
    for name in ("visits.jsonl.1.bak", "visits.jsonl.0", "visits.jsonl.x", "visits.jsonl.2~"):
        (tmp_path / name).write_bytes(noise)
    (tmp_path / "visits.jsonl.1").write_bytes(good)
    (tmp_path / "visits.jsonl.2").mkdir()
    found = list(lines.read(journal))
    assert [visit["id"] for visit in found] == [whole["id"]] * 2
    assert all(map(line, found))


def test_a_visit_is_one_inert_line():
    """Whatever a peer is called: no escape, no line of its own, no workflow command."""
    evil = "evil \x1b[31m\r\n::error::pwn \u202e"
    visit = {
        **dict.fromkeys(("alert_sent", "alert_received", "reason"), evil),
        "started": evil,
        "peer": {"host": evil, "port": 1},
        "verdict": "refused",
        "tls": {"version": "TLSv1.3"},
        "presented": [{"subject": f"CN={evil}"}],
        "requests": [{"method": evil, "target": evil, "status": 200}],
    }
    text = line(visit)
    assert "\n" not in text
    assert not any(character in text for character in "\x1b\r\u202e")


def test_the_journal_keeps_no_secrets(tmp_path):
    """WS-Security passwords, API keys, tokens and cookies are blanked, on disk, in memory as JSON, and in the log."""
    journal = tmp_path / "visits.jsonl"
    body = b"<e><wsse:Password xmlns:wsse='u' Type='#PasswordText'>s3cr3t</wsse:Password><a>kept</a></e>"
    headers = {"X_Api_Key": "s3cr3t", "Authorization": "Bearer s3cr3t", "Cookie": "a=s3cr3t", "X_UserToken": "s3cr3t"}
    with Provider(ProviderPolicy(plain_http=True), journal_path=journal) as provider:
        call(provider, body, **headers)
        (visit,) = provider.wait_for_visits(1)
    assert "s3cr3t" not in journal.read_text()
    assert "s3cr3t" not in json.dumps(visit.to_json())
    assert "s3cr3t" not in repr(visit)
    assert "<a>kept</a>" in journal.read_text()
    assert journal.stat().st_mode & 0o777 == 0o600
    assert isinstance(visit.requests[0], VisitRequest)
    assert visit.requests[0].body == body


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("handshake_timeout", float("nan")),
        ("idle_timeout", float("inf")),
        ("request_timeout", -1),
        ("handshake_timeout", 10**400),
        ("delay_ms", 10**30),
        ("max_body_bytes", -1),
        ("ciphers", "DEFAULT\0x"),
        ("trust", ["a\0b"]),
        ("server_key", "a\0b"),
        ("personality", "\ud800"),
        ("allow_subjects", ["CN=\0"]),
        ("refusals", {"expired": "\0"}),
        ("forward_to", "http://\ud800/"),
    ],
)
def test_absurd_values_are_named(tmp_path, key, value):
    """Numbers that are none, or beyond all use, and text that is none: a problem with the key."""
    _, problems = from_mapping({key: value}, tmp_path, base=ProviderPolicy())
    assert [problem.key for problem in problems] == [key]


def test_absurd_timeouts_are_named_in_python_too():
    """A policy made in Python meets the same check."""
    with pytest.raises(PolicyError, match="handshake_timeout: must be a number of seconds"):
        Provider(ProviderPolicy(handshake_timeout=float("nan"))).start()


def test_a_wsdl_stays_in_its_folder(tmp_path):
    """A schema elsewhere on the disk is refused with the way out, and read where the policy says so."""
    schema = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>'
    (tmp_path / "private.xsd").write_bytes(schema)
    (tmp_path / "w").mkdir()
    wsdl = tmp_path / "w" / "a.wsdl"
    wsdl.write_text(
        '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<w:types><xs:schema><xs:import namespace="urn:x" schemaLocation="../private.xsd"/></xs:schema></w:types>'
        "</w:definitions>"
    )
    with pytest.raises(documents.WsdlError, match=r"\.\./private\.xsd is not below .*wsdl_within"):
        documents.load_file(wsdl)
    (tmp_path / "w" / "link.xsd").symlink_to(tmp_path / "private.xsd")
    wsdl.write_text(wsdl.read_text().replace("../private.xsd", "link.xsd"))
    with pytest.raises(documents.WsdlError, match=r"link\.xsd is not below"):
        documents.load_file(wsdl)
    assert len(documents.load_file(wsdl, within=tmp_path).schemas) == 2


@pytest.mark.parametrize("kind", ["endless", "silent"])
def test_a_back_end_has_limits(monkeypatch, kind):
    """A back-end that sends without end, or nothing: 502 or 504, in time and in bounded memory."""
    from provider_stub.gateway import forwarding

    monkeypatch.setattr(forwarding, "BACK_END_BYTES", 1_000_000)
    monkeypatch.setattr(forwarding, "BACK_END_SECONDS", 20.0 if kind == "endless" else 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if kind == "silent":
                    connection.recv(65536)
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try:
                    while True:
                        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Provider(ProviderPolicy(client_auth="none", plain_http=True, forward_to=address)) as provider:
            assert call(provider) == (502 if kind == "endless" else 504)
        thread.join()
