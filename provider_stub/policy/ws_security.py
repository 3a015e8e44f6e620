"""The policy key `ws_security`: what the provider demands inside the SOAP header.

Words of the policy file become what the verifier wants: certificates read, passwords looked up, names of algorithms
turned into their URIs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import timedelta

from guarded.values import dataclass
from provider_stub.policy import forms
from provider_stub.policy.sources import Source
from ws_security import names
from ws_security.expectations import PARTS, REQUIREMENTS, Expectations

PASSWORD_TYPES: Mapping[str, str] = {"text": names.PASSWORD_TEXT, "digest": names.PASSWORD_DIGEST}


@dataclass(frozen=True, slots=True)
class WsSecurity:
    """What a provider demands of the `wsse:Security` header. The defaults are WSS4J's."""

    require: tuple[str, ...] = ("signature", "timestamp")
    """Of `signature`, `timestamp`, `username_token`. What is not demanded and is there all the same is judged, too."""
    signed_parts: tuple[str, ...] = ("body", "timestamp")
    """What the signature must cover: of `body`, `timestamp`, `username_token`."""
    trust: tuple[Source, ...] = ()
    """Certificates of signers, or of the CAs that issue theirs."""
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    """User name to password, or to `env:NAME`."""
    password_types: tuple[str, ...] = tuple(PASSWORD_TYPES)
    signature_algorithms: tuple[str, ...] = tuple(names.SIGNATURES)
    digest_algorithms: tuple[str, ...] = tuple(names.DIGESTS)
    canonicalizations: tuple[str, ...] = ("Exclusive Canonical xml 1.0",)
    """Names as ServiceNow's properties have them, e.g. `RSA-SHA-256`, `SHA-256`."""
    time_to_live: int = 300
    """Seconds a message may be old, whatever its `Expires` says."""
    clock_skew: int = 60
    """Seconds `Created` may lie in the future."""
    replay_window: int = 300
    """Seconds a UsernameToken's nonce is remembered; 0: replays are not looked for."""
    clock_offset: int = 0
    """Seconds by which the provider's clock is ahead when it judges a message (below 0: behind)."""
    middleware: str = "none"
    """What something on the way does to the envelope before it is verified: `none`, `strips-header`, `reformats`,
    `alters-one-octet`."""


MIDDLEWARE = ("none", "strips-header", "reformats", "alters-one-octet")


_WORDS: Mapping[str, Mapping[str, str]] = {
    "require": {word: word for word in REQUIREMENTS},
    "signed_parts": {word: word for word in PARTS},
    "password_types": PASSWORD_TYPES,
    "signature_algorithms": names.SIGNATURES,
    "digest_algorithms": names.DIGESTS,
    "canonicalizations": names.CANONICALIZATIONS,
}
"""Key of a list -> the words it takes, and what the verifier calls them."""


def expectations(
    wanted: WsSecurity,
    certificates: Callable[[str, tuple[Source, ...]], tuple[bytes, ...]],
    add: Callable[[str, str], None],
) -> Expectations:
    """What the verifier is told; `certificates` reads files, `add` notes a problem under its key."""
    read = {key: _words(wanted, key, known, add) for key, known in _WORDS.items()}
    users = {name: _password(name, password, add) for name, password in wanted.users.items()}
    trust = certificates("ws_security.trust", wanted.trust)
    if wanted.middleware not in MIDDLEWARE:
        add("ws_security.middleware", f"unknown word {wanted.middleware!r}; known: {', '.join(MIDDLEWARE)}")
    if "signature" in read["require"] and not wanted.trust:
        add("ws_security.trust", "a signature is demanded, so name the certificates that may sign (or their CAs)")
    if "username_token" in read["require"] and not wanted.users:
        add("ws_security.users", "a user name is demanded, so name the users and their passwords")
    return Expectations(
        require=read["require"],
        signed_parts=read["signed_parts"],
        trust=trust,
        users=users,
        password_types=read["password_types"],
        signature_algorithms=read["signature_algorithms"],
        digest_algorithms=read["digest_algorithms"],
        canonicalizations=read["canonicalizations"],
        time_to_live=timedelta(seconds=wanted.time_to_live),
        clock_skew=timedelta(seconds=wanted.clock_skew),
    )


def _words(wanted: WsSecurity, key: str, known: Mapping[str, str], add: Callable[[str, str], None]) -> tuple[str, ...]:
    given: tuple[str, ...] = getattr(wanted, key)
    for word in given:
        if word not in known:
            add(f"ws_security.{key}", f"unknown word {word!r}; known: {', '.join(known)}")
    return tuple(known[word] for word in given if word in known)


def _password(name: str, password: str, add: Callable[[str, str], None]) -> str:
    try:
        return forms.resolved_password(password) or ""
    except forms.FormError as error:
        add(f"ws_security.users.{name}", str(error))
        return ""
