"""Deciding a request against the policies that bear on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Any Deny that applies, in any layer, ends it. Otherwise every layer that has to allow must: see `combining`.

What is not understood never allows: with a document that has errors nothing is allowed, an Allow whose conditions
cannot be evaluated does not apply, and a Deny whose conditions cannot be evaluated applies.
"""

from collections.abc import Iterable

from policies_app.engine.combining import limiting_place
from policies_app.engine.decision import (
    WITHOUT_IDENTITY_POLICIES,
    Decision,
    Layer,
    MatchedStatement,
    Outcome,
    Place,
    PolicySource,
    Sourced,
    is_bounded,
)
from policies_app.engine.document import Effect, Policy, Statement
from policies_app.engine.errors import EngineError, MisplacedPolicy
from policies_app.engine.matching import Matching
from policies_app.engine.principals import Naming
from policies_app.engine.request import Request

__all__ = [
    "Decision",
    "Layer",
    "MatchedStatement",
    "Outcome",
    "PolicySource",
    "Sourced",
    "decide",
    "decide_assume_role",
    "decide_trust",
]


def decide(request: Request, policies: Iterable[Sourced]) -> Decision:
    """Decide with the policies of every layer, in any order.

    A boundary, a session policy, an SCP or RCP limits by being among `policies`; each `level` of SCPs and of RCPs has
    to allow. A role's trust policy has to allow, too, while another resource's policy only may, within the account.
    Raises `MisplacedPolicy` when a policy with principals is in a layer without them, or the reverse.
    """
    asking = _Asking(request, policies)
    return asking.decision(asking.limit())


def decide_trust(request: Request, source: PolicySource, policy: Policy | None) -> Decision:
    """Decide whether a role's trust policy lets the principal in. `request.resource` is the role's ARN.

    Within the role's account a trust policy that names the principal itself (or everybody) is enough. One that names
    the account, and any trust across accounts, needs the caller's identity policy as well: `needs_identity_policy`.
    """
    asking = _Asking(request, [(source, policy)])
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

    def __init__(self, request: Request, policies: Iterable[Sourced]) -> None:
        policies = list(policies)
        self.sources = tuple(source for source, _ in policies)
        self.matching = Matching(request, bounded=is_bounded(self.sources))
        self.allowing: list[MatchedStatement] = []
        self.denying: list[MatchedStatement] = []
        self.unreadable: list[PolicySource] = []
        folded = request.action.lower()
        for source, policy in policies:
            if policy is None:
                self.unreadable.append(source)
                continue
            if policy.names_principals is not source.layer.names_principals:
                raise MisplacedPolicy(f"the policy {source.name!r} is not one of the {source.layer} layer")
            for statement in policy.statements_for(folded):
                self.ask(source, statement)

    def ask(self, source: PolicySource, statement: Statement) -> None:
        way, unevaluated = Naming.DIRECTLY, ""
        try:
            if (way := self.matching.names(statement)) is Naming.NOT_AT_ALL:
                return
        except EngineError as error:
            unevaluated = str(error)
        try:
            if not self.matching.applies(statement):
                return
        except EngineError as error:
            unevaluated = unevaluated or str(error)
        if unevaluated and statement.effect is Effect.ALLOW:
            return
        found = MatchedStatement(
            source, statement.index, statement.sid, statement.effect, statement.span, unevaluated or None, way
        )
        (self.denying if statement.effect is Effect.DENY else self.allowing).append(found)

    def limit(self) -> Place | None:
        unreadable = [source.place for source in self.unreadable]
        readable = [statement for statement in self.allowing if statement.source.place not in unreadable]
        limit = limiting_place(self.matching.request, self.sources, readable)
        return limit or (unreadable[0] if unreadable else None)

    def decision(self, limit: Place | None, *, needs_identity_policy: bool = False) -> Decision:
        if self.denying:
            outcome, matched, limit = Outcome.EXPLICIT_DENY, self.denying, self.denying[0].source.place
            needs_identity_policy = False
        else:
            outcome = Outcome.ALLOWED if limit is None else Outcome.IMPLICIT_DENY
            matched = self.allowing
        return Decision(
            outcome,
            self.matching.request,
            tuple(matched),
            limit.layer if limit else None,
            frozenset(self.matching.missing),
            tuple(self.unreadable),
            needs_identity_policy,
            limit.level if limit else "",
            self.sources,
            (*self.denying, *self.allowing),
        )
