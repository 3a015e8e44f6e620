"""`RESTMessage`, the older API, a script of the base system (script include RESTMessage; RESTMessageV2 replaced it).

The function's flag decides on mutual authentication, and its profile; where that is empty and the message's flag is
set, the message's. Only get, post, put and delete are sent; `execute` of anything else returns nothing. What the
platform's script throws is a text.
"""

from __future__ import annotations

from typing import Unpack

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, Secret
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.rest_message import RESTMessageV2, find
from sn_mock.outbound.messages.soap_message import UnknownMessageError
from sn_mock.outbound.messages.soap_message_v1 import UnsupportedAuthenticationError
from sn_mock.outbound.messages.soap_response import SOAPResponseV2
from sn_mock.outbound.routing.outbound_call import BasicAuth, MutualAuth

METHODS = frozenset({"get", "post", "put", "delete"})
_PROFILES = frozenset({"basic", "oauth2"})


class RESTMessage:
    """A REST message of the first generation."""

    def __init__(
        self,
        name: str = "",
        funcName: str = "",  # noqa: N803 - ServiceNow's name
        *,
        instance: Instance | None = None,
        **where: Unpack[Where],
    ) -> None:
        self._unsupported = False
        self._sends = False
        try:
            message = RESTMessageV2(name, funcName, instance=instance, **where)
            record, function = find(message.session.instance, name, funcName)
        except UnknownMessageError:
            message = RESTMessageV2(instance=instance, **where)
        else:
            self._unsupported = function.authentication_type in _PROFILES
            self._sends = function.http_method in METHODS
            profile = function.protocol_name or (record.protocol_name if record.use_mutual_auth else "")
            own = MutualAuth(function.use_mutual_auth, profile if function.use_mutual_auth else "")
            message.change(on_message=own, on_function=own)
        self._message = message
        self._valid = message.session.instance.rest_message(name) is not None
        self._waits = False
        self.response: SOAPResponseV2 | None = None
        """The last answer (sn-mock's own)."""

    def isValid(self) -> bool:
        """The message exists; of the function nothing is said."""
        return self._valid

    def setStringParameter(self, name: str, value: object) -> None:
        """Give a variable its value, escaped."""
        self._message.setStringParameter(name, value)

    def setXMLParameter(self, name: str, value: object) -> None:
        """Give a variable its value as it is."""
        self._message.setStringParameterNoEscape(name, value)

    def setBasicAuth(self, userName: object, userPass: object) -> None:  # noqa: N803
        """Send this user name and password; an empty name changes nothing."""
        if userName:
            self._message.change(basic_auth=BasicAuth(str(userName), Secret(str(userPass))))

    def setMIDServer(self, midServer: object) -> None:  # noqa: N803
        """Send through a MID Server; the answer is fetched with `getResponse`."""
        self._message.setMIDServer(midServer)
        self._waits = True

    def setEccCorrelator(self, correlator: object) -> None:
        """An identifier for the ECC queue row."""
        self._message.setEccCorrelator(correlator)

    def setEccParameter(self, name: str, value: object) -> None:
        """A parameter of the ECC queue row."""
        self._message.setEccParameter(name, value)

    def setTopic(self, topic: object) -> None:
        """The topic of the ECC queue row."""
        self._message.setEccTopic(topic)

    def setRestEndPoint(self, endpoint: object) -> None:
        """Call this URL instead of the record's."""
        self._message.setEndpoint(endpoint)

    def getEndpoint(self) -> str:
        """The URL with its variables replaced."""
        return self._message.getEndpoint()

    def execute(self) -> SOAPResponseV2 | None:
        """Send. None where the function does not exist or is of another method, and where a MID Server answers later.

        Raises `UnsupportedAuthenticationError` for authentication profiles, MockUsageError where the message is not
        there (the platform's script fails on the row it has not found).
        """
        if self._unsupported:
            raise UnsupportedAuthenticationError("REST message function, please use RESTMessageV2")
        if not self._valid:
            raise MockUsageError("RESTMessage: there is no such message")
        if not self._sends:
            return None
        if self._waits:
            self.response = self._message.executeAsync()
            return None
        self.response = self._message.execute()
        return self.response

    def getResponse(self, waitMS: object = 0) -> SOAPResponseV2 | None:  # noqa: N803
        """The answer that came through a MID Server, waited for up to so many milliseconds; None where none came."""
        if self.response is None:
            return None
        milliseconds = float(str(waitMS)) if str(waitMS).replace(".", "").isdigit() else 0.0
        self.response.waitForResponse(milliseconds / 1000)
        return self.response if self.response.exchange is not None else None
