"""Revocation as the properties have it; a revoked certificate in the JDK's own words (measured on JDK 17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.pkix.revocation import RevocationPolicy
from sn_mock.java.pkix.trust import TrustPolicy, TrustRefusal, check_server

OCSP = (
    x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.acme.test/")
            )
        ]
    ),
    False,
)
CRL_POINT = (
    x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier("http://crl.acme.test/")], None, None, None)]
    ),
    False,
)


def crl(
    issuer: Any, now: datetime, *revoked: Any, reason: x509.ReasonFlags | None = None, days: tuple[int, int] = (-1, 20)
) -> bytes:
    """A CRL of that issuer."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now + timedelta(days=days[0]))
        .next_update(now + timedelta(days=days[1]))
    )
    for identity in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(identity.certificate.serial_number)
            .revocation_date(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        )
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def judge(root: Any, now: datetime) -> Callable[..., TrustRefusal | None]:
    """`judge(chain, **policy)` with the root as anchor."""

    def check(*chain: Any, trust_all: bool = False, **policy: Any) -> TrustRefusal | None:
        return check_server(
            [identity.der for identity in chain],
            anchors=[root.der],
            host="acme.test",
            when=now,
            tls="TLSv1.2",
            policy=TrustPolicy(
                java=REFERENCE, trust_all=trust_all, revocation=RevocationPolicy(**{"enabled": True, **policy})
            ),
        )

    return check


def test_a_missing_issuer_is_an_error(judge: Callable[..., Any], forge: Any, other_root: Any) -> None:
    """Trusted all the same, but the check needs the issuer (KB0760206); sent along, or switched off, all is well."""
    leaf = forge.issue("acme.test", other_root)
    refusal = judge(leaf, trust_all=True)
    assert (refusal.cause, refusal.java[0].message) == ("issuer-missing", "No issuer certificate found for acme.test")
    assert judge(leaf, other_root, trust_all=True) is None
    assert judge(leaf, trust_all=True, enabled=False) is None


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            None,
            "reason: UNSPECIFIED, revocation date: Fri Jan 02 03:04:05 UTC 2026, "
            "authority: CN=Lab Root, O=Lab, C=NL, extension OIDs: []",
        ),
        (
            x509.ReasonFlags.key_compromise,
            "reason: KEY_COMPROMISE, revocation date: Fri Jan 02 03:04:05 UTC 2026, "
            "authority: CN=Lab Root, O=Lab, C=NL, extension OIDs: [2.5.29.21]",
        ),
    ],
)
def test_revoked(
    judge: Callable[..., Any], forge: Any, root: Any, now: datetime, reason: x509.ReasonFlags | None, told: str
) -> None:
    """Reason, date, authority and extensions as the JDK tells them, four exceptions deep."""
    leaf = forge.issue("acme.test", root)
    refusal = judge(leaf, crls=(crl(root, now, leaf, reason=reason),))
    text = f"Certificate has been revoked, {told}"
    assert [str(link) for link in refusal.java[2:]] == [
        f"java.security.cert.CertPathValidatorException: {text}",
        f"java.security.cert.CertificateRevokedException: {text}",
    ]
    assert (refusal.cause, refusal.alert) == ("server-certificate-revoked", 44)


def test_crls_that_say_nothing(
    judge: Callable[..., Any], forge: Any, root: Any, other_root: Any, now: datetime
) -> None:
    """Another certificate revoked, a stale list, one the CA did not sign, garbage: no verdict, so the call goes on."""
    leaf, another = forge.issue("acme.test", root), forge.issue("b", root)
    impostor = type(root)(root.certificate, other_root.key)
    for useless in (
        crl(root, now, another),
        crl(root, now, leaf, days=(-9, -1)),
        crl(impostor, now, leaf),
        b"\x30\x00",
    ):
        assert judge(leaf, crls=(useless,)) is None
    assert judge(leaf, crls=(crl(root, now, leaf),), read_crls=False) is None


def test_a_status_that_cannot_be_had(judge: Callable[..., Any], forge: Any, root: Any) -> None:
    """A certificate that names a CRL, under `fail_on_non_pass_crl_status`; one that names none passes."""
    named = forge.issue("acme.test", root, extensions=[CRL_POINT])
    refusal = judge(named, fail_without_status=True)
    assert (refusal.cause, refusal.alert) == ("revocation-unknown", 46)
    assert "Could not determine revocation status" in refusal.java[0].message
    assert judge(named) is None
    assert judge(forge.issue("acme.test", root), fail_without_status=True) is None


def test_an_unreachable_responder(judge: Callable[..., Any], forge: Any, root: Any) -> None:
    """Forgiven by default (`ocsp_allow_network_error`), else Java's words for it."""
    leaf = forge.issue("acme.test", root, extensions=[OCSP])
    assert judge(leaf) is None
    refusal = judge(leaf, allow_network_error=False)
    assert [str(link) for link in refusal.java[2:]] == [
        "java.security.cert.CertPathValidatorException: Unable to determine revocation status due to network error",
        "java.net.ConnectException: Connection refused",
    ]


def test_whom_nobody_vouches_for(judge: Callable[..., Any], forge: Any, root: Any) -> None:
    """A self-signed leaf and a pinned one are not checked."""
    assert judge(forge.issue("acme.test"), trust_all=True) is None
    assert judge(root) is None
