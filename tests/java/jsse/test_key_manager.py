"""Which key answers a CertificateRequest. The expectations were measured on JDK 11, 17, 21 and 25."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sn_mock.failure import MockUsageError
from sn_mock.java.jsse.key_manager import Candidate, Choice, choose
from sn_mock.java.keystore import UsableKey
from sn_mock.java.lang.jdk import REFERENCE, named
from tls_transcript import CertificateRequest

P256, P384, ED25519, PSS, PSS_KEY, PKCS1, SHA1 = 0x0403, 0x0503, 0x0807, 0x0804, 0x0809, 0x0401, 0x0201
ALL = (P256, P384, ED25519, PSS_KEY, PSS, PKCS1)
CLIENT_AUTH, SERVER_AUTH = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"


def request(*authorities: bytes, algorithms: tuple[int, ...] = ALL, present: bool = True) -> CertificateRequest:
    """A TLS 1.2 request; TLS 1.3 ignores the certificate types."""
    return CertificateRequest((1, 2, 64), algorithms, authorities, present)


def ask(*keys: UsableKey, asked: CertificateRequest, store: str = "ACME client", **how: Any) -> Choice:
    """One keystore's answer."""
    return choose([Candidate(store, key) for key in keys], asked, **{"tls": "TLSv1.3", "java": REFERENCE, **how})


def alias(choice: Choice) -> str | None:
    """The chosen alias."""
    return choice.chosen.key.alias if choice.chosen else None


@pytest.mark.parametrize(
    ("algorithms", "expected"), [((P256, PSS), "ec"), ((PSS, P256), "rsa")], ids=["EC first", "RSA first"]
)
@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_the_providers_order_of_key_types_decides(
    forge: Any, root: Any, algorithms: tuple[int, ...], expected: str, tls: str
) -> None:
    """The first key type of the signature algorithms wins, wherever its key stands in the store."""
    keys = (forge.usable("rsa", forge.issue("r", root, kind="rsa")), forge.usable("ec", forge.issue("e", root)))
    choice = ask(*keys, asked=request(root.dn, algorithms=algorithms), tls=tls)
    assert (alias(choice), choice.sent) == (expected, True)
    assert [passed.why for passed in choice.rejected] == [
        f"never reached: {expected} was chosen first because the provider prefers "
        + ("EC to RSA" if expected == "ec" else "RSA to EC")
    ]


def test_of_one_type_the_first_alias_in_javas_order_wins(forge: Any, root: Any) -> None:
    """The order of the candidates is Java's; the later alias is never looked at."""
    first, second = forge.usable("b", forge.issue("b", root)), forge.usable("a", forge.issue("a", root))
    choice = ask(first, second, asked=request(root.dn))
    assert alias(choice) == "b"
    assert [passed.why for passed in choice.rejected] == ["never reached: b was chosen first"]


@pytest.mark.parametrize("advertised", ["root", "intermediate"])
def test_any_issuer_of_the_chain_counts(forge: Any, root: Any, intermediate: Any, advertised: str) -> None:
    """With its whole chain stored, a key fits whether root or intermediate is advertised."""
    key = forge.usable("acme", forge.issue("acme", intermediate), intermediate)
    asked = request({"root": root, "intermediate": intermediate}[advertised].dn)
    assert alias(ask(key, asked=asked)) == "acme"


def test_a_leaf_alone_does_not_lead_to_the_root(forge: Any, root: Any, intermediate: Any) -> None:
    """A store without the intermediate answers a provider that advertises the root with nothing, and says why."""
    choice = ask(forge.usable("acme", forge.issue("acme", intermediate)), asked=request(root.dn))
    assert (choice.chosen, choice.sent) == (None, False)
    assert choice.rejected[0].why == (
        "its certificate chain names no CA that the provider advertised: the chain's issuers are "
        "CN=Lab Intermediate,O=Lab,C=NL; the provider advertised CN=Lab Root,O=Lab,C=NL"
    )


