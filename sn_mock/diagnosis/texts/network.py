"""The way to the provider and what broke on it, in the words of Java's clients, of tools and of gateways."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import DOCUMENTED, REFUSED_SILENTLY, REPORTED, SILENT, KnownText, Weight, text

_CLOSED = f"closed-in-handshake {REFUSED_SILENTLY} sni-off"
_RESET = f"connection-reset idle-connection-reset {REFUSED_SILENTLY}"
_TEXTS = "commons-httpclient 3.1 source; measured on JDK 17"

NETWORK: tuple[KnownText, ...] = (
    text(
        "unsupported protocol: '{scheme}' | unknown protocol: {scheme} | protocol is not supported"
        " | UnsupportedSchemeException | IllegalStateException: unsupported protocol",
        "nothing registers the endpoint's scheme",
        any_side="scheme-not-registered profile-name-not-usable",
        tool=SILENT,
        provider=SILENT,
        source="KB0696002; " + _TEXTS,
    ),
    text(
        "Invalid uri ' | host parameter is null | host must not be null | port out of range"
        " | URI does not specify a valid host name | Illegal character in | Expected authority"
        " | Failed to select a proxy",
        "the HTTP client cannot read the endpoint",
        any_side="endpoint-not-usable profile-name-not-usable",
        source=_TEXTS,
        advice="Correct the endpoint: scheme, host (no underscore), port up to 65535, escaped path.",
    ),
    text(
        "Unsupported or unrecognized SSL message | Unrecognized SSL message, plaintext connection"
        " | wrong version number | client sent plain HTTP request to HTTPS port"
        " | The plain HTTP request was sent to HTTPS port | HTTP spoken on HTTPS port | SSL routines … http request"
        " | Client sent an HTTP request to an HTTPS server | speaking plain HTTP to an SSL-enabled server port"
        " | This combination of host and port requires TLS | Found an plain text HTTP request"
        " | first record does not look like a TLS handshake | server gave HTTP response to HTTPS client"
        " | Invalid character found in method name [0x16 | HTTP method names must be tokens"
        " | ssl_passthru … not SSL | not an SSL/TLS record"
        " | packet length too long | ERR_SSL_HTTP_REQUEST | ERR_SSL_WRONG_VERSION_NUMBER"
        " | SSL_ERROR_RX_RECORD_TOO_LONG | https proxy request | NotSslRecordException"
        " | unknown protocol:s23_clnt.c | SSL23_GET_SERVER_HELLO:unknown protocol"
        ' | malformed HTTP response "\\x15\\x03',
        "one side does not speak TLS at that port",
        any_side="port-is-not-tls",
        source="measured on JDK 17, nginx, Apache, haproxy, Tomcat, Go and node",
    ),
    text(
        "Remote host terminated the handshake | Remote host closed connection during handshake"
        " | SSL peer shut down incorrectly | SSL_ERROR_SYSCALL in connection | SSL_ERROR_SYSCALL"
        " | unexpected eof while reading | PR_END_OF_FILE_ERROR | ERR_CONNECTION_CLOSED | handshake has been ended"
        " | Client network socket disconnected before secure TLS connection was established "
        "| EOF occurred in violation",
        "the other side (or a gateway before it) closed the connection in the handshake without saying why",
        any_side=_CLOSED,
        provider=SILENT,
        source="measured on 8u252, JDK 17, curl, node and Python; in a provider's log any port scan reads so",
        weight=Weight.PLAIN,
    ),
    text(
        "Received close_notify during handshake | Received fatal close_notify alert",
        "the provider ended the connection politely before the handshake was done",
        any_side=f"closed-in-handshake {REFUSED_SILENTLY}",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "client closed connection while SSL handshaking | SSL handshake stopped: connection was closed"
        " | Connection closed during SSL handshake | peer closed connection in SSL handshake",
        "the caller closed the connection in the handshake, which a port scan or a health check does as well; a Java "
        "that refuses the provider would have sent an alert first",
        source="measured on nginx 1.22, Apache 2.4 and haproxy 2.6",
        weight=Weight.VAGUE,
        advice="Look at the instance's node log for the same second: only the caller knows why it hung up.",
    ),
    text(
        "Connection reset | Broken pipe | ECONNRESET | Connection reset by peer | ERR_CONNECTION_RESET"
        " | An existing connection was forcibly closed by the remote host | Software caused connection abort"
        " | An established connection was aborted by the software in your host machine"
        " | connection was reset",
        "the connection was reset: by a firewall, by a provider that closes without reading, or because it had been "
        "idle too long",
        any_side=_RESET,
        provider=SILENT,
        source="KB3067060 section 3.8; measured on JDK 17",
        weight=Weight.PLAIN,
    ),
    text(
        "readHandshakeRecord",
        "the provider ended the connection while Java wrote its part of the handshake",
        any_side=_RESET,
        provider=SILENT,
        source="measured on 8u504: what its handshake puts around a failed write",
        weight=Weight.PLAIN,
        whole=True,
    ),
    text(
        "Connection refused | ECONNREFUSED | ERR_CONNECTION_REFUSED | HttpHostConnectException"
        " | target machine actively refused it | Failed to connect to … port",
        "nothing listens at that address and port",
        any_side="connection-refused wrong-default-port port-in-endpoint",
        provider=SILENT,
        source="measured on JDK 17; KB3067060",
    ),
    text(
        "did not accept the connection within timeout | connect timed out | ConnectTimeoutException"
        " | Connection timed out (Connection timed out) | ConnectException: Connection timed out | ETIMEDOUT"
        " | Connection timed out after | ERR_CONNECTION_TIMED_OUT | dial tcp … i/o timeout"
        " | Failed to connect to … Connection timed out | connection attempt failed because the connected party",
        "the provider's host did not accept the connection in time",
        any_side="connect-timeout",
        provider=SILENT,
        source="KB2466570, KB3067060 section 3.6, KB2712211",
    ),
    text(
        "Read timed out | Operation timed out after | awaiting response headers",
        "the provider accepted the connection and did not answer in time",
        any_side="read-timeout handshake-timeout",
        provider=SILENT,
        source="KB2712211, KB3067152",
    ),
    text(
        "times out | timed out waiting | SocketTimeoutException | call timed out | SOAP request timed out"
        " | REST request timed out | HTTP request timed out | web service request timed out",
        "something did not come in time; whether the connection or the answer, the words do not tell",
        any_side="read-timeout connect-timeout handshake-timeout",
        provider=SILENT,
        source="KB2712211, KB2466570",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "UnknownHostException | Name or service not known | Could not resolve host | ENOTFOUND "
        "| unable to resolve host"
        " | Temporary failure in name resolution | No address associated with hostname | no such host"
        " | ERR_NAME_NOT_RESOLVED | nodename nor servname provided | EAI_AGAIN | getaddrinfo failed"
        " | The remote name could not be resolved",
        "the provider's host name cannot be resolved",
        any_side="unknown-host",
        provider=SILENT,
        source="KB3067060 section 3.7; measured on JDK 17",
    ),
    text(
        "NoRouteToHostException | No route to host | Network is unreachable | Host unreachable | EHOSTUNREACH"
        " | ENETUNREACH",
        "the network knows no way to the provider",
        any_side="no-route-to-host",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "Unable to tunnel through proxy | Proxy returns | 407 Proxy Authentication Required | CONNECT tunnel failed"
        " | Received HTTP code … from proxy after CONNECT | tunneling socket could not be established"
        " | ERR_TUNNEL_CONNECTION_FAILED | ERR_PROXY_CONNECTION_FAILED | Tunnel connection failed"
        " | The proxy server refused | CONNECT refused by proxy",
        "the web proxy did not open a tunnel",
        any_side="proxy-refused",
        source="measured on JDK 17 (HttpURLConnection) and curl",
        weight=Weight.VERDICT,
    ),
    text(
        "NoHttpResponseException | Error writing to server | Error writing request body to server"
        " | failed to respond | Unexpected end of file from server | Empty reply from server"
        " | failed: Remotely closed | socket hang up | Connection aborted | RemoteDisconnected"
        " | server closed connection unexpectedly",
        "the provider closed the connection instead of answering",
        any_side=f"no-response {REFUSED_SILENTLY}",
        provider=SILENT,
        source="measured on JDK 17, curl, node and Python",
        weight=Weight.PLAIN,
    ),
    text(
        "failed to respond with a valid HTTP response | Invalid Http response | Unable to parse header"
        " | Invalid header: | Bad chunk size | Bad chunk header | Bogus chunk size "
        "| Received HTTP/0.9 when not allowed"
        " | malformed HTTP response | HPE_INVALID_CONSTANT",
        "what answers is no proper HTTP",
        any_side="bad-http-response port-is-not-tls",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "Premature end of Content-Length delimited message body | Premature EOF | Truncated chunk"
        " | CRLF expected at end of chunk | chunked stream ended unexpectedly | closing chunk expected"
        " | TruncatedChunkException | ConnectionClosedException | MalformedChunkCodingException"
        " | transfer closed with … bytes remaining",
        "the answer is shorter than it announced",
        any_side="bad-http-response",
        provider=SILENT,
        source="measured on JDK 17 and curl",
    ),
    text(
        "Server redirected too many times | Maximum … redirects followed | Circular redirect | TOO_MANY_REDIRECTS",
        "the provider redirects in a circle",
        any_side="bad-http-response redirect-not-followed",
        source="measured on JDK 17",
    ),
    text(
        "No appropriate protocol | is disabled or cipher suites are inappropriate | Unsupported CipherSuite"
        " | IllegalArgumentException: Unsupported protocol",
        "the instance is left without a protocol or cipher suite",
        any_side="no-common-tls-version",
        source="measured on JDK 17",
    ),
    text(
        "The server selected protocol version | is not accepted by client preferences | Unsupported protocol version"
        " | Client requested protocol … is not enabled or supported | no protocols available"
        " | tls: client offered only unsupported versions | unsupported protocol | UNSUPPORTED_PROTOCOL "
        "| SSL routines … unsupported protocol | uses an unsupported protocol "
        "| version too low"
        " | ERR_SSL_VERSION_OR_CIPHER_MISMATCH | SSL_ERROR_UNSUPPORTED_VERSION "
        "| Server chose …, but that protocol version"
        " is not enabled | protocol version not supported | TLS client and server do not possess a common protocol"
        " | the client and server cannot communicate, because they do not possess a common algorithm",
        "no TLS version in common",
        any_side="no-common-tls-version",
        source="measured on JDK 8, 11, 17, OpenSSL 3.0 and Go 1.19",
    ),
    text(
        "SSL23_GET_CLIENT_HELLO:unknown protocol",
        "the caller's hello is of a TLS version that the provider does not take, or is none",
        any_side="no-common-tls-version port-is-not-tls",
        source="OpenSSL 1.0's sources; public pages on DataPower's TLS errors",
        evidence=DOCUMENTED,
    ),
    text(
        "none of the cipher suites supported by the client"
        " | no shared cipher | no shared ciphers | NO_SHARED_CIPHER"
        " | no cipher suites in common | no cipher suite supported by both"
        " | no suitable signature algorithm | no shared signature algorithms | SSL_ERROR_NO_CYPHER_OVERLAP"
        " | no suitable key share | no suitable groups | no ciphers available",
        "no cipher suite (or signature algorithm) in common",
        any_side="no-common-cipher-suite no-common-tls-version",
        source="measured on OpenSSL 3.0, JDK 17 and Go 1.19",
    ),
    text(
        "No supported signature algorithm | No supported CertificateVerify signature algorithm",
        "the provider asks for a client certificate with signature algorithms of which Java has none to sign with; "
        "SHA-1 signs no handshake since 11.0.30, 17.0.18 and 21.0.10",
        any_side="key-type-not-accepted",
        source="measured on JDK 17, 17.0.19 and 21.0.13; JDK-8340321",
    ),
    text(
        "handshake alert: internal_error | ALERT: warning, internal_error",
        "the provider warned that it failed by itself, which Java's client ends the handshake for",
        any_side="provider-ends-handshake sni-off",
        source="public threads on Netty; RFC 6066 section 3 (servers warn so of server names)",
        evidence=REPORTED,
        weight=Weight.PLAIN,
    ),
    text(
        "Could not generate DH keypair | Prime size must be multiple of 64 | DH ServerKeyExchange does not comply",
        "the provider's Diffie-Hellman parameters are too long (or too weak) for this Java",
        any_side="dh-parameters-too-large-for-java",
        source="KB0563593",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Bad input record size | Unknown handshake type size | Invalid Alert message | Unknown alert description"
        " | TLSCiphertext.length",
        "what came cannot be read as TLS: no TLS at all, or damaged on its way",
        any_side="port-is-not-tls provider-breaks-tls",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "Server selected improper ciphersuite | Unexpected handshake message"
        " | Malformed or unexpected ChangeCipherSpec message | Decryption has failed"
        " | Invalid ECDH ServerKeyExchange signature | Tag mismatch"
        " | AEADBadTagException | Illegal handshake message | Receiving application data before handshake complete",
        "the other side speaks TLS, and one of its messages is wrong, out of order or damaged on its way",
        any_side="provider-breaks-tls",
        provider=SILENT,
        source="measured on JDK 17",
    ),
    text(
        "bad record MAC | Insufficient buffer remaining for AEAD cipher fragment",
        "a record came in clear or damaged; a caller on OpenSSL sends its TLS 1.3 alert so, and the alert cannot"
        " be read",
        source="measured on JDK 17 and Go 1.19 with OpenSSL 3.0",
        weight=Weight.VAGUE,
        advice="The caller refused something early in the handshake: its own log says what.",
    ),
    text(
        "upstream SSL certificate verify error | upstream SSL certificate does not match"
        " | upstream connect error … TLS error | transport failure reason: TLS error"
        " | transport failure reason: TLS_error … TLS_error_end | reset reason … TLS error | TLS error: 268435581"
        " | TLS error: Secret is not supplied | while SSL handshaking to upstream "
        "| CERTIFICATE_VERIFY_FAILED … upstream"
        " | AH01084 | proxy: error during SSL handshake | AH00898 | AH02039 … proxy | Error during SSL Handshake with"
        " remote server | is DOWN, reason: Layer6 | x509: … reverse proxy error"
        " | server certificate used by the backend | trusted root certificate added to the application gateway"
        " | failed to enable ssl support for"
        " | backend certificate is invalid | backend server certificate | backend certificate does not match",
        "the provider's gateway and the server behind it do not come together: the client's certificate is not the "
        "trouble",
        any_side="gateway-refuses-backend http-server-error",
        source="nginx, Envoy, Apache, haproxy and Azure Application Gateway: their documents",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "TLS_error:|268435581 … TLS_error_end",
        "Envoy's connection log: it cannot verify a certificate, most often its caller's; as a transport failure reason"
        " it is that of the server behind it",
        any_side="client-ca-unknown client-chain-incomplete gateway-refuses-backend",
        source="Envoy docs and sources, ssl_socket.cc",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "while connecting to upstream | upstream timed out | upstream prematurely closed connection"
        " | no live upstreams | no healthy upstream | upstream connect error or disconnect",
        "the provider's gateway does not reach the server behind it",
        any_side="http-server-error",
        source="measured on nginx 1.22; Envoy docs",
    ),
)
"""Network, protocol and HTTP transport."""
