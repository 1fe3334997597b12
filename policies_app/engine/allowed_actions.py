"""What may be done to one resource: the outcomes for every action of the catalog at once, as sets of actions.

Whether a statement applies does not depend on the action beyond its being covered, so each statement is asked once and
answers for all of its actions. The sets are integers, see `catalog.every_action`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from policies_app.engine.catalog.every_action import every_action
from policies_app.engine.catalog.rcp_services import RCP_EXEMPT_ACTIONS, RCP_SERVICES
from policies_app.engine.combining import GRANTING, required_places
from policies_app.engine.decision import Outcome, Place
from policies_app.engine.document import Effect, Statement
from policies_app.engine.guardrails import not_bearing
from policies_app.engine.index import PolicySet
from policies_app.engine.matching import Matching
from policies_app.engine.principals import Naming
from policies_app.engine.request import Principal, Request


@dataclass(frozen=True, slots=True)
class ActionOutcomes:
    """The sets of the actions that are allowed and explicitly denied; the rest of the catalog is implicitly denied."""

    allowed: int
    denied: int

    def names(self, outcome: Outcome) -> tuple[str, ...]:
        """The full names of the actions with an outcome, sorted by service."""
        every = every_action()
        match outcome:
            case Outcome.ALLOWED:
                return tuple(every.names_of(self.allowed))
            case Outcome.EXPLICIT_DENY:
                return tuple(every.names_of(self.denied))
            case Outcome.IMPLICIT_DENY:
                return tuple(every.names_of(every.all & ~self.allowed & ~self.denied))


def allowed_actions(
    policies: PolicySet,
    principal: Principal,
    resource: str,
    context: Mapping[str, str | tuple[str, ...]] | None = None,
    resource_account: str | None = None,
) -> ActionOutcomes:
    """The outcome of every action of the catalog for one principal, resource and context."""
    limited = Request(principal, "s3:", resource, context or {}, resource_account)
    free = Request(principal, "", resource, context or {}, resource_account)
    if policies.places.organization and not_bearing(limited) != not_bearing(free):
        actions = _limited_by_rcps()
        inside = _outcomes(limited, policies.without(not_bearing(limited)))
        outside = _outcomes(free, policies.without(not_bearing(free)))
        return ActionOutcomes(
            inside.allowed & actions | outside.allowed & ~actions, inside.denied & actions | outside.denied & ~actions
        )
    return _outcomes(free, policies.without(not_bearing(free)))


def _outcomes(request: Request, policies: PolicySet) -> ActionOutcomes:
    matching = Matching(request, bounded=policies.bounded)
    denied = 0
    allowed = dict.fromkeys((source.place for source in policies.sources), 0)
    granted = dict.fromkeys(Naming, 0)
    for source, policy in policies.policies:
        for statement in policy.statements if policy else ():
            if (applying := matching.applying(statement)) is None:
                continue
            covered = _covered(statement)
            if statement.effect is Effect.DENY:
                denied |= covered
                continue
            allowed[source.place] |= covered
            if source.layer in GRANTING:
                granted[applying.naming] |= covered
    if policies.unreadable:
        return ActionOutcomes(0, denied)
    return ActionOutcomes(_allowed(request, policies, allowed, granted) & ~denied, denied)


def _allowed(request: Request, policies: PolicySet, allowed: dict[Place, int], granted: dict[Naming, int]) -> int:
    """The actions that every place which has to allow does allow.

    Which places those are depends on how the resource's policy names the principal and, with one, on the service.
    """
    every = every_action()
    found, left = 0, every.all
    for naming in sorted(Naming, reverse=True):
        alike = left & granted[naming] if naming is not Naming.NOT_AT_ALL else left
        left &= ~alike
        for service, actions in (("kms", alike & every.of_service("kms")), ("", alike & ~every.of_service("kms"))):
            asked = Request(
                request.principal, f"{service}:", request.resource, resource_account=request.resource_account
            )
            required = required_places(asked, policies.places, naming)
            found |= reduce(and_, (allowed.get(place, 0) for place in required), actions)
    return found


@lru_cache(1)
def _limited_by_rcps() -> int:
    every = every_action()
    limited = [every.of_service(service) for service in RCP_SERVICES]
    return reduce(or_, limited, 0) & ~every.covered(tuple(RCP_EXEMPT_ACTIONS))


def _covered(statement: Statement) -> int:
    if statement.not_actions:
        return every_action().all & ~_union(tuple(pattern.text for pattern in statement.not_actions))
    return _union(tuple(pattern.text for pattern in statement.actions))


@lru_cache(8192)
def _union(patterns: tuple[str, ...]) -> int:
    return every_action().covered(patterns)
