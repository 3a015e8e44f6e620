"""SOAP from a WSDL: dispatch, validation, samples, canned answers, ?wsdl; and XML that wants to do harm."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from provider_stub import PolicyError, Provider, ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.policies import load
from provider_stub.soap.loading import read_service
from soap_contract.documents import parser
from soap_contract.values import for_facets, from_pattern

SOAP_11, SOAP_12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"

ORDERS = """<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:orders" targetNamespace="urn:orders">
  <types>
    <xs:schema targetNamespace="urn:orders" elementFormDefault="qualified">
      <xs:include schemaLocation="parts.xsd"/>
      <xs:element name="Order"><xs:complexType><xs:sequence>
        <xs:element name="item" type="t:Item" minOccurs="2" maxOccurs="unbounded"/>
        <xs:choice><xs:element name="card" type="t:Card"/><xs:element name="invoice" type="xs:boolean"/></xs:choice>
        <xs:element name="parent" type="t:Node" minOccurs="0"/>
      </xs:sequence><xs:attribute name="version" type="xs:int" use="required"/></xs:complexType></xs:element>
      <xs:element name="OrderResult" type="t:Order2"/>
      <xs:complexType name="Order2"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>
        <xs:element ref="t:Order"/><xs:element name="shape" type="t:Shape"/>
      </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      <xs:complexType name="Shape" abstract="true"><xs:sequence/></xs:complexType>
      <xs:complexType name="Circle"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence>
        <xs:element name="radius" type="xs:decimal"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      <xs:element name="Ping"><xs:complexType/></xs:element>
    </xs:schema>
  </types>
  <message name="OrderIn"><part name="body" element="t:Order"/></message>
  <message name="OrderOut"><part name="body" element="t:OrderResult"/></message>
  <message name="PingIn"><part name="body" element="t:Ping"/></message>
  <message name="AddIn"><part name="a" type="xs:int"/><part name="b" type="xs:int"/></message>
  <message name="AddOut"><part name="sum" type="xs:int"/></message>
  <portType name="Port">
    <operation name="Order"><input message="t:OrderIn"/><output message="t:OrderOut"/></operation>
    <operation name="Ping"><input message="t:PingIn"/></operation>
    <operation name="Add"><input message="t:AddIn"/><output message="t:AddOut"/></operation>
  </portType>
  <binding name="Binding" type="t:Port">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Order"><soap:operation soapAction="urn:orders#Order"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
    <operation name="Ping"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation>
    <operation name="Add"><soap:operation soapAction="urn:orders#Add" style="rpc"/>
      <input><soap:body use="literal" namespace="urn:orders:rpc"/></input>
      <output><soap:body use="literal" namespace="urn:orders:rpc"/></output></operation>
  </binding>
  <service name="Orders"><port name="P" binding="t:Binding">
    <soap:address location="http://example.invalid/ws/orders"/></port></service>
</definitions>"""
PARTS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    xmlns:t="urn:orders" targetNamespace="urn:orders">
  <xs:complexType name="Item"><xs:sequence>
    <xs:element name="code"><xs:simpleType><xs:restriction base="xs:string">
      <xs:pattern value="[A-Z]{3}-\\d{4}(x|y)?"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="count"><xs:simpleType><xs:restriction base="xs:int">
      <xs:minInclusive value="7"/></xs:restriction></xs:simpleType></xs:element>
  </xs:sequence></xs:complexType>
  <xs:simpleType name="Card"><xs:restriction base="xs:string"><xs:length value="16"/></xs:restriction></xs:simpleType>
  <xs:complexType name="Node"><xs:sequence>
    <xs:element name="node" type="t:Node" minOccurs="0"/></xs:sequence></xs:complexType>
  <xs:complexType name="Base"><xs:sequence><xs:element name="id" type="xs:ID"/></xs:sequence></xs:complexType>
</xs:schema>"""


@pytest.fixture
def orders(tmp_path):
    """A WSDL with an included schema, document and rpc operations."""
    (tmp_path / "orders.wsdl").write_text(ORDERS)
    (tmp_path / "parts.xsd").write_text(PARTS)
    return tmp_path / "orders.wsdl"


