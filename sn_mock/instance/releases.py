"""The releases, Eureka to Brazil, as a table of deltas: a release is the one before it plus what changed.

Every value carries its evidence and public source. The names and their order: "Mastering ServiceNow" (2nd edition) up
to Jakarta, the release notes after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import MockUsageError
from sn_mock.instance.problems import did_you_mean
from sn_mock.java.lang import jdk
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

MEASURED, DOCUMENTED = Evidence.MEASURED, Evidence.DOCUMENTED
REPORTED, ASSUMED = Evidence.REPORTED, Evidence.ASSUMED

FRUITION_BLOG = "fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind"
_SCRIPTS = "base-system script include SOAPMessage (Helsinki or later)"
_DOCS_PROFILES = "docs, api-reference/web-services/c_OutboundWebServicesMutualAuth"
_DOCS_CREATE = "docs, api-reference/web-services/t_CreateAProtocolProfile"
_TIMEOUTS = "docs, LongRunningSOAPRequestProps"


@dataclass(frozen=True, slots=True)
class Release:
    """A ServiceNow release: its name in instance files, its label, and everything we hold true of it."""

    name: str
    label: str
    facts: Mapping[str, Fact[Any]] = field(repr=False)

    def __str__(self) -> str:
        return self.label

    @property
    def java(self) -> Jdk:
        """The Java that its instances run."""
        return jdk.named(self.facts["java"].value)

    def knows(self, tls: str) -> bool:
        """Whether its Java knows that TLS version (`TLSv1.3`)."""
        return tls != "TLSv1.3" or self.java.has(Feature.TLS13)


Delta = Mapping[str, Fact[Any]]

_DELTAS: tuple[tuple[str, str, Delta], ...] = (
    (
        "eureka",
        "Eureka",
        {
            "java": Fact(
                8,
                ASSUMED,
                "8 is the oldest Java modelled; KB0719830 tells of Java 6 and 7 for early MID Servers, which have the "
                "same build as the instance's nodes",
            ),
            "key_manager": Fact("SunX509", DOCUMENTED, "KB0655967 (stack trace: SunX509KeyManagerImpl)"),
            "http_client": Fact(
                "commons-httpclient-3.1",
                DOCUMENTED,
                "base-system script include SOAPRequest (org.apache.commons.httpclient); texts of KB2466570",
            ),
            "protocol_profiles": Fact(
                False,
                REPORTED,
                f"John Andersen's blog of December 2013: only the two properties; {FRUITION_BLOG}: new in Fuji",
            ),
            "scheme_rewrite": Fact(False, REPORTED, FRUITION_BLOG),
            "legacy_properties": Fact(
                "win", DOCUMENTED, "KB0683345; PRB1923704 (Zurich Patch 3 and Xanadu Patch 11 release notes)"
            ),
            "plain_https_keystores": Fact(
                "none", ASSUMED, "from the design the Helsinki docs describe (c_OutboundWebServicesMutualAuth)"
            ),
            "profile_source": Fact("function", ASSUMED, "there is no profile to read before Fuji"),
            "https_profile_name": Fact("allowed", ASSUMED, "there is no profile before Fuji"),
            "several_profiles": Fact("by_name", ASSUMED, "there is no profile before Fuji"),
            "uppercase_keystore_filename": Fact("used", ASSUMED, f"{FRUITION_BLOG} reports it from Fuji on only"),
            "pkcs12_keystores": Fact(
                "discouraged", ASSUMED, "nothing published; c_MutualAuthentication names Java Key Store"
            ),
            "keystore_cache": Fact(
                True,
                ASSUMED,
                "PRB1878139 (Zurich release notes) does not say since when a removed keystore stays in use",
            ),
            "mid_mutual_auth": Fact(False, DOCUMENTED, _DOCS_PROFILES),
            "mid_java": Fact(
                8,
                ASSUMED,
                "KB0719830 (older edition): 6u14 and 6u45, then 8u40 and 8u60; 8 is the oldest Java modelled",
            ),
            "sni": Fact(False, DOCUMENTED, "developer.servicenow.com blog on SNI in Jakarta; KB0621614"),
            "tls_versions": Fact(
                ("TLSv1", "TLSv1.1", "TLSv1.2"), ASSUMED, "Java 8's defaults of the time; no ServiceNow source"
            ),
            "verify_hostname": Fact(False, ASSUMED, "fallback of the property in the Australia docs"),
            "trust_all": Fact(
                False,
                DOCUMENTED,
                "docs, sc-certificate-trust; in conflict with KB0639261 (2024): trusts all until hardened",
            ),
            "verify_revoked_certificate": Fact(
                False, DOCUMENTED, "KB0863673; docs, sc-verify-certificate-revocation: from Orlando"
            ),
            "connect_timeout_ms": Fact(10_000, DOCUMENTED, _TIMEOUTS),
            "socket_timeout_ms": Fact(175_000, DOCUMENTED, _TIMEOUTS),
            "warn_days_minimum": Fact(
                0, ASSUMED, "docs, t_InstallTheIdentityProviderCert: the minimum came with Istanbul"
            ),
        },
    ),
    (
        "fuji",
        "Fuji",
        {
            "protocol_profiles": Fact(True, REPORTED, FRUITION_BLOG),
            "profile_source": Fact("function", ASSUMED, f"from the later {_SCRIPTS}: flag and profile of the function"),
            "https_profile_name": Fact("allowed", ASSUMED, "from the Helsinki docs, whose example is called https"),
            "several_profiles": Fact(
                "first_wins",
                REPORTED,
                f"{FRUITION_BLOG} (connection errors with several profiles; the mechanism is ASSUMED)",
            ),
            "uppercase_keystore_filename": Fact(
                "ignored", REPORTED, f"{FRUITION_BLOG} (the file name must be lower case; the mechanism is ASSUMED)"
            ),
            "pkcs12_keystores": Fact("documented", REPORTED, f"{FRUITION_BLOG}: Java or PKCS12"),
        },
    ),
    ("geneva", "Geneva", {}),
    (
        "helsinki",
        "Helsinki",
        {
            "java": Fact(
                8,
                DOCUMENTED,
                "stack trace of PRB680620 (Helsinki Patch 0 HF3): sun.security.provider.KeyStoreDelegator, which came "
                "with 8u60",
            ),
            "scheme_rewrite": Fact(True, DOCUMENTED, f"{_SCRIPTS}, _getModifiedURL; {FRUITION_BLOG}"),
            "plain_https_keystores": Fact("none", DOCUMENTED, "docs (Helsinki), c_OutboundWebServicesMutualAuth"),
            "profile_source": Fact("function", DOCUMENTED, f"{_SCRIPTS}: flag and profile of the function"),
            "https_profile_name": Fact("allowed", DOCUMENTED, "docs (Helsinki), c_OutboundWebServicesMutualAuth"),
            "pkcs12_keystores": Fact(
                "documented", DOCUMENTED, "base-system script include DBKeyStore: pkcs12_key_store"
            ),
        },
    ),
    (
        "istanbul",
        "Istanbul",
        {
            "several_profiles": Fact(
                "by_name", DOCUMENTED, f"{_DOCS_CREATE}: any unique name; no report after Helsinki"
            ),
            "uppercase_keystore_filename": Fact("used", ASSUMED, "no report after Helsinki"),
            "https_profile_name": Fact(
                "forbidden", ASSUMED, f"{_DOCS_CREATE} forbids it today; since when is not published"
            ),
            "warn_days_minimum": Fact(20, DOCUMENTED, "docs, t_InstallTheIdentityProviderCert"),
        },
    ),
    (
        "jakarta",
        "Jakarta",
        {"sni": Fact(True, DOCUMENTED, "developer.servicenow.com blog on SNI in Jakarta; KB0621614")},
    ),
    (
        "kingston",
        "Kingston",
        {
            "mid_java": Fact("8u152", DOCUMENTED, "KB0719830: Oracle 8u152 up to Kingston, before its P14b"),
            "java": Fact(
                8, ASSUMED, "KB0719830: MID Servers up to Kingston run 8u152, the same build as the instance's nodes"
            ),
        },
    ),
    (
        "london",
        "London",
        {
            "mid_java": Fact(
                "8u181",
                ASSUMED,
                "KB0719830: ServiceNow's build of 8u181 from Kingston P14b and London P8 on; before P8 not told",
            ),
            "java": Fact(
                8, ASSUMED, "KB0719830: from Kingston P14b and London P8 to New York ServiceNow's own build of 8u181"
            ),
        },
    ),
    (
        "madrid",
        "Madrid",
        {
            "mid_java": Fact("8u181", DOCUMENTED, "KB0719830: ServiceNow's build of 8u181 from London P8 to New York"),
            "pkcs12_keystores": Fact(
                "discouraged",
                DOCUMENTED,
                "KB0696002, first edition (Madrid, New York): JKS instead of PKCS12; in conflict with DBKeyStore, "
                "which loads it",
            ),
        },
    ),
    ("newyork", "New York", {}),
    (
        "orlando",
        "Orlando",
        {
            "mid_java": Fact(8, ASSUMED, "KB0719830: Orlando and Paris bundle Java 8 or 11; which one is not told"),
            "java": Fact(
                8,
                ASSUMED,
                "KB0719830: MID Servers of Orlando and Paris run Java 8 or 11, and tend to be ahead of the instance",
            ),
            "pkcs12_keystores": Fact(
                "documented", ASSUMED, "later editions of KB0696002 dropped the advice against it"
            ),
            "tls_versions": Fact(
                ("TLSv1.2",),
                ASSUMED,
                "docs, sc-disable-deprecated-tls-versions: 1.2 and up by default; since when is not published "
                "(inbound: April 2020, KB0746078)",
            ),
            "verify_revoked_certificate": Fact(True, DOCUMENTED, "docs, sc-verify-certificate-revocation; KB0760206"),
        },
    ),
    ("paris", "Paris", {}),
    (
        "quebec",
        "Quebec",
        {
            "mid_java": Fact(11, DOCUMENTED, "KB0719830: only Java 11 since Quebec"),
            "java": Fact(
                11,
                ASSUMED,
                "KB0719830: only Java 11 since Quebec, on MID Servers, which tend to be ahead; modelled is 11.0.13, "
                "while nothing published says which patch brought 11.0.12 (for an older one say java = '11.0.10')",
            ),
            "tls_versions": Fact(
                ("TLSv1.2", "TLSv1.3"),
                ASSUMED,
                "default of JSSE in JDK 11 less the deprecated versions; ServiceNow does not say for outbound calls",
            ),
            "profile_source": Fact(
                "message", DOCUMENTED, "KB0696599: at least in Quebec the message's, not the method's"
            ),
        },
    ),
    ("rome", "Rome", {}),
    ("sandiego", "San Diego", {}),
    (
        "tokyo",
        "Tokyo",
        {
            "mid_java": Fact("11.0.15", DOCUMENTED, "KB0719830"),
        },
    ),
    (
        "utah",
        "Utah",
        {
            "mid_java": Fact("11.0.16.1", DOCUMENTED, "KB0719830"),
        },
    ),
    ("vancouver", "Vancouver", {}),
    (
        "washingtondc",
        "Washington DC",
        {
            "mid_java": Fact(17, DOCUMENTED, "KB0719830: Java 17 since Washington DC"),
            "java": Fact(17, ASSUMED, "KB0719830: Java 17 since Washington DC, on MID Servers, which tend to be ahead"),
            "pkcs12_keystores": Fact("documented", DOCUMENTED, f"{_DOCS_CREATE}: Java Key Store or PKCS12 Key Store"),
            "https_profile_name": Fact("forbidden", DOCUMENTED, _DOCS_CREATE),
        },
    ),
    (
        "xanadu",
        "Xanadu",
        {
            "mid_java": Fact(
                17,
                DOCUMENTED,
                "KB0719830: Java 17 since Washington DC; in conflict with Xanadu's guided setup, which prints 11.0.17",
            ),
            "mid_mutual_auth": Fact(
                True, DOCUMENTED, "docs, integration-hub/mtls-mid-server (MID Protocol Profile; Integration Hub only)"
            ),
        },
    ),
    (
        "yokohama",
        "Yokohama",
        {
            "mid_java": Fact(
                "17.0.12", DOCUMENTED, "docs, MID notes of delta-washingtondc-yokohama: 17.0.12 is bundled"
            ),
            "keystore_cache": Fact(
                True, DOCUMENTED, "PRB1878139 (fixed in Zurich): a removed keystore file is still used"
            ),
        },
    ),
    (
        "zurich",
        "Zurich",
        {
            "mid_java": Fact(17, DOCUMENTED, "KB0697389: JRE 17 for MID Servers of Zurich"),
            "java": Fact(
                17,
                ASSUMED,
                "KB0697389: JRE 17 for MID Servers of Zurich; PRB1959253 (Zurich Patch 4) upgrades the runtime to 21",
            ),
            "keystore_cache": Fact(False, DOCUMENTED, "docs (Zurich), zurich-all-other-fixes: PRB1878139"),
            "http_client": Fact(
                "commons-httpclient-3.1+telemetry",
                ASSUMED,
                "KB2794513 (DBKeyStoreSocketFactory: Unable to collect telemetry data) names no release; the 3.x "
                "client is still in PRB1903011 (Zurich Patch 1)",
            ),
        },
    ),
    (
        "australia",
        "Australia",
        {
            "mid_java": Fact(
                "21.0.7", DOCUMENTED, "docs (Australia), r_MIDServerSystemRequirements: 21.0.7 is bundled"
            ),
            "java": Fact(
                21, DOCUMENTED, "docs (Australia), release notes on domain separation: Java 21 came with Australia"
            ),
            "verify_hostname": Fact(
                False,
                DOCUMENTED,
                "docs (Australia), sc-verify-certificate-chain-and-hostname: no default, fallback false",
            ),
        },
    ),
    (
        "brazil",
        "Brazil",
        {
            "verify_hostname": Fact(True, DOCUMENTED, "docs (Brazil), outbound-cert-policy-properties"),
        },
    ),
)


def _build() -> dict[str, Release]:
    releases: dict[str, Release] = {}
    facts: dict[str, Fact[Any]] = {}
    for name, label, delta in _DELTAS:
        facts = {**facts, **delta}
        releases[name] = Release(name, label, MappingProxyType(facts))
    return releases


RELEASES: Mapping[str, Release] = MappingProxyType(_build())
"""Every release by its lower-case name, oldest first."""

NEWEST = tuple(RELEASES.values())[-1]

_ALIASES = {"washington": "washingtondc"}


def release(name: str) -> Release:
    """The release of that name; spaces, hyphens and underscores do not matter. Raises `MockUsageError` for others."""
    plain = "".join(letter for letter in name.lower() if letter not in " -_")
    plain = _ALIASES.get(plain, plain)
    if plain not in RELEASES:
        raise MockUsageError(f"unknown release '{name}'{did_you_mean(plain, RELEASES)}")
    return RELEASES[plain]


def changes(name: str) -> Delta:
    """The facts that are new in a release, or whose evidence is."""
    return next(delta for release_name, _, delta in _DELTAS if release_name == name)
