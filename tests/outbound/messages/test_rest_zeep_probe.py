"""The other ways into the same engine: REST messages, direct requests, zeep, and the probe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sn_mock
from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    Instance,
    SysRestMessage,
    SysRestMessageFunction,
    SysRestMessageFunctionHeader,
    SysRestMessageFunctionParameterDefinition,
    SysRestMessageHeader,
)
from sn_mock.java.net.network import ConsentNeededError
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.soap_message import UnknownMessageError

BOTH = pytest.mark.parametrize("tls", ["1.2", "1.3"])


def with_rest(instance: Instance, port: int, **fields: Any) -> Instance:
    """The instance with REST message AcmeApi and its method Default GET."""
    profile = instance.protocol_profiles[0].sys_id
    rest = SysRestMessage(
        name="AcmeApi",
        rest_endpoint=f"https://localhost:{port}/tickets?wsdl",
        use_mutual_auth=True,
        protocol_name=profile,
    )
    method = SysRestMessageFunction(rest_message=rest.sys_id, function_name="Default GET", **fields)
    instance = instance.with_record(rest).with_record(method)
    instance = instance.with_record(SysRestMessageHeader(rest_message=rest.sys_id, name="Accept", value="text/xml"))
    return instance.with_record(
        SysRestMessageFunctionHeader(rest_message_function=method.sys_id, name="X-Id", value="${id}")
    )


def test_rest_message_inherits(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """Endpoint and mutual authentication of the message, headers of both, variables in all of it."""
    with serve() as provider:
        message = RESTMessageV2(
            "AcmeApi", "Default GET", instance=with_rest(make_instance(provider.port), provider.port)
        )
        message.setStringParameter("id", "7")
        response = message.execute()
        provider.wait_for_visits(1)
        request = provider.visits[0].requests[0]
    assert response.getStatusCode() == 200
    assert response.exchange is not None
    assert response.exchange.key_choice is not None
    assert response.exchange.key_choice.sent
    assert (request.method, request.target) == ("GET", "/tickets?wsdl")
    headers = dict(request.headers)
    assert (headers["Accept"], headers["X-Id"]) == ("text/xml", "7")
    assert "Content-Length" not in headers


def test_query_parameters_are_encoded(make_instance: Callable[..., Instance]) -> None:
    """The record's and the script's, appended to whatever query there is."""
    instance = with_rest(make_instance(), 1, rest_endpoint="https://localhost:1/x")
    method = instance.rest_functions[0]
    instance = instance.with_record(
        SysRestMessageFunctionParameterDefinition(rest_message_function=method.sys_id, name="q", value="${text}")
    )
    message = RESTMessageV2("AcmeApi", "Default GET", instance=instance)
    message.setStringParameterNoEscape("text", "a b&c")
    message.setQueryParameter("n", 1)
    assert message.getEndpoint() == "https://localhost:1/x?q=a%20b%26c&n=1"


def test_direct_request_with_a_typed_scheme(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """A protocol profile serves direct requests too; plain https presents nothing."""
    with serve() as provider:
        instance = make_instance(provider.port)
        typed = RESTMessageV2(instance=instance)
        typed.setEndpoint(f"myhttps://localhost:{provider.port}/tickets?wsdl")
        assert typed.execute().getStatusCode() == 200
        plain = RESTMessageV2(instance=instance)
        plain.setEndpoint(f"https://localhost:{provider.port}/tickets?wsdl")
        refused = plain.execute().exchange
    assert refused is not None
    assert refused.failure is not None
    assert refused.failure.cause == "certificate-required"


def test_rest_methods_and_bodies(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """setHttpMethod, setRequestBody, setRequestBodyFromAttachment."""
    with serve() as provider:
        instance = make_instance(provider.port)
        message = RESTMessageV2(instance=instance)
        message.setEndpoint(f"myhttps://localhost:{provider.port}/tickets")
        message.setHttpMethod("put")
        message.setRequestBody("{}")
        message.execute()
        provider.wait_for_visits(1)
        assert provider.visits[0].requests[0].method == "PUT"
        assert provider.visits[0].requests[0].body_bytes == 2
    message.setRequestBodyFromAttachment(instance.attachments[0].sys_id)
    with pytest.raises(MockUsageError, match="no attachment"):
        message.setRequestBodyFromAttachment("nope")
    with pytest.raises(MockUsageError, match="setHttpMethod"):
        message.setHttpMethod("TRACE")


def test_variables_cannot_smuggle_headers(make_instance: Callable[..., Instance]) -> None:
    """A line break in a value would begin another header."""
    instance = with_rest(make_instance(), 1)
    message = RESTMessageV2("AcmeApi", "Default GET", instance=instance)
    message.setStringParameterNoEscape("id", "1\r\nX-Evil: yes")
    with pytest.raises(MockUsageError, match="X-Id contains a line break"):
        message.execute()


def test_unknown_rest_message(make_instance: Callable[..., Instance]) -> None:
    """Names what there is."""
    instance = with_rest(make_instance(), 1)
    with pytest.raises(UnknownMessageError, match="the instance has: AcmeApi"):
        RESTMessageV2("Nope", "x", instance=instance)
    with pytest.raises(UnknownMessageError, match=r"no REST message '\['Nope'\]'"):
        RESTMessageV2(["Nope"], "x", instance=instance)  # type: ignore[arg-type]
    with pytest.raises(UnknownMessageError, match="it has: Default GET"):
        RESTMessageV2("AcmeApi", "x", instance=instance)


@BOTH
def test_zeep_through_the_instance(serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str) -> None:
    """WSDL and call take the profile's way, with the headers of an instance; the exchange is at hand."""
    zeep = pytest.importorskip("zeep")
    with serve(tls_max=tls) as provider:
        transport = sn_mock.zeep_transport(make_instance(provider.port), "AcmeTickets")
        client = zeep.Client(f"https://localhost:{provider.port}/tickets?wsdl", transport=transport)
        answer = client.service.CreateTicket(shortDescription="s", description="d", caller="c", priority="1")
        provider.wait_for_visits(2)
        headers = dict(provider.visits[-1].requests[0].headers)
    assert answer.number.startswith("TKT")
    assert transport.exchange is not None
    assert transport.exchange.key_choice is not None
    assert transport.exchange.key_choice.alias == "acme"
    assert headers["SoapAction"] == '"urn:acme:CreateTicket"'
    assert headers["Content-Type"] == "text/xml; charset=UTF-8"


