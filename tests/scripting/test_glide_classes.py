"""Dates, XML, texts, aggregates, files, credentials, keystores: the classes that scripts reach for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sn_mock import scripting
from sn_mock.instance import Instance
from sn_mock.scripting.documented import documented
from sn_mock.scripting.simulated import GS, SIMULATED

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

Runner = Callable[..., scripting.ScriptResult]
ORDER = (
    '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:o="urn:acme"><soap:Body><o:order id="7" state="new"><item sku="a">one &amp; only</item><item sku="b"/>'
    "<total>12.50</total></o:order></soap:Body></soap:Envelope>"
)


def lines(result: scripting.ScriptResult) -> list[str]:
    """The texts of the log."""
    return [line.text for line in result.log]


def told(run_script: Runner, *expressions: str, before: str = "", **options: object) -> list[str]:
    """The values of some expressions, as texts."""
    return lines(run_script(before + "\n" + "\n".join(f"gs.info({one});" for one in expressions), **options))


def test_glide_date_time(run_script: Runner) -> None:
    """Arithmetic, comparison, parts, formats; a text that is none is not valid."""
    table = {
        "GlideDateTime('2026-01-31 10:20:30').getNumericValue()": "1769854830000",
        "after(function (d) { d.addDaysUTC(1); })": "2026-02-01 10:20:30",
        "after(function (d) { d.addMonthsUTC(1); })": "2026-02-28 10:20:30",
        "after(function (d) { d.addMonthsLocalTime(-2); })": "2025-11-30 10:20:30",
        "after(function (d) { d.addYearsUTC(1); })": "2027-01-31 10:20:30",
        "after(function (d) { d.addWeeks(2); })": "2026-02-14 10:20:30",
        "after(function (d) { d.addSeconds(-31); })": "2026-01-31 10:19:59",
        "after(function (d) { d.add(1000); d.subtract(500); })": "2026-01-31 10:20:30",
        "after(function (d) { d.add(new GlideTime(3600000)); })": "2026-01-31 11:20:30",
        "after(function (d) { d.setValue('2020-02-29'); })": "2020-02-29 00:00:00",
        "after(function (d) { d.setDayOfMonthUTC(5); })": "2026-01-05 10:20:30",
        "after(function (d) { d.setDisplayValue('03/02/2026 4:05 PM', 'MM/dd/yyyy h:mm a'); })": "2026-03-02 16:05:00",
        "after(function (d) { d.setValueUTC('02.03.2026', 'dd.MM.yyyy'); })": "2026-03-02 00:00:00",
        "at.getDate() + ' ' + at.getLocalDate().getByFormat('dd.MM.yyyy')": "2026-01-31 31.01.2026",
        "[at.getDayOfWeekUTC(), at.getDayOfMonth(), at.getMonthUTC(), at.getYearLocalTime(), at.getWeekOfYearUTC()]": (
            "6,31,1,2026,5"
        ),
        "at.getByFormat(\"EEE, d MMM yyyy 'at' HH:mm\")": "Sat, 31 Jan 2026 at 10:20",
        "[at.before(later), at.after(later), at.compareTo(later), at.equals(GlideDateTime(at)), at.onOrBefore(at)]": (
            "true,false,-1,true,true"
        ),
        "GlideDateTime.subtract(at, later).getDurationValue()": "1 00:00:01",
        "GlideDateTime.subtract(at, later).getNumericValue()": "86401000",
        "new GlideDateTime('yesterday').isValid() + new GlideDateTime('yesterday').getErrorMsg().slice(0, 15)": (
            "falseCould not parse"
        ),
        "at > new GlideDateTime('2025-01-01 00:00:00')": "true",
        "JSON.stringify({ at: at })": '{"at":"2026-01-31 10:20:30"}',
        "new GlideDateTime().getValue()": "2026-03-11 12:00:00",
        "gs.nowDateTime() + ' ' + gs.now()": "2026-03-11 12:00:00 2026-03-11",
        "gs.daysAgo(1) + ' ' + gs.beginningOfThisMonth()": "2026-03-10 12:00:00 2026-03-01 00:00:00",
        "gs.dateDiff('2026-01-01 00:00:00', '2026-01-02 01:00:00', false)": "1 01:00:00",
        "gs.dateDiff('2026-01-02', '2026-01-01 23:59:50', true)": "-10",
    }
    before = """
    var at = new GlideDateTime('2026-01-31 10:20:30'), later = new GlideDateTime('2026-02-01 10:20:31');
    function after(change) { var d = new GlideDateTime(at); change(d); return d.getValue(); }
    """
    on = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    found = told(run_script, *table, before=before, on=on)
    assert dict(zip(table, found, strict=True)) == table


def test_dates_in_a_time_zone(run_script: Runner) -> None:
    """Display values and local parts by glide.sys.default.tz, with daylight saving time."""
    table = {
        "summer.getDisplayValue()": "2026-07-01 05:00:00",
        "winter.getDisplayValueInternal()": "2026-01-01 04:00:00",
        "summer.getTZOffset() / 3600000 + ' ' + summer.isDST() + ' ' + winter.isDST()": "-7 true false",
        "summer.getLocalTime().getByFormat('HH:mm')": "05:00",
        "read.getValue()": "2026-07-01 12:00:00",
        "moved.getValue()": "2026-03-09 07:30:00",
        "gs.beginningOfToday()": "2026-03-11 07:00:00",
    }
    before = """
    gs.setProperty('glide.sys.default.tz', 'America/Los_Angeles');
    var summer = new GlideDateTime('2026-07-01 12:00:00'), winter = new GlideDateTime('2026-01-01 12:00:00');
    var read = new GlideDateTime(); read.setDisplayValue('2026-07-01 05:00:00');
    var moved = new GlideDateTime('2026-03-08 08:30:00'); moved.addDaysLocalTime(1);
    """
    found = told(run_script, *table, before=before, on=datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    assert dict(zip(table, found, strict=True)) == table


def test_durations_dates_and_times(run_script: Runner) -> None:
    """GlideDuration, GlideDate, GlideTime."""
    table = {
        "new GlideDuration('3 12:00:00').getDisplayValue()": "3 Days 12 Hours",
        "GlideDuration(60000).getDisplayValue() + '|' + GlideDuration(0).getDisplayValue()": "1 Minute|0 Seconds",
        "new GlideDuration(93784000).getValue() + '|' + new GlideDuration(93784000).getDurationValue()": (
            "1970-01-02 02:03:04|1 02:03:04"
        ),
        "new GlideDuration(5000).add(new GlideDuration('00:01:00')).getDurationValue()": "00:01:05",
        "new GlideDuration('1 13:00:00').getRoundedDayPart() + '' + new GlideDuration('1 13:00:00').getDayPart()": "21",
        "GlideDate('2026-02-03').getByFormat('d/M/yy') + GlideDate('2026-02-03').getDisplayValue()": "3/2/262026-02-03",
        "GlideDate.subtract(new GlideDate('2026-01-01'), new GlideDate('2026-01-31')).getDayPart()": "30",
        "GlideTime.subtract(new GlideTime(1000), new GlideTime(3661000)).getByFormat('HH:mm:ss')": "01:01:00",
    }
    found = told(run_script, *table)
    assert dict(zip(table, found, strict=True)) == table


def test_xml_document_2(run_script: Runner) -> None:
    """Parsing, XPath with and without prefixes, iterators, attributes, building; and what is no XML."""
    table = {
        "doc.isValid() + ' ' + bad.isValid() + ' ' + bad.parseXML('<a>')": "true false false",
        "doc.getNodeText('//item')": "one & only",
        "doc.getNodeText('/soap:Envelope/soap:Body/o:order/total')": "12.50",
        "doc.getNodeText(\"//*[local-name()='order']/@id\")": "7",
        "doc.getNodeText('//item[2]/@sku') + doc.getNodeText('count(//item)') + doc.getNodeText('//none')": "b2null",
        "doc.getNode('//o:order').getAttribute('state') + doc.getNode('//nothing')": "newnull",
        "kids.join()": "item=one & only,item=,total=12.50",
        "doc.getDocumentElement().getNodeName() + doc.getFirstNode('//item').getNextSibling().getAttribute('sku')": (
            "soap:Envelopeb"
        ),
        "made.toString()": (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<order no="1"><name>A &lt;&amp; B</name><lines><line/></lines></order>'
        ),
        "made.getNodeText('//name') + made.getNodeText('//lines/line')": "A <& B",
        "doc.getNode('//total').toString()": "<total>12.50</total>",
        "aware.getNodeText('//x:a/x:b') + aware.getNodeText('//b')": "1null",
        "plain.getNodeText('//b')": "1",
        "entity.getNodeText('/a') + unbound.getNodeText('//q:b')": "&e;5",
    }
    before = f"""
    var doc = new XMLDocument2(), bad = new XMLDocument2(), kids = [];
    doc.parseXML({json.dumps(ORDER)});
    var it = doc.getNode('//o:order').getChildNodeIterator();
    while (it.hasNext()) {{ var node = it.next(); kids.push(node.getNodeName() + '=' + node.getTextContent()); }}
    var made = new XMLDocument2(), root = made.createElement('order');
    root.setAttribute('no', 1);
    made.setCurrentElement(root);
    made.createElementWithTextValue('name', 'A <& B');
    var inner = made.createElement('lines');
    made.setCurrentElement(inner);
    made.createElement('line');
    var aware = new XMLDocument2(); aware.setNamespaceAware(true);
    aware.parseXML('<x:a xmlns:x="u"><x:b>1</x:b></x:a>');
    var plain = new XMLDocument2(); plain.parseXML('<a xmlns="u"><b>1</b></a>');
    var entity = new XMLDocument2(); entity.parseXML('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>');
    var unbound = new XMLDocument2(); unbound.parseXML('<q:a><q:b>5</q:b></q:a>');
    """
    found = told(run_script, *table, before=before)
    assert dict(zip(table, found, strict=True)) == table


def test_hostile_xml_is_bounded(run_script: Runner) -> None:
    """No entity is expanded, no file is read, and depth ends."""
    table = {
        "text('<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>')": "&e;",
        'text(\'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>\').length < 10': "true",
        "(function () { try { return text('<a>' + '<b>'.repeat(5000)); } catch (e) { return 'refused'; } })()": "null",
    }
    before = "function text(x) { var d = new XMLDocument2(); d.parseXML(x); return d.getNodeText('/a') + ''; }"
    found = told(run_script, *table, before=before)
    assert dict(zip(table, found, strict=True)) == table


def test_what_xml_takes_is_the_script_s_time(make_instance: Callable[..., Instance]) -> None:
    """An XPath that goes on for ever ends with the script's time."""
    source = """
    var d = new XMLDocument2();
    d.parseXML('<a>' + '<b><c/></b>'.repeat(3000) + '</a>');
    d.getNodeText('count(//*[count(//*[count(//*) > 1]) > 1])');
    """
    error = scripting.run(make_instance(), source, limits=scripting.Limits(seconds=1)).error
    assert error is not None
    assert error.kind == "time-limit"


