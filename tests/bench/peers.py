"""The servers that are compared, one row each: where it is found, and the command that starts it.

All demand a client certificate of `ca.pem`, answer a SOAP POST with status 200, keep connections open, and speak TLS up
to the version asked for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

ANSWER = b"<answer>" + b"x" * 600 + b"</answer>"
JOURNAL = "provider-stub --journal"
Command = Callable[[Path, Path, int, str, int], list[str]]
"""Folder of the certificates, folder of its own, port, TLS version, worker processes -> the command line."""


@dataclass(frozen=True)
class Peer:
    """One server."""

    command: Command
    wants: str = ""
    """What has to be there."""
    found: Callable[[], object] = lambda: True
    calls: int = 60
    """Before the clock starts: those whose code is compiled while it runs need many."""
    rival: bool = False
    """A target is near its figures: it is started anew, and measured, more often than the others."""
    mock: bool = False
    """What people take instead of a provider: ours is to be ahead of it."""
    version: tuple[str, ...] = ()
    """The command that tells it."""


def _jar(variable: str) -> Path | None:
    """The file that the variable names, where Java is there to run it."""
    jar = Path(os.environ.get(variable, ""))
    return jar if jar.is_file() and shutil.which("java") and shutil.which("keytool") else None


def version_of(name: str) -> str:
    """What the server says of itself, in a line."""
    words = [os.environ.get(word.removeprefix("$"), word) for word in PEERS[name].version]
    if not words:
        return ""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return next(iter((done.stdout + done.stderr).strip().splitlines()), "")


def command_of(name: str, certificates: Path) -> str:
    """The command line that starts it, for TLS 1.3 on port 8443, with names in place of this machine's folders."""
    with tempfile.TemporaryDirectory() as temporary:
        words = PEERS[name].command(certificates, Path(temporary), 8443, "1.3", 1)
        found = str(Path(shutil.which("mb") or "mb").resolve())
        shown = {sys.executable: "python", found: "mb", temporary: "FOLDER", str(certificates): "CERTIFICATES"}
        for variable in ("WIREMOCK_JAR", "MOCKSERVER_JAR"):
            shown[os.environ.get(variable) or variable] = f"${variable}"
        line = " ".join(words)
        for place, told in shown.items():
            line = line.replace(place, told)
    return line


