"""Causes inside the keystore: which keys, with which chains and dates, and which the provider wants."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.java.keystore import KeyStore
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.summaries import summaries
from sn_mock.negotiated import PassedOverCause
from sn_mock.outbound.credentials.shelf import StoreView
from tls_transcript import CertificateSummary

_CERTIFICATE = NONE_SENT | {Symptom.CERTIFICATE_REFUSED}
_REFUSED = frozenset({Symptom.CERTIFICATE_REFUSED})
_GUIDE = "https://www.fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind/"
_CERTIFICATES = "System Definition > Certificates"


def _only_store(case: Case) -> StoreView | None:
    """The wanted profile's keystore, else the only one on offer."""
    if case.profile_store is not None and case.profile_store.is_keystore:
        return case.store(case.profile_store)
    return case.offered[0] if len(case.offered) == 1 else None


def _reply_elsewhere(case: Case) -> Observation | None:
    view = _only_store(case)
    if view is None:
        return None
    for key in view.usable:
        leaf = _leaf(key.chain)
        if leaf is None or not leaf.self_issued:
            continue
        for alias, der in view.trusted:
            reply = _leaf((der,))
            if reply is not None and reply.subject == leaf.subject and not reply.self_issued:
                return saw(
                    f"{view.label}: key entry {key.alias} has the self-signed certificate {leaf.subject}",
                    f"{view.label}: trusted entry {alias} has the CA's reply for the same name, issued by "
                    f"{reply.issuer}",
                    name=view.row.name,
                    key=key.alias,
                    reply=alias,
                )
    return None


def _leaf(chain: tuple[bytes, ...]) -> CertificateSummary | None:
    return next(iter(summaries(chain[:1])), None)


def _without_key(case: Case) -> Observation | None:
    view = _only_store(case)
    if view is None or not isinstance(view.loaded, KeyStore) or view.failure or view.usable:
        return None
    entries = ", ".join(f"{entry.alias} ({entry.kind})" for entry in view.loaded.entries) or "none"
    return saw(f"{view.label}: {view.file_name} has no private key entry; entries: {entries}", name=view.row.name)


def _chain_incomplete(case: Case) -> Observation | None:
    view = _only_store(case)
    if view is None or len(view.usable) != 1:
        return None
    chain = summaries(view.usable[0].chain)
    if not chain or chain[-1].self_issued or chain[0].self_issued or len(chain) > 1:
        return None
    if case.symptom is Symptom.CERTIFICATE_REFUSED and not (
        case.cause_is("unknown-ca", "certificate-unknown") or case.provider_says("unknown-ca")
    ):
        return None
    named = f"transcript: the provider names {'; '.join(case.advertised)}" if case.advertised else None
    return saw(
        f"{view.label}: alias {view.usable[0].alias} holds {len(chain)} certificate; issuer {chain[-1].issuer} is "
        f"missing",
        *((named,) if named else ()),
        *case.visit_line(),
        name=view.row.name,
        issuer=chain[-1].issuer,
    )


def _several_keys(case: Case) -> Observation | None:
    choice, leaf = case.exchange.key_choice, case.leaf
    if choice is None or leaf is None or not choice.sent:
        return None
    view = next((one for one in case.offered if one.row.sys_id == choice.keystore_id), None)
    if view is None or len(view.usable) < 2:
        return None
    aliases = ", ".join(key.alias for key in view.usable)
    rest = [one for one in choice.rejected if one.keystore_id == choice.keystore_id]
    passed_over = "; ".join(f"{one.alias}: {one.why}" for one in rest)
    return saw(
        f"{view.label}: {len(view.usable)} private keys, in Java's order: {aliases}",
        f"key manager: chose {choice.alias} ({leaf.subject}); {passed_over}",
        *case.visit_line(),
        name=view.row.name,
        alias=choice.alias,
        others=", ".join(one.alias for one in rest),
    )


