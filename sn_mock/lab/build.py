"""From a `LabSetup` to the values both sides work with: an `Instance`, and a `ProviderPolicy`. Pure but for the PKI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

from provider_stub import ProviderPolicy
from provider_stub.policy.ws_security import WsSecurity
from sn_mock.instance import (
    RELEASES,
    EccAgent,
    Instance,
    MidProtocolProfile,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProperty,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
    WsSecurityUsernameProfile,
    WsSecurityX509Profile,
)
from sn_mock.java.lang import jdk
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.lab.damage import DAMAGES, IMPOSTORS
from sn_mock.lab.network import Address
from sn_mock.lab.pki import KeystoreSpec, Pki, write_keystore
from sn_mock.lab.setup import FUNCTION, MESSAGE, PROFILE, LabSetup, Message, ProviderSetup, Store
from sn_mock.lab.steps import rows_of

SOAP_ACTION = "urn:acme:tickets:CreateTicket"
ENVELOPE = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tic="urn:acme:tickets">
  <soapenv:Header/>
  <soapenv:Body>
    <tic:CreateTicket>
      <tic:shortDescription>${short_description}</tic:shortDescription>
    </tic:CreateTicket>
  </soapenv:Body>
</soapenv:Envelope>"""


def instance_of(setup: LabSetup, release: str, tls: str, address: Address, pki: Pki) -> Instance:
    """The instance on that release. `tls` is added to the versions it offers where the release would not offer it."""
    facts = RELEASES[release].facts
    offered = () if "tls_versions" in setup.quirks or tls in facts["tls_versions"].value else (tls,)
    quirks = {**setup.quirks, **({"tls_versions": offered} if offered else {})}
    java = jdk.named(quirks.get("java", facts["java"].value))
    scheme = "https" if facts["scheme_rewrite"].value else (setup.message.profile or PROFILE)
    stores = tuple(_certificate(store) for store in setup.stores)
    message = setup.message
    soap_message = SysSoapMessage(
        name=MESSAGE,
        enable_mutual_auth=message.mutual_auth,
        protocol_profile=message.profile or "",
        **_basic_auth(message.basic_auth),
    )
    function = SysSoapMessageFunction(
        soap_message=soap_message.sys_id,
        function_name=FUNCTION,
        soap_endpoint=address.fill(message.endpoint, scheme),
        soap_action=SOAP_ACTION,
        envelope=ENVELOPE,
        enable_mutual_auth=message.function_mutual_auth,
        protocol_profile=message.function_profile or "",
        use_mid_server=message.mid_server or "",
        **_ws_security(message),
    )
    profiles = tuple(
        SysProtocolProfile(
            protocol=profile.protocol,
            default_port=int(address.fill(profile.default_port)),
            keystore=profile.keystore or "",
        )
        for profile in setup.profiles
    )
    rows: dict[str, Any] = dict(rows_of(setup.step, address)) if setup.step else {}
    agent = EccAgent(name=message.mid_server) if message.mid_server else next(iter(rows.pop("mid_servers", ())), None)
    mid_profiles = tuple(
        MidProtocolProfile(
            protocol=profile.protocol,
            default_port=int(address.fill(profile.default_port)),
            keystore_path=f"keystores/{profile.protocol}.jks",
            password=Secret(profile.password),
            applies_to="specific MID Servers",
            mid_servers=(agent.sys_id,) if agent else (),
        )
        for profile in setup.mid_profiles
    )
    return Instance(
        name="lab",
        release=RELEASES[release],
        quirks=quirks,
        properties=tuple(SysProperty(name=name, value=address.fill(value)) for name, value in setup.properties.items()),
        certificates=(*stores, *_trusted(setup, pki)),
        protocol_profiles=profiles if facts["protocol_profiles"].value else (),
        mid_servers=(agent,) if agent else (),
        mid_protocol_profiles=mid_profiles,
        ws_security_x509_profiles=_signing_profiles(message),
        ws_security_username_profiles=_username_profiles(message),
        soap_messages=(soap_message,),
        soap_functions=(function,),
        **rows,
        soap_parameters=(
            SysSoapMessageParameter(soap_function=function.sys_id, name="short_description", value="Printer on fire"),
        ),
        attachments=tuple(
            SysAttachment(
                file_name=store.file_name,
                table_name="sys_certificate",
                table_sys_id=row.sys_id,
                content_type="application/octet-stream",
                data=keystore_bytes(pki, store, java),
            )
            for store, row in zip(setup.stores, stores, strict=True)
            if store.content is not None
        )
        + tuple(
            SysAttachment(
                file_name=f"{profile.protocol}.jks",
                table_name=row.table,
                table_sys_id=row.sys_id,
                content_type="application/octet-stream",
                data=_written(pki, profile.content),
            )
            for profile, row in zip(setup.mid_profiles, mid_profiles, strict=True)
            if profile.on_host
        ),
    )


