"""`provider-stub judge`, and the list of visits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provider_stub import Provider, ProviderPolicy
from provider_stub.cli import main
from provider_stub.process import listing, probes
from sn_mock.lab.pki import shared_pki

PKI = shared_pki()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with clients' public certificates and the provider's CAs; no client key anywhere."""
    monkeypatch.chdir(tmp_path)
    for name in ("acme-client", "expired-client", "future-client", "server-auth-client", "unrelated-client"):
        (tmp_path / f"{name}.pem").write_text(PKI[name].pem(2))
    (tmp_path / "leaf-only.pem").write_text(PKI["acme-client"].pem(1))
    (tmp_path / "leaf.der").write_bytes(PKI["acme-client"].der)
    (tmp_path / "issuing.pem").write_text(PKI["intermediate"].pem(1))
    (tmp_path / "self-signed.pem").write_text(PKI["self-signed-client"].pem(1))
    (tmp_path / "web.pem").write_text(PKI["instance-web-server"].pem(1))
    (tmp_path / "root.pem").write_text(PKI["root"].pem())
    (tmp_path / "crl.pem").write_text(PKI.crl("intermediate", ("acme-client",)))
    return tmp_path


ROOT = 'trust = ["root.pem"]\n'


@pytest.mark.parametrize(
    ("files", "policy", "cause", "key"),
    [
        ("acme-client.pem", ROOT, None, None),
        ("leaf.der issuing.pem", ROOT, None, None),
        ("issuing.pem leaf.der", ROOT, None, None),
        ("leaf-only.pem", ROOT, "unknown-ca", "trust"),
        ("leaf-only.pem", 'trust = ["issuing.pem"]\npartial_chain = true\n', None, None),
        ("unrelated-client.pem", ROOT, "unknown-ca", "trust"),
        ("self-signed.pem", ROOT, "self-signed", "trust"),
        ("self-signed.pem", 'trusted_leaves = ["self-signed.pem"]\n', None, None),
        ("self-signed.pem", 'trusted_leaves = ["self-signed.pem"]\nrequire_ca_signed = true\n',
         "not-ca-signed", "require_ca_signed"),
        ("expired-client.pem", ROOT, "expired", "now"),
        ("expired-client.pem", ROOT + "now = 2020-06-01T00:00:00Z\n", "not-yet-valid", "now"),
        ("future-client.pem", ROOT, "not-yet-valid", "now"),
        ("server-auth-client.pem", ROOT, "wrong-purpose", "check_eku"),
        ("server-auth-client.pem", ROOT + "check_eku = false\n", None, None),
        ("acme-client.pem", ROOT + 'crl = ["crl.pem"]\n', "revoked", "crl"),
        ("acme-client.pem", ROOT + f'pin_sha256 = ["{"00" * 32}"]\n', "not-pinned", "pin_sha256"),
        ("acme-client.pem", ROOT + 'allow_subjects = ["CN=other"]\n', "subject-not-allowed", "allow_subjects"),
        ("acme-client.pem", ROOT + 'client_auth = "none"\n', None, None),
        ("expired-client.pem", ROOT + '[refusals]\nexpired = "accept"\n', None, None),
    ],
)  # fmt: skip
def test_judge_says_which_key_refuses(
    here: Path, capsys: pytest.CaptureFixture[str], files: str, policy: str, cause: str | None, key: str | None
) -> None:
    """The provider has the client's public certificate only; the verdict is that of a handshake."""
    (here / "p.toml").write_text(policy)
    code = main(["judge", *files.split(), "--policy", "p.toml", "--json"])
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["accepted"], verdict["cause"], verdict["policy_key"]) == (cause is None, cause, key)
    assert code == (0 if cause is None else 1)
    main(["judge", *files.split(), "--policy", "p.toml"])
    printed = capsys.readouterr().out
    assert printed.startswith("accepted: CN=" if cause is None else "refused: CN=")
    assert key is None or f"key    {key}" in printed


