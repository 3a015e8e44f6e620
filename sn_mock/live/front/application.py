"""`FrontDoor`: the application behind the door: who asks, for what, in which media type."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from guarded.values import dataclass
from provider_stub.faults import Faults
from provider_stub.http.messages import Headers, Request, Response
from provider_stub.http.service import Caller
from sn_mock.failure import MockUsageError
from sn_mock.instance.inbound_records import CHALLENGE
from sn_mock.live.access import API_KEY_HEADER, GUEST, Access, Stranger, Visitor
from sn_mock.live.front import bodies, oauth
from sn_mock.live.front.asked import JSON, XML, Asked, answer, method_of, target_of
from sn_mock.live.front.attachment_api import AttachmentApi
from sn_mock.live.front.batch import batch
from sn_mock.live.front.direct_soap import DirectSoap, is_direct
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.front.import_sets import ImportSets
from sn_mock.live.front.scripted import ScriptedRest
from sn_mock.live.front.table_api import TableApi
from sn_mock.live.front.ui_pages import PAGES, UiPages
from sn_mock.live.sessions import Sessions, UserSession

TOKEN_HEADER = "X-UserToken"
SUPPORTS_TLS = "/adcv2/supports_tls"
_VERSIONS = ("v1", "v2")
_APIS = ("table", "attachment", "batch", "import")
THREADS = 16
"""Requests that are worked on at once; a script may ask this instance itself, which takes one more each."""
ALWAYS: Headers = (
    ("Server", "snow_adc"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store,no-cache,must-revalidate"),
    ("Expires", "0"),
    ("Pragma", "no-store"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
)
"""Headers of every answer (REPORTED: captures of 2026)."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A request that was let in or turned away, for whoever listens."""

    method: str
    path: str
    status: int
    who: Visitor | Stranger | None


