"""Object identifiers and the names Java gives them.

The names decide which algorithm Java asks its providers for, and they stand in its messages. Registry: the OIDs are
those of X.500, RFC 5280, PKCS, NIST and SECG; Java's names for them were measured on JDK 17.
"""

from __future__ import annotations

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk

RSA, DSA = "1.2.840.113549.1.1.1", "1.2.840.10040.4.1"
"""Of several OIDs that Java calls so, the ones in use."""

JAVA_NAMES: dict[str, str] = {
    "2.5.4.3": "CommonName",
    "2.5.4.4": "Surname",
    "2.5.4.5": "SerialNumber",
    "2.5.4.6": "CountryName",
    "2.5.4.7": "LocalityName",
    "2.5.4.8": "StateName",
    "2.5.4.9": "StreetAddress",
    "2.5.4.10": "OrgName",
    "2.5.4.11": "OrgUnitName",
    "2.5.4.12": "Title",
    "2.5.4.42": "GivenName",
    "2.5.4.43": "Initials",
    "2.5.4.44": "GenerationQualifier",
    "2.5.4.46": "DNQualifier",
    "2.5.29.9": "SubjectDirectoryAttributes",
    "2.5.29.14": "SubjectKeyID",
    "2.5.29.15": "KeyUsage",
    "2.5.29.16": "PrivateKeyUsage",
    "2.5.29.17": "SubjectAlternativeName",
    "2.5.29.18": "IssuerAlternativeName",
    "2.5.29.19": "BasicConstraints",
    "2.5.29.20": "CRLNumber",
    "2.5.29.21": "ReasonCode",
    "2.5.29.23": "HoldInstructionCode",
    "2.5.29.24": "InvalidityDate",
    "2.5.29.27": "DeltaCRLIndicator",
    "2.5.29.28": "IssuingDistributionPoint",
    "2.5.29.29": "CertificateIssuer",
    "2.5.29.30": "NameConstraints",
    "2.5.29.31": "CRLDistributionPoints",
    "2.5.29.32": "CertificatePolicies",
    "2.5.29.32.0": "CE_CERT_POLICIES_ANY",
    "2.5.29.33": "PolicyMappings",
    "2.5.29.35": "AuthorityKeyID",
    "2.5.29.36": "PolicyConstraints",
    "2.5.29.37": "extendedKeyUsage",
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "2.5.29.46": "FreshestCRL",
    "2.5.29.54": "InhibitAnyPolicy",
    "1.3.6.1.5.5.7.1.1": "AuthInfoAccess",
    "1.3.6.1.5.5.7.1.11": "SubjectInfoAccess",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",
    "1.3.6.1.5.5.7.3.6": "ipsecTunnel",
    "1.3.6.1.5.5.7.3.7": "ipsecUser",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.48.1": "OCSP",
    "1.3.6.1.5.5.7.48.1.1": "OCSPBasicResponse",
    "1.3.6.1.5.5.7.48.1.2": "OCSPNonceExt",
    "1.3.6.1.5.5.7.48.1.5": "OCSPNoCheck",
    "1.3.6.1.5.5.7.48.2": "caIssuers",
    "1.3.6.1.5.5.7.48.3": "timeStamping",
    "1.3.6.1.5.5.7.48.5": "caRepository",
    "2.16.840.1.101.3.4.1": "AES",
    "2.16.840.1.101.3.4.1.1": "AES_128/ECB/NoPadding",
    "2.16.840.1.101.3.4.1.2": "AES_128/CBC/NoPadding",
    "2.16.840.1.101.3.4.1.3": "AES_128/OFB/NoPadding",
    "2.16.840.1.101.3.4.1.4": "AES_128/CFB/NoPadding",
    "2.16.840.1.101.3.4.1.5": "AES_128/KW/NoPadding",
    "2.16.840.1.101.3.4.1.6": "AES_128/GCM/NoPadding",
    "2.16.840.1.101.3.4.1.8": "AES_128/KWP/NoPadding",
    "2.16.840.1.101.3.4.1.21": "AES_192/ECB/NoPadding",
    "2.16.840.1.101.3.4.1.22": "AES_192/CBC/NoPadding",
    "2.16.840.1.101.3.4.1.23": "AES_192/OFB/NoPadding",
    "2.16.840.1.101.3.4.1.24": "AES_192/CFB/NoPadding",
    "2.16.840.1.101.3.4.1.25": "AES_192/KW/NoPadding",
    "2.16.840.1.101.3.4.1.26": "AES_192/GCM/NoPadding",
    "2.16.840.1.101.3.4.1.28": "AES_192/KWP/NoPadding",
    "2.16.840.1.101.3.4.1.41": "AES_256/ECB/NoPadding",
    "2.16.840.1.101.3.4.1.42": "AES_256/CBC/NoPadding",
    "2.16.840.1.101.3.4.1.43": "AES_256/OFB/NoPadding",
    "2.16.840.1.101.3.4.1.44": "AES_256/CFB/NoPadding",
    "2.16.840.1.101.3.4.1.45": "AES_256/KW/NoPadding",
    "2.16.840.1.101.3.4.1.46": "AES_256/GCM/NoPadding",
    "2.16.840.1.101.3.4.1.48": "AES_256/KWP/NoPadding",
    "2.16.840.1.101.3.4.2.1": "SHA-256",
    "2.16.840.1.101.3.4.2.2": "SHA-384",
    "2.16.840.1.101.3.4.2.3": "SHA-512",
    "2.16.840.1.101.3.4.2.4": "SHA-224",
    "2.16.840.1.101.3.4.2.5": "SHA-512/224",
    "2.16.840.1.101.3.4.2.6": "SHA-512/256",
    "2.16.840.1.101.3.4.2.7": "SHA3-224",
    "2.16.840.1.101.3.4.2.8": "SHA3-256",
    "2.16.840.1.101.3.4.2.9": "SHA3-384",
    "2.16.840.1.101.3.4.2.10": "SHA3-512",
    "2.16.840.1.101.3.4.2.11": "SHAKE128",
    "2.16.840.1.101.3.4.2.12": "SHAKE256",
    "2.16.840.1.101.3.4.2.13": "HmacSHA3-224",
    "2.16.840.1.101.3.4.2.14": "HmacSHA3-256",
    "2.16.840.1.101.3.4.2.15": "HmacSHA3-384",
    "2.16.840.1.101.3.4.2.16": "HmacSHA3-512",
    "2.16.840.1.101.3.4.2.17": "SHAKE128-LEN",
    "2.16.840.1.101.3.4.2.18": "SHAKE256-LEN",
    "2.16.840.1.101.3.4.3.1": "SHA224withDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    "2.16.840.1.101.3.4.3.3": "SHA384withDSA",
    "2.16.840.1.101.3.4.3.4": "SHA512withDSA",
    "2.16.840.1.101.3.4.3.5": "SHA3-224withDSA",
    "2.16.840.1.101.3.4.3.6": "SHA3-256withDSA",
    "2.16.840.1.101.3.4.3.7": "SHA3-384withDSA",
    "2.16.840.1.101.3.4.3.8": "SHA3-512withDSA",
    "2.16.840.1.101.3.4.3.9": "SHA3-224withECDSA",
    "2.16.840.1.101.3.4.3.10": "SHA3-256withECDSA",
    "2.16.840.1.101.3.4.3.11": "SHA3-384withECDSA",
    "2.16.840.1.101.3.4.3.12": "SHA3-512withECDSA",
    "2.16.840.1.101.3.4.3.13": "SHA3-224withRSA",
    "2.16.840.1.101.3.4.3.14": "SHA3-256withRSA",
    "2.16.840.1.101.3.4.3.15": "SHA3-384withRSA",
    "2.16.840.1.101.3.4.3.16": "SHA3-512withRSA",
    "1.2.840.113549.1.1": "RSA",
    RSA: "RSA",
    "1.2.840.113549.1.1.2": "MD2withRSA",
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.2.840.113549.1.1.7": "OAEP",
    "1.2.840.113549.1.1.8": "MGF1",
    "1.2.840.113549.1.1.9": "PSpecified",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    "1.2.840.113549.1.1.14": "SHA224withRSA",
    "1.2.840.113549.1.1.15": "SHA512/224withRSA",
    "1.2.840.113549.1.1.16": "SHA512/256withRSA",
    "1.2.840.113549.1.3.1": "DiffieHellman",
    "1.2.840.113549.1.5.3": "PBEWithMD5AndDES",
    "1.2.840.113549.1.5.6": "PBEWithMD5AndRC2",
    "1.2.840.113549.1.5.10": "PBEWithSHA1AndDES",
    "1.2.840.113549.1.5.11": "PBEWithSHA1AndRC2",
    "1.2.840.113549.1.5.12": "PBKDF2WithHmacSHA1",
    "1.2.840.113549.1.5.13": "PBES2",
    "1.2.840.113549.1.7": "PKCS7",
    "1.2.840.113549.1.7.1": "Data",
    "1.2.840.113549.1.7.2": "SignedData",
    "1.2.840.1113549.1.7.1": "JDK_OLD_Data",
    "1.2.840.1113549.1.7.2": "JDK_OLD_SignedData",
    "1.2.840.113549.1.7.3": "EnvelopedData",
    "1.2.840.113549.1.7.4": "SignedAndEnvelopedData",
    "1.2.840.113549.1.7.5": "DigestedData",
    "1.2.840.113549.1.7.6": "EncryptedData",
    "1.2.840.113549.1.9.1": "EmailAddress",
    "1.2.840.113549.1.9.2": "UnstructuredName",
    "1.2.840.113549.1.9.3": "ContentType",
    "1.2.840.113549.1.9.4": "MessageDigest",
    "1.2.840.113549.1.9.5": "SigningTime",
    "1.2.840.113549.1.9.6": "CounterSignature",
    "1.2.840.113549.1.9.7": "ChallengePassword",
    "1.2.840.113549.1.9.8": "UnstructuredAddress",
    "1.2.840.113549.1.9.9": "ExtendedCertificateAttributes",
    "1.2.840.113549.1.9.10": "IssuerAndSerialNumber",
    "1.2.840.113549.1.9.14": "ExtensionRequest",
    "1.2.840.113549.1.9.15": "SMIMECapability",
    "1.2.840.113549.1.9.16.1.4": "TimeStampTokenInfo",
    "1.2.840.113549.1.9.16.2.12": "SigningCertificate",
    "1.2.840.113549.1.9.16.2.14": "SignatureTimestampToken",
    "1.2.840.113549.1.9.16.3.18": "CHACHA20-POLY1305",
    "1.2.840.113549.1.9.20": "FriendlyName",
    "1.2.840.113549.1.9.21": "LocalKeyID",
    "1.2.840.113549.1.9.22.1": "CertTypeX509",
    "1.2.840.113549.1.9.52": "CMSAlgorithmProtection",
    "1.2.840.113549.1.12.1.1": "PBEWithSHA1AndRC4_128",
    "1.2.840.113549.1.12.1.2": "PBEWithSHA1AndRC4_40",
    "1.2.840.113549.1.12.1.3": "PBEWithSHA1AndDESede",
    "1.2.840.113549.1.12.1.5": "PBEWithSHA1AndRC2_128",
    "1.2.840.113549.1.12.1.6": "PBEWithSHA1AndRC2_40",
    "1.2.840.113549.1.12.10.1.2": "PKCS8ShroudedKeyBag",
    "1.2.840.113549.1.12.10.1.3": "CertBag",
    "1.2.840.113549.1.12.10.1.5": "SecretBag",
    "1.2.840.113549.2.2": "MD2",
    "1.2.840.113549.2.5": "MD5",
    "1.2.840.113549.2.7": "HmacSHA1",
    "1.2.840.113549.2.8": "HmacSHA224",
    "1.2.840.113549.2.9": "HmacSHA256",
    "1.2.840.113549.2.10": "HmacSHA384",
    "1.2.840.113549.2.11": "HmacSHA512",
    "1.2.840.113549.2.12": "HmacSHA512/224",
    "1.2.840.113549.2.13": "HmacSHA512/256",
    "1.2.840.113549.3.2": "RC2/CBC/PKCS5Padding",
    "1.2.840.113549.3.4": "ARCFOUR",
    "1.2.840.113549.3.7": "DESede/CBC/NoPadding",
    "1.2.840.113549.3.9": "RC5/CBC/PKCS5Padding",
    DSA: "DSA",
    "1.2.840.10040.4.3": "SHA1withDSA",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10045.3.0.5": "X9.62 c2tnb191v1",
    "1.2.840.10045.3.0.6": "X9.62 c2tnb191v2",
    "1.2.840.10045.3.0.7": "X9.62 c2tnb191v3",
    "1.2.840.10045.3.0.11": "X9.62 c2tnb239v1",
    "1.2.840.10045.3.0.12": "X9.62 c2tnb239v2",
    "1.2.840.10045.3.0.13": "X9.62 c2tnb239v3",
    "1.2.840.10045.3.0.18": "X9.62 c2tnb359v1",
    "1.2.840.10045.3.0.20": "X9.62 c2tnb431r1",
    "1.2.840.10045.3.1.1": "secp192r1",
    "1.2.840.10045.3.1.2": "X9.62 prime192v2",
    "1.2.840.10045.3.1.3": "X9.62 prime192v3",
    "1.2.840.10045.3.1.4": "X9.62 prime239v1",
    "1.2.840.10045.3.1.5": "X9.62 prime239v2",
    "1.2.840.10045.3.1.6": "X9.62 prime239v3",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.1": "SHA224withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "1.2.840.10045.4.3": "SpecifiedSHA2withECDSA",
    "1.2.840.10046.2.1": "DiffieHellman",
    "1.3.36.3.3.2.8.1.1.1": "brainpoolP160r1",
    "1.3.36.3.3.2.8.1.1.3": "brainpoolP192r1",
    "1.3.36.3.3.2.8.1.1.5": "brainpoolP224r1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.9": "brainpoolP320r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
    "1.3.132.0.1": "sect163k1",
    "1.3.132.0.2": "sect163r1",
    "1.3.132.0.3": "sect239k1",
    "1.3.132.0.4": "sect113r1",
    "1.3.132.0.5": "sect113r2",
    "1.3.132.0.6": "secp112r1",
    "1.3.132.0.7": "secp112r2",
    "1.3.132.0.8": "secp160r1",
    "1.3.132.0.9": "secp160k1",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.15": "sect163r2",
    "1.3.132.0.16": "sect283k1",
    "1.3.132.0.17": "sect283r1",
    "1.3.132.0.22": "sect131r1",
    "1.3.132.0.23": "sect131r2",
    "1.3.132.0.24": "sect193r1",
    "1.3.132.0.25": "sect193r2",
    "1.3.132.0.26": "sect233k1",
    "1.3.132.0.27": "sect233r1",
    "1.3.132.0.28": "secp128r1",
    "1.3.132.0.29": "secp128r2",
    "1.3.132.0.30": "secp160r2",
    "1.3.132.0.31": "secp192k1",
    "1.3.132.0.32": "secp224k1",
    "1.3.132.0.33": "secp224r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.132.0.36": "sect409k1",
    "1.3.132.0.37": "sect409r1",
    "1.3.132.0.38": "sect571k1",
    "1.3.132.0.39": "sect571r1",
    "1.3.132.1.12": "ECDH",
    "1.3.14.3.2.7": "DES/CBC",
    "1.3.14.3.2.12": "DSA",
    "1.3.14.3.2.13": "SHA1withDSA",
    "1.3.14.3.2.15": "SHA1withRSA",
    "1.3.14.3.2.17": "DESede",
    "1.3.14.3.2.26": "SHA-1",
    "1.3.14.3.2.27": "SHA1withDSA",
    "1.3.14.3.2.29": "SHA1withRSA",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "0.9.2342.19200300.100.1.1": "UCL_UserID",
    "0.9.2342.19200300.100.1.25": "UCL_DomainComponent",
    "2.16.840.1.113730.1.1": "NETSCAPE_CertType",
    "2.16.840.1.113730.2.5": "NETSCAPE_CertSequence",
    "2.16.840.1.113730.4.1": "NETSCAPE_ExportApproved",
    "2.16.840.1.113894.746875.1.1": "ORACLE_TrustedKeyUsage",
    "2.5.8.1.1": "RSA",
    "1.3.6.1.4.1.42.2.11.2.1": "SkipIPAddress",
    "1.3.6.1.4.1.42.2.17.1.1": "JAVASOFT_JDKKeyProtector",
    "1.3.6.1.4.1.42.2.19.1": "JAVASOFT_JCEKeyProtector",
    "1.3.6.1.4.1.311.10.3.3": "MICROSOFT_ExportApproved",
}
"""What `AlgorithmId.getName()` prints for an OID that Java knows. The one place where an OID is written down."""

