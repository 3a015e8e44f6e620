"""The instance asks the OCSP responder that the provider's certificate names, on this machine only unless allowed."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from sn_mock.java.httpclient.ocsp_client import OcspClient
from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.net.network import Network
from sn_mock.lab.lab import Lab
from sn_mock.lab.ocsp_responder import RESPONDERS
from sn_mock.lab.setup import LabSetup, ProviderSetup

NETWORK_ERROR = "com.glide.communications.httpclient.ocsp_allow_network_error"
CHECK = "com.glide.communications.httpclient.verify_revoked_certificate"
DEAF = dict.fromkeys(RESPONDERS) | {
    "revoked": "server-certificate-revoked",
    "unknown": "revocation-unknown",
    "try-later": "revocation-unknown",
}
STRICT = DEAF | {"forbidden": "revocation-unknown", "blocked": "revocation-unknown"}


def _cause(responder: str | None, release: str = "vancouver", **properties: str) -> str | None:
    served = ProviderSetup("provider-with-ocsp")
    setup = replace(LabSetup(), provider=served, responder=responder, properties=properties)
    with Lab(release=release, setup=setup) as lab:
        failure = lab.call()[0].failure
    return failure.cause if failure else None


@pytest.mark.parametrize("responder", RESPONDERS)
def test_what_a_responder_does_decides(responder: str) -> None:
    """With and without `ocsp_allow_network_error`; and nobody asks before Orlando, or where the check is off."""
    assert _cause(responder) == DEAF[responder]
    assert _cause(responder, **{NETWORK_ERROR: "false"}) == STRICT[responder]
    assert _cause(responder, "newyork") is None
    assert _cause(responder, **{CHECK: "false"}) is None


def test_a_responder_elsewhere_is_not_asked_without_consent() -> None:
    """It counts as unreachable, at once, and the log says why."""
    client = OcspClient(Network(), java=REFERENCE)
    begun = time.monotonic()
    answer = client.ask("http://ocsp.example.com/", b"")

    assert str(answer.trouble) == "java.net.ConnectException: Connection refused"
    assert "was not asked" in client.log[0]
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("http://ocsp.acme.invalid/", "java.net.UnknownHostException: ocsp.acme.invalid"),
        ("http://localhost:99999/", "java.net.MalformedURLException: http://localhost:99999/"),
    ],
)
def test_addresses_that_lead_nowhere(url: str, trouble: str) -> None:
    """In Java's words."""
    assert str(OcspClient(Network(), java=REFERENCE).ask(url, b"").trouble) == trouble
