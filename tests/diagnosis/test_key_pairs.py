"""Keys beside another's certificate, or a chain in another order: check, call and report say what Java does with them.

What is sent was measured on 8u252, 8u504, 11.0.13, 17.0.15 and 21.0.8 with SunX509 and NewSunX509 against OpenSSL 3.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sn_mock.commands.calls.check import _lines
from sn_mock.diagnosis import check
from sn_mock.instance import Instance
from sn_mock.keystore import KeyItem, write_jks
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.pki import LAB_PASSWORD, KeySpec, KeystoreSpec, shared_pki
from sn_mock.lab.setup import LabSetup, Store
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.report import text

RULE = "key-does-not-fit-certificate"
ROOT_FIRST = KeySpec("acme", "rsa-client", "reversed")
"""An RSA key whose chain begins with the EC root."""
SAME_KIND_ROOT_FIRST = KeySpec("acme", "acme-client", "reversed")
OTHER_KIND = KeySpec("acme", "acme-client", certificates="rsa-client")
"""An EC key beside an RSA certificate."""
SAME_KIND = KeySpec("acme", "second-client", certificates="acme-client")
RIGHT = KeySpec("acme", "rsa-client")
JAVAS = [
    ("8u252", "1.2"),
    *((java, tls) for java in ("8u504", "11.0.13", "17.0.15", "21.0.8") for tls in ("1.2", "1.3")),
]
NO_CERTIFICATE = {"1.2": "handshake_failure", "1.3": "certificate_required"}


def setup(*keys: KeySpec, java: str = "17.0.15", manager: str = "SunX509") -> LabSetup:
    """One keystore with these keys."""
    return LabSetup(stores=(Store(content=KeystoreSpec(keys)),), quirks={"java": java, "key_manager": manager})


def sends(key: KeySpec, java: str, manager: str) -> bool:
    """As measured: keys of the certificate's algorithm go out; others in the oldest Java alone, and by SunX509."""
    return key not in (ROOT_FIRST, OTHER_KIND) or (java == "8u252" and manager == "SunX509")


@pytest.mark.parametrize("manager", ["SunX509", "NewSunX509"])
@pytest.mark.parametrize(("java", "tls"), JAVAS)
@pytest.mark.parametrize(
    "key",
    [ROOT_FIRST, SAME_KIND_ROOT_FIRST, OTHER_KIND, SAME_KIND, RIGHT],
    ids=["root-first", "same-kind-root-first", "other-kind", "same-kind", "right"],
)
def test_check_says_what_the_call_does(key: KeySpec, tls: str, java: str, manager: str, providers: Providers) -> None:
    """What is sent is what Java sends; a key that does not fit is the first finding on every Java, before and after."""
    with Lab(setup=setup(key, java=java, manager=manager), tls=tls, providers=providers) as lab:
        before = check(lab.instance, datetime.now(UTC))
        towards = check(
            lab.instance, datetime.now(UTC), probe(Session.on(lab.instance), "localhost", lab.provider.port)
        )
        exchange, _ = lab.call()

    sent = sends(key, java, manager)
    for choice in (before.calls[0].key_choice, towards.calls[0].key_choice, exchange.key_choice):
        assert choice is not None
        assert (choice.alias, choice.sent, bool(choice.withheld)) == ("acme", sent, not sent)
    assert exchange.ok is before.ok is towards.ok is (key is RIGHT)
    for findings in (before.findings, towards.findings, exchange.findings):
        assert [one.rule for one in findings][:1] == ([] if key is RIGHT else [RULE])
    told = "\n".join(_lines(towards))
    assert ("would send alias acme of keystore ACME client" in told) is sent
    assert ("ACME client: would send nothing: acme is chosen, but its private key is of type" in told) is not sent
    if not sent:
        assert NO_CERTIFICATE[tls] in str(exchange.failure)
        assert "so Java sends no certificate" in text(exchange).partition("which key")[2]


@pytest.mark.parametrize("key", [ROOT_FIRST, SAME_KIND_ROOT_FIRST, SAME_KIND])
def test_a_wrong_order_is_called_that(key: KeySpec, providers: Providers) -> None:
    """Title and remedy say that the order is wrong, with the commands; a key of nobody keeps the rule's own words."""
    with Lab(setup=setup(key), providers=providers) as lab:
        (found,) = [one for one in check(lab.instance, datetime.now(UTC)).findings if one.rule == RULE]

    in_order = key is SAME_KIND
    assert ("wrong order" in found.title) is not in_order
    assert ("openssl pkcs12 -export" in found.fix) is not in_order
    if not in_order:
        assert "certificate 3 of its chain (CN=" in found.fix


def test_a_cas_key_is_called_that(providers: Providers) -> None:
    """The issuing CA's key beside the client's chain, before and after the call: it is no wrong order."""
    key = KeySpec("acme", "intermediate", certificates="acme-client")
    with Lab(setup=setup(key), providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))
        exchange, _ = lab.call()

    for found in (report.findings[0], exchange.findings[0]):
        assert found.rule == RULE
        assert "is the CA's, not the client's" in found.title
        assert "became certificate 1 (CN=acme-client" in found.fix
        assert "take it off the instance" in found.fix
        assert "wrong order" not in str(found)
    assert "the private key is the CA's" in str(report.hints)


