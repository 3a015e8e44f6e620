"""Others verify what we sign, and we what they sign: WSS4J, xmlsec1, zeep; each is left out where it is absent."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from lxml import etree

from sn_mock.java.keystore import TrustedItem, write_jks
from tests.ws_security.messages import ENVELOPE, OK, ROWS, USER, message, plain, signer
from tests.ws_security.test_verifying import expected, judged
from ws_security import names
from ws_security.signing import secure

JARS = tuple(
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("wss4j", "xmlsec", "commons-logging", "slf4j-api", "slf4j-nop", "commons-codec")
)
"""Debian's libwss4j-java, libxml-security-java and what they need."""
KEY_TYPE = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
ALL = tuple(names.CANONICALIZATIONS.values())
COMBINATIONS = [
    (signature, digest, canonicalization)
    for number, signature in enumerate(names.SIGNATURES)
    for other, digest in enumerate(names.DIGESTS)
    for third, canonicalization in enumerate(names.CANONICALIZATIONS)
    if (number + other + third) % 3 == 0
]
"""A third of all, each pair of algorithms among them."""


_DEFAULT = ("RSA-SHA-1", "SHA-1", "Exclusive Canonical xml 1.0")


class Wss4j:
    """One Java process with WSS4J, asked line by line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        java = shutil.which("java") or ""
        source = Path(__file__).parent / "java" / "Wss4jJudge.java"
        self._process = subprocess.Popen(
            [java, "-cp", ":".join(map(str, JARS)), str(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
        )
        own = signer("own")
        protection = BestAvailableEncryption(b"changeit")
        keys = pkcs12.serialize_key_and_certificates(b"own", own.key, own.certificate, None, protection)
        (folder / "keys.p12").write_bytes(keys)
        trusted = [TrustedItem(name, signer(name).der) for name in ("own", "ca")]
        (folder / "trust.jks").write_bytes(write_jks(trusted, "changeit"))

    def _asked(self, *words: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join(words) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().rstrip("\n")

    def says(self, text: str, *options: str) -> str:
        """`ok`, or `Code: text`; the Body must be signed."""
        file = self.folder / "message.xml"
        file.write_text(text, "utf-8")
        answer = self._asked("verify", str(file), "trust.jks", USER.name, USER.password, ",".join(options))
        verdict, _, rest = answer.partition("\t")
        return OK if verdict == "ok" else plain(rest.replace("\t", ": ", 1))

    def signs(self, algorithms: tuple[str, str, str], password_type: str = "PasswordText") -> bytes:
        """The envelope with a header by WSS4J."""
        source, target = self.folder / "in.xml", self.folder / "out.xml"
        source.write_text(ENVELOPE, "utf-8")
        signature, digest, canonicalization = algorithms
        uris = (
            names.SIGNATURES[signature],
            names.DIGESTS[digest],
            names.CANONICALIZATIONS[canonicalization],
        )
        user = (USER.name, USER.password, password_type)
        profile = "bsp" if uris[2] == names.EXCLUSIVE else "lax"
        answer = self._asked("sign", str(source), str(target), "keys.p12", "own", *uris, *user, profile)
        assert answer == "signed"
        return target.read_bytes()

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def wss4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wss4j]:
    """The judge."""
    missing = [jar.name for jar in JARS if not jar.exists()]
    if missing or shutil.which("java") is None:
        pytest.skip(f"needs a JDK and Debian's libwss4j-java (missing: {', '.join(missing) or 'java'})")
    judge = Wss4j(tmp_path_factory.mktemp("wss4j"))
    yield judge
    judge.close()


def test_wss4j_says_what_the_table_says(wss4j: Wss4j) -> None:
    """Every row of the table of defects, asked again of WSS4J itself."""
    said = {
        name: wss4j.says(row.make(), "signed-body", *(("sha256",) if row.suite else ())) for name, row in ROWS.items()
    }
    assert said == {name: row.wss4j for name, row in ROWS.items()}


def test_wss4j_accepts_every_algorithm(wss4j: Wss4j) -> None:
    """Of ours, in all combinations of the three properties."""
    said = {
        combination: wss4j.says(
            message(
                signature=combination[0],
                digest=combination[1],
                canonicalization=names.CANONICALIZATIONS[combination[2]],
                user=None,
            ),
            "signed-body",
            "" if names.CANONICALIZATIONS[combination[2]] == names.EXCLUSIVE else "lax",
        )
        for combination in COMBINATIONS
    }
    assert set(said.values()) == {OK}


def test_we_accept_what_wss4j_signs(wss4j: Wss4j) -> None:
    """In all combinations; with InclusiveNamespaces, as the Basic Security Profile has it; with both password types."""
    for combination in COMBINATIONS:
        signed = wss4j.signs(combination)
        assert judged(signed, expected(canonicalizations=ALL)).refusal is None, combination
    assert judged(wss4j.signs(_DEFAULT, "PasswordDigest")).refusal is None
    altered = wss4j.signs(_DEFAULT).replace(b"Hi-", b"Ho-")
    refusal = judged(altered).refusal
    assert refusal is not None
    assert refusal.code == "FailedCheck"


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
@pytest.mark.parametrize("canonicalization", names.CANONICALIZATIONS)
def test_xmlsec1_verifies_ours(canonicalization: str, tmp_path: Path) -> None:
    """And refuses it when one letter is altered."""
    certificate = tmp_path / "signer.pem"
    certificate.write_bytes(signer("own").certificate.public_bytes(Encoding.PEM))
    good = message(canonicalization=names.CANONICALIZATIONS[canonicalization])
    for text, status in ((good, 0), (good.replace("Hi-", "Ho-"), 1)):
        file = tmp_path / "message.xml"
        file.write_text(text, "utf-8")
        ids = [f"--id-attr:Id={names.WSU}:Timestamp", f"--id-attr:Id={names.SOAP_11}:Body"]
        flags = [part for one in ids for part in one.split("=", 1)]
        command = ["xmlsec1", "--verify", *flags, "--pubkey-cert-pem", str(certificate), str(file)]
        assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == status


@pytest.fixture
def zeeps(tmp_path: Path) -> tuple[str, str]:
    """Files with key and certificate, for zeep's plug-ins."""
    pytest.importorskip("xmlsec", exc_type=ImportError, reason="zeep's signatures need python-xmlsec")
    own = signer("own")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(own.key.private_bytes(*KEY_TYPE))
    certificate.write_bytes(own.certificate.public_bytes(Encoding.PEM))
    return str(key), str(certificate)


