"""The Security header of one call: made just before it goes out, and told in the Exchange.

What an instance emits is not published. The header is that of the sample in ServiceNow's docs ("WS-Security
reference", an inbound message), whose ids are WSS4J 1.5's; what is inferred from that is listed in the Exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Exchange
from sn_mock.failure import Failure, JavaException, Stage
from sn_mock.java.x509.summaries import summary
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.credentials.signing_keys import NoSigningKey, SigningKey, signing_key
from sn_mock.outbound.routing.ledger import RECORD, Ledger
from sn_mock.outbound.routing.message_security import MessageSecurity
from sn_mock.outbound.routing.outbound_call import OutboundCall
from ws_security import names

NO_PROFILE = "ws-security-profile-missing"
NO_ENVELOPE = "ws-security-envelope-unreadable"

ASSUMED = (
    "that the header an instance sends is like the one its docs show for inbound messages: token, signature over "
    "Timestamp and Body, Timestamp of five minutes, ids as WSS4J 1.5 makes them",
    "that a Timestamp goes with a signature, and a UsernameToken alone has none",
    "that a UsernameToken has a plain password of type PasswordText, without nonce and outside the signature",
    "the names of the function's columns and of the profiles' columns, but for their passwords",
)
"""What is inferred, whoever signs (docs: "WS-Security reference", `t_WebServiceSecurity`)."""

_PROPERTIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "signature": ("glide.soap.signature.algorithm", names.SIGNATURES),
    "digest": ("glide.soap.msg_digest.algorithm", names.DIGESTS),
    "canonicalization": ("glide.soap.canonical.algorithm", names.CANONICALIZATIONS),
}
_ELSE = Fact("", Evidence.ASSUMED, "what an instance makes of another value is not published")
_INFERRED = Fact("", Evidence.ASSUMED, "docs, WS-Security reference and t_WebServiceSecurity, leave it open")
_DOCS = Fact("", Evidence.DOCUMENTED, "docs, ws-security-properties")


@dataclass(frozen=True, slots=True)
class NotSecured:
    """The header could not be made."""

    failure: Failure
    log: tuple[str, ...]


def secured(
    exchange: Exchange, call: OutboundCall, shelf: KeystoreShelf, ledger: Ledger, now: datetime
) -> tuple[Exchange, OutboundCall] | NotSecured:
    """The call with its header, and the Exchange that tells of it; or why it cannot be made."""
    wish = call.security
    if wish.dangling:
        return _refused(Failure(Stage.ROUTE, NO_PROFILE), wish.dangling)
    key = signing_key(shelf, wish.x509) if wish.x509 else None
    if isinstance(key, NoSigningKey):
        return _refused(key.failure, key.record)
    _note(ledger, wish, key)
    algorithms = _algorithms(ledger) if key else {}
    return _built(exchange, call, key, algorithms, now)


def _note(ledger: Ledger, wish: MessageSecurity, key: SigningKey | None) -> None:
    """How the header is made, and what is inferred of it, among the route's decisions, which every report shows."""
    if key is not None and wish.x509 is not None:
        said = (
            f"the SOAP header is signed with alias {key.alias} of keystore {key.keystore}, as {wish.x509.origin} says"
        )
        ledger.note("ws_security", "x509", said, RECORD)
    if wish.user is not None:
        ledger.note("ws_security", "username", f"the SOAP header names a user, as {wish.user.origin} says", RECORD)
    for sentence in ASSUMED:
        ledger.note("ws_security_assumed", sentence, f"WS-Security: taken to be so: {sentence}", _INFERRED)


