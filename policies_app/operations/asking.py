"""Many reads in one request: each authorised by its own action and recorded, while the rows are read together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from policies_app.engine.evaluator import Decision
from policies_app.models import Event, Identity, Policy

from . import events
from .calls import Call, event_of
from .errors import AccessDenied


class Asking:
    """Asks for one object after another; the refusals are recorded together at the end."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.refusals: list[Event] = []

    def refused(self, action: str, resource: str | Identity | Policy, **parameters: Any) -> Decision | None:
        """None when it is allowed, which is recorded."""
        attempt = replace(self.call, action=f"iam:{action}", resource="")
        try:
            attempt.authorize(resource)
        except AccessDenied as error:
            self.refusals.append(event_of(attempt, parameters, error))
            return error.decision
        events.reads.record(event_of(attempt, parameters))
        return None

    def would_refuse(self, action: str, resource: Identity | Policy) -> Decision | None:
        """For what there is nothing to read of: not recorded."""
        decision = self.call.may(f"iam:{action}", resource)
        return None if decision.allowed else decision

    def record_refusals(self) -> None:
        if self.refusals:
            with events.unit_of_work() as record:
                record.extend(self.refusals)


@contextmanager
def asking_of(call: Call) -> Iterator[Asking]:
    asking = Asking(call)
    yield asking
    asking.record_refusals()
