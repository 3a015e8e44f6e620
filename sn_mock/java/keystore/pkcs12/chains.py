"""Joining keys and certificates of a PKCS#12: by localKeyID first, by alias else, and upwards by issuer.

Every certificate of the file may serve, trusted entries included. Measured on JDK 17.
"""

from __future__ import annotations

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.keystore.pkcs12.bags import Contents, KeyBag
from sn_mock.java.lang import strings as java_strings
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.signatures import is_self_signed

_SUBJECT_KEY_ID = oid_named("SubjectKeyID")


def complete(contents: Contents) -> None:
    """Give each private key its chain."""
    for key in contents.keys:
        chain: list[Certificate] = []
        certificate = _leaf(key, contents)
        while certificate is not None and certificate.encoded not in {link.encoded for link in chain}:
            chain.append(certificate)
            if is_self_signed(certificate):
                break
            certificate = _issuer(certificate, contents.certificates)
        if chain:
            key.chain = tuple(chain)


def _leaf(key: KeyBag, contents: Contents) -> Certificate | None:
    by_id: Certificate | None = None
    by_alias: Certificate | None = None
    for item in contents.chain_certificates:
        same_alias = item.alias is not None and java_strings.equals_ignore_case(key.alias, item.alias)
        if item.key_id == key.key_id:
            by_id = item.certificate
            if same_alias:
                return item.certificate
        elif same_alias:
            by_alias = item.certificate
    return by_alias if by_id is None else by_id


def _issuer(certificate: Certificate, candidates: list[Certificate]) -> Certificate | None:
    """The candidate whose name is the issuer's; key identifiers decide between namesakes."""
    wanted = _authority_key_id(certificate)
    fallback: Certificate | None = None
    for candidate in candidates:
        if candidate.subject.canonical != certificate.issuer.canonical:
            continue
        if wanted is None:
            return candidate
        own = _subject_key_id(candidate)
        if own is None:
            fallback = candidate
        elif own == wanted:
            return candidate
    return fallback


def _subject_key_id(certificate: Certificate) -> bytes | None:
    """The extension's value as it stands: Java compares encodings of OCTET STRINGs."""
    return certificate.extension(_SUBJECT_KEY_ID)


def _authority_key_id(certificate: Certificate) -> bytes | None:
    named = certificate.extensions.authority_key_id
    return None if named is None or named.key_id is None else der.encode(der.OCTET_STRING, named.key_id)
