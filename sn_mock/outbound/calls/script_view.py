"""What script, test page, outbound HTTP log and node log show of a call that failed, each with its evidence mark.

One failed call reads 0 in the script, 500 or 0 on the test page and -1 in the log: three places, three numbers.
"""

from __future__ import annotations

from dataclasses import fields

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Response
from sn_mock.failure import Failure, JavaChain

SOCKET_TIMEOUT = 1
"""`getErrorCode()` of a socket timeout (docs, c_SOAPResponseV2API)."""
NO_RESPONSE = -1
"""`response_status` in the outbound HTTP log where no response came (KB0659194)."""

_TIMEOUTS = frozenset(
    {
        "java.net.SocketTimeoutException",
        "org.apache.commons.httpclient.ConnectTimeoutException",
        "org.apache.http.conn.ConnectTimeoutException",
    }
)
_LOGGED_TEXTS = frozenset({"connect-timeout", "issuer-missing"})
"""Causes whose text in the outbound HTTP log ServiceNow itself quotes (KB2466570, KB0760206)."""


@dataclass(frozen=True, slots=True)
class ScriptView:
    """One failed call, place by place."""

    error_message: Fact[str]
    """`getErrorMessage()`."""
    error_code: Fact[int]
    """`getErrorCode()`."""
    status_code: Fact[int]
    """`getStatusCode()`."""
    have_error: Fact[bool]
    """`haveError()`."""
    thrown: Fact[bool]
    """True where `execute()` throws instead of returning a response."""
    test_page_text: Fact[str]
    """The response field of the SOAP message's test page (`sys_soap_message_test.response`)."""
    test_page_status: Fact[str]
    """Its HTTP status field (`sys_soap_message_test.http_status`)."""
    outbound_log_status: Fact[int]
    """`sys_outbound_http_log.response_status`."""
    outbound_log_text: Fact[str]
    """The error text of the same row."""
    node_log: Fact[str]
    """The HTTP client's line in the node log."""

    def response(self) -> Response:
        """The part a script sees, as `SOAPResponseV2` and `RESTResponseV2` hand it out."""
        return Response(
            status_code=self.status_code.value,
            have_error=self.have_error.value,
            error_code=self.error_code.value,
            error_message=self.error_message.value,
        )

    def evidence(self) -> dict[str, str]:
        """Field name to `value (EVIDENCE: source)`."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: fact.told for name, fact in facts.items()}


def from_failure(failure: Failure, *, url: str = "", status_code: int = 0) -> ScriptView:
    """The view of a call that ended in `failure`.

    `status_code` is that of a proxy's answer where there was one. No failure leaves `execute()` as an exception
    (ASSUMED), so the test page never shows the 500 of its catch block.
    """
    message = shown(failure.java)
    unsigned = failure.cause.startswith("ws-security-")  # the HTTP client was not asked yet
    return ScriptView(
        error_message=Fact(message, Evidence.DOCUMENTED, "KB0683345: class and message of the outermost exception"),
        error_code=_error_code(failure.java),
        status_code=Fact(status_code, Evidence.DOCUMENTED, "KB0659194: 0 where no response came"),
        have_error=Fact(True, Evidence.DOCUMENTED, "docs, c_SOAPResponseV2API"),
        thrown=Fact(False, Evidence.ASSUMED, "SOAPMessageGenerator.test() asks haveError() first"),
        test_page_text=_test_page_text(failure.java),
        test_page_status=Fact(
            str(status_code),
            Evidence.DOCUMENTED,
            "base-system script include SOAPMessageGenerator: 500 in its catch block, else getStatusCode()",
        ),
        outbound_log_status=Fact(status_code or NO_RESPONSE, Evidence.DOCUMENTED, "KB0659194"),
        outbound_log_text=_outbound_log_text(failure),
        node_log=Fact(
            f"HTTPClient WARNING: Request not sent to uri= {url} : {message}" if message and not unsigned else "",
            Evidence.DOCUMENTED,
            "KB2794513",
        ),
    )


def shown(chain: JavaChain) -> str:
    """`Throwable.toString()` of the outermost exception; empty where Java throws nothing."""
    return str(chain[0]) if chain else ""


def _error_code(chain: JavaChain) -> Fact[int]:
    if chain and chain[0].class_name in _TIMEOUTS:
        return Fact(SOCKET_TIMEOUT, Evidence.DOCUMENTED, "docs, c_SOAPResponseV2API: 1 is a socket timeout")
    return Fact(0, Evidence.ASSUMED, "the docs name the code of a socket timeout only")


def _test_page_text(chain: JavaChain) -> Fact[str]:
    source = "base-system script include SOAPMessageGenerator: getErrorMessage(), or the exception's message if thrown"
    return Fact(shown(chain), Evidence.DOCUMENTED, source)


def _outbound_log_text(failure: Failure) -> Fact[str]:
    if not failure.java:
        return Fact("", Evidence.ASSUMED, "no exception, no text")
    text = f"[ERROR CODE: {NO_RESPONSE}] {failure.java[0].message or failure.java[0].class_name}"
    if failure.cause in _LOGGED_TEXTS:
        return Fact(text, Evidence.DOCUMENTED, "KB2466570, KB0760206")
    return Fact(text, Evidence.ASSUMED, "the pattern of KB2466570 and KB0760206, applied to another exception")
