"""The verbs of `sn-mock keystore`: new, csr, import-reply, export-cert; results open in keytool."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from sn_mock.failure import MockUsageError
from sn_mock.java.keystore import KeyStore, TrustedItem, key_managers, load, write_jks, write_pkcs12
from sn_mock.java.keytool import workshop
from sn_mock.java.keytool.workshop import Access

PASSWORD = "changeit"
SUBJECT = 'CN=acme client, O="Example, Inc.", C=NL'
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(params=["JKS", "PKCS12"])
def access(request, tmp_path):
    """A place for a new keystore of either type."""
    return Access(tmp_path / f"client.{request.param.lower()}", PASSWORD, request.param)


@pytest.fixture
def made(access):
    """A keystore with a fresh EC key under `acme`."""
    workshop.new(access, "Acme", SUBJECT, key_algorithm="EC", now=NOW)
    return access


def signed(pki, access, tmp_path, *, issuer=None, days=300):
    """The CA's certificate for the request of `acme`, as a PEM file."""
    request = x509.load_pem_x509_csr(workshop.csr(access, "acme").encode())
    authority = pki.intermediate if issuer is None else issuer
    certificate = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(request.public_key())
        .serial_number(77)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(authority.key, hashes.SHA256())
    )
    file = tmp_path / "reply.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    return file, certificate


def test_new_makes_what_genkeypair_makes(made, keytool):
    """A private key entry under the lower-case alias, self-signed, readable by its owner only."""
    command = [keytool, "-list", "-v", "-keystore", made.file, "-storetype", made.declared_type, "-storepass", PASSWORD]

    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "Alias name: acme\n" in listed
    assert "Entry type: PrivateKeyEntry" in listed
    assert listed.count('CN=acme client, O="Example, Inc.", C=NL') == 2
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600


def test_new_defaults_to_rsa_2048(tmp_path):
    """The key type every provider takes."""
    access = Access(tmp_path / "a.jks", PASSWORD)
    outcome = workshop.new(access, "a", "CN=a", now=NOW)

    certificate = x509.load_pem_x509_certificate(workshop.export_cert(access, "a"))

    assert certificate.public_key().key_size == 2048
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=90)
    assert "self-signed" in outcome.notes[0]


def test_new_adds_to_a_keystore_and_never_overwrites(made):
    """A second alias joins the first; a taken one is refused."""
    workshop.new(made, "second", "CN=second", key_algorithm="EC", now=NOW)

    with pytest.raises(MockUsageError, match="'acme' is taken"):
        workshop.new(made, "ACME", "CN=again", key_algorithm="EC", now=NOW)

    assert workshop.csr(made, "acme").startswith("-----BEGIN NEW CERTIFICATE REQUEST-----")
    assert workshop.csr(made, "second")


def test_a_request_names_the_subject_and_proves_the_key(made):
    """The request carries the certificate's subject unless another one is given."""
    request = x509.load_pem_x509_csr(workshop.csr(made, "ACME").encode())
    other = x509.load_pem_x509_csr(workshop.csr(made, "acme", subject="CN=other").encode())

    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=acme client,O=Example\\, Inc.,C=NL"
    assert other.subject.rfc4514_string() == "CN=other"


def test_keytool_reads_the_request(made, keytool, tmp_path):
    """The file is a PKCS#10 request in keytool's eyes."""
    workshop.csr(made, "acme", tmp_path / "acme.csr")
    command = [keytool, "-printcertreq", "-file", tmp_path / "acme.csr"]

    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "PKCS #10 Certificate Request" in printed


def test_a_reply_is_completed_and_ordered(made, pki, tmp_path):
    """The chain is built upwards from the key's certificate, from whatever order the files have."""
    reply, certificate = signed(pki, made, tmp_path)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(pki.root.pem + pki.intermediate.pem + reply.read_bytes())

    outcome = workshop.import_reply(made, "ACME", bundle, now=NOW)

    assert [subject.split(",")[0] for subject in outcome.chain] == [
        "CN=acme client",
        "CN=Intermediate CA",
        "CN=Root CA",
    ]
    assert any("out of order" in note for note in outcome.notes)
    assert x509.load_pem_x509_certificate(workshop.export_cert(made, "acme")) == certificate


