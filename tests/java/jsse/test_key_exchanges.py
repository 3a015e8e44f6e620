"""What JSSE makes of a server's numbers, keys and stapled status; each row as the Javas named said it."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.reading import groups
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import Fault, FaultError
from sn_mock.java.jsse.reading.finite_field import FFDHE, Numbers, prime_of
from sn_mock.java.jsse.reading.handshake12 import CERTIFICATE, DONE, STATUS, Handshake12
from sn_mock.java.jsse.reading.server_hello import ServerHello
from sn_mock.java.jsse.reading.skipping import Skipping
from sn_mock.java.jsse.reading.stapling import read_message
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, UnreadableSignatureError, is_signed
from sn_mock.java.lang.jdk import named
from tests.parity import peers
from tests.parity.honest_server import Manner
from tests.parity.leaf_keys import leaf
from tests.parity.octets import extension, message, vector
from tests.parity.odd_servers import OddCase

_DHE, _ECDHE, _ECDSA, _RSA = 0x009E, 0xC02F, 0xC02B, 0x009C
_PRIME = prime_of(0x100)
_SMALL, _LARGE = (f"Diffie-Hellman public key is too {how}" for how in ("small", "large"))
_SHORT = "Insufficient space in the buffer, may be cause by an unexpected end of handshake data."
_RESPONSE = b"\x30\3\x0a\1\6"


def _told(manner: Manner, java: int | str, kind: str = "rsa-2048") -> list[str | None] | int:
    """The status of a call to such a provider, or the texts of its exception chain."""
    said = peers.asked_ours(OddCase("asked", manner, kind), "urlconnection", java)
    return said["status"] or [text for _, text in said["exception"]]


@pytest.mark.parametrize("group", FFDHE)
def test_primes_of_rfc_7919(group: int) -> None:
    """They are as long as their names say, odd, and begin and end with 64 bits of one."""
    prime, bits = prime_of(group), FFDHE[group][0]

    assert prime.bit_length() == bits
    assert prime >> (bits - 64) == prime & (1 << 64) - 1 == (1 << 64) - 1


@pytest.mark.parametrize(
    ("prime", "key", "told"),
    [
        (_PRIME, 0, _SMALL),
        (_PRIME, 1, _SMALL),
        (_PRIME, 2, None),
        (_PRIME, _PRIME - 2, None),
        (_PRIME, _PRIME - 1, _LARGE),
        (0, 5, _LARGE),
        (15, 5, "Invalid Diffie-Hellman parameters"),
    ],
)
def test_a_key_is_compared_with_its_prime(prime: int, key: int, told: str | None) -> None:
    """KeyUtil.validate (measured on 8u252, 11, 17 and 21)."""
    objection = Numbers(prime, key).objection()
    assert (objection and objection.message) == told


@pytest.mark.parametrize(
    ("bits", "java", "told"),
    [
        (512, 17, ["DH ServerKeyExchange does not comply to algorithm constraints"]),
        (1023, 11, ["DH ServerKeyExchange does not comply to algorithm constraints"]),
        (1024, 17, 200),
        (1024, 8, 200),
        (1536, 21, 200),
        (1032, 17, 1032),
        (1000, 8, 1000),
    ],
)
def test_dhe_of_any_size(bits: int, java: int, told: list[str] | int) -> None:
    """Below 1024 bits is too weak, and a client makes keys of whole 64 bits only; 1024 bits do."""
    below = {512: 569, 1000: 1245, 1023: 361, 1024: 105, 1032: 909, 1536: 3453}
    said = _told(Manner("1.2", _DHE, prime=(1 << bits) - below[bits]), java)

    if told == bits:
        assert isinstance(said, list)
        assert said[-2:] == [
            "Could not generate DH keypair",
            "DH key size must be multiple of 64, and can only range from 512 to 8192 (inclusive). "
            f"The specific key size {bits} is not supported",
        ]
    else:
        assert said == told


@pytest.mark.parametrize(
    ("signature", "scheme", "java", "told"),
    [
        (bytes(256), None, 17, ["Invalid signature on DH ServerKeyExchange message"]),
        (
            b"\0",
            None,
            17,
            [
                "Cannot verify DH ServerKeyExchange signature",
                "Bad signature length: got 1 but was expecting 256",
            ],
        ),
        (bytes(256), None, 8, ["Server D-H key verification failed"]),
        (None, 0x0501, 17, 200),
    ],
)
def test_dhe_is_signed(signature: bytes | None, scheme: int | None, java: int, told: list[str] | int) -> None:
    """The numbers are signed as points are, and what is wrong is told in words of their own."""
    assert _told(Manner("1.2", _DHE, signature=signature, scheme=scheme), java) == told


def test_a_key_of_a_certificate_that_the_suite_cannot_encrypt_with() -> None:
    """A suite TLS_RSA_* wants a key of RSA; a key of RSASSA-PSS is none (measured on 8u252, 11 and 17)."""
    assert _told(Manner("1.2", _RSA), 17, "pss-2048") == ["Not RSA public key for client key exchange"]
    assert _told(Manner("1.2", _RSA), 8, "p256") == ["Server certificate does not include an RSA key"]
    assert [_told(Manner("1.2", _RSA), java) for java in (8, 17)] == [200, 200]


@pytest.mark.parametrize("kind", ["p256", "p384", "p521", "ed25519", "ed448", "pss-2048"])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_provider_with_a_key_of_any_kind(kind: str, tls: str) -> None:
    """Its signature is verified, and the call gets its answer (measured on 17)."""
    of_12 = _ECDHE if kind.startswith("pss") else _ECDSA
    assert _told(Manner(tls, 0x1301 if tls == "1.3" else of_12), 17, kind) == 200


@pytest.mark.parametrize("java", ["8u504", "11.0.13", "17", "21"])
@pytest.mark.parametrize(("key", "told"), [(0, _SMALL), (1, _SMALL), (_PRIME - 1, _LARGE), (1 << 2100, _LARGE)])
def test_a_share_of_numbers(java: str, key: int, told: str) -> None:
    """In TLS 1.3, of the groups ffdhe2048 and longer."""
    with pytest.raises(FaultError) as refused:
        groups.check_secret(0x100, key.to_bytes(300, "big"), named(java))
    assert refused.value.fault.text == "Could not generate secret"
    assert refused.value.fault.causes[0].message == told
    groups.check_secret(0x100, b"\2", named(java))


def test_points_that_8u252_cannot_multiply() -> None:
    """The provider of old is not Java's, and throws another exception (measured on 8u252)."""
    off = b"\3\0\x18\x61\4" + b"\1" * 96
    assert _told(Manner("1.2", _ECDHE, parameters=off), 8) == [
        "java.security.ProviderException: point is not on curve",
        "point is not on curve",
    ]
    assert _told(Manner("1.2", _ECDHE, group=0x18), 8) == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\1\0\0\0", "Zero-length OCSP Response"),
        (b"\0\0\0\1x", "Unsupported StatusResponseType: null"),
        (b"\3", "Unsupported StatusResponseType: null"),
        (b"\2\0\0\x09" + vector(3, _RESPONSE) + bytes(3), "Bad OCSP response list length"),
        (b"\1\0\0", _SHORT),
        (b"", _SHORT),
    ],
)
def test_a_certificate_status_is_read_to_its_answers(body: bytes, told: str) -> None:
    """A length that does not fit is refused; what the answers are is not looked at (measured on 11, 17 and 21)."""
    with pytest.raises(FaultError) as refused:
        read_message(Cursor(body))
    assert refused.value.fault.text == told
    read_message(Cursor(b"\1" + vector(3, b"anything")))
    read_message(Cursor(b"\2" + vector(3, vector(3, _RESPONSE) + vector(3, b""))))


