"""regopy: Rego on a C++ interpreter, the statements as its data, compiled into a bundle once."""

from typing import Any

from regopy import Interpreter

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.patterns import conditions, element, one_regex
from tests.benchmarks.workload import Workload, statements_of

MODULE = """
package iam
import rego.v1

covers(statement) if {
    regex.match(statement.action, input.action) != statement.not_action
    regex.match(statement.resource, input.resource) != statement.not_resource
    every condition in statement.conditions {
        regex.match(condition.values, object.get(input.context, condition.key, "")) != condition.negated
    }
}

denied if { some statement in data.deny; covers(statement) }
granted if { some statement in data.allow; covers(statement) }
default allowed := false
allowed if { granted; not denied }
"""


def prepare(workload: Workload) -> Prepared:
    statements = statements_of(workload)
    interpreter = Interpreter()
    interpreter.add_data(
        {
            effect.lower(): [_data(statement) for statement in statements if statement["Effect"] == effect]
            for effect in ("Allow", "Deny")
        }
    )
    interpreter.add_module("iam", MODULE)
    bundle = interpreter.build("x = data.iam.allowed")
    asked = [
        {
            "action": question.action.lower(),
            "resource": question.resource,
            "context": {key.lower(): values[0] for key, values in question.context.items()},
        }
        for question in workload.questions
    ]

    def allowed(question: dict[str, Any]) -> bool:
        interpreter.set_input(question)
        return '"x":true' in str(interpreter.query_bundle(bundle))

    return asked, lambda asked: [allowed(question) for question in asked]


def _data(statement: dict[str, Any]) -> dict[str, Any]:
    actions, not_action = element(statement, "Action")
    resources, not_resource = element(statement, "Resource")
    return {
        "action": one_regex(actions).lower(),
        "not_action": not_action,
        "resource": one_regex(resources),
        "not_resource": not_resource,
        "conditions": [
            {"key": key.lower(), "values": one_regex(values), "negated": "Not" in operator}
            for operator, key, values in conditions(statement)
        ],
    }
