"""The instance folder an import goes into: the one that is there, or a new one."""

from __future__ import annotations

from pathlib import Path

from sn_mock.instance import releases
from sn_mock.instance.folder.toml_folder import INSTANCE_FILE
from sn_mock.instance.instance import Instance


def existing_or_new(folder: Path, release: str | None) -> Instance:
    """The folder's instance (passwords may be unset), or an empty one named after the folder.

    `release` overrides the folder's; a new instance without it gets the newest. Raises `InstanceErrors` for a broken
    folder, `MockUsageError` for an unknown release.
    """
    if (folder / INSTANCE_FILE).exists():
        instance = Instance.load(folder, require_secrets=False)
        return instance if release is None else instance.with_release(release)
    chosen = releases.NEWEST if release is None else releases.release(release)
    return Instance(name=folder.resolve().name, release=chosen)
