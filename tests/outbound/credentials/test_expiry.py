"""Who is warned of which certificate, when; and what ServiceNow does not see."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sn_mock.instance import RELEASES, Instance, Secret, SysAttachment, SysCertificate
from sn_mock.keystore import KeyItem, write_jks
from sn_mock.outbound.credentials.expiry import NOBODY_CHOSEN, ExpiryStatus, RowExpiry, expiry
from sn_mock.outbound.credentials.lifetimes import limit_on

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(subject: str, end: datetime = END) -> bytes:
    """A certificate (DER) from START to `end`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    signed = builder.serial_number(7).not_valid_before(START).not_valid_after(end).sign(KEY, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def trusted(**fields: object) -> SysCertificate:
    """A Trust Store Cert that ends at END."""
    text = x509.load_der_x509_certificate(certificate("ca")).public_bytes(serialization.Encoding.PEM).decode()
    return SysCertificate(name="CA", pem_certificate=text, **fields)


def the_only(row: SysCertificate, when: datetime, release: str = "brazil", store: bytes | None = None) -> RowExpiry:
    """The account of one row."""
    files = ()
    if store is not None:
        files = (SysAttachment(file_name="a.jks", table_name="sys_certificate", table_sys_id=row.sys_id, data=store),)
    (found,) = expiry(Instance(release=RELEASES[release], certificates=(row,), attachments=files), when)
    return found


@pytest.mark.parametrize(
    ("when", "status"),
    [
        (START - timedelta(days=1), ExpiryStatus.NOT_YET_VALID),
        (END - timedelta(days=40), ExpiryStatus.OK),
        (END - timedelta(days=25), ExpiryStatus.RENEW_NOW),
        (END - timedelta(days=20), ExpiryStatus.WARNS),
        (END, ExpiryStatus.WARNS),
        (END + timedelta(seconds=1), ExpiryStatus.EXPIRED),
    ],
)
def test_status_as_time_goes_by(when: datetime, status: ExpiryStatus) -> None:
    """A month before the end renewal is due, in the last 20 days ServiceNow warns, then it has expired."""
    assert the_only(trusted(), when).status is status


@pytest.mark.parametrize(
    ("release", "chosen", "effective"), [("brazil", 5, 20), ("brazil", 60, 60), ("istanbul", 5, 20), ("helsinki", 5, 5)]
)
def test_warn_days_have_a_minimum(release: str, chosen: int, effective: int) -> None:
    """From Istanbul on at least 20 days apply, which is said where it raises the row's value."""
    found = the_only(trusted(warn_in_days_to_expire=chosen), START, release)

    assert found.warn_days == effective
    assert found.warns_from == END - timedelta(days=effective)
    assert any(f"{effective} apply" in remark for remark in found.remarks) == (chosen != effective)


def test_who_is_told() -> None:
    """Chosen users and groups; without any, those whom the platform adds; nobody when notification is off."""
    chosen = trusted(notify_on_expiration=("Abel",), notify_groups=("Integrations",))
    assert the_only(chosen, START).notify == ("Abel", "Integrations")
    assert the_only(trusted(), START).notify == NOBODY_CHOSEN
    silent = the_only(trusted(expiration_notification=False), START)
    assert (silent.notify, silent.warns_from) == ((), None)
    inactive = the_only(trusted(active=False), START)
    assert (inactive.notify, inactive.warns_from) == ((), None)


KEYSTORE = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("changeit"))


def keystore(end: datetime = END) -> bytes:
    """A keystore with one key."""
    pkcs8 = KEY.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return write_jks([KeyItem("acme", pkcs8, (certificate("acme", end), certificate("ca")))], "changeit")


def test_certificates_inside_a_keystore() -> None:
    """Every certificate of the chain is listed, although ServiceNow has no date for the keystore and warns nobody."""
    found = the_only(KEYSTORE, END - timedelta(days=25), store=keystore())

    assert [(one.place, one.subject, one.seen_by_servicenow) for one in found.certificates] == [
        ("alias 'acme', certificate 1 of 2", "CN=acme", False),
        ("alias 'acme', certificate 2 of 2", "CN=ca", False),
    ]
    assert found.status is ExpiryStatus.RENEW_NOW
    assert (found.expires, found.warns_from, found.notify) == (None, None, ())
    assert any("warns nobody" in remark for remark in found.remarks)
    assert found.certificates[0].renew_by == END - timedelta(days=30)


