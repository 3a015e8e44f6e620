"""From a policy to what the provider runs on: every file read and checked, every problem collected."""

from __future__ import annotations

import contextlib
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from guarded.values import dataclass
from provider_stub.policy import forms, openssl
from provider_stub.policy import sources as pem
from provider_stub.policy.model import FAULT_ACTIONS, FAULT_STAGES, STAGES, Policy
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.policy.sources import Source
from provider_stub.policy.ws_security import expectations
from provider_stub.refusals.causes import CERTIFICATE_CAUSES, Cause
from provider_stub.refusals.outcomes import AlertCode, Ending, Outcome, SendAlert, alert
from provider_stub.refusals.personality import PERSONALITIES, Personality
from tls_transcript import der, names
from ws_security.expectations import Expectations

TLS_VERSIONS: Mapping[str, ssl.TLSVersion] = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


_MOST_SECONDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Material:
    """A checked policy with everything its files hold."""

    policy: Policy
    personality: Personality
    overrides: Mapping[Cause, Outcome]
    trust: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()
    authorities: tuple[bytes, ...] = ()
    """DER Names for the CertificateRequest."""
    crl: bytes = b""
    """Revocation lists as PEM."""
    server: bytes = field(default=b"", repr=False)
    """The provider's certificate, chain (unless cut) and key as PEM."""
    pins: frozenset[str] = frozenset()
    """Lower-case hexadecimal SHA-256 fingerprints."""
    subjects: frozenset[str] = frozenset()
    token_certificates: tuple[bytes, ...] = ()
    """DER certificates of those whose assertions are accepted."""
    fault_stage: str | None = None
    fault_action: str | None = None
    ws_security: Expectations | None = None
    """What a message must show, where the policy looks at its Security header."""

    def outcome(self, cause: Cause) -> Outcome:
        """How this provider answers `cause`."""
        return self.overrides.get(cause) or self.personality.outcome(cause)

    @property
    def now(self) -> datetime:
        """The moment at which certificates are judged."""
        return self.policy.now or datetime.now(UTC)


class _Collector:
    def __init__(self) -> None:
        self.problems: list[PolicyProblem] = []

    def add(self, key: str, message: str) -> None:
        self.problems.append(PolicyProblem(key, message))

    def read(self, key: str, source: Source | None) -> bytes | None:
        """The source's bytes, or None with a problem noted."""
        if source is None:
            return None
        try:
            return pem.content(source)
        except OSError as error:
            self.add(key, f"cannot read {source!s}: {error.strerror}")
        return None

    def certificates(self, key: str, sources: tuple[Source, ...]) -> tuple[bytes, ...]:
        """All certificates of all sources."""
        found: list[bytes] = []
        for index, source in enumerate(sources):
            place = f"{key}[{index}]"
            data = self.read(place, source)
            if data is None:
                continue
            try:
                ders = forms.certificates(data)
            except ValueError as error:
                self.add(place, f"{_label(source)}: {error}".replace("FILE", _label(source)))
                continue
            problem = openssl.unreadable(ders)
            if problem is not None:
                self.add(place, f"{_label(source)}: {problem}")
                continue
            found += (der.first(certificate).encoded for certificate in ders)
        return tuple(found)


def _label(source: Source) -> str:
    return "the given bytes" if isinstance(source, bytes) or "\n" in str(source) else str(source)


Check = Callable[[Policy], list[tuple[str, str]]]
"""What else may be wrong with a policy: (key, message) for each thing."""


def load(policy: Policy, *, also: Check) -> Material:
    """Read and check everything the policy names; `also` checks what it names of a service.

    Raises:
        PolicyError: with every problem; nothing has been started.
    """
    collect = _Collector()
    trust = collect.certificates("trust", policy.trust)
    leaves = collect.certificates("trusted_leaves", policy.trusted_leaves)
    authorities = _authorities(collect, policy, trust)
    crl = b"".join(_crl(collect, index, source) for index, source in enumerate(policy.crl))
    server = _server(collect, policy)
    signers = collect.certificates("token_certificates", policy.token_certificates)
    pins = frozenset(_pin(collect, index, text) for index, text in enumerate(policy.pin_sha256))
    subjects = frozenset(_subject(collect, index, text) for index, text in enumerate(policy.allow_subjects))
    wanted = policy.ws_security
    security = None if wanted is None else expectations(wanted, collect.certificates, collect.add)
    personality = PERSONALITIES.get(policy.personality)
    if personality is None:
        collect.add("personality", f"unknown personality {policy.personality!r}; known: {', '.join(PERSONALITIES)}")
    _check_words(collect, policy)
    _check_tls(collect, policy)
    overrides = _overrides(collect, policy.refusals)
    if personality is not None and personality.asks_after_request:
        _check_asking(collect, policy, overrides)
    for key, message in also(policy):
        collect.add(key, message)
    if collect.problems or personality is None:
        raise PolicyError(collect.problems)
    stage, _, action = (policy.fault or "").partition(":")
    return Material(
        policy,
        personality,
        overrides,
        trust,
        leaves,
        authorities,
        crl,
        server,
        pins,
        subjects,
        signers,
        stage or None,
        action or None,
        security,
    )


