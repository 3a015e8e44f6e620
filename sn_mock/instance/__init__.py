"""The instance: what a ServiceNow instance holds that decides an outbound call.

- *Record*: one row, a frozen dataclass with ServiceNow's field names (`records`); its columns are described by
  `schema`, and `Secret` holds what `password2` columns hide.
- *Instance*: a release plus tables of records; loaded from and saved to an *instance folder* (`toml_folder`,
  `toml_writer`), where every *InstanceProblem* is reported at once.
- *RowTables*: the rows of every other table, as texts, in `rows/<table>.jsonl` (`row_tables`, `row_files`),
  packed by column in memory (`packed_rows`).
- *Release*: a name and its *facts*, each with evidence and source (`releases`, meanings in `release_facts`);
  an instance's *quirks* override them.
- *System property*: a row of sys_properties, or the release's default (`properties`).

Flow: folder → records → Instance → (outbound reads facts, properties and rows). Nothing here connects anywhere.
"""

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
from sn_mock.instance.instance import Instance
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
from sn_mock.instance.problems import InstanceErrors, InstanceProblem
from sn_mock.instance.properties import SYSTEM_PROPERTIES
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
from sn_mock.instance.releases import NEWEST, RELEASES, Release
from sn_mock.instance.schema import Record
from sn_mock.instance.tables import TABLES
from sn_mock.instance.ws_security_records import WsSecurityUsernameProfile, WsSecurityX509Profile
from sn_mock.secret import Secret

__all__ = [
    "NEWEST",
    "RELEASES",
    "SYSTEM_PROPERTIES",
    "TABLES",
    "ApiKeyCredential",
    "BasicAuthCredential",
    "DiscoveryCredential",
    "EccAgent",
    "HttpConnection",
    "Instance",
    "InstanceErrors",
    "InstanceProblem",
    "JwtClaim",
    "JwtKeystoreAlias",
    "JwtProvider",
    "MidProtocolProfile",
    "OAuth2Credential",
    "OAuthCredential",
    "OAuthEntity",
    "OAuthEntityProfile",
    "OAuthEntityProfileScope",
    "OAuthEntityScope",
    "Record",
    "Release",
    "RowTables",
    "Secret",
    "SysAlias",
    "SysAttachment",
    "SysAuthProfileBasic",
    "SysCaCertificate",
    "SysCertificate",
    "SysProperty",
    "SysProtocolProfile",
    "SysRestMessage",
    "SysRestMessageFunction",
    "SysRestMessageFunctionHeader",
    "SysRestMessageFunctionParameter",
    "SysRestMessageFunctionParameterDefinition",
    "SysRestMessageHeader",
    "SysRetryPolicy",
    "SysScriptInclude",
    "SysSoapMessage",
    "SysSoapMessageFunction",
    "SysSoapMessageParameter",
    "SysUserCertificate",
    "WsSecurityUsernameProfile",
    "WsSecurityX509Profile",
]
