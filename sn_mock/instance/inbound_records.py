"""The rows of an instance that decide who may come in with a client certificate (Quebec and later).

Docs, set-up-mutual-auth and install-mid-mutual-auth: fields and labels of the forms. Column names are those of
`sys_certificate` where the labels are the same; they, and the stored values of the choices, are ASSUMED.
"""

from __future__ import annotations

from typing import ClassVar

from guarded.values import dataclass
from sn_mock.instance.schema import Record, boolean, choice, glide_date_time, glide_list, integer, reference, string

PUBLISHED = "Exists"
"""The publish status of a CA certificate that the front door has."""
NOT_AUTHENTICATED = ("User Not Authenticated", "Required to provide Auth information")
"""Message and detail of the 401 for whom no credential lets in (REPORTED: captures from instances of 2021 to 2026)."""
CHALLENGE = 'Basic realm="Service-now"'
"""The 401's WWW-Authenticate (REPORTED: a capture of 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SysCaCertificate(Record):
    """`sys_ca_certificate`, "CA Certificate Chain": a CA whose clients the front door accepts (columns ASSUMED)."""

    table: ClassVar[str] = "sys_ca_certificate"
    attribute: ClassVar[str] = "ca_certificates"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    active: bool = boolean(True)
    type: str = choice(
        "ca_cert",
        "ca_cert",
        "intermediate_cert",
        labels={"ca_cert": "CA Cert", "intermediate_cert": "Intermediate Cert"},
    )
    format: str = choice("pem", "pem", "der", labels={"pem": "PEM", "der": "DER"})
    publish_status: str = string(PUBLISHED)
    pem_certificate: str = string(from_file=True)
    issuer: str = string()
    subject: str = string()
    valid_from: str = glide_date_time()
    expires: str = glide_date_time()
    expires_in_days: int = integer()
    expiration_notification: bool = boolean(True)
    notify_on_expiration: tuple[str, ...] = glide_list("sys_user")
    warn_in_days_to_expire: int = integer(20)

    @property
    def is_published(self) -> bool:
        """The front door verifies client certificates with it."""
        return self.active and self.type == "ca_cert" and self.publish_status.lower() == PUBLISHED.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class SysUserCertificate(Record):
    """`sys_user_certificate`, "User to Certificate Mapping": whom a client certificate stands for (columns ASSUMED)."""

    table: ClassVar[str] = "sys_user_certificate"
    attribute: ClassVar[str] = "user_certificates"
    display: ClassVar[str] = "name"
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: str = string(mandatory=True)
    active: bool = boolean(True)
    user: str = reference("sys_user")
    """A sys_id or a user name of `sys_user`, whose rows stand in `rows/sys_user.jsonl`."""
    type: str = choice("client_cert", "client_cert", labels={"client_cert": "Client cert"})
    format: str = choice("pem", "pem", "der", labels={"pem": "PEM", "der": "DER"})
    pem_certificate: str = string(from_file=True)
    issuer: str = string()
    subject: str = string()
    valid_from: str = glide_date_time()
    expires: str = glide_date_time()
    expires_in_days: int = integer()
