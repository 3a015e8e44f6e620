"""What the messages of a connection prove about a refusal: which causes they name, and which they rule out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from captures.story import CLIENT, SERVER, Connection, summaries
from guarded.values import dataclass
from sn_mock.diagnosis.captured.happening import Happening
from sn_mock.diagnosis.texts.facts import SENT_AND_REFUSED
from sn_mock.diagnosis.texts.model import NOTHING_SENT
from tls_transcript import CertificateSummary, names

_NOTHING_SENT = tuple(NOTHING_SENT.split())
_BEFORE_CERTIFICATES = ("no-common-cipher-suite", "no-common-tls-version")
_ANY_USAGE = "anyExtendedKeyUsage"


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that the capture shows."""

    says: str
    blames: tuple[str, ...] = ()
    disproves: tuple[str, ...] = ()


def proofs(connection: Connection, trouble: Happening) -> tuple[Proof, ...]:
    """What is proved about this trouble; () where nobody refused anybody."""
    if connection.protocol == "http":
        return (Proof("no TLS was spoken: no certificate was asked for or sent",
                      disproves=(*_NOTHING_SENT, *SENT_AND_REFUSED)),)  # fmt: skip
    if connection.protocol != "tls":
        return ()
    if trouble.refused_by == CLIENT:
        return tuple(_of_server_chain(connection))
    return tuple(_of_client_chain(connection, trouble))


def _of_client_chain(connection: Connection, trouble: Happening) -> Iterator[Proof]:
    hello = connection.hello
    if hello is not None and hello.server_name:
        yield Proof(f"the client sent the server name {hello.server_name}", disproves=("sni-off",))
    if connection.chosen is None:
        if hello is not None and trouble.refused_by == SERVER and not connection.missing:
            yield Proof(
                "the server refused before it had chosen anything: no certificate was asked for or sent",
                disproves=(*_NOTHING_SENT, *SENT_AND_REFUSED, "client-subject-not-allowed"),
            )
        return
    yield Proof(f"version and cipher suite were agreed on ({connection.version})", disproves=_BEFORE_CERTIFICATES)
    chain, request = connection.chain(CLIENT), connection.request
    if connection.asked == "not requested":
        yield Proof("the server asked for no client certificate in the handshake", disproves=SENT_AND_REFUSED)
    if request is not None and not request.authorities:
        yield Proof("the server named no CA: it takes a key of any", disproves=("client-ca-not-advertised",))
    if chain == () and request is not None:
        silent = trouble.refused_by == SERVER and connection.fatal is None
        yield Proof(
            "the server asked for a client certificate and got none",
            _NOTHING_SENT if silent else (),
            disproves=SENT_AND_REFUSED,
        )
    if chain:
        yield Proof("a client certificate was sent", disproves=_NOTHING_SENT_BUT_CHAIN)
        yield from _leaf(connection, chain)


_NOTHING_SENT_BUT_CHAIN = tuple(rule for rule in _NOTHING_SENT if rule != "client-chain-incomplete")


def _leaf(connection: Connection, chain: tuple[bytes, ...]) -> Iterator[Proof]:
    read = summaries(chain)
    if len(read) != len(chain):
        return
    leaf, top, when = read[0], read[-1], connection.when
    yield from _dates(leaf, when, "the client certificate", "client-certificate")
    yield from _purpose(leaf, "clientAuth", "the client certificate", "client-certificate-purpose")
    if leaf.self_issued:
        yield Proof(f"the client certificate is self-signed ({leaf.subject})", ("self-signed-client-certificate",))
    else:
        yield Proof(
            f"the client certificate was issued by {leaf.issuer}", disproves=("self-signed-client-certificate",)
        )
    named = tuple(map(names.readable, connection.request.authorities)) if connection.request else ()
    if top.self_issued or top.issuer in named:
        yield Proof("the client's chain is whole, up to a root or a CA that the server named",
                    disproves=("client-chain-incomplete",))  # fmt: skip
    elif named and len(read) == 1:
        yield Proof(
            f"the client sent its certificate alone, and the server does not name its issuer, {leaf.issuer}",
            ("client-ca-unknown", "client-chain-incomplete"),
        )


def _of_server_chain(connection: Connection) -> Iterator[Proof]:
    chain = connection.chain(SERVER)
    read = summaries(chain or ())
    if not chain or len(read) != len(chain):
        return
    leaf, when = read[0], connection.when
    yield from _dates(leaf, when, "the server's certificate", "provider-certificate")
    old = [one for one in read[1:] if when is not None and one.ended_by(when)]
    if old:
        yield Proof(f"{old[0].subject} in the server's chain ended on {old[0].not_after_text}",
                    ("provider-chain-expired",))  # fmt: skip
    elif when is not None:
        yield Proof("no CA certificate of the server's chain had ended", disproves=("provider-chain-expired",))
    yield from _purpose(leaf, "serverAuth", "the server's certificate", "provider-certificate-purpose")
    yield from _name(connection, leaf)
    if read[-1].self_issued:
        yield Proof("the server's chain is whole, up to a root", disproves=("provider-chain-incomplete",))


def _dates(leaf: CertificateSummary, when: datetime | None, whose: str, rule: str) -> Iterator[Proof]:
    if when is None or leaf.not_after is None or leaf.not_before is None:
        return
    expired, early = f"{rule}-expired", f"{rule}-not-yet-valid"
    if leaf.ended_by(when):
        yield Proof(f"{whose} had ended on {leaf.not_after_text}", (expired,), (early,))
    elif leaf.begins_after(when):
        yield Proof(f"{whose} begins on {leaf.not_before_text} only", (early,), (expired,))
    else:
        yield Proof(
            f"{whose} was in its time ({leaf.not_before_text} to {leaf.not_after_text})", disproves=(expired, early)
        )


def _purpose(leaf: CertificateSummary, wanted: str, whose: str, rule: str) -> Iterator[Proof]:
    if "eku" in leaf.unreadable or "extensions" in leaf.unreadable:
        return
    if leaf.eku is not None and wanted not in leaf.eku and _ANY_USAGE not in leaf.eku:
        yield Proof(f"{whose} is not made for this: its extended key usage is {', '.join(leaf.eku)}", (rule,))


def _name(connection: Connection, leaf: CertificateSummary) -> Iterator[Proof]:
    hello = connection.hello
    wanted = (hello.server_name or "").lower() if hello is not None else ""
    served = [name[4:].lower() for name in leaf.subject_alternative_names if name.startswith("DNS:")]
    if not wanted or not served:
        return
    if any(_covers(name, wanted) for name in served):
        yield Proof(f"the server's certificate is for {wanted}", disproves=("host-name-not-in-certificate",))
    else:
        yield Proof(
            f"the server's certificate is for {', '.join(served[:3])}, not for {wanted}",
            ("host-name-not-in-certificate",),
        )


def _covers(served: str, wanted: str) -> bool:
    """RFC 6125: a star stands for the leftmost label, and for nothing else."""
    return served == wanted or (served.startswith("*.") and served[1:] == f".{wanted.partition('.')[2]}")
