"""One call end to end, over real sockets and real TLS, and every way in which the handshake can end it."""

from __future__ import annotations

import gc
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.failure import JavaException
from sn_mock.instance import Instance
from sn_mock.java.net.network import ConsentNeededError
from sn_mock.lab.pki import KeySpec, KeystoreSpec, Pki
from sn_mock.outbound.calls.call import place
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.routing.outbound_call import LogLevel, MutualAuth, OutboundCall
from sn_mock.report import Chapter, page, text
from tls_transcript import Certificate, CertificateRequest, ClientHello, Direction, disagreements

BOTH = pytest.mark.parametrize("tls", ["1.2", "1.3"])
SSL_HANDSHAKE = "javax.net.ssl.SSLHandshakeException"


def call(instance: Instance, **settings: Any) -> Exchange:
    """Place AcmeTickets.CreateTicket."""
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance, **settings).execute().exchange
    assert exchange is not None
    return exchange


@BOTH
def test_a_call_that_works(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tls: str
) -> None:
    """The chosen key goes out in the one handshake there is, and both sides tell the same story of it."""
    # given
    with serve(tls_max=tls, tls_min=tls) as provider:
        # when
        exchange = call(make_instance(provider.port))
        provider.wait_for_visits(1)
        (visit,) = provider.visits
    # then
    assert exchange.failure is None
    assert exchange.ok
    assert exchange.response.status_code == 200
    assert "CreateTicketResponse" in exchange.response.body
    assert exchange.tls is not None
    assert exchange.tls.version == f"TLSv{tls}"
    assert exchange.key_choice is not None
    assert (exchange.key_choice.keystore, exchange.key_choice.alias, exchange.key_choice.sent) == (
        "ACME client",
        "acme",
        True,
    )
    assert exchange.key_choice.subject == pki["acme-client"].subject
    assert visit.peer[1] == exchange.attempts[0].local_port
    assert disagreements(exchange.transcript, visit.transcript) == ()
    assert exchange.outbound_http_log["response_status"] == 200


@BOTH
def test_certificate_is_chosen_after_the_request_was_read(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """The client's Certificate follows the CertificateRequest in one transcript with one ClientHello."""
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port))
    kinds = [type(entry.message) for entry in exchange.transcript]
    sent = [
        entry.direction is Direction.SENT and isinstance(entry.message, Certificate) for entry in exchange.transcript
    ]
    assert kinds.index(CertificateRequest) < sent.index(True)
    assert kinds.count(ClientHello) == 1
    assert len(exchange.attempts) == 1


@BOTH
def test_chain_goes_out_exactly_as_stored(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tls: str
) -> None:
    """OpenSSL would complete a leaf-only keystore from what it trusts; Java does not, and neither do we."""
    leaf_only = KeystoreSpec(keys=(KeySpec("acme", "acme-client", chain="leaf"),))
    with serve(tls_max=tls, advertise="none", partial_chain=True, trust=(pki["intermediate"].pem(),)) as provider:
        exchange = call(make_instance(provider.port, leaf_only))
    (sent,) = exchange.transcript.of(Certificate, Direction.SENT)
    assert sent.chain == pki["acme-client"].der_chain[:1]
    assert exchange.ok


@BOTH
def test_no_matching_key_sends_an_empty_certificate(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """A key of another CA is withheld, with the reason; the provider's alert is read in both versions."""
    unrelated = KeystoreSpec(keys=(KeySpec("other", "unrelated-client"),))
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, unrelated))
    alert = "handshake_failure" if tls == "1.2" else "certificate_required"
    assert exchange.failure is not None
    assert exchange.failure.cause == "certificate-required"
    assert exchange.failure.java == (JavaException(SSL_HANDSHAKE, f"Received fatal alert: {alert}"),)
    assert exchange.key_choice is not None
    assert not exchange.key_choice.sent
    assert exchange.key_choice.alias is None
    assert "no CA that the provider advertised" in exchange.key_choice.rejected[0].why


