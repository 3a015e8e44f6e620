"""What the script, the test page and the outbound HTTP log show of a failed call, each with its evidence mark."""

from __future__ import annotations
