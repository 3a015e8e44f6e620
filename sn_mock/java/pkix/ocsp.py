"""OCSP (RFC 6960) as Java's revocation checker judges it: the question, and what an answer says. Pure.

The texts are measured on JDK 17 against responders that misbehave one way each. That ServiceNow's own check words them
so is ASSUMED.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sn_mock.failure import JavaException
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix import crl_reasons
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault, Reason, java_date
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.certificates import Certificate, generate_certificate, millis
from sn_mock.java.x509.signatures import is_signed_by, signed_by
from tls_transcript import der

CLOCK_SKEW = timedelta(minutes=15)
"""`com.sun.security.ocsp.clockSkew`."""

_STATUS: Mapping[ocsp.OCSPResponseStatus, str] = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "MALFORMED_REQUEST",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "INTERNAL_ERROR",
    ocsp.OCSPResponseStatus.TRY_LATER: "TRY_LATER",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "SIG_REQUIRED",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "UNAUTHORIZED",
}
"""`sun.security.provider.certpath.OCSPResponse.ResponseStatus`."""


def question(leaf: Certificate, issuer: Certificate) -> bytes:
    """The request for that certificate (DER), its CertID made with SHA-1 as Java makes it.

    Raises UnaskableError for a certificate that Java reads and the library that makes the request does not.
    """
    try:
        asked, by = x509.load_der_x509_certificate(leaf.encoded), x509.load_der_x509_certificate(issuer.encoded)
        request = ocsp.OCSPRequestBuilder().add_certificate(asked, by, hashes.SHA1()).build()
    except ValueError as error:
        raise UnaskableError(str(error)) from error
    return request.public_bytes(Encoding.DER)


class UnaskableError(Exception):
    """No request can be made for that certificate."""


def unreachable(trouble: JavaException) -> PathFault:
    """No answer: the one fault that `ocsp_allow_network_error` forgives."""
    return PathFault(trust_texts.NETWORK_ERROR, Reason.UNDETERMINED_REVOCATION_STATUS, trouble)


def judge(data: bytes, leaf: Certificate, issuer: Certificate, when: datetime) -> PathFault | None:
    """What the responder says: None where the certificate is good, else the fault, in the order of Java's checks."""
    try:
        response = ocsp.load_der_ocsp_response(data)
    except ValueError:
        return unreachable(JavaException("java.io.EOFException", trust_texts.OCSP_UNREADABLE))
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return _undetermined(trust_texts.OCSP_ERROR.format(status=_STATUS[response.response_status]))
    single = next((one for one in response.responses if one.serial_number == leaf.serial), None)
    if single is None:
        return _undetermined(trust_texts.OCSP_OTHER_CERTIFICATE)
    signer, text = _signer(response, issuer)
    if signer is None:
        return _undetermined(text)
    if not signed_by(_basic_response(data), signer.public_key):
        return _undetermined(trust_texts.OCSP_BAD_SIGNATURE)
    until = single.next_update_utc or single.this_update_utc
    if when + CLOCK_SKEW < single.this_update_utc or when - CLOCK_SKEW > until:
        return _undetermined(trust_texts.OCSP_STALE)
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        return _undetermined(trust_texts.OCSP_UNKNOWN)
    return _revoked(single, signer) if single.certificate_status is ocsp.OCSPCertStatus.REVOKED else None


def _undetermined(text: str) -> PathFault:
    return PathFault(text, Reason.UNDETERMINED_REVOCATION_STATUS)


def _signer(response: ocsp.OCSPResponse, issuer: Certificate) -> tuple[Certificate | None, str]:
    """Who signed: the issuer, or a responder it has delegated to (RFC 6960 section 4.2.2.2); else Java's complaint."""
    if not response.certificates:
        return (issuer, "") if _is(response, issuer) else (None, trust_texts.OCSP_NO_SIGNER)
    responder = response.certificates[0]
    try:
        certificate = generate_certificate(responder.public_bytes(Encoding.DER))
    except JavaThrow:
        return None, trust_texts.OCSP_NOT_AUTHORIZED
    if certificate.encoded == issuer.encoded:
        return issuer, ""
    if not is_signed_by(certificate, issuer):
        return None, trust_texts.OCSP_NOT_AUTHORIZED
    if _OCSP_SIGNING not in (certificate.extensions.extended_key_usage or ()):
        return None, trust_texts.OCSP_NOT_FOR_SIGNING
    return certificate, ""


_OCSP_SIGNING = oid_named("OCSPSigning")


def _is(response: ocsp.OCSPResponse, issuer: Certificate) -> bool:
    """The ResponderID names the issuer, or has the hash of its key."""
    if response.responder_name is not None:
        try:
            return x500_names.from_der(response.responder_name.public_bytes()).canonical == issuer.subject.canonical
        except JavaThrow:
            return False
    key = x509.load_der_x509_certificate(issuer.encoded).public_key()
    return response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(key).digest


def _basic_response(data: bytes) -> bytes:
    """The BasicOCSPResponse inside an OCSPResponse (RFC 6960 section 4.2.1)."""
    _, explicit = der.read(data).expect(der.SEQUENCE).children()
    _, octets = explicit.children()[0].children()
    return octets.content


def _revoked(single: ocsp.OCSPSingleResponse, signer: Certificate) -> PathFault:
    reason = single.revocation_reason or x509.ReasonFlags.unspecified
    text = trust_texts.REVOKED.format(
        reason=crl_reasons.REASONS[reason],
        date=java_date(millis(single.revocation_time_utc)) if single.revocation_time_utc else "",
        issuer=signer.subject,
        oids="",
    )
    return PathFault(text, Reason.REVOKED, JavaException("java.security.cert.CertificateRevokedException", text))
