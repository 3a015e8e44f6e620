"""Our own calls as captures: every connection, every octet, the keys with them, and nobody else's eyes."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from captures.recorder import OURS, THEIRS, Recorder
from captures.story import Connection
from captures.survey import survey
from provider_stub import Provider, ProviderPolicy
from sn_mock.cli import main
from sn_mock.exchange import Exchange
from sn_mock.lab import Lab
from sn_mock.lab.lab import Providers
from tls_transcript import ChangeCipherSpec, KeyLines, recording_unavailable

TSHARK = shutil.which("tshark")
pytestmark = [
    pytest.mark.skipif(recording_unavailable() is not None, reason=str(recording_unavailable())),
    pytest.mark.skipif(not KeyLines.available(), reason="this system has no files without a name"),
]


@pytest.fixture
def pcap(tmp_path: Path) -> Path:
    """Where the capture is written."""
    return tmp_path / "calls.pcapng"


def read(path: Path) -> list[Connection]:
    """The connections of a capture."""
    with path.open("rb") as stream:
        found = survey(stream)
    assert found.left_out == ()
    return list(found.connections)


def recorded(pcap: Path, providers: Providers, scenario: str, tls: str) -> tuple[Exchange, list[Connection]]:
    """The broken call of a scenario, and what its capture shows."""
    recorder = Recorder(pcap)
    with Lab(scenario=scenario, tls=tls, providers=providers, recorder=recorder) as lab:
        exchange, _ = lab.call()
    recorder.close()
    return exchange, read(pcap)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("scenario", "by", "alert"),
    [
        ("wrong-default-keystore", "server", "bad_certificate"),
        ("provider-not-trusted", "client", "certificate_unknown"),
        ("no-certificate-at-java-provider", "server", "bad_certificate"),
        ("client-certificate-expired", "server", "certificate_expired"),
    ],
)
def test_a_refusal_is_in_the_file(
    scenario: str, by: str, alert: str, tls: str, pcap: Path, providers: Providers
) -> None:
    """The alert of whoever refuses, opened with the file's own keys, and our transcript, message by message."""
    exchange, connections = recorded(pcap, providers, scenario, tls)

    assert len(connections) == len(exchange.attempts)
    found = connections[-1]
    assert found.client[1] == exchange.attempts[-1].local_port
    assert found.fatal is not None
    assert (found.fatal[1], found.fatal[2].description_name) == (by, alert)
    ours = [e.message for e in exchange.transcript if not isinstance(e.message, ChangeCipherSpec)]
    theirs = [e.message for e in found.transcript if not isinstance(e.message, ChangeCipherSpec)]
    assert all(message in theirs for message in ours)


def test_a_good_call_is_in_the_file(pcap: Path, providers: Providers) -> None:
    """The request and its answer can be read, and the transcript is ours."""
    recorder = Recorder(pcap)
    with Lab(tls="1.3", providers=providers, recorder=recorder) as lab:
        exchange, _ = lab.call()
    recorder.close()

    (found,) = read(pcap)
    assert found.http.request == "POST /tickets"
    assert found.http.status == exchange.response.status_code == 200
    said = [one.entry for one in found.said if not isinstance(one.entry.message, ChangeCipherSpec)]
    ours = [entry for entry in exchange.transcript if not isinstance(entry.message, ChangeCipherSpec)]
    assert said[: len(ours)] == ours


def test_nobody_else_reads_it(pcap: Path, tmp_path: Path) -> None:
    """The file is for its owner only, also where it was there before; another process's file is gone on with."""
    pcap.write_bytes(b"old")
    pcap.chmod(0o644)
    first = Recorder(pcap)
    first.tell_keys(b"CLIENT_RANDOM x y\n")
    second = Recorder(pcap, join=True)
    second.close()
    first.close()
    first.close()

    assert stat.S_IMODE(pcap.stat().st_mode) == 0o600
    assert b"old" not in pcap.read_bytes()
    assert b"CLIENT_RANDOM" in pcap.read_bytes()
    assert "CLIENT_RANDOM" not in repr(first)


