"""The record of events: searched, listed, on the tab of each object, and exported."""

import csv
import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event
from policies_app.models.events import HASHED, hash_of
from policies_app.operations import events, users
from tests.factories import Cast


def operations_on(page: str) -> set[str]:
    """The operations in the rows, not those on offer in the filter."""
    rows = page.partition("<tbody>")[2]
    return {
        name
        for name in ("CreateUser", "CreateGroup", "CreateRole", "CreatePolicy", "LookupEvents", "ConsoleLogin")
        if f">{name}</a>" in rows
    }


def test_newest_events_come_first_and_lead_to_their_pages(admin: Client, sample: Cast) -> None:
    page = admin.get("/events/").text
    assert page.index("CreateRole</a>") < page.index("CreateGroup</a>")
    made = Event.objects.get(operation="CreateRole")
    assert f'href="/events/{made.sequence}/">CreateRole</a>' in page
    assert "role_name" in admin.get(f"/events/{made.sequence}/").text


@pytest.mark.parametrize("principal", ["system/tests", "arn:aws:iam::123456789012:system/tests"])
def test_filters_by_principal(admin: Client, principal: str) -> None:
    assert "CreateUser" in operations_on(admin.get("/events/", {"principal": principal}).text)
    assert not operations_on(admin.get("/events/", {"principal": "alice"}).text)


def test_filters_by_operation_resource_and_outcome(admin: Client, carol: Client) -> None:
    assert operations_on(admin.get("/events/?operation=CreateGroup").text) == {"CreateGroup"}
    assert operations_on(admin.get("/events/?resource=group/ChimeUserManagers&operation=CreateGroup").text) == {
        "CreateGroup"
    }
    carol.get("/events/")
    assert operations_on(admin.get("/events/?outcome=refused").text) == {"LookupEvents"}
    assert operations_on(admin.get("/events/?error=AccessDenied").text) == {"LookupEvents"}
    assert operations_on(admin.get("/events/?source_ip=127.0.0.1").text) == {"LookupEvents"}
    events.reads.flush()
    assert "LookupEvents" in operations_on(admin.get("/events/").text)


def test_bare_name_as_filter_is_a_user(admin: Client) -> None:
    page = admin.get("/events/", {"resource": "alice"}).text
    assert operations_on(page) == {"CreateUser"}


def test_filters_by_time(admin: Client, sample: Cast) -> None:
    old = timezone.now() - timedelta(days=40)
    events.append([Event(account=sample.account, time=old, principal="p", operation="ConsoleLogin", outcome="success")])
    for query, found in (
        ("range=90d", {"ConsoleLogin"}),
        ("range=30d", set()),
        (f"start={old:%Y-%m-%dT%H:%M}", {"ConsoleLogin"}),
        (f"start={old + timedelta(hours=1):%Y-%m-%dT%H:%M}", set()),
        (f"end={old - timedelta(hours=1):%Y-%m-%dT%H:%M}", set()),
    ):
        assert operations_on(admin.get(f"/events/?operation=ConsoleLogin&{query}").text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("createuser", {"CreateUser"}),
        ("alice", {"CreateUser"}),
        ("group/ChimeUserManagers", {"CreateGroup"}),
        ("arn:aws:iam::123456789012:role/ChimeSupport", {"CreateRole"}),
        ("AccessDenied", {"LookupEvents"}),
        ("127.0.0.1", {"LookupEvents"}),
        ("2001:db8::1", set()),
        ("1", {"CreateUser"}),
        ("99999", set()),
        ("Nobody Of That Name", set()),
    ],
)
def test_the_search_box_understands_what_is_typed(
    admin: Client, carol: Client, sample: Cast, text: str, found: set[str]
) -> None:
    carol.get("/events/")
    rows = operations_on(admin.get("/events/", {"q": text}).text)
    assert found <= rows
    assert bool(found) == bool(rows)


def test_the_search_box_finds_all_of_one_request(admin: Client, carol: Client) -> None:
    carol.get("/events/")
    refused = Event.objects.get(outcome="refused")
    assert operations_on(admin.get("/events/", {"q": refused.request_id}).text) == {"LookupEvents"}


def test_each_filter_can_be_taken_away_again(admin: Client) -> None:
    page = admin.get("/events/?operation=CreateUser&outcome=success").text
    assert 'href="?outcome=success" aria-label="Without Operation: CreateUser"' in page
    assert 'href="?operation=CreateUser" aria-label="Without Outcome: Success"' in page


def test_pages_lead_both_ways_with_the_filters_kept(admin: Client, sample: Cast) -> None:
    for number in range(60):
        users.create_user(sample.system, user_name=f"user{number}")
    first = admin.get("/events/?operation=CreateUser").text
    assert "user/user59" in first
    assert "user/user9<" not in first.replace("<wbr>", "")
    second = admin.get(link(first, "next")).text
    assert "user/user9<" in second.replace("<wbr>", "")
    assert "operation=CreateUser" in link(second, "prev")
    assert "user/user59" in admin.get(link(second, "prev")).text


