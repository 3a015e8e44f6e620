"""The lab's cast of certificates, by name. A pure table: each row names only what is unusual about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sn_mock.lab.pki.authority import CLIENT_AUTH, EXPIRED, LONG_AGO, NOT_YET, SERVER_AUTH, IdentitySpec

_HOST = ("localhost", "tickets.localhost", "127.0.0.1")
_OTHER_HOST = ("tickets.acme.example",)
_ADDTRUST_END = datetime(2020, 5, 30, 10, 48, 38, tzinfo=UTC)
"""When the AddTrust root and what it had cross-signed ran out (KB0827179)."""


def _ca(common_name: str, issuer: str | None = None, **deviation: object) -> IdentitySpec:
    return IdentitySpec(f"CN={common_name},O=ACME Lab", issuer, ca=True, **deviation)  # type: ignore[arg-type]


def _server(issuer: str | None = "intermediate", **deviation: object) -> IdentitySpec:
    row: dict[str, object] = {"eku": (SERVER_AUTH,), "san": _HOST, **deviation}
    return IdentitySpec("CN=localhost,O=ACME Provider", issuer, **row)  # type: ignore[arg-type]


AUTHORITIES: Mapping[str, IdentitySpec] = MappingProxyType(
    {
        "root": _ca("Lab Root CA"),
        "intermediate": _ca("Lab Issuing CA", "root"),
        "unrelated-root": IdentitySpec("CN=Unrelated Root CA,O=Elsewhere", None, ca=True),
        "public-root": IdentitySpec("CN=Public TLS Root,O=Public CA", None, ca=True),
        "expired-root": _ca("Old Cross-Signing Root", not_before=LONG_AGO, not_after=_ADDTRUST_END),
        "cross-signed-root": _ca(
            "Modern Root CA", "expired-root", same_key_as="modern-root", not_before=LONG_AGO, not_after=_ADDTRUST_END
        ),
        "modern-root": _ca("Modern Root CA"),
    }
)

CLIENTS: Mapping[str, IdentitySpec] = MappingProxyType(
    {
        "acme-client": IdentitySpec("CN=acme-client,O=Example Instance"),
        "renewed-client": IdentitySpec("CN=acme-client,OU=renewed,O=Example Instance"),
        "second-client": IdentitySpec("CN=second-client,O=Example Instance"),
        "rsa-client": IdentitySpec("CN=rsa-client,O=Example Instance", key="RSA2048"),
        "expired-signer": IdentitySpec(
            "CN=acme-signer,O=Example Instance", key="RSA2048", not_before=LONG_AGO, not_after=EXPIRED
        ),
        "self-signed-client": IdentitySpec("CN=self-signed-client,O=Example Instance", None),
        "unrelated-client": IdentitySpec("CN=unrelated-client,O=Elsewhere", "unrelated-root"),
        "saml-sp": IdentitySpec("CN=SAML 2.0 SP,O=Example Instance", None, eku=None),
        "expired-client": IdentitySpec(
            "CN=acme-client,OU=expired,O=Example Instance", not_before=LONG_AGO, not_after=EXPIRED
        ),
        "future-client": IdentitySpec(
            "CN=acme-client,OU=future,O=Example Instance", not_before=NOT_YET, not_after=NOT_YET.replace(year=2091)
        ),
        "server-auth-client": IdentitySpec("CN=acme-client,OU=serverAuth only,O=Example Instance", eku=(SERVER_AUTH,)),
        "no-eku-client": IdentitySpec("CN=acme-client,OU=no EKU,O=Example Instance", eku=None),
        "no-signature-client": IdentitySpec(
            "CN=acme-client,OU=keyEncipherment only,O=Example Instance", digital_signature=False
        ),
        "weak-key-client": IdentitySpec("CN=acme-client,OU=RSA 1024,O=Example Instance", key="RSA1024"),
        "sha1-client": IdentitySpec("CN=acme-client,OU=SHA-1,O=Example Instance", sha1=True),
        "revoked-client": IdentitySpec("CN=acme-client,OU=revoked,O=Example Instance"),
        "unsigned-request": IdentitySpec(
            "CN=acme-client,O=Example Instance", None, same_key_as="acme-client", eku=(CLIENT_AUTH,)
        ),
    }
)

PROVIDERS: Mapping[str, IdentitySpec] = MappingProxyType(
    {
        "provider": _server(),
        "provider-rsa": _server(key="RSA2048"),
        "provider-self-signed": _server(None),
        "provider-unrelated": _server("unrelated-root"),
        "provider-expired": _server(not_before=LONG_AGO, not_after=EXPIRED),
        "provider-future": _server(not_before=NOT_YET, not_after=NOT_YET.replace(year=2091)),
        "provider-wrong-host": _server(san=_OTHER_HOST),
        "provider-client-auth-only": _server(eku=(CLIENT_AUTH,)),
        "provider-no-signature": _server(digital_signature=False),
        "provider-with-ocsp": _server(ocsp="http://ocsp.acme.invalid/", not_before=LONG_AGO),
        "provider-cross-signed": _server("cross-signed-root"),
        "provider-modern": _server("modern-root"),
        "instance-web-server": IdentitySpec(
            "CN=*.service-now.com,O=Example Instance", "public-root", eku=(SERVER_AUTH,), san=("*.service-now.com",)
        ),
    }
)

IDENTITIES: Mapping[str, IdentitySpec] = MappingProxyType({**AUTHORITIES, **CLIENTS, **PROVIDERS})
