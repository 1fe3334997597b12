"""Deciding a request against the policies that bear on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Any Deny that applies, in any layer, ends it. Otherwise every layer that has to allow must: see `combining`.

What is not understood never allows: with a document that has errors nothing is allowed, an Allow whose conditions
cannot be evaluated does not apply, and a Deny whose conditions cannot be evaluated applies.
"""

from collections.abc import Iterable
from dataclasses import replace

from policies_app.engine.combining import limiting_place, required_places
from policies_app.engine.decision import (
    WITHOUT_IDENTITY_POLICIES,
    Decision,
    Known,
    Layer,
    MatchedStatement,
    Outcome,
    Place,
    PolicySource,
    Reasons,
    Sourced,
)
from policies_app.engine.document import Effect, Policy
from policies_app.engine.errors import EngineError
from policies_app.engine.guardrails import not_bearing
from policies_app.engine.index import Plan, PolicySet
from policies_app.engine.matching import SIMPLY, Matching
from policies_app.engine.principals import Naming
from policies_app.engine.request import Request

__all__ = [
    "Decision",
    "Layer",
    "MatchedStatement",
    "Outcome",
    "PolicySet",
    "PolicySource",
    "Sourced",
    "decide",
    "decide_assume_role",
    "decide_in_full",
    "decide_trust",
]


def decide(request: Request, policies: PolicySet | Iterable[Sourced]) -> Decision:
    """Decide with the policies of every layer, in any order.

    A boundary, a session policy, an SCP or RCP limits by being among `policies`; each `level` of SCPs and of RCPs has
    to allow. A role's trust policy has to allow, too, while another resource's policy only may, within the account.
    Raises `MisplacedPolicy` when a policy with principals is in a layer without them, or the reverse.

    With a `PolicySet` only the outcome is worked out now, and what made it so when it is first read.
    """
    if not isinstance(policies, PolicySet):
        return decide_in_full(request, PolicySet(policies))
    if policies.places.organization:
        policies = policies.without(not_bearing(request))
    outcome = _outcome(request, policies)
    return (
        decide_in_full(request, policies) if outcome is None else Decision.pending(outcome, request, policies, _known)
    )


def decide_in_full(request: Request, policies: PolicySet) -> Decision:
    """Decide as `decide` does, always by the long way: every statement about the action is asked."""
    asking = _Asking(request, policies.without(not_bearing(request)) if policies.places.organization else policies)
    return asking.decision(asking.limit())


def _known(decision: Decision, policies: PolicySet) -> Known:
    """What made the outcome so that the plan for the action has come to.

    The long way can say nothing else as long as the same of the statements apply that do not always, so what it said
    is kept in the plan. Where nothing denies and not all is allowed, the resource's account matters as well.
    """
    request, outcome = decision.request, decision.outcome
    plan = _plan(request, policies)
    resource, missing = request.resource, set[str]()
    lookup = request.noting(missing)
    try:
        applying = tuple(
            [
                (covers is None or covers(resource, lookup)) and tuple([holds(lookup) for holds in conditions])
                for covers, conditions in plan.varying
            ]
        )
    except EngineError:
        return decide_in_full(request, policies).known
    which = applying, request.crosses_accounts if outcome is Outcome.IMPLICIT_DENY else None
    reasons = plan.reasons.get(which)
    if reasons is None:
        reasons = plan.keep(which, decide_in_full(request, policies).known[0])
    return reasons, frozenset(missing)


