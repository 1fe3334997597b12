"""Wildcard patterns: `*` stands for any run of characters, also none, and `?` for exactly one.

No pattern backtracks. Literal runs between stars are found greedily from the left, which is exact because a run that
occurs early never rules out a later match; a pattern with `?` runs as a bit-parallel automaton (Shift-And), one step a
character.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Wildcard(Enum):
    MANY = "*"
    ONE = "?"


Token = str | Wildcard
"""A literal run of text or a wildcard."""

_WILDCARDS: Final = re.compile(r"([*?])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    `test` is the bare matcher; where `ignore_case` is set it expects a text that is already in lower case, so that a
    caller with many patterns folds its text once.
    """

    text: str
    ignore_case: bool
    test: Callable[[str], bool] = field(compare=False, repr=False)

    def matches(self, value: str) -> bool:
        return self.test(value.lower() if self.ignore_case else value)


def compile_pattern(text: str, *, ignore_case: bool) -> Pattern:
    """Compile a pattern in which every `*` and `?` is a wildcard."""
    return Pattern(text, ignore_case, matcher(tokens(text.lower() if ignore_case else text)))


def tokens(text: str) -> list[Token]:
    """Split a text at its wildcards."""
    return [_token(piece) for piece in _WILDCARDS.split(text) if piece]


def _token(piece: str) -> Token:
    match piece:
        case "*":
            return Wildcard.MANY
        case "?":
            return Wildcard.ONE
        case _:
            return piece


def matcher(pieces: Iterable[Token]) -> Callable[[str], bool]:
    """Choose the cheapest exact matcher for the tokens of one pattern."""
    pieces = list(pieces)
    if Wildcard.ONE in pieces:
        return _automaton(pieces)
    runs = [""]
    for piece in pieces:
        if isinstance(piece, Wildcard):
            runs.append("")
        else:
            runs[-1] += piece
    if len(runs) == 1:
        return runs[0].__eq__
    return _runs(runs[0], [run for run in runs[1:-1] if run], runs[-1])


def _runs(prefix: str, middle: list[str], suffix: str) -> Callable[[str], bool]:
    if not middle and not suffix:
        return lambda value: value.startswith(prefix)
    least = len(prefix) + len(suffix)

    def test(value: str) -> bool:
        if len(value) < least or not value.startswith(prefix) or not value.endswith(suffix):
            return False
        position, limit = len(prefix), len(value) - len(suffix)
        for run in middle:
            position = value.find(run, position, limit)
            if position < 0:
                return False
            position += len(run)
        return True

    return test


def _automaton(pieces: list[Token]) -> Callable[[str], bool]:
    """Bit i of the state is set when the first i symbols of the pattern have matched.

    A star is not a symbol: it lets the bit in front of it stay (`loops`).
    """
    where: dict[str, int] = {}
    anything = loops = size = 0
    for piece in pieces:
        if piece is Wildcard.MANY:
            loops |= 1 << size
        elif piece is Wildcard.ONE:
            anything |= 1 << size
            size += 1
        else:
            for char in piece:
                where[char] = where.get(char, 0) | 1 << size
                size += 1
    accept = 1 << size

    def test(value: str) -> bool:
        state = 1
        for char in value:
            state = (state & (where.get(char, 0) | anything)) << 1 | state & loops
            if not state:
                return False
        return bool(state & accept)

    return test
