"""What tables and fields are called on the platform's lists and forms, and which of them stand where.

Labels: ServiceNow docs (t_UploadACertificateToAnInstance, t_InstallTheIdentityProviderCert, t_CreateAProtocolProfile,
c_SOAPMessage, c_OutboundRESTWebService, mtls-mid-server, set-up-mutual-auth), `@servicenow/sdk-core` 4.9.0 for REST
messages. A field without a row here gets the label that the platform makes of a new column's name.
"""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.live.console.rows.called import Called
from sn_mock.live.console.rows.connection_labels import CONNECTIONS
from sn_mock.query import Column

_AUTHENTICATION = {
    "authentication_type": "Authentication type",
    "basic_auth_profile": "Basic auth profile",
    "basic_auth_user": "Basic auth user ID",
    "basic_auth_password": "Basic auth password",
    "use_basic_auth": "Use basic auth",
    "oauth2_profile": "OAuth profile",
    "sys_scope": "Application",
}
_SOAP = {
    **_AUTHENTICATION,
    "wsdl": "WSDL",
    "download_wsdl": "Download WSDL",
    "wsdl_xml": "WSDL XML",
    "enable_mutual_auth": "Enable mutual authentication",
    "protocol_profile": "Protocol profile",
    "soap_message": "SOAP message",
    "function_name": "Function",
    "soap_action": "SOAP action",
    "soap_endpoint": "SOAP endpoint",
    "use_mid_server": "Use MID Server",
    "use_ws_security": "Use WS-Security",
    "ws_security_type": "WS-Security type",
    "ws_security_x509_profile": "WS-Security x.509 profile",
    "ws_security_username_profile": "WS-Security Username profile",
    "key_store": "Key store",
    "key_store_alias": "Key store alias",
    "key_store_password": "Key store password",
    "soap_function": "SOAP message function",
}
_REST = {
    **_AUTHENTICATION,
    "rest_endpoint": "Endpoint",
    "rest_message": "REST message",
    "rest_message_function": "HTTP method",
    "function_name": "Name",
    "http_method": "HTTP method",
    "access": "Accessible from",
    "protocol_name": "Mutual authentication profile",
    "use_mutual_auth": "Use mutual authentication",
    "use_mid_server": "Use MID Server",
}
_CERTIFICATE = {
    "pem_certificate": "PEM Certificate",
    "notify_groups": "Groups to notify on expiration",
    "warn_in_days_to_expire": "Warn in days to expire",
}
_OUTBOUND = ("System Web Services", "Outbound")

