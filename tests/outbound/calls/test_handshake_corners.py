"""Corners of the handshake: keys that cannot sign, keys that do not fit, weak keys, and a Python without libssl."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.jsse.handshake import Credentials, Listener
from sn_mock.java.jsse.key_manager import Candidate
from sn_mock.java.lang.jdk import REFERENCE, named
from sn_mock.keystore import KeyItem, UsableKey, write_jks
from sn_mock.lab.pki import LAB_PASSWORD, KeySpec, KeystoreSpec, Pki
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tls_transcript import Alert, Certificate, ClientHello, Direction, Entry, FaultSlot, disagreements, libssl, record

BOTH = pytest.mark.parametrize("tls", ["1.2", "1.3"])


def call(instance: Instance) -> Exchange:
    """Place AcmeTickets.CreateTicket."""
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    return exchange


@pytest.fixture
def without_libssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Python whose OpenSSL is linked statically."""
    monkeypatch.setattr(java_tls, "libssl", SimpleNamespace(available=lambda: "it is linked statically"))


@BOTH
def test_key_of_another_certificate(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tls: str
) -> None:
    """Java sends the chain all the same; the provider cannot verify the signature."""
    mixed = KeystoreSpec(keys=(KeySpec("acme", "second-client", certificates="acme-client"),))
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, mixed))
    assert exchange.key_choice is not None
    assert exchange.key_choice.sent
    assert exchange.failure is not None
    assert exchange.failure.cause == "decrypt-error"


@BOTH
def test_key_of_another_algorithm(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tls: str
) -> None:
    """An RSA key under an EC certificate: the alias is chosen, and an empty Certificate goes out."""
    item = KeyItem("acme", pki["rsa-client"].pkcs8, pki["acme-client"].der_chain, LAB_PASSWORD, pki.now)
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, write_jks([item], LAB_PASSWORD)))
    assert exchange.key_choice is not None
    assert (exchange.key_choice.alias, exchange.key_choice.sent) == ("acme", False)
    (sent,) = exchange.transcript.of(Certificate, Direction.SENT)
    assert sent.chain == ()


@BOTH
@pytest.mark.parametrize("identity", ["weak-key-client", "sha1-client"])
def test_weak_certificates_are_sent(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str, identity: str
) -> None:
    """OpenSSL at its usual security level could not even load them; Java sends them and lets the provider judge."""
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, KeystoreSpec(keys=(KeySpec("acme", identity),))))
    assert exchange.key_choice is not None
    assert exchange.key_choice.sent
    assert not any("OpenSSL" in line for line in exchange.log)


@BOTH
def test_our_own_refusals_reach_the_provider(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """Each verdict of ours is the alert Java would send."""
    expected = {
        "provider-unrelated": ("certificate_unknown", "certificate_unknown"),
        "provider-expired": ("certificate_expired", "certificate_unknown"),
        "provider-future": ("bad_certificate", "certificate_unknown"),
        "provider-client-auth-only": ("certificate_unknown", "certificate_unknown"),
    }
    seen = {}
    for identity in expected:
        certificate = _identity(identity)
        with serve(tls_max=tls, server_certificate=certificate.pem(None), server_key=certificate.key_pem) as provider:
            call(make_instance(provider.port))
            provider.wait_for_visits(1)
            seen[identity] = provider.visits[0].alert_received
    assert seen == {identity: alerts[tls == "1.3"] for identity, alerts in expected.items()}


def _identity(name: str) -> Any:
    from sn_mock.lab.pki import shared_pki

    return shared_pki()[name]


@BOTH
def test_java_ends_the_handshake_itself(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tls: str, tmp_path: Path
) -> None:
    """A P-256 key where only P-384 signatures are accepted: Java gives up with an alert of its own, and so do we."""
    # given a provider that accepts one signature algorithm from clients
    provider = pki["provider"]
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    for path, text in zip(files, (provider.pem(None), provider.key_pem), strict=True):
        path.touch(0o600)
        path.write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    context.maximum_version = ssl.TLSVersion.TLSv1_2 if tls == "1.2" else ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pki["root"].pem())
    libssl.set_client_signature_algorithms(context, ["ecdsa_secp384r1_sha384"])
    heard: list[Entry] = []
    record(context, lambda _connection, entry: heard.append(entry), FaultSlot())

    def handler(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True).close()

    # when
    with peer(handler) as listening:
        exchange = call(make_instance(listening.port).with_quirk("http_client", "httpclient-4.5"))
    # then
    assert exchange.failure is not None
    assert exchange.failure.cause == "key-cannot-sign"
    assert "No supported CertificateVerify signature algorithm" in str(exchange.failure.java[0])
    assert exchange.transcript.of(Certificate, Direction.SENT) == ()
    received = [entry.message for entry in heard if entry.direction is Direction.RECEIVED]
    (alert,) = (message for message in received if isinstance(message, Alert))
    assert alert.description_name == "internal_error"
    assert not any(isinstance(message, Certificate) for message in received)


@BOTH
@pytest.mark.usefixtures("without_libssl")
def test_without_libssl_the_call_still_works(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """The key reaches OpenSSL through a pipe, not through a file, and the route says what is missing."""
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port))
        provider.wait_for_visits(1)
        (visit,) = provider.visits
    assert exchange.ok
    assert exchange.key_choice is not None
    assert exchange.key_choice.sent
    assert disagreements(exchange.transcript, visit.transcript) == ()
    assert exchange.route is not None
    assert any("cannot be reached through ctypes" in sentence for sentence in exchange.route.because)


