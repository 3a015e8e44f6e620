"""Captures explained: the finding of the catalogue is among the causes that the wire alone leaves, whatever it was."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from captures.recorder import Recorder
from captures.survey import survey
from sn_mock.cli import main
from sn_mock.diagnosis.captured.judging import CaptureExplanation, Judged, explain_capture
from sn_mock.exchange import Exchange
from sn_mock.lab import Lab
from sn_mock.lab.lab import Providers
from tests.captures.talking import Spoken, as_frames, pcapng
from tls_transcript import KeyLines, recording_unavailable

pytestmark = [
    pytest.mark.skipif(recording_unavailable() is not None, reason=str(recording_unavailable())),
    pytest.mark.skipif(not KeyLines.available(), reason="this system has no files without a name"),
]


def explained(file: bytes) -> CaptureExplanation:
    """A capture that is in memory."""
    told = explain_capture(survey(io.BytesIO(file)))
    json.dumps(told.to_json())
    return told


def broken(scenario: str, tls: str, folder: Path, providers: Providers) -> tuple[Exchange, Judged]:
    """The broken call, and what is made of the last of its connections."""
    pcap = folder / "x.pcapng"
    recorder = Recorder(pcap)
    with Lab(scenario=scenario, tls=tls, providers=providers, recorder=recorder) as lab:
        exchange, _ = lab.call()
    recorder.close()
    port = exchange.attempts[-1].local_port  # None where there was no connection
    told = explained(pcap.read_bytes()).connections
    return exchange, [one for one in told if port in (None, one.connection.client[1])][-1]


SCENARIOS = (
    "wrong-default-keystore",
    "client-ca-not-advertised",
    "client-certificate-expired",
    "self-signed-in-production",
    "unknown-client-ca",
    "chain-not-sent-to-provider",
    "no-certificate-at-java-provider",
    "nginx-no-certificate",
    "nginx-certificate-error",
    "iis-untrusted-certificate",
    "provider-not-trusted",
    "provider-certificate-expired",
    "provider-chain-incomplete",
    "host-name-not-in-certificate",
    "ocsp-responder-blocked",
    "connection-refused",
    "connect-timeout",
    "proxy-refuses",
    "plain-http-port",
    "closed-instead-of-answer",
    "redirect-not-followed",
    "soap-fault",
)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_finding_is_among_the_causes(scenario: str, tls: str, tmp_path: Path, providers: Providers) -> None:
    """What the records prove, the wire does not rule out, and names."""
    exchange, judged = broken(scenario, tls, tmp_path, providers)

    assert judged.trouble is not None
    assert judged.explanation is not None
    assert exchange.findings[0].rule in [cause.rule for cause in judged.explanation.causes], judged.to_json()["trouble"]
    assert exchange.findings[0].rule not in judged.explanation.ruled_out


def test_a_good_call_has_no_trouble(tmp_path: Path, providers: Providers) -> None:
    """The twin: nothing is said of a call that went well, and exit code and document say so."""
    pcap = tmp_path / "x.pcapng"
    recorder = Recorder(pcap)
    with Lab(tls="1.2", providers=providers, recorder=recorder) as lab:
        lab.call()
    recorder.close()
    told = explained(pcap.read_bytes()).to_json()

    assert told["causes"] == []
    assert told["certain"] is False
    assert told["left_out"] == []
    assert [one["trouble"] for one in told["connections"]] == [None]
    assert told["connections"][0]["client_certificate"] == "requested"
    assert told["connections"][0]["authorities"]
    assert told["connections"][0]["client_chain"][0]["subject"]
    assert "random" not in json.dumps(told)
    assert "Printer" not in json.dumps(told), "no payload"


CONNECT = (0, b"CONNECT api.partner.example:443 HTTP/1.1\r\nHost: api.partner.example:443\r\n\r\n")
HELLO = bytes.fromhex("160301002f0100002b0303" + "11" * 32 + "000004130113020100")
GET = (0, b"POST /tickets HTTP/1.1\r\nHost: x\r\n\r\n")


@pytest.mark.parametrize(
    ("pieces", "says", "cause"),
    [
        pytest.param(
            (GET, (1, b"\x15\x03\x01\x00\x02\x02\x46")), "to a port that wants TLS", "port-is-not-tls", id="alert"
        ),
        pytest.param(
            (GET, (1, b"HTTP/1.1 500 X\r\nA: b\r\n\r\n")), "the server answered", "http-server-error", id="500"
        ),
        pytest.param(
            ((0, HELLO), (1, b"HTTP/1.1 400 Bad Request\r\nA: b\r\n\r\n")),
            "answers in plain HTTP",
            "port-is-not-tls",
            id="http-answers-tls",
        ),
        pytest.param(
            (CONNECT, (1, b"HTTP/1.1 407 Auth\r\nA: b\r\n\r\n")), "did not open a tunnel", "proxy-refused", id="407"
        ),
        pytest.param(
            ((0, HELLO), (1, b"\x15\x03\x03\x00\x02\x02\x28")),
            "the server sent the alert handshake_failure (40)",
            "no-common-cipher-suite",
            id="refused-at-once",
        ),
    ],
)
def test_troubles_without_a_session(pieces: tuple[tuple[int, bytes], ...], says: str, cause: str) -> None:
    """What happens before any session: who spoke which protocol to whom, and a refusal before certificates."""
    told = explained(pcapng(as_frames(Spoken(pieces, b""))))

    (judged,) = told.connections
    assert judged.trouble is not None
    assert says in judged.trouble.says
    assert told.explanation.causes[0].rule == cause
    assert not {"client-ca-unknown", "client-ca-not-advertised"} & {one.rule for one in told.explanation.causes}


def test_kinds_of_trouble_are_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Many connections of one trouble are one kind; the most frequent leads, and the text says how many they are."""
    refused, silent = (
        Spoken(((0, HELLO), (1, b"\x15\x03\x03\x00\x02\x02\x46")), b""),
        Spoken((GET, (1, b"HTTP/1.1 500 X\r\nA: b\r\n\r\n")), b""),
    )
    frames = as_frames(silent, ("10.0.0.9", 40_000), ("10.0.0.2", 80))
    for number in range(3):
        frames += as_frames(refused, (f"10.0.1.{number}", 40_000))
    pcap = tmp_path / "x.pcapng"
    pcap.write_bytes(pcapng(frames))

    told = explained(pcap.read_bytes())
    assert main(["explain", str(pcap)]) == 0
    text = capsys.readouterr().out

    assert [count for _, count in told.kinds] == [3, 1]
    assert told.explanation.causes[0].rule == "no-common-tls-version"
    assert "(3 connections)" in text
    assert "http-server-error" in text


