"""vakt: one policy a statement, one rule a pattern, and the conditions that it has rules for.

`vakt_joined` gives it one expression for all patterns of a statement, as nobody would write a policy.
"""

import logging
from collections.abc import Callable
from typing import Any

import vakt
from vakt.rules import CIDR, Eq, In, Not, RegexMatch
from vakt.rules import Any as Anything

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.patterns import conditions, element, one_regex
from tests.benchmarks.workload import Workload, statements_of

RULES: dict[str, Callable[[list[str]], Any]] = {
    "StringEquals": lambda values: In(*values),
    "StringNotEquals": lambda values: Not(In(*values)),
    "StringLike": lambda values: RegexMatch(one_regex(values)),
    "ArnLike": lambda values: RegexMatch(one_regex(values)),
    "ArnEquals": lambda values: RegexMatch(one_regex(values)),
    "Bool": lambda values: Eq(values[0]),
    "IpAddress": lambda values: CIDR(values[0]),
    "Null": lambda values: Anything() if values == ["false"] else Not(Anything()),
}


def prepare(workload: Workload) -> Prepared:
    return prepared(workload, _rules)


def prepared(workload: Workload, rules: Callable[[dict[str, Any], str], list[Any]]) -> Prepared:
    logging.disable()
    storage = vakt.MemoryStorage()
    for number, statement in enumerate(statements_of(workload)):
        deny = statement["Effect"] == "Deny"
        spelled = conditions(statement)
        known = [(key, RULES[name](values)) for operator, key, values in spelled if (name := _plain(operator)) in RULES]
        if len(known) < len(spelled) and not deny:
            continue
        storage.add(
            vakt.Policy(
                number,
                subjects=[Anything()],
                effect=vakt.DENY_ACCESS if deny else vakt.ALLOW_ACCESS,
                actions=rules(statement, "Action"),
                resources=rules(statement, "Resource"),
                context=dict(known),
            )
        )
    guard = vakt.Guard(storage, vakt.RulesChecker())
    asked = [
        vakt.Inquiry(
            action=question.action.lower(),
            resource=question.resource,
            subject="alice",
            context={key: values[0] for key, values in question.context.items()},
        )
        for question in workload.questions
    ]
    return asked, lambda asked: [guard.is_allowed_check(question) for question in asked]


def _plain(operator: str) -> str:
    return operator.rpartition(":")[2].removesuffix("IfExists")


def _rules(statement: dict[str, Any], name: str) -> list[Any]:
    patterns, negated = element(statement, name)
    if negated:
        return joined(statement, name)
    return [_rule([pattern], name) for pattern in patterns]


def joined(statement: dict[str, Any], name: str) -> list[Any]:
    patterns, negated = element(statement, name)
    rule = _rule(patterns, name)
    return [Not(rule) if negated else rule]


def _rule(patterns: list[str], name: str) -> Any:
    expression = one_regex(patterns)
    return RegexMatch(expression.lower() if name == "Action" else expression)
