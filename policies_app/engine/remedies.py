"""What keeps a refused request from being allowed, and the least that would allow it."""

import json
from collections.abc import Sequence
from typing import Final

from policies_app.engine.combining import required_places
from policies_app.engine.decision import Decision, Layer
from policies_app.engine.document import Effect
from policies_app.engine.index import PolicySet
from policies_app.engine.mismatches import Unmatched, why_not
from policies_app.engine.principals import Naming
from policies_app.engine.request import Request

_ACTION: Final = ("Action", "NotAction")


def lacking(decision: Decision, policies: PolicySet) -> tuple[Layer, ...]:
    """The layers of an identity's own policies that have to allow and do not, whatever denies besides.

    A layer with a document that cannot be understood allows nothing until that is mended.
    """
    allowing = {statement.source.place for statement in decision.applied if statement.effect is Effect.ALLOW}
    allowing -= {source.place for source in policies.unreadable}
    required = required_places(decision.request, policies.places, Naming.NOT_AT_ALL)
    return tuple(place.layer for place in required if place not in allowing)


def smallest_statement(request: Request) -> str:
    """The text of the statement that allows this action on this resource, and nothing else."""
    statement = {"Effect": "Allow", "Action": request.action, "Resource": request.resource}
    return json.dumps(statement, indent=4, ensure_ascii=False)


def nearest(request: Request, policies: PolicySet, layers: Sequence[Layer]) -> list[Unmatched]:
    """The Allow statements of the layers that do not apply, nearest first.

    Those about the action, or if there are none about others of its service. Statements of all services that leave the
    action out are not meant for it.
    """
    allows = [
        each
        for each in why_not(request, policies)
        if each.effect is Effect.ALLOW and each.source.layer in layers and _is_of_service(each, request.action)
    ]
    about = [each for each in allows if all(mismatch.element not in _ACTION for mismatch in each.mismatches)]
    return sorted(about or allows, key=lambda each: len(each.mismatches))


def _is_of_service(unmatched: Unmatched, action: str) -> bool:
    prefix = action.lower().partition(":")[0] + ":"
    return all(
        any(pattern.lower().startswith(prefix) for pattern in mismatch.wanted)
        for mismatch in unmatched.mismatches
        if mismatch.element in _ACTION
    )
