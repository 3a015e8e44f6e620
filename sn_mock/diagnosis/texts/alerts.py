"""TLS alerts in everybody's spelling. An alert speaks of the one who did not send it: who prints it, and whether it was
received or sent, decides who refused whom.
"""

from __future__ import annotations

from collections.abc import Iterator

from guarded.values import dataclass
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.reading.words import phrase
from sn_mock.diagnosis.texts.model import CA_UNKNOWN, NOTHING_SENT, KnownText, Weight
from sn_mock.evidence import Evidence


@dataclass(frozen=True, slots=True)
class AlertMeaning:
    """One alert: what it means from the provider, and from the instance."""

    name: str
    number: int
    from_provider: str
    provider_causes: str
    """Causes where the provider sent it to the instance."""
    from_instance: str
    instance_causes: str
    """Causes where the instance sent it to the provider."""
    source: str
    tool_causes: str = ""
    """Causes where the provider sent it to somebody's tool; the provider's causes without those of the records."""
    weight: Weight = Weight.EXACT
    silent_at_home: bool = False
    """True where the provider that prints that it sent it says nothing about the client."""


_ENDS = "provider-ends-handshake"
_UNCHECKED = "provider-certificate-revoked revocation-not-checkable responder-gives-no-verdict"
"""What Java says certificate_unknown for, too, where it asks for revocation (measured on JDK 17)."""
_UNTRUSTED = (
    "provider-not-trusted provider-chain-incomplete trusted-certificate-inactive provider-certificate-expired "
    "host-name-not-in-certificate"
)


def _other(
    name: str, number: int, means: str, source: str = "RFC 8446 section 6, RFC 5246 section 7.2"
) -> AlertMeaning:
    return AlertMeaning(name, number, means, _ENDS, means, "", source, _ENDS, Weight.PLAIN, silent_at_home=True)


