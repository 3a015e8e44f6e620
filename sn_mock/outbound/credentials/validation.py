"""The related link "Validate Stores/Certificates" of `sys_certificate` (server class SNC.CertificateValidator).

What makes it fail is known from KB0655967 and KB1217702: a wrong keystore password, a missing attachment, a PEM text
that is invalid or expired. It connects nowhere, and it loads a store without building key managers, so several faults
that break every call pass it; those that a row has are listed as `not_caught`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.failure import JavaChain, MockUsageError
from sn_mock.instance.folder.slips import variable_slip
from sn_mock.instance.instance import Instance
from sn_mock.instance.records import SysAttachment, SysCertificate
from sn_mock.java import keystore
from sn_mock.java.keytool.file_kinds import UNKNOWN, described, file_kind
from sn_mock.java.keytool.inspection import KeyStoreReport, report_on
from sn_mock.java.keytool.obstacles import advice
from sn_mock.java.keytool.remedies import ATTACHED_AS, conversion, for_older_java
from sn_mock.java.keytool.warning_rules import Observation
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf, StoreView, java_type
from sn_mock.outbound.credentials.trouble import KEYSTORES, Trouble, fitting_type, trouble
from sn_mock.outbound.routing.keystore_selection import CAPITALS, PKCS12, counting_file, refused_by

STAND_IN_NOT_JUDGED = (
    "the keystore is a stand-in: its real file, type, passwords and chain were not seen and are not judged"
)
_STAND_IN_TEXT = "not judged: the keystore is a stand-in, forged from what is known of it"
_DOCS_LINK = "docs, platform-security/t_UploadACertificateToAnInstance"
_DOCS_VALID = "docs, dispute-management/create-an-x-509-certificate (Valid key_store)"
_FAILURE_TEXT = "an error message (its wording is not published)"


@dataclass(frozen=True, slots=True)
class StoreValidation:
    """The link's answer for one row, and what it leaves unsaid."""

    name: str
    sys_id: str
    type: str
    active: bool
    valid: bool
    message: str
    """What the form shows."""
    evidence: Evidence
    """How sure we are of that text."""
    source: str
    reason: str = ""
    """Why it is not valid."""
    fix: str = ""
    java: JavaChain = ()
    log: tuple[str, ...] = ()
    """Node-log lines."""
    not_caught: tuple[str, ...] = ()
    """Faults of this row that the link does not notice."""
    harmless: tuple[str, ...] = ()
    """Those of them that ask for no correction while calls succeed."""

    def to_json(self) -> dict[str, Any]:
        """All fields; `java` as the contract's list of throwables."""
        return {
            "name": self.name,
            "sys_id": self.sys_id,
            "type": self.type,
            "active": self.active,
            "valid": self.valid,
            "message": self.message,
            "evidence": str(self.evidence),
            "source": self.source,
            "reason": self.reason,
            "fix": self.fix,
            "java": [throwable.to_json() for throwable in self.java],
            "log": list(self.log),
            "not_caught": list(self.not_caught),
        }


def validate_stores(
    instance: Instance, when: datetime, name: str | None = None, shelf: KeystoreShelf | None = None
) -> tuple[StoreValidation, ...]:
    """Every `sys_certificate` row, or the one called `name` (or with that sys_id), at the date `when`.

    With a `shelf` of that instance, keystores that stand open there are not opened again.

    Raises `MockUsageError` for an unknown name, and for a password whose environment variable is not set.
    """
    rows = instance.certificates
    if name is not None:
        rows = tuple(row for row in rows if name in (row.name, row.sys_id))
        if not rows:
            known = ", ".join(f"'{row.name}'" for row in instance.certificates) or "none"
            raise MockUsageError(f"no sys_certificate is called '{name}'; the instance has {known}")
    shelf = shelf or KeystoreShelf(instance)
    return tuple(_keystore(shelf, row, when) if row.is_keystore else _trusted(instance, row, when) for row in rows)


def _valid(row: SysCertificate, not_caught: tuple[str, ...]) -> StoreValidation:
    documented = row.type == "key_store"
    return StoreValidation(
        name=row.name,
        sys_id=row.sys_id,
        type=row.type,
        active=row.active,
        valid=True,
        message=f"Valid {row.type}",
        evidence=Evidence.DOCUMENTED if documented else Evidence.ASSUMED,
        source=_DOCS_VALID if documented else f"after the pattern of {_DOCS_VALID}",
        not_caught=not_caught,
    )


def _invalid(row: SysCertificate, reason: str, fix: str, java: JavaChain = ()) -> StoreValidation:
    return StoreValidation(
        name=row.name,
        sys_id=row.sys_id,
        type=row.type,
        active=row.active,
        valid=False,
        message=_FAILURE_TEXT,
        evidence=Evidence.DOCUMENTED,
        source=f"{_DOCS_LINK}; KB0655967; KB1217702",
        reason=reason,
        fix=fix,
        java=java,
        log=(stores.load_error(row, java),) if java else (),
        not_caught=_breaks_others(row),
    )


def _breaks_others(row: SysCertificate) -> tuple[str, ...]:
    if not row.active:
        return ()
    return ("the row is active, so it can break other users of the shared store: LDAPS, mail (KB1217702, KB0655967)",)