def _announced(java: str, *kinds: int) -> Fault | None:
    """What comes of messages in that order, behind a ServerHello that announces a status."""
    flight = Handshake12(ServerHello("TLS12", _ECDHE, False, {5: b""}), lambda _: (), named(java))
    bodies = {
        CERTIFICATE: vector(3, vector(3, leaf("rsa-2048").chain[0])),
        STATUS: b"\1" + vector(3, _RESPONSE),
        DONE: b"",
    }
    try:
        for kind in kinds:
            flight.consume(kind, bodies[kind])
    except FaultError as refused:
        return refused.fault
    return None


@pytest.mark.parametrize(
    ("java", "told"),
    [
        ("11.0.13", None),
        ("17", 'Cannot invoke "[Ljava.security.cert.X509Certificate;.clone()" because "certs" is null'),
        ("21", 'Cannot invoke "[Ljava.security.cert.X509Certificate;.clone()" because "<parameter2>" is null'),
    ],
)
def test_a_status_waits_for_certificates(java: str, told: str | None) -> None:
    """They are checked when it comes, or when it can come no more; without any Java stumbles."""
    for kinds in ((STATUS,), (DONE,)):
        fault = _announced(java, *kinds)
        assert fault is not None
        assert (fault.text, fault.causes[0].message) == (told, told)
    assert _announced(java, CERTIFICATE, STATUS) is None


