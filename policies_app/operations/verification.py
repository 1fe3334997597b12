"""Whether the record of an account is as it was written, and where it is not.

Each event is hashed together with the hash of the one before, and `EventChain` holds the number and the hash of the
last. So whoever gets past the triggers and alters, deletes, inserts or moves events leaves a flaw at that place; only
somebody who writes everything that follows anew, and the end as well, leaves none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from policies_app.models import Event, EventChain
from policies_app.models.events import GENESIS, HASHED, hash_of

BATCH: Final = 2000
# Ranges of flawed events that are told one by one.
MOST_TOLD: Final = 100
SEQUENCE, PREVIOUS = HASHED.index("sequence"), HASHED.index("previous_hash")


class Kind(StrEnum):
    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    MOVED_UP = "moved up"
    MOVED_DOWN = "moved down"
    UNLINKED = "unlinked"
    END = "end"


_SENTENCES: Final = {
    Kind.ALTERED: "{} altered: what was recorded had another hash",
    Kind.MISSING: "{} deleted",
    Kind.INSERTED: "{} inserted: the record began later, or ended before",
    Kind.MOVED_UP: "{} moved up: something was inserted before, or they were exchanged",
    Kind.MOVED_DOWN: "{} moved down: something was deleted before, or they were exchanged",
    Kind.UNLINKED: "{} not recorded after what stands before: something there was altered, deleted or inserted",
    Kind.END: "{} not what the record is said to end with: the end of the record was changed",
}


@dataclass(slots=True)
class Flaw:
    """What is wrong with the events `first` to `last`, by their numbers."""

    kind: Kind
    first: int
    last: int

    def __str__(self) -> str:
        if self.first == self.last:
            return _SENTENCES[self.kind].format(f"Event {self.first:,} was") + "."
        return _SENTENCES[self.kind].format(f"Events {self.first:,} to {self.last:,} were") + "."


@dataclass(slots=True)
class Verified:
    """What was found in the events `first` to `last`; the record ends with number `end`."""

    first: int
    last: int
    end: int
    flaws: list[Flaw] = field(default_factory=list)
    untold: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.flaws

    @property
    def is_complete(self) -> bool:
        return self.last >= self.end

    def add(self, kind: Kind, first: int, last: int) -> None:
        """What is next to a flaw of its kind is one with it."""
        newest = self.flaws[-1] if self.flaws else None
        if newest and newest.kind is kind and newest.last == first - 1:
            newest.last = last
        elif len(self.flaws) < MOST_TOLD:
            self.flaws.append(Flaw(kind, first, last))
        else:
            self.untold += 1


def verify(
    account_id: str, *, start: int = 1, count: int | None = None, advance: Callable[[int], None] = lambda _: None
) -> Verified:
    """Look at `count` events from number `start` on, or at all of them. `advance` hears how many were read just now.

    That the first of them follows the one before is looked at as well, so that parts add up to the whole.
    """
    # Read before the events: what is added meanwhile stands behind it.
    end, end_hash = _end(account_id)
    last = end if count is None else min(start + count - 1, end)
    found = Verified(start, last, end)
    previous = _look_at(account_id, found, advance)
    if found.is_complete:
        if previous and previous != end_hash:
            found.add(Kind.END, end, end)
        beyond = Event.objects.filter(account_id=account_id, sequence__gt=end).order_by("-sequence")
        newest = beyond.values_list("sequence", flat=True).first() or 0
        if newest and newest > _end(account_id)[0]:
            found.add(Kind.INSERTED, end + 1, newest)
    return found


def _end(account_id: str) -> tuple[int, str]:
    return EventChain.objects.filter(account_id=account_id).values_list("sequence", "hash").first() or (0, GENESIS)


def _look_at(account_id: str, found: Verified, advance: Callable[[int], None]) -> str | None:
    """The hash of the last event; None where it cannot be known, because it is missing."""
    expected, previous = found.first, _hash_before(account_id, found.first)
    for sequence, stored, values in _rows(account_id, found, advance):
        if sequence < expected:
            found.add(Kind.INSERTED, sequence, sequence)
            continue
        if sequence > expected:
            found.add(Kind.MISSING, expected, sequence - 1)
            previous = None
        how = _how(values, stored) if stored != hash_of(values) else None
        if how:
            found.add(how, sequence, sequence)
        elif previous not in {None, values[PREVIOUS]}:
            found.add(Kind.UNLINKED, sequence, sequence)
        # What was moved is not what the next was recorded after.
        expected, previous = sequence + 1, None if how in {Kind.MOVED_UP, Kind.MOVED_DOWN} else stored
    if expected <= found.last:
        found.add(Kind.MISSING, expected, found.last)
        return None
    return previous


def _rows(account_id: str, found: Verified, advance: Callable[[int], None]) -> Iterator[tuple[int, str, Sequence[Any]]]:
    """Number, hash, and the values that were hashed. Nothing has a number below 1."""
    rows = Event.objects.filter(account_id=account_id, sequence__lte=found.last).order_by("sequence")
    rows = rows.filter(sequence__gte=found.first) if found.first > 1 else rows
    read = 0
    for row in rows.values_list(*HASHED, "hash").iterator(chunk_size=BATCH):
        yield row[SEQUENCE], row[-1], row[:-1]
        read += 1
        if read == BATCH:
            advance(read)
            read = 0
    advance(read)


def _hash_before(account_id: str, sequence: int) -> str | None:
    if sequence == 1:
        return GENESIS
    before = Event.objects.filter(account_id=account_id, sequence=sequence - 1)
    return before.values_list("hash", flat=True).first()


def _how(values: Sequence[Any], stored: str) -> Kind:
    """What happened to an event that has not the hash of what it says: by its number alone, or by anything else."""
    for kind, step in ((Kind.MOVED_UP, -1), (Kind.MOVED_DOWN, 1)):
        renumbered = list(values)
        renumbered[SEQUENCE] += step
        if hash_of(renumbered) == stored:
            return kind
    return Kind.ALTERED
