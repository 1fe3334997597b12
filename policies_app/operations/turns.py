"""Whose turn it is to write. SQLite has one writer at a time, and lets the others sleep and look again now and then.

Of eight an unlucky one waits for a second. Here they queue, and are woken as soon as it is free. It is a matter of
fairness only: that there is one writer, SQLite itself sees to.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

LONGEST = 20.0
"""Seconds to wait for: as long as SQLite itself is told to. Whoever has the turn for longer is stuck."""

_mine = threading.local()


class TurnTimeout(OperationalError):
    """The turn has not come: as when SQLite says that the database is locked."""


class _Queue:
    """A file beside the database, opened once by each thread and closed with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o600)
        self.changed = threading.Condition()
        self.queuing = self.wanted = False

    def take(self) -> None:
        """Raise `TurnTimeout` when it does not come. A lock of a file has no timeout, so that a thread waits for it.

        It goes on waiting when this one gives up, and hands the turn to whoever comes back for it, or on.
        """
        with self.changed:
            if not self.queuing:
                try:
                    fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self.queuing = True
                    threading.Thread(target=self._wait, name="turn", daemon=True).start()
                else:
                    return
            self.wanted = True
            self.changed.wait_for(lambda: not self.queuing, LONGEST)
            if self.queuing:
                self.wanted = False
                raise TurnTimeout(f"Others have been writing to the database for {LONGEST} seconds.")

    def _wait(self) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        with self.changed:
            self.queuing = False
            if not self.wanted:
                fcntl.flock(self.descriptor, fcntl.LOCK_UN)
            self.changed.notify()

    def __del__(self) -> None:
        os.close(self.descriptor)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until no other thread or process has it. Within a transaction it would be too late to queue."""
    queue = None if connection.in_atomic_block else _queue()
    if queue is None:
        yield
        return
    queue.take()
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
