"""Whether the provider's chain is accepted, and in which words not. Every expectation was measured on JDK 17 and 25."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sn_mock.java.exceptions.causes import CAUSES
from sn_mock.java.httpclient.clients import HTTP_CLIENTS, known
from sn_mock.java.lang.jdk import REFERENCE, named
from sn_mock.java.pkix.hostname import HostCheck
from sn_mock.java.pkix.revocation import RevocationPolicy
from sn_mock.java.pkix.trust import TrustPolicy, TrustRefusal, check_server

BUILDING = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
VALIDATING = "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
SERVER_AUTH, CLIENT_AUTH, ANY = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"
ALERTS = {42: "bad_certificate", 43: "unsupported_certificate", 45: "certificate_expired", 46: "certificate_unknown"}

Judge = Callable[..., TrustRefusal | None]


@pytest.fixture
def judge(now: datetime) -> Judge:
    """`judge(chain, anchors, tls=…, java=…, …)`."""

    def check(
        chain: Sequence[Any], anchors: Sequence[Any], *, tls: str = "TLSv1.2", host: str = "localhost", **policy: Any
    ) -> Any:
        return check_server(
            [identity.der for identity in chain],
            anchors=[identity.der for identity in anchors],
            host=host,
            when=now,
            tls=tls,
            policy=TrustPolicy(**{"java": REFERENCE, **policy}),
        )

    return check


@pytest.fixture
def leaf(forge: Any, intermediate: Any) -> Any:
    """A healthy provider certificate."""
    return forge.issue("localhost", intermediate, hosts=("localhost", "127.0.0.1"), usages=(SERVER_AUTH,))


def message(refusal: TrustRefusal | None) -> str | None:
    """What the outermost exception says; None for an accepted chain."""
    return refusal.java[0].message if refusal else None


def test_chains_that_are_accepted(
    judge: Judge, forge: Any, root: Any, intermediate: Any, leaf: Any, other_root: Any
) -> None:
    """The usual chain, with its root, out of order, with strangers in it; an intermediate and a leaf as anchors."""
    assert judge([leaf, intermediate], [root]) is None
    assert judge([leaf, intermediate, root], [root]) is None
    assert judge([leaf, root, intermediate], [root]) is None
    assert judge([leaf, other_root, intermediate], [root]) is None
    assert judge([leaf], [intermediate]) is None
    assert judge([leaf], [leaf]) is None


def test_no_path(judge: Judge, root: Any, intermediate: Any, leaf: Any, other_root: Any) -> None:
    """Unknown CA, missing intermediate: the builder names no reason; three exceptions, certificate_unknown."""
    for chain, anchors in (([leaf, intermediate], [other_root]), ([leaf], [root])):
        refusal = judge(chain, anchors)
        assert refusal is not None
        assert [str(link) for link in refusal.java] == [
            f"javax.net.ssl.SSLHandshakeException: {BUILDING}",
            f"sun.security.validator.ValidatorException: {BUILDING}",
            BUILDING.removeprefix("PKIX path building failed: "),
        ]
        assert (refusal.cause, ALERTS[refusal.alert]) == ("server-not-trusted", "certificate_unknown")


def test_an_empty_trust_store(judge: Judge, leaf: Any) -> None:
    """Not a certificate problem for Java but an internal error."""
    refusal = judge([leaf], [])
    assert refusal is not None
    assert [link.class_name for link in refusal.java] == [
        "javax.net.ssl.SSLException",
        "java.lang.RuntimeException",
        "java.security.InvalidAlgorithmParameterException",
    ]
    assert message(refusal) == (
        "Unexpected error: java.security.InvalidAlgorithmParameterException: "
        "the trustAnchors parameter must be non-empty"
    )
    assert (refusal.cause, refusal.alert) == ("no-trust-anchors", 80)


@pytest.mark.parametrize(
    ("days", "exception", "text", "cause", "alert"),
    [
        (
            (-400, -100),
            "CertificateExpiredException",
            "NotAfter: Sat Feb 21 12:00:00 UTC 2026",
            "server-certificate-expired",
            45,
        ),
        (
            (100, 400),
            "CertificateNotYetValidException",
            "NotBefore: Wed Sep 09 12:00:00 UTC 2026",
            "server-certificate-not-yet-valid",
            42,
        ),
    ],
)
def test_dates(
    judge: Judge, forge: Any, root: Any, days: tuple[int, int], exception: str, text: str, cause: str, alert: int
) -> None:
    """Java's date text in UTC at the root of the chain; TLS 1.3 clients were less precise until JDK 25."""
    bad = forge.issue("localhost", root, days=days)
    refusal = judge([bad], [root])
    assert refusal is not None
    assert message(refusal) == f"{VALIDATING}validity check failed"
    assert str(refusal.java[-1]) == f"java.security.cert.{exception}: {text}"
    assert (refusal.cause, refusal.alert, len(refusal.java)) == (cause, alert, 4)
    assert judge([bad], [root], tls="TLSv1.3").alert == 46
    assert judge([bad], [root], tls="TLSv1.3", java=named(25)).alert == alert
    assert judge([bad], [bad]) is None, "a pinned leaf is not asked for its age"


