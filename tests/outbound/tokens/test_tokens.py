"""OAuth 2.0 over mutual TLS: both legs over real TLS, each failure told where it belongs, no secret anywhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provider_stub import Provider
from sn_mock import scripting
from sn_mock.diagnosis import check, diagnosed
from sn_mock.exchange import Exchange, Response
from sn_mock.instance import (
    HttpConnection,
    Instance,
    JwtClaim,
    JwtKeystoreAlias,
    JwtProvider,
    OAuth2Credential,
    OAuthCredential,
    OAuthEntity,
    OAuthEntityProfile,
    OAuthEntityProfileScope,
    OAuthEntityScope,
    Secret,
    SysAlias,
    SysRestMessage,
    SysRestMessageFunction,
)
from sn_mock.instance.oauth_records import JWT_BEARER
from sn_mock.instance.schema import Record
from sn_mock.lab.pki import Pki
from sn_mock.outbound.calls.tokens import Token
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.session import use
from sn_mock.outbound.steps.step import RESTStep
from sn_mock.outbound.tokens.answers import Problem, read
from sn_mock.report import page, text
from sn_mock.report.html import Chapter

SECRETS = ("client-s3cret", "owner-passw0rd", "kept-refresh")
WANTS_TOKENS = {
    "token_endpoint": "/oauth/token",
    "token_required": True,
    "token_clients": {"acme": "client-s3cret"},
    "token_users": {"ann": "owner-passw0rd"},
}


@pytest.fixture
def make_oauth(make_instance: Callable[..., Instance]) -> Callable[..., Instance]:
    """An alias whose connection has an OAuth 2.0 credential; both legs use the profile myhttps."""

    def make(port: int, *, grant: str = "client_credentials", more: tuple[Record, ...] = (), **entity: Any) -> Instance:
        registry = OAuthEntity(
            **{
                "name": "ACME tokens",
                "client_id": "acme",
                "client_secret": Secret("client-s3cret"),
                "token_url": f"https://localhost:{port}/oauth/token",
                "use_mutual_auth": True,
                "protocol_name": "myhttps",
                **entity,
            }
        )
        profile = OAuthEntityProfile(oauth_entity=registry.sys_id, name="default", grant_type=grant)
        credential = OAuth2Credential(
            name="token", oauth_entity_profile=profile.sys_id, user_name="ann", password=Secret("owner-passw0rd")
        )
        connection = HttpConnection(
            name="partner",
            connection_alias="Partner",
            credential="token",
            url_builder=True,
            mutual_auth=True,
            protocol_profile="myhttps",
            host="localhost",
        )
        instance = make_instance(port)
        for row in (registry, profile, credential, SysAlias(name="Partner"), connection, *more):
            instance = instance.with_record(row)
        return instance

    return make


def called(instance: Instance, **step: Any) -> Exchange:
    """A step's exchange with its findings."""
    return diagnosed(RESTStep("Partner", "POST", "/tickets", instance=instance, **step).place(), instance)


def told(exchange: Exchange, provider: Provider) -> str:
    """Everything that anybody prints of both legs."""
    visits = json.dumps([visit.to_json() for visit in provider.visits])
    return "".join(
        (
            *(json.dumps(exchange.to_json()), repr(exchange), text(exchange, verbose=True), visits),
            page("t", [Chapter(exchange, None)]),
        )
    )


@pytest.mark.parametrize("sent_as", ["request_body_parameter", "basic_authorization_header"])
@pytest.mark.parametrize("grant", ["client_credentials", "password"])
def test_a_token_is_asked_for_and_used_with_the_same_certificate(
    serve: Callable[..., Any], make_oauth: Callable[..., Instance], pki: Pki, grant: str, sent_as: str
) -> None:
    """Two visits with one certificate; the resource lets the bearer in; nothing prints secret or token."""
    with serve(**WANTS_TOKENS) as provider:
        instance = make_oauth(provider.port, grant=grant, send_client_credentials_as=sent_as)
        exchange = called(instance)
        visits = provider.wait_for_visits(2)
        shown = told(exchange, provider)

    assert exchange.token is not None
    assert exchange.token.ok
    assert exchange.response.status_code != 401, exchange.response.body
    assert {visit.presented_chain[0] for visit in visits} == {pki["acme-client"].der}
    assert exchange.to_json()["token"]["call"]["function"] == f"token request ({grant})"
    token = dict(visits[1].requests[0].headers)["Authorization"].removeprefix("Bearer ")
    assert len(token) > 40
    for secret in (*SECRETS, token):
        assert secret not in shown


