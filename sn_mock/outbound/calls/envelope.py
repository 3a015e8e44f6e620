"""The text of a request: `${variable}` substitution, XML escaping, whitespace; and the envelope of an answer.

From the base system's script includes SOAPMessage and SOAPMessageGenerator: string parameters are escaped, all other
types are put in as they are; `strip_whitespace` removes whitespace between tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guarded.regex import regex
from guarded.values import dataclass

VARIABLE = regex(r"\$\{([^${}]+)\}")
_TEXT_IN_EVIDENCE = 300
_BETWEEN_TAGS = regex(r">\s+<")
_PLAIN = regex(
    r"""(?:<\?xml version=["']1\.[01]["'](?: encoding=["']UTF-8["'])?(?: standalone=["'](?:yes|no)["'])? ?\?>)?"""
    r"\s*<[a-z_!]",
    re.IGNORECASE,
)
"""How a document begins whose names are spelt in it as they are: in UTF-8, as it says itself or by default."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_ENVELOPES = {
    "http://schemas.xmlsoap.org/soap/envelope/": ("faultcode", "faultstring"),
    "http://www.w3.org/2003/05/soap-envelope": ("Code", "Reason"),
}
"""Namespace of SOAP 1.1 and 1.2, and where each keeps code and text of a fault."""


def escape(value: str) -> str:
    """A string parameter as it stands in the envelope (the five predefined entities of XML)."""
    return value.translate(_ESCAPES)


def variables(text: str) -> tuple[str, ...]:
    """The names of the variables in a text, each once, in order of appearance."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Replace `${name}` by its value; a variable without a value stays as it is. Values are not looked into again."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def strip_whitespace(text: str) -> str:
    """Remove whitespace between tags, as the function's `strip_whitespace` asks for."""
    return _BETWEEN_TAGS.sub("><", text.strip())


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a response body is, read as SOAP."""

    is_envelope: bool
    fault: Fault | None = None


def read(body: str) -> Answer:
    """Read a response body; anything that is not well-formed XML with an Envelope at the top is no envelope.

    External entities are never fetched, and entity declarations are not expanded.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return Answer(is_envelope=False)
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in _ENVELOPES:
        return Answer(is_envelope=False)
    found = root.find(f"./{{{name.namespace}}}Body/{{{name.namespace}}}Fault")
    if found is None:
        return Answer(is_envelope=True)
    code, text = (_text_below(found, part) for part in _ENVELOPES[name.namespace])
    return Answer(is_envelope=True, fault=Fault(code, text))


def fault_of(body: str) -> Fault | None:
    """The SOAP fault that a response body is; None for everything else.

    Most answers do not have that word in them, and are not parsed for it.
    """
    if "Fault" not in body and _PLAIN.match(body):
        return None
    return read(body).fault


def told(body: str) -> tuple[str, ...]:
    """What an answer says, as evidence: a fault's code and text; of anything else the beginning, with `…` if cut."""
    fault = fault_of(body)
    if fault is not None:
        parts = (("faultcode", fault.code), ("faultstring", fault.text))
        return tuple(f"{name}: {said}" for name, said in parts if said)
    line = " ".join(body.split())
    return (f"body: {line[:_TEXT_IN_EVIDENCE]}{'…' if len(line) > _TEXT_IN_EVIDENCE else ''}",) if line else ()


def _text_below(fault: object, part: str) -> str:
    element = fault.find(f"./{{*}}{part}")  # type: ignore[attr-defined]
    return "" if element is None else " ".join("".join(element.itertext()).split())
