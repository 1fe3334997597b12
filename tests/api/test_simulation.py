import pytest

from tests.api.conftest import Connect, error_of
from tests.factories import Cast, document

DANA = "arn:aws:iam::123456789012:user/dana"
TEXT = document(
    "s3:Get*", resource="arn:aws:s3:::b/${aws:username}", Condition={"Bool": {"aws:SecureTransport": "true"}}
)


def test_a_custom_policy_is_simulated_with_its_context(cast: Cast, client: Connect) -> None:
    cast.user("dana", "iam:SimulateCustomPolicy")
    entries = [
        {"ContextKeyName": "aws:username", "ContextKeyValues": ["dana"], "ContextKeyType": "string"},
        {"ContextKeyName": "aws:SecureTransport", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"},
    ]
    asked = {"PolicyInputList": [TEXT], "ActionNames": ["s3:GetObject", "s3:PutObject"]}
    answer = client("dana").simulate_custom_policy(
        **asked, ResourceArns=["arn:aws:s3:::b/dana"], ContextEntries=entries
    )
    results = answer["EvaluationResults"]
    assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]
    specific = results[0]["ResourceSpecificResults"]
    assert [result["EvalResourceName"] for result in specific] == ["arn:aws:s3:::b/dana"]
    assert results[0]["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.1"
    assert answer["IsTruncated"] is False


def test_what_a_principal_may_do_is_simulated(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    answer = client("maker").simulate_principal_policy(
        PolicySourceArn=DANA, ActionNames=["s3:ListBucket", "ec2:RunInstances"]
    )
    assert [result["EvalDecision"] for result in answer["EvaluationResults"]] == ["allowed", "implicitDeny"]


def test_results_come_in_pages(cast: Cast, client: Connect) -> None:
    cast.user("dana", "iam:SimulateCustomPolicy")
    pages = (
        client("dana")
        .get_paginator("simulate_custom_policy")
        .paginate(
            PolicyInputList=[TEXT],
            ActionNames=["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            PaginationConfig={"PageSize": 2},
        )
    )
    assert [len(page["EvaluationResults"]) for page in pages] == [2, 1]


def test_the_context_keys_that_policies_ask_for_are_told(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[TEXT])["ContextKeyNames"]
    assert sorted(keys) == ["aws:SecureTransport", "aws:username"]
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=DANA, PolicyInputList=[TEXT])["ContextKeyNames"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": 1}'])
def test_a_policy_that_cannot_be_read_is_refused(cast: Cast, client: Connect, text: str) -> None:
    cast.user("dana", "iam:SimulateCustomPolicy", "iam:GetContextKeysForCustomPolicy")
    iam = client("dana")
    codes = {
        error_of(iam.simulate_custom_policy, PolicyInputList=[text], ActionNames=["s3:GetObject"])[0],
        error_of(iam.get_context_keys_for_custom_policy, PolicyInputList=[text])[0],
    }
    assert codes <= {"InvalidInput", "ValidationError"}


def test_a_principal_that_is_absent_is_named(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    code, status, message = error_of(
        client("maker").simulate_principal_policy, PolicySourceArn=DANA, ActionNames=["s3:GetObject"]
    )
    assert (code, status) == ("NoSuchEntity", 404)
    assert "dana" in message
