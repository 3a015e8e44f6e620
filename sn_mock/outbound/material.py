"""KEYSTORE: the bytes behind the route's keystores, as Java opens them: keys to offer, certificates to trust.

Every keystore of the route has to open; one that does not ends the call (KB1217702, KB0655967: one broken active row
breaks whoever uses the store). Trusted are all active Trust Store Cert rows and the trusted entries of the route's
keystores; Java's own cacerts are not part of it (ASSUMED: a lab's certificates are never in there).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sn_mock import keystore
from sn_mock.failure import Failure, JavaChain, JavaException, Stage
from sn_mock.instance import Instance
from sn_mock.instance.records import SysCertificate
from sn_mock.outbound.exchange import Route
from sn_mock.outbound.key_manager import Candidate

JAVA_TYPE = {"key_store": "JKS", "pkcs12_key_store": "PKCS12"}
"""What DBKeyStore asks Java for (base-system script include DBKeyStore: PKCS12 for that value only, else JKS)."""
_PEM_CERTIFICATE = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.+?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Material:
    """What the socket factory has in hand before it connects."""

    candidates: tuple[Candidate, ...] = ()
    anchors: tuple[bytes, ...] = ()
    """DER certificates that are trusted."""
    log: tuple[str, ...] = ()
    """Node-log lines."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One keystore row, open."""

    keys: tuple[keystore.UsableKey, ...]
    trusted: tuple[bytes, ...]
    """Its trusted certificates (DER)."""


@dataclass(frozen=True, slots=True)
class NoMaterial:
    """A keystore did not open: the failure, and what the node log says."""

    failure: Failure
    log: tuple[str, ...]


def open_keystores(
    instance: Instance, route: Route, *, java: int = 17, algorithm: str = "SunX509"
) -> Material | NoMaterial:
    """Open everything the route needs. Pure: reads the instance's attachments only."""
    candidates: list[Candidate] = []
    anchors: list[bytes] = []
    for reference in route.keystore_ids:
        row = instance.certificate(reference)
        if row is None:
            continue
        opened = open_row(instance, row, java=java, algorithm=algorithm)
        if isinstance(opened, Failure):
            return NoMaterial(opened, (load_error(row, opened.java),))
        candidates += (Candidate(row.name, key) for key in opened.keys)
        anchors += opened.trusted
    trusted_rows, log = trust_store(instance)
    return Material(tuple(candidates), tuple(dict.fromkeys((*trusted_rows, *anchors))), log)


def open_row(instance: Instance, row: SysCertificate, *, java: int, algorithm: str) -> Opened | Failure:
    """The keys and trusted certificates of one keystore row, or why Java cannot open it."""
    files = instance.attachments_of(row)
    data = files[0].data if files else b""
    password = row.key_store_password.reveal() if row.key_store_password else None
    loaded = keystore.load(data, JAVA_TYPE.get(row.type, "JKS"), password, java=java)
    if isinstance(loaded, keystore.LoadFailure):
        return Failure(Stage.KEYSTORE, "keystore-not-loaded", loaded.java)
    keys = keystore.key_managers(loaded, password, algorithm=algorithm, java=java)
    if isinstance(keys, keystore.LoadFailure):
        return Failure(Stage.KEYSTORE, "key-not-recovered", keys.java)
    return Opened(keys, keystore.trusted_certificates(loaded))


def load_error(row: SysCertificate, chain: JavaChain) -> str:
    """The node-log line of a row that does not load, as KB1217702 shows it."""
    thrown = str(chain[0]) if chain else ""
    return f"SEVERE *** ERROR *** Unable to load certificate : {row.name} - {row.sys_id} {thrown}".rstrip()


def trust_store(instance: Instance) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The certificates of all active Trust Store Cert rows, and a log line for each row that holds none."""
    anchors: list[bytes] = []
    log: list[str] = []
    for row in instance.certificates:
        if row.active and not row.is_keystore:
            found = certificates_of(instance, row)
            anchors += found
            if not found:
                log.append(load_error(row, (JavaException("java.security.cert.CertificateException"),)))
    return tuple(anchors), tuple(log)


def certificates_of(instance: Instance, row: SysCertificate) -> Sequence[bytes]:
    """The DER certificates of a Trust Store Cert row: its PEM field, else its attachment (PEM or DER)."""
    if row.pem_certificate.strip():
        return _pem(row.pem_certificate.encode())
    found: list[bytes] = []
    for file in instance.attachments_of(row):
        found += _pem(file.data) or ([file.data] if file.data[:1] == b"\x30" else [])
    return found


def _pem(text: bytes) -> list[bytes]:
    found = []
    for match in _PEM_CERTIFICATE.finditer(text):
        try:
            found.append(base64.b64decode(b"".join(match[1].split()), validate=True))
        except binascii.Error:
            continue
    return found
