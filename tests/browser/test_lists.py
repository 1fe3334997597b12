"""Lists as people use them: typing, ordering, choosing columns and filters, ticking rows; also without a script."""

import csv
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, Event, User
from policies_app.operations import tags
from policies_app.operations.accounts import system_call
from tests.browser.console import Visitor
from tests.factories import ACCOUNT, Cast


@pytest.fixture
def crowd(passwords: dict[str, str]) -> Cast:
    """60 users more, every second one of team blue."""
    cast = Cast.__new__(Cast)
    cast.account = Account.objects.get(pk=ACCOUNT)
    cast.system = system_call(cast.account, "tests")
    for number in range(60):
        cast.user(f"user{number:02}")
        if number % 2:
            name = f"user{number:02}"
            tags.tag_user(cast.system, user_name=name, tags=[{"Key": "team", "Value": "blue"}])
    return cast


@pytest.fixture
def users(visitor: Visitor, passwords: dict[str, str], crowd: Cast) -> Page:
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/")
    return visitor.page


def first(page: Page) -> str:
    return page.locator("tbody th").first.inner_text()


def test_typing_narrows_the_rows_and_keeps_order_and_focus(visitor: Visitor, users: Page):
    users.get_by_role("link", name="Name").click()
    expect(users).to_have_url("/users/?order=-name")
    assert first(users) == "user59"
    expect(users.get_by_role("link", name="Name")).to_be_focused()
    users.get_by_role("searchbox", name="Search users").type("user1")
    expect(users.locator("tbody tr")).to_have_count(10)
    assert first(users) == "user19"
    expect(users.get_by_role("searchbox", name="Search users")).to_be_focused()
    expect(users).to_have_url("/users/?q=user1&order=-name")
    visitor.look_over()


def test_next_page_and_back_keep_the_filter(visitor: Visitor, users: Page):
    users.get_by_role("link", name="Next").click()
    expect(users.locator("tbody th").first).to_have_text("user46")
    expect(users.locator("#pager-next")).to_have_class("btn btn-sm btn-outline-secondary disabled")
    users.get_by_role("link", name="Previous").click()
    expect(users.locator("tbody th").first).to_have_text("admin")
    users.go_back()
    expect(users.locator("tbody th").first).to_have_text("user46")


def test_filters_are_set_in_a_small_form_and_taken_away_by_their_chips(visitor: Visitor, users: Page):
    users.get_by_role("button", name="Filters").click()
    users.get_by_role("textbox", name="Tag").fill("team=blue")
    visitor.look_over()
    users.get_by_role("button", name="Apply").click()
    expect(users).to_have_url("/users/?tag=team%3Dblue")
    expect(users.locator("tbody tr")).to_have_count(30)
    visitor.look_over()
    users.get_by_role("link", name="Without Tag: team=blue").click()
    expect(users).to_have_url("/users/")


def test_columns_are_chosen_and_remembered(visitor: Visitor, users: Page):
    users.get_by_role("button", name="Columns").click()
    visitor.look_over()
    menu = users.locator("#columns")
    menu.get_by_label("Tags").check()
    menu.get_by_label("Groups").uncheck()
    menu.get_by_role("button", name="Show these").click()
    expect(users.get_by_role("columnheader", name="Tags")).to_be_visible()
    visitor.open("/users/")
    expect(users.get_by_role("columnheader", name="Tags")).to_be_visible()
    expect(users.get_by_role("columnheader", name="Groups")).to_have_count(0)


def test_ticked_rows_are_changed_and_each_says_what_became_of_it(visitor: Visitor, users: Page):
    bar = users.get_by_role("group", name="With the chosen ones")
    expect(bar).to_be_hidden()
    before = users.get_by_role("region", name="Users").bounding_box()
    for name in ("alice", "user00", "user01"):
        users.get_by_label(f"Choose {name}").check()
    expect(bar).to_contain_text("3 chosen")
    assert users.get_by_role("region", name="Users").bounding_box() == before
    visitor.look_over()
    bar.get_by_role("button", name="Delete").click()
    expect(users.get_by_role("listitem").filter(has_text="In the way: ")).to_contain_text("group ChimeUserManagers")
    visitor.look_over()
    users.get_by_label("To confirm, type delete").fill("delete")
    users.get_by_role("button", name="Delete 3 users").click()
    expect(users.get_by_role("row").filter(has_text="alice")).to_contain_text("must detach all policies first")
    expect(users.get_by_role("row").filter(has_text="user00")).to_contain_text("Deleted")
    visitor.look_over()
    assert Event.objects.filter(operation="DeleteUser").count() == 3


def test_box_in_the_head_ticks_the_whole_page(users: Page):
    users.get_by_label("Choose all on this page").check()
    expect(users.get_by_role("group", name="With the chosen ones")).to_contain_text("50 chosen")
    users.get_by_label("Choose alice").uncheck()
    assert users.get_by_label("Choose all on this page").evaluate("box => box.indeterminate")


def test_file_holds_what_is_shown(users: Page, tmp_path: Path):
    users.goto("/users/?tag=team%3Dblue&order=-name")
    with users.expect_download() as download:
        users.get_by_role("button", name="Export CSV").click()
    download.value.save_as(tmp_path / "users.csv")
    with (tmp_path / "users.csv").open() as file:
        names = [row["Name"] for row in csv.DictReader(file)]
    assert names == [f"user{number:02}" for number in range(59, 0, -2)]


def test_without_a_script_filters_order_pages_and_changes_work(
    browser: Browser, base_url: str, passwords: dict[str, str], crowd: Cast
):
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/users/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("textbox", name="Tag").fill("team")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Name").click()
    assert first(page) == "user59"
    page.get_by_label("Choose user59").check()
    page.get_by_label("Choose user57").check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_label("Value").fill("red")
    page.get_by_role("button", name="Tag 2 users").click()
    expect(page.get_by_text("Tagged: 2 of 2.")).to_be_visible()
    assert User.objects.filter(tags__value="red").count() == 2


def test_list_refused_and_columns_refused_are_in_order_for_axe(
    visitor: Visitor, passwords: dict[str, str], crowd: Cast
):
    crowd.inline("carol", "List", "iam:ListUsers")
    visitor.sign_in("carol", passwords["carol"])
    visitor.open("/users/")
    expect(visitor.page.get_by_role("columnheader", name="Groups")).to_contain_text("Needs iam:ListGroupsForUser")
    visitor.open("/users/?old_keys=90")
    expect(visitor.page.locator(".refused")).to_contain_text("iam:ListAccessKeys")


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lists_are_in_order_at_any_width(
    visitor: Visitor, passwords: dict[str, str], scheme: Literal["light", "dark"], width: int
):
    page = visitor.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    visitor.sign_in("admin", passwords["admin"])
    for address in ("/groups/", "/roles/", "/policies/", "/users/~change/?change=attach&chosen=alice"):
        visitor.open(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