def link(page: str, rel: str) -> str:
    return "/events/" + page.partition(f'rel="{rel}" href="')[2].partition('"')[0].replace("&amp;", "&")


@pytest.mark.parametrize("marker", ["abc", "-1", "9" * 40, "1\x00"])
def test_bad_marker_is_said_to_be_bad(admin: Client, marker: str) -> None:
    assert admin.get("/events/", {"marker": marker}).status_code == 400


@pytest.mark.parametrize("field", ["q", "principal", "operation", "resource", "error", "request_id"])
def test_nul_in_a_filter_is_a_located_message(admin: Client, field: str) -> None:
    response = admin.get("/events/", {field: "a\x00b"})
    assert response.status_code == 400
    assert "Null characters are not allowed" in response.text


def test_unknown_outcome_is_refused_and_the_rest_kept(admin: Client) -> None:
    response = admin.get("/events/?outcome=maybe&principal=alice")
    assert response.status_code == 400
    assert 'value="alice"' in response.text


def test_without_permission_the_refusal_names_the_action(carol: Client) -> None:
    response = carol.get("/events/")
    assert response.status_code == 403
    assert "cloudtrail:LookupEvents" in response.text
    assert Event.objects.filter(operation="LookupEvents", outcome="refused").count() == 1


def test_search_swaps_the_rows_alone(admin: Client) -> None:
    response = admin.get("/events/", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "HX-Request" in response["Vary"]


def test_queries_do_not_grow_with_the_events(
    admin: Client, sample: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        users.create_user(sample.system, user_name=f"user{number}")
    events.reads.flush()
    for query, count in (("", 6), ("q=alice", 7), ("range=30d&operation=CreateUser", 7)):
        with django_assert_max_num_queries(count):
            admin.get(f"/events/?{query}")


# History ------------------------------------------------------------------------------------------------------------


def test_the_events_tab_follows_a_user_through_a_rename(admin: Client, sample: Cast) -> None:
    sample.user("dana")
    users.update_user(sample.system, user_name="dana", new_user_name="diana")
    page = admin.get("/users/diana/~events/").text
    assert operations_on(page) == {"CreateUser"}
    assert ">UpdateUser</a>" in page


def test_the_events_tab_of_a_policy_tells_who_got_it(admin: Client, sample: Cast) -> None:
    sample.attach("alice", sample.policy("Own"))
    assert ">AttachUserPolicy</a>" in admin.get("/policies/local/Own/~events/").text


def test_the_events_tab_leaves_reads_out_until_it_is_asked(admin: Client) -> None:
    admin.get("/users/alice/~events/")
    events.reads.flush()
    assert ">GetUser</a>" not in admin.get("/users/alice/~events/").text
    assert ">GetUser</a>" in admin.get("/users/alice/~events/?everything=1").text


# Export -------------------------------------------------------------------------------------------------------------


def test_export_as_csv_has_what_matches_and_is_recorded(admin: Client, sample: Cast) -> None:
    response = admin.get("/events/~export/events.csv?operation=CreateUser")
    rows = list(csv.DictReader(StringIO(b"".join(response).decode())))
    assert {row["operation"] for row in rows} == {"CreateUser"}
    assert len(rows) == Event.objects.filter(operation="CreateUser").count()
    assert "attachment" in response["Content-Disposition"]
    events.reads.flush()
    asked = Event.objects.get(operation="LookupEvents").parameters
    assert (asked["purpose"], asked["event_name"]) == ("export as CSV", "CreateUser")


def test_export_as_json_lines_can_be_verified_again(admin: Client) -> None:
    response = admin.get("/events/~export/events.jsonl")
    rows = [json.loads(line) for line in b"".join(response).decode().splitlines()]
    assert len(rows) == Event.objects.count()
    for row in rows:
        values = {"account_id": "123456789012", **row, "time": datetime.fromisoformat(row["time"])}
        assert hash_of([values[name] for name in HASHED]) == row["hash"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_export_as_csv_holds_no_formula(admin: Client, sample: Cast, formula: str) -> None:
    event = Event(account=sample.account, time=timezone.now(), principal=formula, operation="GetUser")
    events.append([event])
    content = b"".join(admin.get("/events/~export/events.csv")).decode()
    assert next(csv.DictReader(StringIO(content)))["principal"] == f"'{formula}"


def test_export_of_one_event_by_its_number_is_that_event(admin: Client) -> None:
    rows = b"".join(admin.get("/events/~export/events.jsonl?q=3")).decode().splitlines()
    assert [json.loads(row)["sequence"] for row in rows] == [3]


def test_export_is_refused_to_who_may_not_look(carol: Client) -> None:
    response = carol.get("/events/~export/events.csv")
    assert response.status_code == 403
    assert "cloudtrail:LookupEvents" in response.text


def test_export_with_filters_that_make_no_sense_is_refused(admin: Client) -> None:
    assert admin.get("/events/~export/events.csv?outcome=maybe").status_code == 400
