"""The header as it is written: the shape of ServiceNow's sample, WSS4J's ids, and what an envelope may be like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from tests.ws_security.messages import ENVELOPE, USER, signer
from tests.ws_security.test_verifying import expected
from ws_security import names
from ws_security.identifiers import Identifiers
from ws_security.signing import EnvelopeError, Secured, User, secure
from ws_security.verifying import verify

NOW = datetime(2011, 5, 31, 23, 3, 7, 454_000, tzinfo=UTC)
SPACES = {"s": names.SOAP_11, "wsse": names.WSSE, "wsu": names.WSU, "ds": names.DS}


def made(envelope: str = ENVELOPE, *, user: User | None = USER, sign: bool = True, **more: object) -> Secured:
    """The envelope with its header, at the moment of the sample."""
    signing = signer("own").signing(**more) if sign else None  # type: ignore[arg-type]
    identifiers = Identifiers(NOW, "2D914AB929A6719E7F")
    return secure(envelope, now=NOW, signing=signing, user=user, identifiers=identifiers)


def first(root: etree._Element, path: str) -> etree._Element:
    """The one element at that path."""
    found = root.findall(path, SPACES)
    assert len(found) == 1
    return found[0]


def test_the_header_has_the_shape_of_the_documented_sample() -> None:
    """ServiceNow docs, "WS-Security reference": order, ids, algorithms, times, references."""
    # when
    secured = made()
    header = first(etree.fromstring(secured.envelope), "s:Header/wsse:Security")
    # then
    assert header.get(f"{{{names.SOAP_11}}}mustUnderstand") == "1"
    assert [etree.QName(child).localname for child in header] == [
        "BinarySecurityToken",
        "Signature",
        "Timestamp",
        "UsernameToken",
    ]
    token, signature, timestamp, user = header
    assert token.get("ValueType") == names.X509_V3
    assert token.get("EncodingType") == names.BASE64
    assert token.get(names.ID) == "CertId-2D914AB929A6719E7F13068829874541"
    assert signature.get("Id") == "Signature-2"
    assert [each.get("URI") for each in signature.iterfind(".//ds:Reference", SPACES)] == ["#Timestamp-1", "#id-3"]
    assert first(signature, "ds:SignedInfo/ds:CanonicalizationMethod").get("Algorithm") == names.EXCLUSIVE
    assert first(signature, "ds:SignedInfo/ds:SignatureMethod").get("Algorithm") == f"{names.DS}rsa-sha1"
    assert first(signature, "ds:KeyInfo").get("Id") == "KeyId-2D914AB929A6719E7F13068829874542"
    reference = first(signature, "ds:KeyInfo/wsse:SecurityTokenReference")
    assert reference.get(names.ID) == "STRId-2D914AB929A6719E7F13068829874543"
    assert first(reference, "wsse:Reference").get("URI") == f"#{token.get(names.ID)}"
    assert timestamp.get(names.ID) == "Timestamp-1"
    assert [child.text for child in timestamp] == ["2011-05-31T23:03:07.454Z", "2011-05-31T23:08:07.454Z"]
    assert [child.text for child in user] == ["ann", "s3cret"]
    assert first(user, "wsse:Password").get("Type") == names.PASSWORD_TEXT
    assert secured.signed == ("Timestamp-1", "id-3")


def test_the_body_is_named_with_the_usual_prefix() -> None:
    """`wsu:Id`, not `ns0:Id`."""
    assert 'wsu:Id="id-3"' in made().envelope


def test_a_user_alone_gets_no_timestamp() -> None:
    """Nothing is signed, nothing of the Body is changed."""
    secured = made(sign=False)
    header = first(etree.fromstring(secured.envelope), "s:Header/wsse:Security")
    assert [etree.QName(child).localname for child in header] == ["UsernameToken"]
    assert secured.signed == ()
    assert "Id=" not in secured.envelope


@pytest.mark.parametrize("signature", names.SIGNATURES)
@pytest.mark.parametrize("digest", names.DIGESTS)
@pytest.mark.parametrize("canonicalization", names.CANONICALIZATIONS)
def test_every_algorithm_verifies(signature: str, digest: str, canonicalization: str) -> None:
    """All documented values of the three properties."""
    algorithm = names.CANONICALIZATIONS[canonicalization]
    secured = made(signature=signature, digest=digest, canonicalization=algorithm)
    wanted = expected(canonicalizations=tuple(names.CANONICALIZATIONS.values()))
    verdict = verify(secured.envelope.encode(), wanted, NOW + timedelta(seconds=5))
    # the certificate is not yet valid in 2011: everything before that was fine, or the refusal were another one
    assert verdict.refusal is not None
    assert verdict.refusal.text == "The signature or decryption was invalid (The provided certificate is invalid)"
    now = datetime.now(UTC)
    again = secure(ENVELOPE, now=now, signing=signer("own").signing(signature, digest, canonicalization=algorithm))
    assert verify(again.envelope.encode(), wanted, now).refusal is None


ENVELOPES = {
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>\n' + ENVELOPE,
    "no Header": ENVELOPE.replace("<soapenv:Header/>", ""),
    "SOAP 1.2": ENVELOPE.replace(names.SOAP_11, names.SOAP_12),
    "default namespace": ENVELOPE.replace("soapenv:", "").replace("xmlns:soapenv", "xmlns"),
    "comments and CDATA": ENVELOPE.replace("Hi-there", "<!-- c --><![CDATA[<&>]]> \u00e4\u20ac &amp;&#13;"),
    "Body has an Id": ENVELOPE.replace("<soapenv:Body>", f'<soapenv:Body xmlns:u="{names.WSU}" u:Id="mine">'),
    "white space": ENVELOPE.replace("><", ">\n  <"),
    "a header of another kind": ENVELOPE.replace("<soapenv:Header/>", "<soapenv:Header><t:h/></soapenv:Header>"),
    "a Security header typed by hand": ENVELOPE.replace(
        "<soapenv:Header/>", f'<soapenv:Header><w:Security xmlns:w="{names.WSSE}"/></soapenv:Header>'
    ),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_whatever_the_envelope_is_like(name: str) -> None:
    """The signature holds, and the declaration stays."""
    now = datetime.now(UTC)
    secured = secure(ENVELOPES[name], now=now, signing=signer("own").signing(), user=USER)
    assert verify(secured.envelope.encode(), expected(), now).refusal is None
    assert secured.envelope.startswith("<?xml") == ENVELOPES[name].startswith("<?xml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not well-formed"),
        ("no XML", "not well-formed"),
        ("<a/>", "not the Envelope"),
        (f'<s:Envelope xmlns:s="{names.SOAP_11}"/>', "no Body"),
        ("<!DOCTYPE a>" + ENVELOPE, "document type"),
        (ENVELOPE.replace("Hi-there", "&undefined;"), "not well-formed"),
        (ENVELOPE.replace("Hi-there", "<"), "not well-formed"),
        (ENVELOPE.replace("Hi-there", "\ud800"), "surrogates"),
    ],
)
def test_what_is_no_envelope_is_not_signed(text: str, why: str) -> None:
    """The error says what it is instead."""
    with pytest.raises(EnvelopeError, match=why):
        made(text)


def test_nothing_shows_a_secret() -> None:
    """Neither the key nor the password stand in a repr."""
    assert "s3cret" not in repr(USER)
    assert "key" not in repr(signer("own").signing()).lower().replace("signingkey", "")
