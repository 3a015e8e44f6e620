"""A broken rule of certification paths, and the exception chain Java builds around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sn_mock.failure import JavaChain, JavaException
from sn_mock.outbound import alerts, trust_texts
from sn_mock.outbound.alerts import own_exception
from sn_mock.outbound.key_types import TLS13

VALIDATOR = "java.security.cert.CertPathValidatorException"
VALIDATOR_WRAPPER = "sun.security.validator.ValidatorException"
_BUILDER = "sun.security.provider.certpath.SunCertPathBuilderException"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reason(StrEnum):
    """`CertPathValidatorException.Reason` as far as it decides the alert."""

    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    ALGORITHM_CONSTRAINED = "ALGORITHM_CONSTRAINED"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    REVOKED = "REVOKED"
    UNDETERMINED_REVOCATION_STATUS = "UNDETERMINED_REVOCATION_STATUS"
    OTHER = "other"


CAUSES: Mapping[Reason, str] = {
    Reason.EXPIRED: "server-certificate-expired",
    Reason.NOT_YET_VALID: "server-certificate-not-yet-valid",
    Reason.ALGORITHM_CONSTRAINED: "server-certificate-weak",
    Reason.INVALID_SIGNATURE: "server-chain-invalid",
    Reason.REVOKED: "server-certificate-revoked",
    Reason.UNDETERMINED_REVOCATION_STATUS: "revocation-unknown",
    Reason.OTHER: "server-chain-invalid",
}

_ALERTS: Mapping[Reason, int] = {
    Reason.EXPIRED: alerts.CERTIFICATE_EXPIRED,
    Reason.NOT_YET_VALID: alerts.BAD_CERTIFICATE,
    Reason.INVALID_SIGNATURE: alerts.BAD_CERTIFICATE,
    Reason.ALGORITHM_CONSTRAINED: alerts.UNSUPPORTED_CERTIFICATE,
    Reason.REVOKED: alerts.CERTIFICATE_REVOKED,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why path validation failed."""

    message: str
    reason: Reason = Reason.OTHER
    cause: JavaException | None = None
    """What Java puts below the CertPathValidatorException; None: the exception repeats itself there."""
    java_class: str = VALIDATOR
    bare: bool = False
    """True for the few faults that have nothing below."""


def alert_for(fault: Fault, *, tls: str, java: int) -> int:
    """The alert JSSE sends for a path that failed validation.

    Until JDK 21 a TLS 1.3 client says `certificate_unknown` whatever the fault; JDK 25 is as precise as in TLS 1.2
    (and says `bad_certificate` for SHA-1 and MD5 signatures, RFC 8446 section 4.4.2.4).
    """
    if tls == TLS13 and java < 25:
        return alerts.CERTIFICATE_UNKNOWN
    if tls == TLS13 and fault.reason is Reason.ALGORITHM_CONSTRAINED and _names_old_hash(fault.message):
        return alerts.BAD_CERTIFICATE
    return _ALERTS.get(fault.reason, alerts.CERTIFICATE_UNKNOWN)


def _names_old_hash(message: str) -> bool:
    return "MD5WITH" in message.upper() or "SHA1WITH" in message.upper()


def validation_failed(fault: Fault, *, tls: str, java: int) -> tuple[JavaChain, int]:
    """`PKIX path validation failed: …` and the alert."""
    alert = alert_for(fault, tls=tls, java=java)
    inner = JavaException(fault.java_class, fault.message)
    below = () if fault.bare else (fault.cause or inner,)
    text = f"PKIX path validation failed: {inner}"
    return own_exception(alert, text, JavaException(VALIDATOR_WRAPPER, text), inner, *below, java=java), alert


def building_failed(fault: Fault | None = None, *, java: int) -> tuple[JavaChain, int]:
    """`PKIX path building failed: …` and the alert; without a fault, `unable to find valid certification path`."""
    inner = JavaException(fault.java_class, fault.message) if fault else JavaException(_BUILDER, trust_texts.NOT_FOUND)
    text = f"PKIX path building failed: {inner}"
    wrapper = JavaException(VALIDATOR_WRAPPER, text)
    return own_exception(alerts.CERTIFICATE_UNKNOWN, text, wrapper, inner, java=java), alerts.CERTIFICATE_UNKNOWN


def refused_by_validator(text: str, *, java: int) -> tuple[JavaChain, int]:
    """A rule that is checked after the path: the ValidatorException stands directly below."""
    chain = own_exception(alerts.CERTIFICATE_UNKNOWN, text, JavaException(VALIDATOR_WRAPPER, text), java=java)
    return chain, alerts.CERTIFICATE_UNKNOWN


def refused_certificate(text: str, *below: JavaException, java: int) -> tuple[JavaChain, int]:
    """The same for a plain CertificateException (host names, plain trust managers)."""
    inner = JavaException("java.security.cert.CertificateException", text)
    return own_exception(alerts.CERTIFICATE_UNKNOWN, text, inner, *below, java=java), alerts.CERTIFICATE_UNKNOWN


def java_date(moment: datetime) -> str:
    """`java.util.Date.toString()` in UTC: `Fri Jan 01 00:00:00 UTC 2021`."""
    day = _DAYS[moment.weekday()]
    month = _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day:02} {moment:%H:%M:%S} UTC {moment.year:04}"
