"""Faults, delays, HTTP refusals, the middleware hop, and changing the policy while it runs."""

from __future__ import annotations

import dataclasses
import time

import pytest

from provider_stub import InternalError, PolicyError, Provider, ProviderPolicy, Verdict
from provider_stub.policy.model import FAULT_ACTIONS, STAGES
from tls_transcript import Direction, FaultSlot, Transcript, TranscriptBuilder, record


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("action", [action for action in FAULT_ACTIONS if action != "stall"])
@pytest.mark.parametrize("stage", STAGES)
def test_close_and_reset_at_every_stage(pki, place, version, stage, action):
    """The connection ends where the policy says, the visit says so, and without the fault the same call passes."""
    with Provider(pki.policy(fault=f"{stage}:{action}")) as provider:
        outcome = place(provider, pki.client_context("client", version))
        assert outcome.status is None
        (visit,) = provider.wait_for_visits(1)
        assert (visit.verdict, visit.reason) == (Verdict.FAULT, f"fault {stage}:{action}")
        assert visit.alert_sent is None
        reached = {"connect": 0, "client-hello": 1}.get(stage, 2)
        assert (len(visit.transcript) > 0) == (reached > 0)
        assert visit.request_count == (1 if stage in ("request", "response") else 0)
        provider.policy = pki.policy()
        assert place(provider, pki.client_context("client", version)).status == 200


def test_a_fault_on_reuse_spares_the_first_request(pki, place):
    """`reuse:reset` waits for the second request of a connection; other connections are served."""
    with Provider(pki.policy(fault="reuse:reset")) as provider:
        assert place(provider, pki.client_context("client", "1.3")).status == 200
        assert place(provider, pki.client_context("client", "1.3")).status == 200
        assert [visit.verdict for visit in provider.wait_for_visits(2)] == [Verdict.ACCEPTED] * 2


def _names(transcript: Transcript, direction: Direction) -> list[str]:
    """Handshake messages of one direction (OpenSSL 3.0 does not report a received ChangeCipherSpec)."""
    names = [entry.message.name for entry in transcript if entry.direction is direction]
    return [name for name in names if name not in ("change_cipher_spec", "new_session_ticket", "alert")]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("stage", ["client-hello", "certificate", "handshake"])
def test_what_a_fault_withholds_was_not_said(pki, place, version, stage):
    """The journal shows what went out: not the messages that the fault kept back; without it, they are there."""
    for policy in (pki.policy(fault=f"{stage}:close"), pki.policy()):
        context = pki.client_context("client", version)
        said = TranscriptBuilder()
        record(context, lambda _connection, entry, said=said: said.append(entry), FaultSlot())
        with Provider(policy) as provider:
            place(provider, context)
            (visit,) = provider.wait_for_visits(1)
        assert _names(visit.transcript, Direction.SENT) == _names(said.build(), Direction.RECEIVED)
    assert any(entry.direction is Direction.SENT for entry in visit.transcript)


@pytest.mark.parametrize("stage", STAGES)
def test_stall_at_every_stage(pki, place, stage):
    """The client hears nothing more until its own time-out; then the visit ends."""
    with Provider(pki.policy(fault=f"{stage}:stall")) as provider:
        outcome = place(provider, pki.client_context(), timeout=1.5)
        assert outcome.error in ("TimeoutError", "IncompleteRead")
        (visit,) = provider.wait_for_visits(1)
        assert visit.reason == f"fault {stage}:stall"


@pytest.mark.parametrize("stage", STAGES)
def test_delay_at_every_stage(pki, place, stage):
    """The delay is spent at its stage, once, and the call succeeds; the handshake's deadline waits along."""
    with Provider(pki.policy(delay_ms=1100, delay_at=stage, handshake_timeout=1.0, request_timeout=1.0)) as provider:
        begun = time.monotonic()
        assert place(provider, pki.client_context()).status == 200
        assert time.monotonic() - begun >= 1.1
        assert provider.wait_for_visits(1)[0].verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("pinned", [False, True])
