"""Each command does what its row in the contract says: exit codes, one JSON document, files, errors in one line."""

from __future__ import annotations

import contextlib
import gzip
import json
import shlex
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from provider_stub import Provider, ProviderPolicy
from sn_mock.cli import main
from sn_mock.lab import Lab
from sn_mock.lab.pki import write_lab_pki
from sn_mock.lab.scenarios import SCENARIOS


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as the one JSON document it must be."""
        return json.loads(self.out)


@pytest.fixture
def sn_mock_cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `sn-mock` in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One healthy lab for the tests of this module; they only read its instance."""
    with Lab(release="helsinki") as running:
        yield running


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Path:
    """The lab's instance as an instance folder of this test's own."""
    lab.instance.save(tmp_path / "instance")
    return tmp_path / "instance"


# call

EXCHANGE_KEYS = {
    "call",
    "route",
    "key_choice",
    "tls",
    "transcript",
    "failure",
    "response",
    "outbound_http_log",
    "findings",
}


def test_call_prints_the_exchange_as_one_document(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """`call --json` prints the contract's Exchange; a successful call exits 0."""
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--json")
    assert ran.code == 0, ran.out
    assert set(ran.json) >= EXCHANGE_KEYS
    assert ran.json["response"]["status_code"] == 200
    assert ran.json["key_choice"]["alias"] == "acme"


def test_call_tells_people_the_same(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """Without --json: keystore, alias, TLS version and status in words."""
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket")
    assert ran.code == 0
    assert all(word in ran.out for word in ("ACME client", "acme", "TLSv1.2", "200"))


def test_failing_call_exits_1_and_says_why(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """A call that a real instance would fail exits 1, with Java's chain and the root cause first."""
    # given: the flag is off
    text = (folder / "instance.toml").read_text()
    (folder / "instance.toml").write_text(text.replace("enable_mutual_auth = true", "enable_mutual_auth = false"))
    # when
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--json")
    # then
    assert ran.code == 1
    assert ran.json["failure"]["java"][0]["message"] == "Received fatal alert: handshake_failure"
    assert ran.json["findings"][0]["rule"]


def test_call_parameters_reach_the_request(sn_mock_cli: Callable[..., Ran], folder: Path, lab: Lab) -> None:
    """-p sets a string parameter, XML-escaped; what is not given has the record's test value."""
    lab.provider.clear()
    sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "-p", "short_description=a<b&c")
    sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket")
    first, second = (visit.requests[0].body.decode() for visit in lab.provider.wait_for_visits(2))
    assert "a&lt;b&amp;c" in first
    assert "Printer on fire" in second


def test_a_mistyped_parameter_is_pointed_out(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """The call goes on, as on the platform; one line on stderr says which variables there are. None for a right one."""
    slip = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--json", "-p", "shortdescription=x")
    assert (slip.code, slip.json["response"]["status_code"]) == (0, 200)
    assert slip.err == "note: there is no ${shortdescription} in the envelope; it has: short_description\n"
    right = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "-p", "short_description=x")
    assert (right.code, right.err) == (0, "")


def test_call_on_another_release(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """--release changes the rules: on Geneva an https endpoint goes out without certificate."""
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--release", "geneva", "--json")
    assert ran.code == 1
    assert ran.json["call"]["release"] == "geneva"
    assert ran.json["route"]["mutual_auth"] is False


def test_call_on_another_day(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """--on moves the clock for the verification of the provider's certificate too."""
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--on", "2060-01-01", "--json")
    assert ran.code == 1
    assert any("validity check failed" in (link["message"] or "") for link in ran.json["failure"]["java"])


def test_call_needs_consent_to_leave_the_machine(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """Another host is a usage error without --allow-remote; nothing is sent."""
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--endpoint", "https://192.0.2.1/x")
    assert ran.code == 2
    assert "--allow-remote" in ran.err


def test_call_writes_a_report(sn_mock_cli: Callable[..., Ran], folder: Path, tmp_path: Path) -> None:
    """--report writes one HTML page that refers to nothing outside itself."""
    page = tmp_path / "call.html"
    assert sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--report", page).code == 0
    text = page.read_text("utf-8")
    assert text.lstrip().lower().startswith("<!doctype html>")
    assert "changeit" not in text
    assert 'src="http' not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("NoSuchMessage", "CreateTicket"), "NoSuchMessage"),
        (("AcmeTickets", "NoSuchFunction"), "NoSuchFunction"),
        (("AcmeTickets", "CreateTicket", "--release", "atlantis"), "atlantis"),
        (("AcmeTickets", "CreateTicket", "--on", "someday"), "2027-03-01"),
        (("AcmeTickets", "CreateTicket", "-p", "novalue"), "name=value"),
    ],
)
def test_call_refuses_bad_arguments(
    sn_mock_cli: Callable[..., Ran], folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Each wrong word is named, with exit code 2."""
    ran = sn_mock_cli("call", folder, *arguments)
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.parametrize("bad", ["nowhere/call.html", "."])
def test_bad_report_path_is_refused_before_the_call(
    sn_mock_cli: Callable[..., Ran], folder: Path, lab: Lab, tmp_path: Path, bad: str
) -> None:
    """One line with the path as it was typed, and the provider hears nothing."""
    before = lab.provider.status()["counters"]
    ran = sn_mock_cli("call", folder, "AcmeTickets", "CreateTicket", "--report", tmp_path / bad)
    assert ran.code == 2
    assert str(tmp_path / bad) in ran.err
    assert ".part" not in ran.err
    assert len(ran.err.splitlines()) == 1
    assert lab.provider.status()["counters"] == before
    assert list(tmp_path.glob("**/*.part")) == []


def test_broken_folder_reports_everything_at_once(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """All problems of an instance folder come in one answer, each with file and key."""
    (tmp_path / "instance.toml").write_text('[instance]\nname = "x"\nrelease = "hellsinki"\n\n[[sys_certificat]]\n')
    ran = sn_mock_cli("call", tmp_path, "A", "B", "--json")
    assert ran.code == 2
    assert len(ran.json["problems"]) == 2
    assert all(problem["file"] for problem in ran.json["problems"])


# validate, check, expiry


def test_validate_says_valid_in_servicenows_words(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """The related link's message for a keystore that opens is `Valid key_store`."""
    ran = sn_mock_cli("validate", folder)
    assert ran.code == 0
    assert "Valid key_store" in ran.out


def test_validate_one_record_by_name(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """NAME restricts it to one record; an unknown one is a usage error."""
    assert len(sn_mock_cli("validate", folder, "ACME client", "--json").json) == 1
    ran = sn_mock_cli("validate", folder, "Nobody")
    assert ran.code == 2
    assert "ACME client" in ran.err


def test_validate_finds_a_wrong_password(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """A keystore that does not open is invalid: exit 1, Java's text."""
    text = (folder / "instance.toml").read_text()
    (folder / "instance.toml").write_text(text.replace('"changeit"', '"wrong"'))
    ran = sn_mock_cli("validate", folder)
    assert ran.code == 1
    assert "Keystore was tampered with, or password was incorrect" in ran.out


def test_check_of_a_healthy_instance_finds_nothing(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """No finding, exit 0."""
    ran = sn_mock_cli("check", folder, "--json")
    assert (ran.code, ran.json["findings"]) == (0, []), ran.out


def test_check_finds_what_would_hurt(sn_mock_cli: Callable[..., Ran], folder: Path, tmp_path: Path) -> None:
    """A wrong keystore password is found before any call, and published for pipelines."""
    text = (folder / "instance.toml").read_text()
    (folder / "instance.toml").write_text(text.replace('"changeit"', '"wrong"'))
    junit = tmp_path / "check.xml"
    ran = sn_mock_cli("check", folder, "--junit", junit, "--annotations", "github")
    assert ran.code == 1
    assert "Keystore was tampered with, or password was incorrect" in ran.out
    assert any(line.startswith("::error ") for line in ran.out.splitlines())
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    assert suite is not None
    assert int(suite.get("failures", "0")) >= 1


def test_a_folder_that_does_not_load_is_published_too(
    sn_mock_cli: Callable[..., Ran], folder: Path, tmp_path: Path
) -> None:
    """A typing error in instance.toml is an annotation and a failed test case, not only an exit code."""
    junit = tmp_path / "check.xml"
    assert sn_mock_cli("check", folder, "--junit", junit, "--annotations", "github").code == 0
    assert "<failure" not in junit.read_text()
    assert 'name="the instance folder loads"' in junit.read_text()
    (folder / "instance.toml").write_text(
        (folder / "instance.toml").read_text().replace("enable_mutual", "enable_mutal")
    )
    ran = sn_mock_cli("check", folder, "--junit", junit, "--annotations", "github")
    assert ran.code == 2
    assert f"::error file={folder / 'instance.toml'},title=the instance folder loads::" in ran.out
    failures = list(ElementTree.parse(junit).getroot().iter("failure"))
    assert "enable_mutal_auth" in str(failures[0].text)


def test_check_against_a_provider(sn_mock_cli: Callable[..., Ran], folder: Path, lab: Lab) -> None:
    """--against asks what the provider wants and says which key would go out, without a request."""
    lab.provider.clear()
    ran = sn_mock_cli("check", folder, "--against", f"localhost:{lab.provider.port}")
    assert ran.code == 0, ran.out
    assert "acme" in ran.out
    assert "CN=Lab Issuing CA,O=ACME Lab" in ran.out
    assert all(not visit.requests for visit in lab.provider.visits)


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_check_against_another_scheme_names_it(sn_mock_cli: Callable[..., Ran], folder: Path, scheme: str) -> None:
    """The scheme is what is wrong, not the host or a missing consent; an https URL is taken."""
    ran = sn_mock_cli("check", folder, "--against", f"{scheme}://x.example")
    assert ran.code == 2
    assert f"has the scheme {scheme}" in ran.err
    assert "has the scheme" not in sn_mock_cli("check", folder, "--against", "https://localhost:1").err


@pytest.fixture
def signals_kept() -> Iterator[None]:
    """What a command that waits for signals does with them ends with the test."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals_kept")
def test_serve_on_a_taken_port_says_so_in_words(
    sn_mock_cli: Callable[..., Ran], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the door and for the console: no number of an error, the option that chooses another."""
    monkeypatch.chdir(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        door = sn_mock_cli("serve", folder, "--port", port, "--no-console")
        console = sn_mock_cli("serve", folder, "--port", "0", "--console-port", port)
    assert (door.code, door.err) == (2, f"sn-mock: port {port} on 127.0.0.1 is taken; choose another with --port\n")
    assert console.code == 2
    assert "choose another with --console-port" in console.err


def test_check_against_nobody_says_only_what_it_knows(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """Where nothing listens, that is the finding, of the address that was asked; nothing is said of certificates."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"localhost:{unused.getsockname()[1]}"
        ran = sn_mock_cli("check", folder, "--against", address)
    assert ran.code == 1
    assert f"route: {address}" in ran.out
    assert "Connection refused" in ran.out
    assert "client cert." not in ran.out
    assert "would send" not in ran.out


def test_expiry_warns_in_time(sn_mock_cli: Callable[..., Ran], folder: Path) -> None:
    """Nothing today; near the end of the certificate's year, something."""
    assert sn_mock_cli("expiry", folder).code == 0
    assert sn_mock_cli("expiry", folder, "--on", "2090-01-01").code == 1


# keystores and certificates


def test_keystore_show_as_json(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """The contract's document; exit 0 where Java gets a key manager, 1 where not."""
    write_lab_pki(tmp_path)
    ran = sn_mock_cli("keystore", "show", tmp_path / "acme-client.p12", "--password", "changeit", "--json")
    assert ran.code == 0
    assert ran.json["usable_keys"] == ["EC:acme"]
    assert ran.json["declared_type"] == "PKCS12"
    ran = sn_mock_cli("keystore", "show", tmp_path / "acme-client.jks", "--password", "wrong", "--json")
    assert ran.code == 1
    assert ran.json["failure"]["failed_at"] == "load"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), None),
        (("--no-key-password",), "Password must not be null"),
        (("--type", "PKCS12"), None),
        (("--type", "PKCS12", "--no-dual-format"), "DerInputStream.getLength(): lengthTag=109, too big."),
        (
            ("--type", "PKCS12", "--no-dual-format", "--java", "11"),
            "DerInputStream.getLength(): lengthTag=109, too big.",
        ),
    ],
)
def test_keystore_show_under_other_settings_of_java(
    sn_mock_cli: Callable[..., Ran], tmp_path: Path, options: tuple[str, ...], told: str | None
) -> None:
    """A null key password, types that keep to their own format, another Java: each can be asked for."""
    write_lab_pki(tmp_path)
    ran = sn_mock_cli("keystore", "show", tmp_path / "acme-client.jks", "--password", "changeit", "--json", *options)
    assert (ran.json["failure"]["java"][0]["message"] if ran.json["failure"] else None) == told
    assert ran.code == (told is not None)


def test_keystore_password_from_the_environment(
    sn_mock_cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """env:NAME keeps the password out of the command line; a missing variable is named."""
    write_lab_pki(tmp_path)
    monkeypatch.setenv("STORE_PASSWORD", "changeit")
    assert sn_mock_cli("keystore", "show", tmp_path / "acme-client.jks", "--password", "env:STORE_PASSWORD").code == 0
    ran = sn_mock_cli("keystore", "show", tmp_path / "acme-client.jks", "--password", "env:NO_SUCH_VARIABLE")
    assert ran.code == 2
    assert "NO_SUCH_VARIABLE" in ran.err


def test_certs_twice_changes_nothing(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """`certs` is harmless to repeat; keys are for the owner only."""
    assert sn_mock_cli("certs", tmp_path / "pki").code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "pki").iterdir()}
    assert sn_mock_cli("certs", tmp_path / "pki").code == 0
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "pki").iterdir()}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "pki").glob("*.key")} == {0o600}


def test_a_server_certificate_for_a_host_name(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """`certs --server HOST`: who trusts the lab's root and asks for that name is served; no other name fits."""
    pki, host = tmp_path / "pki", "mock.example.com"
    assert sn_mock_cli("certs", pki, "--server", host).code == 0
    policy = ProviderPolicy(
        server_certificate=(pki / f"host-{host}.pem").read_text(),
        server_key=(pki / f"host-{host}.key").read_text(),
        client_auth="none",
    )
    context = ssl.create_default_context(cafile=pki / "root-ca.pem")
    with Provider(policy) as provider:
        for name, fits in ((host, True), ("other.example.com", False)):
            refused = contextlib.nullcontext() if fits else pytest.raises(ssl.SSLCertVerificationError)
            with socket.create_connection((provider.host, provider.port)) as plain, refused:
                context.wrap_socket(plain, server_hostname=name).close()
    assert (pki / f"host-{host}.key").stat().st_mode & 0o777 == 0o600
    for wrong in ("https://mock.example.com", "mock.example.com:8443", "../mock", ""):
        ran = sn_mock_cli("certs", pki, "--server", wrong)
        assert (ran.code, "is no host name" in ran.err) == (2, True)


def test_seven_steps_end_in_a_usable_keystore(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """new, csr, sign, import-reply, export-cert: the guide's way, and a reply for another key is refused."""
    store, csr, reply = tmp_path / "acme.jks", tmp_path / "acme.csr", tmp_path / "reply.pem"
    named = ("--alias", "acme", "--password", "changeit")
    assert sn_mock_cli("keystore", "new", store, *named, "--subject", "CN=acme-client,O=Example").code == 0
    assert sn_mock_cli("keystore", "csr", store, *named, "--out", csr).code == 0
    assert sn_mock_cli("certs", tmp_path / "pki", "--sign", csr, "--out", reply).code == 0
    assert sn_mock_cli("keystore", "import-reply", store, *named, reply).code == 0
    shown = sn_mock_cli("keystore", "show", store, "--password", "changeit", "--json").json
    assert shown["entries"][0]["chain"] == [
        "CN=acme-client,O=Example",
        "CN=Lab Issuing CA,O=ACME Lab",
        "CN=Lab Root CA,O=ACME Lab",
    ]
    assert sn_mock_cli("keystore", "export-cert", store, *named, "--out", tmp_path / "public.pem").code == 0
    assert "PRIVATE" not in (tmp_path / "public.pem").read_text()
    trusted = ("--alias", "provider-ca", "--password", "changeit", tmp_path / "pki" / "root-ca.pem")
    assert sn_mock_cli("keystore", "import-cert", store, *trusted).code == 0
    shown = sn_mock_cli("keystore", "show", store, "--password", "changeit", "--json").json
    assert {entry["alias"]: entry["kind"] for entry in shown["entries"]} == {
        "acme": "PrivateKey",
        "provider-ca": "TrustedCertificate",
    }
    # and the twin: another key's reply
    other = tmp_path / "other.jks"
    assert sn_mock_cli("keystore", "new", other, *named, "--subject", "CN=other").code == 0
    ran = sn_mock_cli("keystore", "import-reply", other, *named, reply)
    assert ran.code in (1, 2)
    assert ran.err


# scenarios


def test_scenarios_can_be_narrowed(sn_mock_cli: Callable[..., Ran]) -> None:
    """All words have to be there, in any letter case; what no scenario has is refused in one line."""
    rows = sn_mock_cli("scenarios", "EXPIRED", "client", "--json").json

    assert rows
    assert all("expired" in json.dumps(row).lower() for row in rows)
    assert len(rows) < len(SCENARIOS)
    assert sn_mock_cli("scenarios", "no-such-word").code == 2


def test_scenarios_lists_the_whole_catalogue(sn_mock_cli: Callable[..., Ran]) -> None:
    """Every scenario is listed, in text and in JSON."""
    assert {row["id"] for row in sn_mock_cli("scenarios", "--json").json} == set(SCENARIOS)
    text = sn_mock_cli("scenarios").out
    assert all(name in text for name in SCENARIOS)


def test_reproduce_prints_the_contracts_document(sn_mock_cli: Callable[..., Ran]) -> None:
    """Broken and fixed, exchange and visit, for both TLS versions."""
    ran = sn_mock_cli("reproduce", "wrong-default-keystore", "--json")
    assert ran.code == 0
    assert [row["tls"] for row in ran.json] == ["TLSv1.2", "TLSv1.3"]
    for row in ran.json:
        assert row["reproduced"] is True
        assert set(row) >= {"id", "kb", "title", "release", "tls", "reproduced", "broken", "fixed", "fix"}
        assert set(row["broken"]) >= {"exchange", "visit", "expected"}
        assert set(row["broken"]["exchange"]) >= EXCHANGE_KEYS


def test_reproduce_takes_kb_numbers(sn_mock_cli: Callable[..., Ran]) -> None:
    """A KB number runs the scenarios that tell its story."""
    ran = sn_mock_cli("reproduce", "KB0683345", "--tls", "1.2", "--json")
    assert ran.code == 0
    assert "wrong-default-keystore" in {row["id"] for row in ran.json}


def test_reproduce_writes_reports_and_junit(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """--report writes pages into a folder, --junit one test case for each run."""
    ran = sn_mock_cli(
        "reproduce",
        "uppercase-keystore-filename",
        "--tls",
        "1.2",
        "--report",
        tmp_path / "pages",
        "--junit",
        tmp_path / "junit.xml",
    )
    assert ran.code == 0, ran.err
    assert any(path.suffix == ".html" for path in (tmp_path / "pages").iterdir())
    assert len(list(ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase"))) == 1


def test_reproduce_runs_the_twin_where_java_knows_no_tls_1_3(sn_mock_cli: Callable[..., Ran]) -> None:
    """Helsinki runs Java 8: under TLS 1.3 the scenario runs on the first release that knows it, and says so."""
    ran = sn_mock_cli("reproduce", "key-password-differs", "--tls", "1.3", "--json")
    assert ran.code == 0, ran.out
    assert (ran.json[0]["release"], ran.json[0]["tls"]) == ("quebec", "TLSv1.3")
    assert (
        ran.json[0]["note"]
        == "helsinki runs Java 8, which knows no TLSv1.3: run on quebec, the first release that does"
    )

    ran = sn_mock_cli("reproduce", "key-password-differs", "--tls", "1.2", "--json")
    assert (ran.json[0]["release"], ran.json[0]["note"]) == ("helsinki", None)


def test_reproduce_says_why_there_is_no_twin(sn_mock_cli: Callable[..., Ran]) -> None:
    """A story that ended before TLS 1.3 came is a usage error with its reason."""
    ran = sn_mock_cli("reproduce", "uppercase-keystore-filename", "--tls", "1.3")
    assert ran.code == 2
    assert "happens from fuji to helsinki under TLSv1.2" in ran.err


def test_keystore_new_for_a_release(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """A new PKCS#12 is what the release's Java can read; of today's make it is refused there, with the remedies."""
    arguments = ("--alias", "acme", "--subject", "CN=acme", "--password", "changeit")
    assert sn_mock_cli("keystore", "new", tmp_path / "old.p12", *arguments, "--release", "helsinki").code == 0
    assert sn_mock_cli("keystore", "new", tmp_path / "new.p12", *arguments).code == 0

    shown = ("--password", "changeit", "--java", "8", "--json")
    assert sn_mock_cli("keystore", "show", tmp_path / "old.p12", *shown).json["usable_keys"] == ["RSA:acme"]
    refused = sn_mock_cli("keystore", "show", tmp_path / "new.p12", *shown)
    assert refused.code == 1
    assert refused.json["failure"]["java"][0]["message"].startswith("parseAlgParameters failed: ObjectIdentifier()")
    (warning,) = refused.json["warnings"]
    assert "-deststoretype JKS" in warning
    assert "openssl pkcs12 -export -legacy" in warning


def test_an_unknown_java_is_refused_in_one_line(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """`--java` tells what it knows."""
    ran = sn_mock_cli("keystore", "show", tmp_path / "x.jks", "--java", "9")
    assert ran.code == 2
    assert "java must be 8 or 11 or 17 or 21 or 25, or an update" in ran.err


def test_reproduce_on_another_day(sn_mock_cli: Callable[..., Ran]) -> None:
    """--on moves the whole lab: certificates of that day, both sides' clocks, and still the same story."""
    ran = sn_mock_cli("reproduce", "expired-keystore-found-first", "--tls", "1.3", "--on", "2031-03-01", "--json")
    assert ran.code == 0, ran.out
    assert ran.json[0]["reproduced"] is True


def test_reproduce_refuses_what_does_not_exist(sn_mock_cli: Callable[..., Ran]) -> None:
    """An unknown id, nothing at all, or ids together with --all are usage errors."""
    assert "did you mean" in sn_mock_cli("reproduce", "wrong-default-keystor").err
    assert sn_mock_cli("reproduce").code == 2
    assert sn_mock_cli("reproduce", "--all", "wrong-default-keystore").code == 2


def test_explain_ranks_causes(sn_mock_cli: Callable[..., Ran]) -> None:
    """A known line has causes and scenarios; an unknown one is said to be unknown."""
    ran = sn_mock_cli("explain", "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate", "--json")
    assert ran.code == 0
    assert "wrong-default-keystore" in ran.out
    ran = sn_mock_cli("explain", "the printer is on fire")
    assert ran.code == 1


def test_explain_reads_a_file(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """The name of a file stands for what is in it; a missing and a compressed one are refused in a line."""
    log = tmp_path / "node.log"
    log.write_text("12:00 INFO fine\njavax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca\n")
    packed = tmp_path / "node.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))

    told = sn_mock_cli("explain", str(log), "--json").json

    assert told["causes"][0]["rule"] == "client-ca-unknown"
    assert (told["side"], told["certain"], told["left_out"]) == ("unknown", False, [])
    assert sn_mock_cli("explain", str(tmp_path / "other.log")).code == 2
    assert "zcat" in sn_mock_cli("explain", str(packed)).err


@pytest.mark.parametrize("name", ["ticket.pcapng", "node.log", "page.html", "client.jks", "CA.PEM"])
def test_explain_of_a_word_that_names_a_file_wants_the_file(
    sn_mock_cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A missing capture, log or keystore is not judged as a text; with the file there, it is read."""
    monkeypatch.chdir(tmp_path)
    ran = sn_mock_cli("explain", name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"sn-mock: {name}: there is no such file")
    (tmp_path / name).write_text("Received fatal alert: unknown_ca\n")
    assert sn_mock_cli("explain", name).code == 0


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("bad_certificate", 0),
        ("java.io.EOFException", 0),
        ("certificate_required", 0),
        ("glide.outbound.nothing", 1),
        ("printers", 1),
    ],
)
def test_explain_of_an_ordinary_word_is_a_text(
    sn_mock_cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, code: int
) -> None:
    """A word with points is no file name; one that is known stays a text where a folder has that name, too."""
    monkeypatch.chdir(tmp_path)
    assert sn_mock_cli("explain", word).code == code
    (tmp_path / word).mkdir()
    ran = sn_mock_cli("explain", word)
    assert ran.code == (0 if code == 0 else 2)
    assert (f"{word}: is a folder" in ran.err) is (code != 0)


def test_explain_is_given_a_keystore_or_a_certificate(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """What holds keys or certificates is no log: the command that shows it is named; an archive is to be unpacked."""
    for name, start in {
        "a.jks": b"\xfe\xed\xfe\xed\0\0",
        "a.p12": b"0\x82\x09\x1f0\x82",
        "a.pem": b"-----BEGIN CERTIFICATE-----",
    }.items():
        (tmp_path / name).write_bytes(start)
        ran = sn_mock_cli("explain", str(tmp_path / name))
        assert ran.code == 2
        assert "sn-mock keystore show" in ran.err
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    assert "archive" in sn_mock_cli("explain", str(tmp_path / "a.zip")).err
    (tmp_path / "a.log").write_text("-----BEGIN CERTIFICATE-----\nReceived fatal alert: unknown_ca\n", "utf-8")
    assert sn_mock_cli("explain", str(tmp_path / "a.log")).code == 0


# import, export


def test_what_import_wsdl_says_is_next_works(
    sn_mock_cli: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed commands, run as they stand, end in a call over mutual TLS; a folder is told to be none."""
    monkeypatch.chdir(tmp_path)
    wsdl = Path(__file__).parents[2] / "examples" / "wsdl" / "tickets.wsdl"

    def following(out: str) -> list[str]:
        line = next(line for line in out.splitlines() if line.startswith("next: sn-mock "))
        return shlex.split(line.removeprefix("next: sn-mock ").split("    ")[0])

    # given: an empty folder, so that nothing there has a keystore
    first = sn_mock_cli("import-wsdl", wsdl, "--into", "wi")
    assert "it sends no certificate" in first.out
    # when: what is next, and then `try`
    begin = following(first.out)
    assert begin[:2] == ["init", "wi-mutual"]
    assert sn_mock_cli(*begin).code == 0
    assert sn_mock_cli("try", "wi-mutual").code == 0
    # given: a folder that has a profile
    second = sn_mock_cli("import-wsdl", wsdl, "--into", "wi-mutual", "--message", "The second")
    third = sn_mock_cli(*following(second.out))
    # then: after it `try` is next, and works
    assert following(third.out) == ["try", "wi-mutual"]
    assert sn_mock_cli("try", "wi-mutual").code == 0
    ran = sn_mock_cli("import-wsdl", wsdl.parent, "--into", "other")
    assert ran.code == 2
    assert f"is a folder; next step: name the file: {wsdl}" in ran.err


def test_export_and_import_again(sn_mock_cli: Callable[..., Ran], folder: Path, tmp_path: Path) -> None:
    """What is exported comes in again; the password is asked for, not lost silently."""
    assert sn_mock_cli("export", folder, "--out", tmp_path / "all.xml").code == 0
    assert "changeit" not in (tmp_path / "all.xml").read_text()
    ran = sn_mock_cli("import", tmp_path / "all.xml", "--into", tmp_path / "copy", "--json")
    assert ran.code == 0, ran.out
    assert ran.json["imported"]["sys_soap_message"] == 1
    assert len(ran.json["passwords"]) == 1


def test_import_of_a_missing_file(sn_mock_cli: Callable[..., Ran], tmp_path: Path) -> None:
    """A path that does not exist is named, and nothing is written."""
    ran = sn_mock_cli("import", tmp_path / "nothing.xml", "--into", tmp_path / "copy")
    assert ran.code == 2
    assert "nothing.xml" in ran.err
    assert not (tmp_path / "copy").exists()
