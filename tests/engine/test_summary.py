"""What documents come to, by service and access level."""

import json

import pytest

from policies_app.engine.analyzer.summary import ALL_SERVICES, by_action, summarize
from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.services import AccessLevel, catalog
from policies_app.engine.document import Effect
from policies_app.engine.parser import Layer, parse
from tests.engine.actions_matching import actions_matching

IAM = "AWS Identity and Access Management (IAM)"


def policy(*statements, kind=Layer.IDENTITY):
    filled = [{"Effect": "Allow", "Resource": "*"} | statement for statement in statements]
    for statement in filled:
        if "NotAction" in statement:
            statement.pop("Action", None)
        if "NotResource" in statement or kind is Layer.TRUST:
            del statement["Resource"]
    parsed = parse(json.dumps({"Version": "2012-10-17", "Statement": filled}), kind)
    assert parsed.policy, parsed.errors
    return parsed.policy


def brief(rows):
    return [(row.service, row.access, row.scope.resources) for row in rows]


@pytest.fixture(scope="module")
def managed():
    return {each.name: each.document for each in managed_policies.load()}


def test_a_service_is_summed_up_by_access_level():
    chime = catalog().service_actions("chime")
    lists = [f"chime:{name}" for name in chime.names_of(chime.by_level[AccessLevel.LIST])]
    (row,) = summarize(policy({"Action": [*lists, "chime:GetAccount", "chime:CreateUser"]})).allows
    assert (row.service, row.prefix, row.access) == ("Amazon Chime", "chime", "Full: List; Limited: Read, Write")
    assert row.scope.all_resources
    assert row.scope.conditions == ()


def test_each_pair_of_resources_and_conditions_has_a_row_of_its_own():
    own = "arn:aws:iam::*:user/${aws:username}"
    summary = summarize(policy({"Action": "iam:GetUser", "Resource": own}, {"Action": "iam:ListUsers"}))
    assert brief(summary.allows) == [(IAM, "Limited: Read", (own,)), (IAM, "Limited: List", ("*",))]


def test_statements_about_the_same_resources_are_summed_up_together():
    parts = summarize(policy({"Action": "iam:GetUser"}, {"Action": "iam:ListUsers"}))
    assert parts == summarize(policy({"Action": ["iam:ListUsers", "iam:GetUser"]}))


def test_deny_stands_apart_from_allow():
    summary = summarize(policy({"Action": "s3:*"}, {"Effect": "Deny", "Action": "s3:DeleteBucket"}))
    assert brief(summary.allows) == [("Amazon S3", "Full access", ("*",))]
    assert brief(summary.denies) == [("Amazon S3", "Limited: Write", ("*",))]


def test_conditions_are_named_in_the_spelling_of_aws():
    condition = {
        "BoolIfExists": {"AWS:multifactorauthpresent": "true"},
        "ForAnyValue:StringLike": {"aws:TagKeys": ["a*", "b"]},
    }
    (row,) = summarize(policy({"Action": "s3:GetObject", "Condition": condition})).allows
    assert row.scope.conditions == (
        "BoolIfExists aws:MultiFactorAuthPresent: true",
        "ForAnyValue:StringLike aws:TagKeys: a*, b",
    )


def test_every_action_is_one_row_and_not_one_a_service():
    assert brief(summarize(policy({"Action": "*"})).allows) == [(ALL_SERVICES, "Full access", ("*",))]


def test_allow_with_not_action_is_everything_else():
    every, iam = summarize(policy({"NotAction": ["iam:Create*", "chime:*"]})).allows
    assert (every.service, every.excepted_services) == (ALL_SERVICES, ("Amazon Chime", IAM))
    assert (iam.service, "Full: List, Read" in iam.access, "Limited: " in iam.access) == (IAM, True, True)


