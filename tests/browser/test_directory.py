"""Deleting, cloning, converting and looking at what was used, as people do it; the first also without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, InlinePolicy, Policy, User
from policies_app.operations.accounts import system_call
from policies_app.operations.inline_policies import put_user_policy
from policies_app.operations.policy_versions import create_policy_version
from tests.browser.console import Visitor
from tests.factories import document


def sign_in(page: Page, password: str) -> None:
    page.goto("/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


@pytest.mark.parametrize("scripted", [True, False], ids=["with-script", "without-script"])
def test_what_is_in_the_way_is_resolved_one_by_one_and_then_the_user_goes(
    browser: Browser,
    base_url: str,
    passwords: dict[str, str],
    scripted: bool,  # noqa: FBT001  # pytest's parameter
) -> None:
    page = browser.new_context(java_script_enabled=scripted, base_url=base_url).new_page()
    visitor = Visitor(page)
    sign_in(page, passwords["admin"])
    page.goto("/users/alice/~delete/")
    while (button := page.locator("#blockers .btn")).count():
        if scripted:
            visitor.look_over()
        button.first.click()
        if page.locator(".danger-name").first.text_content() != "alice":  # lost for good, so it is asked about
            page.get_by_label("Name").fill(page.locator(".danger-name").first.text_content() or "")
            page.locator("form.danger button[type=submit]").click()
        expect(page.get_by_role("heading", name="Delete alice")).to_be_visible()
    page.get_by_label("Name").fill("alice")
    page.get_by_role("button", name="Delete user").click()
    expect(page.get_by_text("alice was deleted")).to_be_visible()
    assert not User.objects.filter(name="alice").exists()
    page.context.close()


def test_a_clone_takes_along_what_is_ticked(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/alice/")
    page.get_by_role("link", name="Clone").click()
    visitor.look_over()
    page.get_by_label("New name").fill("alicia")
    page.get_by_role("checkbox", name="Groups").uncheck()
    page.get_by_role("button", name="Clone").click()
    expect(page.get_by_role("status").first).to_contain_text("alicia")
    visitor.look_over()
    alicia = User.objects.get(name="alicia")
    assert not alicia.groups.exists()
    assert [each.policy.name for each in alicia.attachments.all()] == ["ViewOwnPermissions"]


def test_an_inline_policy_becomes_a_managed_one(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    system = system_call(Account.objects.get(), "tests")
    text = document("s3:ListBucket")
    put_user_policy(system, user_name="bob", policy_name="Buckets", policy_document=text)
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/bob/")
    page.get_by_role("link", name="Make managed").click()
    visitor.look_over()
    page.get_by_role("button", name="Make it managed").click()
    expect(page.get_by_role("status").first).to_contain_text("in place of an inline one")
    visitor.look_over()
    assert not InlinePolicy.objects.filter(name="Buckets").exists()
    assert Policy.objects.get(name="Buckets").versions.get().document.text == text


def test_the_report_of_what_was_used_comes_by_itself_and_stays_at_its_address(
    visitor: Visitor, passwords: dict[str, str]
) -> None:
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/admin/")
    page.get_by_role("link", name="Last accessed").click()
    expect(page.get_by_text("On record since")).to_be_visible()
    visitor.look_over()
    assert "report=" in page.url
    page.get_by_label("Show", exact=True).select_option("unused")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("Not used", exact=True).first).to_be_visible()
    visitor.look_over()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Clone")).to_be_visible()


def test_the_report_is_made_by_a_button_without_javascript(
    browser: Browser, base_url: str, passwords: dict[str, str]
) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=base_url).new_page()
    sign_in(page, passwords["admin"])
    page.goto("/policies/local/ViewOwnPermissions/~last-accessed/")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("On record since")).to_be_visible()
    page.context.close()


def test_a_roll_back_shows_what_changes_before_it_is_done(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    system = system_call(Account.objects.get(), "tests")
    policy = Policy.objects.get(name="ViewOwnPermissions")
    new = document("iam:GetUser")
    create_policy_version(system, policy_arn=policy.arn, policy_document=new, set_as_default=True)
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/local/ViewOwnPermissions/~versions/")
    page.get_by_role("link", name="Roll back").click()
    expect(page.get_by_role("heading", name="What changes from v2 to v1")).to_be_visible()
    visitor.look_over()
    page.get_by_role("button", name="Roll back to v1").click()
    expect(page.get_by_role("status").first).to_contain_text("is in force from the next request on")
    assert policy.versions.get(is_default=True).version_id == "v1"
