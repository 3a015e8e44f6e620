"""The trust decision against a real JVM: the same chains, the same anchors, the same exception chains."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from sn_mock.java.lang.jdk import Jdk, named
from sn_mock.java.pkix.hostname import HostCheck
from sn_mock.java.pkix.trust import TrustPolicy, check_server

SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
Question = tuple[str, list[Any], list[Any], dict[str, Any]]
"""A name, the chain, the anchors, and how they are asked about (host, plain)."""


@dataclass
class Jvm:
    """A running judge."""

    java: Jdk
    process: subprocess.Popen[str]

    def verdict(
        self, tls: str, chain: list[Any], anchors: list[Any], *, host: str = "-", plain: bool = False
    ) -> list[str]:
        """The exception chain, `class: message` each; [] where the chain is accepted."""
        kind = "RSA" if "RSA" in type(chain[0].key).__name__ else "EC"
        fields = (tls, host, "plain" if plain else "anchors", kind, b64encode(chain[0].pkcs8).decode())
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join((*fields, encoded(chain), encoded(anchors))) + "\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline().rstrip("\n").split("\t")[:-1]
        return [f"{name}: {text}" for name, text in zip(told[::2], told[1::2], strict=True)]


def encoded(identities: list[Any]) -> str:
    """Base64 of the certificates, comma-separated."""
    return ",".join(b64encode(identity.der).decode() for identity in identities)


@pytest.fixture(scope="module")
def jvm() -> Iterator[Jvm]:
    """One Java process for the whole module."""
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None:
        pytest.skip("no JDK (java, javac) on the PATH to compare with")
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    told = re.search(r'version "(.+?)"', version)
    if told is None or told[1].startswith("1."):
        pytest.skip(f"this Java cannot run a single source file: {version.splitlines()[0]}")
    command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", str(Path(__file__).with_name("TrustJudge.java"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Jvm(named(told[1]), process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def dated(forge: Any) -> Callable[..., Any]:
    """`dated(name, by, days=…)`, valid around the real present: Java's clock cannot be moved."""
    today = datetime.now(UTC).replace(microsecond=0)

    def issue(common_name: str, by: Any = None, *, days: tuple[int, int] = (-10, 300), **made: Any) -> Any:
        shift = (today - datetime(2026, 6, 1, 12, tzinfo=UTC)) // timedelta(days=1)
        return forge.issue(common_name, by, days=(days[0] + shift, days[1] + shift), **made)

    return issue


def questions(issue: Callable[..., Any]) -> Iterator[Question]:
    """One fault each, and the healthy twin first."""
    root, other = issue("Root", ca=True), issue("Other", ca=True)
    inter = issue("Inter", root, ca=True, path_length=0, key_usage=("key_cert_sign",))
    leaf = issue("localhost", inter, hosts=("localhost", "127.0.0.1"), usages=(SERVER_AUTH,))
    yield "healthy", [leaf, inter], [root], {}
    yield "out of order", [leaf, root, inter], [root], {}
    yield "missing intermediate", [leaf], [root], {}
    yield "intermediate as anchor", [leaf], [inter], {}
    yield "unknown CA", [leaf, inter, root], [other], {}
    yield "no anchors", [leaf, inter], [], {}
    old = issue("localhost", root, days=(-30, -20))
    yield "expired", [old], [root], {}
    yield "pinned and expired", [old], [old], {}
    yield "not yet valid", [issue("localhost", root, days=(20, 40))], [root], {}
    old_ca = issue("Old CA", root, ca=True, days=(-30, -20))
    below_old = issue("localhost", old_ca)
    yield "expired intermediate", [below_old, old_ca], [root], {}
    yield "expired intermediate, out of order", [below_old, root, old_ca], [root], {}
    yield "expired anchor", [below_old], [old_ca], {}
    for name, made in (
        ("no CA", {"ca": False}),
        ("no constraints", {"ca": None}),
        ("no keyCertSign", {"ca": True, "key_usage": ("digital_signature",)}),
    ):
        unfit = issue("Unfit", root, **made)
        yield f"intermediate: {name}", [issue("localhost", unfit), unfit], [root], {}
        yield f"anchor: {name}", [issue("localhost", unfit)], [unfit], {}
    below = issue("Below", inter, ca=True)
    yield "path length", [issue("localhost", below), below, inter], [root], {}
    forged = issue("localhost", root, signed_with=other.key)
    yield "forged", [forged], [root], {}
    yield "forged, out of order", [forged, other, root], [root], {}
    yield "client only", [issue("localhost", root, usages=(CLIENT_AUTH,))], [root], {}
    yield "encipherment only", [issue("localhost", root, key_usage=("key_encipherment",))], [root], {}
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    yield "critical extension", [issue("localhost", root, extensions=[(strange, True)])], [root], {}
    limited = issue(
        "Limited", root, ca=True, extensions=[(x509.NameConstraints([x509.DNSName("acme.test")], None), True)]
    )
    yield "name constraints", [issue("localhost", limited, hosts=("localhost",)), limited], [root], {}
    small = issue("Small", root, ca=True, kind="p192")
    small_chain = [issue("localhost", small), small]
    yield from _odd_fields(issue, root)
    yield "small key", small_chain, [root], {}
    yield "small key, any certificate trusted", small_chain, [], {"plain": True}
    yield "expired, any certificate trusted", [old], [], {"plain": True}
    yield "host", [leaf, inter], [root], {"host": "localhost"}
    yield "another host", [leaf, inter], [root], {"host": "acme.test"}
    yield "another address", [leaf, inter], [root], {"host": "127.0.0.2"}
    yield "no names", [issue("localhost", root)], [root], {"host": "127.0.0.1"}


