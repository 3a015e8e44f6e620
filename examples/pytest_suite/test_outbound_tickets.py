"""What an integration team wants to hold of its outbound mutual authentication."""

import pytest

import sn_mock


def test_ticket_is_created(sn_lab):
    """The healthy call works, and the provider saw the right certificate."""
    exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket", short_description="printer on fire")
    assert exchange.response.status_code == 200
    assert visit.presented[0].subject == "CN=acme-client,O=Example Instance"


@pytest.mark.sn_mock(release="geneva", tls="1.2", scenario="wrong-default-keystore")
def test_left_over_properties_send_the_wrong_key(sn_lab):
    """KB0683345: legacy properties beat the profile; emptying them mends it."""
    exchange, visit = sn_lab.call()
    assert str(exchange.failure.java[0]) == (
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"
    )
    assert exchange.findings[0].rule == "legacy-properties-beat-profile"
    assert visit.presented[0].subject != "CN=acme-client,O=Example Instance"

    sn_lab.fix()
    exchange, visit = sn_lab.call()
    assert exchange.ok
    assert visit.presented[0].subject == "CN=acme-client,O=Example Instance"


def test_our_own_code_against_the_provider(sn_instance, sn_provider):
    """Code that uses the ServiceNow API; the provider's journal shows what arrived."""
    message = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=sn_instance)
    message.setStringParameter("short_description", "a < b & c")
    assert message.execute().getStatusCode() == 200
    visit = sn_provider.wait_for_visits(1)[0]
    assert "a &lt; b &amp; c" in visit.requests[0].body.decode()


@pytest.mark.sn_mock(tls="1.3")
def test_what_a_forgotten_flag_looks_like(sn_instance, sn_provider):
    """The negative twin: without "Enable mutual authentication" the same call is refused, for that reason."""
    instance = sn_instance.replace(sn_instance.soap_messages[0], enable_mutual_auth=False)
    instance = instance.replace(instance.soap_functions[0], enable_mutual_auth=False)
    response = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute()
    assert response.haveError()
    assert "certificate_required" in response.getErrorMessage()
    assert sn_provider.wait_for_visits(1)[0].reason == "no-certificate"


def test_a_provider_that_only_asks(make_sn_provider):
    """`make_sn_provider` gives further providers with other rules."""
    strict = make_sn_provider()
    lenient = make_sn_provider(client_auth="optional")
    assert strict.port != lenient.port
