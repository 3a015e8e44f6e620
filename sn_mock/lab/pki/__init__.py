"""The lab's certificates and keystores.

- *identity*: a certificate with its private key and the chain above it; `IDENTITIES` is the cast, each row naming
  only what is unusual about it (expired, self-signed, serverAuth only, …).
- *Pki*: issues identities on first use; `shared_pki()` is the one of this process.
- *keystore*: a file a ServiceNow `sys_certificate` record would hold, described by a `KeystoreSpec`.
- `write_lab_pki(folder)` puts a fixed selection on disk, for `make certs` and `sn-mock certs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sn_mock.lab.pki.authority import EXPIRED, LONG_AGO, NOT_YET, Identity, IdentitySpec
from sn_mock.lab.pki.identities import AUTHORITIES, CLIENTS, IDENTITIES, PROVIDERS
from sn_mock.lab.pki.keystores import LAB_PASSWORD, KeySpec, KeystoreSpec, write_keystore
from sn_mock.lab.pki.lab_pki import Pki, shared_pki

if TYPE_CHECKING:
    from sn_mock.lab.pki.folder import KEYSTORE_FILES, furnish_instance, write_lab_pki

__all__ = [
    "AUTHORITIES",
    "CLIENTS",
    "EXPIRED",
    "IDENTITIES",
    "KEYSTORE_FILES",
    "LAB_PASSWORD",
    "LONG_AGO",
    "NOT_YET",
    "PROVIDERS",
    "Identity",
    "IdentitySpec",
    "KeySpec",
    "KeystoreSpec",
    "Pki",
    "furnish_instance",
    "shared_pki",
    "write_keystore",
    "write_lab_pki",
]


def __getattr__(name: str) -> Any:
    """What writes to disk is loaded on first use (PEP 562): a lab keeps its certificates in memory."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sn_mock.lab.pki import folder

    return getattr(folder, name)
