"""The lab PKI as files: `certs/generated/` and `sn-mock certs DIR`. The only module here that writes to disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sn_mock.failure import MockUsageError
from sn_mock.lab.pki.authority import Identity
from sn_mock.lab.pki.keystores import LAB_PASSWORD, KeySpec, KeystoreSpec, write_keystore
from sn_mock.lab.pki.lab_pki import Pki

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MANIFEST = "manifest.json"
_LAYOUT = 2
"""Raised whenever the list of files changes, so that older folders are written anew."""
_RENEW_BEFORE = timedelta(days=60)
_HEALTHY_FOR = timedelta(days=365)

AUTHORITY_FILES: Mapping[str, str] = {
    "root-ca": "root",
    "issuing-ca": "intermediate",
    "unrelated-ca": "unrelated-root",
}
PEM_FILES: Mapping[str, str] = {
    "provider": "provider",
    "provider-expired": "provider-expired",
    "provider-self-signed": "provider-self-signed",
    "provider-unrelated": "provider-unrelated",
    "provider-wrong-host": "provider-wrong-host",
    "acme-client": "acme-client",
    "self-signed-client": "self-signed-client",
    "unrelated-client": "unrelated-client",
    "expired-client": "expired-client",
    "server-auth-client": "server-auth-client",
}
"""Certificate and key as PEM: `<name>.pem` (leaf and intermediates) and `<name>.key`, for providers and for curl."""

KEYSTORE_FILES: Mapping[str, KeystoreSpec] = {
    "acme-client": KeystoreSpec(),
    "second-client": KeystoreSpec((KeySpec("second", "second-client"),)),
    "renewed-client": KeystoreSpec((KeySpec("acme", "renewed-client"),)),
    "rsa-client": KeystoreSpec((KeySpec("acme", "rsa-client"),)),
    "self-signed-client": KeystoreSpec((KeySpec("acme", "self-signed-client"),)),
    "unrelated-client": KeystoreSpec((KeySpec("acme", "unrelated-client"),)),
    "saml-sp": KeystoreSpec((KeySpec("saml2sp", "saml-sp"),)),
    "expired-client": KeystoreSpec((KeySpec("acme", "expired-client"),)),
    "future-client": KeystoreSpec((KeySpec("acme", "future-client"),)),
    "server-auth-client": KeystoreSpec((KeySpec("acme", "server-auth-client"),)),
    "leaf-only": KeystoreSpec((KeySpec("acme", "acme-client", chain="leaf"),)),
    "several-keys": KeystoreSpec((KeySpec("acme", "acme-client"), KeySpec("expired", "expired-client"))),
    "other-key-password": KeystoreSpec(key_password="different"),
    "trusted-only": KeystoreSpec(keys=(), trusted=(("acme", "acme-client"), ("issuing-ca", "intermediate"))),
}
"""Client keystores: `<name>.jks` and `<name>.p12` of each."""


def write_lab_pki(folder: Path | str, *, now: datetime | None = None) -> Path:
    """Write the lab's certificates and keystores into `folder` and return it.

    A folder that is complete and good for another 60 days is left as it is. Each file is replaced atomically, the
    manifest last; two runs at once wait for each other. Keys and keystores get mode 0600.
    Raises MockUsageError when the folder can't be written.
    """
    target = Path(folder)
    moment = now or datetime.now(UTC)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _only_writer(target):
            if not _is_current(target, moment):
                _write(target, _files(Pki(moment)), moment)
    except OSError as error:
        raise MockUsageError(
            f"cannot write the lab PKI into {target}: {error.strerror}; choose another folder"
        ) from error
    return target


INSTANCE_FILES = ("acme-client.jks", "root-ca.pem")
"""What the example instance has attached: its client keystore and the CA it trusts."""


def furnish_instance(certificates: Path | str, instance: Path | str) -> None:
    """Copy the lab's client keystore and CA into `attachments/` of the example instance, unless they are there already.

    An instance folder never reaches outside itself, so it needs copies. Raises MockUsageError where that fails.
    """
    target = Path(instance) / "attachments"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in INSTANCE_FILES:
            content = (Path(certificates) / name).read_bytes()
            if not (target / name).is_file() or (target / name).read_bytes() != content:
                _replace(target / name, content)
    except OSError as error:
        raise MockUsageError(f"cannot put the lab's keystore into {target}: {error.strerror}") from error


def write_server(folder: Path, identity: Identity) -> tuple[Path, Path]:
    """Put a server's certificate (with its intermediate) and key into the folder; returns both files."""
    name = f"host-{identity.name.replace('*', '_')}"
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    try:
        _replace(key, identity.key_pem.encode())
        _replace(certificate, identity.pem(len(identity.der_chain) - 1).encode())
    except OSError as error:
        raise MockUsageError(f"cannot write {certificate}: {error.strerror}") from error
    return certificate, key


