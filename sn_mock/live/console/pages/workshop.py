"""`/keystore`: what the guide does with keytool, on the keystore of a record: key pair, request, reply, certificates.

Each action opens the attached file, does to it what keytool would, and attaches the outcome in its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sn_mock.failure import MockUsageError
from sn_mock.instance import SysCertificate
from sn_mock.java.keytool import workshop
from sn_mock.java.keytool.workshop import Access
from sn_mock.lab.pki import Identity
from sn_mock.lab.pki.signing import signed_by
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Seen, Upload
from sn_mock.live.console.desk.attaching import attach_instead
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.desk.providers import lab_authority
from sn_mock.live.console.rows.stores import opened
from sn_mock.outbound.credentials.shelf import java_type

_SUFFIXES = {"JKS": ".jks", "PKCS12": ".p12"}
_LONGEST_NAME = 40

Tool = Callable[[Access, Mapping[str, str], Mapping[str, Upload]], tuple[str, ...]]
TextTool = Callable[[Access, Mapping[str, str], Identity], tuple[str, str]]
"""What it makes is shown, and the keystore stays as it is: (title, text)."""


def workshop_page(desk: Desk, asked: Asked) -> Answer:
    """The entries as they are, and the forms of the next steps."""
    row = _row(desk, asked.query.get("sys_id", ""))
    store = opened(desk.live.folder.instance, row)
    made = desk.texts.get(asked.query.get("made", ""))
    return Page("workshop.html", {"row": row, "store": store, "made": made, "file": _file_name(desk, row)})


def work(desk: Desk, asked: Asked) -> Answer:
    """What the button says, done to the keystore."""
    row = _row(desk, asked.query.get("sys_id", ""))
    place = f"/keystore?sys_id={row.sys_id}"
    action = asked.form.get("do", "")
    if action not in _TOOLS and action not in _TEXTS:
        raise MockUsageError("that button means nothing here")
    if row.key_store_password is None:
        raise MockUsageError("the record has no Key store password; next step: set it there, then come back")
    files = desk.live.folder.instance.attachments_of(row)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keystore"
        if files:
            path.write_bytes(files[0].data)
        elif action != "new":
            raise MockUsageError("nothing is attached yet; next step: make a key pair, or attach a keystore")
        access = Access(path, row.key_store_password.reveal(), java_type(row))
        try:
            if action in _TEXTS:
                text = _TEXTS[action](access, asked.form, lab_authority(desk.live))
                return Seen(f"{place}&made={desk.texts.keep(text)}")
            said = _TOOLS[action](access, asked.form, asked.files)
            data = path.read_bytes()
        except MockUsageError as error:
            # where the copy lies means nothing to anybody
            raise MockUsageError(str(error).replace(f"{folder}{os.sep}", "")) from None
    attach_instead(desk.live.folder, row, _file_name(desk, row), data)
    return Seen(place, said)


def _row(desk: Desk, sys_id: str) -> SysCertificate:
    row = desk.live.folder.instance.certificate(sys_id)
    if row is None or not row.is_keystore:
        raise NotThereError(f"there is no keystore record {sys_id}")
    return row


def _file_name(desk: Desk, row: SysCertificate) -> str:
    files = desk.live.folder.instance.attachments_of(row)
    if files:
        return files[0].file_name
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in row.name.lower())
    return f"{plain.strip('-')[:_LONGEST_NAME] or 'keystore'}{_SUFFIXES.get(java_type(row), '.jks')}"


def _new(access: Access, form: Mapping[str, str], _: Mapping[str, Upload]) -> tuple[str, ...]:
    outcome = workshop.new(
        access,
        form.get("alias", ""),
        form.get("subject", ""),
        key_algorithm="EC" if form.get("algorithm") == "EC" else "RSA",
    )
    return (f"a key pair with a self-signed certificate is under alias {outcome.alias}", *outcome.notes)


def _import_reply(access: Access, form: Mapping[str, str], files: Mapping[str, Upload]) -> tuple[str, ...]:
    reply = _given(access, form, files, "reply")
    outcome = workshop.import_reply(access, form.get("alias", ""), reply)
    return (f"the reply is under alias {outcome.alias}: {' · '.join(outcome.chain)}", *outcome.notes)


def _import_cert(access: Access, form: Mapping[str, str], files: Mapping[str, Upload]) -> tuple[str, ...]:
    outcome = workshop.import_cert(access, form.get("alias", ""), _given(access, form, files, "certificate"))
    return (f"trusted under alias {outcome.alias}: {outcome.chain[0]}", *outcome.notes)


def _csr(access: Access, form: Mapping[str, str], _: Identity) -> tuple[str, str]:
    return "Certificate signing request: send it to the CA", workshop.csr(access, form.get("alias", ""))


def _sign(access: Access, form: Mapping[str, str], authority: Identity) -> tuple[str, str]:
    """The lab's CA plays the CA that signs."""
    request = form.get("request", "") or workshop.csr(access, form.get("alias", ""))
    return "Signed by the lab's CA: import this reply", signed_by(authority, request.encode())


def _export(access: Access, form: Mapping[str, str], _: Identity) -> tuple[str, str]:
    data = workshop.export_cert(access, form.get("alias", ""), whole_chain=True)
    return "Public certificate: send it to the provider", data.decode("ascii")


_TOOLS: Mapping[str, Tool] = {"new": _new, "import-reply": _import_reply, "import-cert": _import_cert}
_TEXTS: Mapping[str, TextTool] = {"csr": _csr, "sign": _sign, "export": _export}


def _given(access: Access, form: Mapping[str, str], files: Mapping[str, Upload], name: str) -> Path:
    """What was pasted or dropped, as a file beside the keystore."""
    file = files.get("file")
    data = file.data if file is not None and file.name else form.get(name, "").strip().encode()
    if not data:
        raise MockUsageError("nothing was pasted and no file came")
    path = access.file.with_name(name)
    path.write_bytes(data)
    return path
