"""Every refusal of the front door: status, message, detail, and how sure we are of them. One table."""

from __future__ import annotations

from enum import Enum

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.instance.inbound_records import NOT_AUTHENTICATED


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row."""

    status: int
    message: str
    detail: str | None
    evidence: Evidence
    source: str
    conflict: str = ""
    """What others say; empty where nobody does."""


_SUITES = "test suites of clients"
_CAPTURES = "captures from instances of 2021 to 2026"


class Error(Enum):
    """The refusals by what they are about; `{0}` is filled in."""

    NOT_AUTHENTICATED = Refusal(
        401,
        *NOT_AUTHENTICATED,
        Evidence.REPORTED,
        _CAPTURES,
        "an instance of 2026 was seen with `User is not authenticated`",
    )
    NO_RECORD = Refusal(
        404,
        "No Record found",
        "Record doesn't exist or ACL restricts the record retrieval",
        Evidence.REPORTED,
        f"{_SUITES}; KB0715790",
    )
    INVALID_TABLE = Refusal(400, "Invalid table {0}", None, Evidence.REPORTED, "weak: other people's fakes only")
    NO_RESOURCE = Refusal(
        400,
        "Requested URI does not represent any resource",
        None,
        Evidence.REPORTED,
        _SUITES,
        "some say status 404",
    )
    NOT_SIMULATED = Refusal(
        400,
        "Requested URI does not represent any resource",
        "the Table, Attachment, Batch and Import Set API and scripted ones are simulated, /api/now/{0} is not",
        Evidence.ASSUMED,
        "an instance may have this API; the detail is sn-mock's",
    )
    NOT_AUTHORIZED = Refusal(
        403,
        "User Not Authorized",
        "Failed API level ACL Validation",
        Evidence.REPORTED,
        "KB0686244 (title documented, detail reported)",
    )
    OPERATION_FAILED = Refusal(
        403,
        "Operation Failed",
        "{0}",
        Evidence.REPORTED,
        "public code; the detail is the instance's own there, sn-mock's here",
    )
    UNREADABLE_BODY = Refusal(400, "Exception while reading request", "{0}", Evidence.ASSUMED, "not published")
    NO_CONTENT_TYPE = Refusal(
        400,
        "Content-Type header is missing",
        "Content-Type must be application/json or application/xml",
        Evidence.ASSUMED,
        "that it is 400 is documented (c_RESTAPI), the text is not",
    )
    NOT_ACCEPTABLE = Refusal(
        406,
        "Requested media type is not supported",
        "Accept must be application/json or application/xml",
        Evidence.ASSUMED,
        "the status is documented (c_RESTAPI), the text is not",
    )
    UNSUPPORTED_TYPE = Refusal(
        415,
        "Unsupported media type",
        "Content-Type must be application/json or application/xml",
        Evidence.ASSUMED,
        "the status is documented (c_RESTAPI), the text is not",
    )
    METHOD_NOT_ALLOWED = Refusal(
        405, "Method not supported", "{0} is not supported here", Evidence.ASSUMED, "not published"
    )
    TOO_LARGE = Refusal(413, "Request entity too large", "{0}", Evidence.ASSUMED, "not published")
    MISSING_PARAMETER = Refusal(400, "Missing parameter", "{0}", Evidence.ASSUMED, "not published")
    FOLDER_REFUSES = Refusal(
        500, "The instance folder refuses", "{0}", Evidence.ASSUMED, "no instance has one: the text is sn-mock's"
    )
    FAULT = Refusal(
        500,
        "A fault of sn-mock itself",
        "{0}: the terminal that runs sn-mock serve shows it all",
        Evidence.ASSUMED,
        "no instance has one: the text is sn-mock's, the shape the instance's",
    )
    SCRIPT_FAILED = Refusal(
        500,
        "{0}",
        "{1}",
        Evidence.ASSUMED,
        "that a script's exception is a 500 with its text is reported, its layout is not published",
    )


class RefusedError(Exception):
    """The request is refused; the application answers with the row."""

    def __init__(self, error: Error, *words: str) -> None:
        self.error, self.words = error, words
        super().__init__(error.value.message.format(*words))

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.error.value.status

    @property
    def reason(self) -> str:
        """Why, in one line: the detail, or the message where there is none."""
        row = self.error.value
        return (row.detail or row.message).format(*self.words)

    def body(self) -> dict[str, object]:
        """The answer's content (docs, c_RESTAPI: the shape)."""
        row = self.error.value
        detail = None if row.detail is None else row.detail.format(*self.words)
        return {"error": {"message": row.message.format(*self.words), "detail": detail}, "status": "failure"}