def test_no_advertised_ca_accepts_every_key(forge: Any, other_root: Any) -> None:
    """An empty list and an absent one let any key through; Java sees [] and null."""
    key = forge.usable("acme", forge.issue("acme", other_root))
    absent, empty = request(present=False), request()
    assert (alias(ask(key, asked=absent)), ask(key, asked=absent).issuers) == ("acme", None)
    assert (alias(ask(key, asked=empty)), ask(key, asked=empty).issuers) == ("acme", ())


def test_names_are_compared_as_x500principal_does(forge: Any, root: Any, at_name: Callable[..., Any]) -> None:
    """Letter case and runs of blanks do not count; another word does."""
    key = forge.usable("acme", forge.issue("acme", root))
    same, different = at_name("lab  ROOT", "LAB", "nl"), at_name("lab roots", "LAB", "nl")
    assert alias(ask(key, asked=request(same.public_bytes()))) == "acme"
    assert alias(ask(key, asked=request(different.public_bytes()))) is None


def test_sunx509_sends_an_expired_certificate_before_a_good_one(forge: Any, root: Any, now: datetime) -> None:
    """SunX509 looks at no dates; NewSunX509 does."""
    old = forge.usable("old", forge.issue("old", root, days=(-30, -20)))
    good = forge.usable("good", forge.issue("good", root))
    assert alias(ask(old, good, asked=request(root.dn), when=now)) == "old"
    new = ask(old, good, asked=request(root.dn), algorithm="NewSunX509", when=now)
    assert alias(new) == "good"
    assert new.rejected[0].why == "its certificate is not valid at this moment; good suits better"


def test_choices_are_remembered_without_a_clock(forge: Any, root: Any, now: datetime) -> None:
    """The same keys, question and Java have the same answer of SunX509 at any time; NewSunX509 looks again."""
    key = forge.usable("acme", forge.issue("acme", root, days=(-1, 1)))
    asked, later = request(root.dn), now + timedelta(days=2)
    for java in (REFERENCE, named(8)):
        choice = ask(key, asked=asked, java=java, when=now)
        assert ask(key, asked=asked, java=java, when=later) is choice
        assert ask(key, asked=asked, java=java, store="another", when=now) is not choice
    new = ask(key, asked=asked, algorithm="NewSunX509", when=now)
    assert ask(key, asked=asked, algorithm="NewSunX509", when=later) is not new


def test_newsunx509_sends_what_it_has(forge: Any, root: Any, now: datetime) -> None:
    """Nothing better than an expired key, nothing worse than a key for servers: the expired one goes out."""
    server = forge.usable("server", forge.issue("server", root, usages=(SERVER_AUTH,)))
    old = forge.usable("old", forge.issue("old", root, days=(-30, -20), usages=(CLIENT_AUTH,)))
    assert alias(ask(server, old, asked=request(root.dn), algorithm="PKIX", when=now)) == "old"


@pytest.mark.parametrize(("java", "expected"), [(11, "old-ec"), (17, "ed"), (21, "rsa"), (25, "rsa")])
def test_newsunx509_by_java_generation(forge: Any, root: Any, now: datetime, java: int, expected: str) -> None:
    """Expired EC, good RSA, good Ed25519; preferred are EC, EdDSA, RSA.

    JDK 11 asks for each type by itself; JDK 17 takes the best type of the good ones; JDK 21 the first good alias.
    """
    old = forge.usable("old-ec", forge.issue("old", root, days=(-30, -20)))
    rsa = forge.usable("rsa", forge.issue("r", root, kind="rsa"))
    ed = forge.usable("ed", forge.issue("e", root, kind="ed25519"))
    choice = ask(old, rsa, ed, asked=request(root.dn), algorithm="NewSunX509", java=named(java), when=now)
    assert alias(choice) == expected


