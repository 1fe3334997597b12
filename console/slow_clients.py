"""Whoever sends a body slowly, or never, waits for themselves: only whole requests come to the application.

A thread that waits for a client holds nothing else, so there may be many; those that work hold a database
connection each, and of them there are few.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

type Environ = dict[str, Any]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Of a body that is too long so much is thrown away, so that its sender gets to read the answer.
DRAINED = 32 * 1024 * 1024
CHUNK = 64 * 1024


def whole_requests(application: Application, *, at_once: int, longest: int, waiting: int) -> Application:
    """The application, asked by at most `at_once` threads at the same time, with bodies of at most `longest` bytes.

    At most `waiting` bodies are waited for; the next is refused at once, so that there are threads left for requests
    without one. A longer body does not reach it, but its length does, which is what it refuses.
    """
    places, senders = BoundedSemaphore(at_once), BoundedSemaphore(waiting)

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = b""
        if environ.get("CONTENT_LENGTH", "0") not in {"", "0"}:
            if not senders.acquire(blocking=False):
                start_response("503 Service Unavailable", [("Retry-After", "5"), ("Content-Length", "0")])
                return []
            try:
                body = _read(environ, longest)
            finally:
                senders.release()
        environ["wsgi.input"] = BytesIO(body)
        with places:
            return application(environ, start_response)

    return answer


def _read(environ: Environ, longest: int) -> bytes:
    length, source = environ.get("CONTENT_LENGTH", ""), environ["wsgi.input"]
    if not length.isdecimal() or length == "0":
        return b""
    if int(length) <= longest:
        return bytes(source.read(int(length)))
    left = min(int(length), DRAINED)
    while left > 0 and (thrown_away := source.read(min(left, CHUNK))):
        left -= len(thrown_away)
    return b""
