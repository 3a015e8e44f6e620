"""What of the platform a script finds: one table, from which the engine is set up and docs/scripts.md is printed."""

from __future__ import annotations

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Simulated:
    """A name, or a family of names, that works."""

    names: tuple[str, ...]
    """As a script writes them; `scope.Name` for members of a namespace."""
    part: str
    """The file of the prelude that brings them; empty where the parent does."""
    what: str
    """What of it works, for the documentation."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SIMULATED: tuple[Simulated, ...] = (
    Simulated(
        _names("sn_ws.SOAPMessageV2 sn_ws.RESTMessageV2"),
        "",
        "what docs name and more, WS-Security and OAuth 2.0 with its token request among it",
    ),
    Simulated(
        _names("SOAPMessage RESTMessage"),
        "",
        "the first generation, itself a script: flag and profile are the function's own (REST: the message's where the "
        "function asks for mutual authentication and names none), what it throws is a text",
    ),
    Simulated(
        _names("GlideRecord GlideRecordSecure"),
        "records",
        "queries with every operator of [queries](queries.md), dot-walking, display values, choices, paging, "
        "`chooseWindow`, `addJoinQuery`, inserts, updates, deletes and their `Multiple` forms, `changes()`, "
        "`operation()`, `for (name in gr)`; on every table, access rules are not checked",
    ),
    Simulated(
        _names("GlideElement GlideElementDescriptor GlideQueryCondition"),
        "records",
        "a field is also usable as a string (`gr.name.toLowerCase()`, `.length`), and is one in JSON; "
        "`changes()`, `changesTo()`, `changesFrom()`, `getED()`, `getRefRecord()`, `getChoices()`",
    ),
    Simulated(
        _names("GlideAggregate"),
        "aggregates",
        "COUNT, COUNT(DISTINCT, SUM, MIN, MAX, AVG, STDDEV, `groupBy`, `addHaving`, `orderByAggregate`, `addTrend`",
    ),
    Simulated(
        _names("GlideDateTime GlideDate GlideTime GlideDuration"),
        "dates",
        "also called without `new`; UTC and the session's time zone (`glide.sys.default.tz`, else UTC), display "
        "formats, arithmetic, comparison, `getByFormat`; schedules are not simulated",
    ),
    Simulated(
        _names("XMLDocument2 XMLNode XMLNodeIterator XMLDocument GlideXMLDocument XMLHelper GlideXMLUtil"),
        "xml",
        "parsing, XPath, building, serialising, `toObject()`; entities are not expanded and nothing is fetched; "
        "CDATA sections are text unless `setEnableCDATAReporting(true)`; attributes are written in their names' order",
    ),
    Simulated(
        _names("GlideStringUtil ArrayUtil JSUtil GlideDigest CertificateEncryption GlideCertificateEncryption"),
        "text",
        "the documented helpers; of the encryption classes `generateMac`",
    ),
    Simulated(
        _names("GlideSysAttachment"),
        "services",
        "`write`, `writeBase64`, `getContent`, `getContentBase64`, `getAttachments`, `copy`, `deleteAttachment`",
    ),
    Simulated(
        _names("sn_cc.StandardCredentialsProvider sn_cc.ConnectionInfoProvider sn_cc.ConnectionProvider"),
        "services",
        "credentials and connections behind an alias, from rows of `sys_alias`, `http_connection` and the credential "
        "tables; a value `env:NAME` is read from the environment",
    ),
    Simulated(_names("DBKeyStore"), "services", "`loadByName`, `loadBySysId`, `containsAlias`, `listAliases`"),
    Simulated(
        _names("GlideHTTPRequest GlideHTTPResponse"),
        "services",
        "headers, parameters, basic authentication, `get`, `post`, `put`, `patch`, `del`, sent as a REST message "
        "without a record (that its failures are told as that message's is assumed); `setupProxy` is not simulated",
    ),
    Simulated(_names("GSLog"), "services", "levels by property, the caller's name before the message"),
    Simulated(
        _names("GlideFilter GlideScopedEvaluator TableUtils"),
        "services",
        "`checkRecord`, `match` and `setCaseSensitive` (with regard to case, an empty field is before every date); "
        "`evaluateScript` with its variables; tables, bases and extensions",
    ),
    Simulated(
        _names("GlideSession GlideUser"),
        "session",
        "the user who runs the script (the system user, or `user` of the context), roles and groups from the rows of "
        "the user tables; client data and properties",
    ),
    Simulated(
        _names("AbstractAjaxProcessor"),
        "contexts",
        "`getParameter`, `newItem`, `setAnswer` …; with `parameters` in the context the processor is called and its "
        "answer is in the result",
    ),
    Simulated(
        _names(
            "sn_ws_err.BadRequestError sn_ws_err.NotFoundError sn_ws_err.NotAcceptableError sn_ws_err.ConflictError "
            "sn_ws_err.UnsupportedMediaTypeError sn_ws_err.ServiceError"
        ),
        "contexts",
        "as scripted REST resources make them",
    ),
)
"""Every class that works."""

GS: dict[str, tuple[str, ...]] = {
    "log": _names("info warn error debug log print logWarning logError isDebugging"),
    "messages": _names(
        "addInfoMessage addErrorMessage addMessage getInfoMessages getErrorMessages flushMessages getMessage "
        "getMessageLang getEscapedMessage"
    ),
    "properties": _names("getProperty setProperty getPreference setPreference getSystemID"),
    "values": _names(
        "nil generateGUID base64Encode base64Decode urlEncode urlDecode xmlToJSON getXMLText getXMLNodeList"
    ),
    "nodes": _names("getNodeName getNodeValue"),
    "time": _names(
        "now nowDateTime nowNoTZ nowGlideDateTime dateDiff calDateDiff getTimeZoneName getSysTimeZone getDateFormat "
        "getDateTimeFormat getDurationDate sleep"
    ),
    "user and session": _names(
        "getUser getUserID getUserName getUserDisplayName getUserNameByUserID getSession getSessionID getSessionToken "
        "hasRole hasRoleExactly isInteractive isLoggedIn isMobile"
    ),
    "tables and events": _names(
        "tableExists fieldExists getDisplayColumn getDisplayValueFor eventQueue eventQueueScheduled"
    ),
    "scope and page": _names(
        "include getCurrentScopeName getCallerScopeName getCurrentApplicationId getCurrentApplicationScope setRedirect "
        "setReturn"
    ),
}
"""What of `gs` works, besides the families of dates: `daysAgo…`, `beginningOf…`, `endOf…`, `dateGenerate`."""

SURROUNDINGS: dict[str, str] = {
    "inputs": "the inputs of a flow's script step",
    "outputs": "what a flow's script step gives back; it stands in the result",
    "request": "the request of a scripted REST resource: `body.data`, `body.dataString`, `queryParams`, `pathParams`, "
    "`headers`, `getHeader()`; `getParameter()` of a processor",
    "response": "its response: `setStatus`, `setHeader`, `setBody`, `setError`, `getStreamWriter()`; it stands in the "
    "result",
    "workflow": "`workflow.scratchpad`, `workflow.inputs`, its log",
    "activity": "`activity.scratchpad`, `activity.result`, `activity.vars`",
    "action": "of a transform (a text) or a UI action (`setRedirectURL` …)",
    "event": "`event.parm1`, `event.parm2`",
    "email": "a mail that came in, or one being made (`setSubject`, `setBody`, `addAddress`)",
    "email_action": "the inbound email action",
    "source": "the row that a transform reads",
    "target": "the row that a transform writes",
    "log": "a transform's log",
    "template": "`template.print` of a mail script",
    "variables": "the variables of a catalogue item; also `current.variables`",
    "producer": "the answers to a record producer",
    "g_request": "the request of a processor",
    "g_response": "the response of a processor",
    "g_processor": "`writeOutput`, `redirect`",
    "g_scratchpad": "what a display business rule hands to the form",
}
"""What stands around a script, whatever kind it is; empty unless the context gives it."""


def parts() -> dict[str, str]:
    """Name → file of the prelude."""
    return {name: one.part for one in SIMULATED if one.part for name in one.names}
