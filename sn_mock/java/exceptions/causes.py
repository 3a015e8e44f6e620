"""The stable kebab-case words for why a call failed (`failure.cause`), each with its meaning.

Tools and rules match these words; the Java texts next to them may differ between Java generations and HTTP clients.
"""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.failure import Stage
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, BAD_CERTIFICATE, CERTIFICATE_REQUIRED, HANDSHAKE_FAILURE

CAUSES: Mapping[str, tuple[Stage, str]] = {
    # route
    "unsupported-scheme": (Stage.ROUTE, "no protocol profile or property registers the scheme of the endpoint"),
    "bad-uri": (Stage.ROUTE, "the endpoint is not a URI the HTTP client accepts"),
    "no-host": (Stage.ROUTE, "the HTTP client finds no host in the endpoint"),
    "port-out-of-range": (Stage.ROUTE, "the port in the endpoint is above 65535"),
    # route: a step ends before a request is made
    "alias-without-connection": (Stage.ROUTE, "the alias of the step has no active connection"),
    "credential-only-alias": (Stage.ROUTE, "the alias of the step is for credentials only"),
    "connection-type-not-http": (Stage.ROUTE, "the alias of the step is for connections of another type"),
    "connection-without-url": (Stage.ROUTE, "the connection has neither a URL nor a host to make one of"),
    "credential-type-unknown": (Stage.ROUTE, "an HTTP step can do nothing with the connection's credential"),
    "credential-missing": (Stage.ROUTE, "the connection's credential names no record"),
    "external-credential-store": (Stage.ROUTE, "the credential lies in an external store"),
    "credential-without-oauth-profile": (Stage.ROUTE, "the OAuth 2.0 credential names no profile"),
    # the token request of a call
    "oauth-profile-missing": (Stage.ROUTE, "the OAuth Entity Profile, or its registry, does not exist"),
    "oauth-provider-not-active": (Stage.ROUTE, "the OAuth provider's registry is not active"),
    "token-url-missing": (Stage.ROUTE, "the OAuth provider's registry has no Token URL"),
    "token-needs-a-person": (Stage.ROUTE, "the grant type needs somebody to log in once, and nobody has"),
    "grant-not-simulated": (Stage.ROUTE, "sn-mock does not simulate the grant type"),
    "assertion-key-missing": (Stage.KEYSTORE, "there is no key to sign the assertion with"),
    "token-not-obtained": (Stage.ROUTE, "no token was obtained, so the call itself was not made"),
    "token-refused": (Stage.HTTP, "the token endpoint refused to grant a token"),
    "token-answer-broken": (Stage.HTTP, "the token endpoint's answer holds no token"),
    # keystore
    "mid-external-store": (Stage.KEYSTORE, "the keystore's password lies in the MID Server's external store"),
    "keystore-not-loaded": (Stage.KEYSTORE, "Java could not load the keystore file"),
    "key-not-recovered": (Stage.KEYSTORE, "the key password does not open a key of the keystore"),
    # the security header of a SOAP message, made before anything is sent
    "ws-security-profile-missing": (Stage.ROUTE, "the profile that the SOAP header is to be made with does not exist"),
    "ws-security-key-store-missing": (Stage.KEYSTORE, "the keystore that signs does not exist"),
    "ws-security-key-store-unreadable": (Stage.KEYSTORE, "Java could not load the keystore that signs"),
    "ws-security-alias-missing": (Stage.KEYSTORE, "the keystore that signs has no key under that alias"),
    "ws-security-key-not-recovered": (Stage.KEYSTORE, "the password does not open the key that signs"),
    "ws-security-key-not-rsa": (Stage.KEYSTORE, "the key that signs is no RSA key"),
    "ws-security-certificate-unreadable": (Stage.KEYSTORE, "there is no certificate to send with the signature"),
    "ws-security-envelope-unreadable": (Stage.SOAP, "the envelope is no XML that can be signed"),
    # connect
    "unknown-host": (Stage.CONNECT, "the name of the provider could not be resolved"),
    "connection-refused": (Stage.CONNECT, "nothing listens at the provider's address and port"),
    "connect-timeout": (Stage.CONNECT, "the provider did not accept the TCP connection in time"),
    "no-route-to-host": (Stage.CONNECT, "the network knows no way to the provider"),
    "proxy-refused": (Stage.CONNECT, "the proxy did not open a tunnel to the provider"),
    # handshake: ended by the provider
    "certificate-required": (Stage.HANDSHAKE, "the provider demands a client certificate and got none"),
    "handshake-closed": (Stage.HANDSHAKE, "the provider closed the connection in the handshake"),
    "connection-reset": (Stage.HANDSHAKE, "the connection was reset"),
    "handshake-timeout": (Stage.HANDSHAKE, "the provider did not answer in the handshake in time"),
    "handshake-hangs": (Stage.HANDSHAKE, "the provider stays silent and the instance waits without a limit"),
    "not-tls": (Stage.HANDSHAKE, "the provider's port does not speak TLS"),
    "malformed-tls": (Stage.HANDSHAKE, "the provider's TLS messages cannot be read"),
    "close-notify": (Stage.HANDSHAKE, "the provider ended the connection politely before the handshake was done"),
    # handshake: ended by the instance
    "server-not-trusted": (
        Stage.HANDSHAKE,
        "no certification path leads from the provider's certificate to a trust anchor",
    ),
    "server-certificate-expired": (Stage.HANDSHAKE, "a certificate of the provider's chain has expired"),
    "server-certificate-not-yet-valid": (Stage.HANDSHAKE, "a certificate of the provider's chain is not valid yet"),
    "server-certificate-usage": (Stage.HANDSHAKE, "the provider's certificate may not be used by a TLS server"),
    "server-chain-invalid": (Stage.HANDSHAKE, "the provider's chain breaks a rule of X.509 path validation"),
    "server-certificate-unreadable": (Stage.HANDSHAKE, "Java cannot read a certificate that the provider sends"),
    "server-certificate-weak": (Stage.HANDSHAKE, "a key or signature of the provider's chain is too weak for Java"),
    "server-certificate-revoked": (Stage.HANDSHAKE, "a certificate of the provider's chain is revoked"),
    "revocation-unknown": (Stage.HANDSHAKE, "it could not be learnt whether the provider's certificate is revoked"),
    "issuer-missing": (Stage.HANDSHAKE, "the revocation check found no certificate of the provider's issuer"),
    "host-name-mismatch": (Stage.HANDSHAKE, "the provider's certificate was issued for another host name"),
    "no-trust-anchors": (Stage.HANDSHAKE, "the trust store of the call is empty"),
    "no-common-protocol": (Stage.HANDSHAKE, "the instance is left without a usable protocol or cipher suite"),
    "key-cannot-sign": (Stage.HANDSHAKE, "the chosen key cannot make a signature that the provider accepts"),
    # http
    "read-timeout": (Stage.HTTP, "the provider did not answer the request in time"),
    "no-response": (Stage.HTTP, "the provider closed the connection instead of answering"),
    "bad-http-response": (Stage.HTTP, "the provider's answer is not HTTP"),
    "truncated-response": (Stage.HTTP, "the provider's answer is shorter than it announced"),
    "too-many-redirects": (Stage.HTTP, "the provider redirects in a circle"),
    "http-status": (Stage.HTTP, "the provider answered with an HTTP error status"),
    # soap
    "soap-fault": (Stage.SOAP, "the provider answered with a SOAP fault"),
}
"""Cause word to the stage it belongs to and its meaning; the fatal alerts' own names come on top (`for_alert`)."""

_NO_CERTIFICATE_ANSWERS = frozenset({HANDSHAKE_FAILURE, BAD_CERTIFICATE, CERTIFICATE_REQUIRED})


def for_alert(description: int, *, certificate_requested: bool = False, certificate_sent: bool = False) -> str:
    """The cause word for an alert the provider sent: its kebab-case name (`unknown-ca`), or what it means in context.

    `certificate_required`, and after an empty Certificate message also `handshake_failure` (OpenSSL in TLS 1.2) and
    `bad_certificate` (JSSE in both versions), mean that the provider wanted a certificate. Measured on OpenSSL 3.0 and
    JDK 17.
    """
    if description == CERTIFICATE_REQUIRED:
        return "certificate-required"
    if certificate_requested and not certificate_sent and description in _NO_CERTIFICATE_ANSWERS:
        return "certificate-required"
    row = ALERT_TEXTS.get(description)
    return row.name.replace("_", "-") if row else "unknown-alert"


def stage_of(cause: str) -> Stage:
    """The stage a cause belongs to; alerts belong to the handshake, also where TLS 1.3 delivers them after it."""
    return CAUSES[cause][0] if cause in CAUSES else Stage.HANDSHAKE
