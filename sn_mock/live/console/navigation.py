"""The application navigator: where everything is."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.live.console.rows.cells import list_url


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the navigator with its modules: label and address."""

    title: str
    modules: tuple[tuple[str, str], ...]


SECTIONS = (
    Section(
        "Outbound calls",
        (
            ("Why did my last call fail", "/"),
            ("Outbound HTTP Requests", "/calls"),
            ("Check", "/check"),
            ("Expiry", "/expiry"),
        ),
    ),
    Section("The other end", (("Provider and visits", "/provider"),)),
    Section("Find out", (("Explain a text", "/explain"), ("Catalogue of failures", "/scenarios"))),
    Section(
        "System Definition",
        (
            ("Certificates", list_url("sys_certificate")),
            ("System Properties", list_url("sys_properties")),
            ("All tables", "/tables"),
        ),
    ),
    Section("System Security", (("Protocol Profiles", list_url("sys_protocol_profile")),)),
    Section(
        "System Web Services",
        (
            ("SOAP Message", list_url("sys_soap_message")),
            ("REST Message", list_url("sys_rest_message")),
            ("WS-Security x.509", list_url("ws_security_x509_profile_outbound")),
            ("WS-Security Username", list_url("ws_security_username_profile_outbound")),
        ),
    ),
    Section(
        "Connections & Credentials",
        (
            ("Aliases", list_url("sys_alias")),
            ("HTTP(s) Connections", list_url("http_connection")),
            ("Credentials", list_url("discovery_credentials")),
        ),
    ),
    Section(
        "System OAuth",
        (("Application Registry", list_url("oauth_entity")), ("JWT Keys", list_url("jwt_keystore_aliases"))),
    ),
    Section(
        "Inbound",
        (
            ("Front door and visits", "/door"),
            ("CA Certificates", list_url("sys_ca_certificate")),
            ("User Certificates", list_url("sys_user_certificate")),
        ),
    ),
)
