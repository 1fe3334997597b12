"""Acting as a role in a real browser, with JavaScript and without."""

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account
from policies_app.operations import inline_policies, roles
from policies_app.operations.accounts import system_call
from tests.browser.console import Visitor
from tests.factories import TRUST, document


@pytest.fixture(autouse=True)
def auditor(browser: Browser, passwords: dict[str, str]) -> None:
    """A role that may list users, and an alice who may take it on. The browser has to be there before the database."""
    account = Account.objects.get()
    system = system_call(account, "tests")
    roles.create_role(system, role_name="auditor", path="/team/", assume_role_policy_document=TRUST)
    inline_policies.put_role_policy(
        system, role_name="auditor", policy_name="List", policy_document=document("iam:ListUsers")
    )
    inline_policies.put_user_policy(
        system,
        user_name="alice",
        policy_name="Switch",
        policy_document=document("sts:AssumeRole", "iam:GetRole", "iam:ListUsers"),
    )


def test_a_role_is_taken_on_from_its_page_and_left_by_the_banner(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("alice", passwords["alice"])
    visitor.open("/roles/auditor/")
    page.get_by_role("button", name="Switch to this role").click()
    band = page.get_by_role("region", name="Role", exact=True)
    expect(band).to_contain_text("alice, you act as team/auditor")
    for path in ("/", "/users/", "/roles/", "/me/", "/switch-role/", "/admin/", "/nowhere/"):
        visitor.open(path)
        expect(band).to_be_visible()
    band.get_by_role("button", name="Switch back").click()
    expect(page.get_by_text("You are yourself again: alice")).to_be_visible()
    expect(band).to_be_hidden()
    visitor.look_over()


def test_a_recent_role_is_one_click_away_in_the_user_menu(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("alice", passwords["alice"])
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("link", name="Switch role").click()
    visitor.look_over()
    fill(page, "Auditor of the team")
    expect(page.get_by_role("region", name="Role", exact=True)).to_contain_text("Auditor of the team")
    page.get_by_role("button", name="Switch back").click()
    page.locator("[popovertarget=user-menu]").click()
    visitor.look_over()
    page.locator("#user-menu").get_by_role("button", name="Auditor of the team").click()
    expect(page.get_by_role("region", name="Role", exact=True)).to_contain_text("Auditor of the team")


def test_a_role_that_lets_nobody_in_says_why(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("bob", passwords["bob"])
    visitor.open("/switch-role/")
    fill(page, "")
    expect(page.get_by_text("You may not switch to this role.")).to_be_visible()
    expect(page.get_by_label("Role name")).to_have_value("team/auditor")
    visitor.look_over()


def test_without_javascript_a_role_is_taken_on_and_left(
    browser: Browser, base_url: str, passwords: dict[str, str]
) -> None:
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/sign-in/?next=/switch-role/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(passwords["alice"])
    page.get_by_role("button", name="Sign in").click()
    fill(page, "")
    page.goto("/users/")
    expect(page.get_by_role("link", name="bob")).to_be_visible()
    page.get_by_role("button", name="Switch back").click()
    expect(page.get_by_text("You are yourself again: alice")).to_be_visible()


def test_sessions_are_revoked_where_they_are_listed(
    visitor: Visitor, browser: Browser, base_url: str, passwords: dict[str, str]
) -> None:
    there = Visitor(browser.new_context(base_url=base_url).new_page())
    there.sign_in("alice", passwords["alice"])
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/alice/~security/")
    panel = visitor.page.locator("#console-sessions")
    expect(panel).to_contain_text("Chrome on Linux")
    panel.get_by_role("button", name="Revoke", exact=True).click()
    expect(visitor.page.get_by_text("The session is over.")).to_be_visible()
    visitor.look_over()
    there.page.goto("/me/")
    expect(there.page.get_by_role("heading", name="Sign in")).to_be_visible()


def fill(page: Page, display_name: str) -> None:
    page.get_by_label("Role name").fill("team/auditor")
    page.get_by_label("Display name").fill(display_name)
    page.get_by_role("button", name="Switch role").click()
