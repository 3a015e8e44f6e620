"""A summary can be had of whatever OpenSSL takes for a certificate; a field that cannot be read says so."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import given
from hypothesis import strategies as st

from tests.tls_transcript.conftest import Pki, issue
from tls_transcript import CertificateSummary, DecodeError, der, libssl, names, x509
from tls_transcript.libssl.binding import decode, library

pytestmark = pytest.mark.skipif(libssl.available() is not None, reason=f"needs libssl: {libssl.available()}")

PKI = Pki()
_Usage = pyca.ExtendedKeyUsageOID
RICH = issue(
    "many extensions",
    PKI.new_key("p256"),
    PKI.root,
    extensions=(
        pyca.KeyUsage(True, False, True, False, False, False, False, False, False),
        pyca.ExtendedKeyUsage([_Usage.CLIENT_AUTH, _Usage.ANY_EXTENDED_KEY_USAGE, pyca.ObjectIdentifier("1.2.3.4")]),
        pyca.SubjectAlternativeName(
            [
                pyca.DNSName("a.example"),
                pyca.UniformResourceIdentifier("urn:x"),
                pyca.RFC822Name("a@b.example"),
                pyca.IPAddress(ip_address("192.0.2.1")),
                pyca.IPAddress(ip_address("2001:db8::1")),
                pyca.RegisteredID(pyca.ObjectIdentifier("1.2.3")),
            ]
        ),
        pyca.SubjectKeyIdentifier(b"12345678"),
        pyca.CRLDistributionPoints(
            [pyca.DistributionPoint([pyca.UniformResourceIdentifier("http://c.example/l")], None, None, None)]
        ),
        pyca.CertificatePolicies([pyca.PolicyInformation(pyca.ObjectIdentifier("1.2.3.5"), None)]),
    ),
).certificate
PARTS = der.tbs_fields(RICH)
SERIAL, SIGNATURE, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = range(7)


def taken_by_openssl(certificate: bytes) -> bool:
    """Whether OpenSSL parses these octets as a certificate (what follows it does not matter)."""
    try:
        pointer = decode("d2i_X509", certificate)
    except libssl.LibsslError:
        return False
    library().X509_free(pointer)
    return True


def assembled(version: bytes | None = b"\xa0\x03\x02\x01\x02", **changed: bytes) -> bytes:
    """The rich certificate with some fields replaced; its signature no longer counts."""
    where = {
        "serial": SERIAL,
        "issuer": ISSUER,
        "validity": VALIDITY,
        "subject": SUBJECT,
        "key": KEY,
        "ext": EXTENSIONS,
    }
    fields = [part.encoded for part in PARTS]
    for name, encoded in changed.items():
        fields[where[name]] = encoded
    tail = b"".join(part.encoded for part in der.read(RICH).children()[1:])
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, version or b"", *fields), tail)


def extensions(*pairs: tuple[str, bytes]) -> bytes:
    """An extension list from last octet of the identifier below 2.5.29 and value."""
    items = [
        der.encode(
            der.SEQUENCE, der.encode(der.OID, b"\x55\x1d" + bytes.fromhex(last)), der.encode(der.OCTET_STRING, v)
        )
        for last, v in pairs
    ]
    return der.encode(0xA3, der.encode(der.SEQUENCE, *items))


def times(begin: bytes, end: bytes, tag: int = der.GENERALIZED_TIME) -> bytes:
    """A validity."""
    return der.encode(der.SEQUENCE, der.encode(tag, begin), der.encode(tag, end))


def shown(certificate: bytes) -> CertificateSummary:
    """The summary, after it has proven that it can be printed."""
    summary = x509.summary(certificate)
    assert json.loads(json.dumps(summary.to_json()))["unreadable"] == list(summary.unreadable)
    assert repr(summary)
    text = f"{summary.subject} {summary.issuer} {summary.not_before_text} {summary.not_after_text}"
    assert text.encode()
    assert text.isprintable()
    return summary


def mutants() -> Iterator[bytes]:
    """Every octet changed in three ways, every length cut, some octets behind."""
    for place, octet in enumerate(RICH):
        for changed in (octet ^ 0x01, octet ^ 0x20, octet ^ 0x80):
            yield RICH[:place] + bytes((changed,)) + RICH[place + 1 :]
    for length in range(len(RICH)):
        yield RICH[:length]
        yield RICH + RICH[:length]


def test_every_changed_octet_leaves_a_summary() -> None:
    """Of whatever OpenSSL still takes; and what another strict reader still takes is read as that reads it."""
    taken = compared = 0
    for certificate in mutants():
        if not taken_by_openssl(certificate):
            continue
        taken += 1
        summary = shown(certificate)
        compared += agrees_with_cryptography(certificate, summary)
    assert (taken, compared) > (1500, 1000)


def agrees_with_cryptography(certificate: bytes, ours: CertificateSummary) -> bool:
    """False where cryptography does not read it; fails where it reads something else."""
    try:
        theirs = pyca.load_der_x509_certificate(certificate)
        dates = (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
        listed = {e.oid.dotted_string: e.value for e in theirs.extensions}
        subject = theirs.subject.public_bytes()
    except (
        ValueError,
        TypeError,
        Warning,
        pyca.InvalidVersion,
        pyca.UnsupportedGeneralNameType,
        pyca.DuplicateExtension,
    ):
        return False
    assert names.subject_of(certificate) == subject
    assert (ours.serial, ours.not_before, ours.not_after) == (theirs.serial_number, *dates)
    assert ours.sha256 == theirs.fingerprint(hashes.SHA256()).hex()
    constraints = listed.get("2.5.29.19")
    assert ours.is_ca is (isinstance(constraints, pyca.BasicConstraints) and constraints.ca)
    usages = listed.get("2.5.29.37")
    if isinstance(usages, pyca.ExtendedKeyUsage):
        assert ours.eku is not None
        assert len(ours.eku) == len(list(usages))
        assert ("clientAuth" in ours.eku) is (_Usage.CLIENT_AUTH in usages)
    alternative = listed.get("2.5.29.17")
    if isinstance(alternative, pyca.SubjectAlternativeName):
        dns = [name.removeprefix("DNS:") for name in ours.subject_alternative_names if name.startswith("DNS:")]
        assert dns == [names.inert(name) for name in alternative.get_values_for_type(pyca.DNSName)]
    return True


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384", "p521", "ed25519", "ed448", "dsa"])
def test_healthy_certificates_are_read_as_cryptography_reads_them(kind: str) -> None:
    """Nothing is unreadable in them."""
    certificate = issue("healthy", PKI.new_key(kind), PKI.root).certificate
    summary = shown(certificate)
    assert agrees_with_cryptography(certificate, summary)
    assert summary.unreadable == ()
    assert shown(RICH).unreadable == ()
    assert shown(RICH).subject_alternative_names == (
        "DNS:a.example",
        "URI:urn:x",
        "email:a@b.example",
        "IP:192.0.2.1",
        "IP:2001:0db8:0000:0000:0000:0000:0000:0001",
    )


def encoded_otherwise(value: der.Value, chance: random.Random, depth: int) -> bytes:
    """The same value in BER: long and padded lengths, and indefinite ones where it is constructed."""
    content = value.content
    if value.tag & 0x20 and depth:
        content = b"".join(encoded_otherwise(child, chance, depth - 1) for child in value.children())
        if chance.random() < 0.5:
            return bytes((value.tag, 0x80)) + content + b"\0\0"
    octets = chance.choice((2, 3, 8, 20))
    return bytes((value.tag, 0x80 | octets)) + len(content).to_bytes(octets, "big") + content


@pytest.mark.parametrize("seed", range(20))
def test_lengths_of_any_form_are_read_as_openssl_reads_them(seed: int) -> None:
    """A certificate in BER, to the depth of the extension list, has the summary of the same in DER."""
    certificate = encoded_otherwise(der.read(RICH), random.Random(seed), depth=4 + seed % 3)
    assert taken_by_openssl(certificate)
    summary, plain = shown(certificate).to_json(), shown(RICH).to_json()
    assert summary.pop("sha256") != plain.pop("sha256")
    assert summary == plain


ODD: list[Any] = [
    pytest.param({"serial": b"\x02\x01\xff"}, {"serial": -1}, id="negative serial"),
    pytest.param({"serial": b"\x02\x01\x00"}, {"serial": 0}, id="serial zero"),
    pytest.param({"serial": der.encode(2, b"\x7f" * 256)}, {"serial": int.from_bytes(b"\x7f" * 256)}, id="long serial"),
    pytest.param({"serial": der.encode(2, b"\x7f" * 5000)}, {"serial": None}, id="endless serial"),
    pytest.param(
        {"validity": times(b"20200101000000+0130", b"20420101000000Z")},
        {"not_before": datetime(2019, 12, 31, 22, 30, tzinfo=UTC), "not_after": datetime(2042, 1, 1, tzinfo=UTC)},
        id="time with an offset",
    ),
    pytest.param(
        {"validity": times(b"991231235959Z", b"500101000000Z", der.UTC_TIME)},
        {"not_before": datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), "not_after": datetime(1950, 1, 1, tzinfo=UTC)},
        id="two-digit years",
    ),
    *(
        pytest.param({"validity": times(end, end)}, {"not_before": None, "not_after": None}, id=f"time {end!r}")
        for end in (
            b"",
            b"20420230000000Z",
            b"00000101000000Z",
            b"2042010100000 Z",
            b"204201010000Z",
            b"20420101000000",
            b"00010101000000+2359",
            b"20420101000060Z",
            b"\xd9\xa3" * 7 + b"Z",
        )
    ),
    pytest.param({"ext": extensions(("25", b"\x30\x02\x05\x00"))}, {"eku": None}, id="key usages that are no OIDs"),
    pytest.param({"ext": extensions(("25", b""))}, {"eku": None}, id="empty extension"),
    pytest.param({"ext": extensions(("0f", b"\x05\x00"))}, {"key_usage": None}, id="key usage that is no bits"),
    pytest.param({"ext": extensions(("0f", b"\x03\x00"))}, {"key_usage": None}, id="bits without a count"),
    pytest.param({"ext": extensions(("0f", b"\x03\x01\x09"))}, {"key_usage": None}, id="nine unused bits"),
    pytest.param({"ext": extensions(("13", b"\x04\x00"))}, {"is_ca": None}, id="constraints that are no sequence"),
    pytest.param(
        {"ext": extensions(("11", b"\x82\x01a"))},
        {"subject_alternative_names": ()},
        id="alternative names without list",
    ),
    pytest.param(
        {"ext": extensions(("25", der.encode(0x30, der.encode(6, b"\xff" * 40000 + b"\x01"))))},
        {"eku": None},
        id="endless object identifier",
    ),
    pytest.param({"key": der.encode(0x30, der.encode(0x30, b"\x06\x01\x80"), b"\x03\x02\x00\x00")}, {}, id="key OID"),
]


@pytest.mark.parametrize(("changed", "expected"), ODD)
def test_an_odd_field_is_read_or_says_that_it_is_not(changed: dict[str, bytes], expected: dict[str, Any]) -> None:
    """None and named in `unreadable`, or the value that stands there; all other fields as before."""
    certificate = assembled(**changed)
    if "key" in changed:
        assert x509.summary(certificate).key_type is None
        assert "key_type" in x509.summary(certificate).unreadable
        return
    assert taken_by_openssl(certificate)
    summary = shown(certificate)
    assert {name: getattr(summary, name) for name in expected} == expected
    assert set(summary.unreadable) == {name for name, value in expected.items() if value in (None, ())}
    assert summary.subject == shown(RICH).subject
    assert summary.key_bits == 256


def test_an_absent_extension_is_not_an_unreadable_one() -> None:
    """The twin: without its extension a field is None and nothing is unreadable."""
    summary = shown(assembled(ext=b""))
    assert (summary.eku, summary.key_usage, summary.is_ca, summary.unreadable) == (None, None, False, ())


def test_dates_that_cannot_be_read_are_not_over() -> None:
    """`ended_by` and `begins_after` say no more than is known, and the text says that nothing is."""
    unknown = shown(assembled(validity=times(b"x", b"y")))
    over = shown(assembled(validity=times(b"20200101000000Z", b"20210101000000Z")))
    early = shown(assembled(validity=times(b"20400101000000Z", b"20410101000000Z")))
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert [(one.ended_by(now), one.begins_after(now)) for one in (unknown, over, early)] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    assert unknown.not_after_text == x509.UNREADABLE
    assert over.not_after_text == "2021-01-01"


def test_deep_nesting_is_walked_without_recursion() -> None:
    """A hundred thousand indefinite lengths, one in the other, inside a name and inside a key's parameters."""
    deep = b"\x30\x80" * 100_000 + b"\0\0" * 100_000
    parameters = der.encode(0x30, der.encode(0x30, b"\x06\x03\x2a\x03\x04", deep), b"\x03\x02\x00\x00")
    certificate = assembled(key=parameters)
    assert taken_by_openssl(certificate)
    assert shown(certificate).key_type == "1.2.3.4"
    name = der.encode(0x30, der.encode(0x31, der.encode(0x30, b"\x06\x03\x55\x04\x03", deep)))
    assert names.readable(name) == f"CN=#{deep.hex()}"


