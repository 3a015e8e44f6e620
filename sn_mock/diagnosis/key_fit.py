"""Whether a private key belongs to a certificate: what Java never checks before it signs."""

from __future__ import annotations

from sn_mock.java.keystore import UsableKey
from sn_mock.java.x509.key_fit import Fit, fit, position

NOWHERE = -1


def place_of_key(key: UsableKey) -> int | None:
    """The place in its chain of the certificate that has this key, from 0; `NOWHERE` for none.

    None where the key or a certificate is of a kind that cannot be compared here.
    """
    how = fit(key.pkcs8, key.chain)
    if how in (Fit.UNKNOWN, Fit.NONE):
        return None if how is Fit.UNKNOWN else NOWHERE
    return (position(key.pkcs8, key.chain) or 1) - 1
