"""`Host`: what the script's platform calls mean. It runs in our process and holds everything real.

A request names either a class to make, a method of an object, or a service (log, property, table …), by its first key.
Only the methods listed in `METHODS` can be reached from a script. Services of records, texts and files are modules of
their own.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sn_mock.exchange import Exchange
from sn_mock.failure import InternalError, MockUsageError
from sn_mock.instance.schema import new_sys_id
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.rest_message_v1 import RESTMessage
from sn_mock.outbound.messages.session import Session
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.messages.soap_message_v1 import SOAPMessage, UnsupportedAuthenticationError
from sn_mock.outbound.messages.soap_response import ECC_TIMEOUT_CLASS, AsyncResponse, GlideHTTPHeader, SOAPResponseV2
from sn_mock.query import InstanceTables
from sn_mock.query.instance_tables import ADMIN
from sn_mock.scripting import text_services
from sn_mock.scripting.context import Context
from sn_mock.scripting.documented import class_names, global_names, namespaces
from sn_mock.scripting.file_services import FileServices
from sn_mock.scripting.record_services import Clock, RecordServices
from sn_mock.scripting.result import LogLine, ScriptError
from sn_mock.scripting.rewriting import rewritten
from sn_mock.scripting.simulated import SURROUNDINGS, parts


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SHARED = _names(
    "setStringParameter setStringParameterNoEscape setRequestBody getRequestBody getVariables setRequestHeader "
    "getRequestHeader getRequestHeaders setEndpoint getEndpoint setMutualAuth setMIDServer setHttpTimeout "
    "setFollowRedirect setAllowedRedirectURIs setAllowedRedirectURIWithNoParams setLogLevel setEccCorrelator "
    "setEccParameter setEccTopic setBasicAuth setAuthenticationProfile execute executeAsync"
)
METHODS: Mapping[str, tuple[str, ...]] = {
    "SOAPMessageV2": _SHARED
    + _names("setSOAPAction setWSSecurity setWSSecurityUsernameToken setWSSecurityX509Token setHttpMethod"),
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
    "RESTMessage": _names(
        "isValid setStringParameter setXMLParameter setBasicAuth setMIDServer setEccCorrelator setEccParameter "
        "setTopic setRestEndPoint getEndpoint execute getResponse"
    ),
    "Response": _names(
        "getAllHeaders getBody getCookies getErrorCode getErrorMessage getHeader getHeaders getStatusCode haveError "
        "waitForResponse getQueryString getResponseAttachmentSysid"
    ),
}
"""Class name to the methods a script may call."""
_CONSTRUCTORS: Mapping[str, Callable[..., Any]] = {
    "SOAPMessageV2": SOAPMessageV2,
    "RESTMessageV2": RESTMessageV2,
    "SOAPMessage": SOAPMessage,
    "RESTMessage": RESTMessage,
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

    def __init__(
        self,
        session: Session,
        context: Context,
        *,
        most_log_lines: int,
        most_calls: int,
        view: type[InstanceTables] = InstanceTables,
    ) -> None:
        """`view` is how the script sees the tables; credentials are looked up in the tables themselves."""
        self._session = session
        self._context = context
        given = session.instance.rows
        if not session.shared:
            session.instance = replace(session.instance, rows=given.branch())
        self._user_name = context.user or "system"
        self._clock = Clock(session.when)
        tables = view(session, user=self._user_name, clock=self._clock.now)
        stored = InstanceTables(session, user=self._user_name, clock=self._clock.now)
        self._user = _user_row(tables, self._user_name)
        self.records = RecordServices(session, tables, self._user["sys_id"], self._clock)
        self._most_log_lines = most_log_lines
        self._most_calls, self._calls = most_calls, 0
        self._objects: list[Any] = []
        self.log: list[LogLine] = []
        self.exhausted: ScriptError | None = None
        """The limit that the script came to."""
        self._services: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "make": self._make,
            "object": self._call,
            "log": self._log,
            "property": self._property,
            "guid": lambda request: new_sys_id(),
            "clock": lambda request: self._milliseconds(),
            "moment": self._moment,
            "zone": self._zone,
            "pass": lambda request: self._clock.advance(float(request["pass"])),
            "user": lambda request: self._user,
            "message": self._message,
            "include": self._include,
            "documented": lambda request: class_names(request["documented"]),
            **self.records.services,
            **text_services.SERVICES,
            **FileServices(session, stored, given).services,
        }

    def opening(self) -> dict[str, Any]:
        """What the engine's prelude needs to begin."""
        documented = class_names(["RESTResponseV2", *METHODS])
        none = {"methods": (), "statics": ()}
        return {
            "classes": {
                name: {
                    "methods": methods,
                    "constructable": name in _CONSTRUCTORS,
                    "documented": documented.get("RESTResponseV2" if name == "Response" else name, none),
                }
                for name, methods in METHODS.items()
            },
            "parts": parts(),
            "surroundings": list(SURROUNDINGS),
            "documented": global_names(),
            "namespaces": namespaces(),
            "includes": [
                {"name": row.name, "scope": row.sys_scope}
                for row in self._session.instance.script_includes
                if row.active
            ],
            "context": self._context.for_engine(self.records.tables),
        }

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
            if may_wait(request):  # for a provider, or for ourselves: others must be able to go on
                return {"ok": self._told(service(request))}
            with self._session.guard():
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
        return _collection(value)

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
            value = instance.property(name)
            return value if value is not None else _own_properties(instance.name).get(name)
        self._session.instance = instance.with_property(name, request["value"])
        return None

    # Time

    def _milliseconds(self) -> int:
        return round(self._clock.now().timestamp() * 1000)

    def _moment(self, request: Mapping[str, Any]) -> str:
        found = self.records.calendar().call(request["moment"], request["args"])
        if found is None:
            raise MockUsageError(f"gs.{request['moment']}({', '.join(request['args'])}) is not simulated")
        return found

    def _zone(self, request: Mapping[str, Any]) -> dict[str, Any]:
        zone = self.records.zone()
        moment = datetime.fromtimestamp((request["zone"] or self._milliseconds()) / 1000, zone)
        offset, dst = moment.utcoffset() or timedelta(), moment.dst() or timedelta()
        prop = self._session.instance.property
        return {
            "name": zone.key,
            "fixed": zone.key in ("UTC", "GMT", "Etc/UTC"),
            "offset": round(offset.total_seconds() * 1000),
            "dst": round(dst.total_seconds() * 1000),
            "dateFormat": prop("glide.sys.date_format") or "yyyy-MM-dd",
            "timeFormat": prop("glide.sys.time_format") or "HH:mm:ss",
        }

    # Texts of the instance

    def _message(self, request: Mapping[str, Any]) -> str:
        """A row of sys_ui_message in the session's language; the text itself where there is none."""
        language = request.get("language") or "en"
        for row in self.records.tables.rows("sys_ui_message"):
            if row.get("key") == request["message"] and (row.get("language") or "en") == language:
                return row.get("message") or str(request["message"])
        return str(request["message"])

    def _include(self, request: Mapping[str, Any]) -> dict[str, str]:
        name, scope = request["include"], request["scope"]
        for row in self._session.instance.script_includes:
            if (row.name, row.sys_scope) == (name, scope):
                return {"name": row.name, "script": rewritten(row.script)}
        raise MockUsageError(f"there is no script include {scope}.{name}")


