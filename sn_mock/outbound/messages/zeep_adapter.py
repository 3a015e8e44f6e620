"""The zeep side of `zeep_transport`. Importing this module imports zeep."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import url2pathname

from zeep.exceptions import TransportError
from zeep.transports import Transport

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.masking import without_password
from sn_mock.outbound.calls import call
from sn_mock.outbound.messages.authentication import basic_auth
from sn_mock.outbound.messages.session import Session
from sn_mock.outbound.messages.soap_message import UnknownMessageError
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall

_CHARSET = regex("charset=utf-8", re.IGNORECASE)


class NoAnswerError(TransportError):
    """The call ended before an answer; `exchange` tells at which stage and why."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(message=exchange.response.error_message, status_code=0)  # type: ignore[no-untyped-call]
        self.exchange = exchange


@dataclass(frozen=True)
class Answer:
    """What zeep looks at in a response."""

    status_code: int
    headers: dict[str, str]
    content: bytes
    encoding: str = "utf-8"


class InstanceTransport(Transport):
    """Sends through `call.place` instead of requests."""

    def __init__(self, session: Session, message: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._instance_session = session
        self._blueprint = _blueprint(session, message)
        self.exchange: Exchange | None = None
        """The last call's record."""

    def post(self, address: str, message: str | bytes, headers: dict[str, Any]) -> Answer:
        """Send a request that zeep has written."""
        body = message.decode("utf-8") if isinstance(message, bytes) else message
        return self._send(replace(self._blueprint, endpoint=address, headers=_spelled(headers), body=body))

    def get(self, address: str, params: Any, headers: dict[str, Any]) -> Answer:
        """Send a request of an HTTP GET binding."""
        query = f"?{urlencode(params)}" if params else ""
        bare = replace(self._blueprint, method="GET", soap=False, headers=_spelled(headers))
        return self._send(replace(bare, endpoint=address + query))

    def load(self, url: str) -> bytes:
        """A WSDL or schema: a file, or through the instance like every other call."""
        scheme = urlsplit(url).scheme
        if scheme == "file":
            return Path(url2pathname(urlsplit(url).path)).read_bytes()
        if "://" not in url:
            return Path(url).expanduser().read_bytes()
        answer = self.get(url, None, {})
        if answer.status_code >= 400:
            refused = f"{without_password(url)}: HTTP {answer.status_code}"
            raise TransportError(message=refused, status_code=answer.status_code)  # type: ignore[no-untyped-call]
        return answer.content

    def _send(self, outbound: OutboundCall) -> Answer:
        self.exchange = exchange = call.place(self._instance_session, outbound)
        response = exchange.response
        if response.status_code == 0:
            raise NoAnswerError(exchange)
        headers = {name.title(): value for name, value in response.headers}
        return Answer(response.status_code, headers, response.content)


def _blueprint(session: Session, name: str) -> OutboundCall:
    if not name:
        return OutboundCall(endpoint="")
    message = session.instance.soap_message(name)
    if message is None:
        names = ", ".join(row.name for row in session.instance.soap_messages) or "none"
        raise UnknownMessageError(f"there is no SOAP message '{name}'; the instance has: {names}")
    return OutboundCall(
        endpoint="",
        message=message.name,
        on_message=MutualAuth(message.enable_mutual_auth, message.protocol_profile),
        basic_auth=basic_auth(session.instance, message, message),
        source_table=message.table,
        source_record=message.sys_id,
    )


def _spelled(headers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """zeep's headers, spelled as the instance does: `SoapAction`, and `charset=UTF-8` in the content type."""
    return tuple(
        ("SoapAction" if name.lower() == "soapaction" else str(name), _CHARSET.sub("charset=UTF-8", str(value)))
        for name, value in headers.items()
    )
