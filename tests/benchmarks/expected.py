"""What the answers have to be: from the naive evaluator, which shares no code with the engine."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tests.engine import naive

Statement = dict[str, Any]


def outcome(
    policies: Sequence[dict[str, Any]],
    principal: dict[str, Any],
    action: str,
    resource: str,
    context: dict[str, list[str]],
) -> str:
    """`principal` has `arn`, `account` and `kind`; `policies` are an identity's documents, parsed."""
    return naive.decide(
        {
            "principal": principal,
            "action": action,
            "resource": resource,
            "context": {key.lower(): values for key, values in context.items()},
            "policies": [
                {"layer": "identity", "document": {**policy, "Statement": statements}}
                for policy in policies
                if (statements := [each for each in policy["Statement"] if _is_about(each, action)])
            ],
        }
    )


def _is_about(statement: Statement, action: str) -> bool:
    """Leaves out what the naive evaluator would find out slowly, among a thousand statements."""
    if "NotAction" in statement:
        return True
    return any(_regex(pattern).fullmatch(action) for pattern in naive.listed(statement["Action"]))


@lru_cache(100_000)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)
