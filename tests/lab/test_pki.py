"""The lab's certificates are what their names say, and the folder of them is safe to write again and again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, SignatureAlgorithmOID

from sn_mock.failure import MockUsageError
from sn_mock.java.keystore import key_managers
from sn_mock.keystore import EntryKind, KeyStore, LoadFailure, load
from sn_mock.lab.pki import (
    EXPIRED,
    IDENTITIES,
    KEYSTORE_FILES,
    LAB_PASSWORD,
    NOT_YET,
    KeySpec,
    KeystoreSpec,
    Pki,
    furnish_instance,
    write_keystore,
    write_lab_pki,
)
from sn_mock.lab.pki.authority import CLIENT_AUTH, SERVER_AUTH, Identity, IdentitySpec, issue, new_key
from sn_mock.lab.pki.folder import MANIFEST

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki() -> Pki:
    """A PKI of a fixed day."""
    return Pki(NOW)


@pytest.mark.parametrize("name", sorted(IDENTITIES))
def test_every_identity_is_signed_by_the_one_above_it(name: str, pki: Pki) -> None:
    """Each certificate's chain verifies, link by link, up to a self-signed root."""
    chain = pki[name].chain
    for below, above in zip(chain, (*chain[1:], chain[-1]), strict=True):
        if below.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA1:
            continue
        below.verify_directly_issued_by(above)
    assert chain[-1].subject == chain[-1].issuer


@pytest.mark.parametrize("name", sorted(IDENTITIES))
def test_certificates_are_what_a_library_writes(name: str, pki: Pki) -> None:
    """Octet for octet what `cryptography` signs for the same row, key and serial number: names, dates, extensions."""
    spec, identity = IDENTITIES[name], pki[name]
    issuer = pki[spec.issuer] if spec.issuer else identity
    assert identity.certificate.tbs_certificate_bytes == by_the_library(spec, identity, issuer)


def test_subjects_of_every_kind_are_written_as_a_library_writes_them(pki: Pki) -> None:
    """Several values at one step, escapes, a country, names and addresses of both kinds, an OCSP responder."""
    spec = IdentitySpec(
        "CN=Sägewerk\\, Süd+OU=Werk 2,O=ACME Lab,DC=acme,C=NL",
        key="RSA2048",
        eku=(CLIENT_AUTH, SERVER_AUTH),
        san=("*.acme.example", "127.0.0.1", "::1"),
        ocsp="http://ocsp.acme.example/",
        not_after=datetime(2055, 1, 1, tzinfo=UTC),
    )
    identity = issue(spec, name="odd", issuer=pki["intermediate"], key=new_key(spec.key), now=NOW)
    assert identity.certificate.tbs_certificate_bytes == by_the_library(spec, identity, pki["intermediate"])
    assert x509.load_pem_x509_certificates(identity.pem(None).encode()) == list(identity.chain)


def by_the_library(spec: IdentitySpec, identity: Identity, issuer: Identity) -> bytes:
    """The signed part of that row's certificate, built by `cryptography`."""
    certificate, public = identity.certificate, identity.key.public_key()
    weak = not spec.digital_signature
    usage = x509.KeyUsage(
        digital_signature=not spec.ca and not weak,
        content_commitment=False,
        key_encipherment=not spec.ca and (spec.key != "EC" or weak),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=spec.ca,
        crl_sign=spec.ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(spec.subject))
        .issuer_name(x509.Name.from_rfc4514_string(issuer.subject))
        .public_key(public)
        .serial_number(certificate.serial_number)
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=spec.ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if spec.eku is not None and not spec.ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(map(x509.ObjectIdentifier, spec.eku)), critical=False)
    if spec.san:
        names = [
            x509.IPAddress(ip_address(one)) if set(one) <= set("0123456789.:") else x509.DNSName(one)
            for one in spec.san
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if spec.ocsp:
        url = x509.UniformResourceIdentifier(spec.ocsp)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, url)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    made = builder.sign(issuer.key, hashes.SHA256()).tbs_certificate_bytes
    if spec.sha1:  # which the library signs no more: only the algorithm differs, by an octet and so the length
        made = made.replace(bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300906072a8648ce3d0401"), 1)
        made = made[:2] + (len(made) - 4).to_bytes(2, "big") + made[4:]
    return made


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("acme-client", NOW - timedelta(days=31), NOW + timedelta(days=364)),
        ("expired-client", None, EXPIRED),
        ("future-client", NOT_YET, None),
        ("provider-expired", None, EXPIRED),
    ],
)
def test_lifetimes_count_from_now_or_are_fixed(
    name: str, begin: datetime | None, end: datetime | None, pki: Pki
) -> None:
    """Healthy certificates are valid around `now`; the expired and the future ones have the same dates every day."""
    certificate = pki[name].certificate
    if begin is not None:
        assert abs(certificate.not_valid_before_utc - begin) <= timedelta(days=1)
    if end is not None:
        assert abs(certificate.not_valid_after_utc - end) <= timedelta(days=1)


