"""Takes the screenshots of the README and of docs/look.md: `make screenshots`. Not a test, but it stands on the same
sample account.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from policies_app.policy_templates import POLICY_TEMPLATES
from tests.browser.console import Visitor, write_document
from tests.browser.patterns import PATTERNS, Pattern, open_a_policy
from tests.company import furnish
from tests.factories import Cast, document
from tests.sample import make_sample_account

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


@pytest.fixture
def passwords(transactional_db: None) -> dict[str, str]:
    """Of the sample account, with one of everything beside it."""
    cast = Cast()
    passwords = make_sample_account(cast)
    furnish(cast)
    return passwords


def test_my_permissions(visitor: Visitor, passwords: dict[str, str]) -> None:
    visitor.page.set_viewport_size({"width": 1280, "height": 860})
    visitor.sign_in("alice", passwords["alice"])
    visitor.open("/me/")
    open_a_policy(visitor.page)
    visitor.page.screenshot(path=IMAGES / "my-permissions.png")


def test_policy_editor(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 860})
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/local/ViewOwnPermissions/~edit/")
    mistaken = POLICY_TEMPLATES["view_own_permissions"].text.replace('"Effect"', '"Efect"', 1)
    write_document(page, mistaken.replace("iam:GetUserPolicy", "iam GetUserPolicy"))
    expect(page.locator("#findings .finding").first).to_be_visible()
    page.get_by_label("Policy document").press("Control+Home")
    page.screenshot(path=IMAGES / "policy-editor.png")


def test_visual_editor(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 860})
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/~create/")
    write_document(page, document("s3:GetObject", "s3:List*", resource=["arn:aws:s3:::reports/*"], Sid="ReadReports"))
    page.get_by_role("tab", name="Visual").click()
    page.get_by_role("button", name="Choose actions").click()
    page.get_by_role("searchbox").fill("getobject")
    expect(page.locator(".findings-status")).not_to_be_empty()
    page.evaluate("document.querySelector('.editor-head').scrollIntoView()")
    page.evaluate("scrollBy(0, -80)")
    page.screenshot(path=IMAGES / "visual-editor.png")


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_pattern(visitor: Visitor, passwords: dict[str, str], pattern: Pattern) -> None:
    visitor.page.set_viewport_size({"width": 1120, "height": 700})
    pattern.show(visitor, passwords)
    visitor.page.screenshot(path=IMAGES / "look" / f"{pattern}.png")
