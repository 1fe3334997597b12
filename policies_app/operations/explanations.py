"""Why something is allowed or not, in as much of the policies as the caller may read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from policies_app.engine.arn import Arn
from policies_app.engine.decision import Decision, Layer, MatchedStatement
from policies_app.engine.document import Effect
from policies_app.engine.errors import InvalidArn
from policies_app.engine.evaluator import PolicySource
from policies_app.engine.mismatches import Unmatched
from policies_app.engine.remedies import lacking, nearest, smallest_statement
from policies_app.models import Group, Identity, Policy, Role, User

from . import identities, policies, simulation, tags
from .calls import Call, Context, noun
from .errors import OperationError
from .global_context import of_principal, times

NEAREST: Final = 3
"""Statements that are told, of those that come near."""


@dataclass(frozen=True, slots=True)
class ReadableStatement[S: (MatchedStatement, Unmatched)]:
    """A statement of a policy that the caller may read, with the text of the whole document."""

    statement: S
    document: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A statement that applies; `told` is missing where the caller may not read its policy."""

    layer: Layer
    effect: Effect
    told: ReadableStatement[MatchedStatement] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`lacking` are the layers that would each have to allow the `statement`, whatever denies besides.

    `near` are statements that do not apply and come closest; `missing` are context keys that such statements read and
    the request does not have, where nothing else is in their way. Both are of policies that the caller may read.
    """

    decision: Decision
    applied: tuple[Applied, ...]
    near: tuple[ReadableStatement[Unmatched], ...]
    missing: tuple[str, ...]
    lacking: tuple[Layer, ...]
    statement: str


def explain(call: Call, identity: Identity, action: str, resource: str, given: Context) -> Explanation:
    """Asks, and is recorded, as SimulatePrincipalPolicy.

    `given` are the context keys of the request in question. The identity's own tags go with them, and what the caller
    may read of the resource: its tags and its boundary.
    """
    tagged = {f"aws:PrincipalTag/{key}": value for key, value in identity.tags.values_list("key", "value")}
    context = tagged | _facts_of(call, resource) | dict(given)
    simulated = simulation.simulate_principal_policy(
        call,
        policy_source_arn=identity.arn,
        action_names=[action],
        resource_arns=[resource],
        context_entries=[_entry(name, value) for name, value in context.items()],
    )
    scenario = simulated.scenario
    bearing, texts, decision = scenario.policies, scenario.documents.texts, scenario.decide(action, resource)
    layers = lacking(decision, bearing)
    readable = _readable(call, identity, bearing.sources)

    def told[S: (MatchedStatement, Unmatched)](statement: S) -> ReadableStatement[S]:
        return ReadableStatement(statement, texts[statement.source.key])

    near = [each for each in nearest(decision.request, bearing, layers) if each.source in readable]
    return Explanation(
        decision,
        tuple(
            Applied(each.source.layer, each.effect, told(each) if each.source in readable else None)
            for each in decision.applied
        ),
        tuple(told(_without_tags(call, identity, each)) for each in near[:NEAREST]),
        _missing(near),
        layers,
        smallest_statement(decision.request),
    )


def known_of(identity: Identity) -> Context:
    """The context keys that are known of whatever the identity may ask, as `Call` has them."""
    match identity:
        case User():
            return Call.by_user(identity).context
        case Role():
            return of_principal(identity) | {"aws:PrincipalType": "AssumedRole"}
        case _:
            return times() | {"aws:PrincipalAccount": identity.account_id, "aws:PrincipalType": "User"}


def may_read(call: Call, source: PolicySource) -> bool:
    """Whether the action that reads the document of a source of the caller's own is allowed. Nothing is recorded."""
    try:
        if source.arn:
            return call.may("iam:GetPolicyVersion", policies.find_attachable(call, source.arn)).allowed
        if source.via:
            return call.may("iam:GetGroupPolicy", identities.find(call, Group, source.via)).allowed
        return call.may("iam:GetUserPolicy", identities.find(call, User, call.user_name)).allowed
    except OperationError:
        # Deleted since the decision, or not a user's: then there is nothing to read.
        return False