def test_a_handshake_is_complete_whatever_we_think_of_the_client(pki, place, version, pinned):
    """The stage `handshake` is OpenSSL's: it is reached before a rule of the policy's own refuses the client, too."""
    pins = (_pin(pki.people["self"]),) if pinned else ()
    context = pki.client_context("client", version)
    with Provider(pki.policy(pin_sha256=pins, fault="handshake:close")) as provider:
        assert place(provider, context).error
        assert provider.wait_for_visits(1)[0].reason == "fault handshake:close"
        provider.policy = pki.policy(pin_sha256=pins)
        assert (place(provider, context).status == 200) is not pinned
        assert provider.wait_for_visits(2)[1].reason == ("not-pinned" if pinned else None)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_http_refusals_with_and_without_fault(pki, place, status):
    """The handshake is fine, the answer is not."""
    with Provider(pki.policy(http_status=status)) as provider:
        plain = place(provider, pki.client_context())
        assert (plain.status, plain.body) == (status, b"")
        provider.policy = pki.policy(http_status=status, http_fault=True)
        fault = place(provider, pki.client_context())
        assert fault.status == status
        assert b"<faultcode>soapenv:Server</faultcode>" in fault.body
        visits = provider.wait_for_visits(2)
        assert [visit.requests[0].fault is None for visit in visits] == [True, False]


def _pin(identity) -> str:
    from cryptography.hazmat.primitives import hashes

    return identity.certificate.fingerprint(hashes.SHA256()).hex()


def test_the_middleware_must_import_the_certificate(pki, place):
    """Only the back-end imported it: refused in front. Only the middleware did: the back-end says 403. Both: 200."""
    me = pki.people["self"]
    back_end_policy = ProviderPolicy(plain_http=True, pin_sha256=(_pin(me),))
    with Provider(back_end_policy) as back_end:
        front_policy = pki.policy(forward_to=back_end.base_url)
        with Provider(front_policy) as front:
            context = pki.client_context("self")
            assert place(front, context).error == "TLSV13_ALERT_UNKNOWN_CA".replace("V13", "V1")
            assert back_end.visits == ()

            front.policy = dataclasses.replace(front_policy, trusted_leaves=(pki.path("self"),))
            passed = place(front, context)
            assert passed.status == 200
            assert b"TKT" in passed.body
            (visit,) = back_end.wait_for_visits(1)
            assert visit.requests[0].operation == "CreateTicket"
            header = dict(visit.requests[0].headers)["X-SSL-Client-Cert"]
            assert header.startswith("-----BEGIN%20CERTIFICATE-----")

            refused = place(front, pki.client_context("client"))
            assert refused.status == 403
            assert b"not-pinned" in refused.body


@pytest.mark.parametrize(
    ("name", "changes", "cause"),
    [
        ("client", {}, None),
        ("stranger", {}, "unknown-ca"),
        ("self", {}, "self-signed"),
        ("via", {}, "unknown-ca"),
        ("expired", {}, "expired"),
        ("wrong-use", {}, "wrong-purpose"),
        ("wrong-use", {"check_eku": False}, None),
        ("right-use", {}, None),
        ("client", {"crl": "client"}, "revoked"),
        ("second", {"crl": "client"}, None),
        ("self", {"trusted_leaves": "self"}, None),
        ("self", {"trusted_leaves": "self", "require_ca_signed": True}, "not-ca-signed"),
        ("stranger", {"client_auth": "none"}, None),
        (None, {}, "without a certificate"),
        (None, {"client_auth": "optional"}, None),
    ],
)
def test_a_back_end_judges_the_certificate_in_the_header(pki, place, name, changes, cause):
    """A middleware that lets everybody in; the back-end's own trust, dates, purpose and lists decide."""
    named = {"crl": lambda who: (pki.crl(who),), "trusted_leaves": lambda who: (pki.path(who),)}
    changes = {key: named[key](value) if key in named else value for key, value in changes.items()}
    policy = ProviderPolicy(**({"plain_http": True, "trust": (pki.path("root"),)} | changes))
    with Provider(policy) as back_end:
        everybody = dict.fromkeys(("unknown-ca", "self-signed", "expired", "wrong-purpose"), "accept")
        with Provider(pki.policy(forward_to=back_end.base_url, client_auth="optional", refusals=everybody)) as front:
            outcome = place(front, pki.client_context(name))
    assert outcome.status == (200 if cause is None else 403), outcome
    assert cause is None or cause.encode() in outcome.body