def _certificate(store: Store) -> SysCertificate:
    return SysCertificate(
        name=store.name, type=store.type, active=store.active, key_store_password=Secret(store.password)
    )


def _trusted(setup: LabSetup, pki: Pki) -> tuple[SysCertificate, ...]:
    return tuple(
        SysCertificate(
            name=one.name,
            type="trust_store",
            active=one.active,
            pem_certificate=pki[one.identity].pem() if one.pem is None else one.pem,
        )
        for one in setup.trusted
    )


def _basic_auth(credentials: tuple[str, str] | None) -> dict[str, Any]:
    if credentials is None:
        return {}
    user, password = credentials
    return {"authentication_type": "basic_simple", "basic_auth_user": user, "basic_auth_password": Secret(password)}


SIGNING_PROFILE = "ACME signature"
USERNAME_PROFILE = "ACME user"


def _ws_security(message: Message) -> dict[str, Any]:
    asked = {"x509": message.x509_profile, "username": message.username_profile}
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if not kinds:
        return {}
    return {
        "ws_security_type": "both" if len(kinds) > 1 else kinds[0],
        "ws_security_x509_profile": SIGNING_PROFILE if "x509" in kinds else "",
        "ws_security_username_profile": USERNAME_PROFILE if "username" in kinds else "",
    }


def _signing_profiles(message: Message) -> tuple[WsSecurityX509Profile, ...]:
    profile = message.x509_profile
    if profile is None:
        return ()
    return (
        WsSecurityX509Profile(
            name=SIGNING_PROFILE,
            key_store=profile.key_store,
            key_store_alias=profile.alias,
            key_store_password=Secret(profile.password),
            certificate=profile.certificate,
        ),
    )


def _username_profiles(message: Message) -> tuple[WsSecurityUsernameProfile, ...]:
    if message.username_profile is None:
        return ()
    user, password = message.username_profile
    return (WsSecurityUsernameProfile(name=USERNAME_PROFILE, username=user, password=Secret(password)),)


def keystore_bytes(pki: Pki, store: Store, java: Jdk) -> bytes:
    """The file that hangs on that row; a PKCS#12 of no special make is one that this Java can read."""
    if isinstance(store.content, KeystoreSpec):
        made: Literal["modern", "legacy"] = "modern" if java.has(Feature.PKCS12_OF_2021) else "legacy"
        data = _written(pki, replace(store.content, encryption=store.content.encryption or made))
    else:
        data = IMPOSTORS[str(store.content)](pki)
    return DAMAGES[store.damage](data) if store.damage else data


@lru_cache(maxsize=256)
def _written(pki: Pki, spec: KeystoreSpec) -> bytes:
    return write_keystore(pki, spec)


def policy_of(
    setup: ProviderSetup, tls: str, pki: Pki, *, now: datetime | None = None, ocsp: str | None = None
) -> ProviderPolicy:
    """What the provider demands, speaking that TLS version only unless the setup names others.

    `ocsp` is the URL of the OCSP responder that its certificate names.
    """
    server = pki.naming_responder(setup.server, ocsp) if ocsp else pki[setup.server]
    version = tls.removeprefix("TLSv")
    chain = len(server.der_chain) if len(server.der_chain) == 1 else len(server.der_chain) - 1
    policy = ProviderPolicy(
        trust=tuple(pki[name].pem().encode() for name in setup.trust),
        advertise=_advertised(setup, pki),
        trusted_leaves=tuple(pki[name].pem().encode() for name in setup.trusted_leaves),
        crl=(pki.crl("intermediate", setup.revoked).encode(),) if setup.revoked else (),
        server_certificate=server.pem(chain).encode(),
        server_key=server.key_pem.encode(),
        tls_min=version,
        tls_max=version,
        now=now,
    )
    return replace(policy, **_resolved(setup.policy, pki))


def _advertised(setup: ProviderSetup, pki: Pki) -> Any:
    if isinstance(setup.advertise, str):
        return setup.advertise
    return tuple(pki[name].pem().encode() for name in setup.advertise)


def _resolved(fields: Mapping[str, Any], pki: Pki) -> dict[str, Any]:
    """Policy fields with `{pin:identity}` replaced by that identity's fingerprint, signers by their certificates."""
    resolved = dict(fields)
    if isinstance(wanted := resolved.get("ws_security"), WsSecurity):
        trust = tuple(pki[str(name)].pem().encode() for name in wanted.trust)
        resolved["ws_security"] = replace(wanted, trust=trust)
    if "token_certificates" in resolved:
        resolved["token_certificates"] = tuple(pki[name].pem().encode() for name in resolved["token_certificates"])
    if "pin_sha256" in resolved:
        resolved["pin_sha256"] = tuple(
            sha256(pki[text.removeprefix("{pin:").removesuffix("}")].der).hexdigest() for text in resolved["pin_sha256"]
        )
    return resolved
