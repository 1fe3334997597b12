"""Starts of a trust policy in a real browser, with JavaScript and without."""

import json

from playwright.sync_api import Browser, Page, expect

from tests.browser.console import Visitor


def choose(page: Page) -> None:
    expect(page.get_by_label("External id")).to_be_hidden()
    page.get_by_label("Another account").check()
    page.locator("#id_trust-account").fill("210987654321")
    page.get_by_label("External id").fill("a-word")
    page.get_by_role("button", name="Put it into the policy below").click()


def test_a_trust_policy_is_started_in_a_few_fields(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/roles/~create/")
    page.get_by_label("Name", exact=True).fill("Partner")
    choose(page)
    visitor.look_over()
    expect(page.get_by_text('"sts:ExternalId"', exact=True)).to_be_visible()
    page.get_by_role("button", name="Create role").last.click()
    expect(page.get_by_text("was created")).to_be_visible()
    visitor.open("/roles/Partner/~trust/~edit/")
    page.get_by_label("SAML 2.0").check()
    visitor.look_over()


def test_without_javascript_it_is_as_easy(browser: Browser, base_url: str, passwords: dict[str, str]) -> None:
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/sign-in/?next=/roles/~create/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    choose(page)
    text = page.get_by_label("Trust policy: who may take on the role").input_value()
    assert json.loads(text)["Statement"][0]["Condition"] == {"StringEquals": {"sts:ExternalId": "a-word"}}
