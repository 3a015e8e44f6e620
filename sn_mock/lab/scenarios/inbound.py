"""Into another instance by client certificate: its front door (ADC) verifies, and answers in its own words."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import docs, kb
from sn_mock.lab.setup import Connection, LabSetup, ProviderSetup, StepSetup, Store

_FRONT_DOOR = {"personality": "snow_adc", "client_auth": "optional", "require_ca_signed": True}
_PUBLISHED = ProviderSetup(policy=_FRONT_DOOR)
_NOTHING_PUBLISHED = ProviderSetup(trust=(), advertise="none", policy=_FRONT_DOOR)
_INTERMEDIATE_ONLY = ProviderSetup(trust=("intermediate",), policy=_FRONT_DOOR)
_NAMES_NO_CA = ProviderSetup(advertise="none", policy=_FRONT_DOOR)
_BLOG = Source(
    "ServiceNow developer blog ba-p/3334094",
    Evidence.REPORTED,
    "one instance's message into another's certificate-based authentication, step by step",
)


_MAPPED = replace(_PUBLISHED, mapped=("acme-client",))
_NOT_MAPPED = replace(_PUBLISHED, mapped=("second-client",))
_OFF = replace(_MAPPED, policy={**_FRONT_DOOR, "client_auth": "none", "require_ca_signed": False})
_OTHERS_PUBLISHED = replace(_MAPPED, trust=("unrelated-root",))


def _reading(front_door: ProviderSetup) -> LabSetup:
    """A REST step that reads incidents of the other instance."""
    step = StepSetup(connections=(Connection(base_path=""),), rest_path="/api/now/table/incident")
    return replace(LabSetup(), step=step, provider=front_door)


def _not_let_in(finding: str, presented: str | None) -> Expected:
    return Expected(
        finding=finding,
        stage=Stage.HTTP,
        status_code=401,
        log_status=401,
        http_reply="Required to provide Auth information",
        presented=presented,
    )


def _into(front_door: ProviderSetup, identity: str = "acme-client") -> LabSetup:
    store = Store(content=KeystoreSpec((KeySpec("acme", identity),)))
    return replace(LabSetup(), stores=(store,), provider=front_door)


def _page(finding: str, presented: str = "acme-client") -> Expected:
    return Expected(
        finding=finding,
        stage=Stage.HTTP,
        status_code=400,
        log_status=400,
        http_reply="<center>snow_adc</center>",
        presented=presented,
    )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="inbound-ca-not-published",
        group="into another instance",
        title="The other instance's front door answers 400: The SSL certificate error",
        story=(
            "One instance calls another one's certificate-based authentication. The caller's CA is not published "
            "there, so the front door cannot verify the certificate. It says so in an HTML page of its own, not in a "
            "TLS alert."
        ),
        broken=_into(_NOTHING_PUBLISHED),
        fixed=_into(_PUBLISHED),
        fix="Publish the caller's CA, root and intermediate, in sys_ca_certificate of the other instance (type CA "
        "Cert), and wait for Publish Status Exists.",
        expected=_page("inbound-ca-not-published"),
        sources=(kb("KB0960308"), docs("set-up-mutual-auth"), _BLOG),
        kb=("KB0960308",),
        release="quebec",
        first_release="quebec",
    ),
    Scenario(
        id="inbound-intermediate-only",
        group="into another instance",
        title="Only the intermediate CA is published on the other instance",
        story=(
            "The other instance has the caller's intermediate CA, and not its root. Its front door names that CA, so "
            "the certificate is sent; then the path does not end in a root, and the answer is the same page."
        ),
        broken=_into(_INTERMEDIATE_ONLY),
        fixed=_into(_PUBLISHED),
        fix="Publish the root as well: start with the root, type CA Cert.",
        expected=_page("inbound-ca-not-published"),
        sources=(docs("install-mid-mutual-auth", "start with the root"), kb("KB0960308")),
        release="quebec",
        first_release="quebec",
        see_also=("inbound-ca-not-published",),
    ),
    Scenario(
        id="inbound-self-signed",
        group="into another instance",
        title="A self-signed certificate never passes the other instance's front door",
        story=(
            "The caller's key has a certificate that it signed itself, as development providers accept it. The front "
            "door of an instance accepts none, whatever is imported there."
        ),
        broken=_into(_NAMES_NO_CA, "self-signed-client"),
        fixed=_into(_NAMES_NO_CA),
        fix="Have the certificate signed by a CA, and publish that CA on the other instance.",
        expected=_page("inbound-self-signed", "self-signed-client"),
        sources=(kb("KB0960308", "self-signed always ends here"),),
        release="quebec",
        first_release="quebec",
        see_also=("inbound-ca-not-published",),
    ),
    Scenario(
        id="inbound-certificate-not-mapped",
        group="into another instance",
        title="401 User Not Authenticated: the other instance maps the certificate to nobody",
        story=(
            "The front door has verified the caller's certificate: the CA is published, the handshake succeeds. But no "
            "active sys_user_certificate of the other instance has this certificate (it has last year's, or another "
            "system's), so the call is nobody's, and the Table API asks for authentication."
        ),
        broken=_reading(_NOT_MAPPED),
        fixed=_reading(_MAPPED),
        fix="On the other instance: upload the certificate (not its CA) to an active sys_user_certificate of an active "
        "user.",
        expected=_not_let_in("inbound-certificate-not-mapped", "acme-client"),
        sources=(
            Source("ServiceNow community 1429267, 3254457", Evidence.REPORTED, "settings seemed complete in both"),
            docs("set-up-mutual-auth"),
        ),
        release="washingtondc",
        first_release="washingtondc",
        see_also=("inbound-ca-not-published", "inbound-not-asked"),
    ),
    Scenario(
        id="inbound-not-asked",
        group="into another instance",
        title="401 User Not Authenticated: the other instance's front door asks for no certificate",
        story=(
            "Everything is mapped on the other instance, but certificate-based authentication is off at its front door "
            "(its /adcv2/supports_tls does not say true; on a developer instance it cannot be turned on). Nobody asks "
            "for the certificate, so it is never sent, and the Table API asks for authentication."
        ),
        broken=_reading(_OFF),
        fixed=_reading(_MAPPED),
        fix="Have certificate-based authentication turned on for the other instance (ADCv2, plugin "
        "com.glide.auth.mutual): GET /adcv2/supports_tls there must say true.",
        expected=_not_let_in("inbound-certificate-not-sent", None),
        sources=(kb("KB2440842"), docs("verify-adcv2-inbound-mtls-enabled")),
        kb=("KB2440842",),
        release="washingtondc",
        first_release="washingtondc",
        see_also=("inbound-certificate-not-mapped", "inbound-other-cas-published"),
    ),
    Scenario(
        id="inbound-other-cas-published",
        group="into another instance",
        title="401 User Not Authenticated: the other instance has published CAs, and not the caller's",
        story=(
            "The other instance's front door asks for a certificate and names the CAs that are published there. The "
            "caller's is not among them, so Java finds no key that fits and sends none; the front door lets the "
            "handshake pass, and the Table API asks for authentication."
        ),
        broken=_reading(_OTHERS_PUBLISHED),
        fixed=_reading(_MAPPED),
        fix="Publish the caller's CA, root and intermediate, in sys_ca_certificate of the other instance (type CA "
        "Cert), and wait for Publish Status Exists.",
        expected=_not_let_in("inbound-certificate-not-sent", None),
        sources=(kb("KB2440842"), docs("set-up-mutual-auth")),
        release="washingtondc",
        first_release="washingtondc",
        see_also=("inbound-not-asked", "inbound-ca-not-published"),
    ),
)
