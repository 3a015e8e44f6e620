"""What JSSE makes of what stands inside a server's messages; each row as the Javas named said it to such a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from sn_mock.java.jsse.reading import groups, verifying
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import Fault, FaultError
from sn_mock.java.jsse.reading.handshake12 import CERTIFICATE, KEY_EXCHANGE, NEW_SESSION_TICKET, Handshake12
from sn_mock.java.jsse.reading.handshake13 import check_encrypted_extensions, is_refused, read_chain
from sn_mock.java.jsse.reading.key_exchange_of_8 import check_point, check_scheme, check_signature
from sn_mock.java.jsse.reading.reader import ServerReader
from sn_mock.java.jsse.reading.reader_of_8 import ReaderOf8
from sn_mock.java.jsse.reading.records import CHANGE_CIPHER_SPEC, HANDSHAKE, written
from sn_mock.java.jsse.reading.server_hello import RETRY, Offer, ServerHello, check_retry, read
from sn_mock.java.jsse.reading.stapling import check_status
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, Where
from sn_mock.java.lang.jdk import named
from sn_mock.lab.pki import shared_pki
from tests.parity.octets import BASE_POINT, extension, vector

_SUITE, _SUITE_13 = 0xC02F, 0x1301
_RANDOMS = bytes(range(64))
_USED = "used in ECDH ServerKeyExchange handshake message"
_IDENTITY = shared_pki()["provider-rsa"]


def _hello(suite: int, *extensions: bytes, random: bytes = bytes(32)) -> bytes:
    return b"\3\3" + random + b"\0" + suite.to_bytes(2, "big") + b"\0" + vector(2, b"".join(extensions))


def _read(body: bytes, java: str) -> ServerHello:
    return read(body, Offer(("TLS13", "TLS12"), frozenset({_SUITE, _SUITE_13}), False, named(java)))


def _shared(group: int, key: bytes, java: str) -> Fault | None:
    share = extension(51, group.to_bytes(2, "big") + vector(2, key))
    try:
        _read(_hello(_SUITE_13, extension(43, b"\3\4"), share), java)
    except FaultError as refused:
        return refused.fault
    return None


@pytest.mark.parametrize(
    ("group", "key", "told"),
    [
        (0x01, bytes(32), "Unsupported named group: sect163k1"),
        (0x1F, bytes(32), "Unsupported named group: UNDEFINED-NAMED-GROUP(31)"),
        (0xFF01, bytes(32), "Unsupported named group: arbitrary_explicit_prime_curves"),
        (0x17, bytes(65), "readHandshakeRecord"),
        (0x17, BASE_POINT[:-1], "readHandshakeRecord"),
        (0x17, b"\4" + b"\1" * 64, "Could not generate secret"),
        (0x17, b"\4" + b"\xff" * 64, "Could not generate secret"),
        (0x18, b"\4" + bytes(96), "No sufficient ECDHE key agreement parameters negotiated"),
        (0x1D, bytes(32), "Could not generate secret"),
        (0x1E, bytes(56), "No sufficient XDHE key agreement parameters negotiated"),
        (0x100, bytes(256), "No sufficient DHE key agreement parameters negotiated"),
    ],
)
def test_the_server_s_half_of_a_key(group: int, key: bytes, told: str) -> None:
    """A group that JSSE has no half for, or a key that is none, ends the handshake; a point of the group does not."""
    refused = _shared(group, key, "17")
    assert refused is not None
    assert refused.text == told
    assert _shared(0x17, BASE_POINT, "17") is None
    assert _shared(0x1D, b"\x09" + bytes(31), "17") is None


@pytest.mark.parametrize(
    ("java", "told"),
    [("8u504", "Cannot decode named group: secp256r1"), ("11.0.13", "readHandshakeRecord")],
)
def test_a_point_that_cannot_be_read(java: str, told: str) -> None:
    """What is not an SSLException has been wrapped since 11; a compressed point is none."""
    refused = _shared(0x17, b"\2" + BASE_POINT[1:33], java)
    assert refused is not None
    assert refused.text == told
    unshared = _shared(0x17, BASE_POINT, java)  # 11 has sent a key of X25519 alone
    assert (unshared and unshared.text) == (
        None if java == "8u504" else "No sufficient ECDHE key agreement parameters negotiated"
    )


@pytest.mark.parametrize(
    ("extensions", "told"),
    [
        ({51: b"\0\1"}, "Unexpected HelloRetryRequest selected group: sect163k1"),
        ({51: b"\xff\xff"}, "Unsupported HelloRetryRequest selected group: UNDEFINED-NAMED-GROUP(65535)"),
        ({51: b"\0\x18\0"}, "Invalid key_share extension: improper data (length=3)"),
        ({51: b"\0\1", 44: b"\0\0"}, "Invalid cookie extension: insufficient data"),
    ],
)
def test_what_a_hello_retry_request_asks_for(extensions: dict[int, bytes], told: str) -> None:
    """The cookie is looked at first; a group that was offered, and a cookie with something in it, are taken."""
    asked = ServerHello("TLS13", _SUITE_13, True, extensions)
    with pytest.raises(FaultError) as refused:
        check_retry(asked, None, named("17"))
    assert refused.value.fault.text == told
    assert check_retry(ServerHello("TLS13", _SUITE_13, True, {51: b"\0\x18", 44: b"\0\1a"}), None, named("17")) == 0x18


def test_a_hello_retry_request_of_tls_12() -> None:
    """There is none; there is one of TLS 1.3."""
    with pytest.raises(FaultError) as refused:
        _read(_hello(_SUITE_13, extension(43, b"\3\3"), random=RETRY), "17")
    assert refused.value.fault.text == "Unexpected HelloRetryRequest for TLSv1.2"
    assert _read(_hello(_SUITE_13, extension(43, b"\3\4"), random=RETRY), "17").retry


_P384 = bytes.fromhex(
    "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
)
_X25519_PRIME = 2**255 - 19


@pytest.mark.parametrize(
    ("java", "group", "key", "told"),
    [
        ("17", 0x18, b"\4" + b"\1" * 96, "Point is not on curve"),
        ("17", 0x19, b"\4" + b"\xff" * 132, "Invalid coordinate"),
        ("11.0.32", 0x17, b"\4" + b"\1" * 64, "point is not on curve"),
        ("11.0.13", 0x18, b"\4" + b"\xff" * 96, "invalid coordinate"),
        ("11.0.13", 0x1E, b"\1" + bytes(55), "Point has small order"),
        ("17", 0x1D, (2 * _X25519_PRIME + 1).to_bytes(32, "little"), "Point has small order"),
        ("21", 0x1D, (_X25519_PRIME << 64).to_bytes(40, "little"), "Point has small order"),
    ],
)
def test_a_secret_of_the_group_that_was_asked_for(java: str, group: int, key: bytes, told: str) -> None:
    """Measured behind a HelloRetryRequest; a number of 32 octets has no bit that does not count."""
    with pytest.raises(FaultError) as refused:
        groups.check_agreement(group, key, group, named(java))
    assert refused.value.fault.causes[0].message == told
    groups.check_agreement(0x18, _P384, 0x18, named(java))
    groups.check_agreement(0x1D, b"\0" * 31 + b"\x80", 0x1D, named(java))


def test_one_change_cipher_spec_behind_a_hello_retry_request() -> None:
    """Another one is not passed over, as it is behind the ServerHello that follows (measured on 8u504, 11, 17, 21)."""
    retry = _hello(_SUITE_13, extension(43, b"\3\4"), extension(51, b"\0\x18"), random=RETRY)
    second = _hello(_SUITE_13, extension(43, b"\3\4"), extension(51, b"\0\x18" + vector(2, _P384)))
    told = []
    for behind in (b"\1", b"\1\1"):
        offer = Offer(("TLS13", "TLS12"), frozenset({_SUITE_13}), False, named("17"))
        reader = ServerReader(offer, lambda _: ())
        reader.feed(written(HANDSHAKE, b"\2" + vector(3, retry)))
        for change in behind:
            reader.feed(written(CHANGE_CIPHER_SPEC, bytes((change,))))
        reader.feed(written(HANDSHAKE, b"\2" + vector(3, second)) + written(CHANGE_CIPHER_SPEC, b"\1"))
        told.append(reader.fault and reader.fault.text)
    assert told == [None, "Unexpected content: 20"]


def _signed(point: bytes, group: int = 0x17) -> tuple[bytes, bytes]:
    """Parameters, and a signature of them with rsa_pss_rsae_sha256."""
    key = serialization.load_pem_private_key(_IDENTITY.key_pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    params = b"\3" + group.to_bytes(2, "big") + vector(1, point)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return params, key.sign(_RANDOMS + params, pss, hashes.SHA256())


def _exchanged(body: bytes, java: str) -> Fault | None:
    flight = Handshake12(ServerHello("TLS12", _SUITE, False), lambda _: (), named(java), _RANDOMS)
    flight.consume(CERTIFICATE, vector(3, b"".join(vector(3, one) for one in _IDENTITY.der_chain)))
    try:
        flight.consume(KEY_EXCHANGE, body)
    except FaultError as refused:
        return refused.fault
    return None


@pytest.mark.parametrize(
    ("java", "scheme", "told"),
    [
        ("17", 0x0805, "Invalid ECDH ServerKeyExchange signature"),
        ("17", 0x0403, "Unsupported signature algorithm: ecdsa_secp256r1_sha256"),
        ("17", 0x0807, "Unsupported signature algorithm: ed25519"),
        ("17", 0x0202, "Unsupported signature algorithm: dsa_sha1"),
        ("11.0.13", 0x0807, f"Unsupported signature algorithm (ed25519) {_USED}"),
        ("17.0.21", 0x0202, f"Unsupported signature algorithm (dsa_sha1) {_USED}"),
        ("17", 0x0101, f"Unsupported signature algorithm (rsa_md5) {_USED}"),
        ("17", 0x0904, f"Invalid signature algorithm (2308) {_USED}"),
    ],
)
def test_the_scheme_of_a_server_key_exchange(java: str, scheme: int, told: str) -> None:
    """It has to be one that was offered, and that a key of RSA signs with; the right one is taken."""
    params, signature = _signed(BASE_POINT)
    refused = _exchanged(params + scheme.to_bytes(2, "big") + vector(2, signature), java)
    assert refused is not None
    assert refused.text == told
    assert _exchanged(params + b"\x08\x04" + vector(2, signature), java) is None


@pytest.mark.parametrize(
    ("java", "scheme", "told"),
    [
        ("11.0.13", 0x0401, "Signature length not correct: got 1 but was expecting 256"),
        ("8u504", 0x0401, "Bad signature length: got 1 but was expecting 256"),
        ("17", 0x0401, "Bad signature length: got 1 but was expecting 256"),
        ("17", 0x0804, "Signature length not correct: got 1 but was expecting 256"),
    ],
)
def test_a_signature_that_is_too_short(java: str, scheme: int, told: str) -> None:
    """It is told by its length; a signature of the right length is not."""
    params, signature = _signed(BASE_POINT)
    refused = _exchanged(params + scheme.to_bytes(2, "big") + vector(2, b"\0"), java)
    assert refused is not None
    assert refused.text == "Cannot verify ECDH ServerKeyExchange signature"
    assert refused.causes[0].message == told
    assert _exchanged(params + b"\x08\x04" + vector(2, signature), java) is None


@pytest.mark.parametrize(
    ("java", "group", "point", "told"),
    [
        ("17", 0x01, BASE_POINT, "Unsupported named group: SECT163_K1"),
        ("17", 0x00, BASE_POINT, "Unknown named group ID: 0"),
        ("17", 0x17, b"", "Insufficient Point data: SECP256_R1"),
        ("8u504", 0x17, b"", "Insufficient ECPoint data: SECP256_R1"),
        ("17", 0x100, b"", "Insufficient Point data: FFDHE_2048"),
        ("8u504", 0x100, b"\1", "Unknown named EC curve: FFDHE_2048"),
        ("8u504", 0x1D, bytes(32), "Unsupported named group: X25519"),
        ("17", 0x17, BASE_POINT[:-1], "readHandshakeRecord"),
        ("8u504", 0x17, BASE_POINT[:-1], "Invalid ECPoint: SECP256_R1"),
    ],
)
def test_the_key_of_a_server_key_exchange(java: str, group: int, point: bytes, told: str) -> None:
    """It is read before its signature; one that is not on its curve is only found out later."""
    params, signature = _signed(point, group)
    refused = _exchanged(params + b"\x08\x04" + vector(2, signature), java)
    assert refused is not None
    assert refused.text == told
    off, over = _signed(b"\4" + b"\1" * 64)
    assert _exchanged(off + b"\x08\x04" + vector(2, over), java) is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Invalid supported_groups extension: insufficient data"),
        (b"\0\0", "Invalid supported_groups extension: incomplete data"),
        (b"\0\1\0", "Invalid supported_groups extension: incomplete data"),
        (b"\0\2\0\x17\0", "Invalid supported_groups extension: unknown extra data"),
    ],
)
def test_the_groups_of_encrypted_extensions(body: bytes, told: str) -> None:
    """A list is read, though nothing is made of it."""
    with pytest.raises(FaultError) as refused:
        check_encrypted_extensions(Cursor(vector(2, extension(10, body))), named("17"), named=False)
    assert refused.value.fault.text == told
    check_encrypted_extensions(Cursor(vector(2, extension(10, b"\0\2\0\x17"))), named("17"), named=False)


@pytest.mark.parametrize(
    ("java", "body", "told"),
    [
        ("17", b"\1", "Invalid status_request extension: insufficient data"),
        ("17", b"\1\0\0\0", "Invalid OCSP status response: insufficient data"),
        ("17", b"\1\0\0\1\0", "readHandshakeRecord"),
        ("8u504", b"\1\0\0\1\0", "Short read of DER length"),
        ("17", b"\1\0\0\2\5\0", "readHandshakeRecord"),
        ("11.0.13", b"\1\0\0\2\5\0", "Bad encoding in OCSP response: expected ASN.1 SEQUENCE tag."),
        ("17", b"\1\0\0\5\x30\5\x0a\1\6", "Remote host terminated the handshake"),
        ("11.0.32", b"\1\0\0\5\x30\3\x0a\1\x09", "Unknown OCSPResponse status: 9"),
        ("11.0.13", b"\1\0\0\5\x30\3\2\1\0", "DER input, Enumerated tag error"),
        ("8u504", b"\1\0\0\5\x30\3\x0a\1\0", "Short read of DER length"),
    ],
)
def test_a_stapled_status(java: str, body: bytes, told: str) -> None:
    """It is read though no revocation is checked; one of another kind is left alone."""
    with pytest.raises(FaultError) as refused:
        check_status(body, named(java))
    assert refused.value.fault.text == told
    check_status(b"\1\0\0\5\x30\3\x0a\1\6", named(java))
    check_status(b"\2\0\0\0", named(java))


def test_a_ticket_that_is_longer_than_its_message() -> None:
    """Its length is read; octets behind it are left alone (measured on 17)."""
    told = []
    for body in (bytes(4) + b"\0\x20abcd", bytes(4) + b"\0\4abcd\0"):
        flight = Handshake12(ServerHello("TLS12", _SUITE, False), lambda _: (), named("17"))
        try:
            flight.consume(NEW_SESSION_TICKET, body)
        except FaultError as refused:
            told.append(refused.fault.java_class)
    assert told == ["javax.net.ssl.SSLException"]


def _said_to_8(*extensions: bytes) -> Fault | None:
    reader = ReaderOf8(("TLSv1.2",), frozenset({_SUITE}), False, lambda _: ())
    body = _hello(_SUITE, *extensions)
    reader.feed(written(HANDSHAKE, b"\2" + vector(3, body)))
    return reader.fault


@pytest.mark.parametrize(
    ("number", "body", "told"),
    [
        (10, b"\0\1\0", "Invalid elliptic_curves extension"),
        (10, b"\0\4\0\x17", "Invalid elliptic_curves extension"),
        (13, b"\0\1\4", "Invalid server_name extension"),
        (0, b"\0\3\0\0\0", "Empty HostName in server name indication"),
    ],
)
def test_extensions_that_8u252_reads(number: int, body: bytes, told: str) -> None:
    """Curves are read, and an odd list of schemes is told in words of another extension; whole lists are taken."""
    refused = _said_to_8(extension(number, body), extension(23, b""))
    assert refused is not None
    assert refused.text == told
    assert _said_to_8(extension(10, b"\0\2\0\x17"), extension(23, b"")) is None


def _pkcs1(point: bytes) -> tuple[bytes, bytes]:
    """Parameters, and a signature of them with rsa_pkcs1_sha256."""
    key = serialization.load_pem_private_key(_IDENTITY.key_pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    params = b"\3\0\x17" + vector(1, point)
    return params, key.sign(_RANDOMS + params, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    ("scheme", "signature", "told"),
    [
        (0x0403, None, "No installed provider supports this key: sun.security.rsa.RSAPublicKeyImpl"),
        (0x0501, None, "Signature encoding error"),
        (0x0401, b"\0", "Signature length not correct: got 1 but was expecting 256"),
        (0x0401, bytes(256), None),
    ],
)
def test_a_signature_that_8u252_verifies(scheme: int, signature: bytes | None, told: str | None) -> None:
    """It says `Server key` of what throws, another sentence of what is only wrong, and takes what is right."""
    params, right = _pkcs1(BASE_POINT)
    with pytest.raises(FaultError) as refused:
        check_signature(_IDENTITY.der_chain[0], scheme, signature or right, _RANDOMS + params, "ECDHE")
    fault = refused.value.fault
    wrong = "Invalid signature on ECDH server key exchange message"
    assert (fault.text, fault.causes[0].message if fault.causes else None) == ("Server key" if told else wrong, told)
    check_signature(_IDENTITY.der_chain[0], 0x0401, right, _RANDOMS + params, "ECDHE")


def test_a_point_that_8u252_cannot_read() -> None:
    """The IOException goes all the way up; a point that is not on the curve is taken."""
    with pytest.raises(FaultError) as refused:
        check_point(0x17, b"")
    assert refused.value.fault.java_class == "java.io.IOException"
    check_point(0x17, b"\4" + b"\1" * 64)


def test_schemes_that_8u252_does_not_know() -> None:
    """RSASSA-PSS came with 8u261."""
    with pytest.raises(FaultError) as refused:
        check_scheme(0x0804)
    assert "Unsupported SignatureAndHashAlgorithm" in str(refused.value.fault.text)
    check_scheme(0x0401)


def test_every_group_has_its_names() -> None:
    """JSSE's constants are its names in capitals, but for the two that are no groups."""
    assert [groups.constant_of(number) for number in (0x12, 0x1D, 0x104, 0xFF02)] == [
        *("SECP192_K1", "X25519", "FFDHE_8192", "ARBITRARY_CHAR2")
    ]
    assert groups.told(0x12) == "secp192k1"
    assert groups.told(0x1F) == "UNDEFINED-NAMED-GROUP(31)"


