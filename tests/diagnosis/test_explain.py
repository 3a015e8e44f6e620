"""`explain`: texts of tickets and logs, from either side of the wire, lead to the right cause first, or to none."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import HttpAnswer
from provider_stub.refusals.personality import PERSONALITIES
from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading import sifting
from sn_mock.diagnosis.reading.page import Page
from sn_mock.diagnosis.reading.sides import SOURCES, Side
from sn_mock.diagnosis.reading.spelling import Spelling
from sn_mock.diagnosis.reading.words import phrase, words
from sn_mock.diagnosis.rules import RULES
from sn_mock.diagnosis.texts import WRITTEN, index, known_texts
from sn_mock.diagnosis.texts.derived import CAUSE_RULES, REFUSALS
from sn_mock.diagnosis.texts.own_causes import OWN_CAUSES
from sn_mock.diagnosis.texts.placeholders import PLACEHOLDERS
from sn_mock.diagnosis.texts.translations import TRANSLATIONS
from sn_mock.failure import MockUsageError
from sn_mock.java.exceptions.alerts import ALERT_TEXTS
from sn_mock.java.exceptions.causes import CAUSES
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS
from sn_mock.java.keytool import workshop
from sn_mock.java.pkix.texts import TRUST_TEXTS
from sn_mock.lab import explaining
from sn_mock.lab.scenarios import SCENARIOS

SAID = Path(__file__).with_name("said.txt")
POLITE = {"close_notify", "user_canceled"}


def _said() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Side, first causes that are right, text: the blocks of said.txt."""
    blocks = re.split(r"^== ", SAID.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for block in blocks:
        head, _, rest = block.partition("\n")
        side, _, rules = head.partition(" | ")
        lines = [line for line in rest.splitlines() if line.strip() and not line.startswith("# ")]
        yield side, tuple(rules.split(" or ")), "\n".join(lines)


BLOCKS = list(_said())


def first(text: str) -> str:
    """The first cause; `-` for none."""
    causes = explain(text).causes
    return causes[0].rule if causes else "-"


@pytest.mark.parametrize(
    ("side", "rules", "text"), BLOCKS, ids=[f"{rules[0]}-{number}" for number, (_, rules, _text) in enumerate(BLOCKS)]
)
def test_a_text_has_the_right_side_and_the_right_first_cause(side: str, rules: tuple[str, ...], text: str) -> None:
    """Lines of every stack: who speaks, and what is wrong; healthy lines have no cause.

    Every cause says what confirms it and what to change, and explains its placeholders; the JSON is one document.
    """
    explanation = explain(text)
    named = [one.rule for one in explanation.causes]

    assert str(explanation.side) == side or side == "*"
    assert (named[0] if named else "-") in rules, named
    for cause in explanation.causes:
        assert cause.confirm
        assert cause.fix
        assert set(cause.placeholders) == set(re.findall(r"<([a-z]+)>", cause.fix))
    assert explanation.certain or explanation.collect or not named
    assert json.loads(json.dumps(explanation.to_json()))["side"] == str(explanation.side)


@pytest.mark.parametrize(
    "text", ["", "   ", "The printer is on fire", "x" * 300_000, "\x00\xff((((", "Received fatal alert"]
)
def test_unknown_text_is_said_to_be_unknown(text: str) -> None:
    """What nobody knows is not guessed at; what to collect is said."""
    explanation = explain(text)

    assert not explanation.known
    assert explanation.causes == ()
    assert explanation.collect


@pytest.mark.parametrize(
    "text",
    [
        "Broken pipe",
        "Broken pipe (Write failed)",
        "Connection reset by peer",
        "readHandshakeRecord",
        "javax.net.ssl.SSLException: readHandshakeRecord",
        "The server localhost failed to respond",
        "failed to respond",
        "Remote host terminated the handshake",
        "Received close_notify during handshake",
    ],
)
def test_an_end_without_a_reason_may_be_a_refused_certificate(text: str) -> None:
    """Whatever may be wrong with the client certificate is offered together, behind what the text says."""
    named = [cause.rule for cause in explain(text).causes]

    assert {"client-certificate-expired", "client-certificate-purpose", "client-ca-unknown"} <= set(named[1:])


@pytest.mark.parametrize(
    "text",
    [
        "Connection refused",
        "Read timed out",
        "at sun.security.ssl.SSLSocketImpl.readHandshakeRecord(SSLSocketImpl.java:1320)",
    ],
)
def test_other_ends_and_frames_blame_no_certificate(text: str) -> None:
    """The twin: where nothing was accepted, or a method is only named, no certificate is suspected."""
    assert not [cause.rule for cause in explain(text).causes if cause.rule.startswith("client-certificate")]


@pytest.mark.parametrize("clause", ["keystore made with today's keytool", "(I used keytool - see above)", "keytool"])
def test_a_tool_that_is_only_mentioned_wrote_nothing(clause: str) -> None:
    """A ticket that names keytool in passing ranks as the same ticket without; keytool's own words are its log."""
    said = "our instance gets javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"
    with_clause, bare = explain(f"{said}, {clause}"), explain(said)

    assert [cause.rule for cause in with_clause.causes] == [cause.rule for cause in bare.causes]
    assert with_clause.side is bare.side
    assert explain("keytool error: java.lang.Exception: Alias <x> does not exist").side is Side.TOOL


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "our keystore was made with keytool 17 and Helsinki says Invalid keystore format",
            "keystore-too-new-for-java",
        ),
        ("Invalid keystore format. The file was written by JDK 17's keytool", "keystore-too-new-for-java"),
        ("Invalid keystore format, exported with OpenSSL 3.0.2", "keystore-too-new-for-java"),
        ("our keystore was made with keytool 8 and Helsinki says Invalid keystore format", "not-a-keystore"),
        ("keytool 17: keytool error: java.io.IOException: Invalid keystore format", "not-a-keystore"),
    ],
)
def test_who_wrote_the_keystore_counts(text: str, rule: str) -> None:
    """A new tool's file is too new for an old Java; an old tool's is not, nor is one that the new tool cannot read."""
    assert first(text) == rule


