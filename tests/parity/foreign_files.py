"""Keystores by tools that are neither Java's library nor sn-mock: each tool that is present writes a few PKCS#12 files.

openssl, GnuTLS (`certtool`), NSS (`certutil`, `pk12util`), Python's `cryptography`, the `keytool` of the Java that is
asked, and BouncyCastle in that Java. Windows is imitated by openssl: a CSP name, a local machine key, RC2 with 40 bits
around the certificates.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from .identities import Identity, Pool
from .jvm import Jvm
from .stores import StoreFile

PASSWORD = "changeit"  # of throw-away keystores
_SECONDS = 30

_OPENSSL_STYLES = (
    ("-keypbe", "AES-256-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha384"),
    ("-keypbe", "AES-256-CBC", "-certpbe", "NONE"),
    ("-keypbe", "AES-192-CBC", "-macalg", "sha1"),
    ("-macalg", "sha512", "-maciter"),
    ("-nomac",),
    ("-nomaciter",),
    ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
    ("-keypbe", "NONE", "-certpbe", "NONE"),
    ("-keypbe", "NONE", "-certpbe", "NONE", "-nomac"),
    ("-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC"),
    ("-legacy",),
    ("-legacy", "-keypbe", "PBE-SHA1-RC2-40", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "sha1"),
    ("-legacy", "-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-RC2-128", "-macalg", "sha1"),
    ("-legacy", "-CSP", "Microsoft Enhanced RSA and AES Cryptographic Provider", "-LMK", "-keyex", "-macalg", "sha1"),
    ("-CSP", "Microsoft Software Key Storage Provider", "-keysig"),
    ("-caname", "First CA", "-caname", "Second CA"),
)
_CERTTOOL_CIPHERS = ("3des", "3des-pkcs12", "aes-128", "aes-192", "aes-256", "arcfour", "rc2-40")
_NSS_CIPHERS = (
    (),
    ("-c", "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC", "-C", "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"),
    ("-c", "AES-128-CBC", "-C", "AES-128-CBC"),
    ("-c", "AES-256-CBC", "-C", "NONE"),
    ("-M", "SHA-1"),
)
_BOUNCYCASTLE_TYPES = ("PKCS12", "PKCS12-3DES-3DES", "PKCS12-AES256-AES128", "PKCS12-DEF", "BKS")
_JARS = Path("/usr/share/java")
"""Of Debian's libbcprov-java and libbcutil-java."""
_KEYTOOL_TYPES = ("JKS", "PKCS12", "JCEKS")


@dataclass(frozen=True, slots=True)
class _Bench:
    """One identity in a folder of its own, and what the tools want to know."""

    folder: Path
    identity: Identity = field(repr=False)
    jvm: Jvm

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def chain(self) -> Path:
        return self.folder / "chain.pem"

    @property
    def both(self) -> Path:
        return self.folder / "both.pem"

    def write(self) -> None:
        loaded = serialization.load_der_private_key(self.identity.pkcs8, None)
        key = loaded.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = b"".join(
            x509.load_der_x509_certificate(certificate).public_bytes(serialization.Encoding.PEM)
            for certificate in self.identity.chain
        )
        for place, content in ((self.key, key), (self.chain, chain), (self.both, key + chain)):
            place.touch(mode=0o600)
            place.write_bytes(content)


_Made = Iterator[tuple[str, str, bytes]]
"""(what made it, its type, the file)."""


def foreign_files(jvm: Jvm, pool: Pool, chance: random.Random, *, most: int | None = None) -> Iterator[StoreFile]:
    """Files of every tool that is present (or of the first `most`), each style once, about an RSA or P-256 key."""
    plain = [identity for identity in pool.identities if identity.kind in ("rsa-2048", "p256")]
    for write in _WRITERS[:most]:
        with tempfile.TemporaryDirectory() as folder:
            bench = _Bench(Path(folder), chance.choice(plain), jvm)
            bench.write()
            for name, declared, data in write(bench):
                yield StoreFile(name, declared, data, PASSWORD, PASSWORD)


def _run(command: Sequence[str | Path]) -> bool:
    """Whether the tool did it: builds without a cipher, or older ones, cannot do every style."""
    done = subprocess.run([str(one) for one in command], capture_output=True, check=False, timeout=_SECONDS)
    return done.returncode == 0


def _by_openssl(bench: _Bench) -> _Made:
    tool, target = shutil.which("openssl"), bench.folder / "out.p12"
    for style in _OPENSSL_STYLES if tool else ():
        command: list[str | Path] = [
            tool or "",
            "pkcs12",
            "-export",
            "-in",
            bench.both,
            "-name",
            "My Client",
            "-iter",
            "20",
        ]
        if _run([*command, "-passout", f"pass:{PASSWORD}", "-out", target, *style]):
            yield f"openssl pkcs12 {' '.join(style)}", "PKCS12", target.read_bytes()


