"""Programs that write lines: whose side they are on, and the marks by which they are known."""

from __future__ import annotations

import re
from enum import StrEnum

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis.reading.words import phrase
from sn_mock.evidence import Evidence


class Side(StrEnum):
    """Who wrote a line."""

    INSTANCE = "instance"
    """ServiceNow, or another Java client in its place: it connects."""
    PROVIDER = "provider"
    """Whatever ends TLS for the provider, or stands behind it: it is connected to."""
    TOOL = "tool"
    """A program somebody tried with (curl, openssl, a browser), which connects as the instance does; or keytool."""
    UNKNOWN = "unknown"
    """The line does not tell."""


@dataclass(frozen=True, slots=True)
class Source:
    """A program that writes lines, and how to know them."""

    id: str
    title: str
    side: Side
    marks: tuple[tuple[str, ...], ...]
    pattern: re.Pattern[str] | None
    """For marks with numbers in them; searched in a line's words."""
    weight: int
    """4: the part in this very connection, whatever program it is; 3: nobody else writes so; 2: hardly anybody; 1: a
    habit."""
    evidence: Evidence
    origin: str
    """Where the marks were seen."""


_M, _D = Evidence.MEASURED, Evidence.DOCUMENTED


def _source(
    name: str,
    title: str,
    side: Side,
    marks: str,
    origin: str,
    evidence: Evidence = _M,
    *,
    pattern: str | None = None,
    weight: int = 3,
) -> Source:
    compiled = regex(pattern) if pattern else None
    rows = tuple(phrase(mark) for mark in marks.split("|") if mark.strip())
    return Source(name, title, side, rows, compiled, weight, evidence, origin)


_HELLO_8 = (
    r" clienthello (?:tlsv1(?: \d)?|sslv3) randomcookie (?:(?! (?:serverhello|negotiating|read|write) ).){0,9000}?"
)
"""A ClientHello as Java 8 prints it before 8u261: who wrote it goes on with writing, who read it with the session."""
_JDK = "measured on JDK 8, 11, 17 and 21, client and server"

