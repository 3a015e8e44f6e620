"""The journal: in memory bounded, on disk complete, readable while it is written."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from provider_stub import Provider, Verdict, Visit
from provider_stub.journal import lines
from provider_stub.journal.lines import JsonLines
from provider_stub.journal.store import TOGETHER, Journal
from provider_stub.journal.story import Story
from provider_stub.journal.visit import Told, VisitRequest
from provider_stub.process.client import line
from tls_transcript import Transcript


def visit(number: int, verdict: Verdict = Verdict.ACCEPTED) -> Visit:
    """A visit without requests."""
    return Visit(f"v-{number}", datetime.now(UTC), ("127.0.0.1", number), Transcript(), verdict)


def story(number: int, verdict: Verdict = Verdict.ACCEPTED) -> Story:
    """The same, not told yet."""
    return Story(lambda: visit(number, verdict), verdict)


def test_memory_is_bounded_and_counters_are_not():
    """The oldest visits go, the totals stay."""
    journal = Journal(keep=3)
    for number in range(10):
        journal.opened(number, lambda number=number: story(number))
        journal.ended(number, story(number, Verdict.REFUSED if number % 2 else Verdict.ACCEPTED))
    assert [entry.id for entry in journal.visits()] == ["v-7", "v-8", "v-9"]
    assert (journal.counters.connections, journal.counters.accepted, journal.counters.refused) == (10, 5, 5)


def test_a_visit_is_told_once_and_when_somebody_asks():
    """Counting asks nobody; whoever looks, at the list or at the line, sees the same visit."""
    told: list[int] = []

    def tell() -> Visit:
        told.append(1)
        return visit(1)

    journal = Journal(keep=3)
    journal.ended(1, Story(tell, Verdict.ACCEPTED, 2))
    assert (told, journal.counters.accepted, journal.counters.requests) == ([], 1, 2)
    assert journal.visits()[0] is journal.visits()[0]
    assert told == [1]


def test_a_line_keeps_no_visit_in_memory(tmp_path):
    """Who writes a story down tells it for himself; who asks for the visit afterwards has it told and kept."""
    told: list[int] = []

    def tell() -> Visit:
        told.append(1)
        return visit(1)

    journal = Journal(keep=3, lines=JsonLines(tmp_path / "visits.jsonl"))
    journal.ended(1, Story(tell, Verdict.ACCEPTED))
    assert told == [1]
    assert journal.visits()[0] is journal.visits()[0]
    assert told == [1, 1]
    journal.close()


def test_the_keys_of_a_visit_are_a_contract(pki, place):
    """Pipelines read the journal: no key of a visit or of its requests is ever missing, and each has its value."""
    with Provider(pki.policy()) as provider:
        assert place(provider, pki.client_context()).status == 200
        assert place(provider, pki.client_context("stranger")).status is None
        good, refused = (one.to_json() for one in provider.wait_for_visits(2))
    assert list(good) == [
        "id",
        "started",
        "peer",
        "verdict",
        "reason",
        "detail",
        "verify_code",
        "alert_sent",
        "alert_received",
        "sni",
        "tls",
        "presented",
        "certificate_message",
        "transcript",
        "requests",
        "request_count",
        "duration_ms",
        "resumed",
        "open",
    ]
    assert list(refused) == list(good)
    assert (good["verdict"], good["request_count"], len(good["requests"])) == ("accepted", 1, 1)
    assert (good["sni"], good["tls"]["version"], good["certificate_message"]) == ("localhost", "TLSv1.3", True)
    assert (good["alert_sent"], good["alert_received"], good["resumed"]) == (None, None, False)
    assert (refused["verdict"], refused["reason"], refused["verify_code"]) == ("refused", "unknown-ca", 20)
    assert (refused["alert_sent"], refused["request_count"], refused["requests"]) == ("unknown_ca", 0, [])
    assert list(good["peer"]) == ["host", "port"]
    assert list(good["requests"][0]) == [
        "method",
        "target",
        "headers",
        "body",
        "body_bytes",
        "operation",
        "status",
        "fault",
        "response_body",
        "duration_ms",
    ]
    assert {"subject", "issuer"} <= set(good["presented"][0])


def test_open_visits_are_listed_once_they_have_a_verdict():
    """A handshake that still goes on is not listed; an accepted connection is, before it ends; clear() hides both."""
    journal = Journal(keep=10)
    journal.opened(1, lambda: story(1))
    journal.opened(2, lambda: story(2, Verdict.OPEN))
    assert [entry.id for entry in journal.visits()] == ["v-1"]
    journal.clear()
    journal.ended(1, story(1))
    journal.ended(2, story(2))
    journal.opened(3, lambda: story(3))
    assert [entry.id for entry in journal.visits()] == ["v-3"]


def test_rotation_loses_nothing_within_its_generations(tmp_path):
    """Several writers, small files: every line is somewhere, whole, in order per writer."""
    path = tmp_path / "visits.jsonl"
    writers = [JsonLines(path, max_bytes=20_000, generations=50) for _ in range(3)]

    def write(index: int, writer: JsonLines) -> None:
        for number in range(100):
            writer.write(visit(index * 1000 + number))

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.close()
    found = [entry["peer"]["port"] for entry in lines.read(path)]
    assert len(found) == 300
    for index in range(3):
        own = [port for port in found if port // 1000 == index]
        assert own == sorted(own)
    assert len(list(tmp_path.iterdir())) > 3
    assert path.stat().st_mode & 0o077 == 0


def test_a_tail_goes_along_with_a_rotation(tmp_path):
    """Somebody who follows the journal gets every visit once, half-written lines when they are whole."""
    path = tmp_path / "visits.jsonl"
    writer = JsonLines(path, max_bytes=2_000, generations=9)
    seen = []
    with lines.Tail(path) as tail:
        for number in range(30):
            writer.write(visit(number))
            if number % 3 == 0:
                seen += [entry["id"] for entry in tail.news()]
        with path.open("a") as other:
            whole = json.dumps(visit(0).to_json() | {"id": "half-and-half"})
            other.write(whole[:20])
            other.flush()
            seen += [entry["id"] for entry in tail.news()]
            other.write(whole[20:] + "\n")
        seen += [entry["id"] for entry in tail.news()]
    writer.close()
    assert len(list(tmp_path.iterdir())) > 3
    assert seen == [*(f"v-{number}" for number in range(30)), "half-and-half"]


def test_old_generations_go(tmp_path):
    """Disk space is bounded, too."""
    writer = JsonLines(tmp_path / "visits.jsonl", max_bytes=2000, generations=2)
    for number in range(100):
        writer.write(visit(number))
    writer.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["visits.jsonl", "visits.jsonl.1", "visits.jsonl.2"]
    assert next(reversed(list(lines.read(tmp_path / "visits.jsonl"))))["id"] == "v-99"


def test_a_half_written_line_is_left_out(tmp_path):
    """A reader that comes in the middle of a write sees whole visits only."""
    path = tmp_path / "visits.jsonl"
    writer = JsonLines(path)
    writer.write(visit(1))
    writer.close()
    with path.open("a") as file:
        file.write('{"id": "half')
    assert [entry["id"] for entry in lines.read(path)] == ["v-1"]


def test_every_connection_has_one_line(pki, place, tmp_path):
    """Accepted, refused, not TLS: each is one JSON line when the provider has stopped, with the same story."""
    import socket

    path = tmp_path / "visits.jsonl"
    with Provider(pki.policy(), journal_path=path, name="run") as provider:
        place(provider, pki.client_context("client"))
        place(provider, pki.client_context("stranger"))
        socket.create_connection(("127.0.0.1", provider.port)).close()
        kept = provider.wait_for_visits(3)
    written = list(lines.read(path))
    assert sorted(entry["id"] for entry in written) == ["run-1", "run-2", "run-3"] == sorted(v.id for v in kept)
    by_id = {entry["id"]: entry for entry in written}
    accepted, refused, nothing = (by_id[f"run-{number}"] for number in (1, 2, 3))
    assert accepted["presented"][0]["subject"] == "CN=client"
    assert accepted["requests"][0]["status"] == 200
    assert (refused["reason"], refused["alert_sent"], refused["verify_code"]) == ("unknown-ca", "unknown_ca", 20)
    assert [entry["message"] for entry in refused["transcript"]][:2] == ["client_hello", "server_hello"]
    assert nothing["verdict"] == "no-tls"
    assert not any(entry["open"] for entry in written)
    text = [line(entry) for entry in (accepted, refused, nothing)]
    assert "POST /tickets 200" in text[0]
    assert "refused  (unknown-ca)  alert sent: unknown_ca" in text[1]
    assert "PRIVATE" not in json.dumps(written)


def test_credentials_are_not_written_down(pki, place, tmp_path):
    """The API hands out what came; file, JSON and repr know of credentials only that there were some."""
    secrets = {"Authorization": "Basic c2VjcmV0", "Proxy-Authorization": "c2VjcmV0", "Cookie": "id=c2VjcmV0; b=1"}
    with Provider(pki.policy(), journal_path=tmp_path / "visits.jsonl") as provider:
        assert place(provider, pki.client_context(), headers={**secrets, "X-Kept": "c2VjcmV1"}).status is not None
        (visit,) = provider.wait_for_visits(1)
    (request,) = visit.requests
    assert secrets.items() <= dict(request.headers).items()
    for text in (json.dumps(visit.to_json()), repr(visit), (tmp_path / "visits.jsonl").read_text("utf-8")):
        assert "c2VjcmV0" not in text
    written = dict(map(tuple, visit.to_json()["requests"][0]["headers"]))
    assert written["Authorization"] == "Basic ********"
    assert written["X-Kept"] == "c2VjcmV1"


def test_a_line_is_its_visit(pki, place):
    """What is written fast is, to the letter, what `to_json` says: accepted, refused, not TLS, without a request."""
    import socket

    with Provider(pki.policy()) as provider:
        for _ in range(2):
            place(provider, pki.client_context("client", "1.2"))
            place(provider, pki.client_context("client"))
        place(provider, pki.client_context("stranger"))
        place(provider, pki.client_context(None))
        with socket.create_connection(("127.0.0.1", provider.port)) as raw:
            raw.sendall(b"GET / HTTP/1.0\r\n\r\n")
            raw.recv(1)
        found = provider.wait_for_visits(7)
    assert len({one.verdict for one in found}) == 3
    known = Told()
    for one in found:
        assert one.json_text() == one.json_text(known) == json.dumps(one.to_json(), separators=(",", ":"))


def test_of_what_is_told_together_only_the_same_is_told_once():
    """Given visits and requests that differ in one thing each: every text is its own; a rest of a batch is not kept."""
    asked = VisitRequest("POST", "/tickets", (("Host", "x"), ("Authorization", "Basic abc")), b"<a>1</a>", 8, "A", 200)
    others = [
        replace(asked, **{change: value})
        for change, value in (
            ("method", "PUT"),
            ("target", "/t"),
            ("headers", (("Host", "y"),)),
            ("body", b"<a>2</a>"),
            ("body_bytes", 9),
            ("operation", None),
            ("status", 500),
            ("fault", "Client"),
            ("response_body", b"<b/>"),
            ("duration_ms", 2.0004),
            ("ws_security", {"accepted": True}),
        )
    ]
    plain = visit(1, Verdict.ACCEPTED)
    judged = [
        replace(plain, **{change: value})
        for change, value in (
            ("verdict", Verdict.REFUSED),
            ("reason", "unknown-ca"),
            ("detail", "because"),
            ("verify_code", 20),
            ("alert_sent", "unknown_ca"),
            ("request_count", 3),
            ("resumed", True),
            ("open", True),
        )
    ]
    told = [replace(plain, requests=(asked, other, asked)) for other in others]
    known = Told()
    for one in (plain, *judged, plain, *told, *told):
        assert one.json_text(known) == json.dumps(one.to_json(), separators=(",", ":"))
    assert "abc" not in told[0].json_text(known)


class _Timers:
    """Stands for the hub's."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], object]] = []

    def later(self, seconds: float, callback: Callable[[], object]) -> None:
        assert seconds > 0
        self.calls.append(callback)


