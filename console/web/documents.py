"""Policy documents as pages show them: laid out one element a line, and two of them side by side."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from typing import Any, Literal, Never

MATCHED_LINES = 2_000
MATCHED_PAIRS = 100_000
"""Finding the lines in common takes cubic time at worst. Beyond this many lines, or pairs of equal ones, which lines
that repeat each other make many of, they are paired as they stand."""


def lay_out(text: str) -> str:
    """The document with one element a line; a text that would not come out as the same document is left as typed."""
    laid_out = _laid_out(text)
    return text if laid_out is None else laid_out


def _laid_out(text: str) -> str | None:
    try:
        value = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_number, parse_float=_refuse_number
        )
        laid_out = json.dumps(value, indent=4, ensure_ascii=False)
        # An escape such as \u2026 would come out as a character that IAM does not take in a document.
        laid_out.encode("latin-1")
    except (ValueError, RecursionError):
        return None
    return laid_out


def readable(text: str) -> str:
    """As it was typed, so that "line 14" is line 14; a document typed on one line has no lines to name."""
    return text if "\n" in text.strip() else lay_out(text)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a duplicate key")
    return members


def _refuse_number(spelling: str) -> Never:
    raise ValueError(f"{spelling} would be spelt differently")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of either text beside the other; numbers count from 1, None where a side has no line.

    Of a changed line, `left_parts` and `right_parts` are what both begin with, what differs, and what both end with.
    """

    kind: Literal["same", "changed", "removed", "added"]
    left_no: int | None
    left: str
    right_no: int | None
    right: str
    left_parts: tuple[str, str, str] | None = None
    right_parts: tuple[str, str, str] | None = None


def compare(left: str, right: str) -> list[Row]:
    """The two texts side by side; both laid out if both are JSON, so that only what they say differs."""
    laid_out_left, laid_out_right = _laid_out(left), _laid_out(right)
    if laid_out_left is not None and laid_out_right is not None:
        left, right = laid_out_left, laid_out_right
    return list(_rows(left.splitlines(), right.splitlines()))


def _rows(left: Sequence[str], right: Sequence[str]) -> Iterator[Row]:
    for tag, left_from, left_to, right_from, right_to in _opcodes(left, right):
        pairs = zip_longest(range(left_from, left_to), range(right_from, right_to))
        for at_left, at_right in pairs:
            yield _row(left, right, at_left, at_right, same=tag == "equal")


def _row(left: Sequence[str], right: Sequence[str], at_left: int | None, at_right: int | None, *, same: bool) -> Row:
    if at_right is None and at_left is not None:
        return Row("removed", at_left + 1, left[at_left], None, "")
    if at_left is None and at_right is not None:
        return Row("added", None, "", at_right + 1, right[at_right])
    assert at_left is not None
    assert at_right is not None
    old, new = left[at_left], right[at_right]
    if same:
        return Row("same", at_left + 1, old, at_right + 1, new)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return Row("changed", at_left + 1, old, at_right + 1, new, _cut(old, start, end), _cut(new, start, end))


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How long the two begin alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def _cut(line: str, start: int, end: int) -> tuple[str, str, str]:
    stop = len(line) - end
    return line[:start], line[start:stop], line[stop:]


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    """How many pairs of equal lines there are, one from either side."""
    there = Counter(right)
    return sum(count * there[line] for line, count in Counter(left).items())


def _opcodes(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As difflib's, of what stands between the lines that both begin and both end with."""
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    left_end, right_end = len(left) - end, len(right) - end
    yield "equal", 0, start, 0, start
    if max(left_end, right_end) - start > MATCHED_LINES or _pairs(left[start:left_end], right[start:right_end]) > (
        MATCHED_PAIRS
    ):
        yield "replace", start, left_end, start, right_end
    else:
        matcher = SequenceMatcher(None, left[start:left_end], right[start:right_end], autojunk=False)
        for tag, *places in matcher.get_opcodes():
            left_from, left_to, right_from, right_to = (place + start for place in places)
            yield tag, left_from, left_to, right_from, right_to
    yield "equal", left_end, len(left), right_end, len(right)
