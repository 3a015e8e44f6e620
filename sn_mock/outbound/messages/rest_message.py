"""`RESTMessageV2`, as `sn_ws.RESTMessageV2` (docs, c_RESTMessageV2API), and with it direct HTTPS requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack
from urllib.parse import quote, urlsplit

from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    Instance,
    SysAttachment,
    SysRestMessage,
    SysRestMessageFunction,
    SysRestMessageFunctionParameter,
)
from sn_mock.instance.schema import new_sys_id
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.authentication import basic_auth, oauth
from sn_mock.outbound.messages.message import NOT_SIMULATED, OutboundMessage
from sn_mock.outbound.messages.session import session_for
from sn_mock.outbound.messages.soap_message import UnknownMessageError
from sn_mock.outbound.messages.soap_response import RESTResponseV2
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall

__all__ = ["RESTMessageV2", "RESTResponseV2"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


class RESTMessageV2(OutboundMessage):
    """A REST message about to be sent.

    `RESTMessageV2()` is empty: with `setEndpoint` and `setHttpMethod` it is a direct request; a protocol profile's
    scheme may be typed in the endpoint, or named by `setMutualAuth`. `RESTMessageV2(message, method)` starts from the
    records; what the method leaves open is the message's. `instance`, `when`, `allow_remote` and `hosts` are as in
    `SOAPMessageV2`.
    """

    _ecc_timeout_property = "glide.rest.outbound.ecc_response.timeout"

    def __init__(
        self,
        name: str = "",
        methodName: str = "",  # noqa: N803 - ServiceNow's name
        *,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        session = session_for(instance, **where)
        self._query: dict[str, str] = {}
        self._save_as: SysAttachment | None = None
        self._test_values: tuple[SysRestMessageFunctionParameter, ...] = ()
        if not name and not methodName:
            super().__init__(session, OutboundCall(endpoint="", method="GET", soap=False), "")
            return
        message, function = find(session.instance, str(name), str(methodName))
        super().__init__(session, blueprint(session.instance, message, function), function.content)
        self._query = {row.name: row.value for row in session.instance.rest_parameters_of(function)}
        self._test_values = session.instance.rest_variables_of(function)

    def setHttpMethod(self, method: object) -> None:
        """GET, POST, PUT, PATCH, DELETE or HEAD."""
        name = str(method).upper()
        if name not in METHODS:
            raise MockUsageError(f"setHttpMethod('{method}'): use one of {', '.join(METHODS)}")
        self.change(method=name)

    def setQueryParameter(self, name: str, value: object) -> None:
        """Append `name=value` to the endpoint's query, encoded."""
        self._query[str(name)] = str(value)

    def disableForcedVariableSubstitution(self) -> None:
        """Accepted; variables without a value are never replaced here."""

    def setRequestBodyFromAttachment(self, attachmentSysId: str) -> None:  # noqa: N803
        """Send an attachment's content as the body."""
        files = (file for file in self._session.instance.attachments if file.sys_id == attachmentSysId)
        file = next(files, None)
        if file is None:
            raise MockUsageError(f"there is no attachment {attachmentSysId} in sys_attachment")
        self.setRequestBody(file.data.decode("utf-8", "replace"))

    def saveResponseBodyAsAttachment(
        self,
        tableName: str,  # noqa: N803 - ServiceNow's names
        recordSysId: str,  # noqa: N803
        fileName: str,  # noqa: N803
        encryptContext: str = "",  # noqa: N803
    ) -> None:
        """Keep the body of `execute()`'s answer as an attachment of a row; encryption contexts are not simulated."""
        self._save_as = SysAttachment(
            sys_id=new_sys_id(), file_name=fileName, table_name=tableName, table_sys_id=recordSysId
        )

    def execute(self) -> RESTResponseV2:
        """Send the request and wait for the answer. Failures of the call are in the response, not raised."""
        response = super().execute()
        response.query_string = urlsplit(self.getEndpoint()).query
        exchange = response.exchange if self._save_as is not None else None
        if self._save_as is not None and exchange is not None and exchange.response.status_code:
            kept = replace(
                self._save_as,
                data=exchange.response.content or exchange.response.body.encode(),
                content_type=response.getHeader("Content-Type") or "",
            )
            self._session.change(lambda instance: instance.with_record(kept))
            response.attachment_sys_id = kept.sys_id
        return response

    def executeAsync(self) -> RESTResponseV2:
        """Send the request in the background, as through the ECC queue; the response waits for the answer."""
        if self._save_as is not None:
            self.notes.append(f"sn-mock: an asynchronous answer is not saved as attachment {self._save_as.file_name}")
        response = super().executeAsync()
        response.query_string = urlsplit(self.getEndpoint()).query
        return response

    def apply_test_values(self) -> list[str]:
        """Give variables the values of the method's test parameters, as its Test link does (sn-mock's own).

        Those of type string are escaped, as the base system's RESTMessageGenerator does. Returns the variables that
        still have no value.
        """
        for row in self._test_values:
            setter = self.setStringParameter if row.type == "string" else self.setStringParameterNoEscape
            setter(row.name, row.value)
        return [name for name in envelope.variables(self._call.endpoint) if name not in self._values]

    def setRequestorProfile(self, requestorContext: str, requestorId: str) -> None:  # noqa: N803
        """Whose token it is: accepted, not simulated (there is one per profile); the exchange's log says so."""
        self.notes.append(NOT_SIMULATED.format(what="a requestor's own token"))

    def getEndpoint(self) -> str:
        """The URL with its variables replaced and the query parameters appended."""
        endpoint = super().getEndpoint()
        if not self._query:
            return endpoint
        pairs = (f"{quote(name)}={quote(envelope.substitute(v, self._values))}" for name, v in self._query.items())
        return endpoint + ("&" if "?" in endpoint else "?") + "&".join(pairs)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, envelope.substitute(value, self._values)) for name, value in self._call.headers)


def find(instance: Instance, name: str, method: str) -> tuple[SysRestMessage, SysRestMessageFunction]:
    """The records of a REST message and its method; raises UnknownMessageError, naming what there is."""
    message = instance.rest_message(name)
    if message is None:
        names = ", ".join(row.name for row in instance.rest_messages) or "none"
        raise UnknownMessageError(f"there is no REST message '{name}'; the instance has: {names}")
    function = instance.rest_function(message, method)
    if function is None:
        methods = (row.function_name for row in instance.rest_functions if row.rest_message == message.sys_id)
        names = ", ".join(methods) or "none"
        raise UnknownMessageError(f"REST message '{message.name}' has no method '{method}'; it has: {names}")
    return message, function


def blueprint(instance: Instance, message: SysRestMessage, function: SysRestMessageFunction) -> OutboundCall:
    """The call that the records of a REST message and its method describe, before a script changes anything."""
    headers = {row.name.lower(): (row.name, row.value) for row in instance.rest_headers_of(message)}
    headers |= {row.name.lower(): (row.name, row.value) for row in instance.rest_function_headers_of(function)}
    return OutboundCall(
        endpoint=function.rest_endpoint or message.rest_endpoint,
        message=message.name,
        function=function.function_name,
        method=function.http_method.upper(),
        headers=tuple(headers.values()),
        on_message=MutualAuth(message.use_mutual_auth, message.protocol_name),
        on_function=MutualAuth(function.use_mutual_auth, function.protocol_name),
        function_id=function.sys_id,
        mid_server=instance.shown("ecc_agent", function.use_mid_server) or None,
        basic_auth=basic_auth(instance, message, function),
        oauth=oauth(message, function),
        source_table=function.table,
        source_record=function.sys_id,
        soap=False,
    )
