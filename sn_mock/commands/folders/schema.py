"""The JSON Schema of a TOML file: `instance` (instance.toml) or `policy` (the provider's). An editor that knows it
completes and marks typos: `#:schema ./instance.schema.json` in the file's first line, as `init` writes it.
"""

from __future__ import annotations

import argparse

from sn_mock.commands.output import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`schema [instance|policy]`."""
    parser.add_argument("kind", choices=("instance", "policy"), nargs="?", default="instance", help="which file")


def run(args: argparse.Namespace) -> int:
    """Print it."""
    if args.kind == "policy":
        from provider_stub.policy.json_schema import policy_schema

        print_json(policy_schema())
    else:
        from sn_mock.instance.json_schema import instance_schema

        print_json(instance_schema())
    return 0
