"""sn-mock and the Java of this machine agree, on a sample; and the judge finds a disagreement when there is one."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sn_mock.java.lang import remembering
from sn_mock.java.pkix import signature_schemes
from tests.parity import __main__ as command
from tests.parity import calls, key_choice, keystore_files
from tests.parity.damage import KINDS
from tests.parity.differences import compare
from tests.parity.identities import Pool
from tests.parity.jvm import Ask, JavaMissingError, JudgeEndedError, Jvm, compile_judge, find_java
from tests.parity.requests import random_request
from tests.parity.stores import StoreFile, random_contents
from tls_transcript import CertificateRequest, parse_handshake

_NO_MUTANTS = ("--mutants", "0", "--answers", "0", "--peers", "0", "--odd", "0", "--foreign", "0")
needs_java = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("javac") is None, reason="no java and javac on the PATH"
)


@pytest.fixture(scope="module")
def jvm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jvm]:
    """The judge, running."""
    program = compile_judge(tmp_path_factory.mktemp("judge"))
    with Jvm(program) as running:
        yield running


@pytest.fixture
def jvm17(jvm: Jvm) -> Jvm:
    """The judge, if it is the Java whose every word is claimed."""
    if jvm.generation != 17:
        pytest.skip(f"texts are measured on Java 17, this is {jvm.version}")
    return jvm


@pytest.fixture(scope="module")
def seed() -> int:
    """Another one in every run; assertions name it."""
    return random.SystemRandom().randrange(1 << 32)


@pytest.fixture(scope="module")
def pool(seed: int) -> Pool:
    """Keys and certificates of every kind."""
    return Pool(random.Random(seed))


@needs_java
def test_key_choices_agree(jvm: Jvm, pool: Pool, seed: int) -> None:
    """Random keystores and CertificateRequests: the same key types, alias, chain, or the same refusal."""
    batches = list(key_choice.compare_choices(jvm, pool, random.Random(seed), 160))

    assert sum(count for count, _ in batches) == 160
    assert [str(one) for _, differences in batches for one in differences] == [], f"seed {seed}"


@needs_java
def test_keystore_files_agree(jvm17: Jvm, pool: Pool, seed: int) -> None:
    """Whole and damaged files: the same entries and keys, or the same exception chain."""
    chance = random.Random(seed)
    files = keystore_files.base_files(jvm17, pool, chance)
    batches = list(keystore_files.compare_files(jvm17, pool, files, chance, 500))

    assert sum(count for count, _ in batches) == 500
    assert [str(one) for _, differences in batches for one in differences] == [], f"seed {seed}"


@needs_java
def test_calls_agree(jvm17: Jvm, seed: int) -> None:
    """Over real sockets: the same status or exception chain, alias, certificate and number of connections."""
    batches = list(calls.compare_calls(jvm17, random.Random(seed), 10))

    assert [str(one) for _, differences in batches for one in differences] == [], f"seed {seed}"


@pytest.fixture
def nothing_remembered() -> Iterator[None]:
    """The model is asked, and no test after this one hears what a wrong one said."""
    remembering.forget()
    yield
    remembering.forget()


@needs_java
@pytest.mark.usefixtures("nothing_remembered")
def test_a_wrong_model_is_found_out(jvm: Jvm, pool: Pool, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """If sn-mock took RSA-PSS for DSA, the judge would say so."""
    wrong = dict(signature_schemes.SCHEMES)
    wrong[0x0804] = replace(wrong[0x0804], key_type="DSA")
    monkeypatch.setattr(signature_schemes, "SCHEMES", wrong)
    batches = list(key_choice.compare_choices(jvm, pool, random.Random(seed), 160))

    found = [one for _, differences in batches for one in differences]
    assert found
    assert "key types" in {one.what for one in found}


@needs_java
def test_a_wrong_text_is_found_out(jvm17: Jvm, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """If sn-mock opened a store with the wrong password, the judge would say so, with the file at hand."""
    file = StoreFile("empty", "JKS", b"\xfe\xed\xfe\xed", "wrong", "wrong")
    monkeypatch.setattr(keystore_files, "random_file", lambda *_, **__: (file, "SunX509"))
    monkeypatch.setattr(
        keystore_files, "our_answer", lambda *_: {"entries": [], "keys": {}, "private": {}, "failed_at": None}
    )
    ((_, differences),) = keystore_files.compare_files(jvm17, pool, (file,), random.Random(1), 1)

    assert {one.what for one in differences} == {"failed_at", "exception"}
    assert differences[0].attachments == (file,)


@needs_java
@pytest.mark.usefixtures("jvm17")
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Seed, Java, and a line for each kind of case; exit code 0 without a difference."""
    code = command.main(
        [
            "--seed",
            "5",
            "--cases",
            "5",
            "--corruptions",
            "20",
            "--calls",
            "0",
            *_NO_MUTANTS,
            "--keep",
            str(tmp_path / "kept"),
        ]
    )
    printed = capsys.readouterr().out

    assert code == 0
    assert "seed 5" in printed
    assert "key choices: 5 cases, 0 differences" in printed
    assert "keystore files: 20 cases, 0 differences" in printed
    assert printed.endswith("no differences\n")
    assert not (tmp_path / "kept").exists()


