"""Fixtures for the instance: folders written from a few lines of TOML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sn_mock.instance import Instance, InstanceErrors

HEALTHY = """
[instance]
name = "dev12345"
release = "helsinki"

[[sys_properties]]
name = "glide.http.timeout"
value = "5000"

[[sys_certificate]]
name = "ACME client"
type = "key_store"
key_store_password = "changeit"
attachment = "attachments/acme.jks"

[[sys_protocol_profile]]
protocol = "myhttps"
default_port = 8443
keystore = "ACME client"

[[sys_soap_message]]
name = "AcmeTickets"
enable_mutual_auth = true
protocol_profile = "myhttps"

[[sys_soap_message_function]]
soap_message = "AcmeTickets"
function_name = "CreateTicket"
soap_endpoint = "https://localhost:8443/tickets"
envelope = "file:attachments/create.xml"

[[sys_soap_message_parameters]]
soap_function = "CreateTicket"
name = "short_description"
value = "Printer on fire"
"""

WriteInstance = Callable[..., Path]


@pytest.fixture
def write_instance(tmp_path: Path) -> WriteInstance:
    """Write an instance folder: the healthy one plus, or instead, the given TOML and files."""

    def write(extra: str = "", *, toml: str | None = None, files: dict[str, bytes] | None = None) -> Path:
        folder = tmp_path / "my-instance"
        (folder / "attachments").mkdir(parents=True, exist_ok=True)
        (folder / "attachments" / "acme.jks").write_bytes(b"keystore bytes")
        (folder / "attachments" / "create.xml").write_text("<create>${short_description}</create>")
        for name, data in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / "instance.toml").write_text((HEALTHY if toml is None else toml) + extra, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def problems_of(write_instance: WriteInstance) -> Callable[..., list[tuple[str, str]]]:
    """Write a broken instance folder and give (key, message) of everything that is reported about it."""

    def collect(extra: str = "", **options: object) -> list[tuple[str, str]]:
        folder = write_instance(extra, **options)
        with pytest.raises(InstanceErrors) as raised:
            Instance.load(folder)
        assert {problem.file for problem in raised.value.problems} == {str(folder / "instance.toml")}
        return [(problem.key, problem.message) for problem in raised.value.problems]

    return collect
