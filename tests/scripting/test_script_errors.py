"""Where a script failed: in which script, on which of its lines, called from where; and what kind of failure it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sn_mock import scripting
from sn_mock.instance import Instance

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

INNER = """var Inner = Class.create();
Inner.prototype = {
  initialize: function () {},
  parse: function (text) {
    return JSON.parse(text);
  },
  missing: function () { return nobody.name; },
  type: 'Inner'
};
"""
OUTER = """var Outer = Class.create();
Outer.prototype = Object.extendsObject(global.Inner, {

  deep: function (text) { return new Inner().parse(text); },
  shallow: function () { var made = {}; made.nothing(); }
});
"""
INCLUDES = (
    ("global", "Inner", INNER),
    ("x_acme", "Outer", OUTER),
    ("global", "Unwritten", "var Unwritten = 1;\nvar x = ;\n"),
    ("global", "Failing", "var Failing = 1;\n\nnull.name;\n"),
    ("x_one", "Twice", "var Twice = { go: function () { return 1; } };"),
    ("x_two", "Twice", "\nvar Twice = { go: function () { return nobody; } };"),
)


def frames_of(where: str) -> list[str]:
    """The frames; the column is the engine's own matter."""
    return [re.sub(r":\d+(\)?)$", r"\1", line) for line in where.split("\n")]


@pytest.fixture
def fail(make_instance: Callable[..., Instance]) -> Callable[..., scripting.ScriptError]:
    """Run a script that fails: its error."""

    def run(source: str, *includes: tuple[str, str, str]) -> scripting.ScriptError:
        result = scripting.run(make_instance("http://127.0.0.1:1", *INCLUDES, *includes), source, name="rule.js")
        assert result.error is not None
        return result.error

    return run


@pytest.mark.parametrize(
    ("source", "kind", "frames"),
    [
        ("\nnobody();", "exception", ["<eval> (rule.js:2)"]),
        (
            "function f() { return new Outer().deep(''); }\nf();",
            "exception",
            [
                "parse (script include Inner:5)",
                "deep (script include x_acme.Outer:4)",
                "f (rule.js:1)",
                "<eval> (rule.js:2)",
            ],
        ),
        (
            "new x_acme.Outer().missing();",
            "exception",
            ["missing (script include Inner:7)", "<eval> (rule.js:1)"],
        ),
        ("new Failing();", "exception", ["<eval> (script include Failing:3)", "<eval> (rule.js:1)"]),
        ("\nx_two.Twice.go();", "exception", ["go (script include x_two.Twice:2)", "<eval> (rule.js:2)"]),
        ("\nnew Unwritten();", "syntax", ["script include Unwritten:2", "<eval> (rule.js:2)"]),
        ("gs.include('Unwritten');", "syntax", ["script include Unwritten:2", "<eval> (rule.js:1)"]),
        (
            "[1].forEach(function () { new Unwritten(); });",
            "syntax",
            ["script include Unwritten:2", "<anonymous> (rule.js:1)", "forEach (native)", "<eval> (rule.js:1)"],
        ),
        ("\nvar x = ;", "syntax", ["rule.js:2"]),
    ],
)
def test_an_error_is_placed_in_its_own_script(
    fail: Callable[..., scripting.ScriptError], source: str, kind: str, frames: list[str]
) -> None:
    """The script include by its name, its own line, and the calls that led there; nothing of sn-mock's own."""
    error = fail(source)
    assert (error.kind, frames_of(error.where)) == (kind, [f"    at {frame}" for frame in frames])


def test_the_line_in_a_message_is_the_include_s(fail: Callable[..., scripting.ScriptError]) -> None:
    """What is quoted of the source is the line that failed, also where another script is longer or shorter."""
    assert fail("new Outer().shallow();").message.endswith(
        "in: shallow: function () { var made = {}; made.nothing(); }"
    )


