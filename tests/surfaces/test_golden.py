"""What sn-mock prints, octet by octet: a change that is meant to change nothing is held to it.

Each document is one command's output on the example, or the story of one scenario, with what differs from run to run
(ports, dates, fingerprints) and from OpenSSL to OpenSSL (what is offered) blanked out. Short ones stand in full under
`golden/`; of long ones `golden/digests.txt` holds a digest. After a change that is meant to be seen:

    SN_MOCK_GOLDEN=accept .venv/bin/pytest tests/surfaces/test_golden.py

and the diff of `golden/` says what a user will see changed. `SN_MOCK_GOLDEN=FOLDER` writes every document in full to
that folder instead, to compare two states of the project.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provider_stub import Provider, ProviderPolicy
from provider_stub.cli import main as provider_stub_main
from sn_mock.cli import main as sn_mock_main

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"
DIGESTS = GOLDEN / "digests.txt"
MODE = os.environ.get("SN_MOCK_GOLDEN", "")
IN_FULL = 12_000
"""Documents of at most so many characters stand in full; of the longer ones only the digest."""

STORE = "certs/generated/several-keys"
CALL = "call examples/instance AcmeTickets CreateTicket"
COMMANDS = {
    "overview": "--help",
    "call.text": CALL,
    "call.json": f"{CALL} --json",
    "call.brazil.json": f"{CALL} --release brazil --json",
    "call.nobody-listens.json": f"{CALL} --endpoint https://localhost:1/x --json",
    "call.bad-host.text": f"{CALL} --endpoint https://acme.invalid/x --allow-remote",
    "diff.text": "diff examples/instance AcmeTickets CreateTicket --release quebec --release xanadu",
    "check.text": "check examples/instance",
    "check.json": "check examples/instance --json",
    "check.eureka.text": "check examples/instance --release eureka",
    "check.against.text": "check examples/instance --against localhost:PORT",
    "check.against.json": "check examples/instance --against localhost:PORT --json",
    "check.later.text": "check examples/instance --on 2060-01-01",
    "validate.text": "validate examples/instance",
    "validate.json": "validate examples/instance --json",
    "expiry.text": "expiry examples/instance",
    "expiry.json": "expiry examples/instance --json",
    "keystore.jks.text": f"keystore show {STORE}.jks --password changeit",
    "keystore.jks.json": f"keystore show {STORE}.jks --password changeit --json",
    "keystore.pkcs12.json": f"keystore show {STORE}.p12 --type PKCS12 --password changeit --json",
    "keystore.new-sun-x509.text": f"keystore show {STORE}.jks --password changeit --algorithm NewSunX509",
    "keystore.wrong-password.json": f"keystore show {STORE}.p12 --type PKCS12 --password wrong --json",
    "keystore.key-password.text": "keystore show certs/generated/other-key-password.jks --password changeit",
    "keystore.no-keystore.text": "keystore show certs/generated/root-ca.pem --password changeit",
    "explain.text": "explain bad_certificate",
    "explain.json": "explain 'PKIX path building failed' --json",
    "explain.unknown.json": "explain 'lorem ipsum' --json",
    "scenarios.text": "scenarios",
    "scenarios.json": "scenarios --json",
    "import-wsdl.json": "import-wsdl examples/wsdl/tickets.wsdl --into imported --json",
    "export.text": "export examples/instance --out exported.xml",
    "import.json": "import exported.xml --into imported --json",
    "script.json": "script examples/instance examples/scripts/create-ticket.js --json",
    "error.json": "check no-such-folder --json",
}
"""Document → the `sn-mock` command line that prints it; they run in this order, in one folder."""

SCENARIOS = (
    "wrong-default-keystore --tls 1.2",
    "pkcs12-under-java-key-store --tls 1.3",
    "key-password-differs --tls 1.3",
    "no-certificate-at-java-provider --tls 1.3",
    "unknown-client-ca --tls 1.3",
    "client-ca-not-advertised --tls 1.2",
    "nginx-no-certificate --tls 1.3",
    "provider-chain-incomplete --tls 1.2",
    "host-name-not-in-certificate --tls 1.3",
    "mid-server-selected --tls 1.2",
    "proxy-refuses --tls 1.3",
    "soap-fault --tls 1.2",
)
"""One of each kind: who fails, at which stage, at whose provider."""

PROVIDER_STUB = ("", "serve", "up", "down", "status", "judge", "visits", "control")
"""The actions of `provider-stub` whose help is held; sn-mock's own stands in docs/commands.md, held by its test."""

