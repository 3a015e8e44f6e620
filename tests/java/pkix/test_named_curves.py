"""Keys on weak and disabled curves, by Java; measured for all named curves, each row as the Java named said it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.jdk import named
from sn_mock.java.pkix.trust import TrustPolicy, check_server
from sn_mock.java.x509 import curves


def _said(chain: list[Any], anchor: Any, now: datetime, java: str) -> str | None:
    """The innermost message; None where the chain is accepted."""
    refusal = check_server(
        [one.der for one in chain],
        anchors=[anchor.der],
        host="localhost",
        when=now,
        tls="TLSv1.2",
        policy=TrustPolicy(java=named(java)),
    )
    return refusal.java[-1].message if refusal else None


_CONSTRAINED = "Algorithm constraints check failed on "
_USED = " used with certificate: CN=localhost, O=Lab, C=NL"


@pytest.mark.parametrize(
    ("java", "kind", "text"),
    [
        ("8u252", "p192", f"keysize limits. EC 192bit key{_USED}.  Usage was tls server"),
        ("8u504", "p192", "disabled algorithm: secp192r1"),
        ("11.0.13", "p192", "disabled algorithm: secp192r1"),
        ("11.0.32", "p192", "disabled algorithm: secp192r1"),
        ("17", "p192", f"keysize limits: EC 192 bit key{_USED}"),
        ("21.0.8", "p192", f"keysize limits: EC 192 bit key{_USED}"),
        ("8u252", "k1", None),
        ("11.0.13", "k1", "disabled algorithm: secp256k1"),
        ("17", "k1", None),
        *((java, "p256", None) for java in ("8u252", "8u504", "11.0.13", "17", "21.0.8")),
    ],
)
def test_the_curve_of_a_leaf(forge: Any, root: Any, now: datetime, java: str, kind: str, text: str | None) -> None:
    """8 and 11 name a disabled curve, however long its keys; others tell the size of a key that is too short."""
    leaf = forge.issue("localhost", root, kind=kind, hosts=("localhost",))

    assert _said([leaf], root, now, java) == (text and _CONSTRAINED + text)


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("11.0.13", "signature algorithm: SHA256withECDSA"),
        ("17", "signature algorithm: SHA256withECDSA"),
        ("21.0.8", "keysize limits: EC 192 bit key."),
    ],
)
def test_the_curve_of_an_anchor(forge: Any, now: datetime, java: str, text: str) -> None:
    """It is told by what it signed, and by its size since 21."""
    weak, sound = (forge.issue(kind, ca=True, kind=kind) for kind in ("p192", "p256"))
    leaves = [forge.issue("localhost", anchor, hosts=("localhost",)) for anchor in (weak, sound)]

    assert _said([leaves[0]], weak, now, java) == _CONSTRAINED + text
    assert _said([leaves[1]], sound, now, java) is None


def test_the_size_of_a_key() -> None:
    """It is that of the generator's order, where field and order differ."""
    sizes = {name: curves.KEY_BITS[oid_named(name)] for name in ("X9.62 c2tnb191v3", "secp160r1", "secp256r1")}

    assert sizes == {"X9.62 c2tnb191v3": 189, "secp160r1": 161, "secp256r1": 256}
