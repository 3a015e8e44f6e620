"""A healthy instance and provider, of which each test breaks one thing; and peers that speak no TLS at all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from provider_stub import Provider, ProviderPolicy
from sn_mock.instance import (
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)
from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec, Pki, shared_pki, write_keystore

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tic="urn:acme:tickets">'
    "<soapenv:Body><tic:CreateTicket><tic:shortDescription>${summary}</tic:shortDescription>"
    "<tic:description>d</tic:description><tic:caller>c</tic:caller><tic:priority>1</tic:priority>"
    "</tic:CreateTicket></soapenv:Body></soapenv:Envelope>"
)


@pytest.fixture(scope="session")
def pki() -> Pki:
    """Certificates of the process."""
    return shared_pki()


@pytest.fixture
def policy(pki: Pki) -> ProviderPolicy:
    """A provider that demands a certificate of the lab's root."""
    provider = pki["provider"]
    return ProviderPolicy(
        trust=(pki["root"].pem(),), server_certificate=provider.pem(None), server_key=provider.key_pem
    )


@pytest.fixture
def serve(policy: ProviderPolicy) -> Callable[..., Any]:
    """Start a provider: `with serve(tls_max="1.2") as provider`."""
    from dataclasses import replace

    return lambda **changes: Provider(replace(policy, **changes), drain_seconds=0.0)


def with_store(instance: Instance, name: str, data: bytes | None, file_name: str, **fields: Any) -> Instance:
    """The instance with one more keystore record and its file."""
    password = fields.pop("password", LAB_PASSWORD)
    row = SysCertificate(name=name, **{"type": "key_store", "key_store_password": Secret(password), **fields})
    instance = instance.with_record(row)
    if data is None:
        return instance
    file = SysAttachment(file_name=file_name, table_name=row.table, table_sys_id=row.sys_id, data=data)
    return instance.with_record(file)


@pytest.fixture
def add_store() -> Callable[..., Instance]:
    """`add_store(instance, name, data, file_name, **fields)`."""
    return with_store


@pytest.fixture
def make_instance(pki: Pki) -> Callable[..., Instance]:
    """An instance whose SOAP message AcmeTickets.CreateTicket calls localhost with the keystore given."""

    def make(
        port: int = 1, keystore: KeystoreSpec | bytes | None = None, release: str = "xanadu", trusted: str = "root"
    ) -> Instance:
        data = keystore if isinstance(keystore, bytes) else write_keystore(pki, keystore or KeystoreSpec())
        message = SysSoapMessage(name="AcmeTickets", enable_mutual_auth=True, protocol_profile="myhttps")
        function = SysSoapMessageFunction(
            soap_message=message.sys_id,
            function_name="CreateTicket",
            soap_endpoint=f"https://localhost:{port}/tickets",
            soap_action="urn:acme:CreateTicket",
            envelope=ENVELOPE,
        )
        instance = Instance(soap_messages=(message,), soap_functions=(function,)).with_release(release)
        instance = with_store(instance, "ACME client", data, "acme.jks")
        instance = instance.with_record(
            SysCertificate(name="ACME server CA", type="trust_store", pem_certificate=pki[trusted].pem())
        )
        instance = instance.with_record(
            SysSoapMessageParameter(soap_function=function.sys_id, name="summary", value="from the record")
        )
        return instance.with_record(SysProtocolProfile(protocol="myhttps", default_port=port, keystore="ACME client"))

    return make


@pytest.fixture
def on_tls(request: pytest.FixtureRequest) -> Callable[[Instance], Instance]:
    """Let an instance offer TLS 1.2 and 1.3, whatever its release."""
    return lambda instance: instance.with_quirk("tls_versions", ("TLSv1.2", "TLSv1.3"))


Handler = Callable[[socket.socket], None]


@pytest.fixture
def peer() -> Callable[[Handler], Any]:
    """A TCP server that does to each connection what it is told: `with peer(handler) as listening: listening.port`."""

    @contextmanager
    def listen(handler: Handler) -> Iterator[Peer]:
        listening = Peer(handler)
        try:
            yield listening
        finally:
            listening.close()

    return listen


class Peer:
    """See `peer`; `accepted` counts the connections."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listening.getsockname()[1]
        self.accepted = 0
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                if self.closing.is_set():
                    return
                self.accepted += 1
                connection.settimeout(5)
                try:
                    self._handler(connection)
                except OSError:
                    continue

    def close(self) -> None:
        """Stop listening and join the thread."""
        self.closing.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._listening.close()