def test_an_expired_intermediate(judge: Judge, forge: Any, root: Any) -> None:
    """In order, its fault is named; out of order, the builder passes over it and names none."""
    old = forge.issue("Old CA", root, ca=True, days=(-30, -20))
    leaf = forge.issue("localhost", old)
    assert message(judge([leaf, old], [root])) == f"{VALIDATING}validity check failed"
    assert message(judge([leaf, root, old], [root])) == BUILDING
    assert judge([leaf], [old]) is None, "an anchor's own dates do not matter"


def test_an_expired_anchor(judge: Judge, forge: Any) -> None:
    """In order, nobody asks for its age; the builder does, unless it issued the leaf itself (a quirk, measured)."""
    old = forge.issue("Old Root", ca=True, days=(-30, -20))
    between = forge.issue("Between", old, ca=True)
    stranger = forge.issue("Stranger", ca=True)
    leaf = forge.issue("localhost", between)
    assert judge([leaf, between], [old]) is None
    assert message(judge([leaf, stranger, between], [old])) == BUILDING
    assert judge([forge.issue("localhost", old), stranger], [old]) is None


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({"ca": False}, "basic constraints check failed: this is not a CA certificate"),
        ({"ca": None}, "basic constraints check failed: this is not a CA certificate"),
        ({"ca": True, "key_usage": ("digital_signature",)}, "CA key usage check failed: keyCertSign bit is not set"),
    ],
)
def test_an_intermediate_that_may_not_issue(
    judge: Judge, forge: Any, root: Any, made: dict[str, Any], fault: str
) -> None:
    """Key usage is looked at before basic constraints; the exception repeats itself as its own cause."""
    unfit = forge.issue("Unfit CA", root, **made)
    refusal = judge([forge.issue("localhost", unfit), unfit], [root])
    assert refusal is not None
    assert message(refusal) == VALIDATING + fault
    assert refusal.java[2] == refusal.java[3]
    assert refusal.cause == "server-chain-invalid"


def test_an_anchor_that_is_no_ca(judge: Judge, forge: Any, root: Any) -> None:
    """Java finds the path and then refuses its anchor."""
    unfit = forge.issue("Unfit CA", root, ca=False)
    refusal = judge([forge.issue("localhost", unfit)], [unfit])
    assert message(refusal) == (
        "PKIX path validation failed: sun.security.validator.ValidatorException: "
        'TrustAnchor with subject "CN=Unfit CA, O=Lab, C=NL" is not a CA certificate'
    )


def test_path_length(judge: Judge, forge: Any, root: Any, intermediate: Any) -> None:
    """A CA below one that allows none; as an anchor, its limit is not looked at."""
    below = forge.issue("Sub CA", intermediate, ca=True)
    leaf = forge.issue("localhost", below)
    assert message(judge([leaf, below, intermediate], [root])) == (
        f"{VALIDATING}basic constraints check failed: pathLenConstraint violated - "
        "this cert must be the last cert in the certification path"
    )
    assert judge([leaf, below], [intermediate]) is None