def _built(
    exchange: Exchange, call: OutboundCall, key: SigningKey | None, algorithms: Mapping[str, str], now: datetime
) -> tuple[Exchange, OutboundCall] | NotSecured:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    from ws_security.signing import EnvelopeError, Signing, User, secure

    wish = call.security
    signing = None
    if key is not None:
        private = load_der_private_key(key.pkcs8, None)
        assert isinstance(private, RSAPrivateKey)
        uris = {word: _PROPERTIES[word][1][name] for word, name in algorithms.items()}
        signing = Signing(
            private,
            key.certificate,
            signature=uris["signature"],
            digest=uris["digest"],
            canonicalization=uris["canonicalization"],
        )
    user = User(wish.user.name, wish.user.password.reveal()) if wish.user else None
    try:
        made = secure(call.body, now=now, signing=signing, user=user)
    except EnvelopeError as error:
        java = (JavaException("org.xml.sax.SAXParseException"),)  # its message depends on the parser: not claimed
        return _refused(Failure(Stage.SOAP, NO_ENVELOPE, java), f"the envelope: {error}")
    found = _told(wish, key, algorithms, now, made.signed)
    return replace(exchange, request_body=made.envelope, ws_security=found), replace(call, body=made.envelope)


def _algorithms(ledger: Ledger) -> dict[str, str]:
    """Name by purpose, from the properties; a value that is none of the documented ones counts as the default."""
    chosen: dict[str, str] = {}
    for word, (name, known) in _PROPERTIES.items():
        value = (ledger.instance.property(name) or "").strip()
        fitting = next((one for one in known if one.lower() == value.lower()), None)
        chosen[word] = fitting or _DEFAULTS[word]
        if fitting is None:
            sentence = f"{name} = {value} is no documented value; {_DEFAULTS[word]} is used"
            ledger.note(f"ws_security_{word}", _DEFAULTS[word], sentence, _ELSE)
        else:
            ledger.note(f"ws_security_{word}", fitting, f"{name} = {fitting}", _DOCS)
    return chosen


_DEFAULTS: Mapping[str, str] = {
    "signature": "RSA-SHA-1",
    "digest": "SHA-1",
    "canonicalization": "Exclusive Canonical xml 1.0",
}


def _told(
    wish: MessageSecurity, key: SigningKey | None, algorithms: Mapping[str, str], now: datetime, signed: tuple[str, ...]
) -> dict[str, Any]:
    signer = summary(key.certificate) if key else None
    return {
        "signed_with": None
        if key is None or wish.x509 is None
        else {
            "keystore": key.keystore,
            "alias": key.alias,
            "certificate": signer.subject if signer else None,
            "from": wish.x509.origin,
        },
        "user": None if wish.user is None else {"name": wish.user.name, "from": wish.user.origin},
        "algorithms": dict(algorithms),
        "signed_ids": list(signed),
        "created": now.isoformat(),
        "assumed": list(ASSUMED),
    }


_TO_CHANGE = "sn-mock: change "


def _refused(failure: Failure, note: str) -> NotSecured:
    told = f": {failure.java[0]}" if failure.java else ""
    return NotSecured(failure, (f"Error signing SOAP envelope{told}", f"{_TO_CHANGE}{note}"))


def planned_failure(shelf: KeystoreShelf, wish: MessageSecurity) -> Failure | None:
    """Why a header could not be made, as far as the records show it; a keystore that nobody has is not judged."""
    if wish.dangling:
        return Failure(Stage.ROUTE, NO_PROFILE)
    row = shelf.instance.certificate(wish.x509.key_store) if wish.x509 and wish.x509.key_store else None
    if wish.x509 is None or (row is not None and stores.is_unseen(shelf.instance, row)):
        return None
    key = signing_key(shelf, wish.x509)
    return key.failure if isinstance(key, NoSigningKey) else None


def record_to_change(log: tuple[str, ...], shelf: KeystoreShelf, wish: MessageSecurity) -> str:
    """The record and field at fault: as the call's log names it, else as the records show it."""
    told = next((line.removeprefix(_TO_CHANGE) for line in log if line.startswith(_TO_CHANGE)), "")
    if told or wish.dangling or wish.x509 is None:
        return told or wish.dangling
    key = signing_key(shelf, wish.x509)
    return key.record if isinstance(key, NoSigningKey) else ""
