"""What a middleware may do to an envelope on its way, so that a signature over it no longer holds, or is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from guarded.regex import regex
from soap_contract.documents import parser
from ws_security import names

_TEXT = regex(rb">([^<>]*[A-Za-z0-9][^<>]*)<")


def _unchanged(body: bytes) -> bytes:
    return body


def _without_header(body: bytes) -> bytes:
    """The envelope without its Security header, as an enterprise bus that "terminates" WS-Security passes it on."""
    root = _root(body)
    if root is None:
        return body
    for header in list(root.iter(names.SECURITY)):
        parent = header.getparent()
        if parent is not None:
            parent.remove(header)
    return bytes(etree.tostring(root))


def _reformatted(body: bytes) -> bytes:
    """The envelope with other line breaks between its elements, as pretty printers and XML mappers leave it."""
    root = _root(body)
    if root is None:
        return body
    etree.indent(root, space="\t")
    return bytes(etree.tostring(root))


def _one_octet(body: bytes) -> bytes:
    """The last text of the Body with its first letter or digit replaced by another."""
    begin = body.rfind(b"Body")
    found = list(_TEXT.finditer(body, body.find(b":Body"), begin if begin > 0 else len(body)))
    if not found:
        return body
    place = next(index for index in range(*found[-1].span(1)) if body[index : index + 1].isalnum())
    other = b"x" if body[place : place + 1] != b"x" else b"y"
    return body[:place] + other + body[place + 1 :]


def _root(body: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(body, parser())
    except etree.XMLSyntaxError:
        return None


MEDDLING: Mapping[str, Callable[[bytes], bytes]] = {
    "none": _unchanged,
    "strips-header": _without_header,
    "reformats": _reformatted,
    "alters-one-octet": _one_octet,
}
"""Word of the policy's `middleware` -> what becomes of a request's body before it is verified."""
