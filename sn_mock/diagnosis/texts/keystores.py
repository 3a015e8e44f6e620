"""What Java says of a keystore that it cannot load, or whose key it cannot open."""

from __future__ import annotations

from sn_mock.diagnosis.texts.languages import KEYSTORE_ENDINGS
from sn_mock.diagnosis.texts.model import DOCUMENTED, SILENT, KnownText, Weight, text

_DAMAGED = "keystore-damaged not-a-keystore broken-keystore-among-all"
_NEW_TOOLS = (
    *(f"{name} {number}" for number in range(16, 27) for name in ("keytool", "keytool of JDK", "keytool from JDK",
      "keytool of Java", "keytool from Java", "keytool (JDK", "keytool (Java", "keytool version")),
    *(f"{name} {number}{of} keytool" for number in range(16, 27) for name in ("JDK", "Java") for of in ("", "'s")),
    *("today's keytool", "new keytool", "newer keytool", "newest keytool", "latest keytool", "recent keytool"),
    *("modern keytool", "current keytool", "OpenSSL 3"),
)  # fmt: skip
"""Who writes PKCS#12 with algorithms that no Java before 8u301 and 11.0.12 reads."""

_NO_KEYSTORE = "Invalid keystore format"

_OTHER_FILE = "not-a-keystore keystore-damaged broken-keystore-among-all"

