"""ServiceNow scripts, unchanged, in the engine: what they see, and what they cannot do."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from provider_stub import Provider, ProviderPolicy
from sn_mock import scripting
from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
)
from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec, shared_pki, write_keystore

pytest.importorskip("quickjs", reason="the extra sn-mock[script] is not installed")

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tic="urn:acme:tickets">'
    "<soapenv:Body><tic:CreateTicket><tic:shortDescription>${summary}</tic:shortDescription>"
    "<tic:description>d</tic:description><tic:caller>c</tic:caller><tic:priority>1</tic:priority>"
    "</tic:CreateTicket></soapenv:Body></soapenv:Envelope>"
)


def instance_for(port: int) -> Instance:
    """The healthy instance."""
    pki = shared_pki()
    store = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret(LAB_PASSWORD))
    profile = SysProtocolProfile(protocol="myhttps", default_port=port, keystore=store.sys_id)
    message = SysSoapMessage(name="AcmeTickets", enable_mutual_auth=True, protocol_profile=profile.sys_id)
    function = SysSoapMessageFunction(
        soap_message=message.sys_id,
        function_name="CreateTicket",
        soap_endpoint=f"https://localhost:{port}/tickets",
        soap_action="urn:acme:CreateTicket",
        envelope=ENVELOPE,
        enable_mutual_auth=True,
        protocol_profile=profile.sys_id,
    )
    return Instance(
        certificates=(
            store,
            SysCertificate(name="ACME CA", type="trust_store", pem_certificate=pki["root"].pem()),
        ),
        protocol_profiles=(profile,),
        soap_messages=(message,),
        soap_functions=(function,),
        attachments=(
            SysAttachment(
                file_name="acme.jks",
                table_name=store.table,
                table_sys_id=store.sys_id,
                data=write_keystore(pki, KeystoreSpec()),
            ),
        ),
    ).with_release("xanadu")


@contextmanager
def provider(**changes: Any) -> Iterator[Provider]:
    """A provider that demands a client certificate."""
    pki = shared_pki()
    policy = ProviderPolicy(
        trust=(pki["root"].pem(),),
        server_certificate=pki["provider"].pem(None),
        server_key=pki["provider"].key_pem,
        **changes,
    )
    with Provider(policy, drain_seconds=0.0) as running:
        yield running


def logged(result: scripting.ScriptResult) -> list[str]:
    """The texts of the log; a script that did not end well fails the test."""
    assert result.error is None, result.error
    return [line.text for line in result.log]


def run(source: str, instance: Instance | None = None, **settings: Any) -> scripting.ScriptResult:
    """Run a script on the healthy instance."""
    return scripting.run(instance or instance_for(1), source, **settings)


STANDARD = """
try {
  var s = new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket');
  s.setStringParameter('summary', 'printer on fire');
  var response = s.execute();
  var responseBody = response.haveError() ? response.getErrorMessage() : response.getBody();
  var status = response.getStatusCode();
} catch (ex) {
  responseBody = ex.getMessage();
  status = '500';
}
gs.info(status);
gs.info(responseBody);
"""


def test_the_script_the_platform_generates() -> None:
    """The preview script of a SOAP message function places its call."""
    with provider() as running:
        result = run(STANDARD, instance_for(running.port))
    status, body = logged(result)
    assert status == "200"
    assert "CreateTicketResponse" in body
    assert [exchange.ok for exchange in result.exchanges] == [True]
    assert result.to_json()["exchanges"][0]["key_choice"]["alias"] == "acme"


def test_the_same_script_when_the_call_fails() -> None:
    """It sees what a script on the instance sees, whether that is thrown or returned."""
    status, body = logged(run(STANDARD))
    assert status in ("0", "500")
    assert "Connection refused" in body


def test_exceptions_can_be_caught() -> None:
    """message, getMessage() and toString(), as of a Java exception."""
    source = """
    try { new sn_ws.SOAPMessageV2('Nope', 'X'); }
    catch (e) { gs.error(e.getMessage() === e.message); gs.error(e.getMessage()); gs.error(e instanceof Error); }
    """
    same, message, is_error = logged(run(source))
    assert (same, is_error) == ("true", "true")
    assert "no SOAP message 'Nope'" in message


def test_rest_and_first_generation() -> None:
    """sn_ws.RESTMessageV2 and SOAPMessage take the same way."""
    with provider() as running:
        source = f"""
        var r = new sn_ws.RESTMessageV2();
        r.setEndpoint('https://localhost:{running.port}/tickets?wsdl');
        r.setMutualAuth('myhttps');
        r.setHttpMethod('get');
        var answer = r.execute();
        gs.info(answer.getStatusCode() + ' ' + answer.getHeader('content-type'));
        gs.info(answer.getAllHeaders()[0].name);
        var v1 = new SOAPMessage('AcmeTickets', 'CreateTicket');
        v1.setStringParameter('summary', 'x');
        gs.info(v1.post().indexOf('CreateTicketResponse') > 0);
        var later = new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket').executeAsync();
        later.waitForResponse(10);
        gs.info(later.getStatusCode());
        """
        result = run(source, instance_for(running.port))
    status, header, found, later = logged(result)
    assert status.startswith("200 text/xml")
    assert header
    assert (found, later) == ("true", "200")
    assert len(result.exchanges) == 3


def test_first_generation_is_a_script_of_its_own() -> None:
    """It throws a text, not an exception; a message that is not there makes it invalid, and only post() fails."""
    source = """
    gs.info([new SOAPMessage('Nope', 'X').isValid(), new SOAPMessage('AcmeTickets', 'X').isValid(),
             new SOAPMessage('AcmeTickets', 'CreateTicket').isValid()].join());
    var none = new SOAPMessage('Nope', 'X');
    none.setStringParameter('a', 'b');
    try { none.post(); } catch (e) { gs.info(e.message); }
    var f = new GlideRecord('sys_soap_message_function');
    f.get('function_name', 'CreateTicket');
    f.authentication_type = 'basic';
    f.update();
    try { new SOAPMessage('AcmeTickets', 'CreateTicket'); } catch (e) { gs.info(typeof e + ': ' + e); }
    """
    valid, unknown, thrown = logged(run(source))
    assert valid == "false,true,true"
    assert "no SOAP message 'Nope'" in unknown
    assert thrown == (
        "string: This object does not support the auth profile of this SOAP message function, please use SOAPMessageV2"
    )


def test_gs() -> None:
    """Log levels, placeholders, properties."""
    source = """
    gs.info('{0} and {1}', 'one', 2); gs.warn('w'); gs.error('e'); gs.debug('d'); gs.log('l', 'src'); gs.print('p');
    gs.setProperty('acme.url', 'x'); gs.info(gs.getProperty('acme.url')); gs.info(gs.getProperty('none', 'dflt'));
    gs.info(gs.getProperty('glide.http.timeout')); gs.info(gs.nil('') && gs.nil(null) && !gs.nil('x'));
    gs.info(gs.generateGUID().length);
    """
    result = run(source)
    assert logged(result) == ["one and 2", "w", "e", "d", "src: l", "p", "x", "dflt", "175000", "true", "32"]
    assert [line.level for line in result.log[:4]] == ["info", "warn", "error", "debug"]
    assert result.instance.property("acme.url") == "x"


def test_glide_record_reads() -> None:
    """Queries, order, dot-walking, elements that compare like texts."""
    source = """
    var gr = new GlideRecord('sys_protocol_profile');
    gr.addQuery('keystore.name', 'ACME client');
    gr.query();
    while (gr.next()) {
      gs.info([gr.protocol, gr.getValue('default_port'), gr.keystore.getDisplayValue(), gr.keystore.type,
               gr.protocol == 'myhttps', gr.keystore.nil(), gr.getDisplayValue('keystore')].join('|'));
    }
    var c = new GlideRecord('sys_certificate');
    c.addEncodedQuery('active=true^typeINkey_store,trust_store^ORnameSTARTSWITHzzz');
    c.orderByDesc('name');
    c.query();
    var names = [];
    while (c.next()) names.push(c.name.toString());
    gs.info(names.join());
    gs.info(c.getRowCount() + ' ' + new GlideRecord('u_nowhere').isValid());
    c.addQuery('type', 'key_store').addOrCondition('type', 'pkcs12_key_store');
    c.addNotNullQuery('name');
    c.query();
    gs.info(c.hasNext() && c.next() && c.isValidRecord() ? c.getUniqueValue().length : 'none');
    gs.info(c.get('name', 'nobody'));
    gs.info(c.get('name', 'ACME client') + ' [' + c.getValue('key_store_password') + ']');
    """
    rows = logged(run(source))
    assert rows[0] == "myhttps|1|ACME client|key_store|true|false|ACME client"
    assert rows[1:] == ["ACME client,ACME CA", "2 false", "32", "false", "true [null]"]


def test_glide_record_writes_into_memory() -> None:
    """Inserts, updates and deletes reach the calls that follow, and the result's instance; nothing else."""
    before = instance_for(1)
    source = """
    var gr = new GlideRecord('sys_protocol_profile');
    gr.get('protocol', 'myhttps');
    gr.default_port = 9443;
    gr.update();
    var copy = new GlideRecord('sys_protocol_profile');
    copy.initialize();
    copy.protocol = 'otherhttps';
    copy.setDisplayValue('keystore', 'ACME client');
    var id = copy.insert();
    gs.info(id.length);
    var p = new GlideRecord('sys_properties');
    p.initialize(); p.name = 'a'; p.value = '1'; p.insert();
    p.get('name', 'a'); p.deleteRecord();
    gs.info(new GlideRecord('sys_properties').get('name', 'a'));
    var cert = new GlideRecord('sys_certificate');
    cert.get('name', 'ACME client'); cert.active = false; cert.key_store_password.setDisplayValue('other');
    cert.update();
    gs.info(cert.active + ' ' + cert.getDisplayValue('active'));
    """
    result = run(source, before)
    assert logged(result) == ["32", "false", "false false"]
    after = result.instance
    assert [(row.protocol, row.default_port) for row in after.protocol_profiles] == [
        ("myhttps", 9443),
        ("otherhttps", 443),
    ]
    assert after.protocol_profiles[1].keystore == after.certificates[0].sys_id
    assert not after.certificates[0].active
    assert after.certificates[0].key_store_password == Secret("other")
    assert before.protocol_profiles[0].default_port == 1


