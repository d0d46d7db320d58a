"""Who may come in: only pages of this very address, with the password where one was set; and in which language."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from predictor.wording.sentences import LANGUAGES, say

LANGUAGE = "predictor_language"
NAMES = ("127.0.0.1", "localhost", "::1")
GUESSES, MINUTE = 10, 60.0  # wrong passwords from one address within so many seconds, after which none is looked at
ADDRESSES = 10_000  # addresses remembered for their guesses
LEFT = 499  # the status of a request whose sender closed the connection: nobody reads it


def language_of(request: HTTPConnection) -> str:
    """The language chosen before, else the first of the browser's that the page speaks, else Vietnamese."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = [part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((lang for lang in wanted if lang in LANGUAGES), "vi")


class AccessGuard:
    """Refuses requests that another site or name sends here, those without the password, and more guesses at it.

    Every answer that it lets through gets the `headers`.
    """

    def __init__(
        self, app: Any, password: str | None, loopback: bool, refused: Callable[..., Response] | None = None,
        headers: Mapping[str, str] | None = None,
    ):  # fmt: skip
        self.app, self.password, self.loopback, self.refused = app, password, loopback, refused or _refused
        self.headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self.guesses = Guesses()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request pass, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(headers, (scope.get("client") or [""])[0], HTTPConnection(scope))
        if refusal is None:
            return await self._passed_on(scope, receive, self._with_headers(send))
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await refusal(scope, receive, send)

    async def _passed_on(self, scope: Any, receive: Any, send: Any) -> None:
        """Let the app answer; where whoever asked left before it did, end the request: middleware takes silence for a fault."""
        left = begun = False

        async def hear() -> Any:
            nonlocal left
            message = await receive()
            left = left or message["type"] == "http.disconnect"
            return message

        async def tell(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await self.app(scope, hear, tell)
        if left and not begun:
            await send({"type": "http.response.start", "status": LEFT, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def _with_headers(self, send: Any) -> Any:
        async def add(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.headers]}
            await send(message)

        return add if self.headers else send

    def _refusal(self, headers: dict[str, str], address: str, request: HTTPConnection) -> Response | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self.loopback and urlsplit(f"//{host}").hostname not in NAMES:
            return self.refused(language_of(request), "page_door_machine", 421)
        if origin is not None and urlsplit(origin).netloc != host:
            return self.refused(language_of(request), "page_door_site", 403)
        if not self.password:
            return None
        if self.guesses.too_many(address):
            return self.refused(language_of(request), "page_door_guesses", 429, {"Retry-After": f"{MINUTE:.0f}"})
        given = headers.get("authorization", "")
        if _knows(given, self.password):
            return None
        if given:
            self.guesses.note(address)
        asked = {"WWW-Authenticate": 'Basic realm="predictor", charset="UTF-8"'}
        return self.refused(language_of(request), "page_door_password", 401, asked)


class Guesses:
    """When wrong passwords came, by the address that they came from."""

    def __init__(self) -> None:
        self.wrong: dict[str, deque[float]] = {}

    def note(self, address: str) -> None:
        """A wrong password came from this address."""
        times = self.wrong.pop(address, deque(maxlen=GUESSES))
        times.append(time.monotonic())
        self.wrong[address] = times
        if len(self.wrong) > ADDRESSES:
            del self.wrong[next(iter(self.wrong))]

    def too_many(self, address: str) -> bool:
        """Whether so many came within a minute that the next is not looked at."""
        times = self.wrong.get(address, deque())
        return len(times) == GUESSES and time.monotonic() - times[0] < MINUTE


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
