"""JSSE's reader of a server beside OpenSSL: what it is told of the ClientHello, and how its faults are worded."""

from __future__ import annotations

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, own_exception, prefixed
from sn_mock.java.jsse.client_context import CIPHERS_OF_TLS12, CIPHERS_OF_TLS13
from sn_mock.java.jsse.handshake import Credentials, Listener
from sn_mock.java.jsse.reading import opening
from sn_mock.java.jsse.reading.fault import PROTOCOL_VERSION, SSL_EXCEPTION, UNEXPECTED_MESSAGE, Fault
from sn_mock.java.jsse.reading.reader import MISMATCH, ServerReader
from sn_mock.java.jsse.reading.server_hello import Offer
from sn_mock.java.lang.jdk import Feature, Jdk
from tls_transcript.cipher_suites import ROWS

_JSSE_VERSIONS = {"TLSv1": "TLS10", "TLSv1.1": "TLS11", "TLSv1.2": "TLS12", "TLSv1.3": "TLS13"}
_OF_TLS12 = frozenset(number for number, _, openssl in ROWS if openssl in CIPHERS_OF_TLS12)
_OF_TLS13 = frozenset(number for number, name, _ in ROWS if name in CIPHERS_OF_TLS13)
_TAG_TEXT = "Tag mismatch"
_EMPTY = (
    JavaException(
        "java.security.cert.CertificateException", "Could not parse certificate: java.io.IOException: Empty input"
    ),
    JavaException("java.io.IOException", "Empty input"),
)


def server_reader(credentials: Credentials) -> ServerReader | None:
    """A reader for one connection; None where the Java's JSSE is the one before 8u261, which is not modelled."""
    if not credentials.java.has(Feature.NEW_JSSE):
        return None
    versions = credentials.versions
    suites = _OF_TLS12 if versions != ("TLSv1.3",) else frozenset()
    offer = Offer(
        tuple(_JSSE_VERSIONS[version] for version in reversed(versions)),
        suites | _OF_TLS13 if "TLSv1.3" in versions else suites,
        credentials.server_name is not None,
        credentials.java,
    )
    return ServerReader(offer, _certificate_fault)


def _certificate_fault(encoded: bytes) -> JavaChain:
    return () if encoded else _EMPTY


def sealed_fault(hello: bytes, flight: bytes, listener: Listener) -> Fault | None:
    """What JSSE dislikes about the sealed part of a TLS 1.3 flight; None where the secrets are not known."""
    suite = next((number for number, name, _ in ROWS if name == listener.cipher), 0)
    secret = listener.secrets.server_handshake()
    if secret is None:
        return None
    return opening.fault_of(
        hello,
        flight,
        suite=suite,
        secret=secret,
        certificate_fault=_certificate_fault,
        java=listener.credentials.java,
    )


def worded(fault: Fault, java: Jdk) -> tuple[JavaChain, str]:
    """The exception chain, and the word for the cause."""
    if fault is MISMATCH and java.has(Feature.PLAIN_TAG_TEXT):
        fault = Fault(fault.alert, _TAG_TEXT, (JavaException(fault.causes[0].class_name, _TAG_TEXT),))
    if fault.java_class is None:
        chain = own_exception(fault.alert, fault.text or "", *fault.causes, java=java)
    else:
        text = prefixed(ALERT_TEXTS[fault.alert].name, fault.text or "", java=java)
        chain = (JavaException(fault.java_class, text), *fault.causes)
    if fault.alert == PROTOCOL_VERSION:
        return chain, "protocol-version"
    not_tls = fault.alert == UNEXPECTED_MESSAGE and fault.java_class == SSL_EXCEPTION
    return chain, "not-tls" if not_tls else "malformed-tls"
