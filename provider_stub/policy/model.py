"""`Policy`: what the provider demands and how it answers, as one frozen value.

Every field is optional and has the same name as its key in a policy file. Certificates and keys are given as paths or
as PEM (or DER) in memory. Construction never reads a file; `provider_stub.policies.load()` does, and collects
everything that is wrong. The public `ProviderPolicy` is a `Policy` that can be read from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Literal

from guarded.values import dataclass
from provider_stub.policy.sources import Source
from provider_stub.policy.ws_security import WsSecurity

STAGES = ("connect", "client-hello", "certificate", "handshake", "request", "response")
"""Where a delay or a fault can happen: on accept; after the ClientHello, before any answer; when the client's
Certificate has been read; when the handshake is complete; when a request has been read; in the middle of the response
body."""

REUSE = "reuse"
FAULT_STAGES = (*STAGES, REUSE)
"""Where a fault can happen: also when a second or later request has been read on one connection, as behind a firewall
that has forgotten it."""

FAULT_ACTIONS = ("stall", "close", "reset")
"""Say nothing more; end the connection; reset it."""

ANSWERING_STAGES = ("request", REUSE, "response")


@dataclass(frozen=True, slots=True)
class Policy:
    """What one provider demands of its clients. Change it with `dataclasses.replace`."""

    client_auth: Literal["required", "optional", "none"] = "required"
    """`optional` forgives only a missing certificate; a bad one is refused as with `required`."""
    trust: tuple[Source, ...] = ()
    """Certificates of the CAs whose clients are accepted."""
    trusted_leaves: tuple[Source, ...] = ()
    """Client certificates imported one by one: accepted without any CA (OpenSSL's partial chain)."""
    partial_chain: bool = False
    """True: an intermediate in `trust` is an anchor by itself; False: its issuer must be trusted, too (as OpenSSL)."""
    advertise: Literal["trusted", "none"] | tuple[Source, ...] = "trusted"
    """CA names sent in the CertificateRequest, independent of what is trusted. `none` sends an empty list."""
    require_ca_signed: bool = False
    """Refuse self-signed client certificates even where they are trusted."""
    pin_sha256: tuple[str, ...] = ()
    """Accept only leaves with these SHA-256 fingerprints. Without `trust` the fingerprint alone decides."""
    allow_subjects: tuple[str, ...] = ()
    """Accept only leaves with these subjects (RFC 2253 text)."""
    crl: tuple[Source, ...] = ()
    """Revocation lists; giving one switches the check of the leaf on."""
    check_eku: bool = True
    """False: the extended key usage of the client's certificate is not looked at."""
    now: datetime | None = None
    """The moment at which certificates are judged; None is the real clock."""

    server_certificate: Source | None = field(default=None, repr=False)
    """The provider's own certificate, followed by its chain; None: a self-signed one for `localhost`, made at start."""
    server_key: Source | None = field(default=None, repr=False)
    server_key_password: str | None = field(default=None, repr=False)
    """Of an encrypted key or a PKCS#12 file; `env:NAME` keeps it out of the policy."""
    send_chain: bool = True
    """False: only the leaf is sent, as providers with an incomplete chain do."""
    tls_min: str = "1.2"
    tls_max: str = "1.3"
    ciphers: str | None = None
    """OpenSSL cipher string for TLS 1.2 and below."""
    tickets: bool = False
    """True: sessions may be resumed (a resumed handshake shows no client certificate)."""
    sni_required: bool = False

    personality: str = "openssl"
    """A name in `provider_stub.refusals.personality.PERSONALITIES`: how a refusal looks to the client."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Single causes answered otherwise: `{"expired": "internal_error", "unknown-ca": "reset"}` (alert name, `close`,
    `abrupt`, `reset` or `accept`)."""
    late_bytes: Literal["read", "reset"] = "read"
    """What becomes of bytes that a client sends after it was refused with an alert: they are read for a second, so that
    the alert arrives; or, as with haproxy, Apache and Go, the socket is closed, and the kernel answers them with RST,
    which may overtake the alert (`Broken pipe`, `Connection reset`: which of them is a race, as it is there)."""

    wsdl: Source | None = None
    """The service to answer; None: the ticket service that comes with the package."""
    wsdl_within: Source | None = None
    """The folder below which the WSDL's imports lie; None: its own."""
    responses: Source | None = None
    """A TOML file of canned responses."""
    validate_requests: bool = True
    """Check request bodies against the WSDL's schema and answer a fault that names the element."""
    http_status: int | None = None
    """Answer every request with this status instead of the service's."""
    http_fault: bool = False
    """With `http_status`: put a SOAP fault into the body (False: an empty body)."""
    delay_ms: int = 0
    delay_at: str = "request"
    """The stage at which `delay_ms` is spent: one of `STAGES`."""
    fault: str | None = None
    """`STAGE:ACTION`, e.g. `handshake:reset` or `response:close`."""

    ws_security: WsSecurity | None = None
    """What the SOAP header must hold (a table in a policy file); None: a Security header is not looked at."""

    plain_http: bool = False
    """True: no TLS at all; the back-end behind a middleware. Certificate rules apply to `certificate_header`."""
    forward_to: str | None = None
    """Be a middleware: check the client here, then pass its requests to this `http://` back-end."""
    certificate_header: str = "X-SSL-Client-Cert"
    """The header that carries the client's certificate (URL-encoded PEM, like nginx's `$ssl_client_escaped_cert`)."""

    token_endpoint: str | None = None
    """Be an OAuth token endpoint too, at this path (RFC 6749 section 3.2), behind the same client certificates."""
    token_clients: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Client id to secret (`env:NAME` keeps it out of the policy); an empty secret: the certificate alone says who it
    is (RFC 8705 section 2). No client: every one is accepted."""
    token_users: Mapping[str, str] = field(default_factory=dict, repr=False)
    """User to password of the password grant."""
    token_certificates: tuple[Source, ...] = ()
    """Whose signed assertions are accepted (RFC 7523)."""
    token_scopes: tuple[str, ...] = ()
    """Scopes that may be asked for; none: any."""
    token_seconds: int = 1800
    """How long a token lives."""
    token_bound: bool = False
    """Tokens are good only with the certificate they were granted to (RFC 8705 section 3)."""
    token_required: bool = False
    """Everything but the token endpoint wants a token in the Authorization header (RFC 6750)."""
    token_answer: str | None = None
    """What the token endpoint answers with status 200 in the place of a token, e.g. a page of a log-in portal."""

    handshake_timeout: float = 10.0
    """Seconds from accept to the end of the handshake."""
    request_timeout: float = 15.0
    """Seconds for the headers, and again for the body, of one request."""
    idle_timeout: float = 15.0
    """Seconds a connection may wait for its next request."""
    max_header_bytes: int = 64 * 1024
    max_body_bytes: int = 16 * 1024 * 1024
