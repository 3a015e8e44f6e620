"""SOAPMessageV2 and SOAPResponseV2: ServiceNow's method names and behaviour, and what goes over the wire."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import sn_mock
from sn_mock.failure import MockUsageError
from sn_mock.instance import EccAgent, Instance, Secret, SysAuthProfileBasic
from sn_mock.outbound.messages.soap_message import SOAPMessageV2, UnknownMessageError
from sn_mock.outbound.messages.soap_message_v1 import SOAPMessage, UnsupportedAuthenticationError
from sn_mock.outbound.routing.outbound_call import LogLevel


@pytest.fixture
def message(make_instance: Callable[..., Instance]) -> SOAPMessageV2:
    """AcmeTickets.CreateTicket."""
    return SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance())


def test_string_parameters_are_escaped(message: SOAPMessageV2) -> None:
    """setStringParameter escapes, setStringParameterNoEscape does not."""
    message.setStringParameter("summary", "<a & b>")
    assert "<tic:shortDescription>&lt;a &amp; b&gt;</tic:shortDescription>" in message.getRequestBody()
    message.setStringParameterNoEscape("summary", "<b/>")
    assert "<tic:shortDescription><b/></tic:shortDescription>" in message.getRequestBody()


def test_request_body_replaces_the_envelope(message: SOAPMessageV2) -> None:
    """And no variable in it is replaced."""
    message.setStringParameter("summary", "x")
    message.setRequestBody("<e>${summary}</e>")
    assert message.getRequestBody() == "<e>${summary}</e>"


def test_endpoint_and_its_variables(message: SOAPMessageV2) -> None:
    """getEndpoint gives the URL before mutual authentication changes its scheme."""
    message.setEndpoint("https://localhost/${where}")
    message.setStringParameter("where", "tickets")
    assert message.getEndpoint() == "https://localhost/tickets"


def test_variables_and_test_values(message: SOAPMessageV2) -> None:
    """The Test related link fills them from sys_soap_message_parameters."""
    assert message.getVariables() == ["summary"]
    assert "${summary}" in message.getRequestBody()
    message.apply_test_values()
    assert "from the record" in message.getRequestBody()


def test_headers(message: SOAPMessageV2) -> None:
    """Content type and action are there from the start; setting one replaces it."""
    assert message.getRequestHeader("content-type") == "text/xml; charset=UTF-8"
    assert message.getRequestHeader("SoapAction") == '"urn:acme:CreateTicket"'
    message.setSOAPAction("urn:other")
    message.setRequestHeader("X-Trace", "1")
    message.setRequestHeader("x-trace", "2")
    assert message.getRequestHeaders() == {
        "Content-Type": "text/xml; charset=UTF-8",
        "SoapAction": '"urn:other"',
        "x-trace": "2",
    }


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb"])
def test_header_injection_is_refused(message: SOAPMessageV2, value: str) -> None:
    """A line break would be another header."""
    with pytest.raises(MockUsageError, match="line break"):
        message.setRequestHeader("X", value)


def test_the_wire_looks_like_servicenow(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Headers, their spelling and order are those of commons-httpclient 3.1 (measured)."""
    with serve() as provider:
        instance = make_instance(provider.port).with_property("glide.http.user.agent", "ServiceNow/2.0")
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
        message.setBasicAuth("alice", "sesame")
        message.execute()
        provider.wait_for_visits(1)
        request = provider.visits[0].requests[0]
    assert request.method == "POST"
    assert [name for name, _ in request.headers] == [
        "Content-Type",
        "SoapAction",
        "Authorization",
        "User-Agent",
        "Host",
        "Content-Length",
    ]
    headers = dict(request.headers)
    assert headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert headers["SoapAction"] == '"urn:acme:CreateTicket"'
    assert headers["User-Agent"] == "ServiceNow/2.0"
    assert headers["Host"] == "localhost", "the port is the profile's default port and is left out"


