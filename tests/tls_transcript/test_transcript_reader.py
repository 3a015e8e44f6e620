"""The reader understands what real peers say, whole and only whole."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tls_transcript import (
    Alert,
    Certificate,
    CertificateRequest,
    CertificateVerify,
    ClientHello,
    DecodeError,
    HelloRetryRequest,
    OpaqueMessage,
    ServerHello,
    names,
    parse_alert,
    parse_change_cipher_spec,
    parse_handshake,
    x509,
)

GOLDEN = json.loads((Path(__file__).parent / "golden" / "sessions.json").read_text())
PKI = {name: bytes.fromhex(der) for name, der in GOLDEN["pki"].items()}
HANDSHAKES = [
    pytest.param(bytes.fromhex(message["data"]), session.endswith("1.3"), id=f"{session}-{index}")
    for session, messages in GOLDEN["sessions"].items()
    for index, message in enumerate(messages)
    if message["type"] == 22
]
TLS12_FULL = (
    "client_hello server_hello certificate server_key_exchange certificate_request server_hello_done "
    "certificate client_key_exchange certificate_verify"
)
TLS13_FLIGHT = "encrypted_extensions certificate_request certificate certificate_verify finished"
STORIES = {
    "openssl-client-1.2": f"{TLS12_FULL} finished new_session_ticket finished",
    "java-client-1.2": f"{TLS12_FULL} finished new_session_ticket finished",
    "python-client-1.2": f"{TLS12_FULL} finished new_session_ticket finished",
    "openssl-server-1.2": f"{TLS12_FULL} finished new_session_ticket finished",
    "java-server-1.2": f"{TLS12_FULL} finished new_session_ticket finished",
    "openssl-client-1.3": f"client_hello server_hello {TLS13_FLIGHT} certificate certificate_verify finished"
    " new_session_ticket new_session_ticket",
    "java-client-1.3": f"client_hello server_hello {TLS13_FLIGHT} certificate certificate_verify finished"
    " new_session_ticket new_session_ticket",
    "python-client-1.3": f"client_hello hello_retry_request client_hello server_hello {TLS13_FLIGHT}"
    " certificate certificate_verify finished new_session_ticket new_session_ticket",
    "openssl-server-1.3": f"client_hello server_hello {TLS13_FLIGHT} certificate certificate_verify finished"
    " new_session_ticket new_session_ticket",
    "java-server-1.3": f"client_hello server_hello {TLS13_FLIGHT} certificate certificate_verify finished"
    " new_session_ticket",
}


def read_session(session: str) -> list:
    """All handshake messages of a recorded session, as values."""
    return [
        parse_handshake(bytes.fromhex(message["data"]), tls13=session.endswith("1.3"))
        for message in GOLDEN["sessions"][session]
        if message["type"] == 22
    ]


def test_every_recorded_session_has_its_story() -> None:
    """The table of stories and the recordings name the same sessions."""
    assert set(STORIES) == set(GOLDEN["sessions"])


@pytest.mark.parametrize("session", STORIES)
def test_a_real_session_reads_as_the_rfc_tells_it(session: str) -> None:
    """Every message of OpenSSL, JDK 17 and Python peers is understood, in the order of the RFC's flights."""
    assert [message.name for message in read_session(session)] == STORIES[session].split()


@pytest.mark.parametrize("session", STORIES)
def test_the_certificates_and_the_advertised_ca_are_the_ones_in_use(session: str) -> None:
    """Chains and CA names come out byte for byte."""
    messages = read_session(session)
    request = next(m for m in messages if isinstance(m, CertificateRequest))
    server, client = (m for m in messages if isinstance(m, Certificate))

    assert request.authorities == (names.subject_of(PKI["root"]),)
    assert request.authorities_present
    assert request.certificate_types == (() if session.endswith("1.3") else request.certificate_types)
    assert 0x0403 in request.signature_algorithms
    assert server.chain[0] == PKI["server"]
    assert client.chain[0] == PKI["client"]
    assert not server.compressed


@pytest.mark.parametrize("session", STORIES)
def test_hello_and_verify_name_what_was_negotiated(session: str) -> None:
    """The hellos show server name and version, the CertificateVerify its scheme."""
    messages = read_session(session)
    hello = next(m for m in messages if isinstance(m, ClientHello))
    answer = [m for m in messages if type(m) is ServerHello]
    verify = next(m for m in messages if isinstance(m, CertificateVerify))

    # JSSE sends no server name that has no dot in it (sun.security.ssl.Utilities.rawToSNIHostName)
    assert hello.server_name == (None if session.startswith("java-client") else "localhost")
    assert [m.to_json()["version"] for m in answer] == [f"TLSv{session[-3:]}"]
    assert answer[0].cipher_suite in hello.cipher_suites
    assert verify.to_json()["algorithm"] == "ecdsa_secp256r1_sha256"


