"""Values for the variables of an envelope, of the types that the WSDL gives them, so that a first call is valid."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from provider_stub.soap.documents import WsdlError, load
from provider_stub.soap.sample import Sampler
from provider_stub.soap.schema import compile_schemas
from provider_stub.soap.service import sample_message
from provider_stub.soap.wsdl import describe

_VARIABLE = re.compile(r"\s*\$\{([^}]+)\}\s*")


def sample_values(wsdl: Path | bytes | None, envelope: str) -> dict[str, str]:
    """Variable → sample value, for those that stand alone in an element or attribute of the WSDL's own; {} else."""
    if wsdl is None:
        return {}
    try:
        root = etree.fromstring(envelope.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        documents = load(wsdl)
        description = describe(documents)
        sampler = Sampler(compile_schemas(documents, description.operations))
    except (WsdlError, etree.XMLSyntaxError):
        return {}
    body = next((child for child in root if etree.QName(child).localname == "Body"), None) if len(root) else None
    content = next((child for child in body if isinstance(child.tag, str)), None) if body is not None else None
    if content is None:
        return {}
    operation = next((one for one in description.operations if one.input.root == content.tag), None)
    sample = sample_message(sampler, operation.input) if operation else None
    return {} if sample is None else dict(_pairs(content, sample))


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