_NAMED = {name: dotted for dotted, name in reversed(JAVA_NAMES.items())} | {"RSA": RSA, "DSA": DSA}


def oid_named(name: str) -> str:
    """The OID that Java calls so, the first of several; raises KeyError for a name that Java does not know."""
    return _NAMED[name]


def oid_text(content: bytes) -> str:
    """The dotted form of an OID's content octets."""
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def oid_content(dotted: str) -> bytes:
    """The content octets of a dotted OID."""
    first, second, *rest = map(int, dotted.split("."))
    return b"".join(_base128(arc) for arc in (40 * first + second, *rest))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(arc & 0x7F | 0x80)
    return bytes(reversed(octets))


_NAMED_BEFORE_16 = frozenset(
    {
        DSA,
        "1.2.840.10040.4.3",
        "1.2.840.10045.2.1",
        "1.2.840.10045.4.1",
        *(f"1.2.840.10045.4.3.{arc}" for arc in range(1, 5)),
        *(f"1.2.840.113549.1.1.{arc}" for arc in (1, 2, 4, 5, 7, 10, 11, 12, 13, 14, 15, 16)),
        "1.2.840.113549.1.3.1",
        *(f"1.2.840.113549.1.5.{arc}" for arc in (3, 6, 10, 11)),
        *(f"1.2.840.113549.1.12.1.{arc}" for arc in (3, 6)),
        "1.2.840.113549.2.2",
        "1.2.840.113549.2.5",
        "1.2.840.10046.2.1",
        "1.3.132.1.12",
        *(f"1.3.14.3.2.{arc}" for arc in (12, 13, 26, 27, 29)),
        "2.16.840.1.101.3.4.1",
        *(f"2.16.840.1.101.3.4.2.{arc}" for arc in range(1, 7)),
        *(f"2.16.840.1.101.3.4.3.{arc}" for arc in (1, 2)),
        "2.5.8.1.1",
    }
)
"""The OIDs that `AlgorithmId` of JDK 8 and 11 has a name for (measured on 8u252 and 11.0.13)."""
_OLD_NAMES = {"DiffieHellman": "Diffie-Hellman", "OAEP": "RSAES-OAEP"}
"""What those call what JDK 17 has another name for."""
_NAMED_WITH_PBE = _NAMED_BEFORE_16 | {f"1.2.840.113549.1.12.1.{arc}" for arc in (1, 2, 5)}
_BEFORE_17 = {
    **{f"2.16.840.1.101.3.4.1.{arc}": f"AESWRAP_{bits}" for arc, bits in ((5, 128), (25, 192), (45, 256))},
    **{
        dotted: dotted
        for dotted in (
            "1.2.840.113549.1.9.52",
            "1.3.14.3.2.17",
            *(f"2.16.840.1.101.3.4.1.{arc}" for arc in (8, 28, 48)),
            *(f"2.16.840.1.101.3.4.2.{arc}" for arc in (17, 18)),
            *(f"2.16.840.1.101.3.4.3.{arc}" for arc in range(5, 13)),
        )
    },
}
"""What `KnownOIDs`, as JDK 11 has it since an update, says of OIDs that JDK 17 has other names for."""
_SIZED_SHAKE = {"2.16.840.1.101.3.4.2.11": "SHAKE128-256", "2.16.840.1.101.3.4.2.12": "SHAKE256-512"}