def test_an_unknown_operator_is_said() -> None:
    """What is not simulated is an exception, not a silent nothing."""
    source = """
    try { var s = new GlideRecord('sys_certificate'); s.addQuery('name', 'SOUNDEX', 'x'); s.query(); }
    catch (e) { gs.info(e.message); }
    """
    (operator,) = logged(run(source))
    assert "SOUNDEX is not simulated" in operator


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("for (;;) {}", "time-limit", "longer than 1 seconds"),
        ("try { for (;;) {} } catch (e) {}", "time-limit", "longer than 1 seconds"),
        ("var a = []; for (;;) a.push('x'.repeat(10000) + a.length)", "memory-limit", "out of memory"),
        ("for (;;) gs.info('x')", "output-limit", "log lines"),
        ("var x = ;", "syntax", "SyntaxError"),
        ("nobody()", "exception", "nobody is not defined"),
        ("throw 'plain'", "exception", "plain"),
        ("function f() { f(); } f()", "exception", "stack"),
        ("new sn_ws.SOAPMessageV2('a', 'b')", "exception", "no SOAP message 'a'"),
    ],
)
def test_scripts_that_do_not_end_well(source: str, kind: str, words: str) -> None:
    """Each limit and each mistake has its own word; nothing hangs."""
    result = run(source, limits=scripting.Limits(seconds=1, memory_mb=16, log_lines=500))
    assert result.error is not None
    assert result.error.kind == kind
    assert words in result.error.message
    assert not result.ok


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        (
            "for (;;) { var p = new GlideRecord('sys_properties'); p.name = 'n'; p.insert(); }",
            "time-limit",
            "1 seconds",
        ),
        ("var x = 'x'.repeat(1e6); for (var i = 0;; i++) gs.setProperty('p' + i, x)", "output-limit", "2 MB"),
        ("var x = 'x'.repeat(1e6); for (;;) gs.info(x)", "output-limit", "2 MB"),
        (
            "for (;;) try { new SOAPMessage('AcmeTickets', 'CreateTicket').post(); } catch (e) {}",
            "call-limit",
            "3 calls",
        ),
    ],
)
def test_a_loop_through_the_platform_ends_too(source: str, kind: str, words: str) -> None:
    """What sn-mock does and keeps for a script counts as the script's: no endless inserts, texts or calls."""
    result = run(source, limits=scripting.Limits(seconds=1, sent_mb=2, calls=3))
    assert result.error is not None
    assert (result.error.kind, words in result.error.message) == (kind, True)
    assert len(result.exchanges) <= 3


