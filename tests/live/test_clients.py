"""Real clients of instances, as people have them, against the front door; each is skipped where it is not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sn_mock.lab.pki import shared_pki
from sn_mock.lab.pki.keystores import KeystoreSpec, write_keystore
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.serving import Wanted, serving

from .conftest import write_instance


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, door_files: Path) -> Iterator[LiveInstance]:
    """A served instance that asks for client certificates and knows the lab's."""
    wanted = Wanted(
        write_instance(tmp_path_factory.mktemp("clients") / "dev"),
        console_port=None,
        certificate=door_files / "provider.pem",
        key=door_files / "provider.key",
        inbound_mtls=True,
    )
    with serving(wanted) as served:
        for name in ("root", "intermediate"):
            served.folder.insert("sys_ca_certificate", {"name": name, "pem_certificate": shared_pki()[name].pem()})
        pem = shared_pki()["acme-client"].pem(1)
        served.folder.insert("sys_user_certificate", {"name": "acme", "user": "admin", "pem_certificate": pem})
        for number in range(25):
            served.folder.insert("problem", {"short_description": f"problem {number}", "priority": str(number % 5 + 1)})
        yield served


@pytest.fixture
def run(live: LiveInstance, door_files: Path) -> Callable[..., str]:
    """Run a client's program; what it printed."""

    def start(*command: str, program: str = "") -> str:
        trust = str(door_files / "root-ca.pem")
        environment = {
            **os.environ,
            "URL": live.door.url,
            "PASSWORD": live.access.password,
            "CA": trust,
            "REQUESTS_CA_BUNDLE": trust,
            "NODE_EXTRA_CA_CERTS": trust,
        }
        done = subprocess.run(
            command or (sys.executable, "-W", "ignore", "-c", program),
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return start


_PYSNC = """
import os
from pysnc import ServiceNowClient
client = ServiceNowClient(os.environ["URL"], ("admin", os.environ["PASSWORD"]))
gr = client.GlideRecord("problem")
gr.batch_size = 10
gr.add_query("active", "true")
gr.order_by("number")
gr.query()
print(gr.get_row_count(), len([row.number for row in gr]))
gr = client.GlideRecord("problem")
gr.initialize()
gr.short_description = "made by PySNC"
sys_id = gr.insert()
assert sys_id
gr = client.GlideRecord("problem")
assert gr.get(sys_id)
gr.short_description = "changed"
assert gr.update()
assert gr.get(sys_id)
print(gr.short_description, gr.get_value("sys_mod_count"), gr.get_display_value("active"))
gr.add_attachment("hello.txt", b"hello")
print([attachment.file_name for attachment in gr.get_attachments()], [a.read() for a in gr.get_attachments()])
assert gr.delete()
assert not client.GlideRecord("problem").get(sys_id)
many = client.GlideRecord("problem")
many.add_query("priority", "5")
many.query()
print(many.get_row_count(), many.delete_multiple())
"""


@pytest.mark.skipif(find_spec("pysnc") is None, reason="PySNC is not installed")
def test_pysnc_reads_writes_attaches_and_deletes(run: Callable[..., str]) -> None:
    """ServiceNow's own Python client: paging, inserts, updates, attachments, deletion by batch."""
    assert run(program=_PYSNC).splitlines() == ["25 25", "changed 1 true", "['hello.txt'] [b'hello']", "5 True"]


_PYSNOW = """
import os
import pysnow
host = os.environ["URL"].removeprefix("https://")
client = pysnow.Client(host=host, user="admin", password=os.environ["PASSWORD"], use_ssl=True)
table = client.resource(api_path="/table/incident")
made = table.create(payload={"short_description": "made by pysnow"}).one()
changed = table.update(query={"sys_id": made["sys_id"]}, payload={"urgency": "1"}).one()
print(changed["urgency"], [row["number"] for row in table.get(query={"number": made["number"]}, stream=True).all()])
print(table.delete(query={"sys_id": made["sys_id"]}))
"""


@pytest.mark.skipif(find_spec("pysnow") is None, reason="pysnow is not installed")
def test_pysnow_creates_updates_and_deletes(run: Callable[..., str]) -> None:
    """The other Python client, with its own spelling of parameters."""
    said = run(program=_PYSNOW)
    assert said.splitlines()[0] == "1 ['INC0010001']"
    assert said.splitlines()[1] == "{'status': 'record deleted'}"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_comes_in_with_its_certificate(run: Callable[..., str], live: LiveInstance, door_files: Path) -> None:
    """Without a word of a password: the mapped user."""
    files = ("--cert", str(door_files / "acme-client.pem"), "--key", str(door_files / "acme-client.key"))
    url = f"{live.door.url}/api/now/table/sys_user?sysparm_query=user_name=admin"
    said = run("curl", "-sS", "--fail", "--cacert", str(door_files / "root-ca.pem"), *files, url)
    assert json.loads(said)["result"][0]["user_name"] == "admin"


@pytest.mark.skipif(shutil.which("newman") is None, reason="newman is not installed (npm)")
def test_newman_runs_a_collection_with_a_client_certificate(
    run: Callable[..., str], live: LiveInstance, door_files: Path, tmp_path: Path
) -> None:
    """A Postman collection: create, read, delete, each with its test."""

    def step(method: str, path: str, status: int, *lines: str) -> dict[str, Any]:
        script = [f'pm.test("{method}", () => pm.response.to.have.status({status}));', *lines]
        request: dict[str, Any] = {"method": method, "url": "{{url}}/api/now/table/" + path}
        if method == "POST":
            request["header"] = [{"key": "Content-Type", "value": "application/json"}]
            request["body"] = {"mode": "raw", "raw": '{"short_description": "by newman"}'}
        return {"name": method, "request": request, "event": [{"listen": "test", "script": {"exec": script}}]}

    keep = 'pm.collectionVariables.set("id", pm.response.json().result.sys_id);'
    collection = {
        "info": {
            "name": "sn-mock",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": [{"key": "url", "value": live.door.url}],
        "item": [
            step("POST", "incident", 201, keep),
            step("GET", "incident/{{id}}", 200),
            step("DELETE", "incident/{{id}}", 204),
        ],
    }
    file = tmp_path / "collection.json"
    file.write_text(json.dumps(collection))
    trust = ("--ssl-extra-ca-certs", str(door_files / "root-ca.pem"))
    client = ("--ssl-client-cert", str(door_files / "acme-client.pem"))
    key = ("--ssl-client-key", str(door_files / "acme-client.key"))
    said = run("newman", "run", str(file), "--color", "off", *trust, *client, *key)
    assert "failed" in said  # the summary's column


@pytest.mark.skipif(shutil.which("now-sdk") is None, reason="ServiceNow's SDK is not installed (npm)")
def test_servicenows_own_cli_queries_page_by_page(
    run: Callable[..., str], live: LiveInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`now-sdk query` with a bearer token follows the Link header from page to page."""
    form = {"client_id": live.access.client_id, "client_secret": live.access.client_secret}
    given = live.access.grant({**form, "grant_type": "password", "username": "admin", "password": live.access.password})
    assert given is not None
    monkeypatch.setenv("SN_SDK_INSTANCE_URL", live.door.url)
    monkeypatch.setenv("SN_SDK_SESSION_BEARER_TOKEN", str(given["access_token"]))
    monkeypatch.setenv("SN_SDK_USER_PATH", str(tmp_path))
    said = run("now-sdk", "query", "problem", "-q", "active=true^ORDERBYnumber")
    assert "problem 0" in said


_JAVA = """
import java.io.*; import java.net.*; import java.nio.charset.*; import java.security.*; import javax.net.ssl.*;
public class Client {
  public static void main(String[] a) throws Exception {
    KeyStore keys = KeyStore.getInstance("JKS"); keys.load(new FileInputStream(a[1]), "changeit".toCharArray());
    KeyStore trust = KeyStore.getInstance("JKS"); trust.load(null, null);
    var ca = java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(a[2]));
    trust.setCertificateEntry("ca", ca);
    var kmf = KeyManagerFactory.getInstance("SunX509"); kmf.init(keys, "changeit".toCharArray());
    var tmf = TrustManagerFactory.getInstance("PKIX"); tmf.init(trust);
    var context = SSLContext.getInstance("TLS"); context.init(kmf.getKeyManagers(), tmf.getTrustManagers(), null);
    var connection = (HttpsURLConnection) new URL(a[0] + "/api/now/table/sys_user?user_name=admin").openConnection();
    connection.setSSLSocketFactory(context.getSocketFactory());
    System.out.println(connection.getResponseCode());
  }
}
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
@pytest.mark.parametrize(("key", "status"), [("acme-client", "200"), ("unrelated-client", "401")])
def test_java_comes_in_with_its_keystore(
    run: Callable[..., str], live: LiveInstance, door_files: Path, tmp_path: Path, key: str, status: str
) -> None:
    """Java's own client: mapped, it is that user; a key that fits none of the CA names is not even sent, so 401."""
    from sn_mock.lab.pki.keystores import KeySpec

    (tmp_path / "Client.java").write_text(_JAVA)
    (tmp_path / "keys.jks").write_bytes(write_keystore(shared_pki(), KeystoreSpec((KeySpec("one", key),))))
    said = run(
        "java",
        str(tmp_path / "Client.java"),
        live.door.url,
        str(tmp_path / "keys.jks"),
        str(door_files / "root-ca.pem"),
    )
    assert said.strip() == status
