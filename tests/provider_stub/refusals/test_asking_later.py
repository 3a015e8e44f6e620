"""A certificate that is asked for with the request, as Apache's SSLVerifyClient in a Location does."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess

import pytest

from provider_stub import PolicyError, Provider, Verdict
from tests.provider_stub.conftest import ended_visits

LATER = {"personality": "apache-location"}
REQUEST = b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
BOTH = pytest.mark.parametrize("version", ["1.2", "1.3"])


def _context(pki, who: str | None, version: str, *, answers: bool = True) -> ssl.SSLContext:
    context = pki.client_context(who, version)
    context.post_handshake_auth = answers
    return context


@contextlib.contextmanager
def _line(provider, context):
    with (
        socket.create_connection(("127.0.0.1", provider.port), 10) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as tls,
    ):
        yield tls


def _status(tls) -> int:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = tls.recv(65536)
        if not chunk:
            raise ConnectionError
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
    while len(body) < length:
        body += tls.recv(65536)
    return int(head.split()[1])


@BOTH
def test_a_connection_is_asked_once(pki, version):
    """Given a good certificate, the first request is answered after the asking, the next ones at once; one visit."""
    with Provider(pki.policy(**LATER, http_status=200)) as provider:
        with _line(provider, _context(pki, "client", version)) as tls:
            for _ in range(3):
                tls.sendall(REQUEST)
                assert _status(tls) == 200
        (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason, visit.request_count) == (Verdict.ACCEPTED, None, 3)
    assert visit.presented_chain[0] == pki.people["client"].der
    kinds = [type(entry.message).__name__ for entry in visit.transcript.entries]
    assert kinds.count("CertificateRequest") == 1
    assert kinds.count("HelloRequest") == (1 if version == "1.2" else 0)


@BOTH
def test_requests_that_were_sent_ahead_wait(pki, version):
    """Given three requests in one write, all are answered in order once the certificate has come."""
    with Provider(pki.policy(**LATER, http_status=200)) as provider:
        with _line(provider, _context(pki, "client", version)) as tls:
            tls.sendall(REQUEST * 3)
            tls.settimeout(10)
            answers = b""
            while answers.count(b"HTTP/1.1 200") < 3:
                answers += tls.recv(65536)
        assert provider.wait_for_visits(1)[0].request_count == 3


@BOTH
@pytest.mark.parametrize(
    ("who", "cause"), [("expired", "expired"), ("stranger", "unknown-ca"), (None, "no-certificate")]
)
def test_a_refusal_keeps_the_request(pki, version, who, cause):
    """Given a bad certificate, the visit has the cause, the alert that was sent, and the request without answer."""
    with Provider(pki.policy(**LATER)) as provider:
        with _line(provider, _context(pki, who, version)) as tls:
            tls.sendall(REQUEST)
            with pytest.raises((ssl.SSLError, ConnectionError)):
                _status(tls)
        (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason) == (Verdict.REFUSED, cause)
    assert visit.alert_sent is not None
    assert [(request.method, request.status) for request in visit.requests] == [("POST", None)]


def test_who_cannot_be_asked_is_told_so_each_time(pki):
    """TLS 1.3 without post-handshake authentication, as Java's: 403, the connection stays, and 403 again."""
    with Provider(pki.policy(**LATER)) as provider:
        with _line(provider, _context(pki, "client", "1.3", answers=False)) as tls:
            for _ in range(2):
                tls.sendall(REQUEST)
                assert _status(tls) == 403
        (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason, visit.request_count) == (Verdict.REFUSED, "cannot-ask", 2)


@BOTH
def test_rules_of_the_application_are_a_page(pki, version, place):
    """A certificate that is fine and not on the list gets Apache's 403; who is on it passes."""
    with Provider(pki.policy(**LATER, allow_subjects=("CN=client",), http_status=200)) as provider:
        assert place(provider, _context(pki, "second", version)).status == 403
        assert place(provider, _context(pki, "client", version)).status == 200
        reasons = [visit.reason for visit in provider.wait_for_visits(2)]
    assert reasons == ["subject-not-allowed", None]


@BOTH
def test_silent_endings_and_forgiveness(pki, version, place):
    """`refusals` may still end the connection without a word, or let a cause pass."""
    for answer, seen in (("close", None), ("reset", None), ("accept", 200)):
        with Provider(pki.policy(**LATER, refusals={"expired": answer}, http_status=200)) as provider:
            assert place(provider, _context(pki, "expired", version)).status == seen
            (visit,) = provider.wait_for_visits(1)
            assert visit.alert_sent is None


def test_a_client_that_never_answers_is_ended(pki):
    """Asked and silent: the handshake's limit ends the connection, and the visit says so. Hanging up is told, too."""
    with Provider(pki.policy(**LATER, handshake_timeout=0.3)) as provider:
        context = _context(pki, "client", "1.2")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", provider.port), 10) as raw:
            while True:
                with contextlib.suppress(ssl.SSLWantReadError):
                    tls.do_handshake()
                    break
                raw.sendall(outgoing.read())
                incoming.write(raw.recv(65536))
            tls.write(REQUEST)
            raw.sendall(outgoing.read())
            raw.settimeout(10)
            while raw.recv(65536):
                pass
        with _line(provider, context) as line:
            line.sendall(REQUEST)
        first, second = sorted(ended_visits(provider, 2), key=lambda visit: visit.id)
    assert (first.verdict, first.reason) == (Verdict.ABORTED, "handshake-timeout")
    assert second.verdict is Verdict.ABORTED


def test_clients_may_not_renegotiate_by_themselves(pki):
    """That we ask in the middle of a connection gives the client no right to."""
    binary = shutil.which("openssl")
    if binary is None:
        pytest.skip("openssl is not installed")
    with Provider(pki.policy(**LATER)) as provider:
        said = subprocess.run(
            [binary, "s_client", "-tls1_2", "-connect", f"127.0.0.1:{provider.port}"],
            input=b"R\n",
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert b"no renegotiation" in said.stderr + said.stdout


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"fault": "certificate:reset"}, "fault"),
        ({"delay_at": "certificate", "delay_ms": 5}, "delay_at"),
        ({"refusals": {"expired": "bad_certificate"}}, "refusals.expired"),
        ({"refusals": {"cannot-ask": "close"}}, "refusals.cannot-ask"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_had_is_said(pki, changes, key):
    """A policy that wants of such a provider what it cannot do is refused by its key."""
    with pytest.raises(PolicyError) as refused:
        Provider(pki.policy(**LATER, **changes)).start()
    assert [problem.key for problem in refused.value.problems] == [key]
    if key != "refusals.cannot-ask":
        with Provider(pki.policy(**changes)):
            pass
