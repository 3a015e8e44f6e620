"""What calls remember of keystores, keys, contexts and verdicts: bounded, without the octets of a key or password."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime

import pytest

from sn_mock.java.jsse import context_pool
from sn_mock.java.lang.jdk import REFERENCE, named
from sn_mock.java.pkix import path_validation
from sn_mock.java.x509 import signature_checks, signatures
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.outbound.credentials import opened_files
from tls_transcript import FaultSlot

JAVA = named(REFERENCE)


def test_opened_files_are_few_and_found_by_a_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file with the same password is opened once; another password, type, or Java opens it again."""
    opened = []
    monkeypatch.setattr(opened_files, "_kept", OrderedDict())
    monkeypatch.setattr(opened_files, "_open", lambda *asked: opened.append(asked) or asked)

    def ask(data: bytes, password: str | None = "changeit", declared: str = "JKS", java=JAVA) -> object:
        return opened_files.open_file(data, declared, password, algorithm="SunX509", java=java)

    for _ in range(2):
        ask(b"one")
    assert len(opened) == 1
    ask(b"one", password="other")
    ask(b"one", password=None)
    ask(b"one", declared="PKCS12")
    ask(b"one", java=named(8))
    assert len(opened) == 5
    for number in range(opened_files.KEPT):
        ask(b"file %d" % number)
    assert len(opened_files._kept) == opened_files.KEPT
    assert all(len(name) == 32 for name in opened_files._kept)
    ask(b"one")
    assert len(opened) == 6 + opened_files.KEPT


class _Follower:
    faults = FaultSlot()

    def judge(self, chain: tuple[bytes, ...]) -> int | None:
        return None

    def hear(self, connection: object, entry: object) -> None:
        pass


def test_idle_contexts_are_few_and_lent_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A context that is on loan is not lent again; the longest idle goes first."""
    monkeypatch.setattr(context_pool, "_pool", context_pool._Pool())
    monkeypatch.setattr(context_pool, "IDLE", 2)
    loans = [context_pool.lend(_Follower(), ("TLSv1.2",), JAVA) for _ in range(3)]
    assert len({id(loan.context) for loan in loans}) == 3
    for loan in loans:
        loan.give_back()
    again = [context_pool.lend(_Follower(), ("TLSv1.2",), JAVA) for _ in range(3)]
    known = {id(loan.context) for loan in loans[1:]}
    assert {id(loan.context) for loan in again[:2]} == known
    assert context_pool._digest([b"chain"], b"key") != context_pool._digest([b"chain"], b"other")
    assert len(context_pool._digest([b"chain"], b"key")) == 32


def test_paths_without_fault_are_remembered_while_they_are_valid(pki, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the dates of the path; the memory is emptied when it is full."""
    asked = []
    monkeypatch.setattr(path_validation, "_sound", {})
    monkeypatch.setattr(path_validation, "KEPT", 1)
    monkeypatch.setattr(path_validation, "_faults", lambda *question: asked.append(question) or iter(()))
    leaf, other = parse_certificate(pki["provider"].der), parse_certificate(pki["root"].der)

    def check(certificate, year: int) -> object:
        when = datetime(year, 6, 1, tzinfo=UTC)
        return path_validation.check((certificate,), other, path_validation.Conditions(when, "TLSv1.2", JAVA))

    inside = certificate_year(leaf)
    assert [check(leaf, inside), check(leaf, inside)] == [None, None]
    assert len(asked) == 1
    check(leaf, 1990)
    assert len(asked) == 2
    check(other, inside)
    assert len(path_validation._sound) == 1


def certificate_year(certificate) -> int:
    """One in which it is valid in June."""
    return datetime.fromtimestamp(certificate.not_before_ms / 1000, UTC).year + 1


def test_verdicts_on_signatures_are_bounded() -> None:
    """As many as `KEPT` says."""
    assert signatures._bears.cache_info().maxsize == signatures.KEPT
    assert signature_checks._two_numbers.cache_info().maxsize == signatures.KEPT
