"""X.509 certificates as `sun.security.x509.X509CertImpl` parses them: step by step, each refusal in its words.

Source: RFC 5280 for the format; the order of the checks and their texts were measured on JDK 17.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1 import times as der_times
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk, named
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import CERTIFICATE, CERTIFICATE_PARSING, NULL_POINTER, JavaThrow, io
from sn_mock.java.x509 import algorithm_ids, public_keys
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.certificate_block import first_block
from sn_mock.java.x509.extension_values import ALTERNATIVE_NAMES, NOT_CA
from sn_mock.java.x509.extensions import Extensions, parse_extensions
from sn_mock.java.x509.names import Name
from sn_mock.java.x509.public_keys import PublicKey


@dataclass(frozen=True)
class Certificate:
    """A certificate that Java accepted."""

    encoded: bytes = field(repr=False)
    """Java's encoding of it: what it would send."""
    signed_part: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    version: int
    """As encoded: 2 is X.509 version 3."""
    serial: int
    signature_algorithm: AlgorithmId
    issuer: Name
    subject: Name
    not_before_ms: int
    not_after_ms: int
    public_key: PublicKey
    extensions: Extensions

    @property
    def not_before(self) -> datetime:
        """The first moment of validity, clipped to what datetime can say."""
        return moment(self.not_before_ms)

    @property
    def not_after(self) -> datetime:
        """The last moment of validity, clipped to what datetime can say."""
        return moment(self.not_after_ms)

    @property
    def sha256(self) -> str:
        """The fingerprint, in lower-case hexadecimal."""
        return hashlib.sha256(self.encoded).hexdigest()

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """The extended key usages by Java's names; None without (or with a broken) extension."""
        usages = self.extensions.extended_key_usage
        return None if usages is None else tuple(map(oids.usage_name, usages))

    @property
    def digital_signature(self) -> bool | None:
        """Whether the key usage allows signing, which a TLS client does; None without a (readable) extension."""
        usage = self.extensions.key_usage
        return None if usage is None else "digital_signature" in usage

    @property
    def is_ca(self) -> bool:
        """The basic constraints say so."""
        return self.extensions.basic_constraints != NOT_CA

    def valid_at(self, when: datetime) -> bool:
        """`checkValidity(when)` does not complain."""
        return self.not_before_ms <= millis(when) <= self.not_after_ms

    @property
    def is_self_issued(self) -> bool:
        """Subject and issuer are the same name in Java's eyes."""
        return self.subject.canonical == self.issuer.canonical

    def extension(self, oid: str) -> bytes | None:
        """The value of an extension, whether or not Java could parse it."""
        return self.extensions.values.get(oid)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int) -> datetime:
    """A Java `Date` as a datetime, clipped to the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if milliseconds < 0 else datetime.max.replace(tzinfo=UTC)


def millis(when: datetime) -> int:
    """A datetime as a Java `Date`: milliseconds since 1970."""
    return (when - _EPOCH) // timedelta(milliseconds=1)


def generate_certificate(data: bytes, java: Jdk = REFERENCE) -> Certificate:
    """`CertificateFactory.getInstance("X.509").generateCertificate`: DER or PEM, the rest of the stream ignored.

    Raises Java's exceptions. What these bytes are is found out once per process (see `parse_certificate`).
    """
    return _certificate_or_refusal(_generate(data, java))


def parse_certificate(encoded: bytes, java: Jdk | None = None) -> Certificate:
    """One DER certificate; raises Java's exceptions. None is whichever Java takes it: some took it already.

    The last `KEPT` certificates and refusals are remembered by their bytes, so that nothing is parsed twice.
    """
    found = _parse_whole(encoded, java or REFERENCE)
    if java is None and isinstance(found, JavaThrow):
        taken = next(
            (one for one in (_parse_whole(encoded, old) for old in _OLD) if isinstance(one, Certificate)), None
        )
        found = taken or found
    return _certificate_or_refusal(found)


_OLD = (named(11), named(8))
"""Whose readers take what the reference Java's does not."""


KEPT = 2048
"""How many certificates are remembered: some trust stores of several hundred CAs each."""


def _certificate_or_refusal(found: Certificate | JavaThrow) -> Certificate:
    if isinstance(found, JavaThrow):
        raise JavaThrow(found.class_name, found.message, found.cause)
    return found


@remembered(KEPT)
def _generate(data: bytes, java: Jdk) -> Certificate | JavaThrow:
    try:
        block = first_block(data, java)
        if block is None:
            raise io("Empty input")
    except JavaThrow as refused:
        if not refused.is_io:
            return refused
        return JavaThrow(CERTIFICATE, f"Could not parse certificate: {refused}", refused)
    return _parse_whole(block, java)


@remembered(KEPT)
def _parse_whole(encoded: bytes, java: Jdk) -> Certificate | JavaThrow:
    try:
        return _parse(reading.value(encoded, java))
    except JavaThrow as refused:
        if not refused.is_io:
            return refused
        return JavaThrow(CERTIFICATE, f"Unable to initialize, {refused}", refused)


