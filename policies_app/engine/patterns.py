"""Wildcard patterns: `*` stands for any run of characters, also none, and `?` for exactly one.

No pattern backtracks. The runs between stars are found greedily from the left, which is exact because a run that occurs
early never rules out a later match.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final, Self


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

    @property
    def has_wildcards(self) -> bool:
        return "*" in self.text or "?" in self.text

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
        return _with_single_wildcards(pieces)
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


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of a pattern between two stars that holds `?`: its literal parts with their offsets."""

    length: int
    parts: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, pieces: Iterable[Token]) -> Self:
        length, parts = 0, []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append((length, piece))
            length += len(piece) if isinstance(piece, str) else 1
        return cls(length, tuple(parts))

    def at(self, value: str, position: int) -> bool:
        return all(value.startswith(part, position + offset) for offset, part in self.parts)

    def starts(self, places: Mapping[str, int]) -> int:
        """The positions at which it fits, as bits, were the text endless."""
        found = -1
        for offset, part in self.parts:
            for place, char in enumerate(part, offset):
                found &= places.get(char, 0) >> place
        return found


def _with_single_wildcards(pieces: list[Token]) -> Callable[[str], bool]:
    """Each run between stars is looked for at all positions of the text at once: they are the bits of an integer."""
    stretches: list[list[Token]] = [[]]
    for piece in pieces:
        if piece is Wildcard.MANY:
            stretches.append([])
        else:
            stretches[-1].append(piece)
    first, *others = (_Run.of(stretch) for stretch in stretches)
    if not others:
        return lambda value: len(value) == first.length and first.at(value, 0)
    *middle, last = others
    middle = [run for run in middle if run.length]
    least = sum(run.length for run in (first, *middle, last))

    def test(value: str) -> bool:
        limit = len(value) - last.length
        if len(value) < least or not first.at(value, 0) or not last.at(value, limit):
            return False
        position = first.length
        for run in middle:
            room = limit - run.length - position + 1
            if room <= 0:
                return False
            if run.parts:
                starts = run.starts(_places(value)) >> position & (1 << room) - 1
                if not starts:
                    return False
                position += (starts & -starts).bit_length() - 1
            position += run.length
        return position <= limit

    return test


@lru_cache(64)
def _places(value: str) -> Mapping[str, int]:
    """Where each character of a text is, as bits. A decision asks many patterns about the same few texts."""
    found: dict[str, int] = {}
    for position, char in enumerate(value):
        found[char] = found.get(char, 0) | 1 << position
    return found
