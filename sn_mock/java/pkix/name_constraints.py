"""Name constraints of CAs on the names below them (RFC 5280 section 4.2.1.10), as Java gathers and applies them.

Java merges the constraints of all CAs into one set on the way down: exclusions are united, permissions are cut with
each other (`name_subtrees`). Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Sequence

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.lang.addresses import is_address, packed_address
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix import name_subtrees
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault
from sn_mock.java.pkix.name_subtrees import Relation, constrains
from sn_mock.java.x509 import general_names
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.extension_values import NameConstraints, Subtree
from sn_mock.java.x509.general_names import GeneralName, check_dns, check_mail
from sn_mock.java.x509.names import EMAIL_ADDRESS, Name


@dataclass(frozen=True, slots=True)
class Accumulated:
    """The constraints met so far on the way down from the anchor."""

    permitted: tuple[Subtree, ...] | None = None
    excluded: tuple[Subtree, ...] | None = None
    present: bool = False
    """Some CA had the extension at all."""

    def narrowed(self, constraints: NameConstraints | None) -> Accumulated:
        """These constraints and another CA's on top."""
        if constraints is None:
            return self
        if not self.present:
            return Accumulated(constraints.permitted, constraints.excluded, present=True)
        excluded = self._with_exclusions(constraints.excluded)
        permitted = self.permitted
        if permitted is None:
            permitted = constraints.permitted
        elif constraints.permitted is not None:
            permitted, barred = name_subtrees.intersect(permitted, constraints.permitted)
            if barred:
                excluded = barred if excluded is None else name_subtrees.union(excluded, barred)
        if permitted is not None and excluded is not None:
            permitted = name_subtrees.reduced(permitted, excluded)
        return Accumulated(permitted, excluded, present=True)

    def _with_exclusions(self, more: tuple[Subtree, ...] | None) -> tuple[Subtree, ...] | None:
        if self.excluded is None or more is None:
            return more if self.excluded is None else self.excluded
        return name_subtrees.union(self.excluded, more)

    def fault(self, certificate: Certificate, java: Jdk) -> PathFault | None:
        """What breaks the constraints. Raises JavaThrow where Java's own code fails on the names."""
        if not self.present:
            return None
        distances = (self.permitted or ()) + (self.excluded or ())
        if any(tree.minimum != 0 for tree in distances):
            return _unsupported("Non-zero minimum BaseDistance in name constraints not supported")
        if any(tree.maximum != -1 for tree in distances):
            return _unsupported("Maximum BaseDistance in name constraints not supported")
        subject = certificate.subject
        names = names_of(certificate, java)
        names = (_directory(subject), *names) if not subject.is_empty else names
        return None if all(map(self._allows, names)) else PathFault(trust_texts.NAME_CONSTRAINTS)

    def _allows(self, name: GeneralName) -> bool:
        for tree in self.excluded or ():
            if constrains(tree.base, name) in (Relation.MATCH, Relation.NARROWS):
                return False
        constrained = False
        for tree in self.permitted or ():
            relation = constrains(tree.base, name)
            if relation in (Relation.MATCH, Relation.NARROWS):
                return True
            constrained = constrained or relation is not Relation.OTHER_TYPE
        return not constrained


NONE = Accumulated()


def _unsupported(text: str) -> PathFault:
    below = JavaException("java.io.IOException", text)
    return PathFault(str(below), cause=below)


def _directory(name: Name) -> GeneralName:
    return GeneralName(general_names.DIRECTORY, b"", directory=name)


def names_of(certificate: Certificate, java: Jdk) -> tuple[GeneralName, ...]:
    """The names that constraints are checked against, the subject aside.

    Without alternative names the mail addresses in the subject count, and a common name that looks like an address or
    a DNS name counts where no alternative name is of that kind.
    """
    alternative = certificate.extensions.alternative_names
    names = _mail_addresses(certificate.subject) if alternative is None else alternative
    stand_in = _common_name(certificate.subject, java)
    if stand_in is None or any(name.kind == stand_in.kind for name in names):
        return names
    return (*names, stand_in)


def names_after(path: Sequence[Certificate], java: Jdk) -> tuple[GeneralName, ...] | None:
    """The leaf's alternative names as Java sees them from then on, None where it has none.

    Checking constraints, Java adds the common name to the certificate's own list; host names are compared with that.
    """
    own = path[0].extensions.alternative_names
    constrained = any(ca.extensions.name_constraints for ca in path[1:])
    return names_of(path[0], java) if own is not None and constrained else own


def _mail_addresses(subject: Name) -> tuple[GeneralName, ...]:
    found = []
    for attribute in subject.attributes:
        if attribute.oid == EMAIL_ADDRESS:
            text = attribute.text
            if text is None:
                raise JavaThrow("java.lang.RuntimeException", "AVA string is null")
            try:
                check_mail(text)
            except JavaThrow:
                continue
            found.append(GeneralName(general_names.RFC822, text.encode("ascii", "replace")))
    return tuple(found)


def _common_name(subject: Name, java: Jdk) -> GeneralName | None:
    attribute = subject.common_name
    text = attribute.text if attribute else None
    if text is None:
        return None
    if is_address(text):
        if not set(text) & set(".:"):  # an address to some of Java's code, not to the one that makes a name of it
            return None
        return GeneralName(general_names.IP, packed_address(text))
    try:
        check_dns(text, java)
    except JavaThrow:
        return None
    return GeneralName(general_names.DNS, text.encode())
