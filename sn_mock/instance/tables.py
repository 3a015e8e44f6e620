"""Every table that is modelled, and where an `Instance` holds its rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
from sn_mock.instance.schema import Record

TABLES: Mapping[str, type[Record]] = MappingProxyType(
    {
        record_class.table: record_class
        for record_class in (
            SysProperty,
            SysCertificate,
            SysProtocolProfile,
            EccAgent,
            MidProtocolProfile,
            SysAuthProfileBasic,
            SysSoapMessage,
            SysSoapMessageFunction,
            SysSoapMessageParameter,
            SysRestMessage,
            SysRestMessageHeader,
            SysRestMessageFunction,
            SysRestMessageFunctionHeader,
            SysRestMessageFunctionParameter,
            SysRestMessageFunctionParameterDefinition,
            SysScriptInclude,
            SysAttachment,
        )
    }
)
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""


TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    dict(
        zip(
            TABLES,
            (
                "properties",
                "certificates",
                "protocol_profiles",
                "mid_servers",
                "mid_protocol_profiles",
                "basic_auth_profiles",
                "soap_messages",
                "soap_functions",
                "soap_parameters",
                "rest_messages",
                "rest_headers",
                "rest_functions",
                "rest_function_headers",
                "rest_function_parameters",
                "rest_parameter_definitions",
                "script_includes",
                "attachments",
            ),
            strict=True,
        )
    )
)
"""The attribute of `Instance` that holds a table's rows."""
