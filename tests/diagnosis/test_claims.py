"""No finding contradicts the evidence: over random labs, each finding's claim is checked against the exchange by a
function that knows nothing of the rules; and `check` tells the same story as the call.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from sn_mock.diagnosis import check
from sn_mock.exchange import Exchange, Finding
from sn_mock.instance import Instance
from sn_mock.keystore import KeyStore
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.pki import KeystoreSpec
from sn_mock.lab.pki.keystores import KeySpec
from sn_mock.lab.setup import LabSetup, ProviderSetup, Store, TrustedCertificate
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from tls_transcript import Alert, CertificateRequest, Direction, registries

LABS = 70
CLIENTS = (
    "acme-client",
    "rsa-client",
    "unrelated-client",
    "self-signed-client",
    "expired-client",
    "future-client",
    "server-auth-client",
    "weak-key-client",
)
CHAINS = ("full", "full", "leaf", "no-root", "reversed")
SERVERS = ("provider", "provider", "provider-rsa", "provider-unrelated", "provider-self-signed", "provider-expired")
TRUSTED = (("root",), ("root",), ("unrelated-root",), ("root", "unrelated-root"), ("intermediate",))
RELEASES = ("helsinki", "quebec", "vancouver", "zurich")
POLICIES: tuple[Mapping[str, object], ...] = (
    {},
    {},
    {"http_status": 403},
    {"send_chain": False},
    {"client_auth": "none"},
)


def _random_lab(chance: random.Random, providers: Providers) -> Lab:
    keys = [
        KeySpec(
            f"key{number}",
            chance.choice(CLIENTS),
            chance.choice(CHAINS),
            chance.choice((None, None, None, "second-client")),
        )
        for number in range(chance.choice((1, 1, 2)))
    ]
    policy = dict(chance.choice(POLICIES))
    setup = LabSetup(
        stores=(Store(content=KeystoreSpec(tuple(keys))),),
        trusted=tuple(
            TrustedCertificate(f"CA {number}", identity, chance.random() < 0.8)
            for number, identity in enumerate(chance.choice(TRUSTED))
        ),
        provider=ProviderSetup(
            server=chance.choice(SERVERS),
            trust=chance.choice((("root", "intermediate"), ("unrelated-root",), ("root",))),
            advertise=chance.choice(("trusted", "trusted", "none", ("unrelated-root",), ("root",))),
            policy=policy,
        ),
    )
    release = chance.choice(RELEASES)
    tls = chance.choice(("1.2", "1.3")) if release != "helsinki" else "1.2"
    return Lab(setup=setup, release=release, tls=tls, providers=providers)


# What the wire and the keystores say, without the rules


def _sent(exchange: Exchange) -> list[x509.Certificate]:
    choice = exchange.key_choice
    return [x509.load_der_x509_certificate(der) for der in choice.chain] if choice and choice.sent else []


def _presented(exchange: Exchange) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(der) for der in exchange.presented_chain]


def _anchors(instance: Instance, *, active: bool = True) -> list[x509.Certificate]:
    return [
        x509.load_der_x509_certificate(held.der)
        for row in instance.certificates
        if row.type == "trust_store" and row.active is active
        for held in stores.trusted_certificates(instance, row)
    ]


def _key_signs_for(exchange: Exchange, instance: Instance) -> bool:
    """Sign something with the stored key and verify it with its first certificate; every key where none was chosen."""
    choice = exchange.key_choice
    assert choice is not None
    shelf, route = KeystoreShelf(instance), exchange.route
    rows = [row for row in instance.certificates if route is not None and row.sys_id in route.keystore_ids]
    usable = [one for row in rows for one in shelf.view(row).usable if choice.alias in (None, one.alias)]
    return all(_signs_for(one.pkcs8 or b"", one.chain[0]) for one in usable)


def _signs_for(pkcs8: bytes, certificate: bytes) -> bool:
    key = load_der_private_key(pkcs8, None)
    public = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, rsa.RSAPrivateKey) and isinstance(public, rsa.RSAPublicKey):
            public.verify(
                key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()), b"x", padding.PKCS1v15(), hashes.SHA256()
            )
            return True
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(key.sign(b"x", ec.ECDSA(hashes.SHA256())), b"x", ec.ECDSA(hashes.SHA256()))
            return True
    except Exception:
        return False
    return False


def _asked(exchange: Exchange) -> CertificateRequest | None:
    return exchange.transcript.first(CertificateRequest, Direction.RECEIVED)


def _type_not_asked(exchange: Exchange, instance: Instance) -> bool:
    """Some key of the offered keystore is of a kind for which no signature algorithm was asked."""
    asked = _asked(exchange)
    assert asked is not None
    names = " ".join(registries.signature_scheme_name(code) for code in asked.signature_algorithms).lower()
    kinds = {"RSA": "rsa" in names, "EC": "ecdsa" in names}
    return any(
        not kinds.get(str(entry.key_type), False)
        for row in instance.certificates
        if row.is_keystore and row.active
        for opened in [KeystoreShelf(instance).view(row).read]
        if isinstance(opened, KeyStore)
        for entry in opened.entries
    )


def _names_no_ca(exchange: Exchange, instance: Instance) -> bool:
    asked = _asked(exchange)
    return bool(asked and asked.authorities) and not _sent(exchange)


def _last_alert(exchange: Exchange) -> str | None:
    alerts = exchange.transcript.of(Alert, Direction.RECEIVED)
    return alerts[-1].description_name if alerts else None


def _not_the_roots(exchange: Exchange, instance: Instance, finding: Finding) -> bool:
    """What is to be pasted as the root is self-issued, was shown by the provider, and is not trusted yet."""
    if "paste the root '" not in finding.fix:
        return True
    named = finding.fix.partition("paste the root '")[2].partition("'")[0]
    shown = {one.subject.rfc4514_string() for one in _presented(exchange) if one.subject == one.issuer}
    trusted = {one.fingerprint(hashes.SHA256()) for one in _anchors(instance)}
    same = [one for one in _presented(exchange) if one.subject.rfc4514_string() == named]
    return named in shown and not any(one.fingerprint(hashes.SHA256()) in trusted for one in same)


def _unreachable(exchange: Exchange, instance: Instance) -> bool:
    """No presented certificate is an anchor or signed by one."""
    anchors = _anchors(instance)
    subjects = {one.subject for one in anchors}
    return not any(one.issuer in subjects or one in anchors for one in _presented(exchange)) or not anchors


CLAIMS: Mapping[str, Callable[[Exchange, Instance, Finding, datetime], bool]] = {
    "key-type-not-accepted": lambda ex, inst, _f, _w: _type_not_asked(ex, inst),
    "client-ca-not-advertised": lambda ex, inst, _f, _w: _names_no_ca(ex, inst),
    "key-does-not-fit-certificate": lambda ex, inst, _f, _w: not _key_signs_for(ex, inst),
    "provider-not-trusted": lambda ex, inst, f, _w: _not_the_roots(ex, inst, f) and _unreachable(ex, inst),
    "provider-chain-incomplete": lambda ex, inst, _f, _w: (
        len(_presented(ex)) == 1 and _presented(ex)[0].issuer not in {one.subject for one in _anchors(inst)}
    ),
    "trusted-certificate-inactive": lambda _ex, inst, _f, _w: bool(_anchors(inst, active=False)),
    "client-certificate-expired": lambda ex, _i, _f, when: _sent(ex)[0].not_valid_after_utc < when,
    "client-certificate-not-yet-valid": lambda ex, _i, _f, when: _sent(ex)[0].not_valid_before_utc > when,
    "client-certificate-purpose": lambda ex, inst, _f, _w: (
        _key_signs_for(ex, inst)
        and x509.ExtendedKeyUsageOID.CLIENT_AUTH
        not in _sent(ex)[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    ),
    "self-signed-client-certificate": lambda ex, _i, _f, _w: _sent(ex)[0].issuer == _sent(ex)[0].subject,
    "client-certificate-weak": lambda ex, _i, _f, _w: getattr(_sent(ex)[0].public_key(), "key_size", 0) < 2048,
    "client-ca-unknown": lambda ex, _i, _f, _w: bool(_sent(ex)) and _last_alert(ex) in ("unknown_ca", None),
    "several-keys-in-keystore": lambda ex, _i, _f, _w: bool(_sent(ex)),
    "provider-requires-certificate": lambda ex, _i, _f, _w: not _sent(ex),
    "provider-certificate-expired": lambda ex, _i, _f, when: _presented(ex)[0].not_valid_after_utc < when,
    "http-forbidden": lambda ex, _i, f, _w: (
        ex.response.status_code == 403 and bool(_sent(ex)) != ("No client certificate was sent" in f.fix)
    ),
}
"""Rule id to an independent look at what it claims."""


def test_every_finding_of_a_random_lab_is_true(providers: Providers) -> None:
    """Keys, chains, trust, advertised names, answers and releases at random: whatever is claimed holds."""
    chance = random.Random(14)
    seen: dict[str, int] = {}
    for number in range(LABS):
        with _random_lab(chance, providers) as lab:
            exchange, _ = lab.call()
            for finding in exchange.findings:
                claim = CLAIMS.get(finding.rule)
                seen[finding.rule] = seen.get(finding.rule, 0) + 1
                if claim is not None:
                    assert claim(exchange, lab.instance, finding, exchange.when), (number, finding)
                words = " ".join((finding.title, *finding.evidence, finding.fix))
                assert "knows the client" not in words
                assert ("certificate sent:" not in words) or _sent(exchange), (number, finding)
    assert len(set(seen) & set(CLAIMS)) >= 9, seen


def test_the_claims_can_fail(providers: Providers) -> None:
    """The judge itself: the same finding on another lab's exchange is found out."""
    with Lab(setup=_with_key(KeySpec("k", "acme-client")), providers=providers) as lab:
        exchange, _ = lab.call()
        invented = Finding("key-does-not-fit-certificate", "", (), "", "")
        assert not CLAIMS["key-does-not-fit-certificate"](exchange, lab.instance, invented, exchange.when)


