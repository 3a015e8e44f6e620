"""The Attachment API, and what an upload does to a certificate record."""

from __future__ import annotations

import base64
import json

import pytest

from sn_mock.instance import Instance
from sn_mock.lab.pki import shared_pki
from sn_mock.lab.pki.keystores import KeystoreSpec, write_keystore
from sn_mock.live import attachments

from .conftest import Rig

STORE = write_keystore(shared_pki(), KeystoreSpec())


def certificate(rig: Rig, **fields: str) -> str:
    """A new certificate record; its sys_id."""
    row = rig.folder.insert("sys_certificate", {"name": "new", "type": "key_store", **fields})
    return row["sys_id"]


@pytest.mark.parametrize("api", ["/api/now/attachment", "/api/now/v1/attachment"])
def test_an_uploaded_keystore_fills_its_record(rig: Rig, api: str) -> None:
    """POST …/file: 201 with Location; the record has the dates and names of the client certificate; the bytes come
    back whole; renaming and deleting work."""
    # given
    sys_id = certificate(rig, key_store_password="changeit")
    # when
    target = f"{api}/file?table_name=sys_certificate&table_sys_id={sys_id}&file_name=new.jks"
    made = rig.ask("POST", target, STORE, headers={"Content-Type": "application/x-java-keystore"})
    # then
    row = made.result
    assert (made.status, made.headers["Location"]) == (201, f"https://dev:8443{api}/{row['sys_id']}")
    assert (row["size_bytes"], row["content_type"]) == (str(len(STORE)), "application/x-java-keystore")
    record = rig.get(f"sys_certificate/{sys_id}").result
    assert record["subject"] == shared_pki()["acme-client"].certificate.subject.rfc4514_string()
    assert record["valid_from"] < record["expires"]
    assert int(record["expires_in_days"]) > 0
    content = rig.ask("GET", f"{api}/{row['sys_id']}/file")
    assert (content.body, content.headers["Content-Type"]) == (STORE, "application/x-java-keystore")
    assert json.loads(content.headers["X-Attachment-Metadata"])["file_name"] == "new.jks"
    assert rig.ask("PATCH", f"{api}/{row['sys_id']}", {"file_name": "renamed.jks"}).status == 204
    listed = rig.ask("GET", f"{api}?sysparm_query=table_sys_id={sys_id}")
    assert ([one["file_name"] for one in listed.result], listed.headers["X-Total-Count"]) == (["renamed.jks"], "1")
    assert [file.data for file in Instance.load(rig.path).attachments if file.table_sys_id == sys_id] == [STORE]
    assert rig.ask("DELETE", f"{api}/{row['sys_id']}").status == 204
    assert rig.ask("GET", f"{api}/{row['sys_id']}").status == 404


def test_a_form_uploads_too(rig: Rig) -> None:
    """POST …/upload with multipart/form-data; bytes that look like line ends and boundaries stay what they are."""
    sys_id = certificate(rig, type="trust_store")
    pem = shared_pki()["root"].pem().encode() + b"\r\n\n\r--b\x00\xff"
    body = (
        b'--b\r\nContent-Disposition: form-data; name="table_name"\r\n\r\nsys_certificate\r\n'
        b'--b\r\nContent-Disposition: form-data; name="table_sys_id"\r\n\r\n' + sys_id.encode() + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="uploadFile"; filename="ca.pem"\r\n'
        b"Content-Type: application/x-pem-file\r\n\r\n" + pem + b"\r\n--b--\r\n"
    )
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    made = rig.ask("POST", "/api/now/attachment/upload", body, headers=form)
    assert (made.status, made.result["file_name"]) == (201, "ca.pem")
    assert rig.ask("GET", f"/api/now/attachment/{made.result['sys_id']}/file").body == pem
    assert "CN=" in rig.get(f"sys_certificate/{sys_id}").result["issuer"]