def _authorities(collect: _Collector, policy: Policy, trust: tuple[bytes, ...]) -> tuple[bytes, ...]:
    if policy.advertise == "none":
        return ()
    if policy.advertise == "trusted":
        return tuple(dict.fromkeys(names.subject_of(certificate) for certificate in trust))
    if isinstance(policy.advertise, str):
        collect.add("advertise", 'must be "trusted", "none" or a list of files')
        return ()
    named = collect.certificates("advertise", policy.advertise)
    return tuple(dict.fromkeys(names.subject_of(certificate) for certificate in named))


def _crl(collect: _Collector, index: int, source: Source) -> bytes:
    data = collect.read(f"crl[{index}]", source)
    if data is None:
        return b""
    text = pem.to_pem("X509 CRL", data) if data[:1] == b"\x30" else data
    if b"-----BEGIN X509 CRL-----" not in text:
        collect.add(f"crl[{index}]", f"{_label(source)}: holds no revocation list (PEM or DER)")
        return b""
    try:
        with pem.as_file(text) as path:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(path)
    except ssl.SSLError as error:
        collect.add(f"crl[{index}]", f"{_label(source)}: OpenSSL cannot read it: {error.reason}")
    return text


def ciphers(policy: Policy) -> str | None:
    """The cipher string for OpenSSL; TLS before 1.2 needs security level 0 (SHA-1 signatures). None: its default."""
    if policy.ciphers is None and min(policy.tls_min, policy.tls_max) < "1.2":
        return "DEFAULT:@SECLEVEL=0"
    return policy.ciphers


def _server(collect: _Collector, policy: Policy) -> bytes:
    if policy.plain_http or (policy.server_certificate is None and policy.server_key is None):
        return b""
    if policy.server_certificate is None:
        collect.add("server_certificate", "missing: server_key needs its certificate")
        return b""
    certificate = collect.read("server_certificate", policy.server_certificate)
    key = certificate if policy.server_key is None else collect.read("server_key", policy.server_key)
    if certificate is None or key is None:
        return b""
    try:
        chain, clear = forms.identity(certificate, key, forms.resolved_password(policy.server_key_password))
        problem = openssl.unreadable(chain)
    except ValueError as error:
        blamed = "server_key" if "key" in str(error).partition(";")[0].split()[:2] else "server_certificate"
        chain, clear, problem = (), b"", None
        source = policy.server_key if blamed == "server_key" and policy.server_key else policy.server_certificate
        collect.add(blamed, f"{_label(source)}: {error}".replace("FILE", _label(source)))
        return b""
    if problem is not None:
        collect.add("server_certificate", f"{_label(policy.server_certificate)}: {problem}")
        return b""
    if not clear:
        collect.add("server_key", "no private key found (PEM); a key may also stand in the server_certificate file")
        return b""
    sent = chain if policy.send_chain else chain[:1]
    whole = b"".join(pem.to_pem("CERTIFICATE", one) for one in sent) + clear + b"\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    wanted = ciphers(policy)
    if wanted is not None:
        with contextlib.suppress(ssl.SSLError):  # reported under its own key
            context.set_ciphers(wanted)
    try:
        openssl.present(context, whole)
    except openssl.UnusableError as error:
        collect.add(error.key, str(error))
    return whole


def _pin(collect: _Collector, index: int, text: str) -> str:
    digits = text.replace(":", "").replace(" ", "").lower().removeprefix("sha256")
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        collect.add(f"pin_sha256[{index}]", "must be a SHA-256 fingerprint: 64 hexadecimal digits")
    return digits


def _subject(collect: _Collector, index: int, text: str) -> str:
    """The text as `names.readable` would write it; a space after a comma is forgiven."""
    if not re.match(r"([A-Za-z][A-Za-z0-9-]*|[0-9.]+)=", text):
        collect.add(f"allow_subjects[{index}]", f'must be RFC 2253 text such as "CN=client,O=ACME,C=NL", not {text!r}')
    return re.sub(r"(?<!\\), +", ",", text)


