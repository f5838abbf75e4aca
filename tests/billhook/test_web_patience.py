"""Connections that say nothing are closed, and keep nobody else out."""

import resource
import socket
import threading

import pytest
import uvicorn

from billhook.web.patience import Patience, as_many_files_as_allowed


class Quick(Patience):
    head_seconds = 0.3
    body_seconds = 0.3


async def slow(scope, receive, send):
    """An answer that takes longer than a head may."""
    while (await receive()).get("more_body"):
        pass
    threading.Event().wait(0.6)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def port():
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(slow, http=Quick, lifespan="off", log_config=None))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    serving.join(30)
    listener.close()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_connection_without_a_whole_head_is_closed(port, said):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(said)

        assert connection.recv(100) == b""


def test_one_that_has_asked_may_wait_for_its_answer(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

        assert connection.recv(100).startswith(b"HTTP/1.1 204")


def test_the_web_takes_as_many_files_as_it_is_allowed():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    as_many_files_as_allowed()

    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])


def test_a_later_request_that_is_begun_and_never_ended_is_closed_too(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 204")
        connection.sendall(b"GET / HT")

        assert connection.recv(100) == b""


def test_a_body_that_is_promised_and_does_not_come_is_not_waited_for(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab")

        assert connection.recv(100) == b""