# One list of texts


def test_the_index_is_what_the_tables_say() -> None:
    """Whoever changes a rule, a scenario, a personality or a Java text runs `make docs`."""
    assert index.FILE.read_text(encoding="utf-8") == index.print_to(explaining.index()), "run `make docs` and commit it"


def test_every_cause_can_be_told() -> None:
    """Each id of the tables is a rule or a cause of explain's own, and never both; each side has its texts."""
    rules = {rule.id for rule in RULES}
    named = {rule for row in known_texts() for causes in row.causes.values() for rule in causes}

    assert named <= rules | set(OWN_CAUSES)
    assert not rules & set(OWN_CAUSES)
    assert set(OWN_CAUSES) <= named


def test_every_placeholder_is_explained() -> None:
    """`<issuer>` and the like in the remedies."""
    wanted = {word for rule in RULES for word in re.findall(r"<([a-z]+)>", rule.change)}

    assert wanted == set(PLACEHOLDERS)


def test_every_phrase_says_enough() -> None:
    """One short word would be met everywhere; a bare one is allowed only as a whole line or as a long name."""
    for row in WRITTEN:
        assert row.phrases, row.means
        for pieces in row.phrases:
            letters = sum(len(piece.replace(" ", "")) for piece in pieces)
            assert row.whole or letters >= 4, (row.means, pieces)
            assert row.whole or any(" " in piece.strip() for piece in pieces) or letters >= 6, (row.means, pieces)
    assert all(source.marks for source in SOURCES)


@pytest.mark.parametrize(
    "row", [row for row in ALERT_TEXTS.values() if row.name not in POLITE], ids=lambda row: row.name
)
def test_every_alert_is_known(row: object) -> None:
    """Whatever alert a provider sends is explained; the two polite ones are no trouble."""
    name = row.name  # type: ignore[attr-defined]
    explanation = explain(f"javax.net.ssl.SSLHandshakeException: Received fatal alert: {name}")

    assert explanation.known
    assert explanation.causes or explanation.understood[0].advice


