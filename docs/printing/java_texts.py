"""The page of Java texts: which alert or event makes which client print which exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from docs.printing.markdown import NOTICE, code, table
from sn_mock.failure import Failure, JavaChain, JavaException, Stage
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, FATAL, WARNING
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS, Event, EventText
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, JAVA_TEXTS, NAMES, TELEMETRY, URLCONNECTION
from sn_mock.java.exceptions.java_texts import for_alert
from sn_mock.java.httpclient.clients import HTTP_CLIENTS, known
from sn_mock.java.httpclient.retries import attempts
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import GENERATIONS, REFERENCE
from sn_mock.java.pkix.texts import TRUST_TEXTS
from sn_mock.outbound.calls.script_view import from_failure
from sn_mock.received import Report, behind

_RETRIED = (
    ("a refusal in the handshake, by either side", "javax.net.ssl.SSLHandshakeException", False),
    ("TLS 1.3's refusal after the request was written", "javax.net.ssl.SSLHandshakeException", True),
    ("another TLS error in the handshake", "javax.net.ssl.SSLException", False),
    ("a reset in the handshake", "java.net.SocketException", False),
    ("a reset instead of the response", "java.net.SocketException", True),
    ("connection refused", "java.net.ConnectException", False),
    ("unknown host", "java.net.UnknownHostException", False),
    ("any timeout", "java.net.SocketTimeoutException", False),
)


def java_texts_page(reports: Sequence[Report] | None = None) -> str:
    """Clients, alerts, events, refusals, connections and what the script sees, each row with its evidence; `reports`
    are those received from real instances, unless told."""
    return (
        f"# Java texts\n\n{NOTICE}\n"
        "What an instance prints when the provider, or the way to it, fails. `sn-mock explain` searches these texts.\n"
        "Which HTTP client and which Java a release runs is in [releases.md](releases.md).\n\n"
        + _http_clients()
        + _java_generations()
        + _alerts(reports)
        + _events(reports)
        + _refusals()
        + _connections()
        + _views()
        + _differences()
    )


def _http_clients() -> str:
    rows = [
        (code(client.name), client.library, str(client.evidence), client.source) for client in HTTP_CLIENTS.values()
    ]
    return "## HTTP clients\n\n" + table(("client", "library", "evidence", "source"), rows)


def _java_generations() -> str:
    changes = [
        (change.told, change.meaning, str(change.evidence), change.source)
        for change in sorted((feature.value for feature in Feature), key=lambda change: change.since[-1])
    ]
    rows = [(fact.value, str(fact.evidence), fact.source) for _, fact in JAVA_TEXTS]
    return (
        "\n## Java generations\n\n"
        "How sure the texts of a Java are; a failed call says so (`java_texts` among its facts). A number alone means\n"
        f"{_meant()}: the updates that were\nmeasured first. Say the very update where you know it, as in\n"
        '`java = "17.0.19"`: since then texts of the handshake are worded otherwise, and old cipher suites and\n'
        "signatures are refused.\n\n"
        + table(("Java", "evidence", "source"), rows)
        + "\n### What changed between them\n\n"
        "A Java has what its line or its update brought; the rest of it is as before.\n\n"
        + table(("since", "what", "evidence", "source"), changes)
    )


def _meant() -> str:
    """`8 = 8u252, …`: the update whose behaviour a bare number stands for."""
    written = {line: f"8u{update}" if line == 8 else f"{line}.0.{update}" for line, update in GENERATIONS.items()}
    return ", ".join(f"{line} = {name}" for line, name in written.items())


def _alerts(reports: Sequence[Report] | None) -> str:
    rows = [
        (
            str(row.number),
            row.name,
            _texts(for_alert(FATAL, row.number, java=REFERENCE)),
            _texts(for_alert(WARNING, row.number, java=REFERENCE)) if row.number in _WARNINGS else "ignored",
            str(row.evidence),
            row.source,
            behind(f"alert {row.name}", None, reports),
        )
        for row in ALERT_TEXTS.values()
    ]
    return (
        "\n## Alerts\n\n"
        "An alert from the provider in the handshake. A fatal one reads the same after it, where TLS 1.3 delivers the\n"
        "refusal of a client certificate; a warning is ignored there, and `close_notify` is the end of the stream.\n"
        f"Since {Feature.ALERT_NAMED.value.told} the alert's name in parentheses stands in front of the text:\n"
        "`(handshake_failure) Received fatal alert: handshake_failure`. An instance that is up to date shows it.\n\n"
        + table(("number", "alert", "fatal", "warning", "evidence", "source", "reports"), rows)
    )


_WARNINGS = frozenset(number for number in ALERT_TEXTS if for_alert(WARNING, number, java=REFERENCE))


def _events(reports: Sequence[Report] | None) -> str:
    rows = [
        (
            *(str(row.event), code(row.cause), _clients(row), str(row.javas), _chain(row), str(row.evidence)),
            *(row.source, behind(f"event {row.event}", None, reports)),
        )
        for row in sorted(EVENT_TEXTS, key=lambda row: list(Event).index(row.event))
    ]
    return (
        "\n## Events\n\n"
        "Everything else: the endpoint's text, the way to the provider, the handshake, the response. From the\n"
        "outermost exception to the root cause; words in braces stand for the call's own values. Where rows differ by\n"
        "client or Java generation, the first that fits answers.\n\n"
        + table(("event", "cause", "client", "Java", "exceptions", "evidence", "source", "reports"), rows)
    )


def _refusals() -> str:
    rows = [
        (row.fault, code(row.cause), code(row.text), row.alert, str(row.evidence), row.source) for row in TRUST_TEXTS
    ]
    return (
        "\n## The instance refuses the provider's certificate\n\n"
        "The message of the outermost exception (an SSLHandshakeException; SSLException for the empty trust store),\n"
        "and the alert the provider receives. In TLS 1.3, a client on JDK 17 or 21 says `certificate_unknown` for\n"
        "every fault of the path. Host names are compared by the HTTP client: commons-httpclient does not.\n\n"
        + table(("fault", "cause", "text", "alert", "evidence", "source"), rows)
    )


def _connections() -> str:
    clients = (COMMONS, HTTPCLIENT4, URLCONNECTION)
    rows = [
        (what, *(str(attempts(known(client).retry, (JavaException(name, ""),), sent)) for client in clients))
        for what, name, sent in _RETRIED
    ]
    return (
        "\n## Connections\n\n"
        "How many connections the provider sees when every attempt fails alike (MEASURED on JDK 17; whether the\n"
        f"instance installs a retry handler of its own is not known). With {code(TELEMETRY)} a failed handshake turns\n"
        "into `java.net.SocketException: Socket is closed` on four connections (KB2794513).\n\n"
        + table(("failure", *map(code, clients)), rows)
    )


def _views() -> str:
    alert = (JavaException("javax.net.ssl.SSLHandshakeException", "Received fatal alert: bad_certificate"),)
    timeout = (
        JavaException(
            "org.apache.commons.httpclient.ConnectTimeoutException",
            "The host did not accept the connection within timeout of 10000 ms",
        ),
    )
    return (
        "\n## What the script sees\n\n"
        "Two failed calls, place by place: script, test page, outbound HTTP log, node log.\n\n"
        + _view("The provider refuses the certificate", Failure(Stage.HANDSHAKE, "bad-certificate", alert))
        + "\n"
        + _view("The provider does not answer", Failure(Stage.CONNECT, "connect-timeout", timeout))
    )


_DIFFERENCES = (
    (
        "damaged files on Java 8 and 11",
        "What is wrong inside damaged DER is told in JDK 17's words, but for the file's own head and for safes and keys"
        " that a wrong password opens.",
    ),
    (
        'Java 8, `key_manager = "NewSunX509"`, a key that does not open',
        "Java 8 sends the certificate and then no CertificateVerify; here no certificate is sent.",
    ),
    (
        "cipher suites of ECDH without E",
        "Javas before the updates of October 2024 (JDK-8279164: 8u431, 11.0.25, 17.0.13, 21.0.5) offer them last; "
        "OpenSSL no longer has them. Measured: on 11.0.24 and 17.0.12, not on 8u504, 11.0.32, 17.0.15 and 21.0.8.",
    ),
    (
        "an instance with TLS 1.2 alone, and a provider that knows only older versions",
        "Java sends `supported_versions` all the same, which a provider of today answers with protocol_version; that "
        "is what is shown. One too old to read the extension would bring `The server selected protocol version …`.",
    ),
    (
        "malformed TLS messages",
        "JSSE of JDK 11 and later is modelled message by message (`make parity`); of Java 8 before update 261 only "
        "what the events above name. Where OpenSSL must take part and will not, Java goes on alone: a certificate of "
        "another kind than the cipher suite, a warning sealed into a TLS 1.3 flight, a session ID of TLS 1.3 that has "
        "another length than the client's, extensions of a HelloRetryRequest that OpenSSL knows, a ticket that a "
        "provider of TLS 1.2 announces and does not say. What is not modelled is a bare SSLException, and the log says "
        "what OpenSSL found.",
    ),
    (
        "answers that bend HTTP",
        "Each client reads with rules of its own, measured answer by answer (`make parity`). Left out: a length for "
        "which Java has not the memory, a head of more than a megabyte (`not HTTP`), and the Java-25 readers beyond "
        "`Premature EOF`.",
    ),
    (
        "races",
        "A provider that hangs up at once can make Java's write fail before it has read the alert. The alert is shown.",
    ),
    (
        "a chosen key that cannot sign",
        "Java has sent its certificate when it finds out, and ends the handshake with internal_error; here the alert "
        "goes out without the certificate.",
    ),
    (
        "`com.glide.communications.trustmanager_trust_all`",
        "It stands for a plain X509TrustManager: HttpsURLConnection and HttpClient 4.5 go on comparing the host name, "
        "and no property takes that out of them. With an X509ExtendedTrustManager, HttpsURLConnection compares "
        "nothing.",
    ),
    (
        "what a Java program can be set to and an instance cannot",
        "A key manager that always answers with one alias, a list of cipher suites, a key password of its own "
        "(`keystore show` knows it), a record of type JCEKS (`keystore show` knows it), the stock "
        "SSLProtocolSocketFactory of commons-httpclient.",
    ),
    (
        "a name looked up twice",
        "Java remembers for ten seconds that a name was not found, and HttpClient 4.5 then says the bare name; here "
        "every look-up is the first.",
    ),
    (
        "names below `.invalid`",
        "No name server is asked (RFC 6761), so a server that fails or knows no address is not seen.",
    ),
    (
        "a trusted leaf certificate without digitalSignature, TLS 1.2 with an ECDSA suite",
        "Java asks nothing of a certificate that is trusted itself. Here OpenSSL carries the connection and ends it: a "
        "bare SSLException.",
    ),
    (
        "several trust anchors of one name, and a chain in order",
        "Java tries them in the order of a HashSet, by chance; here it is the order of the rows.",
    ),
    (
        "wildcards with `httpclient-4.5`",
        "HttpClient refuses them below the whole Public Suffix List; here below top-level domains and `co.uk`.",
    ),
    ("OCSP", "No responder is ever asked: each counts as out of reach."),
    (
        "a stapled OCSP answer",
        "It is read to the type of what is answered, and what stands behind that (BasicOCSPResponse) is not: Java "
        "refuses one that is malformed there. Where revocation is checked it counts for nothing. A CertificateStatus "
        "with an empty list of answers goes on in Java; here it ends in a bare SSLException.",
    ),
    (
        "a provider's numbers or key that Java takes and OpenSSL does not",
        "A generator of 0, 1 or p-1, an even prime or a key outside its subgroup (DHE); keys of X25519, X448 and ffdhe "
        "groups of another length; a key of another kind than the suite or, in TLS 1.3, the signature algorithm is for "
        "(DSA, a leaf of EdDSA under DHE_RSA, PKCS#1 in TLS 1.3). Here such a call ends in a bare SSLException, or in "
        "`Tag mismatch`.",
    ),
    (
        "two faults at once: a certificate that is not trusted, and a status that was announced and is malformed",
        "Java reads the status before it checks the certificates; here they are checked as they come. The other way "
        "round with a leaf without a key of RSA under a suite TLS_RSA_*: its key is told, not that nobody trusts it.",
    ),
)


def _differences() -> str:
    return "\n## Known differences\n\nWhere sn-mock knowingly does not do what Java does.\n\n" + table(
        ("case", "what differs"), _DIFFERENCES
    )


def _view(title: str, failure: Failure) -> str:
    view = from_failure(failure, url="myhttps://acme.example/")
    rows = []
    for field in fields(view):
        fact = getattr(view, field.name)
        rows.append((field.name.replace("_", " "), code(str(fact.value)), str(fact.evidence), fact.source))
    return f"### {title}\n\n" + table(("place", "shown", "evidence", "source"), rows)


def _clients(row: EventText) -> str:
    return "all" if set(row.http_clients) == set(NAMES) else ", ".join(code(name) for name in row.http_clients)


def _chain(row: EventText) -> str:
    links = [code(name if text is None else f"{name}: {text}") for name, text in row.chain]
    return "\n".join(links) or "no error"


def _texts(chain: JavaChain) -> str:
    return "\n".join(code(str(thrown)) for thrown in chain)
