"""Attaching a file in place of those that a record has: the new one is on disk before the old ones go."""

from __future__ import annotations

from sn_mock.instance import Instance, Record, SysAttachment
from sn_mock.live import attachments
from sn_mock.live.state import LiveFolder


def attach_instead(folder: LiveFolder, record: Record, name: str, data: bytes) -> tuple[SysAttachment, ...]:
    """Attach the file; the ones that it took the place of. Raises `MockUsageError` where it cannot be stored."""
    before = folder.instance.attachments_of(record)
    attachments.attach(folder, record.table, record.sys_id, name, data)

    def without_old(instance: Instance) -> Instance:
        for file in before:
            instance = instance.without(file)
        return attachments.with_attributes(instance, record.table, record.sys_id)

    if before:
        folder.change(without_old)
    return before