def _expired(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or not leaf.ended_by(case.when):
        return None
    return saw(
        f"{case.certificate_source}: {leaf.subject} ended on {leaf.not_after_text}",
        *case.visit_line(),
        source=case.certificate_source,
    )


def _not_yet_valid(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or not leaf.begins_after(case.when):
        return None
    return saw(
        f"{case.certificate_source}: {leaf.subject} begins on {leaf.not_before_text}",
        *case.visit_line(),
        begin=f"{leaf.not_before_text}",
    )


def _web_server(case: Case) -> Observation | None:
    if case.request is None or case.leaf is not None or case.withheld:
        return None
    held = {
        parse_certificate(der).subject.canonical for view in case.offered for key in view.usable for der in key.chain
    }
    asked = [x500_names.from_der(name) for name in case.request.authorities]
    web = [
        name.rfc2253()
        for name in asked
        if name.canonical not in held and name.common_name and case.is_own_host(name.common_name.text or "")
    ]
    if not web:
        return None
    return saw(
        f"transcript: the provider's CertificateRequest names {'; '.join(case.advertised)}",
        f"{web[0]} is a name of the instance's own web server, and no certificate of the keystore has it",
        *case.sent_line,
        subject=web[0],
        source=case.key_source,
    )


def _not_advertised(case: Case) -> Observation | None:
    if not case.advertised or case.leaf is not None or case.withheld:
        return None
    accepted = {x500_names.from_der(name).canonical for name in case.request.authorities} if case.request else set()
    lines = []
    for view in case.offered:
        for key in view.usable:
            chain = summaries(key.chain)
            issuers = {parse_certificate(der).issuer.canonical for der in key.chain}
            if chain and not issuers & accepted:
                lines.append(f"{view.label}, alias {key.alias}: {chain[0].subject}, issued by {chain[0].issuer}")
    if not lines:
        return None
    return saw(
        f"transcript: the provider's CertificateRequest names {'; '.join(case.advertised)}",
        *lines,
        *case.sent_line,
        advertised="; ".join(case.advertised),
    )


def _key_type(case: Case) -> Observation | None:
    choice = case.exchange.key_choice
    if case.leaf is not None or choice is None or case.withheld:
        return None
    lines = [
        f"keystore '{one.keystore}', alias {one.alias}: {one.why}"
        for one in choice.rejected
        if one.cause in (PassedOverCause.KEY_TYPE, PassedOverCause.CONSTRAINTS)
    ]
    return saw(*lines, *case.sent_line) if lines else None


RULES: tuple[Rule, ...] = (
    Rule(
        "reply-under-other-alias",
        "The CA's reply was imported under another alias than the key's",
        Stage.KEYSTORE,
        NONE_SENT | SENT,
        _reply_elsewhere,
        "keytool -importcert -alias {key} with the CA's reply, after its CA certificates (delete the entry {reply} "
        "first); "
        f"then attach the file to {_CERTIFICATES} > {{name}} again.",
        "KB1648222, KB0696002",
        before_call=True,
        confirm="keytool -list -v: the key entry's certificate is self-signed, the signed one is a trustedCertEntry",
    ),
    Rule(
        "keystore-without-key",
        "The keystore holds no private key",
        Stage.KEYSTORE,
        NONE_SENT,
        _without_key,
        "Import the CA's reply into the keystore in which the key pair was generated, and attach that one to "
        f"{_CERTIFICATES} > {{name}}.",
        "KB0696599, KB0696776",
        before_call=True,
        confirm="keytool -list shows trustedCertEntry only, no PrivateKeyEntry",
    ),
    Rule(
        "web-server-certificate-imported",
        "The provider has imported the certificate of the instance's web server",
        Stage.HANDSHAKE,
        NONE_SENT,
        _web_server,
        "Send the provider the certificate of the keystore instead ({source}: keytool -exportcert -rfc), with the CA "
        "that issued it, and have them trust that CA. A browser shows {subject}: it proves the instance to people who "
        "visit it, and no outbound call sends it.",
        f"step 1 of {_GUIDE}; the choice of the key: measured on JDK 17",
        Evidence.REPORTED,
        before_call=True,
        confirm=(
            "openssl s_client -connect HOST:PORT lists a host name of the instance, such as CN=*.service-now.com, "
            "among the Acceptable client certificate CA names"
        ),
    ),
    Rule(
        "client-chain-incomplete",
        "The keystore's entry lacks the intermediate certificates",
        Stage.KEYSTORE,
        _CERTIFICATE,
        _chain_incomplete,
        "Import root and intermediate into the keystore, then the CA's reply again under the key's alias, so that "
        "the entry "
        f"holds the whole chain ({{issuer}} is missing); attach it to {_CERTIFICATES} > {{name}}.",
        "ServiceNow docs, c_MutualAuthentication; KB1648222",
        before_call=True,
        confirm="keytool -list -v: Certificate chain length: 1, and the issuer is an intermediate",
    ),
    Rule(
        "several-keys-in-keystore",
        "The keystore holds several keys, and Java's order picked this one",
        Stage.KEYSTORE,
        _REFUSED,
        _several_keys,
        "Find out which of them this provider is to get: {alias} goes out, and not {others}. Then keep that one alone "
        "in the keystore: delete what is not meant (keytool -delete -alias NAME), or split the file; attach it to "
        f"{_CERTIFICATES} > {{name}}. On another Java another one may go out.",
        "measured on Java 8u252, 8u504, 11.0.13, 17.0.15 and 21.0.8 (SunX509 key manager)",
        Evidence.MEASURED,
        before_call=True,
        hint=True,
        confirm="keytool -list shows more than one PrivateKeyEntry",
    ),
    Rule(
        "client-certificate-expired",
        "The client certificate has expired",
        Stage.KEYSTORE,
        SENT,
        _expired,
        "Renew the certificate, import the reply into the keystore and attach it ({source}). Java sends expired "
        "certificates without a word.",
        "PRB1923704; measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
        confirm="keytool -list -v: valid until is over; or the provider's log says expired",
    ),
    Rule(
        "client-certificate-not-yet-valid",
        "The client certificate is not valid yet",
        Stage.KEYSTORE,
        SENT,
        _not_yet_valid,
        "Use the previous keystore until {begin}.",
        "measured on JDK 17 against OpenSSL 3.0",
        Evidence.MEASURED,
        before_call=True,
        confirm="keytool -list -v: valid from is still to come",
    ),
    Rule(
        "client-ca-not-advertised",
        "No key of the keystore comes from a CA that the provider names",
        Stage.HANDSHAKE,
        NONE_SENT,
        _not_advertised,
        "Use a client certificate of one of the CAs the provider names ({advertised}), with its whole chain in the "
        "keystore; or have the provider add your CA.",
        "RFC 5246 section 7.4.4; measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
        confirm=(
            "openssl s_client -connect HOST:PORT lists Acceptable client certificate CA names, and yours is not among"
            " them; the provider says that no certificate came"
        ),
    ),
    Rule(
        "key-type-not-accepted",
        "No key of the keystore fits what the provider asked for",
        Stage.HANDSHAKE,
        NONE_SENT,
        _key_type,
        "Use a key of a type the provider accepts (see its CertificateRequest in the transcript).",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client shows Client Certificate Types or signature algorithms without your key's type",
    ),
)
