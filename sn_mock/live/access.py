"""`Access`: who comes in. Basic, bearer tokens, API keys, sessions and client certificates; no access rules behind.

Tokens live in memory: a restart ends them. The admin of the ready file needs no row; every other user is a row of
`sys_user`, whose password is `user_password` (in clear, `env:NAME`, or as this instance stored it).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import Enum

from guarded import clock
from guarded.values import dataclass
from sn_mock.live import passwords
from sn_mock.live.state import LiveFolder
from sn_mock.outbound.credentials.mapped import mapped
from sn_mock.query.calendar import FORMAT
from sn_mock.query.instance_tables import ADMIN
from sn_mock.query.source import Row

ACCESS_SECONDS = 1799
"""Of an access token (docs, r_RESTOAuthExample)."""
REFRESH_SECONDS = 8_639_999
"""Of a refresh token: a hundred days, the default of an OAuth application registry."""
CLIENT_CREDENTIALS = "glide.oauth.inbound.client.credential.grant_type.enabled"
"""Absent on a fresh instance: the grant is refused (KB1645212)."""
MOST_TOKENS = 10_000
API_KEYS = "api_key"
API_KEY_HEADER = "x-sn-apikey"
"""Header or query parameter of an API key (docs, configure-api-key; Washington DC and later)."""


class Way(Enum):
    """How somebody came in."""

    BASIC = "basic"
    OAUTH = "oauth"
    API_KEY = "api-key"
    SESSION = "session"
    CERTIFICATE = "certificate"
    NONE = "none"
    """A resource that asks for no authentication."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks."""

    user: str
    """The user name."""
    sys_id: str
    way: Way


GUEST = Visitor("guest", "5136503cc611227c0183e96598c4f706", Way.NONE)
"""Who comes to a resource without authentication (sys_id of the base system)."""


class Stranger(Enum):
    """Why nobody is let in; the answer is a 401 all the same, the reason is for the log and the diagnosis."""

    NO_CREDENTIALS = "no-credentials"
    WRONG_PASSWORD = "wrong-password"
    UNKNOWN_TOKEN = "unknown-token"
    INACTIVE_USER = "inactive-user"
    NOT_MAPPED = "certificate-not-mapped"


@dataclass(slots=True)
class _Token:
    user: str
    until: float


