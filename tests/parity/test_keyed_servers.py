"""The questions about keys, signatures and hellos: what is drawn, and that an honest provider is answered."""

from __future__ import annotations

import random
import time

import pytest

from sn_mock.java.lang.jdk import named

from . import peers
from .honest_server import HonestServer, Manner
from .keyed_servers import FAMILIES, random_keyed
from .leaf_keys import kinds_for, leaf
from .octets import vector
from .odd_servers import OddCase
from .raw_hellos import HelloCase, random_hello
from .tls_keys import OF_OTHER_KEYS

_DRAWN = 300
_OF_8 = "java.security.ProviderException: point is not on curve"


def test_a_seed_draws_the_same_servers_and_all_families() -> None:
    """A case can be asked again by its seed; every family and every kind of key comes up."""
    first, second = (
        [random_keyed(chance, named(17)) for chance in (random.Random(7),) for _ in range(_DRAWN)] for _ in range(2)
    )

    assert list(map(str, first)) == list(map(str, second))
    assert {case.what for case in first} == set(FAMILIES)
    assert {case.leaf for case in first} == set(kinds_for(named(17)))


def test_java_8_is_asked_what_it_knows() -> None:
    """No EdDSA, no RSASSA-PSS, no TLS 1.3."""
    drawn = [random_keyed(chance, named(8)) for chance in (random.Random(7),) for _ in range(_DRAWN)]

    assert {case.leaf for case in drawn} == {"rsa-2048", "rsa-1024", "p256", "p384", "p521"}
    assert {case.manner.tls for case in drawn} == {"1.2"}


@pytest.mark.parametrize("suite", sorted(OF_OTHER_KEYS))
def test_a_server_of_every_suite_answers(suite: int) -> None:
    """DHE with a key of RSA, ECDHE_ECDSA with an elliptic one; a wrong signature gets no answer."""
    kind = "p256" if suite >= 0xC000 else "rsa-2048"
    right, wrong = Manner("1.2", suite), Manner("1.2", suite, signature=bytes(8))

    assert peers.asked_ours(OddCase("right", right, kind), "urlconnection", 17)["status"] == 200
    assert peers.asked_ours(OddCase("wrong", wrong, kind), "urlconnection", 17)["status"] is None


def test_a_hello_is_read_to_its_key() -> None:
    """Of fifty hellos some have a key that is refused, and others end with the connection."""
    chance = random.Random(3)
    told = {_ended(random_hello(chance, named(17))) for _ in range(50)}

    assert "Could not generate secret" in told
    assert "Remote host terminated the handshake" in told


def _ended(case: HelloCase) -> str:
    text: str = peers.asked_ours(case, "urlconnection", 17)["exception"][0][1]
    return text


def test_leaves_are_made_once() -> None:
    """And the serial numbers of two are not the same."""
    assert leaf("p256") is leaf("p256")
    assert leaf("p256").chain[0] != leaf("p384").chain[0]


@pytest.mark.parametrize("java", [17, 8])
def test_a_key_that_makes_no_secret_is_told_when_the_flight_is_whole(
    java: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However late its ServerHelloDone comes, and though OpenSSL gives up at once; a good one is answered."""
    usual = HonestServer._record

    def late(server: HonestServer, kind: int, body: bytes) -> None:
        time.sleep(0.1 if body[:1] == b"\x0e" else 0)
        usual(server, kind, body)

    monkeypatch.setattr(HonestServer, "_record", late)
    off = b"\3\0\x17" + vector(1, b"\4" + b"\1" * 64)
    told = peers.asked_ours(OddCase("off", Manner("1.2", 0xC02F, parameters=off)), "urlconnection", java)

    (_, text), *_ = told["exception"]
    assert text == ("Could not generate secret" if java == 17 else _OF_8)
    assert peers.asked_ours(OddCase("on", Manner("1.2", 0xC02F)), "urlconnection", java)["status"] == 200


@pytest.mark.parametrize(
    ("java", "below"),
    [
        (17, [["java.security.InvalidKeyException", "Key is too short, need min 130 bytes"]]),
        (
            11,
            [
                [
                    "java.security.InvalidKeyException",
                    "java.security.SignatureException: Key is too short, need min 130 bytes",
                ],
                ["java.security.SignatureException", "Key is too short, need min 130 bytes"],
            ],
        ),
    ],
)
@pytest.mark.parametrize("scheme", [0x0806, 0x080B])
def test_a_key_of_1024_bits_has_no_room_for_pss_with_sha512(java: int, below: list[list[str]], scheme: int) -> None:
    """As 8u504, 11.0.13, 17.0.15 and 21.0.8 say it, whatever the signature; with SHA-384 it is looked at."""
    short, enough = (
        peers.asked_ours(
            OddCase("scheme", Manner("1.3", 0x1301, scheme=number, signature=bytes(128)), "rsa-1024"),
            "urlconnection",
            java,
        )
        for number in (scheme, scheme - 1)
    )

    assert short["exception"][1:] == below
    assert enough["exception"] == [["javax.net.ssl.SSLHandshakeException", "Invalid CertificateVerify signature"]]
