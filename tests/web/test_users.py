from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Group, User
from policies_app.operations import attachments, tags
from tests.factories import Cast
from tests.web.recorded import outcomes

ODD_NAMES = {".": "~.", "..": "~..", "create": "create", "a+b=c,d.e@f-g": "a+b=c,d.e@f-g"}
PASSWORD = "Correct-Horse-9-Staple"
TAGS = {"tags-TOTAL_FORMS": "2", "tags-INITIAL_FORMS": "0"}


def tag_rows(*rows: tuple[str, str, str, str]) -> dict[str, str]:
    """Rows of key, value, and the key and value that the row showed at first."""
    names = "key", "value", "shown_key", "shown_value"
    sent = {
        f"tags-{number}-{name}": text for number, row in enumerate(rows) for name, text in zip(names, row, strict=True)
    }
    return sent | {"tags-TOTAL_FORMS": str(len(rows)), "tags-INITIAL_FORMS": "0"}


# Editing


def test_admin_renames_and_moves_a_user(admin: Client):
    response = admin.post("/users/carol/~edit/", {"new_user_name": "karol", "new_path": "/team/"}, follow=True)
    assert User.objects.get(name="karol").path == "/team/"
    assert 'User <a href="/users/karol/">karol</a> was changed.' in response.text
    assert outcomes("UpdateUser") == ["success"]


def test_rename_to_a_taken_name_keeps_what_was_typed(admin: Client):
    response = admin.post("/users/carol/~edit/", {"new_user_name": "bob", "new_path": "/team/"})
    assert response.status_code == 422
    assert "already exists" in str(response.context["form"].errors["new_user_name"])
    assert 'value="/team/"' in response.text
    assert outcomes("UpdateUser") == ["failed"]


def test_edit_is_refused_with_the_action(bob: Client):
    assert "iam:GetUser" in bob.get("/users/carol/~edit/").text
    response = bob.post("/users/carol/~edit/", {"new_user_name": "karol"})
    assert response.status_code == 403
    assert "iam:UpdateUser" in response.text
    assert outcomes("UpdateUser") == ["refused"]


@pytest.mark.parametrize("tab", ["", "~edit/", "~groups/", "~tags/", "~security/", "~events/", "~attach/", "~delete/"])
def test_page_of_nobody_is_not_found(admin: Client, tab: str):
    assert admin.get(f"/users/nobody/{tab}").status_code == 404


# Deleting


def test_delete_asks_for_the_name_and_shows_what_goes_with_it(admin: Client):
    page = admin.get("/users/alice/~delete/").text
    for there in ("ViewOwnPermissions", "ChimeUserManagers", "Console password"):
        assert there in page
    response = admin.post("/users/alice/~delete/", {"typed_name": "bob", "everything": "on"})
    assert response.status_code == 422
    assert User.objects.filter(name="alice").exists()


def test_delete_refuses_while_something_is_attached(admin: Client):
    response = admin.post("/users/alice/~delete/", {"typed_name": "alice"})
    assert response.status_code == 422
    assert "must detach all policies first" in response.text
    assert outcomes("DeleteUser") == ["failed"]


def test_delete_with_everything_goes_through_an_operation_for_each_thing(admin: Client, sample: Cast):
    sample.inline("alice", "Own", "s3:GetObject")
    response = admin.post("/users/alice/~delete/", {"typed_name": "alice", "everything": "on"}, follow=True)
    assert "User alice was deleted." in response.text
    assert not User.objects.filter(name="alice").exists()
    for operation in (
        "DetachUserPolicy",
        "DeleteUserPolicy",
        "RemoveUserFromGroup",
        "DeleteLoginProfile",
        "DeleteUser",
    ):
        assert outcomes(operation) == ["success"], operation


