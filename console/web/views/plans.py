"""Several operations that a page shows first and then carries out together, or not at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from policies_app.operations.errors import OperationError
from policies_app.operations.events import unit_of_work

from .identities import Gate


@dataclass(frozen=True, slots=True)
class Planned:
    """One operation. `part` names the part of the page that asks for it, which is where its error belongs."""

    label: str
    perform: Callable[[], Any]
    gate: Gate
    part: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What did not work, and which part of the page asked for it; nothing of the plan was done."""

    part: str
    error: OperationError


def carry_out(plan: Iterable[Planned]) -> Stopped | None:
    """All of it in one transaction, each operation with its own authorisation and event; None when it is done."""
    part = ""
    try:
        with unit_of_work():
            for planned in plan:
                part = planned.part
                planned.perform()
    except OperationError as error:
        return Stopped(part, error)
    return None
