"""Causes inside a keystore's file: it is whole, and no password and no newer keytool makes Java read it."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.java.keytool.obstacles import NAMED_CURVE
from sn_mock.java.keytool.remedies import ATTACHED_AS, FILE, remade
from sn_mock.outbound.credentials.shelf import StoreView
from sn_mock.outbound.credentials.trouble import Trouble, trouble

_CERTIFICATES = "System Definition > Certificates"


def failing(case: Case) -> StoreView | None:
    """The first keystore of the route that Java cannot use."""
    return next((view for view in case.offered if view.failure), None)


def failure_line(view: StoreView) -> str:
    """What Java says of it."""
    failure = view.failure
    return f"Java at {failure.failed_at}: {failure.java[0]}" if failure else ""


def troubled(case: Case, *kinds: Trouble) -> StoreView | None:
    """The first keystore of the route that Java cannot use, where it is for one of these."""
    view = failing(case)
    return view if view is not None and trouble(case.shelf, view.row) in kinds else None


def _hindered(kind: Trouble, what: str) -> Callable[[Case], Observation | None]:
    """A check for files that have that trouble."""

    def check(case: Case) -> Observation | None:
        view = troubled(case, kind)
        found = case.shelf.obstacle(view.row) if view else None
        if view is None or found is None:
            return None
        return saw(
            what.format(label=view.label, file=view.file_name, said=found.said),
            failure_line(view),
            name=view.row.name,
            mend=remade(view.file_name),
        )

    return check


RULES: tuple[Rule, ...] = (
    Rule(
        "keystore-algorithm-unread",
        "The keystore is encrypted or sealed with an algorithm that Java does not read",
        Stage.KEYSTORE,
        frozenset({Symptom.KEYSTORE}),
        _hindered(Trouble.PROTECTION, "{label}: Java does not read the encryption or the MAC of {file}: {said}"),
        f"Make the file again with {{mend}}. Attach the result to {_CERTIFICATES} > {{name}} {ATTACHED_AS}. "
        "keytool does not open it either.",
        "measured on JDK 8u252, 11.0.13, 17 and 21 with files of OpenSSL 3 and GnuTLS",
        Evidence.MEASURED,
        before_call=True,
        without_case={"mend": remade(FILE)},
        confirm="openssl pkcs12 -info -noout: a PBES2 cipher other than AES-128-CBC and AES-256-CBC, or a MAC that is "
        "not of SHA-1 or SHA-2; keytool of a current JDK does not open the file, openssl does",
    ),
    Rule(
        "keystore-password-not-ascii",
        "The keystore's password has a character outside ASCII: Java does not take it for PKCS#12",
        Stage.KEYSTORE,
        frozenset({Symptom.KEYSTORE}),
        _hindered(
            Trouble.NOT_ASCII, "{label}: key_store_password has a character outside ASCII; at {file} Java says: {said}"
        ),
        f"Make the file again, with another password, by {{mend}}. Attach the result to {_CERTIFICATES} > {{name}} "
        f"{ATTACHED_AS}, and type the new password as Key store password.",
        "measured on JDK 8u252, 11.0.13, 17 and 21",
        Evidence.MEASURED,
        before_call=True,
        without_case={"mend": remade(FILE)},
        confirm="keytool -list with the right password says keystore password was incorrect; its cause is Password is "
        "not ASCII",
    ),
    Rule(
        "keystore-certificate-unreadable",
        "Java does not parse a certificate in the keystore",
        Stage.KEYSTORE,
        frozenset({Symptom.KEYSTORE}),
        _hindered(
            Trouble.CERTIFICATE, "{label}: the password opens {file}, but Java does not parse a certificate: {said}"
        ),
        f"{NAMED_CURVE[0].upper()}{NAMED_CURVE[1:]}. Attach the keystore with it to {_CERTIFICATES} > {{name}} "
        f"{ATTACHED_AS}.",
        "measured on JDK 8u252, 11.0.13, 17 and 21 with a certificate of explicit EC parameters",
        Evidence.MEASURED,
        before_call=True,
        confirm="keytool -printcert fails for the certificate; openssl x509 -text shows Field Type, Prime and "
        "Generator instead of a curve's name",
    ),
)