@BOTH
@pytest.mark.parametrize(
    ("identity", "alert"),
    [
        ("expired-client", "certificate_expired"),
        ("self-signed-client", "unknown_ca"),
        ("server-auth-client", "unsupported_certificate"),
    ],
)
def test_provider_refuses_the_certificate(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str, identity: str, alert: str
) -> None:
    """Java sends such certificates without a thought; the provider's alert becomes the exception."""
    with serve(tls_max=tls, advertise="none") as provider:
        exchange = call(make_instance(provider.port, KeystoreSpec(keys=(KeySpec("acme", identity),))))
    assert exchange.failure is not None
    assert str(exchange.failure.stage) == "handshake"
    assert exchange.failure.cause == alert.replace("_", "-")
    assert exchange.failure.java == (JavaException(SSL_HANDSHAKE, f"Received fatal alert: {alert}"),)
    assert exchange.response.status_code == 0
    assert exchange.outbound_http_log["response_status"] == -1


@BOTH
def test_untrusted_provider(serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str) -> None:
    """The provider sees Java's alert; no key was chosen, because Java never gets that far."""
    with serve(tls_max=tls) as provider:
        exchange = call(make_instance(provider.port, trusted="unrelated-root"))
        provider.wait_for_visits(1)
        (visit,) = provider.visits
    assert exchange.failure is not None
    assert exchange.failure.cause == "server-not-trusted"
    assert exchange.failure.java[-1].class_name == "sun.security.provider.certpath.SunCertPathBuilderException"
    assert exchange.key_choice is None
    assert exchange.presented_chain
    assert visit.alert_received == "certificate_unknown"


