"""Fields become the input of an operation: by the shapes of the service model, and without a server."""

from typing import Any

import pytest

from console.api import query
from console.api.errors import MalformedInput
from policies_app.operations import service_model

type Fields = list[tuple[str, str]]


def parse(action: str, fields: Fields) -> dict[str, Any]:
    return query.parse(service_model.service("iam").operation_model(action).input_shape, fields)


READ: list[tuple[str, Fields, dict[str, Any]]] = [
    ("GetUser", [], {}),
    ("GetUser", [("UserName", "")], {"UserName": ""}),
    ("GetUser", [("Action", "GetUser"), ("Version", "2010-05-08"), ("Colour", "red")], {}),
    ("ListUsers", [("MaxItems", "007")], {"MaxItems": 7}),
    ("ListUsers", [("MaxItems", "-1")], {"MaxItems": -1}),
    ("ListPolicies", [("OnlyAttached", "true")], {"OnlyAttached": True}),
    ("ListPolicies", [("OnlyAttached", "False")], {"OnlyAttached": False}),
    ("UntagUser", [("TagKeys", "")], {"TagKeys": []}),
    ("UntagUser", [("TagKeys.member.1", "a"), ("TagKeys.member.2", "b")], {"TagKeys": ["a", "b"]}),
    ("UntagUser", [("TagKeys.member.10", "b"), ("TagKeys.member.9", "a")], {"TagKeys": ["a", "b"]}),
    (
        "TagUser",
        [("Tags.member.1.Value", "blue"), ("UserName", "dana"), ("Tags.member.1.Key", "team")],
        {"UserName": "dana", "Tags": [{"Key": "team", "Value": "blue"}]},
    ),
    ("TagUser", [("Tags.member.1.Key", "a"), ("Tags.member.1.Colour", "red")], {"Tags": [{"Key": "a"}]}),
    (
        "SimulateCustomPolicy",
        [
            ("ContextEntries.member.1.ContextKeyName", "aws:username"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", "dana"),
            ("ContextEntries.member.1.ContextKeyValues.member.2", "erin"),
        ],
        {"ContextEntries": [{"ContextKeyName": "aws:username", "ContextKeyValues": ["dana", "erin"]}]},
    ),
]


@pytest.mark.parametrize(("action", "fields", "given"), READ)
def test_fields_are_read_by_the_shapes(action: str, fields: Fields, given: dict[str, Any]) -> None:
    assert parse(action, fields) == given


@pytest.mark.parametrize(
    ("action", "fields", "message"),
    [
        ("GetUser", [("UserName", "a"), ("UserName", "a")], "The parameter UserName is given more than once."),
        ("GetUser", [("UserName.x", "a")], "The parameter UserName is a single value."),
        ("GetUser", [("UserName", "a"), ("UserName.x", "a")], "The parameter UserName.x contradicts another one."),
        ("GetUser", [("UserName.x", "a"), ("UserName", "a")], "The parameter UserName is given more than once."),
        ("ListUsers", [("MaxItems", "1.5")], "The parameter MaxItems is not a number."),
        ("ListUsers", [("MaxItems", " 1")], "The parameter MaxItems is not a number."),
        ("ListPolicies", [("OnlyAttached", "yes")], "The parameter OnlyAttached is neither true nor false."),
        ("TagUser", [("Tags.1.Key", "a")], "The parameter Tags is not a list."),
        ("TagUser", [("Tags.member.1", "a")], "The parameter Tags.member.1 is not a structure."),
        ("TagUser", [("Tags.member.0.Key", "a")], "The parameter Tags.member.0 is not numbered from 1."),
        ("TagUser", [("Tags.member..Key", "a")], "The parameter Tags.member. is not numbered from 1."),
        ("TagUser", [("a" + ".a" * 8, "a")], f"The parameter a{'.a' * 8} has too many parts."),
    ],
)
def test_what_has_not_the_form_of_its_shape_is_malformed(action: str, fields: Fields, message: str) -> None:
    with pytest.raises(MalformedInput) as error:
        parse(action, fields)
    assert error.value.message == message


def test_a_long_name_is_not_repeated_whole() -> None:
    with pytest.raises(MalformedInput) as error:
        parse("GetUser", [("x" * 10_000, "a")] * 2)
    assert len(error.value.message) < 300
