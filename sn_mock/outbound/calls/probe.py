"""`probe`: what an endpoint asks for, and which key this instance would send it. No request is placed.

The handshake is a real one up to the moment where the client answers; the instance's keys are only looked at, never
used: an empty Certificate message goes out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import Failure
from sn_mock.instance import SysCertificate
from sn_mock.java.exceptions import failures
from sn_mock.java.httpclient.ocsp_client import OcspClient
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.jsse.handshake import Credentials, Listener, answer, as_shown, server_name
from sn_mock.java.jsse.tls_stream import TlsError, TlsStream
from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.net.network import connect
from sn_mock.java.net.wire import WireError
from sn_mock.java.pkix import trust
from sn_mock.java.pkix.trust import TrustRefusal
from sn_mock.java.x509.summaries import summary
from sn_mock.negotiated import KeyChoice, TlsSession
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.calls.settings import Settings, settings_of
from sn_mock.outbound.credentials.material import trust_store
from sn_mock.outbound.credentials.shelf import KeystoreShelf, candidates
from sn_mock.outbound.routing.ledger import Ledger
from sn_mock.outbound.routing.outbound_call import OutboundCall
from tls_transcript import (
    CertificateRequest,
    CertificateSummary,
    Direction,
    Transcript,
    names,
    registries,
)

PROBED_VERSIONS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True, slots=True)
class StoreAnswer:
    """What one active keystore of the instance would answer."""

    keystore: str
    profiles: tuple[str, ...]
    """The protocol profiles that use it."""
    choice: KeyChoice | None = None
    """None where nothing was asked, or the keystore does not open."""
    failure: Failure | None = None
    """Why the keystore does not open."""

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "keystore": self.keystore,
            "protocol_profiles": list(self.profiles),
            "key_choice": self.choice.to_json() if self.choice else None,
            "failure": self.failure.to_json() if self.failure else None,
        }


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of an endpoint after looking at it."""

    host: str
    port: int
    failure: Failure | None = None
    """Why no handshake got as far as the provider's certificate."""
    tls: TlsSession | None = None
    """What the instance and the endpoint agree on."""
    versions: Mapping[str, bool] | None = None
    """TLS version to whether the endpoint accepts it."""
    request: CertificateRequest | None = None
    """The CertificateRequest; None where the endpoint does not ask for a client certificate in the handshake."""
    presented: tuple[bytes, ...] = ()
    """The endpoint's certificates (DER), leaf first."""
    untrusted: TrustRefusal | None = None
    """Why the instance would not accept them."""
    stores: tuple[StoreAnswer, ...] = ()
    """What each active keystore would answer, in row order."""
    transcript: Transcript = field(default_factory=Transcript)
    local_ports: tuple[int, ...] = ()
    """Our ends of the connections that were made to look."""

    @property
    def chain(self) -> tuple[CertificateSummary, ...]:
        """The endpoint's certificates, as far as they can be read."""
        return tuple(read for der in self.presented if (read := summary(der)))

    @property
    def authorities(self) -> tuple[str, ...]:
        """The CA names the endpoint advertises (RFC 2253)."""
        return tuple(map(names.readable, self.request.authorities)) if self.request else ()

    def to_json(self) -> dict[str, Any]:
        """For `check --against --json`."""
        asked = self.request
        return {
            "host": self.host,
            "port": self.port,
            "failure": self.failure.to_json() if self.failure else None,
            "tls": self.tls.to_json() if self.tls else None,
            "versions": dict(self.versions or {}),
            "client_certificate": "requested" if asked else "unknown" if self.failure else "not requested",
            "authorities": list(self.authorities),
            "certificate_types": list(map(registries.certificate_type_name, asked.certificate_types)) if asked else [],
            "signature_algorithms": (
                list(map(registries.signature_scheme_name, asked.signature_algorithms)) if asked else []
            ),
            "server_chain": [summary.to_json() for summary in self.chain],
            "untrusted": (
                {"cause": self.untrusted.cause, "java": [link.to_json() for link in self.untrusted.java]}
                if self.untrusted
                else None
            ),
            "keystores": [store.to_json() for store in self.stores],
        }


def probe(session: Session, host: str, port: int, shelf: KeystoreShelf | None = None) -> Probe:
    """Look at an endpoint with the eyes of the session's instance; sends no request and no certificate.

    Keystores that stand open on a `shelf` of that instance are not opened again. Raises ConsentNeededError for a host
    that is not this machine unless the session consents.
    """
    look = _Look(session, host, port, shelf or KeystoreShelf(session.instance))
    look.network.check_consent(host)
    found = look.at(look.settings.tls_versions)
    version = found.tls.version if found.tls else PROBED_VERSIONS[0]
    stores = tuple(look.answers(found.request, version))
    if found.failure:
        return replace(found, stores=stores, local_ports=tuple(look.local_ports))
    versions = {known: known == version or look.at((known,)).failure is None for known in PROBED_VERSIONS}
    return replace(found, stores=stores, versions=versions, local_ports=tuple(look.local_ports))