BLANKED_OUT = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"((?:localhost|127\.0\.0\.1|\[::1\])(?::| port )|\.port = |\"port\": )\d{2,5}\b", r"\1PORT"),
        (r"\b(?:[0-9a-f]{38,40}|[0-9a-f]{64})\b|\b(?:[0-9A-F]{2}:){15,}[0-9A-F]{2}\b", "HEX"),
        (r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", "CERTIFICATE"),
        (r"[0-9A-Za-z+/]{60,}=*", "BASE64"),
        (r"\b20[2-9]\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|\+00:00)?", "DATE"),
        (r"\b(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d [A-Z]{3,4} \d{4}", "DATE"),
        (r"<(size_bytes|size_compressed|length)>\d+<", r"<\1>SIZE<"),
        (r'((?:"|&quot;)(?:total_time|duration_ms|serial|open)(?:"|&quot;): )(?:"[^"]*"|[\d.]+|true|false)', r"\1RUN"),
        (r'"id": "(?:[0-9a-f]{8}|visit)-\d+"', '"id": RUN'),
        # who closes first is a race: whether a visit has heard of the other's farewell yet
        (
            r'(?:,\s*)?\{\s*"direction": "\w+",\s*"message": "alert",\s*"level": "warning",'
            r'\s*"description": "close_notify",\s*"code": 0\s*\}',
            "",
        ),
        (r"(?m)^ +(?:-->|<--) Alert  close_notify\n", ""),
        (r"ended \d+ days ago", "ended DAYS ago"),
        # where today lies between the certificates' dates
        (r"(?<=[:>])(?:\d+\.\d%|20\d\d-\d\d(?=<))", "DATE"),
        # what is offered differs from OpenSSL to OpenSSL
        (
            r'("(?:cipher_suites|signature_algorithms|groups|certificate_types|certificate_signature_algorithms)": )'
            r"\[[^]]*\]",
            r"\1OFFERED",
        ),
    )
)
"""What differs from run to run, place to place and OpenSSL to OpenSSL → what stands there instead."""


def stable(text: str, folder: Path, ports: tuple[int, ...]) -> str:
    """The text without what differs although nothing changed."""
    text = text.replace(str(folder), "FOLDER")
    for pattern, instead in BLANKED_OUT:
        text = pattern.sub(instead, text)
    for port in ports:
        text = re.sub(rf"\b{port}\b", "PORT", text)
    return text


@pytest.fixture(scope="module")
def provider_and_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Path]]:
    """The example with fresh certificates, and the provider that it calls."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(ROOT / "examples", folder / "examples")
    generated = folder / "certs" / "generated"
    sn_mock_main(["certs", str(generated), "--for", str(folder / "examples" / "instance")])
    policy = ProviderPolicy(
        trust=((generated / "root-ca.pem").read_bytes(),),
        server_certificate=(generated / "provider.pem").read_bytes(),
        server_key=(generated / "provider.key").read_bytes(),
    )
    with Provider(policy) as provider:
        for file in (folder / "examples").rglob("*.toml"):
            file.write_text(file.read_text("utf-8").replace("8443", str(provider.port)), "utf-8")
        yield provider, folder


@pytest.fixture
def document(
    provider_and_folder: tuple[Provider, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Callable[[list[str]], int], list[str]], str]:
    """`document(main, arguments)`: exit code, stdout and stderr of one command, made stable."""
    provider, folder = provider_and_folder
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PROVIDER_STUB_RUN_DIR", ".run")

    def run(main: Callable[[list[str]], int], arguments: list[str]) -> str:
        capsys.readouterr()
        try:
            code: object = main([argument.replace("PORT", str(provider.port)) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code
        printed = capsys.readouterr()
        return stable(f"exit {code}\n{printed.out}\n{printed.err}", folder, (provider.port,))

    return run


def hold(documents: dict[str, str], tmp_path: Path) -> None:
    """Compare documents with what is held of them; or write them, where that was asked for."""
    if MODE and MODE != "accept":
        for name, text in documents.items():
            Path(MODE, name).write_text(text, "utf-8")
        pytest.skip(f"{len(documents)} documents were written to {MODE}, not compared")
    digests = dict(line.split() for line in DIGESTS.read_text("utf-8").splitlines()) if DIGESTS.exists() else {}
    long = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in documents.items() if len(text) > IN_FULL}
    if MODE == "accept":
        for name in documents.keys() - long:
            (GOLDEN / name).write_text(documents[name], "utf-8")
            digests.pop(name, None)
        for name in long:
            (GOLDEN / name).unlink(missing_ok=True)
        digests.update(long)
        lines = (f"{name} {digest}\n" for name, digest in sorted(digests.items()))
        DIGESTS.write_text("".join(lines), "utf-8")
    for name, text in documents.items():
        if name in long:
            (tmp_path / name).write_text(text, "utf-8")
            assert digests.get(name) == long[name], f"{name} is no longer what it was; now it is {tmp_path / name}"
        else:
            assert text == (GOLDEN / name).read_text("utf-8"), name


def words(line: str) -> list[str]:
    """A command line's words; what stands in quotes is one."""
    return [quoted or word for quoted, word in re.findall(r"'([^']*)'|(\S+)", line)]


