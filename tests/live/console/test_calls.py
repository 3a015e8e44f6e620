"""Calls, the provider that is made of the folder, and the first page's answer."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from provider_stub.process.background import RunDirectory, start, stop
from sn_mock.lab.examples import examples
from tests.live.console.conftest import Console, console_of, example_folder


def page(answer: object) -> str:
    """A page's text, unescaped."""
    return html.unescape(str(getattr(answer, "text", "")))


def place_test(console: Console) -> str:
    """Press *Test* on the example's function; the report."""
    function = console.live.folder.instance.soap_functions[0]
    return page(console.post("/test", {"table": function.table, "sys_id": function.sys_id}))


def test_before_any_call_the_first_page_says_what_to_do(own_console: Console) -> None:
    """No call yet: how to place one, and the guide's seven steps with how far the folder has come."""
    text = page(own_console.get("/"))
    assert "No call has been placed yet" in text
    assert "A keystore with a key pair" in text
    assert "No call has been placed yet" in page(own_console.get("/calls"))


def test_a_failed_call_names_the_record_to_change(own_console: Console) -> None:
    """The cause is the headline, both sides' evidence stands below, and the record to change is one click away."""
    # given a provider made of the folder, and a profile without keystore
    own_console.post("/provider", {"do": "start"})
    place = own_console.record("sys_protocol_profile", "myhttps")
    own_console.post(place, {"has:keystore": "1", "keystore": ""})
    # when
    report = place_test(own_console)
    # then
    home = page(own_console.get("/"))
    assert "The protocol profile has no keystore" in home
    assert f'<a class="record" href="{place}">' in home
    assert "no-certificate" in home  # the provider's own word
    assert "The protocol profile has no keystore" in report
    assert "What the two ends said" in report
    assert "/calls/" in page(own_console.get("/calls"))


def test_a_green_call_and_its_visit(own_console: Console) -> None:
    """The twin: everything in place, the provider accepts, its page shows the visit with the presented chain."""
    own_console.post("/provider", {"do": "start"})
    assert "AcmeTickets.CreateTicket succeeded" in place_test(own_console)
    assert "The last call succeeded" in page(own_console.get("/"))
    rows = page(own_console.get("/provider/visits"))
    assert "accepted" in rows
    visit = page(own_console.get(rows.partition('href="')[2].partition('"')[0]))
    assert "CN=acme-client" in visit
    assert "Presented chain" in visit


