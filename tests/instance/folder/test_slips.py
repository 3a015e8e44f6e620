"""Input as people write it: every kind of slip is told with what to write, and what can be understood is."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.commands.options import host_and_port
from sn_mock.instance import Instance, InstanceErrors
from sn_mock.java.keystore import TrustedItem, write_jks
from sn_mock.lab.pki import KeystoreSpec, shared_pki, write_keystore

HEAD = '[instance]\nname = "x"\nrelease = "zurich"\n\n'
STORE = '[[sys_certificate]]\nname = "C"\n'


def complaint(folder: Path, text: str | bytes) -> str:
    """What loading that instance.toml complains of."""
    (folder / "instance.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InstanceErrors) as refused:
        Instance.load(folder)
    return str(refused.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("name = “C”", 'name = “C”; next step: write straight quotes, "…"'),
        ("name = „C“", "straight quotes"),
        ("name = \u2018C\u2019", "straight quotes"),
        ("name = Client keystore", 'put the text in quotes: "…"'),
        ("attachment = attachments/c.jks", "put the text in quotes"),
        ('attachment = "attachments\\client.jks"', "write / in paths"),
        ('attachment = "C:\\keys\\client.jks"', "write / in paths"),
        ('name: "C"', "write = instead of :"),
        ("Default port = 8443", "underscores: default_port"),
    ],
)
def test_toml_that_is_none_shows_the_line_and_the_slip(tmp_path: Path, line: str, told: str) -> None:
    """The line is shown, whatever the parser calls it."""
    shown = complaint(tmp_path, f"{HEAD}[[sys_certificate]]\n{line}\n")
    assert told in shown
    assert line in shown


def test_other_encodings_are_named(tmp_path: Path) -> None:
    """Notepad's Unicode, and Latin-1."""
    assert "UTF-16" in complaint(tmp_path, HEAD.encode("utf-16"))
    assert "is not UTF-8; next step" in complaint(tmp_path, HEAD.replace("x", "Ä").encode("latin-1"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f'{STORE}"Key store password" = "x"\n', "did you mean 'key_store_password'?"),
        (f'{STORE}"Java Key Store" = true\n', 'did you mean type = "key_store"?'),
        ('[[sys_protocol_profile]]\nprotocol = "p"\n"Default port" = 1\n', "did you mean 'default_port'?"),
        ('[[sys_protocol_profile]]\nprotocol = "p"\ndefault_port = "8443"\n', "write 8443 without quotes"),
        (f'{STORE}active = "true"\n', "write true without quotes"),
        (f'{STORE}active = "No"\n', "write false without quotes"),
        (f'{STORE}pem_certificate = "file:der.cer"\n', "openssl x509 -inform der -in der.cer"),
        (f'{STORE}pem_certificate = "file:chain.p7b"\n', "openssl pkcs7 -inform der -print_certs -in chain.p7b"),
        (f'{STORE}pem_certificate = "file:trust.jks"\n', "keytool -exportcert -rfc -keystore trust.jks"),
        (f'{STORE}pem_certificate = "file:client.p12"\n', "openssl pkcs12 -in client.p12 -nokeys"),
        (f'{STORE}pem_certificate = "file:own.key"\n', "is a private key"),
    ],
)
def test_values_that_were_nearly_right(tmp_path: Path, row: str, told: str) -> None:
    """Labels of the form, numbers and flags in quotes, certificates in other clothes."""
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    pki = shared_pki()
    (tmp_path / "der.cer").write_bytes(pki["root"].der)
    (tmp_path / "chain.p7b").write_bytes(pkcs7.serialize_certificates(list(pki["root"].chain), Encoding.DER))
    (tmp_path / "trust.jks").write_bytes(write_jks([TrustedItem("r", pki["root"].der, pki.now)], "ours"))
    (tmp_path / "client.p12").write_bytes(write_keystore(pki, KeystoreSpec(format="PKCS12", password="ours")))
    (tmp_path / "own.key").write_text(pki["acme-client"].key_pem)
    assert told in complaint(tmp_path, HEAD + row)


@pytest.mark.parametrize("label", ["Java Key Store", "java key store", "Java Keystore", "PKCS12 Key Store"])
def test_a_forms_label_is_a_value(tmp_path: Path, label: str) -> None:
    """What the form shows is understood as what the table holds."""
    (tmp_path / "instance.toml").write_text(f'{HEAD}{STORE}type = "{label}"\n')
    assert Instance.load(tmp_path).certificates[0].type in ("key_store", "pkcs12_key_store")


def test_back_slashes_in_a_literal_path_lead_to_the_file(tmp_path: Path) -> None:
    """As Windows writes paths; a file that really has one in its name comes first."""
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "c.jks").write_bytes(b"forward")
    (tmp_path / "instance.toml").write_text(f"{HEAD}{STORE}attachment = 'attachments\\c.jks'\n")
    assert Instance.load(tmp_path).attachments[0].data == b"forward"
    (tmp_path / "attachments\\c.jks").write_bytes(b"back")
    assert Instance.load(tmp_path).attachments[0].data == b"back"


def test_a_folder_may_be_its_file_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check DIR/instance.toml`, `check` in the folder."""
    (tmp_path / "instance.toml").write_text(HEAD)
    assert main(["check", str(tmp_path / "instance.toml")]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    assert main(["expiry"]) == 0
    assert "x on zurich" in capsys.readouterr().out


def test_a_shell_variable_as_password_is_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the password itself; the finding says how the variable is written."""
    (tmp_path / "c.jks").write_bytes(write_keystore(shared_pki(), KeystoreSpec()))
    (tmp_path / "instance.toml").write_text(
        f'{HEAD}{STORE}type = "key_store"\nkey_store_password = "${{STORE_PW}}"\nattachment = "c.jks"\n'
        '[[sys_protocol_profile]]\nprotocol = "p"\nkeystore = "C"\n'
        '[[sys_soap_message]]\nname = "M"\nenable_mutual_auth = true\nprotocol_profile = "p"\n'
        '[[sys_soap_message_function]]\nsoap_message = "M"\nfunction_name = "F"\nsoap_endpoint = "https://localhost:1/"\n'
    )
    assert main(["check", str(tmp_path)]) == 1
    assert "env:STORE_PW takes it from STORE_PW" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("api.example:8443", ("api.example", 8443)),
        ("https://api.example:8443/v1/orders?x=1", ("api.example", 8443)),
        ("https://api.example/", ("api.example", 443)),
        ("api.example", ("api.example", 443)),
        ("[::1]:8443", ("::1", 8443)),
        ("myhttps://api.example", ("api.example", 443)),
    ],
)
def test_against_takes_what_people_copy(text: str, place: tuple[str, int]) -> None:
    """Host, host and port, or the endpoint itself."""
    assert host_and_port(text) == place


@pytest.mark.parametrize("text", ["", ":8443", "api.example:0", "api.example:x", "http://api.example/", "a b:1"])
def test_against_refuses_what_is_no_place(text: str) -> None:
    """One line with an example."""
    with pytest.raises(argparse.ArgumentTypeError, match="localhost:8443"):
        host_and_port(text)
