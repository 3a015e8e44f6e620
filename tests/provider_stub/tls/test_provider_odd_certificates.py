"""The provider presents what OpenSSL presents and judges what OpenSSL accepts, however odd the certificate."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from provider_stub import PolicyError, Provider, ProviderPolicy
from provider_stub.gateway.header_chain import HeaderChain
from provider_stub.policies import load
from provider_stub.policy import sources as pem
from provider_stub.refusals.causes import Cause
from tests.provider_stub.conftest import VERSIONS, Identity, Pki, Place, issue
from tls_transcript import der, libssl

pytestmark = pytest.mark.skipif(libssl.available() is not None, reason=f"needs libssl: {libssl.available()}")

SERIAL, ISSUER, VALIDITY, SUBJECT, EXTENSIONS = 0, 2, 3, 4, 6
RSA_KEY = rsa.generate_private_key(65537, 2048)


def name(tag: int, content: bytes) -> bytes:
    """A Name with one common name."""
    common_name = der.encode(der.SEQUENCE, b"\x06\x03\x55\x04\x03", der.encode(tag, content))
    return der.encode(der.SEQUENCE, der.encode(der.SET, common_name))


def dates(begin: bytes, end: bytes) -> bytes:
    """A validity."""
    ends = (der.encode(der.GENERALIZED_TIME, moment) for moment in (begin, end))
    return der.encode(der.SEQUENCE, *ends)


def extension(last: int, value: bytes) -> bytes:
    """An extension list with the one extension 2.5.29.`last`."""
    one = der.encode(der.SEQUENCE, b"\x06\x03\x55\x1d" + bytes((last,)), der.encode(der.OCTET_STRING, value))
    return der.encode(0xA3, der.encode(der.SEQUENCE, one))


def forged(identity: Identity, signer: Identity, changed: dict[int, bytes]) -> bytes:
    """The identity's certificate with some fields replaced, soundly signed again by `signer`."""
    whole = der.read(identity.der)
    parts = [part.encoded for part in whole.children()[0].children()]
    for position, encoded in changed.items():
        parts[position + 1] = encoded
    body = der.encode(der.SEQUENCE, *parts)
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    signature = signer.key.sign(body, ec.ECDSA(hashes.SHA256()))
    algorithm = whole.children()[1].encoded
    return der.encode(der.SEQUENCE, body, algorithm, der.encode(der.BIT_STRING, b"\0" + signature))


PRESENTABLE: dict[str, dict[int, bytes]] = {
    "healthy": {},
    "negative serial": {SERIAL: b"\x02\x01\xff"},
    "endless serial": {SERIAL: der.encode(der.INTEGER, b"\x7f" * 5000)},
    "dates that are none": {VALIDITY: dates(b"yesterday", b"tomorrow")},
    "dates with an offset": {VALIDITY: dates(b"20200101000000+0100", b"20420101000000-0530")},
    "wide name": {SUBJECT: name(0x1E, "Müller".encode("utf-16-be"))},
    "name with line breaks": {SUBJECT: name(0x0C, b"a\r\nVERDICT: accepted\x1b[2J")},
    "broken name constraints": {EXTENSIONS: extension(30, b"\x05\x00")},
    "usages that are none": {EXTENSIONS: extension(37, b"\x30\x02\x05\x00")},
    "unreadable constraints": {EXTENSIONS: extension(19, b"\x04\x01a")},
    "alternative names without a list": {EXTENSIONS: extension(17, b"\xff")},
}


ACCEPT_ALL = dict.fromkeys(
    (
        "unknown-ca",
        "self-signed",
        "expired",
        "not-yet-valid",
        "wrong-purpose",
        "weak-certificate",
        "certificate-invalid",
    ),
    "accept",
)
odd = pytest.mark.parametrize("kind", PRESENTABLE)
in_both_versions = pytest.mark.parametrize("version", VERSIONS)


