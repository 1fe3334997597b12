"""The policy simulator: the answers of the engine in the shapes of the IAM API."""

import json
from typing import Any

import pytest

from policies_app.operations import simulation
from policies_app.operations.calls import Call
from policies_app.operations.errors import InvalidInput, ValidationError
from policies_app.operations.simulation_results import EvaluationResult, Position, Simulation
from tests.factories import ACCOUNT, document

BUCKET, CAT = "arn:aws:s3:::photos", "arn:aws:s3:::photos/cat.jpg"
DANA, EVE = f"arn:aws:iam::{ACCOUNT}:user/dana", "arn:aws:iam::210987654321:user/eve"
GET, EVERYTHING = document("s3:GetObject"), document("*")


def custom(call: Call, *texts: str, actions: list[str] | None = None, **parameters: Any) -> EvaluationResult:
    given: dict[str, Any] = {"policy_input_list": list(texts), "action_names": actions or ["s3:GetObject"]} | parameters
    return simulation.simulate_custom_policy(call, **given).evaluation_results[0]


def resource_policy(principal: object) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_each_action_has_a_result_in_the_order_asked(tester: Call) -> None:
    found = simulation.simulate_custom_policy(
        tester, policy_input_list=[GET], action_names=["s3:PutObject", "s3:GetObject"]
    )
    decisions = [(result.eval_action_name, str(result.eval_decision)) for result in found.evaluation_results]
    assert decisions == [("s3:PutObject", "implicitDeny"), ("s3:GetObject", "allowed")]
    assert not found.is_truncated


def test_without_resources_the_answer_is_for_every_resource(tester: Call) -> None:
    result = custom(tester, GET)
    assert result.eval_resource_name == "*"
    assert (result.resource_specific_results, result.eval_decision_details) == ((), None)


def test_each_resource_has_a_result_and_the_strictest_counts(tester: Call) -> None:
    only_cats = document("s3:GetObject", resource=f"{BUCKET}/cat*")
    result = custom(tester, only_cats, resource_arns=[CAT, f"{BUCKET}/dog.jpg"])
    each = [(one.eval_resource_name, str(one.eval_resource_decision)) for one in result.resource_specific_results]
    assert each == [(CAT, "allowed"), (f"{BUCKET}/dog.jpg", "implicitDeny")]
    assert result.eval_decision == "implicitDeny"
    assert result.eval_resource_name == "arn:${Partition}:s3:::${BucketName}/${ObjectName}"


def test_one_resource_is_named_as_it_was_given(tester: Call) -> None:
    assert custom(tester, EVERYTHING, resource_arns=[CAT]).eval_resource_name == CAT


def test_an_action_that_nobody_knows_has_no_type_of_resource(tester: Call) -> None:
    asked = custom(tester, EVERYTHING, actions=["nobody:Knows"], resource_arns=[CAT, f"{BUCKET}/dog.jpg"])
    assert asked.eval_resource_name == "*"


def test_a_statement_starts_after_what_stands_before_it(tester: Call) -> None:
    """As in AWS's own output: after the bracket or comma, columns from 1."""
    one_line = json.dumps({"Version": "2012-10-17", "Statement": [json.loads(GET)["Statement"][0]]})
    (matched,) = custom(tester, one_line).matched_statements
    assert (matched.source_policy_id, matched.source_policy_type) == ("PolicyInputList.1", "IAM Policy")
    assert (matched.start_position, matched.end_position) == (Position(1, 41), Position(1, len(one_line) - 1))
    (matched,) = custom(tester, GET).matched_statements
    assert (matched.start_position, matched.end_position) == (Position(3, 17), Position(10, 6))


def test_a_deny_is_the_only_statement_told(tester: Call) -> None:
    result = custom(tester, EVERYTHING, document("s3:*", effect="Deny"))
    assert result.eval_decision == "explicitDeny"
    assert [matched.source_policy_id for matched in result.matched_statements] == ["PolicyInputList.2"]


