"""`KeystoreShelf`: the keystores of one instance as its Java opens them, each opened once and then at hand.

A call, a plan, a rule and a report on records all ask the shelf; how a row is opened, with which type and password, is
decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guarded.values import dataclass
from sn_mock.failure import Failure, JavaException, Stage
from sn_mock.instance import Instance, Secret
from sn_mock.instance.records import MidProtocolProfile, SysAttachment, SysCertificate
from sn_mock.java import keystore
from sn_mock.java.jsse.key_manager import Candidate
from sn_mock.java.keystore import EntryKind, KeyStore, LoadFailure, UsableKey
from sn_mock.outbound.credentials.keystore_cache import Opened
from sn_mock.outbound.credentials.opened_files import OpenedFile, open_file
from sn_mock.outbound.routing.keystore_selection import counting_file

if TYPE_CHECKING:
    from sn_mock.java.keytool.newer_tool import FirstReader
    from sn_mock.java.keytool.obstacles import Obstacle

JAVA_TYPES = {"key_store": "JKS", "pkcs12_key_store": "PKCS12"}
"""The type handed to `KeyStore.getInstance`: PKCS12 for that value, JKS for all others (script include DBKeyStore)."""


@dataclass(frozen=True, slots=True)
class StoreView:
    """One `sys_certificate` keystore row with what Java makes of its attachment."""

    row: SysCertificate
    attachment: SysAttachment | None
    """The file that counts: the first in row order."""
    read: KeyStore | LoadFailure
    """What Java loads; where nothing is attached it is taken to read an empty file (ASSUMED)."""
    managed: tuple[UsableKey, ...] | LoadFailure = field(repr=False)
    """The keys that its key manager has."""

    @property
    def opened(self) -> Opened | Failure:
        """What a call gets out of it, or why the call ends."""
        return _opened(self.read, self.managed)

    @property
    def loaded(self) -> KeyStore | LoadFailure | None:
        """What Java makes of the file; None where there is none."""
        return self.read if self.attachment else None

    @property
    def keys(self) -> tuple[UsableKey, ...] | LoadFailure:
        """The keys of the file; none where there is no file."""
        return self.managed if self.attachment else ()

    @property
    def label(self) -> str:
        """The record, as evidence names it."""
        return f"sys_certificate '{self.row.name}'"

    @property
    def file_name(self) -> str:
        """The attachment's name."""
        return self.attachment.file_name if self.attachment else "the attachment"

    @property
    def password(self) -> str | None:
        """The file's: the record's, or an empty one where the record has none and the file opens so; None: unknown."""
        if self.row.key_store_password is not None or self.attachment is None:
            return _revealed(self.row.key_store_password)
        opens = isinstance(keystore.load(self.attachment.data, java_type(self.row), ""), KeyStore)
        return "" if opens else None

    @property
    def failure(self) -> LoadFailure | None:
        """Why Java cannot use it; None where it can (or where there is no file)."""
        if isinstance(self.loaded, LoadFailure):
            return self.loaded
        return self.keys if isinstance(self.keys, LoadFailure) else None

    @property
    def usable(self) -> tuple[UsableKey, ...]:
        """The keys that can be chosen."""
        return self.keys if isinstance(self.keys, tuple) else ()

    @property
    def trusted(self) -> tuple[tuple[str, bytes], ...]:
        """Alias and certificate of every trusted entry."""
        if not isinstance(self.loaded, KeyStore):
            return ()
        return tuple(
            (entry.alias, entry.chain[0])
            for entry in self.loaded.entries
            if entry.kind is EntryKind.TRUSTED_CERTIFICATE and entry.chain
        )


