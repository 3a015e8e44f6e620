"""A served copy of the example folder, and a client that has come in by the token."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sn_mock.lab.examples import examples
from sn_mock.lab.pki import furnish_instance, write_lab_pki
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.serving import Wanted, serving


@pytest.fixture(scope="session")
def lab_certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's PKI on disk, once."""
    return write_lab_pki(tmp_path_factory.mktemp("console-pki"))


@dataclass
class Console:
    """A console that runs, and a client that knows its token."""

    live: LiveInstance
    client: httpx.Client
    folder: Path

    @property
    def base(self) -> str:
        """Its address without the token."""
        return f"http://127.0.0.1:{self.live.console_port}"

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A page."""
        return self.client.get(path, **more)

    def form_token(self) -> str:
        """What the forms of its pages carry."""
        found = re.search(r'name="form_token" value="(\w+)"', self.get("/explain").text)
        assert found is not None
        return found[1]

    def post(self, path: str, data: dict[str, str], **more: Any) -> httpx.Response:
        """A form of its own, posted; where it leads."""
        return self.client.post(path, data={"form_token": self.form_token(), **data}, follow_redirects=True, **more)

    def record(self, table: str, name: str) -> str:
        """The address of a record's form."""
        row = self.live.folder.instance.get(table, name)
        assert row is not None
        return f"/{table}.do?sys_id={row.sys_id}"


def console_of(folder: Path, certificates: Path, *, inbound_mtls: bool = False) -> Iterator[Console]:
    """Serve that folder with a console, for as long as somebody looks."""
    wanted = Wanted(folder, console_port=0, certificates=certificates, inbound_mtls=inbound_mtls)
    with serving(wanted) as live, httpx.Client(base_url=live.console_address.partition("/?")[0]) as client:
        client.get(f"/?token={live.console_token}")
        yield Console(live, client, folder)


def example_folder(target: Path, certificates: Path) -> Path:
    """A copy of the example instance with its keystore and CA."""
    shutil.copytree(examples() / "instance", target, ignore=shutil.ignore_patterns("*.jks", "*.pem"))
    furnish_instance(certificates, target)
    return target


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, lab_certificates: Path) -> Iterator[Console]:
    """The example folder, served; a module's tests share it, and leave its records as they found them."""
    yield from console_of(
        example_folder(tmp_path_factory.mktemp("served") / "instance", lab_certificates), lab_certificates
    )


@pytest.fixture
def own_console(tmp_path: Path, lab_certificates: Path) -> Iterator[Console]:
    """The example folder, served for one test that changes it."""
    yield from console_of(example_folder(tmp_path / "instance", lab_certificates), lab_certificates)
