"""What holds for every action of the wire."""

from collections.abc import Callable
from importlib import import_module
from inspect import Parameter, signature
from pkgutil import iter_modules
from typing import Any

import pytest

from console.api import actions
from console.api.registry import Action, InPages, own_by_default
from console.api.services import Service, by_version
from policies_app.engine.request import Principal, PrincipalKind
from policies_app.operations import service_model
from policies_app.operations.calls import OPERATIONS, Call
from tests.operations.test_every_operation import EXAMPLES

EVERY = [
    pytest.param(service, name, id=f"{service.name}:{name}")
    for service in by_version().values()
    for name in service.actions
]
every_action = pytest.mark.parametrize(("service", "name"), EVERY)


def operation_of(action: Action) -> Callable[..., Any]:
    return action.operation.operation if isinstance(action.operation, InPages) else action.operation


@every_action
def test_it_is_an_operation_of_that_name_which_is_proven_to_be_guarded(service: Service, name: str) -> None:
    operation = operation_of(service.actions[name])
    assert OPERATIONS[name].perform is operation
    assert OPERATIONS[name].action == f"{service.name}:{name}"
    assert name in EXAMPLES


@every_action
def test_its_operation_takes_whatever_the_service_model_lets_a_program_send(service: Service, name: str) -> None:
    action = service.actions[name]
    taken = set(signature(operation_of(action)).parameters)
    if isinstance(action.operation, InPages):
        taken |= {"marker", "max_items"}
        assert action.operation.name == name
    nobody = Call(Principal("", "", PrincipalKind.ANONYMOUS), "", None)  # type: ignore[arg-type]  # it is not asked
    assert set(action.parameters(nobody, dict.fromkeys(service_model.members(name)))) <= taken


def required(service: Service, name: str) -> list[str]:
    shape = service.model.operation_model(name).input_shape
    return shape.required_members if shape else []


@every_action
def test_whatever_its_operation_needs_the_service_model_makes_a_program_send(service: Service, name: str) -> None:
    action = service.actions[name]
    needed = {
        parameter.name
        for parameter in signature(operation_of(action)).parameters.values()
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
    }
    sent = {
        parameter for parameter, (member, _) in service_model.members(name).items() if member in required(service, name)
    }
    assert needed <= sent | ({"user_name"} if action.parameters is own_by_default else set())


def test_every_module_of_actions_is_in_the_table() -> None:
    written = {
        name
        for module in iter_modules(actions.__path__)
        for name in import_module(f"{actions.__name__}.{module.name}").ACTIONS
    }
    assert written == {name for service in by_version().values() for name in service.actions}
