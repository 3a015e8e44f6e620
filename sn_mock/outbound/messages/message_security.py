"""WS-Security as the SOAP message function's record asks for it.

Helsinki and later: "WS-Security type" and the two profiles. The older fields keep working on a record that has them
(docs, `t_WebServiceSecurity`), where no x.509 profile is named.
"""

from __future__ import annotations

from sn_mock.instance import (
    Instance,
    Secret,
    SysSoapMessageFunction,
    WsSecurityUsernameProfile,
    WsSecurityX509Profile,
)
from sn_mock.outbound.routing.message_security import MessageSecurity, UserWish, X509Wish

_X509_TYPES, _USERNAME_TYPES = ("x509", "both"), ("username", "both")


def of(instance: Instance, function: SysSoapMessageFunction) -> MessageSecurity:
    """What the record asks for."""
    wanted, where = function.ws_security_type, f"{function.table} '{function.function_name}'"
    x509: X509Wish | None = None
    user: UserWish | None = None
    dangling = ""
    if wanted in _X509_TYPES:
        signer = instance.get(WsSecurityX509Profile.table, function.ws_security_x509_profile)
        if isinstance(signer, WsSecurityX509Profile):
            x509 = _x509(signer, f"{signer.table} '{signer.name}'")
        else:
            dangling = f"{where}: ws_security_x509_profile = {function.ws_security_x509_profile or '(empty)'}"
    elif function.use_ws_security:
        x509 = _x509(function, where)
    if wanted in _USERNAME_TYPES:
        profile = instance.get(WsSecurityUsernameProfile.table, function.ws_security_username_profile)
        if isinstance(profile, WsSecurityUsernameProfile):
            origin = f"{profile.table} '{profile.name}'"
            user = UserWish(profile.username, profile.password or Secret(""), origin)
        else:
            dangling = f"{where}: ws_security_username_profile = {function.ws_security_username_profile or '(empty)'}"
    return MessageSecurity(x509, user, dangling)


def _x509(row: WsSecurityX509Profile | SysSoapMessageFunction, origin: str) -> X509Wish:
    return X509Wish(row.key_store, row.key_store_alias, row.key_store_password, row.certificate, origin)
