"""The verifier: every defect has its fault, in WSS4J's words, and a good message has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.ws_security.messages import OK, ROWS, Row, message, plain, signer
from ws_security import names
from ws_security.expectations import Expectations, Verdict
from ws_security.refusals import Cause
from ws_security.replay import Nonces
from ws_security.signing import User
from ws_security.verifying import verify


def expected(row: Row | None = None, **more: object) -> Expectations:
    """What the receiver of these messages demands."""
    suite = (
        {
            "signature_algorithms": (names.SIGNATURES["RSA-SHA-256"],),
            "digest_algorithms": (names.DIGESTS["SHA-256"],),
            "canonicalizations": (names.EXCLUSIVE,),
        }
        if row and row.suite
        else {}
    )
    trust = (signer("own").der, signer("ca").der)
    wanted = {"signed_parts": ("body",), "trust": trust, "users": {"ann": "s3cret"}, **suite, **more}
    return Expectations(**wanted)  # type: ignore[arg-type]


def judged(
    text: str | bytes, wanted: Expectations | None = None, nonces: Nonces | None = None, now: datetime | None = None
) -> Verdict:
    """The verdict of a receiver whose clock is right, or shows `now`."""
    data = text.encode() if isinstance(text, str) else text
    return verify(data, wanted or expected(), now or datetime.now(UTC), nonces)


def said(verdict: Verdict) -> str:
    """`ok`, or `Code: text`."""
    return OK if verdict.refusal is None else plain(f"{verdict.refusal.code}: {verdict.refusal.text}")


@pytest.mark.parametrize("name", ROWS)
def test_a_message_is_judged_as_wss4j_does(name: str) -> None:
    """Fault code and text are those that WSS4J 1.6.19 gave for the same defect."""
    row = ROWS[name]
    verdict = judged(row.make(), expected(row))
    assert said(verdict) == (row.ours or row.wss4j)


def test_a_verdict_tells_who_signed_what() -> None:
    """For the journal: the signer's certificate, the user, the elements, the algorithms; no password."""
    verdict = judged(message())
    assert verdict.signer == signer("own").der
    assert verdict.user == "ann"
    assert verdict.signed == ("Envelope/Header/Security/Timestamp", "Envelope/Body")
    assert names.SIGNATURES["RSA-SHA-1"] in verdict.algorithms
    assert "s3cret" not in repr(verdict)


@pytest.mark.parametrize(
    ("require", "cause"),
    [
        (("signature",), Cause.NO_SIGNATURE),
        (("timestamp",), Cause.NO_TIMESTAMP),
        (("username_token",), None),
    ],
)
def test_what_is_demanded_must_be_there(require: tuple[str, ...], cause: Cause | None) -> None:
    """A UsernameToken alone satisfies who asks for that, and nobody else; the fault is WSS4J's bare sentence."""
    from tests.ws_security.messages import ENVELOPE, USER
    from ws_security.signing import secure

    text = secure(ENVELOPE, now=datetime.now(UTC), user=USER).envelope
    refusal = judged(text, expected(require=require)).refusal
    assert (refusal.cause if refusal else None) == cause
    if refusal:
        assert refusal.text == "An error was discovered processing the <wsse:Security> header"


def test_no_header_at_all() -> None:
    """Refused where anything is demanded; let through where nothing is."""
    from tests.ws_security.messages import ENVELOPE

    refusal = judged(ENVELOPE).refusal
    assert refusal is not None
    assert refusal.cause is Cause.NO_HEADER
    assert judged(ENVELOPE, expected(require=())).refusal is None


def test_a_header_for_another_actor_is_not_ours() -> None:
    """And its signature is not taken for the one of our own header: it stands before it in the document."""
    good = message()
    foreign = '<wsse:Security soapenv:actor="urn:other" xmlns:wsu="' + names.WSU + '" '
    foreign += f'xmlns:wsse="{names.WSSE}">'
    inner = good[good.index("<ds:Signature ") : good.index("</ds:Signature>") + len("</ds:Signature>")]
    again = inner.replace("Signature-2", "Signature-8").replace("KeyId-", "XKeyId-").replace("STRId-", "XSTRId-")
    # given our own header with a broken signature behind a foreign one that holds the good signature
    broken = good.replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", 1)
    two = broken.replace("<soapenv:Header>", f"<soapenv:Header>{foreign}{again}</wsse:Security>", 1)
    refusal = judged(two).refusal
    assert refusal is not None
    assert refusal.cause is Cause.SIGNATURE_VALUE
    # and its twin: the good one behind another good one
    twin = good.replace("<soapenv:Header>", f"<soapenv:Header>{foreign}{again}</wsse:Security>", 1)
    assert judged(twin).refusal is None


def test_a_nonce_is_taken_once() -> None:
    """The second time it is a replay; another token is none; without a memory nobody notices."""
    nonces = Nonces()
    text = message(user=User("ann", "s3cret", hashed=True))
    assert judged(text, nonces=nonces).refusal is None
    again = judged(text, nonces=nonces).refusal
    assert again is not None
    assert again.text.endswith('Username Token "A replay attack has been detected")')
    assert judged(message(user=User("ann", "s3cret", hashed=True)), nonces=nonces).refusal is None
    assert judged(text).refusal is None


def test_nonces_are_forgotten() -> None:
    """After the window, and when there are too many."""
    now = datetime.now(UTC)
    nonces = Nonces(timedelta(seconds=10), most=3)
    assert [nonces.replayed("a", now), nonces.replayed("a", now)] == [False, True]
    assert not nonces.replayed("a", now + timedelta(seconds=11))
    for number in range(5):
        nonces.replayed(str(number), now + timedelta(seconds=11))
    assert not nonces.replayed("0", now + timedelta(seconds=11))


@pytest.mark.parametrize("skew", [timedelta(minutes=4), timedelta(seconds=0)])
def test_clock_skew_is_the_receivers_choice(skew: timedelta) -> None:
    """Three minutes ahead pass where four are allowed, and not where none is."""
    refusal = judged(message(after=timedelta(minutes=3), user=None), expected(clock_skew=skew)).refusal
    assert (refusal is None) == (skew > timedelta(minutes=3))


def test_only_plain_passwords() -> None:
    """A receiver may take one type of password only."""
    wanted = expected(password_types=(names.PASSWORD_TEXT,))
    assert judged(message(), wanted).refusal is None
    refusal = judged(message(user=User("ann", "s3cret", hashed=True)), wanted).refusal
    assert refusal is not None
    assert refusal.cause is Cause.PASSWORD_TYPE
