"""Which reader of DER a Java has: of 17, or the one before it. Every parser that opens octets anew asks here."""

from __future__ import annotations

from sn_mock.java.asn1.der import Input, Value
from sn_mock.java.asn1.old_der import OldInput, OldValue
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk


def value(encoded: bytes, java: Jdk) -> Value:
    """The one value that these octets are: `new DerValue(byte[])`."""
    return (Value if is_new(java) else OldValue).parse(encoded, java=java)


def cursor(encoded: bytes, java: Jdk) -> Input:
    """A cursor over the values in these octets: `new DerInputStream(byte[])`."""
    return Input(encoded, java=java) if is_new(java) else OldInput.over(encoded, java)


def key(octets: bytes, java: Jdk) -> Value:
    """The value that the octets of an RSA key are; what follows it an older Java leaves alone."""
    return value(octets, java) if java.has(Feature.WHOLE_RSA_KEYS) else OldInput.over(octets, java).value()


def streamed(data: bytes, java: Jdk) -> Value:
    """The first value of a stream, whatever follows it: `new DerValue(InputStream)`."""
    return (Value if is_new(java) else OldValue).from_stream(data, java=java)


def is_new(java: Jdk) -> bool:
    """The reader of JDK 17, and not the one before it."""
    return java is REFERENCE or java.has(Feature.JAVA_17_DER)
