"""The pytest plugin, used as a user uses it: in a pytest run of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ("pytester",)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Runs a test file in a pytest of its own, with the plugin that the installed package announces."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_file(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess("--strict-markers", "-W", "error", "-p", "no:cacheprovider", *options)

    return run_file


def test_lab_places_a_call_that_works(run) -> None:
    """`sn_lab` is a healthy instance and provider; both sides' records of the call agree."""
    result = run(
        """
        def test_ticket(sn_lab):
            exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket")
            assert exchange.ok
            assert str(visit.verdict) == "accepted"
            assert exchange.key_choice.subject == visit.presented[0].subject
        """
    )
    result.assert_outcomes(passed=1)


def test_nearest_marker_wins(run) -> None:
    """Function beats class beats module."""
    result = run(
        """
        import pytest
        pytestmark = pytest.mark.sn_mock(release="geneva", tls="1.2")

        @pytest.mark.sn_mock(release="helsinki")
        class TestHelsinki:
            def test_class(self, sn_instance, sn_provider):
                assert sn_instance.release.name == "helsinki"
                assert sn_provider.policy.tls_max == "1.2"

            @pytest.mark.sn_mock(release="zurich", tls="1.3")
            def test_function(self, sn_instance, sn_provider):
                assert sn_instance.release.name == "zurich"
                assert sn_provider.policy.tls_min == "1.3"

        def test_module(sn_instance):
            assert sn_instance.release.name == "geneva"
        """
    )
    result.assert_outcomes(passed=3)


def test_instance_calls_the_provider(run) -> None:
    """`sn_instance` fits `sn_provider`; the journal is empty when a test begins."""
    result = run(
        """
        import pytest
        import sn_mock

        @pytest.mark.parametrize("turn", [1, 2])
        def test_call(turn, sn_instance, sn_provider):
            assert sn_provider.visits == ()
            response = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=sn_instance).execute()
            assert response.getStatusCode() == 200, response.getErrorMessage()
            assert len(sn_provider.wait_for_visits(1)) == 1
        """
    )
    result.assert_outcomes(passed=2)


def test_policy_of_the_marker_is_in_force(run) -> None:
    """`policy={…}` names fields of ProviderPolicy; the next test has the healthy policy again."""
    result = run(
        """
        import pytest

        @pytest.mark.sn_mock(policy={"client_auth": "optional"})
        def test_optional(sn_provider):
            assert sn_provider.policy.client_auth == "optional"

        def test_required(sn_provider):
            assert sn_provider.policy.client_auth == "required"
        """
    )
    result.assert_outcomes(passed=2)


def test_further_providers_are_stopped_at_the_end(run) -> None:
    """`make_sn_provider` starts as many as wanted, each on its own port, and leaves none behind."""
    result = run(
        """
        import socket
        import pytest

        started = []

        def test_two(make_sn_provider):
            one, two = make_sn_provider(), make_sn_provider(client_auth="none")
            assert one.port != two.port
            started.extend([one.port, two.port])

        def test_none_is_left():
            for port in started:
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.1", port)).close()
        """
    )
    result.assert_outcomes(passed=2)


def test_files_of_the_pki(run) -> None:
    """`sn_pki` is a folder with keystores and PEM files for other clients."""
    result = run(
        """
        def test_files(sn_pki):
            assert (sn_pki / "acme-client.jks").read_bytes()[:4] == b"\\xfe\\xed\\xfe\\xed"
            assert "BEGIN CERTIFICATE" in (sn_pki / "root-ca.pem").read_text()
        """
    )
    result.assert_outcomes(passed=1)


def test_failure_tells_both_sides(run) -> None:
    """The report of a failed test has a section with what the instance and the provider saw."""
    result = run(
        """
        import pytest

        @pytest.mark.sn_mock(scenario="unknown-client-ca", tls="1.2")
        def test_ticket(sn_lab):
            exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket")
            assert exchange.ok
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*sn-mock: what both sides saw*"])
    result.stdout.fnmatch_lines(["*Received fatal alert: *"])


def test_failure_without_a_lab_tells_the_calls_too(run) -> None:
    """Calls placed with `sn_instance` are in the failure's story as well."""
    result = run(
        """
        import sn_mock

        def test_ticket(sn_instance, sn_provider):
            message = sn_mock.SOAPMessageV2("AcmeTickets", "CreateTicket", instance=sn_instance)
            message.setMutualAuth("")
            assert message.execute().getStatusCode() == 500
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*sn-mock: what both sides saw*"])


def test_passing_test_tells_nothing(run) -> None:
    """No section where nothing failed."""
    result = run("def test_it(sn_provider):\n    pass\n", "-rA")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*what both sides saw*")


def test_misspelled_marker_is_an_error_that_names_it(run) -> None:
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
        """
    )
    result.assert_outcomes(errors=5)
    for complaint in ("*not *relase*", "*'atlantis'*", "*'1.4'*", "*'no-such-thing'*", "*'client_aut'*"):
        result.stdout.fnmatch_lines([complaint])


def test_xdist_workers_do_not_meet(run) -> None:
    """Under `pytest -n 2` each worker has its own provider, port and files."""
    result = run(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(4))
        def test_ticket(turn, sn_lab, sn_provider):
            exchange, visit = sn_lab.call("AcmeTickets", "CreateTicket")
            assert exchange.ok
            assert sn_provider.visits == ()
        """,
        "-n",
        "2",
    )
    result.assert_outcomes(passed=4)
