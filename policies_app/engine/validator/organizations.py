"""Resource control policies that deny by who calls: services that act for somebody call, too.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from collections.abc import Iterator
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.operators import Family
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, conditional_check
from policies_app.engine.validator.facts import ConditionFact, StatementFacts

_RCP: Final = frozenset({Layer.RCP})
_OF_PRINCIPALS: Final = frozenset(
    {"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"}
)
_OF_SOURCES: Final = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_IS_SERVICE: Final = "aws:principalisawsservice"


@conditional_check(
    "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", kinds=_RCP
)
def people_and_services_alike(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.denies or _IS_SERVICE in statement.condition_keys:
        return
    for condition in _compared(statement):
        if condition.folded in _OF_PRINCIPALS:
            code, whom, value = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY", "services that act for you", "false"
        elif condition.folded in _OF_SOURCES:
            code, whom, value = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY", "your own principals", "true"
        else:
            continue
        message = f"with {shown(condition.key)} alone, {whom} are denied too; add BoolIfExists {_IS_SERVICE}: {value}"
        yield Hit(code, condition.path, message, at_key=True)


@conditional_check("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", kinds=_RCP)
def services_without_a_source(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.denies or any(
        condition.family is Family.NULL and condition.folded in _OF_SOURCES for condition in statement.conditions
    ):
        return
    for condition in _compared(statement):
        if condition.folded in ("aws:sourceorgid", "aws:sourceorgpaths"):
            message = f"some calls of services have no {shown(condition.key)}; add Null aws:SourceAccount: false"
            yield Hit("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK", condition.path, message, at_key=True)


def _compared(statement: StatementFacts) -> Iterator[ConditionFact]:
    return (condition for condition in statement.conditions if condition.family is not Family.NULL)
