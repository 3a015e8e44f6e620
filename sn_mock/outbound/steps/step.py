"""`RESTStep` and `SOAPStep`: a request through a Connection & Credential alias (docs, rest-request-action-designer and
soap-step-action-designer). A connection that is defined inline has no mutual authentication: those steps have no field
for it, and are direct requests here (`RESTMessageV2()` with an endpoint)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Unpack
from urllib.parse import quote

from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Decision, Exchange, Execution, StepOrigin
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, SysAlias, SysRetryPolicy, SysSoapMessageFunction
from sn_mock.instance.problems import did_you_mean
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.calls.session import Session, Where
from sn_mock.outbound.connections.resolving import Way, way_of
from sn_mock.outbound.messages.rest_message import METHODS
from sn_mock.outbound.messages.session import session_for
from sn_mock.outbound.messages.soap_message import CONTENT_TYPE, UnknownMessageError
from sn_mock.outbound.messages.soap_response import RESTResponseV2, SOAPResponseV2
from sn_mock.outbound.routing.outbound_call import OutboundCall
from sn_mock.outbound.steps.retry_policies import again
from sn_mock.outbound.tokens import legs

_LOCK = Fact("", Evidence.DOCUMENTED, "docs, rest-request-action-designer: the lock beside Base URL")
NOT_WAITED = "sn-mock: the {seconds:g} s that the retry policy waits were not waited"
WITHOUT_SECURITY = (
    "sn-mock: the WS-Security of {function} belongs to its SOAP message; a SOAP step has its own WS-Security Policy, "
    "which is not simulated: the request went out unsigned"
)

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


class UnknownAliasError(UnknownMessageError):
    """The instance has no such alias."""


class Step:
    """What both steps have in common.

    `connection` names one of several connections, `retry_policy` overrides the alias's default one, `wait` waits as
    long as that policy says (else nobody waits, and the log says so). `instance`, `when`, `allow_remote` and `hosts`
    are as in `SOAPMessageV2`.
    """

    kind: ClassVar[str]

    def __init__(
        self,
        alias: str,
        *,
        headers: Headers = (),
        connection: str = "",
        retry_policy: str = "",
        wait: bool = False,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        self._session = session_for(instance, **where)
        self.alias = find_alias(self._session.instance, alias)
        self._headers = tuple(headers.items() if isinstance(headers, Mapping) else headers)
        self._connection, self._retry_policy, self._wait = connection, retry_policy, wait

    @property
    def session(self) -> Session:
        """The session it belongs to (sn-mock's own)."""
        return self._session

    def way(self) -> Way:
        """Where its alias leads now (sn-mock's own)."""
        return way_of(self._session.instance, self.alias, self._connection)

    def outbound_call(self) -> OutboundCall:
        """The call as it would be placed now (sn-mock's own)."""
        way = self.way()
        asked = call_of(way, self.kind)
        return self._filled(asked, way)

    def _filled(self, asked: OutboundCall, way: Way) -> OutboundCall:
        raise NotImplementedError

    def policy(self) -> SysRetryPolicy | None:
        """The retry policy that counts: the step's own, else the alias's default one."""
        instance = self._session.instance
        row = instance.get(SysRetryPolicy.table, self._retry_policy or self.alias.retry_policy)
        if row is None and self._retry_policy:
            hint = did_you_mean(self._retry_policy, [one.name for one in instance.retry_policies])
            raise MockUsageError(f"there is no retry policy '{self._retry_policy}' in sys_retry_policy{hint}")
        return row if isinstance(row, SysRetryPolicy) else None

    def place(self) -> Exchange:
        """Place the call, and again as often as the retry policy asks for it (sn-mock's own)."""
        asked, policy = self.outbound_call(), self.policy()
        exchange = legs.place(self._session, asked)
        tries = [_execution(exchange, 0.0, "")]
        attempts, log, waited, token = exchange.attempts, exchange.log, 0.0, exchange.token
        while policy and (more := again(self._session.instance, policy, exchange, len(tries), waited)):
            waited += more.after_seconds
            log = (*log, more.because)
            if self._wait:
                time.sleep(more.after_seconds)
            elif more.after_seconds:
                log = (*log, NOT_WAITED.format(seconds=more.after_seconds))
            exchange = legs.place(self._session, asked)
            tries.append(_execution(exchange, more.after_seconds, more.because))
            attempts, log = (*attempts, *exchange.attempts), (*log, *exchange.log)
        told = tuple(tries) if len(tries) > 1 else ()
        return replace(exchange, attempts=attempts, log=log, executions=told, token=exchange.token or token)


class RESTStep(Step):
    """The REST step: `RESTStep("Acme", "GET", "/tickets").execute()`.

    The connection's URL is the base; `path` follows it, `query` is appended, encoded. `base_url` is what is typed
    behind the lock beside Base URL, in the connection's place.
    """

    kind: ClassVar[str] = "rest"

    def __init__(
        self,
        alias: str,
        method: str = "GET",
        path: str = "",
        *,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: str = "",
        base_url: str = "",
        headers: Headers = (),
        connection: str = "",
        retry_policy: str = "",
        wait: bool = False,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        super().__init__(
            alias,
            headers=headers,
            connection=connection,
            retry_policy=retry_policy,
            wait=wait,
            instance=instance,
            **where,
        )
        self._method = method.upper()
        if self._method not in METHODS[:-1]:
            raise MockUsageError(f"a REST step knows {', '.join(METHODS[:-1])}, not '{method}'")
        self._path, self._body, self._base_url = path, body, base_url
        self._query = tuple(query.items() if isinstance(query, Mapping) else query)

    def _filled(self, asked: OutboundCall, way: Way) -> OutboundCall:
        base = way.url
        if self._base_url and way.connection is not None:
            told = (
                f"the step types its own Base URL in the place of the connection's [{_LOCK.evidence}: {_LOCK.source}]"
            )
            asked = replace(asked, decided=(*asked.decided, Decision("base_url", self._base_url, told)))
            base = self._base_url
        endpoint = f"{base.rstrip('/')}/{self._path.lstrip('/')}" if self._path else base
        if self._query:
            pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in self._query)
            endpoint += f"{'&' if '?' in endpoint else '?'}{pairs}"
        function = f"{self._method} {self._path or '/'}"
        return replace(
            asked,
            endpoint=endpoint,
            function=function,
            method=self._method,
            headers=self._headers,
            body=self._body,
            soap=False,
        )

    def execute(self) -> RESTResponseV2:
        """Place the call. Failures are in the response, not raised."""
        return RESTResponseV2(self.place())


class SOAPStep(Step):
    """The SOAP step: `SOAPStep("Acme", "CreateTicket").execute()`.

    The endpoint is the connection's URL as it is: a SOAP step has no path. Envelope and SOAP action are those
    of a SOAP message's function (`Message.Function`, or the function's name), as an operation of a stored WSDL brings
    them; `envelope` and `soap_action` are typed by hand. Of the function nothing else counts, its WS-Security neither:
    a step has "Enable WS-Security Policy" with a policy record of its own, which is not simulated.
    """

    kind: ClassVar[str] = "soap"

    def __init__(
        self,
        alias: str,
        function: str = "",
        *,
        envelope: str = "",
        soap_action: str = "",
        parameters: Mapping[str, str] | None = None,
        headers: Headers = (),
        connection: str = "",
        retry_policy: str = "",
        wait: bool = False,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        super().__init__(
            alias,
            headers=headers,
            connection=connection,
            retry_policy=retry_policy,
            wait=wait,
            instance=instance,
            **where,
        )
        found = find_function(self._session.instance, function) if function else None
        self._function = found
        self._envelope = envelope or (found.envelope if found else "")
        self._soap_action = soap_action or (found.soap_action if found else "")
        self._parameters = dict(parameters or {})

    def _filled(self, asked: OutboundCall, way: Way) -> OutboundCall:
        instance, found = self._session.instance, self._function
        values = {}
        if found is not None:
            rows = instance.parameters(found)
            values = {row.name: envelope.escape(row.value) if row.type == "string" else row.value for row in rows}
        values |= {name: envelope.escape(value) for name, value in self._parameters.items()}
        own = (("Content-Type", CONTENT_TYPE), ("SoapAction", f'"{self._soap_action}"'))
        given = {name.lower() for name, _ in self._headers}
        return replace(
            asked,
            function=found.function_name if found else self._soap_action,
            headers=(*(header for header in own if header[0].lower() not in given), *self._headers),
            body=envelope.substitute(self._envelope, values),
        )

    def place(self) -> Exchange:
        """As every step; the log says so where the function has WS-Security, which the step does not take over."""
        exchange, found = super().place(), self._function
        if found is None or not (found.ws_security_type or found.use_ws_security):
            return exchange
        return replace(exchange, log=(WITHOUT_SECURITY.format(function=found.function_name), *exchange.log))

    def execute(self) -> SOAPResponseV2:
        """Place the call. Failures are in the response, not raised."""
        return SOAPResponseV2(self.place())


def call_of(way: Way, kind: str) -> OutboundCall:
    """What the alias and its connection say of a call, before the step fills it in."""
    connection = way.connection
    origin = StepOrigin(
        kind,
        way.alias.name,
        way.alias.sys_id,
        connection.name if connection else "",
        connection.sys_id if connection else "",
        way.mutual_auth,
    )
    timeout = connection.connection_timeout if connection else None
    return OutboundCall(
        endpoint=way.url,
        message=way.alias.name,
        mid_server=way.mid_server,
        basic_auth=way.basic_auth,
        oauth=way.oauth,
        connect_timeout_ms=timeout,
        source_table=connection.table if connection else way.alias.table,
        source_record=connection.sys_id if connection else way.alias.sys_id,
        step=origin,
        decided=way.decisions,
        refusal=way.failure,
    )


def _execution(exchange: Exchange, after_seconds: float, because: str) -> Execution:
    return Execution(
        after_seconds,
        because,
        exchange.response,
        exchange.failure,
        len(exchange.attempts),
        exchange.outbound_http_log,
    )


def find_alias(instance: Instance, ref: str) -> SysAlias:
    """The alias of that name, ID or sys_id; raises UnknownAliasError, naming what there is."""
    alias = instance.alias(ref)
    if alias is None:
        names = ", ".join(row.full_id for row in instance.aliases) or "none"
        raise UnknownAliasError(f"there is no Connection & Credential alias '{ref}'; the instance has: {names}")
    return alias


def find_function(instance: Instance, ref: str) -> SysSoapMessageFunction:
    """The SOAP message function of that name (`Message.Function` where the name is not enough) or sys_id."""
    found = instance.find(SysSoapMessageFunction.table, ref)
    if len(found) > 1:
        raise UnknownMessageError(f"{len(found)} functions are called '{ref}'; write it as Message.Function")
    row = found[0] if found else None
    if not isinstance(row, SysSoapMessageFunction):
        names = ", ".join(one.function_name for one in instance.soap_functions) or "none"
        raise UnknownMessageError(f"there is no SOAP message function '{ref}'; the instance has: {names}")
    return row
