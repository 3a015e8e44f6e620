"""What an instance reads off a certificate into its record: issuer, subject, dates.

The base system's business rule "Update sys_certificate attributes" runs after a change of `sys_attachment`; a pasted
PEM text fills the same fields (docs, platform-security/t_UploadATrustedServerCertificate). That a keystore's own
certificate fills them, too, and how names are spelled there (RFC 2253), is ASSUMED.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, Record, SysCaCertificate, SysCertificate, SysUserCertificate
from sn_mock.instance.schema import fields_of
from sn_mock.java import keystore
from sn_mock.java.x509.summaries import summary
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.query.calendar import FORMAT
from tls_transcript import CertificateSummary

CERTIFICATE_TABLES = ("sys_certificate", "sys_ca_certificate", "sys_user_certificate")


def with_attributes(instance: Instance, table: str, sys_id: str) -> Instance:
    """The instance whose certificate record says what its first certificate says; unchanged where there is none."""
    if table not in CERTIFICATE_TABLES:
        return instance
    row = next((record for record in instance.table(table) if record.sys_id == sys_id), None)
    found = _first(instance, row) if row is not None else None
    if row is None or found is None:
        return instance
    known = fields_of(type(row))
    changes = {
        name: value for name, value in _attributes(found).items() if name in known and value != getattr(row, name)
    }
    return instance.replace(row, **changes) if changes else instance


def _attributes(found: CertificateSummary) -> dict[str, Any]:
    attributes: dict[str, Any] = {"issuer": found.issuer, "subject": found.subject}
    if found.serial is not None:
        attributes["serial_number"] = f"{found.serial:x}"
    if found.not_before is not None:
        attributes["valid_from"] = found.not_before.strftime(FORMAT)
    if found.not_after is not None:
        attributes["expires"] = found.not_after.strftime(FORMAT)
        attributes["expires_in_days"] = max(0, (found.not_after - datetime.now(UTC)).days)
    return attributes


def _first(instance: Instance, row: Record) -> CertificateSummary | None:
    if isinstance(row, SysCertificate):
        held = _of_keystore(instance, row) if row.is_keystore else stores.trusted_certificates(instance, row)
        return next((one.summary for one in held if one.is_client_leaf), None) or next(
            (one.summary for one in held), None
        )
    assert isinstance(row, SysCaCertificate | SysUserCertificate)
    texts = [row.pem_certificate.encode(), *(file.data for file in instance.attachments_of(row))]
    ders = (der for text in texts for der in stores.certificates_in_text(text))
    return next((read for der in ders if (read := summary(der)) is not None), None)


def _of_keystore(instance: Instance, row: SysCertificate) -> tuple[stores.Held, ...]:
    try:
        store = KeystoreShelf(instance).view(row).read
    except MockUsageError:  # its password stands in a variable that is not set
        return ()
    return () if isinstance(store, keystore.LoadFailure) else stores.stored_certificates(store)
