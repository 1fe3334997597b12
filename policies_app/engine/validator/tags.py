"""Conditions on the tags of resources, for actions that know no such tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-resources
"""

from collections.abc import Iterator
from functools import lru_cache

from policies_app.engine.catalog.services import Action
from policies_app.engine.operators import Family
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, conditional_check
from policies_app.engine.validator.facts import ConditionFact, StatementFacts
from policies_app.engine.validator.lookups import ActionPattern, every_action, service

_RESOURCE_TAG = "aws:resourcetag/"
_TAG_KEYS = (_RESOURCE_TAG, "aws:requesttag/")


@conditional_check(
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
)
def tags_that_actions_do_not_know(statement: StatementFacts) -> Iterator[Hit]:
    """A hit at each such action, and at the condition key that keeps it from working."""
    if statement.action_element != "Action" or statement.effect is None:
        return
    conditions = [condition for condition in statement.conditions if _asks_for_a_tag(condition)]
    lacking = [entry for entry in statement.actions if lacks_tags(entry.pattern)] if conditions else []
    if not lacking:
        return
    code = f"{statement.effect.upper()}_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    verb = "allowed" if statement.allows else "denied"
    for entry in lacking:
        yield Hit(
            code,
            entry.path,
            f"{shown(entry.text)} has actions that know no tags of resources, which are never {verb} here",
        )
    names = ", ".join(shown(entry.text) for entry in lacking[:3]) + (" and others" if len(lacking) > 3 else "")
    for condition in conditions:
        yield Hit(code, condition.path, f"{names} never {verb}: not known to {shown(condition.key)}", at_key=True)


@conditional_check(
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
)
def tags_with_not_action(statement: StatementFacts) -> Iterator[Hit]:
    if statement.action_element != "NotAction" or statement.effect is None:
        return
    code = f"{statement.effect.upper()}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    verb = "allowed" if statement.allows else "denied"
    for condition in statement.conditions:
        if _asks_for_a_tag(condition):
            message = f"with {shown(condition.key)}, only actions that know tags of resources are {verb}; list them"
            yield Hit(code, ("NotAction",), message, at_key=True)
            yield Hit(code, condition.path, message, at_key=True)


def _asks_for_a_tag(condition: ConditionFact) -> bool:
    """Whether the condition fails where the tag is missing: not so a negated one, IfExists, or Null with true."""
    if not condition.folded.startswith(_RESOURCE_TAG) or condition.spelled is None:
        return False
    if condition.family is Family.NULL:
        return all(value.text == "false" for value in condition.values)
    return not condition.negated and not condition.if_exists


@lru_cache(maxsize=4096)
def lacks_tags(pattern: ActionPattern) -> bool:
    """Whether AWS documents no tags for some action that a pattern within one service covers.

    An action that takes tags for what it creates counts as knowing them, as AWS counts it.
    """
    if (found := service(pattern.prefix)) is None:
        return False
    tagged = {name for name, kind in found.resource_types.items() if _has_tag_key(kind.condition_keys)}
    return any(not _knows_tags(action, tagged) for action in every_action(pattern))


def _knows_tags(action: Action, tagged_types: set[str]) -> bool:
    return _has_tag_key(action.condition_keys) or any(
        resource.resource_type.lower() in tagged_types or _has_tag_key(resource.condition_keys)
        for resource in action.resources
    )


def _has_tag_key(keys: tuple[str, ...]) -> bool:
    return any(key.lower().startswith(_TAG_KEYS) for key in keys)
