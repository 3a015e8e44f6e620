"""What else lives where client keystores live, what a clone leaves behind, and settings that concern other calls."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import HANDSHAKE, NO_CERTIFICATE, docs, kb, legacy_properties, not_accepted, refused
from sn_mock.lab.setup import LabSetup, Profile, ProviderSetup, Store

_HEALTHY = LabSetup()
_JWT = Store("JWT signing key", KeystoreSpec((KeySpec("jwt", "second-client"),)), file_name="jwt-signing.jks")
_KNOWS_ONE = ProviderSetup(trusted_leaves=("acme-client",), trust=(), advertise="none")
_WITH_JWT = replace(_HEALTHY, stores=(_JWT, Store()), provider=_KNOWS_ONE)
_LDAP = Store("LDAP client", KeystoreSpec((KeySpec("ldap", "second-client"),)), file_name="ldap-client.jks")
_WITH_LDAP = replace(_HEALTHY, stores=(_LDAP, Store()), provider=_KNOWS_ONE)
_OF_PRODUCTION = Store(content=KeystoreSpec((KeySpec("acme", "second-client"),)))
_POLICIES_ON = {"com.glide.communications.httpclient.outbound_cert_policy.enabled": "true"}
_GONE = "0123456789abcdef0123456789abcdef"
"""The sys_id of a keystore on the instance that was cloned."""

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="jwt-keystore-joins-the-merged-store",
        group="neighbours",
        title="A keystore that signs JSON Web Tokens is offered to the provider",
        story=(
            "A spoke got its JWT key: a Java Key Store in the same table as the client keystores, and active. The web "
            "service still registers its protocol by the legacy properties, so every active keystore is offered, and "
            "the signing key stands first."
        ),
        broken=replace(_WITH_JWT, properties=legacy_properties()),
        fixed=replace(_WITH_JWT, properties=legacy_properties(value="")),
        fix="Give the web service its protocol profile with its own keystore and empty the two properties.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="second-client"),
        variants=refused("unknown_ca"),
        sources=(
            docs("JWT-Bearer-token-support", "a JWT key's keystore is a row of sys_certificate"),
            kb("KB0546238", "the same with a SAML keystore"),
            Source("KB0546238", Evidence.ASSUMED, "that JWT keystores are loaded as SAML keystores are"),
        ),
        see_also=("saml-keystore-interferes", "ldap-keystore-joins-the-merged-store"),
    ),
    Scenario(
        id="ldap-keystore-joins-the-merged-store",
        group="neighbours",
        title="A keystore for LDAP mutual authentication is offered to the provider",
        story=(
            "LDAP over TLS got its client certificate: imported into a Java Key Store and uploaded as a row of "
            "sys_certificate, where LDAPS finds it among all active ones. The web service is registered by the legacy "
            "properties, which offer all active keystores, too, and the LDAP key stands first."
        ),
        broken=replace(_WITH_LDAP, properties=legacy_properties()),
        fixed=replace(_WITH_LDAP, properties=legacy_properties(value="")),
        fix="Give the web service its protocol profile with its own keystore and empty the two properties; the LDAP "
        "keystore stays active.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="second-client"),
        variants=refused("unknown_ca"),
        sources=(
            docs("t_GenerateAnLDAPClientCertificate", "a .jks row of sys_certificate"),
            kb("KB1217702", "LDAP uses all active certificates"),
            Source("KB0546238", Evidence.ASSUMED, "told of a SAML keystore; that an LDAP one interferes alike"),
        ),
        see_also=("saml-keystore-interferes", "jwt-keystore-joins-the-merged-store"),
    ),
    Scenario(
        id="profile-after-a-clone",
        group="neighbours",
        title="After a clone the protocol profile names a keystore of the other instance",
        story=(
            "Production was cloned over the test instance. The certificates of the test instance were preserved, the "
            "protocol profiles were not: the profile that came over refers to a keystore by a sys_id that only "
            "production has. Nothing is sent."
        ),
        broken=replace(_HEALTHY, profiles=(Profile(keystore=_GONE),)),
        fixed=_HEALTHY,
        fix="Choose the keystore of this instance on the protocol profile; preserve sys_protocol_profile together with "
        "sys_certificate in the next clone.",
        expected=Expected(finding="profile-without-keystore"),
        variants=NO_CERTIFICATE,
        sources=(
            docs("clone-configurations-tab", "a table that is not preserved is replaced by the source's"),
            Source(
                "https://www.servicenow.com/community/upgrades-and-patching-forum/clone-activity-question/m-p/3548741",
                Evidence.REPORTED,
                "who keeps certificates keeps profiles, connections' credentials and registries, too",
            ),
        ),
        see_also=("alias-without-connection", "keystore-after-a-clone"),
    ),
    Scenario(
        id="keystore-after-a-clone",
        group="neighbours",
        title="After a clone the test instance presents production's certificate",
        story=(
            "Production was cloned over the test instance, and nothing of the certificates was preserved: the keystore "
            "of the test instance is replaced by production's. The call is well configured and presents a certificate "
            "that the test provider has never seen."
        ),
        broken=replace(_HEALTHY, stores=(_OF_PRODUCTION,), provider=_KNOWS_ONE),
        fixed=replace(_HEALTHY, provider=_KNOWS_ONE),
        fix="Attach the test instance's keystore again; preserve sys_certificate, its attachments and "
        "sys_protocol_profile in the next clone.",
        expected=Expected(finding="client-ca-unknown", presented="second-client"),
        variants=refused("unknown_ca"),
        sources=(docs("clone-configurations-tab", "a table that is not preserved is replaced by the source's"),),
        see_also=("profile-after-a-clone",),
    ),
    Scenario(
        id="outbound-policy-and-mutual-tls",
        group="neighbours",
        title="An outbound certificate policy relaxes the check, but not for mutual TLS",
        story=(
            "The provider's certificate is for another host. An outbound certificate policy that leaves out the host "
            "name check was made for it, and plain calls pass. The call with mutual authentication is refused as "
            "before: policies do not concern it, and Brazil checks host names by default."
        ),
        broken=replace(_HEALTHY, properties=_POLICIES_ON, provider=ProviderSetup("provider-wrong-host")),
        fixed=replace(_HEALTHY, properties=_POLICIES_ON),
        fix="Use the host name from the certificate in the endpoint, or have the provider add this name to the "
        "certificate.",
        expected=Expected(finding="host-name-not-in-certificate", cause="host-name-mismatch"),
        variants=not_accepted(
            f"{HANDSHAKE}: No subject alternative DNS name matching {{host}} found.",
            "java.security.cert.CertificateException: No subject alternative DNS name matching {host} found.",
        ),
        sources=(
            docs("outbound-certificate-policies", "Brazil; calls with mutual TLS are not affected"),
            docs("outbound-cert-policy-properties", "verify_hostname is true by default"),
        ),
        release="brazil",
        first_release="brazil",
        see_also=("host-name-not-in-certificate",),
    ),
)
