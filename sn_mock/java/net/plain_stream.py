"""Plain HTTP over a `Wire`: the same face as `TlsStream`."""

from __future__ import annotations

from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.net.wire import Deadline, TimedOutError, Wire, WireError


class PlainStream:
    """A TCP connection without TLS. Owns its wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def send(self, data: bytes, timeout_ms: int) -> None:
        """Send all of it; raises WireError."""
        try:
            self.wire.send_all(data, Deadline(timeout_ms))
        except TimedOutError:
            raise WireError(Event.READ_TIMEOUT) from None

    def receive(self, timeout_ms: int) -> bytes:
        """What comes next, b"" at the end; raises WireError."""
        deadline = Deadline(timeout_ms)
        try:
            while True:
                self.wire.wait(deadline)
                received = self.wire.receive()
                if received is not None:
                    return received
        except TimedOutError:
            raise WireError(Event.READ_TIMEOUT) from None
        except WireError as error:
            raise WireError(Event.RESET_IN_CLEAR, error.detail) from None

    def close(self) -> None:
        """Give the connection back."""
        self.wire.close()
