"""What Java makes of a certificate record: the entries of its keystore, or the certificates that it trusts."""

from __future__ import annotations

from datetime import UTC, datetime

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, SysAttachment, SysCertificate
from sn_mock.instance.inbound_records import SysCaCertificate, SysUserCertificate
from sn_mock.java.keytool.inspection import KeyStoreReport, report_on
from sn_mock.java.keytool.warning_rules import Observation
from sn_mock.outbound.credentials.shelf import KeystoreShelf, java_type
from sn_mock.outbound.credentials.stores import Held, is_stand_in, trusted_certificates


@dataclass(frozen=True, slots=True)
class Store:
    """One record that holds certificates, opened."""

    files: tuple[SysAttachment, ...]
    keystore: KeyStoreReport | None = None
    trusted: tuple[Held, ...] = ()
    stand_in: bool = False
    problem: str = ""
    """Why it was not opened."""


HOLDERS = (SysCertificate, SysCaCertificate, SysUserCertificate)


def opened(instance: Instance, row: SysCertificate | SysCaCertificate | SysUserCertificate) -> Store:
    """The record as the instance's Java sees it now."""
    files = instance.attachments_of(row)
    if not isinstance(row, SysCertificate) or not row.is_keystore:
        return Store(files, trusted=trusted_certificates(instance, row))
    if not files and not row.stand_in:
        return Store(files)
    shelf = KeystoreShelf(instance)
    try:
        view = shelf.view(row)
        secret = row.key_store_password.reveal() if row.key_store_password and files else None
    except MockUsageError as error:
        return Store(files, problem=str(error))
    file = view.attachment
    assert file is not None
    observation = Observation(
        file_name=file.file_name,
        data=file.data,
        declared_type=java_type(row),
        password=secret,
        key_password=secret,
        store=view.read,
        keys=view.managed,
        when=datetime.now(UTC),
        java=shelf.java,
    )
    report = report_on(observation, shelf.algorithm)
    return Store(files, report, stand_in=is_stand_in(instance, row))