def test_large_documents_are_told_anew(run_script: Runner) -> None:
    """Of many large documents only the latest are kept; asking an older one again gives what it gave."""
    source = """
    var d = new XMLDocument2();
    d.parseXML('<a><b>1</b></a>');
    for (var i = 0; i < 3; i++) { var big = new XMLDocument2(); big.parseXML('<a>' + 'x'.repeat(6e6) + '</a>'); }
    gs.info(d.getNodeText('//b') + d.getNodeText('count(//b)'));
    """
    assert lines(run_script(source)) == ["11"]


def test_the_older_xml_classes(run_script: Runner) -> None:
    """XMLDocument, XMLHelper, gs.getXMLText, gs.xmlToJSON, GlideXMLUtil."""
    table = {
        "old.getNodeText('//total') + old.getAttribute('//o:order', 'id') + old.getNodes('//item').length": "12.5072",
        "old.getElementByTagName('total').getFirstChild().getNodeValue() + old.getElementValueByTagName('total')": (
            "12.5012.50"
        ),
        "old.getNodes('//item').item(1).getAttributes().getNamedItem('sku').getNodeValue()": "b",
        "fresh.toString().indexOf('<a b=\"1\"><c>2</c></a>') > 0": "true",
        'JSON.stringify(new XMLHelper(\'<r x="1"><a>1</a><a>2</a><b/><c y="2">t</c></r>\').toObject())': (
            '{"@x":"1","a":["1","2"],"b":null,"c":{"@y":"2","#text":"t"}}'
        ),
        "new XMLHelper().toXMLStr({ r: { '@x': 1, a: ['1', '<'] } })": '<r x="1"><a>1</a><a>&lt;</a></r>',
        "gs.getXMLText('<a><b>1</b></a>', '//b') + gs.getXMLText('<a/>', '//b')": "1",
        "JSON.stringify(gs.xmlToJSON('<a><b>1</b></a>'))": '{"a":{"b":"1"}}',
        "GlideXMLUtil.validateXML('<a/>') + ' ' + (GlideXMLUtil.validateXML('<a') !== null)": "null true",
    }
    before = f"""
    var old = new XMLDocument({json.dumps(ORDER)});
    var fresh = new XMLDocument();
    fresh.setCurrent(fresh.createElement('a'));
    fresh.setAttribute('b', 1);
    fresh.createElement('c', '2');
    """
    found = told(run_script, *table, before=before)
    assert dict(zip(table, found, strict=True)) == table