def _end(journal: Journal, *numbers: int) -> None:
    for number in numbers:
        journal.opened(number, lambda number=number: story(number))
        journal.ended(number, story(number))


def test_lines_are_written_together_where_many_end_at_once(tmp_path):
    """The first at once, those soon after it when its time is up, in their order; never more than so many wait."""
    path, timers = tmp_path / "visits.jsonl", _Timers()
    journal = Journal(keep=10, lines=JsonLines(path))
    journal.later = timers.later
    _end(journal, 1)
    assert [entry["id"] for entry in lines.read(path)] == ["v-1"]
    _end(journal, 2, 3, 4)
    assert len(list(lines.read(path))) == 1
    assert len(timers.calls) == 1
    timers.calls.pop()()
    assert [entry["id"] for entry in lines.read(path)] == ["v-1", "v-2", "v-3", "v-4"]
    _end(journal, *range(5, 5 + TOGETHER))
    assert len(list(lines.read(path))) == 4 + TOGETHER
    _end(journal, 99)
    journal.close()
    assert [entry["id"] for entry in lines.read(path)][-1] == "v-99"


def test_nobody_looks_for_a_visit_in_vain(pki, place, tmp_path):
    """Who asks for those that are open and then reads the file misses none that has ended in between."""
    path = tmp_path / "visits.jsonl"
    with Provider(pki.policy(), journal_path=path) as provider:
        for number in range(1, 6):
            place(provider, pki.client_context())
            provider.wait_for_visits(number)
            opened = [entry["id"] for entry in provider.open_visits()]
            assert len({*opened, *(entry["id"] for entry in lines.read(path))}) == number


