"""Recording what was done, by whom, and what was refused.

Changes and refusals are written at once: a change within its own transaction, a refusal after the roll-back.
Reads are collected and written in batches off the request path: at most `FLUSH_SECONDS` of them, or
`FLUSH_COUNT` rows, are lost when a process is killed.
"""

import atexit
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby

from django.db import DatabaseError, OperationalError, close_old_connections, transaction

from policies_app.models import Event, EventChain

from .errors import ConcurrentModification
from .turns import TurnTimeout, turn

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 1.0
FLUSH_COUNT = 200


def append(events: Sequence[Event]) -> None:
    """Add events to the ends of their accounts' chains, in one transaction."""
    for account_id, rows in groupby(sorted(events, key=lambda event: event.account_id), lambda event: event.account_id):
        with turn(), transaction.atomic():
            chain = EventChain.locked(account_id)
            batch = list(rows)
            for event in batch:
                chain.sequence += 1
                event.sequence, event.previous_hash = chain.sequence, chain.hash
                chain.hash = event.hash = event.compute_hash()
            Event.insert(batch)
            chain.store()


# The events of the unit of work under way in this thread, or None outside of one.
_pending: ContextVar[list[Event] | None] = ContextVar("pending", default=None)


@contextmanager
def unit_of_work() -> Iterator[list[Event]]:
    """One transaction together with its events; units nest, and the outermost one records.

    If it fails, what was done is rolled back and its events with it; what was refused stays on record.
    """
    outer = _pending.get()
    if outer is not None:
        start = len(outer)
        try:
            with transaction.atomic():
                yield outer
        except BaseException:
            outer[start:] = [event for event in outer[start:] if event.outcome != Event.Outcome.SUCCESS]
            raise
        return
    pending: list[Event] = []
    token = _pending.set(pending)
    try:
        with turn(), transaction.atomic():
            yield pending
            # Last, so that the chain's row is locked for as short as can be.
            append(pending)
    except BaseException as error:
        append([event for event in pending if event.outcome != Event.Outcome.SUCCESS])
        if isinstance(error, OperationalError) and _is_deadlock(error):
            raise ConcurrentModification(
                "Somebody else changed the same things at the same moment. Nothing was changed; try again."
            ) from error
        if isinstance(error, TurnTimeout):
            raise ConcurrentModification(
                "Others have been writing to the database for too long. Nothing was changed; try again."
            ) from error
        raise
    finally:
        _pending.reset(token)


def _is_deadlock(error: OperationalError) -> bool:
    """Two who lock the same rows in another order: PostgreSQL gives up one of them. SQLite has one writer at a time."""
    return getattr(error.__cause__, "sqlstate", None) == "40P01"


class ReadRecorder:
    """The batch of reads not yet written, and the thread that writes it.

    With it go updates of which only the last counts, such as when a key was used: one for each `key`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._events: list[Event] = []
        self._updates: dict[str, Callable[[], object]] = {}
        self._started = False

    def record(self, event: Event) -> None:
        with self._lock:
            if event.parameters.get("search"):
                if any(_goes_on(waiting, event) for waiting in self._events):
                    return
                self._events = [waiting for waiting in self._events if not _goes_on(event, waiting)]
            self._events.append(event)
            self._start_once()
            if len(self._events) >= FLUSH_COUNT:
                self._full.set()

    def update(self, key: str, write: Callable[[], object]) -> None:
        with self._lock:
            self._updates[key] = write
            self._start_once()

    def _start_once(self) -> None:
        if not self._started:
            self._started = True
            self.start()

    def start(self) -> None:
        """Called by the first read, so that the thread lives in the worker and not in the process that forked it."""
        threading.Thread(target=self._run, name="read-events", daemon=True).start()
        atexit.register(self.flush)

    def flush(self) -> None:
        with self._lock:
            batch, self._events = self._events, []
            updates, self._updates = self._updates, {}
        try:
            append(batch)
        except DatabaseError:
            with self._lock:
                self._events = batch + self._events
            logger.exception("%d events of reads wait for the database", len(batch))
        try:
            for write in updates.values():
                write()
        except DatabaseError:  # the next use of what they are of writes it again
            logger.exception("%d updates are lost", len(updates))

    def _run(self) -> None:
        while True:
            self._full.wait(FLUSH_SECONDS)
            self._full.clear()
            close_old_connections()
            self.flush()


def _goes_on(event: Event, other: Event) -> bool:
    """Whether one read is the search that the other one began: somebody types `ali`, and then `alice`.

    Of such a run the longest text is recorded, as far as they wait together; a search for something else is another.
    """
    text, begun = (str(each.parameters.get("search", "")) for each in (event, other))
    return (
        bool(begun)
        and text.startswith(begun)
        and event.operation == other.operation
        and event.outcome == other.outcome
        and event.principal == other.principal
        and event.source_ip == other.source_ip
        and event.parameters | {"search": begun} == other.parameters
    )


reads = ReadRecorder()