def test_zeep_sees_a_refusal_as_its_own_error(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    """TransportError with Java's text and the exchange; WSDLs come from files too."""
    zeep = pytest.importorskip("zeep")
    from zeep.exceptions import TransportError

    with serve() as provider:
        transport = sn_mock.zeep_transport(make_instance(provider.port), "AcmeTickets")
        wsdl = tmp_path / "acme.wsdl"
        wsdl.write_bytes(transport.load(f"https://localhost:{provider.port}/tickets?wsdl"))
        expired = make_instance(provider.port, KeystoreSpec(keys=(KeySpec("acme", "unrelated-client"),)))
        client = zeep.Client(str(wsdl), transport=sn_mock.zeep_transport(expired, "AcmeTickets"))
        with pytest.raises(TransportError, match="Received fatal alert") as caught:
            client.service.CreateTicket(shortDescription="s", description="d", caller="c", priority="1")
    assert caught.value.exchange.failure.cause == "certificate-required"
    with pytest.raises(UnknownMessageError):
        sn_mock.zeep_transport(expired, "Nope")


@BOTH
def test_probe_tells_what_is_asked_for(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str
) -> None:
    """CA names, versions, the chain, and which key would go out; no request, no certificate."""
    keys = KeystoreSpec(keys=(KeySpec("other", "unrelated-client"), KeySpec("acme", "acme-client")))
    with serve(tls_max=tls) as provider:
        found = probe(Session.on(make_instance(provider.port, keys)), "localhost", provider.port)
        provider.wait_for_visits(2)
        visits = tuple(provider.visits)
    assert found.failure is None
    assert found.untrusted is None
    assert found.tls is not None
    assert found.tls.version == f"TLSv{tls}"
    assert found.versions == {"TLSv1.2": True, "TLSv1.3": tls == "1.3"}
    assert len(found.authorities) == 1
    assert len(found.chain) > 1
    (store,) = found.stores
    assert store.choice is not None
    assert (store.keystore, store.profiles, store.choice.alias) == ("ACME client", ("myhttps",), "acme")
    assert store.choice.rejected[0].alias == "other"
    assert all(visit.presented == () and visit.requests == () for visit in visits)
    assert found.to_json()["client_certificate"] == "requested"


def test_probe_where_nothing_is_asked(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """A provider without client authentication, and one that the instance does not trust."""
    with serve(client_auth="none") as provider:
        found = probe(Session.on(make_instance(provider.port, trusted="unrelated-root")), "localhost", provider.port)
    assert found.request is None
    assert found.untrusted is not None
    assert found.untrusted.cause == "server-not-trusted"
    assert found.to_json()["client_certificate"] == "not requested"


def test_probe_of_nothing(make_instance: Callable[..., Instance]) -> None:
    """Nothing listens; and a remote host needs consent first."""
    found = probe(Session.on(make_instance()), "localhost", 1)
    assert found.failure is not None
    assert found.failure.cause == "connection-refused"
    assert found.to_json()["client_certificate"] == "unknown"
    with pytest.raises(ConsentNeededError):
        probe(Session.on(make_instance()), "provider.example", 443)
