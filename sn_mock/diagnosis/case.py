"""`Case`: one call as the rules look at it: the Exchange, the records behind it, and the provider's visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from sn_mock.diagnosis.records import (
    FUNCTION_ENDPOINT,
    SOAP_MODULE,
    MessageRecord,
    MessageRecords,
    connection_records,
    message_records,
)
from sn_mock.diagnosis.symptom import UNANSWERED, Symptom, symptom_of
from sn_mock.exchange import Exchange, Route
from sn_mock.instance import HttpConnection, Instance, SysAlias, SysCertificate, SysProtocolProfile
from sn_mock.java.keystore import UsableKey
from sn_mock.java.x509.key_fit import MISFITS, Fit, fit
from sn_mock.java.x509.summaries import summaries
from sn_mock.outbound.credentials.shelf import KeystoreShelf, StoreView
from sn_mock.outbound.routing.route import who_counts
from tls_transcript import Certificate, CertificateRequest, CertificateSummary, Direction, names

_SERVICENOW = "service-now.com"
LEGACY_CLASS = "glide.httpclient.protocol.{}.class"
LEGACY_PORT = "glide.httpclient.protocol.{}.port"


class VisitLike(Protocol):
    """What the rules read of a provider's visit; `provider_stub.Visit` is one."""

    @property
    def verdict(self) -> str:
        """`accepted`, `refused`, …."""

    @property
    def reason(self) -> str | None:
        """The provider's cause word."""

    @property
    def detail(self) -> str | None:
        """The provider's TLS library's own words."""

    @property
    def alert_sent(self) -> str | None:
        """The alert the provider sent."""

    @property
    def presented_chain(self) -> tuple[bytes, ...]:
        """What the client presented, leaf first."""


