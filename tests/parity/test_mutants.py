"""Mutants of certificates: what is dealt, that both sides are asked, and that a wrong answer is found out."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from provider_stub import PolicyError, PolicyProblem
from sn_mock.java.keystore import KeyItem, KeyStore, load, write_pkcs12
from tests.parity import __main__ as command
from tests.parity import mutant_calls, mutant_extensions, mutants
from tests.parity.jvm import Jvm, compile_judge
from tests.parity.mutant_parts import keys, octets, oid, private
from tests.parity.mutated_extensions import change_extension
from tests.parity.mutated_keys import KINDS as PUBLIC_KEYS
from tests.parity.mutated_names import change_issuer, change_subject
from tests.parity.mutated_structure import change_structure
from tests.parity.mutated_times import change_time

needs_java = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("javac") is None, reason="no java and javac on the PATH"
)
SOUND = "structure ext-order"
"""A change that neither side minds."""


@pytest.fixture(scope="module")
def jvm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jvm]:
    """The judge, if it is the Java whose every word is claimed."""
    with Jvm(compile_judge(tmp_path_factory.mktemp("judge"))) as running:
        if running.generation not in mutant_calls.JAVA_GENERATIONS:
            pytest.skip(f"texts are measured on Java 17, this is {running.version}")
        yield running


@pytest.fixture(scope="module")
def servers() -> Iterator[mutant_calls.Servers]:
    """Python's server and provider_stub, both running."""
    with mutant_calls.Servers() as running:
        yield running


def sound(kind: str) -> mutants.Mutant:
    """The first mutant of this kind whose change is of no consequence."""
    places = (place for place in range(10_000) if mutants.place_kind(11, place) == kind)
    drawn = (mutants.draw(11, place * mutants.TRIES) for place in places)
    return next(one for one in drawn if one.what == SOUND)


def test_the_same_seed_and_number_make_the_same_mutant() -> None:
    """Whatever was drawn before; the keys are the run's, so the octets of keys and signatures are not compared."""
    first = [str(mutants.draw(5, number)) for number in range(24)]
    again = [str(mutants.draw(5, number)) for number in reversed(range(24))]

    assert first == again[::-1]
    assert [str(mutants.draw(6, number)) for number in range(24)] != first


def test_all_kinds_are_dealt_and_openssl_loads_every_one() -> None:
    """In about their shares; in both TLS versions; with both key managers."""
    drawn = [mutants.draw(5, place * mutants.TRIES) for place in range(150)]

    assert set(Counter(one.kind for one in drawn)) == set(mutants.KINDS)
    assert {one.tls for one in drawn} == {"1.2", "1.3"}
    assert {one.key_manager for one in drawn if one.store} == {"SunX509", "NewSunX509"}
    assert all(mutants.presentable(one) for one in drawn)


@pytest.mark.parametrize(
    "mutation",
    [change_extension, change_issuer, change_subject, change_structure, change_time],
    ids=lambda one: one.__name__,
)
def test_every_mutation_changes_the_certificate(mutation: mutants.Mutation) -> None:
    """Nearly always: letter case of a country, or an order of one, may stay as it is."""
    parts = mutants._leaf(random.Random(1), "leaf")
    changed = [mutation(random.Random(seed), parts)[0] != parts for seed in range(200)]

    assert sum(changed) > 170


def test_healthy_values_are_der_and_odd_ones_are_not_all() -> None:
    """Octets are changed in a value that was right before."""
    for maker in (
        *mutant_extensions.RARE.values(),
        *mutant_extensions.LEAF.values(),
        *mutant_extensions.AUTHORITY.values(),
    ):
        assert maker(random.Random(1))
    assert oid("2.5.29.17") == bytes.fromhex("0603551d11")
    assert oid("1.3.6.1.4.1.311.20.2.3") == bytes.fromhex("060a2b060104018237140203")
    assert octets(random.Random(2), b"") == b""
    assert all(len(octets(random.Random(seed), b"abc", 2)) == 3 for seed in range(9))


def test_a_time_is_never_near_now() -> None:
    """Mutants stay what they are while they are kept as rows."""
    parts = mutants._leaf(random.Random(1), "leaf")
    for seed in range(2_000):
        changed, what = change_time(random.Random(seed), parts)
        for value in (changed.not_before[2:], changed.not_after[2:]):
            year = value[:2] if " utc " in what else value[2:4]
            assert not (year.isdigit() and 24 <= int(year) <= 33 and len(value) > 4), what


