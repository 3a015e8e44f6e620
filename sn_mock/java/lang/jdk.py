"""`Jdk`: which Java an instance runs. `Feature`: what one Java does and an older one does not.

A Java is a generation and an update of it: 8u252 has the numbers 8 and 252, 11.0.13 has 11 and 13. A behaviour that
changed is a row of `Feature`: since which Java, including the updates that brought it to an older generation later, and
how we know. Code asks `jdk.has(Feature.TLS13)` and never compares numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.failure import MockUsageError

GENERATIONS: Mapping[int, int] = {8: 252, 11: 13, 17: 15, 21: 8, 25: 0}
"""The long-term releases, each with the update whose behaviour a bare number means: the one that was measured."""

_WRITTEN = regex(
    r"(?:1\.)?(?P<old>8)(?:u|\.0_)(?P<update>[0-9]{1,4})(?:[-+].*)?"
    r"|(?P<generation>[0-9]{1,3})(?:\.0(?:\.(?P<security>[0-9]{1,4})(?:\.[0-9]+)*)?)?(?:\+.*)?"
)


@dataclass(frozen=True, slots=True)
class Jdk:
    """One Java: generation, update, and the name it was given."""

    generation: int
    """One of `GENERATIONS`."""
    update: int
    """252 of 8u252, 13 of 11.0.13."""
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name

    def is_at_least(self, other: Jdk) -> bool:
        """True for the other one, its later updates and later generations."""
        return (self.generation, self.update) >= (other.generation, other.update)

    def has(self, feature: Feature) -> bool:
        """True where this Java behaves as the feature's row says."""
        *backports, first = feature.value.since
        if (self.generation, self.update) >= first:
            return True
        return any(generation == self.generation and self.update >= update for generation, update in backports)


JavaName = Jdk | int | str
"""How a caller may name a Java: a generation (`17`), an update (`"8u301"`, `"11.0.10"`), or the value itself."""


def named(java: JavaName) -> Jdk:
    """The Java of that name; raises MockUsageError, telling what can be named, for another one."""
    if isinstance(java, Jdk):
        return java
    found = _WRITTEN.fullmatch(java.strip()) if isinstance(java, str) else None
    generation = int(found["old"] or found["generation"]) if found else java
    if isinstance(generation, bool) or not isinstance(generation, int) or generation not in GENERATIONS:
        raise MockUsageError(f"java must be {CHOICES}, not {java!r}")
    update = (found["update"] or found["security"]) if found else None
    return Jdk(generation, GENERATIONS[generation] if update is None else int(update), str(java))


CHOICES = f"{' or '.join(map(str, GENERATIONS))}, or an update of one of them such as '8u301' or '11.0.10'"


@dataclass(frozen=True, slots=True)
class Change:
    """Since when Java behaves in a new way."""

    meaning: str
    since: tuple[tuple[int, int], ...]
    """(generation, update): the updates that brought it to older generations first, the line it came with last."""
    evidence: Evidence
    source: str

    @property
    def told(self) -> str:
        """`8u301, 11.0.12 and 16`: since when, for people."""
        names = [
            f"8u{update}" if line == 8 else f"{line}.0.{update}" if update else str(line) for line, update in self.since
        ]
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


_M, _D = Evidence.MEASURED, Evidence.DOCUMENTED