EVENT_LINES = [
    (f"{class_name}: {message}", row.cause)
    for row in EVENT_TEXTS
    for class_name, message in row.chain
    if message is not None and len("".join(phrase(message))) >= 12
]


@pytest.mark.parametrize(("line", "cause"), list(dict.fromkeys(EVENT_LINES)), ids=lambda value: str(value)[:60])
def test_every_event_text_leads_to_its_cause(line: str, cause: str) -> None:
    """What docs/java-texts.md lists, `explain` knows, and its causes are those of the row's cause word."""
    said = re.sub(r"\{[a-z_]+\}", " partner.example", line.replace("{port}", "8443").replace("{timeout_ms}", "10000"))
    wanted = set(CAUSE_RULES[cause].split())

    assert wanted & {one.rule for one in explain(said).causes}, explain(said).causes


@pytest.mark.parametrize("row", TRUST_TEXTS, ids=lambda row: row.fault)
def test_every_refusal_of_a_provider_leads_to_its_cause(row: object) -> None:
    """The words of path validation, and their twin: in a Java provider's log they never blame the provider."""
    text, cause = row.text, row.cause  # type: ignore[attr-defined]
    said = "javax.net.ssl.SSLHandshakeException: " + re.sub(r"\{[a-z_]+\}", "X", text)
    frames = "\n\tat java.base/sun.security.ssl.X509TrustManagerImpl.checkClientTrusted(X509TrustManagerImpl.java:126)"
    server = "\n\tat java.base/sun.security.ssl.X509TrustManagerImpl.checkServerTrusted(X509TrustManagerImpl.java:126)"

    assert set(CAUSE_RULES[cause].split()) & {one.rule for one in explain(said + server).causes}
    blamed = {one.rule for one in explain(said + frames).causes}
    if "revocation" not in cause and cause != "issuer-missing":
        assert not blamed & {rule.id for rule in RULES if rule.id.startswith("provider-") and "chain" in rule.id}


def test_every_cause_word_has_root_causes() -> None:
    """No word of the exchange is missing in the table, and none is made up."""
    assert set(CAUSES) <= set(CAUSE_RULES)
    assert {cause.value for cause in Cause} == set(REFUSALS)


@pytest.mark.parametrize(
    "said", [said for said in explaining.thrown_texts() if len("".join(phrase(said))) >= 12], ids=lambda said: said[:60]
)
def test_what_the_keystore_readers_throw_is_known(said: str) -> None:
    """Every exception that a keystore can end in; bare placeholders say nothing."""
    assert explain("java.io." + said.replace("{}", " 1.2 ")).known


PAGES = [
    (personality.name, cause.value, answer.body().decode())
    for personality in PERSONALITIES.values()
    for cause in Cause
    if isinstance(answer := personality.outcome(cause), HttpAnswer)
]


@pytest.mark.parametrize(("stack", "cause", "page"), PAGES, ids=[f"{stack}-{cause}" for stack, cause, _ in PAGES])
def test_every_page_of_a_provider_stack_is_known(stack: str, cause: str, page: str) -> None:
    """The pages that the provider's personalities answer with name a cause; `no certificate` is never another one."""
    explanation = explain(page)

    assert explanation.causes
    if cause == "no-certificate":
        assert first(page) == "client-ca-not-advertised", stack


@pytest.mark.parametrize("cause", Cause)
def test_every_reason_in_the_providers_journal_is_known(cause: Cause) -> None:
    """A line of the journal leads to the cause of its reason, on the provider's side."""
    explanation = explain(json.dumps({"verdict": "refused", "reason": str(cause), "tool": "provider-stub"}))

    assert explanation.side is Side.PROVIDER
    assert explanation.causes[0].rule == REFUSALS[cause].split()[0]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_scenario_produces_leads_back_to_it(scenario: str) -> None:
    """Every text a scenario declares, on any release, explains to its root cause and to the run that prints it."""
    story = next(one for one in index.load().stories if one.scenario == scenario)
    for told in story.texts:
        said = told.text.replace("{host}", "provider.example").replace("{port}", "8443")
        cause = {one.rule: one for one in explain(said).causes}.get(story.rule)
        assert cause is not None, said
        run = next((run for run in cause.reproduce if run.scenario == scenario), None)
        assert run is not None, said
        assert run.release in {one.release for one in story.texts if one.text == told.text}, said


