"""Does the certificate belong to the host? Each HTTP client has rules and words of its own.

commons-httpclient 3.1 with a custom socket factory compares nothing. HttpsURLConnection lets JSSE compare inside the
handshake (RFC 2818); HttpClient 4.5 compares after the handshake has succeeded. Measured on JDK 17.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

from guarded.regex import regex
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.addresses import is_address, java_address, same_address
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.faults import refused_certificate
from sn_mock.java.x509.general_names import DNS, IP, GeneralName
from sn_mock.java.x509.names import Attribute, Name

DNS_NAME = regex(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
"""What Java takes for a DNS name (letters, digits, hyphens)."""

Names = Sequence[GeneralName] | None
"""A certificate's alternative names; None without the extension."""


class HostCheck(Enum):
    """Who compares the provider's certificate with the host, without any property."""

    NOBODY = "nobody"
    JSSE = "JSSE, within the handshake"
    LIBRARY = "the library, after the handshake"


def jsse_fault(subject: Name, names: Names, host: str, *, java: Jdk) -> tuple[JavaChain, int] | None:
    """JSSE's HTTPS endpoint identification: the refusal and its alert, or None where the host fits."""
    host = host.removesuffix(".").removeprefix("[").removesuffix("]")
    if not is_address(host) and not DNS_NAME.fullmatch(host):
        below = JavaException("java.lang.IllegalArgumentException", "Contains non-LDH ASCII characters")
        return refused_certificate(f"Illegal given domain name: {host}", below, java=java)
    text = _jsse_text(subject, names, host, java)
    return None if text is None else refused_certificate(text, java=java)


def _jsse_text(subject: Name, names: Names, host: str, java: Jdk) -> str | None:
    if is_address(host):
        if names is None:
            return "No subject alternative names present"
        if any(name.kind == IP and same_address(name.text, host) for name in names):
            return None
        return f"No subject alternative names matching IP address {host} found"
    dns_names = [name.text for name in names or () if name.kind == DNS]
    if dns_names:
        matched = any(_jsse_matches(host, pattern, java) for pattern in dns_names)
        return None if matched else f"No subject alternative DNS name matching {host} found."
    common_name = _text(subject.common_name)
    if common_name is not None and not unicodedata.is_normalized("NFKC", common_name):
        return f"Not a formal name {common_name}"
    if common_name is not None and _jsse_matches(host, common_name, java):
        return None
    return f"No name matching {host} found"


def _text(attribute: Attribute | None) -> str | None:
    return attribute.text if attribute else None


def _jsse_matches(host: str, pattern: str, java: Jdk) -> bool:
    """Wildcards match inside one label: any label on JDK 17 (21 is ASSUMED to agree), only the first on JDK 25."""
    try:
        host, pattern = _unicode(host).lower(), _unicode(pattern).lower()
        ascii_pattern = _ascii(pattern.replace("*", "z"))
    except UnicodeError:
        return False
    if pattern in ("*", "*.") or not DNS_NAME.fullmatch(ascii_pattern):
        return False
    if "*" in pattern and "." not in pattern[pattern.rindex("*") :]:
        return False
    if java.has(Feature.WILDCARD_FIRST_LABEL):
        first, _, rest = pattern.partition(".")
        label, _, domain = host.partition(".")
        same_dots = pattern.count(".") == host.count(".")
        return same_dots and rest == domain and _wildcard(first).fullmatch(label) is not None
    labels, patterns = host.split("."), pattern.split(".")
    return len(labels) == len(patterns) and all(
        _wildcard(wanted).fullmatch(label) for wanted, label in zip(patterns, labels, strict=True)
    )


def _ascii(name: str) -> str:
    """`java.net.IDN.toASCII` (RFC 3490); raises UnicodeError."""
    from encodings import idna  # with the tables of stringprep, for the one name in a thousand

    return ".".join(idna.ToASCII(label).decode("ascii") if not label.isascii() else label for label in name.split("."))


def _unicode(name: str) -> str:
    from encodings import idna

    return ".".join(idna.ToUnicode(label) if label.isascii() else label for label in _ascii(name).split("."))


def _wildcard(label: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, label.split("*"))))


def httpclient4_fault(subject: Name, names: Names, host: str) -> JavaChain | None:
    """HttpClient 4.5's DefaultHostnameVerifier: an SSLPeerUnverifiedException, or None where the host fits.

    The common name counts where there is no DNS name and no address; the text lists the alternative names either way.
    """
    kept = [name for name in names or () if name.kind in (DNS, IP)]
    bare = host.removeprefix("[").removesuffix("]")
    if not kept:
        common_name = _text(subject.common_name)
        fits = common_name is not None and _httpclient4_matches(host, common_name)
    elif is_address(bare):
        fits = any(name.kind == IP and same_address(name.text, bare) for name in kept)
    else:
        fits = any(name.kind == DNS and _httpclient4_matches(host, name.text) for name in kept)
    if fits:
        return None
    shown = ", ".join(java_address(name.text) if name.kind == IP else name.text for name in kept)
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
