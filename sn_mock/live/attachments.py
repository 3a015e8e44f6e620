"""Attachments of a live instance: stored as files of the folder, with the business rule that follows an upload."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, SysAttachment
from sn_mock.instance.schema import new_sys_id
from sn_mock.live.attributes import with_attributes as with_attributes
from sn_mock.live.state import LiveFolder
from sn_mock.outbound.credentials.validation import StoreValidation, validate_stores
from sn_mock.query.calendar import FORMAT

MOST_BYTES = 16 << 20
"""A larger upload is refused. On the platform `com.glide.attachment.max_size` (megabytes) is the limit, 1024 by
default (docs, attachment properties); nothing that this job needs is larger than this."""


def attach(
    folder: LiveFolder,
    table: str,
    sys_id: str,
    file_name: str,
    data: bytes,
    *,
    content_type: str = "",
    user: str = "admin",
) -> SysAttachment:
    """Attach a file to a row, as an upload does: the newest stands last, a certificate's attributes follow.

    Raises `MockUsageError` where there is no such row, or no room on the disk.
    """
    now = datetime.now(UTC).strftime(FORMAT)
    file = SysAttachment(
        sys_id=new_sys_id(),
        file_name=file_name,
        content_type=content_type,
        table_name=table,
        table_sys_id=sys_id,
        data=data,
        sys_created_on=now,
        sys_created_by=user,
        sys_updated_on=now,
        sys_updated_by=user,
        sys_mod_count="0",
    )
    with folder.open(user) as tables:
        if tables.row(table, sys_id) is None:
            raise MockUsageError(f"{table} has no row {sys_id}")
        folder.change(lambda instance: with_attributes(instance.with_record(file), table, sys_id))
    return file


def detach(folder: LiveFolder, sys_id: str) -> bool:
    """Delete an attachment; False where there is none."""
    found = find(folder.instance, sys_id)
    if found is None:
        return False
    folder.change(lambda instance: instance.without(found))
    return True


def find(instance: Instance, sys_id: str) -> SysAttachment | None:
    """An attachment by its sys_id."""
    return next((file for file in instance.attachments if file.sys_id == sys_id), None)


def described(file: SysAttachment) -> dict[str, str]:
    """What `sys_attachment` says of a file besides its stored columns."""
    return {
        "size_bytes": str(len(file.data)),
        "size_compressed": str(len(file.data)),
        "hash": hashlib.sha256(file.data).hexdigest(),
        "compressed": "true",
        "chunk_size_bytes": "734003",
        "state": "available",
    }


def validate(folder: LiveFolder, name: str | None = None) -> tuple[StoreValidation, ...]:
    """The related link "Validate Stores/Certificates": every certificate record, or that one (name or sys_id)."""
    return validate_stores(folder.instance, datetime.now(UTC), name)
