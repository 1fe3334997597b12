"""What holds for every page, at every width, in both themes: a route that joins the table of routes joins here.

Each page is opened twice, wide and light, then narrow and dark, and measured by tests/browser/measure.js in between.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import CDPSession, Page, ViewportSize
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from tests.browser.console import Visitor
from tests.factories import Cast
from tests.web.routes import PAGES, Route, caller

WIDE, MIDDLE, NARROW = (ViewportSize(width=width, height=900) for width in (1440, 1024, 390))
PIXELS = 16  # of text, where nobody has chosen otherwise
COLD_BYTES = 250_000
HEADERS = 500  # bytes of an answer besides its body, about
EDITOR = "vendor/editor/editor.js"

SIGN_IN = Route("session:sign_in")
SECTIONS = sorted({route.name.partition(":")[0] for route in PAGES} | {SIGN_IN.name})


def sign_in(page: Page, client: Client) -> None:
    """As whom the test client is: the session is the same, the form is another test's."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.evaluate("location.origin")}])


def is_a_page(client: Client, route: Route) -> bool:
    """Some addresses give a file."""
    answer = route.ask(client)
    assert answer.status_code == 200, route.url
    return str(answer["Content-Type"]).startswith("text/html")


def complaints(visitor: Visitor, address: str) -> Iterator[str]:
    """All that is wrong with one page."""
    page = visitor.page
    cdp = page.context.new_cdp_session(page)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    yield from opened(visitor, address)
    yield from weight(page)
    yield from page.evaluate("measured.unreachable()")
    for width in (WIDE, MIDDLE):
        page.set_viewport_size(width)
        yield from (f"{width['width']} wide: {each}" for each in layout(page))
    write_large(cdp, 2)
    yield from (f"1024 wide, text twice as large: {each}" for each in layout(page))
    write_large(cdp, 1)
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    yield from (f"390 wide: {each}" for each in opened(visitor, address))
    yield from (f"390 wide: {each}" for each in layout(page))
    cdp.detach()


def opened(visitor: Visitor, address: str) -> list[str]:
    visitor.page.goto(address)
    assert urlsplit(visitor.page.url).path == urlsplit(address).path
    jumps = visitor.page.evaluate("measured.shifted()")
    if jumps:
        # A busy machine hands a table over in pieces, whose columns then find their widths; the page's own jump comes
        # again.
        visitor.page.goto(address)
        jumps = visitor.page.evaluate("measured.shifted()")
    return [*jumps, *visitor.found()]


def layout(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[measured.sideways, measured.cutOff, measured.overlapping].flatMap(f => f())")
    return found


def write_large(cdp: CDPSession, times: int) -> None:
    """As in the browser's settings, so that lengths in rem and the widths that style sheets ask for follow."""
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": PIXELS * times, "fixed": 13 * times}})


def weight(page: Page) -> Iterator[str]:
    loaded: list[tuple[str, int]] = page.evaluate("measured.loaded()")
    if any(EDITOR in url for url, _ in loaded):
        return
    total = sum(HEADERS + (served_bytes(urlsplit(url).path) or size) for url, size in loaded)
    if total > COLD_BYTES:
        yield f"a first visit takes {total} bytes"


@cache
def served_bytes(path: str) -> int:
    """What of a static file is sent by the production server, which compresses it beforehand."""
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    found = finders.find(path.removeprefix(prefix)) if path.startswith(prefix) else None
    if not isinstance(found, str):
        return 0
    content = Path(found).read_bytes()
    return len(Compressor.compress_brotli(content)) if Compressor().should_compress(found) else len(content)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_page_is_whole_light_and_still_at_each_width_and_in_each_theme(
    measured: Page, crowded: Cast, section: str
) -> None:
    visitor, client = Visitor(measured), Client()
    measured.goto(SIGN_IN.url)
    routes = [SIGN_IN]
    if section != SIGN_IN.name:
        client = caller(crowded, ("Allow", "*"))
        sign_in(measured, client)
        routes = [route for route in PAGES if route.name.partition(":")[0] == section]
    wrong = []
    for route in routes:
        if is_a_page(client, route):
            wrong += [f"{route.url}: {each}" for each in complaints(visitor, route.address(client))]
    assert not wrong, "\n".join(wrong)
