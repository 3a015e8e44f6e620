"""A broken rule of certification paths, and the exception chain Java builds around it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions import alerts
from sn_mock.java.exceptions.alerts import own_exception
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.signature_schemes import TLS13

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
class PathFault:
    """Why path validation failed."""

    message: str
    reason: Reason = Reason.OTHER
    cause: JavaException | None = None
    """What Java puts below the CertPathValidatorException; None: the exception repeats itself there."""
    java_class: str = VALIDATOR
    bare: bool = False
    """True for the few faults that have nothing below."""
    below: JavaChain = ()
    """What is below the cause."""


def alert_for(fault: PathFault, *, tls: str, java: Jdk) -> int:
    """The alert JSSE sends for a path that failed validation.

    Until JDK 21 a TLS 1.3 client says `certificate_unknown` whatever the fault; JDK 25 is as precise as in TLS 1.2
    (and says `bad_certificate` for SHA-1 and MD5 signatures, RFC 8446 section 4.4.2.4).
    """
    if not java.has(Feature.JSSE_11):
        return alerts.CERTIFICATE_UNKNOWN
    if tls == TLS13 and not java.has(Feature.ALERT_NAMED):
        return alerts.CERTIFICATE_UNKNOWN
    if tls == TLS13 and fault.reason is Reason.ALGORITHM_CONSTRAINED and _names_old_hash(fault.message):
        return alerts.BAD_CERTIFICATE
    return _ALERTS.get(fault.reason, alerts.CERTIFICATE_UNKNOWN)


def _names_old_hash(message: str) -> bool:
    return "MD5WITH" in message.upper() or "SHA1WITH" in message.upper()


def validation_failed(fault: PathFault, *, tls: str, java: Jdk) -> tuple[JavaChain, int]:
    """`PKIX path validation failed: …` and the alert."""
    alert = alert_for(fault, tls=tls, java=java)
    inner = JavaException(fault.java_class, fault.message)
    below = () if fault.bare else (fault.cause or inner, *fault.below)
    text = f"PKIX path validation failed: {inner}"
    return own_exception(alert, text, JavaException(VALIDATOR_WRAPPER, text), inner, *below, java=java), alert


def building_failed(fault: PathFault | None = None, *, java: Jdk) -> tuple[JavaChain, int]:
    """`PKIX path building failed: …` and the alert; without a fault, `unable to find valid certification path`."""
    inner = JavaException(fault.java_class, fault.message) if fault else JavaException(_BUILDER, trust_texts.NOT_FOUND)
    text = f"PKIX path building failed: {inner}"
    wrapper = JavaException(VALIDATOR_WRAPPER, text)
    return own_exception(alerts.CERTIFICATE_UNKNOWN, text, wrapper, inner, java=java), alerts.CERTIFICATE_UNKNOWN


def refused_by_validator(text: str, *, java: Jdk) -> tuple[JavaChain, int]:
    """A rule that is checked after the path: the ValidatorException stands directly below."""
    chain = own_exception(alerts.CERTIFICATE_UNKNOWN, text, JavaException(VALIDATOR_WRAPPER, text), java=java)
    return chain, alerts.CERTIFICATE_UNKNOWN


def crashed(thrown: JavaThrow, *, java: Jdk) -> tuple[JavaChain, int]:
    """Java's own code failed with a runtime exception: JSSE ends the handshake with that as its cause.

    An unsupported operation it takes for a handshake message that it does not support (measured on JDK 17).
    """
    if thrown.class_name == "java.lang.UnsupportedOperationException":
        text = "Unsupported handshake message: certificate"
        alert = alerts.UNEXPECTED_MESSAGE
        return own_exception(alert, text, *thrown.chain, java=java), alert
    return own_exception(alerts.INTERNAL_ERROR, thrown.message or "", *thrown.chain, java=java), alerts.INTERNAL_ERROR


def refused_certificate(text: str, *below: JavaException, java: Jdk) -> tuple[JavaChain, int]:
    """The same for a plain CertificateException (host names, plain trust managers)."""
    inner = JavaException("java.security.cert.CertificateException", text)
    return own_exception(alerts.CERTIFICATE_UNKNOWN, text, inner, *below, java=java), alerts.CERTIFICATE_UNKNOWN


def usage_unread(thrown: JavaThrow, *, java: Jdk) -> tuple[JavaChain, int]:
    """A rule after the path asked for an extension that cannot be read (measured on 21.0.8)."""
    chain = own_exception(alerts.CERTIFICATE_UNKNOWN, thrown.said, *thrown.chain, java=java)
    return chain, alerts.CERTIFICATE_UNKNOWN


def java_date(millis: int) -> str:
    """`java.util.Date.toString()` in UTC: `Fri Jan 01 00:00:00 UTC 2021`; Julian dates before 15 October 1582."""
    days, rest = divmod(millis, 86_400_000)
    seconds = rest // 1000
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    year, month, day = _civil(days)
    # before the year 1 Java counts years of its era, and prints them without a sign
    return f"{_DAYS[(days + 3) % 7]} {_MONTHS[month - 1]} {day:02} {clock} UTC {year if year > 0 else 1 - year}"


_GREGORIAN_SINCE = -141427
"""15 October 1582, in days from 1970."""


def _civil(days: int) -> tuple[int, int, int]:
    """Year (0 is 1 BC), month and day of a day counted from 1970, in the calendar Java uses for it."""
    shifted = days + 719468  # days from 1 March of the year 0
    if days >= _GREGORIAN_SINCE:
        era, day_of_era = divmod(shifted, 146097)
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        year = year_of_era + era * 400
    else:
        era, day_of_era = divmod(shifted + 2, 1461)  # the Julian 1 March of the year 0 is two days earlier
        year_of_era = min(day_of_era // 365, 3)
        day_of_year = day_of_era - 365 * year_of_era
        year = year_of_era + era * 4
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + 3 if month_index < 10 else month_index - 9
    return year + (month <= 2), month, day
