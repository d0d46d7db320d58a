"""MLflow's scoring server for one bundle: `/ping`, `/health`, `/version` and `/invocations`, and nothing else.

MLflow's own replies to errors quote the rows that were sent, and its readers turn "NA" (Namibia) into nothing and pass over
keys that they do not know. So bodies are read by `request_body`, the model behind the server takes cells as they were sent,
and every reply to an error is a sentence of this project's.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from dataclasses import dataclass, field
from threading import Lock
from types import SimpleNamespace
from typing import Any, ClassVar

import pandas as pd
from starlette.responses import Response

from predictor.bundle import Bundle
from predictor.errors import Fault, RowsError
from predictor.serving.access import NAMES, AccessGuard
from predictor.serving.request import REQUEST, answer, read_body
from predictor.tables.frames import History
from predictor.wording.sentences import say

PATHS = ("/ping", "/health", "/version", "/invocations")
BODY = 64 * 2**20  # bytes a request; about 50,000 rows of JSON
PATIENCE = 60.0  # seconds in which a body must have arrived
GRACE = 5  # seconds that requests under way have once the server is stopped
FAILED = "the server could not answer; its own log says why."
UNREADABLE = "the rows could not be read; dataframe_records is a list of objects, dataframe_split an object of columns and data."


@dataclass(frozen=True)
class Model:
    """What MLflow's server asks of a model; it declares no input columns, because the contract reads every cell itself."""

    bundle: Bundle
    history: History | None = None
    turn: Lock = field(default_factory=Lock)  # one request at a time: threads of Python wait for each other and lose by it
    metadata: ClassVar[Any] = SimpleNamespace(get_input_schema=lambda: None)

    def predict(self, data: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Forecast each row; what is missing is None, for JSON has no NaN."""
        from predictor.serving.mlflow_server import Refused

        try:
            with self.turn:
                answers = answer(data, self.bundle, params, self.history).astype(object)
        except RowsError as problem:
            raise Refused(problem.faults) from None
        except Exception:
            logging.getLogger("predictor").exception("a request could not be answered")
            raise
        return answers.where(answers.notna(), None)


def application(bundle: Bundle, password: str | None = None, loopback: bool = True, history: History | None = None) -> Any:
    """The server as an ASGI application; with `loopback` it answers to names of this machine only."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow.pyfunc.scoring_server import init

    return AccessGuard(Desk(init(Model(bundle, history))), password, loopback, _refused)


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
    settings = uvicorn.Config(app, http=Prompt, log_level="error", server_header=False, timeout_graceful_shutdown=GRACE)
    uvicorn.Server(settings).run(sockets=[listening])


class Desk:
    """Hands MLflow each body in the one form that it reads well, and turns its errors into sentences."""

    def __init__(self, app: Any):
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["path"] not in PATHS:
            return await _reply(send, 404, f"there is nothing at this address; allowed: {', '.join(PATHS)}.")
        if scope["path"] != "/invocations" or scope["method"] != "POST":
            return await self.app(scope, receive, _Told(send))
        try:
            body = await asyncio.wait_for(_body(receive), PATIENCE)
        except TimeoutError:
            return await _reply(send, 408, f"did not arrive within {PATIENCE:.0f} seconds; send it at once.")
        except asyncio.CancelledError:  # the server ends, and this body never came
            return await _reply(send, 503, "the server has ended; send it again later.")
        if body is None:
            return await _reply(send, 413, f"is larger than {BODY // 2**20} MB; send fewer rows, or use predictor score.")
        try:
            kind, query = _header(scope, b"content-type"), scope["query_string"].decode("latin-1")
            kept = await asyncio.to_thread(lambda: json.dumps(read_body(body, kind, query)).encode())
        except RowsError as problem:
            return await _reply(send, 400, problem.faults)
        scope = {**scope, "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(kept)).encode())]}

        async def read() -> dict[str, Any]:
            return {"type": "http.request", "body": kept, "more_body": False}

        await self.app(scope, read, _Told(send))


class _Told:
    """Sends a reply on, an error's only if it is this project's own sentence."""

    def __init__(self, send: Any):
        self.send, self.status, self.body = send, 200, b""

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        if self.status < 400:
            return await self.send(message)
        self.body += message.get("body", b"")
        if message["type"] == "http.response.start" or message.get("more_body"):
            return None
        try:
            faults = [Fault(f["where"], f["problem"], f["row"], f["column"]) for f in json.loads(self.body)["faults"]]
            await _reply(self.send, self.status, faults)
        except (ValueError, KeyError, TypeError):
            unexpected = b"unexpected error" in self.body  # which MLflow calls the caller's fault
            await _reply(self.send, 500 if unexpected else self.status, _general(500 if unexpected else self.status))


def _general(status: int) -> str:
    said = {
        405: "this address is asked another way; POST to /invocations, GET the others.",
        504: "took too long; send fewer rows.",
    }
    return said.get(status, FAILED if status >= 500 else UNREADABLE)


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _body(receive: Any) -> bytes | None:
    """The whole body, or None where it is too long to be kept."""
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        length, more = length + len(parts[-1]), message.get("more_body", False)
        if length > BODY:
            return None
    return b"".join(parts)


def _refused(lang: str, key: str, status: int, headers: dict[str, str] | None = None) -> Response:  # noqa: ARG001
    from predictor.serving.mlflow_server import refusal

    return Response(refusal("PERMISSION_DENIED", [Fault(REQUEST, say("en", key))]), status, headers, "application/json")


async def _reply(send: Any, status: int, said: str | list[Fault]) -> None:
    from predictor.serving.mlflow_server import refusal

    code = {404: "ENDPOINT_NOT_FOUND", 413: "REQUEST_LIMIT_EXCEEDED"}.get(status, "INTERNAL_ERROR")
    faults = [Fault(REQUEST, said)] if isinstance(said, str) else said
    body = refusal(code if status in (404, 413) or status >= 500 else "INVALID_PARAMETER_VALUE", faults).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
