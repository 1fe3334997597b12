"""The access levels by which AWS sorts actions."""

from enum import StrEnum


class AccessLevel(StrEnum):
    """In the order in which AWS lists them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
    """

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS_MANAGEMENT = "Permissions management"
    TAGGING = "Tagging"


LETTERS = {level.value[0]: level for level in AccessLevel}
"""How the data file writes a level; the first letters happen to differ."""