@pytest.mark.parametrize(
    ("extensions", "java", "refused"),
    [
        (extension(42, b"") * 2, "21.0.13", True),
        (extension(42, b"") * 2, "21", False),
        (extension(42, b""), "21.0.13", False),
        (extension(5, b"\1\0\0\0\0"), "17", True),
    ],
)
def test_a_certificate_that_openssl_takes_is_refused_for_its_extensions(
    extensions: bytes, java: str, refused: bool
) -> None:
    """Extensions of an entry: one that comes twice (measured on 21.0.13, not on 21.0.8), a status that is empty."""
    entry = vector(3, _IDENTITY.der) + vector(2, extensions)
    message = bytes((CERTIFICATE,)) + vector(3, b"\0" + vector(3, entry))

    assert is_refused(message, named(java), named=False) is refused


@pytest.mark.parametrize(
    ("java", "told"),
    [
        ("17", "Incorrect extensions: no length field"),
        ("11.0.13", "Insufficient space in the buffer, may be cause by an unexpected end of handshake data."),
    ],
)
def test_an_entry_has_extensions(java: str, told: str) -> None:
    """Even if there are none: an entry that ends with its certificate is refused (measured on 11.0.13 and 17.0.15)."""
    bare, whole = (b"\0" + vector(3, vector(3, _IDENTITY.der) + more) for more in (b"", b"\0\0"))

    with pytest.raises(FaultError) as refused:
        read_chain(Cursor(bare), named(java))
    assert refused.value.fault.text == told
    assert read_chain(Cursor(whole), named(java)) == [_IDENTITY.der]