def test_trusting_everything(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The property accepts any provider, unless the host name is verified."""
    with serve() as provider:
        trusting = make_instance(provider.port, trusted="unrelated-root").with_property(
            "com.glide.communications.trustmanager_trust_all", "true"
        )
        assert call(trusting).ok
        strict = trusting.with_property("com.glide.communications.httpclient.verify_hostname", "true")
        assert call(strict).failure is not None


def test_the_clock_can_be_moved(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The provider's certificate is judged at `when`."""
    with serve() as provider:
        exchange = call(make_instance(provider.port), when=datetime(2050, 1, 1, tzinfo=UTC))
    assert exchange.failure is not None
    assert exchange.failure.cause == "server-certificate-expired"


def test_sni_by_release_and_property(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Before Jakarta none; later by the property; never for a name without a dot."""

    def sent(release: str, host: str, enabled: str = "true") -> str | None:
        instance = make_instance(provider.port, release=release)
        instance = instance.with_property("glide.outbound.tls_sni.enabled", enabled)
        instance = instance.replace(instance.soap_functions[0], soap_endpoint=f"https://{host}:{provider.port}/tickets")
        hello = call(instance).transcript.first(ClientHello)
        assert hello is not None
        return hello.server_name

    with serve() as provider:
        assert sent("helsinki", "acme.localhost") is None
        assert sent("kingston", "acme.localhost") == "acme.localhost"
        assert sent("kingston", "acme.localhost", "false") is None
        assert sent("kingston", "localhost") is None
        assert sent("kingston", "127.0.0.1") is None


@pytest.mark.parametrize(
    ("data", "password", "class_name"),
    [
        (None, "wrong", "java.io.IOException"),
        (b"", "changeit", "java.io.EOFException"),
        (b"-----BEGIN CERTIFICATE-----\n", "changeit", "java.io.IOException"),
    ],
)
def test_keystore_that_does_not_open(
    make_instance: Callable[..., Instance], data: bytes | None, password: str, class_name: str
) -> None:
    """A wrong password, an empty file, a PEM posing as JKS: the call ends before anything is connected."""
    from sn_mock.instance import Secret

    instance = make_instance(1, data)
    instance = instance.replace(instance.certificates[0], key_store_password=Secret(password))
    exchange = call(instance)
    assert exchange.failure is not None
    assert (str(exchange.failure.stage), exchange.failure.cause) == ("keystore", "keystore-not-loaded")
    assert exchange.failure.java[0].class_name == class_name
    assert exchange.attempts == ()
    assert "Unable to load certificate : ACME client - " in exchange.log[0]
    assert password == "changeit" or password not in repr(exchange) + str(exchange.to_json())


def test_missing_attachment(make_instance: Callable[..., Instance]) -> None:
    """A keystore record without a file does not open either."""
    instance = make_instance()
    exchange = call(instance.without(instance.attachments[0]))
    assert exchange.failure is not None
    assert str(exchange.failure.stage) == "keystore"


def test_row_order_sends_the_wrong_certificate(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], add_store: Callable[..., Instance], pki: Pki
) -> None:
    """Legacy properties left behind: the store of the first row answers, and the profile's never gets asked."""
    from sn_mock.lab.pki import write_keystore

    with serve(advertise="none") as provider:
        instance = make_instance(provider.port)
        saml = write_keystore(pki, KeystoreSpec(keys=(KeySpec("saml", "saml-sp"),)))
        instance = add_store(instance, "SAML SP", saml, "saml.jks")
        instance = replace(instance, certificates=instance.certificates[::-1])
        name = "glide.httpclient.protocol.myhttps.class"
        left_behind = instance.with_property(name, "com.glide.certificates.DBKeyStoreSocketFactory")
        broken, mended = call(left_behind), call(left_behind.with_property(name, ""))
    assert broken.key_choice is not None
    assert broken.key_choice.alias == "saml"
    assert broken.failure is not None
    assert broken.failure.cause == "unknown-ca"
    assert mended.ok


def test_mid_protocol_profile(serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki) -> None:
    """From Xanadu on a MID Protocol Profile lets a MID Server present a certificate; before, and on another, not."""
    from sn_mock.instance import EccAgent, MidProtocolProfile, Secret, SysAttachment
    from sn_mock.lab.pki import LAB_PASSWORD, write_keystore

    with serve() as provider:
        dmz = EccAgent(name="mid-dmz")
        row = MidProtocolProfile(
            protocol="midhttps",
            default_port=provider.port,
            keystore_path="/opt/agent/acme.jks",
            password=Secret(LAB_PASSWORD),
            mid_servers=(dmz.sys_id,),
        )
        file = write_keystore(pki, KeystoreSpec(keys=(KeySpec("on-the-mid", "second-client"),)))
        instance = make_instance(provider.port).with_record(dmz).with_record(row)
        instance = instance.with_record(
            SysAttachment(file_name="acme.jks", table_name=row.table, table_sys_id=row.sys_id, data=file)
        )

        def through(mid_server: str, release: str) -> Exchange:
            message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance.with_release(release))
            message.setEndpoint("midhttps://localhost/tickets")
            message.setMIDServer(mid_server)
            exchange = message.execute().exchange
            assert exchange is not None
            return exchange

        good = through("mid-dmz", "xanadu")
        assert good.ok
        assert good.key_choice is not None
        assert (good.key_choice.keystore, good.key_choice.alias) == ("/opt/agent/acme.jks", "on-the-mid")
        for mid_server, release in (("mid-dmz", "washingtondc"), ("other", "xanadu")):
            failure = through(mid_server, release).failure
            assert failure is not None
            assert failure.cause == "unsupported-scheme"
        missing = instance.without(instance.attachments[-1])
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=missing)
        message.setEndpoint("midhttps://localhost/tickets")
        message.setMIDServer("mid-dmz")
        assert "FileNotFoundException" in message.execute().getErrorMessage()


