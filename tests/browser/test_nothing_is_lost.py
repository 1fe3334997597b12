"""What was typed survives the end of a session, another tab, and somebody who was faster."""

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import InlinePolicy, Policy, Role
from tests.browser.console import Visitor, write_document
from tests.factories import ACCOUNT, TRUST, document

MINE, THEIRS = document("s3:GetObject"), document("s3:ListBucket")
BACK = "Nothing of it is saved yet"


def text_of(page: Page) -> str:
    return page.locator("textarea[name=policy_document]").input_value()


def fill_sign_in(page: Page, user_name: str, password: str) -> None:
    page.get_by_label("User name").fill(user_name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def start_policy(page: Page) -> None:
    page.goto("/policies/~create/")
    page.get_by_label("Name").fill("Long")
    write_document(page, MINE)


def test_text_comes_back_when_the_session_ended_meanwhile(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    start_policy(page)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    visitor.look_over()
    fill_sign_in(page, "admin", passwords["admin"])
    expect(page.get_by_role("status").first).to_contain_text(BACK)
    visitor.look_over()
    assert (page.get_by_label("Name").input_value(), text_of(page)) == ("Long", MINE)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text("Created the policy Long")


def test_text_comes_back_when_another_tab_signed_in_anew(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    start_policy(page)
    other = Visitor(page.context.new_page())
    other.open("/")
    other.sign_out()
    other.sign_in("admin", passwords["admin"])
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text(BACK)
    assert text_of(page) == MINE
    assert not Policy.objects.filter(name="Long").exists()
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text("Created the policy Long")


def test_text_is_not_shown_to_who_signs_in_instead(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    start_policy(page)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Create policy").click()
    fill_sign_in(page, "alice", passwords["alice"])
    expect(page.get_by_role("status").first).to_contain_text("another user's")
    assert "s3:GetObject" not in page.content()


def test_text_comes_back_without_a_script(browser: Browser, base_url: str, passwords: dict[str, str]):
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/policies/~create/")
    fill_sign_in(page, "admin", passwords["admin"])
    page.get_by_label("Name").fill("Long")
    page.get_by_label("Policy document").fill(MINE)
    page.context.clear_cookies()  # the form's token is gone with the session
    page.get_by_role("button", name="Create policy").click()
    fill_sign_in(page, "admin", passwords["admin"])
    expect(page.get_by_text(BACK)).to_be_visible()
    assert page.get_by_label("Policy document").input_value() == MINE


@pytest.mark.parametrize(
    ("address", "mine", "theirs", "save", "again"),
    [
        ("/policies/local/ViewOwnPermissions/~edit/", MINE, THEIRS, "Save as the new version", "Save my text on top"),
        ("/users/alice/~inline/Given/", MINE, THEIRS, "Save", "Save on top of theirs"),
        (
            "/roles/ChimeSupport/~trust/~edit/",
            TRUST.replace("root", "user/alice"),
            TRUST.replace("root", "user/bob"),
            "Save",
            "Save on top of theirs",
        ),
    ],
)
def test_second_of_two_tabs_sees_both_texts_and_goes_on(  # noqa: PLR0917 - a row of the table
    visitor: Visitor, passwords: dict[str, str], address: str, mine: str, theirs: str, save: str, again: str
):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    if "~inline" in address:
        page.goto("/users/alice/~inline/")
        page.get_by_label("Name").fill("Given")
        write_document(page, document("s3:PutObject"))
        page.get_by_role("button", name="Create inline policy").click()
        expect(page.get_by_role("status").first).to_contain_text("Given")
    label = "Trust policy" if "~trust" in address else "Policy document"
    faster = page.context.new_page()
    for tab in (page, faster):
        tab.goto(address)
    write_document(faster, theirs, label)
    faster.get_by_role("button", name=save).click()
    expect(faster.get_by_role("status").first).to_be_visible()
    write_document(page, mine, label)
    page.get_by_role("button", name=save).click()
    shown = page.get_by_role("region", name="compared with")
    expect(shown).to_contain_text("user/bob" if "~trust" in address else "s3:ListBucket")
    expect(shown).to_contain_text("user/alice" if "~trust" in address else "s3:GetObject")
    assert text_of(page) == mine
    visitor.look_over()
    assert in_force(address) == theirs
    page.get_by_role("button", name=again).click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert in_force(address) == mine


def in_force(address: str) -> str:
    if "~trust" in address:
        return Role.objects.get(account=ACCOUNT, name="ChimeSupport").trust_document.text
    if "~inline" in address:
        return InlinePolicy.objects.get(name="Given", identity__name="alice").document.text
    return Policy.objects.get(name="ViewOwnPermissions").versions.get(is_default=True).document.text
