"""What is set through ctypes really changes what OpenSSL does, and what cannot be done is refused clearly."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tls_transcript import Alert, Certificate, CertificateRequest, ClientHello, Direction, FaultSlot, libssl, names
from tls_transcript.libssl import binding

pytestmark = pytest.mark.skipif(libssl.available() is not None, reason=str(libssl.available()))


def odd_names() -> list[bytes]:
    """Names whose encoding OpenSSL must not touch: several values, old string types, an empty one."""
    built = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ключ", _type=x509.name._ASN1Type.BMPString)]),
        x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "a  B ", _type=x509.name._ASN1Type.T61String)]),
        x509.Name(
            [
                x509.RelativeDistinguishedName(
                    [
                        x509.NameAttribute(NameOID.COMMON_NAME, "a"),
                        x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.com"),
                    ]
                )
            ]
        ),
        x509.Name([]),
    ]
    return [name.public_bytes() for name in built]


def test_any_list_of_ca_names_is_advertised_as_given(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """Order and encoding survive, and trust has nothing to do with it."""
    server = pki.server_context(tls)
    libssl.set_client_ca_list(server, odd_names())
    meeting = meet(pki.client_context(pki.client), server)

    assert meeting.client.first(CertificateRequest).authorities == tuple(odd_names())
    assert meeting.server_error is None


def test_no_ca_names_is_absence_in_tls13(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """An empty list is an empty list in TLS 1.2 and no extension in TLS 1.3."""
    server = pki.server_context(tls)
    libssl.set_client_ca_list(server, [])
    request = meet(pki.client_context(pki.client), server).client.first(CertificateRequest)

    assert (request.authorities, request.authorities_present) == ((), tls is ssl.TLSVersion.TLSv1_2)


def test_garbage_as_a_ca_name_is_refused(pki: Any) -> None:
    """And the list stays as it was."""
    server = pki.server_context(ssl.TLSVersion.TLSv1_3)
    with pytest.raises(libssl.LibsslError, match="d2i_X509_NAME"):
        libssl.set_client_ca_list(server, [pki.root.name.public_bytes(), b"garbage"])


def test_the_chain_is_completed_unless_told_otherwise(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """OpenSSL appends the root from its trust store; Java never does."""
    completed = meet(pki.client_context(pki.client), pki.server_context(tls))
    strict = pki.client_context(pki.client)
    libssl.set_no_auto_chain(strict)
    bare = meet(strict, pki.server_context(tls))

    assert completed.server.of(Certificate, Direction.RECEIVED)[0].chain[1:] == (pki.root.certificate,)
    assert bare.server.of(Certificate, Direction.RECEIVED)[0].chain == (pki.client.certificate,)


@pytest.mark.parametrize("alert", sorted(libssl.VERIFY_CODE_FOR_ALERT))
def test_a_verify_code_selects_the_alert(pki: Any, meet: Any, tls: ssl.TLSVersion, alert: int) -> None:
    """Each row of the table makes OpenSSL send that alert, and Python reports the code."""
    server = pki.server_context(tls)
    code = libssl.VERIFY_CODE_FOR_ALERT[alert]
    libssl.set_verify_callback(server, lambda _chain: code, FaultSlot())
    meeting = meet(pki.client_context(pki.client), server)

    assert meeting.server.of(Alert, Direction.SENT) == (Alert(2, alert),)
    assert isinstance(meeting.server_error, ssl.SSLCertVerificationError)
    assert meeting.server_error.verify_code == code


def test_a_verify_callback_sees_the_chain_and_may_accept_it(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """A stranger's certificate, which OpenSSL would refuse, is accepted; the callback outlives its creator's scope."""
    stranger = pki.issue("stranger", pki.new_key("p256"))
    client, server = pki.client_context(), pki.server_context(tls)
    libssl.use_certificate(client, [stranger.certificate, pki.client.certificate], stranger.pkcs8)
    seen: list[tuple[bytes, ...]] = []

    def verify(chain: Any) -> int:
        seen.append(tuple(chain))
        return libssl.OK

    libssl.set_verify_callback(server, verify, FaultSlot())
    del verify
    gc.collect()
    meeting = meet(client, server)

    assert (meeting.client_error, meeting.server_error) == (None, None)
    assert seen == [(stranger.certificate, pki.client.certificate)]


def test_the_client_judges_its_server_by_callback_too(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """On the client side the refusal reaches the server as the chosen alert."""
    client = pki.client_context(pki.client)
    libssl.set_verify_callback(client, lambda _chain: libssl.VERIFY_CODE_FOR_ALERT[46], FaultSlot())
    meeting = meet(client, pki.server_context(tls))

    assert meeting.server.of(Alert, Direction.RECEIVED) == (Alert(2, 46),)


@pytest.mark.parametrize("install", [libssl.set_verify_callback, libssl.set_verdict_callback])
def test_a_judge_that_raises_is_kept_and_lets_nobody_in(
    pki: Any, meet: Any, tls: ssl.TLSVersion, install: Callable[..., None]
) -> None:
    """No exception crosses into C; the driver finds it in the slot, and what OpenSSL says is no verdict."""
    server = pki.server_context(tls)

    broken = KeyError("judge is broken")

    def verify(*_: Any) -> int:
        raise broken

    faults = FaultSlot()
    install(server, verify, faults)
    meeting = meet(pki.client_context(pki.client), server)

    assert meeting.server.of(Alert, Direction.SENT) == (Alert(2, 40),)
    assert meeting.server_error.verify_code == libssl.APPLICATION_VERIFICATION
    assert (faults.take(), faults.error) == (broken, None)


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384", "ed25519", "ed448"])
def test_a_certificate_and_its_key_from_memory(pki: Any, meet: Any, tls: ssl.TLSVersion, kind: str) -> None:
    """Every key type signs rightly when it is the certificate's."""
    identity = pki.issue("client", pki.new_key(kind), pki.root)
    meeting = meet(pki.client_context(identity), pki.server_context(tls))

    assert (meeting.client_error, meeting.server_error) == (None, None)


