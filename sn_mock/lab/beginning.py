"""`begin`: an instance folder, a provider's policy and a first test, from what somebody has at hand.

What is missing is made up and said to be: without a WSDL the ticket service of the package, without a keystore a
stand-in. Nothing that is there is overwritten.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub.policy.json_schema import policy_schema
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, releases
from sn_mock.instance.folder.atomic_writer import write_atomically
from sn_mock.instance.folder.toml_writer import toml_text
from sn_mock.instance.json_schema import instance_schema
from sn_mock.instance.wsdl.importer import import_wsdl
from sn_mock.java import keystore
from sn_mock.java.keytool.file_kinds import file_kind
from sn_mock.java.keytool.remedies import conversion
from sn_mock.lab.examples import examples
from sn_mock.lab.partner import Partner
from sn_mock.outbound.credentials.stores import certificates_in_text
from sn_mock.outbound.credentials.validation import validate_stores
from sn_mock.secret import Secret

DEFAULT_PROFILE = "myhttps"
KEYSTORE_RECORD = "Client keystore"
_PROFILE = regex(r"[a-z][a-z0-9+.-]*")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody has and wants; all of it may be missing."""

    wsdl: str | None = None
    """A file or a URL."""
    keystore: Path | None = None
    password: str | None = None
    """The keystore's, or `env:NAME`."""
    kind: str | None = None
    """`key_store` or `pkcs12_key_store`; None: by the file's content."""
    profile: str = DEFAULT_PROFILE
    port: int | None = None
    """The profile's default port; None: 443."""
    release: str | None = None
    ca: Path | None = None
    """The CA of the partner's certificate, to trust."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written."""

    folder: Path
    files: tuple[str, ...]
    functions: tuple[tuple[str, str], ...]
    """(message, function) of every call."""
    notes: tuple[str, ...]


def begin(folder: Path, wishes: Wishes, secret: str | None = None) -> Begun:
    """Write the folder. `secret` is the keystore's password itself, where `wishes.password` names a variable.

    Raises MockUsageError, before anything is written, for what cannot be used: a folder with an instance.toml, a
    keystore that the password does not open, a name that is no scheme.
    """
    if (folder / "instance.toml").exists():
        raise MockUsageError(
            f"{folder} has an instance.toml already; next step: `sn-mock try {folder}`, or another folder"
        )
    if not _PROFILE.fullmatch(wishes.profile):
        raise MockUsageError(
            f"{wishes.profile!r} is no name for a protocol profile: it becomes a URL scheme; take lower-case "
            "letters and digits, e.g. myhttps"
        )
    release = releases.release(wishes.release).name if wishes.release else releases.NEWEST.name
    kind = _kind(wishes, secret)
    pem = _authority(wishes.ca)
    notes: list[str] = []
    if wishes.keystore is None:
        notes.append(
            "no keystore was given: instance.toml has a stand-in; put the real one into attachments/ and name it there"
        )
    files = {
        "instance.toml": _instance(folder.resolve().name, release, wishes, kind).encode(),
        "provider.toml": _POLICY.encode(),
        "instance.schema.json": _schema(instance_schema()),
        "provider.schema.json": _schema(policy_schema()),
    }
    if wishes.keystore is not None:
        files[_attachment(wishes.keystore)] = wishes.keystore.read_bytes()
    if pem:
        files["attachments/partner-ca.pem"] = pem
    fresh = not folder.exists()
    write_atomically(folder, files)
    try:
        report = import_wsdl(wishes.wsdl or _bundled(), folder, protocol_profile=wishes.profile, release=None)
        if not report.written:
            raise MockUsageError("; ".join(map(str, report.left_out)))
        notes += [*map(str, report.left_out), *report.notes]
        instance = Instance.load(folder, require_secrets=False)
        notes += _unreadable(instance, secret)
        functions = _functions(instance)
        test = f"test_{_identifier(functions[0][0])}.py"
        write_atomically(folder, {test: _test(*functions[0]).encode()})
    except BaseException:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            (folder / "instance.toml").unlink(missing_ok=True)
        raise
    if wishes.wsdl is None:
        notes.append("no WSDL was given: the ticket service of sn-mock stands in for the partner's")
    return Begun(folder, tuple(sorted([*files, test])), functions, tuple(notes))


