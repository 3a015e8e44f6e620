"""Names, certificates and registries are printed as Java prints them."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from tls_transcript import (
    ALERTS,
    CIPHER_SUITES,
    DecodeError,
    alert_name,
    der,
    iana_cipher,
    names,
    registries,
    x509,
)

PRINTABLE, UTF8, T61, IA5, UNIVERSAL, BMP = 0x13, 0x0C, 0x14, 0x16, 0x1C, 0x1E
CN, C, L, ST, O, OU = "2.5.4.3", "2.5.4.6", "2.5.4.7", "2.5.4.8", "2.5.4.10", "2.5.4.11"  # noqa: E741
STREET, DC, UID = "2.5.4.9", "0.9.2342.19200300.100.1.25", "0.9.2342.19200300.100.1.1"
EMAIL, TITLE, SERIAL = "1.2.840.113549.1.9.1", "2.5.4.12", "2.5.4.5"


def object_identifier(dotted: str) -> bytes:
    """The DER of an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    octets = b""
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return der.encode(der.OID, octets)


def attribute(kind: str, value: str | bytes, tag: int = UTF8) -> bytes:
    """One AttributeTypeAndValue."""
    content = value if isinstance(value, bytes) else value.encode()
    return der.encode(der.SEQUENCE, object_identifier(kind), der.encode(tag, content))


def name(*rdns: bytes | tuple[bytes, ...]) -> bytes:
    """A Name of RDNs; a tuple is a multi-valued RDN."""
    sets = [der.encode(der.SET, *(rdn if isinstance(rdn, tuple) else (rdn,))) for rdn in rdns]
    return der.encode(der.SEQUENCE, *sets)


NAMES = [
    pytest.param(name(), "", id="empty"),
    pytest.param(name(attribute(C, "NL"), attribute(O, "b"), attribute(CN, "a")), "CN=a,O=b,C=NL", id="last first"),
    pytest.param(name((attribute(CN, "a"), attribute(OU, "b"))), "CN=a+OU=b", id="multi-valued, order kept"),
    pytest.param(name(attribute(O, 'A, B+C "D" \\ <E>;=#')), r"O=A\, B\+C \"D\" \\ \<E\>\;\=\#", id="specials"),
    pytest.param(name(attribute(CN, "  a b  ")), r"CN=\ \ a b\ \ ", id="outer blanks"),
    pytest.param(name(attribute(CN, " ")), r"CN=\ ", id="only a blank"),
    pytest.param(name(attribute(CN, "")), "CN=", id="empty value"),
    pytest.param(name(attribute(CN, "a\0b\n")), "CN=a\\00b\n", id="control characters"),
    pytest.param(name(attribute(CN, "Ключ é 日本")), "CN=Ключ é 日本", id="unicode"),
    pytest.param(name(attribute(CN, b"\xe9", T61)), "CN=\ufffd", id="Latin-1 in a T61String"),
    pytest.param(name(attribute(CN, "AB".encode("utf-16-be"), BMP)), "CN=\\00A\\00B", id="BMPString"),
    pytest.param(name(attribute(CN, b"\0\0\0A", UNIVERSAL)), "CN=#1c0400000041", id="UniversalString"),
    pytest.param(name(attribute(EMAIL, "a@b.c", IA5)), "1.2.840.113549.1.9.1=#1605614062" + "2e63", id="emailAddress"),
    pytest.param(name(attribute(TITLE, "x"), attribute(SERIAL, "1")), "2.5.4.5=#0c0131,2.5.4.12=#0c0178", id="others"),
    pytest.param(
        name(
            attribute(DC, "c", IA5), attribute(UID, "u"), attribute(STREET, "s"), attribute(ST, "t"), attribute(L, "l")
        ),
        "L=l,ST=t,STREET=s,UID=u,DC=c",
        id="all other keywords",
    ),
    pytest.param(name(attribute(CN, b"\x05", der.INTEGER)), "CN=#020105", id="no string"),
]

