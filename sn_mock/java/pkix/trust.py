"""Whether the instance accepts the provider's certificate chain, decided as JSSE's PKIX trust manager decides it.

    anchors, chain -> path (`path_building`) -> rules of every certificate on it (`path_validation`)
                   -> revocation -> usage of the leaf (`certificate_usage`) -> host name (`hostname`)

The first rule that is broken gives the exception; the order is Java's. Measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.alerts import (
    BAD_CERTIFICATE,
    CERTIFICATE_UNKNOWN,
    CLOSE_NOTIFY,
    DECODE_ERROR,
    INTERNAL_ERROR,
    PROTOCOL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    UNSUPPORTED_CERTIFICATE,
    own_exception,
)
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix import (
    algorithm_constraints,
    certificate_usage,
    hostname,
    name_constraints,
    path_building,
    path_validation,
    revocation,
)
from sn_mock.java.pkix import faults as trust_faults
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.hostname import HostCheck
from sn_mock.java.pkix.revocation import NO_CHECK, RevocationPolicy
from sn_mock.java.pkix.signature_schemes import TLS13
from sn_mock.java.x509.certificates import Certificate, generate_certificate
from sn_mock.java.x509.general_names import GeneralName


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """What the instance's properties and its HTTP client make of server certificates."""

    java: Jdk
    trust_all: bool = False
    """`com.glide.communications.trustmanager_trust_all`: any chain is accepted, whatever its dates and usage.

    The trust manager behind it is taken for a plain X509TrustManager (ASSUMED), behind which JSSE still checks
    algorithms and, for HttpsURLConnection, the host name."""
    verify_hostname: bool = False
    """`com.glide.communications.httpclient.verify_hostname`: compare the host name, and ignore `trust_all`."""
    host_check: HostCheck = HostCheck.NOBODY
    """Who compares the host name without that property."""
    revocation: RevocationPolicy = NO_CHECK
    offered: tuple[str, ...] = ()
    """The TLS versions of the ClientHello; () where it offered only the one that was agreed on."""


@dataclass(frozen=True, slots=True)
class TrustRefusal:
    """Why the provider is not accepted."""

    cause: str
    """A word of `causes.CAUSES`."""
    java: JavaChain
    alert: int
    """The alert the instance sends (`close_notify` where the check comes after the handshake)."""
    after_handshake: bool = False
    """True for HttpClient 4.5's host-name check: the handshake has succeeded, the connection is closed politely."""


def check_server(
    chain: Sequence[bytes],
    *,
    anchors: Sequence[bytes],
    host: str,
    when: datetime,
    tls: str,
    policy: TrustPolicy,
    cipher: str = "",
) -> TrustRefusal | None:
    """The refusal of this chain (DER, leaf first, as received), or None where it is accepted.

    `cipher` is the Java name of the cipher suite; it matters only for the old `TLS_RSA_…` suites. Anchors that Java
    cannot parse are left out.
    """
    try:
        certificates = tuple(generate_certificate(one, policy.java) for one in chain)
    except JavaThrow as thrown:
        return _unreadable(thrown, policy.java)
    if not certificates:
        alert = DECODE_ERROR if tls == TLS13 else BAD_CERTIFICATE
        return TrustRefusal(
            "server-certificate-unreadable", own_exception(alert, trust_texts.NO_CERTIFICATE, java=policy.java), alert
        )
    trusted = _readable(anchors, policy.java)
    conditions = path_validation.Conditions(when, tls, policy.java, policy.offered)
    try:
        if policy.trust_all and not policy.verify_hostname:
            outcome: TrustRefusal | Names = _check_plainly(certificates, conditions)
        else:
            outcome = _check_path(certificates, trusted, conditions, cipher)
        if isinstance(outcome, TrustRefusal):
            return outcome
        return _check_revocation(certificates, trusted, host, conditions, policy.revocation) or _check_host(
            certificates[0], outcome, host, policy
        )
    except JavaThrow as thrown:
        return TrustRefusal("server-certificate-unreadable", *trust_faults.crashed(thrown, java=policy.java))


Names = tuple[GeneralName, ...] | None
"""The leaf's alternative names as they stand after the path was checked."""


def _readable(anchors: Sequence[bytes], java: Jdk) -> tuple[Certificate, ...]:
    found = []
    for anchor in anchors:
        with suppress(JavaThrow):
            found.append(generate_certificate(anchor, java))
    return tuple(found)