def _attribute(tag: int, content: bytes, kind: bytes = b"\x55\x04\x03") -> bytes:
    return der.encode(0x30, der.encode(0x31, der.encode(0x30, der.encode(6, kind), der.encode(tag, content))))


@pytest.mark.parametrize(
    ("tag", "content", "text"),
    [
        (0x0C, "Ключ é 😀".encode(), "CN=Ключ é 😀"),
        (0x13, b"M\xfcller CA", "CN=Müller CA"),
        (0x13, "Müller CA".encode(), "CN=Müller CA"),
        (0x14, b"M\xfcller", "CN=Müller"),
        (0x16, b"a@b\xe9", "CN=a@bé"),
        (0x12, b"12 3", "CN=12 3"),
        (0x1A, b"plain", "CN=plain"),
        (0x1B, b"plain", "CN=plain"),
        (0x1E, "Müller, 日本".encode("utf-16-be"), "CN=Müller\\, 日本"),
        (0x1E, "😀".encode("utf-16-be"), "CN=😀"),
        (0x1E, b"\0a\0", "CN=#1e03006100"),
        (0x1E, b"\xd8\x00\0a", "CN=#1e04d8000061"),
        (0x1C, "Müller 日本".encode("utf-32-be"), "CN=Müller 日本"),
        (0x1C, b"\0\x11\0\0", "CN=#1c0400110000"),
        (0x0C, b"a\xff", "CN=#0c0261ff"),
        (0x0C, b"a\nb\x1b[31m\0", "CN=a\\0Ab\\1B[31m\\00"),
        (0x0C, "a\u202eb\u2028\x9b".encode(), "CN=a\\E2\\80\\AEb\\E2\\80\\A8\\C2\\9B"),
        (0x14, b"\x9b31m", "CN=\\C2\\9B31m"),
        (0x0C, b" a ", "CN=\\ a\\ "),
        (0x03, b"\0a", "CN=#03020061"),
    ],
)
def test_strings_are_read_as_what_their_type_says(tag: int, content: bytes, text: str) -> None:
    """Wide strings too, which Java misreads; nothing that a terminal would obey is left in the text."""
    assert names.readable(_attribute(tag, content)) == text
    assert names.readable(_attribute(tag, content, b"\x2a\x03")).startswith("1.2.3=#")