JAVA_NAMES = """
import java.io.*; import java.util.HexFormat; import javax.security.auth.x500.X500Principal;
import java.nio.charset.StandardCharsets;
class Names {
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            String text = new X500Principal(HexFormat.of().parseHex(line)).getName();
            System.out.println(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
"""


def random_names(seed: int, count: int) -> list[bytes]:
    """Names of odd types, tags and characters."""
    chance = random.Random(seed)
    kinds = [CN, C, L, ST, O, OU, STREET, DC, UID, EMAIL, TITLE, SERIAL, "2.999.3", "1.3.6.1.4.1.99999.1"]
    pieces = [*"aZ9 ,=+<>#;\"\\\0\r\n\té'(/:~", "  ", "Ключ", "日本", "😀", "\u0301"]
    tags = [UTF8, UTF8, PRINTABLE, T61, IA5, BMP, UNIVERSAL, 0x1B, 0x12, 0x1A, 0x04]

    def one_attribute() -> bytes:
        text = "".join(chance.choice(pieces) for _ in range(chance.choice([0, 1, 2, 3, 6])))
        tag = chance.choice(tags)
        encoding = {BMP: "utf-16-be", UNIVERSAL: "utf-32-be", T61: "latin-1"}.get(tag, "utf-8")
        return attribute(chance.choice(kinds), text.encode(encoding, "replace"), tag)

    def one_rdn() -> tuple[bytes, ...]:
        return tuple(one_attribute() for _ in range(chance.choice([1, 1, 1, 2, 3])))

    return [name(*(one_rdn() for _ in range(chance.choice([0, 1, 1, 2, 4])))) for _ in range(count)]


@pytest.mark.parametrize(("encoded", "text"), NAMES)
def test_a_name_is_printed_as_java_prints_it(encoded: bytes, text: str) -> None:
    """Keywords, order, escapes and hex forms of `X500Principal.getName()`."""
    assert names.rfc2253(encoded) == text


@pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("javac") is None, reason="no JDK (java and javac) on the PATH"
)
def test_java_itself_agrees_on_every_name(tmp_path: Path) -> None:
    """The table above and 2,000 random names, against the JDK that is here."""
    seed = random.randrange(1 << 32)
    cases = [*(parameter.values[0] for parameter in NAMES), *random_names(seed, 2000)]
    source = tmp_path / "Names.java"
    source.write_text(JAVA_NAMES)
    answer = subprocess.run(
        ["java", "-Xshare:auto", str(source)],
        input="".join(f"{case.hex()}\n" for case in cases),
        text=True,
        capture_output=True,
        timeout=100,
        check=True,
    )
    java = [bytes.fromhex(line).decode() for line in answer.stdout.splitlines()]

    assert len(java) == len(cases)
    wrong = [
        (case.hex(), ours, theirs)
        for case, theirs in zip(cases, java, strict=True)
        if (ours := names.rfc2253(case)) != theirs
    ]
    assert not wrong, f"seed {seed}: {wrong[:3]}"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x30",
        b"\x30\x02\x31",
        name(attribute(CN, "a")) + b"\0",
        der.encode(der.SEQUENCE, b"\x02\x01\x00"),
        der.encode(der.SEQUENCE, der.encode(der.SET, der.encode(der.SEQUENCE, object_identifier(CN)))),
        der.encode(der.SEQUENCE, der.encode(der.SET, der.encode(der.SEQUENCE, b"\x06\x00", b"\x0c\x00"))),
        der.encode(der.SEQUENCE, der.encode(der.SET, der.encode(der.SEQUENCE, b"\x06\x02\x80\x01", b"\x0c\x00"))),
        b"\x30\x85\x01\x01\x01\x01\x01",
        b"\x1f\x01\x00",
    ],
)
def test_what_is_no_name_is_refused(garbage: bytes) -> None:
    """Every kind of broken DER is a DecodeError."""
    with pytest.raises(DecodeError):
        names.rfc2253(garbage)


