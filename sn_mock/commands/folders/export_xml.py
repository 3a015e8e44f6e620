"""Write an instance folder as ServiceNow XML, in the shape that *Import XML* reads, attachments included. Passwords
stay behind: type them into the imported records.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands import options
from sn_mock.instance import Instance
from sn_mock.instance.xml import export


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`export DIR --out FILE.xml`."""
    options.add_instance(parser)
    parser.add_argument("--out", metavar="FILE.xml", type=Path, required=True, help="file to write")


def run(args: argparse.Namespace) -> int:
    """Export."""
    export(Instance.load(args.folder, require_secrets=False), args.out)
    print(f"wrote {args.out}; passwords are not in it")
    return 0
