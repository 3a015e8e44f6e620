"""Messages that a receiver has to judge: good ones and, one by one, what can be wrong with them.

Every row says what WSS4J 1.6.19 says of it (measured); where a row has `ours`, sn-mock's verifier differs on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ws_security import names
from ws_security.signing import Signing, User, secure

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:t"><soapenv:Header/>'
    "<soapenv:Body><t:Create><short>Hi-there</short></t:Create></soapenv:Body></soapenv:Envelope>"
)
USER = User("ann", "s3cret")
OK = "ok"


def plain(text: str) -> str:
    """A fault without the number in an Id, which is another one each time."""
    return re.sub(r"(#CertId-)[0-9A-F]+", r"\1…", text)


@dataclass(frozen=True)
class Signer:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    def signing(self, signature: str = "RSA-SHA-1", digest: str = "SHA-1", **more: object) -> Signing:
        """What a message is signed with, algorithms by their names."""
        return Signing(self.key, self.der, names.SIGNATURES[signature], names.DIGESTS[digest], **more)  # type: ignore[arg-type]


@cache
def signer(name: str) -> Signer:
    """One of `own` (trusted itself), `issued` (by the trusted CA), `expired` (the same), `stranger`, `ca`."""
    now = datetime.now(UTC)
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    parent = signer("ca") if name in ("issued", "expired") else None
    end = now - timedelta(days=2) if name == "expired" else now + timedelta(days=30)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
        .sign(parent.key if parent else key, hashes.SHA256())
    )
    return Signer(key, built)


def message(who: str = "own", *, after: timedelta = timedelta(), user: User | None = USER, **more: object) -> str:
    """A good message, made that long after now."""
    return secure(ENVELOPE, now=datetime.now(UTC) + after, signing=signer(who).signing(**more), user=user).envelope  # type: ignore[arg-type]


def _changed(pattern: str, replacement: str | Callable[[re.Match[str]], str], **more: object) -> Callable[[], str]:
    def make() -> str:
        made, count = re.subn(pattern, replacement, message(**more), count=1, flags=re.DOTALL)  # type: ignore[arg-type]
        assert count == 1
        return made

    return make


def _wrapped() -> str:
    """The signed Body moved into a header, and another one in its place."""
    good = message()
    body = re.search(r"<soapenv:Body .*</soapenv:Body>", good)
    assert body is not None
    moved = f'<x:w xmlns:x="urn:x">{body[0]}</x:w></soapenv:Header><soapenv:Body><t:Evil/></soapenv:Body>'
    return good.replace(body[0], "").replace("</soapenv:Header>", moved)


def _another(match: re.Match[str]) -> str:
    return match[1] + ("A" if match[2] != "A" else "B")


def _copied(match: re.Match[str]) -> str:
    return match[0] + match[0].replace('Timestamp-1"', 'Timestamp-9"')


@dataclass(frozen=True)
class Row:
    """A message and what is said of it."""

    make: Callable[[], str]
    wss4j: str
    """`ok`, or code and text as `Code: text`."""
    ours: str | None = None
    suite: bool = False
    """Only SHA-256 is allowed."""


_HEADER = "InvalidSecurity: An error was discovered processing the <wsse:Security> header"
_CHECK = "FailedCheck: The signature or decryption was invalid"
_UNKNOWN = "FailedAuthentication: The security token could not be authenticated or authorized"
_TOKEN = "InvalidSecurityToken: An invalid security token was provided"
_EXPIRED = "MessageExpired: The message has expired"
_OVER = f"{_EXPIRED} (WSSecurityEngine: Invalid timestamp The security semantics of the message have expired)"
_BAD_TIME = f"{_HEADER} (WSSecurityEngine: Invalid timestamp {{0}})"
_NOT_SIGNED = f"{_CHECK} (Element [soapenv:Body: null] is not included in the signature)"
_BAD_USER = f'{_TOKEN} (An error happened processing a Username Token "{{0}}")'
_BST = "<wsse:BinarySecurityToken"

ROWS: Mapping[str, Row] = {
    "good": Row(message, OK),
    "issued by a trusted CA": Row(lambda: message("issued"), OK),
    "half a minute ahead": Row(lambda: message(after=timedelta(seconds=30)), OK),
    "digest of the password": Row(lambda: message(user=User("ann", "s3cret", hashed=True)), OK),
    "body altered": Row(_changed("Hi-", "Ho-"), _CHECK),
    "Expires altered": Row(_changed("<wsu:Expires>20", "<wsu:Expires>21"), _CHECK),
    "signature value altered": Row(_changed("(<ds:SignatureValue>)(.)", _another), _CHECK),
    "digest value altered": Row(_changed("(<ds:DigestValue>)(.)", _another), _CHECK),
    "white space put in": Row(_changed("<t:Create>", "\n  <t:Create>"), _CHECK),
    "stranger": Row(lambda: message("stranger"), _UNKNOWN),
    "expired certificate": Row(lambda: message("expired"), f"{_CHECK} (The provided certificate is invalid)"),
    "ten minutes old": Row(lambda: message(after=timedelta(minutes=-10)), _OVER),
    "ten minutes ahead": Row(lambda: message(after=timedelta(minutes=10)), _OVER),
    "wrong password": Row(lambda: message(user=User("ann", "other")), _UNKNOWN),
    "unknown user": Row(lambda: message(user=User("bob", "s3cret")), _UNKNOWN),
    "digest of a wrong password": Row(lambda: message(user=User("ann", "other", hashed=True)), _UNKNOWN),
    "password without Type": Row(_changed(' Type="[^"]*"', ""), _BAD_USER),
    "password of an odd Type": Row(_changed('(Password Type=")[^"]*', r"\1urn:x"), _UNKNOWN),
    "no Password": Row(_changed("<wsse:Password.*</wsse:Password>", ""), _UNKNOWN),
    "no Username": Row(_changed("<wsse:Username>.*</wsse:Username>", ""), _BAD_USER),
    "token gone": Row(
        _changed(f"{_BST}.*</wsse:BinarySecurityToken>", ""),
        'SecurityTokenUnavailable: Referenced security token could not be retrieved (Reference "#CertId-…")',
    ),
    "token of another type": Row(_changed(f'({_BST}[^>]*ValueType=")[^"]*', r"\1urn:x"), _CHECK),
    "token of another encoding": Row(
        _changed(f'({_BST}[^>]*EncodingType=")[^"]*', r"\1urn:x"),
        f'{_TOKEN} (A bad EncodingType attribute was specified "urn:x")',
    ),
    "token without encoding": Row(
        _changed(f'({_BST}[^>]*) EncodingType="[^"]*"', r"\1"),
        f'{_TOKEN} (A bad EncodingType attribute was specified "")',
    ),
    "token is no certificate": Row(
        _changed(f"({_BST}[^>]*>)[^<]*", r"\1AAAA"),
        "SecurityTokenUnavailable: Referenced security token could not be retrieved "
        "(Cannot parse/decode the certificate data)",
    ),
    "token is no base64": Row(
        _changed(f"({_BST}[^>]*>)[^<]*", r"\1!!!!"), ": General security error (Unexpected number of certificates: 0)"
    ),
    "no KeyInfo": Row(_changed("<ds:KeyInfo.*</ds:KeyInfo>", ""), f"{_HEADER} (Unsupported KeyInfo type)"),
    "KeyInfo is empty": Row(
        _changed("(<ds:KeyInfo[^>]*>).*(</ds:KeyInfo>)", r"\1\2"),
        f"{_HEADER} (The SecurityTokenReference was required but not found)",
    ),
    "reference is empty": Row(
        _changed("(<wsse:SecurityTokenReference[^>]*>).*(</wsse:SecurityTokenReference>)", r"\1\2"),
        f"{_HEADER} (Cannot handle multiple data references)",
    ),
    "reference to the Timestamp": Row(_changed('URI="#CertId[^"]*"', 'URI="#Timestamp-1"'), _CHECK),
    "signed part not there": Row(_changed('URI="#id-3"', 'URI="#id-4"'), _CHECK),
    "two elements with one Id": Row(_changed("<t:Create>", f'<t:Create xmlns:w="{names.WSU}" w:Id="id-3">'), _CHECK),
    "two elements of the application with one Id": Row(
        lambda: (
            secure(
                ENVELOPE.replace("<short>Hi-there</short>", '<a Id="1"/><b Id="1"/>'),
                now=datetime.now(UTC),
                signing=signer("own").signing(),
            ).envelope
        ),
        OK,
    ),
    "two Timestamps": Row(
        _changed("<wsu:Timestamp .*</wsu:Timestamp>", _copied), f"{_TOKEN} (WSSecurityEngine: Invalid timestamp {{0}})"
    ),
    "no Created": Row(_changed("<wsu:Created>.*</wsu:Created>", "", user=None), _CHECK),
    "unknown signature method": Row(_changed("xmldsig#rsa-sha1", "xmldsig#rsa-odd"), _CHECK),
    "unknown canonicalization": Row(_changed('(CanonicalizationMethod Algorithm=")[^"]*', r"\1urn:x"), _CHECK),
    "inclusive canonicalization": Row(
        lambda: message(canonicalization=names.CANONICALIZATIONS["Canonical xml 1.0"]),
        f"{_HEADER} (A bad canonicalization algorithm was specified)",
    ),
    "XSLT": Row(_changed('(<ds:Transform Algorithm=")[^"]*', r"\1http://www.w3.org/TR/1999/REC-xslt-19991116"), _CHECK),
    "XPath": Row(
        _changed('(<ds:Transform Algorithm=")[^"]*', r"\1http://www.w3.org/TR/1999/REC-xpath-19991116"), _CHECK
    ),
    "body not signed": Row(lambda: message(parts=("timestamp",)), _NOT_SIGNED),
    "body moved and replaced": Row(_wrapped, _NOT_SIGNED),
    "SHA-1 where only SHA-256 is allowed": Row(message, _HEADER, suite=True),
    "SHA-1 digests where only SHA-256 is allowed": Row(lambda: message(signature="RSA-SHA-256"), _HEADER, suite=True),
    "SHA-256 where only that is allowed": Row(
        lambda: message(signature="RSA-SHA-256", digest="SHA-256"), OK, suite=True
    ),
}
