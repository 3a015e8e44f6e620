"""Personalities beside the real stacks: the same client, the same causes, the same view.

Each test starts the real server if it is installed and skips with the reason if not.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from provider_stub import Provider
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import HttpAnswer
from provider_stub.refusals.personality import PERSONALITIES
from tests.ports import free_port
from tests.provider_stub.conftest import ended_visits

CAUSES = [None, "client", "stranger", "self", "expired", "young", "wrong-use"]
START_SECONDS = 20.0
TIMES = int(os.environ.get("SN_MOCK_TIMES", "5"))
"""How often a cell is looked at; 100 for the record."""
REQUEST = b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def view(port: int, context: ssl.SSLContext, patience: float = 1.0) -> str:
    """What a client sees that reads before it gives up: an alert, an HTTP status with its page, or the end."""
    with socket.create_connection(("127.0.0.1", port), 20) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b""
        try:
            with context.wrap_socket(raw, server_hostname="localhost") as tls:
                if tls.version() == "TLSv1.3":
                    _look_first(tls, patience)
                tls.sendall(REQUEST)
                while chunk := tls.recv(65536):
                    data += chunk
        except ssl.SSLError as error:
            if error.reason is not None and "ALERT" in error.reason:
                return error.reason
        except OSError:
            pass
    if not data:
        return "the end"
    head, _, body = data.partition(b"\r\n\r\n")
    status = head.split()[1].decode()
    return status if status == "200" else f"{status} {body.decode()}"


def _look_first(tls: ssl.SSLSocket, patience: float) -> None:
    """In TLS 1.3 the verdict comes after the client's handshake; give it a moment to arrive before anything is sent."""
    tls.settimeout(patience)
    with contextlib.suppress(TimeoutError):
        if tls.recv(1) == b"":
            raise ConnectionError
    tls.settimeout(20)


@contextlib.contextmanager
def real(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """A real server; skipped where it is not installed."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"{command[0]} does not start: {(folder / 'log').read_text(errors='replace')[-300:]}")
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def compare(pki, port: int, personality: str, patience: float = 1.0, **changes) -> None:
    """Both versions and all causes against the real one and ours."""
    with Provider(pki.policy(personality=personality, **changes)) as ours:
        theirs, mine = {}, {}
        for version in ("1.2", "1.3"):
            for who in CAUSES:
                context = pki.client_context(who, version)
                theirs[version, who] = view(port, context, patience)
                mine[version, who] = view(ours.port, context, patience)
    assert mine == theirs


@pytest.fixture
def files(pki, tmp_path):
    """Server certificate, key and client CA as files of their own."""
    server = pki.people["server"]
    (tmp_path / "server.pem").write_bytes(server.certificate_pem)
    (tmp_path / "server.key").write_bytes(server.key_pem)
    (tmp_path / "both.pem").write_bytes(server.pem)
    (tmp_path / "ca.pem").write_bytes(pki.root.certificate_pem)
    return tmp_path


def test_nginx(pki, files):
    """nginx with ssl_verify_client on."""
    port = free_port()
    (files / "nginx.conf").write_text(
        f"""daemon off; pid {files}/pid; error_log {files}/error.log;
events {{}}
http {{
  access_log off; server_tokens off; client_body_temp_path {files}/b; proxy_temp_path {files}/p;
  fastcgi_temp_path {files}/f; uwsgi_temp_path {files}/u; scgi_temp_path {files}/s;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {files}/server.pem; ssl_certificate_key {files}/server.key;
    ssl_client_certificate {files}/ca.pem; ssl_verify_client on; ssl_protocols TLSv1.2 TLSv1.3;
    location / {{ return 200 "ok"; }}
  }}
}}"""
    )
    with real(["nginx", "-p", str(files), "-c", str(files / "nginx.conf")], port, files):
        _accept_empty_posts(pki, port, "nginx")
        assert _plain(port) == _plain_ours(pki, "nginx")


def _accept_empty_posts(pki, port: int, personality: str) -> None:
    """Compare with a service that answers 200 to anything, as the real servers here do."""
    patience = 0.05 if personality == "nginx" else 1.0  # nginx has no verdict to wait for
    compare(pki, port, personality, patience, http_status=200)


def _plain(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        data = b""
        with contextlib.suppress(OSError):
            while chunk := sock.recv(65536):
                data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    return f"{head.split(b' ')[1:2]} {body!r}"


def _plain_ours(pki, personality: str) -> str:
    with Provider(pki.policy(personality=personality)) as ours:
        return _plain(ours.port)


def test_haproxy(pki, files):
    """haproxy with verify required."""
    port = free_port()
    (files / "haproxy.cfg").write_text(
        f"""global
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:{port} ssl crt {files}/both.pem ca-file {files}/ca.pem verify required
  http-request return status 200 content-type text/plain string ok