def test_delete_with_everything_is_all_or_nothing(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:List*", "iam:DetachUserPolicy", "iam:DeleteUser", "iam:GetLoginProfile")
    response = carol.post("/users/alice/~delete/", {"typed_name": "alice", "everything": "on"})
    assert response.status_code == 403
    assert "iam:RemoveUserFromGroup" in response.text
    assert User.objects.get(name="alice").attachments.count() == 1
    assert outcomes("DetachUserPolicy") == []
    assert outcomes("RemoveUserFromGroup") == ["refused"]


def test_delete_of_a_bare_user_needs_no_other_action(carol: Client, sample: Cast):
    sample.user("dora")
    sample.inline("carol", "Given", "iam:DeleteUser")
    assert carol.post("/users/dora/~delete/", {"typed_name": "dora"}).headers["Location"] == "/users/"


def test_empty_post_deletes_nothing(admin: Client):
    assert admin.post("/users/carol/~delete/").status_code == 422
    assert User.objects.filter(name="carol").exists()


# Groups


def test_admin_adds_a_user_to_several_groups_at_once(admin: Client, sample: Cast):
    sample.group("One")
    sample.group("Two")
    response = admin.post("/users/bob/~groups/~add/", {"group_name": ["One", "Two"]}, follow=True)
    assert set(User.objects.get(name="bob").groups.values_list("name", flat=True)) == {"One", "Two"}
    assert "was added to 2 groups" in response.text
    assert outcomes("AddUserToGroup") == ["success", "success"]


def test_eleventh_group_adds_to_none_and_keeps_the_choice(admin: Client, sample: Cast):
    for number in range(11):
        sample.group(f"G{number}")
    response = admin.post("/users/bob/~groups/~add/", {"group_name": [f"G{number}" for number in range(11)]})
    assert response.status_code == 422
    assert "GroupsPerUser" in response.text
    assert not User.objects.get(name="bob").memberships.exists()
    assert response.text.count('" checked>') == 11


def test_choosing_nothing_says_so(admin: Client):
    response = admin.post("/users/bob/~groups/~add/")
    assert response.status_code == 422
    assert "Choose at least one group." in response.text


def test_groups_offered_are_those_of_the_search_and_those_chosen_before(admin: Client, sample: Cast):
    sample.group("One")
    sample.group("Two")
    page = admin.get("/users/alice/~groups/~add/?q=tw&group_name=One").text
    assert 'value="Two"' in page
    assert "Chosen" in page
    assert 'value="ChimeUserManagers"' not in page


def test_admin_removes_a_user_from_a_group(admin: Client):
    response = admin.post("/users/alice/~groups/~remove/", {"group_name": "ChimeUserManagers"}, follow=True)
    assert not User.objects.get(name="alice").memberships.exists()
    assert "was removed from group ChimeUserManagers" in response.text
    assert outcomes("RemoveUserFromGroup") == ["success"]


@pytest.mark.parametrize(("button", "action"), [("~add", "iam:AddUserToGroup"), ("~remove", "iam:RemoveUserFromGroup")])
def test_membership_is_refused_with_the_action(bob: Client, button: str, action: str):
    response = bob.post(f"/users/alice/~groups/{button}/", {"group_name": "ChimeUserManagers"})
    assert response.status_code == 403
    assert action in response.text
    assert Group.objects.get().memberships.count() == 1


# Tags


def test_who_may_set_tags_but_not_remove_them_is_told_so(signed_in: Callable[[str], Client], sample: Cast):
    sample.inline("carol", "Tagger", "iam:GetUser", "iam:ListUserTags", "iam:TagUser")
    page = signed_in("carol").get("/users/bob/~tags/").text
    assert "No tag can be removed or given another key" in page
    assert "iam:UntagUser" in page


def test_tags_change_only_where_the_form_differs_from_what_it_showed(admin: Client, sample: Cast):
    shown = [{"Key": key, "Value": "1"} for key in ("kept", "changed", "gone")]
    tags.tag_user(sample.system, user_name="bob", tags=[*shown, {"Key": "elsewhere", "Value": "meanwhile"}])
    rows = tag_rows(
        ("kept", "1", "kept", "1"), ("changed", "2", "changed", "1"), ("", "", "gone", "1"), ("new", "", "", "")
    )
    response = admin.post("/users/bob/~tags/", rows, follow=True)
    left = dict(User.objects.get(name="bob").tags.values_list("key", "value"))
    assert left == {"kept": "1", "changed": "2", "new": "", "elsewhere": "meanwhile"}
    assert "has its tags changed" in response.text
    assert outcomes("TagUser") == outcomes("UntagUser") == ["success"]


def test_tags_left_alone_record_nothing(admin: Client):
    admin.post("/users/bob/~tags/", tag_rows(("", "", "", "")))
    assert outcomes("TagUser") == outcomes("UntagUser") == []


@pytest.mark.parametrize(
    "rows",
    [
        tag_rows(("a", "1", "", ""), ("A", "2", "", "")),
        tag_rows(("", "value alone", "", "")),
        tag_rows(("<", "1", "", "")),
        tag_rows(("x" * 129, "1", "", "")),
        {"tags-TOTAL_FORMS": "x"},
        {},
    ],
)
def test_impossible_tags_change_nothing_and_stay_on_the_page(admin: Client, rows: dict[str, str]):
    response = admin.post("/users/bob/~tags/", rows)
    assert response.status_code == 422
    assert not User.objects.get(name="bob").tags.exists()
    assert "tags-0-key" not in rows or f'value="{rows["tags-0-value"]}"' in response.text


def test_tags_are_refused_with_the_action(bob: Client):
    response = bob.post("/users/bob/~tags/", tag_rows(("a", "1", "", "")))
    assert response.status_code == 403
    assert "iam:TagUser" in response.text
    assert outcomes("TagUser") == ["refused"]


# Console password


def test_admin_gives_a_user_a_password_and_it_is_shown_nowhere(admin: Client, sample: Cast):
    sample.user("dora")
    response = admin.post("/users/dora/~security/~create/", {"password": PASSWORD}, follow=True)
    assert User.objects.get(name="dora").check_password(PASSWORD)
    assert "can sign in to the console now" in response.text
    assert PASSWORD not in response.text
    assert Event.objects.get(operation="CreateLoginProfile", resource__endswith="dora").parameters["password"] == "***"


def test_admin_changes_a_password_that_is_to_be_changed_again(admin: Client):
    admin.post("/users/bob/~security/~change/", {"password": PASSWORD, "password_reset_required": "on"})
    bob = User.objects.get(name="bob")
    assert bob.check_password(PASSWORD)
    assert bob.password_reset_required
    assert outcomes("UpdateLoginProfile") == ["success"]


def test_changing_ones_own_password_there_keeps_one_signed_in(admin: Client):
    response = admin.post("/users/admin/~security/~change/", {"password": PASSWORD}, follow=True)
    assert response.status_code == 200
    assert "has a new password" in response.text


def test_weak_password_is_said_beside_it_and_not_shown_again(admin: Client):
    response = admin.post("/users/bob/~security/~change/", {"password": "P@ssw0rd"})
    assert response.status_code == 422
    assert "too common" in str(response.context["form"].errors["password"])
    assert 'value="P@ssw0rd"' not in response.text


def test_admin_takes_a_password_away(admin: Client):
    admin.post("/users/bob/~security/~remove/")
    assert not User.objects.get(name="bob").has_console_password
    assert "cannot sign in to the console" in admin.get("/users/bob/~security/").text
    assert outcomes("DeleteLoginProfile") == ["success"]


@pytest.mark.parametrize(
    ("button", "action"),
    [
        ("~create", "iam:CreateLoginProfile"),
        ("~change", "iam:UpdateLoginProfile"),
        ("~remove", "iam:DeleteLoginProfile"),
    ],
)
def test_passwords_are_refused_with_the_action(bob: Client, button: str, action: str):
    response = bob.post(f"/users/alice/~security/{button}/", {"password": PASSWORD})
    assert response.status_code == 403
    assert action in response.text
    assert outcomes(action.removeprefix("iam:")) == ["refused"]


# Reading


def test_page_that_is_refused_names_the_action_and_the_user(bob: Client):
    response = bob.get("/users/alice/")
    assert response.status_code == 403
    assert "iam:GetUser" in response.text
    assert outcomes("GetUser") == ["refused"]


def test_each_panel_is_refused_on_its_own(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:GetUser", "iam:ListAttachedUserPolicies", "iam:ListGroupsForUser")
    response = carol.get("/users/alice/")
    assert response.status_code == 200
    assert "ViewOwnPermissions" in response.text
    for action in ("iam:ListUserPolicies", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies"):
        assert action in response.text
    assert outcomes("ListUserPolicies") == ["refused"]


def test_policies_that_come_through_groups_are_told_with_the_group(admin: Client):
    page = admin.get("/users/alice/").text
    assert "ChimeUserManagers" in page
    assert "AmazonChimeUserManagement" in page


def test_events_of_a_user_are_refused_on_their_own(carol: Client, admin: Client, sample: Cast):
    assert "CreateUser" in admin.get("/users/alice/~events/").text
    sample.inline("carol", "Given", "iam:GetUser")
    response = carol.get("/users/alice/~events/")
    assert response.status_code == 200
    assert "cloudtrail:LookupEvents" in response.text


def test_bad_marker_of_events_is_a_bad_request(admin: Client):
    assert admin.get("/users/alice/~events/?marker=%00").status_code == 400


def test_detail_takes_the_same_queries_however_much_there_is(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    admin.get("/users/alice/")
    with django_assert_num_queries(12):
        admin.get("/users/alice/")
    for number in range(5):
        sample.group(f"G{number}", "alice")
        sample.attach("alice", sample.policy(f"P{number}"))
        groups_policy = sample.policy(f"Q{number}")
        attachments.attach_group_policy(sample.system, group_name=f"G{number}", policy_arn=groups_policy.arn)
        sample.inline("alice", f"I{number}", "s3:GetObject")
    with django_assert_num_queries(12):
        admin.get("/users/alice/")


@pytest.mark.parametrize(("tab", "count"), [("~groups/", 6), ("~tags/", 6), ("~security/", 9), ("~events/", 6)])
def test_tabs_take_the_same_queries_however_much_there_is(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries, tab: str, count: int
):
    admin.get(f"/users/alice/{tab}")
    with django_assert_num_queries(count):
        admin.get(f"/users/alice/{tab}")
    for number in range(5):
        sample.group(f"G{number}", "alice")
        tags.tag_user(sample.system, user_name="alice", tags=[{"Key": f"k{number}", "Value": ""}])
    with django_assert_num_queries(count):
        admin.get(f"/users/alice/{tab}")
