"""How the structure of a certificate is bent."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from . import mutant_extensions as values
from .mutant_parts import (
    BIT_STRING,
    CRITICAL,
    NULL,
    Changed,
    Extension,
    Parts,
    block,
    number,
    oid,
    seq,
    tlv,
)
from .mutated_extensions import extension

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
