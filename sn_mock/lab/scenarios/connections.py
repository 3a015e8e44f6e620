"""The records behind a Connection & Credential alias: what an IntegrationHub step calls through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import NO_CERTIFICATE, TELEMETRY, docs, refused
from sn_mock.lab.setup import Connection, Credential, LabSetup, MidProfile, ProviderSetup, Retry, StepSetup

_HEALTHY = LabSetup(step=StepSetup())
_HTTPS = "https://{host}:{port}/tickets"
_BLOG = Source(
    "https://www.servicenow.com/community/platform-privacy-security-blog/"
    "mutual-tls-in-flow-designer-using-protocol-profiles-with-the/ba-p/3534148",
    Evidence.REPORTED,
    "a profile with connections and aliases is what often gets missed",
)
_FIRST = "washingtondc"
"""Connections are older; the pages that describe them here are of this time and later."""


def _with(*connections: Connection, **more: Any) -> LabSetup:
    return replace(_HEALTHY, step=StepSetup(connections=connections, **more))


def _scenario(id: str, title: str, story: str, **more: Any) -> Scenario:
    return Scenario(
        id=id,
        group="connections",
        title=title,
        story=story,
        **{"fixed": _HEALTHY, "release": "xanadu", "first_release": _FIRST, **more},
    )


def _before_any_request(finding: str, cause: str) -> Expected:
    return Expected(finding=finding, stage=Stage.ROUTE, cause=cause, log_status=None, connections=0, visits=False)


_THROUGH_MID = replace(_with(Connection(mid_server="mid-dc1", mid_profile="midhttps")), mid_profiles=(MidProfile(),))
_OF_MID = (
    docs("integration-hub/mtls-mid-server", "the keystore's path and password are the profile's"),
    Source("Java's own words", Evidence.ASSUMED, "what a MID Server logs for it is not published"),
)

SCENARIOS: tuple[Scenario, ...] = (
    _scenario(
        "connection-url-builder-off",
        "The connection's URL is typed with https, and its URL builder is off",
        "The keystore, the profile and even the connection's Mutual authentication are set, but its URL builder is off "
        "and the Connection URL begins with https. The step calls that URL as it stands, and no profile answers to it.",
        broken=_with(Connection(url_builder=False, url=_HTTPS)),
        fix="Tick URL builder and Mutual authentication on the connection and choose the protocol profile.",
        expected=Expected(finding="connection-url-builder-off"),
        variants=NO_CERTIFICATE,
        sources=(docs("create-https-connection"), docs("configure-jamf-integration"), _BLOG),
    ),
    _scenario(
        "connection-mutual-auth-off",
        "Mutual authentication is not ticked on the connection",
        "The SOAP message of the old integration had mutual authentication; the alias that replaced it builds an https "
        "URL, because its connection has the tick nowhere. The provider asks for a certificate and gets none.",
        broken=_with(Connection(mutual_auth=False, profile=None)),
        fix="Tick Mutual authentication on the connection and choose the protocol profile.",
        expected=Expected(finding="connection-mutual-auth-off"),
        variants=NO_CERTIFICATE,
        sources=(docs("create-https-connection"), _BLOG),
        see_also=("connection-url-builder-off", "mutual-auth-off"),
    ),
    _scenario(
        "connection-profile-not-chosen",
        "The connection has mutual authentication and no protocol profile",
        "URL builder and Mutual authentication are ticked, the field Protocol profile stayed empty. The URL is built "
        "with https, and no keystore belongs to that.",
        broken=_with(Connection(profile=None)),
        fix="Choose the protocol profile on the connection.",
        expected=Expected(finding="connection-profile-not-chosen"),
        variants=NO_CERTIFICATE,
        sources=(docs("create-https-connection"), _BLOG),
    ),
    _scenario(
        "step-overrides-base-url",
        "The step types its own Base URL with https",
        "Alias and connection are right, but somebody opened the lock beside Base URL in the REST step and typed the "
        "partner's https address. What is typed there is called, without the profile's scheme.",
        broken=replace(_HEALTHY, step=StepSetup(base_url="https://{host}:{port}")),
        fix="Close the lock beside Base URL, so that the connection's URL is called.",
        expected=Expected(finding="base-url-overridden"),
        variants=NO_CERTIFICATE,
        sources=(docs("rest-request-action-designer"),),
        see_also=("connection-url-builder-off",),
    ),
    _scenario(
        "several-connections-the-other-counts",
        "Two connections of the alias are active, and the one without mutual authentication counts",
        "The alias got a new connection with mutual authentication, and the old one was left active. Its order is "
        "lower, so the step goes on calling plain https.",
        broken=_with(Connection(name="old", order=10, mutual_auth=False, profile=None), Connection()),
        fixed=_with(Connection(name="old", order=10, mutual_auth=False, profile=None, active=False), Connection()),
        fix="Clear Active on the old connection.",
        expected=Expected(finding="another-connection-counts"),
        variants=NO_CERTIFICATE,
        sources=(
            Source("@servicenow/sdk-core 4.9.0, sys_alias", Evidence.DOCUMENTED, "Support Multiple Active Connections"),
            Source("the column Order of sys_connection", Evidence.ASSUMED, "that the lowest order counts"),
        ),
    ),
    _scenario(
        "alias-without-connection",
        "The alias came over from another instance without its connection",
        "The application with the alias was moved to production. Aliases travel with it, connections and credentials "
        "do not: the step has nothing to call.",
        broken=_with(),
        fix="Create the connection (and its credential) on this instance, below the alias.",
        expected=_before_any_request("alias-without-connection", "alias-without-connection"),
        sources=(docs("dashboard-configure-connection", "an alias that is promoted loses its connection"),),
    ),
    _scenario(
        "credential-only-alias",
        "A step is given an alias of type Credential",
        "The alias holds a user and a password and was made with the type Credential. A step that uses it as its "
        "connection alias finds no connection behind it.",
        broken=_with(alias_type="credential"),
        fix="Make the alias one of type Connection and Credential, with a connection.",
        expected=_before_any_request("credential-only-alias", "credential-only-alias"),
        sources=(docs("rest-request-action-designer", "Credential Alias is for inline connections"),),
    ),
    _scenario(
        "connection-credential-inactive",
        "The connection's credential is not active",
        "The handshake is fine, the certificate was accepted. The provider wants a user besides, and the credential "
        "that has it is not active.",
        broken=replace(
            _with(Connection(credential=Credential(active=False))),
            provider=replace(_HEALTHY.provider, policy={"http_status": 401}),
        ),
        fixed=_with(Connection(credential=Credential())),
        fix="Tick Active on the credential.",
        expected=Expected(
            finding="credential-not-active",
            stage=Stage.HTTP,
            cause="http-status",
            status_code=401,
            log_status=401,
            presented="acme-client",
        ),
        sources=(
            Source("public build guides for aliases", Evidence.REPORTED, "an inactive credential is not selected"),
        ),
    ),
    _scenario(
        "connection-through-mid-server",
        "Use MID server and Mutual authentication on one connection",
        "The connection has mutual authentication, its profile, and Use MID server. The MID Server gets a URL whose "
        "scheme only the instance knows, and answers that it does not support it.",
        broken=_with(Connection(mid_server="mid-dc1")),
        fix="Clear Use MID server. (From Xanadu on a MID protocol profile is the other way.)",
        expected=Expected(
            finding="connection-through-mid-server",
            stage=Stage.ROUTE,
            cause="unsupported-scheme",
            java=("java.lang.IllegalStateException: unsupported protocol: 'myhttps'",),
            connections=0,
            visits=False,
        ),
        sources=(docs("configure-jamf-integration", "not compatible"), docs("integration-hub/mtls-mid-server")),
        see_also=("mid-server-selected", "mid-server-without-mid-protocol-profile"),
    ),
    _scenario(
        "connection-needs-mid-protocol-profile",
        "From Xanadu on: the connection through a MID Server needs a MID protocol profile",
        "The protocol profile of the instance means nothing to a MID Server. Its own, with a keystore on its host, is "
        "chosen on the connection; the URL builder then takes its name.",
        broken=_with(Connection(mid_server="mid-dc1")),
        fixed=replace(_with(Connection(mid_server="mid-dc1", mid_profile="midhttps")), mid_profiles=(MidProfile(),)),
        fix="Create a MID Protocol Profile (protocol, keystore path on the MID host, password) and choose it on the "
        "connection.",
        expected=Expected(
            finding="connection-through-mid-server",
            stage=Stage.ROUTE,
            cause="unsupported-scheme",
            java=("java.lang.IllegalStateException: unsupported protocol: 'myhttps'",),
            connections=0,
            visits=False,
        ),
        first_release="xanadu",
        sources=(docs("integration-hub/mtls-mid-server", "Xanadu and later; Integration Hub only"),),
        see_also=("connection-through-mid-server",),
    ),
    _scenario(
        "mid-keystore-missing",
        "The keystore of the MID protocol profile is not on the MID Server's host",
        "The MID Server was moved to another machine. The MID protocol profile names the keystore by its old path, and "
        "there is nothing on the new host.",
        broken=replace(_THROUGH_MID, mid_profiles=(MidProfile(on_host=False),)),
        fixed=_THROUGH_MID,
        fix="Put the keystore on the new host, under the path that the MID protocol profile names.",
        expected=Expected(
            finding="mid-keystore-missing",
            stage=Stage.KEYSTORE,
            cause="keystore-not-loaded",
            java=("java.io.FileNotFoundException: keystores/midhttps.jks (No such file or directory)",),
            connections=0,
            visits=False,
        ),
        first_release="xanadu",
        sources=_OF_MID,
    ),
    _scenario(
        "mid-keystore-password-wrong",
        "The MID protocol profile has another password than the keystore on the host",
        "The keystore on the MID Server's host was renewed with a new password; the profile on the instance still has "
        "the old one.",
        broken=replace(_THROUGH_MID, mid_profiles=(MidProfile(password="last year's"),)),
        fixed=_THROUGH_MID,
        fix="Type the new keystore's password into the MID protocol profile.",
        expected=Expected(
            finding="mid-keystore-unreadable",
            stage=Stage.KEYSTORE,
            cause="keystore-not-loaded",
            java=(
                "java.io.IOException: Keystore was tampered with, or password was incorrect",
                "java.security.UnrecoverableKeyException: Password verification failed",
            ),
            connections=0,
            visits=False,
        ),
        first_release="xanadu",
        sources=_OF_MID,
    ),
    _scenario(
        "retry-policy-repeats-refusal",
        "A retry policy repeats a refused handshake",
        "The alias has a retry policy for every status but 200. The provider has not imported the certificate and "
        "refuses the handshake; the step has no status at all and is tried three times. The provider's log shows three "
        "refusals for one step.",
        broken=replace(
            _with(Connection(), retry=Retry()),
            provider=ProviderSetup(trusted_leaves=("second-client",), trust=(), advertise="none"),
        ),
        fixed=_with(Connection(), retry=Retry()),
        fix="Have the public certificate imported by the provider; let the policy ask for 429 and 503 only.",
        expected=Expected(finding="client-ca-unknown", presented="acme-client", connections=3),
        variants=(*refused("unknown_ca"), Variant({"connections": 12}, tls="TLSv1.2", http_client=TELEMETRY)),
        sources=(
            docs("retry-policy"),
            Source(
                "docs, retry-policy", Evidence.ASSUMED, "that a handshake without an answer meets a status condition"
            ),
        ),
    ),
)
