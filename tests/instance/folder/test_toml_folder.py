"""An instance folder loads as it is written, and everything wrong with it is reported at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sn_mock.instance import Instance, InstanceErrors
from sn_mock.instance.folder import folder_files

Problems = Callable[..., list[tuple[str, str]]]


def test_healthy_folder_loads(write_instance: Callable[..., Path]) -> None:
    """A folder with every kind of row loads; references lead to their rows, files to their contents."""
    # Given / When
    instance = Instance.load(write_instance())

    # Then
    message = instance.soap_message("AcmeTickets")
    assert message is not None
    function = instance.soap_function(message, "CreateTicket")
    profile = instance.protocol_profile(message.protocol_profile)
    assert function is not None
    assert profile is not None
    keystore = instance.certificate(profile.keystore)
    assert keystore is not None
    assert (instance.name, instance.release.label) == ("dev12345", "Helsinki")
    assert function.envelope == "<create>${short_description}</create>"
    assert [parameter.value for parameter in instance.parameters(function)] == ["Printer on fire"]
    assert keystore.key_store_password is not None
    assert keystore.key_store_password.reveal() == "changeit"
    assert [(file.file_name, file.data) for file in instance.attachments_of(keystore)] == [
        ("acme.jks", b"keystore bytes")
    ]


def test_defaults_are_servicenows(write_instance: Callable[..., Path]) -> None:
    """Fields that are not given have the defaults of the form in ServiceNow."""
    instance = Instance.load(write_instance())

    keystore = instance.certificates[0]
    assert (keystore.active, keystore.format, keystore.expiration_notification) == (True, "pem", True)
    assert keystore.warn_in_days_to_expire == 20
    assert instance.soap_functions[0].enable_mutual_auth is False
    assert instance.soap_parameters[0].type == "string"


def test_attachment_name_overrides_the_file_name(write_instance: Callable[..., Path]) -> None:
    """`attachment_name` is what the instance sees, whatever the file is called on disk."""
    extra = """
[[sys_certificate]]
name = "Second"
type = "key_store"
attachment = "attachments/acme.jks"
attachment_name = "ACME.jks"
"""
    instance = Instance.load(write_instance(extra))

    second = instance.certificate("Second")
    assert second is not None
    assert [file.file_name for file in instance.attachments_of(second)] == ["ACME.jks"]


def test_password_from_environment(write_instance: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:NAME` reads the password from the environment, and no print of the instance shows it."""
    extra = '\n[[sys_certificate]]\nname = "Second"\ntype = "key_store"\nkey_store_password = "env:SECOND_PASSWORD"\n'
    monkeypatch.setenv("SECOND_PASSWORD", "hunter2")

    instance = Instance.load(write_instance(extra))

    second = instance.certificate("Second")
    assert second is not None
    assert second.key_store_password is not None
    assert second.key_store_password.reveal() == "hunter2"
    assert "hunter2" not in repr(instance)
    assert "changeit" not in repr(instance)


def test_wsdl_file_is_read(write_instance: Callable[..., Path]) -> None:
    """`wsdl = "file:…"` keeps the path and puts the text in wsdl_xml."""
    extra = '\n[[sys_soap_message]]\nname = "WithWsdl"\nwsdl = "file:attachments/acme.wsdl"\n'
    instance = Instance.load(write_instance(extra, files={"attachments/acme.wsdl": b"<definitions/>"}))

    message = instance.soap_message("WithWsdl")
    assert message is not None
    assert (message.wsdl, message.wsdl_xml) == ("file:attachments/acme.wsdl", "<definitions/>")