@BOTH
@pytest.mark.usefixtures("without_libssl")
def test_without_libssl_untrusted_providers_are_still_refused(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """No key and no request goes to a provider that is not trusted."""
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, trusted="unrelated-root"))
        provider.wait_for_visits(1)
        (visit,) = provider.visits
    assert exchange.failure is not None
    assert exchange.failure.cause == "server-not-trusted"
    assert exchange.key_choice is None
    assert visit.presented == ()
    assert visit.requests == ()


def test_no_secret_touches_the_disk(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written by a call: every file that is opened for writing would fail it."""
    import builtins
    import os

    def refuse(*args: Any, **settings: Any) -> Any:
        raise AssertionError(f"a file was opened: {args[:1]}")

    with serve() as provider:
        instance = make_instance(provider.port)
        call(instance)  # modules are loaded by now
        monkeypatch.setattr(builtins, "open", refuse)
        monkeypatch.setattr(os, "open", refuse)
        exchange = call(instance)
        monkeypatch.undo()
    assert exchange.ok


@pytest.mark.parametrize(("types", "alias"), [(b"\x01\x40", "rsa"), (b"\x40\x01", "ec"), (b"\x01", "rsa")])
def test_before_tls_1_2_the_certificate_types_decide(pki: Pki, types: bytes, alias: str) -> None:
    """A CertificateRequest of TLS 1.0 or 1.1 has no signature algorithms; its certificate types give the order."""
    keys = [UsableKey(name, kind, pki[who].der_chain, pki[who].pkcs8) for name, kind, who in _KEYS]
    credentials = Credentials(
        versions=("TLSv1", "TLSv1.2"),
        candidates=tuple(Candidate("store", key) for key in keys),
        check_trust=lambda chain, tls, cipher: None,
        java=named(8),
        key_manager="SunX509",
    )
    listener = Listener(credentials, tls="TLSv1.1")
    body = bytes((len(types),)) + types + b"\0\0"
    wire = b"\x0d" + len(body).to_bytes(3, "big") + body
    connection = listener.context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
    listener.hear(connection, Entry.from_wire(Direction.RECEIVED, 22, wire, tls13=False))
    choice = listener.key_choice()
    assert choice is not None
    assert choice.alias == alias


_KEYS = (("ec", "EC", "acme-client"), ("rsa", "RSA", "rsa-client"))


@pytest.mark.parametrize(
    ("versions", "java", "told", "connections"),
    [
        (["TLSv9"], 17, ("java.lang.IllegalArgumentException", "Unsupported protocolTLSv9"), 0),
        (["TLSv1.2", "TLSv9"], 21, ("java.lang.IllegalArgumentException", "Unsupported protocol: TLSv9"), 0),
        (
            ["SSLv3"],
            17,
            (
                "javax.net.ssl.SSLHandshakeException",
                "No appropriate protocol (protocol is disabled or cipher suites are inappropriate)",
            ),
            1,
        ),
        (["TLSv1.3", "SSLv3", "TLSv1.2"], 17, None, 1),
    ],
)
def test_protocol_names_are_judged_by_java(
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    versions: list[str],
    java: int,
    told: tuple[str, str] | None,
    connections: int,
) -> None:
    """An unknown name ends the call before it connects, disabled versions alone after; the order means nothing."""
    with serve() as provider:
        instance = make_instance(provider.port).with_quirk("tls_versions", versions).with_quirk("java", java)
        exchange = call(instance)
        if connections:
            provider.wait_for_visits(connections)
        assert len(provider.visits) == connections
    assert exchange.ok is (told is None)
    if told:
        assert exchange.failure is not None
        assert [(one.class_name, one.message) for one in exchange.failure.java] == [told]
        assert exchange.failure.cause == "no-common-protocol"
    assert probe(Session.on(instance), "localhost", 1).failure is not None


@pytest.mark.parametrize(
    ("versions", "schemes"),
    [
        (("TLSv1.2", "TLSv1.3"), 21),
        (("TLSv1.3",), 16),
    ],
)
def test_md5_signed_certificates_are_not_asked_for(
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    versions: tuple[str, ...],
    schemes: int,
) -> None:
    """The hello says, as JSSE's does, what certificates may be signed with: SHA-1 and better, no DSA for TLS 1.3."""
    with serve() as provider:
        call(make_instance(provider.port).with_quirk("tls_versions", versions))
        provider.wait_for_visits(1)
        hello = provider.visits[0].transcript.first(ClientHello)
    listed = hello.extensions[50]
    assert int.from_bytes(listed[:2], "big") == len(listed) - 2 == 2 * schemes
    assert b"\x01\x01" not in {listed[at : at + 2] for at in range(2, len(listed), 2)}


def test_java_lists_are_known_to_openssl() -> None:
    """Every cipher suite, signature algorithm and group of the lists is one that OpenSSL has."""
    context = java_tls.client_context(("TLSv1.2",), lambda chain: None, FaultSlot(), REFERENCE)
    offered = {cipher["name"] for cipher in context.get_ciphers()}
    assert set(java_tls.CIPHERS_OF_TLS12) <= offered
