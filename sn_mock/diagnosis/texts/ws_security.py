"""What WS-Security stacks say: WSS4J 1.6 and 2 (Apache CXF, Axis2 and Spring-WS use them), .NET's WCF.

WSS4J's sentences are measured on 1.6.19 and read in the sources of 2.4; CXF's, Rampart's and Spring-WS's stand in their
public sources and tests, WCF's on pages of Microsoft's documentation that quote it.
"""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import DOCUMENTED, REPORTED, KnownText, Weight, text

_WSS4J = "WSS4J 1.6.19, measured"
_CXF = "Apache CXF, WSS4JInInterceptor and PolicyVerificationInInterceptor"
_WSDOALL = "WSS4J 1.5, WSDoAllReceiver"
_RAMPART = "Apache Rampart, RampartEngineTest"
_SPRING = "Spring-WS, Wss4jSecurityInterceptor"
_POLICY = "Apache CXF and WSS4J, AlgorithmSuitePolicyValidator and SignatureInputHandler"
_ATA = "Microsoft docs, Advanced Threat Analytics, known errors"
_RSAT = "Microsoft docs, Regression suite automation tool; Performance SDK"

WS_SECURITY: tuple[KnownText, ...] = (
    text(
        "The security token could not be authenticated or authorized | wsse:FailedAuthentication",
        "the provider knows neither the user name and password of the Security header, nor the certificate that signed",
        any_side="ws-security-signer-not-trusted ws-security-user-refused",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "The signature or decryption was invalid | wsse:FailedCheck",
        "the signature does not fit the message: changed on the way, signed with another key than the certificate's, "
        "or not covering what is demanded",
        any_side="ws-security-message-altered ws-security-certificate-not-of-key ws-security-part-not-signed "
        "ws-security-signer-expired",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "The provided certificate is invalid",
        "the certificate that signed is expired or not yet valid by the provider's clock",
        any_side="ws-security-signer-expired ws-security-expired",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "is not included in the signature | requiredElementNotSigned | SignedParts … not SIGNED | Body not SIGNED",
        "the provider demands a signature over a part that the message's signature does not cover",
        any_side="ws-security-part-not-signed ws-security-header-lost",
        source=f"{_WSS4J}; {_CXF}",
        weight=Weight.VERDICT,
    ),
    text(
        "An error was discovered processing the <wsse:Security> header | wsse:InvalidSecurity"
        " | An error was discovered processing the WS-Security header",
        "something that the provider demands is missing in the Security header, or an algorithm is not allowed",
        any_side="ws-security-not-configured ws-security-header-lost ws-security-part-missing "
        "ws-security-algorithm-refused",
        source=f"{_WSS4J}; {_CXF}; KB0549558 (without the tag, said by an instance to a MID Server)",
        weight=Weight.VERDICT,
    ),
    text(
        "Security processing failed (actions mismatch) | Request does not contain required Security header"
        " | Missing wsse:Security header in request | No WS-Security header found",
        "the provider demands a Security header, or more in it than came",
        any_side="ws-security-not-configured ws-security-header-lost ws-security-part-missing",
        source=f"{_WSDOALL}; {_RAMPART}; {_SPRING}",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Invalid timestamp The security semantics of the message have expired | wsse:MessageExpired"
        " | The message has expired | The message timestamp has expired | The message timestamp is out of range",
        "by the provider's clock the Timestamp is over, or lies in the future",
        any_side="ws-security-expired",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "A replay attack has been detected",
        "the provider has seen this nonce (or this signed Timestamp) before",
        any_side="ws-security-nonce-replayed",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "An invalid security token was provided | wsse:InvalidSecurityToken | wsse:UnsupportedSecurityToken"
        " | An unsupported token was provided",
        "a token in the Security header is malformed, or of a type that the provider does not read",
        any_side="ws-security-refused ws-security-user-refused",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "Referenced security token could not be retrieved | wsse:SecurityTokenUnavailable",
        "the signature refers to a certificate that is not in the message",
        any_side="ws-security-refused ws-security-header-lost",
        source=_WSS4J,
        weight=Weight.VERDICT,
    ),
    text(
        "An unsupported signature or encryption algorithm was used | wsse:UnsupportedAlgorithm"
        " | The signature method does not match the requirement | The digest method does not match the requirement",
        "the provider's algorithm suite has not the one that was used, mostly as it is SHA-1",
        any_side="ws-security-algorithm-refused",
        source=f"{_WSS4J}; {_POLICY}",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "A security error was encountered when verifying the message",
        "WSS4J 2 tells a sender nothing more: the reason stands in the provider's own log",
        any_side="ws-security-refused ws-security-signer-not-trusted ws-security-expired ws-security-message-altered",
        source="WSS4J 2, wss4j_errors.properties (SECURITY_ERROR)",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "An error occurred when verifying security for the message",
        "WCF tells a sender nothing more; Microsoft names clocks that differ, public reports missing or wrong "
        "credentials and signatures; the reason is in the service's own trace",
        any_side="ws-security-refused ws-security-expired ws-security-user-refused",
        source=_ATA,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "At least one security token in the message could not be validated",
        "WCF does not accept the user name and password, or the certificate, of the Security header",
        any_side="ws-security-user-refused ws-security-signer-not-trusted",
        source=_RSAT,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "SAXParseException",
        "an XML parser refuses the envelope (to be signed, it is read before it goes out), or an answer",
        any_side="ws-security-envelope-unreadable soap-fault",
        source="Java's org.xml.sax; that an instance says so when it signs is ASSUMED",
        evidence=REPORTED,
        weight=Weight.PLAIN,
    ),
    text(
        "Cannot find key for alias",
        "WSS4J finds no private key under the alias it was given",
        any_side="ws-security-alias-missing",
        source="WSS4J 1.5 and later, CryptoBase.getPrivateKey",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
)
