"""A secret key of a JCEKS opens, or fails as Java's deserialisation fails: TLS never uses it, but Java opens it."""

from __future__ import annotations

import base64
import re

import pytest

from sn_mock.java.keystore import LoadFailure, key_managers, load
from sn_mock.java.keystore.jks import sealed_objects
from sn_mock.java.keystore.jks.sealed_objects import open_sealed_object, read_sealed_object
from sn_mock.java.keystore.jks.sun_store import keyed_digest
from sn_mock.java.keystore.pbe.triple_des import md5_triple_des
from sn_mock.java.lang.data_input import DataInput
from sn_mock.java.lang.jdk import REFERENCE, named
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
        open_sealed_object(_DAMAGED, "changeit", REFERENCE)

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

    open_sealed_object(_DAMAGED, "changeit", REFERENCE)

    assert plain != whole
    monkeypatch.setattr(sealed_objects, "md5_triple_des", lambda *_: plain)
    with pytest.raises(JavaThrow):
        open_sealed_object(_DAMAGED, "changeit", REFERENCE)


_SPEC = (
    b"\xac\xed\0\5sr\0\x1fjavax.crypto.spec.SecretKeySpec\x5b\x47\x0b\x66\xe2\x30\x61\x4d\2\0\2"
    b"L\0\x09algorithmt\0\x12Ljava/lang/String;[\0\3keyt\0\2[Bxpt\0\6DESede"
    b"ur\0\2[B\xac\xf3\x17\xf8\6\x08T\xe0\2\0\0xp\0\0\0\x18" + bytes(24)
)
"""A key as serialisation writes it."""


