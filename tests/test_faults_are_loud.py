"""A fault of our own is loud: whatever a callback, rule or background part raises ends as an internal error.

`INJECTED` names for every broad `except` of the sources a test that injects a fault there; a new one without a test
fails `test_every_broad_except_has_its_test`.
"""

from __future__ import annotations

import ast
import json
import logging
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import provider_stub
import sn_mock
from provider_stub import Provider, ProviderPolicy, Verdict
from provider_stub.http.messages import Request
from provider_stub.policies import load
from provider_stub.server.connection import Connection
from provider_stub.server.conversation import Conversation
from provider_stub.server.hub import Hub
from provider_stub.tls.session import TlsServer, TlsSession
from sn_mock import Lab, SOAPMessageV2, pytest_plugin
from sn_mock.cli import main
from sn_mock.diagnosis import rules
from sn_mock.instance.wsdl import documents as wsdl_documents
from sn_mock.java.httpclient.ocsp_client import OcspClient
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.jsse import key_manager
from sn_mock.java.jsse.handshake import Listener
from sn_mock.java.jsse.reading.skipping import Skipping
from sn_mock.java.lang.remembering import forget
from sn_mock.java.pkix import trust
from sn_mock.java.x509 import key_fit, signatures
from sn_mock.lab import beginning, ocsp_responder
from sn_mock.lab.setup import LabSetup, ProviderSetup
from sn_mock.live.access import Access
from sn_mock.live.base import base_rows
from sn_mock.live.front.application import FrontDoor
from sn_mock.live.front.attachment_api import AttachmentApi
from sn_mock.live.front.direct_soap import DirectSoap
from sn_mock.live.front.import_sets import ImportSets
from sn_mock.live.front.scripted import ScriptedRest
from sn_mock.live.front.table_api import TableApi
from sn_mock.live.front.ui_pages import UiPages
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.sessions import Sessions
from sn_mock.live.state import LiveFolder
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.messages.session import use
from sn_mock.outbound.messages.soap_response import AsyncResponse
from tests.house.table import SIDES
from tls_transcript import Entry, recording_unavailable
from tls_transcript.libssl import extensions

ROOT = Path(__file__).parent.parent
BROAD = {"Exception", "BaseException"}
_MAY_BE_BROAD = re.compile(r"except\s*[:(]|except\s+[\w.]*Exception|suppress\(")
"""Parsing every module takes seconds."""

pytestmark = pytest.mark.skipif(recording_unavailable() is not None, reason=str(recording_unavailable()))


class InjectedError(Exception):
    """A fault that nobody expects."""


FAULT = InjectedError("a fault of ours")


def fail(*_: object, **__: object) -> Any:
    """Stands for code with a bug."""
    raise FAULT


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """The fault is one object for all tests; what its traceback holds would live as long."""
    yield
    FAULT.__traceback__ = FAULT.__context__ = None