def test_a_soap_answer_is_taken_apart(run_script: Runner) -> None:
    """The way it is done: body, XMLDocument2, XPath, a record per element."""
    source = """
    var r = new sn_ws.RESTMessageV2();
    r.setEndpoint(gs.getProperty('acme.url') + '/xml');
    r.setHttpMethod('GET');
    var xml = new XMLDocument2();
    xml.parseXML(r.execute().getBody());
    gs.info(xml.getNodeText('//id') + xml.getNodeText('/order/path'));
    """
    assert lines(run_script(source)) == ["T-1/xml"]


def test_texts(run_script: Runner) -> None:
    """gs' small functions, GlideStringUtil, ArrayUtil, JSUtil, digests."""
    table = {
        "gs.base64Encode('\\u00e9') + gs.base64Decode('w6k=')": "w6k=\u00e9",
        "gs.urlEncode('a b&c') + gs.urlDecode('a%20b+c')": "a+b%26ca b c",
        "gs.getMessage('{0} of {1}', ['a', 2]) + gs.getMessage('plain')": "a of 2plain",
        "GlideStringUtil.escapeHTML('<a>') + GlideStringUtil.unescapeHTML('&lt;')": "&lt;a&gt;<",
        "GlideStringUtil.isEligibleSysID('a'.repeat(32)) + GlideStringUtil.base64Encode('x')": "trueeA==",
        "new ArrayUtil().contains(['a', 'b'], 'b') + '' + new ArrayUtil().indexOf([1, 2], 2)": "true1",
        "new ArrayUtil().unique([1, 2, 1]) + ';' + new ArrayUtil().diff([1, 2, 3], [2]) + ';'"
        " + new ArrayUtil().union([1], [2])": "2,1;1,3;1,2",
        "JSUtil.nil('') + '' + JSUtil.notNil(0) + JSUtil.toBoolean('true') + JSUtil.type_of([])": "truetruetrueobject",
        "new GlideDigest().getSHA256Hex('a').slice(0, 8) + new GlideDigest().getMD5Hex('a').slice(0, 4)": "ca978112"
        "0cc1",
        "new GlideCertificateEncryption().generateMac(gs.base64Encode('key'), 'HmacSHA256', 'data')": (
            "UDH+PZicbRU3oBP6bnOdojRj/a7DtwE32Cjjas4iG9A="
        ),
        "gs.generateGUID().length + gs.getCurrentScopeName() + gs.getProperty('instance_name')": "32globalacmedev",
        "[gs.tableExists('incident'), gs.tableExists('u_no'), new TableUtils('incident').getAbsoluteBase()]": (
            "true,false,task"
        ),
    }
    found = told(run_script, *table)
    assert dict(zip(table, found, strict=True)) == table


