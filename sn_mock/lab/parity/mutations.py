"""How a certificate is changed: an extension, a name, a time, or its structure.

Each change says in a few words what it did.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from tls_transcript import DecodeError, der

from . import mutant_extensions as values
from .mutant_parts import (
    BIT_STRING,
    BMP,
    CRITICAL,
    GENERALIZED_TIME,
    IA5,
    NULL,
    NUMERIC,
    PRINTABLE,
    T61,
    UNIVERSAL,
    UTC_TIME,
    UTF8,
    VISIBLE,
    Extension,
    Parts,
    block,
    number,
    oid,
    seq,
    tlv,
)

Changed = tuple[Parts, str]
Mutation = Callable[[random.Random, Parts], Changed]


def extension(name: str, value: bytes, *, critical: bool = False) -> Extension:
    """A well-formed one, by our name for it."""
    return Extension(name, oid(values.OIDS[name]), CRITICAL if critical else b"", value)


def octets(chance: random.Random, data: bytes, start: int = 0) -> bytes:
    """One or two octets changed, from `start` on."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2])):
        if start < len(data):
            place = chance.randrange(start, len(data))
            near = [changed[place] ^ 1 << chance.randrange(8), changed[place] + 1, changed[place] - 1]
            changed[place] = (
                chance.choice([*near, chance.randrange(256), chance.choice(b"\0\x01\x7f\x80\xff\x30\x20.")]) & 0xFF
            )
    return bytes(changed)


def _body_octets(chance: random.Random, data: bytes) -> bytes:
    return octets(chance, data, min(2, len(data) - 1))


def _with_head(chance: random.Random, data: bytes) -> bytes:
    head, rest = data[:4], data[4:]
    return octets(chance, head) + (octets(chance, rest) if rest and chance.random() < 0.3 else rest)


def _long_length(_: random.Random, data: bytes) -> bytes:
    return data[:1] + b"\x81" + data[1:] if len(data) > 1 and data[1] < 0x80 else data[:1] + b"\x83\0" + data[2:]


