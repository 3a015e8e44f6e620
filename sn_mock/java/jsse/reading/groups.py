"""Named groups as JSSE knows them, and what it makes of a server's key in one (NamedGroup, ECDHKeyExchange)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading.fault import (
    HANDSHAKE_FAILURE,
    INTERNAL_ERROR,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
    fatal,
)
from sn_mock.java.jsse.reading.finite_field import FFDHE, Numbers, prime_of
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import INVALID_KEY

_CHARACTERISTIC_2 = (
    *("sect163k1", "sect163r1", "sect163r2", "sect193r1", "sect193r2", "sect233k1", "sect233r1", "sect239k1"),
    *("sect283k1", "sect283r1", "sect409k1", "sect409r1", "sect571k1", "sect571r1"),
)
_OLD_PRIMES = ("secp160k1", "secp160r1", "secp160r2", "secp192k1", "secp192r1", "secp224k1", "secp224r1", "secp256k1")
_OTHERS: Mapping[int, str] = {
    **dict(enumerate((*_CHARACTERISTIC_2, *_OLD_PRIMES), start=1)),
    0xFF01: "arbitrary_explicit_prime_curves",
    0xFF02: "arbitrary_explicit_char2_curves",
}
"""Known to JSSE, and not enabled."""
ENABLED: Mapping[int, str] = {
    0x17: "secp256r1",
    0x18: "secp384r1",
    0x19: "secp521r1",
    0x1D: "x25519",
    0x1E: "x448",
    0x100: "ffdhe2048",
    0x101: "ffdhe3072",
    0x102: "ffdhe4096",
    0x103: "ffdhe6144",
    0x104: "ffdhe8192",
}
"""Of the ClientHello, by JSSE's names."""
MONTGOMERY = frozenset({0x1D, 0x1E})
_X25519, _P256 = 0x1D, 0x17
_SIZES = {0x17: 32, 0x18: 48, 0x19: 66}
"""Octets of a coordinate."""
_UNCOMPRESSED = 4


@dataclass(frozen=True, slots=True)
class _Curve:
    """y² = x³ - 3x + b over a prime field (SEC 2)."""

    prime: int
    b: int


_CURVES: Mapping[int, _Curve] = {
    0x17: _Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    ),
    0x18: _Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    ),
    0x19: _Curve(
        2**521 - 1,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
    ),
}
_X25519_PRIME, _X448_PRIME = 2**255 - 19, 2**448 - 2**224 - 1
_SMALL_ORDERS: Mapping[int, tuple[int, frozenset[int]]] = {
    0x1D: (
        _X25519_PRIME,
        frozenset(
            {
                *(0, 1, _X25519_PRIME - 1),
                325606250916557431795983626356110631294008115727848805560023387167927233504,
                39382357235489614581723061780553021112529911719440698176882885853963445705823,
            }
        ),
    ),
    0x1E: (_X448_PRIME, frozenset({0, 1, _X448_PRIME - 1})),
}
"""The prime of a Montgomery curve, and the points of it that any key multiplies to zero."""


def name_of(number: int) -> str | None:
    """JSSE's name of a group; None where it has none."""
    return _OTHERS.get(number) or ENABLED.get(number)


def is_enabled(number: int, java: Jdk) -> bool:
    """JSSE offers it."""
    return number in ENABLED and (number not in MONTGOMERY or java.has(Feature.WHOLE_JSSE_11))


def told(number: int) -> str:
    """`NamedGroup.nameOf`."""
    return name_of(number) or f"UNDEFINED-NAMED-GROUP({number})"


def constant_of(number: int) -> str:
    """The enum's constant, `SECP256_R1`, which some texts quote by mistake."""
    name = name_of(number) or ""
    if number in (0xFF01, 0xFF02):
        return "ARBITRARY_PRIME" if number == 0xFF01 else "ARBITRARY_CHAR2"
    if name.startswith("ffdhe"):
        return name.upper().replace("FFDHE", "FFDHE_")
    return f"{name[:-2]}_{name[-2:]}".upper() if name.startswith("sec") else name.upper()


class UnreadableKeyError(Exception):
    """The IOException of `ECUtil.decodePoint`."""

    def __init__(self, cause: JavaException) -> None:
        super().__init__(cause)
        self.cause = cause


def is_curve(number: int) -> bool:
    """An enabled group of points, not of numbers."""
    return number in _SIZES or number in MONTGOMERY


