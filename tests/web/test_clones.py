"""Clones: as the original is, as far as was ticked, never with credentials, and all of it or nothing."""

from typing import Any

import pytest
from django.test import Client

from policies_app.models import Document, Group, Identity, Policy, Role, User
from policies_app.operations import groups, policy_versions, tags
from tests.company import OWN
from tests.factories import TRUST, Cast, document
from tests.web.recorded import outcomes

USER, GROUP, ROLE = "/users/dana/~clone/", "/groups/devs/~clone/", "/roles/builder/~clone/"
POLICY = "/policies/local/Own/~clone/"
TEAM = [{"Key": "team", "Value": "blue"}]


@pytest.fixture
def boss(company: Cast, boss: Client) -> Client:
    tags.tag_user(company.system, user_name="dana", tags=TEAM)
    tags.tag_role(company.system, role_name="builder", tags=TEAM)
    return boss


def clone(client: Client, page: str, take: list[str], **form: str) -> Any:
    return client.post(page, {"path": "/", "take": take} | form)


def given(identity: Identity) -> dict[str, list[str]]:
    return {
        "attached": [each.policy.name for each in identity.attachments.all()],
        "inline": [each.name for each in identity.inline_policies.all()],
        "tags": [str(tag) for tag in identity.tags.all()],
        "boundary": [identity.boundary.name] if identity.boundary else [],
    }


ALL = {"attached": ["Own"], "inline": ["Inline"], "tags": ["team=blue"], "boundary": ["Own"]}
NONE: dict[str, list[str]] = {"attached": [], "inline": [], "tags": [], "boundary": []}


def test_user_is_cloned_with_everything_but_credentials(boss: Client):
    take = ["groups", "attached", "inline", "boundary", "tags"]
    assert clone(boss, USER, take, user_name="twin").headers["Location"] == "/users/twin/"
    twin = User.objects.get(name="twin")
    assert given(twin) == ALL
    assert [group.name for group in twin.groups.all()] == ["devs"]
    original = User.objects.get(name="dana")
    assert twin.inline_policies.get().document == original.inline_policies.get().document
    assert not twin.has_console_password
    assert not twin.access_keys.exists()
    for operation in ("CreateUser", "AddUserToGroup", "AttachUserPolicy", "PutUserPolicy"):
        assert outcomes(operation) == ["success"]


@pytest.mark.parametrize(("page", "field"), [(USER, "user_name"), (ROLE, "role_name")])
@pytest.mark.parametrize("part", ["attached", "inline", "boundary", "tags"])
def test_only_what_is_ticked_comes_along(boss: Client, page: str, field: str, part: str):
    clone(boss, page, [part], **{field: "twin"})
    assert given(Identity.objects.get(name="twin")) == NONE | {part: ALL[part]}


def test_group_is_cloned_with_its_members_only_when_that_is_ticked(boss: Client):
    clone(boss, GROUP, ["attached", "inline"], group_name="twins")
    twins = Group.objects.get(name="twins")
    assert given(twins) == ALL | {"tags": [], "boundary": []}
    assert not twins.members.exists()
    clone(boss, GROUP, ["members"], group_name="triplets")
    assert [user.name for user in Group.objects.get(name="triplets").members.all()] == ["dana"]
    assert outcomes("AddUserToGroup") == ["success"]


def test_every_member_of_a_large_group_comes_along(boss: Client, company: Cast):
    for number in range(25):
        company.user(f"u{number:02}")
        groups.add_user_to_group(company.system, group_name="devs", user_name=f"u{number:02}")
    assert "and more" in boss.get(GROUP).text
    clone(boss, GROUP, ["members"], group_name="twins")
    assert Group.objects.get(name="twins").members.count() == 26


def test_role_is_cloned_with_its_trust_and_its_session(boss: Client):
    Role.objects.filter(name="builder").update(max_session_duration=7200, description="Builds.")
    clone(boss, ROLE, ["session"], role_name="twin")
    twin = Role.objects.get(name="twin")
    assert (twin.trust_document.text, twin.description, twin.max_session_duration) == (TRUST, "Builds.", 7200)
    clone(boss, ROLE, [], role_name="short")
    assert Role.objects.get(name="short").max_session_duration == 3600


def test_role_of_a_service_is_cloned_to_a_path_of_ones_own(boss: Client):
    page = "/roles/AWSServiceRoleForECS/~clone/"
    assert 'name="path" value="/"' in boss.get(page).text
    assert clone(boss, page, [], role_name="mine").status_code in {302, 422}


