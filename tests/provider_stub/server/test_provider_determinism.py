"""The same refusal looks the same every time, to every client.

`SN_MOCK_RUNS=100 pytest tests/provider_stub/server/test_provider_determinism.py` repeats each case a hundred times.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from provider_stub import Provider, Verdict

RUNS = int(os.environ.get("SN_MOCK_RUNS", "3"))
WHO = ["stranger", "self", "expired", "young", "wrong-use", None]
ALERTS = {
    "stranger": "unknown_ca",
    "self": "unknown_ca",
    "expired": "certificate_expired",
    "young": "bad_certificate",
    "wrong-use": "unsupported_certificate",
}
pytestmark = pytest.mark.timeout(1200)


def expected(who: str | None, version: str) -> str:
    """The alert of this cause."""
    if who is None:
        return "certificate_required" if version == "1.3" else "handshake_failure"
    return ALERTS[who]


@pytest.fixture(scope="module")
def provider(pki):
    """Advertises no CA names, so that Java sends what it has."""
    with Provider(pki.policy(advertise="none")) as running:
        yield running


def settled(provider: Provider, runs: int) -> None:
    """Every run is a refused visit."""
    visits = provider.wait_for_visits(runs, timeout=30)
    assert Counter(visit.verdict for visit in visits) == {Verdict.REFUSED: runs}
    provider.clear()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("who", WHO)
def test_python_client(provider, pki, place, version, who):
    """Python's ssl sees the alert in every run."""
    provider.clear()
    context = pki.client_context(who, version)
    seen = Counter(place(provider, context).error for _ in range(RUNS))
    (text,) = seen
    assert text.lower().endswith(f"alert_{expected(who, version)}")
    settled(provider, RUNS)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("who", WHO)
def test_curl(provider, pki, version, who):
    """curl prints the alert in every run."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    provider.clear()
    command = ["curl", "-sS", "--noproxy", "*", "--cacert", str(pki.path("root")), f"--tlsv{version}"]
    command += ["--tls-max", version, "-d", "<x/>", f"https://localhost:{provider.port}/tickets"]
    if who is not None:
        command += ["--cert", str(pki.path(who))]
    seen: Counter[str] = Counter()
    for _ in range(RUNS):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        found = re.search(r"alert ([a-z ]+)", done.stderr)
        seen[found[1].strip().replace(" ", "_") if found else done.stderr.splitlines()[0]] += 1
    (text,) = seen
    # curl's own words for an expired certificate, whoever found that out (lib/vtls/openssl.c)
    own_words = who == "expired" and text == "curl: (60) SSL certificate verification failed"
    assert text == expected(who, version) or own_words
    settled(provider, sum(seen.values()))


JAVA = """
import java.io.*; import java.net.*; import java.security.*; import javax.net.ssl.*;
class Client {
  public static void main(String[] a) throws Exception {
    int port = Integer.parseInt(a[0]), runs = Integer.parseInt(a[1]);
    KeyStore ca = KeyStore.getInstance("PKCS12"); ca.load(null, null);
    ca.setCertificateEntry("ca", java.security.cert.CertificateFactory.getInstance("X.509")
        .generateCertificate(new FileInputStream("root.pem")));
    TrustManagerFactory t = TrustManagerFactory.getInstance("PKIX"); t.init(ca);
    for (String version : new String[] {"1.2", "1.3"}) for (int i = 2; i < a.length; i++) {
      KeyManager[] keys = null;
      if (!a[i].equals("none")) {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(new FileInputStream(a[i] + ".p12"), "changeit".toCharArray());
        KeyManagerFactory k = KeyManagerFactory.getInstance("SunX509"); k.init(own, "changeit".toCharArray());
        keys = k.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS"); context.init(keys, t.getTrustManagers(), null);
      for (int run = 0; run < runs; run++) {
        String seen = "200";
        try (SSLSocket s = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
          s.setEnabledProtocols(new String[] {"TLSv" + version});
          s.startHandshake();
          s.getOutputStream().write("GET /tickets HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n".getBytes());
          if (s.getInputStream().read() < 0) seen = "end of stream";
        } catch (Exception e) { seen = e.toString(); }
        System.out.println(version + "|" + a[i] + "|" + seen);
      }
    }
  }
}
"""


def test_java(provider, pki, tmp_path):
    """A Java client throws `Received fatal alert: …` in every run."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    provider.clear()
    (tmp_path / "Client.java").write_text(JAVA)
    (tmp_path / "root.pem").write_bytes(pki.path("root").read_bytes())
    names = [who for who in WHO if who is not None]
    for name in names:
        identity = pki.people[name]
        data = pkcs12.serialize_key_and_certificates(
            name.encode(), identity.key, identity.certificate, None, BestAvailableEncryption(b"changeit")
        )
        (tmp_path / f"{name}.p12").write_bytes(data)
    command = ["java", "-XX:TieredStopAtLevel=1", "Client.java", str(provider.port), str(RUNS), *names, "none"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=1000, check=True)
    seen = Counter(tuple(line.split("|")) for line in done.stdout.splitlines())
    wanted = {
        (version, who or "none", expected(who, version)): RUNS for version in ("1.2", "1.3") for who in (*names, None)
    }
    prefix = re.compile(r".*SSLHandshakeException: (?:\([a-z_]+\) )?Received fatal alert: ")
    assert {(v, who, prefix.sub("", text)): count for (v, who, text), count in seen.items()} == wanted
    settled(provider, RUNS * 12)
