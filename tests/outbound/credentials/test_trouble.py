"""Why a keystore cannot be used is decided once: the finding and Validate Stores/Certificates give the same advice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sn_mock.diagnosis import check
from sn_mock.instance import (
    RELEASES,
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
)
from sn_mock.java.keystore import KeyItem, write_jceks, write_jks, write_pkcs12
from sn_mock.java.keytool import issuing
from sn_mock.java.keytool.distinguished_names import name_der
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.credentials.trouble import Trouble, trouble
from sn_mock.outbound.credentials.validation import validate_stores
from tests.java.keytool.unread_files import AES_192, EXPLICIT_CURVE, SHA3_MAC

PASSWORD = "changeit"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PKCS8 = issuing.generate_key("EC", 256)
CERTIFICATE = issuing.self_signed_certificate(PKCS8, name_der("CN=acme"), days=90, now=NOW)
ITEM = KeyItem("acme", PKCS8, (CERTIFICATE,))
TWO_PASSWORDS = replace(ITEM, password="different")
JKS = write_jks([ITEM], PASSWORD)
NEW = write_pkcs12([ITEM], PASSWORD, iterations=20)
NEW_TWO_PASSWORDS = write_pkcs12([TWO_PASSWORDS], PASSWORD, iterations=20)
OLD = write_pkcs12([ITEM], PASSWORD, encryption="legacy", iterations=20)
MANGLED = OLD.decode("utf-8", "replace").encode()


def instance(release: str, kind: str, data: bytes, password: str | None = PASSWORD) -> Instance:
    """An instance with that file under a record of that type."""
    row = SysCertificate(
        name="ACME", type=kind, key_store_password=Secret(password) if password is not None else None, active=True
    )
    file = SysAttachment(file_name="acme.ks", table_name=row.table, table_sys_id=row.sys_id, data=data)
    return Instance(release=RELEASES[release], certificates=(row,), attachments=(file,))


@pytest.mark.parametrize(
    ("release", "kind", "data", "password", "found", "advice"),
    [
        ("helsinki", "key_store", JKS, PASSWORD, None, ""),
        ("helsinki", "pkcs12_key_store", OLD, PASSWORD, None, ""),
        ("helsinki", "pkcs12_key_store", JKS, PASSWORD, Trouble.OTHER_TYPE, "choose the Type Java Key Store"),
        ("quebec", "pkcs12_key_store", JKS, PASSWORD, None, ""),
        ("helsinki", "key_store", write_jceks([ITEM], PASSWORD), PASSWORD, Trouble.OTHER_TYPE, "-srcstoretype JCEKS"),
        ("quebec", "key_store", OLD, "wrong", Trouble.PASSWORD, "enter the right Key store password"),
        ("helsinki", "pkcs12_key_store", OLD, "wrong", Trouble.PASSWORD, "enter the right Key store password"),
        ("helsinki", "pkcs12_key_store", NEW, PASSWORD, Trouble.TOO_NEW, "-srckeystore acme.ks -srcstoretype JKS"),
        ("helsinki", "pkcs12_key_store", NEW, "wrong", Trouble.TOO_NEW, "-srckeystore acme.ks -srcstoretype JKS"),
        ("helsinki", "pkcs12_key_store", NEW_TWO_PASSWORDS, PASSWORD, Trouble.TOO_NEW, "made by a newer tool"),
        ("helsinki", "key_store", NEW_TWO_PASSWORDS, PASSWORD, Trouble.TOO_NEW, "made by a newer tool"),
        ("quebec", "pkcs12_key_store", NEW_TWO_PASSWORDS, PASSWORD, Trouble.KEY_PASSWORD, ""),
        ("quebec", "key_store", write_jks([TWO_PASSWORDS], PASSWORD), PASSWORD, Trouble.KEY_PASSWORD, ""),
        ("quebec", "key_store", JKS, None, Trouble.PASSWORD, ""),
        ("helsinki", "pkcs12_key_store", AES_192, PASSWORD, Trouble.PROTECTION, "-in acme.ks -legacy -nodes"),
        ("helsinki", "key_store", AES_192, "wrong", Trouble.PROTECTION, "-in acme.ks -legacy -nodes"),
        ("quebec", "pkcs12_key_store", AES_192, PASSWORD, Trouble.PROTECTION, "-in acme.ks -legacy -nodes"),
        ("xanadu", "pkcs12_key_store", SHA3_MAC, PASSWORD, Trouble.PROTECTION, "HmacPBESHA3256 not available"),
        ("helsinki", "pkcs12_key_store", NEW, "pässword", Trouble.NOT_ASCII, "of ASCII letters and digits"),
        ("xanadu", "key_store", NEW, "pässword", Trouble.NOT_ASCII, "of ASCII letters and digits"),
        ("helsinki", "pkcs12_key_store", EXPLICIT_CURVE, PASSWORD, Trouble.CERTIFICATE, "of a named curve"),
        ("xanadu", "pkcs12_key_store", EXPLICIT_CURVE, PASSWORD, Trouble.CERTIFICATE, "of a named curve"),
        ("xanadu", "pkcs12_key_store", EXPLICIT_CURVE, "wrong", Trouble.PASSWORD, "enter the right Key store password"),
        ("quebec", "key_store", NEW[:200], PASSWORD, Trouble.DAMAGED, "attach the file again as binary"),
        ("quebec", "key_store", b"", PASSWORD, Trouble.DAMAGED, "the attached file is empty"),
        ("quebec", "pkcs12_key_store", b"", PASSWORD, Trouble.DAMAGED, "the attached file is empty"),
        ("quebec", "key_store", b"-----BEGIN CERTIFICATE-----\n", PASSWORD, Trouble.NO_KEYSTORE, "is no keystore"),
        ("quebec", "pkcs12_key_store", b"\x1f\x8b" + bytes(300), PASSWORD, Trouble.NO_KEYSTORE, "is no keystore"),
        ("quebec", "pkcs12_key_store", MANGLED, PASSWORD, Trouble.NO_KEYSTORE, "mangled by a text conversion"),
    ],
)
def test_what_is_wrong_is_said_once(
    release: str, kind: str, data: bytes, password: str | None, found: Trouble | None, advice: str
) -> None:
    """By what the file is and by what opens it, not by the words of one exception."""
    made = instance(release, kind, data, password)
    shelf = KeystoreShelf(made)

    assert trouble(shelf, made.certificates[0]) is found
    (answer,) = validate_stores(made, NOW, shelf=shelf)
    assert answer.valid is (not advice)
    assert advice in answer.fix


@pytest.mark.parametrize(("data", "left"), [(NEW, False), (NEW_TWO_PASSWORDS, True)])
def test_a_file_that_is_too_new_may_have_two_passwords(data: bytes, left: bool) -> None:
    """The first Java that reads it says what is next; the twin has one password."""
    made = instance("helsinki", "pkcs12_key_store", data)
    later = KeystoreShelf(made).first_reader(made.certificates[0])

    assert later is not None
    assert (str(later.java), later.misses_key_password) == ("8u301", left)


def test_the_advice_of_the_report_is_no_other() -> None:
    """A JKS under PKCS12 Key Store on Java 8: nobody is told that the password is wrong."""
    report = check(instance("helsinki", "pkcs12_key_store", JKS), NOW)

    fixes = [finding.fix for finding in report.findings]
    assert fixes
    assert all("Type Java Key Store" in fix and "password" not in fix for fix in fixes)


@pytest.mark.parametrize("release", ["helsinki", "quebec", "xanadu", "australia"])
@pytest.mark.parametrize(
    ("data", "password", "rule"),
    [
        (AES_192, PASSWORD, "keystore-algorithm-unread"),
        (SHA3_MAC, PASSWORD, "keystore-algorithm-unread"),
        (NEW, "pässword", "keystore-password-not-ascii"),
        (EXPLICIT_CURVE, PASSWORD, "keystore-certificate-unreadable"),
    ],
)
def test_a_file_that_no_java_reads_is_neither_damaged_nor_of_another_password(
    release: str, data: bytes, password: str, rule: str
) -> None:
    """The finding names what is in the way, on the releases of Java 8, 11, 17 and 21, and no keytool is offered."""
    made = instance(release, "pkcs12_key_store", data, password)
    profile = SysProtocolProfile(protocol="myhttps", keystore=made.certificates[0].sys_id, default_port=8443)
    message = SysSoapMessage(name="A", enable_mutual_auth=True, protocol_profile="myhttps")
    function = SysSoapMessageFunction(
        soap_message=message.sys_id,
        function_name="F",
        soap_endpoint="https://localhost:8443/t",
        enable_mutual_auth=True,
        protocol_profile="myhttps",
    )

    found = check(
        replace(made, protocol_profiles=(profile,), soap_messages=(message,), soap_functions=(function,)), NOW
    ).findings

    assert found[0].rule == rule
    assert all("keytool -importkeystore" not in finding.fix for finding in found)
