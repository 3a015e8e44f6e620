"""What a lab consists of, as data: the instance's records, the provider's demands, and the road between them.

The defaults are one healthy lab. A scenario is that lab with only the defect changed (`dataclasses.replace`), and its
fix is another such change. Texts may hold `{port}`, `{host}` and `{scheme}`: the provider's port and host, and the
scheme that the release wants in an endpoint (`https`, or the profile's name where the release does not rewrite it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from guarded.values import dataclass
from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec

MESSAGE = "AcmeTickets"
FUNCTION = "CreateTicket"
PROFILE = "myhttps"
CLIENT_STORE = "ACME client"
SERVER_CA = "ACME server CA"
ALIAS = "ACME partner"
CONNECTION = "ACME partner connection"


@dataclass(frozen=True, slots=True)
class Store:
    """A `sys_certificate` row that holds a keystore."""

    name: str = CLIENT_STORE
    content: KeystoreSpec | str | None = field(default_factory=KeystoreSpec)
    """The keystore to attach; or the name of something that is none (`sn_mock.lab.damage`); None: no attachment."""
    file_name: str = "acme-client.jks"
    type: str = "key_store"
    active: bool = True
    password: str = field(default=LAB_PASSWORD, repr=False)
    """What is typed into `key_store_password`."""
    damage: str | None = None
    """A way to damage the written file (`sn_mock.lab.damage`)."""


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """A `sys_certificate` row of type Trust Store Cert."""

    name: str = SERVER_CA
    identity: str = "root"
    active: bool = True
    pem: str | None = None
    """Text to put into `pem_certificate` instead of the identity's certificate."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A `sys_protocol_profile` row."""

    protocol: str = PROFILE
    keystore: str | None = CLIENT_STORE
    default_port: str = "{port}"


@dataclass(frozen=True, slots=True)
class MidProfile:
    """A MID Protocol Profile (Xanadu and later): its keystore lies on the MID Server's host."""

    protocol: str = "midhttps"
    password: str = field(default=LAB_PASSWORD, repr=False)
    """What is typed into the profile."""
    on_host: bool = True
    """The keystore lies on the host where the profile says."""
    content: KeystoreSpec = field(default_factory=KeystoreSpec)
    default_port: str = "{port}"


@dataclass(frozen=True, slots=True)
class X509Profile:
    """A `ws_security_x509_profile_outbound` row."""

    key_store: str = CLIENT_STORE
    alias: str = "acme"
    password: str = field(default=LAB_PASSWORD, repr=False)
    certificate: str = ""
    """The `sys_certificate` row whose certificate goes out; empty: the key's own."""


@dataclass(frozen=True, slots=True)
class Message:
    """The SOAP message and its function."""

    mutual_auth: bool = True
    profile: str | None = PROFILE
    function_mutual_auth: bool = True
    function_profile: str | None = PROFILE
    endpoint: str = "{scheme}://{host}:{port}/tickets"
    mid_server: str | None = None
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    x509_profile: X509Profile | None = None
    """WS-Security: sign with this."""
    username_profile: tuple[str, str] | None = field(default=None, repr=False)
    """WS-Security: user name and password of a UsernameToken."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential of a connection; `kind` is its type."""

    name: str = "ACME user"
    kind: str = "basic_auth"
    active: bool = True
    user: str = "acme"
    password: str = field(default="a secret", repr=False)


TOKEN_PATH = "/oauth/token"
CLIENT_ID = "acme-instance"
REGISTRY = "ACME tokens"


@dataclass(frozen=True, slots=True)
class OAuth:
    """An OAuth 2.0 credential: its registry, profile and scope."""

    mutual_auth: bool = True
    profile: str | None = PROFILE
    grant: str = "client_credentials"
    secret: str = field(default="client secret", repr=False)
    send_as: str = "request_body_parameter"
    scope: str = ""
    token_url: str = "https://{host}:{port}" + TOKEN_PATH
    active: bool = True
    signing_store: str = CLIENT_STORE
    """Of the JWT bearer grant."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An `http_connection` row. The default makes `myhttps://HOST:PORT/tickets` with its URL builder."""

    name: str = CONNECTION
    active: bool = True
    order: int = 100
    url_builder: bool = True
    url: str = ""
    """Connection URL as it is typed."""
    mutual_auth: bool = True
    profile: str | None = PROFILE
    mid_profile: str | None = None
    host: str = "{host}"
    port: str = "{port}"
    base_path: str = "/tickets"
    mid_server: str | None = None
    credential: Credential | OAuth | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """A `sys_retry_policy` row, the alias's default one."""

    name: str = "ACME retries"
    condition: str = "status_code!=200"
    count: int = 2
    interval: int = 10
    strategy: str = "fixed_time_interval"


@dataclass(frozen=True, slots=True)
class StepSetup:
    """A SOAP step (a REST step where it has a path or types a base URL), its alias and the alias's connections."""

    alias_type: str = "connection"
    connections: tuple[Connection, ...] = (Connection(),)
    retry: Retry | None = None
    base_url: str | None = None
    rest_path: str | None = None
    """A REST step that reads this path below the connection's URL."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the calling script sets on its `SOAPMessageV2`, by method name: `setMutualAuth` → `otherhttps`."""

    calls: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderSetup:
    """What the provider presents and demands; identities by their name in the lab's PKI."""

    server: str = "provider"
    trust: tuple[str, ...] = ("root", "intermediate")
    advertise: str | tuple[str, ...] = "trusted"
    trusted_leaves: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Further fields of `provider_stub.ProviderPolicy`."""
    mapped: tuple[str, ...] | None = None
    """Identities that another instance, which then is the provider, maps to a user; None: it is no instance."""


@dataclass(frozen=True, slots=True)
class LabSetup:
    """A whole lab. `LabSetup()` is the healthy one."""

    stores: tuple[Store, ...] = (Store(),)
    trusted: tuple[TrustedCertificate, ...] = (TrustedCertificate(),)
    profiles: tuple[Profile, ...] = (Profile(),)
    mid_profiles: tuple[MidProfile, ...] = ()
    message: Message = field(default_factory=Message)
    step: StepSetup | None = None
    """A step that is placed in the message's place."""
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    quirks: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    release: str | None = None
    """The release of this lab where it is not the run's: before an upgrade, or after it."""
    script: Script = field(default_factory=Script)
    provider: ProviderSetup = field(default_factory=ProviderSetup)
    back_end: ProviderSetup | None = None
    """The application behind the provider, which then is a gateway: it checks the certificate in a header."""
    keep_alive: bool = False
    """Connections are kept for later calls, as the instance does."""
    responder: str | None = None
    """The OCSP responder that the provider's certificate names (`sn_mock.lab.ocsp_responder`); None: it names none."""
    network: str = "provider"
    """Who listens at the endpoint: a name in `sn_mock.lab.network.NETWORKS`."""
