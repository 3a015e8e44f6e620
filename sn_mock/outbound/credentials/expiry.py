"""Which certificate warns whom, and when: what ServiceNow does, and what it does not see.

ServiceNow warns about the row's Expires field, `warn_in_days_to_expire` days ahead (at least 20 since Istanbul). That
field is filled from PEM text and certificate files; the certificates inside a keystore are looked at here, because the
platform is not known to. Providers need time to import a new certificate, so renewal starts a month earlier.
Sources: docs, t_InstallTheIdentityProviderCert and t_UploadACertificateToAnInstance.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from guarded.values import dataclass
from sn_mock.instance.instance import Instance
from sn_mock.instance.records import SysCertificate
from sn_mock.java import keystore
from sn_mock.outbound.credentials import lifetimes, stores
from sn_mock.outbound.credentials.shelf import KeystoreShelf

LEAD_DAYS = 30
"""How long before the last day renewal should start: a provider's import process takes about a month."""
NOBODY_CHOSEN = ("the user who saved the record", "the last two administrators who logged in")
"""Whom the platform adds when no one is chosen (docs, t_InstallTheIdentityProviderCert)."""


_STAND_IN = "the keystore is a stand-in: the dates are those that were typed, or of the public certificate"


class ExpiryStatus(StrEnum):
    """How urgent a certificate is, most urgent first."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WARNS = "warns"
    """Within the days in which ServiceNow warns."""
    RENEW_NOW = "renew-now"
    """Within the lead time that a provider's import needs."""
    OK = "ok"
    UNKNOWN = "unknown"
    """No date is known."""


@dataclass(frozen=True, slots=True)
class CertificateExpiry:
    """One certificate of a row."""

    place: str
    subject: str
    not_before: datetime
    not_after: datetime
    days_left: int
    status: ExpiryStatus
    renew_by: datetime
    """When renewal has to start, for the provider to be ready in time."""
    seen_by_servicenow: bool
    """True when it fills the row's Expires field."""
    outlook: str = ""
    """What the lifetimes to come mean for its successor; client certificates only."""

    @property
    def left(self) -> str:
        """`12 days left`, or `ended 12 days ago`."""
        return f"{self.days_left} days left" if self.days_left >= 0 else f"ended {-self.days_left} days ago"

    @property
    def renewal(self) -> str:
        """When renewal has to start, in words: `by 2027-03-01`, or `now`, as a day that is gone is no advice."""
        gone = self.days_left <= (self.not_after - self.renew_by).days
        return "now" if gone else f"by {self.renew_by:%Y-%m-%d}"

    def to_json(self) -> dict[str, Any]:
        """All fields; times in ISO 8601 UTC."""
        return {
            "place": self.place,
            "subject": self.subject,
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "days_left": self.days_left,
            "status": str(self.status),
            "renew_by": self.renew_by.isoformat(),
            "seen_by_servicenow": self.seen_by_servicenow,
            "outlook": self.outlook,
        }


@dataclass(frozen=True, slots=True)
class RowExpiry:
    """One `sys_certificate` row: ServiceNow's warning, and every certificate in it."""

    name: str
    sys_id: str
    type: str
    active: bool
    expires: datetime | None
    """The date ServiceNow warns about; None where its field is empty and nothing fills it."""
    warn_days: int
    """`warn_in_days_to_expire`, raised to the release's minimum."""
    warns_from: datetime | None
    """When ServiceNow begins to warn; None where it does not."""
    notify: tuple[str, ...]
    """Users and groups that are told; empty where nobody is."""
    status: ExpiryStatus
    """The most urgent of the row's certificates."""
    certificates: tuple[CertificateExpiry, ...]
    remarks: tuple[str, ...]
    log: tuple[str, ...] = ()
    """Node-log lines: a store that does not load."""

    def to_json(self) -> dict[str, Any]:
        """All fields; times in ISO 8601 UTC."""
        return {
            "name": self.name,
            "sys_id": self.sys_id,
            "type": self.type,
            "active": self.active,
            "expires": self.expires.isoformat() if self.expires else None,
            "warn_days": self.warn_days,
            "warns_from": self.warns_from.isoformat() if self.warns_from else None,
            "notify": list(self.notify),
            "status": str(self.status),
            "certificates": [certificate.to_json() for certificate in self.certificates],
            "remarks": list(self.remarks),
            "log": list(self.log),
        }


def expiry(instance: Instance, when: datetime, shelf: KeystoreShelf | None = None) -> tuple[RowExpiry, ...]:
    """Every `sys_certificate` row at the date `when`, in row order.

    Raises `MockUsageError` for a password whose environment variable is not set.
    """
    shelf = shelf or KeystoreShelf(instance)
    return tuple(_row(shelf, row, when) for row in instance.certificates)


