"""What JSSE's client reads in a CertificateRequest, and what of it ends the handshake; each row as its Java said it."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.handshake import as_read
from sn_mock.java.jsse.reading.certificate_request import check_usable, read_12, read_13
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import FaultError
from sn_mock.java.jsse.reading.handshake12 import Handshake12
from sn_mock.java.jsse.reading.handshake13 import Handshake13
from sn_mock.java.jsse.reading.reader import ServerReader
from sn_mock.java.jsse.reading.reader_of_8 import ReaderOf8
from sn_mock.java.jsse.reading.server_hello import Offer, ServerHello
from sn_mock.java.jsse.reading.skipping import NOBODYS, Skipping
from sn_mock.java.lang.jdk import named
from tests.parity.octets import BASE_POINT, extension, vector
from tls_transcript import Direction, Entry, der

_SUITE, _SUITE_WITHOUT_EXCHANGE = 0xC02F, 0x009C
_UNUSABLE = "No supported signature algorithm"
_SHORT = "Insufficient space in the buffer, may be cause by an unexpected end of handshake data."
_MISSING = "No mandatory signature_algorithms extension in the received CertificateRequest handshake message"
_ATTRIBUTE = der.encode(der.SEQUENCE, der.encode(der.OID, b"\x55\4\3"), der.encode(der.UTF8_STRING, b"A name"))
_NAME = der.encode(der.SEQUENCE, der.encode(der.SET, _ATTRIBUTE))


def _names(*names: bytes) -> bytes:
    return vector(2, b"".join(vector(2, name) for name in names))


_USABLE, _UNKNOWN = extension(13, vector(2, b"\4\3\x08\4")), extension(13, vector(2, b"\x66\x66"))


def _of_13(*extensions: bytes) -> bytes:
    return b"\0" + vector(2, b"".join(extensions))


def _of_12(schemes: bytes = b"\4\1", names: bytes = _names(_NAME), types: bytes = b"\1\x40") -> bytes:
    return vector(1, types) + vector(2, schemes) + names


def _message(body: bytes, kind: int = 13) -> bytes:
    return bytes((kind,)) + vector(3, body)


def _refusal(body: bytes, java: str, tls: str = "TLSv1.3") -> tuple[str | None, str | None]:
    """The text, and the class where the alert does not decide it."""
    try:
        request = read_13(Cursor(body), named(java)) if tls == "TLSv1.3" else read_12(Cursor(body))
        check_usable(request, named(java), tls=tls)
    except FaultError as refused:
        return refused.fault.text, (refused.fault.java_class or "").rpartition(".")[2] or None
    return None, None


def _handshake13(java: str) -> Handshake13:
    return Handshake13(b"", "sha256", b"", lambda _: (), named(java))


@pytest.mark.parametrize("java", ["8u504", "11.0.13", "11.0.32", "17", "21"])
def test_one_of_tls_13_follows_the_encrypted_extensions(java: str) -> None:
    """In front of them it is refused in every Java with TLS 1.3, before it is read; behind them it is taken."""
    early, late = _handshake13(java), _handshake13(java)
    with pytest.raises(FaultError) as refused:
        early.record(_message(b"") + b"\x16")
    late.record(_message(b"\0\0", kind=8) + b"\x16")
    late.record(_message(_of_13(_USABLE)) + b"\x16")

    assert refused.value.fault.text == "Unexpected CertificateRequest handshake message"
    assert 13 not in late.expected


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\0\0\0", "Invalid CertificateRequest handshake message: no sufficient data"),
        (b"\4" + bytes(5), "Invalid CertificateRequest handshake message: no sufficient extensions data"),
        (_of_13(extension(99, b"")), _MISSING),
        (_of_13(extension(13, b"\0")), "Invalid signature_algorithms: insufficient data"),
        (_of_13(extension(13, b"\0\3")), _SHORT),
        (_of_13(extension(13, b"\0\2\4\3\0")), "Invalid signature_algorithms: unknown extra data"),
        (_of_13(extension(13, b"\0\0")), "Invalid signature_algorithms: incomplete data"),
        (_of_13(extension(13, b"\0\3\4\3\0")), "Invalid signature_algorithms: incomplete data"),
        (_of_13(_USABLE, extension(50, b"")), "Invalid signature_algorithms: insufficient data"),
        (_of_13(_USABLE, extension(47, b"\0")), "Invalid certificate_authorities extension: insufficient data"),
        (_of_13(_USABLE, extension(47, vector(2, b"\0\7\0"))), _SHORT),
        (_of_13(_USABLE, extension(48, b"\7"), extension(47, _names(_NAME) + b"\0")), None),
        (_of_13(extension(13, b"\0"), _USABLE), None),
    ],
)
@pytest.mark.parametrize("java", ["11.0.13", "17", "21.0.8"])
def test_a_malformed_one_of_tls_13(body: bytes, text: str | None, java: str) -> None:
    """Each list is read to its end; what stands behind the authorities, and in extensions without a reader, is left.

    Of an extension that comes twice the last counts. The key manager is asked only where all could be read.
    """
    assert _refusal(body, java)[0] == text
    entry = Entry.from_wire(Direction.RECEIVED, 22, _message(body), tls13=True)
    assert (as_read(entry, "TLSv1.3", named(java)) is None) is (text is not None)


@pytest.mark.parametrize(("java", "own_class"), [("8u504", True), ("11.0.32", True), ("17", False), ("21", False)])
@pytest.mark.parametrize(("body", "end"), [(b"\0\0\0", "no certificate authorities"), (b"\0\7\0", "insufficient data")])
def test_a_list_of_authorities_that_is_none(java: str, own_class: bool, body: bytes, end: str) -> None:
    """It is refused; up to 16 as an SSLProtocolException."""
    thrown = _refusal(_of_13(_USABLE, extension(47, body)), java)

    assert thrown == (
        f"Invalid certificate_authorities extension: {end}",
        "SSLProtocolException" if own_class else None,
    )
    assert _refusal(_of_13(_USABLE, extension(47, _names(_NAME))), java) == (None, None)


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("11.0.13", "Invalid signature_algorithms: insufficient data"),
        ("17", "improperly specified input name"),
        ("17.0.19", "(decode_error) The distinguished names of the peer's certificate authorities could not be parsed"),
        ("21", "The distinguished names of the peer's certificate authorities could not be parsed"),
    ],
)
def test_names_are_read_with_their_extension(java: str, text: str) -> None:
    """In 17 that is before signature_algorithms_cert, and in every Java before algorithms are looked up."""
    junk, short = extension(47, _names(b"\1\2\3")), extension(50, b"")

    assert _refusal(_of_13(_USABLE, junk, short), java)[0] == text
    told = _refusal(_of_13(_UNKNOWN, junk), java)[0]
    assert told is not None
    assert "name" in told
    assert _refusal(_of_13(_USABLE, extension(47, _names(_NAME))), java)[0] is None


@pytest.mark.parametrize(
    ("java", "text"),
    [("8u504", None), ("11.0.13", None), ("11.0.32", _UNUSABLE), ("17", _UNUSABLE), ("21", _UNUSABLE)],
)
@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_unknown_algorithms_alone(java: str, text: str | None, tls: str) -> None:
    """Wherever the request stands, they end the handshake at once; one that is known does not."""
    unknown, known = (_of_12(b"\x66\x66"), _of_12()) if tls == "TLSv1.2" else (_of_13(_UNKNOWN), _of_13(_USABLE))

    assert _refusal(unknown, java, tls)[0] == text
    assert _refusal(known, java, tls)[0] is None


@pytest.mark.parametrize(("java", "text"), [("11.0.13", "improperly specified input name"), ("17", _UNUSABLE)])
def test_algorithms_come_first_in_tls_12(java: str, text: str) -> None:
    """Names that cannot be read are told where the algorithms are of use, or do not matter."""
    assert _refusal(_of_12(b"\x66\x66", _names(b"\1\2\3")), java, "TLSv1.2")[0] == text
    assert _refusal(_of_12(names=_names(b"\1\2\3")), java, "TLSv1.2")[0] == "improperly specified input name"
    assert _refusal(_of_12(), java, "TLSv1.2")[0] is None


@pytest.mark.parametrize(("java", "taken"), [("8u504", False), ("11.0.13", False), ("17", True), ("21", True)])
def test_an_empty_name(java: str, taken: bool) -> None:
    """It is one since 17."""
    assert (_refusal(_of_12(names=_names(b"")), java, "TLSv1.2")[0] is None) is taken
    assert _refusal(_of_12(names=_names(_NAME)), java, "TLSv1.2")[0] is None


def test_a_server_key_exchange_behind_it() -> None:
    """A request of TLS 1.2 ends the messages that may precede it; a ServerKeyExchange in front of it is taken."""
    exchange = b"\3\0\x17" + vector(1, BASE_POINT) + b"\4\1" + vector(2, b"")
    for java in ("8u504", "11.0.13", "17", "21.0.13"):
        early, late = (
            Handshake12(ServerHello("TLS12", _SUITE, retry=False), lambda _: (), named(java)) for _ in range(2)
        )
        for handshake in (early, late):
            handshake.consume(11, vector(3, vector(3, b"certificate")))
        early.consume(13, _of_12())
        with pytest.raises(FaultError) as refused:
            early.consume(12, exchange)
        late.consume(12, exchange)

        assert refused.value.fault.text == "Unexpected ServerKeyExchange handshake message"
        assert late.consume(13, _of_12()) == _message(_of_12())


def test_what_stands_in_front_of_a_refused_message_is_handed_on() -> None:
    """In one record: what Java says of the first comes before what it says of the second."""
    hello = _message(b"\3\3" + bytes(33) + _SUITE.to_bytes(2, "big") + b"\0", kind=2)
    certificate = _message(vector(3, vector(3, b"certificate")), kind=11)
    readers = (
        lambda: ServerReader(Offer(("TLS12",), frozenset({_SUITE}), False, named(17)), lambda _: ()),
        lambda: ReaderOf8(("TLSv1.2",), frozenset({_SUITE}), False, lambda _: ()),
    )
    for made in readers:
        healthy, twice = made(), made()
        assert certificate in healthy.feed(b"\x16\3\3" + vector(2, hello + certificate))
        assert certificate in twice.feed(b"\x16\3\3" + vector(2, hello + certificate + certificate))
        assert healthy.fault is None
        assert twice.fault is not None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (_of_12(b"\4"), "Invalid supported_signature_algorithms field: 1"),
        (_of_12(b"\4\1\0"), "Invalid supported_signature_algorithms field. remains: 1"),
        (_of_12(names=b"\0\2\0\0"), "Bad CertificateRequest DN length: 2"),
        (_of_12(), None),
    ],
)
def test_java_8_counts_other_things(body: bytes, text: str | None) -> None:
    """Java 8 before 8u261; it answers a request, and reads the names, when the ServerHelloDone has come."""
    reader = ReaderOf8(("TLSv1.2",), frozenset({_SUITE_WITHOUT_EXCHANGE}), False, lambda _: ())
    hello = _message(b"\3\3" + bytes(33) + _SUITE_WITHOUT_EXCHANGE.to_bytes(2, "big") + b"\0", kind=2)
    for message in (hello, _message(vector(3, vector(3, b"certificate")), kind=11)):
        assert reader.feed(b"\x16\3\3" + vector(2, message)).endswith(message)

    assert reader.feed(b"\x16\3\3" + vector(2, _message(body))) == b""
    assert (reader.fault and reader.fault.text) == text
    done = reader.feed(b"\x16\3\3" + vector(2, _message(b"", kind=14)))
    assert (_message(body) in done) is (text is None)


@pytest.mark.parametrize(
    "body",
    [
        _of_12(names=_names(b"")),
        _of_12(names=_names(_NAME, b"0")),
        _of_12(names=_names(_NAME.replace(b"A", b"\xe0"))),
        _of_12() + b"\0\0\0",
        _of_12(types=bytes(255), names=_names(b"")) + b"\0",
    ],
)
def test_openssl_reads_one_of_tls_12_without_what_it_refuses(body: bytes) -> None:
    """Names that it may not read, and octets behind the list; the size stays, and so do the algorithms."""
    read = Skipping(frozenset(), sealed=False, java=named(17)).read_by_openssl(_message(body))
    request = read_12(Cursor(read[4:]))

    assert len(read) == len(_message(body))
    assert read[-2:] == b"\0\0"
    assert set(request.signature_algorithms) == {0x0401}
    assert request.authorities == ()


@pytest.mark.parametrize("body", [_of_12(), _of_12(names=_names()), _of_12(names=_names(_NAME, b"0\0"))])
def test_openssl_reads_a_healthy_one_as_it_is(body: bytes) -> None:
    """There is nothing to skip."""
    assert Skipping(frozenset(), sealed=False, java=named(17)).read_by_openssl(_message(body)) == _message(body)


def test_openssl_reads_no_authorities_in_tls_13() -> None:
    """It has no use for them, and JSSE takes more."""
    read = Skipping(frozenset(), sealed=True, java=named(17)).read_by_openssl(
        _message(_of_13(_USABLE, extension(47, b"")))
    )

    assert read == _message(_of_13(_USABLE, extension(int.from_bytes(NOBODYS, "big"), b"")))
