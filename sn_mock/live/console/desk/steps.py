"""The guide's seven steps to outbound mutual authentication, and how far this folder has come.

Source: KB0696002 and docs, c_MutualAuthentication: keystore with a key pair; signing request; have it signed; import
the reply; send the public certificate to the provider; import the provider's certificates and make the records; create
the message and call.
"""

from __future__ import annotations

from collections.abc import Sequence

from guarded.values import dataclass
from sn_mock.instance import Instance, SysCertificate
from sn_mock.java.keystore import EntryKind
from sn_mock.java.keytool.inspection import EntryReport
from sn_mock.live.console.rows.cells import list_url, record_url
from sn_mock.live.console.rows.stores import Store, opened


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    title: str
    done: bool
    detail: str
    """What is there, or what to do."""
    href: str


def steps(instance: Instance, *, called: bool, provider: bool) -> tuple[Step, ...]:
    """The seven steps. `called`: a call has succeeded; `provider`: one made of this folder is running."""
    row, store = _client(instance)
    workshop = f"/keystore?sys_id={row.sys_id}" if row else record_url("sys_certificate", "-1")
    report = store.keystore if store else None
    keys = [e for e in report.entries if e.kind is EntryKind.PRIVATE_KEY] if report and not report.failure else []
    signed = [entry for entry in keys if len(entry.chain) > 1]
    trusts = any(one.active and not one.is_keystore for one in instance.certificates)
    profile = next((one for one in instance.protocol_profiles if one.keystore), None)
    message = next((one for one in (*instance.soap_messages, *instance.rest_messages)), None)
    key = f"{keys[0].alias} in {row.name}" if keys and row else ""
    return (
        Step(
            "A keystore with a key pair",
            bool(keys),
            key or "make an X.509 Certificate record of type Java Key Store, and a key pair in it",
            workshop,
        ),
        Step("A certificate signing request", bool(signed), "for that key" if not signed else "answered", workshop),
        Step(
            "Have it signed by a CA that the provider trusts",
            bool(signed),
            _issuer(signed),
            workshop,
        ),
        Step(
            "Import the reply under the same alias",
            bool(signed),
            f"{len(signed[0].chain)} certificates under {signed[0].alias}" if signed else "the entry then has a chain",
            workshop,
        ),
        Step(
            "Send the public certificate to the provider",
            provider,
            f"a provider made of this folder {'accepts it' if provider else 'takes it by itself'}",
            "/provider",
        ),
        Step(
            "Import the provider's CA, make the protocol profile",
            trusts and profile is not None,
            _sixth(trusts=trusts, profile=profile.protocol if profile else ""),
            "/provider" if not trusts else list_url("sys_protocol_profile"),
        ),
        Step(
            "Create the message, and Test",
            called,
            "a call succeeded" if called else "Enable mutual authentication, choose the profile, then Test a function",
            record_url(message.table, message.sys_id) if message else record_url("sys_soap_message", "-1"),
        ),
    )


def _issuer(signed: Sequence[EntryReport]) -> str:
    return f"by {signed[0].chain[0].issuer}" if signed else "the lab's CA can do it"


def _sixth(*, trusts: bool, profile: str) -> str:
    missing = []
    if not trusts:
        missing.append("no active Trust Store Cert")
    if not profile:
        missing.append("no protocol profile with a keystore")
    return "; ".join(missing) or f"profile {profile}"


def _client(instance: Instance) -> tuple[SysCertificate | None, Store | None]:
    """The keystore that profiles name, else the first there is."""
    named = {profile.keystore for profile in instance.protocol_profiles}
    rows = [row for row in instance.certificates if row.is_keystore]
    rows.sort(key=lambda row: row.sys_id not in named)
    return (rows[0], opened(instance, rows[0])) if rows else (None, None)