def test_the_workshops_refusals_have_their_keytool_twins() -> None:
    """What `keystore import-reply` refuses, keytool refuses in its own words, and both are explained."""
    with pytest.raises(MockUsageError):
        workshop.csr(workshop.Access(Path("/nonexistent/x.jks"), "changeit"), "acme")
    assert first("keytool error: java.lang.Exception: Alias <acme> does not exist") == "alias-not-in-keystore"


# Sides and evidence


def test_both_readings_are_given_where_the_side_is_unknown() -> None:
    """An alert alone does not tell who prints it: each side has its reading, and nothing is certain."""
    explanation = explain("SSL routines::tlsv1 alert unknown ca:SSL alert number 48")

    assert explanation.side is Side.UNKNOWN
    assert not explanation.certain
    assert explanation.readings[Side.PROVIDER][0] == "provider-not-trusted"
    assert explanation.readings[Side.INSTANCE][0] == "client-ca-unknown"


def test_a_known_side_has_one_reading() -> None:
    """The twin: nginx's mark settles it."""
    explanation = explain(
        "client SSL certificate verify error: (10:certificate has expired) while reading client request"
    )

    assert (explanation.side, explanation.certain, explanation.readings) == (Side.PROVIDER, True, {})


def test_each_line_has_its_own_side() -> None:
    """A ticket that quotes both ends: the instance's vague line gives way to the provider's verdict."""
    both = (
        "HTTPClient WARNING: Request not sent to uri= myhttps://p/ : java.net.SocketException: Socket is closed\n"
        "2026/11/29 11:28:12 [info] 1#1: *6 client SSL certificate verify error: (10:certificate has expired) while "
        "reading client request headers, client: 10.0.0.9"
    )

    assert first(both) == "client-certificate-expired"


def test_evidence_rules_causes_out() -> None:
    """A debug log with a CertificateRequest and no key for it: what concerns the records is no guess any more."""
    log = (
        "javax.net.ssl|DEBUG|21|Consuming CertificateRequest handshake message (\n"
        "javax.net.ssl|ALL|21|X509Authentication.java:227|No X.509 cert selected for [EC, RSA]\n"
        "Received fatal alert: certificate_required"
    )
    causes = [one.rule for one in explain(log).causes]

    assert causes[0] == "client-ca-not-advertised"
    assert not {"mutual-auth-off", "profile-not-chosen", "scheme-not-rewritten"} & set(causes)
    assert "mutual-auth-off" in {one.rule for one in explain("Received fatal alert: certificate_required").causes}


def test_a_key_that_was_sent_disproves_that_none_was() -> None:
    """Java asks for an EC key, finds none, and sends the RSA key: healthy. Without the signature it is the cause."""
    looked = "javax.net.ssl|ALL|21|X509Authentication.java:227|No X.509 cert selected for EC"
    signed = "javax.net.ssl|DEBUG|21|Produced client CertificateVerify handshake message ("

    assert first(f"{looked}\n{signed}") == "-"
    assert first(looked) == "client-ca-not-advertised"


def test_the_chain_that_s_client_lists_decides() -> None:
    """One certificate in the list: the intermediate is missing. Two: the root is not trusted."""
    one = "CONNECTED(00000003)\nverify error:num=20:unable to get local issuer certificate\n 0 s:CN = a\n   i:CN = b"

    assert first(one) == "provider-chain-incomplete"
    assert first(one + "\n 1 s:CN = b\n   i:CN = c") == "provider-not-trusted"


def test_provider_stacks_that_word_it_so_are_named() -> None:
    """`bad_certificate` for a missing certificate is a Java provider's habit; nginx says it in HTTP."""
    alert = {one.stack: one.cause for one in explain("Received fatal alert: bad_certificate").wordings}
    page = explain("400 No required SSL certificate was sent").wordings

    assert any("Java" in stack for stack in alert)
    assert any("nginx" in one.stack for one in page)
    assert all(one.cause == "no-certificate" for one in page)


