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
    return bool(_own_rule_keys(material)) or _sends_other_alerts(material)


def _own_rule_keys(material: Material) -> list[str]:
    policy = material.policy
    wanted = {
        "pin_sha256": bool(material.pins),
        "allow_subjects": bool(material.subjects),
        "require_ca_signed": policy.require_ca_signed,
        "sni_required": policy.sni_required,
    }
    return [key for key, is_wanted in wanted.items() if is_wanted]


def _sends_other_alerts(material: Material) -> bool:
    return any(
        isinstance(material.outcome(cause), SendAlert) and not answered_by_openssl(material, cause) for cause in Cause
    )


def needs_libssl(material: Material) -> list[str]:
    """The keys of the policy that ask for what Python's `ssl` has no name for; [] where it needs nothing of the kind.

    `advertise` is among them only where it names files: the names of `trust` are left out with a note instead.
    """
    policy = material.policy
    keys = _own_rule_keys(material)
    keys += ["advertise"] if material.authorities and not isinstance(policy.advertise, str) else []
    keys += ["now"] if policy.now is not None else []
    keys += [] if policy.check_eku else ["check_eku"]
    if _sends_other_alerts(material) or (overrules_openssl(material) and not fingerprint_alone_decides(material)):
        keys.append("refusals" if material.overrides else "personality")
    return keys


def notes(material: Material) -> list[str]:
    """What of this policy cannot be had on this Python, and what happens instead."""
    reason = libssl.available()
    if reason is None or not material.authorities:
        return []
    return [
        f"no CA names are sent in the CertificateRequest, because {reason}; a client that chooses its key by them may "
        "choose another one than at the real provider; next step: a Python whose ssl module is a file of its own"
    ]


def _demand_libssl(material: Material) -> None:
    """Where libssl cannot be reached, only a policy that needs it is refused."""
    reason = libssl.available()
    keys = needs_libssl(material) if reason is not None else []
    if keys:
        way = f"cannot be had with this Python ({reason}); next step: leave it out, or use another Python"
        raise PolicyError([PolicyProblem(key, way) for key in keys])


def build(
    material: Material,
    on_verdict: VerdictListener,
    on_keylog: KeylogListener,
    faults: FaultSlot,
    *,
    tell_keys: bool = False,
) -> ssl.SSLContext:
    """A context for `material`; the listeners are installed only where the policy needs them, and fail into `faults`.

    `tell_keys`: the connections are recorded, and `on_keylog` shall hear of every secret where that is possible.

    Raises:
        PolicyError: the policy needs libssl and it cannot be reached.
    """
    _demand_libssl(material)
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
    if injects_alerts(material) or (tell_keys and libssl.available() is None):
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
    """What `ssl` has no name for and every policy has."""
    policy = material.policy
    if libssl.available() is not None:
        return
    libssl.set_no_auto_chain(context)
    libssl.offer_dhe(context)
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
