"""The search over everything: what it finds, for whom, in which order, and what it must not tell."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from console.web.destinations import PAGES, SIGN_OUT, TASKS, THING_TASKS
from policies_app.models import Event, Role, User
from policies_app.operations import access_keys, events, users
from tests.factories import Cast
from tests.web.recorded import outcomes

PALETTE = {"HX-Request": "true", "HX-Target": "palette-results"}
HOSTILE = [
    "\0",
    "%00%_%",
    "x" * 10_000,
    "' OR 1=1 --",
    '"><script>',
    "\u202eecila",
    "\ud800",
    "arn:" * 50,
    "arn:aws:iam::123456789012:user/" + "a/" * 400,
    "AKIA" + "٣" * 16,
    "a" * 128 + "*?[",
    "(((((((((",
    "{{ 7|add:7 }}",
    "attach to",
    "İıſ",
]


def titles(text: str) -> list[str]:
    """What is found, in order."""
    return [re.sub("<[^>]+>", "", title) for title in re.findall(r'class="hit-title">(.*?)</span>', text)]


def found(client: Client, q: str) -> list[str]:
    return titles(client.get("/search/", {"q": q}).text)


# What is found


def test_finds_by_a_part_of_the_name_in_any_case_and_links_to_it(admin: Client):
    page = admin.get("/search/?q=LIC").text
    assert '<a class="hit" href="/users/alice/">' in page
    assert "/users/bob/" not in page


def test_the_whole_name_comes_first_then_what_begins_with_it_then_what_holds_it(admin: Client, sample: Cast):
    for name in ("dev", "a-dev", "developer", "zz-dev"):
        sample.user(name)
    assert found(admin, "dev")[:4] == ["dev", "developer", "a-dev", "zz-dev"]


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::123456789012:user/eng/dana",
        "arn:aws:iam::123456789012:user/eng/da",
        "arn:aws:iam::123456789012:user/eng/",
        "arn:aws:iam::123456789012:user/en",
        "user/eng/DANA",
        "user/eng/",
    ],
)
def test_finds_by_an_arn_whole_or_begun(admin: Client, sample: Cast, text: str):
    users.create_user(sample.system, user_name="dana", path="/eng/")
    assert "dana" in found(admin, text)
    assert "alice" not in found(admin, text)


@pytest.mark.parametrize(
    "text",
    ["arn:aws:iam::999999999999:user/alice", "arn:aws:s3:::alice", "arn:aws:iam::", "arn:aws:iam::aws:user/alice"],
)
def test_an_arn_of_something_else_finds_nothing_of_the_account(admin: Client, text: str):
    assert "alice" not in found(admin, text)


def test_finds_policies_by_arn_of_either_owner_and_a_role_by_the_arn_of_its_session(admin: Client):
    assert found(admin, "arn:aws:iam::aws:policy/IAMReadOnly") == ["IAMReadOnlyAccess"]
    assert found(admin, "arn:aws:iam::123456789012:policy/View") == ["ViewOwnPermissions"]
    assert found(admin, "arn:aws:sts::123456789012:assumed-role/ChimeSupport/nightly") == ["ChimeSupport"]


def test_finds_by_unique_id_whole_or_begun(admin: Client):
    role = Role.objects.get(name="ChimeSupport")
    assert found(admin, role.unique_id) == ["ChimeSupport"]
    assert "ChimeSupport" in found(admin, role.unique_id[:12])


def test_a_whole_access_key_id_finds_its_user_and_a_part_of_it_nobody(admin: Client, sample: Cast):
    key = access_keys.create_access_key(sample.system, user_name="alice").key
    assert '<a class="hit" href="/users/alice/~security/">' in admin.get("/search/", {"q": key.pk}).text
    assert "/users/alice/" not in admin.get("/search/", {"q": key.pk[:19]}).text


@pytest.mark.parametrize(("text", "url"), [("s3:GetObj", "/actions/s3/GetObject/"), ("chime", "/actions/chime/")])
def test_finds_actions_and_services_of_aws(carol: Client, text: str, url: str):
    assert f'href="{url}"' in carol.get("/search/", {"q": text}).text


def test_a_kind_with_more_leads_to_its_list(admin: Client, sample: Cast):
    for number in range(7):
        users.create_user(sample.system, user_name=f"dev{number}", path="/eng/")
    page = admin.get("/search/?q=user/eng/dev", headers=PALETTE).text
    assert page.count('href="/users/dev') == 5
    assert 'href="/users/?q=dev&amp;path=%2Feng%2F"' in page
    assert "dev6" in admin.get("/users/?q=dev&path=/eng/").text


def test_begins_with_what_was_looked_at_last_the_newest_first(admin: Client, sample: Cast):
    for name in ("alice", "bob"):
        admin.get(f"/users/{name}/")
    admin.get("/policies/local/ViewOwnPermissions/")
    assert titles(admin.get("/search/").text)[:3] == ["ViewOwnPermissions", "bob", "alice"]
    User.objects.filter(name="bob").update(name="robert")
    assert titles(admin.get("/search/").text)[:2] == ["ViewOwnPermissions", "alice"]


def test_recent_things_are_gone_with_the_permission_to_read_them(admin: Client, sample: Cast):
    admin.get("/users/alice/")
    sample.inline("admin", "No", "iam:GetUser", effect="Deny")
    assert "alice" not in titles(admin.get("/search/").text)


def plans(client: Client, text: str, asked: str) -> list[str]:
    """Those of SQLite for the palette's queries that have `asked` in their SQL."""
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": text}, headers=PALETTE)
    with connection.cursor() as cursor:
        return [
            " ".join(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}"))
            for query in queries
            if asked in query["sql"]
        ]