_SHAPES: Mapping[str, Callable[[random.Random, bytes], bytes]] = {
    "octets": _body_octets,
    "octets with head": _with_head,
    "half": lambda _, data: data[: len(data) // 2],
    "trail": lambda chance, data: data + chance.choice([b"\0", b"\x05\0", b"\0\0", data]),
    "longlen": _long_length,
    "shortlen": lambda _, data: data[:1] + bytes((data[1] - 1 & 0x7F,)) + data[2:] if len(data) > 1 else b"",
    "indef": lambda _, data: (
        data[:1] + b"\x80" + data[2:] + b"\0\0" if data[:1] == b"\x30" else b"\x30\x80" + data + b"\0\0"
    ),
    "wrap": lambda chance, data: tlv(chance.choice([0x30, 0x04, 0x24, 0x31, 0xA0]), data),
    "shuffled": lambda _, data: data[:2] + data[2:][::-1],
}


def _value(chance: random.Random, one: Extension) -> tuple[bytes, str]:
    draw = chance.random()
    if one.name in ("san", "ian") and draw < 0.35:
        return values.odd_names(chance), "odd names"
    if draw < 0.35:
        value = values.odd_value(chance, one.name)
        return value, f"odd {value.hex()[:40]}"
    shape = chance.choices(list(_SHAPES), [12, 6, 1, 1, 1, 1, 1, 1, 1])[0]
    return _SHAPES[shape](chance, one.value), shape


def change_extension(chance: random.Random, parts: Parts) -> Changed:
    """One extension's value, its criticality, or both; now and then it stands there twice, or is gone."""
    places = list(range(len(parts.extensions)))
    if not places:
        return change_structure(chance, parts)
    place = chance.choice(places)
    one, what = parts.extensions[place], ""
    draw = chance.random()
    if draw < 0.03:
        rest = [*parts.extensions[:place], *parts.extensions[place + 1 :]]
        return replace(parts, extensions=tuple(rest)), f"{one.name}: gone"
    if draw < 0.06:
        return replace(parts, extensions=(*parts.extensions, one)), f"{one.name}: twice"
    if draw > 0.12:
        value, what = _value(chance, one)
        one = replace(one, value=value)
    if draw <= 0.12 or chance.random() < 0.2:
        one = replace(one, critical=b"" if one.critical else CRITICAL)
    what = ", ".join(part for part in (what, "critical" if one.critical else "") if part) or "not critical"
    rest = [*parts.extensions[:place], one, *parts.extensions[place + 1 :]]
    return replace(parts, extensions=tuple(rest)), f"{one.name}: {what}"


def add_extension(chance: random.Random, parts: Parts) -> Changed:
    """One more, of any kind, as it should be or not."""
    name = chance.choice(list(values.RARE))
    one = extension(name, values.RARE[name](chance), critical=chance.random() < 0.3)
    value, what = _value(chance, one) if chance.random() < 0.75 else (one.value, "sound")
    added = replace(one, value=value)
    extensions = (*(other for other in parts.extensions if other.name != name), added)
    return replace(parts, extensions=extensions), f"{name}: {what}, added" + (", critical" if one.critical else "")


# ---- names: a list of RDNs, each a list of (type, tag, octets)

_KINDS = {"C": "2.5.4.6", "O": "2.5.4.10", "CN": "2.5.4.3", "SN": "2.5.4.5", "DC": "0.9.2342.19200300.100.1.25"}
_RARE_KINDS = (
    "1.2.840.113549.1.9.1",
    "2.5.4.12",
    "2.5.4.46",
    "1.3.6.1.4.1.99999.7",
    "0.9.2342.19200300.100.1.1",
    "2.5.4.45",
)
Rdns = list[list[tuple[str, int, bytes]]]


def name(*attributes: tuple[str, str]) -> bytes:
    """A Name of one attribute per RDN; countries are PrintableStrings, the rest is UTF-8."""
    return _name([[(_KINDS[kind], PRINTABLE if kind == "C" else UTF8, text.encode())] for kind, text in attributes])


def _name(rdns: Rdns) -> bytes:
    return seq(*(tlv(0x31, *(seq(oid(kind), tlv(tag, text)) for kind, tag, text in rdn)) for rdn in rdns))


def _texts(chance: random.Random, text: bytes) -> bytes:
    plain = text.decode("latin-1")
    return chance.choice(
        [
            octets(chance, text),
            *(
                plain.upper().encode(),
                plain.lower().encode(),
                f"  {plain} ".encode(),
                plain.replace(" ", "   ").encode(),
            ),
            *(
                plain.replace(" ", "").encode(),
                plain.replace("a", "ä").encode(),
                plain[:-1].encode(),
                (plain + "\0").encode(),
            ),
            *(f"{plain},x".encode(), b"", b" ", f'"{plain}"'.encode(), plain.swapcase().encode(), f"#{plain}".encode()),
        ]
    )


def _tagged(chance: random.Random, text: bytes) -> tuple[int, bytes]:
    tag = chance.choice([PRINTABLE, PRINTABLE, UTF8, UTF8, IA5, T61, BMP, UNIVERSAL, NUMERIC, VISIBLE, 4, 27])
    plain = text.decode("utf-8", "replace")
    coding = {BMP: "utf-16-be", UNIVERSAL: "utf-32-be"}.get(tag, "utf-8")
    return tag, text if chance.random() < 0.1 else plain.encode(coding)


def change_name(chance: random.Random, encoded: bytes) -> tuple[bytes, str]:
    """One attribute's text, type or string type; the order, number and grouping of RDNs; or any octets of it."""
    try:
        rdns = _rdns(encoded)
    except DecodeError:  # it has been changed before
        return octets(chance, encoded), "octets"
    place = chance.randrange(len(rdns))
    kind, tag, text = rdns[place][0]
    how = chance.choices(
        ["value", "case", "string type", "octets", "type", "order", "twice", "multi", "empty", "gone", "more"],
        [8, 4, 5, 8, 3, 2, 2, 3, 2, 1, 3],
    )[0]
    if how == "value":
        rdns[place][0] = (kind, tag, _texts(chance, text))
    elif how == "case":
        rdns = [[(k, t, x.swapcase() if t != PRINTABLE else x) for k, t, x in rdn] for rdn in rdns]
    elif how == "string type":
        rdns[place][0] = (kind, *_tagged(chance, text))
    elif how == "octets":
        return octets(chance, encoded), "octets"
    elif how == "type":
        rdns[place][0] = (chance.choice([*_KINDS.values(), *_RARE_KINDS]), tag, text)
    elif how == "order":
        rdns.reverse()
    elif how == "twice":
        rdns.append(rdns[place])
    elif how == "multi":
        rdns[place] += [(chance.choice([*_KINDS.values(), *_RARE_KINDS]), chance.choice([UTF8, PRINTABLE, IA5]), b"1")]
    elif how == "empty":
        return (seq(), "empty") if chance.random() < 0.5 else (_name([*rdns[:place], [], *rdns[place:]]), "empty set")
    elif how == "gone":
        del rdns[place]
    else:
        rdns.insert(place, [(chance.choice(_RARE_KINDS), *_tagged(chance, _texts(chance, b"More Words")))])
    return _name(rdns), how


def change_subject(chance: random.Random, parts: Parts) -> Changed:
    """The certificate's own name."""
    changed, what = change_name(chance, parts.subject)
    return replace(parts, subject=changed), f"subject {what}"


def change_issuer(chance: random.Random, parts: Parts) -> Changed:
    """The name of whoever is said to have issued it."""
    changed, what = change_name(chance, parts.issuer)
    return replace(parts, issuer=changed), f"issuer {what}"


def _rdns(encoded: bytes) -> Rdns:
    """The RDNs of a name in the form that `name` writes; raises DecodeError if there is none."""
    found: Rdns = []
    for rdn in der.read(encoded).children():
        pairs = [attribute.children() for attribute in rdn.children()]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise DecodeError("an RDN is a set of pairs")
        found.append([(der.oid(kind), value.tag, value.content) for kind, value in pairs])
    if not found:
        raise DecodeError("a name without RDNs")
    return found


# ---- times

_SPELLINGS = (
    *("{y}0101000000Z", "{y}01010000Z", "{y}0101000000", "{y}0101000000+0100", "{y}0101000000-0530", "{y}0101000060Z"),
    *("{y}0230000000Z", "{y}0631000000Z", "{y}0101240000Z", "{y}0101006000Z", "{y}0001000000Z", "{y}1301000000Z"),
    *("{y}0101000000z", "{y}0101000000ZZ", "{y}0101000000Z\0", "{y}0101000000 ", " {y}0101000000Z", "{y}", "{y}01", ""),
    *(
        "{y}010100Z",
        "{y}0101000000.5Z",
        "{y}0101000000,5Z",
        "{y}0101000000.Z",
        "{y}0101000000.123Z",
        "{y}0101000000.1234567Z",
    ),
    *(
        "{y}0101000000.5+0100",
        "{y}01010000.5Z",
        "{y}0101000000+01",
        "{y}0101000000+2500",
        "{y}0101000000+0160",
        "{y}01010000+0100",
    ),
    *("{y}+101000000Z", "{y}-101000000Z", "{y}0101-10000Z", "{y}01/1000000Z", "{y}0101 00000Z", "{y}0101000000.0Z"),
    *(
        "{y}0101235959Z",
        "{y}0101000000GMT",
        "{y}0229000000Z",
        "{y}0101000000-0000",
        "{y}0101000000+0000",
        "\xff{y}0101000000",
    ),
)
_FAR = (("20", "2020"), ("42", "2042"), ("49", "2049"), ("50", "1950"), ("99", "1999"), ("00", "0000"), ("01", "9999"))


def change_time(chance: random.Random, parts: Parts) -> Changed:
    """A spelling of notBefore or notAfter that is rare, wrong, or another time; never one between 2024 and 2033."""
    first = chance.random() < 0.5
    short, long = ("20", "2020") if first else ("42", "2042")
    if chance.random() < 0.15:
        short, long = chance.choice(_FAR)
    utc = chance.random() < 0.5
    text = chance.choice(_SPELLINGS).format(y=short if utc else long).encode("latin-1")
    if chance.random() < 0.35:
        text = octets(chance, f"{short if utc else long}0101000000Z".encode())
    while _near(text, 2 if utc else 4):
        text = octets(chance, text)
    tag = UTC_TIME if utc else GENERALIZED_TIME
    tag = UTC_TIME + GENERALIZED_TIME - tag if chance.random() < 0.06 else tag  # the other one
    value = tlv(chance.choice([tag] * 40 + [UTF8, 0x30, 4]), text)
    shown = f"{'notBefore' if first else 'notAfter'} {'utc' if utc else 'generalized'} {text.decode('latin-1')!a}"
    return (replace(parts, not_before=value) if first else replace(parts, not_after=value)), shown


def _near(text: bytes, digits: int) -> bool:
    """Whether it may mean a year in which these certificates are used, or are read again."""
    return text[digits - 2 : digits] in {b"%02d" % year for year in range(24, 34)}


# ---- structure

_ODD_ALGORITHMS = {
    "null parameters": seq(oid("1.2.840.10045.4.3.2"), tlv(NULL)),
    "another name": seq(oid("1.2.840.10045.4.3.3")),
    "unknown": seq(oid("1.3.6.1.4.1.99999.3")),
    "rsa": seq(oid("1.2.840.113549.1.1.11"), tlv(NULL)),
    "odd parameters": seq(oid("1.2.840.10045.4.3.2"), tlv(4, b"x")),
    "of edwards": seq(oid("1.3.101.112")),
    "key's": seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")),
    "empty": seq(),
}
_DIGEST_OIDS = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}


