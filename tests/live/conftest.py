"""A live instance to ask, without sockets where none are needed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provider_stub.http.messages import Request, Response
from sn_mock.lab.pki import shared_pki
from sn_mock.lab.pki.keystores import KeystoreSpec, write_keystore
from sn_mock.live.access import Access
from sn_mock.live.base import base_rows
from sn_mock.live.front.application import FrontDoor
from sn_mock.live.front.attachment_api import AttachmentApi
from sn_mock.live.front.direct_soap import DirectSoap
from sn_mock.live.front.import_sets import ImportSets
from sn_mock.live.front.scripted import ScriptedRest
from sn_mock.live.front.table_api import TableApi
from sn_mock.live.front.ui_pages import UiPages
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.serving import Wanted
from sn_mock.live.sessions import Sessions
from sn_mock.live.state import LiveFolder
from sn_mock.live.triggers import Triggers

PASSWORD = "correct horse"
INSTANCE = """\
# written by hand
[instance]
name = "dev12345"
release = "washingtondc"

[[sys_certificate]]
name = "ACME client"                 # the partner's
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
soap_endpoint = "https://localhost:1/tickets"
envelope = "<x>${text}</x>"
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def result(self) -> Any:
        """What the Table API answers with."""
        return self.json["result"]

    @property
    def error(self) -> tuple[str, str | None]:
        """Message and detail of a refusal."""
        return self.json["error"]["message"], self.json["error"]["detail"]


class Rig:
    """One instance folder and its front door, asked without sockets."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = LiveFolder(path, base=base_rows())
        self.outbound = OutboundLog(self.folder)
        self.access = Access(self.folder, PASSWORD)
        self.triggers = Triggers(self.folder, self.outbound)
        scripts = ScriptedRest(self.folder, self.outbound)
        tables = TableApi(self.folder, self.triggers.inserted)
        files, soap = AttachmentApi(self.folder), DirectSoap(self.folder, tables)
        self.sessions = Sessions()
        pages = UiPages(self.folder, self.outbound, self.access, self.sessions)
        imports = ImportSets(self.folder, tables)
        self.door = FrontDoor(self.access, tables, files, scripts, soap, imports, pages, self.sessions)

    def ask(
        self,
        method: str,
        target: str,
        content: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        user: str | None = "admin",
        password: str = PASSWORD,
        chain: tuple[bytes, ...] = (),
    ) -> Answer:
        """One request: JSON unless bytes are given."""
        sent = {"Host": "dev:8443", **({} if content is None else {"Content-Type": "application/json"})}
        if user is not None:
            sent["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        request = Request(method, target, tuple({**sent, **(headers or {})}.items()), body)
        response: Response = self.door.respond(request, chain, "https://dev:8443")
        told = dict(response.headers) | ({"Content-Type": response.content_type} if response.content_type else {})
        return Answer(response.status, told, response.body)

    def get(self, target: str, **options: Any) -> Answer:
        """GET of the Table API."""
        return self.ask("GET", f"/api/now/table/{target}", **options)


def write_instance(path: Path, text: str = INSTANCE) -> Path:
    """An instance folder with a client keystore."""
    (path / "attachments").mkdir(parents=True)
    (path / "instance.toml").write_text(text)
    (path / "attachments" / "acme.jks").write_bytes(write_keystore(shared_pki(), KeystoreSpec()))
    return path


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A fresh instance."""
    made = Rig(write_instance(tmp_path / "dev"))
    yield made
    made.triggers.close()
    made.door.close()


@pytest.fixture(scope="session")
def door_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's certificate for localhost, its key, and the root that clients trust; client certificates, too."""
    folder = tmp_path_factory.mktemp("door")
    pki = shared_pki()
    (folder / "root-ca.pem").write_text(pki["root"].pem())
    for name in ("provider", "acme-client", "unrelated-client", "self-signed-client"):
        identity = pki[name]
        (folder / f"{name}.pem").write_text(identity.pem(max(1, len(identity.chain) - 1)))
        (folder / f"{name}.key").write_text(identity.key_pem)
    return folder


@pytest.fixture
def wanted(door_files: Path) -> Callable[..., Wanted]:
    """What `serve` is asked for, with the lab's certificate and no console."""

    def make(folder: Path, **options: Any) -> Wanted:
        files = {"certificate": door_files / "provider.pem", "key": door_files / "provider.key"}
        return Wanted(folder, **{"console_port": None, **files, **options})

    return make
