"""The policies that bear on a principal, indexed by action, so that a decision asks only what can matter to it.

An index holds nothing but compiled policies in another order: it knows of no request, and never goes stale. It chooses
the statements; whether one applies is for `matching` to say, and what comes of it for `combining` and the evaluator.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from policies_app.engine.combining import Places
from policies_app.engine.conditions import Holds
from policies_app.engine.decision import Layer, MatchedStatement, Place, PolicySource, Reasons, Sourced, is_bounded
from policies_app.engine.document import Applies, Effect, Statement
from policies_app.engine.errors import MisplacedPolicy
from policies_app.engine.matching import compiled, covering, covers_everything, holding
from policies_app.engine.request import PrincipalKind

_REMEMBERED_ACTIONS: Final = 512
_REMEMBERED_REASONS: Final = 64
_KEPT_SETS: Final = 256


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


Which = tuple[tuple[bool | tuple[bool, ...], ...], bool | None]
"""Which of the `varying` statements of a plan apply, and whether the resource is another account's, if that matters.

Of each group: no, or which conditions hold.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The shortest way to an outcome for one action.

    Any of `denies` denies. Then one of each of `grants` has to apply, where a place that allows always is left out;
    None when some place has no statement that could. `varying` are the statements that do not apply to everything, in
    groups that speak of the same resources (None for all): the test of the resource, and those of different conditions.
    """

    denies: tuple[Applies, ...]
    grants: tuple[tuple[Applies, ...], ...] | None
    varying: tuple[tuple[Applies | None, tuple[Holds, ...]], ...]
    reasons: dict[Which, Reasons]

    def keep(self, which: Which, reasons: Reasons) -> Reasons:
        if len(self.reasons) >= _REMEMBERED_REASONS:
            self.reasons.clear()
        self.reasons[which] = reasons
        return reasons


class PolicySet:
    """The policies of every layer, in any order; see `evaluator.decide`.

    Raises `MisplacedPolicy` when a policy with principals is in a layer without them, or the reverse.
    """

    def __init__(self, policies: Iterable[Sourced]) -> None:
        self.policies = tuple(policies)
        self.sources = tuple(source for source, _ in self.policies)
        self.unreadable = tuple(source for source, policy in self.policies if policy is None)
        self.bounded = is_bounded(self.sources)
        self.places = Places.of(source.place for source in self.sources)
        self.plans: dict[PrincipalKind, dict[str, Plan] | None] = {}
        """By action as it was asked for. None stands for kinds for which there is no short way."""
        self._without: dict[frozenset[Layer], PolicySet] = {}
        self._candidates: dict[str, Candidates] = {}
        self._context_keys: dict[str, frozenset[str]] = {}
        for source, policy in self.policies:
            if policy is not None and policy.names_principals is not source.layer.names_principals:
                raise MisplacedPolicy(f"the policy {source.name!r} is not one of the {source.layer} layer")

    def __iter__(self) -> Iterator[Sourced]:
        return iter(self.policies)

    def __len__(self) -> int:
        return len(self.policies)

    def without(self, layers: frozenset[Layer]) -> "PolicySet":
        """The set of those policies that are in none of the layers, which is kept."""
        if layers.isdisjoint(source.layer for source in self.sources):
            return self
        if (known := self._without.get(layers)) is None:
            left = [(source, policy) for source, policy in self.policies if source.layer not in layers]
            known = self._without[layers] = PolicySet(left)
        return known

    @property
    def names_principals(self) -> bool:
        return any(source.layer.names_principals for source in self.sources)

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

    def context_keys(self, action: str) -> frozenset[str]:
        """The keys, in lower case, that the statements about an action read."""
        if (known := self._context_keys.get(action)) is None:
            candidates = self.candidates(action)
            known = frozenset[str]().union(*(candidate.statement.context_keys for candidate in candidates))
            if len(self._context_keys) >= _REMEMBERED_ACTIONS:
                self._context_keys.clear()
            self._context_keys[action] = known
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
        varying = _varying(candidate.statement for candidate in candidates)
        plans[action] = plan = Plan(tuple(denies), tuple(grants) if all(granting) else None, varying, {})
        return plan


def _grants(candidates: Iterable[Candidate]) -> tuple[Applies, ...]:
    """Conditions cost more than resources, so the statements without them are asked first."""
    return tuple(_applies(each) for each in sorted(candidates, key=lambda each: len(each.statement.conditions)))


def _varying(statements: Iterable[Statement]) -> tuple[tuple[Applies | None, tuple[Holds, ...]], ...]:
    """Managed policies often say the same, so that each resource and each condition is asked once."""
    groups: dict[Any, dict[Any, Statement]] = {}
    for statement in statements:
        if not covers_everything(statement):
            said = [(each.spelling, each.key, each.values) for each in statement.conditions]
            groups.setdefault((statement.resources, statement.not_resources), {})[tuple(said)] = statement
    return tuple(
        (covering(next(iter(group.values()))), tuple(holds for each in group.values() if (holds := holding(each))))
        for group in groups.values()
    )


def _applies(candidate: Candidate) -> Applies:
    return candidate.statement.compiled or compiled(candidate.statement)


class PolicySets:
    """Keeps the sets that were used last, since the same principals ask again. Safe to share between threads.

    Which policies bear on a principal is told by the caller each time; the very same ones find what is kept.
    """

    def __init__(self, kept: int = _KEPT_SETS) -> None:
        self._kept = kept
        self._sets: OrderedDict[tuple[PolicySource, ...], PolicySet] = OrderedDict()
        self._lock = Lock()

    def of(self, policies: Sequence[Sourced]) -> PolicySet:
        key = tuple(source for source, _ in policies)
        with self._lock:
            known = self._sets.get(key)
            if known is not None and all(ours[1] is theirs[1] for ours, theirs in zip(policies, known, strict=True)):
                self._sets.move_to_end(key)
                return known
        made = PolicySet(policies)
        with self._lock:
            self._sets[key] = made
            self._sets.move_to_end(key)
            while len(self._sets) > self._kept:
                self._sets.popitem(last=False)
        return made


_sets: Final = PolicySets()


def policy_set(policies: Sequence[Sourced]) -> PolicySet:
    """The set of the policies, from those that this process keeps."""
    return _sets.of(policies)
