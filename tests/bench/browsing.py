"""Every page of a live instance's console, opened as somebody would who clicks on everything."""

from __future__ import annotations

import http.client
import re
from collections import Counter, deque
from urllib.parse import urlencode, urlsplit

MOST_ALIKE = 60
"""Pages that differ in an id alone (calls, visits, rows of one table) and are opened; a list shows fifty."""
_LINK = re.compile(r'href="(/[^"#]*)')
_ID = re.compile(r"[0-9a-f]{16,32}|(?<=sysparm_first_row=)\d+|(?<=sysparm_query=)[^&]+")
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Browser:
    """One connection to a console, logged in."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.netloc)
        self._headers: dict[str, str] = {}
        answer, _ = self._ask("GET", f"{parts.path}?{parts.query}")
        cookie = answer.getheader("set-cookie")
        assert cookie is not None
        self._headers = {"Cookie": cookie.partition(";")[0]}

    def open_all(self) -> int:
        """Follow every link from the first page on; the number of pages."""
        seen, opened, alike = {"/"}, 0, Counter[str]()
        waiting = deque(["/"])
        while waiting:
            place = waiting.popleft()
            answer, text = self._ask("GET", place)
            assert answer.status in (200, 303), (place, answer.status)
            opened += 1
            for link in _LINK.findall(text):
                target = link.replace("&amp;", "&")
                shape = _ID.sub("*", target)
                if target not in seen and alike[shape] < MOST_ALIKE:
                    seen.add(target)
                    alike[shape] += 1
                    waiting.append(target)
        return opened

    def post(self, place: str, *, at: str = "", **fields: str) -> None:
        """Send a form, which stands on the page `at`, else on its own; and open what it leads to."""
        found = _FORM_TOKEN.search(self._ask("GET", at or place)[1])
        assert found is not None, place
        body = urlencode({**fields, "form_token": found[1]})
        answer, _ = self._ask("POST", place, body)
        if answer.status == 303:
            answer, _ = self._ask("GET", answer.getheader("location") or "/")
        assert answer.status == 200, (place, answer.status)

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _ask(self, method: str, place: str, body: str | None = None) -> tuple[http.client.HTTPResponse, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        self._connection.request(method, place, body, {**self._headers, **kind})
        answer = self._connection.getresponse()
        return answer, answer.read().decode("utf-8", "replace")
