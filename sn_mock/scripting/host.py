"""`Host`: what the script's platform calls mean. It runs in our process and holds everything real.

A request names either a class to make, a method of an object, or a service (log, property, table …). Only the methods
listed in `METHODS` can be reached from a script.
"""

from __future__ import annotations

import contextlib
import inspect
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sn_mock.exchange import Exchange
from sn_mock.failure import InternalError, MockUsageError
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.session import Session
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.messages.soap_message_v1 import SOAPMessage, UnsupportedAuthenticationError
from sn_mock.outbound.messages.soap_response import ECC_TIMEOUT_CLASS, AsyncResponse, GlideHTTPHeader, SOAPResponseV2
from sn_mock.scripting.result import LogLine, ScriptError
from sn_mock.scripting.tables import ScriptTables


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SHARED = _names(
    "setStringParameter setStringParameterNoEscape setRequestBody getRequestBody getVariables setRequestHeader "
    "getRequestHeader getRequestHeaders setEndpoint getEndpoint setMutualAuth setMIDServer setHttpTimeout "
    "setFollowRedirect setAllowedRedirectURIs setAllowedRedirectURIWithNoParams setLogLevel setEccCorrelator "
    "setEccParameter setEccTopic setBasicAuth setAuthenticationProfile execute executeAsync"
)
METHODS: Mapping[str, tuple[str, ...]] = {
    "SOAPMessageV2": _SHARED + _names("setSOAPAction setWSSecurity setWSSecurityUsernameToken setWSSecurityX509Token"),
    "RESTMessageV2": _SHARED
    + _names(
        "setHttpMethod setQueryParameter disableForcedVariableSubstitution setRequestBodyFromAttachment "
        "saveResponseBodyAsAttachment setRequestorProfile"
    ),
    "SOAPMessage": _names(
        "setStringParameter setParameter setXMLParameter setBasicAuth setWSSecurityInfo setEccParameter "
        "setEccCorrelator setMIDServer setRequestHeader setSoapEndPoint setRequestEnvelope getRequestEnvelope isValid "
        "post getResponse getHttpStatus getHttpHeaders getHttpHeader getResponseHeaderValue"
    ),
    "Response": _names(
        "getAllHeaders getBody getCookies getErrorCode getErrorMessage getHeader getHeaders getStatusCode haveError "
        "waitForResponse"
    ),
}
"""Class name to the methods a script may call."""
_CONSTRUCTORS: Mapping[str, Callable[..., Any]] = {
    "SOAPMessageV2": SOAPMessageV2,
    "RESTMessageV2": RESTMessageV2,
    "SOAPMessage": SOAPMessage,
}
MOST_OBJECTS = 10_000
_CALLS = frozenset({"execute", "executeAsync", "post"})
_WAITS = _CALLS | set(METHODS["Response"]) | {"getResponse"}


def may_wait(request: Mapping[str, Any]) -> bool:
    """The request may wait for a provider; its time is not the script's."""
    return "object" in request and str(request.get("method")) in _WAITS


class EccTimeoutError(Exception):
    """A script waited in vain for an asynchronous answer; the platform throws here."""


_THE_SCRIPTS = (MockUsageError, UnsupportedAuthenticationError, EccTimeoutError)
"""What the platform throws into a script."""
_MISFITS = (TypeError, ValueError, LookupError, AttributeError)
"""What our setters and tables make of arguments of any JavaScript type, and of requests that a script wrote itself."""


