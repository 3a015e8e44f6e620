"""Extensions as certificates bear them.

Every maker deals one healthy value (DER, RFC 5280 section 4.2 and the documents that name the others).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from .mutant_parts import (
    BIT_STRING,
    BMP,
    IA5,
    OCTET_STRING,
    UTF8,
    VISIBLE,
    number,
    oid,
    seq,
    tlv,
)

Maker = Callable[[random.Random], bytes]

_CN, _O, _C = "2.5.4.3", "2.5.4.10", "2.5.4.6"
ROOT_ID, MIDDLE_ID, LEAF_ID = b"\xd2root-key-identifier", b"\x81middle-key-identifi", b"\x1fleaf-key-identifier"


def attribute(kind: str, text: str, tag: int = UTF8) -> bytes:
    """An RDN of one attribute."""
    octets = text.encode("utf-16-be" if tag == BMP else "utf-8")
    return tlv(0x31, seq(oid(kind), tlv(tag, octets)))


DIRECTORY_NAME = seq(attribute(_C, "NL", 19), attribute(_O, "Café"), attribute(_CN, "Alt"))

DNS_NAMES = (
    *("localhost", "www.example.com", "*.example.com", "xn--bcher-kva.example", "a.b.c.example", "1host.example"),
    *("a_b.example", "-x.example", "x-.example", "*", "*.*.example", "w*w.example.com", "", ".", "a..b", ".example"),
    *("localhost.", "loc alhost", "10.0.0.1", "ä.example", "a" * 64 + ".example", "a/b", "a:b", "localhost\0.x"),
)
URIS = (
    *("https://a.example/x?y=1", "spiffe://acme.example/ns/a", "urn:uuid:6e8bc430", "ldap://h.example/cn=a?b?sub"),
    *("tickets", "", "/x", "//h.example/x", "http:", "http://", "https:///x", "mailto:a@b.example", "file:///etc"),
    *("http://exa mple/", "http://[::1]/", "http://[::1", "http://a_b.example/", "http://h.example:99999/", "a:b:c"),
    *("http://h.example:x/", "http://a@b@c/", "http://a%zz/", "%41://x", "1http://x", "http://1.2.3.4.5/", "h+x-y.z:a"),
    *("http://ä.example/", "http://h.example/ä", "http://h.example/a b", "http://h.example/^", "http://-h.example/"),
    *("http://h.example./", "http://*.example.com/", "urn:", ":x", "?x", "#x", "http://h.example#a#b", "x:\\y"),
)
MAILS = ("ops@example.com", "a b@example.com", "ops", "@", "", "ops@exämple.com", "ops@[127.0.0.1]", "a@b@c")
ADDRESSES = (
    *("7f000001", "0a000001", "00000000000000000000000000000001", "20010db8" + "00" * 12),
    *("", "7f", "7f0000", "7f00000100", "0a000000ff000000", "00" * 15, "00" * 17, "00" * 32, "0a000000fffe0100"),
)
OTHER_NAMES = (
    seq(oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, tlv(UTF8, b"u@example.com"))),
    seq(oid("1.3.6.1.5.2.2"), tlv(0xA0, seq(tlv(0xA0, tlv(27, b"EXAMPLE"))))),
    seq(oid("1.2.3"), tlv(0x80, b"x")),
    seq(oid("1.2.3")),
    seq(),
)


def _whole(value: bytes, tag: int) -> bytes:
    return bytes((tag,)) + value[1:]


def general_name(chance: random.Random) -> bytes:
    """A GeneralName of any kind, more often sound than odd."""
    near = chance.random() < 0.6
    maker: Callable[[], bytes] = chance.choice(
        [
            lambda: tlv(0x82, chance.choice(DNS_NAMES[: 6 if near else None]).encode()),
            lambda: tlv(0x82, chance.choice(DNS_NAMES[: 6 if near else None]).encode()),
            lambda: tlv(0x86, chance.choice(URIS[: 4 if near else None]).encode()),
            lambda: tlv(0x86, chance.choice(URIS[: 4 if near else None]).encode()),
            lambda: tlv(0x87, bytes.fromhex(chance.choice(ADDRESSES[: 4 if near else None]))),
            lambda: tlv(0x81, chance.choice(MAILS[: 1 if near else None]).encode()),
            lambda: tlv(0xA4, DIRECTORY_NAME if near else chance.choice([seq(), seq(tlv(0x31)), b"", tlv(UTF8, b"x")])),
            lambda: _whole(oid(chance.choice(["1.2.3.4", "2.999.1", "1.3.6.1.4.1.99999.1"])), 0x88),
            lambda: _whole(chance.choice(OTHER_NAMES[: 2 if near else None]), 0xA0),
            lambda: tlv(0xA3, chance.choice([b"", seq(seq())])),
            lambda: tlv(0xA5, chance.choice([b"", tlv(0xA1, tlv(19, b"party"))])),
            lambda: tlv(chance.choice([0x89, 0xA2, 0x84, 0xA6, 0x8A, 0x30]), b"x"),
        ][: 9 if near else None]
    )
    return maker()


def _subject_alternatives(chance: random.Random) -> bytes:
    names = [tlv(0x82, b"localhost")] if chance.random() < 0.9 else []
    return seq(*names, *(_sound_name(chance) for _ in range(chance.randrange(4))))


def _sound_name(chance: random.Random) -> bytes:
    return chance.choice(
        [
            tlv(0x82, chance.choice(DNS_NAMES[:4]).encode()),
            tlv(0x86, chance.choice(URIS[:4]).encode()),
            tlv(0x87, bytes.fromhex(chance.choice(ADDRESSES[:3]))),
            tlv(0x81, b"ops@example.com"),
            tlv(0xA4, DIRECTORY_NAME),
            _whole(OTHER_NAMES[0], 0xA0),
            _whole(oid("1.2.3.4"), 0x88),
        ]
    )


_PURPOSES = (
    *("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.9"),
    *("1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1", "1.2.3.4"),
)


def _purposes(first: str) -> Maker:
    def deal(chance: random.Random) -> bytes:
        more = chance.sample(_PURPOSES, chance.randrange(3))
        return seq(*(oid(one) for one in dict.fromkeys((first, *more))))

    return deal


def _access(chance: random.Random) -> bytes:
    methods = ["1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2", "1.3.6.1.5.5.7.48.3", "1.3.6.1.5.5.7.48.5"]
    picked = chance.sample(methods, chance.choice([1, 1, 2]))
    location = chance.choice(
        [tlv(0x86, b"http://x.example/"), tlv(0x86, b"ldap://x.example/"), tlv(0xA4, DIRECTORY_NAME)]
    )
    return seq(*(seq(oid(method), location) for method in picked))


def _distribution(chance: random.Random) -> bytes:
    points = []
    for index in range(chance.choice([1, 1, 2])):
        uri = tlv(0x86, b"http://crl.example/%d.crl" % index)
        full = tlv(0xA0, tlv(0xA0, uri))
        relative = tlv(0xA0, tlv(0xA1, seq(oid(_CN), tlv(UTF8, b"crl"))))
        reasons = tlv(0x81, b"\x01\x7e")
        issuer = tlv(0xA2, tlv(0xA4, DIRECTORY_NAME))
        points.append(
            seq(*chance.choice([(full,), (full,), (full, reasons), (relative, issuer), (issuer,), (full, issuer)]))
        )
    return seq(*points)


def _policies(chance: random.Random) -> bytes:
    policies = ["2.5.29.32.0", "2.23.140.1.2.1", "1.3.6.1.4.1.99999.2.1"]
    page = seq(oid("1.3.6.1.5.5.7.2.1"), tlv(IA5, b"http://cps.example"))
    organization = seq(tlv(UTF8, b"Lab"), seq(number(1), number(2)))
    notices = [seq(tlv(tag, b"seen")) for tag in (UTF8, VISIBLE, IA5)] + [seq(organization), seq()]
    notice = seq(oid("1.3.6.1.5.5.7.2.2"), chance.choice(notices))
    qualifiers = [b"", b"", seq(page), seq(page, notice), seq(notice)]
    return seq(*(seq(oid(one), chance.choice(qualifiers)) for one in chance.sample(policies, chance.choice([1, 1, 2]))))


def _key_usage(*wanted: int) -> Maker:
    def deal(chance: random.Random) -> bytes:
        bits = chance.choice(wanted)
        unused = next(place for place in range(8) if bits >> place & 1)
        return tlv(BIT_STRING, bytes((unused, bits)))

    return deal


def _name_constraints(chance: random.Random) -> bytes:
    dns = seq(tlv(0x82, chance.choice([b"localhost", b"example.com", b".example.com", b""])))
    mail = seq(tlv(0x81, chance.choice([b"example.com", b".example.com", b"ops@example.com"])))
    address = seq(tlv(0x87, bytes.fromhex(chance.choice(["7f000000ff000000", "0a000000ff000000", "00" * 32]))))
    directory = seq(tlv(0xA4, chance.choice([seq(attribute(_O, "Acme")), seq(), DIRECTORY_NAME])))
    uri = seq(tlv(0x86, chance.choice([b"example.com", b".example", b"a.example"])))
    permitted = chance.sample([dns, mail, address, directory, uri], chance.choice([0, 1, 1, 2]))
    excluded = chance.sample([dns, mail, address, directory, uri], chance.choice([0, 0, 1]))
    trees = [tlv(tag, *trees) for tag, trees in ((0xA0, permitted), (0xA1, excluded)) if trees]
    return seq(*trees) if trees else seq(tlv(0xA1, seq(tlv(0x82, b"bad.example"))))


def authority_key(identifier: bytes, issuer: bytes, serial: int) -> Maker:
    """The extension that names the issuer's key, its certificate, or both."""
    named = tlv(0xA1, tlv(0xA4, issuer)) + _whole(number(serial), 0x82)
    return lambda chance: seq(
        *chance.choice([(tlv(0x80, identifier),)] * 4 + [(tlv(0x80, identifier), named), (named,)])
    )


