"""The policies that bear on a principal, indexed by action, so that a decision asks only what can matter to it.

An index holds nothing but compiled policies in another order: it knows of no request, and never goes stale. It chooses
the statements; whether one applies is for `matching` to say, and what comes of it for `combining` and the evaluator.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from policies_app.engine.decision import MatchedStatement, Place, PolicySource, Sourced, is_bounded
from policies_app.engine.document import Applies, Effect, Statement
from policies_app.engine.errors import MisplacedPolicy
from policies_app.engine.matching import compiled, covers_everything
from policies_app.engine.request import PrincipalKind

_REMEMBERED_ACTIONS: Final = 4096


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement about the action that is asked for, and what a decision says of it when it simply applies."""

    statement: Statement
    matched: MatchedStatement

    @property
    def source(self) -> PolicySource:
        return self.matched.source


Candidates = tuple[Candidate, ...]
"""The statements about one action, in the order of the policies."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The shortest way to an outcome for one action.

    Any of `denies` denies. Then one of each of `grants` has to apply, where a place that allows always is left out;
    None when some place has no statement that could.
    """

    denies: tuple[Applies, ...]
    grants: tuple[tuple[Applies, ...], ...] | None


class PolicySet:
    """The policies of every layer, in any order; see `evaluator.decide`.

    Raises `MisplacedPolicy` when a policy with principals is in a layer without them, or the reverse.
    """

    def __init__(self, policies: Iterable[Sourced]) -> None:
        self.policies = tuple(policies)
        self.sources = tuple(source for source, _ in self.policies)
        self.unreadable = tuple(source for source, policy in self.policies if policy is None)
        self.bounded = is_bounded(self.sources)
        self.places = tuple(dict.fromkeys(source.place for source in self.sources))
        self.plans: dict[PrincipalKind, dict[str, Plan] | None] = {}
        """By action as it was asked for. None stands for kinds for which there is no short way."""
        self._candidates: dict[str, Candidates] = {}
        for source, policy in self.policies:
            if policy is not None and policy.names_principals is not source.layer.names_principals:
                raise MisplacedPolicy(f"the policy {source.name!r} is not one of the {source.layer} layer")

    @property
    def names_principals(self) -> bool:
        return any(place.layer.names_principals for place in self.places)

    def candidates(self, action: str) -> Candidates:
        """The statements about an action, given in any case."""
        folded = action.lower()
        if (known := self._candidates.get(folded)) is None:
            service = folded.partition(":")[0]
            known = tuple(
                Candidate(
                    statement,
                    MatchedStatement(source, statement.index, statement.sid, statement.effect, statement.span),
                )
                for source, policy in self.policies
                if policy is not None and policy.speaks_of(service)
                for statement in policy.statements_for(folded)
            )
            if len(self._candidates) >= _REMEMBERED_ACTIONS:
                self._candidates.clear()
            self._candidates[folded] = known
        return known

    def plan(self, action: str, required: Sequence[Place], plans: dict[str, Plan]) -> Plan:
        """Make the plan for an action and remember it in `plans`; every one of `required` has to allow."""
        candidates = self.candidates(action)
        denies = [_applies(candidate) for candidate in candidates if candidate.statement.effect is Effect.DENY]
        allows = [candidate for candidate in candidates if candidate.statement.effect is Effect.ALLOW]
        granting = [[candidate for candidate in allows if candidate.source.place == place] for place in required]
        grants = [_grants(each) for each in granting if not any(covers_everything(one.statement) for one in each)]
        if len(plans) >= _REMEMBERED_ACTIONS:
            plans.clear()
        plans[action] = plan = Plan(tuple(denies), tuple(grants) if all(granting) else None)
        return plan


def _grants(candidates: Iterable[Candidate]) -> tuple[Applies, ...]:
    """Conditions cost more than resources, so the statements without them are asked first."""
    return tuple(_applies(each) for each in sorted(candidates, key=lambda each: len(each.statement.conditions)))


def _applies(candidate: Candidate) -> Applies:
    return candidate.statement.compiled or compiled(candidate.statement)
