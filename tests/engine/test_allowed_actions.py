"""All actions at once come to what each by itself comes to."""

import json
import random

import pytest

from policies_app.engine.allowed_actions import allowed_actions
from policies_app.engine.catalog.every_action import every_action
from policies_app.engine.evaluator import Layer, Outcome, PolicySet, PolicySource, decide
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine.generator import cases

from .sourced import ALLOW, DENY, sourced
from .test_index import ALICE, read


def test_sets_have_the_names_of_their_bits() -> None:
    every = every_action()
    assert len(every.names) > 20_000
    some = every.covered(["s3:GetObject", "iam:Get*", "*:ListTagsForResource"])
    assert {"s3:GetObject", "iam:GetUser", "sns:ListTagsForResource"} < set(every.names_of(some))
    assert sum(1 for _ in every.names_of(some)) == some.bit_count()


@pytest.mark.parametrize("world", range(8))
def test_each_action_has_the_outcome_that_a_decision_gives(world: int) -> None:
    rng = random.Random(world)
    for case in cases(20261125, world, 40):
        asked, sourced_policies = read(case)
        policies = PolicySet(sourced_policies)
        found = allowed_actions(
            policies, asked.principal, asked.resource, asked.context, resource_account=asked.resource_account
        )
        by_name = {name: outcome for outcome in Outcome for name in found.names(outcome)}
        own = ["s3:GetObject", "s3:PutObject", "iam:GetUser", "kms:Decrypt", "kms:RetireGrant", "sts:AssumeRole"]
        for action in [*own, *rng.sample(every_action().names, 4)]:
            request = Request(asked.principal, action, asked.resource, asked.context, asked.resource_account)
            assert by_name[action] is decide(request, policies).outcome, json.dumps(case)


def test_every_action_is_in_exactly_one_set() -> None:
    secret = {"Effect": "Deny", "NotAction": ["s3:*", "ec2:Describe*"], "Resource": "*"}
    found = allowed_actions(PolicySet([sourced(Layer.IDENTITY, ALLOW, secret)]), ALICE, "*")
    assert sum(len(found.names(outcome)) for outcome in Outcome) == len(every_action().names)
    assert "iam:GetUser" in found.names(Outcome.EXPLICIT_DENY)
    assert "ec2:DescribeInstances" in found.names(Outcome.ALLOWED)


def test_a_document_with_errors_leaves_the_denials_and_allows_nothing() -> None:
    broken = (PolicySource(Layer.IDENTITY, "broken"), None)
    deny = sourced(Layer.IDENTITY, DENY | {"Action": "s3:*"})
    found = allowed_actions(PolicySet([sourced(Layer.IDENTITY, ALLOW), deny, broken]), ALICE, "*")
    assert found.names(Outcome.ALLOWED) == ()
    assert set(found.names(Outcome.EXPLICIT_DENY)) == set(every_action().names_of(every_action().covered(["s3:*"])))


def test_a_key_policy_has_to_allow_what_another_resources_policy_need_not() -> None:
    silent = sourced(Layer.RESOURCE, {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    found = allowed_actions(PolicySet([sourced(Layer.IDENTITY, ALLOW), silent]), ALICE, "*")
    assert "kms:Decrypt" in found.names(Outcome.IMPLICIT_DENY)
    assert "s3:PutObject" in found.names(Outcome.ALLOWED)


def test_root_needs_no_policy() -> None:
    root = Principal("arn:aws:iam::123456789012:root", "123456789012", PrincipalKind.ROOT)
    assert len(allowed_actions(PolicySet([]), root, "*").names(Outcome.ALLOWED)) == len(every_action().names)