CALLED: Mapping[str, Called] = {
    "sys_certificate": Called(
        "X.509 Certificates",
        "X.509 Certificate",
        ("System Definition", "Certificates"),
        ("name", "type", "active", "issuer", "subject", "expires", "expires_in_days"),
        ("short_description", "pem_certificate"),
        {"key_store_password": "Key store password", **_CERTIFICATE},
    ),
    "sys_protocol_profile": Called(
        "Protocol Profiles",
        "Protocol Profile",
        ("System Security", "Protocol Profiles"),
        ("protocol", "default_port", "keystore"),
    ),
    "mid_protocol_profile": Called(
        "MID Protocol Profiles",
        "MID Protocol Profile",
        ("MID Server", "MID Protocol Profiles"),
        ("protocol", "default_port", "keystore_path", "applies_to"),
        labels={"mid_servers": "MID servers", "keystore_path": "Keystore path", "applies_to": "Applies to"},
    ),
    "sys_soap_message": Called(
        "SOAP Messages",
        "SOAP Message",
        (*_OUTBOUND, "SOAP Message"),
        ("name", "enable_mutual_auth", "protocol_profile", "authentication_type", "wsdl"),
        ("description", "wsdl_xml"),
        _SOAP,
    ),
    "sys_soap_message_function": Called(
        "SOAP Message Functions",
        "SOAP Message Function",
        (*_OUTBOUND, "SOAP Message"),
        ("function_name", "soap_message", "soap_endpoint", "enable_mutual_auth", "protocol_profile"),
        ("soap_endpoint", "soap_action", "envelope"),
        _SOAP,
    ),
    "sys_soap_message_parameters": Called(
        "SOAP Message Parameters",
        "SOAP Message Parameter",
        (*_OUTBOUND, "SOAP Message"),
        ("name", "soap_function", "value", "type"),
        ("value",),
        _SOAP,
    ),
    "sys_rest_message": Called(
        "REST Messages",
        "REST Message",
        (*_OUTBOUND, "REST Message"),
        ("name", "rest_endpoint", "use_mutual_auth", "protocol_name", "authentication_type"),
        ("rest_endpoint", "description"),
        _REST,
    ),
    "sys_rest_message_fn": Called(
        "HTTP Methods",
        "HTTP Method",
        (*_OUTBOUND, "REST Message"),
        ("function_name", "rest_message", "http_method", "rest_endpoint"),
        ("rest_endpoint", "content"),
        _REST,
    ),
    "sys_rest_message_headers": Called(
        "HTTP Headers",
        "HTTP Header",
        (*_OUTBOUND, "REST Message"),
        ("name", "rest_message", "value"),
        ("value",),
        _REST,
    ),
    "sys_rest_message_fn_headers": Called(
        "HTTP Headers",
        "HTTP Header",
        (*_OUTBOUND, "REST Message"),
        ("name", "rest_message_function", "value"),
        ("value",),
        _REST,
    ),
    "sys_rest_message_fn_parameters": Called(
        "Variable Substitutions",
        "Variable Substitution",
        (*_OUTBOUND, "REST Message"),
        ("name", "rest_message_function", "value", "type"),
        ("value",),
        _REST,
    ),
    "sys_rest_message_fn_param_defs": Called(
        "HTTP Query Parameters",
        "HTTP Query Parameter",
        (*_OUTBOUND, "REST Message"),
        ("name", "rest_message_function", "value", "order"),
        ("value",),
        _REST,
    ),
    "sys_auth_profile_basic": Called(
        "Basic Auth Configurations",
        "Basic Auth Configuration",
        ("System Security", "Basic Auth Configurations"),
        ("name", "username"),
        labels={"username": "Username"},
    ),
    "sys_properties": Called(
        "System Properties",
        "System Property",
        ("sys_properties.list",),
        ("name", "value", "type", "description"),
        ("value", "description", "choices"),
        {"ignore_cache": "Ignore cache", "is_private": "Private"},
    ),
    "sys_script_include": Called(
        "Script Includes",
        "Script Include",
        ("System Definition", "Script Includes"),
        ("name", "sys_scope", "active", "description"),
        ("description", "script"),
        {"sys_scope": "Application", "client_callable": "Client callable", "access": "Accessible from"},
    ),
    "sys_attachment": Called(
        "Attachments",
        "Attachment",
        ("System Definition", "Attachments"),
        ("file_name", "table_name", "table_sys_id", "content_type"),
        labels={"table_sys_id": "Table sys ID"},
    ),
    "sys_ca_certificate": Called(
        "CA Certificates",
        "CA Certificate",
        ("Certificate Based Authentication", "CA Certificate Chain"),
        ("name", "type", "active", "publish_status", "subject", "expires"),
        ("pem_certificate",),
        {"publish_status": "Publish Status", **_CERTIFICATE},
    ),
    "sys_user_certificate": Called(
        "User Certificates",
        "User Certificate",
        ("Certificate Based Authentication", "User to Certificate Mapping"),
        ("name", "user", "active", "subject", "expires"),
        ("pem_certificate",),
        _CERTIFICATE,
    ),
    "ecc_agent": Called("MID Servers", "MID Server", ("MID Server", "Servers"), ("name",)),
    **CONNECTIONS,
}


def label_of(table: str, column: Column) -> str:
    """What the form calls the field."""
    called = CALLED.get(table)
    named = called.labels.get(column.name) if called and called.labels else None
    return named or column.shown
