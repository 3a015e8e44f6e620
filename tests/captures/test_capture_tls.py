"""What a capture tells of TLS: in clear, with keys, and what it does not know without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from captures.records import RecordReader
from tests.captures.talking import Spoken, as_frames, names_of, only, pcapng

Ask = Callable[..., Spoken]

SUITES = [
    ("TLSv1.3", ""),
    ("TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ("TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    ("TLSv1.2", "ECDHE-ECDSA-AES128-SHA256"),
    ("TLSv1.2", "ECDHE-ECDSA-AES256-SHA384"),
    ("TLSv1.2", "ECDHE-ECDSA-AES256-SHA"),
    ("TLSv1.2", "ECDHE-ECDSA-AES128-CCM"),
    ("TLSv1.2", "ECDHE-ECDSA-AES128-CCM8"),
    ("TLSv1.1", "ECDHE-ECDSA-AES128-SHA"),
    ("TLSv1", "ECDHE-ECDSA-AES128-SHA"),
]


@pytest.mark.parametrize(("tls", "ciphers"), SUITES, ids=[f"{tls}-{suite or 'default'}" for tls, suite in SUITES])
def test_keys_open_what_was_said(tls: str, ciphers: str, spoken: Ask) -> None:
    """With the key log in the file, Finished, request, answer and farewell are read; the URL's query is left out."""
    talk = spoken(tls=tls, ciphers=ciphers)

    found = only(pcapng(as_frames(talk), talk.keys))

    assert found.version == tls
    assert found.decrypted
    assert found.http.request == "POST /tickets"
    assert found.http.answer == "HTTP/1.1 200 OK"
    assert names_of(found).count("finished") == 2
    assert [(by, alert.description_name) for _, by, alert in found.alerts] == [
        ("server", "close_notify"),
        ("client", "close_notify"),
    ]
    assert found.asked == "requested"
    assert len(found.chain("client") or ()) >= 1
    assert found.missing == ()


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_without_keys_it_is_said_what_is_not_known(tls: str, spoken: Ask) -> None:
    """TLS 1.2 shows chains and the CertificateRequest; TLS 1.3 nothing behind the hellos, and that is said."""
    found = only(pcapng(as_frames(spoken(tls=tls))))

    assert found.http.status == 0
    assert found.hello is not None
    assert found.hello.server_name == "localhost"
    if tls == "TLSv1.2":
        assert found.asked == "requested"
        assert found.chain("client")
        assert any("an alert is sealed" in sentence for sentence in found.missing)
    else:
        assert found.asked == "unknown"
        assert found.chain("client") is None
        assert any("TLS 1.3 seals everything" in sentence for sentence in found.missing)


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_wrong_keys_open_nothing(tls: str, spoken: Ask) -> None:
    """Secrets of this session that do not fit are said not to; nothing is read with them."""
    talk = spoken(tls=tls)
    lines = [line.rsplit(b" ", 1) for line in talk.keys.splitlines() if not line.startswith(b"#")]
    wrong = b"".join(head + b" " + secret[:-2] + (b"00" if secret[-2:] != b"00" else b"01") + b"\n"
                     for head, secret in lines)  # fmt: skip

    found = only(pcapng(as_frames(talk)), wrong)

    assert not found.decrypted
    assert found.http.status == 0
    assert any("do not open" in sentence for sentence in found.missing)


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_refusal_and_who_it_was(tls: str, spoken: Ask) -> None:
    """No client certificate: the server's alert, its moment, and the empty Certificate message."""
    talk = spoken(tls=tls, client_certificate=False)

    found = only(pcapng(as_frames(talk)), talk.keys)

    assert found.fatal is not None
    _, by, alert = found.fatal
    assert by == "server"
    assert alert.description_name == {"TLSv1.2": "handshake_failure", "TLSv1.3": "certificate_required"}[tls]
    assert found.chain("client") == ()