class Host:
    """Answers one script."""

    def __init__(self, session: Session, *, most_log_lines: int, most_calls: int) -> None:
        self._session = session
        self._most_log_lines = most_log_lines
        self._most_calls, self._calls = most_calls, 0
        self._objects: list[Any] = []
        self._tables = ScriptTables(session)
        self.log: list[LogLine] = []
        self.exhausted: ScriptError | None = None
        """The limit that the script came to."""
        self._services: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "make": self._make,
            "object": self._call,
            "log": self._log,
            "property": self._property,
            "guid": lambda request: uuid.uuid4().hex,
            "now": self._now,
            "table": lambda request: self._tables.fields(request["table"]),
            "query": self._tables.query,
            "insert": lambda request: self._tables.insert(request["insert"], request["row"]),
            "update": lambda request: self._tables.update(request["update"], request["row"]),
            "remove": lambda request: self._tables.remove(request["remove"], request["sys_id"]),
            "reference": lambda request: self._tables.reference(*request["reference"]),
            "display": lambda request: self._tables.display(*request["display"]),
            "undisplay": lambda request: self._tables.undisplay(*request["undisplay"]),
        }

    @staticmethod
    def classes() -> dict[str, Any]:
        """What the engine's prelude needs to build the classes."""
        return {name: {"methods": methods, "constructable": name in _CONSTRUCTORS} for name, methods in METHODS.items()}

    def exchanges(self) -> Sequence[Exchange]:
        """The calls placed by now; those still under way are left out."""
        responses = (thing for thing in self._objects if isinstance(thing, SOAPResponseV2))
        return [response.exchange for response in responses if response.exchange is not None]

    def settle(self) -> None:
        """Wait for calls that the script began and did not wait for; on the platform they go on without it."""
        for thing in self._objects:
            if isinstance(thing, AsyncResponse) and thing.exchange is None:
                with contextlib.suppress(MockUsageError):  # a refusal there would be nobody's to see
                    thing.haveError()

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """`{"ok": value}`, or `{"err": {class, message}}`, which the script can catch.

        Raises InternalError for a fault of sn-mock, which no script may catch.
        """
        try:
            service = next((self._services[key] for key in request if key in self._services), None)
            if service is None:
                raise MockUsageError("the engine asked for something unknown")
            return {"ok": self._told(service(request))}
        except _THE_SCRIPTS as error:
            is_text = isinstance(error, UnsupportedAuthenticationError)
            return {"err": {"class": _class_of(error), "message": str(error), "text": is_text}}
        except _MISFITS as error:
            if "object" in request and request.get("method") in _CALLS:
                raise InternalError("a call of the script", error) from error
            return {"err": {"class": "", "message": f"{type(error).__name__}: {error}", "text": False}}
        except InternalError:
            raise
        except Exception as error:
            raise InternalError("what the script asked of the platform", error) from error

    def _told(self, value: Any) -> Any:
        """A value as JSON; objects become handles."""
        if isinstance(value, SOAPResponseV2):
            return self._handle(value, "Response")
        if isinstance(value, list) and value and isinstance(value[0], GlideHTTPHeader):
            return [{"name": header.name, "value": header.value} for header in value]
        return value

    def _handle(self, thing: Any, class_name: str) -> dict[str, Any]:
        if len(self._objects) >= MOST_OBJECTS:
            raise MockUsageError(f"the script made more than {MOST_OBJECTS} objects")
        self._objects.append(thing)
        return {"__object": len(self._objects) - 1, "__class": class_name}

    def _make(self, request: Mapping[str, Any]) -> int:
        arguments = [argument for argument in request["args"] if argument is not None]
        handle = self._handle(_CONSTRUCTORS[request["make"]](*arguments), request["make"])
        return int(handle["__object"])

    def _call(self, request: Mapping[str, Any]) -> Any:
        number, method = request["object"], request["method"]
        if not isinstance(number, int) or not 0 <= number < len(self._objects) or not isinstance(method, str):
            raise MockUsageError("the script asked for something that the engine never asks for")
        thing = self._objects[number]
        kind = "Response" if isinstance(thing, SOAPResponseV2) else type(thing).__name__
        if method not in METHODS[kind]:
            raise MockUsageError(f"{kind} has no method {method}")
        self._count(method)
        call = getattr(thing, method)
        try:
            inspect.signature(call).bind(*request["args"])
        except TypeError as error:
            raise MockUsageError(f"{method}: {error}") from None
        value = call(*request["args"])
        if isinstance(thing, SOAPMessage) and method == "post" and thing.response is not None:
            self._handle(thing.response, "Response")  # so that its exchange is reported
        if isinstance(thing, AsyncResponse) and thing.timeout_message:
            raise EccTimeoutError(thing.timeout_message)
        return value

    def _count(self, method: str) -> None:
        """Stop a script that calls in a loop before it places the call that is one too many."""
        self._calls += method in _CALLS
        if self._calls > self._most_calls:
            self.exhausted = ScriptError("call-limit", f"more than {self._most_calls} calls")
            raise MockUsageError(self.exhausted.message)

    def _log(self, request: Mapping[str, Any]) -> None:
        if len(self.log) >= self._most_log_lines:
            self.exhausted = ScriptError("output-limit", f"more than {self._most_log_lines} log lines")
        else:
            self.log.append(LogLine(request["log"], request["text"]))

    def _property(self, request: Mapping[str, Any]) -> str | None:
        instance, name = self._session.instance, request["property"]
        if "value" not in request:
            return instance.property(name)
        self._session.instance = instance.with_property(name, request["value"])
        return None

    def _now(self, request: Mapping[str, Any]) -> str:
        moment = self._session.when or datetime.now(UTC)
        return moment.strftime("%Y-%m-%d" if request["now"] == "date" else "%Y-%m-%d %H:%M:%S")


def _class_of(error: Exception) -> str:
    """The Java class a script sees; none where the platform's is not known."""
    return ECC_TIMEOUT_CLASS if isinstance(error, EccTimeoutError) else ""
