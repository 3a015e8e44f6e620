"""Revocation as the properties have it; a revoked certificate in the JDK's own words (measured on JDK 17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
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


def test_a_status_that_cannot_be_had(judge: Callable[..., Any], forge: Any, root: Any) -> None:
    """A certificate that names a CRL, under `fail_on_non_pass_crl_status`; one that names none passes."""
    named = forge.issue("acme.test", root, extensions=[CRL_POINT])
    refusal = judge(named, fail_without_status=True)
    assert (refusal.cause, refusal.alert) == ("revocation-unknown", 46)
    assert "Could not determine revocation status" in refusal.java[0].message
    assert judge(named) is None
    assert judge(named, fail_without_status=True, read_crls=False) is None
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
