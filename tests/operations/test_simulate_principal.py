"""The policy simulator on somebody's own policies: which are told, tried, excluded, and who may ask."""

from typing import Any

import pytest

from policies_app.models import Policy
from policies_app.operations import attachments, inline_policies, policy_versions, simulation
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, InvalidInput, NoSuchEntity, ValidationError
from policies_app.operations.simulation_results import EvaluationResult
from tests.factories import ACCOUNT, Cast, call_of, document

BUCKET, CAT = "arn:aws:s3:::photos", "arn:aws:s3:::photos/cat.jpg"
DANA, EVE = f"arn:aws:iam::{ACCOUNT}:user/dana", "arn:aws:iam::210987654321:user/eve"
EVERYTHING = document("*")


def principal(call: Call, arn: str = DANA, *, action: str = "s3:GetObject", **parameters: Any) -> EvaluationResult:
    given: dict[str, Any] = {"policy_source_arn": arn, "action_names": [action]} | parameters
    return simulation.simulate_principal_policy(call, **given).evaluation_results[0]


@pytest.fixture
def dana(cast: Cast) -> Policy:
    """dana has a managed policy, an inline one, a group's inline one and a boundary."""
    policy = cast.policy("Reader", "s3:GetObject")
    cast.user("dana", "s3:PutObject")
    cast.attach("dana", policy)
    cast.group("devs", "dana")
    inline_policies.put_group_policy(
        cast.system, group_name="devs", policy_name="Listing", policy_document=document("s3:ListBucket", "ec2:*")
    )
    attachments.put_user_permissions_boundary(
        cast.system, user_name="dana", permissions_boundary=cast.policy("Limit", "s3:*").arn
    )
    return policy


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("s3:GetObject", "Reader"),
        ("s3:PutObject", "user_dana_Given"),
        ("s3:ListBucket", "group_devs_Listing"),
    ],
)
def test_a_principals_policies_are_told_as_aws_tells_them(tester: Call, dana: Policy, action: str, told: str) -> None:
    (matched,) = principal(tester, action=action).matched_statements
    assert (matched.source_policy_id, matched.source_policy_type) == (told, "IAM Policy")


def test_an_aws_managed_policy_is_told_as_one(cast: Cast, tester: Call, chime_read_only: None) -> None:
    cast.attach(cast.user("dana").name, Policy.objects.get(name="AmazonChimeReadOnly"))
    (matched,) = principal(tester, action="chime:GetAccount").matched_statements
    assert (matched.source_policy_id, matched.source_policy_type) == ("AmazonChimeReadOnly", "IAM Policy")


def test_the_boundary_of_a_principal_holds_until_another_is_given(tester: Call, dana: Policy) -> None:
    limited = principal(tester, action="ec2:RunInstances")
    assert (limited.eval_decision, limited.matched_statements) == ("implicitDeny", ())
    freed = principal(tester, action="ec2:RunInstances", permissions_boundary_policy_input_list=[EVERYTHING])
    assert freed.eval_decision == "allowed"


def test_more_policies_can_be_tried_on_a_principal(tester: Call, dana: Policy) -> None:
    assert principal(tester, action="s3:DeleteObject").eval_decision == "implicitDeny"
    tried = principal(tester, action="s3:DeleteObject", policy_input_list=[document("s3:DeleteObject")])
    assert tried.matched_statements[0].source_policy_id == "PolicyInputList.1"


