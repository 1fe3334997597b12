"""Somebody with a browser: signs in, opens pages, and has each page looked over."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect


@dataclass  # without slots: Playwright keeps a note on the owner of a handler
class Visitor:
    """A page in a browser of its own. `complaints` are the messages that Chromium itself wrote about a page."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        # A refused page answers 403 and a form with a mistake 422, which Chromium reports as failed loads.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, user_name: str, password: str) -> None:
        self.open("/sign-in/")
        self.page.get_by_label("User name").fill(user_name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_hidden()

    def sign_out(self) -> None:
        self.page.locator("[popovertarget=user-menu]").click()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look_over()

    def look_over(self) -> None:
        """No violation of the Content-Security-Policy, no script error, and nothing that axe-core finds."""
        found = self.found()
        assert not found, f"{self.page.url}\n" + "\n".join(found)

    def found(self) -> list[str]:
        """What is to be said against the page; of what Chromium itself wrote, each once."""
        # Of a style sheet that is still loading, axe makes an inline one.
        self.page.wait_for_load_state("load")
        violations = Axe().run(self.page).response["violations"]
        heard = [*self.complaints, *(said(rule, node) for rule in violations for node in rule["nodes"])]
        self.complaints.clear()
        return heard


def said(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"


def write_document(page: Page, text: str, label: str = "Policy document") -> None:
    """Into the editor, as somebody pastes it over what is there."""
    content = page.get_by_role("textbox", name=label)
    content.press("Control+a")
    content.evaluate(PASTE, text)


PASTE = """(content, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def without_javascript(browser: Browser, base_url: str, path: str, password: str) -> Page:
    """The page at the path, for the administrator, in a browser that runs no script."""
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto(path)
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page
