"""PKIX rules that decide on one field of a certificate; every expectation was measured on JDK 17."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID, ObjectIdentifier

from sn_mock.java.lang.jdk import REFERENCE, named
from sn_mock.java.pkix.faults import java_date
from sn_mock.java.pkix.hostname import HostCheck
from sn_mock.java.pkix.trust import TrustPolicy, TrustRefusal, check_server

VALIDATING = "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
Judge = Callable[..., TrustRefusal | None]
QUALIFIED = "3025302306032a0304301c301a06082b06010505070201160e687474703a2f2f632e746573742f"
"""One policy with a CPS qualifier."""


def raw(oid: str, value: str, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    """An extension by its octets."""
    return x509.UnrecognizedExtension(ObjectIdentifier(oid), bytes.fromhex(value)), critical


def policies(*oids: str, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    """Certificate policies without qualifiers."""
    found = [x509.PolicyInformation(ObjectIdentifier(oid), None) for oid in oids]
    return x509.CertificatePolicies(found), critical


def mappings(*pairs: tuple[str, str]) -> tuple[x509.ExtensionType, bool]:
    """Policy mappings, issuer's domain to subject's."""
    encoded = b"".join(_tlv(0x30, _oid(issuer) + _oid(subject)) for issuer, subject in pairs)
    return raw("2.5.29.33", _tlv(0x30, encoded).hex())


def _oid(dotted: str) -> bytes:
    known = {"1.2.3": "2a03", "1.2.4": "2a04", ANY_POLICY: "551d2000"}
    return _tlv(6, bytes.fromhex(known[dotted]))


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


ANY_POLICY = "2.5.29.32.0"
EXPLICIT_AT_ONCE = raw("2.5.29.36", "3003800100", critical=True)
NO_TREE = f"{VALIDATING}non-null policy tree required and policy tree is null"


@pytest.fixture
def judge(now: datetime) -> Judge:
    """`judge(chain, anchors, tls=…, …)`."""

    def check(
        chain: Sequence[Any], anchors: Sequence[Any], *, tls: str = "TLSv1.2", host: str = "localhost", **policy: Any
    ) -> Any:
        return check_server(
            [one if isinstance(one, bytes) else one.der for one in chain],
            anchors=[one if isinstance(one, bytes) else one.der for one in anchors],
            host=host,
            when=now,
            tls=tls,
            policy=TrustPolicy(**{"java": REFERENCE, **policy}),
        )

    return check


def told(refusal: TrustRefusal | None) -> str | None:
    """What the outermost exception says; None for an accepted chain."""
    return refusal.java[0].message if refusal else None


@pytest.mark.parametrize("offset", [0, 1])
def test_a_renewed_ca(judge: Judge, forge: Any, offset: int) -> None:
    """An authority key identifier with issuer and serial names one certificate of the CA, not its successor."""
    root = forge.issue("Renewed", ca=True)
    names = [x509.DirectoryName(root.certificate.subject)]
    identifier = x509.AuthorityKeyIdentifier(None, names, root.certificate.serial_number + offset)
    leaf = forge.issue("localhost", root, extensions=[(identifier, False)])
    accepted = None if not offset else f"{VALIDATING}Path does not chain with any of the trust anchors"
    assert told(judge([leaf], [root])) == accepted


def test_key_identifiers_are_compared_as_encoded(judge: Judge, forge: Any) -> None:
    """A subject key identifier that says the same in other octets is another one; none at all is no objection."""
    key_id = "aabbccdd"
    identifier = x509.AuthorityKeyIdentifier(bytes.fromhex(key_id), None, None)
    for value, fits in (("0404" + key_id, True), ("240604" + "04" + key_id, False), ("0404aabbccde", False)):
        root = forge.issue("Identified", ca=True, extensions=[raw("2.5.29.14", value)])
        leaf = forge.issue("localhost", root, extensions=[(identifier, False)])
        assert (judge([leaf], [root]) is None) is fits
    root = forge.issue("Identified", ca=True)
    assert judge([forge.issue("localhost", root, extensions=[(identifier, False)])], [root]) is None


@pytest.mark.parametrize(("critical", "accepted"), [(True, False), (False, True)])
def test_policy_qualifiers(judge: Judge, forge: Any, root: Any, critical: bool, accepted: bool) -> None:
    """A qualifier in critical certificate policies is refused; where they are not critical it is not looked at."""
    leaf = forge.issue("localhost", root, extensions=[raw("2.5.29.32", QUALIFIED, critical)])
    refusal = judge([leaf], [root])
    assert told(refusal) == (None if accepted else f"{VALIDATING}critical policy qualifiers present in certificate")
    if refusal:
        assert [link.message for link in refusal.java[2:]] == 2 * ["critical policy qualifiers present in certificate"]
        assert (refusal.cause, refusal.alert) == ("server-chain-invalid", 46)


@pytest.mark.parametrize(
    ("ca", "leaf", "accepted"),
    [
        ([], [EXPLICIT_AT_ONCE], False),
        ([], [EXPLICIT_AT_ONCE, policies("1.2.3")], False),
        ([policies("1.2.3")], [EXPLICIT_AT_ONCE, policies("1.2.3")], True),
        ([policies(ANY_POLICY)], [EXPLICIT_AT_ONCE, policies("1.2.3")], True),
        ([policies("1.2.3")], [EXPLICIT_AT_ONCE, policies("1.2.4")], False),
        ([policies("1.2.3")], [EXPLICIT_AT_ONCE, policies(ANY_POLICY)], True),
        ([policies("1.2.3"), EXPLICIT_AT_ONCE], [], False),
        ([policies("1.2.3"), raw("2.5.29.36", "3003800101", True)], [], False),
        ([policies("1.2.3"), raw("2.5.29.36", "3003800102", True)], [], True),
        ([policies("1.2.3"), mappings(("1.2.3", "1.2.4"))], [EXPLICIT_AT_ONCE, policies("1.2.4")], True),
        ([policies("1.2.3"), mappings(("1.2.3", "1.2.4"))], [EXPLICIT_AT_ONCE, policies("1.2.3")], False),
        (
            [policies("1.2.3"), mappings(("1.2.3", "1.2.4"), ("1.2.3", "1.2.3"))],
            [EXPLICIT_AT_ONCE, policies("1.2.3")],
            True,
        ),
        ([policies(ANY_POLICY), mappings(("1.2.3", "1.2.4"))], [EXPLICIT_AT_ONCE, policies("1.2.4")], True),
        (
            [policies("1.2.3"), raw("2.5.29.54", "020100", True)],
            [EXPLICIT_AT_ONCE, policies(ANY_POLICY)],
            False,
        ),
        ([policies("1.2.3"), raw("2.5.29.54", "020101", True)], [EXPLICIT_AT_ONCE, policies(ANY_POLICY)], True),
    ],
)
def test_where_a_policy_is_required(
    judge: Judge, forge: Any, root: Any, ca: list[Any], leaf: list[Any], accepted: bool
) -> None:
    """Every certificate of the path has to share one, as policies, mappings and anyPolicy allow it."""
    above = forge.issue("Policy CA", root, ca=True, extensions=ca)
    below = forge.issue("localhost", above, extensions=leaf)
    assert told(judge([below, above], [root])) == (None if accepted else NO_TREE)


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ((ANY_POLICY, "1.2.4"), "encountered an issuerDomainPolicy of ANY_POLICY"),
        (("1.2.3", ANY_POLICY), "encountered a subjectDomainPolicy of ANY_POLICY"),
    ],
)
def test_any_policy_cannot_be_mapped(judge: Judge, forge: Any, root: Any, pair: tuple[str, str], text: str) -> None:
    """Neither from nor to; but where no policy is left nobody looks at the mapping."""
    above = forge.issue("Policy CA", root, ca=True, extensions=[policies("1.2.3"), mappings(pair)])
    assert told(judge([forge.issue("localhost", above), above], [root])) == f"{VALIDATING}{text}"
    above = forge.issue("Policy CA", root, ca=True, extensions=[mappings(pair)])
    assert judge([forge.issue("localhost", above), above], [root]) is None


def test_a_mapping_that_is_inhibited(judge: Judge, forge: Any, root: Any) -> None:
    """With inhibitPolicyMapping above, the mapped policy falls away."""
    top = forge.issue(
        "Top", root, ca=True, extensions=[policies("1.2.3"), raw("2.5.29.36", "3003810100", critical=True)]
    )
    above = forge.issue("Policy CA", top, ca=True, extensions=[policies("1.2.3"), mappings(("1.2.3", "1.2.4"))])
    below = forge.issue("localhost", above, extensions=[EXPLICIT_AT_ONCE, policies("1.2.4")])
    assert told(judge([below, above, top], [root])) == NO_TREE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("03020780", "Netscape cert type does not permit use for SSL server"),
        ("03020640", None),
        ("030206c0", None),
        ("0500", None),
    ],
)
def test_netscape_certificate_type(judge: Judge, forge: Any, root: Any, value: str, text: str | None) -> None:
    """SSL server has to be among its bits; one that does not parse is absent."""
    leaf = forge.issue("localhost", root, extensions=[raw("2.16.840.1.113730.1.1", value)])
    refusal = judge([leaf], [root])
    assert told(refusal) == text
    if refusal:
        assert (refusal.cause, refusal.alert) == ("server-certificate-usage", 46)


@pytest.mark.parametrize(("java", "tls"), [(17, "TLSv1.2"), (17, "TLSv1.3"), (25, "TLSv1.3")])
@pytest.mark.parametrize("on", [(), ("key_agreement", "decipher_only")])
def test_a_key_usage_that_allows_nothing(
    judge: Judge, forge: Any, root: Any, java: int, tls: str, on: tuple[str, ...]
) -> None:
    """Without any bit that stands for a use of the key; trusting any certificate does not help."""
    usage = [raw("2.5.29.15", "03020700", critical=True)] if not on else []
    leaf = forge.issue("localhost", root, extensions=usage, key_usage=on or None)
    refusal, plain = (
        judge([leaf], [root], tls=tls, java=named(java)),
        judge([leaf], [root], tls=tls, java=named(java), trust_all=True),
    )
    if on:
        assert "KeyUsage does not allow digital signatures" in str(told(refusal))
        assert plain is None
    else:
        assert str(told(refusal)).endswith("incorrect KeyUsage extension bits")
        assert plain is not None
        assert [plain.java[-1].message, plain.alert] == ["incorrect KeyUsage extension bits", 46]


def test_sha_224_where_tls_1_2_was_offered_too(judge: Judge, forge: Any, root: Any) -> None:
    """Until JDK 21 the algorithms of every version in the ClientHello count, whichever was agreed on."""
    leaf = forge.issue("localhost", root, digest=hashes.SHA224())
    both = ("TLSv1.2", "TLSv1.3")
    assert judge([leaf], [root], tls="TLSv1.3", offered=both) is None
    assert judge([leaf], [root], tls="TLSv1.3", offered=("TLSv1.3",)) is not None
    assert judge([leaf], [root], tls="TLSv1.3", offered=both, java=named(25)) is not None


@pytest.mark.parametrize(
    ("extensions", "subject", "below"),
    [
        (
            [raw("2.5.29.17", "301482096c6f63616c686f73748607" + b"tickets".hex(), critical=True)],
            None,
            [
                "java.security.cert.CertificateParsingException: java.io.IOException: "
                "URI name must include scheme:tickets",
                "java.io.IOException: URI name must include scheme:tickets",
            ],
        ),
        (
            [raw("2.5.29.37", "0c0161", critical=True)],
            None,
            [
                "java.security.cert.CertificateParsingException: java.io.IOException: "
                "Invalid encoding for ExtendedKeyUsageExtension.",
                "java.io.IOException: Invalid encoding for ExtendedKeyUsageExtension.",
            ],
        ),
        (
            [],
            x509.Name([]),
            [
                "java.security.cert.CertificateParsingException: X.509 Certificate is incomplete: subject field is "
                "empty, and SubjectAlternativeName extension is absent"
            ],
        ),
    ],
)
@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_certificate_java_cannot_parse(
    judge: Judge, forge: Any, root: Any, tls: str, extensions: list[Any], subject: Any, below: list[str]
) -> None:
    """bad_certificate, before anything is judged, and what Java's parser says stands below; trusting all helps not."""
    leaf = forge.issue("localhost", root, extensions=extensions, subject=subject)
    for policy in ({}, {"trust_all": True}):
        refusal = judge([leaf], [root], tls=tls, **policy)
        assert refusal is not None
        assert [str(link) for link in refusal.java] == [
            "javax.net.ssl.SSLHandshakeException: Failed to parse server certificates",
            *below,
        ]
        assert (refusal.cause, refusal.alert) == ("server-certificate-unreadable", 42)


