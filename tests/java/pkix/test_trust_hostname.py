"""Host names: each client library's rules and words, measured with JSSE (JDK 17, 25) and HttpClient 4.5.14."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from sn_mock.java.httpclient.clients import known
from sn_mock.java.lang.jdk import REFERENCE, named
from sn_mock.java.pkix.hostname import httpclient4_fault, jsse_fault
from sn_mock.java.pkix.trust import TrustPolicy, check_server
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.certificates import parse_certificate

HOSTS = ("localhost", "*.acme.test", "127.0.0.1", "::2")


@pytest.mark.parametrize(
    ("host", "hosts", "text"),
    [
        ("localhost", HOSTS, None),
        ("LOCALHOST", HOSTS, None),
        ("localhost.", HOSTS, None),
        ("a.acme.test", HOSTS, None),
        ("127.0.0.1", HOSTS, None),
        ("[::2]", HOSTS, None),
        ("0:0:0:0:0:0:0:2", HOSTS, None),
        ("acme.test", HOSTS, "No subject alternative DNS name matching acme.test found."),
        ("a.b.acme.test", HOSTS, "No subject alternative DNS name matching a.b.acme.test found."),
        ("127.0.0.2", HOSTS, "No subject alternative names matching IP address 127.0.0.2 found"),
        ("127.0.0.1", ("localhost",), "No subject alternative names matching IP address 127.0.0.1 found"),
        ("127.0.0.1", None, "No subject alternative names present"),
        ("cn.test", None, None),
        ("other.test", None, "No name matching other.test found"),
        ("other.test", ("a@b.test",), "No name matching other.test found"),
        ("web1.acme.test", ("web*.acme.test",), None),
        ("xweb1.acme.test", ("web*.acme.test",), "No subject alternative DNS name matching xweb1.acme.test found."),
        ("localhost", ("*",), "No subject alternative DNS name matching localhost found."),
        ("a_b.test", ("a_b.test",), "Illegal given domain name: a_b.test"),
    ],
)
def test_jsse(forge: Any, root: Any, host: str, hosts: tuple[str, ...] | None, text: str | None) -> None:
    """HTTPS endpoint identification: DNS names first, the CN only where there are none, addresses exactly."""
    leaf = parse_certificate(forge.issue("cn.test", root, hosts=hosts).der)
    fault = jsse_fault(leaf.subject, leaf.extensions.alternative_names, host, java=REFERENCE)
    assert (fault[0][0].message if fault else None) == text
    if fault:
        assert [link.class_name for link in fault[0][:2]] == [
            "javax.net.ssl.SSLHandshakeException",
            "java.security.cert.CertificateException",
        ]
        assert fault[1] == 46


@pytest.mark.parametrize(("java", "fits"), [(17, True), (21, True), (25, False)])
def test_a_wildcard_in_the_middle(forge: Any, root: Any, java: int, fits: bool) -> None:
    """Until JDK 21 in any label, in JDK 25 in the first only."""
    leaf = parse_certificate(forge.issue("x", root, hosts=("a.*.acme.test",)).der)
    names = leaf.extensions.alternative_names
    assert (jsse_fault(leaf.subject, names, "a.b.acme.test", java=named(java)) is None) is fits


@pytest.mark.parametrize(
    ("host", "hosts", "shown"),
    [
        ("localhost", HOSTS, None),
        ("a.acme.test", HOSTS, None),
        ("127.0.0.1", HOSTS, None),
        ("elsewhere.test", HOSTS, "[localhost, *.acme.test, 127.0.0.1, 0:0:0:0:0:0:0:2]"),
        ("a.b.acme.test", ("*.acme.test",), "[*.acme.test]"),
        ("acme.test", ("*.acme.test",), "[*.acme.test]"),
        ("cn.test", None, None),
        ("other.test", None, "[]"),
        ("127.0.0.1", None, "[]"),
        ("cn.test", ("a@b.test",), None),
        ("localhost", ("127.0.0.1",), "[127.0.0.1]"),
        ("x.com", ("*.com",), "[*.com]"),
        ("a.co.uk", ("*.co.uk",), "[*.co.uk]"),
        ("a.test", ("*.test",), None),
        ("b.acme.test", ("*b.acme.test",), None),
    ],
)
def test_httpclient4(forge: Any, root: Any, host: str, hosts: tuple[str, ...] | None, shown: str | None) -> None:
    """The list of alternative names in angle-bracketed words; wildcards not below a public suffix."""
    leaf = parse_certificate(forge.issue("cn.test", root, hosts=hosts).der)
    fault = httpclient4_fault(leaf.subject, leaf.extensions.alternative_names, host)
    expected = f"Certificate for <{host}> doesn't match any of the subject alternative names: {shown}"
    assert (fault[0].message if fault else None) == (expected if shown else None)
    assert fault is None or fault[0].class_name == "javax.net.ssl.SSLPeerUnverifiedException"


def test_when_each_client_compares(forge: Any, root: Any, now: datetime) -> None:
    """commons-httpclient never, HttpClient 4.5 after the handshake, HttpsURLConnection inside it."""
    leaf = forge.issue("localhost", root, hosts=("localhost",))

    def refused(client: str) -> tuple[str, int, bool] | None:
        refusal = check_server(
            [leaf.der],
            anchors=[root.der],
            host="acme.test",
            when=now,
            tls="TLSv1.3",
            policy=TrustPolicy(java=REFERENCE, host_check=known(client).host_check),
        )
        return (refusal.cause, refusal.alert, refusal.after_handshake) if refusal else None

    assert refused("commons-httpclient-3.1") is None
    assert refused("commons-httpclient-3.1+telemetry") is None
    assert refused("httpclient-4.5") == ("host-name-mismatch", 0, True)
    assert refused("urlconnection") == ("host-name-mismatch", 46, False)


def test_names_as_java_writes_them() -> None:
    """`X500Principal.toString()` quotes what needs quoting and knows more keywords than RFC 2253."""
    odd = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'A, B "x"'),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@b.c"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, "12"),
            x509.NameAttribute(NameOID.COMMON_NAME, "é  two"),
        ]
    ).public_bytes()
    read = x500_names.from_der(odd)
    assert str(read) == 'CN="é  two", SERIALNUMBER=12, EMAILADDRESS=a@b.c, O="A, B \\"x\\""'
    assert read.common_name is not None
    assert read.common_name.text == "é  two"
    assert x500_names.from_der(x509.Name([]).public_bytes()).common_name is None
