"""The policy simulator: what policies would decide, without doing anything.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from policies_app.engine.decision import Layer, Sourced
from policies_app.models import Identity

from . import exclusions
from .authorization import policy_sources
from .calls import Call, operation
from .errors import InvalidInput, NoSuchEntity
from .simulation_inputs import (
    EVERY_RESOURCE,
    ContextEntries,
    Documents,
    read_caller,
    read_context,
    read_identity,
    read_owner,
    read_resources,
)
from .simulation_results import Scenario, Simulation

_ACTION: Final = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+", re.IGNORECASE)
MOST_RESOURCES: Final = 1000
EVALUATIONS: Final = 1000
"""Of an action on a resource, in one page, whatever MaxItems asks for: each takes some tenth of a millisecond."""
NOBODY: Final = "arn:aws:iam::{}:user/-"
"""Who asks where nobody is said, which only the policy of a resource could tell apart."""


@operation("SimulateCustomPolicy", reads=True)
def simulate_custom_policy(  # noqa: PLR0913  what the IAM action takes
    call: Call,
    *,
    policy_input_list: list[str],
    action_names: list[str],
    permissions_boundary_policy_input_list: list[str] | None = None,
    ordered_organization_policy_input_list: list[dict[str, list[str]]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: ContextEntries | None = None,
    resource_handling_option: str | None = None,
    max_items: int = 100,
    marker: str | None = None,
) -> Simulation:
    call.authorize(EVERY_RESOURCE)
    if resource_policy and not caller_arn:
        raise InvalidInput("CallerArn is required with a ResourcePolicy: it is whom the policy's Principal may name.")
    given = Documents()
    given.read(Layer.IDENTITY, "PolicyInputList", policy_input_list)
    given.read_boundary(permissions_boundary_policy_input_list)
    for number, level in enumerate(ordered_organization_policy_input_list or (), start=1):
        given.read_level(number, level.get("ServiceControlPolicyInputList", []))
    given.read_resource_policy(resource_policy)
    scenario = Scenario(
        read_caller(caller_arn or NOBODY.format(call.account_id), resource_policy),
        given,
        read_context(context_entries),
        read_resources(resource_arns, resource_handling_option),
        read_owner(resource_owner),
    )
    return _simulate(scenario, action_names, max_items, marker)


@operation("SimulatePrincipalPolicy", reads=True)
def simulate_principal_policy(  # noqa: PLR0913  what the IAM action takes
    call: Call,
    *,
    policy_source_arn: str,
    action_names: list[str],
    policy_input_list: list[str] | None = None,
    permissions_boundary_policy_input_list: list[str] | None = None,
    policy_exclusion_list: list[dict[str, Any]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: ContextEntries | None = None,
    resource_handling_option: str | None = None,
    max_items: int = 100,
    marker: str | None = None,
) -> Simulation:
    """A boundary that is given replaces the identity's own."""
    identity = _find_allowed(call, policy_source_arn)
    given = Documents()
    given.read(Layer.IDENTITY, "PolicyInputList", policy_input_list)
    given.read_boundary(permissions_boundary_policy_input_list)
    given.read_resource_policy(resource_policy)
    sources = exclusions.remaining(policy_sources(identity.pk), identity, policy_exclusion_list or ())
    if permissions_boundary_policy_input_list:
        sources = [source for source in sources if source.layer is not Layer.BOUNDARY]
    given.add_stored(identity, sources)
    scenario = Scenario(
        read_caller(caller_arn or identity.arn, resource_policy),
        given,
        read_context(context_entries),
        read_resources(resource_arns, resource_handling_option),
        read_owner(resource_owner),
    )
    return _simulate(scenario, action_names, max_items, marker)


@operation("GetContextKeysForCustomPolicy", reads=True)
def get_context_keys_for_custom_policy(call: Call, *, policy_input_list: list[str]) -> list[str]:
    """The names of the keys that the policies read, each once, as it is written first."""
    call.authorize(EVERY_RESOURCE)
    given = Documents()
    given.read(Layer.IDENTITY, "PolicyInputList", policy_input_list)
    return _key_names(given.policies)


@operation("GetContextKeysForPrincipalPolicy", reads=True)
def get_context_keys_for_principal_policy(
    call: Call, *, policy_source_arn: str, policy_input_list: list[str] | None = None
) -> list[str]:
    identity = _find_allowed(call, policy_source_arn)
    given = Documents()
    given.read(Layer.IDENTITY, "PolicyInputList", policy_input_list)
    given.add_stored(identity, policy_sources(identity.pk))
    return _key_names(given.policies)


def _simulate(scenario: Scenario, action_names: Sequence[str], max_items: int, marker: str | None) -> Simulation:
    for name in action_names:
        if not _ACTION.fullmatch(name):
            raise InvalidInput(f"{name} is not the full name of an action (service:Action, without wildcards).")
    if marker and not (marker.isdecimal() and len(marker) <= 9):
        raise InvalidInput(f"Invalid Marker: {marker}")
    if len(scenario.resources) > MOST_RESOURCES:
        raise InvalidInput(
            f"ResourceArns holds {len(scenario.resources)} resources; at most {MOST_RESOURCES} are simulated."
        )
    start = int(marker or 0)
    end = start + min(max_items, max(1, EVALUATIONS // len(scenario.resources)))
    results = tuple(scenario.evaluate(name) for name in action_names[start:end])
    more = end < len(action_names)
    return Simulation(scenario, results, more, str(end) if more else None)


def _key_names(policies: Iterable[Sourced]) -> list[str]:
    names: dict[str, str] = {}
    for source, policy in policies:
        if policy and source.layer is Layer.IDENTITY:
            for statement in policy.statements:
                names = statement.key_names | names
    return sorted(names.values(), key=str.lower)


def _find_allowed(call: Call, arn: str) -> Identity:
    """The user, group or role of exactly that ARN. One that is absent is refused before it is reported absent."""
    kind, name = read_identity(arn)
    found = Identity.objects.filter(account_id=call.account_id, kind=kind, name__lower=name.lower()).first()
    if found is None or found.arn != arn:
        call.authorize(arn)
        raise NoSuchEntity(f"The {kind} with ARN {arn} cannot be found.")
    call.authorize(found)
    return found
