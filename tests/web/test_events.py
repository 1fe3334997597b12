import csv
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, User
from policies_app.models.events import HASHED, hash_of
from policies_app.operations import events, groups, inline_policies, policies, policy_versions, roles, users
from policies_app.operations.accounts import create_account
from tests.factories import TRUST, Cast, call_of, document


def operations_on(page: str) -> set[str]:
    """The operations in the rows, not those on offer in the filter."""
    rows = page.partition("<tbody>")[2]
    return {
        name
        for name in ("CreateUser", "CreateGroup", "CreateRole", "CreatePolicy", "LookupEvents", "ConsoleLogin")
        if f">{name}</a>" in rows
    }


def url_of(**wanted: str) -> str:
    """The page of the only event of that kind."""
    return f"/events/{Event.objects.get(**wanted).sequence}/"


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


# One event ----------------------------------------------------------------------------------------------------------


def test_the_page_of_an_event_tells_everything(admin: Client) -> None:
    event = Event.objects.get(operation="CreateGroup")
    page = admin.get(f"/events/{event.sequence}/").text
    assert all(text in page for text in (event.hash, event.previous_hash, "Verified", "ChimeUserManagers"))
    assert 'href="/groups/ChimeUserManagers/"' in page


def test_the_page_of_an_event_says_what_is_no_more_and_what_may_not_be_read(
    admin: Client, signed_in: Callable[[str], Client], sample: Cast
) -> None:
    sample.user("reader", "cloudtrail:LookupEvents")
    page = signed_in("reader").get(url_of(operation="CreateGroup")).text
    assert "You may not read it" in page
    groups.create_group(sample.system, group_name="gone")
    groups.delete_group(sample.system, group_name="gone")
    assert "Deleted" in admin.get(url_of(operation="DeleteGroup")).text


def test_before_and_after_of_a_rename(admin: Client, sample: Cast) -> None:
    sample.user("dana")
    users.update_user(sample.system, user_name="dana", new_user_name="diana", new_path="/eng/")
    page = admin.get(url_of(operation="UpdateUser")).text
    assert '<th scope="row">Name</th><td class="before">dana</td><td class="after">diana</td>' in page
    assert '<th scope="row">Path</th><td class="before">/</td><td class="after">/eng/</td>' in page


def test_before_and_after_of_a_policys_document_in_lines_and_words(admin: Client, sample: Cast) -> None:
    policy = sample.policy("Own", "s3:GetObject")
    policy_versions.create_policy_version(
        sample.system, policy_arn=policy.arn, policy_document=document("s3:*"), set_as_default=True
    )
    page = admin.get(url_of(operation="CreatePolicyVersion")).text
    assert "before and after" in page
    assert "More access" in page
    assert page.count('class="diff"') == 1


def test_before_and_after_of_inline_and_trust_policies(admin: Client, sample: Cast) -> None:
    sample.user("dana", "s3:GetObject")
    name = {"user_name": "dana", "policy_name": "Given"}
    inline_policies.put_user_policy(sample.system, **name, policy_document=document("s3:*"))
    inline_policies.delete_user_policy(sample.system, **name)
    put = Event.objects.filter(operation="PutUserPolicy").latest("sequence")
    assert "Inline policy Given: before and after" in admin.get(f"/events/{put.sequence}/").text
    assert "Inline policy Given: no longer there" in admin.get(url_of(operation="DeleteUserPolicy")).text
    roles.update_assume_role_policy(
        sample.system, role_name="ChimeSupport", policy_document=TRUST.replace("root", "user/alice")
    )
    assert "Trust policy: before and after" in admin.get(url_of(operation="UpdateAssumeRolePolicy")).text


def test_documents_are_for_who_may_read_the_policy(signed_in: Callable[[str], Client], sample: Cast) -> None:
    sample.policy("Own", "s3:GetBucketAcl")
    sample.user("reader", "cloudtrail:LookupEvents")
    page = signed_in("reader").get(url_of(operation="CreatePolicy", resource__endswith="policy/Own")).text
    assert "iam:GetPolicyVersion" in page
    assert "s3:GetBucketAcl" not in page
    assert Event.objects.filter(operation="GetPolicyVersion", outcome="refused").count() == 1