def test_the_healthy_twins_of_those(judge: Judge, forge: Any, root: Any) -> None:
    """The same values where they are not critical: the extension is absent, the certificate good."""
    for value in (
        raw("2.5.29.17", "301482096c6f63616c686f73748607" + b"tickets".hex()),
        raw("2.5.29.37", "0c0161"),
        raw("1.3.6.1.5.5.7.1.1", "30050606"),
    ):
        assert judge([forge.issue("localhost", root, extensions=[value])], [root]) is None


def test_a_trust_anchor_java_cannot_parse(judge: Judge, forge: Any, root: Any) -> None:
    """It is left out of the trust store; alone there, the store is empty."""
    broken = forge.issue("Broken", ca=True, extensions=[raw("2.5.29.37", "0c0161", critical=True)])
    leaf = forge.issue("localhost", root)
    assert judge([leaf], [broken, root]) is None
    assert "trustAnchors parameter must be non-empty" in str(told(judge([leaf], [broken])))


def test_the_same_name_in_other_octets_is_another_ca(judge: Judge, forge: Any) -> None:
    """A name in T61String and in UTF8String look alike, and do not chain; equal string types do."""
    old = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Müller CA", _type=x509.name._ASN1Type.T61String)])
    new = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Müller CA")])
    root = forge.issue("Müller CA", ca=True, subject=old)
    assert "unable to find valid certification path" in str(
        told(judge([forge.issue("localhost", root, issuer_name=new)], [root]))
    )
    assert judge([forge.issue("localhost", root)], [root]) is None