class Case:
    """One call, or the plan of one, ready to be judged. Everything is read once and kept."""

    def __init__(
        self,
        exchange: Exchange,
        instance: Instance,
        visit: VisitLike | None = None,
        *,
        when: datetime | None = None,
        planned: bool = False,
        shelf: KeystoreShelf | None = None,
    ) -> None:
        self.exchange = exchange
        self.instance = instance
        self.visit = visit
        self.shelf = shelf or KeystoreShelf(instance)
        self.when = when or exchange.when
        self.planned = planned
        """True for a call that was not placed: what would be sent is known, what would come back is not."""

    # The records

    @cached_property
    def records(self) -> MessageRecords | None:
        """The SOAP or REST records of the call, or the connection of a step; None for a bare request."""
        exchange = self.exchange
        if exchange.step:
            return connection_records(self.instance, exchange.step)
        return message_records(self.instance, exchange.message, exchange.function, exchange.function_id)

    @property
    def message(self) -> MessageRecord | None:
        """The message of the call."""
        return self.records.message if self.records else None

    @property
    def function(self) -> MessageRecord | None:
        """Its function (REST: HTTP method)."""
        return self.records.function if self.records else None

    @property
    def module(self) -> str:
        """Where these records are found in the instance's navigator."""
        return self.records.module if self.records else SOAP_MODULE

    @property
    def endpoint_place(self) -> str:
        """Where the endpoint is changed."""
        place = self.records.endpoint_place if self.records else FUNCTION_ENDPOINT
        return place.format(module=self.module)

    @cached_property
    def alias(self) -> SysAlias | None:
        """The alias of a step; None where the call comes from none."""
        return self.instance.alias(self.exchange.step.alias_id) if self.exchange.step else None

    @cached_property
    def connection(self) -> HttpConnection | None:
        """The connection that a step's alias led to."""
        step = self.exchange.step
        row = self.instance.get(HttpConnection.table, step.connection_id) if step and step.connection_id else None
        return row if isinstance(row, HttpConnection) else None

    @property
    def endpoint_line(self) -> str:
        """The endpoint as evidence: the record's, or the URL that was called."""
        if self.function:
            return self.function.endpoint_line
        return f"route: {self.route.url}" if self.route else "no endpoint"

    @property
    def route(self) -> Route | None:
        """The route of the call."""
        return self.exchange.route

    @property
    def scheme(self) -> str:
        """The scheme of the URL that was used, in lower case."""
        return self.route.scheme.lower() if self.route else ""

    @cached_property
    def wanted_profile(self) -> SysProtocolProfile | None:
        """The profile that the records ask for, whatever became of it."""
        for reference in self._references():
            row = self.instance.protocol_profile(reference)
            if row:
                return row
        return self.instance.protocol_profile(self.scheme) if self.scheme not in ("", "http", "https") else None

    def _references(self) -> Iterable[str]:
        if self.records is None:
            return []
        source = self.instance.fact("profile_source").value
        rows = who_counts(source, self.records.message, self.records.function)
        return [row.profile for row in rows if row.profile]

    @cached_property
    def mutual_auth_wanted(self) -> bool:
        """True where a record asks for mutual authentication, by flag or by the scheme typed."""
        flags = [self.records.message.enabled, self.records.function.enabled] if self.records else []
        return any(flags) or self.scheme not in ("", "http", "https")

    @cached_property
    def profile_store(self) -> SysCertificate | None:
        """The keystore record of the wanted profile."""
        profile = self.wanted_profile
        return self.instance.certificate(profile.keystore) if profile and profile.keystore else None

    def store(self, row: SysCertificate) -> StoreView:
        """That row's keystore as Java sees it."""
        return self.shelf.view(row)

    @cached_property
    def offered(self) -> tuple[StoreView, ...]:
        """The keystores of the route, in row order."""
        in_use = self.route.keystore_ids if self.route else ()
        rows = [row for row in self.instance.certificates if row.is_keystore and row.sys_id in in_use]
        return tuple(self.store(row) for row in rows)

    # The handshake

    @cached_property
    def symptom(self) -> Symptom | None:
        """What kind of failure this is; None for a call that succeeded."""
        refused = None if self.visit is None else self.visit.verdict == "refused"
        return symptom_of(self.exchange, refused_by_provider=refused)

    @cached_property
    def request(self) -> CertificateRequest | None:
        """The provider's CertificateRequest."""
        return self.exchange.transcript.first(CertificateRequest, Direction.RECEIVED)

    @cached_property
    def advertised(self) -> tuple[str, ...]:
        """The CAs the provider named, as RFC 2253 text."""
        return tuple(names.readable(name) for name in self.request.authorities) if self.request else ()

    @cached_property
    def sent(self) -> tuple[CertificateSummary, ...]:
        """The client chain that went out, leaf first; () where the message was empty."""
        choice = self.exchange.key_choice
        if choice is not None:
            return summaries(choice.chain if choice.sent else ())
        message = self.exchange.transcript.first(Certificate, Direction.SENT)
        return summaries(message.chain if message else ())

    @property
    def leaf(self) -> CertificateSummary | None:
        """The client certificate that went out."""
        return self.sent[0] if self.sent else None

    @cached_property
    def presented(self) -> tuple[CertificateSummary, ...]:
        """The provider's chain as received."""
        return summaries(self.exchange.presented_chain)

    @cached_property
    def certificate_source(self) -> str:
        """`keystore 'X', alias y` of the certificate that went out."""
        choice = self.exchange.key_choice
        return f"keystore '{choice.keystore}', alias {choice.alias}" if choice and choice.keystore else "no keystore"

    @cached_property
    def key_source(self) -> str:
        """`keystore 'X', alias y` of the key that is meant to be used; the keystore alone where it has several."""
        views = [self.store(self.profile_store)] if self.profile_store else list(self.offered)
        aliases = [key.alias for view in views for key in view.usable]
        named = "; ".join(view.label for view in views) or "no keystore"
        return f"{named}, alias {aliases[0]}" if len(aliases) == 1 else named

    def is_own_host(self, name: str) -> bool:
        """Whether a common name is a host name of the instance's own web server, a wildcard included.

        The instance is reached as `<name>.service-now.com`, or as `glide.servlet.uri` says.
        """
        host, wildcard = name.lower().removeprefix("*."), name.startswith("*.")
        if host == _SERVICENOW or host.endswith(f".{_SERVICENOW}"):
            return True
        own = (urlsplit(self.instance.property("glide.servlet.uri") or "").hostname or "").lower()
        return bool(own) and host == (own.partition(".")[2] if wildcard else own)

    def property_line(self, name: str) -> str:
        """`sys_properties: name = value`, or that it is not set."""
        value = self.instance.property(name)
        return f"sys_properties: {name} = {value}" if value is not None else f"sys_properties: {name} is not set"

    def cause_is(self, *causes: str) -> bool:
        """Whether the call failed for one of these cause words."""
        return self.exchange.failure is not None and self.exchange.failure.cause in causes

    def provider_says(self, *reasons: str) -> bool:
        """Whether the provider's own record names one of these reasons."""
        return self.visit is not None and self.visit.reason in reasons

    def visit_line(self) -> tuple[str, ...]:
        """The provider's own verdict as evidence, where there is one."""
        if self.visit is None or self.visit.reason is None:
            return ()
        detail = f" ({self.visit.detail})" if self.visit.detail else ""
        return (f"provider's journal: {self.visit.verdict}, {self.visit.reason}{detail}",)

    def alert_line(self) -> tuple[str, ...]:
        """The exception the instance printed, as evidence."""
        failure = self.exchange.failure
        if failure is None or not failure.java:
            return ()
        behind = (f"behind it, which the HTTP client hides: {failure.hidden[0]}",) if failure.hidden else ()
        return (f"failure: {failure.java[0]}", *behind)

    @property
    def doubt_line(self) -> tuple[str, ...]:
        """That the way the call ended does not tell a refusal from a crash, as evidence of whatever is named."""
        if self.symptom not in UNANSWERED:
            return ()
        refusal = "refuses the client certificate" if self.leaf is not None else "misses a client certificate"
        return (
            f"no alert came: under TLS 1.3 a provider that {refusal} without a word looks the same from here as one "
            "that crashed",
        )

    @property
    def sent_line(self) -> tuple[str, ...]:
        """The client certificate as evidence: what was sent, or would be; that none was, where one was asked for."""
        leaf = self.leaf
        if leaf is not None:
            said = "would be sent" if self.planned else "transcript: certificate sent"
            return (f"{said}: {leaf.subject}, issued by {leaf.issuer} ({self.certificate_source})",)
        if self.request is None or self.exchange.unheard:
            return ()
        said = "the instance would send" if self.planned else "transcript: the instance sent"
        return (f"{said} an empty Certificate message",)

    @cached_property
    def withheld(self) -> str:
        """Why a key was chosen and its certificate not sent; empty where it was, or no key was chosen."""
        choice = self.exchange.key_choice
        return choice.withheld if choice is not None and not self.exchange.unheard else ""

    @cached_property
    def _chosen_key(self) -> UsableKey | None:
        """The key behind the certificate that went out, or was withheld; None where it is not at hand."""
        choice = self.exchange.key_choice
        if choice is None or not (choice.chain or self.withheld):
            return None
        held = (key for view in self.offered if view.row.sys_id == choice.keystore_id for key in view.usable)
        return next((key for key in held if key.alias == choice.alias and choice.chain in (key.chain, ())), None)

    @property
    def unopened(self) -> StoreView | None:
        """The keystore of a chosen key that its password does not open (NewSunX509 tries it only then)."""
        key = self._chosen_key
        if key is None or key.pkcs8 is not None:
            return None
        return next((view for view in self.offered if any(one is key for one in view.usable)), None)

    @cached_property
    def misfit(self) -> tuple[StoreView, UsableKey] | None:
        """The key that does not belong to its certificate: the chosen one, or, where none was chosen, any on offer."""
        choice = self.exchange.key_choice
        if choice is None or self.exchange.unheard:
            return None
        passed_over = {(one.keystore_id, one.alias) for one in choice.rejected} if choice.alias is None else ()
        held = ((view, key) for view in self.offered for key in view.usable)
        mine = (
            (view, key) for view, key in held if key is self._chosen_key or (view.row.sys_id, key.alias) in passed_over
        )
        return next((one for one in mine if fit(one[1].pkcs8, one[1].chain) in MISFITS), None)

    @cached_property
    def key_fit(self) -> Fit:
        """What the chosen private key has to do with the chain that went out."""
        return fit(self._chosen_key.pkcs8, self._chosen_key.chain) if self._chosen_key else Fit.UNKNOWN

    @property
    def key_is_anothers(self) -> bool:
        """The first certificate that went out is not the chosen key's."""
        return self.key_fit in MISFITS
