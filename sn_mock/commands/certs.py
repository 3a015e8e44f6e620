"""Write the lab's certificates and keystores: a CA with an intermediate, an unrelated CA, the provider's certificate,
and client keystores as JKS and PKCS#12, healthy and broken in the usual ways. Nothing is overwritten while it is valid.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.lab.pki import write_lab_pki


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`certs DIR`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="where to write, e.g. certs/generated")


def run(args: argparse.Namespace) -> int:
    """Write the lab PKI."""
    write_lab_pki(args.folder)
    print(f"certificates and keystores are in {args.folder} (README.txt there says what each file is for)")
    return 0