def constrained(permitted: Sequence[x509.GeneralName] = (), excluded: Sequence[x509.GeneralName] = ()) -> Any:
    """A critical name constraints extension."""
    return x509.NameConstraints(list(permitted) or None, list(excluded) or None), True


DNS = x509.DNSName
REFUSED = f"{VALIDATING}name constraints check failed"


def test_constraints_bind_an_intermediate_ca_too(judge: Judge, forge: Any, root: Any, at_name: Any) -> None:
    """A CA between is held to them by its own name, unless it is self-issued; the leaf always is."""
    base = x509.DirectoryName(at_name("x").__class__(list(at_name("x"))[:2]))
    limited = forge.issue("Limited", root, ca=True, extensions=[constrained([base])])
    inside = forge.issue("Inside", limited, ca=True)
    outside = forge.issue("Outside", limited, ca=True, subject=at_name("Outside", "Elsewhere"))
    assert judge([forge.issue("localhost", inside), inside, limited], [root]) is None
    leaf = forge.issue("localhost", outside)
    assert told(judge([leaf, outside, limited], [root])) == REFUSED
    rolled = forge.issue(
        "Limited", limited, ca=True, label="Limited again", subject=at_name("Limited"), path_length=None
    )
    assert judge([forge.issue("localhost", rolled), rolled, limited], [root]) is None
    stranger = forge.issue("localhost", rolled, subject=at_name("localhost", "Elsewhere"))
    assert told(judge([stranger, rolled, limited], [root])) == REFUSED


