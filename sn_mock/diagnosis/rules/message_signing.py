"""Causes for which a Security header cannot be made: profile, keystore, alias, password, certificate, envelope."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Check, Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import SysSoapMessageFunction
from sn_mock.java.keytool.remedies import ATTACHED_AS, conversion
from sn_mock.outbound.calls.message_security import NO_ENVELOPE, NO_PROFILE, record_to_change
from sn_mock.outbound.credentials import signing_keys
from sn_mock.outbound.messages import message_security
from sn_mock.outbound.routing.message_security import NOTHING, MessageSecurity

_MAKING = frozenset({Symptom.KEYSTORE, Symptom.ROUTE, Symptom.SOAP})


def wish_of(case: Case) -> MessageSecurity:
    """What the records ask for; NOTHING for a bare request."""
    exchange = case.exchange
    message = case.instance.soap_message(exchange.message) if exchange.message else None
    function = case.instance.soap_function(message, exchange.function) if message else None
    return message_security.of(case.instance, function) if isinstance(function, SysSoapMessageFunction) else NOTHING


def _cannot(cause: str) -> Check:
    def check(case: Case) -> Observation | None:
        if not case.cause_is(cause):
            return None
        record = record_to_change(case.exchange.log, case.shelf, wish_of(case))
        record = record or f"sys_soap_message_function '{case.exchange.function}'"
        return saw(*case.alert_line(), f"record: {record}", record=record)

    return check


RULES: tuple[Rule, ...] = (
    Rule(
        "ws-security-profile-missing",
        "The function asks for WS-Security and names no profile that exists",
        Stage.ROUTE,
        _MAKING,
        _cannot(NO_PROFILE),
        "{record}: choose an existing WS-Security profile, or clear WS-Security type.",
        "ServiceNow docs, t_WebServiceSecurity",
        Evidence.ASSUMED,
        before_call=True,
        confirm="the profile's field on the function is empty, or the profile is in another instance only",
    ),
    Rule(
        "ws-security-key-store-missing",
        "WS-Security: there is no such keystore record",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_KEY_STORE),
        "{record}: name the sys_certificate record that holds the keystore.",
        "KB0657111; ServiceNow docs, t_WebServiceSecurity",
        before_call=True,
        confirm="the profile's Key store is empty, or names a record that this instance does not have",
    ),
    Rule(
        "ws-security-key-store-unreadable",
        "WS-Security: the signing keystore does not open",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_LOAD),
        "{record}: enter the keystore's password, and attach a keystore of the record's type.",
        "KB0759344; ServiceNow docs, t_WebServiceSecurity",
        Evidence.REPORTED,
        before_call=True,
        confirm="keytool -list with the profile's password fails on the attached file",
    ),
    Rule(
        "ws-security-alias-missing",
        "WS-Security: the keystore has no key under that alias",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_ALIAS),
        "{record}: enter an alias that `keytool -list` shows as PrivateKeyEntry.",
        "KB0759344; WSS4J 1.5.12, CryptoBase.getPrivateKey",
        Evidence.ASSUMED,
        before_call=True,
        confirm="the node log says `Cannot find key for alias`; keytool -list shows another alias",
    ),
    Rule(
        "ws-security-key-not-recovered",
        "WS-Security: the key does not open with the profile's password",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_KEY),
        f"{{record}}: key and keystore need one password. Convert the file with {conversion()}, which asks for the "
        f"key's own, and attach the result {ATTACHED_AS}.",
        "KB0824494; ServiceNow docs, t_WebServiceSecurity",
        Evidence.ASSUMED,
        before_call=True,
        confirm="keytool -list works with the keystore's password; keytool -importkeystore -srcstoretype JKS asks "
        "for the key's",
    ),
    Rule(
        "ws-security-key-not-rsa",
        "WS-Security signs with RSA only, and the key is of another kind",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_RSA),
        "{record}: use an RSA key; glide.soap.signature.algorithm knows RSA only.",
        "ServiceNow docs, ws-security-properties",
        before_call=True,
        confirm="keytool -list -v shows an EC or DSA key under the alias",
    ),
    Rule(
        "ws-security-certificate-unreadable",
        "WS-Security: the profile's certificate record holds no certificate",
        Stage.KEYSTORE,
        _MAKING,
        _cannot(signing_keys.NO_CERTIFICATE),
        "{record}: store the certificate as PEM in that record.",
        "KB0657111",
        before_call=True,
        confirm="the node log says `Unable to extract Key from KeyStore`, and the record has no PEM text",
    ),
    Rule(
        "ws-security-envelope-unreadable",
        "WS-Security: the envelope is no XML that can be signed",
        Stage.SOAP,
        _MAKING,
        _cannot(NO_ENVELOPE),
        "{module} > the function > Envelope: correct it; a value that is set without escaping may have broken it.",
        "SOAP 1.1 section 4",
        Evidence.ASSUMED,
        confirm="an XML parser refuses the envelope with its variables filled in",
    ),
)
