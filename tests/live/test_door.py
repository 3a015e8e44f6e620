"""The front door over real TLS: certificates, start and end, the ready file."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from provider_stub import Provider, ProviderPolicy
from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.service import Caller
from sn_mock.failure import MockUsageError
from sn_mock.lab.pki import shared_pki
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.serving import Wanted, serving

from .conftest import write_instance

PAGE = b"<center>The SSL certificate error</center>"


def ask(live: LiveInstance, files: Path, path: str, client: str = "", **headers: str) -> tuple[int, bytes]:
    """GET over TLS, with a client certificate where one is named."""
    context = ssl.create_default_context(cafile=str(files / "root-ca.pem"))
    if client:
        context.load_cert_chain(files / f"{client}.pem", files / f"{client}.key")
    connection = http.client.HTTPSConnection("localhost", live.door.port, context=context, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_door_answers_as_its_users(tmp_path: Path, door_files: Path, wanted: Callable[..., Wanted]) -> None:
    """Without inbound mutual TLS nobody is asked for a certificate; Basic works; one folder is served once."""
    folder = write_instance(tmp_path / "dev")
    with serving(wanted(folder)) as live:
        basic = "Basic " + base64.b64encode(f"admin:{live.access.password}".encode()).decode()
        assert ask(live, door_files, "/api/now/table/incident", Authorization=basic) == (200, b'{"result":[]}')
        assert ask(live, door_files, "/adcv2/supports_tls") == (200, b"")
        assert ask(live, door_files, "/api/now/table/incident", "acme-client")[0] == 401
        with pytest.raises(MockUsageError, match="served already"), serving(wanted(folder)):
            pass
    with serving(wanted(folder)):
        pass


@pytest.mark.parametrize("framing", ["Content-Length: 99999999", "Content-Length: 1" + 18 * "0"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/now/table/incident", "application/json;charset=UTF-8"), ("/x.do", "text/plain; charset=utf-8")],
)
def test_a_body_that_is_too_long_is_refused_in_the_instance_s_shape(
    tmp_path: Path, door_files: Path, wanted: Callable[..., Wanted], framing: str, path: str, kind: str
) -> None:
    """REST paths have the shape of every other error, other paths the engine's own words; nothing is read first."""
    context = ssl.create_default_context(cafile=str(door_files / "root-ca.pem"))
    name, _, length = framing.partition(": ")
    with serving(wanted(write_instance(tmp_path / "dev"))) as live:
        connection = http.client.HTTPSConnection("localhost", live.door.port, context=context, timeout=20)
        connection.putrequest("POST", path)
        connection.putheader(name, length)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    assert (answer.status, answer.headers["Content-Type"]) == (413, kind)
    if path.startswith("/api/"):
        error = json.loads(body)["error"]
        assert error["message"] == "Request entity too large"
        assert error["detail"].startswith("the body has")
        assert answer.headers["Server"] == "snow_adc"


