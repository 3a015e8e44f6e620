"""The records behind an alias: every column comes back from TOML and XML, and references know what extends what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sn_mock.instance import TABLES, Instance, InstanceErrors, Secret
from sn_mock.instance.connection_records import DiscoveryCredential, HttpConnection
from sn_mock.instance.schema import FieldSpec, Kind, Record, fields_of
from sn_mock.instance.tables import EXTENSIONS
from sn_mock.instance.xml import export, import_files

CONNECTIONS = [
    *("sys_retry_policy", "sys_alias", "http_connection"),
    *("discovery_credentials", "basic_auth_credentials", "api_key_credentials", "oauth_2_0_credentials"),
    *("oauth_entity", "oauth_entity_scope", "oauth_entity_profile", "oauth_entity_profile_scope", "oauth_credential"),
    *("jwt_keystore_aliases", "jwt_provider", "jwt_claim_validation"),
]


def filled(table: str, made: dict[str, Record]) -> Record:
    """A row with something in every column; references lead to rows made before."""
    values = {spec.name: _something(spec, made) for spec in fields_of(TABLES[table]).values()}
    return TABLES[table](**{name: value for name, value in values.items() if value is not None})


def _something(spec: FieldSpec, made: dict[str, Record]) -> Any:
    if spec.kind is Kind.REFERENCE:
        names = (str(spec.table), *EXTENSIONS.get(str(spec.table), ()))
        known = next((made[name].sys_id for name in names if name in made), None)
        return known or ("" if spec.table in TABLES else "f" * 32)
    if spec.kind is Kind.GLIDE_LIST:
        return (made[str(spec.table)].sys_id,) if spec.table in made else ("e" * 32,)
    if spec.kind is Kind.PASSWORD2:
        return Secret("a secret")
    if spec.kind is Kind.CHOICE:
        return next(choice for choice in spec.choices if choice != spec.default)
    if spec.kind is Kind.BOOLEAN:
        return not spec.default
    if spec.kind is Kind.INTEGER:
        return 4711
    return "2027-01-01 00:00:00" if spec.kind is Kind.GLIDE_DATE_TIME else f"a {spec.name} & <more>"


@pytest.fixture(scope="module")
def instance() -> Instance:
    """One row in every table, with something in every column."""
    made: dict[str, Record] = {}
    for table in TABLES:
        if table in (*CONNECTIONS, "sys_protocol_profile", "sys_certificate", "ecc_agent", "mid_protocol_profile"):
            row = filled(table, made)
            made[table] = replace(row, sys_scope="global") if hasattr(row, "sys_scope") else row  # type: ignore[call-arg]
    found = Instance()
    for row in made.values():
        found = found.with_record(row)
    return found


@pytest.mark.parametrize("table", CONNECTIONS)
def test_every_column_comes_back(table: str, instance: Instance, tmp_path: Path) -> None:
    """From a folder whole; from an export all but the passwords, which an instance would not hand out."""
    instance.save(tmp_path / "folder")
    export(instance, tmp_path / "export.xml")
    import_files([tmp_path / "export.xml"], into=tmp_path / "imported")
    loaded = Instance.load(tmp_path / "folder")
    imported = Instance.load(tmp_path / "imported", require_secrets=False)

    (row,) = instance.table(table)
    assert loaded.table(table) == (row,)
    (back,) = imported.table(table)
    secret = [spec.name for spec in fields_of(type(row)).values() if spec.kind is Kind.PASSWORD2]
    blank = dict.fromkeys(secret)
    assert replace(back, **blank) == replace(row, **blank)


def test_an_empty_number_is_not_zero(tmp_path: Path) -> None:
    """Count and port may be empty: the property, and the profile's default port, count then."""
    instance = Instance(http_connections=(HttpConnection(name="a"), HttpConnection(name="b", port=1)))
    export(instance, tmp_path / "export.xml")
    import_files([tmp_path / "export.xml"], into=tmp_path / "imported")

    assert "<port/>" in (tmp_path / "export.xml").read_text()
    assert [row.port for row in Instance.load(tmp_path / "imported").http_connections] == [None, 1]


def test_a_reference_to_credentials_means_any_kind_of_them(tmp_path: Path) -> None:
    """`credential` names a row of a table that extends discovery_credentials; one that nobody has is a slip."""
    text = """
[instance]
release = "xanadu"
[[basic_auth_credentials]]
name = "partner user"
user_name = "acme"
[[http_connection]]
name = "partner"
credential = "partner user"
"""
    (tmp_path / "instance.toml").write_text(text)
    instance = Instance.load(tmp_path)
    row = instance.get(DiscoveryCredential.table, instance.http_connections[0].credential)
    assert row == instance.basic_auth_credentials[0]

    (tmp_path / "instance.toml").write_text(text.replace('credential = "partner', 'credential = "partnr'))
    with pytest.raises(
        InstanceErrors, match=r"http_connection\[1\] \"partner\".credential.*did you mean 'partner user'"
    ):
        Instance.load(tmp_path)
