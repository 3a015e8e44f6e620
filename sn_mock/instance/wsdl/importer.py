"""`import_wsdl`: a SOAP message with one function per operation, as *Generate sample SOAP messages* makes them."""

from __future__ import annotations

import dataclasses
import os.path
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.toml_writer import save_folder
from sn_mock.instance.instance import Instance
from sn_mock.instance.problems import did_you_mean
from sn_mock.instance.records import SysSoapMessage, SysSoapMessageFunction, SysSoapMessageParameter
from sn_mock.instance.wsdl.documents import Fetch, LoadedWsdl, load_wsdl
from sn_mock.instance.xml.existing import existing_or_new
from sn_mock.instance.xml.report import ImportReport, LeftOut

if TYPE_CHECKING:
    from sn_mock.instance.wsdl.samples import Sample

_SOAP_BINDINGS = {
    "Soap11Binding": "http://schemas.xmlsoap.org/soap/envelope/",
    "Soap12Binding": "http://www.w3.org/2003/05/soap-envelope",
}
"""zeep's binding classes and their envelope namespaces."""


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
    endpoints get the profile's. `fetch` reads URLs; without it only files are read. Raises `MockUsageError` for a WSDL
    that cannot be read, before anything is written.
    """
    folder = Path(into)
    instance = existing_or_new(folder, release)
    loaded = load_wsdl(str(wsdl), fetch, within=within)
    builder = _Builder(instance, loaded)
    report = builder.build(message, protocol_profile)
    if report.written:
        notes = save_folder(report.instance, folder, builder.imported_documents)
        report = dataclasses.replace(report, notes=(*report.notes, *notes))
    return report


@dataclass(frozen=True, slots=True)
class _Operation:
    name: str
    port: str
    endpoint: str
    action: str
    sample: Sample
    is_soap_12: bool


class _Builder:
    def __init__(self, instance: Instance, loaded: LoadedWsdl) -> None:
        self.instance = instance
        self.loaded = loaded
        self.left_out: list[LeftOut] = []
        self.notes: list[str] = []
        self.imported: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.imported_documents: dict[str, bytes] = {}

    def build(self, name: str | None, profile: str | None) -> ImportReport:
        operations = list(self._operations())
        for passed_over in self.loaded.warnings:
            self.left_out.append(LeftOut(self.loaded.shown, "part of the WSDL", passed_over))
        if operations:
            message = self._message(name or self._service_name(), profile)
            for operation in operations:
                self._add(message, operation)
        else:
            self.left_out.append(LeftOut(self.loaded.shown, "the WSDL", "it has no operation with a SOAP binding"))
        return ImportReport(
            instance=self.instance,
            files=self.loaded.count,
            imported=dict(self.imported),
            deleted=dict(self.deleted),
            skipped={},
            left_out=tuple(self.left_out),
            notes=tuple(dict.fromkeys(self.notes)),
            written=bool(operations),
        )

    # From the WSDL

    def _operations(self) -> Iterator[_Operation]:
        """Every SOAP operation once: SOAP 1.1 ports first; the same name from another binding gets the port's name."""
        from sn_mock.instance.wsdl.samples import sample_envelope

        seen: dict[str, Any] = {}
        for port in sorted(self._ports(), key=lambda port: type(port.binding).__name__):
            kind = type(port.binding).__name__
            if kind not in _SOAP_BINDINGS:
                self.left_out.append(LeftOut(self.loaded.shown, f"port {port.name}", "its binding is not SOAP"))
                continue
            for name, operation in port.binding.all().items():
                taken_by = seen.get(name)
                if taken_by is not None and taken_by.abstract is operation.abstract:
                    continue
                if operation.input is None:
                    self.left_out.append(LeftOut(self.loaded.shown, f"operation {name}", "it has no input message"))
                    continue
                seen.setdefault(name, operation)
                yield _Operation(
                    name=name if taken_by is None else f"{name}_{port.name}",
                    port=port.name,
                    endpoint=(port.binding_options or {}).get("address", ""),
                    action=operation.soapaction or "",
                    sample=sample_envelope(operation.input, _SOAP_BINDINGS[kind]),
                    is_soap_12=kind == "Soap12Binding",
                )

    def _ports(self) -> list[Any]:
        return [port for service in self.loaded.document.services.values() for port in service.ports.values()]

    def _service_name(self) -> str:
        return str(next(iter(self.loaded.document.services.values())).name)

    # Into the instance

    def _message(self, name: str, profile: str | None) -> SysSoapMessage:
        known = self.instance.soap_message(name)
        message = known or SysSoapMessage(name=name)
        changes: dict[str, Any] = {"wsdl": self._wsdl_reference(name), "wsdl_xml": _text(self.loaded.main)}
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
        if not self.loaded.files:
            return self.loaded.location
        safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).lstrip(".") or "wsdl"
        main = Path(self.loaded.location).resolve()
        if len(self.loaded.files) == 1:
            return f"file:attachments/{safe}.wsdl"
        root = Path(os.path.commonpath([str(path.parent) for path in self.loaded.files]))
        for path, data in self.loaded.files.items():
            if path != main:
                self.imported_documents[f"attachments/{safe}/{path.relative_to(root).as_posix()}"] = data
        return f"file:attachments/{safe}/{main.relative_to(root).as_posix()}"

    def _add(self, message: SysSoapMessage, operation: _Operation) -> None:
        known = self.instance.soap_function(message, operation.name)
        if known is not None and known.lock:
            self.notes.append(f"{operation.name}: the function is locked and stays as it is")
            return
        function = dataclasses.replace(
            known or SysSoapMessageFunction(soap_message=message.name, function_name=operation.name),
            soap_endpoint=self._endpoint(message, operation),
            soap_action=operation.action,
            envelope=operation.sample.envelope,
        )
        self.instance = self.instance.with_record(function)
        self.imported[function.table] += 1
        self._drop_strangers(function, operation.sample.variables)
        has = {parameter.name for parameter in self.instance.parameters(function)}
        for variable in operation.sample.variables:
            if variable not in has:
                parameter = SysSoapMessageParameter(soap_function=f"{message.name}.{operation.name}", name=variable)
                self.instance = self.instance.with_record(parameter)
                self.imported[parameter.table] += 1
        for remark in operation.sample.remarks:
            self.notes.append(f"{operation.name}: {remark}")
        if operation.is_soap_12:
            self.notes.append(
                f"{operation.name}: port {operation.port} speaks SOAP 1.2 only; SOAP messages are sent as text/xml "
                f"with a SoapAction header, which such a provider may refuse"
            )

    def _drop_strangers(self, function: SysSoapMessageFunction, variables: Sequence[str]) -> None:
        """Parameters of an earlier import whose variable the WSDL no longer has."""
        for parameter in self.instance.parameters(function):
            if parameter.name not in variables and f"${{{parameter.name}}}" not in function.soap_endpoint:
                self.instance = self.instance.without(parameter)
                self.deleted[parameter.table] += 1
                self.notes.append(
                    f"{function.function_name}: the parameter {parameter.name} is dropped; the WSDL has no such "
                    "element any more"
                )

    def _endpoint(self, message: SysSoapMessage, operation: _Operation) -> str:
        """The port's address, with the profile's scheme where the release puts it there."""
        profile = self.instance.protocol_profile(message.protocol_profile) if message.enable_mutual_auth else None
        if not operation.endpoint:
            self.notes.append(f"{operation.name}: the WSDL gives no address; set soap_endpoint")
        if profile is None or not operation.endpoint:
            return operation.endpoint
        rest = operation.endpoint.partition("://")[2] or operation.endpoint
        if not self.instance.fact("scheme_rewrite").value:
            self.notes.append(
                f"{self.instance.release.label} does not rewrite the scheme: type {profile.protocol}:// in the "
                f"endpoints for mutual authentication"
            )
            return operation.endpoint
        if urlsplit(f"https://{rest}").port is None and profile.default_port != 443:
            self.notes.append(
                f"the address has no port, so {profile.protocol}:// goes to the profile's default port "
                f"{profile.default_port}"
            )
        return f"{profile.protocol}://{rest}"


def _text(data: bytes) -> str:
    """A WSDL as text, in the encoding it declares."""
    from lxml import etree

    encoding = etree.fromstring(data).getroottree().docinfo.encoding or "UTF-8"
    return data.decode(encoding).removeprefix("\ufeff")
