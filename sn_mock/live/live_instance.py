"""`LiveInstance`: the parts of a live instance, as the console and the front door know them."""

from __future__ import annotations

import secrets
from dataclasses import field
from pathlib import Path

from guarded.values import dataclass
from sn_mock.live.access import Access
from sn_mock.live.door import Door
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.state import LiveFolder
from sn_mock.live.triggers import Triggers


@dataclass
class LiveInstance:
    """One live instance."""

    folder: LiveFolder
    outbound: OutboundLog
    access: Access
    door: Door
    triggers: Triggers
    ca_path: Path
    """The PEM file of the CA that clients have to trust."""
    allow_remote: bool = False
    """Calls may go to hosts other than this machine."""
    console_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """What opens the console: `?token=` once, then a cookie."""
    console_port: int = 0
    """Where the console is: `http://127.0.0.1:PORT`; 0 while it is not."""

    @property
    def console_address(self) -> str:
        """The console's URL, with the token that opens it."""
        return f"http://127.0.0.1:{self.console_port}/?token={self.console_token}" if self.console_port else ""