@dataclass
class Access:
    """The users of a live instance, and the tokens that it has given out."""

    folder: LiveFolder
    password: str = field(repr=False)
    """The admin's."""
    client_id: str = field(default_factory=lambda: secrets.token_hex(16))
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """Of the OAuth client that is there without a row of `oauth_entity`."""

    def __post_init__(self) -> None:
        self._tokens: dict[str, _Token] = {}
        self._refresh: dict[str, _Token] = {}
        self._known: dict[bytes, None] = {}
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()

    # Who asks

    def visitor(
        self, authorization: str | None, chain: tuple[bytes, ...], *, api_key: str = "", session_user: str = ""
    ) -> Visitor | Stranger:
        """By the Authorization header where there is one, else by API key, by a session that is authenticated, or by
        the client certificate (which the door verified). Which goes first is ASSUMED."""
        if authorization:
            kind, _, rest = authorization.partition(" ")
            if kind.lower() == "basic":
                return self._basic(rest.strip())
            if kind.lower() == "bearer":
                return self._bearer(rest.strip())
            return Stranger.NO_CREDENTIALS
        if api_key:
            return self._api_key(api_key)
        if session_user:
            return self._session(session_user)
        return self._certificate(chain[0]) if chain else Stranger.NO_CREDENTIALS

    def is_let_in(self, name: str) -> bool:
        """A user who came in before still would be."""
        return isinstance(self._session(name), Visitor)

    def is_admin(self, name: str) -> bool:
        """The user is the administrator, or has the role (rows of `sys_user_has_role`)."""
        row = self.user(name)
        if row is None or row.get("sys_id") == ADMIN:
            return row is not None
        with self.folder.open() as tables:
            roles = [
                has.get("role", "") for has in tables.rows("sys_user_has_role") if has.get("user") == row["sys_id"]
            ]
            return any((tables.row("sys_user_role", role) or {"name": role}).get("name") == "admin" for role in roles)

    def _session(self, name: str) -> Visitor | Stranger:
        row = self.user(name)
        return self._let_in(row, Way.SESSION) if row is not None else Stranger.UNKNOWN_TOKEN

    def _api_key(self, given: str) -> Visitor | Stranger:
        """A row of `api_key` (docs, configure-api-key: name, active, user, token, expiry; columns ASSUMED)."""
        now = datetime.now(UTC).strftime(FORMAT)
        with self.folder.open() as tables:
            rows = [row for row in tables.stored(API_KEYS).values() if row.get("active", "true") == "true"]
        for row in rows:
            token, until = row.get("token", ""), row.get("expiry", "")
            if token and hmac.compare_digest(token.encode(), given.encode()) and (not until or now < until):
                user = self.user(row.get("user", ""))
                return self._let_in(user, Way.API_KEY) if user is not None else Stranger.UNKNOWN_TOKEN
        return Stranger.UNKNOWN_TOKEN

    def _basic(self, encoded: str) -> Visitor | Stranger:
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Stranger.NO_CREDENTIALS
        return self.login(name, password) if colon else Stranger.NO_CREDENTIALS

    def login(self, name: str, password: str) -> Visitor | Stranger:
        """The user of that name and password."""
        row = self.user(name)
        if row is None or not self._is_password(row, password):
            return Stranger.WRONG_PASSWORD
        return self._let_in(row, Way.BASIC)

    def _let_in(self, row: Row, way: Way) -> Visitor | Stranger:
        if row.get("active", "true") != "true" or row.get("locked_out") == "true":
            return Stranger.INACTIVE_USER
        return Visitor(row.get("user_name", ""), row.get("sys_id", ""), way)

    def user(self, name: str) -> Row | None:
        """The row of a user, by user name or sys_id, with what is stored of the password."""
        with self.folder.open() as tables:
            rows = tables.stored("sys_user")
            return rows.get(name) or next((row for row in rows.values() if row.get("user_name") == name), None)

    def _is_password(self, row: Row, password: str) -> bool:
        stored = row.get("user_password", "")
        if row.get("sys_id") == ADMIN and not stored:
            return hmac.compare_digest(password.encode(), self.password.encode())
        if not stored:
            return False
        seen = hashlib.blake2b(f"{stored}\0{password}".encode(), key=self._salt).digest()
        if seen in self._known:
            return True
        if not passwords.is_that(password, stored):
            return False
        if len(self._known) > MOST_TOKENS:
            self._known.clear()
        self._known[seen] = None
        return True

    def _bearer(self, token: str) -> Visitor | Stranger:
        with self._lock:
            found = self._tokens.get(token)
        if found is None or found.until < clock.monotonic():
            return Stranger.UNKNOWN_TOKEN
        row = self.user(found.user)
        return self._let_in(row, Way.OAUTH) if row is not None else Stranger.UNKNOWN_TOKEN

    # Client certificates

    def _certificate(self, leaf: bytes) -> Visitor | Stranger:
        mapping = mapped(self.folder.instance, leaf)
        if mapping is None:
            return Stranger.NOT_MAPPED
        row = self.user(mapping.user) if mapping.user else None
        return self._let_in(row, Way.CERTIFICATE) if row is not None else Stranger.NOT_MAPPED

    # OAuth

    def grant(self, form: Mapping[str, str]) -> dict[str, object] | None:
        """The answer of `/oauth_token.do`; None where it is refused (for whatever reason: it does not say)."""
        if not self._is_client(form.get("client_id", ""), form.get("client_secret", "")):
            return None
        match form.get("grant_type"):
            case "password":
                found = self.login(form.get("username", ""), form.get("password", ""))
                return self._issued(found.user) if isinstance(found, Visitor) else None
            case "refresh_token":
                with self._lock:
                    token = self._refresh.get(form.get("refresh_token", ""))
                if token is None or token.until < clock.monotonic():
                    return None
                return self._issued(token.user, form["refresh_token"])
            case "client_credentials":
                enabled = (self.folder.instance.property(CLIENT_CREDENTIALS) or "").lower() == "true"
                return self._issued("admin", refresh=None) if enabled else None
            case _:
                return None

    def _is_client(self, client_id: str, client_secret: str) -> bool:
        pairs = [(self.client_id, self.client_secret)]
        for row in self.folder.instance.oauth_entities:
            if row.active and row.client_id and row.client_secret is not None and row.client_secret.is_set:
                pairs.append((row.client_id, row.client_secret.reveal()))
        given = f"{client_id}\0{client_secret}".encode()
        return any(secret != "" and hmac.compare_digest(f"{name}\0{secret}".encode(), given) for name, secret in pairs)

    def _issued(self, user: str, refresh: str | None = "") -> dict[str, object]:
        now = clock.monotonic()
        access = secrets.token_urlsafe(64)
        answer: dict[str, object] = {"scope": "useraccount", "token_type": "Bearer", "expires_in": ACCESS_SECONDS}
        with self._lock:
            _make_room(self._tokens, now)
            self._tokens[access] = _Token(user, now + ACCESS_SECONDS)
            if refresh is not None:
                refresh = refresh or secrets.token_urlsafe(64)
                _make_room(self._refresh, now)
                self._refresh.setdefault(refresh, _Token(user, now + REFRESH_SECONDS))
                answer["refresh_token"] = refresh
        return {**answer, "access_token": access}


def _make_room(tokens: dict[str, _Token], now: float) -> None:
    if len(tokens) >= MOST_TOKENS:
        for name in [name for name, token in tokens.items() if token.until < now] or list(tokens)[: MOST_TOKENS // 10]:
            del tokens[name]
