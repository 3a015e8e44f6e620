"""TLS alerts as a JSSE client knows them: one table, number to Java class and text.

The message is `Received fatal alert: <name>`; which exception class carries it depends on whether JSSE counts the alert
as one of the handshake. Measured on JDK 17 (and 11, 21, 25 where a row says so) by sending each alert to a real client.
"""

from __future__ import annotations

from collections.abc import Mapping

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

HANDSHAKE_EXCEPTION = "javax.net.ssl.SSLHandshakeException"
PROTOCOL_EXCEPTION = "javax.net.ssl.SSLProtocolException"
SSL_EXCEPTION = "javax.net.ssl.SSLException"

WARNING, FATAL = 1, 2


@dataclass(frozen=True, slots=True)
class AlertText:
    """What JSSE makes of one alert description."""

    number: int
    name: str
    """The RFC name, which is also what JSSE prints."""
    java_class: str
    """The class of the exception a fatal alert of this number ends in."""
    handshake_only: bool
    """True where JSSE lets the alert occur in a handshake only: then even a *warning* ends the handshake."""
    evidence: Evidence = Evidence.MEASURED
    source: str = "measured on JDK 17; RFC 8446 section 6, RFC 5246 section 7.2"


def _handshake(number: int, name: str) -> AlertText:
    return AlertText(number, name, HANDSHAKE_EXCEPTION, handshake_only=True)


def _plain(number: int, name: str) -> AlertText:
    return AlertText(number, name, SSL_EXCEPTION, handshake_only=False)


_ROWS = (
    AlertText(0, "close_notify", PROTOCOL_EXCEPTION, handshake_only=False),
    AlertText(10, "unexpected_message", PROTOCOL_EXCEPTION, handshake_only=False),
    _plain(20, "bad_record_mac"),
    _plain(21, "decryption_failed"),
    _plain(22, "record_overflow"),
    _plain(30, "decompression_failure"),
    _handshake(40, "handshake_failure"),
    _handshake(41, "no_certificate"),
    _handshake(42, "bad_certificate"),
    _handshake(43, "unsupported_certificate"),
    _handshake(44, "certificate_revoked"),
    _handshake(45, "certificate_expired"),
    _handshake(46, "certificate_unknown"),
    _handshake(47, "illegal_parameter"),
    _handshake(48, "unknown_ca"),
    _handshake(49, "access_denied"),
    _handshake(50, "decode_error"),
    _handshake(51, "decrypt_error"),
    _handshake(60, "export_restriction"),
    _handshake(70, "protocol_version"),
    _handshake(71, "insufficient_security"),
    _plain(80, "internal_error"),
    _plain(86, "inappropriate_fallback"),
    _plain(90, "user_canceled"),
    _handshake(100, "no_renegotiation"),
    _handshake(109, "missing_extension"),
    _handshake(110, "unsupported_extension"),
    _handshake(111, "certificate_unobtainable"),
    _handshake(112, "unrecognized_name"),
    _handshake(113, "bad_certificate_status_response"),
    _handshake(114, "bad_certificate_hash_value"),
    _handshake(115, "unknown_psk_identity"),
    _handshake(116, "certificate_required"),
    _handshake(120, "no_application_protocol"),
)

ALERT_TEXTS: Mapping[int, AlertText] = {row.number: row for row in _ROWS}
"""Every alert JSSE knows by name; a number outside is reported as `Unknown alert description (n)`."""

NUMBERS: Mapping[str, int] = {row.name: row.number for row in _ROWS}
"""The same table by name."""

CLOSE_NOTIFY = NUMBERS["close_notify"]
UNEXPECTED_MESSAGE = NUMBERS["unexpected_message"]
HANDSHAKE_FAILURE = NUMBERS["handshake_failure"]
BAD_CERTIFICATE = NUMBERS["bad_certificate"]
UNSUPPORTED_CERTIFICATE = NUMBERS["unsupported_certificate"]
CERTIFICATE_REVOKED = NUMBERS["certificate_revoked"]
CERTIFICATE_EXPIRED = NUMBERS["certificate_expired"]
CERTIFICATE_UNKNOWN = NUMBERS["certificate_unknown"]
UNKNOWN_CA = NUMBERS["unknown_ca"]
DECODE_ERROR = NUMBERS["decode_error"]
PROTOCOL_VERSION = NUMBERS["protocol_version"]
INTERNAL_ERROR = NUMBERS["internal_error"]
USER_CANCELED = NUMBERS["user_canceled"]
CERTIFICATE_REQUIRED = NUMBERS["certificate_required"]


_OLD_SSL_EXCEPTIONS = frozenset({0, 10, 20, 21, 22, 30, 47, 50, 70, 80, 90, 100})
_OLD_UNKNOWN = frozenset({86, 109, 115, 116})


def old_name(number: int) -> str:
    """The name of an alert in the TLS code of Java 8 before 8u261 (`sun.security.ssl.Alerts`); measured on 8u252."""
    if number in ALERT_TEXTS and number not in _OLD_UNKNOWN:
        return ALERT_TEXTS[number].name
    return f"<UNKNOWN ALERT: {number}>"


def old_class(number: int) -> str:
    """The class of exception that Java 8 before 8u261 makes of a fatal alert, received or its own."""
    known = number in ALERT_TEXTS and number not in _OLD_UNKNOWN | _OLD_SSL_EXCEPTIONS
    return HANDSHAKE_EXCEPTION if known else SSL_EXCEPTION


def own_exception(alert: int, text: str, *causes: JavaException, java: Jdk) -> JavaChain:
    """The chain JSSE throws when it ends the handshake itself with that alert.

    The alert decides the class as for received ones (80 `internal_error` is a plain SSLException); since 17.0.19 its
    name in parentheses stands in front of the text (`Feature.ALERT_NAMED`). Before 8u261 the text is that of the cause,
    its class in front (measured on 8u252).
    """
    if not java.has(Feature.JSSE_11):
        return (JavaException(old_class(alert), str(causes[0]) if causes else text), *causes)
    row = ALERT_TEXTS[alert]
    return (JavaException(row.java_class, f"({row.name}) {text}" if java.has(Feature.ALERT_NAMED) else text), *causes)