@pytest.mark.parametrize(
    ("action", "identifier"),
    [
        ("s3:GetObject", {"PolicyType": "user-managed"}),
        ("s3:GetObject", {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Re?d*"}),
        ("s3:PutObject", {"PolicyType": "inline"}),
        (
            "s3:PutObject",
            {
                "InlinePolicyIdentifier": {
                    "PolicyName": "Given",
                    "AttachmentType": "user",
                    "AttachmentName": "dana",
                }
            },
        ),
        (
            "s3:ListBucket",
            {
                "InlinePolicyIdentifier": {
                    "PolicyName": "Listing",
                    "AttachmentType": "group",
                    "AttachmentName": "devs",
                }
            },
        ),
    ],
)
def test_what_is_excluded_counts_no_more(tester: Call, dana: Policy, action: str, identifier: dict[str, Any]) -> None:
    assert principal(tester, action=action).eval_decision == "allowed"
    assert principal(tester, action=action, policy_exclusion_list=[identifier]).eval_decision == "implicitDeny"


def test_an_excluded_boundary_limits_no_more(tester: Call, dana: Policy) -> None:
    freed = principal(tester, action="ec2:RunInstances", policy_exclusion_list=[{"PolicyType": "permission-boundary"}])
    assert (freed.eval_decision, freed.permissions_boundary_decision_detail) == ("allowed", None)


@pytest.mark.parametrize(
    "identifier",
    [
        {},
        {"PolicyType": "hidden"},
        {"PolicyType": "inline", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Reader"},
        {"PolicyArn": "policies/that/are/called/Reader"},
        {"PolicyArn": "arn:aws:iam::*:policy/Reader"},
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/*e*"},
        {"InlinePolicyIdentifier": {"PolicyName": "Given"}},
    ],
    ids=str,
)
def test_an_exclusion_that_makes_no_sense_is_refused(cast: Cast, tester: Call, identifier: dict[str, Any]) -> None:
    with pytest.raises((InvalidInput, ValidationError)):
        principal(tester, cast.user("dana").arn, policy_exclusion_list=[identifier])


def test_a_caller_can_be_given_the_policies_of_another(cast: Cast, tester: Call, dana: Policy) -> None:
    erin = cast.user("erin").arn
    bucket = document("s3:*", effect="Deny", Principal={"AWS": erin})
    assert principal(tester, resource_policy=bucket).eval_decision == "allowed"
    assert principal(tester, resource_policy=bucket, caller_arn=erin).eval_decision == "explicitDeny"


def test_groups_and_roles_can_be_simulated(cast: Cast, tester: Call, dana: Policy) -> None:
    cast.role("builder")
    attachments.attach_role_policy(cast.system, role_name="builder", policy_arn=dana.arn)
    for identity, action in (("role/builder", "s3:GetObject"), ("group/devs", "s3:ListBucket")):
        assert principal(tester, f"arn:aws:iam::{ACCOUNT}:{identity}", action=action).eval_decision == "allowed"


@pytest.mark.parametrize("arn", [f"{DANA}x", DANA.replace("/dana", "/eng/dana")])
def test_a_principal_that_is_not_there_is_not_found(tester: Call, dana: Policy, arn: str) -> None:
    with pytest.raises(NoSuchEntity):
        principal(tester, arn)


def test_a_principal_of_another_account_is_nobodys_business(tester: Call, dana: Policy) -> None:
    with pytest.raises(AccessDenied) as refusal:
        principal(tester, EVE)
    assert refusal.value.decision.limited_by == "resource"


def test_who_may_not_ask_learns_nothing(cast: Cast, dana: Policy) -> None:
    nobody = call_of(cast.user("nobody"))
    for arn in (DANA, f"{DANA}x"):
        with pytest.raises(AccessDenied):
            principal(nobody, arn)


def test_the_keys_of_a_principal_are_those_of_its_policies_but_not_its_boundary(cast: Cast, tester: Call) -> None:
    guarded, limit = (document("*", Condition={"Null": {key: "true"}}) for key in ("aws:SourceIp", "aws:SourceVpc"))
    cast.attach(cast.user("dana").name, cast.policy("Guarded", text=guarded))
    attachments.put_user_permissions_boundary(
        cast.system, user_name="dana", permissions_boundary=cast.policy("Limit", text=limit).arn
    )
    keys = simulation.get_context_keys_for_principal_policy(tester, policy_source_arn=DANA)
    assert keys == ["aws:SourceIp"]


def test_rolling_a_version_back_restores_every_decision(cast: Cast, tester: Call, dana: Policy) -> None:
    def decisions() -> list[str]:
        actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "ec2:RunInstances"]
        given: dict[str, Any] = {"policy_source_arn": DANA, "action_names": actions, "resource_arns": [CAT, "*"]}
        results = simulation.simulate_principal_policy(tester, **given).evaluation_results
        return [str(one.eval_resource_decision) for each in results for one in each.resource_specific_results]

    before = decisions()
    policy_versions.create_policy_version(
        cast.system, policy_arn=dana.arn, policy_document=document("s3:Get*", effect="Deny"), set_as_default=True
    )
    assert decisions() != before
    policy_versions.set_default_policy_version(cast.system, policy_arn=dana.arn, version_id="v1")
    assert decisions() == before


def test_a_simulation_asks_a_fixed_number_of_queries(
    cast: Cast, tester: Call, dana: Policy, django_assert_max_num_queries: Any
) -> None:
    tester.load_policies()
    with django_assert_max_num_queries(4):
        given: dict[str, Any] = {
            "policy_source_arn": DANA,
            "action_names": ["s3:GetObject"] * 50,
            "resource_arns": [CAT, BUCKET],
        }
        simulation.simulate_principal_policy(tester, **given)