def test_a_full_disk_costs_the_capture_and_not_the_call(providers: Providers) -> None:
    """What cannot be written is said, and the call goes on."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(OSError, match="No space"):
        Recorder(Path("/dev/full"))
    recorder = Recorder(Path("/dev/full"), join=True, key_log="/dev/full")
    with Lab(tls="1.3", providers=providers, recorder=recorder) as lab:
        exchange, _ = lab.call()
    recorder.close()

    assert exchange.ok
    assert "is not whole" in str(recorder.trouble)


@pytest.mark.parametrize("name", ["connection-refused", "connect-timeout"])
def test_connections_that_never_came_about(name: str, pcap: Path, providers: Providers) -> None:
    """A refused SYN has its RST; one that nobody answered stands alone."""
    exchange, connections = recorded(pcap, providers, name, "1.3")

    assert exchange.failure is not None
    assert {one.protocol for one in connections} == {"none"}
    assert not any(one.accepted for one in connections)
    kinds = [[end.kind for end in one.endings] for one in connections]
    assert all(kind == (["rst"] if exchange.failure.cause == "connection-refused" else []) for kind in kinds)


def test_what_was_said_to_a_proxy_is_in_the_file(pcap: Path, providers: Providers) -> None:
    """CONNECT and the proxy's refusal."""
    _, connections = recorded(pcap, providers, "proxy-refuses", "1.3")

    assert [(one.protocol, one.http.status) for one in connections] == [("proxy", 403)]
    assert connections[0].proxy


