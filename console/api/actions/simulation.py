"""The simulator's answers name their fields as the wire does, in another spelling."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from console.api.registry import Action, Output
from policies_app.operations import simulation
from policies_app.operations.simulation_results import Simulation


def on_wire(value: Any) -> Any:
    """`eval_action_name` -> `EvalActionName`, through lists and structures; the keys of maps stay."""
    match value:
        case Enum():
            return value.value
        case Mapping():
            return {key: on_wire(item) for key, item in value.items()}
        case tuple():
            return [on_wire(item) for item in value]
        case _ if is_dataclass(value):
            return {
                "".join(part.capitalize() for part in field.name.split("_")): on_wire(getattr(value, field.name))
                for field in fields(value)
            }
    return value


def simulated(result: Simulation) -> Output:
    return {
        "EvaluationResults": on_wire(result.evaluation_results),
        "IsTruncated": result.is_truncated,
        "Marker": result.marker,
    }


def keys(names: list[str]) -> Output:
    return {"ContextKeyNames": names}


ACTIONS = {
    "SimulateCustomPolicy": Action(simulation.simulate_custom_policy, simulated),
    "SimulatePrincipalPolicy": Action(simulation.simulate_principal_policy, simulated),
    "GetContextKeysForCustomPolicy": Action(simulation.get_context_keys_for_custom_policy, keys),
    "GetContextKeysForPrincipalPolicy": Action(simulation.get_context_keys_for_principal_policy, keys),
}
