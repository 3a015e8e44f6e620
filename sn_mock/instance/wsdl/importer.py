"""`import_wsdl`: a SOAP message with one function per operation, as *Generate sample SOAP messages* makes them."""

from __future__ import annotations

import dataclasses
import os.path
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.toml_writer import save_folder
from sn_mock.instance.instance import Instance
from sn_mock.instance.problems import did_you_mean
from sn_mock.instance.records import SysSoapMessage, SysSoapMessageFunction, SysSoapMessageParameter
from sn_mock.instance.wsdl.copies import portable
from sn_mock.instance.wsdl.documents import Fetch, LoadedWsdl, load_wsdl
from sn_mock.instance.wsdl.endpoints import endpoint
from sn_mock.instance.xml.existing import existing_or_new
from sn_mock.instance.xml.report import ImportReport, LeftOut

if TYPE_CHECKING:
    from sn_mock.instance.wsdl.samples import Sample
    from soap_contract.description import Operation

_ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
"""SOAP version → namespace of the envelope."""


def import_wsdl(
    wsdl: Path | str,
    into: Path | str,
    fetch: Fetch | None = None,
    *,
    message: str | None = None,
    protocol_profile: str | None = None,
    release: str | None = None,
    within: Path | None = None,
) -> ImportReport:
    """Add a SOAP message, its functions and their parameters to an instance folder.

    `message` names it (the WSDL's service by default); a message of that name is brought up to date, but for functions
    with `lock` (base-system script include SOAPMessageGenerator), and values of parameters it
    has are kept; parameters whose variable is gone are dropped, and the report names them. With `protocol_profile` (or
    when the message already uses one) mutual authentication is on, and on releases that rewrite the scheme the
    endpoints get the profile's. `fetch` reads URLs; without it only files below `within` (the WSDL's folder by default)
    are read. Raises `MockUsageError` for a WSDL that cannot be read, before anything is written.
    """
    folder = Path(into)
    instance = existing_or_new(folder, release)
    report, documents = imported_wsdl(
        instance, wsdl, fetch, message=message, protocol_profile=protocol_profile, within=within
    )
    if report.written:
        notes = save_folder(report.instance, folder, documents)
        report = dataclasses.replace(report, notes=(*report.notes, *notes))
    return report


def imported_wsdl(
    instance: Instance,
    wsdl: Path | str,
    fetch: Fetch | None = None,
    *,
    message: str | None = None,
    protocol_profile: str | None = None,
    within: Path | None = None,
) -> tuple[ImportReport, Mapping[str, bytes]]:
    """The same for an instance in memory: the report with the instance as it is then, and the documents that the WSDL
    imports, by their place in a folder. Nothing is written.
    """
    builder = _Builder(instance, load_wsdl(str(wsdl), fetch, within=within))
    report = builder.build(message, protocol_profile)
    return report, builder.imported_documents