def test_signatures(judge: Judge, forge: Any, root: Any, other_root: Any) -> None:
    """A forged leaf is named where Java validates and lost where it builds."""
    forged = forge.issue("localhost", root, signed_with=other_root.key)
    refusal = judge([forged], [root])
    assert refusal is not None
    assert str(refusal.java[-1]) == "java.security.SignatureException: Signature does not match."
    assert (message(refusal), refusal.alert) == (f"{VALIDATING}signature check failed", 42)
    assert message(judge([forged, other_root, root], [root])) == BUILDING


def test_a_root_of_the_same_name(judge: Judge, forge: Any, root: Any, at_name: Callable[..., Any]) -> None:
    """Two anchors of one name: the right key decides; with only the wrong one the signature is what fails."""
    impostor = forge.issue("Impostor", subject=at_name("Lab Root"), ca=True)
    leaf = forge.issue("localhost", root)
    assert message(judge([leaf], [impostor])) == f"{VALIDATING}signature check failed"
    assert judge([leaf], [impostor, root]) is None


def test_a_cross_signed_root(judge: Judge, forge: Any, root: Any) -> None:
    """The AddTrust case of May 2020 (KB0827179): Java stops at the root it trusts and never sees the expired one."""
    old = forge.issue("Old Root", ca=True, days=(-400, -100))
    crossed = forge.issue(
        "crossed", old, subject=root.certificate.subject, label="Lab Root", ca=True, days=(-400, -100)
    )
    leaf = forge.issue("localhost", root)
    assert judge([leaf, crossed], [root]) is None
    assert message(judge([leaf, crossed], [old])) == f"{VALIDATING}validity check failed"


@pytest.mark.parametrize(
    ("made", "text"),
    [
        ({"usages": (CLIENT_AUTH,)}, "Extended key usage does not permit use for TLS server authentication"),
        ({"key_usage": ("key_encipherment",)}, "KeyUsage does not allow digital signatures"),
        ({"key_usage": ("key_encipherment",), "usages": (CLIENT_AUTH,)}, "KeyUsage does not allow digital signatures"),
        ({"usages": (ANY,)}, None),
        ({"usages": ("1.3.6.1.4.1.311.10.3.3",)}, None),
        ({"key_usage": ("digital_signature",)}, None),
    ],
)
def test_usage_of_the_leaf(judge: Judge, forge: Any, root: Any, made: dict[str, Any], text: str | None) -> None:
    """Checked after the path, key usage first; a pinned leaf is not checked at all."""
    leaf = forge.issue("localhost", root, **made)
    refusal = judge([leaf], [root])
    assert message(refusal) == text
    if refusal:
        assert [link.class_name for link in refusal.java] == [
            "javax.net.ssl.SSLHandshakeException",
            "sun.security.validator.ValidatorException",
        ]
        assert (refusal.cause, refusal.alert) == ("server-certificate-usage", 46)
    assert judge([leaf], [leaf]) is None


def test_key_encipherment_for_static_rsa(forge: Any, root: Any, now: datetime) -> None:
    """Only the old TLS_RSA_ suites encrypt to the certificate's key instead of asking for a signature."""
    signing = forge.issue("localhost", root, kind="rsa", key_usage=("digital_signature",))
    policy = TrustPolicy(java=REFERENCE)
    for cipher, expected in (
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", "KeyUsage does not allow key encipherment"),
        ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", None),
    ):
        refusal = check_server(
            [signing.der], anchors=[root.der], host="x", when=now, tls="TLSv1.2", policy=policy, cipher=cipher
        )
        assert message(refusal) == expected


