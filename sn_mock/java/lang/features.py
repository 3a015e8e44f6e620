"""`Feature`: what one Java does and an older one does not.

A behaviour that changed is a row: since which Java, including the updates that brought it to an older generation later,
and how we know. Code asks `jdk.has(Feature.TLS13)` and never compares numbers.
"""

from __future__ import annotations

from enum import Enum

from guarded.values import dataclass
from sn_mock.evidence import Evidence


def update_name(line: int, update: int) -> str:
    """`8u301`, `11.0.12`, and `16` for a line's first release."""
    return f"8u{update}" if line == 8 else f"{line}.0.{update}" if update else str(line)


@dataclass(frozen=True, slots=True)
class Change:
    """Since when Java behaves in a new way."""

    meaning: str
    since: tuple[tuple[int, int], ...]
    """(generation, update): the updates that brought it to older generations first, the line it came with last."""
    evidence: Evidence
    source: str
    gone: tuple[int, int] | None = None
    """The line that behaves as of old again: what came with updates of older lines only."""

    @property
    def told(self) -> str:
        """`8u301, 11.0.12 and 16`: since when, for people."""
        names = [update_name(*one) for one in self.since]
        told = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        return told if self.gone is None else f"{told}, not {update_name(*self.gone)}"


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
        "Java has names for most OIDs, not for the algorithms of its own providers alone, and for a Diffie-Hellman key "
        "the one that a KeyFactory has",
        ((11, 24), (16, 0)),
        _M,
        "JDK-8242151; measured on 8u252, 8u504, 11.0.13, 11.0.24 (which update between brought it is not known) and 17",
    )
    OIDS_OF_17 = Change(
        "Java has names for SHA-3 with DSA and with ECDSA, for padded key wraps and for a few more OIDs",
        ((17, 0),),
        _M,
        "measured with 273 OIDs: not on 11.0.32, on 17.0.15",
    )
    OIDS_OF_21 = Change(
        "Java has names for HSS/LMS signatures and for Blowfish, whose parameters it reads then",
        ((21, 0),),
        _M,
        "measured with 303 OIDs: not on 17.0.21, on 21.0.8 and 21.0.13",
    )
    POST_QUANTUM_NAMES = Change(
        "Java has names for ML-DSA and ML-KEM",
        ((17, 21), (21, 13), (24, 0)),
        _M,
        "measured with 303 OIDs: not on 17.0.20 and 21.0.8, on 17.0.21 and 21.0.13 (which update of 21 brought it is "
        "not known); JEP 496 and 497 for JDK 24",
    )
    SIZED_SHAKE_NAMES = Change(
        "SHAKE128 and SHAKE256 as digests are called by their sizes, too",
        ((17, 21), (21, 13), (25, 0)),
        _M,
        "measured: not on 17.0.20 and 21.0.8, on 17.0.21 and 21.0.13 (which update of 21 brought it is not known); "
        "that JDK 25 has it is ASSUMED",
    )
    OLD_PBE_NAMES = Change(
        "Java has names for PBE with RC4 and with RC2 of 128 bits, which stand in PKCS#12",
        ((8, 504), (11, 0)),
        _M,
        "measured: not on 8u252, on 8u504 (which update brought it is not known) and 11.0.13",
    )
    BARE_PBE_TEXTS = Change(
        "what is wrong with the encryption of a PKCS#12 safe is told without `parseAlgParameters failed`",
        ((21, 0),),
        _M,
        "measured on JDK 17 and 21",
    )
    UNICODE_10 = Change(
        "the letters of Unicode 10, where Java 8 has those of 6.2",
        ((11, 0),),
        _M,
        "measured on 8u252, 8u504 and 11.0.13",
    )
    UNICODE_13 = Change("the letters of Unicode 13", ((17, 0),), _M, "measured on 11.0.32 and 17.0.15")
    UNICODE_15 = Change("the letters of Unicode 15", ((21, 0),), _M, "measured on 17.0.21 and 21.0.8")
    UNICODE_16 = Change("the letters of Unicode 16", ((25, 0),), _D, "JDK-8319993; measured: not on 21.0.13")
    CIPHER_BEFORE_KEY = Change(
        "a PKCS#12 safe's cipher is looked for before its key is made of the password, which takes ASCII only",
        ((17, 0),),
        _M,
        "measured on 8u252, 11.0.13, 17.0.15 and 21.0.8; which release between 11 and 17 brought it is not known",
    )
    CHACHA20 = Change(
        "ChaCha20-Poly1305 is a cipher, which is found by its OID",
        ((11, 0),),
        _M,
        "measured: not on 8u252 and 8u504, on 11.0.13",
    )
    DIGESTS_IN_TRANSFORMATIONS = Change(
        "the slash of `SHA512/224` in a cipher's name parts it from no mode",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8",
    )
    PBES2_OF_21 = Change(
        "the HMAC of PBES2 is found by its tag and may be SHA-512/224 or /256, octets behind it are refused; an "
        "encryption that is none has its parameters left alone",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8 with each bit of the parameters flipped",
    )
    TLS13 = Change(
        "TLS 1.3 is known (a client of 8u261 to 8u340 does not offer it by default)",
        ((8, 261), (11, 0)),
        _D,
        "JDK-8248721 (8u261 of Oracle; OpenJDK has it since 8u272); measured on 8u252, 8u504 and 11.0.7",
    )
    OFFERS_TLS13 = Change(
        "a client offers TLS 1.3 by default",
        ((8, 341), (11, 0)),
        _D,
        "JDK-8245263 (8u341 of Oracle; OpenJDK has it since 8u352); measured on 8u252, 8u504 and 11.0.7",
    )
    WHOLE_JSSE_11 = Change(
        "the handshake code of JDK 11 with the groups X25519 and X448, ChaCha20-Poly1305, DTLS, and status_request in "
        "the ClientHello, which 8 has not from 8u261 on either",
        ((11, 0),),
        _M,
        "measured on 8u504 and 11.0.13",
    )
    BARE_SOCKET_FAULTS = Change(
        "a reset, or a read timeout in the handshake, is no SSLException with the socket's exception below it, as it "
        "is with the handshake code of JDK 11 in Java 8",
        ((11, 0),),
        _M,
        "measured on 8u252 (whose handshake code is an older one), 8u504 and 11.0.13",
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
    WRITE_RESET_TEXT = Change(
        "a write that meets a reset is told in the words of the system, `Connection reset by peer`; 8 says "
        "`Connection reset`, as of a read",
        ((9, 0),),
        _M,
        "measured on 8u252 and 11.0.13",
    )
    KEY_SIZE_TEXT_9 = Change(
        "a weak key is told as `keysize limits: RSA 512 bit key`, without `Usage was`",
        ((8, 504), (9, 0)),
        _M,
        "measured on 8u252, 8u504 (which update between brought it is not known) and 11",
    )
    NAMES_DISABLED_CURVES = Change(
        "`jdk.disabled.namedCurves`: a key on another curve than NIST's three is refused as `disabled algorithm: NAME`",
        ((8, 504), (11, 13)),
        _M,
        "measured for all named curves: on 8u504, 11.0.13 and 11.0.32, not on 8u252 (which updates brought it is not "
        "known), 17.0.15 and 21.0.8",
        gone=(16, 0),
    )
    EC_ANCHORS_BY_SIZE = Change(
        "a trust anchor's weak EC key is told by its size, and not by the signature made with it",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8 for all named curves",
    )
    EDDSA = Change("keys and signatures of Ed25519 and Ed448", ((15, 0),), _D, "JEP 339")
    FEWER_CURVES = Change(
        "curves such as secp256k1 are gone from the EC provider", ((16, 0),), _D, "JDK-8235710, release notes of JDK 16"
    )
    TELLS_ARRAY_SIZE = Change(
        "arrays say their size: NegativeArraySizeException, and ArrayIndexOutOfBoundsException,"
        " which on 8 says the index alone",
        ((11, 0),),
        _M,
        "measured on 8u252 and 11",
    )
    PROXY_FAILURE_WRAPPED = Change(
        "HttpURLConnection wraps what its proxy selector says: `Failed to select a proxy`",
        ((17, 0),),
        _M,
        "measured on JDK 11 and 17",
    )
    REDIRECT_TEXT = Change("`Server redirected too many times` with one blank", ((21, 0),), _M, "measured on 17 and 21")
    SECRETS_WITHOUT_ID = Change(
        "a secret key of a PKCS#12 may lack its localKeyID",
        ((8, 504), (11, 0)),
        _M,
        "measured on 8u252, 8u504 (which update between brought it is not known) and 11.0.13",
    )
    CASTS_NAME_MODULES = Change(
        "a ClassCastException says in which modules the classes are", ((11, 0),), _M, "measured on 8u252, 8u504 and 11"
    )
    SEALED_PARTS_ADMITTED = Change(
        "the parent and the values of a JCEKS secret key's serialised object are of the classes that belong there; "
        "older Javas let any class that they have stand second",
        ((8, 504), (11, 0)),
        _M,
        "measured on 8u252, 8u504 (which update between brought it is not known) and 11.0.13",
    )
    WRITTEN_EXCEPTIONS_CHECKED = Change(
        "the exception that ended the writing of a serialised object is an object or a reference to one",
        ((8, 504), (11, 32), (17, 0)),
        _M,
        "measured: not on 8u252 and 11.0.13, on 8u504, 11.0.32 (which updates between brought it is not known) and "
        "17.0.15",
    )
    INTERFACE_LIMIT_TOLD = Change(
        "`interface limit exceeded` of a serialised proxy says the limit",
        ((8, 504), (11, 0)),
        _M,
        "measured on 8u252, 8u504 (which update between brought it is not known) and 11.0.13",
    )
    NEGATIVE_ARRAYS_REFUSED = Change(
        "a serialised array of fewer elements than none is told as `Array length is negative`",
        ((21, 0),),
        _M,
        "measured on 17.0.15, 21.0.8 and 21.0.13",
    )
    BARE_SIGNATURE_FAULTS = Change(
        "an ECDSA signature that cannot be read is told as such, and not as the cause of `Could not verify signature`",
        ((11, 0),),
        _M,
        "measured on 8u252, 8u504 and 11.0.13",
    )
    HELPFUL_NULLS = Change("a NullPointerException says what was null", ((14, 0),), _D, "JEP 358")
    WHOLE_PRIVATE_KEYS = Change(
        "octets behind a PKCS#8 key are refused; older Javas read the first value and leave the rest alone",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8",
    )
    JAVA_17_DER = Change("DER is read by the reader of JDK 17", ((17, 0),), _M, "measured on JDK 11 and 17")
    STRICT_2020 = Change(
        "what stands inside a PKCS#12 is counted, an OBJECT IDENTIFIER has at most 4,096 octets, a time only digits",
        ((8, 261), (11, 8), (14, 0)),
        _M,
        "measured on 8u252, 11.0.9 and 11.0.13 with damaged files; the updates are those of July 2020 (JDK-8234032, "
        "JDK-8234042, JDK-8236191 in OpenJDK's history)",
    )
    DEFINITE_LENGTHS = Change(
        "an indefinite length where it cannot be is told as such, and not taken for the number -1",
        ((8, 272), (9, 0)),
        _M,
        "measured on 8u252 and 11.0.7; JDK-8028591",
    )
    NULL_BY_ALGORITHM = Change(
        "absent parameters of an algorithm are written as NULL where its own specification says so",
        ((17, 21), (21, 0)),
        _M,
        "measured with 273 algorithms: not on 8u504, 11.0.32, 17.0.15 and 17.0.20, on 17.0.21, 21.0.8 and 21.0.13",
    )
    NULL_OF_HMACS = Change(
        "absent parameters of an HMAC with SHA-1 or SHA-2 are written as NULL, too",
        ((21, 13), (27, 0)),
        _M,
        "measured: not on 17.0.21 and 21.0.8, on 21.0.13 (which update of 21 brought it is not known); that JDK 27 has "
        "it is ASSUMED, whether an update of 25 has it is not known",
    )
    INDEFINITE_2021 = Change(
        "an indefinite length is resolved without reading beyond its octets",
        ((8, 504), (11, 13), (17, 0)),
        _M,
        "measured on 8u252, 8u504 (which update between brought it is not known), 11.0.10 and 11.0.13; JDK-8267086",
    )
    JAVA_17_PRIVATE_KEYS = Change(
        "a private key of version 2 is read, and what is wrong with one of a JKS is told as `corrupt private key`",
        ((17, 0),),
        _M,
        "measured on 8u252, 11.0.13 and 17.0.15",
    )
    NESTED_OCTET_KEYS = Change(
        "a private key of X25519 or X448 is read as RFC 8410 writes it; 11 looks for the bare octets, and reads none "
        "that another tool wrote",
        ((17, 0),),
        _M,
        "measured on 11.0.13, 11.0.32, 17.0.15 and 21.0.8; which release between 11 and 17 brought it is not known",
    )
    PEM_WITH_TRAILING_BLANKS = Change(
        "blanks behind a line of hyphens in a PEM file do no harm", ((17, 0),), _M, "measured on 8u252, 11.0.13 and 17"
    )
    LONG_FRACTIONS = Change(
        "a GeneralizedTime may have more than three digits behind the seconds",
        ((8, 272), (10, 0)),
        _M,
        "measured on 8u252 and 11.0.9; JDK-8181841",
    )
    USAGE_BY_HANDSHAKE = Change(
        "a key usage that allows nothing is a fault of the handshake's algorithms, not of the path's",
        ((21, 0),),
        _M,
        "measured on 17.0.15, 21.0.8 and 25",
    )
    TAGGED_OTHER_NAMES = Change(
        "the value of an OtherName has to be tagged as RFC 5280 says", ((21, 0),), _M, "measured on 17.0.15 and 21.0.8"
    )
    PARTIES_NAMED = Change(
        "an EDIPartyName has to have a party; since Java looks for it where it cannot stand (a field that is not "
        "constructed), every real one is refused",
        ((21, 0),),
        _M,
        "measured on 8u252, 11.0.13, 17.0.15 and 21.0.8 with 3,900 values",
    )
    STRICT_DNS_NAMES = Change(
        "a label of a DNS name, where Java checks one (the host of a URI, a name constraint), has at most 63 "
        "characters and no hyphen at its ends, and the name at most 253; `labels` where others say `components`",
        ((17, 21), (21, 13), (27, 0)),
        _M,
        "measured: not on 8u504, 11.0.32, 17.0.20 and 21.0.8, on 17.0.21 and 21.0.13 (which update between brought it "
        "is not known) with 20,000 names; that JDK 27 has it is ASSUMED, whether an update of 25 has it is not known",
    )
    DUPLICATE_POLICY_TEXT = Change(
        "`Duplicate requireExplicitPolicy found in the PolicyConstraintsExtension`, with the blank before `found`",
        ((21, 0),),
        _M,
        "measured on 17.0.15, 17.0.21 and 21.0.8",
    )
    BITS_CHECKED = Change(
        "a BIT STRING is checked, and its reader goes to the end of what it reads: octets behind the key in a "
        "certificate's SubjectPublicKeyInfo are left alone, with no `excess subject key` (17 has a reader of its own)",
        ((8, 504), (11, 24)),
        _M,
        "measured with 20,000 values: on 8u504, 11.0.24 and 11.0.32, not on 8u252, 11.0.13, 17.0.12 to 17.0.21 and "
        "21.0.8; which updates brought it is not known",
        gone=(17, 0),
    )
    OCTET_STRINGS_LIMITED = Change(
        "OCTET STRINGS in one another are at most 30; 8 and 11 take constructed ones there since then",
        ((8, 504), (11, 32), (17, 20), (21, 13), (27, 0)),
        _M,
        "measured: not on 11.0.24, 17.0.19 and 21.0.8, on 8u504, 11.0.32, 17.0.20 and 21.0.13 (which updates brought "
        "it to 8, 11 and 21 is not known); that JDK 27 has it is ASSUMED, whether an update of 25 has it is not known",
    )
    WHOLE_RSA_KEYS = Change(
        "octets behind the numbers of an RSA key, private or public, are refused; older Javas leave them alone",
        ((11, 24), (17, 0)),
        _M,
        "measured with damaged keys: not on 8u252, 8u504 and 11.0.13, on 11.0.24 (which update between brought it is "
        "not known), 11.0.32 and 17.0.15",
    )
    WRAPPED_KEY_FAULTS = Change(
        "what is wrong with the octets of a PKCS#8 key is the cause of `Unable to decode key`",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8",
    )
    CRASHES_OF_LOAD = Change(
        "a RuntimeException of the reader of a JKS leaves `KeyStore.load`; 8 goes on with an empty store",
        ((11, 0),),
        _M,
        "measured on 8u252 and 11",
    )
    CONSTRAINTS_WITH_DOTS = Change(
        "a DNS name of a name constraint may begin with a dot", ((17, 0),), _M, "measured on 8u252, 11.0.13 and 17"
    )
    STRING_INDEX_TEXT = Change(
        "a StringIndexOutOfBoundsException of `charAt` says the length",
        ((21, 0),),
        _M,
        "measured on 17.0.15 and 21.0.8",
    )
    EQUALS_NOTHING = Change(
        "a value can be compared with none: a signature's parameters on one side of a certificate alone are no crash",
        ((8, 272), (9, 0)),
        _M,
        "measured on 8u252 and 11; JDK-8028431",
    )
    X400_NAMES = Change("an X.400 address among alternative names is taken", ((11, 0),), _M, "measured on 8u252 and 11")
    PARAMETERS_BY_NAME = Change(
        "the parameters of an algorithm are read where Java has a reader for its name, not for its number",
        ((8, 281), (11, 9), (15, 0)),
        _M,
        "measured on 8u252, 11.0.9 and 11.0.13; JDK-8242556 (8u282 of OpenJDK)",
    )
    NAMELESS_PARAMETERS = Change(
        "a helpful NullPointerException has no name for a parameter of the JDK's own",
        ((21, 0),),
        _M,
        "measured on JDK 21.0.8 (Temurin); the quoted name depends on how the JDK was built: Debian's 21.0.13 has the "
        "parameter's own",
    )
    JAVA_17_SOCKETS = Change(
        "sockets of NioSocketImpl: `Connect timed out`, `Connection refused` said once", ((13, 0),), _M, "JEP 353"
    )
    CAPITAL_WARNING = Change(
        "`Received handshake warning`, of an alert that is only a warning, begins with a capital letter",
        ((8, 504), (11, 32), (17, 20), (21, 13), (27, 0)),
        _M,
        "measured: not on 11.0.24, 17.0.19 and 21.0.8, on 8u504, 11.0.32, 17.0.20 and 21.0.13; that JDK 27 has it is "
        "ASSUMED, whether an update of 25 has it is not known",
    )
    CONNECT_FAILED_TEXT = Change(
        "a connection with a time limit that is refused says `Connection refused (connect failed)`",
        ((21, 13), (27, 0)),
        _M,
        "JDK-8384163 of May 2026, in jdk21u-dev since June 2026; measured: on 21.0.13, not on 21.0.8 and 17.0.21; "
        "whether an update of 25 has it is not known",
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
    REFUSES_UNUSABLE_REQUESTS = Change(
        "a CertificateRequest without a usable signature algorithm ends the handshake",
        ((11, 32), (17, 0)),
        _M,
        "measured: not on 8u504, 11.0.7, 11.0.13 and 11.0.24, on 11.0.32 (which update between brought it is not "
        "known) and 17",
    )
    TAKES_STRANGE_TYPES = Change(
        "a CertificateRequest that names an unknown certificate type does not end the handshake",
        ((17, 0),),
        _M,
        "measured on 8u504, 11.0.7, 11.0.13, 11.0.24, 11.0.32 and 17",
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
    ALERT_NAMED = Change(
        "the name of the alert stands in front of a text; alerts about the provider's certificate are as precise in "
        "TLS 1.3 as in TLS 1.2",
        ((17, 19), (21, 10), (23, 0)),
        _M,
        "JDK-8311644; measured: not on 17.0.15, on 17.0.19 (which update between brought it is not known), not on "
        "21.0.8, on 21.0.13 (in jdk21u-dev before September 2025, so in 21.0.10 at the latest), not on 8u504 and "
        "11.0.32, on 25",
    )
    NO_STATIC_RSA = Change(
        "the cipher suites TLS_RSA_* are among `jdk.tls.disabledAlgorithms`",
        ((11, 30), (17, 18), (21, 10), (24, 0)),
        _M,
        "JDK-8245545, by the release notes of 11.0.30, 17.0.18 and 21.0.10; measured: not on 11.0.24, 17.0.15 and "
        "21.0.8, on 11.0.32, 17.0.19 and 21.0.13; not on 8u504",
    )
    NO_SHA1_HANDSHAKES = Change(
        "SHA-1 signs no handshake by default",
        ((11, 30), (17, 18), (21, 10), (25, 0)),
        _M,
        "JDK-8340321, by the release notes of 11.0.30, 17.0.18 and 21.0.10; measured: not on 11.0.24, 17.0.15 and "
        "21.0.8, on 11.0.32, 17.0.19, 21.0.13 and 25; not on 8u504",
    )
    SCHEMES_BY_SCOPE = Change(
        "a scheme that signs certificates only is none for a handshake of TLS 1.3: it is not offered for one, and a "
        "CertificateRequest with no other ends the handshake",
        ((11, 30), (17, 18), (21, 10), (25, 0)),
        _M,
        "JDK-8349583, which JDK-8340321 needs, and which may have come an update earlier; measured: not on 11.0.24, "
        "17.0.15 and 21.0.8, on 11.0.32, 17.0.19, 21.0.13 and 25",
    )
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
    RSA_OF_ONE_PROVIDER = Change(
        "SHA1withRSA is of one provider; in 8 SunJSSE has it, too, and says of a key of another type `Unsupported "
        "algorithm EC`",
        ((9, 0),),
        _M,
        "measured on 8u252, 8u504 and 11.0.13; that 9 is the first without is ASSUMED",
    )
    AUTHORITY_FAULT_PLACED = Change(
        "java.net.URI says where in the authority the illegal character stands", ((21, 0),), _M, "JDK 17 and 21"
    )
    TELLS_UNREADABLE_USAGE = Change(
        "`getExtendedKeyUsage` throws where the extension cannot be read: NewSunX509 puts that key last, and a "
        "provider's certificate is refused for it",
        ((21, 0),),
        _M,
        "measured on 8u252, 11.0.13, 17.0.15 and 21.0.8",
    )
    SCOPES_OF_ANY_NAME = Change(
        "the scope of an IPv6 address in a java.net.URI may have dots and underscores beside letters and digits",
        ((11, 0),),
        _M,
        "measured on 8u252, 8u504, 11.0.13 and 17.0.15",
    )
    HOSTS_CHECKED = Change("java.net.URL looks for illegal characters in the host", ((21, 0),), _M, "JDK 17 and 21")
    SKIPS_INTERIM = Change(
        "HttpURLConnection skips every status 1xx but 101, not 100 alone", ((21, 0),), _M, "measured on JDK 17 and 21"
    )
    EXTENSIONS_MEASURED = Change(
        "the length of a hello's extensions is compared with the message",
        ((17, 0),),
        _M,
        "JDK 11.0.13 and 17.0.15",
    )
    AUTHORITIES_FIRST = Change(
        "the certificate_authorities of a CertificateRequest of TLS 1.3 are read before its signature_algorithms_cert, "
        "and a list that is empty or too long is no SSLProtocolException",
        ((17, 0),),
        _M,
        "measured: not on 8u504, 11.0.13 and 11.0.32, on 17.0.15 and 21.0.8",
    )
    SESSION_TICKETS = Change(
        "JSSE takes a NewSessionTicket of TLS 1.2 (RFC 5077)", ((13, 0),), _D, "JDK-8211018; measured on JDK 11 and 17"
    )
    NO_EMPTY_FRAGMENTS = Change("an empty handshake record is refused", ((21, 0),), _M, "measured on JDK 17 and 21")
    ORDER_OF_TLS13 = Change(
        "TLS 1.3 messages in another order are refused",
        ((8, 504), (11, 32), (17, 19), (21, 0)),
        _M,
        "measured: not on 8u252, 11.0.24 and 17.0.15, on 8u504, 11.0.32, 17.0.19 (which updates brought it is not "
        "known) and 21.0.8",
    )
    ORDER_OF_TLS12 = Change(
        "a ServerKeyExchange or ServerHelloDone of TLS 1.2 that comes in front of the Certificate is refused as such",
        ((17, 21), (27, 0)),
        _M,
        "measured: not on 8u504, 11.0.32, 17.0.20 and 21.0.13, on 17.0.21; that JDK 27 has it is ASSUMED, whether an "
        "update of 21 or 25 has it is not known",
    )
    BAD_SIGNATURE_LENGTH = Change(
        "a signature of RSASSA-PKCS1-v1_5 that is too short or too long is told as `Bad signature length`, and not as "
        "`Signature length not correct`",
        ((8, 504), (11, 32), (17, 0)),
        _M,
        "measured: not on 8u252 and 11.0.13, on 8u504, 11.0.32 (which updates brought it is not known), 17.0.15 and "
        "21.0.8",
    )
    SHORT_KEY_TOLD = Change(
        "a key that is too short for RSASSA-PSS is told as it is, without a SignatureException below",
        ((17, 0),),
        _M,
        "measured: not on 8u504 and 11.0.13, on 17.0.15 and 21.0.8",
    )
    VERIFIES_BY_SCOPE = Change(
        "a CertificateVerify of TLS 1.3 may not name a scheme that signs certificates only",
        ((17, 19), (21, 13), (25, 0)),
        _M,
        "measured: not on 8u504, 11.0.32, 17.0.15 and 21.0.8, on 17.0.19, 17.0.21 and 21.0.13 (which updates brought "
        "it is not known); that JDK 25 has it is ASSUMED",
    )
    NO_EXTENSION_TWICE = Change(
        "an extension that comes twice in one message is refused, be it known or not",
        ((17, 21), (21, 13), (27, 0)),
        _M,
        "measured: not on 8u504, 11.0.32, 17.0.20 and 21.0.8, on 17.0.21 and 21.0.13 (which update of 21 brought it is "
        "not known); that JDK 27 has it is ASSUMED, whether an update of 25 has it is not known",
    )
    UNREADABLE_AUTHORITIES_TOLD = Change(
        "an advertised CA's name that cannot be read ends the handshake with decode_error and a text of its own",
        ((17, 19), (21, 0)),
        _M,
        "measured: not on 8u504, 11.0.32 and 17.0.15, on 17.0.19 (which update between brought it is not known), "
        "17.0.20, 17.0.21 and 21.0.8",
    )
    PLAIN_TAG_TEXT = Change("`Tag mismatch` without an exclamation mark", ((21, 0),), _M, "JDK 17.0.15 and 21.0.8")
    GZIP_READS_ON = Change(
        "GZIPInputStream looks for another member behind the last until there is none, and takes how the body breaks "
        "off there for the end",
        ((17, 19), (21, 13), (23, 0)),
        _M,
        "JDK-7036144; measured: not on 8u252, 8u504, 11.0.32, 17.0.15 and 21.0.8, on 17.0.19 to 17.0.21 and 21.0.13 "
        "(which updates brought it is not known)",
    )
    HEADS_LIMITED = Change(
        "HttpURLConnection refuses a head whose lines have more than 393,216 octets, 32 added for each line: "
        "`Header size too big` (`jdk.http.maxHeaderSize`)",
        ((8, 432), (11, 25), (17, 13), (21, 5), (24, 0)),
        _M,
        "measured: not on 8u252 and 11.0.13, on 8u504, 11.0.32, 17.0.15, 17.0.19, 21.0.8 and 25.0.3; which updates "
        "brought it is ASSUMED to be those of October 2024",
    )
    KEEP_ALIVE_OF_NOTHING = Change(
        "HttpURLConnection closes a connection whose Keep-Alive has `timeout=0`, and takes a negative `max` for none",
        ((8, 504), (11, 32), (17, 0)),
        _M,
        "measured: not on 8u252 and 11.0.13, on 8u504, 11.0.32 (which updates between brought it is not known), "
        "17.0.15, 21.0.8 and 25.0.3",
    )
    PREMATURE_END_TOLD = Change(
        "HttpURLConnection tells a body that is shorter than announced", ((25, 0),), _M, "measured on JDK 17 and 25"
    )