_LATER: tuple[tuple[Feature, dict[str, str]], ...] = (
    (Feature.OIDS_OF_21, {"1.2.840.113549.1.9.16.3.17": "HSS/LMS", "1.3.6.1.4.1.3029.1.1.2": "Blowfish"}),
    (
        Feature.POST_QUANTUM_NAMES,
        {
            **{f"2.16.840.1.101.3.4.3.{arc}": f"ML-DSA-{size}" for arc, size in ((17, 44), (18, 65), (19, 87))},
            **{f"2.16.840.1.101.3.4.4.{arc}": f"ML-KEM-{size}" for arc, size in ((1, 512), (2, 768), (3, 1024))},
        },
    ),
)
"""Names that JDK 17 did not have when it came out."""


def java_name(dotted: str, java: Jdk = REFERENCE) -> str:
    """Java's name for the algorithm, the dotted form itself where it has none."""
    if not java.has(Feature.KNOWN_OIDS):
        if dotted not in (_NAMED_WITH_PBE if java.has(Feature.OLD_PBE_NAMES) else _NAMED_BEFORE_16):
            return dotted
        return _OLD_NAMES.get(JAVA_NAMES[dotted], JAVA_NAMES[dotted])
    if dotted in _BEFORE_17 and not java.has(Feature.OIDS_OF_17):
        return _BEFORE_17[dotted]
    if dotted in _SIZED_SHAKE and java.has(Feature.SIZED_SHAKE_NAMES):
        return _SIZED_SHAKE[dotted]
    later = (names[dotted] for feature, names in _LATER if dotted in names and java.has(feature))
    return JAVA_NAMES.get(dotted) or next(later, dotted)


def usage_name(dotted: str) -> str:
    """The usual name of an extended key usage, the dotted form itself where it has none."""
    return java_name(dotted)
