"""The `jsse` personality beside Tomcat and Jetty, and `openssl` beside stunnel, cell by cell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from tests.ports import free_port
from tests.provider_stub.refusals.test_provider_parity import compare, real

JARS = Path("/usr/share/java")

TOMCAT = """
import org.apache.catalina.connector.Connector; import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.*; import java.io.*; import jakarta.servlet.http.*;
class Cat {
  public static void main(String[] a) throws Exception {
    Tomcat tomcat = new Tomcat(); tomcat.setBaseDir("cat");
    Connector c = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    c.setPort(Integer.parseInt(a[0])); c.setSecure(true); c.setScheme("https");
    c.setProperty("SSLEnabled", "true"); c.setProperty("address", "127.0.0.1");
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("required"); host.setProtocols("TLSv1.2+TLSv1.3");
    host.setTruststoreFile(new File("trust.p12").getAbsolutePath()); host.setTruststorePassword("changeit");
    SSLHostConfigCertificate own = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    own.setCertificateKeystoreFile(new File("server.p12").getAbsolutePath());
    own.setCertificateKeystorePassword("changeit"); host.addCertificate(own); c.addSslHostConfig(host);
    tomcat.setConnector(c);
    var context = tomcat.addContext("", new File(".").getAbsolutePath());
    Tomcat.addServlet(context, "all", new HttpServlet() {
      protected void service(HttpServletRequest q, HttpServletResponse r) { r.setStatus(204); }
    });
    context.addServletMappingDecoded("/*", "all"); tomcat.start(); tomcat.getServer().await();
  }
}
"""
JETTY = """
import org.eclipse.jetty.server.*; import org.eclipse.jetty.server.handler.*;
import org.eclipse.jetty.util.ssl.SslContextFactory; import javax.servlet.http.*;
class Jet {
  public static void main(String[] a) throws Exception {
    Server server = new Server();
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStorePath("server.p12"); tls.setKeyStorePassword("changeit");
    tls.setTrustStorePath("trust.p12"); tls.setTrustStorePassword("changeit"); tls.setNeedClientAuth(true);
    ServerConnector c = new ServerConnector(server, new SslConnectionFactory(tls, "http/1.1"),
        new HttpConnectionFactory());
    c.setHost("127.0.0.1"); c.setPort(Integer.parseInt(a[0])); server.addConnector(c);
    server.setHandler(new AbstractHandler() {
      public void handle(String t, Request b, HttpServletRequest q, HttpServletResponse r) {
        r.setStatus(204); b.setHandled(true);
      }
    });
    server.start(); server.join();
  }
}
"""

ANSWER = r"""#!/bin/sh
while read -r line && [ ${#line} -gt 1 ]; do :; done
printf 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'
"""


def _jars(*patterns: str) -> str:
    found = [next(iter(sorted(JARS.glob(pattern))), None) for pattern in patterns]
    if shutil.which("java") is None or shutil.which("keytool") is None or None in found:
        pytest.skip(f"java or one of {', '.join(patterns)} is not installed")
    return ":".join(str(jar) for jar in found)


def _stores(pki, folder: Path) -> None:
    """server.p12 and trust.p12 as a servlet server wants them."""
    server = pki.people["server"]
    protection = BestAvailableEncryption(b"changeit")
    own = pkcs12.serialize_key_and_certificates(b"server", server.key, server.certificate, None, protection)
    (folder / "server.p12").write_bytes(own)
    (folder / "ca.pem").write_bytes(pki.root.certificate_pem)
    command = ["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", "ca.pem", "-keystore", "trust.p12"]
    subprocess.run([*command, "-storepass", "changeit"], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "source", "jars"),
    [
        ("Cat", TOMCAT, ("tomcat10-embed-core.jar",)),
        ("Jet", JETTY, ("jetty9-server.jar", "jetty9-http.jar", "jetty9-io.jar", "jetty9-util.jar", "servlet-api.jar")),
    ],
    ids=["tomcat", "jetty"],
)
def test_servlet_servers(pki, tmp_path, name, source, jars):
    """Tomcat with certificateVerification required and Jetty with needClientAuth say what `jsse` says."""
    path = _jars(*jars)
    _stores(pki, tmp_path)
    (tmp_path / f"{name}.java").write_text(source)
    port = free_port()
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", path, f"{name}.java", str(port)]
    with real(command, port, tmp_path):
        compare(pki, port, "jsse", http_status=204)


def test_stunnel(pki, tmp_path):
    """stunnel with verifyChain and requireCert fails the handshake as OpenSSL does."""
    server = pki.people["server"]
    (tmp_path / "both.pem").write_bytes(server.pem)
    (tmp_path / "ca.pem").write_bytes(pki.root.certificate_pem)
    answer = tmp_path / "answer.sh"
    answer.write_text(ANSWER)
    answer.chmod(0o755)
    port = free_port()
    (tmp_path / "stunnel.conf").write_text(
        f"""foreground = yes
pid =
[all]
accept = 127.0.0.1:{port}
cert = {tmp_path}/both.pem
CAfile = {tmp_path}/ca.pem
verifyChain = yes
requireCert = yes
sslVersionMin = TLSv1.2
exec = {answer}
"""
    )
    with real(["stunnel", str(tmp_path / "stunnel.conf")], port, tmp_path):
        compare(pki, port, "openssl", http_status=204)