ALERT_MEANINGS: tuple[AlertMeaning, ...] = (
    AlertMeaning(
        "bad_certificate",
        42,
        "the provider does not like the client certificate, or (Java and Go providers) got none",
        "legacy-properties-beat-profile client-ca-not-advertised all-active-keystores-offered "
        "client-certificate-not-yet-valid client-certificate-weak mutual-auth-off client-ca-unknown",
        "the instance does not accept the provider's certificate",
        "provider-not-trusted provider-chain-incomplete provider-chain-invalid provider-certificate-not-yet-valid "
        "host-name-not-in-certificate",
        "KB0683345; k3s#4067; measured on JDK 17, Go 1.19 and OpenSSL 3.0",
        "provider-requires-certificate client-ca-unknown client-certificate-not-yet-valid client-certificate-weak",
    ),
    AlertMeaning(
        "handshake_failure",
        40,
        "the provider cannot go on: under TLS 1.2 most often no client certificate came; else no common cipher, or "
        "no SNI",
        f"{NOTHING_SENT} no-common-cipher-suite sni-off client-certificate-not-imported",
        "the instance cannot go on with what the provider chose",
        "no-common-cipher-suite no-common-tls-version",
        "developer.servicenow.com blog on SNI; measured on OpenSSL 3.0",
        "provider-requires-certificate no-common-cipher-suite sni-off",
        Weight.PLAIN,
    ),
    AlertMeaning(
        "certificate_required",
        116,
        "the provider demands a client certificate, and got none (TLS 1.3)",
        NOTHING_SENT,
        "the other side demands a certificate",
        "",
        "RFC 8446 section 6.2; measured on OpenSSL 3.0",
        "provider-requires-certificate",
    ),
    AlertMeaning(
        "unknown_ca",
        48,
        "the provider knows no issuer of the client certificate that was sent",
        "client-ca-unknown self-signed-client-certificate client-chain-incomplete legacy-properties-beat-profile "
        "all-active-keystores-offered first-profile-serves-all keystore-file-name-with-capital "
        "script-overrides-profile",
        "the caller knows no issuer of the provider's certificate",
        "provider-not-trusted provider-chain-incomplete trusted-certificate-inactive",
        "measured on OpenSSL 3.0",
        CA_UNKNOWN,
    ),
    AlertMeaning(
        "certificate_expired",
        45,
        "the provider found the client certificate expired",
        "client-certificate-expired legacy-properties-beat-profile several-keys-in-keystore",
        "the caller found the provider's certificate expired",
        "provider-certificate-expired provider-chain-expired",
        "measured on OpenSSL 3.0; PRB1923704",
        "client-certificate-expired",
    ),
    AlertMeaning(
        "certificate_unknown",
        46,
        "a Java provider refused the client certificate for whatever reason",
        "client-ca-unknown client-certificate-expired client-certificate-purpose self-signed-client-certificate",
        "the instance does not accept the provider's certificate",
        f"{_UNTRUSTED} {_UNCHECKED}",
        "measured on JDK 17; KB0748183",
        "client-ca-unknown client-certificate-expired client-certificate-purpose",
    ),
    AlertMeaning(
        "unsupported_certificate",
        43,
        "the client certificate may not be used by a TLS client",
        "client-certificate-purpose",
        "the caller finds the provider's certificate too weak, or not made for a server",
        "provider-certificate-weak provider-certificate-purpose",
        "measured on OpenSSL 3.0 and JDK 17",
        "client-certificate-purpose",
    ),
    AlertMeaning(
        "certificate_revoked",
        44,
        "the client certificate is revoked",
        "client-certificate-revoked",
        "the caller finds the provider's certificate revoked",
        "provider-certificate-revoked",
        "measured on OpenSSL 3.0",
        "client-certificate-revoked",
    ),
    AlertMeaning(
        "decrypt_error",
        51,
        "the client's signature does not fit: the key is not the certificate's, or the provider trusts a CA of that "
        "name with another key",
        "key-does-not-fit-certificate client-ca-unknown",
        "the provider's signature does not fit its certificate",
        "provider-chain-invalid",
        "measured on OpenSSL 3.0 with JDK 17",
        "key-does-not-fit-certificate client-ca-unknown",
    ),
    AlertMeaning(
        "protocol_version",
        70,
        "no TLS version in common",
        "no-common-tls-version",
        "no TLS version in common",
        "no-common-tls-version",
        "measured on JDK 17",
        "no-common-tls-version",
    ),
    AlertMeaning(
        "unrecognized_name",
        112,
        "the provider does not serve that server name",
        "sni-off host-name-not-in-certificate",
        "the server name is not served",
        "sni-off",
        "RFC 6066 section 3",
        "sni-off host-name-not-in-certificate",
    ),
    AlertMeaning(
        "insufficient_security",
        71,
        "the provider demands stronger ciphers",
        "no-common-cipher-suite",
        "the caller demands stronger ciphers",
        "no-common-cipher-suite",
        "RFC 5246 section 7.2.2",
        "no-common-cipher-suite",
    ),
    AlertMeaning(
        "internal_error",
        80,
        "the provider failed; Netty with BoringSSL says so for an unknown CA or a wrong purpose, a Java provider for "
        "an empty trust store",
        "client-ca-unknown client-certificate-purpose self-signed-client-certificate provider-trust-store-empty",
        "the side that prints it failed by itself, which no alert explains",
        "",
        "measured on MockServer 8 and JDK 17",
        "provider-ends-handshake client-ca-unknown client-certificate-purpose",
        Weight.PLAIN,
        silent_at_home=True,
    ),
    AlertMeaning(
        "access_denied",
        49,
        "the certificate is valid, and the provider denies access",
        "client-subject-not-allowed",
        "access is denied",
        "",
        "RFC 8446 section 6.2",
        "client-subject-not-allowed",
    ),
    _other("no_certificate", 41, "the other side has no certificate to send (SSL 3.0's alert)"),
    _other("unexpected_message", 10, "the other side got a message out of order, or no TLS at all"),
    _other("bad_record_mac", 20, "a record came damaged, or with other keys"),
    _other("decryption_failed", 21, "a record could not be decrypted"),
    _other("record_overflow", 22, "a record was too long"),
    _other("decompression_failure", 30, "a record could not be decompressed"),
    _other("illegal_parameter", 47, "a message had a value that is not allowed"),
    _other("decode_error", 50, "a message could not be read"),
    _other("export_restriction", 60, "an old alert for export ciphers"),
    _other("inappropriate_fallback", 86, "the caller came back with an older version than both know"),
    _other("no_renegotiation", 100, "a renegotiation was refused"),
    _other("missing_extension", 109, "an extension that TLS 1.3 demands was missing"),
    _other("certificate_unobtainable", 111, "a certificate's URL could not be read"),
    _other("bad_certificate_status_response", 113, "a stapled OCSP answer does not count"),
    _other("bad_certificate_hash_value", 114, "a certificate does not fit its hash"),
    _other("unknown_psk_identity", 115, "a pre-shared key is not known"),
    _other("no_application_protocol", 120, "no common application protocol (ALPN)"),
)
"""Every alert that names a trouble; close_notify and user_canceled are polite (unsupported_extension: `servicenow`)."""

