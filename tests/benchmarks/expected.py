"""What the answers have to be: from the naive evaluator, which shares no code with the engine."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tests.engine import naive


def outcome(
    policies: Sequence[dict[str, Any]], principal: str, action: str, resource: str, context: dict[str, list[str]]
) -> str:
    folded = {key.lower(): values for key, values in context.items()}
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in policy["Statement"]
        if _applies(statement, policy["Version"], action, resource, folded)
    }
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def _applies(
    statement: dict[str, Any], version: str, action: str, resource: str, context: dict[str, list[str]]
) -> bool:
    actions = naive.listed(statement.get("Action", statement.get("NotAction")))
    if any(_regex(pattern).fullmatch(action) for pattern in actions) is ("NotAction" in statement):
        return False
    resources = naive.listed(statement.get("Resource", statement.get("NotResource")))
    if _covered(resources, resource, version, context) is ("NotResource" in statement):
        return False
    return all(
        naive.holds(operator, key, wanted, version, context) is True
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


@lru_cache(100_000)
def _regex(pattern: str) -> re.Pattern[str]:
    """An action has no variables, so a plain regular expression will do."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)


def _covered(patterns: list[str], value: str, version: str, context: dict[str, list[str]]) -> bool:
    texts = (naive.expand(text, version, context) for text in patterns)
    return any(text is not None and naive.like(text, value) for text in texts)
