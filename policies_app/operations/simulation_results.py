"""What a simulation answers, in the shapes of the IAM API, and how decisions become it.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from policies_app.engine.catalog.services import catalog
from policies_app.engine.decision import Decision, Layer, MatchedStatement, Outcome
from policies_app.engine.evaluator import PolicySet, decide
from policies_app.engine.request import Principal, Request, account_in

from .simulation_inputs import EVERY_RESOURCE, Documents

_REPORTED: Final = {Layer.IDENTITY: "IAM Policy", Layer.RESOURCE: "Resource Policy"}
"""The layers whose statements and missing keys are told, with their names; those of SCPs never are.

The names are those of AWS's answers, which the service model, whose own are `user`, `aws-managed` and so on, does not
have (docs/decisions/0016).
"""

_DETAILS: Final = {
    Layer.IDENTITY: "IAM Policy",
    Layer.BOUNDARY: "Permissions Boundary Policy",
    Layer.RESOURCE: "Resource Policy",
}
"""The keys of EvalDecisionDetails, which AWS documents nowhere; its names of the policy types."""

_RESTRICTION: Final = (Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY, Outcome.ALLOWED)


@dataclass(frozen=True, slots=True)
class Position:
    """Lines and columns from 1, as the IAM API counts them; a statement begins where what stands before it ends."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Statement:
    """`source_policy_id`: `PolicyInputList.1`, a managed policy's name, or `user_NAME_POLICY` for an inline one."""

    source_policy_id: str
    source_policy_type: str
    start_position: Position
    end_position: Position


@dataclass(frozen=True, slots=True)
class OrganizationsDecisionDetail:
    allowed_by_organizations: bool


@dataclass(frozen=True, slots=True)
class PermissionsBoundaryDecisionDetail:
    allowed_by_permissions_boundary: bool