def _with_key(key: KeySpec, **provider: object) -> LabSetup:
    return LabSetup(
        stores=(Store(content=KeystoreSpec((key,))),),
        provider=replace(ProviderSetup(), **provider),  # type: ignore[arg-type]
    )


def test_a_key_withheld_for_its_ca_is_of_an_accepted_type(providers: Providers) -> None:
    """Only the CA names differ: nothing is said of the key's type; a type that is not asked for is the twin."""
    setup = _with_key(KeySpec("k", "rsa-client"), advertise=("unrelated-root",))
    with Lab(setup=setup, tls="1.2", providers=providers) as lab:
        rules = {finding.rule for finding in lab.call()[0].findings}

    assert "client-ca-not-advertised" in rules
    assert "key-type-not-accepted" not in rules


@pytest.mark.parametrize(
    ("key", "named", "properties", "finding"),
    [
        (KeySpec("k", "acme-client"), "instance-web-server", {}, "web-server-certificate-imported"),
        (KeySpec("k", "acme-client", "leaf"), "instance-web-server", {}, "web-server-certificate-imported"),
        (KeySpec("k", "acme-client"), "provider", {}, "client-ca-not-advertised"),
        (
            KeySpec("k", "acme-client"),
            "provider",
            {"glide.servlet.uri": "https://localhost/"},
            "web-server-certificate-imported",
        ),
        (KeySpec("k", "instance-web-server"), "instance-web-server", {}, "client-ca-not-advertised"),
    ],
    ids=["wildcard", "leaf-only", "another-host", "own-domain", "the-keystore-has-it"],
)
def test_a_web_server_is_told_from_a_ca(
    key: KeySpec, named: str, properties: Mapping[str, str], finding: str, providers: Providers
) -> None:
    """A host name of the instance's own among the CA names; another host's, or one that the keystore has, is none."""
    setup = replace(_with_key(key, trust=(named,)), properties=properties)
    with Lab(setup=setup, tls="1.3", providers=providers) as lab:
        exchange, _ = lab.call()

    assert exchange.findings[0].rule == finding


