"""What else the public material says about a release, for people rather than for the simulation.

Fixed problems (PRB numbers) belong to the patch level that names them; nothing in sn-mock depends on these rows.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.evidence import Evidence

DOCUMENTED, REPORTED = Evidence.DOCUMENTED, Evidence.REPORTED


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """One remark about a release."""

    release: str
    what: str
    evidence: Evidence
    source: str


RELEASE_NOTES: tuple[ReleaseNote, ...] = (
    ReleaseNote(
        "geneva",
        "Both `glide.httpclient.protocol.*` properties had to be emptied in production although there was a profile.",
        REPORTED,
        "fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind",
    ),
    ReleaseNote(
        "helsinki",
        "WS-Security profiles replace the keystore fields of a SOAP message function; the old values keep working.",
        DOCUMENTED,
        "docs, web-services/t_WebServiceSecurity",
    ),
    ReleaseNote(
        "jakarta",
        "`glide.outbound.tls_sni.enabled` takes effect within 30 seconds; without it a provider that needs SNI answers "
        "handshake_failure.",
        DOCUMENTED,
        "developer.servicenow.com blog on SNI in Jakarta; KB0621614",
    ),
    ReleaseNote(
        "quebec",
        "Inbound certificate-based authentication and mutual authentication from MID Server to instance arrive; "
        "neither concerns outbound messages.",
        DOCUMENTED,
        "KB0993615",
    ),
    ReleaseNote(
        "xanadu",
        "Patch 11 names PRB1923704: with both a protocol profile and the system properties, the properties take "
        "precedence, all certificates are loaded, and calls fail now and then.",
        DOCUMENTED,
        "Xanadu Patch 11 release notes",
    ),
    ReleaseNote(
        "yokohama",
        "Patch 5 names PRB1900907: the HTTP client does not set SNI.",
        DOCUMENTED,
        "Yokohama Patch 5 release notes",
    ),
    ReleaseNote(
        "zurich",
        "Patch 1 names PRB1903011 (`this.statusLine` is null, error code 200000) in org.apache.commons.httpclient.",
        DOCUMENTED,
        "Zurich Patch 1 release notes",
    ),
    ReleaseNote(
        "zurich", "Patch 3 names PRB1923704, as Xanadu Patch 11 does.", DOCUMENTED, "Zurich Patch 3 release notes"
    ),
    ReleaseNote(
        "zurich",
        "Patch 4 names PRB1959253: the runtime is upgraded to Java 21. An instance of an earlier patch runs 17; say "
        "java = 21 in [quirks] for a later one.",
        DOCUMENTED,
        "Zurich Patch 4 release notes",
    ),
    ReleaseNote(
        "zurich",
        "Patch 10 fixes PRB1964424: mutual authentication in FIPS mode failed with "
        "`org.bouncycastle.tls.TlsFatalAlert: unsupported_extension(110)`; the protocol profile's keystore is a .bcfks "
        "file. No `Received` in it: the instance itself refuses (our reading). FIPS mode is not emulated.",
        DOCUMENTED,
        "Zurich Patch 10 release notes",
    ),
    ReleaseNote(
        "australia",
        "Patch 1 names PRB1986204 (Test action of SOAP messages, ecc_queue); Patch 3 fixes PRB1964424.",
        DOCUMENTED,
        "Australia release notes",
    ),
    ReleaseNote(
        "brazil",
        "Outbound HTTPS security policies per host; they do not apply to calls with mutual TLS, through a MID Server, "
        "or of the internal client.",
        DOCUMENTED,
        "docs (Brazil), outbound-cert-policy-properties",
    ),
)
