"""The main pages are made up as they were: which parts, where they stand, and what they say.

docs/decisions/0028 says why this compares boxes and words, and no pixels. `make snapshots` writes them anew.
"""

import os
import re
from pathlib import Path

import pytest

from tests.browser.console import Visitor
from tests.browser.patterns import PATTERNS, Pattern
from tests.company import furnish
from tests.factories import Cast
from tests.sample import make_sample_account

SNAPSHOTS = Path(__file__).parent / "snapshots"
PARTS = (
    ".topbar, .bar-search, .sections, main, h1, .page-head .actions, .tabs, .steps, .stats, .stat, .filters, .panel,"
    " .panel-head, .table-wrap, .table thead, .facts, .notice, .refused, .empty, .field, .form-actions, .pager, dialog,"
    # What stands within a bar or a head that is as wide as the page wherever its contents are.
    " .tabs a, .steps li, .panel-head h2, .page-head .btn, .panel-head .btn, .form-actions .btn, .filters > *"
)
SPEAKING = "h1, .panel-head, .stat, .notice, .empty, .refused, thead, .steps, .tabs, .form-actions, .field"
BOXES = """([parts, speaking]) => [...document.querySelectorAll(parts)].flatMap((part) => {
  if (!part.checkVisibility()) return [];
  const { left, top, width, height } = part.getBoundingClientRect();
  const name = part.classList[0] ? `.${part.classList[0]}` : part.localName;
  const words = part.matches(speaking) ? part.innerText.replace(/\\s+/g, " ").trim().slice(0, 120) : "";
  return `${name} ${[left, top, width, height].map(Math.round).join(" ")} ${words}`.trimEnd();
})"""  # Fonts of other machines are a little wider or higher; a part that is missing, moved or turned moves by more.
PIXELS = 24
CHANGES_EACH_TIME = re.compile(
    r"\b(?:A[A-Z]{3}[A-Z0-9]{16}|just now|\d+ (?:minute|second|hour|day)s? ago|127\.0\.0\.1:\d+)\b"
)


@pytest.fixture
def passwords(transactional_db: None) -> dict[str, str]:
    cast = Cast()
    passwords = make_sample_account(cast)
    furnish(cast)
    return passwords


def parts(visitor: Visitor) -> list[str]:
    found: list[str] = visitor.page.evaluate(BOXES, [PARTS, SPEAKING])
    return [CHANGES_EACH_TIME.sub("…", line) for line in found]


def differs(line: str, before: str) -> bool:
    (name, *box, words), (name_before, *box_before, words_before) = (
        [*each.split(" ", 5), ""][:6] for each in (line, before)
    )
    moved = max(abs(int(one) - int(other)) for one, other in zip(box, box_before, strict=True))
    return (name, words) != (name_before, words_before) or moved > PIXELS


def differences(now: list[str], path: Path) -> list[tuple[str, str]]:
    before = path.read_text().splitlines()
    assert len(now) == len(before), f"{path.name} has {len(before)} parts, the page {len(now)}"
    return [(was, line) for was, line in zip(before, now, strict=True) if differs(line, was)]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_page_is_made_up_as_it_was(visitor: Visitor, passwords: dict[str, str], pattern: Pattern, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 900})
    pattern.show(visitor, passwords)
    now, path = parts(visitor), SNAPSHOTS / f"{pattern}-{width}.txt"
    if os.environ.get("SNAPSHOTS") == "write":
        path.write_text("\n".join(now) + "\n")
    assert differences(now, path) == []


@pytest.mark.parametrize(
    ("moved", "side"),
    [
        (".page-head", "marginBottom"),
        (".tabs ul", "paddingLeft"),
        (".page-head .actions", "paddingRight"),
        (".panel-head", "paddingLeft"),
    ],
)
def test_what_moves_is_noticed_also_within_a_part_that_stays(
    visitor: Visitor, passwords: dict[str, str], moved: str, side: str
) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    next(pattern for pattern in PATTERNS if pattern.name == "detail").show(visitor, passwords)
    style = "(part, side) => part.style[side] = parseFloat(getComputedStyle(part)[side]) + 40 + 'px'"
    visitor.page.locator(moved).first.evaluate(style, side)
    assert differences(parts(visitor), SNAPSHOTS / "detail-1440.txt") != []