def test_glide_aggregate(run_script: Runner) -> None:
    """Groups, figures, having, order."""
    source = """
    var a = new GlideAggregate('incident');
    a.addAggregate('COUNT');
    a.addAggregate('MIN', 'opened_at');
    a.groupBy('priority');
    a.query();
    while (a.next()) {
      gs.info([a.priority.getDisplayValue(), a.getAggregate('COUNT'), a.getAggregate('MIN', 'opened_at')].join(' '));
    }
    a = new GlideAggregate('incident');
    a.addAggregate('COUNT', 'active'); a.groupBy('active'); a.orderByAggregate('COUNT', 'active'); a.query();
    a.next(); gs.info(a.getValue('active') + ' of ' + a.getRowCount());
    a = new GlideAggregate('incident');
    a.addAggregate('AVG', 'priority'); a.addEncodedQuery('active=true'); a.query(); a.next();
    gs.info(a.getAggregate('AVG', 'priority'));
    a = new GlideAggregate('incident');
    a.addTrend('opened_at', 'Month'); a.addAggregate('COUNT'); a.query();
    var months = [];
    while (a.next()) months.push(a.getValue('timeref') + '=' + a.getAggregate('COUNT'));
    gs.info(months.join());
    a = new GlideAggregate('incident');
    a.addAggregate('COUNT'); a.groupBy('priority'); a.addHaving('COUNT', '', '>', 1); a.query();
    gs.info(a.getRowCount());
    """
    assert lines(run_script(source)) == [
        "1 - Critical 2 2026-03-01 08:00:00",
        "3 - Moderate 1 2026-02-01 08:00:00",
        "1 of 2",
        "1",
        "2/2026=1,3/2026=2",
        "1",
    ]


def test_attachments(run_script: Runner) -> None:
    """Written, read, listed, copied, deleted; an answer saved as one."""
    source = """
    var gr = new GlideRecord('incident'); gr.get('number', 'INC0010001');
    var sa = new GlideSysAttachment();
    var id = sa.write(gr, 'a.txt', 'text/plain', 'h\\u00e9');
    sa.writeBase64(gr, 'b.bin', 'application/octet-stream', 'AAEC');
    var list = sa.getAttachments('incident', gr.sys_id), names = [];
    while (list.next()) names.push(list.file_name + ':' + sa.getContentBase64(list));
    gs.info(names.join());
    var file = new GlideRecord('sys_attachment'); file.get(id);
    gs.info(sa.getContent(file) + ' ' + file.content_type + ' ' + file.table_name);
    var ci = new GlideRecord('cmdb_ci'); ci.get('name', 'router-1');
    gs.info(sa.copy('incident', gr.getUniqueValue(), 'cmdb_ci', ci.getUniqueValue()).size());
    sa.deleteAttachment(id);
    gs.info(sa.getAttachments('incident', gr.sys_id).getRowCount());
    var r = new sn_ws.RESTMessageV2();
    r.setEndpoint(gs.getProperty('acme.url') + '/x');
    r.setHttpMethod('get');
    r.saveResponseBodyAsAttachment('incident', gr.sys_id, 'answer.json', '');
    var saved = r.execute().getResponseAttachmentSysid();
    file = new GlideRecord('sys_attachment'); file.get(saved);
    gs.info(file.file_name + ' ' + JSON.parse(sa.getContent(file)).id);
    """
    assert lines(run_script(source)) == [
        "a.txt:aMOp,b.bin:AAEC",
        "h\u00e9 text/plain incident",
        "2",
        "1",
        "answer.json T-1",
    ]