@pytest.mark.parametrize("number", [5, 17])
@pytest.mark.parametrize("body", [None, b"\1" + vector(3, _RESPONSE), b"\2" + vector(3, vector(3, _RESPONSE))])
def test_an_honest_status_goes_on(number: int, body: bytes | None) -> None:
    """Also one of RFC 6961, which OpenSSL does not know, and one that is announced and does not come."""
    assert _told(Manner("1.2", _ECDHE, hello=((number, b""),), status=body), 17) == 200


def test_what_openssl_reads_of_a_status() -> None:
    """An announcement of RFC 6961 becomes one of RFC 6066 where that is not there, and the message fits it."""
    skipping = Skipping(frozenset(), sealed=False, java=named("17"))
    head = b"\3\3" + bytes(33) + b"\xc0\x2f\0"
    said, read = (message(2, head + vector(2, extension(number, b""))) for number in (17, 5))

    assert skipping.read_by_openssl(said) == read
    several = message(22, b"\2" + vector(3, vector(3, b"abc")))
    assert skipping.read_by_openssl(several) == message(22, b"\1" + vector(3, b"\0\0\3abc"))


_CONTENT = b"content"
_INDEFINITE = b"\x30\x80\2\1\5\2\1\5\0\0"
_PADDED = b"\x30\x08\2\2\0\5\2\2\0\5"


@pytest.mark.parametrize("java", ["8u252", "8u504", "11.0.13"])
@pytest.mark.parametrize(
    ("signature", "told"),
    [
        (_INDEFINITE, "Indefinite length BER encoding found"),
        (_PADDED, "Invalid encoding: redundant leading 0s"),
    ],
)
def test_signatures_in_ber(java: str, signature: bytes, told: str) -> None:
    """The reader before 17 names them; in DER the same numbers are only wrong."""
    with pytest.raises(UnreadableSignatureError) as refused:
        is_signed(leaf("p256").chain[0], 0x0403, signature, _CONTENT, named(java))
    assert refused.value.causes[-1].message == told
    assert is_signed(leaf("p256").chain[0], 0x0403, b"\x30\6\2\1\5\2\1\5", _CONTENT, named(java)) is False


@pytest.mark.parametrize(
    ("java", "scheme", "told"),
    [
        ("8u252", 0x0201, "java.security.ProviderException: Unsupported algorithm EC"),
        ("8u504", 0x0201, "java.security.ProviderException: Unsupported algorithm EC"),
        ("8u504", 0x0401, "No installed provider supports this key: sun.security.ec.ECPublicKeyImpl"),
        ("11.0.13", 0x0201, "No installed provider supports this key: sun.security.ec.ECPublicKeyImpl"),
    ],
)
def test_an_elliptic_key_and_a_scheme_of_rsa(java: str, scheme: int, told: str) -> None:
    """In Java 8 a second provider has SHA1withRSA, and is asked last."""
    with pytest.raises(UnfitKeyError) as refused:
        is_signed(leaf("p256").chain[0], scheme, bytes(256), _CONTENT, named(java))
    assert refused.value.causes[0].message == told


@pytest.mark.parametrize("kind", ["rsa-2048", "p256", "p384", "p521", "ed25519", "ed448", "pss-2048"])
def test_a_right_signature_and_a_wrong_one(kind: str) -> None:
    """Of every kind of key that Java 17 verifies with."""
    one = leaf(kind)
    for scheme in one.schemes:
        right = one.signed(_CONTENT, scheme)
        assert is_signed(one.chain[0], scheme, right, _CONTENT, named("17"))
        assert not is_signed(one.chain[0], scheme, right, _CONTENT + b"!", named("17"))


def test_a_certificate_that_java_cannot_read_is_left_to_the_tls_library() -> None:
    """Nothing is known against its signature here; trust has its own words for it."""
    assert is_signed(b"\x30\0", 0x0401, b"", _CONTENT, named("17"))


def test_numbers_of_a_group_that_ecdhe_cannot_say() -> None:
    """Java takes ffdhe2048 in a ServerKeyExchange, and finds its own half too long (measured on 17)."""
    parameters = b"\3\1\0" + vector(1, b"\1" + bytes(31))
    told = "Field length overflow, the field length (256) should be less than 256"
    assert _told(Manner("1.2", _ECDHE, parameters=parameters), 17) == [told, told]
