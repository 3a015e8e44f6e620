"""One call of an instance that knows nothing but a trust store and, where it has one, a keystore."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from sn_mock import Exchange, SOAPMessageV2
from sn_mock.instance import Instance, Secret, SysAttachment, SysCertificate, SysProtocolProfile

BODY = "<x/>"
PASSWORD = "changeit"
"""Of keystores that are made for one question and hold nothing but keys of this run."""


def instance_call(
    port: int,
    trust: Sequence[bytes],
    *,
    http_client: str = "commons-httpclient-3.1",
    store: bytes | None = None,
    store_type: str = "JKS",
    key_manager: str = "SunX509",
    java: int | str = 17,
) -> Exchange:
    """POST `BODY` to https://localhost:`port`/tickets; `trust` is DER. What the API raises comes out."""
    rows = [
        SysCertificate(name=f"ca {place}", type="trust_store", pem_certificate=ssl.DER_cert_to_PEM_cert(one))
        for place, one in enumerate(trust)
    ]
    attachments: tuple[SysAttachment, ...] = ()
    profiles: tuple[SysProtocolProfile, ...] = ()
    if store is not None:
        kind = {"JKS": "key_store", "PKCS12": "pkcs12_key_store"}[store_type]
        row = SysCertificate(name="client", type=kind, key_store_password=Secret(PASSWORD))
        rows.append(row)
        attachments = (
            SysAttachment(file_name="client.store", table_name="sys_certificate", table_sys_id=row.sys_id, data=store),
        )
        profiles = (SysProtocolProfile(protocol="myhttps", keystore=row.sys_id, default_port=port),)
    instance = Instance(
        certificates=tuple(rows),
        attachments=attachments,
        protocol_profiles=profiles,
        quirks={
            "java": java,
            "http_client": http_client,
            "key_manager": key_manager,
            "verify_hostname": False,
            "trust_all": False,
            "verify_revoked_certificate": False,
        },
    )
    message = SOAPMessageV2(instance=instance)
    message.setEndpoint(f"{'myhttps' if profiles else 'https'}://localhost:{port}/tickets")
    message.setSOAPAction("urn:acme:tickets:CreateTicket")
    message.setRequestBody(BODY)
    exchange = message.execute().exchange
    assert exchange is not None
    return exchange