def test_http_errors_and_faults(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """An answer is an answer: no Java exception, but the stage says what it was."""
    with serve(http_status=403) as provider:
        refused = call(make_instance(provider.port))
    assert refused.failure is not None
    assert (str(refused.failure.stage), refused.failure.java) == ("http", ())
    assert (refused.response.status_code, refused.response.have_error) == (403, True)
    with serve(http_status=500, http_fault=True) as provider:
        fault = call(make_instance(provider.port))
    assert fault.failure is not None
    assert (str(fault.failure.stage), fault.failure.cause) == ("soap", "soap-fault")


def test_remote_hosts_need_consent(make_instance: Callable[..., Instance]) -> None:
    """Refused before the name is looked up; the message says how to allow it."""
    instance = make_instance()
    instance = instance.replace(instance.soap_functions[0], soap_endpoint="https://provider.example/x")
    with pytest.raises(ConsentNeededError, match="allow_remote=True"):
        call(instance)


@pytest.mark.parametrize("host", ["localhost", "acme.localhost", "127.0.0.1", "127.8.0.1", "[::1]"])
def test_this_machine_needs_none(make_instance: Callable[..., Instance], host: str) -> None:
    """Loopback by number or by name."""
    instance = make_instance()
    instance = instance.replace(instance.soap_functions[0], soap_endpoint=f"https://{host}:1/x")
    assert call(instance).failure is not None


def test_mapped_hosts(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """A name can be pointed at this machine; without consent it may not point elsewhere."""
    with serve() as provider:
        instance = make_instance(provider.port)
        endpoint = f"https://provider.example:{provider.port}/tickets"
        instance = instance.replace(instance.soap_functions[0], soap_endpoint=endpoint)
        assert call(instance, hosts={"Provider.example": "127.0.0.1"}).ok
        with pytest.raises(ConsentNeededError):
            call(instance, hosts={"provider.example": "192.0.2.1"})


def test_unknown_host(make_instance: Callable[..., Instance]) -> None:
    """Names below .invalid do not exist, and no name server is asked."""
    instance = make_instance()
    instance = instance.replace(instance.soap_functions[0], soap_endpoint="https://no-such-host.invalid/x")
    exchange = call(instance)
    assert exchange.failure is not None
    assert exchange.failure.java == (JavaException("java.net.UnknownHostException", "no-such-host.invalid"),)
    assert len(exchange.attempts) == 1


def test_pooled_connection_keeps_its_certificate(
    serve: Callable[..., Any], make_instance: Callable[..., Instance]
) -> None:
    """A keystore replaced meanwhile is not looked at while the connection lives."""
    outbound = OutboundCall(endpoint="", body="<x/>", on_message=MutualAuth(True, "myhttps"), soap=False)
    with serve(advertise="none") as provider, ConnectionPool() as pool:
        endpoint = f"https://localhost:{provider.port}/tickets?wsdl"
        get = replace(outbound, endpoint=endpoint, method="GET", body="")
        first = place(Session.on(make_instance(provider.port), pool=pool), get)
        replaced = make_instance(provider.port, KeystoreSpec(keys=(KeySpec("acme", "expired-client"),)))
        pooled, fresh = place(Session.on(replaced, pool=pool), get), place(Session.on(replaced), get)
    assert first.response.status_code == pooled.response.status_code == 200
    assert pooled.attempts[0].local_port == first.attempts[0].local_port
    assert fresh.failure is not None
    assert fresh.failure.cause == "certificate-expired"


def test_log_levels(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Basic knows no headers, elevated no bodies, all has both; credentials are blanked."""
    with serve() as provider:
        rows = {}
        for level in LogLevel:
            message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port))
            message.setLogLevel(level)
            message.setBasicAuth("alice", "sesame")
            exchange = message.execute().exchange
            assert exchange is not None
            rows[level] = exchange.outbound_http_log
    assert "request_headers" not in rows[LogLevel.BASIC]
    assert "request_body" not in rows[LogLevel.ELEVATED]
    assert "CreateTicket" in rows[LogLevel.ALL]["request_body"]
    assert "Authorization: ********" in rows[LogLevel.ALL]["request_headers"]


def test_exchange_names_the_facts_it_rested_on(make_instance: Callable[..., Instance]) -> None:
    """Each with value, evidence and source."""
    facts = call(make_instance()).facts
    for name in ("scheme_rewrite", "java", "http_client", "key_manager", "tls_versions"):
        assert " (" in facts[name]


def test_nothing_is_left_behind(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Many calls in a row: every connection is closed, every visit recorded, and no TLS context stays in memory."""
    with serve() as provider:
        instance = make_instance(provider.port)
        call(instance)
        provider.clear()
        before = contexts()
        ports = {call(instance).attempts[0].local_port for _ in range(10)}
        assert contexts() <= before
        provider.wait_for_visits(10)
        assert {visit.peer[1] for visit in provider.visits} == ports


def contexts() -> int:
    """How many SSLContexts there are, after the collector has run."""
    gc.collect()
    return sum(isinstance(thing, ssl.SSLContext) for thing in gc.get_objects())


SECRET = "geheim"


def everything_told(exchange: Exchange) -> str:
    """All that any surface shows of a call."""
    told = [json.dumps(exchange.to_json(), default=str), repr(exchange), text(exchange)]
    told.append(page("call", [Chapter(exchange, None)]))
    return "\n".join(told)


@pytest.mark.parametrize(
    ("endpoint", "cause"),
    [
        ("https://ann:geheim@localhost:{port}/tickets", None),
        ("https://ann:geheim@localhost:1/tickets", "connection-refused"),
        ("https://ann:ge{{/}}geheim@localhost:{port}/", "bad-uri"),
        ("https://ann:geheim@localhost:{port}/not allowed", "bad-uri"),
        ("https://ann:geheim@localhost:99999/", "port-out-of-range"),
        ("https://ann:geheim@/", "no-host"),
        ("strange://ann:geheim@localhost:{port}/", "unsupported-scheme"),
        ("https:ann:geheim@localhost:{port}/tickets", None),
    ],
)
def test_password_in_an_endpoint_is_told_nowhere(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], endpoint: str, cause: str | None
) -> None:
    """JSON, log, error message, findings, reports and the provider's journal know the user, not the password."""
    # given
    with serve() as provider:
        instance = make_instance(provider.port)
        url = endpoint.format(port=provider.port)
        if url.startswith("strange"):
            instance = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
            instance = instance.replace(instance.soap_functions[0], enable_mutual_auth=False)
        instance = instance.replace(instance.soap_functions[0], soap_endpoint=url)
        # when
        exchange = diagnosed(call(instance), instance)
        journal = json.dumps([visit.to_json() for visit in provider.visits])
    # then
    assert (exchange.failure.cause if exchange.failure else None) == cause
    assert SECRET not in everything_told(exchange)
    assert SECRET not in journal
    assert exchange.route is not None
    assert "********@" in exchange.route.url
    assert SECRET not in repr(OutboundCall(endpoint=url))


def test_password_in_a_proxy_address_is_told_nowhere(make_instance: Callable[..., Instance]) -> None:
    """Somebody who types a URL for the proxy's host gets its error, without the password in it."""
    instance = make_instance().with_property("glide.http.proxy_host", "http://ann:geheim@proxy.invalid")
    exchange = call(instance)
    assert exchange.failure is not None
    assert exchange.failure.cause == "unknown-host"
    assert SECRET not in everything_told(exchange)
    remote = instance.with_property("glide.http.proxy_host", "http://ann:geheim@proxy.example")
    with pytest.raises(ConsentNeededError) as caught:
        call(remote)
    assert SECRET not in str(caught.value)


def test_texts_of_a_java_that_was_not_measured_are_marked_as_assumed(make_instance: Callable[..., Instance]) -> None:
    """A failed call on 8u301 says that its words are not measured; one on 8u252 or Java 17 says they are."""
    instance = make_instance(release="helsinki")
    old, new = call(instance.with_quirk("java", "8u301")), call(make_instance(release="xanadu"))
    assert call(instance).facts["java_texts"].startswith("Java 8 (MEASURED: measured on 8u252")
    assert "ASSUMED" in old.facts["java_texts"]
    assert "8u261" in old.facts["java_texts"]
    assert "8u261" in " ".join(text(old).split())
    assert "8u261" in page("call", [Chapter(old, None)])
    assert new.facts["java_texts"] == "Java 17 (MEASURED: measured on JDK 17)"
    assert "8u261" not in text(new)


@pytest.mark.parametrize(
    ("measured", "beyond"),
    [
        ("8u504", "8u9999"),
        ("11.0.32", "11.0.33"),
        ("17.0.21", "17.0.999"),
        ("21.0.13", "21.0.14"),
        ("25", "25.0.1"),
    ],
)
def test_an_update_beyond_the_newest_measured_one_is_assumed(
    measured: str, beyond: str, make_instance: Callable[..., Instance]
) -> None:
    """Nobody measured what is later than the newest measured update; that one itself was."""
    known, later = (call(make_instance().with_quirk("java", java)).facts["java_texts"] for java in (measured, beyond))

    assert "(MEASURED: " in known
    assert f"(ASSUMED: later than {measured}, the newest that was measured" in later
