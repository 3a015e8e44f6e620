"""Policy files: every key is read, every mistake is reported with file and key, nothing starts."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from provider_stub import PolicyError, Provider, ProviderPolicy
from provider_stub.policies import load
from provider_stub.policy import openssl
from provider_stub.policy.toml_file import READERS
from provider_stub.server.control import shown
from provider_stub.tls.context import injects_alerts


def problems(text: str, folder) -> list[str]:
    """What `from_toml` says about this text."""
    file = folder / "policy.toml"
    file.write_text(text)
    with pytest.raises(PolicyError) as refused:
        ProviderPolicy.from_toml(file)
    assert all(problem.file == str(file) for problem in refused.value.problems)
    return [f"{problem.key}: {problem.message}" for problem in refused.value.problems]


def test_certificates_are_shown_to_openssl_once(pki, monkeypatch):
    """The same list is taken, or refused in the same words, without another look; another list is looked at."""
    openssl.unreadable.cache_clear()
    good, bad = pki.root.der, b"\x30\x03\x02\x01\x05"
    said = {each: openssl.unreadable(each) for each in ((good,), (good, bad))}
    assert said[good,] is None
    assert said[good, bad].startswith("OpenSSL cannot read certificate 2 of 2")
    monkeypatch.setattr(openssl.ssl, "SSLContext", lambda _: pytest.fail("looked at again"))
    assert said == {each: openssl.unreadable(each) for each in said}
    with pytest.raises(pytest.fail.Exception, match="looked at again"):
        openssl.unreadable((bad,))
    assert openssl.unreadable.cache_info().maxsize == openssl.KEPT_LISTS


def test_every_field_has_a_key():
    """The file format and the value have the same names."""
    assert set(READERS) == {field.name for field in dataclasses.fields(ProviderPolicy)}


def test_a_full_policy_is_read(pki, tmp_path):
    """Paths are relative to the file, dates may be TOML dates, lists and tables arrive."""
    for name in ("root", "server", "self"):
        (tmp_path / f"{name}.pem").write_bytes(pki.path(name).read_bytes())
    file = tmp_path / "policy.toml"
    file.write_text(
        """
        client_auth = "optional"
        trust = ["root.pem"]
        trusted_leaves = ["self.pem"]
        advertise = []
        server_certificate = "server.pem"
        tls_min = "1.2"
        tls_max = "1.2"
        ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"
        now = 2027-03-01
        personality = "jsse"
        refusals = { expired = "close" }
        delay_ms = 5
        delay_at = "response"
        fault = "handshake:reset"
        idle_timeout = 2
        """
    )
    policy = ProviderPolicy.from_toml(file)
    assert policy.trust == (tmp_path / "root.pem",)
    assert policy.now == datetime(2027, 3, 1, tzinfo=UTC)
    assert policy.advertise == ()
    assert policy.refusals == {"expired": "close"}
    assert policy.idle_timeout == 2.0
    with Provider(policy) as provider:
        assert provider.port > 0


def test_all_problems_at_once(pki, tmp_path):
    """Unknown key, wrong type, unreadable file, impossible range, unknown words: one message each."""
    (tmp_path / "empty.pem").write_text("")
    found = problems(
        """
        trusst = ["a.pem"]
        trust = ["missing.pem", "empty.pem"]
        client_auth = "mandatory"
        tls_min = "1.3"
        tls_max = "1.2"
        personality = "opensssl"
        delay_ms = "soon"
        pin_sha256 = ["abc"]
        fault = "teatime:stall"
        refusals = { expired = "boom", "no-such-cause" = "close" }
        wsdl = "missing.wsdl"
        http_status = 99
        forward_to = "https://example"
        """,
        tmp_path,
    )
    text = "\n".join(found)
    assert [entry.partition(":")[0] for entry in found] == [
        "trusst",
        "delay_ms",
        "trust[0]",
        "trust[1]",
        "pin_sha256[0]",
        "personality",
        "client_auth",
        "fault",
        "http_status",
        "forward_to",
        "tls_min",
        "refusals.expired",
        "refusals.no-such-cause",
        "wsdl",
    ]
    assert "did you mean trust?" in text
    assert "No such file" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trust = [", "is not TOML"),
        ('server_certificate = "server.pem"\nserver_key = "client.pem"', "server_key: does not fit the certificate"),
        ('server_key = "server.pem"', "server_certificate: missing"),
        ('server_certificate = "root.pem"', "server_key: no private key found"),
        ('ciphers = "NO-SUCH-CIPHER"', "ciphers: OpenSSL knows no cipher"),
        ('tls_min = "2.0"', "tls_min: unknown version"),
        ('wsdl = "root.pem"', "wsdl: root.pem: is not XML"),
        ('crl = ["root.pem"]', "crl[0]"),
        ("now = 5", "now: must be a date and time"),
        ('advertise = "some"', "advertise: must be"),
        ('allow_subjects = ["/C=NL/CN=client"]', "allow_subjects[0]: must be RFC 2253 text"),
        ('wsdl = "gone.wsdl"\nresponses = "gone.toml"', "wsdl: cannot read"),
        ('wsdl = "gone.wsdl"\nresponses = "gone.toml"', "responses: cannot read"),
        ('server_certificate = "weak.pem"', "server_certificate: OpenSSL's security level finds it too weak"),
    ],
)
def test_single_mistakes(pki, tmp_path, text, words):
    """Each mistake has its sentence."""
    for name in ("root", "server", "client", "weak"):
        (tmp_path / f"{name}.pem").write_bytes(pki.path(name).read_bytes())
    assert any(words in problem for problem in problems(text, tmp_path)), problems(text, tmp_path)


def test_nothing_starts_with_a_bad_policy(pki):
    """A Provider with a key that does not fit raises, and leaves no thread and no port behind."""
    import threading

    before = threading.active_count()
    bad = pki.policy(server_key=pki.people["client"].key_pem)
    with pytest.raises(PolicyError, match="does not fit"):
        Provider(bad).start()
    assert threading.active_count() == before


def test_keys_are_never_shown(pki):
    """repr and the control port's view have no key material."""
    policy = pki.policy(server_certificate=pki.people["server"].pem, server_key=pki.people["server"].key_pem)
    assert "PRIVATE KEY" not in repr(policy)
    assert "PRIVATE KEY" not in str(shown(policy))


