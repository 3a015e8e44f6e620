"""WS-Security: the header that cannot be made, and the header that the provider refuses.

The lab's provider verifies as WSS4J does. Every call has mutual TLS as well: what fails here is inside the envelope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from provider_stub.policy.ws_security import WsSecurity
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeystoreSpec
from sn_mock.lab.pki.keystores import KeySpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import docs, kb
from sn_mock.lab.setup import LabSetup, Message, ProviderSetup, Script, Store, TrustedCertificate, X509Profile

_RSA = Store(content=KeystoreSpec((KeySpec("acme", "rsa-client"),)))
_PROFILE = X509Profile()
_USER = ("acme-instance", "s3cret-of-acme")
_DEMANDS = WsSecurity(trust=("root", "intermediate"))
_WSS4J = Source("measured on WSS4J 1.6.19", Evidence.MEASURED, "fault code and text")
_SETTING = docs("t_WebServiceSecurity", "the profiles of a SOAP message function; the columns are ASSUMED")
_SAMPLE = docs("WS-Security reference", "what is signed: the sample header is an inbound one")
_EXCEPTION = "org.apache.ws.security.WSSecurityException"
_NESTED = f"{_EXCEPTION}: Signature creation failed; nested exception is: \n\t"
_UNABLE = f"{_EXCEPTION}: Unable to extract Key from KeyStore"


def _lab(demands: WsSecurity = _DEMANDS, *, store: Store = _RSA, **message: Any) -> LabSetup:
    asked = Message(**{"x509_profile": _PROFILE, **message})
    return LabSetup(stores=(store,), message=asked, provider=ProviderSetup(policy={"ws_security": demands}))


_HEALTHY = _lab()
_ON_THE_WAY = "Have the middleware pass the envelope on as it came, header and Body, octet by octet."


def _unsigned(finding: str, cause: str, *java: str) -> Expected:
    return Expected(finding=finding, stage=Stage.KEYSTORE, cause=cause, java=java, connections=0, visits=False)


def _refused(finding: str, reply: str, presented: str = "rsa-client") -> Expected:
    return Expected(
        finding=finding,
        stage=Stage.SOAP,
        cause="soap-fault",
        status_code=500,
        log_status=500,
        http_reply=reply,
        presented=presented,
    )


_BOTH = replace(_DEMANDS, require=("signature", "timestamp", "username_token"), users=dict((_USER,)))
_NO_XML = "org.xml.sax.SAXParseException"
"""Its message depends on the parser, and is not claimed."""


def _with_signer(content: KeystoreSpec) -> LabSetup:
    """Another keystore signs than the one of TLS."""
    stores = (Store(), Store("ACME signer", content, "acme-signer.jks"))
    return replace(_lab(x509_profile=X509Profile("ACME signer")), stores=stores)


_BARE = "An error was discovered processing the &lt;wsse:Security&gt; header</faultstring>"
_INVALID = "The signature or decryption was invalid</faultstring>"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="ws-security-alias-missing",
        group="ws-security",
        title="WS-Security: the profile's alias is not in the keystore",
        story=(
            "The keystore was made again, with another alias for its key. TLS does not care, as Java chooses a key by "
            "itself; the WS-Security profile still names the old alias, so nothing can be signed and no request goes "
            "out."
        ),
        broken=_lab(x509_profile=X509Profile(alias="acme-2019")),
        fixed=_HEALTHY,
        fix="In the WS-Security x.509 profile, enter the alias that keytool -list shows as PrivateKeyEntry.",
        expected=_unsigned(
            "ws-security-alias-missing",
            "ws-security-alias-missing",
            _NESTED + "java.lang.Exception: Cannot find key for alias: [acme-2019]",
            "java.lang.Exception: Cannot find key for alias: [acme-2019]",
        ),
        sources=(
            kb("KB0759344", "Error signing SOAP envelope"),
            _SETTING,
            Source("WSS4J 1.5.12, CryptoBase.getPrivateKey", Evidence.ASSUMED, "that an instance gets this far"),
        ),
        kb=("KB0759344",),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-password-wrong",
        group="ws-security",
        title="WS-Security: the profile's keystore password is wrong",
        story=(
            "The keystore's record has the right password, and the handshake would work. The WS-Security profile has a "
            "password field of its own, and the old one is still in it."
        ),
        broken=_lab(x509_profile=X509Profile(password="changeit-2019")),
        fixed=_HEALTHY,
        fix="Enter the keystore's password in the WS-Security x.509 profile, too.",
        expected=_unsigned(
            "ws-security-key-store-unreadable",
            "ws-security-key-store-unreadable",
            _NESTED + "java.io.IOException: Keystore was tampered with, or password was incorrect",
            "java.io.IOException: Keystore was tampered with, or password was incorrect",
            "java.security.UnrecoverableKeyException: Password verification failed",
        ),
        sources=(kb("KB0759344", "Error signing SOAP envelope"), _SETTING),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-certificate-not-pem",
        group="ws-security",
        title="WS-Security: the certificate record is no PEM",
        story=(
            "The profile names a certificate record of its own. Somebody pasted the text that a viewer shows of the "
            "certificate into it, and no certificate can be read from that."
        ),
        broken=replace(
            _lab(x509_profile=X509Profile(certificate="ACME signer")),
            trusted=(
                TrustedCertificate(),
                TrustedCertificate("ACME signer", pem="Version: 3\nSerial: 17"),
            ),
        ),
        fixed=replace(
            _lab(x509_profile=X509Profile(certificate="ACME signer")),
            trusted=(TrustedCertificate(), TrustedCertificate("ACME signer", "rsa-client")),
        ),
        fix="Store the signing certificate in the record as PEM.",
        expected=_unsigned("ws-security-certificate-unreadable", "ws-security-certificate-unreadable", _UNABLE),
        sources=(kb("KB0657111", "Unable to extract Key from KeyStore: the certificate is not PEM"), _SETTING),
        kb=("KB0657111",),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-key-not-rsa",
        group="ws-security",
        title="WS-Security: the key is not RSA",
        story=(
            "The client certificate was renewed with an elliptic curve key. TLS takes it; the signature algorithms of "
            "WS-Security are all RSA, and the same key was to sign."
        ),
        broken=_lab(store=Store()),
        fixed=_HEALTHY,
        fix="Sign with an RSA key.",
        expected=_unsigned(
            "ws-security-key-not-rsa",
            "ws-security-key-not-rsa",
            _NESTED + "java.security.InvalidKeyException: Not an RSA key: EC",
            "java.security.InvalidKeyException: Not an RSA key: EC",
        ),
        sources=(docs("ws-security-properties", "RSA-SHA-1, RSA-SHA-256 and RSA-SHA-512, and no other"), _SETTING),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-key-store-unknown",
        group="ws-security",
        title="WS-Security: the profile's keystore is not on this instance",
        story=(
            "The profile came with an update set. The certificate records did not, as they do not travel, and the "
            "profile refers to one that only the other instance has."
        ),
        broken=_lab(x509_profile=X509Profile(key_store="Signing keystore of test")),
        fixed=_HEALTHY,
        fix="Upload the keystore on this instance and choose its record in the WS-Security x.509 profile.",
        expected=_unsigned("ws-security-key-store-missing", "ws-security-key-store-missing", _UNABLE),
        sources=(kb("KB0657111", "Unable to extract Key from KeyStore"), _SETTING),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-key-password-differs",
        group="ws-security",
        title="WS-Security: key and keystore have two passwords",
        story=(
            "The signing keystore is one of its own. Its key was given another password than the keystore, and the "
            "profile has one password field."
        ),
        broken=_with_signer(KeystoreSpec((KeySpec("acme", "rsa-client"),), key_password="key-only-pass")),
        fixed=_with_signer(KeystoreSpec((KeySpec("acme", "rsa-client"),))),
        fix="Give key and keystore one password: keytool -keypasswd.",
        expected=_unsigned(
            "ws-security-key-not-recovered",
            "ws-security-key-not-recovered",
            _NESTED + "java.security.UnrecoverableKeyException: Cannot recover key",
            "java.security.UnrecoverableKeyException: Cannot recover key",
        ),
        sources=(kb("KB0824494", "key and keystore need one password"), _SETTING),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-envelope-broken",
        group="ws-security",
        title="WS-Security: a value breaks the envelope",
        story=(
            "A script puts a text with a `<` into the envelope without escaping it. Without WS-Security the provider "
            "would complain; to be signed, the envelope has to be read as XML before it goes out."
        ),
        broken=replace(
            _HEALTHY, script=Script((("setStringParameterNoEscape", ("short_description", "disk < 5 % free")),))
        ),
        fixed=replace(_HEALTHY, script=Script((("setStringParameter", ("short_description", "disk < 5 % free")),))),
        fix="Use setStringParameter, which escapes.",
        expected=Expected(
            finding="ws-security-envelope-unreadable",
            stage=Stage.SOAP,
            cause="ws-security-envelope-unreadable",
            java=(_NO_XML,),
            connections=0,
            visits=False,
        ),
        sources=(
            docs("c_SOAPMessageV2API", "setStringParameterNoEscape"),
            Source("the exception's class and words", Evidence.ASSUMED, "which parser an instance uses is not known"),
        ),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-both-wanted",
        group="ws-security",
        title="The provider wants a user name beside the signature",
        story=(
            "The message is signed. The provider's policy asks for a UsernameToken as well, and the function's "
            "WS-Security type is X.509 alone."
        ),
        broken=_lab(_BOTH),
        fixed=_lab(_BOTH, username_profile=_USER),
        fix="Choose both types on the function, with a profile for each.",
        expected=_refused("ws-security-part-missing", _BARE),
        sources=(docs("t_WebServiceSecurity", "some providers want both types of credential"), _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-signer-expired",
        group="ws-security",
        title="The signing certificate is expired",
        story=(
            "The certificate for TLS was renewed in time. The one that signs stands in a keystore of its own, and "
            "nobody looked at its dates."
        ),
        broken=_with_signer(KeystoreSpec((KeySpec("acme", "expired-signer"),))),
        fixed=_with_signer(KeystoreSpec((KeySpec("acme", "rsa-client"),))),
        fix="Renew the signing key and attach the new keystore.",
        expected=_refused("ws-security-signer-expired", "The provided certificate is invalid", "acme-client"),
        sources=(_WSS4J,),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-not-configured",
        group="ws-security",
        title="The provider demands a signed message, and the function does not sign",
        story=(
            "Mutual authentication works. The provider's policy asks for a signature in the SOAP header as well, and "
            "nobody set WS-Security on the function."
        ),
        broken=_lab(x509_profile=None),
        fixed=_HEALTHY,
        fix="Set WS-Security type to X.509 on the function and choose a profile with the signing key.",
        expected=_refused("ws-security-not-configured", _BARE),
        sources=(_SETTING, _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-sha1-refused",
        group="ws-security",
        title="The provider does not accept signatures with SHA-1",
        story=(
            "The provider's algorithm suite is Basic256Sha256. The instance signs with RSA-SHA-1 and SHA-1 unless two "
            "system properties say otherwise, and those have to be added by hand."
        ),
        broken=_lab(
            replace(_DEMANDS, signature_algorithms=("RSA-SHA-256",), digest_algorithms=("SHA-256",)),
        ),
        fixed=replace(
            _lab(replace(_DEMANDS, signature_algorithms=("RSA-SHA-256",), digest_algorithms=("SHA-256",))),
            properties={
                "glide.soap.signature.algorithm": "RSA-SHA-256",
                "glide.soap.msg_digest.algorithm": "SHA-256",
            },
        ),
        fix="Add glide.soap.signature.algorithm = RSA-SHA-256 and glide.soap.msg_digest.algorithm = SHA-256.",
        expected=_refused("ws-security-algorithm-refused", _BARE),
        sources=(docs("ws-security-properties", "both defaults are SHA-1"), _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-clock-skew",
        group="ws-security",
        title="The provider's clock is ten minutes ahead",
        story=(
            "The Timestamp of a signed message lives for five minutes. By the provider's clock it had expired before "
            "it was sent."
        ),
        broken=_lab(replace(_DEMANDS, clock_offset=600)),
        fixed=_HEALTHY,
        fix="Have the provider set its clock by NTP.",
        expected=_refused("ws-security-expired", "The message has expired"),
        sources=(_SAMPLE, Source("SOAP Message Security 1.1 section 10", Evidence.DOCUMENTED), _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-wrong-parts",
        group="ws-security",
        title="The provider wants the UsernameToken signed, too",
        story=(
            "Signature and user name arrive. The provider's policy has the UsernameToken among the signed parts, and "
            "the signature covers Timestamp and Body."
        ),
        broken=_lab(
            replace(
                _DEMANDS,
                require=("signature", "timestamp", "username_token"),
                signed_parts=("body", "timestamp", "username_token"),
                users=dict((_USER,)),
            ),
            username_profile=_USER,
        ),
        fixed=_lab(
            replace(_DEMANDS, require=("signature", "timestamp", "username_token"), users=dict((_USER,))),
            username_profile=_USER,
        ),
        fix="Have the provider demand a signature over Body and Timestamp only.",
        expected=_refused("ws-security-part-not-signed", "is not included in the signature"),
        sources=(_SAMPLE, _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-header-stripped",
        group="ws-security",
        title="A middleware drops the Security header",
        story=(
            "An enterprise bus between the instance and the provider reads the Body and writes a new envelope around "
            "it. The header with the signature stays behind."
        ),
        broken=_lab(replace(_DEMANDS, middleware="strips-header")),
        fixed=_HEALTHY,
        fix=_ON_THE_WAY,
        expected=_refused("ws-security-header-lost", _BARE),
        sources=(Source("SOAP 1.1 section 4.2.2", Evidence.DOCUMENTED, "intermediaries and headers"), _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-reformatted",
        group="ws-security",
        title="A middleware prints the envelope prettily",
        story=(
            "A gateway parses the envelope and writes it with line breaks and tabs of its own. To an application it is "
            "the same message; to a signature it is another one."
        ),
        broken=_lab(replace(_DEMANDS, middleware="reformats")),
        fixed=_HEALTHY,
        fix=_ON_THE_WAY,
        expected=_refused("ws-security-message-altered", _INVALID),
        sources=(
            Source("Canonical XML 1.0 section 1.1", Evidence.DOCUMENTED, "white space between elements is kept"),
            _WSS4J,
        ),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-one-octet-altered",
        group="ws-security",
        title="One letter of the Body was changed on the way",
        story="Something between the two ends changed one letter of the request. That is what a signature is for.",
        broken=_lab(replace(_DEMANDS, middleware="alters-one-octet")),
        fixed=_HEALTHY,
        fix=_ON_THE_WAY,
        expected=_refused("ws-security-message-altered", _INVALID),
        sources=(Source("XML Signature section 3.2", Evidence.DOCUMENTED, "reference validation"), _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-certificate-not-of-key",
        group="ws-security",
        title="WS-Security: the certificate is of another key",
        story=(
            "The keystore was renewed; the profile's certificate record still holds the old certificate. The instance "
            "signs with the new key and sends the old certificate along."
        ),
        broken=replace(
            _lab(x509_profile=X509Profile(certificate="ACME signer")),
            trusted=(TrustedCertificate(), TrustedCertificate("ACME signer", "weak-key-client")),
        ),
        fixed=replace(
            _lab(x509_profile=X509Profile(certificate="ACME signer")),
            trusted=(TrustedCertificate(), TrustedCertificate("ACME signer", "rsa-client")),
        ),
        fix="Put the certificate of the signing key into the profile's certificate record.",
        expected=_refused("ws-security-certificate-not-of-key", _INVALID),
        sources=(_SETTING, _WSS4J),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-signer-not-trusted",
        group="ws-security",
        title="The provider does not know who signed",
        story=(
            "The client certificate is trusted for TLS. For signatures the provider has a trust store of its own, and "
            "nobody imported the certificate's CA there."
        ),
        broken=_lab(replace(_DEMANDS, trust=("unrelated-root",))),
        fixed=_HEALTHY,
        fix="Have the provider import the signing certificate, or its CA, into the trust store of WS-Security.",
        expected=_refused(
            "ws-security-signer-not-trusted", "The security token could not be authenticated or authorized"
        ),
        sources=(_WSS4J,),
        first_release="helsinki",
    ),
    Scenario(
        id="ws-security-user-wrong",
        group="ws-security",
        title="The password of the UsernameToken is wrong",
        story=(
            "The provider changed the password of the service user. Nothing is signed here: the header holds the user "
            "name and the plain password, and the fault does not say which of them is wrong."
        ),
        broken=_lab(
            WsSecurity(require=("username_token",), users=dict((_USER,))),
            x509_profile=None,
            username_profile=(_USER[0], "s3cret-of-last-year"),
        ),
        fixed=_lab(
            WsSecurity(require=("username_token",), users=dict((_USER,))), x509_profile=None, username_profile=_USER
        ),
        fix="Enter the provider's new password in the WS-Security Username profile.",
        expected=_refused("ws-security-user-refused", "The security token could not be authenticated or authorized"),
        sources=(_SETTING, _WSS4J),
        first_release="helsinki",
    ),
)