def test_advice_is_given_where_no_rule_applies() -> None:
    """A known defect of a release has advice instead of a cause."""
    explanation = explain("Cannot invoke StatusLine.getStatusCode() ... Error Code: 200000")

    assert explanation.known
    assert "Upgrade" in explanation.understood[0].advice


@pytest.mark.parametrize(
    "line",
    [
        "javax.net.ssl|DEBUG|10|main|2026-11-23 14:50:46.401 UTC|SSLExtensions.java:272|Ignore, unavailable extension",
        "at java.base/sun.security.ssl.SSLSocketImpl.decode(SSLSocketImpl.java:404)",
        '"certificate status type": ocsp_multi',
        '"OCSP status request": {',
        "2026-01-02 10:00:00,403 DEBUG something else",
        "served in 403 ms, 500 bytes, 404 rows",
    ],
)
def test_numbers_and_questions_are_no_trouble(line: str) -> None:
    """A debug log is full of numbers, and every ClientHello asks for an OCSP staple: neither means anything."""
    assert not explain(line).known


# Forgiving


def test_a_slip_is_mended_and_said() -> None:
    """One letter too many, too few, wrong or changed over, in each word; the mended words are shown."""
    explanation = explain("Recieved fattal alertt: bad_certifocate")

    assert explanation.did_you_mean == "received fatal alert bad certificate"
    assert explanation.causes
    assert not explanation.certain


@pytest.mark.parametrize(
    ("literal", "slipped"),
    [
        (
            "403 - Forbidden: SSL client certificate is required.",
            "403 - Forbidden: SSL cleint certificate is required.",
        ),
        ("Path does not chain with any of the trust anchors", "Path does not chian with any of the trust anchors"),
    ],
)
def test_a_slip_does_not_leave_the_word_to_a_weaker_text(literal: str, slipped: str) -> None:
    """Where the mended words say more than the words as they stand, they count, and that is said."""
    assert first(slipped) == first(literal)
    assert explain(slipped).did_you_mean
    assert not explain(literal).did_you_mean


@pytest.mark.parametrize(
    ("said", "meant"),
    [("recieved", "received"), ("certifcate", "certificate"), ("alertt", "alertt"), ("handhsake", "handshake")],
)
def test_one_slip_is_found(said: str, meant: str) -> None:
    """Short words are left alone, as another word is too near."""
    assert Spelling(["received", "certificate", "alert", "handshake"]).mended(said) == (
        "alert" if said == "alertt" else meant
    )


def test_two_slips_are_another_word() -> None:
    """The twin: what is further away is not guessed."""
    assert Spelling(["certificate"]).mended("certifcat") == "certifcat"


# Any size


def _log(lines: int, inside: str = "", at: float = 0.5) -> bytes:
    rows = [f"2026-11-29 11:28:{n % 60:02} INFO request {n:x} served\n".encode() for n in range(lines)]
    rows.insert(int(lines * at), inside.encode() + b"\n")
    return b"".join(rows)


@pytest.mark.parametrize("at", [0.0, 0.3, 0.97, 1.0])
def test_a_needle_in_a_large_log_is_found(at: float) -> None:
    """Wherever the one line of trouble stands, it is judged; what was left out is said."""
    line = (
        "client SSL certificate verify error: (10:certificate has expired) while reading client request headers, client"
    )
    explanation = explain(sifting.of_stream(io.BytesIO(_log(14_000, line, at))))

    assert explanation.causes[0].rule == "client-certificate-expired"
    assert "were judged" in explanation.left_out[0]


def test_a_large_healthy_log_has_no_cause() -> None:
    """The twin without the needle; a small log is judged whole."""
    assert explain(sifting.of_stream(io.BytesIO(_log(14_000)))).causes == ()
    assert explain(sifting.of_stream(io.BytesIO(_log(100)))).left_out == ()


