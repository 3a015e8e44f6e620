"""A fault as JSSE words it."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaException

PROTOCOL_EXCEPTION = "javax.net.ssl.SSLProtocolException"
SSL_EXCEPTION = "javax.net.ssl.SSLException"
UNEXPECTED_MESSAGE, BAD_RECORD_MAC, HANDSHAKE_FAILURE, BAD_CERTIFICATE = 10, 20, 40, 42
ILLEGAL_PARAMETER, DECODE_ERROR, DECRYPT_ERROR, PROTOCOL_VERSION, INSUFFICIENT_SECURITY = 47, 50, 51, 70, 71
INTERNAL_ERROR, MISSING_EXTENSION, UNSUPPORTED_EXTENSION = 80, 109, 110


@dataclass(frozen=True, slots=True)
class Fault:
    """What JSSE throws, and the alert that it sends."""

    alert: int
    text: str | None
    causes: tuple[JavaException, ...] = ()
    java_class: str | None = None
    """The class of the exception, where the alert does not decide it."""
    older: bool = False
    """The server chose a version that was not offered. One that reads `supported_versions` says an alert instead."""


MISMATCH = Fault(BAD_RECORD_MAC, "Tag mismatch!", (JavaException("javax.crypto.AEADBadTagException", "Tag mismatch!"),))
"""A record that the keys do not open."""
CHACHA_MISMATCH = Fault(
    BAD_RECORD_MAC, "Tag mismatch", (JavaException("javax.crypto.AEADBadTagException", "Tag mismatch"),)
)
"""The same of ChaCha20-Poly1305, whose text never had an exclamation mark (measured on JDK 17)."""


class FaultError(Exception):
    """Carries a `Fault` to the reader."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def fatal(alert: int, text: str, *causes: JavaException) -> FaultError:
    """`TransportContext.fatal(alert, text, cause)`."""
    return FaultError(Fault(alert, text, causes))


def record_fault(text: str, java_class: str = PROTOCOL_EXCEPTION) -> FaultError:
    """An exception of the record layer: it keeps its class, and the alert is unexpected_message."""
    return FaultError(Fault(UNEXPECTED_MESSAGE, text, java_class=java_class))