SOURCES: tuple[Source, ...] = (
    _source(
        "servicenow",
        "ServiceNow: node log, outbound log, test page, script",
        Side.INSTANCE,
        "com.glide|com.snc|com.service_now|HTTPClient WARNING|Request not sent to uri|ERROR CODE: -1"
        "|ecc_queue|ECC Queue|LDAPLogger|Method failed: (…) with code|sys_certificate|sys_protocol_profile"
        "|sys_soap_message|SOAPMessageV2|RESTMessageV2|glide.http|Session contains no certificates"
        "|Error constructing REST|Unable to load certificate from DB|org.apache.commons.httpclient"
        "|Integration crypto failure|org.mozilla.javascript|outbound_http|SOAPClient|sys_properties"
        "|SOAPMessageClient|StartupSequencer|ECCQueueMonitor|ECCSender|MIDSecPolicy|OCSPCheck authority"
        "|OCSP revoke check|LDAP Server URL",
        "KB0683345, KB2794513, KB0659194, KB2466570, KB0744261, KB0863673, KB0655967",
        _D,
        pattern=r" txid [0-9a-f]{12} ",
        weight=4,
    ),
    _source(
        "java-client",
        "a Java client (JSSE)",
        Side.INSTANCE,
        "checkServerTrusted|checkServerCerts|Produced ClientHello handshake message"
        "|No X.509 certificate for client authentication|Consuming ServerHello handshake message"
        "|Consuming CertificateRequest handshake message"
        "|No available client authentication scheme|no suitable certificate found - continuing without client"
        "|sun.net.www.protocol.https|sun.net.www.protocol.http|sun.net.www.http.HttpClient|jdk.internal.net.http"
        "|ClientHandshaker|Produced client Certificate|ServerHello$ServerHelloConsumer"
        "|CertificateRequest$T12CertificateRequestConsumer"
        "|CertificateRequest$T13CertificateRequestConsumer|com.ibm.net.ssl.www2.protocol|weblogic.net.http"
        "|Client raised fatal|Client received fatal|No cached client session|Client cached [Session"
        "|non-resumable client session|Cached client session|CWPKI0022E"
        "|A signer with SubjectDN … was sent from the target host",
        _JDK + "; IBM's, WebLogic's and BouncyCastle's by their names",
        pattern=_HELLO_8 + r" write (?:tlsv1|sslv3|md5) ",
        weight=4,
    ),
    _source(
        "java-client-library",
        "a Java client (a library that calls)",
        Side.INSTANCE,
        "org.apache.http.impl.client|org.apache.http.impl.conn|org.apache.http.conn.ssl|org.apache.hc.client5"
        "|okhttp3|com.ning.http.client|org.asynchttpclient|reactor.netty.http.client|r.netty.http.client"
        "|org.eclipse.jetty.client|org.springframework.web.client|org.springframework.ws.client|feign.Client"
        "|org.apache.cxf.transport.http.HTTPConduit|org.apache.axis.client|org.apache.axis2.client"
        "|com.sun.xml.ws.client|com.sun.xml.internal.ws.client|com.sun.jndi.ldap|org.apache.kafka.clients",
        "their package names, as public stack traces show them: a web application calls from within its container",
        _D,
        weight=4,
    ),
    _source(
        "java-server",
        "a Java provider (JSSE)",
        Side.PROVIDER,
        "checkClientTrusted|checkClientCerts|Consuming ClientHello handshake message|Empty client certificate chain"
        "|null cert chain|ClientHello$ClientHelloConsumer|ClientHello$T12ClientHelloConsumer"
        "|ClientHello$T13ClientHelloConsumer|ServerHandshaker|Produced server handshake messages|SSLServerSocket"
        "|use for TLS client authentication|no cipher suites in common|is not enabled or supported in server context"
        "|Produced CertificateRequest|CertificateVerify$T12CertificateVerifyConsumer|Produced ServerHello"
        "|Server raised fatal|Server received fatal|Cached server session|Server resumed [Session",
        _JDK,
        pattern=_HELLO_8 + r" (?:negotiating session|read md5) ",
        weight=4,
    ),
    _source(
        "tomcat",
        "Tomcat",
        Side.PROVIDER,
        "org.apache.tomcat|org.apache.coyote|org.apache.catalina|https-jsse-nio|https-openssl-nio|https-jsse-nio2"
        "|This combination of host and port requires TLS",
        "measured on Tomcat 10.1",
    ),
    _source(
        "jetty",
        "Jetty",
        Side.PROVIDER,
        "org.eclipse.jetty|oeji|oejs|oejus|io.undertow|weblogic.security|reactor.netty.http.server|org.jboss.as"
        "|org.jboss.web|org.wildfly|com.ibm.ws",
        "measured on Jetty 9.4; the other containers by their package names (Netty's handlers serve both parts)",
    ),
    _source(
        "weblogic",
        "WebLogic",
        Side.PROVIDER,
        "BEA-090482|BEA-090477|BEA-090508|<WebLogicServer>",
        "Oracle docs, WebLogic Server error messages",
        _D,
        pattern=r" bea 090\d{3} ",
        weight=2,
    ),
    _source(
        "nginx",
        "nginx",
        Side.PROVIDER,
        "while SSL handshaking, client|while reading client request headers, client|while waiting for request, client"
        "|client SSL certificate verify error|client sent no required SSL certificate|SSL_do_handshake() failed"
        "|while SSL handshaking to upstream|while connecting to upstream|while reading response header from upstream"
        "|client sent plain HTTP request to HTTPS port|upstream SSL certificate|closed keepalive connection"
        "|while processing HTTP/2 connection|ssl_client_verify",
        "measured on nginx 1.22",
    ),
    _source(
        "apache",
        "Apache httpd",
        Side.PROVIDER,
        "SSL Library Error|[ssl:info] [pid|[ssl:error] [pid|[ssl:warn] [pid|[ssl:debug] [pid"
        "|Cannot perform Post-Handshake Authentication"
        "|Certificate Verification: Error",
        "measured on Apache 2.4.71",
        pattern=r" ah0\d{4} ",
    ),
    _source(
        "haproxy",
        "haproxy",
        Side.PROVIDER,
        "SSL client certificate not trusted|SSL client CA chain cannot be verified"
        "|Connection closed during SSL handshake|ssl_fc_err|ssl_c_err|Timeout during SSL handshake"
        "|Server … is DOWN, reason: Layer6",
        "measured on haproxy 2.6",
        pattern=r" \d+ ssl handshake failure | \d+ 0{6,8}[0-9a-f]{8,10} \d+ \d+ [01] ",
    ),
    _source(
        "schannel",
        "Windows: IIS, Schannel",
        Side.PROVIDER,
        "Schannel|A fatal alert was received from the remote endpoint|A fatal alert was generated and sent"
        "|sc-substatus"
        "|connection request was received from a remote client application|received from the remote client application"
        "|cs-uri-stem|W3SVC1|System.ServiceModel|Microsoft.AspNetCore.Server.Kestrel"
        "|Failed to authenticate HTTPS connection"
        "|schwerwiegende Warnung vom Remoteendpunkt",
        "Microsoft Learn, Schannel events; IIS log fields",
        _D,
        pattern=r" 20\d\d(?: \d\d){5} (?:\S+ ){0,12}?(?:get|post|put|delete|head) (?:\S+ ){1,60}?"
        r"403 (?:7|12|13|16|17) \d+ \d+ ",
        weight=2,
    ),
    _source(
        "go",
        "a Go server",
        Side.PROVIDER,
        "TLS handshake error from|failed to verify client certificate|failed to verify client's certificate",
        "measured on Go 1.19",
    ),
    _source("go-any", "Go", Side.PROVIDER, "remote error: tls", "measured on Go 1.19; k3s#4067", weight=1),
    _source(
        "load-balancer",
        "a load balancer or gateway (AWS ALB, Kong, Envoy, Traefik)",
        Side.PROVIDER,
        "upstream connect error or disconnect|transport failure reason|upstream_reset_before_response_started"
        "|downstream_tls|envoy|TlsAlertReceived|[mtls-auth]|[kong] access.lua|[kong] init.lua|github.com/traefik"
        "|PassClientTLSCert|Microsoft-Azure-Application-Gateway|messaging.adaptors.http",
        "documents of AWS, Kong, Envoy, Apigee and Azure; traefik#6503, traefik#11580",
        _D,
        pattern=r" failed (?:clientcert\w+|unmappedconnectionerror|clienttls\w*|tlscertificate\w*) ",
    ),
    _source(
        "envoy-listener",
        "Envoy",
        Side.PROVIDER,
        "TLS_error_end|ssl_socket.cc|verify cert failed|X509_verify_cert|downstream_transport_failure_reason"
        "|rbac_access_denied",
        "Envoy docs and sources",
        _D,
        weight=2,
    ),
    _source(
        "netscaler",
        "NetScaler (Citrix ADC)",
        Side.PROVIDER,
        "SSLLOG SSL_HANDSHAKE|VserverServiceIP",
        "NetScaler docs, selective SSL logging",
        _D,
    ),
    _source(
        "datapower",
        "IBM DataPower",
        Side.PROVIDER,
        "[ssl][error] ssl-server|SSL handshake certificate validation error with validation credentials"
        "|could not establish SSL for incoming connection",
        "public pages on DataPower's TLS errors",
        _D,
        pattern=r" 0x8[0-9a-f]{7} (?:ssl|crypto|http) ",
    ),
    _source(
        "f5",
        "F5 BIG-IP",
        Side.PROVIDER,
        "Peer cert verify error|SSL Handshake failed for TCP|between SSL peers",
        "F5 docs, K15292 and the 0126 messages of its log",
        _D,
        pattern=r" tmm\d* \d+ 0126\d{4} | 0126\d{4} \d ",
    ),
    _source("erlang", "an Erlang server", Side.PROVIDER, "TLS server: In state", "Erlang/OTP docs, ssl", _D),
    _source(
        "node-server",
        "node.js as a server",
        Side.PROVIDER,
        "tlsClientError",
        "measured on node 18",
    ),
    _source(
        "openssl-server",
        "a server on OpenSSL",
        Side.PROVIDER,
        "statem_srvr.c|s3_srvr.c|s23_srvr.c|tls_process_client_certificate|tls_early_post_process_client_hello|tls_post_process_client_hello|SSL_accept"
        "|ssl3_get_client_certificate|ssl3_get_client_hello|tls_process_client_hello|SSL_do_accept",
        "measured on openssl s_server 3.0; OpenSSL 1.0's names from its sources",
    ),
    _source(
        "openssl-client",
        "a client on OpenSSL",
        Side.TOOL,
        "statem_clnt.c|s3_clnt.c|s23_clnt.c|tls_process_server_certificate|tls_process_server_hello"
        "|ssl3_get_server_certificate|ssl3_get_server_hello|SSL23_GET_SERVER_HELLO|ssl_choose_client_version",
        "OpenSSL's sources: functions of a client's side",
        _D,
        weight=2,
    ),
    _source(
        "stunnel",
        "stunnel",
        Side.PROVIDER,
        "SSL_accept: |Rejected by CERT at depth|CERT: Pre-verification error",
        "measured on stunnel 5.68",
        pattern=r" log[0-7] (?:\d+|ui|cron|main) ",
        weight=2,
    ),
    _source(
        "provider-stub",
        "the provider that comes with sn-mock",
        Side.PROVIDER,
        "provider-stub|provider's journal",
        "provider_stub.journal",
    ),
    _source(
        "keytool",
        "keytool",
        Side.TOOL,
        "keytool error|Enter keystore password|Your keystore contains|error de herramienta de claves|Keytool-Fehler"
        "|erreur keytool|erro de keytool|Errore keytool|keytoolエラー|keytool 오류|keytool 错误|nyckelverktygsfel"
        "|金鑰工具錯誤",
        "measured on keytool 8, 11 and 17, in eleven languages",
    ),
    _source(
        "openssl",
        "openssl at the command line",
        Side.TOOL,
        "CONNECTED(00000003)|CONNECTED(00000004)|CONNECTED(00000005)|Verify return code|SSL handshake has read"
        "|No client certificate CA names sent|Acceptable client certificate CA names"
        "|BIO_connect|openssl s_client|Could not read certificate from|Could not read private key from"
        "|PEM routines|Mac verify error|matches private key|Error outputting keys and certificates",
        "measured on OpenSSL 3.0",
        weight=2,
    ),
    _source(
        "openssl-verify",
        "openssl at the command line",
        Side.TOOL,
        "verify error:num|verify return:1",
        "measured on s_client 3.0; s_server prints the same of the client's chain",
        weight=1,
    ),
    _source(
        "curl",
        "curl",
        Side.TOOL,
        "SSL certificate problem|SSL certificate verify result|OpenSSL SSL_read|OpenSSL SSL_connect"
        "|OpenSSL SSL_write|TLS alert,"
        "|InitializeSecurityContext failed|TLS handshake, Client hello|curl failed to verify"
        "|could not load PEM client certificate|unable to set private key file|successfully set certificate verify"
        "|NSS error|Initializing NSS with certpath|NSS: client certificate|gnutls_handshake() failed"
        "|GnuTLS recv error|GnuTLS send error|LibreSSL SSL_connect|LibreSSL SSL_read|server certificate verification"
        " failed. CAfile|schannel: next|schannel: SNI or|schannel: disabled|schannel: CertGetCertificateChain"
        "|schannel: failed",
        "measured on curl 7.88; curl with NSS, GnuTLS, LibreSSL and Schannel by their sources",
        pattern=r" curl [1-9]\d? (?!\d)",
    ),
    _source(
        "client-program",
        "a client program (Python, node, .NET, Go, wget, Postman, SoapUI)",
        Side.TOOL,
        "gnutls-cli|PKI verification of server certificate failed|A TLS fatal alert has been received"
        "|no-check-certificate|cannot verify … certificate, issued by|no certificate subject alternative name matches"
        "|urllib3|HTTPSConnectionPool|requests.exceptions|httpx.|aiohttp.client|wget:|Could not get response"
        '|Could not send request|Postman|SoapUI|com.eviware|AxiosError|Get "https|Post "https'
        "|The certificate is NOT trusted|doesn't have a known issuer|certificate's owner does not match hostname"
        "|ERROR: The certificate of|Unable to establish SSL connection|write EPROTO|FetchError"
        "|Client network socket disconnected before secure TLS|not in the cert's altnames"
        "|The SSL connection could not be established|The underlying connection was closed"
        "|The remote server has requested TLS client authentication"
        "|The remote server has requested SSL client authentication|certificate received from the remote server"
        "|TLS client: In state"
        "|Could not establish trust relationship|Could not create SSL/TLS secure channel|Invoke-WebRequest"
        "|Invoke-RestMethod|UNABLE_TO_VERIFY_LEAF_SIGNATURE|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN"
        "|UNABLE_TO_GET_ISSUER_CERT|failed to connect to all addresses|System.Net.WebException"
        "|System.Net.Http.HttpRequestException",
        "measured on Python 3.11, node 18, Go 1.19; .NET by its documents",
    ),
    _source(
        "python",
        "Python's ssl module",
        Side.TOOL,
        "certificate verify failed: … (_ssl.c|ssl.SSLCertVerificationError|ssl.SSLError",
        "measured on Python 3.11",
        weight=1,
    ),
    _source(
        "browser",
        "a browser",
        Side.TOOL,
        "NET::ERR_CERT|ERR_SSL_PROTOCOL_ERROR|ERR_BAD_SSL_CLIENT_AUTH_CERT|ERR_SSL_CLIENT_AUTH"
        "|SSL_ERROR_UNKNOWN_CA_ALERT"
        "|SEC_ERROR_UNKNOWN_ISSUER|PR_END_OF_FILE_ERROR|SSL_ERROR_BAD_CERT_ALERT|SSL_ERROR_HANDSHAKE_FAILURE_ALERT"
        "|SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT|Your connection is not private|MOZILLA_PKIX_ERROR"
        "|ERR_CONNECTION_REFUSED|ERR_SSL_VERSION_OR_CIPHER_MISMATCH|SSL_ERROR_BAD_CERT_DOMAIN"
        "|This site can't provide a secure connection|SSL_ERROR_EXPIRED_CERT_ALERT",
        "Chromium and Firefox error names",
        _D,
    ),
)
"""Every program whose lines are told apart."""
