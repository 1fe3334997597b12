"""Somebody searches the record, reads one event, follows an object through its names, and has the record verified."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, Event
from policies_app.operations import policies, policy_versions, users
from policies_app.operations.accounts import system_call
from tests.browser.console import Visitor, without_javascript
from tests.factories import document


@pytest.fixture
def furnished(visitor: Visitor, passwords: dict[str, str]) -> Page:
    """The administrator is signed in; dana was renamed, and the policy Deploy has a second version."""
    system = system_call(Account.objects.get(), "tests")
    users.create_user(system, user_name="dana")
    users.update_user(system, user_name="dana", new_user_name="diana")
    policy = policies.create_policy(system, policy_name="Deploy", policy_document=document("s3:GetObject"))
    policy_versions.create_policy_version(
        system, policy_arn=policy.arn, policy_document=document("s3:*"), set_as_default=True
    )
    visitor.sign_in("admin", passwords["admin"])
    return visitor.page


def test_events_are_found_as_one_types_and_opened(visitor: Visitor, furnished: Page) -> None:
    visitor.open("/events/")
    search = furnished.get_by_role("searchbox", name="Operation, ARN")
    search.press_sequentially("UpdateUser")
    expect(furnished.locator("#rows tbody tr")).to_have_count(1)
    expect(search).to_be_focused()
    expect(furnished).to_have_url(re.compile(r"q=UpdateUser"))
    visitor.look_over()
    furnished.get_by_role("link", name="UpdateUser", exact=True).click()
    expect(furnished.get_by_role("row", name="Name dana diana")).to_be_visible()
    visitor.look_over()


def test_a_filter_is_taken_away_by_its_chip(visitor: Visitor, furnished: Page) -> None:
    visitor.open("/events/?operation=CreateUser&outcome=refused")
    expect(furnished.get_by_text("No event matches")).to_be_visible()
    furnished.get_by_role("link", name="Without Outcome: Refused").click()
    expect(furnished.locator("#rows tbody tr").first).to_contain_text("CreateUser")


def test_the_two_documents_of_a_new_version_are_compared(visitor: Visitor, furnished: Page) -> None:
    event = Event.objects.get(operation="CreatePolicyVersion")
    visitor.open(f"/events/{event.sequence}/")
    expect(furnished.get_by_role("heading", name="More access")).to_be_visible()
    expect(furnished.get_by_text("Verified", exact=True)).to_be_visible()
    furnished.get_by_role("link", name=re.compile(f"Event {event.sequence - 1}")).click()
    expect(furnished.get_by_role("heading", name="CreatePolicy")).to_be_visible()


def test_the_events_of_a_user_go_back_beyond_the_rename(visitor: Visitor, furnished: Page) -> None:
    visitor.open("/users/diana/~events/")
    expect(furnished.get_by_role("link", name="CreateUser")).to_be_visible()
    furnished.get_by_role("link", name="Reads as well").click()
    expect(furnished.get_by_role("link", name="Reads as well")).to_have_attribute("aria-current", "true")
    visitor.look_over()


def test_the_record_is_verified_part_by_part(
    visitor: Visitor, furnished: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.web.views.event_verification.VERIFIED_AT_ONCE", 5)
    visitor.open("/events/")
    furnished.get_by_role("link", name="Verify the record").click()
    furnished.get_by_role("button", name="Verify all events").click()
    expect(furnished.get_by_text("events are as they were recorded")).to_be_visible()
    visitor.look_over()


def test_a_file_of_what_matches_is_saved(visitor: Visitor, furnished: Page) -> None:
    visitor.open("/events/?operation=CreateUser")
    with furnished.expect_download() as download:
        furnished.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("sequence,time,principal,operation")
    assert len(lines) == 1 + Event.objects.filter(operation="CreateUser").count()


def test_without_javascript_the_record_is_searched_and_verified(
    browser: Browser, base_url: str, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.web.views.event_verification.VERIFIED_AT_ONCE", 3)
    page = without_javascript(browser, base_url, "/events/", passwords["admin"])
    page.get_by_role("searchbox", name="Operation, ARN").fill("CreateRole")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.goto("/events/~verify/")
    page.get_by_role("button", name="Verify all events").click()
    for _ in range(Event.objects.count()):
        if page.get_by_text("events are as they were recorded").count():
            break
        page.get_by_role("link", name="Go on").click()
    expect(page.get_by_text("events are as they were recorded")).to_be_visible()
