"""The rows and the call of a lab whose call is a step: alias, connections, credentials, retry policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sn_mock.exchange import Exchange
from sn_mock.instance import (
    BasicAuthCredential,
    DiscoveryCredential,
    EccAgent,
    HttpConnection,
    JwtKeystoreAlias,
    JwtProvider,
    OAuth2Credential,
    OAuthEntity,
    OAuthEntityProfile,
    OAuthEntityProfileScope,
    OAuthEntityScope,
    Secret,
    SysAlias,
    SysRetryPolicy,
)
from sn_mock.lab.network import Address
from sn_mock.lab.setup import ALIAS, CLIENT_ID, FUNCTION, REGISTRY, Connection, Credential, OAuth, StepSetup

Rows = Mapping[str, tuple[Any, ...]]


def rows_of(step: StepSetup, address: Address) -> Rows:
    """The fields of an `Instance` that hold what the step needs."""
    retry = step.retry
    policy = (
        SysRetryPolicy(
            name=retry.name,
            condition=retry.condition,
            count=retry.count,
            interval=retry.interval,
            retry_strategy=retry.strategy,
        )
        if retry
        else None
    )
    alias = SysAlias(name=ALIAS, type=step.alias_type, retry_policy=policy.sys_id if policy else "")
    held = {
        one.credential.name: _credential(one.credential)
        for one in step.connections
        if isinstance(one.credential, Credential)
    }
    oauth = next((one.credential for one in step.connections if isinstance(one.credential, OAuth)), None)
    agents = {one.mid_server: EccAgent(name=one.mid_server) for one in step.connections if one.mid_server}
    credentials = tuple(held.values())
    return {
        **(_oauth_rows(oauth, address) if oauth else {}),
        "retry_policies": (policy,) if policy else (),
        "aliases": (alias,),
        "mid_servers": tuple(agents.values()),
        "credentials": tuple(row for row in credentials if type(row) is DiscoveryCredential),
        "basic_auth_credentials": tuple(row for row in credentials if isinstance(row, BasicAuthCredential)),
        "http_connections": tuple(_connection(one, alias, address) for one in step.connections),
    }


def _oauth_rows(one: OAuth, address: Address) -> Rows:
    key = JwtKeystoreAlias(name="ACME key", signing_keystore=one.signing_store)
    provider = JwtProvider(name="ACME assertions", jwt_keystore_alias=key.sys_id)
    entity = OAuthEntity(
        name=REGISTRY,
        active=one.active,
        client_id=CLIENT_ID,
        client_secret=Secret(one.secret),
        default_grant_type=one.grant,
        token_url=address.fill(one.token_url),
        send_client_credentials_as=one.send_as,
        use_mutual_auth=one.mutual_auth,
        protocol_name=one.profile or "",
    )
    profile = OAuthEntityProfile(
        oauth_entity=entity.sys_id,
        name=f"{REGISTRY} default",
        grant_type=one.grant,
        default=True,
        jwt_provider=provider.sys_id,
    )
    scope = OAuthEntityScope(oauth_entity=entity.sys_id, name=one.scope or "none", oauth_entity_scope=one.scope)
    asked = OAuthEntityProfileScope(oauth_entity_profile=profile.sys_id, oauth_entity_scope=scope.sys_id)
    return {
        "jwt_keys": (key,),
        "jwt_providers": (provider,),
        "oauth_entities": (entity,),
        "oauth_scopes": (scope,) if one.scope else (),
        "oauth_profiles": (profile,),
        "oauth_profile_scopes": (asked,) if one.scope else (),
        "oauth2_credentials": (OAuth2Credential(name=REGISTRY, oauth_entity_profile=profile.sys_id),),
    }


def _credential(one: Credential) -> DiscoveryCredential:
    kinds = {"basic_auth": BasicAuthCredential}
    return kinds.get(one.kind, DiscoveryCredential)(
        name=one.name, type=one.kind, active=one.active, user_name=one.user, password=Secret(one.password)
    )


def _connection(one: Connection, alias: SysAlias, address: Address) -> HttpConnection:
    return HttpConnection(
        name=one.name,
        connection_alias=alias.sys_id,
        credential=REGISTRY if isinstance(one.credential, OAuth) else one.credential.name if one.credential else "",
        active=one.active,
        order=one.order,
        url_builder=one.url_builder,
        connection_url=address.fill(one.url),
        mutual_auth=one.mutual_auth,
        protocol_profile=one.profile or "",
        mid_protocol_profile=one.mid_profile or "",
        host=address.fill(one.host),
        port=int(address.fill(one.port)) if one.port else None,
        base_path=one.base_path,
        use_mid=one.mid_server is not None,
        mid_server=one.mid_server or "",
    )


def placed(step: StepSetup, address: Address, parameters: Mapping[str, str]) -> Exchange:
    """The step's call, in the instance that is in use."""
    from sn_mock.outbound.steps.step import RESTStep, SOAPStep

    if step.base_url is not None:
        return RESTStep(ALIAS, "POST", "/tickets", base_url=address.fill(step.base_url), body="{}").place()
    if step.rest_path is not None:
        return RESTStep(ALIAS, "GET", step.rest_path).place()
    return SOAPStep(ALIAS, FUNCTION, parameters=parameters).place()
