"""AWS's wildcards as the regular expressions that several of the engines take."""

import re
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.workload import listed


def regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def one_regex(patterns: Iterable[str]) -> str:
    """One anchored expression for all of the patterns."""
    return f"^(?:{'|'.join(regex(pattern) for pattern in patterns)})$"


def element(statement: dict[str, Any], name: str) -> tuple[list[str], bool]:
    """The values of Action or Resource, and whether it is the `Not` form."""
    negated = f"Not{name}"
    return listed(statement.get(name, statement.get(negated))), negated in statement


def conditions(statement: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Operator, key and values of each condition."""
    return [
        (operator, key, [str(value) for value in listed(values)])
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