@pytest.mark.parametrize(
    "source",
    [
        "Object.prototype.toJSON = function () { return 5; }; gs.info('x');",
        "Object.prototype.toJSON = function () { return {done: 5}; }; gs.info('x');",
        "Object.prototype.toJSON = function () { return {object: 'x', method: [], args: 3}; }; gs.info('x');",
    ],
)
def test_a_script_that_tampers_with_json_is_told_so(source: str) -> None:
    """Nonsense instead of a request ends the script in words; JSON functions of its own are its own affair."""
    result = run(source)
    assert result.error is not None
    assert result.error.kind in ("engine", "exception")
    assert logged(run("JSON.stringify = function () { return 'mine'; }; gs.info(JSON.stringify({}));")) == ["mine"]


def test_booleans_of_a_row() -> None:
    """getValue() gives 1 or 0, the element compares and prints as a boolean."""
    source = """
    var c = new GlideRecord('sys_certificate');
    c.get('name', 'ACME client');
    gs.info([c.getValue('active'), c.active == true, c.active == 1, c.active == false, c.active + '',
             c.active.toString(), String(c.active) == 'true', c.name + ''].join());
    c.active = false;
    gs.info([c.getValue('active'), c.active == true, c.active + ''].join());
    """
    assert logged(run(source)) == ["1,true,true,false,true,true,true,ACME client", "0,false,false"]