def _readable(call: Call, identity: Identity, sources: Iterable[PolicySource]) -> Collection[PolicySource]:
    """As `may_read` says of each, for what bears on the identity: with two queries, however many they are."""
    sources = set(sources)
    arns, via = {source.arn for source in sources} - {None}, {source.via for source in sources} - {None}
    names = {str(arn).rpartition("/")[2].lower() for arn in arns}
    rows: list[Policy] = list(policies.visible(call).filter(name__lower__in=names)) if names else []
    groups = list(identities.in_account(call, Group).filter(name__in=via)) if via else []
    open_arns = {row.arn for row in rows if row.arn in arns and call.may("iam:GetPolicyVersion", row).allowed}
    open_groups = {group.name for group in groups if call.may("iam:GetGroupPolicy", group).allowed}
    own = call.may(f"iam:Get{identity.get_kind_display()}Policy", identity).allowed

    def is_open(source: PolicySource) -> bool:
        if source.arn:
            return source.arn in open_arns
        return source.via in open_groups if source.via else own

    return {source for source in sources if is_open(source)}


def _missing(near: Iterable[Unmatched]) -> tuple[str, ...]:
    """The keys that the request lacks, of statements that nothing but conditions keeps from applying."""
    names = {
        mismatch.key.lower(): mismatch.key
        for each in near
        if all(mismatch.element == "Condition" for mismatch in each.mismatches)
        for mismatch in each.mismatches
        if not mismatch.got
    }
    return tuple(sorted(names.values(), key=str.lower))


def _without_tags(call: Call, identity: Identity, unmatched: Unmatched) -> Unmatched:
    """Without the values of the identity's tags, unless the caller may list them."""
    tagged = [each for each in unmatched.mismatches if each.key.lower().startswith("aws:principaltag/")]
    if not tagged or call.may(f"iam:List{identity.get_kind_display()}Tags", identity).allowed:
        return unmatched
    covered = (replace(each, got=("…",)) if each in tagged and each.got else each for each in unmatched.mismatches)
    return replace(unmatched, mismatches=tuple(covered))


def _facts_of(call: Call, arn: str) -> dict[str, str | tuple[str, ...]]:
    """What policies may ask of a user, role or policy of the account, as much of it as the caller may read."""
    row = _find(call, arn)
    if row is None:
        return {}
    facts: dict[str, str | tuple[str, ...]] = {}
    if call.may(f"iam:List{noun(row)}Tags", row).allowed:
        facts |= {f"{side}:ResourceTag/{key}": value for key, value in tags.of(row) for side in ("aws", "iam")}
    if not isinstance(row, Policy) and call.may(f"iam:Get{noun(row)}", row).allowed:
        facts |= identities.boundary_context(row)
    return facts


def _find(call: Call, arn: str) -> User | Role | Policy | None:
    try:
        parsed = Arn.parse(arn)
    except InvalidArn:
        return None
    kind, _, path = parsed.resource.partition("/")
    if parsed.service != "iam" or parsed.account not in {call.account_id, "aws"}:
        return None
    row: User | Role | Policy | None = None
    match kind:
        case "user":
            row = identities.look_up(call, User, path.rpartition("/")[2])
        case "role":
            row = identities.look_up(call, Role, path.rpartition("/")[2])
        case "policy":
            row = policies.look_up(call, arn)
    return row if row and row.arn == arn else None


def _entry(name: str, value: str | tuple[str, ...]) -> dict[str, Any]:
    several = not isinstance(value, str)
    return {
        "ContextKeyName": name,
        "ContextKeyValues": list(value) if several else [value],
        "ContextKeyType": "stringList" if several else "string",
    }
