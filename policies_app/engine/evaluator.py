"""Deciding a request against the policies that bear on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Any Deny that applies ends it. Otherwise the identity policies must allow, and so must the permissions boundary and the
session policies where there are any.

What is not understood never allows: a document without a `Policy` keeps its whole layer from allowing, an Allow whose
conditions cannot be evaluated does not apply, and a Deny whose conditions cannot be evaluated applies.
"""

from collections.abc import Iterable

from policies_app.engine.arn import Arn
from policies_app.engine.conditions import holds
from policies_app.engine.decision import Decision, Layer, MatchedStatement, Outcome, PolicySource
from policies_app.engine.document import Effect, Policy, Statement
from policies_app.engine.errors import EngineError, InvalidArn, MisplacedPolicy, UnresolvedVariable
from policies_app.engine.principals import Naming, naming
from policies_app.engine.request import PrincipalKind, Request

__all__ = [
    "Decision",
    "Layer",
    "MatchedStatement",
    "Outcome",
    "PolicySource",
    "decide",
    "decide_assume_role",
    "decide_trust",
]

_WITHOUT_IDENTITY_POLICIES = frozenset({PrincipalKind.SERVICE, PrincipalKind.FEDERATED, PrincipalKind.ANONYMOUS})
_ORDER = (Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION)


def decide(request: Request, policies: Iterable[tuple[PolicySource, Policy | None]]) -> Decision:
    """Decide with identity policies, permissions boundary and session policies, in any order.

    A boundary or session policy limits by being among `policies`; None stands for a document that has errors.
    """
    asking = _Asking(request)
    present = {Layer.IDENTITY}
    for source, policy in policies:
        if source.layer not in _ORDER:
            raise MisplacedPolicy(f"the {source.layer} policy {source.name!r} is not evaluated here")
        present.add(source.layer)
        asking.ask(source, policy)
    if asking.denying:
        return asking.denied()
    unreadable = {source.layer for source in asking.unreadable}
    allowing = {statement.source.layer for statement in asking.allowing} - unreadable
    limited_by = next((layer for layer in _ORDER if layer in present and layer not in allowing), None)
    return asking.decided(limited_by)


def decide_trust(request: Request, source: PolicySource, policy: Policy | None) -> Decision:
    """Decide whether a role's trust policy lets the principal in. `request.resource` is the role's ARN.

    Within the role's account a trust policy that names the principal itself (or everybody) is enough. One that names
    the account, and any trust across accounts, needs the caller's identity policy as well: `needs_identity_policy`.
    """
    asking = _Asking(request)
    asking.ask(source, policy)
    if asking.denying:
        return asking.denied()
    if not asking.allowing:
        return asking.decided(source.layer)
    needed = request.principal.kind not in _WITHOUT_IDENTITY_POLICIES and not (
        asking.named_directly and request.principal.account == _account(request.resource)
    )
    return asking.decided(None, needs_identity_policy=needed)


def decide_assume_role(
    request: Request,
    trust: tuple[PolicySource, Policy | None],
    policies: Iterable[tuple[PolicySource, Policy | None]],
) -> Decision:
    """Decide an AssumeRole call as a whole: the role's trust policy together with what bears on the caller.

    A Deny on either side ends it. Where the trust policy is enough, the caller's identity policies need not allow, nor
    need the boundary and session policy.
    """
    by_trust = decide_trust(request, *trust)
    by_identity = decide(request, policies)
    for decision in (by_trust, by_identity):
        if decision.outcome is Outcome.EXPLICIT_DENY:
            return decision
    return by_identity if by_trust.needs_identity_policy else by_trust


class _Asking:
    """One request going from policy to policy, collecting what applies."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.action = request.action.lower()
        self.allowing: list[MatchedStatement] = []
        self.denying: list[MatchedStatement] = []
        self.unreadable: list[PolicySource] = []
        self.missing: set[str] = set()
        self.named_directly = False

    def lookup(self, key: str) -> tuple[str, ...]:
        values = self.request.values(key)
        if not values:
            self.missing.add(key)
        return values

    def ask(self, source: PolicySource, policy: Policy | None) -> None:
        if policy is None:
            self.unreadable.append(source)
            return
        for statement in policy.statements_for(self.action):
            way = Naming.DIRECTLY
            if source.layer is Layer.TRUST:
                way = naming(statement, self.request.principal)
                if way is Naming.NOT_AT_ALL:
                    continue
            try:
                unevaluated = None
                applies = self.applies(statement)
            except EngineError as error:
                unevaluated = str(error)
                applies = statement.effect is Effect.DENY
            if not applies:
                continue
            found = MatchedStatement(
                source, statement.index, statement.sid, statement.effect, statement.span, unevaluated
            )
            if statement.effect is Effect.DENY:
                self.denying.append(found)
            else:
                self.allowing.append(found)
                self.named_directly = self.named_directly or way is Naming.DIRECTLY

    def applies(self, statement: Statement) -> bool:
        """Whether resource and conditions fit; raises an `EngineError` when that cannot be told.

        A condition that surely fails decides, whatever its order among others that cannot be told.
        """
        if not self.covers_resource(statement):
            return False
        unknown: EngineError | None = None
        for condition in statement.conditions:
            try:
                if not holds(condition, self.lookup):
                    return False
            except UnresolvedVariable:
                return False
            except EngineError as error:
                unknown = unknown or error
        if unknown is not None:
            raise unknown
        return True

    def covers_resource(self, statement: Statement) -> bool:
        """A pattern with an unresolved variable matches nothing; in NotResource the statement does not match then."""
        resource = self.request.resource
        if statement.not_resources:
            try:
                return not any(template.pattern(self.lookup).test(resource) for template in statement.not_resources)
            except UnresolvedVariable:
                return False
        if not statement.resources:
            return True  # a trust policy, whose resource is the role itself
        for template in statement.resources:
            try:
                if template.pattern(self.lookup).test(resource):
                    return True
            except UnresolvedVariable:
                continue
        return False

    def denied(self) -> Decision:
        layer = self.denying[0].source.layer
        return self._decision(Outcome.EXPLICIT_DENY, self.denying, layer, needs_identity_policy=False)

    def decided(self, limited_by: Layer | None, *, needs_identity_policy: bool = False) -> Decision:
        outcome = Outcome.ALLOWED if limited_by is None else Outcome.IMPLICIT_DENY
        return self._decision(outcome, self.allowing, limited_by, needs_identity_policy=needs_identity_policy)

    def _decision(
        self,
        outcome: Outcome,
        matched: list[MatchedStatement],
        limited_by: Layer | None,
        *,
        needs_identity_policy: bool,
    ) -> Decision:
        return Decision(
            outcome,
            self.request,
            tuple(matched),
            limited_by,
            frozenset(self.missing),
            tuple(self.unreadable),
            needs_identity_policy,
        )


def _account(resource: str) -> str | None:
    try:
        return Arn.parse(resource).account
    except InvalidArn:
        return None
