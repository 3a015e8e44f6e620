"""One call of a customer whose names and secrets stand everywhere, placed once for all tests here."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from provider_stub import Provider, ProviderPolicy
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.handover.recording import Asked
from sn_mock.instance import Instance
from sn_mock.java.keystore import KeyItem, TrustedItem, write_jks
from sn_mock.lab.answering import Yes
from sn_mock.lab.pki.authority import CLIENT_AUTH, SERVER_AUTH, Identity, IdentitySpec, issue, new_key
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tests.handover.customer import ADDRESS, HOST, NOW, PASSWORD, RECORDS, SECRETS


@dataclass(frozen=True)
class Customer:
    """The folder, the call, and both ends' certificates."""

    folder: Path
    instance: Instance
    asked: Asked
    refused: Exchange
    """The provider does not know the client's CA."""
    answered: Exchange
    """It succeeded, with names and secrets in the answer."""


def _issued(subject: str, issuer: Identity | None, **more: object) -> Identity:
    spec = IdentitySpec(subject, **more)  # type: ignore[arg-type]
    return issue(spec, name=subject, issuer=issuer, key=new_key("EC"), now=NOW)


@pytest.fixture(scope="session")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Customer:
    """A keystore, a trusted CA and a provider under the customer's own names."""
    folder = tmp_path_factory.mktemp("vogelhaus")
    root = _issued("CN=Vogelhaus Wurzel,O=Vogelhaus Nord,C=DE", None, ca=True)
    client = _issued("CN=g.zeisig,OU=Nistkasten,O=Vogelhaus Nord,C=DE", root, eku=(CLIENT_AUTH,))
    server = _issued(f"CN={HOST},O=Vogelhaus Nord,C=DE", root, eku=(SERVER_AUTH,), san=(HOST, ADDRESS))
    keystore = write_jks([KeyItem("zeisig-key", client.pkcs8, client.der_chain), TrustedItem("w", root.der)], PASSWORD)
    (folder / "vogelhaus.jks").write_bytes(keystore)
    (folder / "wurzel.pem").write_text(root.pem())
    (folder / "instance.toml").write_text(RECORDS)
    instance = Instance.load(folder)
    asked = Asked("VogelhausBestand", "Melden", (("token", SECRETS["token"]), ("ort", "Nistkasten 7")))
    policy = ProviderPolicy(
        trust=(root.pem().encode(),), server_certificate=server.pem(2).encode(), server_key=server.key_pem.encode()
    )
    stranger = _issued("CN=Fremd,O=Fremd", None, ca=True).pem().encode()
    answered, refused = (
        _called(instance, asked, one) for one in (policy, replace(policy, trust=(stranger,), advertise=policy.trust))
    )
    body = answered.response.body + f"<!-- {PASSWORD} {HOST} {base64.b64encode(PASSWORD.encode()).decode()} -->"
    answered = replace(
        answered,
        response=replace(answered.response, body=body, headers=(("X-Served-By", HOST), ("X-Token", SECRETS["token"]))),
    )
    return Customer(folder, instance, asked, refused, answered)


def _called(instance: Instance, asked: Asked, policy: ProviderPolicy) -> Exchange:
    with Provider(policy, service=Yes(soap=True), drain_seconds=0.0) as provider:
        hosts = {HOST: f"127.0.0.1:{provider.port}"}
        message = SOAPMessageV2(asked.message, asked.function, instance=instance, hosts=hosts)
        for name, value in asked.parameters:
            message.setStringParameter(name, value)
        exchange = message.execute().exchange
        assert exchange is not None
        return diagnosed(exchange, instance)
