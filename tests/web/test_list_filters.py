"""The filters of the lists: what they find, and that they tell nothing of rows that the viewer may not read."""

import pytest
from django.test import Client
from django.utils import timezone

from policies_app.models import Identity, User, UserActivity
from policies_app.operations import attachments, tags
from tests.factories import Cast
from tests.web.list_rows import LONG_AGO, key_of, names, tag

ALL = "arn:aws:iam::123456789012:user/*"


def test_filters_narrow_the_list_and_stand_on_it_to_be_taken_away(admin: Client, sample: Cast):
    tag(sample, "alice", "team", "blue")
    tag(sample, "bob", "Team", "red")
    asked = {
        "group=chimeusermanagers": ["alice"],
        "policy=ViewOwnPermissions": ["alice"],
        "policy=arn:aws:iam::aws:policy/AmazonChimeReadOnly": ["bob"],
        "policy=arn:aws:iam::210987654321:policy/ViewOwnPermissions": [],
        "tag=team": ["alice", "bob"],
        "tag=team%3Dblue": ["alice"],
        "tag=team%3Dblue&group=ChimeUserManagers": ["alice"],
        "tag=team%3Dred&group=ChimeUserManagers": [],
        "no_mfa=on": ["admin", "alice", "bob", "carol"],
    }
    for query, expected in asked.items():
        assert names(admin.get(f"/users/?{query}")) == expected, query
    page = admin.get("/users/?tag=team&group=ChimeUserManagers").text
    assert 'href="?group=ChimeUserManagers" aria-label="Without Tag: team"' in page


def test_unused_are_those_who_neither_signed_in_nor_used_a_key_for_long(admin: Client, sample: Cast):
    UserActivity.objects.update(last=LONG_AGO)
    User.objects.filter(name="bob").update(last_login=timezone.now())
    key_of("carol", 1, last_used=timezone.now())
    sample.user("new")
    assert names(admin.get("/users/?unused=90")) == ["admin", "alice"]


def test_old_keys_are_active_ones(admin: Client):
    key_of("alice", 1, created=LONG_AGO)
    key_of("bob", 2, created=LONG_AGO, is_active=False)
    key_of("carol", 3)
    assert names(admin.get("/users/?old_keys=90")) == ["alice"]


def test_path_is_met_in_its_spelling(admin: Client):
    Identity.objects.filter(name="alice").update(path="/dev/web/")
    Identity.objects.filter(name="bob").update(path="/DEV/")
    Identity.objects.filter(name="carol").update(path="/dew/")
    assert names(admin.get("/users/?path=/dev/")) == ["alice"]


@pytest.mark.parametrize("few", [0, 1, 2000])
def test_filter_finds_the_same_whether_few_match_or_many(
    admin: Client, sample: Cast, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("policies_app.operations.list_filters.FEW", few)
    for name in ("alice", "carol"):
        tag(sample, name, "team", "blue")
    assert names(admin.get("/users/?tag=team&order=-name")) == ["carol", "alice"]


@pytest.mark.parametrize(
    ("query", "action"),
    [
        ("group=ChimeUserManagers", "iam:ListGroupsForUser"),
        ("policy=ViewOwnPermissions", "iam:ListAttachedUserPolicies"),
        ("tag=team", "iam:ListUserTags"),
        ("unused=90", "iam:GetAccessKeyLastUsed"),
        ("old_keys=90", "iam:ListAccessKeys"),
        ("no_mfa=on", "iam:ListMFADevices"),
        ("order=password_age", "iam:GetLoginProfile"),
        ("order=activity", "iam:GetAccessKeyLastUsed"),
    ],
)
def test_filter_and_order_by_a_fact_need_the_permission_to_read_it(
    carol: Client, sample: Cast, query: str, action: str
):
    sample.inline("carol", "List", "iam:ListUsers")
    for address in (f"/users/?{query}", f"/users/~export/?{query}"):
        response = carol.get(address)
        assert response.status_code == 403
        assert action in response.text
        assert "/users/alice/" not in response.text
    sample.inline("carol", "Read", action)
    assert carol.get(f"/users/?{query}").status_code == 200


def test_row_of_which_the_fact_may_not_be_read_is_left_out_of_what_it_narrows(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListUserTags")
    sample.inline("carol", "Not", "iam:ListUserTags", effect="Deny", resource=ALL.replace("*", "alice"))
    for name in ("alice", "bob"):
        tag(sample, name, "team", "blue")
    response = carol.get("/users/?tag=team")
    assert names(response) == ["bob"]
    assert response.context["total"] == 1


def test_pages_are_full_where_rows_are_left_out(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListUserTags")
    for number in range(70):
        sample.user(f"user{number:02}")
        tag(sample, f"user{number:02}", "team", "blue")
    sample.inline("carol", "Not", "iam:ListUserTags", effect="Deny", resource=ALL.replace("*", "user0*"))
    first = carol.get("/users/?tag=team")
    second = carol.get("/users/" + first.context["next_url"])
    assert names(first) == [f"user{number}" for number in range(10, 60)]
    assert names(second) == [f"user{number}" for number in range(60, 70)]
    assert names(carol.get("/users/" + second.context["previous_url"])) == names(first)


def test_address_of_a_page_tells_nothing_of_a_row_left_out(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListUserTags")
    for number in range(160):
        sample.user(f"user{number:03}")
        tag(sample, f"user{number:03}", "team", "blue")
    sample.inline("carol", "Not", "iam:ListUserTags", effect="Deny", resource=ALL.replace("*", "user0*"))
    first = carol.get("/users/?tag=team")
    assert names(first) == []
    assert "user0" not in first.context["next_url"]
    second = carol.get("/users/" + first.context["next_url"])
    assert names(second) == [f"user{number}" for number in range(100, 150)]
    elsewhere = carol.get("/users/" + first.context["next_url"].replace("tag=team&", ""))
    assert names(elsewhere) == []


@pytest.mark.parametrize("query", ["order=activity&marker=2026-01-01T00:00:00:0", "tag=team&marker=m:0"])
def test_no_place_in_a_list_ordered_or_narrowed_by_facts_can_be_made_up(admin: Client, query: str):
    """Whether rows follow would tell, of rows left out too, how many have such a fact."""
    answer = admin.get(f"/users/?{query}")
    assert answer.status_code == 422
    assert "Invalid Marker" in answer.text


def test_policies_are_narrowed_by_type_and_use(admin: Client, sample: Cast):
    sample.policy("Cap")
    attachments.put_user_permissions_boundary(
        sample.system, user_name="bob", permissions_boundary="arn:aws:iam::123456789012:policy/Cap"
    )
    assert names(admin.get("/policies/?usage=PermissionsBoundary")) == ["Cap"]
    assert "AdministratorAccess" in names(admin.get("/policies/?usage=PermissionsPolicy"))
    assert "Cap" not in names(admin.get("/policies/?usage=PermissionsPolicy"))
    assert names(admin.get("/policies/?scope=job")) == []
    tags.tag_policy(
        sample.system, policy_arn="arn:aws:iam::123456789012:policy/Cap", tags=[{"Key": "team", "Value": "blue"}]
    )
    assert names(admin.get("/policies/?tag=team")) == ["Cap"]
