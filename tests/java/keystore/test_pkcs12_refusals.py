"""How a PKCS#12 is refused: what an empty password, an older Java and BER inside DER change."""

from __future__ import annotations

import pytest

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.keystore import Entry, EntryKind, KeyStore, LoadFailure, key_managers, load


def _pkcs12(safes: bytes, *mac: bytes, content_tag: bytes | None = None) -> bytes:
    octets = der.encode(der.OCTET_STRING, safes)
    content = der.encode(0xA0, octets) if content_tag is None else content_tag + b"\x80" + octets + b"\0\0"
    info = der.encode(der.SEQUENCE, der.encode(der.OID, oid_content(oid_named("Data"))) + content)
    return der.encode(der.SEQUENCE, der.encode_integer(3) + info + b"".join(mac))


def _mac(salt: bytes) -> bytes:
    algorithm = der.encode(der.SEQUENCE, der.encode(der.OID, bytes.fromhex("2b0e03021a")))
    digest = der.encode(der.SEQUENCE, algorithm + der.encode(der.OCTET_STRING, bytes(20)))
    return der.encode(der.SEQUENCE, digest + der.encode(der.OCTET_STRING, salt))


def _told(data: bytes, password: str, java: int | str = 17) -> tuple[str, str | None]:
    found = load(data, "PKCS12", password, java=java)
    assert isinstance(found, LoadFailure)
    return found.java[0].class_name, found.java[0].message


def test_an_empty_password_is_tried_twice_with_one_mac() -> None:
    """The second attempt asks the same Mac, which by then has been through all providers."""
    data = _pkcs12(b"\x30\0", _mac(b"short"))
    assert _told(data, "x")[1] == (
        "Integrity check failed: java.security.InvalidAlgorithmParameterException: Salt must be at least 8 bytes long"
    )
    assert _told(data, "")[1] == (
        "Integrity check failed: java.security.InvalidKeyException: "
        "No installed provider supports this key: com.sun.crypto.provider.PBEKey"
    )


@pytest.mark.parametrize("java", ["8u252", "8u504", "11.0.13", "11.0.32"])
def test_an_older_java_refuses_an_indefinite_context_tag_inside_definite_lengths(java: str) -> None:
    """It compares a signed octet; 17 reads on."""
    data = _pkcs12(b"\x30\0", content_tag=b"\xa0")
    assert _told(data, "x", java) == ("java.io.IOException", "Indefinite length encoding not supported")
    assert not isinstance(load(data, "PKCS12", "x"), LoadFailure)


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("8u252", None),
        ("11.0.13", None),
        (17, 'Cannot read the array length because "data" is null'),
        (21, 'Cannot read the array length because "<parameter1>" is null'),
    ],
)
def test_a_safe_without_content_is_told_in_each_javas_words(java: int | str, text: str | None) -> None:
    """The parameter has no name in the JDK of 21, and no text at all before helpful messages."""
    empty = der.encode(der.SEQUENCE, der.encode(der.OID, oid_content(oid_named("Data"))))
    data = _pkcs12(der.encode(der.SEQUENCE, empty))
    assert _told(data, "x", java) == ("java.lang.NullPointerException", text)


@pytest.mark.parametrize("java", ["8u252", "8u504"])
def test_a_sealed_key_that_is_too_short_has_no_text_on_8(java: str) -> None:
    """An ArrayIndexOutOfBoundsException of 19 octets where 20 of a salt should stand; 11 tells what was copied."""
    sealed = der.encode(der.OID, oid_content("1.3.6.1.4.1.42.2.17.1.1")) + der.encode(der.NULL, b"")
    protected = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, sealed) + der.encode(der.OCTET_STRING, bytes(19)))
    entry = Entry("k", EntryKind.PRIVATE_KEY, (b"",), protected)

    def told(which: str) -> str | None:
        found = key_managers(KeyStore("JKS", "JKS", (entry,)), "changeit", java=which)
        assert isinstance(found, LoadFailure)
        assert found.java[0].class_name == "java.lang.ArrayIndexOutOfBoundsException"
        return found.java[0].message

    assert told(java) is None
    assert told("11.0.13") == "arraycopy: last source index 20 out of bounds for byte[19]"