def test_policy_is_cloned_with_the_document_in_force(boss: Client, company: Cast):
    policy_versions.set_default_policy_version(company.system, policy_arn=OWN, version_id="v2")
    clone(boss, POLICY, ["tags"], policy_name="Twin")
    twin = Policy.objects.get(name="Twin")
    assert [str(version) for version in twin.versions.all()] == ["v1"]
    assert twin.versions.get().document.text == document("s3:Get*")
    assert [str(tag) for tag in twin.tags.all()] == ["team=red"]
    assert outcomes("CreatePolicy") == ["success"]


def test_policy_that_was_stored_in_the_old_version_stays_and_is_not_made_anew(boss: Client, company: Cast):
    old = Document.store(document("s3:GetObject").replace("2012-10-17", "2008-10-17"))
    company.policy("Old").versions.update(document=old)
    assert boss.get("/policies/local/Old/").status_code == 200
    answer = boss.post("/policies/local/Old/~clone/", {"policy_name": "New", "path": "/"})
    assert answer.status_code == 422
    assert "a managed policy must have the Version `2012-10-17`" in answer.text
    assert not Policy.objects.filter(name="New").exists()


def test_aws_managed_policy_is_cloned_as_ones_own(admin: Client):
    page = "/policies/aws/AmazonChimeReadOnly/~clone/"
    assert 'value="AmazonChimeReadOnly-copy"' in admin.get(page).text
    clone(admin, page, [], policy_name="Chime")
    assert not Policy.objects.get(name="Chime").is_aws_managed


@pytest.mark.parametrize(
    ("page", "field"), [(USER, "user_name"), (GROUP, "group_name"), (ROLE, "role_name"), (POLICY, "policy_name")]
)
def test_taken_name_is_said_beside_the_name_and_the_ticks_stay(boss: Client, page: str, field: str):
    taken = page.split("/")[-3]
    answer = clone(boss, page, ["tags"] if field != "group_name" else ["inline"], **{field: taken, "path": "/x/"})
    assert answer.status_code == 422
    assert "already exists" in str(answer.context["form"].errors[field])
    assert 'value="/x/"' in answer.text
    assert answer.text.count(" checked>") == 1


@pytest.mark.parametrize(
    ("page", "field", "part", "action"),
    [
        (USER, "user_name", "attached", "AttachUserPolicy"),
        (USER, "user_name", "groups", "AddUserToGroup"),
        (USER, "user_name", "inline", "PutUserPolicy"),
        (USER, "user_name", "inline", "GetUserPolicy"),
        (USER, "user_name", "tags", "TagUser"),
        (GROUP, "group_name", "members", "AddUserToGroup"),
        (ROLE, "role_name", "inline", "PutRolePolicy"),
        (POLICY, "policy_name", "tags", "TagPolicy"),
    ],
)
def test_what_the_viewer_may_not_give_is_shown_so_and_undoes_the_whole(
    boss: Client, company: Cast, page: str, field: str, part: str, action: str
):
    company.inline("boss", "Not", f"iam:{action}", effect="Deny")
    assert f"iam:{action}" in boss.get(page).text
    assert clone(boss, page, [part], **{field: "twin"}).status_code == 403
    assert not Identity.objects.filter(name="twin").exists()
    assert not Policy.objects.filter(name="twin").exists()
    # Tags are asked about by the operation that makes what has them.
    asked = {"TagUser": "CreateUser", "TagPolicy": "CreatePolicy"}.get(action, action)
    assert outcomes(asked) == ["refused"]


@pytest.mark.parametrize("page", [USER, GROUP, ROLE, POLICY])
def test_who_may_not_create_is_refused_before_typing(boss: Client, company: Cast, page: str):
    noun = page.split("/")[1]
    company.inline("boss", "Not", "iam:Create*", effect="Deny")
    answer = boss.get(page)
    assert answer.status_code == 403, noun
    assert "iam:Create" in answer.text


def test_tenfold_attached_is_no_more_queries(boss: Client, company: Cast, django_assert_max_num_queries: Any):
    boss.get(USER)
    with django_assert_max_num_queries(16):
        boss.get(USER)
    for number in range(8):
        company.attach("dana", company.policy(f"P{number}"))
        company.inline("dana", f"I{number}", "s3:GetObject")
    with django_assert_max_num_queries(16):
        boss.get(USER)
