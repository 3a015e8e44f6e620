"""A saved instance loads back equal, whatever it holds."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    RELEASES,
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProperty,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)
from sn_mock.instance.folder.atomic_writer import write_atomically

SYS_IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
SECRETS = st.none() | st.builds(Secret, TEXTS.filter(lambda text: text and not text.startswith("env:")))
CERTIFICATES = st.builds(
    SysCertificate,
    sys_id=SYS_IDS,
    name=NAMES,
    active=st.booleans(),
    type=st.sampled_from(["trust_store", "key_store", "pkcs12_key_store"]),
    pem_certificate=TEXTS | st.just("file:not/a/file"),
    key_store_password=SECRETS,
    notify_on_expiration=st.lists(NAMES, max_size=2).map(tuple),
    warn_in_days_to_expire=st.integers(-5, 400),
)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """An instance whose references all lead somewhere."""
    certificates = draw(st.lists(CERTIFICATES, max_size=3, unique_by=lambda row: row.sys_id))
    ids = st.sampled_from([row.sys_id for row in certificates] + [""])
    profiles = draw(
        st.lists(
            st.builds(SysProtocolProfile, sys_id=SYS_IDS, protocol=NAMES, keystore=ids),
            max_size=2,
            unique_by=lambda row: row.sys_id,
        )
    )
    message = SysSoapMessage(name=draw(NAMES), wsdl_xml=draw(TEXTS))
    function = SysSoapMessageFunction(soap_message=message.sys_id, function_name=draw(NAMES), envelope=draw(TEXTS))
    parameter = SysSoapMessageParameter(soap_function=function.sys_id, name=draw(NAMES), value=draw(TEXTS))
    files = [
        draw(
            st.builds(
                SysAttachment,
                sys_id=SYS_IDS,
                file_name=NAMES | st.sampled_from(["../up.jks", "/etc/passwd", "A.jks", "a.jks", "..", "con"]),
                table_name=st.just("sys_certificate"),
                table_sys_id=st.just(row.sys_id),
                content_type=st.sampled_from(["", "application/x-java-keystore"]),
                data=st.binary(max_size=30),
            )
        )
        for row in certificates
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Instance(
        name=draw(NAMES),
        release=draw(st.sampled_from(list(RELEASES.values()))),
        quirks=draw(st.sampled_from([{}, {"sni": True, "java": 8, "tls_versions": ("TLSv1.2", "TLSv1.3")}])),
        properties=tuple(
            draw(st.lists(st.builds(SysProperty, name=NAMES, value=TEXTS), max_size=2, unique_by=lambda row: row.name))
        ),
        certificates=tuple(certificates),
        protocol_profiles=tuple(profiles),
        soap_messages=(message,),
        soap_functions=(function,),
        soap_parameters=(parameter,),
        attachments=tuple({file.sys_id: file for file in files}.values()),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_saved_instance_loads_back_equal(instance: Instance) -> None:
    """Names, quotes, line breaks, twins, hostile file names: all come back as they were."""
    with tempfile.TemporaryDirectory() as folder:
        instance.save(Path(folder) / "saved")
        assert Instance.load(Path(folder) / "saved") == instance
        assert sorted(path.name for path in Path(folder).iterdir()) == ["saved"]


def test_loaded_folder_saves_and_loads_equal(write_instance: Callable[..., Path], tmp_path: Path) -> None:
    """Load, save elsewhere, load: the same instance; saving once more writes the same bytes."""
    instance = Instance.load(write_instance("\n[quirks]\njava = 17\n"))
    instance.save(tmp_path / "first")
    again = Instance.load(tmp_path / "first")
    again.save(tmp_path / "second")

    assert again == instance
    first, second = (tmp_path / name / "instance.toml" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_environment_passwords_are_never_written_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password from the environment goes back as its reference; a literal one stays literal."""
    monkeypatch.setenv("SN_MOCK_TEST_PASSWORD", "hunter2")
    instance = Instance(
        certificates=(
            SysCertificate(name="A", key_store_password=Secret.parse("env:SN_MOCK_TEST_PASSWORD")),
            SysCertificate(name="B", key_store_password=Secret("literal")),
        )
    )

    instance.save(tmp_path / "saved")

    text = (tmp_path / "saved" / "instance.toml").read_text()
    assert "hunter2" not in text
    assert 'key_store_password = "env:SN_MOCK_TEST_PASSWORD"' in text
    assert 'key_store_password = "literal"' in text
    assert Instance.load(tmp_path / "saved") == instance


def test_saved_files_are_private(tmp_path: Path) -> None:
    """Keystores and passwords are readable by their owner only."""
    keystore = SysCertificate(name="A", key_store_password=Secret("literal"))
    file = SysAttachment(file_name="a.jks", table_name="sys_certificate", table_sys_id=keystore.sys_id, data=b"x")
    Instance(certificates=(keystore,), attachments=(file,)).save(tmp_path / "saved")

    files = [path for path in (tmp_path / "saved").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_nothing_is_half_written(tmp_path: Path) -> None:
    """When one file cannot be written, the folder does not appear, and nothing is left beside it."""
    with pytest.raises(MockUsageError, match="cannot be written"):
        write_atomically(tmp_path / "new", {"a": b"1", "a/b": b"2"})
    with pytest.raises(MockUsageError, match="outside the folder"):
        write_atomically(tmp_path / "new", {"../a": b"1"})
    assert list(tmp_path.iterdir()) == []


def test_saving_over_a_folder_keeps_other_files(write_instance: Callable[..., Path]) -> None:
    """A README next to instance.toml survives."""
    folder = write_instance(files={"README.md": b"mine"})
    instance = Instance.load(folder)
    instance.with_property("acme.x", "1").save(folder)

    assert Instance.load(folder).property("acme.x") == "1"
    assert (folder / "README.md").read_bytes() == b"mine"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_file_that_would_not_be_read_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """The limit of reading is one of writing; what was there stays as it was."""
    few = Instance(properties=(SysProperty(name="one", value="1"),))
    many = Instance(properties=tuple(SysProperty(name=f"acme.{number}", value="x" * 50) for number in range(50)))
    if is_there:
        few.save(tmp_path / "instance")
    monkeypatch.setattr("guarded.toml.MAX_BYTES", 3000)

    with pytest.raises(MockUsageError, match=r"instance\.toml would have \d+ bytes, and 3000 is the most"):
        many.save(tmp_path / "instance")

    assert (tmp_path / "instance").exists() == is_there
    few.save(tmp_path / "instance")
    assert Instance.load(tmp_path / "instance").property("one") == "1"
