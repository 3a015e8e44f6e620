"""Read ServiceNow XML into an instance folder: exported records and lists, update sets, files of an application
repository, folders and zip files of these. The folder is made where there is none; rows are matched by sys_id. What
cannot travel (passwords) and what plays no part in outbound calls is listed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.instance.xml import import_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`import FILE… --into DIR`."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="XML export, folder or zip of them")
    parser.add_argument("--into", metavar="DIR", type=Path, required=True, help="instance folder to write")
    options.add_release(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Import, and say what came in and what did not. 1 when something that matters was left out."""
    report = import_files(args.files, args.into, release=args.release)
    if args.json:
        print_json(report.to_json())
    else:
        print("\n".join(report.lines()))
    return 0 if report.complete and report.files else 1
