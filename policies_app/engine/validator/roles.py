"""Passing roles and creating service-linked roles, which can hand out more than was meant.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator
from typing import Final

from policies_app.engine.validator.checks import OF_IDENTITIES, Hit, statement_check
from policies_app.engine.validator.facts import ConditionFact, Located, ResourceFact, StatementFacts

_ENDINGS: Final = {
    ("Action", "NotResource"): "NOT_RESOURCE",
    ("*", "NotResource"): "STAR_IN_ACTION_AND_NOT_RESOURCE",
    ("NotAction", "NotResource"): "NOT_ACTION_AND_NOT_RESOURCE",
    ("Action", "*"): "STAR_IN_RESOURCE",
    ("*", "*"): "STAR_IN_ACTION_AND_RESOURCE",
    ("NotAction", "*"): "STAR_IN_RESOURCE_AND_NOT_ACTION",
}
"""The ending of the code, by how the action is granted and how every role is reached."""


@statement_check(*(f"PASS_ROLE_WITH_{ending}" for ending in _ENDINGS.values()), kinds=OF_IDENTITIES)
def passing_any_role(statement: StatementFacts) -> Iterator[Hit]:
    hits = _reaching("PASS_ROLE", "passrole", "passing any role to a service", statement)
    if hits and not _is_for_some_services(statement, "iam:passedtoservice"):
        yield from hits


@statement_check(*(f"CREATE_SLR_WITH_{ending}" for ending in _ENDINGS.values()), kinds=OF_IDENTITIES)
def creating_any_service_linked_role(statement: StatementFacts) -> Iterator[Hit]:
    hits = _reaching("CREATE_SLR", "createservicelinkedrole", "creating the role of any service", statement)
    if hits and not _is_for_some_services(statement, "iam:awsservicename"):
        yield from hits


def _reaching(family: str, action: str, what: str, statement: StatementFacts) -> tuple[Hit, ...]:
    """A hit at the action and at the resource of an Allow that together reach every role."""
    if not statement.allows or (reached := _reached(statement)) is None:
        return ()
    if (granting := _granting(statement, action)) is None:
        return ()
    (how, at), (where, on) = granting, reached
    code = f"{family}_WITH_{_ENDINGS[how, where]}"
    message = f"this allows {what}; name the roles in Resource"
    return Hit(code, at.path, message), Hit(code, on.path, message)


def _granting(statement: StatementFacts, action: str) -> tuple[str, Located] | None:
    """How the action is granted, and where."""
    if statement.action_element == "Action" and not statement.may_name("iam"):
        return None
    if statement.action_element == "NotAction":
        if any(entry.pattern.names("iam", action) for entry in statement.actions):
            return None
        return "NotAction", Located("NotAction", ("NotAction",))
    for entry in statement.actions:
        if entry.pattern.names("iam", action):
            return "*" if entry.pattern.wildcard else "Action", Located(entry.text, entry.path)
    return None


def _reached(statement: StatementFacts) -> tuple[str, Located | ResourceFact] | None:
    if statement.resource_element == "NotResource":
        return "NotResource", Located("NotResource", ("NotResource",))
    return ("*", statement.any_resource) if statement.any_resource else None


def _is_for_some_services(statement: StatementFacts, key: str) -> bool:
    """Whether a condition names the services; a pattern that any name may precede names none."""
    return any(
        condition.folded == key
        and not condition.negated
        and all(_names_one(condition, value) for value in condition.values)
        for condition in statement.conditions
    )


def _names_one(condition: ConditionFact, value: Located) -> bool:
    """AWS takes a condition with IfExists as naming a service too, only not for EC2."""
    if condition.if_exists and value.text.startswith("ec2."):
        return False
    return not value.text.startswith(("*", "?"))