_OUT_OF_RECEIVED = (
    "alert {words}",
    "Received fatal alert: {words}",
    "received handshake warning: {words}",
    "RECV TLSv1.2 ALERT: fatal, {words}",
    "ALERT: fatal, {words}",
    "alert level fatal description {words}",
    "fatal alert: {words}",
    "fatal error: {words}",
    "TlsFatalAlertReceived: {words}",
    "TlsAlertReceived {words}",
    "tlsv1 alert {words}",
    "SSL alert number {number}",
    "fatal alert code is {number}",
    "Received alert [{number}]",
    "remote error: tls: {spoken}",
    "sslv3 alert {words}",
    "tlsv13 alert {words}",
    "{words} SSL alert number {number}",
    "TLS alert, {words}",
    "{words} alert was received",
    "a TLS fatal alert has been received: {words}",
    "ERR_SSL_TLSV13_ALERT_{words}",
    "SSL_ERROR_{words}_ALERT",
    "ssl_error_{words}_alert",
    "received fatal alert: {squeezed}",
    "AlertReceived({squeezed})",
    "sent a TLS alert: '{squeezed}'",
    "gnutls_handshake() failed: {gnutls}",
    "SSL routines … reason({reason})",
    "received fatal(2) {words}",
    "alert received: {words}",
    "{words} alert received",
    "received SERVER ALERT: Fatal - {words}",
    "received CLIENT ALERT: Fatal - {words}",
    "schwerwiegende Warnung … definierten Code: {number}",
)
_WRITTEN_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "TLS10", "TLS11", "TLS12", "TLS13", "SSLv3", "SSL30")
"""How `javax.net.debug=all` names the version of a record that Java writes: 17 and updates of 8 and 11; 11.0.13."""
_OUT_OF_SENT = (
    "SEND TLSv1 ALERT: fatal, description = {words}",
    "SEND TLSv1.1 ALERT: fatal, description = {words}",
    "SEND TLSv1.2 ALERT: fatal, description = {words}",
    "SEND TLSv1.3 ALERT: fatal, description = {words}",
    "ALERT: fatal, description = {words}",
    *(f"WRITE: {version} alert({{words}})" for version in _WRITTEN_VERSIONS),
    "(OUT), TLS alert, {words}",
    "Connection error: ssl … {words} ({number})",
    "Connection error: ssl … alert({number})",
    "fatal error code is {number}",
    "TlsFatalAlert: {words}",
    "local error: tls: {spoken}",
    "raised fatal(2) {words}",
    "generated SERVER ALERT: Fatal - {words}",
    "generated CLIENT ALERT: Fatal - {words}",
    "generated and sent to the remote endpoint … fatal alert code is {number}",
)
_SPOKEN = {
    "unknown_ca": "unknown certificate authority",
    "certificate_unknown": "unknown certificate",
    "certificate_expired": "expired certificate",
    "certificate_revoked": "revoked certificate",
    "protocol_version": "protocol version not supported",
    "insufficient_security": "insufficient security level",
    "decrypt_error": "error decrypting message",
    "decode_error": "error decoding message",
    "unrecognized_name": "unrecognized name",
    "certificate_required": "certificate required",
    "bad_record_mac": "bad record MAC",
}
"""What Go's crypto/tls calls an alert, where not by its name."""
_GNUTLS = {
    "handshake_failure": "Handshake failed",
    "bad_certificate": "Certificate is bad",
    "unsupported_certificate": "Certificate is not supported",
    "certificate_revoked": "Certificate was revoked",
    "certificate_expired": "Certificate is expired",
    "certificate_unknown": "Unknown certificate",
    "unknown_ca": "CA is unknown",
    "access_denied": "Access was denied",
    "protocol_version": "Error in protocol version",
    "no_renegotiation": "No renegotiation is allowed",
    "unrecognized_name": "The server name sent was not recognized",
    "certificate_required": "Certificate is required",
    "no_application_protocol": "No supported application protocol could be negotiated",
}
"""What GnuTLS calls an alert, where not by its name (measured on 3.7)."""
_OPENSSL_REASON = 1000
"""OpenSSL's reason code of a received alert, less its number."""


def _rows() -> Iterator[KnownText]:
    for one in ALERT_MEANINGS:
        provider, caller = tuple(one.provider_causes.split()), tuple(one.instance_causes.split())
        tool = tuple(one.tool_causes.split())
        yield _row(
            one,
            _OUT_OF_RECEIVED,
            f"received by the caller: {one.from_provider}; received by the provider: {one.from_instance}",
            {Side.UNKNOWN: provider, Side.INSTANCE: provider, Side.TOOL: tool, Side.PROVIDER: caller},
        )
        yield _row(
            one,
            _OUT_OF_SENT,
            f"sent by the caller: {one.from_instance}; sent by the provider: {one.from_provider}",
            {
                Side.UNKNOWN: caller,
                Side.INSTANCE: caller,
                Side.TOOL: caller,
                Side.PROVIDER: () if one.silent_at_home else provider,
            },
        )
        yield _row(
            one,
            ("{words}", "{words} ({number})", "alert {number}", "TLS alert {number}"),
            f"the alert's bare name; from the provider: {one.from_provider}",
            {Side.UNKNOWN: provider, Side.INSTANCE: provider, Side.TOOL: tool, Side.PROVIDER: caller},
            whole=True,
        )


def _row(
    one: AlertMeaning,
    forms: tuple[str, ...],
    means: str,
    causes: dict[Side, tuple[str, ...]],
    *,
    whole: bool = False,
) -> KnownText:
    spoken = _SPOKEN.get(one.name, one.name)
    said = (
        form.replace("{words}", one.name)
        .replace("{number}", str(one.number))
        .replace("{spoken}", spoken)
        .replace("{squeezed}", one.name.replace("_", ""))
        .replace("{gnutls}", _GNUTLS.get(one.name, one.name))
        .replace("{reason}", str(_OPENSSL_REASON + one.number))
        for form in forms
    )
    phrases = tuple(dict.fromkeys(filter(None, map(phrase, said))))
    return KnownText(phrases, means, causes, one.source, Evidence.MEASURED, one.weight, whole=whole)


ALERTS: tuple[KnownText, ...] = tuple(_rows())
"""Three rows an alert: received, sent, and by its bare name."""
