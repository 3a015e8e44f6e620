"""The server's `SSLContext`, made from a checked policy."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable, Sequence

from provider_stub.policy import openssl
from provider_stub.policy import sources as pem
from provider_stub.policy.material import TLS_VERSIONS, Material, ciphers
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.refusals.causes import CERTIFICATE_CAUSES, Cause
from provider_stub.refusals.personality import NATURAL, Ending, HttpAnswer, SendAlert
from provider_stub.tls import selfsigned
from tls_transcript import FaultSlot, libssl

KeylogListener = Callable[[str], None]
VerdictListener = Callable[[int, Sequence[bytes]], int]


def handles_missing_certificate(material: Material) -> bool:
    """True where OpenSSL would answer an empty Certificate otherwise than the policy wants."""
    return material.outcome(Cause.NO_CERTIFICATE) != NATURAL[Cause.NO_CERTIFICATE]


def overrules_openssl(material: Material) -> bool:
    """True where a chain that OpenSSL refuses must get through the handshake all the same."""
    outcomes = [material.outcome(cause) for cause in CERTIFICATE_CAUSES - {Cause.NO_CERTIFICATE}]
    soft = any(isinstance(outcome, HttpAnswer) or outcome is Ending.ACCEPT for outcome in outcomes)
    return soft or fingerprint_alone_decides(material)


def fingerprint_alone_decides(material: Material) -> bool:
    """True where the provider imported fingerprints and no CA."""
    return bool(material.pins) and not material.trust and not material.leaves


def own_rules(material: Material) -> bool:
    """True where a certificate that OpenSSL accepts, or a missing one, may still be refused by us."""
    if material.policy.client_auth == "none":
        return False
    if material.pins or material.subjects or material.policy.require_ca_signed:
        return True
    return material.policy.client_auth == "required" and handles_missing_certificate(material)


def answered_by_openssl(material: Material, cause: Cause) -> bool:
    """True where what OpenSSL does by itself about a cause it finds is what the policy wants."""
    outcome = material.outcome(cause)
    return outcome == NATURAL.get(cause) or (cause not in NATURAL and cause not in material.overrides)


def injects_alerts(material: Material) -> bool:
    """True where an alert may have to be sent that OpenSSL would not send by itself."""
    rules = bool(
        material.pins or material.subjects or material.policy.require_ca_signed or material.policy.sni_required
    )
    return rules or any(
        isinstance(material.outcome(cause), SendAlert) and not answered_by_openssl(material, cause) for cause in Cause
    )


def build(
    material: Material, on_verdict: VerdictListener, on_keylog: KeylogListener, faults: FaultSlot
) -> ssl.SSLContext:
    """A context for `material`; the listeners are installed only where the policy needs them, and fail into `faults`.

    Raises:
        PolicyError: the policy needs libssl and it cannot be reached.
    """
    policy = material.policy
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old version is what the policy asks for
        context.minimum_version = TLS_VERSIONS[policy.tls_min]
        context.maximum_version = TLS_VERSIONS[policy.tls_max]
    wanted = ciphers(policy)
    if wanted is not None:
        context.set_ciphers(wanted)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    _own_certificate(context, material)
    if policy.client_auth != "none":
        _client_certificates(context, material, on_verdict, faults)
    if not policy.tickets:
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
    _through_libssl(context, material)
    if injects_alerts(material):
        libssl.set_keylog_callback(context, on_keylog, faults)
    return context


def _own_certificate(context: ssl.SSLContext, material: Material) -> None:
    openssl.present(context, material.server or selfsigned.localhost())


def _client_certificates(
    context: ssl.SSLContext, material: Material, on_verdict: VerdictListener, faults: FaultSlot
) -> None:
    policy = material.policy
    required = policy.client_auth == "required" and not handles_missing_certificate(material)
    context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    _trust(context, material)
    if overrules_openssl(material):
        libssl.set_verdict_callback(context, on_verdict, faults)


def _trust(context: ssl.SSLContext, material: Material) -> None:
    policy = material.policy
    context.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST
    if policy.partial_chain or material.leaves:
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    trusted = (*material.trust, *material.leaves)
    if trusted:
        context.load_verify_locations(cadata=openssl.anchors(trusted))
    if material.crl:
        context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
        with pem.as_file(material.crl) as path:
            context.load_verify_locations(path)


def _through_libssl(context: ssl.SSLContext, material: Material) -> None:
    """What `ssl` has no name for. Where libssl cannot be reached, only a policy that needs it is refused."""
    policy = material.policy
    wanted = bool(material.authorities or policy.now or not policy.check_eku or injects_alerts(material))
    reason = libssl.available()
    if reason is not None:
        if wanted or overrules_openssl(material):
            raise PolicyError([PolicyProblem("policy", f"needs what Python's ssl cannot do, and {reason}")])
        return
    libssl.set_no_auto_chain(context)
    if not policy.tickets:
        libssl.disable_session_cache(context)
    if policy.client_auth != "none":
        libssl.set_client_ca_list(context, material.authorities)
        _moment_and_purpose(context, policy)


def _moment_and_purpose(context: ssl.SSLContext, policy: Policy) -> None:
    if policy.now is not None:
        libssl.set_verify_time(context, policy.now)
    if not policy.check_eku:
        libssl.accept_any_purpose(context)


def for_headers(material: Material) -> ssl.SSLContext:
    """A context for `libssl.verify_client`: certificates that come in a header, without their chain.

    Raises:
        PolicyError: libssl cannot be reached.
    """
    reason = libssl.available()
    if reason is not None:
        raise PolicyError([PolicyProblem("trust", f"to judge certificates in a header takes OpenSSL, and {reason}")])
    context = for_judging(material)
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN  # nothing but the leaf is there to build on
    return context


def for_judging(material: Material) -> ssl.SSLContext:
    """A context for `libssl.verify_client` that trusts what a handshake would trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    wanted = ciphers(material.policy)
    if wanted is not None:
        context.set_ciphers(wanted)
    _trust(context, material)
    _moment_and_purpose(context, material.policy)
    return context
