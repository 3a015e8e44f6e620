"""A secret key of a JCEKS opens, or fails as Java's deserialisation fails: TLS never uses it, but Java opens it."""

from __future__ import annotations

import base64
import re

import pytest

from sn_mock.java.keystore.jks import sealed_objects
from sn_mock.java.keystore.jks.sealed_objects import open_sealed_object, read_sealed_object
from sn_mock.java.keystore.pbe.triple_des import md5_triple_des
from sn_mock.java.lang.data_input import DataInput
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.pbe_parameters import parse_pbe

_DAMAGED = base64.b64decode(
    "rO0ABXNyADNjb20uc3VuLmNyeXB0by5wcm92aWRlci5TZWFsZWRPYmplY3RGb3JLZXlQcm90ZWN0b3LNV8pZ5zC7UwIAAHhyABlq"
    "YXZheC5jcnlwdG8uU2VhbGVkT2JqZWN0PjY9psO3VHACAARbAA1lbmNvZGVkUGFyYW1zdAACW0JbABBlbmNyeXB0ZWRDb250ZW50"
    "cQB+AAJMAAlwYXJhbXNBbGd0ABJMamF2YS9sYW5nL1N0cmluZztMAAdzZWFsQWxncQB+AAN4cHVyAAJbQqzzF/gGCFTgAgAAeHAA"
    "AAAQMA4ECBNvieuk4HCrAgInEHVxAH4ABQAAAKBmNOU8faBjZKdVlnVTiUg7jTWOkxhZaPLEVYTBzthh6novoaPS6+aInnC3jxxe"
    "EsyxpS8+lL7UMF2jgShsOYEi+Wa7IedF8/alXgFjo7Sdx5opKiHauM4elO8YcST7gF2PtKUahcbxGp7aQgAdvF/hJc3erm+n9bn8"
    "8LIDCLUeqPCcMPA2H63f4Fhxn/tsHGjVZeAGm+PtpEOZ41u1NkyPdAAWUEJFV2l0aE1ENUFuZFRyaXBsZURFU3QAFlBCRVdpdGhN"
    "RDVBbmRUcmlwbGVERVM="
)
"""A DESede key by keytool of JDK 17 in which one octet of the encryption was overwritten: the name's end is no UTF."""
_NAME_ENDS = 104
"""Where its last letter stands in what was encrypted."""


def test_a_name_that_cannot_be_read_has_no_text() -> None:
    """Java's UTFDataFormatException has none, and the key is not recovered (measured on JDK 17)."""
    with pytest.raises(JavaThrow) as refused:
        open_sealed_object(_DAMAGED, "changeit")

    assert str(refused.value) == "java.security.UnrecoverableKeyException"


def test_the_same_key_with_its_name_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: what is in the encryption, with the two damaged blocks as keytool wrote them."""
    begin = _DAMAGED.index(b"\0\0\0\xa0") + 4
    found = re.search(rb"\x30\x0e\x04\x08.{8}\x02\x02..", _DAMAGED, re.DOTALL)
    assert found
    plain = md5_triple_des(parse_pbe(found[0]), "changeit", _DAMAGED[begin : begin + 0xA0])
    healthy = b"eur\0\2[B\xac\xf3\x17\xf8\6\x08T\xe0\2"
    whole = plain[:_NAME_ENDS] + healthy + plain[_NAME_ENDS + len(healthy) :]
    monkeypatch.setattr(sealed_objects, "md5_triple_des", lambda *_: whole)

    open_sealed_object(_DAMAGED, "changeit")

    assert plain != whole
    monkeypatch.setattr(sealed_objects, "md5_triple_des", lambda *_: plain)
    with pytest.raises(JavaThrow):
        open_sealed_object(_DAMAGED, "changeit")


_PARENT = _DAMAGED.index(b"r\0\x19javax.crypto.SealedObject")
"""Where the description of the parent class begins."""
_LAST = _DAMAGED.rindex(b"t\0\x16PBE")
"""Where the last value begins: the name of an algorithm."""
_PROXY = b"\x7d\0\0\0\1\0\1Ax\x70"
"""A dynamic proxy of the interface A, which nobody has."""


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        pytest.param(
            _DAMAGED[:_PARENT] + b"\x7d\x7f\0\0\0",
            "java.io.InvalidObjectException: interface limit exceeded: 2130706432, limit: 65535",
            id="a proxy of too many interfaces",
        ),
        pytest.param(
            _DAMAGED[:_PARENT] + _PROXY + _DAMAGED[_PARENT:],
            'java.lang.NullPointerException: Cannot invoke "String.equals(Object)" because "searchName" is null',
            id="a proxy among the parents",
        ),
        pytest.param(
            _DAMAGED[:_LAST] + b"uq\0\x7e\0\1\0\0\0\1*",
            "java.lang.NullPointerException",
            id="an array of what is no array",
        ),
        pytest.param(
            _DAMAGED[:_LAST] + b"uq\0\x7e\0\5\xff\0\0\1*",
            "java.lang.NegativeArraySizeException: -16777215",
            id="an array of octets, and less than none",
        ),
        pytest.param(_DAMAGED[:_LAST] + b"v" + _PROXY, "java.io.IOException: A", id="a class that is not there"),
        pytest.param(
            _DAMAGED[:_LAST] + b"vq\0\x7e\0\0",
            "java.lang.ClassCastException: cannot assign instance of java.lang.Class to field "
            "javax.crypto.SealedObject.sealAlg of type java.lang.String in instance of "
            "com.sun.crypto.provider.SealedObjectForKeyProtector",
            id="a class in place of a name",
        ),
    ],
)
def test_what_serialisation_may_hold_besides_is_told_as_by_java(damaged: bytes, told: str) -> None:
    """Measured on JDK 17, where each description of a class was put at each place of such a keystore (27,720 files)."""
    with pytest.raises(JavaThrow) as refused:
        read_sealed_object(DataInput(damaged))

    assert str(refused.value) == told


def test_whole_it_is_read_to_its_end() -> None:
    """The twin."""
    assert read_sealed_object(DataInput(_DAMAGED + b"more")) == _DAMAGED
