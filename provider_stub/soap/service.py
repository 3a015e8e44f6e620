"""A service as its WSDL describes it: dispatch, validation, answers, `?wsdl`."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.service import Caller
from provider_stub.soap.documents import WSDL, XSD, Documents, WsdlError
from provider_stub.soap.envelope import CONTENT_TYPES, Envelope, FaultError, read, wrap
from provider_stub.soap.responses import Canned
from provider_stub.soap.sample import Sampler
from provider_stub.soap.schema import Schemas
from provider_stub.soap.wsdl import SOAP_BINDINGS, Message, Operation, ServiceDescription
from tls_transcript import DecodeError, names

Handler = Callable[[etree._Element], etree._Element]
"""Makes an operation's response element from its request element; may raise FaultError."""

_CACHED_ANSWERS = 256
_CACHED_BYTES = 16 * 1024
_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_ELEMENT = re.compile(r"^Element '(?:\{[^}]*\})?([^']+)'")


class SoapService:
    """Answers one WSDL's operations. Every answer is a function of request, client subject and files alone."""

    def __init__(
        self,
        documents: Documents,
        description: ServiceDescription,
        schemas: Schemas,
        *,
        canned: tuple[Canned, ...] = (),
        handlers: Mapping[str, Handler] | None = None,
        validate: bool = True,
    ) -> None:
        self.path = description.path
        self.notes = (*description.notes, *schemas.notes)
        self._documents, self._description, self._schemas = documents, description, schemas
        self._canned, self._handlers, self._validate = canned, handlers or {}, validate
        self._by_root = {operation.input.root: operation for operation in reversed(description.operations)}
        self._by_action = {o.soap_action: o for o in reversed(description.operations) if o.soap_action}
        self._looks_at_clients = any(answer.subject is not None for answer in canned)
        self._sampler = Sampler(schemas)
        self._samples: dict[str, etree._Element | None] = {}
        self._answers: dict[tuple[bytes, str, bytes, str], Response] = {}

    def answer(self, request: Request, caller: Caller) -> Response:
        """The response to one HTTP request."""
        if request.method == "POST" and request.target == self.path:
            return self._remembered(request, caller)
        url = urlsplit(request.target)
        if request.method in ("GET", "HEAD") and url.path == self.path:
            return self._describe(url.query, f"{_reached_at(request, caller)}{self.path}")
        if url.path != self.path:
            return text_response(404, f"Not here. This service answers at {self.path}")
        if request.method == "POST":
            return self._remembered(request, caller)
        return Response(405, b"POST a SOAP envelope.\n", "text/plain; charset=utf-8", (("Allow", "POST, GET"),))

    def _remembered(self, request: Request, caller: Caller) -> Response:
        """Equal requests have equal answers; the last few small ones are kept."""
        leaf = b""
        if self._looks_at_clients:
            leaf = next(iter(caller.chain), b"")
        key = (request.body, request.header("SOAPAction") or "", leaf, request.header("Content-Type") or "")
        known = self._answers.get(key)
        if known is not None:
            return known
        response = self._soap(request, leaf)
        if len(request.body) + len(response.body) <= _CACHED_BYTES:
            if len(self._answers) >= _CACHED_ANSWERS:
                self._answers.clear()
            self._answers[key] = response
        return response

    # SOAP

    def _soap(self, request: Request, leaf: bytes) -> Response:
        operation: Operation | None = None
        version = "1.2" if "soap+xml" in (request.header("Content-Type") or "") else "1.1"
        try:
            envelope = read(request.body)
            version = envelope.version
            operation = self._operation(envelope, request)
            if self._validate:
                self._check(operation.input, envelope)
            canned = self._prepared(operation.name, envelope, leaf)
            return canned or self._own(operation, envelope)
        except FaultError as fault:
            name = None if operation is None else operation.name
            return FaultError(fault.code, fault.message, version=version, detail=fault.detail).response(name)

    def _operation(self, envelope: Envelope, request: Request) -> Operation:
        root = None if envelope.content is None else envelope.content.tag
        action = _action(request)
        by_action = self._by_action.get(action)
        if by_action is not None and by_action.input.root == root:
            return by_action
        found = self._by_root.get(root) or (by_action if root is None else None)
        if found is not None:
            return found
        if by_action is not None:
            raise FaultError(
                "Client", f"SOAPAction {action} wants {_local(by_action.input.root)} in the body, not {_local(root)}."
            )
        known = ", ".join(operation.name for operation in self._description.operations[:20])
        what = (
            "an empty body"
            if root is None
            else f"element {_local(root)} ({etree.QName(root).namespace or 'no namespace'})"
        )
        raise FaultError("Client", f"No operation takes {what}. Operations: {known}.")

    def _check(self, message: Message, envelope: Envelope) -> None:
        validator = self._schemas.validator
        if validator is None or message.encoded or envelope.content is None or message.root is None:
            return
        if self._schemas.find("element", message.root) is None:
            return
        alone = etree.fromstring(etree.tostring(envelope.content, with_tail=False))
        if validator.validate(alone):
            return
        error = next(entry for entry in validator.error_log)  # type: ignore[attr-defined]
        matched = _ELEMENT.match(error.message)
        element = matched[1] if matched else _local(message.root)
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
            content: etree._Element | None = handler(envelope.content)
        else:
            content = copy.deepcopy(self.sample(operation))
        return Response(200, wrap(content, envelope.version), CONTENT_TYPES[envelope.version], operation=operation.name)

    def sample(self, operation: Operation) -> etree._Element | None:
        """The sample response's body element; None for an empty body."""
        if operation.name not in self._samples and operation.output is not None:
            self._samples[operation.name] = sample_message(self._sampler, operation.output)
        return self._samples.get(operation.name)

    # ?wsdl

    def _describe(self, query: str, address: str) -> Response:
        asked = {key.lower(): values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
        which = next((asked[key] for key in ("wsdl", "xsd") if key in asked), None)
        if which is None:
            return text_response(405, f"POST a SOAP envelope here; the WSDL is at {address}?wsdl")
        number = int(which) if which.isascii() and which.isdigit() and len(which) < 6 else 0 if not which else -1
        document = next((d for d in self._documents.found.values() if d.number == number), None)
        if document is None:
            return text_response(404, f"No such part of the WSDL: {which}")
        root = copy.deepcopy(document.root)
        for namespace in SOAP_BINDINGS:
            for node in root.iter(f"{{{namespace}}}address"):
                node.set("location", address)
        for tag, attribute, kind in (
            (f"{{{WSDL}}}import", "location", "wsdl"),
            (f"{{{XSD}}}import", "schemaLocation", "xsd"),
            (f"{{{XSD}}}include", "schemaLocation", "xsd"),
        ):
            for node in root.iter(tag):
                target = self._documents.references.get((number, node.get(attribute, "")))
                if target is not None:
                    node.set(attribute, f"{address}?{kind}={target.number}")
        return Response(200, bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")), CONTENT_TYPES["1.1"])


def _reached_at(request: Request, caller: Caller) -> str:
    """Scheme, host and port as the client wrote them (RFC 9110 section 7.2): who came by a name is sent back to it."""
    host = request.header("host") or ""
    scheme = caller.base_url.partition("://")[0]
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else caller.base_url


def sample_message(sampler: Sampler, message: Message) -> etree._Element | None:
    """The body element of a message, filled with samples."""
    try:
        return _sample(sampler, message)
    except (WsdlError, ValueError):  # a schema that contradicts itself: the bare element is better than no answer
        return None if message.root is None else etree.Element(message.root)


def _sample(sampler: Sampler, message: Message) -> etree._Element | None:
    if message.wrapper is None:
        return None if message.root is None else sampler.element(message.root)
    root = etree.Element(message.wrapper)
    for part in message.parts:
        if part.type is not None:
            root.append(sampler.typed(part.name, part.type))
        elif part.element is not None:
            root.append(sampler.element(part.element))
    return root


def _action(request: Request) -> str:
    """SOAPAction of SOAP 1.1, or the action parameter of SOAP 1.2's content type."""
    header = request.header("SOAPAction")
    if header is not None:
        return header.strip().strip('"')
    matched = re.search(r'action="?([^";]+)"?', request.header("Content-Type") or "")
    return matched[1] if matched else ""


def _local(name: str | None) -> str:
    return "(nothing)" if name is None else etree.QName(name).localname
