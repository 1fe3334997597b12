"""The account's settings, as an administrator changes them."""

import csv
import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, PasswordPolicy
from policies_app.operations import attachments, policies
from policies_app.operations.accounts import system_call
from tests.browser.console import Visitor, without_javascript
from tests.factories import document


@pytest.fixture
def admin(visitor: Visitor, passwords: dict[str, str]) -> Page:
    visitor.sign_in("admin", passwords["admin"])
    return visitor.page


def test_an_alias_is_made_and_deleted(visitor: Visitor, admin: Page) -> None:
    admin.get_by_role("link", name="Account settings").click()
    visitor.look_over()
    admin.get_by_role("link", name="Create alias").click()
    admin.get_by_label("Alias").fill("Not One")
    admin.get_by_role("button", name="Save alias").click()
    expect(admin.get_by_role("alert")).to_be_visible()
    visitor.look_over()
    admin.get_by_label("Alias").fill("the-company")
    admin.get_by_role("button", name="Save alias").click()
    expect(admin.get_by_text("The account is now called the-company.")).to_be_visible()
    visitor.look_over()
    admin.get_by_role("link", name="Delete alias").click()
    visitor.look_over()
    admin.get_by_role("textbox", name="Name").fill("the-company")
    admin.get_by_role("button", name="Delete alias").click()
    expect(admin.get_by_role("link", name="Create alias")).to_be_visible()
    assert Account.objects.get().alias is None


def test_a_password_policy_is_made_and_given_up(visitor: Visitor, admin: Page) -> None:
    visitor.open("/account/password-policy/")
    expect(admin.get_by_text(re.compile("^AWS.s default$"))).to_be_visible()
    admin.get_by_role("link", name="Make a policy").click()
    visitor.look_over()
    admin.get_by_label("Minimum length").fill("3")
    admin.get_by_label("Passwords expire").check()
    admin.get_by_role("button", name="Save password policy").click()
    expect(admin.get_by_role("alert")).to_contain_text("2 things need your attention")
    visitor.look_over()
    admin.get_by_label("Minimum length").fill("16")
    admin.get_by_label("Days until a password expires").fill("365")
    admin.get_by_role("button", name="Save password policy").click()
    expect(admin.get_by_text("Expires after 365 days")).to_be_visible()
    visitor.look_over()
    admin.get_by_role("link", name="Back to the default").click()
    admin.get_by_role("textbox", name="Name").fill("default")
    admin.get_by_role("button", name="Delete the password policy").click()
    expect(admin.get_by_text(re.compile("^AWS.s default$"))).to_be_visible()
    assert not PasswordPolicy.objects.exists()


def test_the_fullest_are_found_in_place(visitor: Visitor, admin: Page) -> None:
    system = system_call(Account.objects.get(), "tests")
    for number in range(9):
        policy = policies.create_policy(system, policy_name=f"P{number}", policy_document=document("s3:Get*"))
        attachments.attach_user_policy(system, user_name="carol", policy_arn=policy.arn)
    visitor.open("/account/quotas/")
    admin.get_by_role("link", name="Find the fullest").click()
    expect(admin.get_by_role("row", name="Managed policies attached to a user")).to_contain_text("carol")
    expect(admin.get_by_role("link", name="Look again")).to_be_focused()
    visitor.look_over()


def test_a_credential_report_is_waited_for_and_saved(visitor: Visitor, admin: Page) -> None:
    visitor.open("/account/credential-report/")
    admin.get_by_role("button", name="Generate report").click()
    link = admin.get_by_role("link", name="Download CSV")
    expect(link).to_be_visible(timeout=15_000)
    visitor.look_over()
    with admin.expect_download() as download:
        link.click()
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert {"<root_account>", "admin", "alice"} <= {row["user"] for row in rows}


def test_authorization_details_are_saved(visitor: Visitor, admin: Page) -> None:
    visitor.open("/account/authorization-details/")
    admin.get_by_label("Roles").check()
    with admin.expect_download() as download:
        admin.get_by_role("button", name="Download JSON").click()
    found = json.loads(download.value.path().read_text())
    assert [role["RoleName"] for role in found["RoleDetailList"]] == ["ChimeSupport"]
    assert found["UserDetailList"] == []


def test_without_javascript_the_settings_work_alike(browser: Browser, base_url: str, passwords: dict[str, str]) -> None:
    page = without_javascript(browser, base_url, "/account/alias/", passwords["admin"])
    page.get_by_label("Alias").fill("the-company")
    page.get_by_role("button", name="Save alias").click()
    expect(page.get_by_text("The account is now called the-company.")).to_be_visible()
    page.goto("/account/credential-report/")
    page.get_by_role("button", name="Generate report").click()
    for _ in range(50):
        if page.get_by_role("link", name="Download CSV").count():
            break
        page.wait_for_timeout(200)
        page.goto("/account/credential-report/")
    expect(page.get_by_role("link", name="Download CSV")).to_be_visible()
