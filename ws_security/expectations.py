"""What a receiver demands of a message, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from guarded.values import dataclass
from ws_security import names

if TYPE_CHECKING:
    from ws_security.refusals import Refusal

PARTS: Mapping[str, str] = {
    "body": "the SOAP Body",
    "timestamp": "the Timestamp of the Security header",
    "username_token": "the UsernameToken of the Security header",
}
"""Parts whose signature can be demanded, by the word for each."""

REQUIREMENTS = ("signature", "timestamp", "username_token")
"""What can be demanded of a header."""


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a receiver demands. The times are WSS4J's defaults."""

    require: tuple[str, ...] = ("signature", "timestamp")
    """Of `REQUIREMENTS`. What is not demanded and is there all the same is judged, too."""
    signed_parts: tuple[str, ...] = ("body", "timestamp")
    """Of `PARTS`: what the signature must cover, where one is demanded."""
    trust: tuple[bytes, ...] = ()
    """Certificates (DER): signers themselves, or the CAs that issued theirs."""
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    """User name to password."""
    password_types: tuple[str, ...] = (names.PASSWORD_TEXT, names.PASSWORD_DIGEST)
    signature_algorithms: tuple[str, ...] = tuple(names.SIGNATURES.values())
    digest_algorithms: tuple[str, ...] = tuple(names.DIGESTS.values())
    canonicalizations: tuple[str, ...] = (names.EXCLUSIVE,)
    """URIs that are accepted, as algorithm of SignedInfo and as transform (Basic Security Profile R5404, R5423)."""
    time_to_live: timedelta = timedelta(minutes=5)
    """How old `Created` may be, whatever `Expires` says."""
    clock_skew: timedelta = timedelta(minutes=1)
    """How far `Created` may lie in the future; WSS4J gives no such grace to `Expires`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message showed, and why it was refused, if it was."""

    refusal: Refusal | None = None
    signer: bytes | None = None
    """The certificate (DER) the signature was checked with, trusted or not."""
    user: str | None = None
    signed: tuple[str, ...] = ()
    """Paths of the elements that a good signature covers, e.g. `Envelope/Body`."""
    algorithms: tuple[str, ...] = ()
    """URIs of the signature, its digests and canonicalizations."""
