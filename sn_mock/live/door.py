"""`Door`: the TLS front door. The provider's own engine carries it: real alerts, the client's chain, no lost answer.

With inbound mutual TLS on it asks for a client certificate and lets everybody through: who sends none is asked for
other credentials (401), who sends one that the published CAs do not vouch for gets the front door's page (400, no
alert; KB0960308). What a verified certificate is worth is the application's question.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from provider_stub import PolicyError, Provider, ProviderPolicy, Visit
from sn_mock.instance import Instance
from sn_mock.live.attachments import MOST_BYTES
from sn_mock.live.front.application import FrontDoor
from sn_mock.outbound.credentials.stores import certificates_in_text
from tls_transcript import x509

KEPT_VISITS = 50
"""Connections that are kept to be looked at, each with what was said on it."""
KEPT_BYTES = 2 << 20
"""Bodies of requests and answers that are kept with them; the oldest connections go first."""
_FORM = 64 * 1024


class Door:
    """The front door of one live instance. Start it, then tell it of every new state of the instance."""

    def __init__(
        self,
        application: FrontDoor,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: Path,
        key: Path,
        inbound_mtls: bool = False,
    ) -> None:
        self.inbound_mtls = inbound_mtls
        self._application = application
        application.inbound_mtls = inbound_mtls
        self._published: tuple[bytes, ...] = ()
        self._listens = False
        self.problem = ""
        """Why the CAs that are published now cannot be used; the former ones are in force then. Mostly empty."""
        self._policy = ProviderPolicy(
            client_auth="none",
            server_certificate=str(certificate),
            server_key=str(key),
            max_body_bytes=MOST_BYTES + _FORM,
            idle_timeout=60.0,
            request_timeout=60.0,
        )
        self._place = host, port
        self._provider = self._made()

    def start(self, instance: Instance) -> None:
        """Listen. Raises PolicyError, PortTakenError or OSError."""
        self._published = published(instance)
        self._provider = self._made()
        self._provider.start()
        self._listens = True

    def stop(self) -> None:
        """Close the port; answers under way are finished for a moment."""
        self._listens = False
        try:
            self._provider.stop()
        finally:
            self._application.close()

    def changed(self, instance: Instance) -> None:
        """Another state of the instance: new connections meet its published CAs."""
        if self._listens and self.inbound_mtls and (found := published(instance)) != self._published:
            before, self._published = self._published, found
            try:
                self._provider.policy = self._wanted()
            except PolicyError as error:
                self._published, self.problem = before, "; ".join(map(str, error.problems))
            else:
                self.problem = ""

    @property
    def url(self) -> str:
        """`https://localhost:PORT`."""
        return self._provider.base_url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._provider.port

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The newest connections: who came, with which certificate, and what became of it."""
        return self._provider.visits

    def check(self) -> None:
        """Raise InternalError where something of ours went wrong since the last look."""
        self._application.check()
        self._provider.check()

    def _made(self) -> Provider:
        host, port = self._place
        return Provider(
            self._wanted(),
            host=host,
            port=port,
            name="door",
            keep_visits=KEPT_VISITS,
            keep_bytes=KEPT_BYTES,
            service=self._application,
        )

    def _wanted(self) -> ProviderPolicy:
        if not self.inbound_mtls:
            return self._policy
        return dataclasses.replace(
            self._policy,
            client_auth="optional",
            trust=self._published,
            require_ca_signed=True,
            personality="snow_adc",
        )


def published(instance: Instance) -> tuple[bytes, ...]:
    """The CA certificates (DER) that the front door has: of active rows of type CA Cert that are published."""
    found: list[bytes] = []
    for row in instance.ca_certificates:
        if row.is_published:
            texts = [row.pem_certificate.encode(), *(file.data for file in instance.attachments_of(row))]
            found += [der for text in texts for der in certificates_in_text(text) if x509.summary(der)]
    return tuple(dict.fromkeys(found))
