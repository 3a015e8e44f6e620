"""Keystores we did not make, providers that are not ours, and clients that are not ours."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sn_mock.instance import Instance
from sn_mock.lab.pki import Pki
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tests.ports import free_port

PASSWORD = "changeit"
BOTH = pytest.mark.parametrize("tls", ["1.2", "1.3"])


def needs(tool: str) -> pytest.MarkDecorator:
    """Skip, saying why, where the tool is missing."""
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def run(*command: str | Path) -> None:
    """Run a tool; its output is the test's where it fails."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)


@pytest.fixture
def client_pem(pki: Pki, tmp_path: Path) -> Path:
    """Key and chain of the lab's client in one PEM file."""
    client = pki["acme-client"]
    path = tmp_path / "client.pem"
    path.touch(0o600)
    path.write_text(client.key_pem + client.pem(None))
    return path


@pytest.fixture
def openssl_p12(client_pem: Path, tmp_path: Path) -> bytes:
    """A PKCS#12 as `openssl pkcs12 -export` makes it; its friendly name has capitals."""
    path = tmp_path / "client.p12"
    run(
        "openssl",
        "pkcs12",
        "-export",
        "-in",
        client_pem,
        "-name",
        "ACME Client",
        "-out",
        path,
        "-passout",
        f"pass:{PASSWORD}",
    )
    return path.read_bytes()


@pytest.fixture
def keytool_jks(openssl_p12: bytes, tmp_path: Path) -> bytes:
    """A JKS made by keytool from it: one alias, a chain of three."""
    source, target = tmp_path / "source.p12", tmp_path / "client.jks"
    source.write_bytes(openssl_p12)
    run(
        *("keytool", "-importkeystore", "-noprompt", "-srckeystore", source, "-srcstoretype", "PKCS12"),
        *("-srcstorepass", PASSWORD, "-destkeystore", target, "-deststoretype", "JKS", "-deststorepass", PASSWORD),
        *("-srcalias", "ACME Client", "-destalias", "servicenow", "-destkeypass", PASSWORD),
    )
    return target.read_bytes()


@needs("openssl")
@needs("keytool")
@BOTH
def test_keytool_jks_with_a_chain_of_three(
    keytool_jks: bytes, serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """Alias and whole chain as keytool stored them."""
    with serve(tls_max=tls) as provider:
        exchange = (
            SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port, keytool_jks))
            .execute()
            .exchange
        )
    assert exchange is not None
    assert exchange.ok
    assert exchange.key_choice is not None
    assert (exchange.key_choice.alias, len(exchange.key_choice.chain)) == ("servicenow", 3)