def test_headers_are_a_list(run_script: Runner) -> None:
    """getAllHeaders is a java.util.List of GlideHTTPHeader; getHeaders a map."""
    source = """
    var r = new sn_ws.RESTMessageV2();
    r.setEndpoint(gs.getProperty('acme.url')); r.setHttpMethod('get');
    var x = r.execute(), all = x.getAllHeaders(), found = '';
    for (var i = 0; i < all.size(); i++) if (all.get(i).getName() == 'X-Request-Id') found = all.get(i).getValue();
    var map = x.getHeaders();
    gs.info([found, map['X-Request-Id'], map.get('X-Request-Id'), map.get('no')].join());
    r.setEndpoint('http://127.0.0.1:1/'); x = r.execute();
    var sent = r.getRequestHeaders();
    gs.info([x.getAllHeaders().size(), x.getCookies().size(), x.getStatusCode(), sent.get('a')].join());
    """
    assert lines(run_script(source)) == ["r-1,r-1,r-1,", "0,0,0,"]


def test_credentials_and_connections(run_script: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind an alias, by its id, name or sys_id; an environment variable is read only where the folder names it."""
    monkeypatch.setenv("ACME_TEST_SECRET", "from outside")
    source = """
    var provider = new sn_cc.StandardCredentialsProvider();
    var c = provider.getCredentialByAliasID('x_acme.Shop');
    gs.info(c.getAttribute('user_name') + ':' + c.getAttribute('password') + ' ' + c.getType());
    var info = new sn_cc.ConnectionInfoProvider().getConnectionInfo('Shop');
    gs.info([info.getAttribute('connection_url'), info.getHost(),
             info.getPort() + info.getCredentialAttribute('user_name')].join(' '));
    gs.info(provider.getCredentialByAliasID('nothing') + ' ' + provider.getCredentials(['basic_auth']).size());
    var own = new GlideRecord('basic_auth_credentials');
    own.name = 'own'; own.password = 'env:ACME_TEST_SECRET'; own.insert();
    gs.info('[' + provider.getCredentialByID('own').getAttribute('password') + ']');
    """
    assert lines(run_script(source)) == [
        "shop:secret basic_auth",
        "https://shop.example:8443/api shop.example 8443shop",
        "null 1",
        "[]",
    ]


def test_rest_message_of_the_first_generation(run_script: Runner) -> None:
    """execute, the response's getters, a function that is not there, parameters."""
    source = """
    var r = new RESTMessage('Shop', 'Create');
    r.setStringParameter('text', 'a&b');
    r.setBasicAuth('me', 'pw');
    var x = r.execute();
    gs.info(x.getStatusCode() + ' ' + JSON.parse(x.getBody()).body + ' ' + x.haveError());
    gs.info(new RESTMessage('Shop', 'Nothing').execute() + ' ' + new RESTMessage('Nope', 'x').isValid());
    r.setRestEndPoint(gs.getProperty('acme.url') + '/error');
    gs.info(r.execute().getStatusCode());
    """
    assert lines(run_script(source)) == ['201 {"text": "a&amp;b"} false', "null false", "500"]


def test_filters_and_evaluated_scripts(run_script: Runner) -> None:
    """GlideFilter.checkRecord; GlideScopedEvaluator with its variables."""
    source = """
    var gr = new GlideRecord('incident'); gr.get('number', 'INC0010001');
    gs.info(GlideFilter.checkRecord(gr, 'active=true^caller_id.nameLIKEAbel') + ' '
            + GlideFilter.checkRecord(gr, 'state=9'));
    var rule = new GlideRecord('u_rule');
    rule.script = "result = current.number + factor * 2; result;"; rule.insert();
    var evaluator = new GlideScopedEvaluator();
    evaluator.putVariable('factor', 21); evaluator.putVariable('result', null);
    gs.info(evaluator.evaluateScript(gr.getTableName() == 'incident' ? rule : null, 'script', { current: gr }));
    gs.info(evaluator.getVariable('result') + ' ' + typeof factor);
    """
    assert lines(run_script(source)) == ["true false", "INC001000142", "INC001000142 undefined"]


def test_every_documented_class_is_there_or_says_so(run_script: Runner) -> None:
    """new X() of every documented name ends in a value or in words with the name; never in a ReferenceError."""
    names = [name for name in documented() if name != "gs"]
    source = """
    var wrong = [];
    NAMES.forEach(function (name) {
      var at = name.split('.'), found;
      try {
        found = at.length == 1 ? globalThis[at[0]] : globalThis[at[0]][at[1]];
        if (found === undefined) wrong.push(name + ' is undefined');
        else if (typeof found == 'function') new found('x');
      } catch (e) {
        var text = String(e.message || e);
        var nameless = text.indexOf('is not simulated') > 0 && text.indexOf(at[at.length - 1]) < 0;
        if (text.indexOf('not defined') > 0 || text.indexOf('not a function') >= 0 || nameless) wrong.push(name + text);
      }
    });
    gs.info(wrong.join('\\n'));
    """.replace("NAMES", json.dumps(names))
    assert lines(run_script(source)) == [""]
    assert len(names) > 1200


def test_every_documented_method_of_what_works_is_there_or_says_so(run_script: Runner) -> None:
    """No documented method of a simulated class is undefined."""
    known = documented()
    wanted = {name: known[name].methods for one in SIMULATED for name in one.names if name in known and "." not in name}
    source = """
    var wanted = NAMES, missing = [];
    for (var name in wanted) {
      var proto = globalThis[name].prototype;
      if (!proto) continue;
      wanted[name].forEach(function (method) {
        if (typeof proto[method] != 'function') missing.push(name + '.' + method);
      });
    }
    gs.info(missing.join());
    """.replace("NAMES", json.dumps(wanted))
    assert lines(run_script(source)) == [""]


def test_gs_says_what_it_lacks(run_script: Runner) -> None:
    """Every documented function of gs is there, or says its name."""
    source = """
    var bad = [];
    NAMES.forEach(function (name) { if (typeof gs[name] != 'function') bad.push(name); });
    gs.info(bad.join());
    try { gs.dropTable('x'); } catch (e) { gs.info(e.message); }
    """.replace("NAMES", json.dumps(documented()["gs"].statics))
    assert lines(run_script(source)) == ["", "gs.dropTable is not simulated"]


def test_keystores_by_script(make_instance: Callable[..., Instance]) -> None:
    """DBKeyStore lists what Java would: aliases with key or certificate."""
    from dataclasses import replace

    from sn_mock.instance import Secret, SysAttachment, SysCertificate
    from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec, shared_pki, write_keystore

    store = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret(LAB_PASSWORD))
    file = SysAttachment(
        file_name="acme.jks",
        table_name=store.table,
        table_sys_id=store.sys_id,
        data=write_keystore(shared_pki(), KeystoreSpec()),
    )
    instance = replace(make_instance(), certificates=(store,), attachments=(file,))
    source = """
    var ks = new DBKeyStore();
    gs.info(ks.loadByName('nobody') + ' ' + ks.loadByName('ACME client') + ' ' + ks.containsAlias('acme'));
    ks.listAliases();
    """
    assert lines(scripting.run(instance, source)) == ["false true true", "acme (key)"]


