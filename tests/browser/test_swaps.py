"""What htmx swaps in place: nothing that stays jumps, and the focus stays where it was. Every page that swaps joins."""

from collections.abc import Iterator

from playwright.sync_api import Locator, Page

from tests.browser.test_every_page import is_a_page, sign_in
from tests.factories import Cast
from tests.web.routes import PAGES, caller

# Of an answer that is an error nothing is swapped, and the page would wait for it for ever.
SWAPPED = """() => { globalThis.swapped = new Promise((done) => {
  document.addEventListener("htmx:afterSettle", () => done(true), { once: true });
  setTimeout(() => done(false), 10_000); }); }"""


def after_a_swap(page: Page, control: Locator, how: str, key: str) -> Iterator[str]:
    """What is to be said against the swap that a key in this control leads to."""
    control.focus()
    focused = page.evaluate("document.activeElement.id || document.activeElement.name")
    page.evaluate("measured.shifted()")
    page.evaluate(SWAPPED)
    page.keyboard.press(key)
    if not page.evaluate("swapped"):
        yield f"{how}: nothing was swapped"
    kept = page.evaluate("document.activeElement.id || document.activeElement.name")
    if kept != focused:
        yield f"{how}: the focus went from {focused} to {kept or 'nothing'}"
    yield from (f"{how}: {each}" for each in page.evaluate("measured.shifted()"))


def test_swaps_move_nothing_and_keep_the_focus(measured: Page, crowded: Cast) -> None:
    for number in range(60):
        crowded.user(f"many-{number:02}")
    measured.goto("/sign-in/")
    client = caller(crowded, ("Allow", "*"))
    sign_in(measured, client)
    wrong, searched, paged = [], 0, 0
    for route in PAGES:
        if not is_a_page(client, route) or 'hx-target="#rows"' not in route.ask(client).text:
            continue
        measured.goto(route.address(client))
        said: list[str] = []
        if measured.locator("#pager-next[href]").count():
            said += after_a_swap(measured, measured.locator("#pager-next"), "next page", "Enter")
            paged += 1
        if measured.locator("main #search").count():
            said += after_a_swap(measured, measured.locator("main #search"), "search", "z")
            searched += 1
        for choice in measured.locator("main select[hx-get]:visible").all():
            said += after_a_swap(measured, choice, "filter", "ArrowDown")
        wrong += [f"{route.url}: {each}" for each in said]
    assert not wrong, "\n".join(wrong)
    assert searched > 5
    assert paged > 1
