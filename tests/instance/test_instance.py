"""An Instance is a value: rows are looked up like ServiceNow does, and every change gives another instance."""

from __future__ import annotations

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProtocolProfile,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)

KEYSTORE = SysCertificate(name="ACME client", type="key_store", key_store_password=Secret("changeit"))
PROFILE = SysProtocolProfile(protocol="myhttps", default_port=8443, keystore="ACME client")
MESSAGE = SysSoapMessage(name="AcmeTickets", sys_scope="x_acme", enable_mutual_auth=True, protocol_profile="myhttps")
FUNCTION = SysSoapMessageFunction(soap_message="AcmeTickets", function_name="CreateTicket")
PARAMETER = SysSoapMessageParameter(soap_function="AcmeTickets.CreateTicket", name="text", value="hi")
FILE = SysAttachment(file_name="acme.jks", table_name="sys_certificate", table_sys_id=KEYSTORE.sys_id, data=b"x")
INSTANCE = Instance(
    certificates=(KEYSTORE,),
    protocol_profiles=(PROFILE,),
    soap_messages=(MESSAGE,),
    soap_functions=(FUNCTION,),
    soap_parameters=(PARAMETER,),
    attachments=(FILE,),
)


def test_references_become_sys_ids() -> None:
    """Display names are resolved when the instance is built, however they are spelt."""
    assert INSTANCE.soap_messages[0].protocol_profile == PROFILE.sys_id
    assert INSTANCE.protocol_profiles[0].keystore == KEYSTORE.sys_id
    assert INSTANCE.soap_functions[0].soap_message == MESSAGE.sys_id
    assert INSTANCE.soap_parameters[0].soap_function == FUNCTION.sys_id


def test_unresolvable_reference_stays() -> None:
    """A reference to nothing is kept as it is, and finds nothing."""
    instance = INSTANCE.replace(MESSAGE, protocol_profile="gone")
    assert instance.soap_messages[0].protocol_profile == "gone"
    assert instance.protocol_profile("gone") is None


def test_lookups() -> None:
    """Rows are found by name, by scope and name, and by sys_id; profiles are case-sensitive."""
    message = INSTANCE.soap_messages[0]
    assert INSTANCE.soap_message("AcmeTickets") == message
    assert INSTANCE.soap_message("x_acme.AcmeTickets") == message
    assert INSTANCE.soap_message(MESSAGE.sys_id) == message
    assert INSTANCE.soap_message("acmetickets") is None
    assert INSTANCE.soap_message("") is None
    assert INSTANCE.soap_function("AcmeTickets", "CreateTicket") == INSTANCE.soap_functions[0]
    assert INSTANCE.soap_function("AcmeTickets", "Nope") is None
    assert INSTANCE.soap_function("Nope", "CreateTicket") is None
    assert INSTANCE.protocol_profile("myhttps") == INSTANCE.protocol_profiles[0]
    assert INSTANCE.protocol_profile("MYHTTPS") is None
    assert INSTANCE.parameters(INSTANCE.soap_functions[0]) == INSTANCE.soap_parameters
    assert INSTANCE.attachments_of(KEYSTORE) == (FILE,)


def test_renaming_a_row_keeps_references() -> None:
    """A row keeps its sys_id and its place when a field changes, so references to it hold."""
    renamed = INSTANCE.replace(PROFILE, protocol="MyHttps")

    assert renamed.protocol_profile(renamed.soap_messages[0].protocol_profile) == renamed.protocol_profiles[0]
    assert renamed.protocol_profiles[0].protocol == "MyHttps"
    assert INSTANCE.protocol_profiles[0].protocol == "myhttps"


def test_with_record_inserts_or_updates() -> None:
    """A new row goes last; a row whose sys_id is known is updated in place."""
    second = SysCertificate(name="Second", type="key_store")
    instance = INSTANCE.with_record(second)
    assert [row.name for row in instance.certificates] == ["ACME client", "Second"]

    updated = instance.with_record(SysCertificate(name="ACME client", type="key_store", active=False))
    assert [(row.name, row.active) for row in updated.certificates] == [("ACME client", False), ("Second", True)]


def test_without_takes_the_attachments_along() -> None:
    """Deleting a row deletes its files, as the platform does."""
    left = INSTANCE.without(KEYSTORE)
    assert (left.certificates, left.attachments) == ((), ())
    assert left.protocol_profiles == INSTANCE.protocol_profiles


def test_misuse_is_refused() -> None:
    """Unknown fields, rows and tables are errors that suggest the right word."""
    with pytest.raises(MockUsageError, match="did you mean 'protocol'"):
        INSTANCE.replace(PROFILE, protocoll="x")
    with pytest.raises(MockUsageError, match=r"known are: sys_id, protocol, default_port, keystore$"):
        INSTANCE.replace(PROFILE, data=b"")
    with pytest.raises(MockUsageError, match="has no row"):
        INSTANCE.replace(SysCertificate(name="Other"), active=False)
    with pytest.raises(MockUsageError, match="did you mean 'sys_certificate'"):
        INSTANCE.table("sys_certificates")


def test_sys_ids_are_stable() -> None:
    """Derived sys_ids have 32 hex digits and depend on table and name only."""
    assert KEYSTORE.sys_id == SysCertificate(name="ACME client", active=False).sys_id
    assert KEYSTORE.sys_id != SysProtocolProfile(protocol="ACME client").sys_id
    assert len(KEYSTORE.sys_id) == 32
    assert set(KEYSTORE.sys_id) <= set("0123456789abcdef")


def test_secrets_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor str of a secret, nor of an instance that holds it, shows the password."""
    monkeypatch.setenv("SN_MOCK_TEST_PASSWORD", "hunter2")
    from_environment = Secret.parse("env:SN_MOCK_TEST_PASSWORD")

    assert from_environment.reveal() == "hunter2"
    for text in (repr(from_environment), str(from_environment), f"{from_environment}", repr(Secret("hunter2"))):
        assert "hunter2" not in text
    assert "changeit" not in repr(INSTANCE)


def test_unset_secret_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Revealing a password whose variable is missing says which one to export."""
    monkeypatch.delenv("SN_MOCK_TEST_PASSWORD", raising=False)
    secret = Secret.parse("env:SN_MOCK_TEST_PASSWORD")

    assert not secret.is_set
    with pytest.raises(MockUsageError, match="export SN_MOCK_TEST_PASSWORD="):
        secret.reveal()
