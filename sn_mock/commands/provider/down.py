"""Stop the provider that `sn-mock up` started in this folder. Harmless when none runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.lab.first_call import stop_provider


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`down`."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Stop it."""
    del args
    url = stop_provider(Path())
    print("nothing to stop" if url is None else f"stopped: {url}")
    return 0
