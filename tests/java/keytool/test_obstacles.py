"""A file that no Java reads is known by what it is made of, not by the words of the exception."""

from __future__ import annotations

import pytest

from sn_mock.java.keystore import write_jks
from sn_mock.java.keystore.entries import LoadFailure
from sn_mock.java.keytool.inspection import inspect
from sn_mock.java.keytool.newer_tool import refusal
from sn_mock.java.keytool.obstacles import Hindrance, obstacle
from sn_mock.java.lang.jdk import named
from tests.java.keytool.unread_files import (
    AES_192,
    CAMELLIA,
    EXPLICIT_CURVE,
    PASSWORD,
    PBMAC1,
    SHA3_MAC,
    SOUND,
)

JAVAS = ("8u252", "11.0.13", "17", "21")
AES_ONLY = "PBE parameter parsing error: expecting the object identifier for AES cipher"


@pytest.mark.parametrize("java", JAVAS)
@pytest.mark.parametrize("password", [PASSWORD, "wrong", None])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (AES_192, AES_ONLY),
        (CAMELLIA, AES_ONLY),
        (SHA3_MAC, "Algorithm HmacPBESHA3256 not available"),
        (PBMAC1, "Algorithm HmacPBE1.2.840.113549.1.5.14 not available"),
    ],
)
def test_an_algorithm_that_no_java_reads(data: bytes, said: str, password: str | None, java: str) -> None:
    """With the right password, a wrong one and none; the words are those of the Java that comes that far."""
    found = obstacle(data, "PKCS12", password, named(java))

    assert found is not None
    assert (found.kind, found.said) == (Hindrance.PROTECTION, said)


@pytest.mark.parametrize("java", JAVAS)
@pytest.mark.parametrize(
    ("data", "password", "kind"),
    [
        (SOUND, PASSWORD, None),
        (SOUND, "wrong", None),
        (SOUND, None, None),
        (SOUND, "pässword", Hindrance.PASSWORD_NOT_ASCII),
        (EXPLICIT_CURVE, PASSWORD, Hindrance.CERTIFICATE),
        (EXPLICIT_CURVE, "wrong", None),
        (EXPLICIT_CURVE[:-40] + bytes(40), PASSWORD, None),
        (SOUND[:-10], PASSWORD, None),
        (AES_192[:200], PASSWORD, None),
        (b"", PASSWORD, None),
        (write_jks([], PASSWORD), "wrong", None),
    ],
)
def test_what_a_password_or_a_fresh_copy_mends_is_none(
    data: bytes, password: str | None, kind: Hindrance | None, java: str
) -> None:
    """A wrong password, a damaged file and one that is only too new for this Java are other troubles."""
    found = obstacle(data, "PKCS12", password, named(java))

    assert (found.kind if found else None) is kind


@pytest.mark.parametrize("java", JAVAS)
def test_whoever_has_an_obstacle_is_refused_by_that_java(java: str) -> None:
    """An obstacle is no opinion of its own: a Java that reads the file has none."""
    for data in (AES_192, CAMELLIA, SHA3_MAC, PBMAC1, EXPLICIT_CURVE):
        assert isinstance(refusal(data, "PKCS12", PASSWORD, named(java)), LoadFailure)
    assert refusal(SOUND, "PKCS12", PASSWORD, named("17")) is None


@pytest.mark.parametrize("java", JAVAS)
def test_keystore_show_warns_of_it(java: str) -> None:
    """Once, and not of a newer tool, whose conversion fails; the sound file has no such warning."""
    (warning,) = inspect("acme.p12", AES_192, "PKCS12", PASSWORD, PASSWORD, java=java).warnings
    assert warning.startswith("the file is encrypted or sealed with an algorithm that Java does not read")
    assert "openssl pkcs12 -in acme.p12 -legacy" in warning

    sound = inspect("acme.p12", SOUND, "PKCS12", PASSWORD, PASSWORD, java=java).warnings
    assert not [text for text in sound if "does not read" in text]
