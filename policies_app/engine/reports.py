"""Collecting findings while a text is read: positions, limits and suggestions for misspelt words."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from itertools import accumulate
from typing import Final

from policies_app.engine.findings import Finding, FindingType, Path, Position, Span

LIMIT: Final = 100
"""After this many findings the rest is dropped: nobody reads further, and a hostile text costs no memory."""

_LINE_BREAK: Final = re.compile(r"\r\n?|\n")
_SHOWN: Final = 80
_LONGEST_WORD: Final = 64


class Report:
    """The findings of one text. Places are given as character offsets and turned into lines and columns."""

    def __init__(self, text: str) -> None:
        self.findings: list[Finding] = []
        self.full = False
        self.errors = False
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        """Of the lines."""
        if "\r" in self._text:
            return [0, *(match.end() for match in _LINE_BREAK.finditer(self._text))]
        return [0, *accumulate(len(line) + 1 for line in self._text.split("\n"))]

    def position(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1], offset)

    def span(self, start: int, end: int) -> Span:
        return Span(self.position(start), self.position(end))

    def add(self, type: FindingType, code: str, message: str, path: Path, start: int, end: int) -> None:
        if self.full:
            return
        if len(self.findings) == LIMIT:
            self.full = True
            type, code, message = FindingType.ERROR, "TOO_MANY_FINDINGS", "there are more problems; mend these first"
            path, start, end = (), 0, len(self._text)
        self.errors = self.errors or type is FindingType.ERROR
        self.findings.append(Finding(type, code, message, path, self.span(start, end)))

    def error(self, code: str, message: str, path: Path, start: int, end: int) -> None:
        self.add(FindingType.ERROR, code, message, path, start, end)

    def warning(self, code: str, message: str, path: Path, start: int, end: int) -> None:
        self.add(FindingType.WARNING, code, message, path, start, end)

    def suggestion(self, code: str, message: str, path: Path, start: int, end: int) -> None:
        self.add(FindingType.SUGGESTION, code, message, path, start, end)


def shown(text: str) -> str:
    """A text from a document in quotation marks of a message: cut short, nothing unprintable in it."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "`" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + "`"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, case aside."""
    if len(word) > _LONGEST_WORD:
        return None
    folded = {known.lower(): known for known in words}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=0.7)
    return folded[close[0]] if close else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean `Effect`?`, or nothing."""
    meant = nearest(word, words)
    return f"; did you mean `{meant}`?" if meant else ""