def test_everyday_names_are_the_same_in_both_texts() -> None:
    """The twin: UTF-8 without control characters is what `rfc2253` says, too."""
    for text in ("plain", 'A, B+C "D" \\ <E>;=#', "  a b  ", "", "Ключ é 日本"):
        name = _attribute(0x0C, text.encode())
        assert names.readable(name) == names.rfc2253(name)


@given(st.binary(max_size=300))
def test_fuzz_whatever_is_called_a_name_can_be_shown(data: bytes) -> None:
    """`readable` never raises, and never prints anything but printable characters."""
    for name in (data, _attribute(0x0C, data), _attribute(0x1E, data), _attribute(0x14, data)):
        assert names.readable(name).isprintable()


@given(st.data())
def test_fuzz_rebuilt_certificates(data: st.DataObject) -> None:
    """Random fields inside a sound frame: no summary fails that OpenSSL would have let through."""
    field = data.draw(st.sampled_from(["serial", "issuer", "validity", "subject", "key", "ext"]))
    tag = data.draw(st.sampled_from([2, 3, 4, 5, 6, 0x30, 0x31, 0xA3, 0x17, 0x18, 0x24, 0x1F]))
    certificate = assembled(**{field: der.encode(tag, data.draw(st.binary(max_size=60)))})
    try:
        shown(certificate)
    except DecodeError:
        assert not taken_by_openssl(certificate)


def test_what_openssl_refuses_may_be_refused() -> None:
    """The twin of all this: garbage and cut certificates are a DecodeError, and end a chain."""
    public = PKI.client.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for garbage in (b"", public, RICH[:-1], b"\x30\x80"):
        assert not taken_by_openssl(garbage)
        with pytest.raises(DecodeError):
            x509.summary(garbage)
    assert len(x509.summaries((RICH, b"", RICH))) == 1
