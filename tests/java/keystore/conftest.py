"""A small PKI made once, keystores of every format from it, and Java where the machine has it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sn_mock.java.keystore import KeyItem, TrustedItem

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
START = datetime(2024, 1, 1, tzinfo=UTC)
PASSWORD = "changeit"


def name(common_name: str) -> x509.Name:
    """A name with a country and an organisation around it."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


@dataclass(frozen=True)
class Identity:
    """A key and its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def pkcs8(self) -> bytes:
        """The private key."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def issue(
    common_name: str,
    issuer: Identity | None = None,
    *,
    key: PrivateKey | None = None,
    days: int = 9000,
    is_ca: bool = False,
    client_auth: bool | None = True,
) -> Identity:
    """A certificate; self-signed without an issuer; `client_auth` None leaves the extended key usage out."""
    own = ec.generate_private_key(ec.SECP256R1()) if key is None else key
    signer = own if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(name(common_name) if issuer is None else issuer.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    )
    if client_auth is not None:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client_auth else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return Identity(own, builder.sign(signer, hashes.SHA256()))


def certificate_of(public: Any, issuer: Identity) -> bytes:
    """A certificate of any public key, even one that cannot sign a request."""
    builder = x509.CertificateBuilder(
        issuer.certificate.subject,
        name("any key"),
        public,
        x509.random_serial_number(),
        START,
        START + timedelta(days=9000),
    )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Pki:
    """A root, an intermediate, and clients below them."""

    root: Identity
    intermediate: Identity
    client: Identity
    rsa_client: Identity

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The client's chain without the root."""
        return (self.client.der, self.intermediate.der)

    def item(self, alias: str = "acme", password: str | None = None) -> KeyItem:
        """The client's key for a writer."""
        return KeyItem(alias, self.client.pkcs8, self.chain, password)

    def rsa_item(self, alias: str = "legacy", password: str | None = None) -> KeyItem:
        """The RSA client's key for a writer."""
        return KeyItem(alias, self.rsa_client.pkcs8, (self.rsa_client.der,), password)

    def trusted(self, alias: str = "root") -> TrustedItem:
        """The root for a writer."""
        return TrustedItem(alias, self.root.der)


@pytest.fixture(scope="session")
def pki() -> Pki:
    """Made once: P-256 where nothing else matters."""
    root = issue("Root CA", is_ca=True, client_auth=None)
    intermediate = issue("Intermediate CA", root, is_ca=True, client_auth=None)
    rsa_key = rsa.generate_private_key(65537, 2048)
    return Pki(root, intermediate, issue("acme client", intermediate), issue("rsa client", root, key=rsa_key))


@pytest.fixture(scope="session")
def keytool() -> str:
    """The path of keytool; without it the test is skipped."""
    found = shutil.which("keytool")
    if found is None:
        pytest.skip("keytool is not on the PATH")
    return found


@dataclass
class JavaJudge:
    """A running JVM that answers what it sees in keystores."""

    process: subprocess.Popen[str]
    asked: int = field(default=0)

    def ask(
        self,
        data: bytes,
        declared_type: str,
        password: str | None,
        key_password: str | None,
        algorithm: str = "SunX509",
    ) -> dict[str, Any]:
        """`KeyStoreJudge`'s answer for one file."""
        words = [_encoded(declared_type), _password(password), _password(key_password), algorithm, _base64(data)]
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        self.asked += 1
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _encoded(text: str) -> str:
    return _base64(text.encode())


def _password(password: str | None) -> str:
    return "-" if password is None else _encoded(password)


@pytest.fixture(scope="module")
def java_judge() -> Iterator[JavaJudge]:
    """JDK 17's own view of keystores, from one JVM for the whole module."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("java is not on the PATH")
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    if '"17.' not in version:
        pytest.skip(f"the texts are those of JDK 17, here is {version.splitlines()[0]}")
    source = Path(__file__).with_name("KeyStoreJudge.java")
    command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", str(source)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield JavaJudge(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def issue_identity():
    """`issue`, for tests that need a certificate of their own."""
    return issue