def _refused(message: str) -> JavaThrow:
    return JavaThrow(CERTIFICATE_PARSING, message)


def _parse(value: der.Value) -> Certificate:
    if value.tag != der.SEQUENCE:
        raise _refused("invalid DER-encoded certificate data")
    encoded = value.encoded()
    body, algorithm_value, signature = (value.data.value() for _ in range(3))
    if value.data.available:
        raise _refused(f"signed overrun, bytes = {value.data.available}")
    if body.tag != der.SEQUENCE:
        raise _refused("signed fields invalid")
    algorithm = algorithm_ids.parse(algorithm_value)
    signature_octets = signature.bit_string()
    if algorithm_value.data.available:
        raise _refused("algid field overrun")
    if signature.data.available:
        raise _refused("signed fields overrun")
    try:
        info = _parse_body(body)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        raise JavaThrow(CERTIFICATE_PARSING, str(refused), refused) from None
    inner = info["signature_algorithm"]
    assert isinstance(inner, AlgorithmId)
    crashes = algorithm.parameters is not None and inner.parameters is None
    if crashes and not value.java.has(Feature.EQUALS_NOTHING):
        raise JavaThrow(NULL_POINTER)
    if (algorithm.oid, algorithm.parameters) != (inner.oid, inner.parameters):
        raise JavaThrow(CERTIFICATE, "Signature algorithm mismatch")
    return Certificate(encoded=encoded, signed_part=body.encoded(), signature=signature_octets, **info)  # type: ignore[arg-type]


def _parse_body(body: der.Value) -> Mapping[str, object]:
    cursor = body.data
    first = cursor.value()
    version = 0
    if first.is_context(0):
        version = _version(first)
        first = cursor.value()
    serial = first.big_integer()
    if first.data.available:
        raise io("Excess SerialNumber data")
    algorithm = algorithm_ids.parse(cursor.value())
    issuer = x500_names.parse(cursor)
    if issuer.is_empty:
        raise _refused("Empty issuer DN not allowed in X509Certificates")
    not_before, not_after = _validity(cursor.value())
    subject = x500_names.parse(cursor)
    if version == 0 and subject.is_empty:
        raise _refused("Empty subject DN not allowed in v1 certificate")
    key = public_keys.parse(cursor.value())
    return {
        "version": version,
        "serial": serial,
        "signature_algorithm": algorithm,
        "issuer": issuer,
        "subject": subject,
        "not_before_ms": not_before,
        "not_after_ms": not_after,
        "public_key": key,
        "extensions": _tail(cursor, version, subject),
    }


def _version(value: der.Value) -> int:
    if not value.is_constructed:
        return 0
    inner = value.data.value()
    version = inner.integer()
    if inner.data.available:
        raise io("X.509 version, bad format")
    return version


def _validity(value: der.Value) -> tuple[int, int]:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoded CertificateValidity, starting sequence tag missing.")
    if not value.data.available:
        raise io("No data encoded for CertificateValidity")
    members = value.reopened().sequence()
    if len(members) != 2:
        raise io("Invalid encoding for CertificateValidity")
    before, after = (_time(member.tag, value.data) for member in members)
    return before, after


def _time(tag: int, cursor: der.Input) -> int:
    if tag == der.UTC_TIME:
        return der_times.utc_time(cursor.value())
    if tag == der.GENERALIZED_TIME:
        return der_times.generalized_time(cursor.value())
    raise io("Invalid encoding for CertificateValidity")


def _tail(cursor: der.Input, version: int, subject: Name) -> Extensions:
    """What follows the public key: unique identifiers and extensions."""
    if not cursor.available:
        return Extensions()
    if version == 0:
        raise _refused("no more data allowed for version 1 certificate")
    value = cursor.value()
    for number in (1, 2):
        if value.is_context(number):
            if value.length or reading.is_new(value.java) or value.java.has(Feature.BITS_CHECKED):
                value.bit_array(implicit=True)
            if not cursor.available:
                return Extensions()
            value = cursor.value()
    if version != 2:
        raise _refused("Extensions not allowed in v2 certificate")
    extensions = None
    if value.is_constructed and value.is_context(3):
        extensions = parse_extensions(value.data)
    if subject.is_empty:
        _check_alternative_name(extensions)
    return extensions or Extensions()


_INCOMPLETE = "X.509 Certificate is incomplete: "


def _check_alternative_name(extensions: Extensions | None) -> None:
    """An empty subject needs a critical SubjectAlternativeName."""
    if extensions is None:
        raise _refused(_INCOMPLETE + "subject field is empty, and certificate has no extensions")
    names = extensions.alternative_names
    if names is None:
        raise _refused(_INCOMPLETE + "subject field is empty, and SubjectAlternativeName extension is absent")
    if ALTERNATIVE_NAMES not in extensions.critical:
        raise _refused(
            _INCOMPLETE + "SubjectAlternativeName extension MUST be marked critical when subject field is empty"
        )
