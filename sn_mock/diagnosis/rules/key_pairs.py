"""Causes between a private key and the chain that it is stored with: the chain of another key, or in another order."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, SENT
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.java.keystore import UsableKey
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.key_fit import Fit, fit, position

_WRONG_ORDER = "The keystore's chain is stored in the wrong order: it does not begin with the client's certificate"
_IN_ORDER = (
    "Make the entry again, with {owner} first and the CA that issued it behind it, up to the root. "
    "`keytool -list -rfc -alias {alias} -keystore FILE > CHAIN.pem` prints the certificates; `openssl pkcs12 -export "
    "-inkey KEY.pem -in CHAIN.pem -name {alias} -out NEW.p12` puts them in order (a mismatch that it prints is no "
    "failure), `keytool -importkeystore -srckeystore NEW.p12 -destkeystore NEW.jks -deststoretype JKS` makes a JKS of "
    "it. keytool alone keeps the first certificate first. Attach the file to System Definition > Certificates > {name}."
)
"""Measured with OpenSSL 3.0 and keytool of 17.0.15; `-importcert` of 8u252 and 17.0.15 keeps the first one first."""

_CAS_KEY = "The private key beside the client's certificate is the CA's, not the client's"
_OWN_KEY = (
    "Make the entry again with the private key whose certificate request became {first}: `openssl pkey -in KEY.pem "
    "-pubout` prints of it what `openssl x509 -in CERTIFICATE.pem -noout -pubkey` prints of that one. The chain is "
    "right: `openssl pkcs12 -export -inkey KEY.pem -in CHAIN.pem -name {alias} -out NEW.p12`. The CA's key, that of "
    "{owner}, can issue certificates in the CA's name: take it off the instance. Attach the new file to System "
    "Definition > Certificates > {name}."
)
_TITLES_AND_REMEDIES = {Fit.LATER: (_WRONG_ORDER, _IN_ORDER), Fit.ISSUER: (_CAS_KEY, _OWN_KEY)}


def _wrong_key(case: Case) -> Observation | None:
    if case.misfit is None:
        return _told_by_provider(case)
    view, key = case.misfit
    source = f"keystore '{view.row.name}', alias {key.alias}"
    first = parse_certificate(key.chain[0])
    subject, issuer = first.subject.rfc2253(), first.issuer.rfc2253()
    stored = f"{source}: the chain begins with {subject}, issued by {issuer}"
    seen = saw(
        *(case.sent_line if case.leaf is not None else (stored,)),
        *_key_lines(key),
        *((f"key manager: chose {key.alias}, but {case.withheld}",) if case.withheld else ()),
        *(case.sent_line if case.leaf is None else ()),
        *case.alert_line(),
        *case.visit_line(),
        source=source,
        alias=key.alias,
        name=view.row.name,
    )
    place = position(key.pkcs8, key.chain)
    if place is None:
        return seen
    owner = parse_certificate(key.chain[place - 1]).subject.rfc2253()
    title, remedy = _TITLES_AND_REMEDIES[fit(key.pkcs8, key.chain)]
    words = {
        **seen.words,
        "owner": f"certificate {place} of its chain ({owner})",
        "first": f"certificate 1 ({subject})",
    }
    return replace(seen, words=words, title=title, remedy=remedy)


def _told_by_provider(case: Case) -> Observation | None:
    """The key cannot be compared, but the provider found the signature wrong."""
    if case.leaf is None or case.key_fit is not Fit.UNKNOWN:
        return None
    if not case.cause_is("decrypt-error") and not case.provider_says("bad-signature"):
        return None
    return saw(*case.sent_line, *case.alert_line(), *case.visit_line(), source=case.certificate_source)


def _key_lines(key: UsableKey) -> tuple[str, ...]:
    """What comparing the key with the certificates of its chain shows."""
    place = position(key.pkcs8, key.chain)
    if place is None:
        return ("the private key of this entry belongs to none of its certificates",)
    owner = parse_certificate(key.chain[place - 1]).subject.rfc2253()
    if fit(key.pkcs8, key.chain) is Fit.ISSUER:
        return (
            f"the private key belongs to certificate {place} of the chain ({owner}), a CA that issued one before it",
        )
    return (
        f"the private key belongs to certificate {place} of the chain ({owner}), and Java takes the first one for "
        "the client's own: the chain is stored in the wrong order",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "key-does-not-fit-certificate",
        "The private key does not belong to the certificate",
        Stage.HANDSHAKE,
        NONE_SENT | SENT,
        _wrong_key,
        "Rebuild the keystore from the key pair that made the certificate request, its own certificate first "
        "({source}).",
        "measured on Java 8u252, 8u504, 11.0.13, 17.0.15 and 21.0.8 against OpenSSL 3.0",
        Evidence.MEASURED,
        before_call=True,
        confirm=(
            "openssl pkey -pubout and openssl x509 -pubkey of the keystore's key and certificate differ; keytool -list "
            "-v: Certificate[1] is not the client's own"
        ),
    ),
)