@pytest.mark.parametrize(
    ("extra", "key", "words"),
    [
        ("\n[[sys_certificat]]\nname = 'x'\n", "sys_certificat", "did you mean 'sys_certificate'"),
        (
            "\n[[sys_certificate]]\nname = 'x'\nkeystore_password = 'y'\n",
            'sys_certificate[2] "x".keystore_password',
            "did you mean 'key_store_password'",
        ),
        ("\n[[sys_certificate]]\nname = 'x'\nactive = 'yes'\n", 'sys_certificate[2] "x".active', "true or false"),
        (
            "\n[[sys_certificate]]\nname = 'x'\ntype = 'keystore'\n",
            'sys_certificate[2] "x".type',
            "did you mean 'key_store'",
        ),
        ("\n[[sys_certificate]]\ntype = 'key_store'\n", "sys_certificate[2].name", "is missing"),
        (
            "\n[[sys_certificate]]\nname = 'x'\nexpires = 'soon'\n",
            'sys_certificate[2] "x".expires',
            "YYYY-MM-DD HH:MM:SS",
        ),
        (
            "\n[[sys_protocol_profile]]\nprotocol = 'other'\nkeystore = 'ACME cleint'\n",
            'sys_protocol_profile[2] "other".keystore',
            "did you mean 'ACME client'",
        ),
        (
            "\n[[sys_protocol_profile]]\nprotocol = 'other'\ndefault_port = 70000\n",
            'sys_protocol_profile[2] "other".default_port',
            "1 to 65535",
        ),
        (
            "\n[[sys_protocol_profile]]\nprotocol = 'other'\ndefault_port = '8443'\n",
            'sys_protocol_profile[2] "other".default_port',
            "whole number",
        ),
        (
            "\n[[sys_soap_message_function]]\nsoap_message = 'Nope'\nfunction_name = 'x'\n",
            'sys_soap_message_function[2] "x".soap_message',
            "no sys_soap_message is called 'Nope'",
        ),
        (
            "\n[[sys_certificate]]\nname = 'ACME client'\n",
            'sys_certificate[2] "ACME client"',
            'the same row as sys_certificate[1] "ACME client"',
        ),
        (
            "\n[[sys_properties]]\nname = 'glide.http.timeout'\nsys_id = '00000000000000000000000000000001'\n",
            'sys_properties[2] "glide.http.timeout"',
            "already used",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nsys_id = 'XYZ'\n",
            'sys_certificate[2] "x".sys_id',
            "32 lower-case hex digits",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment = 'attachments/none.jks'\n",
            'sys_certificate[2] "x".attachment',
            "there is no file 'attachments/none.jks'",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment = '../elsewhere.jks'\n",
            'sys_certificate[2] "x".attachment',
            "outside the instance folder",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment = '/etc/hostname'\n",
            'sys_certificate[2] "x".attachment',
            "outside the instance folder",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment = \"a\\u0000b\"\n",
            'sys_certificate[2] "x".attachment',
            "cannot be the name of a file",
        ),
        (
            f"\n[[sys_certificate]]\nname = 'x'\nattachment = '{'a' * 300}'\n",
            'sys_certificate[2] "x".attachment',
            "cannot be the name of a file",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment = 'attachments'\n",
            'sys_certificate[2] "x".attachment',
            "is not a file",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nattachment_name = 'x.jks'\n",
            'sys_certificate[2] "x".attachment_name',
            "without attachment",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\npem_certificate = 'file:attachments/none.pem'\n",
            'sys_certificate[2] "x".pem_certificate',
            "there is no file",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nkey_store_password = 'env:SN_MOCK_TEST_UNSET'\n",
            'sys_certificate[2] "x".key_store_password',
            "export SN_MOCK_TEST_UNSET=",
        ),
        (
            "\n[[sys_certificate]]\nname = 'x'\nkey_store_password = 'env:'\n",
            'sys_certificate[2] "x".key_store_password',
            "name of an environment variable",
        ),
        ("\n[quirks]\nserver_name = true\n", "quirks.server_name", "is no release fact"),
        ("\n[quirks]\nscheme_rewite = true\n", "quirks.scheme_rewite", "did you mean 'scheme_rewrite'"),
        ("\n[quirks]\nseveral_profiles = 'second_wins'\n", "quirks.several_profiles", "'by_name' or 'first_wins'"),
        ("\n[quirks]\njava = 12\n", "quirks.java", "8 or 11 or 17 or 21 or 25"),
        ("\n[quirks]\njava = 'eleven'\n", "quirks.java", "an update of one of them such as '8u301' or '11.0.10'"),
        ("\n[quirks]\njava = 11.0\n", "quirks.java", "not 11.0"),
        ("\n[quirks]\nsni = 'on'\n", "quirks.sni", "true or false"),
        ("\n[quirks]\ntls_versions = ['TLS 1.2']\n", "quirks.tls_versions", "'TLS 1.2'"),
    ],
)
def test_each_problem_names_place_and_next_step(problems_of: Problems, extra: str, key: str, words: str) -> None:
    """Every kind of mistake gives one problem with its key and a hint at the remedy."""
    ((found_key, message),) = problems_of(extra)

    assert found_key == key
    assert words in message


def test_what_is_known_is_listed_in_one_order(problems_of: Problems) -> None:
    """The same mistake gives the same words in every run: known tables not in hash order."""
    tables = dict(problems_of("[[zzz]]"))["zzz"]
    assert "known are: instance, sys_properties, sys_certificate, sys_protocol_profile, " in tables
    fields = dict(problems_of('[[sys_protocol_profile]]\nprotocol = "b"\nqq = 1'))['sys_protocol_profile[2] "b".qq']
    assert fields.endswith("keystore, sys_id, attachment, attachment_name")


def test_a_password_of_the_wrong_type_is_not_shown(problems_of: Problems) -> None:
    """Not even in an error message."""
    extra = "\n[[sys_certificate]]\nname = 'x'\nkey_store_password = 73914\n"
    ((key, message),) = problems_of(extra)
    assert key == 'sys_certificate[2] "x".key_store_password'
    assert message == "must be a text, the password or env:NAME, in quotes"