OIDS: Mapping[str, str] = {
    "san": "2.5.29.17",
    "ian": "2.5.29.18",
    "eku": "2.5.29.37",
    "ku": "2.5.29.15",
    "bc": "2.5.29.19",
    "ski": "2.5.29.14",
    "aki": "2.5.29.35",
    "aia": "1.3.6.1.5.5.7.1.1",
    "sia": "1.3.6.1.5.5.7.1.11",
    "cdp": "2.5.29.31",
    "fresh": "2.5.29.46",
    "pol": "2.5.29.32",
    "pmap": "2.5.29.33",
    "pcon": "2.5.29.36",
    "inhibit": "2.5.29.54",
    "nc": "2.5.29.30",
    "ns": "2.16.840.1.113730.1.1",
    "nscomment": "2.16.840.1.113730.1.13",
    "sda": "2.5.29.9",
    "pkup": "2.5.29.16",
    "feature": "1.3.6.1.5.5.7.1.24",
    "nocheck": "1.3.6.1.5.5.7.48.1.5",
    "qc": "1.3.6.1.5.5.7.1.3",
    "sct": "1.3.6.1.4.1.11129.2.4.2",
    "crl-number": "2.5.29.20",
    "crl-reason": "2.5.29.21",
    "delta": "2.5.29.27",
    "crl-issuing": "2.5.29.28",
    "crl-issuer": "2.5.29.29",
    "unknown": "1.3.6.1.4.1.99999.1",
}