def _first_head(parts: Parts, critical: bytes) -> Parts:
    first, *rest = parts.extensions
    return replace(parts, extensions=(replace(first, critical=critical), *rest))


def _more(parts: Parts, *added: Extension) -> Parts:
    return replace(parts, extensions=(*parts.extensions, *added))


def _odd_algorithm(chance: random.Random, parts: Parts) -> Parts:
    odd = _ODD_ALGORITHMS[chance.choice(list(_ODD_ALGORITHMS))]
    side = chance.random()
    inner = odd if side < 0.7 else parts.inner_algorithm
    outer = odd if side > 0.4 else parts.outer_algorithm
    return replace(parts, inner_algorithm=inner, outer_algorithm=outer)


def _other_digest(chance: random.Random, parts: Parts) -> Parts:
    digest = chance.choice(list(_DIGEST_OIDS))
    named = seq(oid(_DIGEST_OIDS[digest]))
    return replace(parts, digest=digest, inner_algorithm=named, outer_algorithm=named)


def _known_critical(chance: random.Random, parts: Parts) -> Parts:
    kind = chance.choice(list(values.RARE))
    added = extension(kind, values.RARE[kind](chance), critical=True)
    return replace(parts, extensions=(*(one for one in parts.extensions if one.name != kind), added))


