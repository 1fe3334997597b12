"""Clients that do not send what they announced, against the server as it is deployed."""

import re
import socket
import time
from collections.abc import Iterator

import pytest

from tests.server.test_serve import Server, free_port

FORM = "application/x-www-form-urlencoded"
HEAD = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: {{}}\r\n\r\n"
ASK = b"Action=ListUsers&Version=2010-05-08"
# More than both workers work on at once.
MANY = 30


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server.start(tmp_path_factory.mktemp("server"), free_port())
    yield server
    server.stop()


def connect(server: Server, head: str, body: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=15)
    client.sendall(head.encode() + body)
    return client


def answer(client: socket.socket) -> tuple[int, str]:
    """The status and AWS's code."""
    with client, client.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        text = b""
        while b"</ErrorResponse>" not in text:
            text += stream.readline()
    assert b"content-type: text/xml" in text.lower()
    return status, re.findall(r"<Code>(\w+)</Code>", text.decode())[0]


def ask(server: Server) -> tuple[int, str]:
    return answer(connect(server, HEAD.format(len(ASK)), ASK))


def test_who_never_sends_the_body_keeps_nobody_waiting(server: Server) -> None:
    assert ask(server) == (403, "MissingAuthenticationToken")
    hanging = [connect(server, HEAD.format(100), b"Action=List") for _ in range(MANY)]
    hanging += [connect(server, "POST / HTTP/1.1\r\nHost: 127") for _ in range(MANY)]
    time.sleep(0.5)
    started = time.monotonic()
    assert [ask(server) for _ in range(8)] == [(403, "MissingAuthenticationToken")] * 8
    assert time.monotonic() - started < 5
    for client in hanging:
        client.close()
    assert ask(server) == (403, "MissingAuthenticationToken")


@pytest.mark.parametrize("size", [3_000_000, 10_000_000])
def test_a_body_that_is_too_long_is_told_so(server: Server, size: int) -> None:
    assert answer(connect(server, HEAD.format(size), b"x" * size)) == (413, "RequestEntityTooLarge")


def test_a_form_that_is_too_long_and_never_comes_keeps_nobody_waiting(server: Server) -> None:
    form = HEAD.replace(FORM, "multipart/form-data; boundary=x").replace("/ H", "/users/ H")
    hanging = [connect(server, form.format(9_000_000), b"--x\r\n") for _ in range(9)]
    time.sleep(0.5)
    assert ask(server) == (403, "MissingAuthenticationToken")
    for client in hanging:
        client.close()


def test_who_leaves_halfway_leaves_nothing_behind(server: Server) -> None:
    for _ in range(MANY):
        connect(server, HEAD.format(100), b"Action=List").close()
    assert [ask(server) for _ in range(8)] == [(403, "MissingAuthenticationToken")] * 8


def test_more_hanging_bodies_than_there_are_threads_leave_the_pages_be(server: Server) -> None:
    hanging = [connect(server, HEAD.format(100), b"Action=List") for _ in range(200)]
    time.sleep(0.5)
    with connect(server, "GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as page:
        assert page.recv(12) == b"HTTP/1.1 200"
    for client in hanging:
        client.close()