INJECTED = {
    "tls_transcript/libssl/extensions.py _writing.write": "test_a_fault_while_a_client_hello_is_written",
    "tls_transcript/libssl/knobs.py set_keylog_callback.forward": "test_a_fault_of_the_provider",
    "tls_transcript/libssl/rewriting.py Rewriting._called": "test_a_fault_while_a_message_is_rewritten",
    "tls_transcript/libssl/verification.py set_verdict_callback.judge": "test_a_fault_of_the_provider",
    "tls_transcript/libssl/verification.py set_verify_callback.judge": "test_a_fault_of_the_client",
    "tls_transcript/recorder.py record.forward": "test_a_fault_of_the_client",
    "provider_stub/server/connection.py Connection._readable": "test_a_fault_of_the_provider",
    "provider_stub/server/connection.py Connection.safely": "test_a_fault_of_the_provider",
    "provider_stub/server/conversation.py Conversation._answer": "test_a_fault_of_the_provider",
    "provider_stub/server/hub.py Hub._accept": "test_a_fault_of_the_provider",
    "provider_stub/server/hub.py Hub.spawn.wait": "test_a_fault_of_the_provider",
    "provider_stub/server/readiness.py Served.select": "test_a_fault_before_a_connection_is_there",
    "provider_stub/provider.py Provider._in_loop.run": "test_a_fault_while_the_policy_is_changed",
    "provider_stub/provider.py Provider._run": "test_a_fault_while_the_provider_starts",
    "provider_stub/provider.py Provider._start": "test_a_fault_while_the_provider_starts",
    "provider_stub/process/workers.py Supervisor._fork": "test_faults_of_worker_processes",
    "provider_stub/process/workers.py Supervisor.start": "test_faults_of_worker_processes",
    "provider_stub/process/workers.py _work": "test_faults_of_worker_processes",
    "sn_mock/cli.py _run": "test_the_command_line_says_so_in_one_line",
    "sn_mock/diagnosis/rule.py Rule.judge": "test_a_fault_of_a_rule_names_the_rule",
    "sn_mock/instance/wsdl/documents.py _guarded.fetched": "test_a_fault_while_a_wsdl_is_loaded",
    "sn_mock/lab/beginning.py begin": "test_a_fault_while_a_folder_is_begun",
    "sn_mock/lab/lab.py Lab.__enter__": "test_a_fault_while_a_lab_is_entered",
    "sn_mock/lab/listening.py _serve": "test_a_fault_of_the_labs_responder",
    "sn_mock/live/front/application.py FrontDoor.respond": "test_a_fault_at_the_front_door",
    "sn_mock/outbound/messages/soap_response.py AsyncResponse._run": "test_a_fault_in_the_background",
    "sn_mock/pytest_plugin.py pytest_runtest_makereport": "test_a_fault_of_the_pytest_plugin",
    "sn_mock/scripting/engine.py XmlHost.ask": "test_a_fault_of_the_engine_s_own_parts",
    "sn_mock/scripting/engine.py _prepare": "test_a_fault_of_the_engine_s_own_parts",
    "sn_mock/scripting/engine.py _outcome": "test_a_fault_of_the_script_engine",
    "sn_mock/scripting/host.py Host.answer": "test_a_script_cannot_catch_a_fault",
}
"""Every `except Exception`, `except BaseException`, bare `except` and `suppress` of these: place to its test here."""


def _names(node: ast.expr | None) -> set[str]:
    if node is None:
        return {"BaseException"}
    if isinstance(node, ast.Tuple):
        return {name for element in node.elts for name in _names(element)}
    return {ast.unparse(node).rpartition(".")[2]}