def _odd_fields(issue: Callable[..., Any], root: Any) -> Iterator[Question]:
    """Fields that decide on their own: key identifiers, policies, constraints between CAs, usages without use."""

    def raw(oid: str, value: str, critical: bool = False) -> Any:
        return x509.UnrecognizedExtension(ObjectIdentifier(oid), bytes.fromhex(value)), critical

    def limit(*names: str) -> Any:
        return x509.NameConstraints([x509.DNSName(name) for name in names], None), True

    above = [x509.DirectoryName(root.certificate.subject)]
    for offset in (0, 1):
        identifier = x509.AuthorityKeyIdentifier(None, above, root.certificate.serial_number + offset)
        yield f"issuer and serial + {offset}", [issue("localhost", root, extensions=[(identifier, False)])], [root], {}
    qualified = "3025302306032a0304301c301a06082b06010505070201160e687474703a2f2f632e746573742f"
    for critical in (True, False):
        leaf = issue("localhost", root, extensions=[raw("2.5.29.32", qualified, critical)])
        yield f"policy qualifier, critical {critical}", [leaf], [root], {}
    required = raw("2.5.29.36", "3003800100", critical=True)
    for name, policy in (("same", "2a03"), ("other", "2a04"), ("any", "551d2000")):
        policies = f"30{len(policy) // 2 + 4:02x}30{len(policy) // 2 + 2:02x}06{len(policy) // 2:02x}{policy}"
        ca = issue("Policy CA", root, ca=True, extensions=[raw("2.5.29.32", "300630040602" + "2a03")])
        leaf = issue("localhost", ca, extensions=[required, raw("2.5.29.32", policies)])
        yield f"policy required, {name}", [leaf, ca], [root], {}
    yield "netscape type", [issue("localhost", root, extensions=[raw("2.16.840.1.113730.1.1", "03020780")])], [root], {}
    yield "usage without bits", [issue("localhost", root, extensions=[raw("2.5.29.15", "03020700")])], [root], {}
    yield "broken usage", [issue("localhost", root, extensions=[raw("2.5.29.37", "30020500")])], [root], {}
    for outer, inner in ((("test",), ("acme.test",)), (("other.test",), ("acme.test", "other.test"))):
        top = issue("Top CA", root, ca=True, extensions=[limit(*outer)])
        middle = issue("Middle CA", top, ca=True, extensions=[limit(*inner)])
        leaf = issue("Some leaf", middle, hosts=("www.acme.test",))
        yield f"constraints {outer} {inner}", [leaf, middle, top], [root], {}
    limited = issue("Limited", root, ca=True, extensions=[limit("acme.test")])
    addressed = issue("www.acme.test", limited, hosts=("127.0.0.1",))
    yield "addresses below constraints", [addressed, limited], [root], {"host": "elsewhere.test"}


def several_issuers(issue: Callable[..., Any]) -> Iterator[Question]:
    """An issuing CA with several certificates: which of them Java tries first decides the outcome."""
    chance = random.Random(14)
    good, other = issue("Root", ca=True), issue("Other Root", ca=True)
    unfit = issue("Root without keyCertSign", ca=True, key_usage=("digital_signature",))
    unknown = issue("Unknown Root", ca=True)
    for number in range(24):
        below = chance.random() < 0.5
        subject = x509.Name(
            [*(good.certificate.subject if below else ()), x509.NameAttribute(x509.NameOID.COMMON_NAME, "Issuing CA")]
        )
        made = []
        for by in chance.sample([good, unfit, unfit, unknown, other], chance.choice([2, 3, 4])):
            named_key = [(_key_id(number), False)] if chance.random() < 0.3 else []
            made.append(
                issue("Issuing CA", by, subject=subject, ca=True, label=f"issuing {number}", extensions=named_key)
            )
        named = [(x509.AuthorityKeyIdentifier(_key_id(number).digest, None, None), False)]
        leaf = issue("localhost", made[0], extensions=named if chance.random() < 0.5 else [])
        trusted = chance.sample([good, unfit, other], chance.choice([1, 2, 3]))
        yield f"several issuers {number}", [leaf, unknown, *made], trusted, {}


def _key_id(number: int) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier(bytes([number]) * 8)


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_as_the_jvm_says(jvm: Jvm, dated: Callable[..., Any], tls: str) -> None:
    """Every exception of the chain, class and message, is the JVM's."""
    differences = []
    for name, chain, anchors, how in (*questions(dated), *several_issuers(dated)):
        expected = jvm.verdict(tls, chain, anchors, **how)
        refusal = check_server(
            [identity.der for identity in chain],
            anchors=[identity.der for identity in anchors],
            host=how.get("host", "localhost"),
            when=datetime.now(UTC),
            tls=tls,
            policy=TrustPolicy(
                trust_all=how.get("plain", False),
                host_check=HostCheck.JSSE if "host" in how else HostCheck.NOBODY,
                java=jvm.java,
            ),
        )
        ours = [str(thrown) for thrown in refusal.java] if refusal else []
        if ours != expected:
            differences.append((name, expected, ours))
    assert differences == []
