"""The service a provider answers when its policy names no WSDL: a small ticket desk.

It has no memory on purpose: a ticket's number is made from what was sent, so that equal requests have equal answers,
whatever process answers and however often.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from lxml import etree

from provider_stub.soap.envelope import FaultError

NAMESPACE = "urn:acme:tickets"


def wsdl() -> bytes:
    """The ticket desk's WSDL."""
    return Path(__file__).with_name("schemas").joinpath("tickets.wsdl").read_bytes()


def create_ticket(request: etree._Element) -> etree._Element:
    """A new ticket, with a number that depends on the request's texts."""
    texts = "\0".join(f"{etree.QName(child).localname}={child.text or ''}" for child in request)
    number = f"TKT{zlib.crc32(texts.encode()) % 10_000_000:07d}"
    return _element("CreateTicketResponse", number=number, state="new")


def get_ticket(request: etree._Element) -> etree._Element:
    """The ticket of that number; numbers that do not start with TKT are unknown."""
    number = _text(request, "number")
    if not number.startswith("TKT"):
        raise FaultError("Client", f"There is no ticket {number}.")
    return _element("GetTicketResponse", number=number, state="new", shortDescription=f"Ticket {number}")


def _text(request: etree._Element, name: str) -> str:
    found = request.find(f"{{{NAMESPACE}}}{name}")
    return "" if found is None else (found.text or "").strip()


def _element(name: str, **children: str) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"t": NAMESPACE})
    for child, text in children.items():
        etree.SubElement(root, f"{{{NAMESPACE}}}{child}").text = text
    return root


HANDLERS = {"CreateTicket": create_ticket, "GetTicket": get_ticket}