def test_path_before_dates_before_usage_before_host(judge: Judge, forge: Any, root: Any, other_root: Any) -> None:
    """Of several faults the first in Java's order is told."""
    everything = forge.issue("localhost", root, days=(-30, -20), usages=(CLIENT_AUTH,))
    wrong_use = forge.issue("localhost", root, usages=(CLIENT_AUTH,))
    client = {"host_check": HostCheck.JSSE, "host": "elsewhere.test"}
    assert message(judge([everything], [other_root], **client)) == BUILDING
    assert message(judge([everything], [root], **client)) == f"{VALIDATING}validity check failed"
    assert "Extended key usage" in str(message(judge([wrong_use], [root], **client)))
    assert "No name matching" in str(message(judge([forge.issue("localhost", root)], [root], **client)))


def test_weak_keys_and_removed_curves(judge: Judge, forge: Any, root: Any) -> None:
    """EC below 224 bits is refused by size; curves JDK 16 removed cannot verify a signature; 11.0.13 disables them."""
    small = forge.issue("Small CA", root, ca=True, kind="p192")
    refusal = judge([forge.issue("localhost", small), small], [root])
    assert message(refusal) == (
        f"{VALIDATING}Algorithm constraints check failed on keysize limits: "
        "EC 192 bit key used with certificate: CN=Small CA, O=Lab, C=NL"
    )
    assert refusal is not None
    assert (refusal.cause, refusal.alert) == ("server-certificate-weak", 43)
    removed = forge.issue("Koblitz CA", root, ca=True, kind="k1")
    chain = [forge.issue("localhost", removed), removed]
    assert str(judge(chain, [root]).java[-1]) == (
        "java.security.SignatureException: Curve not supported: secp256k1 (1.3.132.0.10)"
    )
    assert judge(chain, [root], java=named("8u252")) is None
    disabled = judge(chain, [root], java=named("11.0.13"))
    assert str(disabled.java[-1].message) == "Algorithm constraints check failed on disabled algorithm: secp256k1"


def test_signatures_tls13_does_not_know(judge: Judge, forge: Any, root: Any) -> None:
    """SHA-224 is offered for TLS 1.2 only; JDK 25 names the key instead of the algorithm below the anchor's."""
    ca = forge.issue("CA", root, ca=True)
    leaf = forge.issue("localhost", ca, digest=hashes.SHA224())
    assert judge([leaf, ca], [root]) is None
    constrained = f"{VALIDATING}Algorithm constraints check failed on "
    assert message(judge([leaf, ca], [root], tls="TLSv1.3")) == f"{constrained}signature algorithm: SHA224withECDSA"
    assert message(judge([leaf, ca], [root], tls="TLSv1.3", java=named(25))) == (
        f"(unsupported_certificate) {constrained}SHA224withECDSAsignature and EC key with size of 256bits"
    )


def test_unknown_critical_extensions(judge: Judge, forge: Any, root: Any) -> None:
    """One Java cannot read ends the validation; known ones may be critical."""
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    refusal = judge([forge.issue("localhost", root, extensions=[(strange, True)])], [root])
    assert message(refusal) == f"{VALIDATING}unrecognized critical extension(s)"
    assert len(refusal.java) == 3
    assert judge([forge.issue("localhost", root, extensions=[(strange, False)])], [root]) is None


@pytest.mark.parametrize(
    ("permitted", "excluded", "hosts", "accepted"),
    [
        ("acme.test", None, ("a.acme.test",), True),
        ("acme.test", None, ("elsewhere.test",), False),
        ("acme.test", None, ("notacme.test",), False),
        (None, "acme.test", ("a.acme.test",), False),
        (None, "acme.test", ("elsewhere.test",), True),
        ("acme.test", None, None, False),
    ],
    ids=["below", "elsewhere", "suffix only", "excluded", "not excluded", "the CN stands in for a missing DNS name"],
)
def test_name_constraints(
    judge: Judge,
    forge: Any,
    root: Any,
    permitted: str | None,
    excluded: str | None,
    hosts: tuple[str, ...] | None,
    accepted: bool,
) -> None:
    """On every certificate below the CA that carries them."""
    limits = x509.NameConstraints(
        [x509.DNSName(permitted)] if permitted else None, [x509.DNSName(excluded)] if excluded else None
    )
    ca = forge.issue("Limited CA", root, ca=True, extensions=[(limits, True)])
    # without DNS names the CN would be checked too: keep it out of the way
    leaf = forge.issue("leaf of many words" if hosts else "localhost", ca, label="leaf", hosts=hosts)
    refusal = judge([leaf, ca], [root])
    assert message(refusal) == (None if accepted else f"{VALIDATING}name constraints check failed")


