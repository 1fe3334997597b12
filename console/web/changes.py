"""What a new text of a policy changes, in words."""

from policies_app.engine.analyzer.changes import Changes, compare
from policies_app.engine.parser import Layer, parse
from policies_app.operations.documents import size

LARGEST = 10_240
"""In characters without white space: the largest quota, of a role's inline policies. Larger ones could take seconds."""


def changes(before: str, after: str, kind: Layer, *, largest: int | None = LARGEST) -> Changes | None:
    """From one text to another; None where one of them cannot be understood or is larger than any that is edited."""
    if largest is not None and max(size(before), size(after)) > largest:
        return None
    old, new = parse(before, kind).policy, parse(after, kind).policy
    return compare(old, new) if old and new else None
