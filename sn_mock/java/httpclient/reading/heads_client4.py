"""The head of an answer as HttpClient 4.5 reads it (httpcore's BasicLineParser and AbstractMessageParser)."""

from __future__ import annotations

from sn_mock.java.httpclient.reading.java_text import parse_int
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Head, Headers, ThrownError, bad_answer, no_answer, status_line

_PACKAGE = "org.apache.http."
CLIENT_PROTOCOL = _PACKAGE + "client.ClientProtocolException"
PROTOCOL = _PACKAGE + "ProtocolException"
_PARSE = _PACKAGE + "ParseException"
_ARGUMENT = "java.lang.IllegalArgumentException"
BLANKS = " \t\r\n"
"""`HTTP.isWhitespace`."""
_SHORTEST = len("HTTP/1.1")


def read_head(source: AnswerSource, host: str) -> Head:
    """The first head whose status is 200 or more. Lines before the status line are skipped. `host` has the port."""
    while True:
        line, start = _status_line(source, host)
        code, reason, version = _status(line, start)
        headers = _head_lines(source)
        if code < 100:
            raise _refused((PROTOCOL, cleaned(f"Invalid response: {status_line(version, code, reason)}")))
        if code >= 200:
            return Head(code, reason, version, headers)


def _refused(*chain: tuple[str, str | None]) -> ThrownError:
    return bad_answer((CLIENT_PROTOCOL, None), *chain)


def _unparsed(text: str) -> ThrownError:
    return _refused((PROTOCOL, cleaned(text)), (_PARSE, text))


def cleaned(text: str) -> str:
    """`HttpException.clean`: a control character is shown as its place in the text (measured; it was meant to be the
    character's number)."""
    return "".join(letter if letter >= " " else f"[0x{at:x}]" for at, letter in enumerate(text))


def _status_line(source: AnswerSource, host: str) -> tuple[str, int]:
    """The line, and where its `HTTP/` begins."""
    skipped = False
    while raw := source.line():
        line = text_of(raw)
        begin = len(line) - len(line.lstrip(BLANKS))
        if len(line) - begin >= _SHORTEST and line.startswith("HTTP/", begin):
            return line, begin
        skipped = True
    if skipped:
        raise not_http(host)
    raise no_answer((_PACKAGE + "NoHttpResponseException", f"{host} failed to respond"))


def not_http(host: str) -> ThrownError:
    """No status line among all the lines."""
    return _refused((PROTOCOL, "The server failed to respond with a valid HTTP response"))


def text_of(raw: bytes) -> str:
    """A line without its end (also a CR alone at the end of the stream); an octet is a character."""
    return raw.removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")


def _status(line: str, start: int) -> tuple[int, str, tuple[int, int]]:
    numbers = line[start + len("HTTP/") :]
    major, dot, rest = numbers.partition(".")
    if not dot:
        raise _unparsed(f"Invalid protocol version number: {line}")
    minor, _, rest = rest.partition(" ")
    version = tuple(parse_int(number.strip(BLANKS)) for number in (major, minor))
    for name, number in zip(("major", "minor"), version, strict=True):
        if number is None:
            raise _unparsed(f"Invalid protocol {name} version number: {line}")
    for name, number in zip(("major", "minor"), version, strict=True):
        if number is not None and number < 0:
            raise bad_answer((_ARGUMENT, f"Protocol {name} version may not be negative"))
    digits, _, reason = rest.lstrip(BLANKS).partition(" ")
    digits = digits.strip(BLANKS)
    code = parse_int(digits) if digits.isascii() and digits.isdigit() else None
    if code is None:
        raise _unparsed(f"Status line contains invalid status code: {line}")
    return code, reason.strip(BLANKS), (version[0] or 0, version[1] or 0)


def _head_lines(source: AnswerSource) -> Headers:
    try:
        return read_headers(source)
    except InvalidHeaderError as error:
        raise _refused((PROTOCOL, cleaned(str(error)))) from None


class InvalidHeaderError(Exception):
    """A header line without a name; the message is the library's."""


def read_headers(source: AnswerSource) -> Headers:
    """Header lines up to an empty one or the end of the stream. Raises InvalidHeaderError."""
    lines: list[list[str]] = []
    while line := text_of(source.line()):
        if line[0] in " \t" and lines:
            lines[-1].append(line.lstrip(" \t"))
        else:
            lines.append([line])
    return tuple(_header(" ".join(parts)) for parts in lines)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name = name.strip(BLANKS)
    if not colon or not name:
        raise InvalidHeaderError(f"Invalid header: {line}")
    return name, value.strip(BLANKS)