def test_an_include_s_file_is_named(tmp_path: Path) -> None:
    """An include that stands in a file is named with it."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "Outer.js").write_text(OUTER)
    (tmp_path / "instance.toml").write_text(
        '[instance]\nrelease = "zurich"\n'
        '[[sys_script_include]]\nname = "Inner"\nscript = "var Inner = Class.create();"\n'
        '[[sys_script_include]]\nname = "Outer"\nscript = "file:scripts/Outer.js"\n'
    )
    result = scripting.run(Instance.load(tmp_path), "\nnew Outer().shallow();", name="job.js")
    assert result.error is not None
    assert frames_of(result.error.where) == [
        "    at shallow (script include Outer, scripts/Outer.js:5)",
        "    at <eval> (job.js:2)",
    ]


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("\n\nJSON.parse('');", "SyntaxError: Empty JSON string", 3),
        ("\nnew RegExp('(');", "SyntaxError: expecting ')'", 2),
        ("\neval('1 +');", "SyntaxError: ", 2),
        ("var e = eval;\ne('1 +');", "SyntaxError: ", 2),
        ("\nnew Function('a', 'return }');", "SyntaxError: ", 2),
        ("throw new SyntaxError('of mine');", "SyntaxError: of mine", 1),
    ],
)
def test_a_syntax_error_of_running_code_is_an_exception(
    fail: Callable[..., scripting.ScriptError], source: str, message: str, line: int
) -> None:
    """The script itself is well; the line is the one that parsed, not a line of what was parsed."""
    error = fail(source)
    assert error.kind == "exception"
    assert error.message.startswith(message)
    assert f"rule.js:{line}:" in error.where
    assert "rule.js" in error.where.split("\n")[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Empty JSON string"),
        ("<html>", "Unexpected token: <"),
        ("undefined", "Unexpected token: u"),
        ("{", "Unterminated object literal"),
        ("{a:1}", "Unexpected token in object literal"),
        ('{"a" 1}', "Expected : found 1"),
        ('{"a"', "Expected : but reached end of stream"),
        ('{"a":1,}', "Unexpected comma in object literal"),
        ('{"a":1 "b":2}', "Missing comma in object literal"),
        ("[1", "Unterminated array literal"),
        ("[1,]", "Unexpected comma in array literal"),
        ("[1 2]", "Missing comma in array literal"),
        ('"abc', "Unterminated string literal"),
        ('"a\nb"', "String contains control character"),
        ('"\\q"', "Unexpected character in string: '\\q'"),
        ('"\\u00g0"', "Invalid character code: 00g0"),
        ("-x", "Unsupported number format: -x"),
        ("1.", "Unsupported number format: 1."),
        ("01", "Expected end of stream at char 1"),
    ],
)
def test_what_json_says_is_rhino_s(run_script: Callable[..., scripting.ScriptResult], text: str, said: str) -> None:
    """The texts of Rhino's JsonParser; and the same from `new JSON().decode`."""
    source = f"""
    var text = {json.dumps(text)};
    try {{ JSON.parse(text); }} catch (e) {{ gs.info(e); }}
    try {{ new JSON().decode(text); }} catch (e) {{ gs.info(e.message); }}
    gs.info(JSON.parse('{{"a": [1, "\\\\u00e9", null]}}', function (k, v) {{ return v === 1 ? 2 : v; }}).a.join());
    """
    assert [line.text for line in run_script(source).log] == [f"SyntaxError: {said}", said, "2,é,"]


def test_what_a_script_reads_of_an_error(run_script: Callable[..., scripting.ScriptResult]) -> None:
    """fileName, lineNumber and a logged stack name the script where it arose."""
    source = """
    try { new Outer().deep('<a/>'); } catch (e) { gs.info(e.fileName + ' ' + e.lineNumber); gs.info('it: ' + e.stack); }
    try { throw 'text'; } catch (e) { gs.info(e.lineNumber); }
    """
    result = run_script(source, includes=(("global", "Inner", INNER), ("global", "Outer", OUTER)))
    first, stack, none = (line.text for line in result.log)
    assert first == "script include Inner 5"
    assert frames_of(stack)[:3] == [
        "it:     at parse (script include Inner:5)",
        "    at deep (script include Outer:4)",
        "    at <eval> (acme.js:2)",
    ]
    assert none == "undefined"


