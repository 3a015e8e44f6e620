"""The servers that are compared: how each is started, and what CPU and memory it has used."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ANSWER = b"<answer>" + b"x" * 600 + b"</answer>"
START_SECONDS = 60.0
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass
class Server:
    """A running server and its processes."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    started: float
    """perf_counter() at the start of its process."""

    def pids(self) -> list[int]:
        """The process and its descendants."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for children in Path(f"/proc/{pid}/task").glob("*/children"):
                    found += [int(child) for child in children.read_text().split()]
        return found

    def cpu_ms(self) -> float:
        """User and system time of all processes, in milliseconds."""
        return sum(_cpu_ms(pid) for pid in self.pids())

    def rss_mib(self) -> float:
        """Resident memory of all processes, in MiB."""
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB for pid in self.pids()) / 1024


def _cpu_ms(pid: int) -> float:
    """A process's CPU time with all its threads, ended ones, too (Linux clock id of a process, CPUCLOCK_SCHED)."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e6


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def available() -> dict[str, str | None]:
    """Server name -> None, or why it is absent."""
    return {
        "provider-stub": None,
        "nginx": None if shutil.which("nginx") else "nginx is not installed",
        "node https": None if shutil.which("node") else "node is not installed",
        "http.server": None,
    }


@contextlib.contextmanager
def running(name: str, certificates: Path, folder: Path, *, tls: str = "1.3", workers: int = 1) -> Iterator[Server]:
    """Start a server that demands client certificates of `certificates/ca.pem`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = _COMMANDS[name](certificates, folder, port, tls, workers)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled, a checkout may not be
    begun = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=ROOT)
    server = Server(name, port, process, begun)
    try:
        _wait(server, folder)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, folder: Path) -> None:
    while time.perf_counter() - server.started < START_SECONDS:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 0.2):
            return
        if server.process.poll() is not None:
            break
        time.sleep(0.002)
    raise RuntimeError(f"{server.name} did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")


def _provider(certificates: Path, folder: Path, port: int, tls: str, workers: int) -> list[str]:
    policy = folder / "policy.toml"
    policy.write_text(
        f'trust = ["{certificates}/ca.pem"]\nserver_certificate = "{certificates}/server.pem"\n'
        f'server_key = "{certificates}/server.key"\ntls_max = "{tls}"\n'
    )
    command = [sys.executable, "-m", "provider_stub", "serve", "--policy", str(policy), "--port", str(port)]
    return [*command, "--workers", str(workers)]


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


_COMMANDS = {"provider-stub": _provider, "nginx": _nginx, "node https": _node, "http.server": _http_server}
