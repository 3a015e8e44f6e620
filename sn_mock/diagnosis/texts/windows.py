"""Windows: Schannel's events and codes, and .NET, which names Schannel's reasons in words of its own."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import (
    CA_UNKNOWN,
    DOCUMENTED,
    NOTHING_SENT,
    PROVIDER_UNTRUSTED,
    SILENT,
    KnownText,
    Weight,
    text,
)

_EVENTS = "Windows' event manifests: Schannel 36864 to 36912"
_CODES = "Windows SDK, winerror.h (SEC_E_, CRYPT_E_); curl with Schannel, as public threads quote it"
_DOTNET = ".NET's sources (SslStream, X509ChainStatusFlags); Microsoft docs"
_DATES = "provider-certificate-expired provider-certificate-not-yet-valid"
_CLIENT_DATES = "client-certificate-expired client-certificate-not-yet-valid"

WINDOWS: tuple[KnownText, ...] = (
    text(
        "No supported cipher suites were found when initiating",
        "this Windows has no cipher suite left to offer",
        any_side="no-common-cipher-suite",
        source=_EVENTS + " (36873)",
        evidence=DOCUMENTED,
    ),
    text(
        "requested TLS client authentication, but no suitable client certificate could be found"
        " | requested SSL client authentication, but no suitable client certificate could be found",
        "the provider asks for a client certificate, and this Windows client has none for the CAs that it names",
        any_side="provider-requires-certificate client-ca-not-advertised",
        source=_EVENTS + " (36875)",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "certificate received from the remote server has not validated correctly"
        " | certificate received from the remote server was issued by an untrusted",
        "this Windows client does not trust the provider's certificate",
        any_side=PROVIDER_UNTRUSTED,
        source=_EVENTS + " (36876, 36882)",
        evidence=DOCUMENTED,
    ),
    text(
        "certificate received from the remote client application has not validated correctly",
        "the provider does not accept the client certificate; the error code says why",
        any_side="client-ca-unknown client-certificate-expired client-certificate-revoked",
        source=_EVENTS + " (36877)",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "not suitable for direct mapping to a client system account"
        " | was not successfully mapped to a client system account",
        "the client certificate leads to no account of this Windows, which the application may not mind",
        any_side="client-subject-not-allowed",
        source=_EVENTS + " (36878, 36879)",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "certificate received from the remote server has either expired or is not yet valid"
        " | SEC_E_CERT_EXPIRED | 0x80090328",
        "the provider's certificate is outside its dates",
        any_side=_DATES,
        provider=_CLIENT_DATES,
        source=f"{_EVENTS} (36881); {_CODES}",
        evidence=DOCUMENTED,
    ),
    text(
        "certificate received from the remote server has been revoked | 0x80092010",
        "the provider's certificate is revoked",
        any_side="provider-certificate-revoked",
        provider="client-certificate-revoked",
        source=f"{_EVENTS} (36883); {_CODES}",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "certificate received from the remote server does not contain the expected name | 0x80090322",
        "the endpoint's host name is not in the provider's certificate",
        any_side="host-name-not-in-certificate",
        source=f"{_EVENTS} (36884); {_CODES}",
        evidence=DOCUMENTED,
    ),
    text(
        "this server trusts so many certificate authorities that the list has grown too long",
        "the provider's list of CA names is cut off: Java sends no certificate of a CA that is missing in it",
        any_side="client-ca-not-advertised",
        source=_EVENTS + " (36885)",
        evidence=DOCUMENTED,
    ),
    text(
        "0x80090325 | SEC_E_CERT_UNKNOWN | 0x80090327",
        "the other side's certificate is not trusted",
        any_side=PROVIDER_UNTRUSTED,
        provider=CA_UNKNOWN,
        source=_CODES,
        evidence=DOCUMENTED,
    ),
    text(
        "CRYPT_E_NO_REVOCATION_CHECK | CRYPT_E_REVOCATION_OFFLINE | 0x80092012 | 0x80092013"
        " | unable to check revocation for the certificate | revocation server was offline",
        "Windows could not learn whether the other side's certificate is revoked",
        any_side="revocation-not-checkable",
        provider="provider-crl-unusable",
        source=_CODES,
        evidence=DOCUMENTED,
    ),
    text(
        "SEC_E_INVALID_TOKEN | 0x80090308",
        "what came is no TLS record, or one that Schannel cannot read",
        any_side="port-is-not-tls provider-breaks-tls",
        source=_CODES,
        evidence=DOCUMENTED,
    ),
    text(
        "SEC_E_ILLEGAL_MESSAGE | 0x80090326",
        "a fatal alert came; which one, Schannel's event 36887 says",
        any_side="provider-requires-certificate no-common-cipher-suite no-common-tls-version",
        provider=SILENT,
        source=_CODES,
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "SEC_E_ALGORITHM_MISMATCH | 0x80090331 | SEC_E_UNSUPPORTED_FUNCTION | 0x80090302",
        "no TLS version (or cipher suite) in common",
        any_side="no-common-tls-version no-common-cipher-suite",
        source=_CODES,
        evidence=DOCUMENTED,
    ),
    text(
        "SEC_I_INCOMPLETE_CREDENTIALS | 0x00090320",
        "the provider asks for a client certificate, and the tool has none",
        any_side="provider-requires-certificate",
        source=_CODES,
        evidence=DOCUMENTED,
    ),
    text(
        "SEC_E_CERT_WRONG_USAGE | 0x80090349 | errors in the certificate chain: NotValidForUsage",
        "the other side's certificate is not made for its part in TLS",
        any_side="provider-certificate-purpose",
        provider="client-certificate-purpose",
        source=f"{_CODES}; {_DOTNET}",
        evidence=DOCUMENTED,
    ),
    text(
        "errors in the certificate chain: UntrustedRoot",
        "the root of the other side's chain is not trusted",
        any_side="provider-not-trusted client-ca-unknown",
        tool="provider-not-trusted",
        instance="provider-not-trusted",
        provider="client-ca-unknown self-signed-client-certificate",
        source=_DOTNET,
        evidence=DOCUMENTED,
    ),
    text(
        "errors in the certificate chain: PartialChain",
        "no path leads from the other side's certificate to a trusted root: most often an intermediate is missing",
        any_side="provider-chain-incomplete provider-not-trusted client-chain-incomplete client-ca-unknown",
        tool="provider-chain-incomplete provider-not-trusted",
        instance="provider-chain-incomplete provider-not-trusted",
        provider="client-chain-incomplete client-ca-unknown",
        source=_DOTNET,
        evidence=DOCUMENTED,
    ),
    text(
        "errors in the certificate chain: NotTimeValid",
        "a certificate of the other side's chain is outside its dates",
        any_side=_DATES,
        provider=_CLIENT_DATES,
        source=_DOTNET,
        evidence=DOCUMENTED,
    ),
    text(
        "errors in the certificate chain: RevocationStatusUnknown | errors in the certificate chain: OfflineRevocation",
        "it could not be learnt whether the other side's certificate is revoked",
        any_side="revocation-not-checkable",
        provider="provider-crl-unusable",
        source=_DOTNET,
        evidence=DOCUMENTED,
    ),
    text(
        "RemoteCertificateNotAvailable",
        "the other side sent no certificate: on a server, its client",
        any_side=NOTHING_SENT,
        tool="provider-breaks-tls",
        source=_DOTNET,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "remote party has closed the transport stream",
        "the other side closed the connection in the handshake without saying why",
        any_side="closed-in-handshake no-common-tls-version client-ca-unknown client-ca-not-advertised",
        provider=SILENT,
        source=_DOTNET,
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
)
"""What Windows and .NET say."""
