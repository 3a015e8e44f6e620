"""Certificates issued on demand: an `IdentitySpec` says only what differs from a healthy certificate."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from guarded.values import dataclass

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
SERVER_AUTH = ExtendedKeyUsageOID.SERVER_AUTH

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EXPIRED = datetime(2021, 1, 1, tzinfo=UTC)
"""When every certificate meant to be expired ran out: a fixed date, so that Java's text is the same every day."""
NOT_YET = datetime(2090, 1, 1, tzinfo=UTC)
"""When every certificate that is not yet valid begins."""


@dataclass(frozen=True, slots=True)
class IdentitySpec:
    """What to issue. The defaults are a healthy P-256 certificate for one year; a spec names only its deviation."""

    subject: str
    """RFC 4514 text, most specific part first (`CN=…,O=…`)."""
    issuer: str | None = "intermediate"
    """Name of the issuing identity; None means self-signed."""
    key: str = "EC"
    """`EC` (P-256), `RSA2048` or `RSA1024`."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    eku: tuple[ObjectIdentifier, ...] | None = (CLIENT_AUTH,)
    """Extended key usages; None leaves the extension out (RFC 5280 §4.2.1.12: then every purpose is allowed)."""
    san: tuple[str, ...] = ()
    """Host names and IP addresses."""
    ca: bool = False
    digital_signature: bool = True
    sha1: bool = False
    """Sign with SHA-1, which `cryptography` no longer issues by itself."""
    ocsp: str | None = None
    """URL of the CA's OCSP responder, for the authority information access extension."""
    same_key_as: str | None = None
    """Reuse another identity's key pair: a renewed or a cross-signed certificate."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, its private key, and the certificates above it."""

    name: str
    chain: tuple[x509.Certificate, ...]
    """Leaf first, root last."""
    key: PrivateKey = field(repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return self.chain[0]

    @property
    def subject(self) -> str:
        """The leaf's subject in RFC 2253 order, as Java prints it."""
        return self.certificate.subject.rfc4514_string()

    @property
    def der(self) -> bytes:
        """The leaf as DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def der_chain(self) -> tuple[bytes, ...]:
        """The whole chain as DER, leaf first."""
        return tuple(one.public_bytes(serialization.Encoding.DER) for one in self.chain)

    def pem(self, certificates: int | None = 1) -> str:
        """The first `certificates` of the chain as PEM text (None: all of them)."""
        return "".join(
            one.public_bytes(serialization.Encoding.PEM).decode("ascii") for one in self.chain[slice(certificates)]
        )

    @property
    def pkcs8(self) -> bytes:
        """The private key as unencrypted PKCS#8 DER."""
        return self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def key_pem(self) -> str:
        """The private key as unencrypted PKCS#8 PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")


def new_key(kind: str) -> PrivateKey:
    """A fresh key pair: `EC` (P-256, quick), `RSA2048`, or the deliberately weak `RSA1024`."""
    if kind == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("RSA")))


def issue(spec: IdentitySpec, *, name: str, issuer: Identity | None, key: PrivateKey, now: datetime) -> Identity:
    """Issue a certificate: pure but for the key and the serial number. Lifetimes count from `now`, whole days."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lifetime = timedelta(days=3650 if spec.ca else 365)
    begin = spec.not_before or midnight - timedelta(days=730 if spec.ca else 30)
    end = spec.not_after or max(begin, midnight) + lifetime
    signer = issuer.key if issuer else key
    subject = x509.Name.from_rfc4514_string(spec.subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=spec.ca, path_length=None), critical=True)
        .add_extension(_key_usage(spec), critical=True)
    )
    if spec.eku is not None and not spec.ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(spec.eku), critical=False)
    if spec.san:
        builder = builder.add_extension(x509.SubjectAlternativeName([_name(one) for one in spec.san]), critical=False)
    if spec.ocsp:
        responder = x509.UniformResourceIdentifier(spec.ocsp)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, responder)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    if spec.sha1:
        certificate = _signed_again_with_sha1(certificate, signer)
    return Identity(name, (certificate, *(issuer.chain if issuer else ())), key)


def revocation_list(issuer: Identity, revoked: tuple[x509.Certificate, ...], now: datetime) -> str:
    """A CRL of `issuer` as PEM text, naming `revoked` (revoked yesterday), good for a month."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(now - timedelta(days=1)).next_update(now + timedelta(days=30))
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(now - timedelta(days=1)).build())
    crl = builder.sign(issuer.key, hashes.SHA256())
    return crl.public_bytes(serialization.Encoding.PEM).decode("ascii")


def common_name(subject: str) -> str:
    """The CN of an RFC 4514 text."""
    name = x509.Name.from_rfc4514_string(subject)
    return str(name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _key_usage(spec: IdentitySpec) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=spec.digital_signature and not spec.ca,
        content_commitment=False,
        key_encipherment=not spec.ca and (spec.key != "EC" or not spec.digital_signature),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=spec.ca,
        crl_sign=spec.ca,
        encipher_only=False,
        decipher_only=False,
    )


# DER of the AlgorithmIdentifiers ecdsa-with-SHA256/-SHA1 (RFC 5758) and sha256/sha1WithRSAEncryption (RFC 8017).
_SHA256_TO_SHA1 = {
    "EC": (bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300906072a8648ce3d0401")),
    "RSA": (bytes.fromhex("300d06092a864886f70d01010b0500"), bytes.fromhex("300d06092a864886f70d0101050500")),
}


def _signed_again_with_sha1(certificate: x509.Certificate, signer: PrivateKey) -> x509.Certificate:
    """The same certificate with a SHA-1 signature: the algorithm is swapped in the to-be-signed part, then signed."""
    old, new = _SHA256_TO_SHA1["EC" if isinstance(signer, ec.EllipticCurvePrivateKey) else "RSA"]
    body = certificate.tbs_certificate_bytes
    content = body[2 + (body[1] & 0x7F if body[1] & 0x80 else 0) :]
    tbs = _der(0x30, content.replace(old, new, 1))
    if isinstance(signer, ec.EllipticCurvePrivateKey):
        signature = signer.sign(tbs, ec.ECDSA(hashes.SHA1()))
    else:
        signature = signer.sign(tbs, padding.PKCS1v15(), hashes.SHA1())
    return x509.load_der_x509_certificate(_der(0x30, tbs + new + _der(0x03, b"\0" + signature)))


def _der(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
