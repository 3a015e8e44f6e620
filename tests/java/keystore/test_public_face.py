"""`sn_mock.keystore` stays the name by which users know the keystore reader."""

from __future__ import annotations

from sn_mock import keystore
from sn_mock.java import keystore as home


def test_every_public_name_is_had_by_its_old_name() -> None:
    """The face hands on all of `sn_mock.java.keystore`, and the very same objects."""
    assert keystore.__all__ == home.__all__
    assert all(getattr(keystore, name) is getattr(home, name) for name in home.__all__)
