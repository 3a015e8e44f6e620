"""Lists and forms: what they show, what they save, and what they never show."""

from __future__ import annotations

import html
import re
import ssl
from pathlib import Path

import httpx
import pytest

from sn_mock.instance import TABLES, Instance
from sn_mock.instance.schema import fields_of
from sn_mock.live.console.rows.labels import CALLED, label_of
from sn_mock.query import Column
from tests.live.console.conftest import Console, console_of, example_folder

PASSWORD = "changeit"


def fields(page: str) -> dict[str, str]:
    """What a browser would post of the record's form, untouched."""
    form = page.partition('id="record"')[2].partition("</form>")[0]
    found = dict.fromkeys(re.findall(r'name="(has:[^"]+)"', form), "1")
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and "checkbox" in tag and " checked" not in tag:
            continue
        if name and not name[1].startswith("has:") and name[1] != "form_token":
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text).replace("\n", "\r\n")
    return found


def test_a_list_has_the_platforms_labels_and_leads_to_its_records(console: Console) -> None:
    """Labels of columns and choices, references as links, the address of lists and forms as on the platform."""
    page = console.get("/sys_certificate_list.do").text
    assert "X.509 Certificates" in page
    assert "Java Key Store" in page
    assert console.record("sys_certificate", "ACME client") in page
    profiles = console.get("/sys_protocol_profile_list.do").text
    assert console.record("sys_certificate", "ACME client") in profiles


@pytest.mark.parametrize("table", TABLES)
def test_every_modelled_table_has_a_list_and_a_form_with_labels(console: Console, table: str) -> None:
    """No field is called by its column's name alone, such as `Mid server` or `Connection url`."""
    # given
    called = CALLED[table]
    fields = fields_of(TABLES[table])
    assert {*called.listed, *called.wide} <= set(fields)
    # when
    listed, form = console.get(f"/{table}_list.do"), console.get(f"/{table}.do?sys_id=-1")
    # then
    assert (listed.status_code, form.status_code) == (200, 200)
    assert html.escape(called.plural) in listed.text
    assert html.escape(called.one) in form.text
    labels = [label_of(table, Column(name)) for name in fields]
    assert not [
        label for label in labels if re.search(r"\b(Url|Mid|Id|Api|Jwt|Oauth|Ws|Uuid|Wsdl|url|api|jwt)\b", label)
    ]


def test_an_encoded_query_filters_and_can_be_taken_back(console: Console) -> None:
    """Breadcrumbs say each condition in words and lead to the query without what follows; nonsense is pointed out."""
    page = console.get("/sys_certificate_list.do?sysparm_query=type=key_store^nameLIKEclient^ORDERBYDESCname").text
    assert "ACME client" in page
    assert "ACME server CA" not in page
    assert "Name contains client" in page
    assert 'href="/sys_certificate_list.do?sysparm_query=type=key_store"' in page
    assert 'aria-sort="descending"' in page
    odd = console.get("/sys_certificate_list.do?sysparm_query=colour=red").text
    assert "Not understood, and left out" in odd


def test_a_search_becomes_a_condition_of_the_query(console: Console) -> None:
    """A field and a text are added to the query that is there."""
    answer = console.get("/sys_certificate_list.do?sysparm_query=active=true&field=name&text=server")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sys_certificate_list.do?sysparm_query=active=true%5EnameLIKEserver"


def test_a_long_table_is_shown_window_by_window(own_console: Console) -> None:
    """Of a table of other rows fifty are shown, with the way to the next and the number of all."""
    lines = "".join(f'{{"sys_id": "{number:032x}", "number": "INC{number:07}"}}\n' for number in range(130))
    (own_console.folder / "rows").mkdir(exist_ok=True)
    (own_console.folder / "rows" / "incident.jsonl").write_text(lines)
    page = own_console.get("/incident_list.do").text
    assert "1 to 50 of 130" in page
    assert page.count("/incident.do?sys_id=0") == 50
    assert "INC0000129" in own_console.get("/incident_list.do?sysparm_first_row=101").text


def test_an_untouched_form_changes_nothing(own_console: Console) -> None:
    """Every form posted as it came leaves the folder as it is, byte for byte: passwords, envelopes, comments."""
    before = {path: path.read_bytes() for path in own_console.folder.rglob("*") if path.is_file()}
    for record in own_console.live.folder.instance.records():
        if record.table != "sys_attachment":
            place = f"/{record.table}.do?sys_id={record.sys_id}"
            answer = own_console.post(place, fields(own_console.get(place).text))
            assert answer.status_code == 200, answer.text
    after = {path: path.read_bytes() for path in own_console.folder.rglob("*") if path.is_file()}
    changed = {path.name for path in before if before[path] != after.get(path)}
    assert changed <= {"instance.toml"}  # the certificates' attributes are filled in, as the business rule does
    assert Instance.load(own_console.folder).certificate("ACME client") is not None