def test_commands_print_what_they_printed(document: Callable[..., str], tmp_path: Path) -> None:
    """Every command's text and JSON on the example, errors included."""
    hold({name: document(sn_mock_main, words(line)) for name, line in COMMANDS.items()}, tmp_path)


def test_visit_and_report_are_what_they_were(
    document: Callable[..., str], provider_and_folder: tuple[Provider, Path], tmp_path: Path
) -> None:
    """The provider's record of an accepted and of a refused visit as JSON, the HTML report, the exported XML."""
    provider, folder = provider_and_folder
    provider.clear()
    document(sn_mock_main, [*words(CALL), "--report", "call.html"])
    document(sn_mock_main, [*words(CALL), "--release", "brazil"])
    document(sn_mock_main, words("export examples/instance --out again.xml"))
    visits = [visit.to_json() for visit in provider.wait_for_visits(2)]
    written = {
        "visits.json": json.dumps(visits, indent=1),
        "report.html": (folder / "call.html").read_text("utf-8"),
        "export.xml": (folder / "again.xml").read_text("utf-8"),
    }
    hold({name: stable(text, folder, (provider.port,)) for name, text in written.items()}, tmp_path)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_tell_what_they_told(scenario: str, document: Callable[..., str], tmp_path: Path) -> None:
    """Broken and fixed, both sides: the text, and the JSON with Exchange, Visit and findings."""
    arguments = ["reproduce", *scenario.split()]
    name = f"scenario.{arguments[1]}"
    hold(
        {
            f"{name}.text": document(sn_mock_main, arguments),
            f"{name}.json": document(sn_mock_main, [*arguments, "--json"]),
        },
        tmp_path,
    )


def test_the_provider_explains_itself_as_before(document: Callable[..., str], tmp_path: Path) -> None:
    """The help of `provider-stub` and of each of its actions, word by word: Pythons break its lines differently."""
    hold(
        {
            f"provider-stub.{action or 'overview'}.help": " ".join(
                document(provider_stub_main, [*action.split(), "--help"]).split()
            )
            + "\n"
            for action in PROVIDER_STUB
        },
        tmp_path,
    )


def test_nothing_is_held_that_nobody_prints() -> None:
    """Each file and each digest under `golden/` is one of the documents above."""
    names = {*COMMANDS, "visits.json", "report.html", "export.xml"}
    names |= {f"provider-stub.{action or 'overview'}.help" for action in PROVIDER_STUB}
    names |= {f"scenario.{scenario.split()[0]}.{form}" for scenario in SCENARIOS for form in ("text", "json")}
    held = {file.name for file in GOLDEN.iterdir()} - {DIGESTS.name}
    digests = {line.split()[0] for line in DIGESTS.read_text("utf-8").splitlines()}
    assert held | digests == names
    assert held & digests == set()


def test_what_is_blanked_out_is_not_more_than_what_differs() -> None:
    """The judge itself: a port, a date and a fingerprint go; a status, a release, an alias and a text stay."""
    text = '{"port": 43211, "not_after": "2027-01-01T00:00:00+00:00", "status": 200, "alias": "acme", "days": 364}'
    assert stable(text, Path("/none"), ()) == (
        '{"port": PORT, "not_after": "DATE", "status": 200, "alias": "acme", "days": 364}'
    )
    assert stable("refused after 10000 ms: bad_certificate", Path("/none"), ()) == (
        "refused after 10000 ms: bad_certificate"
    )