def _provider(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    policy = folder / "policy.toml"
    policy.write_text(
        f'trust = ["{certificates}/ca.pem"]\nserver_certificate = "{certificates}/server.pem"\n'
        f'server_key = "{certificates}/server.key"\ntls_max = "{tls}"\n'
    )
    command = [sys.executable, "-m", "provider_stub", "serve", "--policy", str(policy), "--port", str(port)]
    return [*command, "--workers", str(workers)]


def _journal(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    return [*_provider(certificates, folder, port, tls, workers), "--journal", str(folder / "visits.jsonl")]


def _nginx(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"""daemon off; master_process on; worker_processes {workers}; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port} ssl reuseport;
    ssl_certificate {certificates}/server.pem; ssl_certificate_key {certificates}/server.key;
    ssl_client_certificate {certificates}/ca.pem; ssl_verify_client on; ssl_session_cache off; ssl_session_tickets off;
    ssl_protocols TLSv{tls};
    location / {{ default_type text/xml; return 200 "{ANSWER.decode()}"; }}
  }}
}}
"""
    )
    return ["nginx", "-p", str(folder), "-c", str(configuration)]


def _node(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    script = folder / "server.js"
    script.write_text(
        f"""const fs = require('fs'), https = require('https'), d = '{certificates}/';
https.createServer({{cert: fs.readFileSync(d + 'server.pem'), key: fs.readFileSync(d + 'server.key'),
  ca: fs.readFileSync(d + 'ca.pem'), requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv{tls}'}},
  (request, response) => {{ request.on('data', () => 0).on('end', () => {{
    response.setHeader('Content-Type', 'text/xml'); response.end('{ANSWER.decode()}'); }}); }}
).listen({port}, '127.0.0.1');
"""
    )
    return ["node", str(script)]


def _http_server(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    script = folder / "server.py"
    script.write_text(
        f"""import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "{len(ANSWER)}")
        self.end_headers()
        self.wfile.write({ANSWER!r})
    def log_message(self, *_):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("{certificates}/server.pem", "{certificates}/server.key")
context.load_verify_locations("{certificates}/ca.pem")
context.verify_mode = ssl.CERT_REQUIRED
context.maximum_version = ssl.TLSVersion.TLSv{tls.replace(".", "_")}
class Server(ThreadingHTTPServer):
    request_queue_size = 512
    def finish_request(self, request, address):
        with context.wrap_socket(request, server_side=True) as tls:
            super().finish_request(tls, address)
Server(("127.0.0.1", {port}), Handler).serve_forever()
"""
    )
    return [sys.executable, str(script)]


def _haproxy(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    both = folder / "server-and-key.pem"
    both.write_bytes((certificates / "server.pem").read_bytes() + (certificates / "server.key").read_bytes())
    ca, answer = certificates / "ca.pem", folder / "answer"
    answer.write_bytes(ANSWER)
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        f"""global
  nbthread {workers}
  maxconn 4096
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
frontend bench
  bind 127.0.0.1:{port} ssl crt {both} ca-file {ca} verify required no-tls-tickets ssl-max-ver TLSv{tls}
  http-request return status 200 content-type text/xml file {answer}
"""
    )
    return ["haproxy", "-f", str(configuration), "-q"]


def _mountebank(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    imposter = {
        "port": port,
        "protocol": "https",
        "host": "127.0.0.1",
        "cert": (certificates / "server.pem").read_text(),
        "key": (certificates / "server.key").read_text(),
        "ca": [(certificates / "ca.pem").read_text()],
        "mutualAuth": True,
        "rejectUnauthorized": True,
        "defaultResponse": {
            "statusCode": 200,
            "headers": {"Connection": "keep-alive", "Content-Length": len(ANSWER)},
            "body": ANSWER.decode(),
        },
        "stubs": [],
    }
    configuration = folder / "imposters.json"
    configuration.write_text(json.dumps({"imposters": [imposter]}))
    program = str(Path(shutil.which("mb") or "mb").resolve())
    options = [
        f"--tls-max-v{tls}",
        program,
        "start",
        "--configfile",
        str(configuration),
        "--port",
        str(free_port()),
        "--localOnly",
    ]
    return ["node", *options, "--nologfile", "--pidfile", str(folder / "pid"), "--loglevel", "error"]


def _wiremock(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    password, own, trusted = "changeit", folder / "server.p12", folder / "trusted.p12"
    export = ["openssl", "pkcs12", "-export", "-in", certificates / "server.pem", "-inkey", certificates / "server.key"]
    subprocess.run([*export, "-out", own, "-passout", f"pass:{password}"], check=True, capture_output=True)
    imported = ["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", certificates / "ca.pem"]
    stored = ["-keystore", trusted, "-storetype", "PKCS12", "-storepass", password]
    subprocess.run([*imported, *stored], check=True, capture_output=True)
    (folder / "mappings").mkdir()
    mapping = {"request": {"method": "ANY", "urlPattern": ".*"}, "response": {"status": 200, "body": ANSWER.decode()}}
    (folder / "mappings" / "all.json").write_text(json.dumps(mapping))
    command = ["java", f"-Djdk.tls.server.protocols=TLSv{tls}", "-jar", str(_jar("WIREMOCK_JAR")), "--disable-banner"]
    command += ["--disable-http", "--https-port", str(port), "--bind-address", "127.0.0.1", "--root-dir", str(folder)]
    command += ["--https-keystore", str(own), "--keystore-password", password, "--key-manager-password", password]
    command += ["--keystore-type", "PKCS12", "--truststore-type", "PKCS12", "--https-truststore", str(trusted)]
    return [
        *command,
        "--truststore-password",
        password,
        "--https-require-client-cert",
        "--no-request-journal",
        "--use-chunked-encoding",
        "never",
    ]


def _mockserver(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    expectation = {"httpRequest": {}, "httpResponse": {"statusCode": 200, "body": ANSWER.decode()}}
    (folder / "expectations.json").write_text(json.dumps([expectation]))
    settings = {
        "initializationJsonPath": folder / "expectations.json",
        "tlsMutualAuthenticationRequired": "true",
        "tlsMutualAuthenticationCertificateChain": certificates / "ca.pem",
        "certificateAuthorityCertificate": certificates / "ca.pem",
        "x509CertificatePath": certificates / "server.pem",
        "privateKeyPath": certificates / "server.key",
        "tlsProtocols": f"TLSv{tls}",
        "logLevel": "ERROR",
        "disableSystemOut": "true",
    }
    options = [f"-Dmockserver.{name}={value}" for name, value in settings.items()]
    return ["java", *options, "-jar", str(_jar("MOCKSERVER_JAR")), "-serverPort", str(port)]


PEERS: dict[str, Peer] = {
    "provider-stub": Peer(_provider, rival=True),
    JOURNAL: Peer(_journal, rival=True),
    "nginx": Peer(_nginx, "nginx on the path", lambda: shutil.which("nginx"), rival=True, version=("nginx", "-v")),
    "haproxy": Peer(_haproxy, "haproxy on the path", lambda: shutil.which("haproxy"), version=("haproxy", "-v")),
    "node https": Peer(_node, "node on the path", lambda: shutil.which("node"), 400, version=("node", "--version")),
    "http.server": Peer(_http_server),
    "mountebank": Peer(
        _mountebank,
        "mb on the path (npm: mountebank)",
        lambda: shutil.which("mb"),
        400,
        mock=True,
        version=("mb", "--version"),
    ),
    "WireMock": Peer(
        _wiremock,
        "jar at WIREMOCK_JAR (npm: wiremock), with java and keytool",
        lambda: _jar("WIREMOCK_JAR"),
        2000,
        mock=True,
        version=("java", "-jar", "$WIREMOCK_JAR", "--version"),
    ),
    "MockServer": Peer(
        _mockserver,
        "jar with dependencies at MOCKSERVER_JAR, with java",
        lambda: _jar("MOCKSERVER_JAR"),
        2000,
        mock=True,
    ),
}
