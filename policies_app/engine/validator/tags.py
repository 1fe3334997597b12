"""Conditions on the tags of resources, for actions that know no such tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

from collections.abc import Iterator
from functools import lru_cache

from policies_app.engine.catalog.services import Action
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, statement_check
from policies_app.engine.validator.facts import ConditionFact, StatementFacts
from policies_app.engine.validator.lookups import service


@statement_check("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE")
def tags_that_an_action_does_not_know(statement: StatementFacts) -> Iterator[Hit]:
    for condition in statement.conditions:
        if condition.folded.startswith("aws:resourcetag/") and statement.allows:
            yield from _lacking(condition, statement)


def _lacking(condition: ConditionFact, statement: StatementFacts) -> Iterator[Hit]:
    if statement.action_element != "Action":
        return
    lacking = [entry for entry in statement.actions if entry.pattern.action and not _knows_tags(entry.pattern.action)]
    if lacking:
        code = "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
        for entry in lacking:
            yield Hit(code, entry.path, f"{shown(entry.text)} is never allowed here: it knows no tags of resources")
        yield Hit(code, condition.path, "some actions", at_key=True)


@lru_cache(maxsize=4096)
def _knows_tags(action: Action) -> bool:
    found = service(action.service)
    assert found is not None
    keys = set(action.condition_keys)
    for resource in action.resources:
        keys |= set(resource.condition_keys)
        keys |= set(found.resource_types[resource.resource_type.lower()].condition_keys)
    return any(key.lower().startswith(("aws:resourcetag/", "aws:requesttag/")) for key in keys)
