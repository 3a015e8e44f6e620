"""The related link "Validate Stores/Certificates" of System Definition → Certificates: does each keystore open with its
password, is each certificate readable and in date. As on an instance, it connects nowhere.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`validate DIR [NAME]`."""
    options.add_instance(parser)
    parser.add_argument("name", metavar="NAME", nargs="?", help="only this record (name or sys_id)")
    options.add_release(parser)
    options.add_when(parser)
    options.add_json(parser)