def test_inbound_mutual_tls_turns_away_in_the_front_doors_words(
    tmp_path: Path, door_files: Path, wanted: Callable[..., Wanted]
) -> None:
    """Not published: the 400 page, no alert; published and not mapped: 401; mapped: that user; self-signed: always the
    page; no certificate: 401."""
    path = "/api/now/table/sys_user?sysparm_limit=1"
    with serving(wanted(write_instance(tmp_path / "dev"), inbound_mtls=True)) as live:
        assert ask(live, door_files, "/adcv2/supports_tls") == (200, b"true")
        assert ask(live, door_files, path)[0] == 401
        status, page = ask(live, door_files, path, "acme-client")
        assert (status, PAGE in page, b"snow_adc" in page) == (400, True, True)
        for name in ("root", "intermediate"):
            live.folder.insert("sys_ca_certificate", {"name": name, "pem_certificate": shared_pki()[name].pem()})
        assert ask(live, door_files, path, "acme-client")[0] == 401
        pem = shared_pki()["acme-client"].pem(1)
        live.folder.insert("sys_user_certificate", {"name": "acme", "user": "admin", "pem_certificate": pem})
        assert ask(live, door_files, path, "acme-client")[0] == 200
        for stranger in ("unrelated-client", "self-signed-client"):
            assert ask(live, door_files, path, stranger)[0] == 400
        live.folder.insert(
            "sys_ca_certificate",
            {"name": "self", "pem_certificate": shared_pki()["self-signed-client"].pem(1)},
        )
        assert ask(live, door_files, path, "self-signed-client")[0] == 400


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """`sn-mock serve`: the ready file (0600) says where and how; SIGTERM ends it, and the file is gone."""
    write_instance(tmp_path / "dev")
    command = [sys.executable, "-m", "sn_mock", "serve", "dev", "--no-console", "--ready-file", "ready.json"]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "SN_MOCK_PASSWORD": "pw", "PYTHONPATH": root}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        ready = tmp_path / "ready.json"
        given_up = time.monotonic() + 60
        while not ready.exists() and process.poll() is None and time.monotonic() < given_up:
            time.sleep(0.02)
        told = json.loads(ready.read_text())
        assert stat.S_IMODE(ready.stat().st_mode) == 0o600
        assert told.keys() == {"url", "console", "ca", "user", "password", "client_id", "client_secret"}
        assert (told["user"], told["password"], told["url"].rpartition(":")[0]) == ("admin", "pw", "https://localhost")
        assert Path(told["ca"]).is_file()
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    assert (process.returncode, ready.exists()) == (0, False)
    assert said.startswith(f"instance: {told['url']}\n")
    assert told["client_secret"] not in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"host": "0.0.0.0"}, "--allow-remote"),
        ({"certificate": None}, "belong together"),
        ({"certificate": Path("nowhere.pem")}, "nowhere.pem"),
        ({"ready_file": Path("/nowhere/at/all")}, "--ready-file"),
    ],
)
def test_what_cannot_be_served_says_why(
    tmp_path: Path, wanted: Callable[..., Wanted], options: dict[str, object], says: str
) -> None:
    """One line with the next step, and nothing is left running: the folder can be served afterwards."""
    folder = write_instance(tmp_path / "dev")
    with pytest.raises(MockUsageError, match=says), serving(wanted(folder, **options)):
        pass
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(MockUsageError, match="--ready-file"), serving(wanted(folder, ready_file=tmp_path / "fifo")):
        pass
    with serving(wanted(folder)):
        pass


def test_a_folder_that_is_none_is_not_touched(tmp_path: Path, wanted: Callable[..., Wanted]) -> None:
    """Nothing is left in a folder that is no instance's; the message says how to make one."""
    with pytest.raises(MockUsageError, match="sn-mock init"), serving(wanted(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_script_may_ask_its_own_instance(tmp_path: Path, door_files: Path, wanted: Callable[..., Wanted]) -> None:
    """Nobody waits for anybody: the call that a script places is answered while the script runs."""
    pytest.importorskip("quickjs", reason="scripts need QuickJS")
    with serving(wanted(write_instance(tmp_path / "dev"))) as live:
        root = shared_pki()["root"].pem()
        live.folder.insert("sys_certificate", {"name": "lab", "type": "trust_store", "pem_certificate": root})
        script = f"""
            var message = new sn_ws.RESTMessageV2();
            message.setEndpoint("{live.door.url}/api/now/table/incident");
            message.setHttpMethod("POST");
            message.setRequestHeader("Content-Type", "application/json");
            message.setBasicAuth("admin", "{live.access.password}");
            message.setRequestBody('{{"short_description": "from inside"}}');
            var answer = message.execute();
            var found = new GlideRecord("incident");
            found.addQuery("short_description", "from inside"); found.query();
            response.setBody({{status: answer.getStatusCode(), rows: found.getRowCount()}});
        """
        service = live.folder.insert("sys_ws_definition", {"name": "S", "service_id": "s", "namespace": "x"})["sys_id"]
        row = {"web_service_definition": service, "operation_script": script, "requires_authentication": "false"}
        live.folder.insert("sys_ws_operation", row)
        assert ask(live, door_files, "/api/x/s") == (200, b'{"result":{"status":201,"rows":1}}')


class _Slow:
    """A service that takes its time."""

    def answer(self, request: Request, caller: Caller) -> Awaitable[Response]:
        """After three times as long as a client may take for its request."""

        async def later() -> Response:
            await asyncio.sleep(0.9)
            return text_response(200, "late")

        return later()


def test_an_answer_may_take_longer_than_a_request_may() -> None:
    """A script that waits for a slow partner is not cut off by the deadline of its client's request."""
    policy = ProviderPolicy(plain_http=True, request_timeout=0.3, idle_timeout=0.3)
    with Provider(policy, service=_Slow()) as provider:
        connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=20)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"late\n"
        connection.close()