def _broad(node: ast.AST, path: str, place: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = (*place, child.name)
        handler = isinstance(child, ast.ExceptHandler) and _names(child.type) & BROAD
        suppressing = isinstance(child, ast.Call) and ast.unparse(child.func).rpartition(".")[2] == "suppress"
        if handler or (suppressing and any(_names(kind) & BROAD for kind in child.args)):
            yield f"{path} {'.'.join(place)}"
        yield from _broad(child, path, inner)


def test_every_broad_except_has_its_test() -> None:
    """No `except Exception` is in the sources that no test here injects a fault into, and no row here is stale."""
    found: set[str] = set()
    for package in SIDES:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_text("utf-8")
            if _MAY_BE_BROAD.search(source):
                found.update(_broad(ast.parse(source), str(path.relative_to(ROOT)), ()))

    assert found == set(INJECTED)
    assert {name for name in INJECTED.values() if not callable(globals().get(name))} == set()


@pytest.mark.parametrize(
    "source",
    ["try:\n f()\nexcept Exception: pass", "try:\n f()\nexcept: pass", "with contextlib.suppress(E, Exception): f()"],
)
def test_the_search_finds_each_spelling(source: str) -> None:
    """The twin of the table's test: each way to swallow everything is seen, a narrow one is not."""
    assert list(_broad(ast.parse(source), "x.py", ())) == ["x.py "]
    assert list(_broad(ast.parse(source.replace("Exception", "E").replace("except:", "except E:")), "x.py", ())) == []


def _logged(caplog: pytest.LogCaptureFixture) -> bool:
    errors = (record.exc_info[1] for record in caplog.records if record.exc_info)
    return any(error is not None and FAULT in (error, error.__cause__) for error in errors)


# The client's side


def _when(handshake_type: int | None, content_type: int = 22) -> Callable[..., Any]:
    """`Listener.hear` with a bug that one kind of message brings out."""
    hear = Listener.hear

    def faulty(self: Listener, connection: Any, entry: Entry) -> None:
        if entry.content_type == content_type and handshake_type in (None, entry.handshake_type):
            raise FAULT
        hear(self, connection, entry)

    return faulty


CLIENT = {
    "client hello": lambda patch: patch.setattr(Listener, "hear", _when(1)),
    "server hello": lambda patch: patch.setattr(Listener, "hear", _when(2)),
    "certificate": lambda patch: patch.setattr(Listener, "hear", _when(11)),
    "certificate request": lambda patch: patch.setattr(Listener, "hear", _when(13)),
    "finished": lambda patch: patch.setattr(Listener, "hear", _when(20)),
    "close_notify": lambda patch: patch.setattr(Listener, "hear", _when(None, 21)),
    "key choice": lambda patch: patch.setattr(key_manager, "choose", fail),
    "trust": lambda patch: patch.setattr(trust, "check_server", fail),
}
"""What breaks in a callback of the client's handshake."""


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("part", CLIENT)
def test_a_fault_of_the_client(
    part: str, tls: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No Java text, no "no key", no verdict about a certificate: the call raises what went wrong in the callback."""
    with Lab(tls=tls) as lab, use(lab.instance):
        message = SOAPMessageV2("AcmeTickets", "CreateTicket")
        message.apply_test_values()
        with monkeypatch.context() as patch:
            CLIENT[part](patch)
            with pytest.raises(sn_mock.InternalError, match="InjectedError: a fault of ours") as caught:
                message.execute()
        assert caught.value.original is FAULT
        assert message.execute().getStatusCode() == 200, "the twin without a fault"
    assert _logged(caplog)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_fault_while_a_client_hello_is_written(
    tls: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The writer of an extension that Java sends and OpenSSL does not: its fault is no failed handshake of anybody."""
    with Lab(tls=tls, release="tokyo") as lab, use(lab.instance):
        message = SOAPMessageV2("AcmeTickets", "CreateTicket")
        message.apply_test_values()
        with monkeypatch.context() as patch:
            patch.setattr(extensions, "_hand_out", fail)
            with pytest.raises(sn_mock.InternalError, match="InjectedError: a fault of ours"):
                message.execute()
        assert message.execute().getStatusCode() == 200, "the twin without a fault"
    assert _logged(caplog)


def test_a_fault_while_a_message_is_rewritten(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What OpenSSL is to read in place of a message: a fault there is no malformed message of the provider's."""
    with Lab(tls="1.3") as lab, use(lab.instance):
        message = SOAPMessageV2("AcmeTickets", "CreateTicket")
        message.apply_test_values()
        with monkeypatch.context() as patch:
            patch.setattr(Skipping, "read_by_openssl", fail)
            with pytest.raises(sn_mock.InternalError, match="InjectedError: a fault of ours"):
                message.execute()
        assert message.execute().getStatusCode() == 200, "the twin without a fault"
    assert _logged(caplog)


NARROW = {
    "signature": ("client-ca-not-advertised", signatures, "_verifier"),
    "key for a signature": ("client-ca-not-advertised", signatures, "spki"),
    "an OCSP question on its way": ("provider-certificate-revoked", OcspClient, "_posted"),
    "an OCSP answer": ("provider-certificate-revoked", engine, "_with_body"),
    "a key beside its certificate": ("private-key-of-another-certificate", key_fit, "_numbers"),
}
"""Where foreign bytes are expected to bring a ValueError out of a library: name to scenario and what breaks."""


@pytest.mark.parametrize("fault", [ValueError, TypeError, KeyError, UnicodeDecodeError])
@pytest.mark.parametrize("part", NARROW)
def test_a_fault_beside_an_expected_error(part: str, fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """An `except ValueError` is for the library's call alone: the same class out of our own code is a fault."""
    scenario, owner, name = NARROW[part]
    faults = {UnicodeDecodeError: ("utf-8", b"", 0, 1, "a fault of ours")}

    def broken(*_: object, **__: object) -> Any:
        raise fault(*faults.get(fault, ("a fault of ours",)))

    with Lab(scenario=scenario, tls="1.2") as lab:
        whole, _ = lab.call()
        forget()  # verdicts of the call before are remembered
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, broken)
            with pytest.raises((sn_mock.InternalError, fault), match="a fault of ours"):
                lab.call()
        again, _ = lab.call()
    assert again.failure == whole.failure, "the twin without a fault"


def test_misuse_that_shows_in_a_callback_stays_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user can mend is no internal error, wherever it comes to light."""

    def misused(*_: object, **__: object) -> Any:
        raise sn_mock.MockUsageError("mend this")

    monkeypatch.setattr(key_manager, "choose", misused)
    with Lab() as lab, pytest.raises(sn_mock.MockUsageError, match="mend this"):
        lab.call()


def test_a_fault_of_a_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check --against` has the same callbacks."""
    with Lab() as lab:
        assert probe(Session.on(lab.instance), "localhost", lab.provider.port).failure is None
        monkeypatch.setattr(trust, "check_server", fail)
        with pytest.raises(sn_mock.InternalError) as caught:
            probe(Session.on(lab.instance), "localhost", lab.provider.port)
    assert caught.value.original is FAULT


# The provider's side


async def _later(*_: object) -> Any:
    raise FAULT


SERVICE = "provider_stub.soap.loading.TicketDesk.answer"
PROVIDER = {
    "what was said": (
        lambda patch: patch.setattr(TlsSession, "stages", property(fail)),
        {"delay_ms": 1, "delay_at": "client-hello"},
        Verdict.INTERNAL_ERROR,
    ),
    "judge": (lambda patch: patch.setattr(TlsSession, "judge", fail), {"personality": "nginx"}, Verdict.INTERNAL_ERROR),
    "key log": (
        lambda patch: patch.setattr(TlsServer, "_on_keylog", fail),
        {"pin_sha256": ("00" * 32,)},
        Verdict.INTERNAL_ERROR,
    ),
    "own rules": (
        lambda patch: patch.setattr("provider_stub.tls.session.refusal_cause", fail),
        {"pin_sha256": ("00" * 32,)},
        Verdict.INTERNAL_ERROR,
    ),
    "the first bytes": (lambda patch: patch.setattr(Connection, "_received", fail), {}, Verdict.INTERNAL_ERROR),
    "a request": (lambda patch: patch.setattr(Conversation, "_serve", fail), {}, Verdict.ACCEPTED),
    "a service": (lambda patch: patch.setattr(SERVICE, fail), {}, Verdict.ACCEPTED),
    "a service that waits": (lambda patch: patch.setattr(SERVICE, _later), {}, Verdict.ACCEPTED),
    "a delayed answer": (
        lambda patch: patch.setattr(Conversation, "_answer", fail),
        {"delay_ms": 1, "delay_at": "request"},
        Verdict.ACCEPTED,
    ),
    "a delayed handshake": (
        lambda patch: patch.setattr(Connection, "_settle", fail),
        {"delay_ms": 1, "delay_at": "client-hello"},
        Verdict.INTERNAL_ERROR,
    ),
    "accepting": (lambda patch: patch.setattr(Connection, "__init__", fail), {}, None),
}
"""What breaks in the provider; the policy that reaches it; the verdict of the visit (None: there is no visit)."""


@pytest.mark.parametrize(
    ("part", "tls"),
    [(part, tls) for part in PROVIDER for tls in ("1.2", "1.3") if (part, tls) != ("key log", "1.2")],
)  # in TLS 1.2 the provider needs no secret, and reads no line of the key log
def test_a_fault_of_the_provider(
    part: str, tls: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The lab's call raises it, the visit says nothing false about the client, and it is counted and logged."""
    inject, policy, verdict = PROVIDER[part]
    with Lab(tls=tls, policy=policy) as lab:
        with monkeypatch.context() as patch:
            inject(patch)
            lab.provider.policy = lab.provider.policy  # callbacks are given to OpenSSL when a policy comes into force
            with pytest.raises(provider_stub.InternalError, match="InjectedError: a fault of ours") as caught:
                lab.call()
        assert caught.value.original is FAULT
        visits = lab.provider.visits
        assert [visit.verdict for visit in visits] == ([] if verdict is None else [verdict] * len(visits))
        assert all((visit.reason, visit.alert_sent) == ("internal-error", None) for visit in visits)
        assert lab.provider.counters.internal_errors >= 1
        assert "InjectedError: a fault of ours" in lab.provider.status()["internal_error"]
        lab.provider.check()  # told once
    assert _logged(caplog)


def test_a_session_raises_in_the_step_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one step later: no rule of the provider's judges what a failed step has left half known."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    monkeypatch.setattr(TlsServer, "_on_keylog", fail)
    session = TlsServer(load(ProviderPolicy(pin_sha256=("00" * 32,)))).session()
    monkeypatch.setattr(TlsSession, "_look", lambda session: pytest.fail("it was believed"))
    session.feed(outgoing.read())
    with pytest.raises(InjectedError):
        session.advance()


def test_a_provider_by_itself_tells_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """`stop()` and leaving the block raise what nobody has looked at; an exception under way is not covered up."""
    with Lab() as lab:
        policy = lab.provider.policy
    monkeypatch.setattr(Hub, "gone", lambda hub, *_: hub.failed("a test", FAULT))
    provider = Provider(policy, drain_seconds=0.0)
    told = r"provider_stub: InjectedError: a fault of ours \(in a test"
    with pytest.raises(provider_stub.InternalError, match=told), provider:
        _knock(provider)
    provider.stop()
    provider.check()
    with pytest.raises(LookupError, match="of the user's"), Provider(policy, drain_seconds=0.0) as provider:
        _knock(provider, LookupError("of the user's"))


def _knock(provider: Provider, then: Exception | None = None) -> None:
    """Connect and go; then raise what a user's own code might."""
    with socket.create_connection(("127.0.0.1", provider.port)) as client:
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    if then is not None:
        raise then


def test_a_fault_in_the_event_loop_itself() -> None:
    """What no connection guards (a timer, a writer) reaches the user too."""
    provider = Provider(ProviderPolicy(client_auth="none"))
    with pytest.raises(provider_stub.InternalError, match="the provider's event loop"), provider:
        provider._loop.call_soon_threadsafe(fail)  # type: ignore[union-attr]


def test_a_fault_before_a_connection_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is raised by watching the listener reaches the user, and the provider goes on."""
    provider = Provider(ProviderPolicy(client_auth="none"))
    accept = Hub._accept

    def fail_after(hub: Hub) -> None:
        accept(hub)
        fail()

    monkeypatch.setattr(Hub, "_accept", fail_after)
    provider.start()
    monkeypatch.undo()  # it listens already
    _knock(provider)
    _knock(provider)
    with pytest.raises(provider_stub.InternalError, match="the provider's event loop"):
        provider.stop()


def test_a_fault_while_the_policy_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised where the policy is assigned; the provider goes on with the old one."""
    with Provider(ProviderPolicy(client_auth="none")) as provider:
        monkeypatch.setattr(Hub, "change", fail)
        with pytest.raises(InjectedError):
            provider.policy = ProviderPolicy(client_auth="optional")
        assert provider.policy.client_auth == "none"


def test_a_fault_while_the_provider_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """`start()` raises instead of waiting for ever, and the port is free again."""
    with monkeypatch.context() as patch:
        patch.setattr(Hub, "__init__", fail)
        provider = Provider(ProviderPolicy(client_auth="none"))
        with pytest.raises(InjectedError):
            provider.start()
    with Provider(ProviderPolicy(client_auth="none"), port=provider.port):
        pass


WORKERS = """
import sys
from provider_stub import InternalError, Provider, ProviderPolicy
from provider_stub.process.serving import ServeOptions
from provider_stub.process.workers import Supervisor

class InjectedError(Exception): pass
healthy = getattr(Provider, sys.argv[1])
def fail(provider):
    if provider._name.startswith("v-w"):  # a worker's, not the control port's
        raise InjectedError("a fault of ours")
    return healthy(provider)

options = ServeOptions(ProviderPolicy(client_auth="none"), None, "127.0.0.1", 0, 0, None, None, 2)
supervisor = Supervisor(options, drain_seconds=0.0, keep_visits=1, name="v")
setattr(Provider, sys.argv[1], fail)
step = "start"
try:
    supervisor.start()
    step = "status"
    supervisor.status()
    step = "stop"
    supervisor.stop()
except Exception as error:
    print(step, type(error).__name__, error)
    if step == "status":
        supervisor.stop()
"""


@pytest.mark.parametrize(
    ("method", "step", "words"),
    [
        ("status", "status", "RuntimeError InjectedError: a fault of ours"),
        ("_end", "stop", "InternalError provider_stub: WorkerError: worker process"),
    ],
)
def test_faults_of_worker_processes(method: str, step: str, words: str) -> None:
    """The supervisor raises what failed in a worker; the worker's log has the traceback."""
    process = subprocess.run(
        [sys.executable, "-c", WORKERS, method], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert process.stdout.startswith(f"{step} {words}"), process.stdout
    assert "Traceback" in process.stderr
    assert "InjectedError: a fault of ours" in process.stderr


# Rules, background, scripts, tools


def test_a_fault_of_a_rule_names_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fails is not a rule that does not apply."""
    rule = rules.RULES[0]
    monkeypatch.setattr(type(rule), "check", fail)
    with Lab(scenario="wrong-default-keystore") as lab, pytest.raises(sn_mock.InternalError) as caught:
        lab.call()
    assert caught.value.original is FAULT
    assert "in the rule " in str(caught.value)


def test_a_fault_in_the_background(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """`executeAsync()`: whoever waits gets it; where nobody waits, leaving the block raises it."""
    monkeypatch.setattr(key_manager, "choose", fail)
    with Lab() as lab:
        with use(lab.instance):
            message = SOAPMessageV2("AcmeTickets", "CreateTicket")
            message.apply_test_values()
            with pytest.raises(sn_mock.InternalError):
                message.executeAsync().getStatusCode()
        with pytest.raises(sn_mock.InternalError) as caught, use(lab.instance):
            _place_and_forget()
    assert caught.value.original is FAULT
    assert _logged(caplog)


def _place_and_forget() -> None:
    message = SOAPMessageV2("AcmeTickets", "CreateTicket")
    message.apply_test_values()
    unseen = message.executeAsync()
    assert isinstance(unseen, AsyncResponse)
    unseen._thread.join()


def test_a_fault_of_the_labs_responder(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The OCSP responder's silence would look like a network fault of the customer's."""
    setup = LabSetup(provider=ProviderSetup("provider-with-ocsp"), responder="good")
    monkeypatch.setattr(ocsp_responder, "answer", fail)
    with Lab(release="vancouver", setup=setup) as lab, pytest.raises(sn_mock.InternalError) as caught:
        lab.call()
    assert caught.value.original is FAULT
    assert _logged(caplog)


def test_a_fault_while_a_lab_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised as it is, after the lab has let go of everything."""
    closed = []
    monkeypatch.setattr(Lab, "change", fail)
    monkeypatch.setattr(Lab, "close", lambda lab: closed.append(lab))
    with pytest.raises(InjectedError):
        Lab().__enter__()
    assert len(closed) == 1


def test_a_fault_while_a_folder_is_begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is raised as it is, and the half-made folder is gone; the twin without it is whole."""
    with monkeypatch.context() as patch:
        patch.setattr(beginning, "import_wsdl", fail)
        with pytest.raises(InjectedError):
            beginning.begin(tmp_path / "mine", beginning.Wishes())
    assert not (tmp_path / "mine").exists()
    assert beginning.begin(tmp_path / "mine", beginning.Wishes()).functions


def test_a_fault_while_a_wsdl_is_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bug in our loader is not "cannot be read as a WSDL", which a file that is none gets."""
    file = tmp_path / "x.wsdl"
    file.write_text("no XML at all")
    with pytest.raises(sn_mock.MockUsageError, match="cannot be read as a WSDL"):
        wsdl_documents.load_wsdl(str(file))
    with pytest.raises(sn_mock.InternalError, match="fetching a WSDL's documents") as caught:
        wsdl_documents.load_wsdl("https://example.com/x?wsdl", fail)
    assert caught.value.original is FAULT
    monkeypatch.setattr("soap_contract.contract.read", fail)
    file.write_text('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>')
    with pytest.raises(type(FAULT)):
        wsdl_documents.load_wsdl(str(file))


def test_a_script_cannot_catch_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in what it asks of the tables nor in a call it places, even where Python's exception is a common one."""
    pytest.importorskip("quickjs")
    from sn_mock import scripting

    with Lab() as lab:
        with monkeypatch.context() as patch:
            patch.setattr("sn_mock.scripting.record_services.select", fail)
            with pytest.raises(sn_mock.InternalError) as caught:
                scripting.run(lab.instance, "try { new GlideRecord('sys_properties').query(); } catch (e) {}")
            assert caught.value.original is FAULT

        def common(*_: object, **__: object) -> Any:
            raise KeyError("common")

        monkeypatch.setattr("sn_mock.outbound.calls.call.settle", common)
        source = "try { new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket').execute(); } catch (e) {}"
        with pytest.raises(sn_mock.InternalError, match="KeyError: 'common'"):
            scripting.run(lab.instance, source)


def test_a_fault_of_the_script_engine() -> None:
    """What fails in the engine's process is raised in ours, with the child's traceback."""
    from sn_mock.scripting import engine, runner

    done = engine._outcome(SimpleNamespace(eval=fail, set=fail), ZeroDivisionError, "", 1)
    with pytest.raises(sn_mock.InternalError, match=r"(?s)Traceback.*InjectedError: a fault of ours"):
        runner._error(done)
    assert runner._error({"ok": True}) is None


def test_a_fault_of_the_engine_s_own_parts() -> None:
    """What fails while the prelude is loaded, or in the engine's XML, is kept for the parent to raise."""
    from sn_mock.scripting import engine

    assert "InjectedError: a fault of ours" in engine._prepare(SimpleNamespace(eval=fail), {})
    assert engine._prepare(SimpleNamespace(eval=lambda source: None), {}) == ""
    xml = engine.XmlHost()
    assert '"error"' in xml.ask('{"xml": "<a", "aware": false}')  # what is no XML is no fault
    xml._documents = SimpleNamespace(answer=fail)
    with pytest.raises(InjectedError):
        xml.ask("{}")
    assert "InjectedError: a fault of ours" in xml.fault


def test_a_fault_of_the_pytest_plugin(caplog: pytest.LogCaptureFixture) -> None:
    """The failed test's report comes through, and says that the story is missing by a fault of ours."""
    item = SimpleNamespace(funcargs={"_sn_witness": SimpleNamespace(story=fail)})
    report = SimpleNamespace(failed=True, sections=[])
    hook: Any = pytest_plugin.pytest_runtest_makereport(item, SimpleNamespace(when="call", excinfo=None))  # type: ignore[arg-type]
    next(hook)
    with pytest.raises(StopIteration):
        hook.send(report)
    assert report.sections == [
        ("sn-mock: what both sides saw", "internal error of sn-mock, no story: InjectedError: a fault of ours")
    ]
    assert _logged(caplog)


# The command line

COMMANDS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a callback of the client": CLIENT["key choice"],
    "the judge of certificates": CLIENT["trust"],
    "the provider": PROVIDER["the first bytes"][0],
    "the service": PROVIDER["a service"][0],
    "a rule": lambda patch: patch.setattr(type(rules.RULES[0]), "check", fail),
    "the command itself": lambda patch: patch.setattr("sn_mock.commands.catalogue.reproduce.run", fail),
}


@pytest.mark.parametrize("part", COMMANDS)
def test_the_command_line_says_so_in_one_line(
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Exit code 2, one line on stderr, nothing on stdout that looks like a result; the traceback is in the log."""
    monkeypatch.delenv("SN_MOCK_TRACEBACK", raising=False)
    COMMANDS[part](monkeypatch)
    with caplog.at_level(logging.ERROR):
        code = main(["reproduce", "wrong-default-keystore", "--json"])
    told = capsys.readouterr()
    assert code == 2
    assert told.err.count("\n") == 1
    assert "internal error:" in told.err
    assert "InjectedError: a fault of ours" in told.err
    assert "java" not in told.out
    assert _logged(caplog)


def test_a_fault_at_the_front_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A live instance answers in its own error shape and says no word of what it holds; the log and `check` do."""
    (tmp_path / "instance.toml").write_text('[instance]\nname = "dev"\nrelease = "zurich"\n')
    folder = LiveFolder(tmp_path, base=base_rows())
    outbound = OutboundLog(folder)
    tables, scripts = TableApi(folder), ScriptedRest(folder, outbound)
    access, sessions = Access(folder, "pw"), Sessions()
    pages = UiPages(folder, outbound, access, sessions)
    files, soap = AttachmentApi(folder), DirectSoap(folder, tables)
    door = FrontDoor(access, tables, files, scripts, soap, ImportSets(folder, tables), pages, sessions)
    request = Request("GET", "/api/now/table/sys_user", (("Authorization", "Basic YWRtaW46cHc="),))
    try:
        healthy = door.respond(request)
        monkeypatch.setattr(TableApi, "answer", fail)
        with caplog.at_level(logging.ERROR):
            response = door.respond(request)
    finally:
        door.close()
    assert healthy.status == 200
    assert (response.status, response.close) == (500, True)
    assert json.loads(response.body)["status"] == "failure"
    assert json.loads(response.body)["error"]["message"] == "A fault of sn-mock itself"
    assert b"a fault of ours" not in response.body
    assert _logged(caplog)
    with pytest.raises(provider_stub.InternalError, match="a fault of ours"):
        door.check()
    door.check()


def test_the_log_can_be_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """SN_MOCK_TRACEBACK=1 prints the traceback; the exit code stays 2, and the next command prints none."""
    monkeypatch.setattr("sn_mock.commands.catalogue.scenarios.run", fail)
    monkeypatch.setenv("SN_MOCK_TRACEBACK", "1")
    assert main(["scenarios"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err
    monkeypatch.delenv("SN_MOCK_TRACEBACK")
    assert main(["scenarios"]) == 2
    assert "Traceback" not in capsys.readouterr().err
