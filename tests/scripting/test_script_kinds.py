"""Script includes, flow steps, scripted REST resources, ajax processors, scheduled jobs: as people write them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sn_mock import scripting
from sn_mock.cli import main
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

Runner = Callable[..., scripting.ScriptResult]
BASE = """
var ShopBase = Class.create();
ShopBase.prototype = {
  initialize: function (name) { this.name = name; },
  send: function (body) {
    var r = new sn_ws.RESTMessageV2('Shop', 'Create');
    r.setStringParameterNoEscape('text', body);
    return r.execute();
  },
  type: 'ShopBase'
};
"""
CLIENT = """
var ShopClient = Class.create();
ShopClient.TIMEOUT = 5;
ShopClient.prototype = Object.extendsObject(global.ShopBase, {
  order: function (text) { return JSON.parse(this.send(this.name + ':' + text).getBody()).body; },
  type: 'ShopClient'
});
"""


def lines(result: scripting.ScriptResult) -> list[str]:
    """The texts of the log."""
    return [line.text for line in result.log]


def test_includes_are_loaded_by_name(run_script: Runner) -> None:
    """On first use, with what they extend; by bare name, global. and scope."""
    source = """
    gs.info(new ShopClient('one').order('hello'));
    gs.info(new x_acme.ShopClient('two').order('again') + ' ' + ShopClient.TIMEOUT);
    gs.info([new global.ShopBase('x').type, typeof ShopClient, gs.include('ShopBase'),
             new ShopClient('n') instanceof ShopClient].join());
    """
    result = run_script(source, includes=(("global", "ShopBase", BASE), ("x_acme", "ShopClient", CLIENT)))
    assert lines(result) == ['{"text": "one:hello"}', '{"text": "two:again"} 5', "ShopBase,function,true,true"]


def test_includes_of_one_name_in_two_scopes(run_script: Runner) -> None:
    """Each scope has its own; the first one has the bare name."""
    includes = (
        ("x_one", "Names", "var Names = { who: 'one' };"),
        ("x_two", "Names", "var Names = { who: 'two' };"),
        ("global", "helper", "function helper(x) { return x * 2; }"),
        ("global", "Broken", "throw new Error('broken include');"),
        ("global", "Nameless", "var SomethingElse = 1;"),
    )
    source = """
    gs.info(Names.who + x_one.Names.who + x_two.Names.who + helper(4) + global.helper(5));
    try { new Broken(); } catch (e) { gs.info(e.getMessage()); }
    gs.info(typeof Nameless);
    """
    assert lines(run_script(source, includes=includes)) == ["oneonetwo810", "broken include", "undefined"]


def test_older_ways_of_classes(run_script: Runner) -> None:
    """Object.extend, Object.clone, gs.include of what is always there, new JSON()."""
    source = """
    gs.include('PrototypeServer');
    var A = Class.create();
    A.prototype = { initialize: function () { this.a = 1; }, get: function () { return this.a; } };
    var B = Class.create();
    B.prototype = Object.extend(new A(), { get: function () { return this.a + 1; } });
    gs.info(new B().get());
    var json = new JSON(), other = new global.JSON();
    gs.info(json.encode({ b: [1, true, null, 'x"'], a: { c: 1.5 } }) + other.decode('{"a": 3}').a
            + JSON.parse('[4]')[0]);
    json.prettify();
    gs.info(json.encode({ a: 1 }));
    """
    assert lines(run_script(source)) == ["2", '{"a":{"c":1.5},"b":[1,true,null,"x\\""]}34', '{\n  "a":1\n}']


def test_a_log_with_levels(run_script: Runner) -> None:
    """GSLog writes what its property lets through; notice where there is none."""
    source = """
    var quiet = new GSLog('acme.none', 'Quiet'), loud = new GSLog('acme.log', 'Loud');
    quiet.logInfo('no'); quiet.logWarning('w'); quiet.error('e');
    gs.setProperty('acme.log', 'debug'); loud = new GSLog('acme.log', 'Loud');
    loud.logDebug('d'); gs.info(loud.debugOn() + ' ' + quiet.debugOn() + ' ' + GSLog.DEBUG);
    """
    result = run_script(source)
    assert lines(result) == [
        "*** Script [Quiet]: w",
        "*** Script [Quiet]: e",
        "*** Script [Loud]: [DEBUG] d",
        "true false debug",
    ]
    assert [line.level for line in result.log] == ["warn", "error", "info", "info"]


def test_a_flow_s_script_step(run_script: Runner) -> None:
    """inputs and outputs; what it gives back is in the result."""
    result = run_script(
        """
        (function execute(inputs, outputs) {
          var r = new sn_ws.RESTMessageV2();
          r.setEndpoint(gs.getProperty('acme.url') + '/items');
          r.setHttpMethod('get');
          r.setQueryParameter('id', inputs.item_id);
          var answer = r.execute();
          outputs.status = answer.getStatusCode();
          outputs.names = JSON.parse(answer.getBody()).items.map(function (item) { return item.name; }).join();
          outputs.query = answer.getQueryString();
        })(inputs, outputs);
        """,
        inputs={"item_id": "a b"},
    )
    assert result.left["outputs"] == {"status": 200, "names": "one,two", "query": "id=a%20b"}


def test_a_scripted_rest_resource(run_script: Runner) -> None:
    """request and response, the errors of sn_ws_err, a record made of the body."""
    source = """
    (function process(/*RESTAPIRequest*/ request, /*RESTAPIResponse*/ response) {
      var body = request.body.data;
      if (!body.summary) {
        var error = new sn_ws_err.BadRequestError('summary is missing');
        error.setStatus(422);
        response.setError(error);
        return;
      }
      var gr = new GlideRecord('incident');
      gr.initialize();
      gr.short_description = body.summary;
      gr.caller_id.setDisplayValue(request.queryParams.caller[0]);
      gr.insert();
      response.setStatus(201);
      response.setHeader('X-Table', gr.getTableName());
      response.setBody({ caller: gr.caller_id.getDisplayValue(), path: request.pathParams.kind,
                         agent: request.getHeader('user-agent'), text: JSON.parse(request.body.dataString).summary });
    })(request, response);
    """
    asked = {
        "body": {"summary": "help"},
        "queryParams": {"caller": "Bea Hart"},
        "pathParams": {"kind": "printer"},
        "headers": {"User-Agent": "curl"},
    }
    result = run_script(source, request=asked)
    assert result.left["response"] == {
        "status": 201,
        "headers": {"X-Table": "incident"},
        "body": {"caller": "Bea Hart", "path": "printer", "agent": "curl", "text": "help"},
    }
    refused = run_script(source, request={"body": "{}"})
    assert refused.left["response"]["status"] == 422
    assert refused.left["response"]["body"]["error"] == {"message": "Bad Request", "detail": "summary is missing"}


def test_a_streamed_answer(run_script: Runner) -> None:
    """getStreamWriter and setContentType."""
    result = run_script(
        "response.setContentType('text/csv'); var w = response.getStreamWriter();"
        "w.writeString('a,b\\n'); w.writeString('1,2');"
    )
    assert result.left["response"]["body"] == "a,b\n1,2"


def test_an_ajax_processor(run_script: Runner) -> None:
    """The processor that a script defines is called with the parameters; its items and answer are in the XML."""
    source = """
    var UserAjax = Class.create();
    UserAjax.prototype = Object.extendsObject(AbstractAjaxProcessor, {
      getManager: function () {
        var user = new GlideRecord('sys_user');
        if (!user.get('user_name', this.getParameter('sysparm_user'))) { this.setError('nobody'); return; }
        var item = this.newItem('manager');
        item.setAttribute('name', user.manager.getDisplayValue());
        item.setAttribute('value', this.getValue());
        return user.getValue('manager');
      },
      _hidden: function () { return 'no'; },
      type: 'UserAjax'
    });
    """
    asked = {"sysparm_name": "getManager", "sysparm_user": "bea", "sysparm_value": "<v>"}
    answer = run_script(source, parameters=asked).left["ajax"]
    assert answer["answer"] == "a" * 32
    assert '<manager name="Abel Tuter" value="&lt;v&gt;"/>' in answer["xml"]
    nobody = run_script(source, parameters={**asked, "sysparm_user": "x"}).left["ajax"]
    assert 'error="nobody"' in nobody["xml"]
    assert run_script(source, parameters={"sysparm_name": "_hidden"}).left["ajax"]["answer"] is None


def test_a_scheduled_job(run_script: Runner) -> None:
    """Old rows are closed, others counted; dates by the run's clock."""
    result = run_script(
        """
        var old = new GlideRecord('incident');
        old.addEncodedQuery('active=true^sys_created_on<javascript:gs.daysAgoStart(5)');
        old.query();
        gs.info(old.getRowCount() + ' old');
        while (old.next()) { old.active = false; old.state = 7; old.close_notes = 'closed ' + gs.now(); old.update(); }
        var count = new GlideAggregate('incident');
        count.addQuery('active', true);
        count.addAggregate('COUNT');
        count.query();
        gs.info(count.next() ? count.getAggregate('COUNT') : 0);
        """,
        on=datetime(2026, 3, 11, 12, 0, tzinfo=UTC),
    )
    assert lines(result) == ["1 old", "1"]
    (closed,) = (row for row in result.rows("incident") if row.get("close_notes"))
    assert (closed["state"], closed["close_notes"], closed["sys_updated_on"]) == (
        "7",
        "closed 2026-03-11",
        "2026-03-11 12:00:00",
    )


