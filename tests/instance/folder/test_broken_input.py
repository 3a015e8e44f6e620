"""Damaged input of any kind ends in a report or in listed problems, never in another exception or a broken folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sn_mock.instance import (
    Instance,
    InstanceErrors,
    InstanceProblem,
    SysAttachment,
    SysCertificate,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
)
from sn_mock.instance.folder.toml_writer import instance_toml
from sn_mock.instance.xml import export_xml, import_files

KEYSTORE = SysCertificate(name="ACME client", type="key_store", notify_on_expiration=("Abel",))
INSTANCE = Instance(
    certificates=(KEYSTORE,),
    protocol_profiles=(SysProtocolProfile(protocol="myhttps", default_port=8443, keystore="ACME client"),),
    soap_messages=(SysSoapMessage(name="Acme", enable_mutual_auth=True, protocol_profile="myhttps"),),
    soap_functions=(SysSoapMessageFunction(soap_message="Acme", function_name="Create", envelope="<a>\n</a>"),),
    attachments=(
        SysAttachment(
            file_name="acme.jks", table_name="sys_certificate", table_sys_id=KEYSTORE.sys_id, data=b"x" * 100
        ),
    ),
)
XML = export_xml(INSTANCE)
TOML = instance_toml(INSTANCE).encode()
SCRAPS = [
    b"<",
    b"</unload>",
    b"<unload>",
    b"]]>",
    b"&",
    b"\x00",
    b"\xff",
    b'"',
    b"[[",
    b"]]",
    b"\n",
    b"= 1",
    b"true",
    b"'''",
]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with a few pieces cut out, doubled, or replaced."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 10, 80, 500, len(whole)])))
        piece = draw(st.sampled_from([b"", data[start:end] * 2, *SCRAPS]))
        data = data[:start] + piece + data[end:]
    return data


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(XML))
def test_damaged_exports(data: bytes) -> None:
    """Whatever is left of an export is imported, or nothing is; the folder always loads."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "export.xml").write_bytes(data)

        report = import_files([folder / "export.xml"], folder / "imported")

        assert report.to_json()["written"] is (folder / "imported").exists()
        if report.written:
            assert Instance.load(folder / "imported", require_secrets=False) == report.instance


def loaded_or_problems(folder: Path) -> tuple[tuple[InstanceProblem, ...], Instance | None]:
    """The instance, or what keeps it from being loaded."""
    try:
        return (), Instance.load(folder)
    except InstanceErrors as errors:
        return errors.problems, None


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(TOML))
def test_damaged_instance_files(data: bytes) -> None:
    """A damaged instance.toml loads, or its problems are listed, each with the file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "attachments").mkdir()
        (folder / "attachments" / "acme.jks").write_bytes(b"x")
        (folder / "instance.toml").write_bytes(data)
        problems, loaded = loaded_or_problems(folder)
        assert {problem.file for problem in problems} <= {str(folder / "instance.toml")}
        if loaded is not None:
            loaded.save(folder / "again")
            assert Instance.load(folder / "again") == loaded
