"""`Recording`: what has to be known to place a call again elsewhere. Public certificates, no key, no password."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from guarded import secrets as blanking
from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.handover import keystores as stores
from sn_mock.handover.keystores import StoredEntry, StoredKeystore
from sn_mock.handover.naming import is_secret, shown
from sn_mock.handover.redaction import Redactor
from sn_mock.handover.reforging import Forged, reforge, renamed
from sn_mock.handover.shapes import ANYTHING, FLAG, NUMBER, TEXT, Shape, misfit
from sn_mock.instance import Instance, Secret
from sn_mock.instance.records import MidProtocolProfile, SysCertificate
from sn_mock.java.keystore import EntryKind, KeyStore
from sn_mock.masking import MASK
from sn_mock.outbound.credentials.shelf import KeystoreShelf, java_type
from sn_mock.outbound.credentials.stores import certificates_in_text
from tls_transcript import Alert, CertificateRequest, ClientHello, Direction, ServerHello, registries
from tls_transcript import Certificate as CertificateMessage

_PROVIDER: Mapping[str, Shape] = {
    "chain": (NUMBER,),
    "asked": FLAG,
    "authorities": (TEXT,),
    "tls?": TEXT,
    "client_versions": (TEXT,),
    "client_certificate": FLAG,
    "alert?": TEXT,
    "response?": {"status": NUMBER, "headers": ((TEXT,),), "body": TEXT},
    "network": FLAG,
}
_OUTCOME: Mapping[str, Shape] = {
    "ok": FLAG,
    "stage?": TEXT,
    "cause?": TEXT,
    "java": ({"class": TEXT, "message": ANYTHING},),
    "status_code": NUMBER,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The call as it was asked for."""

    message: str
    function: str
    parameters: tuple[tuple[str, str], ...] = ()
    endpoint: str = ""
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One call, ready to be placed again."""

    asked: Asked
    certificates: tuple[bytes, ...]
    """DER; everything else names them by their number."""
    keystores: tuple[StoredKeystore, ...]
    provider: Mapping[str, Any]
    """What the provider said: `chain`, `asked`, `authorities`, `authorities_present`, `tls`, `client_versions`,
    `alert`, `alert_before_hello`, `response`."""
    outcome: Mapping[str, Any]
    """Stage, cause and Java text that the call ended with; `ok` where it did not fail."""

    def to_json(self) -> dict[str, Any]:
        """As it stands in the bundle."""
        asked = self.asked
        return {
            "call": {
                "message": asked.message,
                "function": asked.function,
                "parameters": dict(asked.parameters),
                "endpoint": asked.endpoint,
                "when": asked.when.isoformat() if asked.when else None,
            },
            "certificates": [base64.b64encode(one).decode() for one in self.certificates],
            "keystores": [one.to_json() for one in self.keystores],
            "provider": dict(self.provider),
            "outcome": dict(self.outcome),
        }

    @classmethod
    def from_json(cls, document: Any) -> Recording:
        """From a bundle; raises MockUsageError for what is no recording."""
        try:
            call = document["call"]
            asked = Asked(
                str(call["message"]),
                str(call["function"]),
                tuple((str(name), str(value)) for name, value in call["parameters"].items()),
                str(call["endpoint"]),
                datetime.fromisoformat(call["when"]) if call["when"] else None,
            )
            certificates = tuple(base64.b64decode(one, validate=True) for one in document["certificates"])
            keystores = tuple(map(StoredKeystore.from_json, document["keystores"]))
            if wrong := misfit(document, {"provider": _PROVIDER, "outcome": _OUTCOME}):
                raise ValueError(wrong)
            provider, outcome = (
                {name.removesuffix("?"): None for name in shape} | document[part]
                for part, shape in (("provider", _PROVIDER), ("outcome", _OUTCOME))
            )
            for name in provider["authorities"]:
                base64.b64decode(name, validate=True)
            if any(len(pair) != 2 for pair in (provider["response"] or {"headers": ()})["headers"]):
                raise ValueError("provider.response.headers holds what is no pair")
            numbers = [*provider["chain"], *(n for one in keystores for entry in one.entries for n in entry.chain)]
            if not all(isinstance(number, int) and 0 <= number < len(certificates) for number in numbers):
                raise ValueError("names a certificate that it does not have")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MockUsageError(f"recording.json is none of sn-mock's ({type(error).__name__}: {error})") from None
        return cls(asked, certificates, keystores, provider, outcome)


@dataclass(frozen=True, slots=True)
class Material:
    """The certificates of a call, as they were and as they are handed over."""

    originals: tuple[bytes, ...]
    forged: Forged
    """With `names=False` every certificate is its own."""

    def numbers(self, chain: tuple[bytes, ...]) -> list[int]:
        """The numbers of those certificates that can be handed over."""
        known = [one for one in self.originals if one in self.forged.certificates]
        return [known.index(one) for one in chain if one in self.forged.certificates]

    @property
    def public(self) -> tuple[bytes, ...]:
        """What is handed over, in order."""
        return tuple(self.forged.certificates[one] for one in self.originals if one in self.forged.certificates)


def material(instance: Instance, exchange: Exchange | None, redactor: Redactor) -> Material:
    """Every certificate that the records, their keystores and the provider show."""
    shelf = KeystoreShelf(instance)
    found: list[bytes] = []
    for row in instance.certificates:
        found += certificates_in_text(row.pem_certificate.encode())
        if row.is_keystore:
            read = _contents(instance, row, shelf)
            found += [one for entry in (read.entries if read else ()) for one in entry.chain]
        else:
            for file in instance.attachments_of(row):
                found += certificates_in_text(file.data)
    for profile in instance.mid_protocol_profiles:
        for data in _host_file(instance, profile):
            held = stores.contents(data, "JKS", _revealed(profile.password))
            found += [one for entry in (held.entries if held else ()) for one in entry.chain]
    if exchange is not None:
        found += exchange.presented_chain
        found += exchange.key_choice.chain if exchange.key_choice else ()
    originals = tuple(dict.fromkeys(found))
    if redactor.names:
        return Material(originals, reforge(originals, redactor))
    return Material(originals, Forged({one: one for one in originals}, {}))


def recorded(
    asked: Asked, instance: Instance, exchange: Exchange, redactor: Redactor, certificates: Material
) -> Recording:
    """The recording of a call that was placed."""
    parameters = tuple(
        (redactor.text(name), MASK if is_secret(name) else shown(value, redactor)) for name, value in asked.parameters
    )
    handed = replace(
        asked,
        message=redactor.text(asked.message),
        function=redactor.text(asked.function),
        endpoint=shown(asked.endpoint, redactor),
        parameters=parameters,
        when=asked.when or exchange.when,
    )
    return Recording(
        handed,
        certificates.public,
        tuple(_keystores(instance, redactor, certificates)),
        _provider(exchange, redactor, certificates),
        outcome(redactor.document(exchange.to_json())),
    )


def outcome(exchange: Mapping[str, Any]) -> dict[str, Any]:
    """What a call ended with, of an Exchange document."""
    failure = exchange["failure"]
    return {
        "ok": failure is None and not exchange["response"]["have_error"],
        "stage": failure["stage"] if failure else None,
        "cause": failure["cause"] if failure else None,
        "java": failure["java"] if failure else [],
        "status_code": exchange["response"]["status_code"],
    }


def _keystores(instance: Instance, redactor: Redactor, certificates: Material) -> list[StoredKeystore]:
    shelf = KeystoreShelf(instance)
    found = []
    for row in instance.certificates:
        files = instance.attachments_of(row)
        if not row.is_keystore or not (files or row.stand_in):
            continue
        view = shelf.view(row)
        data = view.attachment.data if view.attachment else b""
        password = _password(instance, row)
        found.append(
            _stored(
                row.table, row.sys_id, view.file_name, java_type(row), data, password, instance, redactor, certificates
            )
        )
    for profile in instance.mid_protocol_profiles:
        for data in _host_file(instance, profile):
            password = _revealed(profile.password)
            name = profile.keystore_path
            found.append(
                _stored(profile.table, profile.sys_id, name, "JKS", data, password, instance, redactor, certificates)
            )
    return found


def _stored(
    table: str,
    row: str,
    name: str,
    declared: str,
    data: bytes,
    password: str | None,
    instance: Instance,
    redactor: Redactor,
    certificates: Material,
) -> StoredKeystore:
    read = stores.contents(data, declared, password)
    plain = [
        StoredEntry(entry.stored_alias or entry.alias, str(entry.kind), tuple(certificates.numbers(entry.chain)))
        for entry in (read.entries if read else ())
        if entry.kind in (EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE) and entry.chain
    ]
    again = reforge(certificates.public)
    items = stores.items_of(plain, certificates.public, again)
    algorithm = str(instance.fact("key_manager").value)
    recipe = stores.chosen_recipe(data, declared, password, items, instance.java, algorithm)
    entries = tuple(replace(entry, alias=redactor.text(entry.alias)) for entry in plain)
    first = data[:1].hex() if recipe == stores.NO_KEYSTORE else ""
    return StoredKeystore(table, redactor.text(row), redactor.text(name), declared, recipe, first, entries)


def _contents(instance: Instance, row: SysCertificate, shelf: KeystoreShelf) -> KeyStore | None:
    view = shelf.view(row)
    if view.attachment is None:
        return None
    return stores.contents(view.attachment.data, java_type(row), _password(instance, row))


def _password(instance: Instance, row: SysCertificate) -> str | None:
    from sn_mock.outbound.credentials import forgery

    return _revealed(row.key_store_password) if instance.attachments_of(row) else forgery.PASSWORD


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _host_file(instance: Instance, profile: MidProtocolProfile) -> list[bytes]:
    attached = [file.data for file in instance.attachments_of(profile)]
    if attached or instance.folder is None:
        return attached
    path = instance.folder / profile.keystore_path
    return [path.read_bytes()] if path.is_file() else []


def _provider(exchange: Exchange, redactor: Redactor, certificates: Material) -> dict[str, Any]:
    transcript = exchange.transcript
    request = transcript.first(CertificateRequest, Direction.RECEIVED)
    hello = transcript.of(ServerHello, Direction.RECEIVED)
    offered = transcript.first(ClientHello, Direction.SENT)
    alerts = [one for one in transcript.of(Alert, Direction.RECEIVED) if one.level_name == "fatal"]
    names = [base64.b64encode(_renamed(name, redactor)).decode() for name in (request.authorities if request else ())]
    versions = (offered.supported_versions or (offered.legacy_version,)) if offered else ()
    return {
        "chain": certificates.numbers(exchange.presented_chain),
        "asked": request is not None,
        "authorities": names,
        "authorities_present": bool(request and request.authorities_present),
        "tls": registries.version_name(hello[-1].version) if hello else None,
        "client_versions": [registries.version_name(one) for one in versions],
        "client_certificate": transcript.first(CertificateMessage, Direction.SENT) is not None,
        "alert": alerts[-1].description_name if alerts else None,
        "response": _response(exchange, redactor),
        "network": bool(exchange.attempts),
    }


def _renamed(name: bytes, redactor: Redactor) -> bytes:
    return renamed(name, redactor) if redactor.names else name


def _response(exchange: Exchange, redactor: Redactor) -> dict[str, Any] | None:
    response = exchange.response
    if not response.headers and not response.body:
        return None
    skipped = ("content-length", "transfer-encoding", "connection", "content-encoding")
    headers = [
        [redactor.text(name), redactor.text(blanking.header(name, value))]
        for name, value in response.headers
        if name.lower() not in skipped
    ]
    return {"status": response.status_code, "headers": headers, "body": shown(response.body, redactor)}
