"""`verify`: does a message meet what its receiver expects?

The header is gone through in document order and the first thing that is wrong is told, as WSS4J's `WSSecurityEngine`
does; then what is missing. What a signature covers is decided by the very elements that its references resolve to: a
Body that was moved elsewhere and replaced by another one (XML signature wrapping) is a part that is not signed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from guarded.regex import regex
from guarded.values import dataclass
from ws_security import documents, moments, names, signatures, tokens, trust, usernames
from ws_security.documents import Document
from ws_security.expectations import PARTS, Expectations, Verdict
from ws_security.refusals import Cause, Code, Refusal, refusal
from ws_security.replay import Nonces

_DSIG = {"ds": names.DS}
_LOCAL = regex(r"#[^#].*", re.DOTALL)
_TEXT = {"wsse": names.WSSE, "wsu": names.WSU}


@dataclass
class _Review:
    """One message under review: what it showed so far."""

    document: Document
    expected: Expectations
    now: datetime
    nonces: Nonces | None
    known: tuple[x509.Certificate, ...]
    verdict: Verdict = field(default_factory=Verdict)
    covered: list[etree._Element] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def verify(data: bytes, expected: Expectations, now: datetime, nonces: Nonces | None = None) -> Verdict:
    """Judge one message. Never raises for what stands in it.

    `now` is the receiver's clock (with a zone); `nonces` remembers those of UsernameTokens, None: replays pass.
    """
    document = documents.read(data)
    if isinstance(document, Refusal):
        return Verdict(document)
    review = _Review(document, expected, now, nonces, _loaded(expected.trust))
    refused = _judge(review)
    return replace(review.verdict, refusal=refused)


def _loaded(trusted: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    found = (tokens.certificate(der) for der in trusted)
    return tuple(one for one in found if isinstance(one, x509.Certificate))


def _judge(review: _Review) -> Refusal | None:
    security = review.document.security
    if security is None:
        if review.expected.require:
            return _missing(Cause.NO_HEADER, "there is no wsse:Security header")
        return None
    for child in security:
        step = _STEPS.get(str(child.tag))
        refused = step(review, child) if step else None
        if refused is not None:
            return refused
    return _left_out(review)


def _left_out(review: _Review) -> Refusal | None:
    """What is demanded and is not there. CXF and Rampart give WSS4J's bare sentence for it."""
    for word in review.expected.require:
        if word not in review.seen:
            return _missing(_MISSING[word], f"there is no {word.replace('_', ' ')} in the Security header")
    if "signature" not in review.expected.require:
        return None
    for word in review.expected.signed_parts:
        element = _PARTS[word](review.document)
        if element is None or not any(element is one for one in review.covered):
            tag = PARTS[word] if element is None else _as_java_prints(element)
            return refusal(
                Cause.PART_NOT_SIGNED,
                Code.FAILED_CHECK,
                f"Element {tag} is not included in the signature",
                f"{PARTS[word]} is not what the signature covers ({', '.join(review.verdict.signed) or 'nothing'})",
            )
    return None


def _as_java_prints(element: etree._Element) -> str:
    """`[soapenv:Body: null]`: `toString()` of a DOM element."""
    local = etree.QName(element).localname
    return f"[{element.prefix}:{local}: null]" if element.prefix else f"[{local}: null]"


def _missing(cause: Cause, detail: str) -> Refusal:
    return refusal(cause, Code.INVALID_SECURITY, detail=detail)


def _first(document: Document, tag: str) -> etree._Element | None:
    return next(iter(document.children(tag)), None)


_PARTS: Mapping[str, Callable[[Document], etree._Element | None]] = {
    "body": lambda document: document.body,
    "timestamp": lambda document: _first(document, names.TIMESTAMP),
    "username_token": lambda document: _first(document, names.USERNAME_TOKEN),
}
_MISSING: Mapping[str, Cause] = {
    "signature": Cause.NO_SIGNATURE,
    "timestamp": Cause.NO_TIMESTAMP,
    "username_token": Cause.NO_USERNAME,
}


# The token and the signature


def _binary_token(_review: _Review, element: etree._Element) -> Refusal | None:
    """A token of another type is left alone until a signature refers to it."""
    found = tokens.binary(element)
    return found if isinstance(found, Refusal) and found.code is not Code.FAILED_CHECK else None


def _signature(review: _Review, element: etree._Element) -> Refusal | None:
    if "signature" in review.seen:
        return _missing(Cause.SEVERAL_SIGNATURES, "two signatures in one header: only one is verified")
    review.seen.add("signature")
    certificate = tokens.of(review.document, element, review.known)
    if isinstance(certificate, Refusal):
        return certificate
    review.verdict = replace(review.verdict, signer=certificate.public_bytes(Encoding.DER))
    return (
        trust.refused(certificate, review.known, review.now) or _shape(review, element) or _check(review, certificate)
    )