@pytest.mark.parametrize(
    ("bent", "told"),
    [
        (_SPEC.replace(b"\2\0\2L\0\x09a", b"\2\xc2\xfehss\xf5"), "invalid type code: 68"),
        (_SPEC.replace(b"KeySpec", b"KeySpeb"), "javax.crypto.spec.SecretKeySpeb"),
        (
            _SPEC.replace(b"\x61\x4d\2", b"\x61\x4e\2"),
            "javax.crypto.spec.SecretKeySpec; local class incompatible: stream classdesc serialVersionUID = "
            "6577238317307289934, local class serialVersionUID = 6577238317307289933",
        ),
        (
            _SPEC.replace(b"\x61\x4d\2", b"\x61\x4d\6"),
            "javax.crypto.spec.SecretKeySpec; serializable and externalizable flags conflict",
        ),
        (
            _SPEC.replace(b"\2[Bxp", b"\2]Bxp"),
            "javax.crypto.spec.SecretKeySpec; invalid descriptor for field key",
        ),
        (
            _SPEC.replace(b"xp\0\0\0\x18", b"xp\x18\0\0\0"),
            "Rejected by the jceks.key.serialFilter or jdk.serialFilter property",
        ),
    ],
)
def test_what_was_sealed_is_read_by_its_grammar(bent: bytes, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage inside the encryption is told by what it hits (a thousand each on 8u252, 11.0.13, 17 and 21.0.8)."""
    monkeypatch.setattr(sealed_objects, "md5_triple_des", lambda *_: bent)
    with pytest.raises(JavaThrow) as refused:
        open_sealed_object(_DAMAGED, "changeit", REFERENCE)
    monkeypatch.setattr(sealed_objects, "md5_triple_des", lambda *_: _SPEC)
    open_sealed_object(_DAMAGED, "changeit", REFERENCE)

    assert refused.value.message == told


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
        read_sealed_object(DataInput(damaged), REFERENCE)

    assert str(refused.value) == told


def test_whole_it_is_read_to_its_end() -> None:
    """The twin."""
    assert read_sealed_object(DataInput(_DAMAGED + b"more"), REFERENCE) == _DAMAGED


_FIRST = _DAMAGED.index(b"t\0\x16PBE")
"""Where the first name of an algorithm begins."""
_FATAL = _DAMAGED[:4] + b"\x7b"
"""A stream that ends with the exception that ended its writing."""
_ABSENT = b"r\0\7foo.Barabcdefgh\2\0\0xp"
"""A class that nobody has."""
_CLASS_ALONE = _DAMAGED[:4] + _DAMAGED[5:]
"""Without the octet that says that an object follows."""
_IN_MODULES = "are in module java.base of loader 'bootstrap'"


def _told(serialized: bytes, java: str) -> str:
    """What a Java says of a keystore with that one secret key, whose own digest is right."""
    body = b"\xce\xce\xce\xce\0\0\0\2\0\0\0\1\0\0\0\3\0\1a" + bytes(8) + serialized
    answer = load(body + keyed_digest(body, "changeit"), "JCEKS", "changeit", java=named(java))
    if not isinstance(answer, LoadFailure):
        managers = key_managers(answer, "changeit", java=named(java))
        assert isinstance(managers, LoadFailure)
        answer = managers
    thrown = answer.java[0]
    return thrown.class_name.rpartition(".")[2] + (f": {thrown.message}" if thrown.message is not None else "")


def _null(method: str, name: str) -> str:
    return f'NullPointerException: Cannot invoke "{method}" because "{name}" is null'


@pytest.mark.parametrize(
    ("serialized", "java", "told"),
    [
        (
            _CLASS_ALONE,
            "8u252",
            "ClassCastException: java.io.ObjectStreamClass cannot be cast to javax.crypto.SealedObject",
        ),
        (
            _CLASS_ALONE,
            "11.0.13",
            "ClassCastException: class java.io.ObjectStreamClass cannot be cast to class javax.crypto.SealedObject "
            f"(java.io.ObjectStreamClass and javax.crypto.SealedObject {_IN_MODULES})",
        ),
        (_FATAL + b"t\0\1a", "8u252", "ClassCastException: java.lang.String cannot be cast to java.io.IOException"),
        (
            _FATAL + b"t\0\1a",
            "11.0.13",
            "ClassCastException: class java.lang.String cannot be cast to class java.io.IOException "
            f"(java.lang.String and java.io.IOException {_IN_MODULES})",
        ),
        (_FATAL + b"p", "8u252", "WriteAbortedException: writing aborted"),
        (_FATAL + b"p", "8u504", "StreamCorruptedException: invalid type code: 70"),
        (_FATAL + b"p", "11.0.32", "StreamCorruptedException: invalid type code: 70"),
        (_FATAL + b"s" + _ABSENT, "17", "WriteAbortedException: writing aborted"),
        (_DAMAGED[:_PARENT] + b"\x7d\7\0\0\0", "8u252", "InvalidObjectException: interface limit exceeded: 117440512"),
        (
            _DAMAGED[:_PARENT] + b"\x7d\7\0\0\0",
            "8u504",
            "InvalidObjectException: interface limit exceeded: 117440512, limit: 65535",
        ),
        (_DAMAGED[:_LAST] + b"uq\0\x7e\0\5\xff\0\0\1*", "8u252", "NegativeArraySizeException"),
        (_DAMAGED[:_LAST] + b"uq\0\x7e\0\5\xff\0\0\1*", "17", "NegativeArraySizeException: -16777215"),
        (_DAMAGED[:_LAST] + b"up\xff\0\0\1*", "21.0.8", "StreamCorruptedException: Array length is negative"),
        (_DAMAGED[:_LAST] + b"up\0\0\0\1*", "8u252", "NullPointerException"),
        (_DAMAGED[:_LAST] + b"up\0\0\0\1*", "17", _null("java.io.ObjectStreamClass.forClass()", "desc")),
        (_DAMAGED[:_LAST] + b"up\0\0\0\1*", "21.0.8", _null("java.io.ObjectStreamClass.forClass()", "<local2>")),
        (_DAMAGED[:_PARENT] + _PROXY + _DAMAGED[_PARENT:], "21.0.8", _null("String.equals(Object)", "<local6>")),
        (
            _DAMAGED[:_FIRST] + b"s" + _ABSENT + b"uq\0\x7e\0\x09",
            "21.0.8",
            _null("java.io.ObjectStreamClass.checkInitialized()", "<local3>"),
        ),
        (_DAMAGED[:4] + b"p", "8u252", "NullPointerException"),
        (
            _DAMAGED[:4] + b"p",
            "21.0.8",
            'NullPointerException: Cannot read field "encryptedContent" because "<parameter1>" is null',
        ),
        (_DAMAGED[:_LAST] + b"s" + b"q\0\x7e\0\5", "17", "IOException: Invalid secret key format"),
    ],
)
def test_each_java_has_its_own_words_for_what_serialisation_may_hold(serialized: bytes, java: str, told: str) -> None:
    """Measured on 8u252, 8u504, 11.0.13, 11.0.32, 17.0.15 and 21.0.8."""
    assert _told(serialized, java) == told


_OF_CHARACTERS = _DAMAGED.replace(b"r\0\x19javax.crypto.SealedObject", b"r\0\2[C", 1)
"""Of a parent class that is there, and does not belong there."""


def test_an_old_java_lets_any_class_stand_second() -> None:
    """8u252 finds out when it needs what the right parent would have held; later Javas refuse the class."""
    assert _told(_OF_CHARACTERS, "8u252") == "UnrecoverableKeyException: Cannot get algorithm parameters"
    assert _told(_OF_CHARACTERS, "8u504") == "IOException: Invalid secret key format"


def test_the_class_that_belongs_there_is_taken_by_both() -> None:
    """The twin: the damage inside the encryption is found by both alike."""
    assert {_told(_DAMAGED, java) for java in ("8u252", "8u504")} == {"UnrecoverableKeyException"}