@pytest.mark.parametrize(
    ("java", "sent"), [("11.0.13", "good"), ("17.0.15", None), ("21.0.8", None)], ids=["11", "17", "21"]
)
def test_another_key_may_be_sent_instead(java: str, sent: str | None, providers: Providers) -> None:
    """JDK 11 goes on to the key of another type; 17 asks once. Why the first is passed over is said as it is."""
    keys = (replace(ROOT_FIRST, alias="bad"), KeySpec("good", "rsa-client"))
    with Lab(setup=setup(*keys, java=java), providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))
        exchange, _ = lab.call()

    choice = report.calls[0].key_choice
    assert choice is not None
    assert exchange.ok is report.ok is (sent is not None)
    assert choice.alias == (sent or "bad")
    reasons = {one.alias: one.why for one in choice.rejected} | {choice.alias: choice.withheld}
    assert "so Java sends no certificate" in reasons["bad"]


def test_a_key_that_cannot_sign_fails_before_the_call(providers: Providers, in_store: Callable[..., Instance]) -> None:
    """Java itself ends the handshake (measured on 8u252, an Ed25519 key beside a certificate of RSA); check says so."""
    own = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with Lab(setup=setup(RIGHT, java="8u252"), tls="1.2", providers=providers) as lab:
        instance = in_store(lab.instance, own)
        broken, right = (check(one, datetime.now(UTC)) for one in (instance, lab.instance))

    assert (broken.ok, right.ok) == (False, True)
    assert broken.calls[0].failure is not None
    assert "No supported signature algorithm" in str(broken.calls[0].failure.hidden[0])
    assert broken.findings[0].rule == RULE


@pytest.fixture
def in_store() -> Callable[..., Instance]:
    """`in_store(instance, pkcs8)`: the instance with that key beside the RSA client's chain."""

    def made(instance: Instance, pkcs8: bytes) -> Instance:
        row = next(one for one in instance.certificates if one.is_keystore)
        (old,) = instance.attachments_of(row)
        data = write_jks([KeyItem("acme", pkcs8, shared_pki()["rsa-client"].der_chain)], LAB_PASSWORD)
        return replace(instance, attachments=(replace(old, data=data),))

    return made


@pytest.mark.parametrize("manager", ["SunX509", "NewSunX509"])
@pytest.mark.parametrize("password", ["another", None])
def test_a_key_that_does_not_open(manager: str, password: str | None, providers: Providers) -> None:
    """Both key managers end in one finding, in check and call: one cannot be made, the other sends no certificate."""
    stores = (Store(content=KeystoreSpec(key_password=password)),)
    with Lab(setup=replace(setup(manager=manager), stores=stores), tls="1.2", providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))
        exchange, _ = lab.call()

    assert report.ok is exchange.ok is (password is None)
    for findings in (report.findings, exchange.findings):
        assert [one.rule for one in findings][:1] == ([] if password is None else ["key-password-differs"])


@pytest.mark.parametrize(("java", "out", "stays"), [("8u252", "rsa", "ec"), ("11.0.13", "ec", "rsa")])
def test_several_keys_that_work_are_a_hint(java: str, out: str, stays: str, providers: Providers) -> None:
    """Which key goes out is named, and which not; neither is said to be the wrong one, and nothing is found wrong."""
    keys = (KeySpec("rsa", "rsa-client"), KeySpec("ec", "acme-client"))
    with Lab(setup=setup(*keys, java=java), tls="1.2", providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))
        exchange, _ = lab.call()
        lab_alone = check(replace(lab.instance, attachments=()), datetime.now(UTC))

    assert exchange.ok
    assert report.ok
    (hint,) = [one for one in report.hints if one.rule == "several-keys-in-keystore"]
    assert f"{out} goes out, and not {stays}" in hint.fix
    assert f"delete the entry {out}" not in hint.fix
    assert "8u252" in hint.source
    assert "several-keys-in-keystore" not in {one.rule for one in lab_alone.hints}


@pytest.mark.parametrize(
    ("content", "corrected"),
    [(KeystoreSpec((RIGHT,), format="PKCS12"), False), (KeystoreSpec((SAME_KIND,), format="PKCS12"), True)],
)
def test_what_works_needs_no_correction(content: KeystoreSpec, corrected: bool, providers: Providers) -> None:
    """A PKCS#12 under the type JKS that Java reads is worth knowing, and nothing to correct; a wrong key is."""
    with Lab(
        release="quebec", setup=LabSetup(stores=(Store(content=content, type="key_store"),)), providers=providers
    ) as lab:
        report = check(lab.instance, datetime.now(UTC))

    (hint,) = [one for one in report.hints if one.rule == "validation-blind-spot"]
    assert "reads it all the same" in hint.evidence[0]
    assert ("attach a corrected keystore" in hint.fix) is corrected
    assert ("nothing has to be corrected" in hint.fix) is not corrected