"""
    )
    with real(["haproxy", "-f", str(files / "haproxy.cfg")], port, files):
        _accept_empty_posts(pki, port, "haproxy")


def test_openssl_s_server(pki, files):
    """openssl s_server -Verify, which fails the handshake."""
    port = free_port()
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", "server.pem", "-key", "server.key"]
    command += ["-CAfile", "ca.pem", "-Verify", "3", "-verify_return_error", "-www", "-quiet"]
    with real(command, port, files):
        theirs, mine = {}, {}
        with Provider(pki.policy()) as ours:
            for version in ("1.2", "1.3"):
                for who in [who for who in CAUSES if who != "client"]:
                    context = pki.client_context(who, version)
                    theirs[version, who], mine[version, who] = view(port, context), view(ours.port, context)
        assert mine == theirs


def test_node(pki, files):
    """node's https with requestCert."""
    port = free_port()
    (files / "server.js").write_text(
        f"""const fs = require('fs');
require('https').createServer({{cert: fs.readFileSync('server.pem'), key: fs.readFileSync('server.key'),
  ca: fs.readFileSync('ca.pem'), requestCert: true, rejectUnauthorized: true}},
  (request, response) => {{ request.resume(); response.end('ok'); }}).listen({port}, '127.0.0.1');"""
    )
    with real(["node", "server.js"], port, files):
        _accept_empty_posts(pki, port, "node")


JAVA = """
import java.io.*; import java.net.*; import java.security.*; import javax.net.ssl.*;
class Server {
  public static void main(String[] a) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12"), ca = KeyStore.getInstance("PKCS12");
    own.load(new FileInputStream("server.p12"), "changeit".toCharArray());
    ca.load(null, null);
    ca.setCertificateEntry("ca", java.security.cert.CertificateFactory.getInstance("X.509")
        .generateCertificate(new FileInputStream("ca.pem")));
    KeyManagerFactory k = KeyManagerFactory.getInstance("SunX509"); k.init(own, "changeit".toCharArray());
    TrustManagerFactory t = TrustManagerFactory.getInstance("PKIX"); t.init(ca);
    SSLContext context = SSLContext.getInstance("TLS"); context.init(k.getKeyManagers(), t.getTrustManagers(), null);
    ServerSocket listener = new ServerSocket(Integer.parseInt(a[0]), 50, InetAddress.getByName("127.0.0.1"));
    while (true) {
      Socket raw = listener.accept();
      new Thread(() -> { try { serve(context, raw); } catch (Exception e) { } }).start();
    }
  }
  static void serve(SSLContext context, Socket raw) throws Exception {
    // layered, so that the raw socket stays ours: half-close and drain, else RST may overtake the alert
    try (raw) {
      SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), false);
      tls.setUseClientMode(false); tls.setNeedClientAuth(true);
      try {
        tls.startHandshake();
        InputStream in = tls.getInputStream(); byte[] buffer = new byte[4096]; int seen = 0;
        String text = "";
        while (!text.contains("\\r\\n\\r\\n") && (seen = in.read(buffer)) > 0) text += new String(buffer, 0, seen);
        tls.getOutputStream().write("HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n".getBytes());
        tls.close();
      } catch (IOException refused) { }
      try { raw.shutdownOutput(); } catch (IOException e) { }
      raw.setSoTimeout(2000);
      while (raw.getInputStream().read() >= 0) { }
    }
  }
}
"""


