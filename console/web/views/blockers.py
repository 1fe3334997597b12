"""What AWS wants gone before something is deleted: each thing with the operation that takes just that away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.engine.decision import Decision
from policies_app.models import Identity, Policy
from policies_app.operations.calls import Call, Context, Row
from policies_app.operations.errors import AccessDenied, OperationError

from .identities import Gate, gate


@dataclass(frozen=True, slots=True)
class Blocker:
    """`remove` takes it away at once; where what goes is lost for good, `page` asks first. `url` shows the thing.

    The `action` is asked for `on` a row of its own, or else on what is to be deleted; `page` also takes `page_action`.
    """

    name: str
    label: str
    verb: str
    action: str
    remove: Callable[[], None]
    on: Row | None = None
    context: Context | None = None
    url: str = ""
    page: str = ""
    page_action: str = ""


type Reading = Callable[[], Sequence[Blocker]]
"""One sort of them, a page at a time."""


@dataclass(frozen=True, slots=True)
class Blockers:
    """By sort, each read by its own action, which may be refused."""

    readings: Mapping[str, Reading]

    def resolve(self, key: str) -> Blocker | None:
        """Take away the one that a button names, such as `group:devs`; None where it is gone already."""
        sort, _, name = key.partition(":")
        found = self.readings[sort]() if sort in self.readings else ()
        blocker = next((each for each in found if each.name == name), None)
        if blocker:
            blocker.remove()
        return blocker

    def clear(self) -> None:
        """All of them: a reading is asked until nothing is left."""
        for reading in self.readings.values():
            while found := reading():
                for blocker in found:
                    blocker.remove()


def resolve(request: ConsoleRequest, blockers: Blockers, page: str) -> HttpResponse:
    """What a button of the page of the deletion does, and back to that page."""
    try:
        gone = blockers.resolve(request.POST["resolve"])
    except AccessDenied:
        raise
    except OperationError as error:
        messages.error(request, error.message)
    else:
        if gone:
            messages.success(request, f"{gone.label} is out of the way.")
    return redirect(page)


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """A row of `components/blockers.html`: `key` is what its button names, and `gate` says whether the thing may go."""

    key: str
    blocker: Blocker
    gate: Gate
    page_gate: Gate | None

    @property
    def button_gate(self) -> Gate:
        return self.page_gate.and_then(self.gate) if self.page_gate else self.gate


def shown(call: Call, row: Identity | Policy, blockers: Blockers) -> tuple[list[BlockerRow], list[Decision]]:
    """What is in the way of deleting the row, and what of that could not be read."""
    found = {sort: panel(reading) for sort, reading in blockers.readings.items()}
    rows = [
        BlockerRow(
            f"{sort}:{each.name}",
            each,
            _gate(call, each, row),
            gate(call, each.page_action, row) if each.page_action else None,
        )
        for sort, reading in found.items()
        for each in reading.value or ()
    ]
    return rows, [reading.refused for reading in found.values() if reading.refused]


def offer_everything(field: forms.Field, found: Sequence[BlockerRow], refusals: Sequence[Decision]) -> None:
    """The tick that takes all of it away is for whom nothing of it is refused."""
    if refusals or not all(each.gate.allowed for each in found):
        field.disabled = True
        field.help_text = "You may not take away all of it: a button that is refused says why."


def _gate(call: Call, blocker: Blocker, row: Identity | Policy) -> Gate:
    if blocker.on:
        return Gate(call.may(blocker.action, blocker.on, blocker.context))
    return gate(call, blocker.action, row, blocker.context)
