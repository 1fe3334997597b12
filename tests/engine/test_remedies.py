"""What keeps a request from being allowed, and that the least which is said to allow it does."""

import json
from hashlib import sha256

import pytest

from policies_app.engine.compiled import compile_document
from policies_app.engine.decision import Layer, PolicySource, Sourced
from policies_app.engine.evaluator import decide_in_full
from policies_app.engine.index import PolicySet
from policies_app.engine.remedies import lacking, nearest, smallest_statement
from policies_app.engine.request import Principal, PrincipalKind, Request

ACCOUNT = "123456789012"
DANA = Principal(f"arn:aws:iam::{ACCOUNT}:user/dana", ACCOUNT, PrincipalKind.USER)
CAT, DOG = "arn:aws:s3:::photos/cat.jpg", "arn:aws:s3:::photos/dog.jpg"
GET_CAT = Request(DANA, "s3:GetObject", CAT, {"aws:SourceIp": "192.0.2.7"})


def policy(layer: Layer, name: str, statement: dict[str, object] | str) -> Sourced:
    written = json.loads(statement) if isinstance(statement, str) else {"Effect": "Allow", "Resource": "*"} | statement
    text = json.dumps({"Version": "2012-10-17", "Statement": [written]})
    key = sha256(text.encode()).hexdigest()
    return PolicySource(layer, name, key=key), compile_document(key, text, Layer.IDENTITY)


OTHER = policy(Layer.IDENTITY, "Other", {"Action": "s3:GetObject", "Resource": DOG})
LISTS = policy(Layer.IDENTITY, "Lists", {"Action": "s3:List*"})
HOME = policy(
    Layer.IDENTITY,
    "Home",
    {"Action": "s3:Get*", "Resource": DOG, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
)
QUEUES = policy(Layer.IDENTITY, "Queues", {"Action": "sqs:*"})
CEILING = policy(Layer.BOUNDARY, "Ceiling", {"Action": "iam:*"})
ROOF = policy(Layer.BOUNDARY, "Roof", {"Action": "s3:*"})
BROKEN = PolicySource(Layer.IDENTITY, "Broken"), None


@pytest.mark.parametrize(
    ("policies", "layers"),
    [
        ([], [Layer.IDENTITY]),
        ([OTHER, LISTS], [Layer.IDENTITY]),
        ([OTHER, CEILING], [Layer.IDENTITY, Layer.BOUNDARY]),
        ([OTHER, ROOF], [Layer.IDENTITY]),
        ([policy(Layer.IDENTITY, "All", {"Action": "*"}), CEILING], [Layer.BOUNDARY]),
        ([policy(Layer.IDENTITY, "All", {"Action": "*"}), ROOF], []),
        ([policy(Layer.IDENTITY, "All", {"Action": "*"}), BROKEN], [Layer.IDENTITY]),
    ],
)
def test_the_layers_that_do_not_allow_are_named(policies: list[Sourced], layers: list[Layer]) -> None:
    known = PolicySet(policies)
    assert list(lacking(decide_in_full(GET_CAT, known), known)) == layers


@pytest.mark.parametrize("policies", [[], [OTHER], [OTHER, CEILING], [OTHER, ROOF], [LISTS, CEILING, HOME]])
def test_the_smallest_statement_in_those_layers_is_enough_and_allows_nothing_else(policies: list[Sourced]) -> None:
    known = PolicySet(policies)
    text = smallest_statement(GET_CAT)
    added = [policy(layer, "Added", text) for layer in lacking(decide_in_full(GET_CAT, known), known)]
    assert decide_in_full(GET_CAT, PolicySet([*policies, *added])).allowed
    for other in (Request(DANA, "s3:GetObject", DOG + "x"), Request(DANA, "s3:PutObject", CAT)):
        assert not decide_in_full(other, PolicySet([*policies, *added])).allowed


def test_a_deny_is_not_what_a_layer_lacks() -> None:
    known = PolicySet([policy(Layer.IDENTITY, "Off", {"Effect": "Deny", "Action": "*"}), ROOF])
    assert lacking(decide_in_full(GET_CAT, known), known) == (Layer.IDENTITY,)


def test_statements_about_the_action_come_nearest_by_how_little_is_in_the_way() -> None:
    known = PolicySet([HOME, QUEUES, LISTS, OTHER, CEILING])
    found = nearest(GET_CAT, known, [Layer.IDENTITY])
    assert [(each.source.name, len(each.mismatches)) for each in found] == [("Other", 1), ("Home", 2)]


def test_without_any_about_the_action_those_of_its_service_do() -> None:
    assert [each.source.name for each in nearest(GET_CAT, PolicySet([QUEUES, LISTS]), [Layer.IDENTITY])] == ["Lists"]
    assert nearest(GET_CAT, PolicySet([QUEUES]), [Layer.IDENTITY]) == []