class _Look:
    """What the handshakes of one probe share."""

    def __init__(self, session: Session, host: str, port: int, shelf: KeystoreShelf) -> None:
        self.shelf = shelf
        self.instance, self.host, self.port = session.instance, host, port
        self.network, self.when = session.network(), session.when or datetime.now(UTC)
        self.settings: Settings = settings_of(Ledger(self.instance), OutboundCall(endpoint=""))
        self.anchors = (*trust_store(self.instance)[0], *self._keystore_anchors())
        self.untrusted: TrustRefusal | None = None
        self.local_ports: list[int] = []
        self.responders = OcspClient(self.network, java=self.settings.java, timeout_ms=self.settings.connect_timeout_ms)

    def at(self, versions: tuple[str, ...]) -> Probe:
        """One handshake offering these versions, answered without a certificate.

        A version that the instance's Java does not know is tried as a newer Java would.
        """
        try:
            address = self.network.resolve(self.host)
            port = self.network.port(self.host, self.port)
            wire = connect(address, port, self.settings.connect_timeout_ms, self.network)
        except WireError as error:
            return Probe(self.host, self.port, self._failure(error))
        self.local_ports.append(wire.local_port)
        listener = Listener(self._credentials(versions), recorded=wire.recorded)
        failure: Failure | None = None
        with wire, contextlib.closing(TlsStream(wire, listener)) as stream:
            try:
                stream.shake_hands(self.settings.handshake_timeout_ms)
            except WireError as error:
                failure = self._failure(error)
            except TlsError as error:
                failure = failures.of_chain(error.cause, error.java)
        transcript = listener.builder.build()
        return Probe(
            self.host,
            self.port,
            None if listener.presented else failure,
            TlsSession(listener.tls, listener.cipher) if listener.presented else None,
            request=transcript.first(CertificateRequest, Direction.RECEIVED),
            presented=listener.presented,
            untrusted=self.untrusted,
            transcript=transcript,
        )

    def _credentials(self, versions: tuple[str, ...]) -> Credentials:
        own = self.settings.java
        return Credentials(
            versions=versions,
            candidates=(),
            check_trust=self._note_trust,
            java=REFERENCE if java_tls.unknown_version(versions, own) else own,
            key_manager=self.settings.key_manager,
            server_name=server_name(self.host) if self.settings.sni else None,
            when=self.when,
        )

    def _note_trust(self, chain: tuple[bytes, ...], tls: str, cipher: str) -> None:
        """Remember the verdict, and accept: the rest of the handshake is what the probe is after."""
        self.untrusted = trust.check_server(
            chain,
            anchors=self.anchors,
            host=self.host,
            when=self.when,
            tls=tls,
            cipher=cipher,
            policy=self.settings.trust_policy(self.responders.ask),
        )

    def _failure(self, error: WireError) -> Failure:
        return failures.of_event(
            error.event,
            http_client=self.settings.http_client,
            java=self.settings.java,
            host=self.host,
            port=self.port,
            timeout_ms=self.settings.connect_timeout_ms,
            detail=error.detail,
        )

    def _rows(self) -> Iterator[SysCertificate]:
        return (row for row in self.instance.certificates if row.active and row.is_keystore)

    def _keystore_anchors(self) -> Iterator[bytes]:
        for row in self._rows():
            opened = self.shelf.view(row).opened
            if not isinstance(opened, Failure):
                yield from opened.trusted

    def answers(self, request: CertificateRequest | None, tls: str) -> Iterator[StoreAnswer]:
        """What each active keystore would send for this request."""
        for row in self._rows():
            profiles = tuple(p.protocol for p in self.instance.protocol_profiles if p.keystore == row.sys_id)
            opened = self.shelf.view(row).opened
            if isinstance(opened, Failure):
                yield StoreAnswer(row.name, profiles, failure=opened)
                continue
            if request is None:
                yield StoreAnswer(row.name, profiles)
                continue
            choice = answer(
                candidates(opened, row.name, row.sys_id),
                request,
                tls,
                java=self.settings.java,
                algorithm=self.settings.key_manager,
                when=self.when,
            )
            yield StoreAnswer(row.name, profiles, as_shown(choice))
