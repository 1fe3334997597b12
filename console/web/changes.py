"""What a new text of a policy changes, in words."""

from policies_app.engine.analyzer.changes import Changes, compare
from policies_app.engine.parser import PolicyKind, parse

LONGEST = 20_480
"""In characters: twice the largest quota of a document that is edited here. Longer ones could take seconds."""


def changes(before: str, after: str, kind: PolicyKind, *, longest: int | None = LONGEST) -> Changes | None:
    """From one text to another; None where one of them cannot be understood or is longer than any that is saved."""
    if longest is not None and max(len(before), len(after)) > longest:
        return None
    old, new = parse(before, kind).policy, parse(after, kind).policy
    return compare(old, new) if old and new else None