@needs("openssl")
@BOTH
def test_openssl_pkcs12(
    openssl_p12: bytes, serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """Java lower-cases the friendly name, and so do we."""
    with serve(tls_max=tls) as provider:
        instance = make_instance(provider.port, openssl_p12)
        instance = instance.replace(instance.certificates[0], type="pkcs12_key_store")
        exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    assert exchange.ok
    assert exchange.key_choice is not None
    assert exchange.key_choice.alias == "acme client"


@contextmanager
def running(*command: str | Path, port: int, stdin: int | None = subprocess.PIPE) -> Iterator[None]:
    """A server process, once its port answers; stopped afterwards."""
    process = subprocess.Popen(
        [str(part) for part in command], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            if process.poll() is not None:
                pytest.fail(f"{command[0]} ended with code {process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(10)
        if process.stdin:
            process.stdin.close()


@pytest.fixture
def server_files(pki: Pki, tmp_path: Path) -> dict[str, Path]:
    """The provider's chain and key, and the client CAs, as files."""
    provider = pki["provider"]
    contents = {
        "chain": provider.pem(None),
        "key": provider.key_pem,
        "clients": pki["root"].pem() + pki["intermediate"].pem(),
    }
    paths = {name: tmp_path / f"server-{name}.pem" for name in contents}
    for name, content in contents.items():
        paths[name].touch(0o600)
        paths[name].write_text(content)
    return paths


@needs("openssl")
@BOTH
def test_openssl_s_server(server_files: dict[str, Path], make_instance: Callable[..., Instance], tls: str) -> None:
    """`openssl s_server -www -Verify 2`: our certificate is asked for, sent, and shown on its page."""
    port = free_port()
    command = ("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-Verify", "2", "-verify_return_error")
    files = ("-cert", server_files["chain"], "-cert_chain", server_files["chain"], "-key", server_files["key"])
    version = ("-CAfile", server_files["clients"], f"-tls{tls.replace('.', '_')}")
    with running(*command, *files, *version, port=port):
        message = RESTMessageV2(instance=make_instance(port))
        message.setEndpoint(f"myhttps://localhost:{port}/")
        response = message.execute()
        plain = RESTMessageV2(instance=make_instance(port))
        plain.setEndpoint(f"https://localhost:{port}/")
        refused = plain.execute().exchange
    assert response.getStatusCode() == 200, response.getErrorMessage()
    assert "acme-client" in response.getBody()
    assert refused is not None
    assert refused.failure is not None
    assert refused.failure.cause == "certificate-required"


@needs("nginx")
@BOTH
def test_nginx(server_files: dict[str, Path], make_instance: Callable[..., Instance], tmp_path: Path, tls: str) -> None:
    """`ssl_verify_client on`: 200 with the certificate; without it no alert but HTTP 400, as KB0824494 shows it."""
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"""daemon off; master_process off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;
        events {{}}
        http {{
          access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;
          fastcgi_temp_path {tmp_path}/fastcgi; uwsgi_temp_path {tmp_path}/uwsgi; scgi_temp_path {tmp_path}/scgi;
          server {{
            listen 127.0.0.1:{port} ssl; ssl_protocols TLSv{tls};
            ssl_certificate {server_files["chain"]}; ssl_certificate_key {server_files["key"]};
            ssl_client_certificate {server_files["clients"]}; ssl_verify_client on; ssl_verify_depth 3;
            location / {{ return 200 "$ssl_client_s_dn"; }}
          }}
        }}"""
    )
    with running("nginx", "-e", f"{tmp_path}/error.log", "-c", config, port=port):
        instance = make_instance(port)
        accepted = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute()
        without = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
        refused = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=without).execute()
    assert accepted.getStatusCode() == 200, accepted.getErrorMessage()
    assert "acme-client" in accepted.getBody()
    assert refused.getStatusCode() == 400
    assert refused.haveError()
    assert "No required SSL certificate was sent" in refused.getBody()


@needs("curl")
@BOTH
def test_curl_calls_our_provider(
    serve: Callable[..., Any], client_pem: Path, pki: Pki, tmp_path: Path, tls: str
) -> None:
    """With the client certificate 200; without it no response, and both are visits."""
    root = tmp_path / "root.pem"
    root.write_text(pki["root"].pem())
    with serve(tls_max=tls) as provider:
        url = f"https://localhost:{provider.port}/tickets?wsdl"
        common = ["curl", "-sS", "--noproxy", "*", "--cacert", str(root), "--max-time", "20", url]
        good = subprocess.run([*common, "--cert", str(client_pem)], capture_output=True, timeout=30)
        bad = subprocess.run(common, capture_output=True, timeout=30)
        provider.wait_for_visits(2)
        verdicts = [str(visit.verdict) for visit in provider.visits]
    assert good.returncode == 0, good.stderr
    assert b"definitions" in good.stdout
    assert bad.returncode != 0
    assert verdicts == ["accepted", "refused"]


@BOTH
def test_zeep_over_requests_calls_our_provider(serve: Callable[..., Any], client_pem: Path, pki: Pki, tls: str) -> None:
    """A client that shares no code with ours gets a ticket."""
    zeep = pytest.importorskip("zeep")
    requests = pytest.importorskip("requests")
    from requests.adapters import HTTPAdapter

    class WithContext(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **settings: Any) -> Any:
            context = ssl.create_default_context(cadata=pki["root"].pem())
            context.load_cert_chain(client_pem)
            return super().init_poolmanager(*args, ssl_context=context, **settings)

    with serve(tls_max=tls) as provider, requests.Session() as session:
        session.trust_env = False
        session.mount("https://", WithContext())
        transport = zeep.Transport(session=session)
        client = zeep.Client(f"https://localhost:{provider.port}/tickets?wsdl", transport=transport)
        answer = client.service.CreateTicket(shortDescription="s", description="d", caller="c", priority="1")
    assert answer.number.startswith("TKT")
