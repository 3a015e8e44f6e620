"""Key choice, compared: the same keystore and CertificateRequest, in JSSE's handshake and in our key manager."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sn_mock.java.jsse import key_manager
from sn_mock.java.keystore import KeyStore, LoadFailure, UsableKey, key_managers, load
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import CertificateRequest, parse_handshake

from .differences import Difference, compare
from .identities import Pool, kinds_of
from .jvm import Answer, Ask, Jvm
from .requests import random_request
from .stores import StoreFile, make_request, random_contents

REQUESTS_PER_STORE = 20
_PASSWORD = "changeit"  # of throw-away keystores


@dataclass(frozen=True, slots=True)
class Question:
    """One CertificateRequest in one version, put to one keystore."""

    tls: str
    request: bytes = field(repr=False)


def compare_choices(jvm: Jvm, pool: Pool, chance: random.Random, cases: int) -> Iterator[tuple[int, list[Difference]]]:
    """(number of cases, their differences), keystore by keystore, until `cases` have been compared."""
    give_server_key(jvm, pool)
    done = 0
    kinds, versions = kinds_of(jvm.java), ["TLSv1.2", "TLSv1.3"] if jvm.java.has(Feature.TLS13) else ["TLSv1.2"]
    while done < cases:
        keystore_type = chance.choice(["JKS", "JKS", "JKS", "PKCS12", "JCEKS"])
        contents = random_contents(chance, pool, kinds)
        made = jvm.one(make_request(keystore_type, contents, _PASSWORD, _PASSWORD))
        file = StoreFile(f"choice-{done}", keystore_type, made_data(made), _PASSWORD, _PASSWORD)
        algorithm = chance.choice(["SunX509", "SunX509", "NewSunX509"])
        questions = [
            Question(tls, random_request(chance, tls, pool.authority_names))
            for tls in chance.choices(versions, k=min(REQUESTS_PER_STORE, cases - done))
        ]
        yield len(questions), list(_differences(jvm, file, algorithm, questions))
        done += len(questions)


def give_server_key(jvm: Jvm, pool: Pool) -> None:
    """The judge's server, which sends the CertificateRequests, needs a key and a certificate."""
    server = next(identity for identity in pool.identities if identity.kind == "p256")
    jvm.one(Ask("server", {"certificate": server.chain[0], "key": server.pkcs8}))


def made_data(made: Answer) -> bytes:
    """The file that the judge wrote; raises RuntimeError where it could not."""
    from base64 import b64decode

    if "data" not in made:
        raise RuntimeError(f"the judge could not write a keystore: {made}")
    return b64decode(made["data"])


def _differences(jvm: Jvm, file: StoreFile, algorithm: str, questions: list[Question]) -> Iterator[Difference]:
    opened, answers = _asked(jvm, file, algorithm, questions)
    keys = _keys(file, algorithm, jvm.java)
    if "opened" not in opened or isinstance(keys, LoadFailure):
        yield Difference(f"opening {file.name}", "keystore", str(keys), str(opened), (file,))
        return
    for question, answer in zip(questions, answers, strict=True):
        ours = _our_answer(keys, question, algorithm, jvm.java, datetime.now(UTC))
        where = f"{file.declared_type} with {len(keys)} keys, {algorithm}, {question.tls}"
        java = _java_answer(answer)
        yield from compare(where, comparable(ours, java, jvm.java), java, attachments=(file, question.request.hex()))


def comparable(ours: dict[str, Any], told: Mapping[str, Any], java: Jdk) -> dict[str, Any]:
    """Our answer as far as Java's goes: JDK 11 asks for one key type after the other, until one answers."""
    if java.has(Feature.ASKS_KEY_MANAGER_ONCE) or not (ours["key types"] and told.get("key types")):
        return ours
    return ours | {"key types": ours["key types"][: len(told["key types"])]}


def _asked(jvm: Jvm, file: StoreFile, algorithm: str, questions: list[Question]) -> tuple[Answer, list[Answer]]:
    opening = {
        "id": file.name,
        "type": file.declared_type,
        "data": file.data,
        "store": file.store_password,
        "key": file.key_password,
        "algorithm": algorithm,
    }
    asks = [Ask("open", opening)]
    asks += [Ask("choose", {"id": file.name, "tls": q.tls, "request": q.request}) for q in questions]
    opened, *answers, _ = jvm.many([*asks, Ask("close", {"id": file.name})])
    return opened, answers


def _keys(file: StoreFile, algorithm: str, java: Jdk) -> tuple[UsableKey, ...] | LoadFailure:
    store = load(file.data, file.declared_type, file.store_password, java=java)
    if not isinstance(store, KeyStore):
        return store
    return key_managers(store, file.key_password, algorithm=algorithm, java=java)


def java_answers(jvm: Jvm, file: StoreFile, algorithm: str, questions: list[Question]) -> list[dict[str, Any]]:
    """What Java's key manager does with each request, in the words of `our_answer`; raises RuntimeError."""
    opened, answers = _asked(jvm, file, algorithm, questions)
    if "opened" not in opened:
        raise RuntimeError(f"Java does not open {file.name}: {opened}")
    return [_java_answer(answer) for answer in answers]


def our_answer(file: StoreFile, question: Question, algorithm: str, java: Jdk, when: datetime) -> dict[str, Any]:
    """What the instance's key manager does at that moment; raises RuntimeError if it does not open the file."""
    keys = _keys(file, algorithm, java)
    if isinstance(keys, LoadFailure):
        raise RuntimeError(f"{file.name}: {keys}")
    return _our_answer(keys, question, algorithm, java, when)


def _our_answer(
    keys: tuple[UsableKey, ...], question: Question, algorithm: str, java: Jdk, when: datetime
) -> dict[str, Any]:
    request = parse_handshake(question.request, tls13=question.tls == "TLSv1.3")
    assert isinstance(request, CertificateRequest)
    candidates = [key_manager.Candidate("store", key) for key in keys]
    choice = key_manager.choose(candidates, request, tls=question.tls, algorithm=algorithm, java=java, when=when)
    chosen = choice.chosen.key if choice.chosen else None
    chain = chosen.chain if chosen and choice.sent else ()
    asked = choice.key_types and (chosen is not None or not choice.refusal)
    return {
        "key types": list(choice.key_types) if asked else None,
        "issuers": list(choice.issuers) if asked and choice.issuers is not None else None,
        "alias": chosen.alias if chosen else None,
        "certificates": None if choice.refusal else [sha256(certificate).hexdigest() for certificate in chain],
        "exception": [[throwable.class_name, throwable.message] for throwable in choice.refusal],
        "alert": choice.refusal_alert,
    }


def _java_answer(answer: Answer) -> dict[str, Any]:
    if "judge_failed" in answer:
        return answer
    # JDK 11 asks once for each key type, until one answers; with no key types it asks or does not, to the same effect
    calls = [call for call in answer["calls"] if call["key_types"]]
    return {
        "key types": list(dict.fromkeys(name for call in calls for name in call["key_types"])) if calls else None,
        "issuers": calls[-1]["issuers"] if calls else None,
        "alias": next((call["alias"] for call in reversed(calls) if call["alias"]), None),
        # Java sends the certificate before it finds that it cannot sign; what counts is that it ends the handshake
        "certificates": None if answer["exception"] else answer["certificates"],
        "exception": answer["exception"],
        "alert": answer["alert"],
    }