KEYSTORES: tuple[KnownText, ...] = (
    text(
        "Keystore was tampered with, or password was incorrect | Keystore was tampered with"
        " | Password verification failed",
        "the keystore does not open with the password on the record",
        any_side="wrong-store-password broken-keystore-among-all",
        source="KB1217702; measured on JDK 17",
    ),
    text(
        "keystore password was incorrect | failed to decrypt safe contents | Failed PKCS12 integrity checking"
        " | Mac verify error: invalid password | Mac verify failure | Integrity check failed"
        " | Given final block not properly padded … keystore | maybe wrong password",
        "the PKCS#12 keystore does not open with the password; an old Java says the same of a file whose"
        " algorithms it "
        "does not know",
        any_side="wrong-store-password keystore-too-new-for-java broken-keystore-among-all",
        source="KB1217702; measured on JDK 17, and on 8u252, 11.0.7 and 11.0.10 with files of OpenSSL 3 and JDK 17",
    ),
    text(
        " | ".join(f"{tool} … {_NO_KEYSTORE} | {_NO_KEYSTORE} … {tool}" for tool in _NEW_TOOLS),
        "the file is no keystore that this Java can read, and a new tool wrote it",
        any_side="keystore-too-new-for-java not-a-keystore keystore-damaged broken-keystore-among-all",
        tool="not-a-keystore keystore-too-new-for-java keystore-damaged",
        source="measured on 8u252 and 11.0.10 with files of OpenSSL 3 and JDK 17",
    ),
    text(
        "HmacPBESHA256 not available"
        " | HmacPBESHA1 not available | HmacPBESHA224 not available | HmacPBESHA384 not available"
        " | HmacPBESHA512 not available | HmacPBESHA512/224 not available | HmacPBESHA512/256 not available"
        " | PBES2 not available | PBEWithHmacSHA256AndAES_256 not available"
        " | parseAlgParameters failed: ObjectIdentifier() | AlgorithmId … not available "
        "| PBES2 SecretKeyFactory not available"
        " | 1.2.840.113549.1.5.13 SecretKeyFactory not available",
        "the keystore was written with algorithms that this Java does not know; the password is not the trouble",
        any_side="keystore-too-new-for-java keystore-algorithm-unread",
        source="measured on 8u252, 11.0.7 and 11.0.10; CSR JDK-8267701",
        weight=Weight.VERDICT,
    ),
    text(
        "Integrity check failed: java.security.NoSuchAlgorithmException | Algorithm HmacPBE… not available",
        "the keystore is sealed with a MAC that this Java does not know; the password is not the trouble",
        any_side="keystore-algorithm-unread keystore-too-new-for-java",
        source="measured on 8u252, 11.0.13, 17 and 21 with files of OpenSSL 3",
    ),
    text(
        "HmacPBESHA3256 not available | HmacPBESHA3224 not available | HmacPBESHA3384 not available"
        " | HmacPBESHA3512 not available | HmacPBEMD5 not available | HmacPBE1.3.36.3.2.1 not available"
        " | HmacPBE1.2.156.10197.1.401 not available | HmacPBE1.2.840.113549.1.5.14 not available"
        " | HmacPBE2.16.840.1.101.3.4.2. … not available"
        " | expecting the object identifier for AES cipher"
        " | PBE parameter parsing error: expecting the object identifier"
        " | safe contents entry: java.security.NoSuchAlgorithmException: Null or empty transformation"
        " | safe contents entry: java.security.NoSuchAlgorithmException: Cannot find any provider supporting PBEWith"
        " | Cannot find any provider supporting 1.2.840.113549.1.12.1."
        " | PBE iteration count too large | MAC iteration count too large",
        "the keystore is encrypted or sealed with an algorithm that no Java of 8 to 21 reads; the password is not "
        "the trouble, and keytool does not convert it",
        any_side="keystore-algorithm-unread",
        source="measured on 8u252, 11.0.13, 17 and 21 with files of OpenSSL 3 and GnuTLS",
        weight=Weight.VERDICT,
    ),
    text(
        "Only named ECParameters supported | safe contents entry: java.security.cert.CertificateParsingException"
        " | safe contents entry: java.security.cert.CertificateException",
        "the password opened the keystore, and Java does not parse a certificate in it",
        any_side="keystore-certificate-unreadable",
        source="measured on 8u252, 11.0.13, 17 and 21 with a certificate of explicit EC parameters",
        weight=Weight.VERDICT,
    ),
    text(
        "1.3.101.112 KeyFactory not available | 1.3.101.113 KeyFactory not available"
        " | Ed25519 KeyFactory not available | Ed448 KeyFactory not available",
        "the keystore holds an Ed25519 or Ed448 key, which this Java does not know",
        any_side="key-algorithm-unknown-to-java",
        source="measured on 8u252, 11.0.13 and 11.0.24; JEP 339",
        weight=Weight.VERDICT,
    ),
    text(
        "Cannot recover key | UnrecoverableKeyException: Given final block not properly padded | Get Key failed",
        "the keystore opens, the key inside has another password",
        any_side="key-password-differs broken-keystore-among-all",
        source="KB0655967, KB0824494; measured on JDK 17",
    ),
    text(
        "UnrecoverableKeyException: Get Key failed: Given final block not properly padded",
        "the PKCS#12 keystore opened, and the key inside has another password",
        any_side="key-password-differs broken-keystore-among-all",
        source="measured on JDK 8, 11, 17 and 21",
        weight=Weight.VERDICT,
    ),
    text(
        "UnrecoverableKeyException",
        "a key of a keystore could not be opened; the words beside it say why",
        any_side="key-password-differs wrong-store-password broken-keystore-among-all",
        source="KB0655967, KB0824494",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        'Cannot read the array length because "password" is null | Get Key failed: Cannot read the array length'
        " | Get Key failed: null | password can't be null | Password must not be null"
        ' | because "<parameter2>" is null | because "<local … is null',
        "the store password of the record is empty",
        any_side="wrong-store-password",
        source="measured on JDK 17 and 21: KeyManagerFactory.init(store, null)",
        weight=Weight.VERDICT,
    ),
    text(
        "Password is not ASCII",
        "the password has a character outside ASCII, which Java does not take for PKCS#12 keys",
        any_side="keystore-password-not-ascii",
        source="measured on JDK 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Invalid keystore format",
        "the file is no keystore of the type that was said",
        any_side="not-a-keystore keystore-too-new-for-java keystore-damaged broken-keystore-among-all",
        source="measured on JDK 8, 11, 17 and 21",
    ),
    text(
        "toDerInputStream rejects tag type | DerInputStream.getLength | DerValue.getBigInteger"
        " | not in version 3 format | lengthTag= … too big"
        " | invalid stream header | Unrecognized keystore entry | public key protected PKCS12 not supported"
        " | unsupported PKCS12 bag value type | content type is not DATA | Multi octets tag not supported"
        " | DER input not an octet string",
        "the file is no keystore of the type that was said",
        any_side=_OTHER_FILE,
        source="measured on JDK 8, 11, 17 and 21",
    ),
    text(
        "DER input, Integer tag error | Incorrect DER encoding",
        "the file is no keystore of the type that was said (Java 8, 11)",
        any_side=_OTHER_FILE,
        source="measured on 8u252 and 11.0.13; JDK 17 and 21 have no such text",
    ),
    text(
        "Not the correct tag | Unrecognized keystore format",
        "the file is no keystore of the type that was said",
        any_side=_OTHER_FILE,
        source="measured on JDK 17 and 21; 8u252 has no such text",
    ),
    text(
        "Incomplete BER/DER data | Incomplete data | extra data at the end | overrun, bytes | field overrun"
        " | Could not parse certificate | malformed input around byte | malformed input: partial character"
        " | KeyStore … Index … out of bounds for length | Excess … data | parse error, not a sequence"
        " | Redundant length bytes found | Not enough bytes in BitString | corrupt private key | not enough content"
        " | Invalid length for AlgorithmIdentifier | Not enough length bytes | Should use short form for length",
        "the keystore, or a certificate in it, cannot be read to its end: most often a damaged file",
        any_side=_DAMAGED,
        source="measured on JDK 17",
    ),
    text(
        "IOException: insufficient data | IOException: Sequence tag error | extra data given to DerValue constructor"
        " | ObjectIdentifier() -- data isn't an object ID | ObjectIdentifier length exceeds data available"
        " | ObjectIdentifier() -- length exceedsdata available",
        "the keystore, or a certificate in it, cannot be read to its end: most often a damaged file (Java 8, 11)",
        any_side=_DAMAGED,
        source="measured on 8u252 and 11.0.13 with damaged files; each has some of these",
    ),
    text(
        "EOFException … JavaKeyStore | EOFException … DataInputStream | EOFException … KeyStore"
        " | keystore … EOFException",
        "the keystore file ends too early, or there is none",
        instance="no-attachment keystore-damaged",
        any_side="no-attachment keystore-damaged",
        source="measured on JDK 17",
        weight=Weight.PLAIN,
    ),
    text(
        "java.io.EOFException | Caused by: java.io.EOFException",
        "a file or answer ends too early; of the instance's own texts, an empty or cut keystore",
        any_side="no-attachment keystore-damaged",
        source="measured on JDK 17",
        weight=Weight.PLAIN,
        whole=True,
    ),
    text(
        "EOFException: SSL peer shut down incorrectly",
        "the connection ended in the handshake",
        instance="closed-in-handshake client-ca-unknown client-ca-not-advertised sni-off",
        any_side="closed-in-handshake client-ca-unknown client-ca-not-advertised sni-off",
        provider=SILENT,
        source="measured on JDK 17",
        weight=Weight.PLAIN,
    ),
    text(
        "Unable to load certificate | Unable to load certificates from DB | Could not find a valid certificate"
        " | ErrorCode 10402",
        "an active sys_certificate row cannot be loaded; whoever uses the common store is broken with it",
        instance="broken-keystore-among-all wrong-store-password no-attachment key-password-differs ldap-certificates",
        any_side="broken-keystore-among-all wrong-store-password no-attachment key-password-differs ldap-certificates",
        tool=SILENT,
        source="KB1217702, KB0655967",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "Using socket factory class com.glide.certificates.DBKeyStoreSocketFactory",
        "a mail or LDAP connection uses the common store, and a broken active row breaks it",
        any_side="broken-keystore-among-all",
        source="KB1217702",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "Integration crypto failure",
        "key material of the mutual authentication failed",
        any_side="wrong-store-password key-password-differs keystore-without-key not-a-keystore",
        source="KB3067060 section 3.5",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "KeyStore not available",
        "this Java knows no keystore of that type",
        any_side="not-a-keystore keystore-of-wrong-type",
        source="OpenJDK sources",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "key values mismatch | x509 certificate routines::key values mismatch | matches private key"
        " | private key does not match the certificate | Private key does not match"
        " | unable to set private key file | private key does not belong | tls: private key does not match public key"
        " | does not match the public key",
        "key and certificate are not a pair",
        any_side="key-does-not-fit-certificate",
        provider=SILENT,
        source="measured on OpenSSL 3.0, curl and Go; a provider's log speaks of its own pair",
    ),
)
"""Keystore trouble, whoever prints it."""