RARE: Mapping[str, Maker] = {
    "ian": lambda chance: seq(*(_sound_name(chance) for _ in range(chance.choice([1, 2])))),
    "aia": _access,
    "sia": lambda chance: seq(seq(oid("1.3.6.1.5.5.7.48.5"), tlv(0x86, b"http://repository.example/"))),
    "cdp": _distribution,
    "fresh": _distribution,
    "pol": _policies,
    "pmap": lambda _: seq(seq(oid("2.23.140.1.2.1"), oid("1.3.6.1.4.1.99999.2.1"))),
    "pcon": lambda chance: seq(
        *chance.choice([(b"\x80\x01\0",), (b"\x81\x01\x01",), (b"\x80\x01\x02", b"\x81\x01\0")])
    ),
    "inhibit": lambda chance: number(chance.choice([0, 1, 3])),
    "nc": _name_constraints,
    "ns": lambda chance: tlv(
        BIT_STRING, chance.choice([b"\x06\x40", b"\x06\xc0", b"\x07\x80", b"\x05\xe0", b"\0\x07"])
    ),
    "nscomment": lambda _: tlv(IA5, b"made for a test"),
    "sda": lambda _: seq(seq(oid("1.3.6.1.5.5.7.9.1"), tlv(0x31, tlv(24, b"19700101000000Z")))),
    "pkup": lambda _: seq(tlv(0x80, b"20200101000000Z"), tlv(0x81, b"20420101000000Z")),
    "feature": lambda _: seq(number(5)),
    "nocheck": lambda _: b"\x05\0",
    "qc": lambda _: seq(seq(oid("0.4.0.1862.1.1"))),
    "sct": lambda _: tlv(OCTET_STRING, b"\0\x04\0\x02ab"),
    "crl-number": lambda _: number(7),
    "crl-reason": lambda _: tlv(10, b"\x01"),
    "delta": lambda _: number(3),
    "crl-issuing": lambda _: seq(tlv(0x81, b"\xff")),
    "crl-issuer": lambda _: seq(tlv(0xA4, DIRECTORY_NAME)),
    "unknown": lambda chance: chance.choice([tlv(UTF8, b"anything"), b"anything", seq()]),
}
"""Those that any certificate may bear beside the usual ones."""

_DIGITAL, _ENCIPHER, _SIGN_CERTS = 0x80, 0xA0, 0x06

LEAF: Mapping[str, Maker] = {
    "san": _subject_alternatives,
    "eku": _purposes("1.3.6.1.5.5.7.3.1"),
    "ku": _key_usage(_DIGITAL, _ENCIPHER, 0x88),
    "bc": lambda _: seq(),
    "ski": lambda _: tlv(OCTET_STRING, LEAF_ID),
}
CLIENT: Mapping[str, Maker] = {**LEAF, "eku": _purposes("1.3.6.1.5.5.7.3.2")}
AUTHORITY: Mapping[str, Maker] = {
    "bc": lambda chance: seq(b"\x01\x01\xff", chance.choice([b"", b"", b"\x02\x01\0", b"\x02\x01\x02"])),
    "ku": _key_usage(_SIGN_CERTS, _SIGN_CERTS, 0x86),
}


def odd_names(chance: random.Random) -> bytes:
    """GeneralNames, one of which may be of any kind."""
    names = [tlv(0x82, b"localhost"), general_name(chance)]
    chance.shuffle(names)
    return seq(*names, *(general_name(chance) for _ in range(chance.choice([0, 0, 1]))))
