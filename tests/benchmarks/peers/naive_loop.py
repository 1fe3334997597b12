"""The yardstick: a loop over the statements with one compiled regular expression for actions and one for resources.

It knows no variables and no conditions but string equality and likeness, and explains nothing.
"""

import re
from collections.abc import Callable

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.patterns import conditions, element, one_regex
from tests.benchmarks.workload import Workload, statements_of

Test = Callable[[str], object]
Asked = tuple[str, str, dict[str, str]]


def prepare(workload: Workload) -> Prepared:
    statements = []
    for statement in statements_of(workload):
        actions, not_action = element(statement, "Action")
        resources, not_resource = element(statement, "Resource")
        statements.append(
            (
                statement["Effect"] == "Deny",
                re.compile(one_regex(actions).lower(), re.DOTALL).match,
                not_action,
                re.compile(one_regex(resources), re.DOTALL).match,
                not_resource,
                [
                    (key.lower(), re.compile(one_regex(values), re.DOTALL).match, "Not" in operator)
                    for operator, key, values in conditions(statement)
                ],
            )
        )

    def allowed(action: str, resource: str, context: dict[str, str]) -> bool:
        found = False
        for deny, covers_action, not_action, covers_resource, not_resource, tests in statements:
            if found and not deny:
                continue
            if (covers_action(action) is None) is not not_action:
                continue
            if (covers_resource(resource) is None) is not not_resource:
                continue
            if all((test(context.get(key, "")) is None) is negated for key, test, negated in tests):
                if deny:
                    return False
                found = True
        return found

    asked: list[Asked] = [
        (
            question.action.lower(),
            question.resource,
            {key.lower(): values[0] for key, values in question.context.items()},
        )
        for question in workload.questions
    ]
    return asked, lambda asked: [allowed(*question) for question in asked]