@needs_java
def test_both_servers_and_both_sides_agree_on_what_is_sound(jvm: Jvm, servers: mutant_calls.Servers) -> None:
    """HTTP 200, and for a client its alias and its certificate: so the ways of asking are the same."""
    leaf, client = sound("leaf structure"), sound("client")
    answers = {one: mutant_calls.java_answer(jvm, servers, one) for one in (leaf, client)}

    assert answers[leaf] == {"status": 200, "exception": []}
    assert answers[client] is not None
    assert answers[client] | {"alias": None} == {"status": 200, "exception": [], "alias": None, "sent": True}
    assert [
        str(one) for mutant, java in answers.items() for one in mutant_calls.differences(servers, mutant, java)
    ] == []


@needs_java
def test_mutants_agree(jvm: Jvm) -> None:
    """The same end in both, behind both servers; other mutants in every run."""
    seed = random.SystemRandom().randrange(1 << 32)
    batches = list(mutant_calls.compare_mutants(jvm, seed, 40))

    assert sum(count for count, _ in batches) == 40
    assert [str(one) for _, differences in batches for one in differences] == [], f"seed {seed}"


@needs_java
def test_refused_and_accepted_are_in_balance(jvm: Jvm, servers: mutant_calls.Servers) -> None:
    """At least a third of each."""
    answers = [mutant_calls.wanted(jvm, servers, 8, place) for place in range(60)]
    accepted = [java["sent"] if one.store else not java["exception"] for one, java in answers if java is not None]

    assert 20 <= sum(accepted) <= 40


@needs_java
def test_a_wrong_answer_is_found_out(jvm: Jvm, servers: mutant_calls.Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another exception, one that comes out of the API, and a provider that does not take the chain."""
    leaf = sound("leaf structure")
    java = mutant_calls.java_answer(jvm, servers, leaf)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    with monkeypatch.context() as patch:
        patch.setattr(mutant_calls, "instance_call", broken)
        found = {one.what: one.ours for one in mutant_calls.differences(servers, leaf, java)}
    assert found["raised"] == '"ZeroDivisionError: ours"'
    assert found["status"] == '"(no such field)"'

    def particular(*_: object) -> int:
        raise PolicyError([PolicyProblem("server_certificate", "odd")])

    with monkeypatch.context() as patch:
        patch.setattr(mutant_calls.Servers, "stub_presents", particular)
        (only,) = mutant_calls.differences(servers, leaf, java)
    assert only.what == "provider_stub presents it"
    assert only.attachments == (leaf,)


@needs_java
@pytest.mark.usefixtures("jvm")
def test_the_command_repeats_one_mutant_and_keeps_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--only` asks for one number; what differs is kept with its certificates and without the provider's key."""
    mutant = sound("leaf structure")
    monkeypatch.setattr(mutant_calls, "our_answer", lambda *_: {"status": 418, "exception": []})
    code = command.main(["--seed", "11", "--only", str(mutant.number), "--keep", str(tmp_path / "kept")])
    printed = capsys.readouterr().out

    assert code == 1
    assert str(mutant) in printed
    assert "mutants: 1 cases, 1 differences" in printed
    kept = json.loads((tmp_path / "kept" / "mutants-1" / "mutant.json").read_text())
    assert len(kept["chain"]) == 1
    assert "PRIVATE" not in json.dumps(kept)


def test_a_number_alone_names_no_mutant(capsys: pytest.CaptureFixture[str]) -> None:
    """`--only` without `--seed` is a usage error."""
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "3"])

    assert ended.value.code == 2
    assert "--only needs --seed" in capsys.readouterr().err


def test_the_keys_stay_in_this_process() -> None:
    """Neither a mutant's text nor its JSON shows a private key."""
    mutant = mutants.draw(5, 0)
    secret = mutant.key.decode().splitlines()[1]

    assert set(keys()) == {"root", "middle", "leaf", "client", "rsa leaf"}
    assert secret not in repr(mutant) + mutant.to_json()


def test_a_key_for_agreement_signs_nothing() -> None:
    """A chain whose upper certificate holds a Diffie-Hellman key is read, and nobody is warned about anything."""
    parts = mutants._root(random.Random(1))
    opened = 0
    for seed in range(40):
        upper = replace(parts, public_key=PUBLIC_KEYS["diffie-hellman"](random.Random(seed)))
        chain = (mutants.healthy_leaf(), upper.signed(keys()["root"]))
        data = write_pkcs12(
            [KeyItem("a", private("leaf", serialization.Encoding.DER), chain)], "changeit", iterations=20
        )
        opened += isinstance(load(data, "PKCS12", "changeit"), KeyStore)

    assert 0 < opened < 40
