"""The lab's CA at work: sign somebody's certificate signing request, as the provider's CA would, and certify a host."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

from guarded.regex import regex
from sn_mock.failure import MockUsageError
from sn_mock.lab.pki.authority import CLIENT_AUTH, SERVER_AUTH, Identity, IdentitySpec, PrivateKey, issue, new_key

LIFETIME = timedelta(days=365)
_CHAIN = ("issuing-ca", "root-ca")
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = regex(rf"(\*\.)?{_LABEL}(\.{_LABEL})*", re.IGNORECASE)


def sign_request(folder: Path, request: bytes, *, now: datetime | None = None) -> str:
    """The reply to a PKCS#10 request (PEM or DER): client certificate, issuing CA and root, as PEM text.

    `folder` is what `write_lab_pki` wrote. Raises MockUsageError where the request cannot be read or is not signed by
    its own key (RFC 2986 section 4.2).
    """
    return signed_by(authority_of(folder), request, now=now)


def signed_by(authority: Identity, request: bytes, *, now: datetime | None = None) -> str:
    """The same by a CA that is at hand."""
    asked = _request(request)
    issuer, key = authority.certificate, authority.key
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
        .add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(CLIENT_AUTH)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(asked.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem).decode("ascii") + authority.pem(None)


def certify_host(folder: Path, host: str, *, now: datetime | None = None) -> Identity:
    """A server certificate for a host name (or IP address), with its key, issued by the CA in `folder`.

    The name is the subjectAltName that Java compares (RFC 2818 section 3.1). Raises MockUsageError for no host name.
    """
    if not (_is_address(host) or (_HOST.fullmatch(host) and len(host) <= 253)):
        raise MockUsageError(f"{host!r} is no host name; give it as DNS has it, e.g. mock.example.com")
    moment = now or datetime.now(UTC)
    subject = f"CN={host},O=ACME Lab" if len(host) <= 64 else "O=ACME Lab"
    spec = IdentitySpec(subject, eku=(SERVER_AUTH,), san=(host,))
    return issue(spec, name=host, issuer=authority_of(folder), key=new_key("EC"), now=moment)


def authority_of(folder: Path) -> Identity:
    """The issuing CA that `write_lab_pki` wrote, with the root above it."""
    read = (x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()) for name in _CHAIN)
    chain = tuple(one.public_bytes(serialization.Encoding.DER) for one in read)
    key = serialization.load_pem_private_key((folder / "issuing-ca.key").read_bytes(), None)
    return Identity("intermediate", chain, cast(PrivateKey, key))


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


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
