"""Evidence from a real instance: one redacted file, and the reports that stand behind the printed rows."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from docs.printing.java_texts import java_texts_page
from docs.printing.releases import releases_page
from sn_mock.cli import main
from sn_mock.handover.evidence_file import MAX_SAID_BYTES
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.releases import RELEASES
from sn_mock.java.exceptions.alerts import ALERT_TEXTS
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS
from sn_mock.received import RECEIVED, Report, behind
from tests.handover.conftest import Customer
from tests.handover.customer import HOST, NAMES, PASSWORD, SECRETS

SAID = f"""2027-01-01 08:00:00 SEVERE *** ERROR *** melder.zeisig called https://{HOST}:8443/bestand from 10.77.3.9
javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca
password={PASSWORD} Authorization: Basic {SECRETS["token"]}
"""


def written(customer: Customer, folder: Path, said: str = SAID, *more: str) -> dict[str, object]:
    """The file that the command writes."""
    (folder / "said.txt").write_text(said)
    out = folder / "out.json"
    command = ["evidence", str(customer.folder), "VogelhausBestand", "Melden", "--said", str(folder / "said.txt")]
    assert main([*command, "--out", str(out), *more]) == 1
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    return dict(json.loads(out.read_text()))


def test_the_file_has_both_sides_and_names_nobody(customer: Customer, tmp_path: Path) -> None:
    """Release, patch, prediction, what was said, where they differ; no name and no secret."""
    document = written(customer, tmp_path, SAID, "--patch", "Patch 4 Hot Fix 1a")
    text = json.dumps(document).lower()

    assert document["release"] == "xanadu"
    assert document["patch"] == "Patch 4 Hot Fix 1a"
    assert document["predicted"]["failure"] is None  # type: ignore[index]
    assert document["said"]["java"] == [  # type: ignore[index]
        {"class": "javax.net.ssl.SSLHandshakeException", "message": "Received fatal alert: unknown_ca"}
    ]
    assert document["differ"][0]["path"] == "java[0]"  # type: ignore[index]
    assert [name for name in (*NAMES, PASSWORD, SECRETS["basic"]) if name.lower() in text] == []


@pytest.mark.parametrize(
    ("said", "is_text"),
    [
        (bytes(range(256)) * 12, False),
        (b"\0" * 3000, False),
        (SAID.encode(), True),
        (SAID.encode("utf-16"), True),
        (SAID.replace("zeisig", "zeisig, caf\xe9").encode("latin-1"), True),
    ],
)
def test_what_the_instance_said_is_text(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: bytes, is_text: bool
) -> None:
    """Bytes that no log has are refused and nothing is written; a log in UTF-16 or with a letter of Latin-1 is read."""
    (tmp_path / "said").write_bytes(said)
    out = tmp_path / "out.json"
    command = ["evidence", str(customer.folder), "VogelhausBestand", "Melden", "--said", str(tmp_path / "said")]
    assert main([*command, "--out", str(out)]) == (1 if is_text else 2)
    assert ("is no text" in capsys.readouterr().err) is not is_text
    assert out.exists() is is_text
    assert not is_text or "Received fatal alert: unknown_ca" in out.read_text()


def test_the_catalogue_is_held_against_what_was_said(customer: Customer, tmp_path: Path) -> None:
    """A text that the catalogue declares is confirmed; another wording of the same alert is not."""
    said = written(customer, tmp_path)["declared_for_its_causes"]
    assert any(one["said_so"] for one in said)  # type: ignore[attr-defined]

    other = written(customer, tmp_path, SAID.replace("Received fatal alert: ", "fatal alert was received: "))
    assert not any(one["said_so"] for one in other["declared_for_its_causes"])  # type: ignore[attr-defined]


def test_nothing_said_and_too_much_said_are_named(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file and one that is no log are refused with exit code 2."""
    path = tmp_path / "said.txt"
    for content, says in ((b" \n", "is empty"), (b"x" * (MAX_SAID_BYTES + 1), "has more than")):
        path.write_bytes(content)
        command = ["evidence", str(customer.folder), "VogelhausBestand", "Melden", "--said", str(path)]
        assert main([*command, "--out", str(tmp_path / "o.json")]) == 2
        assert says in capsys.readouterr().err


def test_a_new_report_shows_up_behind_its_row() -> None:
    """A row of the table is counted where it belongs, and nowhere else."""
    event = EVENT_TEXTS[0].event
    reports = (
        Report("2027-03-a", "xanadu", "Patch 4", "fact sni", agrees=True, said="server_name was sent"),
        Report("2027-03-b", "xanadu", "", "alert unknown_ca", agrees=True, said="Received fatal alert: unknown_ca"),
        Report("2027-03-c", "xanadu", "", f"event {event}", agrees=False, said="something else"),
    )
    facts, texts = releases_page(reports), java_texts_page(reports)

    assert facts != releases_page()
    assert texts != java_texts_page()
    assert sum(line.endswith("| 1 |") for line in facts.splitlines()) == 1
    assert any("unknown_ca" in line and line.endswith("| 1 |") for line in texts.splitlines())
    assert any(str(event) in line and line.endswith("| 0 (1 against) |") for line in texts.splitlines())


def test_reports_are_counted_by_release() -> None:
    """A report about a release outside a row's span does not stand behind the row."""
    reports = (Report("2027-03-a", "xanadu", "", "fact sni", agrees=True, said="x"),)
    assert behind("fact sni", ["xanadu", "yokohama"], reports) == "1"
    assert behind("fact sni", ["helsinki"], reports) == ""


def test_every_received_report_is_about_something() -> None:
    """The table names releases and rows that exist, each report once; a report about nothing is refused."""
    rows = {f"fact {name}" for name in FACTS}
    rows |= {f"alert {row.name}" for row in ALERT_TEXTS.values()} | {f"event {row.event}" for row in EVENT_TEXTS}
    assert [one.id for one in RECEIVED if one.about not in rows or one.release not in RELEASES] == []
    assert len({one.id for one in RECEIVED}) == len(RECEIVED)
    with pytest.raises(ValueError, match="about is"):
        Report("x", "xanadu", "", "weather", agrees=True, said="")
