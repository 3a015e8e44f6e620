"""Rows of `sys_trigger` that run a script once."""

from __future__ import annotations

from datetime import UTC, datetime

from sn_mock.live.triggers import Triggers

from .conftest import Rig

SCRIPT = 'var r = new GlideRecord("incident"); r.initialize(); r.short_description = "from a trigger"; r.insert();'


def _made(rig: Rig, **more: str) -> None:
    row = {"name": "once", "trigger_type": "0", "state": "0", "script": SCRIPT, **more}
    rig.folder.insert("sys_trigger", row)


def test_a_row_of_the_table_api_runs_its_script_once(rig: Rig) -> None:
    """The script's rows are there, the trigger is gone."""
    # when
    row = {"name": "once", "trigger_type": "0", "state": "0", "script": SCRIPT}
    assert rig.ask("POST", "/api/now/table/sys_trigger", row).status == 201
    rig.triggers.close()
    Triggers(rig.folder, rig.outbound).run_due()  # where it was closed before it came to that
    # then
    assert [row["short_description"] for row in rig.get("incident").result] == ["from a trigger"]
    assert rig.get("sys_trigger").result == []


def test_a_trigger_waits_for_its_time(rig: Rig) -> None:
    """`next_action` is UTC; other types and states stay as they are."""
    # given
    moments = iter((datetime(2026, 1, 1, 11, 59, 59, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)))
    triggers = Triggers(rig.folder, rig.outbound, lambda: next(moments))
    _made(rig, next_action="2026-01-01 12:00:00")
    _made(rig, trigger_type="1")
    # when
    assert triggers.run_due() == 1.0
    assert rig.get("incident").result == []
    triggers.run_due()
    # then
    assert len(rig.get("incident").result) == 1
    assert [row["trigger_type"] for row in rig.get("sys_trigger").result] == ["1"]


def test_what_a_trigger_throws_is_a_row_of_syslog(rig: Rig) -> None:
    """Level error, with the trigger's name."""
    _made(rig, script='throw "broken";')
    rig.triggers.run_due()
    assert [(row["level"], row["source"]) for row in rig.get("syslog").result] == [("2", "sys_trigger.once")]
    assert "broken" in rig.get("syslog").result[0]["message"]