def _own_properties(name: str) -> Mapping[str, str]:
    """Properties that every instance has a value of its own for."""
    return {"instance_name": name, "glide.servlet.uri": f"https://{name}.service-now.com/"}


def _user_row(tables: InstanceTables, user_name: str) -> dict[str, str]:
    """The row of the user who runs the script; the system user has none."""
    for row in tables.rows("sys_user"):
        if row.get("user_name") == user_name:
            return {"name": user_name, **row}
    if user_name not in ("system", "admin", "guest"):
        raise MockUsageError(
            f"there is no user '{user_name}' in sys_user; next step: add the row to rows/sys_user.jsonl"
        )
    names = {"system": "System", "admin": "System Administrator", "guest": "Guest"}
    return {"sys_id": ADMIN if user_name == "admin" else user_name, "user_name": user_name, "name": names[user_name]}


def _collection(value: Any) -> Any:
    """Lists and maps as the prelude makes Java's of them."""
    if isinstance(value, list | tuple):
        pairs = [[one.name, one.value] if isinstance(one, GlideHTTPHeader) else one for one in value]
        return {"__list": pairs}
    return {"__map": value} if isinstance(value, dict) else value


def _class_of(error: Exception) -> str:
    """The Java class a script sees; none where the platform's is not known."""
    return ECC_TIMEOUT_CLASS if isinstance(error, EccTimeoutError) else ""
