"""Which key is offered: records, properties and releases that lead to the wrong certificate, or to none."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import (
    FRUITION_BLOG,
    MEASURED,
    NO_CERTIFICATE,
    OLD_SOCKETS,
    docs,
    kb,
    legacy_properties,
    refused,
)
from sn_mock.lab.setup import SERVER_CA, LabSetup, Message, MidProfile, Profile, ProviderSetup, Script, Store

_HEALTHY = LabSetup()
_OTHER_TEAM = Store(
    "Another team's keystore", KeystoreSpec((KeySpec("other", "unrelated-client"),)), file_name="other-team.jks"
)
_SAML = Store("SAML 2.0 SP Keystore", KeystoreSpec((KeySpec("saml2sp", "saml-sp"),)), file_name="saml2sp.jks")
_EXPIRED = Store("ACME client 2020", KeystoreSpec((KeySpec("acme", "expired-client"),)), file_name="acme-2020.jks")
_TWO_KINDS = Store(content=KeystoreSpec((KeySpec("rsa", "rsa-client"), KeySpec("ec", "unrelated-client"))))
_RSA_ALONE = Store(content=KeystoreSpec((KeySpec("rsa", "rsa-client"),)))
_NAMES_NO_CA = ProviderSetup(advertise="none")
_ALWAYS_BAD_CERTIFICATE = ProviderSetup(
    advertise="none", policy={"refusals": {"unknown-ca": "bad_certificate", "self-signed": "bad_certificate"}}
)
_WRONG_DEFAULT = replace(
    _HEALTHY, stores=(_OTHER_TEAM, Store()), properties=legacy_properties(), provider=_ALWAYS_BAD_CERTIFICATE
)
_PLAIN = Message(mutual_auth=False, profile=None, function_mutual_auth=False, function_profile=None)
_PRB1923704 = Source("PRB1923704 (Zurich Patch 3 and Xanadu Patch 11 release notes)", Evidence.DOCUMENTED)
_NO_ROUTE = ("java.lang.IllegalStateException: unsupported protocol: 'myhttps'",)


def _nobody_listens(finding: str) -> Expected:
    return Expected(
        finding=finding,
        stage=Stage.CONNECT,
        cause="connection-refused",
        java=("java.net.ConnectException: Connection refused",),
        visits=False,
        connections=4,
    )


_REFUSED_BEFORE_JAVA_17 = (
    Variant({"java": ("java.net.ConnectException: Connection refused (Connection refused)",)}, javas=OLD_SOCKETS),
)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="wrong-default-keystore",
        group="choosing",
        title="The wrong default keystore goes out: legacy properties were left behind",
        story=(
            "Several keystores are active on the instance. The two properties "
            "glide.httpclient.protocol.myhttps.class and "
            ".port were never removed when the protocol profile was set up. They win: all active keystores are offered "
            "together, the first row's key goes out, and the provider refuses a certificate it has never seen."
        ),
        broken=_WRONG_DEFAULT,
        fixed=replace(_WRONG_DEFAULT, properties=legacy_properties(value="")),
        fix="Empty (or delete) the two properties glide.httpclient.protocol.myhttps.class and .port, so that the "
        "keystore of the protocol profile is used.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="unrelated-client"),
        variants=refused("bad_certificate"),
        sources=(kb("KB0683345"), FRUITION_BLOG, _PRB1923704),
        kb=("KB0683345",),
        release="geneva",
        see_also=("legacy-class-property", "saml-keystore-interferes"),
    ),
    Scenario(
        id="legacy-class-property",
        group="choosing",
        title="The class property alone beats the profile",
        story=(
            "Only glide.httpclient.protocol.myhttps.class is left; the port property was deleted. That is enough to "
            "register the protocol a second time with the socket factory that offers every active keystore."
        ),
        broken=replace(
            _WRONG_DEFAULT,
            properties={key: value for key, value in legacy_properties().items() if key.endswith(".class")},
        ),
        fixed=replace(_WRONG_DEFAULT, properties={}),
        fix="Delete the property glide.httpclient.protocol.myhttps.class.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="unrelated-client"),
        variants=refused("bad_certificate"),
        sources=(kb("KB0683345"), _PRB1923704),
        release="jakarta",
    ),
    Scenario(
        id="legacy-properties-before-fuji",
        group="choosing",
        title="Before Fuji there are only the properties, and every active keystore is offered",
        story=(
            "There are no protocol profiles yet. The two properties register myhttps with a factory that offers all "
            "active keystores. A keystore of another team stands first, and its key goes out."
        ),
        broken=replace(
            _HEALTHY,
            stores=(_OTHER_TEAM, Store()),
            profiles=(),
            message=_PLAIN,
            properties=legacy_properties(),
            provider=_NAMES_NO_CA,
        ),
        fixed=replace(
            _HEALTHY,
            stores=(replace(_OTHER_TEAM, active=False), Store()),
            profiles=(),
            message=_PLAIN,
            properties=legacy_properties(),
            provider=_NAMES_NO_CA,
        ),
        fix="Clear Active on the other keystore's sys_certificate record: only one active keystore can serve this "
        "method.",
        expected=Expected(finding="all-active-keystores-offered", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(
            Source("John Andersen's blog on outbound mutual authentication, December 2013", Evidence.REPORTED),
            kb("KB0683345"),
        ),
        release="eureka",
        first_release="eureka",
        last_release="eureka",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="expired-keystore-found-first",
        group="choosing",
        title="Last year's keystore is found first because of the order of rows",
        story=(
            "The renewed keystore works for months. After a database migration the rows come back in another order, "
            "and "
            "because the legacy properties offer all active keystores, the expired key of last year goes out first."
        ),
        broken=replace(_HEALTHY, stores=(_EXPIRED, Store()), properties=legacy_properties()),
        fixed=replace(_HEALTHY, stores=(_EXPIRED, Store()), properties=legacy_properties(value="")),
        fix="Empty the two properties so that the profile's keystore alone is offered; deactivate the expired "
        "keystore as well.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="expired-client"),
        variants=refused("certificate_expired"),
        sources=(_PRB1923704, MEASURED),
        release="xanadu",
    ),
    Scenario(
        id="upgrade-changes-the-key",
        group="choosing",
        title="The upgrade from Java 8 to 11 changes which key of a keystore goes out",
        story=(
            "One keystore holds an RSA and an EC key. Under Paris (Java 8) the provider's certificate types decided, "
            "RSA first, and all was well. Since Quebec (Java 11) the order of its signature algorithms decides: the EC "
            "key goes out, whose CA the provider does not know. Nobody changed a record."
        ),
        broken=replace(_HEALTHY, stores=(_TWO_KINDS,), provider=_NAMES_NO_CA),
        fixed=replace(_HEALTHY, stores=(_RSA_ALONE,), provider=_NAMES_NO_CA),
        fix="Attach a keystore that holds the one key which this provider knows.",
        expected=Expected(finding="several-keys-in-keystore", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(
            Source("measured on JDK 8u252 and 17 against OpenSSL 3.0", Evidence.MEASURED),
            Source("JDK-8245485 (8u261: the handshake code of JDK 11)", Evidence.DOCUMENTED),
        ),
        release="quebec",
        first_release="quebec",
        tls=("TLSv1.2",),
        before=(replace(_HEALTHY, stores=(_TWO_KINDS,), provider=_NAMES_NO_CA, release="paris"),),
    ),
    Scenario(
        id="saml-keystore-interferes",
        group="choosing",
        title="A keystore installed for SAML breaks the web service",
        story=(
            "Single sign-on was configured with its own keystore. The web service still registers its protocol by the "
            "legacy properties, so the SAML key is offered too, and it stands first."
        ),
        broken=replace(_HEALTHY, stores=(_SAML, Store()), properties=legacy_properties(), provider=_NAMES_NO_CA),
        fixed=replace(_HEALTHY, stores=(_SAML, Store()), properties=legacy_properties(value=""), provider=_NAMES_NO_CA),
        fix="Give the web service its protocol profile with its own keystore and empty the two properties.",
        expected=Expected(finding="legacy-properties-beat-profile", presented="saml-sp"),
        variants=refused("unknown_ca"),
        sources=(kb("KB0546238"), kb("KB0683345")),
        kb=("KB0546238",),
        release="helsinki",
    ),
    Scenario(
        id="mutual-auth-off",
        group="choosing",
        title="The mutual authentication flag is off: the call goes out without a certificate",
        story=(
            "The profile and the keystore are perfect, but Enable mutual authentication is not ticked. The test page "
            "shows "
            "https:// instead of the custom protocol, and the provider gets no certificate."
        ),
        broken=replace(_HEALTHY, message=replace(_PLAIN, endpoint="https://{host}:{port}/tickets")),
        fixed=_HEALTHY,
        fix="Tick Enable mutual authentication on the SOAP message and choose the protocol profile.",
        expected=Expected(finding="mutual-auth-off"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599"), docs("c_OutboundWebServicesMutualAuth")),
        kb=("KB0696599", "KB0691876"),
        release="helsinki",
    ),
    Scenario(
        id="profile-not-chosen",
        group="choosing",
        title="Mutual authentication is on, but no protocol profile is chosen",
        story="The flag is ticked and the profile field next to it is empty. Nothing rewrites the scheme, so no key "
        "is offered.",
        broken=replace(
            _HEALTHY,
            message=Message(profile=None, function_profile=None, endpoint="https://{host}:{port}/tickets"),
        ),
        fixed=_HEALTHY,
        fix="Choose the protocol profile myhttps in Protocol profile of the SOAP message.",
        expected=Expected(finding="profile-not-chosen"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599"), docs("c_OutboundWebServicesMutualAuth")),
        release="helsinki",
    ),
    Scenario(
        id="flag-on-function-only",
        group="choosing",
        title="From Quebec on the message decides; flag and profile are on the function only",
        story=(
            "Before the upgrade the function's own flag was enough. Since Quebec the profile is taken from the SOAP "
            "message, whose flag was never set, and the call goes out as plain https."
        ),
        broken=replace(
            _HEALTHY,
            message=Message(mutual_auth=False, profile=None, endpoint="https://{host}:{port}/tickets"),
        ),
        fixed=replace(_HEALTHY, message=Message(function_mutual_auth=False, function_profile=None)),
        fix="Set Enable mutual authentication and the protocol profile on the SOAP message, and only there.",
        expected=Expected(finding="mutual-auth-on-wrong-record"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599", "at least in Quebec the message's profile is used, not the method's"),),
        kb=("KB0696599",),
        release="quebec",
        first_release="quebec",
    ),
    Scenario(
        id="https-typed-in-fuji",
        group="choosing",
        title="Fuji and Geneva: https typed in the endpoint bypasses the profile",
        story=(
            "The record has the flag and the profile, but these releases do not rewrite the endpoint's scheme. Whoever "
            "types https:// gets https, without a client certificate."
        ),
        broken=replace(_HEALTHY, message=Message(endpoint="https://{host}:{port}/tickets")),
        fixed=replace(_HEALTHY, message=Message(endpoint="myhttps://{host}:{port}/tickets")),
        fix="Type the profile's name as scheme in the endpoint of the function (myhttps://host/path).",
        expected=Expected(finding="scheme-not-rewritten"),
        variants=NO_CERTIFICATE,
        sources=(FRUITION_BLOG,),
        release="fuji",
        last_release="geneva",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="scheme-not-registered",
        group="choosing",
        title="myhttps is typed, but nothing registers it",
        story=(
            "The endpoint was copied from another instance together with its custom scheme. Here neither a protocol "
            "profile "
            "nor a property of that name exists, because profiles do not travel in update sets."
        ),
        broken=replace(_HEALTHY, profiles=(), message=replace(_PLAIN, endpoint="myhttps://{host}:{port}/tickets")),
        fixed=replace(_HEALTHY, message=Message(endpoint="myhttps://{host}:{port}/tickets")),
        fix="Create the protocol profile myhttps with the keystore, and refer to it from the SOAP message.",
        expected=Expected(
            finding="scheme-not-registered",
            stage=Stage.ROUTE,
            cause="unsupported-scheme",
            java=_NO_ROUTE,
            visits=False,
            connections=0,
        ),
        sources=(
            kb("KB0696002"),
            Source("commons-httpclient 3.1 source, HttpMethodBase and Protocol", Evidence.MEASURED),
        ),
        kb=("KB0696002",),
        release="helsinki",
    ),
    Scenario(
        id="profile-name-with-capital",
        group="choosing",
        title="A profile named MyHTTPS can never be found",
        story=(
            "The HTTP client lower-cases the scheme of every URL before it looks the protocol up, and the table it "
            "looks in "
            "is case-sensitive. A profile whose name has a capital letter exists, but no URL leads to it."
        ),
        broken=replace(
            _HEALTHY,
            profiles=(Profile("MyHTTPS"),),
            message=Message(profile="MyHTTPS", function_profile="MyHTTPS", endpoint="MyHTTPS://{host}:{port}/tickets"),
        ),
        fixed=_HEALTHY,
        fix="Rename the protocol profile to lower-case letters only: myhttps.",
        expected=Expected(
            finding="profile-name-not-usable",
            stage=Stage.ROUTE,
            cause="unsupported-scheme",
            java=_NO_ROUTE,
            visits=False,
            connections=0,
        ),
        sources=(
            docs("t_CreateAProtocolProfile", "no upper case letters or special characters"),
            Source("commons-httpclient 3.1 source, HttpURL and Protocol", Evidence.MEASURED),
        ),
        release="jakarta",
    ),
    Scenario(
        id="profile-name-with-special-character",
        group="choosing",
        title="A profile named my_https makes the endpoint unreadable",
        story=(
            "An underscore is not allowed in the scheme of a URI (RFC 2396 §3.1). The record can be saved, but the "
            "HTTP "
            "client cannot read the URL that the profile makes of the endpoint."
        ),
        broken=replace(
            _HEALTHY,
            profiles=(Profile("my_https"),),
            message=Message(
                profile="my_https", function_profile="my_https", endpoint="my_https://{host}:{port}/tickets"
            ),
        ),
        fixed=_HEALTHY,
        fix="Rename the protocol profile to lower-case letters only: myhttps.",
        expected=Expected(
            finding="profile-name-not-usable",
            stage=Stage.ROUTE,
            cause="bad-uri",
            java=(
                "java.lang.IllegalArgumentException: Invalid uri 'my_https://{host}:{port}/tickets': incorrect scheme",
            ),
            visits=False,
            connections=0,
        ),
        sources=(docs("t_CreateAProtocolProfile"), kb("KB0696599", "lower-case letters only, fewer than eight")),
        kb=("KB0696599",),
        release="jakarta",
    ),
    Scenario(
        id="several-profiles",
        group="choosing",
        title="A second protocol profile for test makes production fail",
        story=(
            "A profile for the test system was added next to the one for production. On these releases, users "
            "report, the "
            "profile registered first decides for both: the test keystore's key goes to production."
        ),
        broken=replace(
            _HEALTHY,
            stores=(_OTHER_TEAM, Store()),
            profiles=(Profile("testhttps", _OTHER_TEAM.name), Profile()),
            provider=_NAMES_NO_CA,
        ),
        fixed=replace(_HEALTHY, stores=(_OTHER_TEAM, Store()), provider=_NAMES_NO_CA),
        fix="Keep one protocol profile, and change its keystore when the environment changes.",
        expected=Expected(finding="first-profile-serves-all", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(FRUITION_BLOG,),
        release="helsinki",
        last_release="helsinki",
        tls=("TLSv1.2",),
    ),
    Scenario(
        id="set-mutual-auth-overrides",
        group="choosing",
        title="A script's setMutualAuth overrides the record",
        story=(
            "The record is right, yet the calling script says setMutualAuth('otherhttps'), a leftover of a test. The "
            "script wins, and the other profile's key goes out."
        ),
        broken=replace(
            _HEALTHY,
            stores=(Store(), _OTHER_TEAM),
            profiles=(Profile(), Profile("otherhttps", _OTHER_TEAM.name)),
            script=Script((("setMutualAuth", ("otherhttps",)),)),
            provider=_NAMES_NO_CA,
        ),
        fixed=replace(
            _HEALTHY,
            stores=(Store(), _OTHER_TEAM),
            profiles=(Profile(), Profile("otherhttps", _OTHER_TEAM.name)),
            provider=_NAMES_NO_CA,
        ),
        fix="Remove setMutualAuth('otherhttps') from the script, or name the right profile.",
        expected=Expected(finding="script-overrides-profile", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(docs("c_SOAPMessageV2API", "setMutualAuth overrides the record"),),
        release="istanbul",
        first_release="istanbul",
    ),
    Scenario(
        id="mid-server-selected",
        group="choosing",
        title="A MID Server is selected: mutual authentication is silently absent",
        story=(
            "The function uses a MID Server. The raw endpoint goes to the ECC queue, the profile is ignored, and the "
            "provider gets a connection without a client certificate."
        ),
        broken=replace(_HEALTHY, message=Message(mid_server="mid-dc1", endpoint="https://{host}:{port}/tickets")),
        fixed=_HEALTHY,
        fix="Clear Use MID Server on the function. (From Xanadu on, an Integration Hub connection with a MID Protocol "
        "Profile can present a certificate through a MID Server.)",
        expected=Expected(finding="mid-server-without-mutual-auth"),
        variants=NO_CERTIFICATE,
        sources=(docs("c_OutboundWebServicesMutualAuth"), docs("integration-hub/mtls-mid-server", "from Xanadu")),
        release="helsinki",
    ),
    Scenario(
        id="mid-server-without-mid-protocol-profile",
        group="choosing",
        title="From Xanadu on: the MID Server needs a MID Protocol Profile of its own",
        story=(
            "The call goes through a MID Server, and the instance's protocol profile means nothing there. Since Xanadu "
            "an Integration Hub connection can name a MID Protocol Profile, whose keystore lies on the MID Server's "
            "host; without one the provider gets no client certificate."
        ),
        broken=replace(_HEALTHY, message=Message(mid_server="mid-dc1", endpoint="https://{host}:{port}/tickets")),
        fixed=replace(
            _HEALTHY,
            message=Message(mid_server="mid-dc1", endpoint="midhttps://{host}:{port}/tickets"),
            mid_profiles=(MidProfile(),),
        ),
        fix="Create a MID Protocol Profile (protocol, keystore path on the MID Server's host, password, MID Servers) "
        "and use its protocol in the endpoint of the Integration Hub connection.",
        expected=Expected(finding="mid-server-without-mutual-auth"),
        variants=NO_CERTIFICATE,
        sources=(
            docs("integration-hub/mtls-mid-server", "Xanadu and later; Integration Hub only"),
            Source(
                "a SOAP message stands in for the Integration Hub connection",
                Evidence.ASSUMED,
                "the docs say of SOAP messages that they do not support it",
            ),
        ),
        release="xanadu",
        first_release="xanadu",
        see_also=("mid-server-selected",),
    ),
    Scenario(
        id="legacy-port-property",
        group="choosing",
        title="The port property beats the profile's default port",
        story=(
            "The endpoint names no port. The profile was corrected to the provider's new port, but the two legacy "
            "properties "
            "are still there, and with them the old port, where nothing listens any more."
        ),
        broken=replace(
            _HEALTHY,
            message=Message(endpoint="{scheme}://{host}/tickets"),
            properties=legacy_properties(port="{closed_port}"),
        ),
        fixed=replace(
            _HEALTHY, message=Message(endpoint="{scheme}://{host}/tickets"), properties=legacy_properties(value="")
        ),
        fix="Empty the two properties; the profile's default port counts then.",
        expected=_nobody_listens("legacy-port-beats-profile"),
        sources=(kb("KB0683345"), _PRB1923704),
        release="xanadu",
        variants=_REFUSED_BEFORE_JAVA_17,
    ),
    Scenario(
        id="port-in-endpoint",
        group="choosing",
        title="The port in the endpoint beats the profile's default port",
        story=(
            "The profile's default port was corrected, and nothing changed: the endpoint names the old port, and a "
            "port in "
            "the endpoint always wins."
        ),
        broken=replace(_HEALTHY, message=Message(endpoint="{scheme}://{host}:{closed_port}/tickets")),
        fixed=replace(_HEALTHY, message=Message(endpoint="{scheme}://{host}/tickets")),
        fix="Remove the port from the endpoint (or correct it).",
        expected=_nobody_listens("port-in-endpoint"),
        sources=(kb("KB0696599", "profile name and port"), Source("commons-httpclient 3.1 source", Evidence.MEASURED)),
        release="xanadu",
        variants=_REFUSED_BEFORE_JAVA_17,
    ),
    Scenario(
        id="https-as-profile-name",
        group="choosing",
        title="A profile named https is not used",
        story=(
            "The profile was called https, as the Helsinki documentation showed it. Later releases forbid the name "
            "of an "
            "existing protocol: the built-in https answers, without a client certificate."
        ),
        broken=replace(
            _HEALTHY, profiles=(Profile("https"),), message=Message(profile="https", function_profile="https")
        ),
        fixed=_HEALTHY,
        fix="Rename the protocol profile to a name of its own: myhttps.",
        expected=Expected(finding="profile-name-not-usable"),
        variants=NO_CERTIFICATE,
        sources=(docs("t_CreateAProtocolProfile", "not the name of an existing protocol"), kb("KB0696002")),
        release="washingtondc",
        first_release="istanbul",
    ),
    Scenario(
        id="profile-without-keystore",
        group="choosing",
        title="The protocol profile has no keystore",
        story="The profile came over without its reference: keystores do not travel. It registers the scheme, and no "
        "key.",
        broken=replace(_HEALTHY, profiles=(Profile(keystore=None),)),
        fixed=_HEALTHY,
        fix="Choose the keystore in the protocol profile.",
        expected=Expected(finding="profile-without-keystore"),
        variants=NO_CERTIFICATE,
        sources=(kb("KB0696599"), docs("t_CreateAProtocolProfile")),
        kb=("KB0696599",),
    ),
    Scenario(
        id="trusted-certificate-as-keystore",
        group="choosing",
        title="The profile refers to a trusted certificate instead of a keystore",
        story="Two records have similar names. The profile refers to the Trust Store Cert, which holds no private key.",
        broken=replace(_HEALTHY, profiles=(Profile(keystore=SERVER_CA),)),
        fixed=_HEALTHY,
        fix="Choose the record of type Java Key Store or PKCS12 Key Store in the protocol profile.",
        expected=Expected(finding="keystore-of-wrong-type"),
        variants=NO_CERTIFICATE,
        sources=(docs("t_CreateAProtocolProfile", "type Java Key Store or PKCS12 Key Store"),),
    ),
    Scenario(
        id="wrong-default-port",
        group="choosing",
        title="The profile's default port is not the provider's",
        story=(
            "The endpoint names no port, so the default port of the protocol profile is used. It still is the port "
            "of the "
            "test system, where nothing listens."
        ),
        broken=replace(
            _HEALTHY,
            profiles=(Profile(default_port="{closed_port}"),),
            message=Message(endpoint="{scheme}://{host}/tickets"),
        ),
        fixed=replace(_HEALTHY, message=Message(endpoint="{scheme}://{host}/tickets")),
        fix="Correct Default port of the protocol profile.",
        expected=_nobody_listens("wrong-default-port"),
        sources=(kb("KB0696599"), MEASURED),
        kb=("KB0696599",),
        release="xanadu",
        variants=_REFUSED_BEFORE_JAVA_17,
    ),
)
