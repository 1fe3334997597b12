"""One's own pages in a browser: asking why, with JavaScript and without, and the end of a forgotten session."""

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, Event
from policies_app.operations import attachments, policies
from policies_app.operations.accounts import system_call
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.browser.console import Visitor
from tests.factories import document

CAT = "arn:aws:s3:::photos/cat.jpg"
TABS = ("/me/", "/me/access/", "/me/credentials/", "/me/sessions/", "/me/events/", "/me/why/")


@pytest.fixture
def helped(passwords: dict[str, str]) -> dict[str, str]:
    """The passwords; alice may ask why, see her events and end her sessions, and reads photos of one region."""
    system = system_call(Account.objects.get(), "tests")
    region = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    texts = {POLICY_TEMPLATES[slug].name: POLICY_TEMPLATES[slug].text for slug in NEEDED}
    texts["Photos"] = document("s3:GetObject", Condition=region)
    for name, text in texts.items():
        policy = policies.create_policy(system, policy_name=name, policy_document=text)
        attachments.attach_user_policy(system, user_name="alice", policy_arn=policy.arn)
    return passwords


NEEDED = ("ask_why", "view_own_events", "change_own_password", "manage_own_access_keys")


def test_a_refused_button_leads_to_why_and_to_what_to_send(visitor: Visitor, helped: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("alice", helped["alice"])
    visitor.open("/users/bob/")
    page.get_by_role("link", name="Why?").first.click()
    expect(page.get_by_role("heading", name="You may not do iam:GetUser on")).to_be_visible()
    expect(page.locator(".why-letter")).to_contain_text("Please let me do this")
    visitor.look_over()


def test_an_action_is_found_by_a_part_of_its_name_and_its_arns_are_offered(
    visitor: Visitor, helped: dict[str, str]
) -> None:
    page = visitor.page
    visitor.sign_in("alice", helped["alice"])
    visitor.open("/me/why/")
    page.get_by_label("Action", exact=True).fill("getobj")
    expect(page.locator("#actions option[value='s3:GetObject']")).to_be_attached()
    page.get_by_label("Action", exact=True).fill("s3:GetObject")
    expect(page.get_by_role("link", name="object", exact=True)).to_be_visible()
    expect(page.get_by_label("Action", exact=True)).to_be_focused()
    page.get_by_role("link", name="object", exact=True).click()
    expect(page.get_by_label("Resource")).to_have_value("arn:aws:s3:::${BucketName}/${ObjectName}")
    expect(page.get_by_label("Resource")).to_be_focused()
    visitor.look_over()


def ask(page: Page) -> None:
    """About a photo: not without its region, and then with it."""
    page.get_by_label("Action", exact=True).fill("s3:GetObject")
    page.get_by_label("Resource").fill(CAT)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name=f"You may not do s3:GetObject on {CAT}")).to_be_visible()
    expect(page.get_by_text("and the request has no such key")).to_be_visible()
    page.get_by_label("aws:RequestedRegion").fill("eu-central-1")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name=f"You may do s3:GetObject on {CAT}")).to_be_visible()


def test_what_is_missing_is_given_and_asked_again(visitor: Visitor, helped: dict[str, str]) -> None:
    visitor.sign_in("alice", helped["alice"])
    visitor.open("/me/why/")
    ask(visitor.page)
    visitor.look_over()


def test_it_is_asked_without_javascript(browser: Browser, base_url: str, helped: dict[str, str]) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=base_url).new_page()
    page.goto("/me/why/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(helped["alice"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Action", exact=True).fill("getobj")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("link", name="s3:GetObject", exact=True).click()
    ask(page)


def test_a_forgotten_session_is_ended(
    visitor: Visitor, browser: Browser, base_url: str, helped: dict[str, str]
) -> None:
    forgotten = Visitor(browser.new_context(base_url=base_url).new_page())
    forgotten.sign_in("alice", helped["alice"])
    page = visitor.page
    visitor.sign_in("alice", helped["alice"])
    visitor.open("/me/sessions/")
    page.get_by_role("button", name="Revoke all others").click()
    expect(page.get_by_text("1 session is over.")).to_be_visible()
    forgotten.page.goto("/me/")
    expect(forgotten.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert Event.objects.filter(operation="RevokeConsoleSessions", outcome="success").exists()


def test_a_policy_is_opened_in_its_row_by_the_keyboard_which_stays_where_it_is(
    visitor: Visitor, passwords: dict[str, str]
) -> None:
    page = visitor.page
    visitor.sign_in("alice", passwords["alice"])
    visitor.open("/me/")
    row = page.locator("details.bearing", has_text="AmazonChimeUserManagement")
    head = row.locator("> summary")
    head.focus()
    closed = head.bounding_box()
    page.keyboard.press("Enter")
    expect(row.get_by_text("chime:InviteUsers").first).to_be_visible()
    expect(head).to_be_focused()
    assert head.bounding_box() == closed
    visitor.look_over()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for open_now in (False, True):
        page.keyboard.press("Enter")
        expect(row.locator(".opened")).to_be_visible(visible=open_now)
    assert asked == []


def test_a_policy_is_read_without_javascript(browser: Browser, base_url: str, passwords: dict[str, str]) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=base_url).new_page()
    page.goto("/me/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(passwords["alice"])
    page.get_by_role("button", name="Sign in").click()
    page.locator("summary", has_text="AmazonChimeUserManagement").click()
    page.get_by_role("link", name="What AmazonChimeUserManagement says").click()
    expect(page.get_by_role("heading", name="AmazonChimeUserManagement")).to_be_visible()
    expect(page.get_by_text("chime:InviteUsers").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tab_is_fit_to_be_used_wide_and_narrow(visitor: Visitor, helped: dict[str, str], scheme: str) -> None:
    page = visitor.page
    visitor.sign_in("alice", helped["alice"])
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in (*TABS, f"/me/why/?action=s3:GetObject&resource={CAT}"):
            visitor.open(path)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{path} is {overflow} pixels too wide at {width}"