@pytest.mark.parametrize(("side", "rules", "text"), [block for block in BLOCKS if block[0] == "provider"][::6])
def test_sifting_keeps_every_line_that_blames(side: str, rules: tuple[str, ...], text: str) -> None:
    """What is a cause by itself is one in the middle of a large log, too."""
    sifted = sifting.of_stream(io.BytesIO(_log(14_000, text)))

    kept = {line.strip() for line in sifted.lines}
    judged = explain(sifted)
    assert (judged.causes[0].rule if judged.causes else "-") in rules, (side, kept & set(text.splitlines()))


def test_memory_does_not_grow_with_the_log() -> None:
    """Ten times the log, the same memory: the input is read in blocks and thrown away."""

    def blocks(count: int) -> Iterator[bytes]:
        for number in range(count):
            yield b"".join(b"%x failed differently %d\n" % (number * 7919 + row, row) for row in range(2_000))

    peaks = []
    for count in (10, 40):
        tracemalloc.start()
        sifting.of_blocks(blocks(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 3 * peaks[0] + 10_000_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_windows_texts_are_read(encoding: str) -> None:
    """Event logs and PowerShell write UTF-16."""
    text = "Schannel 36887: The TLS protocol defined fatal alert code is 46.\r\n" * 5

    assert first("\n".join(sifting.of_stream(io.BytesIO(text.encode(encoding))).lines)) == "provider-not-trusted"


def test_colours_and_escapes_do_not_count() -> None:
    """What a terminal, JSON and HTML add to a line is taken off."""
    assert words("\x1b[31mfoo\x1b[0m".replace("\x1b[31m", "").replace("\x1b[0m", "")) == "foo"
    assert first("\x1b[1;31mReceived fatal alert:\x1b[0m \x1b[4munknown_ca\x1b[0m") == "client-ca-unknown"
    assert first("Received fatal alert&#58; unknown&#95;ca") == "client-ca-unknown"


@pytest.mark.parametrize("english", TRANSLATIONS)
def test_a_translation_says_what_its_original_says(english: str) -> None:
    """keytool's, glibc's and Windows' lines mean in any language what the English one does, which the tables know."""
    assert any(phrase(english) in row.phrases for row in known_texts())

    meant = [one.rule for one in explain(english.replace("…", "<snow>")).causes]
    for said in TRANSLATIONS[english]:
        explanation = explain(said.replace("…", "<snow>"))
        assert explanation.known, said
        assert [one.rule for one in explanation.causes] == meant, said


@pytest.mark.parametrize("at", [0.01, 0.5, 0.99])
def test_everyday_trouble_does_not_push_the_needle_out(at: float) -> None:
    """Thousands of errors of other kinds, each with its own words and ids, between beginning and end."""
    needle = "client SSL certificate verify error: (10:certificate has expired) while reading client request headers, c"
    rows = [
        f"ERROR job q{n:x}z{'xyzuvw'[n % 6] * (n % 50)} failed, {n * 2654435761 % 2**32:08x}" for n in range(20_000)
    ]
    rows.insert(int(len(rows) * at), needle)
    explanation = explain(sifting.of_stream(io.BytesIO("\n".join(rows).encode())))

    assert [one.rule for one in explanation.causes] == ["client-certificate-expired"]
    assert any("too many" in sentence for sentence in explanation.left_out) == (len(explanation.left_out) > 1)


@pytest.mark.parametrize("size", [30_000, 500_000, 2_000_000])
@pytest.mark.parametrize("at", [0.0, 0.3, 0.5, 0.98])
def test_a_needle_in_one_enormous_line_is_found(size: int, at: float) -> None:
    """A document without line ends; the twin has no cause."""
    hay = '{"id":"4f1a","status":200},'
    head, tail = hay * int(size * at / len(hay)), hay * int(size * (1 - at) / len(hay))
    needle = '{"error":"javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca"},'

    assert first(head + needle + tail) == "client-ca-unknown"
    assert first(head + tail) == "-"


def test_endless_words_are_cut() -> None:
    """Base64 without a blank resembles no text; what stands before and after it is read."""
    blob = "QUJD" * 100_000
    page = Page([f"Received fatal alert: {blob} unknown_ca"])

    assert len(page.text) < 400
    assert page.has(phrase("unknown ca"))


@pytest.mark.parametrize(
    "said",
    [
        "unable to find valid certification path",
        "Received fatal alert: certificate_unknown",
        "Keystore was tampered with",
        "peer did not return a certificate",
    ],
)
def test_a_text_that_breaks_off_is_completed(said: str) -> None:
    """A column or a screen ends within the last word: what only one known text goes on with is taken, and said."""
    cut = explain(said[:-3])

    assert cut.causes[0].rule == first(said)
    assert cut.did_you_mean.endswith(" ".join(words(said).split()[-2:]))


@pytest.mark.parametrize("said", ["the ticket is a dup", "Received fatal al", "Connection re", "hello w", "x"])
def test_nothing_is_made_of_a_beginning_that_goes_on_in_many_ways(said: str) -> None:
    """The twin: too little is known of it."""
    assert explain(said).causes == ()


@pytest.mark.parametrize("width", [12, 24, 40, 63])
@pytest.mark.parametrize("before", ["", "> "])
@pytest.mark.parametrize(
    "said",
    [
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown",
        "java.security.UnrecoverableKeyException: Cannot recover key",
        "no alternative certificate subject name matches target hostname",
    ],
)
def test_a_word_that_a_line_end_cuts_is_one(said: str, before: str, width: int) -> None:
    """Terminals, tables and mails break at a column: a word of the tables is put together again."""
    broken = "\n".join(before + said[at : at + width] for at in range(0, len(said), width))

    assert first(broken) == first(said)


def test_two_words_at_a_line_end_stay_two() -> None:
    """The twin: what is two words of the tables is no third one."""
    page = Page(
        ["the host", "name that is in", "valid"], frozenset({"host", "name", "hostname", "in", "valid", "invalid"})
    )

    assert page.text == " the host name that is in valid "


_FRENCH = "java.net.ConnectException: Connexion refusée\n\tat java.net.PlainSocketImpl.socketConnect(Native Method)"


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"outer": json.dumps({"log": _FRENCH})}),
        repr(_FRENCH.encode()),
        quote(_FRENCH),
        f"https://partner.example/back?error_description={quote_plus(_FRENCH)}",
        _FRENCH.replace("\n", "#012").replace("\t", "#011"),
    ],
    ids=["json-in-json", "byte-string", "address", "form", "syslog"],
)
def test_a_text_is_known_however_it_was_escaped(written: str) -> None:
    """Logs carry each other's lines: JSON in JSON, Python's byte strings, addresses, rsyslog."""
    assert first(written) == "connection-refused"


