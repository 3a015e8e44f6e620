"""What is read of the same octets twice is remembered, within bounds, and is what reading it anew gives."""

from __future__ import annotations

import hashlib

import pytest

from tls_transcript import Certificate, DecodeError, messages, names, reader, registries
from tls_transcript.libssl import decoded
from tls_transcript.remembering import KEPT, KEPT_OCTETS, by_octets
from tls_transcript.x509 import summary


def test_octets_are_read_once() -> None:
    """Whoever asks gets the first answer; the oldest answers go, and long octets are never kept."""
    asked: list[bytes] = []

    @by_octets
    def read(octets: bytes) -> bytes:
        asked.append(octets)
        return octets[:2]

    for _ in range(3):
        assert read(b"abc") == b"ab"
    assert asked == [b"abc"]
    long = bytes(KEPT_OCTETS + 1)
    assert read(long) == read(long) == b"\0\0"
    assert asked[1:] == [long, long]
    for number in range(KEPT):
        read(number.to_bytes(4, "big"))
    read(b"abc")
    assert asked.count(b"abc") == 2


def test_what_cannot_be_read_is_said_each_time() -> None:
    """A refusal is not remembered: each caller gets an error of its own."""
    raised = []
    for _ in range(2):
        with pytest.raises(DecodeError) as caught:
            summary(b"\x30\x00")
        raised.append(caught.value)
    assert raised[0] is not raised[1]


def test_a_remembered_certificate_says_what_a_new_one_says(pki) -> None:
    """Its summary, its name and its message; and nobody can change what the next one gets."""
    leaf = pki.client.certificate
    assert summary(leaf) is summary(leaf)
    assert summary(leaf) == summary.__wrapped__(leaf)
    assert names.readable(names.subject_of(leaf)) == names.readable.__wrapped__(names.subject_of(leaf))
    first = Certificate((leaf,)).to_json()
    first["chain"][0]["subject"] = "changed"
    again = Certificate((leaf,)).to_json()
    assert again["chain"][0]["subject"] != "changed"
    assert again["chain"][0]["sha256"] == hashlib.sha256(leaf).hexdigest()


def test_messages_that_come_again_are_one_value() -> None:
    """A CertificateRequest of TLS 1.2 and one of 1.3 are told apart, whatever came before."""
    empty_12 = bytes.fromhex("0d0000080101000204010000")
    old = reader.parse_handshake(empty_12, tls13=False)
    assert reader.parse_handshake(empty_12, tls13=False) is old
    for _ in range(2):
        with pytest.raises(DecodeError):
            reader.parse_handshake(empty_12, tls13=True)


def test_lists_of_names_are_remembered_and_stay_whole() -> None:
    """Of lists up to `KEPT_NUMBERS` numbers; the list itself belongs to who asked for it."""
    offered = (0x1301, 0x1302, 0xFAFA)
    first = messages._named(registries.cipher_suite_name, offered)
    first.clear()
    assert messages._named(registries.cipher_suite_name, offered) == [
        registries.cipher_suite_name(number) for number in offered
    ]
    before = messages._names.cache_info().currsize
    endless = tuple(range(messages.KEPT_NUMBERS + 1))
    assert len(messages._named(registries.group_name, endless)) == len(endless)
    assert messages._names.cache_info().currsize == before
    assert messages._names.cache_info().maxsize == messages.KEPT_LISTS


def test_decoded_keys_are_few_and_found_by_a_digest(pki) -> None:
    """The octets of a private key are not kept to find it by; the oldest keys go."""
    keys = decoded._Keys()
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return 0  # EVP_PKEY_free takes NULL

    for number in range(decoded.KEPT_KEYS + 1):
        keys.get((b"key %d" % number,), lambda number=number: make(number))
    assert len(keys._kept) == decoded.KEPT_KEYS
    assert all(len(name) == 32 for name in keys._kept)
    keys.get((b"key %d" % decoded.KEPT_KEYS,), lambda: make(-1))
    keys.get((b"key 0",), lambda: make(0))
    assert made == [*range(decoded.KEPT_KEYS + 1), 0]
    assert decoded.decoded_certificate.cache_info().maxsize == decoded.KEPT_CERTIFICATES
