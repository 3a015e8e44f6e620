"""Extensions as certificates bear them, and the odd values that are put in their place.

Every maker deals one healthy value (DER, RFC 5280 section 4.2 and the documents named there); `ODD` are values that are
near one: empty, of another type, cut short, or legal and rare.
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

ODD: Mapping[str, tuple[str, ...]] = {
    "any": (
        *("", "0500", "3000", "ff", "00", "0400", "0c0161", "30023000", "30800000", "3080", "308130", "0101ff", "a000"),
        *("020101", "0201ff", "0200", "030100", "3003020101", "30030101ff", "040101", "8000", "1f8101", "3400", "2400"),
    ),
    "ku": (
        *(
            "0500",
            "0202",
            "0301",
            "0303",
            "030100",
            "03020000",
            "0302010f",
            "03020700",
            "03020780",
            "030200a0",
            "0302f080",
        ),
        *(
            "0302080080",
            "0303078000",
            "0303070080",
            "03030000ff",
            "2305030307ff00",
            "030408a00000",
            "03020800",
            "0301ff",
        ),
        *("03020186", "03020106", "03820002" + "0186", "03020520", "03020004", "03020040"),
    ),
    "eku": (
        *("3000", "30020500", "30020600", "300306015a", "30060604551d2500", "30040602551d", "300a06082b06010505070301"),
        *(
            "300a06082b060105050703",
            "30140608" + "2b06010505070301" + "06082b06010505070302",
            "300c060a2b0601040182370a0303",
        ),
        *(
            "300a06082b0601050507ff01",
            "300606047f7f7f7f",
            "3003060180",
            "300406028001",
            "30160614" + "81" * 19 + "01",
            "30030601ff",
        ),
    ),
    "bc": (
        *(
            "3003010100",
            "30030101ff",
            "3003010101",
            "30060101ff020100",
            "30060101ff0201ff",
            "30060101ff02",
            "30080101ff0203",
        ),
        *(
            "30040101ff00",
            "3003020100",
            "30060201000101ff",
            "30080101ff02010002",
            "300a0101ff020500ffffffff",
            "3004010200ff",
        ),
        *(
            "30090101ff020100020101",
            "30070101ff02020001",
            "30060101000201" + "05",
            "30030201" + "05",
            "300a0101ff0205" + "7fffffffff",
        ),
    ),
    "san": (
        "3000",
        "300b",
        "30028200",
        "300b8209" + "6c6f63616c686f7374",
        "300482026162" + "00",
        "30038201ff",
        "3004a4023000",
    ),
    "ski": ("0400", "040101", "04020101" + "00", "0500", "24030401" + "01", "0381", "04810101"),
    "aki": (
        *(
            "3000",
            "30028000",
            "300380010a",
            "3005800301020a",
            "300580030102",
            "3006820101800101",
            "3003820101",
            "3003a10100",
        ),
        *("3004a1023000", "30058203ffffff", "3003810101", "3009800101a10082020001", "300782020001800101", "3003830101"),
    ),
    "aia": (
        *(
            "3000",
            "30023000",
            "30050606",
            "300530030601" + "2a",
            "300e300c06082b060105050730018600",
            "300f300d06082b06010505073001860178",
        ),
        *(
            "3010300e06082b0601050507300182027878",
            "300c300a06082b06010505073001",
            "3014301206082b06010505073001860668747470" + "3a2f",
        ),
    ),
    "cdp": (
        *(
            "3000",
            "30023000",
            "30043002a000",
            "30063004a002a000",
            "30083006a004a0028600",
            "30093007a005a0038601" + "78",
            "30053003810106",
        ),
        *(
            "30043002a200",
            "30083006a204a4023000",
            "300a3008a006a0048202" + "7878",
            "30043002a100",
            "30063004a002a100",
            "30033001ff",
        ),
    ),
    "pol": (
        *(
            "0500",
            "3000",
            "30023000",
            "3004300206" + "00",
            "300530030601" + "2a",
            "300730050601" + "2a3000",
            "300a300306012a300306012a",
        ),
        *(
            "3009300706012a30023000",
            "3008300606042a030405",
            "3009300706032a03043000",
            "300c300a06012a3005300306012a",
            "30060604551d2000",
        ),
        *("300830060604551d2000", "3012301006012a300b300906" + "05" + "2b06010505" + "0c00"),
    ),
    "pmap": (
        "3000",
        "30023000",
        "300a300806012a0603551d20",
        "3008300606012a06012a",
        "30113" + "00f06012a060a2b0601040186" + "8d1f0201",
        "300530030601" + "2a",
    ),
    "pcon": (
        *(
            "3000",
            "3003800100",
            "3003810100",
            "3006800100810100",
            "3006810100800100",
            "3003820100",
            "30028000",
            "3003a00100",
        ),
        *("30058003010000", "3006800100800100", "3005a003020100", "30038001ff", "3003020100", "300780050100000000"),
    ),
    "inhibit": (
        "0200",
        "020100",
        "0201ff",
        "0a0100",
        "0205ffffffffff",
        "02020001",
        "0500",
        "3003020100",
        "02047fffffff",
    ),
    "nc": (
        *(
            "3000",
            "0500",
            "3002a000",
            "3002a100",
            "3004a0023000",
            "3006a00430028200",
            "3009a0073005820361" + "2e62",
            "3004a2023000",
        ),
        *(
            "3008a00630048702" + "0a0a",
            "300ba00930078201618001" + "01",
            "300ba00930078201618101" + "05",
            "3006a10430028600",
            "3006a00430028800",
        ),
        *(
            "300ca00a30088704" + "7f000001",
            "3010a00e300c87087f00000000ff00ff",
            "3007a0053003820161",
            "3007a0053003860161",
        ),
    ),
    "ns": (
        "03020520",
        "030206c0",
        "0301",
        "03020640",
        "030200ff",
        "0302004000",
        "03010" + "0",
        "03030640" + "00",
        "0500",
        "03020700",
    ),
    "pkup": (
        *(
            "3000",
            "3003800161",
            "3003810161",
            "3011800f32303230303130313030303030305a",
            "3011810f32303432303130313030303030305a",
        ),
        *(
            "3011820f32303432303130313030303030305a",
            "3011800f32303432303130313030303030305a",
            "3011810f32303033303130313030303030305a",
        ),
        *("300f800d3230303130313030303030305a", "3022" + "800f32303230303130313030303030305a" * 2),
    ),
    "sia": ("3000", "0500", "30023000", "ff", "300e300c06082b060105050730058600"),
    "sda": ("3000", "30023000", "3005300306012a", "3007300506012a3100", "300730050601" + "2a3000", "0500"),
    "ian": ("3000", "30028200", "30028600", "30038601" + "2f", "3004a4023000", "0500"),
}


def odd_value(chance: random.Random, name: str) -> bytes:
    """A value that does not belong there, or hardly."""
    own = ODD.get("cdp" if name == "fresh" else name, ODD["any"])
    return bytes.fromhex(chance.choice(own if chance.random() < 0.75 else ODD["any"]))


def odd_names(chance: random.Random) -> bytes:
    """GeneralNames, one of which may be of any kind."""
    names = [tlv(0x82, b"localhost"), general_name(chance)]
    chance.shuffle(names)
    return seq(*names, *(general_name(chance) for _ in range(chance.choice([0, 0, 1]))))