KEYTOOL: tuple[KnownText, ...] = (
    text(
        "Failed to establish chain from reply | Incomplete certificate chain in reply",
        "keytool finds no chain from the CA's reply to a root: root and intermediate are not imported yet",
        any_side="client-chain-incomplete",
        source="measured on keytool 17; KB1648222",
        weight=Weight.VERDICT,
    ),
    text(
        "Certificate reply does not contain public key for | Public keys in reply and keystore don't match"
        " | Certificate reply … does not contain",
        "the CA's reply certifies another key than the one under this alias",
        any_side="key-does-not-fit-certificate reply-under-other-alias",
        source="measured on keytool 8, 11 and 17",
        weight=Weight.VERDICT,
        advice="Import the reply under the alias, and into the keystore, that made the certificate request.",
    ),
    text(
        " | ".join(
            f"{ending} ({said})"
            for ending in KEYSTORE_ENDINGS
            for said in ("No such file or directory", "The system cannot find the file specified")
        ),
        "a Java looks for a keystore at that path of its own machine, and there is none",
        any_side="mid-keystore-missing",
        source="measured on JDK 17",
        advice="On a MID Server, put the file at the path that the MID Protocol Profile names.",
    ),
    text(
        "Certificate reply and certificate in keystore are identical",
        "nothing is wrong: this certificate is under that alias already (or the file is the self-signed one, not the "
        "CA's reply)",
        source="measured on keytool 17",
        weight=Weight.VERDICT,
        advice="If the entry is still self-signed, the file is not the CA's reply: ask the CA for it.",
    ),
    text(
        "Certificate not imported, alias … already exists | Key pair not generated, alias … already exists"
        " | Destination alias … already exists | Certificate not imported, alias",
        "the alias is taken",
        any_side="alias-already-used",
        source="measured on keytool 8, 11 and 17",
        weight=Weight.VERDICT,
    ),
    text(
        "keytool error: … Alias … does not exist | Exception: Alias … does not exist",
        "the keystore has no such alias",
        any_side="alias-not-in-keystore",
        source="measured on keytool 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Alias … has no key | does not identify a key entry | has no private key",
        "the alias names a trusted certificate, not a key",
        any_side="keystore-without-key reply-under-other-alias",
        source="measured on keytool 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Alias … has no certificate | Alias … references an entry type that is not a private key entry",
        "the alias is no entry with key and certificate",
        any_side="keystore-without-key",
        source="OpenJDK sources",
        evidence=DOCUMENTED,
    ),
    text(
        "Input not an X.509 certificate | No certificate data found | Could not read certificate from"
        " | Failed to parse input | Unable to initialize, java.io.IOException"
        " | Could not find certificate | illegal base64 character | Incorrect padding … certificate",
        "the file is no certificate that can be read (a key, a request, or damaged text)",
        any_side="file-is-no-certificate",
        source="measured on keytool 17 and OpenSSL 3.0",
    ),
    text(
        "unable to load certificate",
        "openssl finds no certificate in the file",
        tool="file-is-no-certificate",
        source="measured on OpenSSL 3.0",
    ),
    text(
        "Cannot store non-PrivateKeys",
        "a JKS keystore takes private keys only; the entry is a secret key",
        any_side="entry-type-not-storable",
        source="OpenJDK sources; public threads",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Keystore file exists, but is empty",
        "the keystore file has no bytes",
        any_side="keystore-damaged no-attachment",
        source="measured on keytool 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Keystore file does not exist",
        "there is no such file",
        any_side="no-attachment",
        source="measured on keytool 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Too many failures - try later | keytool error: java.security.UnrecoverableKeyException",
        "the key's password was not given, or not the right one",
        any_side="key-password-differs",
        source="measured on keytool 17",
    ),
    text(
        "Keystore password must be at least 6 characters | New password must be at least 6 characters"
        " | Password must be at least 6 characters | Key password must be at least 6 characters",
        "keytool wants passwords of six characters and more",
        any_side="wrong-store-password",
        source="measured on keytool 17",
    ),
    text(
        "Could not read private key from | unable to load Private Key | bad decrypt | Could not find private key",
        "openssl does not find a private key that it can open in the file",
        tool="keystore-without-key wrong-store-password",
        any_side="keystore-without-key wrong-store-password",
        source="measured on OpenSSL 3.0",
        weight=Weight.PLAIN,
    ),
)
"""keytool's and openssl's own words."""