def presented(provider: Provider, version: str) -> bytes:
    """The leaf that a client gets which checks nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = VERSIONS[version]
    with (
        socket.create_connection(("127.0.0.1", provider.port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as tls,
    ):
        return tls.getpeercert(binary_form=True) or b""


def client_context(pki: Pki, leaf: bytes, key: Identity, version: str) -> ssl.SSLContext:
    """A client that presents `leaf`."""
    context = pki.client_context(None, version)
    key_der = pem.blocks(key.key_pem)[0][1]
    libssl.use_own_certificate(context, [leaf], key_der)
    return context


@in_both_versions
@odd
def test_what_openssl_presents_is_presented(pki: Pki, kind: str, version: str) -> None:
    """The client receives the odd certificate, octet by octet.

    With an RSA key: OpenSSL 3.0 finds no TLS 1.2 cipher for an EC certificate whose extensions it cannot read.
    """
    server = issue("localhost", pki.root, names=("localhost",), key=RSA_KEY)
    leaf = forged(server, pki.root, PRESENTABLE[kind])
    certificate = pem.to_pem("CERTIFICATE", leaf)
    policy = ProviderPolicy(client_auth="none", server_certificate=certificate, server_key=server.key_pem)
    with Provider(policy) as provider:
        assert presented(provider, version) == leaf


def test_a_chain_may_be_odd_too(pki: Pki) -> None:
    """Above the leaf as well, and in the trust store, and in what is advertised."""
    ca = forged(pki.root, pki.root, PRESENTABLE["negative serial"] | PRESENTABLE["broken name constraints"])
    server = pki.people["server"]
    chain = server.certificate_pem + pem.to_pem("CERTIFICATE", ca + b"what follows is not read")
    policy = ProviderPolicy(
        client_auth="optional",
        server_certificate=chain,
        server_key=server.key_pem,
        trust=(chain,),
        trusted_leaves=(ca,),
        advertise=(ca,),
    )
    material = load(policy)
    assert material.trust == (server.der, ca)
    with Provider(policy) as provider:
        assert presented(provider, "1.2") == server.der


@pytest.mark.parametrize(
    ("server_certificate", "server_key", "words"),
    [
        (
            "garbage second",
            "own",
            "server_certificate: the given bytes: OpenSSL cannot read certificate 2 of 2 (DER value",
        ),
        ("garbage", "own", "server_certificate: the given bytes: OpenSSL cannot read the certificate (DER value"),
        ("octets behind the leaf", "own", "server_certificate: OpenSSL refuses it: 3 octets follow"),
        ("good", "other", "server_key: does not fit the certificate"),
        ("odd", "other", "server_key: does not fit the certificate"),
        ("good", "broken", "server_key: OpenSSL refuses it"),
        ("odd", "own", None),
        ("good", "own", None),
    ],
)
def test_what_openssl_cannot_load_is_refused_in_words(
    pki: Pki, server_certificate: str, server_key: str, words: str | None
) -> None:
    """The block at fault is named, be it certificate or key; the twins load."""
    server = pki.people["server"]
    cut, good = pem.to_pem("CERTIFICATE", server.der[:-1]), server.certificate_pem
    certificates = {
        "garbage second": good + cut,
        "garbage": cut,
        "octets behind the leaf": pem.to_pem("CERTIFICATE", server.der + b"abc"),
        "good": good,
        "odd": pem.to_pem("CERTIFICATE", forged(server, pki.root, PRESENTABLE["unreadable constraints"])),
    }
    keys = {
        "own": server.key_pem,
        "other": pki.people["client"].key_pem,
        "broken": pem.to_pem("PRIVATE KEY", b"\x30\x03\x02\x01\x00"),
    }
    policy = ProviderPolicy(server_certificate=certificates[server_certificate], server_key=keys[server_key])
    if words is None:
        assert load(policy).server
        return
    with pytest.raises(PolicyError) as refused:
        load(policy)
    (problem,) = refused.value.problems
    assert str(problem).startswith(words)


def test_a_trusted_certificate_that_is_none_names_its_block(pki: Pki) -> None:
    """With the next step."""
    chain = pki.root.certificate_pem + pem.to_pem("CERTIFICATE", pki.root.der[:-5])
    with pytest.raises(PolicyError, match=r"trust\[0\].*certificate 2 of 2 .*; ask its CA for it again"):
        load(ProviderPolicy(trust=(chain,)))


@in_both_versions
@odd
def test_an_odd_client_certificate_is_served_and_recorded(
    pki: Pki, place: Place, tmp_path, kind: str, version: str
) -> None:
    """A provider that accepts all answers, and its journal has the certificate; the one that pins it, too."""
    client = pki.people["client"]
    leaf = forged(client, pki.root, PRESENTABLE[kind])
    context = client_context(pki, leaf, client, version)
    pin = hashlib.sha256(leaf).hexdigest()
    lines = tmp_path / "visits.jsonl"
    with Provider(pki.policy(refusals=ACCEPT_ALL, require_ca_signed=True), journal_path=lines) as provider:
        assert place(provider, context).status == 200
        (visit,) = provider.wait_for_visits(1)
        provider.policy = pki.policy(refusals=ACCEPT_ALL, pin_sha256=("0" * 64,))
        assert place(provider, context).status is None
        provider.policy = pki.policy(refusals=ACCEPT_ALL, pin_sha256=(pin,))
        assert place(provider, context).status == 200
    shown = visit.presented[0]
    assert (shown.sha256, visit.presented_chain[0]) == (pin, leaf)
    recorded = [json.loads(line) for line in lines.read_text().splitlines()]
    assert {visit["presented"][0]["sha256"] for visit in recorded} == {pin}
    assert all(shown.subject == visit["presented"][0]["subject"] for visit in recorded)
    assert shown.subject.isprintable()


@pytest.mark.parametrize(("subject", "status"), [("CN=Müller", 200), ("CN=Muller", None)])
def test_a_subject_is_allowed_as_the_journal_shows_it(pki: Pki, place: Place, subject: str, status: int | None) -> None:
    """Wide strings too; another text is refused."""
    client = pki.people["client"]
    context = client_context(pki, forged(client, pki.root, PRESENTABLE["wide name"]), client, "1.2")
    with Provider(pki.policy(allow_subjects=(subject,))) as provider:
        assert place(provider, context).status == status
        (visit,) = provider.wait_for_visits(1)
    assert visit.presented[0].subject == "CN=Müller"
    assert visit.reason == (None if status else "subject-not-allowed")


def test_a_fingerprint_alone_lets_nobody_in_with_dates_that_are_none(pki: Pki, place: Place) -> None:
    """They cannot be said to be valid; the twin has dates that are odd and good."""
    client = pki.people["client"]
    for kind, reason in (("dates that are none", "certificate-invalid"), ("wide name", None)):
        leaf = forged(client, pki.root, PRESENTABLE[kind])
        policy = pki.policy(trust=(), pin_sha256=(hashlib.sha256(leaf).hexdigest(),))
        with Provider(policy) as provider:
            assert (place(provider, client_context(pki, leaf, client, "1.2")).status == 200) is (reason is None)
            (visit,) = provider.wait_for_visits(1)
        assert visit.reason == reason


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("healthy", None),
        ("negative serial", None),
        ("endless serial", None),
        ("wide name", None),
        ("name with line breaks", None),
        ("dates that are none", Cause.CERTIFICATE_INVALID),
        ("dates with an offset", Cause.CERTIFICATE_INVALID),
        ("usages that are none", Cause.UNKNOWN_CA),
    ],
)
def test_a_certificate_in_a_header_is_judged_as_in_a_handshake(
    pki: Pki, place: Place, kind: str, cause: Cause | None
) -> None:
    """By OpenSSL, with an odd CA among the trusted; both ways give one cause."""
    client = pki.people["client"]
    odd_ca = forged(pki.root, pki.root, PRESENTABLE["negative serial"])
    leaf = forged(client, pki.root, PRESENTABLE[kind])
    assert HeaderChain(load(ProviderPolicy(plain_http=True, trust=(odd_ca,)))).cause(leaf) == cause
    with Provider(pki.policy(trust=(odd_ca,))) as provider:
        place(provider, client_context(pki, leaf, client, "1.2"))
        (visit,) = provider.wait_for_visits(1)
    assert visit.reason == cause


def test_what_is_no_certificate_is_invalid_in_a_header(pki: Pki) -> None:
    """With somebody trusted or nobody; a healthy one is judged by its usages even then."""
    for policy in (ProviderPolicy(plain_http=True), ProviderPolicy(plain_http=True, trust=(pki.root.der,))):
        chain = HeaderChain(load(policy))
        assert chain.cause(b"garbage") is Cause.CERTIFICATE_INVALID
        assert chain.cause(pki.people["client"].der) is None
        assert chain.cause(pki.people["wrong-use"].der) is Cause.WRONG_PURPOSE
