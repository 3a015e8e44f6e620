"""Authentication from the records: the function's own, else the message's."""

from __future__ import annotations

from sn_mock.instance import (
    Instance,
    Secret,
    SysAuthProfileBasic,
    SysRestMessage,
    SysRestMessageFunction,
    SysSoapMessage,
    SysSoapMessageFunction,
)
from sn_mock.outbound.routing.outbound_call import BasicAuth, OAuthWish

_Row = SysSoapMessage | SysSoapMessageFunction | SysRestMessage | SysRestMessageFunction
_INHERITS = frozenset({"", "inherit_from_parent"})


def basic_auth(instance: Instance, message: _Row, function: _Row) -> BasicAuth | None:
    """User and password that the records ask for; None for another authentication type, or none."""
    inherits = function.authentication_type in _INHERITS and not function.use_basic_auth
    return _of(instance, message if inherits else function)


def oauth(message: SysRestMessage, function: SysRestMessageFunction) -> OAuthWish | None:
    """The OAuth Entity Profile that the records ask for; None for another authentication type."""
    row = message if function.authentication_type in _INHERITS else function
    return OAuthWish(row.oauth2_profile) if row.authentication_type == "oauth2" else None


def _of(instance: Instance, row: _Row) -> BasicAuth | None:
    if row.authentication_type == "basic":
        profile = instance.get("sys_auth_profile_basic", row.basic_auth_profile)
        if isinstance(profile, SysAuthProfileBasic):
            return BasicAuth(profile.username, profile.password or Secret(""))
        return None
    simple = row.authentication_type == "basic_simple" or (row.use_basic_auth and row.authentication_type in _INHERITS)
    return BasicAuth(row.basic_auth_user, row.basic_auth_password or Secret("")) if simple else None