def _files(pki: Pki) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, identity in AUTHORITY_FILES.items():
        files[f"{name}.pem"] = pki[identity].pem().encode()
    files["issuing-ca.key"] = pki["intermediate"].key_pem.encode()
    files["client-ca-bundle.pem"] = (pki["intermediate"].pem() + pki["root"].pem()).encode()
    files["issuing-ca.crl.pem"] = pki.crl("intermediate", ("revoked-client",)).encode()
    for name, identity in PEM_FILES.items():
        one = pki[identity]
        files[f"{name}.pem"] = one.pem(max(1, len(one.der_chain) - 1)).encode()
        files[f"{name}.key"] = one.key_pem.encode()
    for name, spec in KEYSTORE_FILES.items():
        files[f"{name}.jks"] = write_keystore(pki, spec)
        files[f"{name}.p12"] = write_keystore(pki, replace(spec, format="PKCS12"))
    files["README.txt"] = _README.encode()
    return files


_README = f"""Written by `sn-mock certs`. For laboratories only: the keys here are worth nothing and protect nothing.

root-ca.pem, issuing-ca.pem   the lab's root and the intermediate that issues everything healthy
unrelated-ca.pem              a root nobody in the lab trusts
client-ca-bundle.pem          both lab authorities: what a provider trusts and advertises
provider*.pem, provider*.key  server certificates (leaf and intermediate) and their keys, for localhost and 127.0.0.1
*-client.pem, *-client.key    client certificates for curl and openssl
*.jks, *.p12                  the same client keys as Java keystores; every store password is "{LAB_PASSWORD}"
                              (other-key-password.*: the key inside has the password "different")
issuing-ca.crl.pem            the intermediate's revocation list
issuing-ca.key                the intermediate's key: `sn-mock certs DIR --sign CSR` signs with it,
                              `sn-mock certs DIR --server HOST` makes host-HOST.pem and host-HOST.key with it
"""


def _is_current(target: Path, now: datetime) -> bool:
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    known = manifest if isinstance(manifest, dict) else {}
    digests = known.get("sha256")
    if known.get("layout") != _LAYOUT or not isinstance(digests, dict):
        return False
    try:
        good_until = datetime.fromisoformat(str(known.get("good_until")))
    except ValueError:
        return False
    if good_until.tzinfo is None or now + _RENEW_BEFORE >= good_until:
        return False
    return all(_holds(target / name, digest) for name, digest in digests.items())


def _holds(path: Path, digest: object) -> bool:
    try:
        return _digest(path.read_bytes()) == digest
    except OSError:
        return False


def _write(target: Path, files: Mapping[str, bytes], now: datetime) -> None:
    (target / MANIFEST).unlink(missing_ok=True)
    for name, content in files.items():
        _replace(target / name, content)
    manifest = {
        "layout": _LAYOUT,
        "good_until": (now + _HEALTHY_FOR).isoformat(),
        "sha256": {name: _digest(content) for name, content in files.items()},
    }
    _replace(target / MANIFEST, json.dumps(manifest, indent=1).encode())


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.new")
    mode = 0o600 if path.suffix in {".key", ".jks", ".p12"} else 0o644
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(content)
    draft.replace(path)


@contextmanager
def _only_writer(target: Path) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    handle = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