@pytest.mark.parametrize("around", ["{}异常", "报错{}", "{}が発生", "{}오류"])
def test_a_text_is_known_with_asian_script_glued_to_it(around: str) -> None:
    """Scripts that set no blanks end a Latin word: the same causes as without them."""
    said = "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure"
    causes = [one.rule for one in explain(around.format(said)).causes]
    assert causes == [one.rule for one in explain(said).causes]
    assert causes


def test_a_letter_with_an_accent_is_still_part_of_its_word() -> None:
    """Only scripts without blanks end a word; é, ß and й do not."""
    assert words("Zertifikatsprüfung échoué ошибка") == "zertifikatsprüfung échoué ошибка"


def test_a_host_mismatch_is_not_called_a_handshake_that_had_failed() -> None:
    """The class alone leaves both open; beside the host names only the mismatch is a cause."""
    told = explain(
        "javax.net.ssl.SSLPeerUnverifiedException: Certificate for <a> doesn't match any of the subject alternative "
        "names: [b]"
    )
    assert [one.rule for one in told.causes] == ["host-name-not-in-certificate"]
    assert not any("had already failed" in part.means for part in told.understood)
    late = explain("javax.net.ssl.SSLPeerUnverifiedException: peer not authenticated")
    assert late.causes[0].rule == "provider-not-trusted"