def test_of_a_deleted_policy_the_document_is_for_who_might_have_read_it(
    admin: Client, signed_in: Callable[[str], Client], sample: Cast
) -> None:
    policy = sample.policy("Own", "s3:GetBucketAcl")
    policies.delete_policy(sample.system, policy_arn=policy.arn)
    assert "s3:GetBucketAcl" in admin.get(url_of(operation="DeletePolicy")).text
    sample.user("reader", "cloudtrail:LookupEvents")
    assert "s3:GetBucketAcl" not in signed_in("reader").get(url_of(operation="DeletePolicy")).text


def test_who_reads_their_own_event_is_not_told_what_others_did_before(
    signed_in: Callable[[str], Client], sample: Cast
) -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    sample.user("dana", "cloudtrail:LookupEvents", resource=own)
    sample.inline("dana", "Rename", "iam:UpdateUser")
    users.create_user(sample.system, user_name="erin", path="/secret/")
    users.update_user(call_of(User.objects.get(name="dana")), user_name="erin", new_path="/eng/")
    page = signed_in("dana").get(url_of(operation="UpdateUser"))
    assert page.status_code == 200
    assert "/secret/" not in page.text
    assert "/events/~verify/" not in page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="(/[^"]*)"', main)]
    assert {link: signed_in("dana").get(link).status_code for link in links} == {
        "/me/events/": 200,
        "/events/?principal=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser/dana": 200,
    }


@pytest.mark.parametrize("sequence", ["0", "99999", "9" * 40])
def test_an_event_that_is_not_there_is_a_404(admin: Client, sequence: str) -> None:
    assert admin.get(f"/events/{sequence}/").status_code == 404


def test_events_of_another_account_are_not_there(admin: Client) -> None:
    other = create_account("999999999999")
    now = timezone.now()
    events.append(
        [Event(account=other, time=now, principal="p", operation="GetUser", outcome="success") for _ in range(99)]
    )
    assert admin.get("/events/99/").status_code == 404


def test_the_page_of_an_event_takes_a_fixed_number_of_queries(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    policy = sample.policy("Own")
    for number in range(4):
        policy_versions.create_policy_version(
            sample.system, policy_arn=policy.arn, policy_document=document(f"s3:Get{number}*"), set_as_default=True
        )
    made = list(Event.objects.filter(operation="CreatePolicyVersion").order_by("sequence"))
    for event in (made[0], made[1]):
        admin.get(f"/events/{event.sequence}/")
        with django_assert_num_queries(12):
            admin.get(f"/events/{event.sequence}/")


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


# Verification -------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.web.views.event_verification.VERIFIED_AT_ONCE", 4)


def begin(client: Client) -> str:
    page = client.get("/events/~verify/").text
    return "?run=" + page.partition('name="run" value="')[2].partition('"')[0]


def go_through(client: Client) -> str:
    """All the pages of a verification, as who follows the links sees them."""
    pages, url = "", begin(client)
    while url:
        page = client.get(f"/events/~verify/{url}").text
        pages += page
        url = page.partition('hx-get="?run=')[2].partition('"')[0]
        url = url and f"?run={url}"
    return pages


def test_the_record_is_verified_part_by_part(admin: Client, in_parts: None) -> None:
    pages = go_through(admin)
    assert "4 of " in pages
    assert "are as they were recorded" in pages
    assert pages.count("<html") >= 3


def test_the_verification_names_what_was_altered_in_whatever_part(admin: Client, in_parts: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER event_refuses_update")
        cursor.execute("UPDATE policies_app_event SET principal = 'nobody' WHERE sequence = 2")
    pages = go_through(admin)
    assert "Event 2 was altered" in pages
    assert "1 flaw in" in pages
    assert "are as they were recorded" not in pages
    assert "Broken" in admin.get("/events/2/").text
    beside = admin.get("/events/3/").text
    assert "Event 2 was altered" in beside
    assert "Beside a flaw" in beside
    assert "Broken" not in admin.get("/events/5/").text


@pytest.mark.parametrize("run", ["", "x", signing.dumps({"next": 3}), signing.dumps({"a": 1}, salt="events:verify")])
def test_a_verification_that_was_not_begun_here_is_refused(admin: Client, run: str) -> None:
    assert admin.get("/events/~verify/", {"run": run}).status_code == 400


def test_verification_is_for_who_may_look_events_up(carol: Client) -> None:
    assert carol.get("/events/~verify/").status_code == 403


def test_each_part_of_a_verification_swaps_itself(admin: Client) -> None:
    page = admin.get(f"/events/~verify/{begin(admin)}", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert "are as they were recorded" in page