def test_who_runs_it(run_script: Runner) -> None:
    """The system user has every role; another user those of the rows."""
    source = """
    var me = gs.getUser();
    gs.info([gs.getUserName(), gs.getUserID(), gs.hasRole('itil'), me.getDisplayName(), me.isMemberOf('Network'),
             gs.getSession().isInteractive(), me.getEmail(), gs.getUserDisplayName()].join('|'));
    gs.getSession().putClientData('a', 1);
    gs.info(gs.getSession().getClientData('a') + me.getMyGroups().size());
    """
    assert lines(run_script(source)) == ["system|system|true|System|false|false||System", "10"]
    abel = lines(run_script(source, user="abel"))
    assert abel == [f"abel|{'a' * 32}|false|Abel Tuter|true|false|abel@example.com|Abel Tuter", "11"]


def test_an_unknown_user_is_refused(make_instance: Callable[..., Instance]) -> None:
    """It says where users come from."""
    with pytest.raises(MockUsageError, match=r"no user 'nobody'.*rows/sys_user\.jsonl"):
        scripting.run(make_instance(), "gs.info(1)", context=scripting.Context(user="nobody"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("return 5;", "outside a function is an error on the platform, too"),
        ("import { x } from './y';\\nx();", "a module of an SDK project"),
        ("new GlideUnheardOf();", "GlideUnheardOf is not simulated"),
        ("new TicketHelper().run();", "Add it as a [[sys_script_include]]"),
        ("var gr = new GlideRecord('incident');\\ngr.state.run();", "in: gr.state.run();"),
        ("previous.number;", "--record TABLE:SYS_ID"),
    ],
)
def test_errors_say_what_to_do(make_instance: Callable[..., Instance], source: str, words: str) -> None:
    """Each message begins with the engine's words and goes on with ours."""
    error = scripting.run(make_instance(), source.replace("\\n", "\n")).error
    assert error is not None
    assert words in error.message


