"""cedarpy: Cedar's own engine in Rust. Every statement is a Cedar policy; a batch is asked at once."""

import json
from collections.abc import Sequence
from typing import Any

import cedarpy

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.patterns import conditions, element
from tests.benchmarks.workload import Workload, statements_of


def prepare(workload: Workload) -> Prepared:
    policies = cedarpy.PolicySet.from_str("\n".join(_cedar(statement) for statement in statements_of(workload)))
    entities = cedarpy.Entities.from_json_str("[]")
    asked = [
        {
            "principal": 'User::"alice"',
            "action": 'Action::"ask"',
            "resource": 'Resource::"any"',
            "context": {
                "action": question.action.lower(),
                "resource": question.resource,
                **{key.lower(): values[0] for key, values in question.context.items()},
            },
        }
        for question in workload.questions
    ]

    def answer(asked: Sequence[Any]) -> list[bool]:
        return [result.allowed for result in cedarpy.is_authorized_batch(list(asked), policies, entities)]

    return asked, answer


def _cedar(statement: dict[str, Any]) -> str:
    """Cedar's `like` has only `*`; a `?` is taken for one, and a variable for plain text."""
    actions, not_action = element(statement, "Action")
    resources, not_resource = element(statement, "Resource")
    tests = [
        f"{'!' if not_action else ''}({_any('context.action', [action.lower() for action in actions])})",
        f"{'!' if not_resource else ''}({_any('context.resource', resources)})",
        *(_condition(*condition) for condition in conditions(statement)),
    ]
    effect = "forbid" if statement["Effect"] == "Deny" else "permit"
    return f"{effect}(principal, action, resource) when {{ {' && '.join(tests)} }};"


def _condition(operator: str, key: str, values: list[str]) -> str:
    name = json.dumps(key.lower())
    present = f"context has {name}"
    if "Null" in operator:
        return present if values == ["false"] else f"!({present})"
    test = _any(f"context[{name}]", values)
    if "Not" in operator:
        return f"!({present} && ({test}))"
    if "IfExists" in operator or "ForAllValues" in operator:
        return f"(!({present}) || ({test}))"
    return f"({present} && ({test}))"


def _any(what: str, patterns: list[str]) -> str:
    return " || ".join(f"{what} like {json.dumps(pattern.replace('?', '*'))}" for pattern in patterns)