def test_the_oddities_are_real(pki: Pki) -> None:
    """serverAuth only, RSA 1024, no digitalSignature and a SHA-1 signature that verifies are what they claim to be."""
    usage = pki["server-auth-client"].certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    weak = pki["weak-key-client"].key
    key_usage = pki["no-signature-client"].certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    sha1 = pki["sha1-client"].certificate
    issuer = pki["intermediate"].certificate.public_key()

    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert isinstance(weak, rsa.RSAPrivateKey)
    assert weak.key_size == 1024
    assert not key_usage.digital_signature
    assert sha1.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA1
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    assert sha1.signature_hash_algorithm is not None
    issuer.verify(sha1.signature, sha1.tbs_certificate_bytes, ec.ECDSA(sha1.signature_hash_algorithm))


def test_a_renewed_request_shares_the_key(pki: Pki) -> None:
    """The self-signed certificate of the request and the CA's reply belong to one key pair, as keytool makes them."""
    assert pki["unsigned-request"].key is pki["acme-client"].key
    assert pki["unsigned-request"].subject == pki["acme-client"].subject
    assert pki["unsigned-request"].der != pki["acme-client"].der


def test_private_keys_stay_out_of_reprs(pki: Pki) -> None:
    """Neither identities nor keystore specs show a key or a password."""
    spec = KeystoreSpec(password="s3cret", key_password="other")

    assert "PrivateKey" not in repr(pki["rsa-client"])
    assert "s3cret" not in repr(spec)
    assert "other" not in repr(spec)


def test_an_unknown_identity_is_named_with_the_known_ones(pki: Pki) -> None:
    """A misspelt identity is misuse, and the message lists what there is."""
    with pytest.raises(MockUsageError, match=r"'acme'.*acme-client"):
        pki["acme"]


@pytest.mark.parametrize(
    ("kind", "chain", "certificates"),
    [
        ("JKS", "full", 3),
        ("JKS", "leaf", 1),
        ("JKS", "no-root", 2),
        ("JKS", "reversed", 3),
        ("PKCS12", "full", 3),
        ("PKCS12", "leaf", 1),
        ("PKCS12", "no-root", 2),
    ],
)
def test_keystores_hold_the_chain_that_was_asked_for(kind: str, chain: str, certificates: int, pki: Pki) -> None:
    """Java's reader finds alias, key and chain in either format."""
    data = write_keystore(pki, KeystoreSpec((KeySpec("Acme", "acme-client", chain=chain),), format=kind))

    store = load(data, kind, LAB_PASSWORD)

    assert isinstance(store, KeyStore)
    assert [entry.alias for entry in store.entries] == ["acme"]
    assert len(store.entries[0].chain) == certificates


def test_another_key_password_opens_the_store_and_not_the_key(pki: Pki) -> None:
    """The keystore for KB0824494 loads, and building its key managers fails."""
    store = load(write_keystore(pki, KeystoreSpec(key_password="different")), "JKS", LAB_PASSWORD)

    assert isinstance(store, KeyStore)
    assert isinstance(key_managers(store, LAB_PASSWORD), LoadFailure)
    assert not isinstance(key_managers(store, "different"), LoadFailure)