def _outcome(request: Request, policies: PolicySet) -> Outcome | None:
    """The outcome by the shortest way; None when there is none.

    There is one for who has identity policies and is asked about by no policy with principals: each place that
    `required_places` names has to allow, and another account's resource would need a policy that is not there.
    """
    kind = request.principal.kind
    try:
        plans = policies.plans[kind]
    except KeyError:
        short = kind not in WITHOUT_IDENTITY_POLICIES and not policies.names_principals and not policies.unreadable
        plans = policies.plans[kind] = {} if short else None
    if plans is None:
        return None
    plan = plans.get(request.action) or _plan(request, policies)
    resource, lookup = request.resource, request.values
    for applies in plan.denies:
        try:
            if applies(resource, lookup):
                return Outcome.EXPLICIT_DENY
        except EngineError:
            return Outcome.EXPLICIT_DENY
    if plan.grants is None:
        return Outcome.IMPLICIT_DENY
    for granting in plan.grants:
        for applies in granting:
            try:
                if applies(resource, lookup):
                    break
            except EngineError:
                continue
        else:
            return Outcome.IMPLICIT_DENY
    return Outcome.IMPLICIT_DENY if request.crosses_accounts else Outcome.ALLOWED


def _plan(request: Request, policies: PolicySet) -> Plan:
    """The plan for an action, of those that a set keeps for a kind of principal that has any."""
    plans = policies.plans[request.principal.kind]
    assert plans is not None
    if (known := plans.get(request.action)) is not None:
        return known
    home = Request(request.principal, request.action, "*")
    return policies.plan(request.action, required_places(home, policies.places, Naming.NOT_AT_ALL), plans)


def decide_trust(request: Request, source: PolicySource, policy: Policy | None) -> Decision:
    """Decide whether a role's trust policy lets the principal in. `request.resource` is the role's ARN.

    Within the role's account a trust policy that names the principal itself (or everybody) is enough. One that names
    the account, and any trust across accounts, needs the caller's identity policy as well: `needs_identity_policy`.
    """
    asking = _Asking(request, PolicySet([(source, policy)]))
    if not asking.allowing:
        return asking.decision(source.place)
    named = max(statement.naming for statement in asking.allowing)
    alone = named > Naming.BY_ACCOUNT and not request.crosses_accounts
    needed = request.principal.kind not in WITHOUT_IDENTITY_POLICIES and not alone
    return asking.decision(None, needs_identity_policy=needed)


def decide_assume_role(request: Request, trust: Sourced, policies: Iterable[Sourced]) -> Decision:
    """Decide an AssumeRole call as a whole: the role's trust policy together with what bears on the caller."""
    return decide(request, [trust, *policies])


class _Asking:
    """One request going from policy to policy, collecting what applies."""

    def __init__(self, request: Request, policies: PolicySet) -> None:
        self.policies = policies
        self.matching = Matching(request, bounded=policies.bounded)
        self.allowing: list[MatchedStatement] = []
        self.denying: list[MatchedStatement] = []
        applying_of = self.matching.applying
        for candidate in policies.candidates(request.action):
            if (applying := applying_of(candidate.statement)) is None:
                continue
            found = candidate.matched
            if applying is not SIMPLY:
                found = replace(found, unevaluated=applying.unevaluated, naming=applying.naming)
            (self.denying if found.effect is Effect.DENY else self.allowing).append(found)

    def limit(self) -> Place | None:
        if not self.policies.unreadable:
            return limiting_place(self.matching.request, self.policies.places, self.allowing)
        unreadable = [source.place for source in self.policies.unreadable]
        readable = [statement for statement in self.allowing if statement.source.place not in unreadable]
        limit = limiting_place(self.matching.request, self.policies.places, readable)
        return limit or unreadable[0]

    def decision(self, limit: Place | None, *, needs_identity_policy: bool = False) -> Decision:
        allowed = Outcome.ALLOWED if limit is None else Outcome.IMPLICIT_DENY
        outcome = Outcome.EXPLICIT_DENY if self.denying else allowed
        if self.denying:
            limit = self.denying[0].source.place
        reasons = Reasons(
            outcome,
            tuple(self.denying or self.allowing),
            limit.layer if limit else None,
            limit.level if limit else "",
            self.policies.unreadable,
            needs_identity_policy and not self.denying,
            self.policies.sources,
            (*self.denying, *self.allowing),
        )
        return Decision(outcome, self.matching.request, (reasons, frozenset(self.matching.missing)))