def test_the_table_of_gs_is_what_there_is(run_script: Runner) -> None:
    """The documentation's list of gs' functions and the engine's are the same."""
    (line,) = lines(run_script("gs.info(Object.keys(gs).sort().join());"))
    assert line.split(",") == sorted(name for names in GS.values() for name in names)


def test_conditions_outlive_a_query(run_script: Runner) -> None:
    """deleteMultiple and updateMultiple after query() mean the same rows; initialize() forgets the conditions."""
    source = """
    function left() { var g = new GlideRecord('incident'); g.query(); return g.getRowCount(); }
    var gr = new GlideRecord('incident');
    gr.addQuery('active', true); gr.query();
    gs.info(gr.getRowCount() + ' ' + gr.getEncodedQuery());
    gr.addQuery('priority', 9); gr.query(); gs.info(gr.getRowCount());
    gr.deleteMultiple(); gs.info(left());
    gr.initialize(); gr.query(); gs.info(gr.getRowCount());
    var some = new GlideRecord('incident');
    some.addQuery('active', false); some.query(); some.setValue('state', 7); some.updateMultiple();
    some = new GlideRecord('incident'); some.addQuery('state', 7); some.query(); gs.info(some.getRowCount());
    some.deleteMultiple(); gs.info(left());
    var odd = new GlideRecord('incident');
    odd.addEncodedQuery('activeMAYBEtrue');
    try { odd.deleteMultiple(); } catch (e) { gs.info(e.getMessage()); }
    gs.info(left());
    """
    result = run_script(source)
    assert lines(result) == [
        "2 active=true",
        "0",
        "3",
        "3",
        "1",
        "2",
        "incident: the query has parts that mean nothing (activeMAYBEtrue); no row was changed or deleted",
        "2",
    ]


