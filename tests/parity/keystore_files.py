"""Keystore files, compared: what Java and sn-mock make of the same bytes, whole or damaged."""

from __future__ import annotations

import random
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any, Literal

from sn_mock.java.jsse.signing import private_key_type
from sn_mock.java.keystore import (
    Entry,
    EntryKind,
    KeyItem,
    KeyStore,
    LoadFailure,
    TrustedItem,
    UsableKey,
    key_managers,
    load,
    write_jceks,
    write_jks,
    write_pkcs12,
)
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.lower_case import lower

from .damage import random_damage
from .differences import Difference, compare
from .foreign_files import foreign_files
from .identities import Pool, kinds_of
from .jvm import Answer, Ask, Jvm
from .key_choice import made_data
from .mutants import changed_certificate
from .mutated_keys import diffie_hellman_private
from .stores import StoredKey, StoreFile, make_request, random_contents

JAVA_GENERATIONS = (8, 11, 17, 21)
_BATCH = 100
_STORE, _KEY = "changeit", "changeit-too"  # of throw-away keystores
_COMPARED_TYPES = frozenset({"RSA", "EC", "EdDSA", "DSA", "RSASSA-PSS"})


def base_files(jvm: Jvm, pool: Pool, chance: random.Random, most: int = 4) -> tuple[StoreFile, ...]:
    """Well-formed files of up to `most` entries: by Java, by our writers, and by openssl where it is present."""
    found: list[StoreFile] = []
    kinds = kinds_of(jvm.java)
    for keystore_type in ("JKS", "JKS", "JKS", "PKCS12", "PKCS12", "PKCS12", "JCEKS"):
        for key_password in (_STORE, _KEY if keystore_type != "PKCS12" else _STORE):
            contents = random_contents(chance, pool, kinds)[:most]
            made = jvm.one(make_request(keystore_type, contents, _STORE, key_password))
            found.append(StoreFile(f"Java's {keystore_type}", keystore_type, made_data(made), _STORE, key_password))
    for keystore_type, algorithm in (("JCEKS", "AES"), ("JCEKS", "DESede"), ("PKCS12", "AES"), ("JCEKS", "HmacSHA256")):
        secret = StoredKey("a secret", None, secret=(algorithm, chance.randbytes(24)))
        contents = (secret, *random_contents(chance, pool, kinds)[:1])
        made = jvm.one(make_request(keystore_type, contents, _STORE, _STORE))
        found.append(
            StoreFile(f"Java's {keystore_type} with a secret key", keystore_type, made_data(made), _STORE, _STORE)
        )
    for contents in (random_contents(chance, pool)[:most] for _ in range(3)):
        items = _items(contents)
        found.append(StoreFile("our JKS", "JKS", write_jks(items, _STORE), _STORE, _STORE))
        jceks = write_jceks(items, _STORE, iterations=20)
        found.append(StoreFile("our JCEKS", "JCEKS", jceks, _STORE, _STORE))
        for style in ("modern", "legacy"):
            data = write_pkcs12(items, _STORE, encryption=style, iterations=20)
            found.append(StoreFile(f"our {style} PKCS12", "PKCS12", data, _STORE, _STORE))
    return (*found, *foreign_files(jvm, pool, chance, most=1))


def _items(contents: tuple[StoredKey, ...]) -> list[KeyItem | TrustedItem]:
    items: dict[str, KeyItem | TrustedItem] = {}
    for entry in contents:
        alias = lower(entry.alias, REFERENCE)
        if entry.identity is None:
            items[alias] = TrustedItem(entry.alias, entry.certificate or b"")
        else:
            items[alias] = KeyItem(entry.alias, entry.identity.pkcs8, entry.identity.chain)
    return list(items.values())


