"""What script, test page, outbound HTTP log and node log show of a failure, and how sure that is."""

from __future__ import annotations

from sn_mock.evidence import Evidence
from sn_mock.failure import Failure, JavaException, Stage
from sn_mock.outbound.calls.script_view import from_failure

REFUSED = Failure(
    Stage.HANDSHAKE,
    "bad-certificate",
    (JavaException("javax.net.ssl.SSLHandshakeException", "Received fatal alert: bad_certificate"),),
)
TIMEOUT_TEXT = "The host did not accept the connection within timeout of 10000 ms"
TIMEOUT = Failure(
    Stage.CONNECT,
    "connect-timeout",
    (JavaException("org.apache.commons.httpclient.ConnectTimeoutException", TIMEOUT_TEXT),),
)


def test_three_places_three_numbers() -> None:
    """0 in the script, 0 on the test page, -1 in the log."""
    view = from_failure(REFUSED, url="myhttps://acme.test:8443/x")
    assert view.status_code.value == 0
    assert view.test_page_status.value == "0"
    assert view.outbound_log_status.value == -1
    assert view.have_error.value is True


def test_the_text_is_the_outermost_exception() -> None:
    """KB0683345 shows class and message; KB2794513 shows the node log's line around it."""
    view = from_failure(REFUSED, url="myhttps://acme.test:8443/x")
    text = "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"
    assert (view.error_message.value, view.test_page_text.value) == (text, text)
    assert view.node_log.value == f"HTTPClient WARNING: Request not sent to uri= myhttps://acme.test:8443/x : {text}"
    assert view.response().error_message == text


def test_a_timeout_has_error_code_1() -> None:
    """The one code the docs name; any other failure's is our assumption."""
    assert (from_failure(TIMEOUT).error_code.value, from_failure(TIMEOUT).error_code.evidence) == (
        1,
        Evidence.DOCUMENTED,
    )
    assert (from_failure(REFUSED).error_code.value, from_failure(REFUSED).error_code.evidence) == (0, Evidence.ASSUMED)


def test_the_logs_text() -> None:
    """Quoted by ServiceNow for a connect timeout (KB2466570), inferred for other exceptions."""
    quoted, inferred = from_failure(TIMEOUT).outbound_log_text, from_failure(REFUSED).outbound_log_text
    assert (quoted.value, quoted.evidence) == (f"[ERROR CODE: -1] {TIMEOUT_TEXT}", Evidence.DOCUMENTED)
    assert (inferred.value, inferred.evidence) == (
        "[ERROR CODE: -1] Received fatal alert: bad_certificate",
        Evidence.ASSUMED,
    )


def test_a_failure_without_an_exception() -> None:
    """A proxy's answer, or a call that hangs: no text is made up."""
    view = from_failure(Failure(Stage.CONNECT, "proxy-refused"), status_code=407)
    assert (view.error_message.value, view.outbound_log_text.value, view.node_log.value) == ("", "", "")
    assert view.outbound_log_status.value == 407


def test_every_field_carries_its_mark() -> None:
    """`value (EVIDENCE: source)` for each."""
    told = from_failure(REFUSED).evidence()
    assert len(told) == 10
    assert all("(" in text and text.endswith(")") for text in told.values())
