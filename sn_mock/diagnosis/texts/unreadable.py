"""What the provider sends and Java cannot read: HTTP answers that came through TLS, and TLS messages.

The texts of answers are those of `java.httpclient.reading`; a test reads there that none is missing. Short ones stand
with their class, as the words alone are other programs' too.
"""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import SILENT, KnownText, Weight, text

_TLS_IS_DONE = "TLS is done by then, so no certificate is at fault. "
_LOOK = (
    _TLS_IS_DONE + "Fetch the same address with curl -v --raw --output, and look at what the provider, or a proxy or "
    "gateway before it, really sends: "
)

_OF_ZLIB = (
    "unknown compression method",
    "invalid window size",
    "incorrect header check",
    "incorrect data check",
    "invalid block type",
    "invalid stored block lengths",
    "too many length or distance symbols",
    "invalid code lengths set",
    "invalid bit length repeat",
    "invalid code -- missing end-of-block",
    "invalid literal/lengths set",
    "invalid literal/length code",
    "invalid distances set",
    "invalid distance code",
    "invalid distance too far back",
)
"""The messages of zlib's inflate.c for what Java unpacks with it (Inflater)."""
_OF_GZIP = (
    "Not in GZIP format",
    "Unsupported compression method",
    "Corrupt GZIP header",
    "Corrupt GZIP trailer",
    "Unexpected end of stream",
)


def _broken(phrases: str, means: str, look: str, *, weight: Weight = Weight.PLAIN, whole: bool = False) -> KnownText:
    return text(
        phrases,
        means,
        any_side="bad-http-response",
        provider=SILENT,
        source="measured on JDK 17",
        weight=weight,
        advice=_LOOK + look,
        whole=whole,
    )


BROKEN_ANSWERS: tuple[KnownText, ...] = (
    _broken(
        " | ".join(f"ZipException: {said}" for said in (*_OF_GZIP, *_OF_ZLIB)),
        "of a call's answer: the body is not packed as its Content-Encoding says, or it is damaged on its way",
        "a body that is not packed at all, one that is packed otherwise (deflate called gzip), one packed twice, or "
        "one whose octets were changed. Without an HTTP client in its frames, it is of some other packed file.",
        weight=Weight.VAGUE,
    ),
    _broken(
        "Unexpected end of ZLIB input stream",
        "of a call's answer: the packed body (Content-Encoding) ends too early",
        "a body that is cut off, or a Content-Length that was counted otherwise than the packed body. Without an HTTP "
        "client in its frames, it is of some other packed file.",
        weight=Weight.VAGUE,
    ),
    _broken(
        "Unable to parse HTTP-Version from the status line | Unable to parse status code from status line"
        " | ProtocolException: Invalid HTTP version number | ProtocolException: Invalid HTTP version string"
        " | ProtocolException: Invalid HTTP … version number | HttpException: Status-Line … is not valid"
        " | ProtocolException: Invalid protocol version number | ParseException: Invalid protocol version number"
        " | ProtocolException: Invalid protocol … version number | ParseException: Invalid protocol … version number"
        " | IllegalArgumentException: HTTP … version number may not be negative"
        " | IllegalArgumentException: Protocol … version may not be negative"
        " | Status line contains invalid status code | ProtocolException: Invalid response: HTTP",
        "the answer's first line begins as HTTP's does, and is no proper status line",
        "a first line other than `HTTP/1.1 200 OK`, or one that is cut off.",
    ),
    _broken(
        "ProtocolException: Unexpected 101 response from server",
        "the provider answers that it goes over to another protocol, which nobody asked for",
        "the service at that address speaks WebSocket or HTTP/2, or an Upgrade header was set on the message.",
    ),
    _broken(
        "ProtocolException: Header size too big",
        "the header lines of the answer are larger than Java takes together (jdk.http.maxHeaderSize)",
        "header lines that are repeated, or far too long: cookies, most often.",
    ),
    _broken(
        "IOException: Content too large to be buffered",
        "the answer announces a body of 2 GB or more, which commons-httpclient does not take",
        "a Content-Length that is wrong, or an address that delivers a far too large file.",
    ),
    _broken(
        "Protocol violation: Unexpected single newline character in chunk size"
        " | IOException: Chunk header too long | IOException: missing CR | IOException: missing LF"
        " | IOException: LF should be proceeded by CR | Malformed tailer - format should be key:value"
        " | Unexpected content at the end of chunk | MalformedChunkCodingException: Negative chunk size"
        " | MalformedChunkCodingException: Invalid footer",
        "the body comes in chunks (Transfer-Encoding), and one of them, or what follows the last, is malformed",
        "chunks whose announced sizes are not theirs, or line ends that are no CR LF.",
    ),
    _broken(
        "UnsupportedCharsetException | IllegalCharsetNameException",
        "a character set is named that Java does not know; of an answer, it is the charset of its Content-Type",
        "a Content-Type whose charset is misspelt or empty.",
    ),
    _broken(
        "org.apache.http.client.ClientProtocolException",
        "HttpClient 4.5 could not read the answer, or could not send the request at all: the line after it says why",
        "the line that begins with Caused by: names the reason.",
        weight=Weight.VAGUE,
        whole=True,
    ),
    _broken(
        "java.lang.IndexOutOfBoundsException | java.lang.StackOverflowError",
        "a bare name that any program's mistake may bear; of a call's answer, a chunk with a negative size "
        "(commons-httpclient) or thousands of interim answers (HttpsURLConnection)",
        "the frames below the name tell whether an HTTP client threw it.",
        weight=Weight.VAGUE,
        whole=True,
    ),
)
"""Heads, chunks, packed bodies and character sets: none of them is a matter of TLS."""

