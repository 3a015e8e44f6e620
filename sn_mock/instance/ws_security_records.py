"""The profiles that WS-Security of outbound SOAP calls takes its credentials from (Helsinki and later).

The tables and their password columns are named in a harvest of a live instance's dictionary that is public code. The
other columns are ASSUMED: the X.509 profile has those of the SOAP message function's older fields (docs,
`t_WebServiceSecurity`: "Migrate to X509 Security Profile" copies Key store, Certificate, Key store alias and Password).
"""

from __future__ import annotations

from typing import ClassVar

from guarded.values import dataclass
from sn_mock.instance.schema import Record, password2, reference, string
from sn_mock.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WsSecurityX509Profile(Record):
    """`ws_security_x509_profile_outbound`, "WS-Security x.509 profile": the key that signs, and its certificate."""

    table: ClassVar[str] = "ws_security_x509_profile_outbound"
    attribute: ClassVar[str] = "ws_security_x509_profiles"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    key_store: str = reference("sys_certificate")
    key_store_alias: str = string()
    key_store_password: Secret | None = password2()
    certificate: str = reference("sys_certificate")


@dataclass(frozen=True, slots=True, kw_only=True)
class WsSecurityUsernameProfile(Record):
    """`ws_security_username_profile_outbound`, "WS-Security Username profile"."""

    table: ClassVar[str] = "ws_security_username_profile_outbound"
    attribute: ClassVar[str] = "ws_security_username_profiles"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    username: str = string()
    password: Secret | None = password2()
