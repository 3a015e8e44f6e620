"""Every reader of bytes that somebody else wrote: how it is called, what it may raise, and what to begin with.

A reader gives a value or raises what its row allows, for any bytes; nothing else, not even a RecursionError. A new
reader of foreign bytes gets a row here, and with it both budgets and the scaling test.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from captures import survey as captures
from captures.frames import CaptureError
from captures.key_log import KeyLog
from guarded import secrets, text, toml
from provider_stub import ProviderPolicy
from provider_stub.gateway.forwarding import certificate_from
from provider_stub.http.messages import Request
from provider_stub.http.reader import HttpError, HttpReader
from provider_stub.journal.lines import _visits
from provider_stub.policy import sources as pem
from provider_stub.policy.toml_file import from_mapping
from provider_stub.process.background import _read_state
from provider_stub.soap import envelope as requests
from provider_stub.soap import responses
from sn_mock.diagnosis.captured.judging import explain_capture
from sn_mock.diagnosis.explaining import explain
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.instance.folder.row_files import read_rows
from sn_mock.instance.xml.xml_reader import ExportFileError, Handlers, read_export
from sn_mock.java.keystore import loading
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.keytool.inspection import inspect
from sn_mock.java.keytool.replies import read_certificates
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import generate_certificate, parse_certificate
from sn_mock.outbound.calls import envelope as answers
from sn_mock.query.encoded import parse as query
from sn_mock.scripting.xml_documents import Documents
from soap_contract import contract, documents
from tls_transcript import DecodeError, x509
from tls_transcript.reader import parse_handshake

ROOT = Path(__file__).parent.parent.parent
_ENVELOPE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<t:CreateTicket xmlns:t="urn:acme:tickets"><t:shortDescription>x</t:shortDescription>'
    b"</t:CreateTicket></s:Body></s:Envelope>"
)
_FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>'
    b"<faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>"
)
_REQUEST = b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n"
_CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n"
_POLICY = (
    b'trust = ["a.pem"]\ntls_max = "1.2"\nrefusals = {expired = "reset"}\nnow = 2027-01-31T12:00:00Z\ndelay_ms = 5\n'
)
_EXPORT = (
    b'<?xml version="1.0"?><unload><sys_certificate action="INSERT_OR_UPDATE"><name>a</name><sys_id>0123</sys_id>'
    b"</sys_certificate><sys_update_xml><name>u</name><payload><![CDATA[<record_update><sys_properties/>"
    b"</record_update>]]></payload></sys_update_xml></unload>"
)
_LOG = (
    b"javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate\n"
    b"\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)\n"
)
_STATE = {"pid": 5, "process_started": "1", "url": "x", "port": 1, "control_port": 1, "control_token": "t"}


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader."""

    read: Callable[[bytes], object]
    seeds: Callable[[], tuple[bytes, ...]]
    raises: tuple[type[Exception], ...] = ()
    """What says that the bytes are no good."""


@cache
def pki() -> Mapping[str, bytes]:
    """Certificates, keys and keystores of the lab."""
    from sn_mock.lab.pki import write_lab_pki

    with tempfile.TemporaryDirectory() as folder:
        place = write_lab_pki(Path(folder))
        return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


@cache
def hellos() -> tuple[bytes, ...]:
    """Handshake messages of both sides and versions."""
    sessions = json.loads((ROOT / "tests/tls_transcript/golden/sessions.json").read_text("utf-8"))
    found = {piece for piece in _hexadecimal(sessions) if len(piece) > 4}
    return tuple(sorted(found, key=len)[:40])


def _hexadecimal(document: object) -> list[bytes]:
    if isinstance(document, dict):
        return [piece for value in document.values() for piece in _hexadecimal(value)]
    if isinstance(document, list):
        return [piece for value in document for piece in _hexadecimal(value)]
    if isinstance(document, str) and len(document) % 2 == 0 and document and not document.strip("0123456789abcdef"):
        return [bytes.fromhex(document)]
    return []


