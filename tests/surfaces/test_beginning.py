"""Minute one: `init`, then one's own folder under pytest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.instance import Instance
from sn_mock.lab.pki import KeystoreSpec, shared_pki, write_keystore

pytest_plugins = ("pytester",)
ROOT = Path(__file__).parent.parent.parent
WSDL = str(ROOT / "examples" / "wsdl" / "tickets.wsdl")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with one's own keystore and CA."""
    monkeypatch.chdir(tmp_path)
    for kind in ("JKS", "PKCS12"):
        data = write_keystore(shared_pki(), KeystoreSpec(format=kind, password="ours"))
        (tmp_path / f"client.{kind.lower()}").write_bytes(data)
    (tmp_path / "ca.pem").write_text(shared_pki()["root"].pem())
    return tmp_path


@pytest.mark.parametrize(
    ("flags", "kind", "profile", "port"),
    [
        ([], "key_store", "myhttps", 443),
        (["--wsdl", WSDL, "--keystore", "client.jks", "--password", "ours"], "key_store", "myhttps", 443),
        (["--keystore", "client.pkcs12", "--password", "ours", "--profile", "acme"], "pkcs12_key_store", "acme", 443),
        (["--set", "Default port=8443", "--set", "Protocol=acme"], "key_store", "acme", 8443),
        (["--set", "Java Key Store=client.jks", "--set", "Key store password: =ours"], "key_store", "myhttps", 443),
        (["--type", "PKCS12 Key Store", "--release", "Helsinki"], "pkcs12_key_store", "myhttps", 443),
        (["--keystore", "client.jks", "--password", "env:OUR_PASSWORD", "--ca", "ca.pem"], "key_store", "myhttps", 443),
    ],
)
def test_flags_and_labels_make_a_folder_whose_calls_succeed(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    flags: list[str],
    kind: str,
    profile: str,
    port: int,
) -> None:
    """Whatever is at hand: three files, three next commands, and the first of them is green."""
    monkeypatch.setenv("OUR_PASSWORD", "ours")
    assert main(["init", "mine", *flags, "--yes"]) == 0
    printed = capsys.readouterr().out
    assert printed.partition("\nnext\n")[2].count("\n") == 3
    assert "ours" not in printed.replace("yours", "")
    for file in ("instance.toml", "provider.toml"):
        first = Path("mine", file).read_text("utf-8").splitlines()[0]
        assert json.loads(Path("mine", first.removeprefix("#:schema ")).read_text("utf-8"))["type"] == "object"
    instance = Instance.load("mine")
    assert instance.certificates[0].type == kind
    assert (instance.protocol_profiles[0].protocol, instance.protocol_profiles[0].default_port) == (profile, port)
    assert main(["try", "mine", "--json"]) == 0
    assert all(one["ok"] for one in json.loads(capsys.readouterr().out))
    assert "env:OUR_PASSWORD" in (here / "mine" / "instance.toml").read_text() or "--ca" not in flags


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--keystore", "client.jks", "--password", "wrong"], "Keystore was tampered with, or password was incorrect"),
        (["--keystore", "client.jks"], "give its password"),
        (["--keystore", "ca.pem", "--password", "x"], "openssl pkcs12 -export"),
        (["--keystore", "nowhere.jks", "--password", "x"], "No such file"),
        (["--type", "Trust Store Cert"], "no type of keystore"),
        (["--profile", "MyHttps"], "lower-case"),
        (["--set", "Colour=red"], "LABEL=VALUE"),
        (["--set", "Default port=many"], "is no port"),
        (["--ca", "client.jks"], "holds no certificate"),
        (["--release", "hellsinki"], "helsinki"),
        (["--wsdl", "ca.pem"], "ca.pem"),
        (["--password", "env:NOT_THERE"], "export NOT_THERE="),
    ],
)
def test_what_cannot_be_used_leaves_nothing_behind(
    here: Path, capsys: pytest.CaptureFixture[str], flags: list[str], told: str
) -> None:
    """One line that says why, and no half a folder."""
    assert main(["init", "mine", *flags, "--yes"]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert not (here / "mine").exists()


@pytest.mark.parametrize(("release", "warned"), [("Helsinki", True), ("Zurich", False)])
def test_a_keystore_that_is_too_new_for_the_release_is_said_at_once(
    here: Path, capsys: pytest.CaptureFixture[str], release: str, warned: bool
) -> None:
    """Today's PKCS#12 is none to an old Java 8: the note has the remedy that `check` has; a new release is content."""
    spec = KeystoreSpec(format="PKCS12", password="ours", encryption="modern")
    (here / "today.jks").write_bytes(write_keystore(shared_pki(), spec))
    flags = ["--keystore", "today.jks", "--password", "ours", "--release", release, "--yes"]
    assert main(["init", "mine", *flags]) == 0
    printed = capsys.readouterr().out
    assert ("note: Helsinki cannot use 'Client keystore'" in printed) is warned
    assert ("-deststoretype JKS" in printed) is warned
    assert main(["check", "mine"]) == (1 if warned else 0)


def test_a_folder_that_is_there_is_not_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second `init` says what to do instead."""
    assert main(["init", "mine", "--yes"]) == 0
    assert main(["init", "mine", "--yes"]) == 2
    assert "sn-mock try mine" in capsys.readouterr().err


def test_questions_are_asked_at_a_terminal(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Enter takes the default; the password is not echoed."""
    answers = iter(["", "client.jks", "", "acme", "8443", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda _question: "ours")
    assert main(["init", "mine"]) == 0
    instance = Instance.load("mine")
    assert instance.protocol_profiles[0].default_port == 8443
    assert instance.certificates[0].key_store_password is not None


OWN = """
import threading

import pytest
import sn_mock

pytestmark = pytest.mark.sn_mock(instance="mine")


def test_lab(sn_lab):
    exchange, visit = sn_lab.call("Tickets", "CreateTicket")
    assert exchange.ok
    assert visit.presented[0].subject == "CN=acme-client,O=Example Instance"


def test_script_style(sn_instance, sn_provider):
    with sn_mock.use(sn_instance):
        message = sn_mock.SOAPMessageV2("Tickets", "GetTicket")
        message.setStringParameter("number", "INC1")
        assert message.execute().getStatusCode() == 200
    assert len(sn_provider.wait_for_visits(1)) == 1


def test_threads_reach_it_too(sn_instance):
    told = []

    def call():
        message = sn_mock.SOAPMessageV2("Tickets", "GetTicket", instance=sn_instance)
        message.setStringParameter("number", "INC1")
        told.append(message.execute().getStatusCode())

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert told == [200]


@pytest.mark.sn_mock(policy={"allow_subjects": ["CN=somebody else"]}, tls="1.2", release="helsinki")
def test_policy_and_release_of_the_marker(sn_lab):
    exchange, visit = sn_lab.call("Tickets", "CreateTicket")
    assert (exchange.release, visit.verdict) == ("helsinki", "refused")
    assert sn_lab.provider.policy.tls_max == "1.2"


@pytest.mark.sn_mock(instance=None)
def test_the_lab_is_still_there(sn_lab):
    assert sn_lab.call("AcmeTickets", "CreateTicket")[0].ok
"""


@pytest.fixture
def own(here: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Runs a test file beside an instance folder of one's own, whose partner is no host of this machine."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    wsdl = Path(WSDL).read_text().replace("https://localhost:8443/tickets", "https://api.partner.example/v1/tickets")
    assert "api.partner.example" in wsdl
    (here / "partner.wsdl").write_text(wsdl)
    folder = pytester.path / "mine"
    keystore = ["--keystore", str(here / "client.jks"), "--password", "ours"]
    assert main(["init", str(folder), "--wsdl", str(here / "partner.wsdl"), *keystore, "--yes"]) == 0

    def run(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess("--strict-markers", "-W", "error", "-p", "no:cacheprovider", *options)

    return run


def test_an_own_folder_under_pytest_and_xdist(own: Callable[..., pytest.RunResult]) -> None:
    """The partner's name, the folder's key and policy, the marker's options; and the first test of `init` passes."""
    own(OWN, "-n", "2").assert_outcomes(passed=6)


def test_the_ini_file_names_the_folder(own: Callable[..., pytest.RunResult], pytester: pytest.Pytester) -> None:
    """`sn_mock_instance`, from the ini file's folder, without any marker."""
    pytester.makeini("[pytest]\nsn_mock_instance = mine\n")
    own(OWN.replace('pytestmark = pytest.mark.sn_mock(instance="mine")', "")).assert_outcomes(passed=6)


def test_failing_tests_leave_a_page_and_a_short_traceback(
    own: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """`--sn-mock-report`: one page a failing test; misuse is shown where it was written."""
    result = own(
        """
        import pytest
        pytestmark = pytest.mark.sn_mock(instance="mine")

        @pytest.mark.sn_mock(policy={"advertise": "none", "trust": [], "allow_subjects": ["CN=nobody"]})
        @pytest.mark.parametrize("what", ["a/b"])
        def test_refused(sn_lab, what):
            assert sn_lab.call("Tickets", "CreateTicket")[0].ok

        def test_unknown(sn_lab):
            sn_lab.call("Tickets", "CreateTickets")
        """,
        "--sn-mock-report",
        "pages",
        "--ignore=mine",
    )
    result.assert_outcomes(failed=2)
    pages = list((pytester.path / "pages").iterdir())
    assert len(pages) == 1
    assert "CreateTicket" in pages[0].read_text("utf-8")
    result.stdout.fnmatch_lines([f"*wrote pages/{pages[0].name}*", "*it has: CreateTicket, GetTicket*"])
    assert not any("soap_message.py" in line for line in result.outlines)


def test_a_marker_that_fits_nothing_is_one_line(own: Callable[..., pytest.RunResult]) -> None:
    """No stack of ours, no wrong lab."""
    told = {
        'instance="nowhere"': "there is no such folder",
        'instance="mine", scenario="soap-fault"': "a scenario brings its own instance",
        'instance="mine", policy={"no_such": 1}': "no_such",
        'instance="mine", policy={"trust": ["nowhere.pem"]}': "nowhere.pem",
    }
    tests = (f"@pytest.mark.sn_mock({marker})\ndef test_{number}(sn_lab): pass\n" for number, marker in enumerate(told))
    result = own("import pytest\n\n" + "\n".join(tests), "--ignore=mine")
    result.assert_outcomes(errors=len(told))
    shown = [line for line in result.outlines if line.startswith("@pytest.mark.sn_mock")]
    for words in told.values():
        assert any(words in line for line in shown), words


def test_a_folder_below_this_project_asks_for_no_tool_of_ours(pytester: pytest.Pytester) -> None:
    """README's third command: who has `make up` alone has no pytest-timeout, and pytest reads our pyproject.toml."""
    assert main(["init", "mine", "--wsdl", WSDL, "--yes"]) == 0
    ended = pytester.runpytest_subprocess(
        "-c", str(ROOT / "pyproject.toml"), "-p", "no:timeout", "-p", "no:cacheprovider", "mine"
    )
    assert ended.ret == 0
    ended.assert_outcomes(passed=1)
    assert "timeout" not in ended.stdout.str() + ended.stderr.str()