BROKEN_TLS: tuple[KnownText, ...] = (
    text(
        "SSLException: Unrecognized record version | SSLException: Unsupported record version"
        " | Unrecognized record version … plaintext connection",
        "a record came whose version is none of TLS: the port speaks something else, or the stream is damaged",
        any_side="port-is-not-tls provider-breaks-tls",
        provider=SILENT,
        source="measured on 8u252 and JDK 17",
    ),
    text(
        "Unsafe renegotiation is not allowed",
        "the provider asks for a second handshake, for a client certificate most often, without secure renegotiation "
        "(RFC 5746); Java refuses that",
        any_side="unsafe-renegotiation",
        provider=SILENT,
        source="measured on JDK 17; RFC 5746",
    ),
    text(
        "SSLProtocolException: Unknown content type | SSLException: Unknown content type"
        " | Inconsistent secure renegotiation indication",
        "the other side speaks TLS, and sends what TLS does not know, or breaks with what it said before",
        any_side="provider-breaks-tls",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "incomplete signature algorithms | Invalid CertificateRequest message: no sufficient data"
        " | No mandatory signature_algorithms extension | No sufficient … key agreement parameters negotiated"
        " | Invalid NewSessionTicket message | Error parsing certificate message | Invalid DH ServerKeyExchange"
        " | SSLException: Unsupported ECCurveType | SSLHandshakeException: Unsupported ECCurveType"
        " | SSLHandshakeException: Unsupported curveId | SSLException: Unknown named group ID"
        " | SSLException: Unsupported named group | SSLException: Unknown named EC curve"
        " | SSLException: Invalid ECPoint"
        " | Error parsing ServerHelloDone message | Error parsing HelloRequest message"
        " | credentials negotiated for client key exchange | Not RSA public key for client key exchange"
        " | KeyUpdate has an unexpected length | Invalid KeyUpdate message value"
        " | No ticket in the NewSessionTicket handshake message | Invalid EncryptedExtensions handshake message"
        " | Incorrect inner plaintext: no content type | No X509 credentials negotiated for CertificateVerify"
        " | Inappropriate finished message | The Finished message cannot be verified"
        " | server 'finished' message doesn't verify | SSLException: Short alert message"
        " | The renegotiation_info field is not empty | Invalid renegotiation_info in ServerHello"
        " | Server sent an unsupported extension | A potential protocol version downgrade attack"
        " | The ServerHello.legacy_version field is not TLS 1.2 | Unexpected HelloRetryRequest"
        " | SSLException: Not negotiated key shares | TLS 1.2 or prior version does not support the server cipher suite"
        " | Incorrect extensions: no length field | SSLHandshakeException: Insufficient extensions data"
        " | SSLException: Duplicate extension with ID | Zero-length OCSP Response | Bad OCSP response list length",
        "a message of the provider's handshake is malformed, or says what may not be said there",
        any_side="provider-breaks-tls",
        provider=SILENT,
        source="measured on JDK 8 to 21",
    ),
    text(
        "SSLProtocolException",
        "Java cannot make sense of a TLS message: it is malformed, out of order, or damaged on its way",
        any_side="provider-breaks-tls port-is-not-tls",
        provider=SILENT,
        source="measured on JDK 8 to 21: the class of what Java's readers of TLS messages throw",
        weight=Weight.VAGUE,
    ),
)
"""Records, renegotiation, and whatever else is thrown as SSLProtocolException."""
