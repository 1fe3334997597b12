"""A part of a page that its own action allows or refuses, while the rest of the page still works."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policies_app.engine.evaluator import Decision
from policies_app.operations.errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Panel[T]:
    """Either the `value` that the operation gave, or the decision that refused it."""

    value: T | None = None
    refused: Decision | None = None


def panel[T](perform: Callable[..., T], *args: Any, **parameters: Any) -> Panel[T]:
    try:
        return Panel(value=perform(*args, **parameters))
    except AccessDenied as error:
        return Panel(refused=error.decision)
