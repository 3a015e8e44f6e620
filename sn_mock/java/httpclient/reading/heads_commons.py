"""The head of an answer as commons-httpclient 3.1 reads it (HttpMethodBase, StatusLine, HttpVersion, HttpParser)."""

from __future__ import annotations

from sn_mock.java.httpclient.reading.java_text import WHITESPACE, parse_int, trim
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Head, Headers, bad_answer, no_answer

_PACKAGE = "org.apache.commons.httpclient."
PROTOCOL = _PACKAGE + "ProtocolException"
_ARGUMENT = "java.lang.IllegalArgumentException"


def read_head(source: AnswerSource, host: str) -> Head:
    """The first head whose status is not 1xx. Lines before the status line are skipped."""
    while True:
        code, reason, version = _status(_status_line(source, host))
        headers = read_headers(source)
        if not 100 <= code < 200:
            return Head(code, reason, version, headers)


def _status_line(source: AnswerSource, host: str) -> str:
    skipped = False
    while raw := source.line():
        line = _text(raw)
        if line.lstrip(WHITESPACE).startswith("HTTP"):
            return line
        skipped = True
    if skipped:
        raise not_http(host)
    raise no_answer((_PACKAGE + "NoHttpResponseException", f"The server {host} failed to respond"))


def not_http(host: str) -> Exception:
    """No status line among all the lines."""
    return bad_answer((PROTOCOL, f"The server {host} failed to respond with a valid HTTP response"))


def _text(raw: bytes) -> str:
    """A line without its end; what is not ASCII becomes U+FFFD."""
    if raw.endswith(b"\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n"):
        raw = raw[:-1]
    return raw.decode("ascii", "replace")


def _status(line: str) -> tuple[int, str, tuple[int, int]]:
    start = len(line) - len(line.lstrip(WHITESPACE))
    at = line.find(" ", start + 4)
    if at <= 0:
        raise bad_answer((PROTOCOL, f"Unable to parse HTTP-Version from the status line: '{line}'"))
    version = line[start:at].upper()
    rest = line[at:].lstrip(" ")
    if not rest:
        raise bad_answer((_PACKAGE + "HttpException", f"Status-Line '{line}' is not valid"))
    digits, _, reason = rest.partition(" ")
    code = parse_int(digits)
    if code is None:
        raise bad_answer((PROTOCOL, f"Unable to parse status code from status line: '{line}'"))
    return code, trim(reason), _version(version)


def _version(text: str) -> tuple[int, int]:
    if text == "HTTP":
        return 1, 0
    if not text.startswith("HTTP/"):
        raise bad_answer((PROTOCOL, f"Invalid HTTP version string: {text}"))
    first, dot, second = text.removeprefix("HTTP/").partition(".")
    if not dot:
        raise bad_answer((PROTOCOL, f"Invalid HTTP version number: {text}"))
    numbers = []
    for name, digits in (("major", first), ("minor", second)):
        number = parse_int(digits)
        if number is None:
            raise bad_answer((PROTOCOL, f"Invalid HTTP {name} version number: {text}"))
        numbers.append(number)
    for name, number in zip(("major", "minor"), numbers, strict=True):
        if number < 0:
            raise bad_answer((_ARGUMENT, f"HTTP {name} version number may not be negative"))
    return numbers[0], numbers[1]


def read_headers(source: AnswerSource) -> Headers:
    """Header lines up to an empty one or the end of the stream; also those after the last chunk."""
    found: list[tuple[str, list[str]]] = []
    while raw := source.line():
        line = _text(raw)
        if not trim(line):
            break
        if line[0] in " \t":
            if found:
                found[-1][1].append(trim(line))
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise bad_answer((PROTOCOL, f"Unable to parse header: {line}"))
        found.append((trim(name), [trim(value)]))
    return tuple((name, " ".join(parts)) for name, parts in found)