def test_encoded_queries_order_and_compare_without_case() -> None:
    """^ORDERBY and ^ORDERBYDESC order the rows; texts compare without case, as in the platform's database."""
    source = """
    function names(query) {
      var c = new GlideRecord('sys_certificate'), found = [];
      c.addEncodedQuery(query);
      c.query();
      while (c.next()) found.push(c.name.toString());
      gs.info(found.join());
    }
    names('active=true^ORDERBYname');
    names('ORDERBYDESCname');
    names('name=acme CLIENT');
    names('nameINacme ca,x');
    names('name!=acme client');
    """
    assert logged(run(source)) == ["ACME CA,ACME client", "ACME client,ACME CA", "ACME client", "ACME CA", "ACME CA"]


def test_script_includes_run_as_they_are_written() -> None:
    """Class.create with prototypes and inheritance, JSUtil; an array is a list of values to IN."""
    source = """
    var Names = Class.create();
    Names.prototype = {
      initialize: function (wanted) { this.wanted = wanted; },
      find: function () {
        var gr = new GlideRecord('sys_certificate'), found = [];
        gr.addQuery('name', 'IN', this.wanted);
        gr.query();
        while (gr.next()) found.push(gr.getValue('name'));
        return found.join();
      },
      type: 'Names'
    };
    var Loud = Class.create();
    Loud.prototype = Object.extendsObject(Names, { find: function () {
      return Names.prototype.find.call(this).toUpperCase();
    }, type: 'Loud' });
    gs.info(new Names(['ACME CA', 'nobody']).find());
    gs.info(new Loud(['ACME CA']).find() + ' ' + new Loud([]).type);
    gs.info(JSUtil.nil('') + ' ' + JSUtil.notNil('x'));
    """
    assert logged(run(source)) == ["ACME CA", "ACME CA Loud", "true true"]


def test_wrong_arguments_are_said_in_the_scripts_words() -> None:
    """A method without its arguments, and a part of gs that is not simulated, name themselves."""
    source = """
    try { new sn_ws.SOAPMessageV2().setStringParameter('only'); } catch (e) { gs.info(e.message); }
    try { gs.executeNow('x'); } catch (e) { gs.info(e.message); }
    """
    arguments, missing = logged(run(source))
    assert arguments.startswith("setStringParameter")
    assert "OutboundMessage" not in arguments
    assert missing == "gs.executeNow is not simulated"


def test_errors_name_the_script_and_line() -> None:
    """Stack lines are the script's own; the prelude's are left out."""
    error = run("\n\nnew sn_ws.SOAPMessageV2('a', 'b')", name="create.js").error
    assert error is not None
    assert "create.js:3" in error.where
    assert error.where.count("\n") == 0


