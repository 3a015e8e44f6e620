"""The provider's pages: start and stop, the switches of its policy, its visits as they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from provider_stub import Visit
from provider_stub.refusals.personality import PERSONALITIES
from sn_mock.failure import MockUsageError
from sn_mock.instance import SysCertificate
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Seen
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.desk.mentions import Told, told
from sn_mock.live.console.desk.providers import SWITCHES
from sn_mock.live.console.rows.cells import record_url
from sn_mock.live.inbound import why
from sn_mock.report.story import VisitJson

_SHOWN = 100
BACKGROUND = "provider-stub"
"""What stands for a host where the provider is the one in the background."""
DOOR = "front-door"
TRUST_RECORD = "CA of the provider made for this folder"


def provider_page(desk: Desk, asked: Asked) -> Answer:
    """`/provider`."""
    del asked
    running = desk.providers.running()
    place = desk.background.place
    visits: list[tuple[str, VisitJson]] = [(one.host, _outline(visit)) for one in running for visit in one.visits]
    visits += [(BACKGROUND, visit) for visit in (desk.background.visits() if place else ())]
    visits.sort(key=lambda pair: str(pair[1]["started"]), reverse=True)
    return Page(
        "provider.html",
        {
            "running": running,
            "switches": SWITCHES,
            "personalities": [(name, one.title) for name, one in PERSONALITIES.items()],
            "visits": visits[:_SHOWN],
            "trusted": desk.providers.is_trusted(),
            "background": place,
        },
    )


def _outline(visit: Visit) -> VisitJson:
    """A visit as the lists need it, which are asked for again and again: without its requests."""
    return replace(visit, requests=()).to_json()


def news_page(desk: Desk, asked: Asked) -> Answer:
    """`/provider/visits`: the rows of the visits alone, for the page that shows them as they come."""
    answer = provider_page(desk, asked)
    assert isinstance(answer, Page)
    return Page("visits.html", answer.values)


def door_page(desk: Desk, asked: Asked) -> Answer:
    """`/door`: who came to the instance's own front door, with which certificate, and what became of it."""
    del asked
    live = desk.live
    visits = [(DOOR, _outline(visit)) for visit in reversed(live.door.visits)]
    return Page(
        "door.html",
        {"url": live.door.url, "ca": str(live.ca_path), "asks": live.door.inbound_mtls, "visits": visits[:_SHOWN]},
    )


def door_news_page(desk: Desk, asked: Asked) -> Answer:
    """`/door/visits`: the rows alone."""
    answer = door_page(desk, asked)
    assert isinstance(answer, Page)
    return Page("visits.html", answer.values)


def visit_page(desk: Desk, asked: Asked) -> Answer:
    """`/provider/visits/<host>/<id>`: verdict, presented chain, why."""
    host, name = asked.path["host"], asked.path["id"]
    visits: list[VisitJson] = [
        one.to_json() for run in desk.providers.running() if run.host == host for one in run.visits
    ]
    visits += desk.background.visits() if host == BACKGROUND else ()
    visits += [visit.to_json() for visit in desk.live.door.visits] if host == DOOR else ()
    found = next((one for one in visits if one["id"] == name), None)
    if found is None:
        raise NotThereError("the provider has no such visit (any more)")
    refused = _refused_at_the_door(desk, name) if host == DOOR else None
    return Page("visit.html", {"host": host, "visit": found, "refused": refused})


def _refused_at_the_door(desk: Desk, name: str) -> Told | None:
    """Why the records, as they are now, do not let that caller in; None where they do, or where none was presented."""
    live = desk.live
    visit = next((one for one in live.door.visits if one.id == name), None)
    found = why(live.folder.instance, live.access, visit.presented_chain) if visit else None
    return told(found, live.folder.instance) if found else None


def change_provider(desk: Desk, asked: Asked) -> Answer:
    """What the button says: start, stop, switch, trust."""
    action = _ACTIONS.get(asked.form.get("do", ""))
    if action is None:
        raise MockUsageError("that button means nothing here")
    return Seen("/provider", action(desk, asked.form))


def _start(desk: Desk, _: Mapping[str, str]) -> tuple[str, ...]:
    return ("the provider is up; calls of this instance are led to it", *desk.providers.start())


def _stop(desk: Desk, _: Mapping[str, str]) -> tuple[str, ...]:
    desk.providers.stop()
    return ("the provider is down; calls go where their endpoints say",)


def _switch(desk: Desk, form: Mapping[str, str]) -> tuple[str, ...]:
    changes: dict[str, Any] = {name: form[name] for name, _, values in SWITCHES if form.get(name) in values}
    if form.get("personality") in PERSONALITIES:
        changes["personality"] = form["personality"]
    changes["send_chain"] = form.get("send_chain") == "true"
    changes["require_ca_signed"] = form.get("require_ca_signed") == "true"
    desk.providers.switch(form.get("host", ""), changes)
    return ("the policy is changed; the next connection meets it",)


def _trust(desk: Desk, _: Mapping[str, str]) -> tuple[str, ...]:
    """Step six of the guide: the provider's CA as a Trust Store Cert."""
    pem = desk.providers.authority_pem()
    row = SysCertificate(name=TRUST_RECORD, type="trust_store", pem_certificate=pem)
    desk.live.folder.change(lambda instance: instance.with_record(row))
    return (f"X.509 Certificate {row.name} made: {record_url(row.table, row.sys_id)}",)


_ACTIONS = {"start": _start, "stop": _stop, "switch": _switch, "trust": _trust}