def test_credentials_are_not_shown(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """They go over the wire, and into nothing that is printed, logged or reported."""
    with serve() as provider:
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port))
        message.setLogLevel("all")
        message.setBasicAuth("alice", "open-sesame")
        exchange = message.execute().exchange
        provider.wait_for_visits(1)
        sent = dict(provider.visits[0].requests[0].headers)["Authorization"]
    assert exchange is not None
    assert dict(exchange.request_headers)["Authorization"] == "********"
    shown = repr(exchange) + str(exchange.to_json()) + repr(message.outbound_call())
    assert "open-sesame" not in shown
    assert sent not in shown


def test_response_getters(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Status, body and headers by every getter."""
    with serve() as provider:
        response = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port)).execute()
    assert response.getStatusCode() == 200
    assert not response.haveError()
    assert (response.getErrorCode(), response.getErrorMessage()) == (0, "")
    assert response.getHeader("CONTENT-TYPE") == response.getHeaders()["Content-Type"]
    assert response.getHeader("X-None") is None
    assert [header.name for header in response.getAllHeaders()] == list(response.getHeaders())
    assert response.getCookies() == []
    response.waitForResponse(1)
    assert "Envelope" in response.getBody()


def test_failure_is_in_the_response(message: SOAPMessageV2) -> None:
    """execute() does not raise for what happens on the way."""
    response = message.execute()
    assert response.haveError()
    assert response.getStatusCode() == 0
    assert "Connection refused" in response.getErrorMessage()


def test_use_gives_scripts_their_instance(make_instance: Callable[..., Instance]) -> None:
    """ServiceNow-style code names no instance; without one the error says what to do."""
    with sn_mock.use(make_instance()):
        assert sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket").getEndpoint().startswith("https://localhost")
    with pytest.raises(MockUsageError, match=r"sn_mock\.use"):
        sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket")


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("Nope", "X", "the instance has: AcmeTickets"),
        ("AcmeTickets", "X", "it has: CreateTicket"),
        ([], "X", r"no SOAP message '\[\]'; the instance has: AcmeTickets"),
    ],
)
def test_unknown_message(make_instance: Callable[..., Instance], name: Any, function: str, words: str) -> None:
    """The constructor throws, and names what there is; what is no text is its text, as a script may give a list."""
    with pytest.raises(UnknownMessageError, match=words):
        SOAPMessageV2(name, function, instance=make_instance())


def test_empty_message_needs_everything(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """SOAPMessageV2() with endpoint, action and body, and the profile by name."""
    with serve() as provider:
        message = SOAPMessageV2(instance=make_instance(provider.port))
        message.setEndpoint(f"https://localhost:{provider.port}/tickets")
        message.setSOAPAction("urn:acme:CreateTicket")
        message.setRequestBody("<x/>")
        message.setMutualAuth("myhttps")
        exchange = message.execute().exchange
    assert exchange is not None
    assert exchange.key_choice is not None
    assert exchange.key_choice.sent


def test_async_call(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The getters wait for the answer; the thread is joined when it is there."""
    with serve(delay_ms=50) as provider:
        response = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port)).executeAsync()
        assert response.getStatusCode() == 200
        assert response.exchange is not None
    assert not any(thread.name == "sn-mock executeAsync" for thread in threading.enumerate())


def test_async_call_that_takes_too_long(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """waitForResponse ends with error code 1; waiting again gets the answer."""
    with serve(delay_ms=400) as provider:
        response = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=make_instance(provider.port)).executeAsync()
        response.waitForResponse(0.05)
        assert (response.haveError(), response.getErrorCode(), response.getStatusCode()) == (True, 1, 0)
        assert re.fullmatch(
            r"No response for ECC message request with sysid=[0-9a-f]{32} after waiting for 0\.05 seconds in ECC Queue",
            response.getErrorMessage(),
        )
        response.waitForResponse(5)
        assert response.getStatusCode() == 200