def test_newsunx509_wants_announced_signatures(forge: Any, root: Any) -> None:
    """A chain signed with an algorithm the provider did not announce is dropped; SunX509 sends it."""
    key = forge.usable("acme", forge.issue("acme", root, kind="p384", label="big"))
    asked = request(root.dn, algorithms=(P384,))
    choice = ask(key, asked=asked, algorithm="NewSunX509")
    assert alias(choice) is None
    assert choice.rejected[0].why == "its chain holds a SHA256withECDSA signature, which the provider did not announce"
    assert alias(ask(key, asked=asked)) == "acme"


def test_a_key_of_another_type_is_passed_over(forge: Any, root: Any) -> None:
    """An RSA key for a provider that accepts ECDSA only stays at home, with the reason."""
    choice = ask(forge.usable("rsa", forge.issue("r", root, kind="rsa")), asked=request(root.dn, algorithms=(P256,)))
    assert not choice.sent
    assert choice.rejected[0].why == "key type RSA not asked for: the provider accepts EC"


def test_key_and_certificate_of_different_types(forge: Any, root: Any) -> None:
    """The alias is chosen by its certificate; Java then sends nothing because the private key is of another type."""
    rsa, ec = forge.issue("r", root, kind="rsa"), forge.issue("e", root)
    choice = ask(forge.usable("mixed", rsa, key=ec), asked=request(root.dn))
    assert (alias(choice), choice.sent) == ("mixed", False)
    assert choice.withheld == (
        "its private key is of type EC and its certificate of type RSA, so Java sends no certificate"
    )


def test_an_unopened_key_is_withheld(forge: Any, root: Any) -> None:
    """NewSunX509 notices a wrong key password only when it would sign: an empty Certificate goes out."""
    key = forge.usable("acme", forge.issue("acme", root), opened=False)
    choice = ask(key, asked=request(root.dn), algorithm="NewSunX509")
    assert (alias(choice), choice.sent) == ("acme", False)
    assert choice.withheld is not None


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_curve_the_provider_does_not_accept(forge: Any, root: Any, tls: str) -> None:
    """Asked for P-256 signatures only, JSSE chooses the P-384 key and then ends the handshake itself."""
    key = forge.usable("acme", forge.issue("acme", root, kind="p384", label="big"))
    choice = ask(key, asked=request(root.dn, algorithms=(P256,)), tls=tls)
    assert [str(thrown) for thrown in choice.refusal] == [
        "javax.net.ssl.SSLException: No supported CertificateVerify signature algorithm for EC  key"
    ]
    assert choice.refusal_alert == 80
    assert ask(key, asked=request(root.dn, algorithms=(P256, P384)), tls=tls).sent


def test_a_request_java_cannot_serve(forge: Any, root: Any) -> None:
    """None of the signature algorithms is known: Java answers with handshake_failure."""
    choice = ask(
        forge.usable("acme", forge.issue("acme", root)),
        asked=request(root.dn, algorithms=(0x0B01,)),
        tls="TLSv1.2",
        java=named(25),
    )
    assert str(choice.refusal[0]) == (
        "javax.net.ssl.SSLHandshakeException: (handshake_failure) No supported signature algorithm"
    )


@pytest.mark.parametrize(
    ("java", "thrown", "alert"),
    [
        (17, "javax.net.ssl.SSLException: improperly specified input name", 80),
        (
            25,
            "javax.net.ssl.SSLHandshakeException: (decode_error) The distinguished names of the peer's certificate "
            "authorities could not be parsed",
            50,
        ),
    ],
)
@pytest.mark.parametrize("junk", [b"junk", b"\x30\x03\x02\x01\x01", b"\x30\x80"])
def test_names_java_cannot_read(forge: Any, root: Any, junk: bytes, java: int, thrown: str, alert: int) -> None:
    """Java ends the handshake over a CA name that is none; never an error of ours."""
    key = forge.usable("acme", forge.issue("acme", root))
    choice = ask(key, asked=request(root.dn, junk), java=named(java))
    assert (str(choice.refusal[0]), choice.refusal_alert, choice.sent) == (thrown, alert, False)
    assert choice.refusal[1].class_name == "java.lang.IllegalArgumentException"