def test_more_rows_than_travel_at_once(run_script: Runner) -> None:
    """Rows come in pages; windows, limits, several open queries at a time."""
    source = """
    for (var i = 0; i < 600; i++) { var n = new GlideRecord('u_many'); n.u_n = i; n.insert(); }
    function read(g) {
      var sum = 0, count = 0;
      while (g.next()) { sum += Number(g.u_n); count++; }
      return count + ':' + sum;
    }
    var g = new GlideRecord('u_many'), h = new GlideRecord('u_many');
    g.orderBy('u_n'); g.query(); h.orderByDesc('u_n'); h.query(); g.next(); h.next();
    gs.info(g.u_n + ' ' + h.u_n + ' ' + read(g) + ' ' + read(h) + ' ' + g.getRowCount());
    g = new GlideRecord('u_many'); g.orderBy('u_n'); g.chooseWindow(100, 103); g.query(); gs.info(read(g));
    g = new GlideRecord('u_many'); g.orderBy('u_n'); g.setLimit(300); g.query(); gs.info(read(g));
    """
    assert lines(run_script(source)) == ["0 599 599:179700 599:179101 600", "3:303", "300:44850"]


@pytest.mark.parametrize(
    "source",
    [
        "let request = 1; const response = 2; gs.info(request + response);",
        "function print(x) { gs.info(x + 1); } class Workflow {} new Workflow(); print(2);",
        "var JSON2 = JSON, action = 3; response = 0; gs.info(action + response);",
        "var GlideDateTime = function () { this.x = 3; }; gs.info(new GlideDateTime().x);",
        "eval = function () { throw 1; }; new GlideDateTime(); gs.info(3);",
        "var global2 = global; gs.info(global2.gs === gs ? 3 : 0);",
    ],
)
def test_a_script_s_own_names_come_first(run_script: Runner, source: str) -> None:
    """Whatever the platform calls something, a script may call its own things so."""
    assert lines(run_script(source)) == ["3"]


def test_examples_of_the_docs(run_script: Runner) -> None:
    """Where the Server API reference prints what an example logs, it is logged here, too."""
    table = {
        # GlideDateTime and GlideDate: styles, time of day, span since a weekday
        "new GlideDateTime('2023-01-18 06:49:02').getDisplayValueLang('full')": "Wednesday, January 18, 2023 06:49:02",
        "new GlideDateTime('2023-01-18 06:49:02').getDisplayValueLang('long')": "January 18, 2023 06:49:02",
        "new GlideDateTime('2023-01-18 06:49:02').getDisplayValueLang('other')": "Jan 18, 2023 06:49:02",
        "new GlideDateTime('2023-01-18 06:49:02').getDisplayValueLang('SHORT', 'en')": "1/18/23 06:49:02",
        "date.getDisplayValueLang('medium')": "Jan 18, 2023",
        "date.getDisplayValueLang('short')": "1/18/23",
        "new GlideDateTime('2022-10-07 18:00:00').getInternalFormattedLocalTime()": "18:00:00",
        "span.getDisplayValue()": "2 Days 8 Hours",
        # JSUtil, GlideElement
        "[JSUtil.type_of(undefined), JSUtil.type_of(null), JSUtil.type_of(['a'])]": "null,null,object",
        "subject.getElement('short_description').getEscapedValue()": "Can\\'t log into SAP",
        # GlideAggregate
        "by.getEncodedQuery()": "active=true^ORDERBYcategory^GROUPBYcategory",
        "trend('month')": "2/2026: 1, 3/2026: 2",
        "trend('quarter')": "1/2026: 3",
        "trend('year')": "2026: 3",
        "having('COUNT', '>', 1) + ' ' + having('COUNT', '', '>', 1)": "1 1",  # with a field, and without
        # XML: a NamedNodeMap is sorted, CDATA sections are nodes where that is asked for
        "xml": '<?xml version="1.0" encoding="UTF-8"?><a att="yyy" boo="yah"><b><![CDATA[x<y]]>z</b></a>',
        "[first.isCDATANode(), first.getTextContent(), section.getLastChild().getTextContent()]": "true,x<y,z",
        "doc.getNodeText('//b')": "x<yz",
        "plain.getNode('//b').getFirstChild().isCDATANode()": "false",
    }
    before = """
    var date = new GlideDate(); date.setValue('2023-01-18');
    var span = new GlideDuration(); span.setValue(new GlideDateTime('2011-08-31 08:00:00').getSpanTime(1));
    var subject = new GlideRecord('incident'); subject.query(); subject.next();
    subject.short_description = "Can't log into SAP";
    var by = new GlideAggregate('incident'); by.addQuery('active', 'true'); by.groupBy('category'); by.query();
    function trend(unit) {
      var some = new GlideAggregate('incident'), lines = [];
      some.addTrend('opened_at', unit); some.addAggregate('COUNT'); some.query();
      while (some.next()) lines.push(some.getValue('timeref') + ': ' + some.getAggregate('COUNT'));
      return lines.join(', ');
    }
    function having() {
      var some = new GlideAggregate('incident');
      some.addAggregate('COUNT'); some.groupBy('priority');
      some.addHaving.apply(some, arguments); some.query();
      return some.getRowCount();
    }
    var source = '<a boo="yah" att="yyy"><b><![CDATA[x<y]]>z</b></a>';
    var doc = new XMLDocument2(); doc.setEnableCDATAReporting(true); doc.parseXML(source);
    var plain = new XMLDocument2(); plain.parseXML(source);
    var section = doc.getNode('//b'), first = section.getFirstChild(), xml = doc.toString();
    """
    assert dict(zip(table, told(run_script, *table, before=before), strict=True)) == table


