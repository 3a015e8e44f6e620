"""A small server of the lab in a thread of its own, whose faults are not lost with the thread."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from sn_mock.failure import internal
from tls_transcript import FaultSlot

LOCALHOST = "127.0.0.1"


@contextmanager
def listening(name: str, answer: Callable[[socket.socket], None], faults: FaultSlot) -> Iterator[int]:
    """A port of this machine at which `answer` serves one connection after the other, as long as the block runs.

    What it raises but OSError (the client has gone) is a fault of ours: kept in `faults`, and raised at the end of the
    block where nobody has taken it from there.
    """
    with socket.create_server((LOCALHOST, 0)) as listener:
        stop = Event()
        thread = Thread(target=_serve, args=(listener, stop, name, answer, faults), name=name, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            stop.set()
            socket.create_connection(listener.getsockname()).close()
            thread.join()
    raise_kept(faults)


def raise_kept(faults: FaultSlot) -> None:
    """Raise InternalError where a part of the lab has failed."""
    error = faults.take()
    if error is not None:
        raise internal("a part of the lab", error) from error


def _serve(
    listener: socket.socket, stop: Event, name: str, answer: Callable[[socket.socket], None], faults: FaultSlot
) -> None:
    while True:
        client, _ = listener.accept()
        with client:
            if stop.is_set():
                return
            try:
                with suppress(OSError):
                    answer(client)
            except BaseException as error:  # the next client is served all the same
                faults.keep(name, error)
