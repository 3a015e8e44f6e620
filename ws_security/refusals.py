"""`Refusal`: why a message is not accepted, with the fault code and text that WSS4J 1.6 gives for it.

The codes are those of SOAP Message Security 1.1 section 12. Texts are WSS4J's own, measured on 1.6.19; WSS4J 2 has the
same first sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from guarded.values import dataclass


class Code(StrEnum):
    """The local name of a fault code in the namespace of `wsse`; FAILURE has none."""

    FAILURE = ""
    UNSUPPORTED_SECURITY_TOKEN = "UnsupportedSecurityToken"
    UNSUPPORTED_ALGORITHM = "UnsupportedAlgorithm"
    INVALID_SECURITY = "InvalidSecurity"
    INVALID_SECURITY_TOKEN = "InvalidSecurityToken"
    FAILED_AUTHENTICATION = "FailedAuthentication"
    FAILED_CHECK = "FailedCheck"
    SECURITY_TOKEN_UNAVAILABLE = "SecurityTokenUnavailable"
    MESSAGE_EXPIRED = "MessageExpired"


SENTENCES: Mapping[Code, str] = {
    Code.FAILURE: "General security error",
    Code.UNSUPPORTED_SECURITY_TOKEN: "An unsupported token was provided",
    Code.UNSUPPORTED_ALGORITHM: "An unsupported signature or encryption algorithm was used",
    Code.INVALID_SECURITY: "An error was discovered processing the <wsse:Security> header",
    Code.INVALID_SECURITY_TOKEN: "An invalid security token was provided",
    Code.FAILED_AUTHENTICATION: "The security token could not be authenticated or authorized",
    Code.FAILED_CHECK: "The signature or decryption was invalid",
    Code.SECURITY_TOKEN_UNAVAILABLE: "Referenced security token could not be retrieved",
    Code.MESSAGE_EXPIRED: "The message has expired",
}
"""The first sentence of each; a detail follows in parentheses."""


class Cause(StrEnum):
    """What was wrong, more exactly than the fault tells a stranger."""

    NO_HEADER = "ws-security-header-missing"
    SEVERAL_HEADERS = "ws-security-several-headers"
    NO_SIGNATURE = "signature-missing"
    NO_TIMESTAMP = "timestamp-missing"
    NO_USERNAME = "username-token-missing"
    TOO_MUCH = "ws-security-too-much"
    NOT_READABLE = "ws-security-not-readable"
    DUPLICATE_ID = "duplicate-id"
    SEVERAL_SIGNATURES = "several-signatures"
    SEVERAL_TIMESTAMPS = "several-timestamps"
    BAD_TIMESTAMP = "timestamp-unreadable"
    EXPIRED = "timestamp-expired"
    TOO_OLD = "timestamp-too-old"
    FROM_THE_FUTURE = "timestamp-in-the-future"
    NO_KEY_INFO = "key-info-unsupported"
    TOKEN_NOT_FOUND = "token-not-found"
    TOKEN_TYPE = "token-type-unsupported"
    TOKEN_UNREADABLE = "token-unreadable"
    CERTIFICATE_DATES = "signing-certificate-dates"
    NOT_TRUSTED = "signing-certificate-not-trusted"
    ALGORITHM = "algorithm-not-allowed"
    TRANSFORM = "transform-not-allowed"
    REFERENCE = "reference-not-resolved"
    DIGEST = "digest-differs"
    SIGNATURE_VALUE = "signature-value-wrong"
    SIGNATURE_SHAPE = "signature-unreadable"
    PART_NOT_SIGNED = "part-not-signed"
    BAD_USERNAME = "username-token-unreadable"
    USER_UNKNOWN = "username-unknown"
    PASSWORD_WRONG = "password-wrong"
    PASSWORD_TYPE = "password-type-not-allowed"
    REPLAYED = "nonce-replayed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was refused."""

    cause: Cause
    code: Code
    text: str
    """The fault's text, as the sender reads it."""
    detail: str = ""
    """For the journal: what exactly was found, without secrets."""


def refusal(cause: Cause, code: Code, parenthesis: str = "", detail: str = "") -> Refusal:
    """The refusal with WSS4J's sentence, and its second sentence in parentheses where it has one."""
    text = SENTENCES[code]
    return Refusal(cause, code, f"{text} ({parenthesis})" if parenthesis else text, detail)