def _unreadable(thrown: JavaThrow, java: Jdk) -> TrustRefusal:
    if not thrown.is_certificate:
        return TrustRefusal("server-certificate-unreadable", *trust_faults.crashed(thrown, java=java))
    if not java.has(Feature.JSSE_11):  # the parser's own words, as a fault of the protocol (measured on 8u252)
        own = JavaException(PROTOCOL_EXCEPTION, thrown.message)
        return TrustRefusal("server-certificate-unreadable", (own, *thrown.chain), UNEXPECTED_MESSAGE)
    chain = own_exception(BAD_CERTIFICATE, trust_texts.UNREADABLE, *thrown.chain, java=java)
    return TrustRefusal("server-certificate-unreadable", chain, BAD_CERTIFICATE)


def _check_path(
    chain: tuple[Certificate, ...],
    anchors: tuple[Certificate, ...],
    conditions: path_validation.Conditions,
    cipher: str,
) -> TrustRefusal | Names:
    java, tls = conditions.java, conditions.tls
    if not anchors:
        return _no_anchors(java)
    found = path_building.find(
        chain, anchors, conditions.when, lambda path, anchor: path_validation.check(path, anchor, conditions)
    )
    if found is None:
        return TrustRefusal("server-not-trusted", *trust_faults.building_failed(java=java))
    if isinstance(found, trust_faults.PathFault):
        return TrustRefusal(_cause(found), *trust_faults.validation_failed(found, tls=tls, java=java))
    if not found.path:
        return chain[0].extensions.alternative_names
    unfit = path_building.anchor_fault(found.anchor)
    if unfit and found.built:
        return TrustRefusal("server-not-trusted", *trust_faults.building_failed(unfit, java=java))
    if unfit:
        return TrustRefusal("server-not-trusted", *trust_faults.validation_failed(unfit, tls=tls, java=java))
    try:
        fault = certificate_usage.server_fault(chain[0], tls=tls, java=java, cipher=cipher)
    except JavaThrow as unread:
        return TrustRefusal("server-certificate-unreadable", *trust_faults.usage_unread(unread, java=java))
    if fault:
        return TrustRefusal("server-certificate-usage", *trust_faults.refused_by_validator(fault, java=java))
    return name_constraints.names_after(found.path, java)


def _check_plainly(chain: tuple[Certificate, ...], conditions: path_validation.Conditions) -> TrustRefusal | Names:
    java, tls = conditions.java, conditions.tls
    fault = algorithm_constraints.plain_manager_fault(chain, tls=tls, java=java, offered=conditions.offered)
    if fault is None:
        return chain[0].extensions.alternative_names
    text = trust_texts.NOT_CONFORMING
    below = JavaException(trust_faults.VALIDATOR, fault.message)
    constrained = fault.reason is trust_faults.Reason.ALGORITHM_CONSTRAINED
    alert = (
        UNSUPPORTED_CERTIFICATE
        if constrained and (tls != TLS13 or java.has(Feature.ALERT_NAMED))
        else CERTIFICATE_UNKNOWN
    )
    chain_of = own_exception(
        alert, text, JavaException("java.security.cert.CertificateException", text), below, java=java
    )
    return TrustRefusal(_cause(fault), chain_of, alert)


def _check_revocation(
    chain: tuple[Certificate, ...],
    anchors: tuple[Certificate, ...],
    host: str,
    conditions: path_validation.Conditions,
    policy: RevocationPolicy,
) -> TrustRefusal | None:
    if chain[0] in anchors:
        return None  # a pinned leaf needs nobody's word, as in the JDK's own revocation checking
    when, tls, java = conditions.when, conditions.tls, conditions.java
    verdict = revocation.check(chain[0], (*chain[1:], *anchors), policy, host=host, when=when, tls=tls, java=java)
    return TrustRefusal(verdict.cause, verdict.java, verdict.alert) if verdict else None


def _cause(fault: trust_faults.PathFault) -> str:
    return (
        "server-not-trusted"
        if fault.bare and fault.message == trust_texts.NO_ANCHOR_FITS
        else trust_faults.CAUSES[fault.reason]
    )


def _no_anchors(java: Jdk) -> TrustRefusal:
    below = JavaException("java.security.InvalidAlgorithmParameterException", trust_texts.NO_ANCHORS)
    text = f"Unexpected error: {below}"
    chain = own_exception(INTERNAL_ERROR, text, JavaException("java.lang.RuntimeException", text), below, java=java)
    return TrustRefusal("no-trust-anchors", chain, INTERNAL_ERROR)


def _check_host(leaf: Certificate, names: Names, host: str, policy: TrustPolicy) -> TrustRefusal | None:
    if policy.host_check is HostCheck.LIBRARY:
        chain = hostname.httpclient4_fault(leaf.subject, names, host)
        return TrustRefusal("host-name-mismatch", chain, CLOSE_NOTIFY, after_handshake=True) if chain else None
    if policy.host_check is HostCheck.JSSE or policy.verify_hostname:
        fault = hostname.jsse_fault(leaf.subject, names, host, java=policy.java)
        return TrustRefusal("host-name-mismatch", *fault) if fault else None
    return None
