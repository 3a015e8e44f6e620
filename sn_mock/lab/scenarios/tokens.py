"""OAuth 2.0 over mutual TLS: a call has two legs, and either can fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance.oauth_records import JWT_BEARER
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import NO_CERTIFICATE, docs, kb
from sn_mock.lab.setup import (
    CLIENT_ID,
    SERVER_CA,
    TOKEN_PATH,
    Connection,
    LabSetup,
    OAuth,
    Profile,
    ProviderSetup,
    StepSetup,
    Store,
)

_OAUTH = OAuth()
_REGISTRY = docs("connect-3rd-party-oauth-provider")
_JWT = docs("JWT-Bearer-token-support")


def _provider(**policy: Any) -> ProviderSetup:
    """It grants tokens and wants them, both behind its client certificates."""
    fields: dict[str, Any] = {
        "token_endpoint": TOKEN_PATH,
        "token_required": True,
        "token_clients": {CLIENT_ID: _OAUTH.secret},
        **policy,
    }
    return ProviderSetup(policy=fields)


def _asking(oauth: OAuth, connection: Connection = Connection(), **policy: Any) -> LabSetup:  # noqa: B008 - frozen
    step = StepSetup(connections=(replace(connection, credential=oauth),))
    return LabSetup(step=step, provider=_provider(**policy))


_HEALTHY = _asking(_OAUTH)


def _scenario(id: str, title: str, story: str, **more: Any) -> Scenario:
    return Scenario(
        id=id,
        group="tokens",
        title=title,
        story=story,
        **{"fixed": _HEALTHY, "release": "xanadu", "first_release": "washingtondc", **more},
    )


def _no_token(finding: str, **more: Any) -> Expected:
    """The token request failed, and the call itself was never made."""
    fields: dict[str, Any] = {"presented": "acme-client", "log_status": None, "connections": 0, **more}
    return Expected(finding=finding, stage=Stage.ROUTE, cause="token-not-obtained", **fields)


def _in_the_token_request(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """What these variants say of Java and alerts; cause and connections are those of the call that was not made."""
    return tuple(
        replace(one, change={k: v for k, v in one.change.items() if k not in ("cause", "connections")})
        for one in variants
    )


_SECOND = Store(
    name="ACME second",
    content=KeystoreSpec(keys=(KeySpec("second", "second-client"),)),
    file_name="acme-second.jks",
)

SCENARIOS: tuple[Scenario, ...] = (
    _scenario(
        "token-request-without-certificate",
        "The call has mutual authentication, its token request has not",
        "The connection has the tick, the profile and the keystore. Its token comes from a registry that has a setting "
        "of its own for mutual authentication, and that is off: the token endpoint wants a certificate and gets none.",
        broken=_asking(replace(_OAUTH, mutual_auth=False, profile=None)),
        fix="Tick Use mutual authentication on the OAuth registry and choose its mutual authentication profile.",
        expected=_no_token("token-request-without-certificate", presented=None),
        variants=_in_the_token_request(NO_CERTIFICATE),
        sources=(_REGISTRY,),
    ),
    _scenario(
        "token-over-mutual-tls-call-without",
        "The token came over mutual TLS, and the call itself goes out without a certificate",
        "Use mutual authentication is ticked on the OAuth registry, and the token arrives. That setting is for token "
        "requests and revocation only; the connection builds an https URL, and the resource gets no certificate.",
        broken=_asking(_OAUTH, Connection(mutual_auth=False, profile=None)),
        fix="Tick Mutual authentication on the connection, too, and choose the protocol profile.",
        expected=Expected(finding="connection-mutual-auth-off"),
        variants=NO_CERTIFICATE,
        sources=(_REGISTRY, docs("create-https-connection")),
        see_also=("token-request-without-certificate",),
    ),
    _scenario(
        "token-client-refused",
        "The client secret on the registry is not the provider's",
        "The certificate was accepted; the token endpoint then compares client id and secret, and answers "
        "invalid_client. The call itself is never made.",
        broken=_asking(replace(_OAUTH, secret="last year's")),
        fix="Type the client secret that the provider has.",
        expected=_no_token("token-client-refused"),
        sources=(Source("RFC 6749 section 5.2", Evidence.DOCUMENTED), _REGISTRY),
    ),
    _scenario(
        "token-scope-refused",
        "The token endpoint does not know the scope",
        "The registry's scope was copied from another provider. The token endpoint answers invalid_scope.",
        broken=_asking(replace(_OAUTH, scope="tickets.everything"), token_scopes=("tickets.write",)),
        fixed=_asking(replace(_OAUTH, scope="tickets.write"), token_scopes=("tickets.write",)),
        fix="Use the provider's own word in OAuth Entity Scopes.",
        expected=_no_token("token-scope-refused"),
        sources=(
            Source(
                "https://www.servicenow.com/community/contentarchivals/contentarchivedpage/message-uid/2325489",
                Evidence.REPORTED,
                "OAuth flow failed … Error detail:invalid_scope",
            ),
        ),
    ),
    _scenario(
        "token-answer-broken",
        "The Token URL answers with a page instead of a token",
        "The Token URL is that of the provider's portal. It answers 200 with HTML, and there is no access_token in it.",
        broken=_asking(_OAUTH, token_answer="<html><body>Please log in</body></html>"),
        fix="Use the provider's token endpoint as Token URL.",
        expected=_no_token("token-answer-broken"),
        kb=("KB2829960",),
        sources=(
            kb("KB2829960", "Invalid null response: the URL was not the provider's token endpoint"),
            Source(
                "https://www.servicenow.com/community/servicenow-ai-platform-forum/td-p/3532967",
                Evidence.REPORTED,
                "Missing parameters: access_token",
            ),
        ),
    ),
    _scenario(
        "token-bound-to-another-certificate",
        "Tokens are bound to a certificate, and the two legs present different ones",
        "The registry's profile has one keystore, the connection's another. The provider binds its tokens to the "
        "certificate that asked for them; used with the other one, the token is refused.",
        broken=replace(
            _asking(replace(_OAUTH, profile="tokenhttps"), token_bound=True),
            stores=(Store(), _SECOND),
            profiles=(Profile(), Profile(protocol="tokenhttps", keystore=_SECOND.name)),
        ),
        fixed=_asking(_OAUTH, token_bound=True),
        fix="Choose one protocol profile for both: on the OAuth registry and on the connection.",
        expected=Expected(
            finding="token-bound-to-another-certificate",
            stage=Stage.HTTP,
            cause="http-status",
            status_code=401,
            log_status=401,
            presented="acme-client",
            http_reply="the token is bound to another client certificate",
        ),
        sources=(
            Source("RFC 8705 section 3", Evidence.DOCUMENTED, "ServiceNow's own material names it nowhere"),
            _REGISTRY,
        ),
    ),
    _scenario(
        "token-expired-on-arrival",
        "The resource finds the token expired",
        "The token endpoint grants tokens that are over as soon as they are made. The instance uses the one it got, "
        "and the resource answers 401 with invalid_token.",
        broken=_asking(_OAUTH, token_seconds=0),
        fix="Have the provider grant tokens that live longer than a call.",
        expected=Expected(
            finding="token-not-accepted",
            stage=Stage.HTTP,
            cause="http-status",
            status_code=401,
            log_status=401,
            presented="acme-client",
            http_reply="invalid_token",
        ),
        sources=(Source("RFC 6750 section 3.1", Evidence.DOCUMENTED),),
    ),
    _scenario(
        "assertion-signed-by-an-unknown-key",
        "The assertion of the JWT bearer grant is signed with a key that the provider does not know",
        "The JWT key's keystore was renewed, and the provider still has the old certificate. The handshake is fine, "
        "the assertion's signature is not, and the token endpoint answers invalid_grant.",
        broken=_asking(replace(_OAUTH, grant=JWT_BEARER), token_certificates=("second-client",)),
        fixed=_asking(replace(_OAUTH, grant=JWT_BEARER), token_certificates=("acme-client",)),
        fix="Have the provider import the new signing certificate.",
        expected=_no_token("token-grant-refused"),
        sources=(_JWT, Source("RFC 7523 section 3.1", Evidence.DOCUMENTED)),
    ),
    _scenario(
        "assertion-without-a-key",
        "The JWT key's keystore holds no private key",
        "A trusted certificate was chosen as Signing Keystore. There is nothing to sign the assertion with, and no "
        "request is made.",
        broken=_asking(replace(_OAUTH, grant=JWT_BEARER, signing_store=SERVER_CA), token_certificates=("acme-client",)),
        fixed=_asking(replace(_OAUTH, grant=JWT_BEARER), token_certificates=("acme-client",)),
        fix="Choose a Java Key Store with the private key as Signing Keystore.",
        expected=Expected(
            finding="assertion-key-missing",
            stage=Stage.KEYSTORE,
            cause="assertion-key-missing",
            log_status=None,
            connections=0,
            visits=False,
        ),
        sources=(_JWT,),
    ),
)
