"""Findings: located problems in the text of a policy, collected rather than raised."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text, counted as Access Analyzer's `Position` counts: lines from 1, columns and offsets from 0.

    Columns and offsets are in characters (code points).
    """

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; `end` is exclusive."""

    start: Position
    end: Position


class FindingType(StrEnum):
    """Access Analyzer's four kinds of finding; only an ERROR makes a document unusable."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


Path = tuple[str | int, ...]
"""Where in the document: `("Statement", 0, "Action", 2)`."""


@dataclass(frozen=True, slots=True)
class Fix:
    """The one change that mends a finding: put `replacement` where `span` is now. An empty span only inserts."""

    label: str
    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `code` is the issue code of Access Analyzer's policy checks where AWS has one.

    `url` is the page that explains it, if there is one.
    """

    type: FindingType
    code: str
    message: str
    path: Path
    span: Span
    fix: Fix | None = None
    url: str = ""
