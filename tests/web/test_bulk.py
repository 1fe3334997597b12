"""One change of several rows: what will happen first, then what became of each."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Policy, User
from policies_app.operations import attachments, instance_profiles
from tests.factories import Cast
from tests.web.recorded import outcomes

OWN = "arn:aws:iam::123456789012:policy/ViewOwnPermissions"


def became(response: Any) -> dict[str, str]:
    return {outcome.name: outcome.kind for outcome in response.context["outcomes"]}


def reasons(response: Any) -> dict[str, str]:
    return {outcome.name: outcome.reason for outcome in response.context["outcomes"]}


def test_page_before_lists_the_chosen_and_what_is_in_the_way_of_each(admin: Client, sample: Cast):
    sample.user("dora")
    page = admin.get("/users/~change/?change=delete&chosen=alice&chosen=dora")
    blocking = {row.name: row.blocking for row in page.context["rows"]}
    assert blocking["alice"] == [
        "group ChimeUserManagers",
        "attached policy ViewOwnPermissions",
        "the console password",
    ]
    assert blocking["dora"] == []
    assert "Delete 2 users" in page.text
    assert User.objects.filter(name="dora").exists()


def test_page_before_names_the_instance_profiles_that_a_role_is_in(admin: Client, sample: Cast):
    for name in ("box", "empty-box"):
        instance_profiles.create_instance_profile(sample.system, instance_profile_name=name)
    place = {"instance_profile_name": "box", "role_name": "ChimeSupport"}
    instance_profiles.add_role_to_instance_profile(sample.system, **place)
    page = admin.get("/roles/~change/?change=delete&chosen=ChimeSupport")
    assert page.context["rows"][0].blocking == ["attached policy AmazonChimeReadOnly", "instance profile box"]


def test_each_row_has_its_own_outcome_transaction_and_event(admin: Client, sample: Cast):
    sample.user("dora")
    form = {"chosen": ["alice", "dora", "nobody"], "typed": "delete"}
    response = admin.post("/users/~change/?change=delete", form)
    assert became(response) == {"alice": "failed", "dora": "success", "nobody": "failed"}
    assert "must detach all policies first" in reasons(response)["alice"]
    assert not User.objects.filter(name="dora").exists()
    assert sorted(outcomes("DeleteUser")) == ["failed", "failed", "success"]


def test_with_everything_each_goes_as_a_whole_or_not_at_all(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:List*", "iam:GetLoginProfile", "iam:Delete*", "iam:Detach*")
    form = {"chosen": ["alice", "bob"], "typed": "DELETE", "everything": "on"}
    response = carol.post("/users/~change/?change=delete", form)
    assert became(response) == {"alice": "refused", "bob": "success"}
    assert "`iam:RemoveUserFromGroup`" in reasons(response)["alice"]
    assert User.objects.get(name="alice").attachments.count() == 1
    assert outcomes("RemoveUserFromGroup") == ["refused"]


def test_refused_row_names_the_action_and_does_not_stop_the_others(carol: Client, sample: Cast):
    sample.inline("carol", "Tag", "iam:TagUser", resource="arn:aws:iam::*:user/bob")
    response = carol.post("/users/~change/?change=tag", {"chosen": ["alice", "bob"], "key": "team", "value": "blue"})
    assert became(response) == {"alice": "refused", "bob": "success"}
    assert "`iam:TagUser`" in reasons(response)["alice"]
    assert list(User.objects.get(name="bob").tags.values_list("key", "value")) == [("team", "blue")]
    assert sorted(outcomes("TagUser")) == ["refused", "success"]


def test_who_is_refused_every_row_is_told_so_by_the_status(carol: Client):
    response = carol.post("/users/~change/?change=tag", {"chosen": ["alice"], "key": "team"})
    assert response.status_code == 403
    assert outcomes("TagUser") == ["refused"]


def test_several_are_added_to_a_group(admin: Client):
    response = admin.post(
        "/users/~change/?change=add-to-group", {"chosen": ["bob", "carol"], "group": "ChimeUserManagers"}
    )
    assert became(response) == {"bob": "success", "carol": "success"}
    assert User.objects.filter(groups__name="ChimeUserManagers").count() == 3
    assert outcomes("AddUserToGroup") == ["success", "success"]


@pytest.mark.parametrize("policy", ["ViewOwnPermissions", "viewownpermissions", OWN])
@pytest.mark.parametrize(
    ("section", "name"), [("users", "bob"), ("groups", "ChimeUserManagers"), ("roles", "ChimeSupport")]
)
def test_policy_is_attached_by_name_or_arn(admin: Client, section: str, name: str, policy: str):
    response = admin.post(f"/{section}/~change/?change=attach", {"chosen": [name], "policy": policy})
    assert became(response) == {name: "success"}
    assert Policy.objects.get(name="ViewOwnPermissions").attachments.filter(identity__name=name).exists()


def test_own_policy_is_meant_before_aws_s_of_the_same_name(admin: Client, sample: Cast):
    own = sample.policy("IAMFullAccess")
    admin.post("/users/~change/?change=attach", {"chosen": ["bob"], "policy": "IAMFullAccess"})
    assert own.attachments.filter(identity__name="bob").exists()


def test_policies_are_deleted_and_what_uses_them_is_shown_first(admin: Client, sample: Cast):
    sample.policy("Spare")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=OWN)
    chosen = ["local/Spare", "local/ViewOwnPermissions", "aws/IAMFullAccess"]
    page = admin.get("/policies/~change/", {"change": "delete", "chosen": chosen})
    blocking = {row.name: row.blocking for row in page.context["rows"]}
    assert blocking["ViewOwnPermissions"] == ["attached to 1", "the boundary of 1"]
    response = admin.post("/policies/~change/?change=delete", {"chosen": chosen, "typed": "delete"})
    assert became(response) == {"Spare": "success", "ViewOwnPermissions": "failed", "IAMFullAccess": "failed"}
    assert not Policy.objects.filter(name="Spare").exists()


def test_nothing_happens_until_the_word_is_typed(admin: Client, sample: Cast):
    sample.user("dora")
    response = admin.post("/users/~change/?change=delete", {"chosen": ["dora"], "typed": "yes"})
    assert response.status_code == 422
    assert 'value="dora"' in response.text
    assert User.objects.filter(name="dora").exists()
    assert outcomes("DeleteUser") == []


def test_page_before_says_of_which_rows_it_would_be_refused(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers")
    sample.inline("carol", "Delete", "iam:DeleteUser", resource="arn:aws:iam::*:user/bob")
    page = carol.get("/users/~change/?change=delete&chosen=alice&chosen=bob")
    assert {row.name: row.gate.allowed for row in page.context["rows"]} == {"alice": False, "bob": True}
    assert "cannot be told without <code>iam:GetLoginProfile</code>" in page.text


@pytest.mark.parametrize(
    "query",
    ["", "?change=delete", "?change=delete&chosen=nobody", "?change=delete&chosen=a%20b&chosen=../x&chosen=%00"],
)
def test_without_rows_or_with_odd_names_nothing_breaks(admin: Client, query: str):
    response = admin.get(f"/users/~change/{query}")
    assert response.status_code == (200 if query else 404)
    assert not query or "Nothing is chosen" in response.text


def test_odd_names_are_dropped_from_what_is_done(admin: Client):
    form = {"chosen": ["a b", "\x00", "x" * 500, "aws/alice"], "key": "team"}
    assert admin.post("/users/~change/?change=tag", form).status_code == 200
    assert not Event.objects.filter(operation="TagUser").exists()


def test_buttons_say_what_they_need_where_no_row_may_be_changed(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListPolicies")
    sample.inline("carol", "Tag", "iam:TagUser", resource="arn:aws:iam::*:user/bob")
    page = carol.get("/users/").text
    assert 'name="change" value="tag"' in page
    assert "Needs iam:DeleteUser" in page
    assert 'value="aws/IAMFullAccess"' not in carol.get("/policies/").text


def test_page_before_takes_the_same_queries_however_many_are_chosen(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(30):
        sample.group(f"group{number}", sample.user(f"user{number}", "s3:GetObject").name)
    admin.get("/users/~change/?change=delete&chosen=user0")
    for chosen in (range(1), range(30)):
        query = "".join(f"&chosen=user{number}" for number in chosen)
        with django_assert_num_queries(9):
            admin.get(f"/users/~change/?change=delete{query}")