def test_java(pki, files):
    """A Java SSLServerSocket-like server with needClientAuth; other Java generations have other rows."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    version = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    major = int(version.partition('version "')[2].partition(".")[0].partition('"')[0] or 0)
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    server = pki.people["server"]
    store = pkcs12.serialize_key_and_certificates(
        b"server", server.key, server.certificate, None, BestAvailableEncryption(b"changeit")
    )
    (files / "server.p12").write_bytes(store)
    (files / "Server.java").write_text(JAVA)
    port = free_port()
    with real(["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "Server.java", str(port)], port, files):
        _accept_empty_posts(pki, port, "jsse-25" if major >= 25 else "jsse")


GO = """
package main
import ("crypto/tls"; "crypto/x509"; "io"; "log"; "net/http"; "os")
func main() {
	ca, _ := os.ReadFile("ca.pem")
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	server := &http.Server{
		Addr: "127.0.0.1:" + os.Args[1],
		TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool},
		ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }),
	}
	log.Fatal(server.ListenAndServeTLS("server.pem", "server.key"))
}
"""


def test_go(pki, files):
    """Go's net/http with RequireAndVerifyClientCert; which alerts it sends depends on its version."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    (files / "main.go").write_text(GO)
    home = {**os.environ, "GOCACHE": str(files / "cache"), "GO111MODULE": "off", "GOTOOLCHAIN": "local"}
    built = subprocess.run(
        [go, "build", "-o", "server", "main.go"], cwd=files, env=home, capture_output=True, check=False
    )
    if built.returncode:
        pytest.skip(f"go does not build: {built.stderr.decode()[-300:]}")
    version = subprocess.run([go, "env", "GOVERSION"], env=home, capture_output=True, text=True, check=True).stdout
    minor = int(version.strip().removeprefix("go1.").partition(".")[0])
    port = free_port()
    personality = "go" if minor >= 27 else "go-1.19"
    if 19 < minor < 27:
        pytest.skip(f"{version.strip()} was never measured")
    with real([str(files / "server"), str(port)], port, files):
        _accept_empty_posts(pki, port, personality)
        assert _plain(port) == _plain_ours(pki, personality)


HTTP_SERVER = """
import com.sun.net.httpserver.*; import java.io.*; import java.net.*; import java.security.*; import javax.net.ssl.*;
class Sun {
  public static void main(String[] a) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12"), ca = KeyStore.getInstance("PKCS12");
    own.load(new FileInputStream("server.p12"), "changeit".toCharArray());
    ca.load(null, null);
    ca.setCertificateEntry("ca", java.security.cert.CertificateFactory.getInstance("X.509")
        .generateCertificate(new FileInputStream("ca.pem")));
    KeyManagerFactory k = KeyManagerFactory.getInstance("SunX509"); k.init(own, "changeit".toCharArray());
    TrustManagerFactory t = TrustManagerFactory.getInstance("PKIX"); t.init(ca);
    SSLContext context = SSLContext.getInstance("TLS"); context.init(k.getKeyManagers(), t.getTrustManagers(), null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(a[0])), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(context) {
      public void configure(HttpsParameters p) {
        SSLParameters q = context.getDefaultSSLParameters(); q.setNeedClientAuth(true); p.setSSLParameters(q);
      }
    });
    server.createContext("/", x -> { x.getRequestBody().readAllBytes(); x.sendResponseHeaders(200, -1); x.close(); });
    server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
    server.start();
  }
}
"""


def test_jdk_http_server(pki, files):
    """The JDK's own HttpsServer: no alert for anybody, in either version."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    server = pki.people["server"]
    store = pkcs12.serialize_key_and_certificates(
        b"server", server.key, server.certificate, None, BestAvailableEncryption(b"changeit")
    )
    (files / "server.p12").write_bytes(store)
    (files / "Sun.java").write_text(HTTP_SERVER)
    port = free_port()
    with real(["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "Sun.java", str(port)], port, files):
        _accept_empty_posts(pki, port, "jdk-httpserver")


def _apache(files: Path, port: int, modules: tuple[str, ...], rest: str) -> list[str]:
    """The command of an Apache httpd with TLS; skipped where it is not installed."""
    folder = Path("/usr/lib/apache2/modules")
    if not folder.is_dir():
        pytest.skip("apache2 is not installed")
    names = ("mpm_event", "authz_core", "ssl", *modules)
    loaded = "".join(f"LoadModule {name}_module {folder}/mod_{name}.so\n" for name in names)
    (files / "httpd.conf").write_text(
        f"""{loaded}ServerRoot {files}
