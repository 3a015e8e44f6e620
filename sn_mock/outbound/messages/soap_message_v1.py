"""`SOAPMessage`, the older API (base-system script include SOAPMessage): flag and profile are the function's own.

The platform writes it in JavaScript, so what it throws is a text, and a message that does not exist is only not valid.
"""

from __future__ import annotations

from typing import Unpack

from sn_mock.failure import JavaChain
from sn_mock.instance import Instance, Secret
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.soap_message import SOAPMessageV2, UnknownMessageError, find
from sn_mock.outbound.messages.soap_response import SOAPResponseV2
from sn_mock.outbound.routing.outbound_call import BasicAuth

_SUPPORTED = frozenset({"", "basic_simple"})


class UnsupportedAuthenticationError(Exception):
    """The function's authentication type needs SOAPMessageV2; the platform's own words, thrown as a text."""

    def __init__(self, instead: str = "SOAP message function, please use SOAPMessageV2") -> None:
        super().__init__(f"This object does not support the auth profile of this {instead}")


class SOAPMessage:
    """A SOAP message of the first generation; `post` returns the response as a string."""

    def __init__(
        self,
        name: str = "",
        functionName: str = "",  # noqa: N803 - ServiceNow's name
        *,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        self._unknown: UnknownMessageError | None = None
        self._envelope: str | None = None
        try:
            message = SOAPMessageV2(name, functionName, instance=instance, **where)
            _, function = find(message.session.instance, name, functionName)
        except UnknownMessageError as unknown:
            self._unknown, self._message = unknown, SOAPMessageV2(instance=instance, **where)
        else:
            if function.authentication_type not in _SUPPORTED:
                raise UnsupportedAuthenticationError
            own = message.outbound_call().on_function
            message.change(on_message=own, on_function=own)
            self._message = message
        self._valid = self._message.session.instance.soap_message(name) is not None
        self.response: SOAPResponseV2 | None = None
        """The last answer (sn-mock's own)."""

    def setStringParameter(self, name: str, value: object) -> None:
        """Give a variable its value, escaped."""
        self._message.setStringParameter(name, value)

    def setXMLParameter(self, name: str, value: object) -> None:
        """Give a variable its value as it is."""
        self._message.setStringParameterNoEscape(name, value)

    setParameter = setXMLParameter  # noqa: N815 - deprecated there; it never escaped

    def setBasicAuth(self, userName: object, userPassword: object) -> None:  # noqa: N803
        """Send this user name and password."""
        self._message.change(basic_auth=BasicAuth(str(userName), Secret(str(userPassword))))

    def setWSSecurityInfo(self, keyStoreId: str, alias: str, password: str, certId: str) -> None:  # noqa: N803
        """Sign with that key and send that certificate, as `setWSSecurity` of the newer API does."""
        self._message.setWSSecurity(keyStoreId, alias, password, certId)

    def setEccParameter(self, name: str, value: object) -> None:
        """A parameter of the ECC queue row."""
        self._message.setEccParameter(name, value)

    def setEccCorrelator(self, correlator: object) -> None:
        """An identifier for the ECC queue row."""
        self._message.setEccCorrelator(correlator)

    def setMIDServer(self, midServer: object) -> None:  # noqa: N803
        """Send through a MID Server."""
        self._message.setMIDServer(midServer)

    def setRequestHeader(self, name: str, value: object) -> None:
        """Set a header."""
        self._message.setRequestHeader(name, value)

    def setSoapEndPoint(self, endpoint: object) -> None:
        """Call this URL instead of the record's."""
        self._message.setEndpoint(endpoint)

    def setRequestEnvelope(self, envelope: object) -> None:
        """Send this envelope instead of the record's."""
        self._envelope = str(envelope)

    def getRequestEnvelope(self) -> str | None:
        """The envelope as it was sent, or set; None before that. It is made once: a second `post` sends it again."""
        return self._envelope

    def isValid(self) -> bool:
        """The message exists; of the function nothing is said."""
        return self._valid

    def post(self, use_ecc: object = False) -> str:
        """Send, and return the body; after an exception the message and a stack trace stand in its place.

        Raises UnknownMessageError where message or function do not exist: what the platform sends then is not known.
        """
        if self._unknown is not None:
            raise self._unknown
        if self._envelope is None:
            self._envelope = self._message.getRequestBody()
        self._message.setRequestBody(self._envelope)
        asynchronous = use_ecc is True or str(use_ecc).lower() == "true"
        self.response = self._message.executeAsync() if asynchronous else self._message.execute()
        return "" if asynchronous else _text(self.response)

    def getResponse(self, waitMS: object = 0) -> str:  # noqa: N803
        """The body; after `post(true)`, wait for it up to so many milliseconds."""
        if self.response is None:
            return ""
        milliseconds = float(str(waitMS)) if str(waitMS).replace(".", "").isdigit() else 0.0
        self.response.waitForResponse(milliseconds / 1000)
        return _text(self.response)

    def getHttpStatus(self) -> int:
        """The HTTP status; 0 without an answer."""
        return self.response.getStatusCode() if self.response else 0

    def getHttpHeaders(self) -> dict[str, str]:
        """The response's headers."""
        return self.response.getHeaders() if self.response else {}

    def getHttpHeader(self, name: str) -> str | None:
        """A header of the response."""
        return self.response.getHeader(name) if self.response else None

    getResponseHeaderValue = getHttpHeader  # noqa: N815


def _text(response: SOAPResponseV2) -> str:
    failure = response.exchange.failure if response.exchange else None
    return _stack_trace(failure.java) if failure and failure.java else response.getBody()


def _stack_trace(chain: JavaChain) -> str:
    """Message, then the trace's heads; the frames of a real instance are its own."""
    return "\n".join([chain[0].message or "null", str(chain[0]), *(f"Caused by: {link}" for link in chain[1:])])
