"""Rows made from the tables of Java texts, so that whatever this project prints is known here.

The tables say which *cause word* (`outbound.causes.CAUSES`) a text has; `CAUSE_RULES`, which root causes it can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.reading.words import phrase
from sn_mock.diagnosis.texts.model import CA_UNKNOWN, REFUSED_SILENTLY, KnownText, Weight
from sn_mock.evidence import Evidence

_INVALID = "provider-chain-invalid provider-not-trusted"

CAUSE_RULES: Mapping[str, str] = {
    "unsupported-scheme": "scheme-not-registered profile-name-not-usable",
    "bad-uri": "endpoint-not-usable",
    "no-host": "endpoint-not-usable",
    "port-out-of-range": "endpoint-not-usable",
    "alias-without-connection": "alias-without-connection",
    "credential-only-alias": "credential-only-alias",
    "connection-type-not-http": "connection-type-not-http",
    "connection-without-url": "connection-without-url",
    "credential-type-unknown": "credential-type-unknown",
    "credential-missing": "credential-missing",
    "external-credential-store": "external-credential-store",
    "credential-without-oauth-profile": "credential-without-oauth-profile",
    "oauth-profile-missing": "oauth-profile-missing",
    "oauth-provider-not-active": "oauth-provider-not-active",
    "token-url-missing": "token-url-missing",
    "token-needs-a-person": "token-needs-a-person",
    "grant-not-simulated": "grant-not-simulated",
    "mid-external-store": "mid-external-store",
    "assertion-key-missing": "assertion-key-missing",
    "token-not-obtained": "token-client-refused token-request-without-certificate token-answer-broken",
    "token-refused": "token-client-refused token-grant-refused token-scope-refused",
    "token-answer-broken": "token-answer-broken",
    "keystore-not-loaded": "wrong-store-password not-a-keystore keystore-damaged",
    "key-not-recovered": "key-password-differs",
    "ws-security-profile-missing": "ws-security-profile-missing",
    "ws-security-key-store-missing": "ws-security-key-store-missing",
    "ws-security-key-store-unreadable": "ws-security-key-store-unreadable",
    "ws-security-alias-missing": "ws-security-alias-missing",
    "ws-security-key-not-recovered": "ws-security-key-not-recovered",
    "ws-security-key-not-rsa": "ws-security-key-not-rsa",
    "ws-security-certificate-unreadable": "ws-security-certificate-unreadable",
    "ws-security-envelope-unreadable": "ws-security-envelope-unreadable",
    "unknown-host": "unknown-host",
    "connection-refused": "connection-refused wrong-default-port port-in-endpoint",
    "connect-timeout": "connect-timeout",
    "no-route-to-host": "no-route-to-host",
    "proxy-refused": "proxy-refused",
    "certificate-required": "provider-requires-certificate",
    "handshake-closed": f"closed-in-handshake {REFUSED_SILENTLY} sni-off",
    "connection-reset": f"connection-reset idle-connection-reset {REFUSED_SILENTLY}",
    "handshake-timeout": "handshake-timeout",
    "handshake-hangs": "handshake-timeout",
    "not-tls": "port-is-not-tls",
    "malformed-tls": "port-is-not-tls provider-breaks-tls",
    "close-notify": f"closed-in-handshake {REFUSED_SILENTLY}",
    "server-not-trusted": "provider-not-trusted provider-chain-incomplete trusted-certificate-inactive",
    "server-certificate-expired": "provider-certificate-expired provider-chain-expired",
    "server-certificate-not-yet-valid": "provider-certificate-not-yet-valid",
    "server-certificate-usage": "provider-certificate-purpose",
    "server-chain-invalid": _INVALID,
    "server-certificate-unreadable": "provider-certificate-unreadable",
    "server-certificate-weak": "provider-certificate-weak",
    "server-certificate-revoked": "provider-certificate-revoked",
    "revocation-unknown": "revocation-not-checkable responder-gives-no-verdict",
    "issuer-missing": "provider-chain-incomplete provider-not-trusted",
    "host-name-mismatch": "host-name-not-in-certificate",
    "no-trust-anchors": "provider-not-trusted trusted-certificate-inactive",
    "no-common-protocol": "no-common-tls-version",
    "protocol-version": "no-common-tls-version",
    "key-cannot-sign": "key-cannot-sign",
    "read-timeout": "read-timeout handshake-timeout",
    "no-response": f"no-response {REFUSED_SILENTLY}",
    "bad-http-response": "bad-http-response",
    "truncated-response": "bad-http-response",
    "too-many-redirects": "bad-http-response redirect-not-followed",
    "http-status": "http-client-error",
    "soap-fault": "soap-fault",
}
"""Cause word to root causes, the most likely first."""

PROVIDER_CAUSE_RULES: Mapping[str, str] = {
    "server-not-trusted": CA_UNKNOWN,
    "server-certificate-expired": "client-certificate-expired",
    "server-certificate-not-yet-valid": "client-certificate-not-yet-valid",
    "server-certificate-usage": "client-certificate-purpose",
    "server-chain-invalid": "client-ca-unknown",
    "server-certificate-unreadable": "client-certificate-unreadable",
    "server-certificate-weak": "client-certificate-weak",
    "server-certificate-revoked": "client-certificate-revoked",
    "no-trust-anchors": "provider-trust-store-empty",
    "not-tls": "port-is-not-tls",
    "protocol-version": "no-common-tls-version",
}
"""The same words in a Java provider's log, where they speak of the client; without a row, they blame nobody."""