def _row(shelf: KeystoreShelf, row: SysCertificate, when: datetime) -> RowExpiry:
    minimum = shelf.instance.fact("warn_days_minimum")
    warn_days = max(row.warn_in_days_to_expire, minimum.value)
    held, log = _held(shelf, row)
    dates = [(one, one.summary.not_before, one.summary.not_after) for one in held]
    dated = [(one, begin, end) for one, begin, end in dates if begin and end]
    filled = None if row.is_keystore else min((end for _, _, end in dated), default=None)
    expires = filled or _date(row.expires)
    certificates = tuple(
        _certificate(one, begin, end, warn_days, when, seen=not row.is_keystore) for one, begin, end in dated
    )
    dateless = [
        f"{one.place}: {one.summary.subject}: its dates cannot be read"
        for one, begin, end in dates
        if not (begin and end)
    ]
    warns = expires is not None and row.active and row.expiration_notification
    statuses = [certificate.status for certificate in certificates]
    if not statuses and expires is not None:
        statuses = [_status(expires, None, warn_days, when)]
    return RowExpiry(
        name=row.name,
        sys_id=row.sys_id,
        type=row.type,
        active=row.active,
        expires=expires,
        warn_days=warn_days,
        warns_from=_before(expires, warn_days) if expires and warns else None,
        notify=((*row.notify_on_expiration, *row.notify_groups) or NOBODY_CHOSEN) if warns else (),
        status=min(statuses, key=list(ExpiryStatus).index, default=ExpiryStatus.UNKNOWN),
        certificates=certificates,
        remarks=(
            *((_STAND_IN,) if stores.is_stand_in(shelf.instance, row) else ()),
            *dateless,
            *_remarks(row, expires, certificates, warn_days, f"{minimum.evidence}: {minimum.source}"),
        ),
        log=log,
    )


def _before(moment: datetime, days: int) -> datetime:
    """So many days earlier, as far as the calendar goes: a certificate may have ended in the year 1."""
    return moment - min(timedelta(days=days), moment - datetime.min.replace(tzinfo=UTC))


def _held(shelf: KeystoreShelf, row: SysCertificate) -> tuple[tuple[stores.Held, ...], tuple[str, ...]]:
    if not row.is_keystore:
        return stores.trusted_certificates(shelf.instance, row), ()
    loaded = shelf.view(row).loaded
    if loaded is None:
        return (), ()
    if isinstance(loaded, keystore.LoadFailure):
        return (), (stores.load_error(row, loaded.java),)
    return stores.stored_certificates(loaded), ()


def _certificate(
    held: stores.Held, begin: datetime, end: datetime, warn_days: int, when: datetime, *, seen: bool
) -> CertificateExpiry:
    limit = lifetimes.limit_on(max(end, when)) if held.is_client_leaf else None
    return CertificateExpiry(
        place=held.place,
        subject=held.summary.subject,
        not_before=begin,
        not_after=end,
        days_left=(end - when).days,
        status=_status(end, begin, warn_days, when),
        renew_by=_before(end, LEAD_DAYS),
        seen_by_servicenow=seen,
        outlook=lifetimes.strain(LEAD_DAYS, warn_days, limit) if limit else "",
    )


def _status(not_after: datetime, not_before: datetime | None, warn_days: int, when: datetime) -> ExpiryStatus:
    if when > not_after:
        return ExpiryStatus.EXPIRED
    if not_before is not None and when < not_before:
        return ExpiryStatus.NOT_YET_VALID
    if when >= not_after - timedelta(days=warn_days):
        return ExpiryStatus.WARNS
    return ExpiryStatus.RENEW_NOW if when >= not_after - timedelta(days=LEAD_DAYS) else ExpiryStatus.OK


def _remarks(
    row: SysCertificate,
    expires: datetime | None,
    certificates: tuple[CertificateExpiry, ...],
    warn_days: int,
    minimum_source: str,
) -> list[str]:
    remarks = []
    if warn_days != row.warn_in_days_to_expire:
        remarks.append(f"warn_in_days_to_expire is {row.warn_in_days_to_expire}; {warn_days} apply ({minimum_source})")
    if not row.active:
        remarks.append("the row is not active; ServiceNow is taken not to warn about it (ASSUMED)")
    if not row.expiration_notification:
        remarks.append("Expiration notification is off: ServiceNow tells nobody")
    if row.is_keystore and expires is None:
        remarks.append(
            "ServiceNow has no date for this keystore and warns nobody (ASSUMED: Expires is known to be filled from "
            "PEM text and certificate files only)"
        )
    leaf = next((one for one in certificates if one.place.startswith("alias") and one.outlook), None)
    if leaf and expires and abs(leaf.not_after - expires) > timedelta(days=1):
        remarks.append(
            f"Expires says {expires:%Y-%m-%d}, but the client certificate in the keystore ends on "
            f"{leaf.not_after:%Y-%m-%d}"
        )
    if row.is_keystore and expires is not None and warn_days < LEAD_DAYS:
        remarks.append(
            f"the warning comes {warn_days} days ahead; a provider's import takes about {LEAD_DAYS}: set "
            f"warn_in_days_to_expire to {LEAD_DAYS + 10} or more"
        )
    return remarks


def _date(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if text else None