CALLER = Caller("https://localhost:1234")


def ask(service, content: str, *, action: str = "", namespace: str = SOAP_11, extra: str = "") -> Response:
    """One SOAP request to a service."""
    body = f'<s:Envelope xmlns:s="{namespace}" xmlns:t="urn:orders"><s:Body>{content}</s:Body></s:Envelope>{extra}'
    kind = "text/xml" if namespace == SOAP_11 else "application/soap+xml"
    headers = (("SOAPAction", f'"{action}"'), ("Content-Type", kind))
    return service.answer(Request("POST", service.path, headers, body.encode()), CALLER)


def content_of(response: Response) -> etree._Element:
    """The element in the body."""
    return etree.fromstring(response.body, parser())[-1][0]


ITEM = "<t:item><t:code>ABC-1234</t:code><t:count>9</t:count></t:item>"
GOOD = f'<t:Order version="1">{ITEM}{ITEM}<t:invoice>true</t:invoice></t:Order>'


def test_sample_responses_fit_the_schema(orders):
    """Patterns, lengths, minimums, required attributes, choices, extension, abstract types, recursion."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    response = ask(service, GOOD, action="urn:orders#Order")
    assert (response.status, response.operation) == (200, "Order")
    alone = etree.fromstring(etree.tostring(content_of(response)))
    (order,) = (each for each in service.operations if each.name == "Order")
    assert service.fits(order.output, alone) is None
    assert service.notes == ()


@pytest.mark.parametrize(
    ("content", "element"),
    [
        (GOOD.replace("<t:code>ABC-1234", "<t:code>ABC", 1), "code"),
        (GOOD.replace("<t:count>9</t:count>", "", 1), "item"),
        (GOOD.replace("t:invoice", "t:cheque"), "cheque"),
        ('<t:Order version="1"/>', "Order"),
        (GOOD.replace(' version="1"', ""), "Order"),
    ],
)
def test_a_fault_names_the_wrong_element(orders, content, element):
    """What does not fit the schema gets a client's fault with the element, in both SOAP versions."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    old = ask(service, content, action="urn:orders#Order")
    assert old.status == 500
    fault = content_of(old)
    assert fault.findtext("faultcode") == "soapenv:Client"
    assert f"at element {element}:" in fault.findtext("faultstring")
    assert fault.find("detail/invalid").get("element") == element
    new = ask(service, content, namespace=SOAP_12)
    assert (new.status, new.fault) == (400, old.fault)
    assert new.content_type.startswith("application/soap+xml")


def test_validation_can_be_switched_off(orders):
    """`validate_requests = false` answers anything that names an operation."""
    service, _ = read_service(ProviderPolicy(wsdl=orders, validate_requests=False))
    assert ask(service, '<t:Order version="1"/>').status == 200


def test_rpc_operations(orders):
    """An rpc request is found by its wrapper, its parts are checked, the answer is wrapped as WSDL 1.1 says."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    good = ask(service, '<r:Add xmlns:r="urn:orders:rpc"><a>1</a><b>2</b></r:Add>')
    assert etree.tostring(content_of(good), method="c14n").startswith(b'<ns0:AddResponse xmlns:ns0="urn:orders:rpc"')
    assert content_of(good).findtext("sum") == "1"
    assert "at element b:" in ask(service, '<r:Add xmlns:r="urn:orders:rpc"><a>1</a><b>x</b></r:Add>').fault


def test_one_way_and_unknown_operations(orders):
    """One-way: 202 and no body. Unknown: a fault that lists the operations."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    ping = ask(service, "<t:Ping/>")
    assert (ping.status, ping.body, ping.operation) == (202, b"", "Ping")
    unknown = ask(service, "<t:Nope/>")
    assert unknown.status == 500
    assert "Operations: Order, Ping, Add" in unknown.fault