@dataclass(frozen=True, slots=True)
class ResourceSpecificResult:
    eval_resource_name: str
    eval_resource_decision: Outcome
    matched_statements: tuple[Statement, ...]
    missing_context_values: tuple[str, ...]
    eval_decision_details: Mapping[str, Outcome] | None
    permissions_boundary_decision_detail: PermissionsBoundaryDecisionDetail | None


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """One action on all of the resources; what is asked for but absent is None.

    `eval_resource_name` is the resource, or of several the ARN format of their type, in the catalog's spelling.
    """

    eval_action_name: str
    eval_resource_name: str
    eval_decision: Outcome
    matched_statements: tuple[Statement, ...]
    missing_context_values: tuple[str, ...]
    organizations_decision_detail: OrganizationsDecisionDetail | None
    permissions_boundary_decision_detail: PermissionsBoundaryDecisionDetail | None
    eval_decision_details: Mapping[str, Outcome] | None
    resource_specific_results: tuple[ResourceSpecificResult, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who asks, with which policies and context keys, about which resources.

    `owner` owns the resources whose ARNs name no account; without one the caller's account does.
    """

    principal: Principal
    documents: Documents
    context: Mapping[str, str | tuple[str, ...]]
    resources: Sequence[str]
    owner: str | None
    policies: PolicySet = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "policies", PolicySet(self.documents.policies))

    def evaluate(self, action: str) -> EvaluationResult:
        results = [self._evaluate(action, resource) for resource in self.resources]
        decisions = [decision for decision, _ in results]
        each = [result for _, result in results]
        return EvaluationResult(
            eval_action_name=action,
            eval_resource_name=self.resources[0] if len(self.resources) == 1 else _arn_format(action, self.resources),
            eval_decision=_most_restrictive(decision.outcome for decision in decisions),
            matched_statements=_union(result.matched_statements for result in each),
            missing_context_values=_union(result.missing_context_values for result in each),
            organizations_decision_detail=_organizations(decisions),
            permissions_boundary_decision_detail=_boundary(decisions),
            eval_decision_details=_merged([result.eval_decision_details for result in each]),
            resource_specific_results=() if list(self.resources) == [EVERY_RESOURCE] else tuple(each),
        )

    def decide(self, action: str, resource: str) -> Decision:
        return decide(self._request(action, resource), self.policies)

    def _evaluate(self, action: str, resource: str) -> tuple[Decision, ResourceSpecificResult]:
        decision = self.decide(action, resource)
        return decision, ResourceSpecificResult(
            eval_resource_name=resource,
            eval_resource_decision=decision.outcome,
            matched_statements=self._matched(decision),
            missing_context_values=self._missing(decision.request),
            eval_decision_details=_details(decision),
            permissions_boundary_decision_detail=_boundary([decision]),
        )

    def _request(self, action: str, resource: str) -> Request:
        """Without a resource's policy the simulator asks as if within the account."""
        account: str | None = self.principal.account
        if self.policies.places.resource:
            account = account_in(resource) or self.owner
        return Request(self.principal, action, resource, self.context, account)

    def _matched(self, decision: Decision) -> tuple[Statement, ...]:
        """The statements that made the decision: none of them made an implicit deny."""
        if decision.outcome is Outcome.IMPLICIT_DENY:
            return ()
        matched = [statement for statement in decision.matched if statement.source.layer in _REPORTED]
        return tuple(map(self._statement, matched))

    def _statement(self, matched: MatchedStatement) -> Statement:
        start, end = matched.span.start, matched.span.end
        before = self.documents.texts[matched.source.key][: start.offset].rstrip()
        return Statement(
            source_policy_id=self.documents.inline.get(matched.source, matched.source.name),
            source_policy_type=_REPORTED[matched.source.layer],
            start_position=_position(before),
            end_position=Position(end.line, end.column + 1),
        )

    def _missing(self, request: Request) -> tuple[str, ...]:
        """The keys that statements about the action read and that were not given, as they are written first."""
        names: dict[str, str] = {}
        for source, policy in self.policies:
            if policy and source.layer in _REPORTED:
                for statement in policy.statements_for(request.action.lower()):
                    names = statement.key_names | names
        return tuple(sorted((name for key, name in names.items() if not request.values(key)), key=str.lower))


@dataclass(frozen=True, slots=True)
class Simulation:
    """The `scenario` is what it was about: the answer on the wire does not hold it."""

    scenario: Scenario
    evaluation_results: tuple[EvaluationResult, ...]
    is_truncated: bool = False
    marker: str | None = None


def _position(before: str) -> Position:
    lines = re.split(r"\r\n|\r|\n", before)
    return Position(len(lines), len(lines[-1]) + 1)


def _details(decision: Decision) -> Mapping[str, Outcome] | None:
    """Of each kind of policy across accounts, nothing within one, and none at all after a refusal by SCPs."""
    if decision.limited_by is Layer.SCP:
        return None
    if not decision.request.crosses_accounts:
        return None if decision.request.resource == EVERY_RESOURCE else {}
    said = {verdict.place.layer: verdict.outcome for verdict in decision.verdicts}
    return {name: said.get(layer, Outcome.IMPLICIT_DENY) for layer, name in _DETAILS.items() if _bears(layer, said)}


def _bears(layer: Layer, said: Mapping[Layer, Outcome]) -> bool:
    return layer is Layer.IDENTITY or layer in said


def _merged(details: Sequence[Mapping[str, Outcome] | None]) -> Mapping[str, Outcome] | None:
    told = [each for each in details if each is not None]
    if not told:
        return None
    names = dict.fromkeys(name for each in told for name in each)
    return {name: _most_restrictive(each[name] for each in told if name in each) for name in names}


def _most_restrictive(outcomes: Iterable[Outcome]) -> Outcome:
    return min(outcomes, key=_RESTRICTION.index)


def _organizations(decisions: Sequence[Decision]) -> OrganizationsDecisionDetail | None:
    allowed = _allowed_by(Layer.SCP, decisions)
    return None if allowed is None else OrganizationsDecisionDetail(allowed)


def _boundary(decisions: Sequence[Decision]) -> PermissionsBoundaryDecisionDetail | None:
    allowed = _allowed_by(Layer.BOUNDARY, decisions)
    return None if allowed is None else PermissionsBoundaryDecisionDetail(allowed)


def _allowed_by(layer: Layer, decisions: Sequence[Decision]) -> bool | None:
    """Whether the layer allows all of it, at each of its levels; None when there is no such layer."""
    said = [
        verdict.outcome is Outcome.ALLOWED
        for decision in decisions
        for verdict in decision.verdicts
        if verdict.place.layer is layer
    ]
    return all(said) if said else None


def _union[T](each: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in each for item in items))


def _arn_format(action: str, resources: Sequence[str]) -> str:
    """The format of the resource type that the resources are of; else the plainest that the action takes."""
    known = catalog().action(action)
    service = catalog().service(known.service) if known else None
    if known is None or service is None:
        return EVERY_RESOURCE
    types = [service.resource_types[each.resource_type.lower()].arn for each in known.resources]
    fitting = (arn for arn in types for resource in resources if _format_regex(arn).fullmatch(resource))
    return next(fitting, min(types, key=lambda arn: arn.count("$"), default=EVERY_RESOURCE))


@lru_cache(maxsize=1024)
def _format_regex(arn: str) -> re.Pattern[str]:
    parts = re.split(r"\$\{[^}]*\}", arn)
    return re.compile("[^:]*".join(map(re.escape, parts[:5])) + "".join(f".*{re.escape(part)}" for part in parts[5:]))
