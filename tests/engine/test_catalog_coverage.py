"""What the actions of a statement come to, by service and access level."""

import json
from time import perf_counter

import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.coverage import Reach, expand
from policies_app.engine.catalog.services import AccessLevel, catalog
from tests.engine.actions_matching import actions_matching


def actions_of(policy_name):
    (policy,) = (each for each in managed_policies.load() if each.name == policy_name)
    for statement in json.loads(policy.document)["Statement"]:
        yield from statement["Action"]


def test_chime_read_only_covers_lists_and_reads_and_nothing_else():
    coverage = expand(actions_of("AmazonChimeReadOnly"))
    assert list(coverage) == ["chime"]
    levels = coverage["chime"].levels
    assert {level for level, of in levels.items() if of.covered} == {AccessLevel.LIST, AccessLevel.READ}
    assert {level for level, of in levels.items() if of.reach is Reach.NONE} >= {AccessLevel.WRITE, AccessLevel.TAGGING}


@pytest.mark.parametrize(
    "policy_name",
    [
        "AmazonChimeReadOnly",
        "AmazonChimeFullAccess",
        "AmazonChimeUserManagement",
        "AmazonChimeVoiceConnectorServiceLinkedRolePolicy",
        "AmazonChimeSDK",
    ],
)
def test_every_action_of_the_chime_policies_is_known(policy_name):
    assert expand(actions_of(policy_name)).unmatched == ()


def test_chime_full_access_is_full_for_chime_and_limited_elsewhere():
    coverage = expand(actions_of("AmazonChimeFullAccess"))
    assert str(coverage["chime"]) == "Full access"
    assert {prefix for prefix, summary in coverage.items() if summary.reach is Reach.LIMITED} == {
        *("kinesis", "logs", "s3", "sns", "sqs")
    }


def test_a_summary_counts_each_action_once_however_often_it_is_named():
    once = expand(["iam:GetUser"])["iam"].levels[AccessLevel.READ]
    often = expand(["iam:GetUser", "IAM:getuser", "iam:GetUse?", "iam:*GetUser"])["iam"].levels[AccessLevel.READ]
    assert once == often
    assert (once.covered, once.reach) == (1, Reach.LIMITED)


def test_a_summary_reads_as_in_the_console():
    read, write = actions_matching("chime:Get*"), "chime:CreateUser"
    assert str(expand([*read, write])["chime"]) == "Limited: Read, Write"
    assert str(expand(["chime:*"])["chime"]) == "Full access"


def test_a_star_covers_every_action_of_every_service():
    coverage = expand(["*"])
    assert list(coverage) == list(catalog().prefixes)
    assert all(summary.reach is Reach.FULL for summary in coverage.values())


def test_not_action_is_the_complement():
    without, only = expand([], ["iam:*", "s3:Get*"]), expand(["s3:Get*"])
    assert "iam" not in without
    for level, of in without["s3"].levels.items():
        assert of.covered + only["s3"].levels[level].covered == of.total
    assert without["ec2"].reach is Reach.FULL


def test_no_not_action_is_not_the_complement_of_nothing():
    assert len(expand([])) == len(expand([], [])) == 0


def test_what_two_statements_cover_together_is_the_union():
    together = expand([], ["iam:*"]) | expand(["iam:Get*"])
    assert together["iam"] == expand(["iam:Get*"])["iam"]
    assert together["s3"].reach is Reach.FULL


def test_patterns_that_cover_nothing_are_named_as_written():
    coverage = expand(["s3:GetObjekt", "nosuch:*", "s3:GetObject", "s3:GetObjekt"], ["iam:Nix*"])
    assert coverage.unmatched == ("s3:GetObjekt", "nosuch:*", "iam:Nix*")


def test_everything_is_summed_up_in_under_100_ms():
    expand(["*"])
    start = perf_counter()
    expand(["*"], ["iam:*"])
    assert perf_counter() - start < 0.1
