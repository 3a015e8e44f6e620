"""KEYSTORE: the bytes behind the route's keystores, as Java opens them: keys to offer, certificates to trust.

Every keystore of the route has to open; one that does not ends the call (KB1217702, KB0655967: one broken active row
breaks whoever uses the store). Trusted are all active Trust Store Cert rows and the trusted entries of the route's
keystores; Java's own cacerts are not part of it (ASSUMED: a lab's certificates are never in there).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sn_mock.exchange import Route
from sn_mock.failure import Failure, JavaChain, JavaException, Stage
from sn_mock.instance import Instance
from sn_mock.instance.records import MidProtocolProfile, SysCertificate
from sn_mock.java import keystore
from sn_mock.java.jsse.key_manager import Candidate
from sn_mock.java.lang.jdk import Jdk
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.keystore_cache import KeystoreCache, Opened


@dataclass(frozen=True, slots=True)
class Material:
    """What the socket factory has in hand before it connects."""

    candidates: tuple[Candidate, ...] = ()
    anchors: tuple[bytes, ...] = ()
    """DER certificates that are trusted."""
    log: tuple[str, ...] = ()
    """Node-log lines."""


@dataclass(frozen=True, slots=True)
class NoMaterial:
    """A keystore did not open: the failure, and what the node log says."""

    failure: Failure
    log: tuple[str, ...]


def open_keystores(
    instance: Instance,
    route: Route,
    *,
    java: Jdk,
    algorithm: str = "SunX509",
    cache: KeystoreCache | None = None,
) -> Material | NoMaterial:
    """Open everything the route needs. Reads the instance's attachments, and nothing that changes.

    With a `cache`, a keystore whose file was removed stays in use on releases that do that (`keystore_cache`).
    """
    candidates: list[Candidate] = []
    anchors: list[bytes] = []
    notes: list[str] = []
    for reference in route.keystore_ids:
        row = instance.certificate(reference) or instance.get(MidProtocolProfile.table, reference)
        if isinstance(row, MidProtocolProfile):
            opened = _open_mid(instance, row, java=java, algorithm=algorithm)
        elif isinstance(row, SysCertificate):
            opened = _cached(instance, row, cache, notes) or open_row(instance, row, java=java, algorithm=algorithm)
            if cache and isinstance(opened, Opened):
                cache.remember(row.sys_id, opened)
        else:
            continue
        name = row.keystore_path if isinstance(row, MidProtocolProfile) else row.name
        if isinstance(opened, Failure):
            unreadable = row if isinstance(row, SysCertificate) else SysCertificate(name=name, sys_id=row.sys_id)
            return NoMaterial(opened, (stores.load_error(unreadable, opened.java),))
        candidates += (Candidate(name, key, row.sys_id) for key in opened.keys)
        anchors += opened.trusted
    trusted_rows, log = trust_store(instance)
    return Material(tuple(candidates), tuple(dict.fromkeys((*trusted_rows, *anchors))), (*notes, *log))


def _cached(instance: Instance, row: SysCertificate, cache: KeystoreCache | None, notes: list[str]) -> Opened | None:
    """The keystore as it was before its file was removed, where this release goes on using it."""
    if cache is None or stores.store_file(instance, row) is not None:
        return None
    fact = instance.fact("keystore_cache")
    opened = cache.remembered(row.sys_id) if fact.value else None
    if opened is not None:
        notes.append(
            f"sn-mock: the file of keystore {row.name} was removed; the instance goes on using it from its cache "
            f"[{fact.evidence}: {fact.source}]"
        )
    return opened


def open_row(instance: Instance, row: SysCertificate, *, java: Jdk, algorithm: str) -> Opened | Failure:
    """The keys and trusted certificates of one keystore row, or why Java cannot open it."""
    file = stores.store_file(instance, row)
    java_type = stores.JAVA_TYPES.get(row.type, "JKS")
    return _open(file.data if file else b"", java_type, stores.password(instance, row), java=java, algorithm=algorithm)


def _open_mid(instance: Instance, row: MidProtocolProfile, *, java: Jdk, algorithm: str) -> Opened | Failure:
    """The keystore on the MID Server's host: the file attached to the record stands for it, else one in the folder."""
    data = next((file.data for file in instance.attachments_of(row)), None)
    path = (instance.folder or Path()) / row.keystore_path
    if data is None and instance.folder is not None and path.is_file():
        data = path.read_bytes()
    if data is None:
        missing = JavaException("java.io.FileNotFoundException", f"{row.keystore_path} (No such file or directory)")
        return Failure(Stage.KEYSTORE, "keystore-not-loaded", (missing,))
    return _open(data, "JKS", row.password.reveal() if row.password else None, java=java, algorithm=algorithm)


def _open(data: bytes, java_type: str, password: str | None, *, java: Jdk, algorithm: str) -> Opened | Failure:
    loaded = keystore.load(data, java_type, password, java=java)
    if isinstance(loaded, keystore.LoadFailure):
        return Failure(Stage.KEYSTORE, "keystore-not-loaded", loaded.java)
    keys = keystore.key_managers(loaded, password, algorithm=algorithm, java=java)
    if isinstance(keys, keystore.LoadFailure):
        return Failure(Stage.KEYSTORE, "key-not-recovered", keys.java)
    return Opened(keys, keystore.trusted_certificates(loaded))


def trust_store(instance: Instance) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The certificates of all active Trust Store Cert rows, and a log line for each row that holds none."""
    anchors: list[bytes] = []
    log: list[str] = []
    for row in instance.certificates:
        if row.active and not row.is_keystore:
            found = stores.trusted_certificates(instance, row)
            readable = [held.der for held in found if not held.refused]
            anchors += readable
            if not readable:
                unread: JavaChain = (JavaException("java.security.cert.CertificateException"),)
                log.append(stores.load_error(row, next((held.refused for held in found), unread)))
    return tuple(anchors), tuple(log)