def test_wsdl_is_served_with_the_right_address(orders):
    """`?wsdl` has this provider's address and its includes point back here."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    assert service.path == "/ws/orders"
    document = service.answer(Request("GET", "/ws/orders?wsdl", ()), CALLER)
    assert b'location="https://localhost:1234/ws/orders"' in document.body
    assert b'schemaLocation="https://localhost:1234/ws/orders?xsd=1"' in document.body
    part = service.answer(Request("GET", "/ws/orders?xsd=1", ()), CALLER)
    assert b'name="Item"' in part.body
    assert service.answer(Request("GET", "/ws/orders?xsd=99", ()), CALLER).status == 404
    assert service.answer(Request("GET", "/elsewhere", ()), CALLER).status == 404
    assert service.answer(Request("DELETE", "/ws/orders", ()), CALLER).status == 405


def test_wsdl_names_the_host_that_the_client_came_by(orders):
    """A client that reaches the provider under a name is told that name; nonsense in Host is not repeated."""
    service, _ = read_service(ProviderPolicy(wsdl=orders))
    for host, address in (
        ("mock.example.com:8443", "https://mock.example.com:8443"),
        ("[::1]:8443", "https://[::1]:8443"),
        ("evil/path", "https://localhost:1234"),
        ("a b", "https://localhost:1234"),
        ("", "https://localhost:1234"),
    ):
        body = service.answer(Request("GET", "/ws/orders?wsdl", (("Host", host),)), CALLER).body
        assert f'location="{address}/ws/orders"'.encode() in body
        assert f'schemaLocation="{address}/ws/orders?xsd=1"'.encode() in body


def test_zeep_understands_what_is_served(pki, orders):
    """zeep reads ?wsdl with its parts over mTLS, calls, and parses the sample."""
    requests = pytest.importorskip("requests")
    zeep = pytest.importorskip("zeep")
    with Provider(pki.policy(wsdl=orders)) as provider, requests.Session() as session:
        session.trust_env = False
        session.verify, session.cert = str(pki.path("root")), str(pki.path("client"))
        client = zeep.Client(f"{provider.url}?wsdl", transport=zeep.Transport(session=session))
        answer = client.service.Order(item=[{"code": "ABC-1234", "count": 9}] * 2, invoice=True, version=1)
        assert answer.Order.item[0].count == 7
        assert client.service.Add(1, 2) == 1


CANNED = """
[namespaces]
t = "urn:acme:tickets"

[[response]]
operation = "CreateTicket"
xpath = "//t:priority = '1'"
body = "<t:CreateTicketResponse xmlns:t='urn:acme:tickets'><t:number>HOT</t:number></t:CreateTicketResponse>"

[[response]]
subject = "CN=sec*"
status = 503
fault = { code = "Server", string = "Not for you", detail = "<why>policy</why>" }

[[response]]
operation = "GetTicket"
body = "file:whole.xml"
"""


def test_canned_responses(pki, place, envelope, tmp_path):
    """By operation, by XPath on the request, by the client's subject; the first that fits; else the service's own."""
    (tmp_path / "canned.toml").write_text(CANNED)
    (tmp_path / "whole.xml").write_bytes(envelope("<t:GetTicketResponse/>"))
    create = "<t:CreateTicket><t:shortDescription>x</t:shortDescription>{}</t:CreateTicket>"
    hot, cold = (envelope(create.format(extra)) for extra in ("<t:priority>1</t:priority>", ""))
    with Provider(pki.policy(responses=tmp_path / "canned.toml")) as provider:
        client, second = pki.client_context("client"), pki.client_context("second")
        assert b"HOT" in place(provider, client, body=hot).body
        assert b"TKT" in place(provider, client, body=cold).body
        refused = place(provider, second, body=cold)
        assert refused.status == 503
        assert b"<faultstring>Not for you</faultstring><detail><why>policy</why></detail>" in refused.body
        get = place(provider, client, body=envelope("<t:GetTicket><t:number>TKT1</t:number></t:GetTicket>"), headers={})
        assert b"GetTicketResponse" in get.body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("response = 5", "array of tables"),
        ("[[response]]\noperation = 'Nope'", "unknown operation 'Nope'"),
        ("[[response]]\nxpath = '//['", "xpath"),
        ("[[response]]\nxpath = '//u:a'", "xpath"),
        ("[[response]]\nbody = 'file:missing.xml'", "cannot read"),
        ("[[response]]\nbody = '<a>'", "is not XML"),
        ("[[response]]\nstatus = 7\nfoo = 1", "unknown key foo"),
        ("[[response]]\nfault = 'x'", "fault must be a table"),
        ("x", "is not TOML"),
    ],
)
def test_canned_response_files_are_checked(tmp_path, text, words):
    """A mistake in the file is a problem of the policy's key `responses`."""
    (tmp_path / "canned.toml").write_text(text)
    with pytest.raises(PolicyError) as refused:
        load(ProviderPolicy(responses=tmp_path / "canned.toml"))
    assert all(problem.key == "responses" for problem in refused.value.problems)
    assert words in str(refused.value)