only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a table of few rows, whatever its indexes"
)


@only_sqlite
def test_what_was_looked_at_last_is_found_by_an_index(admin: Client):
    for path in ("users/alice", "groups/ChimeUserManagers", "policies/local/ViewOwnPermissions"):
        admin.get(f"/{path}/")
    admin.get("/policies/aws/IAMReadOnlyAccess/")
    found_by = plans(admin, "", " OR ")
    assert len(found_by) == 2
    assert all("SEARCH" in plan and "SCAN" not in plan for plan in found_by)


@only_sqlite
def test_policies_of_either_owner_that_begin_with_the_text_are_found_by_a_range_of_an_index(admin: Client):
    found_by = plans(admin, "zq", 'AND "policies_app_policy"."account_id" IS NULL')
    assert [plan.count("<expr>>?") for plan in found_by] == [2]


# Pages and tasks


def test_every_page_and_task_has_a_route():
    for destination in (*PAGES, *TASKS, SIGN_OUT):
        assert reverse(destination.route)
    for task in THING_TASKS:
        assert reverse(task.route, args=["local", "x"] if task.kind == "policy" else ["x"])


def test_pages_and_tasks_are_found_by_any_of_their_words(carol: Client):
    assert "My permissions" in found(carol, "perm my")
    assert "Events" in found(carol, "audit")
    assert "Change my password" in found(carol, "reset pass")
    assert "Sign out" in found(carol, "log out")


@pytest.mark.parametrize("text", ["attach a policy to alice", "attach alice", "Attach ALICE"])
def test_a_task_is_offered_for_whom_the_text_names(admin: Client, text: str):
    page = admin.get("/search/", {"q": text}).text
    assert '<a class="hit" href="/users/alice/~attach/">' in page
    assert "Attach a policy to <" not in page


def test_a_task_that_would_be_refused_is_no_link_and_says_why(carol: Client):
    page = carol.get("/search/?q=create+user").text
    assert "Create user" in titles(page)
    assert "/users/~create/" not in page
    assert "Needs iam:CreateUser" in page


def test_a_task_on_somebody_is_decided_for_that_one(signed_in: Callable[[str], Client], sample: Cast):
    arn = "arn:aws:iam::123456789012:user/bob"
    sample.inline("carol", "May", "iam:ListUsers")
    sample.inline("carol", "Bob", "iam:AttachUserPolicy", resource=arn)
    assert "/users/bob/~attach/" in signed_in("carol").get("/search/?q=attach+bob").text
    assert "/users/alice/~attach/" not in signed_in("carol").get("/search/?q=attach+alice").text


# What it must not tell


def test_a_kind_that_may_not_be_listed_is_named_with_its_action_and_the_rest_is_searched(carol: Client, sample: Cast):
    sample.inline("carol", "Some", "iam:ListRoles")
    page = carol.get("/search/?q=chime").text
    assert "/roles/ChimeSupport/" in page
    assert "/groups/ChimeUserManagers/" not in page
    assert "Not searched: users (needs <code>iam:ListUsers</code>), groups (needs" in re.sub("<svg.*?</svg>", "", page)
    assert re.findall(r"needs <code>([\w:]+)</code>", page) == ["iam:ListUsers", "iam:ListGroups", "iam:ListPolicies"]