def test_saving_keeps_comments_and_says_what_it_did(own_console: Console) -> None:
    """A changed field is in instance.toml at once; what people wrote around it stays."""
    place = own_console.record("sys_protocol_profile", "myhttps")
    answer = own_console.post(place, {**fields(own_console.get(place).text), "default_port": "9443"})
    assert "Protocol Profile myhttps saved" in answer.text
    text = (own_console.folder / "instance.toml").read_text()
    assert "default_port = 9443" in text
    assert "# System Security > Protocol Profiles" in text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("default_port", "99999", "must be a TCP port, 1 to 65535"),
        ("default_port", "x", "must be a whole number"),
        ("protocol", "", "must not be empty"),
    ],
)
def test_wrong_input_is_told_at_its_field(console: Console, field: str, value: str, said: str) -> None:
    """Nothing is saved, what was typed is still there, and the field says what is wrong with it."""
    place = console.record("sys_protocol_profile", "myhttps")
    before = (console.folder / "instance.toml").read_bytes()
    answer = console.post(place, {**fields(console.get(place).text), field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="n-{field}"' in answer.text
    assert (console.folder / "instance.toml").read_bytes() == before


def test_a_record_is_made_and_deleted(own_console: Console) -> None:
    """New, with a field that the address presets; deleting a parent takes its children and says so before."""
    parent = own_console.live.folder.instance.soap_message("AcmeTickets")
    assert parent is not None
    place = f"/sys_soap_message_function.do?sys_id=-1&sysparm_query=soap_message={parent.sys_id}"
    page = own_console.get(place).text
    assert f'value="{parent.sys_id}" selected' in page
    made = own_console.post(place, {**fields(page), "function_name": "CloseTicket"})
    assert "SOAP Message Function CloseTicket made" in made.text

    form = own_console.record("sys_soap_message", "AcmeTickets")
    assert "and with it" in own_console.get(form).text
    own_console.post(form, {"do": "delete"})
    left = Instance.load(own_console.folder)
    assert (left.soap_messages, left.soap_functions) == ((), ())


def test_what_a_deletion_does_to_others_is_said_before(own_console: Console) -> None:
    """A keystore that a profile names: the form says that the profile will name none, and so it is."""
    place = own_console.record("sys_certificate", "ACME client")
    assert "These no longer name it: myhttps" in own_console.get(place).text
    own_console.post(place, {"do": "delete"})
    assert [row.keystore for row in Instance.load(own_console.folder).protocol_profiles] == [""]


def test_no_page_shows_a_password(console: Console) -> None:
    """Neither the form of the record nor any list has it; the form says that one is set."""
    form = console.get(console.record("sys_certificate", "ACME client")).text
    assert "one is set; leave this empty to keep it" in form
    for path in (
        console.record("sys_certificate", "ACME client"),
        "/sys_certificate_list.do",
        "/",
        "/check",
        "/expiry",
    ):
        assert PASSWORD not in console.get(path).text


def test_validate_shows_what_the_platform_shows_and_what_it_misses(console: Console) -> None:
    """The related link has an address; its answer stands on the record."""
    page = console.get(console.record("sys_certificate", "ACME client") + "&related=validate").text
    assert "Valid key_store" in page


def test_a_dropped_keystore_is_shown_as_java_sees_it(own_console: Console, lab_certificates: Path) -> None:
    """An upload is attached in place of what was there; entries, chains and failures are those that Java has."""
    place = own_console.record("sys_certificate", "ACME client")
    data = (lab_certificates / "second-client.jks").read_bytes()
    page = own_console.post(place, {"do": "attach"}, files={"file": ("C:\\keys\\second.jks", data)}).text
    assert "second.jks" in page
    assert "instead of acme-client.jks" in page
    assert "second</th>" in page
    loaded = Instance.load(own_console.folder)
    assert [file.file_name for file in loaded.attachments] == ["second.jks"]

    broken = own_console.post(place, {"do": "attach"}, files={"file": ("broken.jks", b"not a keystore")}).text
    assert "Java fails at load" in broken
    assert "java.io.IOException: Invalid keystore format" in html.unescape(broken)


def test_rows_of_other_tables_are_made_changed_and_deleted(own_console: Console) -> None:
    """A user, for example: stored in rows/, its password never shown."""
    made = own_console.post(
        "/sys_user.do?sys_id=-1",
        {"has:user_name": "1", "user_name": "ann", "has:user_password": "1", "user_password": "sesame77"},
    )
    assert "a row of sys_user made" in made.text
    place = made.url.path + "?" + made.url.query.decode().partition("&said")[0]
    changed = own_console.post(place, {**fields(own_console.get(place).text), "user_name": "anna"})
    assert "saved" in changed.text
    assert "sesame77" not in changed.text
    assert "anna" in own_console.get("/sys_user_list.do").text
    assert '"user_name": "anna"' in (own_console.folder / "rows" / "sys_user.jsonl").read_text()
    own_console.post(place, {"do": "delete"})
    assert "anna" not in own_console.get("/sys_user_list.do").text


def test_certificates_of_the_inbound_tables_are_shown(own_console: Console, lab_certificates: Path) -> None:
    """A CA and a user's certificate are made on the form, by PEM text or by file, and shown with their dates."""
    pem = (lab_certificates / "root-ca.pem").read_bytes()
    made = own_console.post(
        "/sys_ca_certificate.do?sys_id=-1",
        {"has:name": "1", "name": "Lab", "has:pem_certificate": "1", "pem_certificate": pem.decode()},
    )
    assert "CA Certificate Lab made" in made.text
    assert "CN=Lab Root CA" in made.text
    own_console.post("/sys_user_certificate.do?sys_id=-1", {"has:name": "1", "name": "Me"})
    leaf = (lab_certificates / "acme-client.pem").read_bytes()
    shown = own_console.post(
        own_console.record("sys_user_certificate", "Me"), {"do": "attach"}, files={"file": ("me.pem", leaf)}
    )
    assert "CN=acme-client" in shown.text


def test_the_front_door_tells_who_came(own_console: Console) -> None:
    """A client of the Table API is among the visits, with what it was answered."""
    assert "No visit yet" in own_console.get("/door").text
    httpx.get(f"{own_console.live.door.url}/api/now/table/sys_user", verify=False)
    rows = own_console.get("/door/visits").text
    assert "/provider/visits/front-door/" in rows
    visit = own_console.get(rows.partition('href="')[2].partition('"')[0]).text
    assert "/api/now/table/sys_user: 401" in visit


def test_why_nobody_came_in_by_certificate_stands_on_the_visit(tmp_path: Path, lab_certificates: Path) -> None:
    """A caller whose CA is not published: the visit of the front door has the finding."""
    folder = example_folder(tmp_path / "instance", lab_certificates)
    for console in console_of(folder, lab_certificates, inbound_mtls=True):
        context = ssl.create_default_context(cafile=lab_certificates / "root-ca.pem")
        context.load_cert_chain(lab_certificates / "acme-client.pem", lab_certificates / "acme-client.key")
        answer = httpx.get(f"{console.live.door.url}/api/now/table/sys_user", verify=context)
        assert answer.status_code == 400
        rows = console.get("/door/visits").text
        visit = html.unescape(console.get(rows.partition('href="')[2].partition('"')[0]).text)
        assert "The certificate's CA is not published" in visit
        assert "CN=acme-client" in visit


def test_check_results_stand_on_the_record_that_they_are_about(own_console: Console) -> None:
    """A fault that can be told without a call is on the record's own form, and on the first page with a link to it."""
    place = own_console.record("sys_certificate", "ACME client")
    assert 'class="finding wrong"' not in own_console.get(place).text
    own_console.post(place, {"has:key_store_password": "1", "key_store_password": "wrong"})
    page = html.unescape(own_console.get(place).text)
    assert 'class="finding wrong"' in page
    assert "Keystore was tampered with, or password was incorrect" in page
    assert place in own_console.get("/").text
    assert place in own_console.get("/check").text


def test_a_folder_that_an_editor_broke_is_told_and_nothing_is_lost(own_console: Console) -> None:
    """Pages show the last good state and what is wrong with the file; saving is refused until it is mended."""
    path = own_console.folder / "instance.toml"
    good = path.read_text()
    path.write_text(good + "\n[[sys_certificate]\n")
    assert "cannot be read as it is now" in own_console.get("/sys_certificate_list.do").text
    place = own_console.record("sys_protocol_profile", "myhttps")
    answer = own_console.post(place, {"has:default_port": "1", "default_port": "1"})
    assert answer.status_code == 400
    assert path.read_text() == good + "\n[[sys_certificate]\n"
    path.write_text(good)
    assert "cannot be read as it is now" not in own_console.get("/sys_certificate_list.do").text