def _self_signed(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    digest = hashes.SHA256() if isinstance(key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(key, digest).public_bytes(serialization.Encoding.DER)


_USED_IN = Where("a message", "its signature", "Invalid its signature")


@pytest.mark.parametrize(
    ("java", "kind", "scheme", "signature", "told"),
    [
        ("17", "EC", 0x0804, None, "No installed provider supports this key: sun.security.ec.ECPublicKeyImpl"),
        ("17", "EC", 0x0807, None, "Unsupported key type"),
        ("11.0.13", "EC", 0x0403, b"", "Invalid encoding for signature"),
        ("8u504", "EC", 0x0403, bytes(64), "Could not verify signature"),
        ("17", "EC", 0x0403, bytes.fromhex("30080202000502020005"), "Invalid encoding for signature"),
        ("17", "EdDSA", 0x0403, None, "No installed provider supports this key: sun.security.ec.ed.EdDSAPublicKeyImpl"),
        ("17", "EdDSA", 0x0808, None, "Parameters must be Ed448"),
        ("17", "EdDSA", 0x0807, b"\xff" * 63, "s is too large"),
        ("17", "EdDSA", 0x0807, b"", "incorrect length"),
        ("21", "EdDSA", 0x0807, b"\xff" * 63, "signature length invalid"),
        ("21", "EdDSA", 0x0807, b"\xff" * 64, "s is too large"),
    ],
)
def test_a_scheme_or_a_signature_that_is_none_of_a_key_s(
    java: str, kind: str, scheme: int, signature: bytes | None, told: str
) -> None:
    """Keys that are not RSA's are told as in a certificate's signature; the right signature is taken."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "EC" else ed25519.Ed25519PrivateKey.generate()
    leaf, content = _self_signed(key), b"what was said"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        own, right = 0x0403, key.sign(content, ec.ECDSA(hashes.SHA256()))
    else:
        own, right = 0x0807, key.sign(content)
    with pytest.raises((FaultError, UnfitKeyError)) as refused:
        verifying.check_signature(
            leaf, scheme, right if signature is None else signature, content, _USED_IN, named(java)
        )
    error = refused.value
    causes = error.fault.causes if isinstance(error, FaultError) else error.causes
    assert causes[0].message == told
    verifying.check_signature(leaf, own, right, content, _USED_IN, named(java))