def test_a_reply_as_p7b_and_as_der(made, pki, tmp_path):
    """CAs answer in PKCS#7 and in DER too."""
    _, certificate = signed(pki, made, tmp_path)
    p7b = tmp_path / "reply.p7b"
    p7b.write_bytes(
        pkcs7.serialize_certificates([certificate, pki.intermediate.certificate, pki.root.certificate], Encoding.DER)
    )
    der_reply = tmp_path / "reply.cer"
    der_reply.write_bytes(certificate.public_bytes(Encoding.DER))
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(pki.intermediate.pem + pki.root.pem)

    first = workshop.import_reply(made, "acme", p7b, now=NOW)
    second = workshop.import_reply(made, "acme", der_reply, ca_files=[authorities], now=NOW)

    assert first.chain == second.chain
    assert "already held exactly this chain" in second.notes[-1]


def test_keytool_shows_the_imported_chain(made, pki, tmp_path, keytool):
    """What keytool would have stored."""
    reply, _ = signed(pki, made, tmp_path)
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(pki.intermediate.pem + pki.root.pem)
    workshop.import_reply(made, "acme", reply, ca_files=[authorities], now=NOW)
    command = [keytool, "-list", "-v", "-keystore", made.file, "-storetype", made.declared_type, "-storepass", PASSWORD]

    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "Certificate chain length: 3" in listed


def test_an_incomplete_chain_is_refused_unless_accepted(made, pki, tmp_path):
    """keytool fails with `Failed to establish chain from reply`; the missing issuer is named here."""
    reply, _ = signed(pki, made, tmp_path)

    with pytest.raises(MockUsageError, match="was issued by CN=Intermediate CA,O=Example,C=NL"):
        workshop.import_reply(made, "acme", reply, now=NOW)

    outcome = workshop.import_reply(made, "acme", reply, incomplete=True, now=NOW)
    assert len(outcome.chain) == 1
    assert "without a root" in outcome.notes[0]


def test_a_reply_for_another_key(made, pki, tmp_path):
    """A reply that does not fit is explained, with the alias it would fit."""
    reply, _ = signed(pki, made, tmp_path)
    workshop.new(made, "second", "CN=second", key_algorithm="EC", now=NOW)

    with pytest.raises(MockUsageError, match="It fits the key under 'acme'"):
        workshop.import_reply(made, "second", reply, now=NOW)


def test_a_reply_mends_a_chain_that_begins_with_the_root(pki, tmp_path):
    """It answers the private key, whatever certificate stands first; one without the key's certificate is refused."""
    file, reply = tmp_path / "a.jks", tmp_path / "reply.pem"
    item = pki.item()
    file.write_bytes(write_jks([replace(item, chain=(pki.root.der, pki.intermediate.der, pki.client.der))], PASSWORD))
    before = file.read_bytes()
    reply.write_bytes(pki.root.pem)
    with pytest.raises(MockUsageError, match="no certificate of the reply"):
        workshop.import_reply(Access(file, PASSWORD), "acme", reply)
    assert file.read_bytes() == before

    reply.write_bytes(pki.client.pem + pki.intermediate.pem + pki.root.pem)
    outcome = workshop.import_reply(Access(file, PASSWORD), "acme", reply)

    assert workshop.export_cert(Access(file, PASSWORD), "acme") == pki.client.pem
    assert len(outcome.chain) == 3
    assert not any("out of order" in note or "left out" in note for note in outcome.notes)


