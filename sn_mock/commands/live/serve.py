"""Serve an instance folder as a live instance: Table API, attachments, OAuth and scripted REST over HTTPS, and a
console for the browser. What clients write is in the folder before they are answered; what an editor changes is seen
by the next request. Needs the extra: pip install 'sn-mock[live]'. Ctrl-C stops it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from sn_mock.commands import options
from sn_mock.failure import MockUsageError

_PARTS = ("starlette", "uvicorn", "jinja2", "python_multipart")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`serve DIR …`."""
    options.add_instance(parser)
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help="listen on this address (default: 127.0.0.1)")
    parser.add_argument(
        "--port", metavar="N", type=options.port, default=0, help="the front door's port (0: any free one)"
    )
    parser.add_argument(
        "--console-port", metavar="N", type=options.port, default=0, help="the console's port (default: any free one)"
    )
    parser.add_argument("--no-console", action="store_true", help="no console")
    parser.add_argument(
        "--ready-file",
        metavar="F",
        type=Path,
        help="write where it is, and the admin's password, into this file (0600) when it is up",
    )
    parser.add_argument(
        "--allow-remote", action="store_true", help="listen beyond this machine, and call hosts other than this machine"
    )
    parser.add_argument(
        "--inbound-mtls",
        choices=("on", "off"),
        default="off",
        help="ask for client certificates, as an instance with certificate-based authentication does (default: off)",
    )
    parser.add_argument("--certificate", metavar="F", type=Path, help="the door's certificate (default: the lab's)")
    parser.add_argument("--key", metavar="F", type=Path, help="its key")
    options.add_resolve(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes. 0."""
    missing = [name for name in _PARTS if find_spec(name) is None]
    if missing:
        raise MockUsageError(f"serve needs {', '.join(missing)}: pip install 'sn-mock[live]'")
    from sn_mock.live.serving import Wanted, serving

    wanted = Wanted(
        folder=args.folder,
        host=args.host,
        port=args.port,
        console_port=None if args.no_console else args.console_port,
        ready_file=args.ready_file,
        allow_remote=args.allow_remote,
        inbound_mtls=args.inbound_mtls == "on",
        certificate=args.certificate,
        key=args.key,
        hosts=dict(args.resolve),
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with serving(wanted) as live:
        print(f"instance: {live.door.url}")
        if live.console_port:
            print(f"console:  {live.console_address}")
        print(f"log in as admin; {_password(args, live.access.password)}; clients trust {live.ca_path}", flush=True)
        ended.wait()
    return 0


def _password(args: argparse.Namespace, password: str) -> str:
    """Where the password is; the password itself only for somebody who looks at a terminal."""
    from sn_mock.live.serving import PASSWORD_VARIABLE

    if os.environ.get(PASSWORD_VARIABLE):
        return f"the password is in {PASSWORD_VARIABLE}"
    if args.ready_file:
        return f"the password is in {args.ready_file}"
    return f"the password is {password}" if sys.stdout.isatty() else f"for a password, set {PASSWORD_VARIABLE}"
