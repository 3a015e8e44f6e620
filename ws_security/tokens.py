"""The certificate that a Signature says it was made with: every way of SecurityTokenReference that names one.

SOAP Message Security 1.1 section 7, X.509 Token Profile 1.1 section 3.2. As WSS4J does by default (Basic Security
Profile R5402), a KeyInfo that holds anything but one SecurityTokenReference is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

from ws_security import names
from ws_security.documents import Document
from ws_security.refusals import Cause, Code, Refusal, refusal

_DSIG = {"ds": names.DS, "wsse": names.WSSE}
_SKI = f"{names.X509}#X509SubjectKeyIdentifier"
_THUMBPRINT = f"{names.WSS11}#ThumbprintSHA1"

Found = x509.Certificate | Refusal


def of(document: Document, signature: etree._Element, known: Sequence[x509.Certificate]) -> Found:
    """The certificate that the signature refers to: in the message, or among those that the receiver has."""
    infos = signature.findall("ds:KeyInfo", _DSIG)
    if len(infos) != 1:
        return _unusable("Unsupported KeyInfo type", f"{len(infos)} KeyInfo")
    references = infos[0].findall("wsse:SecurityTokenReference", _DSIG)
    if not references:
        return _unusable("The SecurityTokenReference was required but not found")
    if len(list(infos[0])) > 1:
        return _unusable("A bad SecurityTokenReference was specified", "KeyInfo holds more than one element")
    children = [child for child in references[0] if isinstance(child.tag, str)]
    if len(children) != 1:
        return _unusable("Cannot handle multiple data references", f"{len(children)} elements")
    reader = _READERS.get(str(children[0].tag))
    if reader is None:
        return _unusable("Unsupported KeyInfo type", str(children[0].tag)[:200])
    return reader(document, children[0], known)


def binary(element: etree._Element) -> Found:
    """The certificate in a BinarySecurityToken of type X509v3, or in a KeyIdentifier that embeds one."""
    kind, encoding = element.get("ValueType", ""), element.get("EncodingType", "")
    if encoding != names.BASE64:
        sentence = f'A bad EncodingType attribute was specified "{encoding[:200]}"'
        return refusal(Cause.TOKEN_TYPE, Code.INVALID_SECURITY_TOKEN, sentence)
    if kind != names.X509_V3:
        return refusal(Cause.TOKEN_TYPE, Code.FAILED_CHECK, detail=f"token type {kind[:200]}; only X509v3 is verified")
    data = _octets(element)
    if data == b"":
        return refusal(Cause.TOKEN_UNREADABLE, Code.FAILURE, "Unexpected number of certificates: 0", "it is empty")
    return _unreadable("its text is no base64") if data is None else certificate(data)


def _unusable(sentence: str, detail: str = "") -> Refusal:
    return refusal(Cause.NO_KEY_INFO, Code.INVALID_SECURITY, sentence, detail)


def _octets(element: etree._Element) -> bytes | None:
    """What the text decodes to; characters that are no base64 are passed over, as Java does."""
    try:
        return base64.b64decode(element.text or "")
    except (binascii.Error, ValueError):
        return None


def certificate(data: bytes) -> Found:
    """The certificate (DER) if it can be read to the end."""
    try:
        read = x509.load_der_x509_certificate(data)
        read.public_key()
        _ = read.not_valid_before_utc, read.not_valid_after_utc
        _ = read.subject.rfc4514_string(), read.issuer.rfc4514_string()
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        return _unreadable(f"no certificate that can be read ({type(error).__name__})")
    return read


def _unreadable(detail: str) -> Refusal:
    sentence = "Cannot parse/decode the certificate data"
    return refusal(Cause.TOKEN_UNREADABLE, Code.SECURITY_TOKEN_UNAVAILABLE, sentence, detail)


def _by_reference(document: Document, element: etree._Element, _known: Sequence[x509.Certificate]) -> Found:
    uri = element.get("URI", "")
    found = document.by_id(uri) if uri.startswith("#") else ()
    if len(found) != 1:
        sentence = f'Reference "{uri[:200]}"'
        return refusal(Cause.TOKEN_NOT_FOUND, Code.SECURITY_TOKEN_UNAVAILABLE, sentence)
    if found[0].tag != names.BINARY_TOKEN:
        detail = f"it refers to a {etree.QName(found[0]).localname}"
        return refusal(Cause.TOKEN_TYPE, Code.FAILED_CHECK, detail=detail)
    return binary(found[0])


def _by_x509_data(_document: Document, element: etree._Element, known: Sequence[x509.Certificate]) -> Found:
    embedded = element.find("ds:X509Certificate", _DSIG)
    if embedded is not None:
        data = _octets(embedded)
        return _unreadable("its text is no base64") if data is None else certificate(data)
    serial = element.find("ds:X509IssuerSerial/ds:X509SerialNumber", _DSIG)
    number = "" if serial is None else (serial.text or "").strip()
    return _only(known, lambda one: str(one.serial_number) == number, f"serial number {number[:60]}")


def _by_identifier(_document: Document, element: etree._Element, known: Sequence[x509.Certificate]) -> Found:
    kind = element.get("ValueType", "")
    if kind == names.X509_V3:
        return binary(element)
    reader = _IDENTIFIERS.get(kind)
    if reader is None:
        return _unusable(f"Unsupported key identification: {kind[:200]}")
    wanted = _octets(element)
    return _only(known, lambda one: wanted is not None and reader(one) == wanted, kind.rpartition("#")[2])


def _only(known: Sequence[x509.Certificate], fits: Callable[[x509.Certificate], bool], what: str) -> Found:
    found = [one for one in known if fits(one)]
    if len(found) == 1:
        return found[0]
    detail = f"{len(found)} certificates that the receiver knows fit the {what}"
    return refusal(Cause.TOKEN_NOT_FOUND, Code.FAILED_CHECK, detail=detail)


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def _thumbprint(certificate: x509.Certificate) -> bytes | None:
    from cryptography.hazmat.primitives.serialization import Encoding

    return hashlib.sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()


_IDENTIFIERS: Mapping[str, Callable[[x509.Certificate], bytes | None]] = {
    _SKI: _key_identifier,
    _THUMBPRINT: _thumbprint,
}
_READERS: Mapping[str, Callable[[Document, etree._Element, Sequence[x509.Certificate]], Found]] = {
    f"{{{names.WSSE}}}Reference": _by_reference,
    f"{{{names.WSSE}}}KeyIdentifier": _by_identifier,
    f"{{{names.DS}}}X509Data": _by_x509_data,
}
