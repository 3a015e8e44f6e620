"""A service as its WSDL describes it: dispatch, validation, answers, `?wsdl`."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.service import Caller
from provider_stub.soap.describing import served
from provider_stub.soap.envelope import CONTENT_TYPES, Envelope, FaultError, read, wrap
from provider_stub.soap.responses import Canned
from soap_contract.addresses import same_path
from soap_contract.contract import Checking, Contract
from soap_contract.description import Message, Operation
from soap_contract.samples import Sampler
from tls_transcript import DecodeError, names

Handler = Callable[[etree._Element], etree._Element]
"""Makes an operation's response element from its request element; may raise FaultError."""

_CACHED_ANSWERS = 256
_CACHED_BYTES = 16 * 1024
_HOST = regex(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_ELEMENT = regex(r"^Element '(?:\{[^}]*\})?([^']+)'")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path, and what is offered there."""

    path: str
    operations: tuple[Operation, ...]
    namespaces: frozenset[str]
    """The WSDL's own."""

    def by_root(self, root: str | None) -> tuple[Operation, ...]:
        """The operations whose request begins with that element."""
        return tuple(operation for operation in self.operations if operation.input.root == root)

    def by_action(self, action: str) -> tuple[Operation, ...]:
        """The operations with that SOAPAction."""
        return tuple(operation for operation in self.operations if action and operation.soap_action == action)


class SoapService:
    """Answers one WSDL's operations. Every answer is a function of request, client subject and files alone."""

    def __init__(
        self,
        contract: Contract,
        checking: Checking,
        *,
        canned: tuple[Canned, ...] = (),
        handlers: Mapping[str, Handler] | None = None,
        validate: bool = True,
    ) -> None:
        self.path = contract.service.path
        self.notes = (*map(str, contract.left_out), *contract.notes, *(checking.notes() if validate else ()))
        self._contract, self._checking = contract, checking
        self._canned, self._handlers, self._validate = canned, handlers or {}, validate
        own = frozenset(each.root.get("targetNamespace", "") for each in contract.documents.definitions())
        self._endpoints = {
            path: Endpoint(path, tuple(each for each in contract.operations if path in each.paths), own)
            for path in contract.service.paths
        }
        self._looks_at_clients = any(answer.subject is not None for answer in canned)
        self._sampler = Sampler(contract.schemas, contract.needs)
        self._samples: dict[str, list[etree._Element]] = {}
        self._answers: dict[tuple[str, bytes, str, bytes, str], Response] = {}
        self._latest: tuple[Request | None, Response] = (None, Response(500))
        """Who asks with the same octets as the one before has the same `Request` object."""

    def answer(self, request: Request, caller: Caller) -> Response:
        """The response to one HTTP request."""
        if request is self._latest[0]:
            return self._latest[1]
        endpoint = self._endpoints.get(request.target)
        if request.method == "POST" and endpoint is not None:
            return self._remembered(endpoint, request, caller)
        url = urlsplit(request.target)
        endpoint = endpoint or self._endpoint(url.path)
        if endpoint is None:
            return text_response(404, f"Not here. This service answers at {', '.join(self._endpoints)}")
        if request.method in ("GET", "HEAD"):
            return self._describe(url.query, _reached_at(request, caller), endpoint.path)
        if request.method == "POST":
            return self._remembered(endpoint, request, caller)
        return Response(405, b"POST a SOAP envelope.\n", "text/plain; charset=utf-8", (("Allow", "POST, GET"),))

    def _endpoint(self, path: str) -> Endpoint | None:
        found = self._endpoints.get(path)
        return found or next((each for each in self._endpoints.values() if same_path(path, each.path)), None)

    def _remembered(self, endpoint: Endpoint, request: Request, caller: Caller) -> Response:
        """Equal requests have equal answers; the last few small ones are kept."""
        leaf = b""
        if self._looks_at_clients:
            leaf = next(iter(caller.chain), b"")
        action, kind = request.header("SOAPAction") or "", request.header("Content-Type") or ""
        key = (endpoint.path, request.body, action, leaf, kind)
        known = self._answers.get(key)
        if known is not None:
            if not self._looks_at_clients:
                self._latest = (request, known)
            return known
        response = self._soap(endpoint, request, leaf)
        if len(request.body) + len(response.body) <= _CACHED_BYTES:
            if len(self._answers) >= _CACHED_ANSWERS:
                self._answers.clear()
            self._answers[key] = response
        return response

    # SOAP

    def _soap(self, endpoint: Endpoint, request: Request, leaf: bytes) -> Response:
        operation: Operation | None = None
        version = "1.2" if "soap+xml" in (request.header("Content-Type") or "") else "1.1"
        try:
            envelope = read(request.body)
            version = envelope.version
            operation = _operation(endpoint, envelope, request)
            if self._validate:
                self._check(operation, envelope)
            canned = self._prepared(operation.name, envelope, leaf)
            return canned or self._own(operation, envelope)
        except FaultError as fault:
            name = None if operation is None else operation.name
            return FaultError(fault.code, fault.message, version=version, detail=fault.detail).response(name)

    def _check(self, operation: Operation, envelope: Envelope) -> None:
        validator = self._checking.validation.schema
        if validator is None or operation.name in self._checking.unchecked or envelope.content is None:
            return
        alone = etree.fromstring(etree.tostring(envelope.content, encoding="UTF-8", with_tail=False))
        if operation.input.wrapper is not None:
            alone.tag = operation.input.wrapper  # which may be in another namespace: see _is_near
        if validator.validate(alone):
            return
        error = next(entry for entry in validator.error_log)  # type: ignore[attr-defined]
        matched = _ELEMENT.match(error.message)
        element = matched[1] if matched else _local(operation.input.root)
        detail = etree.Element("invalid", element=element, line=str(error.line))
        detail.text = error.message
        raise FaultError(
            "Client",
            f"The request does not fit the schema at element {element}: {error.message}",
            detail=etree.tostring(detail, encoding="unicode"),
        )

    def _prepared(self, operation: str, envelope: Envelope, leaf: bytes) -> Response | None:
        if not self._canned:
            return None
        try:
            subject = names.readable(names.subject_of(leaf)) if leaf else ""
        except DecodeError:
            subject = ""
        canned = next((c for c in self._canned if c.fits(operation, envelope, subject)), None)
        return None if canned is None else canned.response(operation, envelope.version)

    def _own(self, operation: Operation, envelope: Envelope) -> Response:
        if operation.output is None:
            return Response(202, operation=operation.name)
        handler = self._handlers.get(operation.name)
        if handler is not None and envelope.content is not None:
            content = [handler(envelope.content)]
        else:
            content = [copy.deepcopy(element) for element in self.sample(operation)]
        return Response(200, wrap(content, envelope.version), CONTENT_TYPES[envelope.version], operation=operation.name)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What the service offers."""
        return self._contract.operations

    def sample(self, operation: Operation) -> list[etree._Element]:
        """What stands in the body of the sample response; nothing for an empty one."""
        if operation.name not in self._samples and operation.output is not None:
            self._samples[operation.name] = self._sampler.message(operation.output)
        return self._samples.get(operation.name, [])

    def fits(self, message: Message, content: etree._Element) -> str | None:
        """What is wrong with a message's body by the schema; None where nothing is, or nothing is checked."""
        validator = self._checking.validation.schema
        if validator is None or message.encoded or validator.validate(content):
            return None
        return str(next(entry.message for entry in validator.error_log))  # type: ignore[attr-defined]

    # ?wsdl

    def _describe(self, query: str, base: str, path: str) -> Response:
        asked = {key.lower(): values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
        which = next((asked[key] for key in ("wsdl", "xsd") if key in asked), None)
        if which is None:
            return text_response(405, f"POST a SOAP envelope here; the WSDL is at {base}{path}?wsdl")
        number = int(which) if which.isascii() and which.isdigit() and len(which) < 6 else 0 if not which else -1
        text = served(self._contract.documents, number, base, path)
        if text is None:
            return text_response(404, f"No such part of the WSDL: {which}")
        return Response(200, text, CONTENT_TYPES["1.1"])


def _is_near(message: Message, root: str | None, endpoint: Endpoint) -> bool:
    """Whether that is the wrapper of an rpc message but for its namespace.

    WS-I BP R2717 has it in soap:body. Where it is forgotten, clients take none or the WSDL's; some always take the
    WSDL's.
    """
    if message.wrapper is None or root is None:
        return False
    namespace, _, local = root.rpartition("}")
    return local == message.wrapper.rpartition("}")[2] and namespace.removeprefix("{") in {"", *endpoint.namespaces}


def _operation(endpoint: Endpoint, envelope: Envelope, request: Request) -> Operation:
    """The operation that is asked for: by the body's first element, and the action where that does not decide."""
    root = None if envelope.content is None else str(envelope.content.tag)
    action = _action(request)
    by_action = endpoint.by_action(action)
    same_root = endpoint.by_root(root)
    both = next((each for each in same_root if each in by_action), None)
    found = both or next(iter(same_root), None)
    if found is not None:
        return found
    near = next((each for each in by_action or endpoint.operations if _is_near(each.input, root, endpoint)), None)
    if near is not None:
        return near
    open_ended = next((each for each in by_action if each.input.root is None or root is None), None)
    if open_ended is not None:
        return open_ended
    if by_action:
        wanted = by_action[0].input.root
        if _local(wanted) == _local(root):
            raise FaultError(
                "Client",
                f"SOAPAction {action} wants {_local(wanted)} in the namespace {_space(wanted)}, not {_space(root)}.",
            )
        raise FaultError("Client", f"SOAPAction {action} wants {_local(wanted)} in the body, not {_local(root)}.")
    known = ", ".join(operation.name for operation in endpoint.operations[:20])
    what = "an empty body" if root is None else f"element {_local(root)} ({_space(root)})"
    raise FaultError("Client", f"No operation takes {what}. Operations: {known}.")


def _reached_at(request: Request, caller: Caller) -> str:
    """Scheme, host and port as the client wrote them (RFC 9110 section 7.2): who came by a name is sent back to it."""
    host = request.header("host") or ""
    scheme = caller.base_url.partition("://")[0]
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else caller.base_url


def _action(request: Request) -> str:
    """SOAPAction of SOAP 1.1, or the action parameter of SOAP 1.2's content type."""
    header = request.header("SOAPAction")
    if header is not None:
        return header.strip().strip('"')
    matched = re.search(r'action="?([^";]+)"?', request.header("Content-Type") or "")
    return matched[1] if matched else ""


def _space(name: str | None) -> str:
    return (None if name is None else etree.QName(name).namespace) or "no namespace"


def _local(name: str | None) -> str:
    return "(nothing)" if name is None else etree.QName(name).localname
