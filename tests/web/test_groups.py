import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Group
from policies_app.operations import groups
from tests.factories import Cast
from tests.web.recorded import outcomes


def test_admin_creates_a_group(admin: Client):
    response = admin.post("/groups/~create/", {"group_name": "Team", "path": "/x/"}, follow=True)
    assert Group.objects.get(name="Team").path == "/x/"
    assert 'Group <a href="/groups/Team/">Team</a> was created.' in response.text
    assert outcomes("CreateGroup") == ["success"]


@pytest.mark.parametrize("name", [".", "..", "create", "a+b=c,d.e@f-g"])
def test_every_name_that_iam_allows_has_a_page(admin: Client, name: str):
    response = admin.post("/groups/~create/", {"group_name": name}, follow=True)
    assert response.context["identity"].name == name
    assert admin.get(response.wsgi_request.path + "~members/").status_code == 200


def test_bad_path_is_said_beside_the_path(admin: Client):
    response = admin.post("/groups/~create/", {"group_name": "Team", "path": "no-slash"})
    assert response.status_code == 422
    assert "path" in response.context["form"].errors
    assert 'value="Team"' in response.text


def test_create_is_refused_with_the_action(bob: Client):
    response = bob.post("/groups/~create/", {"group_name": "Team"})
    assert response.status_code == 403
    assert "iam:CreateGroup" in response.text
    assert outcomes("CreateGroup") == ["refused"]


def test_admin_renames_a_group_and_its_members_stay(admin: Client):
    admin.post("/groups/ChimeUserManagers/~edit/", {"new_group_name": "Managers", "new_path": "/"})
    assert Group.objects.get(name="Managers").members.get().name == "alice"
    assert outcomes("UpdateGroup") == ["success"]


def test_admin_adds_several_users_at_once(admin: Client):
    members = {"user_name": ["bob", "carol"]}
    response = admin.post("/groups/ChimeUserManagers/~members/~add/", members, follow=True)
    assert Group.objects.get().members.count() == 3
    assert "has 2 new members" in response.text
    assert '<a href="/users/bob/">bob</a>' in response.text
    assert outcomes("AddUserToGroup") == ["success", "success"]


def test_one_who_does_not_exist_adds_nobody(admin: Client):
    response = admin.post("/groups/ChimeUserManagers/~members/~add/", {"user_name": ["bob", "nobody"]})
    assert response.status_code == 422
    assert "nobody cannot be found" in response.text
    assert Group.objects.get().members.count() == 1
    assert outcomes("AddUserToGroup") == ["failed"]


def test_admin_removes_a_member(admin: Client):
    response = admin.post("/groups/ChimeUserManagers/~members/~remove/", {"user_name": "alice"}, follow=True)
    assert "no longer has alice as a member" in response.text
    assert "No members" in response.text
    assert outcomes("RemoveUserFromGroup") == ["success"]


@pytest.mark.parametrize(("button", "action"), [("~add", "iam:AddUserToGroup"), ("~remove", "iam:RemoveUserFromGroup")])
def test_membership_is_refused_with_the_action(bob: Client, button: str, action: str):
    response = bob.post(f"/groups/ChimeUserManagers/~members/{button}/", {"user_name": "bob"})
    assert response.status_code == 403
    assert action in response.text


def test_members_go_on_over_pages(admin: Client, sample: Cast):
    sample.group("Team")
    for number in range(51):
        sample.user(f"user{number:02}")
        groups.add_user_to_group(sample.system, group_name="Team", user_name=f"user{number:02}")
    first = admin.get("/groups/Team/~members/")
    assert "user50" not in first.text
    assert "user50" in admin.get(f"/groups/Team/~members/{first.context['next_url']}").text


@pytest.mark.parametrize("marker", ["nonsense", "a:x", "%00:1"])
def test_bad_marker_of_members_is_a_bad_request(admin: Client, marker: str):
    assert admin.get(f"/groups/ChimeUserManagers/~members/?marker={marker}").status_code == 400


def test_delete_with_everything_lets_the_members_go(admin: Client, sample: Cast):
    admin.post("/groups/ChimeUserManagers/~delete/", {"typed_name": "ChimeUserManagers", "everything": "on"})
    assert not Group.objects.exists()
    for operation in ("DetachGroupPolicy", "RemoveUserFromGroup", "DeleteGroup"):
        assert outcomes(operation) == ["success"], operation


def test_delete_is_refused_with_the_action(bob: Client):
    response = bob.post("/groups/ChimeUserManagers/~delete/", {"typed_name": "ChimeUserManagers"})
    assert response.status_code == 403
    assert "iam:DeleteGroup" in response.text
    assert Group.objects.exists()


def test_refused_list_and_page_name_the_action(bob: Client):
    assert "iam:ListGroups" in bob.get("/groups/").text
    assert "iam:GetGroup" in bob.get("/groups/ChimeUserManagers/").text
    assert outcomes("ListGroups") == outcomes("GetGroup") == ["refused"]


@pytest.mark.parametrize(("tab", "count"), [("", 9), ("~members/", 5)])
def test_pages_take_the_same_queries_however_much_there_is(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries, tab: str, count: int
):
    admin.get(f"/groups/ChimeUserManagers/{tab}")
    with django_assert_num_queries(count):
        admin.get(f"/groups/ChimeUserManagers/{tab}")
    for number in range(5):
        sample.user(f"user{number}")
        groups.add_user_to_group(sample.system, group_name="ChimeUserManagers", user_name=f"user{number}")
    with django_assert_num_queries(count):
        admin.get(f"/groups/ChimeUserManagers/{tab}")
