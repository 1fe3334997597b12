"""The palette and the single keys, by keyboard alone; and the search without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.console import Visitor


@pytest.fixture
def page_of_admin(visitor: Visitor, passwords: dict[str, str]) -> Iterator[Page]:
    visitor.sign_in("admin", passwords["admin"])
    yield visitor.page
    assert not visitor.complaints


def palette(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search the console")


def chosen(page: Page) -> Locator:
    return page.locator("#palette [role=option][aria-selected=true]")


def test_ctrl_k_finds_a_user_and_enter_opens_it(page_of_admin: Page, visitor: Visitor):
    page = page_of_admin
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_focused()
    expect(chosen(page)).to_have_text("Dashboard")
    page.keyboard.type("alic")
    expect(chosen(page)).to_contain_text("user/alice")
    expect(palette(page)).to_have_attribute("aria-activedescendant", chosen(page).get_attribute("id") or "")
    expect(page.locator("#palette [role=status]")).to_have_text(re.compile(r"\d+ results?"))
    visitor.look_over()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="alice", level=1)).to_be_visible()


def test_enter_pressed_before_the_answer_goes_to_what_was_typed(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_have_text("Dashboard")
    page.keyboard.type("bob")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/users/bob/$"))


def test_the_same_text_again_is_asked_again_and_back_shows_no_palette(page_of_admin: Page):
    page = page_of_admin
    for _ in range(2):
        page.keyboard.press("Control+k")
        expect(chosen(page)).to_have_text("Dashboard")
        page.keyboard.insert_text("bob")
        expect(chosen(page)).to_contain_text("user/bob")
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("bob")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/users/bob/$"))
    page.go_back()
    expect(palette(page)).to_be_hidden()


def test_arrows_home_and_end_move_and_the_focus_stays_in_the_field(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_have_text("Dashboard")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_have_text("Users")
    page.keyboard.press("End")
    expect(chosen(page)).to_have_text("Sign out")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_have_text("Dashboard")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(chosen(page)).to_have_text("Dashboard")
    expect(palette(page)).to_be_focused()


def test_escape_closes_and_the_focus_goes_back(page_of_admin: Page):
    page = page_of_admin
    page.goto("/users/")
    search = page.get_by_role("searchbox", name="Search users")
    search.focus()
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()
    expect(search).to_be_focused()


def test_ctrl_enter_opens_a_tab_beside_it(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("Control+k")
    page.keyboard.type("chimesupport")
    expect(chosen(page)).to_contain_text("ChimeSupport")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile("/roles/ChimeSupport/$"))
    expect(palette(page)).to_be_focused()


def test_a_task_on_somebody_and_what_was_looked_at_last(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("Control+k")
    page.keyboard.type("attach a policy to alice")
    expect(chosen(page)).to_contain_text("Attach a policy to alice")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/users/alice/~attach/$"))
    page.goto("/users/alice/")
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_contain_text("user/alice")


def test_sign_out_by_the_palette(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("Control+k")
    page.keyboard.type("sign out")
    expect(chosen(page)).to_have_text("Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_what_would_be_refused_is_said_and_leads_nowhere(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("carol", passwords["carol"])
    page.keyboard.press("Control+k")
    page.keyboard.type("create user")
    expect(chosen(page)).to_contain_text("Needs iam:CreateUser")
    expect(page.locator("#palette")).to_contain_text("users (needs iam:ListUsers)")
    visitor.look_over()
    page.keyboard.press("Enter")
    expect(page.locator("#palette [role=status]")).to_contain_text("Needs iam:CreateUser")
    expect(palette(page)).to_be_focused()


def test_a_server_that_does_not_answer_is_said_in_the_palette(page_of_admin: Page, visitor: Visitor):
    page = page_of_admin
    page.route("**/search/**", lambda route: route.abort())
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_contain_text("The server did not answer")
    visitor.complaints.clear()  # of the request that was cut


def test_who_was_signed_out_meanwhile_signs_in_and_comes_back(page_of_admin: Page):
    page = page_of_admin
    page.goto("/groups/")
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.endswith("/sign-in/?next=%2Fgroups%2F")


def test_on_a_phone_it_is_a_sheet_that_a_button_closes(page_of_admin: Page, visitor: Visitor):
    page = page_of_admin
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("textbox", name="Search the console").click()
    expect(palette(page)).to_be_focused()
    assert page.locator("#palette").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    visitor.look_over()
    page.get_by_role("button", name="Close").click()
    expect(palette(page)).to_be_hidden()


# Single keys


def test_single_keys_lead_to_lists_to_the_search_and_to_the_list_of_keys(page_of_admin: Page, visitor: Visitor):
    page = page_of_admin
    for keys, path in (("gu", "/users/"), ("gg", "/groups/"), ("gr", "/roles/"), ("gm", "/me/")):
        for key in keys:
            page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"{path}$"))
    page.keyboard.press("/")
    expect(palette(page)).to_be_focused()  # a page without a search of its own
    page.keyboard.press("Escape")
    page.goto("/users/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search users")).to_be_focused()
    page.keyboard.type("gr?/")
    expect(page.get_by_role("searchbox", name="Search users")).to_have_value("gr?/")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    visitor.look_over()


def test_single_keys_can_be_switched_off_and_stay_off(page_of_admin: Page):
    page = page_of_admin
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single-key shortcuts").press("Space")
    page.keyboard.press("Escape")
    page.reload()
    for key in ("?", "g", "u", "/"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("/")
    assert "/users/" not in page.url
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[popovertarget=user-menu]").click()
    expect(page.get_by_role("switch", name="Single-key shortcuts")).to_have_attribute("aria-checked", "false")


def test_single_keys_sleep_in_the_editor(page_of_admin: Page):
    page = page_of_admin
    page.goto("/policies/~create/")
    page.get_by_label("Policy document").press("Control+Home")
    page.keyboard.type("?gu/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/policies/~create/$"))


# Without JavaScript


def test_without_javascript_the_box_leads_to_a_page_of_results(
    browser: Browser, base_url: str, passwords: dict[str, str]
):
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Search the console").fill("attach alice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Attach a policy to alice")).to_be_visible()
    page.get_by_role("link", name="alice user/alice", exact=True).click()
    expect(page.get_by_role("heading", name="alice", level=1)).to_be_visible()