def check_key(number: int, key: bytes) -> None:
    """`decodeCredentials`: only a point of a prime curve is looked at, and not whether it is on the curve."""
    if number not in _SIZES:
        return
    text = None
    if key[:1] != bytes((_UNCOMPRESSED,)):
        text = "Only uncompressed point format supported"
    elif (len(key) - 1) // 2 != _SIZES[number]:
        text = "Point does not match field size"
    if text is not None:
        raise UnreadableKeyError(JavaException("java.io.IOException", text))


def read_key(number: int, key: bytes, java: Jdk, refusal: Callable[[JavaException], Exception]) -> None:
    """The same in the handshake code of JDK 11; `refusal`: what Java 8's copy of it makes of the IOException."""
    try:
        check_key(number, key)
    except UnreadableKeyError as unreadable:
        own = java.has(Feature.WHOLE_JSSE_11)
        raise (unread(unreadable.cause, java) if own else refusal(unreadable.cause)) from None


def unread(cause: JavaException, java: Jdk) -> FaultError:
    """What comes of an IOException in a reader of JSSE's, which is not an SSLException."""
    text = "readHandshakeRecord" if java.has(Feature.WHOLE_JSSE_11) else cause.message
    return FaultError(Fault(UNEXPECTED_MESSAGE, text, (cause,), SSL_EXCEPTION))


def check_agreement(number: int, key: bytes, shared: int | None, java: Jdk) -> None:
    """Whether a secret can be made with a server's key; `shared`: the one group of the second ClientHello, if any."""
    if number not in _keys_made(shared, java):
        kind = "XDHE" if number in MONTGOMERY else "ECDHE" if number in _SIZES else "DHE"
        raise fatal(HANDSHAKE_FAILURE, f"No sufficient {kind} key agreement parameters negotiated")
    check_secret(number, key, java)


def check_sendable(number: int) -> None:
    """Whether the client's half fits into its ClientKeyExchange: one of numbers has more octets than ECDHE can say."""
    if number in FFDHE:
        size = FFDHE[number][0] // 8
        text = f"Field length overflow, the field length ({size}) should be less than 256"
        raise fatal(INTERNAL_ERROR, text, JavaException("java.lang.RuntimeException", text))


def check_secret(number: int, key: bytes, java: Jdk) -> None:
    """Whether a key of the server's makes one."""
    text = unfit(number, key)
    if text is None:
        return
    if number in _CURVES and not java.has(Feature.FEWER_CURVES):  # the provider of old is not written in Java
        text = text[0].lower() + text[1:]
        raise fatal(INTERNAL_ERROR, text, JavaException("java.security.ProviderException", text))
    cause = JavaException(INVALID_KEY, text)
    raise FaultError(Fault(HANDSHAKE_FAILURE, "Could not generate secret", (cause,), HANDSHAKE_EXCEPTION))


def unfit(number: int, key: bytes) -> str | None:
    """Why it makes no secret."""
    if number in MONTGOMERY:
        return _small_order(number, key)
    if number in FFDHE:
        objection = Numbers(prime_of(number), int.from_bytes(key, "big")).objection()
        return None if objection is None else objection.message
    return _off_curve(_CURVES[number], key) if number in _CURVES else None


def _keys_made(shared: int | None, java: Jdk) -> frozenset[int]:
    """The groups that JSSE has a key of its own for: one, or one of each kind."""
    if shared is not None:
        return frozenset({shared})
    if not java.has(Feature.WHOLE_JSSE_11):
        return frozenset({_P256})
    return frozenset({_X25519, _P256} if java.has(Feature.EXTENSIONS_MEASURED) else {_X25519})


def _small_order(number: int, key: bytes) -> str | None:
    """Java takes all octets for the number, the topmost bit of 32, and more than 32, too."""
    prime, orders = _SMALL_ORDERS[number]
    return "Point has small order" if int.from_bytes(key, "little") % prime in orders else None


def _off_curve(curve: _Curve, key: bytes) -> str | None:
    size = (len(key) - 1) // 2
    x, y = int.from_bytes(key[1 : 1 + size], "big"), int.from_bytes(key[1 + size :], "big")
    if max(x, y) >= curve.prime:
        return "Invalid coordinate"
    return "Point is not on curve" if (y * y - x * x * x + 3 * x - curve.b) % curve.prime else None