def _keystore(shelf: KeystoreShelf, row: SysCertificate, when: datetime) -> StoreValidation:
    if stores.is_stand_in(shelf.instance, row):
        return replace(_valid(row, (STAND_IN_NOT_JUDGED,)), message=_STAND_IN_TEXT, evidence=Evidence.ASSUMED)
    file = counting_file(shelf.instance, row)
    if file is None:
        return _invalid(row, "no keystore file is attached", "attach the keystore file to the record")
    if PKCS12 in refused_by(shelf.instance, row):
        command = conversion(file.file_name, password=shelf.view(row).password)
        mend = f"convert the file with {command} and attach the result {ATTACHED_AS}"
        return _invalid(row, "this release refuses PKCS12 keystores", mend)
    view = shelf.view(row)
    if isinstance(view.read, keystore.LoadFailure):
        fix = _fix(shelf, row, file)
        return _invalid(row, f"Java cannot load {file.file_name}", fix, view.read.java)
    report = _report(shelf, view, file, when)
    return replace(_valid(row, tuple(_unnoticed(shelf, view, file, report))), harmless=report.harmless)


def _fix(shelf: KeystoreShelf, row: SysCertificate, file: SysAttachment) -> str:
    """What to do about a file that Java cannot load, by what the file is."""
    if not file.data:
        return "the attached file is empty; attach the keystore file again"
    kind, found = file_kind(file.data), trouble(shelf, row)
    if kind not in KEYSTORES:
        like = f"it {described(file.data)}" if kind == UNKNOWN else kind
        return f"{file.file_name} is no keystore ({like}); attach the one that holds the private key"
    obstacle = shelf.obstacle(row)
    if obstacle is not None:
        return advice(obstacle, file.file_name)
    later = shelf.first_reader(row)
    if later is not None:
        made = f"it was made by a newer tool than Java {shelf.java} can read ({later.java} is the first)"
        return (
            f"{made}. {for_older_java(file.file_name, shelf.view(row).password)}, and attach the result {ATTACHED_AS}"
        )
    if found is Trouble.OTHER_TYPE:
        return fitting_type(kind, file.file_name, shelf.view(row).password)
    if found is Trouble.DAMAGED:
        return "attach the file again as binary, and compare its size with the original"
    meant = variable_slip(row.key_store_password.reveal()) if row.key_store_password else None
    if meant:
        return (
            f"the password is taken as it stands in instance.toml; env:{meant} takes it from the variable {meant}. Or "
            "attach a keystore that is not damaged"
        )
    return "enter the right Key store password, or attach a keystore that is not damaged"


def _report(shelf: KeystoreShelf, view: StoreView, file: SysAttachment, when: datetime) -> KeyStoreReport:
    secret = _password(view.row)
    seen = Observation(
        file_name=file.file_name,
        data=file.data,
        declared_type=java_type(view.row),
        password=secret,
        key_password=secret,
        store=view.read,
        keys=view.managed,
        when=when,
        java=shelf.java,
    )
    return report_on(seen, shelf.algorithm)


def _password(row: SysCertificate) -> str | None:
    return row.key_store_password.reveal() if row.key_store_password else None


def _unnoticed(shelf: KeystoreShelf, view: StoreView, file: SysAttachment, report: KeyStoreReport) -> list[str]:
    instance, row = shelf.instance, view.row
    files = instance.attachments_of(row)
    found = list(report.warnings)
    if _password(row) is None:
        found.append(
            "Key store password is empty: Java is taken to get none (ASSUMED), which opens the file but no key"
        )
    if not row.active:
        found.append("the row is not active, so no call uses it")
    if len(files) > 1:
        found.append(f"{len(files)} files are attached; the first, {file.file_name}, is taken to be used (ASSUMED)")
    if CAPITALS in refused_by(instance, row):
        rule = instance.fact(CAPITALS)
        found.append(
            f"the file name {file.file_name} has capital letters; on {instance.release.label} such a keystore is "
            f"not used ({rule.evidence}: {rule.source})"
        )
    return found


def _trusted(instance: Instance, row: SysCertificate, when: datetime) -> StoreValidation:
    held = stores.trusted_certificates(instance, row)
    if not held:
        what = "the PEM Certificate text" if row.pem_certificate.strip() else "the record, in text or file,"
        fix = "paste the certificate with its BEGIN and END lines, or attach its file"
        return _invalid(row, f"{what} holds no certificate", fix)
    refused = next((one for one in held if one.refused), None)
    if refused is not None:
        reason = f"Java cannot parse {refused.summary.subject}: {refused.refused[-1].message}"
        return _invalid(row, reason, "ask the provider for a sound certificate of its CA")
    expired = [one for one in held if one.summary.ended_by(when)]
    if expired:
        summary = expired[0].summary
        reason = f"{summary.subject} expired on {summary.not_after_text}"
        return _invalid(row, reason, "replace it by the provider's current certificate")
    unnoticed = [
        f"{one.summary.subject} is not valid before {one.summary.not_before_text}"
        for one in held
        if one.summary.begins_after(when)
    ]
    if not row.active:
        unnoticed.append("the row is not active, so nothing is trusted for it")
    return _valid(row, tuple(unnoticed))
