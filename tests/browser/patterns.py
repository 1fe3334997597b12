"""The patterns of docs/look.md, each on a page of the same furnished account: how it is reached, and as whom."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.console import Visitor


def stay(page: Page) -> None:
    """Nothing to do once the page is open."""


def create_a_group(page: Page) -> None:
    page.get_by_label("Name").fill("operators")
    page.get_by_role("button", name="Create group").click()
    expect(page.locator("#notice .notice")).to_be_visible()


def search_for_dana(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("dana")
    expect(page.get_by_role("option", name="dana").first).to_be_visible()


def open_a_policy(page: Page) -> None:
    page.locator("summary", has_text="AmazonChimeUserManagement").click()
    expect(page.locator(".opened")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Pattern:
    name: str
    path: str
    user_name: str = "admin"
    then: Callable[[Page], None] = stay

    def show(self, visitor: Visitor, passwords: dict[str, str]) -> None:
        visitor.sign_in(self.user_name, passwords[self.user_name])
        visitor.page.goto(self.path)
        self.then(visitor.page)

    def __str__(self) -> str:
        return self.name


PATTERNS = (
    Pattern("dashboard", "/"),
    Pattern("list", "/users/"),
    Pattern("detail", "/users/dana/"),
    Pattern("form", "/groups/~create/"),
    Pattern("wizard", "/users/~create/"),
    Pattern("refused", "/", "bob"),
    Pattern("empty", "/groups/?q=nobody"),
    Pattern("message", "/groups/~create/", then=create_a_group),
    Pattern("danger", "/users/dana/~delete/"),
    Pattern("me", "/me/", "alice", open_a_policy),
    Pattern("events", "/events/"),
    Pattern("palette", "/policies/", then=search_for_dana),
)
