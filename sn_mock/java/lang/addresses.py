"""IP addresses as Java's `InetAddress` tells, writes and compares them."""

from __future__ import annotations

from ipaddress import ip_address


def is_address(host: str) -> bool:
    """True for what Java takes for an IP address: IPv6, and IPv4 with one to four decimal numbers."""
    return packed_ipv4(host) is not None or _ipv6(host) is not None


def packed_ipv4(host: str) -> bytes | None:
    """`IPAddressUtil.textToNumericFormatV4`: the last number fills the octets that are left; None for other text."""
    if not 0 < len(host) <= 15 or not set(host) <= set("0123456789."):
        return None
    *leading, last = host.split(".")
    if len(leading) > 3 or not all((*leading, last)) or any(int(part) > 255 for part in leading):
        return None
    left = 4 - len(leading)
    return None if int(last) >= 1 << 8 * left else bytes(map(int, leading)) + int(last).to_bytes(left, "big")


def _ipv6(host: str) -> bytes | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if address.version == 4:
        return None
    mapped = address.ipv4_mapped
    return mapped.packed if mapped else address.packed


def packed_address(host: str) -> bytes:
    """The octets of an address: 4 or 16; raises ValueError where it is none."""
    packed = packed_ipv4(host) or _ipv6(host)
    if packed is None:
        raise ValueError(f"not an IP address: {host}")
    return packed


def java_address(address: str) -> str:
    """As `Inet6Address.getHostAddress()` writes it: eight groups, no `::`; IPv4 as it is."""
    if ":" not in address:
        return address
    return ":".join(f"{int(group, 16):x}" for group in ip_address(address).exploded.split(":"))


def same_address(one: str, other: str) -> bool:
    """True where both are the same IP address, however written."""
    return is_address(one) and is_address(other) and packed_address(one) == packed_address(other)