def test_a_session_keeps_the_token_until_it_expires(
    serve: Callable[..., Any], make_oauth: Callable[..., Instance]
) -> None:
    """The second call asks for none and says so; an hour later another one is asked for."""
    with serve(**WANTS_TOKENS, token_seconds=60) as provider:
        instance = make_oauth(provider.port)
        with use(instance) as session:
            first = RESTStep("Partner", "POST", "/tickets").place()
            second = RESTStep("Partner", "POST", "/tickets").place()
            session.when = datetime.now(UTC) + timedelta(hours=1)
            later = RESTStep("Partner", "POST", "/tickets").place()

    assert (first.token is None, second.token is None, later.token is None) == (False, True, False)
    assert second.route is not None
    assert any("none is asked for" in line for line in second.route.because)


def test_a_refresh_token_goes_first_and_is_refused_in_its_own_words(
    serve: Callable[..., Any], make_oauth: Callable[..., Instance]
) -> None:
    """A grant that needs a person works with one on file; a revoked one ends the call before its request."""
    kept = OAuthCredential(peer="ACME tokens", token_received=Secret("kept-refresh"))
    with serve(**WANTS_TOKENS) as provider:
        granted = called(make_oauth(provider.port, grant="password"))
        body = provider.wait_for_visits(2)[0].requests[0].response_body
        good = replace(kept, token_received=Secret(json.loads(body)["refresh_token"]))
        again = called(make_oauth(provider.port, grant="authorization_code", more=(good,)))
        revoked = called(make_oauth(provider.port, grant="authorization_code", more=(kept,)))
        shown = told(revoked, provider)

    assert granted.token is not None
    assert again.token is not None
    assert again.token.ok
    assert again.token.function == "token request (refresh_token)"
    assert revoked.response.error_message.startswith("User Not Authenticated. Could not retrieve a new access token")
    assert revoked.findings[0].rule == "token-grant-refused"
    assert not any(secret in shown for secret in SECRETS)


@pytest.mark.parametrize(("signer", "status"), [("acme-client", 200), ("second-client", 400)])
def test_an_assertion_is_signed_with_the_key_of_its_keystore(
    serve: Callable[..., Any], make_oauth: Callable[..., Instance], pki: Pki, signer: str, status: int
) -> None:
    """JWT bearer: the provider verifies signature and dates with the certificates of its policy."""
    more: tuple[Record, ...] = (
        JwtKeystoreAlias(name="key", signing_keystore="ACME client", kid="k1"),
        JwtProvider(name="jwt", jwt_keystore_alias="key"),
        JwtClaim(jwt_provider="jwt", name="sub", value="service@acme"),
    )
    with serve(**WANTS_TOKENS, token_certificates=(pki[signer].pem(),)) as provider:
        instance = make_oauth(provider.port, grant=JWT_BEARER, more=more)
        profile = instance.oauth_profiles[0]
        instance = instance.replace(profile, jwt_provider=instance.jwt_providers[0].sys_id)
        exchange = called(instance)
        asked = provider.wait_for_visits(1)[0].to_json()["requests"][0]["body"]

    assert exchange.token is not None
    assert exchange.token.response.status_code == status
    assert "assertion=********" in asked


