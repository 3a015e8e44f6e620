"""The main job of `make up`: certificates, a provider in the background, and one call that works."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guarded.values import dataclass
from provider_stub import PolicyError
from provider_stub.journal import lines
from provider_stub.process.asked import obeyed, unmet_policy
from provider_stub.process.background import ControlError, RunDirectory, StartError, start, stop
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.lab.examples import copy_examples
from sn_mock.lab.pki import furnish_instance, write_lab_pki
from sn_mock.lab.setup import FUNCTION, MESSAGE
from sn_mock.outbound.messages.soap_message import SOAPMessageV2

CERTIFICATES = Path("certs") / "generated"
INSTANCE = Path("examples") / "instance"
POLICY = Path("examples") / "provider-policy.toml"
RUN = Path(".run")
LONGEST_WAIT = 5.0
"""Seconds for a connection that is over to reach the journal."""


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What both sides know of the call, and where the provider listens."""

    url: str
    already_up: bool
    instance: Instance
    exchange: Exchange
    visit: Mapping[str, Any] | None
    """The provider's journal entry, as JSON."""


def first_call(project: Path, port: int) -> FirstCall:
    """Make the lab in the project's folder, start its provider unless it runs, and create one ticket.

    Raises MockUsageError where the folder is not the project's, the port is taken, or another provider runs.
    """
    if not (project / INSTANCE).is_dir():
        if (project / INSTANCE.parent).exists():
            raise MockUsageError(
                f"there is a folder {INSTANCE.parent} in {project.resolve()}, but no {INSTANCE}; next step: run this "
                "in another folder, or begin with your own material: `sn-mock init DIR`"
            )
        copy_examples(project / INSTANCE.parent)
    furnish_instance(write_lab_pki(project / CERTIFICATES), project / INSTANCE)
    state, already_up = _provider(project, port)
    instance = Instance.load(project / INSTANCE)
    message = SOAPMessageV2(MESSAGE, FUNCTION, instance=instance)
    message.apply_test_values()
    message.setEndpoint(with_port(message.getEndpoint(), state["port"]))
    exchange = message.execute().exchange
    assert exchange is not None
    exchange = diagnosed(exchange, instance)
    return FirstCall(state["url"], already_up, instance, exchange, _visit_of(project, exchange))


def stop_provider(project: Path) -> str | None:
    """Stop the provider that `first_call` started; its URL, or None where none was running."""
    state = stop(RunDirectory(project / RUN))
    return None if state is None else str(state["url"])


def with_port(endpoint: str, port: int) -> str:
    """The same endpoint on another port."""
    parts = urlsplit(endpoint)
    return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()


def _provider(project: Path, port: int) -> tuple[dict[str, Any], bool]:
    run = RunDirectory(project / RUN)
    running = run.running()
    if running is not None:
        if port not in (0, running["port"]):
            raise MockUsageError(f"the provider already runs on port {running['port']}; `make down` first")
        _obeys(running, project / POLICY)
        return running, True
    try:
        return start(run, ["--policy", str(project / POLICY), "--port", str(port)])
    except StartError as error:
        if "taken" in str(error):
            raise MockUsageError(f"port {port} is taken; choose another: make up PORT={port + 1}") from None
        raise MockUsageError(f"the provider did not start: {error}") from None


def _obeys(running: Mapping[str, Any], policy: Path) -> None:
    """Raises MockUsageError unless the provider that runs obeys the project's policy as it is now."""
    try:
        unmet = unmet_policy(running, policy)
    except PolicyError as errors:
        raise MockUsageError(
            "\n".join([*map(str, errors.problems), f"nothing has changed: {obeyed(running)}"])
        ) from None
    except ControlError as error:
        raise MockUsageError(f"a provider is up, but {error}; next step: sn-mock down, then up") from None
    if unmet is not None:
        raise MockUsageError(
            f"a provider is already up at {running['url']}: {unmet.text}; "
            f"next step: provider-stub control load {policy} (or: sn-mock down, then up)"
        )


def _visit_of(project: Path, exchange: Exchange) -> Mapping[str, Any] | None:
    """The provider's entry of the call's last connection, which it writes when that connection has ended."""
    mine = exchange.attempts[-1].local_port if exchange.attempts else None
    if mine is None:
        return None
    given_up = time.monotonic() + LONGEST_WAIT
    while True:
        visits = [visit for visit in lines.read(RunDirectory(project / RUN).journal) if visit["peer"]["port"] == mine]
        if visits or time.monotonic() >= given_up:
            return visits[-1] if visits else None
        time.sleep(0.02)
