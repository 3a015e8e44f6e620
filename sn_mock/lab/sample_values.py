"""Values for the variables of an envelope, of the types that the WSDL gives them, so that a first call is valid."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from guarded.regex import regex
from soap_contract import contract
from soap_contract.documents import WsdlError, load_bytes, load_file
from soap_contract.samples import Sampler

_VARIABLE = regex(r"\s*\$\{([^}]+)\}\s*")


def sample_values(wsdl: Path | bytes | None, envelope: str) -> dict[str, str]:
    """Variable → sample value, for those that stand alone in an element or attribute of the WSDL's own; {} else."""
    if wsdl is None:
        return {}
    try:
        root = etree.fromstring(envelope.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        read = contract.read(load_bytes(wsdl) if isinstance(wsdl, bytes) else load_file(wsdl))
    except (WsdlError, etree.XMLSyntaxError):
        return {}
    body = next((child for child in root if etree.QName(child).localname == "Body"), None) if len(root) else None
    content = next((child for child in body if isinstance(child.tag, str)), None) if body is not None else None
    if content is None:
        return {}
    operation = next((one for one in read.operations if one.input.root == content.tag), None)
    samples = Sampler(read.schemas, read.needs).message(operation.input) if operation else []
    return dict(_pairs(content, samples[0])) if samples else {}


def _pairs(asked: etree._Element, sample: etree._Element) -> list[tuple[str, str]]:
    """The variables of one element with the sample's values, and of those inside it."""
    found = [
        (match[1], sample.get(name) or "")
        for name, value in asked.attrib.items()
        if (match := _VARIABLE.fullmatch(str(value))) and sample.get(name)
    ]
    if (match := _VARIABLE.fullmatch(asked.text or "")) and sample.text:
        found.append((match[1], sample.text))
    left = [child for child in sample if isinstance(child.tag, str)]
    for child in asked:
        twin = next((one for one in left if one.tag == child.tag), None)
        if twin is not None:
            left.remove(twin)
            found += _pairs(child, twin)
    return found
