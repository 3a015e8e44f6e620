"""Causes in the keystore file and in the record it hangs on."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case, StoreView, summaries
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.keystore import KeyStore, LoadFailure
from sn_mock.outbound import x500
from tls_transcript import CertificateSummary

_CERTIFICATE = frozenset({Symptom.NO_CERTIFICATE, Symptom.CERTIFICATE_REFUSED})
_NONE_SENT = frozenset({Symptom.NO_CERTIFICATE})
_KEYSTORE = frozenset({Symptom.KEYSTORE})
_REFUSED = frozenset({Symptom.CERTIFICATE_REFUSED})
_NOT_A_KEYSTORE = (
    "Invalid keystore format",
    "toDerInputStream rejects",
    "DerInputStream.getLength",
    "DerValue.getBigInteger",
)
_CERTIFICATES = "System Definition > Certificates"


def _label(view: StoreView) -> str:
    return f"sys_certificate '{view.row.name}'"


def _failing(case: Case) -> StoreView | None:
    """The first keystore of the route that Java cannot use."""
    return next((view for view in case.offered if view.failure), None)


def _failure_line(view: StoreView) -> str:
    failure = view.failure
    return f"Java at {failure.failed_at}: {failure.java[0]}" if failure else ""


def _broken_among_all(case: Case) -> Observation | None:
    view = _failing(case)
    if view is None or case.route is None or case.route.socket_factory != "legacy-property":
        return None
    if len(case.route.keystores) < 2 or (case.profile_store and case.profile_store.name == view.row.name):
        return None
    return saw(
        f"{_label(view)} is active and cannot be used",
        _failure_line(view),
        f"route: all active keystores are loaded together: {', '.join(case.route.keystores)}",
        name=view.row.name,
    )


def _wrong_store_password(case: Case) -> Observation | None:
    view = _failing(case)
    if view is None or not isinstance(view.loaded, LoadFailure):
        return None
    text = str(view.loaded.java[0].message)
    if "password" not in text and "Integrity check failed" not in text:
        return None
    return saw(
        f"{_label(view)}: key_store_password does not open {_file(view)}", _failure_line(view), name=view.row.name
    )


def _file(view: StoreView) -> str:
    return view.attachment.file_name if view.attachment else "the attachment"


def _key_password(case: Case) -> Observation | None:
    view = _failing(case)
    if view is None or not isinstance(view.keys, LoadFailure) or isinstance(view.loaded, LoadFailure):
        return None
    return saw(
        f"{_label(view)}: key_store_password opens {_file(view)}, but not the key inside",
        _failure_line(view),
        name=view.row.name,
    )


def _not_a_keystore(case: Case) -> Observation | None:
    view = _failing(case)
    if view is None or view.attachment is None or not isinstance(view.loaded, LoadFailure):
        return None
    text = str(view.loaded.java[0].message)
    if not any(known in text for known in _NOT_A_KEYSTORE):
        return None
    start = view.attachment.data[:8]
    return saw(
        f"{_label(view)}: type = {view.row.type}, attachment {_file(view)}",
        f"the file begins with {start!r}: {_kind(view.attachment.data)}",
        _failure_line(view),
        name=view.row.name,
    )


def _kind(data: bytes) -> str:
    for magic, what in (
        (b"-----BEGIN", "PEM text"),
        (b"\xce\xce\xce\xce", "a JCEKS keystore"),
        (b"\xfe\xed\xfe\xed", "a Java Key Store"),
        (b"\x30", "DER: a certificate, a key or a PKCS#12 keystore"),
        (b"<", "markup"),
    ):
        if data.startswith(magic):
            return what
    return "no keystore Java knows"


def _damaged(case: Case) -> Observation | None:
    view = _failing(case)
    if view is None or view.attachment is None or not isinstance(view.loaded, LoadFailure):
        return None
    if _wrong_store_password(case) or _not_a_keystore(case):
        return None
    return saw(
        f"{_label(view)}: attachment {_file(view)}, {len(view.attachment.data)} bytes",
        _failure_line(view),
        name=view.row.name,
    )


def _capital_name(case: Case) -> Observation | None:
    fact = case.instance.fact("uppercase_keystore_filename")
    row = case.profile_store
    if fact.value != "ignored" or row is None or not row.active:
        return None
    view = case.store(row)
    if view.attachment is None or view.attachment.file_name == view.attachment.file_name.lower():
        return None
    used = ", ".join(case.route.keystores) if case.route and case.route.keystores else "none"
    return saw(
        f"{_label(view)}: attachment {view.attachment.file_name} has capital letters",
        f"release fact uppercase_keystore_filename = ignored ({fact.evidence}: {fact.source})",
        f"route: keystores offered instead: {used}",
        name=view.row.name,
        file=view.attachment.file_name.lower(),
    )


def _profile_without_keystore(case: Case) -> Observation | None:
    profile = case.wanted_profile
    if profile is None or case.profile_store is not None:
        return None
    return saw(
        f"sys_protocol_profile {profile.protocol}: keystore is empty or names no record", profile=profile.protocol
    )


def _inactive(case: Case) -> Observation | None:
    row = case.profile_store
    if row is None or row.active:
        return None
    return saw(
        f"sys_certificate '{row.name}': active = false",
        f"sys_protocol_profile {case.wanted_profile.protocol if case.wanted_profile else ''}: keystore = {row.name}",
        name=row.name,
    )


def _wrong_type(case: Case) -> Observation | None:
    row = case.profile_store
    if row is None or row.is_keystore:
        return None
    return saw(f"sys_certificate '{row.name}': type = {row.type}, which holds no private key", name=row.name)


def _pkcs12_refused(case: Case) -> Observation | None:
    fact = case.instance.fact("pkcs12_keystores")
    row = case.profile_store
    if row is None or row.type != "pkcs12_key_store" or fact.value != "refused":
        return None
    return saw(
        f"sys_certificate '{row.name}': type = pkcs12_key_store",
        f"release fact pkcs12_keystores = refused ({fact.evidence}: {fact.source})",
        name=row.name,
    )


def _no_attachment(case: Case) -> Observation | None:
    row = case.profile_store
    if row is None or not row.is_keystore or case.store(row).attachment is not None:
        return None
    return saw(f"sys_certificate '{row.name}' has no attachment (sys_attachment)", name=row.name)


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
                    f"{_label(view)}: key entry {key.alias} has the self-signed certificate {leaf.subject}",
                    f"{_label(view)}: trusted entry {alias} has the CA's reply for the same name, issued by "
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
    return saw(f"{_label(view)}: {_file(view)} has no private key entry; entries: {entries}", name=view.row.name)


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
        f"{_label(view)}: alias {view.usable[0].alias} holds {len(chain)} certificate; issuer {chain[-1].issuer} is "
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
    view = next((one for one in case.offered if one.row.name == choice.keystore), None)
    if view is None or len(view.usable) < 2:
        return None
    aliases = ", ".join(key.alias for key in view.usable)
    passed_over = "; ".join(f"{one.alias}: {one.why}" for one in choice.rejected if one.keystore == choice.keystore)
    return saw(
        f"{_label(view)}: {len(view.usable)} private keys, in Java's order: {aliases}",
        f"key manager: chose {choice.alias} ({leaf.subject}); {passed_over}",
        *case.visit_line(),
        name=view.row.name,
        alias=choice.alias,
    )


def _expired(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or leaf.not_after >= case.when:
        return None
    return saw(
        f"{case.certificate_source}: {leaf.subject} ended on {leaf.not_after:%Y-%m-%d}",
        *case.visit_line(),
        source=case.certificate_source,
    )


def _not_yet_valid(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or leaf.not_before <= case.when:
        return None
    return saw(
        f"{case.certificate_source}: {leaf.subject} begins on {leaf.not_before:%Y-%m-%d}",
        *case.visit_line(),
        begin=f"{leaf.not_before:%Y-%m-%d}",
    )


def _not_advertised(case: Case) -> Observation | None:
    if not case.advertised or case.leaf is not None:
        return None
    accepted = {x500.canonical(name) for name in case.request.authorities} if case.request else set()
    lines = []
    for view in case.offered:
        for key in view.usable:
            chain = summaries(key.chain)
            issuers = {x500.canonical(_issuer(der)) for der in key.chain}
            if chain and not issuers & accepted:
                lines.append(f"{_label(view)}, alias {key.alias}: {chain[0].subject}, issued by {chain[0].issuer}")
    if not lines:
        return None
    return saw(
        f"transcript: the provider's CertificateRequest names {'; '.join(case.advertised)}",
        *lines,
        "transcript: the instance sent an empty Certificate message",
        advertised="; ".join(case.advertised),
    )


def _issuer(der: bytes) -> bytes:
    from sn_mock.outbound.certificate import parse

    return parse(der).issuer


def _key_type(case: Case) -> Observation | None:
    choice = case.exchange.key_choice
    if case.leaf is not None or choice is None or not choice.rejected:
        return None
    lines = [f"keystore '{one.keystore}', alias {one.alias}: {one.why}" for one in choice.rejected]
    return saw(*lines, "transcript: the instance sent an empty Certificate message")


RULES: tuple[Rule, ...] = (
    Rule(
        "keystore-file-name-with-capital",
        "The keystore's file name has a capital letter: this release does not use it",
        Stage.KEYSTORE,
        _CERTIFICATE,
        _capital_name,
        f"{_CERTIFICATES} > {{name}}: delete the attachment and attach the same file again as {{file}}.",
        "https://www.fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind/",
        Evidence.REPORTED,
        before_call=True,
    ),
    Rule(
        "broken-keystore-among-all",
        "One broken active keystore breaks every call of the legacy method",
        Stage.KEYSTORE,
        _KEYSTORE,
        _broken_among_all,
        f"{_CERTIFICATES} > {{name}}: correct its password or clear Active. Then empty the glide.httpclient.protocol.* "
        "properties, so that only the profile's keystore is loaded.",
        "KB1217702, KB0655967",
        before_call=True,
    ),
    Rule(
        "no-attachment",
        "The keystore record has no file attached",
        Stage.KEYSTORE,
        _KEYSTORE | _NONE_SENT,
        _no_attachment,
        f"{_CERTIFICATES} > {{name}}: attach the keystore file. Attachments do not travel in update sets.",
        "KB0655967",
        before_call=True,
    ),
    Rule(
        "wrong-store-password",
        "The keystore's password on the record is wrong (or the file is damaged)",
        Stage.KEYSTORE,
        _KEYSTORE,
        _wrong_store_password,
        f"{_CERTIFICATES} > {{name}} > Key store password: type the password of the file, save, and use Validate "
        "Stores/Certificates. If it is right, attach the file again: Java says the same of a damaged one.",
        "KB1217702, KB0655967",
        before_call=True,
    ),
    Rule(
        "key-password-differs",
        "The key inside the keystore has another password than the store",
        Stage.KEYSTORE,
        _KEYSTORE,
        _key_password,
        "Give the key the store's password (keytool -keypasswd, or export and import it again) and attach the file to "
        f"{_CERTIFICATES} > {{name}}.",
        "KB0824494, KB0655967",
        before_call=True,
    ),
    Rule(
        "not-a-keystore",
        "The attachment is no keystore of that type",
        Stage.KEYSTORE,
        _KEYSTORE,
        _not_a_keystore,
        f"Build a JKS or PKCS#12 keystore with key and chain, and attach it to {_CERTIFICATES} > {{name}} with the "
        f"fitting type.",
        "measured on JDK 17; KB0696599",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "keystore-damaged",
        "The keystore file is damaged",
        Stage.KEYSTORE,
        _KEYSTORE,
        _damaged,
        f"{_CERTIFICATES} > {{name}}: attach the file again as binary, and compare its size with the original.",
        "measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "profile-without-keystore",
        "The protocol profile has no keystore",
        Stage.KEYSTORE,
        _NONE_SENT,
        _profile_without_keystore,
        "System Security > Protocol Profiles > {profile} > Keystore: choose the sys_certificate record with the "
        "client key.",
        "KB0696599",
        before_call=True,
    ),
    Rule(
        "keystore-inactive",
        "The profile's keystore record is not active",
        Stage.KEYSTORE,
        _NONE_SENT,
        _inactive,
        f"{_CERTIFICATES} > {{name}} > Active: tick it.",
        "KB1217702 (only active records are loaded)",
        Evidence.ASSUMED,
        before_call=True,
    ),
    Rule(
        "keystore-of-wrong-type",
        "The profile's keystore record is a trusted certificate",
        Stage.KEYSTORE,
        _NONE_SENT,
        _wrong_type,
        "System Security > Protocol Profiles > Keystore: choose a record of type Java Key Store or PKCS12 Key Store.",
        "ServiceNow docs, t_CreateAProtocolProfile",
        before_call=True,
    ),
    Rule(
        "pkcs12-not-accepted",
        "This instance does not accept PKCS12 Key Stores",
        Stage.KEYSTORE,
        _NONE_SENT,
        _pkcs12_refused,
        "Convert the file (keytool -importkeystore -deststoretype JKS) and attach it to a record of type Java Key "
        "Store.",
        "KB0696002 (first edition)",
        before_call=True,
    ),
    Rule(
        "reply-under-other-alias",
        "The CA's reply was imported under another alias than the key's",
        Stage.KEYSTORE,
        _CERTIFICATE,
        _reply_elsewhere,
        "keytool -importcert -alias {key} with the CA's reply, after its CA certificates (delete the entry {reply} "
        "first); "
        f"then attach the file to {_CERTIFICATES} > {{name}} again.",
        "KB1648222, KB0696002",
        before_call=True,
    ),
    Rule(
        "keystore-without-key",
        "The keystore holds no private key",
        Stage.KEYSTORE,
        _NONE_SENT,
        _without_key,
        "Import the CA's reply into the keystore in which the key pair was generated, and attach that one to "
        f"{_CERTIFICATES} > {{name}}.",
        "KB0696599, KB0696776",
        before_call=True,
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
    ),
    Rule(
        "several-keys-in-keystore",
        "The keystore holds several keys, and Java's order picked this one",
        Stage.KEYSTORE,
        _REFUSED,
        _several_keys,
        "Keep one private key per keystore: delete the entry {alias} (keytool -delete) or split the file; attach it to "
        f"{_CERTIFICATES} > {{name}}.",
        "measured on JDK 17 (SunX509 key manager)",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "client-certificate-expired",
        "The client certificate has expired",
        Stage.KEYSTORE,
        _REFUSED,
        _expired,
        "Renew the certificate, import the reply into the keystore and attach it ({source}). Java sends expired "
        "certificates without a word.",
        "PRB1923704; measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "client-certificate-not-yet-valid",
        "The client certificate is not valid yet",
        Stage.KEYSTORE,
        _REFUSED,
        _not_yet_valid,
        "Use the previous keystore until {begin}.",
        "measured on JDK 17 against OpenSSL 3.0",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "client-ca-not-advertised",
        "No key of the keystore comes from a CA that the provider names",
        Stage.HANDSHAKE,
        _NONE_SENT,
        _not_advertised,
        "Use a client certificate of one of the CAs the provider names ({advertised}), with its whole chain in the "
        "keystore; or have the provider add your CA.",
        "RFC 5246 section 7.4.4; measured on JDK 17",
        Evidence.MEASURED,
        before_call=True,
    ),
    Rule(
        "key-type-not-accepted",
        "No key of the keystore fits what the provider asked for",
        Stage.HANDSHAKE,
        _NONE_SENT,
        _key_type,
        "Use a key of a type the provider accepts (see its CertificateRequest in the transcript).",
        "measured on JDK 17",
        Evidence.MEASURED,
    ),
)
