"""Patterns against patterns: whether one covers another, and whether any text matches both."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from policies_app.engine.patterns import compile_pattern

_LONGEST: Final = 300
"""A longer pair of patterns is taken to overlap rather than looked at."""

_HELD_OPEN: Final = "\ufffe\ufffe"
_WILDCARD: Final = re.compile(r"[*?]")


@lru_cache(maxsize=8192)
def covering(pattern: str) -> Callable[[str], bool]:
    """A test of whether every text of another pattern is one of this pattern's."""
    test = compile_pattern(pattern, ignore_case=False).test
    if "?" not in pattern:
        return test  # its literal parts hold no wildcard, so only a `*` can take one of the other
    return lambda other: test(other) and ("*" not in other or test(other.replace("*", _HELD_OPEN)))


def literal_start(pattern: str) -> str:
    """What stands in front of the first wildcard."""
    return _WILDCARD.split(pattern, maxsplit=1)[0]


@lru_cache(maxsize=16384)
def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    if not _same_start(one, other) or not _same_start(one[::-1], other[::-1]):
        return False
    if len(one) > _LONGEST or len(other) > _LONGEST:
        return True
    return _overlap(one, other)


def _same_start(one: str, other: str) -> bool:
    first, second = literal_start(one), literal_start(other)
    return first.startswith(second) or second.startswith(first)


def _overlap(one: str, other: str) -> bool:
    """Bit n of the row for `one[:m]` tells whether it and `other[:n]` have a text in common."""
    row = [True] + [False] * len(other)
    for n, char in enumerate(other):
        row[n + 1] = row[n] and char == "*"
    for symbol in one:
        following = [row[0] and symbol == "*"]
        for n, char in enumerate(other):
            if symbol == "*":
                met = row[n + 1] or following[n]
            elif char == "*":
                met = following[n] or row[n + 1]
            else:
                met = row[n] and (symbol == char or "?" in (symbol, char))
            if char == "*" and symbol == "*":
                met = met or row[n]
            following.append(met)
        row = following
    return row[-1]