@pytest.mark.parametrize(("signer", "granted"), [("acme-client", True), ("second-client", False)])
def test_a_client_can_say_who_it_is_by_an_assertion(
    serve: Callable[..., Any], make_oauth: Callable[..., Instance], pki: Pki, signer: str, granted: bool
) -> None:
    """Private key JWT: no secret goes out; a key that the provider does not know is invalid_client."""
    more = (
        JwtKeystoreAlias(name="key", signing_keystore="ACME client"),
        JwtProvider(name="jwt", jwt_keystore_alias="key"),
    )
    with serve(**WANTS_TOKENS, token_certificates=(pki[signer].pem(),)) as provider:
        instance = make_oauth(provider.port, send_client_credentials_as="private_key_jwt", more=more)
        profile = instance.oauth_profiles[0]
        exchange = called(instance.replace(profile, jwt_provider=instance.jwt_providers[0].sys_id))
        asked = provider.wait_for_visits(1)[0].requests[0].body.decode()

    assert exchange.token is not None
    assert exchange.token.ok == granted
    assert "client_secret" not in asked
    assert granted or exchange.findings[0].rule == "token-client-refused"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"active": False}, "oauth-provider-not-active"),
        ({"token_url": ""}, "token-url-missing"),
        ({"grant": "authorization_code"}, "token-needs-a-person"),
        ({"grant": "urn:ietf:params:oauth:grant-type:saml2-bearer"}, "grant-not-simulated"),
        ({"grant": JWT_BEARER}, "assertion-key-missing"),
        ({"send_client_credentials_as": "private_key_jwt"}, "assertion-key-missing"),
    ],
)
def test_records_that_give_no_token_request(
    make_oauth: Callable[..., Instance], changes: dict[str, Any], cause: str
) -> None:
    """Named, with a finding, before any connection."""
    exchange = called(make_oauth(1, **changes))

    assert exchange.failure is not None
    assert (exchange.failure.cause, exchange.attempts, exchange.token) == (cause, (), None)
    assert exchange.findings[0].rule == cause


def test_a_profile_that_nobody_has(make_oauth: Callable[..., Instance]) -> None:
    """The credential names an OAuth Entity Profile of another instance."""
    instance = make_oauth(1)
    exchange = called(instance.replace(instance.oauth2_credentials[0], oauth_entity_profile="0" * 32))
    assert exchange.findings[0].rule == "oauth-profile-missing"


def test_each_leg_has_its_own_certificate(serve: Callable[..., Any], make_oauth: Callable[..., Instance]) -> None:
    """Without the registry's tick, or without its profile, the token request fails and names the registry."""
    with serve(**WANTS_TOKENS) as provider:
        off = called(make_oauth(provider.port, use_mutual_auth=False))
        empty = called(make_oauth(provider.port, protocol_name=""))

    assert off.findings[0].rule == "token-request-without-certificate"
    assert "ACME tokens" in off.findings[0].fix
    assert empty.findings[0].rule == "token-request-profile-not-chosen"
    assert off.failure is not None
    assert off.failure.cause == "token-not-obtained"
    assert off.token is not None
    assert off.token.failure is not None
    assert off.failure.java == off.token.failure.java
    assert "token request" in text(off)


def test_check_looks_at_registries(make_oauth: Callable[..., Instance]) -> None:
    """A tick without a profile is wrong; no tick where the connection has one is worth knowing; both is fine."""
    now = datetime.now(UTC)
    wrong, odd, fine = (
        check(make_oauth(1, **changes), now) for changes in ({"protocol_name": ""}, {"use_mutual_auth": False}, {})
    )

    assert "token-request-profile-not-chosen" in {one.rule for one in wrong.findings}
    assert "token-request-without-certificate" in {one.rule for one in odd.hints}
    for report in (fine, odd):
        assert not [one for one in report.findings if one.rule.startswith("token")]
    assert not [one for one in fine.hints if one.rule.startswith("token")]


def test_scopes_are_those_of_the_profile(serve: Callable[..., Any], make_oauth: Callable[..., Instance]) -> None:
    """Joined by blanks; none where the profile has none."""
    registry = OAuthEntity(name="ACME tokens")
    profile = OAuthEntityProfile(oauth_entity=registry.sys_id, name="default")
    scopes = [OAuthEntityScope(oauth_entity=registry.sys_id, name=n, oauth_entity_scope=f"t.{n}") for n in ("r", "w")]
    joined = [
        OAuthEntityProfileScope(oauth_entity_profile=profile.sys_id, oauth_entity_scope=one.sys_id) for one in scopes
    ]
    with serve(**WANTS_TOKENS) as provider:
        exchange = called(make_oauth(provider.port, more=(*scopes, *joined)))
    assert exchange.token is not None
    assert "scope=t.r+t.w" in exchange.token.request_body


