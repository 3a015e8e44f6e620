"""Scripts around a record, written as people write them: business rules, workflows, approvals, mail scripts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sn_mock import scripting
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

Runner = Callable[..., scripting.ScriptResult]
RECORD = ("incident", "INC0010001")
ABEL, INC = "a" * 32, "d" * 32


def lines(result: scripting.ScriptResult) -> list[str]:
    """The texts of the log."""
    return [line.text for line in result.log]


def test_business_rule_that_tells_a_partner(run_script: Runner) -> None:
    """current and previous, fields in a JSON body as texts, the partner's id written back."""
    result = run_script(
        """
        (function executeRule(current, previous /*null when async*/) {
          if (!current.state.changes() || current.state == previous.state) return;
          var request = new sn_ws.RESTMessageV2();
          request.setEndpoint(gs.getProperty('acme.url') + '/orders');
          request.setHttpMethod('POST');
          request.setRequestHeader('Content-Type', 'application/json');
          request.setRequestBody(JSON.stringify({
            number: current.number, summary: current.short_description + '', caller: current.caller_id.email,
            group: current.assignment_group.getDisplayValue(), urgent: current.priority == 1,
            state: current.getDisplayValue('state'), old: previous.state.toString()
          }));
          var response = request.execute();
          if (response.getStatusCode() == 201) {
            current.correlation_id = JSON.parse(response.getBody()).id;
            current.update();
          }
          gs.info('sent {0}: {1}', current.number, response.getStatusCode());
          gs.info(JSON.parse(response.getBody()).body);
        })(current, previous);
        """,
        record=RECORD,
        fields={"state": "6"},
    )
    sent, body = lines(result)
    assert sent == "sent INC0010001: 201"
    assert json.loads(body) == {
        "number": "INC0010001",
        "summary": "Printer on fire",
        "caller": "abel@example.com",
        "group": "Network",
        "urgent": True,
        "state": "Resolved",
        "old": "2",
    }
    (row,) = (row for row in result.rows("incident") if row["sys_id"] == INC)
    assert (row["correlation_id"], row["state"], row["sys_mod_count"], row["sys_updated_by"]) == (
        "T-1",
        "6",
        "1",
        "system",
    )


def test_what_changed(run_script: Runner) -> None:
    """changes, changesTo, changesFrom, nil, operation; a before rule leaves its changes in the result."""
    result = run_script(
        """
        gs.info([current.state.changes(), current.state.changesTo(6), current.state.changesFrom('2'),
                 current.priority.changes(), current.operation(), current.correlation_id.nil(),
                 current.isNewRecord(), previous.getDisplayValue('state')].join());
        current.short_description = current.short_description.toUpperCase() + '!';
        current.setValue('urgency', 1);
        """,
        record=RECORD,
        fields={"state": "6"},
    )
    assert lines(result) == ["true,true,true,false,update,true,false,In Progress"]
    assert result.left["record"]["changed"] == {
        "state": "6",
        "short_description": "PRINTER ON FIRE!",
        "urgency": "1",
    }


def test_an_insert(run_script: Runner) -> None:
    """Without a row the record is new: previous is null, operation() is insert, insert() keeps it."""
    result = run_script(
        """
        gs.info(current.operation() + ' ' + (previous === null) + ' ' + current.isNewRecord());
        gs.info(current.insert() == current.sys_id && new GlideRecord('incident').get(current.getUniqueValue()));
        """,
        record=("incident", ""),
        fields={"short_description": "new"},
    )
    assert lines(result) == ["insert true true", "true"]
    assert result.rows("incident")[-1]["short_description"] == "new"


def test_an_aborted_action(run_script: Runner) -> None:
    """setAbortAction stops the write, and the messages are in the log."""
    result = run_script(
        "gs.addErrorMessage('no'); current.setAbortAction(true); gs.info(current.update());", record=RECORD
    )
    assert lines(result) == ["no", "null"]
    assert result.left["record"]["aborted"] is True