def _shape(review: _Review, signature: etree._Element) -> Refusal | None:
    """Everything that is decided before a digest is computed: algorithms, transforms, references, their number."""
    expected = review.expected
    info = signature.find("ds:SignedInfo", _DSIG)
    if info is None or len(signature.findall("ds:SignedInfo", _DSIG)) != 1:
        return _bad_signature("it has no SignedInfo, or two")
    references = info.findall("ds:Reference", _DSIG)
    if not 0 < len(references) <= documents.MAX_REFERENCES:
        return _bad_signature(f"{len(references)} references; from 1 to {documents.MAX_REFERENCES} are verified")
    canonical = _algorithm(info, "ds:CanonicalizationMethod")
    if canonical in _KNOWN and canonical not in expected.canonicalizations:
        sentence = "A bad canonicalization algorithm was specified"
        return refusal(Cause.ALGORITHM, Code.INVALID_SECURITY, sentence, f"{canonical} is not among those allowed")
    used = [canonical, _algorithm(info, "ds:SignatureMethod")]
    lists = [expected.canonicalizations, expected.signature_algorithms]
    for reference in references:
        transforms = reference.findall("ds:Transforms/ds:Transform", _DSIG)
        if not 0 < len(transforms) <= documents.MAX_TRANSFORMS:
            return _bad_signature(f"a reference with {len(transforms)} transforms")
        for transform in transforms:
            uri = transform.get("Algorithm", "")
            if uri not in expected.canonicalizations:
                return _not_allowed(Cause.TRANSFORM, uri, "transform")
            used.append(uri)
            lists.append(expected.canonicalizations)
        used.append(_algorithm(reference, "ds:DigestMethod"))
        lists.append(expected.digest_algorithms)
    review.verdict = replace(review.verdict, algorithms=tuple(dict.fromkeys(used)))
    for uri, allowed in zip(used, lists, strict=True):
        if uri not in allowed:
            return _not_allowed(Cause.ALGORITHM, uri, "algorithm")
    return _references(review, references)


def _references(review: _Review, references: list[etree._Element]) -> Refusal | None:
    for reference in references:
        uri = reference.get("URI", "")
        found = review.document.by_id(uri) if _LOCAL.fullmatch(uri) else ()
        if len(found) != 1:
            cause, count = (Cause.DUPLICATE_ID, "several") if found else (Cause.REFERENCE, "no")
            return refusal(cause, Code.FAILED_CHECK, detail=f"URI '{uri[:200]}' is the Id of {count} elements")
        review.covered.append(found[0])
    return None


def _check(review: _Review, certificate: x509.Certificate) -> Refusal | None:
    algorithms = {
        "signature": review.expected.signature_algorithms,
        "digest": review.expected.digest_algorithms,
    }
    assert review.document.security is not None
    wrong = signatures.fault(review.document.root, review.document.security, certificate, algorithms)
    if wrong is not None:
        cause, detail = wrong
        return refusal(cause, Code.FAILED_CHECK, detail=detail[:300])
    signed = tuple(review.document.path(element) for element in review.covered)
    review.verdict = replace(review.verdict, signed=signed)
    return None


def _algorithm(parent: etree._Element, tag: str) -> str:
    found = parent.find(tag, _DSIG)
    return "" if found is None else found.get("Algorithm", "")


def _not_allowed(cause: Cause, uri: str, what: str) -> Refusal:
    """An algorithm that the receiver's suite leaves out is InvalidSecurity; one that nobody knows fails the check."""
    detail = f"{what} {uri[:200] or '(none)'} is not among those that are allowed"
    return refusal(cause, Code.INVALID_SECURITY if uri in _KNOWN else Code.FAILED_CHECK, detail=detail)


_KNOWN = frozenset((*names.SIGNATURES.values(), *names.DIGESTS.values(), *names.CANONICALIZATIONS.values()))


def _bad_signature(detail: str) -> Refusal:
    return refusal(Cause.SIGNATURE_SHAPE, Code.FAILED_CHECK, detail=detail)


# The timestamp


def _timestamp(review: _Review, element: etree._Element) -> Refusal | None:
    if "timestamp" in review.seen:
        return refusal(
            Cause.SEVERAL_TIMESTAMPS,
            Code.INVALID_SECURITY_TOKEN,
            "WSSecurityEngine: Invalid timestamp {0}",
            "two Timestamps in one header",
        )
    review.seen.add("timestamp")
    children = [child for child in element if isinstance(child.tag, str)]
    tags = [str(child.tag) for child in children]
    if tags not in ([names.CREATED], [names.CREATED, names.EXPIRES]):
        return _bad_timestamp("it wants Created, then at most Expires, and nothing else")
    read = [moments.read(child.text or "") for child in children]
    if None in read:
        return _bad_timestamp("a time that is no xsd:dateTime")
    created, expires = read[0], read[-1] if len(read) > 1 else None
    assert created is not None
    return _outdated(review, created, expires)


