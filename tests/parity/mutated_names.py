"""How a name of a certificate is changed."""

from __future__ import annotations

import random
from dataclasses import replace

from tls_transcript import DecodeError, der

from .mutant_parts import (
    BMP,
    IA5,
    NUMERIC,
    PRINTABLE,
    T61,
    UNIVERSAL,
    UTF8,
    VISIBLE,
    Changed,
    Parts,
    octets,
    oid,
    seq,
    tlv,
)

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
