"""Does the certificate belong to the host? Each HTTP client has rules and words of its own.

commons-httpclient 3.1 with a custom socket factory compares nothing. HttpsURLConnection lets JSSE compare inside the
handshake (RFC 2818); HttpClient 4.5 compares after the handshake has succeeded. Measured on JDK 17.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from sn_mock.failure import JavaChain, JavaException
from sn_mock.outbound import certificate_extensions as extensions
from sn_mock.outbound import x500
from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.trust_faults import refused_certificate

DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
"""What Java takes for a DNS name (letters, digits, hyphens)."""


def jsse_fault(leaf: Certificate, host: str, *, java: int) -> tuple[JavaChain, int] | None:
    """JSSE's HTTPS endpoint identification: the refusal and its alert, or None where the host fits."""
    host = host.removesuffix(".").removeprefix("[").removesuffix("]")
    if not is_address(host) and not DNS_NAME.fullmatch(host):
        below = JavaException("java.lang.IllegalArgumentException", "Contains non-LDH ASCII characters")
        return refused_certificate(f"Illegal given domain name: {host}", below, java=java)
    text = _jsse_text(leaf, host, java)
    return None if text is None else refused_certificate(text, java=java)


def _jsse_text(leaf: Certificate, host: str, java: int) -> str | None:
    names = leaf.extensions.alternative_names
    if is_address(host):
        if names is None:
            return "No subject alternative names present"
        if any(name.tag == extensions.IP and same_address(name.text, host) for name in names):
            return None
        return f"No subject alternative names matching IP address {host} found"
    dns_names = [name.text for name in names or () if name.tag == extensions.DNS]
    if dns_names:
        matched = any(_jsse_matches(host, pattern, java) for pattern in dns_names)
        return None if matched else f"No subject alternative DNS name matching {host} found."
    common_name = x500.common_name(leaf.subject)
    if common_name is not None and _jsse_matches(host, common_name, java):
        return None
    return f"No name matching {host} found"


def _jsse_matches(host: str, pattern: str, java: int) -> bool:
    """Wildcards match inside one label: any label on JDK 17 (21 is ASSUMED to agree), only the first on JDK 25."""
    host, pattern = host.lower(), pattern.lower()
    if pattern in ("*", "*.") or not DNS_NAME.fullmatch(pattern.replace("*", "z")):
        return False
    if "*" in pattern and "." not in pattern[pattern.rindex("*") :]:
        return False
    if java >= 25:
        first, _, rest = pattern.partition(".")
        label, _, domain = host.partition(".")
        same_dots = pattern.count(".") == host.count(".")
        return same_dots and rest == domain and _wildcard(first).fullmatch(label) is not None
    labels, patterns = host.split("."), pattern.split(".")
    return len(labels) == len(patterns) and all(
        _wildcard(wanted).fullmatch(label) for wanted, label in zip(patterns, labels, strict=True)
    )


def _wildcard(label: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, label.split("*"))))


def httpclient4_fault(leaf: Certificate, host: str) -> JavaChain | None:
    """HttpClient 4.5's DefaultHostnameVerifier: an SSLPeerUnverifiedException, or None where the host fits.

    The common name counts where there is no DNS name and no address; the text lists the alternative names either way.
    """
    names = leaf.extensions.alternative_names or ()
    kept = [name for name in names if name.tag in (extensions.DNS, extensions.IP)]
    bare = host.removeprefix("[").removesuffix("]")
    if not kept:
        common_name = x500.common_name(leaf.subject)
        fits = common_name is not None and _httpclient4_matches(host, common_name)
    elif is_address(bare):
        fits = any(name.tag == extensions.IP and same_address(name.text, bare) for name in kept)
    else:
        fits = any(name.tag == extensions.DNS and _httpclient4_matches(host, name.text) for name in kept)
    if fits:
        return None
    shown = ", ".join(java_address(name.text) if name.tag == extensions.IP else name.text for name in kept)
    text = f"Certificate for <{host}> doesn't match any of the subject alternative names: [{shown}]"
    return (JavaException("javax.net.ssl.SSLPeerUnverifiedException", text),)


def _httpclient4_matches(host: str, pattern: str) -> bool:
    host, pattern = host.lower(), pattern.lower()
    before, star, after = pattern.partition("*")
    if not star:
        return host == pattern
    if "." in host and _public_suffix(pattern.partition(".")[2]):
        return False
    middle = host[len(before) : len(host) - len(after)]
    long_enough = len(host) >= len(before) + len(after)
    return long_enough and host.startswith(before) and host.endswith(after) and "." not in middle


PRIVATE_DOMAINS = frozenset({"test", "example", "invalid", "localhost", "local", "internal", "lan", "home", "corp"})
"""Top-level names nobody registers below (RFC 6761, RFC 6762 and custom); certificates for `*.test` are accepted."""

_REGISTRY_LABELS = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"})


def _public_suffix(domain: str) -> bool:
    """True for `com`, `co.uk` and the like: HttpClient reads the Public Suffix List, this is its shape (ASSUMED)."""
    labels = domain.split(".")
    if len(labels) == 1:
        return domain not in PRIVATE_DOMAINS
    return len(labels) == 2 and labels[0] in _REGISTRY_LABELS and len(labels[1]) == 2


def is_address(host: str) -> bool:
    """True for an IPv4 or IPv6 literal."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def java_address(address: str) -> str:
    """As `Inet6Address.getHostAddress()` writes it: eight groups, no `::`; IPv4 as it is."""
    parsed = ip_address(address)
    if parsed.version == 4:
        return address
    return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":"))


def same_address(one: str, other: str) -> bool:
    """True where both are the same IP address, however written."""
    return is_address(one) and is_address(other) and ip_address(one) == ip_address(other)