@pytest.mark.parametrize(
    "comparison", ["== true", "== 'true'", '== "true"', "!= 'false'", "!= false", "== 1", "== '1'"]
)
def test_a_boolean_field_equals_what_people_compare_it_with(run_script: Runner, comparison: str) -> None:
    """As on the platform, true and the text 'true' alike; other values as ever."""
    source = f"""
    gs.info(current.active {comparison} ? 'yes' : 'no');
    var inactive = new GlideRecord('incident'); inactive.get('number', 'INC0010002');
    gs.info(inactive.active {comparison} ? 'yes' : 'no');
    gs.info('true' {comparison.replace(" 1", " true") if comparison == "== 1" else comparison} ? 'yes' : 'no');
    """
    active, inactive, text = lines(run_script(source, record=RECORD))
    assert (active, inactive) == ("yes", "no")
    assert text == ("yes" if comparison in ("== 'true'", '== "true"', "!= 'false'", "!= false") else "no")


def test_a_field_as_a_text(run_script: Runner) -> None:
    """Where Rhino makes a text of an element: string methods, length, concatenation, comparison, JSON."""
    source = """
    var f = current.short_description;
    gs.info([f.length, f.indexOf('on'), f.split(' ').length, f.replace('fire', 'ice'), f.substring(0, 7), f.trim(),
             f.charAt(0), f.match(/on (\\w+)/)[1], f + '!', f == 'Printer on fire', f.toString() === 'Printer on fire',
             typeof f, JSON.stringify([f]), f.toLowerCase().startsWith('printer')].join('|'));
    gs.info(['x', current.number, 1].join('-') + ' ' + String(current.caller_id));
    """
    first, second = lines(run_script(source, record=RECORD))
    assert first == (
        "15|8|3|Printer on ice|Printer|Printer on fire|P|fire|Printer on fire!|true|true|object|"
        '["Printer on fire"]|true'
    )
    assert second == f"x-INC0010001-1 {ABEL}"


def test_a_record_is_its_fields(run_script: Runner) -> None:
    """for…in gives the columns; the row itself never goes into JSON."""
    source = """
    var names = [];
    for (var name in current) if (!current[name].nil()) names.push(name);
    gs.info(names.indexOf('number') >= 0 && names.indexOf('caller_id') >= 0 && names.indexOf('getValue') < 0);
    gs.info(JSON.stringify({ record: current }));
    gs.info(current.getTableName() + ' ' + current.getDisplayValue() + ' ' + current.getClassDisplayValue());
    """
    assert lines(run_script(source, record=RECORD)) == ["true", '{"record":{}}', "incident INC0010001 Incident"]


def test_paths(run_script: Runner) -> None:
    """A dot-walked path in every place where one can stand."""
    source = """
    gs.info([current.caller_id.name, current.getElement('caller_id.name'), current.getValue('caller_id.name'),
             current.getDisplayValue('caller_id.name'), current.assignment_group.manager.manager.name,
             current.getElement('caller_id.email').getValue(), current.cmdb_ci.ip_address].join('|'));
    var ref = current.caller_id.getRefRecord();
    gs.info(ref.isValidRecord() + ' ' + ref.user_name + ' ' + current.caller_id.getReferenceTable());
    gs.info(current.problem_id.getRefRecord().isValidRecord() + ' ' + current.problem_id.number.nil());
    """
    assert lines(run_script(source, record=RECORD)) == [
        "Abel Tuter|Abel Tuter|Abel Tuter|Abel Tuter|Abel Tuter|abel@example.com|10.0.0.1",
        "true abel sys_user",
        "false true",
    ]


def test_descriptors_and_choices(run_script: Runner) -> None:
    """getED, labels, choices of a field."""
    source = """
    var ed = current.caller_id.getED();
    gs.info([ed.getName(), ed.getInternalType(), ed.getReference(), current.state.getED().getInternalType(),
             current.state.getLabel(), current.short_description.getED().isString()].join());
    gs.info(current.priority.getChoices().size() + ' ' + current.getLabel());
    """
    assert lines(run_script(source, record=RECORD)) == ["caller_id,reference,sys_user,integer,State,true", "5 Incident"]