def test_time_of_calls_is_not_the_scripts() -> None:
    """A slow provider does not use up the script's time."""
    with provider(delay_ms=700) as running:
        result = run(STANDARD, instance_for(running.port), limits=scripting.Limits(seconds=0.5))
    assert result.error is None
    assert result.exchanges[0].ok


def test_calls_nobody_waits_for_still_happen() -> None:
    """A script may end before its asynchronous call does."""
    with provider(delay_ms=100) as running:
        source = "new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket').executeAsync();"
        result = run(source, instance_for(running.port))
    assert [exchange.response.status_code for exchange in result.exchanges] == [200]


def test_waiting_in_vain_throws() -> None:
    """As on the platform: the exception names its class and says how long the wait was."""
    with provider(delay_ms=500) as running:
        source = """
        var later = new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket').executeAsync();
        try { later.waitForResponse(0.05); } catch (e) { gs.info(e.message); gs.info(e); }
        later.waitForResponse(10);
        gs.info(later.getStatusCode());
        """
        message, text, status = logged(run(source, instance_for(running.port)))
    assert message.startswith("No response for ECC message request with sysid=")
    assert text.startswith("com.glide.ecc.ECCResponseTimeoutException: No response")
    assert status == "200"


def test_no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No modules, files, network or environment; the way to the host is closed; internals cannot be called."""
    monkeypatch.setenv("SN_MOCK_TEST_SECRET", "sesame")
    source = """
    gs.info([typeof require, typeof std, typeof os, typeof fetch, typeof process, typeof __host, typeof __start,
             typeof __part,
             typeof XMLHttpRequest].join());
    try { Packages.java.lang.Runtime.getRuntime().exec('id'); } catch (e) { gs.info(e.message); }
    var s = new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket');
    gs.info([typeof s.outbound_call, typeof s.session, typeof s._place, typeof s.close].join());
    try { import('os'); gs.info('import started'); } catch (e) { gs.info('no import'); }
    """
    result = run(source)
    texts = [line.text for line in result.log]
    assert texts[0] == ",".join(["undefined"] * 9)
    assert texts.pop(1) == "Packages.java.lang.Runtime.getRuntime is not simulated"
    assert texts[1] == ",".join(["undefined"] * 4)
    assert "sesame" not in str(result)


def test_script_cannot_leave_the_machine() -> None:
    """Without consent a remote endpoint is an exception in the script."""
    source = """
    var r = new sn_ws.RESTMessageV2(); r.setEndpoint('https://provider.example/');
    try { r.execute(); } catch (e) { gs.info(e.message); }
    """
    assert "provider.example is not this machine" in logged(run(source))[0]


def test_nothing_is_left_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a killed script its process is reaped, and no thread is left."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **settings: started.append(start(*args, **settings)) or started[-1]
    )
    threads = threading.active_count()
    run("for (;;) {}", limits=scripting.Limits(seconds=0.3))
    assert threading.active_count() == threads
    assert [process.returncode for process in started] == [-9]


def test_unicode_goes_both_ways() -> None:
    """Beyond the basic plane, and half a surrogate pair."""
    assert logged(run("gs.info('\u00e9\U0001f600'); gs.info('\\ud800x')")) == ["\u00e9\U0001f600", "\ufffdx"]


def test_missing_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    from sn_mock.scripting import runner

    monkeypatch.setattr(runner, "find_spec", lambda name: None)
    with pytest.raises(MockUsageError, match="pip install quickjs-ng"):
        run("1")


def test_what_a_script_holds_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents for XPath, and how deep one may be: an error in words, and a twin within the bound."""
    from sn_mock.scripting import xml_documents

    documents = xml_documents.Documents()
    assert "root" in documents.answer({"xml": "<a>" * 199 + "</a>" * 199, "aware": True})
    with pytest.raises(ValueError, match="nested more than 200 deep"):
        documents.answer({"xml": "<a>" * 202 + "</a>" * 202, "aware": True})
    monkeypatch.setattr(xml_documents, "MOST_CHARACTERS", 100)
    for _ in range(5):
        documents.answer({"xml": f"<a>{'x' * 60}</a>", "aware": True})
    assert len(documents._documents) == 1