class KeystoreShelf:
    """The keystores of an instance, opened when first asked for. It lives as long as what asks: a call, a check."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.java = instance.java
        self.algorithm = str(instance.fact("key_manager").value)
        self._views: dict[str, StoreView] = {}
        self._on_hosts: dict[str, Opened | Failure] = {}
        self._first_readers: dict[str, FirstReader | None] = {}
        self._obstacles: dict[str, Obstacle | None] = {}

    def view(self, row: SysCertificate) -> StoreView:
        """That row, opened. Raises MockUsageError where the password's variable is not set."""
        if row.sys_id not in self._views:
            file = counting_file(self.instance, row) or self._forged(row)
            secret = _secret(row, file)
            read, managed = self._read(file.data if file else b"", java_type(row), secret)
            self._views[row.sys_id] = StoreView(row, file, read, managed)
        return self._views[row.sys_id]

    def opened_with(
        self, row: SysCertificate, password: Secret | None
    ) -> tuple[KeyStore | LoadFailure, tuple[UsableKey, ...] | LoadFailure]:
        """That row's keystore and its keys, opened with another password than the row's; None: with the row's own."""
        file = counting_file(self.instance, row)
        if password is None or file is None:
            view = self.view(row)
            return view.read, view.managed
        return self._read(file.data, java_type(row), password)

    def first_reader(self, row: SysCertificate) -> FirstReader | None:
        """The first Java that reads this row's file, where the instance's own is too old for it."""
        from sn_mock.java.keytool.newer_tool import first_reader  # asked for files that do not open only

        if row.sys_id not in self._first_readers:
            file = counting_file(self.instance, row)
            data, password = file.data if file else b"", _revealed(_secret(row, file))
            self._first_readers[row.sys_id] = first_reader(data, java_type(row), password, self.java)
        return self._first_readers[row.sys_id]

    def obstacle(self, row: SysCertificate) -> Obstacle | None:
        """What keeps Java from this row's file though it is whole, and a newer keytool too."""
        from sn_mock.java.keytool.obstacles import obstacle  # asked for files that do not open only

        if row.sys_id not in self._obstacles:
            file = counting_file(self.instance, row)
            data, password = file.data if file else b"", _revealed(_secret(row, file))
            self._obstacles[row.sys_id] = obstacle(data, java_type(row), password, self.java)
        return self._obstacles[row.sys_id]

    def _forged(self, row: SysCertificate) -> SysAttachment | None:
        """The keystore that stands in for one which nobody has."""
        if not row.stand_in:
            return None
        from sn_mock.outbound.credentials import forgery  # most instances have their keystores

        data = forgery.keystore_file(row.stand_in, java_type(row), datetime.now(UTC))
        return SysAttachment(file_name=STAND_IN, table_name=row.table, table_sys_id=row.sys_id, data=data)

    def on_host(self, row: MidProtocolProfile) -> Opened | Failure:
        """The keystore on a MID Server's host: the file attached to the record, else the one in the folder."""
        if row.sys_id not in self._on_hosts:
            self._on_hosts[row.sys_id] = self._from_host(row)
        return self._on_hosts[row.sys_id]

    def _from_host(self, row: MidProtocolProfile) -> Opened | Failure:
        if row.external_credential_store:
            return Failure(Stage.KEYSTORE, "mid-external-store")
        data = next((file.data for file in self.instance.attachments_of(row)), None)
        if data is None and self.instance.folder is not None and row.keystore_path:
            data = _within(self.instance.folder, row.keystore_path)
        if data is None:
            missing = JavaException("java.io.FileNotFoundException", f"{row.keystore_path} (No such file or directory)")
            return Failure(Stage.KEYSTORE, "keystore-not-loaded", (missing,))
        return _opened(*self._read(data, "JKS", row.password))

    def _read(self, data: bytes, declared: str, secret: Secret | None) -> OpenedFile:
        return open_file(data, declared, _revealed(secret), algorithm=self.algorithm, java=self.java)


def _within(folder: Path, named: str) -> bytes | None:
    """The file of that path in an instance folder; None where there is none, or where the path leads out of it."""
    path = (folder / named).resolve()
    return path.read_bytes() if path.is_relative_to(folder.resolve()) and path.is_file() else None


STAND_IN = "stand-in"
"""File name of a forged keystore."""


def _secret(row: SysCertificate, file: SysAttachment | None) -> Secret | None:
    """The store's password; nothing is asked for an empty file's, and a forged file has one of its own."""
    if file is None:
        return None
    if file.file_name == STAND_IN and row.stand_in:
        from sn_mock.outbound.credentials import forgery

        return Secret(forgery.PASSWORD)
    return row.key_store_password


def java_type(row: SysCertificate) -> str:
    """The type that `KeyStore.getInstance` is asked for."""
    return JAVA_TYPES.get(row.type, "JKS")


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _opened(read: KeyStore | LoadFailure, managed: tuple[UsableKey, ...] | LoadFailure) -> Opened | Failure:
    if isinstance(read, LoadFailure):
        return Failure(Stage.KEYSTORE, "keystore-not-loaded", read.java)
    if isinstance(managed, LoadFailure):
        return Failure(Stage.KEYSTORE, "key-not-recovered", managed.java)
    return Opened(managed, keystore.trusted_certificates(read))


def candidates(opened: Opened, name: str, sys_id: str) -> tuple[Candidate, ...]:
    """The keys of an opened keystore as the key manager is given them."""
    return tuple(Candidate(name, key, sys_id) for key in opened.keys)
