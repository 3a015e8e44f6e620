"""A WSDL, read: the operations that can be used, the schemas, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from guarded.values import dataclass
from soap_contract import components, validation
from soap_contract.components import Schemas
from soap_contract.description import LeftOut, Message, Operation, ServiceDescription, describe
from soap_contract.documents import Documents, WsdlError
from soap_contract.needs import Needs
from soap_contract.validation import Validation


@dataclass(frozen=True, slots=True)
class Contract:
    """What one WSDL promises."""

    documents: Documents
    service: ServiceDescription
    """With the operations that can be used."""
    schemas: Schemas
    needs: Needs

    @property
    def name(self) -> str:
        """The service's name, else the binding's."""
        return self.service.name

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Those that can be used; each has a name of its own."""
        return self.service.operations

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Operations and ports that cannot be used, and documents that could not be had."""
        return self.service.left_out

    @property
    def notes(self) -> tuple[str, ...]:
        """What else the reader should know."""
        return self.service.notes


def read(documents: Documents) -> Contract:
    """What the WSDL promises.

    Raises:
        WsdlError: it has no SOAP binding at all, or no operation of it can be used; the message says why.
    """
    service = describe(documents)
    if not service.operations and not service.left_out:
        raise NoOperationError(f"{documents.main.name}: has no SOAP 1.1 or 1.2 binding")
    schemas = components.index(documents, service.operations)
    needs = Needs(schemas)
    usable, left_out = [], list(service.left_out)
    answers: dict[str, list[str]] = {}
    for operation in service.operations:
        why = _lacking(needs, operation.input)
        if why is None:
            usable.append(operation)
        else:
            left_out.append(LeftOut(f"operation {operation.name}", why))
            continue
        lacking = _lacking(needs, operation.output)
        if lacking is not None:
            answers.setdefault(lacking, []).append(operation.name)
    notes = [*documents.notes, *service.notes, *schemas.notes]
    notes += [f"the answers of {shown(names)} are incomplete: {why}" for why, names in answers.items()]
    if answers or len(usable) < len(service.operations):
        left_out += [LeftOut(location, why) for location, why in documents.missing.items()]
    else:
        notes += [f"{why}; no operation needs it" for why in documents.missing.values()]
    if not usable:
        reasons = dict.fromkeys(left.why for left in left_out)
        raise WsdlError("; ".join([f"{documents.main.name}: has no usable operation", *list(reasons)[:5]]))
    known = replace(service, operations=tuple(usable), left_out=tuple(left_out), notes=tuple(dict.fromkeys(notes)))
    return Contract(documents, known, schemas, needs)


class NoOperationError(WsdlError):
    """The WSDL offers nothing over SOAP."""


def _lacking(needs: Needs, message: Message | None) -> str | None:
    for root in needs.roots(message):
        if root in needs.missing:
            return needs.missing[root]
        found = needs.lacking(root)
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Checking:
    """What requests are checked with."""

    validation: Validation
    unchecked: Mapping[str, str]
    """Operation → why its requests are not checked."""
    partly: Mapping[str, str]
    """Operation → which component of its request everything fits, and why."""

    def notes(self) -> list[str]:
        """What is not checked, in words; operations with the same reason together."""
        kinds = (("not checked against the schema", self.unchecked), ("checked in part", self.partly))
        return [
            f"requests are {how}: {shown(names)}: {why}"
            for how, reasons in kinds
            for why, names in _by_reason(reasons).items()
        ]


def checking(contract: Contract) -> Checking:
    """Compile the schemas, and tell for every operation how far its requests are checked."""
    compiled = validation.compiled(contract.schemas, contract.needs.missing)
    unchecked: dict[str, str] = {}
    partly: dict[str, str] = {}
    loose = {**compiled.replaced, **contract.needs.missing}
    tainted = contract.needs.tainted(loose, optional=True) if loose else {}
    for operation in contract.operations:
        message = operation.input
        if message.encoded:
            unchecked[operation.name] = "its messages are encoded (use=encoded)"
        elif message.root is None:
            if message.parts:
                unchecked[operation.name] = "its message is a type, not an element"
        elif message.wrapper in contract.schemas.undeclared_wrappers:
            unchecked[operation.name] = "the schema has an element of that name for something else"
        elif compiled.schema is None:
            unchecked[operation.name] = compiled.problem or "the WSDL has no schema"
        else:
            roots = list(contract.needs.roots(message))
            cause = next((tainted[root] for root in roots if root in tainted), None)
            if cause is not None:
                local = cause[1].rpartition("}")[2]
                partly[operation.name] = f"{cause[0]} {local} lets everything pass: {loose[cause]}"
    return Checking(compiled, unchecked, partly)


def _by_reason(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, why in reasons.items():
        found.setdefault(why, []).append(name)
    return found


_SHOWN = 5


def shown(names: list[str]) -> str:
    """Names of operations for a note, the first few of many."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
