"""What is read of the same octets twice is remembered, within bounds, and is what reading it anew gives."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from types import MappingProxyType

import pytest

from tls_transcript import Certificate, DecodeError, Direction, Entry, messages, names, reader, registries, transcript
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


def test_the_text_of_a_message_is_its_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Written anew or remembered, and whatever of it is not shown: to the letter what `to_json` says, within bounds."""
    monkeypatch.setattr(messages, "_texts", {})
    hello = messages.ServerHello(0x0303, bytes(32), b"", 0x1301, MappingProxyType({}), 0x0304)
    said: list[messages.Message] = [
        hello,
        messages.HelloRetryRequest(0x0303, bytes(32), b"", 0x1301, MappingProxyType({}), 0x0304),
        dataclasses.replace(hello, random=b"x" * 32),
        dataclasses.replace(hello, version=0x0303),
        messages.Finished(b"a"),
        messages.Finished(b"b"),
        messages.ServerHelloDone(),
        messages.ChangeCipherSpec(),
        messages.Alert(1, 0),
        messages.Alert(2, 48),
        messages.Certificate((b"no certificate",)),
        messages.Certificate((), compressed=True),
        messages.CertificateVerify(0x0403, b"x"),
        messages.CertificateRequest((1,), (0x0403,), (b"\x30\x00",), authorities_present=True),
        messages.CertificateRequest((1,), (0x0403,), (), authorities_present=True),
        messages.CertificateRequest((), (0x0403,), (), False, b"", (0x0403,)),
        messages.EncryptedExtensions(MappingProxyType({}), None),
        messages.EncryptedExtensions(MappingProxyType({}), "h2"),
        messages.NewSessionTicket(7200, b"x"),
        messages.KeyUpdate(True),
        messages.KeyUpdate(False),
        messages.OpaqueMessage(99, b"abc"),
        messages.OpaqueMessage(99, b"abcd"),
    ]
    for offered in ((), (0x0304, 0x0303)):
        for groups in ((29,), (23, 29)):
            said.append(
                messages.ClientHello(
                    0x0303, b"r", b"s", (0x1301,), MappingProxyType({}), "a", offered, (0x0403,), groups, ("h2",)
                )
            )
    for _ in range(2):
        for message in said:
            assert message.json_text() == json.dumps(message.to_json(), separators=(",", ":"))
    assert hello.json_text() is dataclasses.replace(hello, random=b"y" * 32).json_text()
    for number in range(messages.KEPT_TEXTS + 1):
        messages.OpaqueMessage(number, b"").json_text()
    assert len(messages._texts) <= messages.KEPT_TEXTS
    long = dataclasses.replace(said[-1], cipher_suites=tuple(range(messages.KEPT_TEXT)))
    assert long.json_text() == json.dumps(long.to_json(), separators=(",", ":"))
    assert max(map(len, messages._texts.values())) <= messages.KEPT_TEXT


def test_the_text_of_an_entry_is_its_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read or known by its octets: every kind of message, whole, longer or shorter than it says, in both versions."""
    monkeypatch.setattr(transcript, "_texts", {})
    monkeypatch.setattr(transcript, "KEPT_TEXTS", 40)
    bodies = (b"", b"\0", b"\0\0", b"\0\0\0\0", b"\x01\x01\0\0\0\0", bytes(9000))
    told = [
        (way, version, 22, bytes((kind,)) + length.to_bytes(3, "big") + body)
        for kind in range(26)
        for body in bodies
        for length in {len(body), len(body) + 1}
        for version in (0x0303, 0x0304)
        for way in ("read", "write")
    ]
    told += [("read", 0x0303, 22, b""), ("read", 0x0303, 22, b"\x14"), ("write", 0x0303, 21, b"\2\x28")]
    for octets in (*told, *told):
        entry = Entry.of(octets)
        text = entry.json_text()
        assert text == json.dumps(Entry.of(octets).to_json(), separators=(",", ":"))
        assert len(transcript._texts) <= 40


def test_a_transcript_finds_what_is_there() -> None:
    """By kind, whatever is known of a message unread; twins that are of that type and cannot be read are not found."""
    good = ("read", 0x0303, 22, b"\x0b\0\0\x03\0\0\0")
    broken = ("read", 0x0303, 22, b"\x0b\0\0\x03\0\0\1")
    alert = ("write", 0x0303, 21, b"\2\x28")
    said = transcript.Transcript(tuple(map(Entry.of, (broken, good, alert))))
    assert said.first(messages.Certificate) == messages.Certificate(())
    assert said.of(messages.Certificate, Direction.RECEIVED) == (messages.Certificate(()),)
    assert said.of(messages.Certificate, Direction.SENT) == said.of(messages.ClientHello) == ()
    assert said.of(messages.Alert) == (messages.Alert(2, 40),)
    assert len(said.of(messages.Message)) == 3
    assert said.first(messages.ServerHello) is None
