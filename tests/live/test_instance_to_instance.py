"""One instance calls another one's inbound door: each refusal names the record to change, on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sn_mock.exchange import Exchange
from sn_mock.lab.pki import shared_pki
from sn_mock.lab.pki.keystores import KeySpec, KeystoreSpec, write_keystore
from sn_mock.live import attachments, inbound
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.serving import Wanted, serving
from sn_mock.live.state import LiveFolder

from .conftest import write_instance

_CALLER = """\
[instance]
name = "caller"
release = "washingtondc"

[[sys_certificate]]
name = "Other instance's CA"
type = "trust_store"
pem_certificate = "file:root-ca.pem"

[[sys_certificate]]
name = "Mine"
type = "key_store"
key_store_password = "changeit"
attachment = "attachments/acme.jks"

[[sys_protocol_profile]]
protocol = "myhttps"
keystore = "Mine"

[[sys_rest_message]]
name = "Other"
use_mutual_auth = true
protocol_name = "myhttps"

[[sys_rest_message_fn]]
rest_message = "Other"
function_name = "users"
http_method = "get"
use_mutual_auth = true
protocol_name = "myhttps"
"""


class Pair:
    """A caller and the instance that it calls."""

    def __init__(self, other: LiveInstance, caller: LiveFolder) -> None:
        self.other, self.caller = other, caller

    def publish(self, name: str, **fields: str) -> str:
        """A CA record of the other instance; its sys_id."""
        row = {"name": name, "pem_certificate": shared_pki()[name].pem(1), **fields}
        return self.other.folder.insert("sys_ca_certificate", row)["sys_id"]

    def call(self) -> Exchange:
        """The call, with its findings."""
        url = f"{self.other.door.url}/api/now/table/sys_user?sysparm_limit=1"
        return OutboundLog(self.caller).place("Other", "users", endpoint=url).diagnosed()

    def refused(self, status: int, rule: str, name: str = "acme-client") -> str:
        """The call fails so; what the other instance's records say of it."""
        exchange = self.call()
        assert (exchange.response.status_code, exchange.findings[0].rule) == (status, rule)
        finding = inbound.why(self.other.folder.instance, self.other.access, shared_pki()[name].der_chain[:2])
        assert finding is not None
        return finding.evidence[1]


@pytest.fixture
def pair(tmp_path: Path, door_files: Path) -> Iterator[Pair]:
    """Both, nothing published yet."""
    caller = write_instance(tmp_path / "caller", _CALLER)
    (caller / "root-ca.pem").write_text(shared_pki()["root"].pem())
    other = Wanted(
        write_instance(tmp_path / "other"),
        console_port=None,
        inbound_mtls=True,
        certificate=door_files / "provider.pem",
        key=door_files / "provider.key",
    )
    with serving(other) as live:
        yield Pair(live, LiveFolder(caller))


def test_from_nothing_published_to_the_mapped_user(pair: Pair) -> None:
    """Not published, intermediate only, not mapped, mapping inactive, user inactive; then it is that user."""
    other = pair.other.folder
    assert pair.refused(400, "inbound-ca-not-published").startswith("no sys_ca_certificate holds CN=Lab Root CA")
    intermediate = pair.publish("intermediate", type="intermediate_cert")
    assert "has type Intermediate Cert" in pair.refused(400, "inbound-ca-not-published")
    other.update("sys_ca_certificate", intermediate, {"type": "ca_cert", "publish_status": "Pending"})
    assert "has Publish Status 'Pending'" in pair.refused(400, "inbound-ca-not-published")
    other.update("sys_ca_certificate", intermediate, {"publish_status": "Exists"})
    assert pair.refused(400, "inbound-ca-not-published").startswith("only intermediate CAs")
    pair.publish("root")
    unmapped = pair.refused(401, "inbound-certificate-not-mapped")
    assert unmapped.startswith("no sys_user_certificate holds CN=acme-client")
    bob = other.insert("sys_user", {"user_name": "bob", "active": "false"})["sys_id"]
    pem = shared_pki()["acme-client"].pem(1)
    row = {"name": "caller", "pem_certificate": pem, "user": bob, "active": "false"}
    mapping = other.insert("sys_user_certificate", row)["sys_id"]
    assert "'caller' is not active" in pair.refused(401, "inbound-certificate-not-mapped")
    other.update("sys_user_certificate", mapping, {"active": "true"})
    assert "sys_user 'bob' is inactive" in pair.refused(401, "inbound-certificate-not-mapped")
    other.update("sys_user", bob, {"active": "true"})
    exchange = pair.call()
    assert (exchange.response.status_code, exchange.findings) == (200, ())
    assert inbound.why(other.instance, pair.other.access, shared_pki()["acme-client"].der_chain[:2]) is None


def test_a_self_signed_certificate_and_one_that_is_withheld(pair: Pair) -> None:
    """Self-signed: the page. A key that fits none of the named CAs is not sent at all: 401."""
    store = write_keystore(shared_pki(), KeystoreSpec((KeySpec("one", "self-signed-client"),)))
    mine = pair.caller.instance.certificate("Mine")
    assert mine is not None
    for file in pair.caller.instance.attachments_of(mine):
        attachments.detach(pair.caller, file.sys_id)
    attachments.attach(pair.caller, "sys_certificate", mine.sys_id, "self.jks", store)
    assert "has signed itself" in pair.refused(400, "inbound-self-signed", "self-signed-client")
    pair.publish("root")
    exchange = pair.call()
    assert (exchange.response.status_code, exchange.findings[0].rule) == (401, "inbound-certificate-not-sent")
