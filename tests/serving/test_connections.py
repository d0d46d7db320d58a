import asyncio
import socket
import time
from threading import Thread

import pytest
import uvicorn

from predictor.serving import connections
from predictor.serving.connections import Prompt

pytestmark = pytest.mark.slow  # each waits for a deadline

REQUEST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n"


async def echo(scope, receive, send):
    if scope["type"] == "http":
        body = (await receive())["body"]
        while len(body) < 4:
            body += (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch):
    """Where a server listens whose callers have two seconds for their headers."""
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 2.0)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(echo, http=Prompt, log_level="error", lifespan="off", timeout_keep_alive=60))
    running = Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    running.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    running.join()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def body(caller):
    """The four bytes after the headers of an answer."""
    answer = b""
    while len(answer.partition(b"\r\n\r\n")[2]) < 4:
        answer += caller.recv(1000)
    return answer[-4:]


@pytest.mark.parametrize("begun", [b"", b"POST / HT", REQUEST[:-2]])
def test_who_says_nothing_or_never_ends_the_headers_is_cut_off(port, begun):
    with connect(port) as caller:
        caller.sendall(begun)
        assert caller.recv(100) == b""


def test_headers_in_time_and_a_body_that_takes_longer_are_answered(port):
    with connect(port) as caller:
        for part in (REQUEST[:20], REQUEST[20:], b"1"):
            caller.sendall(part)
        time.sleep(2.5)
        caller.sendall(b"234")
        assert body(caller) == b"1234"


def test_the_second_request_of_a_connection_has_its_own_deadline(port):
    with connect(port) as caller:
        caller.sendall(REQUEST + b"1234")
        assert body(caller) == b"1234"
        time.sleep(2.5)  # between two requests nobody is in a hurry
        caller.sendall(REQUEST + b"5678")
        assert body(caller) == b"5678"
        caller.sendall(REQUEST[:20])
        assert caller.recv(100) == b""
