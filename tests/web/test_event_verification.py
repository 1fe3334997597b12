"""The pages that verify the record, part by part."""

import pytest
from django.core import signing
from django.db import connection
from django.test import Client


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


@pytest.mark.parametrize(
    "run",
    ["", "x", signing.dumps({"next": 3}), signing.dumps({"a": 1}, salt="events:verify")],
    # What is signed holds the time, and a test of another name each second is none for workers side by side.
    ids=["nothing", "no signature", "another salt", "no place in it"],
)
def test_a_verification_that_was_not_begun_here_is_refused(admin: Client, run: str) -> None:
    assert admin.get("/events/~verify/", {"run": run}).status_code == 400


def test_verification_is_for_who_may_look_events_up(carol: Client) -> None:
    assert carol.get("/events/~verify/").status_code == 403


def test_each_part_of_a_verification_swaps_itself(admin: Client) -> None:
    page = admin.get(f"/events/~verify/{begin(admin)}", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert "are as they were recorded" in page
