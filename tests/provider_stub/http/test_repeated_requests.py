"""The same octets from others, later, or under another policy: what is remembered answers for nobody else."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from provider_stub import Provider
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from tests.provider_stub.conftest import CREATE, HEADERS, ended_visits


def octets(method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it goes onto the wire in one piece."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


CREATION = octets("POST", "/tickets", CREATE, Host="localhost", **HEADERS)


def sent(provider: Provider, pki, who: str | None, *requests: bytes) -> list[tuple[int, bytes]]:
    """Status and body of each answer, on one connection of that client, each request in one record."""
    found = []
    with (
        socket.create_connection(("127.0.0.1", provider.port), 20) as raw,
        pki.client_context(who).wrap_socket(raw, server_hostname="localhost") as tls,
        tls.makefile("rb") as answers,
    ):
        for request in requests:
            tls.sendall(request)
            status = int(answers.readline().split()[1])
            length = 0
            while (line := answers.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            found.append((status, answers.read(length)))
    return found


class Counting:
    """Its answers differ, and it looks at who asks."""

    path = "/tickets"

    def __init__(self, *, later: bool) -> None:
        self.asked: list[tuple[Request, tuple[bytes, ...]]] = []
        self._later = later

    def answer(self, request: Request, caller: Caller):
        """How often it was asked."""
        self.asked.append((request, tuple(caller.chain)))
        answer = Response(200, f"{len(self.asked)}".encode())
        return self._slowly(answer) if self._later else answer

    async def _slowly(self, answer: Response) -> Response:
        return answer


@pytest.mark.parametrize("later", [False, True], ids=["at-once", "later"])
def test_a_service_is_asked_each_time(pki, later):
    """On one connection and on others, with whoever is asking; each visit has its own answer."""
    service = Counting(later=later)
    with Provider(pki.policy(), service=service) as provider:
        found = [sent(provider, pki, who, CREATION, CREATION) for who in ("client", "second", "client")]
        visits = ended_visits(provider, 3)
    assert [[body for _, body in answers] for answers in found] == [[b"1", b"2"], [b"3", b"4"], [b"5", b"6"]]
    chains = [chain for _, chain in service.asked]
    assert chains[0] == chains[1] == chains[4]
    assert chains[2] == chains[3] != chains[0]
    told = [[request.response_body for request in visit.requests] for visit in visits]
    assert told == [[b"1", b"2"], [b"3", b"4"], [b"5", b"6"]]


CANNED = """
[[response]]
subject = "CN=sec*"
body = "<for-second xmlns='urn:x'/>"
"""


def test_an_answer_for_one_subject_is_not_another_s(pki, tmp_path):
    """Given a prepared answer for one client only: the same octets in turn, on new connections and on kept ones."""
    (tmp_path / "answers.toml").write_text(CANNED)
    with Provider(pki.policy(responses=tmp_path / "answers.toml")) as provider:
        for who in ("client", "second", "client", "second"):
            for status, body in sent(provider, pki, who, CREATION, CREATION):
                assert (status, b"for-second" in body) == (200, who == "second")


def test_a_bound_token_is_no_use_to_others_with_the_same_octets(pki):
    """Given a token that is bound to a certificate, and a request with it that was answered: another's is refused."""
    policy = pki.policy(
        token_endpoint="/token", token_required=True, token_clients={"acme": "s3cret"}, token_bound=True
    )
    form = b"grant_type=client_credentials&client_id=acme&client_secret=s3cret"
    asking = octets("POST", "/token", form, Host="localhost", Content_Type="application/x-www-form-urlencoded")
    with Provider(policy) as provider:
        (_, mine), (_, again) = sent(provider, pki, "client", asking, asking)
        (_, others) = sent(provider, pki, "second", asking)[0]
        using = octets(
            "POST",
            "/tickets",
            CREATE,
            Host="localhost",
            Authorization=f"Bearer {json.loads(mine)['access_token']}",
            **HEADERS,
        )
        statuses = [[status for status, _ in sent(provider, pki, who, using, using)] for who in ("client", "second")]
        assert [status for status, _ in sent(provider, pki, "client", using)] == [200]
    assert statuses == [[200, 200], [401, 401]]
    assert json.loads(others) not in (json.loads(mine), json.loads(again))


def test_a_new_policy_answers_what_the_old_one_has_answered(pki):
    """The same octets before and after a change, and after it was taken back."""
    with Provider(pki.policy()) as provider:
        assert sent(provider, pki, "client", CREATION, CREATION)[1][0] == 200
        provider.policy = replace(
            provider.policy, token_endpoint="/token", token_required=True, token_clients={"a": "b"}
        )
        assert [status for status, _ in sent(provider, pki, "client", CREATION, CREATION)] == [401, 401]
        provider.policy = pki.policy(client_auth="required", trust=(pki.path("other-root"),), personality="nginx")
        assert [status for status, _ in sent(provider, pki, "client", CREATION)] == [400]
        provider.policy = pki.policy()
        assert sent(provider, pki, "client", CREATION)[0][0] == 200


def test_a_client_without_certificate_gets_nobody_s_answer(pki):
    """Given a personality that refuses by a page, and a client whose request was answered before: the same octets."""
    with Provider(pki.policy(personality="nginx")) as provider:
        for who, wanted in (("client", 200), (None, 400), ("client", 200), (None, 400)):
            assert sent(provider, pki, who, CREATION)[0][0] == wanted


def test_the_wsdl_s_address_is_the_one_it_was_asked_by(pki):
    """Two names in turn, each several times: the address is that of the request."""
    with Provider(pki.policy()) as provider:
        for host in ("localhost", "provider.test", "localhost", "provider.test"):
            asking = octets("GET", "/tickets?wsdl", Host=f"{host}:{provider.port}")
            for _, body in sent(provider, pki, "client", asking, asking):
                found = re.search(rb'location="([^"]+)"', body)
                assert found is not None
                assert urlsplit(found[1].decode()).hostname == host


def test_what_ends_a_connection_ends_it_each_time(pki):
    """`Connection: close` and HTTP/1.0 are no plain requests: none of them is taken for the one before."""
    closing = CREATION.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    old = CREATION.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    with Provider(pki.policy()) as provider:
        for last in (closing, old, closing):
            assert [status for status, _ in sent(provider, pki, "client", CREATION, CREATION, last)] == [200, 200, 200]
        visits = ended_visits(provider, 3)
    assert [visit.request_count for visit in visits] == [3, 3, 3]


def test_a_fault_at_the_second_request_hits_the_repeated_one(pki):
    """A policy that breaks reused connections breaks them although the request is known."""
    with Provider(pki.policy(fault="reuse:reset")) as provider:
        for _ in range(2):
            assert sent(provider, pki, "client", CREATION)[0][0] == 200
            with pytest.raises((OSError, IndexError)):
                sent(provider, pki, "client", CREATION, CREATION)
