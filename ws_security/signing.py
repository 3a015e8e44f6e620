"""`secure`: an envelope with the Security header that WSS4J would put into it.

The order is that of ServiceNow's sample header: BinarySecurityToken, Signature, Timestamp, UsernameToken. A Security
header that is already there is filled from its beginning, as WSS4J's `WSSecHeader.insertSecurityHeader` does.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from guarded.regex import regex
from guarded.values import dataclass
from ws_security import documents, moments, names, signatures
from ws_security.identifiers import Identifiers
from ws_security.usernames import digest

etree.register_namespace("wsu", names.WSU)  # the prefix of the Id that the Body gets

_DECLARATION = regex(r"\A\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class Signing:
    """A key to sign with, its certificate, and how."""

    key: RSAPrivateKey = field(repr=False)
    certificate: bytes = field(repr=False)
    """DER; it goes out as BinarySecurityToken."""
    signature: str = names.SIGNATURES["RSA-SHA-1"]
    digest: str = names.DIGESTS["SHA-1"]
    canonicalization: str = names.EXCLUSIVE
    """URIs."""
    parts: tuple[str, ...] = ("timestamp", "body")
    """What is signed, in this order: of `timestamp`, `body`."""


@dataclass(frozen=True, slots=True)
class User:
    """A user name and password for a UsernameToken."""

    name: str
    password: str = field(repr=False)
    hashed: bool = False
    """True: PasswordDigest with nonce and Created (ServiceNow sends the plain password)."""


@dataclass(frozen=True, slots=True)
class Secured:
    """An envelope with its header, and the Ids of what was signed."""

    envelope: str
    signed: tuple[str, ...] = ()


class EnvelopeError(ValueError):
    """What is to be secured is no SOAP envelope; the message says what it is."""


def secure(
    envelope: str,
    *,
    now: datetime,
    signing: Signing | None = None,
    user: User | None = None,
    lifetime: timedelta = timedelta(minutes=5),
    identifiers: Identifiers | None = None,
) -> Secured:
    """The envelope with a Security header for these credentials.

    A Timestamp goes with a signature. Raises EnvelopeError where the text is no SOAP envelope with a Body.
    """
    ids = identifiers or Identifiers(now)
    root = _envelope(envelope)
    soap = etree.QName(root).namespace or ""
    header = _security_header(root, soap)
    signed: tuple[str, ...] = ()
    if user is not None:
        header.insert(0, _username_token(user, now))
    if signing is not None:
        timestamp = _timestamp(now, lifetime, ids)
        header.insert(0, timestamp)
        signed = _sign(root, soap, header, timestamp, signing, ids)
    text = etree.tostring(root, encoding="unicode")
    declaration = _DECLARATION.match(envelope)
    return Secured((declaration[0].strip() if declaration else "") + text, signed)


def _envelope(text: str) -> etree._Element:
    without = _DECLARATION.sub("", text, count=1)
    try:
        root = documents.parse(without.encode("utf-8"))
    except (ValueError, UnicodeEncodeError) as error:
        raise EnvelopeError(str(error)) from None
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in names.SOAP:
        raise EnvelopeError(f"its first element is {name.localname}, not the Envelope of SOAP 1.1 or 1.2")
    if root.find(f"{{{name.namespace}}}Body") is None:
        raise EnvelopeError("it has no Body")
    return root


def _security_header(root: etree._Element, soap: str) -> etree._Element:
    header = root.find(f"{{{soap}}}Header")
    if header is None:
        header = etree.Element(f"{{{soap}}}Header")
        root.insert(0, header)
    found = next((one for one in header.findall(names.SECURITY) if not one.get(f"{{{soap}}}actor")), None)
    if found is not None:
        return found
    security = etree.SubElement(header, names.SECURITY, nsmap={"wsse": names.WSSE, "wsu": names.WSU})
    security.set(f"{{{soap}}}mustUnderstand", "1" if soap == names.SOAP_11 else "true")
    return security


def _timestamp(now: datetime, lifetime: timedelta, ids: Identifiers) -> etree._Element:
    timestamp = etree.Element(names.TIMESTAMP, nsmap={"wsu": names.WSU})
    timestamp.set(names.ID, ids.counted("Timestamp"))
    etree.SubElement(timestamp, names.CREATED).text = moments.written(now)
    etree.SubElement(timestamp, names.EXPIRES).text = moments.written(now + lifetime)
    return timestamp


def _username_token(user: User, now: datetime) -> etree._Element:
    token = etree.Element(names.USERNAME_TOKEN, nsmap={"wsse": names.WSSE, "wsu": names.WSU})
    etree.SubElement(token, f"{{{names.WSSE}}}Username").text = user.name
    password = etree.SubElement(token, f"{{{names.WSSE}}}Password")
    password.set("Type", names.PASSWORD_DIGEST if user.hashed else names.PASSWORD_TEXT)
    if not user.hashed:
        password.text = user.password
        return token
    nonce, created = secrets.token_bytes(16), moments.written(now)
    password.text = digest(nonce, created, user.password)
    shown = etree.SubElement(token, f"{{{names.WSSE}}}Nonce", EncodingType=names.BASE64)
    shown.text = base64.b64encode(nonce).decode()
    etree.SubElement(token, names.CREATED).text = created
    return token


def _sign(
    root: etree._Element,
    soap: str,
    header: etree._Element,
    timestamp: etree._Element,
    signing: Signing,
    ids: Identifiers,
) -> tuple[str, ...]:
    certificate_id = ids.unique("CertId")
    signature_id = ids.counted("Signature")
    key_info = _key_info(certificate_id, ids)
    body = root.find(f"{{{soap}}}Body")
    assert body is not None
    if body.get(names.ID) is None:
        body.set(names.ID, ids.counted("id"))
    parts = {"timestamp": timestamp, "body": body}
    references = tuple(str(parts[word].get(names.ID)) for word in signing.parts)
    algorithms = {
        "signature": signing.signature,
        "digest": signing.digest,
        "canonicalization": signing.canonicalization,
    }
    signature = signatures.signed(root, header, references, signing.key, key_info, algorithms=algorithms)
    signature.set("Id", signature_id)
    header.insert(0, signature)
    header.insert(0, _binary_token(certificate_id, signing.certificate))
    return references


def _binary_token(identifier: str, certificate: bytes) -> etree._Element:
    token = etree.Element(names.BINARY_TOKEN, nsmap={"wsse": names.WSSE, "wsu": names.WSU})
    token.set("EncodingType", names.BASE64)
    token.set("ValueType", names.X509_V3)
    token.set(names.ID, identifier)
    token.text = base64.b64encode(certificate).decode()
    return token


def _key_info(certificate_id: str, ids: Identifiers) -> etree._Element:
    spaces = {"ds": names.DS, "wsse": names.WSSE, "wsu": names.WSU}
    key_info = etree.Element(f"{{{names.DS}}}KeyInfo", nsmap=spaces, Id=ids.unique("KeyId"))
    reference = etree.SubElement(key_info, names.TOKEN_REFERENCE)
    reference.set(names.ID, ids.unique("STRId"))
    etree.SubElement(reference, f"{{{names.WSSE}}}Reference", URI=f"#{certificate_id}", ValueType=names.X509_V3)
    return key_info
