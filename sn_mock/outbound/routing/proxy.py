"""The web proxy of a call: `glide.http.proxy_*`, for SOAP `glide.glidesoap.proxy_*` first (docs, c_WebProxy)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sn_mock.evidence import Evidence, Fact
from sn_mock.masking import without_password
from sn_mock.outbound.routing.ledger import Ledger

DEFAULT_PORT = 80
"""Of a proxy without a port property (base-system script include SOAPRequest)."""
OFF = "unset"
"""The proxy host that switches the proxy off (same source)."""

_SOURCE = Fact(
    "", Evidence.DOCUMENTED, "docs, platform-administration/c_WebProxy; base-system script include SOAPRequest"
)
_BYPASS = Fact("", Evidence.DOCUMENTED, "docs, c_WebProxy: glide.http.proxy_bypass_list")


def proxy_for(ledger: Ledger, host: str, *, soap: bool) -> tuple[str, int] | None:
    """Host and port of the proxy for a call to `host`; None for a direct connection."""
    prefixes = ("glide.glidesoap", "glide.http") if soap else ("glide.http",)
    for prefix in prefixes:
        proxy = (ledger.instance.property(f"{prefix}.proxy_host") or "").strip()
        if not proxy:
            continue
        if proxy == OFF:
            return None
        if _bypassed(ledger, host):
            ledger.note("proxy", None, f"{host} is on the proxy bypass list: connected directly", _BYPASS)
            return None
        port = ledger.number(f"{prefix}.proxy_port", DEFAULT_PORT)
        shown = f"{without_password(proxy)}:{port}"
        ledger.note("proxy", shown, f"the call goes through the proxy {shown} ({prefix}.proxy_host)", _SOURCE)
        return proxy, port
    return None


def _bypassed(ledger: Ledger, host: str) -> bool:
    listed = (ledger.instance.property("glide.http.proxy_bypass_list") or "").replace(";", ",").replace("|", ",")
    return any(fnmatchcase(host.lower(), pattern.strip().lower()) for pattern in listed.split(",") if pattern.strip())
