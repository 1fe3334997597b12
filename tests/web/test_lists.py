"""The lists of users, groups, roles and policies: columns, order, the file, and what the viewer may see."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, Identity, User, UserActivity
from policies_app.operations import attachments, events
from tests.factories import Cast
from tests.web.list_rows import LONG_AGO, key_of, names, tag
from tests.web.recorded import outcomes

ALL = "arn:aws:iam::123456789012:user/*"
EVERY_COLUMN = "groups policies inline activity sign_in console password_age keys key_used mfa tags created path arn"


def cells(response: Any, name: str) -> str:
    return str(next(line.cells for line in response.context["rows"] if line.name == name))


def read_csv(response: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(response.streaming_content).decode())))


# The page


def test_list_links_each_user_and_tells_the_total(admin: Client):
    page = admin.get("/users/").text
    assert '<a href="/users/alice/">alice</a>' in page
    assert '<span class="count">4</span>' in page
    assert "Create user" in page


def test_search_as_you_type_answers_with_the_rows_alone_and_a_clean_address(admin: Client):
    headers = {"HX-Request": "true", "HX-Trigger": "search"}
    response = admin.get("/users/?q=LIC&path=&group=", headers=headers)
    assert names(response) == ["alice"]
    assert "<html" not in response.text
    assert "HX-Request" in response.headers["Vary"]
    assert response.headers["HX-Replace-Url"] == "/users/?q=LIC"


def test_address_holds_only_what_is_asked(admin: Client):
    response = admin.get("/users/?q=&path=%2F&group=&unused=&order=created")
    assert response.headers["Location"] == "/users/?path=%2F&order=created"


@pytest.mark.parametrize(
    "query",
    [
        *("marker=nonsense", "marker=%00:1", "marker=a:²", "q=%00", "path=x", f"q={'x' * 200}", "order=size"),
        *("columns=secret", "unused=0", "unused=x", "old_keys=99999", "policy=arn:x", "order=created&marker=a:1"),
    ],
)
def test_nonsense_in_the_address_is_named_and_not_a_crash(admin: Client, query: str):
    response = admin.get(f"/users/?{query}")
    assert response.status_code == 422
    assert "needs your attention" in response.text
    assert admin.get(f"/users/~export/?{query}").status_code == 400


def test_unknown_type_of_policies_is_named(admin: Client):
    assert admin.get("/policies/?scope=Mars").status_code == 422


@pytest.mark.parametrize("section", ["users", "groups", "roles", "policies"])
def test_refused_list_names_the_action_on_the_page_and_in_place_of_the_file(carol: Client, section: str):
    for address in (f"/{section}/", f"/{section}/~export/"):
        response = carol.get(address)
        assert response.status_code == 403
        assert f"iam:List{section.capitalize()}" in response.text
    assert outcomes(f"List{section.capitalize()}") == ["refused", "refused"]


@pytest.mark.parametrize("section", ["users", "groups", "roles", "policies"])
def test_file_of_a_refused_list_is_not_offered(admin: Client, carol: Client, section: str):
    assert f'formaction="/{section}/~export/"' in admin.get(f"/{section}/").text
    page = carol.get(f"/{section}/").text
    assert "~export/" not in page
    assert "Export CSV</button><span" in page


@pytest.mark.parametrize("section", ["users", "groups", "roles"])
def test_list_without_rows_says_what_to_do_next(admin: Client, section: str):
    response = admin.get(f"/{section}/?path=/nobody/")
    assert response.status_code == 200
    assert "Nothing matches" in response.text


# Order and pages


@pytest.mark.parametrize(
    "order", ["name", "-name", "created", "-created", "sign_in", "-sign_in", "password_age", "activity", "-activity"]
)
def test_pages_go_both_ways_in_any_order_with_the_filters_kept(admin: Client, sample: Cast, order: str):
    for number in range(60):
        sample.user(f"user{number:02}")
    Identity.objects.filter(name__endswith="5").update(path="/five/")
    User.objects.filter(name__endswith="3").update(last_login=LONG_AGO, password_changed=LONG_AGO)
    first = admin.get(f"/users/?order={order}&q=user")
    second = admin.get("/users/" + first.context["next_url"])
    assert f"order={order}" in first.context["next_url"]
    assert "q=user" in first.context["next_url"]
    assert sorted(names(first) + names(second)) == [f"user{number:02}" for number in range(60)]
    assert names(admin.get("/users/" + second.context["previous_url"])) == names(first)


def test_head_of_a_column_orders_by_it_and_then_the_other_way_round(admin: Client):
    by_name, by_age = admin.get("/users/"), admin.get("/users/?order=created")
    assert 'href="?order=-name"' in by_name.text
    assert 'aria-sort="ascending"' in by_age.text
    assert 'href="?order=-created"' in by_age.text
    assert names(admin.get("/users/?order=-created")) == names(by_age)[::-1]


def test_youngest_password_comes_first(admin: Client, sample: Cast):
    sample.user("dora")
    User.objects.filter(name="alice").update(password_changed=LONG_AGO)
    assert names(admin.get("/users/?order=password_age"))[-2:] == ["alice", "dora"]


# Columns


def test_columns_are_those_of_the_address_and_are_remembered_for_the_next_visit(admin: Client):
    page = admin.get("/users/?columns=&columns=arn&columns=mfa").text
    assert "arn:aws:iam::123456789012:user/alice" in page
    assert "Password age" not in page.partition("<thead>")[2]
    remembered = admin.get("/users/").text
    assert "arn:aws:iam::123456789012:user/alice" in remembered
    assert "arn:aws:iam" not in admin.get("/users/?columns=").text.partition("<tbody>")[2]
    assert "arn:aws:iam" not in admin.get("/users/").text.partition("<tbody>")[2]


def test_every_column_tells_its_fact(admin: Client, sample: Cast):
    sample.inline("alice", "Own", "s3:GetObject")
    tag(sample, "alice", "team", "blue")
    key_of("alice", 1, created=timezone.now() - timedelta(days=40), last_used=timezone.now())
    columns = "&columns=".join(
        ("groups", "policies", "inline", "activity", "console", "keys", "key_used", "mfa", "tags")
    )
    told = cells(admin.get(f"/users/?columns={columns}"), "alice")
    for fact in ("/groups/ChimeUserManagers/", "ViewOwnPermissions", "Own", "team=blue", "1 · ", "40 days", "Enabled"):
        assert fact in told
    assert told.count("just now") == 2


def test_a_few_of_many_names_are_shown_and_the_rest_is_counted(admin: Client, sample: Cast):
    for number in range(5):
        sample.group(f"team{number}", "bob")
    told = cells(admin.get("/users/?columns=groups"), "bob")
    assert "team0" in told
    assert 'title="team2; team3; team4">+3<' in told.replace(", ", "; ")


def test_groups_roles_and_policies_tell_what_aws_does(admin: Client, sample: Cast):
    policy = sample.policy("Cap")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=policy.arn)
    assert "ChimeUserManagers has users: 1" in cells(admin.get("/groups/"), "ChimeUserManagers")
    roles = cells(admin.get("/roles/"), "ChimeSupport")
    for fact in ("Account: 123456789012", "1 hour", "AmazonChimeReadOnly", "Never"):
        assert fact in roles
    assert "Cap is the boundary of 1" in cells(admin.get("/policies/?q=Cap"), "Cap")


def test_column_that_may_not_be_seen_names_the_action_in_its_head(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers")
    response = carol.get("/users/?columns=groups&columns=created")
    assert response.status_code == 200
    assert "Needs <code>iam:ListGroupsForUser</code>" in response.text
    assert "ChimeUserManagers" not in response.text


def test_row_that_differs_says_so_in_its_cell(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListGroupsForUser")
    sample.inline("carol", "Not", "iam:ListGroupsForUser", effect="Deny", resource=ALL.replace("*", "alice"))
    response = carol.get("/users/?columns=groups")
    assert "Not allowed" in cells(response, "alice")
    assert "Not allowed" not in cells(response, "bob")


def test_rows_are_told_apart_by_their_tags_with_one_query(
    carol: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    sample.inline("carol", "List", "iam:ListUsers")
    sample.inline("carol", "Blue", "iam:ListGroupsForUser", Condition=condition)
    tag(sample, "alice", "team", "blue")
    carol.get("/users/?columns=groups")
    with django_assert_num_queries(7):
        response = carol.get("/users/?columns=groups")
    assert "ChimeUserManagers" in cells(response, "alice")
    assert "Not allowed" in cells(response, "bob")


# The file


def test_file_has_what_the_page_shows_on_all_pages(admin: Client, sample: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.web.views.lists.FILE_PAGE", 3)
    for number in range(8):
        sample.user(f"user{number}")
    response = admin.get("/users/~export/?q=user&order=-name&columns=path&columns=groups")
    assert response.headers["Content-Disposition"] == 'attachment; filename="users.csv"'
    rows = read_csv(response)
    assert rows[0] == ["Name", "Path", "Groups"]
    assert rows[1:] == [[f"user{number}", "/", ""] for number in reversed(range(8))]
    assert outcomes("ListUsers") == ["success"] * 3


def test_file_holds_no_formula(admin: Client, sample: Cast):
    sample.user("=1+1")
    for key, value in (("a", "x"), ("+b", "y"), ("@c", "")):
        tag(sample, "=1+1", key, value)
    rows = read_csv(admin.get("/users/~export/?columns=tags&q=1%2B1"))
    assert rows[1] == ["'=1+1", "'+b=y; @c; a=x"]


def test_file_says_what_may_not_be_seen(carol: Client, sample: Cast):
    sample.inline("carol", "List", "iam:ListUsers", "iam:ListAccessKeys")
    sample.inline("carol", "Not", "iam:ListAccessKeys", effect="Deny", resource=ALL.replace("*", "alice"))
    rows = read_csv(carol.get("/users/~export/?columns=keys&columns=mfa&order=name"))
    assert rows[0] == ["Name", "MFA (needs iam:ListMFADevices)", "Active keys"]
    assert rows[2] == ["alice", "not allowed", "not allowed"]
    assert rows[3] == ["bob", "not allowed", ""]


def test_who_loses_the_permission_meanwhile_gets_no_more_of_the_file(
    admin: Client, sample: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("console.web.views.lists.FILE_PAGE", 2)
    content = iter(admin.get("/users/~export/"))
    head, first = next(content), next(content)
    sample.inline("admin", "Not", "iam:ListUsers", effect="Deny")
    rest = [head, first, next(content)]
    with pytest.raises(Exception, match="iam:ListUsers"):
        rest.append(next(content))
    assert len(rest) == 3


# Cost and the record


def test_what_a_list_was_asked_is_recorded(admin: Client):
    admin.get("/users/?tag=team&columns=mfa&order=-created")
    events.reads.flush()
    asked = Event.objects.filter(operation="ListUsers").latest("sequence").parameters["asked"]
    assert (asked["filters"], asked["columns"], asked["order"]) == ({"tag": "team"}, ["mfa"], "-created")


def _fill(sample: Cast, numbers: range) -> None:
    for number in numbers:
        sample.user(f"user{number:02}")
        sample.group(f"group{number:02}", f"user{number:02}")
        sample.role(f"role{number:02}")
        sample.attach(f"user{number:02}", sample.policy(f"policy{number:02}"))
        tag(sample, f"user{number:02}", "team", "blue")
        key_of(f"user{number:02}", number, created=LONG_AGO)
    UserActivity.objects.update(last=LONG_AGO)


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/users/", 9),
        ("/users/?columns=", 5),
        ("/users/?columns=" + "&columns=".join(EVERY_COLUMN.split()), 12),
        ("/users/?tag=team&group=group00&policy=policy00&old_keys=9&unused=9&path=/&no_mfa=on", 13),
        ("/users/?order=-sign_in&q=user", 9),
        ("/groups/", 7),
        ("/roles/", 6),
        ("/policies/", 7),
    ],
)
def test_list_takes_the_same_queries_however_many_there_are(
    admin: Client, sample: Cast, address: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    _fill(sample, range(1))
    admin.get(address)
    with django_assert_num_queries(count):
        admin.get(address)
    _fill(sample, range(1, 30))
    with django_assert_num_queries(count):
        admin.get(address)


def test_decisions_for_a_page_are_cheap(admin: Client, sample: Cast, signed_in: Callable[[str], Client]):
    """Fifty rows with every column ask the engine some hundreds of times."""
    _fill(sample, range(30))
    started = timezone.now()
    admin.get("/users/?columns=" + "&columns=".join(EVERY_COLUMN.split()))
    assert timezone.now() - started < timedelta(seconds=2)