def test_a_visit_that_cannot_be_told_costs_no_other(tmp_path, monkeypatch):
    """The fault is raised; those before it are written, and those behind it, though nobody comes after them."""
    path, timers = tmp_path / "visits.jsonl", _Timers()
    journal = Journal(keep=10, lines=JsonLines(path))
    journal.later = timers.later
    _end(journal, 1)
    told = Visit.json_text

    def fail(one: Visit, known: Told | None = None) -> str:
        if one.id == "v-3":
            raise ArithmeticError("a fault of ours")
        return told(one, known)

    monkeypatch.setattr(Visit, "json_text", fail)
    _end(journal, 2, 3, 4)
    with pytest.raises(ArithmeticError):
        timers.calls.pop()()
    assert [entry["id"] for entry in lines.read(path)] == ["v-1", "v-2", "v-4"]
    journal.close()


def test_a_flush_waits_for_lines_that_another_thread_is_writing(tmp_path):
    """Given lines that have left the queue and are not in the file yet: who flushes finds them in the file."""
    path, timers = tmp_path / "visits.jsonl", _Timers()
    written, go_on, done = JsonLines(path), threading.Event(), threading.Event()
    journal = Journal(keep=10, lines=written)
    journal.later = timers.later
    _end(journal, 1)
    together, arrived = written.append_together, threading.Event()

    def slowly(found):
        arrived.set()
        go_on.wait(10)
        return together(found)

    written.append_together = slowly
    _end(journal, 2, 3)
    loop = threading.Thread(target=timers.calls.pop())
    loop.start()
    assert arrived.wait(10)

    def ask():
        journal.flush()
        done.set()

    asker = threading.Thread(target=ask)
    asker.start()
    assert not done.wait(0.05)
    go_on.set()
    loop.join()
    asker.join()
    assert [entry["id"] for entry in lines.read(path)] == ["v-1", "v-2", "v-3"]
    journal.close()