def test_constraints_of_a_self_issued_ca_that_it_breaks_itself(judge: Judge, forge: Any, at_name: Any) -> None:
    """A self-issued intermediate outside the constraints above it is forgiven; the same name lower down is not."""
    base = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "BE")]))
    root = forge.issue("Rolling", ca=True)
    limiting = forge.issue("Rolling", root, ca=True, label="Rolling 2", extensions=[constrained([base])])
    rolled = forge.issue("Rolling", limiting, ca=True, label="Rolling 3")
    leaf = forge.issue("localhost", rolled, subject=at_name("localhost", country="BE"))
    assert judge([leaf, rolled, limiting], [root]) is None
    below = forge.issue("Below", limiting, ca=True)
    inside = forge.issue("localhost", below, subject=at_name("localhost", country="BE"))
    assert told(judge([inside, below, limiting], [root])) == REFUSED


@pytest.mark.parametrize(
    ("upper", "lower", "accepted"),
    [
        (constrained([DNS("test")]), constrained([DNS("acme.test")]), True),
        (constrained([DNS("acme.test")]), constrained([DNS("test")]), True),
        (constrained([DNS("other.test")]), constrained([DNS("acme.test"), DNS("other.test")]), False),
        (constrained([DNS("acme.test")]), constrained(excluded=[DNS("www.acme.test")]), False),
        (constrained(excluded=[DNS("acme.test")]), constrained([DNS("test")]), False),
        (constrained([DNS("acme.test")]), constrained([x509.IPAddress(ip_network("10.0.0.0/8"))]), True),
    ],
)
def test_constraints_of_two_cas(judge: Judge, forge: Any, root: Any, upper: Any, lower: Any, accepted: bool) -> None:
    """What both permit remains, what either excludes is excluded."""
    top = forge.issue("Top CA", root, ca=True, extensions=[upper])
    middle = forge.issue("Middle CA", top, ca=True, extensions=[lower])
    leaf = forge.issue("Leaf", middle, hosts=("www.acme.test",))
    assert told(judge([leaf, middle, top], [root])) == (None if accepted else REFUSED)