def test_a_report_is_saved_for_a_ticket(own_console: Console) -> None:
    """One file that stands alone; the browser saves it and does not show it as a page of the console."""
    place_test(own_console)
    (call,) = own_console.live.outbound.calls()
    answer = own_console.get(f"/calls/{call.id}/report.html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="call-')
    assert "<style>" in answer.text
    assert "dev12345" in answer.text
    assert own_console.get("/calls/0/report.html").status_code == 404


def test_the_policy_is_switched_while_it_runs(own_console: Console) -> None:
    """The next connection meets the new policy: TLS 1.3 alone is nothing for a Helsinki instance's Java 8."""
    own_console.post("/provider", {"do": "start"})
    assert "succeeded" in place_test(own_console)
    form = {"do": "switch", "host": "localhost", "tls_min": "1.3", "tls_max": "1.3", "send_chain": "true"}
    assert "the next connection meets it" in page(own_console.post("/provider", form))
    assert "failed" in place_test(own_console)
    impossible = own_console.post("/provider", {**form, "tls_max": "1.2"})
    assert impossible.status_code == 400


def test_a_provider_that_nobody_trusts_is_refused_until_its_ca_is_imported(own_console: Console) -> None:
    """What the instance trusts is up to its records; the page offers step six of the guide."""
    server_ca = own_console.record("sys_certificate", "ACME server CA")
    own_console.post(server_ca, {"has:active": "1"})
    own_console.post("/provider", {"do": "start"})
    assert "failed" in place_test(own_console)
    assert "made: /sys_certificate.do" in page(own_console.post("/provider", {"do": "trust"}))
    assert "succeeded" in place_test(own_console)


def test_a_provider_that_cannot_be_made_is_told(own_console: Console) -> None:
    """A provider.toml that is wrong, and a folder that calls nobody: the reason, and no provider."""
    policy = own_console.folder / "provider.toml"
    policy.write_text('tls_min = "0.9"\n')
    wrong = own_console.post("/provider", {"do": "start"})
    assert (wrong.status_code, "tls_min" in wrong.text) == (400, True)
    policy.unlink()
    own_console.post(own_console.record("sys_soap_message_function", "CreateTicket"), {"do": "delete"})
    nobody = own_console.post("/provider", {"do": "start"})
    assert (nobody.status_code, "no function of this folder" in nobody.text) == (400, True)


def test_a_stopped_provider_leaves_no_trace_in_the_routing(own_console: Console) -> None:
    """After *Stop* calls go where their endpoints say: nobody is there."""
    own_console.post("/provider", {"do": "start"})
    own_console.post("/provider", {"do": "stop"})
    assert own_console.live.outbound.where.get("hosts") == {}
    assert "Nothing is listening" in place_test(own_console) or "failed" in place_test(own_console)


def test_a_provider_in_the_background_is_heard(
    tmp_path: Path, lab_certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `provider-stub up` left running: its visits are listed, and stand in the report of their calls."""
    run = RunDirectory(tmp_path / "run")
    monkeypatch.setenv("PROVIDER_STUB_RUN_DIR", str(run.folder))
    policy = tmp_path / "policy.toml"
    files = {name: (lab_certificates / name).as_posix() for name in ("root-ca.pem", "provider.pem", "provider.key")}
    policy.write_text(
        f'trust = ["{files["root-ca.pem"]}"]\nserver_certificate = "{files["provider.pem"]}"\n'
        f'server_key = "{files["provider.key"]}"\n'
    )
    state, _ = start(run, ["--policy", str(policy), "--port", "0"])
    try:
        for console in console_of(example_folder(tmp_path / "instance", lab_certificates), lab_certificates):
            place = console.record("sys_soap_message_function", "CreateTicket")
            endpoint = f"https://localhost:{state['port']}/tickets"
            console.post(place, {"has:soap_endpoint": "1", "soap_endpoint": endpoint})
            report = place_test(console)
            assert "succeeded" in report
            assert "What the provider wrote down" in report
            rows = page(console.get("/provider/visits"))
            assert "CN=acme-client" in rows
            assert "accepted" in page(console.get(rows.partition('href="')[2].partition('"')[0]))
    finally:
        stop(run)


def test_wsdl_on_the_form_makes_functions(own_console: Console) -> None:
    """*Generate sample SOAP messages* reads an uploaded WSDL into the record's functions; a broken one is told."""
    message = own_console.live.folder.instance.soap_message("AcmeTickets")
    assert message is not None
    wsdl = (examples() / "wsdl" / "tickets.wsdl").read_bytes()
    data = {"sys_id": message.sys_id}
    done = page(own_console.post("/generate", data, files={"file": ("tickets.wsdl", wsdl)}))
    assert "SOAP messages generated" in done
    assert "GetTicket" in done
    broken = own_console.post("/generate", data, files={"file": ("tickets.wsdl", b"<html/>")})
    assert broken.status_code == 400 or "Unable to load WSDL" in page(broken)


def test_the_guides_key_work(own_console: Console) -> None:
    """Key pair, request, signature, reply: on a record's keystore, which stays one that its password opens."""
    place = own_console.record("sys_certificate", "ACME client").replace("/sys_certificate.do", "/keystore")
    made = page(own_console.post(place, {"do": "new", "alias": "fresh", "subject": "CN=fresh", "algorithm": "EC"}))
    assert "a key pair with a self-signed certificate is under alias fresh" in made
    assert "BEGIN NEW CERTIFICATE REQUEST" in page(own_console.post(place, {"do": "csr", "alias": "fresh"}))
    signed = page(own_console.post(place, {"do": "sign", "alias": "fresh"}))
    reply = signed.partition("readonly>")[2].partition("</textarea>")[0]
    assert reply.count("BEGIN CERTIFICATE") == 3
    done = page(own_console.post(place, {"do": "import-reply", "alias": "fresh", "reply": reply}))
    assert "the reply is under alias fresh" in done
    refused = own_console.post(place, {"do": "import-reply", "alias": "acme", "reply": reply})
    assert refused.status_code == 400
    assert "/tmp" not in refused.text


def test_explain_by_paste_and_by_file(console: Console) -> None:
    """A pasted line and a dropped log get the same ranked causes; a text that says nothing is told so."""
    line = "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"
    pasted = page(console.post("/explain", {"text": line}))
    dropped = page(console.post("/explain", {"text": ""}, files={"file": ("node.log", f"x\n{line}\n".encode())}))
    for text in (pasted, dropped):
        assert "Causes, the most likely first" in text
        assert "/scenarios/" in text
    assert "Nothing of this text is known here" in page(console.post("/explain", {"text": "the weather is fine"}))
    assert console.post("/explain", {"text": " "}).status_code == 400
    packed = console.post("/explain", {"text": ""}, files={"file": ("node.log.gz", b"\x1f\x8b\x08")})
    assert "gunzip" in packed.text


def test_a_scenario_is_run_by_its_button(console: Console) -> None:
    """The broken and the mended call, each with its report; a run that cannot be says why."""
    ran = page(console.post("/scenarios/client-certificate-expired", {"tls": "TLSv1.2"}))
    assert "Reproduced" in ran
    assert ran.count('<article class="report">') == 2
    assert console.post("/scenarios/client-certificate-expired", {"release": "atlantis"}).status_code == 400
    assert "client-certificate-expired" in page(console.get("/scenarios?words=expired client"))


def test_expiry_of_any_day(console: Console) -> None:
    """The time line as of a day; what has run out by then is said to have."""
    assert "ACME client" in page(console.get("/expiry"))
    assert "expired" in page(console.get("/expiry?on=2050-01-01"))
    assert console.get("/expiry?on=tomorrow").status_code == 400
    for edge in ("0001-01-01", "9999-12-31"):
        assert console.get(f"/expiry?on={edge}").status_code == 200


def test_secrets_of_a_request_are_in_no_page(own_console: Console) -> None:
    """A password in an envelope is blanked in the report, and in the row that Test leaves behind."""
    place = own_console.record("sys_soap_message_function", "CreateTicket")
    envelope = (
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><t><password>sesame77</password>"
    )
    own_console.post(place, {"has:envelope": "1", "envelope": f"{envelope}</t></e:Body></e:Envelope>"})
    own_console.post("/provider", {"do": "start"})
    assert "sesame77" not in place_test(own_console)
    rows = page(own_console.get("/sys_soap_message_test_list.do"))
    row = rows.partition("/sys_soap_message_test.do?sys_id=")[2].partition('"')[0]
    form = page(own_console.get(f"/sys_soap_message_test.do?sys_id={row}"))
    assert "<password>********" in form
    assert "sesame77" not in rows + form


def test_markup_in_records_is_shown_not_obeyed(own_console: Console) -> None:
    """Names with markup stand escaped on lists, forms, the first page and in reports."""
    evil = "<img src=x onerror=alert(1)>"
    place = own_console.record("sys_soap_message", "AcmeTickets")
    own_console.post(place, {"has:name": "1", "name": evil})
    place_test(own_console)
    for path in ("/", "/calls", "/check", "/sys_soap_message_list.do", place):
        text = own_console.get(path).text
        assert evil not in text
        assert html.escape(evil) in text or "&lt;img" in text
