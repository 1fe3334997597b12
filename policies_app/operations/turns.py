"""Whose turn it is to write. SQLite has one writer at a time, and lets the others sleep and look again now and then.

Of eight an unlucky one waits for a second. Here they queue, and are woken as soon as it is free. It is a matter of
fairness only: that there is one writer, SQLite itself sees to.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_mine = threading.local()


class _Queue:
    """A file beside the database, opened once by each thread and closed with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)

    def __del__(self) -> None:
        os.close(self.descriptor)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until no other thread or process has it. Within a transaction it would be too late to queue."""
    queue = None if connection.in_atomic_block else _queue()
    if queue is None:
        yield
        return
    fcntl.flock(queue.descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(queue.descriptor, fcntl.LOCK_UN)


def _queue() -> _Queue | None:
    """None where there is no database in a file."""
    database = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in database or "mode=memory" in database:
        return None
    path = f"{database}-turns"
    known: _Queue | None = getattr(_mine, "queue", None)
    if known is None or known.path != path:
        known = _mine.queue = _Queue(path)
    return known