def test_trust_all_accepts_almost_anything(judge: Judge, forge: Any, other_root: Any) -> None:
    """Expired, unknown, for clients: fine. What JSSE checks behind a plain trust manager stays."""
    bad = forge.issue("localhost", other_root, days=(-30, -20), usages=(CLIENT_AUTH,))
    assert judge([bad], [], trust_all=True) is None
    small = forge.issue("Small CA", other_root, ca=True, kind="p192")
    refusal = judge([forge.issue("localhost", small), small], [], trust_all=True)
    assert [str(link) for link in refusal.java] == [
        "javax.net.ssl.SSLHandshakeException: Certificates do not conform to algorithm constraints",
        "java.security.cert.CertificateException: Certificates do not conform to algorithm constraints",
        "java.security.cert.CertPathValidatorException: Algorithm constraints check failed on keysize limits: "
        "EC 192 bit key used with certificate: CN=Small CA, O=Lab, C=NL",
    ]


def test_verify_hostname_overrides_trust_all(judge: Judge, forge: Any, root: Any, other_root: Any) -> None:
    """The property brings back the chain, and compares the host name."""
    leaf = forge.issue("localhost", root, hosts=("localhost",))
    assert message(judge([leaf], [other_root], trust_all=True, verify_hostname=True)) == BUILDING
    assert judge([leaf], [root], trust_all=True, verify_hostname=True) is None
    assert message(judge([leaf], [root], verify_hostname=True, host="acme.test")) == (
        "No subject alternative DNS name matching acme.test found."
    )
    assert judge([leaf], [root], host="acme.test") is None


def test_what_cannot_be_read(now: datetime, leaf: Any, root: Any) -> None:
    """Garbage or nothing as the chain is Java's refusal, never an error of ours; a broken anchor is left out."""
    for chain, text in (
        ((b"\x30\x03\x02\x01\x01",), "Failed to parse server certificates"),
        ((leaf.der[:-9],), "Failed to parse server certificates"),
        ((), "Empty server certificate chain"),
    ):
        refusal = check_server(
            chain,
            anchors=[root.der],
            host="x",
            when=now,
            tls="TLSv1.2",
            policy=TrustPolicy(java=REFERENCE, trust_all=True),
        )
        assert (message(refusal), refusal.alert if refusal else None) == (text, 42)
    policy = TrustPolicy(java=REFERENCE)
    assert (
        check_server([root.der], anchors=[b"junk", root.der], host="x", when=now, tls="TLSv1.2", policy=policy) is None
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 2),
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=3),
    tls=st.sampled_from(["TLSv1.2", "TLSv1.3"]),
    client=st.sampled_from(sorted(HTTP_CLIENTS)),
)
def test_damaged_certificates_are_judged(
    now: datetime,
    root: Any,
    intermediate: Any,
    leaf: Any,
    which: int,
    damage: list[tuple[int, int]],
    tls: str,
    client: str,
) -> None:
    """Whatever bytes are flipped in leaf, intermediate or anchor, there is a verdict, and its cause is a known word."""
    files = [bytearray(identity.der) for identity in (leaf, intermediate, root)]
    for place, value in damage:
        files[which][place % len(files[which])] = value
    leaf_file, intermediate_file, root_file = map(bytes, files)
    refusal = check_server(
        [leaf_file, intermediate_file],
        anchors=[root_file],
        host="localhost",
        when=now,
        tls=tls,
        policy=TrustPolicy(
            java=REFERENCE, host_check=known(client).host_check, revocation=RevocationPolicy(enabled=True)
        ),
    )
    assert refusal is None or refusal.cause in CAUSES
