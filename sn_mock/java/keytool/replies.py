"""A CA's reply to a certificate request: read in whatever form it came, and put in order around the key.

The checks are those of `keytool -importcert` on a key entry (measured on JDK 17); the explanations say what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.asn1 import der
from sn_mock.java.keytool.file_kinds import described, file_kind
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificate_block import decode_base64
from sn_mock.java.x509.certificates import Certificate, parse_certificate
from sn_mock.java.x509.signatures import is_self_signed, is_signed_by

_CERTIFICATE_LABELS = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
_PKCS7_LABELS = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})


@dataclass(frozen=True, slots=True)
class OrderedChain:
    """The chain to store with a key, leaf first."""

    certificates: tuple[Certificate, ...]
    notes: tuple[str, ...] = ()
    """What was mended on the way."""


def read_certificates(data: bytes, source: str) -> tuple[Certificate, ...]:
    """The certificates of a PEM, DER or PKCS#7 (P7B) file, in the order of the file.

    Raises MockUsageError that says what the file is instead.
    """
    try:
        certificates = tuple(parse_certificate(encoded) for encoded in _encodings(data, source))
    except JavaThrow as refused:
        raise MockUsageError(
            f"{source}: Java does not read this certificate ({refused}); ask the CA for it again"
        ) from None
    if not certificates:
        raise MockUsageError(f"{source}: holds no certificate; {_what_it_is(data)}")
    return certificates


def _encodings(data: bytes, source: str) -> Iterable[bytes]:
    if b"-----BEGIN " in data:
        yield from _from_pem(data, source)
    elif file_kind(data) == "DER certificate":
        yield data
    elif file_kind(data) == "PKCS#7 certificates":
        yield from _from_pkcs7(data, source)


def _from_pem(data: bytes, source: str) -> Iterable[bytes]:
    for block in data.split(b"-----BEGIN ")[1:]:
        label, _, rest = block.partition(b"-----")
        body = rest.partition(b"-----END ")[0].translate(None, b" \t\r\n")
        name = label.decode("ascii", "replace")
        if name in _CERTIFICATE_LABELS or name in _PKCS7_LABELS:
            encoded = decode_base64(body)
            yield from (_from_pkcs7(encoded, source) if name in _PKCS7_LABELS else (encoded,))


def _from_pkcs7(data: bytes, source: str) -> Iterable[bytes]:
    """The certificates of a SignedData (RFC 2315 section 9.1), in its order."""
    try:
        signed_data = der.Value.parse(data, allow_more=True).members()[1].members()[0].members()
        sets = [member for member in signed_data if member.is_context(0)]
        return [certificate.encoded() for certificate in sets[0].members()]
    except (JavaThrow, IndexError):
        raise MockUsageError(f"{source}: is PKCS#7, but without readable certificates; ask the CA for PEM") from None


def _what_it_is(data: bytes) -> str:
    kind = file_kind(data)
    if "certificate request" in kind:
        return "it is the request itself; import what the CA sent back"
    if "private key" in kind:
        return "it is a private key; the CA's reply is a certificate"
    if kind in ("JKS", "JCEKS", "PKCS12"):
        return f"it is a {kind} keystore; a CA's reply is PEM, DER or P7B"
    return f"it {described(data)}"


def order_chain(
    leaf: Certificate | None,
    reply: Sequence[Certificate],
    known: Sequence[Certificate],
    *,
    alias: str,
    incomplete: bool,
) -> OrderedChain:
    """The chain of a key: its certificate, then each issuer, up to a root.

    `leaf` is the key's certificate in the reply; None where there is none. `known` are certificates that may complete
    it (trusted entries, CA files). Without `incomplete` the chain must reach a self-signed root, as keytool demands.
    Raises MockUsageError where the reply does not fit.
    """
    if leaf is None:
        raise MockUsageError(_does_not_fit(reply, alias))
    chain = [leaf]
    pool = [*reply, *known]
    while not is_self_signed(chain[-1]):
        issuer = next((one for one in pool if one not in chain and is_signed_by(chain[-1], one)), None)
        if issuer is None:
            break
        chain.append(issuer)
    if not is_self_signed(chain[-1]) and not incomplete:
        missing = chain[-1].issuer.rfc2253()
        raise MockUsageError(
            f"the chain is incomplete: {chain[-1].subject.rfc2253()} was issued by {missing}, whose certificate is in "
            "neither the reply nor the keystore; get it from the CA and name its file too (--ca FILE), or accept the "
            "chain as it is (--incomplete)"
        )
    return OrderedChain(tuple(chain), tuple(_notes(chain, reply)))


def _does_not_fit(reply: Sequence[Certificate], alias: str) -> str:
    subjects = "; ".join(certificate.subject.rfc2253() for certificate in reply)
    return (
        f"no certificate of the reply ({subjects}) belongs to the key under {alias!r}; either the reply is for another "
        "request, or the key was generated anew after the request was sent, or only the CA's certificates came back"
    )


def _notes(chain: Sequence[Certificate], reply: Sequence[Certificate]) -> Iterable[str]:
    from_reply = [certificate for certificate in chain if certificate in reply]
    if list(reply)[: len(from_reply)] != from_reply:
        yield "the reply's certificates were out of order; they are stored from the client certificate upwards"
    added = [certificate for certificate in chain if certificate not in reply]
    if added:
        names = "; ".join(certificate.subject.rfc2253() for certificate in added)
        yield f"the chain was completed with {names}"
    left = [certificate for certificate in reply if certificate not in chain]
    if left:
        names = "; ".join(certificate.subject.rfc2253() for certificate in left)
        yield f"not part of the chain and left out: {names}"
    if not is_self_signed(chain[-1]):
        yield f"the chain ends at {chain[-1].subject.rfc2253()} without a root"