def test_a_certificate_is_summarised(pki: Any) -> None:
    """Subject, issuer, validity, key, usages and alternative names, as another reader sees them too."""
    certificate = pki.issue(
        "everything",
        pki.new_key("p384"),
        pki.root,
        extensions=(
            pyca.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, pyca.ObjectIdentifier("1.2.3.4")]),
            pyca.KeyUsage(True, False, False, False, False, False, False, False, False),
            pyca.SubjectAlternativeName([pyca.DNSName("a.example"), pyca.UniformResourceIdentifier("urn:x")]),
        ),
    ).certificate
    theirs = pyca.load_der_x509_certificate(certificate)
    ours = x509.summary(certificate)

    assert (ours.subject, ours.issuer) == ("CN=everything,O=Lab\\, Inc.,C=NL", "CN=Lab root,O=Lab\\, Inc.,C=NL")
    assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert (ours.key_type, ours.key_bits, ours.signature_algorithm) == ("EC", 384, "SHA256withECDSA")
    assert (ours.eku, ours.key_usage, ours.is_ca) == (("clientAuth", "1.2.3.4"), ("digitalSignature",), False)
    assert ours.subject_alternative_names == ("DNS:a.example", "URI:urn:x")
    assert ours.serial == theirs.serial_number
    assert ours.to_json()["not_after"] == "2056-01-01T00:00:00+00:00"
    assert not ours.self_issued


@pytest.mark.parametrize(
    ("kind", "key_type", "bits"),
    [
        ("rsa", "RSA", 2048),
        ("p256", "EC", 256),
        ("p521", "EC", 521),
        ("ed25519", "EdDSA", 255),
        ("ed448", "EdDSA", 448),
        ("dsa", "DSA", 1024),
    ],
)
def test_key_types_bear_javas_names(pki: Any, kind: str, key_type: str, bits: int) -> None:
    """As `PublicKey.getAlgorithm()` says."""
    key = pki.new_key(kind)
    # cryptography signs with DSA too, but the certificate is what counts
    summary = x509.summary(pki.issue("k", key, pki.root).certificate)

    assert (summary.key_type, summary.key_bits) == (key_type, bits)
    assert summary.eku is None
    assert summary.key_usage is None


def test_a_root_is_a_ca_and_self_issued(pki: Any) -> None:
    """Basic constraints are read."""
    summary = x509.summary(pki.root.certificate)

    assert summary.is_ca
    assert summary.self_issued
    assert datetime.fromisoformat(summary.to_json()["not_before"]) == summary.not_before


def test_subject_and_issuer_keep_their_encoding(pki: Any) -> None:
    """The DER of a name is the one inside the certificate."""
    assert names.subject_of(pki.client.certificate) == pki.client.name.public_bytes()
    assert names.issuer_of(pki.client.certificate) == pki.root.name.public_bytes()


def test_a_key_is_no_certificate(pki: Any) -> None:
    """Other DER than a certificate is refused."""
    public = pki.client.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for garbage in (public, b"", b"-----BEGIN CERTIFICATE-----", pki.client.certificate[:-1]):
        with pytest.raises(DecodeError):
            x509.summary(garbage)


def test_registries_name_what_java_and_openssl_name() -> None:
    """Numbers have one name; OpenSSL's cipher names translate to Java's; unknown numbers stay visible."""
    assert alert_name(48) == "unknown_ca"
    assert alert_name(200) == "unknown_alert_200"
    assert iana_cipher("ECDHE-RSA-AES128-GCM-SHA256") == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert iana_cipher("TLS_AES_128_GCM_SHA256") == "TLS_AES_128_GCM_SHA256"
    assert iana_cipher("NO-SUCH-CIPHER") == "NO-SUCH-CIPHER"
    assert CIPHER_SUITES[0xC02B] == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    assert registries.signature_scheme_name(0x0403) == "ecdsa_secp256r1_sha256"
    assert registries.group_name(0xFEFE) == "unknown_0xFEFE"
    assert registries.extension_name(47) == "certificate_authorities"
    assert len(set(ALERTS.values())) == len(ALERTS)
    assert len(set(CIPHER_SUITES.values())) == len(CIPHER_SUITES)
