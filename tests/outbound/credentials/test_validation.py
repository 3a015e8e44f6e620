"""Validate Stores/Certificates answers as the platform does, and says what it would not have noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sn_mock.evidence import Evidence
from sn_mock.failure import MockUsageError
from sn_mock.instance import RELEASES, Instance, Secret, SysAttachment, SysCertificate
from sn_mock.keystore import KeyItem, TrustedItem, write_jks, write_pkcs12
from sn_mock.outbound.credentials.material import trust_store
from sn_mock.outbound.credentials.validation import StoreValidation, validate_stores

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
PKCS8 = KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def certificate(subject: str = "acme", days: int = 365, start: datetime = NOW - timedelta(days=30)) -> bytes:
    """A self-signed client certificate (DER) that begins at `start` and lives `days`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(KEY, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def pem(der: bytes) -> str:
    """DER as PEM text."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM).decode()


def instance_with(row: SysCertificate, *files: bytes, file_name: str = "acme.jks", release: str = "brazil") -> Instance:
    """An instance with one row and its files."""
    attachments = tuple(
        SysAttachment(
            file_name=file_name if number == 0 else f"{number}-{file_name}",
            table_name="sys_certificate",
            table_sys_id=row.sys_id,
            data=data,
        )
        for number, data in enumerate(files)
    )
    return Instance(release=RELEASES[release], certificates=(row,), attachments=attachments)


def the_only(instance: Instance) -> StoreValidation:
    """The verdict on an instance's only row."""
    (verdict,) = validate_stores(instance, NOW)
    return verdict


KEYSTORE = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("changeit"))


def jks(der: bytes, *, key_password: str | None = None) -> bytes:
    """A JKS keystore with one key."""
    return write_jks([KeyItem("acme", PKCS8, (der,), password=key_password)], "changeit")


def test_valid_keystore_text() -> None:
    """`Valid key_store`, as the docs show it; it is DOCUMENTED for that type only."""
    verdict = the_only(instance_with(KEYSTORE, jks(certificate())))

    assert (verdict.valid, verdict.message, verdict.evidence) == (True, "Valid key_store", Evidence.DOCUMENTED)
    assert (verdict.log, verdict.java) == ((), ())


def test_valid_pkcs12_text_is_assumed() -> None:
    """The other types' texts follow the pattern and say so."""
    row = SysCertificate(name="P12", type="pkcs12_key_store", key_store_password=Secret("changeit"))
    store = write_pkcs12([KeyItem("acme", PKCS8, (certificate(),))], "changeit")

    verdict = the_only(instance_with(row, store, file_name="acme.p12"))

    assert (verdict.valid, verdict.message, verdict.evidence) == (True, "Valid pkcs12_key_store", Evidence.ASSUMED)


def test_wrong_password() -> None:
    """A wrong keystore password: not valid, with Java's words in the node-log line of KB1217702."""
    row = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("wrong"))

    verdict = the_only(instance_with(row, jks(certificate())))

    assert not verdict.valid
    assert verdict.log == (
        f"SEVERE *** ERROR *** Unable to load certificate : ACME client - {row.sys_id} "
        "java.io.IOException: Keystore was tampered with, or password was incorrect",
    )
    assert "wrong" not in str(verdict.to_json()).replace("wrong keystore", "")


@pytest.mark.parametrize(
    ("file", "password", "told"),
    [
        (pem(certificate()).encode(), "changeit", "acme.jks is no keystore (PEM certificate)"),
        (certificate(), "changeit", "acme.jks is no keystore (DER certificate)"),
        (b"<html>", "changeit", "acme.jks is no keystore (HTML or XML page)"),
        (b"PK\x03\x04", "changeit", "acme.jks is no keystore (zip archive)"),
        (bytes.fromhex("9d9c225f1f524cc6"), "changeit", "acme.jks is no keystore (it begins with 9d 9c 22 5f"),
        (b"", "changeit", "is empty"),
        (jks(certificate()), "$STORE", "env:STORE takes it from the variable STORE"),
        (jks(certificate()), "%STORE%", "env:STORE takes it from the variable STORE"),
        (jks(certificate()), "other", "enter the right Key store password"),
    ],
)
def test_the_remedy_is_that_of_the_slip(file: bytes, password: str, told: str) -> None:
    """What is attached decides, then how the password is written; the password itself is not repeated."""
    row = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret(password))
    verdict = the_only(instance_with(row, file))
    assert told in str(verdict.fix)
    assert password not in str(verdict.fix)


@pytest.mark.parametrize(
    ("files", "reason"),
    [((), "no keystore file is attached"), ((b"",), "cannot load"), ((b"-----BEGIN CERTIFICATE-----",), "cannot load")],
)
def test_no_usable_file(files: tuple[bytes, ...], reason: str) -> None:
    """Missing, empty, or not a keystore at all."""
    verdict = the_only(instance_with(KEYSTORE, *files))
    assert not verdict.valid
    assert reason in verdict.reason
    assert verdict.fix


