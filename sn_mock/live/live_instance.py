"""`LiveInstance`: the parts of a live instance, as the console and the front door know them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sn_mock.live.outbound import OutboundLog
from sn_mock.live.state import LiveFolder


@dataclass
class LiveInstance:
    """One live instance."""

    folder: LiveFolder
    outbound: OutboundLog
    url: str = ""
    """Where the front door is: `https://localhost:PORT`; empty where there is none."""
    ca_path: str = ""
    """The PEM file of the CA that clients have to trust."""
    allow_remote: bool = False
    console_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """What opens the console: `?token=` once, then a cookie."""
    console_url: str = ""
    """`http://127.0.0.1:PORT`, without the token."""