def test_names_in_a_scope_that_are_not_there(make_instance: Callable[..., Instance]) -> None:
    """`new global.X()` of an include that nobody has says its name and what to do, as `new X()` does."""
    failed = scripting.run(make_instance(), "var made = new global.VariableUtil();", name="acme.js")
    assert failed.error is not None
    assert "global.VariableUtil; is it a script include?" in failed.error.message


def test_a_language_that_is_not_simulated_says_so(run_script: Runner) -> None:
    """A date in French is no date in English."""
    source = "try { new GlideDate().getDisplayValueLang('full', 'fr'); } catch (e) { gs.info(e.message); }"

    assert lines(run_script(source)) == ["GlideDate.getDisplayValueLang in the language fr is not simulated"]


def test_glide_filter(run_script: Runner) -> None:
    """Docs, GlideFilter: with regard to case unless told otherwise; empty dates are before every date; one condition
    is enough where `match` is false.
    """
    before = """
    var user = new GlideRecord('sys_user'); user.get('user_name', 'abel');
    function meets(query, every, exact) {
      var filter = new GlideFilter(query, 'title');
      if (exact !== undefined) filter.setCaseSensitive(exact);
      return filter.match(user, every);
    }
    """
    table = {
        "meets('user_name=abel', true)": "true",
        "meets('user_name=ABEL', true)": "false",
        "meets('user_name=ABEL', true, false)": "true",
        "meets('user_name=ABEL^ORname=Abel Tuter', true)": "true",
        "meets('user_name=abel^name=x', true)": "false",
        "meets('user_name=abel^name=x', false)": "true",
        "GlideFilter.checkRecord(user, 'last_login<2020-01-01')": "true",
        "GlideFilter.checkRecord(user, 'last_login<2020-01-01^last_loginISNOTEMPTY')": "false",
        "GlideFilter.checkRecord(user, 'user_name=abel^name=x')": "false",
        "GlideFilter.checkRecord(user, 'user_name=abel^name=x', false)": "true",
    }
    assert dict(zip(table, told(run_script, *table, before=before), strict=True)) == table


def test_glide_http_request(run_script: Runner, partner: str) -> None:
    """The documented methods; a proxy of its own is not simulated."""
    before = f"""
    var request = new GlideHTTPRequest('{partner}/orders');
    request.setBasicAuth('u', 'p'); request.addParameter('n', 1); request.setHttpTimeout(5000);
    request.setContentType('application/json');
    var got = request.get(), sent = request.post('{{"a": 1}}'), told = JSON.parse(sent.getBody());
    var proxy = ''; try {{ request.setupProxy('h', '1'); }} catch (e) {{ proxy = e.message; }}
    """
    table = {
        "[got.getStatusCode(), got.getHttpMethod(), JSON.parse(got.getBody()).path]": "200,GET,/orders?n=1",
        "[sent.getStatusCode(), told.method, told.body, told.auth]": '201,POST,{"a": 1},Basic dTpw',
        "[got.haveError(), got.getHeader('X-Request-Id')]": "false,r-1",
        "proxy": "GlideHTTPRequest.setupProxy is not simulated",
    }
    assert dict(zip(table, told(run_script, *table, before=before), strict=True)) == table


def test_names_of_the_reference_are_not_simulated_by_name(run_script: Runner) -> None:
    """Methods that only the newest reference has, of classes that work, and classes that do not."""
    table = {
        "new GlideTime().getDisplayValueEx('short')": "GlideTime.getDisplayValueEx is not simulated",
        "new GlideDate().setDisplayValueEx('Jan 28, 2026', 'medium')": "GlideDate.setDisplayValueEx is not simulated",
        "new TableUtils('x').getHierarchy()": "TableUtils.getHierarchy is not simulated",
        "new XMLUtilJS().escapeForXMLText('a')": "XMLUtilJS is not simulated",
        "XMLUtilJS.escapeForXMLText('a')": "XMLUtilJS.escapeForXMLText is not simulated",
        "new sn_agent.AccAgentsAPI()": "sn_agent.AccAgentsAPI is not simulated",
    }
    tried = "function tried(f) { try { f(); return 'it works'; } catch (e) { return e.message; } }"
    asked = [f"tried(function () {{ return {one}; }})" for one in table]
    assert dict(zip(table, told(run_script, *asked, before=tried), strict=True)) == table