@needs_java
@pytest.mark.usefixtures("jvm17")
def test_the_command_fails_on_a_difference_and_keeps_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, the two answers below each other, and the keystore in a folder."""
    file = StoreFile("not a keystore", "JKS", b"nonsense", "wrong", "wrong")
    monkeypatch.setattr(keystore_files, "random_file", lambda *_, **__: (file, "SunX509"))
    monkeypatch.setattr(keystore_files, "our_answer", lambda *_: {"failed_at": "somewhere else"})
    code = command.main(
        [
            "--seed",
            "5",
            "--cases",
            "0",
            "--corruptions",
            "1",
            "--calls",
            "0",
            *_NO_MUTANTS,
            "--keep",
            str(tmp_path / "kept"),
        ]
    )
    printed = capsys.readouterr().out

    assert code == 1
    assert 'sn-mock  "somewhere else"' in printed
    assert 'Java     "load"' in printed
    kept = tmp_path / "kept" / "keystore-files-1"
    assert (kept / "keystore").read_bytes() == b"nonsense"
    assert (kept / "keystore").stat().st_mode & 0o777 == 0o600


@needs_java
def test_the_judge_reports_its_own_trouble(jvm: Jvm) -> None:
    """A question it cannot answer is answered with the exception, and the next one still works."""
    answer = jvm.one(Ask("choose", {"id": "never opened"}))

    assert answer["judge_failed"][0][0] == "java.lang.NullPointerException"
    assert jvm.one(Ask("version"))["version"] == jvm.version


def test_without_java_it_is_skipped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0, and the reason in words."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")

    assert command.main(["--seed", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("skipped: no javac on the PATH")
    with pytest.raises(JavaMissingError, match="no java in /somewhere/bin"):
        find_java("/somewhere")


def test_a_java_home_without_java_is_a_usage_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What was asked for by name is not skipped in silence."""
    assert command.main(["--java", str(tmp_path)]) == 2
    assert f"no java in {tmp_path}/bin" in capsys.readouterr().err


@needs_java
@pytest.mark.parametrize("refused", ["--release", "-nowarn"], ids=["a javac of 8", "no javac at all"])
def test_a_javac_that_cannot_compile_is_not_the_end(tmp_path: Path, refused: str) -> None:
    """The javac of Java 8 knows no `--release`; and where the first one can do nothing, the next one is asked."""
    home = tmp_path / "first" / "bin"
    home.mkdir(parents=True)
    real = shutil.which("javac")
    (home / "javac").write_text(
        f'#!/bin/sh\nfor one in "$@"; do [ "$one" = {refused} ] && echo "invalid flag: $one" >&2 && exit 2; done\n'
        f'echo asked >> "{tmp_path}/asked"\nshift 4\nexec "{real}" --release 8 "$@"\n'
    )
    (home / "javac").chmod(0o755)

    program = compile_judge(tmp_path, [str(home.parent)])

    assert "urlconnection" in program.clients
    assert (tmp_path / "Judge.class").exists()
    assert (tmp_path / "asked").exists() == (refused == "--release")


@needs_java
def test_a_judge_that_ends_is_told(tmp_path: Path) -> None:
    """Its last words are in the error."""
    program = compile_judge(tmp_path)
    with Jvm(program) as running:
        running._process.kill()
        with pytest.raises(JudgeEndedError, match="without a word"):
            running.one(Ask("version"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_damage_yields_bytes_from_bytes(kind: str) -> None:
    """Also from the shortest files; only `unharmed` leaves all of them as they are."""
    chance = random.Random(3)
    for length in (1, 2, 30, 700):
        data = bytes(range(256)) * 3
        assert isinstance(KINDS[kind](chance, data[:length]), bytes)
    changed = [KINDS[kind](chance, data) != data for _ in range(20)]
    assert any(changed) == (kind != "unharmed")


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_random_requests_are_well_formed(tls: str) -> None:
    """The reader takes every one of them, and names are among them."""
    chance = random.Random(4)
    names = Pool(random.Random(4)).authority_names
    found = [parse_handshake(random_request(chance, tls, names), tls13=tls == "TLSv1.3") for _ in range(200)]

    assert all(isinstance(request, CertificateRequest) for request in found)
    assert any(request.authorities for request in found)
    assert any(not request.authorities for request in found)


def test_the_same_seed_deals_the_same_stores() -> None:
    """Aliases and kinds of entries repeat; the keys are fresh."""
    dealt = []
    for _ in range(2):
        pool = Pool(random.Random(9))
        chance = random.Random(10)
        dealt.append(
            [(e.alias, e.identity and e.identity.kind) for _ in range(5) for e in random_contents(chance, pool)]
        )

    assert dealt[0] == dealt[1]


def test_a_field_that_one_side_lacks_is_a_difference() -> None:
    """Nothing is passed over in silence."""
    assert list(compare("case", {"a": 1}, {"a": 1})) == []
    (only,) = compare("case", {"a": 1}, {"a": 1, "b": None})
    assert str(only) == 'case\n    b\n      sn-mock  "(no such field)"\n      Java     null'