def _outdated(review: _Review, created: datetime, expires: datetime | None) -> Refusal | None:
    now = moments.written(review.now)
    if expires is not None and expires < review.now:
        return _expired(Cause.EXPIRED, f"Expires {moments.written(expires)} is past: it is {now}")
    if created + review.expected.time_to_live < review.now:
        ttl = int(review.expected.time_to_live.total_seconds())
        return _expired(Cause.TOO_OLD, f"Created {moments.written(created)} is more than {ttl} s ago: it is {now}")
    if created > review.now + review.expected.clock_skew:
        skew = int(review.expected.clock_skew.total_seconds())
        detail = f"Created {moments.written(created)} is more than {skew} s ahead: it is {now}"
        return _expired(Cause.FROM_THE_FUTURE, detail)
    return None


def _expired(cause: Cause, detail: str) -> Refusal:
    sentence = "WSSecurityEngine: Invalid timestamp The security semantics of the message have expired"
    return refusal(cause, Code.MESSAGE_EXPIRED, sentence, detail)


def _bad_timestamp(detail: str) -> Refusal:
    sentence = "WSSecurityEngine: Invalid timestamp {0}"
    return refusal(Cause.BAD_TIMESTAMP, Code.INVALID_SECURITY, sentence, detail)


# The user name


def _username_token(review: _Review, element: etree._Element) -> Refusal | None:
    if "username_token" in review.seen:
        return _bad_user("two UsernameTokens in one header")
    review.seen.add("username_token")
    found = {word: element.findall(path, _TEXT) for word, path in _FIELDS.items()}
    if len(found["user"]) != 1 or any(len(each) > 1 for each in found.values()):
        return _bad_user("it wants one Username, and at most one of Password, Nonce and Created")
    values = {word: each[0].text or "" for word, each in found.items() if each}
    user, kind = values["user"], found["password"][0].get("Type") if found["password"] else None
    review.verdict = replace(review.verdict, user=user[:200])
    if found["password"] and kind is None:
        return _bad_user("its Password has no Type (Basic Security Profile R4201)")
    hashed = kind == names.PASSWORD_DIGEST
    if hashed and not ("nonce" in values and "created" in values):
        return _bad_user("a PasswordDigest without Nonce or Created")
    return _replayed(review, values) or _password(review, values, kind or "", hashed=hashed)


_FIELDS: Mapping[str, str] = {
    "user": "wsse:Username",
    "password": "wsse:Password",
    "nonce": "wsse:Nonce",
    "created": "wsu:Created",
}


def _replayed(review: _Review, values: Mapping[str, str]) -> Refusal | None:
    if "created" in values and moments.read(values["created"]) is None:
        return _bad_timestamp("Created of the UsernameToken is no xsd:dateTime")
    if "nonce" in values and review.nonces is not None and review.nonces.replayed(values["nonce"][:200], review.now):
        sentence = 'An error happened processing a Username Token "A replay attack has been detected"'
        return refusal(Cause.REPLAYED, Code.INVALID_SECURITY, sentence, "its Nonce was seen before")
    created = moments.read(values.get("created", ""))
    if created is None:
        return None
    late = _outdated(review, created, None)
    return None if late is None else refusal(late.cause, Code.MESSAGE_EXPIRED, detail=late.detail)


def _password(review: _Review, values: Mapping[str, str], kind: str, *, hashed: bool) -> Refusal | None:
    """Every failure has the same words for the sender; the journal says which it was."""
    expected = review.expected
    if kind not in expected.password_types:
        return _not_authenticated(Cause.PASSWORD_TYPE, f"password type {kind[:200] or '(no password)'}")
    own = expected.users.get(values["user"])
    if own is None:
        return _not_authenticated(Cause.USER_UNKNOWN, "the user name is not known here")
    given = values.get("password", "")
    if hashed:
        try:
            nonce = base64.b64decode(values["nonce"], validate=True)
        except (binascii.Error, ValueError):
            return _bad_user("its Nonce is no base64")
        own = usernames.digest(nonce, values["created"], own)
    if own.encode() != given.encode():
        return _not_authenticated(Cause.PASSWORD_WRONG, "the password is another one")
    return None


def _not_authenticated(cause: Cause, detail: str) -> Refusal:
    return refusal(cause, Code.FAILED_AUTHENTICATION, detail=detail)


def _bad_user(detail: str) -> Refusal:
    sentence = 'An error happened processing a Username Token "{0}"'
    return refusal(Cause.BAD_USERNAME, Code.INVALID_SECURITY_TOKEN, sentence, detail)


_STEPS: Mapping[str, Callable[[_Review, etree._Element], Refusal | None]] = {
    names.BINARY_TOKEN: _binary_token,
    names.SIGNATURE: _signature,
    names.TIMESTAMP: _timestamp,
    names.USERNAME_TOKEN: _username_token,
}
