"""Load on a provider from simulated instances, driven by Locust (the extra `load`).

    from locust import task
    from sn_mock.locust_user import InstanceUser

    class Tickets(InstanceUser):
        instance_folder = "my-instance"

        @task
        def create(self):
            self.call("AcmeTickets", "CreateTicket", short_description="Printer on fire")

    locust -f locustfile.py --headless --users 50 --spawn-rate 10

Each user is one instance: it opens its keystore, chooses its key and shakes hands as the release does, for each call or
(`keep_alive`) once. Every call is a request in Locust's statistics; a failed one stands there with
Java's text and the cause that the diagnosis ranks first. Locust's `--host` sends the calls to another address.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from locust import User

from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.outbound.messages.named import named_message
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.session import use


class CallFailedError(Exception):
    """A call that failed, as Locust lists it: Java's root cause, and why in sn-mock's words."""


class InstanceUser(User):
    """One simulated instance. Subclass it, name the folder, and write tasks that use `call`."""

    abstract = True

    instance_folder: Path | str = ""
    """The instance folder; loaded once for all users of a process."""
    allow_remote = False
    """Consent to providers that are not on this machine."""
    hosts: Mapping[str, str] = {}
    """Host names to addresses (`ADDR` or `ADDR:PORT`), as `--resolve` has them."""
    keep_alive = False
    """Pool connections, as the instance's HTTP client does; False makes a handshake for each call."""

    def on_start(self) -> None:
        """Begin a session of this user's own. Raises MockUsageError where no folder is named."""
        if not self.instance_folder:
            raise MockUsageError(f"{type(self).__name__}.instance_folder is empty: name the instance folder there")
        self.instance = _loaded(Path(self.instance_folder).resolve())
        self._using = use(self.instance, keep_alive=self.keep_alive, allow_remote=self.allow_remote, hosts=self.hosts)
        self._using.__enter__()

    def on_stop(self) -> None:
        """End the session and its connections."""
        self._using.__exit__(None, None, None)

    def call(self, message: str, function: str, **parameters: object) -> Exchange:
        """Place one call; parameters that are not given have the record's test values.

        The Exchange has its findings. Raises UnknownMessageError and MockUsageError for misuse; a call that fails is
        no exception.
        """
        placed = named_message(message, function)
        for name, value in parameters.items():
            placed.setStringParameter(name, value)
        if self.host:
            placed.setEndpoint(_moved(placed.getEndpoint(), self.host))
        began, clock = time.time(), time.perf_counter()
        exchange = placed.execute().exchange
        assert exchange is not None, "execute() leaves one"
        took = (time.perf_counter() - clock) * 1000
        exchange = diagnosed(exchange, self.instance)
        self.environment.events.request.fire(
            request_type="REST" if isinstance(placed, RESTMessageV2) else "SOAP",
            name=f"{message}.{function}",
            response_time=took,
            response_length=len(exchange.response.content),
            exception=None if exchange.ok else CallFailedError(_told(exchange)),
            context={},
            response=exchange,
            url=exchange.route.url if exchange.route else "",
            start_time=began,
        )
        return exchange


def _told(exchange: Exchange) -> str:
    """One line, the same for the same failure, so that Locust counts it together."""
    if exchange.failure is None:
        return f"HTTP {exchange.response.status_code}"
    words = str(exchange.failure.java[-1]) if exchange.failure.java else exchange.failure.cause
    return f"{words} ({exchange.findings[0].rule})" if exchange.findings else words


@lru_cache(maxsize=16)
def _loaded(folder: Path) -> Instance:
    return Instance.load(folder)


def _moved(endpoint: str, host: str) -> str:
    """The endpoint at another address: scheme, host and port are replaced, the rest stays."""
    there, here = urlsplit(host), urlsplit(endpoint)
    return urlunsplit((there.scheme or here.scheme, there.netloc or there.path, *here[2:]))
