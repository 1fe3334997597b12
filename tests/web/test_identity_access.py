"""What a user or role may do by all policies together: within the boundary, and as far as the viewer may read."""

import pytest
from django.test import Client

from policies_app.operations import attachments, inline_policies
from policies_app.operations.events import reads
from tests.factories import Cast, document

BOB, ROLE = "/users/bob/~access/", "/roles/ChimeSupport/~access/"


@pytest.fixture
def lists(sample: Cast) -> None:
    """Bob and the role may use SQS, within a boundary that lets them list."""
    cap = sample.policy("Cap", text=document("sqs:List*", "s3:*"))
    queues = {"policy_name": "Queues", "policy_document": document("sqs:*")}
    inline_policies.put_user_policy(sample.system, user_name="bob", **queues)
    inline_policies.put_role_policy(sample.system, role_name="ChimeSupport", **queues)
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=cap.arn)
    attachments.put_role_permissions_boundary(sample.system, role_name="ChimeSupport", permissions_boundary=cap.arn)


@pytest.mark.parametrize("address", [BOB, ROLE])
def test_boundary_and_policies_are_summed_up_together(admin: Client, lists: None, address: str):
    effective = admin.get(address).context["effective"]
    assert [(row.prefix, row.access) for row in effective.summary.allows] == [("sqs", "Limited: Read")]
    assert not effective.incomplete


@pytest.mark.parametrize("address", [BOB, ROLE])
def test_actions_are_told_one_by_one(admin: Client, lists: None, address: str):
    page = admin.get(address, {"service": "sqs"}).text
    assert "<code>sqs:ListQueues</code>" in page
    assert "sqs:SendMessage" not in page
    assert "The permissions boundary <a" in page


def test_what_groups_allow_is_part_of_it(admin: Client, sample: Cast):
    page = admin.get("/users/alice/~access/")
    assert any(row.prefix == "chime" for row in page.context["effective"].summary.allows)
    assert "through group" in page.text


def test_group_shows_what_its_members_have_through_it(admin: Client, sample: Cast):
    page = admin.get("/groups/ChimeUserManagers/~access/")
    assert [row.prefix for row in page.context["effective"].summary.allows] == ["chime"]
    assert "What members may do through the group" in page.text


def test_what_may_not_be_read_makes_the_sum_incomplete(carol: Client, sample: Cast, lists: None):
    sample.inline("carol", "Read", "iam:GetUser", "iam:List*", "iam:GetUserPolicy")
    page = carol.get(BOB)
    assert page.status_code == 200
    assert page.context["effective"].incomplete
    assert "sums up only the policies that you may read" in page.text
    assert "iam:GetPolicyVersion" in page.text


@pytest.mark.parametrize("address", [BOB, ROLE])
def test_who_may_not_see_the_identity_sees_nothing_of_it(carol: Client, lists: None, address: str):
    response = carol.get(address)
    assert response.status_code == 403
    assert "sqs" not in response.text


def test_queries_do_not_grow_with_the_policies(admin: Client, sample: Cast, django_assert_max_num_queries):
    for number in range(8):
        policy = sample.policy(f"P{number}", f"s3:Get{number}*")
        attachments.attach_user_policy(sample.system, user_name="bob", policy_arn=policy.arn)
        sample.inline("bob", f"I{number}", "s3:PutObject")
    reads.flush()
    with django_assert_max_num_queries(16):
        admin.get(BOB)
