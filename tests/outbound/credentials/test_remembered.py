"""What calls remember of one another (files, keys, contexts, verdicts) is bounded, and is found by digests only."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse import context_pool
from sn_mock.java.jsse.context_pool import IDLE, lend
from sn_mock.java.lang import jdk
from sn_mock.java.pkix import path_validation
from sn_mock.java.x509 import signatures
from sn_mock.outbound.credentials import opened_files
from tls_transcript import FaultSlot, libssl
from tls_transcript.libssl import decoded


class _Nobody:
    """A follower of no connection."""

    def __init__(self) -> None:
        self.faults = FaultSlot()

    def judge(self, chain: tuple[bytes, ...]) -> int | None:
        return None

    def hear(self, connection: object, entry: object) -> None:
        return None


JAVA = jdk.named(17)


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more files and contexts than are kept, the oldest go; verdicts and certificates have bounds of their own."""
    for number in range(opened_files.KEPT + 5):
        opened_files.open_file(b"%d" % number, "JKS", "changeit", algorithm="SunX509", java=JAVA)
    assert len(opened_files._kept) == opened_files.KEPT
    assert all(b"changeit" not in name and len(name) == 32 for name in opened_files._kept)

    monkeypatch.setattr(context_pool, "IDLE", 3)
    monkeypatch.setattr(context_pool, "_pool", context_pool._Pool())
    loans = [lend(_Nobody(), ("TLSv1.2",), JAVA) for _ in range(5)]
    for loan in loans:
        loan.give_back()
    assert len(context_pool._pool._idle) == 3
    assert IDLE == 64

    assert signatures._bears.cache_parameters()["maxsize"] == signatures.KEPT
    assert decoded.decoded_certificate.cache_parameters()["maxsize"] == decoded.KEPT_CERTIFICATES
    assert path_validation.KEPT == 1024


def test_a_file_is_found_by_all_that_decides() -> None:
    """Another password, type, algorithm or Java is another question; the same one is answered from memory."""
    ask = opened_files.open_file
    first = ask(b"file", "JKS", "a", algorithm="SunX509", java=JAVA)
    assert ask(b"file", "JKS", "a", algorithm="SunX509", java=JAVA) is first
    for other in (
        ask(b"file!", "JKS", "a", algorithm="SunX509", java=JAVA),
        ask(b"file", "PKCS12", "a", algorithm="SunX509", java=JAVA),
        ask(b"file", "JKS", "b", algorithm="SunX509", java=JAVA),
        ask(b"file", "JKS", None, algorithm="SunX509", java=JAVA),
        ask(b"file", "JKS", "a", algorithm="NewSunX509", java=JAVA),
        ask(b"file", "JKS", "a", algorithm="SunX509", java=jdk.named(8)),
    ):
        assert other is not first


def test_a_context_serves_one_connection_at_a_time() -> None:
    """A context on loan is not lent again; one that was given back is, and hears for its new follower only."""
    one = lend(_Nobody(), ("TLSv1.2",), JAVA)
    two = lend(_Nobody(), ("TLSv1.2",), JAVA)
    assert one.context is not two.context

    one.give_back()
    again = lend(_Nobody(), ("TLSv1.2",), JAVA)
    assert again.context is one.context
    assert lend(_Nobody(), ("TLSv1.3",), JAVA).context is not one.context


@pytest.mark.skipif(libssl.available() is not None, reason=str(libssl.available()))
def test_keys_are_found_by_a_digest() -> None:
    """The octets of a private key are no name of anything; garbage is refused each time, and not remembered."""
    for _ in range(2):
        with pytest.raises(libssl.LibsslError):
            decoded.decoded_key(b"secret", make=lambda: libssl.binding.decode("d2i_AutoPrivateKey", b"secret"))
    assert all(len(name) == 32 and b"secret" not in name for name in decoded._keys._kept)