@pytest.mark.parametrize("chain", ["full", "reversed"])
def test_a_chain_stored_root_first_is_said_so(chain: str, providers: Providers) -> None:
    """The key belongs to the third certificate; in the right order nothing is wrong."""
    with Lab(setup=_with_key(KeySpec("k", "acme-client", chain)), providers=providers) as lab:
        exchange, _ = lab.call()
        before = check(lab.instance, datetime.now(UTC))
    findings = {finding.rule: finding for finding in exchange.findings}

    assert ("key-does-not-fit-certificate" in findings) == (chain == "reversed")
    assert before.ok == (chain == "full")
    if chain == "reversed":
        assert exchange.findings[0].rule == "key-does-not-fit-certificate"
        assert "certificate 3 of the chain" in " ".join(exchange.findings[0].evidence)
        assert "client-certificate-purpose" not in findings


def test_a_foreign_key_is_found_before_the_call(providers: Providers) -> None:
    """Java does not compare key and certificate; `check` does."""
    setup = _with_key(KeySpec("k", "acme-client", certificates="second-client"))
    with Lab(setup=setup, providers=providers) as lab:
        findings = check(lab.instance, datetime.now(UTC)).findings

    assert [finding.rule for finding in findings][:1] == ["key-does-not-fit-certificate"]


