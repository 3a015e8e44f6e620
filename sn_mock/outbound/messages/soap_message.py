"""`SOAPMessageV2`, as `sn_ws.SOAPMessageV2` (docs, c_SOAPMessageV2API)."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, Secret, SysSoapMessage, SysSoapMessageFunction
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages import message_security
from sn_mock.outbound.messages.authentication import basic_auth
from sn_mock.outbound.messages.message import OutboundMessage
from sn_mock.outbound.messages.session import session_for, use
from sn_mock.outbound.messages.soap_response import SOAPResponseV2
from sn_mock.outbound.routing.message_security import UserWish, X509Wish
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall

__all__ = ["SOAPMessageV2", "SOAPResponseV2", "UnknownMessageError", "use"]

CONTENT_TYPE = "text/xml; charset=UTF-8"


class UnknownMessageError(MockUsageError):
    """The instance has no such message or function; the platform throws here, too."""


class SOAPMessageV2(OutboundMessage):
    """A SOAP message about to be sent.

    `SOAPMessageV2()` is empty and needs `setEndpoint` and `setSOAPAction`; `SOAPMessageV2(message, function)` starts
    from the records. Without `instance` the one of `sn_mock.use` is meant; with it, `when` moves the clock certificates
    are judged by, `allow_remote` consents to hosts other than this machine, and `hosts` maps names to addresses.
    """

    def __init__(
        self,
        soapMessage: str = "",  # noqa: N803 - ServiceNow's names
        soapFunction: str = "",  # noqa: N803
        *,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        session = session_for(instance, **where)
        self._soap_action = ""
        self._function: SysSoapMessageFunction | None = None
        if not soapMessage and not soapFunction:
            super().__init__(session, OutboundCall(endpoint=""), "")
            return
        self._function, call, template = session.instance.once(_of_records, (soapMessage, soapFunction))
        self._soap_action = self._function.soap_action
        super().__init__(session, call, template)

    def setHttpMethod(self, method: object) -> None:
        """On no page, and called by scripts all the same: accepted; SOAP is sent with POST."""

    def setSOAPAction(self, soapAction: object) -> None:  # noqa: N803
        """The operation; sent in double quotes."""
        self._soap_action = str(soapAction)

    def setWSSecurity(self, keystoreId: str, keystoreAlias: str, keystorePassword: str, certificateId: str) -> None:  # noqa: N803
        """Sign with that key (sys_id of the keystore's record, alias, password) and send that certificate's record."""
        password = Secret(str(keystorePassword)) if keystorePassword else None
        wish = X509Wish(
            str(keystoreId), str(keystoreAlias), password, str(certificateId or ""), "script, setWSSecurity"
        )
        self.change(security=replace(self._call.security, x509=wish, dangling=""))

    setWSSecurityX509Token = setWSSecurity  # noqa: N815

    def setWSSecurityUsernameToken(self, userName: str, userPassword: str) -> None:  # noqa: N803
        """Send this user name and password in a UsernameToken."""
        wish = UserWish(str(userName), Secret(str(userPassword)), "script, setWSSecurityUsernameToken")
        self.change(security=replace(self._call.security, user=wish, dangling=""))

    def apply_test_values(self) -> None:
        """Fill the variables from `sys_soap_message_parameters`, as the Test related link does (sn-mock's own)."""
        if self._function is not None:
            for row in self._session.instance.parameters(self._function):
                setter = self.setStringParameter if row.type == "string" else self.setStringParameterNoEscape
                setter(row.name, row.value)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        given = {name.lower() for name, _ in self._call.headers}
        own = (("Content-Type", CONTENT_TYPE), ("SoapAction", f'"{self._soap_action}"'))
        return (*(header for header in own if header[0].lower() not in given), *self._call.headers)


def _of_records(instance: Instance, names: tuple[str, str]) -> tuple[SysSoapMessageFunction, OutboundCall, str]:
    """The function of these names (message, function), the call that it describes, and its template."""
    message, function = find(instance, *names)
    template = envelope.strip_whitespace(function.envelope) if function.strip_whitespace else function.envelope
    return function, blueprint(instance, message, function), template


def find(instance: Instance, message_name: str, function_name: str) -> tuple[SysSoapMessage, SysSoapMessageFunction]:
    """The records of a message and its function; raises UnknownMessageError, naming what there is."""
    message = instance.soap_message(message_name)
    if message is None:
        names = ", ".join(row.name for row in instance.soap_messages) or "none"
        raise UnknownMessageError(f"there is no SOAP message '{message_name}'; the instance has: {names}")
    function = instance.soap_function(message, function_name)
    if function is None:
        functions = (row.function_name for row in instance.soap_functions if row.soap_message == message.sys_id)
        names = ", ".join(functions) or "none"
        raise UnknownMessageError(f"SOAP message '{message.name}' has no function '{function_name}'; it has: {names}")
    return message, function


def blueprint(instance: Instance, message: SysSoapMessage, function: SysSoapMessageFunction) -> OutboundCall:
    """The call that the records of a SOAP message and its function describe, before a script changes anything."""
    return OutboundCall(
        endpoint=function.soap_endpoint,
        message=message.name,
        function=function.function_name,
        on_message=MutualAuth(message.enable_mutual_auth, message.protocol_profile),
        on_function=MutualAuth(function.enable_mutual_auth, function.protocol_profile),
        function_id=function.sys_id,
        mid_server=instance.shown("ecc_agent", function.use_mid_server) or None,
        basic_auth=basic_auth(instance, message, function),
        security=message_security.of(instance, function),
        source_table=function.table,
        source_record=function.sys_id,
    )