def test_scripts_of_rows_and_queries_have_names(fail: Callable[..., scripting.ScriptError]) -> None:
    """What GlideScopedEvaluator runs is named by its row, `javascript:` of a query as such."""
    evaluated = """
    var row = new GlideRecord('incident'); row.get('number', 'INC0010001');
    row.description = 'var a = 1;\\n\\nnobody.name;';
    new GlideScopedEvaluator().evaluateScript(row, 'description');
    """
    assert frames_of(fail(evaluated).where)[0] == "    at <eval> (incident.description of INC0010001:3)"
    query = "var g = new GlideRecord('incident');\ng.addEncodedQuery('state=javascript:nobody.x');"
    assert frames_of(fail(query).where) == [
        "    at <eval> (javascript: of an encoded query:1)",
        "    at <eval> (rule.js:2)",
    ]


def test_characters_that_rhino_does_not_see(run_script: Callable[..., scripting.ScriptResult]) -> None:
    """Format characters between the tokens are skipped; in strings they stay; a no-break space is a blank."""
    source = "var\u00a0a\u200b = 1;\n\u200b\n// \u200b\ngs.info('x\u200by'.length + a\u00ad + /\u200b/.source.length);"
    assert [line.text for line in run_script(source).log] == ["5"]


def test_many_evaluated_scripts(run_script: Callable[..., scripting.ScriptResult]) -> None:
    """One script evaluated again is one place; more scripts than are told apart still run."""
    source = """
    var row = new GlideRecord('incident'), sum = 0;
    for (var i = 0; i < 1100; i++) {
      row.description = 'var a' + i + ' = 1;\\n' + i;
      sum += new GlideScopedEvaluator().evaluateScript(row, 'description');
    }
    gs.info(sum);
    row.description = 'nobody.name';
    try { new GlideScopedEvaluator().evaluateScript(row, 'description'); } catch (e) { gs.info(e.fileName); }
    """
    assert [line.text for line in run_script(source).log] == ["604450", "an evaluated script"]


def test_static_functions_are_as_rhino_has_them(run_script: Callable[..., scripting.ScriptResult]) -> None:
    """`new` before a static function gives what it returns; an instance has them, too; what is missing says so."""
    source = """
    var a = new GlideDateTime('2024-01-01 00:00:00'), b = new GlideDateTime('2024-01-02 01:00:00');
    var one = new GlideTime('10:00:00'), other = new GlideTime('11:00:00');
    gs.info([new GlideDateTime.subtract(a, b), GlideDateTime.subtract(a, b), new GlideDateTime().subtract(a, b),
             new GlideDate.subtract(a, b), new GlideDuration.subtract(a, b),
             new GlideTime().subtract(one, other)].map(function (d) { return d.getDurationValue(); }).join());
    gs.info(typeof new GlideStringUtil.escapeHTML('<') + ' ' + new GlideStringUtil.split('a,b').length);
    [function () { new CertificateEncryption().sign('a'); }, function () { CertificateEncryption.sign('a'); },
     function () { new GlideDate().parseDate('x'); }].forEach(function (call) {
      try { call(); } catch (e) { gs.info(e.message); }
    });
    gs.info(j2js(a) === a && j2js(['x', ['y']])[1].length);
    """
    assert [line.text for line in run_script(source).log] == [
        "1 01:00:00,1 01:00:00,1 01:00:00,1 01:00:00,1 01:00:00,01:00:00",
        "object 2",
        "CertificateEncryption.sign is not simulated",
        "CertificateEncryption.sign is not simulated",
        "GlideDate.parseDate is not simulated",
        "1",
    ]


