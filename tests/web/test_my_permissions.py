"""My permissions: every panel allowed by exactly the action that reads it, and nothing else."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Group, Policy, User
from policies_app.operations import attachments, events, inline_policies
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, document
from tests.web.drafts import draft_of
from tests.web.mine import CHIME, GROUP, ON_OWN_USER, VIEW, arn_of, deny, get_me, refused

# The table of who sees what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["admin", "alice"])
def test_who_may_read_their_permissions_sees_every_panel(signed_in, name):
    html = get_me(signed_in(name))
    assert refused(html) == []
    assert f'data-copy="{arn_of("user", name)}"' in html
    assert "What to ask an administrator for" not in html


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_who_may_not_sees_each_panel_refused_by_its_action_on_the_own_arn(signed_in, name):
    html = get_me(signed_in(name))
    assert refused(html) == [
        (action, arn_of("user", name), "implicit")
        for action in (*ON_OWN_USER[:3], "iam:ListUserPolicies", "iam:GetUserPolicy")
    ]
    assert "AmazonChime" not in html


def test_who_sees_nothing_is_told_which_policy_to_ask_for(carol):
    html = get_me(carol)
    assert f"attach it to {arn_of('user', 'carol')}." in html
    assert "/policies/~create/?template=view_own_permissions" in html
    assert "ViewOwnUserInfo" in html


@pytest.mark.parametrize(("name", "sees"), [("admin", True), ("alice", True), ("bob", False), ("carol", False)])
def test_the_user_page_of_alice(signed_in, name, sees):
    response = signed_in(name).get("/users/alice/")
    assert (response.status_code == 200) is sees
    assert (("iam:GetUser", arn_of("user", "alice"), "implicit") in refused(response.content.decode())) is not sees


def test_admin_may_create_a_user(admin):
    admin.post("/users/~create/~result/", {"draft": draft_of(admin, user_name="dave")})
    assert User.objects.filter(name="dave").exists()


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
def test_creating_a_user_is_refused_by_name_and_leaves_no_trace_but_the_record(signed_in, name):
    client = signed_in(name)
    response = client.post("/users/~create/~result/", {"draft": draft_of(client, user_name="dave")})
    assert response.status_code == 403
    assert "iam:CreateUser" in response.content.decode()
    assert not User.objects.filter(name="dave").exists()
    assert Event.objects.get(operation="CreateUser", principal=arn_of("user", name)).outcome == Event.Outcome.REFUSED


def test_an_explicit_deny_refuses_that_panel_alone_and_names_its_statement(sample, alice):
    deny(sample, "alice", "iam:GetUserPolicy")
    html = get_me(alice)
    assert refused(html) == [("iam:GetUserPolicy", arn_of("user", "alice"), "explicit")]
    assert '<a href="/policies/local/Denying/#L4">Denying</a>, statement <code>TakesAway</code>' in html


def test_a_denying_policy_that_may_not_be_read_is_not_named(sample, alice):
    deny(sample, "alice", "iam:GetUserPolicy")
    deny(sample, "alice", "iam:GetPolicyVersion", "Hiding", resource=arn_of("policy", "Denying"))
    html = get_me(alice)
    panel = html[html.index("<code>iam:GetUserPolicy</code>") :]
    assert "A policy that you may not read" in panel[: panel.index("</dl>")]


def test_an_inline_deny_of_reading_inline_policies_hides_itself(sample, alice):
    sample.inline("alice", "Secret", "iam:GetUserPolicy", effect="Deny")
    html = get_me(alice)
    assert refused(html) == [("iam:GetUserPolicy", arn_of("user", "alice"), "explicit")]
    assert "A policy that you may not read" in html


# One action taken away -----------------------------------------------------------------------------------------------

ALL_POLICIES = sorted([VIEW, f"{CHIME}UserManagement", arn_of("policy", "Denying")])
NEEDED_BY = {
    "iam:GetUser": [arn_of("user", "alice")],
    "iam:ListGroupsForUser": [arn_of("user", "alice")],
    "iam:ListAttachedUserPolicies": [arn_of("user", "alice")],
    "iam:ListUserPolicies": [arn_of("user", "alice")],
    "iam:GetUserPolicy": [arn_of("user", "alice")],
    "iam:ListGroupPolicies": [GROUP],
    "iam:GetGroupPolicy": [GROUP],
    "iam:ListAttachedGroupPolicies": [GROUP],
    "iam:GetPolicy": ALL_POLICIES,
    "iam:GetPolicyVersion": ALL_POLICIES,
    "iam:ListPolicyVersions": ALL_POLICIES,
    "iam:ListPolicies": [],
    "iam:ListUsers": [],
}


def test_the_well_known_policy_allows_these_thirteen_actions():
    statements = json.loads(POLICY_TEMPLATES["view_own_permissions"].text)["Statement"]
    assert {action for statement in statements for action in statement["Action"]} == set(NEEDED_BY)


@pytest.mark.parametrize("action", NEEDED_BY)
def test_one_action_taken_away_refuses_exactly_the_panels_that_need_it(sample, alice, action):
    sample.inline("alice", "Own", "sns:Publish")
    inline_policies.put_group_policy(
        sample.system, group_name="ChimeUserManagers", policy_name="Ours", policy_document=document("sqs:SendMessage")
    )
    assert refused(get_me(alice)) == []
    deny(sample, "alice", action)
    html = get_me(alice)
    assert sorted(refused(html)) == [(action, arn, "explicit") for arn in NEEDED_BY[action]]
    gated = re.findall(r'title="Needs (iam:\w+)"', html)
    assert gated == ([] if NEEDED_BY[action] else [action])


@pytest.mark.parametrize(
    ("action", "hidden"),
    [
        ("iam:GetUserPolicy", "sns:Publish"),
        ("iam:GetGroupPolicy", "sqs:SendMessage"),
        ("iam:GetPolicyVersion", "chime:InviteUsers"),
        ("iam:ListUserPolicies", "sns:Publish"),
        ("iam:ListGroupPolicies", "sqs:SendMessage"),
        ("iam:ListAttachedGroupPolicies", "AmazonChimeUserManagement"),
        ("iam:ListGroupsForUser", "ChimeUserManagers"),
        ("iam:ListAttachedUserPolicies", "Denying"),
        ("iam:GetPolicy", "the policies that bear on them"),
    ],
)
def test_what_is_refused_is_nowhere_on_the_page(sample, alice, action, hidden):
    sample.inline("alice", "Own", "sns:Publish")
    inline_policies.put_group_policy(
        sample.system, group_name="ChimeUserManagers", policy_name="Ours", policy_document=document("sqs:SendMessage")
    )
    assert hidden == "Denying" or hidden in get_me(alice)
    deny(sample, "alice", action, resource="*")
    html = re.sub(r'<div class="refused">.*?</div>\s*</dl>', "", get_me(alice), flags=re.DOTALL)
    assert hidden not in html


def test_without_what_tells_the_version_in_force_no_document_is_asked_for(sample, alice):
    deny(sample, "alice", "iam:GetPolicy", "One")
    deny(sample, "alice", "iam:ListPolicyVersions", "Two")
    html = get_me(alice)
    assert "Which version is in force" in html
    assert "chime:InviteUsers" not in html


# Record and cost -----------------------------------------------------------------------------------------------------


def test_every_piece_that_was_read_has_an_event_of_its_own(sample, alice):
    sample.inline("alice", "Own", "sns:Publish")
    get_me(alice)
    events.reads.flush()
    read = Event.objects.filter(principal=arn_of("user", "alice")).values_list("operation", "resource")
    me = arn_of("user", "alice")
    assert sorted(read) == sorted(
        [(action.removeprefix("iam:"), me) for action in ON_OWN_USER]
        + [("ListAttachedGroupPolicies", GROUP), ("ListGroupPolicies", GROUP)]
        + [
            (operation, arn)
            for operation in ("GetPolicy", "GetPolicyVersion", "ListPolicyVersions")
            for arn in (VIEW, f"{CHIME}UserManagement")
        ]
    )


def test_every_refusal_is_on_record_at_once(sample, alice):
    deny(sample, "alice", "iam:GetPolicy")
    get_me(alice)
    refusals = Event.objects.filter(principal=arn_of("user", "alice"), outcome=Event.Outcome.REFUSED)
    assert sorted(refusals.values_list("operation", "resource")) == [("GetPolicy", arn) for arn in ALL_POLICIES]


def test_the_queries_do_not_grow_with_groups_and_policies(
    sample, alice, django_assert_num_queries: DjangoAssertNumQueries
):
    get_me(alice)
    with django_assert_num_queries(16):
        get_me(alice)
    for number in range(5):
        sample.group(f"Group{number}", "alice")
        policy = sample.policy(f"Policy{number}", f"s3:Get{number}*")
        attachments.attach_group_policy(sample.system, group_name=f"Group{number}", policy_arn=policy.arn)
        inline_policies.put_group_policy(
            sample.system, group_name=f"Group{number}", policy_name="In", policy_document=document("s3:List*")
        )
        sample.inline("alice", f"Own{number}", "sns:Publish")
    get_me(alice)
    with django_assert_num_queries(18):
        get_me(alice)
    assert (Group.objects.count(), Policy.objects.filter(account_id=ACCOUNT).count()) == (6, 6)


def test_signed_out_nobody_sees_anything(sample):
    response = Client().get("/me/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/me/")
