"""The operations of Access Analyzer on documents that are not stored."""

import json
from typing import Any

import pytest

from policies_app.operations import policy_validation as analyzer
from policies_app.operations.calls import Call
from policies_app.operations.errors import InvalidInput, MalformedPolicyDocument, UnprocessableEntity, ValidationError
from tests.factories import TRUST, Cast, call_of, document

TYPO = document("s3:GetObjekt")
PUBLIC = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
    }
)


@pytest.fixture
def call(cast: Cast) -> Call:
    return call_of(cast.user("auditor", "access-analyzer:*"))


def test_findings_come_in_pages(call: Call) -> None:
    text = document("s3:GetObjekt", "s3:PutObjekt", "s3:ListObjekt")
    whole = analyzer.validate_policy(call, policy_document=text, policy_type="IDENTITY_POLICY").items
    first = analyzer.validate_policy(call, policy_document=text, policy_type="IDENTITY_POLICY", max_results=2)
    rest = analyzer.validate_policy(
        call, policy_document=text, policy_type="IDENTITY_POLICY", max_results=2, next_token=first.next
    )
    assert [*first.items, *rest.items] == whole[:4]
    assert first.next == "2"


def test_what_a_document_is_for_decides_what_is_said(call: Call) -> None:
    def codes(**options: Any) -> set[str]:
        return {finding.code for finding in analyzer.validate_policy(call, policy_document=TRUST, **options).items}

    assert "UNSUPPORTED_PRINCIPAL" in codes(policy_type="IDENTITY_POLICY")
    of_role = {"policy_type": "RESOURCE_POLICY", "validate_policy_resource_type": analyzer.TRUST_POLICY}
    assert not codes(**of_role) & {"UNSUPPORTED_PRINCIPAL", "MISSING_RESOURCE"}
    assert codes(policy_type="RESOURCE_POLICY") == codes(**of_role)  # by its actions, as AWS knows it
    of_bucket = codes(policy_type="RESOURCE_POLICY", validate_policy_resource_type="AWS::S3::Bucket")
    assert of_bucket >= {"MISSING_RESOURCE", "UNSUPPORTED_ACTION_IN_POLICY"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_results": 0},
        {"max_results": 1001},
        {"next_token": "x"},
        {"next_token": "٣"},
        {"validate_policy_resource_type": "AWS::S3::Bucket"},
        {"policy_type": "NO_POLICY"},
    ],
)
def test_what_is_not_understood_is_refused(call: Call, wrong: dict[str, Any]) -> None:
    with pytest.raises((InvalidInput, ValidationError)):
        analyzer.validate_policy(call, **{"policy_document": TYPO, "policy_type": "IDENTITY_POLICY"} | wrong)


def test_new_access_is_told_by_statement(call: Call) -> None:
    def check(new: str, existing: str) -> analyzer.Verdict:
        return analyzer.check_no_new_access(
            call, new_policy_document=new, existing_policy_document=existing, policy_type="IDENTITY_POLICY"
        )

    assert check(document("s3:Get*"), document("s3:*")).passed
    verdict = check(document("s3:*", Sid="Wide"), document("s3:Get*"))
    assert [(reason.statement_index, reason.statement_id) for reason in verdict.reasons] == [(0, "Wide")]
    lifted = check(document("s3:Get*"), document("s3:Get*", effect="Deny"))
    assert lifted.reasons[1].statement_index is None


@pytest.mark.parametrize(
    ("access", "passed"),
    [
        ({"actions": ["s3:GetObject"]}, False),
        ({"actions": ["s3:PutObject"]}, True),
        ({"resources": ["arn:aws:s3:::b/*"]}, False),
        ({"actions": ["s3:PutObject", "s3:GetObject"], "resources": ["arn:aws:s3:::b/x"]}, False),
    ],
)
def test_access_that_is_not_granted_passes(call: Call, access: dict[str, list[str]], *, passed: bool) -> None:
    verdict = analyzer.check_access_not_granted(
        call, policy_document=document("s3:Get*"), access=[access], policy_type="IDENTITY_POLICY"
    )
    assert verdict.passed is passed


def test_a_trust_policy_is_a_resource_policy(call: Call) -> None:
    asked: dict[str, Any] = {"access": [{"actions": ["sts:AssumeRole"]}], "policy_type": "RESOURCE_POLICY"}
    assert not analyzer.check_access_not_granted(call, policy_document=TRUST, **asked).passed


def test_what_is_wrong_with_a_trust_policy_is_told_as_of_one(call: Call) -> None:
    wrong = TRUST.replace("sts:AssumeRole", "sts:AssumeRoll").replace('"Allow"', '"Alow"')
    with pytest.raises(MalformedPolicyDocument) as error:
        analyzer.check_access_not_granted(
            call, policy_document=wrong, access=[{"actions": ["sts:*"]}], policy_type="RESOURCE_POLICY"
        )
    assert "MISSING_RESOURCE" not in {finding.code for finding in error.value.findings}


@pytest.mark.parametrize("access", [[], [{}], [{"actions": ["nonsense"]}]])
def test_access_that_names_nothing_is_refused(call: Call, access: list[dict[str, list[str]]]) -> None:
    with pytest.raises(InvalidInput, match="access"):
        analyzer.check_access_not_granted(call, policy_document=TYPO, access=access, policy_type="IDENTITY_POLICY")


def test_public_access_is_found_and_doubt_is_said(call: Call) -> None:
    def check(text: str) -> analyzer.Verdict:
        return analyzer.check_no_public_access(call, policy_document=text, resource_type="AWS::S3::Bucket")

    assert not check(PUBLIC).passed
    assert check(PUBLIC.replace('"*"', '{"AWS": "123456789012"}', 1)).passed
    with pytest.raises(UnprocessableEntity):
        check(PUBLIC.replace('"Effect"', '"Condition": {"Bool": {"aws:SecureTransport": "true"}}, "Effect"'))


def test_a_document_with_errors_is_not_checked(call: Call) -> None:
    with pytest.raises(MalformedPolicyDocument):
        analyzer.check_no_public_access(call, policy_document="{", resource_type="AWS::S3::Bucket")


def test_a_document_larger_than_any_that_is_stored_is_not_compared(call: Call) -> None:
    large = document(*[f"s3:Get{number:06}" for number in range(2000)])
    with pytest.raises(InvalidInput, match="at most 20480 are compared"):
        analyzer.check_no_new_access(
            call, new_policy_document=large, existing_policy_document=TYPO, policy_type="IDENTITY_POLICY"
        )
