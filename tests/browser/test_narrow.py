"""Tables on a narrow screen whose rows are read, and acted on, without a scroll to the side."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from policies_app.models import ConsoleSession, User
from tests.browser.console import Visitor

SCROLLED = "wrap => wrap.scrollWidth - wrap.clientWidth"
LINES = "code => Math.round(code.getBoundingClientRect().height / parseFloat(getComputedStyle(code).lineHeight))"


@pytest.fixture
def page(visitor: Visitor, passwords: dict[str, str]) -> Page:
    visitor.sign_in("admin", passwords["admin"])
    return visitor.page


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_policies_to_choose_from_show_their_arns(page: Page, visitor: Visitor, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visitor.open("/users/carol/~attach/")
    assert page.locator(".table-wrap").evaluate(SCROLLED) == 0
    arn = page.get_by_text("AmazonChimeUserManagement", exact=True).locator("xpath=ancestor::tr").locator("code")
    if width == 1440:
        assert arn.evaluate(LINES) == 1
    long = page.get_by_text("AmazonChimeVoiceConnectorServiceLinkedRolePolicy", exact=True)
    box = long.bounding_box()
    assert box
    assert box["x"] + box["width"] < width


@pytest.mark.parametrize("width", [1440, 390])
def test_session_is_ended_without_looking_for_the_button(page: Page, visitor: Visitor, width: int) -> None:
    until = timezone.now() + timedelta(hours=12)
    bob = User.objects.get(name="bob")
    ConsoleSession.objects.create(pk="5e55" * 10, user=bob, expire_date=until, source_ip="2001:db8::8a2e:370:7334")
    page.set_viewport_size({"width": width, "height": 900})
    visitor.open("/users/bob/~security/")
    assert page.locator("#console-sessions .table-wrap").evaluate(SCROLLED) == 0
    page.locator("#console-sessions").get_by_role("button", name="Revoke", exact=True).click()
    assert not bob.console_sessions.exists()