def test_a_rest_message_asks_for_its_token(serve: Callable[..., Any], make_oauth: Callable[..., Instance]) -> None:
    """Authentication type OAuth 2.0 on the record, or setAuthenticationProfile in the script."""
    with serve(**WANTS_TOKENS) as provider:
        instance = make_oauth(provider.port)
        profile = instance.oauth_profiles[0].sys_id
        url = f"myhttps://localhost:{provider.port}/tickets"
        message = SysRestMessage(name="Rest", rest_endpoint=url, authentication_type="oauth2", oauth2_profile=profile)
        method = SysRestMessageFunction(rest_message="Rest", function_name="Post", http_method="post")
        recorded = instance.with_record(message).with_record(method)
        exchange = RESTMessageV2("Rest", "Post", instance=recorded).execute().exchange
        script = RESTMessageV2(instance=instance)
        script.setEndpoint(url)
        script.setHttpMethod("POST")
        script.setAuthenticationProfile("oauth2", profile)
        own = script.execute().exchange

    for one in (exchange, own):
        assert one is not None
        assert one.token is not None
        assert one.response.status_code != 401


# The answer alone

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ('{"access_token": "a", "expires_in": 60}', 60),
        ('{"access_token": "a", "expires_in": "60"}', 60),
        ('{"access_token": "a"}', 1800),
        ('{"access_token": "a", "expires_in": -5}', 1800),
        ('{"access_token": "a", "expires_in": 99999999999999}', 10 * 365 * 86_400),
        ('{"access_token": "a", "expires_in": true}', 1800),
    ],
)
def test_how_long_a_token_is_used(body: str, seconds: int) -> None:
    """`expires_in`, as a number or as a text; else the registry's lifespan."""
    found = read(Response(200, content=body.encode()), 1800, NOW)
    assert isinstance(found, Token)
    assert found.expires == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("sent_as", ["request_body_parameter", "basic_authorization_header"])
def test_an_answer_that_repeats_the_secret_leaks_it_nowhere(
    peer: Callable[..., Any], make_oauth: Callable[..., Instance], sent_as: str
) -> None:
    """Neither the text of the failure nor the body that is kept has it, as it was sent or as it was typed."""

    def answer(connection: Any) -> None:
        asked = connection.recv(65536).decode()
        if asked.endswith("\r\n\r\n"):
            asked += connection.recv(65536).decode()
        body = json.dumps({"error": "invalid_client", "error_description": f"pa ss+w/rd {asked}"}).encode()
        connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))

    with peer(answer) as echo:
        instance = make_oauth(
            1,
            token_url=f"http://localhost:{echo.port}/token",
            client_secret=Secret("pa ss+w/rd"),
            use_mutual_auth=False,
            send_client_credentials_as=sent_as,
        )
        exchange = called(instance)

    printed = json.dumps(exchange.to_json()) + repr(exchange) + text(exchange, verbose=True)
    basic = base64.b64encode(b"acme:pa ss+w/rd").decode()
    assert "invalid_client" in printed
    assert not [secret for secret in ("pa ss+w/rd", "pa+ss%2Bw%2Frd", basic) if secret in printed]


@pytest.mark.parametrize(
    ("status", "body", "cause", "detail"),
    [
        (200, b"", "token-answer-broken", "Invalid null response"),
        (200, b"<html>", "token-answer-broken", "unsupported_response_type"),
        (200, b"[" * 100_000, "token-answer-broken", "unsupported_response_type"),
        (200, b'{"access_token": 5}', "token-answer-broken", "Missing parameters: access_token"),
        (200, b'{"access_token": "a\\nb"}', "token-answer-broken", "Missing parameters: access_token"),
        (500, b"{}", "token-refused", "Missing parameters: access_token"),
        (400, b'{"error": "invalid_grant"}', "token-refused", "invalid_grant"),
        (401, b'{"error": "invalid_client", "error_description": "no"}', "token-refused", "invalid_client, no"),
        (500, b'{"access_token": "a"}', "token-answer-broken", "HTTP status 500"),
        (400, b'{"error": "\\ud800\\u001b[31m"}', "token-refused", "\ufffd\ufffd[31m"),
        (400, b"\xff\xfe\x00", "token-answer-broken", "unsupported_response_type"),
    ],
)
def test_broken_answers_are_named(status: int, body: bytes, cause: str, detail: str) -> None:
    """Whatever comes, it is a token or a problem with a name."""
    found = read(Response(status, content=body), 1800, NOW)
    assert isinstance(found, Problem)
    assert found.cause == cause
    assert detail in found.detail.value