def test_a_sealed_refusal_is_known_by_its_length(spoken: Ask) -> None:
    """TLS 1.3 without keys: who ended the handshake is told, what was said is not; a good one is no refusal."""
    refused = only(pcapng(as_frames(spoken(tls="TLSv1.3", client_certificate=False))))
    accepted = only(pcapng(as_frames(spoken(tls="TLSv1.3"))))

    assert refused.refused_sealed == "server"
    assert accepted.refused_sealed is None


def test_the_client_refuses_the_server(spoken: Ask) -> None:
    """TLS 1.2: the client's alert stands in clear."""
    found = only(pcapng(as_frames(spoken(tls="TLSv1.2", trusted=False))))

    assert found.fatal is not None
    assert found.fatal[1] == "client"
    assert found.fatal[2].description_name == "unknown_ca"


CONNECT = (0, b"CONNECT api.partner.example:443 HTTP/1.1\r\nHost: api.partner.example:443\r\n\r\n")
PRELUDES = {
    "proxy": (CONNECT, (1, b"HTTP/1.1 200 Connection established\r\n\r\n")),
    "starttls": (
        (1, b"220 mail ready\r\n"),
        (0, b"EHLO x\r\n"),
        (1, b"250 STARTTLS\r\n"),
        (0, b"STARTTLS\r\n"),
        (1, b"220 go\r\n"),
    ),
    "other": ((0, b"\0\0\0\x08\x04\xd2\x16\x2f"), (1, b"S")),
}


@pytest.mark.parametrize("kind", PRELUDES)
def test_tls_behind_something_else(kind: str, spoken: Ask) -> None:
    """Behind CONNECT, STARTTLS and other openings TLS is found, and the opening is named."""
    talk = spoken(tls="TLSv1.3")

    found = only(pcapng(as_frames(Spoken((*PRELUDES[kind], *talk.pieces), b""))), talk.keys)

    assert found.prelude == kind
    assert found.protocol == "tls"
    assert found.http.answer == "HTTP/1.1 200 OK"
    assert found.proxy == ("api.partner.example:443" if kind == "proxy" else "")


@pytest.mark.parametrize(
    ("pieces", "protocol"),
    [
        pytest.param(((0, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"),), "http", id="http"),
        pytest.param((CONNECT, (1, b"HTTP/1.1 403 No\r\nA: b\r\n\r\n")), "proxy", id="proxy-refuses"),
        pytest.param(((0, b"\x80\x2e\x01\x03\x01" + b"\0" * 40),), "sslv2-hello", id="sslv2"),
        pytest.param(((0, b"SSH-2.0-x\r\n"),), "other", id="ssh"),
        pytest.param((), "none", id="silent"),
    ],
)
def test_what_is_no_tls_is_named(pieces: tuple[tuple[int, bytes], ...], protocol: str) -> None:
    """Plain HTTP, a refused tunnel, an old hello, another protocol, silence."""
    assert only(pcapng(as_frames(Spoken(pieces, b"")))).protocol == protocol


class Nobody:
    """A listener that wants every record."""

    def __init__(self) -> None:
        self.told: list[tuple[int, bytes]] = []

    def wants(self, side: int, kind: int, length: int) -> bool:
        """All."""
        return True

    def record(self, side: int, kind: int, body: bytes, time: int) -> None:
        """A record."""
        self.told.append((kind, body))

    def passed(self, side: int, kind: int, length: int, time: int) -> None:
        """Never."""

    def lost(self, side: int, count: int) -> None:
        """Never."""


def test_records_however_they_are_cut(spoken: Ask) -> None:
    """Records come out the same from whole segments and octet by octet."""
    octets = b"".join(data for side, data in spoken(tls="TLSv1.2").pieces if side == 1)
    whole, pieces = Nobody(), Nobody()
    RecordReader(whole, 1).feed(octets, 0)
    one_by_one = RecordReader(pieces, 1)
    for octet in octets:
        one_by_one.feed(bytes((octet,)), 0)

    assert whole.told == pieces.told
    assert b"".join(bytes((kind, 3, 3)) + len(body).to_bytes(2, "big") + body for kind, body in whole.told) == octets