class Feature(Enum):
    """What changed between the Javas that sn-mock speaks for."""

    PLAIN_PBES2 = Change(
        "PBES2 parameters are read as RFC 8018 writes them, and not only with the OID in front that Java 8 wrote",
        ((8, 301), (11, 0)),
        _M,
        "measured on 8u252 and 11.0.7; 8u301 is DOCUMENTED by CSR JDK-8267701",
    )
    PKCS12_OF_2021 = Change(
        "PKCS#12 with an HMAC of SHA-2, and PBKDF2 without a key length, as OpenSSL 3 and keytool of JDK 16 write it",
        ((8, 301), (11, 12), (16, 0)),
        _M,
        "measured on 8u252, 11.0.7 and 11.0.13; which update brought it is DOCUMENTED by CSR JDK-8267701",
    )
    PKCS12_READS_JKS = Change(
        "the type PKCS12 reads a JKS file, as JKS has read PKCS#12 since 8", ((9, 0),), _M, "measured on 8u252 and 11"
    )
    KNOWN_OIDS = Change(
        "Java has names for most OIDs, not for the algorithms of its own providers alone",
        ((16, 0),),
        _M,
        "JDK-8242151; measured on 8u252, 11 and 17",
    )
    BARE_PBE_TEXTS = Change(
        "what is wrong with the encryption of a PKCS#12 safe is told without `parseAlgParameters failed`",
        ((21, 0),),
        _M,
        "measured on JDK 17 and 21",
    )
    PBES2_OF_21 = Change(
        "the HMAC of PBES2 is found by its tag and may be SHA-512/256, octets behind it are refused; an encryption "
        "that is none has its parameters left alone",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8 with each bit of the parameters flipped",
    )
    TLS13 = Change(
        "TLS 1.3 is known (a Java 8 client does not offer it by default)",
        ((8, 261), (11, 0)),
        _D,
        "JDK-8248721 (8u261 of Oracle; OpenJDK has it since 8u272); measured on 8u252 and 11.0.7",
    )
    JSSE_11 = Change(
        "the handshake code of JDK 11: signature_algorithms decide about keys, RSASSA-PSS, texts without the class of "
        "their cause",
        ((8, 261), (11, 0)),
        _D,
        "JDK-8245485 (8u261 of Oracle; OpenJDK has it since 8u272); measured on 8u252 and 11.0.7",
    )
    SOCKET_CLOSED_TEXT = Change(
        "`Socket is closed` where 8 says `Socket Closed`", ((8, 261), (11, 0)), _M, "measured on 8u252 and 11.0.7"
    )
    KEY_SIZE_TEXT_9 = Change(
        "a weak key is told as `keysize limits: RSA 512 bit key`, without `Usage was`",
        ((9, 0),),
        _M,
        "measured on 8u252 and 11",
    )
    EDDSA = Change("keys and signatures of Ed25519 and Ed448", ((15, 0),), _D, "JEP 339")
    FEWER_CURVES = Change(
        "curves such as secp256k1 are gone from the EC provider", ((16, 0),), _D, "JDK-8235710, release notes of JDK 16"
    )
    TELLS_ARRAY_SIZE = Change("a NegativeArraySizeException says the size", ((11, 0),), _M, "measured on 8u252 and 11")
    PROXY_FAILURE_WRAPPED = Change(
        "HttpURLConnection wraps what its proxy selector says: `Failed to select a proxy`",
        ((17, 0),),
        _M,
        "measured on JDK 11 and 17",
    )
    REDIRECT_TEXT = Change("`Server redirected too many times` with one blank", ((21, 0),), _M, "measured on 17 and 21")
    HELPFUL_NULLS = Change("a NullPointerException says what was null", ((14, 0),), _D, "JEP 358")
    WHOLE_PRIVATE_KEYS = Change(
        "octets behind a PKCS#8 key are refused; older Javas read the first value and leave the rest alone",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8",
    )
    JAVA_17_DER = Change("DER is read by the reader of JDK 17", ((17, 0),), _M, "measured on JDK 11 and 17")
    NAMELESS_PARAMETERS = Change(
        "a helpful NullPointerException has no name for a parameter of the JDK's own",
        ((21, 0),),
        _M,
        "measured on JDK 21.0.8 (Temurin); the quoted name depends on how the JDK was built",
    )
    JAVA_17_SOCKETS = Change(
        "sockets of NioSocketImpl: `Connect timed out`, `Connection refused` said once", ((13, 0),), _M, "JEP 353"
    )
    NO_DEPRECATED_TLS = Change(
        "TLSv1 and TLSv1.1 are among `jdk.tls.disabledAlgorithms`",
        ((8, 291), (11, 11), (16, 0)),
        _D,
        "JDK-8202343 and the release notes of 8u291 and 11.0.11; measured on 8u252, 11.0.7, 11.0.13 and 17",
    )
    RSA_TYPE_COVERS_PSS = Change(
        "TLS 1.2's rsa_sign stands for RSASSA-PSS keys, too",
        ((17, 0),),
        _M,
        "measured on JDK 11 and 17",
    )
    ASKS_KEY_MANAGER_ONCE = Change(
        "an extended key manager is asked once for all key types, not once for each",
        ((17, 0),),
        _M,
        "measured on JDK 11 and 17",
    )
    REFUSES_STRANGE_REQUESTS = Change(
        "a CertificateRequest without a usable signature algorithm ends the handshake, and one that names an unknown "
        "certificate type does not",
        ((17, 0),),
        _M,
        "measured on JDK 11.0.7, 11.0.13 and 17",
    )
    FIRST_FIT_KEY = Change(
        "NewSunX509 takes any key without a fault before one with", ((21, 0),), _M, "measured on JDK 17 and 21"
    )
    PLAIN_KEY_SIZE_TEXT = Change(
        "a weak key behind a plain trust manager is named without the certificate",
        ((21, 0),),
        _M,
        "measured on JDK 17 and 21",
    )
    JAVA_21_SIGNATURES = Change(
        "parameters of an ECDSA algorithm are ignored; another text for a signature of the wrong length",
        ((21, 0),),
        _M,
        "measured on JDK 17 and 21",
    )
    PROTOCOL_NAME_TEXT = Change(
        "`Unsupported protocol: X` with a colon and a blank", ((21, 0),), _M, "measured on JDK 17 and 21"
    )
    JAVA_25_TLS = Change(
        "the name of the alert stands in front of a text; alerts of TLS 1.3 are precise",
        ((25, 0),),
        _M,
        "measured on JDK 21 and 25",
    )
    NO_SHA1_HANDSHAKES = Change("SHA-1 signs no handshake by default", ((25, 0),), _M, "measured on JDK 21 and 25")
    JAVA_25_PATHS = Change(
        "a constrained algorithm of a path is named by what is wrong with it", ((25, 0),), _M, "measured on JDK 25"
    )
    WILDCARD_FIRST_LABEL = Change(
        "the wildcard of a host name is looked for in the first label only", ((25, 0),), _M, "measured on JDK 17 and 25"
    )
    PARSES_RANGES = Change(
        'a NumberFormatException within a text says where: `Error at index 0 in: "x"`',
        ((9, 0),),
        _M,
        "measured on JDK 8 and 11: the port of a URL",
    )
    AUTHORITY_FAULT_PLACED = Change(
        "java.net.URI says where in the authority the illegal character stands", ((21, 0),), _M, "JDK 17 and 21"
    )
    TELLS_UNREADABLE_USAGE = Change(
        "`getExtendedKeyUsage` throws where the extension cannot be read, and NewSunX509 puts that key last",
        ((21, 0),),
        _M,
        "measured on 8u252, 11.0.13, 17.0.15 and 21.0.8",
    )
    HOSTS_CHECKED = Change("java.net.URL looks for illegal characters in the host", ((21, 0),), _M, "JDK 17 and 21")
    SKIPS_INTERIM = Change(
        "HttpURLConnection skips every status 1xx but 101, not 100 alone", ((21, 0),), _M, "measured on JDK 17 and 21"
    )
    EXTENSIONS_MEASURED = Change(
        "the length of a hello's extensions is compared with the message; a CertificateRequest may not come too early",
        ((17, 0),),
        _M,
        "JDK 11.0.13 and 17.0.15",
    )
    SESSION_TICKETS = Change(
        "JSSE takes a NewSessionTicket of TLS 1.2 (RFC 5077)", ((13, 0),), _D, "JDK-8211018; measured on JDK 11 and 17"
    )
    NO_EMPTY_FRAGMENTS = Change(
        "an empty handshake record, and TLS 1.3 messages in another order, are refused", ((21, 0),), _M, "JDK 17 and 21"
    )
    UNREADABLE_AUTHORITIES_TOLD = Change(
        "an advertised CA's name that cannot be read ends the handshake with decode_error and a text of its own",
        ((21, 0),),
        _M,
        "JDK 17.0.15 and 21.0.8",
    )
    PLAIN_TAG_TEXT = Change("`Tag mismatch` without an exclamation mark", ((21, 0),), _M, "JDK 17.0.15 and 21.0.8")
    PREMATURE_END_TOLD = Change(
        "HttpURLConnection tells a body that is shorter than announced", ((25, 0),), _M, "measured on JDK 17 and 25"
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The Javas that a text or a rule is true for: those with `since`, and without `before`."""

    since: Feature | None = None
    before: Feature | None = None

    def covers(self, java: Jdk) -> bool:
        """True where the text is that Java's."""
        return (self.since is None or java.has(self.since)) and (self.before is None or not java.has(self.before))

    def __str__(self) -> str:
        """`up to 11`, `25 and later`, `before 8u261`; nothing for every Java."""
        first, last = _first(self.since), _last(self.before)
        return f"{first} to {last}" if first and last else f"{first} and later" if first else last and f"up to {last}"


def _first(since: Feature | None) -> str:
    return "" if since is None else next(str(one) for one in GENERATIONS if named(one).has(since))


def _last(before: Feature | None) -> str:
    if before is None:
        return ""
    backports = before.value.since[:-1]
    if backports:
        generation, update = backports[0]
        return f"{generation}u{update - 1}" if generation == 8 else f"{generation}.0.{update - 1}"
    return str(max(one for one in GENERATIONS if not named(one).has(before)))


EVERY_JAVA = Span()

REFERENCE = named(17)
"""The Java that everything was measured on first; the words of a keystore that belongs to no instance."""
