"""Honest servers that are odd: what Java said of them, and sn-mock says; with a Java, also of servers at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.parity import peers
from tests.parity.honest_server import Manner
from tests.parity.jvm import Jvm, compile_judge
from tests.parity.octets import message, vector
from tests.parity.odd_servers import FAMILIES, OddCase, random_odd
from tests.parity.test_parity_judge import needs_java
from tls_transcript import libssl

pytestmark = pytest.mark.skipif(libssl.available() is not None, reason=str(libssl.available()))
_ANSWERED: dict[str, Any] = {"status": 200, "exception": [], "connections": 1}
_HANDSHAKE, _PROTOCOL = "javax.net.ssl.SSLHandshakeException", "javax.net.ssl.SSLProtocolException"
_GCM, _GCM_13, _CHACHA = 0xC02F, 0x1301, 0xCCA8
_NO_CONTENT = "Insufficient buffer remaining for AEAD cipher fragment (16). Needs to be more than tag size (16)"
_TICKET_OF_14 = bytes(14)
_HTTP = b"HTTP/1.1 400 Bad Request\r\n\r\n"
_NOT_SEALED = (
    "Insufficient buffer remaining for AEAD cipher fragment (2). "
    "Needs to be more than or equal to IV size (8) + tag size (16)"
)


def _ended(class_name: str, text: str, *causes: str) -> dict[str, Any]:
    """The causes have the same text."""
    return {"status": None, "exception": [[name, text] for name in (class_name, *causes)], "connections": 1}


_UNANSWERED: dict[str, Any] = {
    "status": None,
    "exception": [["org.apache.http.NoHttpResponseException", "localhost:<port> failed to respond"]],
    "connections": 1,
}
ROWS = [
    pytest.param(17, Manner("1.2", _GCM, hello=((22, b""), (18, b""))), _ANSWERED, id="unasked"),
    pytest.param(17, Manner("1.2", 0xC027, hello=((22, b""),)), _ANSWERED, id="encrypt_then_mac, and it does not"),
    pytest.param(17, Manner("1.2", _GCM, hello=((10, b"\0\2\0\x1d"),)), _ANSWERED, id="supported_groups"),
    pytest.param(17, Manner("1.3", _GCM_13, hello=((16, b""), (99, b"x"))), _ANSWERED, id="unasked, TLS 1.3"),
    pytest.param(
        17,
        Manner("1.3", _GCM_13, hello=((13, b""),)),
        _ended(_HANDSHAKE, "extension (13) should not be presented in server_hello"),
        id="of another message",
    ),
    pytest.param(17, Manner("1.3", _GCM_13, encrypted=((23, b""), (13, b""))), _ANSWERED, id="encrypted extensions"),
    pytest.param(
        17,
        Manner("1.3", _GCM_13, encrypted=((16, b"\0\3\2h2"),)),
        _ended(_PROTOCOL, "Unexpected application_layer_protocol_negotiation extension"),
        id="ALPN",
    ),
    pytest.param(
        17,
        Manner("1.3", 0x1302, request=b"\0\0\x10\0/\0\2\0\0\0\r\0\6\0\4\x08\4\4\1"),
        _ended(_PROTOCOL, "Invalid certificate_authorities extension: insufficient data"),
        id="a request that names no CA, however it comes",
    ),
    pytest.param(17, Manner("1.3", _GCM_13, certificate=((0, b""),)), _ANSWERED, id="extension of a certificate"),
    pytest.param(17, Manner("1.3", _GCM_13, session=bytes(32)), _ANSWERED, id="another session ID"),
    pytest.param(17, Manner("1.3", _GCM_13, group=0x1E, retry=0x1E), _ANSWERED, id="asked again for x448"),
    pytest.param(
        17,
        Manner("1.3", _GCM_13, group=0x19, retry=0x19, retries=2),
        _ended(_HANDSHAKE, "Illegal HelloRetryRequest selected group: secp521r1"),
        id="asked again twice",
    ),
    pytest.param(17, Manner("1.3", _GCM_13, tickets=(_TICKET_OF_14,)), _ANSWERED, id="an empty ticket"),
    pytest.param(
        11,
        Manner("1.3", _GCM_13, tickets=(_TICKET_OF_14,)),
        _ended(_HANDSHAKE, "No ticket in the NewSessionTicket handshake message"),
        id="an empty ticket, and Java 11",
    ),
    pytest.param(17, Manner("1.3", _GCM_13, before_answer=((22, message(24, b"\1")),)), _ANSWERED, id="KeyUpdate"),
    pytest.param(
        17,
        Manner("1.3", _GCM_13, before_answer=((22, message(13, bytes(3))),)),
        _ended(_PROTOCOL, "Unexpected handshake message: certificate_request"),
        id="asked for a certificate later",
    ),
    pytest.param(
        17,
        Manner("1.3", _GCM_13, after_hello=((20, b"\1"),)),
        _ended(_PROTOCOL, "Unexpected content: 20"),
        id="ChangeCipherSpec twice",
    ),
    pytest.param(17, Manner("1.2", _GCM, after_answer=((20, b"\1"),)), _ANSWERED, id="trouble behind the answer"),
    pytest.param(
        17,
        Manner("1.2", _GCM, before_answer=((21, b"\1\xff"),)),
        _ended(_PROTOCOL, "Unknown alert description (-1)"),
        id="alert right before the answer",
    ),
    pytest.param(17, Manner("1.2", _GCM, after_answer=((21, b"\1\xff"),)), _ANSWERED, id="alert behind the answer"),
    pytest.param(
        17, Manner("1.2", _GCM, after_handshake=((22, b""),)), _ANSWERED, id="nothing right behind the handshake"
    ),
    pytest.param(
        17,
        Manner("1.2", _CHACHA, after_handshake=((22, b""),)),
        _ended("javax.net.ssl.SSLException", _NO_CONTENT, "javax.crypto.BadPaddingException"),
        id="nothing right behind the handshake, ChaCha20",
    ),
    pytest.param(17, Manner("1.3", _GCM_13, fragment=1), _ANSWERED, id="octet by octet"),
    *(
        pytest.param(17, Manner(tls, suite, in_clear=_HTTP), _UNANSWERED, id=f"HTTP in the tunnel, TLS {tls}")
        for tls, suite in (("1.2", _GCM), ("1.3", _GCM_13))
    ),
    pytest.param(
        8,
        Manner("1.2", _GCM, in_clear=_HTTP),
        _ended("javax.net.ssl.SSLException", "Unsupported record version Unknown-84.84"),
        id="HTTP in the tunnel, Java 8",
    ),
    pytest.param(
        8,
        Manner("1.2", _GCM, in_clear=b"\x17\3\3\0\x28x"),
        _ended("javax.net.ssl.SSLException", "SSL peer shut down incorrectly"),
        id="a record that is cut, Java 8",
    ),
    pytest.param(
        17,
        Manner("1.2", _GCM, in_clear=b"\x15\3\3\0\2\2\x50"),
        _ended("javax.net.ssl.SSLException", _NOT_SEALED, "javax.crypto.BadPaddingException"),
        id="an alert in clear",
    ),
    pytest.param(
        17,
        Manner("1.2", _GCM, before_answer=((24, b"x"),)),
        _ended(_PROTOCOL, "Unknown content type: 24"),
        id="a sealed record of no known type",
    ),
    pytest.param(8, Manner("1.2", _GCM, hello=((0, b""), (10, b"\0\2\0\x17"))), _ANSWERED, id="unasked, Java 8"),
    pytest.param(
        8,
        Manner("1.2", _GCM, before_answer=((20, b"\1"),)),
        _ended("javax.net.ssl.SSLException", "illegal change cipher spec msg, conn state = 2"),
        id="ChangeCipherSpec twice, Java 8",
    ),
    pytest.param(
        8,
        Manner("1.2", _GCM, hello=((22, b""),)),
        _ended(_HANDSHAKE, "Server sent an unsupported extension: type_22"),
        id="unknown, Java 8",
    ),
]


@pytest.mark.parametrize(("java", "manner", "said"), ROWS)
def test_it_is_as_java_did_it(java: int, manner: Manner, said: dict[str, Any]) -> None:
    """Measured with HttpClient 4.5 on 8u252, 11.0.13 and 17.0.15."""
    assert peers.asked_ours(OddCase("row", manner), "httpclient-4.5", java) == said


@pytest.mark.parametrize(("size", "text"), [(100, "Unexpected handshake message: certificate_request"), (9000, None)])
def test_what_is_said_later_is_kept_up_to_a_bound(size: int, text: str | None) -> None:
    """Behind a ticket of eight KiB nobody looks for Java's words; the call ends all the same."""
    ticket = bytes(9) + vector(2, bytes(size)) + bytes(2)
    manner = Manner("1.3", _GCM_13, tickets=(ticket,), before_answer=((22, message(13, bytes(3))),))
    ((_, said),) = peers.asked_ours(OddCase("row", manner), "httpclient-4.5", 17)["exception"]

    assert said == text


@needs_java
def test_a_sample_agrees_with_this_java(tmp_path: Path) -> None:
    """Random odd servers: the same status or exception chain, over as many connections."""
    seed = random.SystemRandom().randrange(1 << 32)
    with Jvm(compile_judge(tmp_path)) as jvm:
        batches = list(peers.compare_odd(jvm, random.Random(seed), 20))

    assert [str(one) for _, found in batches for one in found if not one.race] == [], f"seed {seed}"


def test_every_family_is_dealt() -> None:
    """Among a few hundred."""
    chance = random.Random(1)

    assert {random_odd(chance, ("1.2", "1.3")).what for _ in range(400)} == set(FAMILIES)
