"""My permissions: every panel allowed by exactly the action that reads it, and nothing else."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Group, Policy, User
from policies_app.operations import attachments, events, inline_policies, policies
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, document
from tests.web.drafts import draft_of
from tests.web.mine import CHIME, GROUP, ON_OWN_USER, VIEW, arn_of, deny, get_access, get_me, get_opened, refused

# The table of who sees what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["admin", "alice"])
def test_who_may_read_their_permissions_sees_every_panel(signed_in, name):
    html = get_opened(signed_in(name))
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


@pytest.fixture
def furnished(sample, alice):
    """Alice, with an inline policy of her own and one of her group's."""
    sample.inline("alice", "Own", "sns:Publish")
    inline_policies.put_group_policy(
        sample.system, group_name="ChimeUserManagers", policy_name="Ours", policy_document=document("sqs:SendMessage")
    )
    return alice


@pytest.mark.parametrize("action", NEEDED_BY)
def test_one_action_taken_away_refuses_exactly_the_panels_that_need_it(sample, furnished, action):
    assert refused(get_opened(furnished)) == []
    deny(sample, "alice", action)
    html = get_opened(furnished)
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
def test_what_is_refused_is_nowhere_on_the_page(sample, furnished, action, hidden):
    assert hidden == "Denying" or hidden in get_opened(furnished)
    deny(sample, "alice", action, resource="*")
    html = re.sub(r'<div class="refused">.*?</div>\s*</dl>', "", get_opened(furnished), flags=re.DOTALL)
    assert hidden not in html


def test_without_what_tells_the_version_in_force_no_document_is_asked_for(sample, alice):
    deny(sample, "alice", "iam:GetPolicy", "One")
    deny(sample, "alice", "iam:ListPolicyVersions", "Two")
    html = get_opened(alice)
    assert "Which version is in force" in html
    assert "chime:InviteUsers" not in html


# What is opened ------------------------------------------------------------------------------------------------------

MANAGED, OWN, OURS = (
    *("/me/policies/aws/AmazonChimeUserManagement/", "/me/inline/Own/"),
    "/me/groups/ChimeUserManagers/Ours/",
)


def test_no_document_is_sent_or_read_before_its_row_is_opened(furnished):
    assert not {"chime:InviteUsers", "sns:Publish", "sqs:SendMessage"} & set(re.findall(r"\w+:\w+", get_me(furnished)))
    events.reads.flush()
    assert not Event.objects.filter(operation__in=["GetPolicyVersion", "GetUserPolicy", "GetGroupPolicy"]).exists()


@pytest.mark.parametrize(
    ("address", "action"), [(MANAGED, "chime:InviteUsers"), (OWN, "sns:Publish"), (OURS, "sqs:SendMessage")]
)
def test_what_a_row_opens_is_a_page_as_well(furnished, address, action):
    page, piece = furnished.get(address), furnished.get(address, headers={"HX-Request": "true"})
    assert piece.content.decode() in page.content.decode()
    assert (action in piece.text, "<h1>" in piece.text, "<h1>" in page.text) == (True, False, True)
    assert "HX-Request" in page["Vary"]
    assert f'href="{address}" hx-get="{address}"' in get_me(furnished)


@pytest.mark.parametrize("address", [MANAGED.replace("Amazon", "Amazing"), OWN + "er/", OURS.replace("Ours", "Theirs")])
def test_a_policy_that_is_not_there_is_not_found(furnished, address):
    assert furnished.get(address).status_code == 404


# What all comes to ---------------------------------------------------------------------------------------------------


def test_each_action_that_reads_a_document_is_needed_for_the_whole_sum(sample, furnished):
    assert refused(get_access(furnished)) == []
    for action in NEEDED_BY:
        policy = deny(sample, "alice", action)
        html = get_access(furnished)
        needed = action not in {"iam:ListPolicyVersions", "iam:ListPolicies", "iam:ListUsers", "iam:GetPolicy"}
        assert ("This sums up only" in html, action in {each[0] for each in refused(html)}) == (needed, needed), action
        attachments.detach_user_policy(sample.system, user_name="alice", policy_arn=policy.arn)
        policies.delete_policy(sample.system, policy_arn=policy.arn)