@pytest.mark.parametrize(
    ("name", "content", "arguments", "says"),
    [
        ("x.pcap", b"\xd4\xc3\xb2\xa1\x02", (), "cut within its first 24 octets"),
        ("x.log", b"Received fatal alert: unknown_ca", ("--keylog", "{folder}/k"), "is no capture"),
        ("x.pcap", pcapng([]), ("--keylog", "{folder}/no"), "No such file"),
        ("x.pcap", pcapng([]), ("--keylog", "{folder}/k"), "no line of a TLS key log"),
        ("x.pcap", pcapng([]), ("--keylog", "{folder}/fifo"), "is not a regular file"),
        ("x.gz", b"\x1f\x8b\x08\x00", (), "zcat"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    name: str, content: bytes, arguments: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, with the file and the next step."""
    (tmp_path / name).write_bytes(content)
    (tmp_path / "k").write_text("nothing\n")
    os.mkfifo(tmp_path / "fifo")
    given = [one.format(folder=tmp_path) for one in arguments]

    assert main(["explain", str(tmp_path / name), *given]) == 2
    assert says in capsys.readouterr().err


def test_a_capture_without_connections_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to explain: exit code 1, and what is missing."""
    (tmp_path / "x.pcapng").write_bytes(pcapng([]))

    assert main(["explain", str(tmp_path / "x.pcapng")]) == 1
    assert "there is no frame in the file" in capsys.readouterr().out