def test_a_client_cannot_forge_the_certificate_header(pki, place):
    """The middleware drops the header that a client sends itself."""
    with Provider(ProviderPolicy(plain_http=True)) as back_end:
        with Provider(pki.policy(forward_to=back_end.base_url, client_auth="optional")) as front:
            forged = {"X-SSL-Client-Cert": "forged", "Content-Type": "text/xml"}
            assert place(front, pki.client_context(None), headers=forged).status == 200
        (visit,) = back_end.wait_for_visits(1)
        assert "x-ssl-client-cert" not in {name.lower() for name, _ in visit.requests[0].headers}


def test_a_missing_back_end_is_a_502(pki, place):
    """Nobody listens behind the middleware."""
    with Provider(ProviderPolicy(plain_http=True)) as gone:
        address = gone.base_url
    with Provider(pki.policy(forward_to=address)) as front:
        outcome = place(front, pki.client_context())
        assert outcome.status == 502
        assert b"back-end" in outcome.body


def test_policy_changes_while_it_runs(pki, place):
    """Trust a new CA, drop the old one, rotate the certificate: the next connection meets the new policy."""
    with Provider(pki.policy()) as provider:
        old, new = pki.client_context("client"), pki.client_context("stranger")
        assert [place(provider, context).status for context in (old, new)] == [200, None]
        provider.policy = pki.policy(trust=(pki.path("root"), pki.path("other-root")))
        assert [place(provider, context).status for context in (old, new)] == [200, 200]
        provider.policy = pki.policy(trust=(pki.path("other-root"),), server_certificate=pki.path("via"))
        new.check_hostname = False
        new.load_verify_locations(pki.path("inter"))
        assert place(provider, new).status == 200
        old.check_hostname = False
        old.load_verify_locations(pki.path("inter"))
        assert place(provider, old).error == "TLSV1_ALERT_UNKNOWN_CA"


def test_a_bad_change_changes_nothing(pki, place):
    """A policy with a problem is refused as a whole; the old one stays in force."""
    with Provider(pki.policy()) as provider:
        with pytest.raises(PolicyError, match=r"missing\.pem"):
            provider.policy = pki.policy(trust=("missing.pem",))
        assert provider.policy == pki.policy()
        assert place(provider, pki.client_context()).status == 200


def test_an_open_connection_keeps_its_rules(pki):
    """A connection that was accepted is not cut by a later change of trust."""
    import http.client

    with Provider(pki.policy()) as provider:
        connection = http.client.HTTPSConnection("localhost", provider.port, context=pki.client_context(), timeout=10)
        for _ in range(2):
            connection.request("GET", "/tickets")
            assert connection.getresponse().read()
            provider.policy = pki.policy(trust=(pki.path("other-root"),))
        connection.close()
        assert len(provider.wait_for_visits(1)[0].requests) == 2


class Broken:
    """A service with a bug."""

    path = "/tickets"

    def answer(self, request, caller):
        """Never answers."""
        raise KeyError("oops")


def test_a_failing_service_is_a_500_and_not_the_end(pki, place, caplog):
    """A bug in a service costs one answer; client, journal and log are told, the provider goes on, its end tells."""
    with Provider(pki.policy(), service=Broken()) as provider:
        for _ in range(2):
            outcome = place(provider, pki.client_context())
            assert outcome.status == 500
            assert b"internal error of provider-stub: KeyError" in outcome.body
        visits = provider.wait_for_visits(2)
        assert [(visit.verdict, visit.reason) for visit in visits] == [(Verdict.ACCEPTED, "internal-error")] * 2
        assert (provider.counters.internal_errors, provider.status()["internal_error"]) == (
            2,
            "KeyError: 'oops' (in answering POST /tickets)",
        )
        with pytest.raises(InternalError, match=r"KeyError: 'oops' \(in answering POST /tickets; 1 more in the log\)"):
            provider.check()
    assert "Traceback" in caplog.text