class FrontDoor:
    """The service of the door. Its work is done in threads; the door's loop only passes bytes."""

    def __init__(
        self,
        access: Access,
        tables: TableApi,
        files: AttachmentApi,
        scripts: ScriptedRest,
        soap: DirectSoap,
        imports: ImportSets,
        pages: UiPages,
        sessions: Sessions,
    ) -> None:
        self._access, self._tables, self._files, self._scripts, self._soap = access, tables, files, scripts, soap
        self._imports, self._pages, self._sessions = imports, pages, sessions
        self.inbound_mtls = False
        """What `/adcv2/supports_tls` says."""
        self.on_answer: Callable[[Turned], None] | None = None
        self._faults = Faults()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="front-door")

    def answer(self, request: Request, caller: Caller) -> Awaitable[Response]:
        """See `provider_stub.http.service.Service`."""
        chain, base_url = caller.chain, caller.base_url
        return asyncio.get_running_loop().run_in_executor(self._threads, self.respond, request, chain, base_url)

    def refusal(self, status: int, reason: str, target: str) -> Response | None:
        """See `provider_stub.http.service.WordsRefusals`: the REST APIs answer in the shape of all their errors."""
        if status != Error.TOO_LARGE.value.status or not target.startswith("/api/"):
            return None
        body, kind = bodies.written(RefusedError(Error.TOO_LARGE, reason).body(), JSON)
        return answer(status, body, kind, ALWAYS)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def respond(self, request: Request, chain: tuple[bytes, ...] = (), base_url: str = "") -> Response:
        """The answer to one request of a client with this certificate chain; a fault of ours is an answer, too."""
        try:
            return self._responded(request, chain, base_url)
        except Exception as error:
            self._faults.note(f"{request.method} {request.shown_target}", error)
            body, kind = bodies.written(RefusedError(Error.FAULT, type(error).__name__).body(), JSON)
            return replace(answer(Error.FAULT.value.status, body, kind, ALWAYS), close=True)

    def check(self) -> None:
        """Raise InternalError where something of ours went wrong since the last look."""
        self._faults.check()

    def _responded(self, request: Request, chain: tuple[bytes, ...], base_url: str) -> Response:
        who: Visitor | Stranger | None = None
        path, query = target_of(request)
        if path == oauth.PATH:
            response = oauth.token(self._access, request)
        elif path == SUPPORTS_TLS:
            response = answer(200, b"true" if self.inbound_mtls else b"", "text/plain;charset=UTF-8")
        else:
            session = self._sessions.of(request.header("Cookie") or "")
            who = self._visitor(request, query, chain, session)
            host = request.header("Host")
            response = self._asked(request, who, f"https://{host}" if host else base_url, session)
        if self.on_answer is not None:
            self.on_answer(Turned(request.method, path, response.status, who))
        return replace(response, headers=(*ALWAYS, *response.headers))

    def _visitor(
        self,
        request: Request,
        query: tuple[tuple[str, str], ...],
        chain: tuple[bytes, ...],
        session: UserSession | None,
    ) -> Visitor | Stranger:
        """Who asks; a session counts where its token is sent, too (KB0565021)."""
        authorization = request.header("Authorization")
        key = request.header(API_KEY_HEADER) or next((value for name, value in query if name == API_KEY_HEADER), "")
        mine = session is not None and session.is_token(request.header(TOKEN_HEADER) or "")
        user = session.user if mine and session is not None else ""
        return self._access.visitor(authorization, chain, api_key=key, session_user=user)

    def _asked(self, request: Request, who: Visitor | Stranger, base: str, session: UserSession | None) -> Response:
        """The answer to who has come in, or has not."""
        path, query = target_of(request)
        visitor = who if isinstance(who, Visitor) else GUEST
        asked = Asked(method_of(request), path, query, base, request, visitor)
        if isinstance(who, Visitor) and (session is None or session.user != who.user):
            session = self._sessions.begin(who.user)
            response = self._answered(asked, who, session)
            return replace(response, headers=(*response.headers, session.cookie))
        return self._answered(asked, who, session)

    def _answered(self, asked: Asked, who: Visitor | Stranger, session: UserSession | None) -> Response:
        try:
            if asked.path in PAGES:
                return self._pages.answer(asked, session)
            asked = replace(asked, accepts=XML if is_direct(asked) else bodies.accepted(asked.header("Accept")))
            response = self._routed(asked, who)
        except RefusedError as error:
            body, kind = bodies.written(error.body(), asked.accepts or JSON)
            headers = (("WWW-Authenticate", CHALLENGE),) if error.status == 401 else ()
            return answer(error.status, body, kind, headers)
        except MockUsageError as error:
            refused = RefusedError(Error.FOLDER_REFUSES, self._access.folder.told_outside(error))
            body, kind = bodies.written(refused.body(), asked.accepts)
            return answer(refused.status, body, kind)
        marks = (("X-Is-Logged-In", "true"), ("X-Transaction-ID", uuid.uuid4().hex[:12]))
        return replace(response, headers=(*marks, *response.headers))

    def _batched(self, request: Request, outer: Asked, who: Visitor | Stranger) -> Response:
        """The answer to a request of a batch, in the name of who sent it."""
        path, query = target_of(request)
        asked = Asked(method_of(request), path, query, outer.base_url, request, outer.visitor)
        return self._answered(asked, who, None)

    def _routed(self, asked: Asked, who: Visitor | Stranger) -> Response:
        parts = tuple(part for part in asked.path.split("/") if part)
        api = parts[2:] if parts[:2] == ("api", "now") else ()
        version = api[0] if api and api[0] in _VERSIONS else ""
        api = api[1:] if version else api
        scripted = None
        if not api or api[0] not in _APIS:
            scripted = self._scripts.find(asked.method, asked.path)
        if not isinstance(who, Visitor) and (scripted is None or scripted.authenticated):
            raise RefusedError(Error.NOT_AUTHENTICATED)
        if is_direct(asked):
            return self._soap.answer(asked)
        if scripted is not None:
            return self._scripts.answer(scripted, asked)
        match api:
            case ("table", table):
                return self._tables.answer(asked, version, table, None)
            case ("table", table, sys_id):
                return self._tables.answer(asked, version, table, sys_id)
            case ("attachment", *rest):
                return self._files.answer(asked, version, tuple(rest))
            case ("import", staging):
                return self._imports.answer(asked, version, staging, None)
            case ("import", staging, sys_id):
                return self._imports.answer(asked, version, staging, sys_id)
            case ("batch",) if asked.method == "POST":
                return batch(asked, lambda one: self._batched(one, asked, who))
        if api and api[0] not in _APIS:
            raise RefusedError(Error.NOT_SIMULATED, api[0])
        raise RefusedError(Error.NO_RESOURCE)