@pytest.mark.parametrize(
    ("files", "told"), [("nowhere.pem", "cannot read nowhere.pem"), ("p.toml", "holds no certificate")]
)
def test_judge_needs_a_certificate(here: Path, capsys: pytest.CaptureFixture[str], files: str, told: str) -> None:
    """One line, exit code 2."""
    (here / "p.toml").write_text(ROOT)
    assert main(["judge", files, "--policy", "p.toml"]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "told"),
    [("leaf-only.pem", "trusted_leaves is meant for it"), ("self-signed.pem", "signed itself"), ("root.pem", None)],
)
def test_a_leaf_in_trust_says_what_it_means(
    here: Path, capsys: pytest.CaptureFixture[str], file: str, told: str | None
) -> None:
    """It is advertised as a CA; nothing is said of a CA."""
    (here / "p.toml").write_text(f'trust = ["{file}"]\n')
    main(["judge", "acme-client.pem", "--policy", "p.toml"])
    printed = capsys.readouterr().out
    assert (told in printed) if told else ("note: trust" not in printed)


@pytest.mark.parametrize("key", ["trust", "trusted_leaves"])
def test_a_web_servers_certificate_is_noticed(here: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    """Under either key; nothing is said of a client's own, and the running provider says the same in its status."""
    (here / "p.toml").write_text(f'{key} = ["web.pem"]\n')
    main(["judge", "acme-client.pem", "--policy", "p.toml"])
    said = f"{key}: CN=*.service-now.com,O=Example Instance is a web server's certificate"
    assert said in capsys.readouterr().out
    with Provider(ProviderPolicy.from_toml(here / "p.toml")) as provider:
        assert [said in note for note in provider.status()["notes"]] == [True]
    (here / "p.toml").write_text('trusted_leaves = ["leaf-only.pem"]\n')
    main(["judge", "acme-client.pem", "--policy", "p.toml"])
    assert "web server" not in capsys.readouterr().out


def visit(run: str, number: int, port: int, verdict: str = "refused") -> dict[str, object]:
    """A visit's JSON, as far as the list shows it."""
    return {
        "id": f"{run}-{number}",
        "started": "2027-01-01T10:00:00+00:00",
        "peer": {"host": "127.0.0.1", "port": port},
        "verdict": verdict,
        "reason": None,
        "alert_sent": None,
        "alert_received": None,
        "tls": None,
        "presented": [],
        "certificate_message": True,
        "requests": [],
    }


def test_visits_have_a_header_and_runs_are_apart() -> None:
    """One header; a line before each run where there are several; our own probe is called so."""
    shown = list(
        listing.lines(
            [visit("aaaaaaaa", 1, 10), visit("bbbbbbbb", 1, 11), visit("bbbbbbbb", 2, 12)], [(12, "2027-01-01T10:00")]
        )
    )
    assert shown[0] == listing.HEADER
    assert [line.startswith("--- a run") for line in shown] == [False, True, False, True, False, False]
    assert [("sn-mock check asked" in line) for line in shown] == [False, False, False, False, False, True]
    assert list(listing.lines([])) == []
    assert not any(line.startswith("---") for line in listing.lines([visit("a", 1, 1)]))


def test_probes_are_written_down_where_a_provider_runs(tmp_path: Path) -> None:
    """In its folder, and nowhere else; lines of somebody else do no harm."""
    probes.note(tmp_path / "nowhere", [1])
    assert not (tmp_path / "nowhere").exists()
    probes.note(tmp_path, [4711])
    with (tmp_path / "probes.jsonl").open("a") as file:
        file.write("rubbish\n[1]\n")
    assert {port for port, _ in probes.read(tmp_path)} == {4711}


def test_only_the_latest_probes_are_remembered(tmp_path: Path) -> None:
    """The file may grow for years: what is told apart from visits are the last ones."""
    lines = (f'[{number}, "2026-01-01T00:00"]\n' for number in range(1500))
    (tmp_path / "probes.jsonl").write_text("".join(lines), "utf-8")
    ports = [port for port, _ in probes.read(tmp_path)]
    assert ports == list(range(500, 1500))
