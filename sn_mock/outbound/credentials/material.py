"""KEYSTORE: the bytes behind the route's keystores, as Java opens them: keys to offer, certificates to trust.

Every keystore of the route has to open; one that does not ends the call (KB1217702, KB0655967: one broken active row
breaks whoever uses the store). Trusted are all active Trust Store Cert rows and the trusted entries of the route's
keystores; Java's own cacerts are not part of it (ASSUMED: a lab's certificates are never in there).
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.exchange import Route
from sn_mock.failure import Failure, JavaChain, JavaException
from sn_mock.instance import Instance
from sn_mock.instance.records import MidProtocolProfile, SysCertificate
from sn_mock.java.jsse.key_manager import Candidate
from sn_mock.outbound.credentials import stores
from sn_mock.outbound.credentials.keystore_cache import KeystoreCache, Opened
from sn_mock.outbound.credentials.shelf import KeystoreShelf, StoreView, candidates


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


def open_keystores(shelf: KeystoreShelf, route: Route, cache: KeystoreCache | None = None) -> Material | NoMaterial:
    """Open everything the route needs. Reads the instance's attachments, and nothing that changes.

    With a `cache`, a keystore whose file was removed stays in use on releases that do that (`keystore_cache`).
    """
    instance = shelf.instance
    offered: list[Candidate] = []
    anchors: list[bytes] = []
    notes: list[str] = []
    for reference in route.keystore_ids:
        row = instance.certificate(reference) or instance.get(MidProtocolProfile.table, reference)
        if isinstance(row, MidProtocolProfile):
            opened = shelf.on_host(row)
        elif isinstance(row, SysCertificate):
            view = shelf.view(row)
            opened = _cached(instance, view, cache, notes) or view.opened
            if cache and isinstance(opened, Opened):
                cache.remember(row.sys_id, opened)
        else:
            continue
        name = row.keystore_path if isinstance(row, MidProtocolProfile) else row.name
        if isinstance(opened, Failure):
            unreadable = row if isinstance(row, SysCertificate) else SysCertificate(name=name, sys_id=row.sys_id)
            return NoMaterial(opened, (stores.load_error(unreadable, opened.java),) if opened.java else ())
        offered += candidates(opened, name, row.sys_id)
        anchors += opened.trusted
    trusted_rows, log = trust_store(instance)
    return Material(tuple(offered), tuple(dict.fromkeys((*trusted_rows, *anchors))), (*notes, *log))


def _cached(instance: Instance, view: StoreView, cache: KeystoreCache | None, notes: list[str]) -> Opened | None:
    """The keystore as it was before its file was removed, where this release goes on using it."""
    if cache is None or view.attachment is not None:
        return None
    fact = instance.fact("keystore_cache")
    opened = cache.remembered(view.row.sys_id) if fact.value else None
    if opened is not None:
        notes.append(
            f"sn-mock: the file of keystore {view.row.name} was removed; the instance goes on using it from its cache "
            f"[{fact.evidence}: {fact.source}]"
        )
    return opened


def trust_store(instance: Instance) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The certificates of all active Trust Store Cert rows, and a log line for each row that holds none."""
    return instance.once(_trust_store, None)


def _trust_store(instance: Instance, _: None) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
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
