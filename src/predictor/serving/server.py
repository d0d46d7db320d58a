"""One bundle over HTTP, as MLflow's scoring server answers: `/ping`, `/health`, `/version` and `/invocations`, and nothing else.

It is asked as MLflow's own servers are and answers in their form, but reads bodies by `request.read_body` and replies to every
error in a sentence: MLflow's own replies quote the rows that were sent, and its readers turn "NA" (Namibia) into nothing and pass
over keys that they do not know. Requests that wait while others are computed are then answered together, the shortest first.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate
from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from predictor.bundle import Bundle
from predictor.errors import Fault, RowsError
from predictor.forecasting.predict import load_compiled
from predictor.serving.access import NAMES, AccessGuard
from predictor.serving.request import REQUEST, Asked, Records, answers, asked, read_body, refusal, rows_of_body
from predictor.tables.frames import History
from predictor.wording.sentences import say

PATHS = {"/ping": "GET", "/health": "GET", "/version": "GET", "/invocations": "POST"}
BODY = 64 * 2**20  # bytes a request; about 50,000 rows of JSON
TOGETHER = 256 * 2**10  # bytes of the requests that are answered together; some 2,000 rows of JSON
AT_ONCE = 32 * 2**10  # bytes of one that came alone up to which the way to a thread and back would be a part of its time
PATIENCE = 60.0  # seconds in which a body must have arrived, and in which it must be answered
GRACE = 5  # seconds that requests under way have once the server is stopped
FAILED = "the server could not answer; its own log says why."


@dataclass(frozen=True)
class Sent:
    """A request as it came: its body, content type and the query of its address."""

    body: bytes
    kind: str
    query: str


Reply = tuple[int, bytes]  # status and JSON


def application(bundle: Bundle, password: str | None = None, loopback: bool = True, history: History | None = None) -> Any:
    """The server as an ASGI application; with `loopback` it answers to names of this machine only."""
    return AccessGuard(Desk(bundle, history), password, loopback, _refused)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 takes a free one.

    Raises
    ------
    RowsError
        Where another program listens there, or the address is not of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise RowsError(
            [Fault("--port", f"cannot listen at {host} port {port} ({reason}); stop what does, or choose another.")]
        ) from None


def run(bundle: Bundle, listening: socket.socket, host: str, password: str | None = None, history: History | None = None) -> None:
    """Serve at a socket until stopped (Ctrl-C raises KeyboardInterrupt, once requests under way are answered)."""
    import uvicorn

    from predictor.serving.connections import Prompt

    app = application(bundle, password, host in NAMES, history)
    threading.Thread(target=_load_compiled, args=(bundle,), daemon=True).start()  # what comes before is answered more slowly
    settings = uvicorn.Config(
        app, http=Prompt, ws="none", lifespan="off", log_level="error", server_header=False, timeout_graceful_shutdown=GRACE
    )
    uvicorn.Server(settings).run(sockets=[listening])


def _load_compiled(bundle: Bundle) -> None:
    for model in bundle.models.values():
        load_compiled(model)


class Desk:
    """Takes requests one by one and answers those that wait together, short ones first and never two at a time: threads of Python
    wait for each other and lose by it. One thread answers, so that the server hears what comes meanwhile; a short request that
    came alone is answered at once."""

    def __init__(self, bundle: Bundle, history: History | None):
        self.bundle, self.history = bundle, history
        self.waiting: dict[asyncio.Future[Reply], Sent] = {}  # in the order they came
        self.working: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["path"] not in PATHS:
            return await _refuse(send, 404, f"there is nothing at this address; allowed: {', '.join(PATHS)}.")
        if scope["method"] != PATHS[scope["path"]]:
            return await _refuse(send, 405, "this address is asked another way; POST to /invocations, GET the others.")
        if scope["path"] != "/invocations":
            return await _reply(send, 200, version("mlflow").encode() if scope["path"] == "/version" else b"\n")
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _body(receive)
        except TimeoutError:
            return await _refuse(send, 408, f"did not arrive within {PATIENCE:.0f} seconds; send it at once.")
        except ClientDisconnect:  # what came is a part, and nobody waits for an answer
            return None
        except asyncio.CancelledError:  # the server ends, and this body never came
            return await _refuse(send, 503, "the server has ended; send it again later.")
        if body is None:
            return await _refuse(send, 413, f"is larger than {BODY // 2**20} MB; send fewer rows, or use predictor score.")
        sent = Sent(body, _header(scope, b"content-type"), scope["query_string"].decode("latin-1"))
        behind = self.working is not None and not self.working.done()
        reply = self._wait(sent)
        try:
            await _reply(send, *await asyncio.wait_for(reply, PATIENCE))
        except TimeoutError:
            late = (503, "the server is busy; send it again later.") if behind else (504, "took too long; send fewer rows.")
            await _refuse(send, *late)
        finally:
            self.waiting.pop(reply, None)

    def _wait(self, sent: Sent) -> asyncio.Future[Reply]:
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.waiting[reply] = sent
        if self.working is None or self.working.done():
            self.working = asyncio.create_task(self._work())
        return reply

    async def _work(self) -> None:
        while self.waiting:
            first = next(iter(self.waiting))
            await self._answer(self._shortest())
            if first in self.waiting:  # short ones that keep coming would put it off for ever
                await self._answer([first])

    def _shortest(self) -> list[asyncio.Future[Reply]]:
        """The shortest of what waits: as many as are answered together, or one that is longer than that."""
        ordered = sorted(self.waiting, key=lambda reply: len(self.waiting[reply].body))
        ends = accumulate(len(self.waiting[reply].body) for reply in ordered)
        return ordered[: max(1, sum(end <= TOGETHER for end in ends))]

    async def _answer(self, taken: list[asyncio.Future[Reply]]) -> None:
        several = [self.waiting.pop(reply) for reply in taken]
        try:
            if len(several) == 1 and len(several[0].body) <= AT_ONCE and self.history is None:
                found = replies(several, self.bundle, self.history)
            else:
                found = await asyncio.to_thread(replies, several, self.bundle, self.history)
        except Exception as problem:
            found = [_written(problem)] * len(taken)
        for reply, answer in zip(taken, found, strict=True):
            if not reply.done():  # whoever asked may have waited no longer
                reply.set_result(answer)


def replies(several: Sequence[Sent], bundle: Bundle, history: History | None) -> list[Reply]:
    """What requests that came together are answered, each as if it had come alone."""
    read = [_read(sent, bundle, history) for sent in several]
    scored = iter(answers([one for one in read if isinstance(one, Asked)], bundle, history))
    return [_written(next(scored) if isinstance(one, Asked) else one) for one in read]


def _written(found: Records | Exception) -> Reply:
    """An answer or a refusal in the form of MLflow's servers; a fault in writing it is of this request alone."""
    try:
        if isinstance(found, RowsError):
            return 400, refusal("INVALID_PARAMETER_VALUE", found.faults).encode()
        if isinstance(found, Exception):
            raise found
        return 200, orjson.dumps({"predictions": found}, default=lambda day: day.isoformat())
    except Exception as problem:
        logging.getLogger("predictor").error("a request could not be answered", exc_info=problem)
        return 500, refusal("INTERNAL_ERROR", [Fault(REQUEST, FAILED)]).encode()


def _read(sent: Sent, bundle: Bundle, history: History | None) -> Asked | Exception:
    """A request that was checked, or the error that this ends in."""
    try:
        body = read_body(sent.body, sent.kind, sent.query)
        return asked(rows_of_body(body), bundle, body["params"], history)
    except Exception as problem:
        return problem


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _body(receive: Any) -> bytes | None:
    """The whole body, or None where it is too long to be kept; ClientDisconnect where it breaks off."""
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        length, more = length + len(parts[-1]), message.get("more_body", False)
        if length > BODY:
            return None
    return b"".join(parts)


def _refused(lang: str, key: str, status: int, headers: dict[str, str] | None = None) -> Response:  # noqa: ARG001
    return Response(refusal("PERMISSION_DENIED", [Fault(REQUEST, say("en", key))]), status, headers, "application/json")


async def _refuse(send: Any, status: int, problem: str) -> None:
    code = {404: "ENDPOINT_NOT_FOUND", 413: "REQUEST_LIMIT_EXCEEDED"}.get(status, "INTERNAL_ERROR")
    named = code if status in (404, 413) or status >= 500 else "INVALID_PARAMETER_VALUE"
    await _reply(send, status, refusal(named, [Fault(REQUEST, problem)]).encode())


async def _reply(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
