"""Causes in a MID Protocol Profile (Xanadu and later): its keystore lies on the MID Server's host."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.failure import Stage
from sn_mock.instance import MidProtocolProfile

_KEYSTORE = frozenset({Symptom.KEYSTORE})
_DOCS = "ServiceNow docs, integration-hub/mtls-mid-server"
_NO_FILE = "java.io.FileNotFoundException"


def _profile(case: Case) -> MidProtocolProfile | None:
    """The MID Protocol Profile that the route chose."""
    if case.route is None or case.route.decision("mid_server") is None:
        return None
    return next((row for row in case.instance.mid_protocol_profiles if row.protocol == case.route.scheme), None)


def _mid_vault(case: Case) -> Observation | None:
    if not case.cause_is("mid-external-store") or case.route is None:
        return None
    name = case.route.protocol_profile or ""
    return saw(
        f"MID Protocol Profile {name}: external_credential_store = true",
        "the password is fetched from CyberArk by the MID Server; sn-mock has no vault to ask",
        name=name,
    )


def _missing(case: Case) -> Observation | None:
    return _not_loaded(case, missing=True)


def _unreadable(case: Case) -> Observation | None:
    return _not_loaded(case, missing=False)


def _not_loaded(case: Case, *, missing: bool) -> Observation | None:
    row = _profile(case)
    failure = case.exchange.failure
    if row is None or failure is None or not case.cause_is("keystore-not-loaded", "key-not-recovered"):
        return None
    thrown = str(failure.java[0]) if failure.java else ""
    if thrown.startswith(_NO_FILE) is not missing:
        return None
    return saw(
        f"mid_protocol_profile {row.protocol}: keystore_path = {row.keystore_path or '(empty)'}, password "
        f"{'set' if row.password else 'not set'}",
        f"Java: {thrown}",
        name=row.protocol,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "mid-external-store",
        "The MID Protocol Profile's password lies in an external store, which sn-mock does not have",
        Stage.KEYSTORE,
        _KEYSTORE,
        _mid_vault,
        "MID Protocol Profile {name} > External credential store: clear it and type the keystore's password, for a run "
        "of sn-mock.",
        _DOCS,
        before_call=True,
        confirm="External credential store is ticked on the MID Protocol Profile (the form may hide it)",
    ),
    Rule(
        "mid-keystore-missing",
        "The keystore of the MID Protocol Profile is not on the MID Server's host",
        Stage.KEYSTORE,
        _KEYSTORE,
        _missing,
        "MID Protocol Profile {name} > Keystore path: name the file as it lies on the host of every MID Server that "
        "the profile applies to. (For a run of sn-mock put it into the instance folder, or attach it to the record.)",
        _DOCS,
        before_call=True,
        confirm="keytool -list -keystore PATH, on the MID Server's host, finds no file",
    ),
    Rule(
        "mid-keystore-unreadable",
        "The keystore of the MID Protocol Profile cannot be loaded",
        Stage.KEYSTORE,
        _KEYSTORE,
        _unreadable,
        "MID Protocol Profile {name} > Password: type the password of the file on the MID Server's host; if it is "
        "right, put an intact keystore there.",
        _DOCS,
        before_call=True,
        confirm="keytool -list -keystore PATH, on the MID Server's host, refuses the profile's password or the file",
    ),
)
