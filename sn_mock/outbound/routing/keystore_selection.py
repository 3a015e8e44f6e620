"""Which `sys_certificate` rows bring the keys of a call, in row order."""

from __future__ import annotations

from sn_mock.evidence import Evidence, Fact
from sn_mock.instance import Instance
from sn_mock.instance.records import SysAttachment, SysCertificate, SysProtocolProfile
from sn_mock.outbound.routing.ledger import RECORD, Ledger

_INACTIVE = Fact(
    "", Evidence.ASSUMED, "only active sys_certificate rows are loaded (KB1217702); said of the shared store"
)
CAPITALS, PKCS12 = "uppercase_keystore_filename", "pkcs12_keystores"
_NOT_USED = {CAPITALS: "ignored", PKCS12: "refused"}
"""Release fact to the value with which it keeps a keystore out."""
_REFUSALS = {
    CAPITALS: "the keystore {name} is not used: its file name {file} has capital letters",
    PKCS12: "the keystore {name} is of type PKCS12, which this release refuses",
}
_ROW_ORDER = Fact("", Evidence.DOCUMENTED, "PRB1923704: the order of the rows decides")


def of_profile(ledger: Ledger, profile: SysProtocolProfile | None) -> tuple[SysCertificate, ...]:
    """The keystore of a protocol profile, or what takes its place."""
    row = ledger.instance.certificate(profile.keystore) if profile and profile.keystore else None
    if profile is None or row is None:
        ledger.note("keystore", None, "the protocol profile has no keystore: no client certificate can be sent", RECORD)
        return ()
    if not row.active:
        told = f"the keystore {row.name} of the profile is not active and is not loaded"
        ledger.note("keystore", None, told, _INACTIVE)
        return ()
    if not row.is_keystore:
        told = f"{row.name}, chosen in the profile, is of type {row.type} and holds no private key"
        ledger.note("keystore", None, told, RECORD)
        return ()
    if _usable(ledger, row):
        ledger.note("keystore", row.sys_id, f"the profile {profile.protocol} brings its keystore {row.name}", RECORD)
        return (row,)
    if CAPITALS not in refused_by(ledger.instance, row):
        return ()
    others = _active(ledger, without=row)
    names = ", ".join(other.name for other in others) or "nothing"
    ledger.decided(CAPITALS, f"the call goes on with what else is active: {names}")
    return others


def all_active(ledger: Ledger) -> tuple[SysCertificate, ...]:
    """Every active keystore: what the shared socket factory loads."""
    rows = _active(ledger)
    if len(rows) > 1:
        names = ", ".join(row.name for row in rows)
        told = f"{len(rows)} keystores are active and asked in row order: {names}"
        ledger.note("keystores", len(rows), told, _ROW_ORDER)
    return rows


def _active(ledger: Ledger, without: SysCertificate | None = None) -> tuple[SysCertificate, ...]:
    return tuple(
        row
        for row in ledger.instance.certificates
        if row.active and row.is_keystore and row != without and _usable(ledger, row)
    )


def _usable(ledger: Ledger, row: SysCertificate) -> bool:
    """False where the release does not use such a keystore; the reasons are noted."""
    for fact in asked_of(ledger.instance, row):
        ledger.fact(fact)
    refusals = refused_by(ledger.instance, row)
    for fact in refusals:
        ledger.decided(fact, _REFUSALS[fact].format(name=row.name, file=_file_name(ledger.instance, row)))
    return not refusals


def asked_of(instance: Instance, row: SysCertificate) -> tuple[str, ...]:
    """The release facts on which it depends whether this keystore is used at all."""
    name = _file_name(instance, row)
    capitals = (CAPITALS,) if name != name.lower() else ()
    return (*capitals, PKCS12) if row.type == "pkcs12_key_store" else capitals


def refused_by(instance: Instance, row: SysCertificate) -> tuple[str, ...]:
    """The release facts for which this keystore is not used; () where it is."""
    return tuple(fact for fact in asked_of(instance, row) if instance.fact(fact).value == _NOT_USED[fact])


def counting_file(instance: Instance, row: SysCertificate) -> SysAttachment | None:
    """The attachment that counts: the first in row order."""
    return next(iter(instance.attachments_of(row)), None)


def _file_name(instance: Instance, row: SysCertificate) -> str:
    file = counting_file(instance, row)
    return file.file_name if file else ""