def test_keys_alone(tmp_path: Path, providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSLKEYLOGFILE gets the lines of both sides in either version, for its owner only, without any capture."""
    keys = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    for tls in ("1.2", "1.3"):
        with Lab(tls=tls, providers=providers) as lab:
            exchange, _ = lab.call()
        assert exchange.ok

    labels = {line.split()[0] for line in keys.read_text().splitlines()}
    assert {"CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0", "SERVER_HANDSHAKE_TRAFFIC_SECRET"} <= labels
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_the_provider_records_its_end(tls: str, tmp_path: Path, pki: Path) -> None:
    """Accepted, refused, plain HTTP, silent: each connection is in the provider's file, with keys, from its own end."""
    pcap = tmp_path / "provider.pcapng"
    policy = ProviderPolicy(trust=(str(pki / "root-ca.pem"),), client_auth="required", tls_min=tls, tls_max=tls)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with Provider(policy, pcap=pcap) as provider:
        address = ("127.0.0.1", provider.port)
        ports = []
        for certificate in (True, False):
            if certificate:
                context.load_cert_chain(pki / "acme-client.pem", pki / "acme-client.key")
            else:
                context = ssl._create_unverified_context()
            with socket.create_connection(address) as raw:
                ports.append(raw.getsockname()[1])
                try:
                    with context.wrap_socket(raw, server_hostname="localhost") as stream:
                        stream.sendall(b"GET /tickets?wsdl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        while stream.recv(65_536):
                            pass
                except OSError:
                    pass
        with socket.create_connection(address) as raw:
            ports.append(raw.getsockname()[1])
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            while raw.recv(65_536):
                pass
        provider.wait_for_visits(3)

    accepted, refused, plain = sorted(read(pcap), key=lambda one: ports.index(one.client[1]))
    assert accepted.http.request == "GET /tickets"
    assert accepted.http.status == 200
    assert refused.fatal is not None
    assert refused.fatal[1] == "server"
    assert refused.chain("client") == ()
    assert plain.protocol == "http"
    assert stat.S_IMODE(pcap.stat().st_mode) == 0o600


def test_what_was_left_unread_is_in_the_file(pcap: Path) -> None:
    """A connection that is given back with octets in it ends in RST, as the system ends it."""
    recorder = Recorder(pcap)
    tap = recorder.tap(("127.0.0.1", 40_000), ("127.0.0.1", 443))
    tap.connecting()
    tap.connected()
    tap.sent(b"GET / HTTP/1.1\r\nA: b\r\n\r\n")
    tap.closed(unread=b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n")
    tap.closed()
    other = recorder.tap(("::1", 40_001), ("::1", 443))
    other.accepted()
    other.finished(THEIRS)
    other.finished(OURS)
    other.sent(b"too late")
    other.closed()
    recorder.close()

    first, second = read(pcap)
    assert first.http.status == 200
    assert [(end.by, end.kind) for end in first.endings] == [("client", "rst")]
    assert second.server == ("::1", 40_001)
    assert second.octets == (0, 0)


# The command line


def test_call_and_explain_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`reproduce --pcap`, then `explain` of the file: the same finding; the JSON document is alone on stdout."""
    pcap = tmp_path / "x.pcapng"
    assert main(["reproduce", "client-certificate-expired", "--tls", "1.2", "--pcap", str(pcap), "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert main(["explain", str(pcap), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["explain", str(pcap)]) == 0
    text = capsys.readouterr().out

    finding = run["broken"]["exchange"]["findings"][0]["rule"]
    assert told["causes"][0]["rule"] == finding == "client-certificate-expired"
    assert told["connections"][0]["causes"][0] == finding
    assert told["connections"][1]["trouble"] is None
    assert "the server sent the alert certificate_expired (45)" in text
    assert "the client certificate had ended on" in text
    assert "no trouble to be seen" in text
    assert str(pcap) not in json.dumps(run), "a capture with keys is never part of a report"


def test_a_capture_that_cannot_be_written_is_refused_before_the_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence that names the file, exit code 2."""
    assert main(["reproduce", "client-certificate-expired", "--pcap", str(tmp_path / "no" / "x.pcapng")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_provider_s_own_command_records(tmp_path: Path) -> None:
    """`provider-stub up --pcap` with two workers: one file for both, each connection once, and `down` ends it."""
    pcap = tmp_path / "up.pcapng"
    command = [sys.executable, "-m", "provider_stub"]
    run = ["--run-dir", str(tmp_path / "run")]
    up = subprocess.run(
        [*command, "up", *run, "--port", "0", "--workers", "2", "--pcap", str(pcap), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    port = json.loads(up.stdout)["port"]
    try:
        for _ in range(8):
            with socket.create_connection(("127.0.0.1", port)) as raw:
                raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                while raw.recv(65_536):
                    pass
    finally:
        subprocess.run([*command, "down", *run], check=True, capture_output=True)

    connections = read(pcap)
    assert len(connections) == 8
    assert {one.protocol for one in connections} == {"http"}


# Beside Wireshark


FIELDS = (
    "tcp.port", "tcp.checksum.status", "ip.checksum.status", "tcp.analysis.flags", "tls.handshake.type",
    "tls.handshake.ciphersuite", "tls.alert_message.desc", "http.request.method", "http.request.uri",
    "http.response.code",
)  # fmt: skip
TYPES = {
    "client_hello": "1",
    "server_hello": "2",
    "certificate": "11",
    "certificate_request": "13",
    "certificate_verify": "15",
    "finished": "20",
}


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_what_we_recorded(pcap: Path, providers: Providers) -> None:
    """In one pass and without any option tshark opens the file: checksums hold, nothing is out of order, the alerts,
    the requests and the answers are there, and the fields are those of our transcripts; in either version."""
    recorder = Recorder(pcap)
    calls: list[tuple[Exchange, bool]] = []
    for scenario, tls in (("wrong-default-keystore", "1.2"), ("client-ca-not-advertised", "1.3")):
        with Lab(scenario=scenario, tls=tls, providers=providers, recorder=recorder) as lab:
            calls.append((lab.call()[0], False))
            lab.fix()
            calls.append((lab.call()[0], True))
    recorder.close()

    frames = _tshark(pcap)

    assert {(frame["tcp.checksum.status"], frame["ip.checksum.status"]) for frame in frames} == {(("1",), ("1",))}
    assert {frame["tcp.analysis.flags"] for frame in frames} == {()}
    for exchange, good in calls:
        port = str(exchange.attempts[-1].local_port)
        mine = [frame for frame in frames if port in frame["tcp.port"]]
        transcript = exchange.transcript.to_json()

        def said(name: str, mine: list[dict[str, tuple[str, ...]]] = mine) -> list[str]:
            return [word for frame in mine for word in frame[name]]

        ours = [TYPES[entry["message"]] for entry in transcript if entry["message"] in TYPES]
        assert sorted(ours) == sorted(kind for kind in said("tls.handshake.type") if kind in TYPES.values())
        hello = next(entry for entry in transcript if entry["message"] == "client_hello")
        assert len(said("tls.handshake.ciphersuite")) == len(hello["cipher_suites"]) + 1  # and the server's choice
        alerts = [str(entry["code"]) for entry in transcript if entry["message"] == "alert"]
        assert said("tls.alert_message.desc")[: len(alerts)] == alerts
        if good:
            assert (said("http.request.method"), said("http.request.uri")) == (["POST"], ["/tickets"])
            assert said("http.response.code") == ["200"]
        else:
            assert alerts


def _tshark(pcap: Path) -> list[dict[str, tuple[str, ...]]]:
    """The fields of every frame, in one pass."""
    command = [TSHARK or "tshark", "-r", str(pcap), "-T", "fields", "-E", "aggregator=,"]
    command += ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    command += [part for name in FIELDS for part in ("-e", name)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    lines = (line.split("\t") for line in done.stdout.splitlines())
    return [
        {name: tuple(filter(None, cell.split(","))) for name, cell in zip(FIELDS, line, strict=True)} for line in lines
    ]
