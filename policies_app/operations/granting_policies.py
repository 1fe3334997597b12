"""Through which policies an identity reaches a service: `ListPoliciesGrantingServiceAccess`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies_app.engine.arn import Arn
from policies_app.engine.catalog.every_action import every_action
from policies_app.engine.document import Effect, Policy, Statement
from policies_app.engine.errors import InvalidArn
from policies_app.engine.evaluator import Layer, PolicySource
from policies_app.models import Group, Identity, IdentityKind, Role, User

from . import authorization, identities
from .calls import Call, operation
from .errors import InvalidInput, NoSuchEntity


@dataclass(frozen=True, slots=True)
class GrantingPolicy:
    """`holder_kind` and `holder` say whose inline policy it is; both are None for a managed one."""

    name: str
    arn: str | None
    holder_kind: IdentityKind | None
    holder: str | None


@operation("ListPoliciesGrantingServiceAccess", reads=True)
def list_policies_granting_service_access(
    call: Call,
    *,
    arn: str,
    service_namespaces: Sequence[str],
    marker: str = "",  # noqa: ARG001  # all is told at once, so there is none to go on from
) -> dict[str, list[GrantingPolicy]]:
    """By service namespace: the policies with an Allow on any of its actions, those of a user's groups among them.

    What a Deny or a boundary takes away is not looked at, as IAM has it.
    """
    identity = find_by_arn(call, arn)
    call.authorize(identity)
    bearing = authorization.compile_all(authorization.policy_sources(identity.pk))
    granting = [(source, policy) for source, policy in bearing if source.layer is Layer.IDENTITY and policy]
    return {
        service: [_described(source, identity) for source, policy in granting if grants(policy, service)]
        for service in service_namespaces
    }


def find_by_arn(call: Call, arn: str) -> User | Group | Role:
    """The identity of that exact ARN; one that is absent is refused before it is reported absent."""
    try:
        kind, _, rest = Arn.parse(arn).resource.partition("/")
    except InvalidArn as error:
        raise InvalidInput(f"ARN {arn} is not valid.") from error
    name = rest.rpartition("/")[2]
    identity: User | Group | Role | None
    match kind:
        case "user":
            identity = identities.look_up(call, User, name)
        case "group":
            identity = identities.look_up(call, Group, name)
        case "role":
            identity = identities.look_up(call, Role, name)
        case _:
            raise InvalidInput(f"ARN {arn} is not valid.")
    if identity is None or identity.arn != arn:
        call.authorize(arn)
        raise NoSuchEntity(f"ARN {arn} does not exist.")
    call.asked[arn] = arn
    return identity


def grants(policy: Policy, service: str) -> bool:
    return any(_covers(statement, service) for statement in policy.statements if statement.effect is Effect.ALLOW)


def granted_services(policy: Policy) -> Iterator[str]:
    """The services of the catalog on which the policy allows anything."""
    every = every_action()
    return (service for service in every.first if grants(policy, service))


def _covers(statement: Statement, service: str) -> bool:
    every = every_action()
    of_service = every.of_service(service)
    if not of_service:
        # A service that the catalog does not know: whatever is said of it by name, or of everything.
        return statement.services is None or service.lower() in statement.services
    if statement.services is not None and service.lower() not in statement.services:
        return False
    if statement.not_actions:
        return bool(of_service & ~every.covered([pattern.text for pattern in statement.not_actions]))
    return bool(of_service & every.covered([pattern.text for pattern in statement.actions]))


def _described(source: PolicySource, identity: Identity) -> GrantingPolicy:
    if source.arn:
        return GrantingPolicy(source.name, source.arn, None, None)
    if source.via:
        return GrantingPolicy(source.name, None, IdentityKind.GROUP, source.via)
    return GrantingPolicy(source.name, None, IdentityKind(identity.kind), identity.name)