def test_what_all_comes_to_is_told_action_by_action(sample, furnished):
    html = furnished.get("/me/access/", {"service": "sns"}).text
    assert "<code>sns:Publish</code>" in html


# Record and cost -----------------------------------------------------------------------------------------------------


def recorded():
    events.reads.flush()
    return sorted(Event.objects.filter(principal=arn_of("user", "alice")).values_list("operation", "resource"))


LISTED = [
    *((action.removeprefix("iam:"), arn_of("user", "alice")) for action in ON_OWN_USER[:4]),
    *(("ListAttachedGroupPolicies", GROUP), ("ListGroupPolicies", GROUP)),
]


def test_every_piece_that_was_read_has_an_event_of_its_own(furnished):
    get_me(furnished)
    assert recorded() == sorted(LISTED)
    get_opened(furnished)
    documents = [
        *(("GetUserPolicy", arn_of("user", "alice")), ("GetGroupPolicy", GROUP)),
        *(
            (operation, arn)
            for operation in ("GetPolicy", "GetPolicyVersion", "ListPolicyVersions")
            for arn in (VIEW, f"{CHIME}UserManagement")
        ),
    ]
    assert recorded() == sorted(LISTED * 2 + documents)


def test_the_sum_records_each_document_that_it_is_made_of(furnished):
    get_access(furnished)
    documents = [
        *(("GetUserPolicy", arn_of("user", "alice")), ("GetGroupPolicy", GROUP)),
        *(("GetPolicyVersion", arn) for arn in (VIEW, f"{CHIME}UserManagement")),
    ]
    assert recorded() == sorted(LISTED + documents)


@pytest.mark.parametrize("get", [get_opened, get_access])
def test_every_refusal_is_on_record_at_once(sample, alice, get):
    deny(sample, "alice", "iam:GetPolicyVersion")
    get(alice)
    refusals = Event.objects.filter(principal=arn_of("user", "alice"), outcome=Event.Outcome.REFUSED)
    assert sorted(refusals.values_list("operation", "resource")) == [("GetPolicyVersion", arn) for arn in ALL_POLICIES]


def test_own_inline_documents_that_are_refused_are_on_record_at_once(sample, furnished):
    deny(sample, "alice", "iam:GetUserPolicy")
    get_me(furnished)
    refusal = Event.objects.get(principal=arn_of("user", "alice"), outcome=Event.Outcome.REFUSED)
    assert (refusal.operation, refusal.parameters) == ("GetUserPolicy", {"user_name": "alice", "policy_name": "Own"})


@pytest.mark.parametrize(("get", "before", "after"), [(get_me, 13, 13), (get_access, 14, 16)])
def test_the_queries_do_not_grow_with_groups_and_policies(
    sample, alice, django_assert_num_queries: DjangoAssertNumQueries, get, before, after
):
    get(alice)
    with django_assert_num_queries(before):
        get(alice)
    for number in range(5):
        sample.group(f"Group{number}", "alice")
        policy = sample.policy(f"Policy{number}", f"s3:Get{number}*")
        attachments.attach_group_policy(sample.system, group_name=f"Group{number}", policy_arn=policy.arn)
        inline_policies.put_group_policy(
            sample.system, group_name=f"Group{number}", policy_name="In", policy_document=document("s3:List*")
        )
        sample.inline("alice", f"Own{number}", "sns:Publish")
    get(alice)
    with django_assert_num_queries(after):
        get(alice)
    assert (Group.objects.count(), Policy.objects.filter(account_id=ACCOUNT).count()) == (6, 6)


def test_the_most_that_somebody_may_have_makes_a_light_page(sample, alice):
    for number in range(9):
        sample.group(f"Group{number}", "alice")
        for each in range(5):
            policy = sample.policy(f"Policy{number}{each}", f"s3:Get{number}*")
            attachments.attach_group_policy(sample.system, group_name=f"Group{number}", policy_arn=policy.arn)
    assert len(get_me(alice)) < 60_000


def test_signed_out_nobody_sees_anything(sample):
    response = Client().get("/me/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/me/")
