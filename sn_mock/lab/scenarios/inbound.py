"""Into another instance by client certificate: its front door (ADC) verifies, and answers in its own words."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source
from sn_mock.lab.scenarios.wording import docs, kb
from sn_mock.lab.setup import LabSetup, ProviderSetup, Store

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
)