def compare_files(
    jvm: Jvm, pool: Pool, files: tuple[StoreFile, ...], chance: random.Random, cases: int
) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), batch by batch, until `cases` have been compared."""
    done = 0
    while done < cases:
        batch = [random_file(chance, pool, files) for _ in range(min(_BATCH, cases - done))]
        answers = jvm.many(_ask(file, algorithm) for file, algorithm in batch)
        differences: list[Difference] = []
        for (file, algorithm), answer in zip(batch, answers, strict=True):
            differences += _differences(file, algorithm, answer, jvm.java)
        yield len(batch), differences
        done += len(batch)


def compare_foreign(jvm: Jvm, pool: Pool, chance: random.Random, rounds: int) -> Iterator[tuple[int, list[Difference]]]:
    """Files of every other tool that is present, whole: under both types, with the right, a wrong and no password."""
    for _ in range(rounds):
        for file in foreign_files(jvm, pool, chance):
            asked = [
                StoreFile(f"{file.name}, as {declared}, password {password!r}", declared, file.data, password, _STORE)
                for declared, password in _FOREIGN_QUESTIONS
            ]
            answers = jvm.many(_ask(one, "SunX509") for one in asked)
            differing = [
                _differences(one, "SunX509", answer, jvm.java) for one, answer in zip(asked, answers, strict=True)
            ]
            yield len(asked), [one for differences in differing for one in differences]


_FOREIGN_QUESTIONS = (("PKCS12", _STORE), ("JKS", _STORE), ("PKCS12", "wrong"), ("PKCS12", ""), ("PKCS12", None))


def random_file(
    chance: random.Random, pool: Pool, files: tuple[StoreFile, ...], most: int = 3
) -> tuple[StoreFile, str]:
    """A file, damaged somewhere, as it is declared; and the algorithm of the key manager."""
    file = _sound_outside(chance, pool, most) if chance.random() < 0.3 else _damaged(chance, chance.choice(files))
    passwords = [None, "", "wrong", "größer", "x" * 80]
    store = chance.choice(passwords) if chance.random() < 0.12 else file.store_password
    key = chance.choice(passwords) if chance.random() < 0.12 else file.key_password
    declared = chance.choice(["JKS", "PKCS12", "JCEKS", "jks", "Pkcs12", "CaseExactJKS"])
    declared = file.declared_type if chance.random() < 0.8 else declared
    named = StoreFile(f"{file.name}, as {declared}", declared, file.data, store, key)
    return named, chance.choice(["SunX509", "SunX509", "SunX509", "NewSunX509"])


def _damaged(chance: random.Random, file: StoreFile) -> StoreFile:
    kind, data = random_damage(chance, file.data)
    return replace(file, name=f"{file.name}, {kind}", data=data)


def _sound_outside(chance: random.Random, pool: Pool, most: int) -> StoreFile:
    """A file whose own structure and integrity are right, around a damaged certificate or private key."""
    items = _items(random_contents(chance, pool)[:most])
    place = chance.randrange(len(items))
    items[place], what = _item_damaged(chance, items[place])
    return _ours(chance, items, what)


def _ours(chance: random.Random, items: list[KeyItem | TrustedItem], what: str) -> StoreFile:
    writer = chance.choice(["JKS", "PKCS12", "JCEKS"])
    if writer == "JKS":
        data = write_jks(items, _STORE)
    elif writer == "JCEKS":
        data = write_jceks(items, _STORE, iterations=20)
    else:
        style: Literal["modern", "legacy"] = "legacy" if chance.random() < 0.3 else "modern"
        data = write_pkcs12(items, _STORE, encryption=style, iterations=20)
    return StoreFile(f"our {writer}, {what}", writer, data, _STORE, _STORE)


def _item_damaged(chance: random.Random, item: KeyItem | TrustedItem) -> tuple[KeyItem | TrustedItem, str]:
    if isinstance(item, TrustedItem):
        kind, data = _certificate_damaged(chance, item.certificate)
        return replace(item, certificate=data), f"trusted certificate {kind}"
    if chance.random() < 0.3:
        if chance.random() < 0.2:
            return replace(item, pkcs8=diffie_hellman_private(chance)), "private key of diffie-hellman"
        kind, data = random_damage(chance, item.pkcs8)
        return replace(item, pkcs8=data), f"private key {kind}"
    chain = list(item.chain)
    place = chance.randrange(len(chain))
    kind, chain[place] = _certificate_damaged(chance, chain[place])
    return replace(item, chain=tuple(chain)), f"certificate {place} {kind}"


def _certificate_damaged(chance: random.Random, certificate: bytes) -> tuple[str, bytes]:
    """Damaged as files are; or another one, that was changed before it was signed; or either of them as PEM."""
    if chance.random() < 0.5:
        kind, data = random_damage(chance, certificate)
    else:
        data, kind = changed_certificate(chance)
    if chance.random() < 0.15:
        line, head = (
            chance.choice(["\n", "\r\n", "\r", ""]),
            chance.choice(["-----", "-----", "-----", "----", "------"]),
        )
        kind_named = chance.choice(["CERTIFICATE", "CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "certificate"])
        text = b64encode(data).decode()
        body = line.join(text[start : start + 64] for start in range(0, len(text), 64))
        text = f"{head}BEGIN {kind_named}{head}{line}{body}{line}{head}END {kind_named}{head}{line}"
        before = chance.choice(["", "", "subject=x" + line, "\t ", "\n\n"])
        _, data = (
            random_damage(chance, (before + text).encode()) if chance.random() < 0.3 else ("", (before + text).encode())
        )
        kind = f"{kind}, as PEM"
    return kind, data


def _ask(file: StoreFile, algorithm: str) -> Ask:
    return Ask(
        "load",
        {
            "type": file.declared_type,
            "data": file.data,
            "store": file.store_password,
            "key": file.key_password,
            "algorithm": algorithm,
        },
    )


def _differences(file: StoreFile, algorithm: str, answer: Answer, java: Jdk) -> Iterator[Difference]:
    ours, theirs = our_answer(file, algorithm, java), _java_answer(answer, algorithm)
    yield from compare(
        f"{file.name}, {algorithm}", comparable(file, ours), comparable(file, theirs), attachments=(file,)
    )


def java_answer(jvm: Jvm, file: StoreFile, algorithm: str) -> dict[str, Any]:
    """What Java makes of the file, in the words of `our_answer`."""
    return comparable(file, _java_answer(jvm.one(_ask(file, algorithm)), algorithm))


def comparable(file: StoreFile, answer: dict[str, Any]) -> dict[str, Any]:
    """Of a private key that was damaged only that it is there: Java encodes it anew, in its own way."""
    damaged = "private key" in file.name or file.store_password is None
    return _without_fingerprints(answer) if damaged else answer


def _without_fingerprints(answer: dict[str, Any]) -> dict[str, Any]:
    private = answer.get("private", {})
    return answer | {"private": {alias: value and "present" for alias, value in private.items()}}


def our_answer(file: StoreFile, algorithm: str, java: Jdk) -> dict[str, Any]:
    """What sn-mock makes of the file, in the judge's terms."""
    store = load(file.data, file.declared_type, file.store_password, java=java)
    answer: dict[str, Any] = {"entries": [], "keys": {}, "private": {}, "failed_at": None, "exception": []}
    if isinstance(store, KeyStore):
        answer["entries"] = [_entry(entry) for entry in store.entries]
        keys = key_managers(store, file.key_password, algorithm=algorithm, java=java)
    if not isinstance(store, KeyStore) or isinstance(keys, LoadFailure):
        failure = store if isinstance(store, LoadFailure) else keys
        assert isinstance(failure, LoadFailure)
        chain = [[throwable.class_name, _anonymous(throwable.message)] for throwable in failure.java]
        return answer | {"failed_at": failure.failed_at, "exception": chain}
    for key in keys:
        if key.key_type in _COMPARED_TYPES:
            answer["keys"].setdefault(key.key_type, []).append(key.alias)
            answer["private"][key.alias] = _fingerprint(key, java)
    return _sorted(answer, algorithm)


