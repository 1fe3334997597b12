"""The main job, end to end, as people do it."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from policies_app.models import Event
from tests.browser.console import Visitor, write_document
from tests.factories import document

PANELS = ("You", "Groups", "Managed policies", "Inline policies")


def test_a_policy_is_written_with_a_mistake_mended_attached_and_seen_by_a_member(
    visitor: Visitor, passwords: dict[str, str]
) -> None:
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.look_over()

    # Written with a mistake: found while typing, and saving it keeps the text.
    visitor.open("/policies/~create/")
    page.get_by_label("Name").fill("ReadReports")
    good = document("s3:GetObject", resource="arn:aws:s3:::reports/*")
    bad = good.replace('"Effect": "Allow"', '"Efect": "Allow"')
    write_document(page, bad)
    finding = page.locator("#findings .finding").first
    expect(finding).to_contain_text("Effect")
    expect(finding).to_contain_text(re.compile(r"line \d+, column \d+"))
    page.get_by_role("button", name="Create policy").click()
    expect(page.locator("textarea[name=policy_document]")).to_have_value(bad)
    visitor.look_over()

    # Mended, saved, and attached to a group.
    write_document(page, good)
    expect(page.locator("#findings")).to_contain_text("No problems found")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text("ReadReports")
    visitor.look_over()
    visitor.open("/groups/ChimeUserManagers/~attach/")
    page.get_by_label("Search policies").fill("ReadRep")
    page.get_by_role("checkbox", name="ReadReports").check()
    page.get_by_role("button", name="Attach policies").click()
    expect(page.get_by_role("status").first).to_contain_text("ReadReports")
    visitor.look_over()
    visitor.sign_out()

    # The member sees it at once, and where it comes from.
    visitor.sign_in("alice", passwords["alice"])
    visitor.open("/me/")
    row = page.locator("details").filter(has=page.get_by_role("heading", name="ReadReports", exact=True))
    expect(row).to_contain_text("Through group ChimeUserManagers")
    row.locator("summary").click()
    expect(row).to_contain_text("arn:aws:s3:::reports/*")
    assert Event.objects.filter(operation="AttachGroupPolicy", principal__endswith=":user/admin").exists()


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_without_the_policy_every_panel_is_refused_and_the_page_offers_it(
    visitor: Visitor, passwords: dict[str, str], name: str
) -> None:
    visitor.sign_in(name, passwords[name])
    visitor.open("/me/")
    refused = visitor.page.locator(".refused")
    for action in ("GetUser", "ListGroupsForUser", "ListAttachedUserPolicies", "ListUserPolicies"):
        expect(refused.filter(has_text=re.compile(rf"iam:{action}\b.*user/{name}", re.DOTALL)).first).to_be_visible()
    expect(visitor.page.get_by_text("ViewOwnUserInfo").first).to_be_attached()
    visitor.open("/users/alice/")
    expect(visitor.page.locator(".refused").first).to_contain_text("iam:GetUser")
    visitor.open("/users/~create/")
    expect(visitor.page.locator(".refused").first).to_contain_text("iam:CreateUser")


def test_alice_sees_her_permissions_and_is_refused_what_she_may_not(
    visitor: Visitor, passwords: dict[str, str]
) -> None:
    visitor.sign_in("alice", passwords["alice"])
    visitor.open("/me/")
    expect(visitor.page.locator(".refused")).to_have_count(0)
    for panel in PANELS:
        expect(visitor.page.get_by_role("heading", name=re.compile(f"^{panel}")).first).to_be_visible()
    visitor.open("/users/alice/")
    visitor.open("/users/~create/")
    refusal = visitor.page.locator(".refused").first
    expect(refusal).to_contain_text("iam:CreateUser")
    expect(refusal).to_contain_text("Implicit deny")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_frame_and_what_is_no_route_are_fit_to_be_used(
    visitor: Visitor, passwords: dict[str, str], scheme: Literal["light", "dark"], width: int
) -> None:
    """Every route, wide and light, narrow and dark, is seen to by test_every_page.py: here is what it leaves."""
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/users/", "/policies/aws/AmazonChimeReadOnly/", "/policies/~create/?template=ask_why", "/nothing/"):
        visitor.open(path)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} pixels too wide at {width}"


def test_signs_in_and_reads_without_javascript(browser: Browser, base_url: str, passwords: dict[str, str]) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=base_url).new_page()
    page.goto("/me/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(passwords["alice"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My permissions")).to_be_visible()
    page.goto("/policies/?q=Chime")
    expect(page.get_by_role("link", name="AmazonChimeReadOnly", exact=True)).to_be_visible()