@pytest.mark.parametrize("kind", ["Signature", "BinarySignature"])
def test_zeep_and_we_understand_each_other(kind: str, zeeps: tuple[str, str]) -> None:
    """We verify what zeep's plug-in signs, and it verifies what we sign; an altered message neither way."""
    from zeep.exceptions import SignatureVerificationFailed
    from zeep.wsse import signature, utils

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plugin = getattr(signature, kind)(*zeeps)
    # theirs
    root = etree.fromstring(ENVELOPE)
    header = utils.get_security_header(root)
    stamp = etree.SubElement(header, names.TIMESTAMP)
    now = datetime.now(UTC)
    etree.SubElement(stamp, names.CREATED).text = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    plugin.apply(root, {})
    theirs = etree.tostring(root)
    assert judged(theirs).refusal is None
    assert judged(theirs.replace(b"Hi-", b"Ho-")).refusal is not None
    # ours
    secured = secure(ENVELOPE, now=now, signing=signer("own").signing())
    plugin.verify(etree.fromstring(secured.envelope))
    with pytest.raises(SignatureVerificationFailed):
        plugin.verify(etree.fromstring(secured.envelope.replace("Hi-", "Ho-")))


@pytest.mark.parametrize("hashed", [False, True])
def test_zeeps_user_names(hashed: bool) -> None:
    """zeep's UsernameToken in both types of password."""
    from zeep.wsse.username import UsernameToken

    wanted = expected(require=("username_token",))
    root, _ = UsernameToken(USER.name, USER.password, use_digest=hashed).apply(etree.fromstring(ENVELOPE), {})
    assert judged(etree.tostring(root), wanted).refusal is None
    wrong, _ = UsernameToken(USER.name, "other", use_digest=hashed).apply(etree.fromstring(ENVELOPE), {})
    refusal = judged(etree.tostring(wrong), wanted).refusal
    assert refusal is not None
    assert refusal.code == "FailedAuthentication"