def test_an_exact_name_arn_or_id_tells_no_more_than_one_of_nothing(carol: Client, sample: Cast):
    alice = User.objects.get(name="alice")
    key = access_keys.create_access_key(sample.system, user_name="alice").key
    for there, absent in [
        ("alice", "ecila"),
        (alice.arn, alice.arn.replace("alice", "ecila")),
        (alice.unique_id, alice.unique_id[:-1] + ("A" if alice.unique_id[-1] != "A" else "B")),
        (key.pk, key.pk[:-1] + ("A" if key.pk[-1] != "A" else "B")),
        ("attach alice", "attach ecila"),
    ]:
        pages = [carol.get("/search/", {"q": text}).text.replace(text, "") for text in (there, absent)]
        assert titles(pages[0]) == titles(pages[1]), there
        assert "alice" not in "".join(titles(pages[0]))
        assert [re.findall("<code>.*?</code>", page) for page in pages[:1]] == [
            re.findall("<code>.*?</code>", page) for page in pages[1:]
        ]


def test_whoever_may_list_one_path_finds_there_by_arn(signed_in: Callable[[str], Client], sample: Cast):
    users.create_user(sample.system, user_name="dana", path="/eng/")
    sample.inline("carol", "Path", "iam:ListUsers", resource="arn:aws:iam::123456789012:user/eng/*")
    carol = signed_in("carol")
    assert "dana" in found(carol, "user/eng/da")
    assert "dana" not in found(carol, "dana")
    assert found(carol, "user/alice") == []


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("headers", [{}, PALETTE], ids=["page", "palette"])
def test_whatever_is_typed_is_answered(admin: Client, text: str, headers: dict[str, str]):
    answer = admin.get("/search/", {"q": text.encode(errors="surrogatepass")}, headers=headers)
    assert answer.status_code == 200
    assert "<script>" not in answer.text.partition("<main")[2]


def test_who_must_choose_a_password_first_is_offered_no_search(alice: Client):
    assert 'id="palette"' in alice.get("/me/password/").text
    User.objects.filter(name="alice").update(password_reset_required=True)
    assert 'id="palette"' not in alice.get("/me/password/").text
    assert "/search/" not in alice.get("/me/password/").text


# The record, and the cost


def test_each_list_that_a_search_asks_is_recorded_and_each_refusal_on_the_page(carol: Client, sample: Cast):
    sample.inline("carol", "Some", "iam:ListRoles")
    carol.get("/search/?q=chime")
    assert outcomes("ListRoles") == ["success"]
    assert outcomes("ListUsers") == ["refused"]


def test_who_types_in_the_palette_leaves_one_event_for_the_text_in_the_end(admin: Client, carol: Client):
    for text in ("a", "al", "ali", "al", "alice"):
        admin.get("/search/", {"q": text}, headers=PALETTE)
        carol.get("/search/", {"q": text}, headers=PALETTE)
    admin.get("/search/", {"q": "bob"}, headers=PALETTE)
    events.reads.flush()
    recorded = Event.objects.filter(operation="ListUsers").order_by("sequence")
    assert [event.parameters["search"] for event in recorded] == ["alice", "bob"]


def test_the_palette_gets_options_and_the_page_its_rows(admin: Client):
    options = admin.get("/search/?q=ali", headers=PALETTE)
    assert '<a class="hit" href="/users/alice/" role="option"' in options.text
    assert "<html" not in options.text
    rows = admin.get("/search/?q=ali", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert 'role="option"' not in rows.text
    assert {"HX-Request", "HX-Target"} <= set(re.split(", *", options.headers["Vary"]))


@pytest.mark.parametrize("text", ["al", "user", "user/al", ""])
def test_the_number_of_queries_is_the_same_whatever_is_found(
    admin: Client,
    sample: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
    text: str,
):
    admin.get("/search/", {"q": text}, headers=PALETTE)
    with django_assert_max_num_queries(12) as before:
        admin.get("/search/", {"q": text}, headers=PALETTE)
    for number in range(40):
        sample.user(f"al{number}-user")
        sample.group(f"user{number}-al")
    with django_assert_num_queries(len(before)):
        admin.get("/search/", {"q": text}, headers=PALETTE)
