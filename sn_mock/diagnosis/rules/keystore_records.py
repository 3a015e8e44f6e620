"""Causes in the `sys_certificate` record of the keystore, its attachment and its password."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.rules.keystore_files import failing, failure_line, troubled
from sn_mock.diagnosis.symptom import NONE_SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance.folder.slips import variable_slip
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.keytool.remedies import ATTACHED_AS, FILE, conversion, for_older_java
from sn_mock.outbound.credentials.trouble import Trouble, fitting_type, trouble
from sn_mock.outbound.routing.keystore_selection import CAPITALS, PKCS12, refused_by

_CERTIFICATE = NONE_SENT | {Symptom.CERTIFICATE_REFUSED}
_KEYSTORE = frozenset({Symptom.KEYSTORE})
_CERTIFICATES = "System Definition > Certificates"


def _broken_among_all(case: Case) -> Observation | None:
    view = failing(case)
    if view is None or case.route is None or case.route.socket_factory != "legacy-property":
        return None
    if len(case.route.keystores) < 2 or (case.profile_store and case.profile_store.sys_id == view.row.sys_id):
        return None
    return saw(
        f"{view.label} is active and cannot be used",
        failure_line(view),
        f"route: all active keystores are loaded together: {', '.join(case.route.keystores)}",
        name=view.row.name,
    )


def _newer_tool(case: Case) -> Observation | None:
    view = troubled(case, Trouble.TOO_NEW)
    later = case.shelf.first_reader(view.row) if view else None
    if view is None or later is None:
        return None
    return saw(
        f"{view.label}: {view.file_name} is PKCS#12 with algorithms that Java reads since {later.java}",
        f"{case.instance.release.label} runs Java {case.instance.java} ({case.instance.fact('java').evidence})",
        failure_line(view),
        name=view.row.name,
        mend=for_older_java(view.file_name, view.password),
    )


def _unknown_algorithm(case: Case) -> Observation | None:
    view = troubled(case, Trouble.UNKNOWN_ALGORITHM)
    later = case.shelf.first_reader(view.row) if view else None
    if view is None or later is None:
        return None
    return saw(
        f"{view.label}: a key of {view.file_name} is of an algorithm that Java knows since {later.java}",
        f"{case.instance.release.label} runs Java {case.instance.java} ({case.instance.fact('java').evidence})",
        failure_line(view),
        name=view.row.name,
    )


def _wrong_store_password(case: Case) -> Observation | None:
    view = troubled(case, Trouble.PASSWORD)
    if view is None:
        return None
    secret = view.row.key_store_password
    if secret is None:
        return saw(
            f"{view.label}: key_store_password is empty; Java is taken to get none then (ASSUMED)",
            failure_line(view),
            name=view.row.name,
        )
    meant = variable_slip(secret.reveal())
    return saw(
        f"{view.label}: key_store_password does not open {view.file_name}",
        *((f"instance.toml: the password is taken as it stands; env:{meant} takes it from {meant}",) if meant else ()),
        failure_line(view),
        name=view.row.name,
    )


def _key_password(case: Case) -> Observation | None:
    view = case.unopened or troubled(case, Trouble.KEY_PASSWORD)
    if view is None:
        return _key_password_behind(case)
    return saw(
        f"{view.label}: key_store_password opens {view.file_name}, but not the key inside",
        f"key manager: {case.withheld}" if case.unopened else failure_line(view),
        name=view.row.name,
        mend=conversion(view.file_name, password=view.password),
    )


def _key_password_behind(case: Case) -> Observation | None:
    """What is next, once a file that is too new has been converted."""
    view = troubled(case, Trouble.TOO_NEW)
    later = case.shelf.first_reader(view.row) if view else None
    if view is None or later is None or later.left is None or not later.misses_key_password:
        return None
    return saw(
        f"{view.label}: in Java {later.java}, which reads {view.file_name}, key_store_password does not open the key",
        f"that Java at {later.left.failed_at}: {later.left.java[0]}",
        name=view.row.name,
        mend=conversion(view.file_name, password=view.password),
    )


def _not_a_keystore(case: Case) -> Observation | None:
    view = troubled(case, Trouble.OTHER_TYPE, Trouble.NO_KEYSTORE)
    if view is None or view.attachment is None:
        return None
    start, kind = view.attachment.data[:8], file_kind(view.attachment.data)
    shown = start.decode("ascii") if start.isascii() and start.decode("ascii").isprintable() else start.hex(" ")
    other_type = trouble(case.shelf, view.row) is Trouble.OTHER_TYPE
    return saw(
        f"{view.label}: type = {view.row.type}, attachment {view.file_name}",
        f"the file begins with {shown}: {_kind(view.attachment.data)}",
        failure_line(view),
        name=view.row.name,
        step=fitting_type(kind, view.file_name, view.password) if other_type else _BUILD,
    )


_BUILD = f"attach a JKS or PKCS#12 keystore with key and chain, {ATTACHED_AS}"


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
    view = troubled(case, Trouble.DAMAGED)
    if view is None or view.attachment is None:
        return None
    return saw(
        f"{view.label}: attachment {view.file_name}, {len(view.attachment.data)} bytes",
        failure_line(view),
        name=view.row.name,
    )


def _capital_name(case: Case) -> Observation | None:
    row = case.profile_store
    if row is None or not row.active or CAPITALS not in refused_by(case.instance, row):
        return None
    fact, view = case.instance.fact(CAPITALS), case.store(row)
    used = ", ".join(case.route.keystores) if case.route and case.route.keystores else "none"
    return saw(
        f"{view.label}: attachment {view.file_name} has capital letters",
        f"release fact uppercase_keystore_filename = {fact.told}",
        f"route: keystores offered instead: {used}",
        name=view.row.name,
        file=view.file_name.lower(),
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
    row = case.profile_store
    if row is None or PKCS12 not in refused_by(case.instance, row):
        return None
    fact = case.instance.fact(PKCS12)
    return saw(
        f"sys_certificate '{row.name}': type = pkcs12_key_store",
        f"release fact pkcs12_keystores = {fact.told}",
        name=row.name,
        mend=conversion(case.store(row).file_name, password=case.store(row).password),
    )


def _no_attachment(case: Case) -> Observation | None:
    row = case.profile_store
    if row is None or not row.is_keystore or case.store(row).attachment is not None:
        return None
    return saw(
        f"sys_certificate '{row.name}' has no attachment (sys_attachment)",
        "Java is taken to read an empty file (ASSUMED)",
        name=row.name,
    )


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
        confirm="Fuji to Helsinki; the attachment's name has a capital letter; it works when renamed",
    ),
    Rule(
        "broken-keystore-among-all",
        "One broken active keystore breaks every call of the legacy method",
        Stage.KEYSTORE,
        _KEYSTORE,
        _broken_among_all,
        f"{_CERTIFICATES} > {{name}}: correct its password or clear Active. Then empty the"
        f" glide.httpclient.protocol.* "
        "properties, so that only the profile's keystore is loaded.",
        "KB1217702, KB0655967",
        before_call=True,
        confirm="another active sys_certificate row fails Validate Stores/Certificates",
    ),
    Rule(
        "no-attachment",
        "The keystore record has no file attached",
        Stage.KEYSTORE,
        _KEYSTORE | NONE_SENT,
        _no_attachment,
        f"{_CERTIFICATES} > {{name}}: attach the keystore file. Attachments do not travel in update sets.",
        "KB0655967",
        before_call=True,
        confirm="the sys_certificate record has no attachment",
    ),
    Rule(
        "keystore-too-new-for-java",
        "The keystore was made by a newer keytool or openssl: this release's Java cannot read it",
        Stage.KEYSTORE,
        _KEYSTORE,
        _newer_tool,
        f"{{mend}}. Attach the result to {_CERTIFICATES} > {{name}} {ATTACHED_AS}.",
        "measured on JDK 8u252, 11.0.7 and 11.0.13; CSR JDK-8267701",
        Evidence.MEASURED,
        before_call=True,
        without_case={"mend": for_older_java(FILE)},
        confirm="openssl pkcs12 -info: PBES2 or MAC: sha256, and the instance's Java is older than 8u301 or 11.0.12; "
        "keytool of a current JDK opens the same file",
    ),
    Rule(
        "key-algorithm-unknown-to-java",
        "The keystore holds a key of an algorithm that this release's Java does not know",
        Stage.KEYSTORE,
        _KEYSTORE,
        _unknown_algorithm,
        f"Order a certificate for an RSA or EC key and attach its keystore to {_CERTIFICATES} > {{name}}: one such key "
        "keeps Java from all the others in a PKCS#12 file.",
        "JEP 339; measured on JDK 8u252 and 11.0.13",
        Evidence.MEASURED,
        before_call=True,
        confirm="keytool -list -v of a current JDK: Ed25519 or Ed448; the instance's Java is older than 15",
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
        confirm="Validate Stores/Certificates fails; keytool -list with the same password fails too",
    ),
    Rule(
        "key-password-differs",
        "The key inside the keystore has another password than the store",
        Stage.KEYSTORE,
        _KEYSTORE | NONE_SENT,
        _key_password,
        "Give the key the store's password with {mend}: it asks for the key's own. Attach the result to "
        f"{_CERTIFICATES} > {{name}} {ATTACHED_AS}.",
        "KB0824494, KB0655967; the command: measured on keytool 8u504, 11, 17 and 21",
        before_call=True,
        without_case={"mend": conversion(FILE)},
        confirm="keytool -list works with the store password; keytool -importkeystore -srcstoretype JKS asks for the "
        "key's",
    ),
    Rule(
        "not-a-keystore",
        "The attachment is no keystore of that type",
        Stage.KEYSTORE,
        _KEYSTORE,
        _not_a_keystore,
        f"{_CERTIFICATES} > {{name}}: {{step}}.",
        "measured on JDK 8u252 and 17; KB0696599",
        Evidence.MEASURED,
        before_call=True,
        without_case={"step": f"if the file is a JKS, choose the Type Java Key Store; else {_BUILD}"},
        confirm="the file's first bytes are not those of the record's type: FE ED FE ED (JKS) or 30 8x (PKCS#12)",
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
        confirm="the attachment's size differs from the original's; keytool -list fails with EOFException",
    ),
    Rule(
        "profile-without-keystore",
        "The protocol profile has no keystore",
        Stage.KEYSTORE,
        NONE_SENT,
        _profile_without_keystore,
        "System Security > Protocol Profiles > {profile} > Keystore: choose the sys_certificate record with the "
        "client key.",
        "KB0696599",
        before_call=True,
        confirm="the protocol profile's Keystore field is empty",
    ),
    Rule(
        "keystore-inactive",
        "The profile's keystore record is not active",
        Stage.KEYSTORE,
        NONE_SENT,
        _inactive,
        f"{_CERTIFICATES} > {{name}} > Active: tick it.",
        "KB1217702 (only active records are loaded)",
        Evidence.ASSUMED,
        before_call=True,
        confirm="the keystore record's Active is not ticked",
    ),
    Rule(
        "keystore-of-wrong-type",
        "The profile's keystore record is a trusted certificate",
        Stage.KEYSTORE,
        NONE_SENT,
        _wrong_type,
        "System Security > Protocol Profiles > Keystore: choose a record of type Java Key Store or PKCS12 Key Store.",
        "ServiceNow docs, t_CreateAProtocolProfile",
        before_call=True,
        confirm="the profile's keystore is of type Trust Store Cert",
    ),
    Rule(
        "pkcs12-not-accepted",
        "This instance does not accept PKCS12 Key Stores",
        Stage.KEYSTORE,
        NONE_SENT,
        _pkcs12_refused,
        f"Convert the file with {{mend}} and attach the result to {_CERTIFICATES} > {{name}} {ATTACHED_AS}.",
        "KB0696002 (first edition)",
        before_call=True,
        without_case={"mend": conversion(FILE)},
        confirm="the record is of type PKCS12 Key Store; the same key as JKS works",
    ),
)
