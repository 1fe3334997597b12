"""What a request brings with it decides: each context key, by a policy that allows only under one value of it."""

from typing import Any

import pytest

from policies_app.operations import tags
from tests.api.wire import Answer, Program
from tests.company import OWN
from tests.factories import Cast

ALLOWED = [
    {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringLike": {"aws:UserAgent": "aws-cli/*"}},
    {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    {"StringEquals": {"aws:username": "dana"}},
    {"StringLike": {"aws:userid": "AIDA*"}},
    {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/dana"}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
    {"StringEquals": {"aws:PrincipalAccount": "123456789012"}},
    {"StringEquals": {"aws:PrincipalType": "User"}},
    {"StringEquals": {"aws:ResourceTag/team": "blue"}},
    {"StringEquals": {"iam:ResourceTag/team": "blue"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"NumericGreaterThan": {"aws:EpochTime": "1577836800"}},
    {"Bool": {"aws:ViaAWSService": "false"}},
    {"Null": {"aws:TokenIssueTime": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
]
REFUSED = [
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"aws:UserAgent": "Terraform/*"}},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringEquals": {"aws:username": "erin"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringEquals": {"aws:ResourceTag/team": "red"}},
    {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
]


def get_oneself(cast: Cast, condition: dict[str, Any]) -> Answer:
    cast.user("dana")
    cast.inline("dana", "Given", "iam:GetUser", Condition=condition)
    tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "team", "Value": "blue"}])
    program = Program(cast, "dana")
    program.client.defaults["HTTP_USER_AGENT"] = "aws-cli/2.0"
    return program.ask("GetUser")


@pytest.mark.parametrize("condition", ALLOWED, ids=str)
def test_a_request_brings_it(cast: Cast, condition: dict[str, Any]) -> None:
    assert get_oneself(cast, condition).status == 200


@pytest.mark.parametrize("condition", REFUSED, ids=str)
def test_another_value_refuses(cast: Cast, condition: dict[str, Any]) -> None:
    assert get_oneself(cast, condition).code == "AccessDenied"


def test_a_boundary_may_be_demanded_of_whoever_is_made(company: Cast) -> None:
    company.user("lead")
    bounded = {"StringEquals": {"iam:PermissionsBoundary": OWN}}
    company.inline("lead", "Bounded", "iam:CreateUser", "iam:PutUserPolicy", Condition=bounded)
    lead = Program(company, "lead")
    assert lead.ask("CreateUser", UserName="free").code == "AccessDenied"
    assert lead.ask("CreateUser", UserName="capped", PermissionsBoundary=OWN).status == 200
    inline = {"PolicyName": "Inline", "PolicyDocument": '{"Version":"2012-10-17","Statement":[]}'}
    assert lead.ask("PutUserPolicy", UserName="erin", **inline).code == "AccessDenied"
    assert lead.ask("PutUserPolicy", UserName="capped", **inline).code == "MalformedPolicyDocument"


def test_tags_may_be_demanded_of_whoever_is_made_and_need_their_own_permission(cast: Cast) -> None:
    cast.user("lead")
    cast.inline("lead", "Blue", "iam:CreateUser", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}})
    lead, blue = Program(cast, "lead"), {"Tags.member.1.Key": "team", "Tags.member.1.Value": "blue"}
    assert lead.ask("CreateUser", UserName="plain").code == "AccessDenied"
    assert "iam:TagUser" in lead.ask("CreateUser", UserName="blue", **blue).message
    cast.inline("lead", "Tags", "iam:TagUser")
    assert lead.ask("CreateUser", UserName="blue", **blue).status == 200