def _serial(*choices: bytes) -> Callable[[random.Random, Parts], Parts]:
    return lambda chance, parts: replace(parts, serial=chance.choice(choices))


def _version(encoded: bytes) -> Callable[[random.Random, Parts], Parts]:
    return lambda chance, parts: replace(
        parts, version=encoded, extensions=parts.extensions if chance.random() < 0.7 else ()
    )


def _instead(make: Callable[[Parts], bytes]) -> Callable[[random.Random, Parts], Parts]:
    return lambda _, parts: replace(parts, extension_block=make(parts))


_UNKNOWN = Extension("unknown", oid("1.3.6.1.4.1.99999.1"), b"", b"\x0c\x01x")
_STRUCTURES: Mapping[str, Callable[[random.Random, Parts], Parts]] = {
    "crit-01": lambda _, parts: _first_head(parts, b"\x01\x01\x01"),
    "crit-false": lambda _, parts: _first_head(parts, b"\x01\x01\0"),
    "crit-two": lambda _, parts: _first_head(parts, b"\x01\x02\xff\xff"),
    "crit-none": lambda _, parts: _first_head(parts, b"\x01\0"),
    "dup": lambda chance, parts: _more(parts, chance.choice(parts.extensions)),
    "dup-unknown": lambda _, parts: _more(parts, _UNKNOWN, replace(_UNKNOWN, value=b"\x0c\x01y")),
    "unknown-critical": lambda _, parts: _more(parts, replace(_UNKNOWN, critical=CRITICAL)),
    "unknown-big": lambda chance, parts: _more(
        parts, replace(_UNKNOWN, value=bytes(chance.choice([300, 3_000, 9_000])))
    ),
    "known-critical": _known_critical,
    "extblock-empty": _instead(lambda _: tlv(0xA3, seq())),
    "extblock-bare": _instead(lambda _: tlv(0xA3)),
    "extblock-twice": _instead(lambda parts: block(parts.extensions) * 2),
    "extblock-other": _instead(lambda parts: b"\xa4" + block(parts.extensions)[1:]),
    "extblock-set": _instead(lambda parts: tlv(0xA3, b"\x31" + seq(*(one.encoded() for one in parts.extensions))[1:])),
    "extblock-trail": _instead(lambda parts: block(parts.extensions) + tlv(NULL)),
    "extblock-odd": _instead(lambda parts: tlv(0xA3, seq(*(one.encoded() for one in parts.extensions), seq()))),
    "ext-oid-odd": lambda chance, parts: _more(
        parts,
        replace(
            _UNKNOWN,
            identifier=bytes.fromhex(
                chance.choice(["0600", "060180", "0603800102", "06022aff", "0609" + "7f" * 9, "060455" + "1d8011"])
            ),
        ),
    ),
    "ext-order": lambda _, parts: replace(parts, extensions=parts.extensions[::-1]),
    "v3-noext": lambda _, parts: replace(parts, extensions=()),
    "v1": _version(b""),
    "v1-written": _version(b"\xa0\x03\x02\x01\0"),
    "v2": _version(b"\xa0\x03\x02\x01\x01"),
    "version-9": _version(b"\xa0\x03\x02\x01\x09"),
    "version-odd": lambda chance, parts: replace(
        parts,
        version=chance.choice(
            [
                b"\xa0\x04\x02\x02\0\x02",
                b"\xa0\x02\x02\0",
                b"\xa0\x03\x02\x01\xff",
                b"\xa0\x03\x0a\x01\x02",
                b"\xa0\x05\x02\x01\x02\x05\0",
            ]
        ),
    ),
    "serial0": _serial(number(0)),
    "serial-neg": _serial(b"\x02\x01\xff", b"\x02\x02\x80\x01"),
    "serial-long": _serial(b"\x02\x14" + b"\x7f" * 20, b"\x02\x15\0" + b"\xff" * 20, b"\x02\x40" + b"\x11" * 64),
    "serial-pad": _serial(b"\x02\x03\0\0\x09", b"\x02\x02\0\x09", b"\x02\x02\xff\xff"),
    "serial-odd": _serial(b"\x02\0", b"\x0a\x01\x09", b"\x02\x81\x01\x09"),
    "uid": lambda chance, parts: replace(
        parts, unique_ids=chance.choice([b"\x81\x02\0\x01", b"\x82\x02\0\x01", b"\x81\x02\0\x01\x82\x03\0\x01\x02"])
    ),
    "uid-odd": lambda chance, parts: replace(
        parts,
        unique_ids=chance.choice(
            [
                b"\x81\0",
                b"\x81\x02\x09\x01",
                b"\x82\x02\0\x01\x81\x02\0\x01",
                b"\xa1\x04\x03\x02\0\x01",
                b"\x81\x02\x03\xff",
            ]
        ),
    ),
    "longform": lambda _, parts: replace(parts, long_lengths=True),
    "algorithm": _odd_algorithm,
    "digest": _other_digest,
    "signature": lambda chance, parts: replace(parts, signature_change=chance.randrange(60)),
    "after": lambda chance, parts: replace(parts, after=chance.choice([tlv(NULL), b"\0", tlv(BIT_STRING, b"\0")])),
    "validity-swapped": lambda _, parts: replace(parts, not_before=parts.not_after, not_after=parts.not_before),
}


def change_structure(chance: random.Random, parts: Parts) -> Changed:
    """Serials, versions, algorithms, identifiers, and the frame around the extensions."""
    possible = list(_STRUCTURES) if parts.extensions else ["serial0", "v1", "uid", "longform", "algorithm", "digest"]
    what = chance.choice(possible)
    return _STRUCTURES[what](chance, parts), f"structure {what}"
