"""Who records the provider's connections, and for whom."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from captures.recorder import Recorder


def recorder(pcap: Path | None, *, join: bool = False) -> Recorder | None:
    """Who records the connections into that capture, and the keys into the file that SSLKEYLOGFILE names; None: nobody.

    Raises:
        OSError: the capture cannot be written.
    """
    key_log = os.environ.get("SSLKEYLOGFILE") or None
    if pcap is None and key_log is None:
        return None
    from captures.recorder import Recorder

    return Recorder(pcap, key_log, application="sn-mock provider-stub", join=join)
