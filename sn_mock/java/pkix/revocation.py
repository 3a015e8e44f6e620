"""Is the provider's certificate revoked? ServiceNow's own check, on top of the certification path.

The properties are documented (`com.glide.communications.httpclient.…`), and so is one text (KB0760206). That the check
covers the leaf only, and that it words a revoked certificate as the JDK does, is ASSUMED; the JDK's words are measured
on JDK 17 and 25. The OCSP responder that the certificate names is asked where the caller brings somebody who asks
(`RevocationPolicy.ask`), else it counts as unreachable; it has the first word, as in the JDK. A CRL is never fetched:
what remains of them is what the instance says when none can be had.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix import faults as trust_faults
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault, Reason
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.signatures import is_signed_by


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """What came of asking a responder: its bytes, or why there are none."""

    data: bytes = b""
    trouble: JavaException | None = None
    """What Java's HTTP client throws where the responder gave no answer."""


Asker = Callable[[str, bytes], OcspAnswer]
"""(URL of a responder, OCSP request) to what came of asking it."""


@dataclass(frozen=True, slots=True)
class RevocationPolicy:
    """The instance's properties about revocation; the defaults check nothing."""

    enabled: bool = False
    """`verify_revoked_certificate`: default true from Orlando on (docs, sc-verify-certificate-revocation)."""
    allow_network_error: bool = True
    """`ocsp_allow_network_error`: an unreachable OCSP responder is no failure (docs)."""
    read_crls: bool = True
    """Not `disable_crl_check` (docs, Brazil)."""
    fail_without_status: bool = False
    """`fail_on_non_pass_crl_status` (docs, Brazil); for certificates that name a CRL at all (ASSUMED)."""
    ask: Asker | None = None
    """Asks an OCSP responder; None: no responder can be reached."""


NO_CHECK = RevocationPolicy()
"""What instances before Orlando do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why the check fails: the cause word, Java's chain and the alert."""

    cause: str
    java: JavaChain
    alert: int


def check(
    leaf: Certificate,
    known: Sequence[Certificate],
    policy: RevocationPolicy,
    *,
    host: str,
    when: datetime,
    tls: str,
    java: Jdk,
) -> Verdict | None:
    """The verdict on a leaf whose issuer should be among `known`; None where the call may go on."""
    if not policy.enabled or leaf.is_self_issued:
        return None
    issuer = next((one for one in known if is_signed_by(leaf, one)), None)
    if issuer is None:
        return Verdict("issuer-missing", *_issuer_missing(host, java))
    responder = next((uri for uri in leaf.extensions.ocsp_uris if uri.lower().startswith("http://")), None)
    if responder is not None:
        fault = _by_ocsp(policy, responder, leaf, issuer, when)
        if fault is None:
            return None
        if not (fault.message == trust_texts.NETWORK_ERROR and policy.allow_network_error):
            return _refused(fault, tls, java)
    fault = _by_crl(leaf, policy) if policy.read_crls else None
    return _refused(fault, tls, java) if fault else None


def _by_ocsp(
    policy: RevocationPolicy, responder: str, leaf: Certificate, issuer: Certificate, when: datetime
) -> PathFault | None:
    from sn_mock.java.pkix import ocsp  # reads and writes with a library that few certificates need

    answer = _asked(policy, responder, leaf, issuer)
    if answer.trouble is not None:
        return ocsp.unreachable(answer.trouble)
    return ocsp.judge(answer.data, leaf, issuer, when)


_UNREACHABLE = JavaException("java.net.ConnectException", "Connection refused")


def _asked(policy: RevocationPolicy, responder: str, leaf: Certificate, issuer: Certificate) -> OcspAnswer:
    if policy.ask is None:
        return OcspAnswer(trouble=_UNREACHABLE)
    from sn_mock.java.pkix import ocsp

    try:
        question = ocsp.question(leaf, issuer)
    except ocsp.UnaskableError as error:
        return OcspAnswer(trouble=JavaException("java.io.IOException", str(error)))
    return policy.ask(responder, question)


def _issuer_missing(host: str, java: Jdk) -> tuple[JavaChain, int]:
    """KB0760206 quotes the text; the exception around it is ASSUMED."""
    return trust_faults.refused_certificate(trust_texts.NO_ISSUER.format(host=host), java=java)


def _by_crl(leaf: Certificate, policy: RevocationPolicy) -> PathFault | None:
    if not policy.fail_without_status or not leaf.extensions.crl_uris:
        return None
    return PathFault(trust_texts.NO_STATUS, Reason.UNDETERMINED_REVOCATION_STATUS)


def _refused(fault: PathFault, tls: str, java: Jdk) -> Verdict:
    return Verdict(trust_faults.CAUSES[fault.reason], *trust_faults.validation_failed(fault, tls=tls, java=java))