def test_java_asks_with_its_own_lists() -> None:
    """A JDK server asks for certificate types and says which it would take; the numbers bear names."""
    request = next(m for m in read_session("java-server-1.2") if isinstance(m, CertificateRequest))

    assert set(request.to_json()["certificate_types"]) == {"ecdsa_sign", "rsa_sign", "dss_sign"}
    assert request.to_json()["authorities"] == ["CN=Lab root,O=Lab\\, Inc.,C=NL"]


def test_a_hello_retry_request_is_told_from_a_server_hello() -> None:
    """The reserved random decides (RFC 8446 section 4.1.3)."""
    found = [m for m in read_session("python-client-1.3") if isinstance(m, HelloRetryRequest)]

    assert [m.to_json()["version"] for m in found] == ["TLSv1.3"]


@pytest.mark.parametrize(("data", "tls13"), HANDSHAKES)
def test_only_the_whole_message_is_taken(data: bytes, tls13: bool) -> None:
    """Fed byte by byte a message is incomplete until its last byte, and nothing may follow."""
    for end in range(len(data)):
        with pytest.raises(DecodeError):
            parse_handshake(data[:end], tls13=tls13)
    with pytest.raises(DecodeError):
        parse_handshake(data + b"\0", tls13=tls13)
    assert parse_handshake(data, tls13=tls13).to_json()


@pytest.mark.parametrize(("data", "tls13"), HANDSHAKES)
def test_a_message_that_lies_about_its_length_is_refused_or_read_in_part(data: bytes, tls13: bool) -> None:
    """With the header mended to fit a cut body there is a DecodeError, or a message that needs no more."""
    kept_whole = {12, 16, 20}
    accepted = []
    for end in range(4, len(data)):
        cut = data[:1] + (end - 4).to_bytes(3, "big") + data[4:end]
        try:
            parse_handshake(cut, tls13=tls13)
        except DecodeError:
            continue
        accepted.append(end)
    if data[0] not in kept_whole:
        assert len(accepted) <= 1, "only a hello may end before its extensions"


@pytest.mark.parametrize(("data", "tls13"), HANDSHAKES)
def test_bytes_after_the_last_field_are_refused(data: bytes, tls13: bool) -> None:
    """A body longer than its fields is no message, unless the body is kept unread."""
    longer = data[:1] + (len(data) - 4 + 1).to_bytes(3, "big") + data[4:] + b"\0"
    if data[0] in (12, 16, 20):
        assert parse_handshake(longer, tls13=tls13)
        return
    with pytest.raises(DecodeError):
        parse_handshake(longer, tls13=tls13)


def compress(message: bytes, *, algorithm: int = 1, promise: int | None = None, tail: bytes = b"") -> bytes:
    """The RFC 8879 form of a TLS 1.3 Certificate message."""
    body, packed = message[4:], zlib.compress(message[4:]) + tail
    promised = len(body) if promise is None else promise
    inner = algorithm.to_bytes(2, "big") + promised.to_bytes(3, "big") + len(packed).to_bytes(3, "big") + packed
    return b"\x19" + len(inner).to_bytes(3, "big") + inner


def client_certificate() -> bytes:
    """The TLS 1.3 Certificate message of the JDK 17 client."""
    return next(
        bytes.fromhex(message["data"])
        for message in GOLDEN["sessions"]["java-client-1.3"]
        if message["way"] == "received" and message["data"].startswith("0b")
    )


def test_a_compressed_certificate_reads_like_a_plain_one() -> None:
    """zlib (RFC 8879 section 4) is inflated; the value says that it was compressed."""
    plain = parse_handshake(client_certificate(), tls13=True)
    packed = parse_handshake(compress(client_certificate()), tls13=True)

    assert packed.chain == plain.chain
    assert packed.compressed
    assert not plain.compressed


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(compress(client_certificate(), promise=10), id="longer than promised"),
        pytest.param(compress(client_certificate(), promise=100_000), id="shorter than promised"),
        pytest.param(compress(client_certificate(), algorithm=2), id="brotli"),
        pytest.param(compress(client_certificate(), tail=b"x"), id="bytes after the zlib stream"),
        pytest.param(compress(b"\x0b\0\0\0" + bytes(1 << 22)), id="bomb"),
        pytest.param(b"\x19\0\0\x0b\0\x01\0\0\x05\0\0\x03abc", id="no zlib stream"),
    ],
)
def test_a_compressed_certificate_that_lies_is_refused(data: bytes) -> None:
    """Lengths must be true, and no promise may fill the memory."""
    with pytest.raises(DecodeError):
        parse_handshake(data, tls13=True)


