"""`Instance`: a ServiceNow instance's outbound configuration as one frozen value."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import MockUsageError
from sn_mock.instance import releases
from sn_mock.instance.children import child
from sn_mock.instance.connection_records import (
    ApiKeyCredential,
    BasicAuthCredential,
    DiscoveryCredential,
    HttpConnection,
    OAuth2Credential,
    SysAlias,
    SysRetryPolicy,
)
from sn_mock.instance.folder.row_tables import RowTables
from sn_mock.instance.inbound_records import SysCaCertificate, SysUserCertificate
from sn_mock.instance.oauth_records import (
    JwtClaim,
    JwtKeystoreAlias,
    JwtProvider,
    OAuthCredential,
    OAuthEntity,
    OAuthEntityProfile,
    OAuthEntityProfileScope,
    OAuthEntityScope,
)
from sn_mock.instance.problems import did_you_mean
from sn_mock.instance.properties import property_default
from sn_mock.instance.records import (
    EccAgent,
    MidProtocolProfile,
    SysAttachment,
    SysAuthProfileBasic,
    SysCertificate,
    SysProperty,
    SysProtocolProfile,
    SysRestMessage,
    SysRestMessageFunction,
    SysRestMessageFunctionHeader,
    SysRestMessageFunctionParameter,
    SysRestMessageFunctionParameterDefinition,
    SysRestMessageHeader,
    SysScriptInclude,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)
from sn_mock.instance.references import ReferenceIndex
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.releases import NEWEST, Release
from sn_mock.instance.schema import STAMPS, Record
from sn_mock.instance.tables import TABLE_ATTRIBUTES
from sn_mock.instance.ws_security_records import WsSecurityUsernameProfile, WsSecurityX509Profile
from sn_mock.java.lang import jdk
from sn_mock.java.lang.jdk import Jdk
from sn_mock.lasting import Frozen


@dataclass(frozen=True, slots=True)
class Instance(Frozen):
    """An instance: its release and its tables, each a tuple in row order. "Changing" one returns another.

    References are held as sys_ids; a display name given instead is resolved when the instance is built, and stays as it
    is when no row answers to it.
    """

    name: str = "dev00000"
    release: Release = NEWEST
    quirks: Mapping[str, Any] = field(default_factory=dict)
    """Release facts overridden for this instance."""
    properties: tuple[SysProperty, ...] = ()
    certificates: tuple[SysCertificate, ...] = ()
    protocol_profiles: tuple[SysProtocolProfile, ...] = ()
    mid_servers: tuple[EccAgent, ...] = ()
    mid_protocol_profiles: tuple[MidProtocolProfile, ...] = ()
    basic_auth_profiles: tuple[SysAuthProfileBasic, ...] = ()
    ws_security_x509_profiles: tuple[WsSecurityX509Profile, ...] = ()
    ws_security_username_profiles: tuple[WsSecurityUsernameProfile, ...] = ()
    soap_messages: tuple[SysSoapMessage, ...] = ()
    soap_functions: tuple[SysSoapMessageFunction, ...] = ()
    soap_parameters: tuple[SysSoapMessageParameter, ...] = ()
    rest_messages: tuple[SysRestMessage, ...] = ()
    rest_headers: tuple[SysRestMessageHeader, ...] = ()
    rest_functions: tuple[SysRestMessageFunction, ...] = ()
    rest_function_headers: tuple[SysRestMessageFunctionHeader, ...] = ()
    rest_function_parameters: tuple[SysRestMessageFunctionParameter, ...] = ()
    rest_parameter_definitions: tuple[SysRestMessageFunctionParameterDefinition, ...] = ()
    script_includes: tuple[SysScriptInclude, ...] = ()
    retry_policies: tuple[SysRetryPolicy, ...] = ()
    aliases: tuple[SysAlias, ...] = ()
    jwt_keys: tuple[JwtKeystoreAlias, ...] = ()
    jwt_providers: tuple[JwtProvider, ...] = ()
    jwt_claims: tuple[JwtClaim, ...] = ()
    oauth_entities: tuple[OAuthEntity, ...] = ()
    oauth_scopes: tuple[OAuthEntityScope, ...] = ()
    oauth_profiles: tuple[OAuthEntityProfile, ...] = ()
    oauth_profile_scopes: tuple[OAuthEntityProfileScope, ...] = ()
    oauth_tokens: tuple[OAuthCredential, ...] = ()
    credentials: tuple[DiscoveryCredential, ...] = ()
    basic_auth_credentials: tuple[BasicAuthCredential, ...] = ()
    api_key_credentials: tuple[ApiKeyCredential, ...] = ()
    oauth2_credentials: tuple[OAuth2Credential, ...] = ()
    http_connections: tuple[HttpConnection, ...] = ()
    attachments: tuple[SysAttachment, ...] = ()
    ca_certificates: tuple[SysCaCertificate, ...] = ()
    user_certificates: tuple[SysUserCertificate, ...] = ()
    rows: RowTables = field(default_factory=RowTables, compare=False, repr=False)
    """The rows of every table that is not modelled. Shared by the instances made from this one; `branch()` parts."""
    folder: Path | None = field(default=None, compare=False)
    """Where it was loaded from; None for instances made in memory."""

    def __post_init__(self) -> None:
        for name, value in self.quirks.items():
            complaint = (
                FACTS[name].problem(value) if name in FACTS else f"is no release fact{did_you_mean(name, FACTS)}"
            )
            if complaint:
                raise MockUsageError(f"quirk '{name}' {complaint}")
        coerced = {name: FACTS[name].coerce(value) for name, value in self.quirks.items()}
        object.__setattr__(self, "quirks", MappingProxyType(coerced))
        for attribute in TABLE_ATTRIBUTES.values():
            object.__setattr__(self, attribute, tuple(getattr(self, attribute)))
        index = _index(self)
        for attribute in TABLE_ATTRIBUTES.values():
            rows = getattr(self, attribute)
            object.__setattr__(self, attribute, tuple(index.resolved(row) for row in rows))

    def __hash__(self) -> int:
        return hash((self.name, self.release.name))

    # Reading and writing folders

    @classmethod
    def load(cls, folder: Path | str, *, require_secrets: bool = True) -> Instance:
        """Read an instance folder; raises `InstanceErrors` with everything that is wrong with it.

        With `require_secrets=False` passwords whose environment variable is missing stay unset instead of being a
        problem.
        """
        from sn_mock.instance.folder.toml_folder import load_folder

        return load_folder(Path(folder), cls, require_secrets=require_secrets)

    def save(self, folder: Path | str) -> tuple[str, ...]:
        """Write an instance folder that loads back equal to this instance.

        A folder that is there is edited: comments and references stay. What could not be kept is returned as notes.
        """
        from sn_mock.instance.folder.toml_writer import save_folder

        notes = save_folder(self, Path(folder))
        self.rows.save(Path(folder))
        return notes

    # Facts and properties

    def fact(self, name: str) -> Fact[Any]:
        """What the release does, or the quirk that overrides it; raises `MockUsageError` for unknown names."""
        if name not in FACTS:
            raise MockUsageError(f"unknown release fact '{name}'{did_you_mean(name, FACTS)}")
        if name in self.quirks:
            where = self.folder / "instance.toml" if self.folder else "this instance"
            return Fact(self.quirks[name], Evidence.OVERRIDE, f"[quirks] of {where}")
        return self.release.facts[name]

    @property
    def java(self) -> Jdk:
        """The Java that the instance runs: its release's, or the quirk's."""
        return jdk.named(self.fact("java").value)

    def seen_by_mid_server(self) -> Instance:
        """The same records with the Java of a MID Server of this release (`mid_java`) in the place of the instance's:
        whoever asks for the fact `java` is told the MID Server's, and that it is."""
        return self.once(_seen_by_mid_server, None)

    def property(self, name: str, default: str | None = None) -> str | None:
        """A system property: the row's value (which may be empty), else the default of the release, else `default`.

        A quirk that overrides the fact behind a default counts.
        """
        for row in self.properties:
            if row.name == name:
                return row.value
        known = property_default(name, self.release, self.quirks)
        return default if known is None or known.value is None else known.value

    # Changing

    def with_release(self, name: str) -> Instance:
        """The same instance on another release."""
        return dataclasses.replace(self, release=releases.release(name))

    def with_quirk(self, name: str, value: Any) -> Instance:
        """The same instance with one release fact overridden; None takes an override back."""
        kept = {quirk: known for quirk, known in self.quirks.items() if quirk != name}
        return dataclasses.replace(self, quirks=kept if value is None else {**kept, name: value})

    def with_property(self, name: str, value: str | None) -> Instance:
        """The same instance with a system property set; None deletes its row."""
        if value is None:
            return dataclasses.replace(self, properties=tuple(row for row in self.properties if row.name != name))
        for row in self.properties:
            if row.name == name:
                return self.replace(row, value=value)
        return self.with_record(SysProperty(name=name, value=value))

    def with_record(self, record: Record) -> Instance:
        """The same instance with a row inserted last, or updated in place when its sys_id is there already."""
        rows = self.table(record.table)
        if any(row.sys_id == record.sys_id for row in rows):
            changed = tuple(record if row.sys_id == record.sys_id else row for row in rows)
        else:
            changed = (*rows, record)
        return self._with_rows(record.table, changed)

    def replace(self, record: Record, **changes: Any) -> Instance:
        """The same instance with fields of one row changed; the row keeps its sys_id and its place."""
        current = self.get(record.table, record.sys_id)
        if current is None:
            raise MockUsageError(f"{record.table} has no row {record.sys_id} ({record.display_value}) to change")
        known = [field.name for field in dataclasses.fields(current) if field.init]
        for name in changes:
            if name not in known:
                named = [field_name for field_name in known if field_name not in STAMPS]
                raise MockUsageError(f"{record.table} has no field '{name}'{did_you_mean(name, named)}")
        changed = dataclasses.replace(current, **changes)
        rows = tuple(changed if row.sys_id == record.sys_id else row for row in self.table(record.table))
        return self._with_rows(record.table, rows)

    def without(self, record: Record) -> Instance:
        """The same instance without a row; its attachments go with it."""
        rows = tuple(row for row in self.table(record.table) if row.sys_id != record.sys_id)
        left = self._with_rows(record.table, rows)
        orphans = {file.sys_id for file in left.attachments_of(record)}
        return left._with_rows("sys_attachment", tuple(f for f in left.attachments if f.sys_id not in orphans))

    def _with_rows(self, table: str, rows: tuple[Record, ...]) -> Instance:
        changes: dict[str, Any] = {TABLE_ATTRIBUTES[table]: rows}
        return dataclasses.replace(self, **changes)

    # Looking up

    def table(self, name: str) -> tuple[Record, ...]:
        """The rows of a table by its ServiceNow name. Raises `MockUsageError` for unknown tables."""
        if name not in TABLE_ATTRIBUTES:
            raise MockUsageError(f"unknown table '{name}'{did_you_mean(name, TABLE_ATTRIBUTES)}")
        return cast("tuple[Record, ...]", getattr(self, TABLE_ATTRIBUTES[name]))

    def records(self) -> Iterator[Record]:
        """Every row of every table, table by table, in row order."""
        for attribute in TABLE_ATTRIBUTES.values():
            yield from getattr(self, attribute)

    def find(self, table: str, ref: str) -> tuple[Record, ...]:
        """The rows a reference can mean: the one with that sys_id, else all with that display value.

        Children can also be written `parent.name`, messages `scope.name`.
        """
        self.table(table)
        return self.references().find(table, ref)

    def get(self, table: str, ref: str) -> Record | None:
        """The first row that `find` gives, or None."""
        return next(iter(self.find(table, ref)), None)

    def shown(self, table: str, ref: str) -> str:
        """What a form shows for a reference: the display value of the row it names, else the reference as it is."""
        row = self.get(table, ref)
        return row.display_value if row else ref

    def certificate(self, ref: str) -> SysCertificate | None:
        """A `sys_certificate` by sys_id or name."""
        return cast("SysCertificate | None", self.get("sys_certificate", ref))

    def protocol_profile(self, ref: str) -> SysProtocolProfile | None:
        """A `sys_protocol_profile` by sys_id or protocol (case-sensitive)."""
        return cast("SysProtocolProfile | None", self.get("sys_protocol_profile", ref))

    def soap_message(self, ref: str) -> SysSoapMessage | None:
        """A SOAP message by name, `scope.name` or sys_id."""
        return cast("SysSoapMessage | None", self.get("sys_soap_message", ref))

    def soap_function(self, message: SysSoapMessage | str, name: str) -> SysSoapMessageFunction | None:
        """A function of a SOAP message by its name or sys_id."""
        parent = self.soap_message(message) if isinstance(message, str) else message
        return child(self.soap_functions, "soap_message", parent, name)

    def parameters(self, function: SysSoapMessageFunction) -> tuple[SysSoapMessageParameter, ...]:
        """The parameters of a SOAP message function, in row order."""
        return tuple(row for row in self.soap_parameters if row.soap_function == function.sys_id)

    def rest_message(self, ref: str) -> SysRestMessage | None:
        """A REST message by name, `scope.name` or sys_id."""
        return cast("SysRestMessage | None", self.get("sys_rest_message", ref))

    def rest_function(self, message: SysRestMessage | str, name: str) -> SysRestMessageFunction | None:
        """A method of a REST message by its name or sys_id."""
        parent = self.rest_message(message) if isinstance(message, str) else message
        return child(self.rest_functions, "rest_message", parent, name)

    def rest_headers_of(self, message: SysRestMessage) -> tuple[SysRestMessageHeader, ...]:
        """The headers every method of a REST message sends."""
        return tuple(row for row in self.rest_headers if row.rest_message == message.sys_id)

    def rest_function_headers_of(self, function: SysRestMessageFunction) -> tuple[SysRestMessageFunctionHeader, ...]:
        """The headers one method sends."""
        return tuple(row for row in self.rest_function_headers if row.rest_message_function == function.sys_id)

    def rest_parameters_of(
        self, function: SysRestMessageFunction
    ) -> tuple[SysRestMessageFunctionParameterDefinition, ...]:
        """The query parameters one method sends, by their `order`."""
        rows = (row for row in self.rest_parameter_definitions if row.rest_message_function == function.sys_id)
        return tuple(sorted(rows, key=lambda row: row.order))

    def rest_variables_of(self, function: SysRestMessageFunction) -> tuple[SysRestMessageFunctionParameter, ...]:
        """The variables one method declares, with their test values."""
        return tuple(row for row in self.rest_function_parameters if row.rest_message_function == function.sys_id)

    def alias(self, ref: str) -> SysAlias | None:
        """A Connection & Credential alias by sys_id, name, or its ID (`scope.name`)."""
        named = next((row for row in self.aliases if row.id and row.id == ref), None)
        return named or cast("SysAlias | None", self.get("sys_alias", ref))

    def connections_of(self, alias: SysAlias) -> tuple[HttpConnection, ...]:
        """The HTTP(s) connections behind an alias, by their order."""
        rows = (row for row in self.http_connections if row.connection_alias == alias.sys_id)
        return tuple(sorted(rows, key=lambda row: row.order))

    def attachments_of(self, record: Record) -> tuple[SysAttachment, ...]:
        """The files attached to a row, in row order."""
        return tuple(
            file for file in self.attachments if (file.table_name, file.table_sys_id) == (record.table, record.sys_id)
        )

    def references(self) -> ReferenceIndex:
        """The index that resolves references over this instance's tables."""
        return self.once(_index, None)


def _seen_by_mid_server(instance: Instance, _: None) -> Instance:
    own = instance.fact("mid_java")
    told = Fact(own.value, own.evidence, f"of the MID Server: {own.source}")
    release = dataclasses.replace(instance.release, facts=MappingProxyType({**instance.release.facts, "java": told}))
    return dataclasses.replace(
        instance, release=release, quirks={name: value for name, value in instance.quirks.items() if name != "java"}
    )


def _index(instance: Instance, _: None = None) -> ReferenceIndex:
    return ReferenceIndex({name: getattr(instance, attribute) for name, attribute in TABLE_ATTRIBUTES.items()})