def test_the_platform_caps_the_wait(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The smaller of waitForResponse() and glide.http.outbound.max_timeout, unless that is switched off (KB0744311)."""
    with serve(delay_ms=1300) as provider:
        instance = make_instance(provider.port).with_property("glide.http.outbound.max_timeout", "1")
        capped = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).executeAsync()
        free = instance.with_property("glide.http.outbound.max_timeout.enabled", "false")
        patient = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=free).executeAsync()
        capped.waitForResponse(10)
        assert "after waiting for 1 seconds" in capped.getErrorMessage()
        patient.waitForResponse(10)
        assert patient.getStatusCode() == 200
        capped.close()


def test_leaving_use_ends_what_is_under_way(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """No thread outlives the block, even where the provider never answers."""
    released = threading.Event()
    with peer(lambda connection: bool(released.wait(5)) and None) as listening:
        began = time.monotonic()
        with sn_mock.use(make_instance(listening.port)):
            response = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket").executeAsync()
            response.waitForResponse(0.05)
        assert time.monotonic() - began < 4
        assert not any(thread.name == "sn-mock executeAsync" for thread in threading.enumerate())
        released.set()


def test_redirects(serve: Callable[..., Any], make_instance: Callable[..., Instance], peer: Callable[..., Any]) -> None:
    """Not followed by default; followed when asked, by the new scheme's rules, and never to a host without consent."""

    def handler(connection: Any) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n")

    with serve() as provider, peer(handler) as listening:
        instance = make_instance(provider.port)
        instance = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
        target = f"myhttps://localhost:{provider.port}/tickets".encode()
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
        message.setEndpoint(f"http://localhost:{listening.port}/x")
        assert message.execute().getStatusCode() == 307
        message.setFollowRedirect(True)
        assert message.execute().getStatusCode() == 200
        message.setAllowedRedirectURIs(["https://elsewhere.example/"])
        assert message.execute().getStatusCode() == 307
        message.setAllowedRedirectURIs([])
        target = b"https://elsewhere.example/"
        with pytest.raises(MockUsageError, match=r"elsewhere\.example is not this machine"):
            message.execute()


def test_httpsurlconnection_follows_redirects_by_itself(
    make_instance: Callable[..., Instance], peer: Callable[..., Any]
) -> None:
    """As a GET, within the scheme, twenty times at most; the other clients hand out the status."""
    requests: list[bytes] = []
    location = b"/round"

    def handler(connection: Any) -> None:
        requests.append(connection.recv(65536).split(b" HTTP/")[0])
        head = b"HTTP/1.1 302 Found\r\nLocation: " + location if location else b"HTTP/1.1 200 OK"
        connection.sendall(head + b"\r\nContent-Length: 0\r\n\r\n")

    with peer(handler) as listening:
        instance = make_instance(listening.port)
        instance = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
        message.setEndpoint(f"http://localhost:{listening.port}/x")
        assert message.execute().getStatusCode() == 302

        requests.clear()
        instance = instance.with_quirk("http_client", "urlconnection")
        message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
        message.setEndpoint(f"http://localhost:{listening.port}/x")
        failure = message.execute().exchange.failure
        assert failure is not None
        assert str(failure.java[0]) == "java.net.ProtocolException: Server redirected too many  times (20)"
        assert requests == [b"POST /x", *[b"GET /round"] * 20]

        location = b"https://localhost/elsewhere"
        assert message.execute().getStatusCode() == 302
        location = b""
        assert message.execute().getStatusCode() == 200


def test_basic_auth_of_the_records(make_instance: Callable[..., Instance]) -> None:
    """By profile, by the simple fields, inherited from the message, or none."""
    instance = make_instance().with_record(
        SysAuthProfileBasic(name="acme", username="bob", password=Secret("hidden-word"))
    )
    function, soap = instance.soap_functions[0], instance.soap_messages[0]
    profile = instance.basic_auth_profiles[0].sys_id

    def user(changed: Instance) -> str | None:
        auth = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=changed).outbound_call().basic_auth
        assert "hidden-word" not in repr(auth)
        return auth.user if auth else None

    assert user(instance) is None
    assert user(instance.replace(soap, authentication_type="basic", basic_auth_profile=profile)) == "bob"
    simple = instance.replace(function, authentication_type="basic_simple", basic_auth_user="carol")
    assert user(simple) == "carol"
    assert user(simple.replace(soap, authentication_type="basic", basic_auth_profile=profile)) == "carol"
    none = instance.replace(soap, authentication_type="basic", basic_auth_profile=profile)
    assert user(none.replace(function, authentication_type="no_authentication")) is None


