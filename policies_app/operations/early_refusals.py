"""What a door refuses before it calls the operation: an event tells of it all the same."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from . import events
from .calls import OPERATIONS, Call, event_of
from .errors import OperationError


@contextmanager
def recorded(call: Call, operation: str, parameters: Mapping[str, Any]) -> Iterator[None]:
    """The event that the operation, `CreateUser`, would have made of the error."""
    try:
        yield
    except OperationError as error:
        entry = OPERATIONS[operation]
        event = event_of(replace(call, action=entry.action, resource=""), parameters, error)
        if entry.reads:
            events.reads.record(event)
        else:
            with events.unit_of_work() as record:
                record.append(event)
        raise