def _fingerprint(key: UsableKey, java: Jdk) -> str | None:
    if key.pkcs8 is None or key.refused:
        return None
    kind = private_key_type(key.pkcs8)
    nameless = kind == "EdDSA" and not (java.has(Feature.EDDSA) or java.has(Feature.KNOWN_OIDS))
    unknown = "." in kind or nameless
    return "of an unknown algorithm" if unknown else sha256(key.pkcs8).hexdigest()


def _entry(entry: Entry) -> dict[str, Any]:
    bare = entry.kind in (EntryKind.SECRET_KEY, EntryKind.KEY_WITHOUT_CHAIN)
    chain = [sha256(certificate).hexdigest() for certificate in entry.chain]
    return {"alias": entry.alias, "kind": "bare key" if bare else str(entry.kind), "chain": chain}


def _java_answer(answer: Answer, algorithm: str) -> dict[str, Any]:
    if "judge_failed" in answer:
        return answer
    chain = [[class_name, _anonymous(message)] for class_name, message in answer["exception"]]
    entries = [{name: entry[name] for name in ("alias", "kind", "chain")} for entry in answer["entries"]]
    keys = {kind: aliases for kind, aliases in answer["keys"].items() if kind in _COMPARED_TYPES}
    listed = {alias for aliases in keys.values() for alias in aliases}
    private = {alias: key for alias, key in answer["private"].items() if alias in listed}
    return _sorted(answer | {"entries": entries, "keys": keys, "private": private, "exception": chain}, algorithm)


def _anonymous(message: str | None) -> str | None:
    """Without the identity of Java arrays, which differs on every run."""
    return None if message is None else re.sub(r"\[B@[0-9a-f]+", "[B@…", message)


def _sorted(answer: dict[str, Any], algorithm: str) -> dict[str, Any]:
    """NewSunX509 lists aliases by grade; its choices are compared elsewhere."""
    if algorithm == "SunX509":
        return answer
    return answer | {"keys": {kind: sorted(aliases) for kind, aliases in answer["keys"].items()}}