def _check_words(collect: _Collector, policy: Policy) -> None:
    if policy.client_auth not in ("required", "optional", "none"):
        collect.add("client_auth", f'must be "required", "optional" or "none", not {policy.client_auth!r}')
    if policy.late_bytes not in ("read", "reset"):
        collect.add("late_bytes", f'must be "read" or "reset", not {policy.late_bytes!r}')
    if policy.delay_at not in STAGES:
        collect.add("delay_at", f"unknown stage {policy.delay_at!r}; stages: {', '.join(STAGES)}")
    if policy.fault is not None:
        stage, _, action = policy.fault.partition(":")
        if stage not in FAULT_STAGES or action not in FAULT_ACTIONS:
            collect.add(
                "fault",
                f"must be STAGE:ACTION with a stage of {', '.join(FAULT_STAGES)} "
                f"and an action of {', '.join(FAULT_ACTIONS)}",
            )
    if policy.http_status is not None and not 200 <= policy.http_status <= 599:
        collect.add("http_status", f"must be from 200 to 599, not {policy.http_status}")
    for key in ("handshake_timeout", "request_timeout", "idle_timeout"):
        if not 0 < getattr(policy, key) <= _MOST_SECONDS:  # NaN is not, either
            collect.add(key, f"must be a number of seconds above 0, at most {_MOST_SECONDS}")
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", policy.certificate_header):
        collect.add("certificate_header", "must be a header name")
    if policy.forward_to is not None:
        _check_forward(collect, policy.forward_to)


def _check_asking(collect: _Collector, policy: Policy, overrides: Mapping[Cause, Outcome]) -> None:
    """What cannot be had where the certificate is asked for after the request."""
    name = policy.personality
    stage = (policy.fault or "").partition(":")[0]
    for key, where in (("fault", stage), ("delay_at", policy.delay_at if policy.delay_ms else "")):
        if where == "certificate":
            collect.add(key, f'{name} asks after the request, which has no stage "certificate"; next step: "request"')
    for cause, outcome in overrides.items():
        if cause in (Cause.CANNOT_ASK, Cause.TOO_LARGE_TO_ASK):
            collect.add(f"refusals.{cause}", f"{name} answers this with its own page")
        elif isinstance(outcome, SendAlert) and cause in CERTIFICATE_CAUSES:
            collect.add(f"refusals.{cause}", f"{name} sends OpenSSL's own alert here; known: {', '.join(_ENDINGS)}")


def _check_forward(collect: _Collector, text: str) -> None:
    try:
        url = urlsplit(text)
        good = url.scheme == "http" and url.hostname is not None and (url.port or 80) > 0
    except ValueError:
        good = False
    if not good:
        collect.add("forward_to", "must be an http:// address with host and port")


def _check_tls(collect: _Collector, policy: Policy) -> None:
    for key, text in (("tls_min", policy.tls_min), ("tls_max", policy.tls_max)):
        if text not in TLS_VERSIONS:
            collect.add(key, f"unknown version {text!r}; known: {', '.join(TLS_VERSIONS)}")
    if policy.tls_min in TLS_VERSIONS and policy.tls_max in TLS_VERSIONS and policy.tls_min > policy.tls_max:
        collect.add("tls_min", f"impossible range: {policy.tls_min} is above tls_max = {policy.tls_max}")
    if policy.ciphers is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ciphers(policy.ciphers)
        except (ssl.SSLError, ValueError):
            collect.add("ciphers", f"OpenSSL knows no cipher in {policy.ciphers!r}")


_ENDINGS: Mapping[str, Ending] = {ending.value: ending for ending in Ending}


def _overrides(collect: _Collector, refusals: Mapping[str, str]) -> Mapping[Cause, Outcome]:
    found: dict[Cause, Outcome] = {}
    for word, answer in refusals.items():
        if word not in list(Cause):
            collect.add(f"refusals.{word}", f"unknown cause; causes: {', '.join(Cause)}")
        elif answer in _ENDINGS:
            found[Cause(word)] = _ENDINGS[answer]
        elif answer.upper() in AlertCode.__members__:
            found[Cause(word)] = alert(AlertCode[answer.upper()])
        else:
            known = [name.lower() for name in AlertCode.__members__]
            collect.add(f"refusals.{word}", f"unknown answer {answer!r}; known: {', '.join([*_ENDINGS, *known])}")
    return found