def _by_certtool(bench: _Bench) -> _Made:
    tool, target = shutil.which("certtool"), bench.folder / "out.p12"
    for cipher in _CERTTOOL_CIPHERS if tool else ():
        command: list[str | Path] = [
            tool or "",
            "--to-p12",
            "--load-privkey",
            bench.key,
            "--load-certificate",
            bench.chain,
            "--outder",
        ]
        named: list[str | Path] = [
            "--p12-name",
            "My Client",
            "--password",
            PASSWORD,
            "--pkcs-cipher",
            cipher,
            "--outfile",
            target,
        ]
        if _run([*command, *named]):
            yield f"certtool {cipher}", "PKCS12", target.read_bytes()


def _by_nss(bench: _Bench) -> _Made:
    make, export, openssl = (shutil.which(tool) for tool in ("certutil", "pk12util", "openssl"))
    if not (make and export and openssl):
        return
    base, given, target = f"sql:{bench.folder}", bench.folder / "in.p12", bench.folder / "out.p12"
    made: list[str | Path] = ["pkcs12", "-export", "-in", bench.both, "-name", "My Client"]
    ready = (
        _run([make, "-N", "-d", base, "--empty-password"])
        and _run([openssl, *made, "-passout", f"pass:{PASSWORD}", "-out", given])
        and _run([export, "-i", given, "-d", base, "-W", PASSWORD])
    )
    for style in _NSS_CIPHERS if ready else ():
        target.unlink(missing_ok=True)
        if _run([export, "-o", target, "-n", "My Client", "-d", base, "-W", PASSWORD, *style]):
            yield f"pk12util {' '.join(style)}", "PKCS12", target.read_bytes()


def _by_cryptography(bench: _Bench) -> _Made:
    key = serialization.load_der_private_key(bench.identity.pkcs8, None)
    leaf, *others = (x509.load_der_x509_certificate(one) for one in bench.identity.chain)
    builder = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(20)
    schemes = {
        "best available": serialization.BestAvailableEncryption(PASSWORD.encode()),
        "AES and SHA-256": builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(PASSWORD.encode()),
        "triple DES and SHA-1": builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .build(PASSWORD.encode()),
        "nothing encrypted": serialization.NoEncryption(),
    }
    for scheme, encryption in schemes.items():
        data = pkcs12.serialize_key_and_certificates(b"my client", key, leaf, others, encryption)  # type: ignore[arg-type]
        yield f"cryptography, {scheme}", "PKCS12", data
    data = pkcs12.serialize_key_and_certificates(None, key, leaf, None, schemes["triple DES and SHA-1"])  # type: ignore[arg-type]
    yield "cryptography, no name", "PKCS12", data


def _by_keytool(bench: _Bench) -> _Made:
    tool = bench.jvm.keytool
    counts = [f"-J-Dkeystore.pkcs12.{count}IterationCount=20" for count in ("certPbe", "keyPbe", "mac")]
    for kind in _KEYTOOL_TYPES if tool else ():
        target = bench.folder / f"out.{kind}"
        command: list[str | Path] = [
            tool or "",
            *counts,
            "-J-Djdk.jceks.iterationCount=10000",
            "-genkeypair",
            "-alias",
            "My Client",
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
        ]
        place: list[str | Path] = [
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
            "-dname",
            "CN=client",
            "-keystore",
            target,
            "-storetype",
            kind,
        ]
        if _run([*command, *place, "-storepass", PASSWORD, "-keypass", PASSWORD]):
            yield f"keytool -storetype {kind}", kind, target.read_bytes()


def _by_bouncycastle(bench: _Bench) -> _Made:
    jars = [found[-1] for name in ("bcprov", "bcutil") for found in [sorted(_JARS.glob(f"{name}*.jar"))] if found]
    if not jars:
        return
    pkcs8, target = bench.folder / "key.der", bench.folder / "out.p12"
    pkcs8.touch(mode=0o600)
    pkcs8.write_bytes(bench.identity.pkcs8)
    class_path = os.pathsep.join([bench.jvm.class_path, *map(str, jars)])
    for kind in _BOUNCYCASTLE_TYPES:
        command: list[str | Path] = [
            bench.jvm.executable,
            "-cp",
            class_path,
            "BouncyCastle",
            kind,
            bench.identity.java_type,
            pkcs8,
        ]
        if _run([*command, bench.chain, target, PASSWORD]):
            yield f"BouncyCastle {kind}", "PKCS12", target.read_bytes()


_WRITERS: tuple[Callable[[_Bench], _Made], ...] = (
    _by_openssl,
    _by_certtool,
    _by_nss,
    _by_cryptography,
    _by_keytool,
    _by_bouncycastle,
)