def _of_pki(*suffixes: str, most: int = 6) -> Callable[[], tuple[bytes, ...]]:
    return lambda: tuple(data for name, data in sorted(pki().items()) if name.endswith(suffixes))[:most]


def _certificates() -> tuple[bytes, ...]:
    files = (data for _, data in sorted(pki().items()) if b"BEGIN CERTIFICATE" in data)
    return tuple(pem.certificates(data)[0] for data in files)[:6]


def _only(*seeds: bytes) -> Callable[[], tuple[bytes, ...]]:
    return lambda: seeds


def _http(data: bytes) -> list[Request]:
    reader = HttpReader(max_header_bytes=64 * 1024, max_body_bytes=1024 * 1024)
    reader.feed(data)
    found = []
    while (request := reader.next()) is not None:
        found.append(request)
    return found


def _policy(data: bytes) -> object:
    return from_mapping(toml.parse(data), Path("/"), base=ProviderPolicy())


def _export(data: bytes) -> None:
    nothing: Callable[..., None] = lambda *_: None  # noqa: E731
    read_export(io.BytesIO(data), Handlers({"sys_certificate", "sys_properties"}, nothing, nothing, nothing))


def _instance(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "instance.toml").write_bytes(data)
        return Instance.load(folder, require_secrets=False)


