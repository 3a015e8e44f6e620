"""From command-line arguments to the values the library works on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sn_mock.instance import Instance


def load_instance(args: argparse.Namespace) -> Instance:
    """The instance folder, on the release that was asked for."""
    from sn_mock.instance import Instance

    instance = Instance.load(args.folder)
    return instance.with_release(args.release) if getattr(args, "release", None) else instance