REFUSALS: Mapping[str, str] = {
    "no-certificate": "client-ca-not-advertised mutual-auth-off keystore-without-key reply-under-other-alias "
    "client-chain-incomplete provider-requires-certificate",
    "unknown-ca": "client-ca-unknown client-chain-incomplete",
    "self-signed": "self-signed-client-certificate",
    "expired": "client-certificate-expired",
    "not-yet-valid": "client-certificate-not-yet-valid",
    "wrong-purpose": "client-certificate-purpose",
    "revoked": "client-certificate-revoked",
    "crl-missing": "provider-crl-unusable",
    "crl-expired": "provider-crl-unusable",
    "weak-certificate": "client-certificate-weak",
    "certificate-invalid": "client-ca-unknown",
    "not-pinned": "client-certificate-not-imported",
    "subject-not-allowed": "client-subject-not-allowed",
    "not-ca-signed": "self-signed-client-certificate",
    "bad-signature": "key-does-not-fit-certificate",
    "cannot-ask": "certificate-asked-after-handshake",
    "too-large-to-ask": "request-too-large-to-ask",
    "protocol-version": "no-common-tls-version",
    "no-shared-cipher": "no-common-cipher-suite",
    "sni-missing": "sni-off",
    "plain-http": "port-is-not-tls",
    "not-tls": "port-is-not-tls",
    "tls-error": "provider-ends-handshake",
}
"""The provider's cause word in its journal to root causes."""

_JOURNAL = ("refused ({word})", '"verdict":"refused" … "reason":"{word}"')
_JOURNAL_OF_A_COMMON_WORD = (
    "refused ({word}) alert sent",
    "refused ({word}) TLSv1",
    '"verdict":"refused" … "reason":"{word}"',
)
"""The provider's journal, as a line and as JSON; who knows what else is refused for being expired."""

_FEWEST_LETTERS = 12
_LONG_MESSAGE = 26
"""Letters and blanks from which a message is told apart without the class before it."""
_MOST_CAUSES = 4
"""Cause words up to which the bare name of an exception class still says something."""


def java_rows(texts: Iterable[tuple[str, str]]) -> tuple[KnownText, ...]:
    """A row for every text (a template with `{words}`) and its cause word; bare placeholders have none."""
    by_cause: dict[str, dict[tuple[str, ...], None]] = {}
    for said, cause in texts:
        class_name, separator, message = said.partition(": ")
        if not separator and class_name.endswith("Exception"):
            continue  # a class without a message: `class_rows`
        if separator and "Exception" in class_name and " " not in class_name:
            if class_name.startswith("java.lang.") and not phrase(message):
                continue  # whatever an IllegalArgumentException may say
            said = message if len("".join(phrase(message))) >= _LONG_MESSAGE else f"{_simple(class_name)}: {message}"
        pieces = phrase(said)
        if sum(map(len, pieces)) >= _FEWEST_LETTERS:
            by_cause.setdefault(cause, {})[pieces] = None
    return tuple(
        KnownText(
            tuple(phrases),
            f"a text of {cause}",
            {
                Side.UNKNOWN: tuple(CAUSE_RULES[cause].split()),
                Side.PROVIDER: tuple(PROVIDER_CAUSE_RULES.get(cause, "").split()),
            },
            "docs/java-texts.md",
            Evidence.MEASURED,
            Weight.PLAIN,
        )
        for cause, phrases in by_cause.items()
        if cause in CAUSE_RULES
    )


def class_rows(texts: Iterable[tuple[str, str]]) -> tuple[KnownText, ...]:
    """A row for every exception class by its bare name, where it stands for few causes."""
    causes: dict[str, dict[str, None]] = {}
    for said, cause in texts:
        class_name = said.partition(": ")[0]
        if class_name.endswith("Exception") and " " not in class_name and cause in CAUSE_RULES:
            for name in (class_name, _simple(class_name)):
                causes.setdefault(name, {})[cause] = None
    return tuple(
        KnownText(
            (phrase(name),),
            f"the bare name of an exception: {', '.join(words)}",
            {Side.UNKNOWN: tuple(dict.fromkeys(rule for word in words for rule in CAUSE_RULES[word].split()))},
            "docs/java-texts.md",
            Evidence.MEASURED,
            Weight.VAGUE,
            whole=True,
        )
        for name, words in causes.items()
        if len(words) <= _MOST_CAUSES
    )


def _simple(class_name: str) -> str:
    return class_name.rpartition(".")[2]


def keystore_row(texts: Iterable[str]) -> KnownText:
    """One row for what the keystore readers throw: the class stands before the words, which are common ones."""
    phrases = (phrase(said) for said in texts)
    return KnownText(
        tuple(dict.fromkeys(pieces for pieces in phrases if sum(map(len, pieces)) >= _FEWEST_LETTERS)),
        "Java cannot read a keystore, or a key or certificate in it",
        {Side.UNKNOWN: ("keystore-damaged", "not-a-keystore", "broken-keystore-among-all")},
        "measured on JDK 17",
        Evidence.MEASURED,
        Weight.PLAIN,
    )


def refusal_rows() -> tuple[KnownText, ...]:
    """What the provider that comes with this project writes into its journal."""
    return tuple(
        KnownText(
            tuple(
                phrase(form.replace("{word}", word))
                for form in (_JOURNAL if "-" in word else _JOURNAL_OF_A_COMMON_WORD)
            ),
            f"the provider's journal: refused, {word}",
            {Side.UNKNOWN: tuple(rules.split())},
            "provider_stub.refusals.causes",
            Evidence.MEASURED,
            Weight.VERDICT,
        )
        for word, rules in REFUSALS.items()
    )
