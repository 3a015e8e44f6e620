"""`mapped`: whom a client certificate stands for on an instance that is called."""

from __future__ import annotations

from sn_mock.instance import Instance, SysUserCertificate
from sn_mock.outbound.credentials.stores import certificates_in_text


def mapped(instance: Instance, leaf: bytes, *, active_only: bool = True) -> SysUserCertificate | None:
    """The row that maps a client certificate (DER) to a user: by the certificate itself (ASSUMED: which of its
    properties an instance compares is not documented)."""
    for row in instance.user_certificates:
        if active_only and not row.active:
            continue
        texts = [row.pem_certificate.encode(), *(file.data for file in instance.attachments_of(row))]
        if any(leaf in certificates_in_text(text)[:1] for text in texts):
            return row
    return None