def test_an_intermediate_is_not_called_a_root(providers: Providers) -> None:
    """The provider sends its leaf alone and the root is trusted: the missing intermediate is the one finding."""
    setup = LabSetup(provider=ProviderSetup(policy={"send_chain": False}))
    with Lab(setup=setup, providers=providers) as lab:
        rules = [finding.rule for finding in lab.call()[0].findings]

    assert rules[:1] == ["provider-chain-incomplete"]
    assert "provider-not-trusted" not in rules


def test_a_403_without_a_certificate_knows_nobody(providers: Providers) -> None:
    """No certificate was asked for, none was sent: the finding says so."""
    setup = LabSetup(provider=ProviderSetup(policy={"client_auth": "none", "http_status": 403}))
    with Lab(setup=setup, providers=providers) as lab:
        finding = lab.call()[0].findings[0]

    assert finding.rule == "http-forbidden"
    assert "No client certificate was sent" in finding.fix


# `check` and the call


@pytest.mark.parametrize("release", ["quebec", "zurich"])
def test_check_and_call_tell_one_story(release: str, providers: Providers) -> None:
    """The same exception, and the same one behind it, whichever HTTP client the release has."""
    setup = LabSetup(provider=ProviderSetup(policy={"send_chain": False}))
    with Lab(setup=setup, release=release, providers=providers) as lab:
        exchange, _ = lab.call()
        seen = probe(Session.on(lab.instance), "localhost", lab.provider.port)
        predicted = check(lab.instance, datetime.now(UTC), seen).calls[0]

    assert exchange.failure is not None
    assert predicted.failure is not None
    assert predicted.failure.java[0] == exchange.failure.java[0]
    assert [str(one) for one in predicted.failure.hidden] == [str(one) for one in exchange.failure.hidden]
    everything = " ".join(str(one) for one in (*exchange.failure.java, *exchange.failure.hidden))
    assert "PKIX path building failed" in everything


def test_before_a_call_nothing_was_sent(providers: Providers) -> None:
    """`check` says "would be sent", the call "sent"."""
    setup = _with_key(KeySpec("k", "server-auth-client"))
    with Lab(setup=setup, providers=providers) as lab:
        before = " ".join(line for one in check(lab.instance, datetime.now(UTC)).findings for line in one.evidence)
        after = " ".join(line for one in lab.call()[0].findings for line in one.evidence)

    assert "certificate sent" not in before
    assert "certificate sent" in after


@pytest.mark.parametrize(
    ("endpoint", "depends"),
    [
        ("${url}/tickets", ("url",)),
        ("https://${target}:${number}/tickets", ("target", "number")),
        ("{scheme}://{host}:{port}/tickets/${id}", ()),
        ("{scheme}://{host}:{port}/tickets", ()),
    ],
)
def test_what_depends_on_a_variable_is_said_to(endpoint: str, depends: tuple[str, ...], providers: Providers) -> None:
    """A variable in scheme, host or port is no mistake of the endpoint; one in the path changes nothing."""
    setup = LabSetup()
    setup = replace(setup, message=replace(setup.message, endpoint=endpoint))
    with Lab(setup=setup, providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))

    assert report.ok
    assert report.calls[0].depends_on == depends
    assert report.calls[0].to_json()["depends_on"] == list(depends)
    assert report.calls[0].key_choice is not None
    assert report.calls[0].key_choice.sent