def test_a_key_that_the_ca_certified_as_another_type(pki, tmp_path, keytool):
    """Same numbers, other algorithm: Java does not take an RSA certificate for an RSASSA-PSS key, nor do we."""
    access = Access(tmp_path / "pss.jks", PASSWORD)
    command = [keytool, "-genkeypair", "-alias", "acme", "-keyalg", "RSASSA-PSS", "-keysize", "2048"]
    options = ["-dname", "CN=acme client", "-keystore", access.file, "-storetype", "JKS", "-storepass", PASSWORD]
    subprocess.run([*command, *options, "-keypass", PASSWORD], check=True, capture_output=True)
    before = access.file.read_bytes()
    with pytest.raises(MockUsageError, match="use keytool -certreq"):
        workshop.csr(access, "acme")
    key = x509.load_pem_x509_certificate(workshop.export_cert(access, "acme")).public_key()
    name = x509.Name.from_rfc4514_string("CN=acme client")
    ends = NOW + timedelta(days=9)
    builder = x509.CertificateBuilder(pki.root.certificate.subject, name, key, 77, NOW, ends)
    (tmp_path / "reply.pem").write_bytes(builder.sign(pki.root.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    with pytest.raises(MockUsageError, match="certifies the RSASSA-PSS key under 'acme' as RSA"):
        workshop.import_reply(access, "acme", tmp_path / "reply.pem", incomplete=True)
    assert access.file.read_bytes() == before


def test_an_expired_reply_is_imported_with_a_remark(made, pki, tmp_path):
    """Java would take it; the provider will not."""
    reply, _ = signed(pki, made, tmp_path, issuer=pki.root, days=1)
    root = tmp_path / "root.pem"
    root.write_bytes(pki.root.pem)

    outcome = workshop.import_reply(made, "acme", reply, ca_files=[root], now=NOW + timedelta(days=30))

    assert any("expired on 2026-06-02" in note for note in outcome.notes)


@pytest.mark.parametrize(
    ("make", "explanation"),
    [
        (lambda access: workshop.csr(access, "acme").encode(), "it is the request itself"),
        (lambda access: access.file.read_bytes(), "keystore; a CA's reply is PEM, DER or P7B"),
        (lambda access: b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "it is a private key"),
        (lambda access: b"<html>login</html>", "HTML or XML page"),
        (lambda access: b"-----BEGIN CERTIFICATE-----\nMIIB!\n-----END CERTIFICATE-----\n", "does not read"),
    ],
)
def test_files_that_are_no_replies(made, tmp_path, make, explanation):
    """The wrong file is named for what it is, and the keystore stays as it was."""
    before = made.file.read_bytes()
    file = tmp_path / "reply"
    file.write_bytes(make(made))

    with pytest.raises(MockUsageError, match=explanation):
        workshop.import_reply(made, "acme", file, now=NOW)

    assert made.file.read_bytes() == before


def test_aliases_that_hold_no_key(pki, tmp_path):
    """An unknown alias lists the known ones; a trusted entry is no place for a reply."""
    file = tmp_path / "a.jks"
    file.write_bytes(write_jks([pki.item(), TrustedItem("signed", pki.client.der)], PASSWORD))
    reply = tmp_path / "reply.pem"
    reply.write_bytes(pki.client.pem)

    with pytest.raises(MockUsageError, match="no alias 'other'; its aliases: "):
        workshop.import_reply(Access(file, PASSWORD), "other", reply)
    with pytest.raises(MockUsageError, match=r"trusted certificate without a private key.*'acme'"):
        workshop.import_reply(Access(file, PASSWORD), "signed", reply)


def test_other_entries_and_their_passwords_stay(pki, tmp_path):
    """Importing a reply touches one entry only."""
    file = tmp_path / "a.jks"
    file.write_bytes(write_jks([pki.item(), pki.rsa_item(password="otherpass"), pki.trusted()], PASSWORD))
    reply = tmp_path / "reply.pem"
    reply.write_bytes(pki.client.pem + pki.intermediate.pem)

    workshop.import_reply(Access(file, PASSWORD), "acme", reply)

    assert workshop.csr(Access(file, PASSWORD, key_password="otherpass"), "legacy")
    with pytest.raises(MockUsageError, match=r"'legacy' does not open: .*Cannot recover key"):
        workshop.csr(Access(file, PASSWORD), "legacy")
    assert workshop.export_cert(Access(file, PASSWORD), "root") == pki.root.pem


@pytest.mark.parametrize(("encryption", "is_legacy"), [("legacy", True), ("modern", False)])
def test_a_pkcs12_stays_as_readable_as_it_was(pki, tmp_path, encryption, is_legacy):
    """A file in the encryption of old Java versions is not silently turned into one that they cannot open."""
    file = tmp_path / "a.p12"
    file.write_bytes(write_pkcs12([pki.item()], PASSWORD, encryption=encryption, iterations=20))
    reply = tmp_path / "reply.pem"
    reply.write_bytes(pki.client.pem + pki.intermediate.pem + pki.root.pem)

    workshop.import_reply(Access(file, PASSWORD, "PKCS12"), "acme", reply)

    pbes2 = bytes.fromhex("2a864886f70d01050d")
    assert (pbes2 not in file.read_bytes()) is is_legacy


@pytest.mark.parametrize(("java", "refused"), [(8, True), ("11.0.10", True), ("8u301", False), (17, False)])
def test_a_key_for_an_older_java_than_the_file(pki, tmp_path, java, refused):
    """What a newer tool encrypted stays so: a Java that cannot read it is promised nothing, and nothing is written."""
    file = tmp_path / "kt17.jks"
    file.write_bytes(write_pkcs12([pki.item()], PASSWORD, iterations=20))
    before, access = file.read_bytes(), Access(file, PASSWORD)

    if refused:
        with pytest.raises(MockUsageError, match=rf"Java {java} cannot read this file .* -srckeystore kt17\.jks "):
            workshop.new(access, "b2", SUBJECT, key_algorithm="EC", java=java)
        assert file.read_bytes() == before
    else:
        workshop.new(access, "b2", SUBJECT, key_algorithm="EC", java=java)
        assert isinstance(load(file.read_bytes(), "JKS", PASSWORD, java=java), KeyStore)


@pytest.mark.parametrize("declared", ["JKS", "PKCS12"])
def test_an_older_java_reads_what_is_made_for_it(tmp_path, declared):
    """A new file, and a second key in it, written for Java 8."""
    access = Access(tmp_path / "new", PASSWORD, declared)
    for alias in ("one", "two"):
        workshop.new(access, alias, SUBJECT, key_algorithm="EC", java=8)

    store = load(access.file.read_bytes(), declared, PASSWORD, java=8)
    assert isinstance(store, KeyStore)
    assert isinstance(key_managers(store, PASSWORD, java=8), tuple)


def test_a_certificate_to_trust_is_what_keytool_lists(made, pki, tmp_path, keytool):
    """import_cert adds a trusted entry, in an existing store and in a new one; the key stays as it was."""
    file = tmp_path / "root.pem"
    file.write_bytes(pki.root.certificate.public_bytes(Encoding.PEM))
    fresh = Access(tmp_path / "trust.store", PASSWORD, made.declared_type)
    for access, entries in ((made, 2), (fresh, 1)):
        workshop.import_cert(access, "Provider-CA", file)
        command = [keytool, "-list", "-keystore", access.file, "-storetype", access.declared_type]
        listed = subprocess.run([*command, "-storepass", PASSWORD], capture_output=True, text=True, check=True).stdout
        assert f"contains {entries} entr" in listed
        assert "provider-ca" in listed
        assert "trustedCertEntry" in listed
        assert ("PrivateKeyEntry" in listed) == (access is made)


def test_certificates_that_are_not_to_be_trusted(made, pki, tmp_path):
    """The CA's reply belongs under its key (KB1648222); a taken alias and several certificates are refused in words."""
    reply, certificate = signed(pki, made, tmp_path)
    before = made.file.read_bytes()
    with pytest.raises(MockUsageError, match=r"reply\. It fits the key under 'acme'"):
        workshop.import_cert(made, "signed", reply)
    root = pki.root.certificate.public_bytes(Encoding.PEM)
    reply.write_bytes(root)
    with pytest.raises(MockUsageError, match="the alias 'acme' is taken"):
        workshop.import_cert(made, "ACME", reply)
    reply.write_bytes(root + certificate.public_bytes(Encoding.PEM))
    with pytest.raises(MockUsageError, match="holds 2 certificates"):
        workshop.import_cert(made, "ca", reply)
    assert made.file.read_bytes() == before
    assert list(tmp_path.glob(".*")) == []


def test_export_as_pem_der_and_chain(pki, tmp_path):
    """The provider gets the certificate; the whole chain goes as PEM."""
    file = tmp_path / "a.jks"
    file.write_bytes(write_jks([pki.item()], PASSWORD))
    access = Access(file, PASSWORD)
    out = tmp_path / "acme.cer"

    assert workshop.export_cert(access, "acme", out, as_pem=False) == pki.client.der
    assert out.read_bytes() == pki.client.der
    assert workshop.export_cert(access, "acme", whole_chain=True) == pki.client.pem + pki.intermediate.pem
    with pytest.raises(MockUsageError, match="as PEM"):
        workshop.export_cert(access, "acme", as_pem=False, whole_chain=True)


@pytest.mark.parametrize(
    ("arguments", "explanation"),
    [
        ({"subject": "acme"}, "no attribute of a name"),
        ({"subject": ""}, "no distinguished name"),
        ({"key_algorithm": "DSA"}, "take RSA or EC"),
        ({"key_algorithm": "EC", "key_size": 255}, "256, 384 or 521"),
        ({"key_size": 512}, "2048"),
        ({"days": 0}, "1 to 36500"),
        ({"alias": " "}, "alias is needed"),
    ],
)
def test_wrong_arguments_are_named(tmp_path, arguments, explanation):
    """Nothing is written for a request that makes no sense."""
    access = Access(tmp_path / "a.jks", PASSWORD)
    with pytest.raises(MockUsageError, match=explanation):
        workshop.new(access, **{"alias": "a", "subject": "CN=a"} | arguments)
    assert not access.file.exists()


def test_passwords_that_java_would_not_take(tmp_path):
    """Too short for keytool; not ASCII for PKCS#12."""
    with pytest.raises(MockUsageError, match="at least 6"):
        workshop.new(Access(tmp_path / "a.jks", "short"), "a", "CN=a", key_algorithm="EC")
    with pytest.raises(MockUsageError, match="printable ASCII"):
        workshop.new(Access(tmp_path / "a.p12", "pässwörd", "PKCS12"), "a", "CN=a", key_algorithm="EC")
    assert workshop.new(Access(tmp_path / "a.jks", "pässwörd"), "a", "CN=a", key_algorithm="EC").alias == "a"


def test_a_wrong_password_of_an_existing_file_is_wrong_however_short(made):
    """Whether it opens is asked first; how long a password must be is a question of new files."""
    before = made.file.read_bytes()
    for password in ("wrong", "wrong and long"):
        access = Access(made.file, password)
        with pytest.raises(MockUsageError, match="does not open this keystore"):
            workshop.new(access, "another", "CN=a", key_algorithm="EC")
    assert made.file.read_bytes() == before
    workshop.new(made, "another", "CN=a", key_algorithm="EC")
    assert made.file.read_bytes() != before


def test_a_missing_folder_and_a_wrong_password(made, tmp_path):
    """Files that cannot be read or written are named with the reason."""
    with pytest.raises(MockUsageError, match="cannot be written"):
        workshop.new(Access(tmp_path / "no" / "a.jks", PASSWORD), "a", "CN=a", key_algorithm="EC")
    with pytest.raises(MockUsageError, match="cannot be read"):
        workshop.csr(Access(tmp_path / "none.jks", PASSWORD), "a")
    with pytest.raises(MockUsageError, match=r"Java does not open this keystore: java\.io\.IOException"):
        workshop.csr(Access(made.file, "wrong!", made.declared_type), "acme")


def test_a_curve_of_ones_own(tmp_path):
    """EC keys of 384 bits sign with SHA-384."""
    access = Access(tmp_path / "a.jks", PASSWORD)
    workshop.new(access, "a", "CN=a", key_algorithm="ec", key_size=384)

    certificate = x509.load_pem_x509_certificate(workshop.export_cert(access, "a"))

    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert certificate.signature_hash_algorithm.name == "sha384"