def test_allow_with_not_action_and_another_statement_add_up():
    together = summarize(policy({"NotAction": "iam:*"}, {"Action": "iam:*"}))
    assert [(row.service, row.excepted_services) for row in together.allows] == [(ALL_SERVICES, ())]


def test_not_resource_is_every_resource_but_these():
    (row,) = summarize(policy({"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::secret/*"})).allows
    assert (row.scope.all_resources, row.scope.resources, row.scope.excepted) == (False, (), ("arn:aws:s3:::secret/*",))


def test_actions_that_the_catalog_does_not_know_are_named_and_not_dropped():
    summary = summarize(policy({"Action": ["s3:GetObjekt", "nowhere:*"]}))
    assert (summary.allows, summary.unrecognized) == ((), ("s3:GetObjekt", "nowhere:*"))


def test_a_boundary_leaves_out_what_it_does_not_allow_and_adds_what_it_denies():
    boundary = policy({"Action": ["chime:*", "iam:Get*"]}, {"Effect": "Deny", "Action": "chime:DeleteAccount"})
    summary = summarize(policy({"Action": ["chime:*", "s3:*"]}), within=[boundary])
    assert brief(summary.allows) == [("Amazon Chime", "Full access", ("*",))]
    assert brief(summary.denies) == [("Amazon Chime", "Limited: Write", ("*",))]


def test_a_boundary_alone_allows_nothing():
    assert summarize(within=[policy({"Action": "*"})]).allows == ()


def test_a_trust_policy_is_about_the_role_itself():
    trust = policy({"Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}, kind=Layer.TRUST)
    (row,) = summarize(trust).allows
    assert (row.access, row.scope.resources, row.scope.excepted) == ("Limited: Write", (), ())


@pytest.mark.parametrize(
    ("name", "services"),
    [
        ("AmazonChimeReadOnly", {"Amazon Chime": "Limited: List, Read"}),
        ("AmazonChimeUserManagement", {"Amazon Chime": "Limited: List, Read, Write"}),
        ("AdministratorAccess", {ALL_SERVICES: "Full access"}),
    ],
)
def test_what_the_managed_policies_of_the_sample_come_to(managed, name, services):
    document = parse(managed[name], Layer.IDENTITY).policy
    assert document
    rows = summarize(document).allows
    assert {row.service: row.access for row in rows} == services


def test_a_service_is_told_action_by_action_with_level_and_terms():
    own = "arn:aws:iam::*:user/${aws:username}"
    told = by_action(
        "IAM",
        policy(
            {"Action": ["iam:GetUser", "iam:CreateUser"], "Resource": own},
            {"Effect": "Deny", "Action": "iam:Create*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ),
    )
    rows = {(row.effect, row.name): row for row in told}
    assert rows[Effect.ALLOW, "iam:GetUser"].level == AccessLevel.READ
    assert rows[Effect.ALLOW, "iam:CreateUser"].scope.resources == (own,)
    assert rows[Effect.DENY, "iam:CreateUser"].scope.conditions == ("Bool aws:SecureTransport: false",)
    assert [row.name for row in told] == sorted((row.name for row in told), key=str.lower)


def test_actions_that_not_action_leaves_are_told_one_by_one():
    names = {row.name for row in by_action("sqs", policy({"Action": None, "NotAction": ["sqs:Delete*", "s3:*"]}))}
    assert names == set(actions_matching("sqs:*")) - set(actions_matching("sqs:Delete*"))
    assert by_action("s3", policy({"Action": None, "NotAction": ["s3:*"]})) == ()


def test_actions_are_capped_as_the_summary_is():
    cap = [policy({"Action": "sqs:Send*"}, {"Effect": "Deny", "Action": "sqs:SendMessage"})]
    told = by_action("sqs", policy({"Action": "sqs:*"}), within=cap)
    assert [(row.effect, row.name) for row in told] == [("Deny", "sqs:SendMessage"), ("Allow", "sqs:SendMessage")]
    assert by_action("nope", policy({"Action": "*"})) == ()
