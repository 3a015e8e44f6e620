"""The commands of the remedies run as they are written, on every Java here, and what they make opens everywhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sn_mock.java.keystore import KeyItem, KeyStore, key_managers, load, write_jceks, write_jks, write_pkcs12
from sn_mock.java.keytool.obstacles import NAMED_CURVE
from sn_mock.java.keytool.remedies import EXPORT, FILE, conversion, for_older_java, quoted, remade
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk, named
from sn_mock.outbound.credentials.trouble import fitting_type
from tests.parity.jvm import homes_of

PASSWORD, KEYS_OWN = "changeit", "different"

Writer = Callable[[KeyItem], bytes]
SOURCES: dict[str, tuple[Writer, str | None]] = {
    "of a newer tool.p12": (lambda item: write_pkcs12([item], PASSWORD, iterations=100), None),
    "two-passwords.p12": (lambda item: write_pkcs12([item], PASSWORD, iterations=100), KEYS_OWN),
    "of-an-old-tool.p12": (lambda item: write_pkcs12([item], PASSWORD, encryption="legacy", iterations=100), KEYS_OWN),
    "two passwords.jks": (lambda item: write_jks([item], PASSWORD), KEYS_OWN),
    "store.jceks": (lambda item: write_jceks([item], PASSWORD), KEYS_OWN),
}


def _javas() -> list[str]:
    """`bin` folders: of JAVA_HOMES, and of the PATH."""
    found = shutil.which("keytool")
    folders = [Path(home) / "bin" for home in homes_of(os.environ)] + ([Path(found).parent] if found else [])
    return [str(folder) for folder in folders if (folder / "keytool").exists()]


JAVAS = _javas()
needs_java = pytest.mark.skipif(not JAVAS, reason="keytool is not on the PATH")


def _version(folder: str) -> Jdk:
    said = subprocess.run([f"{folder}/java", "-version"], capture_output=True, text=True, check=True).stderr
    match = re.search(r'version "([^"]+)"', said)
    assert match
    return named(match[1])


def _typed(remedy: str) -> list[str]:
    """The command between the backticks as a shell takes it apart, the password put in."""
    command = remedy.split("`")[1]
    return [word.replace("PASSWORD", PASSWORD) for word in shlex.split(command)]


def _opens(file: Path, declared: str) -> None:
    """Every Java here opens store and key with the one password, and so does sn-mock for the oldest."""
    store = load(file.read_bytes(), declared, PASSWORD, java=8)
    assert isinstance(store, KeyStore)
    keys = key_managers(store, PASSWORD, java=8)
    assert isinstance(keys, tuple)
    (key,) = keys
    for folder in JAVAS:
        request = [f"{folder}/keytool", "-certreq", "-keystore", str(file), "-storetype", declared, "-alias", key.alias]
        made = subprocess.run(
            [*request, "-storepass", PASSWORD, "-keypass", PASSWORD], capture_output=True, text=True, timeout=120
        )
        assert "BEGIN NEW CERTIFICATE REQUEST" in made.stdout, (folder, made.stdout)


@needs_java
@pytest.mark.parametrize("java", JAVAS)
@pytest.mark.parametrize("name", SOURCES)
def test_the_conversion_runs_and_has_one_password(pki: Any, tmp_path: Path, java: str, name: str) -> None:
    """Whatever the source is, and whichever password its key has; a keytool that is too old says so."""
    write, key_password = SOURCES[name]
    (tmp_path / name).write_bytes(write(pki.item("acme", key_password)))
    command = _typed(conversion(name, "JCEKS" if name.endswith("jceks") else ""))
    answers = f"{PASSWORD}\n{key_password}\n" if key_password else f"{PASSWORD}\n"

    done = subprocess.run(
        [f"{java}/{command[0]}", *command[1:]], cwd=tmp_path, input=answers, capture_output=True, text=True, timeout=120
    )

    if name in ("of a newer tool.p12", "two-passwords.p12") and not _version(java).has(Feature.PKCS12_OF_2021):
        assert "Invalid keystore format" in done.stdout
        return
    assert done.returncode == 0, done.stdout
    _opens(tmp_path / "new.jks", "JKS")


OF_ANY_LENGTH: dict[str, Callable[[KeyItem, str], bytes]] = {
    "newer.p12": lambda item, password: write_pkcs12([item], password, iterations=100),
    "older.p12": lambda item, password: write_pkcs12([item], password, encryption="legacy", iterations=100),
    "store.jks": lambda item, password: write_jks([item], password),
    "store.jceks": lambda item, password: write_jceks([item], password),
}


@needs_java
@pytest.mark.parametrize("java", JAVAS)
@pytest.mark.parametrize("password", ["", "tests"])
@pytest.mark.parametrize("name", OF_ANY_LENGTH)
def test_a_password_that_keytool_does_not_write(pki: Any, tmp_path: Path, java: str, name: str, password: str) -> None:
    """The command for it runs on every Java that reads the file; the one for other passwords asks for its PASSWORD."""
    (tmp_path / name).write_bytes(OF_ANY_LENGTH[name](pki.item("acme"), password))
    if name == "newer.p12" and not _version(java).has(Feature.PKCS12_OF_2021):
        pytest.skip("no keytool before 8u301 and 11.0.12 reads it")
    remedy = conversion(name, "JCEKS" if name.endswith("jceks") else "", password)
    command = _typed(remedy)

    done = subprocess.run(
        [f"{java}/{command[0]}", *command[1:]],
        cwd=tmp_path,
        input=f"{password}\n" if password else "",
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert "a new one of 6 or more characters" in remedy
    assert done.returncode == 0, done.stdout
    _opens(tmp_path / "new.jks", "JKS")


@needs_java
@pytest.mark.parametrize("java", JAVAS)
def test_keytool_writes_no_shorter_password(pki: Any, tmp_path: Path, java: str) -> None:
    """Five characters are refused and six are not, so the remedy asks for a new one up to five."""
    (tmp_path / "old.jks").write_bytes(write_jks([pki.item("acme")], PASSWORD))
    command = conversion("old.jks").split("`")[1]
    for given, written in (("fives", False), ("sixsix", True)):
        typed = shlex.split(command.replace("PASSWORD", given))
        done = subprocess.run(
            [f"{java}/{typed[0]}", *typed[1:]],
            cwd=tmp_path,
            input=PASSWORD,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode == 0) is written, done.stdout
        assert ("at least 6 characters" in done.stdout) is not written
        assert ("PASSWORD: the store's;" in conversion("old.jks", password=given)) is written


def test_every_remedy_looks_at_the_password() -> None:
    """A short one is named as such by all that lead to keytool; one that is not known is taken to be long enough."""
    for made in (for_older_java("a.p12", "test"), fitting_type("JCEKS", "a.jceks", "test"), conversion(password="")):
        assert "(PASSWORD: a new one of 6 or more characters, to be put on the record, too" in made
    for made in (for_older_java("a.p12"), fitting_type("JCEKS", "a.jceks", "longer"), conversion()):
        assert "(PASSWORD: the store's; keytool of" in made


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("declared", ["JKS", "PKCS12"])
def test_the_export_of_openssl_is_read_by_every_java(pki: Any, tmp_path: Path, declared: str) -> None:
    """Under the type Java Key Store, which the remedy names, and under its own."""
    chain = [pki.client.certificate, pki.intermediate.certificate]
    (tmp_path / "CHAIN.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    key = ["openssl", "pkcs8", "-inform", "DER", "-nocrypt", "-out", "KEY.pem"]
    subprocess.run(key, cwd=tmp_path, input=pki.client.pkcs8, check=True, capture_output=True)
    done = subprocess.run(_typed(EXPORT), cwd=tmp_path, capture_output=True, text=True, timeout=60)
    if "legacy" in done.stderr:
        pytest.skip(f"this openssl has no -legacy: {done.stderr.splitlines()[0]}")

    assert done.returncode == 0, done.stderr
    _opens(tmp_path / "new.p12", declared)


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
LEGACY = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]


def _encrypted(cipher: str) -> list[str]:
    return ["-keypbe", cipher, "-certpbe", cipher]


@needs_openssl
@pytest.mark.parametrize(
    ("options", "password"),
    [
        (_encrypted("AES-192-CBC"), PASSWORD),
        (_encrypted("DES-EDE3-CBC"), PASSWORD),
        (_encrypted("CAMELLIA-256-CBC"), PASSWORD),
        (["-macalg", "sha3-256"], PASSWORD),
        (["-macalg", "sm3"], PASSWORD),
        ([], "pässword"),
        (LEGACY, "pässword"),
    ],
)
def test_a_file_that_no_java_reads_is_made_again(pki: Any, tmp_path: Path, options: list[str], password: str) -> None:
    """No keytool here converts it; both commands of the remedy run as they are written, and every Java opens theirs."""
    (tmp_path / "pair.pem").write_bytes(_pem_pair(pki))
    (tmp_path / "password").write_text(password, encoding="utf-8")
    made = ["openssl", "pkcs12", "-export", "-in", "pair.pem", "-out", "acme.p12", "-passout", "file:password"]
    if subprocess.run([*made, *options], cwd=tmp_path, capture_output=True, check=False).returncode:
        pytest.skip("this openssl does not write it")
    for folder in JAVAS:
        words = _typed(conversion("acme.p12"))
        refused = subprocess.run(
            [f"{folder}/{words[0]}", *words[1:]], cwd=tmp_path, input=f"{password}\n", capture_output=True, text=True
        )
        assert refused.returncode, (folder, refused.stdout)

    first, _, second = remade("acme.p12").split("`")[1:4]
    for command in (first, second):
        words = [word.replace("PASSWORD", PASSWORD) for word in shlex.split(command)]
        asked = ["-passin", "file:password"] if command is first else []
        done = subprocess.run([*words, *asked], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        if "legacy" in done.stderr:
            pytest.skip(f"this openssl has no -legacy: {done.stderr.splitlines()[0]}")
        assert done.returncode == 0, done.stderr

    _opens(tmp_path / "new.p12", "JKS")


def _pem_pair(pki: Any) -> bytes:
    key = subprocess.run(
        ["openssl", "pkcs8", "-inform", "DER", "-nocrypt"], input=pki.client.pkcs8, check=True, capture_output=True
    )
    chain = [pki.client.certificate, pki.intermediate.certificate]
    return key.stdout + b"".join(one.public_bytes(Encoding.PEM) for one in chain)


@needs_java
@needs_openssl
@pytest.mark.parametrize("explicit", [False, True])
def test_a_key_of_a_named_curve_is_read(tmp_path: Path, explicit: bool) -> None:
    """The command makes one; its twin with -param_enc explicit is refused by every keytool here."""
    named_curve = NAMED_CURVE.split("`")[1].split()
    for command in (
        [*named_curve, *(["-param_enc", "explicit"] if explicit else [])],
        ["openssl", "req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=acme", "-out", "C.pem"],
        [
            *["openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in", "C.pem", "-out", "a.p12"],
            *LEGACY,
            "-passout",
            f"pass:{PASSWORD}",
        ],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)

    if not explicit:
        _opens(tmp_path / "a.p12", "PKCS12")
        return
    for folder in JAVAS:
        command = [f"{folder}/keytool", "-list", "-keystore", "a.p12", "-storetype", "PKCS12", "-storepass", PASSWORD]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert "keystore password was incorrect" in said.stdout, folder


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("acme.p12", "acme.p12"),
        ("my key.p12", '"my key.p12"'),
        ("Schlüssel (neu).p12", '"Schlüssel (neu).p12"'),
        ("it's.p12", '"it\'s.p12"'),
        ('a"; rm -r x.p12', FILE),
        ("$(x).p12", FILE),
        ("%PATH%.p12", FILE),
        ("-list.p12", FILE),
        ("a\nb.p12", FILE),
        ("", FILE),
    ],
)
def test_a_file_is_named_where_any_shell_takes_the_name(name: str, typed: str) -> None:
    """A name that a shell would read as more than a name is not put into a command."""
    assert quoted(name) == typed
    assert f"-srckeystore {typed} " in for_older_java(name)


@pytest.mark.parametrize(
    ("name", "target"), [("acme.p12", "new.jks"), ("new.jks", "new2.jks"), ("NEW.jks", "new2.jks")]
)
def test_a_file_is_not_converted_into_itself(name: str, target: str) -> None:
    """Whoever comes back with the outcome of one remedy gets another file from the next, on Windows, too."""
    assert f" -destkeystore {target} " in conversion(name)