def test_keys_that_are_missing_are_told_as_they_are_written(tester: Call) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/Team": "${aws:username}"}, "Bool": {"aws:SecureTransport": "true"}}
    guarded = document("s3:GetObject", Condition=condition)
    other = document("ec2:*", Condition={"Null": {"ec2:Region": "true"}})
    entry = {"ContextKeyName": "AWS:securetransport", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"}
    result = custom(tester, guarded, other, context_entries=[entry])
    assert result.missing_context_values == ("aws:PrincipalTag/Team", "aws:username")


def test_context_entries_decide(tester: Call) -> None:
    limited = document("s3:GetObject", Condition={"NumericLessThan": {"s3:max-keys": "10"}})
    entry = {"ContextKeyName": "s3:max-keys", "ContextKeyType": "numeric"}
    assert custom(tester, limited, context_entries=[entry | {"ContextKeyValues": ["9"]}]).eval_decision == "allowed"
    assert custom(tester, limited, context_entries=[entry | {"ContextKeyValues": ["11"]}]).eval_decision != "allowed"


@pytest.mark.parametrize(
    "entry",
    [
        {"ContextKeyName": "s3:max-keys", "ContextKeyValues": ["ten"], "ContextKeyType": "numeric"},
        {"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["here"], "ContextKeyType": "ipList"},
        {"ContextKeyName": "aws:username", "ContextKeyValues": ["a", "b"], "ContextKeyType": "string"},
        {"ContextKeyName": "aws:username", "ContextKeyValues": ["a"], "ContextKeyType": "text"},
    ],
)
def test_context_entries_are_of_their_types(tester: Call, entry: dict[str, Any]) -> None:
    with pytest.raises((InvalidInput, ValidationError)):
        custom(tester, GET, context_entries=[entry])


def test_a_boundary_limits_and_has_a_detail_of_its_own(tester: Call) -> None:
    result = custom(tester, EVERYTHING, permissions_boundary_policy_input_list=[document("ec2:*")])
    assert (result.eval_decision, result.matched_statements) == ("implicitDeny", ())
    assert result.permissions_boundary_decision_detail.allowed_by_permissions_boundary is False
    assert custom(tester, EVERYTHING).permissions_boundary_decision_detail is None


def test_service_control_policies_limit_at_each_level(tester: Call) -> None:
    levels = [{"ServiceControlPolicyInputList": [text]} for text in (EVERYTHING, document("ec2:*"), EVERYTHING)]
    result = custom(tester, EVERYTHING, resource_arns=[CAT], ordered_organization_policy_input_list=levels)
    assert result.eval_decision == "implicitDeny"
    assert result.organizations_decision_detail.allowed_by_organizations is False
    assert result.eval_decision_details is None
    allowing = [levels[0], levels[2]]
    result = custom(tester, EVERYTHING, ordered_organization_policy_input_list=allowing)
    assert (result.eval_decision, len(result.matched_statements)) == ("allowed", 1)
    assert result.organizations_decision_detail.allowed_by_organizations is True


def test_a_resource_policy_lets_its_principal_in(tester: Call) -> None:
    mine: dict[str, Any] = {
        "resource_policy": resource_policy({"AWS": DANA}),
        "caller_arn": DANA,
        "resource_arns": [CAT],
    }
    result = custom(tester, document("ec2:*"), **mine)
    (matched,) = result.matched_statements
    assert (result.eval_decision, matched.source_policy_id, matched.source_policy_type) == (
        "allowed",
        "ResourcePolicy",
        "Resource Policy",
    )
    assert result.eval_decision_details == {}


def test_across_accounts_each_kind_of_policy_is_told(tester: Call) -> None:
    shared: dict[str, Any] = {
        "resource_policy": resource_policy({"AWS": EVE}),
        "caller_arn": EVE,
        "resource_arns": [CAT],
    }
    shared |= {"resource_owner": f"arn:aws:iam::{ACCOUNT}:root"}
    result = custom(tester, document("ec2:*"), **shared)
    assert result.eval_decision == "implicitDeny"
    assert result.eval_decision_details == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    assert custom(tester, GET, **shared).eval_decision == "allowed"


def test_results_come_in_pages(tester: Call) -> None:
    actions = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
    pages: list[Simulation] = []
    marker: str | None = None
    for _ in range(2):
        page = simulation.simulate_custom_policy(
            tester, policy_input_list=[GET], action_names=actions, max_items=2, marker=marker
        )
        pages.append(page)
        marker = pages[-1].marker
    assert [(len(page.evaluation_results), page.is_truncated) for page in pages] == [(2, True), (1, False)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy_input_list": ['{"Version": "2012-10-17"}']},
        {"action_names": ["s3:Get*"]},
        {"action_names": ["GetObject"]},
        {"resource_arns": ["photos"]},
        {"resource_policy": resource_policy("*")},
        {"resource_policy": resource_policy("*"), "caller_arn": f"arn:aws:iam::{ACCOUNT}:role/builder"},
        {"caller_arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/x"},
        {"caller_arn": "dana"},
        {"resource_owner": ACCOUNT},
        {"permissions_boundary_policy_input_list": [GET, GET]},
        {"ordered_organization_policy_input_list": [{"ServiceControlPolicyInputList": []}]},
        {"resource_handling_option": "EC2-Moon"},
        {"resource_handling_option": "EC2-VPC-EBS", "resource_arns": ["arn:aws:ec2:eu-west-1:123456789012:image/x"]},
        {"marker": "second"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_in_a_sentence(tester: Call, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        simulation.simulate_custom_policy(
            tester, **{"policy_input_list": [GET], "action_names": ["s3:GetObject"]} | wrong
        )


def test_an_error_in_a_policy_is_located(tester: Call) -> None:
    with pytest.raises(InvalidInput, match=r"PolicyInputList\.2: unknown condition operator .* \(line 11, column"):
        custom(tester, GET, document("s3:*", Condition={"StringEqual": {"aws:username": "x"}}))


def test_the_service_models_limits_hold(tester: Call) -> None:
    with pytest.raises(ValidationError, match=r"maxItems"):
        simulation.simulate_custom_policy(tester, policy_input_list=[GET], action_names=["s3:GetObject"], max_items=0)


def test_the_keys_of_policies_come_once_and_as_written(tester: Call) -> None:
    first = document("*", resource=f"{BUCKET}/${{aws:username}}", Condition={"Null": {"aws:TagKeys": "true"}})
    second = document("*", Condition={"StringLike": {"AWS:USERNAME": "${aws:userid}"}})
    keys = simulation.get_context_keys_for_custom_policy(tester, policy_input_list=[first, second])
    assert keys == ["aws:TagKeys", "aws:userid", "aws:username"]


def test_a_page_has_a_thousand_evaluations_whatever_is_asked_for(tester: Call) -> None:
    resources = [f"{BUCKET}/{number}" for number in range(500)]
    asked: dict[str, Any] = {
        "policy_input_list": [GET],
        "action_names": ["s3:GetObject"] * 3,
        "resource_arns": resources,
    }
    first = simulation.simulate_custom_policy(tester, **asked)
    assert (len(first.evaluation_results), first.is_truncated) == (2, True)
    rest = simulation.simulate_custom_policy(tester, marker=first.marker, **asked)
    assert (len(rest.evaluation_results), rest.is_truncated) == (1, False)


def test_more_than_a_thousand_resources_are_refused(tester: Call) -> None:
    with pytest.raises(InvalidInput, match="at most 1000"):
        custom(tester, GET, resource_arns=[CAT] * 1001)


def test_policies_that_are_large_together_are_refused(tester: Call) -> None:
    with pytest.raises(InvalidInput, match="more than 131072 characters together"):
        custom(tester, GET + " " * 70_000, GET + " " * 70_000)