@pytest.mark.parametrize(
    ("toml", "key", "words"),
    [
        ('[instance]\nname = "x"\nrelease = "helsnki"\n', "instance.release", "did you mean 'helsinki'"),
        ('[instance]\nname = "x"\n', "instance.release", "must be a release name"),
        ('[instance]\nrelease = "fuji"\nnmae = "x"\n', "instance.nmae", "did you mean 'name'"),
        ("", "instance", "is missing"),
        ('[instance]\nname = "x\n', "line 2, column 10", "is not TOML"),
        ('[instance]\nrelease = "fuji"\n[sys_certificate]\nname = "x"\n', "sys_certificate", "[[sys_certificate]]"),
    ],
)
def test_broken_header(problems_of: Problems, toml: str, key: str, words: str) -> None:
    """A wrong header or syntax is reported with its key or line."""
    ((found_key, message),) = problems_of(toml=toml)

    assert found_key == key
    assert words in message


def test_all_problems_at_once(problems_of: Problems) -> None:
    """Mistakes in several places are all reported by one load."""
    extra = """
[[sys_certificate]]
name = "x"
active = 1
type = "keystore file"

[[sys_protocol_profile]]
protocol = "other"
keystore = "gone"

[quirks]
java = "eight"
"""
    assert [key for key, _ in problems_of(extra)] == [
        "quirks.java",
        'sys_certificate[2] "x".active',
        'sys_certificate[2] "x".type',
        'sys_protocol_profile[2] "other".keystore',
    ]


def test_ambiguous_reference_asks_for_the_sys_id(problems_of: Problems) -> None:
    """A name that two rows carry cannot be referred to by name; the sys_ids to choose from are given."""
    extra = """
[[sys_certificate]]
name = "Twin"
sys_id = "00000000000000000000000000000001"

[[sys_certificate]]
name = "Twin"
sys_id = "00000000000000000000000000000002"

[[sys_protocol_profile]]
protocol = "other"
keystore = "Twin"
"""
    ((key, message),) = problems_of(extra)
    assert key == 'sys_protocol_profile[2] "other".keystore'
    assert "00000000000000000000000000000001, 00000000000000000000000000000002" in message


def test_twins_with_sys_ids_load(write_instance: Callable[..., Path]) -> None:
    """Two rows of one name are fine as long as each has a sys_id and nothing refers to them by name."""
    extra = """
[[sys_certificate]]
name = "Twin"
sys_id = "00000000000000000000000000000001"

[[sys_certificate]]
name = "Twin"
sys_id = "00000000000000000000000000000002"

[[sys_protocol_profile]]
protocol = "other"
keystore = "00000000000000000000000000000002"
"""
    instance = Instance.load(write_instance(extra))

    profile = instance.protocol_profile("other")
    assert profile is not None
    assert instance.certificate(profile.keystore) == instance.certificates[2]


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that does not exist, or holds no instance.toml, is one clear problem."""
    with pytest.raises(InstanceErrors, match="there is no such folder"):
        Instance.load(tmp_path / "nowhere")
    with pytest.raises(InstanceErrors, match=r"the folder has no instance\.toml"):
        Instance.load(tmp_path)


def test_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is reported with the byte."""
    (tmp_path / "instance.toml").write_bytes(b'[instance]\nname = "caf\xe9"\n')
    with pytest.raises(InstanceErrors, match="byte 22: is not UTF-8"):
        Instance.load(tmp_path)


def test_a_file_is_read_once(write_instance: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows name it; the next load finds it as it is then."""
    folder = write_instance()
    (folder / "envelope.xml").write_text("<one/>")
    rows = "".join(
        f"""
        [[sys_soap_message_function]]
        soap_message = "AcmeTickets"
        function_name = "F{number}"
        soap_endpoint = "https://localhost:1/"
        envelope = "file:envelope.xml"
        """
        for number in range(3)
    )
    with (folder / "instance.toml").open("a") as file:
        file.write(rows)
    read: list[str] = []
    whole = folder_files.files.read
    monkeypatch.setattr(folder_files.files, "read", lambda path, *most: read.append(path.name) or whole(path, *most))
    envelopes = [row.envelope for row in Instance.load(folder).soap_functions if row.function_name.startswith("F")]
    assert envelopes == ["<one/>"] * 3
    assert read.count("envelope.xml") == 1

    (folder / "envelope.xml").write_text("<two/>")
    assert "<two/>" in {row.envelope for row in Instance.load(folder).soap_functions}


def test_symbolic_link_out_of_the_folder_is_refused(write_instance: Callable[..., Path], tmp_path: Path) -> None:
    """A link that leads out of the folder counts as outside."""
    (tmp_path / "secret.jks").write_bytes(b"x")
    folder = write_instance("\n[[sys_certificate]]\nname = 'x'\nattachment = 'attachments/link.jks'\n")
    (folder / "attachments" / "link.jks").symlink_to(tmp_path / "secret.jks")
    with pytest.raises(InstanceErrors, match="outside the instance folder"):
        Instance.load(folder)


@pytest.mark.parametrize("name", ["records.txt"])
def test_a_file_in_the_place_of_the_folder_is_told(name: str, tmp_path: Path) -> None:
    """It is called a file, with the next step; a folder of that name loads (the twins above)."""
    (tmp_path / "records.txt").write_text("x", encoding="utf-8")

    with pytest.raises(InstanceErrors, match=r"is a file, no folder; next step: give an instance folder"):
        Instance.load(tmp_path / name)
