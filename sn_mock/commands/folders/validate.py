"""The related link "Validate Stores/Certificates" of System Definition → Certificates: does each keystore open with its
password, is each certificate readable and in date. As on an instance it connects nowhere; what it does not notice is
listed beside its answer.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json
from sn_mock.outbound.credentials.validation import StoreValidation, validate_stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`validate DIR [NAME]`."""
    options.add_instance(parser)
    parser.add_argument("name", metavar="NAME", nargs="?", help="only this record (name or sys_id)")
    options.add_release(parser)
    options.add_when(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Validate. 1 when a record is not valid."""
    found = validate_stores(load_instance(args), args.on or datetime.now(UTC), args.name)
    if args.json:
        print_json([one.to_json() for one in found])
    else:
        print("\n".join(line for one in found for line in _lines(one)) or "the instance has no sys_certificate rows")
    return 0 if all(one.valid for one in found) else 1


def _lines(one: StoreValidation) -> list[str]:
    lines = [f"{one.name}: {one.message} [{one.evidence}]"]
    if one.reason:
        lines.append(f"  why         {one.reason}")
    lines += [f"  java        {thrown}" for thrown in one.java]
    lines += [f"  node log    {line}" for line in one.log]
    if one.fix:
        lines.append(f"  change      {one.fix}")
    return lines + [f"  not noticed {fault}" for fault in one.not_caught]
