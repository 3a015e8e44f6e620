"""What a record or a script asks of the Security header, before a keystore is opened."""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.secret import Secret


@dataclass(frozen=True, slots=True)
class X509Wish:
    """Sign with this key."""

    key_store: str
    """sys_id or name of the `sys_certificate` row with the keystore."""
    alias: str
    password: Secret | None = field(repr=False)
    """Of the keystore; None: the one of its record."""
    certificate: str = ""
    """The `sys_certificate` row whose certificate goes out; empty: the key's own."""
    origin: str = ""
    """The record that says so, as `table 'name'`, or the script's method."""


@dataclass(frozen=True, slots=True)
class UserWish:
    """Send this user name and password."""

    name: str
    password: Secret = field(repr=False)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class MessageSecurity:
    """Everything that is asked of one message."""

    x509: X509Wish | None = None
    user: UserWish | None = None
    dangling: str = ""
    """A profile that the function names and that does not exist: `table: reference`."""

    @property
    def wanted(self) -> bool:
        """True where a header is asked for."""
        return bool(self.x509 or self.user or self.dangling)


NOTHING = MessageSecurity()