@pytest.mark.parametrize(
    ("certified", "actual"),
    [
        ("rsa", "rsa"),
        ("p256", "p256"),
        ("p256", "p384"),
        ("p384", "p256"),
        ("p256", "p521"),
        ("ed25519", "ed25519"),
        ("ed448", "ed448"),
    ],
)
def test_a_foreign_key_of_the_same_algorithm_is_used(
    pki: Any, meet: Any, tls: ssl.TLSVersion, certified: str, actual: str
) -> None:
    """As from Java, the certificate goes out and the server finds the signature wrong: decrypt_error."""
    identity = pki.issue("client", pki.new_key(certified), pki.root)
    foreign = pki.issue("foreign", pki.new_key(actual))
    client = pki.client_context()
    libssl.use_certificate(client, [identity.certificate], foreign.pkcs8)
    meeting = meet(client, pki.server_context(tls))

    assert meeting.server.of(Certificate, Direction.RECEIVED)[0].chain[0] == identity.certificate
    assert meeting.server.of(Alert, Direction.SENT) == (Alert(2, 51),)
    assert meeting.server_error.reason == "BAD_SIGNATURE"


def test_credentials_that_cannot_work_are_refused_in_words(pki: Any) -> None:
    """Another algorithm, garbage and an empty chain raise LibsslError; no key material is in the text."""
    context = pki.client_context()
    other = pki.issue("rsa", pki.new_key("rsa"))
    for chain, key, words in (
        ([pki.client.certificate], other.pkcs8, "algorithm"),
        ([pki.client.certificate], b"garbage", "not readable"),
        ([b"garbage"], other.pkcs8, "d2i_X509"),
        ([], other.pkcs8, "without certificates"),
        ([pki.client.certificate], pki.client.pkcs8[:-30], "not readable"),
    ):
        with pytest.raises(libssl.LibsslError, match=words):
            libssl.use_certificate(context, chain, key)


def test_use_certificate_again_replaces_the_chain(pki: Any, meet: Any) -> None:
    """Setting a second time leaves nothing of the first."""
    client = pki.client_context()
    libssl.set_no_auto_chain(client)
    libssl.use_certificate(client, [pki.client.certificate, pki.root.certificate], pki.client.pkcs8)
    libssl.use_certificate(client, [pki.client.certificate], pki.client.pkcs8)
    meeting = meet(client, pki.server_context(ssl.TLSVersion.TLSv1_3))

    assert meeting.server.of(Certificate, Direction.RECEIVED)[0].chain == (pki.client.certificate,)


def test_without_session_cache_nothing_is_resumed(pki: Any, meet: Any) -> None:
    """In TLS 1.2 a second connection with the first one's session skips the certificates, unless the cache is off."""

    def second_connection_resumes(*, cache: bool) -> bool:
        server = pki.server_context(ssl.TLSVersion.TLSv1_2)
        server.options |= ssl.OP_NO_TICKET
        server.verify_mode = ssl.CERT_NONE
        if not cache:
            libssl.disable_session_cache(server)
        client = pki.client_context()
        first = meet(client, server)  # stays alive: freeing an unclosed connection drops its session
        incoming, outgoing, back, forth = (ssl.MemoryBIO() for _ in range(4))
        one = client.wrap_bio(incoming, outgoing, server_hostname="localhost", session=first.client_conn.session)
        other = server.wrap_bio(back, forth, server_side=True)
        for _ in range(6):
            for side in (one, other):
                with contextlib.suppress(ssl.SSLWantReadError):
                    side.do_handshake()
            back.write(outgoing.read())
            incoming.write(forth.read())
        return bool(one.session_reused)

    assert second_connection_resumes(cache=True)
    assert not second_connection_resumes(cache=False)


