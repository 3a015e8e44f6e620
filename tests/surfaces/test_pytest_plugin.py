"""The pytest plugin, used as a user uses it: in a pytest run of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest_plugins = ("pytester",)

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a test file in a pytest of its own, with the plugin that the installed package announces."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_file(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess("--strict-markers", "-W", "error", "-p", "no:cacheprovider", *options)

    return run_file


HEALTHY = '''
import socket

import pytest
import sn_mock

pytestmark = pytest.mark.sn_mock(release="geneva", tls="1.2")
started = []


def test_lab_places_a_call_that_works(sn_lab):
    """Both sides' records of the call agree."""
    exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket")
    assert exchange.ok
    assert str(visit.verdict) == "accepted"
    assert exchange.key_choice.subject == visit.presented[0].subject


@pytest.mark.sn_mock(release="helsinki")
class TestNearestMarkerWins:
    """Function beats class beats module."""

    def test_class(self, sn_instance, sn_provider):
        assert sn_instance.release.name == "helsinki"
        assert sn_provider.policy.tls_max == "1.2"

    @pytest.mark.sn_mock(release="zurich", tls="1.3")
    def test_function(self, sn_instance, sn_provider):
        assert sn_instance.release.name == "zurich"
        assert sn_provider.policy.tls_min == "1.3"


def test_module(sn_instance):
    assert sn_instance.release.name == "geneva"


@pytest.mark.sn_mock(policy={"client_auth": "optional"})
def test_policy_is_in_force(sn_provider):
    assert sn_provider.policy.client_auth == "optional"


def test_policy_is_healthy_again(sn_provider):
    assert sn_provider.policy.client_auth == "required"


@pytest.mark.parametrize("turn", [1, 2])
def test_instance_calls_the_provider(turn, sn_instance, sn_provider):
    """The journal is empty when a test begins."""
    assert sn_provider.visits == ()
    response = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=sn_instance).execute()
    assert response.getStatusCode() == 200, response.getErrorMessage()
    assert len(sn_provider.wait_for_visits(1)) == 1


def test_further_providers(make_sn_provider):
    one, two = make_sn_provider(), make_sn_provider(client_auth="none")
    assert one.port != two.port
    started.extend([one.port, two.port])


def test_further_providers_are_gone():
    for port in started:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()


def test_files(sn_pki):
    assert (sn_pki / "acme-client.jks").read_bytes()[:4] == b"\\xfe\\xed\\xfe\\xed"
    assert "BEGIN CERTIFICATE" in (sn_pki / "root-ca.pem").read_text()


@pytest.mark.sn_mock(scenario="wrong-default-keystore")
def test_scenario_and_its_fix(sn_lab):
    assert not sn_lab.call()[0].ok
    sn_lab.fix()
    assert sn_lab.call()[0].ok
'''


def test_fixtures_give_what_they_say(run: Run) -> None:
    """Lab, instance, provider, PKI and marker, each claim a test of its own; passing tests tell no story."""
    result = run(HEALTHY, "-rA")
    result.assert_outcomes(passed=12)
    result.stdout.no_fnmatch_line("*what both sides saw*")


def test_xdist_workers_do_not_meet(run: Run) -> None:
    """Under `pytest -n 2` each worker has its own provider, port and files."""
    run(HEALTHY, "-n", "2").assert_outcomes(passed=12)


def test_failures_tell_both_sides(run: Run) -> None:
    """A failed test's report has what instance and provider saw, whoever placed the calls."""
    result = run(
        """
        import pytest
        import sn_mock

        @pytest.mark.sn_mock(scenario="unknown-client-ca", tls="1.2")
        def test_lab(sn_lab):
            exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket")
            assert exchange.ok

        @pytest.mark.sn_mock(tls="1.3")
        def test_own_calls(sn_instance, sn_provider):
            instance = sn_instance.replace(sn_instance.soap_messages[0], enable_mutual_auth=False)
            instance = instance.replace(instance.soap_functions[0], enable_mutual_auth=False)
            response = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute()
            sn_provider.wait_for_visits(1)
            assert not response.haveError()
        """
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*sn-mock: what both sides saw*",
            "*Received fatal alert: unknown_ca*",
            "*sn-mock: what both sides saw*",
            "*Received fatal alert: certificate_required*",
            "*what the provider wrote down*",
        ]
    )


def test_misspelled_marker_is_an_error_that_names_it(run: Run) -> None:
    """A wrong word in the marker ends the test with a sentence, not with a wrong lab."""
    result = run(
        """
        import pytest

        @pytest.mark.sn_mock(relase="fuji")
        def test_option(sn_lab): pass

        @pytest.mark.sn_mock(release="atlantis")
        def test_release(sn_lab): pass

        @pytest.mark.sn_mock(tls="1.4")
        def test_tls(sn_lab): pass

        @pytest.mark.sn_mock(scenario="no-such-thing")
        def test_scenario(sn_lab): pass

        @pytest.mark.sn_mock(policy={"client_aut": "none"})
        def test_policy(sn_provider): pass

        @pytest.mark.sn_mock(policy={"client_auth": "sometimes"})
        def test_policy_value(sn_provider): pass

        @pytest.mark.sn_mock(release="atlantis")
        def test_release_of_an_instance(sn_instance): pass

        @pytest.mark.sn_mock(policy={"client_aut": "none"})
        def test_policy_of_a_lab(sn_lab): pass
        """
    )
    result.assert_outcomes(errors=8)
    words = ("'1.4'", "'atlantis'", "'client_aut'", "'no-such-thing'", "relase", "sometimes")
    shown = [line for line in result.outlines if line.startswith("@pytest.mark.sn_mock")]
    assert len(shown) == 8
    for word in words:
        assert any(word in line for line in shown), word
    for line in result.outlines:
        assert not line.startswith(("E ", ">", "Traceback")), line
