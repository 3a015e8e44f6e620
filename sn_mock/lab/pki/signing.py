"""The lab's CA at work: sign somebody's certificate signing request, as the provider's CA would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

from sn_mock.failure import MockUsageError
from sn_mock.lab.pki.authority import CLIENT_AUTH, PrivateKey

LIFETIME = timedelta(days=365)


def sign_request(folder: Path, request: bytes, *, now: datetime | None = None) -> str:
    """The reply to a PKCS#10 request (PEM or DER): client certificate, issuing CA and root, as PEM text.

    `folder` is what `write_lab_pki` wrote. Raises MockUsageError where the request cannot be read or is not signed by
    its own key (RFC 2986 section 4.2).
    """
    asked = _request(request)
    issuer = x509.load_pem_x509_certificate((folder / "issuing-ca.pem").read_bytes())
    root = (folder / "root-ca.pem").read_text("ascii")
    key = cast(PrivateKey, serialization.load_pem_private_key((folder / "issuing-ca.key").read_bytes(), None))
    begin = (now or datetime.now(UTC)).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(issuer.subject)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - timedelta(minutes=5))
        .not_valid_after(min(begin + LIFETIME, issuer.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(asked.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem).decode("ascii") + issuer.public_bytes(pem).decode("ascii") + root


def _request(data: bytes) -> x509.CertificateSigningRequest:
    try:
        load = x509.load_pem_x509_csr if b"-----BEGIN" in data else x509.load_der_x509_csr
        asked = load(data)
        if asked.is_signature_valid:
            return asked
    except (ValueError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise MockUsageError(
            f"this is no certificate signing request ({error}); make one with `sn-mock keystore csr`"
        ) from None
    raise MockUsageError(
        "the signing request is not signed by its own key; make it again from the keystore that has it"
    )
