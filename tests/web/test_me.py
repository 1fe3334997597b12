"""My permissions: every panel allowed by exactly the action that reads it, and nothing else."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Group, Policy, User
from policies_app.operations import attachments, events, groups, inline_policies, policy_versions, users
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, document
from tests.web.drafts import draft_of

CHIME = "arn:aws:iam::aws:policy/AmazonChime"
ON_OWN_USER = (
    "iam:GetUser",
    "iam:ListGroupsForUser",
    "iam:ListAttachedUserPolicies",
    "iam:ListUserPolicies",
    "iam:GetUserPolicy",
)


def arn_of(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


VIEW, GROUP = arn_of("policy", "ViewOwnPermissions"), arn_of("group", "ChimeUserManagers")


def refused(html):
    """(action, resource, outcome) of every refused panel of the page."""
    panels = re.findall(r'<div class="refused">(.*?)</dl>', html, re.DOTALL)
    found = []
    for panel in panels:
        action, resource = (re.sub(r"<[^>]+>", "", code) for code in re.findall(r"<dd><code>(.*?)</code>", panel)[:2])
        found.append((action, resource, "explicit" if "Explicit deny" in panel else "implicit"))
    return found


def get_me(client):
    response = client.get("/me/")
    assert response.status_code == 200
    return response.content.decode()


def deny(sample, user_name, action, name="Denying", **statement):
    policy = sample.policy(name, text=document(action, effect="Deny", Sid="TakesAway", **statement))
    sample.attach(user_name, policy)
    return policy


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


# Where it comes from -------------------------------------------------------------------------------------------------


def test_a_policy_says_where_it_comes_from_and_which_version_is_in_force(sample, alice):
    sample.group("Auditors", "alice")
    attachments.attach_group_policy(sample.system, group_name="Auditors", policy_arn=VIEW)
    policy_versions.create_policy_version(
        sample.system,
        policy_arn=VIEW,
        policy_document=POLICY_TEMPLATES["view_own_permissions"].text + " ",
        set_as_default=True,
    )
    html = get_me(alice)
    card = html[html.index("ViewOwnPermissions</a></h3>") :].split("</header>")[0]
    assert ("Customer managed" in card, ">v2<" in card, "Directly" in card, "Through group Auditors" in card) == (
        True,
    ) * 4
    assert html.count("ViewOwnPermissions</a></h3>") == 1
    assert "2 versions" in html


def test_inline_policies_say_whose_they_are(sample, alice):
    sample.inline("alice", "Own", "sns:Publish")
    inline_policies.put_group_policy(
        sample.system, group_name="ChimeUserManagers", policy_name="Ours", policy_document=document("sqs:SendMessage")
    )
    html = get_me(alice)
    own, ours = (html[html.index(f"<h3>{name}</h3>") :].split("</header>")[0] for name in ("Own", "Ours"))
    assert ("Inline" in own, "Directly" in own) == (True, True)
    assert ("Inline" in ours, "Through group ChimeUserManagers" in ours) == (True, True)


def test_the_boundary_is_shown_and_caps_what_all_comes_to(sample, alice):
    sample.attach("alice", sample.policy("Files", "s3:*"))
    boundary = sample.policy("Ceiling", "iam:Get*", "iam:List*")
    attachments.put_user_permissions_boundary(sample.system, user_name="alice", permissions_boundary=boundary.arn)
    html = get_me(alice)
    together = html[html.index("What you may do") : html.index('id="managed"')]
    assert ("Ceiling" in together, "Amazon Chime" in together, "Amazon S3" in together) == (True, False, False)
    assert "Ceiling</a></h3>" in html[html.index("Permissions boundary</h2>") :]


def test_a_boundary_that_leaves_out_an_action_refuses_its_panel(sample, alice):
    boundary = sample.policy("Ceiling", *(action for action in ON_OWN_USER if action != "iam:ListGroupsForUser"))
    attachments.put_user_permissions_boundary(sample.system, user_name="alice", permissions_boundary=boundary.arn)
    html = get_me(alice)
    assert ("iam:ListGroupsForUser", arn_of("user", "alice"), "implicit") in refused(html)
    assert "Your permissions boundary does not allow it." in html


def test_an_incomplete_sum_says_so(sample, alice):
    assert "This sums up only" not in get_me(alice)
    deny(sample, "alice", "iam:ListGroupsForUser")
    assert "This sums up only" in get_me(alice)


# Every request anew --------------------------------------------------------------------------------------------------


def test_detaching_the_policy_takes_effect_at_the_next_request(sample, alice):
    assert refused(get_me(alice)) == []
    attachments.detach_user_policy(sample.system, user_name="alice", policy_arn=VIEW)
    assert len(refused(get_me(alice))) == 5


def test_leaving_the_group_that_allows_it_takes_effect_at_the_next_request(sample, carol):
    sample.group("Readers", "carol")
    attachments.attach_group_policy(sample.system, group_name="Readers", policy_arn=VIEW)
    assert refused(get_me(carol)) == []
    groups.remove_user_from_group(sample.system, group_name="Readers", user_name="carol")
    assert len(refused(get_me(carol))) == 5


def test_the_policy_of_one_user_does_not_open_the_page_of_another(sample, carol):
    sample.inline("carol", "Wrong", *ON_OWN_USER, resource=arn_of("user", "alice"))
    assert len(refused(get_me(carol))) == 5


def test_a_renamed_user_keeps_the_page(sample, alice):
    users.update_user(sample.system, user_name="alice", new_user_name="alicia", new_path="/team/")
    html = get_me(alice)
    assert [each[:2] for each in refused(html)] == [(action, arn_of("user/team", "alicia")) for action in ON_OWN_USER]


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


# One's own password --------------------------------------------------------------------------------------------------


@pytest.fixture
def alices_password(sample):
    sample.inline("alice", "Password", "iam:ChangePassword", resource=arn_of("user", "alice"))
    user = User.objects.get(name="alice")
    user.set_password("the old one 1")
    user.save()
    return "the old one 1"


def change(client, old, new, again=None):
    return client.post("/me/password/", {"old_password": old, "new_password": new, "repeated": again or new})


def test_a_changed_password_keeps_this_session_and_ends_the_others(sample, alices_password, signed_in):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    assert change(here, alices_password, "something-else-2").status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert User.objects.get(name="alice").check_password("something-else-2")
    event = Event.objects.get(operation="ChangePassword")
    assert event.parameters == {"old_password": "***", "new_password": "***"}


@pytest.mark.parametrize(
    ("old", "new", "again", "message"),
    [
        ("wrong", "something-else-2", None, "The old password was incorrect."),
        ("the old one 1", "short", None, "minimum length of 8"),
        ("the old one 1", "something-else-2", "something-else-3", "The two new passwords differ."),
        ("the old one 1", "日本語日本語日本語", None, "failed to satisfy constraint"),
        ("the old one 1", "nul\x00nulnul", None, "Null characters"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_and_changes_nothing(
    alices_password, signed_in, old, new, again, message
):
    response = change(signed_in("alice"), old, new, again)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert User.objects.get(name="alice").check_password(alices_password)


def test_changing_ones_own_password_needs_a_policy_too(sample, carol):
    before = User.objects.get(name="carol").password
    assert refused(carol.get("/me/password/").content.decode()) == [
        ("iam:ChangePassword", arn_of("user", "carol"), "implicit")
    ]
    assert change(carol, "whatever it was", "something-else-2").status_code == 403
    assert User.objects.get(name="carol").password == before
    assert Event.objects.get(operation="ChangePassword").outcome == Event.Outcome.REFUSED


def test_who_must_choose_a_new_password_does_that_first(sample, alices_password, signed_in):
    User.objects.filter(name="alice").update(password_reset_required=True)
    alice = signed_in("alice")
    assert alice.get("/me/")["Location"] == "/me/password/"
    assert alice.get("/me/password/").status_code == 200
    assert change(alice, alices_password, "something-else-2").status_code == 302
    assert alice.get("/me/").status_code == 200
