"""A client that is no bottleneck: requests that were signed and written out beforehand, over raw sockets.

One thread serves all connections; of each answer no more is read than where it ends.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

LEAST = 3
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Load:
    """Answers a second, and milliseconds to the whole answer."""

    rate: float
    median: float
    p99: float


def signed(port: int, body: str, key: tuple[str, str]) -> bytes:
    """The whole request as it is sent."""
    request = AWSRequest(
        "POST", f"http://127.0.0.1:{port}/", data=body, headers={"Content-Type": FORM, "Host": f"127.0.0.1:{port}"}
    )
    SigV4Auth(Credentials(*key), "iam", "us-east-1").add_auth(request)
    headers = dict(request.headers) | {"Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{head}\r\n{body}".encode()


def send(port: int, requests: Sequence[bytes], *, connections: int, seconds: float, once: bool = False) -> Load:
    """Keep every connection busy for the time; with `once` no request is sent twice, and the time ends with them.

    Raises `RuntimeError` for the first answer that is no success.
    """
    left = iter(requests) if once else cycle(requests)
    times: list[float] = []
    start = time.perf_counter()
    end = start + seconds
    with selectors.DefaultSelector() as selector:
        open_ones = [_Connection(port, left) for _ in range(connections)]
        for each in open_ones:
            each.next()
            selector.register(each.socket, selectors.EVENT_READ, each)
        # A server may take longer than the time for its first answers.
        while selector.get_map() and (time.perf_counter() < end or once or len(times) < LEAST):
            for event, _ in selector.select(timeout=60):
                connection: _Connection = event.data
                old = connection.socket
                if (taken := connection.read()) is None:
                    continue
                times.append(taken)
                more = (time.perf_counter() < end or len(times) < LEAST) and connection.next()
                if not more or connection.socket is not old:
                    selector.unregister(old)
                if more and connection.socket is not old:
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
        for each in open_ones:
            each.socket.close()
    elapsed = time.perf_counter() - start
    return Load(len(times) / elapsed, 1000 * median(times), 1000 * quantiles(times, n=100)[98])


class _Connection:
    def __init__(self, port: int, left: Iterator[bytes]) -> None:
        self.port = port
        self.left = left
        self.socket = self._connect()
        self.answer = b""
        self.started = 0.0
        self.is_last = False

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def next(self) -> bool:
        """Send the next request, on a new connection where the server has said that it closes this one."""
        if (request := next(self.left, None)) is None:
            return False
        if self.is_last:
            self.socket.close()
            self.socket = self._connect()
            self.is_last = False
        self.answer = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)
        return True

    def read(self) -> float | None:
        """The seconds since the request, once the answer is complete."""
        part = self.socket.recv(1 << 18)
        self.answer += part
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if part and not (found and _is_complete(head.lower(), body)):
            return None
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            raise RuntimeError(self.answer[:2000].decode(errors="replace"))
        self.is_last = not part or b"connection: close" in head.lower() or head.startswith(b"HTTP/1.0")
        return time.perf_counter() - self.started


def _is_complete(head: bytes, body: bytes) -> bool:
    _, found, rest = head.partition(b"content-length:")
    if found:
        return len(body) >= int(rest.split(b"\r\n", 1)[0])
    return b"transfer-encoding: chunked" in head and body.endswith(b"0\r\n\r\n")
