import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event
from policies_app.operations import events, users
from tests.factories import Cast


def operations_on(page: str) -> set[str]:
    """The operations in the rows, not those on offer in the filter."""
    rows = page.partition("<tbody>")[2]
    return {
        name
        for name in ("CreateUser", "CreateGroup", "CreateRole", "CreatePolicy", "LookupEvents")
        if f"<td>{name}</td>" in rows
    }


def test_newest_events_come_first_with_their_parameters(admin: Client, sample: Cast):
    page = admin.get("/events/").text
    assert page.index("CreateRole</td>") < page.index("CreateGroup</td>")
    assert "<details>" in page
    assert "<dt>role_name</dt>" in page


@pytest.mark.parametrize("principal", ["system/tests", "arn:aws:iam::123456789012:system/tests"])
def test_filters_by_principal(admin: Client, principal: str):
    assert "CreateUser" in operations_on(admin.get("/events/", {"principal": principal}).text)
    assert not operations_on(admin.get("/events/", {"principal": "alice"}).text)


def test_filters_by_operation_resource_and_outcome(admin: Client, carol: Client):
    assert operations_on(admin.get("/events/?operation=CreateGroup").text) == {"CreateGroup"}
    assert operations_on(admin.get("/events/?resource=group/ChimeUserManagers&operation=CreateGroup").text) == {
        "CreateGroup"
    }
    carol.get("/events/")
    assert operations_on(admin.get("/events/?outcome=refused").text) == {"LookupEvents"}


def test_bare_name_as_filter_is_a_user(admin: Client):
    page = admin.get("/events/", {"resource": "alice"}).text
    assert operations_on(page) == {"CreateUser"}


def test_pages_go_on_below_the_marker_with_the_filters_kept(admin: Client, sample: Cast):
    for number in range(60):
        users.create_user(sample.system, user_name=f"user{number}")
    page = admin.get("/events/?operation=CreateUser").text
    assert "user/user59" in page
    assert "user/user9<" not in page.replace("<wbr>", "")
    marker = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "operation=CreateUser" in marker
    assert "user/user9<" in admin.get(f"/events/{marker}").text.replace("<wbr>", "")


@pytest.mark.parametrize("marker", ["abc", "-1", "9" * 40, "1\x00"])
def test_bad_marker_is_said_to_be_bad(admin: Client, marker: str):
    assert admin.get("/events/", {"marker": marker}).status_code == 400


@pytest.mark.parametrize("field", ["principal", "operation", "resource"])
def test_nul_in_a_filter_is_a_located_message(admin: Client, field: str):
    response = admin.get("/events/", {field: "a\x00b"})
    assert response.status_code == 400
    assert "Null characters are not allowed" in response.text


def test_unknown_outcome_is_refused_and_the_rest_kept(admin: Client):
    response = admin.get("/events/?outcome=maybe&principal=alice")
    assert response.status_code == 400
    assert 'value="alice"' in response.text


def test_without_permission_the_refusal_names_the_action(carol: Client):
    response = carol.get("/events/")
    assert response.status_code == 403
    assert "cloudtrail:LookupEvents" in response.text
    assert Event.objects.filter(operation="LookupEvents", outcome="refused").count() == 1


def test_search_swaps_the_rows_alone(admin: Client):
    response = admin.get("/events/", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "HX-Request" in response["Vary"]


def test_queries_do_not_grow_with_the_events(
    admin: Client, sample: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for number in range(30):
        users.create_user(sample.system, user_name=f"user{number}")
    events.reads.flush()
    with django_assert_max_num_queries(6):
        admin.get("/events/")
