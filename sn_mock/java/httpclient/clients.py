"""The HTTP clients, one row each: whatever depends on the client is a column here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION, checked
from sn_mock.java.httpclient import endpoints, following, retries, uri
from sn_mock.java.httpclient.following import Follow
from sn_mock.java.httpclient.reading import clients as readers
from sn_mock.java.httpclient.reading.clients import ReaderRules
from sn_mock.java.httpclient.retries import RetryRule
from sn_mock.java.httpclient.uri import BadUri, CommonsUri
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.hostname import HostCheck


class Limit(Enum):
    """Which of the two time limits counts."""

    CONNECT = "the connect timeout"
    SOCKET = "the socket timeout"


@dataclass(frozen=True, slots=True)
class HttpClient:
    """One HTTP client library and what it is to ServiceNow."""

    name: str
    library: str
    host_check: HostCheck
    read_endpoint: Callable[[str, Jdk], CommonsUri | BadUri]
    """Takes an endpoint apart, or complains of it; commons-httpclient knows no host with an underscore."""
    handshake_limit: Limit
    """How long one read in the handshake may take."""
    swallows_handshake: bool
    """Its socket factory asks for the peer's certificates at once, and what fails there is lost."""
    connects_first: bool
    """It connects before it makes the TLS socket: where Java cannot make that, the provider has seen a connection.

    Through a proxy they all do, and the proxy has been asked for the tunnel (measured on 8u252)."""
    reader: ReaderRules
    retry: RetryRule
    follow: Follow
    """Redirects that it follows by itself."""
    evidence: Evidence
    source: str
    trusts_for_ms: int = 0
    """A kept connection that was used so many milliseconds ago, or fewer, is used again without a look at it."""

    @property
    def checks_host_name(self) -> bool:
        """The certificate is compared with the host, without any property."""
        return self.host_check is not HostCheck.NOBODY


_COMMONS = HttpClient(
    COMMONS,
    "Apache commons-httpclient 3.1 with a custom SecureProtocolSocketFactory",
    host_check=HostCheck.NOBODY,
    read_endpoint=uri.by_commons,
    handshake_limit=Limit.SOCKET,
    swallows_handshake=False,
    connects_first=False,
    reader=readers.COMMONS,
    retry=retries.BY_COMMONS,
    follow=following.follows_nothing,
    evidence=Evidence.DOCUMENTED,
    source="org.apache.commons class names in ServiceNow texts (PRB1903011 of Zurich Patch 1, KB3067060)",
)

HTTP_CLIENTS: Mapping[str, HttpClient] = {
    client.name: client
    for client in (
        _COMMONS,
        replace(
            _COMMONS,
            name=TELEMETRY,
            library="the same, its factory asks for the peer's certificates right after connecting and swallows the "
            "failure",
            swallows_handshake=True,
            evidence=Evidence.ASSUMED,
            source="modelled so that the three texts of KB2794513 appear together; measured on JDK 17 with that model",
        ),
        HttpClient(
            HTTPCLIENT4,
            "Apache HttpClient 4.5",
            host_check=HostCheck.LIBRARY,
            read_endpoint=endpoints.by_client4,
            handshake_limit=Limit.CONNECT,
            swallows_handshake=False,
            connects_first=True,
            reader=readers.CLIENT4,
            retry=retries.BY_CLIENT4,
            follow=following.client4,
            trusts_for_ms=2000,  # `validateAfterInactivity`; measured with 4.5.14: not at 1.9 s, at 2.1 s
            evidence=Evidence.ASSUMED,
            source="a second, asynchronous client exists (Xanadu Patch 5, Zurich Patch 2); its library is not named",
        ),
        HttpClient(
            URLCONNECTION,
            "java.net.HttpsURLConnection",
            host_check=HostCheck.JSSE,
            read_endpoint=endpoints.by_urlconnection,
            handshake_limit=Limit.SOCKET,
            swallows_handshake=False,
            connects_first=False,
            reader=readers.URLCONNECTION,
            retry=retries.BY_URLCONNECTION,
            follow=following.urlconnection,
            evidence=Evidence.ASSUMED,
            source="com.glide HTTPURLConnection.connect in the stack of KB0639261",
        ),
    )
}


def known(http_client: str) -> HttpClient:
    """The row of that name; raises MockUsageError, telling the choices, for another one."""
    return HTTP_CLIENTS[checked(http_client)]