def test_the_folder_is_complete_private_and_left_alone(tmp_path: Path) -> None:
    """Every keystore is there twice, keys are 0600, no draft is left, and a second run changes nothing."""
    folder = write_lab_pki(tmp_path / "certs" / "generated")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    write_lab_pki(folder)

    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert {f"{name}{suffix}" for name in KEYSTORE_FILES for suffix in (".jks", ".p12")} <= set(before)
    assert not [name for name in before if name.startswith(".")]
    for path in folder.iterdir():
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o600 if path.suffix in {".key", ".jks", ".p12"} else 0o644 & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("damage", ["missing", "changed", "manifest", "old"])
def test_a_folder_that_is_not_whole_is_written_again(damage: str, tmp_path: Path) -> None:
    """A missing or changed file, a broken manifest, or certificates about to end: everything is made anew."""
    long_ago = datetime.now(UTC) - timedelta(days=330)
    folder = write_lab_pki(tmp_path, now=long_ago if damage == "old" else None)
    first = (folder / "acme-client.pem").read_text()
    if damage == "missing":
        (folder / "acme-client.jks").unlink()
    elif damage == "changed":
        (folder / "acme-client.jks").write_bytes(b"no keystore")
    elif damage == "manifest":
        (folder / MANIFEST).write_text("{")

    write_lab_pki(folder)

    assert (folder / "acme-client.pem").read_text() != first
    assert isinstance(load((folder / "acme-client.jks").read_bytes(), "JKS", LAB_PASSWORD), KeyStore)


def test_files_of_others_are_left_in_the_folder(tmp_path: Path) -> None:
    """The folder may hold something else; it is not touched."""
    (tmp_path / "mine.txt").write_text("mine")

    write_lab_pki(tmp_path)

    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    """A path that cannot become a folder is misuse with a next step, not a traceback."""
    (tmp_path / "certs").write_text("a file")

    with pytest.raises(MockUsageError, match="choose another folder"):
        write_lab_pki(tmp_path / "certs")


def test_the_example_instance_gets_its_own_copies(tmp_path: Path) -> None:
    """The instance folder receives keystore and CA once, and again when they have changed."""
    certificates = write_lab_pki(tmp_path / "certs")
    furnish_instance(certificates, tmp_path / "instance")
    keystore = tmp_path / "instance" / "attachments" / "acme-client.jks"
    written = keystore.stat().st_mtime_ns

    furnish_instance(certificates, tmp_path / "instance")
    unchanged = keystore.stat().st_mtime_ns
    keystore.write_bytes(b"old")
    furnish_instance(certificates, tmp_path / "instance")

    assert unchanged == written
    assert keystore.read_bytes() == (certificates / "acme-client.jks").read_bytes()
    assert stat.S_IMODE(keystore.stat().st_mode) == 0o600


def test_trusted_entries_are_entries_without_key(pki: Pki) -> None:
    """The keystore of the scenario `no-private-key` has trusted certificates only."""
    store = load(write_keystore(pki, KEYSTORE_FILES["trusted-only"]), "JKS", LAB_PASSWORD)

    assert isinstance(store, KeyStore)
    assert {entry.kind for entry in store.entries} == {EntryKind.TRUSTED_CERTIFICATE}


@pytest.mark.skipif(shutil.which("keytool") is None, reason="needs a JDK's keytool on the path")
def test_keytool_reads_what_was_written(tmp_path: Path) -> None:
    """A JKS with one key and a PKCS#12 with two: the JDK lists the same aliases."""
    folder = write_lab_pki(tmp_path)
    for name, aliases in (("acme-client.jks", {"acme"}), ("several-keys.p12", {"acme", "expired"})):
        listed = subprocess.run(
            ["keytool", "-list", "-keystore", str(folder / name), "-storepass", LAB_PASSWORD],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert {line.split(",")[0] for line in listed.splitlines() if "PrivateKeyEntry" in line} == aliases


def test_rsa_certificates_can_be_signed_with_sha1() -> None:
    """The SHA-1 swap works for an RSA signer too (used where a parity check needs one)."""
    key = new_key("RSA2048")
    identity = issue(IdentitySpec("CN=old", None, key="RSA2048", sha1=True), name="old", issuer=None, key=key, now=NOW)
    certificate, public = identity.certificate, key.public_key()

    assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA1
    assert isinstance(public, rsa.RSAPublicKey)
    assert certificate.signature_hash_algorithm is not None
    public.verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
