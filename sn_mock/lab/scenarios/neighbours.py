"""What else lives where client keystores live: signing keys of other features, and what a clone leaves behind."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import NO_CERTIFICATE, docs, kb, legacy_properties, refused
from sn_mock.lab.setup import LabSetup, Profile, ProviderSetup, Store

_HEALTHY = LabSetup()
_JWT = Store("JWT signing key", KeystoreSpec((KeySpec("jwt", "second-client"),)), file_name="jwt-signing.jks")
_KNOWS_ONE = ProviderSetup(trusted_leaves=("acme-client",), trust=(), advertise="none")
_WITH_JWT = replace(_HEALTHY, stores=(_JWT, Store()), provider=_KNOWS_ONE)
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
        see_also=("saml-keystore-interferes",),
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
        see_also=("alias-without-connection",),
    ),
)