def test_remaining_setters(make_instance: Callable[..., Instance]) -> None:
    """What each one changes in the call; bad arguments name the method."""
    instance = make_instance().with_record(
        SysAuthProfileBasic(name="acme", username="bob", password=Secret("hidden-word"))
    )
    message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
    message.setHttpTimeout("1500")
    message.setLogLevel("ELEVATED")
    message.setMIDServer("mid1")
    message.setAuthenticationProfile("basic", "acme")
    message.setEccCorrelator("c")
    message.setEccParameter("skip_sensor", "true")
    message.setWSSecurity("id", "alias", "pw", "cert")
    call = message.outbound_call()
    assert (call.socket_timeout_ms, call.log_level, call.mid_server) == (1500, LogLevel.ELEVATED, "mid1")
    assert call.basic_auth is not None
    assert call.basic_auth.user == "bob"
    assert call.security.x509 is not None
    assert (call.security.x509.key_store, call.security.x509.alias) == ("id", "alias")
    with pytest.raises(MockUsageError, match="setLogLevel"):
        message.setLogLevel("loud")
    with pytest.raises(MockUsageError, match="setHttpTimeout"):
        message.setHttpTimeout("soon")
    with pytest.raises(MockUsageError, match="Basic Auth Configuration"):
        message.setAuthenticationProfile("basic", "nobody")


def test_mid_server_of_the_record(make_instance: Callable[..., Instance]) -> None:
    """The function's MID Server is used by name, and mutual authentication is silently absent."""
    instance = make_instance().with_record(EccAgent(name="mid-dmz"))
    function = instance.soap_functions[0]
    instance = instance.replace(function, use_mid_server=instance.mid_servers[0].sys_id)
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    assert exchange.route is not None
    assert not exchange.route.mutual_auth
    assert any("mid-dmz" in sentence for sentence in exchange.route.because)


def test_first_generation_api(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """SOAPMessage: the function's own flag counts, post() returns a string, failures stand in its place."""
    with serve() as provider:
        instance = make_instance(provider.port)
        function, profile = instance.soap_functions[0], instance.protocol_profiles[0].sys_id
        own = instance.replace(function, enable_mutual_auth=True, protocol_profile=profile)
        message = SOAPMessage("AcmeTickets", "CreateTicket", instance=own)
        message.setStringParameter("summary", "a<b")
        assert message.getRequestEnvelope() is None, "there is none before the first post"
        assert "CreateTicketResponse" in message.post()
        assert "a&lt;b" in str(message.getRequestEnvelope())
        message.setParameter("summary", "<other/>")
        message.post()
        assert "a&lt;b" in str(message.getRequestEnvelope()), "it is made once"
        unescaped = SOAPMessage("AcmeTickets", "CreateTicket", instance=own)
        unescaped.setParameter("summary", "<other/>")
        unescaped.post()
        assert "<other/>" in str(unescaped.getRequestEnvelope())
        assert message.getHttpStatus() == 200
        assert message.getHttpHeader("content-type") == message.getResponseHeaderValue("Content-Type")
        without = SOAPMessage("AcmeTickets", "CreateTicket", instance=instance)
        assert "java" in without.post(), "the message's flag alone does not count"
        later = SOAPMessage("AcmeTickets", "CreateTicket", instance=own)
        assert later.post(True) == ""
        assert "CreateTicketResponse" in later.getResponse(5000)
    profiled = own.replace(function, authentication_type="oauth2")
    with pytest.raises(UnsupportedAuthenticationError, match="please use SOAPMessageV2"):
        SOAPMessage("AcmeTickets", "CreateTicket", instance=profiled)


def test_strip_whitespace(make_instance: Callable[..., Instance]) -> None:
    """The function's flag takes the blanks between tags out."""
    instance = make_instance()
    spaced = replace(instance, soap_functions=(replace(instance.soap_functions[0], envelope="<a>\n <b/> </a>"),))
    assert SOAPMessageV2("AcmeTickets", "CreateTicket", instance=spaced).getRequestBody() == "<a>\n <b/> </a>"
    stripped = spaced.replace(spaced.soap_functions[0], strip_whitespace=True)
    assert SOAPMessageV2("AcmeTickets", "CreateTicket", instance=stripped).getRequestBody() == "<a><b/></a>"
