"""What SOAP and REST messages of ServiceNow have in common: the setters, and the way to `call.place`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.instance import OAuthEntityProfile, Secret, SysAuthProfileBasic
from sn_mock.java.net.wire import Cancellation
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.messages.session import Session
from sn_mock.outbound.messages.soap_response import ECC_TIMEOUT_CLASS, AsyncResponse, QueuedResponse, SOAPResponseV2
from sn_mock.outbound.routing.outbound_call import BasicAuth, LogLevel, OAuthWish, OutboundCall
from sn_mock.outbound.tokens import legs

NOT_SIMULATED = "sn-mock: {what} is not simulated; the request went out without it"
SENSORS = (
    "ECC queue: setEccParameter('skip_sensor', true) is missing, so that the response's body may be null now and then, "
    "and with Discovery the input row says `No sensors defined` [REPORTED: the comment in scripts of Preview Script "
    "Usage; community]"
)
"""What a script through a MID Server that leaves the parameter out has to reckon with."""
GIVEN_UP = (
    "ECC queue: a script gives up before that: {thrown}: No response for ECC message request with sysid=… after "
    "waiting for {seconds:g} seconds in ECC Queue [DOCUMENTED: KB0744311]"
)


class OutboundMessage:
    """The shared half of `SOAPMessageV2` and `RESTMessageV2`; method names and behaviour are ServiceNow's."""

    _ecc_timeout_property = "glide.soap.outbound.ecc_response.timeout"

    def __init__(self, session: Session, blueprint: OutboundCall, template: str) -> None:
        self._session = session
        self._call = blueprint
        self._template = template
        self._body: str | None = None
        self._values: dict[str, str] = {}
        self._ecc: dict[str, str] = {}
        self.notes: list[str] = []
        """Lines for the exchange's log: what was asked for and is not simulated."""

    @property
    def session(self) -> Session:
        """The session it belongs to (sn-mock's own)."""
        return self._session

    # Variables and body

    def setStringParameter(self, name: str, value: object) -> None:
        """Give a variable its value; reserved characters of XML are escaped."""
        self._values[str(name)] = envelope.escape(_text(value))

    def setStringParameterNoEscape(self, name: str, value: object) -> None:
        """Give a variable its value as it is."""
        self._values[str(name)] = _text(value)

    def setRequestBody(self, body: object) -> None:
        """Send this body instead of the record's; variables in it are not replaced."""
        self._body = _text(body)

    def getRequestBody(self) -> str:
        """The body as it is sent."""
        return self._body if self._body is not None else envelope.substitute(self._template, self._values)

    def getVariables(self) -> list[str]:
        """The names of the variables in the record's body and endpoint."""
        return list(envelope.variables(self._call.endpoint + self._template))

    # Headers

    def setRequestHeader(self, name: str, value: object) -> None:
        """Set a header; one of that name (in any case) is replaced."""
        kept = tuple(header for header in self._call.headers if header[0].lower() != str(name).lower())
        self.change(headers=(*kept, (str(name), _one_line(value))))

    def getRequestHeader(self, name: str) -> str | None:
        """A header that has been set, by name in any case."""
        return next((value for key, value in self._headers() if key.lower() == str(name).lower()), None)

    def getRequestHeaders(self) -> dict[str, str]:
        """The headers that have been set."""
        return dict(self._headers())

    def _headers(self) -> tuple[tuple[str, str], ...]:
        return self._call.headers

    # Where to and how

    def setEndpoint(self, endpoint: object) -> None:
        """Call this URL instead of the record's."""
        self.change(endpoint=_text(endpoint))

    def getEndpoint(self) -> str:
        """The URL with its variables replaced; mutual authentication may still change its scheme."""
        return envelope.substitute(self._call.endpoint, self._values)

    def setMutualAuth(self, profileName: object) -> None:  # noqa: N803 - ServiceNow's name
        """Use this protocol profile, whatever the record says."""
        self.change(override_profile=_text(profileName))

    def setMIDServer(self, midServer: object) -> None:  # noqa: N803
        """Send through a MID Server (which knows no mutual authentication)."""
        self.change(mid_server=_text(midServer) or None)

    def setHttpTimeout(self, timeout: object) -> None:
        """Wait this many milliseconds for each read from the provider."""
        self.change(socket_timeout_ms=_number(timeout, "setHttpTimeout"))

    def setFollowRedirect(self, followRedirect: object) -> None:  # noqa: N803
        """Follow redirects; off by default."""
        self.change(follow_redirects=followRedirect is True or str(followRedirect).lower() == "true")

    def setAllowedRedirectURIs(self, uris: Sequence[str]) -> None:
        """Follow redirects to these URLs only."""
        self.change(allowed_redirects=tuple(map(str, uris)))

    def setAllowedRedirectURIWithNoParams(self, uri: object) -> None:
        """Follow redirects to this URL only."""
        self.change(allowed_redirects=(_text(uri),))

    def setLogLevel(self, level: object) -> None:
        """How much the outbound HTTP log keeps: basic, elevated or all."""
        try:
            self.change(log_level=LogLevel(_text(level).lower()))
        except ValueError:
            raise MockUsageError(f"setLogLevel('{level}'): use basic, elevated or all") from None

    def setEccCorrelator(self, correlator: object) -> None:
        """An identifier for the ECC queue row of `executeAsync()`."""
        self._ecc["agent_correlator"] = _text(correlator)

    def setEccParameter(self, name: str, value: object) -> None:
        """A parameter of the ECC queue row."""
        self._ecc[str(name)] = _text(value)

    def setEccTopic(self, topic: object) -> None:
        """The topic of the ECC queue row."""
        self._ecc["topic"] = _text(topic)

    # Authentication

    def setBasicAuth(self, userName: object, userPassword: object) -> None:  # noqa: N803
        """Send this user name and password."""
        self.change(basic_auth=BasicAuth(_text(userName), Secret(_text(userPassword))))

    def setAuthenticationProfile(self, type: object, profileName: object) -> None:  # noqa: N803
        """Authenticate by a profile: `basic` and a Basic Auth Configuration, or `oauth2` and an OAuth Entity Profile,
        each by name or sys_id."""
        if _text(type) == "oauth2":
            row = self._session.instance.get(OAuthEntityProfile.table, _text(profileName))
            if row is None:
                raise MockUsageError(f"there is no OAuth Entity Profile '{profileName}' in oauth_entity_profile")
            self.change(oauth=OAuthWish(row.sys_id), basic_auth=None)
            return
        if _text(type) != "basic":
            self.notes.append(NOT_SIMULATED.format(what=f"authentication of type {type}"))
            return
        profile = self._session.instance.get("sys_auth_profile_basic", _text(profileName))
        if not isinstance(profile, SysAuthProfileBasic):
            raise MockUsageError(f"there is no Basic Auth Configuration '{profileName}' in sys_auth_profile_basic")
        self.change(basic_auth=BasicAuth(profile.username, profile.password or Secret("")))

    # Sending

    def execute(self) -> SOAPResponseV2:
        """Send the request and wait for the answer. Failures of the call are in the response, not raised.

        Through a MID Server the request goes into the ECC queue, and it is the response's getters that wait.
        """
        return SOAPResponseV2(self._place(None)) if self._call.mid_server is None else self._queued(QueuedResponse)

    def executeAsync(self) -> SOAPResponseV2:
        """Send the request in the background, as through the ECC queue; the response waits for the answer."""
        return self._queued(AsyncResponse)

    def _queued(self, kind: type[AsyncResponse]) -> SOAPResponseV2:
        cancellation = Cancellation()
        patience, capped = self._patience()
        response = kind(lambda: self._place(cancellation), cancellation.cancel, patience, capped=capped)
        self._session.pending.add(response)
        return response

    def _place(self, cancellation: Cancellation | None) -> Exchange:
        call, begun = self.outbound_call(), time.monotonic()
        exchange = legs.place(self._session, call, cancellation)
        notes = list(self.notes)
        if call.mid_server is not None:
            notes += self._of_the_queue(time.monotonic() - begun)
        return replace(exchange, log=(*notes, *exchange.log)) if notes else exchange

    def _of_the_queue(self, seconds: float) -> list[str]:
        """What the way through the ECC queue adds, for a call that took so long."""
        patience, _ = self._patience()
        told = [] if self._ecc.get("skip_sensor", "").lower() == "true" else [SENSORS]
        if seconds > patience:
            told.append(GIVEN_UP.format(thrown=ECC_TIMEOUT_CLASS, seconds=patience))
        return told

    def outbound_call(self) -> OutboundCall:
        """The call as it would be placed now (sn-mock's own)."""
        return replace(self._call, endpoint=self.getEndpoint(), headers=self._headers(), body=self.getRequestBody())

    def _patience(self) -> tuple[float, bool]:
        """Seconds a getter waits for an asynchronous answer; whether no wait may be longer (KB0694711, KB0744311)."""
        instance = self._session.instance
        capped = (instance.property("glide.http.outbound.max_timeout.enabled") or "true").strip().lower() == "true"
        name = "glide.http.outbound.max_timeout" if capped else self._ecc_timeout_property
        value = (instance.property(name) or "").strip()
        return float(value) if value.isdigit() else 30.0 if capped else 300.0, capped

    def change(self, **changes: object) -> None:
        """Change fields of the call to be placed (sn-mock's own)."""
        self._call = replace(self._call, **changes)  # type: ignore[arg-type]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _one_line(value: object) -> str:
    text = _text(value)
    if "\r" in text or "\n" in text:
        raise MockUsageError("a header value must not contain a line break")
    return text


def _number(value: object, method: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise MockUsageError(f"{method}({value!r}): give whole milliseconds") from None
