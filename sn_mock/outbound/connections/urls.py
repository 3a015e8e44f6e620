"""The URL of an HTTP(s) connection: typed by hand, or calculated by the URL builder."""

from __future__ import annotations

from sn_mock.evidence import Evidence, Fact
from sn_mock.instance import HttpConnection, Instance, MidProtocolProfile, SysProtocolProfile
from sn_mock.outbound.routing.ledger import RECORD, Ledger

BUILT = Fact(
    "",
    Evidence.DOCUMENTED,
    "docs, create-https-connection (its note has the two cases swapped); community blog ba-p/3534148",
)
TYPED = Fact(
    "",
    Evidence.DOCUMENTED,
    "docs, configure-jamf-integration: Mutual authentication belongs to the URL builder and appears only with it",
)


def connection_url(instance: Instance, connection: HttpConnection) -> str:
    """What the form shows as Connection URL."""
    return url_of(Ledger(instance), connection)


def url_of(ledger: Ledger, connection: HttpConnection) -> str:
    """The connection's URL, with the reasons for it in the ledger; empty where it has none."""
    if not connection.url_builder:
        _note_typed(ledger, connection)
        return connection.connection_url.strip()
    if not connection.host.strip():
        told = f"the connection {connection.name} has no host for the URL builder"
        ledger.note("connection_url", None, told, BUILT)
        return ""
    scheme = _scheme(ledger, connection)
    port = f":{connection.port}" if connection.port is not None else ""
    path = connection.base_path.strip()
    slash = "" if not path or path.startswith("/") else "/"
    url = f"{scheme}://{connection.host.strip()}{port}{slash}{path}"
    ledger.note("connection_url", url, f"the URL builder of the connection {connection.name} makes {url}", BUILT)
    return url


def _note_typed(ledger: Ledger, connection: HttpConnection) -> None:
    if connection.mutual_auth:
        told = (
            f"the URL builder of the connection {connection.name} is off: its Mutual authentication and protocol "
            "profile do not count, the URL is called as it is typed"
        )
        ledger.note("url_builder", False, told, TYPED)
        return
    told = f"the connection {connection.name} brings the URL as it is typed"
    ledger.note("connection_url", connection.connection_url, told, RECORD)


def _scheme(ledger: Ledger, connection: HttpConnection) -> str:
    """The protocol, or with mutual authentication the name of the profile."""
    if not connection.mutual_auth:
        return connection.protocol.strip() or "https"
    profile = _profile(ledger, connection)
    if profile is not None:
        return profile.protocol
    told = f"the connection {connection.name} asks for mutual authentication and names no protocol profile"
    ledger.note("protocol_profile", None, told, RECORD)
    return connection.protocol.strip() or "https"


def _profile(ledger: Ledger, connection: HttpConnection) -> SysProtocolProfile | MidProtocolProfile | None:
    instance = ledger.instance
    if connection.use_mid and connection.mid_protocol_profile:
        if ledger.fact("mid_mutual_auth"):
            row = instance.get(MidProtocolProfile.table, connection.mid_protocol_profile)
            return row if isinstance(row, MidProtocolProfile) else None
        ledger.decided("mid_mutual_auth", "this release knows no MID Protocol Profile: the connection's is not read")
    return instance.protocol_profile(connection.protocol_profile) if connection.protocol_profile else None
