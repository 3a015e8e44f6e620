"""Which socket factory answers to a URL scheme: commons-httpclient's registry of protocols, as ServiceNow fills it.

A legacy property pair registers `<name>` with a factory over all active keystores; a protocol profile registers its
name with its own keystore; http and https are built in. Where both a property and a profile exist for one name, the
property wins (PRB1923704).
"""

from __future__ import annotations

import re
from enum import StrEnum

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.instance.records import MidProtocolProfile, SysProtocolProfile
from sn_mock.outbound.routing.ledger import RECORD, Ledger

DATABASE_FACTORY = "com.glide.certificates.DBKeyStoreSocketFactory"
BUILT_IN = {"http": 80, "https": 443}
_LEGACY_CLASS = regex(r"glide\.httpclient\.protocol\.(.+)\.class", re.IGNORECASE)

_CASE = Fact("", Evidence.ASSUMED, "KB0683345 writes MYHTTPS, endpoints are in lower case, and both work together")
_CAPITALS = Fact(
    "",
    Evidence.MEASURED,
    "commons-httpclient 3.1 lower-cases the URL's scheme and compares it exactly; docs, t_CreateAProtocolProfile",
)
_UNKNOWN_CLASS = Fact("", Evidence.ASSUMED, "a class that is not there cannot be instantiated")
_MID = Fact("", Evidence.ASSUMED, "protocol profiles are the instance's own; the MID Server does not know them")


class Factory(StrEnum):
    """Who makes the sockets; the words of `route.socket_factory`."""

    PROFILE = "profile"
    LEGACY_PROPERTY = "legacy-property"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Protocol:
    """One entry of the registry."""

    scheme: str
    factory: Factory
    default_port: int
    profile: SysProtocolProfile | None = None
    mid_profile: MidProtocolProfile | None = None

    @property
    def profile_name(self) -> str | None:
        """The protocol of the profile behind it, whichever kind of profile that is."""
        profile = self.profile or self.mid_profile
        return profile.protocol if profile else None

    @property
    def described(self) -> str:
        """In a sentence."""
        if self.mid_profile:
            return f"the MID Protocol Profile {self.mid_profile.protocol}"
        if self.profile:
            return f"the protocol profile {self.profile.protocol}"
        if self.factory is Factory.LEGACY_PROPERTY:
            return f"the property glide.httpclient.protocol.{self.scheme}.port"
        return self.scheme


def lookup(ledger: Ledger, scheme: str, mid_server: str | None = None) -> Protocol | None:
    """The protocol registered for a scheme (in lower case); None where there is none."""
    if mid_server is not None:
        return _on_mid_server(ledger, scheme, mid_server)
    legacy = _legacy(ledger, scheme)
    profile = _profile(ledger, scheme)
    if legacy and (profile is None or ledger.fact("legacy_properties") == "win"):
        if profile:
            ledger.decided(
                "legacy_properties",
                f"the properties glide.httpclient.protocol.{scheme}.* beat the protocol profile {scheme}: all active "
                "keystores are offered, in row order",
            )
        else:
            ledger.note(
                "protocol",
                Factory.LEGACY_PROPERTY,
                f"the property glide.httpclient.protocol.{scheme}.class registers {scheme} with all active keystores",
                RECORD,
            )
        return legacy
    if profile:
        return Protocol(scheme, Factory.PROFILE, profile.default_port, profile)
    return _built_in(scheme)


def _on_mid_server(ledger: Ledger, scheme: str, mid_server: str) -> Protocol | None:
    """What the MID Server itself knows: http, https, and where the release has them its MID Protocol Profiles."""
    agent = ledger.instance.get("ecc_agent", mid_server)
    known = {mid_server, agent.sys_id if agent else mid_server}
    for row in ledger.instance.mid_protocol_profiles:
        if row.protocol != scheme or (row.mid_servers and not known & set(row.mid_servers)):
            continue
        if not ledger.fact("mid_mutual_auth"):
            ledger.decided("mid_mutual_auth", f"this release knows no MID Protocol Profile: {row.protocol} is not used")
            break
        ledger.decided(
            "mid_mutual_auth", f"the MID Protocol Profile {row.protocol} brings the keystore {row.keystore_path}"
        )
        return Protocol(scheme, Factory.PROFILE, row.default_port, mid_profile=row)
    ledger.note("protocol", Factory.DEFAULT, "the MID Server knows http and https only", _MID)
    return _built_in(scheme)


def _built_in(scheme: str) -> Protocol | None:
    return Protocol(scheme, Factory.DEFAULT, BUILT_IN[scheme]) if scheme in BUILT_IN else None


def _legacy(ledger: Ledger, scheme: str) -> Protocol | None:
    for row in ledger.instance.properties:
        match = _LEGACY_CLASS.fullmatch(row.name)
        if match is None or match[1].lower() != scheme:
            continue
        if not row.value.strip():
            continue
        if row.value.strip() != DATABASE_FACTORY:
            told = f"the property {row.name} names the class {row.value}, which registers nothing"
            ledger.note("protocol", None, told, _UNKNOWN_CLASS)
            continue
        if match[1] != scheme:
            told = f"the property's protocol {match[1]} serves the scheme {scheme}"
            ledger.note("protocol", Factory.LEGACY_PROPERTY, told, _CASE)
        port = ledger.number(f"glide.httpclient.protocol.{match[1]}.port", BUILT_IN["https"])
        return Protocol(scheme, Factory.LEGACY_PROPERTY, port)
    return None


def _profile(ledger: Ledger, scheme: str) -> SysProtocolProfile | None:
    rows = ledger.instance.protocol_profiles
    named = next((row for row in rows if row.protocol == scheme), None)
    if named is None:
        capital = next((row.protocol for row in rows if row.protocol.lower() == scheme), None)
        if capital:
            told = f"the profile {capital} can never answer to {scheme}://: its name has capital letters"
            ledger.note("protocol", None, told, _CAPITALS)
        return None
    if not ledger.fact("protocol_profiles"):
        ledger.decided(
            "protocol_profiles", f"this release knows no protocol profiles: {scheme} is not registered by one"
        )
        return None
    if scheme in BUILT_IN and ledger.fact("https_profile_name") == "forbidden":
        ledger.decided("https_profile_name", f"a profile may not be called {scheme}: the built-in protocol answers")
        return None
    first = next((row for row in rows if row.keystore), named)
    if first != named and ledger.fact("several_profiles") == "first_wins":
        ledger.decided(
            "several_profiles",
            f"several protocol profiles exist: the one registered first, {first.protocol}, serves {scheme} too",
        )
        return first
    return named