def test_policy_cannot_become_plain_while_running(pki):
    """TLS or not is decided at start."""
    with Provider(pki.policy()) as provider, pytest.raises(ValueError, match="plain_http"):
        provider.policy = ProviderPolicy(plain_http=True)


def test_default_provider_has_a_certificate_for_localhost(pki, place):
    """Without a certificate in the policy one is made for localhost."""
    import ssl

    with Provider(ProviderPolicy(client_auth="none")) as provider:
        pem = ssl.get_server_certificate(("127.0.0.1", provider.port))
        context = ssl.create_default_context(cadata=pem)
        assert place(provider, context).status == 200


def test_chain_can_be_left_out(pki):
    """`send_chain = false` sends the leaf alone, even if the trusted CAs could complete the chain."""
    from tls_transcript import Certificate, Direction

    def sent(send_chain: bool) -> int:
        policy = pki.policy(
            server_certificate=pki.people["via"].pem, send_chain=send_chain, trust=(pki.path("root"), pki.path("inter"))
        )
        with Provider(policy) as provider:
            context = pki.client_context()
            context.check_hostname = False
            import socket

            with (
                socket.create_connection(("127.0.0.1", provider.port)) as raw,
                context.wrap_socket(raw) if send_chain else _lenient(context, raw),
            ):
                pass
            (visit,) = provider.wait_for_visits(1)
            return len(visit.transcript.first(Certificate, Direction.SENT).chain)

    assert [sent(True), sent(False)] == [2, 1]


def _lenient(context, raw):
    import ssl

    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(raw)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, False),
        ({"personality": "nginx"}, False),
        ({"personality": "reset"}, False),
        ({"refusals": {"expired": "close"}}, False),
        ({"personality": "jsse"}, True),
        ({"refusals": {"expired": "internal_error"}}, True),
        ({"refusals": {"tls-error": "internal_error"}}, True),
        ({"sni_required": True}, True),
        ({"require_ca_signed": True}, True),
    ],
)
def test_traffic_secrets_are_asked_for_only_where_an_alert_of_our_own_may_have_to_be_sealed(changes, wanted):
    """Given a policy; its connections derive key log lines exactly where we may send what OpenSSL would not."""
    assert injects_alerts(load(ProviderPolicy(**changes))) is wanted


def test_a_weak_provider_can_be_played(pki, place):
    """Given an RSA key of 1024 bits and security level 0; it serves a client that does not mind."""
    weak = pki.policy(server_certificate=pki.path("weak"), ciphers="DEFAULT:@SECLEVEL=0")
    lenient = pki.client_context()
    lenient.set_ciphers("DEFAULT:@SECLEVEL=0")
    with Provider(weak) as provider:
        assert place(provider, lenient).status == 200
        refused = place(provider, pki.client_context())
        assert refused.status is None
        assert provider.wait_for_visits(2)[1].verdict == "client-refused"


def test_a_subject_may_be_written_with_spaces_after_its_commas(pki):
    """RFC 2253 has none, people have; an escaped comma keeps its space."""
    policy = ProviderPolicy(allow_subjects=("CN=a, O=b,  C=NL", "CN=a\\, b"))
    assert load(policy).subjects == {"CN=a,O=b,C=NL", "CN=a\\, b"}