_ASKS = """
function shown(r) {
  var t = r.getToken();
  var held = t ? (t.getAccessToken().length > 40) + ' ' + (t.getExpiresIn() > 0) : r.getErrorMessage();
  return r.getResponseCode() + ' ' + held;
}
var client = new sn_auth.GlideOAuthClient();
var first = client.requestToken('ACME tokens', new JSON().encode(
  { grant_type: 'password', username: 'ann', password: 'owner-passw0rd', oauth_requestor: 'x' }));
gs.info(shown(first) + ' ' + first.getContentType() + ' ' + first.getResponseParameters().containsKey('access_token'));
var again = new sn_auth.GlideOAuthClientRequest();
again.setGrantType('refresh_token'); again.setRefreshToken(first.getToken().getRefreshToken());
gs.info(again.getGrantType() + ' ' + shown(new GlideOAuthClient().requestTokenByRequest('ACME tokens', again)));
var profile = new GlideRecord('oauth_entity_profile'); profile.get('name', 'default');
gs.info(client.getToken('requestor', profile.getUniqueValue()).getAccessToken().length > 40);
gs.info(client.getToken('requestor', 'other'));
var wrong = '{"grant_type": "password", "username": "ann", "password": "wrong"}';
gs.info(shown(client.requestToken('ACME tokens', wrong)));
gs.info(shown(client.requestToken('nobody', '{}')));
try { client.revokeToken('ACME tokens', 'a', 'b'); } catch (e) { gs.info(e.message); }
"""


def test_a_script_asks_for_tokens_itself(serve: Callable[..., Any], make_oauth: Callable[..., Instance]) -> None:
    """GlideOAuthClient: the registry's token request with the script's parameters, over mutual TLS, no secret shown."""
    pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")
    with serve(**WANTS_TOKENS) as provider:
        result = scripting.run(make_oauth(provider.port), _ASKS)
        visits = provider.wait_for_visits(1)

    assert result.error is None
    assert [line.text.partition(", ")[0] for line in result.log] == [
        "200 true true application/json;charset=UTF-8 true",
        "refresh_token 200 true true",
        "true",
        "null",
        "400 OAuth flow failed. Verify the configurations and try again. Error detail:invalid_grant",
        " the OAuth Entity Profile",
        "GlideOAuthClient.revokeToken is not simulated",
    ]
    assert len(result.exchanges) == 3
    assert visits[0].presented_chain
    shown = json.dumps(result.to_json())
    assert not any(secret in shown for secret in SECRETS)


def test_a_script_signs_a_jwt(make_oauth: Callable[..., Instance]) -> None:
    """GlideJWTAPI: the provider's key, the script's header and payload; without a key it says so."""
    pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")
    more: tuple[Record, ...] = (
        JwtKeystoreAlias(name="key", signing_keystore="ACME client", kid="k1"),
        JwtProvider(name="jwt", jwt_keystore_alias="key"),
    )
    instance = make_oauth(1, more=more)
    source = f"""
    var jwt = new sn_auth.GlideJWTAPI();
    var header = '{{"kid": "own", "alg": "none"}}', payload = '{{"iss": "me", "exp": 5}}';
    gs.info(jwt.generateJWT('{instance.jwt_providers[0].sys_id}', header, payload));
    try {{ jwt.generateJWT('nobody', '', ''); }} catch (e) {{ gs.info(e.message); }}
    try {{ jwt.generateJWT('nobody', '[', ''); }} catch (e) {{ gs.info(e.message); }}
    """
    made, missing, bad = (line.text for line in scripting.run(instance, source).log)
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in made.split(".")[:2])
    assert (header, payload["iss"], payload["exp"]) == ({"typ": "JWT", "kid": "own", "alg": "ES256"}, "me", 5)
    assert missing.startswith("GlideJWTAPI.generateJWT: ")
    assert bad == "GlideJWTAPI.generateJWT: the header is no JSON object"
