"""Who may come in: only pages of this very address, with the password where one was set; and in which language."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from predictor.wording.sentences import LANGUAGES, say

LANGUAGE = "predictor_language"
NAMES = ("127.0.0.1", "localhost", "::1")


def language_of(request: HTTPConnection) -> str:
    """The language chosen before, else the first of the browser's that the page speaks, else Vietnamese."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = [part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((lang for lang in wanted if lang in LANGUAGES), "vi")


class AccessGuard:
    """Refuses requests that another site or name sends here, and those without the password."""

    def __init__(self, app: Any, password: str | None, loopback: bool, refused: Callable[..., Response] | None = None):
        self.app, self.password, self.loopback, self.refused = app, password, loopback, refused or _refused

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request pass, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(headers, language_of(HTTPConnection(scope)))
        if refusal is None:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await refusal(scope, receive, send)

    def _refusal(self, headers: dict[str, str], lang: str) -> Response | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self.loopback and urlsplit(f"//{host}").hostname not in NAMES:
            return self.refused(lang, "page_door_machine", 421)
        if origin is not None and urlsplit(origin).netloc != host:
            return self.refused(lang, "page_door_site", 403)
        if self.password and not _knows(headers.get("authorization", ""), self.password):
            return self.refused(lang, "page_door_password", 401, {"WWW-Authenticate": 'Basic realm="predictor", charset="UTF-8"'})
        return None


def _refused(lang: str, key: str, status: int, headers: dict[str, str] | None = None) -> HTMLResponse:
    sentence = say(lang, key)
    body = f"<!doctype html><html lang={lang}><title>predictor</title><main><h1>{sentence}</h1></main></html>"
    return HTMLResponse(body, status, headers)


def _knows(authorization: str, password: str) -> bool:
    try:
        _, _, given = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return secrets.compare_digest(given.encode(), password.encode())