def test_keystores_are_asked_in_row_order(forge: Any, root: Any) -> None:
    """A fitting key of the first keystore beats a preferred key type in the second."""
    rsa = Candidate("first row", forge.usable("rsa", forge.issue("r", root, kind="rsa")))
    ec = Candidate("second row", forge.usable("ec", forge.issue("e", root)))
    choice = choose([rsa, ec], request(root.dn), tls="TLSv1.3", java=REFERENCE)
    assert choice.chosen is rsa
    assert choice.rejected[0].why == "never reached: rsa of first row was chosen first"
    assert choose([ec], request(root.dn), tls="TLSv1.3", java=REFERENCE).chosen is ec


@pytest.mark.parametrize("algorithm", ["SunX509", "NewSunX509"])
@pytest.mark.parametrize("names", [("first", "second"), ("client", "client")])
def test_two_records_are_two_keystores_whatever_they_are_called(
    forge: Any, root: Any, names: tuple[str, str], algorithm: str
) -> None:
    """Each row has its own key manager; that both have one name joins them as little as two names do."""
    asked = request(root.dn, algorithms=(0x0804, 0x0403))  # RSA before EC: within one keystore RSA would win
    ec = Candidate(names[0], forge.usable("ec", forge.issue("e", root)), "1" * 32)
    rsa = Candidate(names[1], forge.usable("rsa", forge.issue("r", root, kind="rsa")), "2" * 32)
    choice = choose([ec, rsa], asked, tls="TLSv1.3", algorithm=algorithm, java=REFERENCE)
    assert choice.chosen is ec
    assert [(one.alias, one.keystore_id) for one in choice.rejected] == [("rsa", "2" * 32)]
    assert choice.rejected[0].why == f"never reached: ec of {names[0]} was chosen first"


def test_keys_of_one_record_stay_together(forge: Any, root: Any) -> None:
    """The twin: in one keystore the provider's order of key types decides."""
    asked = request(root.dn, algorithms=(0x0804, 0x0403))
    ec = Candidate("client", forge.usable("ec", forge.issue("e", root)), "1" * 32)
    rsa = Candidate("client", forge.usable("rsa", forge.issue("r", root, kind="rsa")), "1" * 32)
    assert choose([ec, rsa], asked, tls="TLSv1.3", java=REFERENCE).chosen is rsa


def test_an_unknown_algorithm_is_our_callers_mistake(forge: Any) -> None:
    """The error names the two that exist."""
    with pytest.raises(MockUsageError, match="use SunX509 or NewSunX509"):
        ask(asked=request(), algorithm="IbmX509")
    assert ask(asked=request(), algorithm="sunx509").chosen is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(["p256", "rsa", "ed25519"]), max_size=5),
    algorithms=st.lists(st.sampled_from([P256, ED25519, PSS, PKCS1, SHA1]), min_size=1, max_size=4, unique=True),
    tls=st.sampled_from(["TLSv1.2", "TLSv1.3"]),
)
def test_what_is_sent_was_asked_for(forge: Any, root: Any, kinds: list[str], algorithms: list[int], tls: str) -> None:
    """A key that goes out is of a requested type, none of an earlier type was there, and every other has its reason."""
    keys = [
        forge.usable(f"k{index}", forge.issue(f"k{index}", root, kind=kind, label=kind))
        for index, kind in enumerate(kinds)
    ]
    choice = ask(*keys, asked=request(root.dn, algorithms=tuple(algorithms)), tls=tls)
    assert len(choice.rejected) == len(keys) - (choice.chosen is not None)
    assert all(passed.why for passed in choice.rejected)
    if choice.chosen:
        rank = choice.key_types.index(choice.chosen.key.key_type)
        assert not any(key.key_type in choice.key_types[:rank] for key in keys)
    elif not choice.refusal:
        assert not any(key.key_type in choice.key_types for key in keys)
