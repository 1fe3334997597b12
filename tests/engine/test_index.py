"""The indexed way to a decision says what the plain way says, and no more is worked out than is read."""

import json
from typing import Any

import pytest

from policies_app.engine.errors import MisplacedPolicy
from policies_app.engine.evaluator import Layer, Outcome, PolicySet, PolicySource, Sourced, decide
from policies_app.engine.index import PolicySets, policy_set
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine.generator import Case, cases

from .sourced import sourced

ALICE = Principal("arn:aws:iam::123456789012:user/alice", "123456789012", PrincipalKind.USER)
READ = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*"}
DENY = {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::photos/secret"}


def request(action: str, resource: str = "arn:aws:s3:::photos/cat", **context: str) -> Request:
    return Request(ALICE, action, resource, {key.replace("_", ":"): value for key, value in context.items()})


def read(case: Case) -> tuple[Request, list[Sourced]]:
    who = Principal(**case["principal"] | {"kind": PrincipalKind(case["principal"]["kind"])})
    context = {key: tuple(each) if isinstance(each, list) else each for key, each in case["context"].items()}
    policies: list[Sourced] = []
    for number, raw in enumerate(case["policies"]):
        document: Any = raw["document"]
        parsed = parse(json.dumps(document), Layer(raw["layer"])) if document is not None else None
        source = PolicySource(Layer(raw["layer"]), f"p{number}", level=raw.get("level") or "")
        policies.append((source, parsed.policy if parsed else None))
    return Request(who, case["action"], case["resource"], context, case.get("resource_account")), policies


@pytest.mark.parametrize("world", range(20))
def test_an_index_changes_no_decision(world: int) -> None:
    for case in cases(20261124, world, 60):
        asked, policies = read(case)
        quick, plain = decide(asked, PolicySet(policies)), decide(asked, policies)
        assert quick.outcome is plain.outcome, case
        assert quick == plain, case


def test_both_ways_are_taken_by_the_cases() -> None:
    pending = [not decide(asked, PolicySet(policies)).is_whole for asked, policies in map(read, cases(1, 1, 200))]
    assert 20 < sum(pending) < len(pending)


def test_an_outcome_is_worked_out_without_the_rest() -> None:
    decision = decide(request("s3:GetObject"), PolicySet([sourced(Layer.IDENTITY, READ)]))
    assert decision.allowed
    assert not decision.is_whole
    assert decision.explain().startswith("Allowed: statement 1")
    assert decision.is_whole


def test_what_is_kept_for_an_action_is_said_of_the_requests_that_it_is_true_of() -> None:
    guarded = DENY | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    policies = PolicySet([sourced(Layer.IDENTITY, READ, guarded, {"Effect": "Allow", "Action": "*", "Resource": "*"})])
    for resource in ["arn:aws:s3:::photos/cat", "arn:aws:s3:::photos/secret", "arn:aws:s3:::music", "*"] * 2:
        for context in ({}, {"aws:SecureTransport": "false"}, {"aws:SecureTransport": "true"}, {"a:b": "c"}):
            for owner in (None, "210987654321"):
                asked = Request(ALICE, "s3:GetObject", resource, context, owner)
                assert decide(asked, policies) == decide(asked, policies.policies)


@pytest.mark.parametrize(
    "other", [{"StringEqualsIgnoreCase": {"a:b": "x"}}, {"StringEquals": {"a:c": "x"}}, {"StringEquals": {"a:b": "y"}}]
)
def test_conditions_that_differ_in_anything_are_told_apart(other: dict[str, dict[str, str]]) -> None:
    both = [READ | {"Condition": condition} for condition in ({"StringEquals": {"a:b": "x"}}, other)]
    policies = PolicySet([sourced(Layer.IDENTITY, READ, *both)])
    for context in ({}, {"a:b": "x"}, {"a:b": "X"}, {"a:b": "y"}, {"a:c": "x"}, {"a:b": "x", "a:c": "x"}, {"a:b": ()}):
        asked = Request(ALICE, "s3:GetObject", "arn:aws:s3:::photos/cat", context)
        assert decide(asked, policies) == decide(asked, policies.policies)
    absent = Request(ALICE, "s3:GetObject", "arn:aws:s3:::photos/cat", {"a:b": ()})
    assert "a:b" in decide(absent, policies).missing_context_keys


def test_no_more_reasons_are_kept_than_a_plan_has_room_for() -> None:
    statements = [READ | {"Resource": f"arn:aws:s3:::{'?' * length}*"} for length in range(100)]
    policies = PolicySet([sourced(Layer.IDENTITY, *statements)])
    for length in range(100):
        asked = request("s3:GetObject", f"arn:aws:s3:::{'a' * length}")
        assert len(decide(asked, policies).matched) == length + 1
    plans = policies.plans[PrincipalKind.USER]
    assert plans
    assert len(plans["s3:GetObject"].reasons) <= 64


def test_a_set_answers_about_any_principal_and_resource() -> None:
    policies = PolicySet([sourced(Layer.IDENTITY, READ), sourced(Layer.BOUNDARY, DENY | {"Effect": "Allow"}, DENY)])
    everybody = [ALICE, Principal("arn:aws:iam::123456789012:root", "123456789012", PrincipalKind.ROOT)]
    for who in [*everybody, Principal("ec2.amazonaws.com", "", PrincipalKind.SERVICE)]:
        for resource in ("arn:aws:s3:::photos/cat", "arn:aws:s3:::photos/secret", "*", "arn:aws:sqs:::210987654321:q"):
            asked = Request(who, "S3:getobject", resource)
            assert decide(asked, policies) == decide(asked, policies.policies)


def test_a_resource_of_another_account_needs_its_own_policy() -> None:
    everything = PolicySet([sourced(Layer.IDENTITY, {"Effect": "Allow", "Action": "*", "Resource": "*"})])
    assert decide(request("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q"), everything).allowed
    foreign = decide(request("sqs:SendMessage", "arn:aws:sqs:eu-west-1:210987654321:q"), everything)
    assert foreign.outcome is Outcome.IMPLICIT_DENY
    assert foreign.limited_by is Layer.RESOURCE


def test_a_deny_that_cannot_be_evaluated_denies_by_either_way() -> None:
    condition = {"NumericLessThan": {"a:size": "5"}}
    policies = PolicySet([sourced(Layer.IDENTITY, READ, DENY | {"Resource": "*", "Condition": condition})])
    assert decide(request("s3:GetObject", a_size="big"), policies).outcome is Outcome.EXPLICIT_DENY
    assert decide(request("s3:GetObject", a_size="7"), policies).allowed


def test_a_policy_of_a_resource_cannot_be_an_identitys() -> None:
    principal = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    _, trust = sourced(Layer.TRUST, principal)
    with pytest.raises(MisplacedPolicy):
        PolicySet([(PolicySource(Layer.IDENTITY, "p"), trust)])


def test_a_set_is_kept_for_the_very_same_policies_only() -> None:
    kept = PolicySets(kept=2)
    reading, writing = [sourced(Layer.IDENTITY, READ)], [sourced(Layer.IDENTITY, READ | {"Action": "s3:Put*"})]
    assert kept.of(reading) is kept.of(list(reading))
    assert reading[0][0] == writing[0][0]
    assert not decide(request("s3:GetObject"), kept.of(writing)).allowed
    assert decide(request("s3:GetObject"), kept.of(reading)).allowed


def test_the_set_that_was_used_longest_ago_goes_first() -> None:
    kept = PolicySets(kept=2)
    one, two, three = ([sourced(Layer.IDENTITY, READ, name=name)] for name in "abc")
    first, second = kept.of(one), kept.of(two)
    kept.of(one)
    kept.of(three)
    assert kept.of(one) is first
    assert kept.of(two) is not second


def test_a_process_keeps_its_sets() -> None:
    policies = [sourced(Layer.IDENTITY, READ, name="kept by the process")]
    assert policy_set(policies) is policy_set(list(policies))
    assert list(policy_set(policies)) == policies


def test_an_empty_set_is_kept_too() -> None:
    kept = PolicySets()
    assert kept.of([]) is kept.of([])


def test_the_keys_of_an_action_are_those_that_its_statements_read() -> None:
    tagged = READ | {"Condition": {"StringEquals": {"aws:ResourceTag/Team": "${aws:PrincipalTag/team}"}}}
    policies = PolicySet([sourced(Layer.IDENTITY, tagged)])
    assert policies.context_keys("s3:getObject") == {"aws:resourcetag/team", "aws:principaltag/team"}
    assert policies.context_keys("s3:PutObject") == frozenset()