def test_compressed_certificates_exist_in_tls13_only() -> None:
    """In TLS 1.2 type 25 has no meaning and stays opaque."""
    assert isinstance(parse_handshake(compress(client_certificate()), tls13=False), OpaqueMessage)


def test_an_unknown_type_is_kept() -> None:
    """What nobody has registered is shown by number and length."""
    message = parse_handshake(b"\xfe\0\0\x02hi", tls13=True)

    assert message.to_json() == {"message": "unknown", "type": 254, "length": 2}


def test_tls13_tells_no_authorities_from_an_empty_list() -> None:
    """Without the extension Java's issuers are null; TLS 1.2 always has a list."""
    schemes = b"\0\x0d\0\x04\0\x02\x04\x03"
    bare = b"\0" + len(schemes).to_bytes(2, "big") + schemes
    message = parse_handshake(b"\x0d" + len(bare).to_bytes(3, "big") + bare, tls13=True)
    assert (message.authorities, message.authorities_present) == ((), False)

    old = b"\x01\x40\0\x02\x04\x03\0\0"
    message = parse_handshake(b"\x0d" + len(old).to_bytes(3, "big") + old, tls13=False)
    assert (message.authorities, message.authorities_present) == ((), True)


def test_tls13_may_list_certificate_signatures_separately() -> None:
    """signature_algorithms_cert (RFC 8446 section 4.2.3) is kept apart; without it there is None."""
    schemes, separate = b"\0\x0d\0\x04\0\x02\x04\x03", b"\0\x32\0\x06\0\x04\x04\x01\x05\x01"
    for extensions, expected in ((schemes, None), (schemes + separate, (0x0401, 0x0501))):
        body = b"\0" + len(extensions).to_bytes(2, "big") + extensions
        message = parse_handshake(b"\x0d" + len(body).to_bytes(3, "big") + body, tls13=True)
        assert message.signature_algorithms == (0x0403,)
        assert message.certificate_signature_algorithms == expected


def test_alerts_and_change_cipher_spec_have_one_form() -> None:
    """Two bytes and one byte, nothing else."""
    assert parse_alert(b"\x02\x30").to_json() == {
        "message": "alert",
        "level": "fatal",
        "description": "unknown_ca",
        "code": 48,
    }
    assert Alert(2, 255).description_name == "unknown_alert_255"
    assert parse_change_cipher_spec(b"\x01").name == "change_cipher_spec"
    for garbage in (b"", b"\x02", b"\x02\x30\x00"):
        with pytest.raises(DecodeError):
            parse_alert(garbage)
    for garbage in (b"", b"\x02", b"\x01\x01"):
        with pytest.raises(DecodeError):
            parse_change_cipher_spec(garbage)


SEEDS = sorted({parameter.values for parameter in HANDSHAKES}, key=repr)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A real message with some bytes exchanged, dropped or added, its header mended or not."""
    data, tls13 = draw(st.sampled_from(SEEDS))
    mutable = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(mutable) - 1)))
        what = draw(st.sampled_from(["set", "drop", "add"]))
        if what == "set" and mutable:
            mutable[place] = draw(st.integers(0, 255))
        elif what == "drop":
            del mutable[place : place + draw(st.integers(1, 40))]
        else:
            mutable[place:place] = draw(st.binary(max_size=8))
    if draw(st.booleans()) and len(mutable) >= 4:
        mutable[1:4] = (len(mutable) - 4).to_bytes(3, "big")
    return bytes(mutable), draw(st.booleans()) if draw(st.booleans()) else tls13


@given(damaged())
def test_fuzz_damaged_messages(case: tuple[bytes, bool]) -> None:
    """No damage raises anything but DecodeError, and what still reads can be shown."""
    data, tls13 = case
    try:
        message = parse_handshake(data, tls13=tls13)
    except DecodeError:
        return
    assert json.dumps(message.to_json())


@given(st.binary(max_size=200), st.booleans())
def test_fuzz_garbage(data: bytes, tls13: bool) -> None:
    """Neither does garbage, whichever reader gets it."""
    for read in (
        lambda: parse_handshake(data, tls13=tls13),
        lambda: parse_alert(data),
        lambda: parse_change_cipher_spec(data),
        lambda: names.rfc2253(data),
        lambda: x509.summary(data),
    ):
        try:
            read()
        except DecodeError:
            continue


@given(st.sampled_from(sorted(PKI.values())), st.data())
def test_fuzz_damaged_certificates(certificate: bytes, data: st.DataObject) -> None:
    """A damaged certificate is summarised or refused with DecodeError."""
    mutable = bytearray(certificate)
    for _ in range(data.draw(st.integers(1, 3))):
        mutable[data.draw(st.integers(0, len(mutable) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert json.dumps(x509.summary(bytes(mutable)).to_json())
    except DecodeError:
        return