def test_the_context_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--record, --field, --input and --context; what the script leaves is printed, and in the JSON."""
    folder = tmp_path / "inst"
    (folder / "rows").mkdir(parents=True)
    (folder / "instance.toml").write_text('[instance]\nrelease = "zurich"\n')
    (folder / "rows" / "u_order.jsonl").write_text(
        '{"sys_id": "%s", "u_number": "O1", "u_state": "new"}\n' % ("1" * 32)
    )
    script = tmp_path / "s.js"
    script.write_text(
        "gs.info(current.u_state.changesTo('paid') + ' ' + inputs.a + ' ' + request.body.data.b);"
        "outputs.sum = 3; current.u_done = true;"
        "var q = new GlideRecord('u_order'); q.addEncodedQuery('?!'); q.query();"
    )
    (tmp_path / "c.json").write_text('{"request": {"body": {"b": 2}}, "inputs": {"a": "1", "z": "0"}}')
    arguments = [
        "script",
        str(folder),
        str(script),
        "--record",
        "u_order:O1",
        "--field",
        "u_state=paid",
        "--input",
        "a=9",
    ]
    assert main([*arguments, "--context", str(tmp_path / "c.json")]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == "info  true 9 2"
    assert 'outputs {"sum": 3}' in shown.out
    assert "note: the query on u_order has a part that means nothing there, '?!'" in shown.err
    assert main([*arguments, "--context", str(tmp_path / "c.json"), "--json"]) == 0
    left = json.loads(capsys.readouterr().out)["left"]
    assert left["record"]["changed"] == {"u_state": "paid", "u_done": "true"}
    assert main(["script", str(folder), str(script), "--field", "a=1"]) == 2
    assert "--record TABLE:SYS_ID" in capsys.readouterr().err
    (tmp_path / "c.json").write_text('{"inputz": {}}')
    assert main([*arguments, "--context", str(tmp_path / "c.json")]) == 2
    assert "unknown key 'inputz'" in capsys.readouterr().err


def test_a_partners_name_leads_where_resolve_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--resolve` leads one name to one place on this machine; without it the call is refused, with the way."""
    (tmp_path / "instance.toml").write_text('[instance]\nrelease = "zurich"\n')
    script = tmp_path / "call.js"
    script.write_text(
        "var m = new sn_ws.RESTMessageV2(); m.setHttpMethod('GET'); m.setEndpoint('http://api.partner.example/');"
        "gs.info(m.execute().getErrorMessage());"
    )
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = f"api.partner.example=127.0.0.1:{nobody.getsockname()[1]}"
        assert main(["script", str(tmp_path), str(script), "--resolve", place]) == 0
    assert "refused" in capsys.readouterr().out
    assert main(["script", str(tmp_path), str(script)]) == 1
    assert "--resolve api.partner.example=" in capsys.readouterr().err