def test_who_is_open_no_more_waits_for_the_file_already(tmp_path):
    """At the moment a visit leaves the open ones, its line is among those that a flush writes."""
    path = tmp_path / "visits.jsonl"
    journal = Journal(keep=10, lines=JsonLines(path))
    journal.later = _Timers().later
    _end(journal, 1)
    remember, seen = journal._remember, []

    def looked(one):
        remember(one)
        asker = threading.Thread(target=journal.flush)
        asker.start()
        asker.join()
        seen.extend(entry["id"] for entry in lines.read(path))

    journal._remember = looked
    _end(journal, 2)
    assert seen == ["v-1", "v-2"]
    journal.close()


def test_a_journal_whose_folder_is_gone_takes_no_other_descriptor(tmp_path):
    """Lines that cannot be written are counted, one by one and together; none goes to what was opened meanwhile."""
    folder = tmp_path / "run"
    folder.mkdir()
    timers = _Timers()
    journal = Journal(keep=10, lines=JsonLines(folder / "visits.jsonl"))
    journal.later = timers.later
    _end(journal, 1)
    shutil.rmtree(folder)
    _end(journal, 2, 3)
    timers.calls.pop()()
    with (tmp_path / "other").open("wb") as other:
        _end(journal, 4, 5)
        journal.flush()
        assert journal.counters.unwritten == 4
        folder.mkdir()
        _end(journal, 6)
        journal.close()
        assert (tmp_path / "other").read_bytes() == b""
        assert not other.closed
    assert [entry["id"] for entry in lines.read(folder / "visits.jsonl")] == ["v-6"]


def test_lines_that_do_not_fit_together_are_written_one_by_one(tmp_path):
    """A rotation in the middle of them loses none and keeps each file within its size."""
    path, timers = tmp_path / "visits.jsonl", _Timers()
    journal = Journal(keep=10, lines=JsonLines(path, max_bytes=2000, generations=50))
    journal.later = timers.later
    _end(journal, *range(40))
    journal.close()
    assert [entry["peer"]["port"] for entry in lines.read(path)] == list(range(40))
    assert all(file.stat().st_size <= 2000 for file in tmp_path.iterdir())
