"""Asking an OCSP responder (RFC 6960 appendix A.1), with the caller's consent where it is not this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from sn_mock.failure import JavaException
from sn_mock.java.exceptions import java_texts
from sn_mock.java.exceptions.http_clients import URLCONNECTION
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.httpclient import http1 as http
from sn_mock.java.httpclient.clients import known
from sn_mock.java.httpclient.http1 import HttpRequest
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.values import Thrown
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.net.network import ConsentNeededError, Network, connect
from sn_mock.java.net.plain_stream import PlainStream
from sn_mock.java.net.wire import WireError
from sn_mock.java.pkix.revocation import OcspAnswer

TIMEOUT_MS = 15_000
"""`com.sun.security.ocsp.timeout` of the JDK, for connecting and for each read."""
_HTTP_PORT = 80


class OcspClient:
    """Asks the responders of one handshake, each question once, and notes what came of it."""

    def __init__(self, network: Network, *, java: Jdk, timeout_ms: int = TIMEOUT_MS) -> None:
        self._network, self._java, self._timeout_ms = network, java, min(timeout_ms, TIMEOUT_MS)
        self._answers: dict[tuple[str, bytes], OcspAnswer] = {}
        self.log: list[str] = []

    def ask(self, url: str, question: bytes) -> OcspAnswer:
        """The responder's answer, or why there is none; nothing is raised."""
        if (url, question) not in self._answers:
            answer = self._answers[url, question] = self._asked(url, question)
            said = f"error: {answer.trouble}" if answer.trouble else f"{len(answer.data)} bytes"
            self.log.append(f"sn-mock: OCSP responder {url}: {said}")
        return self._answers[url, question]

    def _asked(self, url: str, question: bytes) -> OcspAnswer:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or _HTTP_PORT
        except ValueError:
            return OcspAnswer(trouble=JavaException("java.net.MalformedURLException", url))
        try:
            self._network.check_consent(host)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return self._posted(host, port, target, question)
        except ConsentNeededError:
            self.log.append(f"sn-mock: {host} is not this machine and remote calls were not allowed: it was not asked")
            return OcspAnswer(trouble=self._worded(Event.CONNECTION_REFUSED, host, port))
        except WireError as error:
            return OcspAnswer(trouble=self._worded(error.event, host, port))

    def _posted(self, host: str, port: int, target: str, question: bytes) -> OcspAnswer:
        wire = connect(self._network.resolve(host), self._network.port(host, port), self._timeout_ms, self._network)
        headers = (
            ("Host", host if port == _HTTP_PORT else f"{host}:{port}"),
            ("Content-Type", "application/ocsp-request"),
            ("Content-Length", str(len(question))),
            ("Connection", "close"),
        )
        request = HttpRequest("POST", target, headers, question)
        stream = PlainStream(wire)
        try:
            stream.send(request.to_bytes(), self._timeout_ms)
            receive = http.paced(stream, self._timeout_ms)
            response = engine.read(known(URLCONNECTION).reader, receive, Peer(host, port, self._java))
        finally:
            stream.close()
        if isinstance(response, Thrown):
            return OcspAnswer(trouble=response.java[0])
        if response.status_code != 200:
            text = f"Received HTTP error: {response.status_code} - {response.reason}"
            return OcspAnswer(trouble=JavaException("java.io.IOException", text))
        return OcspAnswer(response.body)

    def _worded(self, event: Event, host: str, port: int) -> JavaException:
        """In the words of HttpURLConnection, which the JDK asks with."""
        chain = java_texts.for_event(
            event, http_client=URLCONNECTION, java=self._java, host=host, port=port, timeout_ms=self._timeout_ms
        )
        return chain[0]
