"""The road between instance and provider, and what travels on it: protocol, network, HTTP, SOAP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Span
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import (
    CLOSED,
    CLOSED_BEFORE_8U261,
    MEASURED,
    NO_RESPONSE,
    OLD_JSSE,
    SOCKET_CLOSED,
    TELEMETRY,
    docs,
    kb,
    refused,
)
from sn_mock.lab.setup import LabSetup, Message, Profile, ProviderSetup

_HEALTHY = LabSetup()


def _answering(**policy: Any) -> LabSetup:
    return replace(_HEALTHY, provider=ProviderSetup(policy=policy))


def _status(status: int, finding: str, **more: Any) -> Expected:
    fields: Mapping[str, Any] = {
        "stage": Stage.HTTP,
        "status_code": status,
        "log_status": status,
        "presented": "acme-client",
        **more,
    }
    return Expected(finding=finding, **fields)


_ONE_WAY = replace(
    _HEALTHY,
    message=Message(
        mutual_auth=False,
        profile=None,
        function_mutual_auth=False,
        function_profile=None,
        endpoint="https://{host}:{port}/tickets",
    ),
    provider=ProviderSetup(policy={"client_auth": "none"}),
)

_FORGETFUL = replace(_answering(fault="reuse:reset"), keep_alive=True)
"""Whatever comes over a connection that was used before is answered with a reset."""

_NIO_SOCKETS = Span(since=Feature.JAVA_17_SOCKETS)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="tls-version-not-common",
        group="transport",
        title="The provider offers a TLS version that the instance does not",
        story=(
            "The provider was hardened to the newest TLS version only. The instance's Java does not offer it, and the "
            "provider ends the handshake at the first message."
        ),
        broken=replace(_answering(tls_min="1.3", tls_max="1.3"), quirks={"tls_versions": ("TLSv1.2",)}),
        fixed=replace(_HEALTHY, quirks={"tls_versions": ("TLSv1.2",)}),
        fix="Have the provider keep TLS 1.2 until the instance offers TLS 1.3.",
        expected=Expected(finding="no-common-tls-version"),
        variants=(
            *refused("protocol_version"),
            Variant(
                {"java": ("javax.net.ssl.SSLException: Received fatal alert: protocol_version",), "connections": 4},
                javas=OLD_JSSE,
            ),
        ),
        sources=(MEASURED, docs("sc-disable-deprecated-tls-versions")),
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="no-common-cipher-suite",
        group="transport",
        title="No cipher suite in common",
        story="The provider accepts one old cipher suite only, which Java has never had.",
        broken=replace(
            _HEALTHY, provider=ProviderSetup("provider-rsa", policy={"ciphers": "CAMELLIA256-SHA256:@SECLEVEL=0"})
        ),
        fixed=_HEALTHY,
        fix="Have the provider offer a modern suite such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384.",
        expected=Expected(finding="no-common-cipher-suite"),
        variants=refused("handshake_failure"),
        sources=(MEASURED,),
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="plain-http-port",
        group="transport",
        title="The port speaks plain HTTP, not TLS",
        story="The endpoint has the port of the provider's HTTP listener. What comes back is not a TLS record.",
        broken=_answering(plain_http=True),
        fixed=_HEALTHY,
        fix="Use the provider's TLS port in the endpoint (or in the profile's default port).",
        expected=Expected(
            finding="port-is-not-tls",
            cause="not-tls",
            java=("javax.net.ssl.SSLException: Unsupported or unrecognized SSL message",),
            connections=4,
        ),
        variants=(
            Variant(
                {"java": ("javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?",)},
                javas=OLD_JSSE,
            ),
            Variant(SOCKET_CLOSED, http_client=TELEMETRY),
        ),
        sources=(MEASURED, kb("KB0696599", "profile and port")),
    ),
    Scenario(
        id="connection-refused",
        group="transport",
        title="Nothing listens at the provider's port",
        story="The provider's service is down, or the port is wrong. The operating system refuses the connection.",
        broken=replace(
            _HEALTHY,
            profiles=(Profile(default_port="{closed_port}"),),
            message=Message(endpoint="{scheme}://{host}:{closed_port}/tickets"),
        ),
        fixed=_HEALTHY,
        fix="Correct the port of the endpoint, or have the provider start the service.",
        expected=Expected(
            finding="connection-refused",
            stage=Stage.CONNECT,
            cause="connection-refused",
            java=("java.net.ConnectException: Connection refused (Connection refused)",),
            visits=False,
            connections=4,
        ),
        variants=(Variant({"java": ("java.net.ConnectException: Connection refused",)}, javas=_NIO_SOCKETS),),
        sources=(MEASURED, kb("KB3067060"), kb("KB0659194", "response status 0 or -1: no response")),
        kb=("KB0659194",),
    ),
    Scenario(
        id="connect-timeout",
        group="transport",
        title="The host does not accept the connection within the timeout",
        story=(
            "A firewall between instance and provider swallows the connection requests. After "
            "glide.http.connection_timeout "
            "milliseconds the HTTP client gives up."
        ),
        broken=replace(_HEALTHY, properties={"glide.http.connection_timeout": "60"}, network="black-hole"),
        fixed=replace(_HEALTHY, properties={"glide.http.connection_timeout": "10000"}),
        fix="Have the firewall opened for the instance's addresses; use a MID Server for private networks.",
        expected=Expected(
            finding="connect-timeout",
            stage=Stage.CONNECT,
            cause="connect-timeout",
            java=("java.net.SocketTimeoutException: connect timed out",),
            visits=False,
        ),
        variants=(Variant({"java": ("java.net.SocketTimeoutException: Connect timed out",)}, javas=_NIO_SOCKETS),),
        sources=(kb("KB3067060", "section 3.6"), kb("KB2712211"), MEASURED),
        kb=("KB3067152",),
        see_also=("connect-timeout-without-profile",),
    ),
    Scenario(
        id="connect-timeout-without-profile",
        group="transport",
        title="The same timeout on plain https is worded by the HTTP client",
        story=(
            "A one-way call, without a protocol profile. commons-httpclient watches the connection itself there, and "
            "says "
            "so in its own words."
        ),
        broken=replace(_ONE_WAY, properties={"glide.http.connection_timeout": "60"}, network="black-hole"),
        fixed=_ONE_WAY,
        fix="Have the firewall opened for the instance's addresses; use a MID Server for private networks.",
        expected=Expected(
            finding="connect-timeout",
            stage=Stage.CONNECT,
            cause="connect-timeout",
            java=(
                "org.apache.commons.httpclient.ConnectTimeoutException: "
                "The host did not accept the connection within timeout of 60 ms",
            ),
            visits=False,
        ),
        sources=(kb("KB2466570"), kb("KB3067060", "section 3.6"), MEASURED),
        kb=("KB2466570",),
    ),
    Scenario(
        id="read-timeout",
        group="transport",
        title="The provider does not answer the request in time",
        story="Handshake and request are fine. The provider works longer than the instance waits.",
        broken=replace(_answering(delay_ms=900, delay_at="request"), properties={"glide.http.timeout": "300"}),
        fixed=replace(_HEALTHY, properties={"glide.http.timeout": "175000"}),
        fix="Raise the timeout (setHttpTimeout, or glide.http.timeout), or have the provider answer faster.",
        expected=Expected(
            finding="read-timeout",
            stage=Stage.HTTP,
            cause="read-timeout",
            java=("java.net.SocketTimeoutException: Read timed out",),
            presented="acme-client",
        ),
        sources=(kb("KB2712211"), kb("KB3067152"), MEASURED),
        kb=("KB3067152", "KB0694711"),
    ),
    Scenario(
        id="unknown-host",
        group="transport",
        title="The provider's name cannot be resolved",
        story="The endpoint names a host of the company's private DNS; the cloud instance cannot resolve it.",
        broken=replace(_HEALTHY, network="no-such-host"),
        fixed=_HEALTHY,
        fix="Use a public host name, or reach the private one through a MID Server.",
        expected=Expected(
            finding="unknown-host",
            stage=Stage.CONNECT,
            cause="unknown-host",
            java=("java.net.UnknownHostException: {host}",),
            visits=False,
        ),
        sources=(kb("KB3067060", "section 3.7"), MEASURED),
        kb=("KB3067060",),
    ),
    Scenario(
        id="proxy-refuses",
        group="transport",
        title="The web proxy does not let the call through",
        story=(
            "The instance sends outbound calls through a web proxy. The proxy's rules do not allow the provider's "
            "host, and "
            "it answers the CONNECT request with 403."
        ),
        broken=replace(
            _HEALTHY,
            properties={"glide.http.proxy_host": "127.0.0.1", "glide.http.proxy_port": "{proxy_port}"},
            network="provider-behind-proxy",
        ),
        fixed=replace(
            _HEALTHY,
            properties={
                "glide.http.proxy_host": "127.0.0.1",
                "glide.http.proxy_port": "{proxy_port}",
                "glide.http.proxy_bypass_list": "localhost",
            },
            network="provider-behind-proxy",
        ),
        fix="Put the provider's host on the list glide.http.proxy_bypass_list, or have the proxy allow it.",
        expected=Expected(
            finding="proxy-refused",
            stage=Stage.CONNECT,
            cause="proxy-refused",
            status_code=403,
            log_status=403,
            visits=False,
        ),
        sources=(docs("c_WebProxy"), Source("RFC 9110 §9.3.6 (CONNECT)", Evidence.DOCUMENTED)),
    ),
    Scenario(
        id="silent-in-handshake",
        group="transport",
        title="The provider accepts the connection and falls silent",
        story="TCP connects, the ClientHello goes out, and nothing comes back until the socket timeout.",
        broken=replace(_answering(fault="client-hello:stall"), properties={"glide.http.timeout": "80"}),
        fixed=_HEALTHY,
        fix="Have the provider look at whatever ends TLS there: it accepts connections and does not serve them.",
        expected=Expected(
            finding="handshake-timeout",
            cause="handshake-timeout",
            java=("java.net.SocketTimeoutException: Read timed out",),
        ),
        sources=(kb("KB3067152"), MEASURED),
        last_release="yokohama",
    ),
    Scenario(
        id="endpoint-with-underscore",
        group="transport",
        title="A host name with an underscore",
        story=(
            "The provider's internal host name has an underscore. Java's URI finds no host in it, and the HTTP "
            "client says "
            "that the host must not be null."
        ),
        broken=replace(_HEALTHY, message=Message(endpoint="{scheme}://acme_tickets.localhost:{port}/tickets")),
        fixed=_HEALTHY,
        fix="Use a host name without an underscore (RFC 952, RFC 1123).",
        expected=Expected(
            finding="endpoint-not-usable",
            stage=Stage.ROUTE,
            cause="no-host",
            java=("java.lang.IllegalArgumentException: host must not be null",),
            visits=False,
            connections=0,
        ),
        sources=(MEASURED, Source("RFC 1123 §2.1", Evidence.DOCUMENTED)),
    ),
    Scenario(
        id="redirect-not-followed",
        group="transport",
        title="The provider redirects, and the instance does not follow",
        story=(
            "The provider moved and answers with a redirect. SOAPMessageV2 does not follow it; the script gets "
            "status 302, "
            "no error, and no envelope."
        ),
        broken=_answering(http_status=302),
        fixed=_HEALTHY,
        fix="Use the new address in the endpoint (or setFollowRedirect(true) in the script).",
        expected=_status(302, "redirect-not-followed", stage=None),
        sources=(docs("c_SOAPMessageV2API", "redirects are not followed by default"), MEASURED),
    ),
    Scenario(
        id="http-400",
        group="transport",
        title="HTTP 400: the provider does not like the request",
        story="Mutual authentication works. The request is not what the provider's application expects.",
        broken=_answering(http_status=400),
        fixed=_HEALTHY,
        fix="Compare headers, SOAP action and envelope with the provider's documentation.",
        expected=_status(400, "http-client-error"),
        sources=(kb("KB3067183"),),
        kb=("KB3067183",),
    ),
    Scenario(
        id="reset-in-handshake",
        group="transport",
        title="The connection is reset in the handshake",
        story=("A firewall or load balancer on the way does not like the ClientHello and resets the connection."),
        broken=_answering(fault="client-hello:reset"),
        fixed=_HEALTHY,
        fix="Have the provider's network team look at its firewall and load balancer logs for the time of the call.",
        expected=Expected(
            finding="connection-reset",
            cause="connection-reset",
            java=("java.net.SocketException: Connection reset",),
            connections=4,
        ),
        variants=(Variant(SOCKET_CLOSED, http_client=TELEMETRY),),
        sources=(kb("KB3067060", "section 3.8"), MEASURED),
    ),
    Scenario(
        id="idle-pooled-connection-reset",
        group="transport",
        title="The first call after a pause: a pooled connection is reset",
        story=(
            "The firewall in front of the provider forgets connections that carry nothing for a while. The instance "
            "keeps them for later calls, and the first request after the pause is answered with a reset. It was sent, "
            "so it is not sent again; the next call works."
        ),
        before=(_FORGETFUL,),
        broken=_FORGETFUL,
        fixed=replace(_FORGETFUL, properties={"glide.http.use_connection_mgr": "false"}),
        fix="Have the firewall's idle time raised above the pauses between calls. Until then set "
        "glide.http.use_connection_mgr to false: every call opens a connection of its own.",
        expected=Expected(
            finding="idle-connection-reset",
            stage=Stage.HTTP,
            cause="connection-reset",
            java=("java.net.SocketException: Connection reset",),
            presented="acme-client",
        ),
        sources=(
            kb("KB3067060", "section 3.8"),
            docs("r_HTTPConnectionManagementProps", "connections are pooled"),
            Source("measured on JDK 17 with commons-httpclient 3.1 against a relay that forgets", Evidence.MEASURED),
        ),
        kb=("KB3067060",),
    ),
    Scenario(
        id="closed-in-handshake",
        group="transport",
        title="The connection is closed in the handshake without an alert",
        story="The load balancer in front of the provider closes the connection politely, and says nothing.",
        broken=_answering(fault="client-hello:close"),
        fixed=_HEALTHY,
        fix="Have the provider look at the log of whatever ends TLS there; the instance's side is sound.",
        expected=Expected(
            finding="closed-in-handshake",
            cause="handshake-closed",
            java=CLOSED,
        ),
        variants=(
            CLOSED_BEFORE_8U261,
            Variant(SOCKET_CLOSED, http_client=TELEMETRY),
        ),
        sources=(MEASURED,),
    ),
    Scenario(
        id="closed-instead-of-answer",
        group="transport",
        title="The provider closes the connection instead of answering",
        story="The request is out, and then the connection ends. The HTTP client tries three more times.",
        broken=_answering(fault="request:close"),
        fixed=_HEALTHY,
        fix="Have the provider look for the crashed or restarted process behind its TLS end point.",
        expected=Expected(
            finding="no-response",
            stage=Stage.HTTP,
            cause="no-response",
            java=NO_RESPONSE,
            presented="acme-client",
            connections=4,
        ),
        sources=(MEASURED,),
    ),
    Scenario(
        id="http-401",
        group="transport",
        title="HTTP 401: the certificate is accepted, the user is not",
        story="Mutual authentication works. The service wants basic authentication on top, and the record has none.",
        broken=_answering(http_status=401),
        fixed=_HEALTHY,
        fix="Set the authentication type of the SOAP message to Basic with the provider's user and password.",
        expected=_status(401, "http-unauthorized"),
        sources=(kb("KB3067106"),),
        kb=("KB3067106",),
    ),
    Scenario(
        id="http-403",
        group="transport",
        title="HTTP 403: the provider knows us and says no",
        story="Mutual authentication works. The application behind it does not allow this client to do this.",
        broken=_answering(http_status=403),
        fixed=_HEALTHY,
        fix="Have the provider grant the client (by its certificate's subject) the right to use the service.",
        expected=_status(403, "http-forbidden"),
        sources=(kb("KB3067183"),),
        kb=("KB3067183",),
    ),
    Scenario(
        id="http-404",
        group="transport",
        title="HTTP 404: the path of the endpoint is wrong",
        story="Mutual authentication works, and the provider has nothing at this path.",
        broken=replace(_HEALTHY, provider=ProviderSetup(policy={"http_status": 404})),
        fixed=_HEALTHY,
        fix="Correct the path of the function's endpoint.",
        expected=_status(404, "http-not-found"),
        sources=(kb("KB3067183"),),
        kb=("KB3067183",),
    ),
    Scenario(
        id="http-500",
        group="transport",
        title="HTTP 500 without a SOAP fault",
        story="Mutual authentication works. The provider's application fails and answers with an empty page.",
        broken=_answering(http_status=500),
        fixed=_HEALTHY,
        fix="Have the provider look at its application log for the time of the call.",
        expected=_status(500, "http-server-error"),
        sources=(kb("KB3067183"),),
        kb=("KB3067183",),
    ),
    Scenario(
        id="soap-fault",
        group="transport",
        title="The service answers with a SOAP fault",
        story="TLS and HTTP are fine; the service understood the request and refuses what it says.",
        broken=_answering(http_status=500, http_fault=True),
        fixed=_HEALTHY,
        fix="Read the fault string, and correct the envelope or its parameters.",
        expected=_status(500, "soap-fault", stage=Stage.SOAP),
        sources=(Source("SOAP 1.1 §4.4 and §6.2", Evidence.DOCUMENTED),),
    ),
)
