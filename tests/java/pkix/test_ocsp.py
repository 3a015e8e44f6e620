"""OCSP answers as the JDK judges them: every text here was measured on JDK 17 with a responder that does just that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from sn_mock.failure import JavaException
from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.pkix.ocsp import judge
from sn_mock.java.pkix.revocation import OcspAnswer, RevocationPolicy
from sn_mock.java.pkix.trust import TrustPolicy, TrustRefusal, check_server
from sn_mock.java.x509.certificates import parse_certificate

URL = "http://ocsp.acme.test/"
NAMES_IT = x509.AuthorityInformationAccess(
    [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(URL))]
)
GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
REVOKED_TEXT = (
    "Certificate has been revoked, reason: {}, revocation date: Mon Mar 01 00:00:00 UTC 2021, authority: "
    "CN={}, O=Lab, C=NL, extension OIDs: []"
)


@pytest.fixture
def leaf(forge: Any, root: Any) -> Any:
    """A server certificate that names its responder."""
    return forge.issue("acme.test", root, extensions=[(NAMES_IT, False)])


@pytest.fixture
def respond(forge: Any, root: Any, now: datetime, leaf: Any) -> Callable[..., bytes]:
    """`respond(status, signer=…)`: an OCSP response about the leaf."""

    def answer(
        status: ocsp.OCSPCertStatus = GOOD,
        *,
        signer: Any = root,
        about: Any = None,
        days: tuple[int, int] = (-1, 1),
        reason: x509.ReasonFlags | None = None,
        enclose: bool = True,
    ) -> bytes:
        revoked = status is REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            (about or leaf).certificate,
            root.certificate,
            hashes.SHA1(),
            status,
            now + timedelta(days=days[0]),
            now + timedelta(days=days[1]),
            datetime(2021, 3, 1) if revoked else None,
            reason if revoked else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        if signer is not root and enclose:
            builder = builder.certificates([signer.certificate])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    return answer


@pytest.fixture
def said(leaf: Any, root: Any, now: datetime) -> Callable[[bytes], str | None]:
    """What is made of an answer."""

    def text(data: bytes) -> str | None:
        fault = judge(data, parse_certificate(leaf.der), parse_certificate(root.der), now)
        return fault.message if fault else None

    return text


def test_good_revoked_unknown(respond: Any, said: Any) -> None:
    """The three states, and the reason."""
    assert said(respond(GOOD)) is None
    assert said(respond(REVOKED)) == REVOKED_TEXT.format("UNSPECIFIED", "Lab Root")
    compromised = respond(REVOKED, reason=x509.ReasonFlags.key_compromise)
    assert said(compromised) == REVOKED_TEXT.format("KEY_COMPROMISE", "Lab Root")
    assert said(respond(UNKNOWN)) == "Certificate's revocation status is unknown"


def test_a_delegated_responder(forge: Any, root: Any, respond: Any, said: Any) -> None:
    """Counts with the extended key usage OCSPSigning, and is named as the authority; without it, it does not count."""
    signing = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    delegate = forge.issue("Responder", root, extensions=[(signing, False)])
    assert said(respond(GOOD, signer=delegate)) is None
    assert said(respond(REVOKED, signer=delegate)) == REVOKED_TEXT.format("UNSPECIFIED", "Responder")
    plain = forge.issue("No responder", root)
    assert said(respond(GOOD, signer=plain)) == "Responder's certificate not valid for signing OCSP responses"


def test_answers_that_do_not_count(forge: Any, root: Any, other_root: Any, respond: Any, said: Any) -> None:
    """Somebody else's, another day's, another certificate's, a forged one."""
    stranger = "Responder's certificate is not authorized to sign OCSP responses"
    assert said(respond(GOOD, signer=other_root)) == stranger
    nobody = "Unable to verify OCSP Response's signature"
    assert said(respond(GOOD, signer=other_root, enclose=False)) == nobody
    stale = "Response is unreliable: its validity interval is out-of-date"
    assert said(respond(GOOD, days=(-9, -2))) == stale
    assert said(respond(GOOD, days=(2, 9))) == stale
    other = "OCSP response does not include a response for a certificate supplied in the OCSP request"
    assert said(respond(GOOD, about=forge.issue("b", root))) == other
    forged = respond(GOOD)
    assert said(forged[:-1] + bytes([forged[-1] ^ 1])) == "Error verifying OCSP Response's signature"
    busy = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
    assert said(busy) == "OCSP response error: TRY_LATER"
    assert said(b"hello") == "Unable to determine revocation status due to network error"


@pytest.fixture
def verdict(leaf: Any, root: Any, now: datetime) -> Callable[..., TrustRefusal | None]:
    """The instance's verdict where the responder gives that answer."""

    def check(answer: OcspAnswer, **policy: Any) -> TrustRefusal | None:
        asked = RevocationPolicy(enabled=True, ask=lambda url, _: answer if url == URL else OcspAnswer(), **policy)
        return check_server(
            [leaf.der],
            anchors=[root.der],
            host="acme.test",
            when=now,
            tls="TLSv1.2",
            policy=TrustPolicy(java=REFERENCE, revocation=asked),
        )

    return check


def test_the_properties_decide(respond: Any, verdict: Any) -> None:
    """Only what the network does is forgiven by `ocsp_allow_network_error`; a revoked certificate never."""
    assert verdict(OcspAnswer(respond(GOOD)), allow_network_error=False) is None
    revoked = verdict(OcspAnswer(respond(REVOKED)))
    assert (revoked.cause, revoked.alert) == ("server-certificate-revoked", 44)
    assert verdict(OcspAnswer(respond(UNKNOWN))).cause == "revocation-unknown"
    timeout = OcspAnswer(trouble=JavaException("java.net.SocketTimeoutException", "Read timed out"))
    assert verdict(timeout) is None
    refused = verdict(timeout, allow_network_error=False)
    assert refused.cause == "revocation-unknown"
    assert str(refused.java[-1]) == "java.net.SocketTimeoutException: Read timed out"