def _rows(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rows").mkdir()
        (Path(folder) / "rows" / "incident.jsonl").write_bytes(data)
        return read_rows(Path(folder), "incident")


def _script_xml(data: bytes) -> object:
    return Documents().answer({"xml": data.decode("latin-1"), "aware": len(data) % 2 == 0})


def _state(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "provider.json"
        path.write_bytes(data)
        return _read_state(path)


def _contract(data: bytes) -> object:
    """A WSDL as both sides read it: its operations, and what requests are checked with."""
    return contract.checking(contract.read(documents.load_bytes(data)))


def _security(data: bytes) -> object:
    """A signed message with damage, before a receiver that trusts its signer."""
    from tests.ws_security.test_verifying import judged

    return judged(data)


def _signed() -> tuple[bytes, ...]:
    from tests.ws_security.messages import USER, message

    return message().encode(), message(user=replace(USER, hashed=True), digest="SHA-256").encode()


def _capture(data: bytes) -> object:
    """A capture, with keys for the seed's session, to the causes and the JSON document."""
    keys = KeyLog()
    keys.add(_talk()[1])
    return json.dumps(explain_capture(captures.survey(io.BytesIO(data), keys)).to_json())


@cache
def _talk() -> tuple[tuple[bytes, ...], bytes]:
    """Captures of one refused call in each format, and its keys."""
    from tests.captures.talking import Talk, as_frames, pcap, pcapng, speak

    with tempfile.TemporaryDirectory() as folder:
        for name, data in pki().items():
            (Path(folder) / name).write_bytes(data)
        talk = speak(Path(folder), Talk(tls="TLSv1.3", client_certificate=False), Path(folder) / "keys.log")
    frames = as_frames(talk)
    return (pcapng(frames, talk.keys), pcap(frames), pcap(frames, order=">", nanoseconds=True)), talk.keys


def _key_log(data: bytes) -> object:
    keys = KeyLog()
    keys.read(io.BytesIO(data))
    return len(keys)


def _keystore(declared: str) -> Callable[[bytes], object]:
    return lambda data: loading.load(data, declared, "changeit")


READERS: Mapping[str, Reader] = {
    "tls-handshake": Reader(lambda data: parse_handshake(data[1:], tls13=data[:1] > b"\x7f"), hellos, (DecodeError,)),
    "x509-summary": Reader(lambda data: x509.summary(data).to_json(), _certificates, (DecodeError,)),
    "http-request": Reader(_http, _only(_REQUEST, _CHUNKED), (HttpError,)),
    "header-certificate": Reader(lambda data: certificate_from(data.decode("latin-1")), _of_pki(".pem")),
    "pem": Reader(lambda data: (pem.blocks(data), pem.private_keys(data)), _of_pki(".pem", ".key"), (ValueError,)),
    "policy": Reader(_policy, _only(_POLICY), (toml.TomlError,)),
    "toml": Reader(toml.parse, _only(_POLICY, b"[a.b]\nc = [1, 2]\n"), (toml.TomlError,)),
    "soap-request": Reader(requests.read, _only(_ENVELOPE), (requests.FaultError,)),
    "ws-security": Reader(_security, _signed),
    "wsdl": Reader(
        _contract,
        lambda: ((ROOT / "provider_stub/soap/schemas/tickets.wsdl").read_bytes(),),
        (documents.WsdlError,),
    ),
    "responses": Reader(
        lambda data: responses.read(b"#\n" + data, None), _only(b'[[response]]\nxpath = "//a"\nbody = "<a/>"\n')
    ),
    "journal": Reader(lambda data: list(_visits(io.BytesIO(data))), _only(b'{"id":"v-1","peer":{}}\n[1,2]\n')),
    "state-file": Reader(_state, _only(json.dumps(_STATE).encode())),
    "keystore-jks": Reader(_keystore("JKS"), _of_pki(".jks"), (MockUsageError,)),
    "keystore-pkcs12": Reader(_keystore("PKCS12"), _of_pki(".p12"), (MockUsageError,)),
    "keystore-jceks": Reader(_keystore("JCEKS"), _of_pki(".jks", ".jceks"), (MockUsageError,)),
    "keystore-show": Reader(
        lambda data: inspect("x", data, "JKS", "changeit", None).to_json(), _of_pki(".jks", ".p12"), (MockUsageError,)
    ),
    "certificate": Reader(lambda data: str(parse_certificate(data).subject), _certificates, (JavaThrow,)),
    "certificate-file": Reader(generate_certificate, _of_pki(".pem"), (JavaThrow,)),
    "certificate-reply": Reader(lambda data: read_certificates(data, "x"), _of_pki(".pem"), (MockUsageError,)),
    "file-kind": Reader(file_kind, _of_pki(".pem", ".jks")),
    "export": Reader(_export, _only(_EXPORT), (ExportFileError,)),
    "instance": Reader(
        _instance, lambda: ((ROOT / "examples/instance/instance.toml").read_bytes(),), (MockUsageError,)
    ),
    "rows": Reader(_rows, _only(b'{"sys_id":"0123456789abcdef0123456789abcdef","number":"INC1"}\n'), (MockUsageError,)),
    "encoded-query": Reader(
        lambda data: query(data.decode("latin-1")), _only(b"active=true^numberSTARTSWITHINC^ORa.bISEMPTY^ORDERBYDESCc")
    ),
    "script-xml": Reader(_script_xml, _only(_ENVELOPE, b"<a b='c'><d/>e</a>"), (ValueError,)),
    "soap-answer": Reader(lambda data: answers.read(data.decode("latin-1")), _only(_FAULT)),
    "explain": Reader(lambda data: explain(data.decode("utf-8", "replace")), _only(_LOG)),
    "capture": Reader(_capture, lambda: _talk()[0], (CaptureError,)),
    "key-log": Reader(_key_log, _only(b"CLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 48 + b"\n")),
    "secrets": Reader(secrets.decoded, _only(_ENVELOPE, b'{"password": "x"}')),
    "inert-text": Reader(lambda data: text.inert(data.decode("utf-8", "surrogateescape")), _only(b"::error::\x1b[31m")),
}
"""By the name that `make fuzz` takes."""


def check(name: str, data: bytes) -> None:
    """Read it; only what the row allows may come out. RecursionError is no such thing."""
    reader = READERS[name]
    try:
        reader.read(data)
    except RecursionError:
        raise
    except reader.raises:
        pass