class _Builder:
    """Collects rows; the instance is built once, at the end."""

    def __init__(self, instance: Instance, loaded: LoadedWsdl) -> None:
        self.instance = instance
        self.loaded = loaded
        self.left_out: list[LeftOut] = []
        self.notes: list[str] = []
        self.imported: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.imported_documents: dict[str, bytes] = {}

    def build(self, name: str | None, profile: str | None) -> ImportReport:
        contract = self.loaded.contract
        samples, made = list(self._samples()), ""
        if samples and contract is not None:
            self.notes += contract.notes
            message = self._message(name or contract.name or self._file_name(), profile)
            self._fill(message, samples)
            made = message.name
        for left in () if contract is None else contract.left_out:
            self.left_out.append(LeftOut(self.loaded.shown, left.what, left.why))
        if not samples:
            self.left_out.append(LeftOut(self.loaded.shown, "the WSDL", "it has no operation with a SOAP binding"))
        return ImportReport(
            instance=self.instance,
            files=self.loaded.count,
            imported=dict(self.imported),
            deleted=dict(self.deleted),
            skipped={},
            left_out=tuple(dict.fromkeys(self.left_out)),
            notes=tuple(dict.fromkeys(self.notes)),
            written=bool(samples),
            message=made,
        )

    # From the WSDL

    def _samples(self) -> Iterator[tuple[Operation, Sample]]:
        """Every usable operation with its envelope; of a very large WSDL with smaller ones."""
        from sn_mock.instance.wsdl.samples import FEW_ELEMENTS, MAX_ELEMENTS, MAX_IN_ALL

        found, elements = [], 0
        for operation, sample in self._written(MAX_ELEMENTS):
            found.append((operation, sample))
            elements += sample.elements
            if elements > MAX_IN_ALL:
                return self._written(FEW_ELEMENTS)
        return iter(found)

    def _written(self, most_elements: int) -> Iterator[tuple[Operation, Sample]]:
        """The operations with envelopes of that size: SOAP 1.1 where a port speaks it."""
        from sn_mock.instance.wsdl.samples import sample_envelope
        from soap_contract.documents import WsdlError

        contract = self.loaded.contract
        if contract is None:
            return
        for operation in contract.operations:
            namespace = _ENVELOPES[min(operation.versions)]
            try:
                sample = sample_envelope(contract.schemas, contract.needs, operation.input, namespace, most_elements)
            except (WsdlError, ValueError) as error:  # lxml raises ValueError for a name that XML does not have
                self.left_out.append(LeftOut(self.loaded.shown, f"operation {operation.name}", str(error)))
                continue
            yield operation, sample

    def _file_name(self) -> str:
        return Path(self.loaded.location.partition("?")[0]).stem or "WSDL"

    # Into the instance

    def _message(self, name: str, profile: str | None) -> SysSoapMessage:
        known = self.instance.soap_message(name)
        message = known or SysSoapMessage(name=name)
        documents = self.loaded.documents
        changes: dict[str, Any] = {
            "wsdl": self._wsdl_reference(name),
            "wsdl_xml": _text(portable(documents, documents.main)),
        }
        if profile is not None:
            found = self.instance.protocol_profile(profile)
            if found is None:
                names = [row.protocol for row in self.instance.protocol_profiles]
                hint = did_you_mean(profile, names) or "; next step: add a [[sys_protocol_profile]]"
                raise MockUsageError(f"there is no protocol profile '{profile}'{hint}")
            changes |= {"enable_mutual_auth": True, "protocol_profile": found.sys_id}
        message = dataclasses.replace(message, **changes)
        self.instance = self.instance.with_record(message)
        self.imported[message.table] += 1
        return message

    def _wsdl_reference(self, name: str) -> str:
        """The URL, or a path in the folder; a WSDL with imports is copied with them, in their arrangement."""
        documents = self.loaded.documents
        files = {each.path: each for each in documents.found.values() if each.path is not None}
        main = documents.main.path
        if main is None:
            return self.loaded.location
        safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).lstrip(".") or "wsdl"
        if len(files) == 1:
            return f"file:attachments/{safe}.wsdl"
        root = Path(os.path.commonpath([str(path.parent) for path in files]))
        for path, document in files.items():
            if path != main:
                copy = f"attachments/{safe}/{path.relative_to(root).as_posix()}"
                self.imported_documents[copy] = portable(documents, document)
        return f"file:attachments/{safe}/{main.relative_to(root).as_posix()}"

    def _fill(self, message: SysSoapMessage, samples: list[tuple[Operation, Sample]]) -> None:
        """The message's functions and parameters."""
        functions = {row.sys_id: row for row in self.instance.soap_functions}
        known = {row.function_name: row for row in functions.values() if row.soap_message == message.sys_id}
        parameters: dict[str, list[SysSoapMessageParameter]] = {}
        for parameter in self.instance.soap_parameters:
            parameters.setdefault(parameter.soap_function, []).append(parameter)
        for operation, sample in samples:
            before = known.get(operation.name)
            if before is not None and before.lock:
                self.notes.append(f"{operation.name}: the function is locked and stays as it is")
                continue
            address, remarks = endpoint(self.instance, message, operation)
            function = dataclasses.replace(
                before or SysSoapMessageFunction(soap_message=message.name, function_name=operation.name),
                soap_endpoint=address,
                soap_action=operation.soap_action,
                envelope=sample.envelope,
            )
            functions[function.sys_id] = function
            self.imported[function.table] += 1
            parameters[function.sys_id] = self._parameters(
                message, function, sample, parameters.get(function.sys_id, [])
            )
            self.notes += [*remarks, *(f"{operation.name}: {remark}" for remark in sample.remarks)]
        rows = {row.sys_id: row for some in parameters.values() for row in some}
        stay = [rows.pop(row.sys_id) for row in self.instance.soap_parameters if row.sys_id in rows]
        self.instance = dataclasses.replace(
            self.instance,
            soap_functions=tuple(functions.values()),
            soap_parameters=(*stay, *rows.values()),  # in this order the folder's file can be edited in place
        )

    def _parameters(
        self,
        message: SysSoapMessage,
        function: SysSoapMessageFunction,
        sample: Sample,
        known: list[SysSoapMessageParameter],
    ) -> list[SysSoapMessageParameter]:
        """A parameter for each variable; those whose variable the WSDL no longer has are dropped."""
        variables = dict.fromkeys(sample.variables)
        kept = []
        for parameter in known:
            if parameter.name in variables or f"${{{parameter.name}}}" in function.soap_endpoint:
                kept.append(parameter)
                continue
            self.deleted[parameter.table] += 1
            self.notes.append(
                f"{function.function_name}: the parameter {parameter.name} is dropped; the WSDL has no such "
                "element any more"
            )
        has = {parameter.name for parameter in kept}
        where = f"{message.name}.{function.function_name}"
        new = [SysSoapMessageParameter(soap_function=where, name=name) for name in variables if name not in has]
        self.imported[SysSoapMessageParameter.table] += len(new)
        return kept + new


def _text(data: bytes) -> str:
    """A WSDL as text, in the encoding it declares."""
    from lxml import etree

    encoding = etree.fromstring(data).getroottree().docinfo.encoding or "UTF-8"
    return data.decode(encoding).removeprefix("\ufeff")
