"""Why somebody did not come in by certificate, as the instance's own records tell: one row of the table per refusal.

The caller sees two answers only, the front door's 400 page and a 401; which record has to change, its records say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from guarded.values import dataclass
from sn_mock.exchange import Finding
from sn_mock.instance import Instance, SysCaCertificate
from sn_mock.java.x509.summaries import summaries
from sn_mock.live.access import Access
from sn_mock.outbound.credentials.mapped import mapped
from sn_mock.outbound.credentials.stores import certificates_in_text
from tls_transcript import CertificateSummary, x509

_DOCS = "ServiceNow docs, set-up-mutual-auth"
_SELF_SIGNED = "KB0960308 [DOCUMENTED]"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who presented a certificate, and what the instance has for it."""

    instance: Instance
    access: Access
    chain: tuple[bytes, ...]
    """DER, leaf first."""

    @property
    def shown(self) -> tuple[CertificateSummary, ...]:
        """The chain, read."""
        return summaries(self.chain)

    def issuer_rows(self) -> list[SysCaCertificate]:
        """The CA records that hold an issuer of the chain."""
        issuers = {one.issuer for one in self.shown}
        return [row for row in self.instance.ca_certificates if issuers & set(_subjects(self.instance, row))]


Check = Callable[[Caller], "tuple[str, str] | None"]


def _self_signed(caller: Caller) -> tuple[str, str] | None:
    leaf = caller.shown[0]
    if leaf.subject != leaf.issuer:
        return None
    fix = "Have it signed by a CA, and publish that CA: sys_ca_certificate, type CA Cert."
    return f"{leaf.subject} has signed itself", fix


def _out_of_date(caller: Caller) -> tuple[str, str] | None:
    leaf, now = caller.shown[0], datetime.now(UTC)
    if not leaf.ended_by(now) and not leaf.begins_after(now):
        return None
    return f"valid from {leaf.not_before_text} to {leaf.not_after_text}", "Have the certificate renewed."


def _not_published(caller: Caller) -> tuple[str, str] | None:
    rows = caller.issuer_rows()
    top = caller.shown[-1].issuer
    if not rows:
        return f"no sys_ca_certificate holds {top}", "Upload the CA, beginning with the root: type CA Cert."
    if any(row.is_published for row in rows):
        return None
    row = rows[0]
    if row.type != "ca_cert":
        return (
            f"sys_ca_certificate '{row.name}' has type Intermediate Cert, which stays on the instance",
            "Upload the root as CA Cert; the front door has only those.",
        )
    if not row.active:
        return f"sys_ca_certificate '{row.name}' is not active", "Activate it."
    return (
        f"sys_ca_certificate '{row.name}' has Publish Status '{row.publish_status}'",
        "Wait until it is Exists; the front door has it only then.",
    )


def _root_missing(caller: Caller) -> tuple[str, str] | None:
    published = [row for row in caller.instance.ca_certificates if row.is_published]
    roots = {subject for row in published for subject, issuer in _names(caller.instance, row) if subject == issuer}
    above = {issuer for row in published for _, issuer in _names(caller.instance, row)}
    if roots & {one.issuer for one in caller.shown} or roots & above:
        return None
    named = ", ".join(f"'{row.name}'" for row in caller.issuer_rows())
    return f"only intermediate CAs of its path are published: {named}", "Publish the root, too: type CA Cert."


def _not_mapped(caller: Caller) -> tuple[str, str] | None:
    leaf = caller.shown[0]
    row = mapped(caller.instance, caller.chain[0])
    if row is not None:
        return None
    inactive = mapped(caller.instance, caller.chain[0], active_only=False)
    if inactive is not None:
        return f"sys_user_certificate '{inactive.name}' is not active", "Activate the mapping."
    return f"no sys_user_certificate holds {leaf.subject}", "Upload the certificate to the user's sys_user_certificate."


def _user_missing(caller: Caller) -> tuple[str, str] | None:
    row = mapped(caller.instance, caller.chain[0])
    if row is None:
        return None
    user = caller.access.user(row.user) if row.user else None
    if user is None:
        return f"sys_user_certificate '{row.name}' names no user that exists ('{row.user}')", "Choose its User."
    if user.get("active", "true") != "true" or user.get("locked_out") == "true":
        return f"sys_user '{user.get('user_name')}' is inactive or locked out", "Activate the user, or map another one."
    return None


_TABLE: tuple[tuple[str, str, Check, str], ...] = (
    ("inbound-self-signed", "The front door accepts no self-signed certificate", _self_signed, _SELF_SIGNED),
    ("client-certificate-expired", "The certificate is outside its dates", _out_of_date, _SELF_SIGNED),
    ("inbound-ca-not-published", "The certificate's CA is not published", _not_published, f"{_DOCS} [DOCUMENTED]"),
    ("inbound-ca-not-published", "Only an intermediate CA is published", _root_missing, f"{_DOCS} [DOCUMENTED]"),
    ("inbound-certificate-not-mapped", "The certificate is mapped to nobody", _not_mapped, f"{_DOCS} [DOCUMENTED]"),
    ("inbound-certificate-not-mapped", "The mapped user cannot come in", _user_missing, f"{_DOCS} [DOCUMENTED]"),
)
"""Rule, title, check, source; in the order in which an instance looks."""


def why(instance: Instance, access: Access, chain: tuple[bytes, ...]) -> Finding | None:
    """Why a caller with this chain is not let in; None where the records would let it in (or it cannot be read)."""
    caller = Caller(instance, access, chain)
    if not chain or not caller.shown:
        return None
    for rule, title, check, source in _TABLE:
        found = check(caller)
        if found is not None:
            evidence, fix = found
            leaf = caller.shown[0]
            presented = f"presented: {leaf.subject}, issued by {leaf.issuer}"
            return Finding(rule, title, (presented, evidence), fix, source)
    return None


def _names(instance: Instance, row: SysCaCertificate) -> list[tuple[str, str]]:
    texts = [row.pem_certificate.encode(), *(file.data for file in instance.attachments_of(row))]
    read = summaries(der for text in texts for der in certificates_in_text(text) if x509.summary(der))
    return [(one.subject, one.issuer) for one in read]


def _subjects(instance: Instance, row: SysCaCertificate) -> list[str]:
    return [subject for subject, _ in _names(instance, row)]
