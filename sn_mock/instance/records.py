"""The rows of an instance that matter to outbound calls, with ServiceNow's table and field names.

Referenced tables stand before those that refer to them: folders and exports are written in this order.

Field lists: ServiceNow docs (`t_CreateAProtocolProfile`, `t_UploadACertificateToAnInstance`), the base system's script
includes SOAPMessage and SOAPMessageGenerator, `@servicenow/sdk-core` 4.9.0 for the REST and attachment tables.
"""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar

from guarded.values import dataclass
from sn_mock.instance.schema import (
    Record,
    boolean,
    choice,
    glide_date_time,
    glide_list,
    integer,
    password2,
    reference,
    string,
)
from sn_mock.instance.stand_ins import StandIn
from sn_mock.secret import Secret

_ACCESS_LABELS = {"package_private": "This application scope only", "public": "All application scopes"}
_SOAP_AUTHENTICATION = ("", "no_authentication", "basic", "basic_simple", "oauth2", "inherit_from_parent")
_AUTHENTICATION_LABELS = {
    "no_authentication": "No authentication",
    "basic": "Basic",
    "oauth2": "OAuth 2.0",
    "inherit_from_parent": "Inherit from parent",
}
"""Docs, c_OutboundRESTAuth; `basic_simple` is the type of before the profiles and has no published label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SysProperty(Record):
    """`sys_properties`: one system property."""

    table: ClassVar[str] = "sys_properties"
    attribute: ClassVar[str] = "properties"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    value: str = string()
    type: str = string("string")
    description: str = string()
    choices: str = string()
    suffix: str = string()
    ignore_cache: bool = boolean()
    is_private: bool = boolean()
    read_roles: str = string()
    write_roles: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysCertificate(Record):
    """`sys_certificate`, "X.509 Certificate": a keystore, or a trusted certificate; the file is an attachment."""

    table: ClassVar[str] = "sys_certificate"
    attribute: ClassVar[str] = "certificates"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    active: bool = boolean(True)
    type: str = choice(
        *("trust_store", "trust_store", "key_store", "pkcs12_key_store"),
        labels={
            "key_store": "Java Key Store",
            "pkcs12_key_store": "PKCS12 Key Store",
            "trust_store": "Trust Store Cert",
        },
    )
    format: str = choice("pem", "pem", "der", labels={"pem": "PEM", "der": "DER"})
    short_description: str = string()
    pem_certificate: str = string(from_file=True)
    key_store_password: Secret | None = password2()
    issuer: str = string()
    subject: str = string()
    serial_number: str = string()
    valid_from: str = glide_date_time()
    expires: str = glide_date_time()
    expires_in_days: int = integer()
    expiration_notification: bool = boolean(True)
    notify_on_expiration: tuple[str, ...] = glide_list("sys_user")
    notify_groups: tuple[str, ...] = glide_list("sys_user_group")
    warn_in_days_to_expire: int = integer(20)
    frequency: str = string()
    stand_in: tuple[StandIn, ...] = ()
    """No column: what is known of a keystore that nobody has (the instance folder's key `stand_in`)."""

    @property
    def is_keystore(self) -> bool:
        """True for the two types that hold private keys."""
        return self.type in {"key_store", "pkcs12_key_store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SysProtocolProfile(Record):
    """`sys_protocol_profile`, "Protocol Profile": a URL scheme of one's own, its default port and its keystore."""

    table: ClassVar[str] = "sys_protocol_profile"
    attribute: ClassVar[str] = "protocol_profiles"
    display: ClassVar[str] = "protocol"
    key: ClassVar[tuple[str, ...]] = ("protocol",)

    protocol: str = string(mandatory=True)
    default_port: int = integer(443, port=True)
    keystore: str = reference("sys_certificate")


@dataclass(frozen=True, slots=True, kw_only=True)
class EccAgent(Record):
    """`ecc_agent`, "MID Server", as far as a message can refer to one."""

    table: ClassVar[str] = "ecc_agent"
    attribute: ClassVar[str] = "mid_servers"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MidProtocolProfile(Record):
    """ "MID Protocol Profile" (Xanadu and later): a scheme whose keystore is a file on the MID Server's host.

    The fields are the labels of docs `integration-hub/mtls-mid-server`; the table's technical name is not published,
    ours is made from its label.
    """

    table: ClassVar[str] = "mid_protocol_profile"
    attribute: ClassVar[str] = "mid_protocol_profiles"
    display: ClassVar[str] = "protocol"
    key: ClassVar[tuple[str, ...]] = ("protocol",)

    protocol: str = string(mandatory=True)
    default_port: int = integer(443, port=True)
    keystore_path: str = string()
    password: Secret | None = password2()
    applies_to: str = string()
    mid_servers: tuple[str, ...] = glide_list("ecc_agent")
    external_credential_store: bool = boolean()
    """CyberArk has the password; `password` is then its identifier there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SysAuthProfileBasic(Record):
    """`sys_auth_profile_basic`, "Basic Auth Configuration": a user name and password to be referred to."""

    table: ClassVar[str] = "sys_auth_profile_basic"
    attribute: ClassVar[str] = "basic_auth_profiles"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    username: str = string()
    password: Secret | None = password2()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysSoapMessage(Record):
    """`sys_soap_message`, "SOAP Message". Mutual authentication is `enable_mutual_auth` plus `protocol_profile`."""

    table: ClassVar[str] = "sys_soap_message"
    attribute: ClassVar[str] = "soap_messages"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    sys_scope: str = string("global")
    description: str = string()
    download_wsdl: bool = boolean()
    wsdl: str = string()
    """URL of the WSDL, or `file:path` inside the instance folder (the text is then in `wsdl_xml`)."""
    wsdl_xml: str = string(from_file=True)
    authentication_type: str = choice("", *_SOAP_AUTHENTICATION, labels=_AUTHENTICATION_LABELS)
    basic_auth_profile: str = reference("sys_auth_profile_basic")
    use_basic_auth: bool = boolean()
    basic_auth_user: str = string()
    basic_auth_password: Secret | None = password2()
    enable_mutual_auth: bool = boolean()
    protocol_profile: str = reference("sys_protocol_profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysSoapMessageFunction(Record):
    """`sys_soap_message_function`, "SOAP Message Function": one operation with endpoint, action and envelope."""

    table: ClassVar[str] = "sys_soap_message_function"
    attribute: ClassVar[str] = "soap_functions"
    display: ClassVar[str] = "function_name"
    key: ClassVar[tuple[str, ...]] = ("soap_message", "function_name")

    soap_message: str = reference("sys_soap_message", mandatory=True)
    function_name: str = string(mandatory=True)
    soap_endpoint: str = string()
    soap_action: str = string()
    envelope: str = string(from_file=True)
    """The request with `${variable}` placeholders."""
    lock: bool = boolean()
    strip_whitespace: bool = boolean()
    authentication_type: str = choice("", *_SOAP_AUTHENTICATION, labels=_AUTHENTICATION_LABELS)
    basic_auth_profile: str = reference("sys_auth_profile_basic")
    use_basic_auth: bool = boolean()
    basic_auth_user: str = string()
    basic_auth_password: Secret | None = password2()
    enable_mutual_auth: bool = boolean()
    protocol_profile: str = reference("sys_protocol_profile")
    use_mid_server: str = reference("ecc_agent")
    use_ws_security: bool = boolean()
    key_store: str = reference("sys_certificate")
    key_store_alias: str = string()
    key_store_password: Secret | None = password2()
    certificate: str = reference("sys_certificate")
    ws_security_type: str = choice("", "", "username", "x509", "both", labels={"username": "Username", "x509": "X.509"})
    """This column's name and the next two are ASSUMED; docs (`t_WebServiceSecurity`) give the labels only."""
    ws_security_x509_profile: str = reference("ws_security_x509_profile_outbound")
    ws_security_username_profile: str = reference("ws_security_username_profile_outbound")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysSoapMessageParameter(Record):
    """`sys_soap_message_parameters`: a value for one variable; `type` "string" is XML-escaped, anything else is not."""

    table: ClassVar[str] = "sys_soap_message_parameters"
    attribute: ClassVar[str] = "soap_parameters"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("soap_function", "name")

    soap_function: str = reference("sys_soap_message_function", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string(from_file=True)
    type: str = string("string")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessage(Record):
    """`sys_rest_message`, "REST Message". Here mutual authentication is `use_mutual_auth` plus `protocol_name`."""

    table: ClassVar[str] = "sys_rest_message"
    attribute: ClassVar[str] = "rest_messages"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    sys_scope: str = string("global")
    description: str = string()
    access: str = choice("package_private", "package_private", "public", labels=_ACCESS_LABELS)
    rest_endpoint: str = string()
    authentication_type: str = choice(
        *("no_authentication", "no_authentication", "basic", "basic_simple", "oauth2", ""),
        labels=_AUTHENTICATION_LABELS,
    )
    basic_auth_profile: str = reference("sys_auth_profile_basic")
    basic_auth_user: str = string()
    basic_auth_password: Secret | None = password2()
    oauth2_profile: str = reference("oauth_entity_profile")
    use_basic_auth: bool = boolean()
    use_mutual_auth: bool = boolean()
    protocol_name: str = reference("sys_protocol_profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessageHeader(Record):
    """`sys_rest_message_headers`: an HTTP header of every method of a REST message."""

    table: ClassVar[str] = "sys_rest_message_headers"
    attribute: ClassVar[str] = "rest_headers"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("rest_message", "name")

    rest_message: str = reference("sys_rest_message", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessageFunction(Record):
    """`sys_rest_message_fn`, "HTTP Method" of a REST message."""

    table: ClassVar[str] = "sys_rest_message_fn"
    attribute: ClassVar[str] = "rest_functions"
    display: ClassVar[str] = "function_name"
    key: ClassVar[tuple[str, ...]] = ("rest_message", "function_name")

    rest_message: str = reference("sys_rest_message", mandatory=True)
    function_name: str = string(mandatory=True)
    http_method: str = choice(
        *("get", "get", "post", "put", "patch", "delete", "head"),
        labels={"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "head": "HEAD"},
    )
    rest_endpoint: str = string()
    content: str = string(from_file=True)
    qualified_name: str = string()
    lock: bool = boolean()
    authentication_type: str = choice(
        *("inherit_from_parent", "inherit_from_parent", "no_authentication", "basic", "basic_simple", "oauth2", ""),
        labels=_AUTHENTICATION_LABELS,
    )
    basic_auth_profile: str = reference("sys_auth_profile_basic")
    basic_auth_user: str = string()
    basic_auth_password: Secret | None = password2()
    oauth2_profile: str = reference("oauth_entity_profile")
    use_basic_auth: bool = boolean()
    use_mutual_auth: bool = boolean()
    protocol_name: str = reference("sys_protocol_profile")
    use_mid_server: str = reference("ecc_agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessageFunctionHeader(Record):
    """`sys_rest_message_fn_headers`: an HTTP header of one method."""

    table: ClassVar[str] = "sys_rest_message_fn_headers"
    attribute: ClassVar[str] = "rest_function_headers"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("rest_message_function", "name")

    rest_message_function: str = reference("sys_rest_message_fn", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessageFunctionParameter(Record):
    """`sys_rest_message_fn_parameters`, "Variable Substitutions": a variable of one method and its test value."""

    table: ClassVar[str] = "sys_rest_message_fn_parameters"
    attribute: ClassVar[str] = "rest_function_parameters"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("rest_message_function", "name")

    rest_message_function: str = reference("sys_rest_message_fn", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string()
    type: str = string("string")


@dataclass(frozen=True, slots=True, kw_only=True)
class SysRestMessageFunctionParameterDefinition(Record):
    """`sys_rest_message_fn_param_defs`, "HTTP Query Parameters": a query parameter of one method."""

    table: ClassVar[str] = "sys_rest_message_fn_param_defs"
    attribute: ClassVar[str] = "rest_parameter_definitions"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("rest_message_function", "name")

    rest_message_function: str = reference("sys_rest_message_fn", mandatory=True)
    name: str = string(mandatory=True)
    value: str = string()
    order: int = integer()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysScriptInclude(Record):
    """`sys_script_include`, "Script Include": a class or function that scripts use by its name."""

    table: ClassVar[str] = "sys_script_include"
    attribute: ClassVar[str] = "script_includes"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("sys_scope", "name")

    name: str = string(mandatory=True)
    sys_scope: str = string("global")
    """The scope's name; scripts of other scopes write `scope.Name`."""
    active: bool = boolean(True)
    script: str = string(from_file=True, kept_in="scripts")
    client_callable: bool = boolean()
    access: str = choice("package_private", "package_private", "public", labels=_ACCESS_LABELS)
    description: str = string()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysAttachment(Record):
    """`sys_attachment` together with its `sys_attachment_doc` chunks: a file that belongs to a row."""

    table: ClassVar[str] = "sys_attachment"
    attribute: ClassVar[str] = "attachments"
    display: ClassVar[str] = "file_name"
    key: ClassVar[tuple[str, ...]] = ("table_name", "table_sys_id", "file_name")

    file_name: str = string(mandatory=True)
    """The name the instance sees, whatever the file is called in the instance folder."""
    content_type: str = string()
    table_name: str = string(mandatory=True)
    table_sys_id: str = string(mandatory=True)
    data: bytes = field(default=b"", repr=False)
    """The file's bytes, uncompressed."""