def test_workflow_scratchpad_and_activity(run_script: Runner) -> None:
    """workflow.scratchpad and activity.result, beside current; variables of a requested item."""
    result = run_script(
        """
        workflow.scratchpad.endpoint = gs.getProperty('acme.url');
        workflow.info('attempt ' + (Number(workflow.scratchpad.attempt) + 1));
        activity.result = current.variables.size == 'large' ? 'success' : 'failure';
        var size = current.variables.size;
        gs.info(activity.result + ' ' + size.getDisplayValue() + ' ' + size.toUpperCase());
        """,
        record=RECORD,
        scratchpad={"attempt": 1},
        variables={"size": "large"},
    )
    assert lines(result) == ["attempt 2", "success large LARGE"]
    assert result.left["scratchpad"]["attempt"] == 1


def test_mail_script_and_event(run_script: Runner) -> None:
    """email, template and event of a notification."""
    result = run_script(
        """
        (function runMailScript(current, template, email, email_action, event) {
          email.setSubject('Re: ' + current.number);
          email.addAddress('cc', current.caller_id.email, current.caller_id.name);
          template.print('parm ' + event.parm1);
        })(current, template, email, email_action, event);
        """,
        record=RECORD,
        event={"parm1": "first"},
    )
    assert result.left["email"]["subject"] == "Re: INC0010001"
    assert result.left["email"]["cc"] == ["abel@example.com"]
    assert result.left["template"] == "parm first"


def test_an_inbound_email_action(run_script: Runner) -> None:
    """email.body and its fields, email.subject; the record it makes."""
    source = """
    current.short_description = email.subject.toString();
    current.caller_id.setDisplayValue('Bea Hart');
    if (email.body.priority != undefined) current.priority = email.body.priority;
    current.insert();
    gs.info(current.priority + ' ' + current.caller_id.getDisplayValue());
    """
    result = run_script(
        source, record=("incident", ""), email={"subject": "Help", "body": "x", "fields": {"priority": "2"}}
    )
    assert lines(result) == ["2 Bea Hart"]


def test_a_transform(run_script: Runner) -> None:
    """source, target, action, log and ignore of a transform map's script."""
    source = """
    var ignore = false;
    (function runTransformScript(source, map, log, target) {
      if (source.u_name.nil()) { ignore = true; return; }
      target.name = source.u_name.trim().toLowerCase();
      log.info(action + ' ' + target.name);
    })(source, null, log, target);
    gs.info(ignore);
    """
    result = run_script(
        source, source={"u_name": " Router "}, target={"table": "cmdb_ci", "row": {"name": ""}}, action="insert"
    )
    assert lines(result) == ["insert router", "false"]


def test_events_go_into_the_queue(run_script: Runner) -> None:
    """gs.eventQueue leaves a row in sysevent."""
    result = run_script("gs.eventQueue('acme.sent', current, 'one', gs.getUserID());", record=RECORD)
    (event,) = result.rows("sysevent")
    assert (event["name"], event["instance"], event["table"], event["parm1"]) == ("acme.sent", INC, "incident", "one")


def test_a_ui_action(run_script: Runner) -> None:
    """action.setRedirectURL and gs.addInfoMessage."""
    result = run_script(
        "gs.addInfoMessage('done'); action.setRedirectURL(current.getLink(true)); current.update();", record=RECORD
    )
    assert result.left["redirect"] == f"incident.do?sys_id={INC}"


def test_a_record_that_is_not_there_is_named(make_instance: Callable[..., Instance]) -> None:
    """The usage error says where rows come from; `current` without a record says what to give."""
    with pytest.raises(MockUsageError, match=r"incident has no row 'INC9'.*rows/incident\.jsonl"):
        scripting.run(make_instance(), "gs.info(1)", context=scripting.Context(record=("incident", "INC9")))
    error = scripting.run(make_instance(), "gs.info(current.number)").error
    assert error is not None
    assert error.message.startswith("ReferenceError: current is not defined; ")
    assert "--record TABLE:SYS_ID" in error.message
    assert lines(scripting.run(make_instance(), "gs.info(typeof current)")) == ["undefined"]
