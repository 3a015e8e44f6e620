"""Cipher suites of CBC in TLS 1.2: JSSE does not know encrypt_then_mac (RFC 7366), so no provider may answer it."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from sn_mock.lab.lab import Lab
from sn_mock.lab.setup import LabSetup, ProviderSetup
from tls_transcript import ServerHello

_CBC, _GCM = "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"
_ENCRYPT_THEN_MAC = 22


@pytest.mark.parametrize("java", [8, 11, 17, 21])
@pytest.mark.parametrize("suite", [_CBC, _GCM])
def test_a_provider_with_such_suites_only_is_called(java: int, suite: str) -> None:
    """As one with GCM is, on every Java."""
    setup = LabSetup(
        provider=ProviderSetup(policy=MappingProxyType({"ciphers": suite})),
        quirks={"java": java, "tls_versions": ("TLSv1.2",)},
    )
    with Lab(tls="1.2", setup=setup) as lab:
        exchange, _ = lab.call()

    assert exchange.failure is None
    assert exchange.response.status_code == 200
    hello = exchange.transcript.first(ServerHello)
    assert hello is not None
    assert _ENCRYPT_THEN_MAC not in hello.extensions


@pytest.mark.parametrize("java", [8, "11.0.10"])
@pytest.mark.parametrize("client_auth", ["required", "none"])
def test_an_old_java_goes_down_to_tls_1_1(java: int | str, client_auth: str) -> None:
    """Whose CertificateRequest names no signature algorithms; measured on 8u252 and 11.0.7."""
    setup = LabSetup(
        provider=ProviderSetup(
            policy=MappingProxyType({"tls_min": "1.1", "tls_max": "1.1", "client_auth": client_auth})
        ),
        quirks={"java": java, "tls_versions": ("TLSv1", "TLSv1.1", "TLSv1.2")},
    )
    with Lab(tls="1.2", setup=setup) as lab:
        exchange, _ = lab.call()

    assert exchange.failure is None
    assert exchange.tls is not None
    assert exchange.tls.version == "TLSv1.1"