PidFile {files}/pid
ErrorLog {files}/error.log
Listen 127.0.0.1:{port}
ServerName localhost
Mutex file:{files}
SSLEngine on
SSLCertificateFile {files}/server.pem
SSLCertificateKeyFile {files}/server.key
SSLCACertificateFile {files}/ca.pem
SSLProtocol -all +TLSv1.2 +TLSv1.3
{rest}
"""
    )
    return ["apache2", "-X", "-f", str(files / "httpd.conf")]


def test_apache(pki, files):
    """Apache httpd with SSLVerifyClient for the whole server: OpenSSL's own alerts."""
    port = free_port()
    with real(_apache(files, port, ("alias",), "SSLVerifyClient require\nRedirectMatch 204 ^"), port, files):
        compare(pki, port, "openssl", http_status=204)


LOCATION = """
<Location />
SSLVerifyClient require
SSLVerifyDepth 3
Require all granted
Redirect 204 /
</Location>"""


def test_apache_location(pki, files):
    """Apache httpd with SSLVerifyClient in a Location: asked after the request, and 403 or 413 where that cannot be."""
    port = free_port()
    with real(_apache(files, port, ("alias",), LOCATION), port, files):
        compare(pki, port, "apache-location", 0.05, http_status=204)
        theirs, mine = {}, {}
        with Provider(pki.policy(personality="apache-location", http_status=204)) as ours:
            for version in ("1.2", "1.3"):
                for size in (131072, 131073):
                    context = pki.client_context("client", version)
                    theirs[version, size] = _post(port, context, size)
                    mine[version, size] = _post(ours.port, context, size)
            for who in CAUSES:
                context = pki.client_context(who, "1.3")
                context.post_handshake_auth = True
                theirs[who] = view(port, context, 0.05)
                mine[who] = view(ours.port, context, 0.05)
        assert mine == theirs
        assert (theirs["1.2", 131072][0], theirs["1.2", 131073][0], theirs["client"]) == (204, 413, "204 ")


def _post(port: int, context: ssl.SSLContext, size: int) -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=20)
    with contextlib.closing(connection):
        connection.request("POST", "/tickets", b"x" * size)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_late_bytes_may_meet_a_reset(pki, version):
    """`late_bytes = "reset"`: who writes before he reads finds the connection reset; without it he reads his alert."""
    seen = {}
    for late_bytes, pieces in (("reset", 1000), ("read", 3)):
        with Provider(pki.policy(late_bytes=late_bytes)) as provider:
            seen[late_bytes] = _write_first(provider.port, pki.client_context("stranger", version), pieces)
            (visit,) = ended_visits(provider, 1)
            assert (visit.reason, visit.alert_sent) == ("unknown-ca", "unknown_ca")
    assert seen["read"] == "TLSV1_ALERT_UNKNOWN_CA"
    assert seen["reset"] in (
        "ConnectionResetError",
        "BrokenPipeError",
        "SSLEOFError",
        "TLSV1_ALERT_UNKNOWN_CA",
    )  # EOF: OpenSSL's EPIPE
    if version == "1.3":
        assert seen["reset"] != "TLSV1_ALERT_UNKNOWN_CA"


def _write_first(port: int, context: ssl.SSLContext, pieces: int) -> str:
    """What a client gets that writes a large request before it reads anything, as Java does.

    A thousand pieces of 64 KiB are more than both ends' buffers hold, so that the writer meets the end of the
    connection however late it comes; three are read within the second that a provider lingers.
    """
    try:
        with (
            socket.create_connection(("127.0.0.1", port), 20) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as tls,
        ):
            for _ in range(pieces):
                tls.sendall(b"x" * 65536)
            tls.recv(1)
    except ssl.SSLError as error:
        return error.reason or type(error).__name__
    except OSError as error:
        return type(error).__name__
    return "nothing"


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("personality", [name for name in PERSONALITIES if name not in ("abrupt", "reset")])
def test_every_refusal_is_the_same_every_time(pki, personality, version):
    """Whatever a personality answers to a stranger, it answers every time; `reset` and `abrupt` are races by nature."""
    stack = PERSONALITIES[personality]
    patience = 0.01 if isinstance(stack.outcome(Cause.UNKNOWN_CA), HttpAnswer) else 1.0
    with Provider(pki.policy(personality=personality)) as provider:
        context = pki.client_context("stranger", version)
        views = {view(provider.port, context, patience) for _ in range(TIMES)}
    assert len(views) == 1