def test_certificates_are_judged_at_the_given_time(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """Long after its end a certificate is expired, before its start not yet valid."""
    for when, code in ((datetime(2060, 1, 1, tzinfo=UTC), 10), (datetime(2020, 1, 1, tzinfo=UTC), 9)):
        server = pki.server_context(tls)
        libssl.set_verify_time(server, when)
        assert meet(pki.client_context(pki.client), server).server_error.verify_code == code
    server = pki.server_context(tls)
    libssl.set_verify_time(server, datetime(2030, 1, 1, tzinfo=UTC))
    assert meet(pki.client_context(pki.client), server).server_error is None


def test_the_security_level_decides_about_small_keys(pki: Any) -> None:
    """RSA 1024 cannot be used at level 2 and can at level 0."""
    small = pki.issue("small", rsa.generate_private_key(65537, 1024), pki.root)
    context = pki.client_context()
    with pytest.raises(libssl.LibsslError, match="ee key too small"):
        libssl.use_certificate(context, [small.certificate], small.pkcs8)
    libssl.set_security_level(context, 0)
    libssl.use_certificate(context, [small.certificate], small.pkcs8)


def test_algorithms_groups_and_types_show_on_the_wire(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """The lists that were set are the lists that are sent."""
    client, server = pki.client_context(pki.client), pki.server_context(tls)
    libssl.set_signature_algorithms(client, ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"])
    libssl.set_groups(client, ["P-384", "P-256"])
    libssl.set_tls13_cipher_suites(client, ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"])
    libssl.set_client_signature_algorithms(server, ["rsa_pss_rsae_sha384", "ecdsa_secp256r1_sha256"])
    libssl.set_client_certificate_types(server, [64, 1])
    meeting = meet(client, server)
    hello = meeting.server.first(ClientHello)
    request = meeting.client.first(CertificateRequest)

    assert hello.to_json()["signature_algorithms"] == ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"]
    assert hello.cipher_suites[:2] == (0x1303, 0x1301)
    assert 0x1302 not in hello.cipher_suites
    assert hello.to_json()["groups"] == ["secp384r1", "secp256r1"]
    assert request.to_json()["signature_algorithms"] == ["rsa_pss_rsae_sha384", "ecdsa_secp256r1_sha256"]
    assert request.certificate_types == ((64, 1) if tls is ssl.TLSVersion.TLSv1_2 else ())
    with pytest.raises(libssl.LibsslError, match="no_such_algorithm"):
        libssl.set_signature_algorithms(client, ["no_such_algorithm"])
    with pytest.raises(libssl.LibsslError, match="TLS_NO_SUCH_SUITE"):
        libssl.set_tls13_cipher_suites(client, ["TLS_NO_SUCH_SUITE"])


def test_an_extension_of_our_own_is_in_every_client_hello(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """What was added is sent, also in the second hello that a HelloRetryRequest asks for."""
    client, server = pki.client_context(pki.client), pki.server_context(tls)
    content = bytes.fromhex("0004" + "0403" + "0804")
    assert libssl.send_extension(client, 50, content, FaultSlot())
    libssl.set_groups(client, ["P-256", "P-384"])
    libssl.set_groups(server, ["P-384"])
    hellos = meet(client, server).server.of(ClientHello)
    assert [hello.extensions[50] for hello in hellos] == [content] * (2 if tls is ssl.TLSVersion.TLSv1_3 else 1)


def test_an_extension_that_openssl_makes_itself_stays_its_own(pki: Any) -> None:
    """Not added, and nothing breaks."""
    assert not libssl.send_extension(pki.client_context(pki.client), 43, b"", FaultSlot())


def test_key_log_lines_stay_in_memory(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """Each line is handed over; what a receiver raises is kept, the first exception of several."""
    lines: list[str] = []

    def on_line(line: str) -> None:
        lines.append(line)
        raise ValueError(f"receiver is broken at line {len(lines)}")

    client = pki.client_context(pki.client)
    faults = FaultSlot()
    libssl.set_keylog_callback(client, on_line, faults)
    meeting = meet(client, pki.server_context(tls))

    label = "CLIENT_RANDOM" if tls is ssl.TLSVersion.TLSv1_2 else "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
    assert meeting.client_error is None
    assert str(faults.take()) == "receiver is broken at line 1"
    assert any(line.startswith(f"{label} {meeting.client.first(ClientHello).random.hex()} ") for line in lines)


def test_an_unknown_memory_layout_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first field is not the expected pointer, nothing is written through it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(binding, "_pointer", lambda _context: ctypes.c_void_p(3))
    with pytest.raises(libssl.LibsslError, match="memory layout"):
        libssl.set_no_auto_chain(context)
    monkeypatch.undo()
    libssl.set_no_auto_chain(context)


def test_the_reason_is_told_where_ctypes_cannot_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without a separate libssl says so, in `available()` and in every refusal."""
    binding._bind.cache_clear()
    monkeypatch.setattr(ssl, "OPENSSL_VERSION", "LibreSSL 3.3.6")
    try:
        assert libssl.available() == "LibreSSL 3.3.6 is not OpenSSL"
        with pytest.raises(libssl.LibsslError, match=r"LibreSSL 3\.3\.6 is not OpenSSL"):
            libssl.set_no_auto_chain(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    finally:
        binding._bind.cache_clear()
    monkeypatch.undo()
    assert libssl.available() is None


def test_names_come_back_readable(pki: Any) -> None:
    """What is advertised is what Java would print."""
    assert names.rfc2253(pki.root.name.public_bytes()) == "CN=Lab root,O=Lab\\, Inc.,C=NL"