@pytest.mark.parametrize(
    ("target", "body", "status", "message"),
    [
        ("file?table_name=sys_certificate&file_name=x", b"x", 400, "Missing parameter"),
        ("file?table_name=nope&table_sys_id=1&file_name=x", b"x", 400, "Invalid table nope"),
        ("file?table_name=incident&table_sys_id=1&file_name=x", b"x", 404, "No Record found"),
        (
            "file?table_name=incident&table_sys_id=1&file_name=x",
            bytes(attachments.MOST_BYTES + 1),
            413,
            "Request entity too large",
        ),
        ("upload", b"no form", 415, "Unsupported media type"),
        ("1/2/3", b"", 400, "Requested URI does not represent any resource"),
    ],
)
def test_uploads_that_are_refused(rig: Rig, target: str, body: bytes, status: int, message: str) -> None:
    """Each with its status and text; nothing is kept."""
    refused = rig.ask("POST", f"/api/now/attachment/{target}", body)
    assert (refused.status, refused.error[0]) == (status, message)
    assert len(rig.folder.instance.attachments) == 1


def test_a_boundary_that_no_form_has_is_refused(rig: Rig) -> None:
    """The parser's own limits are a refusal of the request, not a fault of the server."""
    form = {"Content-Type": f"multipart/form-data; boundary={'b' * 3000}"}
    refused = rig.ask("POST", "/api/now/attachment/upload", b"x", headers=form)
    assert (refused.status, refused.error[1]) == (400, "The payload is no valid form.")


def test_the_related_link_validates_what_was_uploaded(rig: Rig) -> None:
    """ "Validate Stores/Certificates" of the live folder."""
    (found,) = attachments.validate(rig.folder, "ACME client")
    assert (found.valid, found.message) == (True, "Valid key_store")


def test_a_request_has_limits(rig: Rig) -> None:
    """A form of very many fields, a query of very many parameters, a batch of very many requests; each has a twin."""

    def form(count: int) -> int:
        part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
        head = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = rig.ask("POST", "/api/now/attachment/upload", part * count + b"--b--\r\n", headers=head)
        return {"Missing parameter": 1, "Exception while reading request": 0}[answer.error[0]]

    def pairs(count: int) -> int:
        return len(rig.get("sys_user?user_name=admin" + "&sysparm_x=1" * (count - 1)).result)

    def batched(count: int) -> int:
        one = {"id": "1", "method": "GET", "url": "/api/now/nothing"}
        return rig.ask("POST", "/api/now/batch", {"rest_requests": [one] * count}).status

    assert (form(100), form(101)) == (1, 0)
    assert (pairs(1000), pairs(1001)) == (1, 2)
    assert (batched(1000), batched(1001)) == (200, 413)


def test_a_batch_is_answered_one_by_one(rig: Rig) -> None:
    """Bodies are base64, each request has its status; a batch within a batch is not serviced."""
    requests = [
        {"id": "a", "method": "GET", "url": "/api/now/table/sys_user?user_name=admin"},
        {"id": "b", "method": "GET", "url": "/api/now/table/nope", "exclude_response_headers": True},
        {"id": "c", "method": "POST", "url": "/api/now/batch", "body": ""},
    ]
    answer = rig.ask("POST", "/api/now/v1/batch", {"batch_request_id": "7", "rest_requests": requests}).json
    assert answer["batch_request_id"] == "7"
    assert [(one["id"], one["status_code"]) for one in answer["serviced_requests"]] == [("a", 200), ("b", 400)]
    first = json.loads(base64.b64decode(answer["serviced_requests"][0]["body"]))
    assert first["result"][0]["user_name"] == "admin"
    assert answer["unserviced_requests"] == [{"id": "c"}]


@pytest.mark.parametrize("table", ["sys_certificate", "sys_ca_certificate", "sys_user_certificate"])
def test_a_pasted_certificate_fills_its_record(rig: Rig, table: str) -> None:
    """By POST and by PATCH; a text that holds none changes nothing else."""
    pem = shared_pki()["root"].pem()
    made = rig.ask("POST", f"/api/now/table/{table}", {"name": "pasted", "pem_certificate": pem}).result
    assert (made["issuer"], made["subject"]) == ("CN=Lab Root CA,O=ACME Lab", "CN=Lab Root CA,O=ACME Lab")
    other = shared_pki()["intermediate"].pem(1)
    changed = rig.ask("PATCH", f"/api/now/table/{table}/{made['sys_id']}", {"pem_certificate": other}).result
    assert changed["subject"] == "CN=Lab Issuing CA,O=ACME Lab"
    assert changed["valid_from"] < changed["expires"]
    nothing = rig.ask("PATCH", f"/api/now/table/{table}/{made['sys_id']}", {"pem_certificate": "none"}).result
    assert nothing["subject"] == "CN=Lab Issuing CA,O=ACME Lab"
