"""Two exchanges side by side: what differs is shown, what differs between any two runs is not."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.handover.differences import MAX_DIFFERENCES, differences, fact_changes, lines, told
from sn_mock.lab import Lab
from tests.handover.conftest import Customer


def test_the_same_call_twice_does_not_differ() -> None:
    """Ports, times, random values and ids are noise: two runs of one call have no difference."""
    documents = []
    for _ in range(2):
        with Lab(release="xanadu", tls="1.3") as lab:
            documents.append(lab.call()[0].to_json())
    assert documents[0] != documents[1]
    assert differences(*documents) == ()


def test_what_changed_is_found(customer: Customer) -> None:
    """A refused and an answered call: the alert, the failure and the status; each with its path and both values."""
    a, b = customer.answered.to_json(), customer.refused.to_json()
    found = {one.path: (one.a, one.b) for one in differences(a, b)}

    assert found["failure"][0] is None
    assert found["failure"][1]["stage"] == "handshake"
    assert found["response.status_code"] == (200, 0)
    assert {row.what for row in lines(a, b) if not row.same} >= {"outcome", "alert", "Java", "status code"}
    assert {row.what for row in lines(a, b) if row.same} >= {"release", "key", "keystores", "CA names"}


def test_a_changed_port_is_noise_and_a_changed_host_is_not(customer: Customer) -> None:
    """The twin: one changes nothing that is told, the other one does."""
    a = customer.answered.to_json()
    port, host = copy.deepcopy(a), copy.deepcopy(a)
    port["route"]["port"], port["route"]["url"] = 9443, a["route"]["url"].replace("/bestand", ":9443/bestand")
    a["route"]["url"] = a["route"]["url"].replace("/bestand", ":8443/bestand")
    host["route"]["host"] = "elsewhere.example"

    assert differences(a, port) == ()
    assert "route.host" in [one.path for one in differences(a, host)]


def test_an_upgrade_is_explained(customer: Customer, capsys: pytest.CaptureFixture[str]) -> None:
    """One instance on two releases: what changed, and the release facts behind it with their marks."""
    command = ["diff", str(customer.folder), "VogelhausBestand", "Melden"]

    assert main([*command, "--release", "helsinki", "--release", "xanadu"]) == 1
    shown = capsys.readouterr().out
    assert "TLSv1.3" in shown
    assert "tls_versions\n    before: " in shown
    assert "(ASSUMED: " in shown
    assert "(DOCUMENTED: " in shown
    assert main([*command, "--release", "xanadu", "--release", "xanadu"]) == 0
    assert "the two behave alike" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "alike", "on_the_way"),
    [("zurich", "brazil", True, ""), ("helsinki", "newyork", False, "server_name"), ("brazil", "brazil", True, "")],
)
def test_heading_sum_and_exit_code_agree(
    customer: Customer, before: str, after: str, alike: bool, on_the_way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alike is exit 0, whatever is known of the releases; what the table has no row for is named by its place."""
    command = ["diff", str(customer.folder), "VogelhausBestand", "Melden", "--release", before, "--release", after]
    # when
    code = main(command)
    shown = capsys.readouterr().out
    listed = (main([*command, "--json"]), json.loads(capsys.readouterr().out))
    # then
    calls = [one for one in listed[1] if one["path"] != "call.release" and not one["path"].startswith("facts.")]
    assert code == listed[0] == (0 if alike else 1)
    assert ("the two behave alike" in shown) is alike
    assert ("differ on the way in" in shown) is bool(on_the_way)
    assert on_the_way in shown
    counts = f"{len(calls)} difference{'' if len(calls) == 1 else 's'} of the calls, {len(listed[1]) - len(calls)} of"
    assert counts in shown
    assert (calls == []) is alike


def test_results_are_no_facts_of_a_release() -> None:
    """What a script sees, and whose texts they are, is told with its evidence, but no release is said to do it."""
    changes = fact_changes({"facts": {}}, {"facts": {"sni": "x", "java_texts": "x", "script_view.status_code": "x"}})
    assert [(one.name, one.of_the_release) for one in changes] == [
        ("sni", True),
        ("java_texts", False),
        ("script_view.status_code", False),
    ]


def test_diff_reads_what_the_commands_write(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON of `call`, of `try`, and bundles; `--json` is a list of path, a, b."""
    plain, listed = tmp_path / "a.json", tmp_path / "b.json"
    plain.write_text(json.dumps(customer.answered.to_json()))
    listed.write_text(json.dumps([{"message": "m", "exchange": customer.refused.to_json()}]))

    assert main(["diff", str(plain), str(listed), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert all(set(one) == {"path", "a", "b"} for one in document)
    assert main(["diff", str(plain), str(plain)]) == 0


@pytest.mark.parametrize(
    ("content", "says"), [("{", "is no JSON"), ("[]", "holds no exchange"), ('{"call": 1}', "holds no exchange")]
)
def test_what_is_no_exchange_is_named(
    content: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and how to make one."""
    path = tmp_path / "a.json"
    path.write_text(content)
    assert main(["diff", str(path), str(path)]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "call … --json" in error


def test_the_plain_text_marks_what_differs(customer: Customer) -> None:
    """A star stands before what differs; the rest is told once."""
    text = list(told(lines(customer.answered.to_json(), customer.refused.to_json()), ("before", "after")))
    starred = [line.split()[1] for line in text if line.startswith("*")]
    assert "outcome" in starred
    assert "alert" in starred
    assert "release" not in starred


def test_facts_on_one_side_only_are_told() -> None:
    """A fact that only the later call rested on is shown as not asked before."""
    assert [(one.name, one.a, one.b) for one in fact_changes({"facts": {}}, {"facts": {"sni": "true"}})] == [
        ("sni", "", "true")
    ]


def test_a_flood_of_differences_is_cut() -> None:
    """Two documents of thousands of members that differ are told up to a number."""
    a, b = ({"x": {str(number): value for number in range(MAX_DIFFERENCES + 5)}} for value in (1, 2))
    assert len(differences(a, b)) == MAX_DIFFERENCES


BROKEN = (None, 1, "x", [1], {"a": 1}, "\x1b[31m\n::error::x\u202e\ud800")


def test_no_value_of_a_document_breaks_diff(
    customer: Customer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands at a place of somebody else's document: it is compared, or refused with file and place."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    document = customer.refused.to_json()
    good.write_text(json.dumps(document))
    places = [(key,) for key in document] + [
        (key, inner) for key in ("route", "key_choice", "tls", "failure", "response") for inner in document[key] or ()
    ]
    for place in [*places, ("failure", "java", 0), ("transcript", 0)]:
        for value in BROKEN:
            broken = copy.deepcopy(document)
            holder = broken
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = value
            bad.write_text(json.dumps(broken))
            code = main(["diff", str(good), str(bad)])
            shown = capsys.readouterr()
            assert "internal error" not in shown.err, (place, value)
            assert (code == 2) == (f"{bad}: holds no exchange" in shown.err), (place, value)
            assert not {"\x1b", "\u202e", "\ud800"} & set(shown.out + shown.err)
            assert "\n::error" not in shown.out + shown.err