def test_date_entered_by_hand() -> None:
    """A date in the row's Expires field is what ServiceNow warns about, right or wrong."""
    row = SysCertificate(
        name="ACME client", type="key_store", key_store_password=Secret("changeit"), expires="2027-06-30 00:00:00"
    )
    found = the_only(row, START, store=keystore())

    assert found.warns_from == datetime(2027, 6, 10, tzinfo=UTC)
    assert any("Expires says 2027-06-30" in remark for remark in found.remarks)


def test_store_that_does_not_load() -> None:
    """It has no dates to show; the node-log line is there."""
    row = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("wrong"))
    found = the_only(row, START, store=keystore())
    assert found.status is ExpiryStatus.UNKNOWN
    assert found.log[0].startswith(
        f"SEVERE *** ERROR *** Unable to load certificate : ACME client - {row.sys_id} java.io"
    )


def test_empty_row() -> None:
    """A row without certificate, file or date is unknown, not fine."""
    assert the_only(KEYSTORE, START).status is ExpiryStatus.UNKNOWN
    assert the_only(SysCertificate(name="CA"), START).status is ExpiryStatus.UNKNOWN


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        ("2026-03-14", 398),
        ("2026-03-15", 200),
        ("2027-03-14", 200),
        ("2027-03-15", 100),
        ("2029-03-15", 47),
        ("2035-01-01", 47),
    ],
)
def test_lifetimes_to_come(issued: str, days: int) -> None:
    """398, 200, 100, 47 days, by the day of issue."""
    limit = limit_on(datetime.fromisoformat(issued).replace(tzinfo=UTC))
    assert limit is not None
    assert limit.days == days


def test_outlook_of_a_client_certificate() -> None:
    """The successor of a client certificate that ends in 2029 lives 47 days: lead and warning eat more than that."""
    end = datetime(2029, 6, 1, tzinfo=UTC)
    leaf, ca = the_only(KEYSTORE, START, store=keystore(end)).certificates

    assert "lives 47 days at most" in leaf.outlook
    assert "are 106 % of that" in leaf.outlook
    assert ca.outlook == ""


def test_json() -> None:
    """Every field is there, times in ISO 8601."""
    document = the_only(KEYSTORE, START, store=keystore()).to_json()
    assert document["status"] == "ok"
    assert document["certificates"][0]["not_after"] == "2026-12-31T00:00:00+00:00"


@pytest.mark.parametrize("readable", [True, False])
def test_dates_that_cannot_be_read_are_remarked_and_never_over(readable: bool) -> None:
    """OpenSSL takes a certificate with any text for a date; its row says so, and its healthy twin does not."""
    der = certificate("ca")
    if not readable:
        der = der.replace(b"261231000000Z", b"26123100000xZ")
    text = ssl.DER_cert_to_PEM_cert(der)
    row = SysCertificate(name="CA", pem_certificate=text)
    account = the_only(row, END + timedelta(days=1))
    assert account.status is (ExpiryStatus.EXPIRED if readable else ExpiryStatus.UNKNOWN)
    assert ("PEM Certificate: CN=ca: its dates cannot be read" in account.remarks) is not readable
    assert len(account.certificates) == readable


@pytest.mark.parametrize(
    ("expires", "warns"), [("0001-01-02 00:00:00", datetime.min), ("0001-03-02 00:00:00", datetime(1, 2, 10))]
)
def test_no_warning_begins_before_the_calendar(expires: str, warns: datetime) -> None:
    """Twenty days before the second day of the year 1 is its first moment."""
    row = SysCertificate(name="old", expires=expires, active=True, expiration_notification=True)
    assert the_only(row, START).warns_from == warns.replace(tzinfo=UTC)
