"""Make the lab's certificates, start its provider in the background, and place one call that works. Run it in the
project's folder, or use `make up`. Twice is harmless; `sn-mock down` stops the provider.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.showing import show_call
from sn_mock.lab.first_call import first_call

_PORT = 8443
_NEXT = """
try next
  sn-mock reproduce wrong-default-keystore       the ticket everybody has: broken, then mended
  sn-mock scenarios                              every known way it fails
  sn-mock check examples/instance --against {address}
  sn-mock call examples/instance AcmeTickets CreateTicket{endpoint} --report call.html
  provider-stub visits                           who called, and what became of it
  make down                                      stop the provider
(the commands are in .venv/bin: `. .venv/bin/activate`)"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`up [--port N]`."""
    parser.add_argument("--port", type=options.port, default=_PORT, help=f"the provider's port (default: {_PORT})")


def run(args: argparse.Namespace) -> int:
    """Make the lab and call."""
    done = first_call(Path(), args.port)
    print(f"provider {'already up' if done.already_up else 'up'}: {done.url}\n")
    show_call(done.exchange, done.visit)
    print(f"\nresponse\n{done.exchange.response.body}")
    address = done.url.partition("://")[2].partition("/")[0]
    endpoint = "" if args.port == _PORT else f" --endpoint {done.url}"
    print(_NEXT.format(address=address, endpoint=endpoint))
    return 0 if done.exchange.ok else 1