@pytest.mark.parametrize(
    ("source", "message", "frames"),
    [
        ("function f() {\n  throw 'text';\n}\n\nf();", "text", ["f (rule.js:2)", "<eval> (rule.js:5)"]),
        ("\nthrow {a: 1};", "[object Object]", ["<eval> (rule.js:2)"]),
        ("try {\n  throw 'a';\n} catch (e) {\n  throw e + 'b';\n}", "ab", ["<eval> (rule.js:4)"]),
        ("try { throw 'a'; } catch (e) {}\nnull.x;", "TypeError: ", ["<eval> (rule.js:2)"]),
        ("\nthrow new Error('made here');", "Error: made here", ["<eval> (rule.js:2)"]),
        ("var o = {throw: function () {}};\no.throw('x'); throw 'y' + 'z';", "yz", ["<eval> (rule.js:2)"]),
        ("\nnew Plain().go();", "from an include", ["go (script include Plain:3)", "<eval> (rule.js:2)"]),
    ],
)
def test_what_is_thrown_and_is_no_error_has_a_place(
    fail: Callable[..., scripting.ScriptError], source: str, message: str, frames: list[str]
) -> None:
    """The line of the statement, as Rhino's JavaScriptException has it; an error keeps its own."""
    plain = "var Plain = Class.create();\nPlain.prototype = { go: function () {\n  throw 'from an include'; } };"
    error = fail(source, ("global", "Plain", plain))
    assert error.message.startswith(message)
    assert frames_of(error.where) == [f"    at {frame}" for frame in frames]


def test_a_thrown_value_stays_what_it_is(make_instance: Callable[..., Instance]) -> None:
    """Who catches it has the very value; words in texts, comments and regular expressions are left alone."""
    source = """
var made = {a: 1}, seen = [];
[made, 'text', 5, null].forEach(function (one) { try { throw one; } catch (caught) { seen.push(caught === one); } });
try { throw made ? 'yes' : 'no', 'last'; } catch (e) { seen.push(e); }
gs.info(seen + " throw 'x' " + /throw 'x'/.source); // throw 'x'
"""
    (line,) = scripting.run(make_instance("http://127.0.0.1:1"), source).log
    assert line.text == "true,true,true,true,last throw 'x' throw 'x'"


def test_a_value_that_has_no_text_is_told(fail: Callable[..., scripting.ScriptError]) -> None:
    """One whose `toString` throws is no fault of the engine's; one that has a text is told by it."""
    assert fail("throw {toString: function () { throw 'x'; }};").message == "a value that has no text was thrown"
    assert fail("throw {toString: function () { return 'x'; }};").message == "x"


def test_an_evaluated_text_is_named_by_where_it_was(fail: Callable[..., scripting.ScriptError]) -> None:
    """A line of the text is no line of the script that evaluates it (Rhino: `rule.js#2(eval)`)."""
    error = fail("var text = '\\n\\nnull.x';\neval(text);")
    assert frames_of(error.where) == ["    at <eval> (rule.js#2(eval):3)", "    at <eval> (rule.js:2)"]
    caught = fail("try {\n  eval('null.x');\n} catch (e) { throw e.fileName + ' ' + e.lineNumber; }")
    assert caught.message == "rule.js#2(eval) 1"
    include = "var Evil = { go: function () {\n  eval('nobody()'); } };"
    error = fail("\nEvil.go();", ("global", "Evil", include))
    assert frames_of(error.where)[0] == "    at <eval> (script include Evil#2(eval):1)"
    assert "evaluated" not in error.message


def test_an_error_without_memory_for_its_text_is_the_limit(fail: Callable[..., scripting.ScriptError]) -> None:
    """Nothing is left to write `out of memory` with; an InternalError of the script's own is an exception."""
    error = fail("var a = []; while (true) a.push(new Array(10000).join('x'));")
    assert (error.kind, error.message) == ("memory-limit", "InternalError: out of memory")
    assert fail("throw new InternalError('mine');").kind == "exception"
