"""What holds for every action of the wire."""

from inspect import signature

import pytest

from console.api.registry import InPages
from console.api.services import Service, by_version
from policies_app.operations import service_model

ACTIONS = [
    pytest.param(service, name, id=f"{service.name}:{name}")
    for service in by_version().values()
    for name in service.actions
]


@pytest.mark.parametrize(("service", "name"), ACTIONS)
def test_its_operation_takes_whatever_the_service_model_lets_a_program_send(service: Service, name: str) -> None:
    operation = service.actions[name].operation
    if isinstance(operation, InPages):
        taken = {*signature(operation.operation).parameters, "marker", "max_items"}
        assert operation.name == name
    else:
        taken = set(signature(operation).parameters)
    assert set(service_model.members(name)) <= taken
