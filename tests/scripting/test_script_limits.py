"""What a script may hold open or copy at once."""

from __future__ import annotations

import pytest

from sn_mock import scripting
from sn_mock.instance import Instance, RowTables, SysAttachment
from sn_mock.scripting import record_services
from sn_mock.scripting.file_services import MOST_COPIES

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

_ROWS = 260
"""More than the engine fetches at once."""


def _instance(attachments: int = 0) -> Instance:
    rows = [{"sys_id": f"{number:032x}", "number": f"INC{number:07}"} for number in range(_ROWS)]
    files = tuple(
        SysAttachment(
            file_name=f"{number}.txt",
            content_type="text/plain",
            data=b"x",
            table_name="incident",
            table_sys_id="0" * 32,
        )
        for number in range(attachments)
    )
    return Instance(name="acme", rows=RowTables(None, {"incident": rows}), attachments=files)


_OPEN = """
var open = [];
for (var i = 0; i < %d; i++) { var gr = new GlideRecord('incident'); gr.query(); gr.next(); open.push(gr); }
var seen = 1;
while (open[0].next()) seen++;
gs.info(seen);
"""


@pytest.mark.parametrize("more", [0, 20])
def test_queries_that_stay_open_have_a_bound(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of as many open queries as there may be is read to its end; beyond, the script is told what to do."""
    monkeypatch.setattr(record_services, "MOST_CURSORS", 60)
    result = scripting.run(_instance(), _OPEN % (60 + more))
    if not more:
        assert result.error is None
        assert [line.text for line in result.log] == [str(_ROWS)]
    else:
        assert result.error is not None
        assert "more than 60 queries are open at once" in result.error.message


@pytest.mark.parametrize("count", [MOST_COPIES, MOST_COPIES + 1])
def test_a_copy_of_attachments_has_a_bound(count: int) -> None:
    """A hundred attachments are copied in one call; one more is refused, and nothing is copied."""
    script = f"gs.info(GlideSysAttachment.copy('incident', '{'0' * 32}', 'incident', '{'1' * 32}').length)"
    result = scripting.run(_instance(count), script)
    if count <= MOST_COPIES:
        assert result.error is None
        assert len(result.instance.attachments) == 2 * count
    else:
        assert result.error is not None
        assert len(result.instance.attachments) == count
        assert f"more than {MOST_COPIES} attachments at once" in result.error.message