BROKEN_WSDLS = [
    ("<a/>", "is no WSDL 1.1 document"),
    ('<description xmlns="http://www.w3.org/ns/wsdl"/>', "is WSDL 2.0"),
    ("<a>", "is not XML"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type declaration"),
    ('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "has no SOAP 1.1 or 1.2 binding"),
    (ORDERS, "cannot read parts.xsd"),
    (ORDERS.replace('message="t:OrderIn"', 'message="u:OrderIn"').replace("parts.xsd", "ok.xsd"), None),
]


@pytest.mark.parametrize(("text", "words"), BROKEN_WSDLS)
def test_wsdls_that_cannot_be_used(tmp_path, text, words):
    """The message says what and where; an operation that cannot be read is left out with a note."""
    (tmp_path / "a.wsdl").write_text(text)
    (tmp_path / "ok.xsd").write_text(PARTS)
    policy = ProviderPolicy(wsdl=tmp_path / "a.wsdl")
    if words is None:
        service, _ = read_service(policy)
        assert "operation Order is left out" in service.notes[0]
        return
    with pytest.raises(PolicyError, match=words):
        load(policy)


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
HARMFUL = [
    BOMB,
    EXTERNAL,
    "<?xml version='1.0'?><!-- c --> " + EXTERNAL,
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
]


@pytest.mark.parametrize("prologue", HARMFUL)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_bombs_and_external_entities_are_refused(prologue, encoding):
    """A document type declaration gets a fault; nothing is expanded or fetched."""
    service, _ = read_service(ProviderPolicy())
    text = (
        f'{prologue}<s:Envelope xmlns:s="{SOAP_11}" xmlns:t="urn:acme:tickets"><s:Body><t:GetTicket>'
        "<t:number>TKT&secret;&i;</t:number></t:GetTicket></s:Body></s:Envelope>"
    )
    if encoding == "utf-16":
        text = text.replace("<?xml version='1.0'?>", "")
    response = service.answer(Request("POST", "/tickets", (), text.encode(encoding)), CALLER)
    assert response.status == 500
    assert "lollol" not in response.body.decode()
    assert "document type declaration" in response.fault or "not well-formed" in response.fault


def test_a_doctype_in_a_text_is_only_text(envelope):
    """A ticket about HTML is not an attack."""
    service, _ = read_service(ProviderPolicy())
    body = envelope(
        "<t:CreateTicket><t:shortDescription><![CDATA[<!DOCTYPE html>]]></t:shortDescription></t:CreateTicket>"
    )
    assert service.answer(Request("POST", "/tickets", (), body), CALLER).status == 200


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
    st.sampled_from(["", "urn:acme:GetTicket"]),
)
def test_no_body_breaks_the_service(body, action):
    """Any body gets a SOAP fault that is XML."""
    service = _tickets()
    response = service.answer(Request("POST", "/tickets", (("SOAPAction", action),), body), CALLER)
    assert response.status in (400, 500)
    assert content_of(response).tag.endswith("Fault")


_KEPT: list = []


def _tickets():
    if not _KEPT:
        _KEPT.append(read_service(ProviderPolicy())[0])
    return _KEPT[0]


def test_equal_requests_have_equal_answers(envelope):
    """The ticket desk has no memory: the number depends on the request alone, in any process."""
    first, second = (read_service(ProviderPolicy())[0] for _ in range(2))
    body = envelope("<t:CreateTicket><t:shortDescription>a</t:shortDescription></t:CreateTicket>")
    answers = {service.answer(Request("POST", "/tickets", (), body), CALLER).body for service in (first, second, first)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    "pattern",
    ["[A-Z]{3}-\\d{4}", "(ab|cd)+", "a?b*c+", "\\p{Lu}\\p{Nd}{2}", "[^a-z]", "[\\w\\-]{2,5}", "(\\d{3}|x).z", "\\.\\*"],
)
def test_pattern_samples_match_their_pattern(pattern):
    """Samples for patterns really match (as far as Python's regular expressions can tell)."""
    import re

    python = pattern.replace("\\p{Lu}", "[A-Z]").replace("\\p{Nd}", "[0-9]")
    assert re.fullmatch(python, from_pattern(pattern))


def test_facets():
    """Enumerations, limits, lengths."""
    assert for_facets("string", {"enumeration": ["b", "c"]}) == "b"
    assert for_facets("int", {"maxInclusive": ["-5"]}) == "-5"
    assert for_facets("int", {"minExclusive": ["10"]}) == "11"
    assert for_facets("decimal", {"fractionDigits": ["0"]}) == "1"
    assert for_facets("string", {"minLength": ["9"]}) == "samplexxx"
    assert for_facets("string", {"maxLength": ["2"]}) == "sa"
    assert (
        for_facets("dateTime", {"pattern": ["\\d{4}-.*"], "minInclusive": ["1753-01-01T00:00:00"]})
        == "1753-01-01T00:00:00"
    )
    assert for_facets("int", {"pattern": ["[7-9]"], "minInclusive": ["1"]}) == "7"


@pytest.mark.parametrize(
    ("pattern", "facets", "least"),
    [
        ("[A-Z0-9]*", {"minLength": ["6"]}, 6),
        ("[a-f]+-?", {"length": ["32"]}, 32),
        ("x{1,9}", {"minLength": ["4"]}, 4),
        ("(ab)*", {"minLength": ["3"]}, 3),
    ],
)
def test_texts_of_patterns_are_long_enough(pattern, facets, least):
    """A pattern whose ends are open is drawn out as far as the length asks, and still fits."""
    import re

    text = for_facets("string", {"pattern": [pattern], **facets})
    assert len(text) >= least
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize(("kind", "octets"), [("hexBinary", bytes.fromhex), ("base64Binary", base64.b64decode)])
@pytest.mark.parametrize("length", [1, 6, 32])
def test_binary_data_counts_octets(kind, octets, length):
    """length of binary data is that of the data, not of its text (XML Schema part 2, section 4.3.1)."""
    assert len(octets(for_facets(kind, {"length": [str(length)]}))) == length


def test_a_wsdl_is_read_once_while_it_stays_as_it_is(orders, monkeypatch):
    """Checking a policy and starting with it read a WSDL once; when a file it imports changes, it is read again."""
    from soap_contract import contract

    read, times = contract.read, []
    monkeypatch.setattr(contract, "read", lambda documents: times.append(1) or read(documents))
    policy = ProviderPolicy(wsdl=orders)
    load(policy)
    read_service(policy)
    assert len(times) == 1
    (orders.parent / "parts.xsd").write_text(PARTS.replace("16", "17"))
    read_service(policy)
    assert len(times) == 2


def test_what_is_left_out_is_told(orders):
    """A running provider says what of its WSDL it does not answer; a whole WSDL leaves nothing to say."""
    with Provider(ProviderPolicy(plain_http=True, wsdl=orders)) as provider:
        assert provider.status()["notes"] == []
        text = orders.read_text().replace('message="t:OrderIn"', 'message="u:OrderIn"')
        orders.with_name("b.wsdl").write_text(text)
        provider.policy = ProviderPolicy(plain_http=True, wsdl=orders.with_name("b.wsdl"))
        (note,) = provider.status()["notes"]
        assert note.startswith("operation Order is left out: ")
