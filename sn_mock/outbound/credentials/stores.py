"""The certificates that a `sys_certificate` row holds: in its text, its files, or its keystore."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import field, replace

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import JavaChain
from sn_mock.instance.inbound_records import SysCaCertificate, SysUserCertificate
from sn_mock.instance.instance import Instance
from sn_mock.instance.records import SysCertificate
from sn_mock.java import keystore
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import KEPT, generate_certificate
from sn_mock.java.x509.summaries import summary, summary_of
from tls_transcript import CertificateSummary

_PEM = regex(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate and where in the row it was found."""

    place: str
    """`PEM Certificate`, a file name, or `alias 'acme'` with the position in its chain."""
    der: bytes = field(repr=False)
    summary: CertificateSummary
    is_client_leaf: bool = False
    """It is the certificate the instance would present."""
    refused: JavaChain = ()
    """Why Java cannot parse it, so that nothing is trusted for it; () where it can."""


def is_stand_in(instance: Instance, row: SysCertificate) -> bool:
    """True where a forged keystore takes the place of the one that nobody has."""
    return bool(row.stand_in) and not instance.attachments_of(row)


def is_unseen(instance: Instance, row: SysCertificate) -> bool:
    """True where the folder has neither the keystore nor anything to forge one from: it cannot be judged."""
    return row.is_keystore and not row.stand_in and not instance.attachments_of(row)


def load_error(row: SysCertificate, java: JavaChain) -> str:
    """The node-log line of a store that does not load, as KB1217702 shows it."""
    return f"SEVERE *** ERROR *** Unable to load certificate : {row.name} - {row.sys_id} {java[0]}"


def certificates_in_text(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM text, or the one of a DER file; damaged ones are left out."""
    found = []
    for match in _PEM.finditer(data):
        try:
            found.append(base64.b64decode(b"".join(match[1].split()), validate=True))
        except binascii.Error:
            continue
    return tuple(found) or ((data,) if data[:1] == b"\x30" else ())


def trusted_certificates(
    instance: Instance, row: SysCertificate | SysCaCertificate | SysUserCertificate
) -> tuple[Held, ...]:
    """The certificates of a Trust Store Cert row (or one of the inbound tables): its PEM text, else its files.

    Among them are those that people can be shown although Java cannot parse them (`refused`).
    """
    if row.pem_certificate.strip():
        return _summaries("PEM Certificate", certificates_in_text(row.pem_certificate.encode()))
    held: tuple[Held, ...] = ()
    for file in instance.attachments_of(row):
        held += _summaries(file.file_name, certificates_in_text(file.data))
    return held


def stored_certificates(store: keystore.KeyStore) -> tuple[Held, ...]:
    """Every certificate inside a keystore, entry by entry, leaf first."""
    held: list[Held] = []
    for entry in store.entries:
        presents = entry.kind is keystore.EntryKind.PRIVATE_KEY
        for number, der in enumerate(entry.chain):
            place = f"alias '{entry.alias}'" + (f", certificate {number + 1} of {len(entry.chain)}" if presents else "")
            is_leaf = presents and number == 0
            held += (replace(one, is_client_leaf=is_leaf) for one in _summaries(place, (der,)))
    return tuple(held)


def _summaries(place: str, certificates: tuple[bytes, ...]) -> tuple[Held, ...]:
    shown = ((der, *_summarised(der)) for der in certificates)
    return tuple(Held(place, der, read, refused=refused) for der, read, refused in shown if read is not None)


@remembered(KEPT)
def _summarised(der: bytes) -> tuple[CertificateSummary | None, JavaChain]:
    """What people can be shown of a certificate, and why Java cannot parse it."""
    try:
        return summary_of(generate_certificate(der)), ()
    except JavaThrow as thrown:
        return summary(der), thrown.chain