def _kind(wishes: Wishes, secret: str | None) -> str:
    """The record's type for that keystore; opened once, so that a wrong password is said now."""
    if wishes.keystore is None:
        return wishes.kind or "key_store"
    try:
        data = wishes.keystore.read_bytes()
    except OSError as error:
        raise MockUsageError(f"{wishes.keystore}: {error.strerror}; next step: give the path of the keystore") from None
    kind = wishes.kind or (
        "key_store" if data[:4] in (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce") else "pkcs12_key_store"
    )
    if secret is None:
        raise MockUsageError(f"{wishes.keystore}: give its password: --password P, or --password env:NAME")
    loaded = keystore.load(data, {"key_store": "JKS"}.get(kind, "PKCS12"), secret)
    if isinstance(loaded, keystore.LoadFailure):
        what = file_kind(data)
        advice = (
            "openssl pkcs12 -export -in CERTIFICATE.pem -inkey KEY.pem -out client.p12 makes a keystore of PEM files"
            if b"-----BEGIN" in data
            else "give the password of the keystore"
        )
        raise MockUsageError(f"{wishes.keystore} ({what}) does not open: {loaded.java[0]}; next step: {advice}")
    keys = keystore.key_managers(loaded, secret)
    if isinstance(keys, keystore.LoadFailure):
        raise MockUsageError(
            f"{wishes.keystore}: the key does not open with the store's password: {keys.java[0]}; next step: give it "
            f"the same password: {conversion(wishes.keystore.name, password=secret)} asks for the key's own"
        )
    if not keys:
        raise MockUsageError(
            f"{wishes.keystore} holds no private key; next step: give the keystore with the client's key"
        )
    return kind


def _unreadable(instance: Instance, secret: str | None) -> list[str]:
    """What that release refuses (a keystore too new for its Java), with the remedy."""
    for row in instance.certificates:
        if row.is_keystore and secret is not None:
            instance = instance.replace(row, key_store_password=Secret(secret))
    label = instance.release.label
    return [
        f"{label} cannot use '{one.name}': {one.reason}; next step: {one.fix}"
        for one in validate_stores(instance, datetime.now(UTC))
        if not one.valid
    ]


def _authority(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        found = certificates_in_text(file.read_bytes())
    except OSError as error:
        raise MockUsageError(f"{file}: {error.strerror}") from None
    if not found:
        raise MockUsageError(f"{file} holds no certificate (PEM or DER)")
    from sn_mock.java.keytool.issuing import pem

    return "".join(pem("CERTIFICATE", one) for one in found).encode()


def _attachment(file: Path) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", file.name).lstrip(".") or "client.jks"
    return f"attachments/{safe}"


def _schema(schema: dict[str, object]) -> bytes:
    return (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()


def _bundled() -> str:
    return str(examples() / "wsdl" / "tickets.wsdl")


def _functions(instance: Instance) -> tuple[tuple[str, str], ...]:
    return tuple((call.message, call.function) for call in Partner(instance).functions())


def _identifier(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").lower() or "calls"


def _instance(name: str, release: str, wishes: Wishes, kind: str) -> str:
    if wishes.keystore is not None:
        password = wishes.password or ""
        held = f"key_store_password = {toml_text(password)}\nattachment = {toml_text(_attachment(wishes.keystore))}"
    else:
        held = (
            "# Nobody's keystore: forged from these names. With the real file:\n"
            '# key_store_password = "env:CLIENT_STORE_PASSWORD"\n# attachment = "attachments/client.jks"\n'
            f'stand_in = [{{alias = "client", subject = "CN={name} client", issuer = "CN={name} client CA"}}]'
        )
    trusted = (
        '\n[[sys_certificate]]                      # the CA of the partner\'s certificate\nname = "Partner CA"\n'
        'type = "trust_store"\npem_certificate = "file:attachments/partner-ca.pem"\n'
        if wishes.ca
        else ""
    )
    return (
        f"#:schema ./instance.schema.json\n"
        f"# An instance as sn-mock reads it; editors that know TOML schemas complete it and mark slips.\n"
        f"[instance]\nname = {toml_text(name)}\nrelease = {toml_text(release)}\n\n"
        f"[[sys_certificate]]                      # System Definition > Certificates\n"
        f'name = "{KEYSTORE_RECORD}"\ntype = {toml_text(kind)}\n{held}\n{trusted}\n'
        f"[[sys_protocol_profile]]                 # System Security > Protocol Profiles\n"
        f"protocol = {toml_text(wishes.profile)}\ndefault_port = {wishes.port or 443}\n"
        f'keystore = "{KEYSTORE_RECORD}"\n'
    )


_POLICY = dedent(
    """\
    #:schema ./provider.schema.json
    # What the provider demands of this instance. `sn-mock try` and the tests make a provider of this folder; what is
    # not said here comes from it: the WSDL, the host names, whom it trusts (the keystores of the protocol profiles).
    # Every key: provider.schema.json

    client_auth = "required"
    # trust = ["attachments/client-ca.pem"]  # CAs whose clients are accepted
    # advertise = "none"                     # send no CA names: Java then sends any key
    # tls_max = "1.2"
    # personality = "nginx"                  # how a refusal looks to the client
    """
)


def _test(message: str, function: str) -> str:
    return dedent(
        f'''\
        """The integration under test: this folder's records against a provider that is made of it. Run: pytest"""

        import pytest

        pytestmark = pytest.mark.sn_mock(instance=".")


        def test_{_identifier(function)}_goes_out_with_our_certificate(sn_lab):
            exchange, visit = sn_lab.call({json.dumps(message)}, {json.dumps(function)})
            assert exchange.ok, exchange.findings
            assert exchange.key_choice.keystore == "{KEYSTORE_RECORD}"
            assert visit.verdict == "accepted"
            assert visit.presented[0].subject == exchange.key_choice.subject
        '''
    )
