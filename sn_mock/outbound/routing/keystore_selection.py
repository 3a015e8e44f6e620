"""Which `sys_certificate` rows bring the keys of a call, in row order."""

from __future__ import annotations

from sn_mock.evidence import Evidence, Fact
from sn_mock.instance.records import SysCertificate, SysProtocolProfile
from sn_mock.outbound.routing.ledger import RECORD, Ledger

_INACTIVE = Fact(
    "", Evidence.ASSUMED, "only active sys_certificate rows are loaded (KB1217702); said of the shared store"
)
_ROW_ORDER = Fact("", Evidence.DOCUMENTED, "PRB1923704: the order of the rows decides")


def of_profile(ledger: Ledger, profile: SysProtocolProfile | None) -> tuple[SysCertificate, ...]:
    """The keystore of a protocol profile, or what takes its place."""
    row = ledger.instance.certificate(profile.keystore) if profile and profile.keystore else None
    if profile is None or row is None:
        ledger.note("the protocol profile has no keystore: no client certificate can be sent", RECORD)
        return ()
    if not row.active:
        ledger.note(f"the keystore {row.name} of the profile is not active and is not loaded", _INACTIVE)
        return ()
    if not row.is_keystore:
        ledger.note(f"{row.name}, chosen in the profile, is of type {row.type} and holds no private key", RECORD)
        return ()
    if _usable(ledger, row):
        ledger.note(f"the profile {profile.protocol} brings its keystore {row.name}", RECORD)
        return (row,)
    if not _has_capital(ledger, row):
        return ()
    others = _active(ledger, without=row)
    names = ", ".join(other.name for other in others) or "nothing"
    ledger.decided(f"the call goes on with what else is active: {names}", "uppercase_keystore_filename")
    return others


def all_active(ledger: Ledger) -> tuple[SysCertificate, ...]:
    """Every active keystore: what the shared socket factory loads."""
    rows = _active(ledger)
    if len(rows) > 1:
        names = ", ".join(row.name for row in rows)
        ledger.note(f"{len(rows)} keystores are active and asked in row order: {names}", _ROW_ORDER)
    return rows


def _active(ledger: Ledger, without: SysCertificate | None = None) -> tuple[SysCertificate, ...]:
    return tuple(
        row
        for row in ledger.instance.certificates
        if row.active and row.is_keystore and row != without and _usable(ledger, row)
    )


def _usable(ledger: Ledger, row: SysCertificate) -> bool:
    """False where the release does not use such a keystore; the reason is noted."""
    if _has_capital(ledger, row):
        if ledger.fact("uppercase_keystore_filename") == "ignored":
            ledger.decided(
                f"the keystore {row.name} is not used: its file name {_file_name(ledger, row)} has capital letters",
                "uppercase_keystore_filename",
            )
            return False
        return True
    if row.type == "pkcs12_key_store" and ledger.fact("pkcs12_keystores") == "refused":
        ledger.decided(f"the keystore {row.name} is of type PKCS12, which this release refuses", "pkcs12_keystores")
        return False
    return True


def _file_name(ledger: Ledger, row: SysCertificate) -> str:
    files = ledger.instance.attachments_of(row)
    return files[0].file_name if files else ""


def _has_capital(ledger: Ledger, row: SysCertificate) -> bool:
    name = _file_name(ledger, row)
    return name != name.lower()
