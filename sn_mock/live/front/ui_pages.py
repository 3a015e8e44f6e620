"""The three pages of the classic interface that programs use: `/login.do`, `/login_redirect.do`, `/sys.scripts.do`.

A program logs in with the form's fields, reads the session's token (`g_ck`, `sysparm_ck`) from a page, and posts a
background script with it; the answer has a line `*** Script: …` for each line that the script wrote. REPORTED: public
programs do so, field by field; the pages' further text is ASSUMED. Scripts run for users with the role `admin`
(docs, c_ScriptsBackground; the 403 for others is ASSUMED). No other page of the interface is simulated.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from provider_stub.http.messages import Response
from sn_mock.live.access import Access, Visitor
from sn_mock.live.front.asked import Asked, answer, pairs_of
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.scripts import run_script
from sn_mock.live.sessions import Sessions, UserSession
from sn_mock.live.state import LiveFolder
from sn_mock.scripting import Context, ScriptResult

LOGIN, LANDING, SCRIPTS = "/login.do", "/login_redirect.do", "/sys.scripts.do"
PAGES = frozenset({LOGIN, LANDING, SCRIPTS})
_KIND = "text/html;charset=UTF-8"
_FORM = "application/x-www-form-urlencoded"
_LOG_IN = (
    '<form method="post" action="/login.do"><input name="user_name" id="user_name"><input name="user_password" '
    'id="user_password" type="password"><button name="sys_action" value="sysverb_login">Log in</button></form>'
)
_BACKGROUND = (
    '<form method="post" action="/sys.scripts.do"><textarea name="script" rows="25" cols="100"></textarea>'
    '<input name="sysparm_ck" type="hidden" value="{token}"><input name="sys_scope" type="hidden" value="global">'
    '<input type="submit" name="runscript" value="Run script"></form>'
)


class UiPages:
    """The pages of one instance."""

    def __init__(self, folder: LiveFolder, outbound: OutboundLog, access: Access, sessions: Sessions) -> None:
        self._folder, self._outbound, self._access, self._sessions = folder, outbound, access, sessions

    def answer(self, asked: Asked, session: UserSession | None) -> Response:
        """One of `PAGES`; `session` is the caller's. Raises RefusedError."""
        if asked.method not in ("GET", "HEAD", "POST"):
            raise RefusedError(Error.METHOD_NOT_ALLOWED, asked.method)
        form = _form(asked) if asked.method == "POST" else {}
        if asked.path == LOGIN:
            return self._login(form) if form else _page(_LOG_IN)
        if session is None or not self._access.is_let_in(session.user):
            return answer(302, headers=(("Location", f"{LOGIN}?sysparm_url={quote(asked.path, safe='')}"),))
        script = f"<script>var g_ck = '{session.token}';</script>"
        if asked.path == LANDING:
            return _page(script, session)
        if not form:
            return _page(script + _BACKGROUND.format(token=session.token), session)
        if not session.is_token(form.get("sysparm_ck", "")) or not self._access.is_admin(session.user):
            raise RefusedError(Error.NOT_AUTHORIZED)
        context = Context(user=session.user)
        return _ran(run_script(self._folder, self._outbound, form.get("script", ""), name="script", context=context))

    def _login(self, form: dict[str, str]) -> Response:
        """A session for the right password; else the form once more."""
        who = self._access.login(form.get("user_name", ""), form.get("user_password", ""))
        if not isinstance(who, Visitor):
            return _page("<div>User name or password invalid</div>" + _LOG_IN)
        session = self._sessions.begin(who.user)
        return answer(302, headers=(("Location", LANDING), session.cookie))


def _form(asked: Asked) -> dict[str, str]:
    if asked.content_type != _FORM:
        raise RefusedError(Error.UNSUPPORTED_TYPE)
    return dict(pairs_of(asked.raw.body.decode("utf-8", "replace")))


def _page(content: str, session: UserSession | None = None) -> Response:
    headers = (session.cookie,) if session is not None else ()
    return answer(200, f"<html><body>{content}</body></html>".encode(), _KIND, headers)


def _ran(result: ScriptResult) -> Response:
    lines = [f"*** Script: {line.text}" for line in result.log]
    if result.error is not None:
        lines.append(f"Evaluator: {result.error.message}")
        lines += result.error.where.splitlines()
    seconds, milliseconds = divmod(round(result.duration_ms), 1000)
    done = f"[0:{seconds // 60:02}:{seconds % 60:02}.{milliseconds:03}] Script completed in scope global: script"
    told = "".join(f"{escape(line, quote=False)}<BR/>" for line in lines)
    return answer(200, f"<HTML><BODY>{done}<HR/><PRE>{told}</PRE><HR/></BODY></HTML>".encode("utf-8", "replace"), _KIND)