def test_a_distance_in_a_constraint(judge: Judge, forge: Any, root: Any) -> None:
    """Java supports no minimum and no maximum, and says so through an IOException."""
    value = "30" + "0f" + "a00d" + "300b" + "8206" + b"a.test".hex() + "800101"
    limited = forge.issue("Distance", root, ca=True, extensions=[raw("2.5.29.30", value, critical=True)])
    refusal = judge([forge.issue("localhost", limited), limited], [root])
    text = "java.io.IOException: Non-zero minimum BaseDistance in name constraints not supported"
    assert refusal is not None
    assert [str(link) for link in refusal.java[2:]] == [
        f"java.security.cert.CertPathValidatorException: {text}",
        text,
    ]


def test_a_constraint_that_java_cannot_compare(judge: Judge, forge: Any, root: Any) -> None:
    """Two otherNames make Java's own code fail: JSSE calls the message unsupported."""
    other = x509.OtherName(ObjectIdentifier("1.2.3"), b"\x0c\x01a")
    limited = forge.issue("Others", root, ca=True, extensions=[constrained([other])])
    names = (x509.SubjectAlternativeName([other]), False)
    refusal = judge([forge.issue("localhost", limited, extensions=[names]), limited], [root])
    text = "Narrowing, widening, and matching are not supported for OtherName."
    assert refusal is not None
    assert [str(link) for link in refusal.java] == [
        "javax.net.ssl.SSLProtocolException: Unsupported handshake message: certificate",
        f"java.lang.UnsupportedOperationException: {text}",
    ]
    assert refusal.alert == 10
    assert judge([forge.issue("localhost", limited), limited], [root]) is None


def test_checking_constraints_adds_the_common_name(judge: Judge, forge: Any, root: Any) -> None:
    """Java puts it among the alternative names, and so compares the host with a DNS name afterwards."""
    limited = forge.issue("Limited", root, ca=True, extensions=[constrained(excluded=[DNS("bad.test")])])
    free = forge.issue("Free", root, ca=True)
    for ca, text in (
        (limited, "No subject alternative DNS name matching elsewhere.test found."),
        (free, "No name matching elsewhere.test found"),
    ):
        leaf = forge.issue("acme.test", ca, hosts=("127.0.0.1",))
        assert told(judge([leaf, ca], [root], host="elsewhere.test", host_check=HostCheck.JSSE)) == text
        assert judge([leaf, ca], [root], host="acme.test", host_check=HostCheck.JSSE) is None


@pytest.mark.parametrize(
    ("millis", "text"),
    [
        (0, "Thu Jan 01 00:00:00 UTC 1970"),
        (-62167219200000, "Sat Jan 03 00:00:00 UTC 1"),
        (-62135596800000, "Mon Jan 03 00:00:00 UTC 1"),
        (-12219292800001, "Thu Oct 04 23:59:59 UTC 1582"),
        (-12219292800000, "Fri Oct 15 00:00:00 UTC 1582"),
        (-631152000000, "Sun Jan 01 00:00:00 UTC 1950"),
        (253370764800500, "Fri Jan 01 00:00:00 UTC 9999"),
    ],
)
def test_a_date_in_a_message(millis: int, text: str) -> None:
    """`Date.toString()` changes to the Julian calendar before October 1582, and counts years BC without a sign."""
    assert java_date(millis) == text
