"""The endpoint of a function, from the address of its port."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sn_mock.instance.instance import Instance
from sn_mock.instance.records import SysSoapMessage

if TYPE_CHECKING:
    from soap_contract.description import Operation


def endpoint(instance: Instance, message: SysSoapMessage, operation: Operation) -> tuple[str, list[str]]:
    """The port's address, with the profile's scheme where the release puts it there; and what to say about it."""
    url, remarks = operation.address.url, []
    if not url:
        remarks.append(f"{operation.name}: the WSDL gives no address; set soap_endpoint")
    elif operation.address.remark:
        ask = "check" if "://" in url else "set"
        remarks.append(f"{operation.name}: {operation.address.remark}; {ask} soap_endpoint")
    if min(operation.versions) != "1.1":
        remarks.append(
            f"{operation.name}: port {operation.port} speaks SOAP 1.2 only; SOAP messages are sent as text/xml "
            f"with a SoapAction header, which such a provider may refuse"
        )
    profile = instance.protocol_profile(message.protocol_profile) if message.enable_mutual_auth else None
    if profile is None or not url:
        return url, remarks
    rest = url.partition("://")[2] or url
    if not instance.fact("scheme_rewrite").value:
        remarks.append(
            f"{instance.release.label} does not rewrite the scheme: type {profile.protocol}:// in the "
            f"endpoints for mutual authentication"
        )
        return url, remarks
    if profile.default_port != 443 and not _has_port(rest):
        remarks.append(
            f"the address has no port, so {profile.protocol}:// goes to the profile's default port "
            f"{profile.default_port}"
        )
    return f"{profile.protocol}://{rest}", remarks


def _has_port(rest: str) -> bool:
    try:
        return urlsplit(f"https://{rest}").port is not None
    except ValueError:  # a placeholder where the port should be
        return True
