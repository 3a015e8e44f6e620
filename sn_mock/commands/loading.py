"""From command-line arguments to the values the library works on."""

from __future__ import annotations

import argparse
import dataclasses

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance


def load_instance(args: argparse.Namespace) -> Instance:
    """The instance folder, on the release that was asked for."""
    instance = Instance.load(args.folder)
    return instance.with_release(args.release) if getattr(args, "release", None) else instance


def diagnosed(exchange: Exchange, instance: Instance) -> Exchange:
    """The exchange with its findings; from a command line only the instance's side is known."""
    from sn_mock.diagnosis import diagnose

    return dataclasses.replace(exchange, findings=diagnose(exchange, instance, None))
