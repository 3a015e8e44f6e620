"""Which certificate warns whom, and when: what ServiceNow does about its Expires field, and what it does not see, the
certificates inside keystores and the month that a provider needs to import a new one. --on shows another day.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json
from sn_mock.outbound.credentials.expiry import ExpiryStatus, RowExpiry, expiry

_QUIET = (ExpiryStatus.OK, ExpiryStatus.UNKNOWN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`expiry DIR`."""
    options.add_instance_here(parser)
    options.add_release(parser)
    options.add_when(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Look ahead. 1 when something needs doing on that day."""
    rows = expiry(load_instance(args), args.on or datetime.now(UTC))
    if args.json:
        print_json([row.to_json() for row in rows])
    else:
        print("\n".join(line for row in rows for line in _lines(row)) or "the instance has no sys_certificate rows")
    return 0 if all(row.status in _QUIET or not row.active for row in rows) else 1


def _lines(row: RowExpiry) -> list[str]:
    lines = [f"{row.name}: {row.status}{'' if row.active else ' (not active)'}"]
    for one in row.certificates:
        seen = "" if one.seen_by_servicenow else ", not seen by ServiceNow"
        lines.append(f"  {one.subject}: {one.status}, ends {one.not_after:%Y-%m-%d} ({one.left}{seen})")
        lines.append(f"    start renewal {one.renewal}{'; ' + one.outlook if one.outlook else ''}")
    if row.warns_from:
        lines.append(f"  ServiceNow warns from {row.warns_from:%Y-%m-%d} ({row.warn_days} days ahead)")
        lines.append(f"  and tells {', '.join(row.notify)}")
    lines += [f"  note: {remark}" for remark in row.remarks]
    return lines + [f"  node log: {line}" for line in row.log]
