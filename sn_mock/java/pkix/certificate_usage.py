"""May this certificate be a TLS server's? Checked by JSSE after the path, for a leaf that is not itself an anchor."""

from __future__ import annotations

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import CERTIFICATE_PARSING, JavaThrow
from sn_mock.java.pkix.signature_schemes import TLS13
from sn_mock.java.pkix.texts import NETSCAPE_NOT_A_SERVER, NO_ENCIPHERMENT, NO_SIGNATURES, NOT_A_SERVER
from sn_mock.java.x509.certificates import Certificate

SERVER_AUTH, ANY_USAGE = oid_named("serverAuth"), oid_named("anyExtendedKeyUsage")
GATED_CRYPTOGRAPHY = frozenset({oid_named("MICROSOFT_ExportApproved"), oid_named("NETSCAPE_ExportApproved")})
"""Microsoft's and Netscape's forerunners of serverAuth, which Java still accepts."""


NETSCAPE_SSL_SERVER = 1
"""The bit of the Netscape certificate type."""


def server_fault(leaf: Certificate, *, tls: str, java: Jdk, cipher: str = "") -> str | None:
    """Java's text for a leaf that no TLS server may use; key usage comes first, then extended key usage, then
    the Netscape certificate type.

    A signature is needed for every key exchange but the old `TLS_RSA_…` (key encipherment; `cipher` is the Java name).

    Raises:
        JavaThrow: a CertificateParsingException, where this Java asks for an extended key usage that it cannot read.
    """
    usage = leaf.extensions.key_usage
    if usage is not None:
        static_rsa = tls != TLS13 and cipher.startswith("TLS_RSA_")
        if static_rsa and "key_encipherment" not in usage:
            return NO_ENCIPHERMENT
        if not static_rsa and "digital_signature" not in usage:
            return NO_SIGNATURES
    unreadable = leaf.extensions.unreadable_usage(java)
    if unreadable is not None:
        raise JavaThrow(CERTIFICATE_PARSING, unreadable)
    extended = leaf.extensions.extended_key_usage
    if extended is not None and not {SERVER_AUTH, ANY_USAGE, *GATED_CRYPTOGRAPHY} & set(extended):
        return NOT_A_SERVER
    netscape = leaf.extensions.netscape_type
    return NETSCAPE_NOT_A_SERVER if netscape is not None and NETSCAPE_SSL_SERVER not in netscape else None
