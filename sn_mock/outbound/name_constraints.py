"""Name constraints of CAs on the names below them (RFC 5280 section 4.2.1.10): DNS, IP, mail, URI, directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from sn_mock.outbound import certificate_extensions as extensions
from sn_mock.outbound import trust_texts, x500
from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.certificate_extensions import GeneralName, NameConstraints
from sn_mock.outbound.hostname import DNS_NAME, is_address
from sn_mock.outbound.trust_faults import Fault


@dataclass(frozen=True, slots=True)
class Accumulated:
    """The constraints met so far on the way down from the anchor."""

    seen: tuple[NameConstraints, ...] = ()

    def narrowed(self, constraints: NameConstraints | None) -> Accumulated:
        """These constraints and another CA's on top."""
        return self if constraints is None else Accumulated((*self.seen, constraints))

    def faults(self, certificate: Certificate) -> Iterator[Fault]:
        """`name constraints check failed` where one of the certificate's names breaks a constraint."""
        names = _names(certificate)
        if any(not _allowed(name, constraints) for constraints in self.seen for name in names):
            yield Fault(trust_texts.NAME_CONSTRAINTS)


NONE = Accumulated()


def _names(certificate: Certificate) -> tuple[GeneralName, ...]:
    """The subject, the alternative names, and the common name where it stands in for a missing DNS name or address."""
    alternative = certificate.extensions.alternative_names or ()
    names = (GeneralName(extensions.DIRECTORY, certificate.subject), *alternative)
    common_name = x500.common_name(certificate.subject)
    if common_name is None:
        return names
    if is_address(common_name):
        stand_in = GeneralName(extensions.IP, ip_address(common_name).packed)
    elif DNS_NAME.fullmatch(common_name):
        stand_in = GeneralName(extensions.DNS, common_name.encode())
    else:
        return names
    return names if any(name.tag == stand_in.tag for name in alternative) else (*names, stand_in)


def _allowed(name: GeneralName, constraints: NameConstraints) -> bool:
    within = _WITHIN.get(name.tag)
    if within is None or (name.tag == extensions.DIRECTORY and not x500.parts(name.content)):
        return True
    if any(tree.tag == name.tag and within(name, tree) for tree in constraints.excluded):
        return False
    permitted = [tree for tree in constraints.permitted if tree.tag == name.tag]
    return not permitted or any(within(name, tree) for tree in permitted)


def _dns_within(name: GeneralName, tree: GeneralName) -> bool:
    return _domain_within(name.text, tree.text)


def _domain_within(host: str, domain: str) -> bool:
    host, domain = host.lower(), domain.lower().removeprefix(".")
    return not domain or host == domain or host.endswith("." + domain)


def _mail_within(name: GeneralName, tree: GeneralName) -> bool:
    if "@" in tree.text:
        return name.text.lower() == tree.text.lower()
    domain = name.text.rpartition("@")[2].lower()
    return domain.endswith(tree.text.lower()) if tree.text.startswith(".") else domain == tree.text.lower()


def _uri_within(name: GeneralName, tree: GeneralName) -> bool:
    host = (urlsplit(name.text).hostname or "").lower()
    return host.endswith(tree.text.lower()) if tree.text.startswith(".") else host == tree.text.lower()


def _address_within(name: GeneralName, tree: GeneralName) -> bool:
    half = len(tree.content) // 2
    network, mask = tree.content[:half], tree.content[half:]
    return len(name.content) == half and all(
        octet & bits == base & bits for octet, base, bits in zip(name.content, network, mask, strict=True)
    )


def _directory_within(name: GeneralName, tree: GeneralName) -> bool:
    base, full = x500.parts(tree.content), x500.parts(name.content)
    return full[: len(base)] == base


_WITHIN: Mapping[int, Callable[[GeneralName, GeneralName], bool]] = {
    extensions.DNS: _dns_within,
    extensions.RFC822: _mail_within,
    extensions.URI: _uri_within,
    extensions.IP: _address_within,
    extensions.DIRECTORY: _directory_within,
}