@pytest.mark.parametrize(
    ("store", "words"),
    [
        (jks(certificate(), key_password="other"), "another password than the store"),
        (write_jks([TrustedItem("ca", certificate())], "changeit"), "no private key"),
        (jks(certificate(days=10)), "expired on"),
    ],
)
def test_what_the_link_does_not_catch(store: bytes, words: str) -> None:
    """The row is called valid, although no call can work with it; the fault is listed."""
    verdict = the_only(instance_with(KEYSTORE, store))

    assert verdict.valid
    assert any(words in fault for fault in verdict.not_caught)


@pytest.mark.parametrize("password", [None, Secret("changeit")])
def test_an_empty_password_goes_unnoticed(password: Secret | None) -> None:
    """Without a password the file opens unchecked and no key comes out: that is listed; with it, nothing is."""
    row = SysCertificate(name="ACME client", type="key_store", key_store_password=password)
    verdict = the_only(instance_with(row, jks(certificate())))
    assert any("Key store password is empty" in fault for fault in verdict.not_caught) is (password is None)


@pytest.mark.parametrize(("release", "caught"), [("geneva", True), ("jakarta", False)])
def test_capital_letters_in_the_file_name(release: str, caught: bool) -> None:
    """On releases that ignore such a file, the verdict says that validation does not notice."""
    verdict = the_only(instance_with(KEYSTORE, jks(certificate()), file_name="ACME.jks", release=release))
    assert any("capital letters" in fault for fault in verdict.not_caught) is caught
    assert verdict.valid


def test_inactive_and_several_files() -> None:
    """An inactive row and a second attachment are pointed out."""
    row = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("changeit"), active=False)
    verdict = the_only(instance_with(row, jks(certificate()), b"other"))
    assert any("not active" in fault for fault in verdict.not_caught)
    assert any("2 files are attached" in fault for fault in verdict.not_caught)


def test_refused_pkcs12() -> None:
    """An instance with the quirk `refused` does not load PKCS12."""
    row = SysCertificate(name="P12", type="pkcs12_key_store", key_store_password=Secret("changeit"))
    store = write_pkcs12([KeyItem("acme", PKCS8, (certificate(),))], "changeit")
    instance = instance_with(row, store, file_name="acme.p12").with_quirk("pkcs12_keystores", "refused")
    assert not the_only(instance).valid


@pytest.mark.parametrize("as_file", [True, False])
def test_trusted_certificate(as_file: bool) -> None:
    """A Trust Store Cert is valid from PEM text as from an attached DER file."""
    der = certificate("ca")
    if as_file:
        instance = instance_with(SysCertificate(name="CA", format="der"), der, file_name="ca.der")
    else:
        instance = instance_with(SysCertificate(name="CA", pem_certificate=pem(der)))
    verdict = the_only(instance)
    assert (verdict.valid, verdict.message, verdict.evidence) == (True, "Valid trust_store", Evidence.ASSUMED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the record, in text or file, holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "holds no certificate"),
        ("no certificate", "the PEM Certificate text holds no certificate"),
        (pem(certificate("ca", days=10)), "CN=ca expired on 2026-05-12"),
    ],
)
def test_bad_trusted_certificate(text: str, reason: str) -> None:
    """Empty, damaged and expired PEM is what KB0655967 says fails."""
    verdict = the_only(instance_with(SysCertificate(name="CA", pem_certificate=text)))
    assert not verdict.valid
    assert reason in verdict.reason


def test_a_trusted_certificate_java_cannot_parse() -> None:
    """It is told with what Java's parser says, and nothing is trusted for its row."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "odd")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=90))
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier("tickets")])
    odd, sound = (
        builder.add_extension(names, critical).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        for critical in (True, False)
    )
    instance = instance_with(SysCertificate(name="CA", pem_certificate=pem(odd)))
    verdict = the_only(instance)
    assert not verdict.valid
    assert "Java cannot parse CN=odd: URI name must include scheme:tickets" in verdict.reason
    anchors, log = trust_store(instance)
    assert anchors == ()
    assert "CertificateParsingException: java.io.IOException: URI name must include scheme:tickets" in log[0]
    assert the_only(instance_with(SysCertificate(name="CA", pem_certificate=pem(sound)))).valid


def test_one_row_by_name() -> None:
    """A name or sys_id picks the row; an unknown one is refused with those there are."""
    instance = instance_with(KEYSTORE, jks(certificate())).with_record(SysCertificate(name="CA"))

    assert [verdict.name for verdict in validate_stores(instance, NOW)] == ["ACME client", "CA"]
    assert [verdict.name for verdict in validate_stores(instance, NOW, "CA")] == ["CA"]
    assert [verdict.name for verdict in validate_stores(instance, NOW, KEYSTORE.sys_id)] == ["ACME client"]
    with pytest.raises(
        MockUsageError, match="no sys_certificate is called 'nope'; the instance has 'ACME client', 'CA'"
    ):
        validate_stores(instance, NOW, "nope")


def test_broken_active_row_threatens_others() -> None:
    """An active row that does not load can break LDAPS and mail; an inactive one cannot."""
    assert any("other users" in fault for fault in the_only(instance_with(KEYSTORE)).not_caught)
    inactive = SysCertificate(name="ACME client", type="key_store", active=False)
    assert the_only(instance_with(inactive)).not_caught == ()
